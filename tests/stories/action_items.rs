//! The life of an action item by reply.

use crate::story::Story;
use serde_json::{Value, json};

/// One item of 李雷, organized by 张三; a second one of 王芳 waits for it.
fn office() -> Story {
    let mut story = Story::office();
    story.meeting(json!({
        "id": "M-1", "title": "新品启动会", "organizer": "张三", "organizer_address": "zhangsan@example.com", "state": "minuted",
        "attendees": [
            {"name": "李雷", "address": "lilei@example.com", "role": "doer", "rsvp": "accepted"},
            {"name": "王芳", "address": "wangfang@example.com", "role": "doer", "rsvp": "accepted"}
        ]
    }));
    for (id, task, owner, due, depends) in [
        ("A-1", "提交测试报告", "李雷", "2026-03-12", json!([])),
        ("A-2", "发布测试结论", "王芳", "2026-03-20", json!(["A-1"])),
    ] {
        story.action(
            json!({"id": id, "task": task, "owner": owner, "due": due, "state": "confirmed", "depends_on": depends,
            "source": {"kind": "meeting", "id": "M-1", "message_id": null, "line": null}}),
        );
    }
    story.at("03-11 10:00").mail("zhaoqiang", &["zhangsan"], "抄送", "大家好");
    story
}

fn states(story: &Story) -> (Value, Value) {
    (story.object("A-1")["state"].clone(), story.object("M-1")["state"].clone())
}

/// Done, accepted, closed: three mails, and who waits hears of it.
#[test]
fn done_is_accepted_and_the_loop_closes() {
    let mut story = office();
    story.at("03-12 09:30").reply("lilei", "digest", "完成");
    assert_eq!(story.object("A-1")["state"], "done");
    story.at("03-12 10:00");
    assert_eq!(
        story.count("acceptance_request", "zhangsan"),
        1,
        "due before the next digest: at once; {}",
        story.told()
    );
    assert!(story.letter("dependency", "wangfang").text.contains("提交测试报告"));
    story.reply("zhangsan", "acceptance_request", "通过");
    assert_eq!(story.object("A-1")["state"], "accepted");
    story.at("03-17 09:30").reply("wangfang", "digest", "已完成");
    story.at("03-18 09:30").reply("zhangsan", "digest", "通过");
    assert_eq!(states(&story), (json!("accepted"), json!("closed")));
}

/// The same in a mail of its own, by the item's id: 支付模块 of the organizer's open items is no reason to doubt it.
#[test]
fn returned_in_a_mail_of_its_own() {
    let mut story = office();
    story.at("03-12 09:30").reply("lilei", "digest", "1 完成");
    story.at("03-12 10:30").mail("zhangsan", &[], "A-1", "A-1 退回：并发不达标");
    assert_eq!(story.object("A-1")["state"], "in_progress", "{}", story.told());
    assert!(story.letter("approval_outcome", "lilei").text.contains("并发不达标"), "{}", story.told());
}

/// What is returned goes back to work with its reason.
#[test]
fn returned_with_a_reason() {
    let mut story = office();
    story.at("03-12 09:30").reply("lilei", "digest", "1 完成");
    story.at("03-12 10:30").reply("zhangsan", "acceptance_request", "退回：缺少性能数据");
    assert_eq!(story.object("A-1")["state"], "in_progress");
    story.at("03-12 11:00");
    assert!(story.letter("approval_outcome", "lilei").text.contains("缺少性能数据"), "{}", story.told());
}

/// A new date is asked for; the digest line is answered with one word.
#[test]
fn a_postponement_is_approved_by_a_word() {
    let mut story = office();
    story.at("03-11 11:00").mail("wangfang", &[], "A-2", "A-2 延期到3月27日，原因：场地没有空");
    assert_eq!(story.object("A-2")["request"]["due"], "2026-03-27", "{}", story.told());
    assert_eq!(story.object("A-2")["due"], "2026-03-20");
    story.at("03-12 09:30");
    let digest = story.letter("digest", "zhangsan");
    assert!(digest.text.contains("场地没有空"), "{}", digest.text);
    story.reply("zhangsan", "digest", "同意");
    assert_eq!(
        (story.object("A-2")["due"].clone(), story.object("A-2")["slips"].clone()),
        (json!("2026-03-27"), json!(1))
    );
    story.at("03-12 10:00");
    assert_eq!(story.count("approval_outcome", "wangfang"), 1);
}

/// 不同意 with a reason reaches the owner, and the date stands.
#[test]
fn a_refusal_says_why() {
    let mut story = office();
    story.at("03-11 11:00").mail("wangfang", &[], "A-2", "A-2 延期到4月10日");
    story.at("03-12 09:30");
    assert!(story.letter("digest", "zhangsan").text.contains("未说明原因"), "{}", story.told());
    story.reply("zhangsan", "digest", "1 不同意：月底要发布");
    assert_eq!(
        (story.object("A-2")["due"].clone(), story.object("A-2")["request"].clone()),
        (json!("2026-03-20"), Value::Null)
    );
    story.at("03-12 10:00");
    assert!(story.letter("approval_outcome", "wangfang").text.contains("月底要发布"), "{}", story.told());
}

/// A first short postponement is granted by a working day of silence.
#[test]
fn silence_grants_two_days() {
    let mut story = office();
    story.at("03-11 11:00").mail("wangfang", &[], "A-2", "A-2 顺延两个工作日");
    story.at("03-12 18:30");
    assert_eq!(story.object("A-2")["due"], "2026-03-24", "{}", story.told());
}

/// The organizer hands it to somebody else; within ten minutes it can be taken back unseen.
#[test]
fn a_reassignment_taken_back() {
    let mut story = office();
    story.at("03-11 11:00").mail("zhangsan", &[], "A-2", "A-2 转给赵强");
    assert_eq!(story.object("A-2")["owner"], "赵强", "{}", story.told());
    story.at("03-11 11:05").mail("zhangsan", &[], "A-2", "撤销");
    assert_eq!(story.object("A-2")["owner"], "王芳", "{}", story.told());
    story.at("03-11 12:00");
    assert_eq!(story.count("confirmation", "zhaoqiang"), 0, "{}", story.told());
}

#[test]
fn a_reassignment_that_stands() {
    let mut story = office();
    story.at("03-11 11:00").mail("zhangsan", &[], "A-2", "A-2 转给赵强");
    story.at("03-11 12:00");
    assert_eq!(story.count("confirmation", "zhaoqiang"), 1, "{}", story.told());
    story.reply("zhaoqiang", "confirmation", "收到");
    assert_eq!(story.object("A-2")["state"], "confirmed", "one clear item: 收到 confirms it");
}

/// 做不了 goes to the organizer, who names somebody else.
#[test]
fn who_cannot_is_let_out() {
    let mut story = office();
    story.at("03-11 11:00").mail("wangfang", &[], "A-2", "A-2 做不了，这不是我负责的");
    story.at("03-12 09:30");
    assert!(story.letter("digest", "zhangsan").text.contains("发布测试结论"), "{}", story.told());
    story.reply("zhangsan", "digest", "1 转给赵强");
    assert_eq!(
        (story.object("A-2")["owner"].clone(), story.object("A-2")["state"].clone()),
        (json!("赵强"), json!("proposed"))
    );
}

/// Somebody who is nothing to it changes nothing, and the organizer hears the words.
#[test]
fn others_change_nothing() {
    let mut story = office();
    story.at("03-11 11:00").mail("bob", &[], "A-2", "A-2 done");
    assert_eq!(story.object("A-2")["state"], "confirmed");
}

/// A sentence that only mentions it is not done.
#[test]
fn not_done_yet_is_not_done() {
    for words in ["1 还没完成，预计周五", "完成了一半", "如果数据到了就完成", "1 完成了吗？"]
    {
        let mut story = office();
        story.at("03-12 09:30").reply("lilei", "digest", words);
        assert!(!matches!(story.object("A-1")["state"].as_str(), Some("done" | "accepted")), "{words}");
    }
}

/// All open items change hands in one step; the new owner gets one letter.
#[test]
fn everything_is_handed_over() {
    let mut story = office();
    story.action(json!({"id": "A-3", "task": "更新报价", "owner": "王芳", "due": "2026-03-27", "state": "in_progress",
        "source": {"kind": "meeting", "id": "M-1", "message_id": null, "line": null}}));
    story.at("03-11 11:00").mail("zhaoqiang", &[], "交接", "王芳的待办全部转给李雷");
    for id in ["A-2", "A-3"] {
        assert_eq!(story.object(id)["owner"], "李雷", "{}", story.told());
    }
    story.at("03-11 12:00");
    assert_eq!(story.count("confirmation", "lilei"), 1);
    // Who takes it over in person has said yes by that.
    story.mail("zhaoqiang", &[], "交接", "李雷的待办全部转给赵强");
    assert_eq!(story.object("A-2")["owner"], "李雷", "not his head's to give: {}", story.told());
}

/// English words do the same.
#[test]
fn english_commands() {
    let mut story = Story::office();
    story.action(json!({"id": "A-1", "task": "Send the revised budget", "owner": "Bob Li", "due": "2026-03-20", "state": "proposed",
        "organizer": "Alice Wong", "source": {"kind": "meeting", "id": "M-1", "message_id": null, "line": null}}));
    story.meeting(json!({"id": "M-1", "title": "Budget", "organizer": "Alice Wong", "organizer_address": "alice@example.com", "state": "minuted"}));
    story.at("03-11 10:00").mail("bob", &[], "A-1", "A-1 blocked: waiting for finance");
    assert_eq!(story.object("A-1")["state"], "blocked", "{}", story.told());
    story.at("03-12 09:30");
    assert!(story.letter("digest", "alice").text.contains("waiting for finance"), "{}", story.told());
    story.at("03-12 10:00").mail("bob", &[], "A-1", "A-1 60%");
    assert_eq!(
        (story.object("A-1")["state"].clone(), story.object("A-1")["percent"].clone()),
        (json!("in_progress"), json!(60))
    );
}

/// A task in an ordinary mail with Duban in Cc: its sender is the organizer, whom it is to the owner.
#[test]
fn a_task_given_in_an_ordinary_mail() {
    let mut story = office();
    let mut mail = duban::simulate::mails::MailLine {
        from: Some("zhangsan@example.com".into()),
        subject: Some("竞品".into()),
        text: Some("王芳你好，\n@督办 3月20日前整理竞品清单\n谢谢".into()),
        authenticated: true,
        ..Default::default()
    };
    mail.to = Some(vec!["wangfang@example.com".into()]);
    mail.cc = vec!["duban@example.com".into()];
    story.at("03-11 11:00").mail_line(mail);
    let item = story.item("竞品清单");
    assert_eq!((item["owner"].as_str(), item["due"].as_str()), (Some("王芳"), Some("2026-03-20")), "{}", story.told());
    story.at("03-11 12:00");
    assert_eq!(story.count("confirmation", "wangfang"), 1);
    story.reply("wangfang", "confirmation", "收到");
    assert_eq!(story.item("竞品清单")["state"], "confirmed");
    story.at("03-19 09:30").reply("wangfang", "digest", "竞品清单 完成");
    story.at("03-20 09:30").reply("zhangsan", "digest", "通过");
    assert_eq!(story.item("竞品清单")["state"], "accepted", "{}", story.told());
}

/// 提醒我 makes an own item that nobody else hears of.
#[test]
fn a_reminder_to_oneself() {
    let mut story = office();
    story.at("03-11 11:00").mail("zhangsan", &[], "提醒", "提醒我 周五 交电费");
    assert_eq!(story.item("电费")["state"], "confirmed", "{}", story.told());
    story.at("03-13 09:30");
    assert!(story.letter("digest", "zhangsan").text.contains("电费"), "{}", story.told());
}

/// The words a digest teaches mean what it says beside them: 确认 is for what waits to be confirmed and nothing else,
/// 1 不是我 turns it down.
#[test]
fn the_words_of_a_digest() {
    let house = || {
        let mut story = Story::office();
        story.action(
            json!({"id": "A-1", "task": "整理接口文档", "owner": "李雷", "due": "2026-03-20", "state": "confirmed",
            "source": {"kind": "mail", "id": null, "message_id": null, "line": null}}),
        );
        let text = "会议纪要\n\n行动项：\n1. 负责人：李雷；任务：提交测试报告；截止时间：3月27日\n2. 负责人：李雷；任务：确认包装样稿；截止时间：3月30日\n";
        story.at("03-16 10:00").mail("zhangsan", &["lilei"], "周会纪要", text);
        story.at("03-17 09:30");
        assert!(story.letter("digest", "lilei").text.contains("“确认”"), "{}", story.told());
        story
    };
    let mut story = house();
    story.reply("lilei", "digest", "确认");
    let states: Vec<Value> = story.actions().iter().map(|item| item["state"].clone()).collect();
    assert_eq!(states, ["confirmed", "confirmed", "confirmed"], "{}", story.told());
    assert_eq!(story.count("passed_on", "zhangsan"), 0, "{}", story.told());
    let mut story = house();
    story.reply("lilei", "digest", "1 不是我");
    assert_eq!(story.item("提交测试报告")["state"], "declined", "{}", story.told());
    assert_eq!(story.item("包装样稿")["state"], "proposed");
}

const CALL: &str = "主题：备件评审会\n目标：定备件\n时间：2026年3月17日（周二）14:00-15:00\n地点：301\n主持人：张三\n参会人：郭亮（决策人）、李雷（执行人）、王芳（执行人）\n议程：\n1. 现状（15分钟，主讲：李雷，必达结论：确认缺口）\n";

/// O28: a meeting was called off, everybody's calendar has lost it, and its organizer takes that back.
#[test]
fn a_cancellation_taken_back() {
    let mut story = Story::office();
    story.at("03-12 10:00").mail("zhangsan", &[], "备件评审会", CALL);
    story.at("03-12 14:00").reply("lilei", "meeting_notice", "参加");
    story.at("03-13 12:00").mail("zhangsan", &[], "备件评审会 [M-1]", "M-1 取消");
    story.at("03-13 13:00");
    let gone = story.letter("meeting_cancelled", "lilei").ics.clone().unwrap()["sequence"].as_i64().unwrap();
    story.at("03-13 14:30").mail("zhangsan", &[], "", "撤销");
    story.at("03-13 15:00");
    assert_eq!(story.object("M-1")["state"], "announced", "{}", story.told());
    assert_eq!(story.rsvp("M-1", "lilei"), "accepted");
    for reader in ["lilei", "wangfang", "guoliang", "zhangsan"] {
        let again = story.letter("meeting_update", reader);
        let ics = again.ics.as_ref().unwrap();
        assert_eq!(ics["method"], "REQUEST");
        assert!(ics["sequence"].as_i64().unwrap() > gone, "{ics}");
        assert!(again.text.contains("照常举行"), "{}", again.text);
    }
    assert!(!story.letters("receipt").iter().any(|l| l.text.contains("没有撤销")), "{}", story.told());
}

/// O28: everybody heard of another room, and hears of the first one again; no SEQUENCE falls behind the calendars'.
#[test]
fn another_room_taken_back() {
    let mut story = Story::office();
    story.at("03-12 10:00").mail("zhangsan", &[], "备件评审会", CALL);
    story.at("03-12 11:00").mail("zhangsan", &[], "备件评审会 [M-1]", "M-1 地点改为502");
    story.at("03-12 11:20");
    let there = story.letter("meeting_update", "lilei").ics.clone().unwrap()["sequence"].as_i64().unwrap();
    story.at("03-12 11:30").mail("zhangsan", &[], "", "撤销");
    story.at("03-12 12:00");
    assert_eq!(story.object("M-1")["place"], "301", "{}", story.told());
    let back = story.letter("meeting_update", "lilei");
    assert!(back.text.contains("502 → 301"), "{}", back.text);
    assert!(back.ics.as_ref().unwrap()["sequence"].as_i64().unwrap() > there);
}

const MINUTES: &str = "决议事项：\n1. 新品于9月1日上市\n\n行动项：\n1. 负责人：李雷 任务：提交测试报告 截止时间：3月18日\n2. 负责人：赵强 任务：协调测试服务器 截止时间：3月20日\n";

fn minuted() -> Story {
    let mut story = Story::office();
    let person = |name: &str, address: &str| json!({"name": name, "address": format!("{address}@example.com"), "rsvp": "accepted"});
    story.meeting(json!({"id": "M-1", "title": "新品启动会", "start": "2026-03-11T10:00:00+08:00", "minutes": 60,
        "organizer": "张三", "organizer_address": "zhangsan@example.com", "state": "held", "recorder": "王芳",
        "attendees": [person("李雷", "lilei"), person("王芳", "wangfang"), person("赵强", "zhaoqiang")]}));
    story.at("03-11 14:00").mail("zhangsan", &[], "新品启动会 会议纪要", MINUTES);
    story.at("03-11 14:30");
    assert_eq!(story.count("summary", "lilei"), 1, "{}", story.told());
    story
}

/// O28: minutes are taken back before anybody answered: owners and readers of the summary read so in a line each.
#[test]
fn minutes_taken_back() {
    let mut story = minuted();
    story.at("03-11 16:00").mail("zhangsan", &[], "", "撤销");
    story.at("03-12 10:00");
    for id in ["A-1", "A-2"] {
        assert_eq!(story.object(id)["state"], "cancelled", "{}", story.told());
    }
    let receipt = story.letter("receipt", "zhangsan").text.clone();
    assert!(receipt.contains("【已撤销】") && !receipt.contains("没有撤销"), "nobody decided anything: {receipt}");
    let owner = story.letter("digest", "lilei").text.clone();
    assert!(owner.contains("撤回了，不用再做：提交测试报告"), "{owner}");
    let reader = story.letter("digest", "wangfang").text.clone();
    assert!(reader.contains("撤回了会议纪要：新品启动会"), "{reader}");
}

/// O28: 李雷 has confirmed, so his item is his to speak of: it stays, and he is asked; the other goes.
#[test]
fn minutes_taken_back_after_a_word() {
    let mut story = minuted();
    story.at("03-11 15:00").reply("lilei", "summary", "确认");
    story.at("03-11 16:00").mail("zhangsan", &[], "", "撤销");
    story.at("03-12 10:00");
    assert_eq!(story.object("A-1")["state"], "confirmed", "{}", story.told());
    assert_eq!(story.object("A-2")["state"], "cancelled", "{}", story.told());
    assert_eq!(story.object("M-1")["state"], "minuted", "{}", story.told());
    let receipt = story.letter("receipt", "zhangsan").text.clone();
    let (undone, kept) = receipt.split_once("【没有撤销").unwrap();
    assert!(undone.contains("A-2") && !undone.contains("A-1") && kept.contains("A-1"), "{receipt}");
    assert!(story.letter("digest", "lilei").text.contains("想撤销"), "{}", story.told());
    assert!(story.letter("digest", "zhaoqiang").text.contains("撤回了，不用再做：协调测试服务器"), "{}", story.told());
}

/// What is due today and not confirmed yet waits for a word: the section teaches it, and the subject counts it (O21).
#[test]
fn due_today_and_not_confirmed() {
    let mut story = Story::office();
    for (id, owner, task) in [("A-1", "李雷", "提交测试报告"), ("A-2", "Bob Li", "send the price list")] {
        story.action(json!({"id": id, "task": task, "owner": owner, "due": "2026-03-12", "state": "proposed",
            "source": {"kind": "mail", "id": null, "message_id": null, "line": null}}));
    }
    story.at("03-11 16:00").mail("alice", &[], "hello", "help");
    story.at("03-12 10:00");
    let digest = story.letter("digest", "lilei");
    assert!(digest.sent.subject.contains("1 件等您处理"), "{}", digest.sent.subject);
    assert!(digest.text.contains("→ “1 确认”、“1 完成”、“1 60%”，或 “1 延期到下周五，原因…”。"), "{}", digest.text);
    let digest = story.letter("digest", "bob");
    assert!(digest.sent.subject.contains("1 item needs your reply"), "{}", digest.sent.subject);
    assert!(digest.text.contains("→ \"1 confirm\", \"1 done\""), "{}", digest.text);
}
