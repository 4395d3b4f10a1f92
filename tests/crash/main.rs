//! kill -9 of the real daemon under load (TRUST D1–D3): a mail that was answered with 250 is read exactly once, and a
//! letter that was sent twice is the same letter.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use duban::store::group::Options;
use duban::store::{DiskStore, Store, keys, prefix_end};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: u64 = 12;
const SESSIONS: u64 = 4;

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn write_config(folder: &Path, port: u16) {
    let text = format!(
        "data_dir = \"data\"\n[assistant]\naddress = \"duban@example.com\"\n[directory]\n\
         internal_domains = [\"example.com\"]\n[[intake]]\nkind = \"lmtp\"\nlisten = \"127.0.0.1:{port}\"\n\
         trusted = true\n[delivery]\nkind = \"maildir\"\npath = \"out\"\n"
    );
    std::fs::write(folder.join("duban.toml"), text).unwrap();
}

fn serve(folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_duban"))
        .arg("--config")
        .arg(folder.join("duban.toml"))
        .arg("serve")
        .stdout(Stdio::null())
        .stderr(std::fs::File::options().create(true).append(true).open(folder.join("log")).unwrap())
        .spawn()
        .unwrap()
}

fn connect(port: u16, child: &mut Child) -> TcpStream {
    let begun = Instant::now();
    loop {
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
            return stream;
        }
        assert!(child.try_wait().unwrap().is_none(), "the daemon ended");
        assert!(begun.elapsed() < Duration::from_secs(60), "the daemon does not listen");
        std::thread::yield_now();
    }
}

/// Sends mails until the daemon is gone; gives the Message-IDs that were answered with 250.
fn load(stream: TcpStream, name: String) -> Vec<String> {
    let mut acknowledged = Vec::new();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    let mut say = |text: &str| -> Option<String> {
        stream.write_all(text.as_bytes()).ok()?;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return Some(line);
            }
        }
    };
    let mut talk = || -> Option<()> {
        say("")?;
        say("LHLO client\r\n")?;
        for number in 0.. {
            let id = format!("{name}.{number}@example.com");
            say(&format!("MAIL FROM:<p{number}@example.com>\r\n"))?;
            say("RCPT TO:<duban@example.com>\r\n")?;
            say("DATA\r\n")?;
            let answer = say(&format!(
                "From: p{number}@example.com\r\nTo: duban@example.com\r\nSubject: list\r\nMessage-ID: <{id}>\r\n\
                 Date: Fri, 20 Nov 2026 09:00:00 +0000\r\n\r\n我的待办\r\n.\r\n"
            ))?;
            if answer.starts_with("250") {
                acknowledged.push(id);
            }
        }
        Some(())
    };
    talk();
    acknowledged
}

#[test]
fn what_was_answered_with_250_is_read_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    write_config(folder.path(), port);
    let mut acknowledged = Vec::new();
    let mut wait = 5;
    for round in 0..ROUNDS {
        let mut child = serve(folder.path());
        drop(connect(port, &mut child));
        let sessions: Vec<_> = (0..SESSIONS)
            .map(|session| {
                let stream = connect(port, &mut child);
                std::thread::spawn(move || load(stream, format!("r{round}.s{session}")))
            })
            .collect();
        wait = (wait * 7 + round) % 195 + 5;
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        for session in sessions {
            acknowledged.extend(session.join().unwrap());
        }
    }

    // More lives, to read what waits and to send what is due. An empty outbox alone does not tell that all mails are
    // read: what nobody may get at this hour waits elsewhere.
    let begun = Instant::now();
    let store = loop {
        let mut child = serve(folder.path());
        drop(connect(port, &mut child));
        let listed = |what: &[&str]| {
            let output = Command::new(env!("CARGO_BIN_EXE_duban"))
                .arg("--config")
                .arg(folder.path().join("duban.toml"))
                .args(what)
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).lines().count()
        };
        // The daemon answers for its rows while it works.
        let mut quiet = 0;
        while quiet < 3 {
            assert!(begun.elapsed() < Duration::from_secs(240), "the outbox does not empty");
            quiet = if listed(&["outbox", "list", "--json"]) == 0 { quiet + 1 } else { 0 };
            std::thread::sleep(Duration::from_millis(200));
        }
        let stopped = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        assert!(stopped.success());
        assert!(child.wait().unwrap().success());
        let store = DiskStore::open(&folder.path().join("data"), Options::default()).unwrap();
        if !store.any(b"i", b"j").unwrap() {
            break store;
        }
        assert!(begun.elapsed() < Duration::from_secs(240), "mails still wait");
    };
    let mut read: BTreeMap<String, u32> = BTreeMap::new();
    for (_, row) in store.scan(&[keys::MAIL], &prefix_end(&[keys::MAIL]), 1_000_000).unwrap() {
        let row: serde_json::Value = serde_json::from_slice(&row).unwrap();
        *read.entry(row["cause"].as_str().unwrap_or_default().to_string()).or_default() += 1;
    }
    let aside: Vec<String> = store
        .scan(b"q", b"r", 1_000)
        .unwrap()
        .into_iter()
        .map(|(_, row)| String::from_utf8_lossy(&row).into_owned())
        .collect();
    for id in &acknowledged {
        let seen = store.get(&keys::message(id)).unwrap();
        assert_eq!(read.get(id), Some(&1), "{id} was answered with 250; its row is {seen:?}, set aside are {aside:?}");
    }
    assert!(read.values().all(|times| *times == 1), "a mail acted twice");

    // Letters: nothing lost, and what went twice is byte for byte the same.
    let mut sent: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for part in ["new", "cur"] {
        let Ok(entries) = std::fs::read_dir(folder.path().join("out").join(part)) else { continue };
        for entry in entries {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap_or_default().to_string();
            sent.entry(id).or_default().push(bytes);
        }
    }
    let mut letters = 0;
    for (_, row) in store.scan(&[keys::LETTER], &prefix_end(&[keys::LETTER]), 1_000_000).unwrap() {
        let row: duban::outbox::LetterRow = serde_json::from_slice(&row).unwrap();
        if row.state == duban::outbox::LetterState::Sent {
            letters += 1;
            assert!(sent.contains_key(&format!("<{}>", row.sent.message_id)), "{} was sent", row.sent.id);
        }
    }
    let twice: usize = sent.values().map(|copies| copies.len() - 1).sum();
    assert!(sent.values().all(|copies| copies.iter().all(|copy| copy == &copies[0])), "a letter changed on its way");
    assert!(twice as u64 <= ROUNDS * 64, "{twice} letters went twice");
    println!(
        "{} mails acknowledged, {letters} letters, {twice} of them twice, over {ROUNDS} kills",
        acknowledged.len()
    );
    assert!(acknowledged.len() as u64 > ROUNDS);
}
