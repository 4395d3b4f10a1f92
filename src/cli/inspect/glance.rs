//! A store that shows another one and keeps what is written to itself: `inspect` decides on mails as the daemon would and
//! changes nothing.

use crate::store::{Batch, Key, Place, Result, Store, StoreError, Ticket, Value, Waiter};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Blobs of our own lie in a segment that no journal reaches.
const OWN_SEGMENT: u32 = u32::MAX;

#[derive(Default)]
struct Written {
    /// `None` hides a row of the store below.
    rows: BTreeMap<Key, Option<Value>>,
    blobs: Vec<Value>,
    commits: u64,
}

pub(super) struct Glance {
    below: Arc<dyn Store>,
    written: Mutex<Written>,
}

impl Glance {
    pub fn new(below: Arc<dyn Store>) -> Glance {
        Glance { below, written: Mutex::new(Written::default()) }
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rows of both, ours over theirs. As many rows as we hide are asked for on top.
    fn both(&self, from: &[u8], to: &[u8], limit: usize, back: bool) -> Result<Vec<(Key, Value)>> {
        if from >= to {
            return Ok(Vec::new());
        }
        let written = self.written();
        let range = (std::ops::Bound::Included(from), std::ops::Bound::Excluded(to));
        let ours: Vec<(&Key, &Option<Value>)> = written.rows.range::<[u8], _>(range).collect();
        let wanted = limit.saturating_add(ours.len());
        let theirs = if back { self.below.scan_back(from, to, wanted)? } else { self.below.scan(from, to, wanted)? };
        let mut rows: BTreeMap<Key, Value> = theirs.into_iter().collect();
        for (key, value) in ours {
            match value {
                Some(value) => rows.insert(key.clone(), value.clone()),
                None => rows.remove(key),
            };
        }
        let rows = rows.into_iter();
        Ok(if back { rows.rev().take(limit).collect() } else { rows.take(limit).collect() })
    }
}

impl Store for Glance {
    fn get(&self, key: &[u8]) -> Result<Option<Value>> {
        match self.written().rows.get(key) {
            Some(value) => Ok(value.clone()),
            None => self.below.get(key),
        }
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>> {
        self.both(from, to, limit, false)
    }

    fn scan_back(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>> {
        self.both(from, to, limit, true)
    }

    fn put_blob(&self, bytes: &[u8]) -> Result<Place> {
        let mut written = self.written();
        let offset = written.blobs.len() as u64;
        written.blobs.push(bytes.into());
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Ok(Place { segment: OWN_SEGMENT, offset, len, hash: Sha256::digest(bytes).into() })
    }

    fn blob(&self, place: &Place) -> Result<Value> {
        if place.segment != OWN_SEGMENT {
            return self.below.blob(place);
        }
        let found = usize::try_from(place.offset).ok().and_then(|at| self.written().blobs.get(at).cloned());
        found.ok_or_else(|| StoreError::damaged(format!("there is no blob {place}")))
    }

    fn epoch(&self) -> u64 {
        self.below.epoch()
    }

    fn commit(&self, batch: Batch) -> Result<Ticket> {
        for (key, expected) in &batch.expects {
            if self.get(key)?.as_deref() != expected.as_deref() {
                return Err(StoreError::Conflict);
            }
        }
        let mut written = self.written();
        for change in batch.changes {
            written.rows.insert(change.key, change.value.map(Into::into));
        }
        written.commits += 1;
        let tip = self.below.tip();
        Ok(Ticket { sequence: tip.sequence + written.commits, ..tip })
    }

    fn tip(&self) -> Ticket {
        let tip = self.below.tip();
        Ticket { sequence: tip.sequence + self.written().commits, ..tip }
    }

    fn sync(&self, _ticket: Ticket) -> Result<()> {
        Ok(())
    }

    fn when_durable(&self, _ticket: Ticket, waiter: Waiter) {
        waiter(Ok(()));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::store::memory::MemoryStore;

    #[test]
    fn what_is_written_is_seen_here_and_not_below() {
        let below = Arc::new(MemoryStore::new());
        let mut batch = Batch::new(0, 0, [0; 32]);
        batch.put(*b"a", *b"1");
        batch.put(*b"b", *b"2");
        below.commit(batch).unwrap();
        let glance = Glance::new(below.clone());
        let mut batch = Batch::new(0, 0, [0; 32]);
        batch.delete(*b"a");
        batch.put(*b"c", *b"3");
        glance.commit(batch).unwrap();
        let keys =
            |store: &dyn Store| -> Vec<Key> { store.scan(b"a", b"z", 9).unwrap().into_iter().map(|r| r.0).collect() };
        assert_eq!(keys(&glance), [b"b".to_vec(), b"c".to_vec()]);
        assert_eq!(keys(&*below), [b"a".to_vec(), b"b".to_vec()]);
        assert_eq!(glance.scan_back(b"a", b"z", 1).unwrap().first().unwrap().0, b"c");
        let place = glance.put_blob(b"x").unwrap();
        assert_eq!(&*glance.blob(&place).unwrap(), b"x");
        assert!(below.blob(&place).is_err());
    }
}
