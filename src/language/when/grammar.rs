//! The grammar of single days: dates, weekdays, periods, festivals, in Chinese and English.
//!
//! Every reader takes a place and gives what it found and where that ends; none looks further than a few dozen
//! characters, so reading a text is linear in its length.

use super::Anchor;
use super::text::{MONTHS, Text, WEEKDAYS, chinese_digit, is_cjk};
use crate::domain::workdays::{Festival, Holiday, month_end};
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
    fn new(date: NaiveDate, class: Class, end: usize, rule: &'static str) -> Day {
        Day { date, first: None, class, hint: Hint::None, end, rule, workdays: None }
    }

    fn period((first, last): (NaiveDate, NaiveDate), end: usize, rule: &'static str) -> Day {
        Day { first: Some(first), ..Day::new(last, Class::Period, end, rule) }
    }

    fn hint(self, hint: Hint) -> Day {
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
}

type Span = (NaiveDate, NaiveDate);

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

const EN_ORDINALS: [(&str, i32); 34] = [
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
    ("eleventh", 11),
    ("twelfth", 12),
    ("thirteenth", 13),
    ("fourteenth", 14),
    ("fifteenth", 15),
    ("sixteenth", 16),
    ("seventeenth", 17),
    ("eighteenth", 18),
    ("nineteenth", 19),
    ("twentieth", 20),
    ("twenty first", 21),
    ("twenty second", 22),
    ("twenty third", 23),
    ("twenty fourth", 24),
    ("twenty fifth", 25),
    ("twenty sixth", 26),
    ("twenty seventh", 27),
    ("twenty eighth", 28),
    ("twenty ninth", 29),
    ("thirtieth", 30),
    ("thirty first", 31),
    ("last", -1),
    ("final", -1),
    ("penultimate", -2),
];

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

    fn month_span(year: i32, month: u32) -> Option<Span> {
        Some((NaiveDate::from_ymd_opt(year, month, 1)?, month_end(year, month)?))
    }

    fn quarter_span(year: i32, quarter: u32) -> Option<Span> {
        Some((NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1)?, month_end(year, quarter * 3)?))
    }

    fn half_span(year: i32, half: u32) -> Option<Span> {
        Some((NaiveDate::from_ymd_opt(year, half * 6 - 5, 1)?, month_end(year, half * 6)?))
    }

    fn year_span(year: i32) -> Option<Span> {
        Some((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?))
    }

    fn week_span(&self, weeks: i64) -> Option<Span> {
        let monday = self.monday()?.checked_add_signed(chrono::Duration::weeks(weeks))?;
        Some((monday, monday.checked_add_days(Days::new(4))?))
    }

    fn monday(&self) -> Option<NaiveDate> {
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
    fn in_window(&self, date: NaiveDate) -> bool {
        self.today.checked_sub_months(Months::new(3)).is_some_and(|low| low <= date)
            && self.today.checked_add_months(Months::new(9)).is_some_and(|high| date < high)
    }

    /// The reading of a yearless thing that lies in the window.
    fn nearest<T>(&self, make: impl Fn(i32) -> Option<T>, last: impl Fn(&T) -> NaiveDate) -> Option<T> {
        let year = self.today.year();
        let low = self.today.checked_sub_months(Months::new(3))?;
        [year - 1, year, year + 1]
            .into_iter()
            .filter_map(&make)
            .find(|made| self.in_window(last(made)))
            .or_else(|| (year - 1..year + 8).filter_map(&make).find(|made| last(made) >= low))
    }

    fn month_day(&self, month: u32, day: u32, base: NaiveDate) -> Option<NaiveDate> {
        if base != self.today {
            // The end of a range follows its beginning.
            return (base.year()..base.year() + 8)
                .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
                .find(|date| *date >= base);
        }
        self.nearest(|year| NaiveDate::from_ymd_opt(year, month, day), |date| *date)
    }

    fn day_of_month(base: NaiveDate, day: u32) -> Option<NaiveDate> {
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
    fn clean_right(&self, i: usize, range: bool) -> bool {
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

    fn day_from_number(&self, i: usize, base: NaiveDate) -> Option<Day> {
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

    /// 2026年…, 26年…, 115年…, 二〇二六年…
    fn year_first(&self, i: usize) -> Option<Day> {
        let t = &self.text;
        let number = if t.at(i).is_ascii_digit() { t.digits(i)? } else { t.year_digits(i)? };
        let p = t.sp(number.end);
        let q = t.lit(p, "年")?;
        let year = match number.digits {
            4 if (1900..2100).contains(&number.value) => number.value as i32,
            3 if (100..200).contains(&number.value) => number.value as i32 + 1911,
            2 => {
                // 26年8月, 26年底; but 10年内 counts years
                let rest = t.sp(q);
                let month = t.number(rest).is_some_and(|number| t.at(t.sp(number.end)) == '月' && number.value <= 12);
                if !month && t.any(rest, &["底", "末", "上半年", "下半年", "q", "第", "度末", "国庆", "春节"]).is_none()
                {
                    return None;
                }
                2000 + number.value as i32
            }
            _ => return None,
        };
        self.year_tail(year, q)
    }

    /// What follows 年.
    fn year_tail(&self, year: i32, p: usize) -> Option<Day> {
        let t = &self.text;
        let q = t.lit(t.sp(p), "的").unwrap_or_else(|| t.sp(p));
        if let Some(number) = t.number(q)
            && (1..=12).contains(&number.value)
            && let Some(after) = t.lit(t.sp(number.end), "月")
        {
            return self.month_zh(Some(year), number.value, after, self.today);
        }
        if let Some((quarter, after)) = self.quarter_number(q) {
            return self.period_tail(Self::quarter_span(year, quarter)?, after, "quarter");
        }
        if let Some(after) = t.lit(q, "上半年") {
            return self.period_tail(Self::half_span(year, 1)?, after, "half");
        }
        if let Some(after) = t.lit(q, "下半年") {
            return self.period_tail(Self::half_span(year, 2)?, after, "half");
        }
        if let Some(day) = self.festival_zh(q, Some(year)) {
            return Some(day);
        }
        let span = Self::year_span(year)?;
        if let Some(after) = t.any(q, &["年底", "年末", "年终", "底", "末", "终", "度末", "度底", "度结束"])
        {
            return Some(Day::new(span.1, Class::PeriodEnd, after, "year-end"));
        }
        if let Some(after) = t.any(q, &["年中", "年初"]).or_else(|| {
            let after = t.any(q, &["中", "初"])?;
            // 2026年中国区 is no middle of a year.
            t.any(q, &["中国", "中心", "中期", "中标", "中层", "中高", "初步", "初级", "初稿", "初版"])
                .is_none()
                .then_some(after)
        }) {
            let month = if t.prev(after) == '中' { 6 } else { 1 };
            return Some(Day::new(month_end(year, month)?, Class::PeriodEnd, after, "year-part"));
        }
        let after = t.lit(q, "度").unwrap_or(p);
        self.period_tail(span, after, "year")
    }

    /// What follows 月 of a known month.
    fn month_zh(&self, year: Option<i32>, month: u32, p: usize, base: NaiveDate) -> Option<Day> {
        let t = &self.text;
        let q = t.sp(p);
        if let Some(number) = t.number(q)
            && (1..=31).contains(&number.value)
            && number.digits <= 2
        {
            let date = |day: u32| match year {
                Some(year) => NaiveDate::from_ymd_opt(year, month, day),
                None => self.month_day(month, day, base),
            };
            let r = t.sp(number.end);
            let rule = "date";
            if matches!(t.at(r), '日' | '号') {
                return Some(Day::new(date(number.value)?, Class::Absolute, r + 1, rule));
            }
            // 7月20-24日, 7月20、21日
            if let Some(s) = self.range_sign(number.end).or_else(|| t.lit(number.end, "、"))
                && let Some(second) = t.number(s)
                && second.digits <= 2
                && (number.value..=31).contains(&second.value)
                && matches!(t.at(t.sp(second.end)), '日' | '号')
            {
                let first = date(number.value)?;
                let mut day = Day::new(first.with_day(second.value)?, Class::Absolute, t.sp(second.end) + 1, "range");
                day.first = Some(first);
                return Some(day);
            }
            // 8月20前, 8月20 18:00
            let next = t.at(number.end);
            if number.digits > 0
                && (!is_cjk(next) || "前之以下上晚早中凌截完提交付发到至为".contains(next))
                && !next.is_ascii_alphanumeric()
                && next != '%'
            {
                return Some(Day::new(date(number.value)?, Class::Absolute, number.end, rule));
            }
        }
        let span = match year {
            Some(year) => Self::month_span(year, month)?,
            None if base != self.today => {
                let year = if month < base.month() { base.year() + 1 } else { base.year() };
                Self::month_span(year, month)?
            }
            None => self.nearest(|year| Self::month_span(year, month), |span| span.1)?,
        };
        self.month_tail(span, p)
    }

    /// 底, 中旬, 第一个周五 … of a known month; or the month itself.
    fn month_tail(&self, span: Span, p: usize) -> Option<Day> {
        let t = &self.text;
        let q = t.lit(p, "份").unwrap_or(p);
        let q = t.lit(t.sp(q), "的").unwrap_or(q);
        let q = t.sp(q);
        if let Some(after) = t.any(q, &["月底", "底", "末", "尾"]) {
            if let Some((date, end)) = self.nth_of(span, after) {
                return Some(Day::new(date, Class::Nth, end, "nth"));
            }
            return Some(Day::new(span.1, Class::PeriodEnd, after, "month-end"));
        }
        let part =
            |day: u32, after: usize| Some(Day::new(span.0.with_day(day)?, Class::PeriodEnd, after, "month-part"));
        if let Some(after) = t.any(q, &["上旬"]) {
            return part(10, after);
        }
        if let Some(after) = t.any(q, &["中旬"]) {
            return part(20, after);
        }
        if let Some(after) = t.any(q, &["下旬", "下半月"]) {
            return Some(Day::new(span.1, Class::PeriodEnd, after, "month-part"));
        }
        if let Some(after) = t.any(q, &["上半月", "半"]) {
            return part(15, after);
        }
        if t.any(q, &["中国", "中心", "中标", "中层", "初步", "初稿", "初版", "初级"]).is_none() {
            if let Some(after) = t.lit(q, "中") {
                return part(15, after);
            }
            if let Some(after) = t.lit(q, "初") {
                return part(5, after);
            }
        }
        let after = t.lit(p, "份").unwrap_or(p);
        self.period_tail(span, after, "month")
    }

    /// A period, or a counted day of it.
    fn period_tail(&self, span: Span, p: usize, rule: &'static str) -> Option<Day> {
        let t = &self.text;
        let q = t.lit(t.sp(p), "的").unwrap_or_else(|| t.sp(p));
        if let Some((date, end)) = self.nth_of(span, q) {
            return Some(Day::new(date, Class::Nth, end, "nth"));
        }
        if rule != "year"
            && let Some(after) = t.any(p, &["底", "末"])
        {
            return Some(Day::new(span.1, Class::PeriodEnd, after, rule));
        }
        Some(Day::period(span, p, rule))
    }

    /// 第一个周五, 最后一个工作日, 首个工作日, 倒数第二个工作日, 最后一天, 第三周 of a period.
    fn nth_of(&self, span: Span, i: usize) -> Option<(NaiveDate, usize)> {
        let t = &self.text;
        let i = t.lit(i, "的").unwrap_or(i);
        let (n, p) = if let Some(p) = t.any(i, &["最后一个", "最后1个", "最末一个", "最后一", "最后"]) {
            (-1, p)
        } else if let Some(p) = t.any(i, &["首个", "头一个", "首"]) {
            (1, p)
        } else if let Some(p) = t.any(i, &["倒数第", "第"]) {
            let number = t.number(p)?;
            let p = t.lit(t.sp(number.end), "个").unwrap_or_else(|| t.sp(number.end));
            let n = i32::try_from(number.value).ok().filter(|n| (1..=31).contains(n))?;
            (if t.at(i) == '倒' { -n } else { n }, p)
        } else {
            return None;
        };
        if let Some(end) = t.any(p, &["工作日", "工作天", "交易日", "上班日", "营业日"]) {
            return Some((self.nth_workday(span, n), end));
        }
        if let Some(end) = t.any(p, &["天", "日"]) {
            return Some((Self::nth_day(span, n)?, end));
        }
        if let Some((weekday, end)) = self.weekday_zh(p) {
            return Some((Self::nth_weekday(span, n, weekday)?, end));
        }
        // 第三周: its seventh day, or the period's last
        if let Some(end) = t.any(p, &["周", "星期"])
            && n != 0
        {
            let date = if n < 0 { span.1 } else { span.0.checked_add_days(Days::new(n as u64 * 7 - 1))?.min(span.1) };
            return Some((date, end));
        }
        None
    }

    fn nth_workday(&self, (first, last): Span, n: i32) -> NaiveDate {
        if n > 0 {
            first.pred_opt().map_or(first, |before| self.anchor.calendar.add_workdays(before, n))
        } else {
            last.succ_opt().map_or(last, |after| self.anchor.calendar.add_workdays(after, n))
        }
    }

    fn nth_day((first, last): Span, n: i32) -> Option<NaiveDate> {
        let steps = chrono::Duration::days(i64::from(n.abs()) - 1);
        if n > 0 { first.checked_add_signed(steps) } else { last.checked_sub_signed(steps) }
    }

    fn nth_weekday((first, last): Span, n: i32, weekday: u32) -> Option<NaiveDate> {
        let found = if n > 0 {
            Self::weekday_from(first, weekday)?.checked_add_signed(chrono::Duration::weeks(i64::from(n) - 1))?
        } else {
            let behind = (last.weekday().num_days_from_monday() + 7 - weekday) % 7;
            last.checked_sub_days(Days::new(u64::from(behind)))?
                .checked_sub_signed(chrono::Duration::weeks(i64::from(-n) - 1))?
        };
        (first <= found && found <= last).then_some(found)
    }

    /// Q3, 第三季度, 三季度, 3季
    fn quarter_number(&self, i: usize) -> Option<(u32, usize)> {
        let t = &self.text;
        if let Some(p) = t.lit(i, "q") {
            let number = t.digits(p)?;
            let good = (1..=4).contains(&number.value) && number.digits == 1 && !t.is_letter(number.end);
            return good.then_some((number.value, number.end));
        }
        let p = t.lit(i, "第").unwrap_or(i);
        let number = t.number(p)?;
        let end = t.any(t.sp(number.end), &["季度", "季"])?;
        let good = (1..=4).contains(&number.value) && number.digits <= 1 && t.at(end) != '节';
        good.then_some((number.value, end))
    }

    /// 周五, 星期五, 礼拜五, 拜五, 周5; the week without a day is none.
    pub fn weekday_zh(&self, i: usize) -> Option<(u32, usize)> {
        let t = &self.text;
        let p = t.any(i, &["星期", "礼拜", "周", "拜"])?;
        self.weekday_character(t.sp(p))
    }

    /// The character after 周 that names the day, with traps such as 本周日常, 下周一起.
    fn weekday_character(&self, p: usize) -> Option<(u32, usize)> {
        let t = &self.text;
        let here = t.at(p);
        let next = t.at(p + 1);
        let weekday = match here {
            '一' => 0,
            '二' => 1,
            '三' => 2,
            '四' => 3,
            '五' => 4,
            '六' => 5,
            '日' | '天' => 6,
            '1'..='7' => here as u32 - '1' as u32,
            _ => return None,
        };
        let trap = match here {
            '日' => "常报志程记均历".contains(next),
            '天' => "气天".contains(next),
            '一' => {
                "并律切些共直般样".contains(next)
                    || t.any(p, &["一系列", "一定要", "一定会", "一定能", "一定得", "一期", "一轮", "一版"]).is_some()
            }
            '1'..='7' => next.is_ascii_alphanumeric() || "天.:/%-".contains(next),
            _ => "期轮版季".contains(next),
        };
        if next != '\0' && (trap || "次个遍回份项".contains(next)) {
            return None;
        }
        Some((weekday, p + 1))
    }

    fn day_zh(&self, i: usize, base: NaiveDate) -> Option<Day> {
        let t = &self.text;
        match t.at(i) {
            '本' | '这' | '下' | '上' | '当' => self.this_next_zh(i).or_else(|| self.relative_zh(i)),
            '周' | '星' | '礼' | '拜' => {
                if let Some((weekday, end)) = self.weekday_zh(i) {
                    // 三周五天 counts weeks; after a date (20周四) the composite asks with another base.
                    let before = t.prev(i);
                    if t.at(i) == '周' && (chinese_digit(before).is_some() || before == '第' || before == '每') {
                        return None;
                    }
                    let date = Self::weekday_from(base, weekday)?;
                    return Some(Day::new(date, Class::Weekday, end, "weekday"));
                }
                let end = t.any(i, &["周末", "星期末"])?;
                Some(Day::new(Self::weekday_from(base, 6)?, Class::Weekday, end, "weekend"))
            }
            '今' | '明' | '昨' | '后' | '前' | '大' | '次' | '翌' | '即' | '现' | '去' | '来' => {
                self.relative_zh(i).or_else(|| self.year_word_zh(i)).or_else(|| self.next_workday_zh(i))
            }
            '月' => self.month_word_zh(i),
            '季' => {
                let end = t.any(i, &["季度末", "季度底", "季末", "季底", "季度结束"])?;
                let span = Self::quarter_span(self.today.year(), self.today.month0() / 3 + 1)?;
                Some(Day::new(span.1, Class::PeriodEnd, end, "quarter-end"))
            }
            '年' => self.year_end_word_zh(i),
            '第' => {
                let (quarter, end) = self.quarter_number(i)?;
                let span = self.nearest(|year| Self::quarter_span(year, quarter), |span| span.1)?;
                self.period_tail(span, end, "quarter")
            }
            '民' | '公' | '西' => {
                let p = t.sp(t.any(i, &["民国", "公元", "西元"])?);
                if t.at(i) != '民' {
                    return self.year_first(p);
                }
                let number =
                    if t.at(p).is_ascii_digit() { t.digits(p)? } else { t.number(p).or_else(|| t.year_digits(p))? };
                let q = t.lit(t.sp(number.end), "年")?;
                self.year_tail(i32::try_from(number.value).ok()? + 1911, q)
            }
            '中' | '端' | '国' | '春' | '元' | '清' | '劳' | '除' | '圣' | '双' | '节' | '放' | '假' | '长' | '小'
            | '过' | '农' => self.festival_zh(i, None).or_else(|| {
                let end = t.lit(i, "中旬")?;
                self.bare_month_part(20, end)
            }),
            _ => None,
        }
    }

    fn bare_month_part(&self, day: u32, end: usize) -> Option<Day> {
        Some(Day::new(Self::day_of_month(self.today, day)?, Class::PeriodEnd, end, "month-part"))
    }

    /// 本周五, 下下周三, 下月15日, 本季度末, 上半年, 上周
    fn this_next_zh(&self, i: usize) -> Option<Day> {
        let t = &self.text;
        if let Some(end) = t.lit(i, "上旬") {
            return self.bare_month_part(10, end);
        }
        if let Some(end) = t.lit(i, "下旬") {
            let (year, month) = self.month_shift(0);
            return Some(Day::new(month_end(year, month)?, Class::PeriodEnd, end, "month-part"));
        }
        if let Some(end) = t.any(i, &["上半年", "下半年"]) {
            let half = if t.at(i) == '上' { 1 } else { 2 };
            let span = self.nearest(|year| Self::half_span(year, half), |span| span.1)?;
            return self.period_tail(span, end, "half");
        }
        if let Some(day) = self.next_workday_zh(i) {
            return Some(day);
        }
        let (shift, p) = if let Some(p) = t.any(i, &["下下下个", "下下下"]) {
            (3, p)
        } else if let Some(p) = t.any(i, &["下下个", "下下"]) {
            (2, p)
        } else if let Some(p) = t.any(i, &["下一个", "下个", "下一", "下"]) {
            (1, p)
        } else if let Some(p) = t.any(i, &["上上个", "上上"]) {
            (-2, p)
        } else if let Some(p) = t.any(i, &["上一个", "上个", "上一", "上"]) {
            (-1, p)
        } else {
            (0, t.any(i, &["本", "这一个", "这个", "这一", "这", "当"])?)
        };
        let p = t.sp(p);
        let past = |day: Day| if shift < 0 { day.hint(Hint::Past) } else { day };
        if let Some(q) = t.any(p, &["周", "星期", "礼拜", "拜"]) {
            let q = t.sp(q);
            // 下周一起评审 is next week, together; 自下周一起 is Monday.
            let together = t.lit(q, "一起").is_some() && t.ends_any(t.back(i), &["自", "从", "由"]).is_none();
            if !together && let Some((weekday, end)) = self.weekday_character(q) {
                return Some(past(Day::new(self.day_of_week(shift, weekday)?, Class::Weekday, end, "weekday")));
            }
            if t.at(p) == '拜' {
                return None;
            }
            // 下周的周五, 本周(周五), 下周,周五
            let glue = t.any(q, &["的", "(", ",", "之"]).unwrap_or(q);
            if let Some((weekday, end)) = self.weekday_zh(t.sp(glue)) {
                let end = if t.at(q) == '(' { t.lit(end, ")").unwrap_or(end) } else { end };
                return Some(past(Day::new(self.day_of_week(shift, weekday)?, Class::Weekday, end, "weekday")));
            }
            if t.any(q, &["年", "报", "刊", "边", "期", "转", "到", "全", "密", "知", "折"]).is_some() {
                return None;
            }
            if let Some(end) = t.lit(q, "末") {
                return Some(past(Day::new(self.day_of_week(shift, 6)?, Class::PeriodEnd, end, "weekend")));
            }
            let span = self.week_span(shift)?;
            if let Some((date, end)) = self.nth_of(span, q) {
                return Some(past(Day::new(date, Class::Nth, end, "nth")));
            }
            if t.any(q, &["初", "中段", "晚些", "早些"]).is_some() {
                return Some(Day::period(span, q + 1, "week").hint(Hint::Describing));
            }
            let end = t.lit(q, "底").unwrap_or(q);
            let class = if end > q { Class::PeriodEnd } else { Class::Period };
            return Some(past(Day { class, ..Day::period(span, end, "week") }));
        }
        if let Some(q) = t.lit(p, "月") {
            let (year, month) = self.month_shift(shift as i32);
            let span = Self::month_span(year, month)?;
            let r = t.lit(t.sp(q), "的").unwrap_or_else(|| t.sp(q));
            if let Some(number) = t.number(r)
                && (1..=31).contains(&number.value)
                && matches!(t.at(t.sp(number.end)), '日' | '号')
            {
                let end = t.sp(number.end) + 1;
                return Some(past(Day::new(span.0.with_day(number.value)?, Class::Absolute, end, "date")));
            }
            return self.month_tail(span, q).map(past);
        }
        if let Some(q) = t.any(p, &["季度", "季"]) {
            let index = self.today.year() * 4 + (self.today.month0() / 3) as i32 + shift as i32;
            let span = Self::quarter_span(index.div_euclid(4), index.rem_euclid(4) as u32 + 1)?;
            return self.period_tail(span, q, "quarter").map(past);
        }
        if shift == 0
            && let Some(q) = t.any(p, &["年度", "年"])
        {
            return self.year_tail(self.today.year(), q);
        }
        None
    }

    /// 下一个工作日, 次一工作日
    fn next_workday_zh(&self, i: usize) -> Option<Day> {
        let end = self
            .text
            .any(i, &["下一个工作日", "下个工作日", "下一工作日", "次工作日", "次一工作日", "次一个工作日"])?;
        let date = self.anchor.calendar.next_workday(self.today);
        Some(Day { workdays: Some(1), ..Day::new(date, Class::Relative, end, "workdays") })
    }

    fn relative_zh(&self, i: usize) -> Option<Day> {
        const WORDS: [(&[&str], i64); 9] = [
            (&["大大后天"], 4),
            (&["大后天"], 3),
            (&["后天", "后日"], 2),
            (&["明天", "明日", "明儿", "今明两天", "今明两日", "今明两天内"], 1),
            (&["今天", "今日", "今儿"], 0),
            (&["大前天"], -3),
            (&["前天"], -2),
            (&["昨天", "昨日", "昨儿"], -1),
            (&["明后两天", "明后天"], 2),
        ];
        let t = &self.text;
        for (words, shift) in WORDS {
            let Some(end) = t.any(i, words) else { continue };
            // 今后天天, 然后天气, 当前天数
            if (t.at(i) == '后' && "今以之然最此".contains(t.prev(i)) && i > 0)
                || (t.at(i) == '前' && ("日月年天周当以之目".contains(t.prev(i)) && i > 0))
                || t.at(end) == '气'
            {
                return None;
            }
            let date = self.today.checked_add_signed(chrono::Duration::days(shift))?;
            let day = Day::new(date, Class::Relative, end, "relative");
            return Some(if shift < 0 { day.hint(Hint::Past) } else { day });
        }
        // 今晚, 明早: the day; the part of it is read next.
        for (lead, shift) in [('今', 0), ('明', 1), ('昨', -1), ('后', 2)] {
            if t.at(i) == lead && "早晚晨夜".contains(t.at(i + 1)) && i + 1 < t.len() {
                if lead == '后' && i > 0 && is_cjk(t.prev(i)) {
                    return None;
                }
                let date = self.today.checked_add_signed(chrono::Duration::days(shift))?;
                let day = Day::new(date, Class::Relative, i + 1, "relative");
                return Some(if shift < 0 { day.hint(Hint::Past) } else { day });
            }
        }
        if let Some(end) = t.any(i, &["即日", "现在"]) {
            t.any(end, &["起", "开始"])?;
            return Some(Day::new(self.today, Class::Relative, end, "relative"));
        }
        // 当天, 次日 belong to an event unless nothing stands before them.
        let shift = if t.any(i, &["当天", "当日"]).is_some() {
            0
        } else if t.any(i, &["次日", "翌日", "次晨"]).is_some() {
            1
        } else {
            return None;
        };
        let before = t.back(i);
        let free = before == 0 || !is_cjk(t.prev(before)) || "请于在须应需前:".contains(t.prev(before));
        let date = self.today.checked_add_days(Days::new(shift))?;
        let day = Day::new(date, Class::Relative, i + 2, "relative");
        Some(if free { day } else { day.hint(Hint::Unanchored) })
    }

    fn year_word_zh(&self, i: usize) -> Option<Day> {
        let t = &self.text;
        let this = self.today.year();
        let (year, end) = if let Some(end) = t.any(i, &["今年度", "今年"]) {
            (this, end)
        } else if let Some(end) = t.any(i, &["明年度", "明年", "来年", "次年"]) {
            (this + 1, end)
        } else if let Some(end) = t.lit(i, "后年") {
            (this + 2, end)
        } else {
            (this - 1, t.any(i, &["去年", "前年"])?)
        };
        let day = self.year_tail(year, end)?;
        Some(if year < this { day.hint(Hint::Past) } else { day })
    }

    /// 月底, 月内, 月中, 月初 of this month.
    fn month_word_zh(&self, i: usize) -> Option<Day> {
        let t = &self.text;
        if chinese_digit(t.prev(i)).is_some() || t.prev(i).is_ascii_digit() || "个岁满每".contains(t.prev(i)) && i > 0
        {
            return None;
        }
        let (year, month) = self.month_shift(0);
        if let Some(end) = t.any(i, &["月底", "月末", "月尾", "月终"]) {
            let span = Self::month_span(year, month)?;
            if let Some((date, end)) = self.nth_of(span, end) {
                return Some(Day::new(date, Class::Nth, end, "nth"));
            }
            return Some(Day::new(span.1, Class::PeriodEnd, end, "month-end"));
        }
        if let Some(end) = t.any(i, &["月中旬"]) {
            return self.bare_month_part(20, end);
        }
        if let Some(end) = t.any(i, &["月上旬"]) {
            return self.bare_month_part(10, end);
        }
        if let Some(end) = t.any(i, &["月下旬"]) {
            return Some(Day::new(month_end(year, month)?, Class::PeriodEnd, end, "month-part"));
        }
        if let Some(end) = t.lit(i, "月中") {
            return self.bare_month_part(15, end);
        }
        if let Some(end) = t.lit(i, "月初") {
            return self.bare_month_part(5, end);
        }
        // 月内 alone: this month
        t.lit(i, "月内").or_else(|| t.lit(i, "月之内"))?;
        Some(Day::period(Self::month_span(year, month)?, i + 1, "month"))
    }

    fn year_end_word_zh(&self, i: usize) -> Option<Day> {
        let t = &self.text;
        let before = t.prev(i);
        if chinese_digit(before).is_some() || before.is_ascii_digit() || before == '半' || before == '每' {
            return None;
        }
        let year = self.today.year();
        let span = Self::year_span(year)?;
        if let Some(end) = t.any(i, &["年底", "年末", "年终", "年尾", "年度末", "年度结束"]) {
            // 年终奖, 年终总结 name things; the judge sees it by what follows.
            let named = t.lit(i, "年终").is_some() && t.any(end, &["前", "之前", "以前", "结束", "内"]).is_none();
            let day = Day::new(span.1, Class::PeriodEnd, end, "year-end");
            return Some(if named { day.hint(Hint::Describing) } else { day });
        }
        if t.any(i, &["年内", "年之内", "年度内"]).is_some() {
            return Some(Day::period(span, t.lit(i, "年度").unwrap_or(i + 1), "year"));
        }
        if let Some(end) = t.lit(i, "年中")
            && t.any(end, &["前", "之前", "以前"]).is_some()
        {
            let mut date = month_end(year, 6)?;
            if date < self.today {
                date = month_end(year + 1, 6)?;
            }
            return Some(Day::new(date, Class::PeriodEnd, end, "year-part"));
        }
        if let Some(end) = t.any(i, &["年前"])
            && !is_cjk(before)
        {
            let holiday = self.holiday(Festival::Spring, None, true)?;
            let date = self.anchor.calendar.prev_workday(holiday.first);
            return Some(Day::new(date, Class::Festival, end, "festival").hint(Hint::Marked));
        }
        None
    }

    // ---- festivals ----

    /// The holiday a festival's name means: the next one whose days before (or after) are still to come.
    fn holiday(&self, festival: Festival, year: Option<i32>, before: bool) -> Option<Holiday> {
        let calendar = self.anchor.calendar;
        if let Some(year) = year {
            return calendar.festival(festival, year);
        }
        let this = self.today.year();
        (this..=this + 1).filter_map(|year| calendar.festival(festival, year)).find(|holiday| {
            if before { calendar.prev_workday(holiday.first) >= self.today } else { holiday.last >= self.today }
        })
    }

    fn single_day(&self, month: u32, day: u32, year: Option<i32>) -> Option<Holiday> {
        let day = match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, day)?,
            None => self.month_day(month, day, self.today)?,
        };
        Some(Holiday { day, first: day, last: day, published: true })
    }

    fn festival_zh(&self, i: usize, year: Option<i32>) -> Option<Day> {
        let t = &self.text;
        const NAMES: [(&[&str], Festival); 8] = [
            (&["元旦节", "元旦"], Festival::NewYear),
            (&["春节", "农历新年", "农历春节", "过年"], Festival::Spring),
            (&["清明节", "清明"], Festival::Qingming),
            (&["五一国际劳动节", "五一劳动节", "劳动节", "五一节"], Festival::Labour),
            (&["端午节", "端午"], Festival::DragonBoat),
            (&["中秋节", "中秋"], Festival::MidAutumn),
            (&["国庆节", "国庆", "十一国庆节", "十一国庆"], Festival::National),
            (&["除夕"], Festival::Spring),
        ];
        let mut found = NAMES.iter().find_map(|(names, festival)| Some((*festival, t.any(i, names)?)));
        if found.is_none() {
            // 五一, 十一 are numbers unless 前, 后, 假 follow.
            for (name, festival) in [
                ("五一", Festival::Labour),
                ("十一", Festival::National),
                ("5.1", Festival::Labour),
                ("10.1", Festival::National),
            ] {
                if let Some(end) = t.lit(i, name)
                    && t.any(end, &["前", "后", "之前", "之后", "假", "小长假", "长假", "放假", "黄金周", "以前"])
                        .is_some()
                    && (name.starts_with(|one: char| !one.is_ascii_digit())
                        || t.any(end, &["假", "小长假", "长假", "放假", "黄金周"]).is_some())
                    && chinese_digit(t.prev(i)).is_none()
                    && self.clean_left(i)
                {
                    found = Some((festival, end));
                }
            }
        }
        if let Some((festival, end)) = found {
            let p = t
                .any(
                    end,
                    &["假期", "小长假", "长假", "放假", "黄金周", "假日", "节日", "佳节", "节假期", "节假日", "假"],
                )
                .unwrap_or(end);
            let before = t.any(p, &["前", "之前", "以前", "来临前", "到来前"]).is_some();
            return self.festival_tail(self.holiday(festival, year, before)?, p);
        }
        // Days that are no statutory holiday.
        for (names, month, day) in [
            (&["圣诞节", "圣诞"][..], 12, 25),
            (&["双十一", "双11"][..], 11, 11),
            (&["双十二", "双12"][..], 12, 12),
            (&["618大促", "618"][..], 6, 18),
        ] {
            if let Some(end) = t.any(i, names) {
                if t.at(i).is_ascii_digit() && (!self.clean_left(i) || t.at(end).is_ascii_digit()) {
                    return None;
                }
                return self.festival_tail(self.single_day(month, day, year)?, end);
            }
        }
        // 节前, 放假前: the next holiday
        let end = t.any(i, &["节假日", "放假", "小长假", "长假", "假期", "节"])?;
        t.any(end, &["前", "后", "之前", "之后"])?;
        let left = t.prev(i);
        if is_cjk(left) && !"请于在须应需赶争将把".contains(left) {
            return None;
        }
        let calendar = self.anchor.calendar;
        let (_, holiday) = if t.any(end, &["后", "之后"]).is_some() {
            // within a holiday 节后 is after this one
            Festival::ALL
                .into_iter()
                .filter_map(|festival| Some((festival, calendar.festival_from(festival, self.today)?)))
                .min_by_key(|(_, holiday)| holiday.last)?
        } else {
            calendar.next_holiday(self.today)?
        };
        self.festival_tail(holiday, end)
    }

    /// What follows a festival's name.
    fn festival_tail(&self, holiday: Holiday, p: usize) -> Option<Day> {
        let t = &self.text;
        let calendar = self.anchor.calendar;
        let day = |date, class, end| Day::new(date, class, end, "festival");
        if t.any(p, &["前后", "期间", "当中"]).is_some() {
            return Some(day(holiday.day, Class::Festival, p + 2).hint(Hint::Describing));
        }
        if let Some(end) = t.any(p, &["当天", "当日", "那天", "当晚"]) {
            return Some(day(holiday.day, Class::Absolute, end));
        }
        if let Some(end) = t.any(p, &["结束前", "结束之前"]) {
            return Some(day(holiday.last, Class::Festival, end).hint(Hint::Marked));
        }
        if let Some(end) = t.any(p, &["之前", "以前", "来临前", "到来前", "前"]) {
            let q = t.lit(t.sp(end), "的").unwrap_or_else(|| t.sp(end));
            let marked = |date, end| Some(day(date, Class::Festival, end).hint(Hint::Marked));
            if let Some(end) = t.any(q, &["最后一个工作日", "最后1个工作日", "最后一个工作天", "最后一天"])
            {
                return marked(calendar.prev_workday(holiday.first), end);
            }
            if let Some(r) = t.any(q, &["倒数第", "第"])
                && let Some(number) = t.number(r)
                && let Some(end) = t.any(number.end, &["个工作日", "个工作天"])
            {
                return marked(calendar.add_workdays(holiday.first, -i32::try_from(number.value).ok()?), end);
            }
            if let Some(amount) = self.amount_zh(q)
                && let Some(date) = self.shift(holiday.first, &amount, false)
            {
                return marked(date, amount.end);
            }
            return marked(calendar.prev_workday(holiday.first), end);
        }
        if let Some(end) = t.any(p, &["之后", "以后", "后"]) {
            let q = t.lit(t.sp(end), "的").unwrap_or_else(|| t.sp(end));
            let workday = |n: i32, end| {
                let date = calendar.add_workdays(holiday.last, n);
                Some(Day { workdays: Some(n), ..day(date, Class::Festival, end).hint(Hint::Marked) })
            };
            if let Some(end) = t.any(
                q,
                &[
                    "第一个工作日",
                    "首个工作日",
                    "第1个工作日",
                    "首日",
                    "首个上班日",
                    "第一天上班",
                    "上班第一天",
                    "上班首日",
                    "复工第一天",
                    "复工首日",
                    "第一个上班日",
                    "开工第一天",
                    "首个工作天",
                    "第一个工作天",
                    "头一个工作日",
                    "第一天",
                    "上班当天",
                ],
            ) {
                return workday(1, end);
            }
            if let Some(r) = t.lit(q, "第")
                && let Some(number) = t.number(r)
                && let Some(end) = t.any(number.end, &["个工作日", "个工作天", "个上班日", "工作日"])
            {
                return workday(i32::try_from(number.value).ok()?, end);
            }
            if let Some(amount) = self.amount_zh(q)
                && let Some(date) = self.shift(holiday.last, &amount, true)
            {
                let end = t.any(amount.end, &["之内", "以内", "内"]).unwrap_or(amount.end);
                return Some(day(date, Class::Festival, end).hint(Hint::Marked));
            }
            if let Some((weekday, end)) = t.any(q, &["第一个", "首个"]).and_then(|r| self.weekday_zh(r)) {
                return Some(day(Self::weekday_from(holiday.last.succ_opt()?, weekday)?, Class::Festival, end));
            }
            let date = calendar.next_workday(holiday.last);
            return Some(day(date, Class::Festival, end).hint(Hint::Start));
        }
        let date = if self.cell { holiday.day } else { calendar.prev_workday(holiday.first) };
        Some(day(date, Class::Festival, p).hint(Hint::Describing))
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
    fn numeric(&self, i: usize, base: NaiveDate) -> Option<Day> {
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
    fn iso_clock(&self, i: usize) -> bool {
        self.text.at(i) == 't' && self.text.at(i + 1).is_ascii_digit()
    }

    // ---- English ----

    pub fn month_name(&self, i: usize) -> Option<(u32, usize)> {
        let t = &self.text;
        MONTHS.iter().find_map(|(name, month)| {
            let end = t.word(i, name)?;
            let end = if name.len() <= 4 {
                t.lit(end, ".").filter(|at| t.at(*at) == ' ' || t.at(*at).is_ascii_digit()).unwrap_or(end)
            } else {
                end
            };
            Some((*month, end))
        })
    }

    pub fn weekday_name(&self, i: usize) -> Option<(u32, usize)> {
        let t = &self.text;
        let (name, weekday, end) =
            WEEKDAYS.iter().find_map(|(name, weekday)| Some((*name, *weekday, t.word(i, name)?)))?;
        if t.at(end) == '.' && t.is_letter(end + 1) {
            // monday.com
            return None;
        }
        // "sat", "sun", "wed" are words too: a capital or a word of time before.
        if name.len() == 3
            && !t.is_capital(i)
            && t.word_ends_any(
                i,
                &[
                    "by", "on", "before", "next", "this", "until", "till", "due", "to", "through", "every", "of",
                    "end", "eod", "cob", "or", "last",
                ],
            )
            .is_none()
            && t.at(t.back(i).saturating_sub(1)) != '-'
        {
            return None;
        }
        if t.word_ends_any(i, &["black", "cyber", "good", "super", "giving"]).is_some() {
            return None;
        }
        let end = if name.len() <= 5
            && t.at(end) == '.'
            && (t.at(end + 1) == ' ' || t.at(end + 1) == ',')
            && t.at(t.sp(end + 1)).is_ascii_alphanumeric()
        {
            end + 1
        } else {
            end
        };
        Some((weekday, end))
    }

    /// 5th, fifteenth, last
    pub fn ordinal(&self, i: usize) -> Option<(i32, usize)> {
        let t = &self.text;
        if let Some(number) = t.digits(i) {
            let end = t.any(number.end, &["st", "nd", "rd", "th"])?;
            return (number.digits <= 2 && !t.is_letter(end) && number.value > 0).then_some((number.value as i32, end));
        }
        EN_ORDINALS.iter().filter_map(|(word, n)| Some((*n, t.word(i, word)?))).max_by_key(|(_, end)| *end)
    }

    /// A year behind an English date: ", 2026", " 2026", " '26".
    fn year_behind(&self, i: usize) -> Option<(i32, usize)> {
        let t = &self.text;
        let p = t.sp(i);
        let p = t.lit(p, ",").or_else(|| t.lit(p, "-")).or_else(|| t.word(p, "of")).map_or(p, |at| t.sp(at));
        if let Some(q) = t.lit(p, "'")
            && let Some(number) = t.digits(q)
            && number.digits == 2
        {
            return Some((2000 + number.value as i32, number.end));
        }
        let number = t.digits(p)?;
        let good = number.digits == 4
            && (1990..2100).contains(&number.value)
            && t.at(number.end) != ':'
            && !t.is_letter(number.end);
        good.then_some((number.value as i32, number.end))
    }

    /// August 20, Aug. 20th, 2026; August 2026; July 20-24
    fn month_day_en(&self, i: usize, base: NaiveDate) -> Option<Day> {
        let t = &self.text;
        let (month, end) = self.month_name(i)?;
        let p = t.lit(end, "-").filter(|at| t.at(*at).is_ascii_digit()).unwrap_or_else(|| t.sp(end));
        let p = t.word(p, "the").map_or(p, |at| t.sp(at));
        let day = t
            .digits(p)
            .filter(|number| number.digits <= 2 && (1..=31).contains(&number.value))
            .map(|number| (number.value, t.any(number.end, &["st", "nd", "rd", "th"]).unwrap_or(number.end)))
            .or_else(|| {
                let (n, end) = self.ordinal(p)?;
                Some((u32::try_from(n).ok()?, end))
            })
            .filter(|(_, end)| !t.is_letter(*end) && t.at(*end) != ':' && t.at(*end) != '%');
        if let Some((day, end)) = day {
            let make = |year: Option<i32>, day: u32| match year {
                Some(year) => NaiveDate::from_ymd_opt(year, month, day),
                None => self.month_day(month, day, base),
            };
            // July 20-24, 2026
            if let Some(q) = self.range_sign(end)
                && let Some(second) = t.digits(q)
                && second.digits <= 2
                && (day..=31).contains(&second.value)
                && t.at(second.end) != ':'
            {
                let end = t.any(second.end, &["st", "nd", "rd", "th"]).unwrap_or(second.end);
                if !t.is_letter(end)
                    && self.month_name(t.sp(end)).is_none()
                    && t.any(t.sp(end), &["am", "pm", "a.m", "p.m", "/"]).is_none()
                {
                    let (year, end) = self.year_behind(end).map_or((None, end), |(year, end)| (Some(year), end));
                    let first = make(year, day)?;
                    let mut found = Day::new(first.with_day(second.value)?, Class::Absolute, end, "range");
                    found.first = Some(first);
                    return Some(found);
                }
            }
            let (year, end) = self.year_behind(end).map_or((None, end), |(year, end)| (Some(year), end));
            return Some(Day::new(make(year, day)?, Class::Absolute, end, "date"));
        }
        // The month alone; "may" and "march" are verbs without a capital.
        if matches!(t.slice(i, end).as_str(), "may" | "march" | "mar" | "jan" | "sep" | "dec") && !t.is_capital(i) {
            return None;
        }
        let (year, end) = self.year_behind(end).map_or((None, end), |(year, end)| (Some(year), end));
        let span = self.month_of(year, month)?;
        Some(Day::period(span, end, "month"))
    }

    fn month_of(&self, year: Option<i32>, month: u32) -> Option<Span> {
        match year {
            Some(year) => Self::month_span(year, month),
            None => self.nearest(|year| Self::month_span(year, month), |span| span.1),
        }
    }

    /// 20 Aug, 20th of August 2026, 20-Aug-2026, 20–24 July; the 15th
    fn ordinal_or_day_month_en(&self, i: usize, base: NaiveDate) -> Option<Day> {
        let t = &self.text;
        let (day, end, ordinal) = match t.digits(i) {
            Some(number) if number.digits <= 2 => {
                match t.any(number.end, &["st", "nd", "rd", "th"]).filter(|end| !t.is_letter(*end)) {
                    Some(end) => (number.value, end, true),
                    None => (number.value, number.end, false),
                }
            }
            Some(_) => return None,
            None => {
                let (n, end) = self.ordinal(i)?;
                (u32::try_from(n).ok()?, end, true)
            }
        };
        if !(1..=31).contains(&day) {
            return None;
        }
        let after_of = |end: usize| {
            let p = t.lit(end, "-").filter(|at| t.is_letter(*at)).unwrap_or_else(|| t.sp(end));
            t.word(p, "of").map_or(p, |at| t.sp(at))
        };
        // 20-24 July, 20th to 24th July
        if let Some(q) = self.range_sign(end)
            && let Some(second) = t.digits(q)
            && second.digits <= 2
            && (1..=31).contains(&second.value)
        {
            let second_end = t.any(second.end, &["st", "nd", "rd", "th"]).unwrap_or(second.end);
            if let Some((month, end)) = self.month_name(after_of(second_end)) {
                let (year, end) = self.year_behind(end).map_or((None, end), |(year, end)| (Some(year), end));
                let last = match year {
                    Some(year) => NaiveDate::from_ymd_opt(year, month, second.value),
                    None => self.month_day(month, second.value, base),
                }?;
                let mut found = Day::new(last, Class::Absolute, end, "range");
                found.first = last.with_day(day);
                return Some(found);
            }
        }
        let p = after_of(end);
        if let Some((month, end)) = self.month_name(p) {
            if t.slice(p, end) == "may" && !ordinal && !t.is_capital(p) {
                return None;
            }
            let (year, end) = self.year_behind(end).map_or((None, end), |(year, end)| (Some(year), end));
            let date = match year {
                Some(year) => NaiveDate::from_ymd_opt(year, month, day),
                None => self.month_day(month, day, base),
            }?;
            return Some(Day::new(date, Class::Absolute, end, "date"));
        }
        if !ordinal {
            return None;
        }
        // the 5th of next month, the 15th of the month, the 5th next month
        for (words, shift) in [
            (&["next month", "the next month", "the following month"][..], Some(1)),
            (&["this month", "the current month"][..], Some(0)),
            (&["the month"][..], None),
        ] {
            if let Some(end) = t.words(p, words) {
                let date = match shift {
                    Some(shift) => {
                        let (year, month) = self.month_shift(shift);
                        NaiveDate::from_ymd_opt(year, month, day)?
                    }
                    None => Self::day_of_month(base, day)?,
                };
                return Some(Day::new(date, Class::Absolute, end, "date"));
            }
        }
        Some(Day::new(Self::day_of_month(base, day)?, Class::DayOfMonth, end, "day-of-month"))
    }

    /// A period as it follows "end of": the month, next quarter, Q3, August 2026, the first half.
    fn period_en(&self, i: usize) -> Option<(Span, usize, &'static str)> {
        let t = &self.text;
        let p = t.words(i, &["the current", "the"]).map_or(i, |at| t.sp(at));
        let (shift, q) = if let Some(q) = t.words(p, &["this coming", "this", "current"]) {
            (0, t.sp(q))
        } else if let Some(q) = t.words(p, &["next", "following"]) {
            (1, t.sp(q))
        } else if let Some(q) = t.words(p, &["last", "previous"]) {
            (-1, t.sp(q))
        } else {
            (0, p)
        };
        if let Some(end) = t.word(q, "week after next") {
            return Some((self.week_span(2)?, end, "week"));
        }
        if let Some(end) = t.words(q, &["working week", "work week", "workweek", "business week", "week"]) {
            if let Some(after) = t.word(t.sp(end), "after next") {
                return Some((self.week_span(2)?, after, "week"));
            }
            return Some((self.week_span(shift)?, end, "week"));
        }
        if let Some(end) = t.words(q, &["calendar month", "month"]) {
            let shift = if t.word(t.sp(end), "after next").is_some() { 2 } else { shift };
            let end = t.word(t.sp(end), "after next").unwrap_or(end);
            let (year, month) = self.month_shift(shift as i32);
            return Some((Self::month_span(year, month)?, end, "month"));
        }
        if let Some(end) = t.word(q, "quarter") {
            let index = self.today.year() * 4 + (self.today.month0() / 3) as i32 + shift as i32;
            return Some((Self::quarter_span(index.div_euclid(4), index.rem_euclid(4) as u32 + 1)?, end, "quarter"));
        }
        if let Some(end) = t.words(q, &["calendar year", "fiscal year", "financial year", "year"]) {
            return Some((Self::year_span(self.today.year() + shift as i32)?, end, "year"));
        }
        if let Some((quarter, end)) = self.quarter_number(q) {
            let (year, end) = self.year_behind(end).map_or((None, end), |(year, end)| (Some(year), end));
            let span = match year {
                Some(year) => Self::quarter_span(year, quarter)?,
                None if shift == 1 => Self::quarter_span(self.today.year() + 1, quarter)?,
                None => self.nearest(|year| Self::quarter_span(year, quarter), |span| span.1)?,
            };
            return Some((span, end, "quarter"));
        }
        if let Some(r) = t.lit(q, "h")
            && matches!(t.at(r), '1' | '2')
            && !t.at(r + 1).is_ascii_alphanumeric()
            && (q == 0 || !t.at(q - 1).is_ascii_alphanumeric())
        {
            let half = if t.at(r) == '1' { 1 } else { 2 };
            let (year, end) = self.year_behind(r + 1).map_or((None, r + 1), |(year, end)| (Some(year), end));
            return Some((self.half_of(year, half)?, end, "half"));
        }
        if let Some((n, end)) = self.ordinal(q) {
            let r = t.sp(end);
            if let Some(end) = t.word(r, "quarter")
                && let Some(quarter) = u32::try_from(if n == -1 { 4 } else { n }).ok().filter(|n| (1..=4).contains(n))
            {
                let (year, end) = self.of_year(end);
                let span = match year {
                    Some(year) => Self::quarter_span(year, quarter)?,
                    None => self.nearest(|year| Self::quarter_span(year, quarter), |span| span.1)?,
                };
                return Some((span, end, "quarter"));
            }
            if let Some(end) = t.word(r, "half")
                && let Some(half) = u32::try_from(n).ok().filter(|n| (1..=2).contains(n))
            {
                if let Some(s) = t.word(t.sp(end), "of")
                    && let Some((month, end)) = self.month_name(t.sp(s))
                {
                    let span = self.month_of(None, month)?;
                    let middle = span.0.with_day(15)?;
                    return Some((if half == 1 { (span.0, middle) } else { (middle, span.1) }, end, "month-part"));
                }
                let (year, end) = self.of_year(end);
                return Some((self.half_of(year, half)?, end, "half"));
            }
            return None;
        }
        if let Some((month, end)) = self.month_name(q) {
            if shift == 1 {
                return Some((Self::month_span(self.today.year() + 1, month)?, end, "month"));
            }
            // A day of that month is no end of it.
            if t.digits(t.sp(end)).is_some_and(|number| number.digits <= 2) {
                return None;
            }
            let (year, end) = self.year_behind(end).map_or((None, end), |(year, end)| (Some(year), end));
            return Some((self.month_of(year, month)?, end, "month"));
        }
        let number = t.digits(q)?;
        let good = number.digits == 4
            && (1990..2100).contains(&number.value)
            && !t.at(number.end).is_ascii_alphanumeric()
            && t.at(number.end) != '-';
        if good { Some((Self::year_span(number.value as i32)?, number.end, "year")) } else { None }
    }

    fn half_of(&self, year: Option<i32>, half: u32) -> Option<Span> {
        match year {
            Some(year) => Self::half_span(year, half),
            None => self.nearest(|year| Self::half_span(year, half), |span| span.1),
        }
    }

    /// "of the year", "of this year", "of next year", "of 2026"
    fn of_year(&self, end: usize) -> (Option<i32>, usize) {
        let t = &self.text;
        let this = self.today.year();
        if let Some(end) = t.words(t.sp(end), &["of the year", "of this year"]) {
            return (Some(this), end);
        }
        if let Some(end) = t.words(t.sp(end), &["of next year"]) {
            return (Some(this + 1), end);
        }
        self.year_behind(end).map_or((None, end), |(year, end)| (Some(year), end))
    }

    fn day_en(&self, i: usize, base: NaiveDate) -> Option<Day> {
        let t = &self.text;
        let relative = |shift: i64, end: usize| {
            let date = self.today.checked_add_signed(chrono::Duration::days(shift))?;
            let day = Day::new(date, Class::Relative, end, "relative");
            Some(if shift < 0 { day.hint(Hint::Past) } else { day })
        };
        // With or without "the".
        let p = t.words(i, &["the very", "the"]).map_or(i, |at| t.sp(at));
        if let Some(end) = t.words(p, &["day after tomorrow"]) {
            return relative(2, end);
        }
        if let Some(end) = t.words(p, &["day before yesterday"]) {
            return relative(-2, end);
        }
        if let Some(day) = self.nth_en(p) {
            return Some(day);
        }
        if let Some(end) = t.words(
            p,
            &[
                "next working day",
                "next business day",
                "following business day",
                "following working day",
                "next workday",
            ],
        ) {
            let date = self.anchor.calendar.next_workday(self.today);
            return Some(Day { workdays: Some(1), ..Day::new(date, Class::Relative, end, "workdays") });
        }
        if let Some(day) = self.period_edge_en(p) {
            return Some(day);
        }
        if let Some(end) = t.words(p, &["week after next"]) {
            let span = self.week_span(2)?;
            if let Some((weekday, end)) =
                self.weekday_name(t.words(t.sp(end), &["on"]).map_or(t.sp(end), |at| t.sp(at)))
            {
                return Some(Day::new(self.day_of_week(2, weekday)?, Class::Weekday, end, "weekday"));
            }
            return Some(Day::period(span, end, "week"));
        }
        if let Some(end) = t.words(p, &["week of", "week commencing", "week beginning", "week starting"])
            && let Some(day) =
                self.month_day_en(t.sp(end), base).or_else(|| self.ordinal_or_day_month_en(t.sp(end), base))
            && day.class == Class::Absolute
        {
            let friday = Self::weekday_from(day.date, 4)?;
            return Some(Day { first: Some(day.date), ..Day::new(friday, Class::PeriodEnd, day.end, "week") });
        }
        if let Some(q) = t.words(p, &["following", "coming", "upcoming"])
            && let Some((weekday, end)) = self.weekday_name(t.sp(q))
        {
            let start = if t.word(p, "following").is_some() { base.succ_opt()? } else { base };
            return Some(Day::new(Self::weekday_from(start, weekday)?, Class::Weekday, end, "weekday"));
        }
        if p > i {
            if let Some(day) = self.festival_en(p) {
                return Some(Day { ..day });
            }
            if let Some(end) = t.word(p, "weekend") {
                return Some(Day::new(Self::weekday_from(base, 6)?, Class::Weekday, end, "weekend"));
            }
            if let Some((span, end, rule)) = self.period_en(p)
                && !matches!(rule, "week" | "year")
                && self.month_name(p).is_none()
            {
                return Some(Day::period(span, end, rule));
            }
            let day = self.ordinal_or_day_month_en(p, base)?;
            return matches!(day.class, Class::Absolute | Class::DayOfMonth).then_some(day);
        }
        if let Some(end) = t.words(i, &["today", "tonight"]) {
            // "tonight" keeps its part of the day for the clock.
            return relative(0, end);
        }
        if let Some(end) = t.words(i, &["tomorrow", "tmrw", "tmr", "tomorow", "tommorow", "tommorrow"]) {
            return relative(1, end);
        }
        if let Some(end) = t.words(i, &["yesterday"]) {
            return relative(-1, end);
        }
        if let Some(q) = t.words(i, &["this coming", "this", "next", "coming", "upcoming", "last", "previous", "past"])
        {
            return self.this_next_en(i, t.sp(q));
        }
        if let Some(end) = t.words(i, &["eow"]) {
            return Some(Day {
                first: self.monday(),
                ..Day::new(self.day_of_week(0, 4)?, Class::PeriodEnd, end, "week")
            });
        }
        if let Some((weekday, end)) = self.weekday_name(i) {
            return self.weekday_tail_en(weekday, end, base);
        }
        if let Some(day) = self.month_day_en(i, base) {
            return Some(day);
        }
        if let Some(day) = self.festival_en(i) {
            return Some(day);
        }
        if matches!(t.at(i), 'q' | 'h')
            && t.at(i + 1).is_ascii_digit()
            && let Some((span, end, rule)) = self.period_en(i)
        {
            // Q3前, Q3末, 2026Q3
            if !self.clean_left(i) && !t.prev(i).is_ascii_digit() {
                return None;
            }
            if let Some(after) = t.any(end, &["末", "底", "季度末"]) {
                return Some(Day::new(span.1, Class::PeriodEnd, after, rule));
            }
            return self.period_tail(span, end, rule);
        }
        // "fifteenth of July", "first half"; a bare ordinal needs the article.
        if let Some(day) = self.ordinal_or_day_month_en(i, base)
            && day.class == Class::Absolute
        {
            return Some(day);
        }
        None
    }

    /// end of …, beginning of …, mid-…, early …, late …, EOM, EOQ, EOY, month-end
    fn period_edge_en(&self, i: usize) -> Option<Day> {
        let t = &self.text;
        let (year, month) = self.month_shift(0);
        if let Some(end) = t.words(i, &["eom", "month end"]) {
            // EOM August
            if let Some((month, end)) = self.month_name(t.sp(end)) {
                return Some(Day::new(self.month_of(None, month)?.1, Class::PeriodEnd, end, "month-end"));
            }
            return Some(Day::new(month_end(year, month)?, Class::PeriodEnd, end, "month-end"));
        }
        if let Some(end) = t.words(i, &["eoq", "quarter end"]) {
            return Some(Day::new(month_end(year, month.div_ceil(3) * 3)?, Class::PeriodEnd, end, "quarter-end"));
        }
        if let Some(end) = t.words(i, &["eoy", "year end", "year's end"]) {
            return Some(Day::new(month_end(year, 12)?, Class::PeriodEnd, end, "year-end"));
        }
        if let Some(end) = t.words(i, &["week's end"]) {
            return Some(Day::new(self.day_of_week(0, 4)?, Class::PeriodEnd, end, "week"));
        }
        if let Some(q) = t.words(i, &["end of", "close of", "ending of"]) {
            let (span, end, rule) = self.period_en(t.sp(q))?;
            return Some(Day { first: Some(span.0), ..Day::new(span.1, Class::PeriodEnd, end, rule) });
        }
        if let Some(q) = t.words(i, &["beginning of", "start of"]) {
            let (span, end, rule) = self.period_en(t.sp(q))?;
            return Some(Day::new(span.0, Class::PeriodEnd, end, rule));
        }
        let part = |day: u32, q: usize| {
            let q = t.lit(q, "-").unwrap_or_else(|| t.sp(q));
            let (span, end, rule) = self.period_en(q)?;
            if rule == "year" && day == 15 {
                return Some(Day::new(month_end(span.0.year(), 6)?, Class::PeriodEnd, end, "year-part"));
            }
            if rule != "month" {
                return None;
            }
            let date = if day == 31 { span.1 } else { span.0.with_day(day)? };
            Some(Day::new(date, Class::PeriodEnd, end, "month-part"))
        };
        if let Some(end) = t.words(i, &["mid month", "midmonth"]) {
            return self.bare_month_part(15, end);
        }
        if let Some(end) = t.words(i, &["mid year", "midyear"]) {
            let date = month_end(year, 6)?;
            let date = if date < self.today { month_end(year + 1, 6)? } else { date };
            return Some(Day::new(date, Class::PeriodEnd, end, "year-part"));
        }
        if let Some(end) = t.words(i, &["middle of", "mid"]) {
            return part(15, end);
        }
        if let Some(end) = t.words(i, &["early in", "early"]) {
            return part(10, end);
        }
        if let Some(end) = t.words(i, &["late in", "late"]) {
            return part(31, end);
        }
        None
    }

    /// first Tuesday of September, last working day of the month, second Monday in Q3
    fn nth_en(&self, i: usize) -> Option<Day> {
        let t = &self.text;
        let (n, end) = self.ordinal(i).or_else(|| Some((1, t.word(i, "1st")?)))?;
        let p = t.sp(end);
        enum What {
            Workday,
            Day,
            Weekday(u32),
        }
        let (what, end) = if let Some(end) = t.words(p, &["working day", "business day", "work day", "workday"]) {
            (What::Workday, end)
        } else if let Some(end) = t.words(p, &["calendar day", "day"]) {
            (What::Day, end)
        } else {
            let (weekday, end) = self.weekday_name(p)?;
            (What::Weekday(weekday), end)
        };
        let q = t.sp(end);
        // first working day after National Day
        if matches!(what, What::Workday)
            && n > 0
            && let Some(r) = t.words(q, &["after", "following"])
        {
            let r = t.words(t.sp(r), &["the"]).map_or_else(|| t.sp(r), |at| t.sp(at));
            if let Some((holiday, end)) = self.festival_name_en(r, false) {
                let date = self.anchor.calendar.add_workdays(holiday.last, n);
                return Some(Day { workdays: Some(n), ..Day::new(date, Class::Nth, end, "festival") });
            }
            let day = self.day(r, self.today)?;
            let date = self.anchor.calendar.add_workdays(day.date, n);
            return Some(Day { workdays: Some(n), ..Day::new(date, Class::Nth, day.end, "workdays") });
        }
        if matches!(what, What::Workday)
            && n == -1
            && let Some(r) = t.words(q, &["before", "ahead of", "prior to"])
        {
            let r = t.words(t.sp(r), &["the"]).map_or_else(|| t.sp(r), |at| t.sp(at));
            let (holiday, end) = self.festival_name_en(r, true)?;
            return Some(Day::new(self.anchor.calendar.prev_workday(holiday.first), Class::Nth, end, "festival"));
        }
        let r = t.words(q, &["of", "in"])?;
        let (span, end, _) = self.period_en(t.sp(r))?;
        let span = if t.slice(r, end).contains("week") { (span.0, span.1) } else { span };
        let date = match what {
            What::Workday => self.nth_workday(span, n),
            What::Day => Self::nth_day(span, n)?,
            What::Weekday(weekday) => Self::nth_weekday(span, n, weekday)?,
        };
        Some(Day::new(date, Class::Nth, end, "nth"))
    }

    /// What follows this, next, last.
    fn this_next_en(&self, i: usize, p: usize) -> Option<Day> {
        let t = &self.text;
        let coming = t.words(i, &["this coming", "coming", "upcoming"]).is_some();
        let shift: i64 = match t.at(i) {
            'n' => 1,
            'l' | 'p' => -1,
            _ => 0,
        };
        let past = |day: Day| if shift < 0 { day.hint(Hint::Past) } else { day };
        if let Some((weekday, end)) = self.weekday_name(p) {
            if t.at(end) == 's' {
                return None;
            }
            let date =
                if coming { Self::weekday_from(self.today, weekday)? } else { self.day_of_week(shift, weekday)? };
            return Some(past(Day::new(date, Class::Weekday, end, "weekday")));
        }
        if let Some(end) = t.word(p, "weekend") {
            return Some(past(Day::new(self.day_of_week(shift, 6)?, Class::PeriodEnd, end, "weekend")));
        }
        if let Some(end) = t.word(p, "week") {
            // next week Friday, next week on Friday, next week's Friday
            let q = t.lit(end, "'s").unwrap_or(end);
            let q = t.lit(q, ",").unwrap_or(q);
            let q = t.words(t.sp(q), &["on", "by", "before"]).map_or_else(|| t.sp(q), |at| t.sp(at));
            if let Some((weekday, end)) = self.weekday_name(q) {
                return Some(past(Day::new(self.day_of_week(shift, weekday)?, Class::Weekday, end, "weekday")));
            }
            // early next week, later this week: vague
            let vague = t.word_ends_any(i, &["early", "later", "late", "mid", "sometime"]).is_some();
            let day = past(Day::period(self.week_span(shift)?, end, "week"));
            return Some(if vague { day.hint(Hint::Describing) } else { day });
        }
        if matches!(t.at(i), 'c' | 'u') || coming {
            return None;
        }
        if let Some(end) = t.word(p, "month") {
            let (year, month) = self.month_shift(shift as i32);
            let q = t.words(t.sp(end), &["on the", "by the", "the"]).map(|at| t.sp(at));
            if let Some(q) = q
                && let Some((n, end)) = self.ordinal(q)
                && n > 0
            {
                return Some(past(Day::new(
                    NaiveDate::from_ymd_opt(year, month, n as u32)?,
                    Class::Absolute,
                    end,
                    "date",
                )));
            }
            return Some(past(Day::period(Self::month_span(year, month)?, end, "month")));
        }
        if let Some(end) = t.words(p, &["quarter", "year"]) {
            let (span, _, rule) = self.period_en(i)?;
            return Some(past(Day::period(span, end, rule)));
        }
        if let Some((month, end)) = self.month_name(p) {
            let span = match shift {
                1 => Self::month_span(self.today.year() + 1, month)?,
                0 => self.nearest(|year| Self::month_span(year, month), |span| span.1)?,
                _ => Self::month_span(self.today.year() - i32::from(month > self.today.month()), month)?,
            };
            return Some(past(Day::period(span, end, "month")));
        }
        None
    }

    /// Friday next week, Friday week, Friday of this week, Friday after next
    fn weekday_tail_en(&self, weekday: u32, end: usize, base: NaiveDate) -> Option<Day> {
        let t = &self.text;
        let bare = Self::weekday_from(base, weekday)?;
        let found = |date, end| Some(Day::new(date, Class::Weekday, end, "weekday"));
        let p = t.lit(t.sp(end), ",").map_or_else(|| t.sp(end), |at| t.sp(at));
        for (words, weeks) in [
            (&["next week", "of next week", "in next week"][..], 1),
            (&["this week", "of this week"][..], 0),
            (&["the week after next", "of the week after next", "week after next"][..], 2),
            (&["last week", "of last week"][..], -1),
        ] {
            if let Some(end) = t.words(p, words) {
                let day = found(self.day_of_week(weeks, weekday)?, end)?;
                return Some(if weeks < 0 { day.hint(Hint::Past) } else { day });
            }
        }
        if let Some(end) = t.word(p, "after next") {
            return found(self.day_of_week(2, weekday)?, end);
        }
        if let Some(after) = t.word(t.sp(end), "week") {
            return found(bare.checked_add_days(Days::new(7))?, after);
        }
        found(bare, end)
    }

    fn festival_name_en(&self, i: usize, before: bool) -> Option<(Holiday, usize)> {
        let t = &self.text;
        let western = self.anchor.reference.offset().local_minus_utc() <= -4 * 3600;
        for (names, festival) in [
            (&["chinese new year", "spring festival", "lunar new year", "cny"][..], Festival::Spring),
            (&["qingming festival", "qingming", "tomb sweeping day", "ching ming"][..], Festival::Qingming),
            (&["labour day", "labor day", "may day"][..], Festival::Labour),
            (&["dragon boat festival", "dragon boat"][..], Festival::DragonBoat),
            (&["mid autumn festival", "mid autumn", "moon festival"][..], Festival::MidAutumn),
            (&["national day", "golden week"][..], Festival::National),
            (&["new year's day", "new years day", "new year's", "new year", "the new year"][..], Festival::NewYear),
        ] {
            if let Some(end) = t.words(i, names) {
                if festival == Festival::Labour && western && t.word(i, "may day").is_none() {
                    // the first Monday of September
                    let make = |year| Self::nth_weekday(Self::month_span(year, 9)?, 1, 0);
                    let day = self.nearest(make, |day| *day)?;
                    return Some((Holiday { day, first: day, last: day, published: true }, end));
                }
                let end = t.words(t.sp(end), &["holidays", "holiday", "break", "week"]).unwrap_or(end);
                return Some((self.holiday(festival, None, before)?, end));
            }
        }
        for (names, month, day) in [
            (&["christmas eve"][..], 12, 24),
            (&["christmas day", "christmas", "xmas"][..], 12, 25),
            (&["independence day"][..], 7, 4),
        ] {
            if let Some(end) = t.words(i, names) {
                let end = t.words(t.sp(end), &["holidays", "holiday", "break"]).unwrap_or(end);
                return Some((self.single_day(month, day, None)?, end));
            }
        }
        if let Some(end) = t.word(i, "thanksgiving") {
            let day = self.nearest(|year| Self::nth_weekday(Self::month_span(year, 11)?, 4, 3), |day| *day)?;
            return Some((Holiday { day, first: day, last: day, published: true }, end));
        }
        let end = t.words(i, &["holidays", "holiday"])?;
        t.word_ends(i, "the")?;
        Some((self.anchor.calendar.next_holiday(self.today)?.1, end))
    }

    /// A festival in English, with the word before it.
    fn festival_en(&self, i: usize) -> Option<Day> {
        let t = &self.text;
        let left = t.word_ends(i, "the").unwrap_or(i);
        let after = t.word_ends_any(left, &["after", "since", "following"]).is_some();
        let before =
            t.word_ends_any(left, &["before", "by", "prior to", "ahead of", "until", "no later than"]).is_some();
        let (holiday, end) = self.festival_name_en(i, before)?;
        let day = Day::new(holiday.day, Class::Festival, end, "festival");
        if after {
            return Some(day.hint(Hint::Start));
        }
        if before {
            let date = self.anchor.calendar.prev_workday(holiday.first);
            return Some(Day { date, ..day }.hint(Hint::Marked));
        }
        if t.word_ends(left, "on").is_some() {
            return Some(Day { class: Class::Absolute, ..day });
        }
        Some(day.hint(Hint::Describing))
    }
}
