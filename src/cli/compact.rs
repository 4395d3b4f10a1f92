//! `duban compact`: retention at once, with or without a daemon.

use super::Globals;
use crate::config::Config;
use crate::daemon::upkeep;
use crate::retention::{Done, Upkeep};
use crate::store::group::{DiskStore, Options};
use crate::store::remote::RemoteStore;
use crate::store::{Result, StoreError};
use serde::de::DeserializeOwned;
use std::io::Write;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {}

pub fn run(_args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = super::configuration(globals)?;
    let done: Done = ask(&config, &Upkeep::Compact).map_err(super::store_error)?;
    let mut out = std::io::stdout().lock();
    match globals.json {
        true => writeln!(out, "{}", serde_json::to_string(&done)?)?,
        false => tell(&mut out, &done)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What retention did, in a line.
pub(super) fn tell(out: &mut impl Write, done: &Done) -> std::io::Result<()> {
    writeln!(
        out,
        "{} texts, {} rows and {} objects were over their time; {} mails were written again, {} segments and {} bytes of \
         journal removed",
        done.texts, done.rows, done.objects, done.moved, done.segments, done.journal_bytes
    )
}

/// Has it done by the daemon that holds the store, or does it here.
pub(super) fn ask<T: DeserializeOwned>(config: &Config, request: &Upkeep) -> Result<T> {
    let answer = match DiskStore::open(&config.data_dir, Options::of_config(config)) {
        Ok(disk) => {
            let answer = upkeep::carry_out(&disk, &config.retention, request, super::now())?;
            disk.close()?;
            answer
        }
        Err(StoreError::Locked(_)) => {
            let text = serde_json::to_vec(request).unwrap_or_default();
            RemoteStore::connect(&config.data_dir)?.upkeep(&text)?
        }
        Err(error) => return Err(error),
    };
    serde_json::from_slice(&answer)
        .map_err(|_| StoreError::Closed("the daemon is of another version; restart it".into()))
}
