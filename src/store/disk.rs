//! sled behind the journal: one tree of rows, written in whole batches.
//!
//! sled is frozen upstream and cannot be trusted to notice that it lost something, so nothing depends on it: it can be
//! thrown away and made again from the journal. What we add to it:
//!
//! - each value in an envelope `format u8 · schema u8 · crc32 u32 · payload`, the CRC over key and payload;
//! - values above [`PIECE_BYTES_MAX`] in pieces under their own keys, because sled leaks large ones;
//! - in every batch the sequence it reaches, the number of rows and a sum over their hashes, so that a lost row is seen;
//! - at a clean close a check sum of sled's files, so that damage while we were away is seen before sled is asked.
//!
//! Keys as sled sees them: `r` + row key, `p` + row key + `\0` + piece number u16 for pieces, `m` for the marker.

use super::journal::Entry;
use super::{Change, Key, Result, StoreError, Value, keys, prefix_end};
use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

const FORMAT: u8 = 1;
/// Raised when the meaning of rows changes; older values are then migrated or rebuilt.
pub const SCHEMA: u8 = 1;
const ENVELOPE_LEN: usize = 6;
/// What stands in one sled value: sixteen of them fit a page below the size that would become a blob file.
pub const PIECE_BYTES_MAX: usize = 3_500;
const MARKER: &[u8] = b"m";
const LOCK_TRIES: u32 = 40;
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(25);

/// What the rows add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marker {
    /// Every entry up to this one is in the rows.
    pub applied: u64,
    pub rows: u64,
    /// Wrapping sum of a 64-bit hash of each row.
    pub sum: u64,
}

impl Marker {
    fn encode(&self) -> Vec<u8> {
        let mut out = vec![FORMAT, SCHEMA, 0, 0, 0, 0];
        out.extend_from_slice(&self.applied.to_be_bytes());
        out.extend_from_slice(&self.rows.to_be_bytes());
        out.extend_from_slice(&self.sum.to_be_bytes());
        let crc = crc32fast::hash(&out[ENVELOPE_LEN..]);
        out[2..6].copy_from_slice(&crc.to_le_bytes());
        out
    }

    fn decode(bytes: &[u8]) -> Option<Marker> {
        let body = bytes.get(ENVELOPE_LEN..)?;
        let number = |at: usize| Some(u64::from_be_bytes(body.get(at..at + 8)?.try_into().ok()?));
        if bytes[2..6] != crc32fast::hash(body).to_le_bytes() {
            return None;
        }
        Some(Marker { applied: number(0)?, rows: number(8)?, sum: number(16)? })
    }
}

/// A 64-bit hash of one row; order does not matter when they are summed. Two independent CRCs would be weaker than this
/// multiply-and-fold over eight bytes at a time (as in wyhash), which is as fast.
fn row_hash(key: &[u8], value: &[u8]) -> u64 {
    const A: u64 = 0x9e37_79b9_7f4a_7c15;
    const B: u64 = 0xd6e8_feb8_6659_fd93;
    let mut state = A ^ (key.len() as u64) << 32 ^ value.len() as u64;
    let mut mix = |bytes: &[u8]| {
        for chunk in bytes.chunks(8) {
            let mut word = [0u8; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            let product = u128::from(state ^ u64::from_le_bytes(word)) * u128::from(B);
            state = (product as u64) ^ ((product >> 64) as u64) ^ A.rotate_left(chunk.len() as u32);
        }
    };
    mix(key);
    mix(value);
    state
}

fn row_key(key: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.len() + 1);
    out.push(b'r');
    out.extend_from_slice(key);
    out
}

fn piece_key(key: &[u8], number: u16) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.len() + 4);
    out.push(b'p');
    out.extend_from_slice(key);
    out.push(0);
    out.extend_from_slice(&number.to_be_bytes());
    out
}

/// The envelope; `pieces` counts the further values that a long one goes on in.
fn seal(key: &[u8], value: &[u8]) -> (Vec<u8>, u16) {
    let first = value.len().min(PIECE_BYTES_MAX);
    let pieces = value.len().saturating_sub(first).div_ceil(PIECE_BYTES_MAX);
    let mut out = Vec::with_capacity(ENVELOPE_LEN + 6 + first);
    out.push(if pieces == 0 { FORMAT } else { FORMAT | SPLIT });
    out.push(SCHEMA);
    let mut crc = crc32fast::Hasher::new();
    crc.update(key);
    crc.update(value);
    out.extend_from_slice(&crc.finalize().to_le_bytes());
    if pieces > 0 {
        out.extend_from_slice(&(pieces as u16).to_be_bytes());
    }
    out.extend_from_slice(value.get(..first).unwrap_or_default());
    (out, pieces as u16)
}

/// Format bit: the payload begins with the number of pieces (u16) that follow elsewhere.
const SPLIT: u8 = 0x80;

fn pieces_of(sealed: &[u8]) -> u16 {
    match sealed {
        [format, _, _, _, _, _, high, low, ..] if format & SPLIT != 0 => u16::from_be_bytes([*high, *low]),
        _ => 0,
    }
}

/// The rows.
pub struct Rows {
    db: sled::Db,
    dir: PathBuf,
    /// Held while a batch is applied.
    marker: Mutex<Marker>,
    /// For each two first bytes of a key that were asked for: no row has a greater key.
    highest: RwLock<HashMap<[u8; 2], Key>>,
}

/// Kinds whose new rows have greater keys than all before: mails, letters, objects. Most questions for a row that is not
/// there are about those, and sled need not be asked.
const GROWING: [u8; 9] = [
    keys::INBOX,
    keys::PROVING,
    keys::QUARANTINE,
    keys::MAIL,
    keys::MOMENT,
    keys::LETTER,
    keys::OBJECT,
    keys::HISTORY,
    keys::IMPLIED,
];

/// Why the rows on disk cannot be used; the journal makes new ones.
pub enum Unusable {
    /// sled refused or panicked, or a check sum differs.
    Damaged(String),
    /// Ours to report, not to repair.
    Store(StoreError),
}

impl From<StoreError> for Unusable {
    fn from(error: StoreError) -> Self {
        Unusable::Store(error)
    }
}

/// Whether an I/O error speaks of the machine (rights, room, another holder) rather than of what a file holds.
fn is_machine(cause: &std::io::Error) -> bool {
    use std::io::ErrorKind::{
        FileTooLarge, OutOfMemory, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
    };
    matches!(
        cause.kind(),
        PermissionDenied | StorageFull | QuotaExceeded | FileTooLarge | ReadOnlyFilesystem | OutOfMemory
    )
}

fn sled_error(doing: &str, error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(cause) if is_machine(&cause) => StoreError::io(doing, cause),
        other => StoreError::damaged(format!("sled while {doing}: {other}")),
    }
}

impl Rows {
    /// Opens what is there, or makes it. After an unclean stop every row is counted and hashed.
    ///
    /// sled keeps every page that a walk has touched until its process ends. `checker`, a program of ours, therefore
    /// counts in a process of its own; without one it is done here.
    pub fn open(dir: &Path, cache: u64, checker: Option<&Path>) -> std::result::Result<Rows, Unusable> {
        let fresh = !dir.exists();
        let clean = match take_sum(dir)? {
            Some(sum) => {
                if sum != files_sum(dir)? {
                    return Err(Unusable::Damaged("sled's files are not those that were closed".into()));
                }
                true
            }
            None => fresh,
        };
        let clean = clean || checker.is_some_and(|program| check_apart(program, dir));
        let rows = open_caught(dir, cache)?;
        if !clean {
            rows.check_sum().map_err(|error| Unusable::Damaged(error.to_string()))?;
        }
        Ok(rows)
    }

    pub fn marker(&self) -> Marker {
        *self.marker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts and hashes all rows and compares with the marker.
    pub fn check_sum(&self) -> Result<()> {
        let marker = self.marker.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = Marker { applied: marker.applied, ..Marker::default() };
        for item in self.db.scan_prefix(b"r") {
            let (key, sealed) = item.map_err(|e| sled_error("reading all rows", e))?;
            let key = key.get(1..).unwrap_or_default();
            // A whole value's hash is that of its sealed form without pieces; long ones are put together first.
            let value = self.unseal(key, &sealed)?;
            found.rows += 1;
            found.sum = found.sum.wrapping_add(row_hash(key, &value));
        }
        if found != *marker {
            return Err(StoreError::damaged(format!(
                "sled holds {} rows where {} were written, or other ones",
                found.rows, marker.rows
            )));
        }
        Ok(())
    }

    fn unseal(&self, key: &[u8], sealed: &[u8]) -> Result<Value> {
        let bad = || StoreError::damaged(format!("the row {} in sled is damaged", super::keys::shown(key)));
        let [format, schema, crc @ ..] = sealed else { return Err(bad()) };
        let (Some(crc), Some(mut body)) = (crc.first_chunk::<4>(), sealed.get(ENVELOPE_LEN..)) else {
            return Err(bad());
        };
        if format & !SPLIT != FORMAT {
            return Err(bad());
        }
        if *schema > SCHEMA {
            return Err(StoreError::Newer { what: "a row in sled".into(), found: *schema, known: SCHEMA });
        }
        let value: Value = if format & SPLIT == 0 {
            body.into()
        } else {
            let pieces = pieces_of(sealed);
            body = body.get(2..).ok_or_else(bad)?;
            let mut whole = body.to_vec();
            for number in 0..pieces {
                let piece = self.db.get(piece_key(key, number)).map_err(|e| sled_error("reading a long row", e))?;
                whole.extend_from_slice(&piece.ok_or_else(bad)?);
            }
            whole.into()
        };
        let mut check = crc32fast::Hasher::new();
        check.update(key);
        check.update(&value);
        if check.finalize().to_le_bytes() != *crc {
            return Err(bad());
        }
        Ok(value)
    }

    pub fn get(&self, key: &[u8]) -> Result<Option<Value>> {
        if self.is_new(key, false)? {
            return Ok(None);
        }
        match self.db.get(row_key(key)).map_err(|e| sled_error("reading a row", e))? {
            Some(sealed) => self.unseal(key, &sealed).map(Some),
            None => Ok(None),
        }
    }

    /// Whether no row has this key, nor a greater one of its kind. `comes`: it is about to be written, so that no reader
    /// may take it for new any more.
    fn is_new(&self, key: &[u8], comes: bool) -> Result<bool> {
        let Some(lead) = key.first_chunk::<2>().filter(|lead| GROWING.contains(&lead[0])) else { return Ok(false) };
        if !comes && let Some(highest) = self.highest.read().unwrap_or_else(PoisonError::into_inner).get(lead) {
            return Ok(key > highest.as_slice());
        }
        // What is looked up here cannot be older than a batch under way: that has raised it first.
        let mut held = self.highest.write().unwrap_or_else(PoisonError::into_inner);
        let highest = match held.entry(*lead) {
            Place::Occupied(known) => known.into_mut(),
            Place::Vacant(unknown) => {
                let last = self.range(lead, &prefix_end(lead), true).next().transpose()?;
                unknown.insert(last.map(|(key, _)| key).unwrap_or_default())
            }
        };
        let is_new = key > highest.as_slice();
        if is_new && comes {
            *highest = key.to_vec();
        }
        Ok(is_new)
    }

    /// Rows with `from` ≤ key < `to`, in order or from the end.
    pub fn range<'a>(
        &'a self,
        from: &[u8],
        to: &[u8],
        back: bool,
    ) -> Box<dyn Iterator<Item = Result<(Key, Value)>> + 'a> {
        let range = self.db.range(row_key(from)..row_key(to));
        let open = move |item: sled::Result<(sled::IVec, sled::IVec)>| {
            let (key, sealed) = item.map_err(|e| sled_error("reading rows", e))?;
            let key = key.get(1..).unwrap_or_default();
            Ok((key.to_vec(), self.unseal(key, &sealed)?))
        };
        if back { Box::new(range.rev().map(open)) } else { Box::new(range.map(open)) }
    }

    /// Applies changes (each key once) as one sled batch that says which entry it reaches.
    pub fn apply<'a>(
        &self,
        changes: impl IntoIterator<Item = (&'a [u8], Option<&'a [u8]>)>,
        applied: u64,
    ) -> Result<()> {
        let mut batch = sled::Batch::default();
        let mut held = self.marker.lock().unwrap_or_else(PoisonError::into_inner);
        let mut marker = Marker { applied, ..*held };
        for (key, value) in changes {
            let row = row_key(key);
            let old = match self.is_new(key, value.is_some())? {
                true => None,
                false => self.db.get(&row).map_err(|e| sled_error("reading a row", e))?,
            };
            let mut old_pieces = 0;
            if let Some(sealed) = &old {
                let value = self.unseal(key, sealed)?;
                old_pieces = pieces_of(sealed);
                marker.rows = marker.rows.wrapping_sub(1);
                marker.sum = marker.sum.wrapping_sub(row_hash(key, &value));
            }
            let mut pieces = 0;
            match value {
                Some(value) => {
                    let (sealed, count) = seal(key, value);
                    pieces = count;
                    for (number, piece) in value.chunks(PIECE_BYTES_MAX).skip(1).enumerate() {
                        batch.insert(piece_key(key, number as u16), piece);
                    }
                    marker.rows += 1;
                    marker.sum = marker.sum.wrapping_add(row_hash(key, value));
                    batch.insert(row, sealed);
                }
                None if old.is_some() => batch.remove(row),
                None => {}
            }
            for number in pieces..old_pieces {
                batch.remove(piece_key(key, number));
            }
        }
        batch.insert(MARKER, marker.encode());
        self.db.apply_batch(batch).map_err(|e| sled_error("writing rows", e))?;
        *held = marker;
        Ok(())
    }

    /// Writes all rows into empty ones, `step` bytes at a time, and at last what they reach.
    pub fn copy_to(&self, other: &Rows, step: usize) -> Result<()> {
        let mut rows: Vec<(Key, Value)> = Vec::new();
        let mut bytes = 0;
        let put = |rows: &[(Key, Value)], applied: u64| {
            other.apply(rows.iter().map(|(key, value)| (key.as_slice(), Some(&**value))), applied)
        };
        for row in self.range(b"", &[u8::MAX; 64], false) {
            let (key, value) = row?;
            bytes += key.len() + value.len();
            rows.push((key, value));
            if bytes > step {
                put(&rows, 0)?;
                rows.clear();
                bytes = 0;
            }
        }
        put(&rows, self.marker().applied)
    }

    /// Hands what sled holds in memory to the kernel. Lazily: losing it costs a replay.
    pub fn flush(&self) -> Result<()> {
        self.db.flush().map(|_| ()).map_err(|e| sled_error("flushing sled", e))
    }

    /// Flushes, closes, and leaves the check sum of the files behind.
    pub fn close(self) -> Result<()> {
        self.flush()?;
        let dir = self.dir.clone();
        drop(self);
        let sum = files_sum(&dir)?;
        let path = sum_path(&dir);
        let doing = || format!("writing {}", path.display());
        let mut file = File::create(&path).map_err(|e| StoreError::io(doing(), e))?;
        file.write_all(sum.as_bytes()).and_then(|()| file.sync_all()).map_err(|e| StoreError::io(doing(), e))
    }
}

/// Has `program verify --rows-only DIR` count the rows. `false`: they are wrong, or it could not be asked.
fn check_apart(program: &Path, dir: &Path) -> bool {
    let mut command = std::process::Command::new(program);
    command.args(["verify", "--rows-only"]).arg(dir);
    command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The other side of it: counts, and leaves sled's files as they are.
pub fn check_rows(dir: &Path) -> bool {
    open_caught(dir, 1 << 20).is_ok_and(|rows| {
        let sound = rows.check_sum().is_ok();
        // Closing would flush and write a snapshot; the process ends now.
        std::mem::forget(rows);
        sound
    })
}

/// sled may panic over damaged files, so it is opened where a panic is caught.
fn open_caught(dir: &Path, cache: u64) -> std::result::Result<Rows, Unusable> {
    let opening = std::panic::AssertUnwindSafe(|| open_once(dir, cache));
    match std::panic::catch_unwind(opening) {
        Ok(Ok(rows)) => Ok(rows),
        Ok(Err(Unusable::Damaged(first))) => {
            // An empty or damaged snapshot fails every open, and all of it is in the log as well (sled issue 1533).
            let mut removed = false;
            for entry in std::fs::read_dir(dir).map_err(|e| StoreError::io("listing sled's folder", e))?.flatten() {
                if entry.file_name().to_string_lossy().starts_with("snap.") {
                    removed |= std::fs::remove_file(entry.path()).is_ok();
                }
            }
            if !removed {
                return Err(Unusable::Damaged(first));
            }
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| open_once(dir, cache)))
                .unwrap_or_else(|_| Err(Unusable::Damaged("sled panicked over its files".into())))
        }
        Ok(Err(error)) => Err(error),
        Err(_) => Err(Unusable::Damaged("sled panicked over its files".into())),
    }
}

fn open_once(dir: &Path, cache: u64) -> std::result::Result<Rows, Unusable> {
    let config = sled::Config::new().path(dir).cache_capacity(cache).flush_every_ms(None);
    // We hold the data folder, so who holds sled's file is on its way out: an opening that failed, a child being started.
    let mut opened = config.open();
    for _ in 0..LOCK_TRIES {
        match &opened {
            Err(sled::Error::Io(cause)) if cause.to_string().contains("could not acquire lock") => {
                std::thread::sleep(LOCK_PAUSE);
                opened = config.open();
            }
            _ => break,
        }
    }
    let db = match opened {
        Ok(db) => db,
        Err(error @ sled::Error::Corruption { .. }) => return Err(Unusable::Damaged(error.to_string())),
        Err(sled::Error::Io(cause)) if is_machine(&cause) => {
            return Err(Unusable::Store(StoreError::io("opening sled", cause)));
        }
        // Damaged settings, lengths and offsets come as these.
        Err(error) => return Err(Unusable::Damaged(error.to_string())),
    };
    let marker = match db.get(MARKER) {
        Ok(Some(bytes)) => {
            if bytes.get(1).is_some_and(|schema| *schema > SCHEMA) {
                let found = bytes.get(1).copied().unwrap_or_default();
                return Err(Unusable::Store(StoreError::Newer { what: "sled's rows".into(), found, known: SCHEMA }));
            }
            Marker::decode(&bytes).ok_or_else(|| Unusable::Damaged("the marker row is damaged".into()))?
        }
        Ok(None) => Marker::default(),
        Err(error) => return Err(Unusable::Damaged(error.to_string())),
    };
    Ok(Rows { db, dir: dir.to_path_buf(), marker: Mutex::new(marker), highest: RwLock::default() })
}

fn sum_path(dir: &Path) -> PathBuf {
    dir.with_extension("sum")
}

/// Reads the check sum left by a clean close, and removes it: from now on the files change.
fn take_sum(dir: &Path) -> Result<Option<String>> {
    let path = sum_path(dir);
    match std::fs::read_to_string(&path) {
        Ok(sum) => {
            std::fs::remove_file(&path).map_err(|e| StoreError::io(format!("removing {}", path.display()), e))?;
            Ok(Some(sum))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        // Not text: damaged, so it cannot agree.
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            std::fs::remove_file(&path).map_err(|e| StoreError::io(format!("removing {}", path.display()), e))?;
            Ok(Some(String::new()))
        }
        Err(error) => Err(StoreError::io(format!("reading {}", path.display()), error)),
    }
}

/// Name, length and CRC of each of sled's files, one a line.
fn files_sum(dir: &Path) -> Result<String> {
    let doing = || format!("reading {}", dir.display());
    let mut names: Vec<PathBuf> = Vec::new();
    let Ok(entries) = std::fs::read_dir(dir) else { return Ok("no folder\n".into()) };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            names.push(entry.path());
        }
    }
    names.sort();
    let mut text = String::new();
    let mut buffer = vec![0u8; 256 << 10];
    for path in names {
        let mut file = File::open(&path).map_err(|e| StoreError::io(doing(), e))?;
        let mut crc = crc32fast::Hasher::new();
        let mut length = 0u64;
        loop {
            let read = file.read(&mut buffer).map_err(|e| StoreError::io(doing(), e))?;
            if read == 0 {
                break;
            }
            crc.update(buffer.get(..read).unwrap_or_default());
            length += read as u64;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        text.push_str(&format!("{name} {length} {:08x}\n", crc.finalize()));
    }
    Ok(text)
}

/// Gathers entries of a replay and applies them in large steps.
pub struct Replay<'a> {
    rows: &'a Rows,
    waiting: std::collections::BTreeMap<Key, Option<Vec<u8>>>,
    bytes: usize,
    last: u64,
    pub replayed: u64,
}

impl<'a> Replay<'a> {
    pub fn new(rows: &'a Rows) -> Self {
        let last = rows.marker().applied;
        Replay { rows, waiting: std::collections::BTreeMap::new(), bytes: 0, last, replayed: 0 }
    }

    pub fn take(&mut self, entry: &Entry<'_>) -> Result<()> {
        let Some(payload) = entry.payload else {
            return Err(StoreError::damaged(format!(
                "entry {} of the journal was blanked, but sled does not have it yet",
                entry.header.sequence
            )));
        };
        let changes: Vec<Change> = super::journal::decode_changes(payload).ok_or_else(|| {
            StoreError::damaged(format!("entry {} of the journal cannot be read", entry.header.sequence))
        })?;
        for change in changes {
            self.bytes += change.key.len() + change.value.as_ref().map_or(0, Vec::len);
            self.waiting.insert(change.key, change.value);
        }
        self.last = entry.header.sequence;
        self.replayed += 1;
        // Large enough that rows which come and go never reach sled, small enough for memory.
        if self.bytes > 4 << 20 {
            self.flush()?;
        }
        Ok(())
    }

    pub fn flush(&mut self) -> Result<()> {
        if self.last > self.rows.marker().applied {
            let waiting = std::mem::take(&mut self.waiting);
            self.rows.apply(waiting.iter().map(|(k, v)| (k.as_slice(), v.as_deref())), self.last)?;
            self.bytes = 0;
        }
        Ok(())
    }
}
