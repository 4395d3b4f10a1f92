//! The one thread that decides: mails of the inbox, moments of the due index, refusals, a new people.csv.
//!
//! A mail that breaks the reading three times is set aside and holds up nobody (TRUST D19), a crash of the whole process
//! included: the number of the mail that is being read stands in a file beside the store.

use super::ahead::Ahead;
use super::counts::Counts;
use super::upkeep::Daily;
use super::{Alerts, Bell};
use crate::domain::event::{Tick, Undelivered};
use crate::domain::person::Directory;
use crate::engine::{Engine, EngineError, Outcome};
use crate::intake::Stop;
use crate::retention::Upkeep;
use crate::store::receive::{InboxRow, Now, json};
use crate::store::{Batch, Store, StoreError, keys, prefix_end};
use chrono::{DateTime, Utc};
use std::cell::Cell;
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Inbox rows and moments taken at once.
const STEP: usize = 128;
/// Readings of one mail (SPEC 8.1).
const FAULTS_MAX: u32 = 3;
/// Longest sleep: a clock that jumps is noticed.
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// A clock that goes back by more holds reminders for [`HELD`] (TRUST D11).
const BACK: i64 = 5 * 60_000;
const HELD: Duration = Duration::from_secs(600);
/// Pause when the store takes nothing.
const STORE_PAUSE: Duration = Duration::from_secs(5);

/// What others ask of the deciding thread.
pub enum Order {
    /// For an administrator who waits for the answer (JSON).
    Upkeep {
        request: Upkeep,
        answer: std::sync::mpsc::Sender<Result<Vec<u8>, StoreError>>,
    },
    People(Directory),
    Undelivered(Box<Undelivered>),
    Alert {
        matter: String,
        text: String,
    },
}

/// Remembers over a crash which mails were being read: eight octets for the deciding thread and for each reader.
#[derive(Debug)]
pub struct Marker(File);

/// The deciding thread's place in the marker.
const OWN_SLOT: usize = 0;

impl Marker {
    pub fn open(dir: &Path) -> io::Result<Marker> {
        let file = File::options().read(true).write(true).create(true).truncate(false).open(dir.join("reading"))?;
        Ok(Marker(file))
    }

    /// The mails at whose reading the process ended; forgotten by it.
    fn left_over(&self) -> Vec<u64> {
        let mut found = Vec::new();
        let mut number = [0; 8];
        let mut slot = 0;
        while self.0.read_exact_at(&mut number, slot * 8).is_ok() {
            found.extend(Some(u64::from_le_bytes(number)).filter(|number| *number > 0));
            slot += 1;
        }
        found
    }

    /// Nobody reads: what was left over is counted once, for the next kill may come before the next mail.
    fn clear(&self) {
        if let Err(error) = self.0.set_len(0) {
            tracing::debug!(%error, "the marker could not be emptied");
        }
    }

    /// Kept by the kernel when the process dies; a power cut forgets it, and the mail is read once more.
    pub(super) fn set(&self, slot: usize, number: u64) {
        if let Err(error) = self.0.write_all_at(&number.to_le_bytes(), slot as u64 * 8) {
            tracing::debug!(%error, "the marker could not be written");
        }
    }
}

pub struct Decider {
    pub counts: Arc<Counts>,
    pub engine: Engine,
    pub store: Arc<dyn Store>,
    pub outbox_wake: Arc<Notify>,
    pub bell: Arc<Bell>,
    pub orders: Receiver<Order>,
    pub now: Now,
    pub stop: Stop,
    pub alerts: Arc<Alerts>,
    pub marker: Arc<Marker>,
    pub ahead: Ahead,
    pub daily: Daily,
    pub archives: super::archive::Archives,
}

/// Why a step ended early.
enum Halt {
    /// The store takes nothing now.
    Store(StoreError),
    /// The event itself cannot be carried out.
    Event(String),
}

/// The clock, watched for jumps.
#[derive(Default)]
struct Watch {
    last: i64,
    held_until: Option<Instant>,
}

impl Watch {
    /// Whether moments may come.
    fn look(&mut self, now: i64) -> bool {
        if now < self.last - BACK {
            tracing::warn!(minutes = (self.last - now) / 60_000, "the clock went back; reminders wait ten minutes");
            self.held_until = Some(Instant::now() + HELD);
        }
        self.last = now;
        match self.held_until {
            Some(until) if Instant::now() < until => false,
            _ => {
                self.held_until = None;
                true
            }
        }
    }
}

impl Decider {
    /// Decides until the daemon ends.
    pub fn run(mut self) {
        for number in self.marker.left_over() {
            self.crashed_at(number);
        }
        self.marker.clear();
        let (engine, now) = (&self.engine, self.now());
        if catch_unwind(AssertUnwindSafe(|| engine.warm_up(now))).is_err() {
            tracing::error!("the first reading broke down");
        }
        self.people_listed();
        let mut watch = Watch::default();
        let mut broken_ticks: HashMap<String, u32> = HashMap::new();
        while !self.stop.is_stopping() {
            self.counts.beat();
            let step = self.orders().and_then(|()| {
                let mails = self.mails()?;
                let moments = if watch.look((self.now)()) { self.moments(&mut broken_ticks)? } else { 0 };
                Ok(mails + moments)
            });
            match step {
                Ok(0) if self.keep_up() => {}
                Ok(0) => {
                    let sleep = self.sleep(watch.held_until.is_some() || !broken_ticks.is_empty());
                    self.bell.wait(sleep);
                }
                Ok(_) => {}
                Err(StoreError::Closed(why)) => {
                    tracing::error!(why, "the store is closed");
                    if !self.stop.is_stopping() {
                        self.alerts.tell("store", &format!("the store takes nothing any more: {why}; restart Duban"));
                        self.bell.wait(STORE_PAUSE);
                    }
                }
                Err(error) => {
                    self.alerts.tell("store", &format!("nothing can be stored: {error}"));
                    self.bell.wait(STORE_PAUSE);
                }
            }
        }
        drop(self.ahead);
        self.marker.clear();
    }

    /// A little of the daily round; whether there is more.
    fn keep_up(&mut self) -> bool {
        let now = (self.now)();
        let daily = &mut self.daily;
        match catch_unwind(AssertUnwindSafe(|| daily.step(now))) {
            Ok(Ok(more)) => more,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the daily round waits");
                false
            }
            Err(_) => {
                tracing::error!("the daily round broke down");
                false
            }
        }
    }

    fn upkeep(&mut self, request: &Upkeep) -> Result<Vec<u8>, StoreError> {
        let now = (self.now)();
        let daily = &self.daily;
        let answer = catch_unwind(AssertUnwindSafe(|| daily.carry_out(request, now)))
            .unwrap_or_else(|_| Err(StoreError::Closed("it broke down; see the log".into())))?;
        if let Upkeep::Forget(request) = request {
            let left =
                self.engine.directory().people().iter().filter(|person| !request.addresses.contains(&person.address));
            let directory = Directory::new(left.map(|person| (**person).clone()));
            if let Err(error) = self.engine.set_people(directory) {
                tracing::error!(%error, "the people stay as they were until the next start");
            }
        }
        Ok(answer)
    }

    /// Who left people.csv, also while nobody ran (O7).
    fn people_listed(&mut self) {
        if let Err(Halt::Event(why)) = self.carry_out(|engine, now| engine.people_listed(now)) {
            tracing::error!(why, "who left people.csv could not be looked at");
        }
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis((self.now)()).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// Until the next moment. Rows that are skipped must not keep us awake.
    fn sleep(&self, skipping: bool) -> Duration {
        let next = match self.engine.next_due() {
            Ok(Some(next)) => next,
            _ => return SLEEP_MAX,
        };
        let ahead = (next - self.now()).to_std().unwrap_or(Duration::ZERO).min(SLEEP_MAX);
        if skipping { ahead.max(Duration::from_secs(1)) } else { ahead }
    }

    fn orders(&mut self) -> Result<(), StoreError> {
        while let Ok(order) = self.orders.try_recv() {
            match order {
                Order::Upkeep { request, answer } => {
                    // The visitor may have gone; what was asked is done all the same.
                    let _ = answer.send(self.upkeep(&request));
                }
                Order::People(directory) => {
                    if let Err(error) = self.engine.set_people(directory) {
                        tracing::error!(%error, "the people stay as they were");
                    }
                    self.people_listed();
                }
                Order::Alert { matter, text } => {
                    // It stands in the log already; a letter that cannot be written must not stop the deciding.
                    if let Err(Halt::Event(why)) = self.carry_out(|engine, now| engine.alert(&matter, &text, now)) {
                        tracing::error!(why, "the administrator could not be written to");
                    }
                }
                Order::Undelivered(fate) => {
                    let carried = self.carry_out(|engine, now| engine.undelivered((*fate).clone(), now));
                    match carried {
                        Ok(_) => {}
                        // Its row stays in the outbox: it is tried and refused once more.
                        Err(Halt::Store(error)) => return Err(error),
                        Err(Halt::Event(why)) => {
                            tracing::error!(letter = fate.letter.id, why, "a refusal could not be settled")
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// One event, again where a row changed under it; a panic is the event's fault.
    fn carry_out(
        &mut self,
        event: impl Fn(&mut Engine, DateTime<Utc>) -> Result<Outcome, EngineError>,
    ) -> Result<Outcome, Halt> {
        for _ in 0..10 {
            let now = self.now();
            let engine = &mut self.engine;
            // The engine holds no half state: what it changes, it changes after its commit.
            match catch_unwind(AssertUnwindSafe(|| event(engine, now))) {
                Ok(Ok(outcome)) => {
                    if !outcome.letters.is_empty() {
                        self.archives.follow(&outcome.letters, engine.directory(), now);
                        self.outbox_wake.notify_one();
                    }
                    if let (Some(ticket), false) = (outcome.ticket, outcome.alarms.is_empty()) {
                        // Nobody is called for what a crash could take back.
                        self.store.sync(ticket).map_err(Halt::Store)?;
                        outcome.alarms.iter().for_each(|line| self.alerts.ring(line));
                    }
                    for fault in &outcome.faults {
                        self.alerts.tell("template", fault);
                    }
                    return Ok(outcome);
                }
                Ok(Err(EngineError::Store(StoreError::Conflict))) => {}
                Ok(Err(EngineError::Store(
                    error @ (StoreError::Full { .. } | StoreError::Io { .. } | StoreError::Closed(_)),
                ))) => return Err(Halt::Store(error)),
                Ok(Err(error)) => return Err(Halt::Event(error.to_string())),
                // Its message may quote the mail; the log has the place.
                Err(_) => return Err(Halt::Event("it broke down; the log names the place".into())),
            }
        }
        Err(Halt::Event("rows kept changing while it was decided".into()))
    }

    /// Mails that wait, oldest first; how many were looked at.
    fn mails(&mut self) -> Result<usize, StoreError> {
        let rows = self.store.scan(&[keys::INBOX], &prefix_end(&[keys::INBOX]), STEP)?;
        let count = rows.len();
        // A mail at which we ended once comes after those that wait beside it: whether it was its fault or somebody's
        // `kill -9`, it holds up nobody, and is not the first to be met by the next.
        let mut rows: Vec<_> =
            rows.into_iter().map(|(key, value)| (serde_json::from_slice::<InboxRow>(&value), key)).collect();
        rows.sort_by_key(|(row, _)| row.as_ref().map_or(0, |row| row.faults));
        // The first is ours; those at which we ended once are read alone.
        let next = rows.iter().filter_map(|(row, _)| row.as_ref().ok()).skip(1).filter(|row| row.faults == 0);
        self.ahead.offer(self.engine.reader(), next);
        for (row, key) in rows {
            if self.stop.is_stopping() {
                break;
            }
            let Ok(row) = row else {
                tracing::error!(row = keys::shown(&key), "an inbox row cannot be read and is set aside");
                let mut batch = Batch::new(self.store.epoch(), (self.now)(), [0; 32]);
                batch.delete(key);
                self.store.commit(batch)?;
                continue;
            };
            let begun = Instant::now();
            let reading = Cell::new(self.ahead.take(row.number));
            self.marker.set(OWN_SLOT, row.number);
            let carried = self.carry_out(|engine, now| {
                if let Some(outcome) = reading.take().and_then(|reading| engine.mail_read(&row, reading, now)) {
                    return outcome;
                }
                let raw = engine.store().blob(&row.place)?;
                engine.mail(&row, &raw, now)
            });
            self.marker.set(OWN_SLOT, 0);
            if let Ok(outcome) = &carried {
                self.counts.mail(outcome);
            }
            match carried {
                Ok(outcome) => tracing::info!(
                    mail = row.number,
                    source = row.source,
                    hash = row.content.get(..16).unwrap_or_default(),
                    letters = outcome.letters.len(),
                    withheld = outcome.withheld.as_deref().unwrap_or_default(),
                    ms = begun.elapsed().as_millis() as u64,
                    "read"
                ),
                Err(Halt::Store(error)) => return Err(error),
                Err(Halt::Event(why)) => self.fault(row, &why)?,
            }
        }
        Ok(count)
    }

    /// One more reading failed; after the third the mail goes to quarantine with the reason.
    fn fault(&mut self, mut row: InboxRow, why: &str) -> Result<(), StoreError> {
        row.faults += 1;
        self.counts.fault();
        tracing::error!(mail = row.number, faults = row.faults, why, "a mail could not be read");
        let mut batch = Batch::new(self.store.epoch(), (self.now)(), [0; 32]);
        if row.faults >= FAULTS_MAX {
            row.reason = format!("could not be read {FAULTS_MAX} times: {}", why.chars().take(200).collect::<String>());
            batch.delete(keys::inbox(row.number));
            batch.put(keys::quarantine(row.number), json(&row));
            let text = format!("mail {} could not be read and is in quarantine (`duban quarantine list`)", row.number);
            self.alerts.tell("quarantine", &text);
        } else {
            batch.put(keys::inbox(row.number), json(&row));
        }
        match self.store.commit(batch) {
            Ok(_) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The process ended while it read this mail.
    fn crashed_at(&mut self, number: u64) {
        let row = self.store.get(&keys::inbox(number)).ok().flatten();
        let Some(row) = row.and_then(|value| serde_json::from_slice::<InboxRow>(&value).ok()) else { return };
        if let Err(error) = self.fault(row, "the program ended while it read it") {
            tracing::error!(%error, "a crash could not be noted");
        }
    }

    /// Rows of the due index that have come; how many were carried out.
    fn moments(&mut self, broken: &mut HashMap<String, u32>) -> Result<usize, StoreError> {
        let now = self.now();
        let ticks = match self.engine.due(now, STEP) {
            Ok(ticks) => ticks,
            Err(EngineError::Store(error)) => return Err(error),
            Err(error) => {
                tracing::error!(%error, "the due index cannot be read");
                return Ok(0);
            }
        };
        let mut count = 0;
        for tick in ticks {
            if self.stop.is_stopping() {
                break;
            }
            let name = name_of(&tick);
            match self.carry_out(|engine, now| engine.tick(&tick, now)) {
                Ok(_) => {
                    broken.remove(&name);
                    count += 1;
                }
                Err(Halt::Store(error)) => return Err(error),
                Err(Halt::Event(why)) => {
                    tracing::error!(tick = name, why, "a moment could not be carried out");
                    let faults = broken.entry(name).or_insert(0);
                    *faults += 1;
                    if *faults >= FAULTS_MAX {
                        broken.remove(&name_of(&tick));
                        let text = format!("a moment of {} cannot be carried out and is left out: {why}", tick.object);
                        self.alerts.tell("moment", &text);
                        if let Err(error) = self.engine.forget_tick(&tick) {
                            tracing::error!(%error, "it could not be taken out of the due index");
                        }
                    }
                }
            }
        }
        Ok(count)
    }
}

fn name_of(tick: &Tick) -> String {
    format!("{:?} {} {} {}", tick.kind, tick.object, tick.key, tick.at.timestamp())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_marker_outlives_a_crash() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Marker::open(folder.path()).unwrap().left_over().is_empty());
        let marker = Marker::open(folder.path()).unwrap();
        marker.set(2, 9);
        marker.set(OWN_SLOT, 7);
        marker.set(1, 8);
        marker.set(1, 0);
        let marker = Marker::open(folder.path()).unwrap();
        assert_eq!(marker.left_over(), [7, 9]);
        marker.clear();
        assert!(marker.left_over().is_empty());
    }

    /// TRUST D11.
    #[test]
    fn a_clock_that_goes_back_holds_reminders() {
        let mut watch = Watch::default();
        assert!(watch.look(10_000_000));
        assert!(watch.look(10_000_000 - BACK));
        assert!(!watch.look(10_000_000 - 3 * BACK));
        assert!(!watch.look(10_000_000));
    }
}
