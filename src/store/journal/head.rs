//! The head: which entry was the last durable one.

use super::entry::{FORMAT, Tip, hash_at, u32_at, u64_at};
use crate::store::{Result, StoreError};
use std::path::Path;

const HEAD_MAGIC: &[u8; 8] = b"DUBANHED";

pub(super) const HEAD_SLOT_LEN: usize = 128;

/// What `journal/head` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Head {
    pub tip: Tip,
    /// First sequence of the file the tip stands in, and the offset after its entry.
    pub file: u64,
    pub offset: u64,
    /// End of the mail segments at that moment.
    pub segment: u32,
    pub segment_offset: u64,
}

impl Head {
    pub(super) fn encode(&self) -> [u8; HEAD_SLOT_LEN] {
        let mut out = [0u8; HEAD_SLOT_LEN];
        out[0..8].copy_from_slice(HEAD_MAGIC);
        out[8] = FORMAT;
        out[16..24].copy_from_slice(&self.tip.sequence.to_le_bytes());
        out[24..56].copy_from_slice(&self.tip.hash);
        out[56..64].copy_from_slice(&self.file.to_le_bytes());
        out[64..72].copy_from_slice(&self.offset.to_le_bytes());
        out[72..76].copy_from_slice(&self.segment.to_le_bytes());
        out[80..88].copy_from_slice(&self.segment_offset.to_le_bytes());
        let crc = crc32fast::hash(&out[..HEAD_SLOT_LEN - 4]);
        out[HEAD_SLOT_LEN - 4..].copy_from_slice(&crc.to_le_bytes());
        out
    }

    fn decode(bytes: &[u8]) -> Option<Head> {
        let slot = bytes.get(..HEAD_SLOT_LEN)?;
        if slot[0..8] != *HEAD_MAGIC
            || u32_at(slot, HEAD_SLOT_LEN - 4) != crc32fast::hash(&slot[..HEAD_SLOT_LEN - 4])
            || slot[8] != FORMAT
        {
            return None;
        }
        Some(Head {
            tip: Tip { sequence: u64_at(slot, 16), hash: hash_at(slot, 24) },
            file: u64_at(slot, 56),
            offset: u64_at(slot, 64),
            segment: u32_at(slot, 72),
            segment_offset: u64_at(slot, 80),
        })
    }
}

/// Both slots of the head file, the newer first. `None`: there is no such file.
pub(super) fn read_head(path: &Path) -> Result<Option<Option<Head>>> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::io(format!("reading {}", path.display()), error)),
    };
    if bytes.starts_with(HEAD_MAGIC)
        && bytes.get(8).is_some_and(|format| *format > FORMAT)
        && bytes.len() == 2 * HEAD_SLOT_LEN
    {
        let newer = Head::decode(bytes.get(HEAD_SLOT_LEN..).unwrap_or_default());
        // Only a whole slot of a newer format counts as one: a flipped bit is damage.
        if newer.is_none() && u32_at(&bytes, HEAD_SLOT_LEN - 4) == crc32fast::hash(&bytes[..HEAD_SLOT_LEN - 4]) {
            let found = bytes.get(8).copied().unwrap_or_default();
            return Err(StoreError::Newer { what: path.display().to_string(), found, known: FORMAT });
        }
    }
    let slots = [Head::decode(&bytes), bytes.get(HEAD_SLOT_LEN..).and_then(Head::decode)];
    Ok(Some(slots.into_iter().flatten().max_by_key(|head| head.tip.sequence)))
}

/// The newest head of a journal that may be written to at this moment.
pub fn head(dir: &Path) -> Result<Head> {
    let path = dir.join("head");
    for _ in 0..HEAD_TRIES {
        match read_head(&path)? {
            Some(Some(head)) => return Ok(head),
            // Both slots half written in one look: look again.
            Some(None) => std::thread::yield_now(),
            None => break,
        }
    }
    Err(StoreError::damaged(format!("{} is missing or damaged", path.display())))
}

const HEAD_TRIES: u32 = 1_000;

/// The contents of a head file whose two slots say the same.
pub fn head_file(head: &Head) -> Vec<u8> {
    let mut both = head.encode().to_vec();
    both.extend_from_slice(&head.encode());
    both
}
