//! Notices: who needs one, with what in it, and when (O8).

use super::data::{self, LeftOpen};
use super::invite::{self, Kind, invite, time_agenda};
use super::{Meeting, MeetingState, Rsvp, moments, rooms};
use crate::domain::letter::{Letter, LetterName, Thread};
use crate::domain::series;
use crate::domain::view::View;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// What the organizer is told besides the notice itself.
#[derive(Clone, Debug, Default)]
pub(super) struct ForOrganizer {
    pub hints: Vec<Value>,
    /// Groups that were expanded (O6).
    pub expanded: Vec<Value>,
}

/// Sends the notices of a meeting; the meeting is announced by it.
pub fn announce(view: &mut View<'_>, meeting: Meeting, now: DateTime<Utc>) {
    announce_telling(view, meeting, ForOrganizer::default(), now);
}

pub(super) fn announce_telling(view: &mut View<'_>, mut meeting: Meeting, telling: ForOrganizer, now: DateTime<Utc>) {
    meeting.state = MeetingState::Announced;
    meeting.announced_at = Some(now);
    meeting.asked = None;
    meeting.hidden = false;
    if meeting.uid.is_empty() {
        let seed = meeting.call.as_ref().map(|call| call.message_id.clone()).unwrap_or_default();
        meeting.uid = invite::uid(&meeting.id, &seed, &view.rules.assistant);
    }
    if meeting.recurrence.is_some() && meeting.series_start.is_none() {
        let zone = moments::zone(&meeting, view.rules);
        meeting.series_start = meeting.start;
        meeting.occurrence_start = meeting.start;
        meeting.occurrence = meeting.start.map(|start| start.with_timezone(&zone).date_naive());
        meeting.series.get_or_insert_with(|| meeting.id.clone());
        meeting.next = series::following(&meeting, zone);
    }
    time_agenda(&mut meeting);
    if let Some(organizer) = meeting.organizer_address.clone() {
        view.set_note(&format!("called/{organizer}"), json!(meeting.id));
    }
    let readers = meeting.concerned();
    notify(view, &mut meeting, &readers, &telling, now);
    view.put_meeting(meeting, "announced");
}

/// A meeting that was announced before it came to us (`load`): its notices as they would have been, so that their
/// answers are understood. The engine keeps them as sent.
pub fn announced_before(view: &mut View<'_>, meeting: &Meeting, now: DateTime<Utc>) {
    let ahead = meeting.start.is_some_and(|start| start.with_timezone(&Utc) > now);
    if meeting.state != MeetingState::Announced || meeting.foreign_invite || !ahead {
        return;
    }
    let left = data::left_open(view, meeting);
    for reader in meeting.concerned() {
        if let Some(letter) = notice(view, meeting, &reader, &left, &ForOrganizer::default(), now) {
            view.send(letter);
        }
    }
}

/// Notices to some of its people, now or when they may be written to.
pub(super) fn notify(
    view: &mut View<'_>,
    meeting: &mut Meeting,
    readers: &[String],
    telling: &ForOrganizer,
    now: DateTime<Utc>,
) {
    if meeting.delivery.as_deref() == Some("none") {
        for reader in readers {
            view.suppress(LetterName::MeetingNotice, reader, "the organizer asked that nothing be sent (O8)");
        }
        return;
    }
    let left = data::left_open(view, meeting);
    let start = meeting.start.map(|start| start.with_timezone(&Utc));
    for reader in readers {
        let organizer = meeting.organizer_address.as_deref() == Some(reader);
        // The organizer's own notice answers the organizer's own mail, at any hour.
        let held = if organizer { None } else { moments::hold(view, reader, start, now) };
        if let Some(moment) = held {
            if !meeting.pending.contains(reader) {
                meeting.pending.push(reader.clone());
            }
            meeting.pending_at = Some(meeting.pending_at.map_or(moment, |at| at.min(moment)));
            continue;
        }
        match notice(view, meeting, reader, &left, telling, now) {
            Some(letter) => {
                if stands_in_calendars(view, meeting) && letter.data.get("asks_answer") == Some(&json!(true)) {
                    meeting.mark(format!("asked/{reader}"));
                }
                let letter = if organizer { letter } else { moments::in_time(view, letter, meeting, now) };
                view.send(letter);
            }
            None => view.suppress(LetterName::MeetingNotice, reader, "nothing new for this person (O8, O33)"),
        }
    }
    // A room has the series by its rule, as everybody else.
    if is_in_calendars(meeting) {
        return;
    }
    for room in meeting.rooms.clone() {
        let Some(address) = room.address.filter(|_| readers.len() > 1 || meeting.sequence == 0) else { continue };
        if let Some(letter) = rooms::letter(view, meeting, &address, LetterName::MeetingNotice) {
            view.send(letter);
        }
    }
}

/// Notices that waited for the morning, as the meeting stands now.
pub(super) fn notify_pending(view: &mut View<'_>, mut meeting: Meeting, now: DateTime<Utc>) {
    let readers = std::mem::take(&mut meeting.pending);
    meeting.pending_at = None;
    let known = meeting.concerned();
    let readers: Vec<String> = readers.into_iter().filter(|reader| known.contains(reader)).collect();
    let rooms = std::mem::take(&mut meeting.rooms);
    notify(view, &mut meeting, &readers, &ForOrganizer::default(), now);
    meeting.rooms = rooms;
    view.put_meeting(meeting, "notices sent");
}

/// The first occurrence carries the RRULE; later ones stand for themselves.
pub(super) fn is_whole_series(meeting: &Meeting) -> bool {
    meeting.recurrence.is_some()
        && meeting.occurrence_start == meeting.series_start
        && meeting.start == meeting.occurrence_start
}

/// An occurrence that stands where the rule puts it is in everybody's calendar already.
fn is_in_calendars(meeting: &Meeting) -> bool {
    meeting.recurrence.is_some() && !is_whole_series(meeting) && meeting.start == meeting.occurrence_start
}

/// The same, where invites are sent at all; without them the notice is all that tells of the day.
pub(super) fn stands_in_calendars(view: &View<'_>, meeting: &Meeting) -> bool {
    is_in_calendars(meeting) && (view.rules.policy.calendar != "none" || meeting.foreign_invite)
}

/// Whether an occurrence that stands in all calendars has something in it that this reader does not know from the last one
/// (O8): own items that are open, an own topic that is new or was not reached, material that is due anew.
fn is_new_to(view: &View<'_>, meeting: &Meeting, to: &str, left: &LeftOpen, has_items: bool) -> bool {
    let owes = meeting.materials.iter().any(|m| !m.received && m.owner_address.as_deref() == Some(to));
    let topics = |meeting: &Meeting| -> Vec<String> {
        let own = meeting.agenda.iter().filter(|item| item.presenter_address.as_deref() == Some(to));
        own.map(|item| item.title.clone()).collect()
    };
    let own = topics(meeting);
    let unreached =
        |title: &str| left.unreached.iter().any(|row| row.get("title").and_then(Value::as_str) == Some(title));
    let last = data::earlier(view, meeting).into_iter().next();
    let is_new = |title: &String| unreached(title) || !last.as_ref().is_some_and(|last| topics(last).contains(title));
    let joined = !last.as_ref().is_some_and(|last| last.concerned().iter().any(|one| one == to));
    has_items || owes || joined || own.iter().any(is_new)
}

pub(super) fn notice_flags(letter: Letter, invited: bool) -> Letter {
    letter
        .with("carried", json!([]))
        .with("unreached", json!([]))
        .with("hints", json!([]))
        .with("expanded", json!([]))
        .with("in_thread", false)
        .with("foreign", false)
        .with("invited", invited)
        .with("delegate_of", Value::Null)
        .with("room", false)
        .with("list", false)
        .with("asks_answer", false)
}

/// The notice for one reader; `None` when it would say nothing new.
fn notice(
    view: &View<'_>,
    meeting: &Meeting,
    to: &str,
    left: &LeftOpen,
    telling: &ForOrganizer,
    now: DateTime<Utc>,
) -> Option<Letter> {
    let organizer = meeting.organizer_address.as_deref() == Some(to);
    let whole_series = is_whole_series(meeting);
    let invite = if is_in_calendars(meeting) {
        None
    } else {
        invite(view, meeting, to, &Kind { method: "REQUEST", whole_series })
    };
    let (carried, lines) = data::carried(left, to, data::is_outside(view, to), data::today(view, meeting, now));
    let in_call = meeting.call.as_ref().is_some_and(|call| call.recipients.iter().any(|r| r == to));
    let in_thread = (in_call || organizer) && meeting.delivery.as_deref() != Some("all");
    let own_part = !data::topics_of(meeting, to).is_empty()
        || !data::materials_of(meeting, to).is_empty()
        || !carried.is_empty()
        || !left.unreached.is_empty();
    let told = organizer && !(telling.hints.is_empty() && telling.expanded.is_empty());
    // O8, O33: who read the call or has the organizer's invite gets a letter only with something new in it.
    let has_read = in_thread || meeting.foreign_invite;
    if has_read && invite.is_none() && !own_part && !told && !is_in_calendars(meeting) {
        return None;
    }
    if stands_in_calendars(view, meeting) && !told && !is_new_to(view, meeting, to, left, !lines.is_empty()) {
        return None;
    }
    let attendee = meeting.attendee(to);
    let is_list = view.person(to).is_some_and(|person| person.kind == "list");
    let delegate_of = meeting
        .attendees
        .iter()
        .find(|a| {
            a.rsvp == Rsvp::Delegated
                && a.delegate.is_some()
                && a.delegate.as_deref() == attendee.map(|own| own.name.as_str())
        })
        .map(|a| a.name.clone());
    // O18: under half an hour only the invite goes out; nobody has the time to read more, or to answer.
    let at_once = meeting
        .start
        .is_some_and(|start| start.with_timezone(&Utc) - now < chrono::Duration::minutes(moments::AT_ONCE_MINUTES));
    let asks = attendee.is_some_and(|a| a.rsvp == Rsvp::None && a.role != "informed") && !organizer && !at_once;
    let mut letter = data::letter(view, meeting, LetterName::MeetingNotice, to, "called to the meeting");
    letter = notice_flags(letter, invite.is_some())
        .with("carried", carried)
        .with("unreached", &left.unreached)
        .with("in_thread", in_thread)
        .with("foreign", meeting.foreign_invite)
        .with("delegate_of", delegate_of)
        .with("list", is_list)
        .with("asks_answer", asks && !meeting.foreign_invite)
        .lines(lines);
    if organizer {
        letter = letter.with("hints", &telling.hints).with("expanded", &telling.expanded);
    }
    if let Some(call) = meeting.call.as_ref().filter(|call| in_thread && !call.message_id.is_empty()) {
        letter.thread = Thread::Reply { message_id: call.message_id.clone(), references: Vec::new() };
        letter.answering = organizer;
    }
    letter.invite = invite;
    letter.expires = invite::useless_after(meeting);
    Some(if at_once && !organizer { bare(letter) } else { letter })
}

/// When and where, and nothing to prepare or to answer (O18).
fn bare(mut letter: Letter) -> Letter {
    for key in ["carried", "unreached", "topics", "materials"] {
        letter.data.insert(key.into(), json!([]));
    }
    if let Some(Value::Object(meeting)) = letter.data.get_mut("meeting") {
        meeting.insert("agenda".into(), json!([]));
        meeting.insert("objective".into(), Value::Null);
        meeting.insert("recorder".into(), Value::Null);
    }
    letter.data.insert("role".into(), Value::Null);
    letter.lines.clear();
    letter
}

/// A minuted meeting all of whose items are closed is closed itself.
pub fn close_if_done(view: &mut View<'_>, id: &str) {
    let Some(mut meeting) = view.meeting(id).filter(|m| m.state == MeetingState::Minuted) else { return };
    let sent = meeting.minutes_record.as_ref().is_some_and(|record| record.sent && record.gaps.is_empty());
    if sent && view.items_of(id).iter().all(|item| item.state.is_closed()) {
        meeting.state = MeetingState::Closed;
        view.put_meeting(meeting, "closed: every item is closed");
    }
}
