//! What time will do to records: one row of the due index for each record, at its next moment.
//!
//! The ticks of a record are computed from it ([`schedule::next`]) whenever they are asked for; kept is only which of them
//! were carried out. So a record with a dozen moments ahead costs one row and a few bytes, and moving its due date moves
//! them all. Ticks that belong to no record (a person's merged receipts, a note) have rows of their own.
//!
//! | row | value |
//! |---|---|
//! | `t` moment · `\x01` id | id: the record's next moment |
//! | `t` moment · kind `\0` object `\0` key | the tick of a note, JSON |
//! | `r` id | moment of its `t` row i64, then for each tick a u64: its hash, the lowest bit set once it was carried out |

use super::snapshot::{Snapshot, Stored, is_guarded};
use super::{Engine, EngineError, word};
use crate::domain::event::Tick;
use crate::domain::schedule;
use crate::domain::view::Record;
use crate::store::{Batch, Key, Store, StoreError, for_each_prefix, keys, prefix_end};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// Raised when [`Record::indexes`] or the rows above change their meaning: the rows are made anew at the next start.
pub(super) const INDEX_VERSION: u32 = 4;
/// Rows that stores of before have and nobody reads: lists of all objects of a kind, and guards, which are in memory now.
const UNUSED: [fn() -> Key; 4] = [
    || keys::index("actions", "all"),
    || keys::index("meetings", "all"),
    || keys::index("issues", "all"),
    || vec![keys::GUARD],
];
/// Days of a named calendar that tell whether it has changed: some eight years.
pub(super) const CALENDAR_DAYS: usize = 3000;
/// Records in one commit when all are computed anew.
const RECORDS_PER_COMMIT: usize = 2_000;

/// Kind, object and key of a tick as text: what tells ticks of one moment apart, and their order.
fn name_of(tick: &Tick) -> String {
    format!("{}\0{}\0{}", word(&tick.kind), tick.object, tick.key)
}

/// The row of a note's tick.
pub(super) fn note_key(tick: &Tick) -> Key {
    keys::due(tick.at.timestamp_millis(), name_of(tick).as_bytes())
}

fn record_key(moment: i64, id: &str) -> Key {
    let mut rest = vec![1];
    rest.extend_from_slice(id.as_bytes());
    keys::due(moment, &rest)
}

/// FNV-1a; it only has to tell apart the ticks of one record. The lowest bit is free for the mark.
fn hash_of(tick: &Tick) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in tick.at.timestamp_millis().to_be_bytes().into_iter().chain(name_of(tick).into_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash & !1
}

/// A record's `r` row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Implied {
    /// Moment of its row in the due index, if it has one.
    moment: Option<i64>,
    /// Hashes, marked.
    ticks: Vec<u64>,
}

impl Implied {
    fn decode(bytes: &[u8]) -> Implied {
        let mut words = bytes.chunks_exact(8).filter_map(|b| b.try_into().ok()).map(u64::from_be_bytes);
        let moment = words.next().map(u64::cast_signed).filter(|moment| *moment != i64::MAX);
        Implied { moment, ticks: words.collect() }
    }

    fn encode(&self) -> Vec<u8> {
        let first = self.moment.unwrap_or(i64::MAX).cast_unsigned();
        std::iter::once(first).chain(self.ticks.iter().copied()).flat_map(u64::to_be_bytes).collect()
    }

    /// Time does nothing to the record; it has no row.
    fn is_empty(&self) -> bool {
        self.moment.is_none() && self.ticks.is_empty()
    }

    fn knows(&self, hash: u64) -> bool {
        self.ticks.iter().any(|known| known & !1 == hash)
    }

    fn is_done(&self, hash: u64) -> bool {
        self.ticks.contains(&(hash | 1))
    }

    /// Ticks that were not carried out, soonest first.
    fn pending<'a>(&'a self, ticks: &'a [Tick]) -> impl Iterator<Item = &'a Tick> {
        ticks.iter().filter(|tick| {
            let hash = hash_of(tick);
            self.knows(hash) && !self.is_done(hash)
        })
    }
}

/// Takes an object out with everything it implies: history, index and due rows.
pub fn remove(store: &dyn Store, batch: &mut Batch, record: &Record) -> Result<(), StoreError> {
    let id = record.id();
    if let Some(row) = store.get(&keys::implied(id))?
        && let Some(moment) = Implied::decode(&row).moment
    {
        batch.delete(record_key(moment, id));
    }
    for (index, value) in record.indexes() {
        batch.delete(keys::index_row(index, &value, id));
        if is_guarded(index, &value) {
            batch.put(keys::guard(&value), Vec::new());
        }
    }
    let history = keys::histories(id);
    for (key, _) in store.scan(&history, &prefix_end(&history), usize::MAX)? {
        batch.delete(key);
    }
    for key in [keys::implied(id), keys::object(id)] {
        batch.delete(key);
    }
    Ok(())
}

impl Engine {
    fn implied(&self, id: &str) -> Result<Option<Implied>, EngineError> {
        Ok(self.store.get(&keys::implied(id))?.map(|bytes| Implied::decode(&bytes)))
    }

    /// Index and due rows of a record, against those of its version before. `done` is carried out by this very commit.
    pub(super) fn imply(
        &self,
        batch: &mut Batch,
        old: Option<&Record>,
        record: &Record,
        done: Option<&Tick>,
    ) -> Result<(), EngineError> {
        let id = record.id();
        let indexes = |record: &Record| record.indexes().into_iter().collect::<BTreeSet<_>>();
        let before = old.map(indexes).unwrap_or_default();
        let after = indexes(record);
        for (index, value) in before.difference(&after) {
            batch.delete(keys::index_row(index, value, id));
        }
        for (index, value) in after.difference(&before) {
            batch.put(keys::index_row(index, value, id), id.as_bytes());
        }
        self.imply_ticks(batch, record, done)
    }

    /// Ticks that were carried out stay so; new ones are waited for, even where their moment has passed.
    fn imply_ticks(&self, batch: &mut Batch, record: &Record, done: Option<&Tick>) -> Result<(), EngineError> {
        let id = record.id();
        let before = self.implied(id)?;
        let old = before.clone().unwrap_or_default();
        let ticks = schedule::next(record, &self.setup.rules);
        let mut after = Implied::default();
        for tick in &ticks {
            let hash = hash_of(tick);
            let over = old.is_done(hash) || (done == Some(tick) && old.knows(hash));
            after.ticks.push(hash | u64::from(over));
        }
        self.put_implied(batch, id, before, after, &ticks);
        Ok(())
    }

    fn put_implied(&self, batch: &mut Batch, id: &str, before: Option<Implied>, mut after: Implied, ticks: &[Tick]) {
        after.moment = after.pending(ticks).map(|tick| tick.at.timestamp_millis()).min();
        if before.as_ref() == Some(&after) && !after.is_empty() {
            return;
        }
        let known = before.is_some();
        let old = before.unwrap_or_default();
        if old.moment != after.moment {
            if let Some(moment) = old.moment {
                batch.delete(record_key(moment, id));
            }
            if let Some(moment) = after.moment {
                batch.put(record_key(moment, id), id.as_bytes());
            }
        }
        if !after.is_empty() {
            batch.put(keys::implied(id), after.encode());
        } else if known {
            batch.delete(keys::implied(id));
        }
    }

    /// Marks a tick as carried out, whether its object put it there, a note, or the item a person's digest is about.
    /// Records in `changed` see to theirs in [`Engine::imply`].
    pub(super) fn carried_out(&self, batch: &mut Batch, tick: &Tick, changed: &[&str]) -> Result<(), EngineError> {
        batch.delete(note_key(tick));
        let hash = hash_of(tick);
        let mut owners = vec![tick.object.as_str(), tick.key.as_str()];
        owners.dedup();
        for id in owners.into_iter().filter(|id| !id.is_empty() && !changed.contains(id)) {
            let Some(before) = self.implied(id)? else { continue };
            if !before.knows(hash) || before.is_done(hash) {
                continue;
            }
            let Some(record) = Snapshot::new(&*self.store).record(id) else { continue };
            let mut after = before.clone();
            for known in &mut after.ticks {
                if *known == hash {
                    *known |= 1;
                }
            }
            self.put_implied(batch, id, Some(before), after, &schedule::next(&record, &self.setup.rules));
        }
        Ok(())
    }

    /// Ticks that have come, oldest first, from at most `limit` rows.
    pub fn due(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<Tick>, EngineError> {
        let now = now.timestamp_millis();
        let epoch = self.store.epoch();
        let rows = self.store.scan(&[keys::DUE], &keys::due_until(now), limit)?;
        // What lies beyond the last row read may be older than later ticks of these.
        let until = match rows.last() {
            Some((key, _)) if rows.len() == limit => keys::moment_of(key.get(1..).unwrap_or_default()).unwrap_or(now),
            _ => now,
        };
        let mut found: Vec<(Vec<u8>, Tick)> = Vec::new();
        for (key, value) in rows {
            if value.first() == Some(&b'{') {
                let tick: Tick = serde_json::from_slice(&value)
                    .map_err(|cause| StoreError::Row { key: keys::shown(&key), cause: cause.to_string() })?;
                found.push((key, tick));
                continue;
            }
            let id = String::from_utf8_lossy(&value);
            let snapshot = Snapshot::new(&*self.store);
            let record = snapshot.record(&id);
            if let Some(fault) = snapshot.fault() {
                return Err(fault.into());
            }
            let implied = self.implied(&id)?.unwrap_or_default();
            let ticks = record.as_ref().map(|record| schedule::next(record, &self.setup.rules)).unwrap_or_default();
            let before = found.len();
            for tick in implied.pending(&ticks).filter(|tick| tick.at.timestamp_millis() <= until) {
                let order = keys::due(tick.at.timestamp_millis(), format!("{}\0{id}", name_of(tick)).as_bytes());
                found.push((order, tick.clone()));
            }
            if found.len() == before {
                // The row promises what the record does not: it would wake us for ever.
                tracing::warn!(object = &*id, "a row of the due index was stale and is made anew");
                let mut batch = Batch::new(epoch, now, [0; 32]);
                batch.delete(key);
                if let Some(moment) = implied.moment {
                    batch.delete(record_key(moment, &id));
                }
                let mut after = Implied::default();
                for tick in &ticks {
                    let hash = hash_of(tick);
                    after.ticks.push(hash | u64::from(implied.is_done(hash)));
                }
                let before = Implied { moment: None, ..implied };
                self.put_implied(&mut batch, &id, Some(before), after, &ticks);
                self.store.commit(batch)?;
            }
        }
        found.sort();
        Ok(found.into_iter().map(|(_, tick)| tick).collect())
    }

    /// Takes a tick out of the due index without carrying it out.
    pub fn forget_tick(&mut self, tick: &Tick) -> Result<(), EngineError> {
        let mut batch = Batch::new(self.store.epoch(), tick.at.timestamp_millis(), [0; 32]);
        self.carried_out(&mut batch, tick, &[])?;
        self.store.commit(batch)?;
        Ok(())
    }

    /// The moment of the earliest row.
    pub fn next_due(&self) -> Result<Option<DateTime<Utc>>, EngineError> {
        let rows = self.store.scan(&[keys::DUE], &prefix_end(&[keys::DUE]), 1)?;
        let moment = rows.first().and_then(|(key, _)| keys::moment_of(key.get(1..)?));
        Ok(moment.and_then(DateTime::from_timestamp_millis))
    }

    /// Computes the rows of every record anew, after a change of rules, calendars or of this program.
    pub(super) fn imply_all(&self) -> Result<(), EngineError> {
        for unused in UNUSED {
            let from = unused();
            loop {
                let rows = self.store.scan(&from, &prefix_end(&from), RECORDS_PER_COMMIT)?;
                if rows.is_empty() {
                    break;
                }
                let mut batch = Batch::new(self.store.epoch(), 0, [0; 32]);
                rows.into_iter().for_each(|(key, _)| batch.delete(key));
                self.store.commit(batch)?;
            }
        }
        let mut ids: Vec<String> = Vec::new();
        for_each_prefix(&*self.store, &[keys::OBJECT], |_, value| {
            if let Ok(stored) = serde_json::from_slice::<Stored>(value) {
                ids.push(Record::from(stored).id().to_string());
            }
            Ok(())
        })?;
        for chunk in ids.chunks(RECORDS_PER_COMMIT) {
            let mut batch = Batch::new(self.store.epoch(), 0, [0; 32]);
            for id in chunk {
                let Some(record) = Snapshot::new(&*self.store).record(id) else { continue };
                for (index, value) in record.indexes() {
                    batch.put(keys::index_row(index, &value, id), id.as_bytes());
                }
                self.imply_ticks(&mut batch, &record, None)?;
            }
            self.store.commit(batch)?;
        }
        Ok(())
    }
}
