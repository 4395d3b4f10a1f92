//! The thread that brings what is durable into the rows.

use super::{Shared, ready_rows};
use crate::store::disk::{Replay, Rows};
use crate::store::journal::{self};
use std::fs::File;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// Rows gather this long, or until they are this many bytes of entries, before sled gets them: most inbox and outbox rows
/// are gone by then, a counter is one row, and what a crash leaves to replay is less than between two flushes.
const APPLY_DELAY: Duration = Duration::from_millis(500);

pub(super) const APPLY_BYTES: usize = 2 << 20;

/// How often the committer looks whether sled has come nearer.
pub(super) const APPLY_LOOK: Duration = Duration::from_millis(20);

/// How often sled and the head are flushed: what a crash leaves to replay.
const FLUSH_EVERY: Duration = Duration::from_secs(3);

/// How often sled is tried again after it failed.
const REOPEN_EVERY: Duration = Duration::from_secs(1);

pub(super) fn applier(shared: &Shared, head: Option<File>) {
    let mut flushed = Instant::now();
    let mut dirty = false;
    loop {
        let mut state = shared.state();
        loop {
            if state.abandoned {
                return;
            }
            let waiting = !shared.layers().synced.is_empty();
            // The committer's last word comes first, so that nothing is left behind.
            if waiting || state.closed.is_some() {
                break;
            }
            state = if dirty {
                let left = FLUSH_EVERY.saturating_sub(flushed.elapsed());
                if left.is_zero() {
                    break;
                }
                shared.apply.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
            } else {
                shared.apply.wait(state).unwrap_or_else(PoisonError::into_inner)
            };
        }
        let closed = state.closed.is_some();
        if !closed && !shared.layers().synced.is_empty() {
            let until = Instant::now() + APPLY_DELAY;
            while let Some(left) = until.checked_duration_since(Instant::now()).filter(|_| !state.closing)
                && shared.layers().synced_bytes < APPLY_BYTES
            {
                state = shared.apply.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            }
        }
        if state.abandoned {
            return;
        }
        drop(state);
        let (layer, to) = {
            let mut layers = shared.layers_mut();
            layers.applying = Arc::new(std::mem::take(&mut layers.synced));
            layers.synced_bytes = 0;
            (layers.applying.clone(), layers.synced_to)
        };
        if !layer.is_empty() {
            if !dirty {
                flushed = Instant::now();
                dirty = true;
            }
            let applied = shared
                .with_rows(|rows| rows.apply(layer.iter().map(|(key, value)| (key.as_slice(), value.as_deref())), to));
            if let Err(error) = applied {
                tracing::error!(%error, "sled could not take rows; it is opened again and caught up from the journal");
                if !reopen_rows(shared, to) {
                    return;
                }
            }
            shared.layers_mut().applying = Arc::default();
            shared.done.notify_all();
        }
        if dirty && (closed || flushed.elapsed() >= FLUSH_EVERY) {
            if let Err(error) = shared.with_rows(Rows::flush) {
                tracing::warn!(%error, "sled could not be flushed; the journal has it all");
            }
            if let Some(head) = &head
                && let Err(error) = head.sync_data()
            {
                tracing::warn!(%error, "the head of the journal could not be synced");
            }
            dirty = false;
            flushed = Instant::now();
        }
        if closed && shared.layers().synced.is_empty() {
            return;
        }
    }
}

/// sled keeps an I/O error for ever, so it is closed, opened and brought up to entry `to` from the journal. Tries until
/// it works or the store closes; meanwhile reads that need sled fail.
fn reopen_rows(shared: &Shared, to: u64) -> bool {
    let old = shared.rows.write().unwrap_or_else(PoisonError::into_inner).take();
    // Dropping a sled that failed may panic; the files are looked after by the opening.
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(old)));
    loop {
        let opened = ready_rows(&shared.dir, &shared.options).and_then(|(rows, _)| {
            let mut replay = Replay::new(&rows);
            let after = rows.marker().applied;
            journal::read_between(&shared.dir.join("journal"), after, to, &mut |entry| replay.take(&entry))?;
            replay.flush()?;
            Ok(rows)
        });
        match opened {
            Ok(rows) => {
                *shared.rows.write().unwrap_or_else(PoisonError::into_inner) = Some(rows);
                tracing::info!(sequence = to, "sled is open again");
                return true;
            }
            Err(error) => tracing::error!(%error, "sled cannot be opened again yet"),
        }
        let state = shared.state();
        if state.closing {
            return false;
        }
        drop(shared.apply.wait_timeout(state, REOPEN_EVERY).unwrap_or_else(PoisonError::into_inner));
    }
}
