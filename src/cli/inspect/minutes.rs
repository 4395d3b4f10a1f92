//! `duban inspect minutes` (SPEC 9.2).

use crate::cli::{EX_UNAVAILABLE, Exit, Globals};
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {}

pub fn run(_args: Args, _globals: &Globals) -> anyhow::Result<ExitCode> {
    Err(Exit::new(EX_UNAVAILABLE, "`duban inspect minutes` is being built").into())
}
