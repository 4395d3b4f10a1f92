//! What leaves and what stays: checkpoints, blanked payloads, sealed files, backups of a store in use (TRUST D14, D15).

use duban::store::group::Options;
use duban::store::{Batch, DiskStore, Place, Store, StoreError, backup, checkpoint, journal};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

fn quick() -> Options {
    Options { syncs: false, ..Options::default() }
}

type Rows = BTreeMap<Vec<u8>, Vec<u8>>;

fn rows(store: &dyn Store) -> Rows {
    store.scan(b"", &[255; 64], usize::MAX).unwrap().into_iter().map(|(k, v)| (k, v.to_vec())).collect()
}

/// Commits that put, change and remove; conflicts are begun again, as every caller does.
fn live(store: &DiskStore, round: u32, count: u32) {
    for step in 0..count {
        loop {
            let mut batch = Batch::new(store.epoch(), i64::from(step), [1; 32]);
            let place = store.put_blob(format!("{round} {step}").as_bytes()).unwrap();
            batch.put(format!("k{}", step % 40), format!("{round} {step} {place} {}", "x".repeat(step as usize % 90)));
            batch.put(format!("r{round}.{step}"), place.to_string());
            batch.delete(format!("k{}", (step * 7) % 40));
            match store.commit(batch) {
                Ok(ticket) => {
                    store.sync(ticket).unwrap();
                    break;
                }
                Err(StoreError::Conflict) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}

fn chain_is_whole(dir: &Path) -> u64 {
    let checked = journal::check(&dir.join("journal"), &mut |_| Ok(())).unwrap();
    assert_eq!(checked.broken, None);
    checked.blanked
}

/// Rows are the same when they are made from a checkpoint and what the journal still has.
#[test]
fn a_blanked_journal_still_gives_every_row() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let store = DiskStore::open(dir, quick()).unwrap();
    for round in 0..4 {
        live(&store, round, 100);
        let sealed = store.seal().unwrap();
        let kept = rows(&store);
        let found = checkpoint::fold(dir).unwrap().unwrap();
        assert_eq!(found.tip.sequence, sealed);
        let mut folded = Rows::new();
        found
            .each(&mut |key, value| {
                folded.insert(key.to_vec(), value.to_vec());
                Ok(())
            })
            .unwrap();
        assert_eq!(folded, kept);
        if round % 2 == 1 {
            assert!(journal::strip(&dir.join("journal"), sealed).unwrap() > 0);
        }
    }
    checkpoint::prune(dir, 1).unwrap();
    live(&store, 9, 50);
    let kept = rows(&store);
    store.renew_rows().unwrap();
    assert_eq!(rows(&store), kept);
    live(&store, 10, 5);
    let kept = rows(&store);
    store.close().unwrap();
    drop(store);
    assert_eq!(chain_is_whole(dir), 400);
    // sled lost, sled damaged, sled older than what was blanked: every row is there.
    for loss in 0..3 {
        match loss {
            0 => std::fs::remove_dir_all(dir.join("sled")).unwrap(),
            1 => std::fs::write(dir.join("sled/db"), b"nonsense").unwrap(),
            _ => {
                std::fs::remove_dir_all(dir.join("sled")).unwrap();
                let older = tempfile::tempdir().unwrap();
                let store = DiskStore::open(older.path(), quick()).unwrap();
                live(&store, 0, 3);
                store.close().unwrap();
                drop(store);
                std::fs::rename(older.path().join("sled"), dir.join("sled")).unwrap();
            }
        }
        let _ = std::fs::remove_file(dir.join("sled.sum"));
        let store = DiskStore::open(dir, quick()).unwrap();
        assert_eq!(rows(&store), kept, "loss {loss}");
        store.close().unwrap();
    }
}

/// A damaged checkpoint is seen; while the one before it and the journal between are there, nothing is lost.
#[test]
fn a_damaged_checkpoint_is_passed_over_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("store");
    let store = DiskStore::open(&dir, quick()).unwrap();
    live(&store, 0, 80);
    let first = store.seal().unwrap();
    checkpoint::fold(&dir).unwrap();
    journal::strip(&dir.join("journal"), first).unwrap();
    live(&store, 1, 80);
    let second = store.seal().unwrap();
    checkpoint::fold(&dir).unwrap();
    live(&store, 2, 3);
    let kept = rows(&store);
    store.close().unwrap();
    drop(store);
    std::fs::remove_dir_all(dir.join("sled")).unwrap();
    let _ = std::fs::remove_file(dir.join("sled.sum"));
    let path = |sequence: u64| dir.join(format!("checkpoint/{sequence:020}.rows"));
    let whole = std::fs::read(path(second)).unwrap();
    for at in (0..whole.len()).step_by(97) {
        let mut hurt = whole.clone();
        hurt[at] ^= 1;
        std::fs::write(path(second), &hurt).unwrap();
        match checkpoint::newest(&dir) {
            Ok(found) => assert_eq!(found.unwrap().tip.sequence, first, "a flip at {at} was not seen"),
            Err(error) => assert!(matches!(error, StoreError::Newer { .. }), "{error}"),
        }
    }
    std::fs::write(path(second), &whole[..whole.len() / 2]).unwrap();
    let store = DiskStore::open(&dir, quick()).unwrap();
    assert_eq!(rows(&store), kept);
    store.close().unwrap();
    drop(store);
    // Without any there is nothing to make rows from: refused, and the way out is named.
    std::fs::remove_dir_all(dir.join("checkpoint")).unwrap();
    std::fs::remove_dir_all(dir.join("sled")).unwrap();
    let refused = DiskStore::open(&dir, quick()).map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("blanked") && refused.contains("duban restore"), "{refused}");
}

/// Sealing under load: whoever was in the middle begins again, nothing acknowledged is lost, and after it nothing new lies
/// in old files.
#[test]
fn sealing_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(DiskStore::open(folder.path(), quick()).unwrap());
    let writers: Vec<_> = (0..4)
        .map(|round| {
            let store = store.clone();
            std::thread::spawn(move || live(&store, round, 300))
        })
        .collect();
    let mut seals = 0;
    while !writers.iter().all(|writer| writer.is_finished()) {
        let before = store.tip().sequence;
        let sealed = store.seal().unwrap();
        assert!(sealed >= before);
        seals += 1;
    }
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    assert!(seals > 2, "{seals} seals");
    store.seal().unwrap();
    // A place that was put before a seal is not committed after it.
    let epoch = store.epoch();
    store.put_blob(b"before").unwrap();
    store.seal().unwrap();
    let mut late = Batch::new(epoch, 0, [0; 32]);
    late.put("late", "row");
    assert!(matches!(store.commit(late), Err(StoreError::Conflict)));
    let kept = rows(&*store);
    let found = checkpoint::fold(folder.path()).unwrap().unwrap();
    assert_eq!(found.rows as usize, kept.len());
    store.close().unwrap();
    let store = DiskStore::open(folder.path(), quick()).unwrap();
    for round in 0..4 {
        for step in 0..300 {
            let row = store.get(format!("r{round}.{step}").as_bytes()).unwrap().expect("an acknowledged row");
            let place = Place::parse(std::str::from_utf8(&row).unwrap()).unwrap();
            assert_eq!(&*store.blob(&place).unwrap(), format!("{round} {step}").as_bytes());
        }
    }
}

/// The head lags behind the entries: a backup holds what the head knows and no half of what came after it.
#[test]
fn a_backup_of_a_store_that_has_just_begun() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    let store = DiskStore::open(&dir, quick()).unwrap();
    let head = std::fs::read(dir.join("journal/head")).unwrap();
    live(&store, 0, 3);
    std::fs::write(dir.join("journal/head"), head).unwrap();
    let (target, restored) = (folder.path().join("b"), folder.path().join("restored"));
    let made = backup::backup(&dir, &dir.join("secret"), &target, 1).unwrap();
    assert_eq!(backup::restore(&target, &restored, &restored.join("secret")).unwrap(), made);
    let copy = DiskStore::open(&restored, quick()).unwrap();
    assert_eq!((made.sequence, copy.report().sequence), (0, 0));
    assert_eq!(rows(&copy), Rows::new());
}

/// TRUST D15: twenty backups at any moment, as folders and as files; each restored one is the store as it was.
#[test]
fn backups_of_a_store_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    let store = Arc::new(DiskStore::open(&dir, quick()).unwrap());
    let secret = dir.join("secret");
    std::fs::write(&secret, [7; 32]).unwrap();
    // Each round the writer is let go for some hundred commits, and the backup is taken in the middle of them.
    let (go, gone) = std::sync::mpsc::channel::<u32>();
    let writer = {
        let store = store.clone();
        std::thread::spawn(move || {
            let mut number = 0u32;
            let mut until = 0;
            loop {
                if number >= until {
                    match gone.recv() {
                        Ok(more) => until += more,
                        Err(_) => return,
                    }
                }
                number += 1;
                let mut batch = Batch::new(store.epoch(), i64::from(number), [0; 32]);
                let place = store.put_blob(format!("mail {number}").repeat(40).as_bytes()).unwrap();
                batch.put(format!("n{number:08}"), place.to_string());
                match store.commit(batch) {
                    Ok(ticket) if number.is_multiple_of(8) => store.sync(ticket).unwrap(),
                    Ok(_) => {}
                    Err(StoreError::Conflict) => number -= 1,
                    Err(error) => panic!("{error}"),
                }
            }
        })
    };
    for round in 0..20 {
        go.send(200).unwrap();
        if round % 5 == 4 {
            // Compaction takes turns with backups.
            store.seal().unwrap();
            let _guard = duban::retention::exclusive(&dir).unwrap();
            let found = checkpoint::fold(&dir).unwrap().unwrap();
            journal::strip(&dir.join("journal"), found.tip.sequence).unwrap();
        }
        let target = folder.path().join(if round % 2 == 0 { format!("b{round}") } else { format!("b{round}.tar") });
        let made = backup::backup(&dir, &secret, &target, 1).unwrap();
        let restored = folder.path().join(format!("restored{round}"));
        assert_eq!(backup::restore(&target, &restored, &restored.join("secret")).unwrap(), made);
        assert_eq!(std::fs::read(restored.join("secret")).unwrap(), [7; 32]);
        let copy = DiskStore::open(&restored, quick()).unwrap();
        assert_eq!(copy.report().sequence, made.sequence);
        let found = copy.scan(b"n", b"o", usize::MAX).unwrap();
        assert_eq!(found.len() as u64, made.sequence, "one row an entry");
        for (at, (key, place)) in found.iter().enumerate() {
            assert_eq!(key, format!("n{:08}", at + 1).as_bytes());
            let place = Place::parse(std::str::from_utf8(place).unwrap()).unwrap();
            assert!(copy.blob(&place).unwrap().starts_with(format!("mail {}", at + 1).as_bytes()));
        }
        copy.close().unwrap();
    }
    drop(go);
    writer.join().unwrap();
}

/// A backup that is cut, changed, or somebody's trick is refused, and nothing is left of it.
#[test]
fn a_bad_backup_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("data");
    let store = DiskStore::open(&dir, quick()).unwrap();
    live(&store, 0, 20);
    let tar = folder.path().join("b.tar");
    backup::backup(&dir, &dir.join("secret"), &tar, 1).unwrap();
    assert!(backup::backup(&dir, &dir.join("secret"), &tar, 1).is_err(), "it is never written over");
    let whole = std::fs::read(&tar).unwrap();
    let target = folder.path().join("restored");
    let try_it = |bytes: &[u8]| {
        let path = folder.path().join("hurt.tar");
        std::fs::write(&path, bytes).unwrap();
        let outcome = backup::restore(&path, &target, &target.join("secret"));
        assert!(outcome.is_ok() || !target.exists(), "half of it is left");
        let _ = std::fs::remove_dir_all(&target);
        outcome.map(|_| ())
    };
    try_it(&whole).unwrap();
    for part in [1, 3, 5, 6] {
        assert!(try_it(&whole[..whole.len() * part / 10]).is_err(), "cut at {part}/10");
    }
    let mut hurt = whole.clone();
    hurt[600] ^= 1;
    assert!(try_it(&hurt).is_err(), "a changed byte");
    let mut trick = whole.clone();
    trick[..13].copy_from_slice(b"../../etc/abc");
    assert!(try_it(&trick).is_err(), "a name that leaves the folder");
    std::fs::create_dir(&target).unwrap();
    std::fs::write(target.join("x"), "").unwrap();
    assert!(backup::restore(&tar, &target, &target.join("secret")).is_err(), "it is never restored over something");
}
