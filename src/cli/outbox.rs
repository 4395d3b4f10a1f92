//! `duban outbox`, `duban pause`, `duban resume`.

use super::Globals;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {}

#[derive(clap::Args, Debug)]
pub struct PauseArgs {}

#[derive(clap::Args, Debug)]
pub struct ResumeArgs {}

pub fn run(_args: Args, _globals: &Globals) -> anyhow::Result<ExitCode> {
    Err(super::Exit::new(super::EX_UNAVAILABLE, "`duban outbox` is being built").into())
}

pub fn pause(_args: PauseArgs, _globals: &Globals) -> anyhow::Result<ExitCode> {
    Err(super::Exit::new(super::EX_UNAVAILABLE, "`duban pause` is being built").into())
}

pub fn resume(_args: ResumeArgs, _globals: &Globals) -> anyhow::Result<ExitCode> {
    Err(super::Exit::new(super::EX_UNAVAILABLE, "`duban resume` is being built").into())
}
