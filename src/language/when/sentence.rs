//! Time words in their sentence: joined into expressions, then judged by the words beside them.

use super::clock::{Clock, Part, Zone};
use super::grammar::{Amount, Class, Day, Hint, Reader, Unit};
use super::text::{chinese_digit, is_cjk};
use super::{Anchor, Kind};
use crate::domain::due::Due;
use crate::domain::workdays::local;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use std::cell::Cell;
use std::ops::Range;

/// No look back into a clause goes further.
const LOOK_BACK: usize = 40;

/// Some words joined to one time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expr {
    pub start: usize,
    pub end: usize,
    pub date: Option<NaiveDate>,
    pub class: Class,
    pub hint: Hint,
    pub rule: &'static str,
    pub workdays: Option<i32>,
    /// minutes of the day
    pub minutes: Option<u32>,
    /// a clock was said, not a part of the day
    pub clock: bool,
    weak: bool,
    sure: bool,
    part: Option<Part>,
    pub zone: Option<Zone>,
    pub exact: Option<DateTime<FixedOffset>>,
    /// where a range begins
    pub first: Option<(NaiveDate, Option<u32>)>,
    pub amount: Option<Amount>,
}

/// A time expression with the judgement on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub expr: Expr,
    pub kind: Kind,
    /// 4 a changed date, 3 a deadline word, 2 a preposition, 1 bare
    pub strength: u8,
    /// with the deadline words beside it
    pub start: usize,
    pub end: usize,
}

/// Words of a change of date, anywhere in the text.
const CHANGES: &[&str] = &[
    "改为", "改到", "改至", "改成", "改期", "调整", "变更", "推迟", "延期", "延后", "顺延", "提前", "提早", "延至",
    "延到", "推后", "更改", "更正", "挪到", "移到", "延长",
];
const CHANGES_EN: &[&str] = &[
    "moved",
    "move",
    "pushed",
    "push",
    "changed",
    "change",
    "rescheduled",
    "reschedule",
    "postponed",
    "postpone",
    "shifted",
    "shift",
    "extended",
    "extend",
    "delayed",
    "delay",
    "brought",
    "bring",
    "advanced",
    "slipped",
    "updated",
    "revised",
    "deferred",
    "slips",
];

const CORRECTED: &[&str] = &[
    "改为",
    "改到",
    "改至",
    "改成",
    "改在",
    "改于",
    "调整为",
    "调整到",
    "调整至",
    "调至",
    "调到",
    "调为",
    "变更为",
    "变更到",
    "变更至",
    "推迟到",
    "推迟至",
    "延期到",
    "延期至",
    "延后到",
    "延后至",
    "延至",
    "延到",
    "顺延到",
    "顺延至",
    "提前到",
    "提前至",
    "提早到",
    "提早至",
    "推到",
    "推至",
    "推后到",
    "推后至",
    "延长到",
    "延长至",
    "延长为",
    "更新为",
    "更改为",
    "更正为",
    "现为",
    "现定于",
    "现定为",
    "现定",
    "现改",
    "现在是",
    "现在改",
    "挪到",
    "挪至",
    "移到",
    "移至",
    "换到",
    "换成",
    "宽限到",
    "宽限至",
    "放宽到",
    "放宽至",
    "而是",
    "应为",
    "改期到",
    "改期至",
    "改期为",
    "改期",
    "最终定于",
    "最终定在",
    "现计划",
    "提前",
    "推迟",
    "现在",
    "后改",
    "又改",
    "顺延",
    "延期",
    "调整",
];

const SUPERSEDED: &[&str] = &[
    "原定于",
    "原定在",
    "原定为",
    "原定",
    "原计划于",
    "原计划在",
    "原计划",
    "原本定于",
    "原本",
    "原先",
    "原为",
    "原来",
    "本应",
    "本定于",
    "本来",
    "此前定于",
    "之前定的",
    "不是",
    "而非",
    "而不是",
    "并非",
    "原",
];

const DEADLINE_LABELS: &[&str] = &[
    "截止日期",
    "截止时间",
    "截止日",
    "截止",
    "截至",
    "截稿",
    "截稿日期",
    "期限",
    "时限",
    "完成时间",
    "完成日期",
    "完成时点",
    "完成节点",
    "时间节点",
    "交付时间",
    "交付日期",
    "交付日",
    "完成日",
    "到期日",
    "到期时间",
    "到期",
    "最晚",
    "最迟",
    "至迟",
    "至晚",
    "不晚于",
    "不迟于",
    "晚于",
    "迟于",
    "不超过",
    "限期",
    "限",
    "赶在",
    "抢在",
    "ddl",
    "deadline",
    "due",
    "结束时间",
    "结束日期",
    "直到",
    "直至",
    "完结时间",
    "办结时间",
    "反馈时间",
    "提交时间",
    "提交日期",
    "上线时间",
    "答复时间",
    "回复时间",
    "要求",
    "计划完成",
    "预计完成",
    "应完成",
    "须完成",
    "交付",
    "完成于",
    "止于",
    "时间要求",
    "解决时间",
    "整改时间",
];
const PLAN_WORDS: &[&str] = &[
    "务必",
    "必须",
    "预计",
    "计划",
    "拟",
    "定",
    "定于",
    "定在",
    "约定",
    "安排",
    "安排在",
    "争取",
    "力争",
    "于",
    "在",
    "到",
    "至",
    "请",
    "须",
    "需",
    "应",
    "就",
    "将",
    "赶",
    "等到",
    "约",
    "目标",
    "目标日期",
    "不早",
];
const START_LABELS: &[&str] = &[
    "开始时间",
    "开始日期",
    "起始时间",
    "起始日期",
    "启动时间",
    "启动日期",
    "发布日期",
    "会议时间",
    "会议日期",
    "召开时间",
    "签订日期",
    "签署日期",
    "创建时间",
    "创建日期",
    "制表日期",
    "下单日期",
    "生效日期",
    "生效时间",
    "开始",
    "记录时间",
    "记录日期",
    "填表日期",
    "提出日期",
    "提出时间",
    "开工日期",
    "成立于",
    "成立",
    "成立日期",
    "始于",
];

const EN_STRONG: &[&str] = &[
    "no later than",
    "not later than",
    "on or before",
    "at the latest by",
    "latest by",
    "by",
    "before",
    "prior to",
    "ahead of",
    "until",
    "till",
    "due on",
    "due by",
    "due date is",
    "due date",
    "due",
    "deadline is",
    "deadline of",
    "deadline",
    "up to",
    "not after",
    "in time for",
    "eta",
    "target date",
    "target",
    "cutoff",
    "cut off",
    "expires on",
    "expires",
    "closes on",
    "closes",
    "end date",
    "finish date",
    "complete by",
    "ddl",
    "nlt",
    "ending",
    "ends",
    "ends on",
    "not beyond",
    "through",
    "latest",
    "completion date",
    "delivery date",
    "due no later than",
    "thru",
];
const EN_PLAIN: &[&str] = &[
    "on",
    "at",
    "this",
    "for",
    "around",
    "about",
    "approximately",
    "during",
    "within",
    "in",
    "over",
    "of",
    "sometime",
    "throughout",
    "@",
];
const EN_START: &[&str] = &[
    "starting on",
    "starting from",
    "starting",
    "starts on",
    "starts from",
    "starts",
    "start on",
    "start from",
    "start date",
    "beginning on",
    "beginning from",
    "beginning",
    "begins on",
    "begins",
    "begin on",
    "begin",
    "from",
    "since",
    "after",
    "as of",
    "as from",
    "effective from",
    "effective as of",
    "effective on",
    "effective",
    "commencing on",
    "commencing from",
    "commencing",
    "commences on",
    "commences",
    "not before",
    "no earlier than",
    "not earlier than",
    "no sooner than",
    "on or after",
    "with effect from",
    "opens on",
    "opens",
    "past",
];
/// Words that may follow a bare English date without making it a name of something.
const EN_AFTER: &[&str] = &[
    "at",
    "on",
    "by",
    "in",
    "to",
    "for",
    "from",
    "with",
    "and",
    "or",
    "so",
    "but",
    "if",
    "please",
    "then",
    "when",
    "before",
    "after",
    "until",
    "as",
    "via",
    "per",
    "that",
    "which",
    "unless",
    "because",
    "since",
    "latest",
    "sharp",
    "max",
    "instead",
    "too",
    "also",
    "asap",
    "is",
    "are",
    "was",
    "will",
    "we",
    "you",
    "i",
    "they",
    "he",
    "she",
    "it",
    "the",
    "a",
    "an",
    "this",
    "not",
    "rather",
    "without",
    "though",
    "while",
    "using",
    "during",
    "through",
    "where",
    "who",
    "onwards",
    "onward",
    "send",
    "submit",
    "unless",
    "provided",
    "regardless",
    "including",
    "using",
    "of",
    "evening",
    "night",
    "can",
    "must",
    "should",
    "all",
    "our",
    "your",
    "everyone",
];

impl Expr {
    fn of_day(start: usize, day: &Day) -> Expr {
        Expr {
            start,
            end: day.end,
            date: Some(day.date),
            class: day.class,
            hint: day.hint,
            rule: day.rule,
            workdays: day.workdays,
            minutes: None,
            clock: false,
            weak: false,
            sure: false,
            part: None,
            zone: None,
            exact: None,
            first: day.first.map(|first| (first, None)),
            amount: None,
        }
    }

    fn empty(start: usize) -> Expr {
        Expr {
            start,
            end: start,
            date: None,
            class: Class::Relative,
            hint: Hint::None,
            rule: "clock",
            workdays: None,
            minutes: None,
            clock: false,
            weak: false,
            sure: false,
            part: None,
            zone: None,
            exact: None,
            first: None,
            amount: None,
        }
    }
}

impl<'a> Reader<'a> {
    pub fn new(source: &str, anchor: &'a Anchor<'a>, cell: bool) -> Reader<'a> {
        let text = super::text::Text::new(source);
        let english = !(0..text.len()).any(|i| is_cjk(text.at(i)));
        Reader { text, anchor, today: anchor.reference.date_naive(), english, cell, after_sign: Cell::new(usize::MAX) }
    }

    // ---- joining ----

    /// What may stand between two pieces of one time: the place after it, and whether it opened a bracket or was a comma.
    fn glue(&self, i: usize) -> Vec<(usize, char)> {
        let t = &self.text;
        let p = t.sp(i);
        let mut places = vec![(p, if p > i { ' ' } else { '\0' })];
        match t.at(p) {
            ',' => places.push((t.sp(p + 1), ',')),
            '(' | '[' | '【' => places.push((t.sp(p + 1), '(')),
            '的' | '@' | '·' => places.push((t.sp(p + 1), ' ')),
            // 7月14日当天下班前
            '当' | '那' => {
                if let Some(end) = t.any(p, &["当天的", "当日的", "当天", "当日", "那天"]) {
                    places.push((t.sp(end), ' '));
                }
            }
            't' if t.at(p + 1).is_ascii_digit() && p == i => places.push((p + 1, ' ')),
            ')' => places.push((t.sp(p + 1), ' ')),
            _ => {}
        }
        let q = if t.at(p) == ',' { t.sp(p + 1) } else { p };
        let words = [
            "no later than",
            "not later than",
            "at or before",
            "at around",
            "at about",
            "at",
            "on the",
            "on",
            "by",
            "before",
            "in the",
            "of the",
            "of",
            "until",
            "around",
            "latest by",
        ];
        if t.is_letter(q)
            && let Some(r) = t.words(q, &words)
        {
            places.push((t.sp(r), ' '));
        }
        places
    }

    /// Whether a second day says the same as the first, more exactly; and what comes of it.
    fn refine(&self, old: &Expr, new: &Day, glue: char) -> Option<Expr> {
        let date = old.date?;
        let same = new.date == date;
        let bracket = glue == '(';
        let mut merged = *old;
        merged.end = new.end;
        let take = |mut merged: Expr| {
            merged.date = Some(new.date);
            merged.class = new.class;
            merged.rule = new.rule;
            merged
        };
        let dated = |class| matches!(class, Class::Absolute | Class::Slash | Class::Loose);
        match (old.class, new.class) {
            (Class::Weekday, class) if dated(class) => {
                let fits = same || bracket || new.date.weekday() == date.weekday() || glue != ',' && self.english;
                let mut taken = take(merged);
                if class == Class::Loose && new.date.weekday() == date.weekday() {
                    taken.class = Class::Absolute;
                }
                fits.then_some(taken)
            }
            (Class::Relative | Class::PeriodEnd, class) if dated(class) => (same || bracket).then(|| take(merged)),
            (Class::Weekday, Class::DayOfMonth) => {
                let day = new.date.day();
                let start = self.today.year() * 12 + self.today.month0() as i32;
                let fitting = (start..start + 12)
                    .filter_map(|index| {
                        NaiveDate::from_ymd_opt(index.div_euclid(12), index.rem_euclid(12) as u32 + 1, day)
                    })
                    .find(|found| *found >= self.today && found.weekday() == date.weekday());
                merged = take(merged);
                merged.date = Some(fitting.unwrap_or(new.date));
                Some(merged)
            }
            (Class::PeriodEnd | Class::Relative, Class::DayOfMonth) => (same || bracket).then_some(merged),
            (class, Class::Weekday) if class != Class::Weekday && new.rule == "weekday" => {
                // 8月20日(周四), 明天周四, July 20, Monday
                let fits = new.date.weekday() == date.weekday();
                if class == Class::Loose && fits {
                    merged.class = Class::Absolute;
                }
                (fits || bracket || glue == '\0' && dated(class)).then_some(merged)
            }
            (Class::Weekday, Class::Relative) | (Class::Relative, Class::Relative) => {
                (same && glue != '\0').then_some(merged)
            }
            (Class::Weekday, Class::Weekday) => (same && bracket).then_some(merged),
            _ => None,
        }
    }

    /// Day, part, clock and zone beside one another, in any order, each at most once.
    fn composite(&self, i: usize, base: NaiveDate) -> Option<Expr> {
        let t = &self.text;
        let mut x = Expr::empty(i);
        let mut found = false;
        let mut bracket = false;
        for _ in 0..8 {
            let places = if found { self.glue(x.end) } else { vec![(i, '\0')] };
            let mut grown = false;
            for (p, glue) in places {
                if p >= t.len() {
                    continue;
                }
                if let Some(next) = self.piece(&x, p, glue, base, found) {
                    x = next;
                    bracket |= glue == '(';
                    grown = true;
                    break;
                }
            }
            if bracket && matches!(t.at(t.sp(x.end)), ')' | ']' | '】') {
                x.end = t.sp(x.end) + 1;
                bracket = false;
            }
            if !grown {
                break;
            }
            found = true;
        }
        if !found || (x.date.is_none() && x.minutes.is_none() && x.part.is_none()) {
            return None;
        }
        Some(x)
    }

    fn piece(&self, x: &Expr, p: usize, glue: char, base: NaiveDate, joined: bool) -> Option<Expr> {
        let t = &self.text;
        let beside = x.date.is_some();
        // A zone before the clock (北京时间18:00) or behind it.
        if x.zone.is_none()
            && (x.clock || !t.at(p).is_ascii_digit())
            && let Some((zone, end)) = self.zone(p)
            && (x.clock || joined || self.clock_follows(end))
        {
            let mut next = *x;
            next.zone = Some(zone);
            next.end = end;
            // 3:30 UTC is not half past three in the afternoon.
            return Some(next);
        }
        if let Some(clock) = self.clock(p, x.part, beside)
            && x.minutes.is_none_or(|_| x.part.is_some() && !x.clock)
            && !x.clock
        {
            return Some(self.with_clock(x, clock));
        }
        if !x.clock || x.date.is_none() {
            // A part of the day: 上午, EOD; a later one (下午下班前) stands.
            if !x.clock
                && let Some((part, end)) = self.part(p, beside)
            {
                let mut next = *x;
                next.part = Some(part);
                next.minutes = self.part_minutes(part);
                next.end = end;
                if part == Part::DayEnd || part == Part::DayStart {
                    next.hint = if next.hint == Hint::None { Hint::Marked } else { next.hint };
                }
                return Some(next);
            }
        } else if x.clock
            && x.part.is_none()
            && let Some((part @ (Part::Morning | Part::Afternoon | Part::Evening), end)) = self.part(p, beside)
            && t.is_letter(p)
        {
            // 3:00 in the afternoon
            let mut next = *x;
            next.part = Some(part);
            next.end = end;
            return Some(next);
        }
        if let Some(day) = self.day(p, x.date.unwrap_or(base)) {
            if !joined {
                let mut next = Expr::of_day(x.start, &day);
                next.zone = x.zone;
                if t.word(p, "tonight").is_some() {
                    next.part = Some(Part::Evening);
                }
                return Some(next);
            }
            if x.date.is_some() {
                if matches!(day.hint, Hint::None) && matches!(glue, '\0' | ' ' | ',' | '(') {
                    return self.refine(x, &day, glue);
                }
                return None;
            }
            let mut next = Expr::of_day(x.start, &day);
            next.minutes = x.minutes;
            next.clock = x.clock;
            next.part = x.part;
            next.zone = x.zone;
            next.weak = false;
            next.sure = x.sure;
            next.first = x.first.map(|(_, minutes)| (day.date, minutes)).or(next.first);
            if next.hint == Hint::None {
                next.hint = x.hint;
            }
            return Some(next);
        }
        None
    }

    fn clock_follows(&self, end: usize) -> bool {
        let p = self.text.sp(end);
        self.clock(p, None, true).is_some() || self.part(p, true).is_some() || self.day(p, self.today).is_some()
    }

    fn with_clock(&self, x: &Expr, clock: Clock) -> Expr {
        let mut next = *x;
        next.minutes = Some(clock.minutes);
        next.clock = true;
        next.weak = clock.weak;
        next.sure = clock.sure;
        next.end = clock.end;
        next
    }

    /// 2-3pm, 9-11:30am
    fn clock_range(&self, i: usize) -> Option<(u32, Clock)> {
        let t = &self.text;
        let first = t.digits(i).filter(|number| number.digits <= 2 && number.value <= 12)?;
        if !self.clean_left(i) {
            return None;
        }
        let (minute, end) = match t.lit(first.end, ":").and_then(|p| t.digits(p)) {
            Some(minute) if minute.digits == 2 => (minute.value, minute.end),
            Some(_) => return None,
            None => (0, first.end),
        };
        let q = self.range_sign(end)?;
        let clock = self.clock(q, None, true)?;
        if !t.slice(q, clock.end).contains('m') {
            return None;
        }
        // The first hour takes the half of the day that brings it before the second.
        let mut begin = first.value % 12 * 60 + minute;
        if begin + 720 < clock.minutes {
            begin += 720;
        }
        (begin < clock.minutes).then_some((begin, clock))
    }

    /// An expression at `i`, with ranges and amounts counted from a day.
    fn expr(&self, i: usize, changed: bool) -> Option<Expr> {
        let t = &self.text;
        if let Some((begin, clock)) = self.clock_range(i) {
            let mut x = self.with_clock(&Expr::empty(i), clock);
            x.first = Some((self.today, Some(begin)));
            // 2-3pm on Friday
            if let Some((p, _)) = self.glue(x.end).into_iter().find(|(p, _)| self.day(*p, self.today).is_some())
                && let Some(day) = self.day(p, self.today)
                && day.hint == Hint::None
            {
                x = self.piece(&x, p, ' ', self.today, true).unwrap_or(x);
            }
            return Some(x);
        }
        let mut x = match self.amount_expr(i) {
            Some(x) => return Some(x),
            None => self.composite(i, self.today)?,
        };
        // Friday 2-3pm
        if x.date.is_some() && !x.clock {
            for (p, _) in self.glue(x.end) {
                let p = t.word(p, "from").map_or(p, |at| t.sp(at));
                if let Some((begin, clock)) = self.clock_range(p) {
                    x = self.with_clock(&x, clock);
                    x.first = x.date.map(|date| (date, Some(begin)));
                    return Some(x);
                }
                if p > x.end
                    && t.word_ends(p, "from").is_some()
                    && let Some(clock) = self.clock(p, x.part, true)
                {
                    x = self.with_clock(&x, clock);
                    break;
                }
            }
        }
        // Ranges give their end.
        if matches!(x.hint, Hint::None | Hint::Past) || x.hint == Hint::Describing && x.class == Class::Period {
            let connector = self.range_sign(x.end).or_else(|| {
                let between = t.word_ends(x.start, "between").is_some();
                t.word(t.sp(x.end), "and").filter(|_| between).map(|at| t.sp(at))
            });
            // 8月1日起至8月31日止: the sign may stand behind 起
            if let Some(q) = connector
                && let Some(next) = self.range_end(&x, q, changed)
            {
                x = next;
            }
        }
        self.counted_from(x)
    }

    fn range_end(&self, x: &Expr, q: usize, changed: bool) -> Option<Expr> {
        let t = &self.text;
        let base = if changed { self.today } else { x.date.unwrap_or(self.today) };
        // 7/20-24
        if x.class == Class::Slash
            && !x.clock
            && let Some(number) = t.digits(q)
            && number.digits <= 2
            && !matches!(t.at(number.end), '/' | ':' | '.' | '-')
            && !t.at(number.end).is_ascii_alphanumeric()
            && let Some(first) = x.date
            && number.value >= first.day()
            && !matches!(t.at(number.end), '月' | '点' | '时')
        {
            let mut next = *x;
            next.date = first.with_day(number.value);
            next.first = Some((first, None));
            next.end = number.end;
            if matches!(t.at(next.end), '日' | '号') {
                next.end += 1;
            }
            return next.date.map(|_| next);
        }
        self.after_sign.set(q);
        let mut second = self.composite(q, base)?;
        if !matches!(second.hint, Hint::None | Hint::Marked) {
            return None;
        }
        let first = (x.date.unwrap_or(self.today), x.minutes);
        if second.date.is_none() {
            if !second.clock || !x.clock && x.date.is_none() {
                return None;
            }
            let begin = x.minutes.filter(|_| x.clock)?;
            let mut minutes = second.minutes?;
            // 下午2点到4点: the second hour is in the first one's half of the day.
            if second.part.is_none() && minutes < begin && minutes + 720 > begin && minutes <= 720 {
                minutes += 720;
            }
            let mut next = *x;
            if minutes <= begin {
                minutes += 1440;
            }
            next.minutes = Some(minutes);
            next.zone = second.zone.or(x.zone);
            next.first = Some(first);
            next.end = second.end;
            return Some(next);
        }
        x.date?;
        // Two sides of one kind: dates with dates, not 周三到本月 …
        second.start = x.start;
        second.first = Some(first);
        second.zone = second.zone.or(x.zone);
        second.rule = if changed { second.rule } else { "range" };
        if second.class == Class::Loose && x.class != Class::Loose {
            second.class = Class::Absolute;
        }
        Some(second)
    }

    /// 8月20日前3个工作日, 7月13日起5个工作日内, 明天起三天内
    fn counted_from(&self, x: Expr) -> Option<Expr> {
        let t = &self.text;
        let Some(date) = x.date.filter(|_| !x.clock && matches!(x.hint, Hint::None)) else { return Some(x) };
        let p = t.sp(x.end);
        let amount_after = |p: usize| {
            let p = t.any(t.sp(p), &[",", "的"]).map_or_else(|| t.sp(p), |at| t.sp(at));
            self.amount_zh(p)
        };
        if let Some(q) = t.any(p, &["之前", "以前", "前"])
            && let Some(amount) = amount_after(q)
            && !(t.at(q) == ',')
            && t.any(amount.end, &["内", "之内", "以内"]).is_none()
            && let Some(shifted) = self.shift(date, &amount, false)
        {
            let workdays = (amount.unit == Unit::Workday).then_some(-(amount.value as i32));
            return Some(Expr {
                date: Some(shifted),
                end: amount.end,
                hint: Hint::Marked,
                rule: "counted",
                workdays,
                class: Class::Duration,
                ..x
            });
        }
        if let Some(q) = t.any(p, &["之日起", "起算", "起计", "起", "之后", "以后", "后", "开始"])
            && let Some(amount) = amount_after(q)
        {
            let end = t.any(amount.end, &["之内", "以内", "内", "后", "之后"]);
            if let Some(end) = end.or_else(|| (t.at(p) != '开').then_some(amount.end)) {
                if let Some(shifted) = self.shift(date, &amount, true) {
                    let workdays = (amount.unit == Unit::Workday).then_some(amount.value.ceil() as i32);
                    return Some(Expr {
                        date: Some(shifted),
                        end,
                        hint: Hint::Marked,
                        rule: "counted",
                        workdays,
                        class: Class::Duration,
                        ..x
                    });
                }
                if date == self.today && matches!(amount.unit, Unit::Hour | Unit::Minute | Unit::WorkHour) {
                    return Some(Expr {
                        exact: self.after(&amount),
                        end,
                        hint: Hint::Marked,
                        rule: "hours",
                        class: Class::Duration,
                        ..x
                    });
                }
            }
        }
        Some(x)
    }

    /// The moment an amount of hours after the reference.
    fn after(&self, amount: &Amount) -> Option<DateTime<FixedOffset>> {
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
    fn amount_expr(&self, i: usize) -> Option<Expr> {
        let t = &self.text;
        let here = t.at(i);
        if here.is_ascii_digit() && !self.clean_left(i) {
            return None;
        }
        let (amount, chinese) = if here.is_ascii_digit() || chinese_digit(here).is_some() || here == '半' {
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

    fn amount_judged_zh(&self, mut x: Expr, amount: &Amount) -> Option<Expr> {
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
        if t.ends_any(
            left,
            &[
                "近",
                "最近",
                "过去",
                "连续",
                "持续",
                "历时",
                "为期",
                "长达",
                "超过",
                "超出",
                "满",
                "用时",
                "耗时",
                "工期",
                "保修",
                "质保",
                "逾期",
                "超期",
                "延迟",
                "滞后",
                "推迟",
                "延期",
                "延后",
                "顺延",
                "延长",
                "缩短",
                "第",
                "晚了",
                "迟了",
                "拖了",
                "累计",
                "共",
                "有效期",
                "免费",
                "试用",
                "保修期",
                "质保期",
                "周期",
                "周期为",
                "已过",
                "过了",
            ],
        )
        .is_some()
        {
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
        let limit = t
            .ends_any(
                left,
                &[
                    "限",
                    "限时",
                    "限期",
                    "时限",
                    "期限",
                    "时限为",
                    "期限为",
                    "完成时间",
                    "截止时间",
                    "务必在",
                    "须在",
                    "应在",
                    "要在",
                    "需在",
                    "请在",
                    "请于",
                    "须于",
                    "应于",
                    "控制在",
                ],
            )
            .is_some();
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
    fn cell_after_meeting(&self) -> bool {
        let t = &self.text;
        self.cell
            && (t.any(t.sp(0), &["会后", "会议后", "会议结束后", "散会后"]).is_some()
                || t.words(t.sp(0), &["within"]).is_some())
    }

    /// An amount that is counted from something that happens: 合同签订后5日内, 收到通知24小时内, 如…,2天内.
    fn counted_from_event(&self, start: usize) -> bool {
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
        if left == start
            && t.ends_any(
                left,
                &[
                    "到货",
                    "签订",
                    "签署",
                    "签约",
                    "验收",
                    "通过",
                    "批准",
                    "审批",
                    "立项",
                    "下单",
                    "付款",
                    "到账",
                    "开票",
                    "中标",
                    "开工",
                    "竣工",
                    "发货",
                    "收货",
                    "入职",
                    "离职",
                    "结束",
                    "闭幕",
                    "上线",
                    "受理",
                    "接单",
                    "报修",
                    "发布",
                    "签收",
                    "投产",
                    "交货",
                    "退回",
                    "收到通知",
                    "接到通知",
                ],
            )
            .is_some()
        {
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
                && !"台端续勤面备悔果缀门来期半天日续者".contains(t.at(at + 1))
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
    fn time_before(&self, i: usize) -> bool {
        let t = &self.text;
        let i = t.ends_any(i, &["之后", "以后", "后的", "后", "起", "之日起", "日起"]).filter(|_| true).unwrap_or(i);
        matches!(t.prev(i), '日' | '号' | '天' | '周' | '月' | '节' | '年')
            && t.ends_any(i, &["之日", "当日", "工作日", "生日", "某日"]).is_none()
            || (t.prev(i).is_ascii_digit())
            || t.ends_any(i, &["周一", "周二", "周三", "周四", "周五", "周六", "周日"]).is_some()
    }

    fn amount_judged_en(&self, mut x: Expr, amount: &Amount) -> Option<Expr> {
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
        let left = t
            .word_ends_any(
                x.start,
                &[
                    "the next",
                    "the coming",
                    "the following",
                    "next",
                    "coming",
                    "about",
                    "approximately",
                    "roughly",
                    "another",
                    "around",
                ],
            )
            .unwrap_or(x.start);
        if t.word_ends_any(x.start, &["last", "past", "previous", "the last", "the past"]).is_some() {
            x.hint = Hint::Past;
            return Some(x);
        }
        if t.word_ends_any(x.start, &["every", "each", "per"]).is_some() {
            x.hint = Hint::Recurring;
            return Some(x);
        }
        let marked = t.word_ends_any(
            left,
            &[
                "within",
                "in",
                "inside",
                "in under",
                "under",
                "less than",
                "no more than",
                "not more than",
                "at most",
                "in less than",
                "no later than",
                "not later than",
                "over",
                "during",
                "in max",
                "max",
                "within max",
                "in at most",
            ],
        );
        if marked.is_some() || self.cell {
            x.hint = if self.event_clause_en(x.start) && !self.cell { Hint::Unanchored } else { Hint::Marked };
        }
        Some(x)
    }

    /// Earlier in the sentence something has to happen first: once signed, … within 3 days.
    fn event_clause_en(&self, start: usize) -> bool {
        let t = &self.text;
        let low = start.saturating_sub(2 * LOOK_BACK);
        for at in (low..start).rev() {
            let one = t.at(at);
            if matches!(one, '?' | '!' | ';' | '\n' | '。') || one == '.' && t.at(at + 1) == ' ' {
                return false;
            }
            if t.words(
                at,
                &[
                    "after",
                    "once",
                    "upon",
                    "whenever",
                    "when",
                    "as soon as",
                    "on receipt",
                    "on approval",
                    "on completion",
                    "following",
                    "if",
                ],
            )
            .is_some()
                && (at == 0 || !t.is_letter(at - 1))
            {
                if t.word(at, "following").is_some() && t.word_ends(at, "the").is_some() {
                    continue;
                }
                return true;
            }
        }
        false
    }

    // ---- judging ----

    fn zh_before(&self, r: usize) -> Option<usize> {
        let t = &self.text;
        t.any(r, &["之前", "以前", "前夕", "前后"]).or_else(|| {
            let end = t.lit(r, "前")?;
            let next = t.at(end);
            // 前提交 is before handing in; 前提条件 is a condition.
            let condition = next == '提' && matches!(t.at(end + 1), '条' | '是' | '下' | ',' | '\0' | '。');
            (next == '\0' || !condition && !"台端期往任景沿述言列线缀奏置".contains(next)).then_some(end)
        })
    }

    /// The place left of an expression without blanks, a colon and a light word between.
    fn left_of(&self, start: usize) -> (usize, usize) {
        let t = &self.text;
        let mut near = t.back(start);
        if matches!(t.prev(near), '"' | '“' | '「' | '(' | '【') {
            near = t.back(near - 1);
        }
        let mut far = near;
        for _ in 0..2 {
            if far > 0 && matches!(t.prev(far), ':' | '为' | '是' | '于' | '在' | '到' | '至' | '了' | '=' | '-' | '|')
            {
                far = t.back(far - 1);
            }
        }
        (near, far)
    }

    /// The clause to the left holds 原定 or such, and nothing has changed it yet.
    fn superseded_zh(&self, start: usize) -> bool {
        let t = &self.text;
        let low = start.saturating_sub(16);
        for at in (low..start).rev() {
            if matches!(t.at(at), ',' | '。' | ';' | '\n' | '(' | '、') {
                return t.at(at) == '(' && t.at(at + 1) == '原';
            }
            if t.any(at, CORRECTED).is_some() && t.at(at) != '原' {
                return false;
            }
            if t.any(at, SUPERSEDED).is_some()
                && !(t.at(at) == '原'
                    && t.any(
                        at,
                        &["原因", "原料", "原型", "原始", "原则", "原件", "原理", "原材料", "原油", "原版", "原稿"],
                    )
                    .is_some())
                && (t
                    .any(
                        at,
                        &[
                            "原定",
                            "原计划",
                            "原本",
                            "原先",
                            "原来",
                            "原截止",
                            "原交付",
                            "原上线",
                            "原完成",
                            "原为",
                            "本应",
                            "本定",
                            "本来",
                            "此前定",
                        ],
                    )
                    .is_some()
                    || t.any(at, SUPERSEDED).is_some_and(|end| t.sp(end) >= start || end == start))
            {
                return true;
            }
        }
        false
    }

    fn judge(&self, x: Expr, changed: bool, quoted: bool) -> Found {
        let t = &self.text;
        let mut found = Found { expr: x, kind: Kind::Describing, strength: 0, start: x.start, end: x.end };
        let as_kind = |found: Found, kind| Found { kind, ..found };
        match x.hint {
            Hint::Past => return as_kind(found, Kind::Past),
            Hint::Recurring => return as_kind(found, Kind::Recurring),
            Hint::Unanchored => return as_kind(found, Kind::Unanchored),
            Hint::Start => return as_kind(found, Kind::Start),
            Hint::Describing if x.class == Class::Duration || x.class == Class::Festival && !self.cell => return found,
            _ => {}
        }
        // 第三周 …, 第8.20 …
        if x.start > 0 && t.prev(x.start) == '第' {
            return found;
        }
        let mut r = t.sp(x.end);
        if matches!(t.at(r), '”' | '"' | '」') {
            r = t.sp(r + 1);
        }
        if t.at(r) == '('
            && let Some(close) = (r..r + 12).find(|at| t.at(*at) == ')')
        {
            let inside = t.slice(r, close);
            if !inside.contains('原') && self.zh_before(close + 1).is_some() {
                r = close + 1;
            }
        }
        let (near, far) = self.left_of(x.start);
        let en_left = t.word_ends(x.start, "the").unwrap_or(x.start);
        let en_left = if t.prev(t.back(en_left)) == ':' { t.back(en_left) - 1 } else { en_left };
        let en_left = t.word_ends_any(en_left, &["eod", "cob"]).unwrap_or(en_left);

        // -- what stands to the right
        let mut strength = 1u8;
        let mut class_marked = x.hint == Hint::Marked;
        let before = self.zh_before(r);
        if let Some(end) = before {
            found.end = end;
            if t.at(end) == '的' && !self.cell && x.class != Class::Festival {
                return found;
            }
            strength = 3;
            class_marked = true;
        }
        let within = t.any(r, &["之内", "以内", "期间内", "内", "当中", "里"]).filter(|end| {
            !("部容测审控销存".contains(t.at(*end)) && *end < t.len() && t.prev(*end) == '内')
                && !(t.prev(*end) == '里' && t.at(*end) == '程')
        });
        if before.is_none()
            && let Some(end) = within
        {
            if t.at(end) == '的' && !self.cell {
                return found;
            }
            found.end = end;
            strength = 3;
            class_marked = true;
        }
        if before.is_none()
            && let Some(end) = t
                .any(
                    r,
                    &[
                        "结束之前",
                        "结束以前",
                        "结束前",
                        "截止前",
                        "截止",
                        "截至",
                        "为止",
                        "为限",
                        "到期前",
                        "到期",
                        "收盘前",
                        "过完前",
                        "过去之前",
                    ],
                )
                .or_else(|| {
                    let end = t.any(r, &["结束", "止", "终了"])?;
                    (t.at(end) != '损').then_some(end)
                })
        {
            if t.at(end) == '的' && !self.cell {
                return found;
            }
            found.end = end;
            strength = 3;
            class_marked = true;
        }
        if x.hint == Hint::Marked {
            strength = 3;
        }
        if let Some(end) = t.words(
            r,
            &[
                "at the very latest",
                "at the latest",
                "latest",
                "deadline",
                "at latest",
                "or earlier",
                "or sooner",
                "max",
            ],
        ) {
            found.end = end;
            strength = 3;
            class_marked = true;
        }

        // -- what stands to the left
        let label = t.ends_any(near, DEADLINE_LABELS).or_else(|| t.ends_any(far, DEADLINE_LABELS));
        if let Some(at) = label {
            strength = 3;
            class_marked = true;
            if t.any(at, &["最晚", "最迟", "不晚于", "不迟于", "赶在", "至迟", "至晚", "抢在"]).is_some()
            {
                found.start = at;
            }
        } else if let Some(at) = t.ends_any(near, &["于", "在"]).filter(|_| strength >= 1) {
            found.start = at;
            strength = strength.max(2);
        } else if t.ends_any(near, PLAN_WORDS).is_some() {
            strength = strength.max(2);
        }
        let strong = t.word_ends_any(en_left, EN_STRONG).filter(|at| {
            // "changed from", "was due" are looked at below; "through" needs a verb, "by" a boundary.
            t.word(*at, "past").is_none()
        });
        if let Some(at) = strong {
            strength = 3;
            class_marked = true;
            if t.prev(t.back(x.start)) != ':'
                && t.words(
                    at,
                    &[
                        "by",
                        "before",
                        "no later than",
                        "not later than",
                        "until",
                        "till",
                        "due",
                        "on or before",
                        "prior to",
                        "latest by",
                        "due by",
                        "due on",
                        "at the latest by",
                    ],
                )
                .is_some()
            {
                found.start = at;
            }
        } else if let Some(at) = t.word_ends_any(en_left, EN_PLAIN) {
            strength = strength.max(2);
            if t.words(at, &["on", "at", "in", "this", "within", "during", "over"]).is_some() {
                found.start = at;
            }
        }
        if x.class == Class::Duration
            && x.amount.is_some()
            && let Some(at) = t.word_ends_any(
                t.word_ends_any(x.start, &["the next", "the coming", "the following", "next", "coming"])
                    .unwrap_or(x.start),
                &[
                    "within",
                    "in",
                    "inside",
                    "no later than",
                    "over",
                    "in under",
                    "under",
                    "in less than",
                    "less than",
                    "no more than",
                ],
            )
        {
            found.start = at;
        }

        // -- no earlier than; from then on
        let range = x
            .first
            .is_some_and(|(first, minutes)| x.class != Class::Period || minutes.is_some() || Some(first) == x.date)
            && x.rule == "range"
            || x.first.is_some_and(|(_, minutes)| minutes.is_some());
        let onward = t
            .words(
                r,
                &["onwards", "onward", "or later", "or after", "and after", "and onwards", "and beyond", "forward"],
            )
            .is_some();
        let from_then = before.is_none()
            && x.hint != Hint::Marked
            && (t.any(r, &["起", "开始", "始", "之后", "以后", "过后", "后"]).is_some_and(|end| {
                let next = t.at(end);
                let one = t.prev(end);
                next == '\0'
                    || !(one == '起' && "草诉飞步点码立伏床来".contains(next)
                        || one == '后' && "台端续勤面备".contains(next))
            }) || t
                .any(r, &["实施", "施行", "生效", "执行", "正式实施", "正式施行", "正式生效", "正式执行"])
                .is_some());
        let ends = t.word_ends_any(en_left, EN_STRONG);
        let start_word = ends.is_none() && t.word_ends_any(en_left, EN_START).is_some();
        let not_before = t
            .word_ends_any(
                en_left,
                &["not before", "no earlier than", "not earlier than", "no sooner than", "on or after", "not until"],
            )
            .is_some();
        let start_label = not_before
            || t.ends_any(far, START_LABELS).or_else(|| t.ends_any(near, START_LABELS)).is_some()
            || t.word_ends_any(
                en_left,
                &["start", "start date", "start time", "kickoff", "kick off", "meeting date", "date of meeting"],
            )
            .is_some()
                && t.prev(t.back(x.start)) == ':';
        let from_zh = before.is_none()
            && !range
            && x.hint != Hint::Marked
            && (t.ends_any(near, &["自", "从", "自从", "不早于", "早于"]).is_some());
        if !range
            && strength < 4
            && (onward
                || start_word && !(changed && t.word_ends(en_left, "from").is_some())
                || start_label
                || from_then && label.is_none()
                || from_zh && !changed)
        {
            // 最晚周五开始 is still Friday at the latest.
            return as_kind(found, Kind::Start);
        }

        // -- changed dates
        if changed {
            if let Some(at) = t.ends_any(near, CORRECTED).or_else(|| t.ends_any(far, CORRECTED)) {
                let _ = at;
                strength = 4;
                class_marked = true;
            } else if self.corrected_en(en_left) {
                strength = 4;
                class_marked = true;
            } else if (t.ends_any(near, &["由", "从", "把", "将"]).is_some()
                || t.word_ends_any(en_left, &["from", "from the original", "from the"]).is_some())
                && !range
            {
                return as_kind(found, Kind::Superseded);
            }
        }
        if strength < 4 {
            let rejected = t.ends_any(near, &["不是", "而非", "而不是", "并非", "取代", "替代"]).is_some()
                || t.word_ends_any(
                    en_left,
                    &[
                        "instead of",
                        "rather than",
                        "not",
                        "not on",
                        "not by",
                        "in place of",
                        "instead of on",
                        "instead of by",
                        "no longer",
                        "no longer on",
                        "no longer by",
                    ],
                )
                .is_some();
            if rejected || self.superseded_zh(x.start) || self.superseded_en(x.start) {
                return as_kind(found, Kind::Superseded);
            }
            if t.word_ends_any(
                en_left,
                &["now", "now on", "now by", "now due", "now due on", "now due by", "is now", "but now"],
            )
            .is_some()
                || t.words(r, &["instead"]).is_some()
            {
                strength = 4;
                class_marked = true;
            }
        }
        found.strength = strength;

        // -- names and numbers that only look like a time
        if self.cell {
            return as_kind(found, Kind::Deadline);
        }
        if quoted && strength < 3 {
            found.strength = 0;
            return found;
        }
        // 关于周末加班, 根据7月1日会议
        if strength < 3
            && t.ends_any(near, &["关于", "有关", "针对", "根据", "按照", "依据", "参照", "参考", "详见", "按", "围绕"])
                .is_some()
        {
            return found;
        }
        if x.weak && strength < 3 && !matches!(t.at(r), '\0' | ',' | '。' | ';') {
            return found;
        }
        let day_said = x.date.is_some() || x.exact.is_some();
        if self.was_done(&x, near, r, strength) {
            return as_kind(found, Kind::Past);
        }
        match x.class {
            // 7.9-7.15完成 has two sides; 8.2-8.5分 is a count.
            Class::Loose
                if strength < 3
                    && (self.english
                        || x.rule != "range"
                        || "个项份位名人家台件条元分米厘吨度万%".contains(t.at(x.end)) && x.end < t.len()) =>
            {
                return found;
            }
            Class::Period if !class_marked => {
                if !self.period_is_when(&x, r, near, en_left) {
                    return found;
                }
            }
            Class::PeriodEnd if x.hint == Hint::Describing && !class_marked => return found,
            Class::Period if x.hint == Hint::Describing && strength < 3 => return found,
            _ => {}
        }
        if strength < 3 {
            if t.at(r) == '的' && !x.clock || t.any(r, &["版本", "版", "份的"]).is_some() {
                return found;
            }
            if !x.clock && self.names_a_thing_zh(r) {
                return found;
            }
            if day_said && !x.clock && self.names_a_thing_en(&x, r, en_left, strength) {
                return found;
            }
            if t.any(r, &["'s", "'"]).is_some() && t.is_letter(r + 1) {
                // at Friday's meeting is on Friday; Friday's minutes are not
                if t.word_ends_any(en_left, &["at", "before", "by", "in time for", "during"]).is_none() {
                    return found;
                }
            }
            if x.exact.is_none()
                && x.class != Class::Relative
                && x.class != Class::Duration
                && x.date.is_some_and(|date| date < self.today)
            {
                return as_kind(found, Kind::Past);
            }
        }
        // 截至7月8日,已完成…: a report of how things stand
        if t.ends_any(near, &["截至", "截止到", "截至到", "截止"]).is_some()
            && x.date.is_some_and(|date| date <= self.today)
            && (0..10).any(|ahead| t.any(r + ahead, &["已", "共", "累计", "完成了", "仍有", "尚有"]).is_some())
        {
            return found;
        }
        as_kind(found, Kind::Deadline)
    }

    /// 已于周一提交, 周一已提交, was closed on Friday
    fn was_done(&self, x: &Expr, near: usize, r: usize, strength: u8) -> bool {
        let t = &self.text;
        if t.ends_any(near, &["已于", "已在", "已经于", "已经在", "曾于", "曾在", "刚于", "早于", "早在", "是在"])
            .is_some()
        {
            return true;
        }
        if strength >= 3 {
            return false;
        }
        if t.any(r, &["已经", "已", "就已", "便已", "均已", "都已", "刚刚", "刚", "曾"]).is_some() {
            return true;
        }
        let current = x.class == Class::Weekday || x.date.is_some_and(|date| date <= self.today);
        if current
            && let Some(at) = (r..r + 8)
                .take_while(|at| !matches!(t.at(*at), '\0' | ',' | '。' | ';' | '\n'))
                .find(|at| t.at(*at) == '了')
            && !matches!(t.at(at + 1), '解' | '结')
            && t.prev(at) != '为'
            && at > r
        {
            return true;
        }
        if !self.english && strength >= 2 {
            return false;
        }
        let low = x.start.saturating_sub(2 * LOOK_BACK);
        let mut was = false;
        for at in (low..x.start).rev() {
            let one = t.at(at);
            if matches!(one, '?' | '!' | ';' | '\n') || one == '.' && t.at(at + 1) == ' ' {
                break;
            }
            if at > 0 && t.is_letter(at - 1) || !t.is_letter(at) {
                continue;
            }
            if t.words(
                at,
                &[
                    "will",
                    "shall",
                    "should",
                    "must",
                    "needs",
                    "need",
                    "please",
                    "to be",
                    "has to",
                    "have to",
                    "due",
                    "going to",
                    "agreed to",
                    "asked to",
                    "supposed to",
                    "now",
                    "moved",
                    "rescheduled",
                    "postponed",
                    "pushed",
                    "so",
                    "but",
                ],
            )
            .is_some()
            {
                return false;
            }
            was |= t
                .words(
                    at,
                    &[
                        "was",
                        "were",
                        "has been",
                        "have been",
                        "had",
                        "had been",
                        "did",
                        "got",
                        "we sent",
                        "i sent",
                        "they sent",
                        "we shipped",
                        "we submitted",
                        "i submitted",
                        "we delivered",
                        "already",
                        "we held",
                        "we met",
                    ],
                )
                .is_some();
        }
        was
    }

    /// A period alone is when something is to be done only before a verb: 下周完成联调, launch in September.
    fn period_is_when(&self, x: &Expr, r: usize, near: usize, en_left: usize) -> bool {
        let t = &self.text;
        let over = x.date.is_some_and(|date| date < self.today);
        if x.hint == Hint::Describing || over {
            return false;
        }
        if t.is_letter(x.start) || t.is_letter(x.end.saturating_sub(1)) && !is_cjk(t.at(r)) {
            // this week, next month, in September, in Q3
            if t.any(r, &["'s", "'"]).is_some() {
                return false;
            }
            let here = t.word(x.start, "this").or_else(|| t.word(x.start, "next")).is_some()
                || t.words(x.start, &["the week after next", "week after next"]).is_some();
            if t.word_ends_any(en_left, &["in", "during", "within", "over", "sometime", "throughout"]).is_some() {
                // in the Q3 report
                let word = t.slice(r, t.word_end(r));
                return word.is_empty() || EN_AFTER.contains(&word.as_str());
            }
            if here {
                let word = t.slice(r, t.word_end(r));
                return word.is_empty() && !t.at(r).is_ascii_digit()
                    || EN_AFTER.contains(&word.as_str())
                    || t.back(x.start) == 0;
            }
            return false;
        }
        if x.rule == "year" {
            return false;
        }
        // The end of the text: 请提交方案,下周
        if matches!(t.at(r), '\0' | '。' | ';') && (t.ends_any(near, PLAN_WORDS).is_some() || x.rule == "week") {
            return true;
        }
        let mut p = r;
        for _ in 0..4 {
            p = t
                .any(
                    p,
                    &[
                        "请", "需要", "需", "要", "须", "应", "将", "必须", "务必", "全部", "全面", "正式", "陆续",
                        "力争", "争取", "就", "统一", "尽快", "一起", "共同", "继续", "完整", "把", "再", "可以", "可",
                        "能", "我来", "组织", ",",
                    ],
                )
                .map_or(p, |at| t.sp(at));
        }
        const VERBS: &[&str] = &[
            "完成",
            "提交",
            "交付",
            "给出",
            "给",
            "上线",
            "发布",
            "发送",
            "发出",
            "发",
            "回复",
            "反馈",
            "答复",
            "整理",
            "更新",
            "确认",
            "准备",
            "落实",
            "解决",
            "处理",
            "安排",
            "输出",
            "出具",
            "出",
            "定稿",
            "验收",
            "到位",
            "结束",
            "搞定",
            "做完",
            "交",
            "报送",
            "上报",
            "报",
            "拿出",
            "提供",
            "补充",
            "汇报",
            "召开",
            "开展",
            "进行",
            "推进",
            "评审",
            "讨论",
            "联调",
            "测试",
            "部署",
            "培训",
            "复核",
            "审核",
            "审批",
            "签订",
            "签署",
            "对接",
            "拜访",
            "走访",
            "检查",
            "巡检",
            "制定",
            "编制",
            "撰写",
            "修复",
            "优化",
            "改造",
            "采购",
            "招聘",
            "盘点",
            "寄出",
            "归档",
            "切换",
            "迁移",
            "投产",
            "试运行",
            "收齐",
            "收集",
            "汇总",
            "落地",
            "敲定",
            "定下",
        ];
        let Some(end) = t.any(p, VERBS) else { return false };
        if t.any(
            end,
            &[
                "的",
                "情况",
                "率",
                "数",
                "量",
                "内容",
                "总结",
                "统计",
                "进度",
                "工作总结",
                "计划表",
                "记录",
                "结果",
                "报告",
                "明细",
                "清单",
                "了",
            ],
        )
        .is_some()
        {
            return false;
        }
        // 9月提交的报表
        !(end..end + 4).any(|at| t.at(at) == '的' && at <= end + 1)
    }

    /// 周五例会纪要, 7月3日会议: a name, unless 上, 前, 时 follow it.
    fn names_a_thing_zh(&self, r: usize) -> bool {
        let t = &self.text;
        const THINGS: &[&str] = &[
            "例会",
            "会议纪要",
            "会议记录",
            "会议",
            "周会",
            "月会",
            "晨会",
            "早会",
            "晚会",
            "纪要",
            "数据",
            "报表",
            "月报",
            "周报",
            "日报",
            "工作总结",
            "议程",
            "值班表",
            "值班",
            "排班",
            "航班",
            "车票",
            "客诉",
            "账单",
            "订单",
            "的会",
            "那场",
            "场次",
            "考勤",
            "工资",
        ];
        if let Some(end) = t.any(r, THINGS) {
            return t.any(end, &["上", "前", "之前", "中", "时"]).is_none();
        }
        // 周五上线的版本: a clause about something else
        const VERBS: &[&str] = &[
            "上线", "召开", "举行", "举办", "提交", "发布", "发送", "发出", "交付", "到货", "生效", "签署", "签订",
            "开始", "启动", "到期", "结束", "完成", "收到", "下发", "发来", "通过", "讨论", "确定", "安排", "提出",
            "开", "发", "反馈", "拜访", "来访", "产生", "新增", "出货", "入库",
        ];
        t.any(r, VERBS).is_some_and(|end| t.at(end) == '的')
    }

    /// "the July 15 minutes", "Friday report": a noun follows the bare date.
    fn names_a_thing_en(&self, x: &Expr, r: usize, en_left: usize, strength: u8) -> bool {
        let t = &self.text;
        if x.class == Class::Duration || !t.is_letter(r) || r == x.end {
            return false;
        }
        // Words of English directly behind Chinese ones say nothing.
        if !t.at(x.start).is_ascii() && !self.english {
            return false;
        }
        let word = t.slice(r, t.word_end(r));
        if EN_AFTER.contains(&word.as_str()) {
            return false;
        }
        let article = en_left < x.start || t.word_ends_any(x.start, &["our", "your", "their", "last", "a"]).is_some();
        if article {
            return true;
        }
        if strength >= 2 || x.class == Class::Relative {
            return false;
        }
        // At the head of the sentence it is when; this Friday, next Wed are too.
        let head = t.back(x.start) == 0 || matches!(t.prev(t.back(x.start)), '.' | ':' | ';' | '\n' | '-' | ',');
        !head && t.words(x.start, &["this", "next"]).is_none()
    }

    /// "… moved (from X) to", "new deadline:", "revised to"
    fn corrected_en(&self, left: usize) -> bool {
        let t = &self.text;
        if t.word_ends_any(
            left,
            &[
                "new deadline",
                "new deadline is",
                "new due date",
                "new due date is",
                "new date",
                "new date is",
                "revised deadline",
                "revised date",
                "revised date is",
                "updated deadline",
            ],
        )
        .is_some()
        {
            return true;
        }
        let Some(to) = t.word_ends_any(left, &["to", "until", "till", "back to", "forward to", "out to", "up to"])
        else {
            return false;
        };
        let low = to.saturating_sub(2 * LOOK_BACK);
        (low..to)
            .rev()
            .take_while(|at| !matches!(t.at(*at), ';' | '\n'))
            .any(|at| t.words(at, CHANGES_EN).is_some() && (at == 0 || !t.is_letter(at - 1)))
    }

    fn superseded_en(&self, start: usize) -> bool {
        let t = &self.text;
        let low = start.saturating_sub(2 * LOOK_BACK);
        for at in (low..start).rev() {
            let one = t.at(at);
            if matches!(one, ',' | ';' | '\n' | '?') || one == '.' && t.at(at + 1) == ' ' {
                return false;
            }
            if at > 0 && t.is_letter(at - 1) || !t.is_letter(at) {
                continue;
            }
            if t.words(at, &["now", "but", "moved", "changed", "pushed", "new"]).is_some() {
                return false;
            }
            if t.words(
                at,
                &[
                    "originally",
                    "initially",
                    "previously",
                    "formerly",
                    "original deadline",
                    "original date",
                    "original due date",
                    "old deadline",
                    "was due",
                    "was planned",
                    "was scheduled",
                    "was set",
                ],
            )
            .is_some()
            {
                return true;
            }
            if t.word(at, "was").is_some() && t.prev(t.back(at)) == '(' {
                return true;
            }
        }
        false
    }

    // ---- the whole text ----

    /// Every time expression, judged, in order.
    pub fn read(&self) -> Vec<Found> {
        let t = &self.text;
        let mut list: Vec<Found> = Vec::new();
        let changed = self.says_change();
        let mut quoted_until = 0usize;
        let mut i = 0;
        while i < t.len() {
            let here = t.at(i);
            if quoted_until <= i
                && let Some(close) = quote_pair(here)
                && let Some(end) = (i + 1..i + 42).find(|at| t.at(*at) == close || t.at(*at) == '\0')
                && t.at(end) == close
                && (close == '》' || i + t.len().saturating_sub(end) > 5)
            {
                quoted_until = end;
            }
            let letter = here.is_ascii_alphabetic();
            if letter && i > 0 && t.is_letter(i - 1) {
                i += 1;
                continue;
            }
            if let Some(end) = self.recurring(i) {
                let mut x = Expr::empty(i);
                x.end = end;
                list.push(Found { expr: x, kind: Kind::Recurring, strength: 0, start: i, end });
                i = end;
                continue;
            }
            if here.is_ascii_digit() && !self.clean_left(i) && !matches!(t.prev(i), '-' | '~') {
                // an id or a version: past all of it
                while t.at(i).is_ascii_alphanumeric()
                    || matches!(t.at(i), '-' | '_' | '.' | '/') && t.at(i + 1).is_ascii_alphanumeric()
                {
                    i += 1;
                }
                continue;
            }
            match self.expr(i, changed) {
                Some(x) if x.end > i => {
                    let found = self.judge(x, changed, i < quoted_until);
                    i = found.end.max(x.end);
                    list.push(found);
                }
                _ if here.is_ascii_digit() => {
                    while t.at(i).is_ascii_digit() {
                        i += 1;
                    }
                }
                _ => i += 1,
            }
        }
        self.spread_recurring(&mut list);
        list
    }

    /// "by noon every Friday": what stands beside a recurring time recurs too.
    fn spread_recurring(&self, list: &mut [Found]) {
        // Daily standup at 9:30
        let routine = (0..self.text.len()).any(|i| {
            self.text.words(i, &["daily", "weekly", "monthly", "nightly", "standup"]).is_some()
                || self.text.any(i, &["每日", "每天", "日常值班"]).is_some()
        });
        for found in list.iter_mut().filter(|found| found.kind == Kind::Deadline && found.strength < 3) {
            if routine && found.expr.date.is_none() && found.expr.exact.is_none() {
                found.kind = Kind::Recurring;
            }
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

    fn says_change(&self) -> bool {
        let t = &self.text;
        (0..t.len()).any(|at| match t.at(at) {
            '改' | '调' | '变' | '推' | '延' | '顺' | '提' | '更' | '挪' | '移' | '换' | '宽' | '放' | '现' | '而'
            | '应' => t.any(at, CHANGES).is_some() || t.any(at, CORRECTED).is_some(),
            'a' | 'b' | 'c' | 'd' | 'e' | 'm' | 'p' | 'r' | 's' | 'u' => t.words(at, CHANGES_EN).is_some(),
            _ => false,
        })
    }

    /// 每周五下班前, 每月15日, every other Tuesday, daily: the whole of it.
    pub fn recurring(&self, i: usize) -> Option<usize> {
        let t = &self.text;
        let here = t.at(i);
        let end = match here {
            '每' | '逢' | '隔' | '周' | '天' | '月' | '年' | '日' | '季' | '工' | '定' | '按' => {
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

    fn recurring_zh(&self, i: usize) -> Option<usize> {
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
                    if let Some(after) = t.any(q, &["底", "末", "初", "中旬", "上旬", "下旬", "中"]) {
                        return Some(after);
                    }
                    if let Some(r) = t.any(q, &["最后一个", "最后1个", "首个", "第"]) {
                        let r = t.number(r).map_or(r, |number| t.lit(number.end, "个").unwrap_or(number.end));
                        if let Some(after) = t
                            .any(r, &["工作日", "工作天", "天", "日", "周"])
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

    fn recurring_en(&self, i: usize) -> Option<usize> {
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
            if let Some(end) = t.words(
                p,
                &[
                    "working day",
                    "business day",
                    "workday",
                    "weekday",
                    "day",
                    "week",
                    "month",
                    "quarter",
                    "year",
                    "morning",
                    "afternoon",
                    "evening",
                    "night",
                    "hour",
                    "fortnight",
                    "weekend",
                    "minute",
                    "sprint",
                ],
            ) {
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
        for (name, _) in super::text::WEEKDAYS {
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
        if let Some(end) = t.words(
            i,
            &[
                "on weekdays",
                "on workdays",
                "on weekends",
                "once a week",
                "once a month",
                "once a day",
                "twice a week",
                "twice a day",
                "twice a month",
                "three times a week",
                "a day in advance",
            ],
        ) {
            return Some(end);
        }
        // daily, weekly as adverbs: before a preposition, or at the end of the clause
        if let Some(end) = t.words(
            i,
            &[
                "daily",
                "weekly",
                "monthly",
                "quarterly",
                "biweekly",
                "bi-weekly",
                "fortnightly",
                "annually",
                "yearly",
                "nightly",
                "hourly",
            ],
        ) {
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

    // ---- results ----

    /// The day or moment an expression stands for.
    pub fn due(&self, x: &Expr) -> Option<Due> {
        if let Some(exact) = x.exact {
            return Some(Due::Moment(exact));
        }
        let here = self.anchor.reference;
        let Some(minutes) = x.minutes else {
            if x.date.is_none() && x.part == Some(Part::Dusk) {
                return Some(Due::Date(self.today));
            }
            return x.date.or_else(|| x.part.map(|_| self.today)).map(Due::Date);
        };
        if let Some(date) = x.date {
            return self.moment(x, date, minutes).map(Due::Moment);
        }
        let today = x.zone.map_or(self.today, |zone| zone.today(&here));
        let moment = self.moment(x, today, minutes)?;
        if moment >= here {
            return Some(Due::Moment(moment));
        }
        // A time of day that has passed is tomorrow's; working hours end again on the next working day.
        let next =
            if x.part == Some(Part::DayEnd) { self.anchor.calendar.next_workday(today) } else { today.succ_opt()? };
        self.moment(x, next, minutes).map(Due::Moment)
    }

    /// Where a range begins, as a moment, if both ends have a clock.
    pub fn begin(&self, x: &Expr) -> Option<DateTime<FixedOffset>> {
        let (date, minutes) = x.first?;
        self.moment(x, x.date.map_or(date, |end| if x.rule == "range" { date } else { end }), minutes?)
    }

    pub fn moment(&self, x: &Expr, date: NaiveDate, minutes: u32) -> Option<DateTime<FixedOffset>> {
        let offset = *self.anchor.reference.offset();
        if let Some(zone) = x.zone {
            return zone.moment(date, minutes).map(|moment| moment.with_timezone(&offset));
        }
        let time = date.and_hms_opt(0, 0, 0)?.checked_add_signed(chrono::Duration::minutes(i64::from(minutes)))?;
        Some(local(&offset, time))
    }

    pub fn bytes(&self, range: Range<usize>) -> Range<usize> {
        self.text.bytes(range)
    }

    /// A shift by words: 推迟一周, extended by 3 working days; and which way.
    pub fn shift_words(&self) -> Option<(Amount, bool, Range<usize>)> {
        let t = &self.text;
        for i in 0..t.len() {
            let zh = t.any(
                i,
                &[
                    "推迟",
                    "延期",
                    "延后",
                    "顺延",
                    "延长",
                    "推后",
                    "后延",
                    "往后推",
                    "往后延",
                    "宽限",
                    "再延",
                    "再推",
                    "再给",
                    "缓",
                    "延",
                    "推",
                    "晚",
                    "提前",
                    "提早",
                    "往前提",
                ],
            );
            let en = t.words(
                i,
                &[
                    "postponed",
                    "postpone",
                    "pushed",
                    "push",
                    "extended",
                    "extend",
                    "delayed",
                    "delay",
                    "moved",
                    "move",
                    "shifted",
                    "shift",
                    "slipped",
                    "slip",
                    "deferred",
                    "defer",
                    "bring",
                    "brought",
                    "extension of",
                    "give me",
                    "another",
                ],
            );
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
                } else if let Some(q) = t.words(
                    p,
                    &[
                        "it",
                        "this",
                        "that",
                        "the deadline",
                        "the date",
                        "the due date",
                        "back",
                        "out",
                        "by",
                        "for",
                        "about",
                        "deadline",
                        "due",
                        "date",
                        "another",
                        "item",
                        "task",
                    ],
                ) {
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

fn quote_pair(open: char) -> Option<char> {
    Some(match open {
        '《' => '》',
        '「' => '」',
        '『' => '』',
        '“' => '”',
        '"' => '"',
        '〈' => '〉',
        _ => return None,
    })
}
