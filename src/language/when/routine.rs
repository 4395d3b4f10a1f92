//! Times that come back: 每周五下班前, every other Tuesday, daily.

use super::Kind;
use super::clock::Part;
use super::days_en::WEEKDAY_PAIRS;
use super::grammar::{Class, Reader};
use super::sentence::Found;
use super::text::is_cjk;
use super::words::*;

impl Reader<'_> {
    /// "by noon every Friday": what stands beside a recurring time recurs too.
    pub(super) fn spread_recurring(&self, list: &mut [Found]) {
        // Daily standup at 9:30
        let timed = |found: &Found| {
            found.kind == Kind::Deadline
                && found.strength < 3
                && found.expr.date.is_none()
                && found.expr.exact.is_none()
        };
        let t = &self.text;
        if list.iter().any(timed)
            && (0..t.len()).any(|i| {
                t.words(i, &["daily", "weekly", "monthly", "nightly", "standup"]).is_some()
                    || t.any(i, &["每日", "每天", "日常值班"]).is_some()
            })
        {
            list.iter_mut().filter(|found| timed(found)).for_each(|found| found.kind = Kind::Recurring);
        }
        let between = |from: usize, to: usize| {
            let words = self.text.slice(from, to);
            words.len() < 24
                && words.split(|one: char| !one.is_alphanumeric()).all(|word| {
                    matches!(
                        word,
                        "" | "at"
                            | "by"
                            | "on"
                            | "before"
                            | "of"
                            | "the"
                            | "in"
                            | "until"
                            | "till"
                            | "no"
                            | "later"
                            | "than"
                            | "的"
                            | "and"
                            | "或"
                            | "和"
                            | "from"
                            | "至"
                            | "到"
                            | "to"
                            | "前"
                            | "之前"
                            | "直到"
                            | "起"
                    )
                })
        };
        for index in 1..list.len() {
            let (Some(left), Some(right)) = (list.get(index - 1).copied(), list.get(index).copied()) else { continue };
            if left.kind == Kind::Recurring
                && right.kind != Kind::Recurring
                && between(left.end.min(right.start), right.start)
            {
                if let Some(right) = list.get_mut(index) {
                    right.kind = Kind::Recurring;
                }
            } else if right.kind == Kind::Recurring
                && left.kind == Kind::Deadline
                && (left.expr.date.is_none()
                    || matches!(left.expr.class, Class::Weekday | Class::Relative | Class::DayOfMonth))
                && between(left.end.min(right.start), right.start)
                && let Some(left) = list.get_mut(index - 1)
            {
                left.kind = Kind::Recurring;
            }
        }
    }

    /// 每周五下班前, 每月15日, every other Tuesday, daily: the whole of it.
    pub(super) fn recurring(&self, i: usize) -> Option<usize> {
        let t = &self.text;
        let here = t.at(i);
        let end = match here {
            '每' | '逢' | '隔' | '各' | '双' | '单' | '周' | '天' | '月' | '年' | '日' | '季' | '工' | '定' | '按' => {
                self.recurring_zh(i)?
            }
            'a'..='z' | '0'..='9' => self.recurring_en(i)?,
            _ => return None,
        };
        // Everything of time that is joined to it.
        let mut end = end;
        for _ in 0..4 {
            let mut grown = false;
            for (p, glue) in self.glue(end) {
                if p > end && glue == ',' && !is_cjk(t.at(p)) {
                    continue;
                }
                if t.word_ends_any(p, &["until", "till", "through"]).is_some() {
                    continue;
                }
                if let Some(x) = self.composite(p, self.today)
                    && !matches!(x.class, Class::Absolute if x.date.is_some() && glue == ',')
                    && x.end > end
                {
                    end = x.end;
                    if let Some(q) = self.range_sign(end)
                        && let Some(second) = self.composite(q, self.today)
                    {
                        end = second.end;
                    }
                    grown = true;
                    break;
                }
            }
            if !grown {
                break;
            }
        }
        Some(end)
    }

    pub(super) fn recurring_zh(&self, i: usize) -> Option<usize> {
        let t = &self.text;
        if let Some(p) = t.any(i, &["每逢", "每隔", "每个", "每到", "每", "逢", "隔"]) {
            if t.at(i) == '逢' && i > 0 && "相重遭恰正适".contains(t.prev(i)) {
                return None;
            }
            let p = t.sp(p);
            if let Some((_, end)) = self.weekday_zh(p) {
                return Some(end);
            }
            // 每两周, 每3天, 每15分钟
            if let Some(amount) = self.amount_zh(p) {
                let end = amount.end;
                return Some(self.weekday_zh(t.sp(end)).map_or(end, |(_, end)| end));
            }
            if t.at(i) == '隔' {
                return t.any(p, &["周", "日", "天", "月", "年"]).filter(|end| t.at(*end) != '离');
            }
            for unit in [
                "工作日",
                "交易日",
                "星期",
                "礼拜",
                "季度",
                "半年",
                "双周",
                "半月",
                "周末",
                "小时",
                "分钟",
                "天",
                "日",
                "月",
                "周",
                "季",
                "年",
                "早",
                "晚",
                "次例会",
                "次会议",
                "次会",
                "节",
            ] {
                if let Some(end) = t.lit(p, unit) {
                    // 每月15日, 每月底, 每月第一个周五, 每季度末, 每年3月
                    let q = t.lit(t.sp(end), "的").unwrap_or_else(|| t.sp(end));
                    if let Some(after) = t.any(q, &["首月", "首日", "底", "末", "初", "中旬", "上旬", "下旬", "中"])
                    {
                        return Some(after);
                    }
                    if let Some(r) = t.any(q, &["最后一个", "最后1个", "首个", "第"]) {
                        let r = t.number(r).map_or(r, |number| t.lit(number.end, "个").unwrap_or(number.end));
                        if let Some(after) = t
                            .any(r, &["工作日", "工作天", "天", "日", "周", "月"])
                            .or_else(|| self.weekday_zh(r).map(|(_, end)| end))
                        {
                            return Some(self.weekday_zh(after).map_or(after, |(_, end)| end));
                        }
                    }
                    return Some(end);
                }
            }
            return None;
        }

        if let Some(p) = t.lit(i, "各")
            && let Some((_, end)) = self.weekday_zh(p)
        {
            return Some(end);
        }
        if let Some(end) = t.any(i, &["双周", "单周"]) {
            return Some(self.weekday_zh(end).map_or(end, |(_, end)| end));
        }
        for word in ["周周", "天天", "月月", "年年", "日日"] {
            if let Some(end) = t.lit(i, word) {
                return (i == 0 || !is_cjk(t.prev(i)) || !"今明昨后前".contains(t.prev(i))).then_some(end);
            }
        }
        if let Some(end) = t.any(i, &["工作日"])
            && (i == 0 || !is_cjk(t.prev(i)) && !t.prev(i).is_ascii_digit())
            && (self.clock(t.sp(end), None, true).is_some()
                || self.part(t.sp(end), true).is_some_and(|(part, _)| part != Part::DayEnd))
        {
            return Some(end);
        }
        t.any(i, &["工作日每天", "定期", "按周", "按月", "按季度", "按日", "按天"])
    }

    pub(super) fn recurring_en(&self, i: usize) -> Option<usize> {
        let t = &self.text;
        if let Some(p) = t.words(i, &["every single", "every other", "every second", "every", "each"]) {
            let p = t.sp(p);
            if let Some((_, end)) = self.weekday_name(p) {
                return Some(end);
            }
            if let Some(amount) = self.amount_en(p) {
                let end = amount.end;
                let on = t.word(t.sp(end), "on").map_or(end, |at| t.sp(at));
                return Some(self.weekday_name(on).map_or(end, |(_, end)| end));
            }
            if let Some(end) = t.words(p, UNITS_EN) {
                // every month on the 5th, every day at 9
                let q = t.words(t.sp(end), &["on the", "on"]).map(|at| t.sp(at));
                if let Some(q) = q {
                    if let Some((_, end)) = self.weekday_name(q) {
                        return Some(end);
                    }
                    if let Some(day) = self.day(q, self.today) {
                        return Some(day.end);
                    }
                }
                return Some(end);
            }
            // every first Monday, every last Friday of the month
            let word_end = t.word_end(p);
            if t.words(p, &["first", "second", "third", "fourth", "last", "1st", "2nd", "3rd", "4th", "other"])
                .is_some()
                || t.at(p).is_ascii_digit()
            {
                let q = t.sp(if t.at(p).is_ascii_digit() { t.digits(p)?.end + 2 } else { word_end });
                let end = self
                    .weekday_name(q)
                    .map(|(_, end)| end)
                    .or_else(|| t.words(q, &["working day", "business day", "day", "week", "month"]))?;
                return Some(
                    t.words(
                        t.sp(end),
                        &["of the month", "of each month", "of every month", "of the quarter", "of the week"],
                    )
                    .unwrap_or(end),
                );
            }
            return None;
        }
        // the first Monday of every month
        let p = t.word(i, "on").map_or(i, |at| t.sp(at));
        let p = t.word(p, "the").map_or(p, |at| t.sp(at));
        if let Some((_, end)) = self.ordinal(p) {
            let q = t.sp(end);
            let end = self
                .weekday_name(q)
                .map(|(_, end)| end)
                .or_else(|| t.words(q, &["working day", "business day", "workday", "day"]))
                .unwrap_or(end);
            let units = [
                "of every month",
                "of each month",
                "of every quarter",
                "of each quarter",
                "of every week",
                "of each week",
                "of every year",
                "each month",
                "every month",
            ];
            return t.words(t.sp(end), &units);
        }
        // Mondays, Friday mornings, weekdays
        let p = t.word(i, "on").map_or(i, |at| t.sp(at));
        let begins = WEEKDAY_PAIRS.may_begin(t, p);
        for (name, _) in super::text::WEEKDAYS.iter().filter(|_| begins) {
            if let Some(end) = t.lit(p, name).and_then(|end| t.lit(end, "s")).filter(|end| !t.is_letter(*end))
                && name.len() > 5
                && (p == 0 || !t.is_letter(p - 1))
            {
                return Some(end);
            }
            if let Some(end) = t.word(p, name)
                && let Some(end) = t.words(t.sp(end), &["mornings", "afternoons", "evenings", "nights"])
            {
                return Some(end);
            }
        }
        if let Some(end) = t.words(i, ROUTINES_EN) {
            return Some(end);
        }
        // daily, weekly as adverbs: before a preposition, or at the end of the clause
        if let Some(end) = t.words(i, ADVERBS_EN) {
            let r = t.sp(end);
            let next = t.slice(r, t.word_end(r));
            let adverb = matches!(t.at(r), '\0' | '.' | ',' | ';' | ')' | '\n' | '。')
                || matches!(
                    next.as_str(),
                    "by" | "on" | "at" | "before" | "until" | "to" | "in" | "from" | "starting" | "every" | "and"
                );
            let adjective = t.word_ends_any(i, &["the", "a", "our", "your", "their", "this", "next"]).is_some()
                && !matches!(t.at(r), '\0' | '.');
            return (adverb && !adjective).then_some(end);
        }
        None
    }
}
