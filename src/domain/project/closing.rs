//! A project closes: 亮点/不足/建议 are collected, lending heads get their people back, and the 协作总结报告 goes to everybody.
//! What was not accepted stays open as improvement with its date, and stands in the report.

use super::letters::{ROWS_MAX, letter, silence_by, update};
use super::start::of_project;
use super::{Feedback, Project, Stage, save};
use crate::domain::action_item::{self, ActionItem, State};
use crate::domain::clock::Clock;
use crate::domain::event::MailRead;
use crate::domain::letter::{LetterName, Made};
use crate::domain::meeting::MeetingState;
use crate::domain::reading::FeedbackReading;
use crate::domain::report::account;
use crate::domain::view::View;
use crate::domain::{digest, held, outside, post, shown, undo};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Figures of a project's tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    pub total: usize,
    pub accepted: usize,
    pub open: usize,
    pub cancelled: usize,
    /// Finished not after the due of the end.
    pub on_time: usize,
    /// Of how many that is known.
    pub finished: usize,
    /// In whole percent; absent where nothing is finished.
    pub on_time_percent: Option<usize>,
    pub slips: u32,
}

impl Stats {
    pub fn of(view: &View<'_>, items: &[ActionItem]) -> Stats {
        let mut stats = Stats { total: items.len(), ..Stats::default() };
        for item in items {
            stats.slips += item.slips;
            match item.state {
                State::Accepted | State::Done => stats.accepted += 1,
                State::Cancelled | State::Declined => stats.cancelled += 1,
                _ => stats.open += 1,
            }
            if let (Some(done), Some(due)) = (item.done_at, item.due) {
                stats.finished += 1;
                let clock = Clock::of_item(item, view.rules);
                stats.on_time += usize::from(done <= clock.moment(&due));
            }
        }
        stats.on_time_percent = (100 * stats.on_time).checked_div(stats.finished);
        stats
    }
}

/// 结项 of the manager: words are collected first, from everybody in it.
pub(super) fn begin(view: &mut View<'_>, id: &str, by: &str, now: DateTime<Utc>) {
    let Some(mut project) = view.project(id).filter(|project| project.is_open() && project.closing_at.is_none()) else {
        return;
    };
    project.closing_at = Some(now);
    // Nothing else is asked any more.
    project.asks.clear();
    for goal in project.subgoals.iter_mut().filter(|goal| goal.sign_off == "none") {
        goal.sign_off = "unsigned".into();
    }
    let mut readers = project.people();
    for id in &project.tasks {
        let owner = view.action(id).filter(|item| item.state != State::Cancelled).and_then(|item| item.owner_address);
        if let Some(owner) = owner.filter(|owner| !readers.contains(owner)) {
            readers.push(owner);
        }
    }
    readers.retain(|reader| project.sponsor_address.as_ref() != Some(reader) && view.is_internal(reader));
    let name = project.name.clone();
    for reader in &readers {
        let since = held::sendable(view, reader, now);
        project.ask("feedback", reader, &name, None, since);
    }
    save(view, project.clone(), &format!("closing: {}", view.name_of(by)));
    for reader in &readers {
        let letter =
            letter(&project, LetterName::FeedbackRequest, reader, "the project closes: what was good, what was not")
                .with("by", &project.manager)
                .with("silence_by", silence_by(view, reader, now));
        let letter = post::waiting(view, letter, now);
        post::post(view, letter);
    }
    finished(view, id, now);
}

/// 取消项目: its open tasks go with it, what was lent goes back, and everybody in it is told once, with what was theirs.
pub(super) fn cancel(
    view: &mut View<'_>,
    mail: &MailRead,
    id: &str,
    by: &str,
    reason: Option<String>,
    now: DateTime<Utc>,
) {
    let Some(mut project) = view.project(id).filter(Project::is_open) else { return };
    let name = view.name_of(by);
    project.state = Stage::Closed;
    project.closed_at = Some(now);
    project.marks.insert("cancelled".into());
    project.asks.clear();
    for goal in project.subgoals.iter_mut().filter(|goal| goal.sign_off == "none") {
        goal.sign_off = "unsigned".into();
    }
    let mut lent: Vec<(String, Value)> = Vec::new();
    for resource in project.resources.iter_mut().filter(|resource| resource.granted == Some(true)) {
        resource.released = true;
        if let Some(head) = resource.head.clone() {
            lent.push((head, json!({"text": resource.text, "department": resource.department})));
        }
    }
    let why = match &reason {
        Some(reason) => format!("取消项目: {name}: {reason}"),
        None => format!("取消项目: {name}"),
    };
    save(view, project.clone(), &why);
    let mut readers = project.people();
    let mut own: Vec<(String, Value)> = Vec::new();
    for id in &project.tasks {
        let Some(mut item) = view.action(id).filter(|item| !item.state.is_closed()) else { continue };
        undo::remember(view, mail, id, now);
        // What was handed in is nobody's question any more; what was not is nobody's work.
        item.state = if item.state == State::Done { State::Accepted } else { State::Cancelled };
        item.request = None;
        item.objection = None;
        if item.state == State::Cancelled {
            if let Some(owner) = item.addressee().cloned() {
                own.push((owner, json!({"id": item.id, "text": item.task})));
            }
        }
        action_item::save(view, item, &why, now);
    }
    for address in own.iter().chain(&lent).map(|(address, _)| address) {
        if !readers.contains(address) {
            readers.push(address.clone());
        }
    }
    readers.retain(|reader| reader != by);
    let of = |all: &[(String, Value)], reader: &str| -> Vec<Value> {
        all.iter().filter(|(address, _)| address == reader).take(ROWS_MAX).map(|(_, row)| row.clone()).collect()
    };
    for reader in &readers {
        // O39: why it ends is said inside.
        let reason = reason.as_ref().filter(|_| !outside::is_outside(view, reader));
        let data = json!({
            "by": name, "reason": reason, "open": of(&own, reader), "resources": of(&lent, reader), "taken": 0,
        });
        let letter = post::waiting(view, update(&project, reader, "cancelled", data), now);
        post::post(view, letter);
    }
    // Who cancels it reads what became of it, and which meetings still stand in the calendars.
    let meetings = view.ids("project_meetings", id).into_iter().filter_map(|id| view.meeting(&id));
    let coming = meetings.filter(|meeting| {
        meeting.state == MeetingState::Announced && meeting.start.is_some_and(|start| start.with_timezone(&Utc) > now)
    });
    let coming: Vec<Value> = coming.map(|m| json!({"id": m.id, "task": m.title, "when": m.start})).collect();
    let told: Vec<String> = readers.iter().map(|reader| view.name_of(reader)).collect();
    let data = json!({
        "by": Value::Null, "reason": reason, "open": of(&own, by), "resources": of(&lent, by), "taken": own.len(),
        "told": told, "others": coming,
    });
    post::post(view, update(&project, by, "cancelled", data).replying_to(&mail.message_id, &mail.references));
}

/// 亮点, 不足, 建议 of one person.
pub(super) fn feedback(view: &mut View<'_>, id: &str, by: &str, reading: &FeedbackReading, now: DateTime<Utc>) -> bool {
    let Some(mut project) = view.project(id).filter(|project| project.closing_at.is_some() && project.is_open()) else {
        return false;
    };
    let name = view.name_of(by);
    project.feedback.retain(|known| known.address != by);
    project.feedback.push(Feedback { by: name.clone(), address: by.to_string(), reading: reading.clone() });
    project.asks.retain(|ask| !(ask.kind == "feedback" && ask.to == by));
    save(view, project, &format!("feedback: {name}"));
    finished(view, id, now);
    true
}

/// Everybody has spoken, or the time is over: the project is closed, and the report goes out.
pub(super) fn finished(view: &mut View<'_>, id: &str, now: DateTime<Utc>) {
    let Some(mut project) = view.project(id).filter(|project| project.is_open() && project.closing_at.is_some()) else {
        return;
    };
    if project.asks.iter().any(|ask| ask.kind == "feedback") {
        return;
    }
    project.state = Stage::Closed;
    project.closed_at = Some(now);
    project.asks.clear();
    let mut lent: Vec<(String, Vec<Value>)> = Vec::new();
    for resource in project.resources.iter_mut().filter(|resource| resource.granted == Some(true)) {
        resource.released = true;
        let Some(head) = resource.head.clone() else { continue };
        let row = json!({"text": resource.text, "department": resource.department});
        match lent.iter_mut().find(|(known, _)| *known == head) {
            Some((_, rows)) => rows.push(row),
            None => lent.push((head, vec![row])),
        }
    }
    save(view, project.clone(), "closed");
    report(view, &project, &lent, now);
}

/// The words of one kind, each with who said them.
fn said(project: &Project, of: impl Fn(&FeedbackReading) -> Option<&String>) -> Vec<Value> {
    project
        .feedback
        .iter()
        .filter_map(|one| Some((one, of(&one.reading).filter(|text| !text.trim().is_empty())?)))
        .map(|(one, text)| json!({"by": one.by, "text": text}))
        .collect()
}

/// The 协作总结报告 to everybody in it; a lending head reads in the same letter that the people are free again.
fn report(view: &mut View<'_>, project: &Project, lent: &[(String, Vec<Value>)], now: DateTime<Utc>) {
    let items: Vec<ActionItem> = project.tasks.iter().filter_map(|id| view.action(id)).collect();
    let stats = Stats::of(view, &items);
    let row = |item: &ActionItem| {
        json!({
            "id": item.id, "task": item.task, "owner": item.owner, "department": item.department,
            "deliverable": item.deliverable, "criterion": item.criterion, "due": item.due, "state": item.state,
            "by_default": item.by_default, "behind": item.behind, "parked": item.parked, "percent": item.percent,
            "reason": item.reason, "measure": item.measure, "expected": item.expected,
        })
    };
    let delivered: Vec<Value> = items
        .iter()
        .filter(|item| matches!(item.state, State::Accepted | State::Done))
        .take(ROWS_MAX)
        .map(row)
        .collect();
    let open: Vec<Value> = items.iter().filter(|item| item.state.is_open()).take(ROWS_MAX).map(row).collect();
    let mut readers = project.people();
    readers.extend(project.feedback.iter().map(|one| one.address.clone()));
    readers.extend(items.iter().filter(|i| i.state != State::Cancelled).filter_map(|item| item.owner_address.clone()));
    readers.sort();
    readers.dedup();
    // O39: what all did, and what they say of it, stays inside.
    readers.retain(|reader| !outside::is_outside(view, reader));
    let none: Vec<Value> = Vec::new();
    // Who answers for it gets every task as a sheet, and hears where the archive lies (O43).
    let sheet = account::of_object(view, &project.id, now).filter(|_| !project.confidential).map(Arc::new);
    let people = project.people();
    let archive = view.rules.archive_of(&project.id, &project.name);
    for reader in &readers {
        let answers = people.contains(reader) && view.is_internal(reader);
        let released = lent.iter().find(|(head, _)| head == reader).map_or(&none, |(_, rows)| rows);
        let mut letter = letter(project, LetterName::ClosingReport, reader, "the project is closed")
            .with("closed_at", shown::moment(view, now))
            .with("stats", stats)
            .with("delivered", &delivered)
            .with("open", &open)
            .with("highlights", said(project, |r| r.highlights.as_ref()))
            .with("shortfalls", said(project, |r| r.shortfalls.as_ref()))
            .with("suggestions", said(project, |r| r.suggestions.as_ref()))
            .with("remarks", said(project, |r| r.text.as_ref()))
            .with(
                "changes",
                project
                    .changes
                    .iter()
                    .filter(|c| c.state == "adopted")
                    .map(|c| json!({"text": c.text, "by": c.by}))
                    .collect::<Vec<_>>(),
            )
            .with("released", released)
            .with("archive", archive.as_ref().filter(|_| answers))
            .with("count", readers.len());
        letter.made.extend(sheet.clone().filter(|_| answers).map(Made::Sheet));
        letter.unsubscribe = false;
        post::post(view, letter);
    }
    for (head, rows) in lent.iter().filter(|(head, _)| !readers.contains(head)) {
        let data = json!({"by": project.manager, "resources": rows});
        post::post(view, update(project, head, "released", data));
    }
}

/// A task of a project was closed; with the last one its manager is asked whether the project closes, too.
pub fn task_closed(view: &mut View<'_>, id: &str, now: DateTime<Utc>) {
    let Some(project) = view.project(id).filter(|project| project.state == Stage::Running) else { return };
    // The newest tasks are open the longest: mostly one look tells.
    let open = project.tasks.iter().rev().any(|id| view.action(id).is_some_and(|item| !item.state.is_closed()));
    if !open && !project.tasks.is_empty() && !project.marks.contains("end_asked") {
        ask_whether(view, id, now);
    }
}

/// The last day has passed, or the last task is closed: the manager is asked whether it closes.
pub(super) fn ask_whether(view: &mut View<'_>, id: &str, now: DateTime<Utc>) {
    let Some(mut project) = view.project(id) else { return };
    let Some(manager) = project.manager_address.clone() else { return };
    if project.state != Stage::Running || project.closing_at.is_some() || project.is_asked("close", &manager) {
        return;
    }
    let name = project.name.clone();
    // Asked by the digest itself, from its next one on.
    let before = Clock::house(view.rules);
    let since = before.at(before.days.add_workdays(before.today(now), -2), view.rules.policy.digest_at);
    project.ask("close", &manager, &name, None, since);
    project.marks.insert("end_asked".into());
    let entry = of_project(&project, "ends");
    save(view, project, "the end has come: the manager is asked whether it closes");
    digest::wake(view, &manager, now);
    view.audit(format!("{} asked whether it closes", entry.id.unwrap_or_default()));
}
