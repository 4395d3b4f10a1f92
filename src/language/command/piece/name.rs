//! Names in a piece: of people, and of tasks by their words.

use super::super::fold::{Folded, is_cjk};
use super::super::refs::{self, Mark, Named, Target};
use super::super::words::{W, is_word_char, phrase_at};
use super::{Piece, Reader};
use crate::domain::reading::Context;
use crate::language::names::{self, Lexicon};

/// Where the words begin that say to whom, why or in what: they name no task.
fn tail_start(f: &Folded, piece: &Piece) -> usize {
    let mut start = piece.b;
    for tok in &piece.toks {
        let opens = match tok.w {
            W::Block | W::Behind | W::Because | W::Measure | W::Decline | W::Return | W::Refuse | W::KeyOwner => true,
            W::By => f.text(tok.a, tok.b) == "由",
            W::HandTo => f.get(tok.a).is_some_and(is_cjk),
            // `hand the contract over to Leo`
            W::To => piece.before(tok.a, &[W::HandTo]),
            _ => false,
        };
        if opens {
            start = start.min(tok.b);
        }
    }
    start
}

/// 测试报告、项目计划均已完成: names joined by 、 or 和, each of which names one task.
fn each_named(f: &Folded, piece: &Piece, over: usize, reader: &Reader) -> Option<Vec<Mark>> {
    let joints: Vec<usize> = piece.toks.iter().filter(|tok| tok.w == W::And && tok.a < over).map(|tok| tok.a).collect();
    if joints.is_empty() || joints.len() > 12 {
        return None;
    }
    let first = piece.task_words.first()?.0;
    let last = piece.task_words.last()?.1;
    let mut marks: Vec<Mark> = Vec::new();
    let mut from = first;
    for to in joints.iter().copied().filter(|at| (first..last).contains(at)).chain([last]) {
        let inside = |(a, b): &&(usize, usize)| *a >= from && *b <= to;
        let runs: Vec<String> = piece
            .task_words
            .iter()
            .filter(inside)
            .chain(piece.junk.iter().filter(inside))
            .map(|(a, b)| f.text(*a, *b))
            .collect();
        let Named::One(n) = refs::named(&reader.known, &runs) else { return None };
        let target = Target::Number(n);
        if runs.is_empty() || marks.iter().any(|mark| mark.targets.contains(&target)) {
            return None;
        }
        marks.push(Mark { a: from, b: to, targets: vec![target], explicit: true });
        from = to + 1;
    }
    (marks.len() > 1).then_some(marks)
}

/// Which task the words at the head of a piece name, if they name one.
pub(super) fn name_tasks(f: &Folded, piece: &mut Piece, reader: &Reader) {
    let tail = tail_start(f, piece);
    let (head, tail_words): (Vec<_>, Vec<_>) = piece.task_words.iter().copied().partition(|(a, _)| *a < tail);
    piece.task_words = head;
    piece.junk.extend(tail_words);
    piece.junk.sort_unstable();
    if piece.task_words.is_empty() {
        return;
    }
    // Leo will take over the contract: who comes first is no part of the task.
    let who = piece
        .first(&[W::InCharge])
        .and_then(|charge| take_name(f, piece.body, charge.a, reader.names).map(|(_, end)| end))
        .unwrap_or(piece.body);
    // Words between that no lexicon knows decide too: 新版测试报告 may be another report. Behind 还在 and 没 the name is over:
    // 报价还在谈.
    let named_first = piece.task_words.first().map_or(piece.a, |(_, end)| *end);
    let over = piece
        .toks
        .iter()
        .find(|tok| tok.a >= named_first && tok.is(&[W::NotYet, W::Ongoing]) && f.get(tok.a).is_some_and(is_cjk))
        .map_or(tail, |tok| tok.a.min(tail));
    let stray = |(a, b): &(usize, usize)| *a < over && *b > who;
    let runs: Vec<String> = piece
        .task_words
        .iter()
        .chain(piece.junk.iter().filter(|run| stray(run)))
        .map(|(a, b)| f.text(*a, *b))
        .collect();
    let named = refs::named(&reader.known, &runs);
    let person = piece.toks.iter().any(|tok| tok.w == W::Name && tok.a < tail && tok.a >= who);
    if !matches!(named, Named::One(_))
        && !person
        && piece.marks.is_empty()
        && let Some(several) = each_named(f, piece, over, reader)
    {
        piece.junk.retain(|run| !stray(run));
        piece.marks.extend(several);
        return;
    }
    if matches!(named, Named::Nothing) || person {
        let words = std::mem::take(&mut piece.task_words);
        piece.junk.extend(words);
        piece.junk.sort_unstable();
        if !matches!(named, Named::Nothing) {
            piece.named = Some(Named::Nothing);
        }
        return;
    }
    if matches!(named, Named::One(_)) {
        // Stray letters that the task holds too are covered.
        piece.junk.retain(|run| !stray(run));
    }
    piece.named = Some(named);
}

/// A name that begins at `i`: as written, and where it ends. What follows decides how long it is: 吴刚 in 吴刚出席.
pub fn take_name<'f>(f: &Folded<'f>, i: usize, b: usize, lexicon: &Lexicon) -> Option<(&'f str, usize)> {
    let mut i = i;
    while i < b && f.get(i).is_some_and(|c| matches!(c, ' ' | ':' | '"' | '[' | '(')) {
        i += 1;
    }
    let fold = f.text(i, b);
    if let Some(length) = lexicon.at_start(&fold) {
        return Some((f.written(i, i + length).trim(), i + length));
    }
    let at_sign = usize::from(f.get(i) == Some('@'));
    let start = i + at_sign;
    let first = f.get(start)?;
    let closes = |at: usize| {
        // 派赵敏去
        let goes = f.get(at).is_some_and(|c| matches!(c, '去' | '来' | '到'))
            && (at + 1 >= b
                || f.get(at + 1).is_none_or(|c| !is_cjk(c) || matches!(c, '了' | '吧' | '参' | '出' | '开')));
        at >= b
            || f.get(at).is_none_or(|c| !c.is_alphanumeric())
            || goes
            || phrase_at(f, at, b, Context::None).is_some()
    };
    if is_cjk(first) {
        let run = (start..b).take_while(|at| f.get(*at).is_some_and(is_cjk)).count();
        let mut found = None;
        for length in [2usize, 3, 4, 5, 6] {
            if length > run || !closes(start + length) {
                continue;
            }
            let candidate = f.text(start, start + length);
            if names::looks_like_person(&candidate)
                || (length >= 3 || names::looks_like_department(&candidate)) && names::looks_like_department(&candidate)
            {
                // A longer shape is better only where what follows it is a better boundary: the end, or a phrase of two.
                let strength = if start + length >= b || f.get(start + length).is_none_or(|c| !is_cjk(c)) {
                    9
                } else {
                    phrase_at(f, start + length, b, Context::None).map_or(0, |tok| tok.b - tok.a)
                };
                if found.is_none_or(|(best, _)| strength >= best) {
                    found = Some((strength, length));
                }
            }
        }
        // Departments may be longer than names: 供应链管理中心
        if found.is_none() {
            found = (7..=run.min(12))
                .rev()
                .find(|length| closes(start + length) && names::looks_like_department(&f.text(start, start + length)))
                .map(|length| (1, length));
        }
        let Some((_, length)) = found else {
            // 运维小陈, 法务老周: the colleague by what he does.
            if (4..=5).contains(&run)
                && closes(start + run)
                && matches!(f.get(start + run - 2), Some('小' | '老'))
                && names::looks_like_person(&f.text(start + run - 2, start + run))
            {
                return Some((f.written(i, start + run), start + run));
            }
            // 采购部何平: the person of the department.
            let department = (3..=run.min(8))
                .find(|length| names::looks_like_department(&f.text(start, start + length)) && *length < run)?;
            return take_name(f, start + department, b, lexicon)
                .filter(|(written, _)| names::looks_like_person(written) || lexicon.is_person(written));
        };
        return Some((f.written(i, start + length), start + length));
    }
    if let Some(length) = names::name_at_start(f.written(i, b), lexicon) {
        // Counted in characters of the original; the same here but for invisible ones.
        let end = (i + length).min(b);
        return Some((f.written(i, end).trim(), end));
    }
    if first.is_ascii_alphabetic() {
        // In lower case: one word, or the two of a team.
        let mut end = start;
        while end < b && f.get(end).is_some_and(|c| is_word_char(c) || c == '-' || c == '.') {
            end += 1;
        }
        while end > start && f.get(end - 1) == Some('.') {
            end -= 1;
        }
        let word = f.text(start, end);
        let two_end = {
            let mut j = end + 1;
            while f.get(end) == Some(' ') && j < b && f.get(j).is_some_and(is_word_char) {
                j += 1;
            }
            j.min(b)
        };
        let two = f.text(start, two_end);
        let article = word == "the";
        if (article || two_end > end + 1)
            && names::looks_like_department(two.trim_start_matches("the ").trim())
            && two.contains(' ')
        {
            return Some((f.written(start, two_end).trim(), two_end));
        }
        if names::looks_like_department(&word) {
            return Some((f.written(start, end), end));
        }
        let known_word = phrase_at(f, start, end, Context::None).is_some() || !names::may_be_lower_case_name(&word);
        if !known_word && closes(if f.get(end) == Some(' ') { end + 1 } else { end }) {
            return Some((f.written(start, end), end));
        }
    }
    None
}

/// 李总: / `Helen,` / 张三 alone: whom it is said to, or by whom.
pub fn is_name_line(f: &Folded, reader: &Reader) -> bool {
    let text = f.text(0, f.len());
    let bare = text.trim_matches(|c: char| c.is_whitespace() || ":,.。!-—~".contains(c));
    if bare.is_empty() || bare.chars().count() > 24 || bare.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let written = f.original.trim().trim_matches(|c: char| c.is_whitespace() || "：:，,。.！!-—~～".contains(c));
    // 都同意 has the shape of a name and is none; a name we know is one whatever stands in it.
    let known_person = reader.names.is_person(written);
    let holds_phrase = (0..f.len())
        .filter_map(|i| phrase_at(f, i, f.len(), reader.known.context))
        .any(|tok| tok.b - tok.a >= 2 && tok.b - tok.a < 30 && !matches!(tok.w, W::Fill | W::Greeting | W::Junk));
    if holds_phrase && !known_person {
        return false;
    }
    let person = names::looks_like_person(written) || reader.names.is_person(written);
    let several = || {
        written
            .split(['、', '，', ','])
            .all(|part| names::looks_like_person(part.trim()) || reader.names.is_person(part.trim()))
    };
    // In the letters that ask for an owner a name is an answer.
    let asked = matches!(reader.known.context, Context::MinutesGaps) && reader.known.items.len() == 1;
    !asked && (person || (written.contains(['、', '，', ',']) && several()))
}
