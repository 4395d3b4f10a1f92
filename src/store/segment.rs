//! Raw mail and final letters: append-only segment files.
//!
//! `mail/<number, 8 digits>.seg`, format 1, numbers little-endian:
//!
//! ```text
//! file header, 16 bytes   "DUBANSEG" · format u8 · 7 zero
//! blob                    length u32 · crc32 of the bytes u32 · first 8 bytes of their SHA-256 · the bytes
//! ```
//!
//! A row names a blob by [`Place`]; what no row names is garbage (a crash between the blob and its entry) and harmless.
//! A segment is synced before the journal entry that names what is in it. Like the journal it is zero-filled a step
//! ahead. After a crash the open segment is left as it is and a new one begun, so nothing that a row may name is ever
//! written over.

use super::journal::{numbered_files, sha256, sync_dir};
use super::{Place, Result, StoreError, Value};
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// The newest format this program writes and reads.
pub const FORMAT: u8 = 1;
const MAGIC: &[u8; 8] = b"DUBANSEG";
pub const FILE_HEADER_LEN: u64 = 16;
pub const BLOB_HEADER_LEN: usize = 16;
/// A segment is closed when it has grown past this; retention rewrites one at a time.
pub const FILE_BYTES_MAX: u64 = 64 << 20;
/// One blob. Above any mail we take (25 MiB) and any letter we write.
pub const BLOB_BYTES_MAX: usize = 64 << 20;
const AHEAD_BYTES: u64 = 2 << 20;

pub(super) fn file_name(number: u32) -> String {
    format!("{number:08}.seg")
}

/// The header that stands before a blob's bytes.
pub fn blob_header(bytes: &[u8], hash: &[u8; 32]) -> [u8; BLOB_HEADER_LEN] {
    let mut out = [0u8; BLOB_HEADER_LEN];
    out[0..4].copy_from_slice(&(bytes.len() as u32).to_le_bytes());
    out[4..8].copy_from_slice(&crc32fast::hash(bytes).to_le_bytes());
    out[8..16].copy_from_slice(&hash[..8]);
    out
}

/// The writing end; only the committer owns it.
pub struct Segments {
    dir: PathBuf,
    file: File,
    number: u32,
    /// End of what is durable.
    offset: u64,
    ahead: u64,
    syncs: bool,
}

/// Segment numbers in `dir`, in order.
pub fn list(dir: &Path) -> Result<Vec<u32>> {
    numbered_files(dir, ".seg")
}

impl Segments {
    /// Goes on where the journal's head says the last segment ended, when the file agrees; else begins a new one.
    pub fn open(dir: &Path, number: u32, offset: u64, syncs: bool) -> Result<Segments> {
        std::fs::create_dir_all(dir).map_err(|e| StoreError::io(format!("making {}", dir.display()), e))?;
        let last = list(dir)?.last().copied().unwrap_or(0);
        let path = dir.join(file_name(number));
        let clean = number == last
            && number > 0
            && (FILE_HEADER_LEN..FILE_BYTES_MAX).contains(&offset)
            && std::fs::metadata(&path).is_ok_and(|meta| meta.len() == offset);
        let (file, number, offset) = if clean {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .open(&path)
                .map_err(|e| StoreError::io(format!("opening {}", path.display()), e))?;
            (file, number, offset)
        } else {
            (make_file(dir, last + 1)?, last + 1, FILE_HEADER_LEN)
        };
        Ok(Segments { dir: dir.to_path_buf(), file, number, offset, ahead: offset, syncs })
    }

    /// Where the next group will begin.
    pub fn position(&self) -> (u32, u64) {
        (self.number, self.offset)
    }

    /// Closes the open segment and begins the next. The giver of places decides when.
    pub fn roll(&mut self) -> Result<()> {
        let file = make_file(&self.dir, self.number + 1)?;
        self.close()?;
        self.file = file;
        self.number += 1;
        self.offset = FILE_HEADER_LEN;
        self.ahead = self.offset;
        Ok(())
    }

    /// The same, unless it is still empty.
    pub fn roll_used(&mut self) -> Result<()> {
        if self.offset > FILE_HEADER_LEN { self.roll() } else { Ok(()) }
    }

    /// Appends a group's blobs, headers included, and syncs. On error the file is as it was.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all_at(bytes, self.offset).and_then(|()| match self.syncs {
            true => self.file.sync_data(),
            false => Ok(()),
        });
        if let Err(error) = written {
            self.take_back()?;
            return Err(StoreError::io("writing mail to its segment", error));
        }
        self.offset += bytes.len() as u64;
        if self.syncs && self.offset + AHEAD_BYTES / 8 > self.ahead && self.offset < FILE_BYTES_MAX {
            let from = self.ahead.max(self.offset);
            // No room for zeros is no failure: the mail itself may still fit.
            if self.file.write_all_at(&vec![0; AHEAD_BYTES as usize], from).is_ok() {
                self.ahead = from + AHEAD_BYTES;
            }
        }
        Ok(())
    }

    fn take_back(&mut self) -> Result<()> {
        self.ahead = self.offset;
        self.file
            .set_len(self.offset)
            .map_err(|e| StoreError::Closed(format!("a failed write could not be undone: {e}")))
    }

    /// Drops what was written last, because the journal did not take the entries that name it.
    pub fn back_to(&mut self, offset: u64) -> Result<()> {
        self.offset = offset;
        self.take_back()
    }

    /// Cuts the zeros ahead.
    pub fn close(&mut self) -> Result<()> {
        self.file
            .set_len(self.offset)
            .and_then(|()| self.file.sync_all())
            .map_err(|e| StoreError::io("closing a mail segment", e))?;
        self.ahead = self.offset;
        Ok(())
    }
}

fn make_file(dir: &Path, number: u32) -> Result<File> {
    let path = dir.join(file_name(number));
    let mut header = [0u8; FILE_HEADER_LEN as usize];
    header[0..8].copy_from_slice(MAGIC);
    header[8] = FORMAT;
    let doing = || format!("making {}", path.display());
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(&path)
        .map_err(|e| StoreError::io(doing(), e))?;
    if let Err(error) = file.write_all_at(&header, 0).and_then(|()| file.sync_all()) {
        let _ = std::fs::remove_file(&path);
        return Err(StoreError::io(doing(), error));
    }
    sync_dir(dir)?;
    Ok(file)
}

/// Reads one blob and checks it against its place.
pub fn read(dir: &Path, place: &Place) -> Result<Value> {
    if place.is_removed() {
        return Err(StoreError::Removed);
    }
    let path = dir.join(file_name(place.segment));
    let doing = || format!("reading {}", path.display());
    let gone = |what: &str| StoreError::damaged(format!("{} at {}: {what}", path.display(), place.offset));
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(gone("the segment is missing")),
        Err(error) => return Err(StoreError::io(doing(), error)),
    };
    if place.len as usize > BLOB_BYTES_MAX {
        return Err(gone("the length is impossible"));
    }
    let mut all = vec![0u8; BLOB_HEADER_LEN + place.len as usize];
    match file.read_exact_at(&mut all, place.offset) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            return Err(gone("the segment is cut short"));
        }
        Err(error) => return Err(StoreError::io(doing(), error)),
    }
    let bytes = all.split_off(BLOB_HEADER_LEN);
    if sha256(&bytes) != place.hash {
        return Err(gone("the bytes are not those that were written"));
    }
    Ok(bytes.into())
}

/// Length of a segment's file.
pub fn length(dir: &Path, number: u32) -> Result<u64> {
    let path = dir.join(file_name(number));
    let meta = std::fs::metadata(&path).map_err(|e| StoreError::io(format!("reading {}", path.display()), e))?;
    Ok(meta.len())
}

/// Removes a closed segment that no row names any more.
pub(super) fn remove(dir: &Path, number: u32) -> Result<()> {
    let path = dir.join(file_name(number));
    match std::fs::remove_file(&path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StoreError::io(format!("removing {}", path.display()), error)),
    }
}

/// Whether `path` is a segment this program can read.
pub fn check_header(dir: &Path, number: u32) -> Result<()> {
    let path = dir.join(file_name(number));
    let mut header = [0u8; FILE_HEADER_LEN as usize];
    let read = File::open(&path).and_then(|mut file| file.read_exact(&mut header));
    if read.is_err() || header[0..8] != *MAGIC {
        return Err(StoreError::damaged(format!("{} has a damaged header", path.display())));
    }
    if header[8] > FORMAT {
        return Err(StoreError::Newer { what: path.display().to_string(), found: header[8], known: FORMAT });
    }
    Ok(())
}
