//! Questions by mail (SPEC 4.7): what is answered, to whom, and what nobody but the people concerned may see.

use crate::story::Story;
use chrono::{DateTime, Utc};
use serde_json::json;

/// A meeting with two items and a decision, a project, an issue; Tom is a supplier.
fn office() -> Story {
    let mut story = Story::office();
    story.person(json!({"name": "Tom Vendor", "address": "tom@vendor.example", "language": "en"}));
    story.meeting(json!({"id": "M-1", "title": "新品启动会", "organizer": "张三", "organizer_address": "zhangsan@example.com",
        "start": "2026-03-05T10:00:00+08:00", "state": "minuted",
        "attendees": [{"name": "李雷", "address": "lilei@example.com", "role": "doer"}, {"name": "王芳", "address": "wangfang@example.com", "role": "doer"},
            {"name": "Tom Vendor", "address": "tom@vendor.example", "role": "informed"}],
        "decisions": [{"text": "预算按 200 万执行", "line": "决议：预算按 200 万执行"}, {"text": "6月18日上市", "line": "6月18日上市"}]}));
    let source = json!({"kind": "meeting", "id": "M-1", "message_id": null, "line": null});
    for (id, task, owner, due) in [
        ("A-1", "提交测试报告", "李雷", "2026-03-20"),
        ("A-2", "=cmd|' /C calc'!A0", "李雷", "2026-03-06"),
        ("A-3", "确认样品", "Tom Vendor", "2026-03-25"),
    ] {
        story.action(
            json!({"id": id, "task": task, "owner": owner, "due": due, "state": "confirmed", "source": source}),
        );
    }
    story.script(json!({"project": {"id": "P-3", "name": "新品上市", "manager": "张三", "manager_address": "zhangsan@example.com",
        "members": [{"department": "研发部", "responsibility": "support", "person": "王芳"}], "start": "2026-03-02", "end": "2026-04-30", "state": "running"}}));
    for (id, task, owner, due) in
        [("A-11", "渠道协议", "王芳", "2026-03-18"), ("A-12", "投放计划", "王芳", "2026-03-27")]
    {
        story.action(json!({"id": id, "task": task, "owner": owner, "due": due, "state": "confirmed",
            "source": {"kind": "project", "id": "P-3", "message_id": null, "line": null}}));
    }
    story.script(json!({"issue": {"id": "Q-5", "title": "测试环境网络不通", "department": "市场部", "initiator": "李雷", "initiator_address": "lilei@example.com",
        "type": "fault", "urgency": "urgent", "departments": ["研发部"], "contact": "王芳", "contact_address": "wangfang@example.com",
        "current": "每天断线三次", "state": "in_progress"}}));
    story.at("03-10 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
    story
}

fn attachment(story: &Story, to: &str, ending: &str) -> Vec<u8> {
    let letter = story.letter("answer", to);
    let mail = mail_parser::MessageParser::default().parse(&letter.bytes).unwrap();
    let part = mail
        .attachments()
        .find(|part| mail_parser::MimeHeaders::attachment_name(*part).is_some_and(|name| name.ends_with(ending)));
    part.unwrap_or_else(|| panic!("no {ending}: {:?}", letter.attachments)).contents().to_vec()
}

#[test]
fn my_items_and_how_things_stand() {
    let mut story = office();
    story.mail("lilei", &["duban"], "问", "我的待办");
    let list = story.letter("answer", "lilei");
    assert!(list.text.contains("提交测试报告") && list.text.contains("1 项已逾期"), "{}", list.text);
    assert!(!list.text.contains("渠道协议"), "{}", list.text);
    story.at("03-10 11:30").mail("lilei", &["duban"], "问", "状态 Q-5");
    let issue = story.letter("answer", "lilei");
    assert!(issue.text.contains("每天断线三次") && issue.text.contains("处理中"), "{}", issue.text);
    story.at("03-10 13:00").mail("wangfang", &["duban"], "问", "状态 P-3");
    let screen = story.letter("weekly_report", "wangfang");
    assert!(screen.text.contains("新品上市") && screen.attachments.is_empty(), "{}", screen.text);
    story.mail("alice", &["duban"], "question", "status M-1");
    assert!(story.letter("error", "alice").text.contains("M-1"), "Alice was not at the meeting");
}

/// Everybody gets what concerns them, and the same words whether something is not there or not for them.
#[test]
fn only_what_the_sender_may_see() {
    let mut story = office();
    for (who, what) in [
        ("lilei", "状态 P-3"),
        ("bob", "status Q-5"),
        ("bob", "export P-3"),
        ("alice", "files for M-1"),
        ("alice", "weekly report P-3"),
    ] {
        story.mail(who, &["duban"], "问", what);
        let object = what.rsplit(' ').next().unwrap();
        let told = story.letter("error", who);
        assert!(told.text.contains(object) && told.attachments.is_empty(), "{who} {what}: {}", told.text);
        assert!(!told.text.contains("新品") && !told.text.contains("网络"), "{who} {what}: {}", told.text);
    }
    story.mail("bob", &["duban"], "q", "status P-99");
    let (missing, hidden) =
        (story.letter("error", "bob").text.replace("P-99", "P-3"), story.letter("error", "alice").text.clone());
    assert_eq!(missing.lines().nth(2), hidden.lines().nth(2), "an answer must not tell which");
}

/// A supplier sees the own item, nobody's names, no decisions (O39).
#[test]
fn outsiders_see_their_own_items_only() {
    let mut story = office();
    story.at("03-10 11:00").mail("tom@vendor.example", &["duban"], "question", "my items");
    let list = story.letter("answer", "tom@vendor.example");
    assert!(list.text.contains("确认样品") && !list.text.contains("提交测试报告"), "{}", list.text);
    story.at("03-10 14:00").mail("tom@vendor.example", &["duban"], "question", "status M-1");
    let status = story.letter("answer", "tom@vendor.example");
    for hidden in ["李雷", "王芳", "200 万", "提交测试报告"] {
        assert!(!status.text.contains(hidden), "{hidden}: {}", status.text);
    }
    story.at("03-11 10:00").mail("tom@vendor.example", &["duban"], "question", "export");
    let book = attachment(&story, "tom@vendor.example", ".xlsx");
    let mut read: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(book)).unwrap();
    let rows = calamine::Reader::worksheet_range(&mut read, "Action items").unwrap();
    assert_eq!(rows.height(), 2, "the head and the own item");
}

#[test]
fn past_decisions_are_found() {
    let mut story = office();
    story.mail("wangfang", &["duban"], "问", "决议 预算");
    let found = story.letter("answer", "wangfang");
    assert!(found.text.contains("预算按 200 万执行") && !found.text.contains("6月18日上市"), "{}", found.text);
    story.mail("alice", &["duban"], "q", "decisions on 预算");
    let found = story.letter("answer", "alice");
    assert!(!found.text.contains("200 万"), "not her meeting: {}", found.text);
}

/// 导出: the sheet opens with dates as dates and no formula, the calendar is read by another parser.
#[test]
fn an_export_is_a_sheet_and_a_calendar() {
    let mut story = office();
    story.mail("lilei", &["duban"], "问", "导出");
    let letter = story.letter("answer", "lilei");
    assert_eq!(letter.attachments, ["我的待办-2026-03-10.xlsx", "我的待办-2026-03-10.ics"], "{}", letter.text);
    let mut read: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(attachment(&story, "lilei", ".xlsx"))).unwrap();
    let rows = calamine::Reader::worksheet_range(&mut read, "待办清单").unwrap();
    let cell = |row, column| rows.get_value((row, column)).unwrap().clone();
    assert_eq!(cell(2, 1).to_string(), "'=cmd|' /C calc'!A0");
    assert!(matches!(cell(1, 4), calamine::Data::DateTime(_)), "{:?}", cell(1, 4));
    let formulas = calamine::Reader::worksheet_formula(&mut read, "待办清单").unwrap();
    assert!(formulas.is_empty(), "{formulas:?}");
    let ics = String::from_utf8(attachment(&story, "lilei", ".ics")).unwrap();
    let calendar = calcard::icalendar::ICalendar::parse(&ics).expect("a calendar");
    let todos = calendar.components.iter().filter(|c| c.component_type.as_str() == "VTODO").count();
    assert_eq!(todos, 2, "{ics}");

    story.at("03-10 14:00").mail("zhangsan", &["duban"], "问", "导出 P-3");
    let mut read: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(attachment(&story, "zhangsan", ".xlsx"))).unwrap();
    let names = calamine::Reader::sheet_names(&read);
    assert_eq!(names[..2], ["待办清单", "统计"]);
    let figures = calamine::Reader::worksheet_range(&mut read, "统计").unwrap();
    assert_eq!(figures.get_value((1, 1)).unwrap().to_string(), "2", "tasks in all");
}

/// 为什么: the rule, the objects, and on whose behalf.
#[test]
fn why_did_i_get_this() {
    let mut story = office();
    story.at("03-20 10:00");
    story.reply("lilei", "digest", "为什么收到这封邮件");
    let why = story.letter("answer", "lilei");
    assert!(
        why.text.contains("每个工作日最多一封") && why.text.contains("提交测试报告") && why.text.contains("张三"),
        "{}",
        why.text
    );
    story.at("03-20 18:00");
    story.reply("wangfang", "weekly_report", "为什么");
    assert!(story.letter("answer", "wangfang").text.contains("每周一封"), "{}", story.told());
}

/// 每周: everything late and due within the week on Monday, and nothing on the other days.
#[test]
fn once_a_week_tells_of_the_whole_week() {
    let mut story = office();
    story.mail("lilei", &["duban"], "频率", "每周");
    assert!(story.letter("answer", "lilei").text.contains("每周给您一封"), "{}", story.told());
    story.at("03-20 20:00");
    let digests: Vec<String> = story
        .letters_to("lilei")
        .iter()
        .filter(|l| l.sent.letter.as_str() == "digest" && l.at > at("03-10 10:01"))
        .map(|l| format!("{} {}", l.at.format("%m-%d"), l.text.contains("提交测试报告")))
        .collect();
    assert_eq!(digests, ["03-16 true"], "{}", story.told());
}

fn at(text: &str) -> DateTime<Utc> {
    crate::story::at(text).with_timezone(&Utc)
}

/// The unsubscribe link of a digest or report is an empty mail whose subject says it; meetings and items stay, and whoever
/// gave out the items reads of it (O23).
#[test]
fn unsubscribing_means_urgent_only() {
    let mut story = office();
    story.at("03-13 18:00");
    let report = story.letter("weekly_report", "wangfang");
    let head = String::from_utf8_lossy(&report.bytes).to_string();
    assert!(head.contains("List-Unsubscribe: <mailto:duban@example.com?subject=unsubscribe>"), "{head}");
    story.mail("wangfang", &["duban"], "unsubscribe", "");
    assert!(story.letter("answer", "wangfang").text.contains("只发紧急"), "{}", story.told());
    let before = story.count("digest", "wangfang");
    story.at("03-27 20:00");
    assert_eq!(story.count("digest", "wangfang"), before, "{}", story.told());
    assert_eq!(story.count("weekly_report", "wangfang"), 1);
    let told =
        story.letters("digest").iter().any(|l| l.sent.to.starts_with("zhangsan") && l.text.contains("王芳 退订了汇总"));
    assert!(told, "{}", story.told());
}

/// 周报 asked for is the report of today; who has nothing to report on is told so.
#[test]
fn the_report_at_any_time() {
    let mut story = office();
    story.mail("zhangsan", &["duban"], "问", "周报 P-3");
    let report = story.letter("weekly_report", "zhangsan");
    assert!(report.text.contains("渠道协议") && report.attachments.len() == 1, "{}", report.text);
    assert!(!String::from_utf8_lossy(&report.bytes).contains("List-Unsubscribe"), "it was asked for");
    story.mail("bob", &["duban"], "q", "weekly report");
    assert!(story.letter("answer", "bob").text.contains("no project"), "{}", story.told());
}

/// The same questions as people put them; a question about a project changes nothing of it, and asks nobody anything.
#[test]
fn questions_in_other_words() {
    let asked = |who: &str, words: &str| -> (String, Vec<String>) {
        let mut story = Story::office();
        story.script(json!({"project": {"id": "P-3", "name": "新品上市", "start": "2026-03-02", "end": "2026-04-30", "manager": "张三",
            "manager_address": "zhangsan@example.com", "state": "running",
            "members": [{"department": "Sales", "responsibility": "support", "person": "Bob Li"}]}}));
        story.action(
            json!({"id": "A-1", "task": "提交测试报告", "owner": "李雷", "due": "2026-03-20", "state": "confirmed",
            "source": {"kind": "project", "id": "P-3", "message_id": null, "line": null}}),
        );
        story.at("03-11 10:00").mail(who, &[], words, words);
        story.at("03-11 12:00");
        assert_eq!(story.since("03-11 09:30").len(), 1, "{words}: one answer and nothing else: {}", story.told());
        assert_eq!(story.object("P-3")["version"], 1, "{words}: a question changes nothing");
        let letter = story.letters_to(who).pop().expect("an answer");
        let endings = letter.attachments.iter().filter_map(|name| Some(name.rsplit_once('.')?.1.to_string()));
        (letter.sent.letter.to_string(), endings.collect())
    };
    let is =
        |letter: &str, files: &[&str]| (letter.to_string(), files.iter().map(ToString::to_string).collect::<Vec<_>>());
    for words in ["看下我的任务", "之前关于预算有什么决议？", "以后每周发一次就行"] {
        assert_eq!(asked("zhangsan", words), is("answer", &[]), "{words}");
    }
    for words in ["What did we decide on budget?", "Once a week is enough for me"] {
        assert_eq!(asked("alice", words), is("answer", &[]), "{words}");
    }
    for words in ["周报 P-3", "weekly report P-3"] {
        assert_eq!(asked("zhangsan", words), is("weekly_report", &["xlsx"]), "{words}");
    }
    for words in ["P-3 现在怎么样了？", "How is P-3 going?"] {
        assert_eq!(asked("zhangsan", words), is("weekly_report", &[]), "{words}");
    }
    for words in ["把P-3的任务导出成Excel", "Please send me P-3 as a spreadsheet"] {
        assert_eq!(asked("zhangsan", words), is("answer", &["xlsx", "ics"]), "{words}");
    }
}
