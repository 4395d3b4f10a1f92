//! Times of day: clocks, parts of the day, zones.

use super::grammar::{EN_NUMBER_PAIRS, EN_NUMBERS, Reader};
use super::text::{Pairs, is_cjk};
use crate::mail::phrases::Firsts;
use chrono::{DateTime, FixedOffset, NaiveDate, Timelike};
use chrono_tz::Tz;

/// A part of the day that stands for a time, or changes how an hour is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Dawn,
    Morning,
    Noon,
    Afternoon,
    Dusk,
    Evening,
    Midnight,
    /// 下班前, EOD: the end of working hours
    DayEnd,
    /// 上班前: their beginning
    DayStart,
}

/// A clock time in minutes from midnight; 1440 and more are the next day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    pub minutes: u32,
    pub end: usize,
    /// 3点 without a part of the day: a time only by the words around it
    pub weak: bool,
    /// said with am, pm or a part, so it lends that to the other end of a range
    pub sure: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Zone {
    Fixed(FixedOffset),
    Named(Tz),
}

type Named = (&'static [&'static str], Tz);
#[rustfmt::skip]
const ZONES_ZH: [Named; 16] = [
        (&["北京时间", "中国时间", "中国标准时间", "东八区时间", "东八区"], Tz::Asia__Shanghai),
        (&["东京时间", "日本时间"], Tz::Asia__Tokyo),
        (&["首尔时间", "韩国时间"], Tz::Asia__Seoul),
        (&["新加坡时间"], Tz::Asia__Singapore),
        (&["香港时间"], Tz::Asia__Hong_Kong),
        (&["台北时间"], Tz::Asia__Taipei),
        (&["伦敦时间", "英国时间"], Tz::Europe__London),
        (&["巴黎时间"], Tz::Europe__Paris),
        (&["柏林时间", "德国时间", "欧洲中部时间", "中欧时间"], Tz::Europe__Berlin),
        (&["莫斯科时间"], Tz::Europe__Moscow),
        (&["迪拜时间"], Tz::Asia__Dubai),
        (&["印度时间"], Tz::Asia__Kolkata),
        (&["悉尼时间"], Tz::Australia__Sydney),
        (&["纽约时间", "美东时间", "美国东部时间", "东部时间"], Tz::America__New_York),
        (&["芝加哥时间", "美国中部时间"], Tz::America__Chicago),
        (&["洛杉矶时间", "美西时间", "美国西部时间", "太平洋时间", "旧金山时间"], Tz::America__Los_Angeles),
];
const ZERO_ZH: &[&str] = &["格林尼治时间", "世界时", "协调世界时"];
#[rustfmt::skip]
const ZONES_EN: [Named; 20] = [
        (&["beijing", "china", "shanghai", "shenzhen"], Tz::Asia__Shanghai),
        (&["tokyo", "japan"], Tz::Asia__Tokyo),
        (&["seoul", "korea"], Tz::Asia__Seoul),
        (&["singapore"], Tz::Asia__Singapore),
        (&["hong kong"], Tz::Asia__Hong_Kong),
        (&["taipei"], Tz::Asia__Taipei),
        (&["london", "uk"], Tz::Europe__London),
        (&["dublin"], Tz::Europe__Dublin),
        (&["paris"], Tz::Europe__Paris),
        (&["berlin", "central european", "frankfurt", "munich"], Tz::Europe__Berlin),
        (&["amsterdam"], Tz::Europe__Amsterdam),
        (&["zurich"], Tz::Europe__Zurich),
        (&["moscow"], Tz::Europe__Moscow),
        (&["dubai"], Tz::Asia__Dubai),
        (&["india", "indian", "mumbai", "delhi", "bangalore"], Tz::Asia__Kolkata),
        (&["sydney"], Tz::Australia__Sydney),
        (&["new york", "us eastern", "eastern", "boston", "toronto"], Tz::America__New_York),
        (&["us central", "central", "chicago"], Tz::America__Chicago),
        (&["mountain", "denver"], Tz::America__Denver),
        (&["us pacific", "pacific", "los angeles", "san francisco", "seattle"], Tz::America__Los_Angeles),
];
#[rustfmt::skip]
const ZONES_AMERICA: [(&str, Tz); 4] = [
        ("et", Tz::America__New_York),
        ("ct", Tz::America__Chicago),
        ("mt", Tz::America__Denver),
        ("pt", Tz::America__Los_Angeles),
];
/// Minutes from UTC.
#[rustfmt::skip]
const ZONES_SHORT: [(&str, i32); 26] = [
        ("est", -300),
        ("edt", -240),
        ("cdt", -300),
        ("mst", -420),
        ("mdt", -360),
        ("pst", -480),
        ("pdt", -420),
        ("cet", 60),
        ("cest", 120),
        ("wet", 0),
        ("eet", 120),
        ("eest", 180),
        ("bst", 60),
        ("msk", 180),
        ("gst", 240),
        ("ist", 330),
        ("ict", 420),
        ("sgt", 480),
        ("hkt", 480),
        ("awst", 480),
        ("jst", 540),
        ("kst", 540),
        ("aest", 600),
        ("aedt", 660),
        ("nzst", 720),
        ("nzdt", 780),
];
/// What the name of a zone may begin with in Chinese.
static ZONE_FIRSTS: Firsts = {
    let mut firsts = Firsts::of(ZERO_ZH);
    let mut i = 0;
    while i < ZONES_ZH.len() {
        firsts = firsts.and(ZONES_ZH[i].0);
        i += 1;
    }
    firsts
};
/// And in English: two letters.
static ZONE_PAIRS: Pairs = {
    let mut pairs = Pairs::of(&["utc", "gmt", "cst"]);
    let mut i = 0;
    while i < ZONES_EN.len() {
        pairs = pairs.and(ZONES_EN[i].0);
        i += 1;
    }
    i = 0;
    while i < ZONES_AMERICA.len() {
        pairs = pairs.and(&[ZONES_AMERICA[i].0]);
        i += 1;
    }
    i = 0;
    while i < ZONES_SHORT.len() {
        pairs = pairs.and(&[ZONES_SHORT[i].0]);
        i += 1;
    }
    pairs
};

impl Zone {
    pub fn moment(&self, date: NaiveDate, minutes: u32) -> Option<DateTime<FixedOffset>> {
        let midnight = date.and_hms_opt(0, 0, 0)?;
        let time = midnight.checked_add_signed(chrono::Duration::minutes(i64::from(minutes)))?;
        Some(match self {
            Zone::Fixed(offset) => crate::domain::workdays::local(offset, time),
            Zone::Named(zone) => crate::domain::workdays::local(zone, time).fixed_offset(),
        })
    }

    pub fn today(&self, now: &DateTime<FixedOffset>) -> NaiveDate {
        match self {
            Zone::Fixed(offset) => now.with_timezone(offset).date_naive(),
            Zone::Named(zone) => now.with_timezone(zone).date_naive(),
        }
    }
}

impl Reader<'_> {
    /// The minutes a part of the day stands for alone; an evening has none.
    pub fn part_minutes(&self, part: Part) -> Option<u32> {
        let of = |time: chrono::NaiveTime| time.hour() * 60 + time.minute();
        match part {
            Part::Morning | Part::Noon => Some(720),
            Part::Afternoon => Some(1080),
            Part::Midnight => Some(1440),
            Part::DayEnd => Some(of(self.anchor.day_end)),
            Part::DayStart => Some(of(self.anchor.calendar.hours().start)),
            Part::Dawn | Part::Dusk | Part::Evening => None,
        }
    }

    /// An hour of twelve as the part of the day means it.
    fn hour_with(part: Option<Part>, hour: u32) -> u32 {
        match part {
            Some(Part::Dawn) if hour == 12 => 0,
            Some(Part::Noon) if hour <= 3 => hour + 12,
            Some(Part::Afternoon | Part::Dusk) if hour < 12 => hour + 12,
            Some(Part::Evening) if (5..12).contains(&hour) => hour + 12,
            // 晚上12点, 夜里1点 are the next day.
            Some(Part::Evening | Part::Midnight) if hour == 12 => 24,
            Some(Part::Evening | Part::Midnight) if hour < 5 => hour + 24,
            _ => hour,
        }
    }

    /// A part of the day. After a day (`with_day`) 早 and 晚 alone are enough.
    pub fn part(&self, i: usize, with_day: bool) -> Option<(Part, usize)> {
        let t = &self.text;
        let here = t.at(i);
        if here.is_ascii_alphabetic() {
            return self.part_en(i, with_day);
        }
        if !is_cjk(here) {
            return None;
        }
        const PARTS: [(&[&str], Part); 10] = [
            (&["上午下班前", "午饭前", "午餐前", "午休前", "午饭之前"], Part::Noon),
            (
                &["下班之前", "下班以前", "下班前", "下班时间前", "下班时", "下班", "收工前", "日终前", "日终"],
                Part::DayEnd,
            ),
            (&["上班之前", "上班以前", "上班前"], Part::DayStart),
            (&["凌晨"], Part::Dawn),
            (&["上午", "早上", "早晨", "清晨", "清早", "一早", "早间", "晨间"], Part::Morning),
            (&["中午", "正午", "午间", "晌午"], Part::Noon),
            (&["下午", "午后"], Part::Afternoon),
            (&["傍晚", "黄昏"], Part::Dusk),
            (&["晚上", "晚间", "夜里", "夜间", "深夜", "晚饭前"], Part::Evening),
            (&["午夜", "半夜", "子夜"], Part::Midnight),
        ];
        static BEGIN: Firsts = {
            let mut firsts = Firsts::of(&["早", "晨", "晚", "夜"]);
            let mut i = 0;
            while i < PARTS.len() {
                firsts = firsts.and(PARTS[i].0);
                i += 1;
            }
            firsts
        };
        if !BEGIN.may_hold(here) {
            return None;
        }
        if let Some((part, end)) = PARTS.iter().find_map(|(words, part)| Some((*part, t.any(i, words)?))) {
            // 下班前 alone must not swallow 会议下班 …; 上班前端 is no time.
            if part == Part::DayStart && t.at(end) == '端' || t.lit(i, "晚高峰").is_some() {
                return None;
            }
            return Some((part, end));
        }
        let part = match here {
            '早' | '晨' => Part::Morning,
            '晚' | '夜' => Part::Evening,
            _ => return None,
        };
        let clock_next = self.clock(t.sp(i + 1), Some(part), with_day).is_some();
        let lone = with_day
            && (t.any(i + 1, &["前", "之前", "以前"]).is_some()
                || !is_cjk(t.at(i + 1))
                || !"于点些期报会了班餐饭高".contains(t.at(i + 1)));
        let led = i > 0 && "最不较迟太过稍更偏提".contains(t.prev(i));
        (!led && (clock_next || lone)).then_some((part, i + 1))
    }

    fn part_en(&self, i: usize, with_day: bool) -> Option<(Part, usize)> {
        let t = &self.text;
        let p = t.words(i, &["the very", "the", "this", "that"]).map_or(i, |at| t.sp(at));
        for (words, part) in [
            (
                &[
                    "eod",
                    "cob",
                    "eob",
                    "eobd",
                    "close of business day",
                    "close of business",
                    "close of play",
                    "end of play",
                    "end of business day",
                    "end of business",
                    "end of the working day",
                    "end of working day",
                    "end of the work day",
                    "end of the workday",
                    "end of workday",
                    "end of the business day",
                    "end of the day",
                    "end of day",
                    "day's end",
                    "end of working hours",
                    "end of business hours",
                    "end of office hours",
                    "close of the day",
                    "close of day",
                    "end of that day",
                ][..],
                Part::DayEnd,
            ),
            (
                &[
                    "start of business",
                    "start of the day",
                    "start of day",
                    "opening of business",
                    "beginning of the day",
                    "open of business",
                ][..],
                Part::DayStart,
            ),
            (&["noontime", "noon", "midday", "lunchtime", "lunch time", "lunch"][..], Part::Noon),
            (&["midnight"][..], Part::Midnight),
        ] {
            if let Some(end) = t.words(p, words) {
                if part == Part::Noon
                    && t.slice(p, end).starts_with("lunch")
                    && t.word_ends_any(i, &["before", "by"]).is_none()
                    && !with_day
                {
                    return None;
                }
                return Some((part, end));
            }
        }
        let here = t.word(i, "this").is_some()
            || with_day
            || t.word_ends(i, "in the").is_some()
            || t.word_ends(p, "in the").is_some();
        for (words, part) in [
            (&["morning"][..], Part::Morning),
            (&["afternoon"][..], Part::Afternoon),
            (&["evening", "night"][..], Part::Evening),
        ] {
            if let Some(end) = t.words(p, words) {
                return here.then_some((part, end));
            }
        }
        // end of today, end of Friday, end of July 10
        if let Some(q) = t.words(p, &["end of", "close of"])
            && let Some(day) = self.day(t.sp(q), self.today)
            && day.class != super::grammar::Class::Period
        {
            return Some((Part::DayEnd, t.sp(q)));
        }
        None
    }

    /// 14:00, 3pm, 3:30 PM, 下午 has been read: 三点半, 15时30分, noon has its own reader.
    pub fn clock(&self, i: usize, part: Option<Part>, with_day: bool) -> Option<Clock> {
        let t = &self.text;
        let here = t.at(i);
        if here.is_ascii_alphabetic() {
            return self.clock_words(i, with_day);
        }
        if here == '差' {
            // 差一刻五点, 差5分6点
            let (less, p) = match t.lit(i, "差一刻") {
                Some(p) => (15, p),
                None => {
                    let number = t.number(i + 1)?;
                    (number.value, t.any(number.end, &["分钟", "分"])?)
                }
            };
            // One subtraction: 差差 is nothing.
            let clock = if t.at(p) == '差' { None } else { self.clock(p, part, with_day) }?;
            return Some(Clock { minutes: clock.minutes.checked_sub(less)?, ..clock });
        }
        let number = t.number(i)?;
        if here.is_ascii_digit() && !self.clean_left(i) && !(t.prev(i) == 't' || t.prev(i) == '-' || t.prev(i) == '~') {
            return None;
        }
        if number.digits > 2 {
            // 1700 hours, 1700 hrs
            let end = t.words(t.sp(number.end), &["hrs", "hours"]).or_else(|| t.lit(number.end, "h"))?;
            let (hour, minute) = (number.value / 100, number.value % 100);
            let good = number.digits == 4 && hour <= 24 && minute < 60;
            return good.then_some(Clock { minutes: hour * 60 + minute, end, weak: false, sure: true });
        }
        if number.value > 24 {
            return None;
        }
        let hour = number.value;
        let p = t.sp(number.end);
        if number.digits > 0
            && (t.at(number.end) == ':'
                || (t.at(number.end) == '.' || t.at(number.end) == 'h')
                    && self.meridiem(t.sp(number.end + 3)).is_some())
        {
            let minute = t.digits(number.end + 1)?;
            if minute.digits != 2 || minute.value > 59 {
                return None;
            }
            let mut end = minute.end;
            if t.at(end) == ':'
                && let Some(second) = t.digits(end + 1)
                && second.digits == 2
            {
                end = second.end;
                // 18:00:00.000
                if t.at(end) == '.'
                    && let Some(fraction) = t.digits(end + 1)
                {
                    end = fraction.end;
                }
            }
            if t.at(end) == '分' {
                end += 1;
            }
            if hour == 12
                && let Some(end) = t.words(t.sp(end), &["noon", "midday"])
            {
                return Some(Clock { minutes: 720 + minute.value, end, weak: false, sure: true });
            }
            if let Some((pm, end)) = self.meridiem(t.sp(end)) {
                let hour = hour % 12 + if pm { 12 } else { 0 };
                return Some(Clock { minutes: hour * 60 + minute.value, end, weak: false, sure: true });
            }
            if t.at(end).is_ascii_digit()
                || t.at(end) == ':' && t.at(end + 1).is_ascii_digit()
                || t.at(end) == '%'
                || t.is_letter(end) && t.at(end) != 'z' && t.lit(end, "utc").is_none()
            {
                return None;
            }
            if hour == 24 && minute.value > 0
                || t.ends_any(t.back(i), &["比例", "比分", "比值", "分辨率"]).is_some()
                || t.word_ends_any(i, &["ratio", "ratio of", "scale", "odds"]).is_some()
            {
                return None;
            }
            // 3:30 without more is in the afternoon, 03:30 is not.
            let zoned = self.zone(t.sp(end)).is_some();
            let hour = match part {
                Some(_) => Self::hour_with(part, hour),
                None if (1..=6).contains(&hour) && !number.padded && !zoned => hour + 12,
                None => hour,
            };
            return Some(Clock {
                minutes: hour * 60 + minute.value,
                end,
                weak: false,
                sure: part.is_some() || hour > 12,
            });
        }
        if let Some(q) = t.any(p, &["点钟", "点整", "点"]).or_else(|| {
            let q = t.lit(p, "时")?;
            (!"候间段长效期限常机区差代".contains(t.at(q)) || t.at(q) == '\0').then_some(q)
        }) {
            let whole = t.slice(p, q).chars().count() > 1;
            let r = t.sp(q);
            let (minute, end) = if let Some(end) = t.lit(q, "半") {
                (30, end)
            } else if let Some(end) = t.any(q, &["三刻"]) {
                (45, end)
            } else if let Some(end) = t.any(q, &["一刻"]) {
                (15, end)
            } else if let Some(end) = t.any(q, &["整", "钟"]) {
                (0, end)
            } else if let Some(minute) = t.number(t.lit(r, "过").unwrap_or(r)).filter(|minute| minute.value < 60)
                && !whole
            {
                let after = t.sp(minute.end);
                if let Some(end) = t.lit(after, "分").filter(|end| t.at(*end) != '钟' || t.at(r) == '过') {
                    (minute.value, t.lit(end, "钟").unwrap_or(end))
                } else if minute.digits == 2 && !t.at(minute.end).is_ascii_alphanumeric() && !is_cjk(t.at(minute.end))
                    || t.any(minute.end, &["前", "之前", "以前"]).is_some() && minute.value >= 5
                {
                    (minute.value, minute.end)
                } else {
                    (0, q)
                }
            } else {
                (0, q)
            };
            if t.any(
                end,
                &[
                    "建议", "意见", "要求", "问题", "原因", "说明", "结论", "措施", "经验", "共识", "想法", "思路",
                    "内容",
                ],
            )
            .is_some()
                && part.is_none()
            {
                return None;
            }
            let bare = part.is_none() && minute == 0 && end == q && !whole;
            let hour = match part {
                Some(_) => Self::hour_with(part, hour),
                None if (1..=6).contains(&hour)
                    && !number.padded
                    && t.at(p) == '点'
                    && self.zone(t.sp(end)).is_none() =>
                {
                    hour + 12
                }
                None => hour,
            };
            let weak = bare && !with_day && (number.value < 7 || t.at(p) == '点');
            return Some(Clock { minutes: hour * 60 + minute, end, weak, sure: part.is_some() || hour > 12 });
        }
        if number.digits == 0 || number.padded && number.value == 0 {
            return None;
        }
        if let Some((pm, end)) = self.meridiem(p) {
            if hour > 12 {
                return Some(Clock { minutes: hour * 60, end, weak: false, sure: true });
            }
            let hour = hour % 12 + if pm { 12 } else { 0 };
            return Some(Clock { minutes: hour * 60, end, weak: false, sure: true });
        }
        if let Some(end) = t.words(p, &["o'clock", "oclock"]) {
            return self.oclock(hour, end);
        }
        if let Some(end) = t.words(p, &["noon", "midday"]).filter(|_| hour == 12) {
            return Some(Clock { minutes: 720, end, weak: false, sure: true });
        }
        if let Some(end) = t.words(p, &["midnight"]).filter(|_| hour == 12) {
            return Some(Clock { minutes: 1440, end, weak: false, sure: true });
        }
        // 8 in the evening
        if (1..=12).contains(&hour)
            && let Some(q) = t.words(p, &["in the", "at"]).map(|at| t.sp(at))
            && let Some((part @ (Part::Morning | Part::Afternoon | Part::Evening), end)) = self.part_en(q, true)
        {
            return Some(Clock { minutes: Self::hour_with(Some(part), hour) * 60, end, weak: false, sure: true });
        }
        // "at 3", "by 5" beside a day
        if with_day
            && hour > 0
            && hour <= 12
            && t.word_ends_any(i, &["at", "by", "before", "@", "until", "till"]).is_some()
            && !t.at(number.end).is_ascii_alphanumeric()
            && !matches!(t.at(number.end), '/' | '-' | '%')
            && !(t.at(number.end) == '.' && t.at(number.end + 1).is_ascii_digit())
            && self.amount_en(i).is_none()
            && self.month_name(p).is_none()
        {
            // tonight by 9
            let hour = match part {
                Some(Part::Evening | Part::Afternoon) => Self::hour_with(part, hour),
                Some(Part::Morning) => hour,
                _ if hour >= 7 => hour,
                _ => hour + 12,
            };
            return Some(Clock { minutes: hour * 60, end: number.end, weak: false, sure: false });
        }
        None
    }

    fn oclock(&self, hour: u32, end: usize) -> Option<Clock> {
        let t = &self.text;
        let p = t.words(t.sp(end), &["in the"]).map(|at| t.sp(at));
        let part = p.and_then(|p| Some(self.part_en(p, true)?.0));
        let end = match (part, p) {
            (Some(_), Some(p)) => self.part_en(p, true)?.1,
            _ => end,
        };
        let hour = match part {
            Some(_) => Self::hour_with(part, hour),
            None if (1..=6).contains(&hour) => hour + 12,
            None => hour,
        };
        Some(Clock { minutes: hour * 60, end, weak: false, sure: part.is_some() })
    }

    /// half past three, quarter to five, three o'clock
    fn clock_words(&self, i: usize, _with_day: bool) -> Option<Clock> {
        let t = &self.text;
        let (offset, p) = if let Some(p) = t.words(i, &["half past"]) {
            (30i32, p)
        } else if let Some(p) = t.words(i, &["a quarter past", "quarter past"]) {
            (15, p)
        } else if let Some(p) = t.words(i, &["a quarter to", "quarter to"]) {
            (-15, p)
        } else {
            (0, i)
        };
        let p = t.sp(p);
        let (hour, end) = match t.digits(p) {
            Some(number) => (number.value, number.end),
            None if !EN_NUMBER_PAIRS.may_begin(t, p) => return None,
            None => EN_NUMBERS.iter().skip(2).take(12).find_map(|(word, n)| Some((*n, t.word(p, word)?)))?,
        };
        if !(1..=12).contains(&hour) {
            return None;
        }
        let clock = if let Some((pm, end)) = self.meridiem(t.sp(end)) {
            Clock { minutes: (hour % 12 + if pm { 12 } else { 0 }) * 60, end, weak: false, sure: true }
        } else if let Some(end) = t.words(t.sp(end), &["o'clock", "oclock"]) {
            self.oclock(hour, end)?
        } else if offset != 0 {
            self.oclock(hour, end)?
        } else {
            return None;
        };
        let minutes = u32::try_from(i32::try_from(clock.minutes).ok()? + offset).ok()?;
        Some(Clock { minutes, ..clock })
    }

    /// am, pm, a.m., p.m.; true for pm.
    fn meridiem(&self, i: usize) -> Option<(bool, usize)> {
        let t = &self.text;
        let pm = t.at(i) == 'p';
        let end = t.any(i, &["a.m.", "p.m.", "a.m", "p.m", "am", "pm"])?;
        let good = !t.at(end).is_ascii_alphanumeric();
        good.then_some((pm, end))
    }

    /// UTC, GMT+8, +08:00, Z, CET, EST, Beijing time, 北京时间, (Eastern)
    pub fn zone(&self, i: usize) -> Option<(Zone, usize)> {
        let (zone, end) = self.zone_name(i)?;
        // CET时间
        Some((zone, self.text.lit(end, "时间").unwrap_or(end)))
    }

    fn zone_name(&self, i: usize) -> Option<(Zone, usize)> {
        let t = &self.text;
        if t.at(i) == '(' {
            if t.at(t.sp(i + 1)) == '(' {
                return None;
            }
            let (zone, end) = self.zone(t.sp(i + 1))?;
            return Some((zone, t.lit(t.sp(end), ")")?));
        }
        let here = t.at(i);
        let may_begin = match here {
            '+' | '-' | 'z' => true,
            'a'..='z' => ZONE_PAIRS.may_begin(t, i),
            _ => ZONE_FIRSTS.may_hold(here),
        };
        if !may_begin {
            return None;
        }
        let hours = |hours: i32| FixedOffset::east_opt(hours * 3600).map(Zone::Fixed);
        if let Some(p) = t.words(i, &["utc", "gmt"]) {
            let q = t.sp(p);
            if let Some((offset, end)) = self.offset(q) {
                return Some((Zone::Fixed(offset), end));
            }
            return Some((hours(0)?, t.lit(p, "时间").unwrap_or(p)));
        }
        if t.at(i) == 'z' && i > 0 && t.prev(i).is_ascii_digit() && !t.at(i + 1).is_ascii_alphanumeric() {
            return Some((hours(0)?, i + 1));
        }
        // Behind hh:mm:ss a minus is an offset for sure.
        let seconds = i > 6 && t.at(i - 3) == ':' && t.at(i - 6) == ':';
        if matches!(t.at(i), '+' | '-')
            && i > 0
            && (t.prev(i).is_ascii_digit() || t.prev(i) == ' ')
            && let Some((offset, end)) = self.offset(i)
            && (t.at(i) == '+' || t.slice(i, end).contains(':') && (t.at(i + 1) == '0' || seconds))
        {
            // A minus that is no range: 09:00-05:00 has its colon and follows no blank.
            if t.at(i) == '-' && !seconds && t.digits(i + 1).is_some_and(|number| number.value > 12) {
                return None;
            }
            return Some((Zone::Fixed(offset), end));
        }
        for (words, zone) in ZONES_ZH {
            if let Some(end) = t.any(i, words) {
                return Some((Zone::Named(zone), end));
            }
        }
        if let Some(end) = t.any(i, ZERO_ZH) {
            return Some((hours(0)?, end));
        }
        if !t.is_letter(i) {
            return None;
        }
        let time = |end: usize| t.words(t.sp(end), &["standard time", "daylight time", "time"]);
        for (words, zone) in ZONES_EN {
            if let Some(end) = t.words(i, words) {
                if let Some(end) = time(end) {
                    return Some((Zone::Named(zone), end));
                }
                if matches!(t.slice(i, end).as_str(), "eastern" | "pacific" | "us eastern" | "us pacific") {
                    return Some((Zone::Named(zone), end));
                }
                return None;
            }
        }
        for (word, zone) in ZONES_AMERICA {
            if let Some(end) = t.word(i, word).filter(|_| t.is_capital(i)) {
                return Some((Zone::Named(zone), end));
            }
        }
        for (word, minutes) in ZONES_SHORT {
            if let Some(end) = t.word(i, word).filter(|_| t.is_capital(i) && t.is_capital(i + 1)) {
                return Some((Zone::Fixed(FixedOffset::east_opt(minutes * 60)?), end));
            }
        }
        // CST is China's to people at +08:00 and the central American one elsewhere.
        let end = t.word(i, "cst").filter(|_| t.is_capital(i))?;
        let chinese = self.anchor.reference.offset().local_minus_utc() == 8 * 3600;
        Some((hours(if chinese { 8 } else { -6 })?, end))
    }

    /// +8, +08:00, -0500
    fn offset(&self, i: usize) -> Option<(FixedOffset, usize)> {
        let t = &self.text;
        let sign = match t.at(i) {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let number = t.digits(i + 1)?;
        let (hours, minutes, end) = match number.digits {
            1 | 2 if t.at(number.end) == ':' => {
                let minutes = t.digits(number.end + 1).filter(|minutes| minutes.digits == 2)?;
                (number.value, minutes.value, minutes.end)
            }
            1 | 2 => (number.value, 0, number.end),
            4 => (number.value / 100, number.value % 100, number.end),
            _ => return None,
        };
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        let good = hours <= 14 && minutes < 60 && !t.at(end).is_ascii_alphanumeric();
        Some((FixedOffset::east_opt(sign * seconds).filter(|_| good)?, end))
    }
}
