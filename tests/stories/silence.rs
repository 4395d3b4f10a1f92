//! When Duban speaks, and when it is silent.

use crate::story::Story;
use serde_json::json;

/// An item that is there already is reminded in the digest of its working days, never before the story begins.
#[test]
fn a_due_item_stands_in_the_digest_of_its_day() {
    let mut story = Story::office();
    story.action(
        json!({"id": "A-1", "task": "提交测试报告", "owner": "李雷", "due": "2026-03-12", "state": "confirmed"}),
    );
    story.at("03-11 10:00").mail("zhangsan", &[], "周会", "你好");
    story.at("03-12 12:00");
    let digest = story.letter("digest", "lilei");
    assert_eq!(digest.at.to_rfc3339(), "2026-03-12T01:00:00+00:00");
    assert!(digest.text.contains("今天到期") && digest.text.contains("提交测试报告"), "{}", digest.text);
    assert_eq!(story.count("digest", "lilei"), 1, "{}", story.told());
}

/// O14, O8: who read the minutes in the organizer's own mail gets nothing again; only what is new goes out.
#[test]
fn nobody_gets_a_letter_with_nothing_new() {
    let mut story = Story::office();
    story.at("03-11 16:00").mail(
        "zhangsan",
        &["lilei", "wangfang"],
        "周会纪要",
        "会议纪要\n待办事项：\n1. 负责人：李雷；任务：提交测试报告；截止时间：3月18日\n",
    );
    story.at("03-11 17:00");
    assert_eq!(story.count("summary", "wangfang"), 0, "{}", story.told());
    assert_eq!(story.item("测试报告")["owner"], "李雷");
    let quiet = story.suppressed();
    assert!(quiet.iter().any(|(letter, why)| letter == "summary" && why.contains("nothing new")), "{quiet:?}");
    let told = story.since("03-11 16:00");
    assert!(told.iter().any(|(_, who)| who == "lilei"), "the owner is asked: {told:?}");
}

/// A vacation note gets no answer and changes nothing, and is told as withheld.
#[test]
fn a_vacation_note_is_not_an_answer() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail(
        "zhangsan",
        &["lilei"],
        "评审会",
        "主题：评审会\n时间：3月13日 14:00-15:00\n地点：301会议室\n参会人：李雷（执行人）\n",
    );
    story.at("03-11 11:00").raw(
        "From: =?utf-8?B?5p2O6Zu3?= <lilei@example.com>\nTo: duban@example.com\nSubject: =?utf-8?B?6Ieq5Yqo5Zue5aSN?=\n\
         Date: Wed, 11 Mar 2026 11:00:00 +0800\nMessage-ID: <away@example.com>\nAuto-Submitted: auto-replied\n\nok\n",
        true,
    );
    story.at("03-11 12:00");
    assert_eq!(story.rsvp("M-1", "lilei"), "none");
    assert!(story.withheld().iter().any(|why| why.contains("automatic")), "{:?}", story.withheld());
    assert_eq!(story.since("03-11 11:00"), []);
}

/// O28: what was given and taken away within minutes reaches nobody, neither the question nor its end.
#[test]
fn what_is_off_before_it_left_is_never_heard_of() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail(
        "zhangsan",
        &["wangfang"],
        "合同",
        "@督办 任务：更新合同；负责人：王芳；截止时间：3月18日\n",
    );
    story.at("03-11 10:05").mail("zhangsan", &[], "A-1", "A-1 取消");
    story.at("03-13 18:00");
    assert_eq!(story.object("A-1")["state"], "cancelled", "{}", story.told());
    assert_eq!(story.letters_to("wangfang").len(), 0, "{}", story.told());
    let quiet = story.suppressed();
    assert!(quiet.iter().any(|(letter, why)| letter == "confirmation" && why.contains("settled")), "{quiet:?}");
}

/// O28: 撤销 at night takes back what would have left in the morning.
#[test]
fn undone_at_night() {
    let mut story = Story::office();
    story.at("03-11 21:00").mail(
        "zhangsan",
        &["wangfang"],
        "合同",
        "@督办 任务：更新合同；负责人：王芳；截止时间：3月18日\n",
    );
    story.at("03-11 21:30").mail("zhangsan", &[], "撤销", "撤销");
    story.at("03-13 18:00");
    assert_eq!(story.object("A-1")["state"], "cancelled", "{}", story.told());
    assert_eq!(story.letters_to("wangfang").len(), 0, "{}", story.told());
}

/// What waits over night is decided in the morning: of two questions one is settled by then.
#[test]
fn the_morning_asks_what_is_left() {
    let mut story = Story::office();
    story.at("03-11 21:00").mail(
        "zhangsan",
        &["wangfang"],
        "周会纪要",
        "会议纪要\n待办事项：\n1. 负责人：王芳；任务：更新合同；截止时间：3月18日\n2. 负责人：王芳；任务：联系供应商；截止时间：3月20日\n",
    );
    story.at("03-11 22:00").mail("zhangsan", &[], "A-1", "A-1 取消");
    story.at("03-12 08:30");
    let asked = story.letter("confirmation", "wangfang");
    assert!(asked.text.contains("联系供应商") && !asked.text.contains("更新合同"), "{}", asked.text);
    assert_eq!(story.letters_to("wangfang").len(), 1, "{}", story.told());
}

/// O18: half an hour before the start there is an invite and nothing to read or to answer.
#[test]
fn in_twenty_minutes() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail(
        "zhangsan",
        &[],
        "故障",
        "主题：服务器故障\n时间：今天 10:20-11:00\n地点：301\n参会人：赵强（决策人）、李雷\n议题：\n1. 恢复方案（15分钟，主讲：赵强，必达结论：选定方案）\n材料：赵强 故障说明\n",
    );
    story.at("03-11 11:00");
    let invite = story.letter("meeting_notice", "zhaoqiang");
    assert!(invite.ics.is_some());
    assert!(!invite.text.contains("恢复方案") && !invite.text.contains("请回复"), "{}", invite.text);
    assert!(story.letter("meeting_notice", "zhangsan").text.contains("只发日历邀请"));
    assert_eq!(story.letters_to("zhaoqiang").len(), 1, "{}", story.told());
}

/// O11: what cannot be read with confidence reaches a human instead of a machine's excuse.
#[test]
fn an_unclear_sentence_reaches_the_organizer() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail(
        "zhangsan",
        &[],
        "评审会",
        "主题：评审会\n时间：3月13日 14:00-15:00\n地点：301\n参会人：李雷\n",
    );
    story.at("03-11 11:00").reply("lilei", "meeting_notice", "决议不对，应该是下调8%");
    story.at("03-11 12:00");
    let passed = story.letter("passed_on", "zhangsan");
    assert!(passed.text.contains("下调8%"), "{}", passed.text);
    assert_eq!(story.count("error", "lilei"), 0, "{}", story.told());
}

/// A command for something that is not there is told so, by its id, and nothing else happens.
#[test]
fn an_item_that_is_not_there() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail("lilei", &[], "完成", "A-99 完成");
    assert!(story.letter("error", "lilei").text.contains("A-99"), "{}", story.told());
    assert_eq!(story.letters_to("zhangsan").len(), 0);
}

/// The first letter to a person says who asked, that replying is enough, and whom to call; later ones do not repeat it (O19).
#[test]
fn the_first_letter_says_whom_to_call() {
    let mut story = Story::office();
    story.at("03-11 09:10").mail(
        "zhangsan",
        &[],
        "新品纪要",
        "参会：张三、李雷\n行动项：\n1. 李雷 3月18日前提交测试报告\n",
    );
    story.at("03-11 10:00");
    let first = &story.letters_to("lilei")[0].text;
    assert!(first.contains("直接回复邮件就行；有疑问请找张三（8021）"), "{first}");
    assert!(first.contains("张三请您负责") || first.contains("您的待办"), "{first}");
    story.at("03-12 09:30");
    assert!(story.letters_to("lilei")[1..].iter().all(|later| !later.text.contains("8021")), "{}", story.told());
}
