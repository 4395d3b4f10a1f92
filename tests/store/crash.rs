//! kill -9 at any moment: nothing acknowledged is lost, nothing is there half (TRUST D1).
//!
//! The test runs itself as a child that commits and prints each number once it is durable; the parent kills it.

use duban::store::group::Options;
use duban::store::{Batch, DiskStore, Place, Store};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const FOLDER: &str = "DUBAN_TEST_CRASH_FOLDER";
const ROUNDS: u64 = 50;
/// With `DUBAN_LONG=1`.
const LONG_ROUNDS: u64 = 1_000;

/// Four threads write pairs of rows and a blob each; not a test by itself.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let store = Arc::new(DiskStore::open(Path::new(&folder), Options::default()).unwrap());
    let first = store.durable_sequence();
    let threads: Vec<_> = (0..4u64)
        .map(|thread| {
            let store = store.clone();
            std::thread::spawn(move || {
                for step in 0.. {
                    let name = format!("{first}-{thread}-{step}");
                    let mut batch = Batch::new(store.epoch(), 1, [0; 32]);
                    let place = store.put_blob(name.repeat(1 + step as usize % 300).as_bytes()).unwrap();
                    batch.put(format!("a{name}"), place.to_string());
                    batch.put(format!("b{name}"), vec![b'x'; step as usize % 9_000]);
                    // Rows that come and go, as inbox rows do.
                    if step > 0 {
                        batch.delete(format!("c{first}-{thread}-{}", step - 1));
                    }
                    batch.put(format!("c{name}"), "");
                    let ticket = store.commit(batch).unwrap();
                    store.sync(ticket).unwrap();
                    println!("kept {name}");
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn nothing_acknowledged_is_lost_by_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged: Vec<String> = Vec::new();
    let mut wait = 3u64;
    let rounds = if std::env::var_os("DUBAN_LONG").is_some() { LONG_ROUNDS } else { ROUNDS };
    for round in 0..rounds {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["crash::child", "--exact", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let reader = std::thread::spawn(move || {
            BufReader::new(stdout)
                .lines()
                .map_while(Result::ok)
                .filter_map(|line| line.split_once("kept ").map(|(_, name)| name.to_string()))
                .collect::<Vec<_>>()
        });
        wait = (wait * 7 + round) % 190 + 10;
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(reader.join().unwrap());

        let store = DiskStore::open(folder.path(), Options::default()).unwrap();
        for name in &acknowledged {
            let place = store.get(format!("a{name}").as_bytes()).unwrap();
            let place = place.unwrap_or_else(|| panic!("round {round}: {name} was acknowledged and is lost"));
            if round == rounds - 1 || name.ends_with('7') {
                let place = Place::parse(std::str::from_utf8(&place).unwrap()).unwrap();
                assert!(store.blob(&place).unwrap().starts_with(name.as_bytes()));
            }
            assert!(store.get(format!("b{name}").as_bytes()).unwrap().is_some(), "half of {name} is there");
        }
        let whole = store.scan(b"a", b"b", 1_000_000).unwrap().len();
        assert_eq!(whole, store.scan(b"b", b"c", 1_000_000).unwrap().len(), "rows of one commit differ");
        // Every second round sled is left as the kill left it.
        if round % 2 == 0 {
            store.close().unwrap();
        } else {
            drop(store);
        }
    }
    println!("{} commits acknowledged over {rounds} kills", acknowledged.len());
    assert!(acknowledged.len() as u64 > rounds, "the child hardly ran");
}
