//! `duban forget ADDRESS`: one person leaves everything that is stored.

use super::{EX_DATAERR, EX_UNAVAILABLE, Exit, Globals, compact};
use crate::config::{is_address, people};
use crate::retention::Upkeep;
use crate::retention::forget::{Forgotten, Request};
use std::io::Write;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// The person's address, and any further ones
    #[arg(required = true)]
    pub addresses: Vec<String>,
    /// A name that people use for the person, beside those that the store knows; may be given more than once
    #[arg(long, value_name = "NAME")]
    pub name: Vec<String>,
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = super::configuration(globals)?;
    for address in &args.addresses {
        if !is_address(address) {
            return Err(Exit::new(EX_DATAERR, format!("{address:?} is no mail address")).into());
        }
    }
    if let Some(path) = &config.directory.people
        && let Ok(people) = people::load(path)
    {
        let directory = people.directory();
        if let Some(address) = args.addresses.iter().find(|address| directory.by_address(address).is_some()) {
            let why = format!(
                "{} still names {address}: take that line out first, or the person is back at once",
                path.display()
            );
            return Err(Exit::new(EX_DATAERR, why).into());
        }
    }
    let request = Upkeep::Forget(Request {
        addresses: args.addresses.iter().map(|address| address.to_lowercase()).collect(),
        names: args.name,
        language: config.assistant.language.clone(),
    });
    let done: Forgotten = compact::ask(&config, &request).map_err(super::store_error)?;
    let mut out = std::io::stdout().lock();
    match globals.json {
        true => writeln!(out, "{}", serde_json::to_string(&done)?)?,
        false => {
            writeln!(
                out,
                "forgotten: {} rows name \"{}\" now, the words of {} mails and letters are gone, {} letters that waited \
                 were dropped",
                done.rows, done.stand_in, done.texts, done.letters_dropped
            )?;
            compact::tell(&mut out, &done.compacted)?;
            writeln!(out, "not in reach: backups, logs of mail servers, and what people have in their mailboxes")?;
            for file in &done.left {
                writeln!(
                    out,
                    "PROBLEM: {file} still holds the address: a mail of somebody else that waits to be read or sent, or \
                     came in this moment; run it again later"
                )?;
            }
        }
    }
    Ok(if done.left.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(EX_UNAVAILABLE) })
}
