//! What minutes leave open is asked in one letter: at most seven, worst first, numbered, answerable in one line (O14).

use super::draft::Draft;
use crate::domain::action_item::ActionItem;
use crate::domain::event::MailRead;
use crate::domain::letter::{Letter, LetterName};
use crate::domain::meeting::Meeting;
use crate::domain::view::View;
use crate::domain::{post, shown};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Gaps one letter asks; dates beyond them are asked of the owners.
const GAPS_MAX: usize = 7;
/// Working hours after which the chair is asked in place of the sender.
pub const CHAIR_AFTER_HOURS: u32 = 2;

/// Items of the minutes in the making that leave something open, worst first.
pub fn open(items: &[ActionItem]) -> Vec<&ActionItem> {
    let mut open: Vec<&ActionItem> = items
        .iter()
        .filter(|item| item.gap.is_some() && (item.held || item.pending.is_some()) && item.state.is_open())
        .collect();
    open.sort_by_key(|item| item.gap.as_ref().map(|gap| gap.rank()));
    open
}

/// Minutes that came as a picture or a protected file, with nothing to read (O36).
pub fn is_unreadable(items: &[ActionItem], meeting: &Meeting, draft: &Draft) -> bool {
    !draft.unread.is_empty() && !items.iter().any(|item| item.held) && meeting.decisions.is_empty()
}

/// A gap as letters show it.
pub fn shown_gap(item: &ActionItem, n: Option<u32>) -> Value {
    let gap = item.gap.clone().unwrap_or_default();
    json!({
        "n": n, "id": item.id, "task": item.task, "line": item.source.line, "kind": gap.kind, "owner": item.owner,
        "due": item.due, "department": item.department, "phrase": gap.phrase, "candidates": gap.candidates,
    })
}

/// Asks the sender, in the thread of the minutes, or the chair.
pub fn ask(
    view: &mut View<'_>,
    meeting: &Meeting,
    items: &[ActionItem],
    to: &str,
    answering: Option<(&str, &[String])>,
    _now: DateTime<Utc>,
) {
    let draft = Draft::of(meeting);
    let open = open(items);
    let asked: Vec<&ActionItem> = open.iter().take(GAPS_MAX).copied().collect();
    let gaps: Vec<Value> = (1..).zip(&asked).map(|(n, item)| shown_gap(item, Some(n))).collect();
    let lines = (1..).zip(&asked).map(|(n, item)| shown::line(n, item)).collect();
    let sender = meeting.minutes_record.as_ref().map(|record| view.name_of(&record.source.from));
    let attendees: Vec<&String> = meeting.attendees.iter().map(|attendee| &attendee.name).collect();
    let mut letter = Letter::new(LetterName::MinutesGaps, to, "the minutes leave something open")
        .with("meeting", shown::meeting(meeting))
        .with("sender", sender)
        .with("gaps", gaps)
        .with("more", open.len().saturating_sub(asked.len()))
        .with("for_chair", answering.is_none())
        .with("unread", &draft.unread)
        .with("attendees", attendees)
        .lines(lines)
        .about(&meeting.id);
    if let Some((message_id, references)) = answering {
        letter = letter.replying_to(message_id, references);
    }
    post::post(view, letter);
}

/// Asks who is meant in single tasks (O16) that name nobody we know, in the thread of the mail that gave them.
pub fn ask_who(view: &mut View<'_>, mail: &MailRead, items: &[ActionItem], sender: &str) {
    let asked = items.iter().take(GAPS_MAX);
    let gaps: Vec<Value> = (1..).zip(asked.clone()).map(|(n, item)| shown_gap(item, Some(n))).collect();
    let lines = (1..).zip(asked.clone()).map(|(n, item)| shown::line(n, item)).collect();
    let mut letter = Letter::new(LetterName::MinutesGaps, sender, "a task names nobody who is known")
        .with("meeting", Value::Null)
        .with("sender", Value::Null)
        .with("gaps", gaps)
        .with("more", items.len().saturating_sub(GAPS_MAX))
        .with("for_chair", false)
        .with("unread", json!([]))
        .with("attendees", json!([]))
        .lines(lines)
        .replying_to(&mail.message_id, &mail.references);
    for item in asked {
        letter = letter.about(&item.id);
    }
    post::post(view, letter);
}
