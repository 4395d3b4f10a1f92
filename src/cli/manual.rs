//! `duban completions`, `duban man`: printed from the command line's own description.

use super::{Cli, Globals};
use clap::CommandFactory;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct CompletionsArgs {
    /// bash, zsh, fish, elvish or powershell
    pub shell: clap_complete::Shell,
}

#[derive(clap::Args, Debug)]
pub struct ManArgs {}

pub fn completions(args: CompletionsArgs, _globals: &Globals) -> anyhow::Result<ExitCode> {
    clap_complete::generate(args.shell, &mut Cli::command(), "duban", &mut std::io::stdout());
    Ok(ExitCode::SUCCESS)
}

pub fn man(_args: ManArgs, _globals: &Globals) -> anyhow::Result<ExitCode> {
    clap_mangen::Man::new(Cli::command()).render(&mut std::io::stdout())?;
    Ok(ExitCode::SUCCESS)
}
