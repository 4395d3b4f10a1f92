//! Numbers that name an item, and those that count something else.

use crate::language::command::fold::Folded;
use crate::language::command::words::is_word_char;
use crate::language::when;

const DIGITS_ZH: &str = "一二三四五六七八九";

/// A Chinese numeral up to 99.
pub fn chinese_number(f: &Folded, i: usize) -> Option<(u32, usize)> {
    let digit = |i: usize| {
        f.get(i).and_then(|c| {
            if c == '两' { Some(2) } else { DIGITS_ZH.chars().position(|d| d == c).map(|p| p as u32 + 1) }
        })
    };
    match (digit(i), f.get(i)) {
        (_, Some('十')) => match digit(i + 1) {
            Some(unit) => Some((10 + unit, i + 2)),
            None => Some((10, i + 1)),
        },
        (Some(tens), _) if f.get(i + 1) == Some('十') => match digit(i + 2) {
            Some(unit) => Some((tens * 10 + unit, i + 3)),
            None => Some((tens * 10, i + 2)),
        },
        (Some(unit), _) => Some((unit, i + 1)),
        _ => None,
    }
}

pub fn arabic(f: &Folded, i: usize) -> Option<(u32, usize)> {
    let mut j = i;
    let mut value: u32 = 0;
    while let Some(digit) = f.get(j).and_then(|c| c.to_digit(10)) {
        value = value.saturating_mul(10).saturating_add(digit);
        j += 1;
        if j - i > 6 {
            return None;
        }
    }
    (j > i).then_some((value, j))
}

pub(super) fn circled(c: char) -> Option<u32> {
    match c as u32 {
        code @ 0x2460..=0x2473 => Some(code - 0x2460 + 1),
        code @ 0x2776..=0x277F => Some(code - 0x2776 + 1),
        code @ 0x2474..=0x2487 => Some(code - 0x2474 + 1),
        _ => None,
    }
}

/// An id: `A-103`, `a103`, `M-12`.
pub fn id_at(f: &Folded, i: usize) -> Option<(String, usize)> {
    let letter = f.get(i)?;
    if !matches!(letter, 'a' | 'm' | 'q' | 'p') || (i > 0 && f.get(i - 1).is_some_and(is_word_char)) {
        return None;
    }
    let hyphen = f.get(i + 1) == Some('-');
    let (_, end) = arabic(f, i + 1 + usize::from(hyphen))?;
    let digits = f.text(i + 1 + usize::from(hyphen), end);
    // Without the hyphen only what can hardly be anything else: A107 yes, Q3 and P2 no.
    if !hyphen && (letter != 'a' || digits.len() < 3) {
        return None;
    }
    if f.get(end).is_some_and(is_word_char) {
        return None;
    }
    Some((format!("{}-{}", letter.to_ascii_uppercase(), digits), end))
}

const WEEKDAYS: &str = "一二三四五六日天末";

/// Characters that make the number before them a quantity or a date.
pub(super) const UNITS: &str = "月日号天周年点时分秒小人份名次元块万千百亿%％折倍季级楼层版页篇封台套期轮种成岁米公吨度℃亩家张只辆位字个楼室班届股刻旬礼星半余k";

pub(super) const UNITS_EN: &[&str] = &[
    "am",
    "pm",
    "day",
    "days",
    "week",
    "weeks",
    "hour",
    "hours",
    "hr",
    "hrs",
    "h",
    "min",
    "mins",
    "minute",
    "minutes",
    "month",
    "months",
    "percent",
    "people",
    "person",
    "persons",
    "times",
    "working",
    "business",
    "more",
    "o'clock",
    "stars",
    "star",
    "points",
    "point",
    "weekdays",
    "workdays",
    "quarters",
    "years",
    "year",
    "items",
    "tasks",
    "of",
    "out of",
    "attendees",
    "participants",
    "colleagues",
    "others",
    "things",
    "questions",
    "reports",
    "pages",
    "copies",
    "sessions",
    "rooms",
    "sentences",
    "additional",
    "further",
    "extra",
    "calendar",
];

const BEFORE_EN: &[&str] = &[
    "by", "at", "version", "phase", "room", "page", "chapter", "floor", "building", "another", "in", "last", "next",
    "first", "rate", "rating", "score", "need", "needs", "within", "until", "after", "before", "v", "q", "release",
    "sprint", "week", "day", "section", "step", "level", "line", "table", "figure", "slide", "option",
];

/// Whether the digits in [i, end) may stand for a line of the letter.
pub(super) fn bare_number_fits(f: &Folded, i: usize, end: usize) -> bool {
    let before = i.checked_sub(1).and_then(|at| f.get(at));
    if before.is_some_and(|c| {
        is_word_char(c)
            || matches!(
                c,
                '.' | '/'
                    | '-'
                    | '$'
                    | '¥'
                    | '￥'
                    | '€'
                    | '~'
                    | '约'
                    | '近'
                    | '共'
                    | 'v'
                    | '月'
                    | '年'
                    | '周'
                    | '点'
                    | '几'
                    | '超'
                    | '每'
                    | '版'
                    | '≥'
                    | '≤'
                    | '<'
                    | '>'
                    | '='
                    | '+'
                    | '·'
                    | '剩'
                    | '有'
                    | '差'
                    | '分'
            )
    }) && !(matches!(before, Some('-' | '~' | '剩' | '有')) && list_before(f, i))
    {
        return false;
    }
    if before == Some(':') && i >= 2 && f.get(i - 2).is_some_and(|c| c.is_ascii_digit()) {
        return false;
    }
    match f.get(end) {
        // 2号任务 is a line, 2号 a day.
        Some('号') if matches!(f.text(end + 1, end + 3).as_str(), "任务" | "事项" | "待办" | "工作") => {}
        // 2线 of the plant; 2线路巡检 is a line and its task.
        Some('线') if !f.get(end + 1).is_some_and(|c| "路索上下缆程".contains(c)) => return false,
        // 3时间紧 is a line and its time.
        Some('时') if f.get(end + 1) == Some('间') => {}
        // 1周五 is a line and a weekday, 1周 an amount.
        Some('周') if f.get(end + 1).is_some_and(|c| WEEKDAYS.contains(c)) => {}
        Some('星' | '礼') if f.get(end + 2).is_some_and(|c| WEEKDAYS.contains(c)) => {}
        Some(c) if UNITS.contains(c) => return false,
        // 3ok, 1done
        Some(c) if is_word_char(c) && !matches!(word_from(f, end).as_str(), "ok" | "done" | "okay") => return false,
        Some('.' | '/' | ':' | '-' | '~') if f.get(end + 1).is_some_and(|c| c.is_ascii_digit()) => {
            // 1-3 and 1~3 are ranges, read by the caller; 1.2, 9:30 and 3/18 are no lines.
            let share = f.get(end) == Some(':')
                && arabic(f, end + 1)
                    .is_some_and(|(_, stop)| f.get(stop).is_some_and(|c| matches!(c, '%' | '月' | '年')));
            if !matches!(f.get(end), Some('-' | '~')) && !share {
                return false;
            }
        }
        // Two 项 are a count, 第2项 is read elsewhere.
        Some('项' | '条' | '件') => return f.get(end) != Some('件'),
        _ => {}
    }
    let after: String = unit_from(f, if f.get(end) == Some(' ') { end + 1 } else { end });
    if UNITS_EN.contains(&after.as_str()) || when::is_english_month(&after) {
        return false;
    }
    if f.get(end) == Some(' ')
        && f.get(end + 1).is_some_and(|c| {
            UNITS.contains(c) && !matches!(c, '来' | '多' | '成' | '时' | '几' | '分' | '家' | '张' | '半')
        })
        && !f.get(end + 1).is_some_and(|c| matches!(c, '周' | '月' | '星' | '礼'))
    {
        return false;
    }
    let word_before = word_before(f, i);
    !BEFORE_EN.contains(&word_before.as_str()) && !when::is_english_month(&word_before)
}

/// 只剩2, 还有3: a line after all when it stands with 没; left to the reader of clauses.
fn list_before(f: &Folded, i: usize) -> bool {
    matches!(i.checked_sub(2).and_then(|at| f.get(at)), Some('只' | '就'))
}

pub(super) fn word_from(f: &Folded, i: usize) -> String {
    let mut j = i;
    while f.get(j).is_some_and(is_word_char) && j - i < 16 {
        j += 1;
    }
    f.text(i, j)
}

/// The word behind a number; `out` counts only in `out of`: `push 3 out to Monday`.
pub(super) fn unit_from(f: &Folded, i: usize) -> String {
    let word = word_from(f, i);
    if word == "out" && word_from(f, i + 4) == "of" { "out of".into() } else { word }
}

fn word_before(f: &Folded, i: usize) -> String {
    let mut end = i;
    while end > 0 && f.get(end - 1) == Some(' ') {
        end -= 1;
    }
    let mut start = end;
    while start > 0 && f.get(start - 1).is_some_and(|c| c.is_ascii_alphabetic()) && end - start < 16 {
        start -= 1;
    }
    f.text(start, end)
}
