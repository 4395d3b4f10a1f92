//! `duban verify`: the store against its journal; `--rebuild` makes sled's rows again from it.

use super::{EX_DATAERR, EX_NOINPUT, Exit, Globals};
use crate::store::group::{self, DiskStore, Options};
use crate::store::journal::{self, decode_changes, sha256};
use crate::store::{Place, Store, StoreError, checkpoint, for_each_prefix, keys, segment};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// Make sled's rows again from the journal; what is damaged is moved aside, never removed
    #[arg(long)]
    pub rebuild: bool,
    /// Count sled's rows in this folder and say by the exit code whether they are whole
    #[arg(long, hide = true, value_name = "DIR")]
    pub rows_only: Option<PathBuf>,
}

/// What was looked at and what is wrong with it.
#[derive(Default)]
pub(super) struct Findings {
    entries: u64,
    blanked: u64,
    checkpoints: u64,
    rows: Option<u64>,
    mails: u64,
    /// Mails and letters whose words retention removed.
    removed: u64,
    pub(super) problems: Vec<String>,
    remarks: Vec<String>,
}

/// Problems told one by one; the rest is counted.
const PROBLEMS_TOLD_MAX: usize = 20;

impl Findings {
    fn problem(&mut self, text: String) {
        if self.problems.len() < PROBLEMS_TOLD_MAX {
            self.problems.push(text);
        } else if self.problems.len() == PROBLEMS_TOLD_MAX {
            self.problems.push("and more".into());
        }
    }
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    if let Some(dir) = &args.rows_only {
        let sound = crate::store::disk::check_rows(dir);
        // At once: closing sled would write to files that only a starting daemon may touch.
        std::process::exit(i32::from(!sound));
    }
    let config = super::configuration(globals)?;
    let dir = &config.data_dir;
    let options = Options::of_config(&config);
    if !dir.join("journal").exists() {
        return Err(Exit::new(EX_NOINPUT, format!("there is no store in {}", dir.display())).into());
    }
    if args.rebuild {
        rebuild(dir, &options)?;
    }
    let findings = check(dir, &options).map_err(super::store_error)?;
    tell(&mut std::io::stdout().lock(), &findings, globals)?;
    Ok(if findings.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(EX_DATAERR) })
}

/// Prints what was found.
pub(super) fn tell(out: &mut impl Write, findings: &Findings, globals: &Globals) -> std::io::Result<()> {
    if globals.json {
        let report = json!({
            "entries": findings.entries,
            "blanked": findings.blanked,
            "checkpoints": findings.checkpoints,
            "rows": findings.rows,
            "mails": findings.mails,
            "removed": findings.removed,
            "problems": findings.problems,
            "remarks": findings.remarks,
        });
        writeln!(out, "{report}")?;
    } else {
        writeln!(
            out,
            "journal: {} entries, {} of them blanked; {} checkpoints",
            findings.entries, findings.blanked, findings.checkpoints
        )?;
        if let Some(rows) = findings.rows {
            writeln!(out, "rows: {rows}, compared with the journal")?;
        }
        writeln!(
            out,
            "mails and letters: {} read and compared with their hashes, {} removed by retention",
            findings.mails, findings.removed
        )?;
        for remark in &findings.remarks {
            writeln!(out, "note: {remark}")?;
        }
        for problem in &findings.problems {
            writeln!(out, "PROBLEM: {problem}")?;
        }
        writeln!(out, "{}", if findings.problems.is_empty() { "all is whole" } else { journal_remedy() })?;
    }
    Ok(())
}

fn journal_remedy() -> &'static str {
    "restore a backup with `duban restore`, or keep what is whole with `duban verify --rebuild`"
}

/// Looks at everything below a data folder; changes nothing but what opening a store mends.
pub(super) fn check(dir: &Path, options: &Options) -> crate::store::Result<Findings> {
    let mut findings = Findings::default();
    // The rows that the journal implies: key → hash of the value.
    let mut implied: BTreeMap<Vec<u8>, [u8; 32]> = BTreeMap::new();
    let mut places: BTreeMap<(u32, u64), Place> = BTreeMap::new();
    let mut complete = true;
    // Where payloads were blanked, the rows of a checkpoint come first; later ones are compared with the entries between.
    let stripped = journal::stripped_to(&dir.join("journal"))?;
    let mut base = 0;
    let mut later: Vec<checkpoint::Checkpoint> = Vec::new();
    for sequence in checkpoint::list(dir)? {
        match checkpoint::Checkpoint::open(dir, sequence) {
            Ok(found) => {
                findings.checkpoints += 1;
                if journal::continues(&dir.join("journal"), found.tip)? == Some(false) {
                    findings.problem(format!("the checkpoint of entry {sequence} belongs to another journal"));
                } else if stripped > 0 && base == 0 && sequence >= stripped {
                    base = sequence;
                    found.each(&mut |key, value| {
                        implied.insert(key.to_vec(), sha256(value));
                        Ok(())
                    })?;
                } else if sequence > stripped {
                    later.push(found);
                }
            }
            Err(error @ StoreError::Damaged { .. }) => findings.problem(error.to_string()),
            Err(error) => return Err(error),
        }
    }
    if stripped > 0 && base == 0 {
        findings.problem(format!("entries up to {stripped} were blanked, but no whole checkpoint has their rows"));
    }
    let mut differing = Vec::new();
    // The daemon may append while we read; its rows are compared with an entry that is surely in both.
    let checked = journal::check(&dir.join("journal"), &mut |entry| {
        if entry.header.sequence <= base {
            return Ok(());
        }
        let Some(payload) = entry.payload else {
            complete = false;
            return Ok(());
        };
        let changes = decode_changes(payload).ok_or_else(|| {
            StoreError::damaged(format!("entry {} of the journal cannot be read", entry.header.sequence))
        })?;
        for change in changes {
            match change.value {
                Some(value) => {
                    implied.insert(change.key, sha256(&value));
                }
                None => {
                    implied.remove(&change.key);
                }
            }
        }
        if let Some(at) =
            later.iter().position(|found| found.tip.sequence == entry.header.sequence).filter(|_| complete)
        {
            let found = later.swap_remove(at);
            let (mut rows, mut same) = (0, true);
            found.each(&mut |key, value| {
                rows += 1;
                same &= implied.get(key) == Some(&sha256(value));
                Ok(())
            })?;
            if !same || rows != implied.len() {
                differing.push(found.tip.sequence);
            }
        }
        Ok(())
    })?;
    for sequence in differing {
        findings.problem(format!("the checkpoint of entry {sequence} holds other rows than the journal"));
    }
    findings.entries = checked.entries;
    findings.blanked = checked.blanked;
    if let Some(broken) = checked.broken {
        findings.problem(format!("the journal: {broken}"));
    }
    if findings.problems.is_empty() {
        match DiskStore::open(dir, options.clone()) {
            Ok(store) => {
                if let Some(why) = &store.report().rebuilt {
                    findings
                        .remarks
                        .push(format!("sled's rows were damaged ({why}) and were made again from the journal"));
                }
                let mut rows = 0;
                for_each_prefix(&store, b"", |key, value| {
                    rows += 1;
                    findings.removed += u64::from(collect_places(value, &mut places));
                    if complete && implied.remove(key) != Some(sha256(value)) {
                        findings.problem(format!("row {} differs from the journal", keys::shown(key)));
                    }
                    Ok(())
                })?;
                if complete {
                    for key in implied.keys() {
                        findings.problem(format!("row {} is missing", keys::shown(key)));
                    }
                }
                findings.rows = Some(rows);
                for place in places.values() {
                    findings.mails += 1;
                    if let Err(error) = store.blob(place) {
                        findings.problem(error.to_string());
                    }
                }
                store.close()?;
            }
            Err(StoreError::Locked(_)) => {
                findings.remarks.push("the daemon has the store open: its rows were not compared".into());
            }
            Err(error) => findings.problem(error.to_string()),
        }
    }
    for number in segment::list(&dir.join("mail")).unwrap_or_default() {
        if let Err(error) = segment::check_header(&dir.join("mail"), number) {
            findings.problem(error.to_string());
        }
    }
    Ok(findings)
}

/// Every place that a JSON row names; whether its bytes were removed on purpose.
fn collect_places(value: &[u8], places: &mut BTreeMap<(u32, u64), Place>) -> bool {
    let Ok(row) = serde_json::from_slice::<serde_json::Value>(value) else { return false };
    match row.get("place").and_then(serde_json::Value::as_str).and_then(Place::parse) {
        Some(place) if place.is_removed() => true,
        Some(place) => {
            places.insert((place.segment, place.offset), place);
            false
        }
        None => false,
    }
}

/// Keeps the sound part of the journal, moves the rest and sled's rows aside, and makes the rows again.
fn rebuild(dir: &Path, options: &Options) -> anyhow::Result<()> {
    let lock = group::lock(dir).map_err(super::store_error)?;
    let folder = dir.join("journal");
    let checked = journal::check(&folder, &mut |_| Ok(())).map_err(super::store_error)?;
    let stripped = journal::stripped_to(&folder).map_err(super::store_error)?;
    let covered = checkpoint::newest(dir).map_err(super::store_error)?.map_or(0, |found| found.tip.sequence);
    if checked.blanked > 0 && (covered < stripped || covered > checked.tip.sequence) {
        let why = "the journal was blanked by retention and no whole checkpoint has its rows; use `duban restore`";
        return Err(Exit::new(EX_DATAERR, why).into());
    }
    if let Some(broken) = &checked.broken {
        eprintln!("duban: the journal: {broken}");
        let lost = checked.head.map_or_else(
            || "what followed is unknown".to_string(),
            |head| format!("{} entries after it are lost", head.saturating_sub(checked.tip.sequence)),
        );
        eprintln!(
            "duban: it is kept up to entry {}; {lost}; the files are kept beside it as *.lost",
            checked.tip.sequence
        );
        journal::cut_to(&folder, checked.tip).map_err(super::store_error)?;
    }
    group::set_rows_aside(dir).map_err(super::store_error)?;
    let _ = std::fs::remove_file(dir.join("sled.sum"));
    drop(lock);
    let store = DiskStore::open(dir, options.clone()).map_err(super::store_error)?;
    eprintln!("duban: {} entries were replayed", store.report().replayed);
    store.close().map_err(super::store_error)
}
