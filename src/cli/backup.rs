//! `duban backup`: a copy of the store while it is in use. `duban restore`: the way back.

use super::{EX_DATAERR, EX_NOINPUT, Exit, Globals, outbox, verify};
use crate::outbox::{Outbox, Rules};
use crate::store::group::{DiskStore, Options};
use crate::store::{Batch, Store, StoreError, backup, keys};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// A folder to be made, or a file ending in .tar; it holds people's mail and the secret, so keep it safe
    pub target: PathBuf,
}

#[derive(clap::Args, Debug)]
pub struct RestoreArgs {
    /// What `duban backup` made
    pub source: PathBuf,
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = super::configuration(globals)?;
    if !config.data_dir.join("journal").exists() {
        return Err(Exit::new(EX_NOINPUT, format!("there is no store in {}", config.data_dir.display())).into());
    }
    let manifest = backup::backup(&config.data_dir, &config.trust.secret_file, &args.target, super::now())
        .map_err(super::store_error)?;
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    let mut out = std::io::stdout().lock();
    match globals.json {
        true => writeln!(
            out,
            "{}",
            json!({"target": args.target, "sequence": manifest.sequence, "head": manifest.head,
                   "files": manifest.files.len(), "bytes": bytes})
        )?,
        false => writeln!(
            out,
            "{}: entry {} and all before it, {} files, {bytes} bytes",
            args.target.display(),
            manifest.sequence,
            manifest.files.len()
        )?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts the files in place, makes sled's rows, checks everything, and leaves sending paused: what waited in the outbox may
/// have gone out since.
pub fn restore(args: RestoreArgs, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = super::configuration(globals)?;
    let manifest =
        backup::restore(&args.source, &config.data_dir, &config.trust.secret_file).map_err(super::store_error)?;
    let options = Options::of_config(&config);
    {
        let store: Arc<dyn Store> =
            Arc::new(DiskStore::open(&config.data_dir, options.clone()).map_err(super::store_error)?);
        let outbox = Outbox::new(store.clone(), Rules::of_config(&config));
        let when = super::shown_moment(manifest.at, config.assistant.time_zone);
        outbox::commit(&store, |batch| {
            outbox.pause(batch, &format!("restored from the backup of {when}"));
            skip_numbers(&*store, batch)
        })
        .map_err(super::store_error)?;
    }
    let findings = verify::check(&config.data_dir, &options).map_err(super::store_error)?;
    let mut out = std::io::stdout().lock();
    verify::tell(&mut out, &findings, globals)?;
    if !findings.problems.is_empty() {
        return Ok(ExitCode::from(EX_DATAERR));
    }
    if !globals.json {
        writeln!(
            out,
            "restored as of entry {}. Sending is paused, because letters that waited may have gone out since: look at \
             `duban outbox list`, drop what people have, then `duban resume`.",
            manifest.sequence
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What was numbered after the backup is out in people's mailboxes: Message-IDs, A-108. None of these numbers is given out a
/// second time, or an answer to the old letter would be read against the new one.
fn skip_numbers(store: &dyn Store, batch: &mut Batch) -> Result<(), StoreError> {
    let gaps = [("commit", 1_000_000), ("M", 1_000), ("A", 1_000), ("Q", 1_000), ("P", 1_000)];
    for (name, gap) in gaps {
        let key = keys::counter(name);
        let last = store.get(&key)?.and_then(|value| value.as_ref().try_into().ok()).map_or(0, u64::from_be_bytes);
        batch.put(key, last.saturating_add(gap).to_be_bytes().to_vec());
    }
    Ok(())
}
