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

fn meeting_context(context: Context) -> bool {
    matches!(context, Context::Meeting | Context::Readiness | Context::Preview)
}

/// Letters about lines of work, where the verbs of work are at home.
fn work_context(context: Context) -> bool {
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

/// Whole answers that letters about meetings ask for (O10, O13, O17, O31), and that mean nothing elsewhere. 先不发 is not
/// among them: it says later, not never.
fn asked_by_meeting(said: &str, context: Context) -> Option<Verb> {
    let said = trimmed(said).trim_end_matches(['了', '吧']);
    let of_meeting = meeting_context(context);
    Some(match said {
        "顺延" | "顺延到下一个工作日" | "往后顺延" | "postpone" | "next working day"
            if context == Context::Readiness =>
        {
            Verb::Postpone
        }
        "跳过" | "跳过本次" | "跳过这次" | "本次跳过" | "skip" | "skip it" | "skip this one" if of_meeting => {
            Verb::CallOff
        }
        "不发" | "不用发" | "do not send" | "don't send" if context == Context::Preview => Verb::CallOff,
        "公开" | "make it public" | "go public" if context == Context::Preview => Verb::Send,
        "不加" | "不加这个议题" | "不列入" | "no" | "do not add it" if context == Context::Readiness => {
            Verb::Refuse
        }
        "还没结束" | "还没散" | "还没散会" | "没散会" | "还在开" | "会还没开完" | "not over yet" | "still running"
        | "still going on"
            if of_meeting =>
        {
            Verb::Snooze
        }
        _ => return None,
    })
}

/// Reads a piece. `rest_of_sentence` is where the sentence ends, for rules that take a title or a reason.
pub fn say(f: &Folded, p: &Piece, sentence_end: usize, reader: &Reader) -> Say {
    let all_courtesy = p.junk.is_empty()
        && p.task_words.is_empty()
        && p.marks.is_empty()
        && p.time.is_none()
        && p.percent.is_none()
        && p.toks.iter().all(|tok| {
            tok.is(&[Fill, Courtesy, Greeting, Comma, Colon, And, Benign, Please, Attach, Perf, But])
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
    if p.conditional && !p.any(&[Because, Block, Behind]) {
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
            && acts.iter().all(|a| reasoned(a.command.verb))
        {
            for a in &mut acts {
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

// ------------------------------------------------------------------------------------------------ exceptions

/// 除了2都完成了, all but 2 are done, 只有3没完成.
fn exception(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let targets = p.targets();
    if targets.is_empty() {
        return None;
    }
    let done = p.any(&[Done, DonePast]) || (p.has(DoneV) && p.has(Perf));
    if let Some(except) = p.find(Except).or_else(|| p.find(Outside)) {
        let all =
            p.has(All) || f.text(except.a, except.b).contains("all") || f.text(except.a, except.b).contains("every");
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
        let verb = if done && !p.has(Confirm) {
            Verb::Done
        } else if p.has(Done) {
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

// ------------------------------------------------------------------------------------------------ the person, the mail

fn undo(f: &Folded, p: &Piece, _: &Reader) -> Option<Say> {
    let tok = p.find(Undo)?;
    let _ = f;
    if p.before(tok.a, &[Not, NotYet, Need]) || !p.clean(&[Undo, Please, Past, Apply, Ack]) {
        return Some(Say::Text("not_understood"));
    }
    Some(one(Act {
        scope: if p.marks.is_empty() { Scope::Whole } else { Scope::Lines },
        targets: p.targets(),
        ..act(Verb::Undo, "undo")
    }))
}

/// 7月1日到10日由李四代理, 代理人:李四.
fn deputy(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let tok = p.find(Deputy)?;
    if p.any(&[Not, NotYet, Ask, Attend]) {
        return None;
    }
    if reader.known.context == Context::Meeting && p.time.is_none() {
        return None;
    }
    let mut name = None;
    for (i, _) in starts(f, p) {
        let Some((written, end)) = take_name(f, i, p.b, reader.names) else { continue };
        // The name stands right before the word, after 由, or after 代理人:.
        let near = end <= tok.a && f.text(end, tok.a).chars().count() <= 24
            || (i >= tok.b && f.text(tok.b, i).chars().all(|c| " :是为is".contains(c)));
        if near && (names::looks_like_person(written) || reader.names.is_person(written)) {
            name = Some(written.to_string());
            if end <= tok.a && p.toks.iter().any(|t| t.w == By && t.b <= i && i - t.b <= 1) {
                break;
            }
        }
    }
    let name = name?;
    let mut a = whole(Verb::Deputy, "deputy");
    a.command.to = Some(name);
    if let Some((x, y, due)) = p.time {
        a.command.until = Some(due);
        a.command.from = times::range_start(f.written(x, y), reader.anchor).map(|due| due.to_string());
    }
    Some(one(a))
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

fn snooze(f: &Folded, p: &Piece, _: &Reader) -> Option<Say> {
    let tok = p.find(Remind)?;
    let word = p.word(f, tok);
    if p.before(tok.a, &[Not, NotYet]) || word.starts_with('别') {
        return Some(Say::Text("not_understood"));
    }
    if !p.clean(&[Remind, Please, Time, To, Need, Future, Okay, Past, And]) {
        return Some(Say::Text("not_understood"));
    }
    // 提醒 alone may be asked of a colleague.
    if matches!(word.as_str(), "提醒" | "reminder" | "remind") && p.time.is_none() {
        return Some(Say::Text("not_understood"));
    }
    let mut a = act(Verb::Snooze, "snooze");
    a.command.until = p.time.map(|(.., due)| due);
    a.targets = p.targets();
    Some(one(a))
}

/// 张三的待办全部转给李四; 全部转给李四.
fn hand_over(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let tok = p.find(HandTo)?;
    let todos = p.find(Todos);
    let everything = p
        .toks
        .iter()
        .any(|t| t.b <= tok.a && t.w == All && matches!(p.word(f, *t).as_str(), "全部" | "所有" | "全" | "全都"));
    if todos.is_none() && !(everything && p.marks.is_empty()) {
        return None;
    }
    if !p.marks.is_empty() || p.any(&[Not, NotYet, Suggest, Maybe]) || p.before(tok.a, &[Future]) {
        return Some(Say::Text("not_understood"));
    }
    let (to, to_start, end) = target_name(f, p, tok, reader)?;
    let mut a = whole(Verb::Handover, "handover");
    a.command.to = Some(to);
    if let Some(todos) = todos {
        // The name before 的待办, or after `tasks of`.
        let owner = starts(f, p).map(|(i, _)| i).filter(|i| *i < todos.a).find_map(|i| {
            let (written, end) = take_name(f, i, todos.a, reader.names)?;
            (f.text(end, todos.a).chars().all(|c| c == ' ' || c == '的' || c == '\'') && end <= todos.a)
                .then(|| written.to_string())
        });
        let owner = owner.or_else(|| {
            let word = p.word(f, todos);
            (word.ends_with(" of"))
                .then(|| {
                    take_name(f, todos.b, tok.a.max(to_start), reader.names)
                        .map(|(written, _)| written.trim_end_matches("'s").to_string())
                })
                .flatten()
        });
        a.command.from = owner.map(|name| name.trim_end_matches("'s").trim_end_matches("’s").to_string());
    }
    let rest_ok = p.toks.iter().filter(|t| t.a >= end).all(|t| !matches!(t.w, Cond | Ask));
    Some(if rest_ok { one(a) } else { Say::Text("conditional") })
}

/// The name that a word of handing over leads to: (as written, where it begins, where it ends).
fn target_name(f: &Folded, p: &Piece, tok: Tok, reader: &Reader) -> Option<(String, usize, usize)> {
    let latin = f.get(tok.a).is_some_and(|c| c.is_ascii_alphabetic());
    let mut i = tok.b;
    if latin && !p.word(f, tok).ends_with(" to") {
        let to = p.toks.iter().find(|t| t.a >= tok.b && t.w == To)?;
        i = to.b;
    } else {
        // 转2给李四, 转给 @李四
        for t in &p.toks {
            if t.a >= i && matches!(t.w, Ref | To | Colon) && f.text(i, t.a).trim().is_empty() {
                i = t.b;
            } else if t.a >= i
                && t.w == Fill
                && matches!(p.word(f, *t).as_str(), "给" | "为")
                && f.text(i, t.a).trim().is_empty()
            {
                i = t.b;
            }
        }
    }
    let (written, end) = take_name(f, i, p.b, reader.names)?;
    let written = written.trim();
    (!written.is_empty()).then(|| (written.to_string(), i, end))
}

// ------------------------------------------------------------------------------------------------ lines of work

/// `3 王芳 7月20日` answers a gap; `3 改为 王芳 7月20日` corrects the minutes shown to the chair. Both come as the pair of
/// commands that would say the same elsewhere: delegate with the owner, postpone with the date.
fn gaps(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    if !matches!(reader.known.context, Context::MinutesGaps | Context::MinutesReview) {
        return None;
    }
    if p.any(&[Not, NotYet, Maybe, Cond, Done, Progress, Behind, Block, Decline]) {
        return None;
    }
    if p.marks.is_empty()
        && (reader.known.context == Context::MinutesReview || reader.known.items.len() > 1)
        && !p.any(&[KeyOwner, KeyDue])
    {
        return None;
    }
    let mut acts = Vec::new();
    let mut named = None;
    let body_toks: Vec<(usize, bool)> = starts(f, p).collect();
    for (i, _) in body_toks {
        if p.time.is_some_and(|(x, y, _)| i >= x && i < y) {
            continue;
        }
        let limit = p.time.map_or(p.b, |(x, ..)| if i < x { x } else { p.b });
        if let Some((written, end)) = take_name(f, i, limit, reader.names)
            && (names::looks_like_person(written)
                || names::looks_like_department(written)
                || reader.names.kind_of(written).is_some())
        {
            named = Some((written.to_string(), i, end));
            break;
        }
    }
    let covered = |a: usize, b: usize| named.as_ref().is_some_and(|(_, x, y)| *x <= a && b <= *y);
    let leftover = p.junk.iter().any(|(a, b)| !covered(*a, *b))
        || p.toks.iter().any(|t| {
            !covered(t.a, t.b)
                && !t.is(&[
                    Fill, Ref, Time, MoveTo, KeyOwner, KeyDue, Colon, Comma, By, InCharge, To, Postpone, HandTo, Name,
                    And, Courtesy, Please, Perf, Future, Slash, DoneV, KeyTime,
                ])
        })
        || !p.task_words.is_empty() && !p.names_well();
    if leftover || (named.is_none() && p.time.is_none()) {
        return None;
    }
    if let Some((to, ..)) = named {
        let mut a = act(Verb::Delegate, "gap.owner");
        a.command.to = Some(to);
        a.targets = p.targets();
        acts.push(a);
    }
    if let Some((.., due)) = p.time {
        let mut a = act(Verb::Postpone, "gap.due");
        a.command.due = Some(due);
        a.targets = p.targets();
        acts.push(a);
    }
    Some(Say::Acts(acts))
}

fn delegate(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    if !work_context(reader.known.context) {
        return None;
    }
    // 2 → Leo
    if p.arrow
        && let Some((written, end)) = take_name(f, p.body, p.b, reader.names)
        && f.text(end, p.b).trim().is_empty()
    {
        return Some(one(delegate_to(written, p, "delegate.arrow")));
    }
    if let Some(tok) = p.find(HandTo)
        && (p.word(f, tok) != "let" && p.word(f, tok) != "send")
    {
        if p.before(tok.a, &[Not, NotYet, Future, Maybe, Suggest, Says, Ask]) {
            return Some(Say::Text("not_understood"));
        }
        if let Some((name, start, end)) = target_name(f, p, tok, reader) {
            let before_ok = p.no_junk_in(p.body, tok.a)
                && p.toks.iter().filter(|t| t.b <= start).all(|t| {
                    t.is(&[
                        Fill, Ref, HandTo, To, Apply, Need, Please, Colon, Comma, Perf, All, And, KeyOwner, MoveTo,
                        Courtesy, Past, Decline, Ack, Rest,
                    ])
                })
                && p.names_well();
            let after_ok = p.toks.iter().filter(|t| t.a >= end).all(|t| !t.is(&[Cond, Ask, Not, NotYet, Maybe]));
            if before_ok && after_ok {
                let mut a = delegate_to(&name, p, "delegate");
                if p.has(All) && p.marks.is_empty() {
                    a.scope = Scope::All;
                }
                if p.has(Rest) {
                    a.scope = Scope::Rest;
                }
                if let Some(because) = p.find(Because) {
                    a.command.reason = text_or_none(f.written(because.b, p.b));
                }
                return Some(one(a));
            }
            return Some(Say::Text("not_understood"));
        }
        if f.get(tok.a).is_some_and(is_cjk) && p.word(f, tok).chars().count() >= 2 {
            return Some(Say::Text("unknown_person"));
        }
    }
    // 负责人:李四, 负责人改为李四
    if let Some(tok) = p.find(KeyOwner)
        && !p.before(tok.a, &[Not, NotYet, Maybe])
    {
        let mut i = tok.b;
        for t in &p.toks {
            if t.a >= i && t.is(&[Colon, MoveTo, Fill, To]) && f.text(i, t.a).trim().is_empty() {
                i = t.b;
            }
        }
        if let Some((written, end)) = take_name(f, i, p.b, reader.names)
            && f.text(end, p.b).trim().is_empty()
            && p.no_junk_in(p.body, i)
        {
            return Some(one(delegate_to(written, p, "delegate.owner")));
        }
    }
    // 由孙鹏负责, 请孙鹏跟进, 孙鹏来做, Leo will take over 2
    let charge = p.find(InCharge)?;
    if p.any(&[Not, NotYet, Maybe, Suggest, Ask, Says]) {
        return None;
    }
    let by = p
        .toks
        .iter()
        .rev()
        .find(|t| {
            t.b <= charge.a
                && (t.w == By && p.word(f, **t) == "由"
                    || matches!(t.w, Please | Proxy)
                        && matches!(p.word(f, **t).as_str(), "请" | "让" | "叫" | "安排" | "改由" | "派")
                    || t.w == HandTo)
        })
        .copied();
    let place = by.map_or(p.body, |t| t.b);
    let mut place = place;
    if by.is_none() {
        for t in &p.toks {
            if t.a >= place
                && t.b <= charge.a
                && t.is(&[Fill, Comma, Colon, MoveTo, Ref, Ack, Greeting])
                && f.text(place, t.a).trim().is_empty()
            {
                place = t.b;
            }
        }
    }
    let (written, end) =
        take_name(f, place, charge.a, reader.names).or_else(|| take_name(f, place, p.b, reader.names))?;
    let person = names::looks_like_person(written)
        || names::looks_like_department(written)
        || reader.names.kind_of(written).is_some();
    let between_ok = end <= charge.a
        && p.no_junk_in(end, p.b)
        && p.toks
            .iter()
            .filter(|t| t.a >= end)
            .all(|t| t.is(&[Fill, InCharge, Future, Ref, Perf, All, And, Courtesy, Please, Okay, Time, Need, Rest]))
        && p.no_junk_in(p.body, place)
        && p.toks.iter().filter(|t| t.b <= place).all(|t| {
            t.is(&[Fill, Ref, By, Please, Proxy, Comma, Colon, All, MoveTo, Apply, HandTo, Need, Ack, Greeting, Rest])
        })
        && p.names_well();
    if !person || !between_ok {
        return None;
    }
    let mut a = delegate_to(written, p, "delegate.in_charge");
    if p.has(All) && p.marks.is_empty() {
        a.scope = Scope::All;
    }
    if p.has(Rest) {
        a.scope = Scope::Rest;
    }
    Some(one(a))
}

fn delegate_to(written: &str, p: &Piece, rule: &'static str) -> Act {
    let mut a = act(Verb::Delegate, rule);
    a.command.to = Some(trimmed(written).trim_end_matches("'s").to_string());
    a.targets = p.targets();
    a
}

fn postpone(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    if !work_context(reader.known.context) {
        return None;
    }
    // 需要到周五,因为…; give me until Friday (O41)
    if says_until(f, p)
        && !p.any(&[Postpone, Reschedule, KeyDue, MoveTo, Done, DoneV, DonePast, Remind, HandTo, Not, NotYet])
        && p.any(&[Need, Apply])
        && let Some((.., due)) = p.time
        && p.clean(&[Need, Apply, To, Time, Please])
    {
        let mut a = act(Verb::Postpone, "postpone.until");
        a.command.due = Some(due);
        a.targets = p.targets();
        return Some(one(a));
    }
    let tok = p.first(&[Postpone, Reschedule, KeyDue, MoveTo])?;
    if p.any(&[Agree, Refuse]) {
        return None;
    }
    // 会议改期 belongs to meetings.
    if tok.w == Reschedule
        && (!p.word(f, tok).starts_with('改')
            && !p.word(f, tok).starts_with("reschedule to")
            && !p.word(f, tok).starts_with("reschedule it")
            && !p.word(f, tok).starts_with("rescheduled"))
    {
        return None;
    }
    if p.has(Meeting) {
        return None;
    }
    if p.before(tok.a, &[Not, NotYet, Maybe, Suggest, Says]) || p.has(Not) {
        return Some(Say::Text("not_understood"));
    }
    let because = p.find(Because);
    let head_end = because.map_or(p.b, |t| t.a);
    let shift = times::shift(f.written(p.body, head_end));
    let due = p.time.filter(|(x, ..)| *x < head_end).map(|(.., due)| due);
    let allowed = [
        Postpone, Reschedule, KeyDue, MoveTo, Apply, Need, Please, Time, To, Future, Because, All, Okay, Half, Past,
        Rest, By,
    ];
    // The amount of a shift is in no lexicon: 两个工作日, `2 days`.
    let amount = times::amount_span(f, p.body, head_end);
    let clean = p.names_well()
        && p.junk.iter().all(|(a, b)| *a >= head_end || amount.is_some_and(|(x, y)| x <= *a && *b <= y))
        && p.toks.iter().all(|t| {
            t.a >= head_end
                || amount.is_some_and(|(x, y)| x <= t.a && t.b <= y)
                || allowed.contains(&t.w)
                || t.is(&[Fill, Perf, Comma, Colon, Courtesy, Ref, Attach, And, Greeting, Ack])
        });
    if !clean {
        return if matches!(tok.w, Postpone | Reschedule) { Some(Say::Text("not_understood")) } else { None };
    }
    if due.is_none() && shift.is_none() {
        // 申请延期 is a request without its date; 改为 without one is none.
        let latin_verb = f.get(tok.a).is_some_and(|c| c.is_ascii_alphabetic());
        if tok.w != Postpone
            || p.has(Perf)
            || (latin_verb
                && matches!(p.word(f, tok).as_str(), "push" | "shift" | "bump" | "extended" | "extending" | "pushing"))
            || p.has(Future)
        {
            return if tok.w == Postpone { Some(Say::Text("not_understood")) } else { None };
        }
    }
    if tok.w == KeyDue && due.is_none() {
        return None;
    }
    let mut a = act(Verb::Postpone, "postpone");
    // 延期两天 counts from the old date, which only the record knows; a date said wins.
    let to_date =
        p.toks.iter().any(|t| matches!(t.w, MoveTo | To | KeyDue) || (t.w == Postpone && ends_in_to(&p.word(f, *t))))
            || shift.is_none();
    if to_date && due.is_some() {
        a.command.due = due;
    } else {
        a.command.shift_workdays = shift;
        if shift.is_none() {
            a.command.due = due;
        }
    }
    if let Some(because) = because {
        a.command.reason = text_or_none(f.written(because.b, p.b));
    }
    a.targets = p.targets();
    if p.has(All) && p.marks.is_empty() {
        a.scope = Scope::All;
    }
    if p.has(Rest) {
        a.scope = Scope::Rest;
    }
    Some(one(a))
}

fn ends_in_to(word: &str) -> bool {
    word.ends_with(['到', '至']) || word.ends_with(" to") || word.ends_with(" until")
}

fn block_or_behind(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    if !work_context(reader.known.context) {
        return None;
    }
    let tok = p.first(&[Block, Behind])?;
    if p.before(tok.a, &[Refuse, Return, Agree, Pass, Decline]) {
        return None;
    }
    let explicit = p.marks.iter().any(|mark| mark.explicit) || (!p.marks.is_empty() && p.body > p.a);
    if p.before(tok.a, &[Not, NotYet, Cond, Ask, Says, Hearsay, Maybe, Undo, Suggest])
        || p.before(tok.a, &[Future]) && tok.w == Block
        || p.has(Meeting)
    {
        return Some(Say::Text("not_understood"));
    }
    let before: Vec<&Tok> = p.toks.iter().filter(|t| t.b <= tok.a).collect();
    let clean_before = p.no_junk_in(p.body, tok.a)
        && p.names_well()
        && before.iter().all(|t| {
            t.is(&[
                Fill, Ref, Perf, Colon, Comma, Courtesy, Need, All, Ongoing, And, Progress, Future, Partly, Attach,
                Past, Greeting, Rest, Third,
            ])
        });
    let word = p.word(f, tok);
    let latin = f.get(tok.a).is_some_and(|c| c.is_ascii_alphabetic());
    // `a delayed shipment`: the word before a noun is no report.
    if latin
        && matches!(
            word.as_str(),
            "late" | "delay" | "behind" | "delayed" | "stuck" | "blocked" | "blocker" | "overdue" | "hold" | "slipped"
        )
    {
        let last_fill = before.last().map(|t| p.word(f, **t));
        if matches!(last_fill.as_deref(), Some("a" | "an" | "the" | "no" | "any")) && word != "behind" {
            return Some(Say::Text("not_understood"));
        }
        if !clean_before {
            return Some(Say::Text("not_understood"));
        }
    }
    if !clean_before && !(explicit && !latin) {
        return Some(Say::Text("not_understood"));
    }
    // 卡 alone is a card.
    if word == "卡" && !explicit {
        return Some(Say::Text("not_understood"));
    }
    let verb = if tok.w == Block { Verb::Block } else { Verb::Behind };
    let mut a = act(verb, if tok.w == Block { "block" } else { "behind" });
    a.targets = p.targets();
    if p.has(All) && p.marks.is_empty() {
        a.scope = Scope::All;
    }
    let measure = p.toks.iter().find(|t| t.w == Measure && t.a >= tok.b);
    let reason_end = measure.map_or(p.b, |t| t.a);
    let reason_start = p.toks.iter().find(|t| t.w == Because && t.a >= tok.b).map_or(tok.b, |t| t.b);
    let stated = trimmed(f.written(reason_start, reason_end));
    // 卡在权限审批上了: the reason is what it is stuck in.
    let stated = stated.trim_end_matches(['了', '上', '着', '住']).trim_start_matches(['了', '在', '于']);
    a.command.reason = text_or_none(stated);
    if a.command.reason.is_none() && !p.no_junk_in(p.body, tok.a) {
        a.command.reason = text_or_none(f.written(p.body, tok.b));
    }
    if let Some(measure) = measure {
        a.command.measure = text_or_none(f.written(measure.b, p.b));
    }
    if tok.w == Behind {
        a.command.due = p.time.map(|(.., due)| due);
    }
    Some(one(a))
}

fn cancel(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let tok = p.first(&[Cancel, Close])?;
    let context = reader.known.context;
    if p.any(&[Agree, Refuse]) {
        return None;
    }
    if p.before(tok.a, &[Not, NotYet, Maybe, Future, Suggest, Need]) {
        return Some(Say::Text("not_understood"));
    }
    let because = p.find(Because);
    let end = because.map_or(p.b, |t| t.a);
    let clean = p.names_well()
        && p.no_junk_in(p.a, end)
        && p.toks.iter().filter(|t| t.a < end).all(|t| {
            t.is(&[
                Cancel, Close, Please, Apply, Fill, Ref, Perf, Colon, Comma, Courtesy, All, And, Meeting, Past, Rest,
                Ack,
            ])
        });
    if !clean {
        return Some(Say::Text("not_understood"));
    }
    let reason = because.and_then(|t| text_or_none(f.written(t.b, p.b)));
    if p.has(Meeting)
        || (p.marks.is_empty() && matches!(context, Context::Readiness | Context::Preview))
        || (context == Context::Meeting && p.marks.is_empty() && p.has(Perf) && p.word(f, tok) == "取消")
    {
        if tok.w == Close {
            return Some(Say::Text("not_understood"));
        }
        let mut a = whole(Verb::CallOff, "call_off");
        a.command.reason = reason;
        return Some(one(a));
    }
    let at_home = match tok.w {
        // 关闭 is an answer to the question what becomes of a late item (O27).
        Close => matches!(context, Context::Reminder | Context::Escalation),
        _ => matches!(
            context,
            Context::Action
                | Context::Reminder
                | Context::Escalation
                | Context::MinutesGaps
                | Context::MinutesReview
                | Context::None
                | Context::Approval
                | Context::Acceptance
        ),
    };
    if !at_home || (context == Context::Meeting && p.marks.is_empty()) {
        return Some(Say::Text("not_understood"));
    }
    let word = p.word(f, tok);
    if p.marks.is_empty()
        && !p.has(All)
        && !p.has(Rest)
        && matches!(
            word.as_str(),
            "不用了" | "remove" | "delete" | "not needed" | "close" | "no longer relevant" | "终止"
        )
        && reader.known.items.len() != 1
    {
        return Some(Say::Text("which_item"));
    }
    if matches!(word.as_str(), "不用了") {
        return Some(Say::Text("not_understood"));
    }
    let mut a = act(Verb::Cancel, "cancel");
    a.command.reason = reason;
    a.targets = p.targets();
    if p.has(All) && p.marks.is_empty() {
        a.scope = Scope::All;
    }
    if p.has(Rest) {
        a.scope = Scope::Rest;
    }
    Some(one(a))
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

/// Done, and everything that sounds like it and is not.
fn progress(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let context = reader.known.context;
    if !matches!(
        context,
        Context::Action
            | Context::Reminder
            | Context::Issue
            | Context::Escalation
            | Context::None
            | Context::MinutesReview
            | Context::MinutesGaps
    ) && p.marks.is_empty()
    {
        return None;
    }
    if let Some(said) = more_time(f, p, reader) {
        return Some(said);
    }
    let deeds = [Done, DoneV, DonePast];
    let heart = p.first(&[Done, DoneV, DonePast, Progress, Half, Partly, Start, Percent]);
    let scoped = |mut a: Act| {
        a.targets = p.targets();
        if p.has(Rest) {
            a.scope = Scope::Rest;
        } else if p.has(All) && a.targets.is_empty() {
            a.scope = Scope::All;
        }
        a
    };
    // 报价还没确认, 报价已确认: confirming is the task itself.
    if let (Some(refs::Named::One(n)), Some(said)) = (&p.named, p.find(Confirm))
        && heart.is_none()
        && reader.known.tasks.iter().any(|task| task.n == *n && same_deed(&p.word(f, said), task.text()))
        && !p.any(&[Not, Future, Maybe, Need, Please, Apply, Suggest])
    {
        if p.has(NotYet) && p.clean(&[NotYet, Confirm]) {
            return Some(one(scoped(act(Verb::Progress, "progress.not_done"))));
        }
        if p.has(Perf) && p.clean(&[Confirm, Past]) {
            return Some(one(scoped(act(Verb::Done, "done.confirmed"))));
        }
    }
    let Some(heart) = heart else {
        // 2 还没, `2 not yet`
        let not_yet = p.find(NotYet)?;
        let word = p.word(f, not_yet);
        let alone = p.clean(&[NotYet, All, Rest, Courtesy])
            && (word.contains(['还', '尚', '仍', '暂'])
                || matches!(word.as_str(), "not yet" | "not quite" | "incomplete" | "unfinished" | "still not"));
        return alone.then(|| one(scoped(act(Verb::Progress, "progress.not_yet"))));
    };
    let due = p.time.map(|(.., due)| due);
    let negated = p.before(heart.b.max(p.first(&deeds).map_or(heart.b, |t| t.a)), &[NotYet]) || p.has(NotYet);
    let refused = p.has(Not);
    let promised = p.any(&[Future, Okay]);
    let maybe = p.has(Maybe);
    let work = [
        Done, DoneV, DonePast, Progress, Half, Partly, Start, Percent, Ongoing, Time, Past, All, Rest, NotYet, Not,
        Future, Okay, Maybe, To, By, Need, Only, Confirm, KeyDue, InCharge, Outside, Send, Ack,
    ];
    if !p.clean(&work) {
        return None;
    }
    // 没都完成: some are, and nobody knows which.
    if p.find(All).is_some_and(|all| p.before(all.a, &[NotYet, Not])) {
        return Some(Say::Text("not_understood"));
    }
    if p.any(&[Please, Suggest, Apply]) {
        return Some(Say::Text("not_understood"));
    }
    let percent = p.percent.or_else(|| p.has(Half).then_some(50));
    // 100% 完成
    if percent == Some(100) && p.has(Done) && !negated && !refused && !promised && !maybe && !p.any(&[Need, Partly]) {
        return Some(one(scoped(act(Verb::Done, "done.percent"))));
    }
    if let Some(percent) = percent {
        if refused && !p.has(NotYet) {
            return Some(Say::Text("not_understood"));
        }
        let mut a = act(Verb::Progress, "progress.percent");
        // 不到一半, 还没到60% say less than they count.
        a.command.percent = (!negated).then_some(percent);
        a.command.due = due.filter(|_| promised);
        return Some(one(scoped(a)));
    }
    if p.has(Need) && !p.has(Progress) {
        return Some(Say::Text("not_understood"));
    }
    if refused {
        // `won't be done until Friday` is an expected date; 完不成 and 不能完成 are for a human.
        if p.has(Done) && due.is_some() && says_until(f, p) && f.get(heart.a).is_some_and(|c| c.is_ascii_alphabetic()) {
            let mut a = act(Verb::Progress, "progress.not_before");
            a.command.due = due;
            return Some(one(scoped(a)));
        }
        return Some(Say::Text("not_understood"));
    }
    if negated {
        if !p.any(&[Done, DoneV, DonePast, Start, Progress, Partly]) {
            return Some(Say::Text("not_understood"));
        }
        let mut a = act(Verb::Progress, "progress.not_done");
        a.command.due = due.filter(|_| promised);
        return Some(one(scoped(a)));
    }
    if p.has(Partly) {
        let word = p.find(Partly).map(|t| p.word(f, t)).unwrap_or_default();
        let says_itself = matches!(
            word.as_str(),
            "差不多"
                | "快好"
                | "快完成"
                | "快做完"
                | "快弄好"
                | "快搞定"
                | "快结束"
                | "即将完成"
                | "接近完成"
                | "接近尾声"
                | "临近尾声"
                | "收尾"
                | "收尾中"
                | "收尾阶段"
                | "almost there"
                | "nearly there"
                | "getting there"
                | "near completion"
                | "nearing completion"
                | "close to done"
                | "almost"
                | "nearly"
                | "mostly"
                | "还差一点"
                | "差一点"
                | "partially"
                | "partly"
                | "还有一点"
        );
        if p.any(&deeds) || p.has(Progress) || says_itself || (word == "快" && p.has(Perf)) {
            let mut a = act(Verb::Progress, "progress.partly");
            a.command.due = due.filter(|_| promised);
            return Some(one(scoped(a)));
        }
        return Some(Say::Text("not_understood"));
    }
    if p.has(Progress) || (p.has(Ongoing) && p.any(&deeds)) {
        let mut a = act(Verb::Progress, "progress");
        a.command.due = due;
        return Some(one(scoped(a)));
    }
    if p.has(Start) {
        if p.any(&[Done, DonePast]) || maybe {
            return Some(Say::Text("not_understood"));
        }
        if p.any(&[Perf, Past])
            || p.word(f, heart).contains(['已', '了'])
            || f.get(heart.a).is_some_and(|c| c.is_ascii_alphabetic()) && !promised && due.is_none()
        {
            return Some(one(scoped(act(Verb::Progress, "progress.started"))));
        }
        return Some(Say::Text("not_understood"));
    }
    let latin = f.get(heart.a).is_some_and(|c| c.is_ascii_alphabetic());
    let perfect = p.has(Perf) || p.has(DonePast);
    if maybe {
        if due.is_some() && !p.has(Perf) {
            let mut a = act(Verb::Progress, "progress.promise");
            a.command.due = due;
            return Some(one(scoped(a)));
        }
        return Some(Say::Text("hearsay"));
    }
    if promised {
        let mut a = act(Verb::Progress, "progress.promise");
        a.command.due = due;
        return Some(one(scoped(a)));
    }
    let past = p.has(Past) || due.is_some_and(|due| times::is_past(due, reader.anchor));
    let today = due.is_some_and(|due| times::is_today(due, reader.anchor));
    if due.is_some() && !past {
        let said_already = p.toks.iter().any(|t| t.w == Perf && p.word(f, *t).starts_with('已'))
            || p.toks.iter().any(|t| t.w == Perf && p.word(f, *t) == "already");
        let said_le = p.toks.iter().any(|t| t.w == Perf && p.word(f, *t) == "了");
        let by = p.any(&[By, Future]) || p.time.is_some_and(|(x, y, _)| f.text(x.saturating_sub(3), y).contains("by "));
        let said = said_already || (today && (said_le || (latin && !by)));
        if !said {
            if said_le || (latin && !by && !p.has(DoneV)) {
                return Some(Say::Text("not_understood"));
            }
            let mut a = act(Verb::Progress, "progress.promise");
            a.command.due = due;
            return Some(one(scoped(a)));
        }
    }
    // What remains says that it is done.
    if !p.clean(&[Done, DoneV, DonePast, Past, All, Rest, Time, Confirm, Only, By, Send, Ack])
        || (p.has(By) && due.is_none())
    {
        return Some(Say::Text("not_understood"));
    }
    let deed = p.first(&[DoneV, DonePast]).map(|t| p.word(f, t));
    // 如期完成 without 已 or 了 may as well be a promise.
    let on_time = p
        .toks
        .iter()
        .any(|t| matches!(p.word(f, *t).as_str(), "按时" | "按期" | "准时" | "如期" | "on time" | "as planned"));
    if on_time && !perfect && !past && !latin {
        return Some(one(scoped(act(Verb::Progress, "progress.promise"))));
    }
    if p.has(Done) {
        let mut a = act(Verb::Done, "done");
        // 测试完成 of 提交测试报告 is a step, not the task.
        a.deed = deed;
        return Some(one(scoped(a)));
    }
    if p.has(DoneV) && !perfect && !past {
        return Some(Say::Text("not_understood"));
    }
    if deed.is_some() && (perfect || past) {
        let mut a = act(Verb::Done, "done.deed");
        a.deed = deed;
        return Some(one(scoped(a)));
    }
    Some(Say::Text("not_understood"))
}

/// 还要两天, `needs two more days`.
fn more_time(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let (x, y) = times::amount_span(f, p.body, p.b)?;
    let more = p.toks.iter().any(|t| {
        t.w == Need
            && matches!(
                p.word(f, *t).as_str(),
                "还要"
                    | "还需"
                    | "还需要"
                    | "还得"
                    | "仍需"
                    | "仍需要"
                    | "需要"
                    | "需"
                    | "要"
                    | "再"
                    | "need"
                    | "needs"
                    | "we need"
                    | "i need"
            )
    }) || p.toks.iter().any(|t| {
        matches!(t.w, Apply | Need)
            && matches!(p.word(f, *t).as_str(), "i need" | "we need" | "need" | "needs" | "need another")
    }) || f.text(p.body, p.b).contains(" more ")
        || p.toks.iter().any(|t| t.w == Partly && matches!(p.word(f, *t).as_str(), "还差" | "只差" | "就差"));
    if !more || p.any(&[Postpone, MoveTo, Not, Please, Remind, Late, HoldEsc]) {
        return None;
    }
    let covered = |a: usize, b: usize| x <= a && b <= y;
    let clean = p.names_well()
        && p.junk.iter().all(|(a, b)| {
            covered(*a, *b)
                || matches!(f.text(*a, *b).as_str(), "more" | "another" | "extra" | "give" | "大约" | "左右" | "时间")
        })
        && p.toks.iter().all(|t| {
            covered(t.a, t.b)
                || t.is(&[
                    Fill, Need, Apply, Ref, Time, Future, Maybe, Partly, Done, DoneV, Perf, Colon, Comma, Courtesy,
                    Past, Ongoing, All, And, NotYet,
                ])
        });
    if !clean {
        return None;
    }
    let mut a = act(Verb::Progress, "progress.more_time");
    a.targets = p.targets();
    a.command.due = times::after(f.written(x, y), reader.anchor);
    if p.has(All) && a.targets.is_empty() {
        a.scope = Scope::All;
    }
    Some(one(a))
}

/// A date alone, answered to a line of work, is when it will be done.
fn bare_time(_: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    if !matches!(reader.known.context, Context::Action | Context::Reminder | Context::Escalation) {
        return None;
    }
    let (.., due) = p.time?;
    if times::is_past(due, reader.anchor) || !p.clean(&[Time, Future, To, By, Maybe, KeyDue, All]) {
        return None;
    }
    if p.marks.is_empty() && !p.any(&[Future, Maybe]) && reader.known.items.len() != 1 {
        return None;
    }
    let mut a = act(Verb::Progress, "progress.date");
    a.command.due = Some(due);
    a.targets = p.targets();
    if p.has(All) && a.targets.is_empty() {
        a.scope = Scope::All;
    }
    Some(one(a))
}

/// Pass, return, agree, refuse, sign: what each means is the context's.
fn verdict(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let tok = p.first(&[Pass, Return, Agree, Refuse, Sign])?;
    let context = reader.known.context;
    if p.before(tok.a, &[Not, NotYet, Maybe, Future, Suggest, Need]) {
        return Some(Say::Text("not_understood"));
    }
    let named_id = p.targets().iter().any(|t| matches!(t, Target::Id(_)));
    let verb = match (tok.w, context) {
        (Pass, Context::Acceptance | Context::None) => Verb::Accept,
        (Pass, Context::Approval) => Verb::Approve,
        (Return, Context::Acceptance) => Verb::Reject,
        (Return, Context::None) if named_id => Verb::Reject,
        (Return, Context::Approval) => Verb::Refuse,
        (Agree, Context::Approval | Context::Escalation | Context::Readiness | Context::None) => Verb::Approve,
        (Agree, Context::Acceptance) => Verb::Accept,
        (Agree, Context::SignOff) => Verb::SignOff,
        (Agree, Context::Action | Context::Reminder | Context::Issue)
            if matches!(
                p.word(f, tok).as_str(),
                "同意" | "agree" | "agreed" | "i agree" | "we agree" | "赞成" | "fully agree"
            ) =>
        {
            if context == Context::Reminder {
                return Some(Say::Text("not_understood"));
            }
            Verb::Confirm
        }
        (Agree, Context::Action | Context::Reminder) if !p.marks.is_empty() => Verb::Approve,
        (Agree, Context::Preview | Context::MinutesReview) => Verb::Send,
        (Refuse, Context::Approval | Context::Escalation | Context::Readiness | Context::None | Context::SignOff) => {
            Verb::Refuse
        }
        (Refuse, Context::Acceptance) => Verb::Reject,
        (Refuse, Context::Action) if p.word(f, tok) == "不同意" => Verb::Decline,
        (Sign, Context::SignOff | Context::Issue | Context::None) => Verb::SignOff,
        _ => return None,
    };
    let imperative = matches!(verb, Verb::Reject | Verb::Refuse | Verb::Accept);
    let because = p
        .toks
        .iter()
        .find(|t| t.w == Because && t.a >= tok.b)
        .copied()
        .or_else(|| p.toks.iter().find(|t| t.w == Colon && t.a >= tok.b).copied());
    let end = match because {
        Some(t) if matches!(verb, Verb::Reject | Verb::Refuse | Verb::Decline) || t.w == Because => t.a,
        _ => p.b,
    };
    let extra =
        [Pass, Return, Agree, Refuse, Sign, All, Rest, Confirm, Yes, Ack, Okay, Postpone, HandTo, Cancel, Done, No];
    let allowed = |t: &Tok| {
        t.is(&[Fill, Perf, Comma, Colon, Courtesy, Greeting, Ref, And, Attach])
            || extra.contains(&t.w)
            || (imperative && t.w == Please)
            || (matches!(verb, Verb::Approve) && t.w == Time)
    };
    // 不同意延期到周五 and 同意转给李四 repeat what was asked.
    let clean = p.names_well() && p.no_junk_in(p.a, end) && p.toks.iter().filter(|t| t.a < end).all(allowed);
    if !clean {
        // 退回,测试数据不全 is cut at the comma; 退回补充测试数据 is not.
        let reject_tail = imperative
            && f.get(tok.a).is_some_and(is_cjk)
            && p.no_junk_in(p.a, tok.a)
            && matches!(verb, Verb::Reject)
            && p.toks.iter().filter(|t| t.b <= tok.a).all(allowed);
        if !reject_tail {
            return Some(Say::Text("not_understood"));
        }
    }
    let mut a = act(verb, "verdict");
    a.targets = p.targets();
    if p.has(Rest) {
        a.scope = Scope::Rest;
    } else if p.has(All) && a.targets.is_empty() {
        a.scope = Scope::All;
    }
    if verb == Verb::Send {
        a.scope = Scope::Whole;
    }
    a.command.reason = match because {
        Some(t) if end < p.b => text_or_none(f.written(t.b, p.b)),
        _ if !clean => text_or_none(f.written(tok.b, p.b)),
        _ => None,
    };
    Some(one(a))
}

fn decline(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let tok = p.find(Decline)?;
    let context = reader.known.context;
    let verb = match context {
        Context::Action
        | Context::Reminder
        | Context::None
        | Context::Escalation
        | Context::Issue
        | Context::MinutesReview
        | Context::MinutesGaps => Verb::Decline,
        Context::Approval
            if matches!(
                p.word(f, tok).as_str(),
                "拒绝" | "decline" | "declined" | "不接受" | "refuse" | "不能接受" | "无法接受" | "i decline"
            ) =>
        {
            Verb::Refuse
        }
        Context::SignOff
            if matches!(p.word(f, tok).as_str(), "拒绝" | "decline" | "declined" | "refuse" | "i decline") =>
        {
            Verb::Refuse
        }
        Context::Acceptance
            if matches!(
                p.word(f, tok).as_str(),
                "拒绝"
                    | "不接受"
                    | "拒绝接受"
                    | "decline"
                    | "cannot accept"
                    | "can't accept"
                    | "not accept"
                    | "不能接受"
                    | "无法接受"
                    | "i do not accept"
                    | "do not accept"
                    | "don't accept"
            ) =>
        {
            Verb::Reject
        }
        Context::Meeting => {
            if p.clean(&[Decline, Meeting])
                && matches!(p.word(f, tok).as_str(), "decline" | "declined" | "拒绝" | "i decline")
            {
                let mut a = whole(Verb::Rsvp, "rsvp.declined");
                a.command.answer = Some("declined".into());
                return Some(one(a));
            }
            return None;
        }
        _ => return None,
    };
    if p.before(tok.a, &[Not, NotYet, Please, Suggest, Says]) || (context == Context::None && p.marks.is_empty()) {
        return Some(Say::Text("not_understood"));
    }
    // What follows is the reason; what stands before has to be nothing.
    let before_ok = p.no_junk_in(p.body, tok.a)
        && p.names_well()
        && p.toks.iter().filter(|t| t.b <= tok.a).all(|t| {
            t.is(&[
                Fill, Ref, Colon, Comma, Courtesy, Greeting, Perf, All, And, Need, Maybe, Rest, Confirm, No, Future,
                InCharge, Because, Okay, Ack,
            ])
        });
    if !before_ok
        || (p.has(Maybe) && !p.word(f, tok).starts_with("应该"))
            && p.before(tok.a, &[Maybe])
            && !matches!(
                p.first(&[Maybe]).map(|t| p.word(f, t)).as_deref(),
                Some("i think" | "i believe" | "i'm afraid" | "应该" | "looks like")
            )
    {
        return Some(Say::Text("not_understood"));
    }
    let word = p.word(f, tok);
    // 我做不了主, `can't do Friday`, `refuse to`: the phrase goes on.
    let tail_free = !f.get(tok.b).is_some_and(|c| {
        is_cjk(c)
            && !matches!(
                c,
                '了' | '的'
                    | '哦'
                    | '啊'
                    | '呢'
                    | '呀'
                    | '吧'
                    | '这'
                    | '该'
                    | '此'
                    | '因'
                    | '由'
                    | '请'
                    | '应'
                    | '是'
                    | '第'
            )
    });
    let latin = f.get(tok.a).is_some_and(|c| c.is_ascii_alphabetic());
    let latin_ok = !latin
        || p.toks.iter().filter(|t| t.a >= tok.b).all(|t| {
            t.is(&[Fill, Ref, Because, Comma, Colon, Courtesy, But, Please, HandTo, To, Past, And, Third, Todos, All])
        }) && (p.no_junk_in(tok.b, p.toks.iter().find(|t| t.w == Because && t.a >= tok.b).map_or(p.b, |t| t.a))
            || word.starts_with("wrong person"));
    if !tail_free || !latin_ok {
        return Some(Say::Text("not_understood"));
    }
    let mut a = act(verb, "decline");
    a.targets = p.targets();
    if p.has(Rest) {
        a.scope = Scope::Rest;
    } else if p.has(All) && a.targets.is_empty() {
        a.scope = Scope::All;
    }
    let reason_from = p.toks.iter().find(|t| t.w == Because && t.a >= tok.b).map_or(tok.b, |t| t.b);
    a.command.reason = text_or_none(f.written(reason_from, p.b)).filter(|r| r.chars().count() > 2);
    Some(one(a))
}

// ------------------------------------------------------------------------------------------------ issues and escalations

/// 5分, 满意度 4分, `rating: 5`, 4/5.
fn rate(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let context = reader.known.context;
    let word = p.find(Rate);
    if word.is_none() && context != Context::Issue {
        return None;
    }
    if !matches!(context, Context::Issue | Context::None | Context::Acceptance)
        && word.is_none_or(|t| !p.word(f, t).contains(['满', '评']))
        && !f.text(p.a, p.b).contains("rat")
    {
        return None;
    }
    let mut score = None;
    let mut i = p.a;
    let mut spans = (p.a, p.a);
    while i < p.b {
        let number = match f.get(i) {
            Some(c) if c.is_ascii_digit() => refs::arabic(f, i),
            Some(c) if "一二三四五六七八九十".contains(c) => refs::chinese_number(f, i)
                .filter(|(_, end)| f.get(*end).is_some_and(|c| matches!(c, '分' | '星' | '颗'))),
            Some('满') if f.get(i + 1) == Some('分') => Some((5, i + 2)),
            _ => None,
        };
        if let Some((value, end)) = number {
            let of_five = f.get(end) == Some('/')
                && f.get(end + 1) == Some('5')
                && !f.get(end + 2).is_some_and(|c| c.is_ascii_digit() || c == '/');
            if of_five && score.is_none() && context == Context::Issue {
                score = Some(value);
                spans = (i, end + 2);
                i = end + 2;
                continue;
            }
            if f.get(end) == Some('.') && f.get(end + 1).is_some_and(|c| c.is_ascii_digit())
                || f.get(end).is_some_and(|c| "月日天%号".contains(c))
                || p.time.is_some_and(|(x, y, _)| x <= i && i < y && !f.get(end).is_some_and(|c| c == '分'))
            {
                return word.is_some().then_some(Say::Text("not_understood"));
            }
            if score.is_some() {
                // 4/5, 4 out of 5, 5分制
                if value == 5 || f.get(end) == Some('分') && f.get(end + 1) == Some('制') {
                    spans.1 = end;
                    i = end;
                    continue;
                }
                return word.is_some().then_some(Say::Text("not_understood"));
            }
            score = Some(value);
            spans = (i, end);
            i = end;
            continue;
        }
        i += 1;
    }
    let score = score?;
    let unit = f.get(spans.1).is_some_and(|c| matches!(c, '分' | '星' | '颗'))
        || f.text(spans.0, p.b).contains('/')
        || f.text(spans.1, p.b).trim_start().starts_with("star")
        || f.text(spans.1, p.b).trim_start().starts_with("point")
        || f.text(spans.0, spans.1).contains('分')
        || f.text(spans.0, p.b).contains("out of");
    let text_len = f.text(p.a, p.b).trim().chars().count();
    if word.is_none() && !unit && !(context == Context::Issue && text_len <= 2) {
        return None;
    }
    // 10分钟 and 5分之一 are no scores.
    if f.get(spans.1) == Some('分') && f.get(spans.1 + 1).is_some_and(|c| matches!(c, '钟' | '之' | '析' | '别' | '配'))
    {
        return None;
    }
    if p.any(&[Not, NotYet, Maybe, Cond, Need, Please, Suggest]) && !p.has(Because) {
        return Some(Say::Text("not_understood"));
    }
    if !(1..=5).contains(&score) {
        return Some(Say::Text("not_understood"));
    }
    let mut a = whole(Verb::Rate, "rate");
    a.command.score = u8::try_from(score).ok();
    let because = p.find(Because);
    let junk_ok = p.junk.iter().all(|(x, y)| {
        because.is_some_and(|t| *x >= t.b)
            || (*x <= spans.1 && *y >= spans.0)
            || (*x >= spans.1 && f.text(*x, *y).chars().all(|c| "分星颗制级/".contains(c)))
            || matches!(
                f.text(*x, *y).as_str(),
                "分" | "星"
                    | "颗星"
                    | "好评"
                    | "分好评"
                    | "分制"
                    | "非常满意"
                    | "满意"
                    | "很满意"
                    | "服务"
                    | "service"
                    | "非常"
                    | "总体"
                    | "overall"
                    | "satisfied"
                    | "a"
                    | "本次"
            )
    });
    if !junk_ok {
        return Some(Say::Text("not_understood"));
    }
    a.command.reason = because.and_then(|t| text_or_none(f.written(t.b, p.b)));
    Some(one(a))
}

fn escalation(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let context = reader.known.context;
    if let Some(tok) = p.find(StopEsc) {
        if p.clean(&[StopEsc, Please, Need, Okay, Future, Ack]) {
            let _ = tok;
            return Some(one(Act {
                targets: p.targets(),
                scope: if p.marks.is_empty() { Scope::Whole } else { Scope::Lines },
                ..act(Verb::StopEscalation, "stop_escalation")
            }));
        }
        return Some(Say::Text("not_understood"));
    }
    if let Some(tok) = p.find(HoldEsc) {
        let word = p.word(f, tok);
        let says_so = word.contains("升级") || word.contains("escalat");
        if (context == Context::Escalation || says_so)
            && p.clean_but_junk(&[HoldEsc, Please, Time, To, Need, Okay, Future, Apply, Ack])
            && p.junk.iter().all(|(a, b)| times::amount_span(f, p.body, p.b).is_some_and(|(x, y)| x <= *a && *b <= y))
        {
            let mut a = Act {
                targets: p.targets(),
                scope: if p.marks.is_empty() { Scope::Whole } else { Scope::Lines },
                ..act(Verb::PostponeEscalation, "postpone_escalation")
            };
            a.command.until = p.time.map(|(.., due)| due);
            return Some(one(a));
        }
        return Some(Say::Text("not_understood"));
    }
    if let Some(tok) = p.find(Convene)
        && matches!(context, Context::Escalation | Context::Issue | Context::Reminder)
        && p.clean(&[Convene, Please, Need, Suggest, Apply, Time, Okay, Agree])
        && !p.any(&[Not])
    {
        let _ = tok;
        let mut a = whole(Verb::Convene, "convene");
        a.command.start = times::start(f.written(p.body, p.b), reader.anchor).filter(|_| p.time.is_some());
        return Some(one(a));
    }
    if context == Context::Issue && p.has(Acknowledge) && p.clean(&[Acknowledge, Ack, Future]) {
        return Some(one(Act { soft: true, ..whole(Verb::Ack, "ack.issue") }));
    }
    None
}

// ------------------------------------------------------------------------------------------------ meetings

/// 改到3点行吗, 建议改到周四下午, `how about Friday 10am`.
fn proposal(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    if !matches!(reader.known.context, Context::Meeting | Context::Readiness | Context::None)
        || (reader.known.context == Context::None && !f.text(p.a, p.b).contains(['会']))
    {
        return None;
    }
    let text = f.text(p.a, p.b);
    let moves = p.any(&[MoveTo, Reschedule, Postpone, Suggest])
        || [
            "换个时间",
            "换一个时间",
            "换时间",
            "另约",
            "改时间",
            "换到",
            "改个时间",
            "another time",
            "different time",
            "instead",
            "how about",
            "what about",
            "work better",
            "works better",
        ]
        .iter()
        .any(|w| text.contains(w));
    let tag = p.has(Tag)
        || [
            "how about",
            "what about",
            "can we do",
            "could we do",
            "would that work",
            "work for",
            " work",
            "行吗",
            "可以吗",
            "方便吗",
            "如何",
            "怎么样",
            "好吗",
            "行不行",
            "可好",
        ]
        .iter()
        .any(|w| text.contains(w));
    let asks = p.asks || p.has(Suggest) || tag || p.toks.iter().any(|t| t.w == Okay && false);
    if !asks || !(moves || (tag && p.time.is_some())) {
        return None;
    }
    if p.any(&[Done, Progress, Agenda, KeyPlace]) && !p.has(MoveTo) {
        return None;
    }
    let start = times::start(f.written(p.body, p.b), reader.anchor)?;
    let mut a = whole(Verb::ProposeTime, "propose_time");
    a.command.start = Some(start);
    Some(one(a))
}

fn meeting(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let context = reader.known.context;
    let at_home = meeting_context(context) || context == Context::None;
    let quiet = [Meeting, Please, Past, Ack, Okay, Confirm, Need];
    let simple = [
        (CallOff, Verb::CallOff, true),
        (NotHeld, Verb::NotHeld, at_home || context == Context::Reminder || context == Context::MinutesGaps),
        (NoMinutes, Verb::NoMinutes, true),
        (Proceed, Verb::Proceed, at_home),
    ];
    for (w, verb, home) in simple {
        let Some(tok) = p.find(w) else { continue };
        if !home {
            continue;
        }
        if p.has(Agree) {
            return None;
        }
        if p.before(tok.a, &[Not, NotYet, Maybe, Future, Suggest]) {
            return Some(Say::Text("not_understood"));
        }
        let because = p.find(Because);
        let end = because.map_or(p.b, |t| t.a);
        let clean = p.no_junk_in(p.a, end)
            && p.toks.iter().filter(|t| t.a < end).all(|t| {
                t.w == w
                    || quiet.contains(&t.w)
                    || t.is(&[Fill, Perf, Comma, Colon, Courtesy, Greeting, Ref, Time, Cancel, Yes])
            });
        let word = p.word(f, tok);
        let bare_is_vague = matches!(
            word.as_str(),
            "如期"
                | "照常"
                | "不变"
                | "照旧"
                | "按原计划"
                | "as planned"
                | "proceed"
                | "go ahead"
                | "keep it"
                | "as scheduled"
                | "carry on"
        ) && !matches!(context, Context::Readiness | Context::Meeting | Context::Preview);
        if !clean || bare_is_vague || p.has(Need) && verb != Verb::NoMinutes {
            if verb == Verb::Proceed {
                continue;
            }
            return Some(Say::Text("not_understood"));
        }
        let mut a = whole(verb, "meeting");
        a.command.reason = because.and_then(|t| text_or_none(f.written(t.b, p.b)));
        return Some(one(a));
    }
    if let Some(tok) = p.find(KeyPlace)
        && at_home
        && context != Context::None
    {
        let change = p
            .toks
            .iter()
            .find(|t| {
                t.a >= tok.b && matches!(t.w, MoveTo | Colon | To)
                    || (t.a >= tok.b && t.w == Fill && matches!(p.word(f, **t).as_str(), "在" | "is" | "to"))
            })
            .copied();
        let said = p.word(f, tok);
        let from = match change {
            Some(t) => t.b,
            None if said.contains("change")
                || said.ends_with(" is")
                || said.ends_with("changed")
                || said.starts_with("new") =>
            {
                tok.b
            }
            None => return None,
        };
        let place = trimmed(f.written(from, p.b));
        let place = place.strip_prefix("to ").unwrap_or(place);
        if !place.is_empty() && place.chars().count() <= 60 && !p.any(&[Not, NotYet, Maybe]) {
            let mut a = whole(Verb::Reschedule, "reschedule.place");
            a.command.place = Some(place.to_string());
            return Some(one(a));
        }
        return Some(Say::Text("not_understood"));
    }
    let edit = context == Context::Preview || p.toks.first().is_some_and(|t| matches!(t.w, MoveTo | DoneV));
    if edit && context == Context::Preview {
        if let Some(tok) = p.find(KeyTitle)
            && let Some(colon) = p.toks.iter().find(|t| t.a >= tok.b && matches!(t.w, Colon | MoveTo | To))
        {
            let mut a = whole(Verb::Reschedule, "edit.title");
            a.command.title = text_or_none(f.written(colon.b, p.b));
            return a.command.title.is_some().then(|| one(a));
        }
        if let Some(tok) = p.find(KeyLength) {
            let mut a = whole(Verb::Reschedule, "edit.length");
            a.command.minutes = times::minutes(&f.text(tok.b, p.b));
            return a.command.minutes.is_some().then(|| one(a));
        }
    }
    let tok = p.first(&[Reschedule, MoveTo, Postpone, KeyTime])?;
    let about_meeting = p.has(Meeting)
        || tok.w == Reschedule && !p.word(f, tok).starts_with("改期")
        || p.has(Reschedule) && meeting_context(context);
    if !(meeting_context(context) || (about_meeting && tok.w != KeyTime)) {
        return None;
    }
    if tok.w == KeyTime && !p.any(&[MoveTo, Colon, To]) {
        return None;
    }
    if p.before(tok.a, &[Not, NotYet, Maybe, Suggest]) || p.any(&[Agree, Attend, NotAttend, Third, Says]) {
        return Some(Say::Text("not_understood"));
    }
    let because = p.find(Because);
    let end = because.map_or(p.b, |t| t.a);
    let start = p.time.and_then(|_| times::start(f.written(p.body, end), reader.anchor));
    let clean = p.no_junk_in(p.a, end)
        && p.toks.iter().filter(|t| t.a < end).all(|t| {
            t.is(&[
                Reschedule, MoveTo, Postpone, KeyTime, Meeting, Time, To, Please, Fill, Perf, Colon, Comma, Courtesy,
                Greeting, Ack, Past, DoneV, Need, Okay, By,
            ])
        });
    let Some(start) = start else {
        // 改到 A 会议室
        if tok.w == MoveTo
            && meeting_context(context)
            && let Some(place) = room(f, tok.b, p.b)
            && !p.has(Not)
        {
            let mut a = whole(Verb::Reschedule, "reschedule.place");
            a.command.place = Some(place);
            return Some(one(a));
        }
        if clean && tok.w == Reschedule && !p.has(Need) {
            return Some(one(whole(Verb::Reschedule, "reschedule.open")));
        }
        return Some(Say::Text("not_understood"));
    };
    if !clean {
        return Some(Say::Text("not_understood"));
    }
    let mut a = whole(Verb::Reschedule, "reschedule");
    a.command.start = Some(start);
    a.command.reason = because.and_then(|t| text_or_none(f.written(t.b, p.b)));
    Some(one(a))
}

fn room(f: &Folded, a: usize, b: usize) -> Option<String> {
    let place = trimmed(f.written(a, b));
    let fold = f.text(a, b);
    let named = [
        "会议室",
        "室",
        "楼",
        "厅",
        "线上",
        "腾讯会议",
        "room",
        "zoom",
        "teams",
        "online",
        "building",
        "floor",
        "大厦",
        "培训中心",
    ]
    .iter()
    .any(|w| fold.contains(w));
    (named && !place.is_empty() && place.chars().count() <= 40).then(|| place.to_string())
}

/// Why one does not come, said without 因为.
const REASONS: &[&str] = &[
    "出差",
    "有会",
    "有课",
    "生病",
    "冲突",
    "外出",
    "休假",
    "年假",
    "在外地",
    "身体不适",
    "不适",
    "临时",
    "客户拜访",
    "有事",
    "外地",
    "发烧",
    "另有安排",
    "有安排",
    "有其他安排",
    "要务",
    "家中有事",
    "家里有事",
    "要出差",
    "行程",
    "时间",
    "那天",
    "当天",
    "临时有事",
    "conflict",
    "conflicts",
    "sick",
    "travel",
    "travelling",
    "traveling",
    "travelling",
    "ill",
    "unwell",
    "clash",
    "vacation",
    "leave",
    "holiday",
    "busy",
    "customer",
    "visit",
    "another",
    "a",
    "有",
    "天",
    "事",
    "临时有",
    "unfortunately",
    "afraid",
    "session",
    "day",
    "on",
    "that",
    "me",
    "因公",
    "培训",
    "病",
    "产假",
    "撞",
    "撞了",
    "重要",
    "客户",
    "别的会",
    "其他会",
    "其他会议",
    "别的会议",
    "另一个会",
    "另",
    "急事",
    "不巧",
    "double",
    "booked",
    "double-booked",
    "schedule",
];

fn rsvp(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let context = reader.known.context;
    if !matches!(context, Context::Meeting | Context::None) {
        return None;
    }
    let answer = |answer: &str, rule: &'static str| {
        let mut a = whole(Verb::Rsvp, rule);
        a.command.answer = Some(answer.into());
        a
    };
    if p.any(&[Agenda, Object, ShouldRead]) {
        return None;
    }
    if let Some(said) = delegated(f, p, reader) {
        return Some(said);
    }
    // Whose attendance? 李雷不参加 is not for us to record.
    let somebody = p.has(Name)
        || p.junk.first().is_some_and(|(x, _)| {
            take_name(f, *x, p.b, reader.names).is_some_and(|(written, _)| names::looks_like_person(written))
        });
    if p.any(&[Tentative])
        && !somebody
        && p.clean(&[
            Tentative, Attend, Maybe, Time, Future, Not, NotYet, Meeting, NotAttend, Need, Third, Online, Late, Ack,
        ])
    {
        return Some(one(answer("tentative", "rsvp.tentative")));
    }
    if p.any(&[Says, Hearsay]) || somebody {
        return None;
    }
    let because = p.find(Because);
    let end = because.map_or(p.b, |t| t.a);
    let reason_of = |p: &Piece| because.and_then(|t| text_or_none(f.written(t.b, p.b)));
    let junk_is_reason =
        p.junk.iter().filter(|(a, _)| *a < end).all(|(a, b)| REASONS.contains(&f.text(*a, *b).as_str()));
    if let Some(tok) = p.find(NotAttend) {
        if p.before(tok.a, &[Maybe]) {
            return Some(one(answer("tentative", "rsvp.tentative")));
        }
        if p.before(tok.a, &[NotYet, Please]) || !junk_is_reason || p.before(tok.a, &[Not]) && !p.has(Attend) {
            return Some(Say::Text("not_understood"));
        }
        let ok = p.toks.iter().filter(|t| t.a < end).all(|t| {
            t.is(&[
                NotAttend, Attend, Not, Fill, Perf, Comma, Colon, Courtesy, Greeting, Time, Need, Apply, Meeting, And,
                Future, Ack, Past, Maybe, To, Convene, DoneV, No, Half, All, Third, Okay, Benign, By, Ongoing, But,
            ])
        });
        if !ok {
            return Some(Say::Text("not_understood"));
        }
        let mut a = answer("declined", "rsvp.declined");
        a.command.reason =
            reason_of(p).or_else(|| p.junk.first().and_then(|(x, _)| text_or_none(f.written(*x, tok.a))));
        return Some(one(a));
    }
    if let Some(tok) = p.find(Attend) {
        if p.before(tok.a, &[Not]) {
            let not = p.first(&[Not]).map(|t| p.word(f, t)).unwrap_or_default();
            if matches!(
                not.as_str(),
                "不用" | "不要" | "别" | "不必" | "无需" | "不需要" | "勿" | "请勿" | "无须" | "don't" | "do not"
            ) || !junk_is_reason
            {
                return Some(Say::Text("not_understood"));
            }
            let ok = p.toks.iter().filter(|t| t.a < end).all(|t| {
                t.is(&[
                    Attend, Not, Fill, Perf, Comma, Colon, Courtesy, Greeting, Time, Meeting, And, Ack, Future, Maybe,
                    Confirm, No, Okay, To, Benign,
                ])
            });
            if !ok {
                return Some(Say::Text("not_understood"));
            }
            if p.before(tok.a, &[Maybe]) {
                return Some(one(answer("tentative", "rsvp.tentative")));
            }
            let mut a = answer("declined", "rsvp.declined");
            a.command.reason = reason_of(p);
            return Some(one(a));
        }
        if p.any(&[NotYet, Please, Suggest]) || p.has(Need) && !p.before(tok.a, &[Future]) {
            return Some(Say::Text("not_understood"));
        }
        if p.has(Maybe) {
            return if p.junk.is_empty() {
                Some(one(answer("tentative", "rsvp.tentative")))
            } else {
                Some(Say::Text("not_understood"))
            };
        }
        let late = p.any(&[Late, Online, Behind]);
        let junk_ok = p.junk.is_empty()
            || (late
                && times::amount_span(f, p.body, p.b)
                    .is_some_and(|(x, y)| p.junk.iter().all(|(a, b)| x <= *a && *b <= y)));
        let ok = junk_ok
            && p.toks.iter().all(|t| {
                t.is(&[
                    Attend, Fill, Perf, Comma, Colon, Courtesy, Greeting, Time, Meeting, And, Ack, Future, Confirm,
                    Yes, Okay, Late, Online, To, By, Agree, All, Behind, Proceed, Half, Partly, Maybe, KeyPlace,
                ])
            });
        if !ok {
            return Some(Say::Text("not_understood"));
        }
        let mut a = answer("accepted", "rsvp.accepted");
        if late {
            a.command.reason = text_or_none(f.written(p.body, p.b));
        }
        return Some(one(a));
    }
    if context != Context::Meeting {
        return None;
    }
    if let Some(tok) = p.first(&[Late, Online]).or_else(|| p.find(Behind).filter(|t| p.word(f, *t).contains("late"))) {
        let junk_ok = p.junk.is_empty()
            || times::amount_span(f, p.body, p.b)
                .is_some_and(|(x, y)| p.junk.iter().all(|(a, b)| (x <= *a && *b <= y) || *a >= y));
        let ok = junk_ok
            && !p.any(&[Not, NotYet, Please, Suggest])
            && p.toks.iter().all(|t| {
                t.is(&[
                    Late, Online, Behind, Fill, Perf, Comma, Courtesy, Time, Future, Maybe, Need, To, Ack, Meeting,
                    Ref, And, By, Half, Partly, Okay, Because, But,
                ])
            });
        if ok {
            let _ = tok;
            let mut a = answer("accepted", "rsvp.note");
            a.command.reason = text_or_none(f.written(p.a, p.b));
            return Some(one(a));
        }
        return Some(Say::Text("not_understood"));
    }
    // O25: 收到, 好的, OK, 知道了, 👍 to a notice.
    if p.any(&[Ack, Confirm, Yes, Okay])
        && p.clean(&[Ack, Confirm, Yes, Okay, Meeting, Time, Proceed])
        && p.marks.is_empty()
    {
        let mut a = answer("accepted", "rsvp.ack");
        a.soft = !p.has(Confirm);
        return Some(one(a));
    }
    if p.has(No) && p.clean(&[No, Not]) {
        return Some(one(answer("declined", "rsvp.no")));
    }
    None
}

/// 委托吴刚出席, 由李四代我参加, `Leo will attend on my behalf`.
fn delegated(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let proxy = p.first(&[Proxy, Deputy]);
    let by = p
        .toks
        .iter()
        .find(|t| {
            t.w == By && p.word(f, **t) == "由"
                // 请李雷参加 invites him; 请李雷代我参加 sends him.
                || t.w == Please && proxy.is_some() && matches!(p.word(f, **t).as_str(), "请" | "让" | "叫")
                || t.w == HandTo
        })
        .copied();
    let attends = p.any(&[Attend, Deputy]);
    if proxy.is_none() && !(by.is_some() && attends) {
        return None;
    }
    if p.any(&[Not, NotYet, Maybe, Suggest, Cond, Says]) && !p.has(NotAttend) {
        return None;
    }
    let proxy_word = proxy.map(|t| p.word(f, t)).unwrap_or_default();
    let mine = proxy_word.contains(['我', '委'])
        || proxy_word.contains("me")
        || proxy_word.contains("my")
        || proxy_word.contains("us")
        || matches!(
            proxy_word.as_str(),
            "代" | "代为"
                | "派"
                | "改由"
                | "指派"
                | "代理"
                | "sending"
                | "in my absence"
                | "attends instead"
                | "instead of myself"
                | "attend instead"
                | "join instead"
                | "will attend instead"
                | "will join instead"
        );
    if !mine
        && !(by.is_some() && attends)
        && !(matches!(proxy_word.as_str(), "让" | "安排" | "send" | "替" | "代表") && attends)
    {
        return None;
    }
    for (i, _) in starts(f, p) {
        let Some((written, end)) = take_name(f, i, p.b, reader.names) else { continue };
        let person = names::looks_like_person(written)
            || reader.names.is_person(written)
            || (f.get(i).is_some_and(|c| c.is_ascii_alphabetic() || c == ' ')
                && proxy.is_some_and(|t| t.b <= i && proxy_word.starts_with("send")));
        if !person {
            continue;
        }
        let covered = |a: usize, b: usize| i <= a && b <= end;
        let rest_ok = p.junk.iter().all(|(a, b)| covered(*a, *b) || REASONS.contains(&f.text(*a, *b).as_str()))
            && p.toks.iter().all(|t| {
                covered(t.a, t.b)
                    || t.is(&[
                        Proxy, By, Attend, Fill, Perf, Comma, Please, Future, Meeting, Courtesy, Greeting, HandTo,
                        NotAttend, Ack, Time, Deputy, Need, Apply, To, Name, Online, InCharge, Send, Okay, And,
                        Confirm, DoneV,
                    ])
            });
        if !rest_ok {
            return Some(Say::Text("not_understood"));
        }
        let mut a = whole(Verb::Rsvp, "rsvp.delegated");
        a.command.answer = Some("delegated".into());
        a.command.to = Some(trimmed(written).to_string());
        return Some(one(a));
    }
    proxy.is_some().then_some(Say::Text("unknown_person"))
}

fn send(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let tok = p.find(Send).or_else(|| {
        p.find(DoneV).filter(|t| matches!(p.word(f, *t).as_str(), "发送" | "发" | "发出" | "发布" | "send"))
    })?;
    if !matches!(
        reader.known.context,
        Context::Preview | Context::MinutesReview | Context::None | Context::MinutesGaps | Context::Escalation
    ) {
        return None;
    }
    if p.before(tok.a, &[Not, NotYet, Maybe, Future, Need, Suggest]) {
        return Some(Say::Text("not_understood"));
    }
    let counted = f.text(tok.b, p.b).trim_start().starts_with("给")
        || f.text(tok.b, p.b).trim().chars().next().is_some_and(|c| c.is_ascii_digit());
    let junk_ok = p
        .junk
        .iter()
        .all(|(a, b)| f.text(*a, *b).chars().all(|c| c.is_ascii_digit() || "人位给名".contains(c)) && counted);
    if !junk_ok
        || !p.clean_but_junk(&[Send, DoneV, Please, Confirm, Okay, Ack, Agree, Yes, All, Meeting])
        || !p.marks.is_empty()
    {
        return Some(Say::Text("not_understood"));
    }
    // Without a letter that asks, 发送 has to stand alone.
    if reader.known.context == Context::None && (p.toks.len() > 1 || !p.junk.is_empty()) {
        return Some(Say::Text("not_understood"));
    }
    Some(one(whole(Verb::Send, "send")))
}

// ------------------------------------------------------------------------------------------------ short answers

fn answer(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let context = reader.known.context;
    let tok = p.first(&[Confirm, Ack, Yes, No, Okay, Agree, Tentative])?;
    let hearts = [Confirm, Ack, Yes, Okay, All, Rest, Agree];
    if p.has(No) {
        if context == Context::Verify && p.clean(&[No, Not]) {
            return Some(one(whole(Verb::Decline, "verify.no")));
        }
        if context == Context::Approval && p.clean(&[No]) {
            let mut a = act(Verb::Refuse, "approval.no");
            a.targets = p.targets();
            return Some(one(a));
        }
        return Some(Say::Text("not_understood"));
    }
    if p.any(MOODS) || !p.clean(&hearts) || p.any(&[Tentative]) {
        // `I will do it`, 我会负责的
        if p.has(Confirm)
            && p.clean(&[Confirm, Future, Time, InCharge, All])
            && context == Context::Action
            && !p.any(&[Not])
            && !matches!(p.word(f, tok).as_str(), "确认" | "confirm" | "accept" | "接受")
        {
            let mut a = act(Verb::Confirm, "confirm.promise");
            a.targets = p.targets();
            return Some(one(a));
        }
        return Some(Say::Text("not_understood"));
    }
    let word = p.word(f, tok);
    let strong = p.any(&[Confirm, Okay]) || (p.has(Agree));
    let mut a = match context {
        Context::Verify => whole(Verb::Confirm, "verify.yes"),
        Context::Approval if strong || p.has(Yes) => act(Verb::Approve, "approval.yes"),
        Context::Acceptance if strong => act(Verb::Accept, "acceptance.yes"),
        Context::SignOff if p.has(Confirm) => act(Verb::SignOff, "sign_off.yes"),
        Context::Preview | Context::MinutesReview if strong => whole(Verb::Send, "preview.yes"),
        Context::Readiness | Context::Escalation | Context::MinutesGaps if strong || p.has(Yes) => {
            if p.marks.is_empty() { return Some(Say::Text("not_understood")) } else { act(Verb::Confirm, "confirm") }
        }
        Context::None if p.marks.is_empty() => Act { soft: true, ..whole(Verb::Ack, "ack") },
        Context::Action | Context::Reminder | Context::Issue | Context::None if strong => act(Verb::Confirm, "confirm"),
        Context::Action if p.has(Yes) => Act { soft: true, ..act(Verb::Ack, "ack.yes") },
        // Said of a line it stands beside other commands: 1 知道了,2 做不了.
        _ => Act { soft: p.marks.is_empty(), ..act(Verb::Ack, "ack") },
    };
    if a.command.verb == Verb::Confirm && word == "已收到" {
        a.command.verb = Verb::Ack;
    }
    a.targets = p.targets();
    if p.has(Rest) {
        a.scope = Scope::Rest;
    } else if p.has(All) && a.targets.is_empty() && a.scope == Scope::Lines {
        a.scope = Scope::All;
    }
    if a.soft && a.targets.is_empty() {
        a.scope = Scope::Whole;
    }
    Some(one(a))
}
