//! What time will do to an item, from the item and the rules alone.

use super::{ActionItem, State};
use crate::domain::clock::Clock;
use crate::domain::event::{Tick, TickKind};
use crate::domain::view::Rules;
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// How often a line that waits for an answer is shown before it is silent (O27).
pub const MENTIONS_MAX: u32 = 3;
/// Working days between two mentions of an item that is late for long.
pub const LATE_WEEKLY: u32 = 5;
/// Working days the organizer has to choose what becomes of an item that is late for long (O27).
pub const CHOICE_WINDOW: u32 = 5;
/// The first postponement up to so many working days is granted by silence (O24).
pub const SHORT_POSTPONEMENT: i32 = 3;
/// Hours between two reminders of an urgent item: working hours, or clock hours where it is critical.
pub const URGENT_HOURS: u32 = 4;

struct Rows<'a> {
    item: &'a ActionItem,
    rows: Vec<Tick>,
}

impl Rows<'_> {
    fn add(&mut self, at: DateTime<Utc>, kind: TickKind, key: &str) {
        self.rows.push(Tick { at, kind, object: self.item.id.clone(), key: key.to_string() });
    }

    /// Reminders older than the last change are of no use; a snoozed item is silent until its day.
    fn digest(&mut self, clock: &Clock, day: NaiveDate, rules: &Rules, person: &str) {
        let at = clock.at(day, rules.policy.digest_at);
        let owner = self.item.addressee().is_some_and(|owner| owner == person);
        let asleep = owner && self.item.snoozed_until.is_some_and(|until| day < until);
        if asleep || self.item.touched_at.is_some_and(|touched| at <= touched) {
            return;
        }
        self.rows.push(Tick { at, kind: TickKind::Digest, object: person.to_string(), key: self.item.id.clone() });
    }
}

/// Where the day stands from which an item counts as late, when that is not its due day.
const LATE_FROM: &str = "late_from";

/// An item comes into force, or into other hands, after its due day: its lateness counts from today, and some working days
/// of grace later (O37). Nobody is reminded or reported for the time before they knew.
pub fn begin(rules: &Rules, item: &mut ActionItem, grace: u32, now: DateTime<Utc>) {
    let clock = Clock::of_item(item, rules);
    item.facts.remove(LATE_FROM);
    let Some(due) = &item.due else { return };
    let today = clock.today(now);
    if clock.day(due) < today {
        item.facts.insert(LATE_FROM.into(), serde_json::json!(clock.add(today, grace)));
    }
}

/// What stopped reminders is settled and the day stands: lateness counts from today, because nobody was reminded meanwhile.
pub fn stands(rules: &Rules, item: &mut ActionItem, now: DateTime<Utc>) {
    let clock = Clock::of_item(item, rules);
    if late_from(item, &clock).is_some_and(|day| day < clock.today(now)) {
        begin(rules, item, 0, now);
    }
}

/// The day an item counts as late from: its due day, or the day it came into force, where that was later.
pub fn late_from(item: &ActionItem, clock: &Clock) -> Option<NaiveDate> {
    let day = clock.day(item.due.as_ref()?);
    let later = item.facts.get(LATE_FROM).and_then(|value| value.as_str()?.parse::<NaiveDate>().ok());
    Some(later.map_or(day, |later| later.max(day)))
}

/// Whether a request for a new due is granted by silence: the first one, and a short one (O24).
pub fn is_short(item: &ActionItem, clock: &Clock) -> bool {
    let Some(request) = &item.request else { return false };
    let (Some(new), Some(old)) = (&request.due, &item.due) else { return false };
    !request.decline
        && request.owner.is_none()
        && item.slips == 0
        && clock.between(clock.day(old), clock.day(new)) <= SHORT_POSTPONEMENT
}

/// The due rows of an item.
///
/// | row | when |
/// |---|---|
/// | `ConfirmTimeout` | end of the `confirm_window`th working day after it was asked |
/// | `ApproveTimeout` | end of the `approve_window`th working day after the request; `lapse` five days later |
/// | `AcceptTimeout` | end of the `accept_window`th working day after it was done |
/// | `Digest` | `digest_at` of every day it has something to say to its owner, or to those a decision waits for |
/// | `Escalate` | `escalate_at` of the working day D+1+`escalate_after`; rungs above are shown a day ahead |
/// | `LateChoice`, `Park` | 15 and 20 working days late |
/// | `Urgent` | every four hours around the due moment of an urgent item |
pub fn ticks(item: &ActionItem, rules: &Rules) -> Vec<Tick> {
    let mut out = Rows { item, rows: Vec::new() };
    if item.held || item.parked {
        return out.rows;
    }
    let clock = Clock::of_item(item, rules);
    let house = Clock::house(rules);
    let policy = &rules.policy;

    if let Some(asked) = item.request.as_ref().and_then(|request| request.asked_at) {
        let first = clock.end_after(asked, policy.approve_window);
        out.add(first, TickKind::ApproveTimeout, if is_short(item, &clock) { "" } else { "chair" });
        if !is_short(item, &clock) {
            out.add(
                clock.end_after(asked, policy.approve_window + policy.accept_window),
                TickKind::ApproveTimeout,
                "lapse",
            );
        }
        mentions(&mut out, &house, asked, rules);
    }
    if let Some(objection) = &item.objection {
        if let Some(at) = objection.at {
            mentions(&mut out, &house, at, rules);
            out.add(clock.end_after(at, policy.accept_window), TickKind::ApproveTimeout, "objection");
        }
    }
    if let (State::Done, Some(done)) = (item.state, item.done_at) {
        out.add(house.end_after(done, policy.accept_window), TickKind::AcceptTimeout, "");
        mentions(&mut out, &house, done, rules);
    }
    if item.state.is_open() {
        if item.state == State::Proposed {
            proposed(&mut out, &clock, rules);
        }
        if let Some(asked) = item.asked_at.filter(|_| item.marks.contains("unanswered")) {
            mentions(&mut out, &house, asked, rules);
            if item.addressee().is_none() {
                out.add(house.end_after(asked, CHOICE_WINDOW), TickKind::Park, "unanswered");
            }
        }
        due_rows(&mut out, &clock, &house, rules);
        if let (Some(day), Some(owner)) = (item.snoozed_until, item.addressee()) {
            out.digest(&clock, day, rules, owner);
        }
    }
    out.rows.sort();
    out.rows.dedup();
    out.rows
}

/// The digests of those a decision waits for, three at most.
fn mentions(out: &mut Rows<'_>, clock: &Clock, since: DateTime<Utc>, rules: &Rules) {
    for person in &out.item.waits_on.clone() {
        for n in 1..=MENTIONS_MAX {
            out.digest(clock, clock.add(clock.today(since), n), rules, person);
        }
    }
}

fn proposed(out: &mut Rows<'_>, clock: &Clock, rules: &Rules) {
    let Some(person) = out.item.addressee() else { return };
    let since = out.item.asked_at.or(out.item.touched_at);
    for day in since.into_iter().flat_map(|at| (1..=MENTIONS_MAX).map(move |n| (at, n))) {
        out.digest(clock, clock.add(clock.today(day.0), day.1), rules, person);
    }
    if let Some(asked) = out.item.asked_at.filter(|_| !out.item.marks.contains("unanswered")) {
        out.add(clock.end_after(asked, rules.policy.confirm_window), TickKind::ConfirmTimeout, "");
        if out.item.is_urgent() {
            urgent(out, clock, asked, &[URGENT_HOURS, 2 * URGENT_HOURS, 3 * URGENT_HOURS], "confirm");
        }
    }
}

fn due_rows(out: &mut Rows<'_>, clock: &Clock, house: &Clock, rules: &Rules) {
    let item = out.item;
    let policy = &rules.policy;
    let Some(due) = &item.due else { return };
    let day = clock.day(due);
    let base = clock.days.workday_until(day);
    let from = late_from(item, clock).unwrap_or(day);
    if let Some(owner) = item.addressee() {
        for before in &policy.remind_before {
            let before = i32::try_from(*before).unwrap_or(0);
            out.digest(clock, clock.days.add_workdays(base, -before), rules, owner);
        }
        for late in late_days(policy.late_daily, policy.late_choice) {
            out.digest(clock, clock.add(from, late), rules, owner);
        }
    }
    // Marked just before the organizer's digest of that day is composed.
    let choice_day = clock.add(from, policy.late_choice);
    out.add(clock.at(choice_day, policy.digest_at) - Duration::minutes(1), TickKind::LateChoice, "");
    out.add(
        clock.at(clock.add(choice_day, CHOICE_WINDOW), policy.digest_at) - Duration::minutes(1),
        TickKind::Park,
        "",
    );
    if item.marks.contains("late_choice") {
        for person in &item.waits_on {
            for n in 0..MENTIONS_MAX {
                out.digest(house, clock.add(choice_day, n), rules, person);
            }
        }
    }
    let rungs = if item.confidential { 1 } else { crate::domain::escalation::rungs(policy) };
    for (rung, after) in policy.escalate_after.iter().enumerate().take(rungs) {
        let key = rung.to_string();
        let fires = clock.at(clock.add(from, 1 + after), policy.escalate_at);
        if item.marks.contains(&format!("rung{rung}")) {
            continue;
        }
        out.add(fires, TickKind::Escalate, &key);
        if rung > 0 {
            out.add(clock.at(clock.add(from, *after), policy.escalate_at), TickKind::EscalatePreview, &key);
        }
    }
    if item.is_urgent() && item.state != State::Proposed {
        let moment = clock.moment(due);
        let start = clock.before(moment, URGENT_HOURS);
        urgent(out, clock, start, &[0, 2 * URGENT_HOURS, 3 * URGENT_HOURS], "due");
    }
}

/// The days after the due day on which a late item is mentioned: daily, then weekly, until the organizer chooses.
pub fn late_days(daily: u32, choice: u32) -> impl Iterator<Item = u32> {
    (1..choice).filter(move |n| *n <= daily || (n - daily).is_multiple_of(LATE_WEEKLY))
}

fn urgent(out: &mut Rows<'_>, clock: &Clock, from: DateTime<Utc>, hours: &[u32], key: &str) {
    for (n, hours) in hours.iter().enumerate() {
        let at = match out.item.urgency.as_str() {
            "critical" => from + Duration::hours(i64::from(*hours)),
            _ => clock.after_working_hours(from, *hours),
        };
        if out.item.touched_at.is_none_or(|touched| at > touched) {
            out.add(at, TickKind::Urgent, &format!("{key}{n}"));
        }
    }
}
