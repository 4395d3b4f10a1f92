//! Looks at what an IMAP server sends before a parser does: how deep its brackets go.
//!
//! The parser under async-imap is recursive, so that a BODYSTRUCTURE of a hundred thousand brackets ends the whole
//! process. We never ask for anything nested; what goes deeper than [`DEPTH_MAX`] is refused. Octets of literals are no
//! brackets, but only where they cannot be anything else to the parser: in a FETCH line without a quoted string before
//! them. A FETCH line that has both is refused, since what we ask for needs none.
//!
//! The parser also breaks down at some letters outside ASCII in what a server only tells (`* OK [UIDVALIDITY 7]好`). Such
//! lines are ASCII by the grammar (RFC 3501 §9): other octets in them become question marks before it sees them.

/// Brackets within brackets, in one response.
const DEPTH_MAX: usize = 64;
/// Octets of one line: the numbers of a quarter of a million mails. The parser looks at a line from its beginning each
/// time that more of it comes.
const LINE_MAX: usize = 2 << 20;
/// Enough of a line's beginning for `* 4294967295 FETCH`.
const HEAD: usize = 20;
/// Enough of its end for `{4294967295+}`.
const TAIL: usize = 14;

/// Where the stream stands.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The first octets of the response.
    head: Vec<u8>,
    /// The last octets of the line.
    tail: Vec<u8>,
    depth: usize,
    /// Octets of the line so far.
    length: usize,
    /// Inside `BODY[…]`, where names of header fields may be quoted.
    in_section: bool,
    /// A quoted string stood outside a section.
    quoted: bool,
    /// Octets of a literal still to come.
    literal: usize,
}

impl Watch {
    /// Takes what came; an error is a sentence why no more is read.
    pub fn take(&mut self, bytes: &mut [u8]) -> Result<(), &'static str> {
        let mut at = 0;
        while at < bytes.len() {
            let skip = self.literal.min(bytes.len() - at);
            self.literal -= skip;
            at += skip;
            let line = bytes.get_mut(at..).unwrap_or_default();
            let length = line.iter().position(|byte| *byte == b'\n');
            let part = line.get_mut(..length.unwrap_or(line.len())).unwrap_or_default();
            self.part(part)?;
            at += part.len();
            if length.is_some() {
                at += 1;
                self.line_end()?;
            }
        }
        Ok(())
    }

    /// A part of a line, without its end.
    fn part(&mut self, part: &mut [u8]) -> Result<(), &'static str> {
        self.length += part.len();
        if self.length > LINE_MAX {
            return Err("the server sends more than it was asked for: a line without an end");
        }
        let room = HEAD.saturating_sub(self.head.len()).min(part.len());
        self.head.extend_from_slice(part.get(..room).unwrap_or_default());
        // A mail may stand in quotes in a FETCH line.
        let is_told = !is_fetch(&self.head);
        for byte in part.iter_mut() {
            if is_told && !byte.is_ascii() {
                *byte = b'?';
            }
            match byte {
                b'(' => {
                    self.depth += 1;
                    if self.depth > DEPTH_MAX {
                        return Err("the server's answer is nested too deeply");
                    }
                }
                b')' => self.depth = self.depth.saturating_sub(1),
                b'[' => self.in_section = true,
                b']' => self.in_section = false,
                b'"' => self.quoted |= !self.in_section,
                _ => {}
            }
        }
        self.tail.extend_from_slice(part.get(part.len().saturating_sub(TAIL)..).unwrap_or_default());
        let old = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..old);
        Ok(())
    }

    fn line_end(&mut self) -> Result<(), &'static str> {
        let literal = literal_of(&self.tail).filter(|_| is_fetch(&self.head));
        self.tail.clear();
        self.length = 0;
        match literal {
            Some(_) if self.quoted => Err("the server mixes quoted text and mails in one answer"),
            // The response goes on behind it.
            Some(length) => {
                self.literal = length;
                Ok(())
            }
            None => {
                *self = Watch {
                    head: std::mem::take(&mut self.head),
                    tail: std::mem::take(&mut self.tail),
                    ..Watch::default()
                };
                self.head.clear();
                Ok(())
            }
        }
    }
}

/// `* 12 FETCH`, letter case aside.
fn is_fetch(head: &[u8]) -> bool {
    let mut words = head.split(|byte| *byte == b' ');
    words.next() == Some(b"*")
        && words.next().is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
        && words.next().is_some_and(|word| word.get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b"FETCH")))
}

/// The length in a `{12}` at the end of a line.
fn literal_of(line: &[u8]) -> Option<usize> {
    let line = line.strip_suffix(b"\r").unwrap_or(line).strip_suffix(b"}")?;
    let line = line.strip_suffix(b"+").unwrap_or(line);
    let begin = line.iter().rposition(|byte| *byte == b'{')?;
    std::str::from_utf8(line.get(begin + 1..)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At once and octet by octet.
    fn check(stream: &[u8], fine: bool) {
        let whole = Watch::default().take(&mut stream.to_vec());
        let mut watch = Watch::default();
        let pieces = stream.iter().try_for_each(|byte| watch.take(&mut [*byte]));
        assert_eq!(whole, pieces);
        assert_eq!(whole.is_ok(), fine, "{:?}", String::from_utf8_lossy(stream.get(..200).unwrap_or(stream)));
    }

    #[test]
    fn brackets_count_outside_literals_alone() {
        let deep = "(".repeat(65);
        check(format!("* 1 FETCH (BODYSTRUCTURE {deep}\r\n").as_bytes(), false);
        check(format!("* 1 FETCH (UID 7 BODY[] {{65}}\r\n{deep})\r\na1 OK\r\n").as_bytes(), true);
        check(format!("* 1 FETCH (UID 7 BODY[HEADER.FIELDS (\"REFERENCES\")] {{65}}\r\n{deep})\r\n").as_bytes(), true);
        // The response goes on behind a literal: brackets of both parts add up.
        let half = "(".repeat(40);
        check(format!("* 1 FETCH {half} {{2}}\r\nab{half}\r\n").as_bytes(), false);
        check(format!("* OK {half}\r\n* OK {half}\r\n").as_bytes(), true);
        // What only looks like a literal hides nothing.
        check(format!("* OK wait for {{70}}\r\n{deep}\r\n").as_bytes(), false);
        check(format!("* LIST () \"/\" {{70}}\r\n{deep}\r\n").as_bytes(), false);
        check(format!("* 1 FETCH (X \"a {{70}}\r\n{deep}\r\n").as_bytes(), false);
        check(b"* LIST () \"/\" {6}\r\nInbox2\r\n", true);
        check(b"* 1 FETCH (UID 7 BODY[] {0}\r\n)\r\n", true);
        check(b"* 1 FETCH (UID 7 BODY[] {99999999999999999999999}\r\n)\r\n", true);
    }

    #[test]
    fn what_is_only_told_is_ascii() {
        let mut told =
            "* OK [UIDVALIDITY 7]好\r\n* 1 FETCH (UID 7 BODY[] \"好\")\r\n* LIST () \"/\" 好\r\n".as_bytes().to_vec();
        assert!(Watch::default().take(&mut told).is_ok());
        let expected = "* OK [UIDVALIDITY 7]???\r\n* 1 FETCH (UID 7 BODY[] \"好\")\r\n* LIST () \"/\" ???\r\n";
        assert_eq!(String::from_utf8_lossy(&told), expected);
        let mut mail = "* 1 FETCH (UID 7 BODY[] {3}\r\n好)\r\na1 OK 好\r\n".as_bytes().to_vec();
        assert!(Watch::default().take(&mut mail).is_ok());
        assert_eq!(String::from_utf8_lossy(&mail), "* 1 FETCH (UID 7 BODY[] {3}\r\n好)\r\na1 OK ???\r\n");
    }
}
