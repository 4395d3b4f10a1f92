//! Everything beyond our socket: servers that take, refuse, defer or fall silent, and what truly arrived.

use crate::draw::Draw;
use chrono::{DateTime, Utc};
use duban::courier::{Cause, Delivery, Parcel, Reply};
use duban::outbox::LetterRow;
use duban::simulate::{Left, mails};
use duban::store::journal::sha256;
use std::collections::{BTreeMap, BTreeSet};

/// What happens to one try of one letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Taken, and the answer never comes.
    Silence,
    /// The connection breaks before anything was taken.
    Reset,
    Busy,
    Unreachable,
    /// Taken, and the process that sent it dies.
    Dies,
}

#[derive(Default)]
pub struct Outside {
    /// Tries until this happens to one.
    pub coming: Option<(u64, Cut)>,
    pub cut: bool,
    dies: bool,
    /// Letters as their readers have them, each once, in the order of arrival.
    pub arrived: Vec<Left>,
    /// By Message-ID: letter, reader, bytes.
    pub known: BTreeMap<String, (String, String, [u8; 32])>,
    /// Addresses that never existed.
    pub gone: BTreeSet<String>,
    pub calm: bool,
    pub refused: usize,
    pub twice: usize,
}

fn words(text: &str, cause: Cause) -> Reply {
    Reply { text: text.into(), cause }
}

impl Outside {
    pub fn deliver(&mut self, draw: &mut Draw, row: &LetterRow, parcel: &Parcel, now: DateTime<Utc>) -> Delivery {
        assert_eq!(parcel.rcpts, std::slice::from_ref(&row.sent.to), "each letter has one reader");
        if self.gone.contains(&row.sent.to) {
            self.refused += 1;
            return Delivery::Refused(words("550 5.1.1 no such user", Cause::Address));
        }
        match self.coming {
            Some((0, cut)) => {
                (self.coming, self.cut) = (None, true);
                return self.cut_off(cut, row, parcel, now);
            }
            Some((left, cut)) => self.coming = Some((left - 1, cut)),
            None => {}
        }
        let fate = if self.calm { 0 } else { draw.below(100) };
        match fate {
            // Taken, as far as anybody knows.
            0..75 => {
                self.arrives(row, parcel, now);
                Delivery::Taken(words("250 2.0.0 taken", Cause::None))
            }
            // Silence after DATA: taken, and we shall never know.
            75..79 => {
                self.arrives(row, parcel, now);
                Delivery::Later(words("silence after DATA", Cause::Silence))
            }
            79..82 => {
                self.arrives(row, parcel, now);
                Delivery::Later(words("connection reset after DATA", Cause::Unconfirmed))
            }
            82..88 => Delivery::Later(words("450 4.2.0 greylisted", Cause::Busy)),
            88..91 => Delivery::Later(words("452 4.2.2 mailbox full", Cause::Recipient)),
            91..95 => Delivery::Later(words("connection refused", Cause::Unreachable)),
            95..97 => Delivery::Later(words("connection reset", Cause::Connection)),
            97..99 => {
                self.refused += 1;
                Delivery::Refused(words("550 5.2.1 mailbox disabled", Cause::Recipient))
            }
            _ => {
                self.refused += 1;
                Delivery::Refused(words("550 5.1.1 user unknown", Cause::Address))
            }
        }
    }

    fn cut_off(&mut self, cut: Cut, row: &LetterRow, parcel: &Parcel, now: DateTime<Utc>) -> Delivery {
        if matches!(cut, Cut::Silence | Cut::Dies) {
            self.arrives(row, parcel, now);
        }
        match cut {
            Cut::Silence => Delivery::Later(words("silence after DATA", Cause::Silence)),
            Cut::Reset => Delivery::Later(words("connection reset", Cause::Connection)),
            Cut::Busy => Delivery::Later(words("451 4.3.0 try again", Cause::Busy)),
            Cut::Unreachable => Delivery::Later(words("connection refused", Cause::Unreachable)),
            Cut::Dies => {
                self.dies = true;
                Delivery::Taken(words("250 2.0.0 taken", Cause::None))
            }
        }
    }

    /// Whether the process dies now; once.
    pub fn last_words(&mut self) -> bool {
        std::mem::take(&mut self.dies)
    }

    fn arrives(&mut self, row: &LetterRow, parcel: &Parcel, now: DateTime<Utc>) {
        let hash = sha256(&parcel.bytes);
        let sent = &row.sent;
        let text = String::from_utf8_lossy(&parcel.bytes);
        assert!(text.contains(&format!("<{}>", sent.message_id)), "the bytes carry the Message-ID of their row");
        if let Some((letter, to, known)) = self.known.get(&sent.message_id) {
            assert_eq!((letter, to), (&sent.id, &sent.to), "one Message-ID names one letter to one reader");
            assert_eq!(*known, hash, "letter {letter} to {to} changed its bytes between two tries");
            self.twice += 1;
            return;
        }
        self.known.insert(sent.message_id.clone(), (sent.id.clone(), sent.to.clone(), hash));
        self.arrived.push(mails::read_back(sent.clone(), now, parcel.bytes.clone()));
    }
}
