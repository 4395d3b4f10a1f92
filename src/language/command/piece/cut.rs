//! Where a line ends as a sentence, and a sentence as a piece.

use super::super::fold::{Folded, is_cjk};
use super::super::refs::{self, Known, Mark};
use super::super::times;
use super::super::words::{Tok, W, is_word_char, phrase_at};
use super::{Reader, is_predicate};
use crate::domain::reading::Context;
use crate::language::names;

/// A sentence: a range of characters and whether it asks.
#[derive(Clone, Copy, Debug)]
pub struct Sentence {
    pub a: usize,
    pub b: usize,
    pub asks: bool,
}

/// Cuts a line at full stops, semicolons, question and exclamation marks.
pub fn sentences(f: &Folded) -> Vec<Sentence> {
    let mut list = Vec::new();
    let mut a = 0;
    let mut i = 0;
    while i < f.len() {
        let c = f.get(i).unwrap_or(' ');
        let next = f.get(i + 1);
        let end = match c {
            '。' | ';' | '!' | '?' | '…' | '\n' => true,
            '.' => {
                let before = i.checked_sub(1).and_then(|at| f.get(at));
                let number = before.is_some_and(|c| c.is_ascii_digit());
                // `2. done`: the number of a line, not the end of a sentence.
                let heads_piece = number && {
                    let mut j = i;
                    while j > a && f.get(j - 1).is_some_and(|c| c.is_ascii_digit()) {
                        j -= 1;
                    }
                    f.text(a, j).chars().all(|c| c.is_whitespace() || ",)#(".contains(c))
                        || (j > 0
                            && f.get(j - 1) == Some(' ')
                            && j >= 2
                            && f.get(j - 2).is_some_and(|c| ".,".contains(c) || is_cjk(c)))
                };
                let abbreviation = before.is_some_and(|c| c.is_ascii_alphabetic()) && {
                    let mut j = i;
                    while j > a && f.get(j - 1).is_some_and(is_word_char) {
                        j -= 1;
                    }
                    matches!(
                        f.text(j, i).as_str(),
                        "no" | "mr" | "ms" | "mrs" | "dr" | "vs" | "e" | "g" | "i" | "p" | "approx" | "nr" | "dept"
                    )
                };
                let spaced = next.is_none_or(|c| c == ' ' || c == '\n' || c == '"' || c == ')');
                let chinese_after = next.is_some_and(is_cjk) && before.is_some_and(is_cjk);
                (spaced || chinese_after || next == Some('.')) && !heads_piece && !abbreviation
            }
            _ => false,
        };
        if end {
            let mut stop = i + 1;
            let mut asks = c == '?';
            while f.get(stop).is_some_and(|c| matches!(c, '?' | '!' | '。' | '.' | '…' | ')' | '"')) {
                asks |= f.get(stop) == Some('?');
                stop += 1;
            }
            if f.text(a, i).trim().is_empty() && !asks {
                a = stop;
            } else {
                list.push(Sentence { a, b: i, asks });
                a = stop;
            }
            i = stop;
            continue;
        }
        i += 1;
    }
    if !f.text(a, f.len()).trim().is_empty() {
        list.push(Sentence { a, b: f.len(), asks: false });
    }
    list
}

/// What follows a clause to say where its result is.
const WHERE_NOW: &[&str] = &[
    "and in the ",
    "and on the ",
    "and at the ",
    "and with ",
    "and uploaded ",
    "and saved ",
    "and ready for ",
    "and available ",
    "and waiting ",
    "and now in ",
    "and now on ",
];

/// Cuts a sentence where commas, brackets and 但是 separate clauses, and before each new line reference.
pub fn cut(f: &Folded, sentence: Sentence, reader: &Reader) -> Vec<(usize, usize)> {
    let known = &reader.known;
    let mut cuts = Vec::new();
    let mut a = sentence.a;
    let end = sentence.b;
    let mut i = refs::leading(f, a, end, known).map_or(a, |mark| mark.b);
    while i < end {
        let c = f.get(i).unwrap_or(' ');
        // (1)已完成(2)未完成: the brackets of a number part nothing.
        if c == '('
            && let Some(mark) = refs::list_at(f, i, end, known)
        {
            i = mark.b.max(i + 1);
            continue;
        }
        let separates = match c {
            ',' | '|' | '—' => true,
            '(' => true,
            ')' => {
                i > a && f.text(a, i).contains('(')
                    || cuts.last().is_some_and(|(_, b): &(usize, usize)| f.get(*b) == Some('('))
            }
            // 3 已解决：重启后恢复
            ':' => {
                refs::leading(f, a, i, known).is_some()
                    && !f.text(i + 1, end).trim().is_empty()
                    && predicates(f, a, i, &[], known)
                        .last()
                        .is_some_and(|tok| tok.w == W::Done && matches!(f.text(tok.b, i).trim(), "" | "了"))
                    && refs::scan(f, i + 1, end, &[], known).is_empty()
            }
            '/' => {
                i > a
                    && f.get(i - 1) == Some(' ')
                    && f.get(i + 1) == Some(' ')
                    && has_predicate(f, a, i, known)
                    && has_predicate(f, i + 1, end, known)
            }
            '-' => f.get(i + 1) == Some('-') || (i > a && f.get(i - 1) == Some(' ') && f.get(i + 1) == Some(' ')),
            ' ' => {
                f.get(i + 1).is_some_and(|c| c.is_ascii_alphabetic()) && i > a + 1 && {
                    let next = f.text(i + 1, i + 14);
                    let opens = |words: &[&str]| words.iter().any(|word| next.starts_with(word));
                    // `everything is done but #1` takes one out.
                    let takes_out = next.starts_with("but ")
                        && ["all ", "everything", "every "].iter().any(|all| f.text(a, i).contains(all))
                        && refs::list_at(f, i + 5, end, known)
                            .is_some_and(|mark| f.text(mark.b, end).trim().trim_end_matches('.').is_empty());
                    opens(&["but ", "however ", "although ", "though "])
                            && !takes_out
                            && !f.text(a, i).ends_with("all")
                            && !f.text(a, i).ends_with("everything")
                            // `done and in the shared folder`: where it is now is a clause of its own.
                            || opens(WHERE_NOW) && has_predicate(f, a, i, known)
                            // `the room is booked and the contract has been reviewed`
                            || opens(&["and the ", "and my ", "and our "])
                                && has_predicate(f, a, i, known)
                                && has_predicate(f, i + 5, end, known)
                                && task_run(f, i + if opens(&["and the ", "and our "]) { 9 } else { 8 }, end, known) > 0
                }
            }
            '但' => i > a && f.get(i + 1) != Some('愿'),
            // 1搞定 其余明天: what is said of the others is said anew.
            '其' | '剩' | '余' => {
                i > a
                    && phrase_at(f, i, end, known.context).is_some_and(|tok| tok.w == W::Rest)
                    && has_predicate(f, a, i, known)
            }
            '、' if i > a && f.get(i - 1).is_some_and(|c| c.is_ascii_digit() || matches!(c, '项' | '条')) => false,
            '、' => {
                // 、 joins nouns; between two clauses with references it separates them: 1完成、2延期
                refs::list_at(f, i + 1, end, known)
                    .is_some_and(|mark| mark.b < end && phrase_after(f, mark.b, end, known))
                    && has_predicate(f, a, i, known)
            }
            _ => false,
        };
        if separates {
            // done: 1, 2 — a comma within a list of numbers.
            if c == ',' && within_list(f, a, i, end, known) {
                i += 1;
                continue;
            }
            if !f.text(a, i).trim().is_empty() {
                cuts.push((a, i));
            }
            a = if matches!(c, '但' | ' ' | '其' | '剩' | '余') { i } else { i + 1 };
            i += 1;
            let skip = refs::leading(f, a, end, known).map_or(i, |mark| mark.b);
            i = i.max(skip);
            continue;
        }
        i += 1;
    }
    if !f.text(a, end).trim().is_empty() {
        cuts.push((a, end));
    }
    cuts.into_iter().flat_map(|(a, b)| cut_at_refs(f, a, b, reader)).collect()
}

fn phrase_after(f: &Folded, i: usize, end: usize, known: &Known) -> bool {
    let i = if f.get(i) == Some(' ') { i + 1 } else { i };
    phrase_at(f, i, end, known.context).is_some()
}

fn has_predicate(f: &Folded, a: usize, b: usize, known: &Known) -> bool {
    predicates(f, a, b, &[], known).next().is_some()
}

fn within_list(f: &Folded, a: usize, comma: usize, end: usize, known: &Known) -> bool {
    let mut before = comma;
    while before > a && f.get(before - 1) == Some(' ') {
        before -= 1;
    }
    if !(before > a && f.get(before - 1).is_some_and(|c| c.is_ascii_digit() || matches!(c, '项' | '条' | ')'))) {
        return false;
    }
    let mut after = comma + 1;
    while f.get(after) == Some(' ') {
        after += 1;
    }
    let Some(mark) = refs::list_at(f, after, end, known) else { return false };
    let mut stop = mark.b;
    while f.get(stop) == Some(' ') {
        stop += 1;
    }
    stop >= end || matches!(f.get(stop), Some(',' | ')'))
}

/// Predicates in [a, b), left to right, outside the masks.
fn predicates<'f>(
    f: &'f Folded,
    a: usize,
    b: usize,
    masks: &'f [Mark],
    known: &'f Known,
) -> impl Iterator<Item = Tok> + 'f {
    let mut i = a;
    std::iter::from_fn(move || {
        while i < b {
            if let Some(mask) = masks.iter().find(|mask| mask.a <= i && i < mask.b) {
                i = mask.b;
                continue;
            }
            // 2:完成 3:60%: a share of the work is said of what stands before it.
            if let Some(stop) = counted(f, i, b) {
                let tok = Tok { w: W::Percent, a: i, b: stop };
                i = stop;
                return Some(tok);
            }
            match phrase_at(f, i, b, known.context) {
                Some(tok) => {
                    i = tok.b;
                    if is_predicate(tok.w) {
                        return Some(tok);
                    }
                }
                None => i += 1,
            }
        }
        None
    })
}

/// Where `60%` ends that begins here.
fn counted(f: &Folded, i: usize, b: usize) -> Option<usize> {
    let inside = i > 0 && f.get(i - 1).is_some_and(|c| c.is_ascii_digit() || c == '.');
    let stop = (i..b).find(|at| !f.get(*at).is_some_and(|c| c.is_ascii_digit())).filter(|stop| *stop > i && !inside)?;
    let sign = if f.get(stop) == Some(' ') { stop + 1 } else { stop };
    (sign < b && f.get(sign) == Some('%')).then_some(sign + 1)
}

/// `1完成 2延期到周五` is two pieces, `完成1和2` is one.
fn cut_at_refs(f: &Folded, a: usize, b: usize, reader: &Reader) -> Vec<(usize, usize)> {
    let known = &reader.known;
    let masks = refs::whole_tasks(f, a, b, known);
    let mut verbs: Vec<Tok> = predicates(f, a, b, &masks, known).collect();
    let digits = (a..b).filter(|at| f.get(*at).is_some_and(|c| c.is_ascii_digit())).count();
    if verbs.is_empty() && digits < 2 {
        return vec![(a, b)];
    }
    let mask_toks: Vec<Tok> = masks.iter().map(|mark| Tok { w: W::Name, a: mark.a, b: mark.b }).collect();
    let mut marks = refs::scan(f, a, b, &mask_toks, known);
    marks.extend(masks);
    marks.sort_by_key(|mark| mark.a);
    if marks.len() < 2 {
        return vec![(a, b)];
    }
    // 1可以 2不行: a yes or a no that is all that stands between two numbers; `1 yes 2 no` where that is asked.
    let decides = matches!(known.context, Context::Approval | Context::Acceptance | Context::SignOff);
    for mark in &marks {
        let end = marks.iter().map(|next| next.a).find(|at| *at >= mark.b).unwrap_or(b);
        let from = (mark.b..end).find(|at| f.get(*at) != Some(' ')).unwrap_or(end);
        let to = (from..end).rev().find(|at| f.get(*at) != Some(' ')).map_or(end, |at| at + 1);
        if let Some(tok) = phrase_at(f, from, to, known.context)
            && tok.b == to
            && (tok.w == W::Okay || decides && tok.is(&[W::Yes, W::No]) || f.text(from, to) == "not")
        {
            verbs.push(tok);
        }
    }
    if verbs.is_empty() {
        return vec![(a, b)];
    }
    verbs.sort_by_key(|tok| tok.a);
    // 1 完成 2 明天 3 卡住: a day says as much as a verb.
    let dated = |from: usize, to: usize| {
        times::may_hold(f, from, to) && times::find(f.written(from, to), reader.anchor).is_some()
    };
    if verbs.len() < 2
        && !marks.iter().any(|mark| dated(mark.b, marks.iter().map(|m| m.a).find(|at| *at > mark.a).unwrap_or(b)))
    {
        return vec![(a, b)];
    }
    let first_verb = verbs.first().map_or(b, |tok| tok.a);
    let first_ref = marks.first().map_or(b, |mark| mark.a);
    let mut cuts = Vec::new();
    let mut start = a;
    if first_ref < first_verb {
        for mark in marks.iter().skip(1) {
            let spaced = f.get(mark.a.saturating_sub(1)) == Some(' ');
            let last = marks.iter().filter(|m| m.b <= mark.a).map(|m| m.b).max().unwrap_or(start);
            let next = marks.iter().map(|m| m.a).find(|at| *at > mark.a).unwrap_or(b);
            let verb_before = verbs.iter().any(|tok| tok.a >= start && tok.b <= mark.a)
                || spaced && last > start && dated(last, mark.a);
            let verb_after = verbs.iter().any(|tok| tok.a >= mark.b) || spaced && dated(mark.b, next);
            let cleanly = mark.explicit
                || f.get(mark.a.saturating_sub(1))
                    .is_some_and(|c| c == ' ' || is_cjk(c) || matches!(c, ')' | '、' | '.' | '/' | ':'));
            if verb_before && verb_after && cleanly {
                cuts.push((start, mark.a));
                start = mark.a;
            }
        }
    } else {
        for verb in verbs.iter().skip(1) {
            let ref_before = marks.iter().any(|mark| mark.a >= start && mark.b <= verb.a);
            let ref_follows = marks.iter().any(|mark| {
                mark.a >= verb.b && f.text(verb.b, mark.a).chars().all(|c| matches!(c, ' ' | ':' | '了' | ']'))
            });
            if ref_before && ref_follows {
                cuts.push((start, verb.a));
                start = verb.a;
            }
        }
    }
    cuts.push((start, b));
    cuts
}

/// The longest run at `i` that stands in a task, in characters; words for Latin letters.
pub(super) fn task_run(f: &Folded, i: usize, end: usize, known: &Known) -> usize {
    let Some(c) = f.get(i) else { return 0 };
    if is_cjk(c) {
        let most = f.chars.get(i..end.min(i + 24)).unwrap_or_default();
        let mut best = 0;
        for task in &known.tasks {
            let text: &[char] = task.chars();
            for (at, first) in text.iter().enumerate() {
                if *first != c {
                    continue;
                }
                let run = text
                    .get(at..)
                    .unwrap_or_default()
                    .iter()
                    .zip(most)
                    .take_while(|(x, y)| x == y && is_cjk(**x))
                    .count();
                best = best.max(run);
            }
        }
        return if best >= 2 { best } else { 0 };
    }
    if is_word_char(c) && !(i > 0 && f.get(i - 1).is_some_and(is_word_char)) {
        let mut j = i;
        while j < end && f.get(j).is_some_and(is_word_char) {
            j += 1;
        }
        let word = f.text(i, j);
        if known.tasks.iter().any(|task| task.has_word(&word)) {
            return j - i;
        }
    }
    0
}

/// The lines behind a department that reports them: 护理部:1已办结.
pub(super) fn reported_by(f: &Folded, a: usize, b: usize, known: &Known) -> Option<Mark> {
    let colon = (a..b.min(a + 12)).find(|at| f.get(*at) == Some(':'))?;
    let head = f.text(a, colon);
    names::looks_like_department(head.trim()).then(|| refs::leading(f, colon + 1, b, known)).flatten()
}
