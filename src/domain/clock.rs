//! A person's wall clock and working calendar (O30): the one place where the domain turns days into moments.

use super::action_item::ActionItem;
use super::due::Due;
use super::view::{Rules, View};
use super::workdays::{self, Workdays};
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

/// Days before a due that tell whether a calendar of its own counts there.
const DAYS_COMPARED: i64 = 31;

/// Working days and time zone of one person.
#[derive(Clone, Debug)]
pub struct Clock {
    pub days: Workdays,
    pub zone: Tz,
}

impl Clock {
    pub fn of(view: &View<'_>, address: &str) -> Clock {
        Clock { days: view.calendar_of(address), zone: view.time_zone_of(address) }
    }

    /// The assistant's own: where nobody in particular is meant.
    pub fn house(rules: &Rules) -> Clock {
        Clock { days: rules.workdays.clone(), zone: rules.time_zone }
    }

    /// The calendar of an item's owner, as it was written into the item.
    pub fn of_item(item: &ActionItem, rules: &Rules) -> Clock {
        Clock { days: rules.calendar(&item.calendar), zone: item.zone.parse().unwrap_or(rules.time_zone) }
    }

    /// Name of the owner's calendar where it makes another day of a due than the house's would: a day from `since` up to
    /// it is worked by one and not by the other (O30).
    pub fn by_own_calendar(&self, due: &Due, since: DateTime<Utc>, rules: &Rules) -> Option<&Workdays> {
        let (own, house) = (&self.days, &rules.workdays);
        if own.name() == house.name() {
            return None;
        }
        let day = self.day(due);
        let from = self.today(since).clamp(day - Duration::days(DAYS_COMPARED), day);
        let mut days = from.iter_days().take_while(|one| *one <= day);
        days.any(|one| own.is_workday(one) != house.is_workday(one)).then_some(own)
    }

    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        now.with_timezone(&self.zone).date_naive()
    }

    pub fn at(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        workdays::local(&self.zone, day.and_time(time)).with_timezone(&Utc)
    }

    /// The end of working hours on a day.
    pub fn end(&self, day: NaiveDate) -> DateTime<Utc> {
        self.days.end_of_day(day, &self.zone).with_timezone(&Utc)
    }

    /// The moment a due has passed: a bare day ends with its working hours (SPEC 6).
    pub fn moment(&self, due: &Due) -> DateTime<Utc> {
        match due {
            Due::Date(day) => self.end(*day),
            Due::Moment(moment) => moment.with_timezone(&Utc),
        }
    }

    /// The local day a due falls on for this person.
    pub fn day(&self, due: &Due) -> NaiveDate {
        match due {
            Due::Date(day) => *day,
            Due::Moment(moment) => moment.with_timezone(&self.zone).date_naive(),
        }
    }

    /// The nth working day after a day; `add(day, 0)` is the day itself.
    pub fn add(&self, day: NaiveDate, n: u32) -> NaiveDate {
        self.days.add_workdays(day, i32::try_from(n).unwrap_or(i32::MAX))
    }

    /// Working days after `from` up to and with `to`.
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> i32 {
        self.days.workdays_between(from, to)
    }

    /// The end of the nth working day after a moment.
    pub fn end_after(&self, moment: DateTime<Utc>, n: u32) -> DateTime<Utc> {
        self.end(self.add(self.today(moment), n))
    }

    pub fn after_working_hours(&self, moment: DateTime<Utc>, hours: u32) -> DateTime<Utc> {
        self.days.add_working_hours(&moment.with_timezone(&self.zone), f64::from(hours)).with_timezone(&Utc)
    }

    /// The next moment a digest goes out, strictly after `now`.
    pub fn next_digest(&self, now: DateTime<Utc>, digest_at: NaiveTime) -> DateTime<Utc> {
        let today = self.today(now);
        let first = self.at(today, digest_at);
        if self.days.is_workday(today) && now < first {
            return first;
        }
        self.at(self.days.next_workday(today), digest_at)
    }

    /// A due moved by working days, keeping its time of day.
    pub fn shifted(&self, due: &Due, n: i32) -> Due {
        match due {
            Due::Date(day) => Due::Date(self.days.add_workdays(*day, n)),
            Due::Moment(moment) => {
                let here = moment.date_naive();
                Due::Moment(*moment + (self.days.add_workdays(here, n) - here))
            }
        }
    }

    /// How long before a moment a number of hours is: by the clock, or by working time where `working` hours count.
    pub fn before(&self, moment: DateTime<Utc>, hours: u32) -> DateTime<Utc> {
        moment - Duration::hours(i64::from(hours))
    }
}
