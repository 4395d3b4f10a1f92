//! The log of communications, kept from the mails themselves: time, who, content, result, next (SPEC 3.4).

use super::{Issue, LogEntry, clocks};
use crate::domain::action_item::actor;
use crate::domain::event::MailRead;
use crate::domain::shown;
use crate::domain::view::View;
use chrono::{DateTime, Utc};

/// Characters of one mail that are kept.
const CONTENT_MAX: usize = 600;
/// Entries of one problem; the oldest but the first go.
const ENTRIES_MAX: usize = 300;

/// Writes down what a mail says and did. One mail is one entry.
pub fn note(view: &View<'_>, issue: &mut Issue, mail: &MailRead, result: Option<&str>, now: DateTime<Utc>) {
    let who = actor(view, mail).map(|address| view.name_of(&address)).unwrap_or_default();
    let words = mail.reads.issue_words.as_deref();
    let next = words.and_then(|words| words.next.clone()).or_else(|| next_of(view, issue));
    let known =
        issue.log.iter_mut().rev().find(|entry| !mail.message_id.is_empty() && entry.message_id == mail.message_id);
    if let Some(entry) = known {
        if let Some(result) = result {
            entry.result = Some(match entry.result.take() {
                Some(before) if before.split(", ").any(|one| one == result) => before,
                Some(before) => format!("{before}, {result}"),
                None => result.to_string(),
            });
        }
        entry.next = next;
        return;
    }
    let said = words.and_then(|words| words.result.clone());
    push(
        issue,
        LogEntry {
            at: moment(view, now),
            who,
            content: mail.text.trim().chars().take(CONTENT_MAX).collect(),
            result: result.map(str::to_string).or(said),
            next,
            message_id: mail.message_id.clone(),
        },
    );
}

/// What time did: `escalated`, `unanswered`, …; `about` is who it concerns.
pub fn note_of_time(view: &View<'_>, issue: &mut Issue, about: &str, result: &str, now: DateTime<Utc>) {
    let entry = LogEntry {
        at: moment(view, now),
        who: view.rules.assistant_name.clone(),
        content: about.to_string(),
        result: Some(result.to_string()),
        next: next_of(view, issue),
        message_id: String::new(),
    };
    push(issue, entry);
}

fn push(issue: &mut Issue, entry: LogEntry) {
    if issue.log.len() >= ENTRIES_MAX {
        issue.log.remove(1);
    }
    issue.log.push(entry);
}

fn moment(view: &View<'_>, at: DateTime<Utc>) -> String {
    shown::moment(view, at).as_str().unwrap_or_default().to_string()
}

fn next_of(view: &View<'_>, issue: &Issue) -> Option<String> {
    let mut settled = issue.clone();
    settled.settle();
    let (what, at) = clocks::next_step(&settled, view.rules)?;
    Some(match at {
        Some(at) => format!("{what} {}", moment(view, at)),
        None => what.to_string(),
    })
}
