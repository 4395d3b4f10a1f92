//! What leaves as a file: a person's or an object's items as .xlsx or .csv, in the columns that an import reads back
//! (O37).
//!
//! Cells are text, never formulas; what a spreadsheet would take for one gets an apostrophe before it (TRUST P13).

use crate::domain::action_item::{ActionItem, State};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

/// Columns: Chinese and English head, width in characters.
const COLUMNS: &[(&str, &str, f64)] = &[
    ("编号", "ID", 8.0),
    ("任务", "Task", 42.0),
    ("负责人", "Owner", 12.0),
    ("交付物", "Deliverable", 22.0),
    ("截止时间", "Due", 18.0),
    ("状态", "Status", 10.0),
    ("进度", "Progress", 8.0),
    ("原因", "Reason", 24.0),
    ("措施", "Measure", 24.0),
    ("配合人", "Helpers", 16.0),
    ("来源", "Source", 10.0),
];

fn is_english(language: &str) -> bool {
    language.starts_with("en")
}

/// A state as people read it.
fn state_word(item: &ActionItem, language: &str) -> &'static str {
    let (zh, en) = match item.state {
        State::Proposed => ("待确认", "proposed"),
        State::Confirmed if item.by_default => ("默认接受", "accepted by default"),
        State::Confirmed => ("已确认", "confirmed"),
        State::InProgress if item.behind => ("滞后", "behind"),
        State::InProgress => ("进行中", "in progress"),
        State::Blocked => ("阻塞", "blocked"),
        State::Done => ("已完成", "done"),
        State::Accepted => ("已验收", "accepted"),
        State::Declined => ("已拒绝", "declined"),
        State::Cancelled => ("已取消", "cancelled"),
    };
    if is_english(language) { en } else { zh }
}

fn heads(language: &str) -> Vec<&'static str> {
    COLUMNS.iter().map(|(zh, en, _)| if is_english(language) { *en } else { *zh }).collect()
}

fn cells(item: &ActionItem, language: &str) -> Vec<String> {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    [
        item.id.clone(),
        item.task.clone(),
        item.owner.clone().or_else(|| item.department.clone()).unwrap_or_default(),
        text(&item.deliverable),
        item.due.as_ref().map(ToString::to_string).unwrap_or_default(),
        state_word(item, language).to_string(),
        item.percent.map(|percent| format!("{percent}%")).unwrap_or_default(),
        text(&item.reason),
        text(&item.measure),
        item.helpers.join(if is_english(language) { "; " } else { "；" }),
        text(&item.source.id),
    ]
    .into_iter()
    .map(|cell| harmless(&cell))
    .collect()
}

/// Without control characters, and nothing that a spreadsheet runs: `=`, `+`, `-`, `@`, tab, CR, full-width forms too.
fn harmless(cell: &str) -> String {
    let clean: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let clean = clean.trim();
    match clean.chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => format!("'{clean}"),
        _ => clean.to_string(),
    }
}

/// RFC 4180, UTF-8 with a byte order mark: without one Excel reads Chinese as something else.
pub fn csv(items: &[ActionItem], language: &str) -> Vec<u8> {
    let mut out = String::from("\u{feff}");
    let mut line = |cells: Vec<String>| {
        let quoted: Vec<String> = cells
            .iter()
            .map(|cell| match cell.contains([',', '"', '\n', '\r', ';']) {
                true => format!("\"{}\"", cell.replace('"', "\"\"")),
                false => cell.clone(),
            })
            .collect();
        out.push_str(&quoted.join(","));
        out.push_str("\r\n");
    };
    line(heads(language).into_iter().map(str::to_string).collect());
    for item in items {
        line(cells(item, language));
    }
    out.into_bytes()
}

/// One sheet with a head that stays in view and can be filtered.
pub fn xlsx(items: &[ActionItem], language: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(if is_english(language) { "Action items" } else { "待办清单" })?;
    let head = Format::new().set_bold().set_background_color(0xE8EEF7);
    let body = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (column, name) in (0u16..).zip(heads(language)) {
        sheet.write_string_with_format(0, column, name, &head)?;
    }
    for (column, (_, _, width)) in (0u16..).zip(COLUMNS) {
        sheet.set_column_width(column, *width)?;
    }
    for (row, item) in (1u32..).zip(items) {
        for (column, cell) in (0u16..).zip(cells(item, language)) {
            sheet.write_string_with_format(row, column, cell, &body)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let rows = u32::try_from(items.len()).unwrap_or(u32::MAX - 1);
    let columns = u16::try_from(COLUMNS.len()).unwrap_or(1);
    sheet.autofilter(0, 0, rows, columns.saturating_sub(1))?;
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn item(task: &str) -> ActionItem {
        ActionItem {
            id: "A-1".into(),
            task: task.into(),
            owner: Some("李雷".into()),
            state: State::Confirmed,
            ..ActionItem::default()
        }
    }

    #[test]
    fn nothing_in_a_cell_is_run() {
        for evil in ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1"] {
            let text = String::from_utf8(csv(&[item(evil)], "zh-CN")).unwrap();
            let cell = text.lines().nth(1).unwrap().split(',').nth(1).unwrap().to_string();
            assert!(cell.starts_with('\''), "{evil:?} became {cell:?}");
        }
    }

    #[test]
    fn tables_are_read_back_by_their_heads() {
        let text = String::from_utf8(csv(&[item("提交报告, \"终稿\"")], "zh-CN")).unwrap();
        assert!(text.starts_with("\u{feff}编号,任务,负责人,"));
        assert!(text.contains("A-1,\"提交报告, \"\"终稿\"\"\",李雷,,,已确认"));
        let book = xlsx(&[item("提交报告")], "en").unwrap();
        let mut read: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(book)).unwrap();
        let range = calamine::Reader::worksheet_range(&mut read, "Action items").unwrap();
        assert_eq!(range.get_value((0, 1)).unwrap().to_string(), "Task");
        assert_eq!(range.get_value((1, 1)).unwrap().to_string(), "提交报告");
    }
}
