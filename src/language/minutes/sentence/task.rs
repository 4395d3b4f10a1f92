//! The words of a task, without what stands around them.

use super::TASK_CHARS_MAX;
use super::labelled::cap;
use super::parts::is_cut;
use super::words::LISTS;
use crate::language::scan::Scan;
use crate::mail::phrases::Firsts;
use std::ops::Range;

/// What is left once names, dates and words of telling are cut: the task.
pub(super) fn clean_task(scan: &Scan, range: &Range<usize>, cuts: &[Range<usize>]) -> String {
    let mut text = String::with_capacity(range.len() * 3);
    let mut cut_before = false;
    for at in range.clone() {
        if is_cut(cuts, at) {
            cut_before = true;
            continue;
        }
        if cut_before {
            // Two words that were apart stay apart.
            if text.ends_with(|c: char| c.is_ascii_alphanumeric()) && scan.at(at).is_ascii_alphanumeric() {
                text.push(' ');
            }
            cut_before = false;
        }
        text.push(scan.written_at(at));
    }
    polish(&text)
}

/// Words of telling that may be left at the head of a task.
#[rustfmt::skip]
const LEADS: &[&str] = &[
    "负责", "的", "来", "去", "需要", "需", "须", "应", "将", "会", "要", "请", "务必", "尽快", "于", "之前", "前", "内", "并", "同时", "前完成", "时间", "牵头", "在", "预计", "计划", "争取", "最晚", "最迟", "抓紧",
];
static LEADING: Firsts = Firsts::of(LEADS);
/// And at its end, with words that led to a date.
#[rustfmt::skip]
const TRAILS: &[&str] = &[
    " by", " due", " on", " before", " and", " -", " deadline", " no later than", " at", " until", " from", " the", " for", " within", " in", "，于", "，在", "于", "（", "(", "前", "需", "并", "由", "截止", "截至", "完成时间", "时间", "最晚", "负责",
];
static TRAILING: Firsts = Firsts::ending(TRAILS);

/// Separators, empty brackets and idle clauses around a task go.
pub(crate) fn polish(text: &str) -> String {
    let idle = &LISTS.idle;
    let evened = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut text = evened;
    for (from, to) in [
        ("()", ""),
        ("（）", ""),
        ("( )", ""),
        ("（ ）", ""),
        ("[]", ""),
        ("【】", ""),
        (" ,", ","),
        (",,", ","),
        ("，，", "，"),
        ("，,", "，"),
        (" .", "."),
        ("、，", "，"),
    ] {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    }
    #[rustfmt::skip]
    const EDGE: &[char] = &[
        ' ', ',', '，', '、', ':', '：', ';', '；', '-', '–', '—', '.', '。', '*', '·', '•', '>', '→', '/', '|', '｜',
        '!', '！', '~', '～', '→', '\n',
    ];
    let trim = |t: &str| t.trim_matches(EDGE).trim().to_owned();
    text = trim(&text);
    for _ in 0..6 {
        let before = text.clone();
        // Words of telling that were left at the head.
        let leads = text.chars().next().is_some_and(|c| LEADING.may_hold(c));
        for word in LEADS.iter().copied().filter(|_| leads) {
            if let Some(rest) = text.strip_prefix(word) {
                let next = rest.chars().next().unwrap_or(' ');
                let single = word.chars().count() == 1;
                // A single character may belong to a word: 会签, 要素, 应收, 前端, 内部, 需求, 来访, 请示, 将.
                let joined = single
                    && matches!(
                        (word, next),
                        (
                            "会",
                            '签' | '议' | '务' | '员' | '展' | '审' | '同' | '场' | '谈' | '商' | '计' | '见' | '后'
                        ) | ("要", '素' | '求' | '点' | '约')
                            | ("应", '收' | '付' | '急' | '用' | '对' | '聘' | '届')
                            | ("前", '端' | '台' | '期' | '置' | '往' | '三' | '一' | '两' | '述' | '十' | '五' | '后')
                            | ("内", '部' | '容' | '测' | '审' | '网' | '控' | '训' | '饰' | '购')
                            | ("需", '求' | '方')
                            | ("来", '访' | '料' | '源' | '宾' | '电' | '函' | '货')
                            | ("请", '示' | '柬' | '假' | '购' | '款')
                            | ("去", '年' | '重' | '除' | '库')
                            | ("并", '购' | '网' | '行' | '发' | '轨')
                            | ("于", _)
                            | ("在", '线' | '建' | '岗' | '职' | '途' | '库' | '产')
                            | ("的", '士')
                            | ("须", '知')
                            | ("将", '军')
                    );
                if !joined && !rest.is_empty() {
                    text = trim(rest);
                }
            }
        }
        // 吴磊你把接口文档补完: whom it is said to is told already.
        for word in ["你把", "您把", "你来", "您来", "你去", "您去", "你负责", "您负责", "你", "您"]
        {
            let next = text
                .strip_prefix(word)
                .filter(|rest| rest.chars().count() >= 2 && !rest.starts_with(['们', '方', '司', '校', '院', '单']));
            if let Some(rest) = next {
                text = trim(rest);
                break;
            }
        }
        for word in ["please ", "to ", "will ", "and ", "then ", "by ", "is to ", "should "] {
            if text.len() > word.len() && text.get(..word.len()).is_some_and(|h| h.eq_ignore_ascii_case(word)) {
                text = trim(text.get(word.len()..).unwrap_or_default());
            }
        }
        let trails = text.chars().next_back().is_some_and(|c| TRAILING.may_hold(c));
        for word in TRAILS.iter().copied().filter(|_| trails) {
            if let Some(rest) = text.strip_suffix(word) {
                let keeps = matches!(word, "于" | "前" | "需" | "并" | "由" | "负责" | "时间" | "完成时间")
                    && rest.ends_with(|c: char| {
                        matches!(
                            c,
                            '对' | '关'
                                | '属'
                                | '提'
                                | '目'
                                | '理'
                                | '自'
                                | '会'
                                | '用'
                                | '布'
                                | '上'
                                | '作'
                                | '间'
                                | '班'
                                | '睡'
                                | '餐'
                                | '饭'
                                | '交'
                                | '试'
                                | '刻'
                                | '合'
                        )
                    })
                    || matches!(word, "时间") && rest.chars().count() < 12 && !rest.ends_with([' ', '，', ',']);
                if !keeps && !rest.is_empty() {
                    text = trim(rest);
                }
            }
        }
        // …，完成
        if let Some(at) = text.rfind(['，', ',', '；', ';', '、']) {
            let width = text.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
            let tail = text.get(at + width..).unwrap_or_default().trim();
            if tail.is_empty() || idle.is(tail) {
                text = trim(text.get(..at).unwrap_or_default());
            }
        }
        // 完成，…
        if let Some(at) = text.find(['，', ',']) {
            let width = text.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
            let head = text.get(..at).unwrap_or_default().trim();
            let rest = text.get(at + width..).unwrap_or_default();
            if (head.is_empty() || idle.is(head) || is_lead_in(head)) && !rest.trim().is_empty() {
                text = trim(rest);
            }
        }
        if text == before {
            break;
        }
    }
    if idle.is(&text) {
        text.clear();
    }
    // Unpaired brackets that a cut left behind.
    for (open, close) in [('(', ')'), ('（', '）')] {
        if text.ends_with(close) && !text.contains(open) {
            text = trim(text.trim_end_matches(close));
        }
        if text.starts_with(open) && !text.contains(close) {
            text = trim(text.trim_start_matches(open));
        }
    }
    cap(&text, TASK_CHARS_MAX)
}

fn is_lead_in(head: &str) -> bool {
    let lists = &*LISTS;
    lists.lead_ins.is(head) || lists.decisions.is(head) && head.chars().count() <= 5
}
