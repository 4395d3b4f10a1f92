//! 状态 M-12, A-107, Q-5, P-3: how one object stands, as far as the writer may see it.

use super::{SHOWN_MAX, error, letter, send};
use crate::domain::action_item::{ActionItem, organizer_of};
use crate::domain::event::MailRead;
use crate::domain::issue::Issue;
use crate::domain::meeting::Meeting;
use crate::domain::reading::Line;
use crate::domain::view::{Handled, View};
use crate::domain::{outside, report, shown};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Communications of an issue that are shown, the newest.
const LOG_SHOWN: usize = 5;

/// Answers, with the same words whether it does not exist or may not be seen: an answer must not tell which.
pub fn status(view: &mut View<'_>, mail: &MailRead, id: &str, address: &str, now: DateTime<Utc>) -> Handled {
    let outside = outside::is_outside(view, address);
    if let Some(found) = view.meeting(id).filter(|m| report::may_see_meeting(view, m, address)) {
        of_meeting(view, mail, &found, address, outside, now);
    } else if let Some(item) = view.action(id).filter(|item| report::may_see_item(view, item, address)) {
        answer(view, mail, id, json!({}), vec![item], now);
    } else if let Some(issue) = view.issue(id).filter(|issue| report::may_see_issue(view, issue, address)) {
        let mut items = view.items_of(id);
        items.retain(|item| report::may_see_item(view, item, address));
        let shown = of_issue(&issue);
        answer(view, mail, id, json!({"issue": shown}), items, now);
    } else if let Some(mut screen) = report::screen(view, address, id, now) {
        screen = screen.replying_to(&mail.message_id, &mail.references);
        send(view, mail, screen, now);
    } else {
        error(view, mail, "unknown_object", id, now);
    }
    Handled::Yes
}

fn of_meeting(
    view: &mut View<'_>,
    mail: &MailRead,
    meeting: &Meeting,
    address: &str,
    outside: bool,
    now: DateTime<Utc>,
) {
    let mut items = view.items_of(&meeting.id);
    items.retain(|item| !item.held);
    let public = shown::meeting_to(view, meeting, address);
    let mut decisions: Vec<Value> = meeting
        .decisions
        .iter()
        .map(|d| json!({"text": d.text, "line": d.line, "meeting": meeting.id, "title": meeting.title, "date": meeting.start.map(|s| s.date_naive())}))
        .collect();
    if outside {
        // O39: the own firm's items, no list of people, nothing of what the others decided.
        items.retain(|item| outside::sees(view, address, item));
        decisions.clear();
    }
    answer(view, mail, &meeting.id, json!({"meeting": public, "decisions": decisions}), items, now);
}

fn of_issue(issue: &Issue) -> Value {
    let mut public = shown::public(issue);
    if let Some(log) = public.get_mut("log").and_then(Value::as_array_mut) {
        let from = log.len().saturating_sub(LOG_SHOWN);
        log.drain(..from);
    }
    public
}

fn answer(view: &mut View<'_>, mail: &MailRead, id: &str, mut data: Value, items: Vec<ActionItem>, now: DateTime<Utc>) {
    let mut lines = Vec::new();
    let rows: Vec<Value> = (1..)
        .zip(items.iter().take(SHOWN_MAX))
        .map(|(n, item)| {
            lines.push(Line { n, id: item.id.clone(), task: item.task.clone() });
            shown::row(view, item, Some(n), now)
        })
        .collect();
    let open = items.iter().filter(|item| item.state.is_open()).count();
    let late = rows.iter().filter(|row| row.get("overdue").and_then(Value::as_bool) == Some(true)).count();
    if let Value::Object(data) = &mut data {
        data.insert("kind".into(), json!("status"));
        data.insert("query".into(), json!(id));
        data.insert("items".into(), json!(rows));
        data.insert("more".into(), json!(items.len().saturating_sub(SHOWN_MAX)));
        data.insert("counts".into(), json!({"open": open, "late": late, "done": items.len() - open}));
    }
    let letter = letter(mail, data, lines).about(id);
    send(view, mail, letter, now);
}

/// `{id, title}` of an object, for a line that names it.
pub fn named(view: &View<'_>, id: &str) -> Option<Value> {
    let title = match id.chars().next()? {
        'M' => view.meeting(id)?.title,
        'A' => view.action(id)?.task,
        'Q' => view.issue(id)?.title,
        'P' => view.project(id)?.name,
        _ => return None,
    };
    Some(json!({"id": id, "title": title}))
}

/// The address of who stands behind an object: whoever called, asked or runs it.
pub fn behind(view: &View<'_>, id: &str) -> Option<String> {
    match id.chars().next()? {
        'M' => view.meeting(id)?.organizer_address,
        'A' => organizer_of(view, &view.action(id)?),
        'Q' => view.issue(id)?.initiator_address,
        'P' => view.project(id)?.manager_address,
        _ => None,
    }
}
