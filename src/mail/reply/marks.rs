//! What a single line of a mail is: separator, label of a header block, end of an attribution, device line, banner,
//! disclaimer, sign-off, part of a signature. Knows the habits of mail clients, holds no state, and each question
//! costs time linear in the line.

mod attribution;
mod notice;
mod separator;
mod signature;

pub(super) use attribution::{
    Tail, attribution_proven, attribution_start, attribution_tail, attribution_with_text, balanced, has_address,
    has_clock, has_day,
};
pub(super) use notice::{banner, device, disclaimer, disclaimer_begins, disclaimer_goes_on, list_footer};
pub(super) use separator::{Label, header_in_one_line, label, ruler, separator};
use signature::is_han;
pub(super) use signature::{closing, contact_like, link_like, name_like, place_like, title_like};
use std::borrow::Cow;

/// A line as the questions below see it: full-width colons and spaces made plain, invisible characters gone,
/// emphasis stars at its ends gone, trimmed.
pub(super) fn plain(line: &str) -> String {
    // some clients escape spaces in their plain text
    let mended = if line.contains('&') && (line.contains("&nbsp;") || line.contains("&gt;") || line.contains("&lt;")) {
        Some(line.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">"))
    } else {
        None
    };
    let line = mended.as_deref().unwrap_or(line);
    let mut out = String::new();
    // what stays is copied by the stretch; most lines stay whole
    let mut from = 0;
    let mut at = 0;
    while let Some(byte) = line.as_bytes().get(at) {
        // ASCII and ideographs, without looking what character it is
        match byte {
            0..=0x7f => {
                at += 1;
                continue;
            }
            0xe4..=0xe9 => {
                at += 3;
                continue;
            }
            _ => {}
        }
        let Some(c) = line.get(at..).and_then(|rest| rest.chars().next()) else { break };
        let here = at;
        at += c.len_utf8();
        let plain = match c {
            '：' | '﹕' => ":",
            '\u{a0}' | '\u{3000}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => " ",
            '＜' | '〈' => "<",
            '＞' | '〉' => ">",
            c if invisible(c) => "",
            _ => continue,
        };
        out.push_str(line.get(from..here).unwrap_or_default());
        out.push_str(plain);
        from = at;
    }
    let whole = from == 0;
    if !whole {
        out.push_str(line.get(from..).unwrap_or_default());
    }
    let trimmed = if whole { line.trim() } else { out.trim() };
    // the bars of a table without content
    if trimmed.starts_with('|') && trimmed.chars().all(|c| c == '|' || c == ' ') {
        return String::new();
    }
    if !whole && trimmed.len() == out.len() { out } else { trimmed.to_owned() }
}

/// Zero-width and bidirectional control characters: never part of what a person meant to write.
pub(super) fn invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{ad}')
}

/// With straight apostrophes.
fn straight(lower: Cow<'_, str>) -> Cow<'_, str> {
    if lower.contains('’') { Cow::Owned(lower.replace('’', "'")) } else { lower }
}

/// A line that says something: a sentence, a bullet, a numbered answer. Never swallowed by a signature.
pub(super) fn says_something(s: &str) -> bool {
    let count = s.chars().count();
    if count > 80 && !contact_like(s) {
        return true;
    }
    let bullet = s.starts_with("- ")
        || s.starts_with("* ")
        || s.starts_with("• ")
        || s.starts_with('-') && !ruler(s) && s.chars().nth(1).is_some_and(is_han);
    let digits = s.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = digits > 0
        && digits <= 3
        && s.get(digits..)
            .is_some_and(|r| r.starts_with(['.', '、', ')', '）', ' ', '．']) && !contact_like(s) && !place_like(s));
    let ends = s.ends_with(['。', '？', '?', '；', '！']) && closing(s).is_none();
    let english = s.ends_with('.') && s.split(' ').count() >= 5 && !title_like(s);
    let reference =
        s.starts_with("A-") || s.starts_with("M-") || s.starts_with("Q-") || s.starts_with('/') || s.starts_with("@");
    bullet || numbered || ends || english || reference
}
