//! The real engine on a virtual clock (SPEC 9.5): scripts, mboxes and Maildirs in, letters and states out.
//!
//! Nothing here decides anything: mails are built as a client would build them, go through the same inbox row, reading,
//! decision and commit as in `duban serve`, and letters leave when the outbox says so. The clock jumps from one thing that
//! happens to the next, so weeks pass in a second, and the same input gives the same bytes.

pub mod input;
pub mod mails;
pub mod script;
pub mod world;

use crate::courier::{Delivery, Reply};
use crate::domain::event::TickKind;
use crate::domain::letter::SentLetter;
use crate::domain::person::{Directory, Person};
use crate::domain::view::Record;
use crate::engine::snapshot::Stored;
use crate::engine::{Engine, EngineError, Outcome, Setup};
use crate::mail::header::{self, Fields};
use crate::outbox::{LetterRow, Outbox};
use crate::store::receive::{InboxRow, fingerprint, json};
use crate::store::{Batch, MemoryStore, Store, StoreError, for_each_prefix, hex, keys, prefix_end};
use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use mails::Written;
use script::{Line, What};
use serde_json::{Value, json as value};
use std::collections::VecDeque;
use std::sync::Arc;

/// Rows of the due index taken at once.
const STEP: usize = 256;
/// Moments handled at one instant of the clock; more is a circle of rows that wake each other.
const MOMENTS_MAX: usize = 200_000;

/// Why a simulation ended early: an input that cannot be (exit 65), or a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    #[error("{0}")]
    Input(String),
    /// The input cannot be read (exit 66).
    #[error("{0}")]
    Missing(String),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    #[error("the clock stands still at {0}: more than {MOMENTS_MAX} things happen at one moment")]
    Stuck(String),
}

/// A letter that left, as outputs and replies need it.
#[derive(Clone, Debug)]
pub struct Left {
    pub sent: SentLetter,
    pub at: DateTime<Utc>,
    pub bytes: Arc<[u8]>,
    pub text: String,
    pub ics: Option<Value>,
    pub attachments: Vec<String>,
}

/// What happens to what comes out: one call an object, in order.
pub type Sink<'a> = dyn FnMut(Value) + 'a;

/// A world with its own clock.
pub struct Simulation {
    engine: Engine,
    store: Arc<MemoryStore>,
    outbox: Outbox,
    now: DateTime<Utc>,
    zone: chrono_tz::Tz,
    left: Vec<Left>,
    /// Letters of loaded meetings, from before the story begins; they may be answered.
    before: Vec<Left>,
    number: u64,
    down_until: Option<DateTime<Utc>>,
    waiting: VecDeque<(Vec<u8>, Option<String>, bool)>,
    people: Vec<Person>,
    /// Answers to letters that this policy does not send are left out and counted, instead of being an error.
    pub lenient: bool,
    /// How many were left out.
    pub unanswerable: usize,
}

impl Simulation {
    pub fn new(setup: Setup, people: Vec<Person>) -> Result<Self, SimulateError> {
        let store = Arc::new(MemoryStore::new());
        let zone = setup.rules.time_zone;
        let outbox = Outbox::new(store.clone(), setup.outbox.clone());
        let engine = Engine::open(store.clone(), setup, Directory::new(people.iter().cloned()))?;
        Ok(Simulation {
            engine,
            store,
            outbox,
            now: DateTime::UNIX_EPOCH,
            zone,
            left: Vec::new(),
            before: Vec::new(),
            number: 0,
            down_until: None,
            waiting: VecDeque::new(),
            people,
            lenient: false,
            unanswerable: 0,
        })
    }

    pub fn letters(&self) -> &[Left] {
        &self.left
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Plays a whole script, then lets time pass until `until`.
    pub fn play(
        &mut self,
        lines: Vec<Line>,
        until: Option<DateTime<FixedOffset>>,
        sink: &mut Sink<'_>,
    ) -> Result<(), SimulateError> {
        let mut last = None;
        let start = lines.iter().find_map(|line| line.at).map(|at| at.with_timezone(&Utc));
        self.now = start.unwrap_or(self.now);
        let mut began = false;
        for line in lines {
            if let (Some(start), false, false) = (start, began, matches!(line.what, What::Person(_) | What::Record(_)))
            {
                began = true;
                self.begin(start, sink)?;
            }
            if let Some(at) = line.at {
                if last.is_some_and(|last| at < last) {
                    return Err(SimulateError::Input(format!(
                        "line {}: `at` goes back: {at} after {}",
                        line.number,
                        last.unwrap_or(at)
                    )));
                }
                last = Some(at);
                self.advance(at.with_timezone(&Utc), sink)?;
            }
            let number = line.number;
            self.one(line, sink).map_err(|error| match error {
                SimulateError::Input(problem) => SimulateError::Input(format!("line {number}: {problem}")),
                other => other,
            })?;
        }
        let end = match (until, last) {
            (Some(until), _) => until.with_timezone(&Utc),
            (None, Some(last)) => {
                let rules = self.engine.rules();
                let day = last.with_timezone(&rules.time_zone).date_naive();
                rules.workdays.end_of_day(rules.workdays.add_workdays(day, 10), &rules.time_zone).with_timezone(&Utc)
            }
            (None, None) => self.now,
        };
        self.advance(end, sink)
    }

    /// Objects that were there before the story begins: what time had done to them by then is done already, and no letter
    /// of the past is sent again.
    fn begin(&mut self, start: DateTime<Utc>, sink: &mut Sink<'_>) -> Result<(), SimulateError> {
        loop {
            let past = self.engine.due(start - chrono::Duration::seconds(1), STEP)?;
            if past.is_empty() {
                return Ok(());
            }
            for tick in past {
                if tick.kind == TickKind::Held {
                    let outcome = self.engine.tick(&tick, self.now)?;
                    self.tell(&outcome, sink);
                } else {
                    self.engine.forget_tick(&tick)?;
                }
            }
        }
    }

    /// One thing that happens.
    pub fn one(&mut self, line: Line, sink: &mut Sink<'_>) -> Result<(), SimulateError> {
        match line.what {
            What::Person(person) => {
                self.people.push(*person);
                self.engine.set_people(Directory::new(self.people.iter().cloned()))?;
                Ok(())
            }
            What::Gone(address) => {
                self.engine.people_listed(self.now)?;
                self.people.retain(|person| person.address != address);
                self.engine.set_people(Directory::new(self.people.iter().cloned()))?;
                let outcome = self.engine.people_listed(self.now)?;
                self.tell(&outcome, sink);
                Ok(())
            }
            What::Record(record) => {
                let at = line.at.map_or(self.now, |at| at.with_timezone(&Utc));
                self.load(*record, at, sink)
            }
            What::Mail(mail) => {
                self.number += 1;
                let directory = self.engine.directory().clone();
                let known: Vec<&Left> = self.before.iter().chain(&self.left).collect();
                let assistant = &self.engine.rules().assistant;
                let written = match mail.build(self.number, self.now, self.zone, assistant, &directory, &known) {
                    // Nobody answers, or bounces, what was not sent.
                    Err(SimulateError::Input(_)) if self.lenient && mail.is_about_a_letter() => {
                        self.unanswerable += 1;
                        return Ok(());
                    }
                    written => written?,
                };
                match written {
                    Written::Mail { raw, mail_from, proven } => self.arrives(raw, mail_from, proven, sink),
                    Written::Elsewhere => Ok(()),
                }
            }
            What::Raw { raw, mail_from, proven } => self.arrives(raw, mail_from, proven, sink),
            What::DownUntil(until) => {
                self.down_until = Some(until.with_timezone(&Utc));
                Ok(())
            }
        }
    }

    fn load(&mut self, mut record: Record, at: DateTime<Utc>, sink: &mut Sink<'_>) -> Result<(), SimulateError> {
        script::complete(&mut record, self.engine.directory());
        let outcome = self.engine.load(record, at)?;
        self.tell(&outcome, sink);
        for row in outcome.letters {
            let bytes = self.store.blob(&row.place)?;
            self.before.push(mails::read_back(row.sent, at, bytes));
        }
        Ok(())
    }

    /// A mail comes in, as through any intake: an inbox row first, the reading after.
    fn arrives(
        &mut self,
        raw: Vec<u8>,
        mail_from: Option<String>,
        proven: bool,
        sink: &mut Sink<'_>,
    ) -> Result<(), SimulateError> {
        if self.down_until.is_some_and(|until| self.now < until) {
            self.waiting.push_back((raw, mail_from, proven));
            return Ok(());
        }
        let print = fingerprint(&raw);
        let seen = keys::seen(&print.message_id, &print.content);
        if self.store.get(&seen)?.is_some() {
            sink(
                value!({"at": self.told(self.now), "withheld": "duplicate", "from": header_of(&raw, "from"), "message_id": print.message_id,
                "subject": header_of(&raw, "subject")}),
            );
            return Ok(());
        }
        let number = self
            .store
            .get(&keys::counter("inbox"))?
            .and_then(|v| v.as_ref().try_into().ok())
            .map_or(0, u64::from_be_bytes)
            + 1;
        let place = self.store.put_blob(&raw)?;
        let row = InboxRow {
            number,
            place,
            message_id: print.message_id.clone(),
            content: hex(&print.content),
            mail_from,
            source: "simulate".into(),
            at: self.now.timestamp_millis(),
            proven: proven.then(|| "said by the script".to_string()),
            ..InboxRow::default()
        };
        let mut batch = Batch::new(self.store.epoch(), self.now.timestamp_millis(), print.content);
        batch.put(keys::inbox(number), json(&row));
        batch.put(keys::counter("inbox"), number.to_be_bytes().to_vec());
        batch.put(seen, number.to_be_bytes().to_vec());
        self.store.commit(batch)?;
        self.read(&row, &raw, sink)
    }

    fn read(&mut self, row: &InboxRow, raw: &[u8], sink: &mut Sink<'_>) -> Result<(), SimulateError> {
        let outcome = self.engine.mail(row, raw, self.now)?;
        if let Some(reason) = &outcome.withheld {
            sink(
                value!({"at": self.told(self.now), "withheld": reason, "from": header_of(raw, "from"), "message_id": row.message_id,
                "subject": header_of(raw, "subject")}),
            );
        }
        self.tell(&outcome, sink);
        let released = outcome.released > 0;
        self.deliver(sink)?;
        if released {
            let rows = self.store.scan(&[keys::INBOX], &prefix_end(&[keys::INBOX]), STEP)?;
            for (_, row) in rows {
                if let Ok(row) = serde_json::from_slice::<InboxRow>(&row) {
                    let raw = self.store.blob(&row.place)?;
                    self.read(&row, &raw, sink)?;
                }
            }
        }
        Ok(())
    }

    fn tell(&self, outcome: &Outcome, sink: &mut Sink<'_>) {
        for (reason, letter, to) in &outcome.suppressed {
            sink(value!({"at": self.told(self.now), "suppressed": reason, "letter": letter, "to": to}));
        }
    }

    /// A moment as it is printed: in the assistant's zone.
    fn told(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).to_rfc3339_opts(SecondsFormat::Secs, false)
    }

    /// Lets time pass: everything that is due happens at its moment.
    pub fn advance(&mut self, to: DateTime<Utc>, sink: &mut Sink<'_>) -> Result<(), SimulateError> {
        let mut at_once = 0_usize;
        loop {
            if let Some(until) = self.down_until {
                if until > to {
                    self.now = self.now.max(to);
                    return Ok(());
                }
                // Nothing happens while the daemon is down; then everything that waited is found at once.
                self.now = self.now.max(until);
                self.down_until = None;
                while let Some((raw, mail_from, proven)) = self.waiting.pop_front() {
                    self.arrives(raw, mail_from, proven, sink)?;
                }
            }
            let due = self.engine.next_due()?;
            let out = self.next_letter()?;
            let Some(next) = [due, out].into_iter().flatten().min().filter(|next| *next <= to) else { break };
            if next > self.now {
                self.now = next;
                at_once = 0;
            }
            at_once += 1;
            if at_once > MOMENTS_MAX {
                return Err(SimulateError::Stuck(self.told(self.now)));
            }
            for tick in self.engine.due(self.now, STEP)? {
                let outcome = self.engine.tick(&tick, self.now)?;
                self.tell(&outcome, sink);
            }
            self.deliver(sink)?;
        }
        self.now = self.now.max(to);
        Ok(())
    }

    fn next_letter(&self) -> Result<Option<DateTime<Utc>>, SimulateError> {
        let due = self.outbox.due(i64::MIN, 1)?;
        Ok(due.next.and_then(DateTime::from_timestamp_millis))
    }

    /// Letters whose moment has come leave; every server takes them.
    fn deliver(&mut self, sink: &mut Sink<'_>) -> Result<(), SimulateError> {
        loop {
            let mut going = self.outbox.due(self.now.timestamp_millis(), STEP)?.rows;
            if going.is_empty() {
                return Ok(());
            }
            // Letters of one moment leave in the order in which they were decided.
            going.sort_by_key(|row| letter_order(&row.sent.id));
            for row in going {
                self.leaves(&row, sink)?;
            }
        }
    }

    fn leaves(&mut self, row: &LetterRow, sink: &mut Sink<'_>) -> Result<(), SimulateError> {
        let millis = self.now.timestamp_millis();
        let mut batch = Batch::new(self.store.epoch(), millis, [0; 32]);
        let stale = row.expires.is_some_and(|end| end <= millis);
        if stale {
            self.outbox.drop_letter(&mut batch, &row.sent.id, millis)?;
        } else {
            let taken = Delivery::Taken(Reply { text: "250 2.0.0 taken".into(), cause: crate::courier::Cause::None });
            self.outbox.conclude(&mut batch, row, &taken, millis);
        }
        self.store.commit(batch)?;
        if stale {
            sink(
                value!({"at": self.told(self.now), "suppressed": "of no use any more", "letter": row.sent.letter, "to": row.sent.to}),
            );
            return Ok(());
        }
        let bytes = self.store.blob(&row.place)?;
        let left = mails::read_back(row.sent.clone(), self.now, bytes);
        sink(value!({
            "at": self.told(self.now),
            "letter": left.sent.letter,
            "to": left.sent.to,
            "subject": left.sent.subject,
            "text": left.text,
            "message_id": left.sent.message_id,
            "in_reply_to": left.sent.in_reply_to,
            "reply_to": left.sent.reply_to,
            "objects": left.sent.objects,
            "ics": left.ics,
            "attachments": left.attachments,
        }));
        self.left.push(left);
        Ok(())
    }

    /// All objects in the shapes of SPEC 9.8, the last line of the output.
    pub fn state(&self) -> Result<Value, SimulateError> {
        let list = |letter: char| -> Result<Vec<Value>, SimulateError> {
            let mut records = Vec::new();
            for_each_prefix(&*self.store, &keys::objects_of(letter), |key, row| {
                let stored: Stored = serde_json::from_slice(row)
                    .map_err(|cause| StoreError::Row { key: keys::shown(key), cause: cause.to_string() })?;
                records.push(public(&Record::from(stored)));
                Ok(())
            })?;
            Ok(records)
        };
        Ok(
            value!({"state": {"meetings": list('M')?, "actions": list('A')?, "issues": list('Q')?, "projects": list('P')?}}),
        )
    }
}

/// A header field of a raw mail for the output: an address for From, words for the rest.
fn header_of(raw: &[u8], name: &str) -> Option<String> {
    let fields = Fields::cut(raw);
    if name == "from" {
        let list = header::addresses(fields.first("from")?).list;
        return list.first().map(|a| a.address.to_lowercase());
    }
    fields.text(name)
}

/// `12.3` sorts by both numbers.
fn letter_order(id: &str) -> (u64, u64) {
    let (commit, ordinal) = id.split_once('.').unwrap_or((id, "0"));
    (commit.parse().unwrap_or(u64::MAX), ordinal.parse().unwrap_or(u64::MAX))
}

/// A record in the shape of SPEC 9.8: fields that begin with `_` stay inside.
pub fn public(record: &Record) -> Value {
    let stored = serde_json::to_value(Stored::from(record.clone())).unwrap_or(Value::Null);
    let mut inner = match stored {
        Value::Object(map) => map.into_iter().next().map_or(Value::Null, |(_, inner)| inner),
        other => other,
    };
    strip_private(&mut inner);
    inner
}

fn strip_private(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !key.starts_with('_'));
            map.values_mut().for_each(strip_private);
        }
        Value::Array(list) => list.iter_mut().for_each(strip_private),
        _ => {}
    }
}
