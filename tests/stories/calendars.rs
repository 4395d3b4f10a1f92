//! Whose working days and hours count (O30).

use crate::story::Story;
use duban::config::{Calendar, Week};
use duban::mail::inbound::{self, Limits};
use serde_json::json;

/// 李雷 works from 13:00 to 22:00: his evening is no night, and his morning is.
#[test]
fn the_late_shift() {
    let mut story = Story::office();
    story.person(json!({"name": "李雷", "address": "lilei@example.com", "department": "市场部", "manager": "张三", "working_hours": "13:00-22:00"}));
    story.at("03-10 21:00").mail("zhangsan", &[], "交办", "@督办 请李雷3月20日前提交测试报告");
    story.at("03-11 08:30").mail("zhangsan", &[], "交办", "@督办 请李雷3月20日前更新报价");
    story.at("03-11 14:00");
    let at: Vec<String> = story.letters("confirmation").iter().map(|l| l.at.to_rfc3339()).collect();
    // 21:10 and 12:00 in Shanghai; others would have had them at 08:00 and 08:40.
    assert_eq!(at, ["2026-03-10T13:10:00+00:00", "2026-03-11T04:00:00+00:00"], "{}", story.told());
    // Silence is counted to the end of his day.
    let text = &story.letter("confirmation", "lilei").text;
    assert!(text.contains("22:00 前没有回复"), "{text}");
}

/// The same in English, in another zone: what is said at night waits for her morning.
#[test]
fn another_zone_and_early_hours() {
    let mut story = Story::office();
    story.person(json!({"name": "Bob Li", "address": "bob@example.com", "department": "Sales", "language": "en",
        "manager": "Alice Wong", "time_zone": "Europe/Berlin", "working_hours": "07:00-15:00"}));
    story.at("03-11 11:00").mail("alice", &[], "Task", "@duban Bob Li to send the budget by March 20");
    story.at("03-11 23:00");
    // 11:10 in Shanghai is 04:10 in Berlin; from 06:00 on Bob may be written to.
    let sent = story.letter("confirmation", "bob");
    assert_eq!(sent.at.to_rfc3339(), "2026-03-11T05:00:00+00:00", "{}", story.told());
}

/// The plant works on Saturdays: its department by the configuration, without a word in people.csv.
#[test]
fn a_department_with_a_calendar() {
    let mut story = Story::office().with(|config| {
        let plant = Calendar { week: Week::SixDay, departments: vec!["生产部".into()], ..Calendar::default() };
        config.calendar.insert("plant".into(), plant);
    });
    story.person(json!({"name": "钱进", "address": "qianjin@example.com", "department": "生产部"}));
    // Friday evening.
    story.at("03-13 21:00").mail("zhangsan", &[], "交办", "@督办 请钱进3月20日前检修设备");
    story.mail("zhangsan", &[], "交办", "@督办 请李雷3月20日前更新报价");
    story.at("03-16 12:00");
    assert_eq!(
        story.letter("confirmation", "qianjin").at.to_rfc3339(),
        "2026-03-14T00:00:00+00:00",
        "{}",
        story.told()
    );
    assert_eq!(story.letter("confirmation", "lilei").at.to_rfc3339(), "2026-03-16T00:00:00+00:00", "{}", story.told());
}

/// The plant's six-day week, a task and minutes of somebody who works five: working days are the owner's, and the letter
/// says by which calendar; a colleague's line beside it says nothing.
#[test]
fn working_days_are_the_owners() {
    let mut story = Story::office().with(|config| {
        let plant = Calendar { week: Week::SixDay, departments: vec!["生产部".into()], ..Calendar::default() };
        config.calendar.insert("工厂".into(), plant);
    });
    story.person(json!({"name": "钱进", "address": "qianjin@example.com", "department": "生产部"}));
    // Thursday.
    story.at("03-12 10:00").mail("zhangsan", &[], "交办", "@督办 请钱进5个工作日内检修设备");
    story.mail("zhangsan", &[], "交办", "@督办 请李雷5个工作日内更新报价");
    assert_eq!(story.item("检修设备")["due"], "2026-03-18", "{}", story.told());
    assert_eq!(story.item("更新报价")["due"], "2026-03-19");
    story.at("03-12 16:00").mail(
        "zhangsan",
        &["lilei", "qianjin"],
        "周会纪要",
        "会议纪要\n行动项：\n1. 钱进 4个工作日内完成油路清洗\n2. 李雷 4个工作日内完成合同初稿\n",
    );
    story.at("03-12 18:00");
    assert_eq!(story.item("油路清洗")["due"], "2026-03-17", "{}", story.told());
    assert_eq!(story.item("合同初稿")["due"], "2026-03-18");
    for letter in story.letters("confirmation") {
        let own = letter.sent.to.starts_with("qianjin");
        assert_eq!(letter.text.contains("按工厂日历，单休"), own, "{}", letter.text);
    }
    // What he asks for himself moves by his days, too: Saturday counts.
    story.at("03-13 09:00").mail("qianjin", &[], "检修设备", "检修设备 延期3个工作日，因为配件未到");
    story.at("03-16 12:00");
    assert_eq!(story.object("A-1")["due"], "2026-03-21", "{}", story.told());
}

/// The same in English: a Saturday due date is told with the reason.
#[test]
fn a_saturday_is_told_with_its_calendar() {
    let mut story = Story::office().with(|config| {
        let plant = Calendar { week: Week::SixDay, departments: vec!["Plant".into()], ..Calendar::default() };
        config.calendar.insert("plant".into(), plant);
    });
    story.person(json!({"name": "Pete Fox", "address": "pete@example.com", "department": "Plant", "language": "en"}));
    story.at("03-12 10:00").mail("alice", &[], "Task", "@duban Pete Fox to service the press within 2 working days");
    story.at("03-12 12:00");
    assert_eq!(story.item("service the press")["due"], "2026-03-14", "{}", story.told());
    let text = &story.letter("confirmation", "pete").text;
    assert!(text.contains("(plant calendar, six-day week)"), "{text}");
}

/// A room gets what its calendar needs and no more; when the meeting goes elsewhere, it is let go, and the new one asked.
#[test]
fn a_room_follows_the_place() {
    let mut story = Story::office();
    for (name, address) in [("301会议室", "room301@example.com"), ("302会议室", "room302@example.com")] {
        story.person(json!({"name": name, "address": address, "kind": "room"}));
    }
    story.at("03-09 10:00").mail(
        "zhangsan",
        &[],
        "评审会",
        "主题：评审会\n目标：定预算\n时间：3月13日 14:00-15:00\n地点：301会议室\n参会人：赵强（决策人）、李雷\n议题：\n1. 裁员名单（30分钟，主讲：李雷，必达结论：定名单）\n",
    );
    let invite = story.letter("meeting_notice", "room301");
    assert!(invite.ics.is_some() && invite.text.contains("301会议室"), "{}", invite.text);
    for told in ["裁员名单", "定预算", "李雷", "您好"] {
        assert!(!invite.text.contains(told), "{told}: {}", invite.text);
    }
    let read = inbound::parse(&invite.bytes, &Limits::default()).expect("a mail");
    let event = read.calendar[0].text.replace("\n ", "");
    assert!(event.contains("CUTYPE=ROOM") && !event.contains("裁员"), "{event}");
    story.at("03-09 11:00").mail("zhangsan", &[], "M-1", "M-1 地点改为302会议室");
    story.at("03-09 12:00");
    let gone = story.letter("meeting_cancelled", "room301");
    assert!(gone.text.contains("会议室不用留了"), "{}", gone.text);
    assert_eq!(story.count("meeting_notice", "room302"), 1, "{}", story.told());
    story.at("03-10 11:00").mail("zhangsan", &[], "M-1", "M-1 取消会议");
    story.at("03-10 12:00");
    assert_eq!((story.count("meeting_cancelled", "room301"), story.count("meeting_cancelled", "room302")), (1, 1));
}

/// The same in English: the room's refusal reaches the organizer at once, who takes another.
#[test]
fn a_room_that_is_taken() {
    let mut story = Story::office();
    story.person(json!({"name": "Blue Room", "address": "blue@example.com", "kind": "room", "language": "en"}));
    story.at("03-09 10:00").mail(
        "alice",
        &[],
        "Review",
        "Subject: Review\nWhen: March 13 14:00-15:00\nWhere: Blue Room\nAttendees: Bob Li (decider)\nAgenda:\n1. Budget (15 min, Bob Li, outcome: decide)\n",
    );
    assert!(story.letter("meeting_notice", "blue").text.contains("Please keep the room"), "{}", story.told());
    story.at("03-09 10:05").calendar_answer("blue", "DECLINED");
    assert!(story.letter("organizer_note", "alice").text.contains("Blue Room"), "{}", story.told());
}
