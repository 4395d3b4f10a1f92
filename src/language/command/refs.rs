//! Which lines of the letter are meant: numbers, ids, ranges, lists (O22), and tasks by their words.

use super::fold::{Folded, folded, is_cjk};
use super::words::{Tok, W, is_word_char};
use crate::domain::reading::{Context, Line};
use crate::language::{en, when};

/// A line by number, or an object by id where the letter does not show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Number(u32),
    Id(String),
    /// 第9项 where there are three: the writer meant something we do not see.
    Unknown(String),
}

/// A run of references in a text: `1-3`, `A-101、A-103`, 第2项.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub a: usize,
    pub b: usize,
    pub targets: Vec<Target>,
    /// Said to be a line (`#2`, 第2项, an id), not a bare number.
    pub explicit: bool,
}

/// Longer ranges are not lists of lines.
const RANGE_MAX: u32 = 200;

/// What may be referred to.
pub struct Known<'a> {
    pub items: &'a [Line],
    pub context: Context,
    pub tasks: Vec<Task>,
}

impl<'a> Known<'a> {
    /// Whether these characters are the last of a task's name.
    pub fn ends_task(&self, f: &Folded, a: usize, b: usize) -> bool {
        let text = f.chars.get(a..b).unwrap_or_default();
        self.tasks.iter().any(|task| task.chars.ends_with(text))
    }

    pub fn new(items: &'a [Line], context: Context) -> Self {
        Known { items, context, tasks: items.iter().map(Task::new).collect() }
    }

    pub fn has(&self, n: u32) -> bool {
        self.items.iter().any(|line| line.n == n)
    }

    pub fn target_of(&self, id: &str) -> Target {
        match self.items.iter().find(|line| line.id.eq_ignore_ascii_case(id)) {
            Some(line) => Target::Number(line.n),
            None => Target::Id(id.to_ascii_uppercase()),
        }
    }

    /// Where the letter's lines are not at hand its numbers are taken as they are; a mail that answers nothing has none.
    fn open(&self) -> bool {
        self.items.is_empty() && self.context != Context::None
    }
}

/// The words of a task, for naming an item by them.
pub struct Task {
    pub n: u32,
    text: String,
    /// The text itself, masked where it is quoted whole.
    chars: Vec<char>,
    cjk_tail: Option<[char; 2]>,
    words: Vec<String>,
    head: Option<String>,
}

/// Shorter tasks are never masked: 测试 stands in too many sentences.
const WHOLE_TASK_CHARS_MIN: usize = 4;

impl Task {
    fn new(line: &Line) -> Self {
        let text = folded(line.task.trim());
        let chars: Vec<char> = text.chars().collect();
        // The head of a Chinese task is its end: 提交测试*报告*; what follows 给 or 至 is not part of it.
        let cut = text.find(['(', ',', '，', '。', ';', ':']).unwrap_or(text.len());
        let object = text.get(..cut).unwrap_or(&text);
        let object = object.find("给").filter(|at| *at > 6).and_then(|at| object.get(..at)).unwrap_or(object);
        let cjk: Vec<char> = object.chars().filter(|c| is_cjk(*c)).collect();
        let cjk_tail = match cjk.as_slice() {
            [.., a, b] => Some([*a, *b]),
            _ => None,
        };
        let all: Vec<&str> = text.split(|c: char| !is_word_char(c)).filter(|word| !word.is_empty()).collect();
        let stop = all
            .iter()
            .enumerate()
            .skip(1)
            .find(|(_, word)| {
                matches!(
                    **word,
                    "to" | "for" | "with" | "from" | "in" | "on" | "at" | "by" | "before" | "into" | "about"
                )
            })
            .map_or(all.len(), |(at, _)| at);
        let head = all.get(..stop).and_then(|object| object.last()).map(|word| stem(word));
        let words = all.iter().filter(|word| !en::TASK_STOP.contains(word)).map(|word| stem(word)).collect();
        Task { n: line.n, chars, cjk_tail, words, head, text }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// A word that says what the task is about.
    pub fn has_word(&self, word: &str) -> bool {
        !en::TASK_STOP.contains(&word) && self.words.contains(&stem(word))
    }

    /// Whether these words, all of them, name this task: they must hold its head.
    fn named_by(&self, runs: &[String]) -> bool {
        let mut named = false;
        for run in runs {
            let cjk: Vec<char> = run.chars().filter(|c| is_cjk(*c)).collect();
            if !cjk.is_empty() {
                // Every character has to stand in the task, in pairs as they stand there.
                let pairs = |c: &[char]| self.chars.windows(c.len()).any(|w| w == c);
                let covered = if cjk.len() == 1 {
                    false
                } else {
                    cjk.windows(2).filter(|pair| pairs(pair)).count() + 1 >= cjk.len()
                };
                if !covered && !(cjk.len() > 3 && cjk.windows(2).filter(|pair| pairs(pair)).count() + 2 >= cjk.len()) {
                    return false;
                }
                let has_head = self.cjk_tail.is_some_and(|tail| cjk.windows(2).any(|pair| pair == tail));
                let covers_most = cjk.len() * 5 >= self.chars.len() * 3;
                named |= has_head || covers_most;
            }
            for word in run.split(|c: char| !is_word_char(c)).filter(|word| !word.is_empty()) {
                if is_cjk(word.chars().next().unwrap_or(' ')) {
                    continue;
                }
                let stemmed = stem(word);
                if self.head.as_deref() == Some(stemmed.as_str()) {
                    named = true;
                } else if !self.words.contains(&stemmed) && !en::TASK_STOP.contains(&word) {
                    return false;
                }
            }
        }
        named
    }
}

fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let cut = if word.len() > 5 && word.ends_with("ies") {
        return format!("{}y", word.get(..word.len() - 3).unwrap_or(word));
    } else if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
        1
    } else {
        0
    };
    let word = word.get(..word.len() - cut).unwrap_or(word);
    // The migration is what was to be migrated, the renewal what was to be renewed.
    let ends = [("ion", 8), ("al", 7), ("ment", 8), ("e", 6)];
    let deed = ends.iter().find_map(|(end, least)| word.strip_suffix(end).filter(|_| word.len() >= *least));
    deed.unwrap_or(word).to_string()
}

/// What words that are no command name.
#[derive(Debug, PartialEq, Eq)]
pub enum Named {
    One(u32),
    Several,
    Nothing,
}

/// `the first one`, 最后一项: references by order, which look like dates to others.
pub fn ordinals(f: &Folded, a: usize, b: usize, known: &Known) -> Vec<Mark> {
    let mut marks = Vec::new();
    for i in a..b {
        let begins = f.get(i).is_some_and(|c| matches!(c, 'f' | 's' | 't' | 'l'))
            && !(i > 0 && f.get(i - 1).is_some_and(is_word_char));
        if begins && let Some((targets, end, true)) = one(f, i, b, known) {
            marks.push(Mark { a: i, b: end, targets, explicit: true });
        }
    }
    marks
}

/// Finds the one task that these words name.
pub fn named(known: &Known, runs: &[String]) -> Named {
    let mut hits = known.tasks.iter().filter(|task| task.named_by(runs));
    match (hits.next(), hits.next()) {
        (Some(one), None) => Named::One(one.n),
        (Some(_), Some(_)) => Named::Several,
        _ => Named::Nothing,
    }
}

/// Where the text of a whole task stands.
pub fn whole_tasks(f: &Folded, a: usize, b: usize, known: &Known) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let Some(text) = f.chars.get(a..b.min(f.len())) else { return marks };
    for task in &known.tasks {
        if task.chars.len() < WHOLE_TASK_CHARS_MIN || task.chars.len() > text.len() {
            continue;
        }
        if let Some(at) = text.windows(task.chars.len()).position(|w| w == task.chars) {
            let mark =
                Mark { a: a + at, b: a + at + task.chars.len(), targets: vec![Target::Number(task.n)], explicit: true };
            // The longer of two that overlap: 测试报告 and 测试报告模板.
            match marks.iter().position(|other| other.a < mark.b && mark.a < other.b) {
                Some(at) => {
                    if let Some(other) = marks.get_mut(at)
                        && mark.b - mark.a > other.b - other.a
                    {
                        *other = mark;
                    }
                }
                None => marks.push(mark),
            }
        }
    }
    marks
}

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

fn circled(c: char) -> Option<u32> {
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
const UNITS: &str = "月日号天周年点时分秒小人份名次元块万千百亿%％折倍季级楼层版页篇封台套期轮种成岁米公吨度℃亩家张只辆位字个楼室班届股刻旬礼星半余k";

const UNITS_EN: &[&str] = &[
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
fn bare_number_fits(f: &Folded, i: usize, end: usize) -> bool {
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

fn word_from(f: &Folded, i: usize) -> String {
    let mut j = i;
    while f.get(j).is_some_and(is_word_char) && j - i < 16 {
        j += 1;
    }
    f.text(i, j)
}

/// The word behind a number; `out` counts only in `out of`: `push 3 out to Monday`.
fn unit_from(f: &Folded, i: usize) -> String {
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

/// One reference at `i`: its number, its end, and whether it was marked as one.
fn one(f: &Folded, i: usize, end: usize, known: &Known) -> Option<(Vec<Target>, usize, bool)> {
    let c = f.get(i)?;
    if let Some((id, stop)) = id_at(f, i)
        && stop <= end
    {
        return Some((vec![known.target_of(&id)], stop, true));
    }
    if let Some(n) = circled(c) {
        return number(n, known, true).map(|target| (vec![target], i + 1, true));
    }
    // 任务一, 事项2
    for head in ["任务", "事项", "待办", "行动项"] {
        let at = i + head.chars().count();
        if c == head.chars().next().unwrap_or(c)
            && f.text(i, at) == head
            && let Some((n, stop)) = arabic(f, at).or_else(|| chinese_number(f, at))
            && !f.get(stop).is_some_and(|c| UNITS.contains(c) || matches!(c, '个' | '些' | '样' | '项' | '条' | '件'))
        {
            return number(n, known, false)
                .filter(|target| matches!(target, Target::Number(_)))
                .map(|target| (vec![target], stop, true));
        }
    }
    let mut j = i;
    let mut marked = false;
    let mut ordinal = false;
    match c {
        '#' | '№' => {
            marked = true;
            j += 1;
        }
        '第' => {
            ordinal = true;
            j += 1;
        }
        '(' | '[' => {
            j += 1;
            if f.get(j) == Some('第') {
                j += 1;
            }
            let (n, stop) = arabic(f, j).or_else(|| chinese_number(f, j))?;
            let stop = if f.get(stop).is_some_and(|c| matches!(c, '项' | '条')) { stop + 1 } else { stop };
            if !f.get(stop).is_some_and(|c| matches!(c, ')' | ']')) {
                return None;
            }
            // (2天) is no line, (2) is; a number in brackets that is no line of ours is left alone.
            return match number(n, known, false) {
                Some(target @ Target::Number(_)) => Some((vec![target], stop + 1, true)),
                _ => None,
            };
        }
        '编' | '序' if f.get(i + 1) == Some('号') => {
            marked = true;
            j += 2;
            if f.get(j) == Some(':') {
                j += 1;
            }
        }
        _ => {}
    }
    if c.is_ascii_alphabetic() && !(i > 0 && f.get(i - 1).is_some_and(is_word_char)) {
        let word = word_from(f, i);
        if matches!(
            word.as_str(),
            "item"
                | "items"
                | "task"
                | "tasks"
                | "action"
                | "actions"
                | "no"
                | "nr"
                | "number"
                | "numbers"
                | "point"
                | "nos"
                | "line"
                | "ai"
                | "todo"
        ) {
            j = i + word.chars().count();
            if f.get(j) == Some('.') {
                j += 1;
            }
            if f.get(j) == Some(' ') {
                j += 1;
            }
            if f.get(j) == Some('#') {
                j += 1;
            }
            if !f.get(j).is_some_and(|c| c.is_ascii_digit()) {
                return None;
            }
            marked = true;
        } else if let Some(n) = match word.as_str() {
            "first" => Some(1),
            "second" => Some(2),
            "third" => Some(3),
            "fourth" => Some(4),
            "fifth" => Some(5),
            _ => None,
        } {
            let mut stop = i + word.chars().count();
            let next = word_from(f, stop + 1);
            if !matches!(next.as_str(), "one" | "item" | "task" | "action" | "point") {
                return first_or_last_few(f, i, &word, known);
            }
            stop += 1 + next.chars().count();
            return number(n, known, true).map(|target| (vec![target], stop, true));
        } else if let Some(found) = first_or_last_few(f, i, &word, known) {
            return Some(found);
        } else if word == "last" {
            let stop = i + 4;
            let next = word_from(f, stop + 1);
            if !matches!(next.as_str(), "one" | "item" | "task" | "action") {
                return None;
            }
            let last = known.items.iter().map(|line| line.n).max()?;
            return Some((vec![Target::Number(last)], stop + 1 + next.chars().count(), true));
        } else {
            return None;
        }
    }
    // 前两项, 后两项, 最后一项
    // 推后两个工作日 is no 后两个.
    let shifted =
        i > 0 && f.get(i - 1).is_some_and(|c| matches!(c, '推' | '延' | '往' | '之' | '以' | '然' | '今' | '提'));
    if matches!(c, '前' | '头' | '后' | '最') && !known.items.is_empty() && !shifted {
        let last_one = c == '最' && f.get(i + 1) == Some('后');
        let at = if last_one { i + 2 } else { i + 1 };
        if c == '最' && !last_one {
            return None;
        }
        let (count, stop) = arabic(f, at).or_else(|| chinese_number(f, at))?;
        if !f.get(stop).is_some_and(|c| matches!(c, '项' | '条' | '个')) {
            return None;
        }
        let mut numbers: Vec<u32> = known.items.iter().map(|line| line.n).collect();
        numbers.sort_unstable();
        let count = count as usize;
        if count == 0 || count > numbers.len() {
            return Some((vec![Target::Unknown(f.text(i, stop + 1))], stop + 1, true));
        }
        let chosen: Vec<u32> = if matches!(c, '前' | '头') {
            numbers.iter().take(count).copied().collect()
        } else {
            numbers.iter().skip(numbers.len() - count).copied().collect()
        };
        return Some((chosen.into_iter().map(Target::Number).collect(), stop + 1, true));
    }
    let (n, mut stop) = match arabic(f, j) {
        Some(found) => found,
        None if ordinal => chinese_number(f, j)?,
        None => {
            // 一、确认  二、延期
            let (n, stop) = chinese_number(f, j)?;
            let begins = i == 0 || f.get(i - 1).is_some_and(|c| matches!(c, ' ' | '\n' | ',' | '。' | ';'));
            if !begins || !f.get(stop).is_some_and(|c| matches!(c, '、' | '.')) {
                return None;
            }
            return number(n, known, false)
                .filter(|t| matches!(t, Target::Number(_)))
                .map(|target| (vec![target], stop, true));
        }
    };
    if ordinal {
        // 第3项; 第3天 and 第3季度 are something else. 第3 alone is taken before a verb.
        let mut measured = false;
        if f.get(stop).is_some_and(|c| matches!(c, '项' | '条' | '点' | '个' | '件' | '款')) {
            stop += 1;
            measured = true;
        } else if f.get(stop).is_some_and(|c| UNITS.contains(c) || matches!(c, '次' | '方' | '章' | '节' | '步' | '阶'))
        {
            return None;
        }
        // 第1到3项, 第1、2项: the measure word stands at the end.
        if !measured {
            for _ in 0..1 {
                if f.get(stop) == Some(' ') && f.get(stop + 1).is_some_and(|c| matches!(c, '项' | '条')) {
                    stop += 2;
                }
            }
        }
        return number(n, known, true).map(|target| (vec![target], stop, true));
    }
    if marked {
        // `#1's due date`
        if f.text(stop, stop + 2) == "'s" {
            stop += 2;
        }
        if f.get(stop).is_some_and(|c| matches!(c, '项' | '条' | '号')) {
            stop += 1;
        }
        return number(n, known, true).map(|target| (vec![target], stop, true));
    }
    if n == 0 || n > 999 || !bare_number_fits(f, i, stop) {
        return None;
    }
    let mut explicit = false;
    if f.get(stop) == Some('号') {
        stop += 1;
        explicit = true;
    }
    if f.get(stop).is_some_and(|c| matches!(c, '项' | '条')) {
        // 2项已完成 may be a count: taken only where it begins a clause and the count is not meant: never alone.
        let begins = i == 0
            || f.get(i - 1).is_some_and(|c| matches!(c, ' ' | ',' | ';' | '。' | '、' | '和' | '到' | '-' | '~'));
        let listed = i >= 1 && f.get(i - 1).is_some_and(|c| matches!(c, '、' | '和' | '到' | '-' | '~' | ','))
            // 1、2项已完成;3项无法推进: who has begun to count the lines so goes on so.
            || counted_before(f, i);
        if !begins || !listed {
            return None;
        }
        stop += 1;
        explicit = true;
    }
    match number(n, known, false)? {
        target @ Target::Number(_) => Some((vec![target], stop, explicit)),
        _ => None,
    }
}

/// 1、2项 or 第1项 before this place in the line.
fn counted_before(f: &Folded, i: usize) -> bool {
    (1..i).any(|at| {
        f.get(at) == Some('项')
            && f.get(at - 1).is_some_and(|c| c.is_ascii_digit())
            && at >= 3
            && matches!(f.get(at - 2), Some('、' | '和' | '第' | '-' | '~' | '到'))
    })
}

/// `first two`, `last three items`: lines by their place in the letter.
fn first_or_last_few(f: &Folded, i: usize, word: &str, known: &Known) -> Option<(Vec<Target>, usize, bool)> {
    if !matches!(word, "first" | "last") || known.items.is_empty() {
        return None;
    }
    let at = i + word.len() + 1;
    let count_word = word_from(f, at);
    let count = match count_word.as_str() {
        "two" | "2" => 2,
        "three" | "3" => 3,
        "four" | "4" => 4,
        "five" | "5" => 5,
        _ => return None,
    };
    let mut stop = at + count_word.chars().count();
    let next = word_from(f, stop + 1);
    if matches!(next.as_str(), "items" | "tasks" | "ones" | "actions" | "points") {
        stop += 1 + next.chars().count();
    } else if UNITS_EN.contains(&next.as_str()) {
        return None;
    }
    let mut numbers: Vec<u32> = known.items.iter().map(|line| line.n).collect();
    numbers.sort_unstable();
    if count > numbers.len() {
        return Some((vec![Target::Unknown(count_word)], stop, true));
    }
    let skip = if word == "first" { 0 } else { numbers.len() - count };
    Some((numbers.into_iter().skip(skip).take(count).map(Target::Number).collect(), stop, true))
}

fn number(n: u32, known: &Known, marked: bool) -> Option<Target> {
    if known.has(n) || known.open() {
        Some(Target::Number(n))
    } else if marked {
        Some(Target::Unknown(n.to_string()))
    } else {
        None
    }
}

/// A list of references that begins at `i`: `1,2和3`, `#1-#3`, `1 and 2`.
pub fn list_at(f: &Folded, i: usize, end: usize, known: &Known) -> Option<Mark> {
    let (mut targets, mut stop, mut explicit) = one(f, i, end, known)?;
    // 第1、2项 and `items 1, 2` mark their followers too. After 1、2 a comma ends the list: 完成1、2,3预计周五.
    let mut dun = false;
    loop {
        let mut j = stop;
        while f.get(j) == Some(' ') {
            j += 1;
        }
        let spaced = j > stop;
        let mut range = false;
        let mut joined = true;
        match f.get(j) {
            Some(',') if dun => break,
            Some('、') => {
                dun = true;
                j += 1;
            }
            Some(',' | '&' | '+' | '和' | '与' | '及' | '跟' | '，') => j += 1,
            Some('/') => j += 1,
            Some('-' | '~' | '到' | '至') => {
                range = true;
                j += 1;
                while matches!(f.get(j), Some('-' | '~')) {
                    j += 1;
                }
            }
            Some(c) if c.is_ascii_alphabetic() => match word_from(f, j).as_str() {
                "and" | "plus" => j += word_from(f, j).chars().count(),
                "to" | "thru" | "through" => {
                    range = true;
                    j += word_from(f, j).chars().count();
                }
                _ if spaced => joined = false,
                _ => break,
            },
            Some(_) if spaced => joined = false,
            _ => break,
        }
        if j >= end {
            break;
        }
        if !joined && !spaced {
            break;
        }
        while f.get(j) == Some(' ') {
            j += 1;
        }
        // `, and 3`
        if joined && !range && matches!(word_from(f, j).as_str(), "and") {
            j += 3;
            while f.get(j) == Some(' ') {
                j += 1;
            }
        }
        if j >= end {
            break;
        }
        // 2 3月20日, 1 2周后: the next number has its own unit; `one` refuses it.
        let Some((next, next_stop, next_explicit)) = follower(f, j, end, known) else { break };
        if range {
            let (Some(Target::Number(from)), [Target::Number(to)]) = (targets.last().cloned(), next.as_slice()) else {
                break;
            };
            if *to <= from || *to - from > RANGE_MAX {
                break;
            }
            for n in from + 1..=*to {
                if known.has(n) || known.open() {
                    targets.push(Target::Number(n));
                }
            }
        } else {
            for target in next {
                if !targets.contains(&target) {
                    targets.push(target);
                }
            }
        }
        explicit |= next_explicit;
        stop = next_stop;
    }
    // 1、2、3项
    if f.get(stop).is_some_and(|c| matches!(c, '项' | '条')) && targets.len() > 1 {
        stop += 1;
        explicit = true;
    }
    Some(Mark { a: i, b: stop, targets, explicit })
}

/// A further member of a list; 3项 at the end of 1、2、3项 is one, other units make it something else.
fn follower(f: &Folded, j: usize, end: usize, known: &Known) -> Option<(Vec<Target>, usize, bool)> {
    if let Some(found) = one(f, j, end, known) {
        return Some(found);
    }
    // In a list the sign before a number does not make it a quantity (1-3, 1/2).
    let (n, stop) = arabic(f, j)?;
    if stop > end || f.get(stop).is_some_and(|c| (UNITS.contains(c) && c != '几') || is_word_char(c)) {
        return None;
    }
    if matches!(f.get(stop), Some('.' | ':' | '/')) && f.get(stop + 1).is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    // 3/18 and 3-18 are dates where the letter has no line 18.
    let after = unit_from(f, if f.get(stop) == Some(' ') { stop + 1 } else { stop });
    if UNITS_EN.contains(&after.as_str()) || when::is_english_month(&after) {
        return None;
    }
    match number(n, known, false)? {
        target @ Target::Number(_) => {
            let stop = if f.get(stop).is_some_and(|c| matches!(c, '项' | '条')) { stop + 1 } else { stop };
            Some((vec![target], stop, false))
        }
        _ => None,
    }
}

/// The references at the head of a clause, and where the clause goes on.
pub fn leading(f: &Folded, a: usize, b: usize, known: &Known) -> Option<Mark> {
    let mut i = a;
    while i < b
        && f.get(i).is_some_and(|c| {
            matches!(c, ' ' | '-' | '*' | '•' | '·' | '●' | '○' | '▪' | '>' | '"' | '◆' | '■' | '→' | '※')
        })
    {
        i += 1;
    }
    // `Re #2: …`, `as for 3, …`
    for head in ["re: ", "re ", "regarding ", "as for ", "concerning ", "关于", "至于"] {
        let after = i + head.chars().count();
        if f.text(i, after.min(b)) == head && list_at(f, after, b, known).is_some() {
            i = after;
            break;
        }
    }
    let mut mark = list_at(f, i, b, known)?;
    while mark.b < b
        && f.get(mark.b)
            .is_some_and(|c| matches!(c, ' ' | '、' | '.' | ':' | ')' | '-' | ']' | '>' | '"' | '=' | '→' | ','))
    {
        mark.b += 1;
    }
    Some(mark)
}

/// All further references in [a, b) that stand outside the masks.
pub fn scan(f: &Folded, a: usize, b: usize, masks: &[Tok], known: &Known) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut i = a;
    while i < b {
        if let Some(mask) = masks.iter().find(|mask| mask.a <= i && i < mask.b && mask.w != W::Ref) {
            i = mask.b;
            continue;
        }
        let inside_word = i > 0 && f.get(i).is_some_and(is_word_char) && f.get(i - 1).is_some_and(is_word_char);
        if !inside_word
            && let Some(mark) = list_at(f, i, b, known)
            && !masks.iter().any(|mask| mask.a < mark.b && mark.a < mask.b)
        {
            i = mark.b;
            marks.push(mark);
            continue;
        }
        i += 1;
    }
    marks
}
