//! What time does to a meeting: chasing once, readiness, pack, run sheet, held, minutes asked for (SPEC 5, O17, O18, O25).

use super::data;
use super::moments;
use super::{Meeting, MeetingState, Rsvp, call, hints, materials, notice, occurrence};
use crate::domain::digest;
use crate::domain::event::{Tick, TickKind, Undelivered};
use crate::domain::letter::{Letter, LetterName};
use crate::domain::post;
use crate::domain::receipt::Entry;
use crate::domain::view::View;
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::BTreeMap;

/// Pages above which a material is too long; said in the chase (O35).
const PAGES: u32 = 5;

/// A moment of a meeting has come.
pub fn tick(view: &mut View<'_>, tick: &Tick, now: DateTime<Utc>) {
    let Some(meeting) = view.meeting(&tick.object) else { return };
    // A row the record no longer implies is old news; waking late sends one letter, not every one missed.
    let due = super::ticks(&meeting, view.rules);
    if !due.iter().any(|row| row.kind == tick.kind && row.key == tick.key && row.at <= now) {
        return view.audit(format!("{}: {:?} is not due any more", meeting.id, tick.kind));
    }
    let begun = meeting.start.is_some_and(|start| start.with_timezone(&Utc) <= now);
    match tick.kind {
        TickKind::MeetingChase if !begun => chase(view, meeting, now),
        TickKind::Readiness if !begun => readiness(view, meeting, now),
        TickKind::MaterialsPack if !begun => materials::send_pack(view, meeting, false, now),
        TickKind::RunSheet if !begun => run_sheet(view, meeting, now),
        TickKind::MeetingChase | TickKind::Readiness | TickKind::MaterialsPack | TickKind::RunSheet => {
            let mut meeting = meeting;
            meeting.mark(mark_of(tick.kind));
            view.put_meeting(meeting, "too late for it: the meeting has begun");
        }
        TickKind::Held => held(view, meeting),
        TickKind::MinutesChase => minutes_chase(view, meeting, &tick.key, now),
        TickKind::Occurrence => occurrence::make_next(view, meeting, now),
        TickKind::DayOff if tick.key == "ask" => occurrence::ask_day_off(view, meeting),
        TickKind::DayOff => {
            // Nobody said so: it falls on a day off, and silence leaves it out (O31).
            occurrence::skip_next(view, meeting, "", now);
        }
        TickKind::CallTimeout if tick.key == "notices" => notice::notify_pending(view, meeting, now),
        TickKind::CallTimeout => call::timeout(view, meeting, &tick.key),
        TickKind::Close => {
            notice::close_if_done(view, &meeting.id);
            if let Some(mut meeting) = view.meeting(&meeting.id).filter(|m| m.state == MeetingState::Minuted) {
                meeting.mark("close_tried");
                view.put_meeting(meeting, "");
            }
        }
        _ => {}
    }
}

fn mark_of(kind: TickKind) -> &'static str {
    match kind {
        TickKind::Readiness => "readiness",
        TickKind::MaterialsPack => "materials_pack",
        TickKind::RunSheet => "run_sheet",
        _ => "chase",
    }
}

fn start_of(meeting: &Meeting) -> Option<DateTime<Utc>> {
    meeting.start.map(|start| start.with_timezone(&Utc))
}

/// Once, and only whom the meeting needs: deciders, presenters and owners of material (O25). One letter a person.
fn chase(view: &mut View<'_>, mut meeting: Meeting, now: DateTime<Utc>) {
    let mut owed: BTreeMap<String, (bool, Vec<&'static str>)> = BTreeMap::new();
    let organizer = meeting.organizer_address.clone().unwrap_or_default();
    for address in meeting.concerned() {
        let attendee = meeting.attendee(&address);
        let mut because = Vec::new();
        if attendee.is_some_and(|a| a.role == "decider") {
            because.push("decider");
        }
        if meeting.agenda.iter().any(|item| item.presenter_address.as_deref() == Some(&address)) {
            because.push("presenter");
        }
        if meeting.materials.iter().any(|material| material.owner_address.as_deref() == Some(&address)) {
            because.push("materials");
        }
        let silent = attendee.is_some_and(|a| a.rsvp == Rsvp::None) && address != organizer && !meeting.foreign_invite;
        // A series is answered once: whoever was not asked about this occurrence owes no answer to it.
        if silent && notice::stands_in_calendars(view, &meeting) && !meeting.is_marked(&format!("asked/{address}")) {
            view.suppress(LetterName::RsvpChase, &address, "the series stands in the calendar; nothing was asked (O8)");
            owed.insert(address, (false, because));
            continue;
        }
        if silent && because.is_empty() {
            view.suppress(
                LetterName::RsvpChase,
                &address,
                "silence counts as coming; only who is needed is chased (O25)",
            );
        }
        owed.insert(address, (silent && !because.is_empty(), because));
    }
    for material in meeting.materials.iter().filter(|material| !material.received) {
        if let Some(address) = &material.owner_address {
            owed.entry(address.clone()).or_insert((false, vec!["materials"]));
        }
    }
    for (address, (answer_due, because)) in owed {
        let is_list = view.person(&address).is_some_and(|person| person.kind == "list");
        let gone = meeting.attendee(&address).is_some_and(|a| a.rsvp == Rsvp::Declined);
        let lacks = meeting.materials.iter().any(|m| !m.received && m.owner_address.as_deref() == Some(&address));
        if is_list || meeting.pending.contains(&address) {
            continue;
        }
        let away = post::away_until(view, &address, now).is_some();
        let name = if lacks { LetterName::MaterialsChase } else { LetterName::RsvpChase };
        if !lacks && !answer_due {
            continue;
        }
        if away && !lacks {
            view.suppress(name, &address, "away: not chased");
            continue;
        }
        let mut letter = data::letter(view, &meeting, name, &address, "owes something for tomorrow's meeting")
            .with("because", because);
        if lacks {
            letter = letter.with("answer_due", answer_due && !gone).with("pages", PAGES);
        }
        letter.expires = start_of(&meeting);
        let letter = moments::in_time(view, letter, &meeting, now);
        view.send(letter);
    }
    meeting.mark("chase");
    view.put_meeting(meeting, "chased");
}

/// The organizer hears how it stands; silence means it is held (O24).
fn readiness(view: &mut View<'_>, mut meeting: Meeting, now: DateTime<Utc>) {
    meeting.mark("readiness");
    let Some(to) = meeting.organizer_address.clone() else { return view.put_meeting(meeting, "") };
    let who = data::who_comes(&meeting);
    let missing = meeting.materials.iter().filter(|material| !material.received).count();
    let mut letter = data::letter(view, &meeting, LetterName::Readiness, &to, "how the meeting stands")
        .with("counts", data::counts(&who))
        .with("who_comes", who)
        .with("material_list", data::material_list(&meeting))
        .with("missing_count", missing)
        .with("deciders_out", data::deciders_out(&meeting))
        .with("has_decider", meeting.attendees.iter().any(|a| a.role == "decider"))
        .with("foreign", meeting.foreign_invite)
        .with("hints", hints::of_agenda(&meeting));
    letter.expires = start_of(&meeting);
    let letter = moments::in_time(view, letter, &meeting, now);
    view.send(letter);
    view.put_meeting(meeting, "readiness");
}

/// What the chair needs in hand.
fn run_sheet(view: &mut View<'_>, mut meeting: Meeting, now: DateTime<Utc>) {
    meeting.mark("run_sheet");
    let chair = meeting.chair_address.clone().or_else(|| meeting.organizer_address.clone());
    if let Some(to) = chair {
        let left = data::left_open(view, &meeting);
        let (carried, lines) = data::carried(&left, &to, data::is_outside(view, &to), data::today(view, &meeting, now));
        let who = data::who_comes(&meeting);
        let mut letter = data::letter(view, &meeting, LetterName::RunSheet, &to, "the chair's run sheet")
            .with("counts", data::counts(&who))
            .with("who_comes", who)
            .with("deciders_out", data::deciders_out(&meeting))
            .with("material_list", data::material_list(&meeting))
            .with("carried", carried)
            .with("unreached", &left.unreached)
            .lines(lines);
        letter.expires = start_of(&meeting);
        let letter = moments::in_time(view, letter, &meeting, now);
        view.send(letter);
    }
    // What came after the pack still has to reach people (O35).
    if meeting.is_marked("materials_pack")
        && !materials::pack(&meeting, view.rules.policy.attachments_max()).rows.is_empty()
    {
        return materials::send_pack(view, meeting, true, now);
    }
    view.put_meeting(meeting, "run sheet");
}

/// The meeting begins; who said nothing comes (O25).
fn held(view: &mut View<'_>, mut meeting: Meeting) {
    meeting.state = MeetingState::Held;
    meeting.proposals.clear();
    meeting.pending.clear();
    let organizer = meeting.organizer_address.clone();
    for attendee in meeting.attendees.iter_mut().filter(|a| a.rsvp == Rsvp::None && a.role != "informed") {
        attendee.rsvp = if attendee.address == organizer { Rsvp::Accepted } else { Rsvp::Default };
    }
    view.put_meeting(meeting, "begun");
}

/// Minutes are asked for twice in working time, then shown once in the organizer's digest (O17).
fn minutes_chase(view: &mut View<'_>, mut meeting: Meeting, key: &str, now: DateTime<Utc>) {
    meeting.mark(format!("minutes_chase/{key}"));
    let organizer = meeting.organizer_address.clone().unwrap_or_default();
    if key == "digest" {
        let line = Entry {
            id: Some(meeting.id.clone()),
            task: Some(meeting.title.clone()),
            verb: Some("no_minutes".into()),
            by: meeting.recorder.clone(),
            due: meeting.start.as_ref().map(data::moment),
            ..Entry::default()
        };
        digest::note(view, &organizer, line, now);
        return view.put_meeting(meeting, "minutes still missing");
    }
    let recorder = meeting.recorder_address.clone().filter(|_| key == "1");
    let to = recorder.clone().unwrap_or(organizer);
    if to.is_empty() {
        return view.put_meeting(meeting, "");
    }
    let mut names: Vec<String> = meeting.organizer.iter().cloned().collect();
    names.extend(meeting.attendees.iter().filter(|a| a.role != "informed").map(|a| a.name.clone()));
    names.dedup();
    let mut letter = data::letter(view, &meeting, LetterName::MinutesChase, &to, "the minutes are missing")
        .with("chase", key.parse::<u32>().unwrap_or(1))
        .with("to_recorder", recorder.is_some())
        .with("recorder", &meeting.recorder)
        .with("names", names);
    letter = moments::in_time(view, letter, &meeting, now);
    view.send(letter);
    view.put_meeting(meeting, "minutes asked for");
}

/// A letter about a meeting did not arrive: the organizer hears it, once for an address.
pub fn unreachable(view: &mut View<'_>, fate: &Undelivered) {
    let letter = &fate.letter;
    let found = letter.objects.iter().find(|id| id.starts_with("M-")).and_then(|id| view.meeting(id));
    let Some(mut meeting) = found else { return };
    let mark = format!("bounce/{}", letter.to);
    if meeting.is_marked(&mark) {
        return;
    }
    meeting.mark(mark);
    let organizer = meeting.organizer_address.clone().unwrap_or_default();
    if organizer == letter.to {
        view.audit(format!("{}: its organizer cannot be reached", meeting.id));
        return view.put_meeting(meeting, "the organizer cannot be reached");
    }
    let is_asked = |one: &Letter| one.to == organizer && one.data.get("kind") == Some(&json!("takeover"));
    if view.letters().iter().any(is_asked) {
        view.suppress(LetterName::OrganizerNote, &organizer, "asked who takes over, which says it");
        return view.put_meeting(meeting, &format!("{} cannot be reached", letter.to));
    }
    let facts = json!({
        "person": data::person(view, &letter.to),
        "about": letter.letter.as_str(),
        "hard": fate.hard,
        "detail": fate.reply,
    });
    if let Some(note) = data::organizer_note(view, &meeting, "bounce", facts, "a letter did not arrive") {
        view.send(note);
    }
    view.put_meeting(meeting, &format!("{} cannot be reached", letter.to));
}
