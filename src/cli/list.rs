//! `duban list`: one line an object; `--json` gives SPEC 9.8, a line each.

use super::{Globals, show, table};
use crate::outbox::LetterRow;
use crate::store::{Store, for_each_prefix, keys, prefix_end};
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// What to list
    pub what: What,
    /// Only items of this owner, letters to this reader (address or name)
    #[arg(long, value_name = "PERSON")]
    pub owner: Option<String>,
    /// Only those in this state
    #[arg(long)]
    pub state: Option<String>,
    /// At most so many, the newest; 0: all
    #[arg(long, default_value_t = 0)]
    pub limit: usize,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Meetings,
    Actions,
    Issues,
    Projects,
    Letters,
    /// Mails that could not be read with confidence
    NotUnderstood,
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = super::configuration(globals)?;
    let store = super::store_to_read(&config)?;
    let zone = config.assistant.time_zone;
    let found = match args.what {
        What::Letters => letters(&*store, &args),
        What::NotUnderstood => not_understood(&*store, zone),
        _ => objects(&*store, &args),
    };
    let mut found = found.map_err(super::store_error)?;
    if args.limit > 0 && found.len() > args.limit {
        found.drain(..found.len() - args.limit);
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if globals.json {
        for object in &found {
            writeln!(out, "{object}")?;
        }
    } else {
        let columns = columns(args.what);
        let rows: Vec<Vec<String>> =
            found.iter().map(|object| columns.iter().map(|key| text(object, key)).collect()).collect();
        table::print(&mut out, columns, &rows)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn columns(what: What) -> &'static [&'static str] {
    match what {
        What::Meetings => &["id", "state", "start", "title", "organizer"],
        What::Actions => &["id", "state", "due", "owner", "task"],
        What::Issues => &["id", "state", "urgency", "title", "initiator", "contact"],
        What::Projects => &["id", "state", "end", "name", "manager"],
        What::Letters => &["id", "letter", "to", "state", "subject"],
        What::NotUnderstood => &["at", "from", "message_id", "reason"],
    }
}

/// A field as a cell.
pub(super) fn text(object: &Value, key: &str) -> String {
    match object.get(key) {
        None | Some(Value::Null) => "-".into(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn is(object: &Value, keys: &[&str], wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| {
        keys.iter().any(|key| {
            object.get(key).and_then(Value::as_str).is_some_and(|found| found.to_lowercase() == wanted.to_lowercase())
        })
    })
}

fn objects(store: &dyn Store, args: &Args) -> crate::store::Result<Vec<Value>> {
    let letter = match args.what {
        What::Meetings => 'M',
        What::Actions => 'A',
        What::Issues => 'Q',
        _ => 'P',
    };
    let mut found = Vec::new();
    for_each_prefix(store, &keys::objects_of(letter), |key, value| {
        let object = show::object(key, value)?;
        if is(&object, &["state"], args.state.as_deref())
            && is(
                &object,
                &["owner", "owner_address", "organizer", "organizer_address", "manager"],
                args.owner.as_deref(),
            )
        {
            found.push(object);
        }
        Ok(())
    })?;
    Ok(found)
}

fn letters(store: &dyn Store, args: &Args) -> crate::store::Result<Vec<Value>> {
    let mut found = Vec::new();
    for_each_prefix(store, &[keys::LETTER], |key, value| {
        let row: LetterRow = show::parse(key, value)?;
        let object = letter(&row);
        if is(&object, &["state"], args.state.as_deref()) && is(&object, &["to"], args.owner.as_deref()) {
            found.push(object);
        }
        Ok(())
    })?;
    Ok(found)
}

/// A letter as programs see it; Message-IDs as they stand in a header.
pub(super) fn letter(row: &LetterRow) -> Value {
    json!({
        "letter": row.sent.letter,
        "to": row.sent.to,
        "message_id": format!("<{}>", row.sent.message_id),
        "reply_to": row.sent.reply_to,
        "state": row.state,
        "id": row.sent.id,
        "at": row.sent.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "subject": row.sent.subject,
        "objects": row.sent.objects,
        "attempts": row.attempts,
        "reply": row.reply,
    })
}

/// Mails that were read and left a doubt about what was meant.
fn not_understood(store: &dyn Store, zone: chrono_tz::Tz) -> crate::store::Result<Vec<Value>> {
    let mut found = Vec::new();
    let rows = store.scan_back(&[keys::MAIL], &prefix_end(&[keys::MAIL]), NOT_UNDERSTOOD_LOOK_BACK)?;
    for (key, value) in rows.into_iter().rev() {
        let row: Value = show::parse(&key, &value)?;
        let doubted = |list: Option<&Value>| {
            list.and_then(Value::as_array)
                .is_some_and(|list| list.iter().filter_map(Value::as_str).any(|line| line.contains("not_understood")))
        };
        let reason = row.get("reason").and_then(Value::as_str).unwrap_or_default();
        if reason.contains("not_understood") || doubted(row.get("understood")) {
            let at = row.get("at").and_then(Value::as_i64).unwrap_or_default();
            let reason = if reason.is_empty() { "not_understood" } else { reason };
            found.push(json!({
                "at": super::rfc3339(at, zone),
                "from": row.get("from"),
                "message_id": row.get("cause"),
                "reason": reason,
                "understood": row.get("understood"),
                "number": row.get("number"),
            }));
        }
    }
    Ok(found)
}

/// Mails looked through for ones nobody understood; older ones are no news.
const NOT_UNDERSTOOD_LOOK_BACK: usize = 50_000;
