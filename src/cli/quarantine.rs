//! `duban quarantine`: mails that were set aside, and why.

use super::{Exit, Globals, outbox, show, table};
use crate::retention;
use crate::store::receive::{InboxRow, json};
use crate::store::{Store, for_each_prefix, keys};
use serde_json::json;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    pub what: What,
}

#[derive(clap::Subcommand, Debug)]
pub enum What {
    /// Mails that were set aside
    List,
    /// One mail as it came
    Show { number: u64 },
    /// Read them again, as proven by you
    Release {
        #[arg(required = true)]
        numbers: Vec<u64>,
    },
    /// Forget them
    Drop {
        #[arg(required = true)]
        numbers: Vec<u64>,
    },
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = super::configuration(globals)?;
    let zone = config.assistant.time_zone;
    let reads = matches!(args.what, What::List | What::Show { .. });
    let store = if reads { super::store_to_read(&config)? } else { super::store(&config)? };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match args.what {
        What::List => {
            let mut rows: Vec<InboxRow> = Vec::new();
            for_each_prefix(&*store, &[keys::QUARANTINE], |key, value| {
                rows.push(show::parse(key, value)?);
                Ok(())
            })
            .map_err(super::store_error)?;
            if globals.json {
                for row in &rows {
                    let line = json!({
                        "number": row.number,
                        "at": super::rfc3339(row.at, zone),
                        "reason": row.reason,
                        "message_id": format!("<{}>", row.message_id),
                        "mail_from": row.mail_from,
                        "source": row.source,
                        "bytes": row.place.len,
                    });
                    writeln!(out, "{line}")?;
                }
            } else {
                let cells: Vec<Vec<String>> = rows
                    .iter()
                    .map(|row| {
                        vec![
                            row.number.to_string(),
                            super::shown_moment(row.at, zone),
                            row.reason.clone(),
                            row.mail_from.clone().unwrap_or_else(|| "-".into()),
                            row.message_id.clone(),
                        ]
                    })
                    .collect();
                table::print(&mut out, &["number", "at", "reason", "envelope from", "message id"], &cells)?;
            }
        }
        What::Show { number } => {
            let row = find(&*store, number)?;
            let bytes = store.blob(&row.place).map_err(super::store_error)?;
            // A stranger's mail must not speak to the terminal; to a file or a program it goes as it came.
            match std::io::stdout().is_terminal() {
                true => out.write_all(table::tame(&String::from_utf8_lossy(&bytes)).as_bytes())?,
                false => out.write_all(&bytes)?,
            }
        }
        What::Release { numbers } => {
            for number in numbers {
                let row = find(&*store, number)?;
                let fresh = InboxRow {
                    faults: 0,
                    reason: String::new(),
                    proven: Some("released by the administrator".into()),
                    ..row
                };
                outbox::commit(&store, |batch| {
                    // Somebody else may have been quicker: then there is nothing to release.
                    let key = keys::quarantine(number);
                    if let Some(old) = store.get(&key)? {
                        batch.expect(key.clone(), Some(&old));
                        batch.delete(key);
                        batch.put(keys::inbox(number), json(&fresh));
                    }
                    Ok(())
                })
                .map_err(super::store_error)?;
                writeln!(out, "{number} will be read again")?;
            }
        }
        What::Drop { numbers } => {
            for number in numbers {
                find(&*store, number)?;
                outbox::commit(&store, |batch| {
                    batch.delete(keys::quarantine(number));
                    // Its words go, too: the audit row tells that it came, and why it was not let in.
                    retention::remove_text(&*store, batch, &keys::mail(number)).map(|_| ())
                })
                .map_err(super::store_error)?;
                writeln!(out, "{number} dropped")?;
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn find(store: &dyn Store, number: u64) -> anyhow::Result<InboxRow> {
    let key = keys::quarantine(number);
    match store.get(&key).map_err(super::store_error)? {
        Some(value) => show::parse(&key, &value).map_err(super::store_error),
        None => Err(Exit::new(super::EX_NOINPUT, format!("there is no mail {number} in quarantine")).into()),
    }
}
