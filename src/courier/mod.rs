//! Where letters go out: SMTP submission, sendmail, Maildir.
//!
//! A courier tries once and says what became of it; waiting and trying again is the outbox's. Invariant: the bytes go out
//! as they are, so every try is the same letter with the same Message-ID (TRUST D3).

use crate::config::{self, DeliveryKind};
use crate::mail::automatic::{self, Severity};
use futures::future::BoxFuture;
use std::fmt;
use std::sync::Arc;

pub mod maildir;
pub mod sendmail;
pub mod smtp;

/// A letter with its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Names the letter in logs and file names; the same in every try. ASCII letters, digits, `-`, `.`, `_`.
    pub id: String,
    /// RFC 5321 reverse-path; empty is the null sender.
    pub mail_from: String,
    pub rcpts: Vec<String>,
    /// The final bytes, lines ending in CRLF.
    pub bytes: Arc<[u8]>,
}

/// What became of a letter to one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The server is responsible now.
    Taken(Reply),
    /// Not now: 4xx, silence, a refused login, a refusal for pace, content or size (O45).
    Later(Reply),
    /// Never: 5xx about this recipient.
    Refused(Reply),
}

impl Delivery {
    pub fn reply(&self) -> &Reply {
        match self {
            Delivery::Taken(reply) | Delivery::Later(reply) | Delivery::Refused(reply) => reply,
        }
    }

    pub fn is_taken(&self) -> bool {
        matches!(self, Delivery::Taken(_))
    }
}

/// The server's words, or ours where it said none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub text: String,
    pub cause: Cause,
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What a refusal is about (TRUST L12, O45, O47).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Nothing is wrong.
    None,
    /// The address or its domain does not exist: a hard bounce.
    Address,
    /// This recipient cannot take it: full, switched off for now. A soft bounce.
    Recipient,
    /// Too much, too fast.
    Pace,
    /// The server dislikes what we write, its size, or our right to send it.
    Policy,
    /// The login was refused.
    Login,
    /// The server could not be reached or did not let us begin: nothing was handed over, and nobody is bothered by an
    /// early next try.
    Unreachable,
    /// The connection broke off or fell silent before the letter was handed over whole: nobody has it.
    Connection,
    /// The connection broke off after DATA: the letter may have been taken.
    Unconfirmed,
    /// No word after the letter's end in all the time there is: most likely the server is still at it (RFC 1047).
    Silence,
    /// The server asked to try again and did not say why.
    Busy,
}

impl Cause {
    /// Sending stops and the administrator is told: it would meet every letter.
    pub fn pauses_sending(self) -> bool {
        matches!(self, Cause::Pace | Cause::Policy | Cause::Login)
    }

    /// The address is bad for good.
    pub fn is_hard(self) -> bool {
        self == Cause::Address
    }
}

/// A way out.
pub trait Courier: Send + Sync {
    /// Tries the parcel once; one result for each recipient, in the order of `rcpts`. Never fails as a whole and never
    /// hangs: silence of the peer is [`Delivery::Later`].
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'_, Vec<Delivery>>;

    /// How many parcels it can work on at once.
    fn sessions(&self) -> usize {
        1
    }

    /// Sends kept connections away.
    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// Tries many parcels, as many at once as the courier can; results in the order of the parcels.
pub async fn deliver_many(courier: &dyn Courier, parcels: Vec<Parcel>) -> Vec<Vec<Delivery>> {
    use futures::stream::{FuturesUnordered, StreamExt};
    let mut results: Vec<Vec<Delivery>> = parcels.iter().map(|_| Vec::new()).collect();
    let mut waiting = parcels.into_iter().enumerate();
    let mut under_way = FuturesUnordered::new();
    loop {
        while under_way.len() < courier.sessions().max(1) {
            match waiting.next() {
                Some((at, parcel)) => under_way.push(async move { (at, courier.deliver(parcel).await) }),
                None => break,
            }
        }
        match under_way.next().await {
            Some((at, result)) => {
                if let Some(place) = results.get_mut(at) {
                    *place = result;
                }
            }
            None => return results,
        }
    }
}

/// The courier that the configuration asks for.
pub fn of_config(config: &config::Config) -> std::io::Result<Arc<dyn Courier>> {
    let delivery = &config.delivery;
    Ok(match delivery.kind {
        DeliveryKind::Maildir => Arc::new(maildir::Maildir::new(&delivery.path)?),
        DeliveryKind::Sendmail => Arc::new(sendmail::Sendmail::new(
            delivery.program.clone(),
            std::time::Duration::from_secs(delivery.timeout_seconds),
        )),
        DeliveryKind::Smtp => Arc::new(smtp::Smtp::of_config(config)?),
    })
}

/// The envelope sender of a letter (O45): the assistant's address, its plus form with `token`, or none.
pub fn envelope_sender(envelope: config::Envelope, address: &str, token: &str) -> String {
    match (envelope, address.rsplit_once('@')) {
        (config::Envelope::Null, _) => String::new(),
        (config::Envelope::Verp, Some((local, domain))) => format!("{local}+{token}@{domain}"),
        (config::Envelope::Verp | config::Envelope::Own, _) => address.to_string(),
    }
}

/// At which command a server said no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Mail,
    Rcpt,
    Data,
}

/// Words of refusals that are about how much or how fast we send (Chinese providers' among them).
const PACE: &[&str] = &[
    "too many",
    "too fast",
    "rate limit",
    "ratelimit",
    "limit exceeded",
    "frequency",
    "throttl",
    "quota exceeded for sender",
    "sending limit",
    "daily limit",
    "exceeded the",
    "频率",
    "过于频繁",
    "超过限制",
    "发信量",
    "mi:scu",
    "mi:dmc",
    "rp:qrc",
];
/// Words of refusals that are about what we write or whether we may.
const POLICY: &[&str] = &[
    "spam",
    "content",
    "policy",
    "blocked",
    "blacklist",
    "block list",
    "blocklist",
    "reputation",
    "dmarc",
    "spf",
    "dkim",
    "dt:spm",
    "hl:ite",
    "suspicious",
    "not allowed",
    "relay",
    "authentication required",
    "size",
    "too large",
    "too big",
    "垃圾",
    "拒绝",
    "违规",
];
/// Words of refusals about a mailbox that is there.
const FULL: &[&str] = &["full", "over quota", "overquota", "quota", "insufficient storage", "空间不足", "已满"];

/// Reads a refusal: the code, the enhanced status (RFC 3463) and, where they say little, the words.
pub fn classify(code: u16, text: &str, stage: Stage) -> Delivery {
    let lower = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let status = enhanced_status(text);
    let permanent = code >= 500;
    let written = status.map(|(class, subject, detail)| format!("{class}.{subject}.{detail}"));
    let written = written.as_deref();
    // One reading of what is wrong with an address, here and in a report that comes back.
    let nobody = permanent && stage == Stage::Rcpt && automatic::severity(written, text) == Severity::Hard;
    let cause = match status {
        _ if nobody => Cause::Address,
        Some((_, 2, 2)) => Cause::Recipient,
        Some((_, 2, _)) if stage == Stage::Rcpt => Cause::Recipient,
        Some((_, 3, 4)) => Cause::Policy,
        Some((_, 7, _)) if says(PACE) => Cause::Pace,
        // Greylisting says 4.7.1 and means: later.
        Some((_, 7, _)) if !permanent => Cause::Busy,
        Some((_, 7, _)) => Cause::Policy,
        Some((_, 4, _)) if !permanent => Cause::Busy,
        _ if says(PACE) => Cause::Pace,
        _ if !permanent && says(FULL) => Cause::Recipient,
        _ if !permanent => Cause::Busy,
        _ if automatic::blames_the_sender(written, text) => Cause::Policy,
        // The server's own state, our commands, the content (RFC 3463 §3.4, §3.6, §3.7).
        Some((_, 3 | 5 | 6, _)) => Cause::Policy,
        _ if says(FULL) => Cause::Recipient,
        _ if says(POLICY) => Cause::Policy,
        // Of this reader, and nothing says that the address is bad for good.
        _ if stage == Stage::Rcpt => Cause::Recipient,
        _ => Cause::Policy,
    };
    let reply = Reply { text: text.to_string(), cause };
    // Nobody's address is bad because we are sent away (O45).
    if permanent && !cause.pauses_sending() { Delivery::Refused(reply) } else { Delivery::Later(reply) }
}

/// `5.1.1` at the beginning of the words (after the code, if it stands there).
fn enhanced_status(text: &str) -> Option<(u8, u16, u16)> {
    text.split_whitespace().take(3).find_map(|word| {
        let word = word.trim_start_matches(|c: char| !c.is_ascii_digit());
        let mut parts = word.trim_end_matches(|c: char| !c.is_ascii_digit()).splitn(3, '.');
        let class: u8 = parts.next()?.rsplit('-').next()?.parse().ok()?;
        let subject: u16 = parts.next()?.parse().ok()?;
        let detail: u16 = parts.next()?.parse().ok()?;
        matches!(class, 2 | 4 | 5).then_some((class, subject, detail))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn check(code: u16, text: &str, stage: Stage, refused: bool, cause: Cause) {
        let delivery = classify(code, text, stage);
        assert_eq!(
            (matches!(delivery, Delivery::Refused(_)), delivery.reply().cause),
            (refused, cause),
            "{code} {text}"
        );
    }

    #[test]
    fn refusals_are_read() {
        use Stage::{Data, Mail, Rcpt};
        check(550, "5.1.1 <x@example.com>: Recipient address rejected: User unknown", Rcpt, true, Cause::Address);
        check(550, "User not found: x@163.com", Rcpt, true, Cause::Address);
        check(550, "Mailbox not found. http://service.mail.qq.com/cgi-bin/help?id=20022", Rcpt, true, Cause::Address);
        check(552, "5.2.2 mailbox full", Rcpt, true, Cause::Recipient);
        check(452, "4.2.2 over quota", Rcpt, false, Cause::Recipient);
        check(450, "4.7.1 greylisted, try again in 5 minutes", Rcpt, false, Cause::Busy);
        check(451, "4.3.0 try again", Data, false, Cause::Busy);
        check(421, "4.7.0 Too many connections", Mail, false, Cause::Pace);
        check(
            550,
            "Mail content denied. http://service.mail.qq.com/cgi-bin/help?subtype=1&id=20022",
            Data,
            false,
            Cause::Policy,
        );
        check(554, "DT:SPM 163 smtp1,C8CowAD", Data, false, Cause::Policy);
        check(550, "5.7.1 Message rejected as spam", Data, false, Cause::Policy);
        check(552, "5.3.4 Message size exceeds fixed limit", Mail, false, Cause::Policy);
        check(550, "RP:QRC 发信频率过高", Mail, false, Cause::Pace);
        check(554, "5.7.1 <x@y>: Relay access denied", Rcpt, false, Cause::Policy);
        check(550, "5.4.4 Host or domain name not found", Rcpt, true, Cause::Address);
        check(550, "5.4.1 Recipient address rejected: Access denied. AS(201806281)", Rcpt, true, Cause::Address);
        check(550, "no such user here", Rcpt, true, Cause::Address);
        // Words that nobody knows are no dead address.
        check(550, "Requested action not taken", Rcpt, true, Cause::Recipient);
        check(552, "5.2.2 unknown quota of this mailbox", Rcpt, true, Cause::Recipient);
    }

    /// O45, TRUST L12: Postfix says at RCPT what it holds against the sender, the host or the greeting; that is nobody's
    /// dead address.
    #[test]
    fn a_refusal_of_us_is_no_refusal_of_the_reader() {
        for (code, text) in [
            (553, "5.7.1 <duban@example.com>: Sender address rejected: not owned by user duban@example.com"),
            (554, "5.7.1 <unknown[10.0.0.5]>: Client host rejected: Access denied"),
            (550, "5.1.8 <duban@example.com>: Sender address rejected: Domain not found"),
            (550, "5.1.7 <duban@example.com>: Sender address rejected: undeliverable address"),
            (550, "5.1.0 <duban@example.com>: Sender address rejected: User unknown in local recipient table"),
            (504, "5.5.2 <host>: Helo command rejected: need fully-qualified hostname"),
            (450, "4.7.1 <host>: Helo command rejected: Host not found"),
            (550, "5.7.1 <host>: Helo command rejected: Host not found"),
            (550, "5.7.27 Sender address has null MX"),
            (550, "5.3.2 system not accepting network messages"),
            (550, "Sender verify failed: no such user here"),
        ] {
            let expected = if code == 450 { Cause::Busy } else { Cause::Policy };
            check(code, text, Stage::Rcpt, false, expected);
        }
    }

    #[test]
    fn envelope_senders() {
        assert_eq!(envelope_sender(config::Envelope::Own, "a@b", "t"), "a@b");
        assert_eq!(envelope_sender(config::Envelope::Verp, "a@b", "t"), "a+t@b");
        assert_eq!(envelope_sender(config::Envelope::Null, "a@b", "t"), "");
    }
}
