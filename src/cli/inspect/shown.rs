//! `--explain` on a terminal: the source as it was written, what was recognized in it coloured, and below each line what
//! it came to and by which rule. Programs, and pipes, get the JSON of SPEC 9.2 instead.

use crate::cli::Globals;
use crate::document::{Block, Document, Kind};
use crate::mail::inbound::{self, Limits};
use serde_json::{Map, Value};
use std::io::IsTerminal;
use std::path::Path;

const BOLD: &str = "1";
const DIM: &str = "2";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "36";

/// Whether a person reads what is printed.
pub fn is_wanted(explain: bool, globals: &Globals) -> bool {
    explain && !globals.json && std::io::stdout().is_terminal()
}

/// Whether the terminal may be given colours (no-color.org).
pub fn in_colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// What one line came to.
struct Note {
    /// The line as the reading remembers it.
    line: String,
    /// Words of it, and their colour.
    words: Vec<(String, &'static str)>,
    says: String,
}

/// The lines of a file as its reader sees them.
pub fn source_lines(path: &Path, bytes: &[u8]) -> Vec<String> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_mail = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("eml"));
    let Some(mail) = is_mail.then(|| inbound::parse(bytes, &Limits::default()).ok()).flatten() else {
        return document_lines(&Document::from_file(name, bytes).blocks, 0);
    };
    let mut lines: Vec<String> = match (&mail.text, &mail.html) {
        (Some(text), _) if !mail.prefers_html() => text.lines().map(str::to_owned).collect(),
        (_, Some(html)) => document_lines(&Document::from_html(html).blocks, 0),
        _ => Vec::new(),
    };
    for file in mail.attachments.iter().filter(|file| !file.inline && !file.is_message) {
        let document = Document::from_file(&file.name, &file.bytes);
        if !document.is_empty() {
            lines.push(format!("[{}]", file.name));
            lines.extend(document_lines(&document.blocks, 0));
        }
    }
    lines
}

fn document_lines(blocks: &[Block], depth: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for block in blocks {
        match &block.kind {
            Kind::Table(table) => lines.extend(table.rows.iter().map(|row| row.line.clone())),
            Kind::Quote(inner) if depth < 16 => {
                lines.extend(document_lines(inner, depth + 1).into_iter().map(|line| format!("> {line}")));
            }
            _ => lines.extend(block.line.lines().map(str::to_owned)),
        }
    }
    lines
}

/// The source with what `reading` found in it.
pub fn paint(lines: &[String], reading: &Value, colour: bool) -> String {
    let mut notes = Vec::new();
    collect(reading, "", &mut notes);
    let with = |code: &str, text: &str| if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() };
    let mut placed = vec![false; notes.len()];
    let mut out = String::new();
    for line in lines {
        let bare = line.trim();
        let here: Vec<usize> = (0..notes.len())
            .filter(|at| {
                !placed.get(*at).copied().unwrap_or(true)
                    && notes.get(*at).is_some_and(|note| is_of(bare, note.line.trim()))
            })
            .collect();
        if here.is_empty() {
            out.push_str(&if bare.is_empty() { String::new() } else { with(DIM, line) });
            out.push('\n');
            continue;
        }
        let words = here.iter().filter_map(|at| notes.get(*at)).flat_map(|note| note.words.iter());
        out.push_str(&coloured(line, words, &with));
        out.push('\n');
        for at in here {
            if let (Some(slot), Some(note)) = (placed.get_mut(at), notes.get(at)) {
                *slot = true;
                out.push_str(&with(YELLOW, &format!("    ↳ {}", note.says)));
                out.push('\n');
            }
        }
    }
    for (note, _) in notes.iter().zip(&placed).filter(|(_, placed)| !**placed) {
        out.push_str(&with(YELLOW, &format!("↳ {} · {}", note.says, note.line)));
        out.push('\n');
    }
    out
}

/// One sentence with the words its deadline was read from.
pub fn deadline(text: &str, read: &Value, colour: bool) -> String {
    let object = read.as_object();
    let field = |key: &str| object.and_then(|object| self::text(object, key)).unwrap_or_default();
    let with = |code: &str, text: &str| if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() };
    let words = [(field("phrase").to_owned(), GREEN)];
    let says = match (field("error"), field("deadline")) {
        ("", "") => "–".to_owned(),
        ("", day) => format!("{day} · {} · [{}]", field("why"), field("rule")),
        (error, _) => error.to_owned(),
    };
    format!("{}\n{}", coloured(text, words.iter(), &with), with(YELLOW, &format!("    ↳ {says}")))
}

/// Whether a line of the source is the one a reading remembers, or the first of several joined ones.
fn is_of(bare: &str, line: &str) -> bool {
    !bare.is_empty() && (bare == line || bare.contains(line) || bare.chars().count() > 3 && line.starts_with(bare))
}

/// The line with the first place of each of these words in its colour; words that overlap an earlier one stay plain.
fn coloured<'n>(
    line: &str,
    words: impl Iterator<Item = &'n (String, &'static str)>,
    with: &impl Fn(&str, &str) -> String,
) -> String {
    let mut spans: Vec<(usize, usize, &str)> = Vec::new();
    for (word, code) in words.filter(|(word, _)| !word.is_empty()) {
        if let Some(from) = line.find(word.as_str()) {
            let to = from + word.len();
            if spans.iter().all(|(a, b, _)| to <= *a || from >= *b) {
                spans.push((from, to, code));
            }
        }
    }
    spans.sort_unstable();
    let mut out = String::new();
    let mut at = 0;
    for (from, to, code) in spans {
        out.push_str(line.get(at..from).unwrap_or_default());
        out.push_str(&with(code, line.get(from..to).unwrap_or_default()));
        at = to;
    }
    out.push_str(line.get(at..).unwrap_or_default());
    out
}

/// Every object that remembers a line, wherever it stands in the reading.
fn collect(value: &Value, key: &str, notes: &mut Vec<Note>) {
    match value {
        Value::Array(list) => list.iter().for_each(|entry| collect(entry, key, notes)),
        Value::Object(object) => {
            if let Some(line) = text(object, "line") {
                notes.push(note(object, key, line));
                return;
            }
            // Fields of forms and calls stand in the source word by word.
            for (key, value) in object {
                match value {
                    Value::String(said) if !said.trim().is_empty() && key != "text" => {
                        let line = said.lines().next().unwrap_or_default().to_owned();
                        notes.push(Note { words: vec![(line.clone(), BOLD)], line, says: key.clone() });
                    }
                    value => collect(value, key, notes),
                }
            }
        }
        _ => {}
    }
}

fn text<'v>(object: &'v Map<String, Value>, key: &str) -> Option<&'v str> {
    object.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

fn note(object: &Map<String, Value>, key: &str, line: &str) -> Note {
    const TOLD: &[&str] = &[
        "verb",
        "kind",
        "light",
        "outcome",
        "item",
        "id",
        "owner",
        "to",
        "answer",
        "deadline",
        "due",
        "until",
        "start",
        "due_why",
        "percent",
        "score",
        "shift_workdays",
        "minutes",
        "deliverable",
        "status",
        "reason",
        "measure",
        "confidence",
        "rule",
    ];
    let mut words = Vec::new();
    for (field, code) in [
        ("due_phrase", GREEN),
        ("start_phrase", GREEN),
        ("owner", CYAN),
        ("to", CYAN),
        ("deliverable", BOLD),
        ("task", BOLD),
        ("title", BOLD),
        ("reason", BOLD),
    ] {
        match object.get(field) {
            Some(Value::String(word)) => words.push((word.clone(), code)),
            Some(Value::Array(list)) => {
                words.extend(list.iter().filter_map(Value::as_str).map(|word| (word.to_owned(), code)));
            }
            _ => {}
        }
    }
    let mut says: Vec<String> = match key {
        "commands" => Vec::new(),
        key => vec![key.strip_suffix('s').unwrap_or(key).to_owned()],
    };
    for field in TOLD {
        let said = match object.get(*field) {
            None | Some(Value::Null) => continue,
            Some(Value::String(said)) if said.is_empty() => continue,
            Some(Value::String(said)) => said.clone(),
            Some(Value::Number(number)) if *field == "confidence" => {
                format!("{:.2}", number.as_f64().unwrap_or_default())
            }
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            Some(other) => other.to_string(),
        };
        says.push(match *field {
            "rule" => format!("[{said}]"),
            "percent" => format!("{said}%"),
            _ => said,
        });
    }
    Note { line: line.to_owned(), words, says: says.join(" · ") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use serde_json::json;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn what_was_recognized_is_coloured_where_it_stands() {
        let reading = json!({"items": [{"owner": "赵敏", "task": "签订展位合同", "deadline": "2026-07-17",
            "due_phrase": "7月17日前", "due_why": "即 2026-07-17", "confidence": 0.85, "line": "1. 赵敏7月17日前签订展位合同"}]});
        let shown = paint(&lines("各位：\n1. 赵敏7月17日前签订展位合同\n谢谢"), &reading, true);
        assert!(shown.contains("\x1b[36m赵敏\x1b[0m\x1b[32m7月17日前\x1b[0m\x1b[1m签订展位合同\x1b[0m"), "{shown}");
        assert!(shown.contains("↳ item · 赵敏 · 2026-07-17 · 即 2026-07-17 · 0.85"), "{shown}");
        assert!(shown.contains("\x1b[2m谢谢\x1b[0m"), "what says nothing steps back: {shown}");
    }

    #[test]
    fn fields_of_forms_are_named_below_their_lines() {
        let reading = json!({"issue": {"background": "季度复盘", "urgency": "urgent", "missing": []}});
        let shown = paint(&lines("背景：季度复盘\n紧急程度：☑紧急"), &reading, false);
        assert_eq!(shown, "背景：季度复盘\n    ↳ background\n紧急程度：☑紧急\n↳ urgency · urgent\n");
    }

    #[test]
    fn without_colours_the_same_is_said() {
        let reading = json!({"commands": [{"verb": "done", "item": 2, "rule": "done", "line": "2完成"}],
            "doubts": [{"kind": "question", "line": "3谁负责?"}, {"kind": "unread_attachment", "line": "a.pdf"}]});
        let shown = paint(&lines("2完成\n3谁负责?"), &reading, false);
        assert_eq!(
            shown,
            "2完成\n    ↳ done · 2 · [done]\n3谁负责?\n    ↳ doubt · question\n↳ doubt · unread_attachment · a.pdf\n"
        );
    }
}
