//! Addresses and message ids (RFC 5322, section 3.4 and 3.6.4).

use super::word::decode;

/// A name and an address, both decoded; the address in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Address {
    pub name: String,
    pub address: String,
}

/// An address list, and whether it follows the grammar so closely that every reader sees the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressList {
    pub list: Vec<Address>,
    pub strict: bool,
}

/// How many addresses of one field are read.
const ADDRESS_COUNT_MAX: usize = 2000;

/// Reads an address list: quoted names, comments, groups, encoded words. Separators `,` and `;`.
pub fn addresses(raw: &[u8]) -> AddressList {
    let mut out = AddressList { list: Vec::new(), strict: true };
    // the phrase so far, and what stood in angle brackets
    let mut phrase: Vec<u8> = Vec::new();
    let mut angle: Option<Vec<u8>> = None;
    let mut comment_text: Vec<u8> = Vec::new();
    let mut behind_angle = false;
    let mut i = 0;
    let mut quoted_phrase = false;
    let finish = |phrase: &mut Vec<u8>,
                  angle: &mut Option<Vec<u8>>,
                  comment: &mut Vec<u8>,
                  quoted: &mut bool,
                  out: &mut AddressList| {
        let words = std::mem::take(phrase);
        let note = std::mem::take(comment);
        let quoted = std::mem::take(quoted);
        match angle.take() {
            Some(address) => {
                let address = String::from_utf8_lossy(&address).into_owned();
                // a route (@a,@b:c@d) is read by nobody alike
                out.strict &= !address.starts_with('@') && valid(address.trim());
                let mut name = decode(&words, None);
                // clients that encode the quotes, too
                name = name.trim_matches(['"', '\'', ' ']).to_owned();
                if name.is_empty() {
                    name = decode(&note, None);
                }
                let address = address.rsplit(':').next().unwrap_or_default();
                if !quoted && words.contains(&b'@') && !words.windows(2).any(|w| w == b"=?") {
                    // an address in front of an address: the same one is a habit, another one a trick
                    out.strict &= String::from_utf8_lossy(&words).trim().eq_ignore_ascii_case(address.trim());
                }
                push(out, name, address);
            }
            None => {
                let text = String::from_utf8_lossy(&words).into_owned();
                let text = text.trim();
                if text.is_empty() {
                    return;
                }
                out.strict &= valid(text) && !quoted;
                let name = decode(&note, None);
                if text.contains('@') {
                    // "Name a@b" without brackets: the last word
                    let address = text.split_whitespace().rfind(|w| w.contains('@')).unwrap_or(text);
                    push(out, name, address);
                } else {
                    out.strict = false;
                }
            }
        }
    };
    while let Some(c) = raw.get(i) {
        match c {
            b'"' => {
                // a quoted string belongs to the phrase
                let mut j = i + 1;
                let mut closed = false;
                while let Some(q) = raw.get(j) {
                    match q {
                        b'\\' => {
                            if let Some(e) = raw.get(j + 1) {
                                phrase.push(*e);
                            }
                            j += 2;
                            continue;
                        }
                        b'"' => {
                            closed = true;
                            break;
                        }
                        b'\r' | b'\n' => phrase.push(b' '),
                        q => phrase.push(*q),
                    }
                    j += 1;
                }
                out.strict &= closed && !behind_angle;
                quoted_phrase = true;
                i = j + 1;
                continue;
            }
            b'(' => {
                let mut depth = 1;
                let mut j = i + 1;
                while depth > 0 {
                    match raw.get(j) {
                        None => {
                            out.strict = false;
                            break;
                        }
                        Some(b'\\') => j += 1,
                        Some(b'(') => depth += 1,
                        Some(b')') => depth -= 1,
                        Some(c) => comment_text.push(*c),
                    }
                    j += 1;
                }
                i = j;
                continue;
            }
            b'<' => {
                out.strict &= angle.is_none();
                let end = raw.get(i + 1..).and_then(|rest| rest.iter().position(|c| matches!(c, b'>' | b'<')));
                match end {
                    Some(n) if raw.get(i + 1 + n) == Some(&b'>') => {
                        let inner: Vec<u8> = raw.get(i + 1..i + 1 + n).unwrap_or_default().to_vec();
                        angle.get_or_insert(inner);
                        behind_angle = true;
                        i += n + 2;
                        continue;
                    }
                    _ => out.strict = false,
                }
            }
            b',' | b';' => {
                finish(&mut phrase, &mut angle, &mut comment_text, &mut quoted_phrase, &mut out);
                behind_angle = false;
                if out.list.len() >= ADDRESS_COUNT_MAX {
                    return out;
                }
            }
            // a group's name ends here; its members follow
            b':' if angle.is_none() && !phrase.contains(&b'@') => {
                phrase.clear();
                comment_text.clear();
                quoted_phrase = false;
                out.strict = false;
            }
            c if c.is_ascii_whitespace() => phrase.push(b' '),
            b'>' | b')' => out.strict = false,
            c => {
                out.strict &= !behind_angle && *c != 0;
                phrase.push(*c);
            }
        }
        i += 1;
    }
    finish(&mut phrase, &mut angle, &mut comment_text, &mut quoted_phrase, &mut out);
    out
}

fn push(out: &mut AddressList, name: String, address: &str) {
    let address: String =
        address.chars().filter(|c| !c.is_whitespace() && !c.is_control()).flat_map(char::to_lowercase).collect();
    let address = address.strip_prefix("mailto:").unwrap_or(&address).to_owned();
    if address.contains('@') {
        let name = if name.eq_ignore_ascii_case(&address) { String::new() } else { name };
        out.list.push(Address { name, address });
    }
}

/// An addr-spec without tricks: one `@`, a dot-atom on the left, a host name on the right.
pub fn valid(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else { return false };
    let local_ok = !local.is_empty()
        && local.len() <= 128
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    let domain_ok = !domain.is_empty()
        && domain.len() <= 253
        && domain.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        });
    local_ok && domain_ok
}

/// Message-IDs of a field, brackets off: `<a@b> <c@d>`; also what clients write without brackets.
pub fn message_ids(raw: &[u8]) -> Vec<String> {
    let text = decode(raw, None);
    let mut out = Vec::new();
    let mut rest = text.as_str();
    while let Some(open) = rest.find('<') {
        let inner = &rest[open + 1..];
        let Some(close) = inner.find('>') else { break };
        let id: String = inner[..close].chars().filter(|c| !c.is_whitespace()).collect();
        if !id.is_empty() && id.len() <= 998 {
            out.push(id);
        }
        rest = &inner[close + 1..];
    }
    if out.is_empty() {
        out.extend(
            text.split([' ', ','])
                .filter(|w| w.contains('@') && w.len() <= 998)
                .map(|w| w.trim_matches(['<', '>', '"']).to_owned()),
        );
    }
    out
}
