//! Mails whose author is verified by ourselves wait here, on disk, between the intake and the deciding thread: the DNS is
//! asked, what it said goes into the mail's row, and the row moves to the inbox (TRUST S3).
//!
//! Silence of the DNS is neither a pass nor a failure: the mail is looked at again with growing pauses, for a day. Then it
//! is read as what it is, a mail that nothing proves, and its author is asked (O1).

use super::Bell;
use crate::intake::Stop;
use crate::mail::inbound::{self, Limits};
use crate::mail::sender::Proof;
use crate::seal::{Found, Origin, Verifier};
use crate::store::receive::{InboxRow, Now, Verified, json};
use crate::store::{Batch, Store, StoreError, keys, prefix_end};
use futures::StreamExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Rows looked at in one round: a new mail waits for no more than these.
const STEP: usize = 64;
/// Rows read at once.
const PAGE: usize = 256;
/// Mails looked at beside one another.
const BESIDE: usize = 16;
/// Pauses after the DNS was silent, in seconds; the last one repeats.
const PAUSES: [i64; 6] = [30, 60, 300, 900, 1800, 3600];
/// After this long the mail is read without an answer.
const WAIT_MAX_MILLIS: i64 = 24 * 3_600_000;
/// Longest sleep without a mail.
const SLEEP_MAX: Duration = Duration::from_secs(30);

pub struct Proving {
    pub store: Arc<dyn Store>,
    pub verifier: Verifier,
    pub limits: Limits,
    pub now: Now,
    /// Rung by the intake.
    pub arrived: Arc<Notify>,
    pub bell: Arc<Bell>,
}

impl Proving {
    pub async fn run(self, mut stop: Stop) {
        loop {
            let sleep = match self.round().await {
                Ok(next) => next,
                Err(error) => {
                    tracing::error!(%error, "mails whose author is to be verified cannot be read");
                    SLEEP_MAX
                }
            };
            tokio::select! {
                () = self.arrived.notified() => {}
                () = tokio::time::sleep(sleep) => {}
                () = stop.stopped() => return,
            }
        }
    }

    /// Looks at every mail whose time has come; how long nothing is to be done.
    pub async fn round(&self) -> Result<Duration, StoreError> {
        let now = (self.now)();
        let (ripe, later) = self.ripe(now)?;
        let more = ripe.len() >= STEP;
        let looked: Vec<_> =
            futures::stream::iter(ripe.into_iter().map(|row| self.look(row))).buffer_unordered(BESIDE).collect().await;
        let again = looked.into_iter().collect::<Result<Vec<Option<i64>>, StoreError>>()?;
        let next = again.into_iter().flatten().chain(later).chain(more.then_some(now)).min();
        Ok(next.map_or(SLEEP_MAX, |at| Duration::from_millis(u64::try_from(at - now).unwrap_or(0)).min(SLEEP_MAX)))
    }

    /// Mails to look at now, those that nobody looked at yet before the others, however many wait on a silent DNS; and when
    /// the next of the rest is to be looked at.
    fn ripe(&self, now: i64) -> Result<(Vec<InboxRow>, Option<i64>), StoreError> {
        let (mut new, mut again, mut later) = (Vec::new(), Vec::new(), None::<i64>);
        let (mut from, end) = (vec![keys::PROVING], prefix_end(&[keys::PROVING]));
        while new.len() < STEP {
            let page = self.store.scan(&from, &end, PAGE)?;
            let Some((last, _)) = page.last() else { break };
            from.clone_from(last);
            from.push(0);
            let full = page.len() >= PAGE;
            for row in page.into_iter().filter_map(|(_, value)| serde_json::from_slice::<InboxRow>(&value).ok()) {
                match row.look_at <= now {
                    true if row.looks == 0 => new.push(row),
                    true if again.len() < STEP => again.push(row),
                    true => {}
                    false => later = Some(later.map_or(row.look_at, |first| first.min(row.look_at))),
                }
            }
            if !full {
                break;
            }
        }
        new.append(&mut again);
        new.truncate(STEP);
        Ok((new, later))
    }

    /// One mail; when to look again, if it waits on.
    async fn look(&self, row: InboxRow) -> Result<Option<i64>, StoreError> {
        let store = self.store.clone();
        let (place, limits) = (row.place.clone(), self.limits);
        // Reading is work for a processor, and a mail may break it: that is the mail's fault, and told by the reader later.
        let read = tokio::task::spawn_blocking(move || {
            let raw = store.blob(&place)?;
            let author = inbound::parse(&raw, &limits).ok().and_then(|mail| mail.author).map(|author| author.address);
            Ok::<_, StoreError>((raw, author))
        });
        let found = match read.await {
            Ok(Ok((raw, Some(author)))) => {
                let origin =
                    Origin { mail_from: row.mail_from.as_deref(), client: row.client, helo: row.helo.as_deref() };
                self.verifier.look(&raw, &author, origin).await
            }
            Ok(Ok((_, None))) => Found::Settled(Proof::None("no author to verify".into())),
            Ok(Err(StoreError::Damaged { .. })) | Err(_) => Found::Settled(Proof::None("it could not be read".into())),
            Ok(Err(error)) => return Err(error),
        };
        let now = (self.now)();
        match found {
            Found::Settled(proof) => self.move_on(row, &proof),
            Found::Later(why) if now - row.at >= WAIT_MAX_MILLIS => {
                self.move_on(row, &Proof::None(format!("the DNS gave no answer for a day: {why}")))
            }
            Found::Later(why) => {
                let pause = PAUSES.get(row.looks as usize).or(PAUSES.last()).copied().unwrap_or(60);
                let look_at = now + pause * 1000;
                tracing::info!(mail = row.number, why, seconds = pause, "the author could not be verified yet");
                let row = InboxRow { looks: row.looks.saturating_add(1), look_at, ..row };
                let mut batch = Batch::new(self.store.epoch(), now, [0; 32]);
                batch.put(keys::proving(row.number), json(&row));
                self.commit(batch)?;
                Ok(Some(look_at))
            }
        }
    }

    fn move_on(&self, row: InboxRow, proof: &Proof) -> Result<Option<i64>, StoreError> {
        tracing::info!(mail = row.number, found = proof.word(), "author verified");
        let key = keys::proving(row.number);
        let row = InboxRow { verified: Some(Verified::new(proof.word(), proof.reason())), ..row };
        let mut batch = Batch::new(self.store.epoch(), (self.now)(), [0; 32]);
        batch.delete(key);
        batch.put(keys::inbox(row.number), json(&row));
        self.commit(batch)?;
        self.bell.ring();
        Ok(None)
    }

    /// Nobody else writes these rows: a conflict is a group that failed, and the next round finds the row as it was.
    fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        match self.store.commit(batch) {
            Ok(_) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::intake::{Envelope, Incoming};
    use crate::seal::testing::{Names, RSA, Say};
    use crate::store::MemoryStore;
    use crate::store::receive::Receiver;
    use std::sync::atomic::{AtomicI64, Ordering};

    fn rows(store: &dyn Store, kind: u8) -> Vec<InboxRow> {
        let rows = store.scan(&[kind], &prefix_end(&[kind]), 100).unwrap();
        rows.iter().map(|(_, value)| serde_json::from_slice(value).unwrap()).collect()
    }

    fn taken(source: &str, receiver: &Receiver, n: usize) {
        let raw = format!("From: a@nanshan.example\r\nTo: b@meet.example\r\nSubject: {n}\r\n\r\nhello\r\n");
        let envelope = Envelope { mail_from: Some("a@nanshan.example".into()), ..Envelope::default() };
        let mail = Incoming { raw: raw.into_bytes(), envelope, source: source.into(), cursor: None };
        receiver.take(&mail).unwrap();
    }

    /// A store behind an intake whose mail is verified, and a clock that the test turns.
    fn house(names: &Names) -> (Arc<dyn Store>, Arc<AtomicI64>, Receiver, Proving) {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let clock = Arc::new(AtomicI64::new(1_000_000));
        let now: Now = {
            let clock = clock.clone();
            Arc::new(move || clock.load(Ordering::SeqCst))
        };
        let receiver = Receiver::new(store.clone(), now.clone(), 10_000, Arc::new(|| {})).unwrap();
        let receiver = receiver.verifying(vec!["smtp:25".into()]);
        let proving = Proving {
            store: store.clone(),
            verifier: names.verifier(&[]),
            limits: Limits::default(),
            now,
            arrived: Arc::default(),
            bell: Arc::default(),
        };
        (store, clock, receiver, proving)
    }

    /// A mail waits on disk until the DNS has said something, holds up no other, and is read unproven after a day.
    #[tokio::test]
    async fn a_mail_waits_for_the_dns_and_not_for_ever() {
        let names = Names::serve().await;
        names.say("_dmarc.nanshan.example", Say::Failure).txt("s1._domainkey.nanshan.example", RSA);
        let (store, clock, receiver, proving) = house(&names);
        taken("smtp:25", &receiver, 1);
        taken("imap:a@b", &receiver, 2);
        assert_eq!(
            (rows(&*store, keys::PROVING).len(), rows(&*store, keys::INBOX).len()),
            (1, 1),
            "another intake's is read at once"
        );
        proving.round().await.unwrap();
        let waiting = rows(&*store, keys::PROVING);
        assert_eq!((waiting[0].looks, waiting[0].look_at), (1, 1_000_000 + 30_000));
        let asked = names.asked();
        proving.round().await.unwrap();
        assert_eq!(names.asked(), asked, "before its time nobody is asked");
        clock.fetch_add(31_000, Ordering::SeqCst);
        names.txt("_dmarc.nanshan.example", "v=DMARC1; p=reject");
        proving.round().await.unwrap();
        let read = rows(&*store, keys::INBOX);
        let found = read.iter().find_map(|row| row.verified.clone()).unwrap();
        assert_eq!(found.result, "fail", "{found:?}");
        assert!(rows(&*store, keys::PROVING).is_empty());

        names.say("_dmarc.nanshan.example", Say::Failure);
        taken("smtp:25", &receiver, 3);
        proving.round().await.unwrap();
        clock.fetch_add(WAIT_MAX_MILLIS, Ordering::SeqCst);
        proving.round().await.unwrap();
        let found = rows(&*store, keys::INBOX).into_iter().rev().find_map(|row| row.verified).unwrap();
        assert!(found.result == "none" && found.reason.contains("for a day"), "{found:?}");
    }
    /// However many mails of a silent domain wait, a new one is looked at in the next round.
    #[tokio::test]
    async fn those_that_wait_hold_up_no_new_mail() {
        let names = Names::serve().await;
        names.say("_dmarc.nanshan.example", Say::Failure);
        let (store, clock, receiver, proving) = house(&names);
        let many = STEP + 20;
        for n in 0..many {
            taken("smtp:25", &receiver, n);
        }
        assert_eq!(proving.round().await.unwrap(), Duration::ZERO, "there is more to look at");
        proving.round().await.unwrap();
        let all = |looks: u32| {
            let rows = store.scan(&[keys::PROVING], &prefix_end(&[keys::PROVING]), 1000).unwrap();
            let rows = rows.iter().map(|(_, value)| serde_json::from_slice::<InboxRow>(value).unwrap());
            rows.filter(|row| row.looks == looks).map(|row| row.number).collect::<Vec<_>>()
        };
        assert_eq!((all(0).len(), all(1).len()), (0, many));
        clock.fetch_add(31_000, Ordering::SeqCst);
        taken("smtp:25", &receiver, many);
        proving.round().await.unwrap();
        assert_eq!(all(0), Vec::<u64>::new());
        assert!(all(1).contains(&(many as u64 + 1)) && all(2).len() == STEP - 1, "{:?}", all(1));
    }
}
