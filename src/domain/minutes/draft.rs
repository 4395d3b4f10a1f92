//! What is known of minutes between receipt and summary, beside the meeting's record of them.

use crate::domain::event::{Attachment, Tick, TickKind};
use crate::domain::meeting::Meeting;
use crate::domain::view::Rules;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Where it is kept in the meeting's facts.
const FACT: &str = "minutes";

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// When the summary goes, if nobody says otherwise.
    pub goes_at: Option<DateTime<Utc>>,
    /// When the chair is asked for what the sender left open.
    pub chair_at: Option<DateTime<Utc>>,
    /// Time alone does not send it: more people than the house allows (O12).
    pub only_by_word: bool,
    /// `full` 请代发, `none` 不用再发 (O8).
    pub delivery: Option<String>,
    pub references: Vec<String>,
    /// Files that could not be read; they travel with the summary (O36).
    pub unread: Vec<String>,
    pub files: Vec<Attachment>,
    /// What these minutes added: decisions, risks.
    pub decisions: Vec<String>,
    pub risks: Vec<String>,
    pub outcomes_changed: bool,
    /// The day of a meeting that nobody called, as its first minutes have it.
    pub day: Option<NaiveDate>,
    /// Whether the organizer, who stands in no list of attendees, was there.
    pub organizer_there: Option<bool>,
    /// Outcomes that belong to no agenda item: (title, outcome).
    pub other_outcomes: Vec<(String, String)>,
}

impl Draft {
    pub fn of(meeting: &Meeting) -> Draft {
        meeting.facts.get(FACT).and_then(|fact| serde_json::from_value(fact.clone()).ok()).unwrap_or_default()
    }

    pub fn keep(&self, meeting: &mut Meeting) {
        meeting.facts.insert(FACT.into(), json!(self));
    }

    pub fn has_news(&self) -> bool {
        !self.decisions.is_empty() || !self.risks.is_empty() || self.outcomes_changed
    }
}

/// What time does to minutes in the making.
pub fn ticks(meeting: &Meeting, _rules: &Rules) -> Vec<Tick> {
    let Some(record) = meeting.minutes_record.as_ref().filter(|record| !record.sent) else { return Vec::new() };
    let draft = Draft::of(meeting);
    let row = |at, kind, key: &str| Tick { at, kind, object: meeting.id.clone(), key: key.into() };
    let mut rows = Vec::new();
    if let Some(at) = draft.goes_at.filter(|_| !draft.only_by_word || record.reviewed) {
        rows.push(row(at, TickKind::ReviewTimeout, "minutes"));
    }
    if let Some(at) = draft.chair_at.filter(|_| !record.gaps.is_empty()) {
        rows.push(row(at, TickKind::GapsTimeout, "chair"));
    }
    rows
}
