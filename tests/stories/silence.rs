//! When Duban speaks, and when it is silent.

use crate::story::Story;
use serde_json::json;

/// An item that is there already is reminded in the digest of its working days, never before the story begins.
#[test]
fn a_due_item_stands_in_the_digest_of_its_day() {
    let mut story = Story::office();
    story.action(
        json!({"id": "A-1", "task": "提交测试报告", "owner": "李雷", "due": "2026-03-12", "state": "confirmed"}),
    );
    story.at("03-11 10:00").mail("zhangsan", &[], "周会", "你好");
    story.at("03-12 12:00");
    let digest = story.letter("digest", "lilei");
    assert_eq!(digest.at.to_rfc3339(), "2026-03-12T01:00:00+00:00");
    assert!(digest.text.contains("今天到期") && digest.text.contains("提交测试报告"), "{}", digest.text);
    assert_eq!(story.count("digest", "lilei"), 1, "{}", story.told());
}
