//! The keys of all rows: a letter for the kind, then parts in an order that a range scan wants. Numbers are big-endian.
//!
//! | key | row |
//! |---|---|
//! | `o` id | an object of SPEC 9.8 or a person, and `_last`: why its newest version came about; JSON |
//! | `h` id `\0` version u64 | the object as an earlier version left it, and why, JSON; older stores have a row without the
//!   object for the newest, too |
//! | `x` index `\0` key `\0` id | value: the id; found by `Record::indexes` |
//! | `r` id | which moments of an object were carried out, and where its `t` row stands; none where time does nothing |
//! | `t` moment u64 · tick | the due index; value: the tick, JSON |
//! | `l` commit u64 · ordinal u16 | a letter of ours, JSON |
//! | `u` held u8 · class u8 · moment u64 · letter | the outbox in sending order; class 0 is urgent; value: the letter's id |
//! | `i` number u64 | a mail that waits to be read, JSON |
//! | `a` number u64 | a mail that was read, what it was understood as and what followed, JSON |
//! | `e` number u64 | what followed from a moment or an operator, JSON |
//! | `p` number u64 | a mail whose author is being verified, JSON |
//! | `q` number u64 | a mail that was set aside, JSON |
//! | `s` hash 16 | a mail we have, by Message-ID and content (TRUST D6) |
//! | `m` hash 16 | a Message-ID, in or out; value: `a` number u64 or letter id |
//! | `n` key | a note: a small keyed fact, JSON |
//! | `g` id | guard: moves with an object, or with what is found through a person, meeting or project; in memory only |
//! | `c` name | a counter, u64 |
//! | `k` name | the store's own facts: schema, hash of the rules, cursors of intakes |

use super::{Key, journal::sha256};

pub const INBOX: u8 = b'i';
pub const MAIL: u8 = b'a';
pub const MOMENT: u8 = b'e';
pub const QUARANTINE: u8 = b'q';
pub const PROVING: u8 = b'p';
pub const LETTER: u8 = b'l';
pub const DUE: u8 = b't';
pub const OUTBOX: u8 = b'u';
pub const NOTE: u8 = b'n';
pub const OBJECT: u8 = b'o';
pub const HISTORY: u8 = b'h';
pub const IMPLIED: u8 = b'r';
/// Kept in memory: [`super::guards`].
pub const GUARD: u8 = b'g';

/// An id so that `A-9` comes before `A-10`: the letter and dash, the length of the number, the number.
fn push_id(key: &mut Key, id: &str) {
    let number = match id.as_bytes() {
        [letter, b'-', digits @ ..] if letter.is_ascii_uppercase() && digits.iter().all(u8::is_ascii_digit) => {
            id.get(2..).and_then(|digits| digits.parse::<u64>().ok()).filter(|n| n.to_string().len() == digits.len())
        }
        _ => None,
    };
    match number {
        Some(number) => {
            key.extend_from_slice(id.as_bytes().get(..2).unwrap_or_default());
            let bytes = number.to_be_bytes();
            let skip = (number.leading_zeros() / 8) as usize;
            key.push(8 - skip as u8);
            key.extend_from_slice(bytes.get(skip..).unwrap_or_default());
        }
        None => key.extend_from_slice(id.as_bytes()),
    }
}

fn with_id(kind: u8, id: &str) -> Key {
    let mut key = vec![kind];
    push_id(&mut key, id);
    key
}

pub fn object(id: &str) -> Key {
    with_id(OBJECT, id)
}

/// All objects whose id begins with this letter.
pub fn objects_of(letter: char) -> Key {
    format!("o{letter}-").into_bytes()
}

pub fn history(id: &str, version: u64) -> Key {
    let mut key = histories(id);
    key.extend_from_slice(&version.to_be_bytes());
    key
}

/// Prefix of an object's history.
pub fn histories(id: &str) -> Key {
    let mut key = with_id(HISTORY, id);
    key.push(0);
    key
}

/// Prefix of what is found under an index key.
pub fn index(index: &str, value: &str) -> Key {
    let mut key = vec![b'x'];
    key.extend_from_slice(index.as_bytes());
    key.push(0);
    key.extend_from_slice(value.as_bytes());
    key.push(0);
    key
}

pub fn index_row(index_name: &str, value: &str, id: &str) -> Key {
    let mut key = index(index_name, value);
    push_id(&mut key, id);
    key
}

pub fn implied(id: &str) -> Key {
    with_id(IMPLIED, id)
}

/// Milliseconds since 1970, shifted so that earlier moments sort first.
pub fn moment(millis: i64) -> [u8; 8] {
    (millis.cast_unsigned() ^ (1 << 63)).to_be_bytes()
}

/// A row of the due index. `rest` tells rows of one moment apart.
pub fn due(millis: i64, rest: &[u8]) -> Key {
    let mut key = vec![DUE];
    key.extend_from_slice(&moment(millis));
    key.extend_from_slice(rest);
    key
}

/// The end of everything due up to and including a moment.
pub fn due_until(millis: i64) -> Key {
    let mut key = vec![DUE];
    key.extend_from_slice(&moment(millis.saturating_add(1)));
    key
}

fn numbered(kind: u8, number: u64) -> Key {
    let mut key = vec![kind];
    key.extend_from_slice(&number.to_be_bytes());
    key
}

/// The number at the end of such a key.
pub fn number_of(key: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(key.get(1..9)?.try_into().ok()?))
}

pub fn inbox(number: u64) -> Key {
    numbered(INBOX, number)
}

/// A mail whose author is being verified (TRUST S3).
pub fn proving(number: u64) -> Key {
    numbered(PROVING, number)
}

pub fn mail(number: u64) -> Key {
    numbered(MAIL, number)
}

/// What followed from a moment, a fate of a letter or the operator: the twin of [`mail`].
pub fn moment_row(number: u64) -> Key {
    numbered(MOMENT, number)
}

pub fn quarantine(number: u64) -> Key {
    numbered(QUARANTINE, number)
}

/// A letter's row by its id, `<commit>.<ordinal>`.
pub fn letter(id: &str) -> Option<Key> {
    let (commit, ordinal) = id.split_once('.')?;
    let mut key = numbered(LETTER, commit.parse().ok()?);
    key.extend_from_slice(&ordinal.parse::<u16>().ok()?.to_be_bytes());
    Some(key)
}

/// A row of the outbox. `id` is a letter's.
pub fn waiting(held: bool, urgent: bool, millis: i64, id: &str) -> Key {
    let mut key = waiting_class(held, urgent);
    key.extend_from_slice(&moment(millis));
    key.extend_from_slice(letter(id).unwrap_or_default().get(1..).unwrap_or_default());
    key
}

/// Prefix of the urgent or the other rows of the outbox.
pub fn waiting_class(held: bool, urgent: bool) -> Key {
    vec![OUTBOX, u8::from(held), u8::from(!urgent)]
}

/// The moment at the beginning of a key's rest.
pub fn moment_of(rest: &[u8]) -> Option<i64> {
    let bits = u64::from_be_bytes(rest.get(..8)?.try_into().ok()?);
    Some((bits ^ (1 << 63)).cast_signed())
}

fn hashed(kind: u8, bytes: &[u8]) -> Key {
    let mut key = vec![kind];
    key.extend_from_slice(&sha256(bytes)[..16]);
    key
}

/// A Message-ID without angle brackets. RFC 5322 compares them byte by byte; gateways do change the case of the domain,
/// and ours are lower case, so case is folded.
pub fn message(message_id: &str) -> Key {
    hashed(b'm', message_id.trim().trim_start_matches('<').trim_end_matches('>').to_lowercase().as_bytes())
}

pub fn seen(message_id: &str, content: &[u8; 32]) -> Key {
    let mut bytes = message_id.as_bytes().to_vec();
    bytes.push(0);
    bytes.extend_from_slice(content);
    hashed(b's', &bytes)
}

pub fn note(key: &str) -> Key {
    [&[NOTE], key.as_bytes()].concat()
}

pub fn guard(id: &str) -> Key {
    with_id(GUARD, id)
}

pub fn counter(name: &str) -> Key {
    [b"c", name.as_bytes()].concat()
}

/// The store's own facts.
pub fn fact(name: &str) -> Key {
    [b"k", name.as_bytes()].concat()
}

/// A key in words, for messages: printable ASCII as it is, the rest as hexadecimal.
pub fn shown(key: &[u8]) -> String {
    key.iter().map(|b| if b.is_ascii_graphic() { char::from(*b).to_string() } else { format!("\\x{b:02x}") }).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ids_sort_by_their_number() {
        let mut ids = ["A-100", "A-9", "A-10", "M-1", "A-65536", "A-0", "A-255", "A-256"];
        ids.sort_by_key(|id| object(id));
        assert_eq!(ids, ["A-0", "A-9", "A-10", "A-100", "A-255", "A-256", "A-65536", "M-1"]);
        // What only looks like a number keeps its spelling.
        assert_ne!(object("A-007"), object("A-7"));
        assert_ne!(object("A-99999999999999999999"), object("A-9"));
    }

    #[test]
    fn moments_sort_across_1970() {
        let mut moments = [5, -5, 0, i64::MAX, i64::MIN];
        moments.sort_by_key(|m| moment(*m));
        assert_eq!(moments, [i64::MIN, -5, 0, 5, i64::MAX]);
        assert!(due(7, b"anything") < due_until(7) && due(8, b"") >= due_until(7));
    }

    #[test]
    fn an_index_key_is_no_prefix_of_another() {
        assert!(!index_row("open_of", "ab@x", "A-1").starts_with(&index("open_of", "a")));
        assert!(index_row("open_of", "a", "A-1").starts_with(&index("open_of", "a")));
    }

    #[test]
    fn letter_ids_are_keys() {
        assert!(letter("9.2").unwrap() < letter("10.1").unwrap());
        assert_eq!(letter("x.1"), None);
    }
}
