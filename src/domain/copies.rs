//! Copies for secretaries and deputies (O5): who stands in for somebody sees what that person is asked, and may answer it.
//!
//! A copy goes only to who may give the answer: approvals to those with `may_approve`. Nothing confidential is copied (O38).

use super::action_item::stand_ins;
use super::letter::{Letter, LetterName, Thread};
use super::view::View;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// What a letter asks its reader for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    Nothing,
    /// Attendance, a report, a confirmation.
    Report,
    /// A decision.
    Approval,
}

fn asks(letter: &Letter) -> Asks {
    use LetterName::*;
    let full = |key: &str| letter.data.get(key).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let yes = |key: &str| letter.data.get(key) == Some(&Value::Bool(true));
    let to_confirm = || {
        let own = letter.data.get("own").and_then(Value::as_array);
        own.is_some_and(|own| own.iter().any(|row| row.get("state").and_then(Value::as_str) == Some("proposed")))
    };
    let (report, approval) = match letter.name {
        MeetingNotice | MeetingUpdate => (yes("asks_answer"), false),
        RsvpChase | MaterialsChase | MinutesChase | MinutesGaps | MinutesReview | ReminderUrgent => (true, false),
        Confirmation | Summary | SummaryCorrection => (to_confirm(), false),
        Digest => (
            full("confirmations") || full("late"),
            ["approvals", "acceptances", "choices", "unanswered"].iter().any(|key| full(key)),
        ),
        ApprovalRequest | AcceptanceRequest | EscalationPreview => (false, true),
        _ => (false, false),
    };
    if report {
        Asks::Report
    } else if approval {
        Asks::Approval
    } else {
        Asks::Nothing
    }
}

/// Adds the copies to what this decision sends.
pub fn add(view: &mut View<'_>, now: DateTime<Utc>) {
    let mut copies = Vec::new();
    for letter in view.letters().clone() {
        let asks = asks(&letter);
        if asks == Asks::Nothing || letter.behalf.is_some() || is_confidential(view, &letter) {
            continue;
        }
        for one in stand_ins(view, &letter.to, now) {
            if asks == Asks::Approval && !one.may_approve {
                continue;
            }
            copies.push(copy(view, &letter, &one.address));
        }
    }
    for copy in copies {
        view.send(copy);
    }
}

fn copy(view: &View<'_>, letter: &Letter, to: &str) -> Letter {
    let principal = view.name_of(&letter.to);
    let you = json!({"name": principal, "address": letter.to, "language": view.language_of(to)});
    let mut copy = letter.clone().with("you", you).with("copy_for", &principal).with("copy_to", view.name_of(to));
    copy.why = format!("copy for who stands in for {}: {}", letter.to, letter.why);
    copy.behalf = Some(letter.to.clone());
    copy.to = to.to_string();
    // The principal's own invite is answered from the principal's calendar; in another one it would be a second meeting.
    copy.invite = None;
    copy.answering = false;
    copy.unsubscribe = false;
    copy.thread = letter.objects.first().map_or(Thread::New, |id| Thread::Object(id.clone()));
    copy
}

fn is_confidential(view: &View<'_>, letter: &Letter) -> bool {
    letter.objects.iter().any(|id| {
        view.meeting(id).is_some_and(|meeting| meeting.confidential)
            || view.action(id).is_some_and(|item| item.confidential)
    })
}
