//! One entry: its header, its payload of changes, and the chain.

use crate::store::Change;
use sha2::{Digest, Sha256};

/// The newest format this program writes and reads.
pub const FORMAT: u8 = 1;

pub const HEADER_LEN: usize = 128;

/// One commit; a load of many objects is many commits.
pub const PAYLOAD_BYTES_MAX: usize = 64 << 20;

/// The fixed part of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub sequence: u64,
    /// Milliseconds since 1970 UTC.
    pub moment: i64,
    pub cause: [u8; 32],
    pub payload_hash: [u8; 32],
    pub previous: [u8; 32],
    pub payload_len: u32,
    pub payload_crc: u32,
}

pub(in crate::store) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

pub(in crate::store) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}

pub(in crate::store) fn hash_at(bytes: &[u8], at: usize) -> [u8; 32] {
    bytes.get(at..at + 32).and_then(|b| b.try_into().ok()).unwrap_or([0; 32])
}

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

impl Header {
    pub fn encode(&self) -> [u8; HEADER_LEN] {
        let mut out = [0u8; HEADER_LEN];
        out[0] = FORMAT;
        out[8..16].copy_from_slice(&self.sequence.to_le_bytes());
        out[16..24].copy_from_slice(&self.moment.to_le_bytes());
        out[24..28].copy_from_slice(&self.payload_len.to_le_bytes());
        out[28..32].copy_from_slice(&self.payload_crc.to_le_bytes());
        out[32..64].copy_from_slice(&self.cause);
        out[64..96].copy_from_slice(&self.payload_hash);
        out[96..128].copy_from_slice(&self.previous);
        let crc = crc32fast::hash(&out[8..]);
        out[4..8].copy_from_slice(&crc.to_le_bytes());
        out
    }

    /// `None` when the bytes are not a header that was written whole.
    pub fn decode(bytes: &[u8; HEADER_LEN]) -> Option<Header> {
        if bytes[1..4] != [0; 3] || u32_at(bytes, 4) != crc32fast::hash(&bytes[8..]) {
            return None;
        }
        Some(Header {
            sequence: u64_at(bytes, 8),
            moment: u64_at(bytes, 16).cast_signed(),
            payload_len: u32_at(bytes, 24),
            payload_crc: u32_at(bytes, 28),
            cause: hash_at(bytes, 32),
            payload_hash: hash_at(bytes, 64),
            previous: hash_at(bytes, 96),
        })
    }
}

pub(in crate::store) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn take_varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..63).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn take<'a>(bytes: &'a [u8], at: &mut usize, len: u64) -> Option<&'a [u8]> {
    let end = at.checked_add(usize::try_from(len).ok()?)?;
    let piece = bytes.get(*at..end)?;
    *at = end;
    Some(piece)
}

/// The payload of an entry.
pub fn encode_changes(changes: &[Change]) -> Vec<u8> {
    let size: usize = changes.iter().map(|c| c.key.len() + c.value.as_ref().map_or(0, Vec::len) + 8).sum();
    let mut out = Vec::with_capacity(size + 1);
    out.push(FORMAT);
    for change in changes {
        put_varint(&mut out, change.key.len() as u64);
        out.extend_from_slice(&change.key);
        match &change.value {
            None => out.push(0),
            Some(value) => {
                put_varint(&mut out, value.len() as u64 + 1);
                out.extend_from_slice(value);
            }
        }
    }
    out
}

/// `None` when the payload is of another format or not whole.
pub fn decode_changes(payload: &[u8]) -> Option<Vec<Change>> {
    if *payload.first()? != FORMAT {
        return None;
    }
    let mut at = 1;
    let mut changes = Vec::new();
    while at < payload.len() {
        let len = take_varint(payload, &mut at)?;
        let key = take(payload, &mut at, len)?.to_vec();
        let value = match take_varint(payload, &mut at)? {
            0 => None,
            len => Some(take(payload, &mut at, len - 1)?.to_vec()),
        };
        changes.push(Change { key, value });
    }
    Some(changes)
}

/// Where the chain stands: the last entry's sequence and the hash of its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Tip {
    pub sequence: u64,
    pub hash: [u8; 32],
}

/// Appends one entry to `out`, which will be written in one piece; gives the new tip.
pub fn append_entry(out: &mut Vec<u8>, tip: Tip, moment: i64, cause: [u8; 32], payload: &[u8], hash: [u8; 32]) -> Tip {
    let header = Header {
        sequence: tip.sequence + 1,
        moment,
        cause,
        payload_hash: hash,
        previous: tip.hash,
        payload_len: payload.len() as u32,
        payload_crc: crc32fast::hash(payload),
    };
    let bytes = header.encode();
    out.extend_from_slice(&bytes);
    out.extend_from_slice(payload);
    Tip { sequence: header.sequence, hash: sha256(&bytes) }
}
