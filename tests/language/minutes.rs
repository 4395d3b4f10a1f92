//! Whole minutes with their action items beside them (tests/corpus/minutes), and sentences put together from who, what
//! and when. The figures are floors: they may rise, never fall.

use chrono::{DateTime, FixedOffset};
use duban::document::Document;
use duban::domain::reading::{ItemReading, MinutesReading};
use duban::domain::workdays::Workdays;
use duban::language::{Body, minutes};
use duban::mail::inbound::{self, Limits};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const FOLDER: &str = "tests/corpus/minutes";

fn moment(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

fn calendar(reference: &DateTime<FixedOffset>) -> Workdays {
    if reference.offset().local_minus_utc() == 8 * 3600 { Workdays::cn() } else { Workdays::mon_fri() }
}

fn read_file(path: &Path, reference: &DateTime<FixedOffset>) -> MinutesReading {
    let bytes = std::fs::read(path).unwrap();
    let calendar = calendar(reference);
    if path.extension().is_some_and(|ending| ending != "eml") {
        let document = Document::from_file(path.file_name().unwrap().to_str().unwrap(), &bytes);
        return minutes::read(&document, *reference, &calendar, None);
    }
    let mail = inbound::parse(&bytes, &Limits::default()).unwrap();
    let offset = *reference.offset();
    let body = match (mail.html.as_deref(), mail.text.as_deref()) {
        (Some(html), text) if text.is_none_or(|text| duban::document::html_says_more(html, text)) => {
            Body::of_html(html, &mail.subject, offset)
        }
        (_, text) => Body::of_text(text.unwrap_or_default(), &mail.subject, offset),
    };
    let writer = mail.author.as_ref().map(|author| author.name.clone());
    minutes::read_body(&body, &mail.subject, *reference, &calendar, writer.as_deref())
}

/// As the corpus compares: spaces, width, case and marks set aside.
fn norm(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace() && !"《》〈〉“”\"'‘’「」『』*_`@".contains(*c))
        .collect()
}

fn names(value: &Value) -> BTreeSet<String> {
    match value {
        Value::String(name) => BTreeSet::from([norm(name)]),
        Value::Array(names) => names.iter().filter_map(Value::as_str).map(norm).collect(),
        _ => BTreeSet::new(),
    }
}

fn owners(item: &ItemReading) -> BTreeSet<String> {
    item.owner.iter().flat_map(|owner| owner.names()).map(|name| norm(name)).collect()
}

#[derive(Default, Debug)]
struct Score {
    expected: usize,
    found: usize,
    surplus: usize,
    owner: usize,
    deadline: usize,
    deliverable: (usize, usize),
    status: (usize, usize),
    full: usize,
    faults: Vec<String>,
}

impl Score {
    fn take(&mut self, name: &str, expected: &Value, reading: &MinutesReading, reference: &DateTime<FixedOffset>) {
        let mut used = vec![false; reading.items.len()];
        for want in expected["items"].as_array().unwrap() {
            self.expected += 1;
            let task = norm(want["task"].as_str().unwrap());
            let accepted: Vec<BTreeSet<String>> = std::iter::once(names(&want["owner"]))
                .chain(want["owner_accept"].as_array().into_iter().flatten().map(names))
                .collect();
            let hit = reading
                .items
                .iter()
                .enumerate()
                .filter(|(at, item)| {
                    let hay = norm(&item.task) + &norm(item.deliverable.as_deref().unwrap_or_default());
                    !used[*at] && hay.contains(&task) && hay.chars().count() <= 200
                })
                .min_by_key(|(_, item)| !accepted.contains(&owners(item)));
            let Some((at, item)) = hit else {
                self.faults.push(format!("{name}: missed {}", want["task"]));
                continue;
            };
            used[at] = true;
            self.found += 1;
            let owner_right = accepted.contains(&owners(item));
            let due_right = match (&want["deadline"], item.deadline) {
                (Value::Null, None) => true,
                (Value::String(day), Some(due)) if day.len() == 10 => due.date().to_string() == *day,
                (Value::String(at), Some(due)) => {
                    due.to_string() == *at || moment(at).to_utc() == due_moment(&due, reference)
                }
                _ => false,
            };
            self.owner += usize::from(owner_right);
            self.deadline += usize::from(due_right);
            self.full += usize::from(owner_right && due_right);
            if !owner_right || !due_right {
                self.faults.push(format!("{name}: {} by {:?} due {:?}", item.task, item.owner, item.deadline));
            }
            if let Some(deliverable) = want["deliverable"].as_str() {
                self.deliverable.1 += 1;
                self.deliverable.0 +=
                    usize::from(item.deliverable.as_deref().is_some_and(|d| norm(d).contains(&norm(deliverable))));
            }
            if let Some(status) = want["status"].as_str() {
                self.status.1 += 1;
                self.status.0 += usize::from(item.status.as_deref() == Some(status));
            }
        }
        for (at, item) in reading.items.iter().enumerate() {
            if !used[at] {
                self.surplus += 1;
                self.faults.push(format!("{name}: surplus {}", item.task));
            }
        }
    }

    fn f1(&self, right: usize) -> f64 {
        2.0 * right as f64 / (self.expected + self.found + self.surplus).max(1) as f64
    }
}

fn due_moment(due: &duban::domain::Due, reference: &DateTime<FixedOffset>) -> DateTime<chrono::Utc> {
    match due {
        duban::domain::Due::Moment(moment) => moment.to_utc(),
        duban::domain::Due::Date(day) => {
            day.and_time(chrono::NaiveTime::MIN).and_local_timezone(*reference.offset()).unwrap().to_utc()
        }
    }
}

fn files() -> Vec<(PathBuf, Value)> {
    let mut expectations: Vec<PathBuf> = std::fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().unwrap().ends_with(".expected.json"))
        .collect();
    expectations.sort();
    assert!(expectations.len() >= 90, "the corpus of minutes is not where it should be");
    expectations
        .into_iter()
        .map(|path| {
            let expected: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            (Path::new(FOLDER).join(expected["file"].as_str().unwrap()), expected)
        })
        .collect()
}

#[test]
fn the_corpus_is_read() {
    let mut score = Score::default();
    for (path, expected) in files() {
        let reference = moment(expected["ref"].as_str().unwrap());
        let reading = read_file(&path, &reference);
        score.take(path.file_name().unwrap().to_str().unwrap(), &expected, &reading, &reference);
        for item in &reading.items {
            assert!(item.task.chars().count() <= 200, "a task is a phrase: {}", item.task);
            assert!((0.0..=1.0).contains(&item.confidence));
            assert!(!item.line.is_empty(), "every item shows its line");
        }
    }
    let figures = [
        ("item", score.f1(score.found), 0.99),
        ("owner", score.f1(score.owner), 0.98),
        ("deadline", score.f1(score.deadline), 0.98),
        ("full", score.full as f64 / score.expected as f64, 0.98),
        ("deliverable", score.deliverable.0 as f64 / score.deliverable.1 as f64, 0.98),
        ("status", score.status.0 as f64 / score.status.1 as f64, 0.98),
    ];
    for (name, figure, floor) in figures {
        assert!(figure >= floor, "{name} fell to {figure:.4}\n{}", score.faults.join("\n"));
    }
}

const REFERENCE: &str = "2026-07-08T10:00:00+08:00";

fn items_of(text: &str) -> Vec<ItemReading> {
    let reference = moment(REFERENCE);
    minutes::read(&Document::from_text(text), reference, &Workdays::cn(), Some("陈曦")).items
}

#[rustfmt::skip]
const PEOPLE: &[&str] = &["张三", "李雷", "欧阳静", "王秀英", "高志强", "任晓", "林可", "刘洋", "周洁", "市场部", "信息技术部", "何子涵"];
#[rustfmt::skip]
const TASKS: &[&str] = &["提交测试报告", "签订展位合同", "更新固定资产台账", "编制应急预案", "完成供应商年审", "联系搬家公司", "优化搜索速度", "准备演示材料", "核对六月份发票", "组织新员工培训"];
#[rustfmt::skip]
const TIMES: &[(&str, &str)] = &[("7月17日", "2026-07-17"), ("下周三", "2026-07-15"), ("月底", "2026-07-31"), ("2026-07-20", "2026-07-20"), ("本周五", "2026-07-10"), ("7月15日", "2026-07-15")];
#[rustfmt::skip]
const SHAPES: &[&str] = &[
    "由{w}在{d}前{t}。", "请{w}于{d}之前{t}", "{w}负责{t}，{d}前完成。", "{w}：{t}，{d}前", "{t}（{w}，{d}）", "{t}（负责人：{w}，截止时间：{d}）",
    "@{w} {d}前{t}", "{w}于{d}前{t}", "{d}前，{w}{t}", "负责人：{w}；任务：{t}；截止时间：{d}", "{t}——{w}，{d}", "{w} - {t} - {d}", "【{w}】{t}，{d}前",
    "{w} {t} {d}", "任务：{t} 责任人：{w} 完成时间：{d}", "会议要求，由{w}牵头{t}，{d}前完成。", "{t}，由{w}负责，{d}前完成", "{w}需在{d}前{t}", "{t}，责任人：{w}，{d}前",
];

/// Every shape with every person and time, as lines of a list of actions.
#[test]
fn shapes_of_chinese_items() {
    let line = |i: usize, j: usize| (TASKS[(i * 7 + j * 3) % TASKS.len()], TIMES[(i + j * 5) % TIMES.len()]);
    check_shapes(SHAPES, PEOPLE, line, |line| format!("待办事项：\n1. {line}\n"));
}

#[rustfmt::skip]
const SHAPES_EN: &[&str] = &[
    "{w} to {t} by {d}", "ACTION: {w} to {t} - due {d}", "{w}: {t} (due {d})", "{t} - {w} - {d}", "@{w} please {t} by {d}", "{w} will {t} by {d}.", "{t} ({w}, {d})",
    "Owner: {w} / Task: {t} / Due: {d}", "[ ] {t} - owner: {w} - deadline: {d}", "{w} agreed to {t} by {d}.", "{w} needs to {t} no later than {d}", "AI: {w} to {t}, due {d}", "{w} - {t}, {d}",
];
#[rustfmt::skip]
const PEOPLE_EN: &[&str] = &["Rosa", "Owen Park", "Helen", "Priya", "Kevin Ho", "Marketing", "Anna Bell"];
#[rustfmt::skip]
const TASKS_EN: &[&str] = &["send the quote", "update the onboarding guide", "fix the contact form", "review the supplier contract", "book the venue", "draft the press release"];
#[rustfmt::skip]
const TIMES_EN: &[(&str, &str)] = &[("Friday", "2026-07-10"), ("July 20", "2026-07-20"), ("2026-07-17", "2026-07-17"), ("end of month", "2026-07-31"), ("next Wednesday", "2026-07-15")];

#[test]
fn shapes_of_english_items() {
    let line = |i: usize, j: usize| (TASKS_EN[(i * 5 + j) % TASKS_EN.len()], TIMES_EN[(i + j * 3) % TIMES_EN.len()]);
    check_shapes(SHAPES_EN, PEOPLE_EN, line, |line| format!("Action items\n- {line}\n"));
}

/// Every shape with every person: one item with that owner, task and day. Two in a hundred may be misread.
fn check_shapes(
    shapes: &[&str],
    people: &[&str],
    line: impl Fn(usize, usize) -> (&'static str, (&'static str, &'static str)),
    minutes: impl Fn(&str) -> String,
) {
    let mut all = 0;
    let mut wrong = Vec::new();
    for (i, shape) in shapes.iter().enumerate() {
        for (j, who) in people.iter().enumerate() {
            let (task, (time, due)) = line(i, j);
            let line = shape.replace("{w}", who).replace("{t}", task).replace("{d}", time);
            let found = items_of(&minutes(&line));
            all += 1;
            let right = found.len() == 1
                && owners(&found[0]) == BTreeSet::from([norm(who)])
                && norm(&found[0].task).contains(&norm(task))
                && found[0].deadline.is_some_and(|d| d.date().to_string() == due);
            if !right {
                let got: Vec<_> = found.iter().map(|f| (&f.owner, &f.task, f.deadline)).collect();
                wrong.push(format!("{line} → {got:?}"));
            }
        }
    }
    assert!(wrong.len() * 100 <= all * 2, "{} of {all}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is said in minutes and asks nobody for anything.
#[test]
fn what_is_no_action() {
    #[rustfmt::skip]
    let lines = [
        "会议同意今年展位扩大到54平方米。", "李雷汇报了上半年销售情况。", "如客户提出变更，由李雷重新评估。", "上周的门禁改造已完成。", "每周一上午召开例会。",
        "下次会议定于7月22日召开。", "参会人：李雷、王芳", "请各位按纪要执行。", "以上如有遗漏请回复补充，谢谢！", "所有人员进入车间须佩戴安全帽。", "大家对方案没有意见。",
        "The supplier explained the June delays, which are now resolved.", "If volumes drop, we might look for a second source.", "AGREED to keep the current permits.",
        "The office will be closed on July 20.", "Next meeting: July 22", "Each team leader reports numbers every Monday.", "Helen noted that the lease ends in December.", "Please reply with corrections.",
    ];
    for line in lines {
        let found = items_of(&format!("会议纪要\n{line}\n"));
        assert!(found.is_empty(), "{line} → {found:?}");
    }
}

/// What stands beside items: decisions, risks, outcomes, who was there.
#[test]
fn decisions_risks_outcomes_attendance() {
    let text = "会议纪要：展会筹备会\n时间：2026年7月8日 15:00\n出席：陈曦、赵敏\n缺席：吴磊\n一、决议\n1. 预算维持不变。\n二、风险\n1. 人手不足（红灯），应对：借调两人\n三、必达结论\n1. 确认首月目标：达成\n2. 确认分工（未讨论）\n四、待办\n1. 赵敏：签合同，尽快\n2. 核对名单\n";
    let reading = minutes::read(&Document::from_text(text), moment(REFERENCE), &Workdays::cn(), None);
    assert_eq!(reading.decisions[0].text, "预算维持不变。");
    assert_eq!(reading.risks[0].light.as_deref(), Some("red"));
    assert_eq!(reading.risks[0].plan.as_deref(), Some("借调两人"));
    let outcomes: Vec<(&str, &str)> = reading.outcomes.iter().map(|o| (o.title.as_str(), o.outcome.as_str())).collect();
    assert_eq!(outcomes, [("确认首月目标", "reached"), ("确认分工", "dropped")]);
    let attended: Vec<(&str, bool)> = reading.attended.iter().map(|a| (a.name.as_str(), a.attended)).collect();
    assert_eq!(attended, [("陈曦", true), ("赵敏", true), ("吴磊", false)]);
    assert_eq!(reading.date.map(|d| d.to_string()).as_deref(), Some("2026-07-08"));
    assert_eq!(reading.title.as_deref(), Some("展会筹备会"));
    let doubts: Vec<(&str, Option<u32>)> = reading.doubts.iter().map(|d| (d.kind.as_str(), d.n)).collect();
    assert!(doubts.contains(&("vague_due", Some(1))), "{doubts:?}");
    assert!(doubts.contains(&("no_owner", Some(2))), "{doubts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Any text is read without harm, and what is read stays within its bounds.
    #[test]
    fn any_text_is_read(text in "([\\PC]{0,12}|[0-9一二（）()\\[\\]:：；，、。@#|\\t \\-—*>\n]{0,12}|张三|由李雷|负责|7月17日前|ACTION: Bob to |by Friday|待办：\n|负责人：|截止：|\n){0,30}") {
        for item in items_of(&text) {
            prop_assert!(item.task.chars().count() <= 200);
        }
    }

    #[test]
    fn any_html_is_read(html in "(<(p|div|table|tr|td|th|li|ul|ol|b|br|blockquote|h2|pre|span style='display:none')>|</(p|div|table|tr|td|li|ul|b|blockquote|h2)>|&nbsp;|张三负责合同，周五前|任务|负责人|[\\PC]{0,6}|<|>|\"){0,60}") {
        let document = Document::from_html(&html);
        let _ = minutes::read(&document, moment(REFERENCE), &Workdays::cn(), None);
    }

    #[test]
    fn any_bytes_are_a_document(bytes in proptest::collection::vec(any::<u8>(), 0..600), ending in "(docx|xlsx|xls|csv|html|txt|eml|bin|)") {
        let _ = Document::from_file(&format!("x.{ending}"), &bytes);
    }
}
