//! A store whose disk is drawn: it fills, forgets what was not synced, and dies before or after any write.

use duban::store::journal::sha256;
use duban::store::{Batch, Key, Place, Result, Store, StoreError, Ticket, Value, Waiter, keys};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing of the commit is kept; it may be tried again.
    Full,
    /// A failed write takes back every commit that was not durable.
    TakenBack,
    /// The process ends before the commit or sync.
    DiesBefore,
    /// The process ends right after it.
    DiesAfter,
}

/// Guards as the daemon's store has them: no rows, stamps that only grow, all of them moved when commits are taken back.
#[derive(Clone, Default)]
struct Guards {
    last: u64,
    /// Of every name that has no stamp of its own.
    rest: u64,
    stamps: BTreeMap<Key, u64>,
}

impl Guards {
    fn get(&self, key: &[u8]) -> Value {
        Value::from(self.stamps.get(key).unwrap_or(&self.rest).to_be_bytes())
    }

    fn moved(&mut self, key: Key) {
        self.stamps.insert(key, self.last);
    }

    fn all_moved(&mut self) {
        let last = self.last + 1;
        *self = Guards { last, rest: last, stamps: BTreeMap::new() };
    }
}

#[derive(Clone, Default)]
struct Kept {
    rows: BTreeMap<Key, Value>,
    guards: Guards,
    blobs: Vec<Value>,
    sequence: u64,
    epoch: u64,
    /// What undoes each commit that is not durable yet, oldest first.
    undo: Vec<Vec<(Key, Option<Value>)>>,
    /// Commits, syncs and blobs until the fault, if one is coming.
    coming: Option<(u64, Fault)>,
    /// The same of reads: a group's write fails meanwhile, or the process ends.
    coming_read: Option<(u64, Fault)>,
    /// A fault that was coming has come, in this life of the process or an earlier one.
    fired: Arc<AtomicBool>,
    dead: bool,
}

impl Kept {
    fn row(&self, key: &[u8]) -> Option<Value> {
        if key.first() == Some(&keys::GUARD) { Some(self.guards.get(key)) } else { self.rows.get(key).cloned() }
    }

    fn take_back(&mut self, keep: usize) {
        self.guards.all_moved();
        while self.undo.len() > keep {
            for (key, before) in self.undo.pop().unwrap_or_default().into_iter().rev() {
                match before {
                    Some(value) => self.rows.insert(key, value),
                    None => self.rows.remove(&key),
                };
            }
        }
    }

    /// The fault of this write, if it is its turn.
    fn fault(&mut self) -> Option<Fault> {
        let (left, fault) = self.coming?;
        if left > 0 {
            self.coming = Some((left - 1, fault));
            return None;
        }
        self.coming = None;
        self.fired.store(true, Ordering::Relaxed);
        Some(fault)
    }

    fn die(&mut self) -> StoreError {
        self.dead = true;
        StoreError::Closed("the process ended here".into())
    }
}

#[derive(Default)]
pub struct Stable(Mutex<Kept>);

impl Stable {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap()
    }

    /// A fault after so many further writes.
    pub fn arm(&self, writes: u64, fault: Fault) {
        self.kept().coming = Some((writes, fault));
    }

    /// A fault after so many further reads: [`Fault::TakenBack`], or the process ends.
    pub fn arm_read(&self, reads: u64, fault: Fault) {
        self.kept().coming_read = Some((reads, fault));
    }

    pub fn disarm(&self) {
        let mut kept = self.kept();
        kept.coming = None;
        kept.coming_read = None;
    }

    /// A row, looked at from outside: no fault comes of it.
    pub fn peek(&self, key: &[u8]) -> Option<Value> {
        self.kept().rows.get(key).cloned()
    }

    pub fn has_fired(&self) -> bool {
        self.kept().fired.load(Ordering::Relaxed)
    }

    /// Time has passed: the disk has caught up.
    pub fn all_is_durable(&self) {
        self.kept().undo.clear();
    }

    pub fn undurable(&self) -> usize {
        self.kept().undo.len()
    }

    /// What the next process finds: everything durable and, of the rest, the first `more` commits.
    pub fn reopened(&self, more: usize) -> Stable {
        let mut kept = self.kept().clone();
        kept.take_back(more);
        let (sequence, fired) = (kept.sequence, kept.fired);
        Stable(Mutex::new(Kept { rows: kept.rows, blobs: kept.blobs, sequence, fired, ..Kept::default() }))
    }

    fn walk(&self, from: &[u8], to: &[u8], limit: usize, back: bool) -> Result<Vec<(Key, Value)>> {
        self.look()?;
        if from >= to {
            return Ok(Vec::new());
        }
        let kept = self.kept();
        let range = kept.rows.range::<[u8], _>((Bound::Included(from), Bound::Excluded(to)));
        let copy = |(key, value): (&Key, &Value)| (key.clone(), value.clone());
        Ok(if back { range.rev().take(limit).map(copy).collect() } else { range.take(limit).map(copy).collect() })
    }

    fn look(&self) -> Result<()> {
        let mut kept = self.kept();
        match kept.coming_read {
            Some((0, fault)) => {
                kept.coming_read = None;
                kept.fired.store(true, Ordering::Relaxed);
                if fault != Fault::TakenBack {
                    return Err(kept.die());
                }
                kept.take_back(0);
                kept.epoch += 1;
            }
            Some((left, fault)) => kept.coming_read = Some((left - 1, fault)),
            None => {}
        }
        if kept.dead { Err(StoreError::Closed("the process has ended".into())) } else { Ok(()) }
    }
}

impl Store for Stable {
    fn get(&self, key: &[u8]) -> Result<Option<Value>> {
        self.look()?;
        Ok(self.kept().row(key))
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>> {
        self.walk(from, to, limit, false)
    }

    fn scan_back(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>> {
        self.walk(from, to, limit, true)
    }

    fn put_blob(&self, bytes: &[u8]) -> Result<Place> {
        let mut kept = self.kept();
        if kept.dead {
            return Err(kept.die());
        }
        let fault = kept.fault();
        match fault {
            Some(Fault::Full) => return Err(StoreError::Full { doing: "writing a mail".into() }),
            Some(Fault::DiesBefore) => return Err(kept.die()),
            Some(Fault::TakenBack) => {
                kept.take_back(0);
                kept.epoch += 1;
            }
            Some(Fault::DiesAfter) | None => {}
        }
        let offset = kept.blobs.len() as u64;
        kept.blobs.push(bytes.into());
        if fault == Some(Fault::DiesAfter) {
            return Err(kept.die());
        }
        Ok(Place { segment: 0, offset, len: bytes.len() as u32, hash: sha256(bytes) })
    }

    fn blob(&self, place: &Place) -> Result<Value> {
        self.look()?;
        let found = self.kept().blobs.get(place.offset as usize).cloned();
        found.ok_or_else(|| StoreError::damaged(format!("there is no blob {place}")))
    }

    fn epoch(&self) -> u64 {
        self.kept().epoch
    }

    fn commit(&self, batch: Batch) -> Result<Ticket> {
        let mut kept = self.kept();
        if kept.dead {
            return Err(kept.die());
        }
        let fault = kept.fault();
        match fault {
            Some(Fault::Full) => return Err(StoreError::Full { doing: "appending".into() }),
            Some(Fault::DiesBefore) => return Err(kept.die()),
            Some(Fault::TakenBack) => {
                kept.take_back(0);
                kept.epoch += 1;
            }
            Some(Fault::DiesAfter) | None => {}
        }
        if batch.epoch != kept.epoch {
            return Err(StoreError::Conflict);
        }
        for (key, expected) in &batch.expects {
            if kept.row(key).as_deref() != expected.as_deref() {
                return Err(StoreError::Conflict);
            }
        }
        let mut undo = Vec::with_capacity(batch.changes.len());
        kept.guards.last += 1;
        for change in batch.changes {
            match change.key.split_first() {
                Some((&keys::GUARD, _)) if change.value.is_some() => {
                    kept.guards.moved(change.key);
                    continue;
                }
                Some((&keys::OBJECT, id)) => kept.guards.moved([&[keys::GUARD], id].concat()),
                _ => {}
            }
            let before = match change.value {
                Some(value) => kept.rows.insert(change.key.clone(), value.into()),
                None => kept.rows.remove(&change.key),
            };
            undo.push((change.key, before));
        }
        kept.undo.push(undo);
        kept.sequence += 1;
        if fault == Some(Fault::DiesAfter) {
            return Err(kept.die());
        }
        Ok(Ticket { sequence: kept.sequence, epoch: kept.epoch })
    }

    fn tip(&self) -> Ticket {
        let kept = self.kept();
        Ticket { sequence: kept.sequence, epoch: kept.epoch }
    }

    fn sync(&self, ticket: Ticket) -> Result<()> {
        let mut kept = self.kept();
        if kept.dead {
            return Err(kept.die());
        }
        if ticket.epoch != kept.epoch {
            return Err(StoreError::Full { doing: "an earlier write".into() });
        }
        match kept.fault() {
            Some(Fault::Full | Fault::TakenBack) => {
                kept.take_back(0);
                kept.epoch += 1;
                return Err(StoreError::Full { doing: "syncing".into() });
            }
            Some(Fault::DiesBefore) => return Err(kept.die()),
            Some(Fault::DiesAfter) => {
                kept.undo.clear();
                return Err(kept.die());
            }
            None => {}
        }
        kept.undo.clear();
        Ok(())
    }

    fn when_durable(&self, ticket: Ticket, waiter: Waiter) {
        waiter(self.sync(ticket));
    }
}
