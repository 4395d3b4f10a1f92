//! The command line: one file a command. Exit codes as in sysexits.h.

use crate::store::group::Options;
use crate::store::{MemoryStore, Store, StoreError};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

pub mod backup;
pub mod compact;
pub mod demo;
pub mod doctor;
pub mod export;
pub mod forget;
pub mod ingest;
pub mod init;
pub mod inspect;
pub mod list;
pub mod load;
pub mod manual;
pub mod migrate;
pub mod outbox;
pub mod people;
mod person;
pub mod quarantine;
pub mod serve;
pub mod show;
pub mod simulate;
mod table;
pub mod templates;
pub mod verify;
pub mod why;

/// sysexits.h: the input was wrong.
pub const EX_DATAERR: u8 = 65;
/// sysexits.h: an input file was not there or could not be read.
pub const EX_NOINPUT: u8 = 66;
/// sysexits.h: a service is not there.
pub const EX_UNAVAILABLE: u8 = 69;
/// sysexits.h: our own mistake.
pub const EX_SOFTWARE: u8 = 70;
/// sysexits.h: an output file could not be made.
pub const EX_CANTCREAT: u8 = 73;
/// sysexits.h: try again later.
pub const EX_TEMPFAIL: u8 = 75;
/// sysexits.h: the configuration is wrong.
pub const EX_CONFIG: u8 = 78;

/// Duban (督办): a mail daemon that closes the loop of meetings.
#[derive(Parser, Debug)]
#[command(name = "duban", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub globals: Globals,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command understands.
#[derive(clap::Args, Debug, Clone)]
pub struct Globals {
    /// Configuration file; else DUBAN_CONFIG, ./duban.toml, /etc/duban/duban.toml
    #[arg(long, global = true, env = "DUBAN_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print JSON for programs
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// A three-week story with four people on a virtual clock
    Demo(demo::Args),
    /// Ask a few questions and write a configuration
    Init(init::Args),
    /// Try every server, template, zone and file and say what to do about each failure
    Doctor(doctor::Args),
    /// Run the daemon
    Serve(serve::Args),
    /// Take one mail from standard input (.forward, procmail, sieve)
    Ingest(ingest::Args),
    /// See what Duban sees, change nothing
    Inspect(inspect::Args),
    /// Run a script, an mbox or a Maildir on a virtual clock
    Simulate(simulate::Args),
    /// The directory of people
    People(people::Args),
    /// Load objects with given ids into an empty store
    Load(load::Args),
    /// Meetings, actions, issues, projects, letters, mails nobody understood
    List(list::Args),
    /// One object, whole, with its history
    Show(show::Args),
    /// What a mail, in or out, was understood as, and what followed
    Why(why::Args),
    /// Write an object or a person's items to a file
    Export(export::Args),
    /// Letters that wait: list, show, release, drop
    Outbox(outbox::Args),
    /// Hold every letter until `resume`
    Pause(outbox::PauseArgs),
    /// Send again after `pause`
    Resume(outbox::ResumeArgs),
    /// Mails that were set aside: list, show, release, drop
    Quarantine(quarantine::Args),
    /// Check or preview letter templates
    Templates(templates::Args),
    /// Check the store against its journal; rebuild it
    Verify(verify::Args),
    /// Copy the store while it is in use
    Backup(backup::Args),
    /// Put a backup into an empty data folder and check it
    Restore(backup::RestoreArgs),
    /// Carry out retention at once and give back what it frees
    Compact(compact::Args),
    /// Remove a person from everything that is stored
    Forget(forget::Args),
    /// Bring the store of an earlier version up to this one
    Migrate(migrate::Args),
    /// Read office files from standard input for the daemon
    #[command(hide = true)]
    ReadOffice,
    /// Limit yourself and become a command that turns a file into text, for the daemon
    #[command(hide = true)]
    RunConverter {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<String>,
    },
    /// Shell completions
    Completions(manual::CompletionsArgs),
    /// The manual page
    Man(manual::ManArgs),
}

/// Parses the command line, runs the command, prints what went wrong and chooses the exit code.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let globals = cli.globals;
    // Mails and letters are nobody else's to read; what somebody asks to have written is as that person's shell has it.
    if !matches!(cli.command, Command::Export(_) | Command::Templates(_) | Command::Demo(_)) {
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    }
    let result = match cli.command {
        Command::Demo(args) => demo::run(args, &globals),
        Command::Init(args) => init::run(args, &globals),
        Command::Doctor(args) => doctor::run(args, &globals),
        Command::Serve(args) => serve::run(args, &globals),
        Command::Ingest(args) => ingest::run(args, &globals),
        Command::Inspect(args) => inspect::run(args, &globals),
        Command::Simulate(args) => simulate::run(args, &globals),
        Command::People(args) => people::run(args, &globals),
        Command::Load(args) => load::run(args, &globals),
        Command::List(args) => list::run(args, &globals),
        Command::Show(args) => show::run(args, &globals),
        Command::Why(args) => why::run(args, &globals),
        Command::Export(args) => export::run(args, &globals),
        Command::Outbox(args) => outbox::run(args, &globals),
        Command::Pause(args) => outbox::pause(args, &globals),
        Command::Resume(args) => outbox::resume(args, &globals),
        Command::Quarantine(args) => quarantine::run(args, &globals),
        Command::Templates(args) => templates::run(args, &globals),
        Command::Verify(args) => verify::run(args, &globals),
        Command::Backup(args) => backup::run(args, &globals),
        Command::Restore(args) => backup::restore(args, &globals),
        Command::Compact(args) => compact::run(args, &globals),
        Command::Forget(args) => forget::run(args, &globals),
        Command::Migrate(args) => migrate::run(args, &globals),
        Command::ReadOffice => crate::office::serve_files().map(|()| ExitCode::SUCCESS).map_err(Into::into),
        Command::RunConverter { command } => Err(crate::office::convert::become_command(&command).into()),
        Command::Completions(args) => manual::completions(args, &globals),
        Command::Man(args) => manual::man(args, &globals),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            // A reader that went away (`| head`) is no error of ours.
            if error.chain().any(|cause| {
                cause.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
            }) {
                return ExitCode::SUCCESS;
            }
            eprintln!("duban: {error:#}");
            ExitCode::from(error.downcast_ref::<Exit>().map_or(EX_SOFTWARE, |exit| exit.code))
        }
    }
}

/// An error that names its exit code: `Err(Exit::new(EX_DATAERR, "line 3: …").into())`.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Exit {
    pub code: u8,
    pub message: String,
}

impl Exit {
    pub fn new(code: u8, message: impl Into<String>) -> Self {
        Exit { code, message: message.into() }
    }
}

/// The configuration that a command works with; a fault is exit 78 and names file and line.
pub fn configuration(globals: &Globals) -> anyhow::Result<crate::config::Config> {
    crate::config::Config::load(globals.config.as_deref())
        .map_err(|error| Exit::new(EX_CONFIG, error.to_string()).into())
}

/// The store of a configuration, or that of the daemon which has it open.
pub fn store(config: &crate::config::Config) -> anyhow::Result<Arc<dyn Store>> {
    crate::store::attach(&config.data_dir, Options::of_config(config)).map_err(store_error)
}

/// The same for commands that only read: where nothing was ever stored there is nothing, and nothing is made.
pub fn store_to_read(config: &crate::config::Config) -> anyhow::Result<Arc<dyn Store>> {
    match config.data_dir.join("journal").exists() {
        true => store(config),
        false => Ok(Arc::new(MemoryStore::new())),
    }
}

/// The exit code that says what can be done about it.
pub fn store_error(error: StoreError) -> anyhow::Error {
    let code = match &error {
        StoreError::Locked(_) | StoreError::Full { .. } | StoreError::Conflict | StoreError::Closed(_) => EX_TEMPFAIL,
        StoreError::Damaged { .. } | StoreError::Newer { .. } | StoreError::Row { .. } => EX_DATAERR,
        StoreError::Io { .. } | StoreError::Removed => EX_NOINPUT,
        StoreError::TooLarge { .. } => EX_DATAERR,
    };
    Exit::new(code, error.to_string()).into()
}

/// The moment, for what the administrator does by hand: milliseconds since 1970 UTC.
fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

/// A moment of a row in the administrator's zone.
fn shown_moment(millis: i64, zone: chrono_tz::Tz) -> String {
    let moment = chrono::DateTime::from_timestamp_millis(millis).unwrap_or_default();
    moment.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}

/// A moment of a row, RFC 3339.
fn rfc3339(millis: i64, zone: chrono_tz::Tz) -> String {
    let moment = chrono::DateTime::from_timestamp_millis(millis).unwrap_or_default();
    moment.with_timezone(&zone).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}
