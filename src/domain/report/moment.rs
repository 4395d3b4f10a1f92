//! When a report goes: the weekday and time of the house or of one project or series; the last working day before a
//! holiday takes the place of a holiday.

use crate::domain::clock::Clock;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc, Weekday};

/// Weeks looked at for one with a working day in it.
const WEEKS_MAX: u32 = 8;
/// Days between two reports; where holidays push one closer to the one before, there is nothing to tell yet.
const DAYS_MIN: i64 = 3;

/// The first report after a moment. A week without a working day between two reports has none.
pub fn next(clock: &Clock, (weekday, time): (Weekday, NaiveTime), after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mut day = clock.today(after).week(Weekday::Mon).first_day();
    day = day.checked_add_days(Days::new(u64::from(weekday.num_days_from_monday())))?;
    for _ in 0..WEEKS_MAX {
        let before = day.checked_sub_days(Days::new(7))?;
        let report = clock.days.workday_until(day);
        let moment = clock.at(report, time);
        if (report - before).num_days() >= DAYS_MIN && moment > after {
            return Some(moment);
        }
        day = day.checked_add_days(Days::new(7))?;
    }
    None
}

/// `Thu 16:00`, as a project's or series' own time is kept.
pub fn parse(text: &str) -> Option<(Weekday, NaiveTime)> {
    let (day, time) = text.trim().split_once(' ')?;
    Some((day.parse().ok()?, NaiveTime::parse_from_str(time.trim(), "%H:%M").ok()?))
}

/// A week before a day, at the same time: where the span of a first report begins.
pub fn a_week_before(clock: &Clock, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    clock.at(day.checked_sub_days(Days::new(7)).unwrap_or(day), time)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::domain::testing::{House, at};

    fn check(after: &str, want: &str) {
        let rules = House::new("2026-03-13T17:00:00+08:00").rules;
        let clock = Clock::house(&rules);
        let found = next(&clock, rules.policy.report_at, at(after)).unwrap();
        assert_eq!(found, at(want), "after {after}");
    }

    #[test]
    fn friday_at_five() {
        check("2026-03-09T09:00:00+08:00", "2026-03-13T17:00:00+08:00");
        check("2026-03-13T16:59:59+08:00", "2026-03-13T17:00:00+08:00");
        check("2026-03-13T17:00:00+08:00", "2026-03-20T17:00:00+08:00");
    }

    /// 5 June 2026 is a working Friday; 19 June is 端午节: the report of that week goes on Thursday.
    #[test]
    fn the_last_working_day_before_a_holiday() {
        check("2026-06-15T09:00:00+08:00", "2026-06-18T17:00:00+08:00");
        check("2026-06-18T17:00:00+08:00", "2026-06-26T17:00:00+08:00");
    }

    /// 国庆节 2026, 1–7 October: Friday 2 October is reported on Wednesday, and the week after that on its Friday.
    #[test]
    fn a_long_holiday() {
        check("2026-09-25T17:00:00+08:00", "2026-09-30T17:00:00+08:00");
        check("2026-09-30T17:00:00+08:00", "2026-10-09T17:00:00+08:00");
    }

    /// 春节 2026, 15–23 February, with a working Saturday before it: no second report on the day after the first.
    #[test]
    fn a_week_without_a_working_day_has_none() {
        check("2026-02-13T17:00:00+08:00", "2026-02-27T17:00:00+08:00");
    }

    #[test]
    fn an_own_time() {
        assert_eq!(parse("Thu 16:00"), Some((Weekday::Thu, NaiveTime::from_hms_opt(16, 0, 0).unwrap())));
        assert_eq!(parse("whenever"), None);
    }
}
