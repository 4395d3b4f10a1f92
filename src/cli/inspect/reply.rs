//! `duban inspect reply` (SPEC 9.2): own words and commands of replies, a JSON line for a JSON line.

use super::shown;
use crate::cli::Globals;
use crate::domain::reading::{Command, Context, Doubt, Line};
use crate::domain::workdays::Workdays;
use crate::language::command::{self, Answer};
use crate::language::names::Lexicon;
use crate::language::when::Anchor;
use crate::mail::reply::own_words;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::{BufRead, Write};
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// Also print the rule and the words of each command, and the sentences passed on to people
    #[arg(long)]
    explain: bool,
}

#[derive(Deserialize)]
struct Asked {
    id: Value,
    body: String,
    #[serde(rename = "ref")]
    reference: Option<DateTime<FixedOffset>>,
    #[serde(default)]
    context: Context,
    #[serde(default)]
    items: Vec<Line>,
    subject: Option<String>,
    calendar: Option<String>,
}

#[derive(Serialize)]
struct Said<'a> {
    id: &'a Value,
    text: &'a str,
    commands: Vec<Command>,
    doubts: &'a [Doubt],
    #[serde(skip_serializing_if = "Option::is_none")]
    remarks: Option<&'a [String]>,
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let stdin = std::io::stdin().lock();
    let mut stdout = std::io::stdout().lock();
    answer_lines(stdin, &mut stdout, args.explain, shown::is_wanted(args.explain, globals))?;
    Ok(ExitCode::SUCCESS)
}

/// Reads every line, answers it, flushes; a bad line is answered with what is wrong with it.
fn answer_lines(mut input: impl BufRead, output: &mut impl Write, explain: bool, show: bool) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if line.is_empty() {
            continue;
        }
        let answer = answer(line, explain);
        let asked = show.then(|| serde_json::from_str::<Asked>(line).ok()).flatten();
        if let Some(asked) = asked {
            let lines: Vec<String> = asked.body.lines().map(str::to_owned).collect();
            writeln!(output, "{}\n{}", asked.id, shown::paint(&lines, &answer, shown::in_colour()))?;
            output.flush()?;
            continue;
        }
        serde_json::to_writer(&mut *output, &answer)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
}

fn answer(line: &str, explain: bool) -> Value {
    let asked: Asked = match serde_json::from_str(line) {
        Ok(asked) => asked,
        Err(error) => {
            let id = serde_json::from_str::<Value>(line).ok().and_then(|value| value.get("id").cloned());
            let mut answer = serde_json::Map::new();
            if let Some(id) = id {
                answer.insert("id".into(), id);
            }
            answer.insert("error".into(), Value::String(error.to_string()));
            return Value::Object(answer);
        }
    };
    let reference = asked.reference.unwrap_or_else(|| chrono::Local::now().fixed_offset());
    // SPEC 9.2: the Chinese calendar is the default at +08:00.
    let chinese = match asked.calendar.as_deref() {
        Some(name) => name == "cn",
        None => reference.offset().local_minus_utc() == 8 * 3600,
    };
    let calendar = if chinese { Workdays::cn() } else { Workdays::mon_fri() };
    let anchor = Anchor::new(reference, &calendar);
    let own = own_words(&asked.body);
    let inline: Vec<Answer> =
        own.inline.iter().map(|inline| Answer { above: &inline.above, text: &inline.text }).collect();
    let reading = command::read(
        &own.text,
        &inline,
        asked.subject.as_deref(),
        asked.context,
        &asked.items,
        &anchor,
        &Lexicon::empty(),
    );
    let mut commands = reading.commands.clone();
    if !explain {
        for command in &mut commands {
            command.rule.clear();
            if command.verb != crate::domain::reading::Verb::Comment {
                command.line.clear();
            }
        }
    }
    let said = Said {
        id: &asked.id,
        text: &reading.text,
        commands,
        doubts: &reading.doubts,
        remarks: explain.then_some(&reading.remarks),
    };
    serde_json::to_value(said).unwrap_or_else(|error| serde_json::json!({"id": asked.id, "error": error.to_string()}))
}
