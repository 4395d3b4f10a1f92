//! Meetings (SPEC 3.1): notice → answers → run sheet → minutes.

use super::due::Due;
use super::event::Tick;
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
    /// Occurrence day within a series.
    #[serde(rename = "_occurrence")]
    pub occurrence: Option<NaiveDate>,
    /// What time will do next, written by the code that decides about the meeting; `schedule` copies it to the due index.
    #[serde(rename = "_ticks")]
    pub ticks: Vec<Tick>,
    /// Facts of the meetings' own code that have no field yet.
    #[serde(rename = "_facts")]
    pub facts: serde_json::Map<String, serde_json::Value>,
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

    /// Organizer, chair: they may change and cancel it.
    pub fn is_led_by(&self, address: &str) -> bool {
        self.organizer_address.as_deref() == Some(address) || self.chair_address.as_deref() == Some(address)
    }

    pub fn may_send_minutes(&self, address: &str) -> bool {
        self.is_led_by(address) || self.recorder_address.as_deref() == Some(address)
    }

    /// Rows under which it is found: (index, key).
    pub fn indexes(&self) -> Vec<(&'static str, String)> {
        let mut rows = vec![("meetings", "all".to_string())];
        if !self.uid.is_empty() {
            rows.push(("uid", self.uid.clone()));
        }
        if let Some(series) = &self.series {
            rows.push(("series", series.clone()));
        }
        if let Some(call) = &self.call {
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

/// What time will do to a meeting; see `schedule`.
pub fn ticks(meeting: &Meeting, _rules: &super::view::Rules) -> Vec<Tick> {
    meeting.ticks.clone()
}
