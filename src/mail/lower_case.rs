//! Small letters for comparison, without looking up characters that have none.

use std::borrow::Cow;

/// The text in lower case, like [`str::to_lowercase`]. Most lines of Chinese mail have no capital at all and are given
/// back as they are; the table of the rest is asked only for letters that are neither ASCII nor known to have one case.
pub fn lower_case(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    // Whole walks without a way out: the compiler makes sixteen bytes at once of them.
    let capitals = bytes.iter().fold(0, |found, byte| found | u8::from(byte.is_ascii_uppercase())) > 0;
    if text.is_ascii() {
        return if capitals { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) };
    }
    // What characters of several bytes begin with. Those from U+3000 to U+9FFF have one case, as Latin-1 signs have.
    let cased =
        bytes.iter().fold(0, |found, byte| found | u8::from(matches!(byte, 0xc3..=0xe1 | 0xea..=0xee | 0xf0..)));
    let (second, third) = (bytes.get(1..).unwrap_or_default(), bytes.get(2..).unwrap_or_default());
    let cased = bytes.iter().zip(second).zip(third).fold(cased, |found, ((a, b), c)| {
        // Punctuation, arrows and frames of U+2000 to U+2FFF; full-width forms without their capitals.
        let sign = u8::from(matches!(b, 0x80..=0x83 | 0x87..=0x91 | 0x94..=0xaf | 0xba..));
        let capital = u8::from(matches!(c, 0xa1..=0xba));
        let wide = u8::from(*b > 0xbc) | u8::from(*b == 0xbc) & (capital ^ 1);
        found | u8::from(*a == 0xe2) & (sign ^ 1) | u8::from(*a == 0xef) & (wide ^ 1)
    });
    match (cased > 0, capitals) {
        (true, _) => Cow::Owned(text.to_lowercase()),
        (false, true) => Cow::Owned(text.to_ascii_lowercase()),
        (false, false) => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_character_as_the_library_has_it() {
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            assert_eq!(lower_case(&text), text.to_lowercase(), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn every_text_as_the_library_has_it(text in "[A-Za-zÄÖσΣ 会议，。：Ａａ’!]{0,30}") {
            prop_assert_eq!(lower_case(&text), text.to_lowercase());
        }
    }
}
