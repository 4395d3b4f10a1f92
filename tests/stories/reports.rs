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
