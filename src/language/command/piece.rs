//! Lines to sentences to pieces: the smallest part that can carry one command, with what stands in it.

mod amount;
mod cut;
mod mood;
mod name;

use super::acts::{self, Scope};
use super::fold::{Folded, is_cjk};
use super::refs::{self, Known, Mark, Named, Target};
use super::times;
use super::words::{Tok, W, phrase_at};
use crate::domain::due::Due;
use crate::language::names::Lexicon;
use crate::language::when::Anchor;
use amount::percent;
pub use cut::{Sentence, cut, sentences};
use cut::{reported_by, task_run};
use mood::settle;
pub use name::{is_name_line, take_name};

/// What everything is read against.
pub struct Reader<'a> {
    pub known: Known<'a>,
    pub anchor: &'a Anchor<'a>,
    pub names: &'a Lexicon,
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

/// `defer 3 to 25 March`, 延期1到3月18日: the number behind the verb is a line's, and no part of a range of days. Gives
/// where the day begins.
fn past_number(f: &Folded, body: usize, x: usize, y: usize, reader: &Reader) -> Option<usize> {
    let (n, stop) = refs::arabic(f, x)?;
    let to = f.text(stop, y.min(stop + 4));
    let link = ["到", "至", " to ", " 到", " 至"].iter().find(|link| to.starts_with(**link))?;
    let from = stop + link.chars().count();
    let moved = (body..x).any(|i| {
        phrase_at(f, i, x, reader.known.context).is_some_and(|tok| {
            matches!(tok.w, W::Postpone | W::MoveTo | W::Reschedule) && f.text(tok.b, x).trim().is_empty()
        })
    });
    (moved && reader.known.has(n) && times::find(f.written(from, y), reader.anchor).is_some()).then_some(from)
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
        x = past_number(f, body, x, y, reader).unwrap_or(x);
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
                            .is_some_and(|c| "已也都还没未做好更我卡的延推改转暂预正在今明周上下".contains(c))
                }
                _ => false,
            });
        // 视频 of a task is no way to take part.
        let at_work = run == phrase_chars
            && acts::work_context(known.context)
            && phrase.is_some_and(|tok| {
                matches!(tok.w, W::Online | W::Agenda | W::KeyPlace | W::KeyTime | W::KeyTitle | W::KeyLength)
            });
        if run > 0
            && (run > phrase_chars
                || named_on
                || at_work
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
                W::Perf if tok.b - tok.a >= 2 && matches!(f.get(tok.a), Some('都' | '均' | '皆')) => {
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
