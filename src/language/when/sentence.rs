//! Time words in their sentence: joined into expressions, then judged by the words beside them.

use super::clock::{Clock, Part, Zone};
use super::grammar::{Amount, Class, Day, Hint, Reader, Unit};
use super::text::is_cjk;
use super::words::{CHANGES, CHANGES_EN, CORRECTED};
use super::{Anchor, Kind};
use crate::domain::due::Due;
use crate::domain::workdays::local;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use std::cell::Cell;
use std::ops::Range;

/// No look back into a clause goes further.
pub(super) const LOOK_BACK: usize = 40;

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
    pub weak: bool,
    pub sure: bool,
    pub part: Option<Part>,
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

impl Expr {
    fn of_day(start: usize, day: &Day) -> Expr {
        Expr {
            end: day.end,
            date: Some(day.date),
            class: day.class,
            hint: day.hint,
            rule: day.rule,
            workdays: day.workdays,
            first: day.first.map(|first| (first, None)),
            ..Expr::empty(start)
        }
    }

    pub fn empty(start: usize) -> Expr {
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
        Reader {
            text,
            anchor,
            today: anchor.reference.date_naive(),
            english,
            cell,
            after_sign: Cell::new(usize::MAX),
            probing: Cell::new(false),
        }
    }

    // ---- joining ----

    /// What may stand between two pieces of one time: the place after it, and whether it opened a bracket or was a comma.
    pub(super) fn glue(&self, i: usize) -> Vec<(usize, char)> {
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
            // "by", "before" begin a time of their own where a day follows them.
            let own = t.words(q, &["no later than", "not later than", "by", "before", "until", "latest by"]).is_some();
            if !(own && self.probing.get()) {
                places.push((t.sp(r), if own { 'b' } else { ' ' }));
            }
        }
        places
    }

    /// Whether a second day says the same as the first, more exactly; and what comes of it.
    pub(super) fn refine(&self, old: &Expr, new: &Day, glue: char) -> Option<Expr> {
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
    pub(super) fn composite(&self, i: usize, base: NaiveDate) -> Option<Expr> {
        let t = &self.text;
        let mut x = Expr::empty(i);
        let mut found = false;
        let mut bracket = false;
        for _ in 0..8 {
            let mut grown = false;
            if !found
                && i < t.len()
                && let Some(first) = self.piece(&x, i, '\0', base, false)
            {
                x = first;
                grown = true;
            }
            for (p, glue) in if found { self.glue(x.end) } else { Vec::new() } {
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

    pub(super) fn piece(&self, x: &Expr, p: usize, glue: char, base: NaiveDate, joined: bool) -> Option<Expr> {
        let t = &self.text;
        let beside = x.date.is_some();
        if glue == 'b' && beside {
            if x.class == Class::Loose || x.hint != Hint::None {
                return None;
            }
            self.probing.set(true);
            let own = self.composite(p, base);
            self.probing.set(false);
            if own.is_some_and(|own| own.date.is_some()) {
                return None;
            }
        }
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
        // 7/15(三): the day of the week alone in brackets.
        let bare = || {
            let (weekday, end) = (beside && glue == '(' && t.at(p + 1) == ')').then(|| self.weekday_character(p))??;
            let date = Self::weekday_from(x.date?, weekday)?;
            Some(Day::new(date, Class::Weekday, end, "weekday"))
        };
        if let Some(day) = self.day(p, x.date.unwrap_or(base)).or_else(bare) {
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

    pub(super) fn clock_follows(&self, end: usize) -> bool {
        let p = self.text.sp(end);
        self.clock(p, None, true).is_some() || self.part(p, true).is_some() || self.day(p, self.today).is_some()
    }

    pub(super) fn with_clock(&self, x: &Expr, clock: Clock) -> Expr {
        let mut next = *x;
        next.minutes = Some(clock.minutes);
        next.clock = true;
        next.weak = clock.weak;
        next.sure = clock.sure;
        next.end = clock.end;
        next
    }

    /// 2-3pm, 9-11:30am
    pub(super) fn clock_range(&self, i: usize) -> Option<(u32, Clock)> {
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

    /// `by 5 tomorrow`, `before 9 on Friday`: an hour that only the day behind it shows to be one.
    fn bare_hour(&self, i: usize) -> Option<Expr> {
        const DAYS: &[&str] = &[
            "today",
            "tonight",
            "tomorrow",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "mon",
            "tue",
            "wed",
            "thu",
            "fri",
            "sat",
            "sun",
        ];
        let t = &self.text;
        let number = t.digits(i).filter(|n| n.digits <= 2 && (1..=12).contains(&n.value))?;
        if !self.clean_left(i) || t.at(number.end) != ' ' {
            return None;
        }
        t.word_ends_any(i, &["by", "before", "at", "until", "till"])?;
        let p = t.sp(number.end);
        let p = t.word(p, "on").map_or(p, |end| t.sp(end));
        t.words(p, DAYS)?;
        let day = self.day(p, self.today).filter(|day| day.hint == Hint::None)?;
        let part = t.word(p, "tonight").map(|_| Part::Evening);
        let clock = self.clock(i, part, true)?;
        let mut x = Expr::of_day(i, &day);
        x.part = part;
        let mut x = self.with_clock(&x, clock);
        x.end = day.end;
        Some(x)
    }

    /// An expression at `i`, with ranges and amounts counted from a day.
    pub(super) fn expr(&self, i: usize, changed: bool) -> Option<Expr> {
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
        if let Some(x) = self.bare_hour(i) {
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

    pub(super) fn range_end(&self, x: &Expr, q: usize, changed: bool) -> Option<Expr> {
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
        // 下午2点到4点,周五
        if x.date.is_none()
            && x.clock
            && second.clock
            && let Some(date) = second.date
        {
            second.start = x.start;
            second.first = Some((date, x.minutes));
            return (x.minutes < second.minutes).then_some(second);
        }
        x.date?;
        // Two sides of one kind: dates with dates, not 周三到本月 …
        second.start = x.start;
        second.first = Some(first);
        second.zone = second.zone.or(x.zone);
        second.rule = if changed { "changed" } else { "range" };
        if second.class == Class::Loose && x.class != Class::Loose {
            second.class = Class::Absolute;
        }
        Some(second)
    }

    /// 8月20日前3个工作日, 7月13日起5个工作日内, 明天起三天内
    pub(super) fn counted_from(&self, x: Expr) -> Option<Expr> {
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

    pub(super) fn says_change(&self) -> bool {
        let t = &self.text;
        (0..t.len()).any(|at| match t.at(at) {
            '改' | '调' | '变' | '推' | '延' | '顺' | '提' | '更' | '挪' | '移' | '换' | '宽' | '放' | '现' | '而'
            | '应' => t.any(at, CHANGES).is_some() || t.any(at, CORRECTED).is_some(),
            'a' | 'b' | 'c' | 'd' | 'e' | 'm' | 'p' | 'r' | 's' | 'u' => t.words(at, CHANGES_EN).is_some(),
            _ => false,
        })
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
