//! The LMTP and SMTP listener (RFC 2033, RFC 5321).
//!
//! One task a connection; a slow peer delays nobody else. A mail is answered with 250 only after the inbox has said that
//! it is on disk. Strict where leniency lets one mail become two: only CRLF.CRLF ends DATA, and a bare CR or LF ends the
//! session (TRUST P16). Deliberately absent: relaying, AUTH, and trace fields of our own, which would stand above the
//! mail server's Authentication-Results.

mod bound;
mod data;

pub use bound::Bound;

use super::{Envelope, Incoming, RECEIVED_MAX, ReceiveError, SharedInbox, Stop, count_received};
use crate::config::{Limits, Recipients};
use data::{Data, Step, has_bare, is_odd_chunk};
use smtp_proto::{Error as Grammar, MAIL_BODY_BINARYMIME, Request};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

/// Replies with 4xx or 5xx before we hang up on a peer that understands nothing.
const FAULTS_MAX: usize = 20;

/// Room for one read; a mail of ordinary size comes in one or two.
const READ_SIZE: usize = 32 << 10;

/// Replies are written when the peer waits, or when this many octets have gathered.
const REPLIES_MAX: usize = 64 << 10;

/// Memory for mails that are coming in on all connections together; beyond it, 452. Mails up to [`READ_SIZE`] are free.
const IN_FLIGHT_MAX: usize = 128 << 20;

/// How long sessions get to end when the daemon ends.
const DRAIN: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// One reply per recipient after DATA.
    Lmtp,
    Smtp,
}

/// Everything a session needs to know; shared by all of them.
pub struct Service {
    pub protocol: Protocol,
    /// The name we greet with.
    pub host: String,
    /// [`crate::config::Intake::source`].
    pub source: String,
    pub recipients: Recipients,
    pub limits: Limits,
    pub tls: Option<TlsAcceptor>,
    pub inbox: SharedInbox,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    in_flight: AtomicUsize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

impl Service {
    pub fn new(
        protocol: Protocol,
        host: impl Into<String>,
        source: impl Into<String>,
        recipients: Recipients,
        limits: Limits,
        inbox: SharedInbox,
    ) -> Self {
        let (host, source) = (host.into(), source.into());
        Service { protocol, host, source, recipients, limits, tls: None, inbox, counts: Counts::default() }
    }
}

/// A place among the connections (TRUST P19); given back when dropped.
struct Seat {
    service: Arc<Service>,
    peer: Option<IpAddr>,
}

impl Seat {
    fn take(service: &Arc<Service>, peer: Option<IpAddr>) -> Option<Seat> {
        let counts = &service.counts;
        if counts.connections.fetch_add(1, Ordering::Relaxed) >= service.limits.connections_max {
            counts.connections.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        // One mail server behind loopback is everybody's only peer: it gets all connections.
        let peer = peer.filter(|ip| !ip.is_loopback());
        if let Some(ip) = peer {
            let mut by_address = counts.by_address.lock().unwrap_or_else(PoisonError::into_inner);
            let count = by_address.entry(ip).or_insert(0);
            if *count >= service.limits.connections_per_address {
                counts.connections.fetch_sub(1, Ordering::Relaxed);
                return None;
            }
            *count += 1;
        }
        Some(Seat { service: service.clone(), peer })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let counts = &self.service.counts;
        counts.connections.fetch_sub(1, Ordering::Relaxed);
        if let Some(ip) = self.peer {
            let mut by_address = counts.by_address.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = by_address.get_mut(&ip) {
                *count -= 1;
                if *count == 0 {
                    by_address.remove(&ip);
                }
            }
        }
    }
}

/// A connection of any kind.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// The mail between MAIL and the end of its data.
#[derive(Default)]
struct Transaction {
    mail_from: Option<String>,
    rcpts: Vec<String>,
    mail: Vec<u8>,
    /// A BDAT has come: DATA may not.
    chunked: bool,
    /// More than `mail_size_max` came: the rest is read and dropped.
    too_large: bool,
    /// No memory for it now.
    busy: bool,
}

/// Why a session ends.
enum End {
    /// The peer is gone or said QUIT.
    Quiet,
    /// We say this and hang up.
    Say(&'static str),
    Io(io::Error),
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        End::Io(error)
    }
}

/// What a peer calls itself, as far as it may be a name.
fn named(host: &str) -> String {
    host.chars().filter(|c| c.is_ascii_graphic()).take(255).collect()
}

/// One connection.
pub struct Session<'a> {
    service: &'a Service,
    stream: Box<dyn Stream>,
    stop: Stop,
    /// What came and is not used yet: `input[used..]`.
    input: Vec<u8>,
    used: usize,
    replies: Vec<u8>,
    greeted: bool,
    /// The peer, and what it called itself.
    client: Option<IpAddr>,
    helo: Option<String>,
    secure: bool,
    transaction: Transaction,
    faults: usize,
    ends_at: Instant,
    /// Octets of [`IN_FLIGHT_MAX`] that this session holds.
    held: usize,
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.service.counts.in_flight.fetch_sub(self.held, Ordering::Relaxed);
    }
}

impl<'a> Session<'a> {
    pub fn new(service: &'a Service, stream: Box<dyn Stream>, stop: Stop) -> Self {
        Session {
            service,
            stream,
            stop,
            input: Vec::with_capacity(READ_SIZE),
            used: 0,
            replies: Vec::with_capacity(512),
            greeted: false,
            client: None,
            helo: None,
            secure: false,
            transaction: Transaction::default(),
            faults: 0,
            ends_at: Instant::now() + Duration::from_secs(service.limits.session_seconds),
            held: 0,
        }
    }

    /// Who is at the other end; unknown for a unix socket.
    pub fn of(mut self, client: Option<IpAddr>) -> Self {
        self.client = client;
        self
    }

    /// Serves the connection to its end.
    pub async fn run(mut self) {
        let protocol = if self.service.protocol == Protocol::Lmtp { "LMTP" } else { "ESMTP" };
        self.say(format_args!("220 {} {protocol} Duban", self.service.host));
        let end = match self.commands().await {
            Err(end) => end,
            Ok(()) => End::Quiet,
        };
        match end {
            End::Quiet => {}
            End::Say(what) => self.say(what),
            End::Io(error) => {
                tracing::debug!(source = self.service.source, %error, "the peer left");
                return;
            }
        }
        // The peer may be gone already; there is nobody to tell.
        let _ = self.flush().await;
        let _ = tokio::time::timeout(Duration::from_secs(2), self.stream.shutdown()).await;
    }

    async fn commands(&mut self) -> Result<(), End> {
        loop {
            let line = self.line().await?;
            if !self.command(&line).await? {
                return Ok(());
            }
            if self.faults > FAULTS_MAX {
                return Err(End::Say("421 4.7.0 too many errors, goodbye"));
            }
        }
    }

    /// The next command line, with its CRLF.
    async fn line(&mut self) -> Result<Vec<u8>, End> {
        let mut looked = self.used;
        loop {
            let fresh = self.input.get(looked..).unwrap_or_default();
            if let Some(at) = fresh.iter().position(|byte| *byte == b'\n') {
                let line = self.input.get(self.used..looked + at + 1).unwrap_or_default().to_vec();
                self.used = looked + at + 1;
                let Some(text) = line.strip_suffix(b"\r\n") else {
                    return Err(End::Say("500 5.5.2 a line ended in LF alone; lines end in CRLF"));
                };
                if text.contains(&b'\r') || text.contains(&0) {
                    return Err(End::Say("500 5.5.2 CR or NUL inside a line"));
                }
                if line.len() > self.service.limits.line_max {
                    return Err(End::Say("500 5.5.6 line too long"));
                }
                return Ok(line);
            }
            if self.input.len() - self.used > self.service.limits.line_max {
                return Err(End::Say("500 5.5.6 line too long"));
            }
            let before = self.input.len() - self.used;
            self.read(true).await?;
            looked = self.used + before;
        }
    }

    /// Waits for more octets, after writing what we have to say. `between`: the peer may be sent away when the daemon ends.
    async fn read(&mut self, between: bool) -> Result<(), End> {
        self.flush().await?;
        if self.used == self.input.len() {
            self.input.clear();
            self.used = 0;
        } else if self.used > READ_SIZE {
            self.input.drain(..self.used);
            self.used = 0;
        }
        self.input.reserve(READ_SIZE);
        let idle_at = Instant::now() + Duration::from_secs(self.service.limits.command_seconds);
        let until = idle_at.min(self.ends_at);
        let read = tokio::select! {
            biased;
            read = self.stream.read_buf(&mut self.input) => read?,
            () = tokio::time::sleep_until(until) => {
                return Err(End::Say("421 4.4.2 time is up, goodbye"));
            }
            () = self.stop.stopped(), if between => {
                return Err(End::Say("421 4.3.2 shutting down, try again later"));
            }
        };
        if read == 0 { Err(End::Quiet) } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), End> {
        if self.replies.is_empty() {
            return Ok(());
        }
        let limit = Duration::from_secs(self.service.limits.command_seconds);
        let written = tokio::time::timeout(limit, async {
            self.stream.write_all(&self.replies).await?;
            self.stream.flush().await
        })
        .await;
        self.replies.clear();
        match written {
            Ok(written) => Ok(written?),
            Err(_) => Err(End::Io(io::ErrorKind::TimedOut.into())),
        }
    }

    fn say(&mut self, what: impl std::fmt::Display) {
        use std::io::Write;
        let before = self.replies.len();
        // Writing to memory does not fail.
        let _ = write!(self.replies, "{what}\r\n");
        if matches!(self.replies.get(before), Some(b'4' | b'5')) {
            self.faults += 1;
        }
    }

    /// Answers one command; false after QUIT.
    async fn command(&mut self, line: &[u8]) -> Result<bool, End> {
        if self.replies.len() > REPLIES_MAX {
            self.flush().await?;
        }
        if is_odd_chunk(line) {
            // The grammar would take it for another number, and what follows for something else than it is.
            self.say("501 5.5.4 expected BDAT and a number of octets");
            return Ok(true);
        }
        let request = match Request::parse(&mut line.iter()) {
            Ok(request) => request,
            Err(error) => {
                match error {
                    Grammar::UnknownCommand => self.say("500 5.5.1 command not known"),
                    Grammar::InvalidSenderAddress => self.say("501 5.1.7 the sender's address is malformed"),
                    Grammar::InvalidRecipientAddress => self.say("501 5.1.3 the recipient's address is malformed"),
                    Grammar::SyntaxError { syntax } => self.say(format_args!("501 5.5.4 expected {syntax}")),
                    Grammar::InvalidParameter { param } => self.say(format_args!("501 5.5.4 {param}: bad value")),
                    Grammar::UnsupportedParameter { .. } => self.say("555 5.5.4 this parameter is not supported"),
                    _ => self.say("500 5.5.2 command not understood"),
                }
                return Ok(true);
            }
        };
        let lmtp = self.service.protocol == Protocol::Lmtp;
        match request {
            Request::Lhlo { host } if lmtp => self.greet(&host),
            Request::Ehlo { host } if !lmtp => self.greet(&host),
            Request::Helo { host } if !lmtp => {
                self.reset();
                self.helo = Some(named(&host));
                self.greeted = true;
                self.say(format_args!("250 {}", self.service.host));
            }
            Request::Lhlo { .. } => self.say("500 5.5.1 this is SMTP: say EHLO"),
            // RFC 2033 §4.1: HELO and EHLO must not be accepted.
            Request::Ehlo { .. } | Request::Helo { .. } => self.say("500 5.5.1 this is LMTP: say LHLO"),
            Request::Mail { from } => self.mail(from),
            // The grammar takes the domain away with a local part that stands alone.
            Request::Rcpt { to } if to.address.is_empty() && is_bare_postmaster(line) => self.rcpt("postmaster"),
            Request::Rcpt { to } => self.rcpt(&to.address),
            Request::Data => self.data().await?,
            Request::Bdat { chunk_size, is_last } => self.bdat(chunk_size, is_last).await?,
            Request::Rset => {
                self.reset();
                self.say("250 2.0.0 ok");
            }
            Request::Noop { .. } => self.say("250 2.0.0 ok"),
            Request::Quit => {
                self.say("221 2.0.0 goodbye");
                return Ok(false);
            }
            // RFC 5321 §3.5.3: neither confirm nor deny.
            Request::Vrfy { .. } => self.say("252 2.5.2 send some mail and see"),
            Request::Help { .. } => self.say("214 2.0.0 RFC 5321, RFC 2033"),
            Request::StartTls => self.starttls().await?,
            Request::Auth { .. } => self.say("503 5.5.1 there is no login here"),
            _ => self.say("502 5.5.1 not implemented"),
        }
        Ok(true)
    }

    fn greet(&mut self, host: &str) {
        self.reset();
        self.helo = Some(named(host));
        self.greeted = true;
        let starttls = if self.service.tls.is_some() && !self.secure { "250-STARTTLS\r\n" } else { "" };
        self.say(format_args!(
            "250-{}\r\n250-PIPELINING\r\n250-SIZE {}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-CHUNKING\r\n{starttls}250 ENHANCEDSTATUSCODES",
            self.service.host, self.service.limits.mail_size_max
        ));
    }

    fn reset(&mut self) {
        self.service.counts.in_flight.fetch_sub(self.held, Ordering::Relaxed);
        self.held = 0;
        self.transaction = Transaction::default();
    }

    fn mail(&mut self, from: smtp_proto::MailFrom<Cow<'_, str>>) {
        let limit = self.service.limits.mail_size_max;
        if !self.greeted {
            self.say("503 5.5.1 say hello first");
        } else if self.transaction.mail_from.is_some() {
            self.say("503 5.5.1 a sender was given already");
        } else if from.flags & MAIL_BODY_BINARYMIME != 0 {
            self.say("555 5.6.1 binary bodies are not supported");
        } else if from.size > limit {
            self.say(too_large(limit));
        } else {
            self.transaction.mail_from = Some(from.address.into_owned());
            self.say("250 2.1.0 ok");
        }
    }

    fn rcpt(&mut self, address: &str) {
        if self.transaction.mail_from.is_none() {
            self.say("503 5.5.1 who sends it? MAIL first");
        } else if self.transaction.rcpts.len() >= self.service.limits.recipients_max {
            self.say("452 4.5.3 too many recipients");
        } else if !self.takes(address) {
            // TRUST P20: no relay.
            self.say("550 5.1.1 there is no such address here");
        } else {
            self.transaction.rcpts.push(address.to_string());
            self.say("250 2.1.5 ok");
        }
    }

    /// Behind LMTP stands a mail server that has a postmaster of its own.
    fn takes(&self, address: &str) -> bool {
        let recipients = &self.service.recipients;
        recipients.take(address) || self.service.protocol == Protocol::Smtp && recipients.take_as_postmaster(address)
    }

    async fn data(&mut self) -> Result<(), End> {
        if self.transaction.mail_from.is_none() || self.transaction.chunked {
            self.say("503 5.5.1 MAIL and RCPT first");
            return Ok(());
        }
        if self.transaction.rcpts.is_empty() {
            // RFC 2033 §4.2: with no recipient there would be no reply to the data.
            self.say("503 5.5.1 no valid recipients");
            return Ok(());
        }
        self.say("354 go ahead, end with CRLF.CRLF");
        let mut data = Data::LineStart;
        loop {
            let fresh = self.input.get(self.used..).unwrap_or_default();
            let (taken, step) = data.take(fresh, &mut self.transaction.mail);
            self.used += taken;
            self.account();
            match step {
                Step::End => break,
                Step::Bare => return Err(End::Say("521 5.5.2 bare CR or LF in the data; lines end in CRLF")),
                Step::More => self.read(false).await?,
            }
        }
        self.deliver().await;
        Ok(())
    }

    /// RFC 3030 §2.
    async fn bdat(&mut self, size: usize, last: bool) -> Result<(), End> {
        let allowed = !self.transaction.rcpts.is_empty();
        if size > self.service.limits.mail_size_max.saturating_mul(2) {
            return Err(End::Say("552 5.3.4 chunk too large"));
        }
        self.transaction.chunked = true;
        let mut left = size;
        while left > 0 {
            if self.used == self.input.len() {
                self.read(false).await?;
            }
            let fresh = self.input.get(self.used..).unwrap_or_default();
            let part = fresh.len().min(left);
            if allowed && !self.transaction.too_large && !self.transaction.busy {
                self.transaction.mail.extend_from_slice(fresh.get(..part).unwrap_or_default());
            }
            self.used += part;
            left -= part;
            self.account();
        }
        if !allowed {
            self.reset();
            self.say("503 5.5.1 no valid recipients");
        } else if !last {
            self.say(format_args!("250 2.0.0 {size} octets"));
        } else if has_bare(&self.transaction.mail) {
            return Err(End::Say("521 5.5.2 bare CR or LF in the data; lines end in CRLF"));
        } else {
            self.deliver().await;
        }
        Ok(())
    }

    /// Keeps the memory of all sessions below [`IN_FLIGHT_MAX`], and of this mail below its limit. What is too much is
    /// read to its end and dropped, so that the peer hears why.
    fn account(&mut self) {
        let have = self.transaction.mail.len();
        if have > self.service.limits.mail_size_max {
            self.transaction.too_large = true;
        }
        if have > READ_SIZE && have > self.held {
            let more = have - self.held;
            let all = self.service.counts.in_flight.fetch_add(more, Ordering::Relaxed) + more;
            self.held = have;
            if all > IN_FLIGHT_MAX {
                self.transaction.busy = true;
            }
        }
        if self.transaction.too_large || self.transaction.busy {
            self.transaction.mail = Vec::new();
        }
    }

    /// Hands the mail to the inbox and answers: once in SMTP, for each recipient in LMTP.
    async fn deliver(&mut self) {
        let limit = self.service.limits.mail_size_max;
        let transaction = std::mem::take(&mut self.transaction);
        let repeat = if self.service.protocol == Protocol::Lmtp { transaction.rcpts.len() } else { 1 };
        let answer = if transaction.too_large {
            too_large(limit)
        } else if transaction.busy {
            "452 4.3.1 no memory for this now, try again later".to_string()
        } else if count_received(&transaction.mail) > RECEIVED_MAX {
            "554 5.4.6 this mail goes in circles".to_string()
        } else {
            let mail = Incoming {
                raw: transaction.mail,
                envelope: Envelope {
                    mail_from: transaction.mail_from,
                    rcpts: transaction.rcpts,
                    client: self.client,
                    helo: self.helo.clone(),
                },
                source: self.service.source.clone(),
                cursor: None,
            };
            match self.service.inbox.receive(mail).await {
                Ok(ack) => format!("250 2.0.0 kept as {}", ack.id),
                Err(ReceiveError::Full) => "451 4.3.1 no room, try again later".to_string(),
                Err(ReceiveError::TooLarge { limit, .. }) => too_large(limit),
                Err(ReceiveError::Unavailable(why)) => {
                    tracing::error!(source = self.service.source, why, "a mail could not be stored");
                    "451 4.3.0 cannot be stored now, try again later".to_string()
                }
            }
        };
        for _ in 0..repeat {
            self.say(&answer);
        }
        self.reset();
    }

    /// RFC 3207 §4.2: everything that was said before is forgotten, what was sent along with STARTTLS too.
    async fn starttls(&mut self) -> Result<(), End> {
        let Some(acceptor) = self.service.tls.as_ref().filter(|_| !self.secure) else {
            self.say("502 5.5.1 no TLS here");
            return Ok(());
        };
        self.say("220 2.0.0 ready for TLS");
        self.flush().await?;
        self.input.clear();
        self.used = 0;
        let plain = std::mem::replace(&mut self.stream, Box::new(tokio::io::empty()));
        let limit = Duration::from_secs(self.service.limits.command_seconds.min(60));
        match tokio::time::timeout(limit, acceptor.accept(plain)).await {
            Ok(Ok(stream)) => self.stream = Box::new(stream),
            Ok(Err(error)) => return Err(End::Io(error)),
            Err(_) => return Err(End::Io(io::ErrorKind::TimedOut.into())),
        }
        self.secure = true;
        self.greeted = false;
        self.reset();
        Ok(())
    }
}

/// `RCPT TO:<postmaster>`, the one recipient that has no domain (RFC 5321 §4.1.1.3).
fn is_bare_postmaster(line: &[u8]) -> bool {
    let mut parts = line.splitn(2, |byte| *byte == b'<').skip(1).flat_map(|rest| rest.splitn(2, |byte| *byte == b'>'));
    parts.next().is_some_and(|path| path.eq_ignore_ascii_case(b"postmaster")) && parts.next().is_some()
}

/// Senders read this in the bounce of their own server.
fn too_large(limit: usize) -> String {
    format!("552 5.3.4 too large: at most {limit} octets; send a link to large files instead")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    /// What DATA makes of these octets, given one by one and at once.
    fn check(input: &[u8], expected: &[u8], step: Step) {
        for pieces in [1, 2, 3, input.len().max(1)] {
            let (mut data, mut mail, mut last) = (Data::LineStart, Vec::new(), Step::More);
            for piece in input.chunks(pieces) {
                let (_, step) = data.take(piece, &mut mail);
                last = step;
                if step != Step::More {
                    break;
                }
            }
            assert_eq!(
                (last, String::from_utf8_lossy(&mail)),
                (step, String::from_utf8_lossy(expected)),
                "by {pieces}"
            );
        }
    }

    #[test]
    fn only_crlf_dot_crlf_ends_data() {
        check(b"a\r\n.\r\n", b"a\r\n", Step::End);
        check(b".\r\n", b"", Step::End);
        check(b"..\r\n..a\r\n.b\r\n.\r\n", b".\r\n.a\r\nb\r\n", Step::End);
        check(b"a\r\n...\r\n", b"a\r\n..\r\n", Step::More);
        check(b"a.\r\n", b"a.\r\n", Step::More);
        // The smuggler's list (CVE-2023-51765 and its relatives).
        check(b"a\n.\n", b"a", Step::Bare);
        check(b"a\n.\r\n", b"a", Step::Bare);
        check(b"a\r\n.\n", b"a\r\n", Step::Bare);
        check(b"a\r.\r", b"a", Step::Bare);
        check(b"a\r\n.\r.", b"a\r\n", Step::Bare);
        check(b"a\r\n\n.\r\n", b"a\r\n", Step::Bare);
        check(b"a\r\r\n.\r\n", b"a", Step::Bare);
    }

    #[test]
    fn bare_line_ends_are_seen_in_chunks_too() {
        for (mail, bare) in [
            ("", false),
            ("a\r\nb", false),
            ("a\n", true),
            ("a\rb", true),
            ("a\r", true),
            ("\r\r\n", true),
            ("\n", true),
        ] {
            assert_eq!(has_bare(mail.as_bytes()), bare, "{mail:?}");
        }
    }

    proptest::proptest! {
        /// Cutting the stream anywhere changes nothing, and what was stuffed comes out as it was.
        #[test]
        fn stuffed_text_comes_out_as_it_was(lines in proptest::collection::vec("[.a]{0,4}", 0..6), cut in 1usize..5) {
            let text: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            let mut wire: String = lines
                .iter()
                .map(|line| if line.starts_with('.') { format!(".{line}\r\n") } else { format!("{line}\r\n") })
                .collect();
            wire.push_str(".\r\n");
            let (mut data, mut mail, mut end) = (Data::LineStart, Vec::new(), false);
            for piece in wire.as_bytes().chunks(cut) {
                let (_, step) = data.take(piece, &mut mail);
                proptest::prop_assert_ne!(step, Step::Bare);
                end = step == Step::End;
            }
            proptest::prop_assert!(end);
            proptest::prop_assert_eq!(String::from_utf8(mail).unwrap(), text);
        }
    }
}
