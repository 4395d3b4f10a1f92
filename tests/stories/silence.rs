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
