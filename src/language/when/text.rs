//! The sentence as the readers of time words see it: folded, lower case, by character, with the way back.

use crate::language::scan::{begins, finishes};
use crate::language::width::{Fold, fold};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// No run of blanks within one phrase is longer; keeps every attempt bounded.
const BLANKS_MAX: usize = 6;
/// No number of ours has more digits.
const DIGITS_MAX: usize = 9;

pub(super) struct Text {
    chars: Vec<char>,
    /// The letter was a capital.
    capital: Vec<bool>,
    from: Vec<usize>,
    to: Vec<usize>,
}

/// A number as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    pub value: u32,
    pub end: usize,
    /// Arabic digits; 0 for Chinese numerals.
    pub digits: usize,
    /// Begins with a zero.
    pub padded: bool,
}

/// The two letters that some English words begin with, so that most places need no look at the list.
#[derive(Clone, Copy)]
pub(super) struct Pairs([u32; 26]);

impl Pairs {
    /// Words in lower case.
    pub const fn of(words: &[&str]) -> Pairs {
        Pairs([0; 26]).and(words)
    }

    /// Those of further words too.
    pub const fn and(mut self, words: &[&str]) -> Pairs {
        let mut i = 0;
        while i < words.len() {
            let bytes = words[i].as_bytes();
            let first = (bytes[0] - b'a') as usize;
            // A word of one letter has anything behind it.
            self.0[first] |= if bytes.len() > 1 && bytes[1].is_ascii_lowercase() { 1 << (bytes[1] - b'a') } else { !0 };
            i += 1;
        }
        self
    }

    /// The same of the names in a table.
    pub const fn of_table<T: Copy>(table: &[(&str, T)]) -> Pairs {
        let mut pairs = Pairs([0; 26]);
        let mut i = 0;
        while i < table.len() {
            pairs = pairs.and(&[table[i].0]);
            i += 1;
        }
        pairs
    }

    /// `false` is certain: none of the words begins there.
    #[inline]
    pub fn may_begin(&self, text: &Text, i: usize) -> bool {
        let first = text.at(i);
        if !first.is_ascii_lowercase() {
            return false;
        }
        let seconds = self.0.get(first as usize - usize::from(b'a')).copied().unwrap_or(0);
        match text.at(i + 1) {
            second @ 'a'..='z' => seconds >> (second as u32 - u32::from(b'a')) & 1 == 1,
            _ => seconds == !0,
        }
    }
}

impl Text {
    pub fn new(source: &str) -> Text {
        let mut text = Text {
            chars: Vec::with_capacity(source.len()),
            capital: Vec::with_capacity(source.len()),
            from: Vec::with_capacity(source.len()),
            to: Vec::with_capacity(source.len()),
        };
        for (at, written) in source.char_indices() {
            let end = at + written.len_utf8();
            match fold(written) {
                Fold::One(one) => text.push(one, at, end),
                Fold::Many => std::iter::once(written).nfkc().for_each(|one| text.push(one, at, end)),
                Fold::Nothing => {}
            }
        }
        text
    }

    fn push(&mut self, one: char, from: usize, to: usize) {
        let one = match one {
            '〇' | '○' | '零' => '零',
            '–' | '—' | '−' | '‐' | '‑' | '―' | '─' => '-',
            '〜' | '∼' => '~',
            '’' | '‘' | '`' => '\'',
            '、' => '、',
            '\t' => ' ',
            other => other,
        };
        self.chars.push(one.to_ascii_lowercase());
        self.capital.push(one.is_ascii_uppercase());
        self.from.push(from);
        self.to.push(to);
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character there; NUL outside.
    #[inline]
    pub fn at(&self, i: usize) -> char {
        self.chars.get(i).copied().unwrap_or('\0')
    }

    /// The character before; NUL at the start.
    #[inline]
    pub fn prev(&self, i: usize) -> char {
        i.checked_sub(1).map_or('\0', |before| self.at(before))
    }

    pub fn is_capital(&self, i: usize) -> bool {
        self.capital.get(i).copied().unwrap_or(false)
    }

    /// The bytes of the source.
    pub fn bytes(&self, range: Range<usize>) -> Range<usize> {
        let from = self.from.get(range.start).copied().unwrap_or_else(|| self.to.last().copied().unwrap_or(0));
        let to = range.end.checked_sub(1).and_then(|last| self.to.get(last)).copied().unwrap_or(from);
        from..to.max(from)
    }

    /// Past blanks.
    #[inline]
    pub fn sp(&self, i: usize) -> usize {
        (i..i + BLANKS_MAX).find(|at| self.at(*at) != ' ').unwrap_or(i + BLANKS_MAX)
    }

    /// Back over blanks: the place after the last other character.
    #[inline]
    pub fn back(&self, i: usize) -> usize {
        let mut at = i;
        while at > 0 && i - at < BLANKS_MAX && self.prev(at) == ' ' {
            at -= 1;
        }
        at
    }

    /// These very characters.
    #[inline]
    pub fn lit(&self, i: usize, wanted: &str) -> Option<usize> {
        let mut at = i;
        for one in wanted.chars() {
            if self.at(at) != one {
                return None;
            }
            at += 1;
        }
        Some(at)
    }

    /// The first of the list that stands there.
    pub fn any(&self, i: usize, wanted: &[&str]) -> Option<usize> {
        let first = self.at(i);
        wanted.iter().filter(|one| begins(one, first)).find_map(|one| self.lit(i, one))
    }

    /// These characters end at `i`; where they begin.
    pub fn ends(&self, i: usize, wanted: &str) -> Option<usize> {
        let mut at = i;
        for one in wanted.chars().rev() {
            at = at.checked_sub(1)?;
            if self.at(at) != one {
                return None;
            }
        }
        Some(at)
    }

    pub fn ends_any(&self, i: usize, wanted: &[&str]) -> Option<usize> {
        let last = self.prev(i);
        wanted.iter().filter(|one| finishes(one, last)).find_map(|one| self.ends(i, one))
    }

    #[inline]
    pub fn is_letter(&self, i: usize) -> bool {
        self.at(i).is_ascii_alphabetic()
    }

    /// English words there; a blank of the pattern is blanks or a hyphen, and letters may not go on at either end.
    pub fn word(&self, i: usize, wanted: &str) -> Option<usize> {
        if !begins(wanted, self.at(i)) || i > 0 && self.is_letter(i - 1) {
            return None;
        }
        let mut at = i;
        for one in wanted.chars() {
            if one == ' ' {
                let after = self.sp(at);
                at = if after > at {
                    after
                } else if self.at(at) == '-' {
                    at + 1
                } else {
                    return None;
                };
            } else if self.at(at) == one {
                at += 1;
            } else {
                return None;
            }
        }
        (!self.is_letter(at)).then_some(at)
    }

    pub fn words(&self, i: usize, wanted: &[&str]) -> Option<usize> {
        // Most places are within a word, and most words begin otherwise.
        if i > 0 && self.is_letter(i - 1) {
            return None;
        }
        let first = self.at(i);
        wanted.iter().filter(|one| begins(one, first)).find_map(|one| self.word(i, one))
    }

    /// English words end before `i` (blanks between allowed); where they begin.
    pub fn word_ends(&self, i: usize, wanted: &str) -> Option<usize> {
        let mut at = self.back(i);
        if self.is_letter(at) && at > 0 && self.is_letter(at - 1) {
            return None;
        }
        for one in wanted.chars().rev() {
            if one == ' ' {
                let before = self.back(at);
                if before == at {
                    return None;
                }
                at = before;
            } else if at > 0 && self.at(at - 1) == one {
                at -= 1;
            } else {
                return None;
            }
        }
        (at == 0 || !self.is_letter(at - 1)).then_some(at)
    }

    pub fn word_ends_any(&self, i: usize, wanted: &[&str]) -> Option<usize> {
        let at = self.back(i);
        if self.is_letter(at) && at > 0 && self.is_letter(at - 1) {
            return None;
        }
        let last = self.prev(at);
        wanted.iter().filter(|one| finishes(one, last)).find_map(|one| self.word_ends(i, one))
    }

    /// The English word that begins at `i`, as its end.
    pub fn word_end(&self, i: usize) -> usize {
        (i..i + 24).find(|at| !self.is_letter(*at)).unwrap_or(i + 24)
    }

    /// Some characters, for looking into.
    pub fn slice(&self, from: usize, to: usize) -> String {
        self.chars.get(from.min(self.len())..to.min(self.len())).map(|chars| chars.iter().collect()).unwrap_or_default()
    }

    /// Arabic digits.
    pub fn digits(&self, i: usize) -> Option<Number> {
        let end = (i..=i + DIGITS_MAX).find(|at| !self.at(*at).is_ascii_digit())?;
        if end == i {
            return None;
        }
        let value = (i..end).fold(0u32, |sum, at| sum * 10 + self.at(at).to_digit(10).unwrap_or(0));
        Some(Number { value, end, digits: end - i, padded: self.at(i) == '0' && end - i > 1 })
    }

    /// A number: Arabic digits or Chinese numerals. Guesses such as 两三 are none.
    pub fn number(&self, i: usize) -> Option<Number> {
        if self.at(i).is_ascii_digit() {
            return self.digits(i);
        }
        let end = (i..i + 8).find(|at| chinese_digit(self.at(*at)).is_none()).unwrap_or(i + 8);
        if end == i {
            return None;
        }
        let run = || (i..end).filter_map(|at| chinese_digit(self.at(at)));
        let padded = self.at(i) == '零';
        if run().any(|digit| digit >= 10) {
            // 二十五, 一百零三, 廿五, 卅
            let (mut total, mut current, mut seen) = (0u32, 0u32, false);
            for digit in run() {
                match digit {
                    10 | 100 | 1000 => {
                        total += if seen { current } else { 1 } * digit;
                        (current, seen) = (0, false);
                    }
                    20 | 30 => {
                        total += digit;
                        (current, seen) = (0, false);
                    }
                    _ if seen && current != 0 => return None,
                    _ => (current, seen) = (digit, true),
                }
            }
            return Some(Number { value: total + current, end, digits: 0, padded });
        }
        // 两三天 is a guess; 二零 and 二零二六 are written digit by digit.
        let length = end - i;
        if length == 2 && self.at(i) != '零' && self.at(i + 1) != '零' {
            return None;
        }
        if length > 4 {
            return None;
        }
        Some(Number { value: run().fold(0, |sum, digit| sum * 10 + digit), end, digits: 0, padded })
    }

    /// A year's digits written one by one: 二〇二六, 二六.
    pub fn year_digits(&self, i: usize) -> Option<Number> {
        let end = (i..i + 5).find(|at| !chinese_digit(self.at(*at)).is_some_and(|digit| digit < 10))?;
        let length = end - i;
        if !(2..=4).contains(&length) {
            return None;
        }
        let value = (i..end).filter_map(|at| chinese_digit(self.at(at))).fold(0, |sum, digit| sum * 10 + digit);
        Some(Number { value, end, digits: length, padded: false })
    }
}

pub(super) fn chinese_digit(one: char) -> Option<u32> {
    Some(match one {
        '零' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        '十' | '拾' => 10,
        '廿' => 20,
        '卅' => 30,
        '百' => 100,
        '千' => 1000,
        _ => return None,
    })
}

pub(super) fn is_cjk(one: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&one)
}

/// A weekday or month name, an English word of at least three letters, from its first letters.
pub(super) const MONTHS: [(&str, u32); 24] = [
    ("january", 1),
    ("jan", 1),
    ("february", 2),
    ("feb", 2),
    ("march", 3),
    ("mar", 3),
    ("april", 4),
    ("apr", 4),
    ("may", 5),
    ("june", 6),
    ("jun", 6),
    ("july", 7),
    ("jul", 7),
    ("august", 8),
    ("aug", 8),
    ("september", 9),
    ("sept", 9),
    ("sep", 9),
    ("october", 10),
    ("oct", 10),
    ("november", 11),
    ("nov", 11),
    ("december", 12),
    ("dec", 12),
];

/// A month's English name, or one of the short forms of it, in small letters.
pub(crate) fn is_english_month(word: &str) -> bool {
    MONTHS.iter().any(|(name, _)| *name == word)
}

/// Days from Monday.
pub(super) const WEEKDAYS: [(&str, u32); 18] = [
    ("monday", 0),
    ("mon", 0),
    ("tuesday", 1),
    ("tues", 1),
    ("tue", 1),
    ("wednesday", 2),
    ("weds", 2),
    ("wed", 2),
    ("thursday", 3),
    ("thurs", 3),
    ("thur", 3),
    ("thu", 3),
    ("friday", 4),
    ("fri", 4),
    ("saturday", 5),
    ("sat", 5),
    ("sunday", 6),
    ("sun", 6),
];
