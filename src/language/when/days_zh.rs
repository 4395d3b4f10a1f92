//! Days said in Chinese: 下周三, 本月15日, 月底, 第三季度末, 国庆节后第一个工作日, 民国115年8月15日.

use super::grammar::{Class, Day, Hint, Reader, Span};
use super::text::{chinese_digit, is_cjk};
use crate::domain::workdays::{Festival, Holiday, month_end};
use chrono::{Datelike, Days, NaiveDate};

impl Reader<'_> {
    /// 2026年…, 26年…, 115年…, 二〇二六年…
    pub(super) fn year_first(&self, i: usize) -> Option<Day> {
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
    pub(super) fn year_tail(&self, year: i32, p: usize) -> Option<Day> {
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
    pub(super) fn month_zh(&self, year: Option<i32>, month: u32, p: usize, base: NaiveDate) -> Option<Day> {
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
    pub(super) fn month_tail(&self, span: Span, p: usize) -> Option<Day> {
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
    pub(super) fn period_tail(&self, span: Span, p: usize, rule: &'static str) -> Option<Day> {
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
    pub(super) fn nth_of(&self, span: Span, i: usize) -> Option<(NaiveDate, usize)> {
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

    pub(super) fn nth_workday(&self, (first, last): Span, n: i32) -> NaiveDate {
        if n > 0 {
            first.pred_opt().map_or(first, |before| self.anchor.calendar.add_workdays(before, n))
        } else {
            last.succ_opt().map_or(last, |after| self.anchor.calendar.add_workdays(after, n))
        }
    }

    pub(super) fn nth_day((first, last): Span, n: i32) -> Option<NaiveDate> {
        let steps = chrono::Duration::days(i64::from(n.abs()) - 1);
        if n > 0 { first.checked_add_signed(steps) } else { last.checked_sub_signed(steps) }
    }

    pub(super) fn nth_weekday((first, last): Span, n: i32, weekday: u32) -> Option<NaiveDate> {
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
    pub(super) fn quarter_number(&self, i: usize) -> Option<(u32, usize)> {
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
    pub(super) fn weekday_zh(&self, i: usize) -> Option<(u32, usize)> {
        let t = &self.text;
        let p = t.any(i, &["星期", "礼拜", "周", "拜"])?;
        self.weekday_character(t.sp(p))
    }

    /// The character after 周 that names the day, with traps such as 本周日常, 下周一起.
    pub(super) fn weekday_character(&self, p: usize) -> Option<(u32, usize)> {
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

    pub(super) fn day_zh(&self, i: usize, base: NaiveDate) -> Option<Day> {
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
                let next = || matches!(t.at(i), '次' | '翌').then(|| self.this_next_zh(i)).flatten();
                self.relative_zh(i).or_else(|| self.year_word_zh(i)).or_else(|| self.next_workday_zh(i)).or_else(next)
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

    pub(super) fn bare_month_part(&self, day: u32, end: usize) -> Option<Day> {
        Some(Day::new(Self::day_of_month(self.today, day)?, Class::PeriodEnd, end, "month-part"))
    }

    /// 本周五, 下下周三, 下月15日, 本季度末, 上半年, 上周
    pub(super) fn this_next_zh(&self, i: usize) -> Option<Day> {
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
        } else if let Some(p) = t.any(i, &["次", "翌"]).filter(|p| matches!(t.at(*p), '月' | '周' | '季')) {
            // 次月10日; but 本次月会 and 三次周会 are counted
            if "本此这该上下首每多几初依其名档再第".contains(t.prev(i)) || chinese_digit(t.prev(i)).is_some()
            {
                return None;
            }
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
    pub(super) fn next_workday_zh(&self, i: usize) -> Option<Day> {
        let end = self
            .text
            .any(i, &["下一个工作日", "下个工作日", "下一工作日", "次工作日", "次一工作日", "次一个工作日"])?;
        let date = self.anchor.calendar.next_workday(self.today);
        Some(Day { workdays: Some(1), ..Day::new(date, Class::Relative, end, "workdays") })
    }

    pub(super) fn relative_zh(&self, i: usize) -> Option<Day> {
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

    pub(super) fn year_word_zh(&self, i: usize) -> Option<Day> {
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
    pub(super) fn month_word_zh(&self, i: usize) -> Option<Day> {
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

    pub(super) fn year_end_word_zh(&self, i: usize) -> Option<Day> {
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
    pub(super) fn holiday(&self, festival: Festival, year: Option<i32>, before: bool) -> Option<Holiday> {
        let calendar = self.anchor.calendar;
        if let Some(year) = year {
            return calendar.festival(festival, year);
        }
        let this = self.today.year();
        (this..=this + 1).filter_map(|year| calendar.festival(festival, year)).find(|holiday| {
            if before { calendar.prev_workday(holiday.first) >= self.today } else { holiday.last >= self.today }
        })
    }

    pub(super) fn single_day(&self, month: u32, day: u32, year: Option<i32>) -> Option<Holiday> {
        let day = match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, day)?,
            None => self.month_day(month, day, self.today)?,
        };
        Some(Holiday { day, first: day, last: day, published: true })
    }

    pub(super) fn festival_zh(&self, i: usize, year: Option<i32>) -> Option<Day> {
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
        if let Some(end) = t.any(i, &["元宵节", "元宵"]) {
            let lantern = |year: i32| Festival::Spring.day(year)?.checked_add_days(Days::new(14));
            let this = year.unwrap_or_else(|| self.today.year());
            let day = lantern(this).filter(|day| year.is_some() || *day >= self.today).or_else(|| lantern(this + 1))?;
            return self.festival_tail(Holiday { day, first: day, last: day, published: true }, end);
        }
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
    pub(super) fn festival_tail(&self, holiday: Holiday, p: usize) -> Option<Day> {
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
}
