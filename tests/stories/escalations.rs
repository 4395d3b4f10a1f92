//! A superior answers the escalation: another date, another owner, a meeting, enough of it (O26).

use crate::story::Story;
use serde_json::json;

/// 王芳's item of 张三's meeting is late; on Wednesday at ten her head 赵强 is asked to see to it.
fn late() -> Story {
    let mut story = Story::office().with(|config| config.policy.escalation = "manager".into());
    story.meeting(json!({"id": "M-1", "title": "新品启动会", "organizer": "张三", "organizer_address": "zhangsan@example.com", "state": "minuted"}));
    story.action(
        json!({"id": "A-1", "task": "协调测试服务器", "owner": "王芳", "due": "2026-03-12", "state": "confirmed",
        "source": {"kind": "meeting", "id": "M-1", "message_id": null, "line": null}}),
    );
    story.at("03-09 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
    story.at("03-18 10:30");
    assert_eq!(story.count("escalation", "zhaoqiang"), 1, "{}", story.told());
    story
}

/// The same in a house that reads English: Bob's item, given out by Dan, with Alice above Bob.
fn late_in_english() -> Story {
    let mut story = Story::office().with(|config| config.policy.escalation = "manager".into());
    story.person(json!({"name": "Dan Zhao", "address": "dan@example.com", "department": "Product", "language": "en"}));
    story.person(json!({"name": "Leo Sun", "address": "leo@example.com", "department": "Sales", "language": "en", "manager": "Alice Wong"}));
    story.meeting(json!({"id": "M-1", "title": "Launch weekly", "organizer": "Dan Zhao", "organizer_address": "dan@example.com", "state": "minuted"}));
    story.action(json!({"id": "A-1", "task": "sign the booth contract", "owner": "Bob Li", "due": "2026-03-12", "state": "confirmed",
        "source": {"kind": "meeting", "id": "M-1", "message_id": null, "line": null}}));
    story.at("03-09 10:00").mail("dan", &["bob"], "Hello", "Hello everybody");
    story.at("03-18 10:30");
    assert_eq!(story.count("escalation", "alice"), 1, "{}", story.told());
    story
}

/// `同意延期到8月1日`, as the letter says: the date moves with its history, owner and organizer are told, nobody is asked.
#[test]
fn a_superior_moves_the_date() {
    let mut story = late();
    story.at("03-18 11:00").reply("zhaoqiang", "escalation", "同意延期到8月1日");
    let item = story.object("A-1");
    assert_eq!((item["due"].as_str(), item["slips"].as_u64()), (Some("2026-08-01"), Some(1)), "{}", story.told());
    for name in ["wangfang", "zhangsan"] {
        let told = story.letter("approval_outcome", name);
        assert!(
            told.text.contains("赵强") && told.text.contains("8月1日") && told.text.contains("3月12日"),
            "{}",
            told.text
        );
    }
    assert_eq!(story.letters("approval_request").len(), 0, "{}", story.told());
    story.at("03-27 12:00");
    assert_eq!(story.letters("escalation").len(), 2, "the ladder begins anew with the new date: {}", story.told());
    // He may think again: what he was asked to decide stays his to decide.
    story.at("03-27 13:00").reply("zhaoqiang", "escalation", "顺延三个工作日");
    assert_eq!(story.object("A-1")["due"], "2026-08-05", "three working days after a Saturday: {}", story.told());
}

#[test]
fn a_superior_moves_the_date_in_english() {
    for words in ["OK to extend to 1 August", "approve moving to August 1", "Approved, new date August 1"] {
        let mut story = late_in_english();
        story.at("03-18 11:00").reply("alice", "escalation", words);
        assert_eq!(story.object("A-1")["due"], "2026-08-01", "{words}: {}", story.told());
        for name in ["bob", "dan"] {
            let told = story.letter("approval_outcome", name);
            assert!(told.text.contains("Alice Wong"), "{}", told.text);
        }
    }
}

/// What is no yes moves nothing: a human reads it.
#[test]
fn words_that_move_nothing() {
    for words in
        ["不同意延期到8月1日", "能延期到8月1日吗？", "如果预算批了，同意延期到8月1日", "同意延期到8月1日的方案还没看"]
    {
        let mut story = late();
        story.at("03-18 11:00").reply("zhaoqiang", "escalation", words);
        assert_eq!(story.object("A-1")["due"], "2026-03-12", "{words}: {}", story.told());
    }
}

/// `改派 李雷`: he is asked, who had it and who gave it out are told.
#[test]
fn a_superior_gives_it_to_somebody_else() {
    for words in ["改派 李雷", "让李雷接手", "同意改派李雷"] {
        let mut story = late();
        story.at("03-18 11:00").reply("zhaoqiang", "escalation", words);
        let item = story.object("A-1");
        assert_eq!((item["owner"].as_str(), item["state"].as_str()), (Some("李雷"), Some("proposed")), "{words}");
        story.at("03-18 12:00");
        assert_eq!(story.count("confirmation", "lilei"), 1, "{}", story.told());
        for name in ["wangfang", "zhangsan"] {
            let told = story.letter("approval_outcome", name);
            assert!(told.text.contains("王芳 → 李雷"), "{}", told.text);
        }
    }
}

#[test]
fn a_superior_gives_it_to_somebody_else_with_a_date() {
    let mut story = late_in_english();
    story.at("03-18 11:00").reply("alice", "escalation", "Reassign to Leo, due April 1");
    let item = story.object("A-1");
    assert_eq!(
        (item["owner"].as_str(), item["due"].as_str()),
        (Some("Leo Sun"), Some("2026-04-01")),
        "{}",
        story.told()
    );
    let told = story.letter("approval_outcome", "dan");
    assert!(told.text.contains("Bob Li → Leo Sun"), "{}", told.text);
}

/// `开会`: who decides, who owes and who gave it out meet; nobody higher hears of it until then.
#[test]
fn a_superior_calls_a_meeting() {
    let mut story = late();
    story.at("03-18 11:00").reply("zhaoqiang", "escalation", "开会，周五下午两点");
    let meeting = story.object("M-2");
    assert_eq!(
        (meeting["kind"].as_str(), meeting["start"].as_str(), meeting["organizer"].as_str()),
        (Some("problem"), Some("2026-03-20T14:00:00+08:00"), Some("赵强")),
        "{}",
        story.told()
    );
    let names: Vec<&str> = meeting["attendees"].as_array().unwrap().iter().filter_map(|a| a["name"].as_str()).collect();
    assert!(names.contains(&"王芳") && names.contains(&"张三"), "{names:?}");
    story.at("03-18 12:00");
    let notice = story.letter("meeting_notice", "wangfang");
    assert!(notice.text.contains("协调测试服务器") && notice.text.contains("新的完成时间"), "{}", notice.text);
    assert_eq!(story.object("A-1")["due"], "2026-03-12", "the meeting decides, not its call");
}

/// Without a time it is asked for, as of any call.
#[test]
fn a_superior_calls_a_meeting_and_is_asked_when() {
    for words in ["When: Friday 2pm", "Friday 2pm"] {
        let mut story = late_in_english();
        story.at("03-18 11:00").reply("alice", "escalation", "call a meeting");
        assert_eq!(story.object("M-2")["state"], "draft", "{}", story.told());
        story.at("03-18 11:30").reply("alice", "call_gaps", words);
        let meeting = story.object("M-2");
        assert_eq!(meeting["start"], "2026-03-20T14:00:00+08:00", "{}", story.told());
        assert_eq!(story.count("meeting_notice", "bob"), 1, "{}", story.told());
        assert!(story.letter("meeting_notice", "dan").text.contains("sign the booth contract"));
    }
}

/// Several late items stand in one letter: a number says which; 开会 is about all of them.
#[test]
fn one_letter_about_several_items() {
    let two = || {
        let mut story = Story::office().with(|config| config.policy.escalation = "manager".into());
        story.meeting(json!({"id": "M-1", "title": "新品启动会", "organizer": "张三", "organizer_address": "zhangsan@example.com", "state": "minuted"}));
        for (id, task) in [("A-1", "协调测试服务器"), ("A-2", "整理接口文档")] {
            story.action(json!({"id": id, "task": task, "owner": "王芳", "due": "2026-03-12", "state": "confirmed",
                "source": {"kind": "meeting", "id": "M-1", "message_id": null, "line": null}}));
        }
        story.at("03-09 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
        story.at("03-18 10:30");
        assert_eq!(story.count("escalation", "zhaoqiang"), 1, "one letter a day to a superior: {}", story.told());
        story
    };
    let mut story = two();
    story.at("03-18 11:00").reply("zhaoqiang", "escalation", "1 同意延期到4月1日\n2 改派 李雷");
    let lines = story.letter("escalation", "zhaoqiang").sent.lines.clone();
    let of = |n: usize| story.object(&lines[n].id);
    assert_eq!(
        (of(0)["due"].as_str(), of(1)["owner"].as_str()),
        (Some("2026-04-01"), Some("李雷")),
        "{}",
        story.told()
    );
    let mut story = two();
    story.at("03-18 11:00").reply("zhaoqiang", "escalation", "开会 周五14:00");
    assert_eq!(story.object("M-2")["agenda"].as_array().map(Vec::len), Some(2), "{}", story.told());
    // A word that fits both is asked back, not guessed.
    let mut story = two();
    story.at("03-18 11:00").reply("zhaoqiang", "escalation", "同意延期到4月1日");
    assert_eq!(story.object("A-1")["due"], "2026-03-12", "{}", story.told());
    story.at("03-18 12:00");
    assert!(story.since("03-18 11:00").iter().any(|(_, to)| to == "zhaoqiang"), "asked back: {}", story.told());
}

/// Only who was asked to see to it may: the same words of a head whom nobody asked are a sentence for the organizer.
#[test]
fn a_superior_who_was_not_asked() {
    let mut story = Story::office();
    story.meeting(json!({"id": "M-1", "title": "新品启动会", "organizer": "张三", "organizer_address": "zhangsan@example.com", "state": "minuted"}));
    story.action(
        json!({"id": "A-1", "task": "协调测试服务器", "owner": "王芳", "due": "2026-03-12", "state": "confirmed",
        "source": {"kind": "meeting", "id": "M-1", "message_id": null, "line": null}}),
    );
    story.at("03-18 11:00").mail("zhaoqiang", &[], "[A-1]", "A-1 延期到8月1日");
    assert_eq!(story.object("A-1")["due"], "2026-03-12", "{}", story.told());
}

/// What the owner asked for meanwhile is granted by the superior's own date.
#[test]
fn a_request_is_settled_by_the_superior() {
    let mut story = late();
    story.at("03-18 10:45").reply("wangfang", "digest", "延期到3月30日，因为供应商晚到");
    story.at("03-18 11:00").reply("zhaoqiang", "escalation", "同意");
    let item = story.object("A-1");
    assert_eq!((item["due"].as_str(), item["request"].is_null()), (Some("2026-03-30"), true), "{}", story.told());
    let mut story = late();
    story.at("03-18 10:45").reply("wangfang", "digest", "延期到3月30日，因为供应商晚到");
    story.at("03-18 11:00").reply("zhaoqiang", "escalation", "同意延期到3月25日");
    let item = story.object("A-1");
    assert_eq!((item["due"].as_str(), item["request"].is_null()), (Some("2026-03-25"), true), "{}", story.told());
}
