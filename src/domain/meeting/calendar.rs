//! Calendar mail (RFC 5546, 6047): invites of others in which we are an attendee (O33), and answers to ours.
//!
//! Invariant: an answer speaks for its sender alone, an older one than what is known changes nothing, and nobody but an
//! invite's own organizer changes or cancels it (TRUST S15).

use super::notice;
use super::{Attendee, Meeting, MeetingState, Rsvp, Source, answers, call, data, hints, invite};
use crate::domain::action_item::speaks_for;
use crate::domain::event::{CalendarAttendee, CalendarEvent, MailRead, Mailbox, Proof};
use crate::domain::letter::LetterName;
use crate::domain::reading::RecurrenceReading;
use crate::domain::view::{Handled, View};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Acts on the calendar part of a mail.
pub fn calendar(view: &mut View<'_>, mail: &MailRead, event: &CalendarEvent, now: DateTime<Utc>) -> Handled {
    let Some(author) = mail.author.as_ref().filter(|_| mail.proof == Proof::Pass) else { return Handled::NotAllowed };
    match event.method.to_ascii_uppercase().as_str() {
        "REQUEST" | "PUBLISH" => requested(view, mail, event, author, now),
        "CANCEL" => withdrawn(view, event, author, now),
        "REPLY" => replied(view, event, author, now),
        "COUNTER" => countered(view, event, author, now),
        _ => Handled::NotMine,
    }
}

/// Meetings under a UID that are not over: of a series its occurrences.
fn of_uid(view: &View<'_>, uid: &str) -> Vec<Meeting> {
    if uid.is_empty() {
        return Vec::new();
    }
    view.ids("uid", uid).iter().filter_map(|id| view.meeting(id)).collect()
}

/// The stamp of a calendar object; one from the future counts as of now.
fn stamp(event: &CalendarEvent, now: DateTime<Utc>) -> DateTime<Utc> {
    event.dtstamp.unwrap_or(now).min(now)
}

// ---- somebody else's invite

fn requested(
    view: &mut View<'_>,
    mail: &MailRead,
    event: &CalendarEvent,
    author: &Mailbox,
    now: DateTime<Utc>,
) -> Handled {
    let organizer = event.organizer.clone().unwrap_or_else(|| author.clone());
    if call::is_own(view, &organizer.address) {
        view.audit("a calendar request in our name by somebody else changes nothing");
        return Handled::NotAllowed;
    }
    // RFC 6047 §3: a request comes from its organizer, or is sent by a secretary on the organizer's behalf.
    let speaks = author.address.eq_ignore_ascii_case(&organizer.address)
        || speaks_for(view, &author.address, &organizer.address.to_lowercase(), false, now);
    let invited = event.attendees.iter().any(|a| call::is_own(view, &a.mailbox.address));
    if !speaks || !invited || !view.is_internal(&author.address) || event.uid.is_empty() {
        return Handled::NotMine;
    }
    if !call::may_call(view, &author.address) {
        view.audit("this sender may not call meetings (policy.callers)");
        return Handled::NotAllowed;
    }
    let known = of_uid(view, &event.uid);
    if known.iter().any(|meeting| !meeting.foreign_invite) {
        view.audit("a calendar request under our own UID by somebody else changes nothing");
        return Handled::NotAllowed;
    }
    let latest = known.into_iter().filter(|m| m.state != MeetingState::Closed).max_by_key(|meeting| meeting.start);
    match latest {
        Some(old) => renewed(view, mail, event, &organizer, old, now),
        None => invited_to(view, mail, event, &organizer, now),
    }
}

/// The people of an invite, rooms apart; we are none of them.
fn people(view: &View<'_>, event: &CalendarEvent, organizer: &str) -> (Vec<Attendee>, Vec<Attendee>) {
    let (mut people, mut rooms) = (Vec::new(), Vec::new());
    for invited in event.attendees.iter().take(answers::ATTENDEES_MAX) {
        let address = invited.mailbox.address.to_lowercase();
        if address == organizer || call::is_own(view, &address) {
            continue;
        }
        let person = view.person(&address);
        let address = person.as_ref().map_or(address, |person| person.address.clone());
        let is_room = invited.room || person.as_ref().is_some_and(|person| person.kind == "room");
        let name = match &person {
            Some(person) => person.name.clone(),
            None if invited.mailbox.name.is_empty() => view.name_of(&address),
            None => invited.mailbox.name.clone(),
        };
        let role = if invited.role.eq_ignore_ascii_case("NON-PARTICIPANT") { "informed" } else { "doer" };
        let attendee =
            Attendee { name, address: Some(address), role: role.into(), rsvp: rsvp(invited), ..Attendee::default() };
        if is_room { rooms.push(attendee) } else { people.push(attendee) }
    }
    (people, rooms)
}

fn rsvp(invited: &CalendarAttendee) -> Rsvp {
    match invited.partstat.to_ascii_uppercase().as_str() {
        "ACCEPTED" => Rsvp::Accepted,
        "DECLINED" => Rsvp::Declined,
        "TENTATIVE" => Rsvp::Tentative,
        "DELEGATED" => Rsvp::Delegated,
        _ => Rsvp::None,
    }
}

/// An invite as a meeting: what the calendar says, and agenda and materials where its text reads as a call.
fn described(view: &View<'_>, mail: &MailRead, event: &CalendarEvent, organizer: &Mailbox) -> Meeting {
    let address =
        view.person(&organizer.address).map_or_else(|| organizer.address.to_lowercase(), |p| p.address.clone());
    let mut meeting = match &mail.reads.meeting {
        Some(reading) => call::of_text(view, mail, &address, reading),
        None => Meeting::default(),
    };
    let known = view.person(&address);
    let name = match &known {
        Some(person) => person.name.clone(),
        None if organizer.name.is_empty() => view.name_of(&address),
        None => organizer.name.clone(),
    };
    let zone = event.time_zone.as_deref().and_then(|zone| zone.parse::<chrono_tz::Tz>().ok());
    let zone = zone.unwrap_or_else(|| view.time_zone_of(&address));
    let (attendees, rooms) = people(view, event, &address);
    meeting.title = event.summary.trim().to_string();
    // A start in UTC is shown and stored at the clock of the meeting's place.
    meeting.start = event.start.map(|start| start.with_timezone(&zone).fixed_offset());
    meeting.minutes = event.minutes.filter(|minutes| *minutes > 0).or(Some(60));
    meeting.time_zone = zone.name().to_string();
    meeting.calendar = known.map(|person| view.rules.calendar_key(&person)).unwrap_or_default();
    meeting.place = event.location.clone().filter(|place| !place.trim().is_empty()).or(meeting.place);
    for attendee in attendees {
        match meeting.attendees.iter_mut().find(|known| known.address == attendee.address) {
            Some(known) => known.rsvp = attendee.rsvp,
            None => meeting.attendees.push(attendee),
        }
    }
    meeting.rooms = rooms;
    meeting.organizer = Some(name.clone());
    meeting.organizer_address = Some(address);
    if meeting.chair.is_none() {
        meeting.chair = Some(name);
        meeting.chair_address.clone_from(&meeting.organizer_address);
    }
    if let Some(rule) = &event.rrule {
        meeting.recurrence = Some(RecurrenceReading { freq: rule.clone(), until: None });
    }
    if meeting.kind.is_empty() {
        meeting.kind = if meeting.recurrence.is_some() { "weekly" } else { "other" }.into();
    }
    meeting.uid.clone_from(&event.uid);
    meeting.sequence = event.sequence;
    meeting.foreign_invite = true;
    meeting.foreign_organizer = Some(organizer.clone());
    meeting.confidential = meeting.confidential || event.confidential || mail.confidential;
    meeting.call = Some(Source {
        message_id: mail.message_id.clone(),
        from: organizer.address.clone(),
        // The organizer's own invite went to all of them.
        recipients: meeting.concerned(),
        subject: mail.subject.clone(),
    });
    meeting
}

fn invited_to(
    view: &mut View<'_>,
    mail: &MailRead,
    event: &CalendarEvent,
    organizer: &Mailbox,
    now: DateTime<Utc>,
) -> Handled {
    let mut meeting = described(view, mail, event, organizer);
    if meeting.start.is_none_or(|start| start.with_timezone(&Utc) <= now && meeting.recurrence.is_none()) {
        view.audit("an invite to a meeting that is over");
        return Handled::Yes;
    }
    meeting.id = view.new_id('M');
    meeting.foreign_stamp = Some(stamp(event, now));
    let hints = hints::of(view, &meeting, now);
    accept(view, mail, &meeting, hints);
    notice::announce(view, meeting, now);
    Handled::Yes
}

/// We come: an iMIP REPLY to the organizer, with the hints about the meeting.
fn accept(view: &mut View<'_>, mail: &MailRead, meeting: &Meeting, hints: Vec<serde_json::Value>) {
    // Whether automatic answers are wanted does not matter: RFC 5546 §3.2.2 asks every attendee for this one.
    let facts = json!({"names": meeting.attendees.iter().map(|a| &a.name).collect::<Vec<_>>()});
    let Some(letter) = data::organizer_note(view, meeting, "invite_accepted", facts, "we accept an invite (O33)")
    else {
        return;
    };
    let mut letter = letter.with("hints", hints).replying_to(&mail.message_id, &mail.references);
    letter.invite = invite::acceptance(view, meeting);
    view.send(letter);
}

/// A newer version of an invite that is known.
fn renewed(
    view: &mut View<'_>,
    mail: &MailRead,
    event: &CalendarEvent,
    organizer: &Mailbox,
    old: Meeting,
    now: DateTime<Utc>,
) -> Handled {
    let same =
        old.foreign_organizer.as_ref().is_some_and(|known| known.address.eq_ignore_ascii_case(&organizer.address));
    if !same {
        view.audit("an invite changed by somebody who is not its organizer");
        return Handled::NotAllowed;
    }
    let stamped = stamp(event, now);
    let newer = event.sequence > old.sequence
        || (event.sequence == old.sequence && old.foreign_stamp.is_none_or(|known| stamped > known));
    if !newer {
        view.audit("an older version of an invite that is known");
        return Handled::Yes;
    }
    let said = described(view, mail, event, organizer);
    let mut new = old.clone();
    new.title = said.title;
    new.start = said.start;
    new.minutes = said.minutes;
    new.time_zone = said.time_zone;
    new.place = said.place;
    if event.recurrence_id.is_none() {
        new.recurrence = said.recurrence;
    }
    new.rooms = said.rooms;
    if !said.agenda.is_empty() {
        new.agenda = said.agenda;
    }
    new.objective = said.objective.or(new.objective);
    new.attendees.retain(|known| said.attendees.iter().any(|a| a.address == known.address));
    for attendee in said.attendees {
        match new.attendees.iter_mut().find(|known| known.address == attendee.address) {
            Some(known) if attendee.rsvp != Rsvp::None => known.rsvp = attendee.rsvp,
            Some(_) => {}
            None => new.attendees.push(attendee),
        }
    }
    new.foreign_stamp = Some(stamped);
    if new.state == MeetingState::Cancelled {
        new.state = MeetingState::Announced;
    }
    let moved = old.start != new.start;
    new.sequence = event.sequence;
    if moved {
        // Everybody has the organizer's own update; ours is the clock (O33: no second invite, O8: nothing twice).
        new.time_sequence = event.sequence;
        new.announced_at = Some(now);
        new.marks.retain(|mark| mark.starts_with("no_"));
        view.act(json!({"meeting": "moved"}));
    }
    invite::time_agenda(&mut new);
    for reader in new.concerned() {
        view.suppress(LetterName::MeetingUpdate, &reader, "the organizer's own invite says it (O33)");
    }
    accept(view, mail, &new, Vec::new());
    view.put_meeting(new, "the organizer's invite changed");
    Handled::Yes
}

fn withdrawn(view: &mut View<'_>, event: &CalendarEvent, author: &Mailbox, now: DateTime<Utc>) -> Handled {
    let known: Vec<Meeting> = of_uid(view, &event.uid).into_iter().filter(|meeting| meeting.foreign_invite).collect();
    if known.is_empty() {
        return Handled::NotMine;
    }
    for mut meeting in known {
        let own = meeting.foreign_organizer.as_ref().is_some_and(|organizer| {
            organizer.address.eq_ignore_ascii_case(&author.address)
                || speaks_for(view, &author.address, &organizer.address.to_lowercase(), false, now)
        });
        if !own {
            view.audit("a cancellation by somebody who is not the organizer changes nothing");
            return Handled::NotAllowed;
        }
        let other_day = event.recurrence_id.is_some_and(|day| meeting.occurrence_start.is_some_and(|own| own != day));
        let stale = event.sequence < meeting.sequence
            || (event.sequence == meeting.sequence
                && meeting.foreign_stamp.is_some_and(|known| stamp(event, now) < known));
        if other_day || stale || !matches!(meeting.state, MeetingState::Announced | MeetingState::Draft) {
            continue;
        }
        if event.recurrence_id.is_none() {
            meeting.next = None;
        }
        meeting.state = MeetingState::Cancelled;
        meeting.sequence = event.sequence;
        meeting.pending.clear();
        view.act(json!({"meeting": "cancelled"}));
        view.put_meeting(meeting, "the organizer withdrew the invite");
    }
    Handled::Yes
}

// ---- answers to our invites

/// The occurrences an answer is about: those of its RECURRENCE-ID, or all that are still to come.
fn answered(view: &View<'_>, event: &CalendarEvent) -> Vec<Meeting> {
    of_uid(view, &event.uid)
        .into_iter()
        .filter(|meeting| meeting.state == MeetingState::Announced)
        .filter(|meeting| event.recurrence_id.is_none_or(|day| meeting.occurrence_start.is_none_or(|own| own == day)))
        .collect()
}

fn replied(view: &mut View<'_>, event: &CalendarEvent, author: &Mailbox, now: DateTime<Utc>) -> Handled {
    let own = |a: &&CalendarAttendee| {
        let sent_by = a.sent_by.as_deref().map(|by| by.trim_start_matches("mailto:").to_lowercase());
        a.mailbox.address.eq_ignore_ascii_case(&author.address)
            || (sent_by.as_deref() == Some(&author.address)
                && speaks_for(view, &author.address, &a.mailbox.address.to_lowercase(), false, now))
    };
    // RFC 5546 §3.2.3: the one attendee who answers; lines about others are not the sender's to write.
    let Some(answer) = event.attendees.iter().find(own).cloned() else { return Handled::NotAllowed };
    let address = answer.mailbox.address.to_lowercase();
    let who = view.person(&address).map_or(address, |person| person.address.clone());
    let mut done = Handled::NotMine;
    for meeting in answered(view, event) {
        let id = meeting.id.clone();
        if let Some(room) = meeting.rooms.iter().position(|room| room.address.as_deref() == Some(&who)) {
            room_answered(view, meeting, room, &answer);
            done = Handled::Yes;
            continue;
        }
        if !meeting.concerned().contains(&who) {
            view.audit(format!("{id}: a calendar answer of somebody who was not called"));
            continue;
        }
        done = Handled::Yes;
        let stamped = stamp(event, now);
        let older = meeting.attendee(&who).and_then(|a| a.answered_at).is_some_and(|known| stamped < known);
        if older || event.sequence < meeting.time_sequence {
            view.audit(format!("{id}: a calendar answer older than what is known"));
            continue;
        }
        let rsvp = match answer.partstat.to_ascii_uppercase().as_str() {
            "ACCEPTED" => Rsvp::Accepted,
            "DECLINED" => Rsvp::Declined,
            "TENTATIVE" => Rsvp::Tentative,
            "DELEGATED" => Rsvp::Delegated,
            _ => continue,
        };
        if let (Rsvp::Delegated, Some(to)) = (rsvp, answer.delegated_to.as_deref()) {
            let to = to.trim_start_matches("mailto:").to_lowercase();
            answers::delegate_to(view, meeting, &who, &to, now);
            continue;
        }
        let by_other = (who != author.address).then(|| view.name_of(&author.address));
        let mut meeting = meeting;
        // RFC 5546 §3.2.3: without a RECURRENCE-ID it answers the whole series.
        if event.recurrence_id.is_none() && meeting.recurrence.is_some() {
            if let Some(attendee) = meeting.attendee_mut(&who) {
                attendee.series_rsvp = Some(rsvp);
            }
        }
        answers::record(view, meeting, &who, rsvp, event.comment.clone(), by_other, stamped);
    }
    done
}

/// A room that is taken is told at once (O32).
fn room_answered(view: &mut View<'_>, mut meeting: Meeting, room: usize, answer: &CalendarAttendee) {
    let Some(row) = meeting.rooms.get_mut(room) else { return };
    let before = row.rsvp;
    row.rsvp = rsvp(answer);
    let (name, address, now_is) = (row.name.clone(), row.address.clone(), row.rsvp);
    if now_is == Rsvp::Declined && before != Rsvp::Declined {
        let facts = json!({"person": {"name": name, "address": address, "phone": null}, "start": meeting.start.as_ref().map(data::moment), "asks": true});
        if let Some(letter) = data::organizer_note(view, &meeting, "room_declined", facts, "the room is taken (O32)") {
            view.send(letter);
        }
    }
    view.put_meeting(meeting, &format!("{name}: {now_is:?}"));
}

fn countered(view: &mut View<'_>, event: &CalendarEvent, author: &Mailbox, now: DateTime<Utc>) -> Handled {
    let Some(mut meeting) = answered(view, event).into_iter().next() else { return Handled::NotMine };
    let who = view.person(&author.address).map_or_else(|| author.address.clone(), |person| person.address.clone());
    if meeting.foreign_invite || !meeting.concerned().contains(&who) || event.sequence < meeting.time_sequence {
        return Handled::NotAllowed;
    }
    if event.start.is_none() || event.start == meeting.start {
        return Handled::Yes;
    }
    answers::propose_start(view, &mut meeting, &who, event.start, event.comment.clone(), "", now);
    view.put_meeting(meeting, &format!("another time proposed by {who}"));
    Handled::Yes
}
