#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::*;

/// White space evened out, optional lines dropped: what counts as the same text.
fn evened(text: &str, optional: &[String]) -> Vec<String> {
    let even = |s: &str| {
        s.replace(['\u{a0}', '\u{3000}', '\t'], " ").split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let optional: Vec<String> = optional.iter().map(|o| even(o)).collect();
    text.replace('\u{feff}', "")
        .lines()
        .map(|l| even(l.trim()))
        .filter(|l| !l.is_empty() && !optional.contains(l))
        .collect()
}

fn run_corpus(name: &str) {
    let path = format!("{}/tests/corpus/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in std::fs::read_to_string(path).unwrap().lines().filter(|l| !l.trim().is_empty()) {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        count += 1;
        let optional: Vec<String> = case["optional"]
            .as_array()
            .map(|a| a.iter().map(|o| o.as_str().unwrap().to_owned()).collect())
            .unwrap_or_default();
        let body = case["body"].as_str().unwrap();
        let got = if case["html"].as_bool() == Some(true) { own_html(body) } else { own_words(body) };
        let expected = case["expect"].as_str().unwrap();
        if evened(&got.text, &optional) != evened(expected, &optional) {
            wrong.push(format!("{}\n   expected {:?}\n   got      {:?}", case["id"], expected, got.text));
        }
    }
    assert!(count > 10, "an empty corpus proves nothing");
    assert!(wrong.is_empty(), "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn replies_of_many_clients() {
    run_corpus("replies.jsonl");
}

#[test]
fn clients_languages_and_styles() {
    run_corpus("replies-clients.jsonl");
}
