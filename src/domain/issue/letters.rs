//! The letters of a problem and what they show.

use super::clocks::{self, clock_of};
use super::routing::target;
use super::{Issue, LogEntry, Party};
use crate::domain::letter::{Letter, LetterName, Thread};
use crate::domain::reading::Line;
use crate::domain::urgency::Urgency;
use crate::domain::view::View;
use crate::domain::{post, shown};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Words of the templates' table `issue_result`.
const RESULTS: &[&str] = &[
    "opened",
    "acknowledged",
    "understood",
    "in_progress",
    "behind",
    "blocked",
    "proposed",
    "granted",
    "refused",
    "lapsed",
    "rerouted",
    "not_ours",
    "delegated",
    "finding",
    "key",
    "disagreement",
    "convene",
    "met",
    "resolved",
    "rated",
    "reopened",
    "signed",
    "not_signed",
    "closed",
    "withdrawn",
    "completed",
    "escalated",
    "unanswered",
    "moved",
];
/// Entries of the log that stand in a letter.
const LOG_SHOWN: usize = 12;

/// A problem as letters show it: the public fields, its clocks, its parties, its log in words.
pub fn facts(view: &View<'_>, issue: &Issue, now: DateTime<Utc>) -> Value {
    let mut facts = shown::public(issue);
    let Value::Object(map) = &mut facts else { return facts };
    let at = |at: Option<DateTime<Utc>>| at.map_or(Value::Null, |at| shown::moment(view, at));
    let parties: Vec<Value> = issue
        .live()
        .map(|(_, party)| {
            let until = clocks::waiting(issue, party, view.rules).and_then(|(_, until)| until);
            json!({
                "department": party.department, "name": party.name, "phone": phone(view, &party.address),
                "head": party.head.as_ref().map(|head| view.name_of(head)), "state": party.state().as_str(),
                "percent": party.percent, "expected": party.expected, "understanding": party.understanding,
                "done": party.done_at.is_some(), "late": until.is_some_and(|until| until < now),
            })
        })
        .collect();
    let delays: Vec<Value> = issue
        .delays
        .iter()
        .map(|delay| json!({"at": at(delay.at), "by": delay.by, "reason": delay.reason, "measure": delay.measure, "due": delay.due}))
        .collect();
    let log: Vec<Value> = issue.log.iter().map(log_row).collect();
    let from = log.len().saturating_sub(LOG_SHOWN);
    let mut put = |key: &str, value: Value| map.insert(key.to_string(), value);
    put("subject_title", json!(issue.subject_title()));
    put("confidential", json!(issue.confidential));
    put("clocks", json!(issue.lead().map(|(_, party)| three(view, issue, party, now)).unwrap_or_default()));
    put("parties", json!(parties));
    put("several", json!(parties.len() > 1));
    put("delays", json!(delays));
    put("slips", json!(issue.slips));
    put("recent", json!(log.get(from..).unwrap_or_default()));
    put("whole_log", json!(log));
    put("initiator_phone", json!(issue.initiator_address.as_ref().and_then(|address| phone(view, address))));
    put("opened_at", at(issue.opened_at));
    put("closed_at", at(issue.closed_at));
    put("rating_reason", json!(issue.rating_reason));
    put("ended", json!(issue.ended));
    facts
}

/// The three clocks of a party: what, until when, since when it is done, whether it is late.
pub fn three(view: &View<'_>, issue: &Issue, party: &Party, now: DateTime<Utc>) -> Vec<Value> {
    let clock = clock_of(party, view.rules);
    let policy = &view.rules.policy;
    let urgency = issue.urgency();
    let Some(asked) = party.asked_at else { return Vec::new() };
    let response = urgency.response_limit(&clock, asked, policy);
    // Not answered yet: the understanding counts from the last moment of the first answer.
    let understood = urgency.understanding_limit(&clock, asked, party.responded_at.unwrap_or(response), policy);
    let resolution = issue.wanted_by.as_ref().map(|due| clock.moment(due));
    let row = |what: &str, until: Option<DateTime<Utc>>, done: Option<DateTime<Utc>>| {
        let late = until.is_some_and(|until| done.unwrap_or(now) > until);
        let moment = |at: Option<DateTime<Utc>>| at.map_or(Value::Null, |at| shown::moment(view, at));
        json!({"what": what, "until": moment(until), "done": moment(done), "late": late})
    };
    let with_it = urgency == Urgency::Critical;
    vec![
        row("response", Some(response), party.responded_at),
        row("understanding", Some(if with_it { understood.max(response) } else { understood }), party.understood_at),
        row("resolution", resolution, party.done_at.or(issue.resolved_at)),
    ]
}

fn log_row(entry: &LogEntry) -> Value {
    let result = entry.result.as_deref().unwrap_or_default();
    let codes: Vec<&str> = result.split(", ").filter(|code| RESULTS.contains(code)).collect();
    let said = (codes.is_empty() && !result.is_empty()).then_some(result);
    let due = entry.next.as_deref().and_then(|next| {
        let (what, at) = next.split_once(' ').unwrap_or((next, ""));
        let known = ["response", "understanding", "resolution", "rating", "signature", "decision"].contains(&what);
        known.then_some((what, (!at.is_empty()).then_some(at)))
    });
    json!({
        "at": entry.at, "who": entry.who, "content": entry.content, "results": codes, "result": said,
        "next_what": due.map(|(what, _)| what), "next_at": due.and_then(|(_, at)| at),
        "next": if due.is_some() { None } else { entry.next.as_deref() },
    })
}

pub fn phone(view: &View<'_>, address: &str) -> Option<String> {
    view.person(address).map(|person| person.phone.clone()).filter(|phone| !phone.is_empty())
}

fn line(issue: &Issue) -> Line {
    Line { n: 1, id: issue.id.clone(), task: issue.subject_title().to_string() }
}

/// A letter about the problem; its only line is the problem itself, so that bare words are about it.
pub fn letter(view: &View<'_>, issue: &Issue, name: LetterName, to: &str, why: &str, now: DateTime<Utc>) -> Letter {
    let mut letter =
        Letter::new(name, to, why).with("issue", facts(view, issue, now)).lines(vec![line(issue)]).about(&issue.id);
    // Only what is critical may wake somebody (O42).
    letter.urgent = issue.urgency() == Urgency::Critical;
    letter
}

/// The next rung above a party: who hears, and when.
pub fn next_rung(view: &View<'_>, issue: &Issue, at: usize, now: DateTime<Utc>) -> Option<(String, DateTime<Utc>)> {
    let party = issue.parties.get(at)?;
    let (waiting, limit) = clocks::waiting(issue, party, view.rules)?;
    let clock = clock_of(party, view.rules);
    let [head, sponsor] = issue.urgency().rungs(&clock, limit?, &view.rules.policy);
    for (rung, (_, fires)) in [("head", head), ("sponsor", sponsor)] {
        let climbed = party.rungs.contains(&format!("{}:{rung}", waiting.as_str()));
        if fires <= now || climbed || !clocks::climbs(issue, view.rules, rung) {
            continue;
        }
        if let Some(to) = target(view, issue, at, rung) {
            return Some((to, fires));
        }
    }
    None
}

/// `issue_opened` to one reader. `role`: `contact`, `head`, `own_head`, `sponsor`, `informed`, `initiator`.
pub fn opened(
    view: &mut View<'_>,
    issue: &Issue,
    to: &str,
    role: &str,
    party: Option<usize>,
    now: DateTime<Utc>,
) -> Letter {
    let why = match role {
        "contact" => "a problem was reported to this department",
        "initiator" => "what becomes of the problem that was reported",
        _ => "a problem was reported; for information",
    };
    let own = party.and_then(|at| issue.parties.get(at));
    let rung = party.and_then(|at| next_rung(view, issue, at, now));
    // O41: a pressing problem is also worth a call.
    let calls: Vec<Value> = issue
        .live()
        .filter(|(_, party)| issue.urgency() != Urgency::Normal && party.address != to)
        .filter_map(|(_, party)| Some(json!({"name": party.name, "phone": phone(view, &party.address)?})))
        .collect();
    let others: Vec<String> =
        issue.concerned().into_iter().filter(|address| address != to).map(|address| view.name_of(&address)).collect();
    let mut letter = letter(view, issue, LetterName::IssueOpened, to, why, now)
        .with("role", role)
        .with("department", own.map(|party| &party.department))
        .with(
            "clocks",
            own.map(|party| three(view, issue, party, now))
                .unwrap_or_else(|| issue.lead().map(|(_, party)| three(view, issue, party, now)).unwrap_or_default()),
        )
        .with("calls", if role == "initiator" { calls } else { Vec::new() })
        .with("others", others)
        .with("next", rung.as_ref().map(|(to, _)| view.name_of(to)))
        .with("next_at", rung.map(|(_, at)| shown::moment(view, at)))
        .with("unreachable", Vec::<String>::new())
        .with("from_department", Value::Null)
        .with("from_by", Value::Null);
    letter.unsubscribe = matches!(role, "head" | "own_head" | "informed");
    if issue.source.recipients.iter().any(|read| read == to) {
        // O8: who stood in To or Cc has the mail; the letter is an answer in that thread.
        letter.thread =
            Thread::Reply { message_id: issue.source.message_id.clone(), references: issue.source.references.clone() };
    }
    if role == "contact" { post::waiting(view, letter, now) } else { letter }
}

/// Something that happened to a problem, told to one reader. What one mail changes is one letter (O9).
#[derive(Clone, Debug, Default)]
pub struct Change<'a> {
    /// A word of the templates' table `issue_change`.
    pub kind: &'a str,
    pub by: Option<String>,
    pub department: Option<String>,
    pub text: Option<String>,
    pub due: Option<String>,
    pub old_due: Option<String>,
    pub percent: Option<u8>,
    pub reason: Option<String>,
    pub measure: Option<String>,
    /// What the reader is asked: `decide`, `convene`, `route`.
    pub ask: Option<&'a str>,
    pub ends: Option<DateTime<Utc>>,
    /// Silence grants it.
    pub grants: bool,
}

/// Adds to the update of this reader that this decision sends already, or begins one.
pub fn update(view: &mut View<'_>, issue: &Issue, to: &str, change: &Change<'_>, now: DateTime<Utc>) {
    let row = json!({
        "kind": change.kind, "by": change.by, "department": change.department, "text": change.text, "due": change.due,
        "old_due": change.old_due, "percent": change.percent, "reason": change.reason, "measure": change.measure,
    });
    let fresh = facts(view, issue, now);
    let ends = change.ends.map(|at| shown::moment(view, at));
    let open = view.letters().iter_mut().find(|letter| {
        letter.name == LetterName::IssueUpdate && letter.to == to && letter.objects.first() == Some(&issue.id)
    });
    if let Some(letter) = open {
        if let Some(Value::Array(changes)) = letter.data.get_mut("changes") {
            changes.push(row);
        }
        letter.data.insert("issue".into(), fresh);
        if change.ask.is_some() {
            for (key, value) in [
                ("kind", json!(change.kind)),
                ("ask", json!(change.ask)),
                ("ends", json!(ends)),
                ("grants", json!(change.grants)),
            ] {
                letter.data.insert(key.into(), value);
            }
        }
        return;
    }
    let letter = letter(view, issue, LetterName::IssueUpdate, to, &format!("{} of a problem", change.kind), now)
        .with("kind", change.kind)
        .with("changes", vec![row])
        .with("ask", change.ask)
        .with("ends", ends)
        .with("grants", change.grants);
    post::post(view, letter);
}

/// Who hears, and when, if this question and those that are left of it are not answered.
fn by_silence(
    view: &View<'_>,
    issue: &Issue,
    at: usize,
    waiting: clocks::Waiting,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<(String, DateTime<Utc>)> {
    let party = issue.parties.get(at).filter(|_| waiting == clocks::Waiting::Progress)?;
    let rung = clocks::silence_rung(issue, party, view.rules)?;
    let clock = clock_of(party, view.rules);
    let fires = (party.asks..clocks::ASKS_MAX)
        .try_fold(now, |since, _| issue.urgency().chase_after(&clock, since, &view.rules.policy))?;
    let fires = until.filter(|_| issue.slips > 0).map_or(fires, |until| fires.max(until));
    Some((target(view, issue, at, rung)?, fires))
}

/// The question to a contact who said nothing (`status_request`).
pub fn status_request(view: &mut View<'_>, issue: &Issue, at: usize, to: &str, now: DateTime<Utc>) {
    let Some(party) = issue.parties.get(at) else { return };
    let Some((waiting, until)) = clocks::waiting(issue, party, view.rules) else { return };
    let by_date = next_rung(view, issue, at, now);
    let rung = by_date.into_iter().chain(by_silence(view, issue, at, waiting, until, now)).min_by_key(|(_, at)| *at);
    let letter = letter(view, issue, LetterName::StatusRequest, to, "no word for as long as the rhythm allows", now)
        .with("what", waiting.as_str())
        .with("department", &party.department)
        .with("asked", party.asks + 1)
        .with("until", until.map(|at| shown::moment(view, at)))
        .with("late", until.is_some_and(|until| until < now))
        .with("next", rung.as_ref().map(|(to, _)| view.name_of(to)))
        .with("next_at", rung.map(|(_, at)| shown::moment(view, at)))
        .with("clocks", three(view, issue, party, now));
    post::post(view, letter);
}

/// The ladder's letters show a problem instead of an item; the keys of items are there and empty.
pub fn climbing(
    view: &mut View<'_>,
    issue: &Issue,
    at: usize,
    name: LetterName,
    to: &str,
    what: &str,
    now: DateTime<Utc>,
) -> Option<Letter> {
    let party = issue.parties.get(at)?;
    let until = clocks::waiting(issue, party, view.rules).and_then(|(_, until)| until);
    let clock = clock_of(party, view.rules);
    let since = party.asked_at.unwrap_or(now);
    let late_days = until.map_or(0, |until| clock.between(clock.today(until), clock.today(now)).max(0));
    Some(
        letter(view, issue, name, to, "a clock of a problem has run out", now)
            .with("item", Value::Null)
            .with("items", Vec::<Value>::new())
            .with("what", what)
            .with(
                "party",
                json!({"department": party.department, "name": party.name, "phone": phone(view, &party.address)}),
            )
            .with("since", shown::moment(view, since))
            .with("until", until.map(|at| shown::moment(view, at)))
            .with("late_days", late_days)
            .with("asked", party.asks)
            .with("organizer", &issue.initiator)
            .with("reminded", party.asks)
            .with("for_organizer", false)
            .with("others", 0)
            .with("phone", phone(view, &party.address)),
    )
}

/// Whether the reader hears of each step at once; of normal problems in the digest.
pub fn at_once(issue: &Issue) -> bool {
    issue.urgency() != Urgency::Normal
}
