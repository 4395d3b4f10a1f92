//! Amounts of time in their sentence: 3个工作日内, within 24 hours, a week from Friday; counted from now, from a day that is
//! named, or from an event nobody dated.

use super::grammar::{Amount, Class, Hint, Reader, Unit};
use super::sentence::{Expr, LOOK_BACK};
use super::text::{chinese_digit, is_cjk};
use super::words::*;
use crate::mail::phrases::Firsts;
use chrono::{DateTime, FixedOffset};
use std::ops::Range;

impl Reader<'_> {
    /// The moment an amount of hours after the reference.
    pub(super) fn after(&self, amount: &Amount) -> Option<DateTime<FixedOffset>> {
        let minutes = match amount.unit {
            Unit::Minute => amount.value,
            Unit::Hour => amount.value * 60.0,
            Unit::WorkHour => {
                return Some(self.anchor.calendar.add_working_hours(&self.anchor.reference, amount.value));
            }
            _ => return None,
        };
        if !(0.0..1e7).contains(&minutes) {
            return None;
        }
        self.anchor.reference.checked_add_signed(chrono::Duration::seconds((minutes * 60.0).round() as i64))
    }

    /// 3个工作日内, within 24 hours, a week from Friday; or only an amount of time.
    pub(super) fn amount_expr(&self, i: usize) -> Option<Expr> {
        let t = &self.text;
        let here = t.at(i);
        if here.is_ascii_digit() && !self.clean_left(i) {
            return None;
        }
        // 两三天 is a guess, not three days.
        if chinese_digit(here).is_some() && i > 0 && chinese_digit(t.prev(i)).is_some() && t.prev(i - 1) != '周' {
            return None;
        }
        // 两三天内: a guess with a bound, which is its end.
        let guess = chinese_digit(here)
            .zip(chinese_digit(t.at(i + 1)))
            .filter(|(a, b)| *a < *b && *b <= 9 && *b - *a <= 2)
            .and_then(|_| self.amount_zh(i + 1))
            .filter(|amount| t.any(t.sp(amount.end), &["内", "之内", "以内"]).is_some());
        let (amount, chinese) = if let Some(amount) = guess {
            (amount, true)
        } else if here.is_ascii_digit() || chinese_digit(here).is_some() || here == '半' {
            match self.amount_zh(i) {
                Some(amount) => (amount, true),
                None if here.is_ascii_digit() => {
                    // 48h内
                    let amount = self.amount_en(i)?;
                    let chinese = t.any(t.sp(amount.end), &["内", "之内", "以内", "后", "之后", "以后"]).is_some();
                    (amount, chinese)
                }
                None => return None,
            }
        } else if here.is_ascii_alphabetic() && (i == 0 || !t.is_letter(i - 1)) {
            // the day before July 22
            if let Some(end) = t.words(i, &["the day before", "day before", "the day after", "day after"])
                && let Some(day) = self.composite(t.sp(end), self.today)
                && let Some(date) = day.date.filter(|_| day.class != Class::Relative && day.class != Class::Period)
            {
                let back = t.slice(i, end).ends_with("before");
                let date = if back { date.pred_opt()? } else { date.succ_opt()? };
                return Some(Expr {
                    start: i,
                    date: Some(date),
                    class: Class::Duration,
                    rule: "counted",
                    hint: Hint::Marked,
                    ..day
                });
            }
            // within the hour
            if let Some(end) = t.word(i, "the hour")
                && t.word_ends(i, "within").is_some()
            {
                (Amount { value: 1.0, unit: Unit::Hour, end, compound: false }, false)
            } else {
                (self.amount_en(i)?, false)
            }
        } else {
            return None;
        };
        // 20日 alone is a day of the month; an amount says 内 or 后.
        if chinese
            && t.prev(amount.end) == '日'
            && amount.unit == Unit::Day
            && t.ends_any(amount.end, &["自然日", "日历日", "公历日"]).is_none()
            && t.any(t.sp(amount.end), &["内", "之内", "以内", "后", "之后", "以后", "无理由"]).is_none()
        {
            return None;
        }
        let mut x = Expr::empty(i);
        x.class = Class::Duration;
        x.end = amount.end;
        x.amount = Some(amount);
        x.rule = "duration";
        x.hint = Hint::Describing;
        if i > 0 && "第每x×*".contains(t.prev(i)) {
            x.hint = if t.prev(i) == '每' { Hint::Recurring } else { Hint::Describing };
            return Some(x);
        }
        match amount.unit {
            Unit::Minute | Unit::Hour | Unit::WorkHour => {
                x.exact = self.after(&amount);
                x.rule = "hours";
                x.exact?;
            }
            unit => {
                x.date = self.shift(self.today, &amount, true);
                x.date?;
                if unit == Unit::Workday {
                    x.rule = "workdays";
                    x.workdays = Some(amount.value.ceil() as i32);
                }
            }
        }
        if chinese { self.amount_judged_zh(x, &amount) } else { self.amount_judged_en(x, &amount) }
    }

    pub(super) fn amount_judged_zh(&self, mut x: Expr, amount: &Amount) -> Option<Expr> {
        let t = &self.text;
        let p = t.sp(amount.end);
        let within = t.any(p, &["之内", "以内", "内", "里面", "里"]).filter(|end| {
            !("部容测审控销存阁".contains(t.at(*end)) && t.prev(*end) == '内' && *end < t.len())
                && !(t.prev(*end) == '里' && t.at(*end) == '程')
        });
        let after = t
            .any(p, &["之后", "以后", "过后", "后"])
            .filter(|end| !("台端续勤面备半期".contains(t.at(*end)) && *end < t.len()));
        let left = t.back(x.start);
        let left = if t.prev(left) == ':' { t.back(left - 1) } else { left };
        if let Some(end) = within.or(after) {
            x.end = end;
        }
        let marked = within.is_some() || after.is_some();
        if t.ends_any(left, &["不超过", "最长", "不多于"]).is_some() {
            x.hint = Hint::Marked;
            return Some(x);
        }
        if t.ends_any(left, &["提前", "前", "赛前", "会前"]).is_some() && t.ends(left, "目前").is_none() {
            x.hint = Hint::Unanchored;
            return Some(x);
        }
        if t.ends_any(left, &["每", "每隔", "间隔", "隔"]).is_some() {
            x.hint = Hint::Recurring;
            return Some(x);
        }
        if t.ends_any(left, LASTING).is_some() {
            x.hint =
                if t.ends_any(left, &["过去", "最近", "近"]).is_some() { Hint::Past } else { Hint::Describing };
            return Some(x);
        }
        if !self.cell_after_meeting() && self.counted_from_event(x.start) {
            x.hint = Hint::Unanchored;
            return Some(x);
        }
        if t.any(x.end, &["无理由", "免费", "包退", "包换", "可退", "退货", "保修"]).is_some() {
            return Some(x);
        }
        let given = (left.saturating_sub(4)..left).any(|at| t.at(at) == '给')
            && t.slice(amount.end.saturating_sub(2), amount.end) == "时间";
        let limit = given || t.ends_any(left, LIMITS).is_some();
        let done = t.any(t.sp(x.end), &["完成", "搞定", "交付", "做完", "办结", "出结果"]).is_some()
            && t.any(x.end, &["完成情况", "完成率", "完成量"]).is_none();
        let free = left == 0 || !is_cjk(t.prev(left)) && t.prev(left) != '"';
        let called = t.any(x.end, &["热线", "制", "值班", "值守", "客服", "监控", "营业", "在线", "服务"]).is_some();
        if marked || !called && (limit || self.cell || done && free) {
            x.hint = Hint::Marked;
        }
        if after.is_some() && t.any(t.sp(x.end), &["开始", "启动", "起", "生效", "实施"]).is_some() {
            x.hint = Hint::Start;
        }
        Some(x)
    }

    /// A cell such as 会后3天内 counts from the meeting, which is the reference.
    pub(super) fn cell_after_meeting(&self) -> bool {
        let t = &self.text;
        self.cell
            && (t.any(t.sp(0), &["会后", "会议后", "会议结束后", "散会后"]).is_some()
                || t.words(t.sp(0), &["within"]).is_some())
    }

    /// An amount that is counted from something that happens: 合同签订后5日内, 收到通知24小时内, 如…,2天内.
    pub(super) fn counted_from_event(&self, start: usize) -> bool {
        let t = &self.text;
        let left = t.back(start);
        let left = if matches!(t.prev(left), ',' | '、') { t.back(left - 1) } else { left };
        if t.ends_any(left, &["之日", "之日起", "日起", "之时", "时", "当日起", "后的", "后", "起", "之后", "以后"])
            .is_some()
        {
            return !self.time_before(left)
                && t.ends_any(
                    left,
                    &["今后", "往后", "随后", "同时", "及时", "按时", "准时", "届时", "平时", "最后", "工时", "时"],
                )
                .is_none_or(|at| {
                    // 今后 and 及时 are no events; a clause that ends in 时 is one.
                    t.lit(at, "时").is_some() && at + 1 == left
                });
        }
        // Directly behind the word for what happens.
        if left == start && t.ends_any(left, EVENTS).is_some() {
            return true;
        }
        let low = start.saturating_sub(LOOK_BACK);
        let mut near = true;
        for at in (low..start).rev() {
            let one = t.at(at);
            if matches!(one, '。' | ';' | '!' | '?' | '\n' | '；' | '！' | '？') {
                return false;
            }
            if matches!(one, ',' | '：' | ':') {
                near = false;
            }
            if near
                && start - at <= 16
                && t.any(at, &["收到", "接到", "接获", "收悉", "获批", "签收", "受理", "一旦"]).is_some()
            {
                return true;
            }
            // …后 earlier in the sentence: 合同签订后,供应商须在5日内
            if one == '后'
                && at > 0
                && is_cjk(t.prev(at))
                && !"今最先前落幕背延滞善售随然此往以之午".contains(t.prev(at))
                && !"台端续勤面备悔果缀门来期半天日续者的".contains(t.at(at + 1))
                && !self.time_before(at)
            {
                return true;
            }
            if (one == '以' || one == '之')
                && t.at(at + 1) == '后'
                && at > 0
                && is_cjk(t.prev(at))
                && !self.time_before(at)
            {
                return true;
            }
            if (one == '如' || one == '若' || one == '凡' || one == '遇') && (at == 0 || !is_cjk(t.prev(at))) {
                return true;
            }
            if t.any(at, &["之日起", "发生故障", "出现故障"]).is_some() {
                return true;
            }
        }
        false
    }

    /// A time word ends at `i`: what is counted from it has a date.
    pub(super) fn time_before(&self, i: usize) -> bool {
        let t = &self.text;
        let i = t.ends_any(i, &["之后", "以后", "后的", "后", "起", "之日起", "日起"]).filter(|_| true).unwrap_or(i);
        matches!(t.prev(i), '日' | '号' | '天' | '周' | '月' | '节' | '年')
            && t.ends_any(i, &["之日", "当日", "工作日", "生日", "某日"]).is_none()
            || (t.prev(i).is_ascii_digit())
            || t.ends_any(i, &["周一", "周二", "周三", "周四", "周五", "周六", "周日"]).is_some()
    }

    pub(super) fn amount_judged_en(&self, mut x: Expr, amount: &Amount) -> Option<Expr> {
        let t = &self.text;
        if amount.compound {
            return Some(x);
        }
        let p = t.sp(amount.end);
        if let Some(end) = t.word(p, "ago") {
            x.end = end;
            x.hint = Hint::Past;
            return Some(x);
        }
        let p = t
            .words(p, &["or less", "or sooner", "or fewer", "at most", "max", "at the latest"])
            .map_or(p, |at| t.sp(at));
        if let Some(end) =
            t.words(p, &["from now", "from today", "from this moment", "hence", "starting today", "starting now"])
        {
            x.end = end;
            x.hint = Hint::Marked;
            return Some(x);
        }
        // two days before July 15, a week from Friday, 3 working days after 8/20
        let led = t.words(p, &["before", "prior to", "ahead of"]).map(|at| (false, at)).or_else(|| {
            t.words(p, &["from", "after", "following", "of", "since", "on", "starting", "counting from"])
                .map(|at| (true, at))
        });
        if let Some((forward, q)) = led {
            let on = t.words(p, &["on", "of"]).is_some();
            if let Some(day) = self.composite(t.sp(q), self.today)
                && let Some(date) = day.date
                && matches!(day.hint, Hint::None | Hint::Start | Hint::Marked)
                && day.class != Class::Period
                && !(on && (day.class != Class::Weekday || amount.unit != Unit::Week))
                && let Some(shifted) = self.shift(date, amount, forward)
            {
                let workdays = (amount.unit == Unit::Workday).then_some(if forward {
                    amount.value as i32
                } else {
                    -(amount.value as i32)
                });
                return Some(Expr {
                    date: Some(shifted),
                    exact: None,
                    end: day.end,
                    hint: Hint::Marked,
                    rule: "counted",
                    workdays,
                    minutes: day.minutes,
                    clock: day.clock,
                    zone: day.zone,
                    ..x
                });
            }
            if !on || t.word(p, "of").is_some() {
                x.hint = if self.cell_after_meeting() && t.words(t.sp(q), &["the meeting", "meeting"]).is_some() {
                    Hint::Marked
                } else {
                    Hint::Unanchored
                };
                return Some(x);
            }
        }
        if t.words(p, &["upon", "once", "when", "post"]).is_some() {
            x.hint = Hint::Unanchored;
            return Some(x);
        }
        let left = t.word_ends_any(x.start, NEXT_EN).unwrap_or(x.start);
        if t.word_ends_any(x.start, &["last", "past", "previous", "the last", "the past"]).is_some() {
            x.hint = Hint::Past;
            return Some(x);
        }
        if t.word_ends_any(x.start, &["every", "each", "per"]).is_some() {
            x.hint = Hint::Recurring;
            return Some(x);
        }
        let marked = t.word_ends_any(left, WITHIN_EN);
        if marked.is_some() || self.cell {
            x.hint = if self.event_clause_en(x.start) && !self.cell { Hint::Unanchored } else { Hint::Marked };
        }
        Some(x)
    }

    /// Earlier in the sentence something has to happen first: once signed, … within 3 days.
    pub(super) fn event_clause_en(&self, start: usize) -> bool {
        let t = &self.text;
        let low = start.saturating_sub(2 * LOOK_BACK);
        for at in (low..start).rev() {
            let one = t.at(at);
            if matches!(one, '?' | '!' | ';' | '\n' | '。') || one == '.' && t.at(at + 1) == ' ' {
                return false;
            }
            if t.words(at, EVENT_WORDS_EN).is_some() && (at == 0 || !t.is_letter(at - 1)) {
                if t.word(at, "following").is_some() && t.word_ends(at, "the").is_some() {
                    continue;
                }
                return true;
            }
        }
        false
    }

    /// A shift by words: 推迟一周, extended by 3 working days; and which way.
    pub(super) fn shift_words(&self) -> Option<(Amount, bool, Range<usize>)> {
        let t = &self.text;
        static BEGIN: Firsts = Firsts::of(MOVES).and(MOVES_EN);
        for i in 0..t.len() {
            if !BEGIN.may_hold(t.at(i)) {
                continue;
            }
            let zh = t.any(i, MOVES);
            let en = t.words(i, MOVES_EN);
            let Some(mut p) = zh.or(en).filter(|_| zh.is_some() || i == 0 || !t.is_letter(i - 1)) else { continue };
            let forward = t.any(i, &["提前", "提早", "往前提"]).is_none();
            let mut earlier = !forward;
            for _ in 0..6 {
                p = t.sp(p);
                if let Some(q) = t.any(p, &["了", "约", "大约", "个", "至少", "到", "#"]) {
                    if t.at(p) == '个' || t.at(p) == '到' {
                        break;
                    }
                    p = q;
                } else if let Some(q) = t.words(p, MOVED_WHAT_EN) {
                    p = q;
                } else if let Some(q) = t.words(p, &["forward", "up", "in"]) {
                    earlier |= t.word(p, "forward").is_some() || t.word(p, "up").is_some();
                    p = q;
                } else if en.is_some()
                    && t.digits(p).is_some_and(|number| t.at(number.end) == ' ' && self.amount_en(p).is_none())
                {
                    p = t.digits(p)?.end;
                } else {
                    break;
                }
            }
            let p = t.sp(p);
            if let Some(amount) = self.amount_zh(p).or_else(|| self.amount_en(p).filter(|amount| !amount.compound)) {
                let tail = t.any(amount.end, &["提醒", "通知", "告知", "内", "之内", "以内"]);
                if tail.is_none() {
                    return Some((amount, !earlier, i..amount.end));
                }
            }
        }
        None
    }
}
