//! Event → gather → decide → compose → commit; many events share one sync.
//!
//! One engine decides for one store. Each event becomes one [`Batch`]: changed objects with their history, indexes and due
//! rows, letters as final bytes with their outbox rows, notes, and the audit row that says what was understood and why.
//! The caller waits for durability ([`Store::sync`]) once for as many events as it likes, and only then acknowledges or
//! sends.

pub mod archive;
pub mod compose;
pub mod due_index;
pub mod gather;
mod known;
pub mod reading;
pub mod setup;
pub mod snapshot;
pub mod token;
pub mod words;

use crate::domain::action_item::Absent;
use crate::domain::decide;
use crate::domain::event::{Event, MailRead, Operator, Tick, Undelivered};
use crate::domain::letter::{Letter, LetterName, Thread};
use crate::domain::person::{Directory, Person};
use crate::domain::view::{Decision, Record, Records, Rules, Verdict, View};
use crate::language::names::Lexicon;
use crate::mail::outbound::File;
use crate::outbox::{LetterRow, NewLetter, Outbox};
use crate::render::Renderer;
use crate::store::journal::sha256;
use crate::store::receive::{InboxRow, json};
use crate::store::{Batch, Place, Store, StoreError, Ticket, hex, keys};
use chrono::{DateTime, NaiveDate, Utc};
use compose::{Before, Composed, Desk};
use due_index::{CALENDAR_DAYS, INDEX_VERSION, note_key};
use hmac::{Hmac, KeyInit, Mac};
use known::Known;
use reading::Reading;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;
use snapshot::{Guards, HistoryRow, Snapshot, is_guarded};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What an engine is made with; it does not change while it runs, but for the directory.
#[derive(Clone)]
pub struct Setup {
    pub rules: Rules,
    pub renderer: Arc<Renderer>,
    /// Signs Message-IDs and reply addresses; at least 32 bytes, kept beside the store.
    pub secret: Vec<u8>,
    /// Know the reply addresses of our letters (TRUST S7).
    pub tokens: token::Keys,
    /// Signs letters before they are stored (SPEC 9.3).
    pub signer: Option<crate::seal::Signer>,
    /// Our domain in Message-IDs.
    pub host: String,
    /// Answers come back to `duban+<token>@…` rather than to the plain address (O4).
    pub plus_addressing: bool,
    pub mailto_links: bool,
    pub tone: String,
    pub help_contact: Option<String>,
    pub gather: gather::Settings,
    /// The brake and the limits of sending (O44, O45).
    pub outbox: crate::outbox::Rules,
}

/// Decides and commits; see the module's head.
pub struct Engine {
    store: Arc<dyn Store>,
    outbox: Outbox,
    setup: Arc<Setup>,
    directory: Arc<Directory>,
    lexicon: Arc<Lexicon>,
    known: Arc<Known>,
}

/// What became of one event.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Hand it to [`Store::sync`] before anybody outside hears of it; `None` where nothing was written.
    pub ticket: Option<Ticket>,
    /// Letters as they stand in the outbox now.
    pub letters: Vec<LetterRow>,
    pub withheld: Option<String>,
    pub verdict: Verdict,
    /// (reason, letter, reader).
    pub suppressed: Vec<(String, String, String)>,
    pub acts: Vec<Value>,
    /// Lines for the alarm of the house; told once the commit is on disk (O42).
    pub alarms: Vec<String>,
    /// Letters that could not be written, or not with the administrator's template: for the administrator.
    pub faults: Vec<String>,
    /// Held mails that were let in and stand in the inbox again.
    pub released: usize,
    /// The mail as it was read.
    pub mail: Option<Box<MailRead>>,
}

/// The audit row of a mail or a moment: what `duban why` tells.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditRow {
    pub number: u64,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    /// Message-ID of the mail, or the tick in words.
    pub cause: String,
    pub from: Option<String>,
    /// Hash of the mail's bytes, hexadecimal.
    pub hash: String,
    pub place: Option<Place>,
    pub class: String,
    pub proof: String,
    pub verdict: String,
    pub reason: String,
    /// Message-ID of the letter of ours that it answers.
    pub answers: Option<String>,
    pub understood: Vec<String>,
    /// Ids of the objects that changed.
    pub changed: Vec<String>,
    /// Ids of the letters that follow from it.
    pub letters: Vec<String>,
    pub suppressed: Vec<(String, String, String)>,
    pub said: Vec<String>,
    pub acts: Vec<Value>,
}

/// What a commit also settles: the mail's inbox row, the row of the due index, the letter that was refused.
#[derive(Default)]
struct Cause<'a> {
    /// [`Store::epoch`] before anything was read for the decision.
    epoch: u64,
    /// What the decision rests on; where it moved meanwhile, the commit is refused and the event decided anew.
    guards: Guards,
    row: Option<&'a InboxRow>,
    tick: Option<&'a Tick>,
    refused: Option<(&'a str, &'a str)>,
    /// `load`: the history of the object says it all.
    loaded: bool,
}

/// Files of the mail that is decided upon: decoded once, however many letters carry them.
struct OwnFiles {
    /// Its Message-ID and where its bytes lie.
    mail: Option<(String, Place)>,
    files: Option<Vec<Vec<u8>>>,
}

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Compose(#[from] compose::Uncomposed),
}

impl Engine {
    /// Opens the engine over a store: people learned before are read, and the due index is rebuilt when the rules changed.
    pub fn open(store: Arc<dyn Store>, setup: Setup, people: Directory) -> Result<Engine, EngineError> {
        let outbox = Outbox::new(store.clone(), setup.outbox.clone());
        let mut engine = Engine {
            store,
            outbox,
            setup: Arc::new(setup),
            directory: Arc::new(Directory::default()),
            lexicon: Arc::new(Lexicon::empty()),
            known: Arc::default(),
        };
        engine.set_people(people)?;
        engine.follow_rules()?;
        Ok(engine)
    }

    /// A new people.csv: who was learned from mail stays, unless it names them.
    pub fn set_people(&mut self, mut people: Directory) -> Result<(), EngineError> {
        let snapshot = Snapshot::new(&*self.store);
        for address in snapshot.ids("people", "all") {
            if people.by_address(&address).is_none() {
                if let Some(Record::Person(person)) = snapshot.record(&address) {
                    people.add(*person);
                }
            }
        }
        if let Some(fault) = snapshot.fault() {
            return Err(fault.into());
        }
        self.set_directory(people);
        Ok(())
    }

    /// The people of people.csv are known: whoever left it since the last time is asked about (O7).
    pub fn people_listed(&mut self, now: DateTime<Utc>) -> Result<Outcome, EngineError> {
        let people = self.directory.people().iter().filter(|person| person.is_human() && !person.learned);
        let mut listed: Vec<Absent> = people.map(|person| Absent::of(person)).collect();
        listed.sort_by(|one, other| one.address.cmp(&other.address));
        let (store, known) = (self.store.clone(), self.known.clone());
        let epoch = store.epoch();
        let snapshot = Snapshot::watching(&*store, &known);
        let decision = self.decide(&snapshot, &Event::Operator(Operator::Listed(listed)), now);
        let audit = AuditRow { cause: "people.csv".into(), ..AuditRow::default() };
        self.commit(&snapshot, decision, audit, Cause { epoch, ..Cause::default() }, now)
    }

    fn set_directory(&mut self, people: Directory) {
        self.lexicon = Arc::new(Lexicon::of(&people));
        self.directory = Arc::new(people);
    }

    pub fn directory(&self) -> &Arc<Directory> {
        &self.directory
    }

    /// Templates of the administrator's that cannot be used.
    pub fn template_faults(&self) -> Vec<String> {
        self.setup.renderer.override_faults()
    }

    pub fn rules(&self) -> &Rules {
        &self.setup.rules
    }

    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Reads and answers a mail that nobody sent, over a store that is thrown away: what is built once (automata, tables,
    /// templates) is there when the first real mail comes, and a kill in that long moment is not that mail's fault.
    pub fn warm_up(&self, now: DateTime<Utc>) {
        let store: Arc<dyn Store> = Arc::new(crate::store::MemoryStore::new());
        let mut twin = Engine {
            outbox: Outbox::new(store.clone(), self.setup.outbox.clone()),
            store,
            setup: self.setup.clone(),
            directory: self.directory.clone(),
            lexicon: self.lexicon.clone(),
            known: Arc::default(),
        };
        let us = &self.setup.rules.assistant;
        let domain = us.split('@').next_back().unwrap_or_default();
        let raw = format!(
            "From: someone@{domain}\r\nTo: {us}\r\nSubject: =?utf-8?B?5oiR55qE5b6F5Yqe?=\r\nMessage-ID: <warm@{domain}>\r\n\
             Content-Type: text/html; charset=utf-8\r\n\r\n<p>我的待办</p><p>1 完成，2 延期到下周五，因为缺人</p>\r\n"
        );
        let row = InboxRow {
            number: 1,
            place: Place { segment: 0, offset: 0, len: raw.len() as u32, hash: sha256(raw.as_bytes()) },
            message_id: format!("warm@{domain}"),
            source: "nowhere".into(),
            at: now.timestamp_millis(),
            proven: Some("it is our own".into()),
            ..InboxRow::default()
        };
        if let Err(error) = twin.mail(&row, raw.as_bytes(), now) {
            tracing::debug!(%error, "the first reading failed");
        }
    }

    // ---- events

    /// Reads a mail of the inbox and carries out what it says; its inbox row is gone in the same commit.
    pub fn mail(&mut self, row: &InboxRow, raw: &[u8], now: DateTime<Utc>) -> Result<Outcome, EngineError> {
        let epoch = self.store.epoch();
        let reading = self.reader().read(row, raw, now)?;
        self.mail_that_says(row, reading, epoch, now)
    }

    /// The same with a reading that was made before and still [holds](Engine::holds); `None` where it does not.
    pub fn mail_read(
        &mut self,
        row: &InboxRow,
        reading: Reading,
        now: DateTime<Utc>,
    ) -> Option<Result<Outcome, EngineError>> {
        let epoch = self.store.epoch();
        self.holds(row, &reading).then(|| self.mail_that_says(row, reading, epoch, now))
    }

    /// `epoch`: from before the reading was looked at.
    fn mail_that_says(
        &mut self,
        row: &InboxRow,
        reading: Reading,
        epoch: u64,
        now: DateTime<Utc>,
    ) -> Result<Outcome, EngineError> {
        let (store, known) = (self.store.clone(), self.known.clone());
        let snapshot = Snapshot::watching(&*store, &known);
        let event = match reading.mail {
            Ok(mut mail) => {
                self.call_apart(row, &mut mail)?;
                Event::Mail(Box::new(mail))
            }
            Err(refusal) => {
                let audit = AuditRow {
                    cause: row.message_id.clone(),
                    verdict: Verdict::Quarantine.as_str().into(),
                    reason: refusal.clone(),
                    place: Some(row.place.clone()),
                    hash: hex(&row.place.hash),
                    ..AuditRow::default()
                };
                let decision =
                    Decision { verdict: Verdict::Quarantine, withheld: Some(refusal), ..Decision::default() };
                let cause = Cause { epoch, row: Some(row), ..Cause::default() };
                return self.commit(&snapshot, decision, audit, cause, now);
            }
        };
        let decision = self.decide(&snapshot, &event, now);
        if let Some(fault) = snapshot.fault() {
            return Err(fault.into());
        }
        let Event::Mail(mail) = event else { return Ok(Outcome::default()) };
        let mut understood = understood(&mail);
        if mail.message_id != row.message_id {
            understood.push("its Message-ID is none, or another mail's: it goes by our own name for it".into());
        }
        let audit = AuditRow {
            cause: mail.message_id.clone(),
            from: mail.author.as_ref().map(|a| a.address.clone()),
            hash: hex(&row.place.hash),
            place: Some(row.place.clone()),
            class: word(&mail.class),
            proof: format!("{}: {}", word(&mail.proof), mail.proof_reason),
            answers: mail.answers.as_ref().map(|l| l.message_id.clone()),
            understood,
            ..AuditRow::default()
        };
        let cause = Cause { epoch, guards: reading.guards, row: Some(row), ..Cause::default() };
        let mut outcome = self.commit(&snapshot, decision, audit, cause, now)?;
        outcome.mail = Some(mail);
        Ok(outcome)
    }

    /// Anybody may write any Message-ID. Where another mail has it already, or a mail has none, it gets a name of ours by its
    /// number, so that what waits for a word, what it caused and its files are never those of another's mail (TRUST D6).
    fn call_apart(&self, row: &InboxRow, mail: &mut MailRead) -> Result<(), EngineError> {
        let name = match mail.message_id.is_empty() {
            true => format!("{}@no-message-id.invalid", row.number),
            false => match self.store.get(&keys::message(&mail.message_id))? {
                Some(first) if first.as_ref() != row.number.to_be_bytes() => {
                    format!("{}.{}", row.number, mail.message_id)
                }
                _ => return Ok(()),
            },
        };
        for file in &mut mail.attachments {
            file.message_id.clone_from(&name);
        }
        mail.message_id = name;
        Ok(())
    }

    /// A row of the due index has come.
    pub fn tick(&mut self, tick: &Tick, now: DateTime<Utc>) -> Result<Outcome, EngineError> {
        let (store, known) = (self.store.clone(), self.known.clone());
        let epoch = store.epoch();
        let snapshot = Snapshot::watching(&*store, &known);
        let decision = self.decide(&snapshot, &Event::Tick(tick.clone()), now);
        if let Some(fault) = snapshot.fault() {
            return Err(fault.into());
        }
        let audit = AuditRow {
            cause: format!("{} {} {}", word(&tick.kind), tick.object, tick.key).trim().to_string(),
            ..AuditRow::default()
        };
        self.commit(&snapshot, decision, audit, Cause { epoch, tick: Some(tick), ..Cause::default() }, now)
    }

    /// A letter was refused for good.
    pub fn undelivered(&mut self, fate: Undelivered, now: DateTime<Utc>) -> Result<Outcome, EngineError> {
        let (store, known) = (self.store.clone(), self.known.clone());
        let epoch = store.epoch();
        let snapshot = Snapshot::watching(&*store, &known);
        let audit = AuditRow { cause: format!("undelivered {}", fate.letter.id), ..AuditRow::default() };
        let decision = self.decide(&snapshot, &Event::Undelivered(Box::new(fate.clone())), now);
        let refused = Some((fate.letter.id.as_str(), fate.reply.as_str()));
        self.commit(&snapshot, decision, audit, Cause { epoch, refused, ..Cause::default() }, now)
    }

    /// An object with its own id (`load`, `simulate`).
    pub fn load(&mut self, record: Record, now: DateTime<Utc>) -> Result<Outcome, EngineError> {
        let (store, known) = (self.store.clone(), self.known.clone());
        let epoch = store.epoch();
        let snapshot = Snapshot::watching(&*store, &known);
        let cause = format!("load {}", record.id());
        let decision = self.decide(&snapshot, &Event::Operator(Operator::Load(Box::new(record))), now);
        let audit = AuditRow { cause, ..AuditRow::default() };
        self.commit(&snapshot, decision, audit, Cause { epoch, loaded: true, ..Cause::default() }, now)
    }

    /// Tells the administrator something about Duban itself.
    pub fn alert(&mut self, kind: &str, text: &str, now: DateTime<Utc>) -> Result<Outcome, EngineError> {
        let (store, known) = (self.store.clone(), self.known.clone());
        let epoch = store.epoch();
        let snapshot = Snapshot::watching(&*store, &known);
        let operator = Operator::Alert { kind: kind.to_string(), text: text.to_string() };
        let decision = self.decide(&snapshot, &Event::Operator(operator), now);
        let audit = AuditRow { cause: format!("alert {kind}"), ..AuditRow::default() };
        self.commit(&snapshot, decision, audit, Cause { epoch, ..Cause::default() }, now)
    }

    fn decide(&self, snapshot: &Snapshot<'_>, event: &Event, now: DateTime<Utc>) -> Decision {
        let view = View::new(snapshot, &self.setup.rules, self.directory.clone());
        decide(view, event, now)
    }

    // ---- the due index (its rows: [`due_index`])

    /// Rows implied by records follow the rules: when the rules changed, all are computed anew.
    fn follow_rules(&mut self) -> Result<(), EngineError> {
        let rules = &self.setup.rules;
        let mut words = serde_json::to_string(&rules.policy).unwrap_or_default();
        words.push_str(&format!("{INDEX_VERSION}{:?}{}{:?}", rules.time_zone, rules.language, rules.workdays.hours()));
        for year in 2004..2100 {
            words.push(if rules.workdays.published(year) { '1' } else { '0' });
        }
        // Named calendars by their days and hours, so that a new file of days counts at the next start (O30).
        let mut calendars: Vec<_> = rules.calendars.iter().collect();
        calendars.sort_by_key(|(name, _)| name.as_str());
        for (name, days) in calendars {
            words.push_str(&format!("{name}{:?}", days.hours()));
            let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
            words.extend(first.iter_days().take(CALENDAR_DAYS).map(|day| if days.is_workday(day) { '1' } else { '0' }));
        }
        let hash = sha256(words.as_bytes());
        let key = keys::fact("rules");
        let known = self.store.get(&key)?;
        if known.as_deref() == Some(&hash[..]) {
            return Ok(());
        }
        if known.is_some() {
            self.imply_all()?;
        }
        let mut batch = Batch::new(self.store.epoch(), 0, hash);
        batch.put(key, hash.to_vec());
        let ticket = self.store.commit(batch)?;
        self.store.sync(ticket)?;
        Ok(())
    }

    // ---- the commit

    /// `snapshot` is the look that the decision was made with.
    fn commit(
        &mut self,
        snapshot: &Snapshot<'_>,
        mut decision: Decision,
        mut audit: AuditRow,
        cause: Cause<'_>,
        now: DateTime<Utc>,
    ) -> Result<Outcome, EngineError> {
        let store = self.store.clone();
        let millis = now.timestamp_millis();
        let Cause { epoch, guards, row, tick, refused, loaded } = cause;
        let mut batch = Batch::new(epoch, millis, sha256(audit.cause.as_bytes()));
        let commit_number = counter(&*store, "commit")? + 1;
        let mut moved: BTreeSet<String> = BTreeSet::new();

        if let Some(row) = row {
            batch.delete(keys::inbox(row.number));
        }
        if let Some(tick) = tick {
            let changed: Vec<&str> = decision.puts.iter().map(|(record, _)| record.id()).collect();
            self.carried_out(&mut batch, tick, &changed)?;
        }
        let settled = batch.changes.len();

        // Objects: row, history, indexes, due rows, counters.
        let mut highest: Vec<(char, u64)> = Vec::new();
        for (record, why) in &decision.puts {
            let id = record.id();
            let version = record.version();
            let before = snapshot.known(id);
            let history = HistoryRow {
                at: millis,
                by: audit.from.clone().unwrap_or_else(|| audit.cause.clone()),
                mail: row.map(|r| r.message_id.clone()),
                why: why.clone(),
                record: None,
            };
            // The version that this one replaces goes into a history row; the newest stands in the object's own.
            if let Some(old) = before.as_deref().filter(|old| old.version() != version) {
                let key = keys::history(id, old.version());
                if let Some(history) = snapshot.last(id).or_else(|| snapshot.read(&key)) {
                    batch.put(key, history.with(old));
                }
            }
            batch.put(keys::object(id), snapshot::row_with(record, &history));
            let found_by = before.as_deref().into_iter().chain([record]).flat_map(Record::indexes);
            moved.extend(found_by.filter(|(index, key)| is_guarded(index, key)).map(|(_, key)| key));
            self.imply(&mut batch, before.as_deref(), record, tick)?;
            if let (Some(letter), Some(number)) = (id.chars().next(), id.get(2..).and_then(|n| n.parse::<u64>().ok())) {
                match highest.iter_mut().find(|(l, _)| *l == letter) {
                    Some((_, n)) => *n = number.max(*n),
                    None => highest.push((letter, number)),
                }
            }
            audit.changed.push(id.to_string());
        }
        for (letter, number) in highest {
            if number > snapshot.last_number(letter) {
                batch.put(keys::counter(letter.encode_utf8(&mut [0; 4])), number.to_be_bytes().to_vec());
            }
        }
        for tick in &decision.ticks {
            batch.put(note_key(tick), json(tick));
        }

        // Letters: final bytes, row, place in the outbox, thread.
        for name in &moved {
            batch.put(keys::guard(name), commit_number.to_be_bytes().to_vec());
        }
        let mut rows = Vec::new();
        let mut faults = Vec::new();
        let mut own = OwnFiles { mail: row.map(|row| (audit.cause.clone(), row.place.clone())), files: None };
        let letters = std::mem::take(&mut decision.letters);
        for (ordinal, letter) in letters.into_iter().enumerate() {
            let id = format!("{commit_number}.{}", ordinal + 1);
            match self.letter(&mut batch, &mut decision, snapshot, letter, &id, &audit.cause, &mut own, loaded, now) {
                Ok((sent, fault)) => {
                    if let Some(fault) = fault {
                        let said = format!("{fault}; the built-in template was used");
                        tracing::error!(cause = %said, "a template of yours failed");
                        audit.said.push(said.clone());
                        faults.push(said);
                    }
                    audit.letters.push(id);
                    if (row.is_some() || sent.sent.cause != audit.cause) && !sent.sent.cause.is_empty() {
                        // What a mail caused, so that its writer can take it back (O28).
                        let message_id = &sent.sent.message_id;
                        batch.put(keys::index_row("caused", &sent.sent.cause, message_id), message_id.as_bytes());
                    }
                    rows.push(sent);
                }
                // A letter that cannot be made must not take the event with it; the administrator sees why.
                Err(EngineError::Compose(error)) => {
                    tracing::error!(cause = %error, "a letter could not be written");
                    audit.said.push(format!("a letter could not be written: {error}"));
                    faults.push(format!("a letter could not be written: {error}"));
                }
                Err(error) => return Err(error),
            }
        }
        for id in &decision.unsend {
            self.outbox.unsend(&mut batch, id, "taken back", millis)?;
        }
        if let Some((id, reply)) = refused {
            self.outbox.refuse(&mut batch, id, reply, millis)?;
        }
        for (key, value) in &decision.notes {
            match value {
                Some(value) => batch.put(keys::note(key), json(value)),
                None => batch.delete(keys::note(key)),
            }
        }

        // Mails that were held until their author was proven are read again.
        let mut released = 0;
        for message_id in &decision.release {
            if let Some(held) = quarantined(snapshot, message_id) {
                batch.delete(keys::quarantine(held.number));
                batch.put(
                    keys::inbox(held.number),
                    json(&InboxRow { proven: Some("the author answered".into()), reason: String::new(), ..held }),
                );
                released += 1;
            }
        }
        if let Some(row) = row.filter(|_| matches!(decision.verdict, Verdict::Quarantine | Verdict::Reject)) {
            let reason = decision.withheld.clone().unwrap_or_default();
            batch.put(keys::quarantine(row.number), json(&InboxRow { reason, ..row.clone() }));
        }

        // What happened and why.
        let nothing_followed = rows.is_empty() && decision.suppressed.is_empty() && decision.audit.is_empty();
        let silent = row.is_none() && nothing_followed && (loaded || batch.changes.len() == settled);
        if !silent {
            let number = row.map_or(counter(&*store, "audit")? + 1, |row| row.number);
            audit.number = number;
            audit.at = millis;
            if audit.verdict.is_empty() {
                audit.verdict = decision.verdict.as_str().into();
            }
            if audit.reason.is_empty() {
                audit.reason = decision.withheld.clone().unwrap_or_default();
            }
            audit.suppressed = decision
                .suppressed
                .iter()
                .map(|(why, letter, to)| (why.clone(), letter.to_string(), to.clone()))
                .collect();
            audit.said.extend(decision.audit.iter().cloned());
            audit.acts.clone_from(&decision.acts);
            if row.is_some() {
                batch.put(keys::mail(number), json(&audit));
                if !audit.cause.is_empty() && store.get(&keys::message(&audit.cause))?.is_none() {
                    batch.put(keys::message(&audit.cause), number.to_be_bytes().to_vec());
                }
            } else {
                batch.put(keys::counter("audit"), number.to_be_bytes().to_vec());
                batch.put(keys::moment_row(number), json(&audit));
            }
        }
        batch.put(keys::counter("commit"), commit_number.to_be_bytes().to_vec());
        if let Some(fault) = snapshot.fault() {
            return Err(fault.into());
        }
        // What the reading saw first, then what the decision and this commit did.
        for (key, stamp) in guards.into_iter().chain(snapshot.guards()) {
            batch.expects.push((key, stamp.map(|stamp| stamp.to_vec())));
        }
        let ticket = store.commit(batch)?;
        self.learn(&decision.people);
        Ok(Outcome {
            ticket: Some(ticket),
            letters: rows,
            withheld: decision.withheld,
            verdict: decision.verdict,
            suppressed: audit.suppressed,
            acts: decision.acts,
            alarms: decision.alarms,
            faults,
            released,
            mail: None,
        })
    }

    fn learn(&mut self, people: &[Person]) {
        if people.is_empty() {
            return;
        }
        let mut directory = (*self.directory).clone();
        for person in people {
            directory.add(person.clone());
        }
        self.set_directory(directory);
    }

    #[expect(clippy::too_many_arguments, reason = "the pieces of one commit")]
    fn letter(
        &self,
        batch: &mut Batch,
        decision: &mut Decision,
        snapshot: &Snapshot<'_>,
        letter: Letter,
        id: &str,
        cause: &str,
        own: &mut OwnFiles,
        loaded: bool,
        now: DateTime<Utc>,
    ) -> Result<(LetterRow, Option<String>), EngineError> {
        let millis = now.timestamp_millis();
        let message_id = self.message_id(id);
        let note = |decision: &Decision, key: &str| match decision.notes.get(key) {
            Some(value) => value.clone(),
            None => snapshot.note(key),
        };
        let first_key = format!("first/{}", letter.to);
        // An alert is about ourselves, and introduces nobody.
        let first = letter.name != LetterName::AdminAlert && note(decision, &first_key).is_none();
        let thread_key = match &letter.thread {
            Thread::Object(object) => Some(format!("thread/{object}/{}", letter.to)),
            Thread::Reply { .. } => letter.objects.first().map(|object| format!("thread/{object}/{}", letter.to)),
            Thread::New => None,
        };
        let thread: Vec<String> = thread_key
            .as_ref()
            .and_then(|key| note(decision, key))
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default();
        let tokens = self.setup.plus_addressing.then_some(&self.setup.tokens);
        let before = Before { first, thread: thread.clone(), tokens };
        let desk = Desk {
            rules: &self.setup.rules,
            directory: &self.directory,
            renderer: self.setup.renderer.to(self.setup.rules.is_internal(&letter.to)),
            host: &self.setup.host,
            mailto_links: self.setup.mailto_links,
            tone: &self.setup.tone,
            trial: self.setup.outbox.mode == crate::config::Mode::Pilot,
            help_contact: self.setup.help_contact.as_deref(),
        };
        let mut files = self.files(&letter, own)?;
        for name in &letter.pages {
            files.push(compose::page(&letter, name, &before, &desk, now)?);
        }
        let Composed { mut bytes, mut sent, rendered } =
            compose::compose(&letter, id, &message_id, &before, files, &desk, now)?;
        if let Some(signer) = &self.setup.signer {
            match signer.sign(&bytes) {
                Ok(signed) => bytes = signed,
                // Unsigned it may still arrive; lost it would not.
                Err(error) => tracing::error!(letter = id, error, "a letter could not be signed"),
            }
        }
        sent.cause = letter.cause.as_deref().unwrap_or(cause).to_string();
        if first {
            decision.notes.insert(first_key, Some(json!(millis)));
        }
        if let Some(key) = thread_key {
            let mut thread = thread;
            if let (Thread::Reply { message_id, .. }, true) = (&letter.thread, thread.is_empty()) {
                thread.push(message_id.clone());
            }
            thread.push(message_id.clone());
            // The first and the nearest are enough for every client.
            if thread.len() > 10 {
                thread.drain(1..thread.len() - 9);
            }
            decision.notes.insert(key, Some(json!(thread)));
        }
        let place = self.store.put_blob(&bytes)?;
        let new = NewLetter {
            sent,
            place,
            not_before: letter.not_before.map(|at| at.timestamp_millis()),
            expires: letter.expires.map(|at| at.timestamp_millis()),
            urgent: letter.urgent,
        };
        // Letters of an object that is loaded went out before it came to us; they are known, not sent again.
        let row = if loaded { self.outbox.remember(batch, new, millis) } else { self.outbox.queue(batch, new, millis) };
        Ok((row, rendered.fault))
    }

    /// Files that go with a letter, cut out of the mails that brought them.
    fn files(&self, letter: &Letter, own: &mut OwnFiles) -> Result<Vec<File>, EngineError> {
        let mut files = Vec::new();
        for attachment in &letter.attachments {
            let bytes = match &own.mail {
                // The mail that is decided upon is known by its Message-ID only after this commit.
                Some((message_id, place)) if *message_id == attachment.message_id => {
                    if own.files.is_none() {
                        own.files = Some(gather::files_of(&self.store.blob(place)?));
                    }
                    own.files.as_ref().and_then(|files| files.get(attachment.index).cloned())
                }
                _ => gather::attachment(&*self.store, attachment)?,
            };
            if let Some(bytes) = bytes {
                files.push(File { name: attachment.name.clone(), mime: attachment.mime.clone(), bytes });
            }
        }
        Ok(files)
    }

    /// From a secret, the commit's number and the letter's ordinal: the same over every retry (SPEC 5).
    fn message_id(&self, id: &str) -> String {
        format!("{}.{id}@{}", self.token(&["message-id", id], 16), self.setup.host)
    }

    /// Lower-case base32 of an HMAC-SHA-256; 26 letters hold 130 bits.
    fn token(&self, parts: &[&str], letters: usize) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.setup.secret) else { return String::new() };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        base32(&mac.finalize().into_bytes(), letters)
    }
}

/// RFC 4648 letters in lower case: survives mailers that fold case.
fn base32(bytes: &[u8], letters: usize) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut out = String::with_capacity(letters);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        if out.len() >= letters {
            break;
        }
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 && out.len() < letters {
            bits -= 5;
            out.push(char::from(ALPHABET[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    out
}

/// The serialized word of a unit variant.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

fn counter(store: &dyn Store, name: &str) -> Result<u64, StoreError> {
    Ok(store.get(&keys::counter(name))?.and_then(|v| v.as_ref().try_into().ok()).map_or(0, u64::from_be_bytes))
}

/// A mail in quarantine, by the name it has with us.
fn quarantined(snapshot: &Snapshot<'_>, message_id: &str) -> Option<InboxRow> {
    let number = snapshot.store.get(&keys::message(message_id)).ok()??;
    let number = number.as_ref().try_into().ok().map(u64::from_be_bytes)?;
    let row = snapshot.store.get(&keys::quarantine(number)).ok()??;
    serde_json::from_slice(&row).ok()
}

/// How the audit row of a mail names a progress table.
const PROGRESS_TABLE: &str = "a progress table";

/// What was read in a mail, in words for `duban why`; no content, only what kind and which rule.
fn understood(mail: &MailRead) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(minutes) = &mail.reads.minutes {
        all.push(format!(
            "minutes: {} items, {} decisions, {} risks",
            minutes.items.len(),
            minutes.decisions.len(),
            minutes.risks.len()
        ));
    }
    if !mail.reads.import.is_empty() {
        all.push(format!("a list to import: {} rows", mail.reads.import.len()));
    }
    if let Some(rows) = &mail.reads.progress {
        all.push(format!("{PROGRESS_TABLE}: {} rows", rows.len()));
    }
    if let Some(project) = &mail.reads.project {
        all.push(format!("a project: {} departments, {} tasks", project.members.len(), project.tasks.len()));
    }
    if let Some(words) = &mail.project_words {
        all.push(format!("{} lines about a project", words.lines.len()));
    }
    if mail.reads.meeting.is_some() {
        all.push("a call for a meeting".into());
    }
    if mail.reads.issue.is_some() {
        all.push("a problem that is reported".into());
    }
    if let Some(event) = &mail.calendar {
        all.push(format!("calendar {}", event.method));
    }
    for command in &mail.reply.commands {
        let n = command.item.map(|n| format!(" {n}")).unwrap_or_default();
        let id = command.id.as_deref().map(|id| format!(" {id}")).unwrap_or_default();
        all.push(format!("{}{n}{id} (rule {})", word(&command.verb), command.rule));
    }
    // The rows of a table are one doubt, however many there are.
    let mut doubts: Vec<(&str, usize)> = Vec::new();
    for doubt in &mail.reply.doubts {
        match doubts.iter_mut().find(|(kind, _)| *kind == doubt.kind) {
            Some((_, count)) => *count += 1,
            None => doubts.push((&doubt.kind, 1)),
        }
    }
    all.extend(doubts.into_iter().map(|(kind, count)| match count {
        1 => format!("doubt: {kind}"),
        count => format!("doubt: {kind} ({count} lines)"),
    }));
    all
}

/// A letter by its id, as it stands.
pub fn letter_row(store: &dyn Store, id: &str) -> Result<Option<LetterRow>, StoreError> {
    let snapshot = Snapshot::new(store);
    let row = keys::letter(id).and_then(|key| snapshot.read(&key));
    match snapshot.fault() {
        Some(fault) => Err(fault),
        None => Ok(row),
    }
}
