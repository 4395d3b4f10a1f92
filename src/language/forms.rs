//! Feedback forms and project tables (SPEC 4.5, 4.6).

use super::fields::Label;
use super::fields::form::{Form, Grid};
use super::minutes::light_of;
use super::minutes::sentence::{Clock, is_nothing, status_of};
use super::scan::{Scan, plain};
use super::when::{self, Anchor};
use super::who::{self, Cast};
use crate::document::{Document, Row};
use crate::domain::due::Due;
use crate::domain::reading::{
    Doubt, IssueReading, MemberReading, MilestoneReading, ProgressReading, ProjectReading, ResourceReading,
    RiskReading, SubgoalReading, TaskReading,
};
use crate::mail::thread;
use chrono::NaiveDate;

/// Entries of one list that are kept.
const ENTRY_COUNT_MAX: usize = 500;

/// Words of something that no longer works.
#[rustfmt::skip]
const BROKEN: &[&str] = &[
    "drop", "down", "not work", "cannot", "can't", "broken", "crash", "time out", "timeout", "无法", "不能用", "坏了", "崩溃",
    "中断", "打不开", "报错", "失败",
];

/// Marks of the subject that say what a mail is.
#[rustfmt::skip]
pub(super) fn says_issue(subject: &str) -> bool {
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

#[rustfmt::skip]
pub(super) fn says_project(text: &str) -> bool {
    [
        "项目启动信息", "启动信息表", "责任分工表", "任务分工表", "目标共识", "任务总览", "项目启动:", "项目启动：", "项目信息表", "项目立项", "職責分工表", "责任分工",
        "任务分工", "里程碑计划", "資源需求表", "资源需求表", "风险清单", "风险登记", "project charter", "Project charter", "Project start", "project brief", "Project brief",
        "Project kick", "RACI", "responsibility matrix", "Responsibility matrix", "task overview", "Task overview",
        "project plan", "Project plan", "Project launch",
    ]
    .iter()
    .any(|w| text.contains(w))
}

#[rustfmt::skip]
pub(super) fn says_progress(text: &str) -> bool {
    [
        "进度跟踪", "进度表", "进展跟踪", "进度更新", "進度追蹤", "进度汇报", "progress table", "progress report", "Progress",
        "progress update", "status table", "任务进度", "本周进度", "进展汇报", "进展更新", "weekly status", "Weekly status",
        "Status update", "status update", "status report", "Status report",
    ]
    .iter()
    .any(|w| text.contains(w))
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
pub(super) fn issue_fields(document: &Document, anchor: &Anchor<'_>) -> IssueReading {
    let form = Form::of(document);
    labelled_fields(&form, &Clock { anchor: *anchor }, "", None)
}

/// Whether a line is a label with its value.
pub(super) fn is_labelled(line: &str) -> bool {
    line.split_once([':', '：']).is_some_and(|(head, _)| {
        super::fields::label_of_exactly(
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
    issue.contact = form.value(Label::Contact).map(one_line);
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

fn push(list: &mut Vec<String>, name: String) {
    if !list.contains(&name) && list.len() < ENTRY_COUNT_MAX {
        list.push(name);
    }
}

/// `市场部(配合)、客服部（知会）`, `配合：市场部；知会：客服部`: names with what is said of them. Ticked boxes choose.
fn named_with_notes(line: &str) -> Vec<(String, String)> {
    if let Some(ticked) = ticked(line) {
        return ticked.into_iter().map(|name| (name, String::new())).collect();
    }
    let mut out = Vec::new();
    let mut group = String::new();
    let mut name = String::new();
    let mut note = String::new();
    let mut depth = 0usize;
    let mut put = |name: &mut String, note: &mut String, group: &str| {
        let bare = std::mem::take(name);
        let bare = bare.trim().trim_matches(['。', '.', ' ', '等', '-', '•']).to_owned();
        let said = std::mem::take(note);
        if bare.chars().count() >= 2 && bare.chars().count() <= 40 && !is_nothing(&bare) {
            out.push((bare, if said.is_empty() { group.to_owned() } else { said }));
        }
    };
    for c in line.chars() {
        match c {
            '(' | '（' | '[' => depth += 1,
            ')' | '）' | ']' => depth = depth.saturating_sub(1),
            c if depth > 0 => note.push(c),
            '、' | ',' | '，' | '/' | '\n' | '&' | '+' => put(&mut name, &mut note, &group),
            ';' | '；' => {
                put(&mut name, &mut note, &group);
                group.clear();
            }
            ':' | '：' => {
                group = std::mem::take(&mut name).trim().to_owned();
            }
            c => name.push(c),
        }
    }
    put(&mut name, &mut note, &group);
    let mut split = Vec::new();
    for (name, note) in out {
        for part in name.split(" and ") {
            split.push((part.trim().to_owned(), note.clone()));
        }
    }
    split
}

/// The ticked options of a line of boxes; `None` where there are no boxes. Boxes stand before or behind their options.
fn ticked(text: &str) -> Option<Vec<String>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Sign {
        On,
        Off,
    }
    let chars: Vec<char> = text.chars().collect();
    let mut signs: Vec<(usize, usize, Sign)> = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        let single = match c {
            '☑' | '☒' | '✅' | '✔' | '✓' | '√' | '■' | '●' | '◉' | '🗹' | '⊠' | '▣' | '◼' | '⬛' => {
                Some(Sign::On)
            }
            '□' | '☐' | '○' | '◯' | '◻' | '⬜' | '▢' => Some(Sign::Off),
            _ => None,
        };
        if let Some(sign) = single {
            // □√ and [√] are one ticked box.
            if let Some(last) = signs.last_mut()
                && last.1 == at
            {
                if sign == Sign::On {
                    last.2 = Sign::On;
                }
                last.1 = at + 1;
            } else {
                signs.push((at, at + 1, sign));
            }
            at += 1;
            continue;
        }
        if matches!(c, '[' | '(' | '（' | '［' | '【') {
            let close = chars.iter().skip(at + 1).take(4).position(|c| matches!(c, ']' | ')' | '）' | '］' | '】'));
            if let Some(length) = close {
                let inside: String = chars.get(at + 1..at + 1 + length).unwrap_or_default().iter().collect();
                let sign = match inside.trim() {
                    "" | "_" => Some(Sign::Off),
                    "x" | "X" | "√" | "✓" | "✔" | "v" | "V" | "☑" | "*" | "●" => Some(Sign::On),
                    _ => None,
                };
                if let Some(sign) = sign {
                    signs.push((at, at + length + 2, sign));
                    at += length + 2;
                    continue;
                }
            }
        }
        at += 1;
    }
    if signs.is_empty() {
        return None;
    }
    let prefix = chars.get(..signs.first()?.0).unwrap_or_default().iter().all(|c| c.is_whitespace());
    let mut out = Vec::new();
    for (index, (start, end, sign)) in signs.iter().enumerate() {
        let option: String = if prefix {
            let stop = signs.get(index + 1).map_or(chars.len(), |next| next.0);
            chars.get(*end..stop).unwrap_or_default().iter().collect()
        } else {
            let from = index.checked_sub(1).and_then(|i| signs.get(i)).map_or(0, |before| before.1);
            chars.get(from..*start).unwrap_or_default().iter().collect()
        };
        // Only ticks and no boxes: `普通 紧急√ 特急`; the word at the tick.
        let lone = !prefix && signs.iter().all(|s| s.2 == Sign::On);
        let option = option.trim().trim_matches(['、', ',', '，', ';', '；', '/', '|', ' ', '\u{3000}']);
        let option = if lone { option.rsplit([' ', '、', '/', '，', ',']).next().unwrap_or(option) } else { option };
        if *sign == Sign::On && !option.is_empty() {
            out.push(option.to_owned());
        }
    }
    Some(out)
}

/// A field with fixed words: its ticked option, else its value.
fn choice(form: &Form, label: Label, word: fn(&str) -> Option<&'static str>) -> Option<String> {
    let lines = form.lines(label);
    let text = lines.join(" ");
    if text.is_empty() {
        return None;
    }
    match ticked(&text) {
        Some(options) => options.iter().find_map(|option| word(option)),
        None => word(&text),
    }
    .map(str::to_owned)
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

pub(super) fn clean(text: impl AsRef<str>) -> String {
    text.as_ref().trim().trim_end_matches(['；', ';', '。']).trim().to_owned()
}

fn one_line(text: &str) -> String {
    text.split('\n').next().unwrap_or(text).trim().trim_end_matches(['。', '；', ';']).to_owned()
}

/// A name, titles and addresses left as they are; 本人 is the writer.
fn person(value: &str, writer: Option<&str>) -> String {
    let value = one_line(value);
    match (value.as_str(), writer) {
        ("本人" | "我", Some(writer)) => writer.to_owned(),
        _ => value.split(['<', '(', '（']).next().unwrap_or(&value).trim().to_owned(),
    }
}

// ---------------------------------------------------------------- projects

/// Project forms and tables, whatever of them a mail has.
pub fn read_project(document: &Document, subject: &str, anchor: &Anchor<'_>) -> Option<ProjectReading> {
    let form = Form::of(document);
    let titles = || {
        form.free.iter().take(4).map(String::as_str).chain([subject]).chain(form.grids.iter().map(|g| g.title.as_str()))
    };
    let opens = super::project::says_start(subject);
    let named = opens || titles().any(says_project);
    let marks = [
        Label::Project,
        Label::Manager,
        Label::Sponsor,
        Label::Scope,
        Label::ScopeOut,
        Label::Period,
        Label::Members,
        Label::Milestone,
    ];
    let labelled = marks.iter().filter(|label| form.has(**label)).count();
    let tabled = form.grids.iter().any(is_project_grid);
    if !(opens || named && (labelled > 0 || !form.grids.is_empty()) || labelled >= 3 || tabled && labelled >= 1) {
        return None;
    }
    let mut project = facts(&form, anchor);
    project.name = project_name(subject, &form);
    if opens {
        super::project::told_freely(&form.free, anchor, &mut project);
    }
    let found = opens
        || project.name.is_some() && labelled > 1
        || !project.tasks.is_empty()
        || !project.subgoals.is_empty()
        || !project.milestones.is_empty()
        || !project.members.is_empty()
        || !project.risks.is_empty()
        || !project.resources.is_empty();
    if !found {
        return None;
    }
    if labelled >= 2 || opens {
        for (name, absent) in [
            ("name", project.name.is_none()),
            ("manager", project.manager.is_none()),
            ("objective", project.objective.is_none()),
        ] {
            if absent {
                project.missing.push(name.into());
            }
        }
        project.doubts = super::project::smart(&project, anchor);
    }
    Some(project)
}

/// Whatever tables and labels of a project a document has, with no name and nothing guessed: an answer about a project
/// that is known.
pub(super) fn read_project_facts(document: &Document, anchor: &Anchor<'_>) -> ProjectReading {
    let form = Form::of(document);
    let mut project = facts(&form, anchor);
    project.name = form.value(Label::Project).map(bare_name);
    project
}

fn facts(form: &Form, anchor: &Anchor<'_>) -> ProjectReading {
    let clock = Clock { anchor: *anchor };
    let mut project = ProjectReading {
        background: form.text(Label::Background).map(clean),
        objective: form.text(Label::Objective).map(clean),
        ..ProjectReading::default()
    };
    let said = form.free.iter().chain(form.pairs.iter().map(|pair| &pair.value));
    super::project::manner(said.map(String::as_str), &mut project);
    project.sponsor = form.value(Label::Sponsor).map(|v| person(v, None));
    project.manager = form.value(Label::Manager).or_else(|| form.value(Label::Owner)).map(|v| person(v, None));
    scope(form, &mut project);
    period(form, anchor, &mut project);
    for label in [Label::Members, Label::Departments, Label::Attendees, Label::Department] {
        for line in form.lines(label) {
            for (name, note) in named_with_notes(&line) {
                // `Team: IT (lead)` are members; 部门：信息部 is whose project it is.
                if label == Label::Department && responsibility_in(&note).is_none() {
                    continue;
                }
                member(&name, &note, &mut project);
            }
        }
    }
    for line in form.lines(Label::Milestone) {
        milestone_line(&line, &clock, &mut project);
    }
    for line in form.lines(Label::Risk) {
        risk_line(&line, &mut project);
    }
    for line in form.lines(Label::Goal) {
        subgoal_line(&line, &mut project);
    }
    for line in form.lines(Label::Resource) {
        let (department, text) = split_head(&line);
        project.resources.push(ResourceReading { department, text: clean(text), granted: None });
    }
    for grid in &form.grids {
        project_grid(grid, &clock, &mut project);
    }
    project
}

fn is_project_grid(grid: &Grid) -> bool {
    let has = |l| grid.columns.has(l);
    (has(Label::Department) && has(Label::Task) && (has(Label::Deliverable) || has(Label::Helpers) || has(Label::Due)))
        || (has(Label::Goal) && has(Label::Department))
        || (has(Label::Milestone) && has(Label::Due))
        || (has(Label::Department) && has(Label::Responsibility))
        || (has(Label::Resource) && has(Label::Department))
        || (has(Label::Task) && has(Label::Start) && has(Label::Due))
        || (has(Label::Task) && has(Label::DependsOn))
}

#[rustfmt::skip]
fn project_name(subject: &str, form: &Form) -> Option<String> {
    if let Some(name) = form.any_value(&[Label::Project, Label::Title]) {
        return Some(bare_name(name));
    }
    let base = thread::base_subject(subject).text;
    let base = base.trim();
    let rest = base.split_once([':', '：']).map(|(_, tail)| tail.trim()).filter(|t| !t.is_empty()).unwrap_or(base);
    let mut rest = rest.to_owned();
    for (open, close) in [('【', '】'), ('[', ']'), ('《', '》')] {
        if rest.starts_with(open)
            && let Some(end) = rest.find(close)
        {
            let tail = rest.get(end + close.len_utf8()..).unwrap_or_default().trim();
            let inner = rest.get(open.len_utf8()..end).unwrap_or_default();
            rest = if tail.is_empty() { inner.to_owned() } else { tail.to_owned() };
        }
    }
    for word in [
        "项目启动信息表", "责任分工表", "任务分工表", "目标共识表", "任务总览表", "启动信息表", "项目启动", "责任分工", "任务分工", "目标共识", "任务总览", "里程碑计划",
    ] {
        rest = rest.replace(word, "");
    }
    let rest = rest.trim().trim_matches(['-', '—', ':', '：', ' ', '的']).trim();
    (!rest.is_empty()).then(|| bare_name(rest))
}

fn bare_name(name: &str) -> String {
    one_line(name).trim_matches(['《', '》', '“', '”', '"', '「', '」', ' ']).to_owned()
}

/// 包含登录、支付；不包含海外版.
fn scope(form: &Form, project: &mut ProjectReading) {
    project.scope_out = form.text(Label::ScopeOut).map(clean);
    let Some(text) = form.text(Label::Scope) else { return };
    #[rustfmt::skip]
    const OUT: &[&str] = &[
        "不包含", "不包括", "不含", "不涉及", "范围外", "out of scope", "Out of scope", "excluding", "excludes", "Excludes",
        "not included", "Out:", "排除",
    ];
    const IN: &[&str] =
        &["包含", "包括", "涵盖", "覆盖", "in scope", "In scope", "includes", "Includes", "including", "In:"];
    let cut = OUT.iter().filter_map(|word| text.find(word).map(|at| (at, word.len()))).min();
    let (inside, outside) = match cut {
        Some((at, length)) => (text.get(..at).unwrap_or_default(), text.get(at + length..)),
        None => (text.as_str(), None),
    };
    let trim = |t: &str| {
        t.trim().trim_matches([':', '：', ';', '；', ',', '，', '。', '.', ' ', '(', '（', ')', '）']).to_owned()
    };
    let mut inside = trim(inside);
    for word in IN {
        if let Some(rest) = inside.strip_prefix(word) {
            inside = trim(rest);
            break;
        }
    }
    if !inside.is_empty() {
        project.scope_in = Some(inside);
    }
    if let Some(outside) = outside.map(trim).filter(|t| !t.is_empty()) {
        project.scope_out = Some(outside);
    }
}

/// First and last day.
fn period(form: &Form, anchor: &Anchor<'_>, project: &mut ProjectReading) {
    let clock = Clock { anchor: *anchor };
    let day = |text: &str| clock.cell(text).map(|d| d.due.date());
    if let Some(text) = form.text(Label::Period) {
        let (start, end) = days_of(&text, anchor);
        project.start = start;
        project.end = end;
    }
    project.start = project.start.or_else(|| form.value(Label::Start).and_then(day));
    project.end = project.end.or_else(|| form.value(Label::Due).and_then(day));
    if project.start.is_none()
        && let Some(text) = form.value(Label::When)
    {
        (project.start, project.end) = days_of(text, anchor);
    }
}

pub(super) fn days_of(text: &str, anchor: &Anchor<'_>) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let clock = Clock { anchor: *anchor };
    // Halves around 至, ~, to, unless a dash belongs to a date.
    for separator in ["至", "到", "~", "～", "—", "–", " - ", " to ", "止"] {
        if let Some((from, to)) = text.split_once(separator)
            && let (Some(from), Some(to)) = (clock.cell(from), clock.cell(to.trim_start_matches(['-', '—'])))
        {
            return (Some(from.due.date()), Some(to.due.date()));
        }
    }
    let mentions = when::all(text, anchor);
    let last = mentions.iter().rev().find_map(|m| m.due).map(|d| d.date());
    let first = mentions.iter().find_map(|m| m.from.or(m.due)).map(|d| d.date());
    if mentions.len() == 1 && first == last && mentions.iter().all(|m| m.from.is_none()) {
        return (None, last);
    }
    (first, last)
}

pub(super) fn responsibility_in(text: &str) -> Option<&'static str> {
    let lower = plain(text);
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    if has(&["主导", "牵头", "主责", "lead", "主办", "owner", "accountable"]) {
        Some("lead")
    } else if has(&["监督", "監督", "supervis", "督导", "审计", "oversee", "检查"]) {
        Some("supervise")
    } else if has(&["配合", "支持", "协助", "support", "协办", "参与", "consult", "responsible"]) {
        Some("support")
    } else {
        None
    }
}

fn member(name: &str, note: &str, project: &mut ProjectReading) {
    if project.members.len() >= ENTRY_COUNT_MAX {
        return;
    }
    let mut responsibility = responsibility_in(note);
    let mut department = name.trim().to_owned();
    let mut person = None;
    for separator in [" - ", " – ", "-", "——", " "] {
        if let Some((head, tail)) = department.clone().rsplit_once(separator)
            && responsibility.is_none()
            && let Some(found) = responsibility_in(tail)
        {
            responsibility = Some(found);
            head.trim().clone_into(&mut department);
            break;
        }
    }
    // 研发部(主导,张三)
    for piece in note.split([',', '，', '、', '：', ':', '/', ' ']) {
        let piece = piece.trim();
        if !piece.is_empty() && responsibility_in(piece).is_none() && who::is_who(piece, &Cast::default()) {
            person = Some(piece.to_owned());
        }
    }
    if department.chars().count() >= 2 && !project.members.iter().any(|m| m.department == department) {
        project.members.push(MemberReading { department, responsibility: responsibility.map(str::to_owned), person });
    }
}

/// `市场部：首月销量1000台`: who, and what.
fn split_head(line: &str) -> (Option<String>, &str) {
    if let Some(at) = line.find([':', '：', '-', '—']) {
        let head = line.get(..at).unwrap_or_default().trim();
        let width = line.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
        if who::is_who(head, &Cast::default()) {
            return (
                Some(head.to_owned()),
                line.get(at + width..).unwrap_or_default().trim_start_matches(['-', '—', ' ']),
            );
        }
    }
    (None, line)
}

fn milestone_line(line: &str, clock: &Clock<'_>, project: &mut ProjectReading) {
    let line = crate::document::text::marker_of(line).map_or(line, |m| m.rest).trim();
    for piece in line.split([';', '；']).filter(|p| p.chars().count() > 1) {
        let found = clock.deadline(piece);
        let mut name = piece.to_owned();
        if let Some((_, span)) = &found {
            name =
                format!("{}{}", piece.get(..span.start).unwrap_or_default(), piece.get(span.end..).unwrap_or_default());
        }
        let name = super::minutes::sentence::polish(&name);
        if !name.is_empty() && project.milestones.len() < ENTRY_COUNT_MAX {
            project.milestones.push(MilestoneReading { name, due: found.map(|(d, _)| d.due), owner: None });
        }
    }
}

pub(super) fn risk_line(line: &str, project: &mut ProjectReading) {
    let (text, plan) = match line
        .find("应对")
        .or_else(|| line.to_lowercase().find("mitigation").filter(|at| line.is_char_boundary(*at)))
    {
        Some(at) => {
            let plan = line.get(at..).and_then(|tail| tail.split_once([':', '：'])).map(|(_, plan)| clean(plan));
            (line.get(..at).unwrap_or(line), plan)
        }
        None => (line, None),
    };
    let text = text.trim().trim_matches([',', '，', ';', '；', '。', ' ', '(', '（']).to_owned();
    if text.chars().count() >= 2 && project.risks.len() < ENTRY_COUNT_MAX {
        project.risks.push(RiskReading { light: light_of(line), text, line: line.to_owned(), plan, owner: None });
    }
}

fn subgoal_line(line: &str, project: &mut ProjectReading) {
    let (department, text) = split_head(line);
    if !text.trim().is_empty() && project.subgoals.len() < ENTRY_COUNT_MAX {
        project.subgoals.push(SubgoalReading { department, text: clean(text), measure: None });
    }
}

fn list_of(cell: &str) -> Vec<String> {
    named_with_notes(cell).into_iter().map(|(name, _)| name).collect()
}

fn project_grid(grid: &Grid, clock: &Clock<'_>, project: &mut ProjectReading) {
    let has = |l| grid.columns.has(l);
    let mut department: Option<String> = None;
    for row in &grid.rows {
        let cell = |label| grid.columns.cell(row, label).filter(|c| !is_nothing(c));
        let own = |label| cell(label).map(one_line);
        // A merged first column leaves blanks below.
        let mut here = own(Label::Department);
        if here.is_none() && grid.columns.place(Label::Department) == Some(0) {
            here.clone_from(&department);
        } else {
            department.clone_from(&here);
        }
        if has(Label::Goal) && !has(Label::Task) {
            if let Some(text) = cell(Label::Goal) {
                let measure = own(Label::Criterion).or_else(|| own(Label::Deliverable));
                project.subgoals.push(SubgoalReading { department: here, text: text.to_owned(), measure });
            }
            continue;
        }
        if has(Label::Milestone) && !has(Label::Task) {
            if let Some(name) = cell(Label::Milestone) {
                let due = [Label::Due, Label::When, Label::Period]
                    .into_iter()
                    .find_map(cell)
                    .and_then(|c| clock.cell(c))
                    .map(|d| d.due);
                project.milestones.push(MilestoneReading {
                    name: name.to_owned(),
                    due,
                    owner: own(Label::Owner).or(here),
                });
            }
            continue;
        }
        if has(Label::Risk) && !has(Label::Task) {
            if let Some(text) = cell(Label::Risk) {
                let light = [Label::Light, Label::Level, Label::Urgency, Label::Status]
                    .into_iter()
                    .find_map(cell)
                    .and_then(light_of);
                project.risks.push(RiskReading {
                    text: text.to_owned(),
                    light,
                    line: row.line.clone(),
                    plan: cell(Label::Measure).map(str::to_owned),
                    owner: own(Label::Owner),
                });
            }
            continue;
        }
        if has(Label::Resource) && !has(Label::Task) {
            if let Some(text) = cell(Label::Resource) {
                let granted =
                    cell(Label::Granted).map(|c| !c.contains(['否', '不', '未']) && !c.to_lowercase().starts_with('n'));
                project.resources.push(ResourceReading { department: here, text: text.to_owned(), granted });
            }
            continue;
        }
        // A column Responsibility holds parts to play, or the work itself.
        let plays = |row: &Row| {
            grid.columns
                .cell(row, Label::Responsibility)
                .is_some_and(|c| c.chars().count() <= 12 && responsibility_in(c).is_some())
        };
        if has(Label::Responsibility)
            && !has(Label::Task)
            && (has(Label::Department) || has(Label::Departments))
            && (grid.rows.iter().any(plays) || !has(Label::Due) && !has(Label::Deliverable))
        {
            if let Some(name) = here.or_else(|| own(Label::Departments)) {
                let responsibility = cell(Label::Responsibility).and_then(responsibility_in).map(str::to_owned);
                let person = [Label::Owner, Label::Contact, Label::Manager].into_iter().find_map(own);
                project.members.push(MemberReading { department: name, responsibility, person });
            }
            continue;
        }
        if let Some(mut task) = task_of(grid, row, clock) {
            task.department = task.department.or(here);
            if project.tasks.len() < ENTRY_COUNT_MAX {
                project.tasks.push(task);
            }
        }
    }
}

fn task_of(grid: &Grid, row: &Row, clock: &Clock<'_>) -> Option<TaskReading> {
    let cell = |label| grid.columns.cell(row, label).filter(|c| !is_nothing(c));
    let own = |label| cell(label).map(one_line);
    let task = cell(Label::Task).or_else(|| cell(Label::Agenda)).or_else(|| cell(Label::Responsibility))?;
    let mut due = cell(Label::Due).and_then(|c| clock.cell(c)).map(|d| d.due);
    let mut start = cell(Label::Start).and_then(|c| clock.cell(c)).map(|d| d.due.date());
    if let Some(text) = cell(Label::Period).or_else(|| cell(Label::When)) {
        let (from, to) = days_of(text, &clock.anchor);
        start = start.or(from);
        due = due.or(to.map(Due::Date));
    }
    let percent = cell(Label::Percent).and_then(percent_in);
    Some(TaskReading {
        department: own(Label::Department),
        task: task.replace('\n', "；"),
        owner: own(Label::Owner).map(|o| person(&o, None)),
        deliverable: cell(Label::Deliverable).map(|d| d.replace('\n', "、")),
        criterion: cell(Label::Criterion).map(str::to_owned),
        start,
        due,
        support: cell(Label::Helpers).map(list_of).unwrap_or_default(),
        depends_on: cell(Label::DependsOn).map(list_of_dependencies).unwrap_or_default(),
        state: cell(Label::Status).and_then(state_of).map(str::to_owned),
        percent: percent.or_else(|| cell(Label::Status).and_then(percent_in)),
        number: own(Label::Number),
    })
}

fn list_of_dependencies(cell: &str) -> Vec<String> {
    cell.split(['、', ',', '，', ';', '；', '\n'])
        .map(|p| p.trim().to_owned())
        .filter(|p| !p.is_empty() && !is_nothing(p))
        .take(40)
        .collect()
}

/// 60%, 0.6, 六成 stays unread.
fn percent_in(text: &str) -> Option<u8> {
    let scan = Scan::new(text.trim());
    let folded = scan.folded(0..scan.len());
    let digits: String =
        folded.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let number: f64 = digits.parse().ok()?;
    let tells = folded.contains('%') || folded.contains("percent");
    let bare = folded.trim().chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ' '));
    let value = if tells {
        number
    } else if bare && number <= 1.0 && digits.contains('.') || bare && number == 1.0 {
        // A sheet stores 60 % as 0.6.
        number * 100.0
    } else if bare {
        number
    } else {
        return None;
    };
    (0.0..=100.0).contains(&value).then_some(value.round() as u8)
}

/// `not_started`, `in_progress`, `behind`, `blocked`, `done`.
#[rustfmt::skip]
pub(super) fn state_of(text: &str) -> Option<&'static str> {
    let lower = plain(text);
    if [
        "滞后", "逾期", "延期", "延误", "落后", "超期", "behind", "delayed", "late", "overdue", "at risk", "off track",
        "slipping",
    ]
    .iter()
    .any(|w| lower.contains(w))
    {
        return Some("behind");
    }
    match status_of(text)? {
        "open" => Some("not_started"),
        other => Some(other),
    }
}

// ---------------------------------------------------------------- progress

/// The rows of a progress table.
pub fn read_progress(document: &Document, subject: &str, anchor: &Anchor<'_>) -> Option<Vec<ProgressReading>> {
    let form = Form::of(document);
    let clock = Clock { anchor: *anchor };
    let named = says_progress(subject) || form.free.iter().take(4).any(|l| says_progress(l));
    let mut rows = Vec::new();
    if named && form.grids.is_empty() {
        rows.extend(form.free.iter().filter_map(|line| progress_line(line, &clock)).take(ENTRY_COUNT_MAX));
    }
    for grid in &form.grids {
        let has = |l| grid.columns.has(l);
        let task = has(Label::Task) || has(Label::Milestone);
        let tracked = [Label::Status, Label::Percent, Label::Reason].iter().filter(|l| has(**l)).count();
        if !(task && (tracked >= 2 || tracked >= 1 && (named || says_progress(&grid.title)))) {
            continue;
        }
        for row in &grid.rows {
            let cell = |label| grid.columns.cell(row, label).filter(|c| !is_nothing(c));
            let Some(task) = cell(Label::Task).or_else(|| cell(Label::Milestone)) else { continue };
            let percent =
                cell(Label::Percent).and_then(percent_in).or_else(|| cell(Label::Status).and_then(percent_in));
            let state = cell(Label::Status).and_then(state_of).or(match percent {
                Some(100) => Some("done"),
                Some(0) => Some("not_started"),
                Some(_) => Some("in_progress"),
                None => None,
            });
            rows.push(ProgressReading {
                task: task.replace('\n', "；"),
                owner: cell(Label::Owner).or_else(|| cell(Label::Department)).map(one_line),
                state: state.map(str::to_owned),
                percent,
                reason: cell(Label::Reason).map(str::to_owned),
                measure: cell(Label::Measure).map(str::to_owned),
                // `Expected` over a column of dates is when it is expected, not what.
                due: cell(Label::Due).or_else(|| cell(Label::Expected)).and_then(|c| clock.cell(c)).map(|d| d.due),
            });
            if rows.len() >= ENTRY_COUNT_MAX {
                break;
            }
        }
    }
    (!rows.is_empty()).then_some(rows)
}

/// `终端采购(何平):进行中,60%,预计4月28日完成`: a line of progress; its state has to be said.
fn progress_line(line: &str, clock: &Clock<'_>) -> Option<ProgressReading> {
    let line = crate::document::text::marker_of(line).map_or(line, |m| m.rest).trim();
    let scan = Scan::new(line);
    let colon = scan.find_char(0..scan.len().min(60), ":").or_else(|| scan.find(0..scan.len().min(60), " - "))?;
    let head = scan.written(0..colon);
    let rest = scan.written(colon + 1..scan.len());
    let rest = rest.trim_start_matches([' ', '-']);
    let (task, owner) = match head.rfind(['(', '（']).and_then(|at| Some((head.get(..at)?, head.get(at..)?))) {
        Some((task, owner)) => (task, Some(owner.trim_matches(['(', ')', '（', '）', ' ']).to_owned())),
        None => (head.as_str(), None),
    };
    let task = task.trim();
    if task.chars().count() < 2 || owner.is_none() && who::is_who(task, &Cast::default()) {
        return None;
    }
    let mut reading = ProgressReading {
        task: task.to_owned(),
        owner: owner.filter(|name| who::is_who(name, &Cast::default())),
        state: None,
        percent: None,
        reason: None,
        measure: None,
        due: None,
    };
    let mut loose = None;
    for part in rest.split([',', '，', ';', '；', '。']).map(str::trim).filter(|part| !part.is_empty()) {
        let said = crate::language::fields::form::pairs_in(part).into_iter().next();
        match said {
            Some((Label::Reason, value)) => reading.reason = Some(value),
            Some((Label::Measure, value)) => reading.measure = Some(value),
            Some((Label::Owner, value)) => reading.owner = reading.owner.or(Some(value)),
            Some((Label::Due | Label::WantedBy, value)) => {
                reading.due = reading.due.or_else(|| clock.cell(&value).map(|deadline| deadline.due));
            }
            _ => {
                loose = loose.or_else(|| clock.deadline(part).map(|(deadline, _)| deadline.due));
                let short = part.chars().count() <= 12;
                reading.percent = reading.percent.or_else(|| percent_in(part).filter(|_| part.contains(['%', '％'])));
                let state = state_of(part).filter(|_| short).map(str::to_owned);
                reading.state = reading.state.or(state);
            }
        }
    }
    reading.due = reading.due.or(loose);
    if reading.state.is_none() {
        let state = match reading.percent? {
            100 => "done",
            0 => "not_started",
            _ => "in_progress",
        };
        reading.state = Some(state.into());
    }
    Some(reading)
}
