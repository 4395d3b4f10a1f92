//! Our LMTP and SMTP listener against written clients.

use crate::dialogue::{self, Dialogue};
use duban::config::{Limits, Listen, Recipients};
use duban::intake::lmtp::{Bound, Protocol, Service};
use duban::intake::{MemoryInbox, ReceiveError, Stop};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

/// Longer than a busy machine needs, shorter than any limit of the listener's own.
const PATIENCE: Duration = Duration::from_secs(60);

struct Running {
    address: std::net::SocketAddr,
    inbox: Arc<MemoryInbox>,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

async fn start(protocol: Protocol, limits: Limits) -> Running {
    let inbox = Arc::new(MemoryInbox::default());
    let recipients = Recipients::new(&["duban@example.com".into()]);
    let service = Service::new(protocol, "duban.example.com", "lmtp:test", recipients, limits, inbox.clone());
    let bound = Bound::bind(&Listen::parse("127.0.0.1:0").unwrap()).await.unwrap();
    let address = bound.local_addr().unwrap();
    let (sender, stop) = Stop::new();
    let task = tokio::spawn(bound.serve(Arc::new(service), stop));
    Running { address, inbox, stop: sender, task }
}

async fn check(dialogue: Dialogue) {
    let mut limits = Limits::default();
    if let Some(size) = dialogue.number("mail_size_max") {
        limits.mail_size_max = size as usize;
    }
    if let Some(seconds) = dialogue.number("command_seconds") {
        limits.command_seconds = seconds;
    }
    if let Some(count) = dialogue.number("recipients_max") {
        limits.recipients_max = count as usize;
    }
    let protocol = match dialogue.setting("protocol") {
        Some("smtp") => Protocol::Smtp,
        _ => Protocol::Lmtp,
    };
    let running = start(protocol, limits).await;
    if dialogue.setting("disk") == Some("full") {
        *running.inbox.fault.lock().unwrap() = Some(ReceiveError::Full);
    }
    for turns in &dialogue.connections {
        let stream = TcpStream::connect(running.address).await.unwrap();
        dialogue::play(&dialogue.name, stream, turns).await;
    }
    let kept = running.inbox.kept();
    for claim in &dialogue.claims {
        let (what, value) = claim.split_once(' ').unwrap();
        let last = kept.last();
        let found = match what {
            "kept" => kept.len().to_string(),
            "raw" => last.map(|mail| mail.raw.escape_ascii().to_string()).unwrap_or_default(),
            "from" => {
                last.and_then(|mail| mail.envelope.mail_from.clone()).map(|f| format!("<{f}>")).unwrap_or_default()
            }
            "rcpts" => last.map(|mail| mail.envelope.rcpts.join(",")).unwrap_or_default(),
            "octets" => last.map(|mail| mail.raw.len().to_string()).unwrap_or_default(),
            other => panic!("{}: unknown claim {other}", dialogue.name),
        };
        assert_eq!(found, value, "{}: {what}", dialogue.name);
    }
    assert!(!dialogue.claims.is_empty(), "{}: claims nothing", dialogue.name);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dialogues() {
    dialogue::play_all("listener", 'C', check).await;
}

async fn read_line(stream: &mut TcpStream) -> String {
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        let mut byte = [0];
        if stream.read(&mut byte).await.unwrap() == 0 {
            break;
        }
        line.push(byte[0]);
    }
    String::from_utf8(line).unwrap()
}

/// TRUST P19: others are answered at once, however many sit and say nothing, in the middle of a line or a mail.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_clients_delay_nobody() {
    let running = start(Protocol::Lmtp, Limits::default()).await;
    let mut slow = Vec::new();
    for n in 0..90 {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        read_line(&mut stream).await;
        let half: &[u8] = match n % 3 {
            0 => b"",
            1 => b"LHL",
            _ => b"LHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<duban@example.com>\r\nDATA\r\nhalf a li",
        };
        stream.write_all(half).await.unwrap();
        slow.push(stream);
    }
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let mail = "LHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<duban@example.com>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n";
    stream.write_all(mail.as_bytes()).await.unwrap();
    let mut answer = String::new();
    // Far below the five minutes that a slow one may take.
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("an answer").unwrap();
    assert!(answer.contains("250 2.0.0 kept"), "{answer}");
    drop(slow);
}

/// One more than the limit is sent away with 421, and may come back when somebody has left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_connections_are_sent_away() {
    let running = start(Protocol::Lmtp, Limits { connections_max: 3, ..Limits::default() }).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        assert!(read_line(&mut stream).await.starts_with("220 "));
        held.push(stream);
    }
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    assert!(read_line(&mut stream).await.starts_with("421 4.3.2 "));
    let mut leaving = held.pop().unwrap();
    leaving.write_all(b"QUIT\r\n").await.unwrap();
    assert!(read_line(&mut leaving).await.starts_with("221 "));
    drop(leaving);
    // The seat is free as soon as the session has ended; that is a moment after its last line.
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        if read_line(&mut stream).await.starts_with("220 ") {
            break;
        }
        assert!(Instant::now() < deadline, "the seat was never given back");
    }
}

/// TRUST D20: at the end idle sessions are sent away at once, and a mail that is under way is finished.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_finishes_the_mail_under_way() {
    let running = start(Protocol::Lmtp, Limits::default()).await;
    let mut idle = TcpStream::connect(running.address).await.unwrap();
    read_line(&mut idle).await;
    let mut busy = TcpStream::connect(running.address).await.unwrap();
    read_line(&mut busy).await;
    busy.write_all(b"LHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<duban@example.com>\r\nDATA\r\nhalf").await.unwrap();
    while !read_line(&mut busy).await.starts_with("354") {}
    running.stop.send(true).unwrap();
    assert!(read_line(&mut idle).await.starts_with("421 4.3.2 "));
    busy.write_all(b" a line\r\n.\r\n").await.unwrap();
    assert!(read_line(&mut busy).await.starts_with("250 2.0.0 "));
    assert!(read_line(&mut busy).await.starts_with("421 4.3.2 "));
    tokio::time::timeout(PATIENCE, running.task).await.expect("it ends").unwrap();
    assert_eq!(running.inbox.kept().len(), 1);
    assert!(TcpStream::connect(running.address).await.is_err());
}

/// A unix socket is left by a crash and replaced, but never taken from a living listener.
#[tokio::test]
async fn a_dead_socket_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let listen = Listen::Unix(folder.path().join("lmtp"));
    let first = Bound::bind(&listen).await.unwrap();
    assert!(Bound::bind(&listen).await.is_err());
    drop(first);
    assert!(folder.path().join("lmtp").exists());
    Bound::bind(&listen).await.unwrap();
}
