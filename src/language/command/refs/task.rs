//! Items named by the words of their task.

use super::{Known, Mark, Target};
use crate::domain::reading::Line;
use crate::language::command::fold::{Folded, folded, is_cjk};
use crate::language::command::words::is_word_char;
use crate::language::en;

/// The words of a task, for naming an item by them.
pub struct Task {
    pub n: u32,
    text: String,
    /// The text itself, masked where it is quoted whole.
    pub(super) chars: Vec<char>,
    cjk_tail: Option<[char; 2]>,
    words: Vec<String>,
    head: Option<String>,
}

/// Shorter tasks are never masked: 测试 stands in too many sentences.
const WHOLE_TASK_CHARS_MIN: usize = 4;

impl Task {
    pub(super) fn new(line: &Line) -> Self {
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
    pub(super) fn named_by(&self, runs: &[String]) -> bool {
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
