//! One mail on standard input (.forward, procmail, sieve).

use super::{Envelope, Incoming};
use std::io::{self, Read};

/// The source's name in rows and logs.
pub const SOURCE: &str = "stdin";
/// The same where whoever calls `duban ingest --trusted` has proven the sender.
pub const TRUSTED_SOURCE: &str = "stdin:trusted";

/// Why there is no mail.
#[derive(Debug, thiserror::Error)]
pub enum StdinError {
    #[error("standard input: {0}")]
    Io(#[from] io::Error),
    #[error("there is no mail on standard input")]
    Empty,
    #[error("the mail has more than {0} octets")]
    TooLarge(usize),
}

/// Reads the mail, at most `limit` octets of it. A leading `From ` line, as in an mbox, is the transport's and is dropped.
pub fn read(mut input: impl Read, limit: usize) -> Result<Vec<u8>, StdinError> {
    let mut raw = Vec::new();
    input.by_ref().take(limit as u64 + 1).read_to_end(&mut raw)?;
    if raw.len() > limit {
        return Err(StdinError::TooLarge(limit));
    }
    if raw.starts_with(b"From ") {
        let line = raw.iter().position(|byte| *byte == b'\n').map_or(raw.len(), |at| at + 1);
        raw.drain(..line);
    }
    if raw.iter().all(u8::is_ascii_whitespace) {
        return Err(StdinError::Empty);
    }
    Ok(raw)
}

/// The envelope that a delivery agent leaves in the environment: Postfix local(8) and Dovecot's sieve pipe write SENDER,
/// RECIPIENT and ORIGINAL_RECIPIENT; qmail writes SENDER.
pub fn envelope(variable: impl Fn(&str) -> Option<String>) -> Envelope {
    let rcpt = variable("ORIGINAL_RECIPIENT").or_else(|| variable("RECIPIENT")).filter(|rcpt| rcpt.contains('@'));
    let sender = variable("SENDER").map(|sender| match sender.as_str() {
        // The null sender, as Postfix spells it.
        "MAILER-DAEMON" | "<>" => String::new(),
        _ => sender,
    });
    Envelope { mail_from: sender, rcpts: rcpt.into_iter().collect(), ..Envelope::default() }
}

/// The mail as an inbox takes it.
pub fn incoming(raw: Vec<u8>, envelope: Envelope, trusted: bool) -> Incoming {
    let source = if trusted { TRUSTED_SOURCE } else { SOURCE };
    Incoming { raw, envelope, source: source.into(), cursor: None }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_mail_is_read_to_its_limit() {
        assert_eq!(read(&b"a: b\n\nc\n"[..], 8).unwrap(), b"a: b\n\nc\n");
        assert!(matches!(read(&b"a: b\n\nc\n"[..], 7), Err(StdinError::TooLarge(7))));
        assert!(matches!(read(&b" \n"[..], 7), Err(StdinError::Empty)));
        assert_eq!(read(&b"From x@y Mon Jul 13\na: b\n"[..], 99).unwrap(), b"a: b\n");
        assert!(matches!(read(&b"From x@y"[..], 99), Err(StdinError::Empty)));
    }

    #[test]
    fn the_envelope_stands_in_the_environment() {
        let of = |variables: &'static [(&str, &str)]| {
            envelope(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| value.to_string()))
        };
        let found = of(&[("SENDER", "a@b"), ("RECIPIENT", "c@d"), ("ORIGINAL_RECIPIENT", "c+x@d")]);
        assert_eq!((found.mail_from.as_deref(), found.rcpts), (Some("a@b"), vec!["c+x@d".to_string()]));
        assert_eq!(of(&[("SENDER", "MAILER-DAEMON")]).mail_from.as_deref(), Some(""));
        assert_eq!(of(&[("RECIPIENT", "local-user")]), Envelope::default());
    }
}
