//! What it costs to understand a mail: `cargo bench --bench reading`.
//!
//! Bytes to own words, document, calls, minutes and commands, as the deciding thread has them; nothing is stored. The mails
//! are those of `tests/corpus/minutes` and of real clients in `tests/mail`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::Offset;
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use duban::domain::reading::{Context, Reads};
use duban::domain::workdays::Workdays;
use duban::language::names::Lexicon;
use duban::language::when::Anchor;
use duban::language::{self, Body, command};
use duban::mail::inbound::{self, Inbound, Limits};
use std::path::Path;

fn main() {
    divan::main();
}

/// Every mail below a folder, in the order of their names.
fn mails(folder: &str) -> Vec<Vec<u8>> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "eml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

fn parsed(mails: &[Vec<u8>]) -> Vec<Inbound> {
    mails.iter().filter_map(|mail| inbound::parse(mail, &Limits::default()).ok()).collect()
}

fn understood(mail: &Inbound, calendar: &Workdays) -> Reads {
    let reference = mail.date.unwrap_or_default();
    let body = Body::of_words(mail.text_words(), &mail.subject, reference.offset().fix());
    let subject = mail.base_subject.text.as_str();
    let (mut reads, _) = language::reads(&body, subject, Context::None, reference, calendar, None);
    if reads.minutes.is_none() && reads.meeting.is_none() {
        let anchor = Anchor::new(reference, calendar);
        let own = &mail.own().text;
        let answer = command::read(own, &[], Some(&mail.subject), Context::None, &[], &anchor, &Lexicon::empty());
        reads.commands = Some(answer.commands);
    }
    reads
}

fn counted<'a, 'b>(bencher: Bencher<'a, 'b>, mails: &[Vec<u8>]) -> Bencher<'a, 'b> {
    bencher.counter(ItemsCount::new(mails.len())).counter(BytesCount::new(mails.iter().map(Vec::len).sum::<usize>()))
}

/// Parts, headers, bodies.
#[divan::bench(args = ["tests/corpus/minutes", "tests/mail"])]
fn parse(bencher: Bencher, folder: &str) {
    let mails = mails(folder);
    counted(bencher, &mails).bench_local(|| parsed(&mails));
}

/// And what the words say.
#[divan::bench(args = ["tests/corpus/minutes", "tests/mail"])]
fn understand(bencher: Bencher, folder: &str) {
    let mails = mails(folder);
    let calendar = Workdays::cn();
    counted(bencher, &mails)
        .bench_local(|| parsed(&mails).iter().map(|mail| understood(mail, &calendar)).collect::<Vec<_>>());
}
