//! Who comes, who does not, and who comes in whose place (O25); one record, whichever way an answer came.

use super::{ATTENDEES_MAX, principal};
use crate::domain::action_item::speaks_for;
use crate::domain::digest;
use crate::domain::event::{MailRead, TickKind};
use crate::domain::meeting::notice::{self, ForOrganizer};
use crate::domain::meeting::{Attendee, Meeting, MeetingState, Rsvp, data, ticks};
use crate::domain::person::Resolved;
use crate::domain::reading::{Command, Verb};
use crate::domain::receipt::Entry;
use crate::domain::view::{Handled, View};
use chrono::{DateTime, Utc};
use serde_json::json;

/// What an answer means; a note may stand beside it.
pub(super) fn rsvp_of(answer: &str) -> Option<Rsvp> {
    Some(match answer {
        "accepted" => Rsvp::Accepted,
        "declined" => Rsvp::Declined,
        "tentative" => Rsvp::Tentative,
        "delegated" => Rsvp::Delegated,
        _ => return None,
    })
}

pub(super) fn answer(
    view: &mut View<'_>,
    mail: &MailRead,
    meeting: Meeting,
    author: &str,
    command: &Command,
    now: DateTime<Utc>,
) -> Handled {
    // An answer to the copy of somebody's letter is that person's answer (O5).
    let behalf = mail.answers.as_ref().and_then(|letter| letter.behalf.clone());
    let behalf = behalf.filter(|who| meeting.concerned().contains(who) && speaks_for(view, author, who, false, now));
    let Some(who) = behalf.or_else(|| principal(view, &meeting, author, now)) else {
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
    let by = super::written_by(view, mail, now).map(|one| one.address);
    let by_other = by.or_else(|| (who != author).then(|| author.to_string())).map(|one| view.name_of(&one));
    if rsvp == Rsvp::Delegated {
        return delegate(view, meeting, &who, command, by_other, now);
    }
    let mut meeting = meeting;
    // 参加 to the invitation of a series is said for all of it; a no is about the day at hand.
    if rsvp == Rsvp::Accepted && notice::is_whole_series(&meeting) {
        if let Some(attendee) = meeting.attendee_mut(&who) {
            attendee.series_rsvp = Some(rsvp);
        }
    }
    record(view, meeting, &who, rsvp, note, by_other, now);
    Handled::Yes
}

/// Records an answer, whichever way it came, and tells the organizer what cannot wait.
pub(in crate::domain::meeting) fn record(
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
    // O9: an answer gets no receipt; it stands in the next digest as recorded.
    let line = Entry {
        id: Some(meeting.id.clone()),
        task: Some(meeting.title.clone()).filter(|_| !meeting.confidential),
        verb: Some("rsvp".into()),
        by: Some(by_other.clone().unwrap_or_else(|| view.name_of(who))),
        state: serde_json::to_value(rsvp).ok().and_then(|state| state.as_str().map(String::from)),
        ..Entry::default()
    };
    digest::record(view, who, line, now);
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
        Some(other) => format!("{rsvp:?}: {other}代{}", view.name_of(who)),
        None => format!("{who}: {rsvp:?}"),
    };
    view.put_meeting(meeting, &why);
}

/// Whether no readiness letter will be sent (O18: short notice).
pub(super) fn readiness_is_not_coming(view: &View<'_>, meeting: &Meeting) -> bool {
    !ticks(meeting, view.rules).iter().any(|tick| tick.kind == TickKind::Readiness)
}

/// Somebody comes in the writer's place.
pub(super) fn delegate(
    view: &mut View<'_>,
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
        let facts = json!({"person": data::person(view, who), "names": [name], "asks": false});
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
    } else if let Some(attendee) = meeting.attendee_mut(&address) {
        // Called already, and now for somebody else, too: that is news for both of them.
        if attendee.role == "informed" {
            attendee.role = role;
        }
        notice::notify(view, &mut meeting, std::slice::from_ref(&address), &ForOrganizer::default(), now);
    }
    let by = by_other.map_or_else(|| who.to_string(), |other| format!("{other}代{}", view.name_of(who)));
    view.put_meeting(meeting, &format!("{by} sends {address}"));
    Handled::Yes
}

pub(super) fn set_delegated(view: &mut View<'_>, meeting: &mut Meeting, who: &str, name: &str, now: DateTime<Utc>) {
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
pub(in crate::domain::meeting) fn delegate_to(
    view: &mut View<'_>,
    meeting: Meeting,
    who: &str,
    to: &str,
    now: DateTime<Utc>,
) {
    let command = Command { to: Some(to.to_string()), ..Command::new(Verb::Delegate) };
    delegate(view, meeting, who, &command, None, now);
}

/// Somebody answers who was not called: through a list address that was (O6) they are added, else it is not theirs.
pub(super) fn joins(
    view: &mut View<'_>,
    mut meeting: Meeting,
    author: &str,
    command: &Command,
    now: DateTime<Utc>,
) -> Handled {
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
