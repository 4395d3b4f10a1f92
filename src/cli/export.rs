//! `duban export`: an object or a person's items as a file; the ending says which kind.

use super::{EX_CANTCREAT, EX_CONFIG, EX_DATAERR, EX_NOINPUT, EX_SOFTWARE, Exit, Globals, show};
use crate::config::Config;
use crate::domain::action_item::{ActionItem, State};
use crate::domain::meeting::{Meeting, MeetingState};
use crate::domain::person::Directory;
use crate::domain::report::{Account, account};
use crate::domain::view::{Record, View};
use crate::engine::archive::Archivist;
use crate::engine::setup;
use crate::engine::snapshot::{Snapshot, Stored};
use crate::simulate::world;
use crate::store::{Store, for_each_prefix, keys};
use chrono::{DateTime, Utc};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// A person's address or name, `M-12` or another object with items, or `all`
    #[arg(required_unless_present = "person", default_value = "", hide_default_value = true)]
    pub what: String,
    /// All that is stored about the person with this address, as JSON lines: items, mails, letters, notes
    #[arg(long, value_name = "ADDRESS", conflicts_with = "what")]
    pub person: Option<String>,
    /// Ends in .xlsx, .csv, .ics or .json, or in .zip for the whole archive of a project or meeting; without it JSON
    /// lines are printed
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Closed items, too
    #[arg(long)]
    pub closed: bool,
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = super::configuration(globals)?;
    let store = super::store_to_read(&config)?;
    if let Some(address) = &args.person {
        return person(&*store, address, args.output.as_deref());
    }
    let items = collect(&*store, &args).map_err(super::store_error)?;
    if items.is_empty() && !known(&*store, &args.what).map_err(super::store_error)? {
        return Err(Exit::new(EX_NOINPUT, format!("nobody and nothing with items is called {:?}", args.what)).into());
    }
    let language = &config.assistant.language;
    let zone = config.assistant.time_zone;
    let now = chrono::DateTime::from_timestamp_millis(super::now()).unwrap_or_default();
    let is_zip = |path: &PathBuf| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"));
    if let Some(path) = args.output.as_ref().filter(|path| is_zip(path)) {
        return archive(&*store, &args.what.to_uppercase(), path, now, &config);
    }
    let Some(path) = args.output else {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        out.write_all(&json(&items))?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    };
    let ending = path.extension().and_then(|end| end.to_str()).unwrap_or_default().to_lowercase();
    let account = account(&*store, &args.what, items, now, &config)?;
    let bytes = match ending.as_str() {
        "xlsx" => crate::export::xlsx(&account, language, zone, now)
            .map_err(|error| Exit::new(EX_SOFTWARE, error.to_string()))?,
        "csv" => crate::export::csv(&account, language, zone),
        "ics" => crate::export::calendar(&account, config.host(), now).into_bytes(),
        "json" | "jsonl" => json(&account.items),
        _ => {
            return Err(Exit::new(
                EX_DATAERR,
                format!("{}: expected .xlsx, .csv, .ics, .json or .zip", path.display()),
            )
            .into());
        }
    };
    std::fs::write(&path, bytes).map_err(|error| Exit::new(EX_CANTCREAT, format!("{}: {error}", path.display())))?;
    writeln!(std::io::stdout(), "{} items in {}", account.items.len(), path.display())?;
    Ok(ExitCode::SUCCESS)
}

/// Everything a project or a meeting was, as one .zip (O43).
fn archive(
    store: &dyn Store,
    id: &str,
    path: &std::path::Path,
    now: DateTime<Utc>,
    config: &Config,
) -> anyhow::Result<ExitCode> {
    let rules = setup::rules(config).map_err(|error| Exit::new(EX_CONFIG, error))?;
    let people = world::people(config).map_err(|error| Exit::new(EX_CONFIG, error))?;
    let archivist = Archivist {
        store,
        rules: &rules,
        directory: Arc::new(Directory::new(people)),
        language: &config.assistant.language,
        now,
    };
    let files = archivist.files(id).map_err(super::store_error)?;
    let Some(files) = files else { return Err(Exit::new(EX_NOINPUT, format!("there is no {id}")).into()) };
    let bytes = crate::export::zip(&files).map_err(|error| Exit::new(EX_SOFTWARE, error.to_string()))?;
    std::fs::write(path, bytes).map_err(|error| Exit::new(EX_CANTCREAT, format!("{}: {error}", path.display())))?;
    writeln!(std::io::stdout(), "{} files in {}", files.len(), path.display())?;
    Ok(ExitCode::SUCCESS)
}

/// All about one person, to a file or printed.
fn person(store: &dyn Store, address: &str, output: Option<&std::path::Path>) -> anyhow::Result<ExitCode> {
    let mut lines = Vec::new();
    let count = super::person::export(store, address, &mut lines)?;
    if count == 0 {
        return Err(Exit::new(EX_NOINPUT, format!("nothing is stored about {address}")).into());
    }
    match output {
        None => std::io::stdout().lock().write_all(&lines)?,
        Some(path) => {
            std::fs::write(path, lines)
                .map_err(|error| Exit::new(EX_CANTCREAT, format!("{}: {error}", path.display())))?;
            writeln!(std::io::stdout(), "{count} records in {}", path.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn collect(store: &dyn Store, args: &Args) -> crate::store::Result<Vec<ActionItem>> {
    let mut items = Vec::new();
    for_each_prefix(store, &keys::objects_of('A'), |key, value| {
        let Record::Action(item) = Record::from(show::parse::<Stored>(key, value)?) else { return Ok(()) };
        let closed = !item.state.is_open() && item.state != State::Done;
        if (args.closed || !closed) && concerns(&item, &args.what) {
            items.push(*item);
        }
        Ok(())
    })?;
    Ok(items)
}

/// The same account as 导出 gives by mail, with everything that was collected: the administrator sees all.
fn account(
    store: &dyn Store,
    what: &str,
    items: Vec<ActionItem>,
    now: DateTime<Utc>,
    config: &Config,
) -> anyhow::Result<Account> {
    let rules = setup::rules(config).map_err(|error| Exit::new(EX_CONFIG, error))?;
    let people = world::people(config).map_err(|error| Exit::new(EX_CONFIG, error))?;
    let people = Directory::new(people);
    let snapshot = Snapshot::new(store);
    let view = View::new(&snapshot, &rules, Arc::new(people));
    let id = what.to_uppercase();
    let mut account = account::of_object(&view, &id, now).unwrap_or_else(|| Account {
        day: now.with_timezone(&config.assistant.time_zone).date_naive(),
        ..Account::default()
    });
    if account.id.is_none() {
        for_each_prefix(store, &keys::objects_of('M'), |key, value| {
            if let Record::Meeting(meeting) = Record::from(show::parse::<Stored>(key, value)?)
                && invites(&meeting, what)
            {
                account.meetings.push(*meeting);
            }
            Ok(())
        })
        .map_err(super::store_error)?;
    }
    if !account.figures.is_empty() {
        // A project's figures are over all of it, its list over what was asked for and the items of its meetings.
        account.items.retain(|item| items.iter().all(|one| one.id != item.id) && item.state.is_open());
        account.items.splice(0..0, items);
    } else {
        account.items = items;
    }
    Ok(account)
}

/// Meetings ahead that somebody takes part in.
fn invites(meeting: &Meeting, what: &str) -> bool {
    let ahead = matches!(meeting.state, MeetingState::Announced | MeetingState::Held);
    let named = meeting.attendees.iter().any(|one| one.name == what);
    ahead && (what == "all" || named || meeting.concerned().iter().any(|one| one.eq_ignore_ascii_case(what)))
}

fn concerns(item: &ActionItem, what: &str) -> bool {
    let is = |field: &Option<String>| field.as_ref().is_some_and(|found| found.to_lowercase() == what.to_lowercase());
    what == "all"
        || item.id.eq_ignore_ascii_case(what)
        || is(&item.owner)
        || is(&item.owner_address)
        || is(&item.department)
        || is(&item.source.id)
        || item.helper_addresses.iter().chain(&item.helpers).any(|helper| helper.to_lowercase() == what.to_lowercase())
}

fn known(store: &dyn Store, what: &str) -> crate::store::Result<bool> {
    Ok(what == "all" || what.contains('@') || show::find(store, what)?.is_some())
}

/// The shapes of SPEC 9.8, one a line, as `load` reads them.
fn json(items: &[ActionItem]) -> Vec<u8> {
    let mut out = Vec::new();
    for item in items {
        let stored = Stored::from(Record::Action(Box::new(item.clone())));
        let line = serde_json::json!({"action": show::whole(stored)});
        out.extend_from_slice(line.to_string().as_bytes());
        out.push(b'\n');
    }
    out
}
