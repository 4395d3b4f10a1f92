#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::domain::action_item::{ActionItem, State};
use crate::domain::due::Due;
use crate::domain::event::TickKind;
use crate::domain::testing::{House, at};
use chrono::NaiveDate;
use std::collections::BTreeMap;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn item(id: &str, start: &str, due: &str, waits: &[&str]) -> (String, ActionItem) {
    let item = ActionItem {
        id: id.into(),
        task: id.into(),
        start: Some(day(start)),
        due: Some(Due::Date(day(due))),
        state: State::Confirmed,
        depends_on: waits.iter().map(|id| (*id).to_string()).collect(),
        ..ActionItem::default()
    };
    (id.to_string(), item)
}

/// The rule of the lights, along a chain of three over a weekend.
#[test]
fn lights_follow_the_chain() {
    let house = House::new("2026-03-12T10:00:00+08:00");
    let mut items: BTreeMap<String, ActionItem> = [
        item("A-1", "2026-03-16", "2026-03-20", &[]),
        item("A-2", "2026-03-23", "2026-03-27", &["A-1"]),
        item("A-3", "2026-04-08", "2026-04-10", &["A-2"]),
    ]
    .into_iter()
    .collect();
    let now = at("2026-03-12T10:00:00+08:00");
    let lights = |items: &BTreeMap<String, ActionItem>| -> Vec<Light> {
        outlook(items, &house.rules, now).values().map(|one| one.light).collect()
    };
    assert_eq!(lights(&items), [Light::Green, Light::Green, Light::Green]);
    // On the day the next one begins: no air is left.
    items.get_mut("A-1").unwrap().expected = Some(Due::Date(day("2026-03-23")));
    let all = outlook(&items, &house.rules, now);
    assert_eq!((all["A-1"].light, all["A-2"].light, all["A-3"].light), (Light::Red, Light::Yellow, Light::Green));
    assert_eq!(all["A-2"].finish, Some(day("2026-03-27")));
    items.get_mut("A-1").unwrap().expected = Some(Due::Date(day("2026-03-26")));
    let all = outlook(&items, &house.rules, now);
    assert_eq!((all["A-2"].light, all["A-2"].finish), (Light::Red, Some(day("2026-04-01"))));
    assert_eq!(all["A-2"].because.as_deref(), Some("A-1"));
    assert_eq!(all["A-3"].light, Light::Green, "there was air");
    items.get_mut("A-1").unwrap().state = State::Done;
    assert_eq!(lights(&items), [Light::Green, Light::Green, Light::Green]);
}

#[test]
fn a_circle_is_found_wherever_it_hangs() {
    let waits = |pairs: &[(&str, &[&str])]| -> BTreeMap<String, Vec<String>> {
        pairs.iter().map(|(id, ups)| ((*id).to_string(), ups.iter().map(|up| (*up).to_string()).collect())).collect()
    };
    assert_eq!(cycle(&waits(&[("1", &[]), ("2", &["1"]), ("3", &["1", "2"])])), None);
    assert_eq!(cycle(&waits(&[("1", &["1"])])).unwrap(), ["1", "1"]);
    let circle = cycle(&waits(&[("0", &["1"]), ("1", &["2"]), ("2", &["3", "0x"]), ("3", &["1"])])).unwrap();
    assert_eq!(circle, ["1", "2", "3", "1"]);
    // A chain as long as a plan may be is walked without recursion.
    let long: BTreeMap<String, Vec<String>> = (0..5_000).map(|n| (n.to_string(), vec![(n + 1).to_string()])).collect();
    assert_eq!(cycle(&long), None);
}

/// Every question has an end, and the rows of the due index say when.
#[test]
fn ticks_come_from_the_record() {
    let house = House::new("2026-03-12T10:00:00+08:00");
    let mut project = Project { id: "P-1".into(), ..Project::default() };
    project.ask("needs", "lilei@example.com", "研发部", Some("研发部".into()), at("2026-03-12T10:00:00+08:00"));
    let rows = ticks(&project, &house.rules);
    let of = |kind: TickKind| -> Vec<String> {
        rows.iter().filter(|tick| tick.kind == kind).map(|tick| tick.at.to_rfc3339()).collect()
    };
    assert_eq!(of(TickKind::Digest), ["2026-03-16T01:00:00+00:00", "2026-03-18T01:00:00+00:00"]);
    assert_eq!(of(TickKind::ProjectTimeout), ["2026-03-19T10:00:00+00:00"]);
    project.state = Stage::Running;
    project.asks.clear();
    project.running_since = Some(day("2026-04-20"));
    project.end = Some(day("2026-05-15"));
    let rows = ticks(&project, &house.rules);
    let status: Vec<String> =
        rows.iter().filter(|tick| tick.key == "status").map(|tick| tick.at.to_rfc3339()).take(3).collect();
    // 1 May is a Friday and a holiday: the last working day before it takes its place.
    assert_eq!(status, ["2026-04-24T00:59:00+00:00", "2026-04-30T00:59:00+00:00", "2026-05-08T00:59:00+00:00"]);
    assert!(rows.iter().any(|tick| tick.key == "end" && tick.at == at("2026-05-18T08:59:00+08:00")));
    project.state = Stage::Closed;
    assert_eq!(ticks(&project, &house.rules), []);
}
