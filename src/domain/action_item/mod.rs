//! Action items (SPEC 3.2): owner, task, deliverable, due; the table of states and who may change them.

mod absence;
mod acceptance;
mod assigned;
mod command;
mod confirmation;
mod convene;
mod dependency;
mod gathered;
mod handover;
mod import;
mod objection;
mod progress;
mod request;
mod silence;
mod standing;
mod store;
mod takeover;
mod ticks;

pub use absence::{away, away_for_decisions, undelivered, unreachable};
pub use assigned::{assigned, loaded};
pub use command::{command, heard};
pub use dependency::tell_downstream;
pub use gathered::{collect, heard as gather};
pub use handover::{deputy, handover, head_over};
pub use import::{confirmed as import_confirmed, read as import_read};
pub use progress::{Report, reported};
pub use silence::tick;
pub use standing::{Part, actor, speaks_for, stand_ins, written_by};
pub use store::{organizer_of, save};
pub use takeover::{
    Absent, ask as ask_takeover, command as take_over, is_asked as is_takeover, listed, named as taken_over,
};
pub use ticks::ticks;

pub(super) use confirmation::{Asked, ask_owner, silence_by};
pub(super) use convene::{convene, meets};
pub(super) use request::{asked as asked_for_approval, change_due, reassign};
pub(super) use ticks::{begin, late_days, late_from, stands};

use super::due::Due;
use super::event::Attachment;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An action item; the public fields are those of SPEC 9.8, fields beginning with `_` in JSON stay inside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActionItem {
    pub id: String,
    pub task: String,
    /// A person, never a department.
    pub owner: Option<String>,
    pub owner_address: Option<String>,
    pub department: Option<String>,
    pub helpers: Vec<String>,
    pub supervisor: Option<String>,
    pub deliverable: Option<String>,
    pub criterion: Option<String>,
    pub due: Option<Due>,
    /// The words the due was read from.
    pub due_phrase: Option<String>,
    pub start: Option<NaiveDate>,
    /// `normal`, `urgent`, `critical`.
    pub urgency: String,
    pub percent: Option<u8>,
    pub state: State,
    /// Confirmed by silence: shown as 默认接受, never as 已确认.
    pub by_default: bool,
    pub behind: bool,
    pub reason: Option<String>,
    pub measure: Option<String>,
    pub blocked_on: Option<String>,
    /// Expected date from `progress`; not a new due.
    pub expected: Option<Due>,
    pub depends_on: Vec<String>,
    pub slips: u32,
    pub parked: bool,
    pub request: Option<Request>,
    pub source: ItemSource,
    pub attachments: Vec<String>,
    pub version: u64,

    #[serde(rename = "_due_why")]
    pub due_why: Option<String>,
    #[serde(rename = "_helper_addresses")]
    pub helper_addresses: Vec<String>,
    #[serde(rename = "_supervisor_address")]
    pub supervisor_address: Option<String>,
    /// The person who decides about it: the meeting's organizer, or the sender of a single task.
    #[serde(rename = "_organizer_address")]
    pub organizer_address: Option<String>,
    /// Asked for confirmation since; silence counts from here (O24).
    #[serde(rename = "_asked_at")]
    pub asked_at: Option<DateTime<Utc>>,
    /// The letter that asked, for undoing default acceptance and threading.
    #[serde(rename = "_done_at")]
    pub done_at: Option<DateTime<Utc>>,
    /// Read with a doubt: never accepted by silence.
    #[serde(rename = "_doubted")]
    pub doubted: bool,
    #[serde(rename = "_doubts")]
    pub doubts: Vec<String>,
    #[serde(rename = "_marks")]
    pub marks: BTreeSet<String>,
    #[serde(rename = "_snoozed_until")]
    pub snoozed_until: Option<NaiveDate>,
    /// 有异议 and not decided (O29).
    #[serde(rename = "_objection")]
    pub objection: Option<Objection>,
    /// The owner's last word about it.
    #[serde(rename = "_last_word_at")]
    pub last_word_at: Option<DateTime<Utc>>,
    #[serde(rename = "_files")]
    pub files: Vec<Attachment>,
    #[serde(rename = "_confidential")]
    pub confidential: bool,
    /// The last change that moves its reminders; reminders before it are of no use any more.
    #[serde(rename = "_touched_at")]
    pub touched_at: Option<DateTime<Utc>>,
    /// Time zone and working calendar of whoever it waits for (O30); empty means the house's.
    #[serde(rename = "_zone")]
    pub zone: String,
    #[serde(rename = "_calendar")]
    pub calendar: String,
    /// Who is asked where there is no owner: the department's contact, its head, or the organizer.
    #[serde(rename = "_asked_address")]
    pub asked_address: Option<String>,
    /// Addresses a decision about it waits for: approval, acceptance, objection, what to do with a late item.
    #[serde(rename = "_waits_on")]
    pub waits_on: Vec<String>,
    /// Superiors who were asked to see to it (O26): their answers are carried out as long as it is open.
    #[serde(rename = "_escalated_to")]
    pub escalated_to: Vec<String>,
    /// Its minutes are not out yet: nobody hears of it.
    #[serde(rename = "_held")]
    pub held: bool,
    /// What second minutes will change when they go out (O15).
    #[serde(rename = "_pending")]
    pub pending: Option<Pending>,
    /// What the minutes leave open about it.
    #[serde(rename = "_gap")]
    pub gap: Option<Gap>,
    /// The first of the items that one mail gave to several (O16): what they answer is told in one table.
    #[serde(rename = "_batch")]
    pub batch: Option<String>,
    /// Facts of the items' own code that have no field yet.
    #[serde(rename = "_facts")]
    pub facts: serde_json::Map<String, serde_json::Value>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    #[default]
    Proposed,
    Confirmed,
    InProgress,
    Blocked,
    Done,
    Accepted,
    Declined,
    Cancelled,
}

impl State {
    /// Nobody has to do anything about it any more.
    pub fn is_closed(self) -> bool {
        matches!(self, State::Accepted | State::Declined | State::Cancelled)
    }

    /// Somebody still works on it.
    pub fn is_open(self) -> bool {
        matches!(self, State::Proposed | State::Confirmed | State::InProgress | State::Blocked)
    }
}

/// A new due or owner that the organizer has to approve.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Request {
    pub due: Option<Due>,
    /// The new owner's name.
    pub owner: Option<String>,
    pub reason: Option<String>,
    #[serde(rename = "_owner_address")]
    pub owner_address: Option<String>,
    #[serde(rename = "_asked_at")]
    pub asked_at: Option<DateTime<Utc>>,
    /// The owner wants out altogether.
    #[serde(rename = "_decline")]
    pub decline: bool,
}

/// A word against an item as the minutes give it (O29).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Objection {
    pub text: String,
    /// Address of who objects.
    pub by: String,
    pub at: Option<DateTime<Utc>>,
    /// Recorder and chair.
    pub asked: Vec<String>,
    /// What it should be, where the words say so.
    pub due: Option<Due>,
    pub owner: Option<String>,
}

/// What second minutes say about an item that is already out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pending {
    pub task: Option<String>,
    pub owner: Option<String>,
    pub owner_address: Option<String>,
    pub helpers: Option<Vec<String>>,
    pub due: Option<Due>,
    pub due_phrase: Option<String>,
    pub deliverable: Option<String>,
    /// The minutes mark it finished.
    pub done: bool,
    pub cancel: bool,
}

/// A question minutes leave open: `no_owner`, `ambiguous_person`, `unknown_person`, `not_attendee`, `department_owner`,
/// `doubtful`, `vague_due`, `no_due`, `missing_in_revision`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gap {
    pub kind: String,
    /// The words that were not clear: 小王, 尽快.
    pub phrase: Option<String>,
    /// Names that could be meant.
    pub candidates: Vec<String>,
}

impl Gap {
    /// Worst first: without an owner nobody works, without a date nobody is late.
    pub fn rank(&self) -> u8 {
        match self.kind.as_str() {
            "no_owner" | "unknown_person" => 0,
            "ambiguous_person" | "not_attendee" => 1,
            "department_owner" => 2,
            "doubtful" => 3,
            "missing_in_revision" => 4,
            "no_due" => 5,
            _ => 6,
        }
    }

    /// The owner is what is missing.
    pub fn is_about_owner(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "no_owner" | "unknown_person" | "ambiguous_person" | "not_attendee" | "department_owner"
        )
    }
}

/// What an item was read from, with the very line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemSource {
    /// `meeting`, `issue`, `project`, `mail`.
    pub kind: String,
    pub id: Option<String>,
    pub message_id: Option<String>,
    pub line: Option<String>,
}

impl ActionItem {
    /// Whoever has to do something about it: the owner, or who is asked in place of one.
    pub fn addressee(&self) -> Option<&String> {
        self.owner_address.as_ref().or(self.asked_address.as_ref())
    }

    pub fn is_urgent(&self) -> bool {
        matches!(self.urgency.as_str(), "urgent" | "critical")
    }

    /// Rows under which it is found: (index, key).
    pub fn indexes(&self) -> Vec<(&'static str, String)> {
        let mut rows = Vec::new();
        if let Some(id) = &self.source.id {
            rows.push(("items_of", id.clone()));
        }
        if let Some(batch) = &self.batch {
            rows.push(("batch", batch.clone()));
        }
        if !self.held && !self.parked {
            let open = !self.state.is_closed();
            if let Some(owner) = self.addressee().filter(|_| open) {
                rows.push(("open_of", owner.clone()));
            }
            if let Some(organizer) = self.organizer_address.as_ref().filter(|_| open) {
                rows.push(("organized_open", organizer.clone()));
            }
            rows.extend(self.waits_on.iter().map(|address| ("waits_on", address.clone())));
        }
        rows.extend(self.depends_on.iter().map(|id| ("downstream", id.clone())));
        rows
    }
}

#[cfg(test)]
mod tests;
