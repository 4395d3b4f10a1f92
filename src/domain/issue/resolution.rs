//! Solved, rated, open again: solution, finished, owner; one digit; below 3 asks why and reopens on request (SPEC 3.4).

use super::command::{Word, tell_parties};
use super::gaps::{self, Question};
use super::letters::{self, Change};
use super::{Issue, Resolution, State, closing, convene, log, progress, save};
use crate::domain::clock::Clock;
use crate::domain::person::Resolved;
use crate::domain::rating::RatingRequest;
use crate::domain::receipt::Entry;
use crate::domain::view::{Handled, View};
use crate::domain::{digest, post};
use chrono::{DateTime, NaiveDate, Utc};

/// Ratings below this ask why.
const CONTENT_MIN: u8 = 3;

/// What is said about the solution.
#[derive(Clone, Debug, Default)]
pub(super) struct Report {
    pub solution: Option<String>,
    pub finished: Option<NaiveDate>,
    pub owner: Option<String>,
}

/// A department reports its part solved; with the leading one, or by the initiator's own word, the problem is.
pub(super) fn done(view: &mut View<'_>, mut issue: Issue, report: &Report, word: &Word<'_>) -> Handled {
    if !issue.state.is_open() {
        return if issue.state == State::Resolved { Handled::Yes } else { Handled::NotMine };
    }
    if word.part.solves() {
        progress::spoke(&mut issue, word);
        for at in &word.part.parties {
            let Some(party) = issue.parties.get_mut(*at) else { continue };
            party.understood_at.get_or_insert(word.now);
            party.started = true;
            party.percent = Some(100);
            party.done_at = Some(word.now);
        }
    }
    let by = word.name(view);
    let lead = issue.lead().map(|(at, _)| at);
    let all = issue.live().all(|(_, party)| party.done_at.is_some());
    let whole = all || word.part.initiator || lead.is_some_and(|at| word.part.parties.contains(&at));
    if !whole {
        log::note(view, &mut issue, word.mail, Some("in_progress"), word.now);
        let department =
            word.part.parties.first().and_then(|at| issue.parties.get(*at)).map(|party| party.department.clone());
        let change =
            Change { kind: "part_done", by: Some(by), department, text: report.solution.clone(), ..Change::default() };
        super::routing::tell_initiator(view, &issue, &change, &word.actor, word.now);
        word.receipt(view, &issue, "done", false, Entry::default());
        let why = word.why(view, "本部门完成");
        save(view, issue, &why);
        return Handled::Yes;
    }
    let today = Clock::of(view, &word.actor).today(word.now);
    let owner = match report.owner.as_deref().map(|name| (name, view.resolve(name, &[]))) {
        Some((_, Resolved::One(address))) => view.name_of(&address),
        Some((name, _)) => name.to_string(),
        None if word.part.initiator && !word.part.solves() => issue.contact.clone().unwrap_or(by.clone()),
        None => by.clone(),
    };
    let solution = report.solution.clone().or_else(|| {
        // 完成 with the rest of the mail as its words.
        let said = word.mail.reply.remarks.join("\n");
        (!said.trim().is_empty()).then(|| said.trim().chars().take(1000).collect())
    });
    issue.resolution = Some(Resolution {
        solution: solution.clone().unwrap_or_default(),
        finished: Some(report.finished.unwrap_or(today).min(today)),
        owner: Some(owner),
    });
    issue.state = State::Resolved;
    issue.resolved_at = Some(word.now);
    issue.proposal = None;
    issue.rating = None;
    issue.marks.remove("why_asked");
    log::note(view, &mut issue, word.mail, Some("resolved"), word.now);
    if solution.is_none() && word.part.solves() {
        // What was done is asked once; whoever rates it reads it then.
        let question = Question { field: "solution", why: "missing", ..Question::default() };
        let to = word.actor.clone();
        gaps::ask(view, &mut issue, &to, vec![question], Some(word.mail), word.now);
    }
    if word.part.initiator {
        // Who says it is solved need not be told; the digit is asked in the digest.
        word.receipt(view, &issue, "done", false, Entry::default());
    } else {
        ask_rating(view, &issue, word);
        word.receipt(view, &issue, "done", false, Entry::default());
    }
    let others: Vec<String> =
        issue.live().map(|(_, party)| party.address.clone()).filter(|to| *to != word.actor).collect();
    for to in others {
        digest::note(view, &to, entry(&issue, "resolved", &by), word.now);
    }
    let why = word.why(view, "解决");
    save(view, issue, &why);
    Handled::Yes
}

/// The line of a receipt about the problem as a whole.
pub(super) fn entry(issue: &Issue, verb: &str, by: &str) -> Entry {
    Entry {
        id: Some(issue.id.clone()),
        task: Some(issue.subject_title().to_string()),
        verb: Some(verb.to_string()),
        by: Some(by.to_string()),
        ..Entry::default()
    }
}

fn ask_rating(view: &mut View<'_>, issue: &Issue, word: &Word<'_>) {
    let Some(to) = issue.initiator_address.clone() else { return };
    let house = Clock::house(view.rules);
    let resolution = issue.resolution.clone().unwrap_or_default();
    let solution = Some(resolution.solution.as_str()).filter(|text| !text.is_empty());
    let mut letter = RatingRequest {
        id: &issue.id,
        title: issue.subject_title(),
        kind: "issue",
        owner: resolution.owner.as_deref(),
        solution,
        finished: resolution.finished,
        wanted_by: issue.wanted_by.as_ref().map(ToString::to_string),
        open_parts: issue.live().filter(|(_, p)| p.done_at.is_none()).map(|(_, p)| p.department.clone()).collect(),
        ends: Some(house.end_after(word.now, view.rules.policy.rating_window)),
    }
    .letter(view, &to, "reported solved; asked how well");
    letter.urgent = issue.urgency == "critical";
    // What was attached to the report comes along (O35).
    letter.attachments.clone_from(&word.mail.attachments);
    post::post(view, letter);
}

/// One digit of the initiator.
pub(super) fn rate(view: &mut View<'_>, mut issue: Issue, score: u8, reason: Option<&str>, word: &Word<'_>) -> Handled {
    let again = issue.state == State::Rated || issue.state == State::Closed;
    if issue.state.is_open() && !again {
        // 5分 while it is still worked on: it is solved in the initiator's eyes.
        let report = Report::default();
        if done(view, issue.clone(), &report, word) != Handled::Yes {
            return Handled::NotMine;
        }
        let Some(fresh) = view.issue(&issue.id) else { return Handled::NotMine };
        issue = fresh;
    }
    if issue.state == State::Closed {
        issue.rating = Some(score);
        log::note(view, &mut issue, word.mail, Some("rated"), word.now);
        let why = word.why(view, "评分");
        save(view, issue, &why);
        return Handled::Yes;
    }
    issue.rating = Some(score);
    issue.rating_reason = reason.map(str::to_string).or(issue.rating_reason.take());
    log::note(view, &mut issue, word.mail, Some("rated"), word.now);
    if score < CONTENT_MIN {
        // It waits: the reason first, and 没解决 opens it again.
        let asked = issue.rating_reason.is_none() && issue.marks.insert("why_asked".into());
        let change = Change {
            kind: if asked { "why_rated" } else { "rated_low" },
            by: Some(word.name(view)),
            text: issue.rating_reason.clone(),
            percent: Some(score),
            ask: Some("reopen"),
            ..Change::default()
        };
        if asked {
            // Whoever is not content may open it again: nobody is told or asked to sign before that is settled.
            letters::update(view, &issue, &word.actor.clone(), &change, word.now);
            issue.state = State::Rated;
            issue.low_since = Some(word.now);
            let why = word.why(view, "评分");
            save(view, issue, &why);
            return Handled::Yes;
        }
        let told = Change { kind: "rated_low", ask: None, ..change };
        tell_parties(view, &issue, &told, word);
    }
    issue.state = State::Rated;
    issue.low_since = None;
    let why = word.why(view, "评分");
    closing::ask_signatures(view, issue, &why, Some(word), word.now);
    Handled::Yes
}

/// Why it was rated low, in the mail after the digit.
pub(super) fn why(view: &mut View<'_>, mut issue: Issue, text: &str, word: &Word<'_>) {
    issue.marks.remove("why_asked");
    issue.rating_reason = Some(text.chars().take(600).collect());
    log::note(view, &mut issue, word.mail, None, word.now);
    let change = Change {
        kind: "rated_low",
        by: Some(word.name(view)),
        text: issue.rating_reason.clone(),
        percent: issue.rating,
        ..Change::default()
    };
    tell_parties(view, &issue, &change, word);
    let why = word.why(view, "评分原因");
    issue.low_since = None;
    closing::ask_signatures(view, issue, &why, Some(word), word.now);
}

/// No reason came: the contact hears of the digit as it is, and both heads are asked.
pub(super) fn no_reason(view: &mut View<'_>, mut issue: Issue, now: DateTime<Utc>) {
    issue.marks.remove("why_asked");
    issue.low_since = None;
    let change = Change { kind: "rated_low", by: issue.initiator.clone(), percent: issue.rating, ..Change::default() };
    let parties: Vec<String> = issue.live().map(|(_, party)| party.address.clone()).collect();
    for to in parties {
        letters::update(view, &issue, &to, &change, now);
    }
    closing::ask_signatures(view, issue, "rated low without a reason", None, now);
}

/// 没解决: work begins again, with a date that is asked for.
pub(super) fn reopen(view: &mut View<'_>, mut issue: Issue, reason: Option<&str>, word: &Word<'_>) -> Handled {
    if issue.state.is_open() || issue.ended.as_deref() == Some("withdrawn") {
        return Handled::NotMine;
    }
    issue.reopened += 1;
    issue.resolved_at = None;
    issue.signing_since = None;
    issue.low_since = None;
    issue.closed_at = None;
    issue.ended = None;
    issue.rating = None;
    issue.sign_offs.clear();
    issue.gaps = None;
    issue.marks.remove("why_asked");
    issue.state = State::InProgress;
    for party in issue.parties.iter_mut().filter(|party| party.is_live()) {
        party.done_at = None;
        party.percent = None;
        party.started = true;
        party.said_at = None;
        party.expected = None;
        party.asks = 0;
        party.chased_at = Some(word.now);
        party.rungs.clear();
    }
    let house = Clock::house(view.rules);
    let past = issue.wanted_by.as_ref().is_some_and(|due| house.moment(due) <= word.now);
    if past {
        // The old date is over; a new one is the contact's to name, and no ladder climbs from the old one.
        issue.wanted_by = None;
    }
    log::note(view, &mut issue, word.mail, Some("reopened"), word.now);
    let change = Change {
        kind: "reopened",
        by: Some(word.name(view)),
        reason: reason.map(str::to_string).or_else(|| issue.rating_reason.clone()),
        ask: past.then_some("date"),
        ..Change::default()
    };
    tell_parties(view, &issue, &change, word);
    word.receipt(view, &issue, "reopen", false, Entry::default());
    if issue.reopened >= 2 && issue.level != "key" {
        convene::become_key(view, &mut issue, "disagreement", Some(word));
    }
    let why = word.why(view, "重新打开");
    save(view, issue, &why);
    Handled::Yes
}
