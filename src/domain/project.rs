//! Projects (SPEC 3.5).

use super::due::Due;
use super::event::Tick;
use super::reading::{MemberReading, RiskReading};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A project; the public fields are those of SPEC 9.8.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Project {
    pub id: String,
    pub name: String,
    pub background: Option<String>,
    pub objective: Option<String>,
    pub scope_in: Option<String>,
    pub scope_out: Option<String>,
    pub start: Option<NaiveDate>,
    pub end: Option<NaiveDate>,
    pub sponsor: Option<String>,
    pub sponsor_address: Option<String>,
    pub manager: Option<String>,
    pub manager_address: Option<String>,
    pub members: Vec<MemberReading>,
    /// Action ids.
    pub tasks: Vec<String>,
    pub milestones: Vec<Milestone>,
    pub subgoals: Vec<serde_json::Value>,
    pub resources: Vec<serde_json::Value>,
    pub risks: Vec<RiskReading>,
    /// `proposed`, `agreed`, `running`, `closed`.
    pub state: String,
    pub version: u64,
    #[serde(rename = "_ticks")]
    pub ticks: Vec<Tick>,
    #[serde(rename = "_facts")]
    pub facts: serde_json::Map<String, serde_json::Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Milestone {
    pub name: String,
    pub due: Option<Due>,
    pub owner: Option<String>,
    pub reached: bool,
}

impl Project {
    pub fn indexes(&self) -> Vec<(&'static str, String)> {
        vec![("projects", "all".to_string())]
    }
}
