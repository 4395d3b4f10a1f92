//! Authors vouched for by OpenDKIM and OpenDMARC as Debian ships them, behind a real Postfix (TRUST S2): signed mail acts;
//! forged, unsigned, broken, signed by somebody else, or with results of its own does not.
//!
//! OpenDMARC asks the resolver of the machine. It gets a machine of its own for that: a mount namespace in which
//! `resolv.conf` names a server of this test on loopback.

use crate::servers::{Daemon, Servers, configuration, have_servers, port, run, wait_for_port};
use duban::seal::sign::Signer;
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(120);
/// Nobody else listens there.
const RESOLVER: &str = "127.77.0.5";

fn have_milters() -> bool {
    let programs = ["/usr/sbin/opendkim", "/usr/sbin/opendmarc", "/usr/bin/unshare"];
    let missing: Vec<&str> = programs.into_iter().filter(|program| !Path::new(program).exists()).collect();
    let namespaces = Command::new("unshare").args(["-m", "true"]).status().is_ok_and(|status| status.success());
    if missing.is_empty() && namespaces {
        return true;
    }
    assert!(std::env::var("TEST_SERVERS").as_deref() != Ok("required") || !namespaces, "{missing:?} are missing");
    eprintln!("SKIPPED: the test with OpenDKIM and OpenDMARC (missing: {missing:?}, namespaces: {namespaces})");
    false
}

/// Answers questions for TXT records, and knows nothing else.
struct Resolver {
    ended: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Resolver {
    fn start(records: Vec<(String, String)>) -> std::io::Result<Resolver> {
        let socket = UdpSocket::bind((RESOLVER, 53))?;
        socket.set_read_timeout(Some(Duration::from_millis(50)))?;
        let ended = Arc::new(AtomicBool::new(false));
        let end = ended.clone();
        let thread = std::thread::spawn(move || {
            let mut question = [0; 512];
            while !end.load(Ordering::Relaxed) {
                let Ok((length, from)) = socket.recv_from(&mut question) else { continue };
                let answer = answer(&question[..length], &records);
                let _ = socket.send_to(&answer, from);
            }
        });
        Ok(Resolver { ended, thread: Some(thread) })
    }
}

impl Drop for Resolver {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        let _ = self.thread.take().unwrap().join();
    }
}

/// RFC 1035 §4: the question once more, and one TXT record or NXDOMAIN.
fn answer(question: &[u8], records: &[(String, String)]) -> Vec<u8> {
    let (mut name, mut at) = (String::new(), 12);
    while let Some(length) = question.get(at).map(|length| usize::from(*length)).filter(|length| *length > 0) {
        name.push_str(&String::from_utf8_lossy(&question[at + 1..at + 1 + length]).to_lowercase());
        name.push('.');
        at += 1 + length;
    }
    let end = at + 5;
    let text = records.iter().find(|(known, _)| name.trim_end_matches('.') == known).map(|(_, text)| text);
    let is_text = question.get(at + 1..at + 3) == Some(&[0, 16]);
    let text = text.filter(|_| is_text);
    let mut out = question[..2].to_vec();
    out.extend_from_slice(&[
        0x81,
        if text.is_some() { 0x80 } else { 0x83 },
        0,
        1,
        0,
        u8::from(text.is_some()),
        0,
        0,
        0,
        0,
    ]);
    out.extend_from_slice(&question[12..end]);
    if let Some(text) = text {
        out.extend_from_slice(&[0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60]);
        out.extend_from_slice(&u16::try_from(text.len() + 1).unwrap().to_be_bytes());
        out.push(u8::try_from(text.len()).unwrap());
        out.extend_from_slice(text.as_bytes());
    }
    out
}

/// A child that ends with the test.
struct Milter(Child);

impl Drop for Milter {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn key(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/keys").join(name)
}

/// Both milters in a folder; their ports.
fn milters(folder: &Path, signers: &[&Signer]) -> (Vec<Milter>, [u16; 2]) {
    std::fs::create_dir_all(folder).unwrap();
    let at = |name: &str| folder.join(name).display().to_string();
    let ports = [port(), port()];
    let keys: String = signers.iter().map(|signer| format!("{} {}\n", signer.record().0, signer.record().1)).collect();
    std::fs::write(folder.join("keys"), keys).unwrap();
    // Nobody is inside: the test itself comes from loopback.
    std::fs::write(folder.join("inside"), "192.0.2.1\n").unwrap();
    std::fs::write(folder.join("resolv.conf"), format!("nameserver {RESOLVER}\noptions timeout:2 attempts:2\n"))
        .unwrap();
    let dkim = format!(
        "Mode v\nSocket inet:{}@127.0.0.1\nAuthservID mx.corp.test\nAlwaysAddARHeader yes\nInternalHosts {}\n\
         ExternalIgnoreList {}\nTestPublicKeys {}\nTrustAnchorFile none\nBackground no\nSyslog no\n",
        ports[0],
        at("inside"),
        at("inside"),
        at("keys")
    );
    std::fs::write(folder.join("opendkim.conf"), dkim.replace("TrustAnchorFile none\n", "")).unwrap();
    let dmarc = format!(
        "Socket inet:{}@127.0.0.1\nAuthservID mx.corp.test\nTrustedAuthservIDs mx.corp.test\nIgnoreHosts {}\nRejectFailures false\n\
         SPFIgnoreResults true\nSPFSelfValidate false\nBackground false\nSyslog false\nPidFile {}\n",
        ports[1],
        at("inside"),
        at("opendmarc.pid")
    );
    std::fs::write(folder.join("opendmarc.conf"), dmarc).unwrap();
    let start = |script: String, log: &str| {
        let log = std::fs::File::create(folder.join(log)).unwrap();
        let child = Command::new("unshare")
            .args(["-m", "sh", "-c", &script])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Milter(child)
    };
    let resolver = format!("mount --bind {} /etc/resolv.conf", at("resolv.conf"));
    let started = vec![
        start(format!("{resolver} && exec /usr/sbin/opendkim -f -x {}", at("opendkim.conf")), "opendkim.log"),
        start(format!("{resolver} && exec /usr/sbin/opendmarc -f -c {}", at("opendmarc.conf")), "opendmarc.log"),
    ];
    ports.into_iter().for_each(wait_for_port);
    (started, ports)
}

/// Minutes by Zhang San that give Li Lei a task.
fn minutes(task: &str) -> String {
    format!(
        "From: zhangsan@corp.test\nTo: duban@corp.test\nSubject: Minutes {task}\nMessage-ID: <{task}@corp.test>\nDate: {}\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nAction items:\n1. Owner: lilei@corp.test; Task: {task}; Due: December 28\n",
        chrono::Utc::now().to_rfc2822()
    )
}

fn signed(signer: &Signer, mail: &str) -> String {
    let bytes = signer.sign(mail.replace('\n', "\r\n").as_bytes()).unwrap();
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

/// What `duban why` says of a mail that is read.
fn verdict(daemon: &Daemon, id: &str) -> serde_json::Value {
    let begun = Instant::now();
    loop {
        let config = daemon.config.display().to_string();
        let asked = Command::new(env!("CARGO_BIN_EXE_duban"))
            .args(["--config", &config, "--json", "why", id])
            .output()
            .unwrap();
        let told: serde_json::Value = serde_json::from_slice(&asked.stdout).unwrap_or_default();
        let read = told["mail"]["verdict"].as_str().is_some_and(|verdict| !verdict.starts_with("waits"));
        if read {
            return told["mail"].clone();
        }
        assert!(begun.elapsed() < PATIENCE, "{id} is not read: {told}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn authors_by_opendkim_and_opendmarc() {
    if !have_servers() || !have_milters() {
        return;
    }
    let own = Signer::of_file("corp.test", "s1", &key("dkim-rsa.pem")).unwrap();
    let other = Signer::of_file("evil.test", "s1", &key("dkim-rsa.pem")).unwrap();
    let policy = |domain: &str| (format!("_dmarc.{domain}"), "v=DMARC1; p=none".to_string());
    let Ok(_resolver) = Resolver::start(vec![policy("corp.test"), policy("evil.test")]) else {
        eprintln!("SKIPPED: the test with OpenDKIM and OpenDMARC (no port 53 on {RESOLVER})");
        return;
    };
    let lmtp = port();
    let servers = Servers::start(Some(lmtp));
    let (_milters, ports) = milters(&servers.path("milters"), &[&own, &other]);
    let etc = servers.path("etc").display().to_string();
    let list = format!("smtpd_milters=inet:127.0.0.1:{} inet:127.0.0.1:{}", ports[0], ports[1]);
    run("postconf", &["-c", &etc, "-e", &list, "milter_default_action=tempfail"]);
    run("postfix", &["-c", &etc, "reload"]);
    let intake = format!(
        "[trust]\nauthserv_id = \"mx.corp.test\"\nresults_below_received = true\n[[intake]]\nkind = \"lmtp\"\nlisten = \"127.0.0.1:{lmtp}\"\n"
    );
    let (config, _) = configuration(&servers, &intake);
    let daemon = Daemon::start(&config, &servers.path("duban.log"));
    wait_for_port(lmtp);

    let broken = signed(&own, &minutes("broken")).replace("December 28", "December 29");
    let injected = |value: &str, task: &str| format!("Authentication-Results: {value}\n{}", minutes(task));
    let pass = "dmarc=pass header.from=corp.test; dkim=pass header.d=corp.test";
    // A second From below the signed one, as espoofer has it.
    let second = signed(&own, &minutes("second")).replace("\nSubject:", "\nFrom: wangfang@corp.test\nSubject:");
    let hostile = [
        ("unsigned", minutes("unsigned")),
        ("broken", broken),
        ("stranger", signed(&other, &minutes("stranger"))),
        ("foreign", injected(&format!("mx.evil.test; {pass}"), "foreign")),
        ("own-name", injected(&format!("mx.corp.test; {pass}"), "own-name")),
        ("own-upper", injected(&format!("MX.CORP.TEST 1; {pass}"), "own-upper")),
        ("commented", injected(&format!("mx.evil.test (mx.corp.test); {pass}"), "commented")),
        ("second", second),
    ];
    for (task, mail) in &hostile {
        // Postfix or OpenDMARC may refuse it; then it never came.
        servers.send("zhangsan@corp.test", &["duban@corp.test"], mail);
        let told = verdict(&daemon, &format!("{task}@corp.test"));
        assert_ne!(told["verdict"], "accept", "{task}: {told}");
        assert!(!told["proof"].as_str().unwrap_or_default().starts_with("pass"), "{task}: {told}");
    }
    servers.send("zhangsan@corp.test", &["duban@corp.test"], &signed(&own, &minutes("honest")));
    let told = verdict(&daemon, "honest@corp.test");
    assert!(
        told["verdict"] == "accept" && told["proof"].as_str().is_some_and(|proof| proof.starts_with("pass")),
        "{told}"
    );
    let items = daemon.ask(&["--json", "list", "actions"]);
    assert!(items.lines().count() == 1 && items.contains("honest"), "{items}");
}
