//! Names of IMAP folders: modified UTF-7 (RFC 3501 §5.1.3). 已发送 goes over the wire as `&XfJT0ZAB-`.

use base64::Engine;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

const ENGINE: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// As the server wants it.
pub fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut run: Vec<u8> = Vec::new();
    let shift = |run: &mut Vec<u8>, out: &mut String| {
        if !run.is_empty() {
            out.push('&');
            out.push_str(&ENGINE.encode(&run));
            out.push('-');
            run.clear();
        }
    };
    for c in name.chars() {
        if (' '..='~').contains(&c) {
            shift(&mut run, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0u16; 2];
            run.extend(c.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    shift(&mut run, &mut out);
    out
}

/// As people read it; what is not well formed stays as it came.
pub fn decode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((plain, shifted)) = rest.split_once('&') {
        out.push_str(plain);
        let Some((code, after)) = shifted.split_once('-') else {
            out.push('&');
            out.push_str(shifted);
            return out;
        };
        let decoded = ENGINE.decode(code).ok().and_then(|bytes| {
            let units: Vec<u16> = bytes.chunks_exact(2).map(|b| u16::from_be_bytes([b[0], b[1]])).collect();
            String::from_utf16(&units).ok().filter(|_| bytes.len() % 2 == 0)
        });
        match (code, decoded) {
            ("", _) => out.push('&'),
            (_, Some(text)) => out.push_str(&text),
            (_, None) => {
                out.push('&');
                out.push_str(code);
                out.push('-');
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn check(name: &str, wire: &str) {
        assert_eq!(encode(name), wire);
        assert_eq!(decode(wire), name);
    }

    #[test]
    fn names_of_folders() {
        check("INBOX", "INBOX");
        check("已发送", "&XfJT0ZAB-");
        check("垃圾邮件", "&V4NXPpCuTvY-");
        check("A & B", "A &- B");
        check("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
        check("𠮷", "&2ELftw-");
    }

    #[test]
    fn broken_names_stay_as_they_came() {
        for broken in ["&", "a&b", "&!!-", "&AAAA", "&2EI-"] {
            assert_eq!(decode(broken), broken);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_name_comes_back(name in "\\PC{0,20}") {
            let wire = encode(&name);
            proptest::prop_assert!(wire.is_ascii());
            proptest::prop_assert_eq!(decode(&wire), name);
        }
    }
}
