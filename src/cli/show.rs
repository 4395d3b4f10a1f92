//! `duban show ID`: one object, whole, with its history.

use super::table::tame;
use super::{Exit, Globals, list};
use crate::engine::snapshot::{self, HistoryRow, Stored};
use crate::outbox::LetterRow;
use crate::store::{Result, Store, StoreError, for_each_prefix, keys};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// `M-12`, `A-107`, `Q-5`, `P-3`, a person's address, or a letter's id
    pub id: String,
    /// With --json: also every version and why it came about
    #[arg(long)]
    pub history: bool,
}

/// A row as its type.
pub(super) fn parse<T: DeserializeOwned>(key: &[u8], value: &[u8]) -> Result<T> {
    serde_json::from_slice(value).map_err(|cause| StoreError::Row { key: keys::shown(key), cause: cause.to_string() })
}

/// An object of a row in the shape of SPEC 9.8: every field, without its tag, without what stays inside (`_…`).
pub(super) fn object(key: &[u8], value: &[u8]) -> Result<Value> {
    Ok(whole(parse(key, value)?))
}

pub(super) fn whole(stored: Stored) -> Value {
    match serde_json::to_value(stored) {
        Ok(Value::Object(map)) => map.into_iter().next().map(|(_, inner)| public(inner)).unwrap_or(Value::Null),
        _ => Value::Null,
    }
}

fn public(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .filter(|(key, _)| !key.starts_with('_'))
            .map(|(key, value)| (key, public(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(list) => list.into_iter().map(public).collect(),
        other => other,
    }
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = super::configuration(globals)?;
    let store = super::store_to_read(&config)?;
    let zone = config.assistant.time_zone;
    let found = find(&*store, &args.id).map_err(super::store_error)?;
    let Some((id, mut object)) = found else {
        return Err(Exit::new(super::EX_NOINPUT, format!("there is no {}", args.id)).into());
    };
    let versions = histories(&*store, &id, zone).map_err(super::store_error)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if globals.json {
        if args.history
            && let Value::Object(map) = &mut object
        {
            map.insert("history".into(), versions.into());
        }
        writeln!(out, "{object}")?;
    } else {
        print(&mut out, &object, 0)?;
        if !versions.is_empty() {
            writeln!(out, "\nhistory")?;
        }
        for version in &versions {
            let part = |key: &str| list::text(version, key);
            writeln!(out, "  {}  v{}  {}  {}", part("at"), part("version"), part("by"), part("why"))?;
            for change in version.get("changed").and_then(Value::as_array).into_iter().flatten() {
                writeln!(
                    out,
                    "      {}: {} → {}",
                    list::text(change, "field"),
                    tame(&list::text(change, "old")),
                    tame(&list::text(change, "new"))
                )?;
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The object and its id as it is stored: ids are given in any case.
pub(super) fn find(store: &dyn Store, asked: &str) -> Result<Option<(String, Value)>> {
    for id in [asked.to_string(), asked.to_uppercase(), asked.to_lowercase()] {
        let key = keys::object(&id);
        if let Some(value) = store.get(&key)? {
            return Ok(Some((id, object(&key, &value)?)));
        }
    }
    if let Some(key) = keys::letter(asked)
        && let Some(value) = store.get(&key)?
    {
        let row: LetterRow = parse(&key, &value)?;
        return Ok(Some((asked.to_string(), list::letter(&row))));
    }
    Ok(None)
}

/// Versions, oldest first, each with what it changed.
pub(super) fn histories(store: &dyn Store, id: &str, zone: chrono_tz::Tz) -> Result<Vec<Value>> {
    let mut rows: Vec<HistoryRow> = Vec::new();
    for_each_prefix(store, &keys::histories(id), |key, value| {
        rows.push(parse(key, value)?);
        Ok(())
    })?;
    rows.extend(store.get(&keys::object(id))?.and_then(|row| snapshot::last(&row)));
    let newest = find(store, id)?.map(|(_, object)| object).unwrap_or(Value::Null);
    let mut versions = Vec::new();
    let mut before = Value::Null;
    for row in rows {
        let after = match row.record {
            Some(record) => serde_json::from_value::<Stored>(record).map(whole).unwrap_or(Value::Null),
            None => newest.clone(),
        };
        let mut changed = Vec::new();
        if let (Value::Object(old), Value::Object(new)) = (&before, &after) {
            for (field, value) in new {
                let was = old.get(field).unwrap_or(&Value::Null);
                if field != "version" && was != value {
                    changed.push(json!({"field": field, "old": was, "new": value}));
                }
            }
        }
        versions.push(json!({
            "version": after.get("version"),
            "at": super::rfc3339(row.at, zone),
            "by": row.by,
            "mail": row.mail,
            "why": row.why,
            "changed": changed,
        }));
        before = after;
    }
    Ok(versions)
}

/// Fields under one another; lists of objects indented.
fn print(out: &mut impl Write, value: &Value, depth: usize) -> std::io::Result<()> {
    let indent = "  ".repeat(depth);
    let Value::Object(map) = value else { return writeln!(out, "{indent}{value}") };
    for (key, value) in map {
        match value {
            Value::Null => {}
            Value::Array(list) if list.is_empty() => {}
            Value::Array(list) if list.iter().all(|item| !item.is_object()) => {
                let words: Vec<String> =
                    list.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_string)).collect();
                writeln!(out, "{indent}{key}: {}", tame(&words.join(", ")))?;
            }
            Value::Array(list) => {
                writeln!(out, "{indent}{key}:")?;
                for item in list {
                    writeln!(out, "{indent}  -")?;
                    print(out, item, depth + 2)?;
                }
            }
            Value::Object(_) => {
                writeln!(out, "{indent}{key}:")?;
                print(out, value, depth + 1)?;
            }
            Value::String(text) => writeln!(out, "{indent}{key}: {}", tame(text))?,
            other => writeln!(out, "{indent}{key}: {other}")?,
        }
    }
    Ok(())
}
