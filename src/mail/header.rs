//! Header fields as mailers really write them: encoded words cut in the middle, raw GBK, RFC 2231 pieces.
//!
//! Fields are counted and cut on raw bytes, so that what we take for the author is what every other reader of the same
//! bytes takes for it (TRUST S1). Everything decoded is free of control characters: a decoded line end never becomes
//! a line end of ours (TRUST P10).

mod address;
mod charset;
mod parameters;
mod transfer;
mod word;

pub use address::{Address, AddressList, addresses, message_ids, valid};
pub use charset::decode_charset;
pub use parameters::{NAME_OCTETS_MAX, Parameters, file_name, parameters};
use std::ops::Range;
pub use transfer::{base64, quoted_printable};
pub use word::{clean, decode, subject};

/// One field: its name in lower case, and where its value stands in the raw bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub value: Range<usize>,
}

/// The header section of a mail or of a part.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    raw: &'a [u8],
    pub list: Vec<Field>,
    /// where the body begins
    pub body: usize,
    /// lines that are no field and continue none, bare CR or NUL within a field
    pub malformed: bool,
    /// `From` fields as the most generous reader would count them
    pub from_count: usize,
    /// octets of the longest field
    pub longest: usize,
}

impl<'a> Fields<'a> {
    /// Cuts the header section that begins at `raw[0]`. Lines end in LF or CRLF; the section ends with an empty line.
    pub fn cut(raw: &'a [u8]) -> Fields<'a> {
        let mut out = Fields { raw, list: Vec::new(), body: raw.len(), malformed: false, from_count: 0, longest: 0 };
        let mut at = 0;
        // an mbox envelope line in front
        if raw.starts_with(b"From ") {
            at = line_end(raw, 0).1;
        }
        let mut open: Option<(String, usize)> = None;
        while at < raw.len() {
            let (end, next) = line_end(raw, at);
            let line = raw.get(at..end).unwrap_or_default();
            if line.is_empty() {
                out.close(open.take(), at);
                out.body = next;
                out.measure();
                return out;
            }
            // a bare CR is a line end to some readers: what follows may be a field to them
            for hidden in line.split(|c| *c == b'\r').skip(1) {
                out.malformed = true;
                out.from_count += usize::from(named_from(hidden));
            }
            out.malformed |= line.contains(&0);
            let folded = line.first().is_some_and(|c| *c == b' ' || *c == b'\t');
            if folded && open.is_some() {
                if line.iter().all(u8::is_ascii_whitespace) {
                    out.malformed = true;
                }
                at = next;
                continue;
            }
            out.close(open.take(), at);
            if folded {
                // a continuation of nothing: the first line begins with a space
                out.malformed = true;
                out.from_count += usize::from(named_from(line));
                at = next;
                continue;
            }
            match line.iter().position(|c| *c == b':') {
                Some(colon) if colon > 0 => {
                    let name: String = line[..colon]
                        .iter()
                        .filter(|c| **c > b' ' && **c != 0x7f)
                        .map(|c| char::from(c.to_ascii_lowercase()))
                        .collect();
                    out.malformed |= name.len() != colon && !line[..colon].ends_with(b" ");
                    out.from_count += usize::from(name == "from");
                    open = Some((name, at + colon + 1));
                }
                _ => out.malformed = true,
            }
            at = next;
        }
        out.close(open.take(), raw.len());
        out.measure();
        out
    }

    fn close(&mut self, open: Option<(String, usize)>, end: usize) {
        if let Some((name, start)) = open {
            self.list.push(Field { name, value: start..end });
        }
    }

    fn measure(&mut self) {
        self.longest = self.list.iter().map(|f| f.value.len() + f.name.len()).max().unwrap_or(0);
    }

    /// The raw value of a field, folding included.
    pub fn raw(&self, field: &Field) -> &'a [u8] {
        self.raw.get(field.value.clone()).unwrap_or_default()
    }

    /// The first field of that name (lower case), raw.
    pub fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.list.iter().find(|f| f.name == name).map(|f| self.raw(f))
    }

    pub fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'a [u8]> + 'b {
        self.list.iter().filter(move |f| f.name == name).map(|f| self.raw(f))
    }

    pub fn has(&self, name: &str) -> bool {
        self.list.iter().any(|f| f.name == name)
    }

    /// The first field of that name, unfolded, encoded words decoded, control characters gone.
    pub fn text(&self, name: &str) -> Option<String> {
        self.first(name).map(|raw| decode(raw, None))
    }

    /// As [`Fields::text`], in lower case; empty when absent. For fields whose value is a keyword.
    pub fn keyword(&self, name: &str) -> String {
        self.text(name).unwrap_or_default().to_lowercase()
    }
}

/// (end of the line, beginning of the next)
fn line_end(raw: &[u8], from: usize) -> (usize, usize) {
    match raw.get(from..).and_then(|rest| rest.iter().position(|c| *c == b'\n')) {
        Some(i) => {
            let lf = from + i;
            let end = if lf > from && raw.get(lf - 1) == Some(&b'\r') { lf - 1 } else { lf };
            (end, lf + 1)
        }
        None => (raw.len(), raw.len()),
    }
}

fn named_from(line: &[u8]) -> bool {
    let Some(colon) = line.iter().position(|c| *c == b':') else { return false };
    let name: Vec<u8> = line
        .get(..colon)
        .unwrap_or_default()
        .iter()
        .filter(|c| **c > b' ' && **c != 0x7f)
        .map(u8::to_ascii_lowercase)
        .collect();
    name == b"from"
}

#[cfg(test)]
mod tests;
