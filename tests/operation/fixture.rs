//! Stores of every released format are opened by this program (TRUST D16).
//!
//! `tests/operation/format-1` is a data folder as `serve` left it, without sled's files: they are made again. When a
//! format changes, this one stays and another is added.

use duban::store::group::Options;
use duban::store::{DiskStore, Store, keys};
use std::path::{Path, PathBuf};
use std::process::Command;

fn kept() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/operation/format-1")
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

fn migrate(folder: &Path) -> (Option<i32>, String) {
    std::fs::write(folder.join("duban.toml"), "data_dir = \"data\"\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_duban"))
        .arg("--config")
        .arg(folder.join("duban.toml"))
        .args(["migrate", "--json"])
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn a_store_of_format_1_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    copy(&kept(), &data);
    let (code, said) = migrate(folder.path());
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("\"problems\":[]"), "{said}");
    let store = DiskStore::open(&data, Options::default()).unwrap();
    let item = store.get(&keys::object("A-1")).unwrap().expect("its first action item");
    let item: duban::engine::snapshot::Stored = serde_json::from_slice(&item).unwrap();
    let duban::domain::view::Record::Action(item) = item.into() else { panic!("another kind") };
    assert_eq!((item.owner.as_deref(), item.task.as_str()), (Some("Bob Li"), "submit the campaign plan"));
    let letters = store.scan(&[keys::LETTER], &[keys::LETTER + 1], 100).unwrap();
    assert!(letters.len() >= 2);
    for (_, row) in letters {
        let row: duban::outbox::LetterRow = serde_json::from_slice(&row).unwrap();
        assert!(!store.blob(&row.place).unwrap().is_empty());
    }
}

/// A store of a later program is left alone, file by file.
#[test]
fn a_newer_store_is_refused() {
    for (file, at) in [("journal/00000000000000000001.log", 8), ("mail/00000001.seg", 8)] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        copy(&kept(), &data);
        let path = data.join(file);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[at] = 9;
        if file.starts_with("journal") {
            let crc = crc32fast::hash(&bytes[..60]);
            bytes[60..64].copy_from_slice(&crc.to_le_bytes());
        }
        std::fs::write(&path, &bytes).unwrap();
        let (code, said) = migrate(folder.path());
        assert_ne!(code, Some(0), "{file}: {said}");
        assert!(said.contains("newer program") || said.contains("reads up to"), "{file}: {said}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "{file} was changed");
    }
}
