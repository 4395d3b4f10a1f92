//! Encoded words (RFC 2047), cut in the middle of a character as well.

use super::charset::decode_charset;
use super::transfer::{base64, quoted_printable};

struct Word<'a> {
    charset: &'a [u8],
    base64: bool,
    text: &'a [u8],
    length: usize,
}

/// RFC 2047 allows 75 octets; clients that fold nothing write kilobytes.
const WORD_OCTETS_MAX: usize = 8192;

/// An encoded word at the beginning of `bytes` (RFC 2047), spaces within it forgiven.
fn encoded_word(bytes: &[u8]) -> Option<Word<'_>> {
    let rest = bytes.strip_prefix(b"=?")?;
    let charset_end = rest.iter().take(48).position(|c| *c == b'?')?;
    let charset = rest.get(..charset_end)?;
    if charset.is_empty() || !charset.iter().all(|c| c.is_ascii_graphic()) {
        return None;
    }
    let kind = rest.get(charset_end + 1)?.to_ascii_lowercase();
    if !matches!(kind, b'b' | b'q') || rest.get(charset_end + 2) != Some(&b'?') {
        return None;
    }
    let text = rest.get(charset_end + 3..)?;
    // the end is the first ?= that does not itself begin an escape: "?=3D" within Q
    let mut at = 0;
    loop {
        let i = at + text.get(at..)?.iter().take(WORD_OCTETS_MAX).position(|c| *c == b'?')?;
        if text.get(i + 1) == Some(&b'=') {
            let escape = kind == b'q'
                && text.get(i + 2).is_some_and(u8::is_ascii_hexdigit)
                && text.get(i + 3).is_some_and(u8::is_ascii_hexdigit);
            if !escape {
                let charset = charset.split(|c| *c == b'*').next().unwrap_or(charset);
                return Some(Word {
                    charset,
                    base64: kind == b'b',
                    text: text.get(..i)?,
                    length: 2 + charset_end_full(rest, i),
                });
            }
        }
        at = i + 1;
        // a word never closed is not looked for to the end of the field, once for each beginning
        if at > WORD_OCTETS_MAX {
            return None;
        }
    }
}

fn charset_end_full(rest: &[u8], text_end: usize) -> usize {
    // "charset?B?" and the text and "?="
    rest.iter().position(|c| *c == b'?').unwrap_or(0) + 3 + text_end + 2
}

/// A raw field value as text: unfolded, encoded words decoded (neighbours of one charset joined as bytes first, so that
/// a character cut in two is whole again), raw eight-bit text guessed, control characters gone.
pub fn decode(raw: &[u8], charset: Option<&str>) -> String {
    // Most fields say in ASCII what they say; an escape is another charset's.
    if charset.is_none() && raw.iter().all(|c| c.is_ascii() && *c != 0x1b) && !raw.windows(2).any(|two| two == b"=?") {
        let mut out = String::with_capacity(raw.len());
        for c in raw {
            if c.is_ascii_graphic() {
                out.push(char::from(*c));
            } else if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        }
        out.truncate(out.trim_end().len());
        return out;
    }
    clean(&decoded(raw, charset))
}

/// A subject: as any field, but an encoded line end is its end. What stands behind it wants to become a field of its own
/// when it is written down again (TRUST P10).
pub fn subject(raw: &[u8], charset: Option<&str>) -> String {
    let whole = decoded(raw, charset);
    clean(whole.split(['\r', '\n']).find(|line| !line.trim().is_empty()).unwrap_or_default())
}

/// What [`decode`] cleans: line ends that were encoded still stand in it.
fn decoded(raw: &[u8], charset: Option<&str>) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut plain: Vec<u8> = Vec::new();
    // charset and bytes of the words just read, and base64 text that does not fill a quantum
    let mut run: Option<(Vec<u8>, Vec<u8>)> = None;
    let mut open: Vec<u8> = Vec::new();
    let mut i = 0;
    let mut gap: Vec<u8> = Vec::new();
    let flush_run = |run: &mut Option<(Vec<u8>, Vec<u8>)>, open: &mut Vec<u8>, out: &mut String| {
        if let Some((charset, mut bytes)) = run.take() {
            bytes.extend(base64(open));
            open.clear();
            let label = String::from_utf8_lossy(&charset).into_owned();
            out.push_str(&decode_charset(Some(&label), &bytes));
        }
    };
    while let Some(c) = raw.get(i) {
        if *c == b'='
            && let Some(word) = encoded_word(raw.get(i..).unwrap_or_default())
        {
            if !plain.is_empty() {
                flush_run(&mut run, &mut open, &mut out);
                out.push_str(&decode_charset(charset, &plain));
                plain.clear();
            }
            let same = run.as_ref().is_some_and(|(name, _)| name.eq_ignore_ascii_case(word.charset));
            if !same {
                flush_run(&mut run, &mut open, &mut out);
                run = Some((word.charset.to_vec(), Vec::new()));
            }
            gap.clear();
            if let Some((_, bytes)) = &mut run {
                if word.base64 {
                    open.extend(word.text.iter().filter(|c| !c.is_ascii_whitespace()));
                    if open.len().is_multiple_of(4) || open.ends_with(b"=") {
                        bytes.extend(base64(&open));
                        open.clear();
                    }
                } else {
                    bytes.extend(base64(&open));
                    open.clear();
                    bytes.extend(quoted_printable(word.text, true));
                }
            }
            i += word.length;
            continue;
        }
        if c.is_ascii_whitespace() {
            if run.is_some() && plain.is_empty() {
                // white space between two words vanishes, before other text it stays
                gap.push(b' ');
            } else {
                plain.push(b' ');
            }
        } else {
            if !gap.is_empty() {
                flush_run(&mut run, &mut open, &mut out);
                plain.push(b' ');
                gap.clear();
            } else if plain.is_empty() {
                flush_run(&mut run, &mut open, &mut out);
            }
            plain.push(*c);
        }
        i += 1;
    }
    flush_run(&mut run, &mut open, &mut out);
    if !plain.is_empty() {
        out.push_str(&decode_charset(charset, &plain));
    }
    out
}

/// Control characters become spaces, runs of spaces one, ends trimmed.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c };
        if c == ' ' && (out.ends_with(' ') || out.is_empty()) {
            continue;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out
}
