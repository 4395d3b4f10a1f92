//! What is counted, and how; every figure is a function of the items, the rules and the span of time.
//!
//! | figure | is |
//! |---|---|
//! | standing | each item counts once: dropped, done, parked, blocked, behind (said so or overdue), to confirm, doing |
//! | on time | of what was finished with a due date or is overdue: the share finished by its due moment, percent |
//! | slips | granted postponements, summed; how many items had any |
//! | time to confirm | median of the working hours from the question to the owner's own yes; silence does not count |
//! | carried | open items whose due day passed before the span began |

use crate::domain::action_item::{ActionItem, State};
use crate::domain::clock::Clock;
use crate::domain::view::Rules;
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Fact of an item: when its owner said yes (RFC 3339), written by `action_item::save`.
pub const CONFIRMED_AT: &str = "confirmed_at";
/// Points of a burn-down: more cannot be told apart in a picture.
const POINTS_MAX: usize = 60;
/// Weeks of the on-time picture.
const WEEKS: u32 = 8;
/// Days a plan is looked at; a mistyped year must not make a picture of a century.
const DAYS_MAX: i64 = 1500;

/// What the report is about: from the last one to this one, and the days after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub since: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// The local day of `until`.
    pub today: NaiveDate,
    /// The last day of what is coming: a week on.
    pub ahead: NaiveDate,
}

/// Where an item stands; every item has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Dropped,
    Done,
    Parked,
    Blocked,
    Behind,
    ToConfirm,
    Doing,
}

/// Counts of a set of items.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Everything that was not dropped.
    pub total: usize,
    pub done: usize,
    pub done_in_span: usize,
    /// Of the done: waiting to be accepted.
    pub to_accept: usize,
    pub doing: usize,
    pub to_confirm: usize,
    pub behind: usize,
    pub blocked: usize,
    pub parked: usize,
    /// Past due and not done, whatever else is said of them.
    pub overdue: usize,
    pub due_ahead: usize,
    /// Percent; none where nothing was due.
    pub on_time: Option<u8>,
    pub on_time_of: usize,
    pub slips: u32,
    pub slipped: usize,
    /// Working hours, one decimal.
    pub confirm_hours: Option<f64>,
    pub carried: usize,
}

/// One person's load.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Load {
    pub name: String,
    pub department: Option<String>,
    pub open: usize,
    pub late: usize,
    pub due_ahead: usize,
}

/// What is left to do, by day: as planned by the due dates, and as it was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Burn {
    pub days: Vec<NaiveDate>,
    pub plan: Vec<usize>,
    /// As long as the days that have passed.
    pub left: Vec<usize>,
}

/// What fell due in a week (from Monday), and how much of it was done by then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OnTime {
    pub week: NaiveDate,
    pub due: usize,
    pub on_time: usize,
}

/// Working clocks of owners; there are few kinds.
#[derive(Default)]
pub struct Clocks {
    known: HashMap<(String, String), Clock>,
}

impl Clocks {
    fn of(&mut self, item: &ActionItem, rules: &Rules) -> &Clock {
        self.known.entry((item.zone.clone(), item.calendar.clone())).or_insert_with(|| Clock::of_item(item, rules))
    }
}

/// An item with what the figures need of it, computed once.
pub struct Counted<'a> {
    pub item: &'a ActionItem,
    pub standing: Standing,
    /// The moment its due passes.
    pub due: Option<DateTime<Utc>>,
    pub due_day: Option<NaiveDate>,
    pub finished: Option<DateTime<Utc>>,
    pub overdue: bool,
    /// Working days it is late.
    pub late_days: i32,
    /// Working hours from the question to the yes.
    pub confirm_hours: Option<f64>,
}

impl Counted<'_> {
    pub fn is_open(&self) -> bool {
        !matches!(self.standing, Standing::Dropped | Standing::Done)
    }

    pub fn is_done_in(&self, span: &Span) -> bool {
        self.standing == Standing::Done && self.finished.is_some_and(|at| span.since < at && at <= span.until)
    }

    pub fn is_due_ahead(&self, span: &Span) -> bool {
        self.is_open() && self.due_day.is_some_and(|day| span.today < day && day <= span.ahead)
    }

    fn is_on_time(&self) -> Option<bool> {
        match (self.standing, self.due, self.finished) {
            (Standing::Dropped, _, _) => None,
            (Standing::Done, Some(due), Some(finished)) => Some(finished <= due),
            (Standing::Done, _, _) => None,
            _ => self.overdue.then_some(false),
        }
    }
}

/// Looks at every item once; what is held back or confidential is not counted (O38: no reports).
pub fn counted<'a>(items: &'a [ActionItem], rules: &Rules, now: DateTime<Utc>) -> Vec<Counted<'a>> {
    let mut clocks = Clocks::default();
    let mut all = Vec::with_capacity(items.len());
    for item in items.iter().filter(|item| !item.held && !item.confidential) {
        let clock = clocks.of(item, rules);
        let due = item.due.as_ref().map(|due| clock.moment(due));
        let due_day = item.due.as_ref().map(|due| clock.day(due));
        let overdue = item.state.is_open() && due.is_some_and(|due| due < now);
        let late_days = match due_day {
            Some(day) if overdue => clock.between(day, clock.today(now)).max(0),
            _ => 0,
        };
        let standing = match item.state {
            State::Declined | State::Cancelled => Standing::Dropped,
            State::Done | State::Accepted => Standing::Done,
            _ if item.parked => Standing::Parked,
            State::Blocked => Standing::Blocked,
            _ if overdue || item.behind => Standing::Behind,
            State::Proposed => Standing::ToConfirm,
            State::Confirmed | State::InProgress => Standing::Doing,
        };
        let confirmed = item.facts.get(CONFIRMED_AT).and_then(|at| at.as_str()?.parse::<DateTime<Utc>>().ok());
        let confirm_hours = item.asked_at.zip(confirmed).filter(|(asked, yes)| asked <= yes).map(|(asked, yes)| {
            let time = clock.days.working_time(&asked.with_timezone(&clock.zone), &yes.with_timezone(&clock.zone));
            time.num_minutes() as f64 / 60.0
        });
        all.push(Counted {
            item,
            standing,
            due,
            due_day,
            finished: item.done_at.filter(|_| standing == Standing::Done),
            overdue,
            late_days,
            confirm_hours,
        });
    }
    all
}

impl Figures {
    pub fn of<'a>(items: impl IntoIterator<Item = &'a Counted<'a>>, span: &Span) -> Figures {
        let mut figures = Figures::default();
        let mut hours: Vec<f64> = Vec::new();
        let mut on_time = 0_usize;
        for one in items {
            let count = match one.standing {
                Standing::Dropped => continue,
                Standing::Done => &mut figures.done,
                Standing::Parked => &mut figures.parked,
                Standing::Blocked => &mut figures.blocked,
                Standing::Behind => &mut figures.behind,
                Standing::ToConfirm => &mut figures.to_confirm,
                Standing::Doing => &mut figures.doing,
            };
            *count += 1;
            figures.total += 1;
            figures.done_in_span += usize::from(one.is_done_in(span));
            figures.to_accept += usize::from(one.item.state == State::Done);
            figures.overdue += usize::from(one.overdue);
            figures.due_ahead += usize::from(one.is_due_ahead(span));
            figures.slips += one.item.slips;
            figures.slipped += usize::from(one.item.slips > 0);
            figures.carried += usize::from(one.overdue && one.due.is_some_and(|due| due < span.since));
            if let Some(kept) = one.is_on_time() {
                figures.on_time_of += 1;
                on_time += usize::from(kept);
            }
            hours.extend(one.confirm_hours);
        }
        figures.on_time = percent(on_time, figures.on_time_of);
        figures.confirm_hours = median(&mut hours).map(|hours| (hours * 10.0).round() / 10.0);
        figures
    }

    /// Red with something late for more than five working days or blocked past its due; yellow with anything behind or
    /// blocked. The lights of risks and milestones are laid over it by the project's section.
    pub fn light(&self, worst_late_days: i32) -> &'static str {
        if worst_late_days > 5 {
            "red"
        } else if self.behind + self.blocked > 0 {
            "yellow"
        } else {
            "green"
        }
    }
}

/// Rounded down: 99.6 % on time is not all of it.
pub fn percent(part: usize, of: usize) -> Option<u8> {
    (of > 0).then(|| u8::try_from(part * 100 / of).unwrap_or(100))
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => values.get(middle).copied(),
        _ => Some((values.get(middle - 1)? + values.get(middle)?) / 2.0),
    }
}

/// Each group's figures, the largest group first; items without a key are left to the total.
pub fn by<'a>(
    items: &'a [Counted<'a>],
    span: &Span,
    key: impl Fn(&ActionItem) -> Option<String>,
) -> Vec<(String, Figures)> {
    let mut groups: BTreeMap<String, Vec<&Counted<'a>>> = BTreeMap::new();
    for one in items.iter().filter(|one| one.standing != Standing::Dropped) {
        if let Some(name) = key(one.item).filter(|name| !name.is_empty()) {
            groups.entry(name).or_default().push(one);
        }
    }
    let mut all: Vec<(String, Figures)> =
        groups.into_iter().map(|(name, group)| (name, Figures::of(group, span))).collect();
    all.sort_by(|a, b| b.1.total.cmp(&a.1.total).then_with(|| a.0.cmp(&b.0)));
    all
}

/// Who has how much open, the most loaded first.
pub fn load(items: &[Counted<'_>], span: &Span, department: impl Fn(&ActionItem) -> Option<String>) -> Vec<Load> {
    let mut people: BTreeMap<String, Load> = BTreeMap::new();
    for one in items.iter().filter(|one| one.is_open() && one.standing != Standing::Parked) {
        let Some(name) = one.item.owner.clone() else { continue };
        let load = people.entry(one.item.owner_address.clone().unwrap_or_else(|| name.clone())).or_default();
        if load.name.is_empty() {
            load.name = name;
            load.department = department(one.item);
        }
        load.open += 1;
        load.late += usize::from(one.overdue);
        load.due_ahead += usize::from(one.is_due_ahead(span));
    }
    let mut all: Vec<Load> = people.into_values().collect();
    all.sort_by(|a, b| b.open.cmp(&a.open).then(b.late.cmp(&a.late)).then_with(|| a.name.cmp(&b.name)));
    all
}

/// Of what fell due in each of the last weeks, how much was done by then; weeks with nothing due are left out.
pub fn on_time(items: &[Counted<'_>], span: &Span) -> Vec<OnTime> {
    let this = span.today.week(Weekday::Mon).first_day();
    let first = this.checked_sub_days(Days::new(u64::from(WEEKS - 1) * 7)).unwrap_or(this);
    let mut weeks: BTreeMap<NaiveDate, OnTime> = BTreeMap::new();
    for one in items {
        let Some(day) = one.due_day.filter(|day| first <= *day && *day <= span.today) else { continue };
        let Some(kept) = one.is_on_time() else { continue };
        let week = day.week(Weekday::Mon).first_day();
        let row = weeks.entry(week).or_insert(OnTime { week, due: 0, on_time: 0 });
        row.due += 1;
        row.on_time += usize::from(kept);
    }
    weeks.into_values().collect()
}

/// From the first to the last working day that is known; none where there is no plan to speak of. What is due or done on
/// days off belongs to the working day before them: a weekend is no step of its own.
pub fn burn(
    items: &[Counted<'_>],
    span: &Span,
    rules: &Rules,
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
) -> Option<Burn> {
    let zone = rules.time_zone;
    let kept: Vec<&Counted<'_>> = items.iter().filter(|one| one.standing != Standing::Dropped).collect();
    let day_of = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let dues = || kept.iter().filter_map(|one| one.due_day);
    let finished = || kept.iter().filter_map(|one| one.finished.map(day_of));
    let begun = kept.iter().filter_map(|one| one.item.start);
    let asked = kept.iter().filter_map(|one| one.item.asked_at.map(day_of));
    let first = start.or_else(|| begun.chain(finished()).chain(asked).chain(dues()).min())?.min(span.today);
    let last = end.into_iter().chain(dues()).chain([span.today]).max()?;
    let length = (last - first).num_days();
    if kept.len() < 2 || !(2..=DAYS_MAX).contains(&length) {
        return None;
    }
    let calendar = &rules.workdays;
    let open = |day: &NaiveDate| calendar.is_workday(*day);
    let working: Vec<NaiveDate> = first.iter_days().take(length as usize + 1).filter(open).collect();
    let step = working.len().div_ceil(POINTS_MAX).max(1);
    // Today and the last day are always there: the eye looks for both.
    let shown = [span.today, last].map(|day| calendar.workday_until(day));
    let mut days: Vec<NaiveDate> = working.into_iter().step_by(step).chain(shown).collect();
    days.sort();
    days.dedup();
    // The last day that counts as this one.
    let until = |day: &NaiveDate| calendar.next_workday(*day).pred_opt().unwrap_or(*day);
    let (mut due, mut done): (Vec<NaiveDate>, Vec<NaiveDate>) = (dues().collect(), finished().collect());
    due.sort();
    done.sort();
    let undated = kept.iter().filter(|one| one.standing == Standing::Done && one.finished.is_none()).count();
    let plan = days.iter().map(|day| kept.len() - due.partition_point(|one| *one <= until(day))).collect();
    let passed = days.iter().filter(|day| **day <= span.today);
    let left = passed.map(|day| kept.len() - undated - done.partition_point(|one| *one <= until(day))).collect();
    Some(Burn { days, plan, left })
}

/// The points of a burn-down a table has room for: about one a week, and the last.
pub fn thinned(burn: &Burn, rows: usize) -> Vec<(NaiveDate, usize, Option<usize>)> {
    let step = burn.days.len().div_ceil(rows.max(1)).max(1);
    let last = burn.left.len().saturating_sub(1);
    let all = burn.days.iter().zip(&burn.plan).enumerate();
    let mut rows: Vec<(NaiveDate, usize, Option<usize>)> = all
        .filter(|(at, _)| at % step == 0 || *at == last || *at + 1 == burn.days.len())
        .map(|(at, (day, plan))| (*day, *plan, burn.left.get(at).copied()))
        .collect();
    // What is planned and does not change is said once.
    rows.dedup_by(|row, before| row.2.is_none() && before.2.is_none() && row.1 == before.1);
    rows
}

/// `2026-W11`: what tells one report from the next.
pub fn week_name(day: NaiveDate) -> String {
    let week = day.iso_week();
    format!("{}-W{:02}", week.year(), week.week())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::domain::due::Due;
    use crate::domain::testing::{House, at};

    fn item(id: &str, due: &str, state: State) -> ActionItem {
        ActionItem {
            id: id.into(),
            task: id.into(),
            owner: Some("李雷".into()),
            owner_address: Some("lilei@example.com".into()),
            due: Some(Due::Date(due.parse().unwrap())),
            state,
            ..ActionItem::default()
        }
    }

    fn span() -> Span {
        Span {
            since: at("2026-03-06T17:00:00+08:00"),
            until: at("2026-03-13T17:00:00+08:00"),
            today: "2026-03-13".parse().unwrap(),
            ahead: "2026-03-20".parse().unwrap(),
        }
    }

    fn done(id: &str, due: &str, on: &str) -> ActionItem {
        ActionItem { done_at: Some(at(on)), ..item(id, due, State::Accepted) }
    }

    #[test]
    fn every_item_counts_once() {
        let rules = House::new("2026-03-13T17:00:00+08:00").rules;
        let mut behind = item("A-4", "2026-03-18", State::InProgress);
        behind.behind = true;
        let mut parked = item("A-8", "2026-01-05", State::Confirmed);
        parked.parked = true;
        let mut secret = item("A-9", "2026-03-18", State::Confirmed);
        secret.confidential = true;
        let items = [
            done("A-1", "2026-03-10", "2026-03-10T12:00:00+08:00"),
            done("A-2", "2026-03-03", "2026-03-05T12:00:00+08:00"),
            item("A-3", "2026-03-12", State::Confirmed),
            behind,
            item("A-5", "2026-03-19", State::Proposed),
            item("A-6", "2026-03-04", State::Blocked),
            item("A-7", "2026-03-18", State::Cancelled),
            parked,
            secret,
        ];
        let counted = counted(&items, &rules, span().until);
        let figures = Figures::of(&counted, &span());
        let parts =
            figures.done + figures.doing + figures.to_confirm + figures.behind + figures.blocked + figures.parked;
        assert_eq!((figures.total, parts), (7, 7), "{figures:?}");
        assert_eq!((figures.done, figures.done_in_span, figures.behind, figures.blocked), (2, 1, 2, 1));
        assert_eq!((figures.overdue, figures.due_ahead, figures.carried), (3, 2, 2), "{figures:?}");
        // Kept: A-1. Not kept: A-2 finished two days late; and the parked A-8 are overdue.
        assert_eq!((figures.on_time, figures.on_time_of), (Some(20), 5), "{figures:?}");
    }

    #[test]
    fn silence_has_no_time_to_confirm() {
        let rules = House::new("2026-03-13T17:00:00+08:00").rules;
        let confirmed = |hours: i64| {
            let asked = at("2026-03-09T09:00:00+08:00");
            let mut item = item("A-1", "2026-03-18", State::Confirmed);
            item.asked_at = Some(asked);
            let yes = asked + chrono::Duration::hours(hours);
            item.facts.insert(CONFIRMED_AT.into(), serde_json::json!(yes));
            item
        };
        let mut silent = confirmed(1);
        silent.facts.clear();
        // One, three and, over a night, nine working hours and more.
        let items = [confirmed(1), confirmed(3), confirmed(24), silent];
        let counted = counted(&items, &rules, span().until);
        assert_eq!(Figures::of(&counted, &span()).confirm_hours, Some(3.0));
        assert_eq!(Figures::of(&counted[3..], &span()).confirm_hours, None);
    }

    #[test]
    fn what_is_left_falls_with_the_days_it_was_done() {
        let rules = House::new("2026-03-13T17:00:00+08:00").rules;
        let items = [
            done("A-1", "2026-03-05", "2026-03-04T12:00:00+08:00"),
            done("A-2", "2026-03-05", "2026-03-11T12:00:00+08:00"),
            item("A-3", "2026-03-12", State::Confirmed),
            item("A-4", "2026-03-27", State::Confirmed),
        ];
        let counted = counted(&items, &rules, span().until);
        let burn = burn(&counted, &span(), &rules, "2026-03-02".parse().ok(), None).unwrap();
        let on = |day: &str| {
            let at = burn.days.iter().position(|d| *d == day.parse::<NaiveDate>().unwrap()).unwrap();
            (burn.plan[at], burn.left.get(at).copied())
        };
        assert_eq!(on("2026-03-02"), (4, Some(4)));
        assert_eq!(on("2026-03-05"), (2, Some(3)));
        assert_eq!(on("2026-03-13"), (1, Some(2)));
        assert_eq!(on("2026-03-27"), (0, None), "the future is not known");
        let weeks = on_time(&counted, &span());
        let weeks: Vec<(usize, usize)> = weeks.iter().map(|week| (week.due, week.on_time)).collect();
        assert_eq!(weeks, [(2, 1), (1, 0)]);
    }

    /// A weekend and 清明节 (Saturday to Monday, 4–6 April 2026) are no steps; what was done on them counts as Friday's.
    #[test]
    fn days_off_are_no_steps() {
        let rules = House::new("2026-04-08T17:00:00+08:00").rules;
        let items = [
            done("A-1", "2026-04-03", "2026-04-04T12:00:00+08:00"),
            item("A-2", "2026-04-05", State::Confirmed),
            item("A-3", "2026-04-11", State::Confirmed),
        ];
        let span = Span { today: "2026-04-08".parse().unwrap(), until: at("2026-04-08T17:00:00+08:00"), ..span() };
        let counted = counted(&items, &rules, span.until);
        let burn = burn(&counted, &span, &rules, "2026-04-02".parse().ok(), None).unwrap();
        let days: Vec<String> = burn.days.iter().map(|day| day.format("%d").to_string()).collect();
        assert_eq!(days, ["02", "03", "07", "08", "09", "10"]);
        assert_eq!(burn.plan, [3, 1, 1, 1, 1, 0]);
        assert_eq!(burn.left, [3, 2, 2, 2]);
    }

    #[test]
    fn a_mistyped_year_makes_no_picture_of_a_century() {
        let rules = House::new("2026-03-13T17:00:00+08:00").rules;
        let items = [item("A-1", "2126-03-05", State::Confirmed), item("A-2", "2026-03-12", State::Confirmed)];
        let counted = counted(&items, &rules, span().until);
        assert_eq!(burn(&counted, &span(), &rules, None, None), None);
    }
}
