//! `duban why MESSAGE-ID`: what a mail, in or out, was understood as, and what followed.

use super::{Exit, Globals, list, show};
use crate::outbox::LetterRow;
use crate::store::receive::InboxRow;
use crate::store::{Result, Store, keys, prefix_end};
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// Message-ID with or without angle brackets, a letter's id, or a mail's number
    pub message_id: String,
}

/// Mails that wait or were set aside are looked through one by one.
const WAITING_LOOK_MAX: usize = 20_000;

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = super::configuration(globals)?;
    let store = super::store_to_read(&config)?;
    let zone = config.assistant.time_zone;
    let found = explain(&*store, &args.message_id, zone).map_err(super::store_error)?;
    let Some(found) = found else {
        return Err(
            Exit::new(super::EX_NOINPUT, format!("no mail and no letter has the id {}", args.message_id)).into()
        );
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if globals.json {
        writeln!(out, "{found}")?;
    } else {
        print(&mut out, &found)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// What `m` rows hold: a letter's id or a mail's number.
enum Named {
    Letter(String),
    Mail(u64),
}

fn named(store: &dyn Store, asked: &str) -> Result<Option<Named>> {
    let asked = asked.trim().trim_start_matches('<').trim_end_matches('>');
    if let Some(value) = store.get(&keys::message(asked))? {
        if let Ok(number) = <[u8; 8]>::try_from(&*value) {
            return Ok(Some(Named::Mail(u64::from_be_bytes(number))));
        }
        return Ok(std::str::from_utf8(&value).ok().map(|id| Named::Letter(id.to_string())));
    }
    if let Ok(number) = asked.parse::<u64>() {
        return Ok(Some(Named::Mail(number)));
    }
    Ok(keys::letter(asked).map(|_| Named::Letter(asked.to_string())))
}

fn explain(store: &dyn Store, asked: &str, zone: chrono_tz::Tz) -> Result<Option<Value>> {
    match named(store, asked)? {
        Some(Named::Letter(id)) => {
            let Some(key) = keys::letter(&id) else { return Ok(None) };
            let Some(value) = store.get(&key)? else { return Ok(None) };
            let row: LetterRow = show::parse(&key, &value)?;
            let mut letter = list::letter(&row);
            if let Value::Object(map) = &mut letter {
                map.insert("why".into(), json!(row.sent.why));
                map.insert("cause".into(), json!(row.sent.cause));
                map.insert("in_reply_to".into(), json!(row.sent.in_reply_to));
                map.insert("lines".into(), json!(row.sent.lines));
            }
            // The mail that caused it, when it was one.
            let cause = match named(store, &row.sent.cause)? {
                Some(Named::Mail(number)) if !row.sent.cause.is_empty() => mail(store, number, zone)?,
                _ => None,
            };
            Ok(Some(json!({"letter": letter, "caused_by": cause})))
        }
        // Released from quarantine: what was said of it before is over.
        Some(Named::Mail(number))
            if store.get(&keys::inbox(number))?.is_some() || store.get(&keys::proving(number))?.is_some() =>
        {
            waiting(store, asked, Some(number), zone)
        }
        Some(Named::Mail(number)) => match mail(store, number, zone)? {
            Some(found) => Ok(Some(found)),
            None => waiting(store, asked, Some(number), zone),
        },
        None => waiting(store, asked, None, zone),
    }
}

fn mail(store: &dyn Store, number: u64, zone: chrono_tz::Tz) -> Result<Option<Value>> {
    let key = keys::mail(number);
    let Some(value) = store.get(&key)? else { return Ok(None) };
    let mut row: Value = show::parse(&key, &value)?;
    let mut letters = Vec::new();
    for id in row.get("letters").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        let Some(key) = keys::letter(id) else { continue };
        if let Some(value) = store.get(&key)? {
            let letter: LetterRow = show::parse(&key, &value)?;
            letters.push(list::letter(&letter));
        }
    }
    if let Value::Object(map) = &mut row {
        let at = map.get("at").and_then(Value::as_i64).unwrap_or_default();
        map.insert("at".into(), json!(super::rfc3339(at, zone)));
        map.insert("letters".into(), letters.into());
        map.remove("place");
    }
    Ok(Some(json!({"mail": row})))
}

/// A mail that was not read yet, or was set aside.
fn waiting(store: &dyn Store, asked: &str, number: Option<u64>, zone: chrono_tz::Tz) -> Result<Option<Value>> {
    let asked = asked.trim().trim_start_matches('<').trim_end_matches('>');
    let states = [
        (keys::INBOX, "waits to be read"),
        (keys::PROVING, "waits for the DNS to say who wrote it"),
        (keys::QUARANTINE, "set aside"),
    ];
    for (kind, state) in states {
        for (key, value) in store.scan(&[kind], &prefix_end(&[kind]), WAITING_LOOK_MAX)? {
            let row: InboxRow = show::parse(&key, &value)?;
            if Some(row.number) == number || (!row.message_id.is_empty() && row.message_id == asked) {
                return Ok(Some(json!({"mail": {
                    "number": row.number,
                    "at": super::rfc3339(row.at, zone),
                    "cause": row.message_id,
                    "source": row.source,
                    "verdict": state,
                    "reason": row.reason,
                }})));
            }
        }
    }
    Ok(None)
}

fn print(out: &mut impl Write, found: &Value) -> std::io::Result<()> {
    let field = |object: &Value, key: &str| list::text(object, key);
    let mail = |out: &mut dyn Write, mail: &Value| -> std::io::Result<()> {
        writeln!(out, "mail {} of {}, received {}", field(mail, "number"), field(mail, "from"), field(mail, "at"))?;
        writeln!(out, "  class {}, author proven: {}", field(mail, "class"), field(mail, "proof"))?;
        if mail.get("answers").is_some_and(|a| !a.is_null()) {
            writeln!(out, "  answers our letter <{}>", field(mail, "answers"))?;
        }
        writeln!(
            out,
            "  verdict {}  {}",
            field(mail, "verdict"),
            mail.get("reason").and_then(Value::as_str).unwrap_or_default()
        )?;
        for (head, key) in [("understood", "understood"), ("changed", "changed"), ("noted", "said")] {
            for line in mail.get(key).and_then(Value::as_array).into_iter().flatten() {
                writeln!(out, "  {head}: {}", line.as_str().unwrap_or_default())?;
            }
        }
        for letter in mail.get("letters").and_then(Value::as_array).into_iter().flatten() {
            writeln!(
                out,
                "  letter {} {} to {}: {} ({})",
                field(letter, "id"),
                field(letter, "letter"),
                field(letter, "to"),
                field(letter, "subject"),
                field(letter, "state")
            )?;
        }
        for not in mail.get("suppressed").and_then(Value::as_array).into_iter().flatten() {
            if let Some([why, letter, to]) = not.as_array().map(Vec::as_slice) {
                let word = |value: &Value| value.as_str().unwrap_or_default().to_string();
                writeln!(out, "  not sent: {} to {} ({})", word(letter), word(to), word(why))?;
            }
        }
        Ok(())
    };
    if let Some(letter) = found.get("letter") {
        writeln!(out, "letter {} {} to {}", field(letter, "id"), field(letter, "letter"), field(letter, "to"))?;
        writeln!(out, "  {}", field(letter, "subject"))?;
        writeln!(
            out,
            "  {} {}",
            field(letter, "state"),
            letter.get("reply").and_then(Value::as_str).unwrap_or_default()
        )?;
        writeln!(out, "  why: {}", field(letter, "why"))?;
        writeln!(out, "  caused by: {}", field(letter, "cause"))?;
        if let Some(cause) = found.get("caused_by").and_then(|cause| cause.get("mail")) {
            mail(out, cause)?;
        }
    } else if let Some(row) = found.get("mail") {
        mail(out, row)?;
    }
    Ok(())
}
