//! Lines to sentences to pieces: the smallest part that can carry one command, with what stands in it.

use super::acts::Scope;
use super::fold::{Folded, is_cjk};
use super::refs::{self, Known, Mark, Named, Target};
use super::times;
use super::words::{Tok, W, is_word_char, phrase_at};
use crate::domain::due::Due;
use crate::domain::reading::Context;
use crate::language::names::{self, Lexicon};
use crate::language::when::Anchor;

/// What everything is read against.
pub struct Reader<'a> {
    pub known: Known<'a>,
    pub anchor: &'a Anchor<'a>,
    pub names: &'a Lexicon,
}

/// A sentence: a range of characters and whether it asks.
#[derive(Clone, Copy, Debug)]
pub struct Sentence {
    pub a: usize,
    pub b: usize,
    pub asks: bool,
}

/// The words that can be the heart of a command; a new line reference after one begins a new piece.
pub fn is_predicate(w: W) -> bool {
    matches!(
        w,
        W::Done
            | W::DoneV
            | W::DonePast
            | W::Progress
            | W::Half
            | W::Behind
            | W::Block
            | W::Postpone
            | W::MoveTo
            | W::Reschedule
            | W::HandTo
            | W::InCharge
            | W::Decline
            | W::Cancel
            | W::Close
            | W::Confirm
            | W::Ack
            | W::Agree
            | W::Refuse
            | W::Pass
            | W::Return
            | W::Rate
            | W::Sign
            | W::Remind
            | W::Undo
            | W::Object
            | W::ShouldRead
            | W::Attend
            | W::NotAttend
            | W::Tentative
            | W::CallOff
            | W::StopEsc
            | W::HoldEsc
            | W::Start
            | W::Partly
            | W::Acknowledge
    )
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

/// A part of a sentence with everything found in it.
#[derive(Debug)]
pub struct Piece {
    pub a: usize,
    pub b: usize,
    /// Where the piece goes on after the references at its head.
    pub body: usize,
    pub toks: Vec<Tok>,
    pub marks: Vec<Mark>,
    /// Words that are in no lexicon.
    pub junk: Vec<(usize, usize)>,
    /// Words that stand in tasks.
    pub task_words: Vec<(usize, usize)>,
    pub named: Option<Named>,
    pub time: Option<(usize, usize, Due)>,
    pub percent: Option<u8>,
    /// `2 → Leo`
    pub arrow: bool,
    pub asks: bool,
    pub conditional: bool,
    pub hearsay: bool,
    /// 但…: it takes something back from what was said before.
    pub but: bool,
    /// 剩下的, without 项: may be the rest of one work.
    pub rest_of_work: bool,
}

impl Piece {
    pub fn has(&self, w: W) -> bool {
        self.toks.iter().any(|tok| tok.w == w)
    }

    pub fn any(&self, list: &[W]) -> bool {
        self.toks.iter().any(|tok| list.contains(&tok.w))
    }

    pub fn find(&self, w: W) -> Option<Tok> {
        self.toks.iter().copied().find(|tok| tok.w == w)
    }

    /// The first word of these kinds.
    pub fn first(&self, list: &[W]) -> Option<Tok> {
        self.toks.iter().copied().find(|tok| list.contains(&tok.w))
    }

    /// A word of these kinds before the place.
    pub fn before(&self, at: usize, list: &[W]) -> bool {
        self.toks.iter().any(|tok| tok.b <= at && list.contains(&tok.w))
    }

    /// Every line named stands behind the place.
    pub fn before_all_marks(&self, at: usize) -> bool {
        self.marks.iter().all(|mark| mark.a >= at)
    }

    /// What the words say of how far an order goes: 其余 the rest; 全部 all, unless lines are named.
    pub fn scope(&self) -> Option<Scope> {
        if self.has(W::Rest) {
            Some(Scope::Rest)
        } else if self.has(W::All) && self.marks.is_empty() {
            Some(Scope::All)
        } else {
            None
        }
    }

    pub fn targets(&self) -> Vec<Target> {
        let mut targets: Vec<Target> = Vec::new();
        for mark in &self.marks {
            for target in &mark.targets {
                if !targets.contains(target) {
                    targets.push(target.clone());
                }
            }
        }
        targets
    }

    /// Nothing stands in it but these kinds, and words that carry nothing; words of a task only where they name one.
    pub fn clean(&self, extra: &[W]) -> bool {
        self.junk.is_empty() && self.clean_but_junk(extra)
    }

    pub fn clean_but_junk(&self, extra: &[W]) -> bool {
        self.names_well()
            && self.toks.iter().all(|tok| {
                matches!(
                    tok.w,
                    W::Fill
                        | W::Perf
                        | W::Comma
                        | W::Colon
                        | W::Courtesy
                        | W::Greeting
                        | W::Ref
                        | W::Attach
                        | W::And
                        | W::Percent
                        | W::Slash
                ) || extra.contains(&tok.w)
            })
    }

    /// Words of tasks in it, if any, name one task, and the same as a number beside them.
    pub fn names_well(&self) -> bool {
        match &self.named {
            None => true,
            Some(Named::One(n)) => self.marks.is_empty() || self.targets() == [Target::Number(*n)],
            Some(Named::Several | Named::Nothing) => false,
        }
    }

    /// Neither letters nor characters stand outside the lexicon in [from, to).
    pub fn no_junk_in(&self, from: usize, to: usize) -> bool {
        !self.junk.iter().any(|(a, b)| *a < to && *b > from)
    }

    pub fn word(&self, f: &Folded, tok: Tok) -> String {
        f.text(tok.a, tok.b)
    }
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
        let separates = match c {
            ',' | '|' | '—' => true,
            '(' => refs::list_at(f, i, end, known).is_none(),
            ')' => {
                i > a && f.text(a, i).contains('(')
                    || cuts.last().is_some_and(|(_, b): &(usize, usize)| f.get(*b) == Some('('))
            }
            '-' => f.get(i + 1) == Some('-') || (i > a && f.get(i - 1) == Some(' ') && f.get(i + 1) == Some(' ')),
            ' ' => {
                f.get(i + 1).is_some_and(|c| c.is_ascii_alphabetic()) && i > a + 1 && {
                    let next = f.text(i + 1, i + 14);
                    let opens = |words: &[&str]| words.iter().any(|word| next.starts_with(word));
                    opens(&["but ", "however ", "although ", "though "])
                            && !f.text(a, i).ends_with("all")
                            && !f.text(a, i).ends_with("everything")
                            // `done and in the shared folder`: where it is now is a clause of its own.
                            || opens(WHERE_NOW) && has_predicate(f, a, i, known)
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
    let verbs: Vec<Tok> = predicates(f, a, b, &masks, known).collect();
    if verbs.is_empty() {
        return vec![(a, b)];
    }
    let mask_toks: Vec<Tok> = masks.iter().map(|mark| Tok { w: W::Name, a: mark.a, b: mark.b }).collect();
    let mut marks = refs::scan(f, a, b, &mask_toks, known);
    marks.extend(masks);
    marks.sort_by_key(|mark| mark.a);
    if marks.len() < 2 {
        return vec![(a, b)];
    }
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
                mark.a >= verb.b && f.text(verb.b, mark.a).chars().all(|c| c == ' ' || c == ':' || c == '了')
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
fn task_run(f: &Folded, i: usize, end: usize, known: &Known) -> usize {
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
fn reported_by(f: &Folded, a: usize, b: usize, known: &Known) -> Option<Mark> {
    let colon = (a..b.min(a + 12)).find(|at| f.get(*at) == Some(':'))?;
    let head = f.text(a, colon);
    names::looks_like_department(head.trim()).then(|| refs::leading(f, colon + 1, b, known)).flatten()
}

/// Reads one piece.
pub fn read(f: &Folded, a: usize, b: usize, asks: bool, reader: &Reader) -> Piece {
    let known = &reader.known;
    let lead = refs::leading(f, a, b, known).or_else(|| reported_by(f, a, b, known));
    let body = lead.as_ref().map_or(a, |mark| mark.b);
    let arrow = lead.as_ref().is_some_and(|mark| f.text(mark.a, mark.b).contains(['→', '>']));
    let mut piece = Piece {
        a,
        b,
        body,
        toks: Vec::new(),
        marks: lead.into_iter().collect(),
        junk: Vec::new(),
        task_words: Vec::new(),
        named: None,
        time: None,
        percent: None,
        arrow,
        asks,
        conditional: false,
        hearsay: false,
        but: false,
        rest_of_work: false,
    };
    let mut masks: Vec<Tok> = Vec::new();
    for mark in refs::whole_tasks(f, body, b, known) {
        masks.push(Tok { w: W::Ref, a: mark.a, b: mark.b });
        piece.marks.push(mark);
    }
    if let Some((x, y, percent)) = percent(f, body, b) {
        piece.percent = Some(percent);
        masks.push(Tok { w: W::Percent, a: x, b: y });
    }
    for mark in refs::ordinals(f, body, b, known) {
        masks.push(Tok { w: W::Ref, a: mark.a, b: mark.b });
        piece.marks.push(mark);
    }
    if times::may_hold(f, body, b)
        && let Some((from, to, due)) = times::find(f.written(body, b), reader.anchor)
    {
        let base = f.byte_of(body);
        let (mut x, y) = (f.char_at_byte(base + from), f.char_at_byte(base + to));
        // `due date March 25`: the name of the field is read as a word of its own.
        for key in ["due date", "deadline", "due", "截止时间", "截止日期", "截止日", "截止", "完成时间", "期限"]
        {
            let length = key.chars().count();
            if f.text(x, (x + length).min(y)) == key {
                x += length;
                while x < y && f.get(x).is_some_and(|c| matches!(c, ' ' | ':' | '为' | '是')) {
                    x += 1;
                }
                break;
            }
        }
        // 还差一点 is no hour.
        let a_bit =
            f.text(x, y) == "一点" && x > body && f.get(x - 1).is_some_and(|c| "差有了早晚快慢多少好".contains(c));
        if x < y && !a_bit && !masks.iter().any(|mask| mask.a < y && x < mask.b) {
            piece.time = Some((x, y, due));
            masks.push(Tok { w: W::Time, a: x, b: y });
        }
    }
    for mark in refs::scan(f, body, b, &masks, known) {
        masks.push(Tok { w: W::Ref, a: mark.a, b: mark.b });
        piece.marks.push(mark);
    }
    let text = f.text(body, b);
    for (range, _) in reader.names.find_in(&text) {
        let x = body + text.get(..range.start).map_or(0, |s| s.chars().count());
        let y = x + text.get(range).map_or(0, |s| s.chars().count());
        if !masks.iter().any(|mask| mask.a < y && x < mask.b) {
            masks.push(Tok { w: W::Name, a: x, b: y });
        }
    }
    masks.sort_by_key(|mask| mask.a);
    let mut masks = masks.into_iter().peekable();
    let mut i = body;
    // 三项都, 两项均, 这三项: all of them, where there are as many.
    if piece.marks.is_empty() {
        let start = if f.get(body) == Some('这') || f.get(body) == Some('以') {
            body + if f.get(body) == Some('以') { 2 } else { 1 }
        } else {
            body
        };
        if let Some((count, end)) = refs::arabic(f, start).or_else(|| refs::chinese_number(f, start))
            && f.get(end).is_some_and(|c| matches!(c, '项' | '条' | '个' | '件'))
            && count > 1
        {
            let end = if f.text(end + 1, (end + 3).min(b)) == "任务" || f.text(end + 1, (end + 3).min(b)) == "事项"
            {
                end + 3
            } else {
                end + 1
            };
            // 4项计划3月18日完成 of four lines is the fourth or all of them; 四项 is a count.
            let counts = start > body
                || !f.get(start).is_some_and(|c| c.is_ascii_digit())
                || f.get(end).is_none_or(|c| "都全均皆也已一统".contains(c));
            if count as usize == known.items.len() && counts {
                piece.toks.push(Tok { w: W::All, a: body, b: end });
            } else {
                piece.junk.push((body, end));
            }
            i = end;
        }
    }
    while i < b {
        if let Some(mask) = masks.next_if(|mask| mask.a <= i) {
            if mask.b > i {
                piece.toks.push(mask);
                i = mask.b;
            }
            continue;
        }
        let stop = masks.peek().map_or(b, |mask| mask.a.min(b));
        let phrase = phrase_at(f, i, stop, known.context);
        let run = task_run(f, i, stop, known);
        let phrase_chars = phrase.map_or(0, |tok| tok.b - tok.a);
        // 新人培训: the end of a task's name behind its beginning; 计划已更新: the plan, not what is planned.
        let named_on = run > 0
            && run == phrase_chars
            && phrase.is_some_and(|tok| match tok.w {
                W::DoneV if piece.task_words.last().is_some_and(|(_, end)| *end == i) => known.ends_task(f, i, i + run),
                W::Future | W::DoneV if tok.w == W::Future || i == body => {
                    known.ends_task(f, i, i + run)
                        && f.get(i + run)
                            .is_some_and(|c| matches!(c, '已' | '也' | '都' | '还' | '没' | '未' | '做' | '好' | '更'))
                }
                _ => false,
            });
        if run > 0
            && (run > phrase_chars
                || named_on
                || (run == phrase_chars
                    && (f.get(i).is_some_and(|c| !is_cjk(c)) || phrase.is_some_and(|tok| tok.w == W::Junk))))
        {
            piece.task_words.push((i, i + run));
            i += run;
            continue;
        }
        if let Some(tok) = phrase {
            i = tok.b;
            match tok.w {
                W::Junk => piece.junk.push((tok.a, tok.b)),
                // 都已, 均已经, 已全部 say two things.
                W::Perf if tok.b - tok.a >= 2 && matches!(f.get(tok.a), Some('都' | '均')) => {
                    piece.toks.push(Tok { w: W::All, a: tok.a, b: tok.a + 1 });
                    piece.toks.push(Tok { a: tok.a + 1, ..tok });
                }
                W::Perf if f.text(tok.a, tok.b) == "已全部" => {
                    piece.toks.push(Tok { b: tok.a + 1, ..tok });
                    piece.toks.push(Tok { w: W::All, a: tok.a + 1, b: tok.b });
                }
                _ => piece.toks.push(tok),
            }
            continue;
        }
        let Some(c) = f.get(i) else { break };
        match c {
            ':' => piece.toks.push(Tok { w: W::Colon, a: i, b: i + 1 }),
            ',' => piece.toks.push(Tok { w: W::Comma, a: i, b: i + 1 }),
            c if c.is_alphanumeric() => match piece.junk.last_mut() {
                Some(last) if last.1 == i => last.1 = i + 1,
                _ => piece.junk.push((i, i + 1)),
            },
            _ => {}
        }
        i += 1;
    }
    settle(f, &mut piece, reader);
    piece
}

/// What single words mean beside their neighbours; names of tasks; the moods of the piece.
fn settle(f: &Folded, piece: &mut Piece, reader: &Reader) {
    // 打印好了, 整理中: after a deed 好 and 中 say how far it is.
    for at in 1..piece.toks.len() {
        let (Some(before), Some(tok)) = (piece.toks.get(at - 1).copied(), piece.toks.get(at).copied()) else { break };
        if tok.w == W::Ack
            && before.b == tok.a
            && matches!(before.w, W::DoneV | W::Done)
            && f.text(tok.a, tok.b) == "好"
            && let Some(tok) = piece.toks.get_mut(at)
        {
            tok.w = W::Perf;
        }
    }
    // 已提交给客户: whom it went to is nobody's word.
    for tok in piece.toks.iter_mut().filter(|tok| tok.w == W::Third) {
        let to = tok.a.checked_sub(1).and_then(|at| f.get(at));
        if to.is_some_and(|c| matches!(c, '给' | '向' | '跟' | '和' | '与' | '到' | '至' | '由')) && to != Some('由')
        {
            tok.w = W::Fill;
        }
    }
    // 2√ to a list of what is due is done; to a list of new items nobody knows whether it is taken or finished.
    let due = matches!(reader.known.context, Context::Reminder | Context::Escalation);
    let worded = piece.toks.iter().any(|tok| tok.w == W::Done && f.get(tok.a).is_some_and(|c| c.is_alphanumeric()));
    for tok in piece.toks.iter_mut().filter(|tok| matches!(tok.w, W::Done | W::Ack) && tok.b - tok.a == 1) {
        let sign = f.get(tok.a).unwrap_or(' ');
        if sign == '✅' && due && !piece.marks.is_empty() {
            tok.w = W::Done;
        } else if matches!(sign, '√' | '✓' | '✔' | '☑') && !due {
            tok.w = if worded { W::Fill } else { W::Maybe };
        }
    }
    // 已提交至系统: where it went is no part of what was done.
    if piece.time.is_none()
        && let Some(to) =
            piece.toks.iter().find(|tok| tok.w == W::To || tok.w == W::Fill && f.text(tok.a, tok.b) == "给").copied()
        && piece.toks.iter().any(|tok| tok.w == W::DoneV && tok.b == to.a)
        && !piece.any(&[W::NotYet, W::Not, W::Please, W::Need, W::Cond, W::HandTo])
    {
        piece.junk.retain(|(a, _)| *a < to.b);
    }
    // `has been sent to the client`
    if piece.time.is_none()
        && let Some(to) = piece.toks.iter().find(|tok| tok.w == W::To).copied()
        && piece.toks.iter().any(|tok| tok.w == W::DonePast && tok.b < to.a && to.a - tok.b <= 4)
        && piece.junk.iter().all(|(a, _)| *a >= to.b)
        && !piece.any(&[
            W::NotYet,
            W::Not,
            W::Please,
            W::Need,
            W::Cond,
            W::HandTo,
            W::Future,
            W::Maybe,
            W::Says,
            W::Ask,
        ])
    {
        piece.junk.clear();
    }
    // 已报送省局, 已发财务: to whom it went stands right behind the deed.
    if piece.time.is_none()
        && let Some((from, to)) = piece.junk.last().copied()
        && to - from <= 6
        && f.text(to, piece.b).trim().is_empty()
        && piece.toks.iter().any(|tok| {
            tok.w == W::DoneV
                && tok.b == from
                && matches!(
                    f.text(tok.a, tok.b).as_str(),
                    "报送"
                        | "呈报"
                        | "抄送"
                        | "呈送"
                        | "上报"
                        | "发"
                        | "发给"
                        | "送"
                        | "交"
                        | "寄"
                        | "提交"
                        | "递交"
                        | "报"
                )
                && piece.before(tok.a, &[W::Perf])
        })
        && !piece.any(&[W::NotYet, W::Not, W::Please, W::Need, W::Cond, W::HandTo, W::Future, W::Maybe])
    {
        piece.junk.pop();
    }
    // 截止改3月19号
    if let Some((x, ..)) = piece.time {
        for tok in piece.toks.iter_mut().filter(|tok| tok.w == W::DoneV && tok.b == x && f.text(tok.a, tok.b) == "改")
        {
            tok.w = W::MoveTo;
        }
    }
    // `#3 pending` says how it stands; `pending approval` on what it hangs.
    if let Some(last) = piece.toks.last_mut()
        && last.w == W::Cond
        && f.text(last.a, last.b) == "pending"
        && f.text(last.b, piece.b).trim().is_empty()
    {
        last.w = W::Progress;
    }
    // `both` of three lines are two of them, and nobody knows which.
    let lines = reader.known.items.len();
    for tok in piece.toks.iter_mut().filter(|tok| tok.w == W::All && piece.marks.is_empty()) {
        let word = f.text(tok.a, tok.b);
        if (word.starts_with("both") && lines > 2) || (word == "all three" && lines != 3 && lines > 0) {
            tok.w = W::Third;
        }
    }
    // `nothing is finished` is said of all of them.
    if let Some(none) = piece.toks.iter().find(|tok| {
        tok.w == W::NotYet && {
            let word = f.text(tok.a, tok.b);
            word.starts_with("nothing") || word.starts_with("none")
        }
    }) {
        let all = Tok { w: W::All, a: none.a, b: none.a };
        piece.toks.insert(0, all);
    }
    // Where nothing waits to be sent, sending is a deed.
    if !matches!(
        reader.known.context,
        Context::Preview | Context::MinutesReview | Context::MinutesGaps | Context::None | Context::Escalation
    ) {
        for tok in piece.toks.iter_mut().filter(|tok| tok.w == W::Send) {
            tok.w = W::DoneV;
        }
    }
    // `done, but not tested`: an exception needs what it is taken from.
    let all_said = piece.any(&[W::All, W::Rest]);
    for tok in &mut piece.toks {
        if tok.w == W::Except && !all_said && f.text(tok.a, tok.b) == "but" {
            tok.w = W::But;
        }
    }
    // 周五前, 两天后: what follows a time belongs to it.
    if let Some((_, end, _)) = piece.time {
        for tok in &mut piece.toks {
            if tok.a == end
                && tok.w == W::Cond
                && matches!(f.text(tok.a, tok.b).as_str(), "前" | "之前" | "以前" | "后" | "之后" | "以后")
            {
                tok.w = W::Fill;
            }
        }
    }
    if let Some((start, ..)) = piece.time {
        for tok in &mut piece.toks {
            let word = f.text(tok.a, tok.b);
            // 等到周五, until Friday, after Friday, 在周五
            let touches = tok.b == start || (tok.b + 1 == start && f.get(tok.b) == Some(' '));
            if touches
                && tok.w == W::Cond
                && matches!(word.as_str(), "until" | "till" | "after" | "before" | "直到" | "once")
            {
                tok.w = W::To;
            }
        }
    }
    name_tasks(f, piece, reader);
    if let Some(Named::One(n)) = &piece.named
        && piece.marks.is_empty()
    {
        let (a, b) = piece.task_words.first().copied().unwrap_or((piece.a, piece.a));
        piece.marks.push(Mark { a, b, targets: vec![Target::Number(*n)], explicit: true });
    }
    if opens_question(f, piece.a, piece.b) {
        piece.asks = true;
    }
    piece.rest_of_work = piece.find(W::Rest).is_some_and(|tok| {
        let word = f.text(tok.a, tok.b);
        (word.starts_with(['剩', '余']) || matches!(word.as_str(), "rest" | "the rest" | "remaining" | "the remaining"))
            && !f.get(tok.b).is_some_and(|c| matches!(c, '项' | '条' | '几' | '个' | '都' | '两'))
    });
    // `done, except for the appendix`
    piece.but = piece.has(W::But)
        || piece.marks.is_empty() && piece.any(&[W::Except, W::Outside]) && !piece.any(&[W::All, W::Rest]);
    for tok in piece.toks.iter_mut().filter(|tok| tok.w == W::But) {
        tok.w = W::Fill;
    }
    piece.asks |= piece.any(&[W::Ask, W::Tag]);
    piece.conditional = piece.has(W::Cond);
    piece.hearsay = piece.any(&[W::Hearsay, W::Says, W::Third]);
}

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
fn name_tasks(f: &Folded, piece: &mut Piece, reader: &Reader) {
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

/// `is #1 done`, `can we …`, `did …`: an English question without its mark.
fn opens_question(f: &Folded, a: usize, b: usize) -> bool {
    let text = f.text(a, b);
    let text = text.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let mut words = text.split(|c: char| !is_word_char(c)).filter(|word| !word.is_empty());
    let (Some(first), second) = (words.next(), words.next().unwrap_or_default()) else { return false };
    match first {
        "is" | "are" | "was" | "were" | "did" | "does" | "has" | "why" | "who" | "what" | "where" | "how" | "which"
        | "whose" | "isn't" | "aren't" | "hasn't" | "haven't" | "didn't" | "doesn't" => {
            // `Haven't finished this`, `didn't finish`: the subject was left out.
            !(matches!(first, "haven't" | "hasn't" | "didn't" | "isn't" | "aren't" | "doesn't")
                && !matches!(
                    second,
                    "you" | "we" | "they" | "it" | "this" | "that" | "he" | "she" | "i" | "item" | "task" | "anyone"
                ))
                && !(first == "is" && second == "done")
                && !(first == "was" && matches!(second, "done" | "finished" | "completed"))
        }
        "do" | "have" => matches!(second, "you" | "we" | "they" | "i"),
        "can" | "could" | "would" | "will" | "shall" | "may" | "should" | "might" => matches!(
            second,
            "we" | "you"
                | "i"
                | "it"
                | "this"
                | "that"
                | "they"
                | "he"
                | "she"
                | "someone"
                | "anyone"
                | "the"
                | "somebody"
                | "item"
                | "task"
        ),
        "when" => second != "done",
        "any" => matches!(second, "update" | "updates" | "news" | "progress" | "chance" | "word"),
        _ => false,
    }
}

/// `40%`, 百分之六十, 六成, `60 percent`, 三分之二, 进度60.
fn percent(f: &Folded, a: usize, b: usize) -> Option<(usize, usize, u8)> {
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
