//! Replies and the commands in them: `tests/corpus/commands/*.txt`, a case a line.
//!
//! What counts as right is what counts for the reader of a letter: the same verbs for the same lines with the same
//! fields. A command that would change something and that nobody gave is *unsafe*; of these there may be none.

use duban::domain::due::Due;
use duban::domain::reading::{Command, Context, Line, Verb};
use duban::domain::workdays::Workdays;
use duban::language::command::{Answer, read};
use duban::language::names::Lexicon;
use duban::language::when::Anchor;
use duban::mail::reply::own_words;
use std::path::Path;

const ITEMS_ZH: &[&str] = &["提交测试报告", "确认供应商报价", "更新项目计划"];
const ITEMS_ZH_FOUR: &[&str] = &["整理客户清单", "签订租赁合同", "采购会议设备", "组织新员工培训"];
const ITEMS_EN: &[&str] = &["Send the revised budget", "Book the training room", "Review the supplier contract"];

const ITEMS_HANT: &[&str] = &["提交測試報告", "確認供應商報價", "更新專案計畫"];
const ITEMS_OFFICE: &[&str] = &["梳理客户投诉清单", "签订仓库租赁合同", "采购会议室投影仪", "组织消防演练"];
const ITEMS_OFFICE_FIVE: &[&str] =
    &["完成官网改版", "发布招聘启事", "对账三月份应收款", "安排新人入职培训", "更换机房UPS"];
const ITEMS_EN_THREE: &[&str] = &["Draft the onboarding guide", "Renew the office lease", "Migrate the mailing list"];
const ITEMS_EN_FOUR: &[&str] =
    &["Fix the login timeout", "Publish the price list", "Book flights for the summit", "Train the support team"];

fn items(name: &str) -> Vec<Line> {
    let (first_id, tasks) = match name {
        "0" => (1, &[][..]),
        "z3" => (101, ITEMS_ZH),
        "z1" => (101, &ITEMS_ZH[..1]),
        "v2" => (601, &["录制产品视频", "核对六月发票"][..]),
        "z4" => (301, ITEMS_ZH_FOUR),
        "e3" => (201, ITEMS_EN),
        "e1" => (201, &ITEMS_EN[..1]),
        "h3" => (101, ITEMS_HANT),
        "b1" => (101, &["编制年度采购预算"][..]),
        "b3" => (101, ITEMS_EN_THREE),
        "b4" => (101, ITEMS_OFFICE),
        "z5" => (101, ITEMS_OFFICE_FIVE),
        "e4" => (101, ITEMS_EN_FOUR),
        other => panic!("no such items: {other}"),
    };
    (1u32..)
        .zip(tasks)
        .map(|(n, task)| Line { n, id: format!("A-{}", first_id + n - 1), task: task.to_string() })
        .collect()
}

/// Verbs after which something is different for somebody.
fn changes(verb: Verb) -> bool {
    use Verb::*;
    !matches!(
        verb,
        Ack | Progress
            | Comment
            | ProposeTime
            | List
            | Status
            | Report
            | Decisions
            | Files
            | Export
            | Why
            | Frequency
            | Help
            | Import
            | Unsubscribe
    )
}

struct Expected {
    verb: Verb,
    item: Option<u32>,
    fields: Vec<(String, String)>,
}

fn expected(text: &str) -> Vec<Expected> {
    text.split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (verb, rest) = part.split_once(' ').unwrap_or((part, ""));
            let verb: Verb = serde_json::from_value(verb.into()).unwrap_or_else(|_| panic!("no such verb: {verb}"));
            let number = rest.split(' ').next().and_then(|word| word.parse().ok());
            let rest = if number.is_some() { rest.split_once(' ').map_or("", |(_, rest)| rest) } else { rest };
            let mut fields: Vec<(String, String)> = Vec::new();
            for word in rest.split(' ').filter(|word| !word.is_empty()) {
                match word.split_once('=') {
                    Some((key, value)) => fields.push((key.into(), value.into())),
                    // A value of two words: Helen Brook.
                    None => {
                        let last = fields.last_mut().expect("a field before its second word");
                        last.1 = format!("{} {word}", last.1);
                    }
                }
            }
            Expected { verb, item: number, fields }
        })
        .collect()
}

fn same(want: &Expected, got: &Command) -> bool {
    let text = |value: &Option<String>, want: &str| {
        value.as_deref().is_some_and(|value| {
            let (value, want) = (value.to_lowercase(), want.to_lowercase());
            !value.is_empty() && (value.contains(&want) || want.contains(&value))
        })
    };
    let time = |value: Option<Due>, want: &str| match (value, Due::parse(want)) {
        (Some(got), Some(Due::Date(day))) => got.date() == day,
        (Some(Due::Moment(got)), Some(Due::Moment(moment))) => got == moment,
        _ => false,
    };
    want.verb == got.verb
        && (want.item.is_none() || want.item == got.item)
        && want.fields.iter().all(|(key, value)| match key.as_str() {
            "due" => time(got.due, value),
            "until" => time(got.until, value),
            "start" => time(got.start.map(Due::Moment), value),
            "to" => text(&got.to, value),
            "from" => text(&got.from, value),
            "title" => text(&got.title, value),
            "place" => text(&got.place, value),
            "query" => text(&got.query, value),
            "id" => text(&got.id, value),
            "percent" => got.percent.map(u32::from) == value.parse().ok(),
            "score" => got.score.map(u32::from) == value.parse().ok(),
            "minutes" => got.minutes == value.parse().ok(),
            "shift_workdays" => got.shift_workdays == value.parse().ok(),
            "answer" => got.answer.as_deref() == Some(value),
            "every" => got.every.as_deref() == Some(value),
            other => panic!("no such field: {other}"),
        })
}

fn check(path: &Path, line: &str, wrong: &mut Vec<String>, unsafe_ones: &mut Vec<String>) {
    let (head, rest) = line.split_once(" |").expect("context and items, words, commands");
    let (body, want) = rest.split_once(" |").expect("words, commands");
    let (context, set) = head.trim().split_once(' ').expect("context and items");
    let context: Context = serde_json::from_value(context.into()).expect("a context");
    let body = body.trim().replace("\\n", "\n");
    let items = items(set);
    let calendar = Workdays::cn();
    let anchor = Anchor::new("2026-03-11T10:00:00+08:00".parse().expect("a moment"), &calendar);
    let own = own_words(&body);
    let inline: Vec<Answer> =
        own.inline.iter().map(|inline| Answer { above: &inline.above, text: &inline.text }).collect();
    let reading = read(&own.text, &inline, None, context, &items, &anchor, &Lexicon::empty());
    let want = expected(want);
    // What is said for the only line, and a bare acknowledgement of it, confirm it.
    let plain = |command: &Command| {
        let mut command = command.clone();
        if command.verb == Verb::Ack && command.item.is_some() {
            command.verb = Verb::Confirm;
        }
        command
    };
    let mut left: Vec<Command> = reading.commands.iter().map(plain).collect();
    let mut missing = Vec::new();
    for one in &want {
        match left.iter().position(|got| same(one, got)) {
            Some(at) => {
                left.remove(at);
            }
            None if one.verb == Verb::Comment && one.item.is_none() => {}
            None => missing.push(one.verb),
        }
    }
    let extra: Vec<Verb> = left.iter().map(|command| command.verb).filter(|verb| *verb != Verb::Comment).collect();
    let shown = || {
        format!(
            "{}: {body:?} gave {:?} {:?}",
            path.display(),
            reading.commands.iter().map(|c| (c.verb, c.item, c.due)).collect::<Vec<_>>(),
            reading.doubts
        )
    };
    if left.iter().any(|got| {
        changes(got.verb)
            && !want.iter().any(|one| one.verb == got.verb && (one.item.is_none() || one.item == got.item))
    }) {
        unsafe_ones.push(shown());
    }
    if !missing.is_empty() || !extra.is_empty() {
        wrong.push(shown());
    }
}

/// Every way to name a line with every verb.
#[test]
fn any_name_of_a_line_goes_with_any_verb() {
    const ZH: &[(&str, &str)] = &[
        ("{}完成了", "done {n}"),
        ("{}还没完成", "progress {n}"),
        ("{}完成60%", "progress {n} percent=60"),
        ("{}预计周五完成", "progress {n} due=2026-03-13"),
        ("{}差不多完成了", "progress {n}"),
        ("{}延期到3月20日", "postpone {n} due=2026-03-20"),
        ("{}顺延两个工作日", "postpone {n} shift_workdays=2"),
        ("{}转给王芳", "delegate {n} to=王芳"),
        ("把{}转给王芳", "delegate {n} to=王芳"),
        ("{}由王芳负责", "delegate {n} to=王芳"),
        ("{}卡在权限审批上了", "block {n}"),
        ("{}卡住了,等证书审批", "block {n}"),
        ("{}滞后,原因:缺人;措施:加班", "behind {n}"),
        ("{}不是我负责", "decline {n}"),
        ("{}没问题", "confirm {n}"),
        ("取消{}", "cancel {n}"),
        ("{}周五再提醒我", "snooze {n} until=2026-03-13"),
        ("{}有异议", "object {n}"),
        ("{}完成了吗?", "comment {n}"),
        ("听说{}完成了", "comment {n}"),
        ("如果{}完成了就好了", "comment {n}"),
    ];
    const EN: &[(&str, &str)] = &[
        ("{} is done", "done {n}"),
        ("{} is not done yet", "progress {n}"),
        ("{} is 60% done", "progress {n} percent=60"),
        ("{} will be done by Friday", "progress {n} due=2026-03-13"),
        ("{} is almost done", "progress {n}"),
        ("postpone {} to March 20", "postpone {n} due=2026-03-20"),
        ("hand {} over to Leo", "delegate {n} to=Leo"),
        ("{} is blocked by access rights", "block {n}"),
        ("{} is delayed because of the vendor", "behind {n}"),
        ("{} isn't mine", "decline {n}"),
        ("cancel {}", "cancel {n}"),
        ("I object to {}", "object {n}"),
        ("remind me about {} on Friday", "snooze {n} until=2026-03-13"),
        ("is {} done?", "comment {n}"),
        ("I heard {} is done", "comment {n}"),
        ("if {} is done let's meet", "comment {n}"),
    ];
    const ZH_NAMES: &[&str] = &["测试报告", "供应商报价", "项目计划"];
    const EN_NAMES: &[&str] = &["the revised budget", "the training room", "the supplier contract"];
    let (mut wrong, mut unsafe_ones) = (Vec::new(), Vec::new());
    for (set, sayings, words, tasks) in [("z3", ZH, ZH_NAMES, ITEMS_ZH), ("e3", EN, EN_NAMES, ITEMS_EN)] {
        for (n, line) in (1..).zip(items(set)) {
            let ordinal = if set == "z3" { format!("第{n}项") } else { format!("item {n}") };
            for name in [ordinal, format!("#{n}"), line.id, words[n - 1].into(), format!("{n} ").trim_end().into()] {
                for (saying, want) in sayings {
                    let body = saying.replace("{}", &name);
                    let case = format!("action {set} | {body} | {}", want.replace("{n}", &n.to_string()));
                    check(Path::new(tasks[n - 1]), &case, &mut wrong, &mut unsafe_ones);
                }
            }
        }
    }
    assert!(unsafe_ones.is_empty(), "changes nobody asked for:\n{}", unsafe_ones.join("\n"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn replies_are_understood_and_nothing_is_done_that_nobody_said() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/commands");
    let (mut wrong, mut unsafe_ones, mut count) = (Vec::new(), Vec::new(), 0);
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).expect("the folder of cases").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            count += 1;
            check(&path, line, &mut wrong, &mut unsafe_ones);
        }
    }
    assert!(count >= 1000, "only {count} cases");
    assert!(unsafe_ones.is_empty(), "changes nobody asked for:\n{}", unsafe_ones.join("\n"));
    assert!(wrong.len() * 100 <= count, "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
