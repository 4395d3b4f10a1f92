//! What the people of a meeting say about it: they come or not, propose, move, call off (SPEC 4.2, O17, O25).

use super::notice::{self, ForOrganizer, Off};
use super::{AgendaItem, Asked, Attendee, Meeting, MeetingState, Proposal, Rsvp, call, data, moments, occurrence};
use crate::domain::due::Due;
use crate::domain::event::MailRead;
use crate::domain::person::Resolved;
use crate::domain::reading::{Command, Verb};
use crate::domain::series;
use crate::domain::view::{Handled, View};
use chrono::{DateTime, FixedOffset, Utc};
use serde_json::json;

/// Topics a meeting can hold; more is a mistake.
const AGENDA_MAX: usize = 60;
/// Attendees a meeting can hold.
pub(super) const ATTENDEES_MAX: usize = 1000;

/// Carries out a command about the meeting `id`.
pub fn command(view: &mut View<'_>, mail: &MailRead, id: &str, command: &Command, now: DateTime<Utc>) -> Handled {
    let (Some(meeting), Some(author)) = (view.meeting(id), &mail.author) else { return Handled::NotMine };
    let author = view.person(&author.address).map_or_else(|| author.address.clone(), |person| person.address.clone());
    let leads = meeting.is_led_by(&author);
    if meeting.state == MeetingState::Draft {
        return draft(view, mail, meeting, &author, command, now);
    }
    if let Some(handled) = about_next(view, &meeting, leads, &author, command, now) {
        return handled;
    }
    match command.verb {
        Verb::Rsvp => answer(view, mail, meeting, &author, command, now),
        Verb::Ack | Verb::Confirm if leads && !meeting.proposals.is_empty() && command.verb == Verb::Confirm => {
            decide_proposal(view, mail, meeting, &author, true, now)
        }
        Verb::Ack | Verb::Confirm => answer(view, mail, meeting, &author, &accepted(command), now),
        Verb::Decline if meeting.state == MeetingState::Announced && !leads => {
            let declined = Command { answer: Some("declined".into()), ..command.clone() };
            answer(view, mail, meeting, &author, &declined, now)
        }
        Verb::Delegate if !leads || meeting.attendee(&author).is_some() => {
            let delegated = Command { answer: Some("delegated".into()), ..command.clone() };
            answer(view, mail, meeting, &author, &delegated, now)
        }
        Verb::AgendaAdd => add_topic(view, mail, meeting, &author, command, now),
        Verb::ProposeTime if !leads => propose(view, meeting, &author, command, now),
        Verb::Reschedule | Verb::ProposeTime if leads => reschedule(view, mail, meeting, &author, command, now),
        Verb::Reschedule if is_concerned(view, &meeting, &author) => propose(view, meeting, &author, command, now),
        Verb::Approve if leads => decide_proposal(view, mail, meeting, &author, true, now),
        Verb::Refuse if leads => decide_proposal(view, mail, meeting, &author, false, now),
        Verb::CallOff | Verb::Cancel => {
            if !leads {
                return Handled::NotAllowed;
            }
            match meeting.state {
                MeetingState::Announced | MeetingState::Held => {
                    notice::call_off(view, meeting, Off::Meeting, &author, command.reason.as_deref(), now);
                }
                _ => view.audit(format!("{id} is over: nothing to call off")),
            }
            Handled::Yes
        }
        Verb::Proceed => {
            if !leads {
                return Handled::NotAllowed;
            }
            let mut meeting = meeting;
            meeting.mark("proceed");
            meeting.proposals.clear();
            view.put_meeting(meeting, "proceed");
            Handled::Yes
        }
        Verb::NoMinutes => {
            if !meeting.may_send_minutes(&author) {
                return Handled::NotAllowed;
            }
            let mut meeting = meeting;
            meeting.mark("no_minutes");
            if meeting.state == MeetingState::Held {
                meeting.state = MeetingState::Closed;
            }
            view.put_meeting(meeting, "no minutes wanted");
            Handled::Yes
        }
        Verb::NotHeld => {
            if !meeting.may_send_minutes(&author) {
                return Handled::NotAllowed;
            }
            if matches!(meeting.state, MeetingState::Announced | MeetingState::Held) {
                // Everybody knows: they were there and nothing happened.
                let mut meeting = meeting;
                meeting.state = MeetingState::Cancelled;
                meeting.mark("not_held");
                view.put_meeting(meeting, "not held");
                view.act(json!({"meeting": "not_held", "id": id}));
            }
            Handled::Yes
        }
        Verb::Convene if meeting.next.is_some() => {
            if !leads {
                return Handled::NotAllowed;
            }
            let mut meeting = meeting;
            if let (Some(next), Some(start)) = (&mut meeting.next, command.start) {
                next.start = start;
                next.keep = true;
            }
            occurrence::make_next(view, meeting, now);
            Handled::Yes
        }
        Verb::Send | Verb::Convene if leads => Handled::Yes,
        _ => Handled::NotMine,
    }
}

/// 收到 and 确认 to a notice mean: I come.
fn accepted(command: &Command) -> Command {
    Command { answer: Some("accepted".into()), ..command.clone() }
}

/// Concerned, or the secretary of somebody who is.
fn is_concerned(view: &View<'_>, meeting: &Meeting, author: &str) -> bool {
    principal(view, meeting, author).is_some()
}

/// For whom the author speaks: themselves, or the one attendee whose secretary they are (O5).
fn principal(view: &View<'_>, meeting: &Meeting, author: &str) -> Option<String> {
    let concerned = meeting.concerned();
    if concerned.iter().any(|address| address == author) {
        return Some(author.to_string());
    }
    let own = view.person(author)?;
    let mut principals = concerned.into_iter().filter(|address| {
        let assistant = view.person(address).map(|p| p.assistant.clone()).unwrap_or_default();
        !assistant.is_empty() && (assistant.eq_ignore_ascii_case(author) || assistant == own.name)
    });
    match (principals.next(), principals.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

// ---- drafts

/// A draft waits for its sender: 发送, a choice, 取消, or a correction.
fn draft(
    view: &mut View<'_>,
    mail: &MailRead,
    mut meeting: Meeting,
    author: &str,
    command: &Command,
    now: DateTime<Utc>,
) -> Handled {
    if !meeting.is_led_by(author) {
        return Handled::NotAllowed;
    }
    let asked = meeting.asked.clone().unwrap_or_default();
    if matches!(command.verb, Verb::CallOff | Verb::Cancel | Verb::Decline | Verb::Refuse) {
        let off = if asked.kind == "still_meeting" { Off::Series } else { Off::Meeting };
        if off == Off::Series {
            // The series is in calendars although this occurrence was not announced.
            meeting.state = MeetingState::Announced;
        }
        notice::call_off(view, meeting, off, author, command.reason.as_deref(), now);
        return Handled::Yes;
    }
    if asked.kind == "still_meeting" {
        return match command.verb {
            Verb::Proceed | Verb::Send | Verb::Convene | Verb::Confirm | Verb::Approve => {
                occurrence::resume(view, meeting, now);
                Handled::Yes
            }
            Verb::Reschedule | Verb::ProposeTime => match new_start(view, &meeting, command) {
                Some(start) => {
                    meeting.start = Some(start);
                    occurrence::resume(view, meeting, now);
                    Handled::Yes
                }
                None => Handled::NotMine,
            },
            _ => Handled::NotMine,
        };
    }
    if asked.kind == "choice" {
        let similar = asked.similar.clone();
        let named_old = command.item == Some(1) || command.id.is_some() && command.id == similar;
        let named_new = command.item == Some(2) || command.id.as_deref() == Some(&meeting.id);
        return match similar {
            Some(old) if named_old => {
                call::merge_into(view, mail, meeting, &old, now);
                Handled::Yes
            }
            _ if named_new => {
                call::is_new(view, mail, meeting, now);
                Handled::Yes
            }
            _ => Handled::NotMine,
        };
    }
    match command.verb {
        Verb::Send | Verb::Confirm | Verb::Approve | Verb::Proceed | Verb::Convene | Verb::Accept => {
            call::confirmed(view, mail, meeting, command, now);
            Handled::Yes
        }
        // 收到 to a preview is no order to send.
        Verb::Ack => Handled::NotMine,
        Verb::Reschedule | Verb::ProposeTime => {
            if let Some(start) = new_start(view, &meeting, command) {
                meeting.start = Some(start);
            }
            if command.place.is_some() {
                meeting.place.clone_from(&command.place);
            }
            if command.minutes.is_some() {
                meeting.minutes = command.minutes;
            }
            call::edited(view, mail, meeting, now);
            Handled::Yes
        }
        Verb::AgendaAdd => {
            push_topic(view, &mut meeting, author, command);
            call::edited(view, mail, meeting, now);
            Handled::Yes
        }
        _ => Handled::NotMine,
    }
}

/// The moment a command moves a meeting to; a day without a time keeps the time.
fn new_start(view: &View<'_>, meeting: &Meeting, command: &Command) -> Option<DateTime<FixedOffset>> {
    let zone = moments::zone(meeting, view.rules);
    if let Some(start) = command.start {
        return Some(start);
    }
    match command.due {
        Some(Due::Moment(moment)) => Some(moment),
        Some(Due::Date(day)) => meeting.start.map(|start| series::on_day(start, zone, day)),
        None => {
            let days = command.shift_workdays.filter(|days| *days != 0)?;
            let start = meeting.start?;
            let day =
                moments::workdays(meeting, view.rules).add_workdays(start.with_timezone(&zone).date_naive(), days);
            Some(series::on_day(start, zone, day))
        }
    }
}

/// The answer to a question about the next occurrence on a day off (O31).
fn about_next(
    view: &mut View<'_>,
    meeting: &Meeting,
    leads: bool,
    author: &str,
    command: &Command,
    now: DateTime<Utc>,
) -> Option<Handled> {
    let asked = meeting.next.as_ref().is_some_and(|next| next.asked && !next.keep);
    let begun = meeting.start.is_some_and(|start| start.with_timezone(&Utc) <= now);
    if !asked || !begun || !leads {
        return None;
    }
    match command.verb {
        Verb::Proceed | Verb::Confirm => occurrence::keep_next(view, meeting.clone()),
        Verb::CallOff | Verb::Cancel => occurrence::skip_next(view, meeting.clone(), author, now),
        Verb::Postpone | Verb::Reschedule | Verb::ProposeTime => {
            let day = command.due.map(|due| due.date());
            occurrence::move_next(view, meeting.clone(), command.start, day);
        }
        _ => return None,
    }
    Some(Handled::Yes)
}

// ---- who comes

/// What an answer means; a note may stand beside it.
fn rsvp_of(answer: &str) -> Option<Rsvp> {
    Some(match answer {
        "accepted" => Rsvp::Accepted,
        "declined" => Rsvp::Declined,
        "tentative" => Rsvp::Tentative,
        "delegated" => Rsvp::Delegated,
        _ => return None,
    })
}

fn answer(
    view: &mut View<'_>,
    mail: &MailRead,
    meeting: Meeting,
    author: &str,
    command: &Command,
    now: DateTime<Utc>,
) -> Handled {
    let Some(who) = principal(view, &meeting, author) else {
        return joins(view, meeting, author, command, now);
    };
    if meeting.state != MeetingState::Announced {
        // Too late to matter, or 收到 to a cancellation: read, and nothing to do.
        return Handled::Yes;
    }
    let Some(rsvp) = command.answer.as_deref().and_then(rsvp_of) else { return Handled::NotMine };
    // 收到 says less than what was said before.
    let known = meeting.attendee(&who).map(|a| a.rsvp).unwrap_or_default();
    if command.verb == Verb::Ack && !matches!(known, Rsvp::None | Rsvp::Default) {
        return Handled::Yes;
    }
    let note = command.reason.clone().filter(|reason| !reason.trim().is_empty());
    let by_other = (who != author).then(|| view.name_of(author));
    if rsvp == Rsvp::Delegated {
        return delegate(view, mail, meeting, &who, command, by_other, now);
    }
    record(view, meeting, &who, rsvp, note, by_other, now);
    Handled::Yes
}

/// Records an answer, whichever way it came, and tells the organizer what cannot wait.
pub(super) fn record(
    view: &mut View<'_>,
    mut meeting: Meeting,
    who: &str,
    rsvp: Rsvp,
    note: Option<String>,
    by_other: Option<String>,
    now: DateTime<Utc>,
) {
    let before = meeting.attendee(who).map(|a| a.rsvp).unwrap_or_default();
    if meeting.attendee(who).is_none() {
        let role = if meeting.organizer_address.as_deref() == Some(who) { return } else { "doer" };
        meeting.attendees.push(Attendee {
            name: view.name_of(who),
            address: Some(who.to_string()),
            role: role.into(),
            ..Attendee::default()
        });
    }
    if let Some(attendee) = meeting.attendee_mut(who) {
        attendee.rsvp = rsvp;
        attendee.answered_at = Some(now);
        attendee.delegate = None;
        if note.is_some() {
            attendee.note.clone_from(&note);
        }
    }
    view.act(json!({"attendance": {who: rsvp}}));
    let matters = meeting.attendee(who).is_some_and(|a| a.role == "decider")
        || meeting.chair_address.as_deref() == Some(who)
        || meeting.agenda.iter().any(|item| item.presenter_address.as_deref() == Some(who));
    // Before the day's end of the readiness letter it stands there; after it the organizer has to hear at once.
    let late = meeting.is_marked("readiness") || readiness_is_not_coming(view, &meeting);
    if rsvp == Rsvp::Declined && before != Rsvp::Declined && matters && late {
        let kind =
            if meeting.attendee(who).is_some_and(|a| a.role == "decider") { "decider_out" } else { "presenter_out" };
        let facts = json!({"person": data::person(view, who), "detail": note, "asks": true});
        if let Some(letter) =
            data::organizer_note(view, &meeting, kind, facts, "somebody the meeting needs does not come")
        {
            view.send(letter);
        }
    }
    let why = match by_other {
        Some(other) => format!("{who}: {rsvp:?} (by {other})"),
        None => format!("{who}: {rsvp:?}"),
    };
    view.put_meeting(meeting, &why);
}

/// Whether no readiness letter will be sent (O18: short notice).
fn readiness_is_not_coming(view: &View<'_>, meeting: &Meeting) -> bool {
    use crate::domain::event::TickKind;
    !super::ticks(meeting, view.rules).iter().any(|tick| tick.kind == TickKind::Readiness)
}

/// Somebody comes in the writer's place.
fn delegate(
    view: &mut View<'_>,
    mail: &MailRead,
    mut meeting: Meeting,
    who: &str,
    command: &Command,
    by_other: Option<String>,
    now: DateTime<Utc>,
) -> Handled {
    let Some(written) = command.to.as_deref().filter(|to| !to.trim().is_empty()) else { return Handled::NotMine };
    let found = if written.contains('@') {
        Resolved::One(written.trim().to_lowercase())
    } else {
        view.resolve(written, &meeting.concerned())
    };
    let address = match found {
        Resolved::One(address) if view.is_internal(&address) || view.person(&address).is_some() => Some(address),
        _ => None,
    };
    let Some(address) = address else {
        // Nobody we know: the answer stands, who comes is for the organizer to find out.
        let name = written.trim().to_string();
        let facts = json!({"person": data::person(view, who), "detail": name, "asks": false});
        if let Some(letter) =
            data::organizer_note(view, &meeting, "delegate_unknown", facts, "sends somebody we do not know")
        {
            view.send(letter);
        }
        set_delegated(view, &mut meeting, who, &name, now);
        view.put_meeting(meeting, &format!("{who} sends {name}"));
        return Handled::Yes;
    };
    if address == who {
        return Handled::NotMine;
    }
    let name = view.name_of(&address);
    set_delegated(view, &mut meeting, who, &name, now);
    let role = meeting.attendee(who).map_or("doer".into(), |a| a.role.clone());
    let is_new = meeting.attendee(&address).is_none() && meeting.organizer_address.as_deref() != Some(&address);
    if is_new && meeting.attendees.len() < ATTENDEES_MAX {
        meeting.attendees.push(Attendee {
            name,
            address: Some(address.clone()),
            role,
            stands_in: true,
            ..Attendee::default()
        });
        notice::notify(view, &mut meeting, std::slice::from_ref(&address), &ForOrganizer::default(), now);
    }
    let _ = mail;
    let by = by_other.map(|other| format!(" (by {other})")).unwrap_or_default();
    view.put_meeting(meeting, &format!("{who} sends {address}{by}"));
    Handled::Yes
}

fn set_delegated(view: &mut View<'_>, meeting: &mut Meeting, who: &str, name: &str, now: DateTime<Utc>) {
    if meeting.attendee(who).is_none() && meeting.organizer_address.as_deref() != Some(who) {
        let own =
            Attendee { name: view.name_of(who), address: Some(who.into()), role: "doer".into(), ..Attendee::default() };
        meeting.attendees.push(own);
    }
    if let Some(attendee) = meeting.attendee_mut(who) {
        attendee.rsvp = Rsvp::Delegated;
        attendee.delegate = Some(name.to_string());
        attendee.answered_at = Some(now);
    }
    view.act(json!({"attendance": {who: "delegated"}}));
}

/// A delegation that came by calendar: to this address.
pub(super) fn delegate_to(
    view: &mut View<'_>,
    mail: &MailRead,
    meeting: Meeting,
    who: &str,
    to: &str,
    now: DateTime<Utc>,
) {
    let command = Command { to: Some(to.to_string()), ..Command::new(Verb::Delegate) };
    delegate(view, mail, meeting, who, &command, None, now);
}

/// Somebody answers who was not called: through a list address that was (O6) they are added, else it is not theirs.
fn joins(view: &mut View<'_>, mut meeting: Meeting, author: &str, command: &Command, now: DateTime<Utc>) -> Handled {
    let has_list = meeting
        .attendees
        .iter()
        .filter_map(|a| a.address.as_deref())
        .any(|address| view.person(address).is_some_and(|person| person.kind == "list"));
    let rsvp = command.answer.as_deref().and_then(rsvp_of);
    let (true, true, Some(rsvp)) = (has_list, meeting.state == MeetingState::Announced, rsvp) else {
        return Handled::NotAllowed;
    };
    if command.verb == Verb::Ack || meeting.attendees.len() >= ATTENDEES_MAX {
        return Handled::Yes;
    }
    meeting.attendees.push(Attendee {
        name: view.name_of(author),
        address: Some(author.to_string()),
        role: "doer".into(),
        rsvp,
        answered_at: Some(now),
        ..Attendee::default()
    });
    view.act(json!({"attendance": {author: rsvp}}));
    if rsvp == Rsvp::Accepted {
        notice::notify(view, &mut meeting, &[author.to_string()], &ForOrganizer::default(), now);
    }
    view.put_meeting(meeting, &format!("{author} answered from a list"));
    Handled::Yes
}

// ---- topics and times

fn push_topic(view: &View<'_>, meeting: &mut Meeting, author: &str, command: &Command) -> Option<String> {
    let title = command.title.as_deref().map(str::trim).filter(|title| !title.is_empty())?;
    if meeting.agenda.len() >= AGENDA_MAX || meeting.agenda.iter().any(|item| item.title == title) {
        return None;
    }
    let presenter = match command.to.as_deref() {
        Some(written) => match view.resolve(written, &meeting.concerned()) {
            Resolved::One(address) => Some(address),
            _ => None,
        },
        None => Some(author.to_string()),
    };
    meeting.agenda.push(AgendaItem {
        title: title.to_string(),
        minutes: command.minutes,
        presenter: presenter.as_deref().map(|address| view.name_of(address)),
        presenter_address: presenter,
        ..AgendaItem::default()
    });
    Some(title.to_string())
}

fn add_topic(
    view: &mut View<'_>,
    mail: &MailRead,
    meeting: Meeting,
    author: &str,
    command: &Command,
    now: DateTime<Utc>,
) -> Handled {
    if !is_concerned(view, &meeting, author) {
        return Handled::NotAllowed;
    }
    if meeting.state != MeetingState::Announced {
        return Handled::NotMine;
    }
    let old = meeting.clone();
    let mut meeting = meeting;
    let Some(title) = push_topic(view, &mut meeting, author, command) else {
        return if command.title.is_some() { Handled::Yes } else { Handled::NotMine };
    };
    super::invite::time_agenda(&mut meeting);
    meeting.mark("agenda_changed");
    if !meeting.is_led_by(author) {
        let total: u32 = meeting.agenda.iter().filter_map(|item| item.minutes).fold(0, u32::saturating_add);
        let over = meeting.minutes.is_some_and(|minutes| total > minutes).then_some(total);
        let facts =
            json!({"person": data::person(view, author), "topic": title, "count": command.minutes, "detail": over});
        if let Some(letter) = data::organizer_note(view, &meeting, "topic_added", facts, "a topic was proposed") {
            view.send(letter);
        }
    } else if let Some(presenter) = meeting.agenda.last().and_then(|item| item.presenter_address.clone()) {
        if presenter != author && !old.pending.contains(&presenter) {
            // Whoever is given a topic has to know it.
            notice::change(view, &old, meeting, author, Some(mail), &ForOrganizer::default(), now);
            return Handled::Yes;
        }
    }
    view.put_meeting(meeting, &format!("topic added by {author}"));
    Handled::Yes
}

/// Another time is the organizer's to decide.
fn propose(view: &mut View<'_>, mut meeting: Meeting, author: &str, command: &Command, now: DateTime<Utc>) -> Handled {
    if !is_concerned(view, &meeting, author) {
        return Handled::NotAllowed;
    }
    let start = new_start(view, &meeting, command);
    propose_start(view, &mut meeting, author, start, command.reason.clone(), &command.line, now);
    view.put_meeting(meeting, &format!("another time proposed by {author}"));
    Handled::Yes
}

/// Shared by words and COUNTER.
pub(super) fn propose_start(
    view: &mut View<'_>,
    meeting: &mut Meeting,
    author: &str,
    start: Option<DateTime<FixedOffset>>,
    reason: Option<String>,
    line: &str,
    now: DateTime<Utc>,
) {
    meeting.proposals.retain(|proposal| proposal.by != author);
    meeting.proposals.push(Proposal { by: author.to_string(), start, line: line.to_string() });
    let begun = meeting.start.is_some_and(|old| old.with_timezone(&Utc) <= now);
    let detail = reason.or_else(|| Some(line.to_string()).filter(|line| !line.is_empty()));
    let facts = json!({
        "person": data::person(view, author),
        "start": start.as_ref().map(data::moment),
        "detail": detail,
        "asks": !begun,
    });
    if let Some(letter) = data::organizer_note(view, meeting, "propose_time", facts, "another time is proposed") {
        view.send(letter);
    }
}

/// The organizer says yes or no to the proposed time.
fn decide_proposal(
    view: &mut View<'_>,
    mail: &MailRead,
    meeting: Meeting,
    author: &str,
    yes: bool,
    now: DateTime<Utc>,
) -> Handled {
    let Some(proposal) = meeting.proposals.last().cloned() else { return Handled::NotMine };
    let mut new = meeting.clone();
    new.proposals.clear();
    match proposal.start.filter(|_| yes) {
        Some(start) => {
            new.start = Some(start);
            notice::change(view, &meeting, new, author, Some(mail), &ForOrganizer::default(), now);
        }
        None => {
            let facts = json!({"start": meeting.start.as_ref().map(data::moment)});
            let note =
                data::note_to(view, &meeting, &proposal.by, "time_stays", facts, "the proposed time was not taken");
            view.send(note);
            view.put_meeting(new, "the time stays");
        }
    }
    Handled::Yes
}

/// 改到周四14点, also after the start (O17).
fn reschedule(
    view: &mut View<'_>,
    mail: &MailRead,
    meeting: Meeting,
    author: &str,
    command: &Command,
    now: DateTime<Utc>,
) -> Handled {
    if !matches!(meeting.state, MeetingState::Announced | MeetingState::Held) {
        return Handled::NotMine;
    }
    let mut new = meeting.clone();
    let start = new_start(view, &meeting, command);
    if let Some(start) = start {
        if start.with_timezone(&Utc) <= now {
            let facts = json!({"start": data::moment(&start), "asks": true});
            let note = data::note_to(view, &meeting, author, "past_time", facts, "the new time is over already");
            view.send(note.replying_to(&mail.message_id, &mail.references));
            return Handled::Yes;
        }
        new.start = Some(start);
    }
    if command.place.is_some() {
        new.place.clone_from(&command.place);
    }
    if command.minutes.is_some() {
        new.minutes = command.minutes;
    }
    if start.is_none() && command.place.is_none() && command.minutes.is_none() {
        // 改期 without a time: ask for it.
        let note = data::note_to(view, &meeting, author, "which_time", json!({"asks": true}), "no new time was given");
        view.send(note.replying_to(&mail.message_id, &mail.references));
        return Handled::Yes;
    }
    new.proposals.clear();
    notice::change(view, &meeting, new, author, Some(mail), &ForOrganizer::default(), now);
    Handled::Yes
}

/// For drafts: what was asked, fresh.
pub(super) fn asked(kind: &str, reason: &str, now: DateTime<Utc>) -> Asked {
    Asked { kind: kind.into(), reason: reason.into(), since: Some(now), ..Asked::default() }
}
