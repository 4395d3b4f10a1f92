//! The grammar of single days: calendar arithmetic, numeric dates, amounts; the words for days have files of their own.
//!
//! Every reader takes a place and gives what it found and where that ends; none looks further than a few dozen
//! characters, so reading a text is linear in its length.

use super::Anchor;
use super::text::{Pairs, Text, chinese_digit, is_cjk};
use crate::domain::workdays::month_end;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::cell::Cell;

/// What sort of words a day was said in; it decides which further words make it a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// month and day, perhaps the year
    Absolute,
    /// 8/20: not in front of something counted
    Slash,
    /// 8.20, 8-20, 0820: a date only by the words around it
    Loose,
    Weekday,
    /// 明天
    Relative,
    /// 15号
    DayOfMonth,
    /// 9月第一个周二
    Nth,
    /// 月底
    PeriodEnd,
    /// 8月, Q3, 下周: a deadline only by the words around it
    Period,
    Festival,
    /// 3天内
    Duration,
}

/// What the words themselves already say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    None,
    /// they hold the deadline word (国庆节前, 3天内)
    Marked,
    Start,
    Past,
    Recurring,
    Unanchored,
    Describing,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    pub date: NaiveDate,
    /// where the period begins
    pub first: Option<NaiveDate>,
    pub class: Class,
    pub hint: Hint,
    pub end: usize,
    pub rule: &'static str,
    /// working days counted, for the reason
    pub workdays: Option<i32>,
}

impl Day {
    pub(super) fn new(date: NaiveDate, class: Class, end: usize, rule: &'static str) -> Day {
        Day { date, first: None, class, hint: Hint::None, end, rule, workdays: None }
    }

    pub(super) fn period((first, last): (NaiveDate, NaiveDate), end: usize, rule: &'static str) -> Day {
        Day { first: Some(first), ..Day::new(last, Class::Period, end, rule) }
    }

    pub(super) fn hint(self, hint: Hint) -> Day {
        Day { hint, ..self }
    }
}

/// Units of time one can count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    Hour,
    WorkHour,
    Day,
    Workday,
    Week,
    Month,
    Year,
}

/// An amount of time, `halves` half units; what stands behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amount {
    pub value: f64,
    pub unit: Unit,
    pub end: usize,
    /// 14-day: an adjective
    pub compound: bool,
}

pub(super) struct Reader<'a> {
    pub text: Text,
    pub anchor: &'a Anchor<'a>,
    pub today: NaiveDate,
    /// The text holds no Chinese: M/D/Y rules.
    pub english: bool,
    /// The text is a cell whose column says that it is a deadline.
    pub cell: bool,
    /// Behind a sign of range, where a number may follow a hyphen.
    pub after_sign: Cell<usize>,
    /// Looking whether a time begins here; nothing is joined by "by" meanwhile.
    pub probing: Cell<bool>,
}

pub(super) type Span = (NaiveDate, NaiveDate);

pub(super) const EN_NUMBERS: [(&str, u32); 32] = [
    ("a", 1),
    ("an", 1),
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
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("forty five", 45),
    ("fifty", 50),
    ("sixty", 60),
    ("ninety", 90),
    ("a couple of", 2),
    ("couple of", 2),
    ("a dozen", 12),
    ("twenty four", 24),
];

pub(super) static EN_NUMBER_PAIRS: Pairs = Pairs::of_table(&EN_NUMBERS);

/// What follows 号 in the name of a thing: 3号楼, 10号线.
const NUMBERED_THINGS: &str =
    "楼线机门仓库文会车厅馆院桌窗位店台区井炉罐泵地船教厂码工产服模电标方议柜室岗站塔坝桩员选种标牌件包箱单元";
/// What follows a fraction or a count: 3/5个, 8/20项.
const COUNTED: &str = "个项份位名人家台件条次张页套元万千百例户组批篇轮步本块根只颗枚笔种类英寸吋%‰";

impl Reader<'_> {
    // ---- calendar arithmetic ----

    pub fn month_shift(&self, months: i32) -> (i32, u32) {
        let index = self.today.year() * 12 + self.today.month0() as i32 + months;
        (index.div_euclid(12), index.rem_euclid(12) as u32 + 1)
    }

    pub(super) fn month_span(year: i32, month: u32) -> Option<Span> {
        Some((NaiveDate::from_ymd_opt(year, month, 1)?, month_end(year, month)?))
    }

    pub(super) fn quarter_span(year: i32, quarter: u32) -> Option<Span> {
        Some((NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1)?, month_end(year, quarter * 3)?))
    }

    pub(super) fn half_span(year: i32, half: u32) -> Option<Span> {
        Some((NaiveDate::from_ymd_opt(year, half * 6 - 5, 1)?, month_end(year, half * 6)?))
    }

    pub(super) fn year_span(year: i32) -> Option<Span> {
        Some((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?))
    }

    pub(super) fn week_span(&self, weeks: i64) -> Option<Span> {
        let monday = self.monday()?.checked_add_signed(chrono::Duration::weeks(weeks))?;
        Some((monday, monday.checked_add_days(Days::new(4))?))
    }

    pub(super) fn monday(&self) -> Option<NaiveDate> {
        self.today.checked_sub_days(Days::new(u64::from(self.today.weekday().num_days_from_monday())))
    }

    pub fn day_of_week(&self, weeks: i64, weekday: u32) -> Option<NaiveDate> {
        self.monday()?.checked_add_signed(chrono::Duration::days(weeks * 7 + i64::from(weekday)))
    }

    /// The first such weekday on or after `base`.
    pub fn weekday_from(base: NaiveDate, weekday: u32) -> Option<NaiveDate> {
        let ahead = (weekday + 7 - base.weekday().num_days_from_monday()) % 7;
        base.checked_add_days(Days::new(u64::from(ahead)))
    }

    /// Whether a yearless date is read in this year: from three months before the reference to nine after.
    pub(super) fn in_window(&self, date: NaiveDate) -> bool {
        self.today.checked_sub_months(Months::new(3)).is_some_and(|low| low <= date)
            && self.today.checked_add_months(Months::new(9)).is_some_and(|high| date < high)
    }

    /// The reading of a yearless thing that lies in the window.
    pub(super) fn nearest<T>(&self, make: impl Fn(i32) -> Option<T>, last: impl Fn(&T) -> NaiveDate) -> Option<T> {
        let year = self.today.year();
        let low = self.today.checked_sub_months(Months::new(3))?;
        [year - 1, year, year + 1]
            .into_iter()
            .filter_map(&make)
            .find(|made| self.in_window(last(made)))
            .or_else(|| (year - 1..year + 8).filter_map(&make).find(|made| last(made) >= low))
    }

    pub(super) fn month_day(&self, month: u32, day: u32, base: NaiveDate) -> Option<NaiveDate> {
        if base != self.today {
            // The end of a range follows its beginning.
            return (base.year()..base.year() + 8)
                .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
                .find(|date| *date >= base);
        }
        self.nearest(|year| NaiveDate::from_ymd_opt(year, month, day), |date| *date)
    }

    pub(super) fn day_of_month(base: NaiveDate, day: u32) -> Option<NaiveDate> {
        let start = base.year() * 12 + base.month0() as i32;
        (start..start + 13)
            .filter_map(|index| NaiveDate::from_ymd_opt(index.div_euclid(12), index.rem_euclid(12) as u32 + 1, day))
            .find(|date| *date >= base)
    }

    /// Moves a day by an amount that is at least a day.
    pub fn shift(&self, date: NaiveDate, amount: &Amount, forward: bool) -> Option<NaiveDate> {
        let sign: i64 = if forward { 1 } else { -1 };
        let whole = amount.value.trunc();
        let half = amount.value - whole >= 0.25;
        let months = |date: NaiveDate, count: f64| {
            let count = Months::new(if count < 2400.0 { count as u32 } else { return None });
            if forward { date.checked_add_months(count) } else { date.checked_sub_months(count) }
        };
        let days = |date: NaiveDate, count: f64| {
            date.checked_add_signed(chrono::Duration::days(
                sign * if count < 40000.0 { count as i64 } else { return None },
            ))
        };
        match amount.unit {
            Unit::Workday => {
                let count = if amount.value < 3000.0 { amount.value.ceil() as i32 } else { return None };
                Some(self.anchor.calendar.add_workdays(date, sign as i32 * count))
            }
            Unit::Day => days(date, whole),
            Unit::Week => days(date, (amount.value * 7.0).floor()),
            Unit::Month => days(months(date, whole)?, if half { 15.0 } else { 0.0 }),
            Unit::Year => months(date, (amount.value * 12.0).round()),
            Unit::Minute | Unit::Hour | Unit::WorkHour => None,
        }
    }

    // ---- numbers in front of which nothing may stand ----

    /// The digits at `i` are no part of an id, a version or a longer number.
    pub fn clean_left(&self, i: usize) -> bool {
        let t = &self.text;
        let before = t.prev(i);
        if self.after_sign.get() == i {
            return true;
        }
        if matches!(before, '〕' | ']' | '）') && t.number(i).is_some_and(|number| t.at(number.end) == '号') {
            return false;
        }
        if before.is_ascii_digit() || before == '第' || before == '_' || before == '#' || before == '@' {
            return false;
        }
        if before.is_ascii_alphabetic() {
            // DDL8/20, by8/20
            return ["ddl", "by", "due", "deadline", "eta", "t"].iter().any(|word| t.word_ends(i, word).is_some());
        }
        if matches!(before, '-' | '.' | '/' | ':' | '×' | '*' | '+' | '=' | '$' | '¥' | '€' | '£' | '<' | '>') {
            let further = i.checked_sub(2).map_or('\0', |at| t.at(at));
            return match before {
                ':' => !further.is_ascii_digit(),
                '-' | '/' | '.' => {
                    !further.is_ascii_alphanumeric() && further != ' ' || before == '-' && further == ' '
                }
                _ => false,
            };
        }
        true
    }

    /// Nothing after the number makes it part of something longer.
    pub(super) fn clean_right(&self, i: usize, range: bool) -> bool {
        let t = &self.text;
        match t.at(i) {
            '-' if range => t.at(i + 1).is_ascii_digit() || !t.at(i + 1).is_ascii_alphanumeric(),
            one if one.is_ascii_alphanumeric() => false,
            '_' | '%' | '‰' | '×' | '*' => false,
            '.' | '-' | '/' | ':' => !t.at(i + 1).is_ascii_alphanumeric(),
            '版' => false,
            _ => true,
        }
    }

    /// Where a sign or word of range ends: -, ~, 至, 到, to, through.
    pub fn range_sign(&self, i: usize) -> Option<usize> {
        let t = &self.text;
        let p = t.sp(i);
        let found = t
            .any(p, &["起至", "起到", "开始至", "开始到", "直至", "直到", "至", "到", "--", "->", "-", "~"])
            .or_else(|| t.words(p, &["to", "through", "thru", "until", "till", "and up to", "up to"]))?;
        Some(t.sp(found))
    }

    // ---- entry ----

    /// A day at `i`. Bare weekdays and days of the month are the first on or after `base`.
    pub fn day(&self, i: usize, base: NaiveDate) -> Option<Day> {
        let here = self.text.at(i);
        if here.is_ascii_digit() || chinese_digit(here).is_some() {
            return self.day_from_number(i, base).or_else(|| self.festival_zh(i, None));
        }
        if here.is_ascii_alphabetic() {
            if i > 0 && self.text.is_letter(i - 1) {
                return None;
            }
            return self.day_en(i, base);
        }
        if is_cjk(here) { self.day_zh(i, base) } else { None }
    }

    pub(super) fn day_from_number(&self, i: usize, base: NaiveDate) -> Option<Day> {
        let t = &self.text;
        if !self.clean_left(i) {
            return None;
        }
        if let Some(day) = self.year_first(i) {
            return Some(day);
        }
        if t.at(i).is_ascii_digit()
            && let Some(day) = self.numeric(i, base)
        {
            return Some(day);
        }
        let number = t.number(i)?;
        let p = t.sp(number.end);
        if t.at(p) == '季'
            && let Some((quarter, end)) = self.quarter_number(i)
        {
            let span = self.nearest(|year| Self::quarter_span(year, quarter), |span| span.1)?;
            return self.period_tail(span, end, "quarter");
        }
        // 7-9月
        if let Some(q) = self.range_sign(number.end)
            && let Some(second) = t.number(q)
            && t.at(t.sp(second.end)) == '月'
            && (1..=12).contains(&number.value)
            && (1..=12).contains(&second.value)
            && t.at(p) != '月'
        {
            let mut day = self.month_zh(None, second.value, t.sp(second.end) + 1, base)?;
            day.first = NaiveDate::from_ymd_opt(day.date.year(), number.value, 1);
            return Some(day);
        }
        if (1..=12).contains(&number.value) && number.digits <= 2 && t.at(p) == '月' {
            return self.month_zh(None, number.value, p + 1, base);
        }
        // Chinese numerals of the month alone read as a count: 三月 stays a month, 三个月 is an amount.
        if (1..=31).contains(&number.value) && number.digits <= 2 {
            if t.at(p) == '号' && (p == number.end || number.digits > 0) {
                let next = t.at(p + 1);
                if (!NUMBERED_THINGS.contains(next) || next == '\0') && t.lit(p + 1, "生产").is_none() {
                    return Some(Day::new(
                        Self::day_of_month(base, number.value)?,
                        Class::DayOfMonth,
                        p + 1,
                        "day-of-month",
                    ));
                }
                return None;
            }
            if t.at(p) == '日' {
                if t.any(p + 1, &["内", "之内", "以内", "后", "之后", "以后", "游", "均", "元", "无理由"]).is_some()
                {
                    return None;
                }
                return Some(Day::new(
                    Self::day_of_month(base, number.value)?,
                    Class::DayOfMonth,
                    p + 1,
                    "day-of-month",
                ));
            }
            // 20日 of a range 20-24日
            if let Some(q) = self.range_sign(number.end)
                && t.at(q).is_ascii_digit()
                && let Some(second) = t.digits(q)
                && (1..=31).contains(&second.value)
                && matches!(t.at(t.sp(second.end)), '日' | '号')
                && t.any(t.sp(second.end) + 1, &["内", "之内", "以内", "后", "之后", "以后"]).is_none()
            {
                let first = Self::day_of_month(base, number.value)?;
                let end = t.sp(second.end) + 1;
                let mut day = Day::new(Self::day_of_month(first, second.value)?, Class::DayOfMonth, end, "range");
                day.first = Some(first);
                return Some(day);
            }
        }
        if number.digits > 0 && number.digits <= 2 {
            return self.ordinal_or_day_month_en(i, base);
        }
        None
    }

    // ---- amounts ----

    /// 3个工作日, 两个半小时, 半个月, 1.5小时, 3-5天
    pub fn amount_zh(&self, i: usize) -> Option<Amount> {
        let t = &self.text;
        let (mut value, mut p) = if let Some(p) = t.lit(i, "半") {
            (0.5, p)
        } else {
            let number = t.number(i)?;
            let mut value = f64::from(number.value);
            let mut p = number.end;
            // 1.5小时
            if number.digits > 0
                && t.at(p) == '.'
                && let Some(fraction) = t.digits(p + 1)
                && fraction.digits <= 2
            {
                value += f64::from(fraction.value) / 10f64.powi(fraction.digits as i32);
                p = fraction.end;
            }
            // 3-5天, 两到三天: the end of the range
            if let Some(q) = self.range_sign(p)
                && let Some(second) = t.number(q)
                && second.digits <= 3
            {
                (value, p) = (f64::from(second.value), second.end);
            }
            (value, p)
        };
        p = t.sp(p);
        let counted = t.lit(p, "个");
        p = t.sp(counted.unwrap_or(p));
        let mut half_done = false;
        if let Some(q) = t.lit(p, "半")
            && counted.is_some()
        {
            value += 0.5;
            p = q;
            half_done = true;
        }
        let unit = |words: &[&str], unit: Unit| t.any(p, words).map(|end| (unit, end));
        let (kind, mut end) = unit(&["工作日", "工作天", "交易日", "营业日", "上班日", "办公日"], Unit::Workday)
            .or_else(|| unit(&["工作小时", "工时"], Unit::WorkHour))
            .or_else(|| unit(&["自然日", "日历日", "日历天", "公历日", "天", "日"], Unit::Day))
            .or_else(|| unit(&["小时", "钟头"], Unit::Hour))
            .or_else(|| unit(&["分钟"], Unit::Minute))
            .or_else(|| unit(&["刻钟"], Unit::Minute))
            .or_else(|| unit(&["星期", "礼拜", "周"], Unit::Week))
            .or_else(|| counted.and_then(|_| unit(&["月"], Unit::Month)))
            .or_else(|| counted.and_then(|_| unit(&["季度"], Unit::Month)))
            .or_else(|| unit(&["年"], Unit::Year))?;
        if t.lit(p, "刻钟").is_some() {
            value *= 15.0;
        }
        if t.lit(p, "季度").is_some() {
            value *= 3.0;
        }
        let next = t.at(end);
        match kind {
            Unit::Week if "年岁报刊次期会边".contains(next) && next != '\0' => return None,
            Unit::Year if "度级代报龄轮".contains(next) && next != '\0' => return None,
            Unit::Year if value > 50.0 => return None,
            Unit::Day if t.at(p) == '日' && (counted.is_some() || "常报志元均程".contains(next) && next != '\0') =>
            {
                return None;
            }
            _ => {}
        }
        if !half_done
            && t.at(end) == '半'
            && matches!(kind, Unit::Day | Unit::Week | Unit::Year | Unit::Hour | Unit::Month)
            && t.at(end + 1) != '导'
        {
            value += 0.5;
            end += 1;
        }
        end = t.lit(end, "的时间").or_else(|| t.lit(end, "时间")).or_else(|| t.lit(end, "时长")).unwrap_or(end);
        (value > 0.0).then_some(Amount { value, unit: kind, end, compound: false })
    }

    /// 5 business days, a fortnight, half an hour, 24h, 14-day
    pub fn amount_en(&self, i: usize) -> Option<Amount> {
        let t = &self.text;
        let mut compound = false;
        let (mut value, mut p) = if let Some(end) = t.words(i, &["half an", "half a", "a half"]) {
            (0.5, end)
        } else if let Some(number) = t.digits(i) {
            let mut value = f64::from(number.value);
            let mut p = number.end;
            if t.at(p) == '.'
                && let Some(fraction) = t.digits(p + 1)
                && fraction.digits <= 2
            {
                value += f64::from(fraction.value) / 10f64.powi(fraction.digits as i32);
                p = fraction.end;
            }
            let q = t.sp(p);
            if let Some(r) = t.lit(q, "-").or_else(|| t.words(q, &["to", "or"]))
                && let Some(second) = t.digits(t.sp(r))
            {
                (value, p) = (f64::from(second.value), second.end);
            }
            (value, p)
        } else {
            if !EN_NUMBER_PAIRS.may_begin(t, i) {
                return None;
            }
            let (value, mut p) = EN_NUMBERS
                .iter()
                .filter_map(|(word, value)| Some((*value, t.word(i, word)?)))
                .max_by_key(|(_, end)| *end)?;
            // three (3) business days
            if let Some(q) = t.lit(t.sp(p), "(")
                && let Some(number) = t.digits(q)
                && let Some(r) = t.lit(number.end, ")")
            {
                p = r;
            }
            let mut value = f64::from(value);
            let q = t.sp(p);
            if let Some(r) = t.words(q, &["to", "or"])
                && let Some((second, end)) =
                    EN_NUMBERS.iter().skip(2).find_map(|(word, value)| Some((*value, t.word(t.sp(r), word)?)))
            {
                (value, p) = (f64::from(second), end);
            }
            (value, p)
        };
        if let Some(q) = t.word(t.sp(p), "and a half") {
            value += 0.5;
            p = q;
        }
        if t.at(p) == '-' && t.is_letter(p + 1) {
            compound = true;
            p += 1;
        }
        p = t.sp(p);
        let short = |end: usize| !t.is_letter(end) && !t.at(end).is_ascii_digit();
        let unit = |words: &[&str], unit: Unit, p: usize| {
            let end = words.iter().find_map(|word| t.lit(p, word).filter(|end| short(*end)))?;
            Some((unit, end))
        };
        let working = ["business", "working", "work"]
            .iter()
            .find_map(|word| t.word(p, word))
            .map(|end| t.lit(end, "-").unwrap_or_else(|| t.sp(end)));
        let plain = ["calendar", "full", "clear", "consecutive", "more"]
            .iter()
            .find_map(|word| t.word(p, word))
            .map(|end| t.sp(end));
        let (kind, end) = if let Some(q) = working {
            unit(&["days", "day"], Unit::Workday, q).or_else(|| unit(&["hours", "hour", "hrs"], Unit::WorkHour, q))?
        } else {
            let q = plain.unwrap_or(p);
            unit(&["days", "day", "d"], Unit::Day, q)
                .or_else(|| unit(&["workdays", "workday", "weekdays", "bds", "bd"], Unit::Workday, q))
                .or_else(|| unit(&["hours", "hour", "hrs", "hr", "h"], Unit::Hour, q))
                .or_else(|| unit(&["minutes", "minute", "mins", "min"], Unit::Minute, q))
                .or_else(|| unit(&["weeks", "week", "wks", "wk"], Unit::Week, q))
                .or_else(|| unit(&["fortnights", "fortnight"], Unit::Week, q))
                .or_else(|| unit(&["months", "month"], Unit::Month, q))
                .or_else(|| unit(&["quarters", "quarter"], Unit::Month, q))
                .or_else(|| unit(&["years", "year", "yrs", "yr"], Unit::Year, q))?
        };
        if t.prev(end) == 'r' && t.words(t.sp(end), &["past", "to"]).is_some() {
            // a quarter past four
            return None;
        }
        let last = t.slice(end.saturating_sub(10), end);
        if last.contains("fortnight") {
            value *= 2.0;
        }
        if last.contains("quarter") {
            value *= 3.0;
        }
        // "an hour and a half"
        let end = match t.word(t.sp(end), "and a half") {
            Some(after) => {
                value += 0.5;
                after
            }
            None => end,
        };
        // weeks' time
        let end = t.lit(end, "'s time").or_else(|| t.lit(end, "' time")).or_else(|| t.lit(end, "'")).unwrap_or(end);
        (value > 0.0).then_some(Amount { value, unit: kind, end, compound })
    }

    // ---- numeric dates ----

    /// 2026-08-20, 2026.8.20, 20260820, 115/8/20, 8/20/2026, 8/20, 8.20, 8-20
    pub(super) fn numeric(&self, i: usize, base: NaiveDate) -> Option<Day> {
        let t = &self.text;
        let first = t.digits(i)?;
        let absolute = |date, end| Some(Day::new(date, Class::Absolute, end, "date"));
        if first.digits == 8 && (2000..2100).contains(&(first.value / 10000)) {
            let n = first.value;
            let date = NaiveDate::from_ymd_opt((n / 10000) as i32, n / 100 % 100, n % 100)?;
            // Order no. 20260720, 编号20260720
            let left = t.back(i);
            let left = if t.prev(left) == ':' { t.back(left - 1) } else { left };
            if t.word_ends_any(
                left,
                &["no", "no.", "number", "ticket", "id", "ref", "order", "invoice", "case", "po", "sku", "code"],
            )
            .is_some()
                || t.ends_any(left, &["号", "编码", "工单", "订单", "代码", "流水", "单据", "尾号"]).is_some()
            {
                return None;
            }
            return (self.clean_right(first.end, true) || self.iso_clock(first.end))
                .then(|| Day::new(date, Class::Absolute, first.end, "date"));
        }
        // 0820前
        if first.digits == 4 && first.padded && t.any(first.end, &["前", "之前", "截止", "下班"]).is_some() {
            let date = self.month_day(first.value / 100, first.value % 100, base)?;
            return Some(Day::new(date, Class::Loose, first.end, "date"));
        }
        let sign = t.at(first.end);
        if !matches!(sign, '-' | '/' | '.' | '·') || first.digits > 4 {
            return None;
        }
        let blank = t.at(first.end + 1) == ' ' && first.digits == 4;
        let second = t.digits(first.end + 1 + usize::from(blank))?;
        if second.digits > 2 {
            // 20-Aug is read with the English dates.
            return None;
        }
        let third = (t.at(second.end) == sign)
            .then(|| t.digits(second.end + 1 + usize::from(t.at(second.end + 1) == ' ' && blank)))
            .flatten();
        let Some(third) = third else {
            if t.at(second.end) == sign && t.at(second.end + 1).is_ascii_alphanumeric() {
                return None;
            }
            if first.digits == 4 {
                // 2026-08, 2026/8: a month
                if !(1900..2100).contains(&first.value)
                    || sign == '.' && second.digits == 1 && self.english
                    || !self.clean_right(second.end, false)
                {
                    return None;
                }
                return self.month_tail(Self::month_span(first.value as i32, second.value)?, second.end);
            }
            if first.digits > 2
                || !self.clean_right(second.end, sign != '-')
                || sign == '-' && self.month_name(t.sp(second.end)).is_some()
            {
                return None;
            }
            let (month, day) = if first.value > 12 { (second.value, first.value) } else { (first.value, second.value) };
            let date = self.month_day(month, day, base)?;
            // 3/5个, 完成3/5的测试, 1/2 of it, 24/7
            let after = t.at(t.sp(second.end));
            if sign == '/' {
                let fraction = COUNTED.contains(after) && after != '\0'
                    || (after == '的' && first.value < second.value && first.digits == 1 && second.digits == 1)
                    || t.word(t.sp(second.end), "of").is_some()
                    || (first.value == 24 && second.value == 7)
                    || t.any(second.end, &["小时", "全天", "客服", "值守", "监控", "支持", "热线"]).is_some()
                    || t.ends_any(
                        t.back(i),
                        &["进度", "率", "率达", "率为", "比例", "评分", "得分", "占比", "第", "约", "版本"],
                    )
                    .is_some();
                if fraction {
                    return None;
                }
                return Some(Day::new(date, Class::Slash, second.end, "date"));
            }
            return Some(Day::new(date, Class::Loose, second.end, "date"));
        };
        if !(self.clean_right(third.end, third.digits == 4 || first.digits == 4) || self.iso_clock(third.end))
            || second.digits > 2
        {
            return None;
        }
        let (a, b, c) = (first.value, second.value, third.value);
        if first.digits == 4 && third.digits <= 2 && (1900..2100).contains(&a) {
            return absolute(NaiveDate::from_ymd_opt(a as i32, b, c)?, third.end);
        }
        if first.digits == 3 && (100..200).contains(&a) && third.digits <= 2 {
            return absolute(NaiveDate::from_ymd_opt(a as i32 + 1911, b, c)?, third.end);
        }
        if first.digits > 2 {
            return None;
        }
        let by_rule = |year: i32| {
            let (month, day) = if a > 12 { (b, a) } else { (a, b) };
            NaiveDate::from_ymd_opt(year, month, day).or_else(|| NaiveDate::from_ymd_opt(year, day, month))
        };
        if third.digits == 4 && (1900..2100).contains(&c) {
            return absolute(by_rule(c as i32)?, third.end);
        }
        // 26/8/5: a year of two digits first, the day of one.
        if third.digits == 1 && first.digits == 2 && sign == '/' {
            let date = NaiveDate::from_ymd_opt(2000 + a as i32, b, c)?;
            let near = (date.year() - self.today.year()).abs() <= 3;
            return near.then(|| Day::new(date, Class::Absolute, third.end, "date"));
        }
        if third.digits != 2 || first.digits > 2 {
            return None;
        }
        // Two-digit years: 26/8/20 in Chinese, 8/20/26 in English; what lies near the reference wins. Other things
        // have this shape too (8.20.10), so a year far away is none.
        let close = |date: &NaiveDate| (date.year() - self.today.year()).abs() <= 3;
        let chinese = NaiveDate::from_ymd_opt(2000 + a as i32, b, c).filter(close);
        let western = by_rule(2000 + c as i32).filter(close);
        let date = if self.english { western.or(chinese) } else { chinese.or(western) }?;
        if sign == '.' && first.digits == 1 {
            return Some(Day::new(date, Class::Loose, third.end, "date"));
        }
        absolute(date, third.end)
    }

    /// T18:00 behind an ISO date.
    pub(super) fn iso_clock(&self, i: usize) -> bool {
        self.text.at(i) == 't' && self.text.at(i + 1).is_ascii_digit()
    }
}
