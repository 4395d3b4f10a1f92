//! Spreadsheets (.xlsx, .xls, .csv, tab-separated) to tables. Dates come out as ISO dates, merged cells are filled.

use super::docx::Archive;
use super::text::{Nesting, block_of_line};
use super::{Block, CELL_COUNT_MAX, Document, Kind, Row, Table};
use calamine::{Data, DataRef, Reader, Xls, Xlsx};
use std::collections::BTreeMap;
use std::io::Cursor;

/// Sheets of a workbook that are read.
const SHEET_COUNT_MAX: usize = 20;
/// Columns that are read.
const COLUMN_COUNT_MAX: u32 = 256;
/// Cells that one merged region may fill.
const MERGE_CELL_COUNT_MAX: u32 = 4096;
/// Merged regions of a sheet that are filled.
const MERGE_COUNT_MAX: usize = 2000;
/// An .xls file is read into memory whole, so it may be this big.
const XLS_BYTES_MAX: usize = 8 << 20;

/// Cells by row and column; only those that hold something.
type Grid = BTreeMap<u32, BTreeMap<u32, String>>;

/// Reads an .xlsx or .xls file; the error is a sentence for people.
pub fn read(bytes: &[u8]) -> Result<Document, String> {
    let mut document = Document::default();
    let mut cells_left = CELL_COUNT_MAX;
    let mut dropped = false;
    if bytes.starts_with(b"PK") {
        // calamine unpacks without a limit, so what unpacks is counted first (TRUST P5).
        Archive::open(bytes)?.measure()?;
        strings_are_honest(&mut Archive::open(bytes)?)?;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| sentence(&error.to_string()))?;
        let names = book.sheet_names();
        for name in names.iter().take(SHEET_COUNT_MAX) {
            let mut grid = Grid::new();
            // Cells are streamed: a range as calamine makes it is as big as its farthest cell wants.
            if let Ok(mut cells) = book.worksheet_cells_reader(name) {
                while let Ok(Some(cell)) = cells.next_cell() {
                    let (row, column) = cell.get_position();
                    let text = shared(cell.get_value());
                    if text.is_empty() || column >= COLUMN_COUNT_MAX {
                        continue;
                    }
                    if cells_left == 0 {
                        dropped = true;
                        break;
                    }
                    cells_left -= 1;
                    grid.entry(row).or_default().insert(column, text);
                }
            }
            if let Ok(merged) = book.merge_cells_by_sheet_name(name) {
                for region in merged.iter().take(MERGE_COUNT_MAX) {
                    fill(&mut grid, region.start, region.end);
                }
            }
            add_sheet(&mut document, name, names.len() > 1, grid);
        }
    } else if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        if bytes.len() > XLS_BYTES_MAX {
            return Err(format!("the file is larger than {XLS_BYTES_MAX} bytes; it is kept, but not read"));
        }
        let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| sentence(&error.to_string()))?;
        let names = book.sheet_names();
        for name in names.iter().take(SHEET_COUNT_MAX) {
            let mut grid = Grid::new();
            if let Ok(range) = book.worksheet_range(name) {
                let (top, left) = range.start().unwrap_or((0, 0));
                for (row, column, value) in range.used_cells() {
                    let text = owned(value);
                    dropped |= !text.is_empty() && cells_left == 0;
                    if text.is_empty() || cells_left == 0 {
                        continue;
                    }
                    cells_left -= 1;
                    let row = top.saturating_add(u32::try_from(row).unwrap_or(u32::MAX));
                    let column = left.saturating_add(u32::try_from(column).unwrap_or(u32::MAX));
                    if column < COLUMN_COUNT_MAX {
                        grid.entry(row).or_default().insert(column, text);
                    }
                }
            }
            for region in book.merge_cells_by_sheet_name(name).unwrap_or_default().iter().take(MERGE_COUNT_MAX) {
                fill(&mut grid, region.start, region.end);
            }
            add_sheet(&mut document, name, names.len() > 1, grid);
        }
    } else {
        return Err("the file is damaged or no spreadsheet".into());
    }
    if dropped {
        document.unread.push(format!("the workbook has more than {CELL_COUNT_MAX} cells; the rest was not read"));
    }
    Ok(document)
}

/// calamine makes room for as many shared strings as their list says it has; no list has more than it has bytes.
fn strings_are_honest(archive: &mut Archive<'_>) -> Result<(), String> {
    for (at, name) in archive.names().into_iter().enumerate() {
        if !name.to_lowercase().ends_with("sharedstrings.xml") {
            continue;
        }
        let xml = super::decode(&archive.bytes_at(at)?);
        let claims = xml.match_indices("uniqueCount").map(|(found, word)| {
            let value = xml.get(found + word.len()..).unwrap_or_default();
            let value = value.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''));
            value
                .chars()
                .map_while(|c| c.to_digit(10))
                .fold(0u64, |n, digit| n.saturating_mul(10).saturating_add(digit.into()))
        });
        if claims.max().is_some_and(|most| most > xml.len() as u64) {
            return Err("the file is damaged or no spreadsheet".into());
        }
    }
    Ok(())
}

fn sentence(error: &str) -> String {
    if error.to_lowercase().contains("password") {
        "the file is protected by a password; it is kept, but not read".into()
    } else {
        "the file is damaged or no spreadsheet".into()
    }
}

/// Repeats the first cell of a merged region in all of it.
fn fill(grid: &mut Grid, start: (u32, u32), end: (u32, u32)) {
    let along = |from: u32, to: u32| to.saturating_sub(from).saturating_add(1);
    let count = along(start.0, end.0).saturating_mul(along(start.1, end.1));
    if count > MERGE_CELL_COUNT_MAX || end.1 >= COLUMN_COUNT_MAX {
        return;
    }
    let Some(text) = grid.get(&start.0).and_then(|row| row.get(&start.1)).cloned() else { return };
    for row in start.0..=end.0 {
        for column in start.1..=end.1 {
            grid.entry(row).or_default().entry(column).or_insert_with(|| text.clone());
        }
    }
}

/// The rows of a sheet: runs of filled rows as tables, single cells as lines.
fn add_sheet(document: &mut Document, name: &str, named: bool, grid: Grid) {
    if grid.is_empty() {
        return;
    }
    if named {
        document.blocks.push(Block::new(Kind::Heading(2), name.trim()));
    }
    let left = grid.values().filter_map(|row| row.keys().next()).min().copied().unwrap_or(0);
    let right = grid.values().filter_map(|row| row.keys().next_back()).max().copied().unwrap_or(0);
    let width = (right - left + 1) as usize;
    let mut nesting = Nesting::default();
    let mut rows: Vec<Row> = Vec::new();
    let mut last = None;
    for (at, row) in grid {
        let mut texts: Vec<&String> = row.values().collect();
        texts.dedup();
        let alone = texts.len() == 1 && width > 1;
        if last.is_some_and(|last| at > last + 1) || alone {
            flush(document, &mut rows);
        }
        last = Some(at);
        if alone {
            // A title over the table, a note under it.
            for line in
                texts.first().map(|t| t.as_str()).unwrap_or_default().split('\n').filter(|l| !l.trim().is_empty())
            {
                let mut block = block_of_line(line, &mut nesting);
                block.gap = true;
                document.blocks.push(block);
            }
            continue;
        }
        let mut cells = vec![String::new(); width];
        for (column, text) in row {
            if let Some(slot) = cells.get_mut((column - left) as usize) {
                *slot = text;
            }
        }
        rows.push(Row::new(cells));
    }
    flush(document, &mut rows);
}

fn flush(document: &mut Document, rows: &mut Vec<Row>) {
    if rows.is_empty() {
        return;
    }
    let rows = std::mem::take(rows);
    let line = rows.first().map(|row| row.line.clone()).unwrap_or_default();
    let kind = Kind::Table(Table { header: None, rows });
    document.blocks.push(Block { kind, text: String::new(), line, span: 0..0, gap: true });
}

fn shared(value: &DataRef<'_>) -> String {
    match value {
        DataRef::SharedString(text) => clean(text),
        other => owned(&Data::from(other.clone())),
    }
}

fn owned(value: &Data) -> String {
    match value {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => clean(text),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => {
            // 0.1 + 0.2 is shown as a sheet shows it.
            let rounded = (number * 1e9).round() / 1e9;
            rounded.to_string()
        }
        Data::Bool(true) => "是".into(),
        Data::Bool(false) => "否".into(),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
            let serial = moment.as_f64();
            if serial < 1.0 {
                format!("{hour:02}:{minute:02}")
            } else if hour == 0 && minute == 0 {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
            }
        }
        Data::DateTime(moment) => moment.as_f64().to_string(),
        Data::Error(_) | Data::Empty => String::new(),
    }
}

fn clean(text: &str) -> String {
    let text: String = text.chars().filter(|c| !super::is_invisible(*c)).collect();
    text.trim().to_owned()
}

/// Comma-, semicolon- or tab-separated values (RFC 4180); the separator is the one that the first lines use most.
pub fn read_separated(text: &str) -> Document {
    let (text, cut) = super::clip(text, super::BODY_BYTES_MAX);
    let head: String = text.lines().take(5).collect::<Vec<_>>().join("\n");
    let count = |c: char| head.matches(c).count();
    let separator = [',', '\t', ';', '，'].into_iter().max_by_key(|c| count(*c)).unwrap_or(',');
    let mut document = Document::default();
    let mut grid = Grid::new();
    let mut cells_left = CELL_COUNT_MAX;
    let mut dropped = false;
    let (mut row, mut column) = (0, 0);
    let mut cell = String::new();
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    let mut put = |row: u32, column: u32, cell: &mut String| {
        let text = clean(&std::mem::take(cell));
        dropped |= !text.is_empty() && column < COLUMN_COUNT_MAX && cells_left == 0;
        if !text.is_empty() && column < COLUMN_COUNT_MAX && cells_left > 0 {
            cells_left -= 1;
            grid.entry(row).or_default().insert(column, text);
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted => {
                if chars.peek() == Some(&'"') {
                    chars.next();
                    cell.push('"');
                } else {
                    quoted = false;
                }
            }
            '"' if cell.trim().is_empty() => quoted = true,
            '\r' => {}
            '\n' if !quoted => {
                put(row, column, &mut cell);
                row += 1;
                column = 0;
            }
            c if c == separator && !quoted => {
                put(row, column, &mut cell);
                column += 1;
            }
            c => cell.push(c),
        }
    }
    put(row, column, &mut cell);
    add_sheet(&mut document, "", false, grid);
    if cut || dropped {
        document.unread.push("the file is too long; the rest was not read".into());
    }
    document
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn rows(document: &Document) -> Vec<String> {
        document
            .blocks
            .iter()
            .flat_map(|block| match &block.kind {
                Kind::Table(table) => table.rows.iter().map(|row| row.cells.join("|")).collect(),
                _ => vec![format!("p {}", block.text)],
            })
            .collect()
    }

    #[test]
    fn workbooks_with_dates_and_merged_cells() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        let day = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d");
        sheet.merge_range(0, 0, 0, 2, "任务分工表", &rust_xlsxwriter::Format::new()).unwrap();
        sheet.write_row(1, 0, ["任务", "负责人", "截止"]).unwrap();
        sheet.merge_range(2, 1, 3, 1, "张三", &rust_xlsxwriter::Format::new()).unwrap();
        sheet.write(2, 0, "甲").unwrap();
        sheet.write(3, 0, "乙").unwrap();
        let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 7, 17).unwrap();
        sheet.write_datetime_with_format(2, 2, &date, &day).unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let document = read(&bytes).unwrap();
        assert_eq!(rows(&document), ["p 任务分工表", "任务|负责人|截止", "甲|张三|2026-07-17", "乙|张三|"]);
    }

    #[test]
    fn separated_values() {
        assert_eq!(rows(&read_separated("a,\"b,\nc\",d\n1,\"x \"\"y\"\"\",\n")), ["a|b,\nc|d", "1|x \"y\"|"]);
        assert_eq!(rows(&read_separated("甲\t乙\n1\t2")), ["甲|乙", "1|2"]);
        assert!(read(b"nonsense").is_err());
    }
}
