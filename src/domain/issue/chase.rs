//! What time does to a problem: the rhythm of questions, and the ladder when a clock has run out (O26, O42).
//!
//! At night a critical problem asks its contact once, then the next rung: nobody who sleeps is woken every four hours.

use super::clocks::{self, ASKS_MAX, Waiting};
use super::routing::{self, is_night, target};
use super::{Issue, State, closing, convene, gaps, letters, log, proposal, save};
use crate::domain::clock::Clock;
use crate::domain::event::{Tick, Undelivered};
use crate::domain::letter::LetterName;
use crate::domain::urgency::Urgency;
use crate::domain::view::View;
use crate::domain::{post, shown};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;

/// A row of the due index has come.
pub fn tick(view: &mut View<'_>, tick: &Tick, now: DateTime<Utc>) {
    let Some(issue) = view.issue(&tick.object).filter(|issue| issue.state != State::Closed) else { return };
    match tick.key.as_str() {
        "gaps:remind" => return gaps::tick(view, issue, false, now),
        "gaps:end" => return gaps::tick(view, issue, true, now),
        "rating" | "why" | "sign" => return closing::timeout(view, issue, &tick.key, now),
        "proposal:grant" => {
            proposal::grant(view, issue, None, now);
            return;
        }
        "proposal:lapse" => return proposal::lapse(view, issue, now),
        "convene" => {
            if issue.meeting.is_none() && issue.meeting_asked_at.is_some() {
                convene::dropped(view, issue, None);
            }
            return;
        }
        _ => {}
    }
    if !issue.state.is_open() || issue.proposal.is_some() {
        return;
    }
    let mut parts = tick.key.split(':');
    let Some(at) = parts.next().and_then(|at| at.parse::<usize>().ok()) else { return };
    match (parts.next(), parts.next()) {
        (Some(clock), Some(rung)) => ladder(view, issue, at, clock, rung, tick, now),
        _ => chase(view, issue, at, now),
    }
}

/// The next question to a contact who said nothing.
fn chase(view: &mut View<'_>, mut issue: Issue, at: usize, now: DateTime<Utc>) {
    let critical = issue.urgency() == Urgency::Critical;
    let Some(party) = issue.parties.get(at).filter(|party| party.is_live() && party.asks < ASKS_MAX).cloned() else {
        return;
    };
    let contact = party.address.clone();
    let night = critical && is_night(view, &contact, now);
    let away = post::away_until(view, &contact, now).is_some();
    if away && !critical {
        view.suppress(LetterName::StatusRequest, &contact, "away");
        if let Some(party) = issue.parties.get_mut(at) {
            party.chased_at = Some(now);
        }
        return save(view, issue, "");
    }
    if night && party.night.contains(&contact) {
        // O42: the contact was written to in this night; the next rung hears, once.
        if let Some(party) = issue.parties.get_mut(at) {
            party.chased_at = Some(now);
        }
        // The ladder of a clock that ran out sees to those above by itself.
        let (waiting, limit) = clocks::waiting(&issue, &party, view.rules).unzip();
        let agreed = issue.slips > 0 && limit.flatten().is_some_and(|limit| now < limit);
        let rungs: &[&str] = if waiting == Some(Waiting::Progress) && !agreed { &["head", "sponsor"] } else { &[] };
        let next = rungs.iter().copied().find_map(|rung| {
            let to = target(view, &issue, at, rung).filter(|_| clocks::climbs(&issue, view.rules, rung))?;
            (!party.night.contains(&to)).then_some((rung, to))
        });
        match next {
            Some((rung, to)) => climb(view, issue, at, "silence", rung, &to, now),
            None => {
                view.suppress(LetterName::StatusRequest, &contact, "written to in this night already (O42)");
                save(view, issue, "");
            }
        }
        return;
    }
    letters::status_request(view, &issue, at, &contact, now);
    if let Some(party) = issue.parties.get_mut(at) {
        party.asks += 1;
        party.chased_at = Some(now);
        if night {
            party.night.push(contact);
        } else {
            party.night.clear();
        }
    }
    save(view, issue, "asked how far it is");
}

/// A step of the ladder: shown to the initiator, carried out, or nothing left to climb.
fn ladder(view: &mut View<'_>, mut issue: Issue, at: usize, clock: &str, rung: &str, tick: &Tick, now: DateTime<Utc>) {
    let Some(party) = issue.parties.get(at).filter(|party| party.is_live()).cloned() else { return };
    let Some((waiting, limit)) = clocks::waiting(&issue, &party, view.rules) else { return };
    // What was announced for another clock is of no use any more.
    if clock != "silence" && (clock != waiting.as_str() || limit.is_none_or(|limit| limit > now)) {
        return;
    }
    if rung == "stuck" {
        // Everybody above has heard and nothing came of it: the initiator chooses (O27).
        issue.marks.retain(|mark| !mark.starts_with("stuck "));
        issue.marks.insert(format!("stuck {}", now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)));
        log::note_of_time(view, &mut issue, &party.department, "unanswered", now);
        return save(view, issue, "nobody answers; the initiator chooses");
    }
    let (preview, rung) = match rung.strip_prefix("preview_") {
        Some(rung) => (true, rung),
        None => (false, rung),
    };
    // After the special meeting the next who hears is the sponsor.
    let met = issue.marks.iter().any(|mark| mark.starts_with("met "));
    let step = if met && rung == "head" { "sponsor" } else { rung };
    let mark = format!("{clock}:{step}");
    if party.rungs.contains(&mark) {
        return;
    }
    let name = if preview { LetterName::EscalationPreview } else { LetterName::Escalation };
    let Some(to) = target(view, &issue, at, step) else {
        return view.suppress(
            name,
            issue.initiator_address.as_deref().unwrap_or_default(),
            "nobody stands on this rung",
        );
    };
    let held = issue.held_until.is_some_and(|until| Clock::house(view.rules).today(now) < until);
    if issue.marks.contains("no_escalation") || held {
        return view.suppress(name, &to, "held by the initiator");
    }
    if post::away_until(view, &party.address, now).is_some() && issue.urgency() == Urgency::Normal {
        return view.suppress(name, &to, "the contact is away");
    }
    if preview {
        return self::preview(view, issue, at, &mark, step, &to, tick, now);
    }
    let ahead = party.rungs.contains(&format!("preview {mark}"));
    if issue.urgency() == Urgency::Normal && !ahead && clock != "silence" {
        // Not shown ahead (we were down, or the date moved): shown now, and a working day later it fires.
        let house = Clock::house(view.rules);
        let again = house.at(house.days.next_workday(house.today(now)), view.rules.policy.escalate_at);
        view.wake_at(Tick { at: again, ..tick.clone() });
        return self::preview(view, issue, at, &mark, step, &to, tick, now);
    }
    // O26: one such letter a day to one superior; of pressing problems one a day about the same problem.
    let day = Clock::of(view, &to).today(now).to_string();
    let normal = issue.urgency() == Urgency::Normal;
    let key = if normal { format!("escalated/{to}") } else { format!("escalated/{to}/{}", issue.id) };
    if view.note(&key).is_some_and(|note| note.as_str() == Some(day.as_str())) {
        if normal {
            let house = Clock::of(view, &to);
            let again = house.at(house.days.next_workday(house.today(now)), view.rules.policy.escalate_at);
            return view.wake_at(Tick { at: again, ..tick.clone() });
        }
        return view.suppress(name, &to, "told of this problem today already");
    }
    if party.night.contains(&to) {
        return view.suppress(name, &to, "written to in this night already (O42)");
    }
    view.set_note(&key, json!(day));
    climb(view, issue, at, clock, step, &to, now);
}

#[expect(clippy::too_many_arguments, reason = "what is announced of which clock, to whom and when")]
fn preview(
    view: &mut View<'_>,
    mut issue: Issue,
    at: usize,
    mark: &str,
    rung: &str,
    to: &str,
    tick: &Tick,
    now: DateTime<Utc>,
) {
    let Some(initiator) = issue.initiator_address.clone() else { return };
    let clock = mark.split(':').next().unwrap_or_default();
    let fires = letters::next_rung(view, &issue, at, now).filter(|(next, _)| next == to).map(|(_, at)| at);
    let house = Clock::house(view.rules);
    let fires = fires.unwrap_or_else(|| match issue.urgency() {
        Urgency::Normal => house.at(house.days.next_workday(house.today(now)), view.rules.policy.escalate_at),
        _ => house.after_working_hours(tick.at.max(now), view.rules.policy.issue_chase),
    });
    let superior = view.somebody(to);
    let letter = letters::climbing(view, &issue, at, LetterName::EscalationPreview, &initiator, clock, now);
    if let Some(letter) = letter {
        let letter = letter
            .with("rung", if rung == "head" { 1 } else { 2 })
            .with("to", &superior.name)
            .with("to_title", (!superior.title.is_empty()).then(|| superior.title.clone()))
            .with("at", shown::moment(view, fires));
        post::post(view, letter);
    }
    if let Some(party) = issue.parties.get_mut(at) {
        party.rungs.insert(format!("preview {mark}"));
    }
    save(view, issue, "escalation shown to the initiator");
}

/// The letter to somebody above, with the timeline; the initiator of a pressing problem knows from the first letter.
fn climb(view: &mut View<'_>, mut issue: Issue, at: usize, clock: &str, rung: &str, to: &str, now: DateTime<Utc>) {
    let name = view.name_of(to);
    issue.escalated = true;
    if let Some(party) = issue.parties.get_mut(at) {
        party.rungs.insert(format!("{clock}:{rung}"));
        party.chased_at = Some(party.chased_at.unwrap_or(now).max(now - Duration::seconds(1)));
        if is_night(view, to, now) {
            party.night.push(to.to_string());
        }
    }
    log::note_of_time(view, &mut issue, &name, "escalated", now);
    if let Some(letter) = letters::climbing(view, &issue, at, LetterName::Escalation, to, clock, now) {
        let letter = letter.with("rung", if rung == "head" { 1 } else { 2 });
        post::post(view, letter);
    }
    if issue.urgency() == Urgency::Critical {
        routing::alarm(view, &issue);
    }
    save(view, issue, &format!("escalated to {name}"));
}

/// A letter about a problem did not arrive: the head stands in for the contact, and the initiator knows (O7).
pub fn unreachable(view: &mut View<'_>, fate: &Undelivered, now: DateTime<Utc>) -> bool {
    let Some(issue) = fate.letter.objects.first().filter(|id| id.starts_with("Q-")).and_then(|id| view.issue(id))
    else {
        return false;
    };
    let dead = fate.letter.to.clone();
    let place = issue.live().find(|(_, party)| party.address == dead).map(|(at, party)| (at, party.clone()));
    let Some((at, party)) = place.filter(|_| fate.hard && issue.state.is_open()) else { return false };
    let mut issue = issue;
    let change = letters::Change {
        kind: "unreachable",
        by: Some(party.name.clone()),
        department: Some(party.department.clone()),
        text: party.head.as_ref().map(|head| view.name_of(head)),
        ..letters::Change::default()
    };
    if let Some(head) = party.head.as_ref().and_then(|head| view.person(head)) {
        if let Some(old) = issue.parties.get_mut(at) {
            old.left = true;
        }
        let new = routing::party_of(view, &head, &party.department);
        routing::join(view, &mut issue, new, Some((&party.department, &party.name)), now);
    }
    if let Some(to) = issue.initiator_address.clone().filter(|to| *to != dead) {
        letters::update(view, &issue, &to, &change, now);
    }
    save(view, issue, "the contact cannot be reached by mail");
    true
}
