//! Whether a sentence is something that somebody is to do.

use super::parts::Read;
use super::{Around, Section};
use crate::language::who::Kind;

/// What every meeting asks of everybody.
const SLOGANS: &[&str] = &[
    "高度重视",
    "加强领导",
    "提高认识",
    "统一思想",
    "抓好落实",
    "认真落实",
    "认真贯彻",
    "切实加强",
    "强化责任",
    "压实责任",
    "狠抓落实",
    "严格执行",
    "严格落实",
    "严格遵守",
    "加强宣传",
    "营造良好",
    "进一步加强",
    "形成合力",
    "加强沟通",
    "密切配合",
    "务必重视",
    "引起重视",
    "认真学习",
    "加强学习",
    "落实责任",
    "增强意识",
    "加强协作",
    "加强管理",
];

pub(super) enum Verdict {
    Item,
    Decision,
    No(&'static str),
}

/// Whether a sentence is something that somebody is to do.
pub(super) fn judge(read: &Read, around: &Around<'_>, forced: bool, labelled: bool) -> Verdict {
    let item = &read.item;
    let has_owner = item.owner.is_some();
    let has_due = item.due.is_some();
    let in_actions = around.section == Section::Actions;
    let in_list = around.is_item && in_actions;
    if forced || (labelled && (has_owner || in_actions)) {
        if read.conditional && !forced {
            return Verdict::No("conditional");
        }
        return Verdict::Item;
    }
    if read.conditional {
        return Verdict::No("conditional");
    }
    if read.question {
        return Verdict::No("question");
    }
    if read.courtesy && !(in_list && item.strength >= 3) {
        return Verdict::No("courtesy");
    }
    // 请江敏跟踪物流并每日通报，8月8日前完成验收: a day of its own ends what is done daily.
    if read.routine && !(has_due && item.strength >= 3) {
        return Verdict::No("routine");
    }
    if read.negative {
        return Verdict::No("negative");
    }
    if read.topic && item.strength < 3 {
        return Verdict::No("topic");
    }
    if read.next_meeting && item.strength < 2 {
        return Verdict::No("meeting");
    }
    if read.past {
        // Finished work counts only where a list keeps track of it.
        return if in_list && item.status == Some("done") && has_owner { Verdict::Item } else { Verdict::No("past") };
    }
    if read.report && item.strength < 3 {
        return Verdict::No("report");
    }
    // 各部门要高度重视，抓好落实: nobody in particular, nothing in particular.
    if !has_due
        && item.labels == 0
        && item.owner.as_ref().is_none_or(|who| who.kind == Kind::Everyone)
        && SLOGANS.iter().any(|word| item.task.starts_with(word))
    {
        return Verdict::No("weak");
    }
    match around.section {
        Section::Attendance | Section::NextMeeting => return Verdict::No("section"),
        Section::Finished => return Verdict::No("past"),
        Section::Notes | Section::Questions if !(item.strength >= 3 && has_due && has_owner) => {
            return Verdict::No("section");
        }
        _ => {}
    }
    if read.decision
        && !(item.strength >= 3 && has_owner)
        && !(in_list && item.strength >= 2)
        && !(in_list && !read.hard_decision)
    {
        return Verdict::Decision;
    }
    if read.only_help {
        return Verdict::No("help");
    }
    if in_list {
        // A line of the list of actions is one, whoever does it.
        return if item.task.chars().count() >= 2 { Verdict::Item } else { Verdict::No("weak") };
    }
    let somebody = item.owner.as_ref().is_some_and(|w| w.kind != Kind::Everyone);
    let known = item.owner.as_ref().is_some_and(|w| w.known);
    let accepted = match item.strength {
        4.. => has_owner,
        3 if read.says && !around.is_item && !in_actions && !has_due => false,
        3 => has_owner && (has_due || (somebody && (read.takes || known || in_actions || around.is_item))),
        2 => has_due && (somebody || around.is_item || in_actions) || in_actions && somebody,
        1 => has_due && somebody && (around.is_item || in_actions) || in_actions && somebody,
        _ => {
            around.owner.is_some()
                && around.is_item
                && (has_due
                    || in_actions
                    || around.section == Section::Unknown
                    || around.section == Section::Discussion && read.begins_with_verb)
                || in_actions && has_due && !read.hard_decision
        }
    };
    if accepted { Verdict::Item } else { Verdict::No("weak") }
}
