//! `duban serve` as a process: one at a time, what it says of bad settings, people.csv while it runs, mail by `ingest`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(40);

fn duban(config: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duban"));
    command.arg("--config").arg(config).args(arguments).env_remove("DUBAN_LOG");
    command
}

struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    fn start(config: &Path) -> Running {
        let log = config.with_extension("log");
        let file = fs::File::create(&log).unwrap();
        let child = duban(config, &["serve"]).stdout(Stdio::null()).stderr(file).spawn().unwrap();
        let running = Running { child, log };
        running.wait_for("it to be ready", || running.log().contains("ready"));
        running
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn wait_for(&self, what: &str, fits: impl Fn() -> bool) {
        let begun = Instant::now();
        while !fits() {
            assert!(begun.elapsed() < PATIENCE, "waited for {what}; the log says\n{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(folder: &Path, more: &str) -> PathBuf {
    let config = folder.join("duban.toml");
    let text = format!(
        "[assistant]\naddress = \"duban@example.com\"\nadmin = \"admin@example.com\"\n\
         [directory]\npeople = \"people.csv\"\ninternal_domains = [\"example.com\"]\n{more}"
    );
    fs::write(&config, text).unwrap();
    config
}

fn people(folder: &Path, count: usize) {
    let rows: String = (0..count).map(|n| format!("人{n},p{n}@example.com\n")).collect();
    fs::write(folder.join("people.csv"), format!("姓名,邮箱\n{rows}")).unwrap();
}

fn letters(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder.join("outgoing/new")) else { return Vec::new() };
    entries.flatten().filter_map(|entry| fs::read_to_string(entry.path()).ok()).collect()
}

fn ingest(config: &Path, mail: &str) -> Output {
    let mut child = duban(config, &["--json", "ingest"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(mail.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// O7: half a file does not make half of the office leave; the administrator hears of it, and SIGHUP means it.
#[test]
fn half_of_people_csv() {
    let folder = tempfile::tempdir().unwrap();
    let config = write(folder.path(), "");
    people(folder.path(), 8);
    let running = Running::start(&config);
    people(folder.path(), 2);
    running.wait_for("the alert", || running.log().contains("only 2 people left of 8"));
    running.wait_for("the administrator's letter", || {
        letters(folder.path()).iter().any(|letter| letter.contains("admin@example.com"))
    });
    running.signal("-HUP");
    running.wait_for("the people", || running.log().contains("people.csv was read again people=2"));
    // More people are nobody's loss.
    people(folder.path(), 9);
    running.wait_for("the people", || running.log().contains("people.csv was read again people=9"));
}

/// TRUST D20: a second start is refused while the first runs; SIGTERM ends it, and then the folder is free.
#[test]
fn one_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let config = write(folder.path(), "");
    people(folder.path(), 1);
    let mut running = Running::start(&config);
    let second = duban(&config, &["serve"]).output().unwrap();
    assert_eq!(second.status.code(), Some(75), "{}", String::from_utf8_lossy(&second.stderr));
    let begun = Instant::now();
    running.signal("-TERM");
    assert!(running.child.wait().unwrap().success());
    assert!(begun.elapsed() < Duration::from_secs(10));
    drop(running);
    Running::start(&config);
}

/// A mail by `ingest` is taken by the running daemon, once, and without one by the store.
#[test]
fn mail_by_ingest() {
    let folder = tempfile::tempdir().unwrap();
    let config = write(folder.path(), "");
    people(folder.path(), 1);
    let mail = |n: u32| {
        format!("From: p0@example.com\nTo: duban@example.com\nMessage-ID: <{n}@example.com>\nSubject: x\n\n你好\n")
    };
    let first = ingest(&config, &mail(1));
    assert_eq!(String::from_utf8_lossy(&first.stdout).trim(), "{\"id\":\"1\",\"duplicate\":false}");
    let running = Running::start(&config);
    running.wait_for("the mail that waited", || running.log().contains("read mail=1"));
    let second = ingest(&config, &mail(2));
    assert_eq!(String::from_utf8_lossy(&second.stdout).trim(), "{\"id\":\"2\",\"duplicate\":false}");
    running.wait_for("the mail", || running.log().contains("read mail=2"));
    let again = ingest(&config, &mail(2));
    assert_eq!(String::from_utf8_lossy(&again.stdout).trim(), "{\"id\":\"2\",\"duplicate\":true}");
    assert_eq!(ingest(&config, " \n").status.code(), Some(65));
}

/// Exit codes of sysexits.h, and words that name the line.
#[test]
fn bad_settings_end_it_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let check = |more: &str, code: i32, says: &str| {
        let config = write(folder.path(), more);
        people(folder.path(), 1);
        let output = duban(&config, &["serve"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(says), "{says:?} is missing in {said}");
    };
    check(
        "[policy]\nconfirm_windows = 2\n",
        78,
        "duban.toml:8: unknown key in [policy]: `confirm_windows`; did you mean `confirm_window`?",
    );
    check("[store]\nkind = \"postgres\"\n", 78, "duban.toml:8:");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    check(&format!("[[intake]]\nkind = \"lmtp\"\nlisten = \"{address}\"\n"), 69, &address.to_string());
    let config = write(folder.path(), "");
    fs::remove_file(folder.path().join("people.csv")).unwrap();
    let output = duban(&config, &["serve"]).output().unwrap();
    assert_eq!(output.status.code(), Some(78));
}
