//! Office files in a process of their own, and their limits (TRUST P5, P6, O36).

use crate::house::{House, Session};
use base64::Engine;
use duban::document::{CELL_COUNT_MAX, Document, ENTRY_COUNT_MAX, UNPACKED_BYTES_MAX};
use duban::office::FileReader;
use duban::office::convert::Converters;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn program() -> std::path::PathBuf {
    env!("CARGO_BIN_EXE_duban").into()
}

fn zip(entries: &[(&str, &[u8], bool)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes, packed) in entries {
        let method = if *packed { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
        out.start_file(*name, zip::write::SimpleFileOptions::default().compression_method(method)).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn docx_of(body: &str) -> Vec<u8> {
    let xml = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    zip(&[("word/document.xml", xml.as_bytes(), true)])
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn is_unread(document: &Document) -> bool {
    document.blocks.is_empty() && !document.unread.is_empty()
}

#[test]
fn it_reads_the_same_as_here() {
    let apart = FileReader::apart(program());
    let csv = "任务,负责人\n甲,李雷\n".as_bytes().to_vec();
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("纪要.docx", docx_of(&(paragraph("负责人：李雷") + &paragraph("二")))),
        ("all.zip", zip(&[("a.csv", &csv, true), ("b.txt", "1. 张三 提交".as_bytes(), false)])),
        ("broken.docx", b"PK\x03\x04nonsense".to_vec()),
        ("empty.xlsx", Vec::new()),
        ("plain.txt", "words".into()),
        ("old.xls", vec![0xd0, 0xcf, 0x11, 0xe0, 0, 0]),
    ];
    for (name, bytes) in files {
        assert_eq!(apart.read(name, &bytes), FileReader::here().read(name, &bytes), "{name}");
    }
}

/// Whatever the child does, it costs one file: it dies, answers nonsense, does not read, does not answer.
#[test]
fn a_child_that_breaks_down_costs_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let script = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    let large = docx_of(&paragraph(&"x".repeat(300_000)));
    let stored = zip(&[("word/document.xml", &large, false)]);
    for (name, text) in [
        ("dies", "kill -9 $$"),
        ("says-nothing", "exec sleep 100"),
        ("nonsense", "printf 'abcdefgh'"),
        ("huge", "printf '\\377\\377\\377\\377'"),
        ("empty", "printf '\\2\\0\\0\\0{}'"),
    ] {
        let reader = FileReader::apart_within(script(name, text), Duration::from_millis(500));
        let begun = Instant::now();
        for _ in 0..2 {
            assert_eq!(reader.read("a.docx", &stored), Document::unreadable("a.docx"), "{name}");
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{name} held it up for {:?}", begun.elapsed());
    }
    let reader = FileReader::apart(folder.path().join("not there"));
    assert_eq!(reader.read("a.docx", &stored), Document::unreadable("a.docx"));
}

/// O36: a command that the administrator names turns the file into text; whatever it does, it costs one file.
#[test]
fn a_converter_reads_what_we_cannot() {
    let convert = |script: &str| {
        let command = vec!["sh".to_string(), "-c".to_string(), script.to_string()];
        FileReader::here().converting(Converters { pdf: command, program: program(), ..Converters::default() })
    };
    let read = |script: &str| convert(script).read("纪要.pdf", "1. 负责人：李雷；任务：报价".as_bytes());
    let text = |document: &Document| document.blocks.iter().map(|b| b.text.clone()).collect::<Vec<_>>().join("\n");
    assert!(text(&read("cat")).contains("李雷"), "{:?}", read("cat"));
    // It sees no environment of ours, starts in an empty folder, and cannot lift its bounds.
    let shown = text(&read("cat >/dev/null; ls -A | wc -l; env | grep -c CARGO; ulimit -t; ulimit -v; ulimit -n"));
    assert_eq!(shown.split_whitespace().collect::<Vec<_>>(), ["0", "0", "10", "1048576", "64"], "{shown}");
    // Nor can it read what is ours, where the kernel has Landlock.
    let secret = std::env::current_dir().unwrap().join("Cargo.toml");
    let read_secret = text(&read(&format!("cat >/dev/null; cat {} || echo shut in", secret.display())));
    let status = std::fs::read_to_string("/sys/kernel/security/lsm").unwrap_or_default();
    assert!(!status.contains("landlock") || read_secret.trim() == "shut in", "{read_secret}");
    for (name, script) in [
        ("fails", "exit 1"),
        ("says nothing", "cat >/dev/null"),
        ("dies", "kill -9 $$"),
        ("burns", "while :; do :; done"),
        ("eats", "cat >/dev/null; x=a; while :; do x=$x$x; done"),
        ("is not there", "exec no-such-program"),
    ] {
        let begun = Instant::now();
        assert!(is_unread(&read(script)), "{name}");
        assert!(begun.elapsed() < Duration::from_secs(60), "{name} held it up for {:?}", begun.elapsed());
    }
    // Without a command there is none.
    assert!(!FileReader::here().converts("纪要.pdf"));
}

/// Before the first byte of a file is read, the child can open nothing, write nothing and take little.
#[test]
fn the_child_limits_itself() {
    let mut child =
        Command::new(program()).arg("read-office").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let limits = format!("/proc/{}/limits", child.id());
    let begun = Instant::now();
    let limit = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap().to_string();
        line[name.len()..].split_whitespace().nth(1).unwrap().to_string()
    };
    let text = loop {
        let text = std::fs::read_to_string(&limits).unwrap();
        if limit(&text, "Max open files") == "3" {
            break text;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{text}");
        std::thread::yield_now();
    };
    assert_eq!(limit(&text, "Max cpu time"), "2");
    assert_eq!(limit(&text, "Max file size"), "0");
    assert_eq!(limit(&text, "Max core file size"), "0");
    let memory: u64 = limit(&text, "Max address space").parse().unwrap();
    assert!(memory < 1 << 30, "{memory}");
    // Nothing to read: it ends, and says so.
    drop(child.stdin.take());
    assert!(!child.wait().unwrap().success());
}

/// TRUST P5, each at its limit and one beyond.
#[test]
fn limits_hold_at_their_boundary() {
    let names: Vec<String> = (0..ENTRY_COUNT_MAX).map(|n| format!("x/{n}")).collect();
    let body = format!("<w:document><w:body>{}</w:body></w:document>", paragraph("words"));
    let with_entries = |count: usize| {
        let mut entries: Vec<(&str, &[u8], bool)> = vec![("word/document.xml", body.as_bytes(), true)];
        entries.extend(names.iter().take(count - 1).map(|name| (name.as_str(), b"x".as_slice(), false)));
        zip(&entries)
    };
    assert!(!is_unread(&Document::from_file("a.docx", &with_entries(ENTRY_COUNT_MAX))));
    assert!(is_unread(&Document::from_file("a.docx", &with_entries(ENTRY_COUNT_MAX + 1))));

    // Elements within elements: document, body, … and the text of a run at the 100th.
    let nested = |depth: usize| {
        let open: String = (0..depth - 5).map(|_| "<w:sdt>").collect();
        let close: String = (0..depth - 5).map(|_| "</w:sdt>").collect();
        docx_of(&format!("{open}{}{close}", paragraph("deep")))
    };
    assert!(Document::from_file("a.docx", &nested(100)).unread.is_empty());
    assert!(!Document::from_file("a.docx", &nested(101)).unread.is_empty());

    let cells =
        |count: usize| "1,".repeat(200).trim_end_matches(',').to_string() + "\n" + &"1,2\n".repeat((count - 200) / 2);
    assert!(Document::from_file("a.csv", cells(CELL_COUNT_MAX).as_bytes()).unread.is_empty());
    let one_more = cells(CELL_COUNT_MAX) + "1\n";
    assert!(!Document::from_file("a.csv", one_more.as_bytes()).unread.is_empty());

    // What unpacks: a hundred for one, with a floor of 4 MiB, and never more than 64 MiB.
    let padded = |stored: usize, unpacked: usize| {
        let head = "<w:document><w:body>";
        let tail = format!("{}</w:body></w:document>", paragraph("words"));
        let xml = format!("{head}{}{tail}", " ".repeat(unpacked - head.len() - tail.len()));
        // Noise does not pack.
        let noise: Vec<u8> = (0..stored as u64).map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u8).collect();
        zip(&[("noise", &noise, false), ("word/document.xml", xml.as_bytes(), true)])
    };
    assert!(!is_unread(&Document::from_file("a.docx", &padded(0, 4 << 20))));
    assert!(is_unread(&Document::from_file("a.docx", &padded(0, (4 << 20) + 1))));
    let most = UNPACKED_BYTES_MAX as usize;
    assert!(!is_unread(&Document::from_file("a.docx", &padded(700 << 10, most))));
    assert!(is_unread(&Document::from_file("a.docx", &padded(700 << 10, most + 1))));

    // A document type brings entities; none is read.
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\">]><w:document><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>";
    let document = Document::from_file("a.docx", &zip(&[("word/document.xml", bomb.as_bytes(), true)]));
    assert!(!document.unread.is_empty() && !format!("{document:?}").contains("bbbb"));
}

/// In the daemon: minutes in a Word file are read; one that breaks everything is told of, and the mail behind it is read.
#[test]
fn minutes_in_a_word_file_by_mail() {
    let mut house = House::new("");
    house.start();
    let mail = |id: &str, file: &[u8]| {
        let encoded = base64::engine::general_purpose::STANDARD.encode(file);
        let lines: Vec<&str> = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!(
            "From: dan@example.com\nTo: duban@example.com, bob@example.com\nSubject: Minutes {id}\nMessage-ID: <{id}@example.com>\n\
             Date: {}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
             The minutes are attached.\n--b\nContent-Type: application/octet-stream; name=\"minutes.docx\"\n\
             Content-Disposition: attachment; filename=\"minutes.docx\"\nContent-Transfer-Encoding: base64\n\n{}\n--b--\n",
            chrono::Utc::now().to_rfc2822(),
            lines.join("\n")
        )
    };
    let good = docx_of(
        &["Action items:", "1. Owner: Bob Li; Task: order the banners; Due: December 28"].map(paragraph).concat(),
    );
    let hostile = docx_of(&"<w:tbl><w:tr><w:tc>".repeat(200_000));
    let mut session = Session::open(house.lmtp).unwrap();
    for (id, file) in [("w1", &hostile), ("w2", &good)] {
        assert!(session.deliver("dan@example.com", &mail(id, file)).unwrap().starts_with("250"));
    }
    house.wait_for("the mails", |house| house.log().contains("read mail=2"));
    let items = house.json(&["list", "actions"]);
    assert_eq!(items.len(), 1, "{items:?}");
    assert_eq!(items[0]["task"], "order the banners");
    house.stop();
}
