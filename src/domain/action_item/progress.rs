//! The work itself: progress, done, behind, blocked, snoozed.

use super::command::Word;
use super::confirmation::settle;
use super::{ActionItem, State, acceptance, request, save};
use crate::domain::clock::Clock;
use crate::domain::digest;
use crate::domain::receipt::{self, Entry};
use crate::domain::view::{Handled, View};
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
    request::tell_downstream(view, &item, "finished", None, &word.name(view), word.now);
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
    if let Some(expected) = &word.cmd.due {
        item.expected = Some(*expected);
    }
    keep_words(&mut item, word);
    let why = word.why(view, &item, "进展");
    let entry = Entry::of(&item, "progress").by(&word.name(view));
    save(view, item, &why, word.now);
    receipt::changed(view, word.mail, entry, false, word.now);
    Handled::Yes
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
    if let Some(expected) = &word.cmd.due {
        item.expected = Some(*expected);
    }
    keep_words(&mut item, word);
    let why = word.why(view, &item, "滞后");
    let entry = Entry::of(&item, "behind").by(&word.name(view)).text(item.reason.as_deref());
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
    let entry = Entry::of(&item, "block").by(&word.name(view)).text(Some(&reason));
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
