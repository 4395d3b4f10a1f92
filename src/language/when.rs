//! Dates, times, durations: 下周三, by Friday noon, 3个工作日内.
//!
//! A sentence is folded to one spelling ([`text`]), single days and clocks are read by hand-written grammars
//! ([`grammar`], [`days_zh`], [`days_en`], [`clock`]), joined into expressions ([`sentence`], [`amounts`], [`routine`]) and judged by the words beside them ([`judge`]): what is vague,
//! recurring, past, a beginning, counted from an unknown event, or part of a name is no deadline. Weeks begin on Monday,
//! before and by are inclusive, working days follow the calendar (SPEC 6).
//!
//! Deliberately absent: the clock. The reference moment is given.

use crate::domain::due::Due;
use crate::domain::workdays::Workdays;
use chrono::{DateTime, FixedOffset, NaiveTime};
use std::ops::Range;

mod amounts;
mod clock;
mod days_en;
mod days_zh;
mod grammar;
mod judge;
mod meeting;
mod reason;
mod routine;
mod sentence;
mod text;
mod words;

pub use meeting::{Freq, Recurrence, duration, meeting_start, part_of_day, recurrence, shift, shift_workdays};
pub(crate) use text::is_english_month;

use grammar::Reader;
use sentence::Found;

/// What a time is read against.
#[derive(Clone, Copy, Debug)]
pub struct Anchor<'a> {
    /// The moment the words were written, in the writer's offset.
    pub reference: DateTime<FixedOffset>,
    pub calendar: &'a Workdays,
    /// When a working day ends: 下班前, EOD.
    pub day_end: NaiveTime,
}

impl<'a> Anchor<'a> {
    /// With the end of the calendar's hours as the end of the day.
    pub fn new(reference: DateTime<FixedOffset>, calendar: &'a Workdays) -> Anchor<'a> {
        Anchor { reference, calendar, day_end: calendar.hours().end }
    }
}

/// The deadline of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Deadline {
    pub due: Due,
    /// The words it was read from, as written.
    pub phrase: String,
    /// Where they stand in the text, in bytes.
    pub span: Range<usize>,
    /// Why these words give that day, in their language: `3 个工作日:跳过 10-01~10-07,10-10 上班`.
    pub why: String,
    /// The rule that read them: weekday, date, workdays, festival …
    pub rule: &'static str,
}

/// What a time in a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// something is due then
    Deadline,
    /// from then on: 自8月1日起, starting Monday
    Start,
    /// every Friday
    Recurring,
    /// 上周, last Friday, already done
    Past,
    /// part of a name or a number: 6月份的报表
    Describing,
    /// counted from an event without a date: 合同签订后5日内
    Unanchored,
    /// the old one of a changed date
    Superseded,
    /// 尽快, ASAP
    Vague,
}

/// A time in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    pub kind: Kind,
    /// The day or moment, where the words give one.
    pub due: Option<Due>,
    /// The beginning of a range, or of a period.
    pub from: Option<Due>,
    /// In bytes of the text.
    pub span: Range<usize>,
    pub rule: &'static str,
}

/// The deadline in a task's sentence, if it says one.
pub fn deadline(text: &str, anchor: &Anchor) -> Option<Deadline> {
    read_one(text, anchor, false)
}

/// The deadline in a cell or a field whose name says that it is one: `3天`, `8.20`, `Q3`, `下周` are deadlines there.
pub fn cell(text: &str, anchor: &Anchor) -> Option<Deadline> {
    read_one(text, anchor, true)
}

fn read_one(text: &str, anchor: &Anchor, cell: bool) -> Option<Deadline> {
    let reader = Reader::new(text, anchor, cell);
    let list = reader.read();
    let chosen = choose(&reader, &list)?;
    let due = match chosen {
        Choice::Found(found) => reader.due(&found.expr)?,
        Choice::Shifted { due, .. } => due,
    };
    let (start, end) = match chosen {
        Choice::Found(found) => (found.start, found.end.max(found.expr.end)),
        Choice::Shifted { start, end, .. } => (start, end),
    };
    let span = reader.bytes(start..end);
    let words = text.get(span.clone())?;
    let phrase = words.trim().to_owned();
    let from = span.start + (words.len() - words.trim_start().len());
    let span = from..from + phrase.len();
    let (why, rule) = match chosen {
        Choice::Found(found) => (reader.why(&found.expr, due, &phrase), found.expr.rule),
        Choice::Shifted { .. } => (reader.why_shifted(due, &phrase), "shifted"),
    };
    Some(Deadline { due, phrase, span, why, rule })
}

#[derive(Clone, Copy)]
enum Choice {
    Found(Found),
    /// an old date moved by an amount: 原定7月15日,推迟一周
    Shifted {
        due: Due,
        start: usize,
        end: usize,
    },
}

/// The one of several times that is the deadline: a changed date before a deadline word before a preposition; of equals
/// the latest, since the task ends then.
fn choose(reader: &Reader, list: &[Found]) -> Option<Choice> {
    let mut best: Option<(Found, i64)> = None;
    let recurring = list.iter().any(|found| found.kind == Kind::Recurring);
    for found in list.iter().filter(|found| found.kind == Kind::Deadline) {
        // every Friday until 31 August recurs all the same
        if recurring && reader.only_bounds(found) {
            continue;
        }
        let Some(due) = reader.due(&found.expr) else { continue };
        let late = match due {
            Due::Date(date) => date.and_hms_opt(12, 0, 0).map_or(0, |time| time.and_utc().timestamp()),
            Due::Moment(moment) => moment.naive_local().and_utc().timestamp(),
        };
        let better = best.as_ref().is_none_or(|(old, old_late)| (found.strength, late) > (old.strength, *old_late));
        if better {
            best = Some((*found, late));
        }
    }
    let old = list.iter().rev().find(|found| found.kind == Kind::Superseded);
    if best.as_ref().is_none_or(|(found, _)| found.strength < 4)
        && let Some(base) = old.or_else(|| best.as_ref().map(|(found, _)| found)).copied()
        && let Some((amount, forward, place)) = reader.shift_words()
        && let Some(due) = reader.due(&base.expr)
        && (base.kind == Kind::Superseded && best.is_none()
            || base.kind == Kind::Deadline && place.start >= base.end && forward)
        && let Some(date) = reader.shift(due.date(), &amount, forward)
    {
        let due = match (due, base.expr.minutes) {
            (Due::Moment(_), Some(minutes)) => {
                reader.moment(&base.expr, date, minutes).map_or(Due::Date(date), Due::Moment)
            }
            _ => Due::Date(date),
        };
        return Some(Choice::Shifted { due, start: base.start.min(place.start), end: base.end.max(place.end) });
    }
    if let Some((found, _)) = best {
        return Some(Choice::Found(found));
    }
    // Only the old date is told and nothing else: it stands.
    old.filter(|_| !reader.unsettled()).map(|found| Choice::Found(*found))
}

/// Every time in a text, in order.
pub fn all(text: &str, anchor: &Anchor) -> Vec<Mention> {
    let reader = Reader::new(text, anchor, false);
    let mut mentions: Vec<Mention> = reader
        .read()
        .iter()
        .map(|found| Mention {
            kind: found.kind,
            due: if found.kind == Kind::Recurring { None } else { reader.due(&found.expr) },
            from: reader
                .begin(&found.expr)
                .map(Due::Moment)
                .or_else(|| found.expr.first.map(|(date, _)| Due::Date(date))),
            span: reader.bytes(found.start..found.end.max(found.expr.end)),
            rule: found.expr.rule,
        })
        .collect();
    mentions.extend(reader.vague().into_iter().map(|range| Mention {
        kind: Kind::Vague,
        due: None,
        from: None,
        span: reader.bytes(range),
        rule: "vague",
    }));
    mentions.sort_by_key(|mention| mention.span.start);
    mentions
}
