//! Calls for meetings, feedback forms, project sheets and progress tables with what they say beside them
//! (tests/corpus/forms). Every leaf of an expectation is one point.

use chrono::{DateTime, FixedOffset};
use duban::domain::reading::Context;
use duban::domain::workdays::Workdays;
use duban::language::{self, Body};
use duban::mail::inbound::{self, Limits};
use serde_json::Value;
use std::path::Path;

const FOLDER: &str = "tests/corpus/forms";

fn reads(path: &Path, reference: DateTime<FixedOffset>) -> Value {
    let mail = inbound::parse(&std::fs::read(path).unwrap(), &Limits::default()).unwrap();
    let body = match (mail.html.as_deref(), mail.text.as_deref()) {
        (Some(html), text) if text.is_none_or(|text| duban::document::html_says_more(html, text)) => {
            Body::of_html(html, &mail.subject, *reference.offset())
        }
        (_, text) => Body::of_text(text.unwrap_or_default(), &mail.subject, *reference.offset()),
    };
    let writer = mail.author.as_ref().map(|author| author.name.as_str());
    let subject = &mail.base_subject.text;
    let (reads, _) = language::reads(&body, subject, Context::None, reference, &Workdays::cn(), writer);
    serde_json::to_value(reads).unwrap()
}

fn norm(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace() && !"《》“”\"'。,;:、，；：".contains(*c))
        .collect()
}

fn leaf(want: &Value, got: &Value) -> bool {
    match (want, got) {
        (Value::String(want), Value::String(got)) => {
            if let (Ok(a), Ok(b)) = (DateTime::parse_from_rfc3339(want), DateTime::parse_from_rfc3339(got)) {
                return a == b;
            }
            if want.len() == 10 && want.as_bytes()[4] == b'-' {
                return got.starts_with(want.as_str());
            }
            let (a, b) = (norm(want), norm(got));
            !b.is_empty() && (b.contains(&a) || a.contains(&b) && 2 * b.chars().count() >= a.chars().count())
        }
        (want, got) => want == got,
    }
}

/// Points reached of points possible; the paths that failed.
fn score(want: &Value, got: &Value, path: &str, wrong: &mut Vec<String>) -> (usize, usize) {
    match want {
        Value::Object(fields) => fields.iter().fold((0, 0), |sum, (key, want)| {
            let (reached, possible) = score(want, &got[key], &format!("{path}.{key}"), wrong);
            (sum.0 + reached, sum.1 + possible)
        }),
        Value::Array(members) => {
            let mut left: Vec<&Value> = got.as_array().map(|list| list.iter().collect()).unwrap_or_default();
            let mut sum = (0, 0);
            for want in members {
                let best = left
                    .iter()
                    .enumerate()
                    .map(|(at, got)| (score(want, got, path, &mut Vec::new()).0, at))
                    .max_by_key(|(points, at)| (*points, std::cmp::Reverse(*at)));
                let taken = best.map(|(_, at)| left.remove(at)).unwrap_or(&Value::Null);
                let (reached, possible) = score(want, taken, path, wrong);
                sum = (sum.0 + reached, sum.1 + possible);
            }
            sum
        }
        want => {
            let right = leaf(want, got);
            if !right {
                wrong.push(format!("{path}: expected {want}, found {got}"));
            }
            (usize::from(right), 1)
        }
    }
}

#[test]
fn the_corpus_is_read() {
    let mut sum = (0, 0);
    let mut wrong = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "eml"));
    files.sort();
    assert!(files.len() >= 28, "the corpus of forms is not where it should be");
    for path in files {
        let expected: Value =
            serde_json::from_slice(&std::fs::read(path.with_extension("expected.json")).unwrap()).unwrap();
        let reference = DateTime::parse_from_rfc3339(expected["ref"].as_str().unwrap()).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let (reached, possible) = score(&expected["reads"], &reads(&path, reference), &name, &mut wrong);
        sum = (sum.0 + reached, sum.1 + possible);
    }
    let accuracy = sum.0 as f64 / sum.1 as f64;
    assert!(accuracy >= 0.99, "fell to {accuracy:.4}\n{}", wrong.join("\n"));
}

/// A table of meetings calls them all.
#[test]
fn a_schedule_calls_several_meetings() {
    let text = "会议安排表\n\n会议主题\t时间\t地点\t主持人\n预算评审会\t2026-03-16 14:00\t301\t张伟\n产品周例会\t2026-03-17 09:30\t线上\t李娜\n";
    let reference = DateTime::parse_from_rfc3339("2026-03-11T10:00:00+08:00").unwrap();
    let body = Body::of_text(text, "会议安排", *reference.offset());
    let (_, calls) = language::reads(&body, "会议安排", Context::None, reference, &Workdays::cn(), None);
    let titles: Vec<_> =
        calls.iter().map(|call| (call.title.as_deref().unwrap(), call.start.unwrap().to_rfc3339())).collect();
    assert_eq!(
        titles,
        [
            ("预算评审会", "2026-03-16T14:00:00+08:00".to_owned()),
            ("产品周例会", "2026-03-17T09:30:00+08:00".to_owned())
        ]
    );
}

/// Ordinary mail is none of these.
#[test]
fn ordinary_mail_is_no_form() {
    let reference = DateTime::parse_from_rfc3339("2026-03-11T10:00:00+08:00").unwrap();
    for (subject, text) in [
        ("Re: 新品启动会", "收到，我会参加。"),
        ("Lunch", "Shall we have lunch on Friday at noon?"),
        ("报告", "附件是上周的报告，请查收。"),
        ("Re: 进度", "完成"),
        ("请假", "我周五请假一天，有事请联系王芳。"),
    ] {
        let body = Body::of_text(text, subject, *reference.offset());
        let (reads, calls) = language::reads(&body, subject, Context::None, reference, &Workdays::cn(), Some("李雷"));
        assert!(reads.issue.is_none() && reads.project.is_none() && reads.progress.is_none(), "{subject}: {reads:?}");
        assert!(calls.is_empty() && reads.minutes.is_none(), "{subject}: {calls:?}");
    }
}
