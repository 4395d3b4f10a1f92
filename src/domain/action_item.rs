//! Action items (SPEC 3.2): owner, task, deliverable, due; the table of states and who may change them.

use super::due::Due;
use super::event::{Attachment, Tick};
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
    pub objection: Option<String>,
    /// The owner's last word about it.
    #[serde(rename = "_last_word_at")]
    pub last_word_at: Option<DateTime<Utc>>,
    #[serde(rename = "_files")]
    pub files: Vec<Attachment>,
    #[serde(rename = "_confidential")]
    pub confidential: bool,
    #[serde(rename = "_ticks")]
    pub ticks: Vec<Tick>,
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
    /// Rows under which it is found: (index, key).
    pub fn indexes(&self) -> Vec<(&'static str, String)> {
        let mut rows = vec![("actions", "all".to_string())];
        if let Some(id) = &self.source.id {
            rows.push(("items_of", id.clone()));
        }
        let open = !self.state.is_closed() && !self.parked;
        if open {
            if let Some(owner) = &self.owner_address {
                rows.push(("open_of", owner.clone()));
            }
            if let Some(organizer) = &self.organizer_address {
                rows.push(("organized_open", organizer.clone()));
            }
        }
        for id in &self.depends_on {
            rows.push(("downstream", id.clone()));
        }
        rows
    }
}

/// What time will do to an item; see `schedule`.
pub fn ticks(item: &ActionItem, _rules: &super::view::Rules) -> Vec<Tick> {
    item.ticks.clone()
}
