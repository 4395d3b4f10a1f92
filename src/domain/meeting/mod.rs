//! Meetings (SPEC 3.1): call → notice → answers → materials → run sheet → held → minutes.
//!
//! [`call`] makes one from a mail, [`calendar`] from somebody's invite; [`announce`] sends the notices; [`command`] is
//! what its people say about it, [`tick`] what time does to it. Minutes themselves are read in `domain::minutes`.

mod answers;
mod before;
mod calendar;
mod call;
mod cancel;
mod change;
mod data;
mod hints;
mod invite;
mod materials;
mod moments;
mod notice;
mod occurrence;
mod rooms;
mod settle;
mod title;

pub use answers::command;
pub use before::{tick, unreachable};
pub use calendar::calendar;
pub use call::{amended, call, called_by, choice, may_call};
pub use change::{is_decided_anew, put_back};
pub use data::public;
pub use materials::materials;
pub use moments::ticks;
pub use notice::{announce, announced_before, close_if_done};
pub use settle::settle;
pub use title::{is_correction, same_title};

use super::due::Due;
use super::event::{Mailbox, Tick};
use super::reading::RecurrenceReading;
use chrono::{DateTime, Duration, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A meeting; the public fields are those of SPEC 9.8, fields beginning with `_` in JSON stay inside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Meeting {
    pub id: String,
    pub title: String,
    /// `kickoff`, `problem`, `resource`, `retrospective`, `weekly`, `other`.
    pub kind: String,
    pub objective: Option<String>,
    pub start: Option<DateTime<FixedOffset>>,
    /// Duration.
    pub minutes: Option<u32>,
    /// IANA name.
    pub time_zone: String,
    pub place: Option<String>,
    pub link: Option<String>,
    pub organizer: Option<String>,
    pub organizer_address: Option<String>,
    pub chair: Option<String>,
    pub chair_address: Option<String>,
    pub recorder: Option<String>,
    pub recorder_address: Option<String>,
    pub departments: Vec<String>,
    pub attendees: Vec<Attendee>,
    pub agenda: Vec<AgendaItem>,
    pub materials: Vec<Material>,
    pub decisions: Vec<Decision>,
    pub recurrence: Option<RecurrenceReading>,
    pub series: Option<String>,
    pub project: Option<String>,
    /// iCalendar UID; one for the meeting's life.
    pub uid: String,
    /// iCalendar SEQUENCE.
    pub sequence: i64,
    pub state: MeetingState,
    pub confidential: bool,
    pub version: u64,

    /// Marks of what was done once: `rsvp_chase`, `run_sheet`, …
    #[serde(rename = "_marks")]
    pub marks: BTreeSet<String>,
    /// Message-ID of the organizer's own call, and who stood in its To and Cc (O8).
    #[serde(rename = "_call")]
    pub call: Option<Source>,
    /// The invite is somebody else's; we send none and chase nobody (O33).
    #[serde(rename = "_foreign_invite")]
    pub foreign_invite: bool,
    #[serde(rename = "_rooms")]
    pub rooms: Vec<Attendee>,
    #[serde(rename = "_announced_at")]
    pub announced_at: Option<DateTime<Utc>>,
    /// Minutes in the making: received, gaps, review (O14).
    #[serde(rename = "_minutes")]
    pub minutes_record: Option<MinutesRecord>,
    #[serde(rename = "_risks")]
    pub risks: Vec<super::reading::RiskReading>,
    #[serde(rename = "_questions")]
    pub questions: Vec<String>,
    /// Ids of the action items, in order.
    #[serde(rename = "_items")]
    pub items: Vec<String>,
    /// Occurrence day within a series: the day the rule gave, also where the meeting was moved.
    #[serde(rename = "_occurrence")]
    pub occurrence: Option<NaiveDate>,
    /// The start the rule gave this occurrence: its RECURRENCE-ID.
    #[serde(rename = "_occurrence_start")]
    pub occurrence_start: Option<DateTime<FixedOffset>>,
    /// Start of the first occurrence: the DTSTART that the recurrence counts from.
    #[serde(rename = "_series_start")]
    pub series_start: Option<DateTime<FixedOffset>>,
    /// The occurrence after this one, as long as it is not made.
    #[serde(rename = "_next")]
    pub next: Option<NextOccurrence>,
    /// The draft waits for a word of the organizer.
    #[serde(rename = "_asked")]
    pub asked: Option<Asked>,
    /// What its people proposed and the organizer has not decided.
    #[serde(rename = "_proposals")]
    pub proposals: Vec<Proposal>,
    /// Notices that wait for a moment at which their readers may be written to (SPEC 6).
    #[serde(rename = "_pending")]
    pub pending: Vec<String>,
    #[serde(rename = "_pending_at")]
    pub pending_at: Option<DateTime<Utc>>,
    /// `all`: to all in full (请代发); `none`: to nobody (不用再发); else what is new for each (O8).
    #[serde(rename = "_delivery")]
    pub delivery: Option<String>,
    /// Called in Bcc: nobody but the sender hears of it until the sender says so (O10).
    #[serde(rename = "_hidden")]
    pub hidden: bool,
    /// Working calendar of the organizer (O30).
    #[serde(rename = "_calendar")]
    pub calendar: String,
    /// SEQUENCE at which the time last changed: answers to an older one are not about this time (TRUST S15).
    #[serde(rename = "_time_sequence")]
    pub time_sequence: i64,
    /// Organizer and DTSTAMP of somebody else's invite (O33).
    #[serde(rename = "_foreign_organizer")]
    pub foreign_organizer: Option<Mailbox>,
    #[serde(rename = "_foreign_stamp")]
    pub foreign_stamp: Option<DateTime<Utc>>,
    /// What time will do next, written by the code that decides about minutes; the rest is derived (`ticks`).
    #[serde(rename = "_ticks")]
    pub ticks: Vec<Tick>,
    /// Facts of the meetings' own code that have no field yet.
    #[serde(rename = "_facts")]
    pub facts: serde_json::Map<String, serde_json::Value>,
}

/// The occurrence that follows, until it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextOccurrence {
    /// As the rule gives it; the RECURRENCE-ID if it moves.
    pub rule_start: DateTime<FixedOffset>,
    /// Where it stands now.
    pub start: DateTime<FixedOffset>,
    /// It stands on a day off and the organizer was asked (O31).
    pub asked: bool,
    /// The organizer wants it on that day all the same.
    pub keep: bool,
}

/// What a draft waits for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `gaps`, `preview`, `choice` (change or new, O15), `still_meeting` (O31).
    pub kind: String,
    /// Why it is shown first: `doubt`, `always`, `first_call`, `many`, `draft`, `count`, `bcc`, `choice`.
    pub reason: String,
    pub since: Option<DateTime<Utc>>,
    pub reminded: bool,
    pub missing: Vec<String>,
    pub hints: Vec<serde_json::Value>,
    pub expanded: Vec<serde_json::Value>,
    /// Recipients the sender has to name to confirm (O12).
    pub count: Option<usize>,
    /// The meeting this may be a change of (O15).
    pub similar: Option<String>,
}

/// Another time, or a topic, that somebody of the meeting would like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub by: String,
    pub start: Option<DateTime<FixedOffset>>,
    pub line: String,
    /// A topic that stands on the agenda unless the organizer refuses it.
    #[serde(default)]
    pub topic: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MeetingState {
    /// Waits for a preview (O13) or an answer.
    #[default]
    Draft,
    Announced,
    Held,
    Minuted,
    Closed,
    Cancelled,
}

/// A mail of a person that an object came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    pub message_id: String,
    pub from: String,
    /// Addresses in To and Cc.
    pub recipients: Vec<String>,
    pub subject: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attendee {
    pub name: String,
    pub address: Option<String>,
    /// `decider`, `doer`, `informed`.
    pub role: String,
    /// `none`, `accepted`, `declined`, `tentative`, `delegated`, `default`.
    pub rsvp: Rsvp,
    pub delegate: Option<String>,
    pub note: Option<String>,
    pub attended: Option<bool>,
    /// DTSTAMP and SEQUENCE of the last calendar answer (TRUST S15).
    #[serde(rename = "_answered_at")]
    pub answered_at: Option<DateTime<Utc>>,
    /// The answer to the invitation of the whole series; each occurrence begins with it.
    #[serde(rename = "_series_rsvp")]
    pub series_rsvp: Option<Rsvp>,
    /// Comes in somebody's place, this time only.
    #[serde(rename = "_stands_in")]
    pub stands_in: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rsvp {
    #[default]
    None,
    Accepted,
    Declined,
    Tentative,
    Delegated,
    /// Silence (O25).
    Default,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgendaItem {
    pub title: String,
    pub minutes: Option<u32>,
    /// Timed to the minute, from the meeting's start.
    pub start: Option<DateTime<FixedOffset>>,
    pub presenter: Option<String>,
    pub required_outcome: Option<String>,
    /// `reached`, `deferred`, `dropped`.
    pub outcome: Option<String>,
    #[serde(rename = "_presenter_address")]
    pub presenter_address: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Material {
    /// A person or a department, as shown.
    pub owner: Option<String>,
    pub name: String,
    pub due: Option<Due>,
    pub received: bool,
    #[serde(rename = "_owner_address")]
    pub owner_address: Option<String>,
    #[serde(rename = "_files")]
    pub files: Vec<super::event::Attachment>,
    #[serde(rename = "_link")]
    pub link: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub text: String,
    pub line: String,
}

/// Minutes between receipt and summary.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MinutesRecord {
    pub source: Source,
    pub received_at: Option<DateTime<Utc>>,
    /// 1 for the first minutes, then revisions (O15).
    pub revision: u32,
    /// Who looks at them first, if anybody still has to.
    pub reviewer: Option<String>,
    pub reviewed: bool,
    /// Sent although nobody looked (主持人未审阅).
    pub unreviewed: bool,
    pub sent: bool,
    /// Items with a gap, by id.
    pub gaps: Vec<String>,
}

impl Meeting {
    pub fn end(&self) -> Option<DateTime<FixedOffset>> {
        self.start.map(|start| start + Duration::minutes(i64::from(self.minutes.unwrap_or(60))))
    }

    pub fn attendee(&self, address: &str) -> Option<&Attendee> {
        self.attendees.iter().find(|a| a.address.as_deref() == Some(address))
    }

    pub fn attendee_mut(&mut self, address: &str) -> Option<&mut Attendee> {
        self.attendees.iter_mut().find(|a| a.address.as_deref() == Some(address))
    }

    /// Everybody the meeting concerns, by address: attendees, organizer, chair, recorder; no doubles.
    pub fn concerned(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let roles = [&self.organizer_address, &self.chair_address, &self.recorder_address];
        let people = self.attendees.iter().filter_map(|a| a.address.as_ref());
        for address in roles.into_iter().flatten().chain(people) {
            if !all.contains(address) {
                all.push(address.clone());
            }
        }
        all
    }

    /// Everybody it invites: all concerned but the organizer, whose meeting it is.
    pub fn invited(&self) -> Vec<String> {
        let mut all = self.concerned();
        all.retain(|address| self.organizer_address.as_ref() != Some(address));
        all
    }

    pub fn is_marked(&self, mark: &str) -> bool {
        self.marks.contains(mark)
    }

    pub fn mark(&mut self, mark: impl Into<String>) {
        self.marks.insert(mark.into());
    }

    /// Organizer, chair: they may change and cancel it.
    pub fn is_led_by(&self, address: &str) -> bool {
        self.organizer_address.as_deref() == Some(address) || self.chair_address.as_deref() == Some(address)
    }

    pub fn may_send_minutes(&self, address: &str) -> bool {
        self.is_led_by(address) || self.recorder_address.as_deref() == Some(address)
    }

    /// Rows under which it is found: (index, key).
    pub fn indexes(&self) -> Vec<(&'static str, String)> {
        let mut rows = Vec::new();
        if !self.uid.is_empty() {
            rows.push(("uid", self.uid.clone()));
        }
        if let Some(series) = &self.series {
            rows.push(("series", series.clone()));
        }
        if let Some(call) = self.call.as_ref().filter(|call| !call.message_id.is_empty()) {
            rows.push(("call", call.message_id.clone()));
        }
        if matches!(self.state, MeetingState::Draft | MeetingState::Announced | MeetingState::Held) {
            for address in self.concerned() {
                rows.push(("meetings_of", address));
            }
        }
        if let Some(organizer) = &self.organizer_address {
            rows.push(("organized_by", organizer.clone()));
        }
        rows
    }
}

#[cfg(test)]
mod tests;
