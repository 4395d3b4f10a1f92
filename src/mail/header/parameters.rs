//! Parameters of a field (RFC 2231) and the names of files.

use super::charset::decode_charset;
use super::word::{clean, decode};
use std::borrow::Cow;

/// A value with parameters (Content-Type, Content-Disposition): the value in lower case and the decoded parameters,
/// names in lower case. `name*` (RFC 2231) stands before `name`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    pub value: String,
    list: Vec<(String, String)>,
}

impl Parameters {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.list.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// How many parameters and pieces of one field are read.
const PARAMETER_COUNT_MAX: usize = 100;

pub fn parameters(raw: &[u8], charset: Option<&str>) -> Parameters {
    let mut pieces: Vec<(String, Vec<u8>)> = Vec::new();
    let mut parts = split_outside_quotes(raw, b';');
    let value =
        parts.next().map(|v| decode(&without_comments(v), None).to_lowercase().replace(' ', "")).unwrap_or_default();
    for part in parts.take(PARAMETER_COUNT_MAX) {
        let Some(equals) = part.iter().position(|c| *c == b'=') else { continue };
        let name: String = part[..equals]
            .iter()
            .filter(|c| c.is_ascii_graphic())
            .map(|c| char::from(c.to_ascii_lowercase()))
            .collect();
        let value = part.get(equals + 1..).unwrap_or_default();
        // Names of files have brackets of their own.
        let value = if name == "charset" { without_comments(value) } else { Cow::Borrowed(value) };
        pieces.push((name, unquote(&value)));
    }
    let mut list: Vec<(String, String)> = Vec::new();
    // RFC 2231: name*, name*0*, name*0 …: gathered by name, pieces in order of their number
    /// number, percent-encoded, bytes
    type Piece = (u32, bool, Vec<u8>);
    let mut extended: Vec<(String, Vec<Piece>)> = Vec::new();
    for (name, bytes) in &pieces {
        let Some((base, rest)) = name.split_once('*') else { continue };
        let (number, encoded) = match rest.strip_suffix('*') {
            Some(number) => (number, true),
            None if rest.is_empty() => ("", true),
            None => (rest, false),
        };
        let number = if number.is_empty() { 0 } else { number.parse::<u32>().unwrap_or(u32::MAX) };
        match extended.iter_mut().find(|(n, _)| n == base) {
            Some((_, slots)) => slots.push((number, encoded, bytes.clone())),
            None => extended.push((base.to_owned(), vec![(number, encoded, bytes.clone())])),
        }
    }
    for (name, mut slots) in extended {
        slots.sort_by_key(|(number, ..)| *number);
        let mut label: Option<String> = None;
        let mut bytes: Vec<u8> = Vec::new();
        for (n, (_, encoded, piece)) in slots.iter().enumerate() {
            if *encoded {
                let mut piece = piece.as_slice();
                if n == 0 {
                    let mut quotes = piece.iter().enumerate().filter(|(_, c)| **c == b'\'').map(|(i, _)| i);
                    if let (Some(a), Some(b)) = (quotes.next(), quotes.next()) {
                        label = Some(String::from_utf8_lossy(piece.get(..a).unwrap_or_default()).into_owned());
                        piece = piece.get(b + 1..).unwrap_or_default();
                    }
                }
                bytes.extend(percent(piece));
            } else {
                bytes.extend(piece);
            }
        }
        let label = label.filter(|l| !l.is_empty());
        let text = if label.is_none() && bytes.windows(2).any(|w| w == b"=?") {
            decode(&bytes, charset)
        } else {
            clean(&decode_charset(label.as_deref().or(charset), &bytes))
        };
        list.push((name, text));
    }
    for (name, bytes) in pieces {
        if !name.contains('*') && !list.iter().any(|(n, _)| *n == name) {
            list.push((name, decode(&bytes, charset)));
        }
    }
    Parameters { value, list }
}

fn percent(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(c) = bytes.get(i) {
        let hex = |c: Option<&u8>| c.and_then(|c| char::from(*c).to_digit(16)).map(|d| d as u8);
        if *c == b'%'
            && let (Some(a), Some(b)) = (hex(bytes.get(i + 1)), hex(bytes.get(i + 2)))
        {
            out.push(a << 4 | b);
            i += 3;
            continue;
        }
        out.push(*c);
        i += 1;
    }
    out
}

fn split_outside_quotes(raw: &[u8], by: u8) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    let mut escaped = false;
    raw.split(move |c| {
        if escaped {
            escaped = false;
            return false;
        }
        match c {
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            c if *c == by && !quoted => return true,
            _ => {}
        }
        false
    })
}

/// `text/plain (as written)`: a comment says nothing (RFC 2045 §5.1).
fn without_comments(raw: &[u8]) -> Cow<'_, [u8]> {
    if !raw.contains(&b'(') || raw.contains(&b'"') {
        return Cow::Borrowed(raw);
    }
    let (mut out, mut depth) = (Vec::with_capacity(raw.len()), 0usize);
    for byte in raw {
        match byte {
            b'(' => depth += 1,
            b')' if depth > 0 => depth -= 1,
            byte if depth == 0 => out.push(*byte),
            _ => {}
        }
    }
    Cow::Owned(out)
}

fn unquote(raw: &[u8]) -> Vec<u8> {
    let raw = raw.trim_ascii();
    let Some(inner) = raw.strip_prefix(b"\"") else { return raw.to_vec() };
    let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
    let mut out = Vec::with_capacity(inner.len());
    let mut i = 0;
    while let Some(c) = inner.get(i) {
        // Windows paths in names are not escapes: only \" and \\ are
        if *c == b'\\' && matches!(inner.get(i + 1), Some(b'"' | b'\\')) {
            i += 1;
        }
        if let Some(c) = inner.get(i) {
            out.push(*c);
        }
        i += 1;
    }
    out
}

/// Longest attachment name kept, in octets (TRUST P14).
pub const NAME_OCTETS_MAX: usize = 120;

/// A file name that may be shown and stored as data: base name only, no control, bidi or separator characters, no
/// reserved names, at most [`NAME_OCTETS_MAX`] octets, ending kept.
pub fn file_name(name: &str) -> String {
    let base = name
        .rsplit(['/', '\\', '／', '＼', '∕', '⁄'])
        .find(|p| !p.trim().trim_matches('.').is_empty())
        .unwrap_or_default();
    let mut out = String::with_capacity(base.len());
    for c in base.chars() {
        match c {
            c if c.is_control() => {}
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{fffe}' => {}
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => out.push('_'),
            '.' if out.ends_with('.') => {}
            _ => out.push(c),
        }
    }
    let mut out = out.trim().trim_start_matches('.').trim_end_matches(['.', ' ']).to_owned();
    let stem = out.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let reserved = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    if reserved {
        out.insert(0, '_');
    }
    if out.len() > NAME_OCTETS_MAX {
        let ending = out
            .rsplit_once('.')
            .map(|(_, e)| e)
            .filter(|e| e.len() <= 12 && !e.is_empty())
            .map(|e| format!(".{e}"))
            .unwrap_or_default();
        let mut end = NAME_OCTETS_MAX - ending.len();
        while !out.is_char_boundary(end) {
            end -= 1;
        }
        out.truncate(end);
        out = format!("{}{ending}", out.trim_end_matches(['.', ' ']));
    }
    out
}
