//! `duban inspect deadline` (SPEC 9.2): JSON Lines in and out, in order, flushed line by line.

use super::shown;
use crate::cli::Globals;
use crate::domain::workdays::Workdays;
use crate::language::when::{Anchor, deadline};
use anyhow::Context;
use chrono::DateTime;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::process::ExitCode;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// Name the rule; on a terminal, show the sentence with the words it was read from
    #[arg(long)]
    pub explain: bool,
}

/// One line of the input.
#[derive(Deserialize)]
struct Question {
    #[serde(default)]
    id: Option<Value>,
    #[serde(rename = "ref")]
    reference: String,
    text: String,
    #[serde(default)]
    calendar: Option<String>,
}

/// The longest line that is read; a longer one is an error of its own.
const LINE_BYTES_MAX: usize = 4 << 20;

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let mut calendars: HashMap<String, Workdays> = HashMap::new();
    if shown::is_wanted(args.explain, globals) {
        for line in std::io::stdin().lock().lines() {
            let line = line.context("standard input")?;
            let read = answer(line.trim(), &mut calendars, true);
            let text = serde_json::from_str::<Question>(line.trim()).map(|question| question.text).unwrap_or_default();
            println!("{}", shown::deadline(&text, &read, shown::in_colour()));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let explain = args.explain;
    answer_lines(std::io::stdin().lock(), std::io::stdout().lock(), |line| answer(line, &mut calendars, explain))?;
    Ok(ExitCode::SUCCESS)
}

/// Answers each line that is not blank by one line, flushed; bytes that are no UTF-8 are an error of that line alone.
pub fn answer_lines(
    mut input: impl BufRead,
    mut output: impl Write,
    mut answer: impl FnMut(&str) -> Value,
) -> anyhow::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = std::io::Read::take(&mut input, LINE_BYTES_MAX as u64)
            .read_until(b'\n', &mut line)
            .context("standard input")?;
        if read == 0 {
            return Ok(());
        }
        let reply = if read == LINE_BYTES_MAX && line.last() != Some(&b'\n') {
            // Past the rest of it.
            loop {
                let chunk = input.fill_buf().context("standard input")?;
                let (used, done) = match chunk.iter().position(|byte| *byte == b'\n') {
                    Some(at) => (at + 1, true),
                    None => (chunk.len(), chunk.is_empty()),
                };
                input.consume(used);
                if done {
                    break;
                }
            }
            json!({ "error": format!("the line is longer than {LINE_BYTES_MAX} bytes") })
        } else {
            match std::str::from_utf8(&line) {
                Ok(text) if text.trim_start_matches('\u{feff}').trim().is_empty() => continue,
                Ok(text) => answer(text.trim_start_matches('\u{feff}').trim()),
                Err(error) => json!({ "error": format!("not UTF-8: {error}") }),
            }
        };
        serde_json::to_writer(&mut output, &reply)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
}

fn answer(line: &str, calendars: &mut HashMap<String, Workdays>, explain: bool) -> Value {
    match read(line, calendars, explain) {
        Ok(reply) => reply,
        Err(error) => {
            let id = serde_json::from_str::<Value>(line).ok().and_then(|value| value.get("id").cloned());
            match id {
                Some(id) => json!({ "id": id, "error": format!("{error:#}") }),
                None => json!({ "error": format!("{error:#}") }),
            }
        }
    }
}

fn read(line: &str, calendars: &mut HashMap<String, Workdays>, explain: bool) -> anyhow::Result<Value> {
    let question: Question =
        serde_json::from_str(line).context("expected {\"id\", \"ref\", \"text\", \"calendar\"?}")?;
    let reference = DateTime::parse_from_rfc3339(question.reference.trim())
        .with_context(|| format!("\"ref\": expected an RFC 3339 moment but found {:?}", question.reference))?;
    let calendar = match question.calendar.as_deref() {
        None => Workdays::for_offset(*reference.offset()),
        Some(name) => match calendars.get(name) {
            Some(calendar) => calendar.clone(),
            None => {
                let calendar = Workdays::named(name).with_context(|| {
                    format!("\"calendar\": expected cn, mon-fri, six-day or alternate but found {name:?}")
                })?;
                calendars.insert(name.to_owned(), calendar.clone());
                calendar
            }
        },
    };
    let found = deadline(&question.text, &Anchor::new(reference, &calendar));
    let mut reply = json!({
        "id": question.id,
        "deadline": found.as_ref().map(|found| found.due),
        "phrase": found.as_ref().map(|found| found.phrase.as_str()),
        "why": found.as_ref().map(|found| found.why.as_str()),
    });
    if explain && let Some(reply) = reply.as_object_mut() {
        reply.insert("rule".into(), json!(found.as_ref().map(|found| found.rule)));
    }
    Ok(reply)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn run_on(input: &[u8]) -> Vec<Value> {
        let mut output = Vec::new();
        let mut calendars = HashMap::new();
        answer_lines(input, &mut output, |line| answer(line, &mut calendars, false)).unwrap();
        String::from_utf8(output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_bad_line_is_answered_and_the_rest_goes_on() {
        let replies = run_on(
            "{\"id\":1,\"ref\":\"2026-07-08T09:30:00+08:00\",\"text\":\"下周四前提交\"}\nnot json\n\n{\"id\":3,\"ref\":\"yesterday\",\"text\":\"x\"}\n{\"id\":4,\"ref\":\"2026-07-08T09:30:00+08:00\",\"text\":\"尽快\",\"calendar\":\"moon\"}\n{\"id\":5,\"ref\":\"2026-07-08T09:30:00+08:00\",\"text\":\"尽快\"}".as_bytes(),
        );
        assert_eq!(replies.len(), 5);
        assert_eq!(replies[0]["deadline"], "2026-07-16");
        assert_eq!(replies[0]["phrase"], "下周四前");
        assert!(replies[1]["error"].is_string() && replies[1].get("id").is_none());
        assert_eq!(replies[2]["id"], 3);
        assert!(replies[2]["error"].as_str().unwrap().contains("RFC 3339"));
        assert!(replies[3]["error"].as_str().unwrap().contains("moon"));
        assert_eq!(replies[4], json!({ "id": 5, "deadline": null, "phrase": null, "why": null }));
    }

    #[test]
    fn bytes_that_are_no_text_are_one_bad_line() {
        let replies = run_on(b"\xff\xfe\n{\"ref\":\"2026-07-08T09:30:00+08:00\",\"text\":\"by Friday\"}\n");
        assert!(replies[0]["error"].is_string());
        assert_eq!(replies[1]["deadline"], "2026-07-10");
    }
}
