//! `duban simulate`: a policy tried in a second (SPEC 9.5).

mod compare;

use super::{EX_CONFIG, EX_DATAERR, EX_NOINPUT, EX_SOFTWARE, Exit, Globals};
use crate::config::Config;
use crate::domain::person::Person;
use crate::engine::Setup;
use crate::simulate::{SimulateError, Simulation, input, world};
use chrono::{DateTime, FixedOffset};
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// A script (one JSON object a line), an mbox, or a Maildir folder; - for standard input
    input: PathBuf,
    /// Let time pass until this moment; else ten working days after the last line
    #[arg(long, value_name = "MOMENT")]
    until: Option<String>,
    /// Keep every letter as a file in this Maildir
    #[arg(long, value_name = "FOLDER")]
    mail: Option<PathBuf>,
    /// Play it again under this configuration and print only what changes: which letters to whom, more or fewer
    #[arg(long, value_name = "CONFIG", conflicts_with = "mail")]
    compare: Option<PathBuf>,
}

/// The setup and the people of a configuration, or the world of SPEC 9.5 without one.
fn world_of(config: Option<&Path>) -> anyhow::Result<(Setup, Vec<Person>)> {
    let bad = |error: String| Exit::new(EX_CONFIG, error);
    let Some(path) = config else { return Ok((world::setup(&world::config()).map_err(bad)?, Vec::new())) };
    let config = Config::load(Some(path)).map_err(|e| bad(e.to_string()))?;
    let people: Vec<Person> = world::people(&config).map_err(bad)?;
    Ok((world::setup(&config).map_err(bad)?, people))
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let (setup, people) = world_of(globals.config.as_deref())?;
    let until: Option<DateTime<FixedOffset>> = match &args.until {
        Some(text) => Some(world::moment(text, setup.rules.time_zone).ok_or_else(|| {
            Exit::new(EX_DATAERR, format!("--until: expected a moment like 2026-03-20T18:00:00+08:00, found {text:?}"))
        })?),
        None => None,
    };
    let zone = setup.rules.time_zone;
    let lines = input::read(&args.input, zone).map_err(told)?;
    if let Some(other) = &args.compare {
        let after = compare::play(world_of(Some(other))?, lines.clone(), until)?;
        let before = compare::play((setup, people), lines, until)?;
        compare::tell(&before, &after, zone, globals.json)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut simulation = Simulation::new(setup, people).map_err(told)?;
    let stdout = std::io::stdout();
    let mut out = std::io::BufWriter::new(stdout.lock());
    let mut failed: Option<std::io::Error> = None;
    let played = {
        let mut sink = |value: Value| {
            if let Err(error) = writeln!(out, "{value}") {
                failed.get_or_insert(error);
            }
        };
        simulation.play(lines, until, &mut sink)
    };
    out.flush()?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    played.map_err(told)?;
    writeln!(out, "{}", simulation.state().map_err(told)?)?;
    out.flush()?;
    if let Some(folder) = &args.mail {
        crate::simulate::mails::keep(folder, simulation.letters())
            .map_err(|e| Exit::new(super::EX_CANTCREAT, format!("{}: {e}", folder.display())))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn told(error: SimulateError) -> anyhow::Error {
    let code = match &error {
        SimulateError::Input(_) => EX_DATAERR,
        SimulateError::Missing(_) => EX_NOINPUT,
        _ => EX_SOFTWARE,
    };
    Exit::new(code, error.to_string()).into()
}
