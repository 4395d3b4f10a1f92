//! What holds always, and what holds in the end.

use crate::house::House;
use crate::stable::Stable;
use duban::domain::event::Tick;
use duban::domain::letter::LetterName;
use duban::domain::schedule;
use duban::domain::view::Record;
use duban::engine::AuditRow;
use duban::engine::snapshot::{self, HistoryRow, Stored};
use duban::outbox::{LetterRow, LetterState};
use duban::store::receive::InboxRow;
use duban::store::{Store, Value, keys, prefix_end};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

fn rows(store: &dyn Store, prefix: &[u8]) -> Vec<(Vec<u8>, Value)> {
    store.scan(prefix, &prefix_end(prefix), usize::MAX).unwrap()
}

fn all<T: DeserializeOwned>(store: &dyn Store, kind: u8) -> Vec<T> {
    rows(store, &[kind]).iter().map(|(_, value)| serde_json::from_slice(value).unwrap()).collect()
}

fn records(store: &dyn Store) -> BTreeMap<String, Record> {
    let all = all::<Stored>(store, keys::OBJECT).into_iter().map(Record::from);
    all.map(|record| (record.id().to_string(), record)).collect()
}

pub fn is_open(store: &Stable, id: &str) -> bool {
    let row = store.peek(&keys::object(id)).expect("an object that a letter is about");
    match Record::from(serde_json::from_slice::<Stored>(&row).unwrap()) {
        Record::Action(item) => item.state.is_open(),
        _ => true,
    }
}

/// Whatever happened so far, these hold.
pub fn hold_everywhere(house: &House) {
    // A copy: looking must not use up the reads until a fault.
    let copy = house.store.reopened(usize::MAX);
    let store: &dyn Store = &copy;
    let records = records(store);
    indexes_follow_records(store, &records);
    due_rows_follow_records(house, store, &records);
    histories_are_whole(store, &records);
    mails_are_decided_once(store);
    the_outbox_follows_the_letters(store);
}

fn indexes_follow_records(store: &dyn Store, records: &BTreeMap<String, Record>) {
    let implied: BTreeSet<Vec<u8>> = records
        .values()
        .flat_map(|r| {
            r.indexes().into_iter().map(|(index, key)| keys::index_row(index, &key, r.id())).collect::<Vec<_>>()
        })
        .collect();
    // What a mail caused is no record's.
    let found = rows(store, b"x").into_iter().map(|(key, _)| key).filter(|key| !key.starts_with(b"xcaused\0"));
    let found: BTreeSet<Vec<u8>> = found.collect();
    let show =
        |keys: Vec<&Vec<u8>>| keys.into_iter().map(|k| String::from_utf8_lossy(k).into_owned()).collect::<Vec<_>>();
    assert!(
        implied == found,
        "indexes: missing {:?}, left over {:?}",
        show(implied.difference(&found).collect()),
        show(found.difference(&implied).collect())
    );
}

/// One row at the next moment of each record, and only what was carried out counts as done.
fn due_rows_follow_records(house: &House, store: &dyn Store, records: &BTreeMap<String, Record>) {
    let rules = house.engine.rules();
    let mut found: BTreeMap<String, i64> = BTreeMap::new();
    for (key, value) in rows(store, &[keys::DUE]) {
        // Ticks of notes carry themselves.
        if value.first() == Some(&b'{') {
            let _: Tick = serde_json::from_slice(&value).unwrap();
            continue;
        }
        let id = String::from_utf8(value.to_vec()).unwrap();
        assert!(records.contains_key(&id), "a due row of {id}, which is not there");
        let before = found.insert(id.clone(), keys::moment_of(&key[1..]).unwrap());
        assert!(before.is_none(), "two due rows of {id}");
    }
    for record in records.values() {
        let id = record.id();
        let row = store.get(&keys::implied(id)).unwrap().unwrap_or_default();
        let marks: Vec<u64> = row.chunks_exact(8).skip(1).map(|b| u64::from_be_bytes(b.try_into().unwrap())).collect();
        let ticks = schedule::next(record, rules);
        assert_eq!(marks.len(), ticks.len(), "{id} implies {ticks:?}: {record:?}");
        let mut next = None;
        for (tick, mark) in ticks.iter().zip(marks) {
            if mark & 1 == 0 {
                next = next.into_iter().chain([tick.at.timestamp_millis()]).min();
            } else {
                assert!(house.carried_out.contains(tick), "{id}: {tick:?} counts as carried out");
            }
        }
        assert_eq!(found.get(id).copied(), next, "the due row of {id} stands at its next moment");
    }
}

/// Versions 1, 2, 3 … each with its history, and no mail has changed one object twice.
fn histories_are_whole(store: &dyn Store, records: &BTreeMap<String, Record>) {
    for (id, record) in records {
        let version = match record {
            Record::Meeting(m) => m.version,
            Record::Action(a) => a.version,
            Record::Issue(i) => i.version,
            Record::Project(p) => p.version,
            Record::Person(_) => continue,
        };
        let mut mails = BTreeSet::new();
        for version in 1..=version {
            let row = match store.get(&keys::history(id, version)).unwrap() {
                Some(row) => serde_json::from_slice::<HistoryRow>(&row).unwrap(),
                None => {
                    assert_eq!(version, record.version(), "{id} has no history of version {version}");
                    snapshot::last(&store.get(&keys::object(id)).unwrap().unwrap()).expect("the newest version's")
                }
            };
            if let Some(mail) = row.mail.filter(|mail| !mail.is_empty()) {
                assert!(mails.insert(mail.clone()), "mail {mail} changed {id} twice");
            }
        }
        assert!(store.get(&keys::history(id, version + 1)).unwrap().is_none(), "{id} has a history of its future");
    }
}

fn mails_are_decided_once(store: &dyn Store) {
    let mut decided = BTreeSet::new();
    for audit in all::<AuditRow>(store, keys::MAIL) {
        assert!(decided.insert(audit.cause.clone()), "mail {} was decided twice", audit.cause);
    }
    let mut waiting = BTreeSet::new();
    for row in all::<InboxRow>(store, keys::INBOX) {
        assert!(waiting.insert(row.message_id.clone()), "mail {} waits twice", row.message_id);
        let let_in_again = row.proven.is_some();
        assert!(
            let_in_again || !decided.contains(&row.message_id),
            "mail {} waits though it was decided",
            row.message_id
        );
    }
}

fn letters(store: &dyn Store) -> Vec<LetterRow> {
    all(store, keys::LETTER)
}

fn the_outbox_follows_the_letters(store: &dyn Store) {
    let mut waiting = BTreeSet::new();
    for row in letters(store) {
        let id = store.get(&keys::message(&row.sent.message_id)).unwrap();
        assert_eq!(id.as_deref(), Some(row.sent.id.as_bytes()), "{} is found by its Message-ID", row.sent.id);
        if matches!(row.state, LetterState::Queued | LetterState::Sending | LetterState::Held) {
            waiting.insert(keys::waiting(row.state == LetterState::Held, row.urgent, row.next, &row.sent.id));
        }
    }
    let found: BTreeSet<Vec<u8>> = rows(store, &[keys::OUTBOX]).into_iter().map(|(key, _)| key).collect();
    assert_eq!(waiting, found, "the outbox holds what waits, each at its moment");
}

/// Weeks after the last mail, with nothing failing any more.
pub fn hold_in_the_end(house: &House) {
    hold_everywhere(house);
    let store: &dyn Store = &*house.store;
    assert!(house.engine.due(house.now, 1).unwrap().is_empty(), "a moment that has come is still there");
    assert!(all::<InboxRow>(store, keys::INBOX).is_empty(), "a mail still waits");
    assert!(house.on_the_way.is_empty());
    let held = rows(store, &keys::note("held/"));
    assert!(held.is_empty(), "letters that waited for the morning were forgotten: {}", held.len());

    let decided: BTreeSet<String> = all::<AuditRow>(store, keys::MAIL).into_iter().map(|a| a.cause).collect();
    for mail in &house.acknowledged {
        assert!(decided.contains(mail), "mail {mail} was acknowledged and is lost");
    }

    let told: BTreeSet<String> = all::<AuditRow>(store, keys::MOMENT).into_iter().map(|a| a.cause).collect();
    let mut digests = BTreeSet::new();
    let mut known = house.outside.known.clone();
    for row in letters(store) {
        let sent = &row.sent;
        let arrived = known.remove(&sent.message_id);
        if let Some((_, _, hash)) = arrived {
            assert_eq!(hash, row.place.hash, "what arrived is what is kept");
        }
        match row.state {
            LetterState::Sent => assert!(arrived.is_some(), "{} to {} counts as sent", sent.letter, sent.to),
            LetterState::Refused => {
                assert!(
                    told.contains(&format!("undelivered {}", sent.id)),
                    "{} to {} failed in silence",
                    sent.letter,
                    sent.to
                );
            }
            LetterState::Dropped => {
                assert!(!row.reply.is_empty(), "{} to {} was dropped without a reason", sent.letter, sent.to)
            }
            state => panic!("{} to {} is still {}: {}", sent.letter, sent.to, state.as_str(), row.reply),
        }
        if sent.letter == LetterName::Digest {
            let zone = house.engine.directory().by_address(&sent.to).and_then(|p| p.time_zone.parse().ok());
            let day = sent.at.with_timezone(&zone.unwrap_or(house.engine.rules().time_zone)).date_naive();
            assert!(digests.insert((sent.to.clone(), day)), "two digests to {} on {day}", sent.to);
        }
    }
    assert!(known.is_empty(), "letters arrived that nobody remembers: {known:?}");
}
