//! All rows as they stood at the end of a journal file, made from the journal alone.
//!
//! A checkpoint and the entries after it are worth as much as the whole journal, so what lies before may lose its
//! payloads ([`super::journal::strip`]) and the chain of headers still holds. sled is never asked: what it has lost must
//! not become the truth.
//!
//! `checkpoint/<sequence, 20 digits>.rows`, format 1, all numbers little-endian:
//!
//! ```text
//! file header, 128 bytes  "DUBANROW" · format u8 · 7 zero · sequence u64 · moment i64 (ms) · SHA-256 of that entry's
//!                         header, 32 bytes · rows u64 · length of the rows u64 · their SHA-256, 32 bytes · 12 zero
//!                         · crc32 of the 124 bytes before
//! rows                    key length varint · key · value length varint · value, in the order of their keys
//! ```

use super::journal::{self, Tip, hash_at, numbered_files, put_varint, sync_dir, u32_at, u64_at};
use super::{EachRow, Key, Result, StoreError};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// The newest format this program writes and reads.
pub const FORMAT: u8 = 1;
const MAGIC: &[u8; 8] = b"DUBANROW";
const HEADER_LEN: usize = 128;
/// Changes gathered before they are merged with the checkpoint before: memory, against how often all rows are written.
const OVERLAY_BYTES_MAX: usize = 16 << 20;
/// A row is never longer than an entry.
const ROW_BYTES_MAX: u64 = journal::PAYLOAD_BYTES_MAX as u64;
/// Checkpoints kept by the daily round: should the newest be damaged, the one before it and the journal between are there.
pub const KEPT: usize = 2;

/// A whole checkpoint: its header was read and its rows agree with their hash.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    path: PathBuf,
    /// The last entry that is in it.
    pub tip: Tip,
    /// When that entry was made, milliseconds since 1970 UTC.
    pub moment: i64,
    pub rows: u64,
    length: u64,
}

fn folder(data: &Path) -> PathBuf {
    data.join("checkpoint")
}

pub(super) fn file_name(sequence: u64) -> String {
    format!("{sequence:020}.rows")
}

/// Sequences of the checkpoints of a data folder, in order.
pub fn list(data: &Path) -> Result<Vec<u64>> {
    match folder(data).is_dir() {
        true => numbered_files(&folder(data), ".rows"),
        false => Ok(Vec::new()),
    }
}

impl Checkpoint {
    /// Opens one and reads all of it, to know that it is whole.
    pub fn open(data: &Path, sequence: u64) -> Result<Checkpoint> {
        let path = folder(data).join(file_name(sequence));
        let doing = || format!("reading {}", path.display());
        let damaged = |what: &str| StoreError::damaged(format!("{} {what}", path.display()));
        let mut file = File::open(&path).map_err(|e| StoreError::io(doing(), e))?;
        let length = file.metadata().map_err(|e| StoreError::io(doing(), e))?.len();
        let mut head = [0u8; HEADER_LEN];
        if length < HEADER_LEN as u64 {
            return Err(damaged("is cut short in its header"));
        }
        file.read_exact(&mut head).map_err(|e| StoreError::io(doing(), e))?;
        if head[0..8] != *MAGIC || u32_at(&head, HEADER_LEN - 4) != crc32fast::hash(&head[..HEADER_LEN - 4]) {
            return Err(damaged("has a damaged header"));
        }
        if head[8] > FORMAT {
            return Err(StoreError::Newer { what: path.display().to_string(), found: head[8], known: FORMAT });
        }
        let checkpoint = Checkpoint {
            tip: Tip { sequence: u64_at(&head, 16), hash: hash_at(&head, 32) },
            moment: u64_at(&head, 24).cast_signed(),
            rows: u64_at(&head, 64),
            length: u64_at(&head, 72),
            path: path.clone(),
        };
        if checkpoint.tip.sequence != sequence || checkpoint.length != length - HEADER_LEN as u64 {
            return Err(damaged("is not as long as its header says"));
        }
        let mut hash = Sha256::new();
        let mut buffer = vec![0u8; 256 << 10];
        loop {
            let read = file.read(&mut buffer).map_err(|e| StoreError::io(doing(), e))?;
            if read == 0 {
                break;
            }
            hash.update(buffer.get(..read).unwrap_or_default());
        }
        let found: [u8; 32] = hash.finalize().into();
        if found != hash_at(&head, 80) {
            return Err(damaged("holds other rows than were written"));
        }
        Ok(checkpoint)
    }

    fn reader(&self) -> Result<Rows> {
        let doing = || format!("reading {}", self.path.display());
        let mut file = File::open(&self.path).map_err(|e| StoreError::io(doing(), e))?;
        file.read_exact(&mut [0u8; HEADER_LEN]).map_err(|e| StoreError::io(doing(), e))?;
        Ok(Rows { file: BufReader::with_capacity(256 << 10, file), left: self.length, path: self.path.clone() })
    }

    /// Hands out all rows in the order of their keys.
    pub fn each(&self, each: &mut EachRow<'_>) -> Result<()> {
        let mut rows = self.reader()?;
        while let Some((key, value)) = rows.next()? {
            each(&key, &value)?;
        }
        Ok(())
    }
}

/// Rows as they are read from the file.
struct Rows {
    file: BufReader<File>,
    left: u64,
    path: PathBuf,
}

impl Rows {
    fn take(&mut self) -> Result<Vec<u8>> {
        let doing = || format!("reading {}", self.path.display());
        let mut length = 0u64;
        let mut shift = 0;
        loop {
            let mut byte = [0u8; 1];
            self.file.read_exact(&mut byte).map_err(|e| StoreError::io(doing(), e))?;
            self.left = self.left.saturating_sub(1);
            length |= u64::from(byte[0] & 0x7f) << shift;
            if byte[0] < 0x80 {
                break;
            }
            shift += 7;
            if shift > 56 {
                return Err(StoreError::damaged(format!("{} holds a row of no length", self.path.display())));
            }
        }
        if length > self.left || length > ROW_BYTES_MAX {
            return Err(StoreError::damaged(format!("{} holds a row that goes beyond its end", self.path.display())));
        }
        let mut bytes = vec![0; length as usize];
        self.file.read_exact(&mut bytes).map_err(|e| StoreError::io(doing(), e))?;
        self.left -= length;
        Ok(bytes)
    }

    fn next(&mut self) -> Result<Option<(Key, Vec<u8>)>> {
        match self.left {
            0 => Ok(None),
            _ => Ok(Some((self.take()?, self.take()?))),
        }
    }
}

/// The newest checkpoint that is whole; a damaged one is passed over and told of.
pub fn newest(data: &Path) -> Result<Option<Checkpoint>> {
    for sequence in list(data)?.into_iter().rev() {
        match Checkpoint::open(data, sequence) {
            Ok(checkpoint) => return Ok(Some(checkpoint)),
            Err(error @ StoreError::Damaged { .. }) => tracing::warn!(%error, "a checkpoint is passed over"),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Removes all but the newest `keep`.
pub fn prune(data: &Path, keep: usize) -> Result<()> {
    let all = list(data)?;
    for sequence in all.iter().rev().skip(keep) {
        let path = folder(data).join(file_name(*sequence));
        std::fs::remove_file(&path).map_err(|e| StoreError::io(format!("removing {}", path.display()), e))?;
    }
    Ok(())
}

/// Brings the newest checkpoint up to the end of the last closed journal file; the file that is being written is left
/// alone. Gives the newest checkpoint, `None` where nothing was ever closed.
pub fn fold(data: &Path) -> Result<Option<Checkpoint>> {
    let dir = data.join("journal");
    let files = journal::list_files(&dir)?;
    let mut base = newest(data)?;
    let mut tip = base.as_ref().map_or(Tip::default(), |base| base.tip);
    let mut moment = base.as_ref().map_or(0, |base| base.moment);
    let mut overlay: BTreeMap<Key, Option<Vec<u8>>> = BTreeMap::new();
    let mut bytes = 0;
    for pair in files.windows(2) {
        let [first, next] = pair else { continue };
        if *next <= tip.sequence + 1 {
            continue;
        }
        if *first != tip.sequence + 1 {
            let what = format!("the journal has entry {first} after a checkpoint of entry {}", tip.sequence);
            return Err(StoreError::damaged(what));
        }
        tip = journal::read_file(&dir, *first, tip, &mut |entry| {
            let payload = entry.payload.ok_or_else(|| {
                let sequence = entry.header.sequence;
                StoreError::damaged(format!("entry {sequence} was blanked, but no whole checkpoint has it"))
            })?;
            let changes = journal::decode_changes(payload).ok_or_else(|| {
                StoreError::damaged(format!("entry {} of the journal cannot be read", entry.header.sequence))
            })?;
            moment = entry.header.moment;
            for change in changes {
                bytes += change.key.len() + change.value.as_ref().map_or(0, Vec::len);
                overlay.insert(change.key, change.value);
            }
            Ok(())
        })?;
        if tip.sequence + 1 != *next {
            return Err(StoreError::damaged(format!("entries {} to {} are missing", tip.sequence + 1, next - 1)));
        }
        if bytes > OVERLAY_BYTES_MAX {
            base = Some(merge(data, base.as_ref(), std::mem::take(&mut overlay), tip, moment)?);
            bytes = 0;
        }
    }
    if base.as_ref().is_none_or(|base| base.tip != tip) && tip.sequence > 0 {
        base = Some(merge(data, base.as_ref(), overlay, tip, moment)?);
    }
    Ok(base)
}

/// Writes a checkpoint: the rows of the one before with the changes since.
fn merge(
    data: &Path,
    base: Option<&Checkpoint>,
    overlay: BTreeMap<Key, Option<Vec<u8>>>,
    tip: Tip,
    moment: i64,
) -> Result<Checkpoint> {
    let dir = folder(data);
    let path = dir.join(file_name(tip.sequence));
    let fresh = dir.join("new");
    let doing = || format!("writing {}", path.display());
    std::fs::create_dir_all(&dir).map_err(|e| StoreError::io(doing(), e))?;
    let file = File::create(&fresh).map_err(|e| StoreError::io(doing(), e))?;
    let mut out = Writer { file: BufWriter::with_capacity(256 << 10, file), hash: Sha256::new(), rows: 0, length: 0 };
    let written = (|| {
        out.file.write_all(&[0; HEADER_LEN]).map_err(|e| StoreError::io(doing(), e))?;
        let mut below = base.map(Checkpoint::reader).transpose()?;
        let mut step = || below.as_mut().map_or(Ok(None), Rows::next);
        let mut old = step()?;
        for (key, value) in overlay {
            while let Some((before, row)) = old.take_if(|(before, _)| *before < key) {
                out.row(&before, &row).map_err(|e| StoreError::io(doing(), e))?;
                old = step()?;
            }
            if old.as_ref().is_some_and(|(before, _)| *before == key) {
                old = step()?;
            }
            if let Some(value) = value {
                out.row(&key, &value).map_err(|e| StoreError::io(doing(), e))?;
            }
        }
        while let Some((key, row)) = old {
            out.row(&key, &row).map_err(|e| StoreError::io(doing(), e))?;
            old = step()?;
        }
        Ok(())
    })();
    let finished = written.and_then(|()| {
        let Writer { file, hash, rows, length } = out;
        let mut head = [0u8; HEADER_LEN];
        head[0..8].copy_from_slice(MAGIC);
        head[8] = FORMAT;
        head[16..24].copy_from_slice(&tip.sequence.to_le_bytes());
        head[24..32].copy_from_slice(&moment.to_le_bytes());
        head[32..64].copy_from_slice(&tip.hash);
        head[64..72].copy_from_slice(&rows.to_le_bytes());
        head[72..80].copy_from_slice(&length.to_le_bytes());
        head[80..112].copy_from_slice(&hash.finalize());
        let crc = crc32fast::hash(&head[..HEADER_LEN - 4]);
        head[HEADER_LEN - 4..].copy_from_slice(&crc.to_le_bytes());
        file.into_inner()
            .map_err(|e| e.into_error())
            .and_then(|file| file.write_all_at(&head, 0).and_then(|()| file.sync_all()))
            .and_then(|()| std::fs::rename(&fresh, &path))
            .map_err(|e| StoreError::io(doing(), e))
    });
    if let Err(error) = finished {
        // Half a checkpoint is none.
        let _ = std::fs::remove_file(&fresh);
        return Err(error);
    }
    sync_dir(&dir)?;
    // Read back before anything relies on it.
    Checkpoint::open(data, tip.sequence)
}

struct Writer {
    file: BufWriter<File>,
    hash: Sha256,
    rows: u64,
    length: u64,
}

impl Writer {
    fn row(&mut self, key: &[u8], value: &[u8]) -> std::io::Result<()> {
        for part in [key, value] {
            let mut length = Vec::with_capacity(5);
            put_varint(&mut length, part.len() as u64);
            for bytes in [&length[..], part] {
                self.hash.update(bytes);
                self.file.write_all(bytes)?;
                self.length += bytes.len() as u64;
            }
        }
        self.rows += 1;
        Ok(())
    }
}
