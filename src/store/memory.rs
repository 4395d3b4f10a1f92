//! The same contract in memory: for simulations, demos and tests, where a second must hold weeks.

use super::guards::{self, Guards};
use super::journal::sha256;
use super::{Batch, Key, Place, Result, Store, StoreError, Ticket, Value, Waiter};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct Kept {
    rows: BTreeMap<Key, Value>,
    guards: Guards,
    blobs: Vec<Value>,
    sequence: u64,
}

/// Rows in a map, blobs in a list; every commit is durable at once, for as long as the process lives.
#[derive(Default)]
pub struct MemoryStore {
    kept: Mutex<Kept>,
}

impl MemoryStore {
    pub fn new() -> Self {
        MemoryStore::default()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn row(kept: &Kept, key: &[u8]) -> Option<Value> {
        if guards::is_guard(key) { Some(kept.guards.get(key)) } else { kept.rows.get(key).cloned() }
    }

    fn walk(&self, from: &[u8], to: &[u8], limit: usize, back: bool) -> Vec<(Key, Value)> {
        if from >= to {
            return Vec::new();
        }
        let kept = self.kept();
        let range = kept.rows.range::<[u8], _>((std::ops::Bound::Included(from), std::ops::Bound::Excluded(to)));
        let copy = |(key, value): (&Key, &Value)| (key.clone(), value.clone());
        if back { range.rev().take(limit).map(copy).collect() } else { range.take(limit).map(copy).collect() }
    }
}

impl Store for MemoryStore {
    fn get(&self, key: &[u8]) -> Result<Option<Value>> {
        Ok(MemoryStore::row(&self.kept(), key))
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>> {
        Ok(self.walk(from, to, limit, false))
    }

    fn scan_back(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>> {
        Ok(self.walk(from, to, limit, true))
    }

    fn put_blob(&self, bytes: &[u8]) -> Result<Place> {
        let mut kept = self.kept();
        let offset = kept.blobs.len() as u64;
        kept.blobs.push(bytes.into());
        // Segments count from 1: 0 means that the bytes were removed.
        Ok(Place { segment: 1, offset, len: bytes.len() as u32, hash: sha256(bytes) })
    }

    fn blob(&self, place: &Place) -> Result<Value> {
        let found = usize::try_from(place.offset).ok().and_then(|at| self.kept().blobs.get(at).cloned());
        found.ok_or_else(|| StoreError::damaged(format!("there is no blob {place}")))
    }

    fn epoch(&self) -> u64 {
        0
    }

    fn commit(&self, mut batch: Batch) -> Result<Ticket> {
        let mut kept = self.kept();
        for (key, expected) in &batch.expects {
            if MemoryStore::row(&kept, key).as_deref() != expected.as_deref() {
                return Err(StoreError::Conflict);
            }
        }
        let moved = guards::split(&mut batch.changes);
        kept.guards.moved(moved);
        for change in batch.changes {
            match change.value {
                Some(value) => kept.rows.insert(change.key, value.into()),
                None => kept.rows.remove(&change.key),
            };
        }
        kept.sequence += 1;
        Ok(Ticket { sequence: kept.sequence, epoch: 0 })
    }

    fn tip(&self) -> Ticket {
        Ticket { sequence: self.kept().sequence, epoch: 0 }
    }

    fn sync(&self, _ticket: Ticket) -> Result<()> {
        Ok(())
    }

    fn when_durable(&self, _ticket: Ticket, waiter: Waiter) {
        waiter(Ok(()));
    }
}
