//! Plain text to blocks: bullets, numbers, aligned and tab-separated tables, markdown, wrapped prose.

mod heading;
mod marker;
mod table;

use super::{Block, Kind, Mark, Style, char_columns, is_invisible, join_lines, markdown};
use heading::{bracket_title, heading_of, is_rule};
pub(crate) use marker::Nesting;
use marker::{bullet, check_box, numbered};
use std::ops::Range;
use table::TABLE_READERS;

/// Quotes inside quotes that are kept apart; deeper ones are read as of this depth.
const QUOTE_DEPTH_MAX: usize = 8;
/// A line at least this wide may have been broken by a mail program.
const WRAP_COLUMNS: usize = 62;
/// No line of a text that a mail program broke is wider, quote marks included.
const HARD_COLUMNS: usize = 90;

/// A line of the source, quote marks taken off.
#[derive(Clone, Copy)]
struct Line<'a> {
    text: &'a str,
    start: usize,
}

/// Reads plain text.
pub fn blocks(source: &str) -> Vec<Block> {
    let mut lines = Vec::new();
    let mut start = 0;
    for piece in source.split('\n') {
        lines.push(Line { text: piece.strip_suffix('\r').unwrap_or(piece), start });
        start += piece.len() + 1;
    }
    parse(&lines, 0)
}

/// One line, already without markup, that stands for itself (from HTML or a document): an item where it has a marker.
pub(crate) fn block_of_line(text: &str, nesting: &mut Nesting) -> Block {
    let (indent, body) = indent_of(text);
    let line = text.trim().to_owned();
    if is_rule(body) {
        return Block { kind: Kind::Rule, text: body.to_owned(), line, span: 0..0, gap: false };
    }
    if let Some(marked) = marker_of(body) {
        let depth = nesting.place(indent, marked.style);
        let kind = Kind::Item(Mark {
            marker: marked.marker.to_owned(),
            style: marked.style,
            number: marked.number,
            depth,
            checked: marked.checked,
        });
        return Block { kind, text: marked.rest.trim().to_owned(), line, span: 0..0, gap: false };
    }
    if let Some(title) = bracket_title(body) {
        return Block { kind: Kind::Heading(7), text: title.to_owned(), line, span: 0..0, gap: false };
    }
    Block { kind: Kind::Paragraph, text: body.trim().to_owned(), line, span: 0..0, gap: false }
}

fn parse(lines: &[Line<'_>], quote_depth: usize) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut nesting = Nesting::default();
    // A text with long lines was not broken by a mail program: its lines are as they were typed.
    let hard = !lines.iter().any(|line| line.text.len() > HARD_COLUMNS && columns(line.text) > HARD_COLUMNS);
    let mut gap = false;
    let mut fence = false;
    // What the last line was, for joining wrapped lines.
    let mut last: Option<Last> = None;
    // For each kind of table, the line before which none begins: what was looked at in vain is not looked at again.
    let mut barren_until = [0; TABLE_READERS.len()];
    let mut i = 0;
    while let Some(line) = lines.get(i) {
        let (indent, body) = indent_of(line.text);
        if body.trim().is_empty() {
            gap = true;
            last = None;
            i += 1;
            continue;
        }
        let from = out.len();
        if let Some(rest) = body.strip_prefix("```") {
            fence = !fence && rest.matches("```").count() == 0;
            i += 1;
            last = None;
            continue;
        }
        if quote_mark(body).is_some() {
            let end = lines.iter().skip(i).position(|l| quote_mark(indent_of(l.text).1).is_none());
            let end = end.map_or(lines.len(), |n| i + n);
            let inner: Vec<Line<'_>> = lines
                .get(i..end)
                .unwrap_or_default()
                .iter()
                .map(|l| {
                    let mut text = indent_of(l.text).1;
                    while let Some(rest) = quote_mark(text) {
                        text = rest;
                        if quote_depth + 1 < QUOTE_DEPTH_MAX {
                            break;
                        }
                    }
                    Line { text, start: l.start + (l.text.len() - text.len()) }
                })
                .collect();
            let raw: Vec<&str> = lines.get(i..end).unwrap_or_default().iter().map(|l| l.text).collect();
            let span = span_of(lines, i, end);
            let inner_blocks = parse(&inner, quote_depth + 1);
            out.push(Block { kind: Kind::Quote(inner_blocks), text: String::new(), line: raw.join("\n"), span, gap });
            i = end;
            gap = false;
            last = None;
            continue;
        }
        if !fence {
            let mut found = None;
            for (reader, barren) in TABLE_READERS.iter().zip(&mut barren_until) {
                if i < *barren {
                    continue;
                }
                match reader(lines, i) {
                    Ok(table) => {
                        found = Some(table);
                        break;
                    }
                    Err(until) => *barren = until,
                }
            }
            if let Some((table, end)) = found {
                let line = table.rows.first().map(|row| row.line.clone()).unwrap_or_default();
                let text = String::new();
                out.push(Block { kind: Kind::Table(table), text, line, span: span_of(lines, i, end), gap });
                i = end.max(i + 1);
                gap = false;
                last = None;
                continue;
            }
            if is_rule(body) {
                // Setext heading: a short line with a line of = or - directly under it.
                let under = body.trim();
                let is_under = under.len() >= 3 && (under.chars().all(|c| c == '=') || under.chars().all(|c| c == '-'));
                if is_under
                    && !gap
                    && let Some(above) = out.last_mut()
                    && above.kind == Kind::Paragraph
                    && above.text.chars().count() <= 60
                    && last.is_some()
                {
                    above.kind = Kind::Heading(if under.starts_with('=') { 1 } else { 2 });
                } else {
                    let text = body.trim().to_owned();
                    let line = line.text.trim().to_owned();
                    out.push(Block { kind: Kind::Rule, text, line, span: span_of(lines, i, i + 1), gap });
                }
                i += 1;
                gap = false;
                last = None;
                continue;
            }
            if let Some((level, title)) = heading_of(body) {
                let line = line.text.trim().to_owned();
                let text = markdown::plain(title);
                out.push(Block { kind: Kind::Heading(level), text, line, span: span_of(lines, i, i + 1), gap });
                nesting = Nesting::default();
                i += 1;
                gap = false;
                last = None;
                continue;
            }
        }
        // A numbered or bulleted row of words, where Word put a tab behind the marker.
        let untabbed;
        let body = if body.contains('\t') {
            untabbed = body.replace('\t', " ");
            untabbed.as_str()
        } else {
            body
        };
        let marked = if fence { None } else { marker_of(body) };
        let mut labelled = None;
        match marked {
            Some(marked) => {
                let depth = nesting.place(indent, marked.style);
                let mark = Mark {
                    marker: marked.marker.to_owned(),
                    style: marked.style,
                    number: marked.number,
                    depth,
                    checked: marked.checked,
                };
                out.push(Block {
                    kind: Kind::Item(mark),
                    text: tidy(marked.rest),
                    line: line.text.trim().to_owned(),
                    span: span_of(lines, i, i + 1),
                    gap,
                });
            }
            None => {
                let words = tidy(body);
                let label = looks_labelled(&words);
                labelled = Some(label);
                let joins = match (&last, out.last()) {
                    (Some(last), Some(above)) => match &above.kind {
                        Kind::Item(_) => {
                            (indent > last.item_indent && !last.is_paragraph)
                                || (!label && last.was_broken(&words, indent))
                        }
                        Kind::Paragraph => !label && last.was_broken(&words, indent),
                        _ => false,
                    },
                    _ => false,
                };
                if joins && let Some(above) = out.last_mut() {
                    if label || last.as_ref().is_some_and(|last| last.labelled && !last.was_broken(&words, indent)) {
                        above.text.push('\n');
                        above.text.push_str(&words);
                    } else {
                        join_lines(&mut above.text, &words);
                    }
                    join_lines(&mut above.line, line.text);
                    above.span.end = line.start + line.text.len();
                } else {
                    out.push(Block {
                        kind: Kind::Paragraph,
                        text: words,
                        line: line.text.trim().to_owned(),
                        span: span_of(lines, i, i + 1),
                        gap,
                    });
                    nesting.paragraph(indent);
                }
            }
        }
        let is_paragraph = out.last().is_some_and(|b| b.kind == Kind::Paragraph);
        let item_indent = if out.len() > from { indent } else { last.as_ref().map_or(indent, |l| l.item_indent) };
        last = Some(Last {
            columns: columns(line.text.trim_end()),
            indent,
            item_indent,
            is_paragraph,
            labelled: labelled.unwrap_or_else(|| looks_labelled(&tidy(body))),
            open: hard && !ends_sentence(body),
            comma: body.trim_end().ends_with(['、', '，', ',']),
        });
        gap = false;
        i += 1;
    }
    out
}

/// The line before, as far as joining needs it.
struct Last {
    columns: usize,
    indent: usize,
    item_indent: usize,
    is_paragraph: bool,
    labelled: bool,
    /// It ends in the middle of a sentence.
    open: bool,
    comma: bool,
}

impl Last {
    /// Whether `next` is the rest of a line that a mail program broke: the line before was full, or ends with a comma.
    fn was_broken(&self, next: &str, indent: usize) -> bool {
        let word: usize = if next.chars().next().is_some_and(|c| char_columns(c) == 2) {
            2
        } else {
            next.split(' ').next().map_or(0, columns)
        };
        if next.starts_with(['@', '[', '【', '#']) || begins_span(next) {
            return false;
        }
        let full = self.columns + 1 + word > WRAP_COLUMNS;
        (self.open && (full || self.comma && self.columns >= 16))
            || (full && self.columns >= WRAP_COLUMNS && indent >= self.indent && starts_low(next))
    }
}

/// `14:20-15:00 …`: a line of a programme stands for itself.
fn begins_span(text: &str) -> bool {
    let mut rest = text;
    for part in 0..2 {
        let clock = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '：')).len();
        let (head, tail) = rest.split_at(clock);
        if !head.contains([':', '：']) || !head.ends_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let after = tail.trim_start().trim_start_matches(['-', '–', '—', '~', '～', '至', '到']);
        if part == 0 && after.len() == tail.trim_start().len() {
            return false;
        }
        rest = after.trim_start();
    }
    true
}

fn starts_low(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_lowercase)
}

fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end();
    if text.ends_with('）') {
        return true;
    }
    // `… - owner:` was broken before the value.
    if let Some(head) = text.strip_suffix(':')
        && head.rfind([',', ';', '(', '-']).is_some_and(|at| at + 24 > head.len() && at > 20)
    {
        return false;
    }
    text.trim_end()
        .trim_end_matches(['"', '”', ')', '）', '*'])
        .ends_with(['。', '.', '！', '!', '？', '?', '；', ';', '：', ':'])
}

fn columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

fn span_of(lines: &[Line<'_>], from: usize, to: usize) -> Range<usize> {
    let start = lines.get(from).map_or(0, |l| l.start);
    let end = lines.get(to.saturating_sub(1)).map_or(start, |l| l.start + l.text.len());
    start..end.max(start)
}

/// Columns of white space before the first word, and the rest.
fn indent_of(text: &str) -> (usize, &str) {
    let mut indent = 0;
    for (at, c) in text.char_indices() {
        match c {
            ' ' | '\u{a0}' => indent += 1,
            '\t' => indent += 4,
            '\u{3000}' => indent += 2,
            c if is_invisible(c) => {}
            _ => return (indent, text.get(at..).unwrap_or_default()),
        }
    }
    (indent, "")
}

/// White space evened, invisible characters and markdown emphasis gone.
fn tidy(text: &str) -> String {
    let text = text.trim();
    if text.is_ascii() && !text.contains("  ") && !text.contains('\t') {
        return markdown::plain(text);
    }
    let mut out = String::new();
    // What stays is copied by the stretch; most lines stay whole.
    let mut from = 0;
    let mut space = false;
    for (at, c) in text.char_indices() {
        let instead = match c {
            '!'..='~' | '\u{3001}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ffef}' => {
                space = false;
                continue;
            }
            '\n' => {
                space = true;
                continue;
            }
            ' ' if !space => {
                space = true;
                continue;
            }
            c if c.is_whitespace() => {
                let instead = if space { "" } else { " " };
                space = true;
                instead
            }
            c if is_invisible(c) => "",
            _ => {
                space = false;
                continue;
            }
        };
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(instead);
        from = at + c.len_utf8();
    }
    if from == 0 {
        return markdown::plain(text);
    }
    out.push_str(text.get(from..).unwrap_or_default());
    markdown::plain(out.trim())
}

/// `> words`: what stands behind the mark.
fn quote_mark(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('>').or_else(|| text.strip_prefix('＞'))?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

/// Whether a line begins with a short word and a colon: `负责人：…`, `Due date: …`. Such lines are never joined to the
/// one before.
pub(crate) fn looks_labelled(text: &str) -> bool {
    let mut wide = 0;
    let mut narrow = 0;
    for (at, c) in text.char_indices() {
        match c {
            ':' | '：' => {
                let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
                // Not `10:30`, not `http://`.
                return at > 0
                    && !rest.starts_with("//")
                    && !(text.get(..at).is_some_and(|t| t.ends_with(|c: char| c.is_ascii_digit()))
                        && rest.starts_with(|c: char| c.is_ascii_digit()));
            }
            // `Moran - deadline: …` is the rest of a line, no label.
            '-' if text.get(..at).is_some_and(|t| t.ends_with(' ')) => return false,
            ' ' | '/' | '／' | '(' | ')' | '（' | '）' | '-' | '&' | '、' | '\'' => narrow += 1,
            c if c.is_alphanumeric() => {
                if char_columns(c) == 2 {
                    wide += 1;
                } else {
                    narrow += 1;
                }
            }
            _ => return false,
        }
        if wide > 10 || narrow > 24 {
            return false;
        }
    }
    false
}

/// A marker and what stands behind it.
pub(crate) struct Marked<'a> {
    pub marker: &'a str,
    pub style: Style,
    pub number: Option<u32>,
    pub checked: Option<bool>,
    pub rest: &'a str,
}

/// The list marker at the start of a line, if there is one.
pub(crate) fn marker_of(text: &str) -> Option<Marked<'_>> {
    let text = text.trim_start();
    if let Some((checked, rest)) = check_box(text) {
        return Some(Marked {
            marker: before(text, rest),
            style: Style::Bullet,
            number: None,
            checked: Some(checked),
            rest,
        });
    }
    if let Some(rest) = bullet(text) {
        let inner = rest.trim_start();
        if let Some((checked, rest)) = check_box(inner) {
            let marker = before(text, rest);
            return Some(Marked { marker, style: Style::Bullet, number: None, checked: Some(checked), rest });
        }
        // `- 1. words`: the number is the better marker.
        if let Some(number) = numbered(inner)
            && !inner.is_empty()
        {
            return Some(Marked { marker: before(text, number.rest), ..number });
        }
        return Some(Marked { marker: before(text, rest), style: Style::Bullet, number: None, checked: None, rest });
    }
    let mut marked = numbered(text)?;
    if let Some((checked, rest)) = check_box(marked.rest.trim_start()) {
        marked.checked = Some(checked);
        marked.rest = rest;
    }
    Some(marked)
}

fn before<'a>(text: &'a str, rest: &str) -> &'a str {
    text.get(..text.len() - rest.len()).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn shape(source: &str) -> Vec<String> {
        blocks(source)
            .iter()
            .map(|block| match &block.kind {
                Kind::Heading(level) => format!("h{level} {}", block.text),
                Kind::Paragraph => format!("p {}", block.text),
                Kind::Item(mark) => {
                    let tick = match mark.checked {
                        Some(true) => " [x]",
                        Some(false) => " [ ]",
                        None => "",
                    };
                    format!("i{}{} {}", mark.depth, tick, block.text)
                }
                Kind::Table(table) => {
                    let rows: Vec<String> = table.rows.iter().map(|row| row.cells.join("|")).collect();
                    format!("t{} {}", if table.header.is_some() { "h" } else { "" }, rows.join(" / "))
                }
                Kind::Quote(inner) => format!("q{}", inner.len()),
                Kind::Rule => format!("r {}", block.text),
            })
            .collect()
    }

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        assert_eq!(shape(source), expected, "{source}");
    }

    #[test]
    fn markers_of_every_kind() {
        check("1. 甲\n2、乙\n3) 丙\n（4）丁", &["i0 甲", "i0 乙", "i1 丙", "i1 丁"]);
        check("• a\n- b\n* c\n● d", &["i0 a", "i0 b", "i0 c", "i0 d"]);
        check("- [x] 修复\n- [ ] 优化\n☑ 完成\n□ 未", &["i0 [x] 修复", "i0 [ ] 优化", "i0 [x] 完成", "i0 [ ] 未"]);
        check("一、时间：今天\n（一）背景\n① 甲", &["i0 时间：今天", "i1 背景", "i2 甲"]);
        check("1.1 甲\n1.2 乙", &["i0 甲", "i0 乙"]);
        check("1.2026年底前完成", &["i0 2026年底前完成"]);
        check("1.7月底前完成", &["i0 7月底前完成"]);
    }

    #[test]
    fn what_looks_like_a_marker_and_is_none() {
        for text in [
            "7.15前提交",
            "10:30 开会",
            "2026.07.08",
            "3个工作日内",
            "A. Meyer to call",
            "-5%的增长",
            "3.5亿元",
            "1、2、3号会议室均可",
        ] {
            check(text, &[&format!("p {text}")]);
        }
    }

    #[test]
    fn nesting_by_indent_and_by_style() {
        check("- 张三\n  - 甲\n  - 乙\n- 李四", &["i0 张三", "i1 甲", "i1 乙", "i0 李四"]);
        check(
            "一、待办\n1. 甲\n- 负责人：张三\n2. 乙\n二、其他",
            &["i0 待办", "i1 甲", "i2 负责人：张三", "i1 乙", "i0 其他"],
        );
    }

    #[test]
    fn wrapped_lines_are_one() {
        let source =
            "Owen will return the damaged pallets by Monday. Helen agreed to negotiate\na credit note and report back.";
        check(
            source,
            &[
                "p Owen will return the damaged pallets by Monday. Helen agreed to negotiate a credit note and report back.",
            ],
        );
        check(
            "1. David will submit the requirements document for Customer Portal by\nnext Thursday.\n2. b",
            &["i0 David will submit the requirements document for Customer Portal by next Thursday.", "i0 b"],
        );
        check("short\nlines", &["p short", "p lines"]);
        check("- 提交报告\n  并抄送", &["i0 提交报告并抄送"]);
    }

    #[test]
    fn tables_of_every_kind() {
        check("| a | b |\n|---|---|\n| 1 | 2 |", &["th a|b / 1|2"]);
        check("事项\t负责人\n甲\t张三\n乙\t李四", &["t 事项|负责人 / 甲|张三 / 乙|李四"]);
        check(
            "事项    负责人   截止\n甲      张三     周五\n乙      李四",
            &["t 事项|负责人|截止 / 甲|张三|周五 / 乙|李四|"],
        );
        check("+---+---+\n| a | b |\n+---+---+\n| 1 | 2 |\n+---+---+", &["th a|b / 1|2"]);
        check("1.\t甲\n2.\t乙", &["i0 甲", "i0 乙"]);
        check(
            "主持人：张三  记录人：李四\n地点：三楼  时间：今天",
            &["p 主持人：张三 记录人：李四", "p 地点：三楼 时间：今天"],
        );
        check("a\t\"x\ny\"\nb\tz", &["t a|x\ny / b|z"]);
    }

    #[test]
    fn headings_and_rules() {
        check("# 纪要\n## 待办", &["h1 纪要", "h2 待办"]);
        check("纪要\n====\n【待办事项】\n-- \n张三", &["h1 纪要", "h7 待办事项", "r --", "p 张三"]);
        check("#action bob to call", &["p #action bob to call"]);
        check("> quoted\n> more", &["q2"]);
    }
}
