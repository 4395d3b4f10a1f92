//! Nobody else on the machine reads what is kept or sent (TRUST R7).

use crate::house::{House, minutes};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Whatever lies below a folder, with what others than its owner may do.
fn open_to_others(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let about = entry.metadata().unwrap();
        if about.permissions().mode() & 0o077 != 0 {
            found.push(format!("{:o} {}", about.permissions().mode() & 0o777, entry.path().display()));
        }
        if about.is_dir() {
            open_to_others(&entry.path(), found);
        }
    }
}

#[test]
fn files_are_their_owners_alone() {
    let mut house = House::new("");
    // As a login shell has it.
    house.limits = Some("umask 022");
    house.start();
    assert!(house.deliver("dan@example.com", &minutes("m1", "submit the campaign plan")).unwrap().starts_with("250"));
    let stranger = "From: eve@elsewhere.test\nTo: duban@example.com\nSubject: x\nMessage-ID: <e@x>\n\nx\n";
    assert!(house.deliver("eve@elsewhere.test", stranger).unwrap().starts_with("250"));
    house.wait_for("letters", |house| house.letters().len() >= 2);
    house.wait_for("the stranger", |house| house.json(&["quarantine", "list"]).len() == 1);
    house.ok(&["compact"]);
    let copies = house.path("copies");
    std::fs::create_dir(&copies).unwrap();
    for name in ["a", "b.tar"] {
        house.ok(&["backup", copies.join(name).to_str().unwrap()]);
    }
    let mut found = Vec::new();
    for folder in [house.data(), house.path("outgoing"), copies] {
        open_to_others(&folder, &mut found);
    }
    assert_eq!(found, [""; 0]);
}
