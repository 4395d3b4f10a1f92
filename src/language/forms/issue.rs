//! Feedback forms: a problem that crosses departments (SPEC 4.5).

use super::{choice, clean, named_with_notes, one_line, person, push};
use crate::document::Document;
use crate::domain::reading::{Doubt, IssueReading};
use crate::language::fields::Label;
use crate::language::fields::form::Form;
use crate::language::minutes::sentence::{Clock, is_nothing};
use crate::language::scan::{Scan, plain};
use crate::language::when::Anchor;
use crate::language::who::{self, Cast};
use crate::mail::thread;

/// Words of something that no longer works.
#[rustfmt::skip]
const BROKEN: &[&str] = &[
    "drop", "down", "not work", "cannot", "can't", "broken", "crash", "time out", "timeout", "无法", "不能用", "坏了", "崩溃",
    "中断", "打不开", "报错", "失败",
];

/// Marks of the subject that say what a mail is.
#[rustfmt::skip]
pub(in crate::language) fn says_issue(subject: &str) -> bool {
    let lower = plain(subject);
    [
        "问题反馈", "问题上报", "問題反饋", "協作問題", "协作沟通", "故障反馈", "故障申报", "故障投诉", "协作需求", "资源申请", "流程卡点", "反馈表", "[issue]",
        "【issue】", "issue:", "[problem]", "issue report", "problem report", "feedback form",
    ]
    .iter()
    .any(|w| lower.contains(w))
}

/// 反馈一个流程问题, `reporting a problem with …`: words of reporting, then of trouble. Said of much else too, so a label of the form
/// has to stand below.
#[rustfmt::skip]
fn may_say_issue(subject: &str) -> bool {
    let lower = plain(subject);
    let after = |words: &[&str], troubles: &[&str]| {
        words.iter().any(|word| {
            lower.find(word).and_then(|at| lower.get(at + word.len()..)).is_some_and(|rest| troubles.iter().any(|t| rest.contains(t)))
        })
    };
    after(&["反馈", "上报", "反映", "提报", "申报", "反饋", "求助"], &["问题", "問題", "故障", "投诉", "投訴", "卡点", "异常", "異常", "需求"])
        || after(&["report", "raise", "raising"], &["problem", "issue", "fault", "bottleneck"])
}

// ---------------------------------------------------------------- issues

/// A feedback form, or a problem told freely under a subject that says so.
pub fn read_issue(
    document: &Document,
    subject: &str,
    anchor: &Anchor<'_>,
    writer: Option<&str>,
) -> Option<IssueReading> {
    let form = Form::of(document);
    let named = says_issue(subject) || form.free.iter().take(4).any(|line| says_issue(line));
    let marks = [
        Label::IssueKind,
        Label::Urgency,
        Label::Background,
        Label::Current,
        Label::Expected,
        Label::WantedBy,
        Label::Description,
        Label::Initiator,
    ];
    let labelled = marks.iter().filter(|label| form.has(**label)).count();
    let told = labelled >= 1 && (may_say_issue(subject) || form.free.iter().take(3).any(|line| may_say_issue(line)));
    if !(named || told || labelled >= 3) {
        return None;
    }
    let clock = Clock { anchor: *anchor };
    let mut issue = labelled_fields(&form, &clock, subject, writer);
    issue.labelled = labelled >= 3;
    issue.title = issue_title(subject, &form);
    free_issue(&form, &clock, &mut issue);
    vague(&form, &clock, &mut issue);
    if issue.kind.is_none() {
        let all =
            [subject, issue.current.as_deref().unwrap_or_default(), issue.expected.as_deref().unwrap_or_default()]
                .join(" ");
        let lower = plain(&all);
        let broken = BROKEN.iter().any(|word| lower.contains(word)).then_some("fault");
        issue.kind = kind_in(&all).filter(|kind| *kind != "other").or(broken).map(str::to_owned);
    }
    for (name, absent) in [
        ("current", issue.current.is_none() && issue.background.is_none()),
        ("expected", issue.expected.is_none()),
        ("departments", issue.departments.is_empty() && issue.informed.is_empty()),
    ] {
        if absent {
            issue.missing.push(name.into());
        }
    }
    Some(issue)
}

/// The fields of a form that was filled in to answer what it left out.
pub(in crate::language) fn issue_fields(document: &Document, anchor: &Anchor<'_>) -> IssueReading {
    let form = Form::of(document);
    labelled_fields(&form, &Clock { anchor: *anchor }, "", None)
}

/// Whether a line is a label with its value.
pub(in crate::language) fn is_labelled(line: &str) -> bool {
    line.split_once([':', '：']).is_some_and(|(head, _)| {
        crate::language::fields::label_of_exactly(
            head.trim().trim_start_matches(|c: char| c.is_ascii_digit() || ".、)） ".contains(c)),
        )
        .is_some()
    })
}

/// 尽快, 配合一下: words that ask for nothing in particular.
#[rustfmt::skip]
const VAGUE: &[&str] = &[
    "尽快", "尽早", "抓紧", "配合一下", "支持一下", "协助一下", "跟进一下", "处理一下", "解决一下", "看一下", "关注一下", "协调一下", "配合", "支持", "协助", "处理",
    "解决", "希望", "期望", "请", "能", "予以", "给予", "大力", "相关部门", "各部门", "as soon as possible", "asap", "please", "soon", "help out",
    "help", "support", "cooperate", "handle it", "fix it", "look into it", "solve it", "quickly",
];

/// Doubts about what is wanted and by when: `vague_due`, `vague_expected`.
fn vague(form: &Form, clock: &Clock<'_>, issue: &mut IssueReading) {
    let wanted = [Label::WantedBy, Label::Due].into_iter().find_map(|l| form.value(l));
    if let Some(text) = wanted.filter(|text| issue.wanted_by.is_none() && !text.trim().is_empty()) {
        issue.doubts.push(Doubt { kind: "vague_due".into(), line: text.to_owned(), n: None });
    }
    let Some(expected) = &issue.expected else { return };
    let mut rest = expected.to_lowercase();
    for word in VAGUE {
        rest = rest.replace(word, "");
    }
    let letters = rest.chars().filter(|c| c.is_alphanumeric()).count();
    let enough = if rest.is_ascii() { 8 } else { 4 };
    // A day says when, not what; it is looked for by itself.
    if letters < enough && clock.deadline(&rest).is_none() {
        issue.doubts.push(Doubt { kind: "vague_expected".into(), line: expected.clone(), n: None });
    }
}

fn labelled_fields(form: &Form, clock: &Clock<'_>, subject: &str, writer: Option<&str>) -> IssueReading {
    let department = form.value(Label::Department).map(one_line);
    let mut issue = IssueReading { department, ..IssueReading::default() };
    issue.initiator = form.value(Label::Initiator).map(|v| person(v, writer));
    issue.contact = form.value(Label::Contact).or_else(|| form.value(Label::Owner)).map(one_line);
    issue.project = form.any_value(&[Label::Project]).filter(|v| !is_nothing(v)).map(one_line);
    issue.urgency = choice(form, Label::Urgency, urgency_in)
        .or_else(|| choice(form, Label::Level, urgency_in))
        .or_else(|| urgency_of_subject(subject));
    issue.kind = choice(form, Label::IssueKind, kind_in).or_else(|| choice(form, Label::Kind, kind_in));
    issue.level = choice(form, Label::Level, level_in);
    issue.background = form.text(Label::Background).map(clean);
    issue.current = form.text(Label::Current).map(clean);
    issue.expected = form.text(Label::Expected).map(clean);
    for label in [Label::Departments, Label::Helpers] {
        for line in form.lines(label) {
            departments(&line, &mut issue);
        }
    }
    for line in form.lines(Label::Informed) {
        for (name, _) in named_with_notes(&line) {
            push(&mut issue.informed, name);
        }
    }
    let wanted = [Label::WantedBy, Label::Due].into_iter().find_map(|l| form.value(l)).map(str::to_owned);
    issue.wanted_by = wanted
        .as_deref()
        .and_then(|text| clock.cell(text).or_else(|| clock.deadline(text).map(|(d, _)| d)))
        .map(|d| d.due);
    issue
}

fn issue_title(subject: &str, form: &Form) -> Option<String> {
    if let Some(title) = form.value(Label::Title) {
        return Some(one_line(title));
    }
    let base = thread::base_subject(subject).text;
    let mut rest = base.trim().to_owned();
    for (open, close) in [('【', '】'), ('[', ']')] {
        if rest.starts_with(open)
            && let Some(end) = rest.find(close)
        {
            let tail = rest.get(end + close.len_utf8()..).unwrap_or_default().trim().to_owned();
            if !tail.is_empty() {
                rest = tail;
            }
        }
    }
    for head in ["问题反馈", "问题上报", "协作需求", "Issue", "issue", "Problem report"] {
        if let Some(tail) = rest.strip_prefix(head) {
            let tail = tail.trim_start_matches([':', '：', '-', ' ']).to_owned();
            if !tail.is_empty() {
                rest = tail;
            }
        }
    }
    (!rest.is_empty()).then_some(rest)
}

/// What stands in sentences instead of labels.
fn free_issue(form: &Form, clock: &Clock<'_>, issue: &mut IssueReading) {
    if let Some(text) = form.text(Label::Description) {
        if issue.current.is_none() && issue.background.is_none() {
            sort_sentences(&text, issue);
        } else if issue.background.is_none() && issue.current.as_deref() != Some(text.as_str()) {
            issue.background = Some(clean(text));
        }
    }
    let free: Vec<&str> = form
        .free
        .iter()
        .map(String::as_str)
        .filter(|line| !is_greeting(line) && !says_issue(line) && line.chars().count() > 4)
        .collect();
    if issue.current.is_none() && issue.expected.is_none() && !free.is_empty() {
        sort_sentences(&free.join("\n"), issue);
    }
    let all = || {
        form.free
            .iter()
            .map(String::as_str)
            .chain(form.pairs.iter().filter(|p| p.label == Label::Description).map(|p| p.value.as_str()))
    };
    if issue.wanted_by.is_none() {
        // 希望周五前解决
        let text = issue.expected.clone().unwrap_or_default();
        issue.wanted_by = clock
            .deadline(&text)
            .map(|(d, _)| d.due)
            .or_else(|| all().find_map(|line| clock.deadline(line)).map(|(d, _)| d.due));
    }
    if issue.departments.is_empty() {
        let cast = Cast::default();
        for line in all() {
            let scan = Scan::new(line);
            for at in 0..scan.len() {
                let asked = scan
                    .any(at, &["请", "需要", "希望", "需", "由"])
                    .or_else(|| scan.any_word(at, &["please", "need", "ask", "expect", "want"]));
                if let Some(stop) = asked
                    && let Some(found) = who::at(&scan, scan.skip(stop, " "), &cast, who::Follow::Words)
                    && found.kind == who::Kind::Department
                {
                    for name in found.names {
                        push(&mut issue.departments, name);
                    }
                }
            }
        }
    }
    if issue.urgency.is_none() {
        issue.urgency = all().find_map(|line| {
            let scan = Scan::new(line);
            let all = 0..scan.len();
            if scan.has(all.clone(), &["特急", "十万火急", "非常紧急", "critical", "生产中断", "全面中断"])
            {
                Some("critical".to_owned())
            } else if scan.has(all, &["紧急", "加急", "urgent"]) {
                Some("urgent".to_owned())
            } else {
                None
            }
        });
    }
}

/// Background first, wishes last: sentences by what they say.
#[rustfmt::skip]
fn sort_sentences(text: &str, issue: &mut IssueReading) {
    let mut background = String::new();
    let mut current = String::new();
    let mut expected = String::new();
    for sentence in text.split_inclusive(['。', '\n', '；', ';', '！', '.']) {
        let bare = sentence.trim();
        if bare.chars().count() < 2 {
            continue;
        }
        let lower = plain(bare);
        // 紧急。 says how urgent it is, and nothing of the problem.
        if lower.chars().count() <= 12 && urgency_in(&lower).is_some() && lower.split_whitespace().count() <= 2 {
            continue;
        }
        // 背景是…, `Expected: …` within a paragraph says itself what it is.
        if let Some((label, rest)) = said_label(bare) {
            match label {
                Label::Departments => departments(rest, issue),
                _ => {
                    let slot = match label {
                        Label::Background => &mut background,
                        Label::Expected => &mut expected,
                        _ => &mut current,
                    };
                    slot.push_str(rest);
                    if rest.is_ascii() {
                        slot.push(' ');
                    }
                }
            }
            continue;
        }
        let wish = [
            "希望", "期望", "请", "需要", "建议", "诉求", "盼", "please", "we need", "need ", "would like", "expect", "want",
            "should",
        ]
        .iter()
        .any(|w| lower.contains(w));
        let cause = ["因为", "由于", "背景", "为了", "because", "since ", "background", "as "]
            .iter()
            .any(|w| lower.starts_with(w));
        let slot = if wish {
            &mut expected
        } else if cause && current.is_empty() {
            &mut background
        } else {
            &mut current
        };
        slot.push_str(bare);
        if bare.is_ascii() {
            slot.push(' ');
        }
    }
    let keep = |text: String| (!text.trim().is_empty()).then(|| clean(text));
    issue.background = issue.background.take().or_else(|| keep(background));
    issue.current = issue.current.take().or_else(|| keep(current));
    issue.expected = issue.expected.take().or_else(|| keep(expected));
}

/// The label a sentence begins with, and what it says: 背景是系统升级, `Background: the import broke`.
#[rustfmt::skip]
fn said_label(sentence: &str) -> Option<(Label, &str)> {
    const SAID: &[(Label, &[&str])] = &[
        (Label::Background, &["背景是", "背景为", "背景：", "背景:", "background:", "background is", "the background is"]),
        (Label::Current, &["现状是", "现状为", "现状：", "现状:", "目前的情况是", "current:", "current state:", "now:", "the problem is"]),
        (Label::Expected, &["期望结果是", "期望结果：", "期望结果:", "期望：", "期望:", "期望是", "expected:", "expectation:", "wanted:"]),
        (Label::Departments, &["涉及部门：", "涉及部门:", "涉及部门是", "departments:", "departments involved:", "department:"]),
    ];
    let lower = sentence.to_lowercase();
    // Where folding moves places, the sentence is taken as it stands.
    if lower.len() != sentence.len() {
        return None;
    }
    let (label, word) = SAID.iter().find_map(|(label, words)| Some((*label, words.iter().find(|word| lower.starts_with(**word))?)))?;
    let rest = sentence.get(word.len()..)?.trim();
    (!rest.is_empty()).then_some((label, rest))
}

#[rustfmt::skip]
fn is_greeting(line: &str) -> bool {
    let lower = plain(line.trim());
    lower.chars().count() <= 30
        && [
            "各位", "您好", "你好", "大家好", "hi", "hello", "dear", "谢谢", "thanks", "thank you", "regards", "best", "此致",
            "辛苦",
        ]
        .iter()
        .any(|w| lower.starts_with(w))
}

/// Departments asked and departments told: 市场部(配合)、客服部(知会).
fn departments(line: &str, issue: &mut IssueReading) {
    for (name, note) in named_with_notes(line) {
        let informed =
            ["知会", "抄送", "知悉", "informed", "fyi", "cc"].iter().any(|w| note.to_lowercase().contains(w));
        push(if informed { &mut issue.informed } else { &mut issue.departments }, name);
    }
}

fn urgency_in(text: &str) -> Option<&'static str> {
    let lower = plain(text);
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    if has(&["特急", "非常紧急", "非常緊急", "critical", "emergency", "p0", "十万火急", "最高"]) {
        Some("critical")
    } else if has(&["不紧急", "普通", "一般", "normal", "low", "常规", "medium", "p2", "p3", "正常", "不急"])
    {
        Some("normal")
    } else if has(&["紧急", "緊急", "urgent", "high", "p1", "加急"]) {
        Some("urgent")
    } else {
        None
    }
}

fn urgency_of_subject(subject: &str) -> Option<String> {
    let lower = plain(subject);
    if ["特急", "critical", "非常紧急"].iter().any(|w| lower.contains(w)) {
        Some("critical".into())
    } else if ["紧急", "緊急", "urgent", "加急"].iter().any(|w| lower.contains(w)) {
        Some("urgent".into())
    } else {
        None
    }
}

#[rustfmt::skip]
fn kind_in(text: &str) -> Option<&'static str> {
    let lower = plain(text);
    let table: &[(&str, &[&str])] = &[
        ("bottleneck", &["卡点", "流程", "bottleneck", "process", "blocker", "workflow", "审批慢"]),
        ("resource", &["资源", "資源", "人力", "resource", "staffing", "budget request", "capacity"]),
        (
            "fault",
            &[
                "故障", "投诉", "投訴", "fault", "bug", "outage", "complaint", "incident", "defect", "failure", "fails",
                "failing", "报错", "宕机", "异常",
            ],
        ),
        (
            "collaboration",
            &["协作", "協作", "配合", "collaboration", "cooperation", "support request", "coordination", "协同"],
        ),
        ("other", &["其他", "其它", "other"]),
    ];
    table.iter().find(|(_, words)| words.iter().any(|w| lower.contains(w))).map(|(kind, _)| *kind)
}

fn level_in(text: &str) -> Option<&'static str> {
    let lower = plain(text);
    if ["关键", "重大", "關鍵", "key", "major", "重要"].iter().any(|w| lower.contains(w)) {
        Some("key")
    } else if ["一般", "general", "minor", "普通"].iter().any(|w| lower.contains(w)) {
        Some("general")
    } else {
        None
    }
}
