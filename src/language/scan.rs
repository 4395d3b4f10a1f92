//! A text to look into by character: as written, and folded beside it (half width, simplified, lower case), place for
//! place, so that what was found in the folded text is cut from the written one.

use super::width::{Fold, fold, simplified};
use crate::mail::phrases;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

/// Half width, simplified, lower case: for looking words up in a short text.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    out.extend(folds(text));
    out
}

/// A written text and its folded twin: what was found in the twin is cut from the text by place.
#[derive(Clone, Debug, Default)]
pub(super) struct Scan<'s> {
    source: &'s str,
    folded: Vec<char>,
    /// Byte in the source where each character begins; one more for the end. Empty where every character is one byte.
    bytes: Vec<u32>,
    /// Some characters of the source have no place: zero-width ones.
    gaps: bool,
}

/// What is read for each character of one byte.
static NARROW: [char; 128] = {
    let mut narrow = ['\0'; 128];
    let mut byte = 0;
    while byte < 128 {
        narrow[byte] = match byte as u8 {
            b'\t' | b'\r' => ' ',
            b'`' => '\'',
            other => other.to_ascii_lowercase() as char,
        };
        byte += 1;
    }
    narrow
};

/// What is read for a character, if anything.
#[inline]
fn read(c: char) -> Option<char> {
    match c {
        '\u{4e00}'..='\u{9fff}' => Some(simplified(c)),
        '\0'..='\u{7f}' => NARROW.get(c as usize).copied(),
        _ => evened(c),
    }
}

/// What is read for the characters of a text, where none is asked for by place.
#[inline]
pub(super) fn folds(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter_map(read)
}

impl<'s> Scan<'s> {
    pub fn new(source: &'s str) -> Scan<'s> {
        if source.is_ascii() {
            let folded = source.bytes().map(|byte| NARROW.get(usize::from(byte)).copied().unwrap_or('\0')).collect();
            return Scan { source, folded, bytes: Vec::new(), gaps: false };
        }
        // Filled by place, which asks for no room at every character.
        let count = source.chars().count();
        let mut folded = vec!['\0'; count];
        let mut bytes = vec![0; count + 1];
        let mut gaps = 0;
        let mut places = folded.iter_mut().zip(bytes.iter_mut());
        for (at, c) in source.char_indices() {
            match read(c) {
                Some(one) => {
                    if let Some((folded, byte)) = places.next() {
                        (*folded, *byte) = (one, at as u32);
                    }
                }
                None => gaps += 1,
            }
        }
        folded.truncate(count - gaps);
        bytes.truncate(count - gaps + 1);
        if let Some(end) = bytes.last_mut() {
            *end = source.len() as u32;
        }
        Scan { source, folded, bytes, gaps: gaps > 0 }
    }

    /// A part of it as a scan of its own; its bytes count from the part's beginning.
    pub fn part(&self, range: Range<usize>) -> Scan<'s> {
        let range = clip(&range, self.len());
        let base = self.bytes.get(range.start).copied().unwrap_or(0);
        Scan {
            source: self.source.get(self.bytes(range.clone())).unwrap_or_default(),
            folded: self.folded.get(range.clone()).unwrap_or_default().to_vec(),
            bytes: self.bytes.get(range.start..=range.end).unwrap_or_default().iter().map(|b| b - base).collect(),
            gaps: self.gaps,
        }
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.folded.len()
    }

    /// The folded character there; NUL outside.
    #[inline]
    pub fn at(&self, i: usize) -> char {
        self.folded.get(i).copied().unwrap_or('\0')
    }

    /// The folded character before; NUL at the start.
    #[inline]
    pub fn before(&self, i: usize) -> char {
        i.checked_sub(1).map_or('\0', |b| self.at(b))
    }

    #[inline]
    pub fn is_capital(&self, i: usize) -> bool {
        self.written_at(i).is_uppercase()
    }

    /// The words as written.
    pub fn written(&self, range: Range<usize>) -> String {
        let words = self.source.get(self.bytes(clip(&range, self.len()))).unwrap_or_default();
        match self.gaps {
            true => words.chars().filter(|c| read(*c).is_some()).collect(),
            false => words.to_owned(),
        }
    }

    /// The character as written; NUL outside.
    #[inline]
    pub fn written_at(&self, i: usize) -> char {
        if i >= self.len() {
            return '\0';
        }
        self.source.get(self.byte(i)..).and_then(|rest| rest.chars().next()).unwrap_or('\0')
    }

    pub fn folded(&self, range: Range<usize>) -> String {
        self.folded.get(clip(&range, self.len())).unwrap_or_default().iter().collect()
    }

    #[inline]
    pub fn slice(&self, range: Range<usize>) -> &[char] {
        self.folded.get(clip(&range, self.len())).unwrap_or_default()
    }

    /// Where in the source a character begins; behind the last one, the source's end.
    #[inline]
    fn byte(&self, i: usize) -> usize {
        match self.bytes.get(i) {
            Some(byte) => *byte as usize,
            None if self.bytes.is_empty() => i.min(self.source.len()),
            None => self.source.len(),
        }
    }

    /// The place of a byte of the source.
    pub fn place_of_byte(&self, byte: usize) -> usize {
        match self.bytes.is_empty() {
            true => byte.min(self.len()),
            false => self.bytes.partition_point(|b| (*b as usize) < byte).min(self.len()),
        }
    }

    /// Bytes of the source.
    pub fn bytes(&self, range: Range<usize>) -> Range<usize> {
        let from = self.byte(range.start);
        from..self.byte(range.end).max(from)
    }

    /// Whether these folded characters stand there. Most that begin alike differ in the next, so they are compared one by
    /// one.
    #[inline]
    pub fn stands(&self, i: usize, wanted: &[char]) -> bool {
        let rest = self.folded.get(i..).unwrap_or_default();
        rest.len() >= wanted.len() && rest.iter().zip(wanted).all(|(a, b)| a == b)
    }

    /// These very characters stand there; where they end.
    #[inline]
    pub fn lit(&self, i: usize, wanted: &str) -> Option<usize> {
        let mut at = i;
        for c in wanted.chars() {
            if self.at(at) != c {
                return None;
            }
            at += 1;
        }
        Some(at)
    }

    /// The longest of these that stands there.
    pub fn any(&self, i: usize, wanted: &[&str]) -> Option<usize> {
        let first = self.at(i);
        wanted.iter().filter(|word| begins(word, first)).filter_map(|word| self.lit(i, word)).max()
    }

    /// English words, letters may not go on at either end.
    #[inline]
    pub fn word(&self, i: usize, wanted: &str) -> Option<usize> {
        if self.before(i).is_ascii_alphanumeric() {
            return None;
        }
        let end = self.lit(i, wanted)?;
        (!self.at(end).is_ascii_alphanumeric()).then_some(end)
    }

    pub fn any_word(&self, i: usize, wanted: &[&str]) -> Option<usize> {
        let first = self.at(i);
        if self.before(i).is_ascii_alphanumeric() {
            return None;
        }
        wanted.iter().filter(|word| begins(word, first)).filter_map(|word| self.word(i, word)).max()
    }

    /// Past characters that `wanted` holds.
    pub fn skip(&self, mut i: usize, wanted: &str) -> usize {
        while i < self.len() && among(wanted, self.at(i)) {
            i += 1;
        }
        i
    }

    /// Where the range ends once trailing characters that `unwanted` holds are dropped.
    pub fn trim_end(&self, range: Range<usize>, unwanted: &str) -> usize {
        let mut end = range.end.min(self.len());
        while end > range.start && among(unwanted, self.at(end - 1)) {
            end -= 1;
        }
        end
    }

    /// The first place in the range where the words stand.
    pub fn find(&self, range: Range<usize>, wanted: &str) -> Option<usize> {
        let count = wanted.chars().count();
        let first = wanted.chars().next()?;
        let end = range.end.min(self.len());
        (range.start..end.saturating_sub(count - 1).max(range.start))
            .find(|at| self.at(*at) == first && self.lit(*at, wanted).is_some())
    }

    /// Whether a word of the list stands in the range.
    pub fn holds(&self, range: Range<usize>, listed: &Listed) -> bool {
        let end = range.end.min(self.len());
        (range.start..end).any(|at| {
            let first = self.at(at);
            listed.firsts.may_hold(first)
                && listed
                    .words
                    .iter()
                    .any(|word| begins(word, first) && self.lit(at, word).is_some_and(|stop| stop <= end))
        })
    }

    /// Whether one of these words stands in the range. One walk: most characters begin none of them.
    pub fn has(&self, range: Range<usize>, wanted: &[&str]) -> bool {
        let firsts = Firsts::of(wanted);
        let end = range.end.min(self.len());
        (range.start..end).any(|at| {
            firsts.may_hold(self.at(at))
                && wanted
                    .iter()
                    .any(|word| begins(word, self.at(at)) && self.lit(at, word).is_some_and(|stop| stop <= end))
        })
    }

    /// The first place where one of these English words stands by itself.
    pub fn find_word(&self, range: Range<usize>, wanted: &[&str]) -> Option<(usize, usize)> {
        let firsts = Firsts::of(wanted);
        let end = range.end.min(self.len());
        (range.start..end).find_map(|at| {
            if !firsts.may_hold(self.at(at)) || self.before(at).is_ascii_alphanumeric() {
                return None;
            }
            self.any_word(at, wanted).filter(|stop| *stop <= end).map(|stop| (at, stop))
        })
    }

    /// The first of these characters in the range.
    pub fn find_char(&self, range: Range<usize>, wanted: &str) -> Option<usize> {
        (range.start..range.end.min(self.len())).find(|at| among(wanted, self.at(*at)))
    }
}

/// Words with what they begin with, told when the program is built.
pub(super) struct Listed {
    words: &'static [&'static str],
    firsts: phrases::Firsts,
}

impl Listed {
    pub const fn new(words: &'static [&'static str]) -> Listed {
        Listed { words, firsts: phrases::Firsts::of(words) }
    }
}

/// Which characters begin some words, roughly: a bit for each of 128 classes.
struct Firsts(u128);

impl Firsts {
    fn of(words: &[&str]) -> Firsts {
        Firsts(words.iter().fold(0, |bits, word| {
            // The low bits of a character of three bytes are in the last two.
            let class = match word.as_bytes() {
                [byte, ..] if byte.is_ascii() => u32::from(*byte),
                [0xe0..=0xef, b, c, ..] => (u32::from(*b) & 1) << 6 | u32::from(*c) & 0x3f,
                _ => word.chars().next().map_or(0, |c| c as u32 % 128),
            };
            bits | 1 << class
        }))
    }

    fn may_hold(&self, c: char) -> bool {
        self.0 >> (c as u32 % 128) & 1 == 1
    }
}

/// What is read for a character, if anything.
#[inline]
fn evened(c: char) -> Option<char> {
    let folded = match fold(c) {
        Fold::One(one) => one,
        Fold::Many => c,
        Fold::Nothing => return None,
    };
    Some(match folded {
        '\u{4e00}'..='\u{9fff}' => folded,
        '\u{a0}' | '\t' | '\r' => ' ',
        '–' | '—' | '−' | '‐' | '‑' | '―' | '─' => '-',
        '’' | '‘' | '`' => '\'',
        '“' | '”' | '「' | '」' | '『' | '』' => '"',
        '【' | '［' | '〔' => '[',
        '】' | '］' | '〕' => ']',
        '｡' => '。',
        other => other.to_ascii_lowercase(),
    })
}

/// Whether the word begins with this character; asked of every word of a list.
#[inline]
pub(super) fn begins(word: &str, first: char) -> bool {
    match word.as_bytes() {
        [byte, ..] if byte.is_ascii() => u32::from(*byte) == u32::from(first),
        // Three bytes, as nearly all Chinese has.
        [a @ 0xe0..=0xef, b, c, ..] => {
            (u32::from(*a) & 0xf) << 12 | (u32::from(*b) & 0x3f) << 6 | u32::from(*c) & 0x3f == u32::from(first)
        }
        _ => word.starts_with(first),
    }
}

/// Whether the word ends with this character.
#[inline]
pub(super) fn finishes(word: &str, last: char) -> bool {
    match word.as_bytes() {
        [.., byte] if byte.is_ascii() => u32::from(*byte) == u32::from(last),
        [.., a @ 0xe0..=0xef, b, c] => {
            (u32::from(*a) & 0xf) << 12 | (u32::from(*b) & 0x3f) << 6 | u32::from(*c) & 0x3f == u32::from(last)
        }
        _ => word.ends_with(last),
    }
}

/// Whether a handful of signs has this character.
#[inline]
pub(super) fn among(signs: &str, c: char) -> bool {
    if c.is_ascii() {
        return signs.bytes().any(|byte| byte == c as u8);
    }
    !signs.is_ascii() && signs.chars().any(|sign| sign == c)
}

/// A map by character: its code is hash enough.
pub(super) type ByCharacter<V> = HashMap<char, V, BuildHasherDefault<CharacterHash>>;
/// A map by words of ours, which nobody from outside fills.
pub(super) type ByWords<K, V> = HashMap<K, V, BuildHasherDefault<CharacterHash>>;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CharacterHash(u64);

impl Hasher for CharacterHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let (whole, rest) = bytes.as_chunks::<4>();
        for four in whole {
            self.write_u32(u32::from_le_bytes(*four));
        }
        for byte in rest {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, code: u32) {
        self.0 = (self.0 ^ u64::from(code)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}

#[inline]
fn clip(range: &Range<usize>, len: usize) -> Range<usize> {
    let end = range.end.min(len);
    range.start.min(end)..end
}

/// Chinese and Japanese ideographs.
#[inline]
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

/// Many words, found by their first character; for asking which stands at a place.
pub(super) struct WordSet {
    by_first: ByCharacter<Vec<Vec<char>>>,
    /// A bit for each of 4096 classes of first characters, so that most places need no look into the map.
    firsts: Box<[u64; 64]>,
    /// Characters of the longest word.
    longest: usize,
}

impl WordSet {
    /// Words separated by blanks.
    pub fn new(lists: &[&str]) -> WordSet {
        let mut by_first: ByCharacter<Vec<Vec<char>>> = ByCharacter::default();
        for word in lists.iter().flat_map(|list| list.split_whitespace()) {
            let chars: Vec<char> = word.chars().map(|c| if c == '_' { ' ' } else { c }).collect();
            if let Some(first) = chars.first() {
                by_first.entry(*first).or_default().push(chars);
            }
        }
        for words in by_first.values_mut() {
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        }
        let mut firsts = Box::new([0u64; 64]);
        for first in by_first.keys() {
            let class = *first as usize % 4096;
            if let Some(bits) = firsts.get_mut(class / 64) {
                *bits |= 1 << (class % 64);
            }
        }
        let longest = by_first.values().flatten().map(Vec::len).max().unwrap_or(0);
        WordSet { by_first, firsts, longest }
    }

    #[inline]
    fn may_hold(&self, first: char) -> bool {
        let class = first as usize % 4096;
        self.firsts.get(class / 64).is_some_and(|bits| bits >> (class % 64) & 1 == 1)
    }

    /// `false` is certain: no word begins at these places.
    pub fn may_begin_in(&self, scan: &Scan, places: Range<usize>) -> bool {
        scan.slice(places).iter().any(|c| self.may_hold(*c))
    }

    /// The longest word that stands there; where it ends.
    pub fn at(&self, scan: &Scan, i: usize) -> Option<usize> {
        if !self.may_hold(scan.at(i)) {
            return None;
        }
        self.by_first.get(&scan.at(i))?.iter().find(|word| scan.stands(i, word)).map(|word| i + word.len())
    }

    /// The same for English words, which end where their letters end.
    pub fn word_at(&self, scan: &Scan, i: usize) -> Option<usize> {
        if !self.may_hold(scan.at(i)) || scan.before(i).is_ascii_alphanumeric() {
            return None;
        }
        self.by_first
            .get(&scan.at(i))?
            .iter()
            .find(|word| scan.stands(i, word) && !scan.at(i + word.len()).is_ascii_alphanumeric())
            .map(|word| i + word.len())
    }

    /// Whether a text, in lower case, is one of the words.
    pub fn is(&self, text: &str) -> bool {
        if text.len() > self.longest * 4 || !text.chars().next().is_some_and(|c| self.may_hold(c.to_ascii_lowercase()))
        {
            return false;
        }
        let word: Vec<char> = text.chars().map(|c| c.to_ascii_lowercase()).collect();
        word.first().and_then(|first| self.by_first.get(first)).is_some_and(|words| words.contains(&word))
    }
}
