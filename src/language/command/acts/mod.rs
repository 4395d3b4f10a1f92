//! What a piece says: rules from the words in it to verbs, in the order in which they are tried.
//!
//! A rule takes a piece only when nothing in it is left over: `我们需要确认一下预算` holds 确认 and says something else.
//! Where a rule is not sure the piece is a text, which becomes a comment and reaches a human; no state changes by a guess.

use super::fold::{Folded, is_cjk};
use super::piece::{Piece, Reader, take_name};
use super::refs::{self, Target};
use super::times;
use super::words::{Tok, W, same_deed};
use crate::domain::due::Due;
use crate::domain::reading::{Command, Context, Verb};
use crate::language::names;
use W::*;

mod answer;
mod issue;
mod meeting;
mod open;
mod person;
mod progress;
mod rsvp;
mod verdict;
mod work;

use answer::{answer, send};
use issue::{escalation, rate};
use meeting::{asked_by_meeting, meeting, proposal};
use open::still_open;
use person::{deputy, hand_over, snooze, undo};
use progress::{bare_time, progress};
use rsvp::rsvp;
use verdict::{decline, verdict};
use work::{block_or_behind, cancel, delegate, gaps, postpone};

/// Whom a command is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The lines named in the piece, or those the neighbourhood leaves.
    Lines,
    /// All lines but those named in the piece.
    AllBut(Vec<Target>),
    /// Those not mentioned so far.
    Rest,
    /// Every line.
    All,
    /// Nothing: the meeting, the mail, the person.
    Whole,
}

#[derive(Clone, Debug)]
pub struct Act {
    pub command: Command,
    pub scope: Scope,
    /// Said with a word that also opens sentences (好的, OK): gives way to anything clearer.
    pub soft: bool,
    /// The deed that was said to be done; must be the task's.
    pub deed: Option<String>,
    pub targets: Vec<Target>,
}

#[derive(Clone, Debug)]
pub enum Say {
    /// Courtesies.
    Nothing,
    /// References alone, or a heading: `第3项,`
    Pending,
    /// 除了2, apart from what is said of all.
    Except(Vec<Target>),
    /// 原因…, 措施…
    Reason(String),
    Measure(String, Option<Due>),
    Acts(Vec<Act>),
    /// What no rule took, and why.
    Text(&'static str),
}

fn act(verb: Verb, rule: &'static str) -> Act {
    let mut command = Command::new(verb);
    command.rule = rule.into();
    Act { command, scope: Scope::Lines, soft: false, deed: None, targets: Vec::new() }
}

fn whole(verb: Verb, rule: &'static str) -> Act {
    Act { scope: Scope::Whole, ..act(verb, rule) }
}

fn one(act: Act) -> Say {
    Say::Acts(vec![act])
}

fn text_or_none(s: &str) -> Option<String> {
    let s = trimmed(s);
    (!s.is_empty()).then(|| s.to_string())
}

/// Without blanks and punctuation at the ends.
pub fn trimmed(s: &str) -> &str {
    s.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ',' | '，'
                    | ':'
                    | '：'
                    | ';'
                    | '；'
                    | '。'
                    | '.'
                    | '、'
                    | '('
                    | '（'
                    | '-'
                    | '—'
                    | '"'
                    | '“'
                    | '”'
                    | '!'
                    | '！'
                    | '|'
            )
    })
    .trim_end_matches([')', '）'])
    .trim_end()
}

pub(super) fn meeting_context(context: Context) -> bool {
    matches!(context, Context::Meeting | Context::Readiness | Context::Preview)
}

/// Letters about lines of work, where the verbs of work are at home.
pub(super) fn work_context(context: Context) -> bool {
    matches!(
        context,
        Context::Action
            | Context::Reminder
            | Context::Escalation
            | Context::Issue
            | Context::None
            | Context::MinutesGaps
            | Context::MinutesReview
            | Context::Approval
            | Context::Acceptance
    )
}

const MOODS: &[W] = &[Need, Please, Suggest, Maybe, Future, Not, NotYet];

/// Reads a piece. `rest_of_sentence` is where the sentence ends, for rules that take a title or a reason.
pub fn say(f: &Folded, p: &Piece, sentence_end: usize, reader: &Reader) -> Say {
    let all_courtesy = p.junk.is_empty()
        && p.task_words.is_empty()
        && p.marks.is_empty()
        && p.time.is_none()
        && p.percent.is_none()
        && p.toks.iter().all(|tok| {
            tok.is(&[Fill, Courtesy, Greeting, Comma, Colon, And, Benign, Please, Attach, Perf])
                || matches!(tok.w, All | Name)
        });
    if all_courtesy {
        // 李总,您好 is a greeting; a name alone is one too, or a signature.
        let only_fill =
            !p.any(&[Courtesy, Greeting, Benign, Attach, Name]) && p.toks.iter().any(|tok| matches!(tok.w, All));
        return if only_fill { Say::Pending } else { Say::Nothing };
    }
    if p.has(Benign) {
        return Say::Nothing;
    }
    if let Some(verb) = asked_by_meeting(&f.text(p.a, p.b), reader.known.context) {
        return one(whole(verb, "meeting.asked"));
    }
    if let Some(said) = proposal(f, p, reader) {
        return said;
    }
    if p.asks {
        return Say::Text("question");
    }
    if let Some(said) = exception(f, p, reader) {
        return said;
    }
    if p.conditional && !p.any(&[Because, Block, Behind]) && !verdict::sent_back(f, p, reader) {
        return Say::Text("conditional");
    }
    // What a reason or a measure says is not read for commands.
    if let Some(tok) = p.first(&[Because, Measure])
        && !p.before(tok.a, HEARTS)
    {
        return reason_piece(f, p, tok, sentence_end, reader);
    }
    // 退回：数据不全 is said by the writer; 退回 is nobody's name.
    let ruled = p.toks.iter().find(|tok| tok.w != Ref).is_some_and(|tok| tok.is(&[Return, Refuse]));
    if let Some(said) = still_open(f, p, reader) {
        return said;
    }
    if p.hearsay && !ruled && !p.any(&[Because, Block, Behind]) && !takes_third(p) {
        return Say::Text("hearsay");
    }
    for rule in [
        undo,
        gaps,
        deputy,
        snooze,
        rate,
        escalation,
        meeting,
        rsvp,
        hand_over,
        delegate,
        postpone,
        block_or_behind,
        cancel,
        progress,
        verdict,
        decline,
        send,
        answer,
        bare_time,
    ] {
        if let Some(said) = rule(f, p, reader) {
            return said;
        }
    }
    if p.junk.is_empty()
        && p.task_words.is_empty()
        && p.time.is_none()
        && !p.marks.is_empty()
        && p.toks.iter().all(|tok| tok.is(&[Fill, Ref, Colon, Comma, And, Courtesy, Greeting]))
    {
        return Say::Pending;
    }
    Say::Text("not_understood")
}

/// 不是我的,是他的: a decline may name others.
fn takes_third(p: &Piece) -> bool {
    p.any(&[Decline, HandTo, NotAttend])
}

/// The words that carry commands; a reason never stands before the first of them in its own piece.
const HEARTS: &[W] = &[
    Done, DoneV, DonePast, Progress, Half, Behind, Block, Postpone, MoveTo, Reschedule, HandTo, InCharge, Decline,
    Cancel, Close, Confirm, Agree, Refuse, Pass, Return, Attend, NotAttend, Tentative, CallOff, Undo, Object, StopEsc,
    HoldEsc, Sign, Rate, Proceed, NotHeld, NoMinutes, Ack,
];

fn reason_piece(f: &Folded, p: &Piece, tok: Tok, sentence_end: usize, reader: &Reader) -> Say {
    // 因供应商延迟,3 延期 is cut at the comma; 因出差无法参加 is not.
    let heart = p.toks.iter().rev().find(|t| HEARTS.contains(&t.w) && t.a >= tok.b).copied();
    if tok.w == Because
        && !f.text(tok.b, p.b).starts_with(':')
        && let Some(heart) = heart
    {
        let mut start = heart.a;
        for t in p.toks.iter().rev() {
            if t.b <= start
                && start - t.b <= 1
                && t.a > tok.b
                && t.is(&[Not, NotYet, Apply, Need, Ref, All, Perf, Fill, Future])
            {
                start = t.a;
            }
        }
        let inner = super::piece::read(f, start, p.b, p.asks, reader);
        let mut inner_marks = inner;
        if inner_marks.marks.is_empty() {
            inner_marks.marks = p.marks.clone();
        }
        if let Say::Acts(mut acts) = say(f, &inner_marks, sentence_end, reader)
            && acts.iter().all(|a| reasoned(a.command.verb) || a.command.verb == Verb::Progress)
        {
            for a in acts.iter_mut().filter(|a| reasoned(a.command.verb)) {
                if a.command.reason.is_none() {
                    a.command.reason = text_or_none(f.written(tok.b, start));
                }
            }
            return Say::Acts(acts);
        }
    }
    let rest = f.written(tok.b, p.b);
    if tok.w == Measure {
        return Say::Measure(trimmed(rest).to_string(), p.time.map(|(.., due)| due));
    }
    // 原因…措施… in one piece
    if let Some(measure) = p.toks.iter().find(|t| t.w == Measure && t.a >= tok.b) {
        let mut a = act(Verb::Behind, "behind.reason_and_measure");
        a.command.reason = text_or_none(f.written(tok.b, measure.a));
        a.command.measure = text_or_none(f.written(measure.b, p.b));
        a.command.due = p.time.map(|(.., due)| due);
        a.targets = p.targets();
        a.soft = true;
        return one(a);
    }
    Say::Reason(trimmed(rest).to_string())
}

/// Verbs that take the words after them as their reason.
pub fn reasoned(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Decline
            | Verb::Block
            | Verb::Behind
            | Verb::Reject
            | Verb::Refuse
            | Verb::Cancel
            | Verb::Postpone
            | Verb::Delegate
            | Verb::Object
            | Verb::CallOff
            | Verb::Reschedule
            | Verb::NotHeld
            | Verb::StopEscalation
            | Verb::PostponeEscalation
            | Verb::Rate
            | Verb::Rsvp
    )
}

/// 除了2都完成了, all but 2 are done, 只有3没完成.
fn exception(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let targets = p.targets();
    if targets.is_empty() {
        return None;
    }
    let done = p.any(&[Done, DonePast]) || (p.has(DoneV) && p.has(Perf));
    if let Some(except) = p.find(Except).or_else(|| p.find(Outside)) {
        let all = p.any(&[All, Rest])
            || f.text(except.a, except.b).contains("all")
            || f.text(except.a, except.b).contains("every");
        // 除了2还在进行,其余都完成了
        let open = !all
            && p.any(&[NotYet, Progress])
            && !p.any(&[Not, Percent])
            && p.clean(&[Except, Outside, NotYet, Progress, Done, DoneV, DonePast, Ongoing, Start, Past]);
        if open {
            let mut a = act(Verb::Progress, "except.open");
            a.targets = targets;
            return Some(one(a));
        }
        let allowed = [Except, Outside, All, Rest, Done, DoneV, DonePast, Confirm, Agree, Pass, Sign, Past, Only];
        if !p.clean(&allowed) {
            return Some(Say::Text("not_understood"));
        }
        if !p.any(&[Done, DoneV, DonePast, Confirm, Agree, Pass, Sign]) {
            return Some(Say::Except(targets));
        }
        if !all {
            return Some(Say::Text("not_understood"));
        }
        let verb = if p.has(Done) || (done && !p.has(Confirm)) {
            Verb::Done
        } else if p.has(Confirm) && matches!(reader.known.context, Context::Action | Context::Reminder | Context::None)
        {
            Verb::Confirm
        } else if p.has(Agree) && reader.known.context == Context::Approval {
            Verb::Approve
        } else if p.any(&[Pass, Agree, Confirm]) && reader.known.context == Context::Acceptance {
            Verb::Accept
        } else if p.has(Sign) {
            Verb::SignOff
        } else {
            return Some(Say::Text("not_understood"));
        };
        let mut a = act(verb, "except");
        a.deed = p.first(&[DoneV, DonePast]).filter(|_| verb == Verb::Done).map(|t| p.word(f, t));
        a.scope = Scope::AllBut(targets);
        return Some(one(a));
    }
    // 都做完了,就差应急手册; 就剩2了: that much is left to do.
    if let Some(left) = p.first(&[Only, Partly])
        && matches!(
            p.word(f, left).as_str(),
            "就剩" | "只剩" | "就剩下" | "只剩下" | "就差" | "只差" | "还差" | "还剩" | "仅剩"
        )
        && p.before_all_marks(left.b)
        && p.clean(&[Only, Partly])
    {
        let mut open = act(Verb::Progress, "left_over");
        open.targets = targets;
        return Some(one(open));
    }
    // `only #2 is still open`
    if let Some(only) = p.find(Only)
        && p.before_all_marks(only.b)
        && p.find(Progress).is_some_and(|tok| {
            ["still open", "still pending", "still outstanding", "outstanding", "is open", "is still open"]
                .contains(&p.word(f, tok).as_str())
        })
        && p.clean(&[Only, Progress])
    {
        let mut rest = act(Verb::Done, "only_not_done");
        rest.scope = Scope::AllBut(targets.clone());
        let mut open = act(Verb::Progress, "only_not_done");
        open.targets = targets;
        return Some(Say::Acts(vec![rest, open]));
    }
    if let Some(only) = p.find(Only)
        && p.has(NotYet)
        && done
        && p.clean(&[Only, NotYet, Done, DonePast, DoneV, All, Rest])
        && p.marks.iter().all(|mark| mark.a >= only.a || mark.b <= only.a)
        && p.before(p.first(&[Done, DonePast, DoneV]).map_or(p.b, |tok| tok.a), &[NotYet])
    {
        let mut rest = act(Verb::Done, "only_not_done");
        rest.scope = Scope::AllBut(targets.clone());
        let mut open = act(Verb::Progress, "only_not_done");
        open.targets = targets;
        return Some(Say::Acts(vec![rest, open]));
    }
    None
}

/// Places where a name may begin: after each phrase and at each unknown word.
fn starts<'p>(f: &'p Folded, p: &'p Piece) -> impl Iterator<Item = (usize, bool)> + 'p {
    let mut places: Vec<usize> = vec![p.body];
    places.extend(p.toks.iter().map(|tok| if tok.w == Name { tok.a } else { tok.b }));
    places.extend(p.junk.iter().map(|(a, _)| *a));
    places.sort_unstable();
    places.dedup();
    places.into_iter().filter(|i| *i < p.b).map(|i| (i, f.get(i) == Some('@')))
}

/// The name that a word of handing over leads to: (as written, where it begins, where it ends).
fn target_name(f: &Folded, p: &Piece, tok: Tok, reader: &Reader) -> Option<(String, usize, usize)> {
    let latin = f.get(tok.a).is_some_and(|c| c.is_ascii_alphabetic());
    let mut i = tok.b;
    if latin && !p.word(f, tok).ends_with(" to") && !p.word(f, tok).ends_with(" by") {
        let to = p
            .toks
            .iter()
            .find(|t| t.a >= tok.b && (t.w == To || t.w == Fill && matches!(p.word(f, **t).as_str(), "给" | "由")))?;
        i = to.b;
    } else {
        // 转2给李四, 转给 @李四
        for t in &p.toks {
            let leads = t.is(&[Ref, To, Colon]) || (t.w == Fill && matches!(p.word(f, *t).as_str(), "给" | "为"));
            if leads && t.a >= i && f.text(i, t.a).trim().is_empty() {
                i = t.b;
            }
        }
    }
    let (written, end) = take_name(f, i, p.b, reader.names)?;
    let written = written.trim();
    (!written.is_empty()).then(|| (written.to_string(), i, end))
}

/// 到周五, until Friday: the time is a bound.
fn says_until(f: &Folded, p: &Piece) -> bool {
    p.time.is_some_and(|(x, y, _)| {
        let phrase = f.text(x, y);
        phrase.starts_with(['到', '至'])
            || phrase.starts_with("until")
            || phrase.starts_with("till")
            || phrase.starts_with("to ")
            || p.find(To).is_some_and(|to| to.a <= x)
    })
}
