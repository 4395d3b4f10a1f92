//! What every store must do, run over each.

use duban::store::group::Options;
use duban::store::remote::Counter;
use duban::store::{Batch, DiskStore, MemoryStore, Place, Store, StoreError};
use std::collections::BTreeMap;
use std::sync::Arc;

fn over_each(test: impl Fn(Arc<dyn Store>)) {
    test(Arc::new(MemoryStore::new()));
    let folder = tempfile::tempdir().unwrap();
    test(Arc::new(DiskStore::open(folder.path(), Options::default()).unwrap()));
    // The same store through the daemon's control socket, whatever the length of the folder's name.
    for name in ["short", &"long".repeat(40)] {
        let dir = folder.path().join(name);
        let store: Arc<dyn Store> = Arc::new(DiskStore::open(&dir, Options::default()).unwrap());
        let _counter = Counter::open(&dir, store, Arc::new(|| {}), Arc::new(|_| Ok(Vec::new()))).unwrap();
        test(duban::store::attach(&dir, Options::default()).unwrap());
    }
}

fn put(store: &dyn Store, rows: &[(&str, Option<&str>)]) {
    let mut batch = Batch::new(store.epoch(), 1, [7; 32]);
    for (key, value) in rows {
        match value {
            Some(value) => batch.put(*key, *value),
            None => batch.delete(*key),
        }
    }
    let ticket = store.commit(batch).unwrap();
    store.sync(ticket).unwrap();
}

fn keys(rows: Vec<(Vec<u8>, duban::store::Value)>) -> Vec<String> {
    rows.into_iter().map(|(key, _)| String::from_utf8(key).unwrap()).collect()
}

#[test]
fn a_commit_is_seen_at_once_and_whole() {
    over_each(|store| {
        let mut batch = Batch::new(store.epoch(), 1, [0; 32]);
        batch.put("a", "1");
        batch.put("b", "2");
        store.commit(batch).unwrap();
        assert_eq!(store.get(b"a").unwrap().as_deref(), Some(b"1".as_slice()));
        assert_eq!(keys(store.scan(b"", b"z", 9).unwrap()), ["a", "b"]);
    });
}

#[test]
fn ranges_are_bounded_and_run_both_ways() {
    over_each(|store| {
        put(&*store, &[("a1", Some("x")), ("a2", Some("x")), ("a3", Some("x")), ("b1", Some("x"))]);
        put(&*store, &[("a2", None), ("a4", Some("y"))]);
        assert_eq!(keys(store.scan(b"a", b"b", 9).unwrap()), ["a1", "a3", "a4"]);
        assert_eq!(keys(store.scan(b"a", b"b", 2).unwrap()), ["a1", "a3"]);
        assert_eq!(keys(store.scan_back(b"a", b"b", 2).unwrap()), ["a4", "a3"]);
        assert_eq!(keys(store.scan(b"b", b"a", 2).unwrap()), [""; 0]);
        assert_eq!(keys(store.scan(b"", b"z", 9).unwrap()), ["a1", "a3", "a4", "b1"]);
    });
}

#[test]
fn what_was_expected_must_still_be_so() {
    over_each(|store| {
        put(&*store, &[("a", Some("1"))]);
        let mut batch = Batch::new(store.epoch(), 1, [0; 32]);
        batch.expect("a", Some(b"0"));
        batch.put("b", "2");
        assert!(matches!(store.commit(batch), Err(StoreError::Conflict)));
        assert_eq!(store.get(b"b").unwrap(), None);
        let mut batch = Batch::new(store.epoch(), 1, [0; 32]);
        batch.expect("a", Some(b"1"));
        batch.expect("b", None);
        batch.put("b", "2");
        assert!(store.commit(batch).is_ok());
    });
}

#[test]
fn long_values_shrink_and_go() {
    over_each(|store| {
        for length in [3_499, 3_500, 3_501, 7_000, 7_001, 200_000, 10, 9_000] {
            let text = "长".repeat(length / 3);
            put(&*store, &[("long", Some(&text)), ("longer", Some("beside"))]);
            assert_eq!(store.get(b"long").unwrap().as_deref(), Some(text.as_bytes()));
            assert_eq!(keys(store.scan(b"", b"\xff", 9).unwrap()), ["long", "longer"]);
        }
        put(&*store, &[("long", None)]);
        assert_eq!(keys(store.scan(b"", b"\xff", 9).unwrap()), ["longer"]);
    });
}

#[test]
fn blobs_are_read_back_before_and_after_the_sync() {
    over_each(|store| {
        let mut places: Vec<(Place, Vec<u8>)> = Vec::new();
        for number in 0..20u8 {
            let bytes = vec![number; usize::from(number) * 1000];
            let place = store.put_blob(&bytes).unwrap();
            assert_eq!(&*store.blob(&place).unwrap(), &bytes[..]);
            put(&*store, &[("place", Some(&place.to_string()))]);
            places.push((place, bytes));
        }
        for (place, bytes) in &places {
            assert_eq!(Place::parse(&place.to_string()).as_ref(), Some(place));
            assert_eq!(&*store.blob(place).unwrap(), &bytes[..]);
        }
    });
}

/// Whatever is written, a reader sees what a map would hold, before and after a restart.
#[test]
fn rows_equal_a_map() {
    let folder = tempfile::tempdir().unwrap();
    let mut map: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    let mut seed = 42u64;
    let mut random = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for round in 0..6 {
        let store = DiskStore::open(folder.path(), Options::default()).unwrap();
        for step in 0..200 {
            let mut batch = Batch::new(store.epoch(), step, [0; 32]);
            for _ in 0..random(8) {
                let key = format!("k{}", random(150)).into_bytes();
                if random(3) == 0 {
                    map.remove(&key);
                    batch.delete(key);
                } else {
                    let value = vec![random(256) as u8; random(if step % 50 == 0 { 20_000 } else { 300 }) as usize];
                    map.insert(key.clone(), value.clone());
                    batch.put(key, value);
                }
            }
            store.commit(batch).unwrap();
            if random(20) == 0 {
                let (from, to) = (format!("k{}", random(99)), format!("k{}", random(99)));
                let limit = random(30) as usize;
                let expected: Vec<Vec<u8>> = match from < to {
                    true => {
                        map.range(from.clone().into_bytes()..to.clone().into_bytes()).map(|(k, _)| k.clone()).collect()
                    }
                    false => Vec::new(),
                };
                let found = store.scan(from.as_bytes(), to.as_bytes(), limit).unwrap();
                assert_eq!(found.into_iter().map(|r| r.0).collect::<Vec<_>>(), expected[..limit.min(expected.len())]);
                let back = store.scan_back(from.as_bytes(), to.as_bytes(), limit).unwrap();
                let reversed: Vec<_> = expected.iter().rev().take(limit).cloned().collect();
                assert_eq!(back.into_iter().map(|r| r.0).collect::<Vec<_>>(), reversed);
            }
        }
        store.sync(store.tip()).unwrap();
        if round % 2 == 0 {
            store.close().unwrap();
        }
        drop(store);
    }
    let store = DiskStore::open(folder.path(), Options::default()).unwrap();
    let rows: BTreeMap<Vec<u8>, Vec<u8>> =
        store.scan(b"", b"\xff", 100_000).unwrap().into_iter().map(|(k, v)| (k, v.to_vec())).collect();
    assert_eq!(rows, map);
}

#[test]
fn a_second_opening_is_refused_until_the_first_ends() {
    let folder = tempfile::tempdir().unwrap();
    let store = DiskStore::open(folder.path(), Options::default()).unwrap();
    assert!(matches!(DiskStore::open(folder.path(), Options::default()), Err(StoreError::Locked(_))));
    drop(store);
    DiskStore::open(folder.path(), Options::default()).unwrap();
}

#[test]
fn a_closed_store_takes_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = DiskStore::open(folder.path(), Options::default()).unwrap();
    let ticket = store.commit(Batch::new(0, 1, [0; 32])).unwrap();
    store.close().unwrap();
    assert!(store.sync(ticket).is_ok());
    assert!(store.commit(Batch::new(0, 1, [0; 32])).is_err());
    assert!(store.get(b"a").is_err());
}
