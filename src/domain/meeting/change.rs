//! A meeting changed: what differs, and who needs to know it (O8).

use super::cancel::{Off, cancelled};
use super::data;
use super::invite::{self, Kind, invite, time_agenda};
use super::notice::{ForOrganizer, is_whole_series, notify};
use super::{Meeting, MeetingState, Rsvp, moments, rooms};
use crate::domain::event::MailRead;
use crate::domain::letter::{Letter, LetterName};
use crate::domain::series;
use crate::domain::view::View;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

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

/// Marks of what happens once before a meeting; a moved meeting has it all before it again.
const BEFORE_MARKS: [&str; 6] = ["chase", "readiness", "materials_pack", "run_sheet", "agenda_changed", "proceed"];

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
    if old.place != new.place {
        rooms::follow_place(view, old, &mut new);
    }
    let changes = changes(old, &new);
    if changes.is_empty() && old.concerned() == new.concerned() {
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
            let known = old.rooms.iter().any(|before| before.address.as_ref() == Some(&room));
            let name = if known { LetterName::MeetingUpdate } else { LetterName::MeetingNotice };
            if let Some(letter) = rooms::letter(view, &new, &room, name) {
                view.send(letter);
            }
        }
        for room in old.rooms.iter().filter_map(|room| room.address.as_ref()) {
            if new.rooms.iter().all(|after| after.address.as_ref() != Some(room)) {
                rooms::release(view, &new, room);
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
        view.act(json!({"meeting": "moved"}));
    }
    view.put_meeting(new, if moved { "moved" } else { "changed" });
    true
}

/// Whether people made something else of a meeting since: not by their answers, and not what time does to every meeting.
pub fn is_decided_anew(then: &Meeting, current: &Meeting) -> bool {
    let minutes = |meeting: &Meeting| meeting.minutes_record.as_ref().map(|record| record.revision);
    !changes(then, current).is_empty()
        || then.concerned() != current.concerned()
        || then.proposals.len() != current.proposals.len()
        || (then.state == MeetingState::Cancelled) != (current.state == MeetingState::Cancelled)
        || minutes(then) != minutes(current)
}

/// The meeting as it was, with the answers that came since (O28). Who heard of what is taken back hears so, as of any
/// change, and calendars follow by a higher SEQUENCE. False: it was no meeting in anybody's calendar.
pub fn put_back(
    view: &mut View<'_>,
    mail: &MailRead,
    mut old: Meeting,
    by: &str,
    heard: &[String],
    now: DateTime<Utc>,
) -> bool {
    let Some(current) = view.meeting(&old.id) else { return false };
    for attendee in &mut old.attendees {
        let since = attendee.address.as_deref().and_then(|address| current.attendee(address));
        if let Some(since) = since.filter(|since| since.answered_at > attendee.answered_at) {
            attendee.rsvp = since.rsvp;
            attendee.note.clone_from(&since.note);
            attendee.answered_at = since.answered_at;
        }
    }
    let again = current.state == MeetingState::Cancelled && old.state == MeetingState::Announced;
    if !heard.is_empty() && !again {
        return change(view, &current, old, by, Some(mail), &ForOrganizer::default(), now);
    }
    // Nobody else has heard of it: the own calendar of who takes it back is put right.
    let readers = if heard.is_empty() { vec![by.to_string()] } else { old.concerned() };
    let changes = if again { vec![of_list("state")] } else { changes(&current, &old) };
    let ahead = old.start.is_some_and(|start| start.with_timezone(&Utc) > now);
    let tells = old.state == MeetingState::Announced && ahead && !changes.is_empty();
    if current.sequence > old.sequence {
        old.sequence = current.sequence + 1;
        old.time_sequence = old.sequence;
    }
    let concerned = old.concerned();
    let mut told = false;
    for reader in readers.iter().filter(|reader| tells && concerned.contains(reader) && !old.pending.contains(reader)) {
        let moved = !again && old.start != current.start;
        update(view, &old, reader, &changes, moved, by, Some(mail), &ForOrganizer::default(), now);
        told = true;
    }
    for room in old.rooms.clone().into_iter().filter_map(|room| room.address).filter(|_| again && told) {
        if let Some(letter) = rooms::letter(view, &old, &room, LetterName::MeetingNotice) {
            view.send(letter);
        }
    }
    view.put_meeting(old, "undo");
    told
}

/// A change that has no value before and after.
fn of_list(field: &str) -> Value {
    json!({"field": field, "before": null, "after": null, "added": [], "removed": []})
}

fn is_recorder(meeting: &Meeting, address: &str) -> bool {
    meeting.recorder_address.as_deref() == Some(address)
}

pub(super) fn update_flags(letter: Letter) -> Letter {
    letter
        .with("changes", json!([]))
        .with("moved", false)
        .with("again", false)
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
        .with("again", changes.iter().any(|change| field_of(change) == "state"))
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
    let letter = if by == to { letter } else { moments::in_time(view, letter, meeting, now) };
    view.send(letter);
}
