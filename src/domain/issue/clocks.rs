//! The three clocks of a problem and what time will do to it, from the record and the rules alone.

use super::{Issue, Party, State};
use crate::domain::clock::Clock;
use crate::domain::event::{Tick, TickKind};
use crate::domain::signature;
use crate::domain::urgency::Urgency;
use crate::domain::view::Rules;
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// How often a question is asked before it is silent (O27).
pub const ASKS_MAX: u32 = 3;
/// Working days until a form that was not completed is set aside.
pub const GAPS_WINDOW: u32 = 3;
/// Working days until a proposed meeting nobody answers to is dropped.
pub const CONVENE_WINDOW: u32 = 5;
/// Working days after the last rung until the initiator is asked what shall become of it (O27).
const STUCK_AFTER: u32 = 5;

/// What a party is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    Response,
    Understanding,
    /// Understood; progress is asked until the date.
    Progress,
}

impl Waiting {
    pub fn as_str(self) -> &'static str {
        match self {
            Waiting::Response => "response",
            Waiting::Understanding => "understanding",
            Waiting::Progress => "progress",
        }
    }
}

/// The calendar of a party's contact (O30).
pub fn clock_of(party: &Party, rules: &Rules) -> Clock {
    Clock { days: rules.calendar(&party.calendar), zone: party.zone.parse().unwrap_or(rules.time_zone) }
}

/// What a party is waited for and until when; `None` where nothing is.
pub fn waiting(issue: &Issue, party: &Party, rules: &Rules) -> Option<(Waiting, Option<DateTime<Utc>>)> {
    if !issue.state.is_open() || !party.is_live() || party.done_at.is_some() {
        return None;
    }
    let asked = party.asked_at?;
    let clock = clock_of(party, rules);
    let urgency = issue.urgency();
    Some(match (party.responded_at, party.understood_at) {
        (None, _) => (Waiting::Response, Some(urgency.response_limit(&clock, asked, &rules.policy))),
        (Some(responded), None) => {
            (Waiting::Understanding, Some(urgency.understanding_limit(&clock, asked, responded, &rules.policy)))
        }
        _ => (Waiting::Progress, issue.wanted_by.as_ref().map(|due| clock.moment(due))),
    })
}

/// The nearest thing that is due of the problem: of its leading party, or of its initiator.
pub fn next_step(issue: &Issue, rules: &Rules) -> Option<(&'static str, Option<DateTime<Utc>>)> {
    let house = Clock::house(rules);
    if issue.state == State::Closed {
        return None;
    }
    if let Some(proposal) = &issue.proposal {
        return Some(("decision", proposal.at.map(|at| house.end_after(at, rules.policy.approve_window))));
    }
    match issue.state {
        State::Resolved => {
            Some(("rating", issue.resolved_at.map(|at| house.end_after(at, rules.policy.rating_window))))
        }
        State::Rated => {
            Some(("signature", issue.signing_since.map(|at| signature::ends(&house, at, rules.policy.sign_window))))
        }
        _ => {
            let (_, party) = issue.lead()?;
            let (waiting, until) = waiting(issue, party, rules)?;
            Some((if waiting == Waiting::Progress { "resolution" } else { waiting.as_str() }, until))
        }
    }
}

struct Rows<'a> {
    issue: &'a Issue,
    rules: &'a Rules,
    house: Clock,
    rows: Vec<Tick>,
}

impl Rows<'_> {
    fn add(&mut self, at: DateTime<Utc>, kind: TickKind, key: &str) {
        self.rows.push(Tick { at, kind, object: self.issue.id.clone(), key: key.to_string() });
    }

    fn digest(&mut self, clock: &Clock, day: NaiveDate, person: &str) {
        if !person.is_empty() {
            let at = clock.at(day, self.rules.policy.digest_at);
            self.rows.push(Tick { at, kind: TickKind::Digest, object: person.to_string(), key: self.issue.id.clone() });
        }
    }

    /// The digests of the next working days of somebody who is asked.
    fn mentions(&mut self, clock: &Clock, since: DateTime<Utc>, days: impl IntoIterator<Item = u32>, person: &str) {
        for n in days {
            self.digest(clock, clock.add(clock.today(since), n), person);
        }
    }
}

/// The due rows of a problem.
///
/// | row | when |
/// |---|---|
/// | `IssueResponse` `party:response:rung` | the ladder of the first answer: shown, head, sponsor, stuck |
/// | `IssueTimeout` `party:understanding:rung`, `party:progress:rung` | the same for the understanding and the date |
/// | `IssueChase` `party` | the next question to a contact who said nothing, urgent and critical |
/// | `Digest` | `digest_at` of the days it has something to ask in somebody's digest |
/// | `IssueTimeout` `gaps:*`, `proposal:*`, `convene`, `rating`, `sign` | the end of a question (O24) |
pub fn ticks(issue: &Issue, rules: &Rules) -> Vec<Tick> {
    let mut out = Rows { issue, rules, house: Clock::house(rules), rows: Vec::new() };
    if issue.state == State::Closed {
        return out.rows;
    }
    let house = out.house.clone();
    let policy = &rules.policy;
    if let Some((gaps, asked)) = issue.gaps.as_ref().and_then(|gaps| Some((gaps, gaps.asked_at?))) {
        if !gaps.reminded {
            out.add(
                house.at(house.add(house.today(asked), 1), policy.digest_at),
                TickKind::IssueTimeout,
                "gaps:remind",
            );
        }
        out.add(house.end_after(asked, GAPS_WINDOW), TickKind::IssueTimeout, "gaps:end");
    }
    if issue.opened_at.is_none() {
        return out.rows;
    }
    let initiator = issue.initiator_address.clone().unwrap_or_default();
    match issue.state {
        State::Resolved => {
            if let Some(since) = issue.resolved_at {
                out.mentions(&house, since, signature::REMINDED, &initiator);
                out.add(house.end_after(since, policy.rating_window), TickKind::IssueTimeout, "rating");
            }
            return out.rows;
        }
        State::Rated => {
            // One working day for the reason of a low rating.
            if let Some(since) = issue.low_since {
                out.add(house.end_after(since, 1), TickKind::IssueTimeout, "why");
            } else if let Some(since) = issue.signing_since {
                let missing = issue.sign_offs.iter().filter(|sign| sign.by.is_none() && sign.refused.is_none());
                for address in missing.map(|sign| sign.address.clone()) {
                    out.mentions(&house, since, signature::REMINDED, &address);
                }
                out.add(signature::ends(&house, since, policy.sign_window), TickKind::IssueTimeout, "sign");
            }
            return out.rows;
        }
        _ => {}
    }
    if let Some(asked) = issue.meeting_asked_at.filter(|_| issue.meeting.is_none()) {
        out.mentions(&house, asked, [1, 2], &initiator);
        out.add(house.end_after(asked, CONVENE_WINDOW), TickKind::IssueTimeout, "convene");
    }
    if let Some(at) = issue.marks.iter().find_map(|mark| mark.strip_prefix("stuck ")?.parse::<DateTime<Utc>>().ok()) {
        out.mentions(&house, at, 1..=ASKS_MAX, &initiator);
    }
    if let Some((proposal, at)) = issue.proposal.as_ref().and_then(|proposal| Some((proposal, proposal.at?))) {
        // O41: the clocks are held until the initiator has said something, or nothing for long enough.
        match issue.urgency() {
            Urgency::Critical => {
                let end = at + Duration::hours(i64::from(policy.issue_chase));
                out.add(end, TickKind::IssueTimeout, "proposal:lapse");
            }
            _ if proposal.short => {
                out.mentions(&house, at, [1], &initiator);
                out.add(house.end_after(at, policy.approve_window), TickKind::IssueTimeout, "proposal:grant");
            }
            _ => {
                out.mentions(&house, at, 1..=2, &initiator);
                out.add(house.end_after(at, policy.approve_window + 2), TickKind::IssueTimeout, "proposal:lapse");
            }
        }
        return out.rows;
    }
    for (at, party) in issue.live() {
        of_party(&mut out, at, party);
    }
    out.rows.sort();
    out.rows.dedup();
    out.rows
}

fn of_party(out: &mut Rows<'_>, at: usize, party: &Party) {
    let (issue, rules) = (out.issue, out.rules);
    let Some((waiting, limit)) = waiting(issue, party, rules) else { return };
    let clock = clock_of(party, rules);
    let urgency = issue.urgency();
    let word = waiting.as_str();

    if let Some(limit) = limit {
        let kind = if waiting == Waiting::Response { TickKind::IssueResponse } else { TickKind::IssueTimeout };
        let [head, sponsor] = urgency.rungs(&clock, limit, &rules.policy);
        let mut last = None;
        for (rung, (shown, fires)) in [("head", head), ("sponsor", sponsor)] {
            if !climbs(issue, rules, rung) {
                continue;
            }
            if let Some(shown) = shown {
                out.add(shown, kind, &format!("{at}:{word}:preview_{rung}"));
            }
            out.add(fires, kind, &format!("{at}:{word}:{rung}"));
            last = Some(fires);
        }
        let last = last.unwrap_or(limit);
        out.add(clock.end_after(last, STUCK_AFTER), kind, &format!("{at}:{word}:stuck"));
        if urgency == Urgency::Normal {
            // The days before the date and after a limit, in the contact's digest.
            let day = clock.today(limit);
            out.mentions(&clock, limit, 1..=ASKS_MAX, &party.address);
            if waiting == Waiting::Progress {
                out.digest(&clock, clock.days.add_workdays(day, -1), &party.address);
                out.digest(&clock, clock.days.workday_until(day), &party.address);
            }
        }
    }
    let since = [party.said_at, party.chased_at, party.asked_at].into_iter().flatten().max();
    let Some(since) = since else { return };
    match urgency.chase_after(&clock, since, &rules.policy) {
        Some(next) if party.asks < ASKS_MAX => out.add(next, TickKind::IssueChase, &at.to_string()),
        // Asked often enough: those above are told that nothing is heard, each once.
        Some(next) if waiting == Waiting::Progress => {
            if let Some(rung) = silence_rung(issue, party, rules) {
                // Before a day that both sides agreed on nobody above hears (O41).
                let at_soonest = limit.filter(|_| issue.slips > 0).map_or(next, |limit| next.max(limit));
                out.add(at_soonest, TickKind::IssueTimeout, &format!("{at}:silence:{rung}"));
            }
        }
        Some(_) => {}
        None => {
            // A day that the contact named holds the questions until then.
            let base = match &party.expected {
                Some(expected) if clock.day(expected) > clock.today(since) => {
                    clock.days.prev_workday(clock.day(expected))
                }
                _ => clock.today(since),
            };
            for n in 1..=ASKS_MAX {
                out.digest(&clock, clock.add(base, n), &party.address);
            }
        }
    }
}

/// Who hears next that nothing is heard of the work.
pub fn silence_rung(issue: &Issue, party: &Party, rules: &Rules) -> Option<&'static str> {
    ["head", "sponsor"]
        .into_iter()
        .find(|rung| climbs(issue, rules, rung) && !party.rungs.contains(&format!("silence:{rung}")))
}

/// Whether a rung belongs to the ladder of the house; those above hear nothing of what is confidential (O38).
pub fn climbs(issue: &Issue, rules: &Rules, rung: &str) -> bool {
    let ends = match rules.policy.issue_escalation.as_str() {
        "initiator" => 0,
        "head" => 1,
        _ => 2,
    };
    !issue.confidential && if rung == "head" { ends >= 1 } else { ends >= 2 }
}
