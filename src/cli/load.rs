//! `duban load FILE.jsonl`: people and objects with given ids, into an empty store (the lines of SPEC 9.5).

use super::{EX_CONFIG, EX_DATAERR, EX_NOINPUT, EX_UNAVAILABLE, Exit, Globals};
use crate::config::people;
use crate::domain::person::Directory;
use crate::domain::view::Record;
use crate::engine::{Engine, EngineError};
use crate::simulate::script::{self, Line, What};
use crate::store::{StoreError, keys};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// JSON Lines: {"person": …}, {"meeting": …}, {"action": …}, {"issue": …}, {"project": …}; `-` is standard input
    pub file: PathBuf,
}

/// Objects between two waits for the disk, and between two looks of the progress line.
const STEP: usize = 1_000;

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = super::configuration(globals)?;
    let lines = read(&args.file)?;
    check(&lines)?;
    let store = super::store(&config)?;
    for letter in ['M', 'A', 'Q', 'P'] {
        let prefix = keys::objects_of(letter);
        if store.any(&prefix, &crate::store::prefix_end(&prefix)).map_err(super::store_error)? {
            let why = format!("the store in {} is not empty: `load` is for a new one", config.data_dir.display());
            return Err(Exit::new(EX_DATAERR, why).into());
        }
    }

    let secret = crate::daemon::secret(&config.trust.secret_file)
        .map_err(|error| Exit::new(EX_UNAVAILABLE, error.to_string()))?;
    let setup = crate::engine::setup::setup(&config, secret).map_err(|error| Exit::new(EX_CONFIG, error))?;
    let mut known = match &config.directory.people {
        Some(path) => {
            people::load(path).map_err(|error| Exit::new(EX_CONFIG, format!("{}: {error}", path.display())))?.people
        }
        None => Vec::new(),
    };
    for line in &lines {
        if let What::Person(person) = &line.what {
            known.push((**person).clone());
        }
    }
    let mut engine = Engine::open(store.clone(), setup, Directory::new(known)).map_err(failed)?;

    let bar = std::io::stderr().is_terminal();
    let total = lines.len();
    let (mut objects, mut people) = (0, 0);
    for (done, line) in lines.into_iter().enumerate() {
        let at = line.at.map_or_else(now, |at| at.with_timezone(&Utc));
        let mut record = match line.what {
            What::Person(person) => {
                people += 1;
                Record::Person(person)
            }
            What::Record(record) => {
                objects += 1;
                *record
            }
            _ => continue,
        };
        script::complete(&mut record, engine.directory());
        loop {
            match engine.load(record.clone(), at) {
                Ok(_) => break,
                Err(EngineError::Store(StoreError::Conflict)) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        if done % STEP == STEP - 1 {
            store.sync(store.tip()).map_err(super::store_error)?;
            if bar {
                eprint!("\r{} of {total}", done + 1);
            }
        }
    }
    store.sync(store.tip()).map_err(super::store_error)?;
    if bar && total >= STEP {
        eprintln!();
    }
    let mut out = std::io::stdout().lock();
    match globals.json {
        true => writeln!(out, "{}", serde_json::json!({"objects": objects, "people": people}))?,
        false => writeln!(out, "{objects} objects and {people} people are loaded")?,
    }
    Ok(ExitCode::SUCCESS)
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(super::now()).unwrap_or_default()
}

fn failed(error: EngineError) -> anyhow::Error {
    match error {
        EngineError::Store(error) => super::store_error(error),
        other => anyhow::Error::new(other),
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<Line>> {
    let mut text = String::new();
    let done = match file.to_str() {
        Some("-") => std::io::stdin().read_to_string(&mut text),
        _ => std::fs::File::open(file).and_then(|mut file| file.read_to_string(&mut text)),
    };
    done.map_err(|error| Exit::new(EX_NOINPUT, format!("{}: {error}", file.display())))?;
    let folder = file.parent().unwrap_or(Path::new("."));
    script::read(&text, folder).map_err(|error| Exit::new(EX_DATAERR, format!("{}: {error}", file.display())).into())
}

/// Every line is an object with an id of its own, before anything is written.
fn check(lines: &[Line]) -> anyhow::Result<()> {
    let mut ids = BTreeSet::new();
    for line in lines {
        let problem = match &line.what {
            What::Person(_) => None,
            What::Record(record) => {
                let id = record.id();
                let letter = match **record {
                    Record::Meeting(_) => 'M',
                    Record::Action(_) => 'A',
                    Record::Issue(_) => 'Q',
                    Record::Project(_) => 'P',
                    Record::Person(_) => '@',
                };
                let number = id.strip_prefix(letter).and_then(|rest| rest.strip_prefix('-'));
                if !number.is_some_and(|n| !n.is_empty() && n.len() <= 18 && n.bytes().all(|b| b.is_ascii_digit())) {
                    Some(format!("expected an id like {letter}-12, found {id:?}"))
                } else if !ids.insert(id.to_string()) {
                    Some(format!("{id} is there twice"))
                } else {
                    None
                }
            }
            _ => Some("expected a person or an object, not something that happens".to_string()),
        };
        if let Some(problem) = problem {
            return Err(Exit::new(EX_DATAERR, format!("line {}: {problem}", line.number)).into());
        }
    }
    Ok(())
}
