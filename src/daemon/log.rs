//! The log: what happened, never what was written (TRUST R6).
//!
//! Three walls stand before a mail's words. Only this program's own events are printed: libraries print what they work on
//! (a template engine whole letters), at every level. A panic names its place and not its message, which may quote text.
//! And whatever is printed, a mail address in it becomes a keyed hash: the same person is the same hash over a run's log,
//! and nobody who reads the log learns who it is.

use crate::config::Config;
use crate::store::{hex, journal::sha256};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::io::{self, Write};
use std::sync::Arc;

/// To standard error; `DUBAN_LOG` says how much (`info`, `debug`, `duban::intake=debug`).
pub fn start(config: &Config, json: bool) {
    let wanted = std::env::var("DUBAN_LOG").unwrap_or_else(|_| "info".into());
    let filter = tracing_subscriber::EnvFilter::builder().parse_lossy(directives(&wanted));
    let scrub = Arc::new(Scrub::of_config(config));
    let writer = move || Lines { scrub: scrub.clone() };
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_target(false);
    // Somebody else may have set one up already, in tests.
    let _ = if json { builder.json().try_init() } else { builder.with_ansi(false).compact().try_init() };
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        tracing::error!(place, "something broke down");
    }));
}

/// Only this program's events, whatever is asked for.
fn directives(wanted: &str) -> String {
    let mut kept = String::from("error");
    for part in wanted.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        if part.starts_with("duban") {
            kept.push_str(&format!(",{part}"));
        } else if !part.contains(['=', ':', '[']) {
            kept.push_str(&format!(",duban={part}"));
        }
    }
    kept
}

/// Standard error, one event a write.
struct Lines {
    scrub: Arc<Scrub>,
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = self.scrub.line(&String::from_utf8_lossy(bytes));
        io::stderr().lock().write_all(text.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

struct Scrub {
    /// Lower case: our own address and the names of our mailboxes, which are nobody's.
    own: Vec<String>,
    key: Vec<u8>,
}

impl Scrub {
    fn of_config(config: &Config) -> Scrub {
        let users = config.intake.iter().filter_map(|intake| intake.user.clone());
        let own = users.chain(config.delivery.user.clone()).chain([config.assistant.address.clone()]);
        // Before the first start there is no secret: the hashes of that one run are then those of another key.
        let key = std::fs::read(&config.trust.secret_file).unwrap_or_else(|_| config.assistant.address.clone().into());
        Scrub { own: own.map(|address| address.to_lowercase()).collect(), key: sha256(&key).to_vec() }
    }

    /// The line with every address but our own replaced.
    fn line(&self, line: &str) -> String {
        let mut out = String::with_capacity(line.len());
        let mut rest = line;
        while let Some(at) = rest.find('@') {
            let (before, after) = (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default());
            let begin = before
                .char_indices()
                .rev()
                .take_while(|(_, c)| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-'))
                .last()
                .map_or(at, |(begin, _)| begin);
            let length = after.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-'))).unwrap_or(after.len());
            let end = at + 1 + length;
            let address = rest.get(begin..end).unwrap_or_default();
            out.push_str(rest.get(..begin).unwrap_or_default());
            if begin == at || length == 0 || self.own.contains(&address.to_lowercase()) {
                out.push_str(address);
            } else {
                out.push_str(&self.hash(address));
            }
            rest = rest.get(end..).unwrap_or_default();
        }
        out.push_str(rest);
        out
    }

    fn hash(&self, address: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return "address".into() };
        mac.update(address.trim_end_matches('.').to_lowercase().as_bytes());
        format!("address:{}", hex(mac.finalize().into_bytes().get(..5).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_stay_silent() {
        assert_eq!(directives("info"), "error,duban=info");
        assert_eq!(directives("trace, handlebars=trace,duban::intake=debug"), "error,duban=trace,duban::intake=debug");
        assert_eq!(directives(""), "error");
    }

    #[test]
    fn addresses_become_hashes() {
        let scrub = Scrub { own: vec!["duban@example.com".into()], key: vec![1; 32] };
        let line =
            scrub.line("receipt BOB@example.com and <bob@example.com>, 李@例子.公司 to duban@example.com @ 9 a@");
        assert!(!line.to_lowercase().contains("bob") && !line.contains('李'), "{line}");
        assert!(line.contains("duban@example.com @ 9 a@"), "{line}");
        let hashes: Vec<&str> = line.split("address:").skip(1).filter_map(|rest| rest.get(..10)).collect();
        assert_eq!(hashes.len(), 3);
        assert_eq!(hashes.first(), hashes.get(1), "one person, one hash");
    }
}
