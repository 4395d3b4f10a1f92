//! One function a target: bytes in, nothing out, and a panic where something is wrong.

use chrono::{DateTime, FixedOffset};
use duban::config::{Config, Intake, IntakeKind, Recipients, Secret, Tls};
use duban::document::{Block, Document, Kind};
use duban::domain::letter::SentLetter;
use duban::domain::reading::{Context, Line};
use duban::domain::workdays::Workdays;
use duban::engine::token::{Keys, Token};
use duban::intake::imap::Mailbox;
use duban::intake::lmtp::{Protocol, Service, Session};
use duban::intake::{MemoryInbox, Stop};
use duban::language::command::{self, Answer};
use duban::language::names::Lexicon;
use duban::language::when::{self, Anchor};
use duban::language::{self, Body};
use duban::mail::inbound::{self, Limits};
use duban::mail::sender::TrustSettings;
use duban::mail::{automatic, invite, reply, sender};
use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use std::sync::{Arc, LazyLock};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::runtime::Runtime;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What a target does with an input; it ends, and is silent.
pub type Target = fn(&[u8]);

/// Name and function of each target; the folder of its saved inputs has the same name.
pub const ALL: &[(&str, Target)] = &[
    ("message", message),
    ("reply", reply_to_commands),
    ("deadline", deadline),
    ("docx", docx),
    ("xlsx", xlsx),
    ("html", html),
    ("ics", ics),
    ("dsn", dsn),
    ("token", token),
    ("results", results),
    ("session", session),
    ("imap", imap),
];

/// What a client says to our listener, LMTP and SMTP. Whatever it is, each answer is a line with a code, and what was
/// kept is one mail for one end of data: within its size, for our addresses, with no bare line end in it.
pub fn session(bytes: &[u8]) {
    static RUNTIME: LazyLock<Runtime> =
        LazyLock::new(|| tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime"));
    for protocol in [Protocol::Lmtp, Protocol::Smtp] {
        let inbox = Arc::new(MemoryInbox::default());
        let limits = duban::config::Limits { mail_size_max: 4096, ..duban::config::Limits::default() };
        let recipients = Recipients::new(&["duban@example.com".into()]);
        let service = Service::new(protocol, "duban.example.com", "fuzz", recipients, limits, inbox.clone());
        let said = RUNTIME.block_on(async {
            let (ours, theirs) = tokio::io::duplex(1 << 16);
            let (_switch, stop) = Stop::new();
            let (mut from, mut to) = tokio::io::split(ours);
            let talk = async {
                // The session may have hung up.
                let _ = to.write_all(bytes).await;
                let _ = to.shutdown().await;
            };
            let listen = async {
                let mut said = Vec::new();
                let _ = from.read_to_end(&mut said).await;
                said
            };
            futures::join!(Session::new(&service, Box::new(theirs), stop).run(), talk, listen).2
        });
        for line in String::from_utf8(said).expect("replies are text").split_terminator("\r\n") {
            let code = line.get(..3).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
            assert!(code && !line.contains(['\r', '\n']), "a reply like {line:?}");
        }
        for mail in inbox.kept() {
            assert!(mail.raw.len() <= 4096, "a mail above its limit");
            let whole = mail.raw.split(|byte| *byte == b'\n').rev().skip(1).all(|line| line.ends_with(b"\r"));
            assert!(whole, "a bare LF was kept");
            assert!(
                mail.envelope.rcpts.iter().all(|to| {
                    let to = to.to_lowercase();
                    to.ends_with("@example.com") || to == "postmaster" && protocol == Protocol::Smtp
                }),
                "somebody else's"
            );
        }
    }
}

/// What an IMAP server says, to the parser alone and to our client in a session: what stands between lines of `--` is
/// sent for one line of the client's each, `{tag}` in it being that line's tag. Whatever it is, the session ends, no
/// number of a folder is taken twice, and nothing is taken that was not fetched.
pub fn imap(bytes: &[u8]) {
    static RUNTIME: LazyLock<Runtime> =
        LazyLock::new(|| tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime"));
    parsed(bytes);
    let mut inbox = MemoryInbox::default();
    inbox.letters.push("m@example.com".into());
    let inbox = Arc::new(inbox);
    let intake = Intake {
        kind: IntakeKind::Imap,
        server: Some("127.0.0.1".into()),
        tls: Tls::None,
        user: Some("duban@example.com".into()),
        password: Some(Secret::new("secret")),
        processed: "Duban".into(),
        junk: vec!["Junk".into()],
        keep_processed_days: 7,
        ..Intake::default()
    };
    let mailbox = Mailbox::of_config(
        &Config::default(),
        &intake,
        inbox.clone(),
        Arc::new(|| 1_783_900_800_000),
        Arc::new(|_, _| {}),
    )
    .expect("a mailbox");
    RUNTIME.block_on(async {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let (switch, stop) = Stop::new();
        let serve = async move {
            let (from, mut to) = tokio::io::split(ours);
            let (mut lines, mut tag) = (BufReader::new(from).lines(), String::new());
            for part in parts(bytes) {
                let said = replaced(part, b"{tag}", tag.as_bytes());
                if to.write_all(&said).await.is_err() {
                    break;
                }
                let line = tokio::select! {
                    biased;
                    line = lines.next_line() => line,
                    // The client waits for more: nobody keeps it waiting.
                    () = idle() => continue,
                };
                match line {
                    Ok(Some(line)) => {
                        // DONE and the answer to a challenge have no tag.
                        if let Some((word, _)) = line.split_once(' ') {
                            tag = word.to_string();
                        }
                    }
                    _ => break,
                }
            }
            drop((lines, to));
            // Nobody sleeps for the next round either.
            let _ = switch.send(true);
        };
        futures::join!(mailbox.over(theirs, stop), serve)
    });
    let mut places = BTreeSet::new();
    for mail in inbox.kept() {
        let place = mail.cursor.map(|cursor| (cursor.key, cursor.value)).expect("every mail has its place");
        assert!(places.insert(place.clone()), "taken twice: {place:?}");
        assert!(mail.raw.len() <= bytes.len(), "more than was sent");
    }
}

/// As long as the other side of a stream in memory has something to do.
async fn idle() {
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
}

/// Whatever passes our look at its depth is parsed without harm.
fn parsed(bytes: &[u8]) {
    let Some(bytes) = duban::intake::imap::parsable(bytes) else { return };
    let mut rest = bytes.as_slice();
    while let Ok((behind, _)) = async_imap::imap_proto::Response::parse(rest) {
        if behind.len() == rest.len() {
            break;
        }
        rest = behind;
    }
}

/// What stands between lines of `--`.
fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut parts, mut begin, mut at) = (Vec::new(), 0, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"--\n") && (at == 0 || bytes[at - 1] == b'\n') {
            parts.push(&bytes[begin..at]);
            begin = at + 3;
            at = begin;
        } else {
            at += 1;
        }
    }
    parts.push(&bytes[begin..]);
    parts
}

fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(old) {
            out.extend_from_slice(new);
            at += old.len();
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

fn moment() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-07-08T09:30:00+08:00").expect("a moment")
}

/// A mail: who wrote it, what kind it is, what is new in it, what it calls for.
pub fn message(bytes: &[u8]) {
    let Ok(mail) = inbound::parse(bytes, &Limits::default()) else { return };
    automatic::classify(&mail, None, &automatic::Identity::default());
    sender::prove(&mail, &TrustSettings::default());
    let reference = mail.date.unwrap_or_else(moment);
    let offset = *reference.offset();
    for body in [
        mail.html.as_deref().map(|html| Body::of_html(html, &mail.subject, offset)),
        mail.text.as_deref().map(|text| Body::of_text(text, &mail.subject, offset)),
    ] {
        let Some(mut body) = body else { continue };
        for file in mail.attachments.iter().take(4) {
            body.own.blocks.extend(Document::from_file(&file.name, &file.bytes).blocks);
        }
        language::reads(&body, &mail.subject, Context::None, reference, &Workdays::cn(), Some("陈曦"));
    }
    commands(mail.own(), Some(&mail.subject));
}

/// The body of a reply, as text and as a page. Own words are never more than was written.
pub fn reply_to_commands(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let own = reply::own_words(&text);
    assert!(own.text.len() <= text.len(), "own words are longer than the body");
    commands(&own, None);
    commands(&reply::own_html(&text), None);
}

fn commands(own: &reply::OwnWords, subject: Option<&str>) {
    let inline: Vec<Answer> =
        own.inline.iter().map(|inline| Answer { above: &inline.above, text: &inline.text }).collect();
    let calendar = Workdays::cn();
    let anchor = Anchor::new(moment(), &calendar);
    let items: Vec<Line> =
        [(1, "A-101", "提交测试报告"), (2, "A-102", "Send the revised budget"), (3, "A-103", "更新项目计划")]
            .map(|(n, id, task)| Line { n, id: id.into(), task: task.into() })
            .to_vec();
    for (context, items) in
        [(Context::Action, &items[..]), (Context::Meeting, &[]), (Context::MinutesGaps, &items[..1])]
    {
        let reading = command::read(&own.text, &inline, subject, context, items, &anchor, &Lexicon::empty());
        for command in &reading.commands {
            // A letter without lines leaves numbers as they were said.
            assert!(
                items.is_empty() || command.item.is_none_or(|n| items.iter().any(|line| line.n == n)),
                "a command for item {:?}, which the letter had not",
                command.item
            );
        }
    }
}

/// A task's sentence: every time in it stands where it is said to stand, and tells the phrase.
pub fn deadline(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for calendar in [Workdays::cn(), Workdays::mon_fri()] {
        let anchor = Anchor::new(moment(), &calendar);
        for found in [when::deadline(&text, &anchor), when::cell(&text, &anchor)].into_iter().flatten() {
            assert_eq!(text.get(found.span.clone()), Some(found.phrase.as_str()), "the phrase stands elsewhere");
        }
        let mut end = 0;
        for mention in when::all(&text, &anchor) {
            assert!(text.get(mention.span.clone()).is_some(), "a time outside the text: {:?}", mention.span);
            assert!(mention.span.start >= end, "times that overlap");
            end = mention.span.end;
        }
        when::meeting_start(&text, &anchor);
        when::recurrence(&text, &anchor);
        when::duration(&text);
    }
}

/// Bytes of a Word file; what is no archive is taken for the XML of its body, or fuzzing would end at the check sums.
pub fn docx(bytes: &[u8]) {
    match bytes.starts_with(b"PK") {
        true => file("a.docx", bytes),
        false => file("a.docx", &archive(&[("word/document.xml", bytes)])),
    }
}

/// Bytes of a workbook, old or new; XML is taken for its only sheet.
pub fn xlsx(bytes: &[u8]) {
    if !bytes.starts_with(b"<") {
        file("a.xlsx", bytes);
        file("a.xls", bytes);
        return;
    }
    let parts: &[(&str, &[u8])] = &[
        (
            "xl/workbook.xml",
            br#"<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            br#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", bytes),
    ];
    file("a.xlsx", &archive(parts));
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        out.start_file(*name, plain).expect("a part");
        out.write_all(bytes).expect("memory");
    }
    out.finish().expect("an archive").into_inner()
}

/// A page, as a document and as a reply.
pub fn html(bytes: &[u8]) {
    file("a.html", bytes);
    let text = String::from_utf8_lossy(bytes);
    reply::own_html(&text);
    Body::of_html(&text, "Fwd: 纪要", *moment().offset());
}

fn file(name: &str, bytes: &[u8]) {
    let document = Document::from_file(name, bytes);
    assert!(depth_of(&document.blocks) < 200, "quotes nest too deep to walk");
    let calendar = Workdays::cn();
    language::minutes::read(&document, moment(), &calendar, Some("陈曦"));
}

fn depth_of(blocks: &[Block]) -> usize {
    let inner = blocks.iter().filter_map(|block| match &block.kind {
        Kind::Quote(inner) => Some(1 + depth_of(inner)),
        _ => None,
    });
    inner.max().unwrap_or(0)
}

/// A calendar object.
pub fn ics(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for event in invite::read::read(&text, chrono_tz::Asia::Shanghai) {
        event.answer_of("chen.xi@lanqiao.example");
    }
}

/// A delivery report: bytes that are no mail of their own are taken for its machine-readable part (RFC 3464).
pub fn dsn(bytes: &[u8]) {
    let head = b"From: MAILER-DAEMON@mx.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n\
        --r\r\nContent-Type: message/delivery-status\r\n\r\n";
    let tail = b"\r\n--r\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <a@b.example>\r\n--r--\r\n";
    let own = automatic::Identity { addresses: vec!["duban@example.com".into()], instance: "example.com".into() };
    for raw in [bytes.to_vec(), [&head[..], bytes, &tail[..]].concat()] {
        let Ok(mail) = inbound::parse(&raw, &Limits::default()) else { continue };
        let verdict = automatic::classify(&mail, Some(""), &own);
        for bounced in &verdict.bounced {
            assert!(bounced.address.contains('@'), "no address: {bounced:?}");
            assert_eq!(bounced.severity.is_some(), bounced.action == automatic::Action::Failed, "{bounced:?}");
            assert!(bounced.address == bounced.address.to_lowercase(), "{bounced:?}");
        }
        assert!(verdict.bounced.is_empty() || !verdict.answerable, "a report is never answered");
    }
}

/// A reply address: no bytes are a token of a letter that they were not made for, and a true one is read back.
pub fn token(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let keys = Keys::new(&[7; 32], Some(&[9; 32]), "example.com");
    let number = bytes.iter().fold(1u64, |n, byte| n.wrapping_mul(31).wrapping_add(u64::from(*byte))) % (1 << 40);
    let letter = SentLetter { id: format!("{number}.1"), to: text.to_lowercase(), ..letter() };
    let now = moment().to_utc();
    for found in [Token::parse(&text), Token::of_address(&text)].into_iter().flatten() {
        assert!(!keys.fits(&found, &letter, now), "made out of nothing: {text}");
    }
    let made = keys.make(&letter, now).expect("a token");
    let read = Token::parse(&made.to_uppercase()).expect("a token");
    assert!(keys.fits(&read, &letter, now) && read.letter == letter.id);
}

fn letter() -> SentLetter {
    serde_json::from_value(serde_json::json!({
        "id": "1.1", "letter": "meeting_notice", "to": "a@example.com", "message_id": "m@example.com", "in_reply_to": null,
        "reply_to": "", "subject": "", "at": "2026-07-08T01:30:00Z", "lines": [], "context": "meeting", "objects": ["M-1"],
    }))
    .expect("a letter")
}

/// Results that servers write: of a foreign id they never pass, wherever they stand.
pub fn results(bytes: &[u8]) {
    let text: String = String::from_utf8_lossy(bytes).chars().filter(|c| !matches!(c, '\r' | '\n' | '\0')).collect();
    sender::sealed_results(&text, "lilei@example.com", "example.com");
    let raw = format!(
        "Authentication-Results: {text}\r\nReceived: from a by mx.example.com with ESMTP\r\nAuthentication-Results: mx.example.com; \
         dmarc=pass header.from=example.com\r\nFrom: lilei@example.com\r\n\r\nx\r\n"
    );
    let Ok(mail) = inbound::parse(raw.as_bytes(), &Limits::default()) else { return };
    let trust = TrustSettings { authserv_id: Some("mx.example.com".into()), ..TrustSettings::default() };
    let proof = sender::prove(&mail, &trust);
    let ours = text.to_ascii_lowercase().contains("mx.example.com");
    assert!(ours || !proof.passed(), "a foreign field passes: {text}");
}
