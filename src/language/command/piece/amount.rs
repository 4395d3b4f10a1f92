//! How far something is: 60%, 一半, two thirds.

use super::super::fold::Folded;
use super::super::refs;
use super::super::words::is_word_char;

/// How far: `40%`, 百分之六十, 六成; of what is left it is the rest: 还剩两成, `20% to go`.
pub(super) fn percent(f: &Folded, a: usize, b: usize) -> Option<(usize, usize, u8)> {
    const BEFORE: &[&str] = &["还剩", "尚余", "剩余", "仅剩", "只剩", "还差", "尚差", "剩下"];
    const AFTER: &[&str] = &[" left", " to go", " remaining"];
    let (from, to, value) = share(f, a, b)?;
    let head = from.checked_sub(2).filter(|at| *at >= a && BEFORE.contains(&f.text(*at, from).as_str()));
    let tail =
        AFTER.iter().map(|word| (to + word.len(), word)).find(|(end, word)| f.text(to, (*end).min(b)) == ***word);
    if head.is_none() && tail.is_none() {
        return Some((from, to, value));
    }
    Some((head.unwrap_or(from), tail.map_or(to, |(end, _)| end), 100 - value.min(100)))
}

/// `40%`, 百分之六十, 六成, `60 percent`, 三分之二, 进度60.
fn share(f: &Folded, a: usize, b: usize) -> Option<(usize, usize, u8)> {
    let mut i = a;
    while i < b {
        let c = f.get(i)?;
        let begins = !(i > a && f.get(i - 1).is_some_and(|c| c.is_ascii_digit() || c == '.'));
        if c.is_ascii_digit() && begins {
            let (value, mut end) = refs::arabic(f, i).unwrap_or((1000, i + 1));
            if f.get(end) == Some('.') && f.get(end + 1).is_some_and(|c| c.is_ascii_digit()) {
                end = refs::arabic(f, end + 1).map_or(end, |(_, stop)| stop);
            }
            let sign = if f.get(end) == Some(' ') { end + 1 } else { end };
            let word: String = f.text(sign, (sign + 8).min(b));
            let sign_end = match f.get(sign) {
                Some('%' | '％' | '﹪') => Some(sign + 1),
                _ if word.starts_with("percent") => Some(sign + 7),
                _ if word.starts_with("per cent") => Some(sign + 8),
                Some('成') if sign == end && value <= 10 && f.get(end + 1) != Some('功') => {
                    return Some((i, end + 1, (value * 10).min(100) as u8));
                }
                _ => None,
            };
            if let Some(stop) = sign_end
                && value <= 100
            {
                return Some((i, stop, value as u8));
            }
            i = end.max(i + 1);
            continue;
        }
        if let Some((stop, percent)) = fraction(f, i) {
            return Some((i, stop, percent));
        }
        if c == '百' && f.get(i + 1) == Some('分') && f.get(i + 2) == Some('之') {
            let value = refs::arabic(f, i + 3).or_else(|| {
                if f.get(i + 3) == Some('百') { Some((100, i + 4)) } else { refs::chinese_number(f, i + 3) }
            });
            if let Some((value, stop)) = value
                && value <= 100
            {
                return Some((i, stop, value as u8));
            }
        }
        if let Some((value, stop)) = refs::chinese_number(f, i)
            && value <= 10
            && begins_number(f, i, a)
        {
            if f.get(stop) == Some('成') && f.get(stop + 1) != Some('功') && f.get(stop + 1) != Some('立') {
                return Some((i, stop + 1, (value * 10) as u8));
            }
            if f.get(stop) == Some('分')
                && f.get(stop + 1) == Some('之')
                && let Some((part, end)) = refs::chinese_number(f, stop + 2)
                && part < value
            {
                return Some((i, end, ((part * 100 + value / 2) / value) as u8));
            }
        }
        i += 1;
    }
    None
}

/// `three quarters`, `two thirds`, `a third`.
fn fraction(f: &Folded, i: usize) -> Option<(usize, u8)> {
    const SHARES: &[(&str, u8)] = &[
        ("three quarters", 75),
        ("three-quarters", 75),
        ("three fourths", 75),
        ("two thirds", 67),
        ("two-thirds", 67),
        ("one third", 33),
        ("a third", 33),
        ("one quarter", 25),
        ("a quarter", 25),
    ];
    if !f.get(i).is_some_and(|c| matches!(c, 'a' | 'o' | 't')) || i > 0 && f.get(i - 1).is_some_and(is_word_char) {
        return None;
    }
    SHARES.iter().find_map(|(words, percent)| {
        let stop = i + words.len();
        (f.text(i, stop) == *words && !f.get(stop).is_some_and(is_word_char)).then_some((stop, *percent))
    })
}

fn begins_number(f: &Folded, i: usize, a: usize) -> bool {
    i == a || !f.get(i - 1).is_some_and(|c| "第十百千一二三四五六七八九之".contains(c))
}
