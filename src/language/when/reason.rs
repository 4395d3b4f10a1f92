//! Why the words give that day: one short sentence in the language of the words.

use super::grammar::{Class, Reader};
use super::sentence::{Expr, Found};
use super::text::is_cjk;
use crate::domain::due::Due;
use crate::domain::workdays::DayKind;
use chrono::{Datelike, NaiveDate};
use std::fmt::Write;
use std::ops::Range;

const WEEKDAYS_ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const WEEKDAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Words that promise something without saying when.
const VAGUE_ZH: &[&str] = &[
    "尽快",
    "尽早",
    "抓紧",
    "及时",
    "马上",
    "立即",
    "立刻",
    "待定",
    "另行通知",
    "方便时",
    "有空",
    "有时间",
    "抽空",
    "空闲时",
    "近期",
    "近日",
    "择日",
    "择期",
    "改天",
    "过几天",
    "过两天",
    "稍后",
    "稍晚",
    "晚点",
    "早日",
    "适时",
    "视情况",
    "看情况",
    "这几天",
    "这两天",
    "不日",
    "回头",
    "随时",
    "酌情",
    "时间未定",
    "未定",
    "再议",
    "后续",
];
const VAGUE_EN: &[&str] = &[
    "asap",
    "as soon as possible",
    "soon",
    "tbd",
    "tba",
    "tbc",
    "to be determined",
    "to be confirmed",
    "to be announced",
    "whenever",
    "when you have time",
    "when possible",
    "at your convenience",
    "in due course",
    "shortly",
    "immediately",
    "right away",
    "sometime",
    "at some point",
    "eventually",
    "later",
    "in the near future",
    "urgently",
    "promptly",
];

impl Reader<'_> {
    /// Vague words, as character ranges.
    pub fn vague(&self) -> Vec<Range<usize>> {
        let t = &self.text;
        let mut found = Vec::new();
        let mut i = 0;
        while i < t.len() {
            let end = if is_cjk(t.at(i)) {
                t.any(i, VAGUE_ZH)
            } else if t.is_letter(i) && (i == 0 || !t.is_letter(i - 1)) {
                t.words(i, VAGUE_EN)
            } else {
                None
            };
            match end {
                Some(end) => {
                    found.push(i..end);
                    i = end;
                }
                None => i += 1,
            }
        }
        found
    }

    /// The text says that the new date is not known, or that it is off.
    pub fn unsettled(&self) -> bool {
        let t = &self.text;
        (0..t.len()).any(|i| {
            t.any(i, &["待定", "未定", "另行通知", "取消", "推迟", "延期", "延后", "暂缓", "再议", "暂停", "不再"])
                .is_some()
                || t.words(
                    i,
                    &[
                        "tbd",
                        "tba",
                        "tbc",
                        "cancelled",
                        "canceled",
                        "postponed",
                        "delayed",
                        "to be determined",
                        "to be confirmed",
                        "on hold",
                    ],
                )
                .is_some()
        })
    }

    /// "until …": only the end of what recurs.
    pub fn only_bounds(&self, found: &Found) -> bool {
        let t = &self.text;
        let start = found.expr.start;
        t.word_ends_any(start, &["until", "till", "ending", "ends", "ending on", "through"]).is_some()
            || t.ends_any(t.back(start), &["直到", "直至", "持续到", "持续至", ",到", ",至"]).is_some()
            || t.any(t.sp(found.expr.end), &["为止"]).is_some()
    }

    fn chinese(phrase: &str) -> bool {
        phrase.chars().any(|one| {
            is_cjk(one)
                || crate::language::width::fold(one) != crate::language::width::Fold::One(one) && one > '\u{2e80}'
        })
    }

    pub fn why_shifted(&self, due: Due, phrase: &str) -> String {
        let chinese = Self::chinese(phrase);
        let day = due.date();
        if chinese {
            format!("原日期顺移:{}", self.named(day, true))
        } else {
            format!("the old date moved: {}", self.named(day, false))
        }
    }

    fn named(&self, day: NaiveDate, chinese: bool) -> String {
        let index = day.weekday().num_days_from_monday() as usize;
        if chinese {
            format!("{}({})", day.format("%Y-%m-%d"), WEEKDAYS_ZH.get(index).copied().unwrap_or_default())
        } else {
            format!("{} {}", WEEKDAYS_EN.get(index).copied().unwrap_or_default(), day.format("%Y-%m-%d"))
        }
    }

    pub fn why(&self, x: &Expr, due: Due, phrase: &str) -> String {
        let chinese = Self::chinese(phrase);
        let day = due.date();
        let named = self.named(day, chinese);
        let from = self.today.format("%m-%d");
        let mut why = match (x.rule, chinese) {
            ("workdays" | "counted", _) if x.workdays.is_some() => {
                let n = x.workdays.unwrap_or_default();
                let (low, high) = if n < 0 { (day, self.today.max(day)) } else { (self.today, day) };
                let mut why =
                    if chinese { format!("{} 个工作日", n.abs()) } else { format!("{} working days", n.abs()) };
                let around = if n < 0 { None } else { Some(self.off_between(low, high, chinese)) };
                match around.filter(|around| !around.is_empty()) {
                    Some(around) => {
                        why.push_str(if chinese { ":" } else { ": " });
                        why.push_str(&around);
                    }
                    None if n > 0 => {
                        let _ =
                            if chinese { write!(why, ",{from} 不计") } else { write!(why, ", {from} not counted") };
                    }
                    None => {}
                }
                why
            }
            ("festival", true) => format!("节假日:{named}"),
            ("festival", false) => format!("around the holiday: {named}"),
            ("hours", true) => format!("自 {} 起计", self.anchor.reference.format("%m-%d %H:%M")),
            ("hours", false) => format!("counted from {}", self.anchor.reference.format("%m-%d %H:%M")),
            ("duration", true) => format!("自 {from} 起计:{named}"),
            ("duration", false) => format!("counted from {from}: {named}"),
            ("counted", true) => format!("按所述日期推算:{named}"),
            ("counted", false) => format!("counted from the day named: {named}"),
            ("weekday" | "weekend" | "week", true) => format!("一周自周一始:{named}"),
            ("weekday" | "weekend" | "week", false) => format!("weeks begin on Monday: {named}"),
            ("changed", true) => format!("改期之后:{named}"),
            ("changed", false) => format!("the new date: {named}"),
            ("range", true) => format!("取区间的终点:{named}"),
            ("range", false) => format!("the end of the range: {named}"),
            ("month-end" | "quarter-end" | "year-end" | "month" | "quarter" | "half" | "year", true) => {
                format!("该期最后一天:{named}")
            }
            ("month-end" | "quarter-end" | "year-end" | "month" | "quarter" | "half" | "year", false) => {
                format!("the last day of it: {named}")
            }
            ("clock", true) => format!("当日时刻:{named}"),
            ("clock", false) => format!("that time of day: {named}"),
            (_, true) => format!("即 {named}"),
            (_, false) => format!("that is {named}"),
        };
        if x.zone.is_some()
            && let Due::Moment(moment) = due
        {
            let _ = if chinese {
                write!(why, ",当地 {}", moment.format("%m-%d %H:%M"))
            } else {
                write!(why, ", {} here", moment.format("%m-%d %H:%M"))
            };
        }
        let counted =
            x.workdays.is_some() || matches!(x.class, Class::Festival) || x.rule == "nth" && phrase.contains('工');
        if counted && !self.anchor.calendar.published(day.year()) {
            let _ = if chinese {
                write!(why, ";{} 年放假安排未公布,按周一至周五计", day.year())
            } else {
                write!(why, "; holidays of {} are not published (未公布), counted Monday to Friday", day.year())
            };
        }
        why
    }

    /// The holidays passed over and the weekend days worked: `跳过 10-01~10-07,10-10 上班`.
    fn off_between(&self, low: NaiveDate, high: NaiveDate, chinese: bool) -> String {
        let calendar = self.anchor.calendar;
        let mut parts: Vec<String> = Vec::new();
        let mut run: Option<(NaiveDate, NaiveDate)> = None;
        let close = |run: &mut Option<(NaiveDate, NaiveDate)>, parts: &mut Vec<String>| {
            if let Some((first, last)) = run.take() {
                let days = if first == last {
                    first.format("%m-%d").to_string()
                } else {
                    format!("{}~{}", first.format("%m-%d"), last.format("%m-%d"))
                };
                parts.push(if chinese { format!("跳过 {days}") } else { format!("skips {days}") });
            }
        };
        for day in low.iter_days().skip(1).take_while(|day| *day <= high).take(400) {
            match calendar.statutory(day) {
                Some((DayKind::Off, _)) => run = Some((run.map_or(day, |(first, _)| first), day)),
                Some((DayKind::Work, _)) => {
                    close(&mut run, &mut parts);
                    parts.push(if chinese {
                        format!("{} 上班", day.format("%m-%d"))
                    } else {
                        format!("{} is worked", day.format("%m-%d"))
                    });
                }
                None if run.is_some() && !calendar.is_workday(day) => {}
                None => close(&mut run, &mut parts),
            }
        }
        close(&mut run, &mut parts);
        parts.join(if chinese { "," } else { ", " })
    }
}
