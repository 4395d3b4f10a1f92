//! Where mail comes in: IMAP, Maildir, LMTP and SMTP, standard input.
//!
//! An intake hands bytes to an [`Inbox`] and acknowledges to its peer (250, `\Seen` and move, `new` → `cur`) only after
//! the inbox has said that they are on disk (TRUST D1). It reads no meaning into them: who wrote, and how far to believe
//! it, is decided from the stored bytes by the engine.

use futures::future::BoxFuture;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::watch;

pub mod imap;
mod imap_depth;
pub mod lmtp;
pub mod mailbox_name;
pub mod maildir;
pub mod oauth;
pub mod stdin;
pub mod tls;

/// What a mail came with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// RFC 5321 reverse-path; empty is the null sender. `None` where the intake knows none (IMAP, Maildir).
    pub mail_from: Option<String>,
    /// Forward-paths that were accepted; empty where the intake knows none.
    pub rcpts: Vec<String>,
    /// The peer of a listener, and what it called itself.
    pub client: Option<IpAddr>,
    pub helo: Option<String>,
}

/// A mail on its way to the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// The bytes as they came: lines end in CRLF from a socket, as stored from a folder.
    pub raw: Vec<u8>,
    pub envelope: Envelope,
    /// Which intake: [`crate::config::Intake::source`].
    pub source: String,
    /// Written in the same commit, so that the place reached is never ahead of the mail.
    pub cursor: Option<Cursor>,
}

/// How far an intake has read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub key: String,
    pub value: String,
}

/// A mail that is on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ack {
    /// A short name for logs and for the reply, free of content.
    pub id: String,
    /// The same mail was there already; it acts once (TRUST D6).
    pub duplicate: bool,
}

/// Why a mail was not kept. Nothing of it remains; the peer still has it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// 451 4.3.1: try again later (TRUST D13).
    #[error("no room on the disk")]
    Full,
    /// 552 5.3.4.
    #[error("the mail has {bytes} octets, more than {limit}")]
    TooLarge { bytes: usize, limit: usize },
    /// 451 4.3.0: the store is closing or cannot write.
    #[error("mail cannot be stored now: {0}")]
    Unavailable(String),
}

/// The durable end of every intake.
pub trait Inbox: Send + Sync {
    /// Keeps a mail; ready when it is synced.
    fn receive(&self, mail: Incoming) -> BoxFuture<'_, Result<Ack, ReceiveError>>;

    /// The value last kept under this key.
    fn cursor(&self, key: &str) -> Result<Option<String>, ReceiveError>;

    /// Keeps a cursor without a mail; ready when it is synced.
    fn keep_cursor(&self, cursor: Cursor) -> BoxFuture<'_, Result<(), ReceiveError>>;

    /// Whether a letter of ours has this Message-ID (without angle brackets): mail in Junk that answers one is read (O46).
    fn is_our_letter(&self, message_id: &str) -> bool;
}

pub type SharedInbox = Arc<dyn Inbox>;

/// Tells the moment, in milliseconds since 1970 UTC; the daemon owns the clock.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// How an intake is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Up,
    Down(String),
    /// Alerted at once (O47).
    LoginRefused(String),
    /// A mail stays where it is, unread, while the others are read: for the administrator.
    Left(String),
}

/// Where an intake, named by its source, tells how it is.
pub type Report = Arc<dyn Fn(&str, State) + Send + Sync>;

/// Tells every task that the daemon ends.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// The switch and what waits for it.
    pub fn new() -> (watch::Sender<bool>, Stop) {
        let (sender, receiver) = watch::channel(false);
        (sender, Stop(receiver))
    }

    pub fn is_stopping(&self) -> bool {
        *self.0.borrow()
    }

    /// Ready when the daemon ends (or its switch is gone).
    pub async fn stopped(&mut self) {
        // An error means that the switch was dropped: that is an end, too.
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}

/// Loop guard before anything is stored: more than this many Received fields is a mail that goes in circles (TRUST L8,
/// RFC 5321 §6.3).
pub const RECEIVED_MAX: usize = 100;

/// The number of Received fields in the head of a mail.
pub fn count_received(raw: &[u8]) -> usize {
    let mut count = 0;
    for line in raw.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if line.get(..9).is_some_and(|name| name.eq_ignore_ascii_case(b"received:")) {
            count += 1;
        }
    }
    count
}

/// An inbox in memory, for dialogues in tests.
#[derive(Debug, Default)]
pub struct MemoryInbox {
    kept: std::sync::Mutex<Vec<Incoming>>,
    cursors: std::sync::Mutex<std::collections::BTreeMap<String, String>>,
    /// Message-IDs that count as our letters.
    pub letters: Vec<String>,
    /// What every mail is answered with, if not kept.
    pub fault: std::sync::Mutex<Option<ReceiveError>>,
}

impl MemoryInbox {
    pub fn kept(&self) -> Vec<Incoming> {
        self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

impl Inbox for MemoryInbox {
    fn receive(&self, mail: Incoming) -> BoxFuture<'_, Result<Ack, ReceiveError>> {
        Box::pin(async move {
            if let Some(fault) = self.fault.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone() {
                return Err(fault);
            }
            let mut kept = self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let duplicate = kept.iter().any(|other| other.raw == mail.raw);
            if let Some(cursor) = &mail.cursor {
                let mut cursors = self.cursors.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                cursors.insert(cursor.key.clone(), cursor.value.clone());
            }
            if !duplicate {
                kept.push(mail);
            }
            Ok(Ack { id: kept.len().to_string(), duplicate })
        })
    }

    fn cursor(&self, key: &str) -> Result<Option<String>, ReceiveError> {
        Ok(self.cursors.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(key).cloned())
    }

    fn keep_cursor(&self, cursor: Cursor) -> BoxFuture<'_, Result<(), ReceiveError>> {
        Box::pin(async move {
            let mut cursors = self.cursors.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            cursors.insert(cursor.key, cursor.value);
            Ok(())
        })
    }

    fn is_our_letter(&self, message_id: &str) -> bool {
        self.letters.iter().any(|letter| letter == message_id)
    }
}
