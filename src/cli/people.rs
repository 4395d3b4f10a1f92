//! `duban people`: the directory as Duban sees it.

use super::{EX_CANTCREAT, EX_CONFIG, EX_DATAERR, EX_NOINPUT, Exit, Globals, configuration};
use crate::config::Config;
use crate::config::people::{self, Note, People};
use crate::domain::person::Person;
use clap::Subcommand;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Everybody in people.csv
    List,
    /// Read people.csv (or FILE) and say what is wrong with it
    Check {
        /// Instead of the configured file
        file: Option<PathBuf>,
    },
    /// Add the rows of FILE to people.csv; a row with a known address takes the place of the old one
    Import {
        /// A table saved as CSV, in any encoding and with English or Chinese headers; `-` is standard input
        file: PathBuf,
        /// Only say what would change
        #[arg(long)]
        dry_run: bool,
        /// Who is not in FILE leaves
        #[arg(long)]
        replace: bool,
    },
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = configuration(globals)?;
    match args.what {
        What::List => list(&config, globals.json),
        What::Check { file } => {
            let path = file.map_or_else(|| people_file(&config), Ok)?;
            check(&config, &path, globals.json)
        }
        What::Import { file, dry_run, replace } => import(&config, &file, dry_run, replace),
    }
}

fn people_file(config: &Config) -> anyhow::Result<PathBuf> {
    config.directory.people.clone().ok_or_else(|| {
        Exit::new(EX_CONFIG, "there is no people.csv: write people = \"people.csv\" into [directory]").into()
    })
}

fn load(path: &Path) -> anyhow::Result<People> {
    people::load(path).map_err(|error| Exit::new(EX_NOINPUT, format!("{}: {error}", path.display())).into())
}

fn list(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let people = load(&people_file(config)?)?;
    let mut out = std::io::stdout().lock();
    for person in &people.people {
        if json {
            writeln!(out, "{}", serde_json::to_string(person)?)?;
        } else {
            let words = [&person.department, &person.title, &person.role, &person.kind];
            let words: Vec<&str> = words.into_iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
            writeln!(out, "{} <{}>  {}", person.name, person.address, words.join(", "))?;
        }
    }
    if !json {
        writeln!(out, "{} in all", people.people.len())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Notes of reading, then what only the whole file shows.
fn check(config: &Config, path: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let people = load(path)?;
    let mut out = std::io::stdout().lock();
    let hints = hints(&people.people, &config.directory.internal_domains);
    if json {
        for Note { line, left_out, text } in &people.notes {
            writeln!(out, "{}", serde_json::json!({"line": line, "left_out": left_out, "text": text}))?;
        }
        for hint in &hints {
            writeln!(out, "{}", serde_json::json!({"line": null, "left_out": false, "text": hint}))?;
        }
    } else {
        for note in &people.notes {
            writeln!(out, "{}: {note}", path.display())?;
        }
        for hint in &hints {
            writeln!(out, "{}: {hint}", path.display())?;
        }
        let left_out = people.notes.iter().filter(|note| note.left_out).count();
        writeln!(out, "{} loaded, {left_out} left out", people.people.len())?;
    }
    let bad = people.notes.iter().any(|note| note.left_out);
    Ok(if bad { ExitCode::from(EX_DATAERR) } else { ExitCode::SUCCESS })
}

/// What reads well row by row and still will not work.
pub fn hints(people: &[Person], internal_domains: &[String]) -> Vec<String> {
    let names: BTreeSet<&str> =
        people.iter().flat_map(|p| p.aliases.iter().chain([&p.name, &p.address])).map(String::as_str).collect();
    let surnames = |title: &str| people.iter().any(|p| p.name.chars().next() == title.chars().next());
    let mut hints = Vec::new();
    for person in people {
        for (what, whom) in [("manager", &person.manager), ("assistant", &person.assistant)] {
            // 郭总 is surname and title: resolved like in a mail.
            let title = whom.chars().count() <= 3
                && whom.ends_with(['总', '工', '董', '局', '处', '科', '部', '经', '理', '长']);
            let known = whom.is_empty() || names.contains(whom.as_str()) || (title && surnames(whom));
            if !known {
                hints.push(format!("{}: {what} {whom:?} is nobody in the file", person.name));
            }
        }
        for member in &person.members {
            if !names.contains(member.as_str()) && !people.iter().any(|p| p.department == *member) {
                hints.push(format!("{}: member {member:?} is nobody in the file", person.name));
            }
        }
    }
    let humans: Vec<&Person> = people.iter().filter(|person| person.is_human()).collect();
    let mut twice: BTreeSet<&str> = BTreeSet::new();
    let mut once: BTreeSet<&str> = BTreeSet::new();
    for person in &humans {
        if !once.insert(&person.name) {
            twice.insert(&person.name);
        }
    }
    for name in twice {
        hints.push(format!("{name}: two people have this name; mails that say only the name are asked back"));
    }
    let departments: BTreeSet<&str> = humans.iter().map(|p| p.department.as_str()).filter(|d| !d.is_empty()).collect();
    for department in departments {
        let has = |role: &str| humans.iter().any(|p| p.department == department && p.role == role);
        if !has("contact") && !has("head") {
            hints.push(format!("{department}: nobody is contact or head; what is asked of it goes to the organizer"));
        }
    }
    let outside =
        humans.iter().filter(|p| !internal_domains.iter().any(|d| d.eq_ignore_ascii_case(p.domain()))).count();
    if outside > 0 && !internal_domains.is_empty() {
        hints.push(format!(
            "{outside} of {} people are not of internal_domains: they are treated as outsiders",
            humans.len()
        ));
    }
    hints
}

fn import(config: &Config, file: &Path, dry_run: bool, replace: bool) -> anyhow::Result<ExitCode> {
    let target = people_file(config)?;
    let new = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        people::read(&bytes)
    } else {
        load(file)?
    };
    for note in &new.notes {
        eprintln!("{}: {note}", file.display());
    }
    if new.people.is_empty() {
        return Err(Exit::new(EX_DATAERR, "nobody could be read; people.csv stays as it is").into());
    }
    let old = if target.exists() { load(&target)?.people } else { Vec::new() };
    let known: BTreeSet<&str> = old.iter().map(|p| p.address.as_str()).collect();
    let given: BTreeSet<&str> = new.people.iter().map(|p| p.address.as_str()).collect();
    let added = given.difference(&known).count();
    let changed = new.people.iter().filter(|p| old.iter().any(|o| o.address == p.address && o != *p)).count();
    let mut result: Vec<Person> = old
        .iter()
        .filter_map(|person| match new.people.iter().find(|p| p.address == person.address) {
            Some(newer) => Some(newer.clone()),
            None if replace => None,
            None => Some(person.clone()),
        })
        .collect();
    let left = old.len() - result.len();
    result.extend(new.people.iter().filter(|p| !known.contains(p.address.as_str())).cloned());
    println!("{added} added, {changed} changed, {left} left, {} in all", result.len());
    if !dry_run {
        replace_file(&target, &people::csv(&result))
            .map_err(|error| Exit::new(EX_CANTCREAT, format!("{}: {error}", target.display())))?;
    }
    let bad = new.notes.iter().any(|note| note.left_out);
    Ok(if bad { ExitCode::from(EX_DATAERR) } else { ExitCode::SUCCESS })
}

/// Writes beside and renames: whoever reads meanwhile sees the old file or the new one, never half of it (O7). The old
/// one stays as `.bak`.
pub fn replace_file(target: &Path, text: &str) -> std::io::Result<()> {
    let beside = target.with_extension("csv.new");
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    if target.exists() {
        std::fs::copy(target, target.with_extension("csv.bak"))?;
    }
    std::fs::rename(&beside, target)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_whole_file_is_looked_at() {
        let text = "name,address,department,manager,assistant,role,kind,members\n\
            郭明,gm@example.com,总办,,赵敏,head,,\n\
            李雷,a@example.com,市场部,郭总,,,,\n\
            李雷,b@other.test,市场部,韩梅,,,,\n\
            全体,all@example.com,,,,,group,a@example.com;nobody@example.com;市场部\n";
        let people = people::read(text.as_bytes()).people;
        let hints = hints(&people, &["example.com".into()]);
        let told = hints.join("\n");
        for part in [
            "\"韩梅\" is nobody",
            "\"赵敏\" is nobody",
            "李雷: two people",
            "市场部: nobody is contact",
            "nobody@example.com",
            "1 of 3 people",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert_eq!(hints.len(), 6, "{told}");
    }
}
