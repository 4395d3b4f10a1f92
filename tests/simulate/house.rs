//! The daemon's loop without its threads: intake, decisions, moments, outbox, each in the order and with the waits of
//! `duban serve`, over a store that fails.

use crate::draw::Draw;
use crate::laws;
use crate::outside::Outside;
use crate::stable::{Fault, Stable};
use chrono::{DateTime, Duration, Utc};
use duban::courier::{Cause, Delivery};
use duban::domain::event::{Tick, Undelivered};
use duban::domain::letter::LetterName;
use duban::domain::person::{Directory, Person};
use duban::engine::{Engine, EngineError, Outcome, Setup};
use duban::intake::{Envelope, Incoming, ReceiveError};
use duban::outbox::{Fate, LetterRow, Outbox};
use duban::store::receive::{InboxRow, Receiver};
use duban::store::{Batch, Store, StoreError, keys, prefix_end};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The intake whose mails count as proven, and the one whose do not.
pub const TRUSTED: &str = "lmtp:trusted";
pub const INTERNET: &str = "lmtp:internet";

/// A mail that somebody's server still has.
#[derive(Clone)]
pub struct Posted {
    pub raw: Vec<u8>,
    pub mail_from: Option<String>,
    pub proven: bool,
    /// Who must get nothing because of it: the sender of automatic mail.
    pub silent: Option<String>,
    pub message_id: String,
}

pub struct House {
    pub store: Arc<Stable>,
    pub engine: Engine,
    outbox: Outbox,
    receiver: Receiver,
    setup: Setup,
    people: Vec<Person>,
    pub now: DateTime<Utc>,
    pub outside: Outside,
    /// Mails that were written and not acknowledged yet.
    pub on_the_way: Vec<Posted>,
    /// Message-IDs that were acknowledged: they may never be lost.
    pub acknowledged: BTreeSet<String>,
    pub automatic: BTreeMap<String, String>,
    /// When each letter may leave, as decided.
    not_before: BTreeMap<String, i64>,
    /// Moments that were carried out.
    pub carried_out: BTreeSet<Tick>,
    fates: Vec<Undelivered>,
    pub deaths: usize,
    pub moments: usize,
    pub aloud: bool,
    /// What is written becomes durable before the next minute, as a disk in order has it.
    pub prompt: bool,
}

fn parts(store: &Arc<Stable>, setup: &Setup, people: &[Person]) -> (Engine, Outbox, Receiver) {
    let as_store: Arc<dyn Store> = store.clone();
    let engine = Engine::open(as_store.clone(), setup.clone(), Directory::new(people.iter().cloned())).unwrap();
    let outbox = Outbox::new(as_store.clone(), setup.outbox.clone());
    let receiver = Receiver::new(as_store, Arc::new(|| 0), 10_000_000, Arc::new(|| {})).unwrap();
    (engine, outbox, receiver)
}

impl House {
    pub fn new(mut setup: Setup, people: Vec<Person>, now: DateTime<Utc>, aloud: bool) -> House {
        setup.gather.trusted_sources.push(TRUSTED.into());
        setup.gather.internet_sources.push(INTERNET.into());
        let store = Arc::new(Stable::default());
        let (engine, outbox, receiver) = parts(&store, &setup, &people);
        House {
            store,
            engine,
            outbox,
            receiver,
            setup,
            people,
            now,
            outside: Outside::default(),
            on_the_way: Vec::new(),
            acknowledged: BTreeSet::new(),
            automatic: BTreeMap::new(),
            not_before: BTreeMap::new(),
            carried_out: BTreeSet::new(),
            fates: Vec::new(),
            deaths: 0,
            moments: 0,
            aloud,
            prompt: false,
        }
    }

    /// The rows of this house, for those who compare it with another.
    pub fn rows(&self) -> Vec<(Vec<u8>, duban::store::Value)> {
        self.store.scan(b"", b"\xff", usize::MAX).unwrap()
    }

    fn say(&self, text: impl FnOnce() -> String) {
        if self.aloud {
            println!("{} {}", self.now.format("%m-%d %H:%M"), text());
        }
    }

    pub fn post(&mut self, mail: Posted) {
        if let Some(who) = &mail.silent {
            self.automatic.insert(mail.message_id.clone(), who.clone());
        }
        self.on_the_way.push(mail);
    }

    /// The process ended; a new one finds what was durable, and perhaps some of what was only written.
    pub fn dies(&mut self, draw: &mut Draw) {
        let more = draw.below(self.store.undurable() as u64 + 1) as usize;
        self.say(|| format!("dies; {more} of {} commits survive unsynced", self.store.undurable()));
        self.deaths += 1;
        self.store = Arc::new(self.store.reopened(more));
        (self.engine, self.outbox, self.receiver) = parts(&self.store, &self.setup, &self.people);
        self.fates.clear();
        self.outbox.recover(self.now.timestamp_millis()).unwrap();
        laws::hold_everywhere(self);
    }

    /// Works until there is nothing to do at this moment.
    pub fn work(&mut self, draw: &mut Draw) {
        for _ in 0..3_000 {
            let epoch = self.store.epoch();
            let done = self.turn(draw);
            if self.aloud {
                laws::hold_everywhere(self);
            }
            match done {
                // What was taken back while nothing was left to do is there to be done again, which the daemon sees within SLEEP_MAX.
                Ok(0) if self.store.epoch() == epoch => return,
                Ok(_) => {}
                Err(StoreError::Closed(_)) => self.dies(draw),
                Err(StoreError::Full { .. } | StoreError::Conflict) => {}
                Err(error) => panic!("{error}"),
            }
        }
        panic!("{}: never done with this moment; due {:?}", self.now, self.engine.due(self.now, 5));
    }

    fn turn(&mut self, draw: &mut Draw) -> Result<usize, StoreError> {
        let mut done = self.intake(draw)?;
        done += self.decisions()?;
        done += self.refusals()?;
        done += self.moments()?;
        Ok(done + self.sending(draw)?)
    }

    fn intake(&mut self, draw: &mut Draw) -> Result<usize, StoreError> {
        let mut mails = std::mem::take(&mut self.on_the_way);
        if !self.outside.calm {
            draw.shuffle(&mut mails);
        }
        let count = mails.len();
        let mut mails = mails.into_iter();
        while let Some(mail) = mails.next() {
            let incoming = Incoming {
                raw: mail.raw.clone(),
                envelope: Envelope {
                    mail_from: mail.mail_from.clone(),
                    rcpts: vec!["duban@example.com".into()],
                    ..Envelope::default()
                },
                source: if mail.proven { TRUSTED } else { INTERNET }.into(),
                cursor: None,
            };
            let taken = self.receiver.take_at(&incoming, self.now.timestamp_millis());
            let synced = match taken {
                Ok((_, ticket)) => self.store.sync(ticket),
                Err(ReceiveError::Full) => Err(StoreError::Full { doing: "receiving".into() }),
                Err(ReceiveError::Unavailable(why)) => Err(StoreError::Closed(why)),
                Err(error) => panic!("{error:?}"),
            };
            match synced {
                Ok(()) => {
                    self.acknowledged.insert(mail.message_id.clone());
                    // The answer is lost on the way: the other server sends it once more.
                    if !self.outside.calm && draw.chance(10) {
                        let mut again = mail;
                        let trace = format!("Received: from relay-{} by mx\r\n", draw.below(100));
                        again.raw.splice(0..0, trace.into_bytes());
                        self.on_the_way.push(again);
                    }
                }
                Err(error) => {
                    self.on_the_way.push(mail);
                    self.on_the_way.extend(mails);
                    return Err(error);
                }
            }
        }
        Ok(count)
    }

    fn decisions(&mut self) -> Result<usize, StoreError> {
        let rows = self.store.scan(&[keys::INBOX], &prefix_end(&[keys::INBOX]), 128)?;
        let count = rows.len();
        let rows: Vec<InboxRow> = rows.iter().map(|(_, value)| serde_json::from_slice(value).unwrap()).collect();
        // As the daemon's readers do: all are read before the first is decided upon, and what no longer holds again.
        let mut ahead = Vec::new();
        for row in &rows {
            let raw = self.store.blob(&row.place)?;
            ahead.push(self.engine.reader().read(row, &raw, self.now).ok());
        }
        for (row, reading) in rows.into_iter().zip(ahead) {
            let reading = std::cell::Cell::new(reading);
            let raw = self.store.blob(&row.place)?;
            let now = self.now;
            let outcome = self.carry_out(|engine| {
                let early = reading.take().and_then(|reading| engine.mail_read(&row, reading, now));
                early.unwrap_or_else(|| engine.mail(&row, &raw, now))
            })?;
            self.say(|| {
                let mail = outcome.mail.as_deref();
                let text: String = mail.map(|m| m.text.chars().take(60).collect()).unwrap_or_default();
                let from = mail.and_then(|m| m.author.as_ref()).map(|a| a.address.clone()).unwrap_or_default();
                format!("read {} of {from} {:?}: {:?}", row.message_id, text, outcome.withheld)
            });
            self.heed(&outcome, Some(&row.message_id));
        }
        Ok(count)
    }

    fn refusals(&mut self) -> Result<usize, StoreError> {
        let mut count = 0;
        while let Some(fate) = self.fates.pop() {
            let now = self.now;
            let outcome = match self.carry_out(|engine| engine.undelivered(fate.clone(), now)) {
                Ok(outcome) => outcome,
                Err(error) => {
                    self.fates.push(fate);
                    return Err(error);
                }
            };
            self.say(|| format!("undelivered {} to {}", fate.letter.letter, fate.letter.to));
            self.heed(&outcome, None);
            count += 1;
        }
        Ok(count)
    }

    fn moments(&mut self) -> Result<usize, StoreError> {
        let ticks = self.engine.due(self.now, 128).map_err(of_store)?;
        let count = ticks.len();
        for tick in ticks {
            let now = self.now;
            // Written first: the process may die right after the commit.
            self.carried_out.insert(tick.clone());
            let outcome = self.carry_out(|engine| engine.tick(&tick, now))?;
            self.say(|| format!("moment {:?} {} {}", tick.kind, tick.object, tick.key));
            self.moments += 1;
            self.heed(&outcome, None);
        }
        Ok(count)
    }

    fn carry_out(
        &mut self,
        event: impl Fn(&mut Engine) -> Result<Outcome, EngineError>,
    ) -> Result<Outcome, StoreError> {
        for _ in 0..10 {
            match event(&mut self.engine) {
                Ok(outcome) => return Ok(outcome),
                Err(EngineError::Store(StoreError::Conflict)) => {}
                Err(error) => return Err(of_store(error)),
            }
        }
        panic!("rows kept changing while it was decided");
    }

    fn sending(&mut self, draw: &mut Draw) -> Result<usize, StoreError> {
        let millis = self.now.timestamp_millis();
        let taken = self.outbox.take(millis, 64, &BTreeSet::new())?;
        let count = taken.rows.len() + taken.fates.len();
        if let Some(ticket) = taken.ticket {
            self.store.sync(ticket)?;
        }
        for fate in taken.fates {
            match fate {
                Fate::Undelivered(fate) => self.fates.push(*fate),
                Fate::Alert(why) => self.say(|| why.clone()),
            }
        }
        let mut batch = Batch::new(self.store.epoch(), millis, [0; 32]);
        for row in &taken.rows {
            self.may_leave(row);
            let parcel = self.outbox.parcel(row)?;
            let delivery = self.outside.deliver(draw, row, &parcel, self.now);
            if self.outside.last_words() {
                // The server has it; whoever wrote it dies before he can note it.
                self.store.arm(0, Fault::DiesBefore);
            }
            self.say(|| format!("{} to {}: {}", row.sent.letter, row.sent.to, delivery.reply()));
            if delivery.reply().cause == Cause::Unreachable && !matches!(delivery, Delivery::Later(_)) {
                panic!("a server that is not there refuses nothing");
            }
            if let Some(fate) = self.outbox.conclude(&mut batch, row, &delivery, millis) {
                self.fates.push(fate);
            }
        }
        if !batch.changes.is_empty() {
            self.store.commit(batch)?;
        }
        Ok(count)
    }

    /// Laws of one letter at the moment it leaves.
    fn may_leave(&self, row: &LetterRow) {
        let sent = &row.sent;
        // Later tries go by the clock they find, which may have been put back.
        if let Some(not_before) = self.not_before.get(&sent.id).filter(|_| row.attempts == 1) {
            let now = self.now.timestamp_millis();
            assert!(
                *not_before <= now,
                "{} {} to {} left {} ms early",
                sent.id,
                sent.letter,
                sent.to,
                not_before - now
            );
        }
        if matches!(sent.letter, LetterName::Confirmation | LetterName::ReminderUrgent | LetterName::Escalation)
            && row.attempts == 1
        {
            let items: Vec<&String> = sent.objects.iter().filter(|id| id.starts_with("A-")).collect();
            let closed = !items.is_empty() && items.iter().all(|id| !laws::is_open(&self.store, id));
            assert!(!closed, "{} to {} leaves about {items:?}, which is closed", sent.letter, sent.to);
        }
        let known = self.engine.directory().by_address(&sent.to).is_some() || sent.to.ends_with("@example.com");
        assert!(known, "{} to a stranger, {}: {}", sent.letter, sent.to, sent.why);
    }

    /// Laws of one decision.
    fn heed(&mut self, outcome: &Outcome, mail: Option<&str>) {
        let automatic = mail.and_then(|id| self.automatic.get(id));
        for row in &outcome.letters {
            let sent = &row.sent;
            self.not_before.insert(sent.id.clone(), row.next);
            let paused = self.store.peek(&keys::note(&format!("paused/{}", sent.to))).is_some();
            assert!(!paused, "{} to {}, whose address is dead: {}", sent.letter, sent.to, sent.why);
            if let Some(who) = automatic {
                assert_ne!(&sent.to, who, "{} answers automatic mail: {}", sent.letter, sent.why);
                assert_ne!(sent.in_reply_to.as_deref(), mail, "{} answers automatic mail", sent.letter);
            }
            if matches!(
                sent.letter,
                LetterName::ReminderUrgent | LetterName::Escalation | LetterName::EscalationPreview
            ) {
                for id in sent.objects.iter().filter(|id| id.starts_with("A-")) {
                    assert!(
                        laws::is_open(&self.store, id),
                        "{} to {} about {id}, which is closed",
                        sent.letter,
                        sent.to
                    );
                }
            }
        }
    }

    /// The next moment at which something happens by itself.
    pub fn next(&mut self, draw: &mut Draw) -> Option<DateTime<Utc>> {
        loop {
            let letter = self.outbox.due(i64::MIN, 1).map(|due| due.next.and_then(DateTime::from_timestamp_millis));
            let found = letter.and_then(|letter| Ok([self.engine.next_due().map_err(of_store)?, letter]));
            match found {
                Ok(moments) => return moments.into_iter().flatten().min(),
                Err(StoreError::Closed(_)) => self.dies(draw),
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Lets time pass, everything at its moment.
    pub fn until(&mut self, end: DateTime<Utc>, draw: &mut Draw) {
        loop {
            self.work(draw);
            if self.prompt {
                self.store.all_is_durable();
            }
            match self.next(draw) {
                Some(next) if next <= end => self.now = self.now.max(next),
                _ => break,
            }
        }
        self.now = self.now.max(end);
        self.work(draw);
    }

    pub fn storm(&mut self, draw: &mut Draw) {
        let fault = *draw.pick(&[Fault::Full, Fault::TakenBack, Fault::DiesBefore, Fault::DiesAfter]);
        if fault == Fault::TakenBack && draw.chance(50) {
            self.store.arm_read(draw.below(200), Fault::TakenBack);
        } else {
            self.store.arm(draw.below(12), fault);
        }
    }

    /// From now on nothing fails; what was under way is settled.
    pub fn calm(&mut self, draw: &mut Draw) {
        self.store.disarm();
        self.outside.calm = true;
        self.outbox.recover(self.now.timestamp_millis()).unwrap();
        if self.outbox.paused().unwrap().is_some() {
            let mut batch = Batch::new(self.store.epoch(), 0, [0; 32]);
            self.outbox.resume(&mut batch);
            self.store.commit(batch).unwrap();
        }
        self.until(self.now + Duration::weeks(14), draw);
    }
}

fn of_store(error: EngineError) -> StoreError {
    match error {
        EngineError::Store(error) => error,
        other => panic!("{other}"),
    }
}
