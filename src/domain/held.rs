//! Quiet hours and days off (SPEC 6): what is not critical waits until its reader works again, and is decided then.
//!
//! A held letter is kept as it was meant, not as it would have read: when it may go, a newer letter of the same kind about
//! the same object has replaced it, one that is of no use any more or asks what is settled is dropped ([`recall`]), and the
//! rest is written with the words of that morning. Who writes to us at night is awake: answers to a mail's own author go at once.

use super::event::{MailRead, Tick, TickKind};
use super::letter::{Letter, LetterName};
use super::recall;
use super::view::View;
use chrono::{DateTime, Utc};
use serde_json::json;

/// Letters that wait for one person; more than this is a fault somewhere, and the oldest ones go first.
const HELD_MAX: usize = 500;

/// Takes the letters out of the decision that may not leave now, and keeps them for the reader's next working hour. The
/// facts they are kept under are given back, so that the writer of the mail can take them back (O28).
pub fn hold(view: &mut View<'_>, mail: Option<&MailRead>, now: DateTime<Utc>) -> Vec<String> {
    let author = mail.and_then(|mail| mail.author.as_ref()).map(|author| author.address.as_str());
    let mut kept = Vec::new();
    let letters = std::mem::take(view.letters());
    for (ordinal, mut letter) in letters.into_iter().enumerate() {
        let awake = letter.urgent || letter.answering || author == Some(letter.to.as_str()) || at_once(letter.name);
        let moment = if awake { now } else { sendable(view, &letter.to, now) };
        if moment <= now {
            view.letters().push(letter);
            continue;
        }
        let about = letter.objects.first().cloned().unwrap_or_default();
        for (key, older) in view.notes(&format!("held/{}/", letter.to), HELD_MAX) {
            let same = older.get("name").and_then(|n| n.as_str()) == Some(letter.name.as_str());
            let same = same && older.pointer("/objects/0").and_then(|o| o.as_str()).unwrap_or_default() == about;
            if same && !about.is_empty() && replaces(letter.name) {
                view.clear_note(&key);
                view.suppress(letter.name, &letter.to, "replaced by a newer one before it could go");
            }
        }
        let key = format!("held/{}/{:020}-{ordinal:04}", letter.to, now.timestamp_millis());
        view.audit(format!("{} to {} waits for working hours", letter.name, letter.to));
        if letter.cause.is_none() {
            letter.cause = mail.map(|mail| mail.message_id.clone()).filter(|id| !id.is_empty());
        }
        kept.push(key.clone());
        view.set_note(&key, serde_json::to_value(&letter).unwrap_or_else(|_| json!(null)));
        view.wake_at(Tick { at: moment, kind: TickKind::Wake, object: letter.to.clone(), key: String::new() });
    }
    kept
}

/// The reader is at work again.
pub fn wake(view: &mut View<'_>, person: &str, now: DateTime<Utc>) {
    let mut kept = Vec::new();
    for (key, held) in view.notes(&format!("held/{person}/"), HELD_MAX) {
        view.clear_note(&key);
        if let Ok(letter) = serde_json::from_value::<Letter>(held) {
            kept.push(letter);
        }
    }
    for letter in recall::still_wanted(view, kept, now) {
        view.send(letter);
    }
}

/// When the next letter to this person may leave.
pub fn sendable(view: &View<'_>, address: &str, now: DateTime<Utc>) -> DateTime<Utc> {
    let local = view.local(address, now);
    let days = view.calendar_of(address);
    days.next_sendable(&local, &view.rules.quiet_in(&days)).with_timezone(&Utc)
}

/// A newer letter of these about the same object says everything the older one said.
fn replaces(name: LetterName) -> bool {
    use LetterName::*;
    matches!(
        name,
        MeetingNotice | MeetingUpdate | Readiness | MinutesReview | MinutesGaps | Summary | Digest | RunSheet
    )
}

/// SPEC 5 "at once": they answer somebody, or guard the house.
fn at_once(name: LetterName) -> bool {
    use LetterName::*;
    matches!(name, VerifySender | AdminAlert | CallPreview | CallGaps | Error | Help | Answer)
}
