//! What leaves as a file: a person's or an object's items as .xlsx, .csv or .ics, and the spreadsheet and pictures of a
//! report. The columns are those that an import reads back (O37).
//!
//! Cells are text, dates or numbers, never formulas; what a spreadsheet would take for one gets an apostrophe before it
//! (TRUST P13). The moment is an argument: the same account gives the same bytes.

mod calendar;
mod csv;
pub mod picture;
mod sheet;

pub use calendar::calendar;
pub use csv::{cell as csv_cell, csv};
pub use sheet::xlsx;

use crate::domain::action_item::{ActionItem, State};
use crate::domain::letter::Made;
use chrono::{DateTime, Utc};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Id,
    Task,
    Owner,
    Deliverable,
    Due,
    State,
    Percent,
    Reason,
    Measure,
    Helpers,
    Source,
    Department,
    Start,
    Criterion,
    Expected,
    Slips,
    Finished,
}

/// What it holds, its Chinese and English head, its width in characters.
const COLUMNS: &[(Kind, &str, &str, f64)] = &[
    (Kind::Id, "编号", "ID", 9.0),
    (Kind::Task, "任务", "Task", 42.0),
    (Kind::Owner, "负责人", "Owner", 12.0),
    (Kind::Deliverable, "交付物", "Deliverable", 22.0),
    (Kind::Due, "截止时间", "Due", 17.0),
    (Kind::State, "状态", "Status", 11.0),
    (Kind::Percent, "进度", "Progress", 9.0),
    (Kind::Reason, "原因", "Reason", 24.0),
    (Kind::Measure, "措施", "Measure", 24.0),
    (Kind::Helpers, "配合人", "Helpers", 16.0),
    (Kind::Source, "来源", "Source", 9.0),
    (Kind::Department, "部门", "Department", 12.0),
    (Kind::Start, "开始时间", "Start", 12.0),
    (Kind::Criterion, "交付标准", "Criterion", 22.0),
    (Kind::Expected, "预计完成", "Expected", 17.0),
    (Kind::Slips, "延期次数", "Postponed", 10.0),
    (Kind::Finished, "完成时间", "Finished", 17.0),
];

fn is_english(language: &str) -> bool {
    language.starts_with("en")
}

fn word(language: &str, zh: &'static str, en: &'static str) -> &'static str {
    if is_english(language) { en } else { zh }
}

/// A state as people read it.
fn state_word(item: &ActionItem, late: bool, language: &str) -> &'static str {
    let (zh, en) = match item.state {
        _ if item.parked => ("搁置", "parked"),
        State::Confirmed | State::InProgress if item.behind || late => ("滞后", "behind"),
        State::Proposed => ("待确认", "proposed"),
        State::Confirmed if item.by_default => ("默认接受", "accepted by default"),
        State::Confirmed => ("已确认", "confirmed"),
        State::InProgress => ("进行中", "in progress"),
        State::Blocked => ("阻塞", "blocked"),
        State::Done => ("已完成", "done"),
        State::Accepted => ("已验收", "accepted"),
        State::Declined => ("已拒绝", "declined"),
        State::Cancelled => ("已取消", "cancelled"),
    };
    word(language, zh, en)
}

/// The text of a cell; dates and numbers of a spreadsheet are written from the item itself.
fn text(item: &ActionItem, kind: Kind, late: bool, language: &str, zone: chrono_tz::Tz) -> String {
    let some = |field: &Option<String>| field.clone().unwrap_or_default();
    let due = |due: &Option<crate::domain::due::Due>| due.as_ref().map(ToString::to_string).unwrap_or_default();
    let text = match kind {
        Kind::Id => item.id.clone(),
        Kind::Task => item.task.clone(),
        Kind::Owner => item.owner.clone().or_else(|| item.department.clone()).unwrap_or_default(),
        Kind::Deliverable => some(&item.deliverable),
        Kind::Due => due(&item.due),
        Kind::State => state_word(item, late, language).to_string(),
        Kind::Percent => item.percent.map(|percent| format!("{percent}%")).unwrap_or_default(),
        Kind::Reason => item.reason.clone().or_else(|| item.blocked_on.clone()).unwrap_or_default(),
        Kind::Measure => some(&item.measure),
        Kind::Helpers => item.helpers.join(word(language, "；", "; ")),
        Kind::Source => some(&item.source.id),
        Kind::Department => some(&item.department),
        Kind::Start => item.start.map(|day| day.to_string()).unwrap_or_default(),
        Kind::Criterion => some(&item.criterion),
        Kind::Expected => due(&item.expected),
        Kind::Slips => {
            if item.slips > 0 {
                item.slips.to_string()
            } else {
                String::new()
            }
        }
        Kind::Finished => {
            let at = item.done_at.filter(|_| matches!(item.state, State::Done | State::Accepted));
            at.map(|at| at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
        }
    };
    harmless(&text)
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

/// A file made for a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes {
    pub name: String,
    pub mime: &'static str,
    /// Content-ID of what is shown in the page.
    pub cid: Option<String>,
    pub bytes: Vec<u8>,
}

/// Files as one .zip, each compressed; the same files give the same bytes.
pub fn zip(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, zip::result::ZipError> {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (path, bytes) in files {
        writer.start_file(path.as_str(), options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// Makes what a letter carries; `None` with the reason in the log where it cannot be made: the letter goes all the same.
pub fn made(made: &Made, language: &str, host: &str, zone: chrono_tz::Tz, now: DateTime<Utc>) -> Option<Bytes> {
    match made {
        Made::Picture { cid, chart } => {
            let name = format!("{}.png", cid.split('@').next().unwrap_or_default().replace('.', "-"));
            let bytes = picture::png(chart, language);
            Some(Bytes { name, mime: "image/png", cid: Some(cid.clone()), bytes })
        }
        Made::Sheet(account) => match xlsx(account, language, zone, now) {
            Ok(bytes) => {
                let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
                Some(Bytes { name: file_name(account, language, "xlsx"), mime, cid: None, bytes })
            }
            Err(error) => {
                tracing::error!(cause = %error, "a spreadsheet could not be made");
                None
            }
        },
        Made::Calendar(account) => {
            let bytes = calendar(account, host, now).into_bytes();
            let mime = "text/calendar; charset=utf-8";
            Some(Bytes { name: file_name(account, language, "ics"), mime, cid: None, bytes })
        }
    }
}

/// `P-3-2026-03-13.xlsx`; a person's own is 我的待办 or my-tasks.
fn file_name(account: &crate::domain::report::Account, language: &str, end: &str) -> String {
    let what = account.id.clone().unwrap_or_else(|| word(language, "我的待办", "my-tasks").to_string());
    format!("{what}-{}.{end}", account.day)
}

#[cfg(test)]
mod tests;
