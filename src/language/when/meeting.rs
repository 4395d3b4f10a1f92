//! When a meeting begins, how long something takes, by how much a date is moved, how often something comes back.

use super::clock::Part;
use super::grammar::{Amount, Reader, Unit};
use super::sentence::{Expr, Found};
use super::{Anchor, Kind};
use crate::domain::due::Due;
use chrono::{DateTime, FixedOffset, NaiveDate, Weekday};
use std::ops::Range;

/// Nothing lasts longer than this many minutes (a working week of days and nights).
const MINUTES_MAX: f64 = 10080.0;

/// When a meeting begins, how many minutes it takes if the words say so, and where the words stand (bytes).
///
/// Reads `2026年3月16日(周一)14:00-15:00`, `周三下午2点到3点半`, `this Friday at 3pm for 45 minutes`, `3/16 14:00`.
pub fn meeting_start(text: &str, anchor: &Anchor) -> Option<(DateTime<FixedOffset>, Option<u32>, Range<usize>)> {
    let reader = Reader::new(text, anchor, true);
    let list = reader.read();
    let times = said(&list);
    let timed = |x: &&&Expr| x.minutes.is_some() && !is_vague(x);
    let x = times
        .iter()
        .find(|x| x.date.is_some() && x.clock)
        .or_else(|| times.iter().find(|x| x.clock))
        .or_else(|| times.iter().find(timed))?;
    // 日期:3月16日 时间:14:00-15:00
    let day = x.date.or_else(|| times.iter().find_map(|other| other.date));
    let mut joined = **x;
    let (mut from, mut to) = (x.start, x.end);
    if x.date.is_none()
        && let Some(other) = times.iter().find(|other| other.date.is_some())
    {
        joined.date = other.date;
        (from, to) = (from.min(other.start), to.max(other.end));
    }
    let end = match day {
        Some(date) => reader.moment(&joined, date, joined.minutes?)?,
        None => match reader.due(&joined)? {
            Due::Moment(moment) => moment,
            Due::Date(_) => return None,
        },
    };
    let begin = joined.first.and_then(|(first_date, minutes)| {
        let date = if joined.rule == "range" && x.date.is_some() {
            first_date
        } else {
            day.unwrap_or_else(|| end.date_naive())
        };
        reader.moment(&joined, date, minutes?)
    });
    let span = reader.bytes(from..to);
    match begin {
        Some(begin) if begin < end => {
            let minutes =
                u32::try_from((end - begin).num_minutes()).ok().filter(|minutes| f64::from(*minutes) <= MINUTES_MAX);
            Some((begin, minutes, span))
        }
        _ => {
            let rest = text.get(span.end..).and_then(duration);
            let minutes = rest.or_else(|| text.get(..span.start).and_then(duration));
            Some((end, minutes, span))
        }
    }
}

/// Times that can be those of one meeting.
fn said(list: &[Found]) -> Vec<&Expr> {
    let fits =
        |found: &&Found| found.kind != Kind::Recurring && found.kind != Kind::Superseded && found.expr.amount.is_none();
    list.iter().filter(fits).map(|found| &found.expr).collect()
}

/// 周四下午, EOD: a part of the day is good enough for a deadline, but nobody can come to it. Noon and midnight are hours.
fn is_vague(x: &Expr) -> bool {
    !x.clock && x.part.is_some_and(|part| !matches!(part, Part::Noon | Part::Midnight))
}

/// The words of a start that names a part of the day and no hour: 周四下午, `Thursday afternoon`. The hour has to be asked.
pub fn part_of_day(text: &str, anchor: &Anchor) -> Option<Range<usize>> {
    let reader = Reader::new(text, anchor, true);
    let list = reader.read();
    let x = said(&list).into_iter().find(|x| is_vague(x))?;
    Some(reader.bytes(x.start..x.end))
}

fn minutes_of(amount: &Amount) -> Option<f64> {
    Some(match amount.unit {
        Unit::Minute => amount.value,
        Unit::Hour | Unit::WorkHour => amount.value * 60.0,
        _ => return None,
    })
}

/// A duration in minutes: `1.5小时`, `90分钟`, `一个半小时`, `1小时30分`, `45 min`, `an hour and a half`, `1h30`.
pub fn duration(text: &str) -> Option<u32> {
    let calendar = crate::domain::workdays::Workdays::mon_fri();
    let anchor = Anchor::new(DateTime::UNIX_EPOCH.fixed_offset(), &calendar);
    let reader = Reader::new(text, &anchor, true);
    let t = &reader.text;
    let mut i = 0;
    while i < t.len() {
        let here = t.at(i);
        let starts = !(here.is_ascii_alphanumeric() && i > 0 && t.at(i - 1).is_ascii_alphanumeric()
            || here.is_ascii_digit() && t.prev(i) == '.');
        let amount = if starts {
            reader
                .amount_zh(i)
                .filter(|amount| minutes_of(amount).is_some())
                .or_else(|| hours_and_minutes(&reader, i))
                .or_else(|| bare_minutes(&reader, i))
                .or_else(|| reader.amount_en(i).filter(|amount| minutes_of(amount).is_some()))
        } else {
            None
        };
        let Some(amount) = amount else {
            i += 1;
            continue;
        };
        let mut total = minutes_of(&amount)?;
        // 1小时30分, 1h30, 1 hour 15 minutes, 1 hour and 15 minutes
        if matches!(amount.unit, Unit::Hour | Unit::WorkHour) {
            let p = t.sp(amount.end);
            let p = t.word(p, "and").or_else(|| t.any(p, &["零", "又", ","])).map_or(p, |at| t.sp(at));
            let more = bare_minutes(&reader, p)
                .or_else(|| reader.amount_zh(p))
                .or_else(|| reader.amount_en(p))
                .filter(|more| more.unit == Unit::Minute);
            if let Some(more) = more {
                total += more.value;
            } else if p == amount.end
                && let Some(number) = t.digits(p)
                && number.digits == 2
                && number.value < 60
            {
                total += f64::from(number.value);
            }
        }
        return (1.0..=MINUTES_MAX).contains(&total).then_some(total.round() as u32);
    }
    None
}

/// 1h30, 2h05
fn hours_and_minutes(reader: &Reader, i: usize) -> Option<Amount> {
    let t = &reader.text;
    let hours = t.digits(i)?;
    let minutes = t.digits(t.lit(hours.end, "h")?).filter(|minutes| minutes.digits == 2 && minutes.value < 60)?;
    let value = f64::from(hours.value.min(999) * 60 + minutes.value);
    Some(Amount { value, unit: Unit::Minute, end: minutes.end, compound: false })
}

/// 30分, 45', 15m
fn bare_minutes(reader: &Reader, i: usize) -> Option<Amount> {
    let t = &reader.text;
    let number = t.number(i)?;
    let p = t.sp(number.end);
    let end = t
        .lit(p, "分")
        .filter(|end| !"之数析钟公部".contains(t.at(*end)) || *end >= t.len())
        .or_else(|| t.lit(p, "'").filter(|_| number.digits > 0))
        .or_else(|| t.lit(p, "m").filter(|end| !t.at(*end).is_ascii_alphanumeric() && number.digits > 0))?;
    (number.value <= 600).then_some(Amount { value: f64::from(number.value), unit: Unit::Minute, end, compound: false })
}

/// By how many working days something is moved: 顺延两个工作日 = 2, push by 2 working days = 2, 提前一个工作日 = -1.
pub fn shift_workdays(text: &str) -> Option<i32> {
    let calendar = crate::domain::workdays::Workdays::mon_fri();
    let anchor = Anchor::new(DateTime::UNIX_EPOCH.fixed_offset(), &calendar);
    let reader = Reader::new(text, &anchor, false);
    let (amount, forward, _) = reader.shift_words()?;
    if amount.unit != Unit::Workday || amount.value > 250.0 {
        return None;
    }
    let n = amount.value.ceil() as i32;
    Some(if forward { n } else { -n })
}

/// A due date moved by words (延期一周, push it by 3 days), counted from `from`.
pub fn shift(text: &str, from: Due, anchor: &Anchor) -> Option<Due> {
    let reader = Reader::new(text, anchor, false);
    let (amount, forward, _) = reader.shift_words()?;
    if let (Some(minutes), Due::Moment(moment)) = (minutes_of(&amount), from) {
        let step = chrono::Duration::minutes(minutes.min(1e6) as i64);
        return (if forward { moment.checked_add_signed(step) } else { moment.checked_sub_signed(step) })
            .map(Due::Moment);
    }
    let date = reader.shift(from.date(), &amount, forward)?;
    Some(match from {
        Due::Date(_) => Due::Date(date),
        Due::Moment(moment) => {
            Due::Moment(crate::domain::workdays::local(moment.offset(), date.and_time(moment.time())))
        }
    })
}

/// How often (RFC 5545 §3.3.10 FREQ).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freq {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

impl Freq {
    pub fn as_str(self) -> &'static str {
        match self {
            Freq::Daily => "DAILY",
            Freq::Weekly => "WEEKLY",
            Freq::Monthly => "MONTHLY",
            Freq::Yearly => "YEARLY",
        }
    }
}

/// The parts of an RRULE (RFC 5545 §3.3.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    pub freq: Freq,
    /// every how many of them; 1 is each
    pub interval: u32,
    /// weekdays with their ordinal in the month: 0 every, 1 the first, -1 the last
    pub by_day: Vec<(i8, Weekday)>,
    /// the day of the month; -1 the last
    pub by_month_day: Option<i8>,
    pub until: Option<NaiveDate>,
    /// Where the words stand, in bytes.
    pub span: Range<usize>,
}

impl Recurrence {
    /// As an RRULE value; UNTIL is the end of that day in floating time.
    pub fn rrule(&self) -> String {
        let mut rule = format!("FREQ={}", self.freq.as_str());
        if self.interval > 1 {
            rule.push_str(&format!(";INTERVAL={}", self.interval));
        }
        if !self.by_day.is_empty() {
            let days: Vec<String> = self
                .by_day
                .iter()
                .map(|(n, day)| {
                    let name = day.to_string().to_uppercase();
                    let short = name.get(..2).unwrap_or_default().to_owned();
                    if *n == 0 { short } else { format!("{n}{short}") }
                })
                .collect();
            rule.push_str(&format!(";BYDAY={}", days.join(",")));
        }
        if let Some(day) = self.by_month_day {
            rule.push_str(&format!(";BYMONTHDAY={day}"));
        }
        if let Some(until) = self.until {
            rule.push_str(&format!(";UNTIL={}T235959", until.format("%Y%m%d")));
        }
        rule
    }
}

fn weekday(index: u32) -> Weekday {
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun]
        .get(index as usize)
        .copied()
        .unwrap_or(Weekday::Mon)
}

const WORK_WEEK: [Weekday; 5] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

/// How often something comes back: 每周一, 每两周周三, 每月第一个周五, every other Tuesday, weekly on Mondays until June 30.
pub fn recurrence(text: &str, anchor: &Anchor) -> Option<Recurrence> {
    let reader = Reader::new(text, anchor, false);
    let t = &reader.text;
    let mut i = 0;
    while i < t.len() {
        let boundary = !t.is_letter(i) || i == 0 || !t.is_letter(i - 1);
        if boundary
            && let Some(end) = joined_recurring(&reader, i)
            && let Some(mut found) = parts(&reader, i, end)
        {
            // until 30 June, 直到8月底, 至6月15日
            found.until = reader
                .read()
                .iter()
                .filter(|other| other.expr.start >= end && reader.only_bounds(other))
                .find_map(|other| other.expr.date);
            return Some(found);
        }
        i += 1;
    }
    None
}

/// A recurring time with another that stands right behind it: weekly on Mondays.
fn joined_recurring(reader: &Reader, i: usize) -> Option<usize> {
    let end = reader.recurring(i)?;
    let t = &reader.text;
    let p = t.any(t.sp(end), &[",", "的"]).map_or_else(|| t.sp(end), |at| t.sp(at));
    Some(reader.recurring(p).filter(|_| p > i).unwrap_or(end))
}

fn parts(reader: &Reader, i: usize, end: usize) -> Option<Recurrence> {
    let t = &reader.text;
    let words = t.slice(i, end);
    let mut found = Recurrence {
        freq: Freq::Weekly,
        interval: 1,
        by_day: Vec::new(),
        by_month_day: None,
        until: None,
        span: reader.bytes(i..end),
    };
    // The weekdays in it, ranges filled.
    let mut days: Vec<u32> = Vec::new();
    let mut at = i;
    let mut last_end = i;
    while at < end {
        let named = reader.weekday_zh(at).or_else(|| reader.weekday_name(at)).or_else(|| {
            super::text::WEEKDAYS
                .iter()
                .filter(|(name, _)| name.len() > 5 && (at == 0 || !t.is_letter(at - 1)))
                .find_map(|(name, day)| Some((*day, t.lit(at, name).and_then(|after| t.lit(after, "s"))?)))
        });
        match named {
            Some((day, after)) => {
                if let Some(&first) = days.last()
                    && reader.range_sign(last_end).is_some_and(|sign| sign == at)
                {
                    days.extend(first + 1..day);
                }
                days.push(day);
                last_end = after;
                at = after;
            }
            None => at += 1,
        }
    }
    days.dedup();
    found.by_day = days.iter().map(|day| (0, weekday(*day))).collect();
    let has = |list: &[&str]| list.iter().any(|word| words.contains(word));
    // How many of the unit: 每两周, every 3 days, every other
    let lead = t.any(i, &["每隔", "每逢", "每个", "每", "隔"]).map(|at| t.sp(at));
    let amount = lead
        .and_then(|p| reader.amount_zh(p))
        .or_else(|| t.words(i, &["every", "each"]).and_then(|p| reader.amount_en(t.sp(p))));
    if let Some(amount) = amount {
        found.interval = (amount.value.round().clamp(1.0, 99.0)) as u32;
        found.freq = match amount.unit {
            Unit::Day | Unit::Workday => Freq::Daily,
            Unit::Week => Freq::Weekly,
            Unit::Month => Freq::Monthly,
            Unit::Year => Freq::Yearly,
            Unit::Minute | Unit::Hour | Unit::WorkHour => return None,
        };
        if t.lit(i, "每隔").is_some() {
            found.interval += 1;
        }
    } else if has(&["工作日每天", "每个工作日", "每工作日", "weekday", "workday", "working day", "business day"])
        && !has(&["第", "最后", "first", "last", "of the month"])
    {
        found.freq = Freq::Weekly;
        found.by_day = WORK_WEEK.iter().map(|day| (0, *day)).collect();
    } else if has(&[
        "双周",
        "单周",
        "biweekly",
        "bi-weekly",
        "fortnight",
        "every other week",
        "every second week",
        "隔周",
    ]) {
        found.interval = 2;
    } else if has(&["季", "quarter"]) {
        found.freq = Freq::Monthly;
        found.interval = 3;
    } else if has(&["半年"]) {
        found.freq = Freq::Monthly;
        found.interval = 6;
    } else if has(&["月", "month"]) {
        found.freq = Freq::Monthly;
    } else if has(&["年", "year", "annual"]) {
        found.freq = Freq::Yearly;
    } else if found.by_day.is_empty()
        && has(&["天", "日", "早", "晚", "daily", "day", "morning", "evening", "night"])
        && !has(&["周"])
    {
        found.freq = Freq::Daily;
        if t.lit(i, "隔").is_some() || has(&["every other day", "every second day"]) {
            found.interval = 2;
        }
    } else if t.words(i, &["every other", "every second"]).is_some() {
        found.interval = 2;
    } else if has(&["定期", "小时", "分钟", "hour", "minute"]) {
        return None;
    }
    if found.freq == Freq::Monthly {
        let n = ordinal_in(reader, i, end);
        if !found.by_day.is_empty() {
            found.by_day.iter_mut().for_each(|(slot, _)| *slot = n.unwrap_or(1));
        } else if has(&["月底", "月末", "最后一天", "last day"]) {
            found.by_month_day = Some(-1);
        } else {
            let day = (i..end).find_map(|at| {
                let number = t.number(at).filter(|_| at == i || !t.at(at - 1).is_ascii_digit())?;
                let suffix = t.any(number.end, &["日", "号", "th", "st", "nd", "rd"])?;
                (suffix <= end && (1..=31).contains(&number.value)).then_some(number.value as i8)
            });
            found.by_month_day = day;
        }
    }
    Some(found)
}

/// 第一个, 最后一个, first, last
fn ordinal_in(reader: &Reader, i: usize, end: usize) -> Option<i8> {
    let t = &reader.text;
    (i..end).find_map(|at| {
        if t.any(at, &["最后一个", "最后1个"]).is_some() || t.word(at, "last").is_some() {
            return Some(-1);
        }
        if let Some(p) = t.lit(at, "第") {
            return t.number(p).and_then(|number| i8::try_from(number.value).ok());
        }
        for (word, n) in
            [("first", 1), ("1st", 1), ("second", 2), ("2nd", 2), ("third", 3), ("3rd", 3), ("fourth", 4), ("4th", 4)]
        {
            if t.word(at, word).is_some() {
                return Some(n);
            }
        }
        None
    })
}
