//! `duban inspect`: JSON Lines in and out, in order, flushed line by line (SPEC 9.2).

use super::Globals;
use clap::Subcommand;
use std::process::ExitCode;

pub mod deadline;
mod glance;
pub mod mail;
pub mod minutes;
pub mod reply;
mod shown;

#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    pub what: What,
}

#[derive(Subcommand, Debug)]
pub enum What {
    /// Deadlines in sentences: {"id", "ref", "text", "calendar"?} a line
    Deadline(deadline::Args),
    /// Own words and commands of replies: {"id", "body", "ref"?, "context"?, "items"?} a line
    Reply(reply::Args),
    /// Action items, decisions and risks of minutes in files
    Minutes(minutes::Args),
    /// Everything that is read from mails in files
    Mail(mail::Args),
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    match args.what {
        What::Deadline(args) => deadline::run(args, globals),
        What::Reply(args) => reply::run(args, globals),
        What::Minutes(args) => minutes::run(args, globals),
        What::Mail(args) => mail::run(args, globals),
    }
}
