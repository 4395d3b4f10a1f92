//! Small letters for comparison, without looking up characters that have none.

use std::borrow::Cow;

/// The text in lower case, like [`str::to_lowercase`]. Most lines of Chinese mail have no capital at all and are given
/// back as they are; the table of the rest is asked only for letters that are neither ASCII nor known to have one case.
pub fn lower_case(text: &str) -> Cow<'_, str> {
    let mut capitals = false;
    for c in text.chars() {
        match c {
            'A'..='Z' => capitals = true,
            // Latin-1 signs, punctuation, everything from the radicals to the last ideograph, full-width signs.
            '\0'..='\u{bf}'
            | '\u{2000}'..='\u{20ff}'
            | '\u{2e80}'..='\u{9fff}'
            | '\u{ff00}'..='\u{ff20}'
            | '\u{ff3b}'..='\u{ffef}' => {}
            _ => return Cow::Owned(text.to_lowercase()),
        }
    }
    if capitals { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) }
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
