//! Single tasks in an ordinary mail (O16): `交办：…`, `任务：…`, `@督办 …`, `提醒我 …` and their English twins. Each line that
//! begins so is one task; everything else of the mail stays what it is.

use super::minutes;
use super::when::{self, Anchor};
use crate::document::Document;
use crate::domain::reading::{ItemReading, Owner};
use crate::domain::workdays::Workdays;
use crate::mail::lower_case::lower_case;
use crate::mail::phrases::{Firsts, Heads, Phrases};
use chrono::{DateTime, FixedOffset};
use regex::Regex;
use std::sync::LazyLock;

/// Words that give a task; a colon or a space follows them.
const GIVES: [&str; 10] =
    ["@督办助手", "@督办", "@duban", "任务交办", "交办任务", "交办", "任务", "task", "assign", "assignment"];
/// Words that make an own one.
const REMINDS: [&str; 8] = [
    "请提醒我",
    "提醒我",
    "到时提醒我",
    "麻烦提醒我",
    "please remind me to",
    "remind me to",
    "please remind me",
    "remind me",
];
/// Characters of the names that stand between 交办 and its colon.
const NAMES_MAX: usize = 24;
/// Heads under which everything is work that is given out, whatever it would read as elsewhere.
const HEADS: [&str; 14] = [
    "任务交办",
    "交办任务",
    "交办事项",
    "工作交办",
    "任务分派",
    "任务分配",
    "任务下达",
    "任务布置",
    "工作布置",
    "交办",
    "task assignments",
    "task assignment",
    "assigned tasks",
    "assignments",
];
/// Tasks of one mail that are read.
const TASKS_MAX: usize = 40;

/// What a line that begins with one of the words says after it, and whether it is the writer's own.
fn given(line: &str) -> Option<(&str, bool)> {
    let line = line.trim().trim_start_matches(['-', '*', '•', '·', '【', '[']).trim_start();
    let lower = line.to_ascii_lowercase();
    let after = |word: &str| lower.starts_with(word).then(|| line.get(word.len()..)).flatten();
    for word in REMINDS {
        if let Some(rest) = after(word) {
            let word_ends = !word.is_ascii() || rest.starts_with([' ', ':', ',']);
            if word_ends {
                return Some((rest, true));
            }
        }
    }
    if let Some((_, said)) = named_first(line) {
        return Some((said, false));
    }
    for word in GIVES {
        let Some(rest) = after(word) else { continue };
        let rest = rest.trim_start_matches(['】', ']']);
        // 任务 and Task are ordinary words: only with a colon do they give one.
        let colon = rest.trim_start().starts_with([':', '：']);
        if colon || (word.starts_with('@') && rest.starts_with([' ', '，', ',', '\u{3000}'])) {
            return Some((rest, false));
        }
    }
    None
}

/// 交办李雷：…, 交办各部门接口人：…, assign to Bob Li: …: who stands before the colon, and what after it.
fn named_first(line: &str) -> Option<(Owner, &str)> {
    let line = line.trim().trim_start_matches(['-', '*', '•', '·', '【', '[']).trim_start();
    let lower = line.to_ascii_lowercase();
    let word =
        ["交办给", "交办", "assign to ", "assigned to ", "assign "].into_iter().find(|w| lower.starts_with(w))?;
    let (name, said) = line.get(word.len()..)?.split_once([':', '：'])?;
    let name = name.trim();
    let is_name = (2..=NAMES_MAX).contains(&name.chars().count()) && !name.contains(['。', '.', '；', ';', '】']);
    // 交办事项：…, 交办任务：… name nobody.
    if !is_name || ["事项", "任务", "工作", "内容"].contains(&name) {
        return None;
    }
    let names: Vec<String> = name
        .split(['、', '，', ',', '和', '及'])
        .flat_map(|part| part.split(" and "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(String::from)
        .collect();
    let owner = match names.as_slice() {
        [one] => Owner::One(one.clone()),
        _ => Owner::Many(names),
    };
    Some((owner, said))
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || "：:，,。.；;、-—】]".contains(c))
}

/// Lines below a task that belong to it.
const FIELDS_MAX: usize = 8;

/// A line that is a field of the task above it.
fn is_field(line: &str) -> bool {
    const NAMES: [&str; 24] = [
        "负责人",
        "责任人",
        "承办人",
        "执行人",
        "截止时间",
        "截止日期",
        "截止",
        "完成时间",
        "完成日期",
        "时限",
        "期限",
        "交付物",
        "成果",
        "配合人",
        "配合",
        "协助人",
        "监督人",
        "验收标准",
        "owner",
        "due",
        "deadline",
        "deliverable",
        "helpers",
        "supervisor",
    ];
    let line = line.trim_start_matches(['-', '*', '•', '·', ' ']);
    let Some((name, said)) = line.split_once([':', '：']) else { return false };
    !said.trim().is_empty() && NAMES.contains(&name.trim().to_lowercase().as_str())
}

/// 请各部门接口人3月20日前报预算: a group that is asked, and what for.
fn group_first(rest: &str) -> Option<(Owner, &str)> {
    static GROUP: LazyLock<Regex> = LazyLock::new(|| {
        // A fixed pattern; a test reads it.
        #[expect(clippy::unwrap_used, reason = "a fixed pattern")]
        let pattern = Regex::new(
            r"^(?:请|由|让|要求)?(各(?:部门|单位|科室|小组|团队)的?(?:接口人|对接人|联系人|负责人|经理|主管)?)",
        )
        .unwrap();
        pattern
    });
    let found = GROUP.captures(rest)?.get(1)?;
    let said = rest.get(found.end()..)?.trim_start_matches(['在', '于', '，', ',', ' ']);
    (said.chars().count() > 2).then(|| (Owner::One(found.as_str().replace("的", "")), said))
}

/// A name that is really a date, or our own: no owner.
fn is_no_name(name: &str, anchor: &Anchor) -> bool {
    matches!(name.trim().to_lowercase().as_str(), "督办" | "督办助手" | "duban")
        || name.contains("截止")
        || !when::all(name, anchor).is_empty()
}

fn task(
    rest: &str,
    line: &str,
    own: bool,
    reference: DateTime<FixedOffset>,
    calendar: &Workdays,
    writer: Option<&str>,
) -> Option<ItemReading> {
    let rest = trimmed(rest);
    if rest.chars().count() < 2 {
        return None;
    }
    let anchor = Anchor::new(reference, calendar);
    if let Some((names, said)) = named_first(line) {
        // Whoever stands before the colon was given it, a group or a department, too.
        let item = task(said, said, true, reference, calendar, None)?;
        return Some(ItemReading { owner: Some(names), line: line.trim().to_string(), ..item });
    }
    if let (Some((names, said)), false) = (group_first(rest), own) {
        let item = task(said, said, true, reference, calendar, None)?;
        return Some(ItemReading { owner: Some(names), line: line.trim().to_string(), ..item });
    }
    let read = minutes::read(&Document::from_text(rest), reference, calendar, writer);
    let deadline = when::deadline(rest, &anchor);
    let first = when::all(rest, &anchor).into_iter().find(|mention| mention.due.is_some());
    let due = deadline.as_ref().map(|deadline| deadline.due).or_else(|| first.as_ref().and_then(|mention| mention.due));
    let phrase = first.as_ref().and_then(|mention| rest.get(mention.span.clone())).map(str::to_string);
    if let (Some(mut item), false) = (read.items.into_iter().next(), own) {
        let names: Vec<String> = item.owner.iter().flat_map(|owner| owner.names().to_vec()).collect();
        let names: Vec<String> = names.into_iter().filter(|name| !is_no_name(name, &anchor)).collect();
        item.owner = match names.as_slice() {
            [] => None,
            [one] => Some(Owner::One(one.clone())),
            _ => Some(Owner::Many(names)),
        };
        item.deadline = item.deadline.or(due);
        item.due_phrase = item.due_phrase.or(phrase);
        item.line = line.trim().to_string();
        // The writer says that it is a task; nothing about that is doubtful.
        item.confidence = item.confidence.max(0.8);
        return Some(item);
    }
    // Words without a name: the task is what stands beside the date.
    let words = match &first {
        Some(mention) => {
            let head = rest.get(..mention.span.start).unwrap_or_default();
            let tail = rest.get(mention.span.end..).unwrap_or_default();
            format!(
                "{}{}",
                trimmed(head),
                trimmed(tail.trim_start_matches(['前', '内']).trim_start_matches("之前").trim_start_matches("以前"))
            )
        }
        None => rest.to_string(),
    };
    let words =
        trimmed(words.trim_start_matches(['请', '要', '去', '来']).trim_start_matches("on ").trim_start_matches("to "))
            .to_string();
    let words = words.trim_end_matches(" by").trim_end_matches(" on").trim_end_matches(" before").to_string();
    if words.chars().count() < 2 {
        return None;
    }
    Some(ItemReading {
        owner: own.then(|| writer.map(|name| Owner::One(name.to_string()))).flatten(),
        task: words,
        deliverable: None,
        deadline: due,
        status: None,
        helpers: Vec::new(),
        confidence: 0.8,
        line: line.trim().to_string(),
        due_phrase: phrase,
        due_why: None,
        criterion: None,
        supervisor: None,
        start: None,
        urgency: None,
        depends_on: Vec::new(),
    })
}

/// Whether a mail gives out work under a head of its own (任务交办, O16): in its subject, or alone on one of its first lines.
pub fn is_assignment(document: &Document, subject: &str) -> bool {
    const FIRST: usize = 4;
    fn bare(line: &str) -> &str {
        line.trim().trim_start_matches(['【', '[', '《', '#', '*', ' '])
    }
    let begins = |line: &str| {
        let lower = lower_case(bare(line));
        HEADS.iter().find_map(|head| lower.strip_prefix(head).map(str::to_string))
    };
    let ends = |rest: &str| {
        rest.is_empty() || rest.starts_with([':', '：', '】', ']', '》', ' ', '-', '—', '（', '(', '单', '表', '通'])
    };
    if begins(subject).is_some_and(|rest| ends(&rest)) {
        return true;
    }
    let lines = document.own_blocks().flat_map(|block| block.text.lines()).filter(|line| !line.trim().is_empty());
    lines.take(FIRST).any(|line| {
        begins(line).is_some_and(|rest| rest.trim_matches([':', '：', '】', ']', '*', '单', '表', ' ']).is_empty())
    })
}

/// The tasks a mail gives. `writer`: whose own a reminder is, and who 我 is.
pub fn read(
    document: &Document,
    subject: &str,
    reference: DateTime<FixedOffset>,
    calendar: &Workdays,
    writer: Option<&str>,
) -> Vec<ItemReading> {
    let mut items: Vec<ItemReading> = Vec::new();
    let blocks = document.own_blocks().map(|block| block.text.as_str());
    let lines: Vec<&str> = blocks.flat_map(str::lines).chain([subject]).collect();
    for (at, line) in lines.iter().copied().enumerate() {
        let Some((rest, own)) = given(line) else { continue };
        // 任务：…, and below it 负责人：…, 截止时间：… on lines of their own.
        let fields = lines.get(at + 1..).unwrap_or_default().iter().take(FIELDS_MAX);
        let fields: Vec<&str> = fields.map(|line| line.trim()).take_while(|line| is_field(line)).collect();
        let whole = [&[rest], fields.as_slice()].concat().join("；");
        let Some(item) = task(&whole, line, own, reference, calendar, writer) else { continue };
        if items.len() < TASKS_MAX && !items.iter().any(|known| known.task == item.task) {
            // A subject often only repeats what the body says.
            if line == subject && !items.is_empty() {
                continue;
            }
            items.push(item);
        }
    }
    items
}

/// `请代发` and `不用再发` of who sends minutes (O8): `full` or `none`.
pub fn delivery(document: &Document) -> Option<String> {
    const FULL_WORDS: &[&str] = &[
        "请代发",
        "请你代发",
        "请帮忙转发给大家",
        "请发给大家",
        "please send to all",
        "please send it to all",
        "please distribute",
    ];
    static FULL: Phrases = Phrases::new(FULL_WORDS);
    const NONE_WORDS: &[&str] =
        &["不用再发", "不必再发", "无需再发", "不要再发", "no need to resend", "no need to send", "do not resend"];
    static NONE: Phrases = Phrases::new(NONE_WORDS);
    static HEADS: Heads = Heads::of(FULL_WORDS).and(NONE_WORDS);
    // Before a line is put into lower case: what the words begin with, in both cases.
    static FIRSTS: Firsts = Firsts::of(FULL_WORDS).and(NONE_WORDS).and(&["P", "N", "D"]);
    let lines = document.own_blocks().flat_map(|block| block.text.lines());
    for line in lines.filter(|line| line.chars().any(|c| FIRSTS.may_hold(c))) {
        let lower = lower_case(line);
        if !HEADS.may_stand_in(&lower) {
            continue;
        }
        if NONE.within(&lower) {
            return Some("none".into());
        }
        if FULL.within(&lower) {
            return Some("full".into());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    /// Wednesday, 11 March 2026.
    fn read_one(text: &str) -> Vec<(Option<String>, String, Option<String>)> {
        let at = DateTime::parse_from_rfc3339("2026-03-11T14:00:00+08:00").unwrap();
        let items = read(&Document::from_text(text), "", at, &Workdays::cn(), Some("张三"));
        let owner = |item: &ItemReading| item.owner.as_ref().map(|owner| owner.names().join("、"));
        items.iter().map(|item| (owner(item), item.task.clone(), item.deadline.map(|due| due.to_string()))).collect()
    }

    #[test]
    fn lines_that_give_a_task() {
        let check = |text: &str, owner: Option<&str>, task: &str, due: Option<&str>| {
            let expected = vec![(owner.map(String::from), task.to_string(), due.map(String::from))];
            assert_eq!(read_one(text), expected, "{text}");
        };
        check("@督办 请李雷周五前提交测试报告", Some("李雷"), "提交测试报告", Some("2026-03-13"));
        check("@督办 周五前提交测试报告", None, "提交测试报告", Some("2026-03-13"));
        check("大家好\n交办：李雷 3月18日前更新报价\n谢谢", Some("李雷"), "更新报价", Some("2026-03-18"));
        check("任务：整理竞品清单，负责人：王芳，截止3月20日", Some("王芳"), "整理竞品清单", Some("2026-03-20"));
        check("任务：整理竞品清单", None, "整理竞品清单", None);
        check("交办李雷：3月18日前更新报价", Some("李雷"), "更新报价", Some("2026-03-18"));
        check("交办市场部、研发部：周五前报预算", Some("市场部、研发部"), "报预算", Some("2026-03-13"));
        check("Assign to Bob Li: send the budget by Friday", Some("Bob Li"), "send the budget", Some("2026-03-13"));
        check(
            "任务：整理竞品清单\n负责人：王芳\n截止时间：3月20日\n交付物：清单",
            Some("王芳"),
            "整理竞品清单",
            Some("2026-03-20"),
        );
        check(
            "Task: send the budget\nOwner: Bob Li\nDue: March 20\n\nThanks",
            Some("Bob Li"),
            "send the budget",
            Some("2026-03-20"),
        );
        check("交办：请各部门接口人3月20日前报预算", Some("各部门接口人"), "报预算", Some("2026-03-20"));
        check("提醒我 周五 交电费", Some("张三"), "交电费", Some("2026-03-13"));
        check("Task: Bob Li to send the budget by Friday", Some("Bob Li"), "send the budget", Some("2026-03-13"));
        check("Please remind me on Friday to pay the bill", Some("张三"), "pay the bill", Some("2026-03-13"));
    }

    #[test]
    fn words_that_give_none() {
        for text in ["任务很重，大家辛苦", "这项任务：……", "督办助手你好", "The task is done", "请交办公室", "提醒"]
        {
            assert_eq!(read_one(text), Vec::new(), "{text}");
        }
    }
}
