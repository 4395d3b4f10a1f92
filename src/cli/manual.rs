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

/// The table of commands as the READMEs show it.
pub fn command_table(chinese: bool) -> String {
    let mut out = String::from(if chinese {
        "| 说 | 例如 | 意思 |\n|---|---|---|\n"
    } else {
        "| say | for example | means |\n|---|---|---|\n"
    });
    for row in crate::language::command::table() {
        let (words, example, sentence) =
            if chinese { (row.zh, row.example_zh, row.sentence_zh) } else { (row.en, row.example_en, row.sentence_en) };
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        out.push_str(&format!("| {} | `{example}` | {sentence} |\n", words.join(if chinese { "、" } else { ", " })));
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use std::path::Path;

    /// `UPDATE_EXPECT=1 cargo test` rewrites the tables.
    #[test]
    fn the_readmes_show_the_commands_of_the_program() {
        for (file, chinese) in [("README.md", false), ("README.zh-CN.md", true)] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
            let text = std::fs::read_to_string(&path).unwrap();
            let (head, rest) = text.split_once("<!-- commands:begin").unwrap();
            let (mark, rest) = rest.split_once("-->\n").unwrap();
            let (_, tail) = rest.split_once("<!-- commands:end -->").unwrap();
            let wanted =
                format!("{head}<!-- commands:begin{mark}-->\n{}<!-- commands:end -->{tail}", command_table(chinese));
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                std::fs::write(&path, &wanted).unwrap();
            } else {
                assert!(
                    text == wanted,
                    "{file} is out of step with the program: UPDATE_EXPECT=1 cargo test rewrites it"
                );
            }
        }
    }
}
