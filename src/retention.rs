//! What is kept for how long, and how it leaves (TRUST R3).
//!
//! A round: the store is sealed, the journal folded into a checkpoint, and what the checkpoint shows to be old is taken
//! out of the rows in small steps. Bytes of mails leave when no row names them: a closed segment without a living blob is
//! removed, one that is mostly dead is emptied by writing what lives in it again. Journal payloads leave when two
//! checkpoints have their rows. The daemon makes one round a day; `duban compact` makes as many as it takes.
//!
//! | row | leaves |
//! |---|---|
//! | bytes of a mail or letter | `mail_days` after it was read or sent, unless an open object has its attachment |
//! | quarantine | `quarantine_days` after it came |
//! | object with history and index rows, audit rows, letters' rows | `closed_days` after the last change |
//!
//! Rows are only changed where they are still as they were read. Deliberately absent: the rows that recognise a mail that
//! comes twice (hashes), counters, notes.

use crate::config::Retention;
use crate::domain::view::Record;
use crate::engine::due_index;
use crate::engine::snapshot::{HistoryRow, Stored};
use crate::outbox::{LetterRow, LetterState};
use crate::store::receive::json;
use crate::store::{
    Batch, DiskStore, EachRow, Key, Place, Result, Store, StoreError, checkpoint, journal, keys, prefix_end, segment,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

pub mod forget;

const DAY: i64 = 86_400_000;
/// Rows changed by one round; the rest waits for the next.
const ROWS_MAX: usize = 50_000;
/// Rows changed by one commit.
pub const STEP: usize = 100;
/// Bytes written again by one round of the daemon.
const MOVED_BYTES_MAX: u64 = 64 << 20;
/// Bytes written again in one commit.
const MOVED_STEP: u64 = 4 << 20;

/// What the command line may ask of the daemon that holds the store.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Upkeep {
    Compact,
    Forget(forget::Request),
}

/// What one round found to do.
#[derive(Debug, Default)]
pub struct Plan {
    /// Mails and letters whose bytes leave.
    pub gone: Vec<Key>,
    /// Rows that leave whole.
    pub drop: Vec<Key>,
    /// Objects that leave with all that is known of them, by their rows.
    pub closed: Vec<Key>,
    /// Rows whose bytes are written again, so that their segment can go.
    pub moved: Vec<Key>,
    /// Segments that no row names.
    pub segments: Vec<u32>,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty()
            && self.drop.is_empty()
            && self.closed.is_empty()
            && self.moved.is_empty()
            && self.segments.is_empty()
    }
}

/// What rounds have done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub texts: u64,
    pub rows: u64,
    pub objects: u64,
    pub moved: u64,
    pub segments: u64,
    /// Bytes of journal payloads.
    pub journal_bytes: u64,
}

/// Whether files may be given up at once, or only what two checkpoints have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// The daily round: two checkpoints are kept.
    Usual,
    /// `compact`, `forget`: only the newest checkpoint is kept, and every closed payload goes.
    Whole,
}

/// The files' part of a round: seals, folds, blanks. Needs no row and may run beside everything else.
pub fn fold(store: &DiskStore, care: Care, done: &mut Done) -> Result<Option<checkpoint::Checkpoint>> {
    store.seal()?;
    let dir = store.dir();
    let _guard = exclusive(dir)?;
    let Some(newest) = checkpoint::fold(dir)? else { return Ok(None) };
    checkpoint::prune(dir, if care == Care::Whole { 1 } else { checkpoint::KEPT })?;
    let oldest = checkpoint::list(dir)?.first().copied().unwrap_or(0);
    if care == Care::Whole || oldest < newest.tip.sequence {
        done.journal_bytes += journal::strip(&dir.join("journal"), oldest)?;
    }
    Ok(Some(newest))
}

/// Keeps a backup from copying files that are being changed; the backup takes the other side.
pub fn exclusive(dir: &std::path::Path) -> Result<std::fs::File> {
    let file = std::fs::File::open(dir.join("journal")).map_err(|e| StoreError::io("locking the journal", e))?;
    file.lock().map_err(|e| StoreError::io("locking the journal", e))?;
    Ok(file)
}

/// A row's place, where it has one.
fn place_of(row: &Value) -> Option<Place> {
    row.get("place").and_then(Value::as_str).and_then(Place::parse)
}

fn number(row: &Value, field: &str) -> Option<i64> {
    row.get(field).and_then(Value::as_i64)
}

/// States in which an object is over, by its JSON words.
fn is_over(kind: &str, state: &str) -> bool {
    match kind {
        "action" => matches!(state, "accepted" | "declined" | "cancelled"),
        _ => matches!(state, "closed" | "cancelled" | "merged" | "rejected"),
    }
}

/// Every Message-ID that an attachment of this record names.
fn attached(value: &Value, into: &mut HashSet<String>) {
    match value {
        Value::Object(map) => {
            if let (Some(Value::String(id)), Some(_)) = (map.get("message_id"), map.get("index")) {
                into.insert(id.clone());
            }
            map.values().for_each(|inner| attached(inner, into));
        }
        Value::Array(list) => list.iter().for_each(|inner| attached(inner, into)),
        _ => {}
    }
}

/// Days before now, in milliseconds since 1970; 0 days: never.
fn before(now: i64, days: u32) -> i64 {
    if days == 0 { i64::MIN } else { now.saturating_sub(i64::from(days).saturating_mul(DAY)) }
}

/// Reads a checkpoint and says what is over its time.
///
/// `empty`: segments to be emptied whatever lives in them.
pub fn plan(
    store: &DiskStore,
    from: &checkpoint::Checkpoint,
    rules: &Retention,
    empty: &HashSet<u32>,
    now: i64,
) -> Result<Plan> {
    let mut plan = Plan::default();
    let (texts, held, over) =
        (before(now, rules.mail_days), before(now, rules.quarantine_days), before(now, rules.closed_days));
    // Objects first: their attachments keep mails.
    let mut changed: HashMap<Key, i64> = HashMap::new();
    let mut needed: HashSet<String> = HashSet::new();
    let id_of = |key: &[u8]| key.get(1..).unwrap_or_default().to_vec();
    from.each(&mut |key, value| {
        match key.first() {
            Some(&keys::HISTORY) => {
                let Some(row) = serde_json::from_slice::<HistoryRow>(value).ok() else { return Ok(()) };
                // `h` id `\0` version.
                let id = key.get(1..key.len().saturating_sub(9)).unwrap_or_default().to_vec();
                let at = changed.entry(id).or_insert(row.at);
                *at = row.at.max(*at);
            }
            Some(&keys::OBJECT) => {
                let Ok(Value::Object(tagged)) = serde_json::from_slice::<Value>(value) else { return Ok(()) };
                let Some((kind, record)) = tagged.iter().next() else { return Ok(()) };
                // When its newest version came about, which has no row of its own.
                if let Some(at) = record.pointer("/_last/at").and_then(Value::as_i64) {
                    let last = changed.entry(id_of(key)).or_insert(at);
                    *last = at.max(*last);
                }
                let state = record.get("state").and_then(Value::as_str).unwrap_or_default();
                if !is_over(kind, state) {
                    attached(record, &mut needed);
                } else if changed.get(&id_of(key)).is_some_and(|at| *at < over) && plan.closed.len() < ROWS_MAX {
                    plan.closed.push(key.to_vec());
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    // Living bytes of each segment, and the rows that name them.
    let mut living: BTreeMap<u32, u64> = BTreeMap::new();
    let mut named: BTreeMap<u32, Vec<(Key, u64)>> = BTreeMap::new();
    from.each(&mut |key, value| {
        let kind = key.first().copied().unwrap_or_default();
        if !matches!(kind, keys::INBOX | keys::PROVING | keys::MAIL | keys::MOMENT | keys::QUARANTINE | keys::LETTER) {
            return Ok(());
        }
        let Ok(row) = serde_json::from_slice::<Value>(value) else { return Ok(()) };
        let place = place_of(&row).filter(|place| !place.is_removed());
        if let Some(place) = &place {
            let size = u64::from(place.len) + segment::BLOB_HEADER_LEN as u64;
            *living.entry(place.segment).or_default() += size;
            named.entry(place.segment).or_default().push((key.to_vec(), size));
        }
        let (ended, full) = match kind {
            keys::MAIL | keys::MOMENT => (number(&row, "at"), plan.gone.len() >= ROWS_MAX),
            keys::LETTER => (number(&row, "ended"), plan.gone.len() >= ROWS_MAX),
            keys::QUARANTINE => (number(&row, "at"), plan.drop.len() >= ROWS_MAX),
            _ => (None, true),
        };
        let Some(at) = ended.filter(|_| !full) else { return Ok(()) };
        if kind == keys::QUARANTINE {
            if at < held {
                plan.drop.push(key.to_vec());
                // What nobody let in is not kept by its audit row either.
                plan.gone.extend(keys::number_of(key).map(keys::mail));
            }
        } else if at < over {
            plan.drop.push(key.to_vec());
        } else if at < texts
            && place.is_some()
            && !(kind == keys::MAIL && row.get("cause").and_then(Value::as_str).is_some_and(|id| needed.contains(id)))
        {
            plan.gone.push(key.to_vec());
        }
        Ok(())
    })?;
    let folder = store.dir().join("mail");
    let segments = segment::list(&folder)?;
    let open = segments.last().copied().unwrap_or(0);
    let mut bytes = 0;
    for number in segments.into_iter().filter(|number| *number < open) {
        let lives = living.get(&number).copied().unwrap_or(0);
        if lives == 0 {
            plan.segments.push(number);
            continue;
        }
        let mostly_dead = lives.saturating_mul(2) < segment::length(&folder, number)?;
        if empty.contains(&number) || (mostly_dead && bytes + lives <= MOVED_BYTES_MAX) {
            bytes += lives;
            plan.moved.extend(named.remove(&number).unwrap_or_default().into_iter().map(|(key, _)| key));
        }
    }
    Ok(plan)
}

/// Carries out some of the plan in one commit; `false`: nothing is left of its rows.
pub fn step(store: &dyn Store, plan: &mut Plan, done: &mut Done, now: i64) -> Result<bool> {
    for _ in 0..10 {
        let (left, did) = match attempt(store, plan, now) {
            Err(StoreError::Conflict) => continue,
            other => other?,
        };
        for (list, left) in [
            (&mut plan.gone, left[0]),
            (&mut plan.drop, left[1]),
            (&mut plan.closed, left[2]),
            (&mut plan.moved, left[3]),
        ] {
            list.truncate(left);
        }
        done.texts += did.texts;
        done.rows += did.rows;
        done.objects += did.objects;
        done.moved += did.moved;
        return Ok(left != [0; 4]);
    }
    Err(StoreError::Conflict)
}

fn attempt(store: &dyn Store, plan: &Plan, now: i64) -> Result<([usize; 4], Done)> {
    let mut batch = Batch::new(store.epoch(), now, [0; 32]);
    let mut done = Done::default();
    let mut left = [plan.gone.len(), plan.drop.len(), plan.closed.len(), plan.moved.len()];
    let mut room = STEP;
    while let Some(key) = plan.gone.get(left[0].wrapping_sub(1)).filter(|_| room > 0) {
        left[0] -= 1;
        room -= 1;
        if remove_text(store, &mut batch, key)? {
            done.texts += 1;
        }
    }
    while let Some(key) = plan.drop.get(left[1].wrapping_sub(1)).filter(|_| room > 0) {
        left[1] -= 1;
        room -= 1;
        if let Some(value) = store.get(key)? {
            drop_row(&mut batch, key, &value);
            done.rows += 1;
        }
    }
    while let Some(key) = plan.closed.get(left[2].wrapping_sub(1)).filter(|_| room > 0) {
        left[2] -= 1;
        room = room.saturating_sub(10);
        let Some(value) = store.get(key)? else { continue };
        if let Ok(stored) = serde_json::from_slice::<Stored>(&value) {
            batch.expect(key.clone(), Some(&value));
            due_index::remove(store, &mut batch, &Record::from(stored))?;
            done.objects += 1;
        }
    }
    let mut bytes = 0;
    while let Some(key) = plan.moved.get(left[3].wrapping_sub(1)).filter(|_| room > 0 && bytes < MOVED_STEP) {
        left[3] -= 1;
        room -= 1;
        let Some(value) = store.get(key)? else { continue };
        let Ok(mut row) = serde_json::from_slice::<Value>(&value) else { continue };
        let Some(place) = place_of(&row).filter(|place| !place.is_removed()) else { continue };
        let moved = match store.blob(&place) {
            Ok(blob) => store.put_blob(&blob)?,
            // What is damaged stays where it is; `verify` tells of it.
            Err(StoreError::Damaged { what, .. }) => {
                tracing::error!(what, "a damaged mail could not be moved");
                continue;
            }
            Err(error) => return Err(error),
        };
        bytes += u64::from(place.len);
        put_place(&mut row, &moved);
        batch.expect(key.clone(), Some(&value));
        batch.put(key.clone(), json(&row));
        done.moved += 1;
    }
    if !batch.changes.is_empty() {
        store.commit(batch)?;
    }
    Ok((left, done))
}

fn put_place(row: &mut Value, place: &Place) {
    if let Value::Object(fields) = row {
        fields.insert("place".into(), Value::String(place.to_string()));
    }
}

/// Takes the bytes out of a mail's or letter's row; a letter that waits keeps them.
pub fn remove_text(store: &dyn Store, batch: &mut Batch, key: &[u8]) -> Result<bool> {
    let Some(value) = store.get(key)? else { return Ok(false) };
    let Ok(mut row) = serde_json::from_slice::<Value>(&value) else { return Ok(false) };
    let Some(place) = place_of(&row).filter(|place| !place.is_removed()) else { return Ok(false) };
    if key.first() == Some(&keys::LETTER) {
        let ended = serde_json::from_value::<LetterRow>(row.clone())
            .is_ok_and(|row| matches!(row.state, LetterState::Sent | LetterState::Refused | LetterState::Dropped));
        if !ended {
            return Ok(false);
        }
    }
    put_place(&mut row, &place.removed());
    batch.expect(key, Some(&value));
    batch.put(key, json(&row));
    Ok(true)
}

/// A row with the rows that find it.
fn drop_row(batch: &mut Batch, key: &[u8], value: &[u8]) {
    batch.expect(key, Some(value));
    batch.delete(key);
    let Ok(row) = serde_json::from_slice::<Value>(value) else { return };
    let text = |field: &str| row.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    match key.first() {
        Some(&keys::MAIL) => {
            if let Some(cause) = text("cause") {
                batch.delete(keys::message(cause));
            }
        }
        Some(&keys::LETTER) => {
            if let Some(message_id) = text("message_id") {
                batch.delete(keys::message(message_id));
                if let Some(cause) = text("cause") {
                    batch.delete(keys::index_row("caused", cause, message_id));
                }
            }
        }
        _ => {}
    }
}

/// Rounds without a pause until nothing is left to do.
pub fn compact(store: &DiskStore, rules: &Retention, empty: &HashSet<u32>, now: i64) -> Result<Done> {
    let mut done = Done::default();
    // Texts leave in the first round, their segments in the second, what was written again in the third.
    for _ in 0..ROUNDS_MAX {
        let Some(checkpoint) = fold(store, Care::Whole, &mut done)? else { break };
        let mut plan = plan(store, &checkpoint, rules, empty, now)?;
        if plan.is_empty() {
            break;
        }
        give_up(store, &plan, &mut done)?;
        while step(store, &mut plan, &mut done, now)? {}
        store.sync(store.tip())?;
    }
    store.renew_rows()?;
    Ok(done)
}

/// A compaction has more rounds than this only where something is wrong.
const ROUNDS_MAX: usize = 50;

/// Removes the segments of a plan.
pub fn give_up(store: &DiskStore, plan: &Plan, done: &mut Done) -> Result<()> {
    if !plan.segments.is_empty() {
        let _guard = exclusive(store.dir())?;
        store.remove_segments(&plan.segments)?;
        done.segments += plan.segments.len() as u64;
    }
    Ok(())
}

/// When the last daily round was made, milliseconds since 1970 UTC.
pub fn last_round(store: &dyn Store) -> Result<Option<i64>> {
    let row = store.get(&keys::fact(LAST_ROUND))?;
    Ok(row.and_then(|value| std::str::from_utf8(&value).ok()?.parse().ok()))
}

/// Notes a daily round.
pub fn note_round(store: &dyn Store, now: i64) -> Result<()> {
    let mut batch = Batch::new(store.epoch(), now, [0; 32]);
    batch.put(keys::fact(LAST_ROUND), now.to_string());
    match store.commit(batch) {
        // The next one is a day later all the same.
        Ok(_) | Err(StoreError::Conflict) => Ok(()),
        Err(error) => Err(error),
    }
}

const LAST_ROUND: &str = "retention/last";

/// All rows under a kind, in steps.
fn rows_of(store: &dyn Store, kind: u8, each: &mut EachRow<'_>) -> Result<()> {
    crate::store::for_each_prefix(store, &[kind], |key, value| each(key, value))
}

/// The end of a kind's rows; for tests of what is left.
pub fn count(store: &dyn Store, kind: u8) -> Result<usize> {
    Ok(store.scan(&[kind], &prefix_end(&[kind]), usize::MAX)?.len())
}
