//! What time does to a project, from its record and the rules alone.

use super::asked::{MILESTONE_DAYS, REMINDERS};
use super::{Project, Stage, changes, closing, goals, needs, save, start};
use crate::domain::action_item::{ActionItem, State};
use crate::domain::clock::Clock;
use crate::domain::digest;
use crate::domain::event::{Tick, TickKind};
use crate::domain::view::{Rules, View};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use std::collections::BTreeMap;

/// Days of asking for the status of one project: more than a year of working days.
const STATUS_DAYS_MAX: usize = 400;
/// Working days after its end on which a project that runs on is still asked about.
const AFTER_END: i32 = 60;

/// Days of the house on which owners are asked where they stand: each working day, or the report's day of each week; the
/// last working day before it where that one is free.
fn status_days(project: &Project, rules: &Rules, clock: &Clock) -> Vec<NaiveDate> {
    let Some(since) = project.running_since.filter(|_| project.state == Stage::Running) else { return Vec::new() };
    let rhythm = project.rhythm.as_deref().unwrap_or(&rules.policy.project_rhythm);
    let last = project.end.map_or(since + Duration::days(366), |end| clock.days.add_workdays(end, AFTER_END));
    let mut days = Vec::new();
    match rhythm {
        "day" => {
            let mut day = clock.days.next_workday(since);
            while day <= last && days.len() < STATUS_DAYS_MAX {
                days.push(day);
                day = clock.days.next_workday(day);
            }
        }
        "week" => {
            let offset = i64::from(rules.policy.report_at.0.num_days_from_monday());
            let mut monday = since - Duration::days(i64::from(since.weekday().num_days_from_monday()));
            while monday <= last && days.len() < STATUS_DAYS_MAX {
                let day = clock.days.workday_until(monday + Duration::days(offset));
                if day > since && day >= monday && day <= last {
                    days.push(day);
                }
                monday += Duration::days(7);
            }
        }
        _ => {}
    }
    days
}

/// The due rows of a project.
///
/// | row | when |
/// |---|---|
/// | `Digest` of who is asked | two and four working days after a question; around a milestone |
/// | `ProjectTimeout` `ask` | end of the `project_window`th working day after a question: silence speaks |
/// | `ProjectTimeout` `start` | the first day of a project that is agreed |
/// | `ProjectTimeout` `status` | just before the digests of the days of its rhythm |
/// | `ProjectTimeout` `end` | the working day after its last day |
pub fn ticks(project: &Project, rules: &Rules) -> Vec<Tick> {
    let mut rows = Vec::new();
    if !project.is_open() {
        return rows;
    }
    let clock = Clock::house(rules);
    let digest_at = rules.policy.digest_at;
    let mut add = |at: DateTime<Utc>, kind: TickKind, object: &str, key: &str| {
        rows.push(Tick { at, kind, object: object.to_string(), key: key.to_string() });
    };
    for ask in &project.asks {
        let Some(since) = ask.since else { continue };
        for n in REMINDERS {
            let day = clock.add(clock.today(since), n);
            add(clock.at(day, digest_at), TickKind::Digest, &ask.to, &project.id);
        }
        add(end_of(ask.kind.as_str(), since, &clock, rules), TickKind::ProjectTimeout, &project.id, "ask");
    }
    match project.state {
        Stage::Agreed => {
            if let Some(start) = project.start {
                add(clock.at(start, digest_at), TickKind::ProjectTimeout, &project.id, "start");
            }
        }
        Stage::Running => {
            for milestone in project.milestones.iter().filter(|milestone| !milestone.reached) {
                let (Some(due), Some(owner)) = (&milestone.due, project.milestone_owner(milestone)) else { continue };
                let base = clock.days.workday_until(clock.day(due));
                for n in MILESTONE_DAYS {
                    let day = clock.days.add_workdays(base, n);
                    add(clock.at(day, digest_at), TickKind::Digest, owner, &project.id);
                }
            }
            for day in status_days(project, rules, &clock) {
                add(clock.at(day, digest_at) - Duration::minutes(1), TickKind::ProjectTimeout, &project.id, "status");
            }
            if let Some(end) = project.end.filter(|_| project.closing_at.is_none()) {
                let day = clock.days.next_workday(end);
                add(clock.at(day, digest_at) - Duration::minutes(1), TickKind::ProjectTimeout, &project.id, "end");
            }
        }
        Stage::Proposed | Stage::Closed => {}
    }
    rows
}

/// When silence speaks for a question.
pub(super) fn end_of(kind: &str, since: DateTime<Utc>, clock: &Clock, rules: &Rules) -> DateTime<Utc> {
    let window = if kind == "sign_off" { rules.policy.sign_window } else { rules.policy.project_window };
    clock.end_after(since, window)
}

/// A moment of a project has come.
pub fn tick(view: &mut View<'_>, tick: &Tick, now: DateTime<Utc>) {
    let Some(project) = view.project(&tick.object).filter(Project::is_open) else { return };
    match tick.key.as_str() {
        "ask" => over(view, project, now),
        "start" => goals::settle(view, &tick.object, now),
        "status" => status(view, &project, now),
        "end" => closing::ask_whether(view, &tick.object, now),
        _ => {}
    }
}

/// Silence speaks for every question whose time is over.
fn over(view: &mut View<'_>, mut project: Project, now: DateTime<Utc>) {
    let clock = Clock::house(view.rules);
    let (over, waiting): (Vec<_>, Vec<_>) = project
        .asks
        .drain(..)
        .partition(|ask| ask.since.is_none_or(|since| end_of(&ask.kind, since, &clock, view.rules) <= now));
    project.asks = waiting;
    if over.is_empty() {
        return;
    }
    let mut gaps = false;
    for ask in &over {
        match ask.kind.as_str() {
            "needs" => needs::silent(&mut project, ask.department.as_deref().unwrap_or(&ask.text)),
            "sign_off" => goals::unsigned(view, &mut project, &ask.text, &ask.to, now),
            "resource" => {
                if let Some(manager) = project.manager_address.clone() {
                    let entry =
                        start::of_project(&project, "no_resource").by(&view.name_of(&ask.to)).text(Some(&ask.text));
                    digest::note(view, &manager, entry, now);
                }
            }
            "change" => changes::lapsed(view, &mut project, &ask.text, now),
            "gaps" => gaps = true,
            _ => {}
        }
    }
    let id = project.id.clone();
    let kinds: Vec<&str> = over.iter().map(|ask| ask.kind.as_str()).collect();
    save(view, project, &format!("no answer: {}", kinds.join(", ")));
    if gaps {
        start::announce(view, &id, now);
    }
    needs::compiled(view, &id, now);
    goals::settle(view, &id, now);
    closing::finished(view, &id, now);
}

/// Owners of work that has begun and was not spoken of since the last time are asked in today's digest.
fn status(view: &mut View<'_>, project: &Project, now: DateTime<Utc>) {
    let house = Clock::house(view.rules);
    let today = house.today(now);
    let days = status_days(project, view.rules, &house);
    let last = days.iter().rev().find(|day| **day < today).copied().or(project.running_since).unwrap_or(today);
    let mut of_owner: BTreeMap<String, Vec<ActionItem>> = BTreeMap::new();
    for item in project.tasks.iter().filter_map(|id| view.action(id)) {
        let works = matches!(item.state, State::Confirmed | State::InProgress | State::Blocked);
        let begun = item.state == State::InProgress
            || item.state == State::Blocked
            || item.start.is_some_and(|start| start <= today);
        let spoke = item.last_word_at.is_some_and(|at| house.today(at) >= last);
        let waits = item.depends_on.iter().any(|id| view.action(id).is_some_and(|up| up.state.is_open()));
        if works && begun && !spoke && !waits && !item.parked && !item.held {
            if let Some(owner) = item.owner_address.clone() {
                of_owner.entry(owner).or_default().push(item);
            }
        }
    }
    for (owner, items) in of_owner {
        digest::ask_status(view, &owner, &items, now);
    }
}
