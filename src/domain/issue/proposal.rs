//! `需要到周五，因为…` (O41): a date proposed to the initiator. It holds the clocks until it is answered; silence grants the
//! first short one after a working day, a longer one lapses (O24).

use super::clocks::clock_of;
use super::command::Word;
use super::letters::{self, Change};
use super::{Delay, Issue, Proposal, log, progress, save};
use crate::domain::clock::Clock;
use crate::domain::due::Due;
use crate::domain::receipt::Entry;
use crate::domain::urgency::Urgency;
use crate::domain::view::{Handled, View};
use chrono::{DateTime, Utc};

/// Slips that make a problem a key issue (SPEC 3.4).
pub const SLIPS_KEY: u32 = 2;
/// A first proposal up to so many working days later is granted by silence (O24).
const SHORT_DAYS: i32 = 3;

/// When an unanswered proposal is decided by silence.
fn ends(view: &View<'_>, issue: &Issue, short: bool, now: DateTime<Utc>) -> DateTime<Utc> {
    let house = Clock::house(view.rules);
    let policy = &view.rules.policy;
    match issue.urgency() {
        Urgency::Critical => now + chrono::Duration::hours(i64::from(policy.issue_chase)),
        _ if short => house.end_after(now, policy.approve_window),
        _ => house.end_after(now, policy.approve_window + 2),
    }
}

pub(super) fn propose(
    view: &mut View<'_>,
    mut issue: Issue,
    due: Due,
    reason: Option<String>,
    word: &Word<'_>,
) -> Handled {
    if !issue.state.is_open() {
        return Handled::NotMine;
    }
    let Some(at) = word.part.parties.first().copied() else { return Handled::NotAllowed };
    progress::spoke(&mut issue, word);
    for place in &word.part.parties {
        let Some(party) = issue.parties.get_mut(*place) else { continue };
        party.understood_at.get_or_insert(word.now);
    }
    issue.settle();
    let clock = issue.parties.get(at).map_or_else(|| Clock::house(view.rules), |party| clock_of(party, view.rules));
    let earlier = issue.wanted_by.as_ref().is_some_and(|old| clock.moment(&due) <= clock.moment(old));
    if earlier {
        // Within the date that was wanted anyway: a promise, nothing to decide.
        let cmd = crate::domain::reading::Command {
            due: Some(due),
            ..crate::domain::reading::Command::new(crate::domain::reading::Verb::Progress)
        };
        return progress::progress(view, issue, &cmd, word);
    }
    let days = issue.wanted_by.as_ref().map_or(i32::MAX, |old| clock.between(clock.day(old), clock.day(&due)));
    let short = issue.slips == 0 && days <= SHORT_DAYS;
    if word.part.initiator {
        // Nobody asks oneself.
        return set_date(view, issue, due, word);
    }
    issue.proposal = Some(Proposal {
        due: Some(due),
        reason: reason.clone(),
        by: word.actor.clone(),
        party: at,
        at: Some(word.now),
        short,
    });
    issue.delays.push(Delay {
        at: Some(word.now),
        by: word.name(view),
        reason: reason.clone(),
        measure: None,
        due: Some(due),
    });
    log::note(view, &mut issue, word.mail, Some("proposed"), word.now);
    let change = Change {
        kind: "proposal",
        by: Some(word.name(view)),
        department: issue.parties.get(at).map(|party| party.department.clone()),
        due: Some(due.to_string()),
        old_due: issue.wanted_by.as_ref().map(ToString::to_string),
        reason,
        ask: Some("decide"),
        ends: Some(ends(view, &issue, short, word.now)),
        grants: short && issue.urgency() != Urgency::Critical,
        ..Change::default()
    };
    if let Some(to) = issue.initiator_address.clone() {
        letters::update(view, &issue, &to, &change, word.now);
    }
    let old_due = issue.wanted_by.as_ref().map(ToString::to_string);
    word.receipt(view, &issue, "proposed", true, Entry { due: Some(due.to_string()), old_due, ..Entry::default() });
    let why = word.why(view, "提出改期");
    save(view, issue, &why);
    Handled::Yes
}

/// Granted by a word of the initiator or above, or by silence (`word` is none).
pub(super) fn grant(view: &mut View<'_>, mut issue: Issue, word: Option<&Word<'_>>, now: DateTime<Utc>) -> Handled {
    let Some(proposal) = issue.proposal.take() else { return Handled::NotMine };
    let old = issue.wanted_by.as_ref().map(ToString::to_string);
    issue.wanted_by = proposal.due;
    if let Some(party) = issue.parties.get_mut(proposal.party) {
        party.rungs.retain(|rung| !rung.starts_with("progress:"));
        party.chased_at = Some(now);
        party.asks = 0;
    }
    match word {
        Some(word) => log::note(view, &mut issue, word.mail, Some("granted"), now),
        None => log::note_of_time(view, &mut issue, "", "granted", now),
    }
    outcome(view, &issue, &proposal, "granted", old, None, word, now);
    let why = match word {
        Some(word) => word.why(view, "同意改期"),
        None => "new date granted by silence".to_string(),
    };
    progress::slipped(view, issue, &why);
    Handled::Yes
}

/// Another date than the one proposed, or none: by who decides.
pub(super) fn set_date(view: &mut View<'_>, mut issue: Issue, due: Due, word: &Word<'_>) -> Handled {
    let old = issue.wanted_by.take();
    issue.proposal = None;
    let later = old.as_ref().is_none_or(|old| due.date() > old.date());
    issue.wanted_by = Some(due);
    for party in &mut issue.parties {
        party.rungs.retain(|rung| !rung.starts_with("progress:"));
    }
    log::note(view, &mut issue, word.mail, Some("moved"), word.now);
    let change = Change {
        kind: "moved",
        by: Some(word.name(view)),
        due: Some(due.to_string()),
        old_due: old.as_ref().map(ToString::to_string),
        ..Change::default()
    };
    super::command::tell_parties(view, &issue, &change, word);
    if !word.part.initiator {
        super::routing::tell_initiator(view, &issue, &change, &word.actor, word.now);
    }
    word.receipt(view, &issue, "moved", false, Entry { due: Some(due.to_string()), ..Entry::default() });
    let why = word.why(view, "改期");
    if later && old.is_some() {
        progress::slipped(view, issue, &why)
    } else {
        save(view, issue, &why)
    }
    Handled::Yes
}

pub(super) fn refuse(view: &mut View<'_>, mut issue: Issue, reason: Option<&str>, word: &Word<'_>) -> Handled {
    let Some(proposal) = issue.proposal.take() else { return Handled::NotMine };
    if let Some(party) = issue.parties.get_mut(proposal.party) {
        party.chased_at = Some(word.now);
    }
    log::note(view, &mut issue, word.mail, Some("refused"), word.now);
    let old = issue.wanted_by.as_ref().map(ToString::to_string);
    outcome(view, &issue, &proposal, "refused", old, reason, Some(word), word.now);
    let why = word.why(view, "不同意改期");
    save(view, issue, &why);
    Handled::Yes
}

/// Nobody decided: it stays as it was, and the clocks run on.
pub(super) fn lapse(view: &mut View<'_>, mut issue: Issue, now: DateTime<Utc>) {
    let Some(proposal) = issue.proposal.take() else { return };
    if let Some(party) = issue.parties.get_mut(proposal.party) {
        party.chased_at = Some(now);
    }
    log::note_of_time(view, &mut issue, "", "lapsed", now);
    let old = issue.wanted_by.as_ref().map(ToString::to_string);
    outcome(view, &issue, &proposal, "lapsed", old, None, None, now);
    save(view, issue, "nobody decided about the new date");
}

#[expect(clippy::too_many_arguments, reason = "what was asked, what became of it, by whom")]
fn outcome(
    view: &mut View<'_>,
    issue: &Issue,
    proposal: &Proposal,
    kind: &str,
    old: Option<String>,
    reason: Option<&str>,
    word: Option<&Word<'_>>,
    now: DateTime<Utc>,
) {
    let change = Change {
        kind,
        by: word.map(|word| word.name(view)),
        due: proposal.due.as_ref().map(ToString::to_string),
        old_due: old,
        reason: reason.map(str::to_string),
        ..Change::default()
    };
    let contact = issue.parties.get(proposal.party).map(|party| party.address.clone()).unwrap_or_default();
    let actor = word.map(|word| word.actor.as_str()).unwrap_or_default();
    if contact != actor {
        letters::update(view, issue, &contact, &change, now);
    }
    if actor != issue.initiator_address.as_deref().unwrap_or_default() {
        super::routing::tell_initiator(view, issue, &change, actor, now);
    }
}
