//! What one mail may cause: more than sixty people are named by their number first (O12), and a file too large for a letter
//! is named with where it lies (O35, O43).

use crate::story::{Story, address, table};
use duban::simulate::mails::{Choice, MailLine};
use serde_json::json;

const HEADS: &str = "序号|责任部门|任务|负责人|完成时间";

/// The usual office and this many further people, half of them in 研发部.
fn crowd(people: usize, language: &str) -> Story {
    let mut story = Story::office();
    for n in 1..=people {
        let department = if n % 2 == 0 { "研发部" } else { "门店部" };
        story.person(json!({"name": format!("员工{n:02}"), "address": format!("p{n:02}@example.com"),
            "department": department, "language": language}));
    }
    story
}

/// A task for each of them, as a table.
fn plan(people: usize) -> String {
    let rows: Vec<String> =
        (1..=people).map(|n| format!("{n}|门店部|巡检第{n}号门店|员工{n:02}|2026-03-{:02}", 18 + n % 10)).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    table(HEADS, &rows)
}

/// 85 owners: nothing is in force until the sender names the number, and then it goes out once.
#[test]
fn a_plan_for_eighty_five_people() {
    let mut story = crowd(85, "zh-CN");
    story.at("03-11 10:00").mail("zhangsan", &[], "任务分工表:门店巡检", &plan(85));
    let asked = story.letter("answer", "zhangsan");
    assert!(asked.sent.subject.starts_with("请确认发送给 85 人"), "{}", asked.sent.subject);
    for said in ["门店部 43 人", "研发部 42 人", "85 项任务", "确认发送给 85 人", "不回复就不会发出"]
    {
        assert!(asked.text.contains(said), "{said}: {}", asked.text);
    }
    story.at("03-11 11:00");
    assert_eq!(story.since("03-11 10:00"), [("answer".to_string(), "zhangsan".to_string())], "{}", story.told());
    assert!(story.actions().is_empty(), "not in force yet");
    assert!(story.withheld().iter().any(|why| why.contains("O12")), "{:?}", story.withheld());

    story.reply("zhangsan", "answer", "发送");
    story.at("03-11 11:30");
    assert_eq!(story.letters("tables_agreed").len(), 0, "a bare word does not send to so many: {}", story.told());
    assert_eq!(story.count("answer", "zhangsan"), 2, "{}", story.told());

    story.reply("zhangsan", "answer", "确认发送给 85 人");
    story.at("03-11 12:00");
    assert_eq!(story.actions().len(), 85);
    for n in 1..=85 {
        let name = format!("p{n:02}");
        let got: Vec<&str> = story.letters_to(&name).iter().map(|l| l.sent.letter.as_str()).collect();
        assert_eq!(got, ["tables_agreed"], "{name}: {}", story.told());
    }
    assert_eq!(story.count("answer", "zhangsan"), 2, "asked no more: {}", story.told());
}

/// A table of sixty goes out unasked; a change that reaches everybody of a large project is asked, too.
#[test]
fn sixty_people_and_one_more() {
    let mut story = crowd(61, "zh-CN");
    story.at("03-11 10:00").mail("zhangsan", &[], "任务分工表:门店巡检", &plan(60));
    story.at("03-11 11:00");
    assert_eq!(story.letters("tables_agreed").len(), 61, "sixty and who runs it: {}", story.told());
    assert_eq!(story.letters("answer").len(), 0);
    let table = table(HEADS, &["1|门店部|复核巡检结果|员工61|2026-04-10"]);
    story.at("03-11 12:00").mail("zhangsan", &[], "任务分工表:门店巡检 [P-1]", &table);
    story.at("03-12 10:00").mail("zhangsan", &[], "[P-1]", "需求变更：巡检改为每周两次");
    assert!(story.letter("answer", "zhangsan").sent.subject.contains("61 人"), "{}", story.told());
    story.at("03-12 11:00");
    assert_eq!(story.letters("project_update").len(), 0, "{}", story.told());
    story.reply("zhangsan", "answer", "确认发送给61人");
    story.at("03-12 12:00");
    assert_eq!(story.letters("project_update").len(), 61, "{}", story.told());
}

/// In English; whoever lets it rest hears no more of it.
#[test]
fn seventy_people_in_english() {
    let mut story = crowd(70, "en");
    let ask = |story: &mut Story, when: &str| {
        let rows: Vec<String> =
            (1..=70).map(|n| format!("{n}|门店部|Check store {n}|员工{n:02}|2026-03-{:02}", 18 + n % 10)).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        story.at(when).mail("alice", &[], "Task table: store checks", &table("No|Department|Task|Owner|Due", &rows));
    };
    ask(&mut story, "03-11 10:00");
    let asked = &story.letter("answer", "alice").text;
    assert!(asked.contains("would write to 70 people") && asked.contains("I read 70 tasks"), "{asked}");
    story.reply("alice", "answer", "cancel");
    story.at("03-13 18:00");
    assert_eq!(story.since("03-11 10:00").len(), 1, "{}", story.told());
    ask(&mut story, "03-16 10:00");
    story.reply("alice", "answer", "Yes, send to 70 people");
    story.at("03-16 11:00");
    assert_eq!(
        story.letters("tables_agreed").iter().filter(|l| l.sent.to.starts_with('p')).count(),
        70,
        "{}",
        story.told()
    );
}

/// Two megabytes where one letter carries one: the letter says where the file lies, and the archive has it.
fn handed_in(archive: Option<&str>) -> Story {
    let mut story = Story::office().with(|config| {
        config.policy.attachments_mb = 1;
        config.archive.folder = archive.map(Into::into);
    });
    story.action(json!({"id": "A-1", "task": "提交测试报告", "owner": "李雷", "due": "2026-03-12", "state": "confirmed",
        "source": {"kind": "mail", "id": null, "message_id": null, "line": null}, "_organizer_address": "zhangsan@example.com"}));
    story.at("03-11 10:00").mail("zhaoqiang", &["zhangsan"], "抄送", "大家好");
    story.at("03-12 09:30").mail_line(MailLine {
        from: Some(address("lilei")),
        text: Some("完成".into()),
        reply_to: Some(Choice { letters: vec!["digest".into()], to: address("lilei"), object: None, nth: -1 }),
        attach: vec![("测试报告.docx".into(), vec![b'x'; 2 << 20]), ("截图.png".into(), vec![b'y'; 1000])],
        authenticated: true,
        ..MailLine::default()
    });
    story.at("03-12 10:30");
    story
}

#[test]
fn a_deliverable_too_large_for_a_letter() {
    let mut story = handed_in(Some("//nas/duban"));
    let letter = story.letter("acceptance_request", "zhangsan");
    assert_eq!(letter.attachments, ["截图.png"], "{}", letter.text);
    let said = "附件太大，没有随信：测试报告.docx。文件在 //nas/duban/A-1-提交测试报告。";
    assert!(letter.text.contains(said), "{}", letter.text);
    let kept: Vec<String> = story.archive("A-1").into_iter().map(|(path, _)| path).collect();
    assert!(kept.contains(&"files/A-1-测试报告.docx".to_string()), "{kept:?}");
    story.mail("zhangsan", &[], "附件 A-1", "附件 A-1");
    let letter = story.letter("answer", "zhangsan");
    assert_eq!(letter.attachments, ["截图.png"]);
    assert!(letter.text.contains("测试报告.docx。文件在 //nas/duban/A-1-提交测试报告。"), "{}", letter.text);
}

/// Where no archive is kept, the letter says who has the file.
#[test]
fn a_deliverable_too_large_and_no_archive() {
    let story = handed_in(None);
    let letter = story.letter("acceptance_request", "zhangsan");
    assert!(letter.text.contains("没有随信：测试报告.docx。需要的话请向 李雷 索取。"), "{}", letter.text);
}

/// Materials above the limit: the pack carries what fits and names the rest, to outsiders without the folder.
#[test]
fn materials_too_large_for_the_pack() {
    let mut story = Story::office().with(|config| {
        config.policy.attachments_mb = 1;
        config.archive.folder = Some("//nas/duban".into());
    });
    let call = "请召集会议。\n主题：方案评审\n时间：2026年3月16日（周一）14:00-15:00\n主持人：张三\n参会人：李雷、王芳、Alice Wong\n\
                议题：\n1. 方案评审（30分钟，主讲：李雷，必达结论：定稿）\n材料：总体方案（李雷，3月13日前）";
    story.at("03-11 10:00").mail("zhangsan", &[], "会议：方案评审", call);
    story.at("03-12 10:00").mail_line(MailLine {
        from: Some(address("lilei")),
        text: Some("总体方案请查收。".into()),
        reply_to: Some(Choice { letters: vec!["meeting_notice".into()], to: address("lilei"), object: None, nth: -1 }),
        attach: vec![("总体方案.pdf".into(), vec![b'x'; 2 << 20])],
        authenticated: true,
        ..MailLine::default()
    });
    story.at("03-13 18:00");
    let pack = story.letter("materials_pack", "wangfang");
    assert!(pack.attachments.is_empty(), "{:?}", pack.attachments);
    assert!(pack.text.contains("总体方案.pdf（李雷），文件较大没有随信，在 //nas/duban/M-1-方案评审"), "{}", pack.text);
    let pack = story.letter("materials_pack", "alice");
    assert!(pack.text.contains("too large to attach, to be found in //nas/duban/M-1-方案评审"), "{}", pack.text);
    assert!(
        story.archive("M-1").iter().any(|(path, bytes)| path == "files/M-1-总体方案.pdf" && bytes.len() == 2 << 20)
    );
}
