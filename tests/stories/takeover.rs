//! Somebody cannot be reached any more, or has left: who takes over (O7)?

use crate::story::Story;
use serde_json::json;

fn items(story: &mut Story) {
    for (id, task, due) in
        [("A-1", "整理渠道清单", "2026-03-20"), ("A-2", "更新报价", "2026-03-25"), ("A-3", "联系供应商", "2026-03-27")]
    {
        story.action(json!({"id": id, "task": task, "owner": "李雷", "due": due, "state": "confirmed",
            "source": {"kind": "mail"}, "_organizer_address": "zhaoqiang@example.com"}));
    }
}

/// The row of 李雷 is gone: his head is asked once, and gives two items to one and the third to another.
#[test]
fn a_row_that_is_gone() {
    let mut story = Story::office();
    items(&mut story);
    story.at("03-11 09:30").script(json!({"at": "2026-03-11T10:00:00+08:00", "gone": "lilei@example.com"}));
    story.at("03-11 10:30");
    let asked = story.letter("organizer_note", "zhangsan");
    assert_eq!(asked.sent.subject, "请定由谁接手：李雷的 3 项 [A-1]");
    assert!(asked.text.contains("整理渠道清单") && asked.text.contains("不在通讯录"), "{}", asked.text);
    story.at("03-11 11:00").reply("zhangsan", "organizer_note", "1 王芳，2 王芳，3 赵强");
    assert_eq!(story.object("A-1")["owner"], "王芳", "{}", story.told());
    assert_eq!(story.object("A-2")["owner"], "王芳");
    assert_eq!(story.object("A-3")["owner"], "赵强");
    assert_eq!(story.object("A-1")["due"], "2026-03-20");
    story.at("03-12 12:00");
    assert!(story.letter("confirmation", "wangfang").text.contains("更新报价"));
    // 李雷 hears nothing more, and nobody is asked twice.
    assert_eq!(story.letters_to("lilei").len(), 0, "{}", story.told());
    assert_eq!(story.letters("organizer_note").len(), 1, "{}", story.told());
}

/// A letter came back for good: one name takes everything.
#[test]
fn a_name_is_enough() {
    let mut story = Story::office();
    items(&mut story);
    story.at("03-11 10:00").mail("zhaoqiang", &[], "交办", "@督办 请李雷3月30日前归档合同");
    story.at("03-11 10:30");
    story.script(json!({"at": "2026-03-11T10:40:00+08:00", "bounce": {"letter": "confirmation", "to": "lilei@example.com", "status": "5.1.1"}}));
    story.at("03-11 11:00");
    let asked = story.letter("organizer_note", "zhangsan");
    assert!(asked.text.contains("退了回来") && asked.text.contains("归档合同"), "{}", asked.text);
    story.reply("zhangsan", "organizer_note", "王芳");
    let owners: Vec<String> = story.actions().iter().map(|a| a["owner"].as_str().unwrap_or_default().into()).collect();
    assert_eq!(owners, ["王芳"; 4], "{}", story.told());
}

/// The same in English; who takes it over in person has nothing to confirm.
#[test]
fn the_head_takes_it_over() {
    let mut story = Story::office();
    story.action(
        json!({"id": "A-1", "task": "renew the licence", "owner": "Bob Li", "due": "2026-03-20", "state": "confirmed"}),
    );
    story.at("03-11 09:30").script(json!({"at": "2026-03-11T10:00:00+08:00", "gone": "bob@example.com"}));
    story.at("03-11 10:30");
    let asked = story.letter("organizer_note", "alice");
    assert_eq!(asked.sent.subject, "Who takes over 1 of Bob Li's [A-1]");
    assert!(asked.text.contains("no longer in the directory"), "{}", asked.text);
    story.reply("alice", "organizer_note", "Alice Wong takes over");
    assert_eq!(story.object("A-1")["owner"], "Alice Wong", "{}", story.told());
    assert_eq!(story.object("A-1")["state"], "confirmed");
    story.at("03-12 18:00");
    assert_eq!(story.count("confirmation", "alice"), 0, "{}", story.told());
}

/// A name nobody knows changes nothing and is asked about.
#[test]
fn an_unknown_name_is_asked_about() {
    let mut story = Story::office();
    items(&mut story);
    story.at("03-11 09:30").script(json!({"at": "2026-03-11T10:00:00+08:00", "gone": "lilei@example.com"}));
    story.at("03-11 11:00").reply("zhangsan", "organizer_note", "全部转给孙悟空");
    assert_eq!(story.object("A-1")["owner"], "李雷");
    story.at("03-11 11:30");
    assert!(story.letters_to("zhangsan").last().unwrap().text.contains("孙悟空"), "{}", story.told());
}
