//! More people than a mail reaches unasked (O12): a plan with eighty owners, a change in a project of a hundred. What the mail
//! would do is decided first, so that the number is the true one; then its sender sees the number, and nothing else happens
//! until the sender names it. The mail is kept with its reason and read again, as it stands, once it is named; without an
//! answer nothing goes out, which the letter says.
//!
//! Calls and minutes ask for themselves, with everything in the letter that would go out; a list is taken over by its own word.

use super::event::MailRead;
use super::letter::{Letter, LetterName, SentLetter};
use super::questions;
use super::reading::{Context, Line, Verb};
use super::shown;
use super::view::{Record, Verdict, View};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Departments that the question lists; the rest are counted.
const DEPARTMENTS_MAX: usize = 12;

/// What the question's line is about, in place of an object's id.
const LINE: &str = "crowd";

/// Words of somebody who names the number and does not want it so.
const HOLDS: [&str; 12] =
    ["不", "别", "先", "等", "改", "取消", "don't", "do not", "not ", "wait", "cancel", "instead"];

/// Where the number that a sender has named is kept.
fn fact(message_id: &str) -> String {
    format!("crowd/{message_id}")
}

/// Everybody a mail's letters go to, but for its author. What is about a meeting was asked before.
fn readers(view: &mut View<'_>, author: &str) -> BTreeSet<String> {
    let of_meeting = |letter: &Letter| letter.objects.first().is_some_and(|id| id.starts_with("M-"));
    let letters = view.letters().iter().filter(|letter| !of_meeting(letter) && letter.to != author);
    letters.map(|letter| letter.to.clone()).collect()
}

/// `made` is what the mail would do, `fresh` the view from before it. Above the limit the question is all that follows.
pub fn question<'a>(mut made: View<'a>, mut fresh: View<'a>, mail: &MailRead, now: DateTime<Utc>) -> View<'a> {
    let Some(author) = &mail.author else { return made };
    let limit = made.rules.policy.participants_max as usize;
    if made.letters().len() <= limit || mail.reply.commands.iter().any(|command| command.verb == Verb::Import) {
        return made;
    }
    let readers = readers(&mut made, &author.address);
    let key = fact(&mail.message_id);
    let named = made.note(&key).and_then(|count| count.as_u64()).unwrap_or_default() as usize;
    if readers.len() <= limit.max(named) {
        if named > 0 {
            made.clear_note(&key);
        }
        return made;
    }
    fresh.withhold(Verdict::Quarantine, "above policy.participants_max: its sender has not named the number (O12)");
    if mail.no_answer {
        fresh.suppress(LetterName::Answer, &author.address, "the mail asks for no answer");
        return fresh;
    }
    let tasks: Vec<(bool, bool)> = made
        .changed_records()
        .filter_map(|record| match record {
            Record::Action(item) if item.state.is_open() => Some((item.owner_address.is_none(), item.due.is_none())),
            _ => None,
        })
        .collect();
    let mut of: BTreeMap<String, usize> = BTreeMap::new();
    for reader in &readers {
        *of.entry(fresh.somebody(reader).department.clone()).or_default() += 1;
    }
    let mut of: Vec<(String, usize)> = of.into_iter().filter(|(department, _)| !department.is_empty()).collect();
    of.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let departments: Vec<Value> =
        of.iter().take(DEPARTMENTS_MAX).map(|(name, count)| json!({"name": name, "count": count})).collect();
    let data = json!({
        "departments": departments, "more": of.len().saturating_sub(DEPARTMENTS_MAX),
        "counts": {
            "people": readers.len(),
            "items": tasks.len(),
            "without_owner": tasks.iter().filter(|task| task.0).count(),
            "without_due": tasks.iter().filter(|task| task.1).count(),
        },
    });
    let letter = ask(&fresh, mail, &author.address, &mail.base_subject, readers.len(), data, now);
    fresh.send(letter);
    fresh
}

/// The question, in the thread of the mail it answers. What it is about stays the subject of the mail that waits, however
/// often it is asked.
fn ask(
    view: &View<'_>,
    mail: &MailRead,
    to: &str,
    subject: &str,
    people: usize,
    data: Value,
    now: DateTime<Utc>,
) -> Letter {
    let line = Line { n: u32::try_from(people).unwrap_or(u32::MAX), id: LINE.into(), task: subject.into() };
    let mut letter = questions::letter(mail, data, vec![line])
        .with("kind", "crowd")
        .with("text", subject)
        .with("at", shown::moment(view, now));
    letter.to = to.into();
    letter.why = "above policy.participants_max: the sender names the number".into();
    letter.context = Context::Preview;
    letter
}

/// Whether a letter is such a question.
pub fn is_question(letter: &SentLetter) -> bool {
    letter.lines.first().is_some_and(|line| line.id == LINE)
}

/// `确认发送给 85 人`: the number is the confirmation, a bare 发送 is not; `取消` lets it rest.
pub fn answered(view: &mut View<'_>, mail: &MailRead, letter: &SentLetter, now: DateTime<Utc>) {
    let Some((count, subject)) = letter.lines.first().map(|line| (line.n, &line.task)) else { return };
    let verbs: Vec<Verb> = mail.reply.commands.iter().map(|command| command.verb).collect();
    let no = [Verb::Cancel, Verb::CallOff, Verb::Refuse, Verb::Decline, Verb::Reject, Verb::Undo];
    if verbs.iter().any(|verb| no.contains(verb)) {
        return view.audit(format!("the sender does not want {} to go to {count} people", letter.cause));
    }
    let named = mail.text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.parse() == Ok(count));
    let said = mail.text.to_lowercase();
    if named && !HOLDS.iter().any(|word| said.contains(word)) {
        view.set_note(&fact(&letter.cause), json!(count));
        view.release(&letter.cause);
        return view.audit(format!("the sender named the number: the mail goes to {count} people"));
    }
    view.withhold(Verdict::Accept, "a word without the number does not send to so many (O12)");
    if mail.no_answer {
        return view.suppress(LetterName::Answer, &letter.to, "the mail asks for no answer");
    }
    let data = json!({
        "departments": [], "more": 0,
        "counts": {"people": count, "items": 0, "without_owner": 0, "without_due": 0},
    });
    // The answer to this one is about the same mail.
    let again = ask(view, mail, &letter.to, subject, count as usize, data, now);
    view.send(Letter { cause: Some(letter.cause.clone()), ..again });
}
