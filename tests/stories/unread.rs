//! Mail that is no use as it came: its sender is told what was wrong with it, and it is kept; who runs Duban hears of what
//! only the administrator can mend.

use crate::story::{Story, address};
use duban::simulate::mails::MailLine;

fn raw(from: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "From: {}\r\nTo: duban@example.com\r\nMessage-ID: <u{}@example.com>\r\nDate: Wed, 11 Mar 2026 10:00:00 +0800\r\n{head}\r\n",
        address(from),
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// An empty mail, and one in a charset that nobody knows: each is told so in its reader's language.
#[test]
fn empty_and_unreadable() {
    let mut story = Story::office();
    story.at("03-11 10:00").bytes(raw("lilei", "", b""));
    assert_eq!(story.letter("error", "lilei").sent.subject, "邮件是空的", "{}", story.told());
    let strange = "MIME-Version: 1.0\r\nSubject: report\r\nContent-Type: text/plain; charset=x-klingon\r\nContent-Transfer-Encoding: 8bit\r\n";
    story.at("03-11 10:05").bytes(raw("alice", strange, b"\x81\xfe\x9a\xa0\xff\xfe\x01\x12 \xf8\xf7\r\n"));
    let told = story.letter("error", "alice");
    assert!(told.text.contains("could not make out") && told.text.contains("x-klingon"), "{}", told.text);
    // GB18030 under the name of its little brother is an ordinary mail.
    let strange =
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n";
    // 任务：给喆总准备发言稿；负责人：王芳；截止时间：3月20日, 喆 as GBK has it and GB2312 has not
    let text: &[u8] = b"\xc8\xce\xce\xf1\xa3\xba\xb8\xf8\x86\xb4\xd7\xdc\xd7\xbc\xb1\xb8\xb7\xa2\xd1\xd4\xb8\xe5\xa3\xbb\xb8\xba\xd4\xf0\xc8\xcb\xa3\xba\xcd\xf5\xb7\xbc\xa3\xbb\xbd\xd8\xd6\xb9\xca\xb1\xbc\xe4\xa3\xba3\xd4\xc220\xc8\xd5\r\n";
    story.at("03-11 10:10").bytes(raw("zhangsan", strange, text));
    assert_eq!(story.item("准备发言稿")["task"], "给喆总准备发言稿", "{}", story.told());
}

/// O1: a colleague's mail without any proof. The colleague is asked, and the administrator hears of it once a day.
#[test]
fn the_administrator_hears_of_missing_proof() {
    let unproven = |from: &str| MailLine {
        from: Some(address(from)),
        subject: Some("A-1".into()),
        text: Some("A-1 完成".into()),
        authenticated: false,
        ..MailLine::default()
    };
    let mut story = Story::office().with(|config| config.assistant.admin = Some(address("zhaoqiang")));
    story.at("03-11 10:00").mail_line(unproven("lilei"));
    story.at("03-11 11:00").mail_line(unproven("wangfang"));
    assert_eq!((story.count("verify_sender", "lilei"), story.count("verify_sender", "wangfang")), (1, 1));
    assert_eq!(story.count("admin_alert", "zhaoqiang"), 1, "{}", story.told());
    let told = story.letter("admin_alert", "zhaoqiang");
    assert!(told.text.contains("lilei@example.com") && told.text.contains("duban doctor --probe"), "{}", told.text);
    story.at("03-12 10:00").mail_line(unproven("lilei"));
    assert_eq!(story.count("admin_alert", "zhaoqiang"), 2);
}

/// Each mail without proof is asked about by itself: a 是 to the own one lets no other through. Who is asked often is not
/// asked for ever.
#[test]
fn an_answer_is_about_one_mail() {
    let unproven = |n: u32| MailLine {
        from: Some(address("lilei")),
        subject: Some(format!("A-{n}")),
        text: Some(format!("A-{n} 完成")),
        authenticated: false,
        ..MailLine::default()
    };
    let mut story = Story::office();
    for (id, task) in [("A-1", "整理预算"), ("A-2", "选定供应商")] {
        story.action(
            serde_json::json!({"id": id, "task": task, "owner": "李雷", "due": "2026-03-25", "state": "confirmed",
            "source": {"kind": "mail"}}),
        );
    }
    story.at("03-11 10:00").mail_line(unproven(1));
    story.at("03-11 10:05").mail_line(unproven(2));
    assert_eq!(story.count("verify_sender", "lilei"), 2, "{}", story.told());
    story.at("03-11 10:10").reply("lilei", "verify_sender", "是");
    assert_eq!(story.object("A-1")["state"], "confirmed", "{}", story.told());
    assert_ne!(story.object("A-2")["state"], "confirmed", "{}", story.told());
    for n in 3..9 {
        story.at(&format!("03-11 11:0{n}")).mail_line(unproven(n));
    }
    assert_eq!(story.count("verify_sender", "lilei"), 3, "{}", story.told());
}

/// Who answers "was it you?" lets in the very mail that was asked about: not one that borrowed its Message-ID and another
/// person's name.
#[test]
fn a_borrowed_message_id_borrows_no_yes() {
    let unproven = |from: &str, more: &str, text: &str| {
        format!(
            "From: {from}@example.com\nTo: duban@example.com\nSubject: =?utf-8?B?5Lqk5Yqe?=\nMessage-ID: <x@evil.example>\n{more}\
             Content-Type: text/plain; charset=utf-8\n\n{text}\n"
        )
    };
    let order = "任务：给供应商付款；负责人：王芳；截止时间：3月20日";
    for mark in ["", "X-Auto-Response-Suppress: All\n"] {
        let mut story = Story::office();
        story.at("03-11 10:00").raw(&unproven("lilei", "", "我的待办"), false);
        story.at("03-11 10:05").raw(&unproven("zhangsan", mark, order), false);
        story.at("03-11 10:10").reply("lilei", "verify_sender", "是");
        assert_eq!(story.count("answer", "lilei"), 1, "{}", story.told());
        assert_eq!(story.actions().len(), 0, "{}", story.told());
        story.at("03-11 10:20").reply("lilei", "verify_sender", "是");
        assert_eq!(story.actions().len(), 0, "{}", story.told());
    }
    // Asked himself, who gave the order lets it in.
    let mut story = Story::office();
    story.at("03-11 10:00").raw(&unproven("lilei", "", "我的待办"), false);
    story.at("03-11 10:05").raw(&unproven("zhangsan", "", order), false);
    story.at("03-11 10:10").reply("zhangsan", "verify_sender", "是");
    assert_eq!(story.item("付款")["owner"], "王芳", "{}", story.told());
}
