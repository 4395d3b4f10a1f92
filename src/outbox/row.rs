//! A letter's row: where it stands between commit and its fate.

use crate::domain::event::Undelivered;
use crate::domain::letter::SentLetter;
use crate::store::receive::json;
use crate::store::{Batch, Place, keys};
use serde::{Deserialize, Serialize};

/// What a letter has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterState {
    #[default]
    Queued,
    /// An attempt was begun; its end is not known yet.
    Sending,
    Sent,
    Refused,
    /// Waits for `duban outbox release` (O44).
    Held,
    /// Taken back, dropped by the administrator, or of no use any more.
    Dropped,
}

impl LetterState {
    pub fn as_str(self) -> &'static str {
        match self {
            LetterState::Queued => "queued",
            LetterState::Sending => "sending",
            LetterState::Sent => "sent",
            LetterState::Refused => "refused",
            LetterState::Held => "held",
            LetterState::Dropped => "dropped",
        }
    }
}

/// A letter's row: what was said (flat beside it), where its bytes lie, what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LetterRow {
    #[serde(flatten)]
    pub sent: SentLetter,
    pub place: Place,
    pub state: LetterState,
    #[serde(default)]
    pub attempts: u32,
    /// How often in a row the connection broke before it was handed over.
    #[serde(default, skip_serializing_if = "crate::store::receive::is_zero")]
    pub broken: u32,
    /// When it is tried next, milliseconds since 1970 UTC; the moment in its outbox key.
    pub next: i64,
    /// Of no use any more from then on.
    #[serde(default)]
    pub expires: Option<i64>,
    #[serde(default)]
    pub urgent: bool,
    /// When it was tried first.
    #[serde(default)]
    pub tried: Option<i64>,
    /// When it reached its last state, milliseconds since 1970 UTC.
    #[serde(default)]
    pub ended: Option<i64>,
    /// The server's last words, or why it was dropped or held.
    #[serde(default)]
    pub reply: String,
}

impl LetterRow {
    /// Not on its way yet: it may be taken back.
    pub fn waits(&self) -> bool {
        matches!(self.state, LetterState::Queued | LetterState::Held) && self.attempts == 0
    }

    pub(super) fn key(&self) -> Vec<u8> {
        keys::letter(&self.sent.id).unwrap_or_default()
    }

    fn outbox_key(&self) -> Vec<u8> {
        keys::waiting(self.state == LetterState::Held, self.urgent, self.next, &self.sent.id)
    }

    pub(super) fn is_in_outbox(&self) -> bool {
        matches!(self.state, LetterState::Queued | LetterState::Sending | LetterState::Held)
    }
}

/// Writes a letter's row, its place in the outbox and the row that finds it by Message-ID, against those of before.
pub fn put(batch: &mut Batch, before: Option<&LetterRow>, after: &LetterRow) {
    match before {
        Some(before) => batch.delete(before.outbox_key()),
        None => batch.put(keys::message(&after.sent.message_id), after.sent.id.as_bytes()),
    }
    batch.put(after.key(), json(after));
    if after.is_in_outbox() {
        batch.put(after.outbox_key(), after.sent.id.as_bytes());
    }
}

/// What the engine has to hear.
#[derive(Clone, Debug)]
pub enum Fate {
    /// A letter will not arrive. The engine settles its row with [`Outbox::refuse`] in the commit of what follows.
    Undelivered(Box<Undelivered>),
    /// All sending stopped, or may go on: for the administrator, in words without content.
    Alert(String),
}
