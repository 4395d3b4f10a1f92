//! Any body or attachment as the same blocks: headings, paragraphs, list items, tables, quotes.
//!
//! Nothing here knows a language: a table is a grid, an item has its marker, a line stays as it was written beside the
//! text that is read from it. Every reader is linear in its input and bounded (TRUST P3–P5); what could not be read is
//! named in [`Document::unread`], in words that can stand in a letter.

use serde::{Deserialize, Serialize};
use std::ops::Range;
use tree::Tree;

mod archive;
pub mod docx;
pub mod html;
pub mod markdown;
pub mod sheet;
pub mod text;
pub mod tree;

/// Bytes of a text or HTML body that are read; the rest is set aside and said so.
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// Cells of one document's tables (TRUST P5).
pub const CELL_COUNT_MAX: usize = 100_000;
/// Bytes an office file may unpack to (TRUST P5).
pub const UNPACKED_BYTES_MAX: u64 = 64 << 20;
/// Unpacked bytes for one packed byte (TRUST P5).
pub const UNPACK_RATIO_MAX: u64 = 100;
/// Entries of an office file (TRUST P5).
pub const ENTRY_COUNT_MAX: usize = 1000;

/// What was read from one body or attachment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub blocks: Vec<Block>,
    /// Why something could not be read, a sentence each.
    pub unread: Vec<String>,
}

/// One piece of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    pub kind: Kind,
    /// The words without marker and emphasis; wrapped lines are joined, lines that stand for themselves keep `\n`.
    pub text: String,
    /// The source as it was written.
    pub line: String,
    /// Bytes in the source, where the source is text; else empty.
    pub span: Range<usize>,
    /// An empty line stood before it.
    pub gap: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    /// 1–6; 7 for a line that is a heading only by being set in bold or in brackets.
    Heading(u8),
    Paragraph,
    Item(Mark),
    Table(Table),
    Quote(Vec<Block>),
    /// A line of dashes; its text keeps them (`--` begins a signature).
    Rule,
}

/// The marker of a list item.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// As written: `（一）`, `-`, `1.2`.
    pub marker: String,
    pub style: Style,
    pub number: Option<u32>,
    /// 0 for the outermost list.
    pub depth: u8,
    pub checked: Option<bool>,
}

/// How a list is marked; in the order in which styles nest where nothing is indented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Style {
    /// 一、
    Han,
    /// （一）
    HanBracket,
    /// 1.
    Digit,
    /// 1.2; the number of parts nests by itself
    Parts(u8),
    /// (1), 1)
    DigitBracket,
    /// ①
    Circled,
    /// a)
    Letter,
    #[default]
    Bullet,
}

/// A grid of cells. Cells that span several places are repeated in each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The row that the source itself marks as header.
    pub header: Option<usize>,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub cells: Vec<String>,
    /// The row as written, or its cells with ` | ` between them.
    pub line: String,
}

impl Row {
    pub fn new(cells: Vec<String>) -> Row {
        let line = cells.join(" | ").replace('\n', " ");
        Row { cells, line }
    }
}

impl Block {
    pub fn new(kind: Kind, text: impl Into<String>) -> Block {
        let text = text.into();
        Block { kind, line: text.clone(), text, span: 0..0, gap: false }
    }
}

impl Document {
    /// Plain text (also markdown, which is plain text with habits).
    pub fn from_text(text: &str) -> Document {
        let (text, cut) = clip(text, BODY_BYTES_MAX);
        let mut document = Document { blocks: text::blocks(text), unread: Vec::new() };
        if cut {
            document.unread.push(format!("the text is longer than {BODY_BYTES_MAX} bytes; the rest was not read"));
        }
        document
    }

    pub fn from_html(source: &str) -> Document {
        let (source, cut) = clip(source, BODY_BYTES_MAX);
        let mut document = Document { blocks: html::blocks(source), unread: Vec::new() };
        if cut {
            document.unread.push(format!("the HTML is longer than {BODY_BYTES_MAX} bytes; the rest was not read"));
        }
        document
    }

    /// A file at which reading broke down (O36).
    pub fn unreadable(name: &str) -> Document {
        Document::unread(format!("{name}: the file could not be read; it is kept"))
    }

    fn unread(reason: impl Into<String>) -> Document {
        Document { blocks: Vec::new(), unread: vec![reason.into()] }
    }

    /// A file by its name and, where the name says nothing, by its first bytes.
    pub fn from_file(name: &str, bytes: &[u8]) -> Document {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
        match ending.as_str() {
            "docx" | "docm" => docx::read(bytes).unwrap_or_else(|reason| Document::unread(format!("{name}: {reason}"))),
            "xlsx" | "xlsm" | "xls" => {
                sheet::read(bytes).unwrap_or_else(|reason| Document::unread(format!("{name}: {reason}")))
            }
            "csv" | "tsv" => sheet::read_separated(&decode(bytes)),
            "html" | "htm" | "xhtml" => Document::from_html(&decode(bytes)),
            "txt" | "md" | "markdown" | "text" | "log" | "" => Document::from_text(&decode(bytes)),
            "eml" => from_mail(bytes),
            "zip" => archive::read(name, bytes),
            "doc" | "pdf" | "rtf" | "ppt" | "pptx" | "wps" | "odt" | "ods" => Document::unread(format!(
                "{name}: files of this kind (.{ending}) are kept, but their words are not read"
            )),
            "png" | "jpg" | "jpeg" | "gif" | "bmp" | "heic" | "tif" | "tiff" | "webp" => {
                Document::unread(format!("{name}: a picture is kept, but words in it are not read"))
            }
            _ => match bytes {
                [b'P', b'K', 3, 4, ..] => docx::read(bytes)
                    .or_else(|_| sheet::read(bytes))
                    .unwrap_or_else(|_| Document::unread(format!("{name}: an archive is kept, but not opened"))),
                _ if bytes.iter().take(4096).any(|byte| *byte == 0) => {
                    Document::unread(format!("{name}: not a kind of file whose words are read"))
                }
                _ => Document::from_text(&decode(bytes)),
            },
        }
    }

    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// All blocks in order, those inside quotes left out.
    pub fn own_blocks(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|block| !matches!(block.kind, Kind::Quote(_)))
    }
}

/// The body of an attached mail: its HTML where that has more to say, else its text.
fn from_mail(bytes: &[u8]) -> Document {
    let Some(message) = Tree::parse(bytes) else {
        return Document::unread("the attached mail could not be read");
    };
    body_of(&message)
}

/// The body that says more: HTML that has a table or that has no equal text beside it; else the text.
pub fn body_of(message: &mail_parser::Message<'_>) -> Document {
    use mail_parser::PartType;
    let part = |id: u32| message.parts.get(usize::try_from(id).unwrap_or(usize::MAX));
    let html = message.html_body.iter().find_map(|id| match &part(*id)?.body {
        PartType::Html(html) => Some(html.as_ref()),
        _ => None,
    });
    let text = message.text_body.iter().find_map(|id| match &part(*id)?.body {
        PartType::Text(text) => Some(text.as_ref()),
        _ => None,
    });
    match (html, text) {
        (Some(html), Some(text)) if !html_says_more(html, text) => Document::from_text(text),
        (Some(html), _) => Document::from_html(html),
        (None, Some(text)) => Document::from_text(text),
        (None, None) => Document::default(),
    }
}

/// Whether the HTML of a mail has what its text part cannot show: a table. Else the text is as good, and cheaper.
pub fn html_says_more(html: &str, text: &str) -> bool {
    let head = clip(html, BODY_BYTES_MAX).0.as_bytes();
    let has_table = head.windows(6).any(|w| w.eq_ignore_ascii_case(b"<table"));
    has_table
        || text.trim().is_empty()
        || text.len().saturating_mul(40) < head.len()
        // 请查看HTML版本 beside a whole mail: what can be seen decides.
        || text.len() < STAND_IN_BYTES_MAX && visible(head) > text.len().saturating_mul(2) + 40
}

/// A plain text longer than this is no mere hint to look at the other one.
const STAND_IN_BYTES_MAX: usize = 400;

/// Bytes of an HTML text that are neither tags nor blanks nor inside `<style>`, `<script>` or `<head>`.
fn visible(html: &[u8]) -> usize {
    let (mut count, mut at) = (0usize, 0usize);
    let hidden = |tag: &[u8]| {
        ["style", "script", "head", "title"].iter().any(|name| {
            tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
                && tag.get(name.len()).is_none_or(|c| !c.is_ascii_alphanumeric())
        })
    };
    let mut skipping = false;
    while let Some(&c) = html.get(at) {
        if c == b'<' {
            let rest = html.get(at + 1..).unwrap_or_default();
            let (closes, name) = match rest.first() {
                Some(b'/') => (true, rest.get(1..).unwrap_or_default()),
                _ => (false, rest),
            };
            if hidden(name) {
                skipping = !closes;
            }
            at += 1 + rest.iter().position(|c| *c == b'>').map_or(rest.len(), |end| end + 1);
            continue;
        }
        count += usize::from(!skipping && !c.is_ascii_whitespace());
        at += 1;
    }
    count
}

/// Text of unknown charset: a byte order mark, UTF-8 that holds, else GB18030 (TRUST P7).
pub fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, skip)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(bytes.get(skip..).unwrap_or_default()).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// The first `max` bytes at a character boundary, and whether something was cut.
pub(crate) fn clip(text: &str, max: usize) -> (&str, bool) {
    if text.len() <= max {
        return (text, false);
    }
    let mut end = max;
    while end > 0 && !text.is_char_boundary(end) {
        end -= 1;
    }
    (text.get(..end).unwrap_or_default(), true)
}

/// Columns a character takes on a screen: two for Chinese and full width.
pub(crate) fn char_columns(c: char) -> usize {
    match c {
        '\0'..='\u{10ff}' => 1,
        '\u{4e00}'..='\u{9fff}' => 2,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// Characters that show nothing: zero width, direction marks, byte order mark (TRUST P15).
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
        || (c.is_control() && !matches!(c, '\t' | '\n'))
}

/// Joins two lines of one text: a space between words of letters, nothing between Chinese characters.
pub(crate) fn join_lines(text: &mut String, next: &str) {
    let next = next.trim();
    if next.is_empty() {
        return;
    }
    let wide = |c: Option<char>| c.is_some_and(|c| char_columns(c) == 2);
    if !text.is_empty() && !(wide(text.chars().last()) && wide(next.chars().next())) && !text.ends_with(' ') {
        text.push(' ');
    }
    text.push_str(next);
}
