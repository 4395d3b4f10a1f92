//! Reply addresses that prove to whom a letter was written: `duban+<token>@…` (TRUST S7, S8, S9).
//!
//! A token is 25 octets in lower-case base32, 40 letters that survive every mailer: key id, last day, the letter's id, and
//! the first 128 bits of an HMAC-SHA-256 over instance, letter, object, person, purpose, last day and key id. Nothing has to
//! be kept to know it again but the letter itself, and nobody can make one for another letter, reader or day.
//!
//! A token finds the letter that is answered. It proves no author: whoever got the letter forwarded has it too.

use crate::domain::letter::SentLetter;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Days that a token holds: longer than any meeting is followed up, shorter than for ever.
pub const DAYS: i64 = 400;
/// Longest local part (RFC 5321 §4.5.3.1.1).
const LOCAL_PART_MAX: usize = 64;
/// Letters of a token.
const LETTERS: usize = 40;
const TAG: usize = 16;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The keys that are believed; the first one makes new tokens.
#[derive(Clone, Default)]
pub struct Keys {
    keys: Vec<Vec<u8>>,
    /// Tokens of another installation are foreign, also under the same key.
    instance: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({} of {})", self.keys.len(), self.instance)
    }
}

/// What a token says; nothing of it is believed before [`Keys::fits`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    key: u8,
    last_day: u16,
    /// `<commit>.<ordinal>`.
    pub letter: String,
    tag: [u8; TAG],
}

impl Keys {
    /// `previous`: the key before, while letters of its time may still be answered.
    pub fn new(current: &[u8], previous: Option<&[u8]>, instance: &str) -> Keys {
        let keys = std::iter::once(current).chain(previous).map(<[u8]>::to_vec).collect();
        Keys { keys, instance: instance.to_lowercase() }
    }

    /// The token of a letter, made at this moment.
    pub fn make(&self, letter: &SentLetter, now: DateTime<Utc>) -> Option<String> {
        let key = self.keys.first()?;
        let last_day = u16::try_from(((now + Duration::days(DAYS)).date_naive() - epoch()).num_days()).ok()?;
        let (commit, ordinal) = letter.id.split_once('.')?;
        let (commit, ordinal) = (commit.parse::<u64>().ok().filter(|n| *n < 1 << 40)?, ordinal.parse::<u8>().ok()?);
        let mut octets = vec![key_id(key)];
        octets.extend_from_slice(&last_day.to_be_bytes());
        octets.extend_from_slice(commit.to_be_bytes().get(3..)?);
        octets.push(ordinal);
        octets.extend_from_slice(self.tag(key, letter, last_day)?.get(..TAG)?);
        Some(super::base32(&octets, LETTERS))
    }

    /// `duban+<token>@example.com`, where the local part has room for it.
    pub fn address(&self, assistant: &str, letter: &SentLetter, now: DateTime<Utc>) -> Option<String> {
        let (local, domain) = assistant.rsplit_once('@')?;
        (local.len() + 1 + LETTERS <= LOCAL_PART_MAX)
            .then(|| self.make(letter, now))
            .flatten()
            .map(|token| format!("{local}+{token}@{domain}"))
    }

    /// Whether a token was made for this very letter and is not over.
    pub fn fits(&self, token: &Token, letter: &SentLetter, now: DateTime<Utc>) -> bool {
        let today = (now.date_naive() - epoch()).num_days();
        let mut fits = false;
        // Every key is tried to the end: how long it takes tells nothing.
        for key in &self.keys {
            let Some(tag) = self.tag(key, letter, token.last_day) else { continue };
            let same = tag.get(..TAG).unwrap_or_default().ct_eq(&token.tag);
            fits |= bool::from(same) && key_id(key) == token.key;
        }
        fits && token.letter == letter.id && today <= i64::from(token.last_day)
    }

    fn tag(&self, key: &[u8], letter: &SentLetter, last_day: u16) -> Option<Vec<u8>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
        let purpose = super::word(&letter.context);
        let (object, person) = (letter.objects.join(" "), letter.to.to_lowercase());
        let parts = ["reply address", &self.instance, &letter.id, &object, &person, &purpose];
        for part in parts.map(str::as_bytes).into_iter().chain([&last_day.to_be_bytes()[..], &[key_id(key)]]) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        Some(mac.finalize().into_bytes().to_vec())
    }
}

impl Token {
    /// The token of an address, in any case.
    pub fn of_address(address: &str) -> Option<Token> {
        let (local, _) = address.rsplit_once('@')?;
        let (_, token) = local.split_once('+')?;
        Token::parse(token)
    }

    pub fn parse(text: &str) -> Option<Token> {
        let octets = octets_of(text)?;
        let (head, tag) = octets.split_at_checked(octets.len().checked_sub(TAG)?)?;
        let [key, day @ .., ordinal] = head else { return None };
        let [day_high, day_low, commit @ ..] = day else { return None };
        let commit = commit.iter().fold(0u64, |n, octet| n << 8 | u64::from(*octet));
        Some(Token {
            key: *key,
            last_day: u16::from_be_bytes([*day_high, *day_low]),
            letter: format!("{commit}.{ordinal}"),
            tag: tag.try_into().ok()?,
        })
    }
}

/// The day that last days count from.
fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default()
}

/// Tells keys apart without saying anything of them.
fn key_id(key: &[u8]) -> u8 {
    let mut hash = Sha256::new();
    hash.update(b"key id");
    hash.update(key);
    hash.finalize().first().copied().unwrap_or_default()
}

/// The octets of exactly [`LETTERS`] letters of base32, in any case.
fn octets_of(text: &str) -> Option<Vec<u8>> {
    if text.len() != LETTERS {
        return None;
    }
    let mut out = Vec::with_capacity(LETTERS * 5 / 8);
    let (mut held, mut bits) = (0u32, 0);
    for c in text.bytes() {
        let value = ALPHABET.iter().position(|letter| *letter == c.to_ascii_lowercase())?;
        held = (held << 5 | u32::try_from(value).ok()?) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::domain::letter::LetterName;
    use crate::domain::reading::Context;

    fn letter() -> SentLetter {
        SentLetter {
            id: "70123.2".into(),
            letter: LetterName::MeetingNotice,
            to: "sunyue@nanshan.example".into(),
            message_id: "x@meet.example".into(),
            in_reply_to: None,
            references: Vec::new(),
            reply_to: String::new(),
            subject: String::new(),
            at: now(),
            lines: Vec::new(),
            context: Context::Meeting,
            objects: vec!["M-7".into()],
            cause: String::new(),
            why: String::new(),
            behalf: None,
            left_out: Vec::new(),
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-10-12T02:00:00Z".parse().unwrap()
    }

    fn keys() -> Keys {
        Keys::new(&[7; 32], None, "meet.example")
    }

    #[test]
    fn a_token_finds_its_letter_in_any_case_and_nothing_else_does() {
        let address = keys().address("mishu@meet.example", &letter(), now()).unwrap();
        let (local, _) = address.split_once('@').unwrap();
        assert!(local.len() <= 64 && local.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '+'));
        let token = Token::of_address(&address.to_uppercase()).unwrap();
        assert_eq!(token.letter, "70123.2");
        assert!(keys().fits(&token, &letter(), now()));
        for other in [
            SentLetter { to: "zhouqiang@nanshan.example".into(), ..letter() },
            SentLetter { objects: vec!["M-8".into()], ..letter() },
            SentLetter { context: Context::Approval, ..letter() },
            SentLetter { id: "70123.3".into(), ..letter() },
        ] {
            assert!(!keys().fits(&token, &other, now()), "{other:?}");
        }
        assert!(!Keys::new(&[7; 32], None, "other.example").fits(&token, &letter(), now()), "another installation");
        assert!(!Keys::new(&[8; 32], None, "meet.example").fits(&token, &letter(), now()), "another key");
        assert!(keys().address(&format!("{}@meet.example", "x".repeat(30)), &letter(), now()).is_none(), "no room");
    }

    /// TRUST S9.
    #[test]
    fn a_token_ends() {
        let token = Token::parse(&keys().make(&letter(), now()).unwrap()).unwrap();
        assert!(keys().fits(&token, &letter(), now() + Duration::days(DAYS)));
        assert!(!keys().fits(&token, &letter(), now() + Duration::days(DAYS + 1)));
    }

    /// TRUST S7: while keys change, tokens of the old one are known; without it they are gone.
    #[test]
    fn keys_are_changed_without_losing_answers() {
        let (old, new) = ([7; 32], [9; 32]);
        let token = Token::parse(&keys().make(&letter(), now()).unwrap()).unwrap();
        let both = Keys::new(&new, Some(&old), "meet.example");
        assert!(both.fits(&token, &letter(), now()));
        let fresh = Token::parse(&both.make(&letter(), now()).unwrap()).unwrap();
        assert!(both.fits(&fresh, &letter(), now()) && !keys().fits(&fresh, &letter(), now()));
        assert!(!Keys::new(&new, None, "meet.example").fits(&token, &letter(), now()));
    }

    /// TRUST S7: a million tokens of chance, and every single changed letter of a true one.
    #[test]
    fn chance_makes_no_token() {
        let keys = keys();
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut text = [b'a'; LETTERS];
        for _ in 0..1_000_000 {
            for letter in &mut text {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                *letter = ALPHABET[(state >> 40) as usize % 32];
            }
            let token = Token::parse(std::str::from_utf8(&text).unwrap()).unwrap();
            // The costly check is not reached: no such letter was ever written.
            assert_ne!(token.letter, "70123.2");
        }
        let good = keys.make(&letter(), now()).unwrap();
        for at in 0..LETTERS {
            for other in ALPHABET {
                let mut changed = good.clone().into_bytes();
                if changed[at] != *other {
                    changed[at] = *other;
                    let token = Token::parse(std::str::from_utf8(&changed).unwrap()).unwrap();
                    assert!(!keys.fits(&token, &letter(), now()));
                }
            }
        }
        for broken in
            ["", "a", &good[1..], &format!("{good}a"), &good.replace(&good[3..4], "1"), "文".repeat(40).as_str()]
        {
            assert_eq!(Token::parse(broken), None, "{broken}");
        }
    }
}
