//! Word documents (.docx) to blocks: paragraphs, headings by style, numbered lists as they are shown, tables with
//! merged cells. Deleted and hidden text is not read, inserted text is.
//!
//! The archive is never believed about its sizes: what unpacks is counted while it unpacks (TRUST P5).

use super::text::{Nesting, block_of_line};
use super::{
    Block, CELL_COUNT_MAX, Document, ENTRY_COUNT_MAX, Kind, Mark, Row, Style, Table, UNPACK_RATIO_MAX,
    UNPACKED_BYTES_MAX,
};
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::collections::HashMap;
use std::io::{Cursor, Read};

/// Elements within elements (TRUST P5).
const XML_DEPTH_MAX: usize = 100;
/// Columns one cell may span.
const SPAN_MAX: usize = 64;

/// An office file whose unpacked size was counted.
pub(super) struct Archive<'a> {
    zip: zip::ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Archive<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Archive<'a>, String> {
        if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return Err("the file is protected by a password or of an old format; it is kept, but not read".into());
        }
        let zip =
            zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| "the file is damaged or no office file".to_owned())?;
        if zip.len() > ENTRY_COUNT_MAX {
            return Err(format!("the file has more than {ENTRY_COUNT_MAX} entries; it was not read"));
        }
        let mut zip = zip;
        // Entries over each other unpack to more than the file could hold (Fifield 2019).
        if zip.has_overlapping_files().unwrap_or(true) {
            return Err("the file is damaged: its entries lie over each other; it was not read".into());
        }
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        // Small files may well be very repetitive: a floor for the ratio.
        let left = size.saturating_mul(UNPACK_RATIO_MAX).clamp(4 << 20, UNPACKED_BYTES_MAX);
        Ok(Archive { zip, left })
    }

    /// One entry as text; absent entries are `None`.
    pub(super) fn entry(&mut self, name: &str) -> Result<Option<String>, String> {
        let mut entry = match self.zip.by_name(name) {
            Ok(entry) => entry,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(zip::result::ZipError::UnsupportedArchive(_)) => {
                return Err("the file is protected by a password; it is kept, but not read".into());
            }
            Err(_) => return Err("the file is damaged".into()),
        };
        let mut bytes = Vec::new();
        let count =
            (&mut entry).take(self.left + 1).read_to_end(&mut bytes).map_err(|_| "the file is damaged".to_owned())?;
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        if count > self.left {
            return Err("the file unpacks to too much; it was not read".into());
        }
        self.left -= count;
        Ok(Some(super::decode(&bytes)))
    }

    /// Names of the entries in their order; raw ones in GBK, as Chinese archivers write them, are decoded.
    pub(super) fn names(&mut self) -> Vec<String> {
        let count = self.zip.len();
        let name = |zip: &mut zip::ZipArchive<Cursor<&[u8]>>, at| {
            zip.by_index_raw(at).map(|entry| super::decode(entry.name_raw())).unwrap_or_default()
        };
        (0..count).map(|at| name(&mut self.zip, at)).collect()
    }

    /// One entry by its place.
    pub(super) fn bytes_at(&mut self, at: usize) -> Result<Vec<u8>, String> {
        let mut entry = self.zip.by_index(at).map_err(|_| "the file is damaged or protected".to_owned())?;
        let mut bytes = Vec::new();
        let read =
            (&mut entry).take(self.left + 1).read_to_end(&mut bytes).map_err(|_| "the file is damaged".to_owned())?;
        let count = u64::try_from(read).unwrap_or(u64::MAX);
        if count > self.left {
            return Err("the file unpacks to too much; it was not read".into());
        }
        self.left -= count;
        Ok(bytes)
    }

    /// Unpacks every entry to nothing and counts: for readers that unpack without limits of their own.
    pub(super) fn measure(&mut self) -> Result<(), String> {
        for at in 0..self.zip.len() {
            let mut entry = self.zip.by_index(at).map_err(|_| "the file is damaged or protected".to_owned())?;
            let left = self.left;
            let count = std::io::copy(&mut (&mut entry).take(left + 1), &mut std::io::sink())
                .map_err(|_| "the file is damaged".to_owned())?;
            if count > left {
                return Err("the file unpacks to too much; it was not read".into());
            }
            self.left -= count;
        }
        Ok(())
    }
}

/// Reads a .docx file; the error is a sentence for people.
pub fn read(bytes: &[u8]) -> Result<Document, String> {
    let mut archive = Archive::open(bytes)?;
    let body = archive.entry("word/document.xml")?.ok_or("no Word document is inside")?;
    let styles = archive.entry("word/styles.xml")?.map(|xml| read_styles(&xml)).unwrap_or_default();
    let numbering = archive.entry("word/numbering.xml")?.map(|xml| read_numbering(&xml)).unwrap_or_default();
    let mut reader = BodyReader::new(&styles, &numbering);
    let complete = reader.read(&body);
    let mut document = Document { blocks: reader.finish(), unread: Vec::new() };
    if !complete {
        document.unread.push("the document could not be read to its end".into());
    }
    Ok(document)
}

/// What a paragraph style says: a heading level, a list.
#[derive(Clone, Debug, Default)]
struct ParagraphStyle {
    heading: Option<u8>,
    list: Option<(u32, u8)>,
}

#[derive(Clone, Debug)]
struct Level {
    style: Style,
    bullet: bool,
    /// `（%1）`, `%1.%2`
    pattern: String,
    start: u32,
}

#[derive(Default)]
struct Numbering {
    lists: HashMap<u32, u32>,
    levels: HashMap<(u32, u8), Level>,
}

fn value(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .attributes()
        .flatten()
        .find(|a| a.key.local_name().as_ref() == name)
        .map(|a| super::html::entities(&a.value).into_owned())
}

fn number<T: std::str::FromStr>(element: &BytesStart<'_>, name: &str) -> Option<T> {
    value(element, name)?.trim().parse().ok()
}

fn is_on(element: &BytesStart<'_>) -> bool {
    !matches!(value(element, "val").as_deref(), Some("0" | "false" | "off" | "none"))
}

fn read_styles(xml: &str) -> HashMap<String, ParagraphStyle> {
    let mut styles = HashMap::new();
    let mut reader = Reader::from_str(xml);
    let mut id = String::new();
    let mut style = ParagraphStyle::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(e) | Event::Empty(e)) => match e.local_name().as_ref() {
                "style" => {
                    id = value(&e, "styleId").unwrap_or_default();
                    style = ParagraphStyle::default();
                }
                "name" => {
                    let name = value(&e, "val").unwrap_or_default().to_lowercase();
                    if let Some(level) = name.strip_prefix("heading ").or_else(|| name.strip_prefix("标题 ")) {
                        style.heading = level.trim().parse().ok();
                    } else if name == "title" || name == "标题" {
                        style.heading = Some(1);
                    } else if name == "subtitle" || name == "副标题" {
                        style.heading = Some(2);
                    }
                }
                "outlineLvl" if style.heading.is_none() => {
                    style.heading = number::<u8>(&e, "val").filter(|level| *level < 6).map(|level| level + 1);
                }
                "numId" => style.list = number(&e, "val").map(|list| (list, style.list.map_or(0, |(_, level)| level))),
                "ilvl" => style.list = number(&e, "val").map(|level| (style.list.map_or(0, |(list, _)| list), level)),
                _ => {}
            },
            Ok(Event::End(e)) if e.local_name().as_ref() == "style" => {
                styles.insert(std::mem::take(&mut id), std::mem::take(&mut style));
            }
            Ok(Event::Eof) | Err(_) => return styles,
            _ => {}
        }
    }
}

fn read_numbering(xml: &str) -> Numbering {
    let mut numbering = Numbering::default();
    let mut reader = Reader::from_str(xml);
    let mut abstract_id = 0;
    let mut list_id = 0;
    let mut level = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Start(e) | Event::Empty(e)) => match e.local_name().as_ref() {
                "abstractNum" => abstract_id = number(&e, "abstractNumId").unwrap_or(0),
                "num" => list_id = number(&e, "numId").unwrap_or(0),
                "abstractNumId" => {
                    numbering.lists.insert(list_id, number(&e, "val").unwrap_or(0));
                }
                "lvl" => {
                    level = number(&e, "ilvl").unwrap_or(0);
                    let plain = Level { style: Style::Digit, bullet: false, pattern: "%1.".into(), start: 1 };
                    numbering.levels.insert((abstract_id, level), plain);
                }
                "start" => {
                    if let Some(l) = numbering.levels.get_mut(&(abstract_id, level)) {
                        l.start = number(&e, "val").unwrap_or(1);
                    }
                }
                "numFmt" => {
                    if let Some(l) = numbering.levels.get_mut(&(abstract_id, level)) {
                        let format = value(&e, "val").unwrap_or_default();
                        l.bullet = format == "bullet" || format == "none";
                        l.style = match format.as_str() {
                            "bullet" | "none" => Style::Bullet,
                            f if f.contains("hinese")
                                || f.contains("japanese")
                                || f.contains("ideograph")
                                || f.contains("taiwanese") =>
                            {
                                Style::Han
                            }
                            f if f.contains("Circle") => Style::Circled,
                            f if f.contains("Letter") || f == "lowerRoman" => Style::Letter,
                            "upperRoman" => Style::Han,
                            _ => Style::Digit,
                        };
                    }
                }
                "lvlText" => {
                    if let Some(l) = numbering.levels.get_mut(&(abstract_id, level)) {
                        l.pattern = value(&e, "val").unwrap_or_default();
                        let bracket = l.pattern.contains(['(', '（', ')', '）']);
                        l.style = match l.style {
                            Style::Han if bracket => Style::HanBracket,
                            Style::Digit if bracket => Style::DigitBracket,
                            Style::Digit if l.pattern.matches('%').count() > 1 => {
                                Style::Parts(u8::try_from(l.pattern.matches('%').count()).unwrap_or(9))
                            }
                            style => style,
                        };
                    }
                }
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => return numbering,
            _ => {}
        }
    }
}

#[derive(Default)]
struct Paragraph {
    text: String,
    style: Option<String>,
    list: Option<u32>,
    level: Option<u8>,
    outline: Option<u8>,
    shown: u32,
    bold: u32,
}

#[derive(Default)]
struct CellRead {
    blocks: Vec<Block>,
    columns: usize,
    /// It only carries on the cell above.
    continues: bool,
}

struct BodyReader<'a> {
    styles: &'a HashMap<String, ParagraphStyle>,
    numbering: &'a Numbering,
    /// Blocks of the page, then of each open cell.
    frames: Vec<Vec<Block>>,
    tables: Vec<Vec<Vec<CellRead>>>,
    paragraphs: Vec<Paragraph>,
    counters: HashMap<(u32, u8), u32>,
    nesting: Nesting,
    cells_left: usize,
    gap: bool,
}

impl<'a> BodyReader<'a> {
    fn new(styles: &'a HashMap<String, ParagraphStyle>, numbering: &'a Numbering) -> Self {
        BodyReader {
            styles,
            numbering,
            frames: vec![Vec::new()],
            tables: Vec::new(),
            paragraphs: Vec::new(),
            counters: HashMap::new(),
            nesting: Nesting::default(),
            cells_left: CELL_COUNT_MAX,
            gap: false,
        }
    }

    /// Whether the document was read to its end.
    fn read(&mut self, xml: &str) -> bool {
        let mut reader = Reader::from_str(xml);
        let mut depth = 0usize;
        // Depth at which something that is not read began.
        let mut skip: Option<usize> = None;
        let mut in_text = false;
        let mut in_run = false;
        let (mut bold, mut hidden) = (false, false);
        loop {
            let event = reader.read_event();
            let empty = matches!(event, Ok(Event::Empty(_)));
            match event {
                Ok(Event::Start(e) | Event::Empty(e)) => {
                    let local = e.local_name();
                    let name = local.as_ref();
                    if !empty {
                        depth += 1;
                        if depth > XML_DEPTH_MAX {
                            return false;
                        }
                    }
                    if skip.is_some() {
                        continue;
                    }
                    match name {
                        "del" | "moveFrom" | "Fallback" | "instrText" | "delText" | "footnotePr" | "sectPr"
                        | "pict"
                            if !empty =>
                        {
                            skip = Some(depth);
                        }
                        "p" => {
                            self.paragraphs.push(Paragraph::default());
                            if empty {
                                self.end_paragraph();
                            }
                        }
                        "pStyle" => self.with(|p| p.style = value(&e, "val")),
                        "numId" if !in_run => self.with(|p| p.list = number(&e, "val")),
                        "ilvl" if !in_run => self.with(|p| p.level = number(&e, "val")),
                        "outlineLvl" => self.with(|p| p.outline = number(&e, "val")),
                        "r" => {
                            in_run = !empty;
                            (bold, hidden) = (false, false);
                        }
                        "b" if in_run => bold = is_on(&e),
                        "vanish" if in_run => hidden = is_on(&e),
                        "t" => in_text = !empty,
                        "tab" if in_run => self.push("\t", bold, hidden),
                        "br" | "cr" => self.push("\n", bold, hidden),
                        "noBreakHyphen" => self.push("-", bold, hidden),
                        "sym" => {
                            let c = match value(&e, "char").as_deref() {
                                Some("F0FE" | "F052" | "F0FC" | "00FE" | "2611" | "2612") => "☑",
                                Some("F0A8" | "F06F" | "00A8" | "2610") => "☐",
                                _ => "",
                            };
                            self.push(c, bold, hidden);
                        }
                        "tbl" if !empty => self.tables.push(Vec::new()),
                        "tr" => {
                            if let Some(table) = self.tables.last_mut() {
                                table.push(Vec::new());
                            }
                        }
                        "tc" if !empty => {
                            if let Some(row) = self.tables.last_mut().and_then(|table| table.last_mut()) {
                                row.push(CellRead { columns: 1, ..CellRead::default() });
                                self.frames.push(Vec::new());
                            }
                        }
                        "gridSpan" => {
                            let columns = number::<usize>(&e, "val").unwrap_or(1).clamp(1, SPAN_MAX);
                            self.with_cell(|cell| cell.columns = columns);
                        }
                        "vMerge" => {
                            let continues = value(&e, "val").as_deref() != Some("restart");
                            self.with_cell(|cell| cell.continues = continues);
                        }
                        _ => {}
                    }
                }
                Ok(Event::End(e)) => {
                    let ended = depth;
                    depth = depth.saturating_sub(1);
                    if let Some(at) = skip {
                        if ended == at {
                            skip = None;
                        }
                        continue;
                    }
                    match e.local_name().as_ref() {
                        "p" => self.end_paragraph(),
                        "r" => in_run = false,
                        "t" => in_text = false,
                        "tc" => {
                            if self.frames.len() > 1 && !self.tables.is_empty() {
                                let blocks = self.frames.pop().unwrap_or_default();
                                self.with_cell(|cell| cell.blocks = blocks);
                            }
                        }
                        "tbl" => self.end_table(),
                        _ => {}
                    }
                }
                Ok(Event::Text(text)) if in_text && skip.is_none() => self.push(&text.into_inner(), bold, hidden),
                Ok(Event::CData(text)) if in_text && skip.is_none() => self.push(&text.into_inner(), bold, hidden),
                Ok(Event::GeneralRef(name)) if in_text && skip.is_none() => {
                    let entity = format!("&{};", name.into_inner());
                    let text = super::html::entities(&entity).into_owned();
                    self.push(&text, bold, hidden);
                }
                Ok(Event::DocType(_)) | Err(_) => return false,
                Ok(Event::Eof) => return true,
                Ok(_) => {}
            }
        }
    }

    fn with(&mut self, change: impl FnOnce(&mut Paragraph)) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            change(paragraph);
        }
    }

    fn with_cell(&mut self, change: impl FnOnce(&mut CellRead)) {
        if let Some(cell) = self.tables.last_mut().and_then(|t| t.last_mut()).and_then(|row| row.last_mut()) {
            change(cell);
        }
    }

    fn push(&mut self, text: &str, bold: bool, hidden: bool) {
        if hidden {
            return;
        }
        self.with(|p| {
            let count = u32::try_from(text.chars().filter(|c| !c.is_whitespace()).count()).unwrap_or(u32::MAX);
            p.shown = p.shown.saturating_add(count);
            if bold {
                p.bold = p.bold.saturating_add(count);
            }
            p.text.push_str(text);
        });
    }

    fn add(&mut self, mut block: Block) {
        block.gap = std::mem::take(&mut self.gap);
        if let Some(frame) = self.frames.last_mut() {
            frame.push(block);
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        let text: String = paragraph.text.chars().filter(|c| !super::is_invisible(*c)).collect();
        if text.trim().is_empty() {
            self.gap = true;
            return;
        }
        let style = paragraph.style.as_ref().and_then(|id| self.styles.get(id)).cloned().unwrap_or_default();
        let heading = paragraph.outline.filter(|l| *l < 6).map(|l| l + 1).or(style.heading);
        let list = match paragraph.list {
            Some(0) => None,
            Some(list) => Some((list, paragraph.level.unwrap_or(0))),
            None => style.list.filter(|(list, _)| *list > 0),
        };
        let marker = list.and_then(|(list, level)| self.marker(list, level));
        if let Some(level) = heading {
            let words = text.trim().replace('\n', " ");
            let line = marker.map_or_else(|| words.clone(), |mark| format!("{}{words}", mark.marker));
            return self.add(Block { line, ..Block::new(Kind::Heading(level.clamp(1, 6)), words) });
        }
        if let Some(mark) = marker {
            let words = text.trim().to_owned();
            let mut mark = mark;
            let mut body = words.clone();
            if let Some(own) = super::text::marker_of(&words)
                && own.checked.is_some()
            {
                mark.checked = own.checked;
                body = own.rest.trim().to_owned();
            }
            let line = format!("{} {}", mark.marker, words.replace('\n', " "));
            return self.add(Block { line, ..Block::new(Kind::Item(mark), body) });
        }
        let all_bold = paragraph.shown > 0 && paragraph.bold == paragraph.shown;
        for line in text.split('\n').filter(|line| !line.trim().is_empty()) {
            let mut block = block_of_line(&line.replace('\t', "  "), &mut self.nesting);
            if all_bold && block.kind == Kind::Paragraph && block.text.chars().count() <= 40 && self.frames.len() == 1 {
                block.kind = Kind::Heading(7);
            }
            self.add(block);
        }
    }

    /// The next marker of a list as Word shows it.
    fn marker(&mut self, list: u32, level: u8) -> Option<Mark> {
        let abstract_id = *self.numbering.lists.get(&list)?;
        let this = self.numbering.levels.get(&(abstract_id, level))?;
        let count = self.counters.entry((list, level)).or_insert(this.start.saturating_sub(1));
        *count = count.saturating_add(1);
        let number = *count;
        // Deeper levels begin anew.
        self.counters.retain(|(l, deep), _| *l != list || *deep <= level);
        let mut marker = this.pattern.clone();
        for part in 0..=level {
            let shown = self.counters.get(&(list, part)).copied().unwrap_or(1);
            let shown = match this.style {
                Style::Han | Style::HanBracket if part == level => han(shown),
                _ => shown.to_string(),
            };
            marker = marker.replace(&format!("%{}", part + 1), &shown);
        }
        if this.bullet {
            marker = "•".into();
        }
        Some(Mark { marker, style: this.style, number: (!this.bullet).then_some(number), depth: level, checked: None })
    }

    fn end_table(&mut self) {
        let Some(table) = self.tables.pop() else { return };
        let width =
            table.iter().map(|row| row.iter().map(|c| c.columns).sum::<usize>()).max().unwrap_or(0).min(SPAN_MAX);
        let is_layout = width <= 1
            || table.iter().flatten().any(|cell| cell.blocks.iter().any(|b| matches!(b.kind, Kind::Table(_))));
        if is_layout {
            for cell in table.into_iter().flatten() {
                if let Some(frame) = self.frames.last_mut() {
                    frame.extend(cell.blocks);
                }
            }
            return;
        }
        let mut rows: Vec<Row> = Vec::new();
        let mut above: Vec<String> = vec![String::new(); width];
        for row in table {
            if self.cells_left < width {
                break;
            }
            self.cells_left -= width;
            let mut cells = Vec::with_capacity(width);
            for cell in row {
                let text = if cell.continues {
                    above.get(cells.len()).cloned().unwrap_or_default()
                } else {
                    let texts: Vec<&str> = cell
                        .blocks
                        .iter()
                        .map(|b| match &b.kind {
                            Kind::Item(mark) if mark.checked.is_some() => b.line.as_str(),
                            _ => b.text.as_str(),
                        })
                        .collect();
                    texts.join("\n")
                };
                for _ in 0..cell.columns {
                    cells.push(text.clone());
                }
            }
            cells.resize(width, String::new());
            above.clone_from(&cells);
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push(Row::new(cells));
            }
        }
        if !rows.is_empty() {
            let line = rows.first().map(|row| row.line.clone()).unwrap_or_default();
            self.add(Block {
                kind: Kind::Table(Table { header: None, rows }),
                text: String::new(),
                line,
                span: 0..0,
                gap: true,
            });
        }
    }

    fn finish(mut self) -> Vec<Block> {
        while !self.paragraphs.is_empty() {
            self.end_paragraph();
        }
        while !self.tables.is_empty() {
            if self.frames.len() > 1 {
                let blocks = self.frames.pop().unwrap_or_default();
                self.with_cell(|cell| cell.blocks = blocks);
            }
            self.end_table();
        }
        self.frames.into_iter().next().unwrap_or_default()
    }
}

fn han(number: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: u32| DIGITS.get(n as usize).copied().unwrap_or("");
    match number {
        0..=9 => digit(number).to_owned(),
        10..=19 => format!("十{}", digit(number - 10)),
        20..=99 => format!("{}十{}", digit(number / 10), digit(number % 10)),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use std::io::Write;

    pub(crate) fn pack(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in entries {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn body(inner: &str) -> Vec<u8> {
        let document = format!("<w:document xmlns:w=\"w\"><w:body>{inner}</w:body></w:document>");
        let numbering = "<w:numbering xmlns:w=\"w\"><w:abstractNum w:abstractNumId=\"3\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"chineseCounting\"/><w:lvlText w:val=\"（%1）\"/></w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"3\"/></w:num></w:numbering>";
        let styles =
            "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"2\"><w:name w:val=\"heading 2\"/></w:style></w:styles>";
        pack(&[("word/document.xml", &document), ("word/numbering.xml", numbering), ("word/styles.xml", styles)])
    }

    #[test]
    fn paragraphs_headings_lists_tables() {
        let file = body(
            "<w:p><w:pPr><w:pStyle w:val=\"2\"/></w:pPr><w:r><w:t>待办 &amp; 其他</w:t></w:r></w:p>\
             <w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>\
             <w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>乙</w:t></w:r><w:del><w:r><w:delText>丙</w:delText></w:r></w:del></w:p>\
             <w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr><w:p><w:r><w:t>市场部</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>一</w:t></w:r></w:p></w:tc></w:tr>\
             <w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>二</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        );
        let document = read(&file).unwrap();
        let texts: Vec<&str> = document.blocks.iter().map(|b| b.line.as_str()).collect();
        assert_eq!(texts, ["待办 & 其他", "（一） 甲", "（二） 乙", "市场部 | 一"]);
        let Kind::Table(table) = &document.blocks[3].kind else { panic!("no table") };
        assert_eq!(table.rows[1].cells, ["市场部", "二"]);
        assert_eq!(document.blocks[0].kind, Kind::Heading(2));
    }

    #[test]
    fn bombs_and_damage_are_refused_with_words() {
        let bomb = pack(&[("word/document.xml", &"<w:p>".repeat(6_000_000))]);
        assert!(read(&bomb).unwrap_err().contains("too much"), "ratio");
        assert!(read(b"PK\x03\x04nonsense").is_err());
        assert!(read(&[0xd0, 0xcf, 0x11, 0xe0, 0, 0]).unwrap_err().contains("password"));
        let deep = body(&"<w:sdt>".repeat(5000));
        assert_eq!(read(&deep).unwrap().unread.len(), 1);
        let dtd = pack(&[("word/document.xml", "<!DOCTYPE a [<!ENTITY x \"y\">]><a/>")]);
        assert_eq!(read(&dtd).unwrap().unread.len(), 1);
    }
}
