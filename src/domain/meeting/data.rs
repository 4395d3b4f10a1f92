//! What the letters about a meeting show; the samples stand in `templates/samples/`.

use super::{Meeting, MeetingState, Rsvp};
use crate::domain::action_item::{ActionItem, State};
use crate::domain::letter::{Letter, LetterName};
use crate::domain::view::View;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde_json::{Map, Value, json};

/// Earlier meetings of a series that are looked through for what was left open.
const SERIES_BACK_MAX: usize = 12;
/// Open items a notice or run sheet lists.
const CARRIED_MAX: usize = 30;

/// The JSON of an object as SPEC 9.8 gives it: without the keys that begin with `_`.
pub fn public(record: &impl serde::Serialize) -> Value {
    fn strip(value: Value) -> Value {
        match value {
            Value::Object(map) => Value::Object(
                map.into_iter().filter(|(k, _)| !k.starts_with('_')).map(|(k, v)| (k, strip(v))).collect(),
            ),
            Value::Array(list) => Value::Array(list.into_iter().map(strip).collect()),
            other => other,
        }
    }
    strip(serde_json::to_value(record).unwrap_or(Value::Null))
}

/// RFC 3339 with seconds.
pub(super) fn moment(moment: &DateTime<FixedOffset>) -> String {
    moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

/// A supplier or customer: told of their own part only (O39).
pub(super) fn is_outside(view: &View<'_>, address: &str) -> bool {
    crate::domain::outside::is_outside(view, address)
}

/// What the reader is in this meeting: `organizer`, else the role as an attendee, else `chair` or `recorder`.
pub(super) fn role_of(meeting: &Meeting, address: &str) -> Option<String> {
    if meeting.organizer_address.as_deref() == Some(address) {
        return Some("organizer".into());
    }
    if let Some(attendee) = meeting.attendee(address) {
        return Some(attendee.role.clone());
    }
    if meeting.chair_address.as_deref() == Some(address) {
        return Some("chair".into());
    }
    (meeting.recorder_address.as_deref() == Some(address)).then(|| "recorder".into())
}

/// Agenda items the reader presents.
pub(super) fn topics_of(meeting: &Meeting, address: &str) -> Vec<Value> {
    meeting
        .agenda
        .iter()
        .filter(|item| item.presenter_address.as_deref() == Some(address))
        .map(|item| {
            json!({"title": item.title, "minutes": item.minutes, "start": item.start.as_ref().map(moment),
                   "required_outcome": item.required_outcome})
        })
        .collect()
}

/// Materials the reader owes or brought.
pub(super) fn materials_of(meeting: &Meeting, address: &str) -> Vec<Value> {
    meeting
        .materials
        .iter()
        .filter(|material| material.owner_address.as_deref() == Some(address))
        .map(|material| json!({"name": material.name, "due": material.due, "received": material.received}))
        .collect()
}

/// A letter about a meeting with what every such letter shows.
pub(super) fn letter(view: &View<'_>, meeting: &Meeting, name: LetterName, to: &str, why: &str) -> Letter {
    let shown = crate::domain::shown::meeting_to(view, meeting, to);
    let organizer = meeting.organizer_address.clone().unwrap_or_default();
    let person = view.somebody(&organizer);
    let organizer_name = meeting.organizer.clone().unwrap_or_else(|| person.name.clone());
    let phone = Some(person.phone.clone()).filter(|phone| !phone.is_empty());
    let mut letter = Letter::new(name, to, why);
    if !meeting.id.is_empty() {
        letter = letter.about(&meeting.id);
    }
    letter
        .with("meeting", shown)
        .with("end", meeting.end().as_ref().map(moment))
        .with("organizer", &organizer_name)
        .with("by_self", organizer == to)
        .with("contact", json!({"name": organizer_name, "address": organizer, "phone": phone}))
        // O38: the title of a confidential meeting stands in no subject.
        .with("subject_title", Some(&meeting.title).filter(|title| !meeting.confidential && !title.is_empty()))
        .with("role", role_of(meeting, to))
        .with("chairs", meeting.chair_address.as_deref() == Some(to))
        .with("records", meeting.recorder_address.as_deref() == Some(to))
        .with("topics", topics_of(meeting, to))
        .with("materials", materials_of(meeting, to))
        .with("shared_with", meeting.concerned().len())
        .with("outside", is_outside(view, to))
}

/// Who comes, the organizer first: name, role, answer, delegate, note.
pub(super) fn who_comes(meeting: &Meeting) -> Vec<Value> {
    let mut all = Vec::new();
    let organizer = meeting.organizer_address.as_deref();
    if meeting.attendees.iter().all(|a| a.address.as_deref() != organizer) {
        if let Some(name) = &meeting.organizer {
            all.push(json!({"name": name, "role": "organizer", "rsvp": "accepted", "delegate": null, "note": null}));
        }
    }
    all.extend(
        meeting
            .attendees
            .iter()
            .map(|a| json!({"name": a.name, "role": a.role, "rsvp": a.rsvp, "delegate": a.delegate, "note": a.note})),
    );
    all
}

/// How many gave which answer.
pub(super) fn counts(who: &[Value]) -> Value {
    let mut counts = Map::new();
    for answer in ["accepted", "declined", "tentative", "delegated", "none", "default"] {
        let count = who.iter().filter(|person| person.get("rsvp").and_then(Value::as_str) == Some(answer)).count();
        counts.insert(answer.into(), json!(count));
    }
    Value::Object(counts)
}

/// Deciders who will not be there.
pub(super) fn deciders_out(meeting: &Meeting) -> Vec<String> {
    meeting
        .attendees
        .iter()
        .filter(|a| a.role == "decider" && a.rsvp == Rsvp::Declined)
        .map(|a| a.name.clone())
        .collect()
}

/// All materials, as the organizer and chair see them.
pub(super) fn material_list(meeting: &Meeting) -> Vec<Value> {
    meeting
        .materials
        .iter()
        .map(|m| json!({"owner": m.owner, "name": m.name, "due": m.due, "received": m.received}))
        .collect()
}

/// The meetings of the same series before this one, the latest first.
pub(super) fn earlier(view: &View<'_>, meeting: &Meeting) -> Vec<Meeting> {
    let Some(series) = &meeting.series else { return Vec::new() };
    let mut all: Vec<Meeting> = view
        .ids("series", series)
        .iter()
        .rev()
        .filter(|id| **id != meeting.id)
        .take(SERIES_BACK_MAX * 2)
        .filter_map(|id| view.meeting(id))
        .filter(|other| !matches!(other.state, MeetingState::Draft | MeetingState::Cancelled))
        .filter(|other| match (other.start, meeting.start) {
            (Some(other), Some(this)) => other < this,
            _ => true,
        })
        .collect();
    all.sort_by_key(|other| std::cmp::Reverse(other.start));
    all.truncate(SERIES_BACK_MAX);
    all
}

/// What the last meetings of the series left open: (items with how often they were carried over, required outcomes that
/// were not reached).
pub(super) struct LeftOpen {
    pub items: Vec<(ActionItem, usize)>,
    pub unreached: Vec<Value>,
}

pub(super) fn left_open(view: &View<'_>, meeting: &Meeting) -> LeftOpen {
    let earlier = earlier(view, meeting);
    let mut items = Vec::new();
    for (carries, other) in earlier.iter().enumerate() {
        for item in view.items_of(&other.id) {
            if item.state.is_open() && !item.parked && items.len() < CARRIED_MAX {
                items.push((item, carries + 1));
            }
        }
    }
    // Oldest first: what has been carried most often is what the meeting should ask about.
    items.sort_by_key(|(_, carries)| std::cmp::Reverse(*carries));
    let unreached = earlier
        .iter()
        .find(|other| {
            matches!(other.state, MeetingState::Minuted | MeetingState::Closed) && !other.is_marked("no_minutes")
        })
        .map(|last| {
            let open = |outcome: &Option<String>| outcome.as_deref() != Some("reached");
            last.agenda
                .iter()
                .filter(|item| item.required_outcome.is_some() && open(&item.outcome))
                .map(|item| json!({"title": item.title, "required_outcome": item.required_outcome}))
                .collect()
        })
        .unwrap_or_default();
    LeftOpen { items, unreached }
}

/// `carried` as this reader sees it, own items first and numbered (O22), with the lines that an answer means.
pub(super) fn carried(
    left: &LeftOpen,
    reader: &str,
    outside: bool,
    today: NaiveDate,
) -> (Vec<Value>, Vec<crate::domain::reading::Line>) {
    let is_own = |item: &ActionItem| item.owner_address.as_deref() == Some(reader);
    let (own, others): (Vec<_>, Vec<_>) = left.items.iter().partition(|(item, _)| is_own(item));
    let mut lines = Vec::new();
    let mut shown = Vec::new();
    for (item, carries) in own {
        let n = u32::try_from(lines.len() + 1).unwrap_or(u32::MAX);
        lines.push(crate::domain::reading::Line { n, id: item.id.clone(), task: item.task.clone() });
        shown.push(carried_row(item, *carries, Some(n), today));
    }
    if !outside {
        let open = others.into_iter().filter(|(item, _)| !item.confidential);
        shown.extend(open.map(|(item, carries)| carried_row(item, *carries, None, today)));
    }
    (shown, lines)
}

fn carried_row(item: &ActionItem, carries: usize, n: Option<u32>, today: NaiveDate) -> Value {
    let overdue = item.due.is_some_and(|due| due.date() < today) && item.state != State::Done;
    json!({"n": n, "id": item.id, "task": item.task, "owner": item.owner, "owner_address": item.owner_address,
           "due": item.due, "state": item.state, "percent": item.percent, "carries": carries, "overdue": overdue,
           "yours": n.is_some()})
}

/// The local day of a meeting at `now`.
pub(super) fn today(view: &View<'_>, meeting: &Meeting, now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&super::moments::zone(meeting, view.rules)).date_naive()
}

/// `{name, address, phone}` of a person.
pub(super) fn person(view: &View<'_>, address: &str) -> Value {
    let person = view.somebody(address);
    let phone = Some(&person.phone).filter(|phone| !phone.is_empty());
    json!({"name": person.name, "address": address, "phone": phone})
}

/// A line to the organizer about something that happened around the meeting; `facts` fill the keys of the sample.
pub(super) fn organizer_note(
    view: &View<'_>,
    meeting: &Meeting,
    kind: &str,
    facts: Value,
    why: &str,
) -> Option<Letter> {
    let to = meeting.organizer_address.clone()?;
    Some(note_to(view, meeting, &to, kind, facts, why))
}

pub(super) fn note_to(view: &View<'_>, meeting: &Meeting, to: &str, kind: &str, facts: Value, why: &str) -> Letter {
    let mut note = letter(view, meeting, LetterName::OrganizerNote, to, why)
        .with("kind", kind)
        .with("person", Value::Null)
        .with("about", Value::Null)
        .with("hard", false)
        .with("detail", Value::Null)
        .with("start", Value::Null)
        .with("day", Value::Null)
        .with("until", Value::Null)
        .with("count", Value::Null)
        .with("topic", Value::Null)
        .with("names", json!([]))
        .with("asks", false)
        .with("ends", Value::Null)
        .with("rows", json!([]))
        .with("approve_n", Value::Null)
        .with("assign_n", Value::Null)
        .with("hints", json!([]));
    if let Value::Object(facts) = facts {
        note.data.extend(facts);
    }
    note
}
