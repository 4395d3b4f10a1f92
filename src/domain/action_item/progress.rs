//! The work itself: progress, done, behind, blocked, snoozed.

use super::command::Word;
use super::confirmation::settle;
use super::{ActionItem, State, acceptance, request, save};
use crate::domain::clock::Clock;
use crate::domain::digest;
use crate::domain::due::Due;
use crate::domain::receipt::{self, Entry};
use crate::domain::view::{Handled, View};
use chrono::{DateTime, Utc};
use serde_json::json;

pub(super) fn done(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    let chosen = word.part.leads && item.state.is_open() && item.marks.contains("late_choice");
    if !word.part.works() && !chosen {
        return Handled::NotAllowed;
    }
    match item.state {
        state if state.is_open() => {}
        State::Done => return Handled::Yes,
        _ => return Handled::NotMine,
    }
    if item.owner_address.is_none() && word.part.asked {
        item.owner = Some(word.name(view));
        item.owner_address = Some(word.actor.clone());
        item.gap = None;
    }
    settle(&mut item);
    item.state = State::Done;
    item.done_at = Some(word.now);
    item.percent = Some(100);
    item.behind = false;
    item.blocked_on = None;
    item.request = None;
    item.marks.remove("asked_alone");
    for file in &word.mail.attachments {
        if !item.files.contains(file) {
            item.attachments.push(file.name.clone());
            item.files.push(file.clone());
        }
    }
    view.act(json!({"item_done": item.id}));
    let accepted = chosen || !acceptance::is_needed(view, &item);
    if accepted {
        item.state = State::Accepted;
    }
    let why = word.why(view, &item, "完成");
    let entry = Entry::of(&item, "done").by(&word.name(view));
    save(view, item.clone(), &why, word.now);
    receipt::changed(view, word.mail, entry.clone(), false, word.now);
    super::tell_downstream(view, &item, "finished", None, &word.name(view), word.now);
    if accepted {
        if let Some(owner) = item.owner_address.as_ref().filter(|owner| **owner != word.actor) {
            digest::note(view, owner, Entry { verb: Some("accept".into()), ..entry }, word.now);
        }
    } else {
        acceptance::ask(view, &item, word);
    }
    Handled::Yes
}

/// The owner works on it: `60%`, `进行中`, `预计周五`, `还没完成`. A later date is an expectation, not a new due.
pub(super) fn progress(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if item.state.is_closed() || item.state == State::Done {
        return reopen(view, item, word);
    }
    if !word.part.works() {
        return Handled::NotAllowed;
    }
    take(view, &mut item, word);
    item.state = State::InProgress;
    item.blocked_on = None;
    if let Some(percent) = word.cmd.percent {
        item.percent = Some(percent.min(100));
    }
    expect(view, &mut item, word.cmd.due, &word.name(view), word.now);
    keep_words(&mut item, word);
    let why = word.why(view, &item, "进展");
    let entry = Entry::of(&item, "progress").by(&word.name(view));
    let improves = improvement(view, &mut item, &entry, word);
    save(view, item, &why, word.now);
    receipt::changed(view, word.mail, entry, improves, word.now);
    Handled::Yes
}

/// A later day than the due is a slip that those who wait for it hear of; the due stays.
fn expect(view: &mut View<'_>, item: &mut ActionItem, due: Option<Due>, by: &str, now: DateTime<Utc>) {
    let Some(expected) = due else { return };
    let clock = Clock::of_item(item, view.rules);
    let known = item.expected.as_ref().map(|known| clock.moment(known));
    item.expected = Some(expected);
    let Some(old) = item.due else { return };
    let later =
        clock.moment(&expected) > clock.moment(&old) && known.is_none_or(|known| clock.moment(&expected) > known);
    if later && !item.marks.contains("returned") {
        super::tell_downstream(view, item, "slipped", Some(old), by, now);
    }
}

/// Work that fell short gets a plan with a date: the date its owner gives for returned work is agreed at once, because it
/// was asked for.
fn improvement(view: &mut View<'_>, item: &mut ActionItem, entry: &Entry, word: &Word<'_>) -> bool {
    let Some(due) = word.cmd.due.filter(|_| word.part.owner && item.marks.contains("returned")) else { return false };
    item.marks.remove("returned");
    item.expected = None;
    item.due_phrase = Some(word.cmd.line.clone()).filter(|line| !line.is_empty());
    if item.measure.is_none() {
        item.measure = Some(word.cmd.line.trim().to_string()).filter(|line| !line.is_empty());
    }
    request::change_due(view, item, due, &word.name(view), word.now);
    let entry = Entry { verb: Some("improvement".into()), due: Some(due.to_string()), ..entry.clone() };
    tell_organizer(view, item, &entry.because(None, None).text(item.measure.as_deref()), word);
    true
}

/// A row of a progress table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// `not_started`, `in_progress`, `behind`, `blocked`, `done`.
    pub state: Option<String>,
    pub percent: Option<u8>,
    pub reason: Option<String>,
    pub measure: Option<String>,
    /// The day it is expected.
    pub due: Option<Due>,
    /// Who reports is who would accept it.
    pub accepted: bool,
}

/// What a progress table says of an item, by somebody who may.
pub fn reported(view: &mut View<'_>, mut item: ActionItem, report: &Report, by: &str, now: DateTime<Utc>) {
    if !item.state.is_open() || item.held {
        return;
    }
    let name = view.name_of(by);
    let own = item.addressee().is_some_and(|owner| owner == by);
    if own && item.owner_address.is_none() {
        item.owner = Some(name.clone());
        item.owner_address = Some(by.to_string());
        item.gap = None;
    }
    if own {
        settle(&mut item);
        item.last_word_at = Some(now);
    }
    item.parked = false;
    item.percent = report.percent.map(|percent| percent.min(100)).or(item.percent);
    for (slot, said) in [(&mut item.reason, &report.reason), (&mut item.measure, &report.measure)] {
        if said.as_ref().is_some_and(|said| !said.trim().is_empty()) {
            slot.clone_from(said);
        }
    }
    let why = format!("进度表: {name}");
    match report.state.as_deref() {
        Some("done") => {
            item.state = State::Done;
            item.done_at = Some(now);
            item.percent = Some(100);
            item.behind = false;
            item.blocked_on = None;
            item.request = None;
            if report.accepted || !acceptance::is_needed(view, &item) {
                item.state = State::Accepted;
            }
            save(view, item.clone(), &why, now);
            return super::tell_downstream(view, &item, "finished", None, &name, now);
        }
        Some("blocked") => {
            item.state = State::Blocked;
            item.blocked_on = report.reason.clone().or(item.blocked_on.take());
        }
        Some("behind") => {
            item.state = State::InProgress;
            item.behind = true;
        }
        Some("in_progress") => {
            item.state = State::InProgress;
            item.blocked_on = None;
        }
        None if report.percent.is_some_and(|percent| percent > 0) => item.state = State::InProgress,
        _ => {}
    }
    expect(view, &mut item, report.due, &name, now);
    let told = match report.state.as_deref() {
        Some("behind" | "blocked") => super::organizer_of(view, &item).filter(|organizer| organizer != by),
        _ => None,
    };
    let verb = if item.state == State::Blocked { "block" } else { "behind" };
    let entry = Entry::of(&item, verb).by(&name).because(item.reason.as_deref(), item.measure.as_deref());
    save(view, item, &why, now);
    if let Some(organizer) = told {
        digest::note(view, &organizer, entry, now);
    }
}

/// Closed items are reopened by the organizer, done ones returned by whoever accepts them.
fn reopen(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if item.state == State::Done {
        return if word.part.accepts() && !word.part.owner {
            acceptance::reject(view, item, word)
        } else {
            Handled::NotMine
        };
    }
    if !word.part.leads {
        return if word.part.owner { Handled::NotMine } else { Handled::NotAllowed };
    }
    item.state = State::InProgress;
    item.done_at = None;
    item.request = None;
    let why = word.why(view, &item, "重新打开");
    save(view, item.clone(), &why, word.now);
    receipt::changed(view, word.mail, Entry::of(&item, "reopen").by(&word.name(view)), false, word.now);
    request::tell_owner(view, &item, "reopened", None, word);
    Handled::Yes
}

/// Late, and says so: with a reason and a measure; what is missing of them is asked in the digest.
pub(super) fn behind(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if !word.part.works() {
        return Handled::NotAllowed;
    }
    if !item.state.is_open() {
        return Handled::NotMine;
    }
    take(view, &mut item, word);
    if item.state != State::Blocked {
        item.state = State::InProgress;
    }
    item.behind = true;
    if let Some(percent) = word.cmd.percent {
        item.percent = Some(percent.min(100));
    }
    expect(view, &mut item, word.cmd.due, &word.name(view), word.now);
    keep_words(&mut item, word);
    let why = word.why(view, &item, "滞后");
    let entry =
        Entry::of(&item, "behind").by(&word.name(view)).because(item.reason.as_deref(), item.measure.as_deref());
    improvement(view, &mut item, &entry, word);
    tell_organizer(view, &item, &entry, word);
    save(view, item, &why, word.now);
    receipt::changed(view, word.mail, entry, false, word.now);
    Handled::Yes
}

/// Stopped by something outside the owner's hands; the organizer hears what.
pub(super) fn block(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if !word.part.works() {
        return Handled::NotAllowed;
    }
    if !item.state.is_open() {
        return Handled::NotMine;
    }
    let Some(reason) = word.reason().or_else(|| item.reason.clone()) else {
        item.state = State::Blocked;
        let why = word.why(view, &item, "阻塞");
        save(view, item.clone(), &why, word.now);
        return word.doubt(view, &item, "no_reason");
    };
    take(view, &mut item, word);
    item.state = State::Blocked;
    item.blocked_on = Some(reason.clone());
    keep_words(&mut item, word);
    if let Some(expected) = &word.cmd.due {
        item.expected = Some(*expected);
    }
    let why = word.why(view, &item, "阻塞");
    let entry = Entry::of(&item, "block").by(&word.name(view)).because(Some(&reason), item.measure.as_deref());
    tell_organizer(view, &item, &entry, word);
    save(view, item, &why, word.now);
    receipt::changed(view, word.mail, entry, false, word.now);
    Handled::Yes
}

pub(super) fn snooze(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if !word.part.works() {
        return Handled::NotAllowed;
    }
    if !item.state.is_open() {
        return Handled::NotMine;
    }
    let clock = Clock::of_item(&item, view.rules);
    let asked = word.cmd.until.as_ref().or(word.cmd.due.as_ref()).map(|due| clock.day(due));
    let until = asked.unwrap_or_else(|| clock.days.next_workday(clock.today(word.now)));
    item.snoozed_until = Some(clock.days.workday_from(until));
    let why = word.why(view, &item, "稍后提醒");
    let mut entry = Entry::of(&item, "snooze").by(&word.name(view));
    entry.due = item.snoozed_until.map(|day| day.to_string());
    save(view, item, &why, word.now);
    receipt::changed(view, word.mail, entry, false, word.now);
    Handled::Yes
}

/// A report of the work confirms it in the same step (SPEC 3.2 ¹); a contact who works on a department's item owns it.
fn take(view: &View<'_>, item: &mut ActionItem, word: &Word<'_>) {
    settle(item);
    if item.owner_address.is_none() {
        item.owner = Some(word.name(view));
        item.owner_address = Some(word.actor.clone());
        item.gap = None;
    }
}

fn keep_words(item: &mut ActionItem, word: &Word<'_>) {
    if let Some(reason) = word.reason() {
        item.reason = Some(reason);
    }
    if let Some(measure) = word.cmd.measure.clone().filter(|measure| !measure.trim().is_empty()) {
        item.measure = Some(measure);
    }
}

/// The organizer reads it in the next digest.
fn tell_organizer(view: &mut View<'_>, item: &ActionItem, entry: &Entry, word: &Word<'_>) {
    if let Some(organizer) = super::organizer_of(view, item).filter(|organizer| *organizer != word.actor) {
        digest::note(view, &organizer, entry.clone(), word.now);
    }
}
