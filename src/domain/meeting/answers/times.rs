//! Another time: proposed by anybody, decided by organizer or chair (O17).

use super::{is_concerned, new_start};
use crate::domain::event::MailRead;
use crate::domain::letter::{Letter, LetterName};
use crate::domain::meeting::invite::time_agenda;
use crate::domain::meeting::notice::ForOrganizer;
use crate::domain::meeting::{Meeting, MeetingState, Proposal, Rsvp, change, data};
use crate::domain::reading::Command;
use crate::domain::view::{Handled, View};
use chrono::{DateTime, FixedOffset, Utc};
use serde_json::json;

/// Another time is the organizer's to decide.
pub(super) fn propose(
    view: &mut View<'_>,
    mail: &MailRead,
    mut meeting: Meeting,
    author: &str,
    command: &Command,
    now: DateTime<Utc>,
) -> Handled {
    if !is_concerned(view, &meeting, author, now) {
        return Handled::NotAllowed;
    }
    let start = new_start(view, &meeting, command, now);
    if start.is_some_and(|start| start.with_timezone(&Utc) <= now) {
        tell(view, mail, &meeting, author, "past_time", start);
        return Handled::Yes;
    }
    propose_start(view, &mut meeting, author, start, command.reason.clone(), &command.line, now);
    view.put_meeting(meeting, &format!("another time proposed by {author}"));
    Handled::Yes
}

/// Shared by words and COUNTER.
pub(in crate::domain::meeting) fn propose_start(
    view: &mut View<'_>,
    meeting: &mut Meeting,
    author: &str,
    start: Option<DateTime<FixedOffset>>,
    reason: Option<String>,
    line: &str,
    now: DateTime<Utc>,
) {
    meeting.proposals.retain(|proposal| proposal.by != author || proposal.topic.is_some());
    meeting.proposals.push(Proposal { by: author.to_string(), start, line: line.to_string(), topic: None });
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

/// Nothing was moved, and why: `past_time`, `which_time`.
pub(super) fn tell(
    view: &mut View<'_>,
    mail: &MailRead,
    meeting: &Meeting,
    to: &str,
    kind: &str,
    start: Option<DateTime<FixedOffset>>,
) {
    let facts = json!({"start": start.as_ref().map(data::moment), "asks": true});
    let why = if kind == "past_time" { "the new time is over already" } else { "no new time was given" };
    let note = data::note_to(view, meeting, to, kind, facts, why);
    view.send(note.replying_to(&mail.message_id, &mail.references));
}

/// The organizer says yes or no to the last proposal.
pub(super) fn decide_proposal(
    view: &mut View<'_>,
    mail: &MailRead,
    meeting: Meeting,
    author: &str,
    yes: bool,
    now: DateTime<Utc>,
) -> Handled {
    let Some(proposal) = meeting.proposals.last().cloned() else { return Handled::NotMine };
    let mut new = meeting.clone();
    if let Some(topic) = &proposal.topic {
        new.proposals.pop();
        if !yes {
            new.agenda.retain(|item| item.title != *topic);
            time_agenda(&mut new);
            let facts = json!({"topic": topic});
            let note = data::note_to(view, &meeting, &proposal.by, "topic_refused", facts, "the topic was not taken");
            view.send(note);
        }
        view.put_meeting(new, if yes { "the topic stays" } else { "the topic was refused" });
        return Handled::Yes;
    }
    new.proposals.clear();
    if yes && proposal.start.is_none_or(|start| start.with_timezone(&Utc) <= now) {
        // A yes to 周四下午, or to a time that passed while it waited: when exactly is for the organizer to say.
        let kind = if proposal.start.is_none() { "which_time" } else { "past_time" };
        tell(view, mail, &meeting, author, kind, proposal.start);
        view.put_meeting(new, "a yes to no time that can be: the organizer is asked which");
        return Handled::Yes;
    }
    match proposal.start.filter(|_| yes) {
        Some(start) => {
            new.start = Some(start);
            change::change(view, &meeting, new, author, Some(mail), &ForOrganizer::default(), now);
            // Who asked for this very time comes; the letter about the change need not ask.
            if let Some(mut meeting) = view.meeting(&meeting.id) {
                if let Some(attendee) = meeting.attendee_mut(&proposal.by) {
                    attendee.rsvp = Rsvp::Accepted;
                    attendee.answered_at = Some(now);
                }
                view.put_meeting(meeting, "");
                let to_proposer =
                    |letter: &&mut Letter| letter.to == proposal.by && letter.name == LetterName::MeetingUpdate;
                if let Some(letter) = view.letters().iter_mut().find(to_proposer) {
                    letter.data.insert("asks_answer".into(), json!(false));
                }
            }
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
pub(super) fn reschedule(
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
    let start = new_start(view, &meeting, command, now);
    if let Some(start) = start {
        if start.with_timezone(&Utc) <= now {
            tell(view, mail, &meeting, author, "past_time", Some(start));
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
        tell(view, mail, &meeting, author, "which_time", None);
        return Handled::Yes;
    }
    new.proposals.clear();
    change::change(view, &meeting, new, author, Some(mail), &ForOrganizer::default(), now);
    Handled::Yes
}
