//! What begins an item of a list: a bullet, a box, a number in any script.

use super::super::{Style, char_columns};
use super::{Marked, before};

/// How deep items stand: by indentation, and where nothing is indented by the style of their markers.
#[derive(Default)]
pub(crate) struct Nesting {
    open: Vec<(usize, Style)>,
}

impl Nesting {
    pub(crate) fn place(&mut self, indent: usize, style: Style) -> u8 {
        while self.open.last().is_some_and(|(top, _)| *top > indent + 1) {
            self.open.pop();
        }
        let sibling = self.open.iter().rposition(|(i, s)| *s == style && i.abs_diff(indent) <= 1);
        if let Some(at) = sibling {
            self.open.truncate(at);
        } else {
            while self.open.last().is_some_and(|(top, s)| top.abs_diff(indent) <= 1 && *s > style) {
                self.open.pop();
            }
        }
        self.open.push((indent, style));
        if self.open.len() > 64 {
            self.open.remove(0);
        }
        u8::try_from(self.open.len() - 1).unwrap_or(u8::MAX)
    }

    /// A paragraph ends lists that are not headings of sections.
    pub(super) fn paragraph(&mut self, indent: usize) {
        while self.open.last().is_some_and(|(top, s)| *top >= indent && *s > Style::HanBracket) {
            self.open.pop();
        }
    }
}

/// A box at the start, and whether it is ticked.
pub(super) fn check_box(text: &str) -> Option<(bool, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let rest = chars.as_str();
    let ticked = match first {
        '☐' | '◻' | '⬜' | '❏' | '❑' | '☖' | '\u{f0a8}' | '\u{f06f}' => false,
        '☑' | '☒' | '✅' | '✔' | '✓' | '🗹' | '\u{f0fe}' | '\u{f052}' | '\u{f0fc}' => true,
        // A square may be a box or only a bullet: a box when a space or word follows; ■ is a bullet.
        '□' => false,
        '√' => true,
        '[' | '［' | '【' => {
            let mut inner = rest.trim_start_matches([' ', '\u{3000}']).chars();
            let mark = inner.next()?;
            let after_mark = inner.as_str().trim_start_matches([' ', '\u{3000}']);
            let close = |s: &str| s.starts_with([']', '］', '】']);
            let strip = |s: &'_ str| -> usize { s.chars().next().map_or(0, char::len_utf8) };
            if matches!(mark, ']' | '］' | '】') {
                // Nothing inside: `[]` or `[ ]`.
                return Some((false, inner.as_str()));
            }
            let ticked = match mark {
                'x' | 'X' | '×' | '✓' | '✔' | '√' | '☑' | '*' | 'v' | 'V' => true,
                '_' | '□' | '-' | '○' | 'o' | 'O' => false,
                _ => return None,
            };
            return close(after_mark).then(|| (ticked, after_mark.get(strip(after_mark)..).unwrap_or_default()));
        }
        _ => return None,
    };
    let rest = rest.trim_start_matches('\u{fe0f}');
    (!rest.trim().is_empty()).then_some((ticked, rest))
}

pub(super) fn bullet(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let rest = chars.as_str();
    match first {
        '•' | '·' | '●' | '○' | '■' | '◆' | '◇' | '▪' | '▫' | '►' | '▶' | '▸' | '➢' | '➤' | '➔' | '→' | '⇒' | '※'
        | '★' | '☆' | '‣' | '⁃' | '◦' | '∙' | '・' | '▲' | '△' | '❖' | '✧' | '✦' | '◎' | '◉' | '▷' | '⦁' | '⚫'
        | '⚪' | '\u{f0b7}' | '\u{f06c}' | '\u{f0a7}' | '\u{f0d8}' | '\u{f076}' | '\u{f075}' | '\u{f06e}' => {
            (!rest.trim().is_empty()).then_some(rest)
        }
        '-' | '–' | '—' | '*' | '+' | '－' => {
            // A dash is a bullet before a space, or directly before a Chinese word; `-5%` and `--` are not.
            let next = rest.chars().next()?;
            let wide = char_columns(next) == 2 && next != first && !matches!(next, '—' | '－' | '–');
            (next.is_whitespace() || (wide && first != '+')).then_some(rest).filter(|rest| !rest.trim().is_empty())
        }
        // Outlook's second level in plain text.
        'o' | '§' => (rest.starts_with("  ") || rest.starts_with('\t') || first == '§' && rest.starts_with(' '))
            .then_some(rest)
            .filter(|rest| !rest.trim().is_empty()),
        _ => None,
    }
}

pub(super) fn numbered(text: &str) -> Option<Marked<'_>> {
    let first = text.chars().next()?;
    let some = |style, number, rest| Some(Marked { marker: before(text, rest), style, number, checked: None, rest });
    // ① ⑴ ⒈ and friends carry their own brackets.
    let circled = match first {
        '①'..='⑳' => Some((first as u32 - '①' as u32 + 1, Style::Circled)),
        '⑴'..='⒇' => Some((first as u32 - '⑴' as u32 + 1, Style::DigitBracket)),
        '⒈'..='⒛' => Some((first as u32 - '⒈' as u32 + 1, Style::Digit)),
        '㈠'..='㈩' => Some((first as u32 - '㈠' as u32 + 1, Style::HanBracket)),
        '❶'..='❿' => Some((first as u32 - '❶' as u32 + 1, Style::Circled)),
        'Ⅰ'..='Ⅻ' => Some((first as u32 - 'Ⅰ' as u32 + 1, Style::Han)),
        _ => None,
    };
    if let Some((number, style)) = circled {
        let mut rest = text.get(first.len_utf8()..).unwrap_or_default();
        rest = rest.strip_prefix(['、', '.', '．', ' ', '，', ':', '：', ')', '）']).unwrap_or(rest);
        return (!rest.trim().is_empty()).then(|| some(style, Some(number), rest)).flatten();
    }
    // (1) （一） (a) [1]
    if matches!(first, '(' | '（' | '[' | '［' | '〔' | '【') {
        let inner = text.get(first.len_utf8()..)?;
        let end = inner.char_indices().take(5).find(|(_, c)| matches!(c, ')' | '）' | ']' | '］' | '〕' | '】'))?.0;
        let word = inner.get(..end)?.trim();
        let rest = inner.get(end..)?;
        let rest = rest.get(rest.chars().next()?.len_utf8()..)?;
        let rest_trimmed = rest.strip_prefix(['、', '.', '．', ',', '，', ':', '：']).unwrap_or(rest);
        if rest_trimmed.trim().is_empty() {
            return None;
        }
        if let Some(number) = digits(word) {
            return (word.chars().count() <= 3)
                .then(|| some(Style::DigitBracket, Some(number), rest_trimmed))
                .flatten();
        }
        if let Some(number) = han_number(word) {
            return some(Style::HanBracket, Some(number), rest_trimmed);
        }
        if matches!(first, '(' | '（') && word.len() == 1 && word.chars().all(|c| c.is_ascii_alphabetic()) {
            return some(Style::Letter, letter_number(word), rest_trimmed);
        }
        if matches!(first, '(' | '（') && is_roman(word) {
            return some(Style::Letter, None, rest_trimmed);
        }
        return None;
    }
    if first.is_ascii_digit() || ('０'..='９').contains(&first) {
        return digit_marker(text);
    }
    // 一、 十二． 第一，
    if let Some(after) = text.strip_prefix('第') {
        let end = after.char_indices().find(|(_, c)| han_digit(*c).is_none() && *c != '十' && !c.is_ascii_digit())?.0;
        let word = after.get(..end)?;
        let number = han_number(word).or_else(|| digits(word))?;
        let rest = after.get(end..)?;
        let rest = rest.strip_prefix(['条', '项', '項', '條', '点', '點']).unwrap_or(rest);
        let rest = rest.strip_prefix(['，', ',', '、', '：', ':', '.'])?;
        return (!rest.trim().is_empty()).then(|| some(Style::Digit, Some(number), rest)).flatten();
    }
    if han_digit(first).is_some() || first == '十' {
        let end = text.char_indices().take(4).find(|(_, c)| han_digit(*c).is_none() && *c != '十')?.0;
        let number = han_number(text.get(..end)?)?;
        let rest = text.get(end..)?;
        let rest = rest.strip_prefix(['、', '．', '.', ')', '）'])?;
        return (!rest.trim().is_empty()).then(|| some(Style::Han, Some(number), rest)).flatten();
    }
    if first.is_ascii_alphabetic() {
        let end = text.char_indices().take(5).find(|(_, c)| !c.is_ascii_alphabetic())?.0;
        let word = text.get(..end)?;
        let rest = text.get(end..)?;
        let bracket = rest.starts_with([')', '）', '、']);
        let dot = rest.starts_with(". ") || rest.starts_with(".\t") || rest.starts_with('．');
        if !(bracket || dot) {
            return None;
        }
        let rest = rest.get(rest.chars().next()?.len_utf8()..)?;
        if rest.trim().is_empty() {
            return None;
        }
        // `A. Meyer` is a person: a capital with a point is a marker only before a Chinese word.
        let capital = first.is_ascii_uppercase();
        let wide = rest.trim_start().chars().next().is_some_and(|c| char_columns(c) == 2);
        if word.len() == 1 && (bracket || !capital || wide) {
            return some(Style::Letter, letter_number(word), rest);
        }
        if !capital && is_roman(word) {
            return some(Style::Letter, None, rest);
        }
        if word.eq_ignore_ascii_case("no") && dot {
            let inner = rest.trim_start();
            let marked = digit_marker(inner)?;
            return some(Style::Digit, marked.number, marked.rest);
        }
    }
    None
}

/// `1.` `1、` `1)` `1：` `1.2` — but not `7.15前`, `10:30`, `2026.07.08`, `3个`.
fn digit_marker(text: &str) -> Option<Marked<'_>> {
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let end = text.char_indices().find(|(_, c)| !is_digit(*c))?.0;
    let word = text.get(..end)?;
    if word.chars().count() > 3 {
        return None;
    }
    let number = digits(word)?;
    let rest = text.get(end..)?;
    let separator = rest.chars().next()?;
    let after = rest.get(separator.len_utf8()..)?;
    let next = after.chars().next()?;
    let some =
        |style, rest| Some(Marked { marker: before(text, rest), style, number: Some(number), checked: None, rest });
    match separator {
        '、' | ')' | '）' => {
            let style = if separator == '、' { Style::Digit } else { Style::DigitBracket };
            // `1、2、3号会议室` is a sentence.
            let run = after.trim_start_matches(is_digit);
            if separator == '、' && is_digit(next) && run.starts_with('、') {
                return None;
            }
            (!after.trim().is_empty()).then(|| some(style, after)).flatten()
        }
        '.' | '．' | ':' | '：' | ',' | '，' if !is_digit(next) => {
            if matches!(separator, ':' | '：' | ',' | '，') && number > 40 {
                return None;
            }
            (!after.trim().is_empty()).then(|| some(Style::Digit, after)).flatten()
        }
        '.' | '．' => {
            // More parts, `1.2 words`; or a marker before a number, `1.2026年…`, `1.7月底前…`.
            let mut parts: u8 = 1;
            let mut tail = after;
            let mut run_len;
            loop {
                let run = tail.find(|c: char| !is_digit(c))?;
                run_len = tail.get(..run)?.chars().count();
                let rest = tail.get(run..)?;
                parts = parts.saturating_add(1);
                let sep = rest.chars().next()?;
                let behind = rest.get(sep.len_utf8()..)?;
                if matches!(sep, '.' | '．') && behind.chars().next().is_some_and(is_digit) && parts < 6 {
                    tail = behind;
                    continue;
                }
                if parts == 2
                    && matches!(
                        sep,
                        '年' | '月'
                            | '个'
                            | '個'
                            | '天'
                            | '日'
                            | '号'
                            | '號'
                            | '周'
                            | '小'
                            | '点'
                            | '份'
                            | '名'
                            | '家'
                            | '位'
                    )
                {
                    return some(Style::Digit, after);
                }
                let spaced = sep.is_whitespace() || matches!(sep, '、' | '.' | '．' | ')' | '）');
                let wide = char_columns(sep) == 2
                    && !matches!(
                        sep,
                        '，' | '。'
                            | '；'
                            | '：'
                            | '前'
                            | '之'
                            | '以'
                            | '版'
                            | '亿'
                            | '万'
                            | '元'
                            | '％'
                            | '倍'
                            | '折'
                            | '（'
                            | '至'
                            | '到'
                    );
                if run_len > 2 || !(spaced || (wide && parts > 2)) || (parts == 4 && number > 100) {
                    return None;
                }
                // `7.15 张三` may be a day: only small first parts count when nothing but a space follows.
                let rest = if spaced && !sep.is_whitespace() { behind } else { rest };
                if rest.trim().is_empty() {
                    return None;
                }
                return some(Style::Parts(parts), rest);
            }
        }
        // `1 words` with wide space, as pasted lists have it.
        '\u{3000}' | '\t' if number < 100 => some(Style::Digit, after),
        _ => None,
    }
}

fn digits(word: &str) -> Option<u32> {
    if word.is_empty() || word.chars().count() > 4 {
        return None;
    }
    let mut number = 0;
    for c in word.chars() {
        let digit = match c {
            '0'..='9' => c as u32 - '0' as u32,
            '０'..='９' => c as u32 - '０' as u32,
            _ => return None,
        };
        number = number * 10 + digit;
    }
    Some(number)
}

fn han_digit(c: char) -> Option<u32> {
    Some(match c {
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// 一 to 九十九.
fn han_number(word: &str) -> Option<u32> {
    let chars: Vec<char> = word.chars().take(4).collect();
    match chars.as_slice() {
        ['十'] => Some(10),
        [a] => han_digit(*a),
        ['十', b] => Some(10 + han_digit(*b)?),
        [a, '十'] => Some(han_digit(*a)? * 10),
        [a, '十', b] => Some(han_digit(*a)? * 10 + han_digit(*b)?),
        _ => None,
    }
}

fn letter_number(word: &str) -> Option<u32> {
    let c = word.chars().next()?.to_ascii_lowercase();
    c.is_ascii_lowercase().then(|| u32::from(c as u8 - b'a') + 1)
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.len() <= 4 && word.chars().all(|c| matches!(c, 'i' | 'v' | 'x'))
}
