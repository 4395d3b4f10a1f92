//! TLS on both sides: what was said before it is forgotten, certificates are checked, nothing falls back (TRUST P17).

use duban::config::{Config, Limits, Listen, Recipients, Tls};
use duban::courier::smtp::Smtp;
use duban::courier::{Cause, Courier, Delivery, Parcel};
use duban::intake::lmtp::{Bound, Protocol, Service};
use duban::intake::{MemoryInbox, Stop, tls};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// `server.pem` and `server.key` for localhost, and the authority `ca.pem` that signed it, in `folder`.
pub fn certificates(folder: &Path) {
    let at = |name: &str| folder.join(name).display().to_string();
    let run = |arguments: &[&[&str]]| {
        let output = Command::new("openssl").args(arguments.concat()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    std::fs::create_dir_all(folder).unwrap();
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let ca =
        ["req", "-x509", "-days", "30", "-subj", "/CN=Duban Test CA", "-addext", "basicConstraints=critical,CA:TRUE"];
    run(&[&ca, &curve, &["-keyout", &at("ca.key"), "-out", &at("ca.pem")]]);
    run(&[&["req", "-subj", "/CN=localhost"], &curve, &["-keyout", &at("server.key"), "-out", &at("server.csr")]]);
    let names = "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n";
    std::fs::write(folder.join("ext"), names).unwrap();
    let (csr, authority, key) = (at("server.csr"), at("ca.pem"), at("ca.key"));
    let sign = ["x509", "-req", "-days", "30", "-in", &csr, "-CA", &authority, "-CAkey", &key, "-CAcreateserial"];
    run(&[&sign, &["-extfile", &at("ext"), "-out", &at("server.pem")]]);
}

/// False, and told, where there is no openssl.
fn have_openssl() -> bool {
    let have = Path::new("/usr/bin/openssl").exists();
    if !have {
        assert!(std::env::var("TEST_SERVERS").as_deref() != Ok("required"), "openssl is missing");
        eprintln!("SKIPPED: the tests of TLS (no openssl)");
    }
    have
}

struct Running {
    address: std::net::SocketAddr,
    inbox: Arc<MemoryInbox>,
    _stop: watch::Sender<bool>,
}

async fn listener(folder: &Path, protocol: Protocol) -> Running {
    let inbox = Arc::new(MemoryInbox::default());
    let recipients = Recipients::new(&["duban@example.com".into()]);
    let mut service = Service::new(protocol, "localhost", "test", recipients, Limits::default(), inbox.clone());
    service.tls = Some(tls::acceptor(&folder.join("server.pem"), &folder.join("server.key")).unwrap());
    let bound = Bound::bind(&Listen::parse("127.0.0.1:0").unwrap()).await.unwrap();
    let address = bound.local_addr().unwrap();
    let (stop, stopped) = Stop::new();
    tokio::spawn(bound.serve(Arc::new(service), stopped));
    Running { address, inbox, _stop: stop }
}

/// One reply, all its lines.
async fn reply<S: tokio::io::AsyncRead + Unpin>(stream: &mut BufReader<S>) -> String {
    let mut all = String::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        all.push_str(&line);
        if line.as_bytes().get(3) != Some(&b'-') {
            return all;
        }
    }
}

/// RFC 3207 §4.2, CVE-2011-0411: commands sent along with STARTTLS never were.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_before_tls_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    if !have_openssl() {
        return;
    }
    certificates(folder.path());
    let running = listener(folder.path(), Protocol::Lmtp).await;
    let mut plain = BufReader::new(TcpStream::connect(running.address).await.unwrap());
    reply(&mut plain).await;
    plain.write_all(b"LHLO x\r\n").await.unwrap();
    assert!(reply(&mut plain).await.contains("STARTTLS"));
    plain.write_all(b"MAIL FROM:<a@b.test>\r\n").await.unwrap();
    assert!(reply(&mut plain).await.starts_with("250"));
    plain.write_all(b"STARTTLS\r\nRCPT TO:<duban@example.com>\r\nNOOP\r\n").await.unwrap();
    assert!(reply(&mut plain).await.starts_with("220"));
    let connector = tls::connector(Some(&folder.path().join("ca.pem"))).unwrap();
    let stream = connector.connect(tls::server_name("localhost").unwrap(), plain.into_inner()).await.unwrap();
    let mut secure = BufReader::new(stream);
    // The greeting has to be said again; MAIL, RCPT and NOOP are gone.
    secure.write_all(b"MAIL FROM:<a@b.test>\r\n").await.unwrap();
    assert!(reply(&mut secure).await.starts_with("503"));
    secure.write_all(b"LHLO x\r\n").await.unwrap();
    let extensions = reply(&mut secure).await;
    assert!(extensions.starts_with("250-") && !extensions.contains("STARTTLS"), "{extensions}");
    secure.write_all(b"RCPT TO:<duban@example.com>\r\n").await.unwrap();
    assert!(reply(&mut secure).await.starts_with("503"));
    secure.write_all(b"STARTTLS\r\n").await.unwrap();
    assert!(reply(&mut secure).await.starts_with("502"));
}

fn courier(port: u16, tls: Tls, ca: &Path) -> Smtp {
    let mut config = Config::default();
    config.delivery.server = Some("localhost".into());
    config.delivery.port = Some(port);
    config.delivery.tls = tls;
    config.delivery.ca_file = Some(ca.to_path_buf());
    config.delivery.timeout_seconds = 5;
    Smtp::of_config(&config).unwrap()
}

fn parcel() -> Parcel {
    Parcel {
        id: "1".into(),
        mail_from: "duban@example.com".into(),
        rcpts: vec!["duban@example.com".into()],
        bytes: "Subject: x\r\n\r\n.会议\r\n".as_bytes().into(),
    }
}

/// Courier and listener of ours: STARTTLS works with the certificate that is known, and with no other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn certificates_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    if !have_openssl() {
        return;
    }
    certificates(folder.path());
    certificates(&folder.path().join("other"));
    let running = listener(folder.path(), Protocol::Smtp).await;
    let port = running.address.port();
    let known = courier(port, Tls::Starttls, &folder.path().join("ca.pem"));
    for _ in 0..2 {
        let results = known.deliver(parcel()).await;
        assert!(matches!(&results[..], [Delivery::Taken(_)]), "{results:?}");
    }
    // The bytes came through as they were.
    assert_eq!(running.inbox.kept()[0].raw, &*parcel().bytes);
    let unknown = courier(port, Tls::Starttls, &folder.path().join("other/ca.pem"));
    let results = unknown.deliver(parcel()).await;
    assert!(matches!(&results[..], [Delivery::Later(reply)] if reply.cause == Cause::Unreachable), "{results:?}");
}

/// Implicit TLS: nothing is said before it; a server that speaks plainly hears only the handshake.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn implicit_tls() {
    let folder = tempfile::tempdir().unwrap();
    if !have_openssl() {
        return;
    }
    certificates(folder.path());
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().unwrap().port();
    let acceptor = tls::acceptor(&folder.path().join("server.pem"), &folder.path().join("server.key")).unwrap();
    let peer = tokio::spawn(async move {
        let (tcp, _) = server.accept().await.unwrap();
        let mut stream = BufReader::new(acceptor.accept(tcp).await.unwrap());
        stream.write_all(b"220 mx\r\n").await.unwrap();
        for (said, answer) in
            [("EHLO", "250 mx\r\n"), ("MAIL", "250 ok\r\n"), ("RCPT", "250 ok\r\n"), ("DATA", "354 go\r\n")]
        {
            assert!(reply(&mut stream).await.starts_with(said));
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        while reply(&mut stream).await != ".\r\n" {}
        stream.write_all(b"250 ok\r\n").await.unwrap();
        let (mut tcp, _) = server.accept().await.unwrap();
        let mut first = [0; 1];
        tcp.write_all(b"220 plain\r\n").await.unwrap();
        tokio::io::AsyncReadExt::read_exact(&mut tcp, &mut first).await.unwrap();
        first[0]
    });
    let courier = courier(port, Tls::Implicit, &folder.path().join("ca.pem"));
    let results = courier.deliver(parcel()).await;
    assert!(matches!(&results[..], [Delivery::Taken(_)]), "{results:?}");
    courier.close().await;
    let results = courier.deliver(parcel()).await;
    assert!(matches!(&results[..], [Delivery::Later(reply)] if reply.cause == Cause::Unreachable), "{results:?}");
    assert_eq!(peer.await.unwrap(), 0x16, "the first octet is that of a TLS handshake");
}
