//! Work given to several at once (任务交办, O16): what they answer is put together in one table for who gave it.
//!
//! The table goes out when all have answered or their time to answer is over, and once more when all of it is done.

use super::{ActionItem, State, actor, organizer_of};
use crate::domain::event::MailRead;
use crate::domain::letter::{Letter, LetterName, Thread};
use crate::domain::post;
use crate::domain::reading::{Context, Line, Verb};
use crate::domain::view::View;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Where the words of an owner about an item of the table are kept.
const SAID: &str = "said";
/// How many files the work was given with.
pub(super) const GIVEN: &str = "given_files";
/// Characters of such words that the table shows.
const SAID_MAX: usize = 120;

/// What somebody says beside the commands stands in the table, too.
pub fn heard(view: &mut View<'_>, mail: &MailRead) {
    let (Some(letter), Some(writer)) = (&mail.answers, actor(view, mail)) else { return };
    let comments = mail.reply.commands.iter().filter(|command| command.verb == Verb::Comment).map(|c| c.line.clone());
    let said: Vec<String> = mail.reply.remarks.iter().cloned().chain(comments).collect();
    let said: String = said.join(" ").split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SAID_MAX).collect();
    if said.is_empty() {
        return;
    }
    for line in letter.lines.clone() {
        let Some(mut item) = view.action(&line.id).filter(|item| item.batch.is_some()) else { continue };
        if item.addressee() == Some(&writer) {
            item.facts.insert(SAID.into(), json!(said));
            view.put_action(item, "");
        }
    }
}

/// The owner has said something that counts, or has not in the time there was.
fn is_answered(item: &ActionItem) -> bool {
    item.state != State::Proposed || item.request.is_some() || item.parked || item.marks.contains("unanswered")
}

fn is_over(item: &ActionItem) -> bool {
    item.state == State::Done || item.state.is_closed()
}

/// Sends the tables that this decision has completed.
pub fn collect(view: &mut View<'_>) {
    let touched = view.touched_ids().to_vec();
    let batches: BTreeSet<String> = touched.iter().filter_map(|id| view.action(id)?.batch).collect();
    for batch in batches {
        let items: Vec<ActionItem> = view.ids("batch", &batch).iter().filter_map(|id| view.action(id)).collect();
        let key = format!("gathered/{batch}");
        let before = view.note(&key).and_then(|stage| stage.as_u64()).unwrap_or(0);
        let stage = if items.iter().all(is_over) {
            2
        } else if items.iter().all(is_answered) {
            1
        } else {
            0
        };
        let Some(reader) = items.first().and_then(|item| organizer_of(view, item)) else { continue };
        // What its own giver called off is nothing to report.
        if stage <= before || items.iter().all(|item| item.state == State::Cancelled) {
            continue;
        }
        view.set_note(&key, json!(stage));
        let letter = table(view, &reader, &items, stage == 2);
        post::post(view, letter);
    }
}

fn answer_of(item: &ActionItem) -> &'static str {
    match (item.state, &item.request) {
        (State::Declined, _) => "declined",
        (_, Some(request)) if request.decline => "declined",
        (_, Some(request)) if request.owner_address.is_some() => "delegate",
        (_, Some(_)) => "postpone",
        (State::Proposed, _) => "none",
        (State::Confirmed, _) if item.by_default => "default",
        (State::Confirmed, _) => "confirmed",
        (State::Done, _) => "done",
        (State::Accepted, _) => "accepted",
        (State::Cancelled, _) => "cancelled",
        (State::Blocked, _) => "blocked",
        (State::InProgress, _) => "in_progress",
    }
}

/// Files that came with the answers, not those the work was given with.
fn brought(item: &ActionItem) -> Vec<String> {
    let given = item.facts.get(GIVEN).and_then(Value::as_u64).unwrap_or(0);
    item.attachments.iter().skip(usize::try_from(given).unwrap_or(0)).cloned().collect()
}

fn table(view: &View<'_>, reader: &str, items: &[ActionItem], over: bool) -> Letter {
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for (n, item) in (1_u32..).zip(items) {
        lines.push(Line { n, id: item.id.clone(), task: item.task.clone() });
        let person = item.addressee().and_then(|address| view.person(address));
        let department = item.department.clone().or_else(|| person.as_ref().map(|person| person.department.clone()));
        let who = item.owner.clone().or_else(|| person.map(|person| person.name.clone()));
        let reason = item.request.as_ref().and_then(|request| request.reason.clone()).or_else(|| item.reason.clone());
        let said = item.facts.get(SAID).and_then(Value::as_str).map(String::from);
        let text = reason.or_else(|| item.blocked_on.clone()).or(said);
        let asked = item.request.as_ref().and_then(|request| request.due);
        let new_owner = item.request.as_ref().and_then(|request| request.owner.clone());
        rows.push(json!({
            "n": n, "id": item.id, "task": item.task, "who": who, "department": department.filter(|d| !d.is_empty()),
            "answer": answer_of(item), "due": item.due, "expected": item.expected, "asked_due": asked,
            "asked_owner": new_owner, "text": text, "files": brought(item),
        }));
    }
    let same = items.iter().all(|item| items.first().is_some_and(|first| first.task == item.task));
    let title = items.first().filter(|item| !item.confidential).map(|item| item.task.clone());
    let contact = view.somebody(reader);
    let wants = |item: &ActionItem| item.request.is_some();
    let is_open = |item: &ActionItem| item.state == State::Proposed && item.request.is_none();
    let number = |fits: &dyn Fn(&ActionItem) -> bool| items.iter().position(fits).map(|at| at + 1);
    let (approve, assign) = (number(&|item| wants(item)), number(&|item| is_open(item)));
    let asks = if over { items.iter().any(|item| item.state == State::Done) } else { approve.or(assign).is_some() };
    let data = json!({
        "meeting": null, "end": null, "organizer": null, "by_self": true,
        "contact": {"name": contact.name, "address": contact.address, "phone": null},
        "subject_title": title, "role": null, "chairs": false, "records": false, "topics": [], "materials": [],
        "shared_with": 0, "outside": false, "kind": "gathered", "person": null, "about": if same { "same" } else { "" },
        "hard": false, "detail": null, "start": null, "day": null, "until": null, "count": rows.len(), "topic": null,
        "names": [], "asks": asks,
        "ends": over, "hints": [], "rows": rows, "approve_n": approve, "assign_n": assign,
    });
    let why = "what those who were given the work answered (O16)";
    let mut letter = Letter::new(LetterName::OrganizerNote, reader, why);
    if let Value::Object(map) = data {
        letter.data = map;
    }
    letter.lines = lines;
    letter.objects = items.iter().map(|item| item.id.clone()).collect();
    letter.thread = items.first().map_or(Thread::New, |item| Thread::Object(item.id.clone()));
    letter.context = if items.iter().any(wants) { Context::Approval } else { Context::Acceptance };
    letter
}
