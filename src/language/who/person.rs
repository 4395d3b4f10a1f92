//! People by name: known ones, a surname with a given name, a capital word that is no common word.

use super::Follow;
use super::cast::Cast;
use super::follow::{begins_date, follows, is_end};
use super::words::{DOUBTFUL_SURNAMES, FOLLOWERS, NO_NAMES, WORDS, is_surname};
use crate::language::scan::{Scan, is_han};

/// One Chinese name: where it ends, where its title ends, whether it is a known one.
pub(super) fn chinese_person(scan: &Scan, i: usize, cast: &Cast, follow: Follow) -> Option<(usize, usize, bool)> {
    let words = &*WORDS;
    if let Some((end, false)) = cast.at(scan, i)
        && is_han(scan.at(i))
    {
        let titled = words.titles.at(scan, end).filter(|t| follows(scan, *t, follow)).unwrap_or(end);
        return Some((end, titled, true));
    }
    let first = scan.at(i);
    if !is_han(first) {
        return None;
    }
    let no_name = NO_NAMES.at(scan, i);
    // 老王, 小李, 阿强
    if matches!(first, '老' | '小' | '阿' | '大') && is_surname(scan.at(i + 1)) && follows(scan, i + 2, follow) {
        return Some((i + 2, i + 2, false));
    }
    // 阿杰; 阿里 and 阿姨 are others.
    if first == '阿'
        && is_han(scan.at(i + 1))
        && !matches!(scan.at(i + 1), '里' | '姨' | '尔' | '拉' | '根' | '富' | '联' | '司' | '胶')
        && (is_end(scan, i + 2) || follows(scan, i + 2, follow))
    {
        return Some((i + 2, i + 2, false));
    }
    let (surname, lengths): (usize, [usize; 2]) = match words.compound.at(scan, i) {
        Some(end) if end > i + 1 => (end, [1, 2]),
        _ if is_surname(first) => (i + 1, [1, 2]),
        _ => return None,
    };
    // 王总, 李经理
    if let Some(titled) = words.titles.at(scan, surname)
        && follows(scan, titled, follow)
        && no_name.is_none()
        && !(titled == surname + 1 && matches!(scan.at(surname), '工' | '董') && FOLLOWERS.at(scan, surname).is_some())
    {
        return Some((titled, titled, false));
    }
    let doubtful = surname == i + 1 && DOUBTFUL_SURNAMES.hold(first);
    // 于本周五: the preposition and its date.
    if doubtful && begins_date(scan, i + 1) {
        return None;
    }
    let mut best: Option<(usize, usize, u8)> = None;
    for length in lengths {
        let end = surname + length;
        if (surname..end).any(|at| !is_han(scan.at(at))) || no_name.is_some_and(|n| n >= end) {
            continue;
        }
        if no_name.is_some_and(|n| n == end || n > surname && length == 1) {
            continue;
        }
        let titled = words.titles.at(scan, end).filter(|t| follows(scan, *t, follow));
        let ends = titled.unwrap_or(end);
        if !follows(scan, ends, follow) {
            continue;
        }
        // How surely the rest is not part of the name: nothing left, a long word, a single character.
        let strength = if is_end(scan, ends) || titled.is_some() || begins_date(scan, ends) {
            3
        } else {
            match FOLLOWERS.at(scan, ends) {
                Some(stop) if stop >= ends + 2 => 3,
                Some(_) if matches!(scan.at(ends), '于' | '在' | '将' | '需' | '须' | '和' | '与' | '及') => 3,
                Some(_) => 2,
                None => 2,
            }
        };
        // A given name that begins with a verb's character is the verb more often than not: 高提交.
        let given_is_verb = FOLLOWERS.at(scan, surname).is_some_and(|stop| stop >= end && stop >= surname + 2);
        if given_is_verb || (doubtful && strength < 3) {
            continue;
        }
        if best.is_none_or(|(.., before)| strength > before) {
            best = Some((end, ends, strength));
        }
    }
    best.map(|(end, ends, _)| (end, ends, false))
}

/// One English name: where it ends, whether it is known.
pub(super) fn english_person(scan: &Scan, i: usize, cast: &Cast) -> Option<(usize, bool)> {
    if scan.before(i).is_ascii_alphanumeric() {
        return None;
    }
    if let Some((end, false)) = cast.at(scan, i) {
        // More capital words may follow the known first name.
        let mut stop = end;
        while scan.at(stop) == ' ' && scan.is_capital(stop + 1) && stop < end + 30 {
            let word = word_end(scan, stop + 1);
            if word <= stop + 2 && scan.at(word) != '.' || WORDS.english_no_names.word_at(scan, stop + 1).is_some() {
                break;
            }
            stop = word;
        }
        return Some((stop, true));
    }
    if !scan.is_capital(i) {
        return None;
    }
    let words = &*WORDS;
    let mut end = i;
    let mut at = i;
    for count in 0..4 {
        if !scan.is_capital(at) {
            break;
        }
        let stop = word_end(scan, at);
        let length = stop - at;
        let initial = length == 1 && scan.at(stop) == '.';
        if length < 2 && !initial {
            break;
        }
        if words.english_no_names.word_at(scan, at).is_some_and(|w| w >= stop) {
            if count == 0 {
                return None;
            }
            break;
        }
        end = if initial { stop + 1 } else { stop };
        let title = matches!(scan.folded(at..stop).as_str(), "mr" | "ms" | "mrs" | "dr" | "prof");
        if title && scan.at(stop) == '.' {
            end = stop + 1;
        }
        if scan.at(end) != ' ' {
            break;
        }
        at = end + 1;
    }
    if end <= i {
        return None;
    }
    // AGREED, ACTION: words that shout are not names; two or three letters are a role (QA, CTO).
    let letters = scan.slice(i..end).iter().filter(|c| c.is_ascii_alphabetic()).count();
    let shouting = letters > 3 && (i..end).all(|at| !scan.at(at).is_ascii_alphabetic() || scan.is_capital(at));
    let known = words.first_names.word_at(scan, i).is_some();
    if (shouting && !known) || letters < 2 {
        return None;
    }
    Some((end, known))
}

pub(super) fn word_end(scan: &Scan, i: usize) -> usize {
    let mut at = i;
    while scan.at(at).is_alphanumeric() && !is_han(scan.at(at))
        || (matches!(scan.at(at), '\'' | '-') && scan.at(at + 1).is_ascii_alphabetic() && at > i)
    {
        // 's is no part of the name.
        if scan.at(at) == '\'' && scan.at(at + 1) == 's' && !scan.at(at + 2).is_ascii_alphanumeric() {
            break;
        }
        at += 1;
    }
    at
}
