//! A meeting is off: for all, for one occurrence of a series, or for one reader.

use super::data;
use super::invite::{self, Kind, invite, time_agenda};
use super::{Meeting, MeetingState, moments, rooms};
use crate::domain::letter::{InviteAttendee, Letter, LetterName};
use crate::domain::view::View;
use chrono::{DateTime, FixedOffset, Utc};
use serde_json::{Value, json};

/// What is off for the reader of a cancellation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Off {
    /// This meeting; of a series this occurrence.
    Meeting,
    /// The series from now on.
    Series,
    /// The meeting stands, without this reader.
    You,
}

pub(super) fn cancel_flags(letter: Letter) -> Letter {
    letter
        .with("removed", false)
        .with("reason", Value::Null)
        .with("by", Value::Null)
        .with("day_off", false)
        .with("occurrence", Value::Null)
        .with("invited", true)
        .with("room", false)
        .with("series", false)
}

pub(super) fn cancelled(
    view: &mut View<'_>,
    meeting: &Meeting,
    to: &str,
    off: Off,
    reason: Option<&str>,
    by: &str,
    now: DateTime<Utc>,
) {
    let removed = off == Off::You;
    let whole_series = meeting.recurrence.is_some() && off == Off::Series;
    let occurrence = meeting.occurrence.filter(|_| meeting.recurrence.is_some() && off == Off::Meeting);
    let kind = Kind { method: "CANCEL", whole_series: off != Off::Meeting };
    let invite = invite(view, meeting, to, &kind).map(|mut invite| {
        // RFC 5546 §3.2.5: a removed attendee's CANCEL is for that attendee alone; a cancelled series names no RRULE.
        if removed {
            invite.attendees.retain(|a| a.address == to);
            if invite.attendees.is_empty() {
                invite.attendees.push(InviteAttendee {
                    name: view.name_of(to),
                    address: to.to_string(),
                    role: "REQ-PARTICIPANT".into(),
                    partstat: "NEEDS-ACTION".into(),
                    room: false,
                    rsvp: false,
                });
            }
        }
        invite.rrule = None;
        invite
    });
    let mut letter = cancel_flags(data::letter(view, meeting, LetterName::MeetingCancelled, to, "the meeting is off"))
        .with("removed", removed)
        .with("reason", reason)
        .with("by", Some(by).filter(|by| !by.is_empty()).map(|by| view.name_of(by)))
        .with("day_off", by.is_empty())
        .with("occurrence", occurrence)
        .with("invited", invite.is_some())
        .with("series", whole_series);
    letter.invite = invite;
    letter.expires = invite::useless_after(meeting);
    let letter = if by == to { letter } else { moments::in_time(view, letter, meeting, now) };
    view.send(letter);
}

/// Calls a meeting off and tells who had its notice. A series goes on unless it is off as a whole.
pub(super) fn call_off(
    view: &mut View<'_>,
    mut meeting: Meeting,
    off: Off,
    by: &str,
    reason: Option<&str>,
    now: DateTime<Utc>,
) {
    if off == Off::Series {
        meeting.next = None;
    }
    let was_known = matches!(meeting.state, MeetingState::Announced | MeetingState::Held);
    meeting.state = MeetingState::Cancelled;
    meeting.asked = None;
    meeting.sequence += 1;
    let pending = std::mem::take(&mut meeting.pending);
    if was_known && meeting.delivery.as_deref() != Some("none") {
        for reader in meeting.concerned() {
            if pending.contains(&reader) {
                view.suppress(LetterName::MeetingNotice, &reader, "called off before its notice left");
                continue;
            }
            drop_held(view, &meeting.id, &reader);
            cancelled(view, &meeting, &reader, off, reason, by, now);
        }
        for room in meeting.rooms.clone().into_iter().filter_map(|room| room.address) {
            if let Some(letter) = rooms::letter(view, &meeting, &room, LetterName::MeetingCancelled) {
                view.send(letter);
            }
        }
    }
    view.act(json!({"meeting": "cancelled"}));
    view.put_meeting(meeting, "called off");
}

/// What still waits for the reader's working hours about this meeting is of no use any more.
fn drop_held(view: &mut View<'_>, id: &str, reader: &str) {
    for (key, held) in view.notes(&format!("held/{reader}/"), HELD_MAX) {
        let about = held.pointer("/objects/0").and_then(Value::as_str);
        let name = held.get("name").and_then(Value::as_str).and_then(LetterName::parse);
        if let (true, Some(name)) = (about == Some(id), name) {
            view.clear_note(&key);
            view.suppress(name, reader, "called off before it could go");
        }
    }
}

/// Letters that wait for one reader, as many as are looked at.
const HELD_MAX: usize = 500;

/// Tells of an occurrence that is left out before it became a meeting of its own.
pub(super) fn skipped(
    view: &mut View<'_>,
    last: &Meeting,
    rule_start: DateTime<FixedOffset>,
    by: &str,
    now: DateTime<Utc>,
) {
    let zone = moments::zone(last, view.rules);
    let mut gone = last.clone();
    gone.start = Some(rule_start);
    gone.occurrence_start = Some(rule_start);
    gone.occurrence = Some(rule_start.with_timezone(&zone).date_naive());
    gone.sequence += 1;
    gone.state = MeetingState::Cancelled;
    time_agenda(&mut gone);
    for reader in gone.concerned() {
        cancelled(view, &gone, &reader, Off::Meeting, None, by, now);
    }
}
