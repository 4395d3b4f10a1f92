//! HTML to blocks.
//!
//! A tokenizer and one stack, not a tree: mail HTML is rarely valid, sometimes hostile, and a reader that walks the
//! source once is linear whatever is nested in whatever. Lines that come out are read like lines of plain text, because
//! people type `1. …` and `- [ ] …` into HTML editors too. Text that is not shown (display:none, size 0, white on white)
//! gives nothing (TRUST P8). Nothing is ever fetched.

mod entity;
mod look;
mod table;
mod token;

use super::text::{Nesting, block_of_line, marker_of};
use super::{Block, CELL_COUNT_MAX, Kind, Mark, Style, is_invisible, join_lines};
use crate::sight::{self, Rgb};
pub use entity::entities;
use look::{Attributes, Look};
use std::borrow::Cow;
use std::collections::HashSet;
use table::{CellRead, SPAN_MAX, TableRead, even};
use token::{Token, Tokens, each_attribute};

/// Elements that are open at once; deeper ones count as text of the innermost.
const DEPTH_MAX: usize = 256;
/// Names in style sheets that hide what bears them.
const HIDDEN_NAMES_MAX: usize = 200;

/// An element as others may want to judge it: is it a quote, a signature, a banner?
pub struct Element<'a> {
    /// As written, any case.
    pub name: &'a str,
    /// The source between name and `>`.
    pub attributes: &'a str,
}

impl Element<'_> {
    /// An attribute's value with its entities resolved.
    pub fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut found = None;
        each_attribute(self.attributes, |key, value| {
            if found.is_none() && key.eq_ignore_ascii_case(name) {
                found = Some(entities(value));
            }
        });
        found
    }
}

/// Reads HTML; block quotes become [`Kind::Quote`].
pub fn blocks(source: &str) -> Vec<Block> {
    blocks_quoting(source, &|_| false)
}

/// Reads HTML; what `is_quote` says becomes [`Kind::Quote`] as block quotes do.
pub fn blocks_quoting(source: &str, is_quote: &dyn Fn(&Element<'_>) -> bool) -> Vec<Block> {
    let mut reader = Reader::new(is_quote);
    let mut tokens = Tokens { source, at: 0 };
    while let Some(token) = tokens.next() {
        match token {
            Token::Text(text) => reader.text(text),
            Token::Open { name, attributes, empty } => {
                let tag = Tag::of(name);
                if tag.is_raw() {
                    let inner = tokens.raw(name);
                    if tag == Tag::Style {
                        reader.style_sheet(inner);
                    }
                } else {
                    reader.open(tag, &Element { name, attributes }, empty);
                }
            }
            Token::Close { name } => reader.close(Tag::of(name)),
        }
    }
    reader.finish()
}

// ---------------------------------------------------------------- elements

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    P,
    Block,
    Heading(u8),
    Br,
    Hr,
    Ul,
    Ol,
    Li,
    Table,
    Section,
    Tr,
    Td,
    Th,
    Quote,
    Pre,
    Bold,
    Input,
    /// What is never shown.
    Unseen,
    Script,
    Style,
    Void,
    Inline,
}

impl Tag {
    fn of(name: &str) -> Tag {
        let mut lower = [0u8; 12];
        let bytes = name.as_bytes();
        let Some(slot) = lower.get_mut(..bytes.len()) else { return Tag::Inline };
        slot.copy_from_slice(bytes);
        slot.make_ascii_lowercase();
        match &*slot {
            b"p" => Tag::P,
            b"div" | b"section" | b"article" | b"header" | b"footer" | b"main" | b"nav" | b"aside" | b"center"
            | b"address" | b"form" | b"fieldset" | b"dl" | b"dt" | b"dd" | b"figure" | b"caption" | b"details"
            | b"summary" | b"body" | b"html" | b"legend" => Tag::Block,
            b"h1" => Tag::Heading(1),
            b"h2" => Tag::Heading(2),
            b"h3" => Tag::Heading(3),
            b"h4" => Tag::Heading(4),
            b"h5" => Tag::Heading(5),
            b"h6" => Tag::Heading(6),
            b"br" => Tag::Br,
            b"hr" => Tag::Hr,
            b"ul" | b"menu" | b"dir" => Tag::Ul,
            b"ol" => Tag::Ol,
            b"li" => Tag::Li,
            b"table" => Tag::Table,
            b"thead" | b"tbody" | b"tfoot" => Tag::Section,
            b"tr" => Tag::Tr,
            b"td" => Tag::Td,
            b"th" => Tag::Th,
            b"blockquote" => Tag::Quote,
            b"pre" | b"listing" => Tag::Pre,
            b"b" | b"strong" => Tag::Bold,
            b"input" => Tag::Input,
            b"script" | b"title" | b"noframes" | b"iframe" | b"xmp" => Tag::Script,
            b"style" => Tag::Style,
            b"template" | b"svg" | b"math" | b"select" | b"object" | b"audio" | b"video" | b"canvas" | b"datalist"
            | b"dialog" | b"del" | b"s" | b"strike" => Tag::Unseen,
            b"img" | b"meta" | b"link" | b"area" | b"base" | b"col" | b"embed" | b"source" | b"track" | b"wbr"
            | b"param" => Tag::Void,
            _ => Tag::Inline,
        }
    }

    fn is_raw(self) -> bool {
        matches!(self, Tag::Script | Tag::Style)
    }

    /// Ends an open paragraph.
    fn is_block(self) -> bool {
        !matches!(self, Tag::Br | Tag::Bold | Tag::Input | Tag::Void | Tag::Inline | Tag::Unseen)
    }

    fn is_cell(self) -> bool {
        matches!(self, Tag::Td | Tag::Th)
    }
}

/// An open element and what it passes on to those inside.
#[derive(Clone, Copy)]
struct Open {
    tag: Tag,
    hidden: bool,
    tiny: bool,
    /// Colours of the letters and of what is under them, where they can be told.
    ink: Option<Rgb>,
    ground: Option<Rgb>,
    /// Letters here are not seen.
    unseen: bool,
    bold: bool,
    /// It collects a quote's blocks.
    quote: bool,
}

struct List {
    ordered: bool,
    next: u32,
}

/// Where blocks are collected: the page, a quote, a cell.
#[derive(Default)]
struct Frame {
    blocks: Vec<Block>,
    inline: String,
    /// Shown characters of the current line, and how many of them are bold; one pair a line.
    lines: Vec<(u32, u32)>,
    shown: (u32, u32),
    gap: bool,
    lists: Vec<List>,
    /// The item that is open: its mark until its first line is there, then the place of its block.
    mark: Option<Mark>,
    item_at: Option<usize>,
    heading: Option<u8>,
    pre: bool,
    /// Extra indentation of the paragraph (Outlook's list levels).
    indent: usize,
    nesting: Nesting,
}

struct Reader<'r> {
    is_quote: &'r dyn Fn(&Element<'_>) -> bool,
    open: Vec<Open>,
    /// Elements beyond DEPTH_MAX that are open.
    overflow: usize,
    frames: Vec<Frame>,
    tables: Vec<TableRead>,
    cells_left: usize,
    hidden_names: HashSet<String>,
}

impl<'r> Reader<'r> {
    fn new(is_quote: &'r dyn Fn(&Element<'_>) -> bool) -> Self {
        Reader {
            is_quote,
            open: Vec::new(),
            overflow: 0,
            frames: vec![Frame::default()],
            tables: Vec::new(),
            cells_left: CELL_COUNT_MAX,
            hidden_names: HashSet::new(),
        }
    }

    fn top(&self) -> Open {
        self.open.last().copied().unwrap_or(Open {
            tag: Tag::Block,
            hidden: false,
            tiny: false,
            ink: None,
            ground: Some(sight::WHITE),
            unseen: false,
            bold: false,
            quote: false,
        })
    }

    /// Names that a style sheet hides: only plain `.name`, `#name` and elements; inside `@media` where it holds for all.
    fn style_sheet(&mut self, source: &str) {
        let mut rest = source;
        while let Some(brace) = rest.find('{') {
            let selectors = rest.get(..brace).unwrap_or_default();
            let tail = rest.get(brace + 1..).unwrap_or_default();
            if sight::holds_everywhere(selectors.trim().trim_start_matches('}')) {
                rest = tail;
                continue;
            }
            if selectors.contains('@') {
                // Skip the nested block.
                let mut depth = 1;
                let end = tail.char_indices().find(|(_, c)| {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ => {}
                    }
                    depth == 0
                });
                rest = tail.get(end.map_or(tail.len(), |(at, _)| at + 1)..).unwrap_or_default();
                continue;
            }
            let end = tail.find('}').unwrap_or(tail.len());
            let body = tail.get(..end).unwrap_or_default();
            let mut look = Look::default();
            look.read(body);
            if look.hidden || look.tiny {
                for selector in selectors.split(',') {
                    let selector = selector.trim_start_matches('}').trim().trim_start_matches("<!--").trim();
                    let plain = !selector.is_empty() && selector.bytes().all(|c| c.is_ascii_alphanumeric());
                    let Some(at) = selector.find(['.', '#']).or(plain.then_some(0)) else { continue };
                    let name = selector.get(at..).unwrap_or_default();
                    if self.hidden_names.len() < HIDDEN_NAMES_MAX && !name.contains([' ', '>', ':']) {
                        self.hidden_names.insert(name.to_lowercase());
                    }
                }
            }
            rest = tail.get((end + 1).min(tail.len())..).unwrap_or_default();
        }
    }

    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let at = self.frames.len() - 1;
        &mut self.frames[at]
    }

    fn text(&mut self, raw: &str) {
        let top = self.top();
        if top.unseen {
            return;
        }
        // Between cells nothing is shown but white space.
        if matches!(top.tag, Tag::Table | Tag::Section | Tag::Tr) && raw.trim().is_empty() {
            return;
        }
        let bold = top.bold;
        let frame = self.frame();
        let decoded = entities(raw);
        for c in decoded.chars() {
            if is_invisible(c) {
                continue;
            }
            if frame.pre {
                if c == '\n' {
                    frame.break_line();
                } else if c != '\r' {
                    frame.push(c, bold);
                }
            } else if c == '\u{a0}' {
                frame.inline.push(' ');
            } else if c.is_ascii_whitespace() {
                // White space collapses; a line's end within Chinese words is nothing at all.
                if !frame.inline.is_empty() && !frame.inline.ends_with([' ', '\n']) {
                    frame.inline.push(' ');
                }
            } else {
                frame.push(c, bold);
            }
        }
    }

    fn open(&mut self, tag: Tag, element: &Element<'_>, empty: bool) {
        match tag {
            Tag::Br => {
                self.frame().break_line();
                return;
            }
            Tag::Hr => {
                self.flush();
                let frame = self.frame();
                frame.blocks.push(Block::new(Kind::Rule, "---"));
                return;
            }
            Tag::Void => return,
            _ => {}
        }
        let up = self.top();
        let mut look = Look { hidden: up.hidden, tiny: up.tiny, ink: up.ink, ground: up.ground, ..Look::default() };
        let mut seen = Attributes::default();
        if !element.attributes.is_empty() {
            let names = &self.hidden_names;
            each_attribute(element.attributes, |key, value| seen.take(key, value, &mut look, names));
        }
        if tag == Tag::Input {
            if seen.checkbox && !look.hidden {
                self.frame().push(if seen.checked { '☑' } else { '☐' }, false);
            }
            return;
        }
        if tag == Tag::Unseen {
            look.hidden = true;
        }
        if !self.hidden_names.is_empty() && self.hidden_names.contains(&*element.name.to_ascii_lowercase()) {
            look.hidden = true;
        }
        self.imply_ends(tag);
        if tag.is_block() {
            self.flush();
        }
        if empty && !tag.is_block() {
            return;
        }
        if self.open.len() >= DEPTH_MAX {
            self.overflow += 1;
            return;
        }
        let quote =
            tag == Tag::Quote || (tag == Tag::Block && !element.attributes.is_empty() && (self.is_quote)(element));
        match tag {
            Tag::Ul | Tag::Ol => {
                let frame = self.frame();
                if frame.lists.len() < 32 {
                    frame.lists.push(List { ordered: tag == Tag::Ol, next: seen.start.unwrap_or(1) });
                }
            }
            Tag::Li => {
                let frame = self.frame();
                let depth = u8::try_from(frame.lists.len().saturating_sub(1)).unwrap_or(u8::MAX);
                let (number, style) = match frame.lists.last_mut() {
                    Some(list) if list.ordered => {
                        let number = seen.value.unwrap_or(list.next);
                        list.next = number.saturating_add(1);
                        (Some(number), Style::Digit)
                    }
                    _ => (None, Style::Bullet),
                };
                let marker = number.map_or_else(|| "-".to_owned(), |n| format!("{n}."));
                frame.mark = Some(Mark { marker, style, number, depth, checked: None });
                frame.item_at = None;
            }
            Tag::Heading(level) => self.frame().heading = Some(level),
            Tag::Pre => self.frame().pre = true,
            Tag::Table => self.tables.push(TableRead { layout: seen.layout, ..TableRead::default() }),
            Tag::Section => {
                if let Some(table) = self.tables.last_mut() {
                    table.in_head = element.name.eq_ignore_ascii_case("thead");
                }
            }
            Tag::Tr => {
                if let Some(table) = self.tables.last_mut() {
                    table.rows.push(Vec::new());
                }
            }
            Tag::Td | Tag::Th => {
                if let Some(table) = self.tables.last_mut() {
                    let head = tag == Tag::Th || table.in_head;
                    if table.rows.is_empty() {
                        table.rows.push(Vec::new());
                    }
                    if let Some(row) = table.rows.last_mut() {
                        row.push(CellRead {
                            blocks: Vec::new(),
                            columns: seen.columns.clamp(1, SPAN_MAX),
                            rows: seen.rows.clamp(1, 10_000),
                            head,
                        });
                    }
                    self.frames.push(Frame::default());
                }
            }
            Tag::P => self.frame().indent = look.level.saturating_sub(1) * 4,
            _ => {}
        }
        if quote {
            self.flush();
            self.frames.push(Frame::default());
        }
        let bold = (up.bold || look.bold || matches!(tag, Tag::Bold | Tag::Heading(_))) && !look.plain;
        let unseen = look.is_unseen();
        let Look { hidden, tiny, ink, ground, .. } = look;
        self.open.push(Open { tag, hidden, tiny, ink, ground, unseen, bold, quote });
    }

    /// HTML's optional end tags: a new item ends the item before it, a new cell the cell.
    fn imply_ends(&mut self, tag: Tag) {
        let ends: fn(Tag) -> bool = match tag {
            Tag::Li => |t| t == Tag::Li,
            Tag::Td | Tag::Th => |t| t.is_cell(),
            Tag::Tr => |t| t.is_cell() || t == Tag::Tr,
            Tag::Section => |t| t.is_cell() || matches!(t, Tag::Tr | Tag::Section),
            _ if tag.is_block() => |t| matches!(t, Tag::P | Tag::Heading(_)),
            _ => return,
        };
        let fence: fn(Tag) -> bool = match tag {
            Tag::Li => |t| matches!(t, Tag::Ul | Tag::Ol | Tag::Table | Tag::Td | Tag::Th | Tag::Quote),
            Tag::Td | Tag::Th => |t| matches!(t, Tag::Tr | Tag::Table),
            Tag::Tr => |t| matches!(t, Tag::Section | Tag::Table),
            Tag::Section => |t| t == Tag::Table,
            _ => |t| {
                matches!(
                    t,
                    Tag::Td | Tag::Th | Tag::Table | Tag::Li | Tag::Ul | Tag::Ol | Tag::Quote | Tag::Block | Tag::Pre
                )
            },
        };
        while let Some(at) = self.open.iter().rposition(|o| ends(o.tag) || fence(o.tag)) {
            if !self.open.get(at).is_some_and(|o| ends(o.tag)) {
                break;
            }
            self.close_to(at);
        }
    }

    fn close(&mut self, tag: Tag) {
        match tag {
            Tag::Br => return self.frame().break_line(),
            Tag::Hr | Tag::Void | Tag::Input => return,
            _ => {}
        }
        if self.overflow > 0 {
            self.overflow -= 1;
            if tag.is_block() {
                self.flush();
            }
            return;
        }
        let crosses_cells = matches!(tag, Tag::Table | Tag::Tr | Tag::Section | Tag::Td | Tag::Th);
        for at in (0..self.open.len()).rev() {
            let Some(open) = self.open.get(at) else { return };
            let same = match (open.tag, tag) {
                (Tag::Heading(_), Tag::Heading(_)) => true,
                (Tag::Ul | Tag::Ol, Tag::Ul | Tag::Ol) => true,
                (a, b) => a == b,
            };
            if same {
                return self.close_to(at);
            }
            if (open.tag.is_cell() || open.tag == Tag::Table) && !crosses_cells
                || (open.tag == Tag::Table && tag != Tag::Table)
            {
                return;
            }
        }
        if tag.is_block() {
            self.flush();
        }
    }

    /// Ends the open elements from the innermost to the one at `at`.
    fn close_to(&mut self, at: usize) {
        while self.open.len() > at {
            let Some(open) = self.open.pop() else { return };
            self.end(open);
        }
    }

    fn end(&mut self, open: Open) {
        if open.tag.is_block() {
            self.flush();
        }
        if open.quote {
            self.end_quote();
        }
        match open.tag {
            Tag::P => {
                let frame = self.frame();
                frame.indent = 0;
            }
            Tag::Heading(_) => self.frame().heading = None,
            Tag::Pre => self.frame().pre = false,
            Tag::Ul | Tag::Ol => {
                let frame = self.frame();
                frame.lists.pop();
                frame.item_at = None;
            }
            Tag::Li => {
                let frame = self.frame();
                frame.mark = None;
                frame.item_at = None;
            }
            Tag::Td | Tag::Th => {
                if !self.tables.is_empty() && self.frames.len() > 1 {
                    let frame = self.frames.pop().unwrap_or_default();
                    if let Some(cell) =
                        self.tables.last_mut().and_then(|t| t.rows.last_mut()).and_then(|row| row.last_mut())
                    {
                        cell.blocks = frame.blocks;
                    }
                }
            }
            Tag::Table => {
                if let Some(table) = self.tables.pop() {
                    let blocks = self.table_blocks(table);
                    let frame = self.frame();
                    frame.item_at = None;
                    frame.blocks.extend(blocks);
                    frame.gap = true;
                }
            }
            _ => {}
        }
    }

    fn end_quote(&mut self) {
        if self.frames.len() < 2 {
            return;
        }
        let inner = self.frames.pop().unwrap_or_default();
        let line = inner.blocks.iter().map(|b| b.line.as_str()).collect::<Vec<_>>().join("\n");
        let frame = self.frame();
        frame.blocks.push(Block { kind: Kind::Quote(inner.blocks), text: String::new(), line, span: 0..0, gap: true });
        frame.item_at = None;
    }

    fn flush(&mut self) {
        self.frame().flush();
    }

    fn finish(mut self) -> Vec<Block> {
        self.flush();
        self.close_to(0);
        while self.frames.len() > 1 {
            self.flush();
            self.end_quote();
        }
        self.flush();
        self.frames.pop().unwrap_or_default().blocks
    }
}

impl Frame {
    fn push(&mut self, c: char, bold: bool) {
        self.inline.push(c);
        self.shown.0 += 1;
        self.shown.1 += u32::from(bold);
    }

    fn break_line(&mut self) {
        self.inline.push('\n');
        self.lines.push(std::mem::take(&mut self.shown));
    }

    /// Makes blocks of the lines gathered so far.
    fn flush(&mut self) {
        if self.inline.is_empty() {
            return;
        }
        let inline = std::mem::take(&mut self.inline);
        self.lines.push(std::mem::take(&mut self.shown));
        let lines = std::mem::take(&mut self.lines);
        if inline.trim().is_empty() {
            self.gap = true;
            return;
        }
        for (line, (shown, bold)) in inline.split('\n').zip(lines) {
            if line.trim().is_empty() {
                self.gap = true;
                continue;
            }
            let all_bold = shown > 0 && bold == shown;
            self.line(line.trim_end(), all_bold);
            self.gap = false;
        }
    }

    fn line(&mut self, line: &str, all_bold: bool) {
        let gap = self.gap;
        if let Some(level) = self.heading {
            let text = even(line);
            self.blocks.push(Block { gap, ..Block::new(Kind::Heading(level), text) });
            self.item_at = None;
            return;
        }
        if let Some(mut mark) = self.mark.take() {
            let words = even(line);
            let mut text = words.clone();
            if let Some(own) = marker_of(&words) {
                mark.checked = own.checked;
                mark.number = mark.number.or(own.number);
                text = even(own.rest);
            }
            let line = format!("{} {words}", mark.marker);
            self.item_at = Some(self.blocks.len());
            self.blocks.push(Block { kind: Kind::Item(mark), text, line, span: 0..0, gap });
            return;
        }
        if let Some(block) = self.item_at.and_then(|at| self.blocks.get_mut(at)) {
            let words = even(line);
            block.text.push('\n');
            block.text.push_str(&words);
            join_lines(&mut block.line, &words);
            return;
        }
        let indented;
        let line = if self.indent > 0 {
            indented = format!("{:1$}{line}", "", self.indent);
            indented.as_str()
        } else {
            line
        };
        let mut block = block_of_line(line, &mut self.nesting);
        block.text = even(&block.text);
        block.line = even(&block.line);
        block.gap = gap;
        if all_bold && block.kind == Kind::Paragraph && block.text.chars().count() <= 40 {
            block.kind = Kind::Heading(7);
        }
        self.blocks.push(block);
    }
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
                Kind::Item(mark) => format!("i{} {} {}", mark.depth, mark.marker, block.text),
                Kind::Table(table) => {
                    let rows: Vec<String> = table.rows.iter().map(|row| row.cells.join("|")).collect();
                    format!("t{} {}", if table.header.is_some() { "h" } else { "" }, rows.join(" / "))
                }
                Kind::Quote(inner) => format!("q{}", inner.len()),
                Kind::Rule => "r".to_owned(),
            })
            .collect()
    }

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        assert_eq!(shape(source), expected, "{source}");
    }

    #[test]
    fn words_headings_lists() {
        check(
            "<h2>Web team</h2><ul><li><b>Rosa</b>: compress</li><li>Owen",
            &["h2 Web team", "i0 - Rosa: compress", "i0 - Owen"],
        );
        check("<p>一<br>二</p>三", &["p 一", "p 二", "p 三"]);
        check("<p><b>待办事项</b></p><p>1. 甲</p>", &["h7 待办事项", "i0 1. 甲"]);
        check("<ol><li>a<ul><li>b</ul><li>c</ol>", &["i0 1. a", "i1 - b", "i0 2. c"]);
        check("a &amp; b &#20013; &lt;c&gt; & d", &["p a & b 中 <c> & d"]);
        check("<ul><li><p>甲</p><p>负责人：张三</p></li></ul>", &["i0 - 甲\n负责人：张三"]);
        check("<input type=checkbox checked> 甲<br><input type=checkbox> 乙", &["i0 ☑ 甲", "i0 ☐ 乙"]);
    }

    #[test]
    fn hidden_text_gives_nothing() {
        for hidden in [
            "<p style='display:none'>x</p>",
            "<span style=\"font-size:0px\">x</span>",
            "<font color=white>x</font>",
            "<div style='COLOR: #FFFFFF'>x</div>",
            "<style>.pre{display:none}</style><div class='a pre'>x</div>",
            "<!-- x --><script>x</script><title>x</title>",
            "<div hidden>x</div>",
            "<div style='mso-hide:all'>x<p>y</p></div>",
        ] {
            check(hidden, &[]);
        }
        check("<td style='background:#1F4E79;color:white'>x</td>", &["p x"]);
    }

    #[test]
    fn tables_of_data_and_of_layout() {
        check("<table><tr><th>a<th>b<tr><td>1<td>2</table>", &["th a|b / 1|2"]);
        check(
            "<table><tr><td rowspan=2>市场部<td>甲</tr><tr><td>乙</tr><tr><td colspan=2>合计</table>",
            &["t 市场部|甲 / 市场部|乙 / 合计|合计"],
        );
        check(
            "<table><tr><td><p>正文</p><table><tr><th>a<th>b<tr><td>1<td>2</table></td></tr></table>",
            &["p 正文", "th a|b / 1|2"],
        );
        check("<table><tr><td>一行<td>两格</table>", &["p 一行", "p 两格"]);
    }

    #[test]
    fn quotes_are_kept_apart() {
        check("<p>new</p><blockquote><p>old</p><p>old</p></blockquote>", &["p new", "q2"]);
    }

    #[test]
    fn broken_and_deep_html_is_read_to_its_end() {
        let deep = "<div><b><table><tr><td>".repeat(3000) + "x";
        assert!(!blocks(&deep).is_empty());
        for source in [
            "<",
            "<a href=\"",
            "<!--",
            "<![CDATA[",
            "</",
            "<td>x</table></table>",
            "<li>x",
            "&",
            "&#;",
            "&#xffffffff;",
            "<style>@a{",
            "<p =>x",
        ] {
            let _ = blocks(source);
        }
    }
}
