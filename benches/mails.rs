//! What a mail costs after its 250, by stage: `cargo bench --bench mails`, or `-- FOLDER` for a folder of `.eml` files with
//! a `people.csv` beside them. Told in processor time of the threads, not by the clock: reading, deciding with the commit,
//! and what the store's own threads do.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::Utc;
use duban::config::{Config, people};
use duban::domain::person::{Directory, Person};
use duban::engine::{Engine, setup::setup};
use duban::intake::stdin::TRUSTED_SOURCE;
use duban::intake::{Envelope, Incoming};
use duban::store::group::Options;
use duban::store::receive::{InboxRow, Receiver};
use duban::store::{DiskStore, Store, keys, prefix_end};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const PEOPLE: usize = 400;

/// Processor time of the calling thread (Linux: nanoseconds in `schedstat`).
fn own_time() -> Duration {
    time_of(Path::new("/proc/thread-self"))
}

fn time_of(task: &Path) -> Duration {
    let text = std::fs::read_to_string(task.join("schedstat")).unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default())
}

/// Of the threads of this name.
fn times_of(name: &str) -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").expect("threads");
    let named = tasks
        .flatten()
        .map(|task| task.path())
        .filter(|task| std::fs::read_to_string(task.join("comm")).is_ok_and(|comm| comm.trim_end().starts_with(name)));
    named.map(|task| time_of(&task)).sum()
}

/// Minutes of as many small meetings, each with its own people and five items.
fn made(count: usize) -> (Vec<Vec<u8>>, Directory) {
    let address = |n: usize| format!("p{}@example.com", n % PEOPLE);
    let name = |n: usize| {
        let surname = ["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周"][n % 10];
        let given = ["伟", "芳", "敏", "静", "强", "磊", "洋", "艳", "勇", "杰"];
        format!("{surname}{}{}", given[n / 10 % 10], given[n / 100 % 10])
    };
    let directory = (0..PEOPLE).map(|n| Person::of_address(&address(n), &name(n)));
    let mail = |n: usize| {
        let to: Vec<String> = (1..8).map(|k| format!("<{}>", address(n * 7 + k))).collect();
        let items: String = (1..6)
            .map(|k| {
                format!(
                    "{k}. {}负责提交第 {n} 期测试报告之{k}，{}月{}日前完成。\r\n",
                    name(n * 7 + k),
                    1 + k,
                    3 + n % 20
                )
            })
            .collect();
        format!(
            "From: <{}>\r\nTo: <meeting@example.com>, {}\r\nSubject: 会议纪要：第 {n} 次例会\r\nMessage-ID: <m{n}@example.com>\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n会议纪要\r\n会议主题：第 {n} 次例会\r\n\r\n决议：\r\n1. 同意第 {n} 期方案。\r\n\r\n\
             行动项：\r\n{items}",
            address(n * 7),
            to.join(", ")
        )
        .into_bytes()
    };
    ((0..count).map(mail).collect(), Directory::new(directory))
}

fn found(folder: &Path) -> (Vec<Vec<u8>>, Directory) {
    let mut names: Vec<_> = std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    names.sort();
    let mails = names.iter().filter(|path| path.extension().is_some_and(|ending| ending == "eml"));
    let mails = mails.map(|path| std::fs::read(path).expect("a mail")).collect();
    (mails, people::load(&folder.join("people.csv")).expect("people.csv").directory())
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs this, too: a few mails are enough there.
    let count = if arguments.iter().any(|argument| argument == "--bench") { 1_000 } else { 20 };
    let (mails, directory) = match arguments.iter().find(|argument| !argument.starts_with("--")) {
        Some(folder) => found(Path::new(folder)),
        None => made(count),
    };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the bench");
    let store = Arc::new(DiskStore::open(folder.path(), Options::default()).expect("a store"));
    let config = Config::read(
        None,
        "[assistant]\naddress = \"meeting@example.com\"\n[directory]\ninternal_domains = [\"example.com\"]\n",
        [],
    );
    let config = config.expect("settings");
    let mut engine =
        Engine::open(store.clone(), setup(&config, vec![7; 32]).expect("a setup"), directory).expect("an engine");
    engine.warm_up(Utc::now());
    let receiver = Receiver::new(store.clone(), Arc::new(|| Utc::now().timestamp_millis()), 25 << 20, Arc::new(|| {}));
    let receiver = receiver.expect("a receiver");
    let begun = Instant::now();
    let mut last = None;
    for raw in &mails {
        let incoming = Incoming {
            raw: raw.clone(),
            source: TRUSTED_SOURCE.into(),
            envelope: Envelope { rcpts: vec!["meeting@example.com".into()], ..Envelope::default() },
            ..Incoming::default()
        };
        last = Some(receiver.take(&incoming).expect("room").1);
    }
    store.sync(last.expect("a mail")).expect("room");
    let received = own_time();
    let (mut reading, mut deciding, mut letters) = (Duration::ZERO, Duration::ZERO, 0);
    let rows = store.scan(&[keys::INBOX], &prefix_end(&[keys::INBOX]), usize::MAX).expect("rows");
    let mut at = own_time();
    for (_, value) in rows {
        let row: InboxRow = serde_json::from_slice(&value).expect("a row");
        let raw = store.blob(&row.place).expect("a mail");
        let now = Utc::now();
        let read = engine.reader().read(&row, &raw, now).expect("a reading");
        let between = own_time();
        reading += between - at;
        let outcome = engine.mail_read(&row, read, now).expect("a reading that holds").expect("a decision");
        letters += outcome.letters.len();
        last = outcome.ticket.or(last);
        drop(outcome);
        at = own_time();
        deciding += at - between;
    }
    store.sync(last.expect("a mail")).expect("room");
    let wall = begun.elapsed();
    // The rows are on their way into sled.
    std::thread::sleep(Duration::from_millis(300));
    let (committer, applier) = (times_of("committer"), times_of("applier") + times_of("sled"));
    store.close().expect("a clean close");
    let each = |time: Duration| time.as_secs_f64() * 1e6 / mails.len() as f64;
    println!("{} mails, {letters} letters, {:.0} mails/s", mails.len(), mails.len() as f64 / wall.as_secs_f64());
    let stages = [
        ("received", received),
        ("read", reading),
        ("decided, committed", deciding),
        ("written and synced", committer),
        ("into sled", applier),
    ];
    for (stage, time) in stages {
        println!("{stage:<24}{:>9.1} µs a mail", each(time));
    }
}
