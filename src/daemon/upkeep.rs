//! The daily round of retention, and what only the holder of the store may do for an administrator.
//!
//! Files are folded and blanked on a thread of their own; rows change on the deciding thread, a hundred at a time, when
//! nothing else is to do, so that no decision is made on a row that is going.

use super::Bell;
use crate::config::Retention;
use crate::retention::{self, Care, Done, Plan, Upkeep, forget};
use crate::store::{DiskStore, Result, StoreError};
use std::collections::HashSet;
use std::sync::Arc;
use std::thread::JoinHandle;

const DAY: i64 = 86_400_000;

/// Where the daily round stands.
enum Phase {
    Idle,
    Files(JoinHandle<Result<(Option<Plan>, Done)>>),
    Rows(Box<Plan>, Done),
}

pub struct Daily {
    disk: Arc<DiskStore>,
    rules: Retention,
    bell: Arc<Bell>,
    phase: Phase,
    /// When the next round begins; `None`: not looked up yet.
    next: Option<i64>,
}

impl Daily {
    pub fn new(disk: Arc<DiskStore>, rules: Retention, bell: Arc<Bell>) -> Daily {
        Daily { disk, rules, bell, phase: Phase::Idle, next: None }
    }

    /// A little of the round, when it is time; `true`: there is more to do at once.
    pub fn step(&mut self, now: i64) -> Result<bool> {
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Idle => {
                let next = match self.next {
                    Some(next) => next,
                    None => match retention::last_round(&*self.disk)? {
                        Some(last) => last + DAY,
                        // A new store has nothing old.
                        None => {
                            retention::note_round(&*self.disk, now)?;
                            now + DAY
                        }
                    },
                };
                // A clock that jumped back must not put it off for years.
                self.next = Some(next.min(now + DAY));
                if now >= next {
                    self.begin(now)?;
                }
                Ok(false)
            }
            Phase::Files(handle) if !handle.is_finished() => {
                self.phase = Phase::Files(handle);
                Ok(false)
            }
            Phase::Files(handle) => {
                let found = handle.join().unwrap_or_else(|_| Err(StoreError::Closed("the round broke down".into())));
                match found {
                    Ok((Some(plan), done)) => self.phase = Phase::Rows(Box::new(plan), done),
                    Ok((None, done)) => self.end(now, done)?,
                    Err(error) => {
                        tracing::error!(%error, "the daily round could not look through the store; it comes again tomorrow");
                        self.end(now, Done::default())?;
                    }
                }
                Ok(true)
            }
            Phase::Rows(mut plan, mut done) => {
                if retention::step(&*self.disk, &mut plan, &mut done, now)? {
                    self.phase = Phase::Rows(plan, done);
                } else {
                    self.end(now, done)?;
                }
                Ok(true)
            }
        }
    }

    fn begin(&mut self, now: i64) -> Result<()> {
        let (disk, rules, bell) = (self.disk.clone(), self.rules.clone(), self.bell.clone());
        let round = move || {
            let mut done = Done::default();
            let outcome = (|| {
                let Some(checkpoint) = retention::fold(&disk, Care::Usual, &mut done)? else { return Ok(None) };
                let plan = retention::plan(&disk, &checkpoint, &rules, &HashSet::new(), now)?;
                retention::give_up(&disk, &plan, &mut done)?;
                Ok(Some(plan))
            })();
            bell.ring();
            outcome.map(|plan| (plan, done))
        };
        let handle = std::thread::Builder::new()
            .name("upkeep".into())
            .spawn(round)
            .map_err(|e| StoreError::io("starting the daily round", e))?;
        self.phase = Phase::Files(handle);
        Ok(())
    }

    fn end(&mut self, now: i64, done: Done) -> Result<()> {
        tracing::info!(
            texts = done.texts,
            rows = done.rows,
            objects = done.objects,
            moved = done.moved,
            segments = done.segments,
            journal_bytes = done.journal_bytes,
            "the daily round of retention is done"
        );
        self.next = Some(now + DAY);
        retention::note_round(&*self.disk, now)
    }

    /// What an administrator asks for, at once and whole; the answer is JSON.
    pub fn carry_out(&self, request: &Upkeep, now: i64) -> Result<Vec<u8>> {
        carry_out(&self.disk, &self.rules, request, now)
    }
}

/// The same where no daemon runs.
pub fn carry_out(disk: &DiskStore, rules: &Retention, request: &Upkeep, now: i64) -> Result<Vec<u8>> {
    let answer = match request {
        Upkeep::Compact => serde_json::to_vec(&retention::compact(disk, rules, &HashSet::new(), now)?),
        Upkeep::Forget(request) => serde_json::to_vec(&forget::forget(disk, request, rules, now)?),
    };
    Ok(answer.unwrap_or_default())
}
