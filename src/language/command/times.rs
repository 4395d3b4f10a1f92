//! Times and amounts in replies: [`crate::language::when`] asked the way commands need it.

use super::fold::{Folded, is_cjk};
use super::refs;
use super::words::is_word_char;
use crate::domain::due::Due;
use crate::language::when::{self, Anchor, Kind};
use chrono::{DateTime, FixedOffset};

/// Whether it is worth asking for a time at all.
pub fn may_hold(f: &Folded, a: usize, b: usize) -> bool {
    let chars = f.chars.get(a..b.min(f.len())).unwrap_or_default();
    chars
        .iter()
        .any(|c| c.is_ascii_digit() || "周星礼月日号天今明后昨前点底末旬年节晚午早季初内时春秋端国元".contains(*c))
        || chars.iter().any(|c| c.is_ascii_lowercase())
}

/// The time a piece speaks of: bytes of the text, and the day or moment.
pub fn find(text: &str, anchor: &Anchor) -> Option<(usize, usize, Due)> {
    if let Some(found) = when::deadline(text, anchor) {
        return Some((found.span.start, found.span.end, found.due));
    }
    when::all(text, anchor)
        .into_iter()
        .filter(|mention| matches!(mention.kind, Kind::Deadline | Kind::Start | Kind::Past | Kind::Describing))
        .find_map(|mention| mention.due.or(mention.from).map(|due| (mention.span.start, mention.span.end, due)))
}

/// The first day of `7月1日到10日`.
pub fn range_start(text: &str, anchor: &Anchor) -> Option<Due> {
    when::all(text, anchor).into_iter().find_map(|mention| mention.from)
}

/// The start of a meeting: 周四14点, `3pm`.
pub fn start(text: &str, anchor: &Anchor) -> Option<DateTime<FixedOffset>> {
    when::meeting_start(text, anchor).map(|(start, ..)| start)
}

/// A day's part without an hour (周四下午) as the start of a meeting: what was meant is clear, and when is not.
pub fn lacks_hour(text: &str, anchor: &Anchor) -> bool {
    start(text, anchor).is_none() && when::part_of_day(text, anchor).is_some()
}

pub fn is_past(due: Due, anchor: &Anchor) -> bool {
    match due {
        Due::Date(day) => day < anchor.reference.date_naive(),
        Due::Moment(moment) => moment < anchor.reference,
    }
}

pub fn is_today(due: Due, anchor: &Anchor) -> bool {
    due.date() == anchor.reference.date_naive()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Workday,
    Day,
    Week,
    Month,
    Hour,
    Minute,
}

const UNITS_ZH: &[(&str, Unit)] = &[
    ("个工作日", Unit::Workday),
    ("工作日", Unit::Workday),
    ("个自然日", Unit::Day),
    ("天", Unit::Day),
    ("日", Unit::Day),
    ("个星期", Unit::Week),
    ("个礼拜", Unit::Week),
    ("星期", Unit::Week),
    ("礼拜", Unit::Week),
    ("周", Unit::Week),
    ("个月", Unit::Month),
    ("个小时", Unit::Hour),
    ("小时", Unit::Hour),
    ("个钟头", Unit::Hour),
    ("个钟", Unit::Hour),
    ("分钟", Unit::Minute),
    ("刻钟", Unit::Minute),
];

const UNITS_EN: &[(&str, Unit)] = &[
    ("working days", Unit::Workday),
    ("working day", Unit::Workday),
    ("business days", Unit::Workday),
    ("business day", Unit::Workday),
    ("workdays", Unit::Workday),
    ("workday", Unit::Workday),
    ("more days", Unit::Day),
    ("more day", Unit::Day),
    ("days", Unit::Day),
    ("day", Unit::Day),
    ("more weeks", Unit::Week),
    ("more week", Unit::Week),
    ("weeks", Unit::Week),
    ("week", Unit::Week),
    ("months", Unit::Month),
    ("month", Unit::Month),
    ("more hours", Unit::Hour),
    ("more hour", Unit::Hour),
    ("hours", Unit::Hour),
    ("hour", Unit::Hour),
    ("hrs", Unit::Hour),
    ("minutes", Unit::Minute),
    ("minute", Unit::Minute),
    ("mins", Unit::Minute),
    ("min", Unit::Minute),
    ("more working days", Unit::Workday),
    ("more business days", Unit::Workday),
];

const NUMBERS_EN: &[(&str, u32)] = &[
    ("a couple of", 2),
    ("a few", 3),
    ("another", 1),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("a", 1),
    ("an", 1),
    ("half an", 0),
];

/// An amount of time in [a, b): how many, of what, and where it stands.
fn amount(f: &Folded, a: usize, b: usize) -> Option<(u32, Unit, usize, usize)> {
    let mut i = a;
    while i < b {
        let c = f.get(i)?;
        let boundary = i == a
            || !f.get(i - 1).is_some_and(|p| {
                p.is_ascii_digit()
                    || (is_word_char(p) && is_word_char(c))
                    || p == '第'
                    || p == '/'
                    || p == '-'
                    || p == '月'
                    || p == '年'
            });
        if !boundary {
            i += 1;
            continue;
        }
        let mut number = refs::arabic(f, i).or_else(|| refs::chinese_number(f, i));
        if c == '几' {
            number = Some((3, i + 1));
        }
        if c == '半' {
            for (unit_text, value, unit) in [
                ("半天", 1, Unit::Day),
                ("半个月", 10, Unit::Workday),
                ("半小时", 30, Unit::Minute),
                ("半个小时", 30, Unit::Minute),
                ("半周", 3, Unit::Day),
            ] {
                if f.text(i, i + unit_text.chars().count()) == unit_text {
                    return Some((value, unit, i, i + unit_text.chars().count()));
                }
            }
        }
        if number.is_none() && c.is_ascii_alphabetic() {
            let text = f.text(i, (i + 12).min(b));
            if text.starts_with("half an hour") || f.text(i, (i + 14).min(b)).starts_with("half an hour") {
                return Some((30, Unit::Minute, i, i + 12));
            }
            number = NUMBERS_EN
                .iter()
                .filter(|(word, _)| text.strip_prefix(word).is_some_and(|rest| rest.starts_with(' ')))
                .max_by_key(|(word, _)| word.len())
                .map(|(word, value)| (*value, i + word.len()));
        }
        if let Some((value, end)) = number {
            let mut at = end;
            while f.get(at) == Some(' ') || f.get(at) == Some('-') {
                at += 1;
            }
            let text = f.text(at, (at + 20).min(b));
            let half = text.starts_with("个半") || text.starts_with('半');
            let unit = UNITS_ZH
                .iter()
                .find(|(word, _)| text.starts_with(word))
                .map(|(word, unit)| (*unit, word.chars().count()))
                .or_else(|| {
                    UNITS_EN
                        .iter()
                        .filter(|(word, _)| {
                            text.strip_prefix(word)
                                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
                        })
                        .max_by_key(|(word, _)| word.len())
                        .map(|(word, unit)| (*unit, word.len()))
                });
            if let Some((unit, length)) = unit
                && !(unit == Unit::Day && text.starts_with('日') && f.get(end).is_some_and(is_cjk) && is_date_before(f, i))
                // 2周五 and 3周一 are a line and a weekday.
                && !(text.starts_with('周') && f.get(at + 1).is_some_and(|c| "一二三四五六日天末".contains(c)))
            {
                let value = if f.text(i, end) == "刻" { value * 15 } else { value };
                return Some((value, unit, i, at + length));
            }
            if half && text.starts_with("个半小时") {
                return Some((value * 60 + 30, Unit::Minute, i, at + 4));
            }
            i = end.max(i + 1);
            continue;
        }
        i += 1;
    }
    None
}

/// 3月5日: the day of a month is no amount.
fn is_date_before(f: &Folded, i: usize) -> bool {
    i > 0 && f.get(i - 1) == Some('月')
}

/// Where an amount of time stands: 两个工作日, `2 more days`.
pub fn amount_span(f: &Folded, a: usize, b: usize) -> Option<(usize, usize)> {
    amount(f, a, b).map(|(_, _, x, y)| (x, y))
}

/// How many working days a shift is: 顺延两个工作日 = 2, 一周 = 5.
pub fn shift(text: &str) -> Option<i32> {
    let f = Folded::new(text);
    let (value, unit, _, end) = amount(&f, 0, f.len())?;
    // 三天后 and `in 3 days` are dates counted from today.
    if matches!(f.get(end), Some('后' | '内' | '之' | '以')) || f.text(0, f.len()).contains("in ") {
        return None;
    }
    // 半天 is no day.
    if ["半天", "半日", "half a day", "half day"].iter().any(|half| f.text(0, f.len()).contains(half)) {
        return None;
    }
    let value = i32::try_from(value).ok()?;
    match unit {
        Unit::Workday | Unit::Day => Some(value),
        Unit::Week => value.checked_mul(5),
        Unit::Month => value.checked_mul(21),
        Unit::Hour | Unit::Minute => None,
    }
    .filter(|days| (1..=250).contains(days))
}

/// The day an amount from now ends: 还要两天.
pub fn after(text: &str, anchor: &Anchor) -> Option<Due> {
    let f = Folded::new(text);
    let (value, unit, ..) = amount(&f, 0, f.len())?;
    let words = match unit {
        Unit::Workday => format!("{value}个工作日内"),
        Unit::Day => format!("{value}天后"),
        Unit::Week => format!("{value}周后"),
        Unit::Month => format!("{value}个月后"),
        Unit::Hour | Unit::Minute => return None,
    };
    when::deadline(&words, anchor).map(|found| found.due)
}

/// Minutes of an allotment: 15分钟, 半小时, `1 hour`.
pub fn minutes(folded: &str) -> Option<u32> {
    let f = Folded::new(folded);
    let (value, unit, ..) = amount(&f, 0, f.len())?;
    match unit {
        Unit::Minute => Some(value),
        Unit::Hour => value.checked_mul(60),
        _ => None,
    }
    .filter(|minutes| (1..=600).contains(minutes))
}

/// Where the allotment of an agenda item stands in characters.
pub fn minutes_span(f: &Folded, a: usize, b: usize) -> Option<(usize, usize, u32)> {
    let (value, unit, x, y) = amount(f, a, b)?;
    let minutes = match unit {
        Unit::Minute => value,
        Unit::Hour => value.checked_mul(60)?,
        _ => return None,
    };
    (1..=600).contains(&minutes).then_some((x, y, minutes))
}
