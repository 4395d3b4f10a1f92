//! What an organizer changes of a called meeting in a few words (SPEC 4.1): people, topics, place, who leads it.

use crate::story::Story;

fn called() -> Story {
    let mut story = Story::office();
    story.at("03-09 10:00").mail(
        "zhangsan",
        &[],
        "新品评审会",
        "主题：新品评审会\n目标：定方案\n时间：3月13日 14:00-15:00\n地点：301\n参会人：赵强（决策人）、王芳、李雷\n议题：\n1. 预算（15分钟，主讲：王芳，必达结论：定预算）\n2. 人手（15分钟）\n3. 风险（15分钟）\n",
    );
    story.at("03-09 15:00");
    story
}

fn names(story: &Story) -> Vec<String> {
    let attendees = story.object("M-1")["attendees"].as_array().cloned().unwrap_or_default();
    attendees.iter().filter_map(|one| one["name"].as_str().map(String::from)).collect()
}

/// People come and go: who is new gets the notice, who goes a cancellation, nobody else is bothered.
#[test]
fn people_come_and_go() {
    let mut story = called();
    story.reply("zhangsan", "meeting_notice", "加上郭总");
    assert!(names(&story).contains(&"郭亮".to_string()), "{}", story.told());
    assert_eq!(story.count("meeting_notice", "guoliang"), 1);
    story.at("03-09 15:30").reply("zhangsan", "meeting_notice", "李雷不用参加了");
    assert!(!names(&story).contains(&"李雷".to_string()), "{}", story.told());
    assert_eq!((story.count("meeting_cancelled", "lilei"), story.count("meeting_update", "wangfang")), (1, 0));
}

/// A topic less, another chair, a day later; time and place in one line are one letter.
#[test]
fn topics_chair_time_and_place() {
    let mut story = called();
    story.reply("zhangsan", "meeting_notice", "议题2取消");
    assert_eq!(story.object("M-1")["agenda"].as_array().unwrap().len(), 2, "{}", story.told());
    story.at("03-09 15:10").reply("zhangsan", "meeting_notice", "主持人改为赵强");
    assert_eq!(story.object("M-1")["chair"], "赵强", "{}", story.told());
    story.at("03-09 15:20").reply("zhangsan", "meeting_notice", "提前半小时");
    assert_eq!(story.object("M-1")["start"], "2026-03-13T13:30:00+08:00", "{}", story.told());
    let before = story.count("meeting_update", "wangfang");
    story.at("03-09 15:30").reply("zhangsan", "meeting_notice", "时间改为3月16日10点，地点：502");
    let meeting = story.object("M-1");
    assert_eq!(
        (&meeting["start"], &meeting["place"]),
        (&"2026-03-16T10:00:00+08:00".into(), &"502".into()),
        "{}",
        story.told()
    );
    assert_eq!(story.count("meeting_update", "wangfang"), before + 1);
}

/// The same in English, in mails of their own under the meeting's title; who does not lead it changes nothing.
#[test]
fn in_english_by_title() {
    let mut story = Story::office();
    story.at("03-09 10:00").mail(
        "alice",
        &[],
        "Launch review",
        "Subject: Launch review\nObjective: decide\nWhen: March 13 14:00-15:00\nWhere: 301\nAttendees: Bob Li (decider), 李雷\nAgenda:\n1. Budget (15 min, Bob Li, outcome: budget agreed)\n",
    );
    story.at("03-09 11:00").mail("alice", &[], "Launch review", "Please add 王芳 to the meeting.");
    assert!(names(&story).contains(&"王芳".to_string()), "{}", story.told());
    story.at("03-09 11:10").mail("alice", &[], "Launch review: new room", "Place: room 502");
    assert_eq!(story.object("M-1")["place"], "room 502", "{}", story.told());
    story.at("03-09 11:20").mail("alice", &[], "Launch review", "Please remove 李雷 from the meeting");
    assert!(!names(&story).contains(&"李雷".to_string()), "{}", story.told());
    story.at("03-09 11:30").mail("alice", &[], "Re: Launch review", "New time: March 16, 10:00-11:30");
    let meeting = story.object("M-1");
    assert_eq!(
        (&meeting["start"], &meeting["minutes"]),
        (&"2026-03-16T10:00:00+08:00".into(), &90.into()),
        "{}",
        story.told()
    );
    story.at("03-09 11:40").reply("bob", "meeting_notice", "Please remove 王芳 from the meeting");
    assert!(names(&story).contains(&"王芳".to_string()), "{}", story.told());
}
