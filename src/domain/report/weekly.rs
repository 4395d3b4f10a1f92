//! One weekly report a person: all projects of the reader, and what the reader gave out beside them, in one letter (O9).
//!
//! A row of the due index wakes it for each reader; it is put there by the first record that gives the person something to
//! be reported on, and again by each report as long as there is. The fact `report/<address>` remembers which projects, when
//! the last one went and what it said: the same words are not sent a fourth time (O27).
//!
//! A project or a series of meetings may have a time of its own (the fact `report-at/<id>`): then it is a letter of its own,
//! to the same readers, and the fact `report/<id>` remembers it.

use super::section::{self, Section, of_meeting, of_organizer, of_person, of_project};
use super::{audience, moment};
use crate::domain::action_item::ActionItem;
use crate::domain::clock::Clock;
use crate::domain::event::{Tick, TickKind};
use crate::domain::letter::{Letter, LetterName, Made};
use crate::domain::meeting::MeetingState;
use crate::domain::post;
use crate::domain::project::Project;
use crate::domain::view::View;
use crate::domain::{digest, outside};
use chrono::{DateTime, Duration, NaiveTime, Utc, Weekday};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

/// Projects in one letter; a reader of more reads the ones that changed last, and may ask for any.
const PROJECTS_MAX: usize = 40;
/// A report that says the same is not sent a fourth time.
const SAME_MAX: u32 = 3;
/// A report that could not go for so long is left to the next one.
const LATE_DAYS: i64 = 2;
/// A leader's letter of many projects shows the pictures of these.
const PICTURES_MAX: usize = 6;

/// The fact `report/<address>`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Known {
    projects: Vec<String>,
    /// The moment of the row in the due index.
    planned: Option<DateTime<Utc>>,
    last: Option<DateTime<Utc>>,
    fingerprint: u64,
    /// How often in a row it said the same.
    same: u32,
}

fn known(view: &View<'_>, address: &str) -> Known {
    view.note(&format!("report/{address}")).and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
}

fn remember(view: &mut View<'_>, address: &str, known: &Known) {
    view.set_note(&format!("report/{address}"), json!(known));
}

/// Called once for each event: whoever now has something to be reported on is given a row in the due index.
pub fn expect(view: &mut View<'_>, now: DateTime<Utc>) {
    let touched: Vec<String> = view.touched_ids().to_vec();
    let mut organizers: Vec<String> = Vec::new();
    for id in touched {
        if let Some(project) = id.starts_with("P-").then(|| view.project(&id)).flatten() {
            if section::is_running(&project) {
                of_readers(view, &project, now);
            }
        } else if let Some(item) = id.starts_with("A-").then(|| view.action(&id)).flatten() {
            if let Some(organizer) = reported_to(&item).filter(|one| !organizers.contains(one)) {
                organizers.push(organizer);
            }
        }
    }
    for organizer in organizers {
        if !outside::is_outside(view, &organizer) && known(view, &organizer).planned.is_none() {
            let seen = known(view, &organizer);
            plan(view, &organizer, seen, now);
        }
    }
}

/// Who gave it out, where it is not a project's task.
fn reported_to(item: &ActionItem) -> Option<String> {
    let counts = item.state.is_open() && !item.held && !item.confidential && item.source.kind != "project";
    item.organizer_address.clone().filter(|one| counts && item.owner_address.as_ref() != Some(one))
}

fn of_readers(view: &mut View<'_>, project: &Project, now: DateTime<Utc>) {
    for reader in audience::readers(view, project) {
        let mut seen = known(view, &reader.address);
        if seen.projects.contains(&project.id) && seen.planned.is_some() {
            continue;
        }
        seen.projects.retain(|id| id != &project.id);
        seen.projects.push(project.id.clone());
        let from = seen.projects.len().saturating_sub(PROJECTS_MAX);
        seen.projects.drain(..from);
        match seen.planned {
            Some(_) => remember(view, &reader.address, &seen),
            None => plan(view, &reader.address, seen, now),
        }
    }
}

fn plan(view: &mut View<'_>, address: &str, mut seen: Known, now: DateTime<Utc>) {
    let clock = Clock::of(view, address);
    seen.planned = moment::next(&clock, view.rules.policy.report_at, now);
    if let Some(at) = seen.planned {
        view.wake_at(Tick { at, kind: TickKind::Report, object: address.to_string(), key: String::new() });
    }
    remember(view, address, &seen);
}

/// The time of its own that a project (`P-3`) or a series has, if its manager or organizer gave it one.
pub fn own_time(view: &View<'_>, id: &str) -> Option<(Weekday, NaiveTime)> {
    moment::parse(view.note(&format!("report-at/{id}"))?.as_str()?)
}

/// What a time of its own is kept under: the project, or the series of a meeting; none for who may not set it.
fn own_key(view: &View<'_>, address: &str, id: &str) -> Option<String> {
    if let Some(project) = view.project(id) {
        let runs = [&project.manager_address, &project.sponsor_address].into_iter().flatten().any(|one| one == address);
        return runs.then(|| project.id.clone());
    }
    view.meeting(id).filter(|meeting| meeting.is_led_by(address))?.series
}

/// 周报 P-3 每周四16:00: from now on at a time of its own; `default` gives it back to the house's. False for who may not.
pub fn set_time(view: &mut View<'_>, address: &str, id: &str, every: &str, now: DateTime<Utc>) -> bool {
    let Some(key) = own_key(view, address, id) else { return false };
    if every == "default" {
        view.clear_note(&format!("report-at/{key}"));
        if let Some(project) = view.project(&key).filter(section::is_running) {
            of_readers(view, &project, now);
        }
        return true;
    }
    if moment::parse(every).is_none() {
        return false;
    }
    view.set_note(&format!("report-at/{key}"), json!(every));
    plan_own(view, &key, known(view, &key), now);
    true
}

fn plan_own(view: &mut View<'_>, key: &str, mut seen: Known, now: DateTime<Utc>) {
    seen.planned = own_time(view, key).and_then(|at| moment::next(&Clock::house(view.rules), at, now));
    if let Some(at) = seen.planned {
        view.wake_at(Tick { at, kind: TickKind::Report, object: String::new(), key: key.to_string() });
    }
    remember(view, key, &seen);
}

/// The report of one project or series is due at its own time.
fn own_tick(view: &mut View<'_>, tick: &Tick, now: DateTime<Utc>) {
    let key = tick.key.clone();
    let mut seen = known(view, &key);
    // A time that was changed leaves its old row behind.
    if seen.planned != Some(tick.at) || own_time(view, &key).is_none() {
        return;
    }
    let span = section::span(&Clock::house(view.rules), seen.last, now);
    let sections: Vec<(String, Section, bool)> = if let Some(project) = view.project(&key) {
        if !section::is_running(&project) {
            return remember(view, &key, &Known::default());
        }
        let readers = audience::readers(view, &project);
        readers.into_iter().map(|reader| (reader.address, of_project(view, &project, &span), reader.full)).collect()
    } else {
        let meetings: Vec<_> =
            view.ids("series", &key).iter().rev().filter_map(|id| view.meeting(id)).take(2).collect();
        let goes_on = meetings.iter().any(|meeting| meeting.next.is_some() || meeting.state == MeetingState::Announced);
        let Some(meeting) = meetings.into_iter().next().filter(|_| goes_on) else {
            return remember(view, &key, &Known::default());
        };
        let organizer = meeting.organizer_address.clone();
        organizer.into_iter().map(|address| (address, of_meeting(view, &meeting, &span), true)).collect()
    };
    let late = now - tick.at > Duration::days(LATE_DAYS);
    let first =
        sections.first().map(|(_, section, _)| (section.worth, section.fingerprint, section.figures.done_in_span));
    if let Some((worth, fingerprint, done)) = first {
        seen.same = if fingerprint == seen.fingerprint && done == 0 { seen.same + 1 } else { 0 };
        seen.fingerprint = fingerprint;
        let withheld = match (worth, late) {
            (_, true) => Some("of no use any more: the next one tells it"),
            (false, _) => Some("nothing to report"),
            _ if seen.same >= SAME_MAX => Some("it would say the same a fourth time (O27)"),
            _ => None,
        };
        for (address, section, full) in sections {
            let frequency = digest::frequency(view, &address);
            let withheld = withheld.or_else(|| (frequency == "urgent").then_some("wants urgent mail only (O23)"));
            match withheld {
                Some(reason) => view.suppress(LetterName::WeeklyReport, &address, reason),
                None => {
                    let letter = letter(&address, vec![(section, full)], &span, false);
                    post::post(view, letter);
                }
            }
        }
        if withheld.is_none() {
            seen.last = Some(now);
        }
    }
    plan_own(view, &key, seen, now);
}

/// A person's report is due, or that of an object with a time of its own (its id stands in the key).
pub fn tick(view: &mut View<'_>, tick: &Tick, now: DateTime<Utc>) {
    if !tick.key.is_empty() {
        return own_tick(view, tick, now);
    }
    let address = tick.object.clone();
    let mut seen = known(view, &address);
    if seen.planned.is_none_or(|planned| planned > tick.at) {
        return;
    }
    let clock = Clock::of(view, &address);
    let at = view.rules.policy.report_at;
    // The rules may have changed since the row was written.
    let due = moment::next(&clock, at, tick.at - Duration::seconds(1));
    if due.is_some_and(|due| due > now) {
        return plan(view, &address, seen, now);
    }
    if now - tick.at > Duration::days(LATE_DAYS) {
        view.suppress(LetterName::WeeklyReport, &address, "of no use any more: the next one tells it");
        return plan(view, &address, seen, now);
    }
    seen.projects.retain(|id| view.project(id).is_some_and(|project| section::is_running(&project)));
    let goes_on = !seen.projects.is_empty() || !view.ids("organized_open", &address).is_empty();
    due_now(view, &address, &clock, &mut seen, now);
    if goes_on {
        plan(view, &address, seen, now);
    } else {
        seen.planned = None;
        remember(view, &address, &seen);
    }
}

fn due_now(view: &mut View<'_>, address: &str, clock: &Clock, seen: &mut Known, now: DateTime<Utc>) {
    let name = LetterName::WeeklyReport;
    if digest::frequency(view, address) == "urgent" {
        return view.suppress(name, address, "wants urgent mail only (O23)");
    }
    if post::away_until(view, address, now).is_some() {
        return view.suppress(name, address, "away");
    }
    let span = section::span(clock, seen.last, now);
    let shared: Vec<String> = seen.projects.iter().filter(|id| own_time(view, id).is_none()).cloned().collect();
    let mut sections = of_person(view, address, &shared, &span);
    let own = of_organizer(view, address, &span);
    // A handful of items needs no report: the digest tells of each.
    if own.worth && own.figures.total >= view.rules.policy.report_items as usize {
        sections.push((own, true));
    }
    let fingerprint = sections.iter().fold(0_u64, |all, (section, _)| all.rotate_left(7) ^ section.fingerprint);
    // What has changed since the last one is news, even where all is well now.
    let changed = seen.last.is_some() && fingerprint != seen.fingerprint;
    sections.retain(|(section, _)| section.worth || changed);
    if sections.is_empty() {
        return view.suppress(name, address, "nothing to report");
    }
    let news = sections.iter().any(|(section, _)| section.figures.done_in_span > 0);
    seen.same = if fingerprint == seen.fingerprint && !news { seen.same + 1 } else { 0 };
    seen.fingerprint = fingerprint;
    if seen.same >= SAME_MAX {
        return view.suppress(name, address, "it would say the same a fourth time (O27)");
    }
    seen.last = Some(now);
    let letter = letter(address, sections, &span, false);
    post::post(view, letter);
}

/// What a reader gets: a table of all sections first, then each in full or on one screen.
fn letter(to: &str, sections: Vec<(Section, bool)>, span: &super::Span, asked: bool) -> Letter {
    let count = sections.len();
    let lights = |light: &str| sections.iter().filter(|(section, _)| section.light == light).count();
    let sum =
        |of: fn(&super::Figures) -> usize| sections.iter().map(|(section, _)| of(&section.figures)).sum::<usize>();
    let totals = json!({
        "red": lights("red"), "yellow": lights("yellow"), "green": lights("green"),
        "done_in_span": sum(|f| f.done_in_span), "behind": sum(|f| f.behind), "blocked": sum(|f| f.blocked),
        "due_ahead": sum(|f| f.due_ahead), "open": sum(|f| f.total - f.done),
    });
    let why = if asked { "asked for the report" } else { "the weekly report is due" };
    let mut letter = Letter::new(LetterName::WeeklyReport, to, why)
        .with("date", span.today)
        .with("since", span.since.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
        .with("ahead", span.ahead)
        .with("totals", totals)
        .with("several", count > 1)
        .with("leader", sections.iter().all(|(_, full)| !full))
        .with("asked", asked);
    let mut shown = Vec::new();
    for (mut section, full) in sections {
        if let Some(id) = &section.id {
            letter.objects.push(id.clone());
        }
        section.charts.retain(|(_, chart)| full || matches!(chart, super::Chart::BurnDown(_)));
        let room = PICTURES_MAX.saturating_sub(letter.made.len());
        section.charts.truncate(room.max(usize::from(full)));
        if let Value::Object(data) = &mut section.data {
            data.insert("full".into(), json!(full));
            let kept = |one: &Value| section.charts.iter().any(|(cid, _)| one.get("cid") == Some(&json!(cid)));
            if let Some(pictures) = data.get_mut("pictures").and_then(Value::as_array_mut) {
                pictures.retain(kept);
            }
        }
        for (cid, chart) in section.charts {
            letter.made.push(Made::Picture { cid, chart: Arc::new(chart) });
        }
        if full {
            letter.made.push(Made::Sheet(Arc::new(section.account)));
        }
        shown.push(section.data);
    }
    letter = letter.with("sections", shown);
    letter.unsubscribe = !asked;
    letter
}

/// The answer to 周报: about everything the writer reads of.
pub fn asked(view: &View<'_>, address: &str, now: DateTime<Utc>) -> Option<Letter> {
    let seen = known(view, address);
    let span = section::span(&Clock::of(view, address), None, now);
    let mut sections = of_person(view, address, &seen.projects, &span);
    let own = of_organizer(view, address, &span);
    if own.figures.total > 0 {
        sections.push((own, true));
    }
    (!sections.is_empty()).then(|| letter(address, sections, &span, true))
}

/// The answer to 周报 P-3 or 周报 M-12; none where the writer may not see it.
pub fn on_one(view: &View<'_>, address: &str, id: &str, now: DateTime<Utc>) -> Option<Letter> {
    if outside::is_outside(view, address) {
        return None;
    }
    if view.project(id).is_some() {
        return of_project_for(view, address, id, true, now);
    }
    let meeting = view.meeting(id).filter(|meeting| audience::may_see_meeting(view, meeting, address))?;
    let span = section::span(&Clock::of(view, address), None, now);
    Some(letter(address, vec![(of_meeting(view, &meeting, &span), true)], &span, true))
}

/// The answer to 状态 P-3: the project on one screen.
pub fn screen(view: &View<'_>, address: &str, id: &str, now: DateTime<Utc>) -> Option<Letter> {
    of_project_for(view, address, id, false, now)
}

/// In full only for who reads its report.
fn of_project_for(view: &View<'_>, address: &str, id: &str, full: bool, now: DateTime<Utc>) -> Option<Letter> {
    let project = view.project(id).filter(|project| audience::may_see_project(view, project, address))?;
    let reads = audience::readers(view, &project).iter().any(|reader| reader.address == address);
    let span = section::span(&Clock::of(view, address), None, now);
    Some(letter(address, vec![(of_project(view, &project, &span), full && reads)], &span, true))
}
