//! Readers beside the deciding thread: while it decides on one mail, the next ones are read.
//!
//! The deciding thread never waits for a mail that nobody has begun: it takes it back and reads it itself, so a single
//! mail is as fast as without readers, and under load every core reads. Mails at which the process ended once are not
//! offered; they are read alone.

use super::decide::Marker;
use crate::engine::reading::{Reader, Reading};
use crate::store::receive::{InboxRow, Now};
use chrono::DateTime;
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// More threads than this find nothing to do: deciding is one thread's work.
const READERS_MAX: usize = 3;
/// Reading a nested mail is recursive to its limit of depth.
pub const STACK_BYTES: usize = 16 << 20;

enum Job {
    Waiting(Box<InboxRow>),
    /// The number of the mail that a reader is at.
    UnderWay(u64),
    /// `None` where it could not be read: the deciding thread will see why.
    Read(u64, Option<Box<Reading>>),
}

impl Job {
    fn number(&self) -> u64 {
        match self {
            Job::Waiting(row) => row.number,
            Job::UnderWay(number) | Job::Read(number, _) => *number,
        }
    }
}

#[derive(Default)]
struct Desk {
    jobs: VecDeque<Job>,
    reader: Option<Reader>,
    ended: bool,
}

struct Shared {
    desk: Mutex<Desk>,
    /// A job waits, or it is over.
    work: Condvar,
    /// A job is done.
    done: Condvar,
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The readers of a deciding thread; they end with it.
pub struct Ahead {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Ahead {
    /// One reader fewer than there are cores, but one at least.
    pub fn start(now: &Now, marker: &Arc<Marker>) -> io::Result<Ahead> {
        let shared = Arc::new(Shared { desk: Mutex::default(), work: Condvar::new(), done: Condvar::new() });
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let count = cores.saturating_sub(1).clamp(1, READERS_MAX);
        let mut ahead = Ahead { shared, threads: Vec::new() };
        for slot in 1..=count {
            let (shared, now, marker) = (ahead.shared.clone(), now.clone(), marker.clone());
            let thread = std::thread::Builder::new().name("read".into()).stack_size(STACK_BYTES);
            ahead.threads.push(thread.spawn(move || read(&shared, &now, &marker, slot))?);
        }
        Ok(ahead)
    }

    /// Mails that come next, in their order; what was offered before and is not among them is forgotten.
    pub fn offer<'r>(&self, reader: Reader, rows: impl Iterator<Item = &'r InboxRow>) {
        let mut desk = self.shared.desk();
        let mut before = std::mem::take(&mut desk.jobs);
        for row in rows {
            let known = before.iter().position(|job| job.number() == row.number);
            let job = known.and_then(|at| before.remove(at)).unwrap_or_else(|| Job::Waiting(Box::new(row.clone())));
            desk.jobs.push_back(job);
        }
        desk.reader = Some(reader);
        drop(desk);
        self.shared.work.notify_all();
    }

    /// The reading of a mail whose turn has come, if somebody has begun it.
    pub fn take(&self, number: u64) -> Option<Reading> {
        let mut desk = self.shared.desk();
        loop {
            let at = desk.jobs.iter().position(|job| job.number() == number)?;
            match desk.jobs.get(at) {
                Some(Job::UnderWay(_)) => {
                    desk = self.shared.done.wait(desk).unwrap_or_else(PoisonError::into_inner);
                }
                _ => {
                    return match desk.jobs.remove(at) {
                        Some(Job::Read(_, reading)) => reading.map(|reading| *reading),
                        _ => None,
                    };
                }
            }
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.shared.desk().ended = true;
        self.shared.work.notify_all();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a reader broke down");
            }
        }
    }
}

fn read(shared: &Shared, now: &Now, marker: &Marker, slot: usize) {
    loop {
        let mut desk = shared.desk();
        let (row, reader) = loop {
            if desk.ended {
                return;
            }
            let next = desk.jobs.iter().position(|job| matches!(job, Job::Waiting(_)));
            let job = next.and_then(|at| desk.jobs.get_mut(at));
            if let Some(job) = job {
                let begun = Job::UnderWay(job.number());
                let waiting = std::mem::replace(job, begun);
                if let (Job::Waiting(row), Some(reader)) = (waiting, desk.reader.clone()) {
                    break (row, reader);
                }
            }
            desk = shared.work.wait(desk).unwrap_or_else(PoisonError::into_inner);
        };
        drop(desk);
        marker.set(slot, row.number);
        let moment = DateTime::from_timestamp_millis(now()).unwrap_or_default();
        let reading = catch_unwind(AssertUnwindSafe(|| {
            let raw = reader.raw(&row).ok()?;
            reader.read(&row, &raw, moment).ok()
        }));
        marker.set(slot, 0);
        let reading = reading.ok().flatten().map(Box::new);
        let mut desk = shared.desk();
        // Forgotten meanwhile, it is thrown away.
        if let Some(job) = desk.jobs.iter_mut().find(|job| matches!(job, Job::UnderWay(n) if *n == row.number)) {
            *job = Job::Read(row.number, reading);
        }
        drop(desk);
        shared.done.notify_all();
    }
}
