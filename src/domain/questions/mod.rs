//! Questions by mail (SPEC 4.7): 我的待办, 状态 M-12 ([`object`]), 周报, 决议 预算, 材料 M-12 and 导出 ([`files`]), 为什么,
//! 每周, 帮助; and what is said to mail we did not understand.
//!
//! Answers go to the author's known address only, and only with what that person may see. Answers to mails that changed
//! nothing are limited for each address (TRUST L9).

mod files;
mod object;

use super::event::MailRead;
use super::letter::{Letter, LetterName};
use super::reading::{Command, Line, Verb};
use super::receipt::Entry;
use super::view::{Handled, View};
use super::{action_item, digest, outside, report, shown};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

/// Items or meetings shown in one answer.
const SHOWN_MAX: usize = 50;
/// Meetings of one person that a search for decisions looks through, the newest.
const SEARCHED_MAX: usize = 2_000;

/// Texts of one writer that are remembered as answered.
const ANSWERED_WORDS_MAX: usize = 50;

/// Whether these words stand under this note already, not longer ago than this; from now on they do.
pub fn said_before(view: &mut View<'_>, key: &str, text: &str, within: Duration, now: DateTime<Utc>) -> bool {
    let print = fingerprint(text);
    let known: Vec<(u64, DateTime<Utc>)> =
        view.note(key).and_then(|n| serde_json::from_value(n).ok()).unwrap_or_default();
    let mut known: Vec<_> = known.into_iter().filter(|(_, at)| now - *at < within).collect();
    if known.iter().any(|(p, _)| *p == print) {
        return true;
    }
    known.push((print, now));
    let skip = known.len().saturating_sub(ANSWERED_WORDS_MAX);
    view.set_note(key, json!(known.split_off(skip)));
    false
}

/// FNV-1a over the letters of a text: tells the same words from others, and has to withstand nobody.
fn fingerprint(text: &str) -> u64 {
    let letters = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    letters.fold(0xcbf2_9ce4_8422_2325, |hash, c| (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3))
}

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
    let named = named(command);
    match command.verb {
        Verb::Frequency | Verb::Unsubscribe => frequency(view, mail, command, address, now),
        Verb::Help => help(view, mail, now),
        Verb::List => list(view, mail, address, now),
        Verb::Why if named.is_none() && mail.answers.is_some() => why(view, mail, now),
        Verb::Report => {
            let of_letter = mail.answers.iter().flat_map(|letter| &letter.objects).find(|id| id.starts_with("P-"));
            let named = named.or_else(|| of_letter.cloned());
            if let (Some(every), Some(id)) = (&command.every, &named) {
                return report_at(view, mail, id, every, address, now);
            }
            return report(view, mail, named, address, now);
        }
        Verb::Status | Verb::Why => {
            let of_letter = mail.answers.iter().flat_map(|letter| &letter.objects).find(|id| !id.starts_with("A-"));
            let Some(id) = named.or_else(|| of_letter.cloned()).or(meeting_id.map(String::from)) else {
                list(view, mail, address, now);
                return Handled::Yes;
            };
            return object::status(view, mail, &id, address, now);
        }
        Verb::Decisions => decisions(view, mail, command, address, now),
        Verb::Files => {
            let Some(id) = named.or(meeting_id.map(String::from)) else { return Handled::NotMine };
            files::asked(view, mail, &id, address, now);
        }
        Verb::Export => files::export(view, mail, named, address, now),
        _ => return Handled::NotMine,
    }
    Handled::Yes
}

/// The object a question names, if it names one.
fn named(command: &Command) -> Option<String> {
    let id = command.object.clone().or(command.id.clone()).or(command.query.clone().filter(|q| q.contains('-')))?;
    Some(id.to_uppercase())
}

/// 每日, 每周, 仅紧急, 退订. Whoever gave out the items reads of it in a digest that goes anyway (O23).
fn frequency(view: &mut View<'_>, mail: &MailRead, command: &Command, address: &str, now: DateTime<Utc>) {
    let every = command.every.clone().unwrap_or_else(|| "urgent".into());
    let before = digest::frequency(view, address);
    view.set_note(&format!("frequency/{address}"), json!(every));
    if every != before {
        let name = view.name_of(address);
        let mut told: Vec<String> = view.open_of(address).into_iter().filter_map(|i| i.organizer_address).collect();
        told.sort();
        told.dedup();
        for organizer in told.iter().filter(|organizer| *organizer != address) {
            let entry = Entry { verb: Some(format!("every_{every}")), ..Entry::default() };
            digest::record(view, organizer, entry.by(&name), now);
        }
        if every == "week" {
            digest::wake_weekly(view, address, now);
        }
    }
    answer(view, mail, json!({"kind": "frequency", "query": every}), Vec::new(), now);
}

/// 我的待办: own items first, then what the writer gave out, then meetings.
fn list(view: &mut View<'_>, mail: &MailRead, address: &str, now: DateTime<Utc>) {
    let items = view.open_of(address);
    // O39: somebody from outside sees own items and those of the own firm.
    let firm = outside::is_outside(view, address);
    let organized: Vec<_> = if firm {
        outside::of_colleagues(view, address)
    } else {
        let organized = view.ids("organized_open", address).into_iter().filter_map(|id| view.action(&id));
        organized.filter(|item| item.owner_address.as_deref() != Some(address)).collect()
    };
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
    let counts = json!({"open": items.len(), "late": late, "done": 0});
    let more = items.len().saturating_sub(SHOWN_MAX) + organized.len().saturating_sub(SHOWN_MAX);
    let data = json!({"kind": "list", "items": own, "organized": theirs, "firm": firm, "meetings": meetings, "counts": counts, "more": more});
    answer(view, mail, data, lines, now);
}

/// 周报, 周报 P-3: the report as it would go today, as an answer.
fn report(view: &mut View<'_>, mail: &MailRead, named: Option<String>, address: &str, now: DateTime<Utc>) -> Handled {
    if let Some(id) = named.as_deref().filter(|id| !id.starts_with(['P', 'M'])) {
        return object::status(view, mail, id, address, now);
    }
    let letter = match &named {
        Some(id) => report::on_one(view, address, id, now),
        None => report::asked(view, address, now),
    };
    match (letter, named) {
        (Some(letter), _) => send(view, mail, letter.replying_to(&mail.message_id, &mail.references), now),
        (None, Some(id)) => error(view, mail, "unknown_object", &id, now),
        (None, None) => answer(view, mail, json!({"kind": "report"}), Vec::new(), now),
    }
    Handled::Yes
}

/// 周报 P-3 每周四16:00: its manager, or the organizer of the series, gives it a time of its own.
fn report_at(
    view: &mut View<'_>,
    mail: &MailRead,
    id: &str,
    every: &str,
    address: &str,
    now: DateTime<Utc>,
) -> Handled {
    if !report::set_time(view, address, id, every, now) {
        error(view, mail, "unknown_object", id, now);
        return Handled::Yes;
    }
    let (weekday, time) = every.split_once(' ').unwrap_or((every, ""));
    let data = json!({"kind": "report_at", "query": id, "report_at": {"weekday": weekday, "time": time}});
    answer(view, mail, data, Vec::new(), now);
    Handled::Yes
}

/// 决议 预算: every word of the query in one decision, newest meetings first, own meetings only.
fn decisions(view: &mut View<'_>, mail: &MailRead, command: &Command, address: &str, now: DateTime<Utc>) {
    let query = command.query.clone().unwrap_or_default();
    let words: Vec<String> = query.to_lowercase().split_whitespace().map(String::from).collect();
    let of_object = named(command);
    let ids = match of_object.as_deref() {
        Some(id) if id.starts_with("P-") => view.ids("project_meetings", id),
        Some(id) if id.starts_with("M-") => vec![id.to_string()],
        // Not by everything there is: a question costs what it concerns.
        _ => view.ids("decided", address),
    };
    let outside = outside::is_outside(view, address);
    let mut found = Vec::new();
    for id in ids.iter().rev().take(SEARCHED_MAX).filter(|_| !outside) {
        let Some(meeting) = view.meeting(id).filter(|m| report::may_see_meeting(view, m, address)) else { continue };
        for decision in &meeting.decisions {
            let text = decision.text.to_lowercase();
            if of_object.is_none() && !words.iter().all(|word| text.contains(word)) {
                continue;
            }
            found.push(
                json!({"text": decision.text, "line": decision.line, "meeting": meeting.id, "title": meeting.title,
                "date": meeting.start.map(|s| s.date_naive())}),
            );
        }
        if found.len() >= SHOWN_MAX {
            break;
        }
    }
    answer(view, mail, json!({"kind": "decisions", "query": query, "decisions": found}), Vec::new(), now);
}

/// 为什么: which rule wrote the letter that is answered, about what, on whose behalf.
fn why(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    let Some(letter) = mail.answers.clone() else { return };
    let about: Vec<Value> = letter.objects.iter().take(SHOWN_MAX).filter_map(|id| object::named(view, id)).collect();
    let asked_by = letter.objects.iter().find_map(|id| object::behind(view, id));
    let shown = json!({"letter": letter.letter, "at": shown::moment(view, letter.at), "subject": letter.subject,
        "about": about, "asked_by": asked_by.filter(|by| *by != letter.to).map(|by| view.name_of(&by))});
    answer(view, mail, json!({"kind": "why", "why": shown}), Vec::new(), now);
}

/// An answer's data with every key the template may ask for.
fn complete(mut data: Value) -> Value {
    let base = json!({"kind": "list", "query": null, "items": [], "organized": [], "firm": false, "meeting": null, "meetings": [], "decisions": [],
        "history": [], "text": null, "files": [], "counts": {"open": 0, "late": 0, "done": 0}, "issue": null, "why": null,
        "export": null, "left_out": [], "links": [], "more": 0});
    if let (Value::Object(data), Value::Object(base)) = (&mut data, base) {
        for (key, value) in base {
            data.entry(key).or_insert(value);
        }
    }
    data
}

/// An answer in the thread of the mail, with every key that its template may ask for.
pub fn letter(mail: &MailRead, data: Value, lines: Vec<Line>) -> Letter {
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
    // L9: the same mail again within a week is a machine, or has its answer. What was asked for on purpose is answered.
    if letter.name == LetterName::Error {
        let key = format!("answered-words/{}", letter.to);
        let kind = letter.data.get("kind").and_then(Value::as_str).unwrap_or_default();
        if said_before(view, &key, &format!("{kind} {}", mail.text), Duration::days(7), now) {
            return view.suppress(letter.name, &letter.to, "the same words were answered this week");
        }
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
    if let Some(charset) = &mail.unreadable {
        return error(view, mail, "unreadable", charset.trim_matches('?'), now);
    }
    // 1 完成 in a mail that answers none of ours: the number is nobody's line (O22).
    let lines = mail.text.lines().chain([mail.base_subject.as_str()]);
    let Some(line) = lines.map(str::trim).find(|line| !line.is_empty()) else {
        return error(view, mail, "empty_mail", "", now);
    };
    let words = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = words.len() < line.len() && words.starts_with([' ', '、', '.', '：', ':']);
    let kind = if numbered && mail.answers.is_none() { "which_item" } else { "not_understood" };
    error(view, mail, kind, &line.chars().take(120).collect::<String>(), now);
}

/// Text and HTML of a mail give different orders.
pub fn two_minds(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    error(view, mail, "two_minds", "", now);
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
        None if english => vec!["my tasks".into(), "status M-12".into(), "help".into()],
        None => vec!["我的待办".into(), "状态 M-12".into(), "帮助".into()],
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
