//! `duban migrate`: a store of an earlier version becomes one of this version.
//!
//! There has been one format so far: journal 1 (2 for files without payloads), segments 1, checkpoints 1, rows 1. Records
//! are JSON whose new fields have defaults, so that a row of an earlier program is read by a later one as it stands; rows
//! of another schema are made again from the journal. A store of a later format is refused, whole.

use super::{EX_DATAERR, EX_NOINPUT, Exit, Globals, verify};
use crate::store::disk::SCHEMA;
use crate::store::group::{DiskStore, Options};
use crate::store::{checkpoint, journal, segment};
use serde_json::json;
use std::io::Write;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {}

pub fn run(_args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = super::configuration(globals)?;
    let dir = &config.data_dir;
    if !dir.join("journal").exists() {
        return Err(Exit::new(EX_NOINPUT, format!("there is no store in {}", dir.display())).into());
    }
    let options = Options::of_config(&config);
    // Opening refuses what is newer and makes rows of another schema again; the daemon must not hold it meanwhile.
    let store = DiskStore::open(dir, options.clone()).map_err(super::store_error)?;
    let rebuilt = store.report().rebuilt.clone();
    store.close().map_err(super::store_error)?;
    drop(store);
    let findings = verify::check(dir, &options).map_err(super::store_error)?;
    let mut out = std::io::stdout().lock();
    let formats = json!({"journal": journal::FORMAT, "segments": segment::FORMAT, "checkpoints": checkpoint::FORMAT,
                         "rows": SCHEMA});
    match globals.json {
        true => writeln!(out, "{}", json!({"formats": formats, "rebuilt": rebuilt, "problems": findings.problems}))?,
        false => {
            if let Some(why) = rebuilt {
                writeln!(out, "rows were made again from the journal: {why}")?;
            }
            for problem in &findings.problems {
                writeln!(out, "PROBLEM: {problem}")?;
            }
            let whole = if findings.problems.is_empty() { ", and whole" } else { "" };
            writeln!(out, "the store is of this version's format {formats}{whole}")?;
        }
    }
    Ok(if findings.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(EX_DATAERR) })
}
