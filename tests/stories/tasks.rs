//! Work given out by mail, beside any meeting (O16).

use crate::story::Story;
use serde_json::json;

fn office() -> Story {
    let mut story = Story::office();
    story.person(json!({"name": "孙丽", "address": "sunli@example.com", "department": "财务部", "role": "contact"}));
    story.person(json!({"name": "Carol Ng", "address": "carol@example.com", "department": "Finance", "role": "contact", "language": "en"}));
    story
}

/// 任务交办 to three departments: their contacts are asked, and one table tells what they answered.
#[test]
fn three_departments_answer_in_one_table() {
    let mut story = office();
    story.at("03-11 10:00").mail(
        "zhangsan",
        &[],
        "任务交办：下周排班",
        "任务交办\n1. 市场部 李雷：提交排班表，3月18日前\n2. 研发部：提交排班表，3月18日前\n3. 财务部：提交排班表，3月18日前\n",
    );
    story.at("03-11 11:00");
    assert_eq!(story.actions().len(), 3, "{:?}\n{}", story.actions(), story.told());
    assert_eq!(story.meetings().len(), 0, "work is no meeting");
    for one in ["lilei", "wangfang", "sunli"] {
        assert!(story.letter("confirmation", one).text.contains("提交排班表"));
    }
    story.reply("lilei", "confirmation", "确认");
    story.at("03-11 14:00").reply("wangfang", "confirmation", "延期到3月20日，原因：两人出差");
    assert_eq!(story.count("organizer_note", "zhangsan"), 0, "not yet: {}", story.told());
    story.at("03-11 15:00").reply("sunli", "confirmation", "不是我们的事，排班归人事");
    story.at("03-11 15:30");
    let table = story.letter("organizer_note", "zhangsan");
    assert_eq!(table.sent.subject, "交办答复汇总：提交排班表 [A-1]");
    for words in ["李雷 — 已确认", "研发部 王芳 — 请求延期到 3月20日", "两人出差", "孙丽 — 不接", "3月18日"]
    {
        assert!(table.text.contains(words), "{words}\n{}", table.text);
    }
    story.at("03-11 16:00").reply("zhangsan", "organizer_note", "2 同意");
    assert_eq!(story.object("A-2")["due"], "2026-03-20", "{}", story.told());
}

/// One sentence to several departments is an own item of each.
#[test]
fn one_sentence_to_several_departments() {
    for (subject, text) in [
        ("任务交办：提交下周排班", "各位：\n请市场部、研发部、财务部在3月18日前提交下周排班表。\n谢谢"),
        ("交办", "交办市场部、研发部、财务部：3月18日前提交下周排班表"),
        ("交办", "交办各部门接口人：3月18日前提交下周排班表"),
    ] {
        let mut story = office();
        story.person(
            json!({"name": "周涛", "address": "zhoutao@example.com", "department": "市场部", "role": "contact"}),
        );
        story.at("03-11 10:00").mail("zhangsan", &[], subject, text);
        story.at("03-11 11:00");
        for one in ["wangfang", "sunli", "zhoutao"] {
            assert_eq!(story.count("confirmation", one), 1, "{text}: {one}\n{}", story.told());
        }
        for item in story.actions() {
            assert_eq!(item["due"], "2026-03-18", "{text}: {item}");
        }
    }
}

/// In English; silence ends the wait, and when all is done a last table says so.
#[test]
fn silence_ends_the_wait() {
    let mut story = office();
    story.at("03-11 10:00").mail(
        "alice",
        &["bob", "carol"],
        "Task assignment: budget figures",
        "Task assignment\n- Bob Li: send the Q2 budget figures by March 20\n- Carol Ng: send the Q2 budget figures by March 20\n",
    );
    story.at("03-11 11:00").reply("bob", "confirmation", "confirm");
    story.at("03-16 12:00");
    let table = story.letter("organizer_note", "alice");
    for words in ["Bob Li (Sales) — confirmed", "Carol Ng (Finance) — accepted by default"] {
        assert!(table.text.contains(words), "{words}\n{}", table.text);
    }
    story.reply("bob", "confirmation", "done");
    story.at("03-17 10:00").reply("carol", "confirmation", "done, see the figures in the shared folder");
    story.at("03-17 12:00");
    let last = story.letter("organizer_note", "alice");
    assert!(last.text.contains("All 2 tasks you gave out are done"), "{}", last.text);
    story.reply("alice", "organizer_note", "accept all");
    assert_eq!(story.object("A-1")["state"], "accepted", "{}", story.told());
    assert_eq!(story.object("A-2")["state"], "accepted");
}

/// A new mail that names its meeting by id or by title says what a reply would say.
#[test]
fn a_mail_that_names_its_meeting() {
    let call = "主题：方案评审会\n时间：3月16日 14:00-15:00\n地点：301\n参会人：李雷\n";
    for (said, key, value) in [
        ("M-1 改到3月17日14点", "start", "2026-03-17T14:00:00+08:00"),
        ("M-1 地点改为502会议室", "place", "502会议室"),
        ("M-1 change the room to Everest", "place", "Everest"),
        ("M-1 取消", "state", "cancelled"),
        ("方案评审会改到3月17日14点", "start", "2026-03-17T14:00:00+08:00"),
        ("取消方案评审会", "state", "cancelled"),
    ] {
        let mut story = Story::office();
        story.at("03-11 10:00").mail("zhangsan", &[], "方案评审会", call);
        story.at("03-11 11:00").mail("zhangsan", &[], "会议", said);
        assert_eq!(story.object("M-1")[key], value, "{said}\n{}", story.told());
        assert_eq!(story.letters("error").len(), 0, "{said}\n{}", story.told());
    }
    // Who may not move it has it passed on.
    let mut story = Story::office();
    story.at("03-11 10:00").mail("zhangsan", &[], "方案评审会", call);
    story.at("03-11 11:00").mail("lilei", &[], "会议", "M-1 取消");
    assert_eq!(story.object("M-1")["state"], "announced");
    assert_eq!(story.count("passed_on", "zhangsan"), 1, "{}", story.told());
}

/// A task for somebody nobody knows: its sender is asked at once, in words that name whom, and answers in one line.
#[test]
fn a_task_for_somebody_unknown() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail("zhangsan", &[], "交办", "@督办 请孙小空3月18日前提交报告");
    let asked = story.letter("minutes_gaps", "zhangsan");
    assert_eq!(asked.sent.subject, "请补 1 处：[A-1]");
    assert!(asked.text.contains("提交报告 — 这位的邮箱是？（原文“孙小空”）"), "{}", asked.text);
    story.at("03-11 11:00").reply("zhangsan", "minutes_gaps", "1 王芳");
    story.at("03-11 12:00");
    assert_eq!(story.object("A-1")["owner"], "王芳", "{}", story.told());
    assert_eq!(story.count("confirmation", "wangfang"), 1);
    assert!(
        !story.letter("receipt", "zhangsan").text.contains("没看懂"),
        "{}",
        story.letter("receipt", "zhangsan").text
    );
}

/// The same in English without an answer: the digest asks three times, then it rests and is in the reports.
#[test]
fn a_task_nobody_takes_is_not_forgotten() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail("alice", &[], "Task", "@duban Peter Parker to send the price list by March 20");
    assert!(story.letter("minutes_gaps", "alice").text.contains("Your tasks are recorded."), "{}", story.told());
    story.at("04-10 12:00");
    let digests = story.letters_to("alice").iter().filter(|l| l.text.contains("send the price list")).count();
    assert!((3..=6).contains(&digests), "{}", story.told());
    assert_eq!(story.object("A-1")["parked"], true, "{}", story.told());
    story.mail("alice", &[], "A-1", "hand A-1 over to Bob Li");
    story.at("04-10 16:00");
    assert_eq!(story.object("A-1")["owner"], "Bob Li", "{}", story.told());
}

/// Fields below the task, a group, and words that are said to Duban rather than work for anybody.
#[test]
fn tasks_in_the_shapes_people_write() {
    let mut story = office();
    story.at("03-11 10:00").mail(
        "zhangsan",
        &[],
        "任务",
        "任务：整理竞品清单\n负责人：李雷\n截止时间：3月20日\n交付物：清单\n\n谢谢",
    );
    let item = story.item("整理竞品清单");
    assert_eq!(
        (&item["owner"], &item["due"], &item["deliverable"]),
        (&json!("李雷"), &json!("2026-03-20"), &json!("清单"))
    );
    story.at("03-11 10:30").mail("zhangsan", &[], "交办", "交办：请各部门接口人3月25日前报预算");
    let owners: Vec<String> =
        story.actions().iter().filter(|a| a["task"] == "报预算").map(|a| a["owner"].to_string()).collect();
    assert!(owners.len() >= 2 && owners.contains(&"\"王芳\"".to_string()), "{owners:?}");
    let before = story.actions().len();
    story.at("03-11 11:00").mail("lilei", &["wangfang"], "进展", "@督办 A-1 完成");
    assert_eq!(story.object("A-1")["state"], "done", "{}", story.told());
    story.at("03-11 12:00").mail("lilei", &[], "问一下", "@督办 我的待办");
    assert!(story.count("answer", "lilei") == 1, "{}", story.told());
    assert_eq!(story.actions().len(), before, "no task of those words");
}

/// The same in English; and whoever hands over what is not theirs is told so.
#[test]
fn what_is_not_yours_to_say() {
    let mut story = office();
    story.at("03-11 10:00").mail(
        "alice",
        &[],
        "Task",
        "Task: send the price list\nOwner: Bob Li\nDue: March 20\n\nThanks",
    );
    assert_eq!(story.item("send the price list")["owner"], "Bob Li", "{}", story.told());
    story.at("03-11 11:00").mail("bob", &[], "update", "@duban A-1 done");
    assert_eq!(story.object("A-1")["state"], "done", "{}", story.told());
    story.at("03-11 12:00").mail("carol", &[], "handover", "Hand all tasks of Bob Li over to me");
    story.mail("wangfang", &[], "转交", "李雷的待办全部转给王芳");
    assert!(story.letter("error", "wangfang").text.contains("没有执行"), "{}", story.told());
}
