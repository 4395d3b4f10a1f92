//! `duban outbox`, `duban pause`, `duban resume`: the brake (O44).

use super::{Exit, Globals, list, table};
use crate::outbox::{LetterRow, Outbox, Rules};
use crate::store::{Batch, Store, StoreError};
use serde_json::json;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    pub what: What,
}

#[derive(clap::Subcommand, Debug)]
pub enum What {
    /// Letters that wait or are held
    List,
    /// One letter as it will leave
    Show { id: String },
    /// Let held letters go; those of no use any more are dropped
    Release {
        /// Ids, or `all`
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Drop letters that wait or are held
    Drop {
        /// Ids, or `all`
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

#[derive(clap::Args, Debug)]
pub struct PauseArgs {}

#[derive(clap::Args, Debug)]
pub struct ResumeArgs {}

/// Letters listed or released at once; more is no work for one command.
const LETTERS_MAX: usize = 100_000;
/// Letters in one commit.
const LETTERS_PER_COMMIT: usize = 200;

fn open(globals: &Globals, reads: bool) -> anyhow::Result<(Outbox, crate::config::Config)> {
    let config = super::configuration(globals)?;
    let store = if reads { super::store_to_read(&config)? } else { super::store(&config)? };
    Ok((Outbox::new(store, Rules::of_config(&config)), config))
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let reads = matches!(args.what, What::List | What::Show { .. });
    let (outbox, config) = open(globals, reads)?;
    let zone = config.assistant.time_zone;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match args.what {
        What::List => {
            let rows = outbox.list(LETTERS_MAX).map_err(super::store_error)?;
            if globals.json {
                for row in &rows {
                    writeln!(out, "{}", waiting(row, zone))?;
                }
            } else {
                if let Some(why) = outbox.paused().map_err(super::store_error)? {
                    writeln!(out, "sending is paused: {why}")?;
                }
                let cells: Vec<Vec<String>> = rows
                    .iter()
                    .map(|row| {
                        vec![
                            row.sent.id.clone(),
                            row.state.as_str().into(),
                            super::shown_moment(row.next, zone),
                            row.sent.letter.to_string(),
                            row.sent.to.clone(),
                            row.sent.subject.clone(),
                            row.reply.clone(),
                        ]
                    })
                    .collect();
                table::print(&mut out, &["id", "state", "next", "letter", "to", "subject", "last answer"], &cells)?;
            }
        }
        What::Show { id } => {
            let row = outbox.letter(&id).map_err(super::store_error)?;
            let row = row.ok_or_else(|| Exit::new(super::EX_NOINPUT, format!("there is no letter {id}")))?;
            if globals.json {
                writeln!(out, "{}", waiting(&row, zone))?;
            } else {
                let bytes = outbox.store().blob(&row.place).map_err(super::store_error)?;
                writeln!(out, "# {} {} {}", row.sent.id, row.state.as_str(), super::table::tame(&row.reply))?;
                out.write_all(&bytes)?;
            }
        }
        What::Release { ids } => {
            let told = each(&outbox, &ids, true, |batch, id| {
                outbox.release(batch, id, super::now()).map(|state| state.map(|state| state.as_str().to_string()))
            })?;
            tell(&mut out, &told, globals)?;
        }
        What::Drop { ids } => {
            let told = each(&outbox, &ids, false, |batch, id| {
                outbox.drop_letter(batch, id, super::now()).map(|done| done.then(|| "dropped".to_string()))
            })?;
            tell(&mut out, &told, globals)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn waiting(row: &LetterRow, zone: chrono_tz::Tz) -> serde_json::Value {
    let mut letter = list::letter(row);
    if let serde_json::Value::Object(map) = &mut letter {
        map.insert("next".into(), json!(super::rfc3339(row.next, zone)));
        map.insert("expires".into(), json!(row.expires.map(|end| super::rfc3339(end, zone))));
        map.insert("urgent".into(), json!(row.urgent));
    }
    letter
}

/// Does something to each letter named, many in one commit.
fn each(
    outbox: &Outbox,
    ids: &[String],
    held_only: bool,
    act: impl Fn(&mut Batch, &str) -> crate::store::Result<Option<String>>,
) -> anyhow::Result<Vec<(String, String)>> {
    let all = ids.iter().any(|id| id == "all");
    let ids: Vec<String> = if all {
        let rows = outbox.list(LETTERS_MAX).map_err(super::store_error)?;
        rows.into_iter()
            .filter(|row| !held_only || row.state == crate::outbox::LetterState::Held)
            .map(|row| row.sent.id)
            .collect()
    } else {
        ids.to_vec()
    };
    let mut told = Vec::new();
    for chunk in ids.chunks(LETTERS_PER_COMMIT) {
        let done = commit(outbox.store(), |batch| {
            let mut done = Vec::new();
            for id in chunk {
                match act(batch, id)? {
                    Some(state) => done.push((id.clone(), state)),
                    None if all => {}
                    None => done.push((id.clone(), String::new())),
                }
            }
            Ok(done)
        })
        .map_err(super::store_error)?;
        told.extend(done);
    }
    if let Some((id, _)) = told.iter().find(|(_, state)| state.is_empty()) {
        let what = if held_only { "held" } else { "waiting" };
        return Err(Exit::new(super::EX_NOINPUT, format!("there is no {what} letter {id}")).into());
    }
    Ok(told)
}

fn tell(out: &mut impl Write, told: &[(String, String)], globals: &Globals) -> std::io::Result<()> {
    for (id, state) in told {
        match globals.json {
            true => writeln!(out, "{}", json!({"id": id, "state": state}))?,
            false => writeln!(out, "{id} {state}")?,
        }
    }
    Ok(())
}

/// Builds a batch and commits it; builds it again when what it read has changed meanwhile.
pub(super) fn commit<T>(
    store: &Arc<dyn Store>,
    build: impl Fn(&mut Batch) -> crate::store::Result<T>,
) -> crate::store::Result<T> {
    loop {
        let mut batch = Batch::new(store.epoch(), super::now(), [0; 32]);
        let made = build(&mut batch)?;
        if batch.changes.is_empty() {
            return Ok(made);
        }
        match store.commit(batch) {
            Ok(ticket) => {
                store.sync(ticket)?;
                return Ok(made);
            }
            Err(StoreError::Conflict) => continue,
            Err(error) => return Err(error),
        }
    }
}

pub fn pause(_args: PauseArgs, globals: &Globals) -> anyhow::Result<ExitCode> {
    let (outbox, _) = open(globals, false)?;
    commit(outbox.store(), |batch| {
        outbox.pause(batch, "by the administrator");
        Ok(())
    })
    .map_err(super::store_error)?;
    writeln!(std::io::stdout(), "sending is paused; `duban resume` lets it go on")?;
    Ok(ExitCode::SUCCESS)
}

pub fn resume(_args: ResumeArgs, globals: &Globals) -> anyhow::Result<ExitCode> {
    let (outbox, _) = open(globals, false)?;
    commit(outbox.store(), |batch| {
        outbox.resume(batch);
        Ok(())
    })
    .map_err(super::store_error)?;
    let held = outbox.list(LETTERS_MAX).map_err(super::store_error)?;
    let held = held.iter().filter(|row| row.state == crate::outbox::LetterState::Held).count();
    writeln!(std::io::stdout(), "sending goes on")?;
    if held > 0 {
        writeln!(std::io::stdout(), "{held} letters stay held; see `duban outbox list`")?;
    }
    Ok(ExitCode::SUCCESS)
}
