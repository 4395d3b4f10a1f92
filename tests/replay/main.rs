//! Hostile and awkward mail through the whole engine, with the answer that each must get (`tests/corpus/hostile`).
//!
//! Each case has a house of its own, but those of one series share theirs: people, a meeting whose notices went out, two
//! items. Notices have Message-IDs and reply addresses of that house, so those in the files are put in their place.
//! `DUBAN_CASE=d05` plays the cases whose id begins so, and tells what followed.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod facing;
mod real;
mod rights;

use base64::Engine as _;
use chrono::{DateTime, Duration, Utc};
use duban::config::{Config, Mode, ReplyAddressing};
use duban::domain::event::Class;
use duban::domain::letter::LetterName;
use duban::domain::person::Directory;
use duban::domain::report::Account;
use duban::domain::view::{Record, Verdict};
use duban::engine::snapshot::Stored;
use duban::engine::{AuditRow, Engine, setup};
use duban::export;
use duban::intake::{Envelope, Incoming};
use duban::mail::inbound::{self, Limits};
use duban::outbox::LetterRow;
use duban::simulate::mails::read_back;
use duban::simulate::script;
use duban::store::receive::{InboxRow, Receiver};
use duban::store::{MemoryStore, Store, keys, prefix_end};
use regex::bytes::{Captures, Regex};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration as Stretch;

fn folder(set: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(set)
}

fn read(set: &str, name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder(set).join(name)).unwrap()).unwrap()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {value}"))
}

struct House {
    engine: Engine,
    store: Arc<MemoryStore>,
    receiver: Receiver,
    now: DateTime<Utc>,
    world: Value,
    folder: PathBuf,
    /// What stands in the files → what this house issued.
    issued: Vec<(String, String)>,
    number: u64,
}

/// What one mail came to, in the words of the manifest.
#[derive(Default)]
struct Result {
    verdict: String,
    acts: Vec<Value>,
    /// Readers of the letters that the mail itself caused.
    sent_to: Vec<String>,
    /// Those and what followed within hours.
    letters: Vec<(String, String, Vec<u8>)>,
    auto: Option<bool>,
    sender: Option<String>,
    subject: String,
    text: String,
    attachment_names: Vec<String>,
    ms: u128,
}

impl House {
    fn new(world: &Value, folder: PathBuf) -> House {
        let mut house = House::empty(world, folder);
        house.load();
        house
    }

    /// People, and nothing else.
    fn empty(world: &Value, folder: PathBuf) -> House {
        let mut config = Config::default();
        config.assistant.address = text(world, "/assistant").into();
        config.assistant.reply_addressing = ReplyAddressing::Plus;
        config.assistant.time_zone = text(world, "/timezone").parse().unwrap();
        config.directory.internal_domains = match world["internal_domains"].as_array() {
            Some(domains) => domains.iter().map(|domain| domain.as_str().unwrap().to_string()).collect(),
            None => vec!["nanshan.example".into(), "meet.example".into()],
        };
        if world["unauthenticated"] == "attendance" {
            config.trust.unauthenticated = duban::config::Unauthenticated::Attendance;
        }
        config.trust.authserv_id = Some(text(world, "/authserv_id").into());
        config.delivery.mode = Mode::Live;
        let people = world["people"].as_object().unwrap().values();
        let people = people.map(|p| script::person_of(json!({"name": p["name"], "address": p["addr"]})).unwrap());
        let store = Arc::new(MemoryStore::new());
        let setup = setup::setup(&config, vec![7; 32]).unwrap();
        let engine = Engine::open(store.clone(), setup, Directory::new(people)).unwrap();
        let receiver = Receiver::new(store.clone(), Arc::new(|| 0), 30_000_000, Arc::new(|| {})).unwrap();
        let now = DateTime::parse_from_rfc3339(text(world, "/now")).unwrap().with_timezone(&Utc);
        House { engine, store, receiver, now, world: world.clone(), folder, issued: Vec::new(), number: 0 }
    }

    fn address(&self, key: &str) -> String {
        text(&self.world, &format!("/people/{key}/addr")).to_string()
    }

    fn key_of(&self, address: &str) -> String {
        key_of(&self.world, address)
    }

    fn load(&mut self) {
        let meeting = self.world["meeting"].clone();
        let attendees: Vec<Value> = ["sunyue", "zhouqiang", "tom"]
            .iter()
            .map(|key| json!({"name": self.world["people"][key]["name"], "address": self.address(key), "role": "doer"}))
            .collect();
        let items = self.world["items"].as_object().unwrap().clone();
        let mut lines = vec![json!({"meeting": {
            "id": meeting["id"], "title": meeting["title"], "start": meeting["start"], "uid": meeting["uid"], "minutes": 60,
            "state": "draft", "organizer_address": self.address("zhaolei"), "attendees": attendees,
        }})];
        for (id, item) in items {
            lines.push(json!({"action": {
                "id": id, "task": item["text"], "owner_address": self.address(item["owner"].as_str().unwrap()), "due": item["due"],
                "state": "confirmed", "source": {"kind": "meeting", "id": meeting["id"]},
            }}));
        }
        self.load_lines(&lines);
        // The organizer lets the notices go.
        let order = format!(
            "Authentication-Results: in.meet.example; dmarc=pass header.from=nanshan.example\r\nReceived: from mx by in.meet.example\r\n\
             From: {}\r\nTo: mishu@meet.example\r\nSubject: [M-7]\r\nMessage-ID: <order@nanshan.example>\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\nM-7 确认\r\n",
            self.address("zhaolei")
        );
        self.deliver(order.as_bytes(), Some("zhaolei@nanshan.example"), "mishu@meet.example");
        self.pass(Duration::minutes(30));
        let notice = self.world["notice"].as_object().unwrap().clone();
        for row in self.letters().into_iter().filter(|row| row.sent.letter == LetterName::MeetingNotice) {
            let known = &notice[&self.key_of(&row.sent.to)];
            self.issued.push((text(known, "/message_id").to_string(), format!("<{}>", row.sent.message_id)));
            self.issued.push((text(known, "/reply_to").to_string(), row.sent.reply_to.clone()));
        }
        assert_eq!(self.issued.len(), 8, "every person of the world has a notice: {:?}", self.issued);
    }

    fn load_lines(&mut self, lines: &[Value]) {
        for line in lines {
            for line in script::read(&line.to_string(), &self.folder).unwrap() {
                let script::What::Record(mut record) = line.what else { panic!("no object") };
                script::complete(&mut record, self.engine.directory());
                self.engine.load(*record, self.now).unwrap();
            }
        }
    }

    fn letters(&self) -> Vec<LetterRow> {
        let rows = self.store.scan(&[keys::LETTER], &prefix_end(&[keys::LETTER]), usize::MAX).unwrap();
        rows.iter().map(|(_, value)| serde_json::from_slice(value).unwrap()).collect()
    }

    /// Lets the moments of the next hours come.
    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(next) = self.engine.next_due().unwrap().filter(|next| *next <= end) {
            self.now = self.now.max(next);
            for tick in self.engine.due(self.now, 100).unwrap() {
                self.engine.tick(&tick, self.now).unwrap();
            }
        }
        self.now = end;
    }

    /// As a mail server hands it over; `None`: it was there already.
    fn deliver(&mut self, raw: &[u8], mail_from: Option<&str>, to: &str) -> Option<(InboxRow, duban::engine::Outcome)> {
        self.number += 1;
        let envelope =
            Envelope { mail_from: mail_from.map(String::from), rcpts: vec![to.to_string()], ..Envelope::default() };
        let incoming = Incoming { raw: raw.to_vec(), envelope, source: "lmtp:test".into(), cursor: None };
        let (ack, _) = self.receiver.take_at(&incoming, self.now.timestamp_millis()).unwrap();
        if ack.duplicate {
            return None;
        }
        let row = self.store.get(&keys::inbox(ack.id.parse().unwrap())).unwrap().unwrap();
        let row: InboxRow = serde_json::from_slice(&row).unwrap();
        let outcome = self.engine.mail(&row, raw, self.now).unwrap();
        Some((row, outcome))
    }

    fn play(&mut self, case: &Value) -> Result {
        let raw = raw_of(&self.folder, &self.issued, case);
        let before: Vec<String> = self.letters().into_iter().map(|row| row.sent.id).collect();
        let mut to = text(case, "/intake/rcpt_to/0").to_string();
        for (old, new) in &self.issued {
            to = to.replace(old, new);
        }
        self.now = self.now.max(DateTime::parse_from_rfc3339("2026-10-12T10:31:00+08:00").unwrap().with_timezone(&Utc));
        let began = on_processor();
        let delivered = self.deliver(&raw, case.pointer("/intake/mail_from").and_then(Value::as_str), &to);
        let ms = (on_processor() - began).as_millis();
        let Some((row, outcome)) = delivered else {
            return Result { verdict: "ignore".into(), ms, ..Result::default() };
        };
        let audit = self.store.get(&keys::mail(row.number)).unwrap().expect("the log accounts for every mail");
        let audit: AuditRow = serde_json::from_slice(&audit).unwrap();
        let mut result = Result { verdict: outcome.verdict.as_str().into(), ms, ..Result::default() };
        if std::env::var("DUBAN_CASE").is_ok() {
            println!("{audit:#?}");
        }
        for act in &outcome.acts {
            result.acts.push(act_in(&self.world, act));
        }
        if let Some(mail) = &outcome.mail {
            result.auto =
                Some(mail.class != Class::Person && mail.class != Class::List && mail.class != Class::Calendar);
            result.sender =
                mail.author.as_ref().map(|a| a.address.clone()).filter(|_| outcome.verdict == Verdict::Accept);
            result.subject.clone_from(&mail.subject);
            result.text.clone_from(&mail.text);
        }
        if let Ok(mail) = inbound::parse(&raw, &Limits::default()) {
            result.attachment_names = mail.attachments.iter().map(|file| file.name.clone()).collect();
        }
        // Who runs the house or the meeting hears what went wrong: that answers nobody.
        let alert = |row: &LetterRow| {
            let bounce = row.sent.letter == LetterName::OrganizerNote && got_bounce(&outcome);
            row.sent.letter == LetterName::AdminAlert || bounce
        };
        let caused = outcome.letters.iter().filter(|row| !alert(row));
        result.sent_to = caused.map(|row| row.sent.to.clone()).collect();
        // Mails of one series come one after the other.
        self.pass(if case["series"].is_null() { Duration::hours(6) } else { Duration::minutes(1) });
        for row in self.letters().into_iter().filter(|row| !before.contains(&row.sent.id)) {
            let bytes = self.store.blob(&row.place).unwrap();
            let left = read_back(row.sent.clone(), self.now, bytes.clone());
            let page = duban::simulate::mails::html_of(&bytes).unwrap_or_default();
            if std::env::var("DUBAN_CASE").is_ok() {
                println!("== {} to {}: {}\n{}", row.sent.letter, row.sent.to, row.sent.subject, left.text);
            }
            let outgoing = format!("{}\n{}\n{page}", row.sent.subject, left.text);
            result.letters.push((row.sent.to.clone(), outgoing, bytes.to_vec()));
        }
        result
    }

    /// Cells of an export of everything, as CSV.
    fn cells(&self) -> Vec<String> {
        let rows = self.store.scan(&keys::objects_of('A'), &prefix_end(&keys::objects_of('A')), usize::MAX).unwrap();
        let items =
            rows.iter().filter_map(|(_, value)| match Record::from(serde_json::from_slice::<Stored>(value).unwrap()) {
                Record::Action(item) => Some(*item),
                _ => None,
            });
        let account = Account { items: items.collect(), ..Account::default() };
        let csv = String::from_utf8(export::csv(&account, "zh-CN", chrono_tz::Asia::Shanghai)).unwrap();
        csv.trim_start_matches('\u{feff}')
            .lines()
            .flat_map(|l| l.split(','))
            .map(|c| c.trim_matches('"').to_string())
            .collect()
    }
}

/// The key of a person in the world; of others the address.
fn key_of(world: &Value, address: &str) -> String {
    let people = world["people"].as_object().unwrap();
    people.iter().find(|(_, p)| p["addr"] == address).map_or_else(|| address.to_string(), |(key, _)| key.clone())
}

/// People by their keys, answers as yes, no, maybe.
fn act_in(world: &Value, act: &Value) -> Value {
    let Some(attendance) = act.get("attendance").and_then(Value::as_object) else { return act.clone() };
    let named: BTreeMap<String, &str> = attendance
        .iter()
        .map(|(who, how)| {
            let how = match how.as_str().unwrap_or_default() {
                "accepted" => "yes",
                "declined" => "no",
                "tentative" => "maybe",
                _ => "other",
            };
            (key_of(world, who), how)
        })
        .collect();
    json!({"attendance": named})
}

/// Time that this thread has been on a processor: a busy machine is not the mail's fault.
fn on_processor() -> Stretch {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat").expect("a Linux kernel tells it");
    let nanos = line.split_whitespace().next().and_then(|n| n.parse().ok()).expect("nanoseconds first");
    Stretch::from_nanos(nanos)
}

fn got_bounce(outcome: &duban::engine::Outcome) -> bool {
    outcome.mail.as_ref().is_some_and(|mail| mail.class == Class::Bounce)
}

/// The bytes of a case, with what this house issued in the place of what stands in the file.
fn raw_of(folder: &Path, issued: &[(String, String)], case: &Value) -> Vec<u8> {
    let mut raw = match std::fs::read(folder.join(text(case, "/file"))) {
        Ok(raw) => written_out(&raw),
        Err(_) if case["id"] == "d13-pattern" => pattern(),
        Err(error) => panic!("{}: {error}", case["file"]),
    };
    for (old, new) in issued {
        raw = replaced(&raw, old.as_bytes(), new.as_bytes());
    }
    raw
}

fn replaced(raw: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        if raw[at..].starts_with(old) {
            out.extend_from_slice(new);
            at += old.len();
        } else {
            out.push(raw[at]);
            at += 1;
        }
    }
    out
}

/// `<<REPEAT n text>>` in a file stands for n times the text: what is only long need not be stored.
fn written_out(raw: &[u8]) -> Vec<u8> {
    static MARK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s-u)<<REPEAT ([0-9]+) (.*?>?>?)>>").unwrap());
    MARK.replace_all(raw, |found: &Captures<'_>| found[2].repeat(str::from_utf8(&found[1]).unwrap().parse().unwrap()))
        .into_owned()
}

/// `d13-pattern`: half a megabyte that a backtracking reader would never finish.
fn pattern() -> Vec<u8> {
    let body = format!("{}\n{}\n{}x\n", "> ".repeat(30_000), "下下周".repeat(10_000), " ".repeat(200_000));
    let body = base64::engine::general_purpose::STANDARD.encode(body);
    let head = std::fs::read_to_string(folder("hostile").join("eml/a02-not-auto.eml")).unwrap();
    let (head, _) = head.split_once("\r\n\r\n").unwrap();
    let lines: Vec<&str> = body.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("{}\r\n\r\n{}\r\n", head.replace("Message-ID: <", "Message-ID: <d13."), lines.join("\r\n")).into_bytes()
}

fn words(value: &Value, key: &str) -> Vec<String> {
    match &value[key] {
        Value::String(one) => vec![one.clone()],
        Value::Array(all) => all.iter().filter_map(|v| v.as_str().map(String::from)).collect(),
        _ => Vec::new(),
    }
}

/// What the manifest asks and did not happen, in words.
fn wrong(expect: &Value, got: &Result, ms_max: u128, cells: &dyn Fn() -> Vec<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut check = |name: &str, holds: bool, found: &dyn std::fmt::Debug| {
        if !holds {
            wrong.push(format!("{name}: {found:?}"));
        }
    };
    check("verdict", words(expect, "verdict_any").contains(&got.verdict), &got.verdict);
    check("ms", got.ms <= ms_max, &got.ms);
    if expect["must_not_reply"] == true {
        check("no reply", got.sent_to.is_empty(), &got.sent_to);
    }
    if expect["must_not_act"] == true || expect["bounces"].as_object().is_some_and(serde_json::Map::is_empty) {
        check("no act", got.acts.is_empty(), &got.acts);
    }
    for effect in expect["effects"].as_array().unwrap_or(&Vec::new()) {
        check("effect", got.acts.contains(effect), &(effect, &got.acts));
    }
    for effect in expect["forbidden_effects"].as_array().unwrap_or(&Vec::new()) {
        check("forbidden effect", !got.acts.contains(effect), &got.acts);
    }
    if let (Some(auto), Some(found)) = (expect["auto"].as_bool(), got.auto) {
        check("auto", auto == found, &found);
    }
    if let Some(sender) = expect.get("expected_sender") {
        let fits = got.sender.is_none() && expect["must_not_act"] == true || got.sender.as_deref() == sender.as_str();
        check("sender", fits, &got.sender);
    }
    for bad in words(expect, "sender_must_not_be") {
        check("not sender", got.sender.as_ref() != Some(&bad), &got.sender);
    }
    let readers: Vec<&String> = got.letters.iter().map(|(to, ..)| to).collect();
    for bad in words(expect, "must_not_send_to") {
        check("not sent to", !readers.contains(&&bad), &readers);
    }
    for bad in words(expect, "must_not_send_to_domain") {
        check("not sent to", !readers.iter().any(|to| to.ends_with(&format!("@{bad}"))), &readers);
    }
    if let Some(most) = expect["max_outgoing"].as_u64() {
        check("few mails", readers.len() as u64 <= most, &readers);
    }
    let outgoing: String = got.letters.iter().map(|(_, text, _)| text.as_str()).collect();
    for bad in words(expect, "outgoing_must_not_contain") {
        check("outgoing without", !outgoing.contains(&bad), &bad);
    }
    for want in words(expect, "outgoing_must_contain_literally") {
        check("outgoing with", outgoing.contains(&want), &(want, outgoing.len()));
    }
    for bad in words(expect, "outgoing_headers_must_not_contain") {
        let bad = bad.to_lowercase();
        let heads = got.letters.iter().map(|(_, _, bytes)| String::from_utf8_lossy(bytes).into_owned());
        let found = heads.filter(|head| head.lines().any(|line| line.trim().to_lowercase().starts_with(&bad))).count();
        check("header", found == 0, &bad);
    }
    for bad in words(expect, "export_cells_must_not_begin_with") {
        let cells: Vec<String> = cells().into_iter().filter(|cell| cell.starts_with(&bad)).collect();
        check("cells", cells.is_empty(), &cells);
    }
    for bad in words(expect, "attachment_name_must_not_contain") {
        check("stored name", !got.attachment_names.iter().any(|name| name.contains(&bad)), &got.attachment_names);
    }
    for want in words(expect, "attachment_name") {
        check("attachment", got.attachment_names.contains(&want), &got.attachment_names);
    }
    for want in words(expect, "text_contains") {
        check("text", got.text.contains(&want), &got.text);
    }
    if let Some(subject) = expect["subject"].as_str() {
        check("subject", got.subject == subject, &got.subject);
    }
    wrong
}

#[test]
fn hostile_mail_gets_the_answer_it_must_get() {
    play_all("hostile");
}

#[test]
fn more_hostile_mail_rule_by_rule() {
    play_all("hostile-more");
}

#[test]
fn hostile_mail_of_further_kinds() {
    play_all("hostile-further");
}

#[test]
fn hostile_mail_in_which_two_rules_meet() {
    play_all("hostile-crossed");
}

fn play_all(set: &str) {
    let (manifest, world) = (read(set, "manifest.json"), read(set, "world.json"));
    // Unoptimized programs are slower by an order; what must hold is that nothing explodes.
    let slower = if cfg!(debug_assertions) { 10 } else { 1 };
    let ms_max = u128::from(manifest.pointer("/defaults/max_ms").and_then(Value::as_u64).unwrap()) * slower;
    let only = std::env::var("DUBAN_CASE").unwrap_or_default();
    let mut houses: BTreeMap<String, House> = BTreeMap::new();
    let mut replies: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    let (mut right, mut told) = (0, Vec::new());
    let cases = manifest["cases"].as_array().unwrap();
    let cases: Vec<&Value> = cases.iter().filter(|case| text(case, "/id").starts_with(&only)).collect();
    for case in &cases {
        let id = text(case, "/id");
        let series = case.pointer("/series/name").and_then(Value::as_str).unwrap_or(id).to_string();
        let house = houses.entry(series.clone()).or_insert_with(|| House::new(&world, folder(set)));
        let got = house.play(case);
        let wrong = wrong(&case["expect"], &got, ms_max, &|| house.cells());
        if wrong.is_empty() {
            right += 1;
        } else {
            told.push(format!("{id} ({}): {}", text(case, "/title"), wrong.join("; ")));
        }
        if let Some(most) = case.pointer("/series/max_replies_total").and_then(Value::as_u64) {
            let sum = replies.entry(series).or_insert((0, most));
            sum.0 += got.sent_to.len();
        }
    }
    for (series, (sum, most)) in replies {
        if sum as u64 > most {
            told.push(format!("series {series}: {sum} replies, at most {most}"));
        }
    }
    println!("{set}: {right} of {} right", cases.len());
    assert!(told.is_empty(), "{right} of {} right\n{}", cases.len(), told.join("\n"));
}
