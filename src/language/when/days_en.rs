//! Days said in English: by Friday, 20th of August, end of next quarter, the first Tuesday of September.

use super::grammar::{Class, Day, Hint, Reader, Span};
use super::text::{MONTHS, Pairs, WEEKDAYS};
use crate::domain::workdays::{Festival, Holiday, month_end};
use chrono::{Datelike, Days, NaiveDate};

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

static ORDINAL_PAIRS: Pairs = Pairs::of_table(&EN_ORDINALS);
static MONTH_PAIRS: Pairs = Pairs::of_table(&MONTHS);
pub(super) static WEEKDAY_PAIRS: Pairs = Pairs::of_table(&WEEKDAYS);

impl Reader<'_> {
    pub(super) fn month_name(&self, i: usize) -> Option<(u32, usize)> {
        let t = &self.text;
        if !MONTH_PAIRS.may_begin(t, i) {
            return None;
        }
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

    pub(super) fn weekday_name(&self, i: usize) -> Option<(u32, usize)> {
        let t = &self.text;
        if !WEEKDAY_PAIRS.may_begin(t, i) {
            return None;
        }
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
    pub(super) fn ordinal(&self, i: usize) -> Option<(i32, usize)> {
        let t = &self.text;
        if let Some(number) = t.digits(i) {
            let end = t.any(number.end, &["st", "nd", "rd", "th"])?;
            return (number.digits <= 2 && !t.is_letter(end) && number.value > 0).then_some((number.value as i32, end));
        }
        if !ORDINAL_PAIRS.may_begin(t, i) {
            return None;
        }
        EN_ORDINALS.iter().filter_map(|(word, n)| Some((*n, t.word(i, word)?))).max_by_key(|(_, end)| *end)
    }

    /// A year behind an English date: ", 2026", " 2026", " '26".
    pub(super) fn year_behind(&self, i: usize) -> Option<(i32, usize)> {
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
    pub(super) fn month_day_en(&self, i: usize, base: NaiveDate) -> Option<Day> {
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
            .filter(|(_, end)| {
                !t.is_letter(*end) && !(t.at(*end) == ':' && t.at(end + 1).is_ascii_digit()) && t.at(*end) != '%'
            });
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

    pub(super) fn month_of(&self, year: Option<i32>, month: u32) -> Option<Span> {
        match year {
            Some(year) => Self::month_span(year, month),
            None => self.nearest(|year| Self::month_span(year, month), |span| span.1),
        }
    }

    /// 20 Aug, 20th of August 2026, 20-Aug-2026, 20–24 July; the 15th
    pub(super) fn ordinal_or_day_month_en(&self, i: usize, base: NaiveDate) -> Option<Day> {
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
    pub(super) fn period_en(&self, i: usize) -> Option<(Span, usize, &'static str)> {
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

    pub(super) fn half_of(&self, year: Option<i32>, half: u32) -> Option<Span> {
        match year {
            Some(year) => Self::half_span(year, half),
            None => self.nearest(|year| Self::half_span(year, half), |span| span.1),
        }
    }

    /// "of the year", "of this year", "of next year", "of 2026"
    pub(super) fn of_year(&self, end: usize) -> (Option<i32>, usize) {
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

    pub(super) fn day_en(&self, i: usize, base: NaiveDate) -> Option<Day> {
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
        if let Some(end) =
            t.words(p, &["week of", "week commencing", "week beginning", "week starting", "w/c", "wk of"])
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
            let within = t.word_ends_any(i, &["within", "during"]).is_some();
            if let Some((span, end, rule)) = self.period_en(p)
                && (within || !matches!(rule, "week" | "year"))
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
    pub(super) fn period_edge_en(&self, i: usize) -> Option<Day> {
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
        // by end July, end Q3
        if let Some(q) = t.word(i, "end").map(|at| t.sp(at))
            && (self.month_name(q).is_some() || t.at(q) == 'q' || t.at(q) == 'h')
            && t.word_ends_any(i, &["by", "before", "until", "till", "due", "at", "the"]).is_some()
        {
            let (span, end, rule) = self.period_en(q)?;
            return Some(Day::new(span.1, Class::PeriodEnd, end, rule));
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
    pub(super) fn nth_en(&self, i: usize) -> Option<Day> {
        let t = &self.text;
        let (n, end) = self.ordinal(i).or_else(|| Some((1, t.word(i, "1st")?)))?;
        let p = t.sp(end);
        enum What {
            Workday,
            Day,
            Week,
            Weekday(u32),
        }
        let (what, end) = if let Some(end) = t.words(p, &["working day", "business day", "work day", "workday"]) {
            (What::Workday, end)
        } else if let Some(end) = t.words(p, &["calendar day", "day"]) {
            (What::Day, end)
        } else if let Some(end) =
            t.words(p, &["full week", "week"]).filter(|end| t.words(t.sp(*end), &["of", "in"]).is_some())
        {
            (What::Week, end)
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
            // Not the first working day after the first working day after …
            if self.ordinal(r).is_some()
                && self.ordinal_or_day_month_en(r, self.today).is_none_or(|day| day.class != Class::Absolute)
            {
                return None;
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
            // Its seventh day, or the period's last, as of 第一周.
            What::Week if n < 0 => span.1,
            What::Week => Self::nth_day(span, n * 7)?.min(span.1),
            What::Weekday(weekday) => Self::nth_weekday(span, n, weekday)?,
        };
        Some(Day::new(date, Class::Nth, end, "nth"))
    }

    /// What follows this, next, last.
    pub(super) fn this_next_en(&self, i: usize, p: usize) -> Option<Day> {
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
            let q = t
                .words(t.sp(end), if shift < 0 { &["on the"] } else { &["on the", "by the", "the"] })
                .map(|at| t.sp(at));
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
    pub(super) fn weekday_tail_en(&self, weekday: u32, end: usize, base: NaiveDate) -> Option<Day> {
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

    pub(super) fn festival_name_en(&self, i: usize, before: bool) -> Option<(Holiday, usize)> {
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
    pub(super) fn festival_en(&self, i: usize) -> Option<Day> {
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
