//! One spelling to read from: half width, lower case, simplified characters, single spaces; every character remembers
//! where it stood in the original, so that names and reasons are given back as they were written.

use crate::language::width::{self, Fold};
use unicode_normalization::UnicodeNormalization;

/// Half width, lower case, simplified, one kind of quote and dash; one character for one.
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        '‘' | '’' | '´' | '′' => '\'',
        '“' | '”' | '「' | '」' | '『' | '』' | '″' => '"',
        '–' | '—' | '−' | '‐' | '‑' | '‒' | '―' => '-',
        '〜' | '∼' => '~',
        '【' | '〔' => '[',
        '】' | '〕' => ']',
        '∶' => ':',
        // What Cantonese writes for 了, 啦, 不, 没, 的, 在, 给, 来, 们.
        '咗' => '了',
        '喇' => '啦',
        '唔' => '不',
        '冇' => '没',
        '嘅' => '的',
        '喺' => '在',
        '俾' | '畀' => '给',
        '嚟' => '来',
        '哋' => '们',
        '｡' => '。',
        '､' => '、',
        _ => match width::fold(c) {
            // Nothing between the radicals and the last ideograph has two cases, and the table of those that do is slow.
            Fold::One(one @ '\u{2e80}'..='\u{9fff}') => one,
            Fold::One(one) => one.to_lowercase().next().unwrap_or(one),
            Fold::Nothing | Fold::Many => c,
        },
    }
}

/// Characters that carry nothing: joiners, marks of direction, variation selectors, skin tones.
fn is_invisible(c: char) -> bool {
    matches!(c, '\r' | '\u{1F3FB}'..='\u{1F3FF}') || (!c.is_ascii() && width::fold(c) == Fold::Nothing)
}

/// Folds a name or a word for comparison.
pub fn folded(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).map(fold_char).collect()
}

/// A line as it is read, tied to the line as it was written.
pub struct Folded<'a> {
    pub original: &'a str,
    pub chars: Vec<char>,
    /// Byte offset in `original` of every character, and one more for the end.
    at: Vec<usize>,
}

impl<'a> Folded<'a> {
    pub fn new(original: &'a str) -> Self {
        let mut chars = Vec::with_capacity(original.len());
        let mut at = Vec::with_capacity(original.len() + 1);
        for (place, c) in original.char_indices() {
            if is_invisible(c) {
                continue;
            }
            if width::fold(c) == Fold::Many {
                for part in std::iter::once(c).nfkc() {
                    chars.push(fold_char(part));
                    at.push(place);
                }
                continue;
            }
            let c = if c == '\t' { ' ' } else { fold_char(c) };
            // Runs of spaces are one.
            if c == ' ' && chars.last() == Some(&' ') {
                continue;
            }
            // done 了, cancel 掉: what ends a deed stands apart only in looks.
            if matches!(c, '了' | '掉')
                && let [.., letter, ' '] = chars.as_slice()
                && letter.is_ascii_alphabetic()
            {
                chars.pop();
                at.pop();
            }
            chars.push(c);
            at.push(place);
        }
        at.push(original.len());
        Folded { original, chars, at }
    }

    pub fn len(&self) -> usize {
        self.chars.len()
    }

    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    pub fn get(&self, i: usize) -> Option<char> {
        self.chars.get(i).copied()
    }

    /// The folded text of a range of characters.
    pub fn text(&self, start: usize, end: usize) -> String {
        self.chars.get(start..end.min(self.len())).unwrap_or_default().iter().collect()
    }

    /// The words as written of a range of characters.
    pub fn written(&self, start: usize, end: usize) -> &'a str {
        let end = end.min(self.len());
        match (self.at.get(start), self.at.get(end)) {
            (Some(&from), Some(&to)) if from <= to => self.original.get(from..to).unwrap_or_default(),
            _ => "",
        }
    }

    /// Byte offset in the original of a character.
    pub fn byte_of(&self, i: usize) -> usize {
        self.at.get(i).copied().unwrap_or(self.original.len())
    }

    /// The character that stands at or after a byte offset of the original.
    pub fn char_at_byte(&self, byte: usize) -> usize {
        self.at.partition_point(|&place| place < byte).min(self.len())
    }
}

pub fn is_cjk(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x2FA1F)
}
