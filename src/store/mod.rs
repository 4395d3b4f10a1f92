//! What is kept and how: the journal is the truth, sled holds what it implies.
//!
//! A commit is one [`Batch`]: puts and deletes of rows, the moment, the hash of what caused it. It becomes one entry of
//! the [`journal`], a file that is only ever appended to and whose entries are chained by hash. Bytes of mails and letters
//! go to [`segment`] files; a row names their [`Place`]. One `fdatasync` of each file makes many commits durable at once
//! ([`group`]); only then is a mail acknowledged or a letter handed to a courier. sled ([`disk`]) follows after that, in
//! whole batches that carry the sequence they reach, and is flushed lazily: what it misses is replayed at the start.
//!
//! Rows and their keys stand in [`keys`]; the way of a mail from a socket to its inbox row in [`receive`]. [`memory`]
//! keeps the same contract without a disk, for simulations. [`remote`] lends the rows of a running daemon to the command
//! line, because only one process may hold a data folder.
//!
//! Invariant: entries become durable in the order of their sequence, so an entry may rely on any entry before it, synced
//! or not. Nothing outside this folder knows sled.

use std::path::PathBuf;
use std::sync::Arc;

pub mod backup;
pub mod checkpoint;
pub mod disk;
pub mod group;
mod guards;
pub mod journal;
pub mod keys;
pub mod memory;
pub mod receive;
pub mod remote;

pub mod segment;

pub use group::DiskStore;
pub use memory::MemoryStore;
pub use remote::attach;

/// A row's key; rows are ordered by its bytes.
pub type Key = Vec<u8>;
/// A row's value.
pub type Value = Arc<[u8]>;

/// One row written (`Some`) or removed (`None`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub key: Key,
    pub value: Option<Vec<u8>>,
}

/// Everything that one event changes. It is kept whole or not at all.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// When it was decided, in milliseconds since 1970 UTC.
    pub moment: i64,
    /// SHA-256 of what caused it (the mail, the key of a due row); zero where nothing outside did.
    pub cause: [u8; 32],
    /// [`Store::epoch`] before anything was read or any blob put for this batch. When a failed write has taken back
    /// commits since then, what was read may never have been: [`StoreError::Conflict`].
    pub epoch: u64,
    pub changes: Vec<Change>,
    /// Rows that were read and must still be as they were, else [`StoreError::Conflict`].
    pub expects: Vec<(Key, Option<Vec<u8>>)>,
}

impl Batch {
    pub fn new(epoch: u64, moment: i64, cause: [u8; 32]) -> Self {
        Batch { moment, cause, epoch, changes: Vec::new(), expects: Vec::new() }
    }

    pub fn put(&mut self, key: impl Into<Key>, value: impl Into<Vec<u8>>) {
        self.changes.push(Change { key: key.into(), value: Some(value.into()) });
    }

    pub fn delete(&mut self, key: impl Into<Key>) {
        self.changes.push(Change { key: key.into(), value: None });
    }

    pub fn expect(&mut self, key: impl Into<Key>, value: Option<&[u8]>) {
        self.expects.push((key.into(), value.map(<[u8]>::to_vec)));
    }
}

/// Names a commit; hand it to [`Store::sync`] or [`Store::when_durable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The entry's place in the journal, from 1.
    pub sequence: u64,
    /// Counts the times that a failed write took back what was not durable yet.
    pub epoch: u64,
}

/// Where bytes lie: segment number, offset of their header, length, and the SHA-256 of the bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub segment: u32,
    pub offset: u64,
    pub len: u32,
    pub hash: [u8; 32],
}

/// `3:1048576:4096:ab…` (the hash in 64 hex digits).
impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}:{}", self.segment, self.offset, self.len, hex(&self.hash))
    }
}

impl Place {
    /// The same bytes after retention or `forget` removed them: length and hash stay as proof of what was there.
    pub fn removed(&self) -> Place {
        Place { segment: 0, offset: 0, ..self.clone() }
    }

    /// Whether the bytes were removed on purpose; segments count from 1.
    pub fn is_removed(&self) -> bool {
        self.segment == 0
    }

    /// Reads what [`Display`](std::fmt::Display) prints.
    pub fn parse(text: &str) -> Option<Place> {
        let mut parts = text.split(':');
        let segment = parts.next()?.parse().ok()?;
        let offset = parts.next()?.parse().ok()?;
        let len = parts.next()?.parse().ok()?;
        let hash = unhex(parts.next()?)?;
        parts.next().is_none().then_some(Place { segment, offset, len, hash })
    }
}

impl serde::Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Place {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Place::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("expected segment:offset:length:hash but found {text:?}")))
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// Exactly 32 bytes of [`hex`].
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        let value = char::from(*high).to_digit(16)? * 16 + char::from(*low).to_digit(16)?;
        *byte = u8::try_from(value).ok()?;
    }
    Some(bytes)
}

/// Why the store did not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// A file could not be read or written. Nothing of the commit was kept.
    #[error("{doing}: {cause}")]
    Io { doing: String, cause: Arc<std::io::Error> },
    /// No room on the disk. Nothing of the commit was kept; it may be tried again.
    #[error("no room on the disk while {doing}")]
    Full { doing: String },
    /// Another process holds the folder.
    #[error("{} is in use by another process of Duban", .0.display())]
    Locked(PathBuf),
    /// What is on the disk is not what was written.
    #[error("{what}; {remedy}")]
    Damaged { what: String, remedy: &'static str },
    /// A newer Duban wrote this.
    #[error("{what} has format {found}, this program reads up to {known}; use the newer program")]
    Newer { what: String, found: u8, known: u8 },
    /// A row that was read has changed since.
    #[error("a row changed while it was being decided about")]
    Conflict,
    /// Retention or `duban forget` removed these bytes.
    #[error("its text was removed by retention")]
    Removed,
    /// Larger than the store takes.
    #[error("{what} of {bytes} bytes is above the limit of {limit}")]
    TooLarge { what: &'static str, bytes: usize, limit: usize },
    /// A write failed in a way that leaves the file unknown, or the store is closing.
    #[error("the store takes no more commits: {0}")]
    Closed(String),
    /// A row that does not say what its key promises.
    #[error("row {key}: {cause}")]
    Row { key: String, cause: String },
}

/// The two ways out of damage.
pub const REMEDY: &str =
    "run `duban verify` to see what is whole, then `duban restore` from a backup or `duban verify --rebuild`";

impl StoreError {
    pub fn io(doing: impl Into<String>, cause: std::io::Error) -> Self {
        let doing = doing.into();
        match cause.kind() {
            // A file size limit (RLIMIT_FSIZE) and a quota feel the same to who waits for room.
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::FileTooLarge | std::io::ErrorKind::QuotaExceeded => {
                StoreError::Full { doing }
            }
            _ => StoreError::Io { doing, cause: Arc::new(cause) },
        }
    }

    pub fn damaged(what: impl Into<String>) -> Self {
        StoreError::Damaged { what: what.into(), remedy: REMEDY }
    }
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// What is called when a commit is on disk, or never will be.
pub type Waiter = Box<dyn FnOnce(Result<()>) + Send>;

/// The contract; `tests/store` runs over every implementation.
///
/// `get` and `scan` see every commit at once, durable or not: an entry never becomes durable before the ones it could see.
pub trait Store: Send + Sync {
    fn get(&self, key: &[u8]) -> Result<Option<Value>>;

    /// Rows with `from` ≤ key < `to` in order, at most `limit`.
    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>>;

    /// The same from the end, newest key first.
    fn scan_back(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>>;

    /// Keeps bytes beside the rows. They are synced together with the next commit and count only when a row names them.
    fn put_blob(&self, bytes: &[u8]) -> Result<Place>;

    fn blob(&self, place: &Place) -> Result<Value>;

    /// Counts the times that a failed write took back commits that were not durable yet; see [`Batch::epoch`].
    fn epoch(&self) -> u64;

    /// Takes the batch as a whole. It is visible at once and durable when the ticket says so.
    fn commit(&self, batch: Batch) -> Result<Ticket>;

    /// The newest commit, so that who found a row already there can wait for it.
    fn tip(&self) -> Ticket;

    /// Waits until the commit is durable.
    fn sync(&self, ticket: Ticket) -> Result<()>;

    /// Calls back when the commit is durable or has failed; at once when that is known already.
    fn when_durable(&self, ticket: Ticket, waiter: Waiter);

    /// Whether `key` starts a non-empty range.
    fn any(&self, from: &[u8], to: &[u8]) -> Result<bool> {
        Ok(!self.scan(from, to, 1)?.is_empty())
    }
}

/// The first key after every key that begins with `prefix`.
pub fn prefix_end(prefix: &[u8]) -> Key {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    // A prefix of 0xFF only: no key of ours is that long.
    vec![u8::MAX; 64]
}

/// All rows under `prefix`, read in steps so that no lock is held for long.
pub fn for_each_prefix(
    store: &dyn Store,
    prefix: &[u8],
    mut each: impl FnMut(&[u8], &[u8]) -> Result<()>,
) -> Result<()> {
    let end = prefix_end(prefix);
    let mut from = prefix.to_vec();
    loop {
        let rows = store.scan(&from, &end, SCAN_STEP)?;
        let full = rows.len() == SCAN_STEP;
        for (key, value) in &rows {
            each(key, value)?;
        }
        match rows.last() {
            Some((key, _)) if full => {
                from.clone_from(key);
                from.push(0);
            }
            _ => return Ok(()),
        }
    }
}

/// Takes a row's key and value in a walk over many.
pub type EachRow<'a> = dyn FnMut(&[u8], &[u8]) -> Result<()> + 'a;

/// Rows read under one lock by a walk over many.
const SCAN_STEP: usize = 512;

/// `async` twin of [`Store::sync`].
pub async fn durable(store: &dyn Store, ticket: Ticket) -> Result<()> {
    let (tell, told) = tokio::sync::oneshot::channel();
    store.when_durable(
        ticket,
        Box::new(move |result| {
            // The session may be gone; the commit stands all the same.
            let _ = tell.send(result);
        }),
    );
    told.await.unwrap_or_else(|_| Err(StoreError::Closed("it was closed while a commit waited".into())))
}
