#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::domain::workdays::Workdays;
use chrono::DateTime;

fn read(text: &str, asked: Option<LetterName>) -> ProjectWords {
    let calendar = Workdays::cn();
    let anchor = Anchor::new(DateTime::parse_from_rfc3339("2026-03-11T10:00:00+08:00").unwrap(), &calendar);
    read_words(text, &Document::from_text(text), "", asked, &anchor).unwrap_or_default()
}

#[test]
fn risks_have_a_light_a_plan_and_an_owner() {
    let words = read(
        "风险:供应商可能延期 红灯 应对:准备备选供应商 负责人:王芳\nRisk: vendor may slip, amber; mitigation: second source; owner: Bob Li",
        None,
    );
    let [first, second] = words.risks.as_slice() else { panic!("{words:?}") };
    assert_eq!(
        (first.text.as_str(), first.light.as_deref(), first.plan.as_deref(), first.owner.as_deref()),
        ("供应商可能延期", Some("red"), Some("准备备选供应商"), Some("王芳"))
    );
    assert_eq!(
        (second.text.as_str(), second.light.as_deref(), second.plan.as_deref(), second.owner.as_deref()),
        ("vendor may slip", Some("yellow"), Some("second source"), Some("Bob Li"))
    );
}

#[test]
fn the_form_of_needs_with_and_without_labels() {
    let needs =
        read("资源:2名测试、1台服务器\n时间:3月20日起每周3天\n风险:无", Some(LetterName::NeedsRequest)).needs.unwrap();
    assert_eq!(needs.resources.as_deref(), Some("2名测试、1台服务器"));
    assert_eq!(needs.time.as_deref(), Some("3月20日起每周3天"));
    let free = read("需要两个人,其余没有问题", Some(LetterName::NeedsRequest)).needs.unwrap();
    assert_eq!(free.text.as_deref(), Some("需要两个人,其余没有问题"));
    assert_eq!(read("没有", Some(LetterName::NeedsRequest)).needs.unwrap().text.as_deref(), Some(""));
    assert!(read("1 同意", Some(LetterName::NeedsRequest)).needs.is_none());
    assert!(read("时间:周五", None).needs.is_none());
}

#[test]
fn lines_that_are_read_whole() {
    let words = read("风险2 绿灯\nR3 closed\nA-5 依赖 A-3、A-4\n里程碑 内测 已达成\n结项", None);
    assert_eq!(words.lights, [(2, "green".to_string()), (3, "closed".to_string())]);
    assert_eq!(words.depends.len(), 2);
    assert_eq!(words.milestones, ["内测"]);
    assert!(words.close);
    assert!(!read("项目结束后再说", None).close);
    let cancel = |line: &str| read(line, None).cancel;
    let why = |line: &str| cancel(line).and_then(|cancel| cancel.reason);
    assert_eq!(why("取消项目：预算没有批").as_deref(), Some("预算没有批"));
    assert_eq!(
        why("Cancel the project, the vendor went out of business.").as_deref(),
        Some("the vendor went out of business")
    );
    assert_eq!(cancel("cancel p-3").and_then(|cancel| cancel.id).as_deref(), Some("P-3"));
    for no in [
        "取消",
        "cancel",
        "取消项目会议",
        "要不要取消项目",
        "取消项目吗?",
        "项目取消的话再说",
        "取消 A-3",
        "if we cancel the project",
    ] {
        assert_eq!(cancel(no), None, "{no}");
    }
}

#[test]
fn an_objective_nobody_can_check_gets_hints() {
    let calendar = Workdays::cn();
    let anchor = Anchor::new(DateTime::parse_from_rfc3339("2026-03-11T10:00:00+08:00").unwrap(), &calendar);
    let kinds = |text: &str| -> Vec<String> {
        let project = ProjectReading { objective: Some(text.into()), ..ProjectReading::default() };
        smart(&project, &anchor).into_iter().map(|doubt| doubt.kind).collect()
    };
    assert_eq!(kinds("进一步提升用户体验"), ["smart_measurable", "smart_time"]);
    assert_eq!(kinds("3个月内上线V2.0,留存率提升15%"), [] as [&str; 0]);
    assert_eq!(kinds("6月底前客户满意度提高"), ["smart_measurable"]);
    assert_eq!(kinds("Improve the experience of our users"), ["smart_measurable", "smart_time"]);
}

#[test]
fn a_start_told_in_sentences() {
    let calendar = Workdays::cn();
    let anchor = Anchor::new(DateTime::parse_from_rfc3339("2026-03-11T10:00:00+08:00").unwrap(), &calendar);
    let mut project = ProjectReading::default();
    let free = ["目标是6月15日前上线新官网,访问量提升20%。由孙鹏负责,研发部主导,市场部配合。".to_string()];
    told_freely(&free, &anchor, &mut project);
    assert_eq!(project.manager.as_deref(), Some("孙鹏"));
    assert_eq!(project.end.map(|day| day.to_string()).as_deref(), Some("2026-06-15"));
    let members: Vec<(&str, Option<&str>)> =
        project.members.iter().map(|m| (m.department.as_str(), m.responsibility.as_deref())).collect();
    assert_eq!(members, [("研发部", Some("lead")), ("市场部", Some("support"))]);
    assert!(project.objective.unwrap().starts_with("6月15日前上线新官网"));
}
