//! What a word can do to a thing as it stands, and what its writer hears where it can do nothing.

use crate::story::Story;

const CALL: &str = "主题：备件评审会\n目标：定备件\n时间：2026年3月17日（周二）14:00-15:00\n地点：301\n主持人：张三\n\
    参会人：郭亮（决策人）、李雷（执行人）、王芳（执行人）\n议程：\n1. 现状（15分钟，主讲：李雷，必达结论：确认缺口）\n\
    2. 方案（15分钟，主讲：王芳，必达结论：确认方案）\n3. 安排（15分钟，必达结论：确认分工）\n";
const MINUTES: &str = "会议纪要\n行动项：\n1. 负责人：李雷 任务：提交测试报告 截止时间：3月18日\n\
    2. 负责人：王芳 任务：协调测试服务器 截止时间：3月20日\n";

fn minutes() -> Story {
    let mut story = Story::office();
    story.at("03-11 14:00").mail("zhangsan", &[], "启动会纪要", MINUTES);
    story.at("03-11 15:00");
    story
}

/// O13: nobody can come to 下午. The hour is asked before anybody hears of a meeting.
#[test]
fn a_part_of_the_day_is_no_start() {
    let mut story = Story::office();
    story.at("03-12 10:00").mail(
        "zhangsan",
        &[],
        "备件评审会",
        &CALL.replace("2026年3月17日（周二）14:00-15:00", "3月17日下午"),
    );
    story.at("03-12 11:00");
    let asked = story.letter("call_gaps", "zhangsan");
    assert!(asked.text.contains("3月17日下午"), "{}", asked.text);
    assert_eq!(story.letters("meeting_notice").len(), 0, "{}", story.told());
    story.reply("zhangsan", "call_gaps", "时间：3月17日 15:00");
    story.at("03-12 12:00");
    assert_eq!(story.object("M-1")["start"], "2026-03-17T15:00:00+08:00", "{}", story.told());
}

/// The same of a move, in both languages; what has no hour is asked, and the calendars stay as they are.
#[test]
fn a_move_to_an_afternoon_is_asked_back() {
    for (words, question) in [("改到周四下午", "没有读准"), ("Please move it to Thursday afternoon", "没有读准")]
    {
        let mut story = Story::office();
        story.at("03-12 10:00").mail("zhangsan", &[], "备件评审会", CALL);
        story.at("03-13 12:00").reply("zhangsan", "meeting_notice", words);
        story.at("03-13 13:00");
        assert_eq!(story.letters("meeting_update").len(), 0, "{words}: {}", story.told());
        let asked = story.letter("organizer_note", "zhangsan");
        assert!(asked.text.contains(question), "{}", asked.text);
        story.reply("zhangsan", "organizer_note", "改到周四15:00");
        story.at("03-13 14:00");
        assert_eq!(story.object("M-1")["start"], "2026-03-19T15:00:00+08:00", "{words}: {}", story.told());
    }
}

/// O17: a weekday said of a meeting is one of its week, not the one that is nearest; and no yes moves it into the past.
#[test]
fn a_weekday_is_of_the_meetings_week() {
    let mut story = Story::office();
    story.at("03-12 10:00").mail("zhangsan", &[], "备件评审会", CALL);
    story.at("03-12 11:30").reply("wangfang", "meeting_notice", "能改到周四上午10点吗？");
    story.at("03-12 12:00");
    let note = story.letter("organizer_note", "zhangsan");
    assert!(note.text.contains("3月19日"), "{}", note.text);
    story.at("03-13 10:00").reply("zhangsan", "organizer_note", "同意");
    story.at("03-13 11:00");
    let meeting = story.object("M-1");
    assert_eq!(meeting["start"], "2026-03-19T10:00:00+08:00", "{}", story.told());
    assert_eq!(meeting["state"], "announced");
}

#[test]
fn a_yes_comes_too_late_for_the_time_it_was_given_to() {
    let mut story = Story::office();
    story.at("03-12 10:00").mail("zhangsan", &[], "备件评审会", CALL);
    story.at("03-12 11:30").reply("wangfang", "meeting_notice", "能改到3月13日9点吗？");
    story.at("03-13 10:00").reply("zhangsan", "organizer_note", "同意");
    story.at("03-13 11:00");
    let meeting = story.object("M-1");
    assert_eq!(meeting["start"], "2026-03-17T14:00:00+08:00", "{}", story.told());
    assert!(story.letter("organizer_note", "zhangsan").text.contains("已经过去"), "{}", story.told());
    // Nor is a time that is over already put to anybody.
    story.reply("wangfang", "meeting_notice", "能改到3月12日9点吗？");
    story.at("03-13 12:00");
    assert!(story.letter("organizer_note", "wangfang").text.contains("已经过去"), "{}", story.told());
}

/// O1: what means nothing to a thing any more is answered in one line.
#[test]
fn a_word_too_late_is_answered() {
    let mut story = minutes();
    story.reply("lilei", "confirmation", "1 完成");
    story.at("03-12 10:30").reply("lilei", "confirmation", "1 还没完成，要补数据");
    story.at("03-12 11:00");
    assert!(story.letter("receipt", "lilei").text.contains("正等验收"), "{}", story.told());
    assert_eq!(story.object("A-1")["state"], "done");

    let mut story = minutes();
    story.mail("zhangsan", &[], "A-1", "A-1 取消");
    story.at("03-12 10:00").reply("lilei", "confirmation", "1 完成");
    story.at("03-12 11:00");
    assert!(story.letter("receipt", "lilei").text.contains("已经取消了"), "{}", story.told());

    let mut story = Story::office();
    story.at("03-12 10:00").mail("zhangsan", &[], "备件评审会", CALL);
    story.at("03-13 12:00").mail("zhangsan", &[], "备件评审会 [M-1]", "M-1 取消");
    story.at("03-13 14:00").mail("zhangsan", &[], "备件评审会 [M-1]", "M-1 照开");
    story.at("03-13 15:00");
    assert!(story.letter("receipt", "zhangsan").text.contains("已经取消了"), "{}", story.told());
    assert_eq!(story.object("M-1")["state"], "cancelled");
}

/// O28: a word that changed nothing is nothing to take back.
#[test]
fn a_word_without_effect_spoils_no_undo() {
    let mut story = minutes();
    story.at("03-11 16:00").mail("zhangsan", &[], "A-1", "A-1 取消");
    story.at("03-11 16:20").mail("zhangsan", &[], "A-2", "A-2 通过");
    story.at("03-11 16:30").mail("zhangsan", &[], "撤销", "撤销");
    story.at("03-11 17:30");
    assert_eq!(story.object("A-1")["state"], "proposed", "{}", story.told());
    assert!(story.letter("receipt", "zhangsan").text.contains("撤销"), "{}", story.told());
}

/// O11: a request outlives the hands it was made with, or its end is told to who asked and who decides.
#[test]
fn a_request_does_not_vanish() {
    let mut story = minutes();
    story.reply("lilei", "confirmation", "1 延期到3月30日，原因：样机晚到");
    story.at("03-12 08:30").mail("lilei", &[], "交接", "我的待办全部转给王芳");
    story.at("03-12 11:00").reply("zhangsan", "digest", "1 同意");
    story.at("03-12 12:00");
    let item = story.object("A-1");
    assert_eq!((&item["owner"], &item["due"]), (&"王芳".into(), &"2026-03-30".into()), "{}", story.told());

    let mut story = minutes();
    story.reply("lilei", "confirmation", "1 延期到3月30日，原因：样机晚到");
    story.at("03-12 10:00").mail("zhangsan", &[], "启动会纪要（更正）", &MINUTES.replace("3月18日", "3月25日"));
    story.at("03-13 12:00");
    for reader in ["lilei", "zhangsan"] {
        assert!(story.letter("digest", reader).text.contains("申请作废"), "{reader}: {}", story.told());
    }
    // 同意 to what is void is answered.
    story.mail("zhangsan", &[], "A-1", "A-1 同意");
    story.at("03-13 13:00");
    assert!(story.letter("receipt", "zhangsan").text.contains("没有要批的申请"), "{}", story.told());
}

/// O24: nobody takes on by the organizer's silence what was declined.
#[test]
fn a_declined_item_stays_with_the_organizer() {
    let mut story = minutes();
    story.reply("lilei", "confirmation", "1 不是我负责");
    story.at("03-12 09:30");
    let receipt = story.letter("receipt", "lilei");
    assert!(!receipt.text.contains("批准前"), "{}", receipt.text);
    assert!(story.letter("digest", "zhangsan").text.contains("改派"), "{}", story.told());
    story.at("03-24 12:00");
    let item = story.object("A-1");
    assert_eq!((&item["state"], &item["by_default"]), (&"proposed".into(), &false.into()), "{}", story.told());
    assert!(
        story.letter("digest", "zhangsan").text.contains("还没有人接下"),
        "{}",
        story.letter("digest", "zhangsan").text
    );
}

#[test]
fn who_declined_hears_who_has_it() {
    let mut story = minutes();
    story.reply("lilei", "confirmation", "1 不是我负责");
    story.at("03-12 10:00").reply("zhangsan", "digest", "1 改派 王芳");
    story.at("03-12 11:00");
    assert_eq!(story.object("A-1")["owner"], "王芳", "{}", story.told());
    assert!(story.letter("approval_outcome", "lilei").text.contains("李雷 → 王芳"), "{}", story.told());
}

/// O24: 默认接受 is open to 有异议; what comes too late for the minutes reaches the organizer, and its writer knows.
#[test]
fn silence_is_open_to_an_objection() {
    let mut story = minutes();
    story.at("03-16 10:00");
    assert_eq!(story.object("A-1")["by_default"], true, "{}", story.told());
    story.reply("lilei", "confirmation", "1 有异议，应为3月25日");
    story.at("03-16 11:00");
    assert!(story.letters("approval_request").iter().any(|l| l.text.contains("异议")), "{}", story.told());

    let mut story = minutes();
    story.reply("lilei", "confirmation", "1 确认");
    story.at("03-17 10:00").reply("lilei", "confirmation", "1 有异议，应为3月25日");
    story.at("03-17 11:00");
    assert!(story.letter("receipt", "lilei").text.contains("已转给发起人"), "{}", story.told());
    assert!(story.letter("passed_on", "zhangsan").text.contains("应为3月25日"), "{}", story.told());
}

/// O29: a number that is no line of the letter hits nothing and reaches the organizer; the summary teaches the id, which cannot be mistaken.
#[test]
fn an_objection_hits_the_item_it_names() {
    let called = |story: &mut Story| {
        story.at("03-10 10:00").mail(
            "zhangsan",
            &[],
            "备件评审会",
            &CALL.replace("2026年3月17日（周二）", "2026年3月11日（周三）"),
        );
        story.at("03-11 16:00").mail("zhangsan", &[], "备件评审会纪要 [M-1]", MINUTES);
        story.at("03-11 17:00");
    };
    let mut story = Story::office();
    called(&mut story);
    let summary = story.letter("summary", "lilei");
    assert!(summary.text.contains("有异议 A-1 应为"), "{}", summary.text);
    story.reply("lilei", "summary", "有异议 2 应为3月25日");
    story.at("03-11 18:00");
    assert_eq!(story.letters("approval_request").len(), 0, "{}", story.told());
    assert!(story.letter("passed_on", "zhangsan").text.contains("有异议 2"), "{}", story.told());

    let mut story = Story::office();
    called(&mut story);
    story.reply("lilei", "summary", "有异议 A-2 应为3月25日");
    story.at("03-11 18:00").reply("zhangsan", "approval_request", "采纳");
    story.at("03-12 18:00");
    assert_eq!(story.object("A-2")["due"], "2026-03-25", "{}", story.told());
    assert_eq!(story.object("A-1")["due"], "2026-03-18");
}

fn late() -> Story {
    let mut story = Story::office().with(|config| config.policy.escalation = "manager".into());
    story.meeting(serde_json::json!({"id": "M-1", "title": "新品启动会", "organizer": "张三",
        "organizer_address": "zhangsan@example.com", "state": "minuted"}));
    story.action(serde_json::json!({"id": "A-1", "task": "协调测试服务器", "owner": "王芳", "due": "2026-03-12",
        "state": "confirmed", "source": {"kind": "meeting", "id": "M-1", "message_id": null, "line": null}}));
    story.at("03-09 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
    story
}

/// O26: facts only. Two digests asked; the letter says two.
#[test]
fn the_ladder_counts_what_was_said() {
    let mut story = late();
    story.at("03-18 10:30");
    let asked = story
        .letters_to("wangfang")
        .iter()
        .filter(|l| l.sent.letter.to_string() == "digest" && l.text.contains("已逾期"))
        .count();
    let told = story.letter("escalation", "zhaoqiang");
    assert!(asked > 0 && told.text.contains(&format!("提醒过 {asked} 次")), "{asked}: {}", told.text);

    // Somebody who was away was never reminded.
    let mut story = late();
    story.mail("wangfang", &[], "每周", "每周");
    story.at("03-18 10:30");
    for told in story.letters("escalation") {
        let asked = story.letters_to("wangfang").iter().filter(|l| l.text.contains("已逾期")).count();
        assert!(asked > 0 || !told.text.contains("提醒过"), "{asked}: {}", told.text);
    }
}

/// O27: what was explained is not asked again, and the organizer reads the measure.
#[test]
fn an_explanation_settles_the_question() {
    let mut story = late();
    story.at("03-13 09:30").reply("wangfang", "digest", "1 滞后，原因：供应商晚到；措施：改用备选");
    story.at("03-16 12:00");
    let digest = story.letter("digest", "wangfang");
    assert!(digest.text.contains("已说明：供应商晚到；改用备选"), "{}", digest.text);
    assert!(!digest.text.contains("请说明原因"), "{}", digest.text);
    let note = story.letter("digest", "zhangsan");
    assert!(note.text.contains("措施：改用备选"), "{}", note.text);
}

const AWAY: &str = "From: =?utf-8?B?5byg5LiJ?= <zhangsan@example.com>\nTo: duban@example.com\n\
    Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiDlpJblh7o=?=\nDate: Thu, 12 Mar 2026 09:30:00 +0800\n\
    Message-ID: <away@example.com>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
    Content-Type: text/plain; charset=utf-8\n\n我在休假，3月23日回来。\n";

/// O24: silence does not count while absent, for who decides no more than for who is asked.
#[test]
fn a_request_waits_for_who_decides() {
    let mut story = minutes();
    story.reply("lilei", "confirmation", "1 延期到4月20日，原因：样机晚到");
    story.at("03-12 09:30").raw(AWAY, true);
    story.at("03-20 12:00");
    assert!(!story.object("A-1")["request"].is_null(), "{}", story.told());
    let told = story.letters_to("lilei").iter().any(|l| l.text.contains("3月23日") && l.text.contains("回来后再批"));
    assert!(told, "{}", story.told());
    story.at("03-23 12:00").reply("zhangsan", "digest", "1 同意");
    story.at("03-24 12:00");
    assert_eq!(story.object("A-1")["due"], "2026-04-20", "{}", story.told());
}

/// O26: nobody is passed over while away.
#[test]
fn the_ladder_waits_for_the_organizer() {
    let mut story = late();
    story.at("03-12 09:30").raw(AWAY, true);
    story.at("03-20 18:00");
    assert_eq!(story.letters("escalation").len(), 0, "{}", story.told());
    story.at("03-27 18:00");
    assert!(
        story.count("escalation_preview", "zhangsan") + story.count("escalation", "zhangsan") > 0,
        "{}",
        story.told()
    );
}

/// O41: a day that was agreed on is kept free of those above.
#[test]
fn an_agreed_date_is_waited_for() {
    let form = "问题反馈表\n标题：测试环境三天两头宕机\n类型：故障投诉\n紧急程度：紧急\n背景：联调要用测试环境\n\
        现状：每天宕机两次，联调停了\n期望：本周内恢复稳定\n需协作部门：研发部\n期望完成时间：3月18日\n";
    let mut story = Story::office();
    story.at("03-11 10:00").mail("lilei", &[], "【问题反馈】测试环境", form);
    story.at("03-11 11:00").reply("wangfang", "issue_opened", "理解：恢复稳定。需要到3月20日，因为要换硬盘");
    story.at("03-11 11:30").reply("lilei", "issue_update", "同意");
    story.at("03-20 12:00");
    assert_eq!(story.object("Q-1")["wanted_by"], "2026-03-20", "{}", story.told());
    assert_eq!(story.letters("escalation").len(), 0, "{}", story.told());
    story.at("03-25 12:00");
    assert!(!story.letters("escalation").is_empty(), "{}", story.told());
}
