//! `duban inspect minutes` (SPEC 9.2): what minutes in files say, a line of JSON a file.

use super::shown;
use crate::cli::Globals;
use crate::document::Document;
use crate::document::tree::Tree;
use crate::domain::reading::MinutesReading;
use crate::domain::workdays::Workdays;
use crate::language::{Body, minutes};
use anyhow::Context;
use chrono::{DateTime, FixedOffset, NaiveTime, TimeZone};
use mail_parser::PartType;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Files of a folder that are read: mails, texts, office files.
pub(super) const ENDINGS: &[&str] = &["eml", "txt", "md", "html", "htm", "docx", "xlsx", "xls", "csv", "tsv"];
/// A file larger than this is refused (TRUST P3: 25 MiB).
pub(super) const FILE_BYTES_MAX: u64 = 25 << 20;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// The moment the minutes were written (RFC 3339); else the mail's Date, else the meeting's date in the text
    #[arg(long = "ref", value_name = "MOMENT")]
    pub reference: Option<DateTime<FixedOffset>>,
    /// Say why each deadline means its day; on a terminal, show the source with what was recognized
    #[arg(long)]
    pub explain: bool,
    /// Mails, texts, office files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    for file in files_of(&args.files, ENDINGS)? {
        let began = Instant::now();
        let name = file.display().to_string();
        if shown::is_wanted(args.explain, globals) {
            let bytes = read_file(&file)?;
            let reading = serde_json::to_value(read(&file, &bytes, args.reference)?)?;
            let lines = shown::source_lines(&file, &bytes);
            writeln!(out, "{name}\n{}", shown::paint(&lines, &reading, shown::in_colour()))?;
            continue;
        }
        let line = match read_file(&file).and_then(|bytes| read(&file, &bytes, args.reference)) {
            Ok(reading) => {
                let mut line = serde_json::to_value(&reading)?;
                if let Some(object) = line.as_object_mut() {
                    if !args.explain
                        && let Some(items) = object.get_mut("items").and_then(|items| items.as_array_mut())
                    {
                        for item in items.iter_mut().filter_map(|item| item.as_object_mut()) {
                            item.retain(|key, _| key != "due_why" && key != "due_phrase");
                        }
                    }
                    object.shift_insert(0, "file".into(), json!(name));
                    object.insert("ms".into(), json!(milliseconds(began)));
                }
                line
            }
            Err(error) => json!({"file": name, "error": format!("{error:#}")}),
        };
        writeln!(out, "{line}")?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn milliseconds(began: Instant) -> f64 {
    (began.elapsed().as_secs_f64() * 1_000_000.0).round() / 1000.0
}

/// The files named, a folder's in the order of their names.
pub(super) fn files_of(named: &[PathBuf], endings: &[&str]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside: Vec<PathBuf> = std::fs::read_dir(path)
            .with_context(|| format!("cannot list {}", path.display()))?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| {
                let ending = path.extension().and_then(|e| e.to_str()).map(str::to_lowercase);
                path.is_file() && ending.is_some_and(|ending| endings.contains(&ending.as_str()))
            })
            .collect();
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

pub(super) fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let size = std::fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?.len();
    anyhow::ensure!(size <= FILE_BYTES_MAX, "the file has {size} bytes, more than the {FILE_BYTES_MAX} that are read");
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Chinese minutes without a zone are from +08:00; their calendar is China's. Others count Monday to Friday.
pub(super) fn calendar_of(reference: &DateTime<FixedOffset>) -> Workdays {
    if reference.offset().local_minus_utc() == 8 * 3600 { Workdays::cn() } else { Workdays::mon_fri() }
}

fn read(path: &Path, bytes: &[u8], reference: Option<DateTime<FixedOffset>>) -> anyhow::Result<MinutesReading> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    if ending == "eml" {
        let message = Tree::parse(bytes).context("no mail is in this file")?;
        return Ok(of_mail(&message, reference));
    }
    let document = Document::from_file(name, bytes);
    let reference = reference.unwrap_or_else(|| moment_in(&document));
    let mut reading = minutes::read(&document, reference, &calendar_of(&reference), None);
    note_unread(&mut reading, &document);
    Ok(reading)
}

/// Without a date of its own a text was written at noon of the day of the meeting it tells of.
fn moment_in(document: &Document) -> DateTime<FixedOffset> {
    let day = minutes::day_of(document).unwrap_or_default();
    let noon = day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default());
    let east = FixedOffset::east_opt(8 * 3600).unwrap_or_else(|| chrono::Offset::fix(&chrono::Utc));
    east.from_local_datetime(&noon).single().unwrap_or_default()
}

fn note_unread(reading: &mut MinutesReading, document: &Document) {
    for reason in &document.unread {
        let doubt = crate::domain::reading::Doubt { kind: "unread_attachment".into(), line: reason.clone(), n: None };
        reading.doubts.push(doubt);
    }
}

/// The minutes of a mail: its new words, what it forwards, and what is attached.
fn of_mail(message: &mail_parser::Message<'_>, reference: Option<DateTime<FixedOffset>>) -> MinutesReading {
    let date = message.date().and_then(|date| DateTime::parse_from_rfc3339(&date.to_rfc3339()).ok());
    let reference = reference.or(date).unwrap_or_default();
    let subject = message.subject().unwrap_or_default();
    let writer = message.from().and_then(|from| from.first()).and_then(|from| from.name()).map(str::to_owned);
    let part = |id: &u32| message.parts.get(usize::try_from(*id).unwrap_or(usize::MAX)).map(|part| &part.body);
    let html = message.html_body.iter().find_map(|id| match part(id)? {
        PartType::Html(html) => Some(html.as_ref()),
        _ => None,
    });
    let text = message.text_body.iter().find_map(|id| match part(id)? {
        PartType::Text(text) => Some(text.as_ref()),
        _ => None,
    });
    let offset = *reference.offset();
    let body = match (html, text) {
        (Some(html), text) if text.is_none_or(|text| crate::document::html_says_more(html, text)) => {
            Body::of_html(html, subject, offset)
        }
        (_, Some(text)) => Body::of_text(text, subject, offset),
        (Some(html), None) => Body::of_html(html, subject, offset),
        (None, None) => Body::default(),
    };
    let calendar = calendar_of(&reference);
    let mut reading = minutes::read_body(&body, subject, reference, &calendar, writer.as_deref());
    for attached in message.attachments().take(10) {
        use mail_parser::MimeHeaders;
        let Some(name) = attached.attachment_name() else { continue };
        let document = Document::from_file(name, attached.contents());
        if !document.is_empty() {
            minutes::add(&mut reading, minutes::read(&document, reference, &calendar, writer.as_deref()));
        }
        note_unread(&mut reading, &document);
    }
    reading
}
