//! Feedback forms and project tables (SPEC 4.5, 4.6).

mod issue;
mod plan;
mod progress;

use super::fields::Label;
use super::fields::form::Form;
use super::minutes::sentence::is_nothing;
pub use issue::read_issue;
pub(super) use issue::{is_labelled, issue_fields};
pub use plan::read_project;
pub(super) use plan::{days_of, read_project_facts, responsibility_in, risk_line, says_plan};
pub use progress::read_progress;
pub(super) use progress::says_progress;

/// Entries of one list that are kept.
const ENTRY_COUNT_MAX: usize = 500;

fn push(list: &mut Vec<String>, name: String) {
    if !list.contains(&name) && list.len() < ENTRY_COUNT_MAX {
        list.push(name);
    }
}

/// `市场部(配合)、客服部（知会）`, `配合：市场部；知会：客服部`: names with what is said of them. Ticked boxes choose.
fn named_with_notes(line: &str) -> Vec<(String, String)> {
    if let Some(ticked) = ticked(line) {
        return ticked.into_iter().map(|name| (name, String::new())).collect();
    }
    let mut out = Vec::new();
    let mut group = String::new();
    let mut name = String::new();
    let mut note = String::new();
    let mut depth = 0usize;
    let mut put = |name: &mut String, note: &mut String, group: &str| {
        let bare = std::mem::take(name);
        let bare = bare.trim().trim_matches(['。', '.', ' ', '等', '-', '•']).to_owned();
        let said = std::mem::take(note);
        if bare.chars().count() >= 2 && bare.chars().count() <= 40 && !is_nothing(&bare) {
            out.push((bare, if said.is_empty() { group.to_owned() } else { said }));
        }
    };
    for c in line.chars() {
        match c {
            '(' | '（' | '[' => depth += 1,
            ')' | '）' | ']' => depth = depth.saturating_sub(1),
            c if depth > 0 => note.push(c),
            '、' | ',' | '，' | '/' | '\n' | '&' | '+' => put(&mut name, &mut note, &group),
            ';' | '；' => {
                put(&mut name, &mut note, &group);
                group.clear();
            }
            ':' | '：' => {
                group = std::mem::take(&mut name).trim().to_owned();
            }
            c => name.push(c),
        }
    }
    put(&mut name, &mut note, &group);
    let mut split = Vec::new();
    for (name, note) in out {
        for part in name.split(" and ") {
            split.push((part.trim().to_owned(), note.clone()));
        }
    }
    split
}

/// The ticked options of a line of boxes; `None` where there are no boxes. Boxes stand before or behind their options.
fn ticked(text: &str) -> Option<Vec<String>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Sign {
        On,
        Off,
    }
    let chars: Vec<char> = text.chars().collect();
    let mut signs: Vec<(usize, usize, Sign)> = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        let single = match c {
            '☑' | '☒' | '✅' | '✔' | '✓' | '√' | '■' | '●' | '◉' | '🗹' | '⊠' | '▣' | '◼' | '⬛' => {
                Some(Sign::On)
            }
            '□' | '☐' | '○' | '◯' | '◻' | '⬜' | '▢' => Some(Sign::Off),
            _ => None,
        };
        if let Some(sign) = single {
            // □√ and [√] are one ticked box.
            if let Some(last) = signs.last_mut()
                && last.1 == at
            {
                if sign == Sign::On {
                    last.2 = Sign::On;
                }
                last.1 = at + 1;
            } else {
                signs.push((at, at + 1, sign));
            }
            at += 1;
            continue;
        }
        if matches!(c, '[' | '(' | '（' | '［' | '【') {
            let close = chars.iter().skip(at + 1).take(4).position(|c| matches!(c, ']' | ')' | '）' | '］' | '】'));
            if let Some(length) = close {
                let inside: String = chars.get(at + 1..at + 1 + length).unwrap_or_default().iter().collect();
                let sign = match inside.trim() {
                    "" | "_" => Some(Sign::Off),
                    "x" | "X" | "√" | "✓" | "✔" | "v" | "V" | "☑" | "*" | "●" => Some(Sign::On),
                    _ => None,
                };
                if let Some(sign) = sign {
                    signs.push((at, at + length + 2, sign));
                    at += length + 2;
                    continue;
                }
            }
        }
        at += 1;
    }
    if signs.is_empty() {
        return None;
    }
    let prefix = chars.get(..signs.first()?.0).unwrap_or_default().iter().all(|c| c.is_whitespace());
    let mut out = Vec::new();
    for (index, (start, end, sign)) in signs.iter().enumerate() {
        let option: String = if prefix {
            let stop = signs.get(index + 1).map_or(chars.len(), |next| next.0);
            chars.get(*end..stop).unwrap_or_default().iter().collect()
        } else {
            let from = index.checked_sub(1).and_then(|i| signs.get(i)).map_or(0, |before| before.1);
            chars.get(from..*start).unwrap_or_default().iter().collect()
        };
        // Only ticks and no boxes: `普通 紧急√ 特急`; the word at the tick.
        let lone = !prefix && signs.iter().all(|s| s.2 == Sign::On);
        let option = option.trim().trim_matches(['、', ',', '，', ';', '；', '/', '|', ' ', '\u{3000}']);
        let option = if lone { option.rsplit([' ', '、', '/', '，', ',']).next().unwrap_or(option) } else { option };
        if *sign == Sign::On && !option.is_empty() {
            out.push(option.to_owned());
        }
    }
    Some(out)
}

/// A field with fixed words: its ticked option, else its value.
fn choice(form: &Form, label: Label, word: fn(&str) -> Option<&'static str>) -> Option<String> {
    let lines = form.lines(label);
    let text = lines.join(" ");
    if text.is_empty() {
        return None;
    }
    match ticked(&text) {
        Some(options) => options.iter().find_map(|option| word(option)),
        None => word(&text),
    }
    .map(str::to_owned)
}

pub(super) fn clean(text: impl AsRef<str>) -> String {
    text.as_ref().trim().trim_end_matches(['；', ';', '。']).trim().to_owned()
}

fn one_line(text: &str) -> String {
    text.split('\n').next().unwrap_or(text).trim().trim_end_matches(['。', '；', ';']).to_owned()
}

/// A name, titles and addresses left as they are; 本人 is the writer.
fn person(value: &str, writer: Option<&str>) -> String {
    let value = one_line(value);
    match (value.as_str(), writer) {
        ("本人" | "我", Some(writer)) => writer.to_owned(),
        _ => value.split(['<', '(', '（']).next().unwrap_or(&value).trim().to_owned(),
    }
}

fn list_of(cell: &str) -> Vec<String> {
    named_with_notes(cell).into_iter().map(|(name, _)| name).collect()
}
