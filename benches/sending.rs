//! The outbox against a server on this machine: `cargo bench --bench sending`. Attempts and results are durable; ten
//! sessions, letters of 4 KiB. Told beside it: Postfix's `smtp-source` with the same mails to the same server, where it is
//! installed, and the same over TLS.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use duban::config::{Config, Tls};
use duban::courier::{Courier, smtp::Smtp};
use duban::domain::letter::{LetterName, SentLetter};
use duban::domain::reading::Context;
use duban::intake::{Stop, tls};
use duban::outbox::{self, NewLetter, Outbox, Rules, Surroundings};
use duban::store::group::Options;
use duban::store::{Batch, DiskStore, Store};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::Notify;

const SESSIONS: usize = 10;
const BYTES: usize = 4096;

/// Takes every mail and keeps none.
struct Sink {
    taken: Arc<AtomicUsize>,
}

impl Sink {
    async fn talk(&self, stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 sink\r\n").await?;
        stream.flush().await?;
        let mut line = Vec::new();
        loop {
            line.clear();
            if stream.read_until(b'\n', &mut line).await? == 0 {
                return Ok(());
            }
            let verb: Vec<u8> = line.iter().take(4).map(u8::to_ascii_uppercase).collect();
            let answer: &[u8] = match verb.as_slice() {
                b"DATA" => {
                    stream.write_all(b"354 go\r\n").await?;
                    stream.flush().await?;
                    loop {
                        line.clear();
                        if stream.read_until(b'\n', &mut line).await? == 0 {
                            return Ok(());
                        }
                        if line == b".\r\n" {
                            break;
                        }
                    }
                    self.taken.fetch_add(1, Ordering::Relaxed);
                    b"250 taken\r\n"
                }
                b"QUIT" => b"221 bye\r\n",
                b"EHLO" => b"250-sink\r\n250 PIPELINING\r\n",
                _ => b"250 ok\r\n",
            };
            stream.write_all(answer).await?;
            stream.flush().await?;
        }
    }

    /// The port on which it listens from now on.
    async fn listen(self: Arc<Self>, acceptor: Option<tokio_rustls::TlsAcceptor>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let (sink, acceptor) = (self.clone(), acceptor.clone());
                tokio::spawn(async move {
                    // A client that goes without QUIT is no fault of ours.
                    let _ = match acceptor {
                        Some(acceptor) => match acceptor.accept(stream).await {
                            Ok(stream) => sink.talk(stream).await,
                            Err(error) => Err(error),
                        },
                        None => sink.talk(stream).await,
                    };
                });
            }
        });
        port
    }
}

fn letter(number: usize) -> (String, Vec<u8>) {
    let id = format!("{number}.0");
    let mut bytes = format!(
        "Message-ID: <{id}@example.com>\r\nFrom: <duban@example.com>\r\nTo: <a{number}@example.com>\r\nSubject: x\r\n\r\n"
    )
    .into_bytes();
    while bytes.len() < BYTES {
        bytes.extend_from_slice(b"words of a letter, as many as it takes to fill a line of text of some sixty\r\n");
    }
    (id, bytes)
}

/// Letters sent in a second from a full outbox, every attempt and result on disk.
async fn send(config: &Config, count: usize) -> f64 {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the bench");
    let store: Arc<dyn Store> = Arc::new(DiskStore::open(folder.path(), Options::default()).expect("a store"));
    let outbox = Arc::new(Outbox::new(store.clone(), Rules::of_config(config)));
    for number in 0..count {
        let (id, bytes) = letter(number);
        let mut batch = Batch::new(0, 0, [0; 32]);
        let sent = SentLetter {
            id: id.clone(),
            letter: LetterName::Digest,
            to: format!("a{number}@example.com"),
            message_id: format!("{id}@example.com"),
            context: Context::Reminder,
            in_reply_to: None,
            references: Vec::new(),
            reply_to: "duban@example.com".into(),
            subject: "x".into(),
            at: chrono::DateTime::UNIX_EPOCH,
            lines: Vec::new(),
            objects: Vec::new(),
            cause: String::new(),
            why: String::new(),
            behalf: None,
            left_out: Vec::new(),
        };
        let place = store.put_blob(&bytes).expect("room");
        outbox.queue(&mut batch, NewLetter { sent, place, not_before: None, expires: None, urgent: false }, 0);
        store.commit(batch).expect("room");
    }
    store.sync(store.tip()).expect("room");
    let courier: Arc<dyn Courier> = Arc::new(Smtp::of_config(config).expect("a courier"));
    let (switch, stop) = Stop::new();
    let begun = Instant::now();
    let around = Surroundings {
        courier,
        now: Arc::new(|| 1),
        wake: Arc::new(Notify::new()),
        stop,
        tell: Box::new(|fate| panic!("{fate:?}")),
        tried: Box::new(|_| {}),
    };
    let runner = tokio::spawn(outbox::run(outbox.clone(), around));
    while !outbox.list(1).expect("an answer").is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    store.sync(store.tip()).expect("room");
    let took = begun.elapsed();
    switch.send(true).expect("a runner");
    runner.await.expect("an end");
    count as f64 / took.as_secs_f64()
}

/// A certificate for localhost that is its own authority; nothing without openssl.
fn certificate(folder: &Path) -> bool {
    let (key, pem) = (folder.join("key.pem"), folder.join("cert.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(key)
        .arg("-out")
        .arg(pem)
        .output();
    made.is_ok_and(|output| output.status.success())
}

/// Mails in a second from Postfix's own load generator, with connections kept open.
async fn source(port: u16, count: usize) -> Option<f64> {
    let begun = Instant::now();
    let output = tokio::process::Command::new("smtp-source")
        .args(["-d", "-s", &SESSIONS.to_string(), "-m", &count.to_string(), "-l", &BYTES.to_string()])
        .args(["-f", "duban@example.com", "-t", "a@example.com", &format!("127.0.0.1:{port}")])
        .output()
        .await
        .ok()?;
    output.status.success().then(|| count as f64 / begun.elapsed().as_secs_f64())
}

/// Processor time of this process and of the children it has waited for (Linux: clock ticks of a hundredth second).
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(4);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Letters in a second, and the processor's time for each, the sink's included.
#[derive(Clone, Copy)]
struct Pace {
    letters: f64,
    micros: f64,
}

impl Pace {
    async fn of(count: usize, sent: impl Future<Output = Option<f64>>) -> Option<Pace> {
        let before = processor();
        let letters = sent.await?;
        Some(Pace { letters, micros: (processor() - before) * 1e6 / count as f64 })
    }
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

#[tokio::main(flavor = "multi_thread")]
async fn main() {
    // `cargo test --benches` runs this, too.
    let (rounds, count) = if std::env::args().any(|argument| argument == "--bench") { (7, 5000) } else { (1, 50) };
    let folder = tempfile::tempdir().expect("a folder");
    let acceptor = certificate(folder.path()).then(|| {
        tls::acceptor(&folder.path().join("cert.pem"), &folder.path().join("key.pem")).expect("a certificate")
    });
    let taken = Arc::new(AtomicUsize::new(0));
    let sink = Arc::new(Sink { taken: taken.clone() });
    let plain = sink.clone().listen(None).await;
    let mut config = Config::read(None, "[delivery]\nmode = \"live\"\n", []).expect("settings");
    config.delivery.sessions = SESSIONS;
    let tls_port = match &acceptor {
        Some(acceptor) => Some(sink.listen(Some(acceptor.clone())).await),
        None => None,
    };
    let mut paces: [Vec<Pace>; 3] = Default::default();
    let (mut to_source, mut to_plain) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        config.delivery.server = Some("127.0.0.1".into());
        config.delivery.tls = Tls::None;
        config.delivery.port = Some(plain);
        let before = taken.load(Ordering::Relaxed);
        let ours = Pace::of(count, async { Some(send(&config, count).await) }).await.expect("letters");
        assert_eq!(taken.load(Ordering::Relaxed) - before, count, "every letter once");
        paces[0].push(ours);
        if let Some(peer) = Pace::of(count, source(plain, count)).await {
            to_source.push(ours.letters / peer.letters);
            paces[1].push(peer);
        }
        if let Some(port) = tls_port {
            config.delivery.server = Some("localhost".into());
            config.delivery.tls = Tls::Implicit;
            config.delivery.port = Some(port);
            config.delivery.ca_file = Some(folder.path().join("cert.pem"));
            let secure = Pace::of(count, async { Some(send(&config, count).await) }).await.expect("letters");
            to_plain.push(secure.letters / ours.letters);
            paces[2].push(secure);
        }
    }
    // Medians of the rounds; a ratio is formed in each round, for the machine is another in the next.
    let ratios = [
        None,
        Some((to_source, "the outbox is to smtp-source, at least 0.4")),
        Some((to_plain, "plain, at least 0.75")),
    ];
    for ((who, paces), ratio) in ["outbox", "smtp-source", "outbox over TLS"].iter().zip(&paces).zip(ratios) {
        if paces.is_empty() {
            continue;
        }
        let (letters, micros) = (
            median(paces.iter().map(|pace| pace.letters).collect()),
            median(paces.iter().map(|pace| pace.micros).collect()),
        );
        let compared = ratio.map_or(String::new(), |(ratios, what)| {
            let told: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
            format!("   {:.2} × {what} ({})", median(ratios), told.join(" "))
        });
        println!("{who:<17}{letters:>8.0} letters/s{micros:>8.0} µs of processor a letter{compared}");
    }
}
