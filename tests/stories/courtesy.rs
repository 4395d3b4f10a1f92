//! How letters speak to their reader, what a number means, what is taken back, what travels with a letter (O19, O20, O22,
//! O28, O34, O35).

use crate::story::{Story, address};
use duban::simulate::mails::MailLine;

const CALL: &str = "主题：新品启动会\n目标：确定分工\n时间：2026年3月12日 14:00-15:00\n地点：301会议室\n主持人：张三\n记录人：王芳\n\
    参会人：李雷（执行人）、王芳（执行人）、赵强（决策人）、Bob Li（执行人）\n议题：\n\
    1. 测试资源协调（15分钟，主讲：李雷，必达结论：确认到位时间）\n\
    2. 上市节奏（15分钟，主讲：王芳，必达结论：定下上市日）\n3. 预算（15分钟，主讲：张三，必达结论：定预算）\n\
    材料：李雷 推广方案；研发部 测试计划\n";

fn called() -> Story {
    let mut story = Story::office();
    story.at("03-10 10:00").mail("zhangsan", &[], "新品启动会", CALL);
    story
}

/// 张三请您…, how many others got it, whom to call; nothing of it in the letters after the first (O19). What is to be done
/// comes first in a subject, one id last (O20).
#[test]
fn a_letter_speaks_for_the_organizer() {
    let story = called();
    let notice = story.letter("meeting_notice", "lilei");
    assert!(notice.text.contains("张三请您参加会议，共 5 人"), "{}", notice.text);
    assert!(notice.text.contains("有疑问请找张三（8021）"), "{}", notice.text);
    assert_eq!(notice.sent.subject, "请确认参加：新品启动会 [M-1]");
    let english = story.letter("meeting_notice", "bob");
    assert!(english.text.contains("张三 invites you to a meeting, 5 people in all."), "{}", english.text);
    assert!(english.text.contains("Questions? Ask 张三 (8021)."), "{}", english.text);
    assert_eq!(english.sent.subject, "Please confirm: 新品启动会 [M-1]");
}

/// A house may speak plainly: no 您, no 请您.
#[test]
fn a_house_that_speaks_plainly() {
    let mut story = Story::office().with(|config| config.assistant.tone = duban::config::Tone::Plain);
    story.at("03-10 10:00").mail("zhangsan", &[], "新品启动会", CALL);
    let text = &story.letter("meeting_notice", "lilei").text;
    assert!(text.contains("李雷，你好") && !text.contains('您'), "{text}");
    let english = &story.letter("meeting_notice", "bob").text;
    assert!(english.contains("Hi Bob Li,"), "{english}");
}

/// A number without a letter is nobody's line: it is asked which, and in answer to that the number counts (O22).
#[test]
fn a_number_that_answers_no_letter() {
    let mut story = Story::office();
    for (id, task, owner) in [
        ("A-1", "提交推广方案", "李雷"),
        ("A-2", "预订展位", "李雷"),
        ("A-3", "book the booth", "Bob Li"),
        ("A-4", "send the price list", "Bob Li"),
    ] {
        story.action(
            serde_json::json!({"id": id, "task": task, "owner": owner, "due": "2026-03-20", "state": "confirmed"}),
        );
    }
    for (who, words, said, id) in
        [("lilei", "2 完成", "说的是哪一项", "A-2"), ("bob", "2 done", "Which item is", "A-4")]
    {
        story.at("03-10 10:00").mail(who, &[], "", words);
        let asked = story.letter("error", who);
        assert!(asked.text.contains(said), "{}", asked.text);
        assert_eq!(story.object(id)["state"], "confirmed");
        story.reply(who, "error", words);
        assert_eq!(story.object(id)["percent"], 100, "{}", story.told());
    }
    assert_eq!(story.object("A-1")["state"], "confirmed");
    assert_eq!(story.object("A-3")["state"], "confirmed");
}

/// 撤销 after somebody decided on it: it stays, both are told, and whoever decided is asked (O28).
#[test]
fn taken_back_after_somebody_decided() {
    let mut story = Story::office();
    story.action(serde_json::json!({"id": "A-1", "task": "预订展位", "owner": "李雷", "due": "2026-03-20", "state": "confirmed"}));
    story.action(serde_json::json!({"id": "A-2", "task": "book the booth", "owner": "Bob Li", "due": "2026-03-20", "state": "confirmed",
        "source": {"kind": "mail", "id": null, "message_id": null, "line": null}}));
    story.at("03-10 10:00").mail("zhangsan", &[], "任务", "任务：更新价格表；负责人：李雷；截止时间：3月18日\n");
    story.at("03-10 10:30").mail("zhangsan", &[], "A-3", "A-3 转给王芳");
    story.at("03-10 11:00").reply("wangfang", "confirmation", "确认");
    story.at("03-10 11:30").mail("zhangsan", &[], "A-3", "撤销");
    story.at("03-10 12:00");
    assert_eq!(story.object("A-3")["owner"], "王芳", "{}", story.told());
    let receipt = &story.letter("receipt", "zhangsan").text;
    assert!(receipt.contains("没有撤销：别人已据此作了决定"), "{receipt}");
    assert!(!receipt.contains("【已撤销】"), "{receipt}");
    story.at("03-11 10:00");
    let digest = &story.letter("digest", "wangfang").text;
    assert!(digest.contains("张三 想撤销，请您定夺：更新价格表"), "{digest}");
}

/// What was done cannot be handed to somebody else: the organizer is told so, and nothing is undone that never was.
#[test]
fn what_is_done_is_not_handed_on() {
    let mut story = Story::office();
    story.at("03-10 10:00").mail("zhangsan", &[], "任务", "任务：更新价格表；负责人：李雷；截止时间：3月18日\n");
    story.at("03-10 10:30").reply("lilei", "confirmation", "完成");
    story.at("03-10 13:00").mail("zhangsan", &[], "A-1", "A-1 转给王芳");
    story.at("03-10 13:30");
    let receipt = &story.letter("receipt", "zhangsan").text;
    assert!(receipt.contains("“A-1 转给王芳”（更新价格表，已经完成，要先退回）"), "{receipt}");
    story.mail("zhangsan", &[], "A-1", "撤销");
    story.at("03-10 14:00");
    assert!(!story.letters("receipt").iter().any(|letter| letter.text.contains("【已撤销】")), "{}", story.told());
    assert_eq!(story.object("A-1")["state"], "done");
}

/// A granted date is told as the move it is.
#[test]
fn a_granted_date_is_told_as_it_moved() {
    let mut story = Story::office();
    story.at("03-10 10:00").mail("zhangsan", &[], "任务", "任务：更新价格表；负责人：李雷；截止时间：3月18日\n");
    story.at("03-10 10:30").reply("lilei", "confirmation", "1 延期到3月27日，原因：等报价");
    story.at("03-10 11:00");
    let receipt = &story.letter("receipt", "lilei").text;
    assert!(receipt.contains("· 改期：更新价格表，截止 3月18日 周三 → 3月27日 周五，原因：等报价 [A-1]"), "{receipt}");
    story.at("03-11 09:30").reply("zhangsan", "digest", "1 同意");
    story.at("03-12 10:00");
    let receipt = &story.letter("digest", "zhangsan").text;
    assert!(receipt.contains("· 同意：更新价格表，截止 3月18日 周三 → 3月27日 周五 [A-1]"), "{receipt}");
}

/// Reason and measure stand in the receipt under their names, in both languages, and nobody is told their own name.
#[test]
fn behind_with_reason_and_measure() {
    let mut story = Story::office();
    story.action(serde_json::json!({"id": "A-1", "task": "预订展位", "owner": "李雷", "due": "2026-03-20", "state": "confirmed"}));
    story.action(serde_json::json!({"id": "A-2", "task": "book the booth", "owner": "Bob Li", "due": "2026-03-20", "state": "confirmed"}));
    story.at("03-10 10:00").mail("lilei", &[], "A-1", "A-1 滞后，原因：供应商晚到；措施：改用备选");
    story.mail("bob", &[], "A-2", "A-2 behind, reason: the vendor is late; measure: use the spare one");
    story.at("03-10 11:00");
    let receipt = &story.letter("receipt", "lilei").text;
    assert!(
        receipt.contains("· 滞后：预订展位，截止 3月20日 周五，原因：供应商晚到；措施：改用备选 [A-1]"),
        "{receipt}"
    );
    let receipt = &story.letter("receipt", "bob").text;
    assert!(
        receipt.contains(
            "- behind: book the booth, due Fri 20 Mar, because: the vendor is late; measure: use the spare one [A-2]"
        ),
        "{receipt}"
    );
}

/// Outcomes as reached, not reached, not discussed; what was not reached goes on; a decision without its decider waits to
/// be ratified; who was absent reads what concerns them (O34).
#[test]
fn what_the_meeting_reached() {
    let mut story = called();
    let text = "会议纪要\n出席：张三、李雷、王芳\n缺席：赵强、Bob Li\n结论：\n1. 测试资源协调：达成，3月20日到位\n2. 上市节奏：未达成\n\
        决议：\n1. 测试服务器用旧的\n待办事项：\n1. 赵强 协调测试服务器 3月20日\n2. Bob Li 提交海外报价 3月20日\n";
    story.at("03-12 16:00").reply("wangfang", "meeting_notice", text);
    story.at("03-12 17:00");
    let chinese = &story.letter("summary", "zhaoqiang").text;
    for said in [
        "您缺席了这次会议，以下与您有关",
        "达成：测试资源协调 — 确认到位时间",
        "未达成：上市节奏 — 定下上市日",
        "未讨论：预算 — 定预算",
        "没有达成的转入下次：定下上市日、定预算",
        "测试服务器用旧的（待追认）",
    ] {
        assert!(chinese.contains(said), "{said}: {chinese}");
    }
    let english = &story.letter("summary", "bob").text;
    for said in [
        "You were not at this meeting",
        "reached: 测试资源协调",
        "not reached: 上市节奏",
        "not discussed: 预算",
        "(to be ratified)",
        "carried over",
    ] {
        assert!(english.contains(said), "{said}: {english}");
    }
    assert_eq!(story.object("M-1")["attendees"][2]["attended"], false);
}

/// A link is a material with its name, passed on as text; a department's material is its contact's, who is told how long it
/// should be; 材料 M-1 and 附件 A-1 send files to who may see them (O35).
#[test]
fn materials_and_files() {
    let mut story = called();
    story.at("03-10 14:00").reply("lilei", "meeting_notice", "参加，方案在 https://docs.qq.com/doc/abc123");
    story.at("03-11 12:00");
    let chase = &story.letter("materials_chase", "wangfang").text;
    assert!(chase.contains("测试计划") && chase.contains("不超过 5 页，结论放在最前面"), "{chase}");
    story.mail_line(MailLine {
        from: Some(address("wangfang")),
        subject: Some("M-1 测试计划".into()),
        text: Some("测试计划见附件".into()),
        attach: vec![("测试计划.docx".into(), b"plan".to_vec())],
        authenticated: true,
        ..MailLine::default()
    });
    story.at("03-12 10:00");
    for (who, said) in [
        ("zhaoqiang", "推广方案（李雷）：https://docs.qq.com/doc/abc123"),
        ("bob", "推广方案 (李雷): https://docs.qq.com/doc/abc123"),
    ] {
        let pack = story.letter("materials_pack", who);
        assert!(pack.text.contains(said), "{}", pack.text);
        assert_eq!(pack.attachments, ["测试计划.docx"], "{}", pack.text);
    }
    story.mail("bob", &[], "files", "files M-1");
    assert_eq!(story.letter("answer", "bob").attachments, ["测试计划.docx"], "{}", story.told());
    story.mail("alice", &[], "files", "files M-1");
    assert!(story.letters_to("alice").iter().all(|letter| letter.attachments.is_empty()), "{}", story.told());
}
