//! Our IMAP intake against written servers (TRUST D7, P17, P18).

use crate::dialogue::{self, Dialogue};
use duban::config::{Config, Intake, IntakeKind, Secret, Tls};
use duban::intake::imap::Mailbox;
use duban::intake::{Cursor, Inbox, MemoryInbox, ReceiveError, State, Stop};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

async fn check(dialogue: Dialogue) {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut config = Config::default();
    if let Some(size) = dialogue.number("mail_size_max") {
        config.limits.mail_size_max = size as usize;
    }
    let intake = Intake {
        kind: IntakeKind::Imap,
        server: Some("127.0.0.1".into()),
        port: Some(server.local_addr().unwrap().port()),
        tls: if dialogue.setting("tls") == Some("starttls") { Tls::Starttls } else { Tls::None },
        user: Some("duban@example.com".into()),
        password: Some(Secret::new("secret")),
        token_command: dialogue.setting("token_command").map(str::to_string),
        processed: dialogue.setting("processed").unwrap_or("Duban").into(),
        junk: dialogue.setting("junk").map(|junk| vec![junk.to_string()]).unwrap_or_default(),
        poll_seconds: 1,
        keep_processed_days: dialogue.number("keep_processed_days").unwrap_or(0) as u32,
        ..Intake::default()
    };
    let mut inbox = MemoryInbox::default();
    inbox.letters = dialogue.setting("letter").map(str::to_string).into_iter().collect();
    let inbox = Arc::new(inbox);
    let key = |folder: &str| format!("{}/{folder}", intake.source());
    if let Some(value) = dialogue.setting("cursor") {
        inbox.keep_cursor(Cursor { key: key("INBOX"), value: value.into() }).await.unwrap();
    }
    let left = format!("{} left/INBOX", intake.source());
    if let Some(value) = dialogue.setting("left") {
        inbox.keep_cursor(Cursor { key: left.clone(), value: value.into() }).await.unwrap();
    }
    if dialogue.setting("disk") == Some("full") {
        *inbox.fault.lock().unwrap() = Some(ReceiveError::Full);
    }
    let states = Arc::new(Mutex::new(Vec::new()));
    let seen = states.clone();
    let report = Arc::new(move |_: &str, state: State| {
        let word = match state {
            State::Up => "up".to_string(),
            State::Down(why) => format!("down: {why}"),
            State::LoginRefused(why) => format!("login refused: {why}"),
            State::Left(why) => format!("left: {why}"),
        };
        seen.lock().unwrap().push(word);
    });
    // 2026-07-13, a Monday.
    let now = Arc::new(|| 1_783_900_800_000);
    let mailbox = Mailbox::of_config(&config, &intake, inbox.clone(), now, report).unwrap();
    let (sender, stop) = Stop::new();
    let task = tokio::spawn(Arc::new(mailbox).run(stop));
    for turns in &dialogue.connections {
        let (stream, _) = tokio::time::timeout(Duration::from_secs(10), server.accept())
            .await
            .unwrap_or_else(|_| panic!("{}: nobody came", dialogue.name))
            .unwrap();
        dialogue::play(&dialogue.name, stream, turns).await;
    }
    // The last turn may be a reply that the intake still has to act on: what it reports is the end of it.
    let wanted = dialogue.claims.iter().filter(|claim| claim.starts_with("state")).count();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while states.lock().unwrap().len() < wanted && tokio::time::Instant::now() < deadline {
        tokio::task::yield_now().await;
    }
    sender.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(10), task).await.expect("the intake does not end").unwrap();
    let kept = inbox.kept();
    let mut states = states.lock().unwrap().clone().into_iter();
    for claim in &dialogue.claims {
        let (what, value) = claim.split_once(' ').unwrap();
        let found = match what {
            "kept" => kept.len().to_string(),
            "raw" => kept.last().map(|mail| mail.raw.escape_ascii().to_string()).unwrap_or_default(),
            "cursor" => inbox.cursor(&key("INBOX")).unwrap().unwrap_or_default(),
            "left" => inbox.cursor(&left).unwrap().unwrap_or_default(),
            "state" => states.next().unwrap_or_default(),
            other => panic!("{}: unknown claim {other}", dialogue.name),
        };
        assert!(dialogue::matches(value, &found), "{}: {what}: expected {value:?}, found {found:?}", dialogue.name);
    }
    assert!(!dialogue.claims.is_empty(), "{}: claims nothing", dialogue.name);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dialogues() {
    dialogue::play_all("imap", 'S', check).await;
}
