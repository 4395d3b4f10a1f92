//! When a digest goes, and what time does to late items.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use crate::domain::action_item::{ActionItem, ItemSource, State};
use crate::domain::due::Due;
use crate::domain::letter::{Letter, LetterName as L};
use crate::domain::reading::{Command, Verb};
use crate::domain::testing::{House, at};
use crate::domain::view::Record;
use chrono::{DateTime, Utc};

fn item(id: &str, day: &str) -> ActionItem {
    ActionItem {
        id: id.into(),
        task: format!("任务{id}"),
        owner: Some("李雷".into()),
        owner_address: Some("lilei@example.com".into()),
        organizer_address: Some("zhangsan@example.com".into()),
        due: Due::parse(day),
        urgency: "normal".into(),
        state: State::Confirmed,
        touched_at: Some(at("2026-07-06T09:30:00+08:00")),
        source: ItemSource { kind: "mail".into(), ..ItemSource::default() },
        version: 1,
        ..ActionItem::default()
    }
}

fn house(items: &[ActionItem]) -> House {
    let mut house = House::new("2026-07-06T10:00:00+08:00");
    for item in items {
        house.keep(Record::Action(Box::new(item.clone())));
    }
    house
}

/// Days (July 2026) on which digests go to a person.
fn days(house: &House, to: &str) -> Vec<String> {
    let day = |at: &DateTime<Utc>| at.with_timezone(&chrono_tz::Asia::Shanghai).format("%m-%d").to_string();
    let digests = house.sent.iter().filter(|(_, letter)| letter.name == L::Digest && letter.to.starts_with(to));
    digests.map(|(at, _)| day(at)).collect()
}

fn of_day<'h>(house: &'h House, to: &str, day: &str) -> &'h Letter {
    let of = |at: &DateTime<Utc>| at.with_timezone(&chrono_tz::Asia::Shanghai).format("%m-%d").to_string() == day;
    &house.sent.iter().find(|(at, l)| l.name == L::Digest && l.to.starts_with(to) && of(at)).unwrap().1
}

fn said(verb: Verb) -> Command {
    Command::new(verb)
}

#[test]
fn reminds_three_days_one_day_and_the_day_itself() {
    let mut house = house(&[item("A-1", "2026-07-16")]);
    house.run("2026-07-16T12:00:00+08:00");
    assert_eq!(days(&house, "lilei"), ["07-13", "07-15", "07-16"]);
    assert_eq!(of_day(&house, "lilei", "07-13").data["due_soon"][0]["due_in"], 3);
    assert_eq!(of_day(&house, "lilei", "07-16").data["today"][0]["id"], "A-1");
}

#[test]
fn one_letter_for_many_items_and_none_on_days_off() {
    // Due on Sunday: reminded on the working days before.
    let mut house = house(&[item("A-1", "2026-07-12"), item("A-2", "2026-07-10")]);
    house.run("2026-07-12T12:00:00+08:00");
    assert_eq!(days(&house, "lilei"), ["07-07", "07-09", "07-10"]);
    assert_eq!(of_day(&house, "lilei", "07-10").lines.len(), 2);
}

#[test]
fn nags_daily_for_five_days_then_weekly_then_the_organizer_chooses_then_parks() {
    let mut house = house(&[item("A-1", "2026-07-07")]);
    house.run("2026-08-31T12:00:00+08:00");
    let owner = days(&house, "lilei");
    let late: Vec<&str> = owner.iter().map(String::as_str).filter(|day| *day > "07-07").collect();
    // D+1 … D+5, then D+10; from D+15 on it is the organizer's.
    assert_eq!(late, ["07-08", "07-09", "07-10", "07-13", "07-14", "07-21", "08-04"]);
    assert_eq!(of_day(&house, "lilei", "07-08").data["late"][0]["late_days"], 1);
    assert_eq!(of_day(&house, "lilei", "07-08").data["late"][0]["asks"], serde_json::json!(["reason", "measure"]));
    assert_eq!(of_day(&house, "lilei", "08-04").data["notes"][0]["verb"], "parked");
    assert_eq!(days(&house, "zhangsan"), ["07-28", "07-29", "07-30", "08-04"]);
    assert_eq!(of_day(&house, "zhangsan", "07-28").data["choices"][0]["change"], "late_choice");
    assert!(house.item("A-1").parked);
}

#[test]
fn any_word_brings_a_parked_item_back() {
    let mut house = house(&[item("A-1", "2026-07-07")]);
    house.run("2026-08-10T12:00:00+08:00");
    assert!(house.item("A-1").parked);
    house.says("lilei", None, "A-1", &said(Verb::Progress));
    assert!(!house.item("A-1").parked);
}

#[test]
fn down_for_days_sends_one_digest() {
    let mut house = house(&[item("A-1", "2026-07-09"), item("A-2", "2026-07-08")]);
    house.now = at("2026-07-10T11:00:00+08:00");
    house.run("2026-07-10T12:00:00+08:00");
    assert_eq!(days(&house, "lilei"), ["07-10"]);
    assert_eq!(of_day(&house, "lilei", "07-10").data["late"].as_array().unwrap().len(), 2);
}

#[test]
fn waking_up_at_night_waits_for_the_morning() {
    let mut house = house(&[item("A-1", "2026-07-09")]);
    house.now = at("2026-07-10T23:00:00+08:00");
    house.run("2026-07-13T12:00:00+08:00");
    assert_eq!(days(&house, "lilei"), ["07-13"]);
}

#[test]
fn what_was_asked_and_not_answered_is_asked_three_times_at_most() {
    let mut asked = item("A-1", "2026-08-20");
    asked.state = State::Proposed;
    asked.doubted = true;
    asked.asked_at = Some(at("2026-07-06T09:30:00+08:00"));
    let mut house = house(&[asked]);
    house.run("2026-07-31T12:00:00+08:00");
    assert!(days(&house, "lilei").len() <= 3, "{:?}", days(&house, "lilei"));
}

#[test]
fn somebody_away_gets_nothing_and_the_digest_of_the_day_of_return() {
    let mut house = house(&[item("A-1", "2026-07-09")]);
    let mail = house.mail_answering("lilei", None);
    house.decide(|view, now| crate::domain::action_item::away(view, &mail, "2026-07-15".parse().unwrap(), now));
    house.run("2026-07-15T12:00:00+08:00");
    assert_eq!(days(&house, "lilei"), ["07-15"]);
}

#[test]
fn open_requests_and_snoozed_items_are_not_chased() {
    let mut house = house(&[item("A-1", "2026-07-08"), item("A-2", "2026-07-08")]);
    let mut postpone = said(Verb::Postpone);
    postpone.due = Due::parse("2026-07-30");
    let mut snooze = said(Verb::Snooze);
    snooze.until = Due::parse("2026-07-13");
    house.says("lilei", None, "A-1", &postpone);
    house.says("lilei", None, "A-2", &snooze);
    house.run("2026-07-10T12:00:00+08:00");
    for (_, letter) in house.sent.iter().filter(|(_, l)| l.name == L::Digest && l.to.starts_with("lilei")) {
        assert_eq!(letter.lines, [], "{:?}", letter.data);
    }
    house.run("2026-07-13T12:00:00+08:00");
    assert_eq!(of_day(&house, "lilei", "07-13").data["late"][0]["id"], "A-2");
}

#[test]
fn weekly_readers_get_reminders_on_the_first_day_of_the_week() {
    let mut house = house(&[item("A-1", "2026-07-16")]);
    house.decide(|view, _| view.set_note("frequency/lilei@example.com", serde_json::json!("week")));
    house.run("2026-07-16T12:00:00+08:00");
    assert_eq!(days(&house, "lilei"), ["07-13"]);
}

#[test]
fn a_second_change_of_a_letters_line_is_in_the_numbers_of_that_letter() {
    let mut house = house(&[item("A-1", "2026-07-07"), item("A-2", "2026-07-10")]);
    house.run("2026-07-07T12:00:00+08:00");
    let digest = of_day(&house, "lilei", "07-07");
    let numbers: Vec<(u32, &str)> = digest.lines.iter().map(|line| (line.n, line.id.as_str())).collect();
    assert_eq!(numbers, [(1, "A-1"), (2, "A-2")]);
    assert_eq!(digest.data["today"][0]["n"], 1);
    assert_eq!(digest.data["due_soon"][0]["n"], 2);
}

// ---- the ladder (O26)

fn escalations(house: &House) -> Vec<String> {
    let wanted = |l: &Letter| matches!(l.name, L::Escalation | L::EscalationPreview);
    let all = house.sent.iter().filter(|(_, l)| wanted(l));
    let day = |at: &DateTime<Utc>| at.with_timezone(&chrono_tz::Asia::Shanghai).format("%m-%dT%H:%M").to_string();
    all.map(|(at, l)| format!("{} {} {}", day(at), l.name, l.to.trim_end_matches("@example.com"))).collect()
}

#[test]
fn the_ladder_stops_at_the_organizer_by_default() {
    let mut house = house(&[item("A-1", "2026-07-07")]);
    house.run("2026-07-31T12:00:00+08:00");
    // Due on the 7th, announced on the 8th, the organizer on the 9th at ten.
    assert_eq!(escalations(&house), ["07-09T10:00 escalation zhangsan"]);
    assert_eq!(of_day(&house, "lilei", "07-08").data["escalations"][0]["to"], "张三");
}

#[test]
fn a_rung_above_is_shown_to_the_organizer_a_working_day_ahead() {
    let mut house = house(&[item("A-1", "2026-07-07")]);
    house.rules.policy.escalation = "manager".into();
    let items = [item("A-1", "2026-07-07")];
    house.keep(Record::Action(Box::new(items[0].clone())));
    house.run("2026-07-31T12:00:00+08:00");
    assert_eq!(
        escalations(&house),
        [
            "07-09T10:00 escalation zhangsan",
            "07-10T10:00 escalation_preview zhangsan",
            "07-13T10:00 escalation hanmeimei",
        ]
    );
}

#[test]
fn the_organizer_holds_a_rung() {
    let mut house = house(&[]);
    house.rules.policy.escalation = "manager".into();
    house.keep(Record::Action(Box::new(item("A-1", "2026-07-07"))));
    house.run("2026-07-10T12:00:00+08:00");
    assert_eq!(
        house.says("zhangsan", Some(L::EscalationPreview), "A-1", &said(Verb::StopEscalation)),
        crate::domain::view::Handled::Yes
    );
    assert_eq!(house.says("lilei", None, "A-1", &said(Verb::StopEscalation)), crate::domain::view::Handled::NotAllowed);
    house.run("2026-07-31T12:00:00+08:00");
    assert!(!escalations(&house).iter().any(|line| line.contains("hanmeimei")));
}

#[test]
fn any_word_of_the_owner_stops_the_rung() {
    let mut house = house(&[item("A-1", "2026-07-07")]);
    house.run("2026-07-08T12:00:00+08:00");
    let mut behind = said(Verb::Behind);
    behind.reason = Some("缺设备".into());
    house.says("lilei", None, "A-1", &behind);
    house.run("2026-07-31T12:00:00+08:00");
    assert_eq!(escalations(&house), Vec::<String>::new());
}

#[test]
fn nobody_is_escalated_to_twice_or_about_himself_or_against_the_house() {
    let ladder = |change: fn(&mut House, &mut ActionItem)| {
        let mut house = house(&[]);
        house.rules.policy.escalation = "manager".into();
        let mut item = item("A-1", "2026-07-07");
        change(&mut house, &mut item);
        house.keep(Record::Action(Box::new(item)));
        house.run("2026-07-31T12:00:00+08:00");
        escalations(&house).into_iter().filter(|line| line.contains(" escalation ")).collect::<Vec<_>>()
    };
    // The owner organizes it: nobody but the head above.
    assert_eq!(
        ladder(|_, item| item.organizer_address = Some("lilei@example.com".into())),
        ["07-13T10:00 escalation hanmeimei"]
    );
    // The head organizes it: once.
    assert_eq!(
        ladder(|_, item| item.organizer_address = Some("hanmeimei@example.com".into())),
        ["07-09T10:00 escalation hanmeimei"]
    );
    assert_eq!(
        ladder(|house, _| house.rules.policy.escalate_never = vec!["hanmeimei@example.com".into()]),
        ["07-09T10:00 escalation zhangsan"]
    );
    assert_eq!(ladder(|_, item| item.confidential = true), ["07-09T10:00 escalation zhangsan"]);
}

#[test]
fn a_superior_gets_one_letter_a_day() {
    let mut other = item("A-2", "2026-07-07");
    other.owner = Some("孙鹏".into());
    other.owner_address = Some("sunpeng@example.com".into());
    let mut house = house(&[item("A-1", "2026-07-07"), other, item("A-3", "2026-07-07")]);
    house.run("2026-07-31T12:00:00+08:00");
    assert_eq!(escalations(&house), ["07-09T10:00 escalation zhangsan"]);
    let (_, letter) = house.sent.iter().find(|(_, l)| l.name == L::Escalation).unwrap();
    assert_eq!(letter.data["items"].as_array().unwrap().len(), 3, "all in one");
}
