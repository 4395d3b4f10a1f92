//! Tags and text, as they come.

use super::look::ATTRIBUTE_BYTES_MAX;

// ---------------------------------------------------------------- tokens

pub(super) enum Token<'a> {
    Text(&'a str),
    Open { name: &'a str, attributes: &'a str, empty: bool },
    Close { name: &'a str },
}

pub(super) struct Tokens<'a> {
    pub(super) source: &'a str,
    pub(super) at: usize,
}

impl<'a> Tokens<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return None;
            }
            let bytes = rest.as_bytes();
            if bytes.first() != Some(&b'<') {
                let end = rest.find('<').unwrap_or(rest.len());
                self.at += end;
                return rest.get(..end).map(Token::Text);
            }
            match bytes.get(1) {
                Some(b'!') if rest.starts_with("<!--") => {
                    let end = rest.get(4..).and_then(|r| r.find("-->")).map_or(rest.len(), |n| n + 7);
                    self.at += end;
                }
                Some(b'!') if rest.starts_with("<![CDATA[") => {
                    let end = rest.find("]]>").map_or(rest.len(), |n| n + 3);
                    self.at += end;
                }
                Some(b'!' | b'?') => {
                    let end = rest.find('>').map_or(rest.len(), |n| n + 1);
                    self.at += end;
                }
                Some(b'/') if bytes.get(2).is_some_and(u8::is_ascii_alphabetic) => {
                    let end = rest.find('>').unwrap_or(rest.len());
                    self.at += (end + 1).min(rest.len());
                    let inner = rest.get(2..end).unwrap_or_default();
                    let name = inner.split(|c: char| c.is_ascii_whitespace() || c == '/').next().unwrap_or_default();
                    return Some(Token::Close { name });
                }
                Some(byte) if byte.is_ascii_alphabetic() => {
                    let end = tag_end(bytes);
                    self.at += (end + 1).min(rest.len());
                    let inner = rest.get(1..end).unwrap_or_default();
                    let cut = inner.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(inner.len());
                    let name = inner.get(..cut).unwrap_or_default();
                    let attributes = inner.get(cut..).unwrap_or_default();
                    return Some(Token::Open { name, attributes, empty: attributes.ends_with('/') });
                }
                _ => {
                    self.at += 1;
                    return Some(Token::Text("<"));
                }
            }
        }
    }

    /// Everything up to the closing tag of a raw text element.
    pub(super) fn raw(&mut self, name: &str) -> &'a str {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let mut from = 0;
        while let Some(at) = rest.get(from..).and_then(|r| r.find("</")) {
            let at = from + at;
            let tail = bytes.get(at + 2..at + 2 + name.len()).unwrap_or_default();
            if tail.eq_ignore_ascii_case(name.as_bytes()) {
                self.at += at;
                return rest.get(..at).unwrap_or_default();
            }
            from = at + 2;
        }
        self.at = self.source.len();
        rest
    }
}

/// Where a tag ends: the `>` that stands in no quotation marks.
fn tag_end(bytes: &[u8]) -> usize {
    let mut quote = 0;
    let mut before = b' ';
    for (at, byte) in bytes.iter().enumerate() {
        match *byte {
            b'>' if quote == 0 => return at,
            b'"' | b'\'' if quote == 0 && before == b'=' => quote = *byte,
            byte if byte == quote => quote = 0,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = *byte;
        }
    }
    bytes.len()
}

pub(super) fn each_attribute<'a>(source: &'a str, mut seen: impl FnMut(&'a str, &'a str)) {
    let (source, _) = crate::document::clip(source, ATTRIBUTE_BYTES_MAX);
    let mut rest = source;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/').unwrap_or(rest.len());
        let (key, tail) = rest.split_at(end.max(1).min(rest.len()).max(first_char_len(rest)));
        let tail = tail.trim_start();
        let Some(value) = tail.strip_prefix('=') else {
            seen(key, "");
            rest = tail;
            continue;
        };
        let value = value.trim_start();
        let (value, tail) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = value.get(1..).unwrap_or_default();
                match inner.split_once(quote) {
                    Some((value, tail)) => (value, tail),
                    None => (inner, ""),
                }
            }
            _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        seen(key, value);
        rest = tail;
    }
}

fn first_char_len(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}
