//! `duban demo`: a three-week story with four people on a virtual clock, told as it happens (SPEC 9.1).
//!
//! The story is a script of `duban simulate` with sentences between its lines; the very engine of `duban serve` reads the
//! mails and writes the letters. Every mail is kept in a Maildir and as a page to open.

use super::{EX_CANTCREAT, EX_SOFTWARE, Exit, Globals};
use crate::simulate::script::{self, Line, What};
use crate::simulate::{Left, Simulation, mails, world};
use chrono::{DateTime, Duration, FixedOffset, Utc};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const STORY_ZH: &str = include_str!("demo/story.zh-CN.jsonl");
const STORY_EN: &str = include_str!("demo/story.en.jsonl");

#[derive(clap::Args, Debug)]
pub struct Args {
    /// zh-CN or en; else by LANG
    #[arg(long)]
    language: Option<String>,
    /// Where the mails and pages go
    #[arg(long, default_value = "duban-demo", value_name = "FOLDER")]
    into: PathBuf,
}

/// What a terminal shows in which colour; plain where there is none.
struct Paint(bool);

impl Paint {
    fn with(&self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let locale =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|key| std::env::var(key).ok().filter(|v| !v.is_empty()));
    let language = args.language.clone().or(locale).unwrap_or_default();
    let chinese = language.to_lowercase().starts_with("zh");
    let story = if chinese { STORY_ZH } else { STORY_EN };
    let wrong = |error: String| Exit::new(EX_SOFTWARE, error);

    let mut config = world::config();
    config.policy = crate::domain::policy::Policy::default();
    config.policy.preview = "never".into();
    config.assistant.name = if chinese { "督办助手".into() } else { "Duban".into() };
    config.assistant.language = if chinese { "zh-CN".into() } else { "en".into() };
    let mut simulation =
        Simulation::new(world::setup(&config).map_err(wrong)?, Vec::new()).map_err(|e| wrong(e.to_string()))?;

    let stdout = std::io::stdout();
    let paint = Paint(stdout.is_terminal() && !globals.json);
    let mut out = stdout.lock();
    let mut number = 0;
    // A sentence is told right before the mail it is about, after the days in between have passed.
    let mut say: Option<String> = None;
    let mut told = Told { chinese, paint, day: None, zone: config.assistant.time_zone, names: Vec::new() };
    for (at, line) in story.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let value: Value = serde_json::from_str(line).map_err(|e| wrong(format!("story line {}: {e}", at + 1)))?;
        if let Some(words) = value.get("say").and_then(Value::as_str) {
            say = Some(words.to_string());
            continue;
        }
        let lines = script::read(line, Path::new(".")).map_err(|e| wrong(e.to_string()))?;
        for line in lines {
            told.learn(&line);
            let moment = line.at;
            if let Some(moment) = moment {
                advance(&mut simulation, moment.with_timezone(&Utc), &mut told, &mut out)?;
            }
            if let Some(words) = say.take_if(|_| moment.is_some()) {
                writeln!(out, "\n{}", told.paint.with("1", &words))?;
            }
            if let Some(said) = told.input(&line) {
                told.day_line(moment, &mut out)?;
                writeln!(out, "{said}")?;
            }
            let mut letters = Vec::new();
            simulation
                .one(line, &mut |value| letters.push(value))
                .map_err(|e| wrong(format!("story line {}: {e}", at + 1)))?;
            told.letters(&letters, &mut out)?;
            number += 1;
        }
    }
    let end = simulation.now() + Duration::days(1);
    advance(&mut simulation, end, &mut told, &mut out)?;

    let keep = |error: std::io::Error| Exit::new(EX_CANTCREAT, format!("{}: {error}", args.into.display()));
    mails::keep(&args.into.join("Maildir"), simulation.letters()).map_err(keep)?;
    pages(&args.into, simulation.letters(), chinese, config.assistant.time_zone).map_err(keep)?;
    let state = simulation.state().map_err(|e| wrong(e.to_string()))?;
    let count = |kind: &str, what: &dyn Fn(&Value) -> bool| {
        state
            .pointer(&format!("/state/{kind}"))
            .and_then(Value::as_array)
            .map_or(0, |list| list.iter().filter(|v| what(v)).count())
    };
    let is = |v: &Value, state: &str| v.get("state").and_then(Value::as_str) == Some(state);
    let items = count("actions", &|_| true);
    let closed = count("actions", &|v| is(v, "accepted") || is(v, "done"));
    let index = args.into.join("index.html");
    writeln!(out)?;
    if chinese {
        writeln!(
            out,
            "三周里 {number} 件事、{} 封信：{items} 项待办，{closed} 项完成，一项没丢。",
            simulation.letters().len()
        )?;
        writeln!(out, "每封信都在：{}（浏览器打开），原件在 {}", index.display(), args.into.join("Maildir").display())?;
    } else {
        writeln!(
            out,
            "Three weeks, {number} things that happened, {} letters: {items} action items, {closed} done, none lost.",
            simulation.letters().len()
        )?;
        writeln!(
            out,
            "Look at every letter: {} (open it in a browser); the mails are in {}",
            index.display(),
            args.into.join("Maildir").display()
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Lets time pass and tells what left in it.
fn advance(
    simulation: &mut Simulation,
    to: DateTime<Utc>,
    told: &mut Told,
    out: &mut impl std::io::Write,
) -> anyhow::Result<()> {
    let mut letters = Vec::new();
    simulation.advance(to, &mut |value| letters.push(value)).map_err(|e| Exit::new(EX_SOFTWARE, e.to_string()))?;
    told.letters(&letters, out)
}

/// The story as it is printed.
struct Told {
    chinese: bool,
    paint: Paint,
    day: Option<chrono::NaiveDate>,
    zone: chrono_tz::Tz,
    /// (address, name).
    names: Vec<(String, String)>,
}

impl Told {
    fn learn(&mut self, line: &Line) {
        if let What::Person(person) = &line.what {
            self.names.push((person.address.clone(), person.name.clone()));
        }
    }

    fn name(&self, address: &str) -> String {
        self.names.iter().find(|(at, _)| at == address).map_or_else(|| address.to_string(), |(_, name)| name.clone())
    }

    fn day_line(&mut self, at: Option<DateTime<FixedOffset>>, out: &mut impl std::io::Write) -> std::io::Result<()> {
        let Some(at) = at else { return Ok(()) };
        let day = at.with_timezone(&self.zone).date_naive();
        if self.day != Some(day) {
            self.day = Some(day);
            let words = if self.chinese {
                let weekday = ["一", "二", "三", "四", "五", "六", "日"]
                    [chrono::Datelike::weekday(&day).num_days_from_monday() as usize];
                format!("{} 周{weekday}", day.format("%-m月%-d日"))
            } else {
                day.format("%A %-d %B").to_string()
            };
            writeln!(out, "\n{}", self.paint.with("1;34", &words))?;
        }
        Ok(())
    }

    /// A mail that comes in: who, and its first words.
    fn input(&self, line: &Line) -> Option<String> {
        let What::Mail(mail) = &line.what else { return None };
        let from = mail
            .from
            .as_deref()
            .map(|from| self.name(from.rsplit_once('<').map_or(from, |(_, a)| a.trim_end_matches('>'))));
        let at = line.at.map(|at| at.with_timezone(&self.zone).format("%H:%M").to_string()).unwrap_or_default();
        let words = match (&mail.ics, &mail.text) {
            (Some(answer), _) if self.chinese => format!("（在日历里点了 {}）", answer.partstat),
            (Some(answer), _) => format!("(answers {} in the calendar)", answer.partstat),
            (None, Some(text)) => {
                let lines: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
                let shown = lines.iter().take(8).copied().collect::<Vec<_>>().join("\n           ");
                if lines.len() > 8 { format!("{shown} …") } else { shown }
            }
            _ => String::new(),
        };
        let subject = mail
            .subject
            .as_deref()
            .map(|s| if self.chinese { format!("【{s}】") } else { format!(" — {s}") })
            .unwrap_or_default();
        let arrow = self.paint.with("32", "✉ ▸");
        Some(format!("  {at} {arrow} {}{subject}\n           {words}", self.paint.with("1", &from.unwrap_or_default())))
    }

    fn letters(&mut self, letters: &[Value], out: &mut impl std::io::Write) -> anyhow::Result<()> {
        for letter in letters {
            let get = |key: &str| letter.get(key).and_then(Value::as_str).unwrap_or_default();
            let at = DateTime::parse_from_rfc3339(get("at")).ok();
            let clock = at.map(|at| at.format("%H:%M").to_string()).unwrap_or_default();
            if letter.get("subject").is_some() && letter.get("letter").is_some() {
                self.day_line(at, out)?;
                let arrow = self.paint.with("33", "◂ ✉");
                writeln!(out, "  {clock} {arrow} {}  {}", self.name(get("to")), self.paint.with("2", get("subject")))?;
            } else if letter.get("withheld").is_some() {
                self.day_line(at, out)?;
                writeln!(out, "  {clock} {}", self.paint.with("2", &format!("·  {}", get("withheld"))))?;
            }
        }
        Ok(())
    }
}

/// A page for each letter and one that lists them.
fn pages(folder: &Path, letters: &[Left], chinese: bool, zone: chrono_tz::Tz) -> std::io::Result<()> {
    std::fs::create_dir_all(folder.join("pages"))?;
    let mut list = String::new();
    for (index, left) in letters.iter().enumerate() {
        let name = format!("{:03}-{}.html", index + 1, left.sent.letter);
        std::fs::write(folder.join("pages").join(&name), mails::html_of(&left.bytes).unwrap_or_default())?;
        let _ = write!(
            list,
            "<tr><td>{}</td><td>{}</td><td><a href=\"pages/{name}\" target=\"letter\">{}</a></td></tr>",
            left.at.with_timezone(&zone).format("%m-%d %H:%M"),
            escape(&left.sent.to),
            escape(&left.sent.subject),
        );
    }
    let title = if chinese { "督办：三周里的每一封信" } else { "Duban: every letter of three weeks" };
    let page = format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title><style>body{{font-family:sans-serif;margin:0;display:flex;height:100vh}}\
         nav{{width:46%;overflow:auto;padding:12px;box-sizing:border-box}}iframe{{flex:1;border:0;border-left:1px solid #ccc}}\
         table{{border-collapse:collapse;font-size:14px;width:100%}}td{{padding:4px 8px;border-bottom:1px solid #ddd;vertical-align:top}}\
         td:first-child{{white-space:nowrap}}@media(max-width:800px){{body{{display:block}}nav,iframe{{width:100%}}iframe{{height:90vh}}}}</style></head>\
         <body><nav><h1 style=\"font-size:18px\">{title}</h1><table>{list}</table></nav><iframe name=\"letter\"></iframe></body></html>"
    );
    std::fs::write(folder.join("index.html"), page)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
