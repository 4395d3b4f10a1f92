//! `duban templates check|preview`: every letter in every language, rendered with its sample.

use super::{EX_CANTCREAT, EX_DATAERR, Exit, Globals};
use crate::config::Config;
use crate::domain::letter::LetterName;
use crate::engine::setup;

use crate::render::{LANGUAGES, Renderer};
use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Render every letter in every language with its sample
    Check,
    /// Write letters as .html and .txt files to look at
    Preview {
        /// Names of letters; all without
        letters: Vec<String>,
        /// zh-CN, zh-TW or en; all without
        #[arg(long)]
        language: Option<String>,
        /// Folder to write to
        #[arg(long, default_value = "preview", value_name = "FOLDER")]
        into: PathBuf,
    },
}

/// The templates in use: the embedded ones, and the folder of the configuration where there is one.
fn renderer(globals: &Globals) -> anyhow::Result<Renderer> {
    match Config::load(globals.config.as_deref()) {
        Ok(config) => match &config.templates {
            Some(folder) => Ok(Renderer::with(setup::overrides(folder).map_err(|e| Exit::new(EX_DATAERR, e))?)),
            None => Ok(Renderer::default()),
        },
        Err(error) if globals.config.is_some() => Err(Exit::new(super::EX_CONFIG, error.to_string()).into()),
        Err(_) => Ok(Renderer::default()),
    }
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let renderer = renderer(globals)?;
    match args.what {
        What::Check => {
            let wrong = renderer.check();
            for error in &wrong {
                if globals.json {
                    println!("{}", json!({"error": error.to_string()}));
                } else {
                    println!("{error}");
                }
            }
            if wrong.is_empty() {
                if !globals.json {
                    println!("{} letters in {} render", LetterName::ALL.len(), LANGUAGES.join(" and "));
                }
                return Ok(ExitCode::SUCCESS);
            }
            Ok(ExitCode::from(EX_DATAERR))
        }
        What::Preview { letters, language, into } => {
            let mut names = Vec::new();
            for name in &letters {
                names.push(
                    LetterName::parse(name)
                        .ok_or_else(|| Exit::new(EX_DATAERR, format!("no letter is called {name:?}")))?,
                );
            }
            if names.is_empty() {
                names.extend(LetterName::ALL);
            }
            let languages: Vec<&str> = language.as_deref().map_or_else(|| LANGUAGES.to_vec(), |l| vec![l]);
            std::fs::create_dir_all(&into).with_context(|| into.display().to_string())?;
            for language in languages {
                for name in &names {
                    let Some(sample) = renderer.sample(*name, language) else { continue };
                    let made = renderer.render(*name, language, &sample)?;
                    let base = into.join(format!("{name}.{language}"));
                    let put = |end: &str, text: &str| {
                        let path = base.with_extension(format!("{language}.{end}"));
                        std::fs::write(&path, text)
                            .map_err(|e| Exit::new(EX_CANTCREAT, format!("{}: {e}", path.display())))
                    };
                    put("html", &made.html)?;
                    put("txt", &format!("{}\n\n{}", made.subject, made.text))?;
                    if let Some(page) =
                        renderer.has_page(*name, language).then(|| renderer.page(*name, language, &sample))
                    {
                        put("page.html", &page?)?;
                    }
                }
            }
            println!("{}", into.display());
            Ok(ExitCode::SUCCESS)
        }
    }
}
