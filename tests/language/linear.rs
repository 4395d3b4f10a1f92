//! Four times the text costs about four times the work (TRUST P4), on what makes rescans tempting.
//!
//! What is counted is the processor's time of this one thread, so that a busy machine does not fail it; sixteen times, as
//! a square would take, does.

use duban::document::Document;
use duban::domain::reading::{Context, Line};
use duban::domain::workdays::Workdays;
use duban::language::names::Lexicon;
use duban::language::when::{self, Anchor};
use duban::language::{command, minutes};
use duban::mail::reply::{own_html, own_words};
use std::time::Duration;

const REFERENCE: &str = "2026-07-08T09:30:00+08:00";
/// Bytes of the shorter text.
const SHORT: usize = 8_000;

/// Time that this thread has been on a processor.
fn on_processor() -> Duration {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat").expect("a Linux kernel tells it");
    Duration::from_nanos(line.split(' ').next().and_then(|nanos| nanos.parse().ok()).expect("nanoseconds"))
}

fn check(piece: &str, read: impl Fn(&str)) {
    let cost = |bytes: usize| {
        let text = piece.repeat(bytes / piece.len());
        let once = || {
            let before = on_processor();
            read(&text);
            on_processor() - before
        };
        (0..3).map(|_| once()).min().unwrap()
    };
    read(&piece.repeat(10));
    let (short, long) = (cost(SHORT), cost(4 * SHORT));
    // Below some milliseconds caches and the first page fault of a buffer are all one sees.
    let bound = short.max(Duration::from_millis(4)) * 10;
    assert!(long <= bound, "{piece:?}: {short:?} for {SHORT} bytes, {long:?} for four times as many");
}

#[test]
fn own_words_of_a_text() {
    for piece in [
        "> ",
        "From: a\n",
        "发件人: a\n收件人: b@c\n",
        "On Mon 1 Jul 2026 8:12 a <\n",
        "x wrote:\n",
        "-----\n",
        "-- \n",
        "谢谢\n",
        "This email is\n",
        "本邮件 ",
        "Best,\n\n",
        "发自我的 ",
        ">\n\n> a\nb\n",
        "To: a@b;\n",
        "& ",
        "@ ",
        "赵敏\n电话：021-55550000\n",
    ] {
        check(piece, |text| drop(own_words(text)));
    }
}

#[test]
fn own_words_of_a_page() {
    for piece in [
        "<div>",
        "<b>",
        "<p>",
        "<table><tr><td>",
        "<blockquote>a",
        "<a b=c d=e ",
        "<!--",
        "<",
        "</div>",
        "<style>.a{",
        "<font color=white>",
        "<span style='a:b;",
        "&amp",
        "<ol><li>",
        "<b><i></b>",
    ] {
        check(piece, |text| drop(own_html(text)));
    }
}

#[test]
fn documents_and_minutes() {
    for piece in [
        "张三负责合同，周五前；",
        "a|b\n",
        "+--+\n",
        "((((",
        "[ ] x\n",
        "1. ",
        "负责人：",
        "> ",
        "<td>",
        "@张三 ",
        "由",
        "a\tb\n",
        "- ",
        "\"a\t\n",
        "甲  乙\n",
        "ACTION: Bob to x by Friday. ",
    ] {
        check(piece, |text| {
            let reference = REFERENCE.parse().unwrap();
            minutes::read(&Document::from_text(text), reference, &Workdays::cn(), Some("陈曦"));
            Document::from_html(text);
        });
    }
}

#[test]
fn moments() {
    let calendar = Workdays::cn();
    let anchor = Anchor::new(REFERENCE.parse().unwrap(), &calendar);
    for piece in [
        "周五",
        "2026-",
        "8/",
        "从下周",
        "每",
        "3个",
        "in the next ",
        "by the end of ",
        "(",
        "前",
        " ",
        "《",
        "一二三",
        "from July 15 to ",
        "a",
        "1",
        "由7月15日改到",
    ] {
        check(piece, |text| drop(when::all(text, &anchor)));
    }
}

#[test]
fn commands() {
    let (lexicon, calendar) = (Lexicon::new(["张三", "王芳"], ["市场部"]), Workdays::cn());
    let anchor = Anchor::new(REFERENCE.parse().unwrap(), &calendar);
    let lines: Vec<Line> = [(1, "A-101", "提交测试报告"), (2, "A-102", "Send the revised budget")]
        .map(|(n, id, task)| Line { n, id: id.into(), task: task.into() })
        .into();
    let sentence = "1 完成,2 延期到周五,3 转给王芳,如果不行再说,原因是供应商没有回复 and so on until it is done, ";
    for piece in
        [sentence.to_string(), format!("{sentence}\n"), "完成\n".into(), "除了".into(), "1,2".into(), "not ".into()]
    {
        check(&piece, |text| drop(command::read(text, &[], None, Context::Action, &lines, &anchor, &lexicon)));
    }
}
