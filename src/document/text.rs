//! Plain text to blocks: bullets, numbers, aligned and tab-separated tables, markdown, wrapped prose.

use super::{Block, Kind, Mark, Row, Style, Table, char_columns, is_invisible, join_lines, markdown};
use std::ops::Range;

/// Quotes inside quotes that are kept apart; deeper ones are read as of this depth.
const QUOTE_DEPTH_MAX: usize = 8;
/// Lines one quoted cell of a pasted sheet may run over.
const CELL_LINES_MAX: usize = 30;
/// A line at least this wide may have been broken by a mail program.
const WRAP_COLUMNS: usize = 62;
/// No line of a text that a mail program broke is wider, quote marks included.
const HARD_COLUMNS: usize = 90;
/// Columns of a table that are read.
const TABLE_COLUMNS_MAX: usize = 64;

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
            labelled: looks_labelled(&tidy(body)),
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
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        if c == '\n' {
            out.push('\n');
            space = true;
        } else if c.is_whitespace() {
            if !space {
                out.push(' ');
            }
            space = true;
        } else if !is_invisible(c) {
            out.push(c);
            space = false;
        }
    }
    markdown::plain(out.trim())
}

/// `> words`: what stands behind the mark.
fn quote_mark(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('>').or_else(|| text.strip_prefix('＞'))?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

/// A line of at least two dashes, stars, equals signs.
fn is_rule(text: &str) -> bool {
    let text = text.trim();
    let mut count = 0;
    let mut first = None;
    for c in text.chars() {
        match c {
            ' ' => {}
            '-' | '=' | '_' | '*' | '~' | '—' | '–' | '─' | '━' | '═' | '·' | '#' | '＝' | '－' | '…' | '+' =>
            {
                if *first.get_or_insert(c) != c {
                    return false;
                }
                count += 1;
            }
            _ => return false,
        }
    }
    count >= 2
}

/// Headings that the writing itself shows: `# …`, `== … ==`, `【…】` or `**…**` alone on the line.
fn heading_of(text: &str) -> Option<(u8, &str)> {
    let text = text.trim();
    let hashes = text.chars().take_while(|c| *c == '#').count();
    if (1..=6).contains(&hashes) {
        let rest = text.get(hashes..)?;
        // `#action bob …` is a word of MeetBot, `#3` a number: a heading has a space.
        if rest.starts_with(' ') {
            let title = rest.trim().trim_end_matches('#').trim();
            return (!title.is_empty()).then_some((u8::try_from(hashes).unwrap_or(6), title));
        }
        return None;
    }
    let inner = text.trim_matches('=');
    if inner.len() + 4 <= text.len() && text.starts_with("==") && text.ends_with("==") && !inner.trim().is_empty() {
        return Some((2, inner.trim()));
    }
    let inner = text.trim_matches(['-', '—', '─', '━', '*']);
    if text.starts_with("**") && text.ends_with("**") && text.len() > 4 {
        let bold = text.get(2..text.len() - 2)?;
        if !bold.contains("**") && bold.chars().count() <= 40 {
            return Some((7, bold.trim()));
        }
    }
    if inner.len() + 4 <= text.len() && text.starts_with("--") && text.ends_with("--") {
        let title = inner.trim();
        // `----- 转发的邮件 -----` stays a paragraph for those who look for it; short titles in dashes are headings.
        if (1..=12).contains(&title.chars().count())
            && !title.contains("邮件")
            && !title.contains("郵件")
            && !is_mail_word(title)
        {
            return Some((3, title));
        }
        return None;
    }
    bracket_title(text).map(|title| (7, title))
}

fn is_mail_word(title: &str) -> bool {
    let title = title.to_lowercase();
    title.contains("message") || title.contains("mail")
}

/// `【待办事项】` alone on a line.
fn bracket_title(text: &str) -> Option<&str> {
    let text = text.trim().trim_end_matches([':', '：']);
    let title = text.strip_prefix('【')?.strip_suffix('】')?;
    (!title.contains('【') && !title.trim().is_empty()).then_some(title.trim())
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

/// How deep items stand: by indentation, and where nothing is indented by the style of their markers.
#[derive(Default)]
pub(crate) struct Nesting {
    open: Vec<(usize, Style)>,
}

impl Nesting {
    pub(crate) fn place(&mut self, indent: usize, style: Style) -> u8 {
        while self.open.last().is_some_and(|(top, _)| *top > indent + 1) {
            self.open.pop();
        }
        let sibling = self.open.iter().rposition(|(i, s)| *s == style && i.abs_diff(indent) <= 1);
        if let Some(at) = sibling {
            self.open.truncate(at);
        } else {
            while self.open.last().is_some_and(|(top, s)| top.abs_diff(indent) <= 1 && *s > style) {
                self.open.pop();
            }
        }
        self.open.push((indent, style));
        if self.open.len() > 64 {
            self.open.remove(0);
        }
        u8::try_from(self.open.len() - 1).unwrap_or(u8::MAX)
    }

    /// A paragraph ends lists that are not headings of sections.
    fn paragraph(&mut self, indent: usize) {
        while self.open.last().is_some_and(|(top, s)| *top >= indent && *s > Style::HanBracket) {
            self.open.pop();
        }
    }
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

/// A box at the start, and whether it is ticked.
fn check_box(text: &str) -> Option<(bool, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let rest = chars.as_str();
    let ticked = match first {
        '☐' | '◻' | '⬜' | '❏' | '❑' | '☖' | '\u{f0a8}' | '\u{f06f}' => false,
        '☑' | '☒' | '✅' | '✔' | '✓' | '🗹' | '\u{f0fe}' | '\u{f052}' | '\u{f0fc}' => true,
        // A square may be a box or only a bullet: a box when a space or word follows; ■ is a bullet.
        '□' => false,
        '√' => true,
        '[' | '［' | '【' => {
            let mut inner = rest.trim_start_matches([' ', '\u{3000}']).chars();
            let mark = inner.next()?;
            let after_mark = inner.as_str().trim_start_matches([' ', '\u{3000}']);
            let close = |s: &str| s.starts_with([']', '］', '】']);
            let strip = |s: &'_ str| -> usize { s.chars().next().map_or(0, char::len_utf8) };
            if matches!(mark, ']' | '］' | '】') {
                // Nothing inside: `[]` or `[ ]`.
                return Some((false, inner.as_str()));
            }
            let ticked = match mark {
                'x' | 'X' | '×' | '✓' | '✔' | '√' | '☑' | '*' | 'v' | 'V' => true,
                '_' | '□' | '-' | '○' | 'o' | 'O' => false,
                _ => return None,
            };
            return close(after_mark).then(|| (ticked, after_mark.get(strip(after_mark)..).unwrap_or_default()));
        }
        _ => return None,
    };
    let rest = rest.trim_start_matches('\u{fe0f}');
    (!rest.trim().is_empty()).then_some((ticked, rest))
}

fn bullet(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let rest = chars.as_str();
    match first {
        '•' | '·' | '●' | '○' | '■' | '◆' | '◇' | '▪' | '▫' | '►' | '▶' | '▸' | '➢' | '➤' | '➔' | '→' | '⇒' | '※'
        | '★' | '☆' | '‣' | '⁃' | '◦' | '∙' | '・' | '▲' | '△' | '❖' | '✧' | '✦' | '◎' | '◉' | '▷' | '⦁' | '⚫'
        | '⚪' | '\u{f0b7}' | '\u{f06c}' | '\u{f0a7}' | '\u{f0d8}' | '\u{f076}' | '\u{f075}' | '\u{f06e}' => {
            (!rest.trim().is_empty()).then_some(rest)
        }
        '-' | '–' | '—' | '*' | '+' | '－' => {
            // A dash is a bullet before a space, or directly before a Chinese word; `-5%` and `--` are not.
            let next = rest.chars().next()?;
            let wide = char_columns(next) == 2 && next != first && !matches!(next, '—' | '－' | '–');
            (next.is_whitespace() || (wide && first != '+')).then_some(rest).filter(|rest| !rest.trim().is_empty())
        }
        // Outlook's second level in plain text.
        'o' | '§' => (rest.starts_with("  ") || rest.starts_with('\t') || first == '§' && rest.starts_with(' '))
            .then_some(rest)
            .filter(|rest| !rest.trim().is_empty()),
        _ => None,
    }
}

fn numbered(text: &str) -> Option<Marked<'_>> {
    let first = text.chars().next()?;
    let some = |style, number, rest| Some(Marked { marker: before(text, rest), style, number, checked: None, rest });
    // ① ⑴ ⒈ and friends carry their own brackets.
    let circled = match first {
        '①'..='⑳' => Some((first as u32 - '①' as u32 + 1, Style::Circled)),
        '⑴'..='⒇' => Some((first as u32 - '⑴' as u32 + 1, Style::DigitBracket)),
        '⒈'..='⒛' => Some((first as u32 - '⒈' as u32 + 1, Style::Digit)),
        '㈠'..='㈩' => Some((first as u32 - '㈠' as u32 + 1, Style::HanBracket)),
        '❶'..='❿' => Some((first as u32 - '❶' as u32 + 1, Style::Circled)),
        'Ⅰ'..='Ⅻ' => Some((first as u32 - 'Ⅰ' as u32 + 1, Style::Han)),
        _ => None,
    };
    if let Some((number, style)) = circled {
        let mut rest = text.get(first.len_utf8()..).unwrap_or_default();
        rest = rest.strip_prefix(['、', '.', '．', ' ', '，', ':', '：', ')', '）']).unwrap_or(rest);
        return (!rest.trim().is_empty()).then(|| some(style, Some(number), rest)).flatten();
    }
    // (1) （一） (a) [1]
    if matches!(first, '(' | '（' | '[' | '［' | '〔' | '【') {
        let inner = text.get(first.len_utf8()..)?;
        let end = inner.char_indices().take(5).find(|(_, c)| matches!(c, ')' | '）' | ']' | '］' | '〕' | '】'))?.0;
        let word = inner.get(..end)?.trim();
        let rest = inner.get(end..)?;
        let rest = rest.get(rest.chars().next()?.len_utf8()..)?;
        let rest_trimmed = rest.strip_prefix(['、', '.', '．', ',', '，', ':', '：']).unwrap_or(rest);
        if rest_trimmed.trim().is_empty() {
            return None;
        }
        if let Some(number) = digits(word) {
            return (word.chars().count() <= 3)
                .then(|| some(Style::DigitBracket, Some(number), rest_trimmed))
                .flatten();
        }
        if let Some(number) = han_number(word) {
            return some(Style::HanBracket, Some(number), rest_trimmed);
        }
        if matches!(first, '(' | '（') && word.len() == 1 && word.chars().all(|c| c.is_ascii_alphabetic()) {
            return some(Style::Letter, letter_number(word), rest_trimmed);
        }
        if matches!(first, '(' | '（') && is_roman(word) {
            return some(Style::Letter, None, rest_trimmed);
        }
        return None;
    }
    if first.is_ascii_digit() || ('０'..='９').contains(&first) {
        return digit_marker(text);
    }
    // 一、 十二． 第一，
    if let Some(after) = text.strip_prefix('第') {
        let end = after.char_indices().find(|(_, c)| han_digit(*c).is_none() && *c != '十' && !c.is_ascii_digit())?.0;
        let word = after.get(..end)?;
        let number = han_number(word).or_else(|| digits(word))?;
        let rest = after.get(end..)?;
        let rest = rest.strip_prefix(['条', '项', '項', '條', '点', '點']).unwrap_or(rest);
        let rest = rest.strip_prefix(['，', ',', '、', '：', ':', '.'])?;
        return (!rest.trim().is_empty()).then(|| some(Style::Digit, Some(number), rest)).flatten();
    }
    if han_digit(first).is_some() || first == '十' {
        let end = text.char_indices().take(4).find(|(_, c)| han_digit(*c).is_none() && *c != '十')?.0;
        let number = han_number(text.get(..end)?)?;
        let rest = text.get(end..)?;
        let rest = rest.strip_prefix(['、', '．', '.', ')', '）'])?;
        return (!rest.trim().is_empty()).then(|| some(Style::Han, Some(number), rest)).flatten();
    }
    if first.is_ascii_alphabetic() {
        let end = text.char_indices().take(5).find(|(_, c)| !c.is_ascii_alphabetic())?.0;
        let word = text.get(..end)?;
        let rest = text.get(end..)?;
        let bracket = rest.starts_with([')', '）', '、']);
        let dot = rest.starts_with(". ") || rest.starts_with(".\t") || rest.starts_with('．');
        if !(bracket || dot) {
            return None;
        }
        let rest = rest.get(rest.chars().next()?.len_utf8()..)?;
        if rest.trim().is_empty() {
            return None;
        }
        // `A. Meyer` is a person: a capital with a point is a marker only before a Chinese word.
        let capital = first.is_ascii_uppercase();
        let wide = rest.trim_start().chars().next().is_some_and(|c| char_columns(c) == 2);
        if word.len() == 1 && (bracket || !capital || wide) {
            return some(Style::Letter, letter_number(word), rest);
        }
        if !capital && is_roman(word) {
            return some(Style::Letter, None, rest);
        }
        if word.eq_ignore_ascii_case("no") && dot {
            let inner = rest.trim_start();
            let marked = digit_marker(inner)?;
            return some(Style::Digit, marked.number, marked.rest);
        }
    }
    None
}

/// `1.` `1、` `1)` `1：` `1.2` — but not `7.15前`, `10:30`, `2026.07.08`, `3个`.
fn digit_marker(text: &str) -> Option<Marked<'_>> {
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let end = text.char_indices().find(|(_, c)| !is_digit(*c))?.0;
    let word = text.get(..end)?;
    if word.chars().count() > 3 {
        return None;
    }
    let number = digits(word)?;
    let rest = text.get(end..)?;
    let separator = rest.chars().next()?;
    let after = rest.get(separator.len_utf8()..)?;
    let next = after.chars().next()?;
    let some =
        |style, rest| Some(Marked { marker: before(text, rest), style, number: Some(number), checked: None, rest });
    match separator {
        '、' | ')' | '）' => {
            let style = if separator == '、' { Style::Digit } else { Style::DigitBracket };
            // `1、2、3号会议室` is a sentence.
            let run = after.trim_start_matches(is_digit);
            if separator == '、' && is_digit(next) && run.starts_with('、') {
                return None;
            }
            (!after.trim().is_empty()).then(|| some(style, after)).flatten()
        }
        '.' | '．' | ':' | '：' | ',' | '，' if !is_digit(next) => {
            if matches!(separator, ':' | '：' | ',' | '，') && number > 40 {
                return None;
            }
            (!after.trim().is_empty()).then(|| some(Style::Digit, after)).flatten()
        }
        '.' | '．' => {
            // More parts, `1.2 words`; or a marker before a number, `1.2026年…`, `1.7月底前…`.
            let mut parts: u8 = 1;
            let mut tail = after;
            let mut run_len;
            loop {
                let run = tail.find(|c: char| !is_digit(c))?;
                run_len = tail.get(..run)?.chars().count();
                let rest = tail.get(run..)?;
                parts = parts.saturating_add(1);
                let sep = rest.chars().next()?;
                let behind = rest.get(sep.len_utf8()..)?;
                if matches!(sep, '.' | '．') && behind.chars().next().is_some_and(is_digit) && parts < 6 {
                    tail = behind;
                    continue;
                }
                if parts == 2
                    && matches!(
                        sep,
                        '年' | '月'
                            | '个'
                            | '個'
                            | '天'
                            | '日'
                            | '号'
                            | '號'
                            | '周'
                            | '小'
                            | '点'
                            | '份'
                            | '名'
                            | '家'
                            | '位'
                    )
                {
                    return some(Style::Digit, after);
                }
                let spaced = sep.is_whitespace() || matches!(sep, '、' | '.' | '．' | ')' | '）');
                let wide = char_columns(sep) == 2
                    && !matches!(
                        sep,
                        '，' | '。'
                            | '；'
                            | '：'
                            | '前'
                            | '之'
                            | '以'
                            | '版'
                            | '亿'
                            | '万'
                            | '元'
                            | '％'
                            | '倍'
                            | '折'
                            | '（'
                            | '至'
                            | '到'
                    );
                if run_len > 2 || !(spaced || (wide && parts > 2)) || (parts == 4 && number > 100) {
                    return None;
                }
                // `7.15 张三` may be a day: only small first parts count when nothing but a space follows.
                let rest = if spaced && !sep.is_whitespace() { behind } else { rest };
                if rest.trim().is_empty() {
                    return None;
                }
                return some(Style::Parts(parts), rest);
            }
        }
        // `1 words` with wide space, as pasted lists have it.
        '\u{3000}' | '\t' if number < 100 => some(Style::Digit, after),
        _ => None,
    }
}

fn digits(word: &str) -> Option<u32> {
    if word.is_empty() || word.chars().count() > 4 {
        return None;
    }
    let mut number = 0;
    for c in word.chars() {
        let digit = match c {
            '0'..='9' => c as u32 - '0' as u32,
            '０'..='９' => c as u32 - '０' as u32,
            _ => return None,
        };
        number = number * 10 + digit;
    }
    Some(number)
}

fn han_digit(c: char) -> Option<u32> {
    Some(match c {
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// 一 to 九十九.
fn han_number(word: &str) -> Option<u32> {
    let chars: Vec<char> = word.chars().take(4).collect();
    match chars.as_slice() {
        ['十'] => Some(10),
        [a] => han_digit(*a),
        ['十', b] => Some(10 + han_digit(*b)?),
        [a, '十'] => Some(han_digit(*a)? * 10),
        [a, '十', b] => Some(han_digit(*a)? * 10 + han_digit(*b)?),
        _ => None,
    }
}

fn letter_number(word: &str) -> Option<u32> {
    let c = word.chars().next()?.to_ascii_lowercase();
    c.is_ascii_lowercase().then(|| u32::from(c as u8 - b'a') + 1)
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.len() <= 4 && word.chars().all(|c| matches!(c, 'i' | 'v' | 'x'))
}

// ---------------------------------------------------------------- tables

/// A table beginning at a line and the line behind it; or else the line before which none of this kind begins.
type TableReader = fn(&[Line<'_>], usize) -> Result<(Table, usize), usize>;
const TABLE_READERS: [TableReader; 3] = [pipe_table, tab_table, aligned_table];
/// Rules in a row within a framed table.
const RULES_MAX: usize = 3;

fn is_pipe(c: char) -> bool {
    matches!(c, '|' | '｜' | '│' | '┃')
}

fn pipe_count(text: &str) -> usize {
    text.chars().filter(|c| is_pipe(*c)).count()
}

/// `|---|:--:|`, `+----+----+`, `├──┼──┤`.
fn is_table_rule(text: &str) -> bool {
    let text = text.trim();
    let mut dashes = 0;
    for c in text.chars() {
        match c {
            '-' | '=' | '─' | '━' | '═' | '—' => dashes += 1,
            '|' | '+' | ':' | ' ' | '\t' | '┼' | '├' | '┤' | '┌' | '┐' | '└' | '┘' | '┬' | '┴' | '│' | '╋' | '┣'
            | '┫' | '┏' | '┓' | '┗' | '┛' | '┳' | '┻' | '╔' | '╗' | '╚' | '╝' | '╠' | '╣' | '╬' | '╦' | '╩' | '║' =>
                {}
            _ => return false,
        }
    }
    dashes >= 2
}

fn is_frame(text: &str) -> bool {
    is_table_rule(text) && text.trim().starts_with(['+', '┌', '├', '└', '┏', '╔', '╠', '╚', '┣', '┗'])
}

fn pipe_cells(text: &str) -> Vec<String> {
    let text = text.trim();
    // ■ 张三｜签订合同｜7月17日: the bullet is no part of the first cell; a box is.
    let text = marker_of(text)
        .filter(|marked| !marked.rest.starts_with(|c| is_pipe(c) || c == '[') && marked.checked.is_none())
        .map_or(text, |marked| marked.rest);
    let text = text.strip_prefix(is_pipe).unwrap_or(text);
    let text = text.strip_suffix(is_pipe).unwrap_or(text);
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut escaped = false;
    for c in text.chars() {
        if is_pipe(c) && !escaped {
            cells.push(tidy(&cell));
            cell.clear();
        } else {
            if c == '|' && escaped {
                cell.pop();
            }
            cell.push(c);
        }
        escaped = c == '\\';
        if cells.len() >= TABLE_COLUMNS_MAX {
            break;
        }
    }
    cells.push(tidy(&cell));
    for cell in &mut cells {
        if cell.contains("<br") {
            *cell = cell.replace("<br>", "\n").replace("<br/>", "\n").replace("<br />", "\n");
        }
    }
    cells
}

fn pipe_table(lines: &[Line<'_>], from: usize) -> Result<(Table, usize), usize> {
    let text = |i: usize| lines.get(i).map(|l| l.text.trim()).unwrap_or_default();
    let first = text(from);
    let framed = is_frame(first);
    let none = Err(from + 1);
    let first_pipes = pipe_count(first);
    if !framed && (first_pipes == 0 || first_pipes == 1 && !is_table_rule(text(from + 1))) {
        return none;
    }
    let mut table = Table::default();
    let mut i = from;
    let mut seen_rule = false;
    let mut rules = 0;
    let mut pipes = 0;
    while i < lines.len() {
        let line = text(i);
        if line.is_empty() {
            // A mail program may have doubled the line ends.
            if pipe_count(text(i + 1)) >= 2 && pipe_count(text(i + 1)) == pipes && text(i + 1).starts_with(is_pipe) {
                i += 1;
                continue;
            }
            break;
        }
        let crossed = |c: char| {
            matches!(c, '+' | '┼' | '┬' | '┴' | '├' | '┌' | '└' | '╋' | '╬' | '╠' | '╔' | '╚' | '┏' | '┗' | '┣')
        };
        if is_table_rule(line) && line.contains(|c| is_pipe(c) || crossed(c)) {
            rules += 1;
            if rules > RULES_MAX {
                break;
            }
            if table.rows.len() == 1 && !seen_rule {
                table.header = Some(0);
                seen_rule = true;
            }
            i += 1;
            continue;
        }
        let count = pipe_count(line);
        if count == 0 || (pipes > 0 && count.abs_diff(pipes) > 1 && !line.starts_with(is_pipe)) {
            break;
        }
        if pipes == 0 {
            pipes = count;
        }
        let cells = pipe_cells(line);
        // In a frame, rows with no rule between them and an empty cell are lines of one row.
        let carries_on = framed
            && rules == 0
            && cells.iter().any(String::is_empty)
            && table.rows.last().is_some_and(|row| row.cells.len() == cells.len());
        rules = 0;
        if carries_on && let Some(above) = table.rows.last_mut() {
            for (cell, more) in above.cells.iter_mut().zip(&cells) {
                join_lines(cell, more);
            }
            join_lines(&mut above.line, line);
        } else {
            table.rows.push(Row { cells, line: line.to_owned() });
        }
        i += 1;
    }
    let enough = table.rows.len() >= 2 || (seen_rule && !table.rows.is_empty());
    let columns_known = seen_rule || pipes >= 2 || (framed && pipes >= 1);
    if !enough || !columns_known || table.rows.first().is_none_or(|row| row.cells.len() < 2) {
        return Err(i.max(from + 1));
    }
    even_out(&mut table);
    Ok((table, i))
}

fn even_out(table: &mut Table) {
    let width = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0).min(TABLE_COLUMNS_MAX);
    for row in &mut table.rows {
        row.cells.resize(width, String::new());
    }
}

/// Rows pasted from a sheet: cells with tabs between them.
fn tab_table(lines: &[Line<'_>], from: usize) -> Result<(Table, usize), usize> {
    let first = lines.get(from).map(|l| l.text).unwrap_or_default();
    let tabs = first.trim_start_matches([' ', '\u{3000}']).matches('\t').count();
    if tabs == 0 || !first.trim().contains('\t') {
        return Err(from + 1);
    }
    let mut table = Table::default();
    let mut i = from;
    while let Some(line) = lines.get(i) {
        let text = line.text;
        if text.trim().is_empty() {
            // Doubled line ends between rows of a broad table.
            let next = lines.get(i + 1).map(|l| l.text).unwrap_or_default();
            if tabs >= 2 && next.matches('\t').count() == tabs {
                i += 1;
                continue;
            }
            break;
        }
        if !text.contains('\t') {
            break;
        }
        let (cells, end, raw) = tab_cells(lines, i);
        table.rows.push(Row { cells, line: raw });
        i = end;
    }
    if table.rows.len() < 2 {
        return Err(i.max(from + 1));
    }
    // Word's lists put a tab behind the marker, and forms one behind the label: those are lines, not rows.
    let marker_only = |cell: &String| {
        let cell = cell.trim();
        cell.is_empty() || marker_of(&format!("{cell} x")).is_some_and(|m| m.rest.trim() == "x")
    };
    let two = table.rows.iter().all(|row| row.cells.iter().filter(|c| !c.is_empty()).count() <= 2);
    if two && table.rows.iter().all(|row| row.cells.first().is_some_and(marker_only)) {
        return Err(i.max(from + 1));
    }
    if two
        && table
            .rows
            .iter()
            .all(|row| row.cells.iter().find(|c| !c.is_empty()).is_some_and(|c| c.ends_with([':', '：'])))
    {
        return Err(i.max(from + 1));
    }
    even_out(&mut table);
    Ok((table, i))
}

/// The cells of the row at `from`; a cell in quotation marks may run over several lines.
fn tab_cells(lines: &[Line<'_>], from: usize) -> (Vec<String>, usize, String) {
    let mut cells = Vec::new();
    let mut raw = String::new();
    let mut i = from;
    let mut open: Option<String> = None;
    while let Some(line) = lines.get(i) {
        if i > from {
            raw.push(' ');
        }
        raw.push_str(line.text.trim_end());
        for (k, piece) in line.text.split('\t').enumerate() {
            match open.take() {
                Some(mut cell) => {
                    cell.push(if k == 0 { '\n' } else { '\t' });
                    cell.push_str(piece);
                    if piece.trim_end().ends_with('"') {
                        cells.push(unquote(&cell));
                    } else {
                        open = Some(cell);
                    }
                }
                None => {
                    let trimmed = piece.trim();
                    let quoted = trimmed.starts_with('"') && (trimmed.len() == 1 || !trimmed.ends_with('"'));
                    if quoted && closes_quote(lines, i) {
                        open = Some(piece.to_owned());
                    } else {
                        cells.push(unquote(piece));
                    }
                }
            }
        }
        i += 1;
        if open.is_none() || i - from >= CELL_LINES_MAX {
            break;
        }
    }
    if let Some(cell) = open {
        cells.push(unquote(&cell));
    }
    cells.truncate(TABLE_COLUMNS_MAX);
    (cells, i, raw.trim().to_owned())
}

/// Whether one of the next lines has a closing quotation mark before a tab or at its end.
fn closes_quote(lines: &[Line<'_>], at: usize) -> bool {
    lines
        .iter()
        .skip(at + 1)
        .take(CELL_LINES_MAX)
        .take_while(|l| !l.text.trim().is_empty() || l.text.contains('"'))
        .any(|l| l.text.contains("\"\t") || l.text.trim_end().ends_with('"'))
}

fn unquote(cell: &str) -> String {
    let cell = cell.trim();
    let inner = cell.strip_prefix('"').and_then(|c| c.strip_suffix('"'));
    match inner {
        Some(inner) => tidy(&inner.replace("\"\"", "\"")),
        None => tidy(cell),
    }
}

/// A cell of a line whose columns are set apart by blanks: its text and its first and last screen column.
struct Cell<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

/// Pieces with at least two blanks (or a full-width one) between them.
fn gap_cells(text: &str) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    let mut column = 0;
    let mut start: Option<(usize, usize)> = None;
    // Bytes and columns where the last word ended, and blanks since.
    let mut end = (0, 0);
    let mut blanks = 0;
    for (at, c) in text.char_indices() {
        let blank = matches!(c, ' ' | '\u{a0}' | '\u{3000}');
        if blank {
            blanks += if c == '\u{3000}' { 2 } else { 1 };
        } else {
            if blanks >= 2
                && let Some((from, from_column)) = start.take()
            {
                cells.push(Cell { text: text.get(from..end.0).unwrap_or_default(), start: from_column, end: end.1 });
            }
            blanks = 0;
            start.get_or_insert((at, column));
            end = (at + c.len_utf8(), column + char_columns(c));
        }
        column += char_columns(c);
    }
    if let Some((from, from_column)) = start {
        cells.push(Cell { text: text.get(from..end.0).unwrap_or_default(), start: from_column, end: end.1 });
    }
    cells
}

/// A table whose columns are lined up with blanks.
fn aligned_table(lines: &[Line<'_>], from: usize) -> Result<(Table, usize), usize> {
    let first = lines.get(from).map(|l| l.text).unwrap_or_default();
    if !(first.contains("  ") || first.contains('\u{3000}')) {
        return Err(from + 1);
    }
    let header = gap_cells(first);
    let width = header.len();
    if !(2..=TABLE_COLUMNS_MAX).contains(&width) {
        return Err(from + 1);
    }
    // Lines of labels (`主持人：张三  记录人：李四`) and sentences are no header.
    if header.iter().any(|cell| cell.text.contains(['：', ':', '。', '；', ';']) || columns(cell.text) > 24) {
        return Err(from + 1);
    }
    let mut table = Table {
        header: None,
        rows: vec![Row { cells: header.iter().map(|c| tidy(c.text)).collect(), line: first.trim().to_owned() }],
    };
    let mut i = from + 1;
    let mut exact = 0;
    while let Some(line) = lines.get(i) {
        let text = line.text;
        if text.trim().is_empty() {
            break;
        }
        if is_table_rule(text) || is_rule(text) {
            if table.rows.len() == 1 {
                table.header = Some(0);
            }
            i += 1;
            continue;
        }
        let cells = gap_cells(text);
        if cells.len() < 2 || cells.len() > width {
            break;
        }
        let mut row = vec![String::new(); width];
        if cells.len() == width {
            exact += 1;
            for (slot, cell) in row.iter_mut().zip(&cells) {
                *slot = tidy(cell.text);
            }
        } else {
            for cell in &cells {
                // The column whose head it overlaps, or whose start is nearest.
                let best = header.iter().enumerate().min_by_key(|(_, head)| {
                    if cell.start < head.end && head.start < cell.end { 0 } else { head.start.abs_diff(cell.start) + 1 }
                });
                if let Some((at, _)) = best
                    && let Some(slot) = row.get_mut(at)
                {
                    join_lines(slot, &tidy(cell.text));
                }
            }
        }
        table.rows.push(Row { cells: row, line: text.trim().to_owned() });
        i += 1;
    }
    let rows = table.rows.len() - 1;
    // Two columns happen by accident; three hardly do.
    let enough = if width == 2 {
        (rows >= 2 && exact == rows) || (table.header.is_some() && exact > 0)
    } else {
        rows >= 1 && exact > 0
    };
    if enough { Ok((table, i)) } else { Err(i) }
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
