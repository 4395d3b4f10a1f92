//! First answer, understanding, progress, and what holds it up: the words of those who shall solve it.

use super::command::Word;
use super::letters::{self, Change};
use super::routing::tell_initiator;
use super::{Delay, Issue, convene, log, proposal, save};
use crate::domain::reading::Command;
use crate::domain::receipt::Entry;
use crate::domain::view::{Handled, View};

/// Any word of a contact is the first answer, and ends what was asked and announced.
pub(super) fn spoke(issue: &mut Issue, word: &Word<'_>) {
    issue.marks.retain(|mark| !mark.starts_with("stuck "));
    for at in &word.part.parties {
        let Some(party) = issue.parties.get_mut(*at) else { continue };
        party.responded_at.get_or_insert(word.now);
        party.said_at = Some(word.now);
        party.asks = 0;
        party.night.clear();
        party.rungs.retain(|rung| !rung.starts_with("silence:"));
    }
    issue.settle();
}

fn department(issue: &Issue, word: &Word<'_>) -> Option<String> {
    word.part.parties.first().and_then(|at| issue.parties.get(*at)).map(|party| party.department.clone())
}

fn told<'a>(view: &View<'_>, issue: &Issue, word: &Word<'_>, kind: &'a str) -> Change<'a> {
    Change { kind, by: Some(word.name(view)), department: department(issue, word), ..Change::default() }
}

pub(super) fn acknowledged(view: &mut View<'_>, mut issue: Issue, word: &Word<'_>) -> Handled {
    if !issue.state.is_open() {
        return Handled::Yes;
    }
    let first =
        word.part.parties.iter().filter_map(|at| issue.parties.get(*at)).any(|party| party.responded_at.is_none());
    spoke(&mut issue, word);
    log::note(view, &mut issue, word.mail, Some("acknowledged"), word.now);
    if first {
        let change = told(view, &issue, word, "acknowledged");
        tell_initiator(view, &issue, &change, &word.actor, word.now);
    }
    word.receipt(view, &issue, "ack", false, Entry::default());
    let why = word.why(view, "收到");
    save(view, issue, &why);
    Handled::Yes
}

/// `确认`, or the problem in the contact's own words, which the initiator reads.
pub(super) fn understood(view: &mut View<'_>, mut issue: Issue, text: Option<&str>, word: &Word<'_>) -> Handled {
    if !issue.state.is_open() {
        return Handled::NotMine;
    }
    spoke(&mut issue, word);
    let mut first = false;
    for at in &word.part.parties {
        let Some(party) = issue.parties.get_mut(*at) else { continue };
        first |= party.understood_at.is_none();
        party.understood_at.get_or_insert(word.now);
        if let Some(text) = text {
            party.understanding = Some(text.to_string());
        }
    }
    log::note(view, &mut issue, word.mail, Some("understood"), word.now);
    if first || text.is_some() {
        let change = Change { text: text.map(str::to_string), ..told(view, &issue, word, "understood") };
        tell_initiator(view, &issue, &change, &word.actor, word.now);
    }
    word.receipt(view, &issue, "understood", false, Entry::default());
    let why = word.why(view, "理解确认");
    save(view, issue, &why);
    Handled::Yes
}

fn begin(issue: &mut Issue, word: &Word<'_>) {
    spoke(issue, word);
    for at in &word.part.parties {
        let Some(party) = issue.parties.get_mut(*at) else { continue };
        party.understood_at.get_or_insert(word.now);
        party.started = true;
    }
    issue.settle();
}

/// `方案：…` of what is going to be done.
pub(super) fn planned(view: &mut View<'_>, mut issue: Issue, plan: &str, word: &Word<'_>) -> Handled {
    begin(&mut issue, word);
    log::note(view, &mut issue, word.mail, Some("in_progress"), word.now);
    let change = Change { text: Some(plan.to_string()), ..told(view, &issue, word, "plan") };
    tell_initiator(view, &issue, &change, &word.actor, word.now);
    word.receipt(view, &issue, "progress", false, Entry::default());
    let why = word.why(view, "方案");
    save(view, issue, &why);
    Handled::Yes
}

pub(super) fn progress(view: &mut View<'_>, mut issue: Issue, cmd: &Command, word: &Word<'_>) -> Handled {
    if !issue.state.is_open() {
        return Handled::NotMine;
    }
    begin(&mut issue, word);
    for at in &word.part.parties {
        let Some(party) = issue.parties.get_mut(*at) else { continue };
        party.percent = cmd.percent.or(party.percent);
        if cmd.due.is_some() {
            party.expected = cmd.due;
        }
    }
    log::note(view, &mut issue, word.mail, Some("in_progress"), word.now);
    let due = cmd.due.as_ref().map(ToString::to_string);
    let change = Change {
        percent: cmd.percent,
        due: due.clone(),
        text: Some(cmd.line.trim().to_string()).filter(|line| line.chars().count() > 3),
        ..told(view, &issue, word, "progress")
    };
    tell_initiator(view, &issue, &change, &word.actor, word.now);
    word.receipt(view, &issue, "progress", false, Entry { percent: cmd.percent, due, ..Entry::default() });
    let why = word.why(view, "进展");
    save(view, issue, &why);
    Handled::Yes
}

/// `滞后，原因…措施…`: the reason is recorded; a later date in it is a proposal.
pub(super) fn behind(view: &mut View<'_>, mut issue: Issue, cmd: &Command, word: &Word<'_>) -> Handled {
    if !issue.state.is_open() {
        return Handled::NotMine;
    }
    begin(&mut issue, word);
    issue.delays.push(Delay {
        at: Some(word.now),
        by: word.name(view),
        reason: cmd.reason.clone(),
        measure: cmd.measure.clone(),
        due: cmd.due,
    });
    log::note(view, &mut issue, word.mail, Some("behind"), word.now);
    let change = Change {
        reason: cmd.reason.clone(),
        measure: cmd.measure.clone(),
        due: cmd.due.as_ref().map(ToString::to_string),
        ..told(view, &issue, word, "behind")
    };
    tell_initiator(view, &issue, &change, &word.actor, word.now);
    word.receipt(view, &issue, "behind", false, Entry::default());
    let why = word.why(view, "滞后");
    save(view, issue, &why);
    Handled::Yes
}

/// `卡住了，等权限`: told at once, whatever the urgency; somebody else has to do something.
pub(super) fn blocked(view: &mut View<'_>, mut issue: Issue, cmd: &Command, word: &Word<'_>) -> Handled {
    if !issue.state.is_open() {
        return Handled::NotMine;
    }
    begin(&mut issue, word);
    let reason = cmd.reason.clone().or_else(|| Some(cmd.line.clone()));
    issue.delays.push(Delay { at: Some(word.now), by: word.name(view), reason: reason.clone(), ..Delay::default() });
    log::note(view, &mut issue, word.mail, Some("blocked"), word.now);
    let change = Change { reason, ..told(view, &issue, word, "blocked") };
    if let Some(to) = issue.initiator_address.clone().filter(|to| *to != word.actor) {
        letters::update(view, &issue, &to, &change, word.now);
    }
    word.receipt(view, &issue, "block", false, Entry::default());
    let why = word.why(view, "受阻");
    save(view, issue, &why);
    Handled::Yes
}

/// The date has moved once more: two slips make it a key issue.
pub(super) fn slipped(view: &mut View<'_>, mut issue: Issue, why: &str) {
    issue.slips += 1;
    if issue.slips >= proposal::SLIPS_KEY && issue.level != "key" {
        convene::become_key(view, &mut issue, "slips", None);
    }
    save(view, issue, why);
}
