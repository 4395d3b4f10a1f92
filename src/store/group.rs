//! Group commit: many commits, one sync of the segment and one of the journal; sled follows.
//!
//! ```text
//! commit ─► open ─► flying ─► synced ─► applying ─► sled
//!            │        │ committer thread:    applier thread: one sled batch, flushed every few seconds
//!            │        │ write, fdatasync
//!            └────────┴─ a failed write empties both: their tickets fail, readers see what is durable again
//! ```
//!
//! Reads look through the four layers, newest first, then into sled. A row that is put and removed again before the
//! applier comes round never reaches sled, which is what happens to most inbox and outbox rows.

mod applying;
mod committing;

use super::checkpoint::{self, Checkpoint};
use super::disk::{Replay, Rows, Unusable};
use super::guards::{self, Guards};
use super::journal::{self, Journal, Tip};
use super::segment::{self, BLOB_HEADER_LEN, FILE_HEADER_LEN, Segments};
use super::{Batch, Key, Place, Result, Store, StoreError, Ticket, Value, Waiter};
use applying::applier;
use committing::{GROUP_BYTES_MAX, committer};
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Entries in a group beyond this wait for the disk.
const GROUP_ENTRY_BYTES_MAX: usize = 2 << 20;

/// The committer waits for sled when this many bytes of entries are ahead of it; in memory they are several times that.
const UNAPPLIED_BYTES_MAX: usize = 4 << 20;

/// Bytes of rows given to sled at once where all are copied.
const LOAD_STEP: usize = 4 << 20;

type Layer = BTreeMap<Key, Option<Value>>;

#[derive(Default)]
struct Layers {
    open: Layer,
    flying: Layer,
    synced: Layer,
    /// The sequence that `synced` reaches, and how many bytes it holds.
    synced_to: u64,
    synced_bytes: usize,
    applying: Arc<Layer>,
    /// Blobs of the open and the flying group by segment and offset.
    blobs_open: BTreeMap<(u32, u64), Value>,
    blobs_flying: BTreeMap<(u32, u64), Value>,
}

impl Layers {
    /// `Some(None)`: removed.
    fn get(&self, key: &[u8]) -> Option<Option<Value>> {
        [&self.open, &self.flying, &self.synced, &*self.applying].into_iter().find_map(|layer| layer.get(key).cloned())
    }
}

/// What the next write will make durable.
#[derive(Default)]
struct Group {
    entries: Vec<u8>,
    tip: Tip,
    blobs: Vec<([u8; BLOB_HEADER_LEN], Value)>,
    blob_bytes: usize,
    segment: u32,
}

struct State {
    tip: Tip,
    durable: Tip,
    epoch: u64,
    /// For each past epoch: what was durable when its write failed, and why it failed.
    failures: Vec<(u64, StoreError)>,
    open: Group,
    segment: u32,
    segment_offset: u64,
    waiters: Vec<(Ticket, Waiter)>,
    /// [`DiskStore::seal`] is at work: nothing new is taken.
    sealing: bool,
    /// The committer is to begin a new journal file and a new segment.
    roll: bool,
    roll_failed: Option<StoreError>,
    closing: bool,
    /// Stop at once, as a crash would.
    abandoned: bool,
    closed: Option<String>,
}

impl State {
    /// `None`: not known yet.
    fn outcome(&self, ticket: Ticket) -> Option<Result<()>> {
        if ticket.epoch < self.epoch {
            let failure = self.failures.get(ticket.epoch as usize);
            return Some(match failure {
                Some((durable, error)) if ticket.sequence > *durable => Err(error.clone()),
                _ => Ok(()),
            });
        }
        if ticket.sequence <= self.durable.sequence {
            return Some(Ok(()));
        }
        self.closed.as_ref().map(|why| Err(StoreError::Closed(why.clone())))
    }
}

struct Shared {
    dir: PathBuf,
    options: Options,
    state: Mutex<State>,
    /// Wakes the committer.
    work: Condvar,
    /// Wakes who waits for a group or for the applier.
    done: Condvar,
    /// Wakes the applier.
    apply: Condvar,
    layers: RwLock<Layers>,
    guards: Mutex<Guards>,
    /// `None` only while sled is opened again after a failure, and after the close.
    rows: RwLock<Option<Rows>>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn layers(&self) -> RwLockReadGuard<'_, Layers> {
        self.layers.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn layers_mut(&self) -> RwLockWriteGuard<'_, Layers> {
        self.layers.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_rows<T>(&self, read: impl FnOnce(&Rows) -> Result<T>) -> Result<T> {
        match &*self.rows.read().unwrap_or_else(PoisonError::into_inner) {
            Some(rows) => read(rows),
            None => Err(StoreError::Closed("sled is being opened again".into())),
        }
    }

    fn guards(&self) -> MutexGuard<'_, Guards> {
        self.guards.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, key: &[u8]) -> Result<Option<Value>> {
        if guards::is_guard(key) {
            return Ok(Some(self.guards().get(key)));
        }
        if let Some(found) = self.layers().get(key) {
            return Ok(found);
        }
        self.with_rows(|rows| rows.get(key))
    }
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Call fdatasync. Off only where the folder is thrown away afterwards.
    pub syncs: bool,
    /// How much of the journal is read and checked at the start; `verify` reads all of it.
    pub check_bytes: u64,
    /// sled's page cache.
    pub cache_bytes: u64,
    /// Our own program, to count sled's rows in a process of its own after an unclean stop; see [`Rows::open`].
    pub checker: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Options { syncs: true, check_bytes: 64 << 20, cache_bytes: 8 << 20, checker: None }
    }
}

impl Options {
    /// How this program opens the store of a configuration.
    pub fn of_config(config: &crate::config::Config) -> Options {
        Options {
            cache_bytes: config.store.cache_mb.saturating_mul(1 << 20),
            checker: std::env::current_exe().ok(),
            ..Options::default()
        }
    }
}

/// What opening did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub sequence: u64,
    /// Entries that sled did not have.
    pub replayed: u64,
    /// Why sled's rows were thrown away and made again.
    pub rebuilt: Option<String>,
    /// Bytes of a half-written entry that were cut off.
    pub cut: u64,
    pub took: Duration,
}

/// The store of a data folder.
pub struct DiskStore {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    report: Report,
    /// Locked as long as it is open.
    lock: File,
}

/// Takes the lock of a data folder, so that one process at a time writes there.
pub fn lock(dir: &Path) -> Result<File> {
    // Mail and people are nobody else's business.
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|e| StoreError::io(format!("making {}", dir.display()), e))?;
    let path = dir.join("lock");
    let file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|e| StoreError::io(format!("opening {}", path.display()), e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(dir.to_path_buf())),
        Err(TryLockError::Error(e)) => Err(StoreError::io(format!("locking {}", path.display()), e)),
    }
}

/// Moves unusable rows aside (one generation is kept).
pub fn set_rows_aside(dir: &Path) -> Result<()> {
    let from = dir.join("sled");
    let to = dir.join("sled.damaged");
    let doing = || format!("moving {} aside", from.display());
    if to.exists() {
        std::fs::remove_dir_all(&to).map_err(|e| StoreError::io(doing(), e))?;
    }
    if from.exists() {
        std::fs::rename(&from, &to).map_err(|e| StoreError::io(doing(), e))?;
    }
    Ok(())
}

fn open_rows(dir: &Path, options: &Options) -> Result<(Rows, Option<String>)> {
    match Rows::open(&dir.join("sled"), options.cache_bytes, options.checker.as_deref()) {
        Ok(rows) => Ok((rows, None)),
        Err(Unusable::Store(error)) => Err(error),
        Err(Unusable::Damaged(why)) => {
            tracing::warn!(why, "sled's rows are damaged; they are made again from the journal");
            set_rows_aside(dir)?;
            match Rows::open(&dir.join("sled"), options.cache_bytes, options.checker.as_deref()) {
                Ok(rows) => Ok((rows, Some(why))),
                Err(Unusable::Store(error)) => Err(error),
                Err(Unusable::Damaged(why)) => Err(StoreError::damaged(why)),
            }
        }
    }
}

/// Rows that can be caught up from what the journal still has: where it lost its payloads, a checkpoint comes first.
fn ready_rows(dir: &Path, options: &Options) -> Result<(Rows, Option<String>)> {
    let (mut rows, mut rebuilt) = open_rows(dir, options)?;
    let journal = dir.join("journal");
    let stripped = journal::stripped_to(&journal)?;
    let marker = rows.marker();
    if marker.applied >= stripped && (marker.applied > 0 || checkpoint::list(dir)?.is_empty()) {
        return Ok((rows, rebuilt));
    }
    let found = checkpoint::newest(dir)?;
    let Some(found) = found.filter(|found| found.tip.sequence >= stripped.max(marker.applied)) else {
        if marker.applied >= stripped {
            return Ok((rows, rebuilt));
        }
        let what = format!("entries up to {stripped} were blanked, but no whole checkpoint has their rows");
        return Err(StoreError::damaged(what));
    };
    if journal::continues(&journal, found.tip)? == Some(false) {
        return Err(StoreError::damaged("the checkpoint belongs to another journal".to_string()));
    }
    if marker != super::disk::Marker::default() {
        rebuilt.get_or_insert_with(|| "they were older than what the journal still has".into());
        drop(rows);
        set_rows_aside(dir)?;
        rows = open_rows(dir, options)?.0;
    }
    load(&rows, &found)?;
    Ok((rows, rebuilt))
}

/// Puts a checkpoint's rows into empty ones. A crash on the way leaves rows that say they reach nothing.
fn load(rows: &Rows, from: &Checkpoint) -> Result<()> {
    let mut step: Vec<(Key, Vec<u8>)> = Vec::new();
    let mut bytes = 0;
    let put = |step: &[(Key, Vec<u8>)], applied: u64| {
        rows.apply(step.iter().map(|(key, value)| (key.as_slice(), Some(value.as_slice()))), applied)
    };
    from.each(&mut |key, value| {
        bytes += key.len() + value.len();
        step.push((key.to_vec(), value.to_vec()));
        if bytes > LOAD_STEP {
            put(&step, 0)?;
            step.clear();
            bytes = 0;
        }
        Ok(())
    })?;
    put(&step, from.tip.sequence)
}

impl DiskStore {
    /// Opens the store in `dir`, or makes it. Refuses what is damaged beyond what the journal can mend.
    pub fn open(dir: &Path, options: Options) -> Result<DiskStore> {
        let began = Instant::now();
        let lock = lock(dir)?;
        let (rows, rebuilt) = ready_rows(dir, &options)?;
        let mut replay = Replay::new(&rows);
        let applied = rows.marker().applied;
        let (journal, opened) =
            Journal::open(&dir.join("journal"), applied, options.check_bytes, options.syncs, &mut |entry| {
                replay.take(&entry)
            })?;
        replay.flush()?;
        let replayed = replay.replayed;
        if applied > opened.tip.sequence {
            return Err(StoreError::damaged(format!(
                "sled has entry {applied}, but the journal ends with entry {}",
                opened.tip.sequence
            )));
        }
        let segments =
            Segments::open(&dir.join("mail"), opened.head.segment, opened.head.segment_offset, options.syncs)?;
        let (segment, segment_offset) = segments.position();
        let syncs = options.syncs;
        let shared = Arc::new(Shared {
            dir: dir.to_path_buf(),
            options,
            state: Mutex::new(State {
                tip: opened.tip,
                durable: opened.tip,
                epoch: 0,
                failures: Vec::new(),
                open: Group { segment, ..Group::default() },
                segment,
                segment_offset,
                waiters: Vec::new(),
                sealing: false,
                roll: false,
                roll_failed: None,
                closing: false,
                abandoned: false,
                closed: None,
            }),
            work: Condvar::new(),
            done: Condvar::new(),
            apply: Condvar::new(),
            layers: RwLock::new(Layers { synced_to: opened.tip.sequence, ..Layers::default() }),
            guards: Mutex::default(),
            rows: RwLock::new(Some(rows)),
        });
        let head = journal.head_handle().filter(|_| syncs);
        let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| {
            std::thread::Builder::new()
                .name(name.into())
                .stack_size(512 << 10)
                .spawn(run)
                .map_err(|e| StoreError::io("starting a thread of the store", e))
        };
        let (first, second) = (shared.clone(), shared.clone());
        let threads = vec![
            spawn("committer", Box::new(move || committer(&first, journal, segments)))?,
            spawn("applier", Box::new(move || applier(&second, head)))?,
        ];
        let report =
            Report { sequence: opened.tip.sequence, replayed, rebuilt, cut: opened.cut, took: began.elapsed() };
        tracing::info!(
            sequence = report.sequence,
            replayed = report.replayed,
            took_ms = report.took.as_millis() as u64,
            "the store is open"
        );
        Ok(DiskStore { shared, threads: Mutex::new(threads), report, lock })
    }

    /// What opening found and did.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The data folder.
    pub fn dir(&self) -> &Path {
        &self.shared.dir
    }

    /// The sequence of the last durable entry.
    pub fn durable_sequence(&self) -> u64 {
        self.shared.state().durable.sequence
    }

    /// Whether a write failed in a way that ended all writing, or the store is closed.
    pub fn is_closed(&self) -> bool {
        self.shared.state().closed.is_some()
    }

    /// Begins a new journal file and a new segment: every commit and blob from now on lies in those. Who has read or put
    /// something before and not committed it yet is told of a conflict and begins again, so that what lies in closed
    /// files is known. Gives the last sequence of the closed ones.
    pub fn seal(&self) -> Result<u64> {
        let shared = &self.shared;
        let wait = |state| shared.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        let ended = |state: &State| state.closing || state.closed.is_some();
        let mut state = shared.state();
        while state.sealing && !ended(&state) {
            state = wait(state);
        }
        state.sealing = true;
        while !ended(&state) && (!state.open.entries.is_empty() || state.tip.sequence != state.durable.sequence) {
            state = wait(state);
        }
        if !ended(&state) {
            let durable = state.durable.sequence;
            state.failures.push((durable, StoreError::Conflict));
            state.epoch += 1;
            state.open = Group { segment: state.segment, ..Group::default() };
            shared.layers_mut().blobs_open.clear();
            state.roll = true;
            shared.work.notify_one();
            while state.roll && !ended(&state) {
                state = wait(state);
            }
        }
        state.sealing = false;
        let outcome = match state.roll_failed.take() {
            Some(error) => Err(error),
            None if ended(&state) => Err(StoreError::Closed("it is closing".into())),
            None => Ok(state.durable.sequence),
        };
        drop(state);
        shared.done.notify_all();
        outcome
    }

    /// Writes sled's rows into new files, so that what was removed is in none of them. Readers wait meanwhile.
    pub fn renew_rows(&self) -> Result<()> {
        let dir = &self.shared.dir;
        let mut held = self.shared.rows.write().unwrap_or_else(PoisonError::into_inner);
        let Some(old) = held.as_ref() else { return Err(StoreError::Closed("sled is being opened again".into())) };
        let path = dir.join("fresh");
        let doing = || "writing sled anew".to_string();
        if path.exists() {
            std::fs::remove_dir_all(&path).map_err(|e| StoreError::io(doing(), e))?;
        }
        let unusable = |error| match error {
            Unusable::Store(error) => error,
            Unusable::Damaged(why) => StoreError::damaged(why),
        };
        let fresh = Rows::open(&path, self.shared.options.cache_bytes, None).map_err(unusable)?;
        old.copy_to(&fresh, LOAD_STEP)?;
        fresh.flush()?;
        drop(fresh);
        drop(held.take());
        let swapped = set_rows_aside(dir)
            .and_then(|()| std::fs::rename(&path, dir.join("sled")).map_err(|e| StoreError::io(doing(), e)))
            .and_then(|()| journal::sync_dir(dir));
        // Whatever happened: rows again, made from the journal if need be.
        *held = Some(ready_rows(dir, &self.shared.options)?.0);
        swapped?;
        std::fs::remove_dir_all(dir.join("sled.damaged")).map_err(|e| StoreError::io(doing(), e))
    }

    /// Removes closed segments; the caller knows that no row names them.
    pub fn remove_segments(&self, numbers: &[u32]) -> Result<()> {
        let open = self.shared.state().segment;
        for number in numbers.iter().filter(|number| **number < open) {
            segment::remove(&self.shared.dir.join("mail"), *number)?;
        }
        journal::sync_dir(&self.shared.dir.join("mail"))
    }

    /// Finishes what was committed, applies and flushes it. Dropping the store does the same, without telling.
    pub fn close(&self) -> Result<()> {
        self.stop(false)
    }

    /// Stops as a crash would: what is not durable is lost, sled is not flushed. For tests of exactly that.
    pub fn abandon(self) {
        let _ = self.stop(true);
    }

    fn stop(&self, abandoned: bool) -> Result<()> {
        {
            let mut state = self.shared.state();
            state.closing = true;
            state.abandoned |= abandoned;
            self.shared.work.notify_all();
            self.shared.apply.notify_all();
        }
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            let _ = thread.join();
        }
        let rows = self.shared.rows.write().unwrap_or_else(PoisonError::into_inner).take();
        let closed = match rows {
            // Forgetting it keeps sled from flushing on drop, and keeps its lock: a crash in the same process.
            Some(rows) if abandoned => {
                std::mem::forget(rows);
                Ok(())
            }
            Some(rows) => rows.close(),
            None => Ok(()),
        };
        // Said aloud: a child process that is being started at this moment holds a copy of the handle.
        let _ = self.lock.unlock();
        closed
    }
}

impl Drop for DiskStore {
    fn drop(&mut self) {
        if let Err(error) = self.stop(false) {
            tracing::error!(%error, "the store did not close cleanly; the next start replays the journal");
        }
    }
}

impl Store for DiskStore {
    fn get(&self, key: &[u8]) -> Result<Option<Value>> {
        self.shared.get(key)
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>> {
        self.walk(from, to, limit, false)
    }

    fn scan_back(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>> {
        self.walk(from, to, limit, true)
    }

    fn put_blob(&self, bytes: &[u8]) -> Result<Place> {
        if bytes.len() > segment::BLOB_BYTES_MAX {
            return Err(StoreError::TooLarge { what: "a mail", bytes: bytes.len(), limit: segment::BLOB_BYTES_MAX });
        }
        let hash = journal::sha256(bytes);
        let header = segment::blob_header(bytes, &hash);
        let value: Value = bytes.into();
        let mut state = self.shared.state();
        while state.closed.is_none()
            && (state.sealing || (state.open.blob_bytes > GROUP_BYTES_MAX && !state.open.entries.is_empty()))
        {
            state = self.shared.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if let Some(why) = &state.closed {
            return Err(StoreError::Closed(why.clone()));
        }
        // A group lies in one segment; the committer makes the next one when it meets such a group.
        if state.open.blobs.is_empty() && state.segment_offset >= segment::FILE_BYTES_MAX {
            state.segment += 1;
            state.segment_offset = FILE_HEADER_LEN;
        }
        let place = Place { segment: state.segment, offset: state.segment_offset, len: bytes.len() as u32, hash };
        let size = BLOB_HEADER_LEN + bytes.len();
        state.segment_offset += size as u64;
        state.open.segment = place.segment;
        state.open.blob_bytes += size;
        state.open.blobs.push((header, value.clone()));
        self.shared.layers_mut().blobs_open.insert((place.segment, place.offset), value);
        Ok(place)
    }

    fn blob(&self, place: &Place) -> Result<Value> {
        {
            let layers = self.shared.layers();
            let key = (place.segment, place.offset);
            if let Some(bytes) = layers.blobs_open.get(&key).or_else(|| layers.blobs_flying.get(&key)) {
                return Ok(bytes.clone());
            }
        }
        segment::read(&self.shared.dir.join("mail"), place)
    }

    fn epoch(&self) -> u64 {
        self.shared.state().epoch
    }

    fn commit(&self, mut batch: Batch) -> Result<Ticket> {
        let moved = guards::split(&mut batch.changes);
        let payload = journal::encode_changes(&batch.changes);
        if payload.len() > journal::PAYLOAD_BYTES_MAX {
            let limit = journal::PAYLOAD_BYTES_MAX;
            return Err(StoreError::TooLarge { what: "a commit", bytes: payload.len(), limit });
        }
        let hash = journal::sha256(&payload);
        let rows: Vec<(Key, Option<Value>)> =
            batch.changes.into_iter().map(|change| (change.key, change.value.map(Value::from))).collect();
        let mut state = self.shared.state();
        while (state.sealing || state.open.entries.len() > GROUP_ENTRY_BYTES_MAX) && state.closed.is_none() {
            state = self.shared.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if let Some(why) = &state.closed {
            return Err(StoreError::Closed(why.clone()));
        }
        if state.closing {
            return Err(StoreError::Closed("it is closing".into()));
        }
        if batch.epoch != state.epoch {
            return Err(StoreError::Conflict);
        }
        for (key, expected) in &batch.expects {
            if self.shared.get(key)?.as_deref() != expected.as_deref() {
                return Err(StoreError::Conflict);
            }
        }
        let tip = state.tip;
        let next = journal::append_entry(&mut state.open.entries, tip, batch.moment, batch.cause, &payload, hash);
        state.tip = next;
        state.open.tip = next;
        let ticket = Ticket { sequence: next.sequence, epoch: state.epoch };
        self.shared.layers_mut().open.extend(rows);
        self.shared.guards().moved(moved);
        drop(state);
        self.shared.work.notify_one();
        Ok(ticket)
    }

    fn tip(&self) -> Ticket {
        let state = self.shared.state();
        Ticket { sequence: state.tip.sequence, epoch: state.epoch }
    }

    fn sync(&self, ticket: Ticket) -> Result<()> {
        let mut state = self.shared.state();
        loop {
            if let Some(outcome) = state.outcome(ticket) {
                return outcome;
            }
            state = self.shared.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn when_durable(&self, ticket: Ticket, waiter: Waiter) {
        let mut state = self.shared.state();
        match state.outcome(ticket) {
            Some(outcome) => {
                drop(state);
                waiter(outcome);
            }
            None => state.waiters.push((ticket, waiter)),
        }
    }
}

impl DiskStore {
    fn walk(&self, from: &[u8], to: &[u8], limit: usize, back: bool) -> Result<Vec<(Key, Value)>> {
        if from >= to || limit == 0 {
            return Ok(Vec::new());
        }
        // The read lock keeps the applier from dropping a layer between the two looks.
        let layers = self.shared.layers();
        let range = || (std::ops::Bound::Included(from), std::ops::Bound::Excluded(to));
        let mut above: BTreeMap<&[u8], &Option<Value>> = BTreeMap::new();
        for layer in [&*layers.applying, &layers.synced, &layers.flying, &layers.open] {
            for (key, value) in layer.range::<[u8], _>(range()) {
                above.insert(key, value);
            }
        }
        self.shared.with_rows(|rows| {
            let mut found = Vec::new();
            let mut below = rows.range(from, to, back).peekable();
            let mut above: Box<dyn Iterator<Item = (&[u8], &Option<Value>)>> =
                if back { Box::new(above.into_iter().rev()) } else { Box::new(above.into_iter()) };
            let mut next = above.next();
            while found.len() < limit {
                let take_above = match (&next, below.peek()) {
                    (None, None) => break,
                    (Some(_), None | Some(Err(_))) => true,
                    (None, Some(_)) => false,
                    (Some((key, _)), Some(Ok((other, _)))) => {
                        if *key == other.as_slice() {
                            below.next();
                            true
                        } else {
                            (*key < other.as_slice()) != back
                        }
                    }
                };
                if take_above {
                    if let Some((key, Some(value))) = next {
                        found.push((key.to_vec(), value.clone()));
                    }
                    next = above.next();
                } else if let Some(row) = below.next() {
                    found.push(row?);
                }
            }
            Ok(found)
        })
    }
}
