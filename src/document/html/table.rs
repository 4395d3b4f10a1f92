//! Tables: spans resolved, data told from layout.

use super::super::{Block, Kind, Row, Table};
use super::Reader;
use std::collections::HashMap;

/// Columns of a table and rows one cell may span.
pub(super) const SPAN_MAX: usize = 64;
/// A cell longer than this is page layout, not data.
const DATA_CELL_CHARS_MAX: usize = 2000;
/// A cell with more blocks than this is page layout.
const DATA_CELL_BLOCKS_MAX: usize = 24;

pub(super) struct CellRead {
    pub(super) blocks: Vec<Block>,
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) head: bool,
}

#[derive(Default)]
pub(super) struct TableRead {
    pub(super) rows: Vec<Vec<CellRead>>,
    pub(super) in_head: bool,
    pub(super) layout: bool,
}

impl<'r> Reader<'r> {
    /// A table of data as one block; a table that only lays out the page as the blocks of its cells.
    pub(super) fn table_blocks(&mut self, table: TableRead) -> Vec<Block> {
        let width: usize = table
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.columns).sum::<usize>())
            .max()
            .unwrap_or(0)
            .min(SPAN_MAX);
        let is_layout = table.layout
            || table.rows.iter().all(|row| row.len() <= 1)
            || (table.rows.iter().filter(|row| !row.is_empty()).count() <= 1
                && !table.rows.iter().flatten().any(|c| c.head))
            || table.rows.iter().flatten().any(|cell| {
                cell.blocks.len() > DATA_CELL_BLOCKS_MAX
                    || cell.blocks.iter().any(|b| matches!(b.kind, Kind::Table(_) | Kind::Quote(_)))
                    || cell.blocks.iter().map(|b| b.text.len()).sum::<usize>() > DATA_CELL_CHARS_MAX * 3
            });
        if is_layout {
            let mut out = Vec::new();
            for cell in table.rows.into_iter().flatten() {
                let from = out.len();
                out.extend(cell.blocks);
                if let Some(first) = out.get_mut(from) {
                    first.gap = true;
                }
            }
            return out;
        }
        let mut header = None;
        let mut rows: Vec<Row> = Vec::new();
        // What cells above still cover: column → (rows left, text).
        let mut covered: HashMap<usize, (usize, String)> = HashMap::new();
        for row in table.rows {
            if row.is_empty() && covered.is_empty() {
                continue;
            }
            if self.cells_left < width {
                break;
            }
            self.cells_left -= width;
            let all_head = !row.is_empty() && row.iter().all(|cell| cell.head);
            let mut cells = vec![String::new(); width];
            let mut at = 0;
            let mut place = |at: &mut usize, cells: &mut Vec<String>| {
                while let Some((left, text)) = covered.get_mut(at) {
                    if let Some(slot) = cells.get_mut(*at) {
                        slot.clone_from(text);
                    }
                    *left -= 1;
                    if *left == 0 {
                        covered.remove(at);
                    }
                    *at += 1;
                }
            };
            let mut spans: Vec<(usize, usize, String)> = Vec::new();
            for cell in row {
                place(&mut at, &mut cells);
                let text = cell_text(&cell.blocks);
                for _ in 0..cell.columns {
                    if let Some(slot) = cells.get_mut(at) {
                        slot.clone_from(&text);
                        if cell.rows > 1 {
                            spans.push((at, cell.rows - 1, text.clone()));
                        }
                    }
                    at += 1;
                }
            }
            while at < width {
                let before = at;
                place(&mut at, &mut cells);
                if at == before {
                    at += 1;
                }
            }
            for (column, left, text) in spans {
                covered.insert(column, (left, text));
            }
            if all_head && header.is_none() && rows.len() < 3 {
                header = Some(rows.len());
            }
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push(Row::new(cells));
            } else if header == Some(rows.len()) {
                header = None;
            }
        }
        if rows.is_empty() {
            return Vec::new();
        }
        let line = rows.first().map(|row| row.line.clone()).unwrap_or_default();
        vec![Block { kind: Kind::Table(Table { header, rows }), text: String::new(), line, span: 0..0, gap: true }]
    }
}

fn cell_text(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        match &block.kind {
            // A box stays to be seen: ☑普通 is an answer.
            Kind::Item(mark) if mark.checked.is_some() => out.push_str(&block.line),
            Kind::Rule => {
                let _ = out.pop();
            }
            _ => out.push_str(&block.text),
        }
    }
    out
}

/// Runs of white space as one blank.
pub(super) fn even(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split([' ', '\t', '\u{a0}']).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}
