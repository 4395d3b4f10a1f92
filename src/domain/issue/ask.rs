//! What a problem asks of somebody: its line in that person's digest (O9).

use super::clocks::{self, Waiting, clock_of};
use super::{Issue, State, letters};
use crate::domain::clock::Clock;
use crate::domain::reading::{Line, Verb};
use crate::domain::shown;
use crate::domain::urgency::Urgency;
use crate::domain::view::View;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// One question of one problem.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// Object id.
    pub id: String,
    /// Title, or the id where it is confidential.
    pub title: String,
    /// `respond`, `understand`, `progress`, `late`, `decide`, `rate`, `convene`, `choose`, `sign`.
    pub what: &'static str,
    /// How often a letter of its own has asked it already.
    pub asked_alone: bool,
    /// The reader's last word about it: what was asked before counts as answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// The line as templates show it.
    pub shown: Value,
}

/// Addresses that something is asked of in digests.
pub(super) fn asked(issue: &Issue) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let initiator = issue.initiator_address.clone().unwrap_or_default();
    let of_initiator = issue.state == State::Resolved
        || issue.proposal.is_some()
        || (issue.meeting_asked_at.is_some() && issue.meeting.is_none())
        || issue.marks.iter().any(|mark| mark.starts_with("stuck "));
    if of_initiator {
        all.push(initiator);
    }
    if issue.state == State::Rated {
        all.extend(issue.sign_offs.iter().filter(|s| s.by.is_none() && s.refused.is_none()).map(|s| s.address.clone()));
    }
    if issue.state.is_open() && issue.urgency() == Urgency::Normal && issue.opened_at.is_some() {
        all.extend(issue.live().filter(|(_, party)| party.done_at.is_none()).map(|(_, party)| party.address.clone()));
    }
    all.retain(|address| !address.is_empty());
    all.sort();
    all.dedup();
    all
}

/// The only problem of a digest's lines that asks for a word of this kind: 满意度 5分, 签字 without a number.
pub fn only_ask(view: &View<'_>, lines: &[Line], person: &str, verb: Verb, now: DateTime<Utc>) -> Option<String> {
    let fits: &[&str] = match verb {
        Verb::Rate => &["rate"],
        Verb::SignOff => &["sign"],
        Verb::Convene => &["convene", "choose"],
        Verb::Approve | Verb::Refuse => &["decide"],
        _ => return None,
    };
    let asked = |id: &&String| {
        view.issue(id).is_some_and(|issue| asks(view, &issue, person, now).iter().any(|ask| fits.contains(&ask.what)))
    };
    let found: Vec<&String> =
        lines.iter().map(|line| &line.id).filter(|id| id.starts_with("Q-")).filter(asked).collect();
    match found.as_slice() {
        [only] => Some((*only).clone()),
        _ => None,
    }
}

/// What the problem asks of this person today.
pub fn asks(view: &View<'_>, issue: &Issue, person: &str, now: DateTime<Utc>) -> Vec<Ask> {
    let mut out: Vec<Ask> = Vec::new();
    if issue.state == State::Closed {
        return out;
    }
    let mut add = |what: &'static str,
                   until: Option<DateTime<Utc>>,
                   alone: bool,
                   answered: Option<DateTime<Utc>>,
                   more: Value| {
        let mut shown = json!({
            "id": issue.id, "title": issue.subject_title(), "what": what, "urgency": issue.urgency,
            "until": until.map(|at| shown::moment(view, at)), "late": until.is_some_and(|at| at < now),
            "initiator": issue.initiator, "contact": issue.contact, "by": null, "due": null, "reason": null,
            "next": null, "next_at": null,
        });
        if let (Value::Object(shown), Value::Object(more)) = (&mut shown, more) {
            shown.extend(more);
        }
        out.push(Ask {
            id: issue.id.clone(),
            title: issue.subject_title().to_string(),
            what,
            asked_alone: alone,
            answered_at: answered,
            shown,
        });
    };
    let house = Clock::house(view.rules);
    let policy = &view.rules.policy;
    if issue.initiator_address.as_deref() == Some(person) {
        if issue.state == State::Resolved {
            let until = issue.resolved_at.map(|at| house.end_after(at, policy.rating_window));
            add("rate", until, true, None, json!({"by": issue.resolution.as_ref().and_then(|r| r.owner.clone())}));
        }
        if let Some(proposal) = &issue.proposal {
            let more = json!({"by": view.name_of(&proposal.by), "due": proposal.due, "reason": proposal.reason});
            add("decide", None, true, None, more);
        } else if issue.meeting_asked_at.is_some() && issue.meeting.is_none() && issue.state.is_open() {
            add("convene", None, true, None, Value::Null);
        }
        if issue.state.is_open() && issue.marks.iter().any(|mark| mark.starts_with("stuck ")) {
            add("choose", None, false, None, Value::Null);
        }
    }
    if issue.state == State::Rated
        && issue.sign_offs.iter().any(|s| s.address == person && s.by.is_none() && s.refused.is_none())
    {
        let until = issue.signing_since.map(|at| house.end_after(at, policy.sign_window));
        add("sign", until, true, None, Value::Null);
    }
    if issue.urgency() != Urgency::Normal || issue.proposal.is_some() {
        return out;
    }
    for (at, party) in issue.live().filter(|(_, party)| party.address == person) {
        let Some((waiting, until)) = clocks::waiting(issue, party, view.rules) else { continue };
        let clock = clock_of(party, view.rules);
        let late = until.is_some_and(|until| until < now);
        // Delivered or answered today: tomorrow is early enough.
        let today = clock.today(now);
        let fresh = [party.asked_at, party.said_at].into_iter().flatten().any(|said| clock.today(said) >= today);
        let expected = party.expected.as_ref().is_some_and(|day| clock.day(day) > today) && !late;
        if fresh || (waiting == Waiting::Progress && expected) {
            continue;
        }
        let what = match waiting {
            _ if late => "late",
            Waiting::Response => "respond",
            Waiting::Understanding => "understand",
            Waiting::Progress => "progress",
        };
        let next = late.then(|| letters::next_rung(view, issue, at, now)).flatten();
        let more = json!({
            "next": next.as_ref().map(|(to, _)| view.name_of(to)),
            "next_at": next.as_ref().map(|(_, at)| shown::moment(view, *at)),
            "waiting": waiting.as_str(),
        });
        add(what, until, false, party.said_at, more);
    }
    out
}
