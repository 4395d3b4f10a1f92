//! A meeting that comes again: said once, and again only where something in it is new (O8).

use crate::story::Story;
use serde_json::json;

const WEEKLY: &str = "主题：产品周例会
目标：对齐本周进展
时间：2026年3月16日（周一）14:00-15:00
周期：每周一
地点：301会议室
主持人：张三
参会人：郭亮（决策人）、王芳（执行人）、李雷（执行人）
议程：
1. 进展（20分钟，主讲：李雷，必达结论：确认本周目标）
2. 问题（20分钟，主讲：王芳）
3. 安排（20分钟，主讲：张三）
";

fn minutes(story: &mut Story, at: &str, text: &str) {
    story.at(at).reply("zhangsan", "meeting_notice", text);
}

/// The second Monday: nobody is told what all calendars know. 李雷 has an open item and an outcome that was not reached.
#[test]
fn only_who_has_something_new_hears_of_the_next_one() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail("zhangsan", &[], "产品周例会", WEEKLY);
    assert_eq!(story.letters("meeting_notice").len(), 4, "{}", story.told());
    story.at("03-11 11:00").calendar_answer("guoliang", "ACCEPTED");
    minutes(
        &mut story,
        "03-16 16:00",
        "会议纪要\n必达结论：\n1. 确认本周目标：未达成\n待办事项：\n1. 负责人：李雷；任务：整理渠道清单；截止时间：3月27日\n",
    );
    story.at("03-17 09:30").reply("lilei", "summary", "确认");
    story.at("03-20 18:00");
    let notices: Vec<_> = story.since("03-17 00:00").into_iter().filter(|(l, _)| l == "meeting_notice").collect();
    assert_eq!(notices, [("meeting_notice".to_string(), "lilei".to_string())], "{}", story.told());
    let own = story.letter("meeting_notice", "lilei");
    assert!(own.text.contains("整理渠道清单") && own.text.contains("确认本周目标"), "{}", own.text);
    let quiet = story.suppressed();
    let nothing_new = |l: &str, why: &str| l == "meeting_notice" && why.contains("nothing new");
    assert_eq!(quiet.iter().filter(|(l, why)| nothing_new(l, why)).count(), 3, "{quiet:?}");
    // 郭亮 accepted the series in the calendar: he comes, and is not asked again.
    assert_eq!(story.rsvp("M-2", "guoliang"), "accepted");
    story.at("03-23 13:00");
    assert_eq!(story.count("rsvp_chase", "guoliang"), 0, "{}", story.told());
    assert!(story.letter("readiness", "zhangsan").text.contains("M-2"));
}

/// The same in English: a quiet second week, and a third one with a task that Bob left open.
#[test]
fn a_quiet_week_and_one_with_an_open_task() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail(
        "alice",
        &["bob"],
        "Sales weekly",
        "Subject: Sales weekly\nObjective: agree on the week\nWhen: March 16, 2026 10:00-10:30\nRepeat: every Monday\nWhere: Room Everest\nAttendees: Bob Li\nAgenda:\n1. Pipeline (10 min, Bob Li)\n2. Forecast (10 min, Alice Wong)\n3. Next steps (10 min)\n",
    );
    story.at("03-11 11:00").reply("bob", "meeting_notice", "I'll attend");
    story.at("03-16 12:00").reply("alice", "meeting_notice", "no minutes needed");
    story.at("03-20 18:00");
    assert_eq!(story.object("M-2")["state"], "announced", "{}", story.told());
    assert_eq!(story.count("meeting_notice", "bob"), 1, "{}", story.told());
    assert_eq!(story.count("meeting_notice", "alice"), 1, "{}", story.told());
    // Yes to the series is a yes to each of its days.
    assert_eq!(story.rsvp("M-2", "bob"), "accepted");
    story.at("03-23 12:00").mail(
        "alice",
        &[],
        "Minutes [M-2]",
        "Minutes\nAction items:\n1. Owner: Bob Li; Task: clean up the pipeline; Due: April 3\n",
    );
    story.at("03-23 15:00").reply("bob", "summary", "confirm");
    story.at("03-27 18:00");
    assert_eq!(story.count("meeting_notice", "bob"), 2, "{}", story.told());
    assert!(story.letter("meeting_notice", "bob").text.contains("clean up the pipeline"));
    assert_eq!(story.count("meeting_notice", "alice"), 1, "{}", story.told());
}

/// Another room for one day is for that day: calendars have the next one where the series says.
#[test]
fn a_room_for_one_day() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail("zhangsan", &[], "产品周例会", WEEKLY);
    story.at("03-16 16:00").reply("zhangsan", "meeting_notice", "不用纪要");
    story.at("03-20 10:00").mail("zhangsan", &[], "M-2", "M-2 地点改为502会议室");
    assert_eq!(story.object("M-2")["place"], "502会议室", "{}", story.told());
    assert_eq!(story.letters("meeting_update").len(), 4, "{}", story.told());
    story.at("03-23 16:00").reply("zhangsan", "meeting_update", "不用纪要");
    story.at("03-27 18:00");
    assert_eq!(story.object("M-3")["place"], "301会议室");
    assert_eq!(story.since("03-24 00:00").iter().filter(|(l, _)| l == "meeting_notice").count(), 0, "{}", story.told());
}

/// Where calendars are not used the notice is all that tells of the day.
#[test]
fn without_calendars_each_one_is_told() {
    let mut story = Story::office().with(|config| config.policy.calendar = "none".into());
    story.at("03-11 10:00").mail("zhangsan", &[], "产品周例会", WEEKLY);
    story.at("03-16 16:00").reply("zhangsan", "meeting_notice", "不用纪要");
    story.at("03-20 18:00");
    let notices: Vec<_> = story.since("03-17 00:00").into_iter().filter(|(l, _)| l == "meeting_notice").collect();
    assert_eq!(notices.len(), 4, "{}", story.told());
    assert_eq!(story.object("M-2")["attendees"][0]["rsvp"], json!("none"));
}

/// A weekly meeting that runs, with the one of 16 March over.
fn runs() -> Story {
    let mut story = Story::office();
    story.at("03-11 16:00").mail(
        "zhangsan",
        &[],
        "周会",
        "主题：部门周会\n时间：每周一 10:00-11:00，从3月16日开始\n地点：302\n参会人：李雷、王芳（决策人）\n议题：\n1. 进展（30分钟）\n",
    );
    story.at("03-17 09:00").mail("zhangsan", &[], "M-1 会议纪要", "M-1 会议纪要\n行动项：\n1. 李雷 3月25日前提交报告");
    story.at("03-19 15:00");
    story
}

/// Its organizer names it as people do, under whatever subject: the one to come is meant, or the one of the day that is
/// named; it is never taken for a new call.
#[test]
fn an_occurrence_is_named_by_its_title() {
    let moved = "2026-03-24T15:00:00+08:00";
    for (subject, words) in [
        ("周会", "部门周会改到3月24日15:00"),
        ("部门周会", "部门周会改到3月24日 15:00"),
        ("周会", "部门周会 3月23日这次改到3月24日 15:00"),
        ("改期", "3月23日的部门周会改到3月24日15点"),
        ("weekly", "Please move the 部门周会 to March 24 15:00"),
    ] {
        let mut story = runs();
        story.mail("zhangsan", &[], subject, words);
        let next = story.meetings().into_iter().find(|m| m["state"] == "announced").unwrap();
        assert_eq!(next["start"], moved, "{words}\n{}", story.told());
        assert_eq!(story.meetings().len(), 2, "{words}: no other meeting");
    }
    for (subject, words) in [
        ("周会", "部门周会这次取消"),
        ("取消", "3月23日的部门周会取消"),
        ("通知", "3月23日的部门周会取消，大家不用来了"),
    ] {
        let mut story = runs();
        story.mail("zhangsan", &[], subject, words);
        story.at("03-19 16:00");
        assert_eq!(story.meetings()[1]["state"], "cancelled", "{words}\n{}", story.told());
        assert_eq!(story.count("meeting_cancelled", "lilei"), 1, "{words}");
    }
}

/// The same in English, and a day on which there is none: asked, not guessed.
#[test]
fn an_english_occurrence_is_named_by_its_title() {
    let mut story = Story::office();
    story.at("03-11 16:00").mail(
        "alice",
        &[],
        "Sales weekly",
        "Subject: Sales weekly\nWhen: every Monday 10:00-11:00, from March 16\nWhere: 302\nAttendees: Bob Li (decider)\nAgenda:\n1. Progress (30 min)\n",
    );
    story.at("03-12 10:00").mail("alice", &[], "change", "Move the Sales weekly to March 16 3pm");
    assert_eq!(story.object("M-1")["start"], "2026-03-16T15:00:00+08:00", "{}", story.told());
    story.at("03-12 11:00").mail("alice", &[], "change", "Cancel the Sales weekly");
    story.at("03-12 12:00");
    assert_eq!(story.object("M-1")["state"], "cancelled", "{}", story.told());
}

/// Silence about an occurrence on a holiday leaves it out: nobody called it off, and the letter says so (O31).
#[test]
fn a_holiday_nobody_spoke_of() {
    let mut story = Story::office();
    let call = "主题：部门周会\n时间：2026年3月30日起每周一 10:00-11:00\n地点：302\n参会人：李雷、Bob Li\n";
    story.at("03-26 10:00").mail("zhangsan", &[], "部门周会", call);
    story.at("04-05 20:00");
    let off = story.letter("meeting_cancelled", "lilei");
    assert!(off.text.contains("这一次正逢假日，不开") && !off.text.contains("张三取消"), "{}", off.text);
    let off = story.letter("meeting_cancelled", "bob");
    assert!(off.text.contains("falls on a day off and will not take place"), "{}", off.text);
}
