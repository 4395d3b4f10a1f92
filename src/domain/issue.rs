//! Problems between departments (SPEC 3.4).

use super::due::Due;
use super::event::Tick;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An issue; the public fields are those of SPEC 9.8.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Issue {
    pub id: String,
    pub title: String,
    pub department: Option<String>,
    pub initiator: Option<String>,
    pub initiator_address: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub urgency: String,
    pub level: String,
    pub background: Option<String>,
    pub current: Option<String>,
    pub expected: Option<String>,
    pub departments: Vec<String>,
    pub informed: Vec<String>,
    pub contact: Option<String>,
    pub contact_address: Option<String>,
    pub wanted_by: Option<Due>,
    pub project: Option<String>,
    /// `open`, `acknowledged`, `understood`, `in_progress`, `resolved`, `rated`, `closed`.
    pub state: String,
    pub escalated: bool,
    pub resolution: Option<Resolution>,
    pub rating: Option<u8>,
    pub sign_offs: Vec<SignOff>,
    pub log: Vec<LogEntry>,
    pub version: u64,
    #[serde(rename = "_ticks")]
    pub ticks: Vec<Tick>,
    #[serde(rename = "_facts")]
    pub facts: serde_json::Map<String, serde_json::Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Resolution {
    pub solution: String,
    pub finished: Option<NaiveDate>,
    pub owner: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignOff {
    pub department: String,
    pub by: Option<String>,
    pub at: Option<String>,
}

/// One communication: time, who, content, result, next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogEntry {
    pub at: String,
    pub who: String,
    pub content: String,
    pub result: Option<String>,
    pub next: Option<String>,
}

impl Issue {
    pub fn indexes(&self) -> Vec<(&'static str, String)> {
        vec![("issues", "all".to_string())]
    }
}
