//! The thread that writes groups of commits, one sync for each.

use super::applying::{APPLY_BYTES, APPLY_LOOK};
use super::{Group, Shared, UNAPPLIED_BYTES_MAX};
use crate::store::journal::Journal;
use crate::store::segment::Segments;
use crate::store::{Result, StoreError};
use std::sync::PoisonError;

/// Mail in a group beyond this waits for the disk.
pub(super) const GROUP_BYTES_MAX: usize = 64 << 20;

pub(super) fn committer(shared: &Shared, mut journal: Journal, mut segments: Segments) {
    loop {
        let mut state = shared.state();
        while state.open.entries.is_empty() && !state.closing && !state.roll {
            state = shared.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.abandoned || (state.closing && state.open.entries.is_empty()) {
            let abandoned = state.abandoned;
            state.closed = Some("it was closed".into());
            let waiters = std::mem::take(&mut state.waiters);
            drop(state);
            if !abandoned && let Err(error) = journal.close().and_then(|()| segments.close()) {
                tracing::error!(%error, "the journal did not close cleanly; the next start looks after it");
            }
            for (ticket, waiter) in waiters {
                let outcome = shared.state().outcome(ticket);
                waiter(outcome.unwrap_or_else(|| Err(StoreError::Closed("it was closed".into()))));
            }
            shared.done.notify_all();
            shared.apply.notify_all();
            return;
        }
        if state.roll && state.open.entries.is_empty() && !state.closing {
            drop(state);
            let rolled = journal.roll_used().and_then(|()| segments.roll_used());
            let mut state = shared.state();
            (state.segment, state.segment_offset) = segments.position();
            state.open = Group { segment: state.segment, ..Group::default() };
            state.roll = false;
            state.roll_failed = rolled.err();
            drop(state);
            shared.done.notify_all();
            continue;
        }
        // sled must not fall behind without end: memory is bounded, and so is the replay.
        while shared.layers().synced_bytes > UNAPPLIED_BYTES_MAX && !state.closing {
            shared.apply.notify_all();
            let waited = shared.done.wait_timeout(state, APPLY_LOOK).unwrap_or_else(PoisonError::into_inner);
            state = waited.0;
        }
        let segment = state.segment;
        let group = std::mem::replace(&mut state.open, Group { segment, ..Group::default() });
        {
            let mut layers = shared.layers_mut();
            layers.flying = std::mem::take(&mut layers.open);
            layers.blobs_flying = std::mem::take(&mut layers.blobs_open);
        }
        drop(state);

        let written = write_group(&mut journal, &mut segments, &group);

        let mut state = shared.state();
        let wakes_applier;
        {
            let mut layers = shared.layers_mut();
            let flying = std::mem::take(&mut layers.flying);
            let was_idle = layers.synced.is_empty();
            layers.blobs_flying.clear();
            match &written {
                Ok(()) => {
                    layers.synced_bytes += group.entries.len();
                    layers.synced_to = group.tip.sequence;
                    if layers.synced.is_empty() {
                        layers.synced = flying;
                    } else {
                        layers.synced.extend(flying);
                    }
                }
                Err(_) => {
                    layers.open.clear();
                    layers.blobs_open.clear();
                }
            }
            wakes_applier = was_idle || layers.synced_bytes >= APPLY_BYTES;
        }
        match written {
            Ok(()) => state.durable = group.tip,
            Err(error) => {
                tracing::error!(%error, "commits could not be made durable and were taken back");
                let durable = state.durable;
                state.failures.push((durable.sequence, error.clone()));
                state.epoch += 1;
                shared.guards().all_moved();
                state.tip = durable;
                (state.segment, state.segment_offset) = segments.position();
                state.open = Group { segment: state.segment, ..Group::default() };
                if let StoreError::Closed(why) = error {
                    state.closed = Some(why);
                }
            }
        }
        let mut told = Vec::new();
        let mut waiting = std::mem::take(&mut state.waiters).into_iter();
        for (ticket, waiter) in waiting.by_ref() {
            match state.outcome(ticket) {
                Some(outcome) => told.push((waiter, outcome)),
                None => state.waiters.push((ticket, waiter)),
            }
        }
        drop(state);
        shared.done.notify_all();
        if wakes_applier {
            shared.apply.notify_one();
        }
        for (waiter, outcome) in told {
            waiter(outcome);
        }
    }
}

fn write_group(journal: &mut Journal, segments: &mut Segments, group: &Group) -> Result<()> {
    if !group.blobs.is_empty() && segments.position().0 != group.segment {
        segments.roll()?;
    }
    let (_, before) = segments.position();
    if let [(header, value)] = group.blobs.as_slice() {
        segments.write(&[header.as_slice(), value].concat())?;
    } else if !group.blobs.is_empty() {
        let mut bytes = Vec::with_capacity(group.blob_bytes);
        for (header, value) in &group.blobs {
            bytes.extend_from_slice(header);
            bytes.extend_from_slice(value);
        }
        segments.write(&bytes)?;
    }
    let (segment, offset) = segments.position();
    if let Err(error) = journal.write(&group.entries, group.tip, segment, offset) {
        segments.back_to(before)?;
        return Err(error);
    }
    Ok(())
}
