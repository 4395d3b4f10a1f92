//! TRUST D1 and D2 from outside: the daemon is killed at any moment; what it acknowledged is there, and what it did not
//! may be sent again without acting twice.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const KILLS: usize = 6;
const CLIENTS: usize = 4;
/// New mails for each round; a round is cut off before it has taken them all.
const MAILS: usize = 120;

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // SIGKILL.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(config: &Path, port: u16) -> Killed {
    let child = Command::new(env!("CARGO_BIN_EXE_duban"))
        .args(["--config", &config.display().to_string(), "serve"])
        .env("DUBAN_LOG", "error")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let child = Killed(child);
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(30), "the daemon does not listen");
        std::thread::sleep(Duration::from_millis(10));
    }
    child
}

/// Sends mails with these numbers over one connection; the numbers that were acknowledged.
fn send(port: u16, numbers: &[usize]) -> Vec<usize> {
    let mut taken = Vec::new();
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return taken };
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut read = || {
        let mut line = String::new();
        loop {
            line.clear();
            match reader.read_line(&mut line) {
                Ok(0) | Err(_) => return None,
                Ok(_) if line.as_bytes().get(3) == Some(&b'-') => {}
                Ok(_) => return Some(line.clone()),
            }
        }
    };
    if read().is_none() || stream.write_all(b"LHLO x\r\n").is_err() || read().is_none() {
        return taken;
    }
    for number in numbers {
        let mail = format!(
            "MAIL FROM:<a@example.com>\r\nRCPT TO:<duban@example.com>\r\nDATA\r\nFrom: <a@example.com>\r\nTo: <duban@example.com>\r\n\
             Message-ID: <killed-{number}@example.com>\r\nSubject: {number}\r\n\r\n{}\r\n.\r\n",
            "words ".repeat(50)
        );
        if stream.write_all(mail.as_bytes()).is_err() {
            return taken;
        }
        for expected in ["250", "250", "354", "250"] {
            match read() {
                Some(line) if line.starts_with(expected) => {}
                _ => return taken,
            }
        }
        taken.push(*number);
    }
    taken
}

#[test]
fn killed_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let config = folder.path().join("duban.toml");
    let text = format!("[[intake]]\nkind = \"lmtp\"\nlisten = \"127.0.0.1:{port}\"\n[delivery]\nmode = \"hold\"\n");
    std::fs::write(&config, text).unwrap();
    let mut acknowledged: BTreeSet<usize> = BTreeSet::new();
    let mut waiting: Vec<usize> = Vec::new();
    for kill in 0..KILLS {
        waiting.extend(kill * MAILS..(kill + 1) * MAILS);
        let daemon = start(&config, port);
        let clients: Vec<_> = waiting
            .chunks(waiting.len().div_ceil(CLIENTS).max(1))
            .map(|part| {
                let part = part.to_vec();
                std::thread::spawn(move || send(port, &part))
            })
            .collect();
        // A different moment each time.
        std::thread::sleep(Duration::from_millis(20 + 25 * kill as u64));
        drop(daemon);
        for client in clients {
            acknowledged.extend(client.join().unwrap());
        }
        waiting.retain(|number| !acknowledged.contains(number));
    }
    // At last it lives; what nobody acknowledged is sent again, and some that were, too.
    let daemon = start(&config, port);
    let again: Vec<usize> = waiting.iter().copied().chain(acknowledged.iter().copied().take(20)).collect();
    let taken = send(port, &again);
    assert_eq!(taken.len(), again.len());
    let ask = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_duban"))
            .args(["--config", &config.display().to_string()])
            .args(arguments)
            .output()
            .unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    // Every mail has been read and is told of, once.
    let begun = Instant::now();
    for number in 0..KILLS * MAILS {
        let id = format!("killed-{number}@example.com");
        loop {
            let (known, told) = ask(&["why", &id, "--json"]);
            if known {
                let mails = told.lines().filter(|line| line.contains(&id)).count();
                assert!(mails >= 1, "{id}: {told}");
                break;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(120),
                "mail {number} is lost ({} acknowledged)",
                acknowledged.len()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    drop(daemon);
    eprintln!("{KILLS} kills, {} mails acknowledged before the last start", acknowledged.len());
}
