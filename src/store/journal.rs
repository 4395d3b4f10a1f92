//! The synced, hash-chained log of commits, the one file set that may never lose an acknowledged byte.
//!
//! `journal/<first sequence, 20 digits>.log`, format 1, all numbers little-endian:
//!
//! ```text
//! file header, 64 bytes   "DUBANJNL" · format u8 (1, or 2: headers only) · 7 zero · first sequence u64 · hash of the
//!                         header before, 32 bytes · 4 zero · crc32 of the 60 bytes before
//! entry header, 128 bytes format u8 · kind u8 (0) · 2 zero · crc32 of bytes 8..128 · sequence u64 · moment i64 (ms)
//!                         · payload length u32 · payload crc32 · cause, 32 bytes · SHA-256 of the payload, 32 bytes
//!                         · SHA-256 of the entry header before, 32 bytes (zero for the first)
//! payload                 format u8 (1) · changes: key length varint · key · value length + 1 varint, 0 = removed · value
//! ```
//!
//! A file is zero-filled a step ahead of its end (overwriting costs a sync half of what growing does), so it ends at the
//! first entry header that begins with a zero byte. The chain runs over headers: once a [`super::checkpoint`] has the
//! rows, a closed file is written again without its payloads ([`strip`]) and the chain still holds; so it does over a
//! payload of zeros.
//!
//! `journal/head` keeps sequence, header hash and place of the last durable entry in two slots of 128 bytes that are
//! written in turn after each group, and synced at leisure. A journal that does not reach its head has lost something
//! and is refused. Beyond the head only a crash can have left half an entry; it is cut and kept aside.

mod entry;
mod head;

pub use entry::{
    FORMAT, HEADER_LEN, Header, PAYLOAD_BYTES_MAX, Tip, append_entry, decode_changes, encode_changes, sha256,
};
pub(super) use entry::{hash_at, put_varint, u32_at, u64_at};
pub use head::{Head, head, head_file};

use super::{Result, StoreError};
use head::{HEAD_SLOT_LEN, read_head};
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Format of a file that holds headers alone.
const STRIPPED: u8 = 2;

pub(super) const FILE_HEADER_LEN: usize = 64;

const FILE_MAGIC: &[u8; 8] = b"DUBANJNL";

/// A file that has grown past this is closed and the next begun: small enough to move, large enough to be few.
pub const FILE_BYTES_MAX: u64 = 16 << 20;

/// How far a file is zero-filled ahead.
const AHEAD_BYTES: u64 = 1 << 20;

/// Read at once while walking.
const READ_BYTES: usize = 256 << 10;

/// What one walk over a journal file found.
struct Walk {
    tip: Tip,
    /// The offset after the last whole entry.
    end: u64,
    /// What stands behind it where a zero should.
    broken: Option<String>,
}

/// An entry as a walk hands it out; `payload` is `None` when it was blanked.
pub struct Entry<'a> {
    pub header: Header,
    pub payload: Option<&'a [u8]>,
}

pub(super) fn file_name(first: u64) -> String {
    format!("{first:020}.log")
}

/// First sequences of the journal files in `dir`, in order.
pub(super) fn list_files(dir: &Path) -> Result<Vec<u64>> {
    numbered_files(dir, ".log")
}

/// The numbers that name the files in `dir` which end in `suffix`, in order; files named otherwise are passed over.
pub(super) fn numbered_files<N: std::str::FromStr + Ord>(dir: &Path, suffix: &str) -> Result<Vec<N>> {
    let doing = || format!("listing {}", dir.display());
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|e| StoreError::io(doing(), e))? {
        let entry = entry.map_err(|e| StoreError::io(doing(), e))?;
        let name = entry.file_name();
        numbers.extend(name.to_str().and_then(|name| name.strip_suffix(suffix)).and_then(|n| n.parse::<N>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

pub(super) fn sync_dir(dir: &Path) -> Result<()> {
    File::open(dir).and_then(|d| d.sync_all()).map_err(|e| StoreError::io(format!("syncing {}", dir.display()), e))
}

fn file_header(format: u8, first: u64, previous: [u8; 32]) -> [u8; FILE_HEADER_LEN] {
    let mut out = [0u8; FILE_HEADER_LEN];
    out[0..8].copy_from_slice(FILE_MAGIC);
    out[8] = format;
    out[16..24].copy_from_slice(&first.to_le_bytes());
    out[24..56].copy_from_slice(&previous);
    let crc = crc32fast::hash(&out[..FILE_HEADER_LEN - 4]);
    out[FILE_HEADER_LEN - 4..].copy_from_slice(&crc.to_le_bytes());
    out
}

/// Reads a file header; gives the hash of the entry header before its first, and whether its payloads are gone.
fn read_file_header(path: &Path, bytes: &[u8], first: u64) -> Result<([u8; 32], bool)> {
    let Some(head) = bytes.get(..FILE_HEADER_LEN) else {
        return Err(StoreError::damaged(format!("{} is cut short in its header", path.display())));
    };
    if head[0..8] != *FILE_MAGIC || u32_at(head, FILE_HEADER_LEN - 4) != crc32fast::hash(&head[..FILE_HEADER_LEN - 4]) {
        return Err(StoreError::damaged(format!("{} has a damaged header", path.display())));
    }
    if head[8] > STRIPPED {
        return Err(StoreError::Newer { what: path.display().to_string(), found: head[8], known: STRIPPED });
    }
    if u64_at(head, 16) != first {
        return Err(StoreError::damaged(format!("{} begins with entry {}", path.display(), u64_at(head, 16))));
    }
    Ok((hash_at(head, 24), head[8] == STRIPPED))
}

/// Walks the entries of one file. `whole`: also check each payload's SHA-256, not only its CRC.
fn walk(
    path: &Path,
    first: u64,
    expected: Option<[u8; 32]>,
    whole: bool,
    each: &mut dyn FnMut(Entry<'_>) -> Result<()>,
) -> Result<Walk> {
    let doing = || format!("reading {}", path.display());
    let file = File::open(path).map_err(|e| StoreError::io(doing(), e))?;
    let length = file.metadata().map_err(|e| StoreError::io(doing(), e))?.len();
    // Entry by entry through a buffer: a file is larger than what an idle daemon may hold in memory.
    let mut reader = BufReader::with_capacity(READ_BYTES, file);
    let mut fill = |into: &mut [u8]| reader.read_exact(into).map_err(|e| StoreError::io(doing(), e));
    let mut file_head = vec![0; length.min(FILE_HEADER_LEN as u64) as usize];
    fill(&mut file_head)?;
    let (previous, stripped) = read_file_header(path, &file_head, first)?;
    if expected.is_some_and(|hash| hash != previous) {
        return Err(StoreError::damaged(format!("{} does not continue the file before it", path.display())));
    }
    let mut tip = Tip { sequence: first - 1, hash: previous };
    let mut at = FILE_HEADER_LEN as u64;
    let mut payload = Vec::new();
    let broken = loop {
        let left = length - at;
        if left == 0 {
            break None;
        }
        let mut raw = [0u8; HEADER_LEN];
        let whole_header = left >= HEADER_LEN as u64;
        fill(raw.get_mut(..left.min(HEADER_LEN as u64) as usize).unwrap_or_default())?;
        if raw[0] == 0 || !whole_header {
            // Zero-filled ahead; a header whose first byte alone was lost is no end.
            let what = if whole_header { "has a damaged header" } else { "is cut short" };
            break raw.iter().any(|byte| *byte != 0).then(|| format!("entry {} {what}", tip.sequence + 1));
        }
        let Some(header) = Header::decode(&raw) else {
            break Some(format!("entry {} has a damaged header", tip.sequence + 1));
        };
        if raw[0] > FORMAT {
            return Err(StoreError::Newer { what: path.display().to_string(), found: raw[0], known: FORMAT });
        }
        if header.sequence != tip.sequence + 1 || header.previous != tip.hash {
            break Some(format!("entry {} does not continue the chain", tip.sequence + 1));
        }
        if stripped {
            tip = Tip { sequence: header.sequence, hash: sha256(&raw) };
            at += HEADER_LEN as u64;
            each(Entry { header, payload: None })?;
            continue;
        }
        if left - (HEADER_LEN as u64) < u64::from(header.payload_len) {
            break Some(format!("entry {} is cut short", header.sequence));
        }
        payload.resize(header.payload_len as usize, 0);
        fill(&mut payload)?;
        let sound =
            crc32fast::hash(&payload) == header.payload_crc && (!whole || sha256(&payload) == header.payload_hash);
        let blanked = !sound && !payload.is_empty() && payload.iter().all(|byte| *byte == 0);
        if !sound && !blanked {
            break Some(format!("entry {} has a damaged payload", header.sequence));
        }
        tip = Tip { sequence: header.sequence, hash: sha256(&raw) };
        at += HEADER_LEN as u64 + payload.len() as u64;
        each(Entry { header, payload: (!blanked).then_some(payload.as_slice()) })?;
    };
    Ok(Walk { tip, end: at, broken })
}

/// The writing end. Only the committer owns it.
pub struct Journal {
    dir: PathBuf,
    file: File,
    /// First sequence of the open file.
    first: u64,
    /// End of the last durable entry in the open file.
    offset: u64,
    /// How far the open file is zero-filled.
    ahead: u64,
    head_file: File,
    head_slot: u64,
    /// The last durable entry.
    tip: Tip,
    /// The head was written since it was last synced.
    head_dirty: bool,
    /// Whether to call fdatasync at all; off only for temporary stores.
    syncs: bool,
}

/// What opening found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opened {
    pub tip: Tip,
    /// The head as it was written last.
    pub head: Head,
    /// Bytes of a half-written entry that were cut off.
    pub cut: u64,
}

impl Journal {
    /// Opens or makes the journal in `dir`. Checks the newest files (at least `check_bytes` of them, and all that hold
    /// entries after `applied`), requires that the chain reaches the head, cuts a torn tail, and hands out each entry
    /// with a sequence above `applied`.
    pub fn open(
        dir: &Path,
        applied: u64,
        check_bytes: u64,
        syncs: bool,
        each: &mut dyn FnMut(Entry<'_>) -> Result<()>,
    ) -> Result<(Journal, Opened)> {
        let head_path = dir.join("head");
        if !dir.exists() {
            std::fs::create_dir_all(dir).map_err(|e| StoreError::io(format!("making {}", dir.display()), e))?;
        }
        let files = list_files(dir)?;
        let head = match (read_head(&head_path)?, files.is_empty()) {
            (Some(Some(head)), _) => head,
            (None, true) => {
                // The head comes first: a journal without one has lost it.
                let head = Head { file: 1, offset: FILE_HEADER_LEN as u64, ..Head::default() };
                let file = open_head(&head_path)?;
                file.write_all_at(&head.encode(), 0)
                    .and_then(|()| file.write_all_at(&head.encode(), HEAD_SLOT_LEN as u64))
                    .and_then(|()| file.sync_all())
                    .map_err(|e| StoreError::io(format!("writing {}", head_path.display()), e))?;
                head
            }
            (None, false) => return Err(StoreError::damaged(format!("{} is missing", head_path.display()))),
            (Some(None), _) => {
                return Err(StoreError::damaged(format!("both slots of {} are damaged", head_path.display())));
            }
        };
        if head.tip.sequence > 0 && files.is_empty() {
            return Err(StoreError::damaged(format!(
                "{} holds no journal, but its head is {}",
                dir.display(),
                head.tip.sequence
            )));
        }

        // Which files to read: back from the newest until enough bytes are seen and `applied` is covered.
        let mut begin = files.len();
        let mut seen = 0u64;
        while begin > 0 {
            let next = files.get(begin).copied();
            if seen >= check_bytes && next.is_some_and(|first| first <= applied + 1 && first <= head.tip.sequence) {
                break;
            }
            begin -= 1;
            if let Some(first) = files.get(begin) {
                seen += std::fs::metadata(dir.join(file_name(*first))).map_or(0, |m| m.len());
            }
        }
        if begin == 0 && files.first().is_some_and(|first| *first > applied + 1) {
            return Err(StoreError::damaged(format!(
                "the journal begins with entry {}, but sled has only {applied}",
                files.first().copied().unwrap_or_default()
            )));
        }

        let mut tip = Tip::default();
        let mut end = FILE_HEADER_LEN as u64;
        let mut reached = head.tip.sequence == 0;
        let mut expected = (begin == 0).then_some([0u8; 32]);
        let mut cut = 0;
        let reading = files.get(begin..).unwrap_or_default();
        for (place, first) in reading.iter().enumerate() {
            let path = dir.join(file_name(*first));
            let newest = place + 1 == reading.len();
            let length =
                std::fs::metadata(&path).map_err(|e| StoreError::io(format!("reading {}", path.display()), e))?.len();
            // A crash between making a file and writing its first entry leaves less than a header.
            if newest && *first > head.tip.sequence && length < FILE_HEADER_LEN as u64 {
                std::fs::remove_file(&path).map_err(|e| StoreError::io(format!("removing {}", path.display()), e))?;
                continue;
            }
            let found = walk(&path, *first, expected, false, &mut |entry| {
                if entry.header.sequence == head.tip.sequence {
                    reached = sha256(&entry.header.encode()) == head.tip.hash;
                }
                if entry.header.sequence > applied {
                    return each(entry);
                }
                Ok(())
            })?;
            if place > 0 && *first != tip.sequence + 1 {
                return Err(StoreError::damaged(format!("{} follows entry {}", path.display(), tip.sequence)));
            }
            if let Some(broken) = found.broken {
                if !newest || found.tip.sequence < head.tip.sequence {
                    return Err(StoreError::damaged(format!("{}: {broken}", path.display())));
                }
                cut = cut_tail(dir, &path, found.end, found.tip.sequence + 1)?;
            }
            tip = found.tip;
            end = found.end;
            expected = Some(tip.hash);
        }
        if tip.sequence < head.tip.sequence || !reached {
            return Err(StoreError::damaged(format!(
                "the journal in {} ends with entry {}, but its head is entry {}",
                dir.display(),
                tip.sequence,
                head.tip.sequence
            )));
        }

        let head_file = open_head(&head_path)?;
        let remaining = list_files(dir)?;
        let (file, first, offset, length) = match remaining.last() {
            None => {
                let file = make_file(dir, 1, [0; 32])?;
                (file, 1, FILE_HEADER_LEN as u64, FILE_HEADER_LEN as u64)
            }
            Some(first) => {
                let path = dir.join(file_name(*first));
                let doing = || format!("opening {}", path.display());
                let file =
                    OpenOptions::new().read(true).write(true).open(&path).map_err(|e| StoreError::io(doing(), e))?;
                let length = file.metadata().map_err(|e| StoreError::io(doing(), e))?.len();
                (file, *first, end, length)
            }
        };
        let mut journal = Journal {
            dir: dir.to_path_buf(),
            file,
            first,
            offset,
            ahead: length,
            head_file,
            head_slot: 0,
            tip,
            head_dirty: false,
            syncs,
        };
        // What was read beyond the head may not be on the disk yet (the crash came before its sync).
        journal.file.sync_data().map_err(|e| StoreError::io("syncing the journal", e))?;
        // Both slots, so that neither names a history older than what was just checked.
        journal.write_head(head.segment, head.segment_offset);
        journal.write_head(head.segment, head.segment_offset);
        journal.sync_head()?;
        sync_dir(dir)?;
        Ok((journal, Opened { tip, head, cut }))
    }

    /// Makes entries durable: one write, one fdatasync. On error the file is as it was before.
    pub fn write(&mut self, entries: &[u8], tip: Tip, segment: u32, segment_offset: u64) -> Result<()> {
        if self.offset >= FILE_BYTES_MAX {
            self.roll()?;
        }
        let written = self.file.write_all_at(entries, self.offset).and_then(|()| match self.syncs {
            true => self.file.sync_data(),
            false => Ok(()),
        });
        if let Err(error) = written {
            // Take back what may be half there: pages that failed to sync must not be trusted (they read as if written).
            self.file
                .set_len(self.offset)
                .map_err(|e| StoreError::Closed(format!("a failed write could not be undone: {e}")))?;
            self.ahead = self.offset;
            return Err(StoreError::io("writing the journal", error));
        }
        self.offset += entries.len() as u64;
        self.tip = tip;
        self.write_head(segment, segment_offset);
        if self.syncs && self.offset + AHEAD_BYTES / 4 > self.ahead && self.offset < FILE_BYTES_MAX {
            let from = self.ahead.max(self.offset);
            // No room for zeros is no failure: the entries themselves may still fit.
            if self.file.write_all_at(&vec![0; AHEAD_BYTES as usize], from).is_ok() {
                self.ahead = from + AHEAD_BYTES;
            }
        }
        Ok(())
    }

    fn write_head(&mut self, segment: u32, segment_offset: u64) {
        let head = Head { tip: self.tip, file: self.first, offset: self.offset, segment, segment_offset };
        self.head_slot ^= 1;
        // The head may lag, so a failure to write it takes nothing back.
        if let Err(error) = self.head_file.write_all_at(&head.encode(), self.head_slot * HEAD_SLOT_LEN as u64) {
            tracing::warn!(%error, "the head of the journal could not be written");
        } else {
            self.head_dirty = true;
        }
    }

    /// Makes the head durable. Called now and then, before a file is begun, and at the close.
    pub fn sync_head(&mut self) -> Result<()> {
        if self.head_dirty && self.syncs {
            self.head_file.sync_data().map_err(|e| StoreError::io("syncing the head of the journal", e))?;
            self.head_dirty = false;
        }
        Ok(())
    }

    /// Another handle on the head file, so that syncing it holds up nobody.
    pub fn head_handle(&self) -> Option<File> {
        self.head_file.try_clone().ok()
    }

    /// Closes the open file and begins the next, unless it is still empty.
    pub fn roll_used(&mut self) -> Result<()> {
        if self.offset > FILE_HEADER_LEN as u64 { self.roll() } else { Ok(()) }
    }

    fn roll(&mut self) -> Result<()> {
        self.file
            .set_len(self.offset)
            .and_then(|()| self.file.sync_all())
            .map_err(|e| StoreError::io("closing a journal file", e))?;
        self.ahead = self.offset;
        self.sync_head()?;
        let first = self.tip.sequence + 1;
        let file = make_file(&self.dir, first, self.tip.hash)?;
        self.file = file;
        self.first = first;
        self.offset = FILE_HEADER_LEN as u64;
        self.ahead = self.offset;
        Ok(())
    }

    /// Cuts the zeros ahead and syncs file and head.
    pub fn close(&mut self) -> Result<()> {
        self.file
            .set_len(self.offset)
            .and_then(|()| self.file.sync_all())
            .map_err(|e| StoreError::io("closing the journal", e))?;
        self.ahead = self.offset;
        self.sync_head()
    }
}

fn open_head(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|e| StoreError::io(format!("opening {}", path.display()), e))
}

fn make_file(dir: &Path, first: u64, previous: [u8; 32]) -> Result<File> {
    let path = dir.join(file_name(first));
    let doing = || format!("making {}", path.display());
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(&path)
        .map_err(|e| StoreError::io(doing(), e))?;
    let made = file.write_all_at(&file_header(FORMAT, first, previous), 0).and_then(|()| file.sync_all());
    if let Err(error) = made {
        // Half a header must not stand in the way of the next attempt.
        let _ = std::fs::remove_file(&path);
        return Err(StoreError::io(doing(), error));
    }
    sync_dir(dir)?;
    Ok(file)
}

/// Cuts what a crash left behind the last whole entry; keeps it beside the journal for whoever wants to look.
fn cut_tail(dir: &Path, path: &Path, end: u64, sequence: u64) -> Result<u64> {
    let doing = || format!("cutting the torn end of {}", path.display());
    let file = OpenOptions::new().read(true).write(true).open(path).map_err(|e| StoreError::io(doing(), e))?;
    let length = file.metadata().map_err(|e| StoreError::io(doing(), e))?.len();
    let mut tail = vec![0; usize::try_from(length.saturating_sub(end)).unwrap_or_default()];
    file.read_exact_at(&mut tail, end).map_err(|e| StoreError::io(doing(), e))?;
    let used = tail.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    tail.truncate(used);
    let aside = dir.join(format!("torn-{sequence}.bin"));
    if let Err(error) = std::fs::write(&aside, &tail) {
        tracing::warn!(%error, "the torn end of the journal could not be kept aside");
    }
    file.set_len(end).and_then(|()| file.sync_all()).map_err(|e| StoreError::io(doing(), e))?;
    tracing::warn!(
        entry = sequence,
        bytes = used,
        "a commit that a crash left half written was cut; nobody was told it was kept"
    );
    Ok(used as u64)
}

/// Hands out every entry of one closed file, hashes included; it must go on where `before` ended. Gives where it ends.
pub(super) fn read_file(
    dir: &Path,
    first: u64,
    before: Tip,
    each: &mut dyn FnMut(Entry<'_>) -> Result<()>,
) -> Result<Tip> {
    let path = dir.join(file_name(first));
    let found = walk(&path, first, Some(before.hash), true, each)?;
    match found.broken {
        Some(broken) => Err(StoreError::damaged(format!("{}: {broken}", path.display()))),
        None => Ok(found.tip),
    }
}

fn header_of(dir: &Path, first: u64) -> Result<([u8; 32], bool)> {
    let path = dir.join(file_name(first));
    let mut head = [0u8; FILE_HEADER_LEN];
    let read = File::open(&path).and_then(|mut file| file.read_exact(&mut head));
    match read {
        Ok(()) => read_file_header(&path, &head, first),
        // A file that a crash left without a header is looked after by the opening.
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(([0; 32], false)),
        Err(error) => Err(StoreError::io(format!("reading {}", path.display()), error)),
    }
}

/// The last entry that has lost its payload, 0 where none has.
pub fn stripped_to(dir: &Path) -> Result<u64> {
    if !dir.exists() {
        return Ok(0);
    }
    let files = list_files(dir)?;
    let mut to = 0;
    for pair in files.windows(2) {
        let [first, next] = pair else { continue };
        match header_of(dir, *first) {
            Ok((_, true)) => to = next - 1,
            Ok((_, false)) => {}
            // Damage is told of by who reads the file.
            Err(StoreError::Damaged { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(to)
}

/// Whether the chain at entry `tip` is this one; `None` where no file begins behind it.
pub fn continues(dir: &Path, tip: Tip) -> Result<Option<bool>> {
    match list_files(dir)?.contains(&(tip.sequence + 1)) {
        true => Ok(Some(header_of(dir, tip.sequence + 1)?.0 == tip.hash)),
        false => Ok(None),
    }
}

/// Takes the payloads out of closed files whose entries are all at or below `to`; gives how many bytes that frees. Only
/// what a whole checkpoint has may be given here.
pub fn strip(dir: &Path, to: u64) -> Result<u64> {
    let mut freed = 0;
    let files = list_files(dir)?;
    for pair in files.windows(2) {
        let [first, next] = pair else { continue };
        if next - 1 > to {
            break;
        }
        let (previous, stripped) = header_of(dir, *first)?;
        if stripped {
            continue;
        }
        let path = dir.join(file_name(*first));
        let fresh = dir.join("stripped");
        let doing = || format!("blanking {}", path.display());
        let mut bytes = file_header(STRIPPED, *first, previous).to_vec();
        let found = walk(&path, *first, None, false, &mut |entry| {
            bytes.extend_from_slice(&entry.header.encode());
            Ok(())
        })?;
        if let Some(broken) = found.broken {
            return Err(StoreError::damaged(format!("{}: {broken}", path.display())));
        }
        let before = std::fs::metadata(&path).map_err(|e| StoreError::io(doing(), e))?.len();
        let written = File::create(&fresh)
            .and_then(|file| file.write_all_at(&bytes, 0).and_then(|()| file.sync_all()))
            .and_then(|()| std::fs::rename(&fresh, &path));
        if let Err(error) = written {
            let _ = std::fs::remove_file(&fresh);
            return Err(StoreError::io(doing(), error));
        }
        freed += before.saturating_sub(bytes.len() as u64);
    }
    sync_dir(dir)?;
    Ok(freed)
}

/// Hands out the entries after `after` up to `to`, which are known to be durable.
pub fn read_between(dir: &Path, after: u64, to: u64, each: &mut dyn FnMut(Entry<'_>) -> Result<()>) -> Result<()> {
    let files = list_files(dir)?;
    let begin = files.partition_point(|first| *first <= after + 1).saturating_sub(1);
    for first in files.get(begin..).unwrap_or_default().iter().filter(|first| **first <= to) {
        let path = dir.join(file_name(*first));
        let found = walk(&path, *first, None, false, &mut |entry| match entry.header.sequence {
            sequence if sequence > after && sequence <= to => each(entry),
            _ => Ok(()),
        })?;
        // A torn end beyond `to` is a group being written at this moment.
        if let Some(broken) = found.broken.filter(|_| found.tip.sequence < to) {
            return Err(StoreError::damaged(format!("{}: {broken}", path.display())));
        }
    }
    Ok(())
}

/// What a full check found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub tip: Tip,
    pub entries: u64,
    pub blanked: u64,
    /// The first thing that is wrong, in words.
    pub broken: Option<String>,
    /// The sequence the head asks for, when the head is readable.
    pub head: Option<u64>,
}

/// Reads the whole journal, every hash included; hands out entries as far as they are sound. Changes nothing.
pub fn check(dir: &Path, each: &mut dyn FnMut(Entry<'_>) -> Result<()>) -> Result<Checked> {
    let mut checked = Checked::default();
    let head = read_head(&dir.join("head"))?.flatten();
    checked.head = head.map(|head| head.tip.sequence);
    if head.is_none() {
        checked.broken = Some(format!("{} is missing or damaged", dir.join("head").display()));
    }
    let mut expected = Some([0u8; 32]);
    let files = list_files(dir)?;
    for (place, first) in files.iter().enumerate() {
        let path = dir.join(file_name(*first));
        if *first != checked.tip.sequence + 1 {
            checked.broken = Some(format!("entries {} to {} are missing", checked.tip.sequence + 1, first - 1));
            return Ok(checked);
        }
        let mut head_differs = false;
        let found = walk(&path, *first, expected, true, &mut |entry| {
            checked.entries += 1;
            checked.blanked += u64::from(entry.payload.is_none());
            if let Some(head) = head.filter(|head| head.tip.sequence == entry.header.sequence) {
                head_differs = sha256(&entry.header.encode()) != head.tip.hash;
            }
            each(entry)
        });
        let found = match found {
            Ok(found) => found,
            Err(error @ StoreError::Damaged { .. }) => {
                checked.broken = Some(error.to_string());
                return Ok(checked);
            }
            Err(error) => return Err(error),
        };
        checked.tip = found.tip;
        expected = Some(found.tip.hash);
        if head_differs {
            checked.broken = Some("the head of the journal names another history".into());
        }
        if let Some(broken) = found.broken {
            // Behind the head and at the very end it is only what a crash left.
            if place + 1 < files.len() || head.is_none_or(|head| found.tip.sequence < head.tip.sequence) {
                checked.broken = Some(format!("{}: {broken}", path.display()));
            }
            return Ok(checked);
        }
    }
    if let Some(head) = head.filter(|head| head.tip.sequence > checked.tip.sequence) {
        checked.broken = Some(format!(
            "the journal ends with entry {}, but its head is entry {}",
            checked.tip.sequence, head.tip.sequence
        ));
    }
    Ok(checked)
}

/// Makes the head agree with the sound part of the journal and moves what follows it aside. Only
/// `duban verify --rebuild` does this, after saying what is lost.
pub fn cut_to(dir: &Path, tip: Tip) -> Result<()> {
    for first in list_files(dir)? {
        let path = dir.join(file_name(first));
        let aside = |path: &Path| {
            let mut to = path.as_os_str().to_owned();
            to.push(".lost");
            std::fs::rename(path, to).map_err(|e| StoreError::io(format!("moving {} aside", path.display()), e))
        };
        if first > tip.sequence && !(first == 1 && tip.sequence == 0) {
            aside(&path)?;
            continue;
        }
        let found = match walk(&path, first, None, true, &mut |_| Ok(())) {
            Ok(found) => found,
            Err(StoreError::Damaged { .. }) => {
                aside(&path)?;
                continue;
            }
            Err(error) => return Err(error),
        };
        if found.broken.is_some() {
            cut_tail(dir, &path, found.end, found.tip.sequence + 1)?;
        }
    }
    let last = list_files(dir)?.last().copied().unwrap_or(1);
    let head = Head { tip, file: last, ..Head::default() };
    let path = dir.join("head");
    std::fs::write(&path, head_file(&head)).map_err(|e| StoreError::io(format!("writing {}", path.display()), e))?;
    File::open(&path)
        .and_then(|f| f.sync_all())
        .map_err(|e| StoreError::io(format!("syncing {}", path.display()), e))?;
    sync_dir(dir)
}
