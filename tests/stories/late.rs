//! What happens when nobody answers.

use crate::story::Story;
use serde_json::json;

fn office() -> Story {
    let mut story = Story::office();
    story.meeting(json!({"id": "M-1", "title": "新品启动会", "organizer": "张三", "organizer_address": "zhangsan@example.com", "state": "minuted"}));
    story.action(
        json!({"id": "A-1", "task": "协调测试服务器", "owner": "王芳", "due": "2026-03-12", "state": "confirmed",
        "source": {"kind": "meeting", "id": "M-1", "message_id": null, "line": null}}),
    );
    story
}

/// Due on Thursday: reminded that day, asked for reason and measure on Friday, the organizer hears on Monday at ten.
#[test]
fn the_ladder_of_an_ordinary_week() {
    let mut story = office();
    story.at("03-09 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
    story.at("03-31 12:00");
    let days: Vec<String> = story
        .letters_to("wangfang")
        .iter()
        .map(|l| format!("{} {}", (l.at + chrono::Duration::hours(8)).format("%m-%d %H:%M"), l.sent.letter))
        .collect();
    assert_eq!(
        days,
        [
            "03-11 09:00 digest",
            "03-12 09:00 digest",
            "03-13 09:00 digest",
            "03-16 09:00 digest",
            "03-17 09:00 digest",
            "03-18 09:00 digest",
            "03-19 09:00 digest",
            "03-26 09:00 digest",
        ]
    );
    let escalations = story.letters("escalation");
    assert_eq!(escalations.len(), 1);
    assert_eq!(escalations[0].sent.to, "zhangsan@example.com");
    assert_eq!(escalations[0].at.to_rfc3339(), "2026-03-16T02:00:00+00:00");
}

/// Reason and measure stop the rung that was announced.
#[test]
fn a_word_stops_the_ladder() {
    let mut story = office();
    story.at("03-09 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
    story.at("03-13 10:00");
    assert!(story.letter("digest", "wangfang").text.contains("张三"), "announced: {}", story.told());
    story.reply("wangfang", "digest", "1 滞后，原因：等待供应商发货；措施：周三改用备选");
    assert_eq!(story.object("A-1")["reason"], "等待供应商发货", "without its label");
    story.reply("wangfang", "digest", "1 滞后，原因：供应商晚到；措施：周三改用备选");
    let item = story.object("A-1");
    assert_eq!((item["behind"].as_bool(), item["reason"].as_str()), (Some(true), Some("供应商晚到")), "{item}");
    story.at("03-20 12:00");
    assert_eq!(story.letters("escalation").len(), 0, "{}", story.told());
}

/// Above the organizer, the organizer is asked first and can say no.
#[test]
fn the_organizer_stops_a_rung_above() {
    let mut story = office().with(|config| config.policy.escalation = "manager".into());
    story.at("03-09 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
    story.at("03-17 12:00");
    assert_eq!(story.count("escalation_preview", "zhangsan"), 1, "{}", story.told());
    story.reply("zhangsan", "escalation_preview", "不升级");
    story.at("03-31 12:00");
    assert_eq!(story.count("escalation", "zhaoqiang"), 0, "{}", story.told());
}

/// Fifteen working days late the organizer chooses; nobody does, and it is parked: in the books, out of the mail.
#[test]
fn what_nobody_wants_is_parked() {
    let mut story = office();
    story.at("03-09 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
    story.at("04-02 12:00");
    assert!(story.letter("digest", "zhangsan").text.contains("协调测试服务器"), "{}", story.told());
    story.at("04-30 12:00");
    assert_eq!(story.object("A-1")["parked"], true);
    let after =
        story.letters_to("wangfang").iter().filter(|l| l.at.format("%m-%d").to_string().as_str() > "04-13").count();
    assert_eq!(after, 0, "{}", story.told());
}

/// The organizer moves it instead.
#[test]
fn the_organizer_gives_it_another_date() {
    let mut story = office();
    story.at("03-09 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
    story.at("04-02 12:00").reply("zhangsan", "digest", "1 改期 4月20日");
    assert_eq!(story.object("A-1")["due"], "2026-04-20", "{}", story.told());
    story.at("04-30 12:00");
    assert_eq!(story.object("A-1")["parked"], false);
}

/// A vacation note holds reminders until the day of return, and the organizer learns it once.
#[test]
fn a_vacation_holds_reminders() {
    let mut story = office();
    story.at("03-11 10:00");
    story.raw(
        "From: =?utf-8?B?546L6Iqz?= <wangfang@example.com>\nTo: duban@example.com\nSubject: =?utf-8?B?6Ieq5Yqo5Zue5aSN?=\nMessage-ID: <vac1@example.com>\nDate: Wed, 11 Mar 2026 10:00:00 +0800\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n您好，我正在休假，3月18日返回。\n",
        true,
    );
    story.at("03-17 12:00");
    assert_eq!(story.letters_to("wangfang").len(), 0, "{}", story.told());
    assert_eq!(story.letters_to("zhangsan").len(), 1, "{}", story.told());
    assert_eq!(story.letters("escalation").len(), 0);
    story.at("03-18 12:00");
    assert_eq!(story.count("digest", "wangfang"), 1, "{}", story.told());
}

/// Down for a week: one digest a person.
#[test]
fn down_for_days() {
    let mut story = office();
    story.at("03-09 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
    story.script(json!({"at": "2026-03-10T09:00:00+08:00", "down_until": "2026-03-16T11:00:00+08:00"}));
    story.at("03-16 12:00");
    assert_eq!(story.count("digest", "wangfang"), 1, "{}", story.told());
}

/// An objection stops the reminders; where it is not adopted the day stands, and the ladder begins again at its foot (O29).
#[test]
fn a_refused_objection_begins_the_ladder_anew() {
    for (owner, object, organizer, refuse) in [
        ("lilei", "有异议 1 应为3月25日", "zhangsan", "不采纳：日期已对外承诺"),
        ("bob", "objection 1 should be March 25", "alice", "reject: the date is promised"),
    ] {
        let mut story = Story::office();
        let (name, task) =
            if owner == "bob" { ("Bob Li", "send the price list") } else { ("李雷", "提交推广方案") };
        let text = format!("会议纪要\n出席：{name}\n行动项：\n1. 负责人：{name} 任务：{task} 截止时间：3月11日\n");
        story.at("03-09 10:00").mail(organizer, &[], "周会纪要", &text);
        story.at("03-09 11:00").reply(owner, "summary", object);
        story.at("03-12 09:30");
        assert!(!story.letters_to(owner).iter().any(|l| l.text.contains("[A-1]") && l.text.contains("已逾期 —")));
        story.at("03-12 15:00").reply(organizer, "approval_request", refuse);
        assert_eq!(story.object("A-1")["due"], "2026-03-11", "{}", story.told());
        story.at("03-13 12:00");
        assert_eq!(story.letters("escalation").len(), 0, "not announced a day before: {}", story.told());
        story.at("03-16 12:00");
        assert_eq!(story.count("escalation", organizer), 1, "{}", story.told());
    }
}
