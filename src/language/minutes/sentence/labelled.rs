//! Labelled values: 负责人、截止、状态, and what says nothing.

use super::words::LISTS;
use super::{Around, DELIVERABLE_CHARS_MAX, Draft};
use crate::language::fields::{self, Label};
use crate::language::scan::{Scan, plain};
use crate::language::who::{self, Cast, Follow, Kind, Who};
use std::borrow::Cow;

/// Takes the labelled fields out of a text into the draft; what is left is the sentence.
pub(super) fn take_fields<'b>(body: &'b str, draft: &mut Draft, around: &Around<'_>) -> Cow<'b, str> {
    if !fields::may_have_fields(body) {
        return Cow::Borrowed(body);
    }
    let scan = Scan::new(body);
    let fields = fields::fields(&scan);
    if fields.is_empty() {
        return Cow::Borrowed(body);
    }
    let mut rest = String::with_capacity(body.len());
    let mut at = 0;
    for field in &fields {
        rest.push_str(&scan.written(at..field.whole.start));
        at = field.whole.end;
        let value = scan.written(field.value.clone());
        take_field(field.label, &value, draft, around);
    }
    rest.push_str(&scan.written(at..scan.len()));
    Cow::Owned(rest)
}

/// One labelled value.
pub(crate) fn take_field(label: Label, value: &str, draft: &mut Draft, around: &Around<'_>) {
    let value = value.trim().trim_end_matches(['。', '；', ';', '，', ',']).trim();
    if is_nothing(value) {
        if matches!(label, Label::Owner | Label::Due | Label::Task) {
            draft.labels = draft.labels.saturating_add(1);
        }
        return;
    }
    match label {
        Label::Task => {
            draft.labels = draft.labels.saturating_add(1);
            draft.task = value.to_owned();
        }
        Label::Owner => {
            draft.labels = draft.labels.saturating_add(1);
            let (who, helpers) = owners_of(value, around.cast);
            if who.is_some() {
                draft.owner = who;
            }
            draft.helpers.extend(helpers);
            draft.strength = draft.strength.max(3);
            // 责任人：张三，月底前
            if draft.due.is_none() && value.contains([',', '，', ' ', '(', '（', '、']) {
                draft.due = around.clock.deadline(value).map(|(dated, _)| dated);
            }
        }
        Label::Department => {
            if draft.owner.is_none()
                && let Some(mut who) = who::list(value, around.cast)
            {
                who.kind = Kind::Department;
                draft.owner = Some(who);
                draft.strength = draft.strength.max(3);
            }
        }
        Label::Due | Label::When | Label::WantedBy => {
            draft.labels = draft.labels.saturating_add(1);
            draft.due = around.clock.cell(value).or_else(|| around.clock.deadline(value).map(|(dated, _)| dated));
            draft.vague |= draft.due.is_none() && around.clock.is_vague(value);
            if draft.due.is_none() && status_of(value) == Some("done") {
                draft.status = Some("done");
            }
            draft.strength = draft.strength.max(1);
        }
        Label::Start => draft.start = around.clock.cell(value),
        Label::Deliverable => {
            let mut value = value;
            // 交付物：保供协议，8月12日前: the day behind it is the day of the work.
            if let Some(at) = value.rfind([',', '，', ';', '；'])
                && let (Some(head), Some(tail)) = (value.get(..at), value.get(at..))
                && tail.chars().count() <= 16
                && let Some((dated, bytes)) = around.clock.deadline(tail)
                && rest_is_small(tail, &bytes)
            {
                value = head.trim_end();
                draft.due = draft.due.take().or(Some(dated));
            }
            draft.deliverable = Some(cap(value, DELIVERABLE_CHARS_MAX));
        }
        Label::Status | Label::Percent => draft.status = status_of(value).or(draft.status),
        Label::Helpers => {
            if let Some(who) = who::list(value, around.cast) {
                draft.helpers.extend(who.names);
            }
        }
        Label::Supervisor => draft.supervisor = Some(cap(value, 40)),
        Label::Criterion => draft.criterion = Some(cap(value, 120)),
        Label::Urgency => draft.urgency = Some(cap(value, 20)),
        _ => {}
    }
}

/// Beside the date only such words as 前, 完成, `by`.
fn rest_is_small(text: &str, date: &std::ops::Range<usize>) -> bool {
    let around = [text.get(..date.start), text.get(date.end..)];
    around.iter().flatten().all(|part| {
        let part = part.trim_matches(|c: char| c.is_whitespace() || ",，;；.。()（）".contains(c));
        matches!(
            part,
            "" | "前"
                | "之前"
                | "前完成"
                | "之前完成"
                | "完成"
                | "前提交"
                | "提交"
                | "前交付"
                | "内"
                | "于"
                | "截止"
                | "by"
                | "due"
                | "due by"
                | "before"
        )
    })
}

/// The value of 负责人: those who own it, and those who are said to help.
pub(crate) fn owners_of(value: &str, cast: &Cast) -> (Option<Who>, Vec<String>) {
    let scan = Scan::new(value);
    // 张三（李四配合）, 张三，李四协助; 主：张三 协：李四
    let mut helpers = Vec::new();
    let mut main_end = scan.len();
    for at in 0..scan.len() {
        if let Some(end) = LISTS.helps.at(&scan, at)
            && at > 0
        {
            let from = (0..at).rev().find(|i| matches!(scan.at(*i), ',' | ';' | '(' | ' ' | '、'));
            let from = from.map_or(0, |i| i + 1);
            let before = scan.written(from..at);
            let colon = scan.at(end) == ':';
            let names = if colon { scan.written(end + 1..scan.len()) } else { before };
            if let Some(who) = who::list(names.trim_matches([' ', ')', '）', '由', '（', '(']), cast)
                && (from > 0 || colon)
            {
                helpers = who.names;
                main_end = if colon { at } else { from.saturating_sub(1) };
                break;
            }
        }
    }
    let main = scan.written(0..main_end);
    let main = main.trim().trim_end_matches(['(', '（', ',', '，', '；', ';', ' ']);
    if is_nothing(main) {
        return (None, helpers);
    }
    let mut who = who::list(main, cast);
    if who.is_none() {
        // `张三 7月20日前`, `Bob (by Friday)`: the name at its head.
        let scan = Scan::new(main);
        let start = scan.skip(0, " @:");
        who = who::at(&scan, start, cast, Follow::Words);
    }
    if let Some(who) = &mut who
        && who.kind == Kind::Writer
        && who.names.is_empty()
    {
        return (None, helpers);
    }
    (who, helpers)
}

/// `-`, 无, N/A, 待定: a cell that says nothing.
pub(crate) fn is_nothing(value: &str) -> bool {
    let folded = plain(value.trim());
    matches!(
        folded.trim_matches(|c: char| matches!(c, ' ' | '.' | '。' | '(' | ')')),
        "" | "-"
            | "--"
            | "---"
            | "/"
            | "\\"
            | "无"
            | "暂无"
            | "没有"
            | "n/a"
            | "na"
            | "none"
            | "nil"
            | "tbd"
            | "tbc"
            | "tba"
            | "待定"
            | "待确认"
            | "未定"
            | "?"
            | "??"
            | "x"
            | "空"
            | "待分配"
            | "待明确"
            | "unassigned"
            | "…"
            | "..."
    )
}

/// The state that a status word or a tick says: `open`, `in_progress`, `done`, `blocked`.
#[rustfmt::skip]
pub(crate) fn status_of(value: &str) -> Option<&'static str> {
    let scan = Scan::new(value.trim());
    let all = 0..scan.len();
    if scan.len() == 0 || scan.len() > 40 {
        return None;
    }
    if scan.has(
        all.clone(),
        &[
            "未完成", "未开始", "未启动", "未开展", "待办", "待处理", "待开始", "待启动", "尚未", "没开始", "not started", "not done", "open",
            "todo", "to do", "to-do", "pending", "new", "not yet", "待跟进", "未进行", "待执行", "计划中", "未动工", "未着手", "☐",
            "□", "[ ]",
        ],
    ) {
        return Some(if scan.has(all, &["reopen", "newly"]) { "in_progress" } else { "open" });
    }
    if scan.has(
        all.clone(),
        &["阻塞", "受阻", "卡住", "暂停", "搁置", "挂起", "停滞", "blocked", "on hold", "stuck", "suspended", "paused", "waiting"],
    ) {
        return Some("blocked");
    }
    if scan.has(
        all.clone(),
        &[
            "进行中", "推进中", "处理中", "办理中", "执行中", "开展中", "跟进中", "进行", "正在", "in progress", "in-progress", "ongoing",
            "on-going", "doing", "started", "wip", "underway", "部分完成", "基本完成", "partially", "滞后", "延期", "延迟",
            "behind", "delayed", "持续", "on track", "正常", "按计划", "编制中", "落实中", "实施中", "整改中", "推动中", "洽谈中", "审批中",
            "评审中", "测试中", "开发中", "采购中",
        ],
    ) {
        return Some("in_progress");
    }
    if scan.has(
        all.clone(),
        &[
            "已完成", "完成", "已办结", "办结", "已关闭", "关闭", "已结束", "已交付", "已落实", "已解决", "已提交", "完结", "结案", "done", "complete",
            "closed", "finished", "resolved", "delivered", "☑", "√", "✓", "✔", "✅", "[x]", "已验收", "已上线", "已归档",
            "已处理", "已发布",
        ],
    ) {
        return Some("done");
    }
    if scan.has(all.clone(), &["逾期", "超期", "overdue", "late"]) {
        return Some("in_progress");
    }
    // 60%, 100%
    let digits: String = scan.folded(all).chars().filter(char::is_ascii_digit).collect();
    if scan.has(0..scan.len(), &["%"]) {
        return match digits.parse::<u32>().ok()? {
            0 => Some("open"),
            100 => Some("done"),
            _ => Some("in_progress"),
        };
    }
    None
}

/// At most this many characters, cut at a sign where there is one.
pub(crate) fn cap(text: &str, max: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let head: String = text.chars().take(max).collect();
    let cut = head.rfind(['。', '；', ';', '，', ',', '\n']).filter(|at| *at > head.len() / 3).unwrap_or(head.len());
    head.get(..cut).unwrap_or(&head).trim().to_owned()
}
