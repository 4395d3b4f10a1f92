//! What is doubtful in a call: hints in the preview and in the organizer's notice, never a refusal (SPEC 4.1).

use super::moments;
use super::{Meeting, MeetingState};
use crate::domain::view::View;
use chrono::{DateTime, Duration, Timelike, Utc};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Every hint carries every key, so that strict templates may ask any of them.
const KEYS: [&str; 16] = [
    "count",
    "titles",
    "title",
    "minutes",
    "agenda",
    "day",
    "name",
    "time",
    "names",
    "start",
    "candidates",
    "department",
    "address",
    "what",
    "line",
    "id",
];

/// Topics below and above which a meeting is badly cut.
const TOPICS: std::ops::RangeInclusive<usize> = 3..=5;
const TOPIC_MINUTES_MAX: u32 = 15;
/// Attendees looked at for a clash, and meetings of each.
const CLASH_PEOPLE_MAX: usize = 60;
const CLASH_MEETINGS_MAX: usize = 40;
/// Local hours in which a meeting is a hint: from 20:00 to 07:00.
const NIGHT: (u32, u32) = (20, 7);

/// A hint with all keys; `facts` gives those that say something.
pub(super) fn hint(kind: &str, facts: Value) -> Value {
    let mut map = Map::new();
    map.insert("kind".into(), json!(kind));
    for key in KEYS {
        map.insert(key.into(), Value::Null);
    }
    if let Value::Object(facts) = facts {
        map.extend(facts);
    }
    Value::Object(map)
}

/// Everything about the meeting that its organizer might want to mend.
pub(super) fn of(view: &View<'_>, meeting: &Meeting, now: DateTime<Utc>) -> Vec<Value> {
    let mut hints = Vec::new();
    when(view, meeting, now, &mut hints);
    if meeting.objective.as_deref().is_none_or(|text| text.trim().is_empty()) {
        hints.push(hint("no_objective", json!({})));
    }
    agenda(meeting, &mut hints);
    if !meeting.attendees.is_empty() && !meeting.attendees.iter().any(|a| a.role == "decider") {
        hints.push(hint("no_decider", json!({})));
    }
    hints.extend(clashes(view, meeting));
    hints
}

/// Hints that the chair can still act on the day before.
pub(super) fn of_agenda(meeting: &Meeting) -> Vec<Value> {
    let mut hints = Vec::new();
    agenda(meeting, &mut hints);
    hints
}

fn agenda(meeting: &Meeting, hints: &mut Vec<Value>) {
    let count = meeting.agenda.len();
    if count < *TOPICS.start() {
        hints.push(hint("few_topics", json!({"count": count})));
    } else if count > *TOPICS.end() {
        hints.push(hint("many_topics", json!({"count": count})));
    }
    let without: Vec<&str> =
        meeting.agenda.iter().filter(|item| item.required_outcome.is_none()).map(|item| item.title.as_str()).collect();
    if !without.is_empty() {
        hints.push(hint("no_outcome", json!({"count": without.len(), "titles": without})));
    }
    for item in meeting.agenda.iter().filter(|item| item.minutes.is_some_and(|m| m > TOPIC_MINUTES_MAX)) {
        hints.push(hint("long_topic", json!({"title": item.title, "minutes": item.minutes})));
    }
    let total: u32 = meeting.agenda.iter().filter_map(|item| item.minutes).fold(0, u32::saturating_add);
    if let Some(minutes) = meeting.minutes.filter(|minutes| total > *minutes) {
        hints.push(hint("agenda_too_long", json!({"agenda": total, "minutes": minutes})));
    }
}

fn when(view: &View<'_>, meeting: &Meeting, now: DateTime<Utc>, hints: &mut Vec<Value>) {
    let Some(start) = meeting.start else { return };
    let zone = moments::zone(meeting, view.rules);
    let calendar = moments::workdays(meeting, view.rules);
    let local = start.with_timezone(&zone);
    let left = start.with_timezone(&Utc) - now;
    if left < Duration::minutes(moments::AT_ONCE_MINUTES) {
        hints.push(hint("no_notice", json!({"minutes": left.num_minutes().max(0)})));
    } else if moments::is_short(&calendar, &local, now, view.rules.policy.notice_before) {
        hints.push(hint("short_notice", json!({"minutes": left.num_minutes()})));
    }
    let day = local.date_naive();
    if !calendar.is_workday(day) {
        hints.push(hint("day_off", json!({"day": day, "name": calendar.holiday_name(day)})));
    }
    if local.hour() >= NIGHT.0 || local.hour() < NIGHT.1 {
        hints.push(hint("night", json!({"time": local.format("%H:%M").to_string()})));
    }
}

/// Other meetings of the same people at the same time: who and when, not what, which may be none of the sender's business.
fn clashes(view: &View<'_>, meeting: &Meeting) -> Vec<Value> {
    let (Some(start), Some(end)) = (meeting.start, meeting.end()) else { return Vec::new() };
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for address in meeting.concerned().iter().take(CLASH_PEOPLE_MAX) {
        let ids = view.ids("meetings_of", address);
        for id in ids.into_iter().rev().take(CLASH_MEETINGS_MAX).filter(|id| *id != meeting.id) {
            names.entry(id).or_default().push(view.name_of(address));
        }
    }
    let mut hints = Vec::new();
    // Each meeting is read once, however many of its people are called.
    for (id, names) in names {
        let Some(other) = view.meeting(&id).filter(|other| other.state == MeetingState::Announced) else { continue };
        let (Some(other_start), Some(other_end)) = (other.start, other.end()) else { continue };
        let of_series = other.series.is_some() && other.series == meeting.series;
        if other_start < end && start < other_end && !of_series {
            let minutes = (other_end - other_start).num_minutes();
            hints.push(hint(
                "clash",
                json!({"names": names, "start": super::data::moment(&other_start), "minutes": minutes}),
            ));
        }
    }
    hints
}
