//! Mail for whoever runs the house: taken, kept, told of, and never read as an order (RFC 5321 §4.5.1).

use crate::house::{House, Session, free_port, minutes};

#[test]
fn mail_for_postmaster_waits_for_the_administrator() {
    let port = free_port();
    let more = format!("[[intake]]\nkind = \"smtp\"\nlisten = \"127.0.0.1:{port}\"\ntrusted = true\n");
    let mut house = House::new(&more);
    house.start();
    let mut session = Session::greeting(port, "EHLO client\r\n").unwrap();
    // Orders of somebody who may give them, even.
    let mut say =
        |to: &str, id: &str| session.deliver_to("dan@example.com", to, &minutes(id, "book the hall")).unwrap();
    assert!(say("postmaster", "p1").starts_with("250"));
    assert!(say("Postmaster@EXAMPLE.com", "p2").starts_with("250"));
    assert!(say("postmaster@elsewhere.test", "p3").starts_with("503"), "that would be relaying");
    house.wait_for("the mails", |house| house.json(&["quarantine", "list"]).len() == 2);
    for row in house.json(&["quarantine", "list"]) {
        assert!(row["reason"].as_str().unwrap().contains("postmaster"), "{row}");
    }
    let why = house.ok(&["why", "p2@example.com"]);
    assert!(why.contains("for the administrator") && why.contains("told today"), "{why}");
    assert!(house.json(&["list", "actions"]).is_empty(), "it was read as minutes");
    // One letter for both, and nobody else gets any.
    house.wait_for("the note", |house| !house.letters().is_empty());
    let letters = house.letters();
    assert_eq!(letters.len(), 1, "{letters:#?}");
    assert!(letters[0].contains("admin@example.com") && letters[0].contains("postmaster"), "{}", letters[0]);
    // What the administrator lets in is read like any other mail.
    let number = house.json(&["quarantine", "list"])[0]["number"].to_string();
    house.ok(&["quarantine", "release", &number]);
    house.wait_for("the minutes", |house| house.json(&["list", "actions"]).len() == 2);
}
