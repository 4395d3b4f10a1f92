//! Damage is seen, or harmless: never fewer rows than were acknowledged (TRUST D14).

use duban::store::group::Options;
use duban::store::{Batch, DiskStore, Store, StoreError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn quick() -> Options {
    Options { syncs: false, ..Options::default() }
}

type Rows = BTreeMap<Vec<u8>, Vec<u8>>;

fn rows(store: &dyn Store) -> Result<Rows, StoreError> {
    Ok(store.scan(b"", b"\xff", 100_000)?.into_iter().map(|(k, v)| (k, v.to_vec())).collect())
}

/// A folder with some life in it; `clean`: closed, else as a kill leaves it.
fn lived(folder: &Path, clean: bool) -> Rows {
    for round in 0..3u32 {
        let store = DiskStore::open(folder, quick()).unwrap();
        for step in 0..60u32 {
            let mut batch = Batch::new(0, i64::from(step), [1; 32]);
            let place = store.put_blob(&[round as u8; 500]).unwrap();
            batch.put(format!("k{}", step % 40), format!("{round} {step} {place} {}", "x".repeat(step as usize * 40)));
            batch.delete(format!("k{}", (step * 7) % 40));
            store.commit(batch).unwrap();
        }
        store.sync(store.tip()).unwrap();
        store.close().unwrap();
    }
    let store = DiskStore::open(folder, quick()).unwrap();
    let mut batch = Batch::new(0, 9, [1; 32]);
    batch.put("last", "word");
    store.commit(batch).unwrap();
    store.sync(store.tip()).unwrap();
    let kept = rows(&store).unwrap();
    if clean {
        store.close().unwrap();
    }
    drop(store);
    if !clean {
        // What a kill leaves: no check sum of sled's files.
        let _ = std::fs::remove_file(folder.join("sled.sum"));
    }
    kept
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => files(&entry.path(), into),
            false if entry.metadata().unwrap().len() > 0 => into.push(entry.path()),
            false => {}
        }
    }
}

/// Damages one file in many ways; each time the store refuses or has every row.
fn try_all(clean: bool, of: &str, flips: u64) {
    // `DUBAN_LONG=1`: as often as for a release.
    let flips = if std::env::var_os("DUBAN_LONG").is_some() { flips.max(400) } else { flips };
    // sled reports on stderr when it panics over what we did to it; that is its way of seeing it.
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    let kept = lived(&whole, clean);
    let mut all = Vec::new();
    files(&whole.join(of), &mut all);
    all.sort();
    assert!(!all.is_empty());
    let (mut seen, mut harmless) = (0, 0);
    let mut seed = 7u64;
    let mut random = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below.max(1)
    };
    for case in 0..flips {
        let source = &all[random(all.len() as u64) as usize];
        let hurt = folder.path().join("hurt");
        let _ = std::fs::remove_dir_all(&hurt);
        copy(&whole, &hurt);
        let file = hurt.join(source.strip_prefix(&whole).unwrap());
        let mut bytes = std::fs::read(&file).unwrap();
        let used = bytes.iter().rposition(|b| *b != 0).map_or(1, |at| at + 1) as u64;
        let at = random(used) as usize;
        let what = match case % 3 {
            0 => {
                bytes[at] ^= 1 << random(8);
                "flip"
            }
            1 => {
                bytes.truncate(at);
                "cut"
            }
            _ => {
                let end = (at + 1 + random(600) as usize).min(bytes.len());
                bytes[at..end].fill(0);
                "hole"
            }
        };
        std::fs::write(&file, &bytes).unwrap();
        let outcome = DiskStore::open(&hurt, quick()).and_then(|store| rows(&store));
        match outcome {
            Ok(found) => {
                assert_eq!(found, kept, "{what} at {at} of {} was not noticed", file.display());
                harmless += 1;
            }
            Err(StoreError::Damaged { .. } | StoreError::Newer { .. }) => seen += 1,
            Err(other) => panic!("{what} at {at} of {}: {other}", file.display()),
        }
    }
    println!("{of}, clean {clean}: {seen} seen, {harmless} harmless");
}

#[test]
fn a_damaged_journal_is_refused() {
    try_all(true, "journal", 60);
    try_all(false, "journal", 60);
}

#[test]
fn damaged_sled_files_cost_a_rebuild_only() {
    try_all(true, "sled", 60);
    try_all(false, "sled", 120);
}

#[test]
fn a_damaged_mail_is_seen_when_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = DiskStore::open(folder.path(), quick()).unwrap();
    let place = store.put_blob(b"a letter").unwrap();
    let mut batch = Batch::new(0, 1, [0; 32]);
    batch.put("a", place.to_string());
    store.sync(store.commit(batch).unwrap()).unwrap();
    store.close().unwrap();
    drop(store);
    let file = folder.path().join("mail/00000001.seg");
    let mut bytes = std::fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let store = DiskStore::open(folder.path(), quick()).unwrap();
    assert!(matches!(store.blob(&place), Err(StoreError::Damaged { .. })));
}

/// The two ways the journal and sled can disagree.
#[test]
fn sled_may_be_behind_but_never_ahead() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let kept = lived(&one, true);
    copy(&one, &two);
    let store = DiskStore::open(&two, quick()).unwrap();
    let mut batch = Batch::new(0, 1, [0; 32]);
    batch.put("later", "row");
    store.sync(store.commit(batch).unwrap()).unwrap();
    store.close().unwrap();
    drop(store);
    // Older rows under a newer journal: caught up.
    for part in ["sled", "sled.sum"] {
        let target = two.join(part);
        let source = one.join(part);
        if source.is_dir() {
            std::fs::rename(&target, two.join("sled.newer")).unwrap();
            copy(&source, &target);
        } else {
            std::fs::rename(&target, two.join("sum.newer")).unwrap();
            std::fs::copy(&source, &target).unwrap();
        }
    }
    let store = DiskStore::open(&two, quick()).unwrap();
    assert_eq!(store.report().replayed, 1);
    let mut expected = kept.clone();
    expected.insert(b"later".to_vec(), b"row".to_vec());
    assert_eq!(rows(&store).unwrap(), expected);
    store.close().unwrap();
    drop(store);
    // An older journal under newer rows: refused.
    std::fs::remove_dir_all(two.join("journal")).unwrap();
    copy(&one.join("journal"), &two.join("journal"));
    let refused = DiskStore::open(&two, quick()).map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("duban verify --rebuild") && refused.contains("duban restore"), "{refused}");
}
