//! What waits to be sent, when to try again, when to give up (SPEC 8.4, OFFICE O44 and O45).
//!
//! The engine queues a letter in the commit that decides upon it. The runner takes what is due, writes the attempt before
//! the socket opens, hands the bytes to a [`Courier`], and writes what became of it. Each letter has one reader, so one
//! bad address holds up nobody else.
//!
//! Retry schedule, from the first attempt: 5, 10, 20, 40, 80, 160, then every 240 minutes, each stretched by up to a fifth
//! so that letters which failed together do not come back together; a last try when `policy.retry_for` hours are over or
//! the letter is of no use any more, whichever is first. Then the letter is given up and the engine hears of it.
//!
//! A connection that broke before the letter was handed over is no try either: that letter goes again after 5, 10, 20, 40,
//! 80 and 160 seconds, from then on by the schedule. Where it broke after DATA, the letter may have been taken: its first
//! pause is 10 seconds instead of 5 minutes, the number of tries stays, so that nobody gets it more often than before.
//!
//! Refusals that would meet every letter (pace, content, login) pause all sending for 5, 10, 20, 40, then 60 minutes, until
//! one letter is taken; the administrator is told. A server that cannot be reached is asked again after 5, 10, 20, 40, then
//! 60 seconds; that counts as no try.
//!
//! Invariant: a letter's bytes and Message-ID are those of its row for ever; after a crash in `sending` the same letter
//! is tried again (TRUST D3). Only the engine makes a refusal final, together with what follows from it.

mod pace;
mod row;
mod rules;
mod run;

use crate::courier::{Cause, Delivery, Parcel};
use crate::domain::event::Undelivered;
use crate::domain::letter::{LetterName, SentLetter};
use crate::store::receive::json;
use crate::store::{Batch, Place, Result, Store, StoreError, keys, prefix_end};
use pace::Pace;
pub use row::{Fate, LetterRow, LetterState, put};
pub use rules::Rules;
pub use run::{Surroundings, run};
use std::collections::BTreeSet;
use std::sync::Arc;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Where the addresses of forgotten people point (RFC 2606): nothing goes there.
pub const FORGOTTEN_DOMAIN: &str = "@forgotten.invalid";

/// Attempts written in one journal entry.
const ATTEMPTS_PER_ENTRY: usize = 64;
/// The longest pause between two tries of one letter.
const RETRY_PAUSE_MAX: i64 = 240 * MINUTE;
/// The longest pause of all sending.
const SENDING_PAUSE_MAX: i64 = HOUR;
/// The first pause after a connection that broke before the letter was handed over, and how often it is doubled.
const BROKEN_PAUSE: i64 = 5_000;
const BROKEN_SOON_MAX: u32 = 6;
/// The first pause after a connection that broke when the letter may have been taken.
const UNCONFIRMED_PAUSE: i64 = 10_000;
/// An end that was told and that nobody settled, because the process died, is told again after this.
const TOLD_AGAIN: i64 = 10 * MINUTE;
/// The pauses while the server cannot be reached, the first and the longest.
const UNREACHABLE_PAUSE_MIN: i64 = 5_000;
const UNREACHABLE_PAUSE_MAX: i64 = MINUTE;

/// The outbox of a store.
pub struct Outbox {
    store: Arc<dyn Store>,
    pub rules: Rules,
}

/// What is due, read before an attempt.
pub struct Due {
    pub rows: Vec<LetterRow>,
    /// When it is worth looking again, if there is anything at all.
    pub next: Option<i64>,
}

impl Outbox {
    pub fn new(store: Arc<dyn Store>, rules: Rules) -> Outbox {
        Outbox { store, rules }
    }

    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    fn row(&self, key: &[u8]) -> Result<Option<(LetterRow, Vec<u8>)>> {
        let Some(value) = self.store.get(key)? else { return Ok(None) };
        let row = serde_json::from_slice(&value)
            .map_err(|cause| StoreError::Row { key: keys::shown(key), cause: cause.to_string() })?;
        Ok(Some((row, value.to_vec())))
    }

    /// A letter by its id.
    pub fn letter(&self, id: &str) -> Result<Option<LetterRow>> {
        match keys::letter(id) {
            Some(key) => Ok(self.row(&key)?.map(|(row, _)| row)),
            None => Ok(None),
        }
    }

    /// Adds a letter to the commit that decides upon it. `now` in milliseconds.
    pub fn queue(&self, batch: &mut Batch, letter: NewLetter, now: i64) -> LetterRow {
        let forgotten = letter.sent.to.ends_with(FORGOTTEN_DOMAIN);
        let held = if forgotten { Some("the reader was forgotten") } else { self.rules.holds(&letter.sent.to) };
        let row = LetterRow {
            next: letter.not_before.unwrap_or(now).max(now),
            place: letter.place,
            state: match held {
                Some(_) if forgotten => LetterState::Dropped,
                Some(_) => LetterState::Held,
                None => LetterState::Queued,
            },
            attempts: 0,
            broken: 0,
            expires: letter.expires,
            urgent: letter.urgent,
            tried: None,
            ended: forgotten.then_some(now),
            reply: held.unwrap_or_default().to_string(),
            sent: letter.sent,
        };
        put(batch, None, &row);
        row
    }

    /// A letter that went out before this store knew of it: its answers are found, it is not sent.
    pub fn remember(&self, batch: &mut Batch, letter: NewLetter, now: i64) -> LetterRow {
        let row = LetterRow {
            next: now,
            place: letter.place,
            state: LetterState::Sent,
            attempts: 0,
            broken: 0,
            expires: letter.expires,
            urgent: letter.urgent,
            tried: None,
            ended: Some(now),
            reply: "loaded with its meeting".into(),
            sent: letter.sent,
        };
        put(batch, None, &row);
        row
    }

    /// Takes a letter back if it has not left; the batch then fails with a conflict when it leaves meanwhile.
    pub fn unsend(&self, batch: &mut Batch, id: &str, why: &str, now: i64) -> Result<bool> {
        let Some(key) = keys::letter(id) else { return Ok(false) };
        match self.row(&key)? {
            Some((row, bytes)) if row.waits() => {
                batch.expect(key, Some(&bytes));
                self.settle(batch, row, LetterState::Dropped, why, now);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Whether the letter has not left yet.
    pub fn waits(&self, id: &str) -> Result<bool> {
        Ok(self.letter(id)?.is_some_and(|row| row.waits()))
    }

    /// Makes a refusal final, in the engine's commit of what follows from it.
    pub fn refuse(&self, batch: &mut Batch, id: &str, reply: &str, now: i64) -> Result<()> {
        if let Some(row) = self.letter(id)?
            && row.is_in_outbox()
        {
            self.settle(batch, row, LetterState::Refused, reply, now);
        }
        Ok(())
    }

    fn settle(&self, batch: &mut Batch, row: LetterRow, state: LetterState, reply: &str, now: i64) {
        let after = LetterRow { state, reply: reply.to_string(), ended: Some(now), ..row.clone() };
        put(batch, Some(&row), &after);
    }

    fn put_back(&self, batch: &mut Batch, row: LetterRow, state: LetterState, next: i64, reply: &str) {
        let after = LetterRow { state, next, reply: reply.to_string(), ..row.clone() };
        put(batch, Some(&row), &after);
    }

    /// Lets a held letter go; one of no use any more is dropped. `Some(state)` it has now, `None`: it was not held.
    pub fn release(&self, batch: &mut Batch, id: &str, now: i64) -> Result<Option<LetterState>> {
        let Some(key) = keys::letter(id) else { return Ok(None) };
        let Some((row, bytes)) = self.row(&key)? else { return Ok(None) };
        if row.state != LetterState::Held {
            return Ok(None);
        }
        batch.expect(key, Some(&bytes));
        if row.expires.is_some_and(|end| end <= now) {
            self.settle(batch, row, LetterState::Dropped, "of no use any more when it was released", now);
            return Ok(Some(LetterState::Dropped));
        }
        let next = row.next.max(now);
        self.put_back(batch, row, LetterState::Queued, next, "");
        Ok(Some(LetterState::Queued))
    }

    /// Drops a letter that is held or queued.
    pub fn drop_letter(&self, batch: &mut Batch, id: &str, now: i64) -> Result<bool> {
        let Some(key) = keys::letter(id) else { return Ok(false) };
        let Some((row, bytes)) = self.row(&key)? else { return Ok(false) };
        if !matches!(row.state, LetterState::Held | LetterState::Queued) {
            return Ok(false);
        }
        batch.expect(key, Some(&bytes));
        self.settle(batch, row, LetterState::Dropped, "dropped by the administrator", now);
        Ok(true)
    }

    /// What waits, held letters last, at most `limit` of each class.
    pub fn list(&self, limit: usize) -> Result<Vec<LetterRow>> {
        let mut rows = Vec::new();
        for (held, urgent) in [(false, true), (false, false), (true, true), (true, false)] {
            let from = keys::waiting_class(held, urgent);
            for (_, id) in self.store.scan(&from, &prefix_end(&from), limit)? {
                if let Some(row) = std::str::from_utf8(&id).ok().map(|id| self.letter(id)).transpose()?.flatten() {
                    rows.push(row);
                }
            }
        }
        Ok(rows)
    }

    /// Letters to send now, urgent ones first.
    pub fn due(&self, now: i64, limit: usize) -> Result<Due> {
        let mut due = Due { rows: Vec::new(), next: None };
        for urgent in [true, false] {
            let from = keys::waiting_class(false, urgent);
            let rows = self.store.scan(&from, &prefix_end(&from), limit.saturating_sub(due.rows.len()).max(1))?;
            for (key, id) in rows {
                let at = keys::moment_of(key.get(3..).unwrap_or_default()).unwrap_or(now);
                if at > now || due.rows.len() >= limit {
                    due.next = Some(due.next.map_or(at, |next| next.min(at)));
                    break;
                }
                if let Some(row) = std::str::from_utf8(&id).ok().map(|id| self.letter(id)).transpose()?.flatten() {
                    due.rows.push(row);
                }
            }
        }
        Ok(due)
    }

    /// Writes the attempt: the state is `sending` and the next try is already in its place (mox's habit).
    fn begin(&self, batch: &mut Batch, row: &LetterRow, now: i64) -> Result<LetterRow> {
        // The very bytes: another version of this program may have written more than we print.
        batch.expect(row.key(), self.store.get(&row.key())?.as_deref());
        let mut after = row.clone();
        after.attempts += 1;
        after.tried.get_or_insert(now);
        after.next = self.next_try(&after, now);
        after.state = LetterState::Sending;
        put(batch, Some(row), &after);
        Ok(after)
    }

    /// The last moment at which a letter is tried.
    fn last_try(&self, row: &LetterRow, now: i64) -> i64 {
        let end = row.tried.unwrap_or(now).saturating_add(i64::from(self.rules.retry_for_hours) * HOUR);
        row.expires.map_or(end, |expires| end.min(expires))
    }

    /// See the schedule at the head of this module.
    fn next_try(&self, row: &LetterRow, now: i64) -> i64 {
        let doubled = (5 * MINUTE).checked_shl(row.attempts.saturating_sub(1).min(20)).unwrap_or(RETRY_PAUSE_MAX);
        let pause = doubled.min(RETRY_PAUSE_MAX);
        // Drawn from the letter and the attempt, so that a replay gives the same.
        let draw = crc32fast::hash(format!("{}/{}", row.sent.id, row.attempts).as_bytes());
        let pause = pause + pause / 5 * i64::from(draw % 1000) / 1000;
        let end = self.last_try(row, now);
        if end > now { (now + pause).min(end) } else { now + pause }
    }

    /// Writes what became of an attempt; gives the fate that the engine has to settle.
    pub fn conclude(&self, batch: &mut Batch, row: &LetterRow, delivery: &Delivery, now: i64) -> Option<Undelivered> {
        let reply = delivery.reply();
        let text: String = reply.text.chars().take(REPLY_CHARS_MAX).collect();
        match delivery {
            Delivery::Taken(_) => {
                self.settle(batch, row.clone(), LetterState::Sent, &text, now);
                None
            }
            Delivery::Later(_) if now < self.last_try(row, now) => {
                let (mut row, mut next) = (row.clone(), row.next);
                let broken = std::mem::take(&mut row.broken);
                match reply.cause {
                    Cause::Unreachable => {
                        // Our own server was away: no try in the schedule's sense, and none at the reader's expense.
                        row.attempts = row.attempts.saturating_sub(1);
                        // The brake decides how long all wait.
                        next = next.min(now + UNREACHABLE_PAUSE_MIN);
                    }
                    Cause::Connection => {
                        row.broken = broken + 1;
                        if broken < BROKEN_SOON_MAX {
                            row.attempts = row.attempts.saturating_sub(1);
                            next = next.min(now + (BROKEN_PAUSE << broken));
                        }
                    }
                    // The pause begins when the wait is over.
                    Cause::Silence => next = next.max(now + 5 * MINUTE),
                    Cause::Unconfirmed if row.attempts <= 1 => next = next.min(now + UNCONFIRMED_PAUSE),
                    _ => {}
                }
                self.put_back(batch, row, LetterState::Queued, next, &text);
                None
            }
            // Still in the outbox: were we to stop now, it is tried once more and refused once more.
            Delivery::Later(_) | Delivery::Refused(_) => Some(Undelivered {
                letter: row.sent.clone(),
                hard: reply.cause.is_hard() && matches!(delivery, Delivery::Refused(_)),
                reply: text,
            }),
        }
    }

    fn pace(&self, now: i64) -> Result<Pace> {
        let row = self.store.get(&keys::fact(PACE))?;
        let mut pace: Pace = row.and_then(|value| serde_json::from_slice(&value).ok()).unwrap_or_default();
        pace.roll(now);
        Ok(pace)
    }

    /// Why nothing is sent (`duban pause`, a surge), if so.
    pub fn paused(&self) -> Result<Option<String>> {
        Ok(self.store.get(&keys::fact(PAUSED))?.map(|why| String::from_utf8_lossy(&why).into_owned()))
    }

    /// Holds every letter until [`Outbox::resume`].
    pub fn pause(&self, batch: &mut Batch, why: &str) {
        batch.put(keys::fact(PAUSED), why);
    }

    pub fn resume(&self, batch: &mut Batch) {
        batch.delete(keys::fact(PAUSED));
    }

    /// Commits attempts for what is due, but for letters that are `busy` with an attempt still. The letters may go out when
    /// the ticket is durable.
    pub fn take(&self, now: i64, limit: usize, busy: &BTreeSet<String>) -> Result<Taken> {
        loop {
            let epoch = self.store.epoch();
            if self.paused()?.is_some() {
                return Ok(Taken::default());
            }
            let mut pace = self.pace(now)?;
            let (room, again) = pace.room(&self.rules);
            let mut due = self.due(now, limit.min(room) + busy.len())?;
            due.rows.retain(|row| !busy.contains(&row.sent.id));
            due.rows.truncate(limit.min(room));
            let mut taken = Taken { next: due.next, ..Taken::default() };
            if room == 0 {
                if pace.set_back {
                    let mut batch = Batch::new(epoch, now, [0; 32]);
                    batch.put(keys::fact(PACE), json(&pace));
                    self.store.commit(batch)?;
                }
                taken.next = due.next.map(|next| next.max(again));
                return Ok(taken);
            }
            if due.rows.is_empty() {
                return Ok(taken);
            }
            let mut batch = Batch::new(epoch, now, [0; 32]);
            for row in &due.rows {
                // A reminder past its use is not sent (TRUST D9); one that was tried is told of.
                if row.expires.is_some_and(|end| end <= now) {
                    if row.attempts == 0 {
                        self.settle(&mut batch, row.clone(), LetterState::Dropped, "of no use any more", now);
                    } else {
                        let (letter, reply) = (row.sent.clone(), row.reply.clone());
                        // The deciding thread ends it; until then nobody tells of it again.
                        self.put_back(&mut batch, row.clone(), row.state, now + TOLD_AGAIN, &row.reply);
                        taken.fates.push(Fate::Undelivered(Box::new(Undelivered { letter, hard: false, reply })));
                    }
                    continue;
                }
                if self.rules.new_outside_per_day > 0 && self.rules.is_outside(&row.sent.to) {
                    let known = keys::fact(&format!("contact/{}", row.sent.to));
                    if self.store.get(&known)?.is_none() {
                        if pace.outside.1 >= self.rules.new_outside_per_day {
                            let tomorrow = (pace.outside.0 + 1) * DAY;
                            self.put_back(
                                &mut batch,
                                row.clone(),
                                LetterState::Queued,
                                tomorrow,
                                "new outside contacts",
                            );
                            continue;
                        }
                        pace.outside.1 += 1;
                        batch.put(known, "");
                    }
                }
                pace.count();
                taken.rows.push(self.begin(&mut batch, row, now)?);
            }
            if pace.is_surge() {
                let usual = pace.usual_16 / 16;
                let why = format!("{} letters in an hour, usually {usual}", pace.hour.1);
                self.pause(&mut batch, &why);
                taken.fates.push(Fate::Alert(format!("Sending is paused: {why}. `duban resume` lets it go on.")));
                // The next hour is measured against this one, or it would stop again at once.
                pace.usual_16 = u64::from(pace.hour.1) * 16;
            }
            batch.put(keys::fact(PACE), json(&pace));
            match self.store.commit(batch) {
                Ok(ticket) => {
                    taken.ticket = Some(ticket);
                    return Ok(taken);
                }
                // Taken back or dropped at this moment: look again.
                Err(StoreError::Conflict) => continue,
                Err(error) => return Err(error),
            }
        }
    }

    /// The first thing after a start: what was `sending` at the end is due at once.
    pub fn recover(&self, now: i64) -> Result<usize> {
        let mut batch = Batch::new(self.store.epoch(), now, [0; 32]);
        let mut found = 0;
        for urgent in [true, false] {
            let from = keys::waiting_class(false, urgent);
            crate::store::for_each_prefix(&*self.store, &from, |_, id| {
                let row = std::str::from_utf8(id).ok().map(|id| self.letter(id)).transpose()?.flatten();
                if let Some(row) = row.filter(|row| row.state == LetterState::Sending) {
                    self.put_back(&mut batch, row, LetterState::Queued, now, "the attempt was cut off");
                    found += 1;
                }
                Ok(())
            })?;
        }
        if found > 0 {
            self.store.commit(batch)?;
        }
        Ok(found)
    }

    /// What a courier is handed.
    pub fn parcel(&self, row: &LetterRow) -> Result<Parcel> {
        // RFC 3834 §3.3, TRUST L2: an error answer must never be answered.
        let mail_from = match row.sent.letter {
            LetterName::Error => String::new(),
            _ => {
                let token = row.sent.message_id.split('@').next().unwrap_or_default();
                crate::courier::envelope_sender(self.rules.envelope, &self.rules.assistant, token)
            }
        };
        let bytes = self.store.blob(&row.place)?;
        Ok(Parcel { id: row.sent.id.clone(), mail_from, rcpts: vec![row.sent.to.clone()], bytes })
    }
}

/// A server's words beyond this are noise.
const REPLY_CHARS_MAX: usize = 500;
const PACE: &str = "outbox/pace";
const PAUSED: &str = "outbox/paused";

/// A letter for [`Outbox::queue`]; its bytes are in the store already.
pub struct NewLetter {
    pub sent: SentLetter,
    pub place: Place,
    /// Milliseconds since 1970 UTC.
    pub not_before: Option<i64>,
    pub expires: Option<i64>,
    pub urgent: bool,
}

/// Letters whose attempt is written; they may go out when the ticket is durable.
#[derive(Default)]
pub struct Taken {
    pub rows: Vec<LetterRow>,
    pub fates: Vec<Fate>,
    /// When it is worth looking again, milliseconds since 1970 UTC.
    pub next: Option<i64>,
    pub ticket: Option<crate::store::Ticket>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::run::Brake;
    use super::*;
    use crate::config::{self, Mode};
    use crate::courier::{Courier, Reply};
    use crate::domain::reading::Context;
    use crate::store::MemoryStore;
    use futures::future::BoxFuture;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicI64, Ordering};

    fn rules() -> Rules {
        Rules {
            mode: Mode::Live,
            pilot: vec!["pilot@example.com".into()],
            per_minute: 0,
            per_hour: 0,
            per_day: 0,
            new_outside_per_day: 0,
            internal_domains: vec!["example.com".into()],
            retry_for_hours: 48,
            assistant: "duban@example.com".into(),
            envelope: config::Envelope::Own,
        }
    }

    fn outbox(rules: Rules) -> Outbox {
        Outbox::new(Arc::new(MemoryStore::new()), rules)
    }

    fn queue(outbox: &Outbox, id: &str, to: &str, now: i64, change: impl FnOnce(&mut NewLetter)) {
        let mut batch = Batch::new(0, now, [0; 32]);
        let mut letter = NewLetter {
            sent: SentLetter {
                id: id.into(),
                letter: LetterName::Digest,
                to: to.into(),
                message_id: format!("{id}@example.com"),
                in_reply_to: None,
                references: Vec::new(),
                reply_to: "duban@example.com".into(),
                subject: "s".into(),
                at: chrono::DateTime::from_timestamp_millis(now).unwrap(),
                lines: Vec::new(),
                context: Context::Reminder,
                objects: Vec::new(),
                cause: String::new(),
                why: String::new(),
                behalf: None,
                left_out: Vec::new(),
            },
            place: outbox.store.put_blob(id.as_bytes()).unwrap(),
            not_before: None,
            expires: None,
            urgent: false,
        };
        change(&mut letter);
        outbox.queue(&mut batch, letter, now);
        outbox.store.commit(batch).unwrap();
    }

    fn ids(rows: &[LetterRow]) -> Vec<&str> {
        rows.iter().map(|row| row.sent.id.as_str()).collect()
    }

    fn later(cause: Cause) -> Delivery {
        Delivery::Later(Reply { text: "later".into(), cause })
    }

    fn taken() -> Delivery {
        Delivery::Taken(Reply { text: "250 ok".into(), cause: Cause::None })
    }

    #[test]
    fn pauses_grow_until_the_letter_is_given_up() {
        let outbox = outbox(rules());
        queue(&outbox, "1.0", "a@example.com", 0, |_| {});
        let mut now = 0;
        let mut pauses = Vec::new();
        let given_up = loop {
            let row = outbox.take(now, 9, &BTreeSet::new()).unwrap().rows.remove(0);
            let mut batch = Batch::new(0, now, [0; 32]);
            let fate = outbox.conclude(&mut batch, &row, &later(Cause::Busy), now);
            outbox.store.commit(batch).unwrap();
            if let Some(fate) = fate {
                break fate;
            }
            let next = outbox.due(now, 9).unwrap().next.unwrap();
            pauses.push((next - now) / MINUTE);
            now = next;
        };
        assert_eq!(now, 48 * HOUR, "the last try is at the end of the time");
        assert!(!given_up.hard);
        let expected = [5, 10, 20, 40, 80, 160, 240, 240, 240];
        for (pause, least) in pauses.iter().zip(expected) {
            assert!((least..=least * 6 / 5).contains(pause), "{pauses:?}");
        }
        // Until the engine settles it, it stays where it is.
        let mut batch = Batch::new(0, now, [0; 32]);
        outbox.refuse(&mut batch, "1.0", "gone", now).unwrap();
        outbox.store.commit(batch).unwrap();
        assert!(outbox.list(9).unwrap().is_empty());
        assert_eq!(outbox.letter("1.0").unwrap().unwrap().state, LetterState::Refused);
    }

    /// Pauses in seconds after tries that all end alike, and the tries that were counted.
    fn pauses(cause: Cause, tries: usize) -> (Vec<i64>, u32) {
        let outbox = outbox(rules());
        queue(&outbox, "1.0", "a@example.com", 0, |_| {});
        let mut now = 0;
        let mut pauses = Vec::new();
        for _ in 0..tries {
            let row = outbox.take(now, 9, &BTreeSet::new()).unwrap().rows.remove(0);
            let mut batch = Batch::new(0, now, [0; 32]);
            assert!(outbox.conclude(&mut batch, &row, &later(cause), now).is_none());
            outbox.store.commit(batch).unwrap();
            let next = outbox.due(now, 9).unwrap().next.unwrap();
            pauses.push((next - now) / 1000);
            now = next;
        }
        (pauses, outbox.letter("1.0").unwrap().unwrap().attempts)
    }

    #[test]
    fn a_broken_connection_is_soon_tried_again() {
        let (soon, counted) = pauses(Cause::Connection, 8);
        assert_eq!(soon.get(..6), Some(&[5, 10, 20, 40, 80, 160][..]));
        assert!((300..=360).contains(&soon[6]) && (600..=720).contains(&soon[7]), "{soon:?}");
        assert_eq!(counted, 2, "nobody can have it from the others");
        // Perhaps taken: one early try, and no more of them than the schedule has.
        let (soon, counted) = pauses(Cause::Unconfirmed, 3);
        assert!(soon[0] == 10 && (600..=720).contains(&soon[1]) && (1200..=1440).contains(&soon[2]), "{soon:?}");
        assert_eq!(counted, 3);
        // A server that is slow may be at it still.
        assert!((300..=360).contains(&pauses(Cause::Silence, 1).0[0]));
        assert!((300..=360).contains(&pauses(Cause::Busy, 1).0[0]));
    }

    #[test]
    fn urgent_letters_go_first_and_early_ones_wait() {
        let outbox = outbox(rules());
        queue(&outbox, "1.0", "a@example.com", 0, |_| {});
        queue(&outbox, "2.0", "b@example.com", 5, |letter| letter.urgent = true);
        queue(&outbox, "3.0", "c@example.com", 0, |letter| letter.not_before = Some(100));
        let due = outbox.due(10, 9).unwrap();
        assert_eq!(ids(&due.rows), ["2.0", "1.0"]);
        assert_eq!(due.next, Some(100));
        assert_eq!(ids(&outbox.due(100, 9).unwrap().rows), ["2.0", "1.0", "3.0"]);
    }

    #[test]
    fn what_is_of_no_use_is_dropped_not_sent() {
        let outbox = outbox(rules());
        queue(&outbox, "1.0", "a@example.com", 0, |letter| letter.expires = Some(50));
        assert!(outbox.take(50, 9, &BTreeSet::new()).unwrap().rows.is_empty());
        assert_eq!(outbox.letter("1.0").unwrap().unwrap().state, LetterState::Dropped);
        // Once tried, its end is told.
        queue(&outbox, "2.0", "a@example.com", 0, |letter| letter.expires = Some(50));
        let row = outbox.take(10, 9, &BTreeSet::new()).unwrap().rows.remove(0);
        assert_eq!(row.next, 50, "the last try is no later than its use");
        let mut batch = Batch::new(0, 50, [0; 32]);
        assert!(outbox.conclude(&mut batch, &row, &later(Cause::Busy), 50).is_some());
        // Told once, however often somebody looks before it is settled.
        queue(&outbox, "3.0", "a@example.com", 60, |letter| letter.expires = Some(90));
        let row = outbox.take(60, 9, &BTreeSet::new()).unwrap().rows.remove(0);
        let mut batch = Batch::new(0, 60, [0; 32]);
        assert!(outbox.conclude(&mut batch, &row, &later(Cause::Busy), 60).is_none());
        outbox.store.commit(batch).unwrap();
        let told = |at: i64| {
            let fates = outbox.take(at, 9, &BTreeSet::new()).unwrap().fates;
            fates.iter().filter(|fate| matches!(fate, Fate::Undelivered(end) if end.letter.id == "3.0")).count()
        };
        assert_eq!((told(90), told(91), told(95)), (1, 0, 0));
        assert_eq!(told(90 + TOLD_AGAIN), 1, "nobody settled it: it is told again");
    }

    #[test]
    fn a_letter_is_taken_back_only_before_it_leaves() {
        let outbox = outbox(rules());
        for id in ["1.0", "2.0"] {
            queue(&outbox, id, "a@example.com", 0, |_| {});
        }
        let mut unsend = Batch::new(0, 0, [0; 32]);
        assert!(outbox.unsend(&mut unsend, "1.0", "undo", 0).unwrap());
        // It leaves between the look and the commit.
        assert_eq!(outbox.take(0, 1, &BTreeSet::new()).unwrap().rows.len(), 1);
        assert!(matches!(outbox.store.commit(unsend), Err(StoreError::Conflict)));
        let mut batch = Batch::new(0, 0, [0; 32]);
        assert!(!outbox.unsend(&mut batch, "1.0", "undo", 0).unwrap());
        assert!(outbox.unsend(&mut batch, "2.0", "undo", 0).unwrap());
        outbox.store.commit(batch).unwrap();
        assert!(!outbox.waits("2.0").unwrap());
        assert!(outbox.due(0, 9).unwrap().rows.is_empty());
    }

    #[test]
    fn the_brake_holds_and_lets_go() {
        let mut pilot = rules();
        pilot.mode = Mode::Pilot;
        let outbox = outbox(pilot);
        queue(&outbox, "1.0", "a@example.com", 0, |_| {});
        queue(&outbox, "2.0", "Pilot@example.com", 0, |_| {});
        queue(&outbox, "3.0", "b@example.com", 0, |letter| letter.expires = Some(10));
        assert_eq!(ids(&outbox.due(0, 9).unwrap().rows), ["2.0"]);
        let mut batch = Batch::new(0, 20, [0; 32]);
        assert_eq!(outbox.release(&mut batch, "1.0", 20).unwrap(), Some(LetterState::Queued));
        assert_eq!(outbox.release(&mut batch, "3.0", 20).unwrap(), Some(LetterState::Dropped));
        assert_eq!(outbox.release(&mut batch, "2.0", 20).unwrap(), None);
        outbox.store.commit(batch).unwrap();
        assert_eq!(ids(&outbox.due(20, 9).unwrap().rows), ["2.0", "1.0"]);
        let mut batch = Batch::new(0, 20, [0; 32]);
        outbox.pause(&mut batch, "because");
        outbox.store.commit(batch).unwrap();
        assert!(outbox.take(20, 9, &BTreeSet::new()).unwrap().rows.is_empty());
    }

    #[test]
    fn caps_are_kept_over_restarts() {
        let mut capped = rules();
        capped.per_minute = 2;
        let first = outbox(capped.clone());
        for id in 0..5 {
            queue(&first, &format!("{id}.0"), "a@example.com", 0, |_| {});
        }
        assert_eq!(first.take(0, 9, &BTreeSet::new()).unwrap().rows.len(), 2);
        let again = Outbox::new(first.store.clone(), capped);
        let none = again.take(30_000, 9, &BTreeSet::new()).unwrap();
        assert_eq!((none.rows.len(), none.next), (0, Some(MINUTE)));
        assert_eq!(again.take(MINUTE, 9, &BTreeSet::new()).unwrap().rows.len(), 2);
    }

    #[test]
    fn a_surge_pauses_by_itself() {
        let outbox = outbox(rules());
        let mut number = 0;
        let mut hour = |letters: usize, at: i64| {
            for _ in 0..letters {
                number += 1;
                queue(&outbox, &format!("{number}.0"), "a@example.com", at, |_| {});
            }
            outbox.take(at, 1000, &BTreeSet::new()).unwrap()
        };
        for at in 0..30 {
            assert!(hour(30, at * HOUR).fates.is_empty());
        }
        assert!(hour(89, 30 * HOUR).fates.is_empty());
        let surge = hour(400, 31 * HOUR);
        assert!(matches!(surge.fates.as_slice(), [Fate::Alert(_)]));
        assert!(outbox.paused().unwrap().is_some());
    }

    /// Takes, refuses and delays by address.
    #[derive(Default)]
    struct Desk {
        seen: Mutex<Vec<(String, Vec<u8>)>>,
    }

    impl Courier for Desk {
        fn deliver(&self, parcel: Parcel) -> BoxFuture<'_, Vec<Delivery>> {
            Box::pin(async move {
                let to = parcel.rcpts.concat();
                self.seen.lock().unwrap().push((to.clone(), parcel.bytes.to_vec()));
                vec![match to.split('@').next() {
                    Some("gone") => {
                        Delivery::Refused(Reply { text: "550 5.1.1 unknown".into(), cause: Cause::Address })
                    }
                    Some("busy") => later(Cause::Busy),
                    _ => taken(),
                }]
            })
        }

        fn sessions(&self) -> usize {
            3
        }
    }

    #[tokio::test]
    async fn the_runner_sends_retries_and_reports() {
        let outbox = Arc::new(outbox(rules()));
        for (id, to) in [("1.0", "a@example.com"), ("2.0", "gone@example.com"), ("3.0", "busy@example.com")] {
            queue(&outbox, id, to, 0, |_| {});
        }
        let desk = Arc::new(Desk::default());
        let (switch, stop) = crate::intake::Stop::new();
        let wake = Arc::new(tokio::sync::Notify::new());
        let told = Arc::new(Mutex::new(Vec::new()));
        let clock = Arc::new(AtomicI64::new(0));
        let (heard, hand, time) = (told.clone(), outbox.clone(), clock.clone());
        let runner = tokio::spawn(run(
            outbox.clone(),
            Surroundings {
                courier: desk.clone(),
                now: Arc::new(move || time.fetch_add(1, Ordering::Relaxed)),
                wake: wake.clone(),
                stop,
                tell: Box::new(move |fate| {
                    // What the engine does: the refusal and what follows from it are one commit.
                    if let Fate::Undelivered(fate) = &fate {
                        let mut batch = Batch::new(0, 0, [0; 32]);
                        hand.refuse(&mut batch, &fate.letter.id, &fate.reply, 0).unwrap();
                        hand.store.commit(batch).unwrap();
                    }
                    heard.lock().unwrap().push(fate);
                }),
                tried: Box::new(|_| {}),
            },
        ));
        while desk.seen.lock().unwrap().len() < 3 {
            tokio::task::yield_now().await;
        }
        clock.store(6 * MINUTE, Ordering::Relaxed);
        while desk.seen.lock().unwrap().len() < 4 {
            wake.notify_one();
            tokio::task::yield_now().await;
        }
        switch.send(true).unwrap();
        runner.await.unwrap();
        let seen = desk.seen.lock().unwrap();
        assert_eq!(seen.iter().filter(|(to, _)| to == "busy@example.com").count(), 2);
        assert!(seen.iter().filter(|(to, _)| to == "busy@example.com").all(|(_, bytes)| bytes == b"3.0"));
        let state = |id: &str| outbox.letter(id).unwrap().unwrap().state;
        assert_eq!(
            [state("1.0"), state("2.0"), state("3.0")],
            [LetterState::Sent, LetterState::Refused, LetterState::Queued]
        );
        let told = told.lock().unwrap();
        assert!(matches!(told.as_slice(), [Fate::Undelivered(fate)] if fate.hard && fate.letter.id == "2.0"));
    }

    #[test]
    fn what_was_under_way_at_a_crash_is_due_at_the_start() {
        let outbox = outbox(rules());
        queue(&outbox, "1.0", "a@example.com", 0, |_| {});
        assert_eq!(outbox.take(0, 9, &BTreeSet::new()).unwrap().rows.len(), 1);
        assert!(outbox.due(1, 9).unwrap().rows.is_empty());
        assert_eq!(outbox.recover(1).unwrap(), 1);
        assert_eq!(ids(&outbox.due(1, 9).unwrap().rows), ["1.0"]);
    }

    #[test]
    fn refusals_that_meet_all_letters_stop_sending() {
        let mut brake = Brake::default();
        assert!(brake.see(&later(Cause::Busy), 0).is_none() && brake.until(0) == 0);
        assert!(brake.see(&later(Cause::Login), 0).is_some());
        assert_eq!(brake.until(0), 5 * MINUTE);
        assert!(brake.see(&later(Cause::Login), 5 * MINUTE).is_none(), "one alert for a row of pauses");
        assert_eq!(brake.until(5 * MINUTE), 15 * MINUTE);
        brake.see(&taken(), 15 * MINUTE);
        assert!(brake.see(&later(Cause::Pace), 15 * MINUTE).is_some());
    }

    /// A server that is away is asked again soon, but not by every letter.
    #[test]
    fn an_unreachable_server_is_asked_again_soon() {
        let mut brake = Brake::default();
        for (now, pause) in [(0, 5), (5_000, 10), (15_000, 20), (35_000, 40), (75_000, 60), (135_000, 60)] {
            assert!(brake.see(&later(Cause::Unreachable), now).is_none());
            assert_eq!(brake.until(now), now + pause * 1000);
        }
        brake.see(&taken(), 200_000);
        brake.see(&later(Cause::Unreachable), 200_000);
        assert_eq!(brake.until(200_000), 205_000);
    }

    /// TRUST D11: a clock that is set back by a day must not hold the letters for a day.
    #[test]
    fn a_pause_does_not_outlast_its_own_length() {
        let mut brake = Brake::default();
        brake.see(&later(Cause::Pace), DAY);
        assert_eq!(brake.until(DAY + MINUTE), DAY + 5 * MINUTE);
        assert!(brake.until(MINUTE) <= MINUTE);
        // And the next refusal begins a pause again.
        brake.see(&later(Cause::Pace), MINUTE);
        assert_eq!(brake.until(MINUTE), 11 * MINUTE);
    }

    /// TRUST D11: letters that are sent while the clock is a year ahead do not close the day for a year.
    #[test]
    fn a_day_that_the_clock_ran_ahead_to_is_over() {
        let outbox = outbox(Rules { per_day: 2, ..rules() });
        for id in ["1.0", "2.0", "3.0"] {
            queue(&outbox, id, "a@example.com", 0, |_| {});
        }
        let year = 365 * DAY;
        assert_eq!(outbox.take(year, 2, &BTreeSet::new()).unwrap().rows.len(), 2);
        // What was sent counts for the day that it is.
        let closed = outbox.take(10, 9, &BTreeSet::new()).unwrap();
        assert_eq!((closed.rows.len(), closed.next), (0, Some(DAY)));
        assert_eq!(ids(&outbox.take(DAY, 9, &BTreeSet::new()).unwrap().rows), ["3.0"]);
    }

    /// RFC 1047: a server may look at a letter longer than the pause before the next try; it gets no second one meanwhile.
    #[test]
    fn what_is_on_the_wire_is_not_taken_again() {
        let outbox = outbox(rules());
        for id in ["1.0", "2.0"] {
            queue(&outbox, id, "a@example.com", 0, |_| {});
        }
        let first = outbox.take(0, 1, &BTreeSet::new()).unwrap().rows.remove(0);
        let next = first.next;
        let busy = BTreeSet::from([first.sent.id.clone()]);
        assert_eq!(ids(&outbox.take(next, 1, &busy).unwrap().rows), ["2.0"]);
        // Silence at last: the pause begins now, not when the try did.
        let end = next + 5 * MINUTE;
        let mut batch = Batch::new(0, end, [0; 32]);
        assert!(outbox.conclude(&mut batch, &first, &later(Cause::Silence), end).is_none());
        outbox.store.commit(batch).unwrap();
        assert_eq!(outbox.letter(&first.sent.id).unwrap().unwrap().next, end + 5 * MINUTE);
    }
}
