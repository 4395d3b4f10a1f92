//! Full disks, signals under load, kills (TRUST D1, D13, D20).

use crate::house::{House, Session, minutes};
use crate::rounds;
use duban::store::group::Options;
use duban::store::{DiskStore, Store, keys, prefix_end};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn mail(id: &str) -> String {
    format!(
        "From: dan@example.com\nTo: duban@example.com\nSubject: my tasks\nMessage-ID: <{id}@example.com>\n\nmy tasks\n{}\n",
        "words ".repeat(60)
    )
}

/// Sends mails until told to stop or the daemon is gone; the ids that were answered with 250, and other answers.
fn load(port: u16, name: String, stop: Arc<AtomicBool>) -> (Vec<String>, Vec<String>) {
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    let Ok(mut session) = Session::open(port) else { return (taken, refused) };
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let id = format!("{name}.{number}");
        match session.deliver("dan@example.com", &mail(&id)) {
            Ok(answer) if answer.starts_with("250") => taken.push(id),
            Ok(answer) => refused.push(answer),
            Err(_) => break,
        }
    }
    (taken, refused)
}

/// Every acknowledged mail is in the store exactly once: read, waiting, or set aside.
fn all_are_there(house: &House, acknowledged: &[String]) {
    let store = DiskStore::open(&house.data(), Options::default()).unwrap();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for (kind, field) in [(keys::MAIL, "cause"), (keys::INBOX, "message_id"), (keys::QUARANTINE, "message_id")] {
        for (key, row) in store.scan(&[kind], &prefix_end(&[kind]), usize::MAX).unwrap() {
            // A mail in quarantine has its audit row as well.
            if kind == keys::QUARANTINE && store.get(&keys::mail(keys::number_of(&key).unwrap())).unwrap().is_some() {
                continue;
            }
            let row: serde_json::Value = serde_json::from_slice(&row).unwrap();
            *seen.entry(row[field].as_str().unwrap_or_default().to_string()).or_default() += 1;
        }
    }
    for id in acknowledged {
        assert_eq!(seen.get(&format!("{id}@example.com")), Some(&1), "{id} was answered with 250");
    }
    store.close().unwrap();
}

/// TRUST D20: SIGTERM under load, again and again: it ends in ten seconds, and nothing acknowledged is lost.
#[test]
fn sigterm_under_load() {
    let mut house = House::new("[delivery]\nmode = \"hold\"\n");
    let mut acknowledged = Vec::new();
    let mut worst = Duration::ZERO;
    let times = rounds(4, 100);
    for round in 0..times {
        house.start();
        let stop = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..4)
            .map(|client| {
                let (port, stop) = (house.lmtp, stop.clone());
                std::thread::spawn(move || load(port, format!("t{round}.{client}"), stop))
            })
            .collect();
        std::thread::sleep(Duration::from_millis(30 + round * 13 % 200));
        worst = worst.max(house.stop());
        stop.store(true, Ordering::Relaxed);
        for client in clients {
            acknowledged.extend(client.join().unwrap().0);
        }
    }
    println!("{times} ends under load, the slowest took {worst:?}; {} mails acknowledged", acknowledged.len());
    assert!(worst < Duration::from_secs(10), "{worst:?}");
    assert!(!acknowledged.is_empty());
    all_are_there(&house, &acknowledged);
}

/// TRUST D13: files may not grow: 451, nothing half kept, and on it goes when there is room again.
#[test]
fn a_full_disk_answers_451_and_recovers() {
    let mut house = House::new("[delivery]\nmode = \"hold\"\n");
    // The journal and its segment begin with a step of zeros; a little more than that.
    house.limits = Some("trap '' XFSZ; ulimit -S -f 2600");
    house.start();
    let mut session = Session::open(house.lmtp).unwrap();
    let mut acknowledged = Vec::new();
    let body = "words of a long mail ".repeat(2_000);
    let refused = loop {
        let id = format!("f{}", acknowledged.len());
        assert!(acknowledged.len() < 2_000, "the disk never fills");
        let answer = session.deliver("dan@example.com", &format!("{}{body}\n", mail(&id))).unwrap();
        if !answer.starts_with("250") {
            break answer;
        }
        acknowledged.push(id);
    };
    assert!(refused.starts_with("451 4.3.1"), "{refused}");
    assert!(!acknowledged.is_empty());
    let id = house.child.as_ref().unwrap().id().to_string();
    assert!(Command::new("prlimit").args(["--pid", &id, "--fsize=unlimited"]).status().unwrap().success());
    // The same mail again: once, and now it is kept.
    let again = format!("f{}", acknowledged.len());
    house.wait_for("room", |house| {
        house
            .deliver("dan@example.com", &format!("{}{body}\n", mail(&again)))
            .is_ok_and(|answer| answer.starts_with("250"))
    });
    acknowledged.push(again);
    house.limits = None;
    house.stop();
    all_are_there(&house, &acknowledged);
    assert!(house.ok(&["verify"]).contains("all is whole"));
}

/// TRUST D1: kill -9 at any moment, mails on their way, moments being carried out; what was acknowledged is there once.
#[test]
fn kill_after_kill() {
    let mut house = House::new("[delivery]\nmode = \"hold\"\n");
    let mut acknowledged = Vec::new();
    let times = rounds(20, 1_000);
    for round in 0..times {
        house.start();
        let stop = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..3)
            .map(|client| {
                let (port, stop) = (house.lmtp, stop.clone());
                std::thread::spawn(move || load(port, format!("k{round}.{client}"), stop))
            })
            .collect();
        std::thread::sleep(Duration::from_millis(5 + round * 37 % 195));
        house.kill();
        stop.store(true, Ordering::Relaxed);
        for client in clients {
            acknowledged.extend(client.join().unwrap().0);
        }
        // A hundred rounds of mails are enough to look for each time.
        if round % 100 == 99 {
            all_are_there(&house, &acknowledged);
        }
    }
    println!("{times} kills, {} mails acknowledged", acknowledged.len());
    assert!(!acknowledged.is_empty());
    all_are_there(&house, &acknowledged);
    assert!(house.ok(&["verify"]).contains("all is whole"));
}

/// A daemon that is killed in the middle of a compaction, and of forgetting, has lost nothing else.
#[test]
fn kill_during_upkeep() {
    let mut house = House::new("[delivery]\nmode = \"hold\"\n");
    house.start();
    for number in 0..30 {
        let text = minutes(&format!("u{number}"), "submit the campaign plan");
        assert!(house.deliver("dan@example.com", &text).unwrap().starts_with("250"));
    }
    house.wait_for("the mails", |house| house.log().contains("read mail=30"));
    house.ok(&["backup", house.path("before").to_str().unwrap()]);
    let people = "name,address\nAlice Wang,alice@example.com\nDan Zhao,dan@example.com\n";
    for round in 0..rounds(6, 100) {
        let forgets = round % 3 == 2;
        if forgets {
            std::fs::write(house.path("people.csv"), people).unwrap();
        }
        let mut asking = Command::new(env!("CARGO_BIN_EXE_duban"));
        asking.arg("--config").arg(house.path("duban.toml"));
        asking.args(if forgets { vec!["forget", "bob@example.com"] } else { vec!["compact"] });
        let mut asking =
            asking.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(3 + round * 29 % 120));
        house.kill();
        let _ = asking.wait();
        let said = house.ok(&["verify"]);
        assert!(said.contains("all is whole"), "round {round}: {said}");
        house.start();
    }
    house.ok(&["compact"]);
    house.stop();
    assert!(house.ok(&["verify", "--rebuild"]).contains("all is whole"));
    let items = house.json(&["list", "actions"]);
    assert!(!items.is_empty());
}
