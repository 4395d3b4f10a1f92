//! From a socket to a durable inbox row: the one way in for every mail (SPEC 8.1).
//!
//! A mail's bytes go to a segment, an inbox row and a `seen` row name them, and the caller hears of it when the group is
//! synced. The same Message-ID with the same content is taken once (TRUST D6): the second delivery is acknowledged when
//! the first is durable, and nothing is written.

use super::{Batch, Place, Result, Store, StoreError, Ticket, keys};
use crate::intake::{Ack, Cursor, Inbox, Incoming, ReceiveError};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Tells the moment, in milliseconds since 1970 UTC. The daemon reads the clock, a simulation has its own.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A mail that waits to be read (`i`), or was set aside (`q`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxRow {
    pub number: u64,
    pub place: Place,
    /// Without angle brackets; empty where the mail has none.
    pub message_id: String,
    /// SHA-256 of the content without trace fields, hexadecimal.
    pub content: String,
    pub mail_from: Option<String>,
    pub rcpts: Vec<String>,
    /// Which intake.
    pub source: String,
    /// When it was received, milliseconds since 1970 UTC.
    pub at: i64,
    /// Readings that were begun and not finished.
    #[serde(default)]
    pub faults: u32,
    /// Why it was set aside.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The author was proven afterwards (O1, O2), by name of the proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proven: Option<String>,
    /// Who handed it over, where strangers may: what SPF is asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<IpAddr>,
    /// What that peer called itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helo: Option<String>,
    /// What verifying the author ourselves came to (TRUST S3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verified>,
    /// Looks at the DNS that had no answer, and when the next one is due, milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub looks: u32,
    #[serde(default)]
    pub look_at: i64,
}

/// For counts that most rows do not have.
pub(crate) fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// What DKIM, SPF, DMARC and ARC said of a mail's author, asked by ourselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// `pass`, `fail` or `none`.
    pub result: String,
    pub reason: String,
}

impl Verified {
    pub fn new(result: &str, reason: &str) -> Verified {
        Verified { result: result.into(), reason: reason.into() }
    }
}

/// Fields that a delivery adds on its way: the same mail delivered twice differs in them (TRUST D6).
const TRACE_FIELDS: &[&str] = &[
    "received",
    "return-path",
    "delivered-to",
    "x-original-to",
    "x-delivered-to",
    "envelope-to",
    "x-envelope-from",
    "x-envelope-to",
    "x-received",
    "x-uid",
    "x-uidl",
    "status",
    "x-status",
    "x-keywords",
    "x-mozilla-status",
    "x-mozilla-status2",
    "content-length",
    "lines",
    "authentication-results",
    "arc-authentication-results",
    "arc-message-signature",
    "arc-seal",
    "received-spf",
    "x-spam-status",
    "x-spam-score",
    "x-spam-level",
    "x-spam-flag",
    "x-spam-checker-version",
    "x-virus-scanned",
];

/// What tells a mail apart: its Message-ID and the hash of everything but [`TRACE_FIELDS`], line ends made equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    pub message_id: String,
    pub content: [u8; 32],
}

pub fn fingerprint(raw: &[u8]) -> Fingerprint {
    let mut hash = Gathered { text: Vec::with_capacity(HASHED_AT_ONCE), hash: Sha256::new() };
    let mut message_id = String::new();
    let mut in_head = true;
    // Whether the field that a folded line continues is hashed, and whether it is the Message-ID.
    let mut kept = true;
    let mut is_id = false;
    let mut blank_lines = 0u32;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if in_head {
            if line.is_empty() {
                in_head = false;
                hash.push(b"\n");
                continue;
            }
            if !matches!(line.first(), Some(b' ' | b'\t')) {
                let colon = line.iter().position(|byte| *byte == b':').unwrap_or(0);
                let name = line.get(..colon).unwrap_or_default().trim_ascii();
                // A name that is no text is nobody's trace.
                let name = std::str::from_utf8(name).unwrap_or("?");
                kept = !TRACE_FIELDS.iter().any(|trace| name.eq_ignore_ascii_case(trace))
                    && !(colon == 0 && line.starts_with(b"From "));
                is_id = message_id.is_empty() && name.eq_ignore_ascii_case("message-id");
                if is_id {
                    message_id = id_text(line.get(colon + 1..).unwrap_or_default());
                }
            } else if is_id && message_id.is_empty() {
                message_id = id_text(line);
            }
            if kept {
                hash.push(line);
                hash.push(b"\n");
            }
            continue;
        }
        // Empty lines at the end come and go with transports.
        if line.is_empty() {
            blank_lines += 1;
            continue;
        }
        for _ in 0..std::mem::take(&mut blank_lines) {
            hash.push(b"\n");
        }
        hash.push(line);
        hash.push(b"\n");
    }
    Fingerprint { message_id, content: hash.finish() }
}

/// Octets that are hashed at once: line by line the hash would spend its time on beginnings and ends.
const HASHED_AT_ONCE: usize = 8 << 10;

struct Gathered {
    text: Vec<u8>,
    hash: Sha256,
}

impl Gathered {
    fn push(&mut self, bytes: &[u8]) {
        if self.text.len() + bytes.len() > HASHED_AT_ONCE {
            self.hash.update(&self.text);
            self.text.clear();
        }
        match bytes.len() > HASHED_AT_ONCE {
            true => self.hash.update(bytes),
            false => self.text.extend_from_slice(bytes),
        }
    }

    fn finish(mut self) -> [u8; 32] {
        self.hash.update(&self.text);
        self.hash.finalize().into()
    }
}

/// Longest Message-ID that is kept; RFC 5322 §2.1.1 lines have 998 octets.
const MESSAGE_ID_MAX: usize = 998;

fn id_text(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let text = text.trim();
    let inner = text.split_once('<').map_or(text, |(_, rest)| rest.split('>').next().unwrap_or(rest)).trim();
    inner.chars().filter(|c| !c.is_control()).take(MESSAGE_ID_MAX).collect()
}

/// The durable end of every intake, and of the simulation's.
pub struct Receiver {
    store: Arc<dyn Store>,
    now: Now,
    next: AtomicU64,
    bytes_max: usize,
    /// Sources whose mail has its author verified by ourselves before it is read.
    verified: Vec<String>,
    /// Called when a new inbox row can be seen: wakes the engine.
    arrived: Arc<dyn Fn() + Send + Sync>,
}

impl Receiver {
    /// `bytes_max`: the largest mail taken (`policy.mail_size_max`).
    pub fn new(
        store: Arc<dyn Store>,
        now: Now,
        bytes_max: usize,
        arrived: Arc<dyn Fn() + Send + Sync>,
    ) -> Result<Receiver> {
        let mut last = 0;
        for kind in [keys::INBOX, keys::MAIL, keys::QUARANTINE, keys::PROVING] {
            let newest = store.scan_back(&[kind], &[kind + 1], 1)?;
            last = last.max(newest.first().and_then(|(key, _)| keys::number_of(key)).unwrap_or(0));
        }
        Ok(Receiver { store, now, next: AtomicU64::new(last + 1), bytes_max, verified: Vec::new(), arrived })
    }

    /// Mail of these sources waits until its author is verified.
    pub fn verifying(self, sources: Vec<String>) -> Receiver {
        Receiver { verified: sources, ..self }
    }

    /// Takes a mail. It is safe when the ticket is durable, not before.
    pub fn take(&self, mail: &Incoming) -> std::result::Result<(Ack, Ticket), ReceiveError> {
        self.take_at(mail, (self.now)())
    }

    /// The same at a given moment.
    pub fn take_at(&self, mail: &Incoming, at: i64) -> std::result::Result<(Ack, Ticket), ReceiveError> {
        if mail.raw.len() > self.bytes_max {
            return Err(ReceiveError::TooLarge { bytes: mail.raw.len(), limit: self.bytes_max });
        }
        let print = fingerprint(&mail.raw);
        let seen = keys::seen(&print.message_id, &print.content);
        loop {
            let epoch = self.store.epoch();
            if let Some(number) = self.store.get(&seen).map_err(refused)? {
                let id = String::from_utf8_lossy(&number).into_owned();
                let ticket = match &mail.cursor {
                    Some(cursor) => self.put_cursor(cursor, at).map_err(refused)?,
                    None => self.store.tip(),
                };
                return Ok((Ack { id, duplicate: true }, ticket));
            }
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let mut batch = Batch::new(epoch, at, print.content);
            let place = self.store.put_blob(&mail.raw).map_err(refused)?;
            let row = InboxRow {
                number,
                place,
                message_id: print.message_id.clone(),
                content: super::hex(&print.content),
                mail_from: mail.envelope.mail_from.clone(),
                rcpts: mail.envelope.rcpts.clone(),
                source: mail.source.clone(),
                at,
                client: mail.envelope.client,
                helo: mail.envelope.helo.clone(),
                ..InboxRow::default()
            };
            let waits = self.verified.contains(&mail.source);
            batch.put(if waits { keys::proving(number) } else { keys::inbox(number) }, json(&row));
            batch.expect(seen.clone(), None);
            // `duban ingest` numbers mails, too, beside the daemon.
            batch.expect(keys::inbox(number), None);
            batch.expect(keys::proving(number), None);
            batch.expect(keys::mail(number), None);
            batch.put(seen.clone(), number.to_string());
            if let Some(cursor) = &mail.cursor {
                batch.put(cursor_key(&cursor.key), cursor.value.as_bytes());
            }
            match self.store.commit(batch) {
                Ok(ticket) => {
                    (self.arrived)();
                    return Ok((Ack { id: number.to_string(), duplicate: false }, ticket));
                }
                // The same mail in two sessions at once, or a group that failed: look again.
                Err(StoreError::Conflict) => continue,
                Err(error) => return Err(refused(error)),
            }
        }
    }

    /// Takes a mail and waits until it is on disk.
    pub fn receive_blocking(&self, mail: &Incoming) -> std::result::Result<Ack, ReceiveError> {
        let (ack, ticket) = self.take(mail)?;
        self.store.sync(ticket).map_err(refused)?;
        Ok(ack)
    }

    fn put_cursor(&self, cursor: &Cursor, at: i64) -> Result<Ticket> {
        loop {
            let mut batch = Batch::new(self.store.epoch(), at, [0; 32]);
            batch.put(cursor_key(&cursor.key), cursor.value.as_bytes());
            match self.store.commit(batch) {
                Err(StoreError::Conflict) => continue,
                other => return other,
            }
        }
    }
}

fn cursor_key(key: &str) -> super::Key {
    keys::fact(&format!("cursor/{key}"))
}

/// Most rows are no longer than this.
const ROW_BYTES: usize = 1024;

/// JSON of a row. Our rows hold no maps with keys that JSON cannot have, so there is always one.
pub fn json(row: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::with_capacity(ROW_BYTES);
    match serde_json::to_writer(&mut out, row) {
        Ok(()) => out,
        Err(_) => Vec::new(),
    }
}

fn refused(error: StoreError) -> ReceiveError {
    match error {
        StoreError::Full { .. } => ReceiveError::Full,
        StoreError::TooLarge { bytes, limit, .. } => ReceiveError::TooLarge { bytes, limit },
        other => ReceiveError::Unavailable(other.to_string()),
    }
}

impl Inbox for Receiver {
    fn receive(&self, mail: Incoming) -> BoxFuture<'_, std::result::Result<Ack, ReceiveError>> {
        Box::pin(async move {
            let (ack, ticket) = self.take(&mail)?;
            drop(mail);
            super::durable(&*self.store, ticket).await.map_err(refused)?;
            Ok(ack)
        })
    }

    fn cursor(&self, key: &str) -> std::result::Result<Option<String>, ReceiveError> {
        let value = self.store.get(&cursor_key(key)).map_err(refused)?;
        Ok(value.map(|value| String::from_utf8_lossy(&value).into_owned()))
    }

    fn keep_cursor(&self, cursor: Cursor) -> BoxFuture<'_, std::result::Result<(), ReceiveError>> {
        Box::pin(async move {
            let ticket = self.put_cursor(&cursor, (self.now)()).map_err(refused)?;
            super::durable(&*self.store, ticket).await.map_err(refused)
        })
    }

    fn is_our_letter(&self, message_id: &str) -> bool {
        // `m` rows of letters hold their id, `<commit>.<ordinal>`; those of mails a number.
        let found = self.store.get(&keys::message(message_id)).ok().flatten();
        found.is_some_and(|value| std::str::from_utf8(&value).is_ok_and(|id| keys::letter(id).is_some()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::MemoryStore;

    fn same(a: &str, b: &str) -> bool {
        fingerprint(a.as_bytes()) == fingerprint(b.as_bytes())
    }

    #[test]
    fn trace_fields_and_line_ends_do_not_count() {
        let plain = "Message-ID: <a@b>\r\nSubject: x\r\n\r\nhello\r\n\r\nyou\r\n";
        let traced = "Received: from a\r\n by b\r\nReturn-Path: <q@r>\r\nAuthentication-Results: mx; pass\r\n";
        assert!(same(plain, &format!("{traced}{plain}")));
        assert!(same(plain, &plain.replace("\r\n", "\n")));
        assert!(same(plain, &format!("{plain}\r\n\r\n")));
        assert!(!same(plain, &plain.replace("hello", "hallo")));
        assert!(!same(plain, &plain.replace("\r\n\r\nyou", "\r\nyou")), "an empty line inside is content");
        assert!(!same(plain, &plain.replace("Subject: x", "Subject: y")));
        assert!(!same(plain, &plain.replace("a@b", "a@c")));
        let long = format!("{plain}{}", "a line that comes again\r\n".repeat(2_000));
        assert!(same(&long, &long.replace("\r\n", "\n")) && !same(&long, &long.replace("hello", "hallo")));
        assert!(!same(&long, &format!("{long}{}", "x".repeat(20_000))));
        assert_eq!(fingerprint(b"message-id:\r\n <folded@id>\r\n\r\n").message_id, "folded@id");
        assert_eq!(fingerprint(b"Subject: no id\n\nMessage-ID: <x@y>\n").message_id, "");
    }

    #[test]
    fn the_same_mail_acts_once_and_a_forged_id_swallows_nothing() {
        let store = Arc::new(MemoryStore::new());
        let receiver = Receiver::new(store.clone(), Arc::new(|| 1), 100, Arc::new(|| {})).unwrap();
        let mail = |text: &str| Incoming { raw: text.as_bytes().to_vec(), ..Incoming::default() };
        let first = mail("Message-ID: <a@b>\n\nhello\n");
        assert!(!receiver.receive_blocking(&first).unwrap().duplicate);
        let again = receiver.receive_blocking(&first).unwrap();
        assert!(again.duplicate && again.id == "1");
        assert!(!receiver.receive_blocking(&mail("Message-ID: <a@b>\n\nother\n")).unwrap().duplicate);
        let large = mail(&"x".repeat(101));
        assert_eq!(receiver.receive_blocking(&large), Err(ReceiveError::TooLarge { bytes: 101, limit: 100 }));
        assert_eq!(store.scan(b"i", b"j", 10).unwrap().len(), 2);
        // A restart goes on behind the last number.
        let next = Receiver::new(store, Arc::new(|| 1), 100, Arc::new(|| {})).unwrap();
        assert_eq!(next.receive_blocking(&mail("third")).unwrap().id, "3");
    }
}
