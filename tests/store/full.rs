//! No room on the disk: refused clearly, nothing half kept, and on it goes when there is room (TRUST D13).
//!
//! The test runs itself as a child whose files may not grow beyond a limit (`ulimit -f`), which meets journal, segments
//! and sled alike.

use duban::store::group::Options;
use duban::store::{Batch, DiskStore, Store, StoreError};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const FOLDER: &str = "DUBAN_TEST_FULL_FOLDER";
const PROGRAM: &str = "DUBAN_TEST_FULL_PROGRAM";

fn keep(store: &DiskStore, name: &str, bytes: usize) -> Result<(), StoreError> {
    let mut batch = Batch::new(store.epoch(), 1, [0; 32]);
    let place = store.put_blob(&vec![b'm'; bytes])?;
    batch.put(name, place.to_string());
    batch.put(format!("{name}-row"), vec![b'r'; 3_000]);
    let ticket = store.commit(batch)?;
    store.sync(ticket)
}

/// Writes until there is no room, then asks for room and writes on; not a test by itself.
#[test]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let store = DiskStore::open(Path::new(&folder), Options::default()).unwrap();
    let mut kept = 0;
    let refused = loop {
        match keep(&store, &format!("k{kept}"), 20_000) {
            Ok(()) => kept += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, StoreError::Full { .. }), "{refused}");
    // What was refused is not there, what was kept is; mails of today can be read.
    for number in 0..kept {
        // sled may be opening again after the same fault.
        let found = (0..200).find_map(|_| match store.get(format!("k{number}").as_bytes()) {
            Ok(found) => Some(found),
            Err(_) => {
                std::thread::sleep(Duration::from_millis(20));
                None
            }
        });
        assert!(found.flatten().is_some(), "{number} of {kept}");
    }
    println!("kept {kept}");
    // Now there is room again.
    let me = std::process::id().to_string();
    let raised = Command::new("prlimit").args(["--pid", &me, "--fsize=unlimited"]).status().unwrap();
    assert!(raised.success());
    let mut tries = 0;
    while let Err(error) = keep(&store, "after", 20_000) {
        tries += 1;
        assert!(tries < 100, "{error}");
        std::thread::sleep(Duration::from_millis(50));
    }
    println!("after");
    store.close().unwrap();
}

#[test]
fn a_full_disk_refuses_and_recovers() {
    let folder = tempfile::tempdir().unwrap();
    // The soft limit alone, and the signal ignored: a write then fails as on a full disk.
    let script = format!("trap '' XFSZ; ulimit -S -f 3000; exec \"${PROGRAM}\" full::child --exact --nocapture");
    let output = Command::new("sh")
        .args(["-c", &script])
        .env(FOLDER, folder.path())
        .env(PROGRAM, std::env::current_exe().unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}\n{errors}");
    let number = |line: &str| line.split_once("kept ").and_then(|(_, n)| n.trim().parse::<usize>().ok());
    let kept = said.lines().find_map(number).unwrap_or_else(|| panic!("{said}"));
    assert!(kept > 10, "{said}");

    let store = DiskStore::open(folder.path(), Options::default()).unwrap();
    for number in 0..kept {
        assert!(store.get(format!("k{number}").as_bytes()).unwrap().is_some());
    }
    assert_eq!(store.get(format!("k{kept}").as_bytes()).unwrap(), None, "what was refused came back");
    assert!(store.get(b"after").unwrap().is_some());
}
