//! What durability costs: `cargo bench --bench store`. Judge by ratios within one run; disks differ by the minute.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use divan::Bencher;
use divan::counter::ItemsCount;
use duban::intake::{Inbox, Incoming};
use duban::store::group::Options;
use duban::store::receive::Receiver;
use duban::store::{Batch, DiskStore, Store};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn main() {
    divan::main();
}

/// A folder on the disk the build lives on; `/tmp` may be memory.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the bench")
}

fn open(dir: &Path) -> Arc<DiskStore> {
    Arc::new(DiskStore::open(dir, Options::default()).expect("a store"))
}

/// Commits that share one sync.
#[divan::bench(args = [1, 8, 64, 256])]
fn commits_and_one_sync(bencher: Bencher, group: u64) {
    let folder = folder();
    let store = open(folder.path());
    let mut number = 0u64;
    bencher.counter(ItemsCount::new(group)).bench_local(|| {
        for _ in 0..group {
            number += 1;
            let mut batch = Batch::new(0, 0, [0; 32]);
            batch.put(number.to_be_bytes(), vec![b'x'; 300]);
            batch.put("counter", number.to_be_bytes());
            store.commit(batch).expect("room");
        }
        store.sync(store.tip()).expect("room");
    });
}

/// Mails of 4 KiB, each waited for by its session: what LMTP costs below the socket.
#[divan::bench(args = [1, 10, 50], sample_count = 20, sample_size = 1)]
fn durable_mails(bencher: Bencher, sessions: usize) {
    const EACH: usize = 100;
    let folder = folder();
    let store = open(folder.path());
    let receiver =
        Arc::new(Receiver::new(store, Arc::new(|| 0), 1 << 20, Arc::new(|| {})).expect("numbers to go on from"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut run = 0;
    bencher.counter(ItemsCount::new(sessions * EACH)).bench_local(|| {
        run += 1;
        runtime.block_on(async {
            let tasks: Vec<_> = (0..sessions)
                .map(|session| {
                    let receiver = receiver.clone();
                    tokio::spawn(async move {
                        for step in 0..EACH {
                            let mut raw = format!("Message-ID: <{run}.{session}.{step}@x>\r\n\r\n").into_bytes();
                            raw.resize(4096, b'x');
                            receiver.receive(Incoming { raw, ..Incoming::default() }).await.expect("room");
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.expect("a session");
            }
        });
    });
}

/// 100 000 objects of 700 bytes with five small rows each, as a large office has them.
fn large(dir: &Path) -> PathBuf {
    let dir = dir.join("large");
    let store = open(&dir);
    for number in 0..100_000u64 {
        let mut batch = Batch::new(0, 0, [0; 32]);
        let id = format!("A-{number}");
        batch.put(duban::store::keys::object(&id), vec![b'x'; 700]);
        for index in ["open_of", "items_of", "helper_of", "all"] {
            let key = duban::store::keys::index_row(index, &format!("p{}@example.com", number % 2_000), &id);
            batch.put(key, id.as_bytes());
        }
        batch.put(duban::store::keys::due((number * 1000).cast_signed(), id.as_bytes()), "{\"kind\":\"digest\"}");
        store.commit(batch).expect("room");
    }
    store.close().expect("a clean close");
    dir
}

/// From the folder to the first answer, after a clean stop.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn open_100_000_items(bencher: Bencher) {
    let folder = folder();
    let dir = large(folder.path());
    bencher.bench_local(|| {
        let store = open(&dir);
        store.get(b"counter").expect("an answer");
        store.close().expect("a clean close");
    });
}
