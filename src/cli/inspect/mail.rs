//! `duban inspect mail` (SPEC 9.2): everything that is read from mails in files, a line of JSON a file.

use super::glance::Glance;
use super::minutes::{FILE_BYTES_MAX, calendar_of, files_of, milliseconds, read_file};
use super::shown;
use crate::cli::{self, EX_CONFIG, EX_UNAVAILABLE, Exit, Globals};
use crate::config::people;
use crate::document::{self, Document};
use crate::domain::event::Proof;
use crate::domain::letter::LetterName;
use crate::domain::person::{Directory, Person};
use crate::domain::reading::{Command, Context, Reads};
use crate::engine::{self, Engine};
use crate::language::command::{self, Answer};
use crate::language::names::Lexicon;
use crate::language::when::Anchor;
use crate::language::{self, Body};
use crate::mail::automatic::{self, Class, Identity, Severity};
use crate::mail::inbound::{self, Inbound, Limits};
use crate::mail::sender::{self, TrustSettings};
use crate::store::receive::{self, InboxRow};
use crate::store::{Store, hex, keys};
use chrono::{DateTime, FixedOffset, Utc};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::Formatter;
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// Mails of a folder.
const ENDINGS: &[&str] = &["eml"];
/// Mails that are read before their lines are written, for each core: so much is held in memory.
const FILES_A_CORE: usize = 16;
/// A line of an ordinary mail.
const LINE_OCTETS: usize = 8 << 10;
/// Attached files that are read.
const FILES_READ_MAX: usize = 10;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// Say which rule read what; on a terminal, show the source with what was recognized
    #[arg(long)]
    pub explain: bool,
    /// Mails, or folders of them
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let house = globals.config.is_some().then(|| House::open(globals)).transpose()?;
    let mut out = std::io::stdout().lock();
    let files = files_of(&args.files, ENDINGS)?;
    if house.is_none() && !shown::is_wanted(args.explain, globals) {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for some in files.chunks(if cores == 1 { 1 } else { cores * FILES_A_CORE }) {
            for line in lines_of(some, args.explain, cores) {
                out.write_all(&line)?;
            }
            out.flush()?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    for file in files {
        let began = Instant::now();
        let seen = match read_file(&file) {
            Ok(bytes) => {
                let mut seen = look(&bytes, args.explain);
                if shown::is_wanted(args.explain, globals) {
                    let reads = serde_json::to_value(&seen.reads)?;
                    let lines = shown::source_lines(&file, &bytes);
                    writeln!(out, "{}\n{}", file.display(), shown::paint(&lines, &reads, shown::in_colour()))?;
                    continue;
                }
                if let Some(house) = &house {
                    house.decide(&bytes, &mut seen.line);
                }
                seen
            }
            Err(error) => unreadable(&error),
        };
        out.write_all(&line_of(&file, &seen, began))?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The lines of some mails in the order of their files, read on so many cores.
fn lines_of(files: &[PathBuf], explain: bool, cores: usize) -> Vec<Vec<u8>> {
    let next = AtomicUsize::new(0);
    let lines: Vec<OnceLock<Vec<u8>>> = files.iter().map(|_| OnceLock::new()).collect();
    let read = || {
        while let Some((file, line)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            files.get(at).zip(lines.get(at))
        } {
            let began = Instant::now();
            let seen = read_file(file).map_or_else(|error| unreadable(&error), |bytes| look(&bytes, explain));
            line.get_or_init(|| line_of(file, &seen, began));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..cores.min(files.len()) {
            scope.spawn(read);
        }
        read();
    });
    lines.into_iter().filter_map(OnceLock::into_inner).collect()
}

fn unreadable(error: &anyhow::Error) -> Seen {
    Seen { line: Map::from_iter([("error".to_owned(), json!(format!("{error:#}")))]), reads: Reads::default() }
}

/// What was seen in one mail: the fields of its line, and what goes into `reads` among them.
struct Seen {
    line: Map<String, Value>,
    reads: Reads,
}

/// What was seen in a file as its line of JSON, with the end of the line.
fn line_of(file: &Path, seen: &Seen, began: Instant) -> Vec<u8> {
    struct Line<'a>(String, &'a Seen, f64);
    impl Serialize for Line<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let Line(file, seen, ms) = self;
            let mut map = serializer.serialize_map(Some(seen.line.len() + 2))?;
            map.serialize_entry("file", file)?;
            for (key, value) in &seen.line {
                match key.as_str() {
                    "reads" => map.serialize_entry(key, &seen.reads)?,
                    _ => map.serialize_entry(key, value)?,
                }
            }
            map.serialize_entry("ms", ms)?;
            map.end()
        }
    }
    /// Numbers as a [`Value`] has them, which knows one width.
    struct Wide;
    impl Formatter for Wide {
        fn write_f32<W: Write + ?Sized>(&mut self, writer: &mut W, value: f32) -> std::io::Result<()> {
            self.write_f64(writer, f64::from(value))
        }
    }
    // Whole at once: what is written piece by piece to the terminal is looked through for ends of lines each time.
    let mut line = Vec::with_capacity(LINE_OCTETS);
    let mut serializer = serde_json::Serializer::with_formatter(&mut line, Wide);
    if let Err(error) = Line(file.display().to_string(), seen, milliseconds(began)).serialize(&mut serializer) {
        tracing::error!(%error, "a line of JSON");
    }
    line.push(b'\n');
    line
}

/// What a configuration adds: our own addresses, people and objects, and what the daemon would do with a mail.
struct House {
    store: Arc<dyn Store>,
    setup: engine::Setup,
    people: Vec<Person>,
    /// Mails of this run: the same one again is delivered twice.
    seen: RefCell<HashSet<Vec<u8>>>,
}

impl House {
    fn open(globals: &Globals) -> anyhow::Result<House> {
        let config = cli::configuration(globals)?;
        let secret = crate::daemon::secret(&config.trust.secret_file)
            .map_err(|error| Exit::new(EX_UNAVAILABLE, error.to_string()))?;
        let setup = engine::setup::setup(&config, secret).map_err(|error| Exit::new(EX_CONFIG, error))?;
        let people = match &config.directory.people {
            Some(path) => {
                people::load(path).map_err(|error| Exit::new(EX_CONFIG, format!("{}: {error}", path.display())))?.people
            }
            None => Vec::new(),
        };
        Ok(House { store: cli::store_to_read(&config)?, setup, people, seen: RefCell::default() })
    }

    /// Lets the engine decide on a glance at the store; nothing is written and nothing leaves.
    fn decide(&self, bytes: &[u8], line: &mut Map<String, Value>) {
        let print = receive::fingerprint(bytes);
        let seen = keys::seen(&print.message_id, &print.content);
        let before = self.store.get(&seen).is_ok_and(|row| row.is_some());
        if before || !self.seen.borrow_mut().insert(seen) {
            line.insert("verdict".into(), json!("ignore"));
            line.insert("reason".into(), json!("it was delivered before"));
            return;
        }
        let mail_from = inbound::parse(bytes, &Limits::default()).ok().and_then(|mail| {
            let path = mail.header("return-path")?.trim();
            Some(path.trim_start_matches('<').trim_end_matches('>').to_owned())
        });
        let glance: Arc<dyn Store> = Arc::new(Glance::new(self.store.clone()));
        let outcome = Engine::open(glance.clone(), self.setup.clone(), Directory::new(self.people.iter().cloned()))
            .and_then(|mut engine| {
                let row = InboxRow {
                    number: u64::MAX,
                    place: glance.put_blob(bytes)?,
                    message_id: print.message_id.clone(),
                    content: hex(&print.content),
                    mail_from,
                    source: "inspect".into(),
                    at: Utc::now().timestamp_millis(),
                    ..InboxRow::default()
                };
                engine.mail(&row, bytes, Utc::now())
            });
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(error) => {
                line.insert("error".into(), json!(error.to_string()));
                return;
            }
        };
        line.insert("verdict".into(), json!(outcome.verdict.as_str()));
        if let Some(withheld) = &outcome.withheld {
            line.insert("reason".into(), json!(withheld));
        }
        line.insert("acts".into(), json!(outcome.acts));
        // What the administrator is told of Duban itself is no answer to the mail.
        let told = outcome.letters.iter().filter(|row| row.sent.letter != LetterName::AdminAlert);
        let sent_to: Vec<&str> = told.map(|row| row.sent.to.as_str()).collect();
        line.insert("sent_to".into(), json!(sent_to));
        match outcome.mail {
            Some(mail) => {
                // The author who may act, else nobody (SPEC 9.2).
                let proven = matches!(mail.proof, Proof::Pass);
                let author = mail.author.as_ref().filter(|_| proven).map(|author| author.address.as_str());
                line.insert("sender".into(), json!(author));
                // Only with the configuration our own mail is known.
                if mail.class == crate::domain::event::Class::Own {
                    line.insert("auto".into(), json!(true));
                }
                line.insert("class".into(), json!(mail.class));
                line.insert("authenticated".into(), json!(mail.proof));
            }
            None => {
                line.insert("sender".into(), Value::Null);
            }
        }
    }
}

/// What is seen in one mail, its sender taken for an insider we know.
fn look(bytes: &[u8], explain: bool) -> Seen {
    let limits = Limits { size_max: usize::try_from(FILE_BYTES_MAX).unwrap_or(usize::MAX), ..Limits::default() };
    let mail = match inbound::parse(bytes, &limits) {
        Ok(mail) => mail,
        Err(refusal) => {
            let value = json!({
                "message_id": null, "sender": null, "authenticated": "none", "auto": false, "class": null,
                "verdict": "reject", "reason": refusal.to_string(), "bounces": {}, "subject": null, "text": null,
                "attachment_names": [], "reads": {}, "acts": [], "sent_to": [],
            });
            return Seen { line: fields(value), reads: Reads::default() };
        }
    };
    let seen = automatic::classify(&mail, None, &Identity::default());
    let proof = sender::prove(&mail, &TrustSettings::default());
    let own = mail.own();
    let (verdict, reason) = match (&mail.author, seen.class) {
        (_, Class::AutoReply | Class::Bounce | Class::Receipt | Class::List | Class::Own) => ("ignore", seen.reason),
        (None, _) => ("quarantine", mail.author_reason.unwrap_or("no author")),
        (Some(_), _) => ("accept", seen.reason),
    };
    let bounces: Map<String, Value> = seen
        .bounced
        .iter()
        .filter_map(|bounced| {
            let word = match bounced.severity? {
                Severity::Hard => "hard",
                Severity::Soft => "soft",
            };
            Some((bounced.address.clone(), json!(word)))
        })
        .collect();
    let reads = if verdict == "accept" { reads_of(&mail, explain) } else { Reads::default() };
    let value = json!({
        "message_id": mail.message_id,
        "sender": mail.author.as_ref().map(|author| author.address.as_str()),
        "authenticated": proof.word(),
        "auto": seen.automatic,
        "class": seen.class,
        "verdict": verdict,
        "reason": reason,
        "bounces": bounces,
        "subject": mail.subject,
        "text": own.text,
        "attachment_names": mail.attachments.iter().filter(|a| !a.inline).map(|a| a.name.as_str()).collect::<Vec<_>>(),
        "reads": {},
        "acts": [],
        "sent_to": [],
    });
    Seen { line: fields(value), reads }
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The documents and the commands in a mail; only what was found.
fn reads_of(mail: &Inbound, explain: bool) -> Reads {
    let reference = mail.date.unwrap_or_default();
    let calendar = calendar_of(&reference);
    let mut body = body_of(mail, &reference);
    for file in mail
        .attachments
        .iter()
        .filter(|file| !file.inline && !file.is_message && !file.bytes.is_empty())
        .take(FILES_READ_MAX)
    {
        body.own.blocks.extend(Document::from_file(&file.name, &file.bytes).blocks);
    }
    let writer = mail.author.as_ref().map(|author| author.name.as_str()).filter(|name| !name.is_empty());
    let subject = mail.base_subject.text.as_str();
    let (mut reads, _) = language::reads(&body, subject, Context::None, reference, &calendar, writer);
    let own = mail.own();
    let inline: Vec<Answer<'_>> =
        own.inline.iter().map(|answer| Answer { above: &answer.above, text: &answer.text }).collect();
    let anchor = Anchor::new(reference, &calendar);
    let is_document = reads.meeting.is_some()
        || reads.minutes.is_some()
        || reads.issue.is_some()
        || reads.project.is_some()
        || reads.progress.is_some();
    if !is_document {
        let answer =
            command::read(&own.text, &inline, Some(&mail.subject), Context::None, &[], &anchor, &Lexicon::empty());
        let commands: Vec<Command> = answer.commands;
        if !commands.is_empty() {
            reads.commands = Some(commands);
        }
    }
    if let Some(commands) = reads.commands.as_mut().filter(|_| !explain) {
        for command in commands {
            command.rule.clear();
        }
    }
    reads
}

fn body_of(mail: &Inbound, reference: &DateTime<FixedOffset>) -> Body {
    let offset = *reference.offset();
    match (mail.html.as_deref(), mail.text.as_deref()) {
        (Some(html), text) if text.is_none_or(|text| document::html_says_more(html, text)) || mail.prefers_html() => {
            Body::of_html(html, &mail.subject, offset)
        }
        (_, Some(_)) => Body::of_words(mail.text_words(), &mail.subject, offset),
        _ => Body::default(),
    }
}
