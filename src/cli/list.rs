//! `duban list`.

use super::Globals;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {}

pub fn run(_args: Args, _globals: &Globals) -> anyhow::Result<ExitCode> {
    Err(super::Exit::new(super::EX_UNAVAILABLE, "`duban list` is being built").into())
}
