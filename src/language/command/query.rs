//! Questions to Duban itself (SPEC 4.7): a line that is nothing but the question. `决议 预算`, `my tasks`, `状态 M-12`.

use super::acts::trimmed;
use super::fold::Folded;
use super::refs::id_at;
use crate::domain::reading::{Command, Context, Verb};
use crate::language::scan::ByWords;
use crate::mail::phrases::{Firsts, Heads};
use regex::Regex;
use std::sync::LazyLock;

#[rustfmt::skip]
const LIST: &[&str] = &[
    "有哪些待办", "有什么待办", "有哪些任务", "还有哪些任务", "有哪些事项", "还剩哪些待办", "还剩哪些任务", "哪些是我的", "我还有什么没做", "我还有什么任务",
    "show my tasks", "what do i have", "what's left", "what is left", "what's left for me",
    "我的待办", "待办", "待办事项", "待办列表", "待办清单", "我的任务", "我的行动项", "任务列表", "我有哪些待办",
    "还有哪些待办", "还有什么待办", "我还有哪些待办", "我的事项", "我的清单", "我的待办事项", "我的待办清单",
    "我的任务清单", "行动项", "行动项列表", "任务清单", "所有待办", "全部待办", "我有哪些任务", "我还有哪些任务",
    "我的待办有哪些", "我的任务有哪些", "清单", "列表", "我的全部待办", "未完成任务", "未完成事项", "我的未完成任务",
    "当前待办", "我现在有哪些待办", "待办查询", "我的工作项", "我手上的任务", "我的待办项", "我有什么待办",
    "我还有什么待办", "我的所有待办", "我名下的待办", "名下待办", "我负责的事项", "我负责的任务", "个人待办",
    "my actions", "my action items", "my tasks", "my items", "my todos", "my to-dos", "my to dos", "my to-do list",
    "my todo list", "my to do list", "todo", "todo list", "to-do list", "todos", "list", "list items", "list tasks",
    "list actions", "action items", "open items", "my open items", "my open tasks", "my open actions", "my list",
    "task list", "to-dos", "what's on my list", "what is on my list", "what's on my plate", "what is on my plate",
    "what do i have to do", "what are my tasks", "what are my actions", "what are my action items",
    "what are my open items", "what's open", "list my items", "list my tasks", "list my actions",
    "list my action items", "all my tasks", "all my items", "my pending items", "my pending tasks", "pending items",
    "what do i have open", "which items are mine", "my assignments", "list my open items", "what are my open tasks",
    "what are my todos", "my current tasks", "list my todos", "my to-do", "my todo", "list open items",
    "my outstanding items", "my outstanding tasks", "what is still open", "what's still open",
];

#[rustfmt::skip]
const HELP: &[&str] = &[
    "帮助", "使用帮助", "使用说明", "怎么用", "如何使用", "怎么操作", "怎么回复", "说明书", "指令", "命令",
    "指令列表", "命令列表", "用法", "怎么使用", "如何操作", "如何回复", "有哪些指令", "有什么指令", "帮助信息",
    "操作说明", "能做什么", "你能做什么", "怎么弄", "求助", "我该怎么回复", "该怎么回复", "支持哪些指令",
    "有哪些命令", "使用方法", "怎么用啊", "这个怎么用", "如何用", "教程", "使用指南", "操作指南", "怎么用这个",
    "可以回复什么", "回复什么", "我可以回复什么", "help", "help me", "commands", "how do i use this",
    "how does this work", "usage", "how to use", "how to use this", "how do i reply", "what can i say",
    "what can you do", "instructions", "manual", "list of commands", "list commands", "what are the commands",
    "show commands", "how to", "how do i use it", "how does it work", "help please", "need help", "i need help",
    "user guide", "what commands are there", "available commands", "how can i use this", "what can i reply",
    "how should i reply", "guide", "?",
];

#[rustfmt::skip]
const UNSUBSCRIBE: &[&str] = &[
    "退订", "取消订阅", "不再接收", "不再接收邮件", "我要退订", "退订邮件", "取消订阅邮件", "停止发送邮件",
    "unsubscribe", "unsubscribe me", "opt out", "stop sending me these", "stop emails", "remove me from this list",
    "stop sending me emails", "take me off this list",
];
#[rustfmt::skip]
const IMPORT: &[&str] = &[
    "确认导入", "导入确认", "同意导入", "可以导入", "导入", "确认并导入", "confirm import", "import confirmed",
    "confirm the import", "import", "import it", "go ahead and import",
];
#[rustfmt::skip]
const WHY: &[&str] = &[
    "为什么", "为什么收到", "为什么收到这封邮件", "为什么给我发", "为什么发给我", "为什么我会收到", "为何",
    "为什么我会收到这封邮件", "为什么给我发这个", "为什么发这封邮件", "我为什么收到这封邮件", "为什么会收到这封邮件",
    "为什么给我发邮件", "为什么我收到这封邮件", "为什么我收到这个", "为什么收到这个", "为什么会收到",
    "我为什么会收到这封邮件", "为什么给我", "为啥给我发", "为啥收到", "为啥", "为何收到", "为何给我发",
    "为什么给我发这封邮件", "why", "why did i get this", "why am i getting this", "why me", "why did i receive this",
    "why am i receiving this", "why this mail", "why this email", "why did i get this email",
    "why did i get this mail", "why did i receive this email", "why am i getting this email", "why do i get this",
    "why did you send me this", "why am i on this list", "why was i sent this",
];
#[rustfmt::skip]
const DAY: &[&str] = &[
    "每日", "每天", "日报", "每日汇总", "每天一次", "每日一次", "每天汇总", "按天", "改为每日", "改为每天", "每天发",
    "每日发送", "改成每天", "改成每日", "改回每日", "改回每天", "一天一次", "每天发一次", "daily", "daily digest",
    "every day", "once a day", "daily please", "switch to daily", "send daily", "daily summary", "change to daily",
];
#[rustfmt::skip]
const WEEK: &[&str] = &[
    "每周", "每周汇总", "每周一次", "一周一次", "按周", "改为每周", "每周发", "改成每周", "每周发送", "改为每周一次",
    "改成每周一次", "一周发一次", "每周发一次", "每星期", "每星期一次", "weekly", "weekly digest", "every week",
    "once a week", "weekly please", "switch to weekly", "send weekly", "weekly summary", "change to weekly",
    "weekly only", "only weekly",
];
#[rustfmt::skip]
const URGENT: &[&str] = &[
    "仅紧急", "只要紧急", "只发紧急", "只收紧急", "仅紧急邮件", "只要紧急的", "只发紧急的", "只收紧急的",
    "只收紧急邮件", "仅接收紧急", "仅限紧急", "只接收紧急", "只看紧急", "紧急的才发", "仅紧急通知", "只发紧急邮件",
    "只接收紧急邮件", "urgent only", "only urgent", "urgent", "only urgent ones", "only urgent mail",
    "only urgent mails", "just urgent", "just the urgent ones", "only the urgent ones", "only urgent items",
    "urgent ones only", "urgent items only", "only send urgent",
];
#[rustfmt::skip]
const REPORT: &[&str] = &[
    "周报", "本周周报", "周报告", "本周报告", "项目周报", "最新周报", "上周周报", "发周报", "工作周报", "这周周报",
    "本周的周报", "weekly report", "report", "this week's report", "the weekly report", "latest report",
    "latest weekly report", "project report", "last week's report", "status report",
];
#[rustfmt::skip]
const EXPORT: &[&str] = &[
    "导出", "导出待办", "导出清单", "导出台账", "导出列表", "导出任务", "导出全部", "导出我的待办", "导出excel",
    "导出表格", "导出我的任务", "导出为excel", "导出成excel", "导出数据", "导出日历", "导出行动项", "导出所有待办",
    "导出全部待办", "export", "export my items", "export my tasks", "export all", "export list", "export to excel",
    "export my actions", "export my action items", "export everything", "export my list", "export tasks",
    "export items", "export excel", "export my todos", "export my data",
];

/// Words that only make a question polite, at its head.
#[rustfmt::skip]
const HEADS: &[&str] = &[
    "看下", "看一看", "查下", "列下",
    "请帮我", "麻烦帮我", "麻烦", "请", "帮我", "给我", "我要看", "我想看", "我要", "我想", "查询一下", "查一下",
    "查看一下", "看一下", "查询", "查看", "看看", "查", "看", "显示", "列出", "列一下", "发一下", "发我一份", "发我",
    "发送", "发", "提供", "再发一次", "求", "索要", "获取", "调取", "回复", "please show me", "please show",
    "please send me", "please send", "please list", "please", "show me", "show", "send me", "send", "give me",
    "get me", "get", "display", "could you send me", "can you send me", "could you show me", "can you show me",
    "i want", "i'd like", "can i have", "can i get", "could i have", "could i get", "may i have", "i need",
    "let me see", "view", "look up", "set frequency to", "frequency", "频率", "提醒频率", "汇总频率",
    "change frequency to", "邮件频率", "发送频率", "接收频率", "帮我看看", "帮我看下", "帮我看一下", "帮我查下", "帮我查一下", "看下", "查下",
    "以后", "今后",
];

#[rustfmt::skip]
const TAILS: &[&str] = &[
    "谢谢", "多谢", "一下", "吧", "好吗", "可以吗", "please", "thanks", "thank you", "again", "now", "有哪些",
    "是什么", "呢", "吗", "给我", "了", "就行", "就好", "就可以", "即可", "就够", "is enough", "is enough for me", "is fine",
    "is fine for me", "will do", "would be enough",
];

/// What a whole line can ask for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    List,
    Help,
    Why,
    Unsubscribe,
    Import,
    Day,
    Week,
    Urgent,
    Report,
    Export,
}

/// Whole lines and what they ask for; the first list that has one decides.
static ASKED: LazyLock<ByWords<&'static str, Asked>> = LazyLock::new(|| {
    let lists = [
        (LIST, Asked::List),
        (HELP, Asked::Help),
        (WHY, Asked::Why),
        (UNSUBSCRIBE, Asked::Unsubscribe),
        (IMPORT, Asked::Import),
        (DAY, Asked::Day),
        (WEEK, Asked::Week),
        (URGENT, Asked::Urgent),
        (REPORT, Asked::Report),
        (EXPORT, Asked::Export),
    ];
    let mut asked = ByWords::default();
    for (line, what) in lists.iter().flat_map(|(list, what)| list.iter().map(move |line| (*line, *what))) {
        asked.entry(line).or_insert(what);
    }
    asked
});

fn squeeze(text: &str) -> &str {
    let mut text = text.trim_matches(|c: char| c.is_whitespace() || "。.!?,;:，、\"[]()~*_>-".contains(c));
    static BEGINNINGS: Heads = Heads::of(HEADS);
    static ENDS: Firsts = Firsts::ending(TAILS);
    for _ in 0..3 {
        if !BEGINNINGS.may_lead(text) {
            break;
        }
        let Some(head) = HEADS
            .iter()
            .filter(|head| text.len() > head.len() && text.starts_with(**head))
            .filter(|head| !head.is_ascii() || text.get(head.len()..).is_some_and(|rest| rest.starts_with([' ', ':'])))
            .max_by_key(|head| head.len())
        else {
            break;
        };
        text = text.get(head.len()..).unwrap_or(text).trim_start_matches([' ', ':', ',']);
    }
    for _ in 0..2 {
        if !text.chars().next_back().is_some_and(|last| ENDS.may_hold(last)) {
            break;
        }
        let Some(tail) = TAILS
            .iter()
            .filter(|tail| text.len() > tail.len() && text.ends_with(**tail))
            .filter(|tail| {
                !tail.is_ascii() || text.get(..text.len() - tail.len()).is_some_and(|rest| rest.ends_with([' ', ',']))
            })
            .max_by_key(|tail| tail.len())
        else {
            break;
        };
        text = text.get(..text.len() - tail.len()).unwrap_or(text).trim_end_matches([' ', ',', '?', '.', '。']);
    }
    text
}

/// A query is short; a longer line speaks to people.
const QUERY_CHARS_MAX: usize = 60;

/// Reads a line that is a query and nothing else.
pub fn read(f: &Folded, context: Context) -> Option<Command> {
    if f.len() > QUERY_CHARS_MAX || f.is_empty() {
        return None;
    }
    let whole = f.text(0, f.len());
    let bare = whole
        .trim_matches(|c: char| c.is_whitespace() || "。.!?,;:，\"".contains(c))
        .trim_start_matches(['/', '!'])
        .to_string();
    if whole.trim() == "?" {
        return Some(command(Verb::Help, "query.help"));
    }
    let core = squeeze(&bare);
    let asked = [core, bare.as_str()].iter().filter_map(|line| ASKED.get(line)).min().copied();
    if asked == Some(Asked::List) || asks_for_list(core) || asks_for_list(&bare) {
        return Some(command(Verb::List, "query.list"));
    }
    let frequency = |every: &str| {
        let mut c = command(Verb::Frequency, "query.frequency");
        c.every = Some(every.into());
        c
    };
    if let Some(asked) = asked {
        return Some(match asked {
            Asked::List => command(Verb::List, "query.list"),
            Asked::Help => command(Verb::Help, "query.help"),
            Asked::Why => command(Verb::Why, "query.why"),
            Asked::Unsubscribe => command(Verb::Unsubscribe, "query.unsubscribe"),
            Asked::Import => command(Verb::Import, "query.import"),
            Asked::Day => frequency("day"),
            Asked::Week => frequency("week"),
            Asked::Urgent => frequency("urgent"),
            Asked::Report => command(Verb::Report, "query.report"),
            Asked::Export => command(Verb::Export, "query.export"),
        });
    }
    // A word and an object: 状态 M-12, `M-12 status`, `files for M-12`.
    if let Some(c) = about_object(core) {
        return Some(c);
    }
    decisions(f, core, context)
}

/// 我还有哪些没做完的事项, `which tasks do I still have open`: put together from words that mean nothing else.
fn asks_for_list(text: &str) -> bool {
    if text.is_ascii() {
        #[rustfmt::skip]
        const WORDS: &[&str] = &[
            "what", "which", "are", "is", "do", "does", "i", "my", "me", "have", "still", "to", "left", "open", "due", "overdue",
            "pending", "today", "this", "week", "tasks", "items", "actions", "action", "todos", "todo", "on", "list", "plate", "the",
            "for", "show", "all", "outstanding", "remaining", "need", "else", "anything", "late", "of", "mine", "assigned", "and",
            "current", "now", "s",
        ];
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        if !words.clone().next().is_some_and(|word| WORDS.contains(&word)) {
            return false;
        }
        let words: Vec<&str> = words.collect();
        let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
        return (3..=9).contains(&words.len())
            && words.iter().all(|word| WORDS.contains(word))
            && has(&["i", "my", "me", "mine"])
            && has(&["what", "which", "show", "list"])
            && has(&[
                "tasks", "items", "actions", "todos", "left", "due", "overdue", "open", "pending", "plate", "list",
            ]);
    }
    #[rustfmt::skip]
    const PARTS: &[&str] = &[
        "我", "现在", "目前", "手上", "手头", "名下", "这边", "还有", "还剩", "有", "还", "哪些", "什么", "多少", "几项", "几个", "几条", "没做完",
        "没完成", "未完成", "没办完", "没处理", "待处理", "要做", "需要做", "要办", "到期", "逾期", "超期", "本周", "今天", "这周", "剩下", "的", "待办",
        "任务", "事项", "工作", "行动项", "事情", "事", "活儿", "活", "没有", "是", "都", "了",
    ];
    if !text.starts_with(['我', '还', '现', '目', '手', '名', '本', '今', '这']) {
        return false;
    }
    let mut rest = text;
    let (mut asks, mut names, mut parts) = (false, false, 0);
    while !rest.is_empty() {
        let Some(part) = PARTS.iter().filter(|part| rest.starts_with(**part)).max_by_key(|part| part.len()) else {
            return false;
        };
        asks |= matches!(*part, "哪些" | "什么" | "多少" | "几项" | "几个" | "几条" | "还剩" | "还有");
        names |= matches!(*part, "待办" | "任务" | "事项" | "工作" | "行动项" | "事情" | "事" | "活儿" | "活");
        // 我还有哪些没完成
        names |= text.starts_with('我')
            && matches!(
                *part,
                "没做完" | "没完成" | "未完成" | "没办完" | "没处理" | "待处理" | "要做" | "需要做" | "要办"
            );
        parts += 1;
        rest = rest.get(part.len()..).unwrap_or_default();
    }
    parts <= 10 && asks && names
}

fn command(verb: Verb, rule: &str) -> Command {
    let mut c = Command::new(verb);
    c.rule = rule.into();
    c
}

#[rustfmt::skip]
const STATUS: &[&str] = &[
    "状态", "进度", "进展", "情况", "详情", "status", "progress", "state", "details", "的状态", "的进度", "的进展",
    "的情况", "的详情", "当前状态", "status of", "progress of", "state of", "status for", "details of", "进展如何",
    "进度如何", "怎么样了", "进展怎么样", "现在怎么样", "what's the status of", "what is the status of", "how is",
    "info", "info on", "'s status", "现在怎么样了", "现在如何", "现在进展如何", "目前进展如何", "目前进展", "目前怎么样", "进展情况",
    "到哪一步", "到哪一步了", "现在到哪一步", "做得怎么样", "怎么样", "情况如何", "how is going", "how's going", "how is doing", "how is coming along",
    "how is it going with", "how are we doing on", "how are we doing with", "where are we with", "how far is", "how far are we with",
    "what about", "what's new on", "any news on",
];
#[rustfmt::skip]
const FILES: &[&str] = &[
    "材料", "附件", "资料", "文件", "会议材料", "的材料", "的附件", "的资料", "的文件", "会议资料", "files", "file",
    "materials", "material", "attachments", "attachment", "documents", "docs", "files for", "files of",
    "materials for", "materials of", "attachments for", "attachments of", "documents for", "documents of",
    "the files for", "the materials for", "the attachments of", "the files of", "the materials of",
    "the attachments for", "docs for",
];

fn about_object(core: &str) -> Option<Command> {
    if !core.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let f = Folded::new(core);
    let (at, (id, end)) = (0..f.len()).find_map(|i| id_at(&f, i).map(|found| (i, found)))?;
    let rest = format!(
        "{} {}",
        f.text(0, at).trim_matches(|c: char| c == ' ' || c == ':' || c == '['),
        f.text(end, f.len()).trim_matches(|c: char| c == ' ' || c == ':' || c == ']' || c == '?')
    );
    let rest = rest.trim();
    let (verb, rule) = if STATUS.contains(&rest) {
        (Verb::Status, "query.status")
    } else if FILES.contains(&rest) {
        (Verb::Files, "query.files")
    } else if matches!(rest, "导出" | "export" | "的导出") || asks_for_sheet(rest) {
        (Verb::Export, "query.export")
    } else if matches!(
        rest,
        "周报"
            | "的周报"
            | "report"
            | "report for"
            | "report on"
            | "weekly report"
            | "weekly report for"
            | "report of"
            | "项目周报"
            | "weekly report of"
    ) {
        (Verb::Report, "query.report")
    } else if matches!(
        rest,
        "决议"
            | "的决议"
            | "decisions"
            | "decisions of"
            | "decisions for"
            | "decisions in"
            | "决策"
            | "决定"
            | "的决定"
    ) {
        (Verb::Decisions, "query.decisions")
    } else if matches!(rest, "为什么" | "why") {
        (Verb::Why, "query.why")
    } else if let Some(every) = report_time(rest) {
        let mut c = command(Verb::Report, "query.report_time");
        c.every = Some(every);
        c.object = Some(id.clone());
        c.id = Some(id);
        return Some(c);
    } else {
        return None;
    };
    let mut c = command(verb, rule);
    c.object = Some(id.clone());
    c.id = Some(id.clone());
    if verb == Verb::Decisions {
        c.query = Some(id);
    }
    Some(c)
}

/// 把 P-3 的任务导出成Excel, `P-3 as a spreadsheet`: what stands around the id is nothing but that.
fn asks_for_sheet(rest: &str) -> bool {
    if rest.is_ascii() {
        const WORDS: [&str; 18] = [
            "export",
            "as",
            "a",
            "an",
            "to",
            "the",
            "spreadsheet",
            "sheet",
            "excel",
            "file",
            "table",
            "tasks",
            "items",
            "of",
            "all",
            "xlsx",
            "into",
            "from",
        ];
        let words: Vec<&str> = rest.split_whitespace().collect();
        let named = ["export", "spreadsheet", "excel", "xlsx", "sheet"].iter().any(|word| words.contains(word));
        return named && words.len() > 1 && words.iter().all(|word| WORDS.contains(word));
    }
    const PARTS: [&str; 22] = [
        "导出", "把", "将", "的", "所有", "全部", "任务", "事项", "待办", "清单", "数据", "成", "为", "到", "excel",
        "表格", "表", "一份", "一下", "文件", "xlsx", " ",
    ];
    let mut left = rest;
    while !left.is_empty() {
        let Some(part) = PARTS.iter().filter(|part| left.starts_with(**part)).max_by_key(|part| part.len()) else {
            return false;
        };
        left = left.get(part.len()..).unwrap_or_default();
    }
    rest.contains("导出")
}

/// 周报 P-3 每周四16:00, `weekly report for P-3 on Thursdays at 4pm`: `Thu 16:00`; 默认 and `default` give the house's back.
fn report_time(rest: &str) -> Option<String> {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let zh = r"(?:的?项?目?周报)\s*(?:时间)?\s*(?:改[为到成]|设[为到成])?\s*(?:每?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])\s*(?P<part>上午|下午|晚上|中午)?\s*(?P<hour>\d{1,2})\s*(?:[:点时]\s*(?P<minute>\d{2}|半)?\s*分?)?\s*发?|(?P<back>默认|恢复默认))";
        let en = r"(?:weekly )?report(?: for| of)?\s*(?:time)?\s*(?:(?:every |on )?(?P<eday>mon|tue|wed|thu|fri|sat|sun)[a-z]*\s*(?:at )?(?P<ehour>\d{1,2})(?::(?P<eminute>\d{2}))?\s*(?P<half>am|pm)?|(?P<eback>default|as default))";
        Regex::new(&format!("^(?:{zh}|{en})$")).ok()
    });
    let found = WORDS.as_ref()?.captures(rest)?;
    let group = |name: &str| found.name(name).map(|text| text.as_str());
    if group("back").or(group("eback")).is_some() {
        return Some("default".into());
    }
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let day = match (group("day"), group("eday")) {
        (Some(day), _) => "一二三四五六日".chars().position(|c| day.starts_with(c)).unwrap_or(6),
        (_, Some(day)) => DAYS.iter().position(|name| name.eq_ignore_ascii_case(day))?,
        _ => return None,
    };
    let mut hour: u32 = group("hour").or(group("ehour"))?.parse().ok()?;
    let minute = match group("minute").or(group("eminute")) {
        Some("半") => 30,
        Some(text) => text.parse().ok()?,
        None => 0,
    };
    let later = matches!(group("part"), Some("下午" | "晚上")) || group("half") == Some("pm");
    hour += if later && hour < 12 { 12 } else { 0 };
    let day = DAYS.get(day)?;
    (hour < 24 && minute < 60).then(|| format!("{day} {hour:02}:{minute:02}"))
}

/// A search for decisions is a word or two.
const SEARCH_CHARS_MAX: usize = 24;

fn decisions(f: &Folded, core: &str, _: Context) -> Option<Command> {
    let found = if let Some(rest) =
        core.strip_prefix("决议").filter(|rest| rest.is_empty() || rest.starts_with([' ', ':']))
    {
        rest
    } else if let Some(rest) = [
        "decisions on",
        "decisions about",
        "decisions regarding",
        "decision on",
        "decision about",
        "decisions:",
        "decisions",
        "search decisions for",
        "search decisions",
        "find decisions on",
        "find decisions about",
        "past decisions on",
        "what did we decide about",
        "what did we decide on",
        "what was decided about",
        "what was decided on",
    ]
    .iter()
    .find_map(|head| core.strip_prefix(head))
    {
        rest
    } else if let Some(rest) =
        ["有什么决议", "有哪些决议", "有过什么决议", "做过什么决议", "是怎么决定的", "有什么决定"]
            .iter()
            .chain(&["有哪些决定", "有决议"])
            .find_map(|tail| core.strip_suffix(tail))
            .filter(|rest| rest.contains("关于") || rest.contains("有关") || rest.starts_with("之前"))
    {
        let mut rest = rest;
        for head in ["之前", "以前", "上次", "关于", "有关", "对", "我们", "开会"] {
            rest = rest.strip_prefix(head).unwrap_or(rest);
        }
        rest
    } else if let Some(rest) =
        core.strip_suffix("的决议").or_else(|| core.strip_suffix("相关决议")).or_else(|| core.strip_suffix("有关决议"))
    {
        rest.trim_start_matches("关于")
            .trim_start_matches("有关")
            .trim_start_matches("和")
            .trim_end_matches("有关")
            .trim_end_matches("相关")
    } else {
        return None;
    };
    let words = found.trim_matches(|c: char| c == ' ' || c == ':' || c == '"');
    // 决议:同意预算方案。 is minutes, not a search.
    let said = f.text(0, f.len());
    if words.chars().count() > SEARCH_CHARS_MAX
        || (said.starts_with("决议:") && words.chars().count() > 8)
        || words.contains([',', '，', '。', ';'])
    {
        return None;
    }
    let mut c = command(Verb::Decisions, "query.decisions");
    if !words.is_empty() {
        // As written.
        let fold_chars: Vec<char> = words.chars().collect();
        let at = f.chars.windows(fold_chars.len()).position(|w| w == fold_chars);
        c.query = Some(at.map_or(words.to_string(), |at| trimmed(f.written(at, at + fold_chars.len())).to_string()));
    }
    Some(c)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_report_may_have_its_own_time() {
        let check = |rest: &str, want: Option<&str>| assert_eq!(super::report_time(rest).as_deref(), want, "{rest}");
        check("周报 每周四16:00", Some("Thu 16:00"));
        check("周报 改为周一上午9点半", Some("Mon 09:30"));
        check("项目周报 星期天下午3点", Some("Sun 15:00"));
        check("weekly report for thursdays at 4pm", Some("Thu 16:00"));
        check("weekly report on tue 9:30", Some("Tue 09:30"));
        check("周报 默认", Some("default"));
        check("周报 周四25:00", None);
        check("周报 谁写的", None);
        check("report every thursday", None);
    }
}
