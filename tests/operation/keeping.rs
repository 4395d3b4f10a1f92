//! Backup and restore, retention and forgetting, from outside (TRUST D15, R3, R4).

use crate::house::{House, holding, minutes};
use duban::config::Retention;
use duban::retention::{self, Care, Done};
use duban::store::group::Options;
use duban::store::{DiskStore, Store, keys};
use std::collections::{BTreeMap, HashSet};

fn rows(house: &House) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let store = DiskStore::open(&house.data(), Options::default()).unwrap();
    let rows = store.scan(b"", &[255; 64], usize::MAX).unwrap();
    rows.into_iter().map(|(key, value)| (key, value.to_vec())).collect()
}

/// A house in which minutes were read, and a person has answered.
fn lived(more: &str) -> House {
    let mut house = House::new(more);
    house.start();
    assert!(house.deliver("dan@example.com", &minutes("m1", "submit the campaign plan")).unwrap().starts_with("250"));
    house.wait_for("letters", |house| house.letters().len() >= 2);
    let to_bob = house
        .letters()
        .into_iter()
        .find(|letter| letter.contains("To: \"Bob Li\"") || letter.contains("bob@example.com"));
    let id = to_bob.unwrap().lines().find_map(|l| l.strip_prefix("Message-ID: ").map(str::to_string)).unwrap();
    let answer = format!(
        "From: Bob Li <bob@example.com>\nTo: duban@example.com\nSubject: Re: minutes\nMessage-ID: <b1@example.com>\n\
         In-Reply-To: {id}\nDate: {}\n\nconfirm all, and call me on BOBSPHONE\n",
        chrono::Utc::now().to_rfc2822()
    );
    assert!(house.deliver("bob@example.com", &answer).unwrap().starts_with("250"));
    house.wait_for("the answer", |house| house.log().contains("read mail=2"));
    house
}

/// A backup of the running daemon is the store as it was; a restored one is checked, asks before it sends, and goes on.
#[test]
fn a_backup_while_running_is_restored() {
    let mut house = lived("");
    let tar = house.path("backup.tar");
    // Once while letters are still going out, then until it holds the last entry.
    house.ok(&["backup", house.path("early").to_str().unwrap()]);
    house.wait_for("a moment without news", |house| {
        let _ = std::fs::remove_file(&tar);
        let made = house.json(&["backup", tar.to_str().unwrap()]).remove(0);
        house.get("/metrics").1.contains(&format!("duban_journal_entry {}\n", made["sequence"]))
    });
    house.stop();
    let before = rows(&house);
    // Refused while something is there.
    assert!(!house.run(&["restore", tar.to_str().unwrap()]).status.success());
    std::fs::rename(house.data(), house.path("lost")).unwrap();
    let said = house.ok(&["restore", tar.to_str().unwrap()]);
    assert!(said.contains("all is whole") && said.contains("duban resume"), "{said}");
    let (mut before, mut after) = (before, rows(&house));
    // What a restored store has of its own: no number given out since the backup comes again,
    for name in ["commit", "M", "A", "Q", "P"] {
        let number = |value: Option<Vec<u8>>| value.map_or(0, |value| u64::from_be_bytes(value.try_into().unwrap()));
        let key = keys::counter(name);
        assert!(number(after.remove(&key)) >= number(before.remove(&key)) + 1_000, "{name}");
    }
    // and sending waits.
    let paused = after.remove(&keys::fact("outbox/paused")).unwrap();
    assert!(String::from_utf8_lossy(&paused).contains("backup of"));
    let all: HashSet<_> = before.keys().chain(after.keys()).collect();
    for key in all {
        assert_eq!(before.get(key), after.get(key), "{}", keys::shown(key));
    }
    assert_eq!(std::fs::read(house.data().join("secret")).unwrap(), std::fs::read(house.path("lost/secret")).unwrap());
    house.start();
    assert!(house.deliver("dan@example.com", &minutes("m2", "book the room")).unwrap().starts_with("250"));
    house.wait_for("the mail", |house| house.log().matches("read mail=3").count() == 1);
    let ids: Vec<String> = house.json(&["list", "actions"]).iter().map(|row| row["id"].to_string()).collect();
    assert!(
        ids.iter().any(|id| id.trim_matches('"').trim_start_matches("A-").parse::<u32>().unwrap() > 1_000),
        "{ids:?}"
    );
    let sent = house.letters().len();
    house.ok(&["resume"]);
    house.wait_for("letters", |house| house.letters().len() > sent);
}

/// A quiet night: the daily round has given back the journal, nothing has come since, and the backup is made all the same.
#[test]
fn a_backup_after_the_daily_round_is_restored() {
    let mut house = lived("");
    house.ok(&["compact"]);
    let tar = house.path("night.tar");
    house.ok(&["backup", tar.to_str().unwrap()]);
    let before = house.json(&["show", "A-1"]);
    house.stop();
    std::fs::rename(house.data(), house.path("lost")).unwrap();
    let said = house.ok(&["restore", tar.to_str().unwrap()]);
    assert!(said.contains("all is whole"), "{said}");
    assert_eq!(house.json(&["show", "A-1"]), before);
    house.start();
    assert!(house.deliver("dan@example.com", &minutes("m2", "book the room")).unwrap().starts_with("250"));
    house.wait_for("the mail", |house| house.log().matches("read mail=3").count() == 1);
}

/// Bob is in no file of the data folder any more; what was agreed is still there, and the chain is whole.
#[test]
fn a_forgotten_person_is_nowhere() {
    let mut house = lived("");
    let told = |house: &House| house.json(&["show", "A-1"]).remove(0);
    assert_eq!(told(&house)["owner_address"], "bob@example.com");
    let refused = house.run(&["forget", "bob@example.com"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("people.csv still names"));
    std::fs::write(house.path("people.csv"), "name,address\nAlice Wang,alice@example.com\nDan Zhao,dan@example.com\n")
        .unwrap();
    let said = house.ok(&["forget", "bob@example.com"]);
    assert!(said.contains("forgotten person 1"), "{said}");
    for what in ["bob@example.com", "Bob Li", "BOBSPHONE"] {
        assert_eq!(holding(&house.data(), what), [""; 0], "{what}");
    }
    let item = told(&house);
    assert_eq!(item["owner"], "forgotten person 1");
    assert_eq!(item["task"], "submit the campaign plan");
    // The daemon goes on, writes nothing to nobody, and learns nothing back.
    assert!(
        house
            .deliver(
                "dan@example.com",
                &minutes("m3", "order lunch").replace("Bob Li", "Alice Wang").replace("bob@", "alice@")
            )
            .unwrap()
            .starts_with("250")
    );
    house.wait_for("the mail", |house| house.log().contains("read mail=3"));
    assert_eq!(holding(&house.data(), "bob@example.com"), [""; 0]);
    house.stop();
    let said = house.ok(&["verify"]);
    assert!(said.contains("all is whole") && !said.contains(" 0 of them blanked"), "{said}");
    assert!(house.ok(&["verify", "--rebuild"]).contains("all is whole"));
    // A second one is somebody else.
    std::fs::write(house.path("people.csv"), "name,address\nDan Zhao,dan@example.com\n").unwrap();
    assert!(house.ok(&["forget", "alice@example.com"]).contains("forgotten person 2"));
    assert_eq!(holding(&house.data(), "alice@example.com"), [""; 0]);
}

/// Everything about one person, in one file (TRUST R4).
#[test]
fn what_is_known_of_a_person_is_handed_out() {
    let house = lived("");
    let text = house.ok(&["export", "--person", "bob@example.com"]);
    for what in ["submit the campaign plan", "BOBSPHONE", "\"letter\"", "Bob Li"] {
        assert!(text.contains(what), "{what} is missing in {text}");
    }
    assert!(!text.contains("finish the payment interface\",\"deliverable"), "another's item");
    assert!(text.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}

/// Time goes on: words leave after `mail_days`, closed objects and rows after `closed_days`, and the store stays whole.
#[test]
fn what_is_over_its_time_leaves() {
    let mut house = lived("");
    house.stop();
    let rules = Retention::default();
    let now = chrono::Utc::now().timestamp_millis();
    let day = 86_400_000;
    let store = DiskStore::open(&house.data(), Options::default()).unwrap();
    let none = HashSet::new();
    let early = retention::compact(&store, &rules, &none, now + 80 * day).unwrap();
    assert_eq!((early.texts, early.rows, early.objects), (0, 0, 0), "{early:?}");
    let late = retention::compact(&store, &rules, &none, now + 91 * day).unwrap();
    assert!(late.texts >= 4 && late.segments > 0 && late.rows == 0, "{late:?}");
    store.close().unwrap();
    drop(store);
    assert_eq!(holding(&house.data().join("mail"), "submit the campaign plan"), [""; 0]);
    assert_eq!(holding(&house.data().join("mail"), "BOBSPHONE"), [""; 0]);
    let said = house.ok(&["verify"]);
    assert!(said.contains("all is whole") && !said.contains(" 0 removed by retention"), "{said}");
    assert!(house.ok(&["why", "m1@example.com"]).contains("minutes"), "what was understood is still told");
    // Open items stay for ever; rows about mails do not.
    let store = DiskStore::open(&house.data(), Options::default()).unwrap();
    let done = retention::compact(&store, &rules, &none, now + 800 * day).unwrap();
    assert!(done.rows > 0 && done.objects == 0, "{done:?}");
    assert_eq!(retention::count(&store, keys::MAIL).unwrap(), 0);
    assert!(retention::count(&store, keys::OBJECT).unwrap() > 0);
    let again = retention::compact(&store, &rules, &none, now + 800 * day).unwrap();
    assert_eq!(again, Done::default(), "nothing is done twice");
    store.close().unwrap();
    drop(store);
    assert!(house.ok(&["verify", "--rebuild"]).contains("all is whole"));
}

/// Half-dead segments are emptied, and the daily round keeps two checkpoints.
#[test]
fn what_lives_in_an_old_segment_moves() {
    let folder = tempfile::tempdir().unwrap();
    let store = DiskStore::open(folder.path(), Options { syncs: false, ..Options::default() }).unwrap();
    let put = |key: Vec<u8>, at: i64, text: &[u8]| {
        let mut batch = duban::store::Batch::new(store.epoch(), at, [0; 32]);
        let place = store.put_blob(text).unwrap();
        batch.put(key, format!("{{\"at\":{at},\"cause\":\"x\",\"place\":\"{place}\"}}"));
        store.sync(store.commit(batch).unwrap()).unwrap();
    };
    let day = 86_400_000;
    put(keys::mail(1), 0, &[b'o'; 5000]);
    put(keys::mail(2), 300 * day, b"young");
    let rules = Retention::default();
    let mut done = Done::default();
    for round in 0..4 {
        let checkpoint = retention::fold(&store, Care::Usual, &mut done).unwrap().unwrap();
        let mut plan = retention::plan(&store, &checkpoint, &rules, &HashSet::new(), 310 * day).unwrap();
        match round {
            0 => assert_eq!((plan.gone.len(), plan.moved.len(), plan.segments.len()), (1, 0, 0), "{plan:?}"),
            1 => assert_eq!((plan.gone.len(), plan.moved.len(), plan.segments.len()), (0, 1, 0), "{plan:?}"),
            2 => assert_eq!((plan.gone.len(), plan.moved.len(), plan.segments.len()), (0, 0, 1), "{plan:?}"),
            _ => assert!(plan.is_empty(), "{plan:?}"),
        }
        retention::give_up(&store, &plan, &mut done).unwrap();
        while retention::step(&store, &mut plan, &mut done, 310 * day).unwrap() {}
    }
    assert!(!folder.path().join("mail/00000001.seg").exists());
    assert_eq!(std::fs::read_dir(folder.path().join("checkpoint")).unwrap().count(), 2);
    let row: serde_json::Value = serde_json::from_slice(&store.get(&keys::mail(2)).unwrap().unwrap()).unwrap();
    let place = duban::store::Place::parse(row["place"].as_str().unwrap()).unwrap();
    assert_eq!(&*store.blob(&place).unwrap(), b"young");
}
