//! The saved inputs of the fuzz targets (`fuzz/seeds`), read as the targets read them: what fuzzing once found stays found.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;

#[path = "../../fuzz/src/targets.rs"]
mod targets;

#[test]
fn saved_inputs_are_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    for (name, read) in targets::ALL {
        let mut files: Vec<_> = fs::read_dir(root.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "{name} has no saved inputs");
        for file in files {
            let bytes = fs::read(&file).unwrap();
            // The file whose reading fails is the last one named.
            println!("{}", file.display());
            read(&bytes);
        }
    }
}
