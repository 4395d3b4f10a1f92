//! What stands between DATA and its end.

/// The body of DATA: dots unstuffed, line ends checked (RFC 5321 §4.5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Data {
    LineStart,
    InLine,
    /// After CR.
    Cr,
    /// After a dot at the beginning of a line.
    Dot,
    /// After CRLF.CR.
    DotCr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    More,
    End,
    /// A bare CR or LF.
    Bare,
}

impl Data {
    /// Takes octets off `bytes` into `mail`; tells how many and what came of it.
    pub(super) fn take(&mut self, bytes: &[u8], mail: &mut Vec<u8>) -> (usize, Step) {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match (*self, byte) {
                (Data::LineStart, b'.') => {
                    *self = Data::Dot;
                    at += 1;
                }
                (Data::LineStart | Data::InLine, _) => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let long = rest.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(rest.len());
                    mail.extend_from_slice(rest.get(..long).unwrap_or_default());
                    *self = Data::InLine;
                    at += long;
                    match bytes.get(at) {
                        Some(b'\r') => {
                            *self = Data::Cr;
                            at += 1;
                        }
                        Some(_) => return (at + 1, Step::Bare),
                        None => {}
                    }
                }
                (Data::Cr, b'\n') => {
                    mail.extend_from_slice(b"\r\n");
                    *self = Data::LineStart;
                    at += 1;
                }
                (Data::Dot, b'\r') => {
                    *self = Data::DotCr;
                    at += 1;
                }
                // The stuffed dot is gone; what follows it is text, another dot included.
                (Data::Dot, _) => *self = Data::InLine,
                (Data::DotCr, b'\n') => return (at + 1, Step::End),
                (Data::Cr | Data::DotCr, _) => return (at, Step::Bare),
            }
        }
        (at, Step::More)
    }
}

/// A BDAT whose size is no number that fits.
pub(super) fn is_odd_chunk(line: &[u8]) -> bool {
    let mut words = line.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    if !words.next().is_some_and(|word| word.eq_ignore_ascii_case(b"BDAT")) {
        return false;
    }
    let size = words.next().and_then(|word| std::str::from_utf8(word).ok());
    !size.is_some_and(|size| size.bytes().all(|byte| byte.is_ascii_digit()) && size.parse::<u64>().is_ok())
}

/// Whether CR and LF stand anywhere but together.
pub(super) fn has_bare(mail: &[u8]) -> bool {
    let mut before = 0u8;
    for byte in mail {
        if (*byte == b'\n') != (before == b'\r') {
            return true;
        }
        before = *byte;
    }
    before == b'\r'
}
