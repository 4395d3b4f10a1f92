//! Whose working days and hours count (O30).

use crate::story::Story;
use duban::config::{Calendar, Week};
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
