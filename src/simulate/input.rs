//! What a simulation is fed: a script, an mbox, or a Maildir; mails in the order of their Date.

use super::SimulateError;
use super::script::{self, Line, What};
use crate::mail::header::Fields;
use chrono::{DateTime, FixedOffset};
use mail_parser::MessageParser;
use std::io::Read as _;
use std::path::{Path, PathBuf};

pub fn read(input: &Path, zone: chrono_tz::Tz) -> Result<Vec<Line>, SimulateError> {
    if input.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(|e| SimulateError::Missing(format!("standard input: {e}")))?;
        return of_bytes(bytes, Path::new("."), zone);
    }
    let missing = |path: &Path, e: std::io::Error| SimulateError::Missing(format!("{}: {e}", path.display()));
    if input.is_dir() {
        let mut raws = Vec::new();
        for folder in ["new", "cur", ""] {
            let folder: PathBuf = if folder.is_empty() { input.to_path_buf() } else { input.join(folder) };
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(|p| p.is_file()).collect();
            paths.sort();
            for path in paths {
                raws.push(std::fs::read(&path).map_err(|e| missing(&path, e))?);
            }
        }
        return Ok(in_order(raws, zone));
    }
    let bytes = std::fs::read(input).map_err(|e| missing(input, e))?;
    of_bytes(bytes, input.parent().unwrap_or(Path::new(".")), zone)
}

fn of_bytes(bytes: Vec<u8>, folder: &Path, zone: chrono_tz::Tz) -> Result<Vec<Line>, SimulateError> {
    if bytes.starts_with(b"From ") {
        return Ok(in_order(mbox(&bytes), zone));
    }
    let text =
        String::from_utf8(bytes).map_err(|e| SimulateError::Input(format!("expected a script in UTF-8: {e}")))?;
    script::read(&text, folder)
}

/// Mails of an mbox (RFC 4155); `>From ` is unquoted.
fn mbox(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut mails: Vec<Vec<u8>> = Vec::new();
    let mut after_blank = true;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if after_blank && line.starts_with(b"From ") {
            mails.push(Vec::new());
        } else if let Some(mail) = mails.last_mut() {
            let quoted = line.iter().take_while(|b| **b == b'>').count();
            let rest = line.get(quoted..).unwrap_or_default();
            mail.extend_from_slice(if quoted > 0 && rest.starts_with(b"From ") {
                line.get(1..).unwrap_or_default()
            } else {
                line
            });
        }
        after_blank = line == b"\n" || line == b"\r\n";
    }
    mails
}

fn in_order(raws: Vec<Vec<u8>>, zone: chrono_tz::Tz) -> Vec<Line> {
    let mut lines: Vec<Line> = raws
        .into_iter()
        .enumerate()
        .map(|(index, raw)| {
            let at = date_of(&raw).map(|at| at.with_timezone(&zone).fixed_offset());
            let sender = Fields::cut(&raw).first("return-path").map(|v| String::from_utf8_lossy(v).trim().to_string());
            let mail_from = sender.filter(|s| s == "<>").map(|_| String::new());
            Line { number: index + 1, at, what: What::Raw { raw, mail_from, proven: true } }
        })
        .collect();
    // A mail without a date comes with the ones around it.
    let mut last = lines.iter().filter_map(|l| l.at).min();
    for line in &mut lines {
        if line.at.is_none() {
            line.at = last;
        }
        last = line.at;
    }
    lines.sort_by_key(|line| line.at);
    lines
}

fn date_of(raw: &[u8]) -> Option<DateTime<FixedOffset>> {
    let mail = MessageParser::default().parse_headers(raw)?;
    DateTime::parse_from_rfc3339(&mail.date()?.to_rfc3339()).ok()
}
