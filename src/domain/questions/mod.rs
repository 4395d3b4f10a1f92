//! Questions by mail (SPEC 4.7): 我的待办, 状态 M-12, 决议 预算, 帮助; and what is said to mail we did not understand.
//!
//! Answers go to the author's known address only, and only with what that person may see. Answers to mails that changed
//! nothing are limited for each address (TRUST L9).

use super::action_item;
use super::event::MailRead;
use super::letter::{Letter, LetterName};
use super::meeting::Meeting;
use super::reading::{Command, Line, Verb};
use super::shown;
use super::view::{Handled, View};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

/// Items or meetings shown in one answer.
const SHOWN_MAX: usize = 50;

/// Carries out a question.
pub fn asked(
    view: &mut View<'_>,
    mail: &MailRead,
    command: &Command,
    meeting_id: Option<&str>,
    now: DateTime<Utc>,
) -> Handled {
    let Some(author) = mail.author.clone() else { return Handled::NotMine };
    let address = author.address.as_str();
    match command.verb {
        Verb::Frequency | Verb::Unsubscribe => {
            let every = command.every.clone().unwrap_or_else(|| "urgent".into());
            view.set_note(&format!("frequency/{address}"), json!(every));
            answer(view, mail, json!({"kind": "frequency", "query": every}), Vec::new(), now);
        }
        Verb::Help => help(view, mail, now),
        Verb::List => {
            let items = view.open_of(address);
            let organized: Vec<_> = view
                .ids("organized_open", address)
                .iter()
                .filter_map(|id| view.action(id))
                .filter(|i| i.owner_address.as_deref() != Some(address))
                .collect();
            let mut lines = Vec::new();
            let mut rows = |list: &[action_item::ActionItem], view: &View<'_>, at: usize| -> Vec<Value> {
                list.iter()
                    .take(SHOWN_MAX)
                    .enumerate()
                    .map(|(i, item)| {
                        let n = (at + i + 1) as u32;
                        lines.push(Line { n, id: item.id.clone(), task: item.task.clone() });
                        shown::row(view, item, Some(n), now)
                    })
                    .collect()
            };
            let own = rows(&items, view, 0);
            let theirs = rows(&organized, view, own.len());
            let late = own.iter().filter(|i| i.get("overdue").and_then(Value::as_bool) == Some(true)).count();
            let meetings: Vec<Value> = view
                .ids("meetings_of", address)
                .iter()
                .filter_map(|id| view.meeting(id))
                .take(SHOWN_MAX)
                .map(|m| json!({"id": m.id, "title": m.title, "start": m.start, "state": m.state}))
                .collect();
            let counts = json!({"open": own.len(), "late": late, "done": 0});
            answer(
                view,
                mail,
                json!({"kind": "list", "items": own, "organized": theirs, "meetings": meetings, "counts": counts}),
                lines,
                now,
            );
        }
        Verb::Status | Verb::Why | Verb::Report => {
            let named =
                command.object.clone().or(command.id.clone()).or(command.query.clone().filter(|q| q.contains('-')));
            let Some(id) = named.map(|id| id.to_uppercase()).or(meeting_id.map(String::from)) else {
                return asked(view, mail, &Command { verb: Verb::List, ..command.clone() }, meeting_id, now);
            };
            return status(view, mail, &id, address, now);
        }
        Verb::Decisions => {
            let query = command.query.clone().unwrap_or_default();
            let mut found = Vec::new();
            for id in view.ids("meetings", "all").iter().rev() {
                let Some(meeting) = view.meeting(id).filter(|m| may_see(m, address)) else { continue };
                for decision in meeting.decisions.iter().filter(|d| query.is_empty() || d.text.contains(&query)) {
                    found.push(json!({"text": decision.text, "line": decision.line, "meeting": meeting.id, "title": meeting.title,
                        "date": meeting.start.map(|s| s.date_naive())}));
                }
                if found.len() >= SHOWN_MAX {
                    break;
                }
            }
            answer(view, mail, json!({"kind": "decisions", "query": query, "decisions": found}), Vec::new(), now);
        }
        Verb::Files => {
            let id = command.object.clone().or(command.id.clone()).or(meeting_id.map(String::from));
            let Some(id) = id else { return Handled::NotMine };
            let mut files = Vec::new();
            if let Some(meeting) = view.meeting(&id).filter(|m| may_see(m, address)) {
                files.extend(meeting.materials.iter().flat_map(|m| m.files.iter().cloned()));
            }
            if let Some(item) = view.action(&id).filter(|item| may_see_item(view, item, address)) {
                files.extend(item.files.iter().cloned());
            }
            let names: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
            let data = json!({"kind": "files", "query": id, "files": names});
            let mut letter = letter(mail, data, Vec::new()).about(&id);
            letter.attachments = files;
            send(view, mail, letter, now);
        }
        _ => return Handled::NotMine,
    }
    Handled::Yes
}

fn may_see(meeting: &Meeting, address: &str) -> bool {
    meeting.concerned().iter().any(|a| a == address)
}

fn may_see_item(view: &View<'_>, item: &action_item::ActionItem, address: &str) -> bool {
    let own = [&item.owner_address, &item.organizer_address, &item.supervisor_address]
        .into_iter()
        .flatten()
        .any(|a| a == address);
    own || item.helper_addresses.iter().any(|a| a == address)
        || item.source.id.as_deref().and_then(|id| view.meeting(id)).is_some_and(|m| may_see(&m, address))
}

fn status(view: &mut View<'_>, mail: &MailRead, id: &str, address: &str, now: DateTime<Utc>) -> Handled {
    if let Some(meeting) = view.meeting(id).filter(|m| may_see(m, address)) {
        let items = view.items_of(id);
        let mut lines = Vec::new();
        let shown: Vec<Value> = items
            .iter()
            .take(SHOWN_MAX)
            .enumerate()
            .map(|(i, item)| {
                lines.push(Line { n: i as u32 + 1, id: item.id.clone(), task: item.task.clone() });
                shown::row(view, item, Some(i as u32 + 1), now)
            })
            .collect();
        let open = items.iter().filter(|i| i.state.is_open()).count();
        let late = shown.iter().filter(|i| i.get("overdue").and_then(Value::as_bool) == Some(true)).count();
        let decisions: Vec<Value> = meeting
            .decisions
            .iter()
            .map(|d| json!({"text": d.text, "line": d.line, "meeting": meeting.id, "title": meeting.title, "date": meeting.start.map(|s| s.date_naive())}))
            .collect();
        let counts = json!({"open": open, "late": late, "done": items.len() - open});
        let data = json!({"kind": "status", "query": id, "meeting": shown::meeting(&meeting), "items": shown, "decisions": decisions, "counts": counts});
        let letter = letter(mail, data, lines).about(id);
        send(view, mail, letter, now);
        return Handled::Yes;
    }
    if let Some(item) = view.action(id).filter(|item| may_see_item(view, item, address)) {
        let lines = vec![Line { n: 1, id: item.id.clone(), task: item.task.clone() }];
        let shown = shown::row(view, &item, Some(1), now);
        let data =
            json!({"kind": "status", "query": id, "items": [shown], "counts": {"open": 1, "late": 0, "done": 0}});
        let letter = letter(mail, data, lines).about(id);
        send(view, mail, letter, now);
        return Handled::Yes;
    }
    // The same words whether it does not exist or may not be seen: an answer must not tell which.
    error(view, mail, "unknown_object", id, now);
    Handled::Yes
}

/// An answer's data with every key the template may ask for.
fn complete(mut data: Value) -> Value {
    let base = json!({"kind": "list", "query": null, "items": [], "organized": [], "meeting": null, "meetings": [], "decisions": [],
        "history": [], "text": null, "files": [], "counts": {"open": 0, "late": 0, "done": 0}});
    if let (Value::Object(data), Value::Object(base)) = (&mut data, base) {
        for (key, value) in base {
            data.entry(key).or_insert(value);
        }
    }
    data
}

fn letter(mail: &MailRead, data: Value, lines: Vec<Line>) -> Letter {
    let to = mail.author.as_ref().map(|a| a.address.clone()).unwrap_or_default();
    let mut letter = Letter::new(LetterName::Answer, &to, "asked by mail")
        .lines(lines)
        .replying_to(&mail.message_id, &mail.references);
    if let Value::Object(data) = complete(data) {
        letter.data.extend(data);
    }
    letter
}

fn answer(view: &mut View<'_>, mail: &MailRead, data: Value, lines: Vec<Line>, now: DateTime<Utc>) {
    let letter = letter(mail, data, lines);
    send(view, mail, letter, now);
}

/// Sends an answer to a mail that changed nothing, within the limits (TRUST L3, L4, L9).
pub fn send(view: &mut View<'_>, mail: &MailRead, letter: Letter, now: DateTime<Utc>) {
    if mail.no_answer {
        return view.suppress(
            letter.name,
            &letter.to,
            "the mail asks for no automatic answer, or has no sender to answer",
        );
    }
    if mail.class == super::event::Class::List {
        return view.suppress(letter.name, &letter.to, "came through a list");
    }
    let key = format!("answers/{}", letter.to);
    let times: Vec<DateTime<Utc>> = view
        .note(&key)
        .and_then(|n| serde_json::from_value(n).ok())
        .map(|times: Vec<DateTime<Utc>>| times.into_iter().filter(|t| now - *t < Duration::days(1)).collect())
        .unwrap_or_default();
    let hour = times.iter().filter(|t| now - **t < Duration::hours(1)).count();
    if hour >= view.rules.policy.answers_per_hour as usize || times.len() >= view.rules.policy.answers_per_day as usize
    {
        return view.suppress(letter.name, &letter.to, "the limit of answers to this address is reached");
    }
    let mut times = times;
    times.push(now);
    view.set_note(&key, json!(times));
    view.send(letter);
}

fn help(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    let to = mail.author.as_ref().map(|a| a.address.clone()).unwrap_or_default();
    let letter = Letter::new(LetterName::Help, &to, "asked for help")
        .with("asked", true)
        .replying_to(&mail.message_id, &mail.references);
    send(view, mail, letter, now);
}

/// An empty reply over an untouched quote: answered once with the words (O21).
pub fn words_for(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    let Some(letter) = &mail.answers else { return view.withhold(super::view::Verdict::Ignore, "an empty mail") };
    let key = format!("empty/{}", letter.message_id);
    if view.note(&key).is_some() {
        return view.suppress(LetterName::Error, &letter.to, "told the words for this letter already");
    }
    view.set_note(&key, json!(now));
    error(view, mail, "empty", "", now);
}

/// The house does not let this sender call meetings (O3).
pub fn may_not_call(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    error(view, mail, "may_not_call", &mail.subject, now);
}

/// A command that could mean several items: asked back with the writer's open items.
pub fn which_item(view: &mut View<'_>, mail: &MailRead, command: &Command, now: DateTime<Utc>) {
    error(view, mail, "which_item", &command.line, now);
}

/// Nothing was understood in a mail written to us alone.
pub fn not_understood(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    let line: String =
        mail.text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default().chars().take(120).collect();
    error(view, mail, "not_understood", &line, now);
}

/// What went wrong, where, and the words that would have worked.
pub fn error(view: &mut View<'_>, mail: &MailRead, kind: &str, line: &str, now: DateTime<Utc>) {
    let Some(author) = mail.author.clone() else { return };
    let open = view.open_of(&author.address);
    let mut lines = Vec::new();
    let items: Vec<Value> = open
        .iter()
        .take(10)
        .enumerate()
        .map(|(i, item)| {
            let n = i as u32 + 1;
            lines.push(Line { n, id: item.id.clone(), task: item.task.clone() });
            shown::row(view, item, Some(n), now)
        })
        .collect();
    let english = view.language_of(&author.address).starts_with("en");
    let words: Vec<String> = match open.first() {
        Some(item) if english => vec!["1 done".into(), format!("{} done", item.id)],
        Some(item) => vec!["1 完成".into(), format!("{} 完成", item.id)],
        None if english => vec!["help".into()],
        None => vec!["帮助".into()],
    };
    let sentence: Option<&str> = None;
    let letter = Letter::new(LetterName::Error, &author.address, format!("not acted on: {kind}"))
        .with("kind", kind)
        .with("line", line)
        .with("sentence", sentence)
        .with("words", words)
        .with("items", items)
        .with("subject", &mail.subject)
        .lines(lines)
        .replying_to(&mail.message_id, &mail.references);
    send(view, mail, letter, now);
}
