//! The same hostile mails through the real program: `duban load`, `duban serve`, LMTP and Maildir in, what came of them
//! read from its store after it ended.
//!
//! An ordinary run takes a sample into one house, where one mail may meet what another left: what must never happen is
//! checked, what must happen is not. `DUBAN_LONG=1` gives every case a house of its own and checks all of it.

use super::{Result, act_in, folder, raw_of, read, text, wrong};
use chrono::{Duration, Timelike, Utc};
use duban::domain::letter::LetterName;
use duban::engine::AuditRow;
use duban::mail::inbound::{self, Limits};
use duban::outbox::LetterRow;
use duban::simulate::mails::{html_of, read_back};
use duban::store::group::Options;
use duban::store::{DiskStore, Store, keys, prefix_end};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration as Stretch, Instant};

const PATIENCE: Stretch = Stretch::from_secs(120);
const SETS: &[&str] = &["hostile", "hostile-more", "hostile-further", "hostile-crossed"];
/// Every so many cases of the larger sets are in an ordinary run, and every so many of those come by Maildir.
const SAMPLE: usize = 14;
const BY_MAILDIR: usize = 6;
/// Resident memory of the daemon (TRUST P1).
const MEMORY_KIB_MAX: u64 = 256 << 10;

struct Real {
    folder: PathBuf,
    port: u16,
    child: Option<Child>,
    /// Number of the newest mail.
    last: u64,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A zone in which it is between ten and eleven in the morning: letters wait for no hour.
fn office_zone() -> String {
    let east = match 10 - i64::from(Utc::now().hour()) {
        east if east < -12 => east + 24,
        east => east,
    };
    // POSIX signs are the other way round.
    match east {
        0 => "Etc/GMT".to_string(),
        east if east > 0 => format!("Etc/GMT-{east}"),
        west => format!("Etc/GMT+{}", -west),
    }
}

impl Real {
    /// A house with people, a meeting of which they were told, and two items. What stands in the files → what it issued.
    fn build(folder: &Path, world: &Value) -> Vec<(String, String)> {
        let zone = office_zone();
        let config = format!(
            "data_dir = \"data\"\n[assistant]\naddress = \"{}\"\nreply_addressing = \"plus\"\ntime_zone = \"{zone}\"\n\
             [directory]\npeople = \"people.csv\"\ninternal_domains = [\"nanshan.example\", \"meet.example\"]\n\
             [trust]\nauthserv_id = \"{}\"\n[calendar.default]\nbase = \"mon-fri\"\ndays = \"days.csv\"\n\
             [delivery]\nkind = \"maildir\"\npath = \"out\"\nmode = \"live\"\n\
             [[intake]]\nkind = \"maildir\"\npath = \"in\"\n[[intake]]\nkind = \"lmtp\"\nlisten = \"127.0.0.1:PORT\"\n",
            text(world, "/assistant"),
            text(world, "/authserv_id"),
        );
        std::fs::write(folder.join("template.toml"), config).unwrap();
        for part in ["in/tmp", "in/new", "in/cur"] {
            std::fs::create_dir_all(folder.join(part)).unwrap();
        }
        let mut days = String::new();
        for offset in -5..60 {
            writeln!(days, "{},work,", (Utc::now() + Duration::days(offset)).date_naive()).unwrap();
        }
        std::fs::write(folder.join("days.csv"), days).unwrap();
        let people = world["people"].as_object().unwrap();
        let mut csv = String::from("name,address\n");
        for person in people.values() {
            writeln!(csv, "{},{}", person["name"].as_str().unwrap(), person["addr"].as_str().unwrap()).unwrap();
        }
        std::fs::write(folder.join("people.csv"), csv).unwrap();
        let address = |key: &str| people[key]["addr"].clone();
        let meeting = &world["meeting"];
        let attendees: Vec<Value> = ["sunyue", "zhouqiang", "tom"]
            .iter()
            .map(|key| json!({"name": people[*key]["name"], "address": address(key), "role": "doer"}))
            .collect();
        let start = (Utc::now() + Duration::days(3)).to_rfc3339();
        let mut lines = json!({"meeting": {
            "id": meeting["id"], "title": meeting["title"], "start": start, "uid": meeting["uid"], "minutes": 60,
            "state": "announced", "organizer_address": address("zhaolei"), "attendees": attendees,
        }})
        .to_string();
        let due = (Utc::now() + Duration::days(2)).date_naive().to_string();
        for (id, item) in world["items"].as_object().unwrap() {
            let line = json!({"action": {
                "id": id, "task": item["text"], "owner_address": address(item["owner"].as_str().unwrap()), "due": due,
                "state": "confirmed", "source": {"kind": "meeting", "id": meeting["id"]},
            }});
            write!(lines, "\n{line}").unwrap();
        }
        std::fs::write(folder.join("world.jsonl"), lines).unwrap();
        let mut house = Real { folder: folder.to_path_buf(), port: 0, child: None, last: 0 };
        house.choose_port();
        house.ok(&["load", folder.join("world.jsonl").to_str().unwrap()]);
        let store = house.store();
        let mut issued = Vec::new();
        for row in letters(&store).into_iter().filter(|row| row.sent.letter == LetterName::MeetingNotice) {
            let known = &world["notice"][super::key_of(world, &row.sent.to)];
            issued.push((text(known, "/message_id").to_string(), format!("<{}>", row.sent.message_id)));
            issued.push((text(known, "/reply_to").to_string(), row.sent.reply_to.clone()));
        }
        store.close().unwrap();
        assert_eq!(issued.len(), 8, "every person of the world has a notice: {issued:?}");
        issued
    }

    /// A copy of a built house, running.
    fn open(built: &Path, into: &Path) -> Real {
        copy(built, into);
        let mut house = Real { folder: into.to_path_buf(), port: 0, child: None, last: 0 };
        house.choose_port();
        house.start();
        house
    }

    fn choose_port(&mut self) {
        self.port = free_port();
        let text = std::fs::read_to_string(self.folder.join("template.toml")).unwrap();
        std::fs::write(self.folder.join("duban.toml"), text.replace("PORT", &self.port.to_string())).unwrap();
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_duban"));
        command.arg("--config").arg(self.folder.join("duban.toml"));
        // Ours: the program takes every DUBAN_ for a setting.
        command.env_remove("DUBAN_LONG").env_remove("DUBAN_CASE").env("DUBAN_LOG", "debug");
        command
    }

    fn ok(&self, arguments: &[&str]) {
        let output = self.command().args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn start(&mut self) {
        let log = std::fs::File::options().create(true).append(true).open(self.folder.join("log")).unwrap();
        self.child = Some(self.command().arg("serve").stdout(Stdio::null()).stderr(log).spawn().unwrap());
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "it does not listen: {}", self.log());
            std::thread::sleep(Stretch::from_millis(10));
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Peak of its memory, in KiB.
    fn peak(&self) -> u64 {
        let id = self.child.as_ref().unwrap().id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
    }

    /// Milliseconds that it has been on a processor: a busy machine is not the mail's fault.
    fn on_processor(&self) -> u128 {
        let id = self.child.as_ref().unwrap().id();
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // Behind the name in brackets: state is the third field, user and system time are 14 and 15, in hundredths.
        let behind = stat.rsplit(')').next().unwrap_or_default();
        let ticks = behind.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u128>().ok()).sum::<u128>();
        ticks * 10
    }

    fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
        let status = child.wait().unwrap();
        assert!(status.success(), "{status}: {}", self.log());
    }

    fn store(&self) -> DiskStore {
        DiskStore::open(&self.folder.join("data"), Options::default()).unwrap()
    }

    /// The number under which it was kept; `Ok(None)`: refused for good.
    fn lmtp(&self, raw: &[u8], from: &str, to: &str) -> std::io::Result<Option<u64>> {
        let stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut stream = stream;
        let mut say = |words: &[u8]| -> std::io::Result<String> {
            stream.write_all(words)?;
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line)? == 0 {
                    return Ok("554 hung up".into());
                }
                if line.as_bytes().get(3) != Some(&b'-') {
                    return Ok(line);
                }
            }
        };
        let utf8 = if from.is_ascii() && to.is_ascii() { "" } else { " SMTPUTF8" };
        say(b"")?;
        say(b"LHLO client\r\n")?;
        say(format!("MAIL FROM:<{from}>{utf8}\r\n").as_bytes())?;
        say(format!("RCPT TO:<{to}>\r\n").as_bytes())?;
        let ready = say(b"DATA\r\n")?;
        if !ready.starts_with("354") {
            return Ok(None);
        }
        let answer = say(&on_the_wire(raw))?;
        assert!(!answer.starts_with('4'), "{answer}");
        Ok(answer.trim().strip_prefix("250 2.0.0 kept as ").and_then(|id| id.parse().ok()))
    }

    /// Waits until a mail is read.
    fn wait_for_mail(&mut self, number: u64) {
        let begun = Instant::now();
        let mark = format!("read mail={number} ");
        loop {
            let log = self.log();
            if log.contains(&mark) {
                self.last = self.last.max(number);
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "mail {number} is not read: {log}");
            let alive = self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)));
            assert!(alive, "it ended: {log}");
            std::thread::sleep(Stretch::from_millis(4));
        }
    }

    /// Into the Maildir that it watches; the number it got, `None` for one that is known or refused.
    fn maildir(&mut self, id: &str, raw: &[u8], from: &str) -> Option<u64> {
        let mut bytes = format!("Return-Path: <{from}>\n").into_bytes();
        bytes.extend_from_slice(raw);
        std::fs::write(self.folder.join("in/tmp").join(id), bytes).unwrap();
        std::fs::rename(self.folder.join("in/tmp").join(id), self.folder.join("in/new").join(id)).unwrap();
        let (begun, next) = (Instant::now(), format!("read mail={} ", self.last + 1));
        loop {
            let taken = !self.folder.join("in/new").join(id).exists();
            if self.log().contains(&next) {
                self.last += 1;
                return Some(self.last);
            }
            // Taken and not read: it was there before.
            if taken && begun.elapsed() > Stretch::from_secs(3) {
                return None;
            }
            assert!(begun.elapsed() < PATIENCE, "{id} stays in the Maildir: {}", self.log());
            std::thread::sleep(Stretch::from_millis(20));
        }
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Lines end in CRLF and dots are doubled, as clients and relays do it.
fn on_the_wire(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 40);
    let mut at_start = true;
    let mut bytes = raw.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' | b'\n' => {
                if byte == b'\r' && bytes.peek() == Some(&b'\n') {
                    bytes.next();
                }
                out.extend_from_slice(b"\r\n");
                at_start = true;
            }
            _ => {
                if at_start && byte == b'.' {
                    out.push(b'.');
                }
                out.push(byte);
                at_start = false;
            }
        }
    }
    if !at_start {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(std::result::Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => copy(&entry.path(), &target),
            kind if kind.is_file() => drop(std::fs::copy(entry.path(), target).unwrap()),
            // The control socket.
            _ => {}
        }
    }
}

fn letters(store: &DiskStore) -> Vec<LetterRow> {
    let rows = store.scan(&[keys::LETTER], &prefix_end(&[keys::LETTER]), usize::MAX).unwrap();
    rows.iter().map(|(_, value)| serde_json::from_slice(value).unwrap()).collect()
}

/// What came of a mail: `number` as the daemon counts, `all`: whatever left counts as its doing.
fn outcome(
    store: &DiskStore,
    world: &Value,
    raw: &[u8],
    number: Option<u64>,
    ms: u128,
    all: bool,
    before: &BTreeSet<String>,
) -> Result {
    let mut result = Result { verdict: "reject".into(), ms, ..Result::default() };
    if let Ok(mail) = inbound::parse(raw, &Limits::default()) {
        result.attachment_names = mail.attachments.iter().map(|file| file.name.clone()).collect();
        result.subject.clone_from(&mail.subject);
        result.text.clone_from(&mail.own().text);
    }
    let Some(number) = number else { return result };
    let audit = store.get(&keys::mail(number)).unwrap().expect("the log accounts for every mail");
    let audit: AuditRow = serde_json::from_slice(&audit).unwrap();
    result.verdict.clone_from(&audit.verdict);
    result.acts = audit.acts.iter().map(|act| act_in(world, act)).collect();
    result.auto =
        Some(!matches!(audit.class.as_str(), "person" | "list" | "calendar")).filter(|_| !audit.class.is_empty());
    result.sender = audit.from.clone().filter(|_| audit.verdict == "accept");
    let bounced = audit.class == "bounce";
    for row in letters(store) {
        let own = audit.letters.contains(&row.sent.id);
        let alert =
            row.sent.letter == LetterName::AdminAlert || bounced && row.sent.letter == LetterName::OrganizerNote;
        if own && !alert {
            result.sent_to.push(row.sent.to.clone());
        }
        if own || all && !before.contains(&row.sent.id) {
            let bytes = store.blob(&row.place).unwrap();
            let left = read_back(row.sent.clone(), Utc::now(), bytes.clone());
            let page = html_of(&bytes).unwrap_or_default();
            let outgoing = format!("{}\n{}\n{page}", row.sent.subject, left.text);
            result.letters.push((row.sent.to.clone(), outgoing, bytes.to_vec()));
        }
    }
    result
}

struct Case {
    set: &'static str,
    value: Value,
    raw: Vec<u8>,
    to: String,
    from: String,
}

fn cases(long: bool) -> Vec<Case> {
    let only = std::env::var("DUBAN_CASE").unwrap_or_default();
    let mut all = Vec::new();
    for set in SETS {
        let manifest = read(set, "manifest.json");
        for (at, value) in manifest["cases"].as_array().unwrap().iter().enumerate() {
            let in_sample = *set == "hostile" || at % SAMPLE == 3 || !value["series"].is_null() && at % 2 == 0;
            if text(value, "/id").starts_with(&only) && (long || in_sample || !only.is_empty()) {
                let to = text(value, "/intake/rcpt_to/0").to_string();
                let from = text(value, "/intake/mail_from").to_string();
                all.push(Case { set, value: value.clone(), raw: Vec::new(), to, from });
            }
        }
    }
    all
}

#[test]
fn hostile_mail_through_the_real_program() {
    let long = std::env::var_os("DUBAN_LONG").is_some();
    let world = read("hostile", "world.json");
    let room = tempfile::tempdir().unwrap();
    let built = room.path().join("built");
    std::fs::create_dir(&built).unwrap();
    let issued = Real::build(&built, &world);
    let mut all = cases(long);
    for case in &mut all {
        case.raw = raw_of(&folder(case.set), &issued, &case.value);
        for (old, new) in &issued {
            case.to = case.to.replace(old, new);
        }
    }
    // Whoever asks for it is counted.
    let canary = TcpListener::bind("127.0.0.1:8098").ok();
    if let Some(canary) = &canary {
        canary.set_nonblocking(true).unwrap();
    }
    let slower = if cfg!(debug_assertions) { 10 } else { 1 };
    // One house for all, or one for each series and each single case.
    let mut houses: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for case in all {
        let series = case.value.pointer("/series/name").and_then(Value::as_str);
        let name = if long { series.unwrap_or(text(&case.value, "/id")).to_string() } else { "all".to_string() };
        houses.entry(name).or_default().push(case);
    }
    let (mut count, mut slowest, mut memory, mut told) = (0, (0, String::new()), (0, String::new()), Vec::new());
    for (name, cases) in houses {
        let place = room.path().join("house");
        let _ = std::fs::remove_dir_all(&place);
        let mut house = Real::open(&built, &place);
        let mut played = Vec::new();
        for (at, case) in cases.iter().enumerate() {
            let id = text(&case.value, "/id");
            // A crash is told by the case that it met.
            let (newest, began) = (house.last, house.on_processor());
            let number = match !long && at % BY_MAILDIR == 5 {
                true => house.maildir(id, &case.raw, &case.from),
                false => {
                    house.lmtp(&case.raw, &case.from, &case.to).unwrap_or_else(|e| panic!("{id}: {e}: {}", house.log()))
                }
            };
            let fresh = number.filter(|number| *number > newest);
            if let Some(number) = fresh {
                house.wait_for_mail(number);
            }
            let ms = house.on_processor() - began;
            if ms > slowest.0 {
                slowest = (ms, id.to_string());
            }
            played.push((case, number, fresh, ms));
        }
        let peak = house.peak();
        if peak > memory.0 {
            memory = (peak, name.clone());
        }
        house.stop();
        let store = house.store();
        let before: BTreeSet<String> = {
            let built = DiskStore::open(&built.join("data"), Options::default()).unwrap();
            let ids = letters(&built).into_iter().map(|row| row.sent.id).collect();
            built.close().unwrap();
            ids
        };
        let alone = played.len() == 1;
        for (case, number, fresh, ms) in played {
            let id = text(&case.value, "/id");
            count += 1;
            let mut got = outcome(&store, &world, &case.raw, fresh, ms, alone, &before);
            if number.is_some() && fresh.is_none() {
                got = Result { verdict: "ignore".into(), ..Result::default() };
            }
            let mut expect = case.value["expect"].clone();
            if !alone {
                // What another mail of the house did may stand in the way of what must happen.
                for key in
                    ["effects", "verdict_any", "max_outgoing", "outgoing_must_contain_literally", "expected_sender"]
                {
                    expect.as_object_mut().unwrap().remove(key);
                }
                expect["verdict_any"] = json!(["accept", "ignore", "quarantine", "reject"]);
            }
            // A summary leaves when its hour has come, which a clock that nobody turns does not bring.
            if got.letters.is_empty() {
                expect.as_object_mut().unwrap().remove("outgoing_must_contain_literally");
            }
            // Exports are read from a store in memory elsewhere.
            let faults = wrong(&expect, &got, 2_000 * slower, &Vec::new);
            if !faults.is_empty() {
                told.push(format!("{}/{id} ({}): {}", case.set, text(&case.value, "/title"), faults.join("; ")));
            }
        }
        store.close().unwrap();
        let log = house.log();
        for marker in ["nanshan.example", "stranger.example", "vendor.example", "产品发布周会", "我参加", "A-11 完成"]
        {
            if log.contains(marker) {
                told.push(format!("{name}: the log holds {marker:?}"));
            }
        }
        for path in [
            Path::new("/outside-canary.txt"),
            &room.path().join("outside-canary.txt"),
            &place.join("outside-canary.txt"),
        ] {
            assert!(!path.exists(), "{name}: {} was written", path.display());
        }
    }
    if let Some(canary) = canary {
        assert!(canary.accept().is_err(), "somebody asked for what a mail names");
    }
    println!(
        "{count} mails through the real program, {} wrong; the slowest took {} ms ({}), the most memory was {} MiB ({})",
        told.len(),
        slowest.0,
        slowest.1,
        memory.0 >> 10,
        memory.1
    );
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(memory.0 < MEMORY_KIB_MAX, "{} KiB at {}", memory.0, memory.1);
}
