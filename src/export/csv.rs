//! Items as text with commas (RFC 4180).

use super::{COLUMNS, harmless, text, word};
use crate::domain::report::Account;

/// A cell that no spreadsheet runs, quoted where it has to be.
pub fn cell(text: &str) -> String {
    let text = harmless(text);
    match text.contains([',', '"', '\n', '\r', ';']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// UTF-8 with a byte order mark: without one Excel reads Chinese as something else.
pub fn csv(account: &Account, language: &str, zone: chrono_tz::Tz) -> Vec<u8> {
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
    line(COLUMNS.iter().map(|(_, zh, en, _)| word(language, zh, en).to_string()).collect());
    for item in &account.items {
        let late = account.late.contains(&item.id);
        line(COLUMNS.iter().map(|(kind, ..)| text(item, *kind, late, language, zone)).collect());
    }
    out.into_bytes()
}
