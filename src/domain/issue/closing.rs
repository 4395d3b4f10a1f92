//! The end of a problem: signatures of both heads by reply, the closing letter with its printable form, or its withdrawal.

use super::command::{Word, tell_parties};
use super::letters::{self, Change, facts};
use super::{Issue, SignOff, State, log, save};
use crate::domain::clock::Clock;
use crate::domain::letter::LetterName;
use crate::domain::receipt::Entry;
use crate::domain::signature::{self, SignOffRequest};
use crate::domain::view::{Handled, View};
use crate::domain::{post, shown};
use chrono::{DateTime, Utc};

/// Both heads are asked to sign: of the department that had the problem, and of the one that led its solution. Whoever
/// rated or reported as head has signed with that.
pub(super) fn ask_signatures(
    view: &mut View<'_>,
    mut issue: Issue,
    why: &str,
    word: Option<&Word<'_>>,
    now: DateTime<Utc>,
) {
    let initiator = issue.initiator_address.clone().unwrap_or_default();
    let own = issue.department.clone().unwrap_or_default();
    let own_head = view.directory.head_of(&own).map(|head| head.address.clone()).or(issue.initiator_head.clone());
    let lead = issue.lead().map(|(_, party)| party.clone());
    let mut rows: Vec<SignOff> = Vec::new();
    let mut add = |department: String, head: Option<String>, acted: &str| {
        let Some(address) = head.filter(|_| !department.is_empty()) else { return };
        if rows.iter().any(|row| row.address == address && row.department == department) {
            return;
        }
        let signed = address == acted;
        rows.push(SignOff {
            department,
            by: signed.then(|| view.name_of(&address)),
            at: signed.then(|| shown::moment(view, now).as_str().unwrap_or_default().to_string()),
            address,
            refused: None,
        });
    };
    add(own, own_head, &initiator);
    if let Some(party) = &lead {
        let head = view.directory.head_of(&party.department).map(|head| head.address.clone()).or(party.head.clone());
        add(party.department.clone(), head, &party.address);
    }
    issue.sign_offs = rows;
    if issue.confidential {
        // O38: it does not go beyond its people.
        issue.sign_offs.clear();
    }
    if issue.sign_offs.iter().all(|sign| sign.by.is_some()) {
        return close(view, issue, why, "rated", word, now);
    }
    issue.signing_since = Some(now);
    let house = Clock::house(view.rules);
    let ends = signature::ends(&house, now, view.rules.policy.sign_window);
    let resolution = issue.resolution.clone().unwrap_or_default();
    let rating = issue.rating.map(|score| match &issue.rating_reason {
        Some(reason) => format!("{score}  {reason}"),
        None => score.to_string(),
    });
    let text = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let parts: Vec<(&str, Option<String>)> = vec![
        ("problem", text(&issue.current).or_else(|| text(&issue.background))),
        ("solution", text(&Some(resolution.solution.clone()))),
        ("finished", resolution.finished.map(|day| day.to_string())),
        ("owner", resolution.owner.clone()),
        ("rating", rating),
    ];
    let parts: Vec<(&str, String)> = parts.into_iter().filter_map(|(heading, text)| Some((heading, text?))).collect();
    for sign in issue.sign_offs.clone().into_iter().filter(|sign| sign.by.is_none()) {
        let letter = SignOffRequest {
            id: &issue.id,
            title: issue.subject_title(),
            kind: "issue",
            department: Some(&sign.department),
            asked_by: issue.initiator.as_deref(),
            parts: parts.clone(),
            ends: Some(ends),
        }
        .letter(view, &sign.address, "solved and rated; both heads sign");
        post::post(view, letter);
    }
    save(view, issue, why);
}

pub(super) fn sign(view: &mut View<'_>, mut issue: Issue, word: &Word<'_>) -> Handled {
    if issue.state != State::Rated || word.part.signs.is_empty() {
        return if issue.state == State::Closed { Handled::Yes } else { Handled::NotMine };
    }
    let name = word.name(view);
    let at = shown::moment(view, word.now).as_str().unwrap_or_default().to_string();
    for place in &word.part.signs {
        if let Some(sign) = issue.sign_offs.get_mut(*place) {
            sign.by = Some(name.clone());
            sign.at = Some(at.clone());
            sign.refused = None;
        }
    }
    log::note(view, &mut issue, word.mail, Some("signed"), word.now);
    word.receipt(view, &issue, "sign_off", false, Entry::default());
    let why = word.why(view, "签字");
    let waits = issue.sign_offs.iter().any(|sign| sign.by.is_none() && sign.refused.is_none());
    if waits {
        save(view, issue, &why)
    } else {
        close(view, issue, &why, "rated", Some(word), word.now)
    }
    Handled::Yes
}

/// A head does not sign: it is told to both sides, and shown on the form.
pub(super) fn refuse(view: &mut View<'_>, mut issue: Issue, reason: Option<&str>, word: &Word<'_>) -> Handled {
    let text = reason.map_or_else(|| word.mail.text.trim().chars().take(300).collect(), str::to_string);
    let mut department = None;
    for place in &word.part.signs {
        if let Some(sign) = issue.sign_offs.get_mut(*place) {
            sign.refused = Some(text.clone());
            department = Some(sign.department.clone());
        }
    }
    log::note(view, &mut issue, word.mail, Some("not_signed"), word.now);
    let change = Change {
        kind: "not_signed",
        by: Some(word.name(view)),
        department,
        reason: Some(text),
        ask: Some("reopen"),
        ..Change::default()
    };
    if let Some(to) = issue.initiator_address.clone().filter(|to| *to != word.actor) {
        letters::update(view, &issue, &to, &change, word.now);
    }
    tell_parties(view, &issue, &Change { ask: None, ..change }, word);
    let why = word.why(view, "未签");
    save(view, issue, &why);
    Handled::Yes
}

/// Closed: everybody who worked on it gets the form that can be printed and signed.
pub(super) fn close(
    view: &mut View<'_>,
    mut issue: Issue,
    why: &str,
    ended: &str,
    word: Option<&Word<'_>>,
    now: DateTime<Utc>,
) {
    issue.state = State::Closed;
    issue.closed_at = Some(now);
    issue.ended = Some(ended.to_string());
    issue.gaps = None;
    match word {
        Some(word) => log::note(view, &mut issue, word.mail, Some("closed"), now),
        None => log::note_of_time(view, &mut issue, "", "closed", now),
    }
    let mut readers: Vec<(String, bool)> = Vec::new();
    let own = [issue.initiator_address.clone(), issue.submitter.clone()].into_iter().flatten();
    let parties = issue.live().map(|(_, party)| party.address.clone()).collect::<Vec<_>>();
    let signers = issue.sign_offs.iter().map(|sign| sign.address.clone()).collect::<Vec<_>>();
    let told = issue.copies.iter().filter(|copy| copy.role != "informed").map(|copy| copy.address.clone());
    for (address, copy) in own
        .map(|a| (a, false))
        .chain(parties.into_iter().map(|a| (a, false)))
        .chain(signers.into_iter().map(|a| (a, true)))
        .chain(told.map(|a| (a, true)))
    {
        if !address.is_empty() && !readers.iter().any(|(known, _)| *known == address) {
            readers.push((address, copy));
        }
    }
    for (to, copy) in readers {
        let mut letter = letters::letter(view, &issue, LetterName::IssueClosed, &to, "the problem is closed", now)
            .with("issue", facts(view, &issue, now))
            .with("ended", ended);
        letter.urgent = false;
        letter.unsubscribe = copy;
        letter.pages = vec![format!("{}.html", issue.id)];
        post::post(view, letter);
    }
    save(view, issue, why);
}

/// Nobody rated, or nobody signed, for as long as the house waits (O24).
pub(super) fn timeout(view: &mut View<'_>, issue: Issue, key: &str, now: DateTime<Utc>) {
    match (key, issue.state) {
        ("rating", State::Resolved) => close(view, issue, "closed unrated: no answer", "unrated", None, now),
        ("why", State::Rated) if issue.low_since.is_some() => super::resolution::no_reason(view, issue, now),
        ("sign", State::Rated) => close(view, issue, "closed; signatures are missing", "rated", None, now),
        _ => {}
    }
}

/// The initiator does not need it any more.
pub(super) fn withdraw(view: &mut View<'_>, mut issue: Issue, reason: Option<&str>, word: &Word<'_>) -> Handled {
    if issue.state == State::Closed {
        return Handled::Yes;
    }
    let routed = issue.opened_at.is_some();
    issue.state = State::Closed;
    issue.closed_at = Some(word.now);
    issue.ended = Some("withdrawn".into());
    issue.gaps = None;
    issue.proposal = None;
    log::note(view, &mut issue, word.mail, Some("withdrawn"), word.now);
    if routed {
        let change = Change {
            kind: "withdrawn",
            by: Some(word.name(view)),
            reason: reason.map(str::to_string),
            ..Change::default()
        };
        tell_parties(view, &issue, &change, word);
    }
    word.receipt(view, &issue, "withdrawn", false, Entry::default());
    let why = word.why(view, "撤回");
    save(view, issue, &why);
    Handled::Yes
}
