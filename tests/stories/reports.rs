//! The weekly report: who reads it, when, and when there is none.

use crate::story::Story;
use serde_json::{Value, json};

/// A running project of two departments: 张三 manages it, 郭总 stands behind it, 王芳 and 李雷 do the work.
fn project() -> Story {
    let mut story = Story::office();
    story.script(json!({"project": {
        "id": "P-3", "name": "新品上市", "objective": "6月18日前上市", "start": "2026-03-02", "end": "2026-03-31",
        "sponsor": "郭亮", "sponsor_address": "guoliang@example.com", "manager": "张三", "manager_address": "zhangsan@example.com",
        "members": [
            {"department": "市场部", "responsibility": "lead", "person": "张三"},
            {"department": "研发部", "responsibility": "support", "person": "王芳"}],
        "milestones": [{"name": "渠道铺货完成", "due": "2026-03-27", "owner": "李雷", "reached": false}],
        "risks": [{"text": "供应商交期不稳", "light": "yellow", "plan": "增加第二供应商", "owner": "王芳", "line": ""}],
        "state": "running"}}));
    let tasks = [
        ("A-1", "提交测试报告", "王芳", "2026-03-11", "confirmed"),
        ("A-2", "投放计划定稿", "李雷", "2026-03-18", "confirmed"),
        ("A-3", "签订渠道协议", "李雷", "2026-03-27", "confirmed"),
    ];
    for (id, task, owner, due, state) in tasks {
        story.action(task_of("P-3", id, task, owner, due, state));
    }
    story
}

fn task_of(project: &str, id: &str, task: &str, owner: &str, due: &str, state: &str) -> Value {
    json!({"id": id, "task": task, "owner": owner, "due": due, "state": state,
        "source": {"kind": "project", "id": project, "message_id": null, "line": null}})
}

/// On Friday at five the manager and the department's person read all of it with the sheet, the sponsor one screen.
#[test]
fn the_friday_of_a_project() {
    let mut story = project();
    story.at("03-09 10:00").mail("lilei", &["duban"], "进展", "A-2 完成");
    story.mail("wangfang", &["duban"], "进展", "A-1 滞后，原因：供应商晚到；措施：周一改用备选");
    story.at("03-13 18:00");
    let full = story.letter("weekly_report", "zhangsan");
    assert_eq!(full.at.to_rfc3339(), "2026-03-13T09:00:00+00:00", "17:00 in Shanghai");
    for words in ["按部门", "研发部", "供应商晚到", "周一改用备选", "投放计划定稿", "供应商交期不稳", "渠道铺货完成"]
    {
        assert!(full.text.contains(words), "{words}: {}", full.text);
    }
    assert_eq!(full.attachments, ["P-3-2026-03-13.xlsx"]);
    assert!(full.sent.subject.starts_with("周报【黄灯】新品上市：本周完成 1 项，滞后 1 项"), "{}", full.sent.subject);
    let screen = story.letter("weekly_report", "guoliang");
    assert!(screen.attachments.is_empty() && screen.text.lines().count() < 30, "{}", screen.text);
    assert!(screen.text.contains("完成 1/3") && screen.text.contains("周报 P-3"), "{}", screen.text);
    assert_eq!(story.count("weekly_report", "wangfang"), 1);
    // Who only owns a task has the digest.
    assert_eq!(story.count("weekly_report", "lilei"), 0, "{}", story.told());
}

/// The same week for a reader of English.
#[test]
fn a_report_in_english() {
    let mut story = Story::office();
    story.script(json!({"project": {"id": "P-4", "name": "Spring launch", "start": "2026-03-02", "end": "2026-03-31",
        "manager": "Alice Wong", "manager_address": "alice@example.com", "members": [], "state": "running"}}));
    story.action(task_of("P-4", "A-1", "Sign the venue contract", "Bob Li", "2026-03-10", "confirmed"));
    story.action(task_of("P-4", "A-2", "Book the speakers", "Bob Li", "2026-03-19", "confirmed"));
    story.at("03-11 10:00").mail(
        "bob",
        &["duban"],
        "status",
        "A-1 behind, reason: the owner is abroad; measure: call on Monday",
    );
    story.at("03-13 18:00");
    let report = story.letter("weekly_report", "alice");
    for words in [
        "Behind, with reason and measure",
        "the owner is abroad",
        "call on Monday",
        "Due next week",
        "Book the speakers",
    ] {
        assert!(report.text.contains(words), "{words}: {}", report.text);
    }
    assert_eq!(report.sent.subject, "Weekly report (yellow): Spring launch, 0 done, 1 behind [P-4]");
    assert_eq!(report.attachments, ["P-4-2026-03-13.xlsx"]);
    // The pictures stand beside the page, with words for who does not load them.
    let html = String::from_utf8_lossy(&report.bytes).to_string();
    assert!(html.contains("Content-ID: <burn.p-4@duban>") && html.contains("multipart/related"), "{}", report.text);
}

/// 19 June 2026 is 端午节: the report goes the day before.
#[test]
fn before_a_holiday_it_goes_earlier() {
    let mut story = project();
    story.at("06-15 10:00").mail("lilei", &["duban"], "进展", "A-3 滞后，原因：等法务；措施：周一签");
    story.at("06-22 08:00");
    let days: Vec<String> = story.letters("weekly_report").iter().map(|l| l.at.to_rfc3339()).collect();
    assert!(days.iter().all(|at| at == "2026-06-18T09:00:00+00:00") && days.len() == 3, "{days:?}");
}

/// Two projects with the same people are one letter, with a table of both first and a sheet of each.
#[test]
fn two_projects_are_one_letter() {
    let mut story = project();
    story.script(json!({"project": {"id": "P-5", "name": "客服升级", "start": "2026-03-02", "end": "2026-04-30", "manager": "张三",
        "manager_address": "zhangsan@example.com", "sponsor": "郭亮", "sponsor_address": "guoliang@example.com", "state": "running"}}));
    story.action(task_of("P-5", "A-7", "迁移工单数据", "王芳", "2026-03-05", "confirmed"));
    story.at("03-09 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
    story.at("03-13 18:00");
    let report = story.letter("weekly_report", "zhangsan");
    assert_eq!(story.count("weekly_report", "zhangsan"), 1);
    assert!(report.sent.subject.starts_with("周报 3月13日 周五：2 份"), "{}", report.sent.subject);
    assert_eq!(report.attachments, ["P-3-2026-03-13.xlsx", "P-5-2026-03-13.xlsx"]);
    assert_eq!(report.sent.objects, ["P-3", "P-5"]);
    // Red: something is late for more than five working days.
    let screen = story.letter("weekly_report", "guoliang");
    assert!(
        screen.text.contains("【客服升级】[P-5] 红灯") && screen.text.contains("【新品上市】[P-3] 黄灯"),
        "{}",
        screen.text
    );
}

/// A week in which nothing moved and nothing comes has no report, and the log says why.
#[test]
fn nothing_to_report_is_no_mail() {
    let mut story = Story::office();
    story.script(json!({"project": {"id": "P-6", "name": "长期规划", "start": "2026-03-02", "end": "2026-12-31", "manager": "张三",
        "manager_address": "zhangsan@example.com", "state": "running"}}));
    story.action(task_of("P-6", "A-1", "写规划", "李雷", "2026-11-30", "confirmed"));
    story.at("03-09 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
    story.at("03-20 18:00");
    assert_eq!(story.letters("weekly_report").len(), 0, "{}", story.told());
    let why = ("weekly_report".to_string(), "nothing to report".to_string());
    assert!(story.suppressed().contains(&why), "{:?}", story.suppressed());
}

/// The first week of a project, in which work only began: its sponsor reads so, and hears nothing in a week without a word.
#[test]
fn a_first_week_of_mere_progress() {
    for (language, words) in [("zh-CN", "A-1 进行中，30%"), ("en", "A-1 in progress, 30%")] {
        let mut story = Story::office();
        story.person(
            json!({"name": "陈静", "address": "chenjing@example.com", "department": "总经办", "language": language}),
        );
        story.script(json!({"project": {"id": "P-6", "name": "长期规划", "start": "2026-03-02", "end": "2026-12-31", "manager": "陈静",
            "manager_address": "chenjing@example.com", "state": "running"}}));
        story.action(task_of("P-6", "A-1", "写规划", "李雷", "2026-11-30", "confirmed"));
        story.at("03-10 10:00").mail("lilei", &["duban"], "进展", words);
        story.at("03-13 18:00");
        assert!(story.letter("weekly_report", "chenjing").text.contains("30%"), "{}", story.told());
    }
}

/// What stands still is told three times, not for ever (O27); a word of the owner is news again.
#[test]
fn the_same_is_not_said_a_fourth_time() {
    let mut story = Story::office();
    story.script(json!({"project": {"id": "P-6", "name": "机房搬迁", "start": "2026-03-02", "end": "2026-03-31", "manager": "张三",
        "manager_address": "zhangsan@example.com", "state": "running"}}));
    let mut task = task_of("P-6", "A-1", "签搬迁合同", "李雷", "2026-03-03", "blocked");
    task["blocked_on"] = json!("等法务");
    task["due"] = json!(null);
    story.action(task);
    story.at("03-09 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
    story.at("04-24 18:00");
    assert_eq!(story.count("weekly_report", "zhangsan"), 3, "{}", story.told());
    story.mail("lilei", &["duban"], "进展", "A-1 进行中 50%");
    story.at("05-08 18:00");
    assert!(story.count("weekly_report", "zhangsan") > 3, "{}", story.told());
}

/// Beside any project the organizer of five items or more reads of them; of fewer the digest tells enough.
#[test]
fn what_an_organizer_gave_out() {
    for (count, reports) in [(4, 0), (5, 1)] {
        let mut story = Story::office();
        story.meeting(json!({"id": "M-1", "title": "季度复盘", "organizer": "张三", "organizer_address": "zhangsan@example.com", "state": "minuted"}));
        for n in 1..=count {
            story.action(json!({"id": format!("A-{n}"), "task": format!("整改 {n}"), "owner": "李雷", "due": format!("2026-03-{:02}", 9 + n), "state": "confirmed",
                "source": {"kind": "meeting", "id": "M-1", "message_id": null, "line": null}}));
        }
        story.at("03-09 10:00").mail("lilei", &["duban"], "进展", "A-1 完成");
        story.at("03-13 18:00");
        assert_eq!(story.count("weekly_report", "zhangsan"), reports, "{count} items\n{}", story.told());
        assert_eq!(story.letters("weekly_report").len(), reports, "nobody else asked for it");
    }
}

/// O38: what is confidential is in no report, no sheet and no count.
#[test]
fn the_confidential_is_in_no_report() {
    let mut story = project();
    let mut secret = task_of("P-3", "A-9", "谈并购价格", "李雷", "2026-03-05", "confirmed");
    secret["_confidential"] = json!(true);
    story.action(secret);
    story.at("03-09 10:00").mail("zhangsan", &["lilei"], "你好", "大家好");
    story.at("03-13 18:00");
    for reader in ["zhangsan", "wangfang", "guoliang"] {
        let report = story.letter("weekly_report", reader);
        assert!(!report.text.contains("并购") && report.text.contains("/3"), "{reader}: {}", report.text);
    }
}

/// 周报 P-3 每周四16:00: a letter of its own on Thursdays, nothing of it on Friday, until the manager says 默认.
#[test]
fn a_project_has_its_own_time() {
    let mut story = project();
    story.at("03-09 10:00").mail("lilei", &["duban"], "周报时间", "周报 P-3 每周四16:00");
    assert_eq!(story.count("error", "lilei"), 1, "only who runs it may: {}", story.told());
    story.mail("zhangsan", &["duban"], "周报时间", "周报 P-3 每周四16:00");
    assert!(story.letter("answer", "zhangsan").text.contains("每周四 16:00"), "{}", story.told());
    story.at("03-13 20:00");
    let moments = |story: &Story| -> Vec<String> {
        let sent = story.letters_to("zhangsan").into_iter().filter(|l| l.sent.letter.as_str() == "weekly_report");
        sent.map(|l| (l.at + chrono::Duration::hours(8)).format("%m-%d %H:%M").to_string()).collect()
    };
    assert_eq!(moments(&story), ["03-12 16:00"], "{}", story.told());
    story.at("03-17 10:00").mail("zhangsan", &["duban"], "report", "weekly report P-3 default");
    story.at("03-20 20:00");
    assert_eq!(moments(&story), ["03-12 16:00", "03-20 17:00"], "{}", story.told());
}
