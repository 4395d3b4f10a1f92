//! Which lines of the letter are meant: numbers, ids, ranges, lists (O22), and tasks by their words.

mod number;
mod task;

pub use number::{arabic, chinese_number, id_at};
pub use task::{Named, Task, named, whole_tasks};

use super::fold::Folded;
use super::words::{Tok, W, is_word_char};
use crate::domain::reading::{Context, Line};
use crate::language::when;
use number::{UNITS, UNITS_EN, bare_number_fits, circled, unit_from, word_from};

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
