//! Working days and hours, holidays and make-up days: all local-day arithmetic (SPEC 6, O30).
//!
//! A [`Workdays`] is one named calendar. The Chinese statutory years are plain data files (`config/workdays-<year>.csv`),
//! embedded and read when first asked for; a year that is not published counts Monday–Friday less 1 January, and
//! [`Workdays::published`] says so, so that what was computed with it can be computed again.
//!
//! Deliberately absent: the clock. Every moment is an argument.

mod festival;
#[cfg(test)]
mod tests;
mod year;

pub use festival::{Festival, Holiday};
pub use year::{BadCalendarLine, DayKind, YEAR_FIRST, YEAR_LAST, Year};

use chrono::{
    DateTime, Datelike, Days, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Weekday,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use year::embedded;

/// A search for a working day gives up after this many days: a calendar without any would never end.
const SEARCH_DAYS_MAX: u32 = 400;

/// The furthest [`Workdays::add_workdays`] goes; a phrase that says more is no deadline.
const SHIFT_MAX: i32 = 3000;

/// Which days of an ordinary week are worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Week {
    /// 双休: Monday to Friday
    MonFri,
    /// 单休: Monday to Saturday
    SixDay,
    /// 大小周: every second Saturday; the date is one of the worked ones
    Alternate { worked_saturday: NaiveDate },
}

impl Week {
    fn works(self, day: NaiveDate) -> bool {
        match (self, day.weekday()) {
            (_, Weekday::Sun) => false,
            (Week::MonFri, Weekday::Sat) => false,
            (Week::Alternate { worked_saturday }, Weekday::Sat) => {
                (day - worked_saturday).num_days().rem_euclid(14) < 7
            }
            _ => true,
        }
    }
}

/// The hours of a working day, local.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    pub start: NaiveTime,
    pub end: NaiveTime,
    /// Not counted as working time.
    pub lunch: Option<(NaiveTime, NaiveTime)>,
}

const fn clock(hour: u32, minute: u32) -> NaiveTime {
    match NaiveTime::from_hms_opt(hour, minute, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    }
}

impl Default for Hours {
    /// 09:00–18:00, lunch counted.
    fn default() -> Self {
        Hours { start: clock(9, 0), end: clock(18, 0), lunch: None }
    }
}

impl Hours {
    /// From stretches such as `09:00-12:00`, `13:00-18:00`: the gap between the first two is lunch.
    pub fn from_stretches<T: AsRef<str>>(stretches: &[T]) -> Option<Hours> {
        let mut read = Vec::new();
        for stretch in stretches {
            let (from, until) = stretch.as_ref().split_once('-')?;
            let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
            let (from, until) = (time(from)?, time(until)?);
            if from >= until {
                return None;
            }
            read.push((from, until));
        }
        read.sort();
        let ((start, noon), (_, end)) = (*read.first()?, *read.last()?);
        let lunch = read.get(1).map(|(afternoon, _)| (noon, *afternoon)).filter(|(from, until)| from < until);
        Some(Hours { start, end, lunch })
    }

    /// The stretches of working time of one day, in order; empty when the hours make no sense.
    fn stretches(&self) -> impl Iterator<Item = (NaiveTime, NaiveTime)> + use<> {
        let both = match self.lunch {
            Some((from, until)) if self.start <= from && from < until && until <= self.end => {
                [(self.start, from), (until, self.end)]
            }
            _ => [(self.start, self.end), (self.end, self.end)],
        };
        both.into_iter().filter(|(from, until)| from < until)
    }
}

/// The hours nobody is disturbed in, local; `from` later than `until` spans midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    pub from: NaiveTime,
    pub until: NaiveTime,
}

impl Default for Quiet {
    /// 20:00–08:00 (SPEC 6.1).
    fn default() -> Self {
        Quiet { from: clock(20, 0), until: clock(8, 0) }
    }
}

impl Quiet {
    pub fn covers(&self, time: NaiveTime) -> bool {
        if self.from <= self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }
}

#[derive(Clone, Debug)]
struct Inner {
    name: Box<str>,
    week: Week,
    hours: Hours,
    /// Chinese statutory holidays and make-up days apply.
    statutory: bool,
    /// Years given besides the embedded ones; they stand before them.
    years: BTreeMap<i32, Year>,
    off: BTreeSet<NaiveDate>,
    extra: BTreeSet<NaiveDate>,
}

/// A working calendar; a clone costs a count.
#[derive(Clone, Debug)]
pub struct Workdays(Arc<Inner>);

impl Default for Workdays {
    fn default() -> Self {
        Workdays::cn()
    }
}

impl Workdays {
    /// A calendar of a given week with the usual hours and no statutory days.
    pub fn new(name: &str, week: Week) -> Workdays {
        Workdays(Arc::new(Inner {
            name: name.into(),
            week,
            hours: Hours::default(),
            statutory: false,
            years: BTreeMap::new(),
            off: BTreeSet::new(),
            extra: BTreeSet::new(),
        }))
    }

    /// `cn`: Monday–Friday with the Chinese statutory holidays and make-up days.
    pub fn cn() -> Workdays {
        static CN: LazyLock<Workdays> = LazyLock::new(|| Workdays::new("cn", Week::MonFri).with_statutory());
        CN.clone()
    }

    /// `mon-fri`: Monday–Friday and nothing else.
    pub fn mon_fri() -> Workdays {
        static MON_FRI: LazyLock<Workdays> = LazyLock::new(|| Workdays::new("mon-fri", Week::MonFri));
        MON_FRI.clone()
    }

    /// `cn`, `mon-fri`, `six-day` or `alternate`; the last two with Chinese statutory days.
    pub fn named(name: &str) -> Option<Workdays> {
        Some(match name {
            "cn" => Workdays::cn(),
            "mon-fri" => Workdays::mon_fri(),
            "six-day" => Workdays::new(name, Week::SixDay).with_statutory(),
            "alternate" => {
                // Without a word in the configuration the first Saturday of 2024 is a worked one.
                let worked_saturday = NaiveDate::from_ymd_opt(2024, 1, 6)?;
                Workdays::new(name, Week::Alternate { worked_saturday }).with_statutory()
            }
            _ => return None,
        })
    }

    /// The calendar a reference moment suggests where none is named: `cn` at +08:00, else `mon-fri` (SPEC 9.2).
    pub fn for_offset(offset: chrono::FixedOffset) -> Workdays {
        if offset.local_minus_utc() == 8 * 3600 { Workdays::cn() } else { Workdays::mon_fri() }
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Workdays {
        change(Arc::make_mut(&mut self.0));
        self
    }

    #[must_use]
    pub fn with_statutory(self) -> Workdays {
        self.change(|inner| inner.statutory = true)
    }

    #[must_use]
    pub fn with_name(self, name: &str) -> Workdays {
        self.change(|inner| inner.name = name.into())
    }

    #[must_use]
    pub fn with_hours(self, hours: Hours) -> Workdays {
        self.change(|inner| inner.hours = hours)
    }

    /// A firm's own days off.
    #[must_use]
    pub fn with_days_off(self, days: impl IntoIterator<Item = NaiveDate>) -> Workdays {
        self.change(|inner| inner.off.extend(days))
    }

    /// A firm's own extra working days.
    #[must_use]
    pub fn with_extra_days(self, days: impl IntoIterator<Item = NaiveDate>) -> Workdays {
        self.change(|inner| inner.extra.extend(days))
    }

    /// Days of a file in the shape of `workdays-<year>.csv` on top of what is known: a newly published year, a correction,
    /// or a firm's own days off and worked days.
    pub fn with_year(self, csv: &str) -> Result<Workdays, BadCalendarLine> {
        let given = Year::parse(csv)?;
        let mut by_year: BTreeMap<i32, Year> = BTreeMap::new();
        for (day, entry) in given.days {
            by_year.entry(day.year()).or_default().days.insert(day, entry);
        }
        Ok(self.change(|inner| {
            for (year, given) in by_year {
                // A few days of a firm do not publish a year; the autumn holidays stand in every statutory one.
                let whole = given.days.values().any(|(kind, name)| *kind == DayKind::Off && &**name == "国庆节");
                let known = inner.years.get(&year).or_else(|| embedded(year)).cloned();
                if inner.statutory && (known.is_some() || whole) {
                    let mut merged = known.unwrap_or_default();
                    merged.days.extend(given.days);
                    inner.years.insert(year, merged);
                    continue;
                }
                for (day, (kind, _)) in given.days {
                    match kind {
                        DayKind::Off => inner.off.insert(day),
                        DayKind::Work => inner.extra.insert(day),
                    };
                }
            }
        }))
    }

    pub fn name(&self) -> &str {
        &self.0.name
    }

    pub fn week(&self) -> Week {
        self.0.week
    }

    pub fn hours(&self) -> Hours {
        self.0.hours
    }

    fn year(&self, year: i32) -> Option<&Year> {
        if !self.0.statutory {
            return None;
        }
        self.0.years.get(&year).or_else(|| embedded(year))
    }

    /// Whether the days off of that year are known; always for a calendar without statutory days.
    pub fn published(&self, year: i32) -> bool {
        !self.0.statutory || self.year(year).is_some()
    }

    /// What the statutory file says about a day, with the festival's name.
    pub fn statutory(&self, day: NaiveDate) -> Option<(DayKind, &str)> {
        self.year(day.year())?.days.get(&day).map(|(kind, name)| (*kind, &**name))
    }

    pub fn is_workday(&self, day: NaiveDate) -> bool {
        if self.0.extra.contains(&day) {
            return true;
        }
        if self.0.off.contains(&day) {
            return false;
        }
        match self.statutory(day) {
            Some((kind, _)) => kind == DayKind::Work,
            None if !self.published(day.year()) && day.ordinal() == 1 => false,
            None => self.0.week.works(day),
        }
    }

    /// The festival a day off belongs to.
    pub fn holiday_name(&self, day: NaiveDate) -> Option<&str> {
        match self.statutory(day) {
            Some((DayKind::Off, name)) => Some(name),
            None if !self.published(day.year()) && day.ordinal() == 1 => Some("元旦"),
            _ => None,
        }
    }

    fn seek(&self, from: NaiveDate, forward: bool) -> NaiveDate {
        let mut day = from;
        for _ in 0..SEARCH_DAYS_MAX {
            let Some(next) = (if forward { day.succ_opt() } else { day.pred_opt() }) else { return from };
            day = next;
            if self.is_workday(day) {
                return day;
            }
        }
        from
    }

    /// The first working day after.
    pub fn next_workday(&self, day: NaiveDate) -> NaiveDate {
        self.seek(day, true)
    }

    /// The last working day before.
    pub fn prev_workday(&self, day: NaiveDate) -> NaiveDate {
        self.seek(day, false)
    }

    /// The day itself if it is worked, else the first working day after.
    pub fn workday_from(&self, day: NaiveDate) -> NaiveDate {
        if self.is_workday(day) { day } else { self.next_workday(day) }
    }

    /// The day itself if it is worked, else the last working day before.
    pub fn workday_until(&self, day: NaiveDate) -> NaiveDate {
        if self.is_workday(day) { day } else { self.prev_workday(day) }
    }

    /// The nth working day after `day`, which is not counted itself; before it for a negative n.
    pub fn add_workdays(&self, day: NaiveDate, n: i32) -> NaiveDate {
        let mut day = day;
        for _ in 0..n.unsigned_abs().min(SHIFT_MAX.unsigned_abs()) {
            day = self.seek(day, n > 0);
        }
        day
    }

    /// Working days after `from` up to and with `to`; negative when `to` is earlier.
    pub fn workdays_between(&self, from: NaiveDate, to: NaiveDate) -> i32 {
        let (low, high, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
        let count = low.iter_days().skip(1).take_while(|day| *day <= high).filter(|day| self.is_workday(*day)).count();
        sign * i32::try_from(count).unwrap_or(i32::MAX)
    }

    /// The last working day of a month.
    pub fn last_workday_of_month(&self, year: i32, month: u32) -> Option<NaiveDate> {
        Some(self.workday_until(month_end(year, month)?))
    }

    /// The first working day of a month.
    pub fn first_workday_of_month(&self, year: i32, month: u32) -> Option<NaiveDate> {
        Some(self.workday_from(NaiveDate::from_ymd_opt(year, month, 1)?))
    }

    /// The days off around a festival in the year of its day.
    pub fn festival(&self, festival: Festival, year: i32) -> Option<Holiday> {
        let day = festival.day(year)?;
        let published = self.0.statutory && self.published(year);
        let (mut first, mut last) = (day, day);
        if published {
            // A festival's own day can be worked in no published year; its neighbours come from the file.
            if let Some(known) = self.year(year) {
                let named =
                    known.days.iter().filter(|(_, (kind, name))| *kind == DayKind::Off && &**name == festival.name());
                for (off, _) in named.filter(|(off, _)| (**off - day).num_days().abs() <= 15) {
                    first = first.min(*off);
                    last = last.max(*off);
                }
            }
        } else {
            let (before, after) = festival.usual_span();
            first = day.checked_sub_days(Days::new(before))?;
            last = day.checked_add_days(Days::new(after))?;
        }
        first = self.run_start(first);
        last = self.run_end(last);
        Some(Holiday { day, first, last, published })
    }

    /// The first day of the run of days off that ends on `day`.
    fn run_start(&self, day: NaiveDate) -> NaiveDate {
        self.prev_workday(day).succ_opt().map_or(day, |start| start.min(day))
    }

    /// The last day of the run of days off that begins on `day`.
    fn run_end(&self, day: NaiveDate) -> NaiveDate {
        self.next_workday(day).pred_opt().map_or(day, |end| end.max(day))
    }

    /// The first holiday of that festival that is not over on `day`.
    pub fn festival_from(&self, festival: Festival, day: NaiveDate) -> Option<Holiday> {
        (day.year()..=day.year() + 1)
            .filter_map(|year| self.festival(festival, year))
            .find(|holiday| holiday.last >= day)
    }

    /// The next statutory holiday that begins after `day`.
    pub fn next_holiday(&self, day: NaiveDate) -> Option<(Festival, Holiday)> {
        Festival::ALL
            .into_iter()
            .flat_map(|festival| (day.year()..=day.year() + 1).map(move |year| (festival, year)))
            .filter_map(|(festival, year)| Some((festival, self.festival(festival, year)?)))
            .filter(|(_, holiday)| holiday.first > day)
            .min_by_key(|(_, holiday)| holiday.first)
    }

    /// The end of working hours on a day, in a zone.
    pub fn end_of_day<Tz: TimeZone>(&self, day: NaiveDate, zone: &Tz) -> DateTime<Tz> {
        local(zone, day.and_time(self.0.hours.end))
    }

    /// The start of working hours on a day, in a zone.
    pub fn start_of_day<Tz: TimeZone>(&self, day: NaiveDate, zone: &Tz) -> DateTime<Tz> {
        local(zone, day.and_time(self.0.hours.start))
    }

    /// Whether people work at that moment.
    pub fn is_working<Tz: TimeZone>(&self, moment: &DateTime<Tz>) -> bool {
        let here = moment.naive_local();
        self.is_workday(here.date())
            && self.0.hours.stretches().any(|(from, until)| from <= here.time() && here.time() < until)
    }

    /// The moment when that many working hours have passed; outside hours counting begins at the next ones.
    pub fn add_working_hours<Tz: TimeZone>(&self, moment: &DateTime<Tz>, hours: f64) -> DateTime<Tz> {
        let zone = moment.timezone();
        let here = moment.naive_local();
        // Three years of minutes are beyond any limit of ours; a NaN becomes nothing.
        let mut left = Duration::seconds((hours.clamp(0.0, 1e5) * 3600.0).round() as i64);
        let mut day = here.date();
        for _ in 0..SHIFT_MAX {
            if self.is_workday(day) {
                for (from, until) in self.0.hours.stretches() {
                    let begin = if day == here.date() { from.max(here.time()) } else { from };
                    if begin >= until {
                        continue;
                    }
                    let room = until - begin;
                    if left <= room {
                        return local(&zone, day.and_time(begin) + left);
                    }
                    left -= room;
                }
            }
            let Some(next) = day.succ_opt() else { break };
            day = next;
        }
        moment.clone()
    }

    /// Working time between two moments, zero when the second is earlier.
    pub fn working_time<Tz: TimeZone>(&self, from: &DateTime<Tz>, to: &DateTime<Tz>) -> Duration {
        let (from, to) = (from.naive_local(), to.naive_local());
        let mut total = Duration::zero();
        for day in from.date().iter_days().take_while(|day| *day <= to.date()).filter(|day| self.is_workday(*day)) {
            for (start, end) in self.0.hours.stretches() {
                let (start, end) = (day.and_time(start).max(from), day.and_time(end).min(to));
                if start < end {
                    total += end - start;
                }
            }
        }
        total
    }

    /// The first moment at or after `moment` that is on a working day and not quiet (SPEC 6).
    pub fn next_sendable<Tz: TimeZone>(&self, moment: &DateTime<Tz>, quiet: &Quiet) -> DateTime<Tz> {
        let here = moment.naive_local();
        if self.is_workday(here.date()) && !quiet.covers(here.time()) {
            return moment.clone();
        }
        // On a working day before the quiet hours end, later that day; otherwise the next working day.
        let opens = if quiet.covers(NaiveTime::MIN) { quiet.until } else { NaiveTime::MIN };
        let mut day = here.date();
        let mut time = if quiet.covers(here.time()) && here.time() < quiet.until { Some(quiet.until) } else { None };
        if !self.is_workday(day) {
            time = None;
        }
        let time = time.unwrap_or_else(|| {
            day = self.next_workday(day);
            opens
        });
        local(&moment.timezone(), day.and_time(time))
    }
}

/// The last day of a month.
pub fn month_end(year: i32, month: u32) -> Option<NaiveDate> {
    let (year, month) = if month == 12 { (year.checked_add(1)?, 1) } else { (year, month + 1) };
    NaiveDate::from_ymd_opt(year, month, 1)?.pred_opt()
}

/// A local time as a moment. A time that a change of clocks skips becomes the first one after the gap; of a time that
/// comes twice, the first.
pub fn local<Tz: TimeZone>(zone: &Tz, time: NaiveDateTime) -> DateTime<Tz> {
    match zone.from_local_datetime(&time) {
        LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => moment,
        LocalResult::None => {
            // Gaps are at most some hours long and end on a quarter of an hour.
            let minute = i64::from(time.minute() % 15);
            let base = time - Duration::minutes(minute) - Duration::seconds(i64::from(time.second()));
            (1..=96)
                .find_map(|quarter| zone.from_local_datetime(&(base + Duration::minutes(15 * quarter))).earliest())
                .unwrap_or_else(|| zone.from_utc_datetime(&time))
        }
    }
}
