//! Two Dubans, each a participant of the other's meetings: they tell each other what there is to tell and answer nothing
//! (TRUST L10).

use super::House;
use chrono::Duration;
use duban::outbox::LetterRow;
use duban::store::Store;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn world(own: &str, boss: &str, other: &str) -> Value {
    let domain = own.split('@').nth(1).unwrap();
    json!({
        "assistant": own, "authserv_id": format!("in.{domain}"), "timezone": "Asia/Shanghai", "now": "2026-10-12T09:00:00+08:00",
        // Without any, nobody is outside, and no letter waits for a release.
        "internal_domains": [],
        "people": {"boss": {"name": "赵磊", "addr": boss}, "other": {"name": "小助手", "addr": other}},
    })
}

fn house(own: &str, boss: &str, other: &str) -> House {
    let mut house = House::empty(&world(own, boss, other), Path::new(".").into());
    house.load_lines(&[
        json!({"meeting": {
            "id": "M-1", "title": "联合周会", "start": "2026-10-15T10:00:00+08:00", "minutes": 60, "state": "draft",
            "organizer_address": boss, "attendees": [{"name": "小助手", "address": other, "role": "decider"}],
        }}),
        json!({"action": {
            "id": "A-1", "task": "核对名单", "owner_address": other, "due": "2026-10-20", "state": "confirmed",
            "source": {"kind": "meeting", "id": "M-1"},
        }}),
    ]);
    let domain = own.split('@').nth(1).unwrap();
    for (n, words) in [(1, "M-1 发送"), (2, "发送")] {
        let order = format!(
            "Authentication-Results: in.{domain}; dmarc=pass header.from={domain}\r\nReceived: from mx by in.{domain}\r\n\
             From: {boss}\r\nTo: {own}\r\nSubject: [M-1]\r\nMessage-ID: <order{n}@{domain}>\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
        );
        house.deliver(order.as_bytes(), Some(boss), own);
    }
    house
}

/// New letters to an address, as they leave.
fn leaving(house: &House, to: &str, seen: &mut BTreeSet<String>) -> Vec<(LetterRow, Vec<u8>)> {
    let all = house.letters().into_iter().filter(|row| row.sent.to == to);
    let fresh = all.filter(|row| seen.insert(row.sent.id.clone()));
    fresh
        .map(|row| {
            let bytes = house.store.blob(&row.place).unwrap().to_vec();
            (row, bytes)
        })
        .collect()
}

#[test]
fn two_assistants_do_not_talk_for_ever() {
    let (left, right) = ("mishu@meet.example", "duban@other.example");
    let mut houses = [house(left, "zhaolei@meet.example", right), house(right, "boss@other.example", left)];
    let mut seen = [BTreeSet::new(), BTreeSet::new()];
    let (mut sent, mut by_cause): (usize, BTreeMap<(usize, String), usize>) = (0, BTreeMap::new());
    for day in 0..30 {
        for _ in 0..4 {
            for at in [0, 1] {
                houses[at].pass(Duration::hours(6));
                let (own, other) = if at == 0 { (left, right) } else { (right, left) };
                for (row, bytes) in leaving(&houses[at], other, &mut seen[at]) {
                    sent += 1;
                    // A digest of every day has the same name.
                    let event = format!("{} {}", row.sent.cause, row.sent.at.date_naive());
                    *by_cause.entry((at, event)).or_default() += 1;
                    let (domain, theirs) = (own.split('@').nth(1).unwrap(), other.split('@').nth(1).unwrap());
                    let trace = format!(
                        "Authentication-Results: in.{theirs}; dmarc=pass header.from={domain}\r\nReceived: from mx.{domain} by in.{theirs}\r\n"
                    );
                    let raw = [trace.as_bytes(), &bytes].concat();
                    let heard = houses[1 - at].deliver(&raw, Some(own), other);
                    let Some((_, outcome)) = heard else { continue };
                    assert!(
                        outcome.letters.is_empty(),
                        "day {day}: {} was answered: {:?}",
                        row.sent.letter,
                        outcome.letters
                    );
                    assert!(outcome.acts.is_empty(), "day {day}: {:?}", outcome.acts);
                }
            }
        }
    }
    assert!(sent >= 2, "each has something to tell: {sent}");
    let most = by_cause.iter().max_by_key(|(_, count)| **count).unwrap();
    println!("facing: {sent} letters in 30 days, at most {} for one event", most.1);
    assert!(*most.1 <= 2, "{most:?}");
    assert!(sent <= 40, "{sent} letters to a machine in 30 days: {by_cause:?}");
}
