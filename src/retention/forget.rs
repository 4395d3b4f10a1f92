//! `duban forget`: one person leaves the store (PIPL art. 47, GDPR art. 17).
//!
//! Every row that names one of the person's addresses or names is written again with a stand-in; what the person was to
//! the directory is removed. Mails and letters that the person wrote, got or is named in lose their bytes, whoever wrote
//! them: objects keep what was agreed. Then the store is compacted as [`super::compact`] does, so that journal, segments
//! and sled hold nothing of it either, and the whole data folder is searched.
//!
//! The chain of the journal stays whole: it runs over headers, and no header holds a word.

use super::{Done, put_place, rows_of};
use crate::config::Retention;
use crate::document::Document;
use crate::document::tree::Tree;
use crate::outbox::{FORGOTTEN_DOMAIN, LetterRow, LetterState};
use crate::store::receive::{InboxRow, json};
use crate::store::{Batch, DiskStore, Key, Place, Result, Store, StoreError, keys};
use mail_parser::{Message, MimeHeaders, PartType};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

/// Who is to be forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The person's addresses.
    pub addresses: Vec<String>,
    /// Names beside those that the store knows for these addresses.
    pub names: Vec<String>,
    /// `zh-CN`, `zh-TW` or `en`: the language of the stand-in.
    pub language: String,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgotten {
    /// What stands in objects from now on.
    pub stand_in: String,
    pub rows: u64,
    pub texts: u64,
    pub letters_dropped: u64,
    /// Files below the data folder in which an address still stands, and why that may be.
    pub left: Vec<String>,
    pub compacted: Done,
}

/// Rows written in one commit.
const STEP: usize = 200;

/// The person as text to look for and what to put in its place.
struct Person {
    /// Lower case.
    addresses: Vec<String>,
    /// Longest first.
    names: Vec<String>,
    address: String,
    name: String,
}

/// Forgets, compacts, searches. Nothing else may decide meanwhile.
pub fn forget(store: &DiskStore, request: &Request, rules: &Retention, now: i64) -> Result<Forgotten> {
    store.seal()?;
    let person = person(store, request, now)?;
    let mut done = Forgotten { stand_in: person.name.clone(), ..Forgotten::default() };
    let emptied = texts(store, &person, now, &mut done)?;
    rows(store, &person, now, &mut done)?;
    store.sync(store.tip())?;
    done.compacted = super::compact(store, rules, &emptied, now)?;
    leftovers(store.dir())?;
    done.left = search(store.dir(), &person)?;
    Ok(done)
}

/// A number of its own for each forgotten person, so that two of them do not become one.
fn person(store: &DiskStore, request: &Request, now: i64) -> Result<Person> {
    let key = keys::fact("forgotten");
    let last = store.get(&key)?.and_then(|value| std::str::from_utf8(&value).ok()?.parse::<u64>().ok()).unwrap_or(0);
    let number = last + 1;
    let mut batch = Batch::new(store.epoch(), now, [0; 32]);
    batch.put(key, number.to_string());
    store.commit(batch)?;
    let addresses: Vec<String> = request.addresses.iter().map(|address| address.trim().to_lowercase()).collect();
    let mut names: HashSet<String> = request.names.iter().map(|name| name.trim().to_string()).collect();
    rows_of(store, keys::OBJECT, &mut |_, value| {
        if let Ok(row) = serde_json::from_slice(value) {
            names_in(&row, &addresses, &mut names);
        }
        Ok(())
    })?;
    // One letter or character is no name that could be looked for.
    let mut names: Vec<String> =
        names.into_iter().filter(|name| name.chars().count() > 1 && !name.contains('@')).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let name = match request.language.as_str() {
        "en" => format!("forgotten person {number}"),
        "zh-TW" => format!("已刪除人員{number}"),
        _ => format!("已删除人员{number}"),
    };
    Ok(Person { addresses, names, address: format!("forgotten-{number}{FORGOTTEN_DOMAIN}"), name })
}

/// Names that stand beside one of the addresses: `{"address": …, "name": …}` and `"owner_address": …, "owner": …`.
fn names_in(value: &Value, addresses: &[String], into: &mut HashSet<String>) {
    match value {
        Value::Object(map) => {
            for (field, inner) in map {
                let Some(text) = inner.as_str().filter(|text| addresses.contains(&text.to_lowercase())) else {
                    names_in(inner, addresses, into);
                    continue;
                };
                let beside = match field.as_str() {
                    "address" => "name",
                    _ => field.strip_suffix("_address").unwrap_or_default(),
                };
                if let Some(name) = map.get(beside).and_then(Value::as_str).filter(|name| *name != text) {
                    into.insert(name.trim().to_string());
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| names_in(inner, addresses, into)),
        _ => {}
    }
}

/// What may stand in an address beside its `@`.
fn is_address_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'-' | b'+' | b'=' | b'@') || byte >= 0x80
}

/// Where `needle` (lower case) stands by itself in `text`, letter case aside.
fn find(text: &[u8], needle: &[u8], from: usize, alone: impl Fn(Option<u8>, Option<u8>) -> bool) -> Option<usize> {
    let first = needle.first()?;
    let mut at = from;
    while let Some(rest) = text.get(at..).filter(|rest| rest.len() >= needle.len()) {
        let step = rest.iter().position(|byte| byte.eq_ignore_ascii_case(first))?;
        at += step;
        let end = at + needle.len();
        if text.get(at..end).is_some_and(|piece| piece.eq_ignore_ascii_case(needle)) {
            let before = at.checked_sub(1).and_then(|at| text.get(at)).copied();
            if alone(before, text.get(end).copied()) {
                return Some(at);
            }
        }
        at += 1;
    }
    None
}

fn address_alone(before: Option<u8>, after: Option<u8>) -> bool {
    // A full stop ends a sentence as often as it goes on in a domain.
    let inside = |byte: Option<u8>| byte.is_some_and(|byte| byte < 0x80 && is_address_byte(byte) && byte != b'.');
    !inside(before) && !inside(after) && before != Some(b'.')
}

/// A Latin name is a word; a Chinese one stands between other characters.
fn name_alone(before: Option<u8>, after: Option<u8>) -> bool {
    let letter = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    !letter(before) && !letter(after)
}

impl Person {
    fn is_in(&self, text: &[u8]) -> bool {
        self.addresses.iter().any(|address| find(text, address.as_bytes(), 0, address_alone).is_some())
            || self.names.iter().any(|name| find(text, name.as_bytes(), 0, name_alone).is_some())
    }

    fn replace(&self, text: &[u8], with_names: bool) -> Option<Vec<u8>> {
        let mut out: Option<Vec<u8>> = None;
        let addresses = self.addresses.iter().map(|address| (address, &self.address, true));
        let names = self.names.iter().filter(|_| with_names).map(|name| (name, &self.name, false));
        for (what, stand_in, is_address) in addresses.chain(names) {
            let mut from = 0;
            loop {
                let whole = out.as_deref().unwrap_or(text);
                let found = match is_address {
                    true => find(whole, what.as_bytes(), from, address_alone),
                    false => find(whole, what.as_bytes(), from, name_alone),
                };
                let Some(at) = found else { break };
                let mut changed = whole.get(..at).unwrap_or_default().to_vec();
                changed.extend_from_slice(stand_in.as_bytes());
                from = changed.len();
                changed.extend_from_slice(whole.get(at + what.len()..).unwrap_or_default());
                out = Some(changed);
            }
        }
        out
    }

    fn text(&self, text: &str) -> Option<String> {
        self.replace(text.as_bytes(), true).and_then(|bytes| String::from_utf8(bytes).ok())
    }

    /// Replaces in every string and field name; tells whether anything changed.
    fn json(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => match self.text(text) {
                Some(changed) => {
                    *text = changed;
                    true
                }
                None => false,
            },
            Value::Array(list) => list.iter_mut().fold(false, |changed, inner| self.json(inner) | changed),
            Value::Object(map) => {
                let mut changed = false;
                let mut after = Map::new();
                for (field, mut inner) in std::mem::take(map) {
                    changed |= self.json(&mut inner);
                    let renamed = self.text(&field);
                    changed |= renamed.is_some();
                    after.insert(renamed.unwrap_or(field), inner);
                }
                *map = after;
                changed
            }
            _ => false,
        }
    }

    /// Whether a mail or letter names the person anywhere: head, words, attached documents.
    fn is_in_mail(&self, raw: &[u8]) -> bool {
        if self.is_in(raw) {
            return true;
        }
        // What cannot be read is not kept for its words.
        let Some(message) = Tree::parse(raw) else { return true };
        let mut waiting: Vec<&Message<'_>> = vec![&message];
        while let Some(mail) = waiting.pop() {
            for part in &mail.parts {
                let named = match &part.body {
                    PartType::Text(text) | PartType::Html(text) => self.is_in(text.as_bytes()),
                    PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                        let name = part.attachment_name().unwrap_or_default();
                        self.is_in(bytes) || self.is_in(name.as_bytes()) || self.is_in_file(name, bytes)
                    }
                    PartType::Message(inner) => {
                        waiting.push(inner);
                        false
                    }
                    PartType::Multipart(_) => false,
                };
                let head = || part.headers.iter().any(|field| self.is_in(format!("{:?}", field.value).as_bytes()));
                if named || head() {
                    return true;
                }
            }
        }
        false
    }

    fn is_in_file(&self, name: &str, bytes: &[u8]) -> bool {
        let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
        if !matches!(ending.as_str(), "docx" | "docm" | "xlsx" | "xlsm" | "xls" | "csv" | "tsv") {
            return false;
        }
        let document = Document::from_file(name, bytes);
        self.is_in(format!("{:?}", document.blocks).as_bytes())
    }

    /// Whether this row is about the person as such: the directory's record, and what finds it.
    fn owns(&self, key: &[u8]) -> bool {
        let directory = matches!(key.first(), Some(&keys::OBJECT | &keys::HISTORY | b'r' | b'g'));
        let rest = key.get(1..).unwrap_or_default();
        self.addresses.iter().any(|address| {
            let address = address.as_bytes();
            let of_person = rest == address || (rest.starts_with(address) && rest.get(address.len()) == Some(&0));
            directory && of_person
                || key.first() == Some(&b'x')
                    && key.len() > address.len()
                    && key.ends_with(address)
                    && key.get(key.len() - address.len() - 1) == Some(&0)
                    && rest.starts_with(b"people\0")
        })
    }
}

/// Takes the bytes out of every mail and letter that names the person. Gives the segments in which they lay.
fn texts(store: &DiskStore, person: &Person, now: i64, done: &mut Forgotten) -> Result<HashSet<u32>> {
    let mut emptied = HashSet::new();
    for kind in [keys::MAIL, keys::MOMENT, keys::LETTER, keys::QUARANTINE, keys::INBOX, keys::PROVING] {
        let mut found: Vec<(Key, Place)> = Vec::new();
        rows_of(store, kind, &mut |key, value| {
            let Ok(row) = serde_json::from_slice::<Value>(value) else { return Ok(()) };
            let Some(place) = super::place_of(&row).filter(|place| !place.is_removed()) else { return Ok(()) };
            let concerns = match store.blob(&place) {
                Ok(blob) => person.is_in(value) || person.is_in_mail(&blob),
                // What cannot be read is not kept for its words.
                Err(StoreError::Damaged { .. }) => true,
                Err(error) => return Err(error),
            };
            if concerns {
                found.push((key.to_vec(), place));
            }
            Ok(())
        })?;
        for step in found.chunks(STEP) {
            again(|| {
                let mut batch = Batch::new(store.epoch(), now, [0; 32]);
                let mut counted = (0, 0, Vec::new());
                for (key, place) in step {
                    let Some(value) = store.get(key)? else { continue };
                    if let Some(dropped) = give_up(&mut batch, person, kind, key, &value, place, now) {
                        counted.0 += 1;
                        counted.1 += u64::from(dropped);
                        counted.2.push(place.segment);
                    }
                }
                commit(store, batch)?;
                done.texts += counted.0;
                done.letters_dropped += counted.1;
                emptied.extend(counted.2);
                Ok(())
            })?;
        }
    }
    Ok(emptied)
}

/// The row without its bytes; `None`: they are still needed, `Some(true)`: a letter that waited will not go out.
fn give_up(
    batch: &mut Batch,
    person: &Person,
    kind: u8,
    key: &[u8],
    value: &[u8],
    place: &Place,
    now: i64,
) -> Option<bool> {
    match kind {
        keys::QUARANTINE => {
            batch.expect(key, Some(value));
            batch.delete(key);
            Some(false)
        }
        keys::INBOX | keys::PROVING => {
            // Unread: the person's own will not be read, others' must be.
            let row: InboxRow = serde_json::from_slice(value).ok()?;
            let own = row.mail_from.is_some_and(|from| person.is_in(from.as_bytes()));
            if !own {
                return None;
            }
            batch.expect(key, Some(value));
            batch.delete(key);
            Some(false)
        }
        keys::LETTER => {
            let row: LetterRow = serde_json::from_slice(value).ok()?;
            let ended = matches!(row.state, LetterState::Sent | LetterState::Refused | LetterState::Dropped);
            if !ended && !person.is_in(row.sent.to.as_bytes()) {
                return None;
            }
            let gone = LetterRow { place: place.removed(), ..row.clone() };
            batch.expect(key, Some(value));
            if ended {
                batch.put(key, json(&gone));
                return Some(false);
            }
            let reply = "the reader was forgotten".to_string();
            let after = LetterRow { state: LetterState::Dropped, ended: Some(now), reply, ..gone };
            crate::outbox::put(batch, Some(&row), &after);
            Some(true)
        }
        _ => {
            let mut row: Value = serde_json::from_slice(value).ok()?;
            put_place(&mut row, &place.removed());
            batch.expect(key, Some(value));
            batch.put(key, json(&row));
            Some(false)
        }
    }
}

/// Writes every row that names the person with the stand-in.
fn rows(store: &DiskStore, person: &Person, now: i64, done: &mut Forgotten) -> Result<()> {
    let mut found: Vec<Key> = Vec::new();
    crate::store::for_each_prefix(store, b"", |key, value| {
        if person.is_in(key) || person.is_in(value) || person.owns(key) || names_in_escapes(person, value) {
            found.push(key.to_vec());
        }
        Ok(())
    })?;
    for step in found.chunks(STEP) {
        again(|| {
            let mut batch = Batch::new(store.epoch(), now, [0; 32]);
            for key in step {
                let Some(value) = store.get(key)? else { continue };
                // What goes out or waits to be read in this moment keeps its reader; see `search`.
                if key.first() == Some(&keys::INBOX) {
                    continue;
                }
                batch.expect(key.clone(), Some(&value));
                if person.owns(key) {
                    batch.delete(key.clone());
                    continue;
                }
                let renamed = person.replace(key, false);
                let changed = changed_value(person, &value);
                if let Some(after) = &renamed {
                    batch.delete(key.clone());
                    batch.put(after.clone(), changed.unwrap_or_else(|| value.to_vec()));
                } else if let Some(changed) = changed {
                    batch.put(key.clone(), changed);
                }
            }
            let count = step.len() as u64;
            commit(store, batch)?;
            done.rows += count;
            Ok(())
        })?;
    }
    Ok(())
}

/// JSON may write characters as `\uXXXX`; ours does not, but who knows what a row of a future version does.
fn names_in_escapes(person: &Person, value: &[u8]) -> bool {
    value.windows(2).any(|pair| pair == b"\\u")
        && serde_json::from_slice::<Value>(value).is_ok_and(|mut row| person.json(&mut row))
}

fn changed_value(person: &Person, value: &[u8]) -> Option<Vec<u8>> {
    match serde_json::from_slice::<Value>(value) {
        Ok(mut row @ (Value::Object(_) | Value::Array(_) | Value::String(_))) => {
            person.json(&mut row).then(|| json(&row))
        }
        _ => person.replace(value, true),
    }
}

fn commit(store: &dyn Store, batch: Batch) -> Result<()> {
    if !batch.changes.is_empty() {
        store.commit(batch)?;
    }
    Ok(())
}

/// Once more where a row changed while it was looked at.
fn again(mut attempt: impl FnMut() -> Result<()>) -> Result<()> {
    for _ in 0..100 {
        match attempt() {
            Err(StoreError::Conflict) => {}
            other => return other,
        }
    }
    Err(StoreError::Conflict)
}

/// What crashes and repairs have left beside the store.
fn leftovers(dir: &Path) -> Result<()> {
    let doing = |path: &Path| format!("removing {}", path.display());
    for path in [dir.join("sled.damaged"), dir.join("fresh")] {
        if path.exists() {
            std::fs::remove_dir_all(&path).map_err(|e| StoreError::io(doing(&path), e))?;
        }
    }
    let journal = dir.join("journal");
    for entry in std::fs::read_dir(&journal).map_err(|e| StoreError::io("listing the journal", e))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("torn-") || name.ends_with(".lost") {
            std::fs::remove_file(entry.path()).map_err(|e| StoreError::io(doing(&entry.path()), e))?;
        }
    }
    Ok(())
}

/// Files below the data folder in which an address still stands.
fn search(dir: &Path, person: &Person) -> Result<Vec<String>> {
    let mut left = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(at) = open.pop() {
        for entry in
            std::fs::read_dir(&at).map_err(|e| StoreError::io(format!("listing {}", at.display()), e))?.flatten()
        {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(path),
                Ok(kind) if kind.is_file() && holds(&path, person)? => {
                    left.push(path.strip_prefix(dir).unwrap_or(&path).display().to_string());
                }
                _ => {}
            }
        }
    }
    left.sort();
    Ok(left)
}

fn holds(path: &Path, person: &Person) -> Result<bool> {
    let doing = || format!("searching {}", path.display());
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        // The daemon removes and renames while it works.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(StoreError::io(doing(), error)),
    };
    let longest = person.addresses.iter().map(String::len).max().unwrap_or(0);
    let mut buffer: Vec<u8> = Vec::new();
    let mut piece = vec![0u8; 1 << 20];
    loop {
        let read = file.read(&mut piece).map_err(|e| StoreError::io(doing(), e))?;
        if read == 0 {
            return Ok(false);
        }
        buffer.extend_from_slice(piece.get(..read).unwrap_or_default());
        if person.addresses.iter().any(|address| find(&buffer, address.as_bytes(), 0, |_, _| true).is_some()) {
            return Ok(true);
        }
        let keep = buffer.len().saturating_sub(longest);
        buffer.drain(..keep);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use serde_json::json;

    fn li() -> Person {
        Person {
            addresses: vec!["li@x.com".into()],
            names: vec!["李雷".into(), "Li Lei".into()],
            address: "forgotten-1@forgotten.invalid".into(),
            name: "N".into(),
        }
    }

    #[test]
    fn only_the_person_is_replaced() {
        let replaced = |text: &str| li().text(text).unwrap_or_else(|| text.to_string());
        assert_eq!(replaced("mail LI@X.com, please."), "mail forgotten-1@forgotten.invalid, please.");
        assert_eq!(replaced("<li@x.com>"), "<forgotten-1@forgotten.invalid>");
        assert_eq!(replaced("ask li@x.com."), "ask forgotten-1@forgotten.invalid.");
        for other in ["ali@x.com", "li@x.community", "li@x.com-a.test", "a.li@x.com", "Li Leib", "韩梅梅"] {
            assert_eq!(replaced(other), other);
        }
        assert_eq!(replaced("请李雷和Li Lei提交"), "请N和N提交");
    }

    #[test]
    fn names_beside_an_address_are_found() {
        let mut names = HashSet::new();
        let row = json!({"owner": "李雷", "owner_address": "LI@x.com", "all": [{"name": "Li", "address": "li@x.com"},
            {"name": "Han", "address": "han@x.com"}]});
        names_in(&row, &["li@x.com".into()], &mut names);
        assert_eq!(names, HashSet::from(["李雷".to_string(), "Li".to_string()]));
    }

    #[test]
    fn words_are_found_under_their_encodings() {
        let encoded = "From: a@b.c\r\nSubject: =?utf-8?B?5p2O6Zu3?=\r\n\r\nx\r\n";
        assert!(li().is_in_mail(encoded.as_bytes()));
        let body = "From: a@b.c\r\nContent-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n\r\nwO7A1w==\r\n";
        assert!(li().is_in_mail(body.as_bytes()));
        assert!(!li().is_in_mail(b"From: a@b.c\r\n\r\nnobody\r\n"));
    }
}
