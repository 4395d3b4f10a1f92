//! Secretaries and deputies (O5), mail that came in secret (O10), and people of other houses (O39).

use crate::story::{Story, address, table};
use duban::simulate::mails::MailLine;
use serde_json::json;

/// 赵强 has a secretary, 孙敏; a call with him in it.
fn called() -> Story {
    let mut story = Story::office();
    story.person(json!({"name": "孙敏", "address": "sunmin@example.com", "department": "研发部"}));
    story.person(json!({"name": "赵强", "address": "zhaoqiang@example.com", "department": "研发部", "role": "head",
        "manager": "郭总", "assistant": "孙敏"}));
    story.at("03-11 10:00").mail(
        "zhangsan",
        &[],
        "评审会",
        "主题：评审会\n时间：3月13日 14:00-15:00\n地点：301会议室\n参会人：赵强（决策人）、李雷\n",
    );
    story
}

/// The secretary gets a copy of what asks for an answer, without the invite, and answers for him in her own words.
#[test]
fn the_secretary_answers_for_the_boss() {
    let mut story = called();
    story.at("03-11 11:00");
    let copy = story.letter("meeting_notice", "sunmin");
    assert!(copy.sent.subject.starts_with("代赵强："), "{}", copy.sent.subject);
    assert!(copy.text.contains("发给 赵强") && copy.ics.is_none(), "{}", copy.text);
    assert_eq!(story.count("meeting_notice", "zhaoqiang"), 1);
    story.reply("sunmin", "meeting_notice", "赵总参加，会晚到10分钟");
    assert_eq!(story.rsvp("M-1", "zhaoqiang"), "accepted", "{}", story.told());
    let people = story.object("M-1")["attendees"].as_array().unwrap().len();
    assert_eq!(people, 2, "the secretary is no attendee");
}

/// She reports on his items as he would; 收到 to two of them still confirms none.
#[test]
fn the_secretary_reports() {
    let mut story = called();
    story.at("03-11 16:00").mail(
        "zhangsan",
        &["zhaoqiang"],
        "周会纪要",
        "会议纪要\n待办事项：\n1. 负责人：赵强；任务：整理预算；截止时间：3月18日\n2. 负责人：赵强；任务：选定供应商；截止时间：3月20日\n",
    );
    story.at("03-11 17:00").reply("sunmin", "confirmation", "收到");
    assert_eq!(story.item("整理预算")["state"], "proposed", "{}", story.told());
    story.reply("sunmin", "confirmation", "1 确认 2 完成");
    assert_eq!(story.item("整理预算")["state"], "confirmed");
    assert_eq!(story.item("选定供应商")["state"], "done");
}

/// A deputy named by mail reports within the days, and approves only where that was said.
#[test]
fn a_deputy_approves_only_when_told_so() {
    for (words, granted) in [("3月12日到20日由李雷代理", false), ("3月12日到20日由李雷代理，可以代批", true)]
    {
        let mut story = Story::office();
        story.action(
            json!({"id": "A-1", "task": "整理预算", "owner": "王芳", "due": "2026-03-13", "state": "confirmed",
            "source": {"kind": "meeting", "id": "M-1"}}),
        );
        story.meeting(json!({"id": "M-1", "title": "例会", "organizer": "张三", "state": "minuted"}));
        story.at("03-11 10:00").mail("zhangsan", &[], "代理", words);
        story.at("03-11 10:30");
        let receipt = &story.letter("receipt", "zhangsan").text;
        assert!(receipt.contains("由 李雷 代理 张三") && receipt.contains("3月12日"), "{receipt}");
        story.at("03-12 10:00").mail("wangfang", &[], "A-1", "A-1 延期到3月25日，因为数据晚到");
        story.at("03-13 09:30");
        assert_eq!(
            story.count("digest", "lilei") > 0 && story.letter("digest", "lilei").text.contains("延到"),
            granted
        );
        story.mail("lilei", &[], "A-1", "A-1 同意");
        assert_eq!(story.object("A-1")["due"] == "2026-03-25", granted, "{words}: {}", story.told());
    }
}

/// The same in English; 撤销 takes the stand-in back.
#[test]
fn an_english_deputy_taken_back() {
    let mut story = Story::office();
    story.action(json!({"id": "A-1", "task": "send the contract", "owner": "Alice Wong", "due": "2026-03-18", "state": "proposed"}));
    story.at("03-11 10:00").mail("alice", &[], "away", "Bob Li is my deputy from March 12 to March 20");
    story.at("03-11 10:30");
    assert!(story.letter("receipt", "alice").text.contains("Bob Li stands in for Alice Wong"), "{}", story.told());
    story.at("03-12 10:00").mail("bob", &[], "A-1", "A-1 60%");
    assert_eq!(story.object("A-1")["state"], "in_progress", "{}", story.told());
    story.at("03-12 10:30").mail("alice", &[], "oops", "undo");
    story.at("03-12 11:00").mail("bob", &[], "A-1", "A-1 done");
    assert_eq!(story.object("A-1")["state"], "in_progress", "{}", story.told());
}

/// Sender names the secretary: she reports in his name, but does not approve in it.
#[test]
fn sent_on_behalf() {
    let on_behalf = |text: &str| MailLine {
        from: Some(address("zhaoqiang")),
        subject: Some("A-1".into()),
        text: Some(text.into()),
        headers: vec![("Sender".into(), "孙敏 <sunmin@example.com>".into())],
        authenticated: true,
        ..MailLine::default()
    };
    let mut story = called();
    story.script(json!({"at": "2026-03-11T10:01:00+08:00", "from": "zhaoqiang@example.com", "to": ["wangfang@example.com"],
        "cc": ["duban@example.com"], "subject": "合同", "text": "@督办 任务：更新合同；负责人：王芳；截止时间：3月18日\n"}));
    story.at("03-11 12:00").mail("wangfang", &[], "A-1", "A-1 完成");
    story.at("03-11 13:00").mail_line(on_behalf("A-1 通过"));
    assert_eq!(story.object("A-1")["state"], "done", "{}", story.told());
    story.at("03-11 14:00").mail("zhaoqiang", &[], "A-1", "A-1 通过");
    assert_eq!(story.object("A-1")["state"], "accepted", "{}", story.told());
}

/// Minutes that came in Bcc stay between their sender and us until 公开.
#[test]
fn in_secret_until_the_sender_says_so() {
    let mut story = Story::office();
    story.at("03-11 16:00").mail_line(MailLine {
        from: Some(address("zhangsan")),
        to: Some(vec![address("lilei")]),
        subject: Some("周会纪要".into()),
        text: Some("会议纪要\n待办事项：\n1. 负责人：李雷；任务：提交测试报告；截止时间：3月18日\n".into()),
        authenticated: true,
        ..MailLine::default()
    });
    story.at("03-12 12:00");
    assert_eq!(story.since("03-11 16:00"), [("answer".to_string(), "zhangsan".to_string())]);
    assert!(story.actions().is_empty());
    story.reply("zhangsan", "answer", "收到");
    assert!(story.actions().is_empty());
    story.reply("zhangsan", "answer", "公开");
    story.at("03-12 13:00");
    assert_eq!(story.count("confirmation", "lilei"), 1, "{}", story.told());
}

/// A supplier is in the call: the organizer releases the first letter, in which nobody else stands.
#[test]
fn the_first_letter_outside_is_released() {
    let mut story = Story::office();
    story.person(json!({"name": "陈工", "address": "chen@supplier.example"}));
    story.at("03-09 10:00").mail(
        "zhangsan",
        &[],
        "谈判",
        "主题：供应商谈判\n时间：3月12日 14:00-15:00\n地点：302\n参会人：陈工 chen@supplier.example、李雷（决策人）\n",
    );
    story.at("03-09 10:30");
    assert_eq!(story.letters_to("chen@supplier.example").len(), 0, "{}", story.told());
    assert_eq!(story.count("meeting_notice", "lilei"), 1);
    story.reply("zhangsan", "answer", "发送");
    story.at("03-09 11:00");
    let notice = story.letter("meeting_notice", "chen@supplier.example");
    assert!(!notice.text.contains("李雷"), "no list of people: {}", notice.text);
    assert!(notice.text.contains("供应商谈判"));
}

/// Somebody outside is reminded once a week, politely, and hears nothing of what goes on inside.
#[test]
fn outside_once_a_week() {
    let mut story = Story::office();
    story.person(json!({"name": "Carl Chen", "address": "carl@supplier.example", "language": "en"}));
    story.action(json!({"id": "A-1", "task": "send the price list", "owner": "Carl Chen", "due": "2026-03-10",
        "state": "confirmed", "source": {"kind": "meeting", "id": "M-1"}}));
    story.meeting(json!({"id": "M-1", "title": "prices", "organizer": "Alice Wong", "state": "minuted"}));
    story.at("03-09 08:00").mail("alice", &[], "hello", "help");
    story.at("03-09 12:00");
    assert_eq!(story.letters_to("carl@supplier.example").len(), 0);
    story.reply("alice", "answer", "send");
    story.at("03-27 12:00");
    let letters = story.letters_to("carl@supplier.example");
    let days: Vec<String> = letters.iter().map(|l| l.at.format("%m-%d").to_string()).collect();
    assert_eq!(days, ["03-09", "03-16", "03-23"], "{}", story.told());
    for letter in &letters {
        assert!(!letter.text.contains("reason") && !letter.text.to_lowercase().contains("escalat"), "{}", letter.text);
    }
    assert!(letters.last().unwrap().text.contains("Thank you for working with us"));
    assert!(story.count("escalation", "alice") == 1, "inside it takes its usual course: {}", story.told());
}

/// Two people of one supplier see what their firm has to do; people of another, or of a public provider, see their own.
#[test]
fn a_firm_sees_its_own_items() {
    for (firm, sees) in [("supplier.example", true), ("163.com", false)] {
        let mut story = Story::office();
        let (chen, he) = (format!("chen@{firm}"), format!("he@{firm}"));
        story.person(json!({"name": "陈工", "address": chen.clone()}));
        story.person(json!({"name": "何工", "address": he.clone()}));
        story.meeting(json!({"id": "M-1", "title": "供货", "organizer": "张三", "state": "minuted",
            "attendees": [{"name": "陈工", "address": chen}, {"name": "何工", "address": he}, {"name": "李雷", "address": "lilei@example.com"}]}));
        for (id, task, owner) in [("A-1", "寄样品", "陈工"), ("A-2", "开发票", "何工"), ("A-3", "内部比价", "李雷")]
        {
            story.action(json!({"id": id, "task": task, "owner": owner, "due": "2026-03-25", "state": "confirmed",
                "source": {"kind": "meeting", "id": "M-1"}}));
        }
        story.at("03-11 10:00").mail(&chen, &[], "我的待办", "我的待办");
        let text = story.letter("answer", &chen).text.clone();
        assert!(text.contains("寄样品") && !text.contains("内部比价"), "{text}");
        assert_eq!(text.contains("开发票"), sees, "{firm}: {text}");
        story.at("03-11 11:00").mail(&chen, &[], "状态 M-1", "状态 M-1");
        let text = story.letter("answer", &chen).text.clone();
        assert!(text.contains("寄样品") && !text.contains("内部比价") && !text.contains("李雷"), "{text}");
        assert_eq!(text.contains("开发票"), sees, "{firm}: {text}");
    }
}

/// The same in English, for one item by its id: a colleague's is told, another house's does not exist.
#[test]
fn an_item_of_another_house_does_not_exist() {
    let mut story = Story::office();
    for (name, address) in [
        ("Carl Chen", "carl@supplier.example"),
        ("Dora Day", "dora@supplier.example"),
        ("Eve Orr", "eve@rival.example"),
    ] {
        story.person(json!({"name": name, "address": address, "language": "en"}));
    }
    story.action(
        json!({"id": "A-1", "task": "send the samples", "owner": "Dora Day", "due": "2026-03-25", "state": "confirmed",
        "source": {"kind": "mail"}}),
    );
    story.at("03-11 10:00").mail("carl@supplier.example", &[], "status A-1", "status A-1");
    assert!(story.letter("answer", "carl@supplier.example").text.contains("send the samples"), "{}", story.told());
    story.mail("eve@rival.example", &[], "status A-1", "status A-1");
    assert!(!story.letters_to("eve@rival.example").iter().any(|l| l.text.contains("samples")), "{}", story.told());
    // Seeing is not doing.
    story.at("03-11 11:00").mail("carl@supplier.example", &[], "A-1", "A-1 done");
    assert_eq!(story.object("A-1")["state"], "confirmed", "{}", story.told());
}

/// Corrected minutes: a supplier hears of the own item alone, not of others' items, names, decisions or risks (O39).
#[test]
fn a_correction_tells_a_supplier_of_the_own_item_alone() {
    let first = "决议事项：\n1. 供方价格底线定为80万\n行动项：\n1. 负责人：李雷 任务：内部评估供应商价格底线 截止时间：3月18日\n2. 负责人：刘伟 任务：更换供方备件 截止时间：3月20日\n";
    let second = first.replace("3月18日", "3月19日").replace("3月20日", "3月25日")
        + "3. 负责人：赵强 任务：谈备选供应商 截止时间：3月25日\n决议事项：\n2. 若精工不降价则更换供应商\n";
    let mut story = Story::office();
    let liu = "liuwei@supplier.example";
    story.person(json!({"name": "刘伟", "address": liu}));
    story.meeting(json!({"id": "M-1", "title": "新品启动会", "start": "2026-03-11T10:00:00+08:00", "minutes": 60,
        "organizer": "张三", "organizer_address": "zhangsan@example.com", "state": "held",
        "attendees": [{"name": "李雷", "address": "lilei@example.com"}, {"name": "赵强", "address": "zhaoqiang@example.com"}]}));
    story.at("03-11 14:00").mail("zhangsan", &[], "新品启动会 会议纪要", first);
    story.at("03-11 15:00").reply("zhangsan", "answer", "发送");
    story.at("03-12 10:00").mail("zhangsan", &[], "新品启动会 会议纪要（更正）", &second);
    story.at("03-12 12:00");
    let letter = story.letter("summary_correction", liu);
    assert!(letter.text.contains("更换供方备件") && letter.text.contains("3月25日"), "{}", letter.text);
    for inside in ["价格底线", "备选供应商", "赵强", "不降价", "【决议】"] {
        assert!(!letter.text.contains(inside), "{inside}: {}", letter.text);
    }
    let colleague = story.letter("summary_correction", "lilei");
    assert!(colleague.text.contains("备选供应商") && colleague.text.contains("不降价"), "{}", colleague.text);
}

/// A supplier in a project's plan: the own rows, no names of what it waits for, nothing of the project's end (O39).
#[test]
fn a_plan_shows_a_supplier_the_own_rows() {
    let mut story = Story::office();
    let liu = "liuwei@supplier.example";
    story.person(json!({"name": "刘伟", "address": liu, "department": "精工公司"}));
    story.at("03-11 10:00").mail(
        "zhangsan",
        &[],
        "项目启动:V2.0版本升级",
        "项目启动信息表\n项目名称:V2.0版本升级\n核心目标:3个月内上线V2.0,留存率提升15%\n起止时间:2026-03-16 至 2026-06-15\n项目经理:张三\n分管领导:郭总\n参与部门:研发部(主导)、市场部(配合)",
    );
    let plan = table(
        "序号|责任部门|任务|负责人|开始时间|完成时间|前置任务",
        &[
            "1|研发部|支付模块改造|王芳|2026-03-16|2026-03-27|",
            "2|精工公司|备件供货|刘伟|2026-03-30|2026-04-03|1",
            "3|研发部|压低精工报价|赵强|2026-03-13|2026-03-20|",
        ],
    );
    story.at("03-12 10:00").mail("zhangsan", &[], "任务分工表:V2.0版本升级 [P-1]", &plan);
    story.at("03-12 11:00").reply("zhangsan", "answer", "发送");
    story.at("03-12 12:00");
    assert!(story.letter("tables_agreed", liu).text.contains("备件供货"), "{}", story.told());
    story.at("03-13 11:00").reply("wangfang", "tables_agreed", "1 延期到4月10日，因为供应商接口延期");
    story.at("03-16 11:00").reply("zhangsan", "digest", "1 同意");
    story.at("03-17 10:00").mail("zhangsan", &[], "[P-1] 变更", "P-1 需求变更：换掉精工的备件");
    story.at("03-18 10:00").mail("zhangsan", &[], "[P-1] 取消", "取消项目 P-1，原因：精工太贵");
    story.at("03-18 12:00");
    let told = story.letter("dependency", liu);
    assert!(told.text.contains("前一步") && told.text.contains("4月10日"), "{}", told.text);
    assert!(story.letter("project_update", liu).text.contains("备件供货"), "{}", story.told());
    for letter in story.letters_to(liu) {
        for inside in ["支付模块", "压低", "王芳", "赵强", "A-1]", "换掉", "太贵"] {
            assert!(!letter.text.contains(inside), "{inside}: {}", letter.text);
        }
    }
    assert!(story.letter("tables_agreed", "zhaoqiang").text.contains("支付模块"), "{}", story.told());
}
