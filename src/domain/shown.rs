//! What letters show of objects: the public fields of SPEC 9.8 and the facts a reader needs beside them.

use super::action_item::{ActionItem, State};
use super::clock::Clock;
use super::meeting::Meeting;
use super::reading::Line;
use super::view::View;
use super::workdays::Week;
use chrono::{DateTime, FixedOffset, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// An object as SPEC 9.8 shows it: fields beginning with `_` stay inside.
pub fn public(object: &impl Serialize) -> Value {
    fn stripped(value: Value) -> Value {
        match value {
            Value::Object(map) => Value::Object(
                map.into_iter().filter(|(key, _)| !key.starts_with('_')).map(|(k, v)| (k, stripped(v))).collect(),
            ),
            Value::Array(all) => Value::Array(all.into_iter().map(stripped).collect()),
            other => other,
        }
    }
    stripped(serde_json::to_value(object).unwrap_or(Value::Null))
}

pub fn meeting(meeting: &Meeting) -> Value {
    public(meeting)
}

/// A meeting as this reader may see it: from outside without the list of people and departments, and without what was
/// decided (TRUST R2, O39).
pub fn meeting_to(view: &View<'_>, meeting: &Meeting, reader: &str) -> Value {
    let mut shown = public(meeting);
    if super::outside::is_outside(view, reader) {
        if let Some(map) = shown.as_object_mut() {
            if let Some(list) = map.get_mut("attendees").and_then(Value::as_array_mut) {
                list.retain(|person| person.get("address").and_then(Value::as_str) == Some(reader));
            }
            map.insert("departments".into(), json!([]));
            map.insert("decisions".into(), json!([]));
        }
    }
    shown
}

/// A moment as templates read it: RFC 3339 in the house's zone.
pub fn moment(view: &View<'_>, at: DateTime<Utc>) -> Value {
    let local: DateTime<FixedOffset> = at.with_timezone(&view.rules.time_zone).fixed_offset();
    Value::String(local.to_rfc3339_opts(chrono::SecondsFormat::Secs, false))
}

/// Title of what an item came from: the meeting's title, the project's name, else nothing; nothing of what is
/// confidential, for it stands in subjects and in lists of many things (O38).
pub fn source_title(view: &View<'_>, item: &ActionItem) -> Option<String> {
    let id = item.source.id.as_deref()?;
    match item.source.kind.as_str() {
        "meeting" => view.meeting(id).filter(|meeting| !meeting.confidential).map(|meeting| meeting.title),
        "issue" => view.issue(id).filter(|issue| !issue.confidential).map(|issue| issue.title),
        "project" => view.project(id).filter(|project| !project.confidential).map(|project| project.name),
        _ => None,
    }
}

/// Working days an item is late, by its owner's calendar; 0 when it is not.
pub fn late_days(view: &View<'_>, item: &ActionItem, now: DateTime<Utc>) -> i32 {
    let clock = Clock::of_item(item, view.rules);
    match &item.due {
        Some(due) if item.state.is_open() && clock.moment(due) < now => {
            clock.between(clock.day(due), clock.today(now)).max(0)
        }
        _ => 0,
    }
}

/// What its owner is asked about it: `owner`, `due`, `reason`, `measure`.
fn asks(item: &ActionItem, overdue: bool) -> Vec<&'static str> {
    let mut asks = Vec::new();
    if item.state.is_open() {
        if item.owner.is_none() {
            asks.push("owner");
        }
        if item.due.is_none() {
            asks.push("due");
        }
        if overdue || item.behind {
            if item.reason.is_none() {
                asks.push("reason");
            }
            if item.measure.is_none() {
                asks.push("measure");
            }
        }
    } else if item.state == State::Done {
        asks.push("accept");
    }
    asks
}

/// An item as a line of a letter: the public fields, and `n`, `overdue`, `late_days` and `due_in` (working days of the
/// owner), `due_calendar` (`name` and `week` of the owner's calendar, where it makes a difference), `organizer` and `owner` as names, `source_title`, `confidential`, `asks`, `doubts`, `objection`, `change`.
pub fn row(view: &View<'_>, item: &ActionItem, n: Option<u32>, now: DateTime<Utc>) -> Value {
    let clock = Clock::of_item(item, view.rules);
    let overdue = item.state.is_open() && item.due.as_ref().is_some_and(|due| clock.moment(due) < now);
    let due_in = item.due.as_ref().map(|due| clock.between(clock.today(now), clock.day(due)));
    let mut map = match public(item) {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    let own_calendar = item.due.as_ref().and_then(|due| {
        let since = item.touched_at.or(item.asked_at).unwrap_or(now);
        let days = clock.by_own_calendar(due, since, view.rules)?;
        let week = match days.week() {
            Week::MonFri => "",
            Week::SixDay => "six-day",
            Week::Alternate { .. } => "alternate",
        };
        Some(json!({"name": days.name(), "week": week}))
    });
    let organizer = item.organizer_address.as_ref().map(|address| view.name_of(address));
    let mut put = |key: &str, value: Value| map.insert(key.to_string(), value);
    put("n", json!(n));
    put("overdue", json!(overdue));
    put("late_days", json!(late_days(view, item, now)));
    put("due_in", json!(due_in));
    put("due_calendar", json!(own_calendar));
    put("organizer", json!(organizer));
    put("source_title", json!(source_title(view, item)));
    put("confidential", json!(item.confidential));
    put("asks", json!(asks(item, overdue)));
    put("doubts", json!(item.doubts));
    put("objection", json!(item.objection.as_ref().map(|objection| &objection.text)));
    put("change", Value::Null);
    Value::Object(map)
}

/// Rows numbered from `from`, and the lines that say what the numbers mean (O22).
pub fn numbered(view: &View<'_>, items: &[ActionItem], from: u32, now: DateTime<Utc>) -> (Vec<Value>, Vec<Line>) {
    (from..).zip(items).map(|(n, item)| (row(view, item, Some(n), now), line(n, item))).unzip()
}

pub fn line(n: u32, item: &ActionItem) -> Line {
    Line { n, id: item.id.clone(), task: item.task.clone() }
}
