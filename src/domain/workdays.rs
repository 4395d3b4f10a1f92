//! Working days and hours, holidays and make-up days: all local-day arithmetic (SPEC 6, O30).
//!
//! A [`Workdays`] is one named calendar. The Chinese statutory years are plain data files (`config/workdays-<year>.csv`),
//! embedded and read when first asked for; a year that is not published counts Monday–Friday less 1 January, and
//! [`Workdays::published`] says so, so that what was computed with it can be computed again.
//!
//! Deliberately absent: the clock. Every moment is an argument.

use chrono::{
    DateTime, Datelike, Days, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Weekday,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, OnceLock};

/// The first and last year whose statutory days are embedded.
pub const YEAR_FIRST: i32 = 2004;
pub const YEAR_LAST: i32 = 2026;

const YEAR_COUNT: usize = 23;

static FILES: [&str; YEAR_COUNT] = [
    include_str!("../../config/workdays-2004.csv"),
    include_str!("../../config/workdays-2005.csv"),
    include_str!("../../config/workdays-2006.csv"),
    include_str!("../../config/workdays-2007.csv"),
    include_str!("../../config/workdays-2008.csv"),
    include_str!("../../config/workdays-2009.csv"),
    include_str!("../../config/workdays-2010.csv"),
    include_str!("../../config/workdays-2011.csv"),
    include_str!("../../config/workdays-2012.csv"),
    include_str!("../../config/workdays-2013.csv"),
    include_str!("../../config/workdays-2014.csv"),
    include_str!("../../config/workdays-2015.csv"),
    include_str!("../../config/workdays-2016.csv"),
    include_str!("../../config/workdays-2017.csv"),
    include_str!("../../config/workdays-2018.csv"),
    include_str!("../../config/workdays-2019.csv"),
    include_str!("../../config/workdays-2020.csv"),
    include_str!("../../config/workdays-2021.csv"),
    include_str!("../../config/workdays-2022.csv"),
    include_str!("../../config/workdays-2023.csv"),
    include_str!("../../config/workdays-2024.csv"),
    include_str!("../../config/workdays-2025.csv"),
    include_str!("../../config/workdays-2026.csv"),
];

static PARSED: [OnceLock<Year>; YEAR_COUNT] = [const { OnceLock::new() }; YEAR_COUNT];

/// A search for a working day gives up after this many days: a calendar without any would never end.
const SEARCH_DAYS_MAX: u32 = 400;
/// The furthest [`Workdays::add_workdays`] goes; a phrase that says more is no deadline.
const SHIFT_MAX: i32 = 3000;

/// What a statutory file says about a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// `off`: a holiday
    Off,
    /// `work`: a weekend day worked to make up for one (调休)
    Work,
}

/// One year of statutory days, as published.
#[derive(Clone, Debug, Default)]
pub struct Year {
    days: BTreeMap<NaiveDate, (DayKind, Box<str>)>,
}

/// A line of a calendar file that could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: expected `date,kind,name` with kind off or work but found {found:?}")]
pub struct BadCalendarLine {
    pub line: usize,
    pub found: String,
}

impl Year {
    /// Reads `date,kind,name` lines (kind `off` or `work`); the header, empty lines and `#` comments are passed over.
    pub fn parse(csv: &str) -> Result<Year, BadCalendarLine> {
        let mut days = BTreeMap::new();
        for (index, line) in csv.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') || line.starts_with("date,") {
                continue;
            }
            let bad = || BadCalendarLine { line: index + 1, found: line.to_owned() };
            let mut cells = line.splitn(3, ',').map(str::trim);
            let day = cells.next().and_then(|cell| cell.parse::<NaiveDate>().ok()).ok_or_else(bad)?;
            let kind = match cells.next() {
                Some("off") => DayKind::Off,
                Some("work") => DayKind::Work,
                _ => return Err(bad()),
            };
            days.insert(day, (kind, cells.next().unwrap_or_default().into()));
        }
        Ok(Year { days })
    }
}

fn embedded(year: i32) -> Option<&'static Year> {
    let index = usize::try_from(year.checked_sub(YEAR_FIRST)?).ok()?;
    let slot = PARSED.get(index)?;
    // A test reads every embedded file, so a bad line cannot hide behind the default.
    Some(slot.get_or_init(|| FILES.get(index).and_then(|csv| Year::parse(csv).ok()).unwrap_or_default()))
}

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

/// A festival with statutory days off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Festival {
    NewYear,
    Spring,
    Qingming,
    Labour,
    DragonBoat,
    MidAutumn,
    National,
}

impl Festival {
    pub const ALL: [Festival; 7] = [
        Festival::NewYear,
        Festival::Spring,
        Festival::Qingming,
        Festival::Labour,
        Festival::DragonBoat,
        Festival::MidAutumn,
        Festival::National,
    ];

    /// The name in the data files.
    pub fn name(self) -> &'static str {
        match self {
            Festival::NewYear => "元旦",
            Festival::Spring => "春节",
            Festival::Qingming => "清明节",
            Festival::Labour => "劳动节",
            Festival::DragonBoat => "端午节",
            Festival::MidAutumn => "中秋节",
            Festival::National => "国庆节",
        }
    }

    /// The festival itself in that year; lunar ones are known from 2004 to 2060.
    pub fn day(self, year: i32) -> Option<NaiveDate> {
        let lunar = |table: &[u16; 57]| {
            let packed = u32::from(*table.get(usize::try_from(year.checked_sub(2004)?).ok()?)?);
            Some((packed / 100, packed % 100))
        };
        let (month, day) = match self {
            Festival::NewYear => (1, 1),
            Festival::Labour => (5, 1),
            Festival::National => (10, 1),
            Festival::Spring => lunar(&SPRING)?,
            Festival::DragonBoat => lunar(&DRAGON_BOAT)?,
            Festival::MidAutumn => lunar(&MID_AUTUMN)?,
            // The solar term, good for 2000–2099: ⌊0.2422·y + 4.81⌋ − ⌊y/4⌋ with y the last two digits.
            Festival::Qingming if (2000..2100).contains(&year) => {
                let short = year - 2000;
                (4, u32::try_from((short * 2422 + 48100) / 10000 - short / 4).ok()?)
            }
            Festival::Qingming => return None,
        };
        NaiveDate::from_ymd_opt(year, month, day)
    }

    /// Days off around it as lately granted, before and after the day itself, for a year that is not published.
    fn usual_span(self) -> (u64, u64) {
        match self {
            Festival::Spring => (1, 6),
            Festival::Labour => (0, 4),
            Festival::National => (0, 6),
            _ => (0, 0),
        }
    }
}

// The first day of the first month, the fifth of the fifth, the fifteenth of the eighth, as month × 100 + day, from 2004.
#[rustfmt::skip]
const SPRING: [u16; 57] = [122,209,129,218,207,126,214,203,123,210,131,219,208,128,216,205,125,212,201,122,210,129,217,206,126,213,203,123,211,131,219,208,128,215,204,124,212,201,122,210,130,217,206,126,214,202,123,211,201,219,208,128,215,204,124,212,202];
#[rustfmt::skip]
const DRAGON_BOAT: [u16; 57] = [622,611,531,619,608,528,616,606,623,612,602,620,609,530,618,607,625,614,603,622,610,531,619,609,528,616,605,624,612,601,620,610,530,618,607,527,614,603,622,611,531,619,608,529,615,604,623,613,601,620,610,530,617,606,625,614,603];
#[rustfmt::skip]
const MID_AUTUMN: [u16; 57] = [928,918,1006,925,914,1003,922,912,930,919,908,927,915,1004,924,913,1001,921,910,929,917,1006,925,915,1003,922,912,1001,919,908,927,916,1004,924,913,1002,920,910,928,917,1005,925,915,1004,922,911,930,919,907,926,916,1005,924,913,1002,921,909];

/// A stretch of days off around a festival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// The festival itself.
    pub day: NaiveDate,
    /// The first and last day nobody works, weekends that touch it included.
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// False: the year is not published and the stretch is the usual one.
    pub published: bool,
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn moment(text: &str) -> DateTime<chrono::FixedOffset> {
        DateTime::parse_from_rfc3339(text).unwrap()
    }

    #[test]
    fn every_embedded_year_reads() {
        for (index, csv) in FILES.iter().enumerate() {
            let year = Year::parse(csv).unwrap();
            assert!(year.days.len() >= 10, "{index}");
            assert!(year.days.keys().all(|day| day.year() == YEAR_FIRST + index as i32));
            // Make-up days fall on weekends, and there are statutory days off for the three oldest festivals.
            for (day, (kind, _)) in &year.days {
                assert!(*kind == DayKind::Off || day.weekday().number_from_monday() > 5, "{day}");
            }
            for name in ["元旦", "春节", "劳动节", "国庆节"] {
                assert!(year.days.values().any(|(_, found)| &**found == name), "{name} {index}");
            }
        }
        assert_eq!(FILES.len() as i32, YEAR_LAST - YEAR_FIRST + 1);
    }

    #[test]
    fn holidays_and_make_up_days_count() {
        let cn = Workdays::cn();
        for (text, works) in [
            ("2025-09-28", true),
            ("2025-10-08", false),
            ("2025-10-11", true),
            ("2026-02-14", true),
            ("2026-02-23", false),
            ("2026-07-11", false),
            ("2027-01-01", false),
            ("2027-02-05", true),
        ] {
            assert_eq!(cn.is_workday(day(text)), works, "{text}");
        }
        assert!(cn.published(2026) && !cn.published(2027) && Workdays::mon_fri().published(2040));
        assert_eq!(cn.holiday_name(day("2025-10-06")), Some("中秋节"));
        assert_eq!(cn.holiday_name(day("2025-10-11")), None);
        assert!(Workdays::mon_fri().is_workday(day("2025-10-01")));
    }

    #[test]
    fn the_reference_day_is_not_counted() {
        let cn = Workdays::cn();
        let check =
            |from: &str, n: i32, expected: &str| assert_eq!(cn.add_workdays(day(from), n), day(expected), "{from} {n}");
        check("2025-09-26", 2, "2025-09-29");
        check("2025-09-26", 6, "2025-10-11");
        check("2026-04-02", 3, "2026-04-08");
        check("2026-07-11", 1, "2026-07-13");
        check("2026-07-13", -1, "2026-07-10");
        check("2026-07-08", 0, "2026-07-08");
        assert_eq!(cn.workdays_between(day("2025-09-26"), day("2025-10-11")), 6);
        assert_eq!(cn.workdays_between(day("2025-10-11"), day("2025-09-26")), -6);
    }

    #[test]
    fn festivals_have_their_stretch() {
        let cn = Workdays::cn();
        let check = |festival, year, first: &str, last: &str| {
            let holiday = cn.festival(festival, year).unwrap();
            assert_eq!((holiday.first, holiday.last), (day(first), day(last)), "{festival:?} {year}");
        };
        check(Festival::National, 2025, "2025-10-01", "2025-10-08");
        check(Festival::MidAutumn, 2025, "2025-10-01", "2025-10-08");
        check(Festival::Qingming, 2026, "2026-04-04", "2026-04-06");
        check(Festival::Spring, 2026, "2026-02-15", "2026-02-23");
        check(Festival::NewYear, 2023, "2022-12-31", "2023-01-02");
        assert!(!cn.festival(Festival::Spring, 2027).unwrap().published);
        assert_eq!(cn.festival(Festival::Spring, 2027).unwrap().day, day("2027-02-06"));
        assert_eq!(cn.next_holiday(day("2026-07-08")).unwrap().0, Festival::MidAutumn);
        assert_eq!(cn.last_workday_of_month(2026, 5), Some(day("2026-05-29")));
    }

    #[test]
    fn a_new_year_can_be_brought() {
        let file = "date,kind,name\n2027-02-05,off,春节\n2027-02-20,work,春节\n2027-10-01,off,国庆节\n";
        let cn = Workdays::cn().with_year(file).unwrap();
        assert!(!cn.is_workday(day("2027-02-05")) && cn.is_workday(day("2027-02-20")) && cn.published(2027));
        assert!(Workdays::cn().is_workday(day("2027-02-05")), "the original stays as it was");
        assert_eq!(
            Workdays::cn().with_year("2027-02-05,holiday,x").unwrap_err(),
            BadCalendarLine { line: 1, found: "2027-02-05,holiday,x".into() }
        );
    }

    #[test]
    fn days_of_a_firm_stand_on_top() {
        let file = "2026-07-09,off,厂庆\n2026-07-11,work,厂庆\n2027-03-01,off,检修\n";
        for base in [Workdays::cn(), Workdays::mon_fri()] {
            let own = base.with_year(file).unwrap();
            assert!(!own.is_workday(day("2026-07-09")) && own.is_workday(day("2026-07-11")), "{}", own.name());
            assert!(!own.is_workday(day("2027-03-01")));
        }
        let own = Workdays::cn().with_year(file).unwrap();
        assert!(!own.is_workday(day("2026-10-01")), "the statutory days stay");
        assert!(!own.published(2027), "one day of a firm publishes no year");
    }

    #[test]
    fn hours_come_from_stretches() {
        let hours = Hours::from_stretches(&["09:00-12:00", "13:30-18:00"]).unwrap();
        assert_eq!(hours, Hours { start: clock(9, 0), end: clock(18, 0), lunch: Some((clock(12, 0), clock(13, 30))) });
        assert_eq!(Hours::from_stretches(&["08:30-17:30"]).unwrap().lunch, None);
        assert_eq!(Hours::from_stretches(&["18:00-09:00"]), None);
        assert_eq!(Hours::from_stretches::<&str>(&[]), None);
    }

    #[test]
    fn weeks_of_plants() {
        let six = Workdays::named("six-day").unwrap();
        assert!(
            six.is_workday(day("2026-07-11"))
                && !six.is_workday(day("2026-07-12"))
                && !six.is_workday(day("2026-10-03"))
        );
        let alternate = Workdays::named("alternate").unwrap();
        assert_ne!(alternate.is_workday(day("2026-07-11")), alternate.is_workday(day("2026-07-18")));
        let own = Workdays::cn().with_days_off([day("2026-07-09")]).with_extra_days([day("2026-07-12")]);
        assert!(!own.is_workday(day("2026-07-09")) && own.is_workday(day("2026-07-12")));
        assert!(Workdays::named("moon").is_none());
    }

    #[test]
    fn working_hours_pass_over_nights_and_holidays() {
        let cn = Workdays::cn();
        let check = |from: &str, hours: f64, expected: &str| {
            assert_eq!(cn.add_working_hours(&moment(from), hours), moment(expected), "{from} + {hours}");
        };
        check("2026-07-08T10:00:00+08:00", 4.0, "2026-07-08T14:00:00+08:00");
        check("2026-07-08T17:00:00+08:00", 2.0, "2026-07-09T10:00:00+08:00");
        check("2026-07-10T17:30:00+08:00", 1.0, "2026-07-13T09:30:00+08:00");
        check("2025-09-30T17:00:00+08:00", 2.0, "2025-10-09T10:00:00+08:00");
        check("2026-07-11T12:00:00+08:00", 0.5, "2026-07-13T09:30:00+08:00");
        let lunch = cn.clone().with_hours(Hours { lunch: Some((clock(12, 0), clock(13, 0))), ..Hours::default() });
        assert_eq!(
            lunch.add_working_hours(&moment("2026-07-08T11:30:00+08:00"), 1.0),
            moment("2026-07-08T13:30:00+08:00")
        );
        assert_eq!(
            cn.working_time(&moment("2026-07-10T17:00:00+08:00"), &moment("2026-07-13T10:00:00+08:00")),
            Duration::hours(2)
        );
    }

    #[test]
    fn quiet_hours_hold() {
        let cn = Workdays::cn();
        let quiet = Quiet::default();
        let check = |from: &str, expected: &str| {
            assert_eq!(cn.next_sendable(&moment(from), &quiet), moment(expected), "{from}");
        };
        check("2026-07-08T10:00:00+08:00", "2026-07-08T10:00:00+08:00");
        check("2026-07-08T21:00:00+08:00", "2026-07-09T08:00:00+08:00");
        check("2026-07-08T06:00:00+08:00", "2026-07-08T08:00:00+08:00");
        check("2026-07-11T06:00:00+08:00", "2026-07-13T08:00:00+08:00");
        check("2026-07-10T20:00:00+08:00", "2026-07-13T08:00:00+08:00");
    }

    #[test]
    fn skipped_and_doubled_times_have_a_moment() {
        let berlin = chrono_tz::Europe::Berlin;
        let skipped = local(&berlin, day("2026-03-29").and_time(clock(2, 30)));
        assert_eq!(skipped.naive_local(), day("2026-03-29").and_time(clock(3, 0)));
        let doubled = local(&berlin, day("2026-10-25").and_time(clock(2, 30)));
        assert_eq!(doubled.to_rfc3339(), "2026-10-25T02:30:00+02:00");
    }

    proptest! {
        #[test]
        fn adding_and_counting_agree(offset in 0i64..8000, n in 1i32..60) {
            let cn = Workdays::cn();
            let from = day("2004-01-05") + Duration::days(offset);
            let to = cn.add_workdays(from, n);
            prop_assert!(cn.is_workday(to));
            prop_assert_eq!(cn.workdays_between(from, to), n);
        }

        #[test]
        fn what_may_be_sent_is_never_earlier(minutes in 0i64..4_000_000) {
            let cn = Workdays::cn();
            let quiet = Quiet::default();
            let from = moment("2020-01-01T00:00:00+08:00") + Duration::minutes(minutes);
            let to = cn.next_sendable(&from, &quiet);
            prop_assert!(to >= from && cn.is_workday(to.date_naive()) && !quiet.covers(to.time()));
            prop_assert_eq!(cn.next_sendable(&to, &quiet), to);
        }
    }
}
