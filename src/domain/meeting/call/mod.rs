//! From a call to a meeting (SPEC 4.1): who is meant, what is missing, whether it is new or a change (O15), and whether its
//! sender sees it before anybody else (O12, O13).

mod amended;
mod change;
mod people;
mod preview;

pub use amended::amended;
pub use change::choice;
pub(super) use change::{choice_of, is_new, merge_into};
pub(super) use people::{is_own, of_text};
pub(super) use preview::{confirmed, edited, timeout};

use change::{COMPARED_MAX, Similar, amend, choose, similar};
use people::{Built, add, build};
use preview::{complete, send_gaps, send_preview};

use super::answers;
use super::data::moment;
use super::hints::{self, hint};
use super::notice::{self, ForOrganizer};
use super::{Meeting, MeetingState, title};
use crate::domain::event::{MailRead, Proof};
use crate::domain::policy::Callers;
use crate::domain::reading::CallReading;
use crate::domain::view::{Verdict, View};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

/// Meetings one mail may call (会议安排表).
const CALLS_MAX: usize = 20;

/// A mail calls one or several meetings, completes a draft, or changes a meeting.
pub fn call(view: &mut View<'_>, mail: &MailRead, calls: &[CallReading], now: DateTime<Utc>) {
    let Some(author) = mail.author.as_ref().filter(|_| mail.proof == Proof::Pass) else {
        return view.withhold(Verdict::Ignore, "the sender of a call has to be proven");
    };
    let author = view.person(&author.address).map_or_else(|| author.address.clone(), |person| person.address.clone());
    if !may_call(view, &author) {
        return view.withhold(Verdict::Ignore, "this sender may not call meetings (policy.callers)");
    }
    if calls.len() > CALLS_MAX {
        view.audit(format!("only the first {CALLS_MAX} of {} meetings in one mail were called", calls.len()));
    }
    for reading in calls.iter().take(CALLS_MAX) {
        one(view, mail, &author, reading, calls.len() == 1, now);
    }
}

/// Calls one meeting out of an answer about something else; its id, where there is one now.
pub fn called_by(view: &mut View<'_>, mail: &MailRead, call: &CallReading, now: DateTime<Utc>) -> Option<String> {
    let before: Vec<String> = view.touched_ids().to_vec();
    self::call(view, mail, std::slice::from_ref(call), now);
    let touched = view.touched_ids();
    let new = touched.iter().rev().find(|id| id.starts_with("M-") && !before.contains(id));
    new.or_else(|| touched.iter().rev().find(|id| id.starts_with("M-"))).cloned()
}

/// Hints that are doubts about time, people or place: the sender looks first (O13).
const DOUBTS: [&str; 7] =
    ["unknown_person", "ambiguous_person", "no_address", "no_contact", "outsider", "doubt", "past_start"];

/// Who may call meetings (`policy.callers`).
pub fn may_call(view: &View<'_>, address: &str) -> bool {
    match &view.rules.policy.callers {
        Callers::Word(word) if word == "directory" => view.person(address).is_some_and(|person| !person.learned),
        Callers::Word(_) => view.is_internal(address),
        Callers::List(list) => list.iter().any(|caller| caller.eq_ignore_ascii_case(address)),
    }
}

fn one(view: &mut View<'_>, mail: &MailRead, author: &str, reading: &CallReading, alone: bool, now: DateTime<Utc>) {
    let about = if alone { named(view, mail, author) } else { None };
    // Who stands in To or Cc is called too, unless the mail only answers us.
    let built = build(view, mail, author, reading, about.is_none() || !mail.to_us_alone);
    if mail.in_bcc {
        // O10: nobody but the sender hears of it until the sender says so.
        return match similar(view, mail, &built.meeting, now) {
            Similar::Same(old) | Similar::Unsure(old) => choose(view, mail, built, &old, now),
            Similar::None => fresh(view, mail, built, now),
        };
    }
    if let Some(old) = about {
        return match old.state {
            MeetingState::Draft => complete(view, mail, old, built, now),
            MeetingState::Announced | MeetingState::Held => amend(view, mail, &old, built, now),
            _ => fresh(view, mail, built, now),
        };
    }
    match similar(view, mail, &built.meeting, now) {
        Similar::Same(old) if old.state == MeetingState::Draft => complete(view, mail, *old, built, now),
        Similar::Same(old) => amend(view, mail, &old, built, now),
        Similar::Unsure(old) => choose(view, mail, built, &old, now),
        Similar::None => fresh(view, mail, built, now),
    }
}

/// The sender's own meeting this mail is about by thread or id.
fn named(view: &View<'_>, mail: &MailRead, author: &str) -> Option<Meeting> {
    let of_letter = mail.answers.iter().flat_map(|letter| letter.objects.iter());
    let by_id = of_letter.chain(&mail.subject_ids).filter(|id| id.starts_with("M-")).find_map(|id| view.meeting(id));
    let by_thread = || mail.references.iter().find_map(|id| view.meeting(view.ids("call", id).last()?));
    let found = by_id.or_else(by_thread)?;
    let open = matches!(found.state, MeetingState::Draft | MeetingState::Announced | MeetingState::Held);
    (open && found.is_led_by(author)).then_some(found)
}

fn fresh(view: &mut View<'_>, mail: &MailRead, built: Built, now: DateTime<Utc>) {
    let Built { mut meeting, hints, expanded, draft, start_phrase, .. } = built;
    meeting.id = view.new_id('M');
    next_step(view, mail, meeting, hints, expanded, draft, start_phrase, now);
}

/// Asks for what is missing, shows it first, or sends it.
#[expect(clippy::too_many_arguments, reason = "the parts of what was read, taken apart once")]
fn next_step(
    view: &mut View<'_>,
    mail: &MailRead,
    mut meeting: Meeting,
    mut hints: Vec<Value>,
    expanded: Vec<Value>,
    draft: bool,
    start_phrase: Option<String>,
    now: DateTime<Utc>,
) {
    let missing = missing(&meeting, now);
    if !missing.is_empty() {
        if let Some(start) = meeting.start.filter(|start| start.with_timezone(&Utc) <= now) {
            hints.push(hint("past_start", json!({"start": moment(&start)})));
        }
        let mut asked = answers::asked("gaps", "gaps", now);
        asked.missing = missing;
        asked.hints = hints;
        asked.expanded = expanded;
        if draft {
            meeting.mark("draft");
        }
        meeting.asked = Some(asked);
        send_gaps(view, Some(mail), &meeting, start_phrase, false);
        return view.put_meeting(meeting, "called, with gaps");
    }
    if draft {
        meeting.mark("draft");
    }
    fill(view, &mut meeting, now);
    let all: Vec<Value> = hints.iter().cloned().chain(hints::of(view, &meeting, now)).collect();
    match preview_reason(view, mail, &meeting, &all) {
        Some(reason) => {
            let mut asked = answers::asked("preview", reason, now);
            asked.hints = all;
            asked.expanded = expanded;
            asked.count = (reason == "count").then(|| recipients(&meeting));
            meeting.asked = Some(asked);
            send_preview(view, Some(mail), &meeting, &[], None, false);
            view.put_meeting(meeting, "called, shown to its sender first");
        }
        None => {
            join_series(view, &meeting);
            notice::announce_telling(view, meeting, ForOrganizer { hints: all, expanded }, now);
        }
    }
}

fn missing(meeting: &Meeting, now: DateTime<Utc>) -> Vec<String> {
    let mut missing = Vec::new();
    if meeting.title.trim().is_empty() {
        missing.push("title".to_string());
    }
    if meeting.start.is_none_or(|start| start.with_timezone(&Utc) <= now) {
        missing.push("start".to_string());
    }
    let organizer = meeting.organizer_address.as_deref();
    let others = meeting.attendees.iter().any(|a| a.address.is_some() && a.address.as_deref() != organizer);
    if !others && meeting.rooms.is_empty() {
        missing.push("attendees".to_string());
    }
    missing
}

/// Why the sender looks first, if so (O10, O12, O13).
fn preview_reason(view: &View<'_>, mail: &MailRead, meeting: &Meeting, hints: &[Value]) -> Option<&'static str> {
    let policy = &view.rules.policy;
    let count = recipients(meeting);
    if count > policy.participants_max as usize {
        return Some("count");
    }
    if meeting.is_marked("draft") {
        return Some("draft");
    }
    if mail.in_bcc || meeting.hidden {
        return Some("bcc");
    }
    match policy.preview.as_str() {
        "never" => None,
        "always" => Some("always"),
        _ => {
            let kind = |hint: &Value| hint.get("kind").and_then(Value::as_str).unwrap_or_default().to_string();
            let organizer = meeting.organizer_address.as_deref().unwrap_or_default();
            if hints.iter().any(|hint| DOUBTS.contains(&kind(hint).as_str())) {
                Some("doubt")
            } else if count > policy.preview_above as usize {
                Some("many")
            } else if view.note(&format!("called/{organizer}")).is_none() {
                Some("first_call")
            } else {
                None
            }
        }
    }
}

fn recipients(meeting: &Meeting) -> usize {
    meeting.invited().len()
}

/// What was not said gets its usual value: the organizer chairs, the length is the agenda's or an hour.
fn fill(view: &View<'_>, meeting: &mut Meeting, now: DateTime<Utc>) {
    if meeting.kind.is_empty() {
        meeting.kind = if meeting.recurrence.is_some() { "weekly".into() } else { "other".into() };
    }
    if meeting.chair.is_none() {
        meeting.chair.clone_from(&meeting.organizer);
        meeting.chair_address.clone_from(&meeting.organizer_address);
    }
    if meeting.minutes.is_none() {
        let agenda: Option<u32> = meeting.agenda.iter().map(|item| item.minutes).sum();
        meeting.minutes = Some(agenda.filter(|minutes| *minutes > 0).unwrap_or(60));
    }
    let roles = [
        (meeting.chair.clone(), meeting.chair_address.clone()),
        (meeting.recorder.clone(), meeting.recorder_address.clone()),
    ];
    for (name, address) in roles {
        if let Some(address) = address.filter(|address| meeting.organizer_address.as_ref() != Some(address)) {
            add(meeting, name.unwrap_or_default(), address, None);
        }
    }
    super::invite::time_agenda(meeting);
    if meeting.series.is_none() && meeting.recurrence.is_none() {
        meeting.series = last_time(view, meeting, now);
    }
}

/// Days within which a meeting of the same name counts as the last time.
const LAST_TIME_DAYS: i64 = 100;

/// A weekly meeting that is called anew each time: the last one of that name, whose open items come up again.
fn last_time(view: &View<'_>, meeting: &Meeting, now: DateTime<Utc>) -> Option<String> {
    let organizer = meeting.organizer_address.as_deref()?;
    let ids = view.ids("organized_by", organizer);
    let last =
        ids.iter().rev().take(COMPARED_MAX).filter(|id| **id != meeting.id).filter_map(|id| view.meeting(id)).find(
            |old| {
                let over = matches!(old.state, MeetingState::Held | MeetingState::Minuted | MeetingState::Closed);
                let recent =
                    old.start.is_some_and(|start| now - start.with_timezone(&Utc) < Duration::days(LAST_TIME_DAYS));
                over && recent && title::same_title(&old.title, &meeting.title)
            },
        )?;
    Some(last.series.clone().unwrap_or(last.id))
}

/// The earlier meeting has to be found under the series' name too.
fn join_series(view: &mut View<'_>, meeting: &Meeting) {
    let Some(series) = meeting.series.as_ref().filter(|series| **series != meeting.id) else { return };
    if let Some(mut first) = view.meeting(series).filter(|first| first.series.is_none()) {
        first.series = Some(series.clone());
        view.put_meeting(first, "became a series");
    }
}
