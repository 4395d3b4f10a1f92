//! Notices, changes and cancellations: who needs which letter, and nobody more (O8).

use super::data::{self, LeftOpen};
use super::invite::{self, Kind, invite, time_agenda};
use super::moments;
use super::{Meeting, MeetingState, Rsvp};
use crate::domain::event::MailRead;
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
            Some(letter) => view.send(letter),
            None => view.suppress(LetterName::MeetingNotice, reader, "nothing new for this person (O8, O33)"),
        }
    }
    for room in meeting.rooms.clone() {
        let Some(address) = room.address.filter(|_| readers.len() > 1 || meeting.sequence == 0) else { continue };
        if let Some(letter) = room_letter(view, meeting, &address, LetterName::MeetingNotice, "REQUEST") {
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

/// An invite and nothing else (O32).
fn room_letter(view: &View<'_>, meeting: &Meeting, address: &str, name: LetterName, method: &str) -> Option<Letter> {
    let kind = Kind { method, whole_series: is_whole_series(meeting) };
    let invite = invite(view, meeting, address, &kind)?;
    let mut letter = data::letter(view, meeting, name, address, "a room of the meeting");
    letter.invite = Some(invite);
    Some(match name {
        LetterName::MeetingNotice => notice_flags(letter, true).with("room", true),
        LetterName::MeetingUpdate => update_flags(letter).with("room", true),
        _ => cancel_flags(letter).with("room", true),
    })
}

/// The first occurrence carries the RRULE; later ones stand for themselves.
fn is_whole_series(meeting: &Meeting) -> bool {
    meeting.recurrence.is_some()
        && meeting.occurrence_start == meeting.series_start
        && meeting.start == meeting.occurrence_start
}

/// An occurrence that stands where the rule puts it is in everybody's calendar already.
fn is_in_calendars(meeting: &Meeting) -> bool {
    meeting.recurrence.is_some() && !is_whole_series(meeting) && meeting.start == meeting.occurrence_start
}

fn notice_flags(letter: Letter, invited: bool) -> Letter {
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
    let asks = attendee.is_some_and(|a| a.rsvp == Rsvp::None && a.role != "informed") && !organizer;
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
    Some(letter)
}

// ---- changes

/// What differs, for readers: `{field, before, after, added, removed}`.
pub(super) fn changes(old: &Meeting, new: &Meeting) -> Vec<Value> {
    let mut changes = Vec::new();
    let mut one = |field: &str, before: Value, after: Value| {
        if before != after {
            changes.push(json!({"field": field, "before": before, "after": after, "added": [], "removed": []}));
        }
    };
    let instant = |m: &Meeting| m.start.as_ref().map(data::moment);
    if old.start.map(|s| s.with_timezone(&Utc)) != new.start.map(|s| s.with_timezone(&Utc)) {
        one("start", json!(instant(old)), json!(instant(new)));
    }
    one("minutes", json!(old.minutes), json!(new.minutes));
    one("place", json!(old.place), json!(new.place));
    one("link", json!(old.link), json!(new.link));
    one("title", json!(old.title), json!(new.title));
    one("objective", json!(old.objective), json!(new.objective));
    one("chair", json!(old.chair), json!(new.chair));
    one("recorder", json!(old.recorder), json!(new.recorder));
    one("recurrence", json!(old.recurrence), json!(new.recurrence));
    let mut lists = |field: &str, before: Vec<String>, after: Vec<String>, same: bool| {
        let added: Vec<&String> = after.iter().filter(|name| !before.contains(name)).collect();
        let removed: Vec<&String> = before.iter().filter(|name| !after.contains(name)).collect();
        if !added.is_empty() || !removed.is_empty() || !same {
            changes.push(json!({"field": field, "before": null, "after": null, "added": added, "removed": removed}));
        }
    };
    let topics = |m: &Meeting| m.agenda.iter().map(|item| item.title.clone()).collect::<Vec<_>>();
    let plan = |m: &Meeting| {
        m.agenda
            .iter()
            .map(|i| (i.title.clone(), i.minutes, i.presenter.clone(), i.required_outcome.clone()))
            .collect::<Vec<_>>()
    };
    lists("agenda", topics(old), topics(new), plan(old) == plan(new));
    let materials = |m: &Meeting| m.materials.iter().map(|material| material.name.clone()).collect::<Vec<_>>();
    lists("materials", materials(old), materials(new), true);
    let people = |m: &Meeting| m.attendees.iter().map(|a| a.name.clone()).collect::<Vec<_>>();
    lists("attendees", people(old), people(new), true);
    changes
}

fn field_of(change: &Value) -> &str {
    change.get("field").and_then(Value::as_str).unwrap_or_default()
}

/// Fields that everybody has to know of; the others concern whose part changed.
const FOR_ALL: [&str; 7] = ["start", "minutes", "place", "link", "title", "chair", "recurrence"];

/// Stores a changed meeting and tells who needs to know. `by` is the address of who changed it, `mail` how. False: nothing
/// differs.
pub(super) fn change(
    view: &mut View<'_>,
    old: &Meeting,
    mut new: Meeting,
    by: &str,
    mail: Option<&MailRead>,
    telling: &ForOrganizer,
    now: DateTime<Utc>,
) -> bool {
    time_agenda(&mut new);
    let changes = changes(old, &new);
    if changes.is_empty() {
        if new != *old {
            view.put_meeting(new, "repeated");
        }
        return false;
    }
    let has = |field: &str| changes.iter().any(|change| field_of(change) == field);
    let moved = has("start");
    new.sequence = old.sequence + 1;
    if moved {
        new.time_sequence = new.sequence;
        new.announced_at = Some(now);
        new.state = MeetingState::Announced;
        new.proposals.clear();
        new.marks.retain(|mark| !mark.starts_with("minutes_chase") && !BEFORE_MARKS.contains(&mark.as_str()));
        let organizer = new.organizer_address.clone();
        for attendee in new.attendees.iter_mut().filter(|a| a.address != organizer && a.rsvp != Rsvp::Delegated) {
            attendee.rsvp = Rsvp::None;
            attendee.note = None;
            attendee.answered_at = None;
        }
    }
    if has("recurrence") {
        let zone = moments::zone(&new, view.rules);
        new.series_start = new.start;
        new.occurrence_start = new.start;
        new.occurrence = new.start.map(|start| start.with_timezone(&zone).date_naive());
        new.next = series::following(&new, zone);
    }
    if has("agenda") && !moved {
        // Shown to all with the materials the day before, rather than at once (O8).
        new.mark("agenda_changed");
    }
    let (before, after) = (old.concerned(), new.concerned());
    let added: Vec<String> = after.iter().filter(|address| !before.contains(address)).cloned().collect();
    let removed: Vec<String> = before.iter().filter(|address| !after.contains(address)).cloned().collect();
    let for_all = changes.iter().any(|change| FOR_ALL.contains(&field_of(change)));
    let stayed: Vec<&String> = after.iter().filter(|address| before.contains(address)).collect();
    for reader in stayed {
        let own = data::topics_of(old, reader) != data::topics_of(&new, reader)
            || data::materials_of(old, reader) != data::materials_of(&new, reader)
            || (has("recorder") && (is_recorder(old, reader) || is_recorder(&new, reader)));
        let told = new.organizer_address.as_deref() == Some(reader) || by == reader;
        if new.pending.contains(reader) {
            continue;
        }
        if for_all || own || told {
            update(view, &new, reader, &changes, moved, by, mail, telling, now);
        } else {
            view.suppress(LetterName::MeetingUpdate, reader, "the change does not concern this person (O8)");
        }
    }
    if for_all {
        for room in new.rooms.clone().into_iter().filter_map(|room| room.address) {
            if let Some(letter) = room_letter(view, &new, &room, LetterName::MeetingUpdate, "REQUEST") {
                view.send(letter.with("changes", &changes).with("moved", moved));
            }
        }
    }
    for reader in &removed {
        new.pending.retain(|pending| pending != reader);
        if old.pending.contains(reader) {
            continue;
        }
        cancelled(view, &new, reader, Off::You, None, by, now);
    }
    if !added.is_empty() {
        notify(view, &mut new, &added, &ForOrganizer::default(), now);
    }
    if moved {
        view.act(json!({"meeting": "moved", "id": new.id}));
    }
    view.put_meeting(new, if moved { "moved" } else { "changed" });
    true
}

/// Marks of what happens once before a meeting; a moved meeting has it all before it again.
const BEFORE_MARKS: [&str; 6] = ["chase", "readiness", "materials_pack", "run_sheet", "agenda_changed", "proceed"];

fn is_recorder(meeting: &Meeting, address: &str) -> bool {
    meeting.recorder_address.as_deref() == Some(address)
}

fn update_flags(letter: Letter) -> Letter {
    letter
        .with("changes", json!([]))
        .with("moved", false)
        .with("asks_answer", false)
        .with("foreign", false)
        .with("invited", true)
        .with("room", false)
        .with("by", Value::Null)
        .with("hints", json!([]))
        .with("occurrence", Value::Null)
}

#[expect(clippy::too_many_arguments, reason = "one call, everything about one letter")]
fn update(
    view: &mut View<'_>,
    meeting: &Meeting,
    to: &str,
    changes: &[Value],
    moved: bool,
    by: &str,
    mail: Option<&MailRead>,
    telling: &ForOrganizer,
    now: DateTime<Utc>,
) {
    let kind = Kind { method: "REQUEST", whole_series: is_whole_series(meeting) };
    let invite = invite(view, meeting, to, &kind);
    let asks = moved
        && !meeting.foreign_invite
        && meeting.attendee(to).is_some_and(|a| a.role != "informed" && a.rsvp == Rsvp::None);
    let moved_occurrence = meeting.occurrence.filter(|_| meeting.recurrence.is_some() && !kind.whole_series);
    let organizer = meeting.organizer_address.as_deref() == Some(to);
    // O39: an outsider sees no list of people, so no change of it either.
    let outside = data::is_outside(view, to);
    let shown: Vec<&Value> = changes.iter().filter(|change| !outside || field_of(change) != "attendees").collect();
    let mut letter = update_flags(data::letter(view, meeting, LetterName::MeetingUpdate, to, "the meeting changed"))
        .with("changes", shown)
        .with("moved", moved)
        .with("asks_answer", asks && !organizer)
        .with("foreign", meeting.foreign_invite)
        .with("invited", invite.is_some())
        .with("by", view.name_of(by))
        .with("hints", if organizer { telling.hints.clone() } else { Vec::new() })
        .with("occurrence", moved_occurrence);
    if let Some(mail) = mail.filter(|_| by == to) {
        letter = letter.replying_to(&mail.message_id, &mail.references);
    }
    letter.invite = invite;
    letter.expires = invite::useless_after(meeting);
    if by != to {
        letter.not_before = moments::hold(view, to, meeting.start.map(|start| start.with_timezone(&Utc)), now);
    }
    view.send(letter);
}

// ---- cancellations

fn cancel_flags(letter: Letter) -> Letter {
    letter
        .with("removed", false)
        .with("reason", Value::Null)
        .with("by", Value::Null)
        .with("occurrence", Value::Null)
        .with("invited", true)
        .with("room", false)
        .with("series", false)
}

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

fn cancelled(
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
                invite.attendees.push(crate::domain::letter::InviteAttendee {
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
        .with("by", view.name_of(by))
        .with("occurrence", occurrence)
        .with("invited", invite.is_some())
        .with("series", whole_series);
    letter.invite = invite;
    letter.expires = invite::useless_after(meeting);
    if by != to {
        letter.not_before = moments::hold(view, to, meeting.start.map(|start| start.with_timezone(&Utc)), now);
    }
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
            cancelled(view, &meeting, &reader, off, reason, by, now);
        }
        for room in meeting.rooms.clone().into_iter().filter_map(|room| room.address) {
            if let Some(letter) = room_letter(view, &meeting, &room, LetterName::MeetingCancelled, "CANCEL") {
                view.send(letter);
            }
        }
    }
    view.act(json!({"meeting": "cancelled", "id": meeting.id}));
    view.put_meeting(meeting, "called off");
}

/// Tells of an occurrence that is left out before it became a meeting of its own.
pub(super) fn skipped(
    view: &mut View<'_>,
    last: &Meeting,
    rule_start: DateTime<chrono::FixedOffset>,
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

/// A minuted meeting all of whose items are closed is closed itself.
pub fn close_if_done(view: &mut View<'_>, id: &str) {
    let Some(mut meeting) = view.meeting(id).filter(|m| m.state == MeetingState::Minuted) else { return };
    let sent = meeting.minutes_record.as_ref().is_some_and(|record| record.sent && record.gaps.is_empty());
    if sent && view.items_of(id).iter().all(|item| item.state.is_closed()) {
        meeting.state = MeetingState::Closed;
        view.put_meeting(meeting, "closed: every item is closed");
    }
}
