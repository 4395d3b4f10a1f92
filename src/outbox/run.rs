//! The sender: attempts are written, then sockets opened; results are written, then forgotten.

use super::row::{Fate, LetterRow, LetterState};
use super::{
    ATTEMPTS_PER_ENTRY, MINUTE, Outbox, REPLY_CHARS_MAX, SENDING_PAUSE_MAX, Taken, UNREACHABLE_PAUSE_MAX,
    UNREACHABLE_PAUSE_MIN,
};
use crate::courier::{Cause, Courier, Delivery, Reply};
use crate::domain::event::Undelivered;
use crate::store::receive::Now;
use crate::store::{Batch, Result};
use futures::future::BoxFuture;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// What the runner works with beside the outbox.
pub struct Surroundings {
    pub courier: Arc<dyn Courier>,
    pub now: Now,
    /// Notified when letters were queued, released, or sending was resumed.
    pub wake: Arc<tokio::sync::Notify>,
    pub stop: crate::intake::Stop,
    /// Hears of refusals and alerts; see [`Fate`].
    pub tell: Box<dyn Fn(Fate) + Send + Sync>,
    /// Sees the outcome of every try; for counting.
    pub tried: Box<dyn Fn(&Delivery) + Send + Sync>,
}

/// The next attempts are written while at least so many letters are left to send.
const READY_MIN: usize = 32;
/// Longest sleep of the runner: a clock that jumps is noticed.
const LOOK_AGAIN: i64 = MINUTE;

/// Sends what is due until the daemon stops; then waits for what is under way.
pub async fn run(outbox: Arc<Outbox>, mut around: Surroundings) {
    use futures::stream::{FuturesUnordered, StreamExt};
    if let Err(error) = outbox.recover((around.now)()) {
        tracing::error!(%error, "letters that were being sent at the last end could not be looked up");
    }
    let courier = around.courier.clone();
    let sessions = courier.sessions().max(1);
    let mut under_way = FuturesUnordered::new();
    // Attempts on their way to the disk: letters that are on the wire do not wait for them.
    let mut taking: Option<BoxFuture<'static, (Taken, Result<()>)>> = None;
    let mut ready: VecDeque<LetterRow> = VecDeque::new();
    // A server may look at a letter longer than the pause before its next try.
    let mut on_the_wire: BTreeSet<String> = BTreeSet::new();
    let mut brake = Brake::default();
    let mut refill = true;
    let mut again: Option<i64> = None;
    let mut just_taken = false;
    loop {
        let told_to_stop = around.stop.is_stopping();
        // What was being taken when the word came is begun before it is heeded.
        let begins = taking.is_some() || std::mem::take(&mut just_taken);
        let stopping = told_to_stop && !begins;
        let now = (around.now)();
        if stopping {
            // Not begun on the wire: due again at the next start.
            ready.clear();
        } else if !told_to_stop
            && refill
            && taking.is_none()
            && ready.len() < READY_MIN.max(sessions)
            && brake.until(now) <= now
        {
            let busy = ready.iter().map(|row| &row.sent.id).chain(&on_the_wire).cloned().collect();
            match outbox.take(now, ATTEMPTS_PER_ENTRY.max(sessions), &busy) {
                Ok(taken) => {
                    again = taken.next;
                    refill = !taken.rows.is_empty();
                    let store = outbox.store.clone();
                    taking = Some(Box::pin(async move {
                        let durable = match taken.ticket {
                            Some(ticket) => crate::store::durable(&*store, ticket).await,
                            None => Ok(()),
                        };
                        (taken, durable)
                    }));
                }
                Err(error) => {
                    tracing::error!(%error, "the outbox could not be read");
                    again = Some(now + 5_000);
                    refill = false;
                }
            }
        }
        while under_way.len() < sessions && !stopping {
            let Some(row) = ready.pop_front() else { break };
            match outbox.parcel(&row) {
                Ok(parcel) => {
                    let courier = courier.clone();
                    on_the_wire.insert(row.sent.id.clone());
                    under_way.push(async move {
                        let delivery = courier.deliver(parcel).await.into_iter().next();
                        (row, delivery)
                    });
                }
                Err(error) => {
                    tracing::error!(%error, letter = row.sent.id, "a letter's bytes cannot be read");
                    let reply = "its bytes cannot be read; run `duban verify`".to_string();
                    (around.tell)(Fate::Undelivered(Box::new(Undelivered { letter: row.sent, hard: false, reply })));
                }
            }
        }
        if under_way.is_empty() && stopping {
            courier.close().await;
            return;
        }
        if under_way.is_empty() && ready.is_empty() && taking.is_none() && !refill {
            let until = again
                .map_or(now + LOOK_AGAIN, |at| at.min(now + LOOK_AGAIN))
                .max(brake.until(now).min(now + LOOK_AGAIN));
            let pause = std::time::Duration::from_millis((until - now).max(1).unsigned_abs());
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = around.wake.notified() => {}
                () = around.stop.stopped() => {}
            }
            refill = true;
            continue;
        }
        if under_way.is_empty() && taking.is_none() {
            if brake.until(now) > now {
                // Only a braked refill comes here.
                let pause =
                    std::time::Duration::from_millis((brake.until(now) - now).clamp(1, LOOK_AGAIN).unsigned_abs());
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = around.stop.stopped() => {}
                }
            }
            continue;
        }
        let mut done = Vec::new();
        let taken = async {
            match &mut taking {
                Some(taking) => taking.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(first) = under_way.next() => done.push(first),
            (taken, durable) = taken => {
                taking = None;
                just_taken = true;
                match durable {
                    Ok(()) => ready.extend(taken.rows),
                    Err(error) => {
                        tracing::error!(%error, "attempts could not be written; nothing was sent");
                        again = Some((around.now)() + 5_000);
                    }
                }
                taken.fates.into_iter().for_each(&around.tell);
                let now = (around.now)();
                let mut batch = Batch::new(outbox.store.epoch(), now, [0; 32]);
                wait(&outbox, &mut batch, &mut ready, &brake, now);
                keep(&outbox, batch);
                continue;
            }
            () = around.wake.notified() => { refill = true; continue }
        }
        // Whatever else has come back shares the entry.
        while let Some(Some(next)) = futures::FutureExt::now_or_never(under_way.next()) {
            done.push(next);
        }
        refill = true;
        let now = (around.now)();
        let mut batch = Batch::new(outbox.store.epoch(), now, [0; 32]);
        for (row, delivery) in &done {
            on_the_wire.remove(&row.sent.id);
            // Forgotten while it was on the wire: its row is settled and must not come back.
            if !matches!(outbox.letter(&row.sent.id), Ok(Some(now)) if now.sent.to == row.sent.to) {
                continue;
            }
            let silent = Delivery::Later(Reply { text: "the courier gave no answer".into(), cause: Cause::Busy });
            let delivery = delivery.as_ref().unwrap_or(&silent);
            (around.tried)(delivery);
            if let Some(alert) = brake.see(delivery, now) {
                (around.tell)(Fate::Alert(alert));
            }
            tracing::info!(
                letter = row.sent.id,
                name = row.sent.letter.as_str(),
                attempt = row.attempts,
                outcome = match delivery {
                    Delivery::Taken(_) => "taken",
                    Delivery::Later(_) => "later",
                    Delivery::Refused(_) => "refused",
                },
                why = of_the_way(delivery),
                "a letter was tried"
            );
            if let Some(fate) = outbox.conclude(&mut batch, row, delivery, now) {
                (around.tell)(Fate::Undelivered(Box::new(fate)));
            }
        }
        wait(&outbox, &mut batch, &mut ready, &brake, now);
        keep(&outbox, batch);
    }
}

/// While sending is paused, what was taken but not tried keeps its place; its attempt is counted, its next try is written.
fn wait(outbox: &Outbox, batch: &mut Batch, ready: &mut VecDeque<LetterRow>, brake: &Brake, now: i64) {
    let until = brake.until(now);
    if until > now {
        for row in ready.drain(..) {
            outbox.put_back(batch, row, LetterState::Queued, until, "sending is paused");
        }
    }
}

/// Commits what became of letters.
fn keep(outbox: &Outbox, batch: Batch) {
    if batch.changes.is_empty() {
        return;
    }
    if let Err(error) = outbox.store.commit(batch) {
        // Its row says `sending`: it is tried again at the next start or in its turn, with the same Message-ID.
        tracing::error!(%error, "what became of letters could not be written");
    }
}

/// Stops all sending after a refusal that would meet every letter.
#[derive(Default)]
pub(super) struct Brake {
    until: i64,
    length: i64,
    pauses: u32,
    unreachable: u32,
}

impl Brake {
    /// When sending goes on. A pause that would last longer than it was made for is over: the clock was set back.
    pub(super) fn until(&self, now: i64) -> i64 {
        if self.until - now > self.length { now } else { self.until }
    }

    fn pause(&mut self, now: i64, length: i64) {
        (self.until, self.length) = (now + length, length);
    }

    pub(super) fn see(&mut self, delivery: &Delivery, now: i64) -> Option<String> {
        if delivery.is_taken() {
            *self = Brake { until: self.until, length: self.length, ..Brake::default() };
            return None;
        }
        let cause = delivery.reply().cause;
        if cause == Cause::Unreachable && self.until(now) <= now {
            self.pause(now, (UNREACHABLE_PAUSE_MIN << self.unreachable.min(4)).min(UNREACHABLE_PAUSE_MAX));
            self.unreachable += 1;
            return None;
        }
        if !cause.pauses_sending() || self.until(now) > now {
            return None;
        }
        self.pause(now, ((5 * MINUTE) << self.pauses.min(4)).min(SENDING_PAUSE_MAX));
        self.pauses += 1;
        let about = match cause {
            Cause::Pace => "too many letters for the server",
            Cause::Login => "the login was refused",
            _ => "the server refuses what we send",
        };
        let minutes = self.length / MINUTE;
        let text: String = delivery.reply().text.chars().take(REPLY_CHARS_MAX).collect();
        // One alert for a row of pauses.
        (self.pauses == 1).then(|| format!("Sending is paused for {minutes} minutes: {about} ({text})"))
    }
}

/// What the way to the server says, for the log. What a server says of a reader stays out of it: it may name people.
fn of_the_way(delivery: &Delivery) -> Option<&str> {
    match delivery {
        Delivery::Later(reply) if matches!(reply.cause, Cause::Unreachable | Cause::Connection | Cause::Login) => {
            Some(&reply.text)
        }
        _ => None,
    }
}
