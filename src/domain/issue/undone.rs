//! Undo of what was said about a problem (O28): it is put back, and who heard of it is told.

use super::letters::{self, Change};
use super::resolution::entry;
use super::{Issue, State, log, save};
use crate::domain::event::MailRead;
use crate::domain::receipt;
use crate::domain::view::View;
use chrono::{DateTime, Utc};

/// Puts back the version before; the log keeps what was said since. `heard`: who got a letter because of it.
pub fn put_back(view: &mut View<'_>, mail: &MailRead, old: Issue, person: &str, heard: &[String], now: DateTime<Utc>) {
    let by = view.name_of(person);
    let mut issue = old;
    if let Some(current) = view.issue(&issue.id) {
        issue.log = current.log;
    }
    log::note(view, &mut issue, mail, None, now);
    receipt::undone(view, mail, entry(&issue, "undo", &by), now);
    tell(view, &issue, "undone", &by, person, heard, now);
    save(view, issue, &format!("undo: {by}"));
}

/// It was reported by the mail that is taken back. True where it was a problem.
pub fn withdrawn(
    view: &mut View<'_>,
    mail: &MailRead,
    id: &str,
    person: &str,
    heard: &[String],
    now: DateTime<Utc>,
) -> bool {
    let Some(mut issue) = view.issue(id) else { return false };
    let by = view.name_of(person);
    if issue.state != State::Closed {
        issue.state = State::Closed;
        issue.ended = Some("withdrawn".into());
        issue.closed_at = Some(now);
        issue.gaps = None;
        log::note(view, &mut issue, mail, Some("withdrawn"), now);
        tell(view, &issue, "withdrawn", &by, person, heard, now);
    }
    receipt::undone(view, mail, entry(&issue, "undo", &by), now);
    save(view, issue, &format!("undo: {by}"));
    true
}

fn tell(view: &mut View<'_>, issue: &Issue, kind: &str, by: &str, person: &str, heard: &[String], now: DateTime<Utc>) {
    for to in heard.iter().filter(|to| *to != person) {
        let change = Change { kind, by: Some(by.to_string()), ..Change::default() };
        letters::update(view, issue, to, &change, now);
    }
}
