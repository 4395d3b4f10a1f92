//! Problems between departments (SPEC 3.4): open → acknowledged → understood → in progress → resolved → rated → closed.
//!
//! [`opened`] makes one from a feedback form and asks back what it leaves out; [`routing`] finds who has to answer;
//! [`command`] and [`answered`] are what its people say, [`tick`] what time does: three clocks, a rhythm of questions, and
//! a ladder (O26). Each department asked is a [`Party`] with clocks of its own; the first one leads, and the state of the
//! problem is the state of its leading party.

mod ask;
mod chase;
mod clocks;
mod closing;
mod command;
mod convene;
mod gaps;
mod letters;
mod loaded;
mod log;
mod opening;
mod progress;
mod proposal;
mod resolution;
mod routing;
mod standing;
mod undone;
mod words;

pub use ask::{Ask, asks, only_ask};
pub use chase::{tick, unreachable};
pub use clocks::ticks;
pub use command::command;
pub use convene::minuted;
pub use letters::facts;
pub use loaded::loaded;
pub use opening::opened;
pub use standing::Part;
pub use undone::{put_back, withdrawn};
pub use words::{answered, heard};

use super::due::Due;
use super::urgency::Urgency;
use super::view::{Record, View};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An issue; the public fields are those of SPEC 9.8, fields beginning with `_` in JSON stay inside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Issue {
    pub id: String,
    pub title: String,
    pub department: Option<String>,
    pub initiator: Option<String>,
    pub initiator_address: Option<String>,
    /// `collaboration`, `bottleneck`, `resource`, `fault`, `other`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `normal`, `urgent`, `critical`.
    pub urgency: String,
    /// `general`, `key`.
    pub level: String,
    pub background: Option<String>,
    pub current: Option<String>,
    pub expected: Option<String>,
    /// Departments asked, the leading one first.
    pub departments: Vec<String>,
    pub informed: Vec<String>,
    /// Who answers for the leading department.
    pub contact: Option<String>,
    pub contact_address: Option<String>,
    pub wanted_by: Option<Due>,
    pub project: Option<String>,
    pub state: State,
    /// Somebody above the contact was told.
    pub escalated: bool,
    pub resolution: Option<Resolution>,
    pub rating: Option<u8>,
    pub sign_offs: Vec<SignOff>,
    pub log: Vec<LogEntry>,
    pub version: u64,

    /// Who wrote the form, where that is not the initiator.
    #[serde(rename = "_submitter")]
    pub submitter: Option<String>,
    /// The mail it came with.
    #[serde(rename = "_source")]
    pub source: Source,
    /// Routed to those who shall solve it.
    #[serde(rename = "_opened_at")]
    pub opened_at: Option<DateTime<Utc>>,
    #[serde(rename = "_parties")]
    pub parties: Vec<Party>,
    /// Addresses of those who only know of it, with the part they have: `head`, `own_head`, `sponsor`, `informed`.
    #[serde(rename = "_copies")]
    pub copies: Vec<Copy>,
    #[serde(rename = "_initiator_head")]
    pub initiator_head: Option<String>,
    #[serde(rename = "_sponsor")]
    pub sponsor: Option<String>,
    /// What the form left out and was asked back.
    #[serde(rename = "_gaps")]
    pub gaps: Option<Gaps>,
    /// Another date, proposed to the initiator; it holds the clocks (O41).
    #[serde(rename = "_proposal")]
    pub proposal: Option<Proposal>,
    /// Dates that were moved.
    #[serde(rename = "_slips")]
    pub slips: u32,
    /// Why it takes longer, in the words of who said so.
    #[serde(rename = "_delays")]
    pub delays: Vec<Delay>,
    #[serde(rename = "_resolved_at")]
    pub resolved_at: Option<DateTime<Utc>>,
    #[serde(rename = "_rating_reason")]
    pub rating_reason: Option<String>,
    /// Rated low, and asked why: until when nobody signs is counted from here.
    #[serde(rename = "_low_since")]
    pub low_since: Option<DateTime<Utc>>,
    #[serde(rename = "_signing_since")]
    pub signing_since: Option<DateTime<Utc>>,
    #[serde(rename = "_closed_at")]
    pub closed_at: Option<DateTime<Utc>>,
    /// How it ended: `rated`, `unrated`, `withdrawn`, `set_aside`.
    #[serde(rename = "_ended")]
    pub ended: Option<String>,
    #[serde(rename = "_reopened")]
    pub reopened: u32,
    /// A special meeting was proposed, and its id once it is called.
    #[serde(rename = "_meeting_asked_at")]
    pub meeting_asked_at: Option<DateTime<Utc>>,
    #[serde(rename = "_meeting")]
    pub meeting: Option<String>,
    /// Why it became a key issue: `said`, `disagreement`, `slips`.
    #[serde(rename = "_key_why")]
    pub key_why: Option<String>,
    /// Nobody above hears of it before that day.
    #[serde(rename = "_held_until")]
    pub held_until: Option<NaiveDate>,
    #[serde(rename = "_confidential")]
    pub confidential: bool,
    #[serde(rename = "_marks")]
    pub marks: BTreeSet<String>,
    /// Facts of the issues' own code that have no field yet.
    #[serde(rename = "_facts")]
    pub facts: serde_json::Map<String, serde_json::Value>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    #[default]
    Open,
    Acknowledged,
    Understood,
    InProgress,
    Resolved,
    Rated,
    Closed,
}

impl State {
    /// Somebody still has to solve it.
    pub fn is_open(self) -> bool {
        self < State::Resolved
    }

    /// The word of SPEC 9.8.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Acknowledged => "acknowledged",
            State::Understood => "understood",
            State::InProgress => "in_progress",
            State::Resolved => "resolved",
            State::Rated => "rated",
            State::Closed => "closed",
        }
    }
}

/// A department that is asked to solve it, with the person who answers for it and clocks of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Party {
    pub department: String,
    pub name: String,
    /// Address of the contact.
    pub address: String,
    /// Address of the contact's head.
    pub head: Option<String>,
    /// Time zone and working calendar of the contact (O30); empty means the house's.
    pub zone: String,
    pub calendar: String,
    /// Delivered; the clocks count from here.
    pub asked_at: Option<DateTime<Utc>>,
    pub responded_at: Option<DateTime<Utc>>,
    pub understood_at: Option<DateTime<Utc>>,
    pub understanding: Option<String>,
    pub started: bool,
    pub percent: Option<u8>,
    /// Expected day of the contact; not a new date.
    pub expected: Option<Due>,
    pub done_at: Option<DateTime<Utc>>,
    /// The last word of that side.
    pub said_at: Option<DateTime<Utc>>,
    /// The last question of ours by a letter of its own, and how many stayed unanswered.
    pub chased_at: Option<DateTime<Utc>>,
    pub asks: u32,
    /// Rungs that were climbed or shown: `response:head`, `progress:preview_sponsor`.
    pub rungs: BTreeSet<String>,
    /// Who was written to in this night (O42).
    pub night: Vec<String>,
    /// It turned out not to be theirs.
    pub left: bool,
}

impl Party {
    pub fn is_live(&self) -> bool {
        !self.left && !self.address.is_empty()
    }

    fn state(&self) -> State {
        if self.done_at.is_some() || self.started {
            State::InProgress
        } else if self.understood_at.is_some() {
            State::Understood
        } else if self.responded_at.is_some() {
            State::Acknowledged
        } else {
            State::Open
        }
    }
}

/// Somebody who is told and not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Copy {
    pub address: String,
    pub role: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    pub message_id: String,
    pub references: Vec<String>,
    /// Addresses in To and Cc: they have read it (O8).
    pub recipients: Vec<String>,
}

/// Questions back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gaps {
    /// Address of who is asked.
    pub to: String,
    pub asked_at: Option<DateTime<Utc>>,
    pub reminded: bool,
    pub open: Vec<Gap>,
}

/// One thing that is missing or vague.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gap {
    pub n: u32,
    /// `background`, `current`, `expected`, `departments`, `contact`, `wanted_by`, `route`, `solution`.
    pub field: String,
    /// `missing`, `vague`, `past`, `no_contact`, `not_ours`.
    pub why: String,
    /// The words that were not clear.
    pub words: Option<String>,
    /// The department a contact is asked for.
    pub department: Option<String>,
}

/// Another date, asked of the initiator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Proposal {
    pub due: Option<Due>,
    pub reason: Option<String>,
    pub by: String,
    pub party: usize,
    pub at: Option<DateTime<Utc>>,
    /// The first one and a short one: silence grants it (O24).
    pub short: bool,
}

/// A reason for delay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Delay {
    pub at: Option<DateTime<Utc>>,
    pub by: String,
    pub reason: Option<String>,
    pub measure: Option<String>,
    pub due: Option<Due>,
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
    /// Name of who signed; absent: 未签.
    pub by: Option<String>,
    pub at: Option<String>,
    /// Address of who is asked to sign.
    #[serde(rename = "_address")]
    pub address: String,
    #[serde(rename = "_refused")]
    pub refused: Option<String>,
}

/// One communication: time, who, content, result, next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogEntry {
    pub at: String,
    pub who: String,
    pub content: String,
    /// What it changed: words of the templates' table `issue_result`, or what the writer says the result is.
    pub result: Option<String>,
    /// `response 2026-03-16T18:00:00+08:00`: what is due next; or what the writer says is next.
    pub next: Option<String>,
    #[serde(rename = "_message_id")]
    pub message_id: String,
}

impl Issue {
    pub fn urgency(&self) -> Urgency {
        Urgency::of(&self.urgency)
    }

    /// Those who have to solve it, with their places in [`Issue::parties`].
    pub fn live(&self) -> impl Iterator<Item = (usize, &Party)> {
        self.parties.iter().enumerate().filter(|(_, party)| party.is_live())
    }

    /// The party whose state is the problem's.
    pub fn lead(&self) -> Option<(usize, &Party)> {
        self.live().next()
    }

    /// What stands in subjects: the id alone where it is confidential (O38).
    pub fn subject_title(&self) -> &str {
        if self.confidential { &self.id } else { &self.title }
    }

    /// Everybody it concerns, once.
    pub fn concerned(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let parties = self.live().flat_map(|(_, party)| [Some(party.address.clone()), party.head.clone()]);
        let others = self.copies.iter().map(|copy| Some(copy.address.clone()));
        let signers = self.sign_offs.iter().map(|sign| Some(sign.address.clone()));
        let own = [self.initiator_address.clone(), self.submitter.clone(), self.initiator_head.clone()];
        for address in own.into_iter().chain(parties).chain(others).chain(signers).flatten() {
            if !address.is_empty() && !all.contains(&address) {
                all.push(address);
            }
        }
        all
    }

    /// Rows under which it is found: (index, key).
    pub fn indexes(&self) -> Vec<(&'static str, String)> {
        let mut rows = Vec::new();
        if self.state != State::Closed {
            rows.extend(self.concerned().into_iter().map(|address| ("issues_of", address)));
            rows.extend(ask::asked(self).into_iter().map(|address| ("issue_waits", address)));
        }
        if let Some(project) = &self.project {
            rows.push(("project_issues", project.clone()));
        }
        rows
    }

    /// What follows from the parties: state and contact.
    fn settle(&mut self) {
        let lead = self.lead().map(|(_, party)| party.clone());
        if let Some(lead) = &lead {
            self.contact = Some(lead.name.clone());
            self.contact_address = Some(lead.address.clone());
            if self.state.is_open() {
                self.state = lead.state();
            }
        }
        if self.level.is_empty() {
            self.level = "general".into();
        }
    }
}

/// Stores a changed or new issue; `why` goes into its history.
fn save(view: &mut View<'_>, mut issue: Issue, why: &str) {
    issue.settle();
    view.put(Record::Issue(Box::new(issue)), why);
}
