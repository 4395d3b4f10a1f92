//! Which part of the minutes a heading or a leading line begins; titles, days and outcomes in lines.

use super::sentence::Section;
use crate::language::scan::{Scan, is_han};
use crate::mail::phrases::{Firsts, Heads, Phrases};
use chrono::NaiveDate;

/// Words in titles, in the order in which they decide. A title that holds one of them begins that part.
#[rustfmt::skip]
const CHINESE: &[(Section, &[&str])] = &[
    (Section::NextMeeting, &["下次会议", "下次例会", "下一次会议", "下期会议", "下次开会"]),
    (
        Section::Finished,
        &[
            "已完成", "完成情况", "上周完成", "本周完成", "已办结", "完成事项", "上周工作", "本周工作总结", "本周工作回顾", "上期工作", "落实情况", "上次会议",
        ],
    ),
    (
        Section::Actions,
        &[
            "待办", "行动项", "行动计划", "行动事项", "行动方案", "行动清单", "后续行动", "后续工作", "后续安排", "后续跟进", "后续任务", "后续事项", "后续计划",
            "下一步", "下步", "工作安排", "任务安排", "任务分工", "任务分解", "任务分配", "工作分工", "分工", "工作部署", "任务清单", "任务列表", "落实事项", "督办",
            "跟进事项", "跟进项", "交办", "需跟进", "需要跟进", "追踪事项", "执行事项", "几件事", "几项工作", "具体任务", "工作任务", "工作要求", "会议要求",
            "整改措施", "改进措施", "改进事项", "改善行动", "本周任务", "下周计划", "下周工作", "下周任务", "下阶段", "要做的", "任务如下", "安排如下", "待跟进",
            "待处理", "待落实", "责任清单", "工作清单", "重点工作", "任务项", "todo", "追踪", "负责事项", "办理事项", "推进事项", "落实计划", "action",
            "任务", "今日安排", "本周计划", "今日计划", "明日计划", "近期计划", "上次遗留", "上期遗留", "历史遗留", "遗留事项", "本次新增", "新增事项", "今天安排", "本周安排", "近期安排", "明日安排", "人员安排", "工作计划", "责任到人", "布置", "部署",
        ],
    ),
    (
        Section::Decisions,
        &[
            "决议", "会议决定", "决定事项", "决定", "议定", "会议结论", "结论", "共识", "决策", "议决", "审议结果", "达成一致",
        ],
    ),
    (Section::Risks, &["风险"]),
    (Section::Questions, &["需要协调", "需协调", "存在问题", "存在的问题", "问题与困难", "遗留问题", "待定", "未决", "待解决", "待确认", "开放问题", "疑问", "待讨论", "悬而未决"]),
    (Section::Attendance, &["参会", "出席", "与会", "到会", "参加人员"]),
    (
        Section::Notes,
        &[
            "备注", "说明", "注意事项", "会议纪律", "附件", "其他", "其它", "抄送", "规则", "制度", "温馨提示", "临时动议",
        ],
    ),
    (
        Section::Discussion,
        &[
            "讨论", "会议内容", "议题", "汇报", "报告", "背景", "概况", "情况", "通报", "回顾", "发言", "内容", "现状", "问题分析", "总结", "亮点", "进展",
            "会议纪要", "会议记录", "摘要", "概要", "要点", "议程", "基本信息", "会议信息", "目的", "原因分析",
        ],
    ),
];

#[rustfmt::skip]
const ENGLISH: &[(Section, &[&str])] = &[
    (Section::NextMeeting, &["next meeting", "next session", "next call", "next sync", "next check-in", "next catch-up"]),
    (
        Section::Finished,
        &[
            "completed actions", "closed actions", "completed", "done", "accomplishments", "done last week",
            "closed items", "completed items", "what went well", "completed last week", "completed this week",
            "finished",
        ],
    ),
    (
        Section::Actions,
        &[
            "action items", "action item", "actions", "action", "action points", "action list", "action log",
            "action register", "next steps", "next step", "next actions", "to do", "to dos", "to-do", "to-dos",
            "todo", "todos", "to do list", "tasks", "task list", "follow-ups", "follow ups", "follow-up",
            "follow up", "followups", "assignments", "who does what", "commitments", "follow-up actions",
            "follow up actions", "open actions", "outstanding actions", "new actions", "actions agreed",
            "agreed actions", "actions arising", "owners and dates", "what's next", "what next", "responsibilities",
            "follow-up items", "action plan", "things to do", "work items",
        ],
    ),
    (
        Section::Decisions,
        &[
            "decisions", "decision", "agreed", "agreements", "resolutions", "conclusions", "decisions made",
            "key decisions", "outcomes", "decided", "resolved", "what we decided",
        ],
    ),
    (Section::Risks, &["risks", "risk", "risk register", "risks and issues"]),
    (
        Section::Questions,
        &["open questions", "open issues", "questions", "parking lot", "open points", "issues", "unresolved"],
    ),
    (Section::Attendance, &["present", "attendees", "attendance", "participants", "in attendance", "who was there"]),
    (
        Section::Notes,
        &[
            "notes", "ground rules", "any other business", "aob", "reminders", "rules", "house rules", "fyi",
            "disclaimer", "other", "misc", "miscellaneous", "announcements",
        ],
    ),
    (
        Section::Discussion,
        &[
            "discussion", "discussions", "background", "summary", "updates", "update", "status", "key points",
            "highlights", "overview", "recap", "topics", "agenda", "minutes", "discussion points", "reports",
            "review", "meeting notes", "discussed", "status update", "status updates", "introduction", "context",
        ],
    ),
];

/// The part that is called so in English.
fn english(title: &str) -> Option<Section> {
    static HEADS: Heads = {
        let mut heads = Heads::of(&[]);
        let mut i = 0;
        while i < ENGLISH.len() {
            heads = heads.and(ENGLISH[i].1);
            i += 1;
        }
        heads
    };
    if !HEADS.may_lead(title) {
        return None;
    }
    ENGLISH.iter().find(|(_, words)| words.contains(&title)).map(|(section, _)| *section)
}

/// The part whose words stand in a Chinese title: the first of the table. Looked for where one of them may begin.
fn chinese(title: &str) -> Option<&'static (Section, &'static [&'static str])> {
    static HEADS: Heads = {
        let mut heads = Heads::of(&[]);
        let mut i = 0;
        while i < CHINESE.len() {
            heads = heads.and(CHINESE[i].1);
            i += 1;
        }
        heads
    };
    let places = title.char_indices().filter_map(|(at, _)| title.get(at..)).filter(|rest| HEADS.may_lead(rest));
    let mut parts = CHINESE;
    let mut found = None;
    for rest in places {
        // Only a part that comes before the one found counts now.
        if let Some(at) = parts.iter().position(|(_, words)| words.iter().any(|word| rest.starts_with(word))) {
            found = parts.get(at);
            parts = parts.get(..at).unwrap_or_default();
        }
    }
    found
}

/// The part that a title begins, or `None` where the text is no title of a part.
#[rustfmt::skip]
pub(crate) fn of(text: &str) -> Option<Section> {
    let text = text.trim();
    // No title is longer than 36 characters or has the end of a sentence.
    if text.is_empty() || text.len() > 130 || text.contains(['\n', '。', '；', '？']) {
        return None;
    }
    let scan = Scan::new(text);
    let colon = matches!(scan.at(scan.trim_end(0..scan.len(), " ") - 1), ':');
    let mut key = String::with_capacity(text.len());
    let mut separated = 0;
    for at in 0..scan.len() {
        let c = scan.at(at);
        match c {
            '[' | ']' | '*' | '"' | '#' | '(' | ')' | '=' | '~' => {}
            '。' | ';' | '?' | '!' | '@' => return None,
            ':' if at + 1 < scan.trim_end(0..scan.len(), " ") => return None,
            ':' => {}
            ',' | '，' => separated += 1,
            _ => key.push(c),
        }
    }
    if separated > 1 {
        return None;
    }
    let key = key.trim();
    let han = key.chars().filter(|c| is_han(*c)).count();
    // Bilingual titles: Action Items / 行动项.
    let word_of = |part: &str| english(part.trim());
    if let Some(section) = word_of(key) {
        return Some(section);
    }
    if han > 0 {
        // 行动项 Actions; 林可 update the terms is no title for its verb.
        let words = key.split(' ').filter(|_| key.split(' ').count() <= 2);
        let hit = key.split(['/', '|', '-', '、', '&']).chain(words).find_map(word_of);
        let latin: String = key.chars().filter(|c| !is_han(*c)).collect();
        if let Some(section) = hit.or_else(|| word_of(latin.trim_matches([' ', '/', '-', '|']))) {
            return Some(section);
        }
    } else if key.contains('/')
        && let Some(section) = key.split('/').find_map(word_of)
    {
        return Some(section);
    }
    if han == 0 {
        // Action items from today; Actions for this week:
        let words = key.split_whitespace().count();
        if words > 12 || !(colon || words <= 6) {
            return None;
        }
        let tells = |needle: &[&str]| needle.iter().any(|n| scan.find_word(0..scan.len(), &[n]).is_some());
        if !tells(&["will", "should", "must", "by"]) {
            if tells(&["action items", "action points", "next steps", "to-dos", "todos", "follow-ups"])
                || colon && tells(&["actions", "tasks", "follow-up", "to do"])
            {
                return Some(Section::Actions);
            }
            if colon && tells(&["decisions", "decided", "agreed"]) {
                return Some(Section::Decisions);
            }
            if colon && tells(&["risks"]) {
                return Some(Section::Risks);
            }
        }
        return None;
    }
    // A plain title is short; a leading sentence ends in a colon.
    let limit = if colon { 36 } else { 14 };
    if key.chars().count() > limit {
        return None;
    }
    // Who, when and what to do make a sentence, not a title.
    let told =
        ["前", "需", "请", "由", "负责", "于", "下周", "本周五", "明天", "月底"].iter().any(|word| key.contains(word))
            || key
                .chars()
                .zip(key.chars().skip(1))
                .any(|(a, b)| a.is_ascii_digit() && matches!(b, '月' | '日' | '号' | '/'));
    if told && !colon && !["下周计划", "下周工作", "下周任务", "负责事项", "目前"].iter().any(|word| key.contains(word))
    {
        return None;
    }
    // 机房巡检（吴磊）——已完成 is a line of a list with its state.
    let stated = ["已完成", "完成情况"].iter().all(|word| !key.starts_with(word))
        && key.ends_with("已完成")
        && (key.contains("--") || text.contains(['(', '（']) || key.chars().count() > 7);
    if stated && !colon {
        return None;
    }
    let (section, words) = chinese(key)?;
    // 完成风险评估, 确认分工: a short task is no title. A title is its word with little around it, or ends in it.
    let ends = words.iter().any(|word| key.ends_with(word) || key.starts_with(word))
        || key.ends_with(['项', '表', '单', '况', '下'])
        || key.ends_with("如下");
    let verb = [
        "完成", "确认", "提交", "整理", "制定", "更新", "发送", "编写", "评审", "输出", "补充", "请", "由", "准备",
        "跟进", "汇总", "落实", "组织", "推进", "召开", "梳理", "优化", "修订", "提供", "收集", "填写", "起草", "同意",
        "参加", "讨论",
    ]
    .iter()
    .any(|verb| {
        key.starts_with(verb)
            && !matches!(*verb, "落实" | "跟进" | "讨论" | "补充")
            && key.chars().count() > verb.chars().count()
    });
    let verb = verb && !colon;
    let short = *section != Section::Discussion || colon || key.chars().count() <= 8;
    ((ends || colon) && !verb && short).then_some(*section)
}

/// `决议：同意…`: the part and the words behind the colon.
#[rustfmt::skip]
pub(crate) fn with_content(text: &str) -> Option<(Section, &str)> {
    let at = text.find([':', '：'])?;
    let head = text.get(..at)?;
    if head.len() > 60 || head.contains('\n') {
        return None;
    }
    let width = text.get(at..)?.chars().next()?.len_utf8();
    let rest = text.get(at + width..)?;
    let head = head.trim();
    let scan = Scan::new(head);
    let key = scan.folded(0..scan.len());
    let key = key.trim_matches([' ', '[', ']', '*', '#']);
    let exact = english(key);
    let section = exact.or_else(|| {
        let words: &[(Section, &[&str])] = &[
            (Section::NextMeeting, &["下次会议", "下次例会", "下次会议时间", "下期会议"]),
            (Section::Decisions, &["决议", "决定", "会议决定", "会议决议", "结论", "会议结论", "共识", "议定"]),
            (Section::Risks, &["风险", "风险提示", "主要风险", "风险点"]),
            (Section::Questions, &["遗留问题", "待定", "待定事项", "未决事项", "待讨论"]),
            (Section::Notes, &["备注", "注", "说明", "附件", "附", "抄送", "提示", "注意"]),
            (Section::Attendance, &["出席", "到会", "实到"]),
            (
                Section::Actions,
                &[
                    "待办", "待办事项", "行动项", "后续行动", "下一步", "后续", "下一步工作", "后续工作", "跟进事项", "行动计划",
                ],
            ),
            (Section::Discussion, &["背景", "讨论", "情况", "现状", "会议内容"]),
        ];
        words.iter().find(|(_, list)| list.contains(&key)).map(|(s, _)| *s)
    })?;
    Some((section, rest))
}

/// The title of the meeting in a heading: `会议纪要：展会筹备第一次会议`, `Web team, 8 July 2026`.
#[rustfmt::skip]
pub(crate) fn meeting_title(text: &str) -> Option<String> {
    let text = text.trim();
    for head in [
        "会议纪要：", "会议纪要:", "会议纪要-", "会议记录：", "會議紀錄：", "會議記錄：", "纪要：", "【会议纪要】", "【纪要】", "Meeting minutes:",
        "Minutes:", "Minutes of", "Minutes -", "MoM:", "MoM",
    ] {
        if let Some(rest) = text.strip_prefix(head) {
            let rest = rest.trim();
            return (!rest.is_empty()).then(|| rest.to_owned());
        }
    }
    let names = [
        "会议纪要", "會議紀錄", "例会", "专题会", "协调会", "启动会", "评审会", "复盘会", "站会", "周会", "meeting", "Meeting", "weekly", "sync",
    ];
    (names.iter().any(|name| text.contains(name)) && !text.contains(['。', '；'])).then(|| text.to_owned())
}

/// A whole date in words: 2026年7月8日, 2026-07-08, 8 July 2026, July 8, 2026.
pub(crate) fn day_in(text: &str) -> Option<NaiveDate> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let scan = Scan::new(text);
    let number = |at: usize| -> Option<(u32, usize)> {
        let end = scan.skip(at, "0123456789");
        (end > at && end - at <= 4 && !scan.before(at).is_ascii_digit())
            .then(|| scan.folded(at..end).parse().ok().map(|n| (n, end)))
            .flatten()
    };
    let month_at = |at: usize| -> Option<(u32, usize)> {
        if scan.before(at).is_ascii_alphabetic() {
            return None;
        }
        let index = MONTHS.iter().position(|m| scan.lit(at, m).is_some())?;
        let mut end = at;
        while scan.at(end).is_ascii_alphabetic() {
            end += 1;
        }
        Some((u32::try_from(index).ok()? + 1, end))
    };
    for at in 0..scan.len().min(2000) {
        if let Some((first, end)) = number(at) {
            if (1990..2200).contains(&first) && matches!(scan.at(end), '-' | '/' | '.' | '年') {
                let next = scan.skip(end + 1, " ");
                if let Some((month, end)) = number(next)
                    && matches!(scan.at(end), '-' | '/' | '.' | '月')
                    && let Some((day, _)) = number(scan.skip(end + 1, " "))
                    && let Some(date) = NaiveDate::from_ymd_opt(i32::try_from(first).ok()?, month, day)
                {
                    return Some(date);
                }
            }
            // 8 July 2026
            let ordinal = scan.any(end, &["st", "nd", "rd", "th"]).unwrap_or(end);
            if (1..=31).contains(&first)
                && let Some((month, end)) = month_at(scan.skip(ordinal, " "))
                && let Some((year, _)) = number(scan.skip(end, " ,."))
                && let Some(date) = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, first)
                && year > 1990
            {
                return Some(date);
            }
        }
        if let Some((month, end)) = month_at(at)
            && let Some((day, end)) = number(scan.skip(end, " ."))
        {
            let end = scan.any(end, &["st", "nd", "rd", "th"]).unwrap_or(end);
            if let Some((year, _)) = number(scan.skip(end, " ,"))
                && year > 1990
                && let Some(date) = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
            {
                return Some(date);
            }
        }
    }
    None
}

/// 达成, 未达成, 未讨论 of a required outcome: its words and `reached`, `deferred`, `dropped`.
#[rustfmt::skip]
pub(crate) fn outcome_in(text: &str) -> Option<(String, &'static str)> {
    static TELLS: Phrases = Phrases::new(&[
        "达成", "達成", "讨论", "討論", "顺延", "順延", "reached", "deferred", "discussed", "dropped",
    ]);
    // 讨论 alone tells of no outcome: 未讨论, 不再讨论.
    static TURNS: Firsts = Firsts::of(&["未", "没", "沒", "再", "达", "達", "顺", "順", "r", "d", "R", "D", "ｒ", "ｄ", "Ｒ", "Ｄ"]);
    if text.len() > 600 || !text.chars().any(|c| TURNS.may_hold(c)) || !TELLS.within(text) {
        return None;
    }
    let scan = Scan::new(text);
    let end = scan.trim_end(0..scan.len(), " 。.)]");
    const WORDS: &[(&str, &str)] = &[
        ("未达成", "deferred"),
        ("没有达成", "deferred"),
        ("未讨论", "dropped"),
        ("没讨论", "dropped"),
        ("不再讨论", "dropped"),
        ("顺延", "deferred"),
        ("已达成", "reached"),
        ("达成", "reached"),
        ("not reached", "deferred"),
        ("deferred", "deferred"),
        ("not discussed", "dropped"),
        ("dropped", "dropped"),
        ("reached", "reached"),
    ];
    let at_the_end = || {
        WORDS.iter().find_map(|(word, outcome)| {
            let start = end.checked_sub(word.chars().count())?;
            scan.lit(start, word).map(|_| (start, *outcome))
        })
    };
    // 确认首月目标：已达成，5000台: what was reached may follow.
    let with_more = || {
        WORDS.iter().find_map(|(word, outcome)| {
            let start = scan.find(0..end, word)?;
            let before = scan.trim_end(0..start, " ").checked_sub(1).map(|at| scan.at(at));
            let after = scan.at(start + word.chars().count());
            (before == Some(':') && matches!(after, ',' | ';' | '(')).then_some((start, *outcome))
        })
    };
    let (start, outcome) = at_the_end().or_else(with_more)?;
    // The word stands apart: behind a colon, in brackets, behind a dash.
    let gap = scan.trim_end(0..start, " ");
    if gap == 0 || !matches!(scan.at(gap - 1), ':' | '(' | '[' | '-' | ',' | '>' | '|') {
        return None;
    }
    let mut title_end = scan.trim_end(0..gap, " :([-,>|");
    let mut title_start = 0;
    for word in ["必达结论", "required outcome", "结论"] {
        if let Some(at) = scan.find(0..title_end, word) {
            let after = at + word.chars().count();
            if matches!(scan.at(after), ':' | ' ' | '-') {
                title_start = scan.skip(after, " :-");
            } else if after == title_end {
                title_end = scan.trim_end(0..at, " ,;:-(");
            }
            break;
        }
    }
    (title_end > title_start).then(|| (scan.written(title_start..title_end).trim().to_owned(), outcome))
}
