//! A human sentence reaches a human (O11): what an answer says beyond commands goes to the organizer or the owner, quoted,
//! within minutes, with Reply-To = the writer; merged after three an hour.

use super::event::{MailRead, Tick, TickKind};
use super::letter::{Letter, LetterName};
use super::questions;
use super::reading::Verb;
use super::view::View;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

/// Letters of passed-on words to one person within an hour; more are merged into the next hour's.
const PER_HOUR_MAX: u64 = 3;

/// Whether a mail says something to a human: sentences beside its commands, or, in answer to a letter of ours, words that
/// could not be read with confidence (SPEC 4.4).
pub fn says_something(mail: &MailRead) -> bool {
    !words(mail).is_empty()
}

fn words(mail: &MailRead) -> Vec<String> {
    if !mail.reply.remarks.is_empty() || mail.answers.is_none() {
        return mail.reply.remarks.clone();
    }
    let asked = |line: &str| mail.reply.doubts.iter().any(|doubt| doubt.line == line && doubt.kind == "which_item");
    let comments = mail.reply.commands.iter().filter(|command| command.verb == Verb::Comment);
    comments.map(|command| command.line.clone()).filter(|line| !line.trim().is_empty() && !asked(line)).collect()
}

/// Passes on the remarks of a mail. True if there was somebody to pass them to.
pub fn pass(view: &mut View<'_>, mail: &MailRead, meeting_id: Option<&str>, now: DateTime<Utc>) -> bool {
    let text = words(mail).join("\n");
    let first_item = mail.answers.iter().flat_map(|letter| letter.lines.iter()).map(|line| line.id.clone()).next();
    let mentioned = mail.reply.commands.iter().find_map(|command| {
        let lines = mail.answers.as_ref().map(|l| l.lines.as_slice()).unwrap_or_default();
        command.id.clone().or_else(|| command.item.and_then(|n| lines.iter().find(|l| l.n == n).map(|l| l.id.clone())))
    });
    let about = mentioned.or_else(|| meeting_id.map(String::from)).or(first_item);
    say(view, mail, &text, about, now)
}

/// Passes on these words of a mail, about this object.
pub fn say(view: &mut View<'_>, mail: &MailRead, text: &str, about: Option<String>, now: DateTime<Utc>) -> bool {
    let Some(author) = mail.author.clone() else { return false };
    let subject_object = mail.subject_ids.first().cloned();
    let Some(about) = about.or(subject_object) else { return false };
    let (receivers, title) = who_hears(view, &about);
    let Some(receiver) = receivers.into_iter().find(|address| *address != author.address) else { return false };
    if text.trim().is_empty() {
        return false;
    }
    // One event, one letter (O9): what stands in a note to the same reader about the same mail is not a letter of its own.
    let is_note = |letter: &&mut Letter| {
        let kind = letter.data.get("kind").and_then(Value::as_str).unwrap_or_default();
        letter.name == LetterName::OrganizerNote
            && letter.to == receiver
            && matches!(kind, "propose_time" | "decider_out" | "presenter_out" | "delegate_unknown")
            && letter.data.get("person").and_then(|person| person.get("address")).and_then(Value::as_str)
                == Some(author.address.as_str())
    };
    if let Some(note) = view.letters().iter_mut().find(is_note) {
        note.data.insert("detail".into(), json!(text.trim()));
        view.suppress(LetterName::PassedOn, &receiver, "the words stand in the note about the same mail (O9)");
        return true;
    }
    // A machine says the same again and again; a human hears it once (TRUST L9).
    let key = format!("passed-words/{}", author.address);
    if questions::said_before(view, &key, text, Duration::days(1), now) {
        view.suppress(LetterName::PassedOn, &receiver, "the same words were passed on today");
        return true;
    }
    let name = view.name_of(&author.address);
    let entry = json!({
        "from": name, "from_address": author.address, "text": text, "subject": mail.subject,
        "about": [{"id": about, "title": title}],
    });
    let key = format!("passed/{receiver}");
    let record = view.note(&key).unwrap_or(Value::Null);
    let since = record.get("since").and_then(Value::as_str).and_then(|t| t.parse::<DateTime<Utc>>().ok());
    let fresh = since.is_none_or(|since| now - since >= Duration::hours(1));
    let count = if fresh { 0 } else { record.get("count").and_then(Value::as_u64).unwrap_or(0) };
    let since = if fresh { now } else { since.unwrap_or(now) };
    if count >= PER_HOUR_MAX {
        let mut waiting = record.get("waiting").and_then(Value::as_array).cloned().unwrap_or_default();
        waiting.push(entry);
        view.set_note(&key, json!({"since": since, "count": count + 1, "waiting": waiting}));
        view.wake_at(Tick {
            at: since + Duration::hours(1),
            kind: TickKind::PassedOn,
            object: receiver,
            key: String::new(),
        });
        return true;
    }
    view.set_note(
        &key,
        json!({"since": since, "count": count + 1, "waiting": record.get("waiting").cloned().unwrap_or(json!([]))}),
    );
    let letter = letter(&receiver, &[entry]).about(&about);
    view.send(letter);
    true
}

fn letter(receiver: &str, entries: &[Value]) -> Letter {
    let first = entries.first().cloned().unwrap_or(Value::Null);
    let get = |key: &str| first.get(key).cloned().unwrap_or(Value::Null);
    let mut letter = Letter::new(LetterName::PassedOn, receiver, "a human sentence beside the commands (O11)")
        .with("from", get("from"))
        .with("from_address", get("from_address"))
        .with("text", get("text"))
        .with("about", get("about"))
        .with("subject", get("subject"))
        .with("others", entries.get(1..).unwrap_or_default());
    letter.reply_to = first.get("from_address").and_then(Value::as_str).map(String::from);
    letter
}

/// Who hears a sentence about an object, best first; and the object's title.
fn who_hears(view: &View<'_>, id: &str) -> (Vec<String>, String) {
    if let Some(meeting) = view.meeting(id) {
        let who = [meeting.organizer_address.clone(), meeting.chair_address.clone()];
        return (
            who.into_iter().flatten().collect(),
            if meeting.confidential { id.to_string() } else { meeting.title },
        );
    }
    if let Some(item) = view.action(id) {
        let who = [item.organizer_address.clone(), item.supervisor_address.clone(), item.owner_address.clone()];
        return (who.into_iter().flatten().collect(), if item.confidential { id.to_string() } else { item.task });
    }
    if let Some(project) = view.project(id) {
        return (project.manager_address.into_iter().collect(), project.name);
    }
    match view.issue(id) {
        Some(issue) => (issue.contact_address.into_iter().chain(issue.initiator_address).collect(), issue.title),
        None => (Vec::new(), id.to_string()),
    }
}

/// The hour is over: what was held goes in one letter.
pub fn tick(view: &mut View<'_>, tick: &Tick, now: DateTime<Utc>) {
    let key = format!("passed/{}", tick.object);
    let Some(record) = view.note(&key) else { return };
    let waiting = record.get("waiting").and_then(Value::as_array).cloned().unwrap_or_default();
    view.set_note(&key, json!({"since": now, "count": 1, "waiting": []}));
    if waiting.is_empty() {
        return;
    }
    let about = waiting.first().and_then(|w| w.pointer("/about/0/id")).and_then(Value::as_str).map(String::from);
    let mut letter = letter(&tick.object, &waiting);
    if let Some(about) = about {
        letter = letter.about(&about);
    }
    if waiting.len() > 1 {
        letter.reply_to = None;
    }
    view.send(letter);
}
