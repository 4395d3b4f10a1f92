//! What people say to a meeting's letters, in the words they use, and what comes of it.

use crate::story::Story;

const CALL: &str = "主题：新品启动会\n目标：确定上市时间\n时间：3月16日 14:00-15:00\n地点：301\n主持人：张三\n记录人：王芳\n参会人：郭亮（决策人）、王芳、李雷、赵强（知会人）\n议题：\n1. 目标对齐（10分钟，主讲：张三，必达结论：确认首月目标）\n2. 测试资源（15分钟，主讲：李雷，必达结论：确认到位时间）\n";

fn called() -> Story {
    let mut story = Story::office();
    story.at("03-11 10:00").mail("zhangsan", &[], "新品启动会", CALL);
    story
}

/// Another time with a reason is one letter to the organizer; who asked for it comes, and is not asked again (O9).
#[test]
fn another_time_and_why() {
    let mut story = called();
    story.at("03-11 10:30").reply("lilei", "meeting_notice", "周一下午我在客户那边，改到周二下午3点行吗？");
    let note = story.letter("organizer_note", "zhangsan");
    assert!(note.text.contains("客户那边") && note.text.contains("3月17日"), "{}", note.text);
    assert_eq!(story.count("passed_on", "zhangsan"), 0, "{}", story.told());
    story.at("03-11 10:40").reply("zhangsan", "organizer_note", "同意");
    assert_eq!(story.object("M-1")["start"], "2026-03-17T15:00:00+08:00", "{}", story.told());
    assert_eq!(story.rsvp("M-1", "lilei"), "accepted");
    assert!(!story.letter("meeting_update", "lilei").text.contains("请再回复"));
    assert!(story.letter("meeting_update", "wangfang").text.contains("请再回复"));
}

/// Somebody who was only to be informed stands in: both are told.
#[test]
fn an_informed_colleague_stands_in() {
    let mut story = called();
    story.at("03-11 11:00").reply("wangfang", "meeting_notice", "由赵强代我参加");
    assert_eq!(story.count("meeting_notice", "zhaoqiang"), 2, "{}", story.told());
    assert!(story.letter("meeting_notice", "zhaoqiang").text.contains("王芳"));
}

/// O17: 还没结束 in answer to the run sheet; the minutes are asked for later. The same in English.
#[test]
fn it_runs_on() {
    let mut story = called();
    story.at("03-16 15:20").reply("zhangsan", "run_sheet", "还没结束");
    assert_eq!(story.letters("error").len(), 0, "{}", story.told());
    assert!(story.object("M-1")["minutes"].as_u64().unwrap() > 60);
    let mut story = Story::office();
    story.at("03-11 10:00").mail(
        "alice",
        &[],
        "Launch",
        "Subject: Launch review\nWhen: March 16, 2026 14:00-15:00\nWhere: Everest\nAttendees: Bob Li (decider)\nAgenda:\n1. Budget (10 min, Bob Li)\n",
    );
    story.at("03-16 15:10").reply("alice", "run_sheet", "still running");
    assert_eq!(story.letters("error").len(), 0, "{}", story.told());
    assert!(story.object("M-1")["minutes"].as_u64().unwrap() > 60);
}

/// O34: what was reached and what was not, said under its own head, is no decision.
#[test]
fn required_outcomes_by_their_words() {
    let mut story = called();
    story.at("03-16 16:00").reply(
        "zhangsan",
        "run_sheet",
        "会议纪要\n出席：张三、李雷、赵强、郭亮\n必达结论：\n1. 确认首月目标：已达成，5000台\n2. 确认到位时间：未讨论\n决议：首月目标5000台\n待办事项：\n1. 负责人：李雷；任务：提交测试报告；截止时间：3月25日\n2. 负责人：王芳；任务：联系供应商；截止时间：3月25日\n",
    );
    story.at("03-17 18:00");
    let meeting = story.object("M-1");
    assert_eq!(meeting["agenda"][0]["outcome"], "reached", "{meeting}");
    let decisions = meeting["decisions"].to_string();
    assert!(!decisions.contains("未讨论") && decisions.contains("首月目标5000台"), "{decisions}");
    let summary = story.letter("summary", "guoliang");
    assert!(summary.text.contains("达成：目标对齐"), "{}", summary.text);
}

/// An answer to a meeting that is not there is told so; a wish for one's own list without any is answered as such.
#[test]
fn what_is_not_there() {
    for (who, subject, text, words) in [
        ("lilei", "Re: 会议通知 [M-99]", "参加", "M-99"),
        ("bob", "Re: Meeting [M-99]", "I'll attend", "M-99"),
        ("lilei", "我的待办", "我的待办", "没有未完成的事项"),
        ("bob", "my tasks", "my tasks", "no open items"),
    ] {
        let mut story = Story::office();
        story.at("03-11 10:00").mail(who, &[], subject, text);
        let answer =
            story.letters_to(who).into_iter().next_back().unwrap_or_else(|| panic!("{subject}\n{}", story.told()));
        assert!(answer.text.contains(words), "{}", answer.text);
    }
}

/// 参加 is recorded as what was said, and of no use once the meeting was held.
#[test]
fn an_answer_is_recorded_as_it_was_said() {
    let mut story = called();
    story.at("03-11 11:00").reply("wangfang", "meeting_notice", "参加");
    story.at("03-11 11:10").mail(
        "zhangsan",
        &["wangfang"],
        "合同",
        "@督办 任务：更新合同；负责人：王芳；截止时间：3月13日\n",
    );
    story.at("03-12 12:00");
    let digest = story.letter("digest", "wangfang");
    assert!(digest.text.contains("王芳 参加：新品启动会"), "{}", digest.text);
}

/// O1, O3: the first mail of a new colleague is answered like anybody's, also where nothing in it was understood.
#[test]
fn a_new_colleague_who_is_not_understood() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail("newcomer", &[], "一件事", "天气不错，晚上去看电影。");
    assert_eq!(story.count("error", "newcomer"), 1, "{}", story.told());
}
