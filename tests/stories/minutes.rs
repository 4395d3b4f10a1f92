//! After the meeting: minutes, gaps, review, summary, corrections.

use crate::story::Story;
use serde_json::json;

/// The kickoff of this morning; 王芳 takes the minutes.
fn kickoff() -> Story {
    let mut story = Story::office();
    story.meeting(json!({
        "id": "M-1", "title": "新品启动会", "kind": "kickoff", "start": "2026-03-11T10:00:00+08:00", "minutes": 60,
        "organizer": "张三", "organizer_address": "zhangsan@example.com", "chair": "张三", "recorder": "王芳",
        "attendees": [
            {"name": "李雷", "address": "lilei@example.com", "role": "doer", "rsvp": "accepted"},
            {"name": "王芳", "address": "wangfang@example.com", "role": "doer", "rsvp": "accepted"},
            {"name": "赵强", "address": "zhaoqiang@example.com", "role": "decider", "rsvp": "accepted"},
            {"name": "Alice Wong", "address": "alice@example.com", "role": "informed", "rsvp": "accepted"}
        ],
        "agenda": [{"title": "测试资源协调", "minutes": 15, "required_outcome": "确认到位时间"}],
        "state": "held"
    }));
    story
}

const MINUTES: &str = "决议事项：\n1. 新品于9月1日上市\n\n行动项：\n1. 负责人：李雷 任务：提交测试报告 截止时间：3月18日\n2. 负责人：赵强 任务：协调测试服务器 截止时间：3月20日\n";

/// Minutes to Duban alone reach everybody but their sender, with own items on top, within the hour.
#[test]
fn the_summary_carries_own_items_on_top() {
    let mut story = kickoff();
    story.at("03-11 14:00").mail("zhangsan", &[], "新品启动会 会议纪要", MINUTES);
    story.at("03-11 15:00");
    let summary = story.letter("summary", "lilei");
    assert!(summary.text.contains("提交测试报告") && summary.text.contains("协调测试服务器"), "{}", summary.text);
    assert!(summary.text.contains("9月1日上市"));
    let own = summary.text.find("您的待办").unwrap_or_else(|| panic!("{}", summary.text));
    assert!(own < summary.text.find("协调测试服务器").unwrap());
    assert_eq!(story.count("summary", "zhangsan"), 0, "who sent them has read them");
    assert_eq!(story.count("summary", "alice"), 1);
    assert_eq!(story.object("M-1")["state"], "minuted");
    story.reply("lilei", "summary", "确认");
    assert_eq!(story.item("测试报告")["state"], "confirmed");
    assert_eq!(story.item("测试报告")["by_default"], false);
}

/// Who stood in the minutes' own To or Cc gets only what is new, as an answer in that thread.
#[test]
fn nothing_is_said_twice() {
    let mut story = kickoff();
    story.at("03-11 14:00").mail("zhangsan", &["lilei", "zhaoqiang", "wangfang"], "新品启动会 会议纪要", MINUTES);
    story.at("03-11 15:00");
    assert_eq!(story.count("summary", "lilei"), 0, "{}", story.told());
    assert_eq!(story.count("confirmation", "lilei"), 1);
    assert_eq!(story.count("confirmation", "zhaoqiang"), 1);
    assert_eq!(story.letters_to("wangfang").len(), 0, "nothing new for her");
    assert_eq!(story.count("summary", "alice"), 1);
}

/// What is missing is asked of the sender, numbered, and one line answers it.
#[test]
fn gaps_are_answered_in_one_line() {
    let mut story = kickoff();
    let text = "行动项：\n1. 李雷 3月18日前提交测试报告\n2. 整理竞品清单\n3. 研发部3月20日前协调测试服务器\n";
    story.at("03-11 14:00").mail("zhangsan", &[], "新品启动会 会议纪要", text);
    story.at("03-11 14:05");
    let gaps = story.letter("minutes_gaps", "zhangsan");
    assert!(gaps.text.contains("整理竞品清单") && gaps.text.contains("研发部"), "{}", gaps.text);
    assert_eq!(story.count("summary", "lilei"), 0, "it waits for the answers");
    story.reply("zhangsan", "minutes_gaps", "1 王芳 3月20日\n2 赵强");
    story.at("03-11 15:00");
    let item = story.item("竞品清单");
    assert_eq!((item["owner"].as_str(), item["due"].as_str()), (Some("王芳"), Some("2026-03-20")));
    assert_eq!(story.item("服务器")["owner"], "赵强");
    assert!(story.letter("summary", "wangfang").text.contains("整理竞品清单"));
}

/// Without an answer they go out after four working hours, with what is open left open.
#[test]
fn unanswered_gaps_hold_nothing_up_for_ever() {
    let mut story = kickoff();
    story.at("03-11 14:00").mail(
        "wangfang",
        &[],
        "新品启动会 会议纪要",
        "行动项：\n1. 李雷 3月18日前提交测试报告\n2. 整理竞品清单\n",
    );
    story.at("03-11 16:05");
    assert_eq!(story.count("minutes_gaps", "wangfang"), 1);
    assert_eq!(story.count("minutes_gaps", "zhangsan"), 1, "the chair is asked after two working hours");
    story.at("03-11 18:05");
    assert_eq!(story.count("summary", "lilei"), 1, "{}", story.told());
}

/// The chair sees them first, changes a line and sends.
#[test]
fn the_chair_edits_and_sends() {
    let mut story = kickoff().with(|config| config.policy.minutes_review = "chair".into());
    story.at("03-11 14:00").mail("wangfang", &[], "新品启动会 会议纪要", MINUTES);
    story.at("03-11 14:05");
    assert_eq!(story.count("minutes_review", "zhangsan"), 1, "{}", story.told());
    story.reply("zhangsan", "minutes_review", "2 改为 王芳 3月24日\n发送");
    story.at("03-11 15:00");
    let item = story.item("服务器");
    assert_eq!((item["owner"].as_str(), item["due"].as_str()), (Some("王芳"), Some("2026-03-24")));
    let summary = story.letter("summary", "lilei");
    assert!(!summary.text.contains("未审阅"), "{}", summary.text);
}

/// Nobody looked: they go out and say so.
#[test]
fn unreviewed_minutes_say_so() {
    let mut story = kickoff().with(|config| config.policy.minutes_review = "chair".into());
    story.at("03-11 14:00").mail("wangfang", &[], "新品启动会 会议纪要", MINUTES);
    story.at("03-11 17:30");
    assert_eq!(story.count("summary", "lilei"), 0);
    story.at("03-11 18:05");
    assert!(story.letter("summary", "lilei").text.contains("未审阅"), "{}", story.told());
}

/// Second minutes send the difference and ask only the owners of what changed.
#[test]
fn second_minutes_are_a_correction() {
    let mut story = kickoff();
    story.at("03-11 14:00").mail("zhangsan", &[], "新品启动会 会议纪要", MINUTES);
    story.at("03-11 15:00").reply("lilei", "summary", "确认");
    story.at("03-11 15:10").reply("zhaoqiang", "summary", "确认");
    let second = MINUTES.replace("3月20日", "3月25日");
    story.at("03-11 16:00").mail("zhangsan", &[], "新品启动会 会议纪要（更正）", &second);
    story.at("03-11 17:00");
    assert_eq!(story.meetings().len(), 1);
    assert_eq!(story.actions().len(), 2);
    assert_eq!(story.item("服务器")["due"], "2026-03-25");
    assert_eq!(story.item("服务器")["state"], "proposed");
    assert_eq!(story.item("测试报告")["state"], "confirmed");
    let correction = story.letter("summary_correction", "zhaoqiang");
    assert!(correction.text.contains("3月25日"), "{}", correction.text);
    assert_eq!(story.count("summary", "zhaoqiang"), 1);
}

/// A meeting nobody called is made by its minutes.
#[test]
fn minutes_of_an_uncalled_meeting() {
    let mut story = Story::office();
    let text = "参会：张三、李雷、王芳\n行动项：\n1. 李雷 3月18日前提交测试报告\n";
    story.at("03-11 14:00").mail("zhangsan", &[], "周例会 会议纪要", text);
    story.at("03-11 15:00");
    assert_eq!(story.meetings().len(), 1);
    assert_eq!(story.meetings()[0]["organizer"], "张三");
    assert_eq!(story.count("summary", "wangfang"), 1, "{}", story.told());
    assert!(story.letter("summary", "lilei").text.contains("提交测试报告"));
}

/// The meeting of every week that nobody calls: each minutes are a meeting of their own. What says that it corrects, or
/// repeats what was there, is a correction.
#[test]
fn minutes_of_a_week_are_no_correction_of_last_weeks() {
    for (said, days) in [("", ""), ("时间：3月9日 9:30\n", "时间：3月16日 9:30\n")] {
        let mut story = Story::office();
        let everybody = ["lilei", "wangfang"];
        let first = format!("{said}待办事项：\n1. 李雷 提交推广方案 3月13日\n2. 王芳 更新价格表 3月13日\n");
        story.at("03-09 10:00").mail("zhangsan", &everybody, "市场部周会纪要", &first);
        story.at("03-10 10:00").mail(
            "zhangsan",
            &everybody,
            "市场部周会纪要 更正",
            &first.replace("方案 3月13日", "方案 3月12日"),
        );
        story.at("03-11 10:00");
        assert_eq!(story.meetings().len(), 1, "{}", story.told());
        assert_eq!(story.item("推广方案")["due"], "2026-03-12", "{}", story.told());
        assert_eq!(story.letter("confirmation", "lilei").sent.subject, "请确认 1 项：市场部周会 [M-1]");

        let second = format!("{days}待办事项：\n1. 李雷 预订展位 3月20日\n2. 王芳 联系印刷厂 3月20日\n");
        story.at("03-16 10:00").mail("zhangsan", &everybody, "市场部周会纪要", &second);
        story.at("03-16 11:00");
        assert_eq!(story.meetings().len(), 2, "{}", story.told());
        assert_eq!(story.count("summary_correction", "lilei"), 1, "{}", story.told());
        assert_eq!(story.letter("confirmation", "lilei").sent.subject, "请确认 1 项：市场部周会 [M-2]");
        assert_eq!(story.item("推广方案")["source"]["id"], "M-1");

        // The same list again, sent the next day without a word: the second meeting's.
        story.at("03-17 10:00").mail(
            "zhangsan",
            &everybody,
            "市场部周会纪要",
            &second.replace("展位 3月20日", "展位 3月19日"),
        );
        story.at("03-17 11:00");
        assert_eq!(story.meetings().len(), 2, "{}", story.told());
        assert_eq!(story.item("预订展位")["due"], "2026-03-19", "{}", story.told());
    }
}

/// The same in English.
#[test]
fn english_minutes_of_a_week_are_their_own() {
    let mut story = Story::office();
    story.at("03-09 10:00").mail(
        "alice",
        &["bob"],
        "Minutes: Sales sync",
        "Action items:\n1. Bob Li to send the price list by March 13\n",
    );
    story.at("03-16 10:00").mail(
        "alice",
        &["bob"],
        "Minutes: Sales sync",
        "Action items:\n1. Bob Li to book the booth by March 20\n",
    );
    story.at("03-16 11:00");
    assert_eq!(story.meetings().len(), 2, "{}", story.told());
    assert_eq!(story.letter("confirmation", "bob").sent.subject, "Please confirm 1 item: Sales sync [M-2]");
}

/// 有异议 is decided by recorder or chair; what is adopted goes out as one correction.
#[test]
fn an_objection_is_adopted() {
    let mut story = kickoff();
    story.at("03-11 14:00").mail("zhangsan", &[], "新品启动会 会议纪要", MINUTES);
    story.at("03-11 15:00").reply("lilei", "summary", "有异议 1 应为3月25日");
    story.at("03-11 15:30");
    assert_eq!(
        story.count("approval_request", "wangfang") + story.count("approval_request", "zhangsan"),
        2,
        "{}",
        story.told()
    );
    assert_eq!(story.item("测试报告")["due"], "2026-03-18");
    story.reply("wangfang", "approval_request", "采纳");
    story.at("03-11 16:30");
    assert_eq!(story.item("测试报告")["due"], "2026-03-25", "{}", story.told());
    assert_eq!(story.count("summary_correction", "zhaoqiang"), 1);
}

/// The same in English.
#[test]
fn english_minutes_to_english_readers() {
    let mut story = Story::office();
    story.meeting(json!({
        "id": "M-1", "title": "Launch kickoff", "kind": "kickoff", "start": "2026-03-11T10:00:00+08:00", "minutes": 60,
        "organizer": "Alice Wong", "organizer_address": "alice@example.com",
        "attendees": [{"name": "Bob Li", "address": "bob@example.com", "role": "doer", "rsvp": "accepted"}], "state": "held"
    }));
    let text = "Decisions:\n- We launch on 1 September.\n\nAction items:\n- Bob Li: send the revised budget by March 18\n- ACTION: compile the competitor list\n";
    story.at("03-11 14:00").mail("alice", &[], "Minutes: Launch kickoff", text);
    story.at("03-11 14:05");
    assert!(story.letter("minutes_gaps", "alice").text.contains("competitor list"), "{}", story.told());
    story.reply("alice", "minutes_gaps", "1 Bob Li March 20");
    story.at("03-11 15:00");
    let summary = story.letter("summary", "bob");
    assert!(summary.text.contains("revised budget") && summary.text.contains("competitor list"), "{}", summary.text);
    story.reply("bob", "summary", "1 done\n2 postpone to March 27 because the data is late");
    assert_eq!(story.item("budget")["state"], "done");
    assert_eq!(story.item("competitor")["request"]["due"], "2026-03-27");
    story.at("03-12 09:30");
    story.reply("alice", "digest", "approve both");
    assert_eq!(story.item("competitor")["due"], "2026-03-27", "{}", story.told());
    assert_eq!(story.item("budget")["state"], "accepted");
}

/// O29: somebody who was there says whose it is; adopted, the item changes hands and all get one correction.
#[test]
fn an_objection_names_the_owner() {
    let mut story = kickoff();
    story.at("03-11 16:00").mail(
        "zhangsan",
        &[],
        "新品启动会 会议纪要",
        "会议纪要\n待办事项：\n1. 负责人：王芳；任务：验证样品；截止时间：3月25日\n",
    );
    story.at("03-11 17:00").reply("lilei", "summary", "有异议 A-1 应由李雷负责");
    assert!(story.count("approval_request", "zhangsan") == 0, "it waits ten minutes");
    story.at("03-11 17:30");
    let asked = story.letter("approval_request", "zhangsan");
    assert!(asked.sent.subject.contains("异议") && asked.text.contains("采纳"), "{}", asked.text);
    story.reply("zhangsan", "approval_request", "采纳");
    story.at("03-12 12:00");
    assert_eq!(story.item("验证样品")["owner"], "李雷", "{}", story.told());
    assert_eq!(
        story.count("summary_correction", "lilei") + story.count("confirmation", "lilei"),
        1,
        "{}",
        story.told()
    );
}

/// After a problem meeting the summary's table is 问题整改清单, after a resource review 资源分配确认表, after a retrospective
/// 下阶段行动计划; in English as well.
#[test]
fn the_table_has_the_name_of_the_scene() {
    for (subject, kind, zh, en) in [
        ("启动会", "kickoff", "责任分工表", "Division of work"),
        ("问题分析会", "problem", "问题整改清单", "What will be put right"),
        ("资源评审会", "resource", "资源分配确认表", "Resources to confirm"),
        ("复盘会", "retrospective", "下阶段行动计划", "Plan for the next phase"),
    ] {
        let mut story = Story::office();
        let people = serde_json::json!([
            {"name": "李雷", "address": "lilei@example.com", "role": "doer"}, {"name": "Bob Li", "address": "bob@example.com", "role": "doer"}]);
        story.meeting(serde_json::json!({"id": "M-1", "title": subject, "kind": kind, "start": "2026-03-11T09:00:00+08:00", "minutes": 60,
            "organizer": "张三", "organizer_address": "zhangsan@example.com", "attendees": people, "state": "held"}));
        story.at("03-11 11:00").mail(
            "zhangsan",
            &[],
            &format!("会议纪要：{subject} [M-1]"),
            "会议纪要\n\n决议：按计划推进\n\n行动项：\n1. 负责人：李雷；任务：更换备件；截止时间：3月20日\n2. 负责人：Bob Li；任务：复核库存；截止时间：3月23日\n",
        );
        story.at("03-11 12:00");
        let letter = story.letter("summary", "lilei");
        assert!(letter.text.to_lowercase().contains(&zh.to_lowercase()), "{zh}: {}", letter.text);
        let letter = story.letter("summary", "bob");
        assert!(letter.text.to_lowercase().contains(&en.to_lowercase()), "{en}: {}", letter.text);
    }
}
