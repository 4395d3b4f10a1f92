//! What an answer about an issue says beside commands: how the problem is understood, what was done about it, what was
//! found, who else it belongs to, that it is open again. And the answers to what a feedback form left out.
//!
//! A line counts only by how it begins, or by a label; conditions, questions and hearsay are no reports.

use super::forms;
use super::when::{self, Anchor};
use crate::document::Document;
use crate::domain::due::Due;
use crate::domain::reading::{IssueReading, IssueWords};
use chrono::NaiveDate;

/// Lines of one answer that are looked at.
const LINE_COUNT_MAX: usize = 200;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Understanding,
    /// A plan, unless something says that it was carried out.
    Plan,
    Solution,
    Finished,
    Owner,
    Finding,
    Result,
    Next,
}

#[rustfmt::skip]
const LABELS: &[(Label, &[&str])] = &[
    (Label::Understanding, &["理解", "我的理解", "我们的理解", "我们理解", "我理解", "理解确认", "问题理解", "对问题的理解", "understanding",
        "understood", "my understanding", "our understanding", "as we understand it"]),
    (Label::Plan, &["方案", "解决方案", "处理方案", "解决办法", "处理办法", "计划", "处理计划", "solution", "plan", "our plan", "proposed solution"]),
    (Label::Solution, &["处理结果", "处理措施", "解决结果", "已解决", "已处理", "完成", "已完成", "处理完成", "解决", "已修复", "修复", "resolution",
        "resolved", "solved", "fixed", "done", "what we did", "what was done"]),
    (Label::Finished, &["完成时间", "解决时间", "完成日期", "实际完成时间", "解决日期", "finished", "finished on", "completed", "completed on", "resolved on"]),
    (Label::Owner, &["负责人", "责任人", "处理人", "解决人", "owner", "handled by", "person responsible"]),
    (Label::Finding, &["新发现", "发现", "新情况", "进一步发现", "原因分析", "根本原因", "根因", "finding", "findings", "new finding", "new findings",
        "root cause"]),
    (Label::Result, &["结果", "沟通结果", "结论", "result", "outcome"]),
    (Label::Next, &["下一步", "后续", "后续计划", "下一步计划", "next", "next step", "next steps"]),
];

#[rustfmt::skip]
const DONE_HEADS: &[&str] = &[
    "已解决", "已经解决", "解决了", "已处理", "已经处理", "处理完", "处理好", "已修复", "已经修复", "修复了", "修好了", "已恢复", "恢复了", "搞定", "问题解决",
    "已完成", "完成了", "已办结", "办结", "resolved", "solved", "fixed", "it is fixed", "it's fixed", "repaired", "restored",
    "all done", "it is solved", "it is resolved", "has been fixed", "has been solved", "has been resolved",
];

#[rustfmt::skip]
const UNSURE: &[&str] = &[
    "如果", "假如", "若", "吗", "？", "?", "预计", "争取", "将", "打算", "准备", "一半", "部分", "差不多", "快要", "即将", "说已", "听说", "据说", "是否",
    "if ", "will ", "should be", "almost", "nearly", "partly", "half", "expect", "would", "hope", "not yet", "plan to",
    "going to", "says", "said",
];

#[rustfmt::skip]
const REOPENS: &[&str] = &[
    "重新打开", "重开", "没解决", "没有解决", "未解决", "还没解决", "还没有解决", "仍未解决", "仍没解决", "问题还在", "问题依旧", "问题仍在", "还是有问题", "没修好",
    "没好", "还没好", "退回", "reopen", "re-open", "open it again", "not solved", "not resolved", "unsolved", "unresolved", "still broken",
    "still failing", "not fixed", "still not", "send back", "it is not solved", "it's not solved", "the problem is still",
];

#[rustfmt::skip]
const REFUSES: &[&str] = &[
    "不同意", "不行", "不可以", "不接受", "不认可", "不认同", "不赞成", "理解有误", "理解不对", "理解错", "不是这个意思", "有分歧", "存在分歧", "i disagree",
    "we disagree", "disagree", "not agreed", "refuse", "reject", "no, too", "no: ", "that is not what", "misunderstood",
];

#[rustfmt::skip]
const WITHDRAWS: &[&str] = &[
    "不用处理了", "不需要处理了", "不用了", "不需要了", "取消这个问题", "取消该问题", "取消问题", "问题取消", "撤回", "撤销这个问题", "已自行解决", "我们自己解决了",
    "withdraw", "no longer needed", "cancel this issue", "cancel the issue", "never mind", "solved it ourselves",
];

#[rustfmt::skip]
const NOT_OURS: &[&str] = &[
    "不归我们", "不归我部", "不是我们负责", "不是我负责", "不是我们的", "不属于我们", "不在我们", "非我部", "不由我们", "不归本部", "不是我们部门", "不该找我们",
    "找错了", "not ours", "not our ", "isn't ours", "is not ours", "isn't our ", "wrong department", "does not belong to us",
    "doesn't belong to us", "not us", "not mine", "not my ",
];

#[rustfmt::skip]
const ROUTES: &[&str] = &[
    "应该找", "应找", "请找", "要找", "去找", "应由", "应该由", "应归", "应该归", "归", "属于", "应转", "请转", "转给", "转交", "转到", "转", "找", "由", "是",
    "please ask", "please contact", "should go to", "goes to", "belongs to", "talk to", "ask", "contact", "try", "forward to",
    "it is", "it's",
];

#[rustfmt::skip]
const FINDS: &[&str] = &[
    "新发现", "我们发现", "发现", "经查", "查明", "定位到", "原因是", "根因是", "根本原因是", "排查发现", "we found", "found that", "it turned out",
    "turns out", "root cause is", "the root cause", "we discovered", "new finding", "the cause is",
];

/// Reads an answer's own words.
pub fn read(text: &str, anchor: &Anchor<'_>) -> IssueWords {
    let mut words = IssueWords::default();
    let mut done = false;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(LINE_COUNT_MAX) {
        let line = line.trim_start_matches(['-', '•', '·', '*', ' ']);
        if labelled(line, anchor, &mut words, &mut done) || sentence(line, anchor, &mut words, &mut done) {
            words.taken.push(line.to_owned());
        }
    }
    // What is called a plan was carried out where anything says so.
    let past = words.finished.is_some_and(|day| day <= anchor.reference.date_naive());
    if done || (past && words.plan.is_some()) {
        words.done = true;
        words.solution = words.solution.take().or_else(|| words.plan.take());
    }
    words
}

/// `方案：…`, `Understanding: …`
fn labelled(line: &str, anchor: &Anchor<'_>, words: &mut IssueWords, done: &mut bool) -> bool {
    let Some(at) = line.find([':', '：']) else { return false };
    let (head, tail) = line.split_at(at);
    let value = tail.trim_start_matches([':', '：']).trim();
    let head = head.trim().to_lowercase();
    let Some((label, _)) = LABELS.iter().find(|(_, names)| names.contains(&head.as_str())) else { return false };
    if value.is_empty() {
        return false;
    }
    let text = Some(value.to_owned());
    match label {
        Label::Understanding => words.understanding = text,
        Label::Plan => clauses(value, anchor, words, true),
        Label::Solution => {
            if unsure(value) {
                return false;
            }
            *done = true;
            clauses(value, anchor, words, false);
        }
        Label::Finished => words.finished = day(value, anchor),
        Label::Owner => words.owner = text,
        Label::Finding => words.findings.push(value.to_owned()),
        Label::Result => words.result = text,
        Label::Next => words.next = text,
    }
    true
}

/// Lines without a label, by how they begin.
fn sentence(line: &str, anchor: &Anchor<'_>, words: &mut IssueWords, done: &mut bool) -> bool {
    let lower = line.to_lowercase();
    let bare = bare_head(&lower);
    let begins = |list: &[&'static str]| list.iter().find(|word| bare.starts_with(**word)).copied();
    let length = line.chars().count();
    if let Some((score, rest)) = score_with_words(line) {
        words.score = Some((score, rest));
        return true;
    }
    if let Some(at) = NOT_OURS.iter().find_map(|word| lower.find(word)) {
        words.not_ours = true;
        words.route = route_in(line.get(at..).unwrap_or(line)).or_else(|| route_in(line));
        words.reason.get_or_insert_with(|| line.to_owned());
        return true;
    }
    if let Some(head) = begins(REOPENS) {
        words.reopen = true;
        words.reason = rest_of(line, head).or(words.reason.take());
        return true;
    }
    if let Some(head) = begins(REFUSES) {
        words.refuses = true;
        words.reason = rest_of(line, head).or(words.reason.take());
        return true;
    }
    if begins(WITHDRAWS).is_some() && length <= 60 {
        words.withdraws = true;
        words.reason = Some(line.to_owned());
        return true;
    }
    if begins(&["暂缓", "先不升级", "先别升级", "hold off"]).is_some() && length <= 30 {
        words.holds = true;
        return true;
    }
    let grants = [
        "同意延期",
        "同意改到",
        "同意推迟",
        "同意延到",
        "批准延期",
        "可以延期",
        "approve moving",
        "approve postponing",
        "agree to postpone",
        "agreed, move it to",
    ];
    if begins(&grants).is_some() && length <= 40 {
        words.moves = when::deadline(line, anchor).or_else(|| when::cell(line, anchor)).map(|found| found.due);
        if words.moves.is_some() {
            return true;
        }
    }
    let no_meeting =
        ["不开", "不用开会", "不需要开会", "不必开会", "no meeting", "no need to meet", "we need no meeting"];
    if begins(&no_meeting).is_some() && length <= 30 {
        words.no_meeting = true;
        return true;
    }
    let understands = [
        "我理解",
        "我们理解",
        "理解为",
        "理解是",
        "理解无误",
        "理解一致",
        "理解正确",
        "理解了",
        "已理解",
        "i understand",
        "we understand",
        "as i understand",
        "as we understand",
        "my understanding is",
    ];
    if begins(&understands).is_some() && !unsure(&lower.replace("would", "")) {
        words.understanding = Some(line.to_owned());
        return true;
    }
    if let Some(level) = level_in(&lower, length) {
        words.level = Some(level.to_owned());
        return true;
    }
    if begins(DONE_HEADS).is_some() && !unsure(&lower) {
        *done = true;
        clauses(line, anchor, words, false);
        return true;
    }
    if FINDS.iter().any(|word| bare.starts_with(word) || lower.contains(&format!("，{word}")))
        && !lower.contains(['?', '？'])
    {
        words.findings.push(line.to_owned());
        return true;
    }
    false
}

/// 我们, 该问题, The issue: who or what a report begins with.
fn bare_head(lower: &str) -> &str {
    let mut rest = lower.trim_start();
    for _ in 0..3 {
        let before = rest;
        for word in [
            "您好",
            "你好",
            "好的",
            "各位",
            "我们这边",
            "我们",
            "我方",
            "我部",
            "我",
            "该问题",
            "这个问题",
            "此问题",
            "本问题",
            "问题已",
            "目前",
            "刚才",
            "刚刚",
            "经排查",
            "hello",
            "hi",
            "dear all",
            "the issue has been",
            "the issue is",
            "the problem is now",
            "this is",
            "we have",
            "i have",
            "it has been",
            "it was",
        ] {
            if let Some(tail) = rest.strip_prefix(word) {
                // 问题已解决 keeps its 已.
                rest = if word == "问题已" { rest.trim_start_matches("问题") } else { tail };
                rest = rest.trim_start_matches([',', '，', ' ', '、', '!', '！', '.', '。']);
                break;
            }
        }
        if rest == before {
            break;
        }
    }
    // 我理解, 我们发现 are heads of their own.
    if rest.is_empty() { lower.trim_start() } else { rest }
}

fn unsure(text: &str) -> bool {
    let lower = text.to_lowercase();
    UNSURE.iter().any(|word| lower.contains(word))
}

/// What follows a head: `没解决：还是很慢` → 还是很慢.
fn rest_of(line: &str, head: &str) -> Option<String> {
    let lower = line.to_lowercase();
    let at = lower.find(head)? + head.len();
    // Lower case may change lengths of rare letters; then the line stands for itself.
    let rest = line.get(at..).unwrap_or_default();
    let rest = rest.trim_start_matches([':', '：', ',', '，', '。', '.', ' ', '!', '！', '；', ';', '-', '—']);
    let rest = ["因为", "原因是", "原因：", "理由：", "理由是", "because ", "reason: ", "since "]
        .iter()
        .find_map(|word| rest.strip_prefix(word))
        .unwrap_or(rest)
        .trim();
    (rest.chars().count() > 1).then(|| rest.to_owned())
}

/// `2 因为还是慢`, `2分，太慢`: a digit and why. A date, an amount or a list number is none.
fn score_with_words(line: &str) -> Option<(u8, String)> {
    let mut chars = line.chars();
    let digit = match chars.next()? {
        c @ '1'..='5' => c as u8 - b'0',
        c @ '１'..='５' => u8::try_from(u32::from(c) - u32::from('０')).ok()?,
        _ => return None,
    };
    let rest = chars.as_str();
    let (unit, rest) = match ["分", "星", "/5", " points", " stars"].iter().find_map(|unit| rest.strip_prefix(unit)) {
        Some(tail) if !tail.starts_with(['钟', '之']) => (true, tail),
        _ => (false, rest),
    };
    let begins = rest.starts_with([',', '，', ':', '：', ' ', '；', ';', '。', '　']);
    if !begins && !unit {
        return None;
    }
    let rest = rest.trim_start_matches([',', '，', ':', '：', ' ', '；', ';', '。', '.', '、', '　', '-', '—']).trim();
    let rest =
        ["因为", "原因：", "原因是", "because "].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest).trim();
    // 1 收到, 1 满意度 5分: the digit is a line's number, not a score.
    const ORDERS: &[&str] = &[
        "收到",
        "同意",
        "不同意",
        "签字",
        "完成",
        "通过",
        "确认",
        "好的",
        "满意",
        "评",
        "打分",
        "进行",
        "预计",
        "开会",
        "approve",
        "refuse",
        "sign",
        "got it",
        "done",
        "confirm",
        "rating",
        "rate",
        "score",
        "in progress",
        "ok",
    ];
    let lower = rest.to_lowercase();
    if ORDERS.iter().any(|word| lower.starts_with(word)) {
        return None;
    }
    let words = rest.chars().filter(|c| c.is_alphabetic()).count();
    (words >= 2 && !rest.starts_with(|c: char| c.is_ascii_digit())).then(|| (digit, rest.to_owned()))
}

/// 关键, 这是关键问题, key issue: said of the whole problem, not within a longer sentence.
fn level_in(lower: &str, length: usize) -> Option<&'static str> {
    let negated = ["不关键", "不是关键", "非关键", "not a key", "not key"].iter().any(|word| lower.contains(word));
    let bare = lower.trim_matches(['。', '.', '!', '！', ' ', '：', ':']);
    if negated || ["一般", "一般问题", "降为一般", "general", "a general issue", "general issue"].contains(&bare)
    {
        return (length <= 24).then_some("general");
    }
    let says = ["关键问题", "重大问题", "级别：关键", "key issue", "key problem", "level: key", "make it key"]
        .iter()
        .any(|w| bare.contains(w))
        || bare.ends_with("为关键")
        || matches!(bare, "关键" | "重大" | "key" | "关键的" | "很关键" | "级别:关键");
    (says && length <= 40).then_some("key")
}

/// The name behind 应找, ask …
fn route_in(line: &str) -> Option<String> {
    let lower = line.to_lowercase();
    let mut best: Option<&str> = None;
    for word in ROUTES {
        for (at, _) in lower.match_indices(word) {
            let before = lower.get(..at).unwrap_or_default();
            if before.ends_with('不')
                || before.ends_with("不该")
                || before.ends_with("n't ")
                || before.ends_with("not ")
            {
                continue;
            }
            let english = word.is_ascii();
            if english && before.chars().next_back().is_some_and(|c| c.is_alphanumeric()) {
                continue;
            }
            let Some(tail) = line.get(at + word.len()..) else { continue };
            let end =
                tail.find(['，', ',', '。', '；', ';', '!', '！', '(', '（', '\n', '?', '？']).unwrap_or(tail.len());
            let mut name = tail.get(..end).unwrap_or(tail).trim().trim_end_matches('.').trim();
            for stop in [
                "来处理",
                "处理",
                "负责",
                "解决",
                "来",
                "吧",
                "去",
                "的事",
                "的问题",
                "的",
                " instead",
                " please",
                " about this",
                " for this",
            ] {
                if let Some(cut) = name.find(stop).filter(|cut| *cut > 0) {
                    name = name.get(..cut).unwrap_or(name).trim();
                }
            }
            let name = name.trim_start_matches("the ").trim_start_matches(['给', '由', '找']).trim();
            let count = name.chars().count();
            let ours = ["我们", "我部", "本部门", "us", "ours", "你们"]
                .iter()
                .any(|w| name.eq_ignore_ascii_case(w) || name.starts_with("我们"));
            if (2..=40).contains(&count) && !ours {
                best = Some(best.filter(|old| old.len() <= name.len()).unwrap_or(name));
            }
        }
        if best.is_some() {
            break;
        }
    }
    best.map(str::to_owned)
}

/// A report in one line: `已解决，方案：恢复旧路由，3月12日完成，负责人王芳`.
fn clauses(line: &str, anchor: &Anchor<'_>, words: &mut IssueWords, plan: bool) {
    let mut said: Vec<&str> = Vec::new();
    for clause in line.split(['，', '；', ';', '。']).flat_map(|part| part.split(", ")) {
        let clause = clause.trim().trim_end_matches('.');
        let lower = clause.to_lowercase();
        if clause.is_empty() {
            continue;
        }
        let owner = ["负责人", "责任人", "处理人", "owner", "handled by", "由"]
            .iter()
            .find_map(|word| lower.starts_with(word).then(|| clause.get(word.len()..)).flatten())
            .map(|rest| {
                rest.trim_start_matches([':', '：', ' ', '是', '为'])
                    .trim_end_matches("处理")
                    .trim_end_matches("负责")
                    .trim()
            });
        if let Some(owner) =
            owner.filter(|owner| (2..=20).contains(&owner.chars().count()) && super::names::looks_like_person(owner))
        {
            words.owner = Some(owner.to_owned());
            continue;
        }
        let ends = ["完成", "解决", "finished", "completed", "on "].iter().any(|word| lower.contains(word));
        let short = clause.chars().count() <= 24;
        if let Some(found) = day(clause, anchor).filter(|_| ends && short) {
            words.finished = Some(found);
            continue;
        }
        let head = DONE_HEADS.iter().filter(|head| bare_head(&lower).starts_with(**head)).max_by_key(|head| head.len());
        if let Some(head) = head {
            let rest = lower.find(head).and_then(|at| clause.get(at + head.len()..)).unwrap_or_default();
            let rest = rest.trim_start_matches(['了', ' ']);
            // 已解决：… says it behind the colon; "restored the old route" says it whole.
            let tail = rest.trim_start_matches([':', '：', '-', '—', ' ']).trim();
            let whole = !rest.is_empty() && !rest.starts_with([':', '：', '-', '—']);
            if whole || tail.chars().count() > 1 {
                said.push(if whole { clause } else { tail });
            }
            continue;
        }
        let text = ["解决方案", "处理方案", "处理结果", "方案", "办法", "solution", "resolution"]
            .iter()
            .find_map(|word| lower.starts_with(word).then(|| clause.get(word.len()..)).flatten())
            .unwrap_or(clause);
        let text = text.trim_start_matches([':', '：', ' ', '是', '为']).trim();
        if !text.is_empty() {
            said.push(text);
        }
    }
    if said.is_empty() {
        return;
    }
    let joint = if line.is_ascii() { ", " } else { "，" };
    let text = said.join(joint);
    if plan { words.plan = Some(text) } else { words.solution = Some(text) }
}

fn day(text: &str, anchor: &Anchor<'_>) -> Option<NaiveDate> {
    let past = when::all(text, anchor).into_iter().find_map(|mention| mention.due).map(|due| due.date());
    past.or_else(|| when::cell(text, anchor).map(|found| found.due.date()))
}

// ---------------------------------------------------------------- gaps

/// What was asked back of a feedback form, by number and field: `background`, `current`, `expected`, `departments`,
/// `contact`, `wanted_by`, `solution`.
pub type Asked<'a> = (u32, &'a str);

/// The answers to what a form left out: the filled form, `1 3月20日18点 2 王芳`, or the only answer in one line.
pub fn gaps(document: &Document, text: &str, asked: &[Asked<'_>], anchor: &Anchor<'_>) -> IssueReading {
    let mut found = forms::issue_fields(document, anchor);
    let mut open: Vec<Asked<'_>> = asked.iter().copied().filter(|(_, field)| !is_filled(&found, field)).collect();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(LINE_COUNT_MAX) {
        if forms::is_labelled(line) {
            continue;
        }
        let parts = numbered(line, asked);
        if parts.is_empty() {
            let date = deadline(line, anchor);
            let field = match open.as_slice() {
                [only] => Some(*only),
                several => several.iter().copied().find(|(_, field)| *field == "wanted_by" && date.is_some()),
            };
            if let Some(field) = field.filter(|_| !courtesy(line)) {
                if fill(&mut found, field, line, anchor) {
                    open.retain(|one| *one != field);
                }
            }
            continue;
        }
        for (n, value) in parts {
            if let Some(field) = asked.iter().copied().find(|(number, _)| *number == n) {
                fill(&mut found, field, value, anchor);
                open.retain(|one| *one != field);
            }
        }
    }
    found
}

fn courtesy(line: &str) -> bool {
    let lower = line.to_lowercase();
    lower.chars().count() <= 20
        && ["您好", "你好", "谢谢", "多谢", "hi", "hello", "thanks", "thank you", "best regards", "regards", "好的"]
            .iter()
            .any(|word| lower.starts_with(word))
}

fn is_filled(found: &IssueReading, field: &str) -> bool {
    match field {
        "background" => found.background.is_some(),
        "current" => found.current.is_some(),
        "expected" => found.expected.is_some(),
        "departments" => !found.departments.is_empty(),
        "wanted_by" => found.wanted_by.is_some(),
        "contact" | "route" => found.contact.is_some(),
        _ => false,
    }
}

fn deadline(text: &str, anchor: &Anchor<'_>) -> Option<Due> {
    when::deadline(text, anchor).or_else(|| when::cell(text, anchor)).map(|found| found.due)
}

/// Puts a value under a field; false where it cannot be one.
fn fill(found: &mut IssueReading, (n, field): Asked<'_>, value: &str, anchor: &Anchor<'_>) -> bool {
    let value = value.trim().trim_matches(['，', ',', '；', ';']).trim();
    if value.is_empty() {
        return false;
    }
    let text = Some(value.to_owned());
    match field {
        "background" => found.background = text,
        "current" => found.current = text,
        "expected" => found.expected = text,
        "wanted_by" => match deadline(value, anchor) {
            Some(due) => found.wanted_by = Some(due),
            None => return false,
        },
        "departments" => {
            found.departments = value
                .split(['、', ',', '，', '/', '和', '与'])
                .flat_map(|part| part.split(" and "))
                .map(|part| part.trim().to_owned())
                .filter(|part| !part.is_empty())
                .collect();
        }
        _ => {
            let name = route_in(value).filter(|name| name.chars().count() < value.chars().count());
            // Which department the person answers for is told by the number.
            found.contacts.push((n, name.unwrap_or_else(|| value.to_owned())));
        }
    }
    true
}

/// `1 … 2 …`: numbers that were asked, each with what follows it.
fn numbered<'t>(line: &'t str, asked: &[Asked<'_>]) -> Vec<(u32, &'t str)> {
    let mut starts: Vec<(u32, usize, usize)> = Vec::new();
    let mut before: Option<char> = None;
    let mut indices = line.char_indices().peekable();
    while let Some((at, c)) = indices.next() {
        let number = match c {
            '1'..='9' => Some(u32::from(c) - u32::from('0')),
            '１'..='９' => Some(u32::from(c) - u32::from('０')),
            _ => None,
        };
        let free = before.is_none_or(|b| b.is_whitespace() || matches!(b, '；' | ';' | '，' | ',' | '。'));
        before = Some(c);
        let Some(n) = number.filter(|n| free && asked.iter().any(|(number, _)| number == n)) else { continue };
        let Some((next_at, next)) = indices.peek().copied() else { continue };
        let closes = next.is_whitespace() || matches!(next, '.' | '、' | ')' | '）' | ':' | '：' | '．');
        // 1.5 and 1:30 are no numbers of lines.
        let after = line.get(next_at + next.len_utf8()..).and_then(|rest| rest.chars().next());
        if !closes || (matches!(next, '.' | ':') && after.is_some_and(|c| c.is_ascii_digit())) {
            continue;
        }
        if starts.last().is_none_or(|(last, ..)| *last < n) {
            starts.push((n, at, next_at + next.len_utf8()));
        }
    }
    // The first number opens the line: 3月20日 2 is none.
    if starts.first().is_none_or(|(_, at, _)| *at > 0) {
        return Vec::new();
    }
    let ends: Vec<usize> = starts.iter().skip(1).map(|(_, at, _)| *at).chain([line.len()]).collect();
    starts.iter().zip(ends).filter_map(|((n, _, from), to)| Some((*n, line.get(*from..to)?.trim()))).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::domain::workdays::Workdays;
    use chrono::DateTime;

    fn words(text: &str) -> IssueWords {
        let days = Workdays::cn();
        let anchor = Anchor::new(DateTime::parse_from_rfc3339("2026-03-11T10:00:00+08:00").unwrap(), &days);
        read(text, &anchor)
    }

    fn answers(text: &str, asked: &[Asked<'_>]) -> IssueReading {
        let days = Workdays::cn();
        let anchor = Anchor::new(DateTime::parse_from_rfc3339("2026-03-11T10:00:00+08:00").unwrap(), &days);
        let document = crate::language::Body::of_text(text, "", *anchor.reference.offset()).own;
        gaps(&document, text, asked, &anchor)
    }

    #[test]
    fn a_report_in_one_line_has_solution_day_and_owner() {
        let said = words("已解决，方案：恢复旧路由，3月10日完成，负责人王芳");
        assert!(said.done);
        assert_eq!(said.solution.as_deref(), Some("恢复旧路由"));
        assert_eq!(said.finished.map(|d| d.to_string()).as_deref(), Some("2026-03-10"));
        assert_eq!(said.owner.as_deref(), Some("王芳"));
        let said = words("done: restored the old route");
        assert_eq!((said.done, said.solution.as_deref()), (true, Some("restored the old route")));
        let said = words("solved, solution: rollback");
        assert_eq!((said.done, said.solution.as_deref()), (true, Some("rollback")));
    }

    #[test]
    fn plans_conditions_questions_and_hearsay_are_no_reports() {
        for text in [
            "方案：周五前换模板",
            "如果已解决请告诉我",
            "已解决了吗？",
            "李四说已解决",
            "预计已解决大部分",
            "still not done",
            "Solved?",
        ] {
            assert!(!words(text).done, "{text}");
        }
        assert_eq!(words("方案：周五前换模板").plan.as_deref(), Some("周五前换模板"));
    }

    #[test]
    fn a_wrong_address_names_the_right_one() {
        for (text, route) in [
            ("不是我们负责，应找研发部", Some("研发部")),
            ("这个不归我们，请找研发部的王芳", Some("研发部")),
            ("不归我们管", None),
            ("not ours, ask R&D", Some("R&D")),
            ("not our responsibility, please ask Finance", Some("Finance")),
        ] {
            let said = words(text);
            assert!(said.not_ours, "{text}");
            assert_eq!(said.route.as_deref(), route, "{text}");
        }
    }

    #[test]
    fn short_words_of_the_one_who_asked() {
        assert_eq!(words("2 因为还是慢").score, Some((2, "还是慢".into())));
        assert_eq!(words("2分，太慢了").score, Some((2, "太慢了".into())));
        assert_eq!(words("2 still slow").score, Some((2, "still slow".into())));
        for text in ["3月20日", "1 收到", "1 满意度 5分", "1 rating: 5"] {
            assert_eq!(words(text).score, None, "{text}");
        }
        assert_eq!(words("同意延期到8月1日").moves.unwrap().to_string(), "2026-08-01");
        assert!(words("没解决：还是很慢").reopen);
        assert_eq!(words("没解决：还是很慢").reason.as_deref(), Some("还是很慢"));
        assert!(words("不同意：时间太晚").refuses);
        assert!(words("不用处理了").withdraws);
        assert_eq!(words("这是关键问题").level.as_deref(), Some("key"));
        assert_eq!(words("关键是要先有数据，再谈模板，这样大家才能对齐口径，不然没有意义").level, None);
    }

    #[test]
    fn what_a_form_left_out_is_answered_in_one_line() {
        let asked: &[Asked<'_>] = &[(1, "wanted_by"), (2, "contact")];
        let found = answers("1 3月20日18点 2 王芳", asked);
        assert_eq!(found.wanted_by.unwrap().to_string(), "2026-03-20T18:00:00+08:00");
        assert_eq!(found.contacts, [(2, "王芳".to_string())]);
        let found = answers("3月20日18点前", &[(1, "wanted_by")]);
        assert_eq!(found.wanted_by.unwrap().to_string(), "2026-03-20T18:00:00+08:00");
        let found =
            answers("期望：各部门按统一模板提供数据\n期望完成时间：3月20日", &[(1, "expected"), (2, "wanted_by")]);
        assert_eq!(found.expected.as_deref(), Some("各部门按统一模板提供数据"));
        assert_eq!(found.wanted_by.unwrap().to_string(), "2026-03-20");
        assert_eq!(answers("尽快", &[(1, "wanted_by")]).wanted_by, None);
    }
}
