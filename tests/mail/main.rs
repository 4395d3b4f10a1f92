//! Mails as clients and providers really shape them, by provenance, each with what has to be understood beside it.
//! Every mail is read as it stands and once more with bare LF line ends: relays differ.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use duban::mail::automatic::{Identity, Severity, classify};
use duban::mail::inbound::{Limits, parse};
use duban::mail::{invite, thread};
use serde_json::Value;
use std::path::Path;

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|l| !l.is_empty()).collect()
}

fn check(folder: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail").join(folder);
    let mut count = 0;
    for entry in std::fs::read_dir(&root).expect("the folder stands there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|e| e != "eml") {
            continue;
        }
        count += 1;
        let raw = std::fs::read(&path).expect("the mail is readable");
        let expected =
            std::fs::read_to_string(path.with_extension("expected.json")).expect("each mail has its expectation");
        let expected: Value = serde_json::from_str(&expected).expect("the expectation is JSON");
        understood(&path, &raw, &expected);
        let bare: Vec<u8> = raw.iter().copied().filter(|c| *c != b'\r').collect();
        understood(&path, &bare, &expected);
    }
    assert!(count > 0, "an empty folder proves nothing: {folder}");
}

fn understood(path: &Path, raw: &[u8], expected: &Value) {
    let at = path.display();
    let mail = parse(raw, &Limits::default()).unwrap_or_else(|refusal| panic!("{at}: {refusal}"));
    let own = Identity { addresses: vec!["duban@example.com".to_owned()], instance: "example.com".to_owned() };
    let verdict = classify(&mail, None, &own);
    let class = serde_json::to_value(verdict.class).expect("a class has a word");
    assert_eq!(class, expected["class"], "{at}: {}", verdict.reason);
    assert_eq!(
        mail.author.as_ref().map(|a| a.address.as_str()),
        expected["author"].as_str(),
        "{at}: {:?}",
        mail.author_reason
    );
    let name = mail.author.as_ref().map(|a| a.name.as_str()).unwrap_or_default();
    assert_eq!(name, expected["name"].as_str().unwrap_or_default(), "{at}");
    assert_eq!(mail.subject, expected["subject"].as_str().unwrap_or_default(), "{at}");
    let words = mail.own();
    if let Some(text) = expected["own"].as_str() {
        assert_eq!(lines(&words.text), lines(text), "{at}");
    }
    if let Some(ids) = expected["ids"].as_array() {
        let ids: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
        assert_eq!(thread::ids(&mail.base_subject.text), ids, "{at}");
    }
    if let Some(names) = expected["attachments"].as_array() {
        let got: Vec<Value> = mail.attachments.iter().map(|a| Value::from(a.name.as_str())).collect();
        assert_eq!(&got, names, "{at}");
    }
    if let Some(text) = expected["forwarded"].as_str() {
        let earlier =
            words.forwarded(mail.base_subject.forward).unwrap_or_else(|| panic!("{at}: nothing was forwarded"));
        assert_eq!(earlier.text.trim(), text, "{at}");
    }
    if let Some(bounces) = expected["bounces"].as_object() {
        assert_eq!(verdict.bounced.len(), bounces.len(), "{at}: {:?}", verdict.bounced);
        for bounced in &verdict.bounced {
            let word = match bounced.severity {
                Some(Severity::Hard) => "hard",
                Some(Severity::Soft) => "soft",
                None => "none",
            };
            assert_eq!(bounces.get(&bounced.address).and_then(Value::as_str), Some(word), "{at}: {bounced:?}");
        }
    }
    if let Some(id) = expected["original"].as_str() {
        assert!(verdict.original_ids.iter().any(|o| o == id), "{at}: {:?}", verdict.original_ids);
    }
    if let Some(answer) = expected["partstat"].as_str() {
        let events = invite::read::read(&mail.calendar[0].text, chrono_tz::Tz::Asia__Shanghai);
        let sender = mail.author.as_ref().map(|a| a.address.as_str()).unwrap_or_default();
        assert_eq!(events[0].answer_of(sender).map(|p| p.partstat.as_str()), Some(answer), "{at}");
    }
}

#[test]
fn outlook() {
    check("outlook");
}

#[test]
fn exchange() {
    check("exchange");
}

#[test]
fn foxmail() {
    check("foxmail");
}

#[test]
fn qq() {
    check("qq");
}

#[test]
fn netease() {
    check("netease");
}

#[test]
fn gmail() {
    check("gmail");
}

#[test]
fn apple() {
    check("apple");
}

#[test]
fn malformed() {
    check("malformed");
}
