//! Where sentences and clauses end, and where one begins that tells somebody else something.

use super::told::told_at;
use super::{Around, Section};
use crate::language::scan::{Scan, is_han};
use crate::language::who::{self, Kind};
use std::ops::Range;

/// Sentences of a text: ends at 。！？； and line ends, at a point before a capital; at ① and 2）within a line.
pub(super) fn split_sentences(scan: &Scan) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut depth = 0usize;
    let mut at = 0;
    while at < scan.len() {
        let c = scan.at(at);
        // Ideographs end nothing, and most are.
        if is_han(c) {
            at += 1;
            continue;
        }
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let ends = match c {
            '。' | '!' | '?' => depth == 0 || c == '。',
            '\n' => true,
            ';' => depth == 0,
            '.' => {
                depth == 0
                    && (at + 1 == scan.len() || scan.at(at + 1) == ' ' && !is_low(scan, at + 2))
                    && !is_abbreviation(scan, at)
                    && !(scan.before(at).is_ascii_digit() && scan.at(at + 1) == ' ' && scan.at(at + 2).is_ascii_digit())
            }
            // ①…②…, 1）…2）… within one line
            '①'..='⑳' => at > start && depth == 0,
            _ => false,
        };
        let numbered = depth == 0
            && at > start + 3
            && c.is_ascii_digit()
            && matches!(scan.at(at + 1), ')' | '、')
            && matches!(scan.before(at), ' ' | ',' | ':' | '、' | '(')
            && !scan.at(at + 2).is_ascii_digit();
        if ends {
            let stop = if ('①'..='⑳').contains(&c) { at } else { at + 1 };
            out.push(start..stop);
            start = stop;
            if c == '\n' || c == '。' {
                depth = 0;
            }
        } else if numbered {
            out.push(start..at);
            start = at + 2;
        }
        at += 1;
    }
    out.push(start..scan.len());
    out.retain(|r| r.end > r.start && (r.start..r.end).any(|i| scan.at(i).is_alphanumeric()));
    out
}

/// `re. lease`: a sentence does not begin with a small letter.
fn is_low(scan: &Scan, at: usize) -> bool {
    scan.at(at).is_ascii_lowercase() && !scan.is_capital(at)
}

fn is_abbreviation(scan: &Scan, point: usize) -> bool {
    let mut from = point;
    while from > 0 && (scan.at(from - 1).is_ascii_alphabetic() || scan.at(from - 1) == '.') && point - from < 8 {
        from -= 1;
    }
    let word = scan.folded(from..point);
    (word.len() == 1 && scan.is_capital(from))
        || matches!(
            word.as_str(),
            "mr" | "mrs"
                | "ms"
                | "dr"
                | "prof"
                | "st"
                | "no"
                | "vs"
                | "e.g"
                | "i.e"
                | "etc"
                | "approx"
                | "dept"
                | "inc"
                | "ltd"
                | "co"
                | "fig"
                | "ver"
                | "jan"
                | "feb"
                | "mar"
                | "apr"
                | "jun"
                | "jul"
                | "aug"
                | "sept"
                | "sep"
                | "oct"
                | "nov"
                | "dec"
                | "mon"
                | "tue"
                | "wed"
                | "thu"
                | "fri"
                | "a.m"
                | "p.m"
        ) && scan.at(point + 1) == ' '
            && !scan.is_capital(point + 2)
        || matches!(word.as_str(), "mr" | "mrs" | "ms" | "dr" | "prof")
}

/// Where clauses may begin: the start, and behind commas, semicolons, colons.
pub(super) fn clause_starts(scan: &Scan, range: &Range<usize>) -> Vec<usize> {
    let mut first = scan.skip(range.start, " ,;:、.。-*>·•\n\"");
    // 2） left over from a split within the line
    if scan.at(first).is_ascii_digit() && matches!(scan.at(first + 1), ')' | '、')
        || ('①'..='⑳').contains(&scan.at(first))
    {
        first = scan.skip(first + 1, ")、 .");
    }
    let mut starts = vec![first];
    let mut depth = 0usize;
    let mut may_join = false;
    for at in range.clone() {
        match scan.at(at) {
            'a' | 'b' | 't' | 'w' => may_join = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            // 客诉流程——李经理下周三前修订
            '-' if depth == 0 && scan.at(at + 1) == '-' && scan.before(at) != '-' => {
                let next = scan.skip(at + 2, "- ");
                if next < range.end && starts.len() < 40 {
                    starts.push(next);
                }
            }
            ',' | ';' | ':' if depth == 0 => {
                let next = scan.skip(at + 1, " ");
                if next < range.end && starts.len() < 40 {
                    starts.push(next);
                }
            }
            _ => {}
        }
    }
    // … by Monday, and Anna will …
    let mut more = Vec::new();
    for at in range.clone().filter(|_| may_join) {
        if matches!(scan.at(at), 'a' | 'b' | 't' | 'w') && (scan.before(at) == ' ' || starts.contains(&at)) {
            if let Some(stop) = scan.any_word(at, &["and", "while", "but", "whereas", "then"])
                && scan.is_capital(scan.skip(stop, " "))
                && (scan.word(at, "and").is_none() || ends_clause(scan, at))
                && more.len() < 20
            {
                more.push(scan.skip(stop, " "));
            }
        }
    }
    starts.extend(more);
    starts.retain(|s| *s < range.end);
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// Whether `and` at this place joins clauses rather than names: behind a comma, a small word, or a day.
fn ends_clause(scan: &Scan, and: usize) -> bool {
    let end = scan.trim_end(0..and, " ");
    if matches!(scan.before(end), ',' | ')') || scan.before(end).is_ascii_digit() {
        return true;
    }
    let mut from = end;
    while from > 0 && scan.at(from - 1).is_alphanumeric() {
        from -= 1;
    }
    let day = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "eod",
        "cob",
        "eom",
    ];
    // Finance team and Rosa; the property manager and Owen
    const PEOPLE: &[&str] = &[
        "team",
        "department",
        "dept",
        "group",
        "office",
        "committee",
        "squad",
        "manager",
        "director",
        "lead",
        "officer",
        "engineer",
        "treasurer",
        "secretary",
        "coordinator",
    ];
    from < end
        && (!scan.is_capital(from) || scan.any_word(from, &day).is_some())
        && scan.any_word(from, PEOPLE).is_none()
}

/// 张三负责甲，李四负责乙: parts of a sentence in which different people are told different things.
/// And whether somebody is named at the head of any clause.
pub(super) fn split_at_owners(scan: &Scan, range: Range<usize>, around: &Around<'_>) -> (Vec<Range<usize>>, bool) {
    let mut cuts: Vec<usize> = Vec::new();
    let mut told = false;
    let mut seen: Option<Vec<String>> = None;
    for start in clause_starts(scan, &range) {
        let Some(hit) = told_at(scan, start, range.end, around.cast) else { continue };
        told |= hit.strength > 0;
        let next = scan.skip(hit.who.range.end, " ");
        let dated = hit.strength == 2
            && hit.who.kind == Kind::Person
            && (who::begins_date(scan, next) || matches!(scan.at(next), '于' | '在'));
        if !(hit.strength >= 3 || dated) || hit.helps {
            continue;
        }
        // 请大家按要求落实,吴磊7月9日前汇总: what one is told is not what all are.
        if hit.who.kind == Kind::Everyone {
            seen.get_or_insert(hit.who.names);
            continue;
        }
        match &seen {
            Some(names) if *names != hit.who.names => {
                cuts.push(start);
                seen = Some(hit.who.names);
            }
            Some(_) => {}
            None => {
                // Words before the first owner that are more than an introduction stay with it.
                seen = Some(hit.who.names);
            }
        }
    }
    let mut parts = Vec::with_capacity(cuts.len() + 1);
    let mut from = range.start;
    for cut in cuts {
        parts.push(from..cut);
        from = cut;
    }
    parts.push(from..range.end);
    (parts, told)
}

/// Outside of lists of actions an item needs somebody who does it. Without a name at the head of a clause one may only
/// stand behind a word of telling, in brackets, or behind a sign at the end.
pub(super) fn is_hopeless(scan: &Scan, range: &Range<usize>, around: &Around<'_>) -> bool {
    if around.section == Section::Actions || around.owner.is_some() || around.due.is_some() {
        return false;
    }
    let mut tail = range.start;
    for at in range.clone() {
        match scan.at(at) {
            '由' if matches!(scan.at(at + 1), '于' | '此') || matches!(scan.before(at), '理' | '自' | '经' | '缘') =>
                {}
            '请' if matches!(scan.before(at), '申' | '邀' | '聘') => {}
            '/' if scan.before(at).is_ascii_alphanumeric() && scan.at(at + 1).is_ascii_alphanumeric() => {}
            '@' | '由' | '请' | '让' | '(' | '[' | '|' | '/' | '>' | '~' => return false,
            '-' if scan.before(at) == ' ' || !scan.before(at).is_ascii_alphanumeric() => return false,
            '负' if scan.at(at + 1) == '责' => return false,
            '牵' if scan.at(at + 1) == '头' => return false,
            '主' if matches!(scan.at(at + 1), '导' | '责') => return false,
            '跟' if scan.at(at + 1) == '进' => return false,
            'a' if scan.any_word(at, &["assigned", "action", "actioned"]).is_some() => return false,
            'b' if scan.word(at, "by").is_some() && scan.is_capital(scan.skip(at + 2, " ")) => return false,
            ',' => tail = at,
            _ => {}
        }
    }
    // `…，张三` at the end of a list's line.
    !(around.is_item && tail > range.start && range.end - tail <= 12)
}
