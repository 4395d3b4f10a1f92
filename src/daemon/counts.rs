//! What the daemon counts and how it is, for `/metrics` and `/healthz`: numbers and names of our own, never a word or an
//! address of a mail.

use super::Health;
use crate::config::Config;
use crate::courier::{Cause, Delivery};
use crate::engine::Outcome;
use crate::outbox::{LetterRow, LetterState};
use crate::store::receive::InboxRow;
use crate::store::{DiskStore, Store, keys, prefix_end};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Rows looked at for the length of a queue; a longer one is shown as this many.
const QUEUE_MAX: usize = 10_000;
/// An end that is dead this long is told of (TRUST D21: at most 20 minutes).
pub const DEAD: Duration = Duration::from_secs(15 * 60);
/// Rules whose firings are counted; ours are some hundred.
const RULES_MAX: usize = 2_000;

/// Counters since the start; Prometheus knows that they begin again.
pub struct Counts {
    begun: Instant,
    mails: Mutex<BTreeMap<&'static str, u64>>,
    withheld: AtomicU64,
    faults: AtomicU64,
    rules: Mutex<BTreeMap<String, u64>>,
    letters: Mutex<BTreeMap<&'static str, u64>>,
    /// Since when no mail server can be reached for sending, and whether that was told.
    unreachable: Mutex<Option<(Instant, bool)>>,
    /// Seconds after `begun` at which the deciding thread last came round.
    beat: AtomicU64,
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for Counts {
    fn default() -> Self {
        Counts {
            begun: Instant::now(),
            mails: Mutex::default(),
            withheld: AtomicU64::default(),
            faults: AtomicU64::default(),
            rules: Mutex::default(),
            letters: Mutex::default(),
            unreachable: Mutex::default(),
            beat: AtomicU64::default(),
        }
    }
}

impl Counts {
    /// A mail was read.
    pub fn mail(&self, outcome: &Outcome) {
        *held(&self.mails).entry(outcome.verdict.as_str()).or_default() += 1;
        if outcome.withheld.is_some() {
            self.withheld.fetch_add(1, Ordering::Relaxed);
        }
        let Some(mail) = &outcome.mail else { return };
        let mut rules = held(&self.rules);
        for command in mail.reply.commands.iter().filter(|command| !command.rule.is_empty()) {
            if rules.contains_key(&command.rule) || rules.len() < RULES_MAX {
                *rules.entry(command.rule.clone()).or_default() += 1;
            }
        }
    }

    /// A mail could not be read.
    pub fn fault(&self) {
        self.faults.fetch_add(1, Ordering::Relaxed);
    }

    /// A letter was tried.
    pub fn tried(&self, delivery: &Delivery) {
        let outcome = match delivery {
            Delivery::Taken(_) => "sent",
            Delivery::Later(_) => "later",
            Delivery::Refused(_) => "refused",
        };
        *held(&self.letters).entry(outcome).or_default() += 1;
        let mut unreachable = held(&self.unreachable);
        if delivery.reply().cause == Cause::Unreachable {
            unreachable.get_or_insert((Instant::now(), false));
        } else {
            *unreachable = None;
        }
    }

    /// The deciding thread is alive.
    pub fn beat(&self) {
        self.beat.store(self.begun.elapsed().as_secs(), Ordering::Relaxed);
    }

    /// Whether sending has been dead too long and nobody was told.
    pub fn delivery_dead(&self) -> bool {
        match &mut *held(&self.unreachable) {
            Some((since, told)) if !*told && since.elapsed() >= DEAD => {
                *told = true;
                true
            }
            _ => false,
        }
    }

    fn deciding(&self) -> bool {
        self.begun.elapsed().as_secs().saturating_sub(self.beat.load(Ordering::Relaxed)) < DEAD.as_secs()
    }

    fn delivering(&self) -> bool {
        held(&self.unreachable).as_ref().is_none_or(|(since, _)| since.elapsed() < DEAD)
    }
}

/// Everything the pages look at.
pub struct Page {
    pub counts: Arc<Counts>,
    pub health: Arc<Health>,
    pub store: Arc<DiskStore>,
    /// Sources of the intakes in the order of the configuration, with their kinds.
    pub intakes: Vec<(String, &'static str)>,
}

impl Page {
    pub fn new(config: &Config, counts: Arc<Counts>, health: Arc<Health>, store: Arc<DiskStore>) -> Page {
        let intakes = config.intake.iter().map(|intake| (intake.source(), intake.kind.word())).collect();
        Page { counts, health, store, intakes }
    }

    /// What is dead, a line each; empty where all is well.
    pub fn ailing(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (number, (source, kind)) in self.intakes.iter().enumerate() {
            if let Some(seconds) = self.health.down_for(source).filter(|down| *down >= DEAD).map(|down| down.as_secs())
            {
                lines.push(format!("intake {number} ({kind}) is down since {seconds} s"));
            }
        }
        if !self.counts.delivering() {
            lines.push("delivery is down: its server cannot be reached".into());
        }
        if !self.counts.deciding() {
            lines.push("deciding stands still".into());
        }
        if self.store.is_closed() {
            lines.push("the store takes nothing any more".into());
        }
        lines
    }

    /// Prometheus text, version 0.0.4.
    pub fn metrics(&self, now: i64) -> crate::store::Result<String> {
        let mut out = String::new();
        let mut head = |out: &mut String, name: &str, kind: &str, help: &str| {
            // Writing to a string does not fail.
            let _ = writeln!(out, "# HELP duban_{name} {help}\n# TYPE duban_{name} {kind}");
        };
        let up = |yes: bool| u8::from(yes);
        head(&mut out, "up", "gauge", "1 while nothing is dead; what /healthz says.");
        let _ = writeln!(out, "duban_up {}", up(self.ailing().is_empty()));
        head(&mut out, "intake_up", "gauge", "Whether this [[intake]], counted from 0, brings mail.");
        for (number, (source, kind)) in self.intakes.iter().enumerate() {
            let down = self.health.down_for(source).is_some();
            let _ = writeln!(out, "duban_intake_up{{intake=\"{number}\",kind=\"{kind}\"}} {}", up(!down));
        }
        head(&mut out, "delivery_up", "gauge", "Whether the server that letters go to could be reached.");
        let _ = writeln!(out, "duban_delivery_up {}", up(held(&self.counts.unreachable).is_none()));
        head(&mut out, "mails_total", "counter", "Mails read since the start, by verdict.");
        for (verdict, count) in &*held(&self.counts.mails) {
            let _ = writeln!(out, "duban_mails_total{{verdict=\"{verdict}\"}} {count}");
        }
        head(&mut out, "mails_withheld_total", "counter", "Mails read and not acted on.");
        let _ = writeln!(out, "duban_mails_withheld_total {}", self.counts.withheld.load(Ordering::Relaxed));
        head(&mut out, "mail_faults_total", "counter", "Readings of a mail that broke down.");
        let _ = writeln!(out, "duban_mail_faults_total {}", self.counts.faults.load(Ordering::Relaxed));
        head(&mut out, "rules_total", "counter", "Reading rules that fired.");
        for (rule, count) in &*held(&self.counts.rules) {
            let rule: String = rule.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\')).collect();
            let _ = writeln!(out, "duban_rules_total{{rule=\"{rule}\"}} {count}");
        }
        head(&mut out, "letters_total", "counter", "Letters tried since the start, by what the server said.");
        for (outcome, count) in &*held(&self.counts.letters) {
            let _ = writeln!(out, "duban_letters_total{{outcome=\"{outcome}\"}} {count}");
        }
        self.queues(&mut out, now, &mut head)?;
        head(&mut out, "journal_entry", "gauge", "Number of the last durable entry of the journal.");
        let _ = writeln!(out, "duban_journal_entry {}", self.store.durable_sequence());
        head(&mut out, "uptime_seconds", "gauge", "Seconds since the start.");
        let _ = writeln!(out, "duban_uptime_seconds {}", self.counts.begun.elapsed().as_secs());
        Ok(out)
    }

    fn queues(
        &self,
        out: &mut String,
        now: i64,
        head: &mut dyn FnMut(&mut String, &str, &str, &str),
    ) -> crate::store::Result<()> {
        let store = &*self.store;
        let rows = |from: &[u8]| store.scan(from, &prefix_end(from), QUEUE_MAX);
        let mut lengths: Vec<(&str, usize)> = Vec::new();
        let mut oldest: Vec<(&str, i64)> = Vec::new();
        let inbox = rows(&[keys::INBOX])?;
        lengths.push(("inbox", inbox.len()));
        let first = inbox.first().and_then(|(_, value)| serde_json::from_slice::<InboxRow>(value).ok());
        oldest.push(("inbox", first.map_or(now, |row| row.at)));
        for (name, is_held) in [("outbox", false), ("held", true)] {
            let (mut length, mut begun) = (0, now);
            for urgent in [true, false] {
                let waiting = rows(&keys::waiting_class(is_held, urgent))?;
                length += waiting.len();
                for (_, id) in &waiting {
                    let key = std::str::from_utf8(id).ok().and_then(keys::letter);
                    let row = key.map(|key| store.get(&key)).transpose()?.flatten();
                    let row = row.and_then(|value| serde_json::from_slice::<LetterRow>(&value).ok());
                    // A letter that waits for its hour is not late.
                    if let Some(row) =
                        row.filter(|row| row.next <= now || row.state == LetterState::Held || row.attempts > 0)
                    {
                        begun = begun.min(row.sent.at.timestamp_millis());
                    }
                }
            }
            lengths.push((name, length));
            oldest.push((name, begun));
        }
        let proving = rows(&[keys::PROVING])?;
        lengths.push(("proving", proving.len()));
        let first = proving.first().and_then(|(_, value)| serde_json::from_slice::<InboxRow>(value).ok());
        oldest.push(("proving", first.map_or(now, |row| row.at)));
        lengths.push(("quarantine", rows(&[keys::QUARANTINE])?.len()));
        head(out, "queue_length", "gauge", "What waits, by queue; 10000 stands for more.");
        for (queue, length) in lengths {
            let _ = writeln!(out, "duban_queue_length{{queue=\"{queue}\"}} {length}");
        }
        head(out, "queue_oldest_seconds", "gauge", "Age of the oldest that could go on now.");
        for (queue, begun) in oldest {
            let _ = writeln!(out, "duban_queue_oldest_seconds{{queue=\"{queue}\"}} {}", (now - begun).max(0) / 1000);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::courier::Reply;

    #[test]
    fn one_answer_ends_a_silence() {
        let counts = Counts::default();
        let reply = |cause| Delivery::Later(Reply { text: String::new(), cause });
        counts.tried(&reply(Cause::Unreachable));
        assert!(held(&counts.unreachable).is_some());
        assert!(!counts.delivery_dead(), "not yet");
        let long_ago = Instant::now().checked_sub(DEAD);
        if let Some(since) = long_ago {
            *held(&counts.unreachable) = Some((since, false));
            assert!(!counts.delivering());
            assert!(counts.delivery_dead(), "told once");
            assert!(!counts.delivery_dead());
        }
        counts.tried(&reply(Cause::Busy));
        assert!(counts.delivering() && held(&counts.unreachable).is_none());
    }
}
