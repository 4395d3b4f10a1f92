//! What the words of a mail say, read in the light of the letter they answer.

use super::gather::Around;
use crate::domain::event::MailRead;
use crate::domain::reading::{Reads, ReplyReading};
use crate::domain::view::Rules;
use crate::mail::inbound::Inbound;
use crate::mail::reply::OwnWords;
use chrono::{DateTime, FixedOffset, NaiveDate};

/// Commands and documents.
pub fn read(_read: &MailRead, _inbound: &Inbound, own: &OwnWords, _around: &Around<'_>) -> (ReplyReading, Reads) {
    (ReplyReading { text: own.text.clone(), ..ReplyReading::default() }, Reads::default())
}

/// The return date of a vacation note.
pub fn away_until(_text: &str, _subject: &str, _sent_at: DateTime<FixedOffset>, _rules: &Rules) -> Option<NaiveDate> {
    None
}
