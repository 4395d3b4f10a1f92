#![allow(clippy::unwrap_used, clippy::expect_used)]
//! What holds for every reply, whatever its words; the words themselves are in `tests/corpus/commands`.

use super::*;
use crate::domain::workdays::Workdays;
use proptest::prelude::*;

fn lines() -> Vec<Line> {
    [(1, "A-101", "提交测试报告"), (2, "A-102", "确认供应商报价"), (3, "A-103", "Send the revised budget")]
        .into_iter()
        .map(|(n, id, task)| Line { n, id: id.into(), task: task.into() })
        .collect()
}

fn read_in(context: Context, items: &[Line], own: &str) -> ReplyReading {
    let calendar = Workdays::cn();
    let anchor = Anchor::new("2026-03-11T10:00:00+08:00".parse().unwrap(), &calendar);
    read(own, &[], None, context, items, &anchor, &Lexicon::empty())
}

#[test]
fn every_verb_is_in_the_table_once() {
    let mut verbs: Vec<Verb> = table().iter().map(|usage| usage.verb).collect();
    let count = verbs.len();
    verbs.sort_unstable();
    verbs.dedup();
    assert_eq!((verbs.len(), count), (45, 45));
}

#[test]
fn the_examples_of_the_table_are_understood() {
    for usage in table() {
        let context = match usage.verb {
            Verb::Rsvp
            | Verb::AgendaAdd
            | Verb::ProposeTime
            | Verb::Reschedule
            | Verb::CallOff
            | Verb::NotHeld
            | Verb::NoMinutes => Context::Meeting,
            Verb::Proceed => Context::Readiness,
            Verb::Accept | Verb::Reject => Context::Acceptance,
            Verb::Approve | Verb::Refuse => Context::Approval,
            Verb::Rate => Context::Issue,
            Verb::SignOff => Context::SignOff,
            Verb::Send => Context::Preview,
            Verb::Convene | Verb::StopEscalation | Verb::PostponeEscalation => Context::Escalation,
            _ => Context::Action,
        };
        for example in [usage.example_zh, usage.example_en] {
            let reading = read_in(context, &lines(), example);
            assert!(
                reading.commands.iter().any(|command| command.verb == usage.verb),
                "{:?}: {example}: {reading:?}",
                usage.verb
            );
        }
    }
}

#[test]
fn answers_between_quotes_belong_to_the_line_above() {
    let calendar = Workdays::cn();
    let anchor = Anchor::new("2026-03-11T10:00:00+08:00".parse().unwrap(), &calendar);
    let (one, two) = (vec!["1. 提交测试报告".to_string()], vec!["A-102 确认供应商报价 2026-03-12".to_string()]);
    let inline = [Answer { above: &one, text: "已提交" }, Answer { above: &two, text: "延期到周五" }];
    let reading = read("已提交\n延期到周五", &inline, None, Context::Action, &lines(), &anchor, &Lexicon::empty());
    let said: Vec<(Verb, Option<u32>)> = reading.commands.iter().map(|command| (command.verb, command.item)).collect();
    assert_eq!(said, [(Verb::Done, Some(1)), (Verb::Postpone, Some(2))]);
}

#[test]
fn a_human_sentence_beside_a_command_is_a_remark() {
    let reading = read_in(Context::Action, &lines(), "2 完成。另外三楼打印机坏了。谢谢");
    assert_eq!(reading.commands.len(), 1);
    assert_eq!(reading.remarks, ["另外三楼打印机坏了"]);
    let reading = read_in(Context::Action, &lines(), "收到,谢谢!");
    assert!(reading.remarks.is_empty() && reading.doubts.is_empty());
}

#[test]
fn the_subject_names_the_item_where_the_words_do_not() {
    let calendar = Workdays::cn();
    let anchor = Anchor::new("2026-03-11T10:00:00+08:00".parse().unwrap(), &calendar);
    let reading = read("完成", &[], Some("完成 A-107"), Context::None, &[], &anchor, &Lexicon::empty());
    assert_eq!(reading.commands.first().and_then(|command| command.id.as_deref()), Some("A-107"));
}

fn traditional(text: &str) -> String {
    [
        ("项", "項"),
        ("报", "報"),
        ("给", "給"),
        ("请", "請"),
        ("议", "議"),
        ("题", "題"),
        ("参", "參"),
        ("时", "時"),
        ("测", "測"),
        ("试", "試"),
        ("应", "應"),
        ("价", "價"),
        ("确认", "確認"),
        ("没", "沒"),
        ("还", "還"),
        ("转", "轉"),
        ("对", "對"),
        ("后", "後"),
        ("进", "進"),
        ("签", "簽"),
        ("过", "過"),
        ("计", "計"),
        ("预", "預"),
        ("会", "會"),
        ("开", "開"),
        ("发", "發"),
    ]
    .into_iter()
    .fold(text.to_string(), |text, (simplified, traditional)| text.replace(simplified, traditional))
}

#[test]
fn traditional_and_full_width_read_the_same() {
    for body in [
        "2 完成",
        "第3项还没完成",
        "测试报告已提交",
        "都确认",
        "2 转给王芳",
        "1 预计周五完成",
        "2 延期到3月20日",
        "除了2都完成了",
        "1,2 已完成",
        "对第2项有异议:金额不对",
    ] {
        let plain = read_in(Context::Action, &lines(), body);
        for other in [
            traditional(body),
            body.chars()
                .map(|c| if c.is_ascii_digit() || c == ',' { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c })
                .collect(),
        ] {
            let got = read_in(Context::Action, &lines(), &other);
            let bare = |reading: &ReplyReading| {
                reading.commands.iter().map(|c| (c.verb, c.item, c.due, c.percent)).collect::<Vec<_>>()
            };
            assert_eq!(bare(&got), bare(&plain), "{other}");
        }
    }
}

const PARTS: &[&str] = &[
    "1",
    "2",
    "3",
    "第2项",
    "#1",
    "A-102",
    "1-3",
    "都",
    "除了",
    "只有",
    "完成",
    "没",
    "还没",
    "延期到",
    "周五",
    "转给",
    "王芳",
    "如果",
    "听说",
    "吗",
    "?",
    "60%",
    ",",
    "。",
    "\n",
    " ",
    "done",
    "not",
    "postpone",
    "to",
    "Friday",
    "Leo",
    "if",
    "is",
    "all but",
    "原因:",
    "措施:",
    "卡在",
    "参加",
    "改到3点",
    "议题:",
    "(15分钟)",
    "/",
    "!",
    "确认",
    "同意",
    "不同意",
    "退回",
    "5分",
    "由",
    "负责",
    "测试报告",
    "budget",
    "5个工作日",
    "\u{1F44D}",
    "①",
    "㋆",
    "(",
    ")",
    ":",
    "'",
];

proptest! {
    #[test]
    fn nothing_panics(own in "\\PC{0,80}", context in 0usize..3) {
        let context = [Context::Action, Context::Meeting, Context::None][context];
        read_in(context, &lines(), &own);
    }

    #[test]
    fn nothing_panics_on_words(parts in proptest::collection::vec(0usize..58, 0..14), context in 0usize..14) {
        let contexts = [Context::Action, Context::Reminder, Context::Meeting, Context::Preview, Context::MinutesGaps, Context::MinutesReview, Context::Approval, Context::Acceptance, Context::Escalation, Context::Readiness, Context::Issue, Context::SignOff, Context::Verify, Context::None];
        let own: String = parts.iter().map(|at| PARTS[*at % PARTS.len()]).collect();
        let items = lines();
        let reading = read_in(contexts[context], &items, &own);
        // Every line that a command names is a line of the letter.
        for command in &reading.commands {
            prop_assert!(command.item.is_none_or(|n| items.iter().any(|line| line.n == n)), "{own}: {command:?}");
        }
    }

    #[test]
    fn questions_and_conditions_change_nothing(verb in 0usize..6, n in 1u32..4, shape in 0usize..5) {
        let verb = ["完成了", "取消了", "确认了", "通过了", "延期到周五", "转给王芳"][verb];
        let own = match shape {
            0 => format!("{n}{verb}吗?"),
            1 => format!("如果{n}{verb},请告诉我"),
            2 => format!("听说{n}{verb}"),
            3 => format!("等{n}{verb}再说"),
            _ => format!("李四说{n}{verb}"),
        };
        let reading = read_in(Context::Action, &lines(), &own);
        prop_assert!(reading.commands.iter().all(|command| command.verb == Verb::Comment), "{own}: {:?}", reading.commands);
    }
}
