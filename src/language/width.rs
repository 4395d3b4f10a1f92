//! Full and half width, simplified and traditional: one spelling to read from, with places kept.
//!
//! [`Plain`] is what readers of words look at; [`Plain::source`] leads back to the bytes that were written. Letters keep
//! their case. The folding is by character, so it is linear and needs no dictionary of phrases; it is for reading, not
//! for showing.

use std::ops::Range;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// First line traditional characters, second line their simplified forms, in the same order.
static TRADITIONAL: &str = include_str!("traditional.txt");

const CJK_FIRST: u32 = 0x4e00;
const CJK_LAST: u32 = 0x9fff;

/// Indexed from U+4E00; zero where a character stays.
static SIMPLIFIED: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table = vec![0u16; (CJK_LAST - CJK_FIRST + 1) as usize];
    let mut lines = TRADITIONAL.lines();
    if let (Some(from), Some(to)) = (lines.next(), lines.next()) {
        for (traditional, simplified) in from.chars().zip(to.chars()) {
            let index = (traditional as u32).wrapping_sub(CJK_FIRST) as usize;
            if let (Some(slot), Ok(value)) = (table.get_mut(index), u16::try_from(simplified as u32)) {
                *slot = value;
            }
        }
    }
    table
});

/// The simplified form of an ideograph; other characters as they are.
#[inline]
pub fn simplified(character: char) -> char {
    match SIMPLIFIED.get((character as usize).wrapping_sub(CJK_FIRST as usize)) {
        Some(&simplified) if simplified != 0 => char::from_u32(u32::from(simplified)).unwrap_or(character),
        _ => character,
    }
}

/// What a written character is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// one character, most often itself
    One(char),
    /// nothing: zero-width characters, soft hyphens, byte order marks
    Nothing,
    /// several, from a compatibility form such as ㋆ (7月): decompose it by NFKC
    Many,
}

/// Folds one character.
#[inline]
pub fn fold(character: char) -> Fold {
    let code = character as u32;
    match code {
        0..=0x9f => Fold::One(character),
        0xa0 | 0x2000..=0x200a | 0x202f | 0x205f | 0x3000 => Fold::One(' '),
        0xad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2064 | 0xfe00..=0xfe0f | 0xfeff => Fold::Nothing,
        CJK_FIRST..=CJK_LAST => Fold::One(simplified(character)),
        0xff01..=0xff5e => Fold::One(char::from_u32(code - 0xfee0).unwrap_or(character)),
        // Radicals, compatibility ideographs, small and vertical forms, squared words, styled letters.
        0x2e80..=0x2fdf | 0x32c0..=0x32cb | 0x3358..=0x33ff | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0x1d400..=0x1d7ff => {
            let mut parts = std::iter::once(character).nfkc();
            match (parts.next(), parts.next()) {
                (Some(one), None) if one != character => fold(one),
                (Some(one), None) => Fold::One(one),
                (Some(_), Some(_)) => Fold::Many,
                (None, _) => Fold::Nothing,
            }
        }
        _ => Fold::One(character),
    }
}

/// A stretch of the plain text and where it came from.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    plain: usize,
    source: usize,
    /// Bytes of the one source character it came from; 0 for a run copied byte for byte.
    source_len: usize,
}

/// A text in one spelling, with a way back to what was written.
#[derive(Clone, Debug, Default)]
pub struct Plain {
    text: String,
    stretches: Vec<Stretch>,
    source_len: usize,
}

impl Plain {
    pub fn new(source: &str) -> Plain {
        if source.is_ascii() {
            return Plain { text: source.to_owned(), stretches: Vec::new(), source_len: source.len() };
        }
        let mut plain =
            Plain { text: String::with_capacity(source.len()), stretches: Vec::new(), source_len: source.len() };
        let mut running = false;
        for (at, character) in source.char_indices() {
            let place = Stretch { plain: plain.text.len(), source: at, source_len: character.len_utf8() };
            match fold(character) {
                Fold::One(one) if one.len_utf8() == character.len_utf8() => {
                    if !running {
                        plain.stretches.push(Stretch { source_len: 0, ..place });
                        running = true;
                    }
                    plain.text.push(one);
                }
                Fold::One(one) => {
                    plain.stretches.push(place);
                    plain.text.push(one);
                    running = false;
                }
                Fold::Many => {
                    plain.stretches.push(place);
                    plain.text.extend(std::iter::once(character).nfkc());
                    running = false;
                }
                Fold::Nothing => running = false,
            }
        }
        plain
    }

    /// The text to read.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn stretch(&self, plain: usize) -> Option<&Stretch> {
        let after = self.stretches.partition_point(|stretch| stretch.plain <= plain);
        self.stretches.get(after.checked_sub(1)?)
    }

    /// The bytes of the source that a range of the plain text was read from; both ends at character boundaries.
    pub fn source(&self, range: Range<usize>) -> Range<usize> {
        if self.stretches.is_empty() {
            return range.start.min(self.source_len)..range.end.min(self.source_len);
        }
        let start = match self.stretch(range.start) {
            Some(stretch) if stretch.source_len == 0 => stretch.source + (range.start - stretch.plain),
            Some(stretch) => stretch.source,
            None => 0,
        };
        if range.end <= range.start {
            let start = start.min(self.source_len);
            return start..start;
        }
        let end = match self.stretch(range.end - 1) {
            Some(stretch) if stretch.source_len == 0 => stretch.source + (range.end - stretch.plain),
            Some(stretch) => stretch.source + stretch.source_len,
            None => self.source_len,
        };
        start.min(self.source_len)..end.min(self.source_len)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_spelling() {
        for (written, read) in [
            ("下週五（１０：３０）", "下周五(10:30)"),
            ("民國　１１５年", "民国 115年"),
            ("㋆２０日", "7月20日"),
            ("⼋⽉", "八月"),
            ("by\u{a0}Friday\u{200b}", "by Friday"),
            ("个週", "个周"),
        ] {
            assert_eq!(Plain::new(written).text(), read, "{written}");
        }
    }

    #[test]
    fn places_lead_back() {
        let written = "请於\u{200b}８月２０日（週四）前";
        let plain = Plain::new(written);
        let at = plain.text().find("8月20日").unwrap();
        assert_eq!(written.get(plain.source(at..at + "8月20日".len())), Some("８月２０日"));
        let at = plain.text().find("周四").unwrap();
        assert_eq!(written.get(plain.source(at..at + "周四".len())), Some("週四"));
    }

    proptest! {
        #[test]
        fn any_place_is_a_boundary(written in "[\\PC\u{ff10}-\u{ff19}週後\u{200b}㋆ a-z]{0,40}", from in 0usize..60, len in 0usize..60) {
            let plain = Plain::new(&written);
            let ends: Vec<usize> = plain.text().char_indices().map(|(at, _)| at).chain([plain.text().len()]).collect();
            let from = ends[from % ends.len()];
            let to = *ends.iter().find(|end| **end >= from + len).unwrap_or(ends.last().unwrap());
            prop_assert!(written.get(plain.source(from..to.max(from))).is_some());
        }

        #[test]
        fn folding_twice_changes_nothing(written in "\\PC{0,40}") {
            let once = Plain::new(&written);
            let twice = Plain::new(once.text());
            prop_assert_eq!(twice.text(), once.text());
        }
    }
}
