//! Many words looked for at once. Most lines hold none of a list, and that is known after a look at few of their bytes.

use aho_corasick::AhoCorasick;

/// Bytes of a word that a glance compares: a Chinese character, three Latin letters.
const HEAD: usize = 3;
/// Classes of heads; the lists have up to some hundred words.
const CLASSES: usize = 4096;

/// Which heads some words have.
#[derive(Clone, Copy)]
pub struct Heads {
    /// a bit for each class of heads
    classes: [u64; CLASSES / 64],
    /// a bit for the first byte of each word that is shorter than a head
    short: [u64; 4],
}

impl Heads {
    /// Words in lower case, none of them empty.
    pub const fn of(words: &[&str]) -> Heads {
        Heads { classes: [0; CLASSES / 64], short: [0; 4] }.and(words)
    }

    /// Those of further words too.
    pub const fn and(mut self, words: &[&str]) -> Heads {
        let mut i = 0;
        while i < words.len() {
            let bytes = words[i].as_bytes();
            if bytes.len() < HEAD {
                self.short[bytes[0] as usize / 64] |= 1 << (bytes[0] % 64);
            } else {
                let class = class_of([bytes[0], bytes[1], bytes[2]]);
                self.classes[class / 64] |= 1 << (class % 64);
            }
            i += 1;
        }
        self
    }

    #[inline]
    fn hold(&self, head: [u8; HEAD]) -> bool {
        let class = class_of(head);
        self.classes[class / 64] >> (class % 64) & 1 == 1
    }

    fn has_short(&self) -> bool {
        self.short != [0; 4]
    }

    fn may_be_short(&self, byte: u8) -> bool {
        self.short[usize::from(byte / 64)] >> (byte % 64) & 1 == 1
    }

    /// `false` is certain: the text begins with none of the words.
    #[inline]
    pub fn may_lead(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        bytes.first_chunk().is_some_and(|head| self.hold(*head)) || bytes.first().is_some_and(|b| self.may_be_short(*b))
    }

    /// `false` is certain: none of the words stands anywhere in the text.
    pub fn may_stand_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        headed(bytes).any(|(_, head)| self.hold(head))
            || self.has_short() && bytes.iter().any(|byte| self.may_be_short(*byte))
    }
}

/// A list of words that are looked for together.
pub struct Phrases {
    words: &'static [&'static str],
    heads: Heads,
}

impl Phrases {
    /// Words in lower case, none of them empty.
    pub const fn new(words: &'static [&'static str]) -> Phrases {
        Phrases { words, heads: Heads::of(words) }
    }

    /// The first word of the list that the text begins with.
    pub fn lead(&self, text: &str) -> Option<&'static str> {
        if !self.heads.may_lead(text) {
            return None;
        }
        self.words.iter().find(|word| text.starts_with(**word)).copied()
    }

    /// The text is one of the words.
    pub fn hold(&self, text: &str) -> bool {
        self.heads.may_lead(text) && self.words.contains(&text)
    }

    /// Whether the text in lower case might begin with one of the words. `false` is certain, and cheap.
    #[inline]
    pub fn may_lead(&self, text: &str) -> bool {
        let Some(head) = text.as_bytes().first_chunk::<HEAD>() else { return true };
        // Letters of two cases that are not ASCII: somebody else has to look.
        if self.heads.has_short() || head.iter().any(|byte| matches!(byte, 0xc3..=0xe2 | 0xea..)) {
            return true;
        }
        self.heads.hold(head.map(|byte| byte.to_ascii_lowercase()))
    }

    /// One of the words stands somewhere in the text.
    pub fn within(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let heads = &self.heads;
        let whole = headed(bytes).any(|(at, head)| {
            heads.hold(head)
                && bytes.get(at..).is_some_and(|rest| {
                    self.words.iter().any(|word| word.len() >= HEAD && rest.starts_with(word.as_bytes()))
                })
        });
        whole || heads.has_short() && self.words.iter().any(|word| word.len() < HEAD && text.contains(word))
    }
}

/// Several lists of words, looked for in one walk over a text however many there are.
pub struct Lists {
    automaton: Option<AhoCorasick>,
    /// The bit of the list that each word is of.
    bits: Vec<u32>,
}

impl Lists {
    /// At most 32 lists; of their words, none of them empty, only those that `is_wanted`.
    pub fn of(lists: &[&[&str]], is_wanted: fn(&str) -> bool) -> Lists {
        let words = || lists.iter().zip(0..).flat_map(|(list, at)| list.iter().map(move |word| (*word, 1 << at)));
        let (words, bits): (Vec<&str>, Vec<u32>) = words().filter(|(word, _)| is_wanted(word)).unzip();
        Lists { automaton: AhoCorasick::new(words).ok(), bits }
    }

    /// A bit for each list of which a word stands in the text, the lowest for the first list.
    pub fn within(&self, text: &str) -> u32 {
        let found = self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(text));
        found.fold(0, |all, hit| all | self.bits.get(hit.pattern().as_usize()).copied().unwrap_or(0))
    }
}

/// The beginnings of characters that have a head, and the head of each.
fn headed(bytes: &[u8]) -> impl Iterator<Item = (usize, [u8; HEAD])> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let at = next;
        let head = *bytes.get(at..)?.first_chunk()?;
        next += match head[0] {
            0..=0xbf => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        Some((at, head))
    })
}

const fn class_of(head: [u8; HEAD]) -> usize {
    let [a, b, c] = head;
    (u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9e37_79b1) >> (32 - CLASSES.trailing_zeros())) as usize
}

/// Characters that are asked for one at a time, many of them.
pub struct Characters {
    text: &'static str,
    /// a bit for each class of characters
    classes: [u64; CLASSES / 64],
}

impl Characters {
    pub const fn new(text: &'static str) -> Characters {
        let mut classes = [0u64; CLASSES / 64];
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            let (code, length) = decode(bytes, i);
            let class = code as usize % CLASSES;
            classes[class / 64] |= 1 << (class % 64);
            i += length;
        }
        Characters { text, classes }
    }

    #[inline]
    pub fn hold(&self, c: char) -> bool {
        let class = c as usize % CLASSES;
        self.classes[class / 64] >> (class % 64) & 1 == 1 && self.text.contains(c)
    }
}

/// The characters that some words begin or end with; more than those only by chance.
#[derive(Clone, Copy)]
pub struct Firsts([u64; CLASSES / 64]);

impl Firsts {
    pub const fn of(words: &[&str]) -> Firsts {
        Firsts([0; CLASSES / 64]).and(words)
    }

    /// Those of further words too.
    pub const fn and(mut self, words: &[&str]) -> Firsts {
        let mut i = 0;
        while i < words.len() {
            let bytes = words[i].as_bytes();
            if !bytes.is_empty() {
                let class = decode(bytes, 0).0 as usize % CLASSES;
                self.0[class / 64] |= 1 << (class % 64);
            }
            i += 1;
        }
        self
    }

    /// The words of a table.
    pub const fn of_table<T: Copy>(table: &[(&str, T)]) -> Firsts {
        Firsts([0; CLASSES / 64]).and_table(table)
    }

    /// Those of a further table too.
    pub const fn and_table<T: Copy>(mut self, table: &[(&str, T)]) -> Firsts {
        let mut i = 0;
        while i < table.len() {
            self = self.and(&[table[i].0]);
            i += 1;
        }
        self
    }

    /// The characters that words end with.
    pub const fn ending(words: &[&str]) -> Firsts {
        let mut firsts = Firsts([0; CLASSES / 64]);
        let mut i = 0;
        while i < words.len() {
            let bytes = words[i].as_bytes();
            let mut at = bytes.len();
            while at > 0 {
                at -= 1;
                if bytes[at] & 0xc0 != 0x80 {
                    let class = decode(bytes, at).0 as usize % CLASSES;
                    firsts.0[class / 64] |= 1 << (class % 64);
                    break;
                }
            }
            i += 1;
        }
        firsts
    }

    /// `false` is certain: no word begins with it.
    #[inline]
    pub fn may_hold(&self, c: char) -> bool {
        let class = c as usize % CLASSES;
        self.0[class / 64] >> (class % 64) & 1 == 1
    }
}

/// The code of the character at a place of valid UTF-8, and how many bytes it takes.
const fn decode(bytes: &[u8], at: usize) -> (u32, usize) {
    let first = bytes[at] as u32;
    match first {
        0..=0x7f => (first, 1),
        0xc0..=0xdf => ((first & 0x1f) << 6 | bytes[at + 1] as u32 & 0x3f, 2),
        0xe0..=0xef => ((first & 0xf) << 12 | (bytes[at + 1] as u32 & 0x3f) << 6 | bytes[at + 2] as u32 & 0x3f, 3),
        _ => (
            (first & 7) << 18
                | (bytes[at + 1] as u32 & 0x3f) << 12
                | (bytes[at + 2] as u32 & 0x3f) << 6
                | bytes[at + 3] as u32 & 0x3f,
            4,
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::lower_case::lower_case;
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    const LIST: &[&str] = &["on behalf", "发自", "无", "qq", "от кого", "envoyé", "à toi", "ａｂ", "ok", "本邮件"];
    static WORDS: Phrases = Phrases::new(LIST);
    static LONG: Phrases = Phrases::new(&["on behalf", "发自", "от кого", "à toi", "本邮件"]);
    static SIGNS: Characters = Characters::new("王李å.😊");
    static LISTS: LazyLock<Lists> =
        LazyLock::new(|| Lists::of(&[LONG.words, &["无"], &["qq", "发自我", "q"]], |_| true));
    const FIRSTS: Firsts = Firsts::of(LIST);
    const LASTS: Firsts = Firsts::ending(LIST);

    proptest! {
        #[test]
        fn as_one_word_after_the_other(text in "([发自本邮件无于От кгоOnbehalfÀà qkＡｂ王李å.😊]|on behalf|发自|本邮件|à toi){0,12}") {
            let lower = lower_case(&text);
            for (list, words) in [(&WORDS, WORDS.words), (&LONG, LONG.words)] {
                prop_assert_eq!(list.lead(&lower), words.iter().find(|word| lower.starts_with(**word)).copied());
                prop_assert_eq!(list.hold(&lower), words.contains(&lower.as_ref()));
                prop_assert_eq!(list.within(&lower), words.iter().any(|word| lower.contains(word)));
                prop_assert!(list.may_lead(&text) || list.lead(&lower).is_none());
                prop_assert!(list.heads.may_stand_in(&lower) || !words.iter().any(|word| lower.contains(word)));
            }
            let any = |words: &[&str]| u32::from(words.iter().any(|word| lower.contains(word)));
            let bits = any(LONG.words) | any(&["无"]) << 1 | any(&["qq", "发自我", "q"]) << 2;
            prop_assert_eq!(LISTS.within(&lower), bits);
            for c in text.chars() {
                prop_assert_eq!(SIGNS.hold(c), SIGNS.text.contains(c));
                prop_assert!(FIRSTS.may_hold(c) || !LIST.iter().any(|word| word.starts_with(c)));
                prop_assert!(LASTS.may_hold(c) || !LIST.iter().any(|word| word.ends_with(c)));
            }
        }
    }
}
