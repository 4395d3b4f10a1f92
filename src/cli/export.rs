//! `duban export`: an object or a person's items as a file; the ending says which kind.

use super::{EX_CANTCREAT, EX_DATAERR, EX_NOINPUT, EX_SOFTWARE, Exit, Globals, show};
use crate::domain::action_item::{ActionItem, State};
use crate::domain::due::Due;
use crate::domain::view::Record;
use crate::engine::snapshot::Stored;
use crate::mail::invite::write::{Todo, TodoDue, todos};
use crate::store::{Store, for_each_prefix, keys};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// A person's address or name, `M-12` or another object with items, or `all`
    pub what: String,
    /// Ends in .xlsx, .csv, .ics or .json; without it JSON lines are printed
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Closed items, too
    #[arg(long)]
    pub closed: bool,
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = super::configuration(globals)?;
    let store = super::store_to_read(&config)?;
    let items = collect(&*store, &args).map_err(super::store_error)?;
    if items.is_empty() && !known(&*store, &args.what).map_err(super::store_error)? {
        return Err(Exit::new(EX_NOINPUT, format!("nobody and nothing with items is called {:?}", args.what)).into());
    }
    let language = &config.assistant.language;
    let Some(path) = args.output else {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        out.write_all(&json(&items))?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    };
    let ending = path.extension().and_then(|end| end.to_str()).unwrap_or_default().to_lowercase();
    let bytes = match ending.as_str() {
        "xlsx" => crate::export::xlsx(&items, language).map_err(|error| Exit::new(EX_SOFTWARE, error.to_string()))?,
        "csv" => crate::export::csv(&items, language),
        "ics" => ics(&items, config.host()).into_bytes(),
        "json" | "jsonl" => json(&items),
        _ => {
            return Err(
                Exit::new(EX_DATAERR, format!("{}: expected .xlsx, .csv, .ics or .json", path.display())).into()
            );
        }
    };
    std::fs::write(&path, bytes).map_err(|error| Exit::new(EX_CANTCREAT, format!("{}: {error}", path.display())))?;
    writeln!(std::io::stdout(), "{} items in {}", items.len(), path.display())?;
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

fn ics(items: &[ActionItem], host: &str) -> String {
    let uids: Vec<String> = items.iter().map(|item| format!("{}@{host}", item.id.to_lowercase())).collect();
    let list: Vec<Todo<'_>> = items
        .iter()
        .zip(&uids)
        .map(|(item, uid)| Todo {
            uid,
            summary: &item.task,
            description: item.deliverable.as_deref().unwrap_or_default(),
            due: item.due.as_ref().map(|due| match due {
                Due::Date(day) => TodoDue::Day(*day),
                Due::Moment(moment) => TodoDue::Moment(*moment),
            }),
            status: match item.state {
                State::Done | State::Accepted => "COMPLETED",
                State::Cancelled | State::Declined => "CANCELLED",
                State::InProgress | State::Blocked => "IN-PROCESS",
                State::Proposed | State::Confirmed => "NEEDS-ACTION",
            },
            percent: item.percent,
            sequence: item.version,
        })
        .collect();
    let now = chrono::DateTime::from_timestamp_millis(super::now()).unwrap_or_default();
    todos(&list, now)
}
