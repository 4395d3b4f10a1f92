//! The record of a project. The public fields are those of SPEC 9.8; fields beginning with `_` in JSON stay inside.

use crate::domain::due::Due;
use crate::domain::meeting::Source;
use crate::domain::reading::{Doubt, FeedbackReading, NeedsReading};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A project of several departments.
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
    pub members: Vec<Member>,
    /// Action ids, in the order of the plan.
    pub tasks: Vec<String>,
    pub milestones: Vec<Milestone>,
    pub subgoals: Vec<Subgoal>,
    pub resources: Vec<Resource>,
    pub risks: Vec<Risk>,
    pub state: Stage,
    pub version: u64,

    /// The mail that started it.
    #[serde(rename = "_source")]
    pub source: Source,
    /// Questions nobody has answered yet; each has an end (O24).
    #[serde(rename = "_asks")]
    pub asks: Vec<Ask>,
    #[serde(rename = "_needs")]
    pub needs: Vec<Need>,
    #[serde(rename = "_changes")]
    pub changes: Vec<Change>,
    #[serde(rename = "_feedback")]
    pub feedback: Vec<Feedback>,
    /// Hints at the objective: `smart_measurable`, …
    #[serde(rename = "_hints")]
    pub hints: Vec<Doubt>,
    /// What was done once: `announced`, `needs_told`, `tables`, `end_asked`, `cancelled`.
    #[serde(rename = "_marks")]
    pub marks: BTreeSet<String>,
    /// 联合验收: the head of every department that works on it accepts.
    #[serde(rename = "_joint")]
    pub joint: bool,
    /// `day`, `week`, `none`; absent: as the house does.
    #[serde(rename = "_rhythm")]
    pub rhythm: Option<String>,
    #[serde(rename = "_running_since")]
    pub running_since: Option<NaiveDate>,
    #[serde(rename = "_closing_at")]
    pub closing_at: Option<DateTime<Utc>>,
    #[serde(rename = "_closed_at")]
    pub closed_at: Option<DateTime<Utc>>,
    /// The light each task was last told with, so that only what turns is told.
    #[serde(rename = "_lights")]
    pub lights: BTreeMap<String, String>,
    #[serde(rename = "_confidential")]
    pub confidential: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    #[default]
    Proposed,
    /// The division of work is out, and every sub-goal is signed or its time is over.
    Agreed,
    /// Its first day has come, or work has begun.
    Running,
    Closed,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Member {
    pub department: String,
    /// `lead`, `support`, `supervise`.
    pub responsibility: Option<String>,
    /// Who speaks for the department.
    pub person: Option<String>,
    #[serde(rename = "_address")]
    pub address: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Milestone {
    pub name: String,
    pub due: Option<Due>,
    pub owner: Option<String>,
    pub reached: bool,
    #[serde(rename = "_owner_address")]
    pub owner_address: Option<String>,
    #[serde(rename = "_reached_at")]
    pub reached_at: Option<DateTime<Utc>>,
}

/// 目标共识: what one department takes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Subgoal {
    pub department: Option<String>,
    pub text: String,
    pub measure: Option<String>,
    /// `none`, `signed`, `refused`, `unsigned` (nobody answered, O24).
    pub sign_off: String,
    pub signed_by: Option<String>,
    pub note: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Resource {
    /// Whose it is.
    pub department: Option<String>,
    pub text: String,
    /// Absent: not decided.
    pub granted: Option<bool>,
    pub granted_by: Option<String>,
    pub note: Option<String>,
    pub released: bool,
    #[serde(rename = "_head")]
    pub head: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Risk {
    pub text: String,
    /// `red`, `yellow`, `green`, where said.
    pub light: Option<String>,
    pub plan: Option<String>,
    pub owner: Option<String>,
    #[serde(rename = "_owner_address")]
    pub owner_address: Option<String>,
    #[serde(rename = "_by")]
    pub by: Option<String>,
    #[serde(rename = "_closed")]
    pub closed: bool,
}

/// A question to one person. `kind`: `needs`, `sign_off`, `resource`, `change`, `gaps`, `close`, `feedback`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ask {
    pub kind: String,
    pub to: String,
    /// What it is about, as the line of the letter shows it: the sub-goal, the resource, the change.
    pub text: String,
    pub department: Option<String>,
    pub since: Option<DateTime<Utc>>,
}

/// What a department said it needs (O40).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Need {
    pub department: String,
    pub by: Option<String>,
    #[serde(flatten)]
    pub reading: NeedsReading,
    /// Nobody answered in time.
    pub silent: bool,
}

/// A change note (需求变更): what, by whom, and who was told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Change {
    pub text: String,
    pub by: String,
    pub by_address: Option<String>,
    pub at: Option<DateTime<Utc>>,
    /// `asked`, `adopted`, `refused`.
    pub state: String,
    pub told: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Feedback {
    pub by: String,
    pub address: String,
    #[serde(flatten)]
    pub reading: FeedbackReading,
}

impl Project {
    pub fn is_open(&self) -> bool {
        self.state != Stage::Closed
    }

    /// Everybody who works on it or answers for it, by address: manager, sponsor, members; no doubles.
    pub fn people(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let roles = [&self.manager_address, &self.sponsor_address];
        let members = self.members.iter().filter_map(|member| member.address.as_ref());
        for address in roles.into_iter().flatten().chain(members) {
            if !all.contains(address) {
                all.push(address.clone());
            }
        }
        all
    }

    /// Its manager's address, for comparing.
    pub fn is_run_by(&self, address: &str) -> bool {
        self.manager_address.as_deref() == Some(address)
    }

    /// Rows under which it is found: (index, key).
    pub fn indexes(&self) -> Vec<(&'static str, String)> {
        let mut rows = vec![("projects", "all".to_string())];
        if self.is_open() {
            rows.extend(self.people().into_iter().map(|address| ("projects_of", address)));
        }
        let mut asked: BTreeSet<&String> = self.asks.iter().map(|ask| &ask.to).collect();
        if self.state == Stage::Running {
            asked.extend(self.milestones.iter().filter(|m| !m.reached).filter_map(|m| self.milestone_owner(m)));
        }
        rows.extend(asked.into_iter().map(|address| ("asked", address.clone())));
        rows
    }

    /// Who answers for a milestone: its owner, else the manager.
    pub fn milestone_owner<'p>(&'p self, milestone: &'p Milestone) -> Option<&'p String> {
        milestone.owner_address.as_ref().or(self.manager_address.as_ref())
    }

    pub fn is_asked(&self, kind: &str, to: &str) -> bool {
        self.asks.iter().any(|ask| ask.kind == kind && ask.to == to)
    }

    /// Asks one thing of one person; the same question is not put twice.
    pub fn ask(&mut self, kind: &str, to: &str, text: &str, department: Option<String>, since: DateTime<Utc>) {
        self.asks.retain(|ask| !(ask.kind == kind && ask.to == to && ask.text == text));
        self.asks.push(Ask { kind: kind.into(), to: to.into(), text: text.into(), department, since: Some(since) });
    }
}
