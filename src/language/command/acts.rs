//! What a piece says: rules from the words in it to verbs, in the order in which they are tried.
//!
//! A rule takes a piece only when nothing in it is left over: `我们需要确认一下预算` holds 确认 and says something else.
//! Where a rule is not sure the piece is a text, which becomes a comment and reaches a human; no state changes by a guess.

use super::fold::{Folded, is_cjk};
use super::piece::{Piece, Reader, take_name};
use super::refs::{self, Target};
use super::times;
use super::words::{Tok, W};
use crate::domain::due::Due;
use crate::domain::reading::{Command, Context, Verb};
use crate::language::names;

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

const MOODS: &[W] = &[W::Need, W::Please, W::Suggest, W::Maybe, W::Future, W::Not, W::NotYet];

/// Whole answers that letters about meetings ask for (O10, O13, O17, O31), and that mean nothing elsewhere.
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
        "不发" | "先不发" | "不用发" | "do not send" | "don't send" if context == Context::Preview => {
            Verb::CallOff
        }
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
            matches!(
                tok.w,
                W::Fill
                    | W::Courtesy
                    | W::Greeting
                    | W::Comma
                    | W::Colon
                    | W::And
                    | W::CondBenign
                    | W::Please
                    | W::Attach
                    | W::Perf
                    | W::But
            ) || matches!(tok.w, W::All | W::Name)
        });
    if all_courtesy {
        // 李总,您好 is a greeting; a name alone is one too, or a signature.
        let only_fill = !p.any(&[W::Courtesy, W::Greeting, W::CondBenign, W::Attach, W::Name])
            && p.toks.iter().any(|tok| matches!(tok.w, W::All));
        return if only_fill { Say::Pending } else { Say::Nothing };
    }
    if p.has(W::CondBenign) {
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
    if p.conditional && !p.any(&[W::Because, W::Block, W::Behind]) {
        return Say::Text("conditional");
    }
    // What a reason or a measure says is not read for commands.
    if let Some(tok) = p.first(&[W::Because, W::Measure])
        && !p.before(tok.a, HEARTS)
    {
        return reason_piece(f, p, tok, sentence_end, reader);
    }
    // 退回：数据不全 is said by the writer; 退回 is nobody's name.
    let ruled = p.toks.iter().find(|tok| tok.w != W::Ref).is_some_and(|tok| matches!(tok.w, W::Return | W::Refuse));
    if p.hearsay && !ruled && !p.any(&[W::Because, W::Block, W::Behind]) && !takes_third(p) {
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
        && p.toks
            .iter()
            .all(|tok| matches!(tok.w, W::Fill | W::Ref | W::Colon | W::Comma | W::And | W::Courtesy | W::Greeting))
    {
        return Say::Pending;
    }
    Say::Text("not_understood")
}

/// 不是我的,是他的: a decline may name others.
fn takes_third(p: &Piece) -> bool {
    p.any(&[W::Decline, W::HandTo, W::NotAttend])
}

/// The words that carry commands; a reason never stands before the first of them in its own piece.
const HEARTS: &[W] = &[
    W::Done,
    W::DoneV,
    W::DonePast,
    W::Progress,
    W::Half,
    W::Behind,
    W::Block,
    W::Postpone,
    W::MoveTo,
    W::Reschedule,
    W::HandTo,
    W::InCharge,
    W::Decline,
    W::Cancel,
    W::Close,
    W::Confirm,
    W::Agree,
    W::Refuse,
    W::Pass,
    W::Return,
    W::Attend,
    W::NotAttend,
    W::Tentative,
    W::CallOff,
    W::Undo,
    W::Object,
    W::StopEsc,
    W::HoldEsc,
    W::Sign,
    W::Rate,
    W::Proceed,
    W::NotHeld,
    W::NoMinutes,
    W::Ack,
];

fn reason_piece(f: &Folded, p: &Piece, tok: Tok, sentence_end: usize, reader: &Reader) -> Say {
    // 因供应商延迟,3 延期 is cut at the comma; 因出差无法参加 is not.
    let heart = p.toks.iter().rev().find(|t| HEARTS.contains(&t.w) && t.a >= tok.b).copied();
    if tok.w == W::Because
        && !f.text(tok.b, p.b).starts_with(':')
        && let Some(heart) = heart
    {
        let mut start = heart.a;
        for t in p.toks.iter().rev() {
            if t.b <= start
                && start - t.b <= 1
                && t.a > tok.b
                && matches!(
                    t.w,
                    W::Not | W::NotYet | W::Apply | W::Need | W::Ref | W::All | W::Perf | W::Fill | W::Future
                )
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
    if tok.w == W::Measure {
        return Say::Measure(trimmed(rest).to_string(), p.time.map(|(.., due)| due));
    }
    // 原因…措施… in one piece
    if let Some(measure) = p.toks.iter().find(|t| t.w == W::Measure && t.a >= tok.b) {
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
    let done = p.any(&[W::Done, W::DonePast]) || (p.has(W::DoneV) && p.has(W::Perf));
    if let Some(except) = p.find(W::Except).or_else(|| p.find(W::Outside)) {
        let all =
            p.has(W::All) || f.text(except.a, except.b).contains("all") || f.text(except.a, except.b).contains("every");
        let allowed = [
            W::Except,
            W::Outside,
            W::All,
            W::Rest,
            W::Done,
            W::DoneV,
            W::DonePast,
            W::Confirm,
            W::Agree,
            W::Pass,
            W::Sign,
            W::Past,
            W::Only,
        ];
        if !p.clean(&allowed) {
            return Some(Say::Text("not_understood"));
        }
        if !p.any(&[W::Done, W::DoneV, W::DonePast, W::Confirm, W::Agree, W::Pass, W::Sign]) {
            return Some(Say::Except(targets));
        }
        if !all {
            return Some(Say::Text("not_understood"));
        }
        let verb = if done && !p.has(W::Confirm) {
            Verb::Done
        } else if p.has(W::Done) {
            Verb::Done
        } else if p.has(W::Confirm)
            && matches!(reader.known.context, Context::Action | Context::Reminder | Context::None)
        {
            Verb::Confirm
        } else if p.has(W::Agree) && reader.known.context == Context::Approval {
            Verb::Approve
        } else if p.any(&[W::Pass, W::Agree, W::Confirm]) && reader.known.context == Context::Acceptance {
            Verb::Accept
        } else if p.has(W::Sign) {
            Verb::SignOff
        } else {
            return Some(Say::Text("not_understood"));
        };
        let mut a = act(verb, "except");
        a.deed = p.first(&[W::DoneV, W::DonePast]).filter(|_| verb == Verb::Done).map(|t| p.word(f, t));
        a.scope = Scope::AllBut(targets);
        return Some(one(a));
    }
    if let Some(only) = p.find(W::Only)
        && p.has(W::NotYet)
        && done
        && p.clean(&[W::Only, W::NotYet, W::Done, W::DonePast, W::DoneV, W::All, W::Rest])
        && p.marks.iter().all(|mark| mark.a >= only.a || mark.b <= only.a)
        && p.before(p.first(&[W::Done, W::DonePast, W::DoneV]).map_or(p.b, |tok| tok.a), &[W::NotYet])
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
    let tok = p.find(W::Undo)?;
    let _ = f;
    if p.before(tok.a, &[W::Not, W::NotYet, W::Need]) || !p.clean(&[W::Undo, W::Please, W::Past, W::Apply, W::Ack]) {
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
    let tok = p.find(W::Deputy)?;
    if p.any(&[W::Not, W::NotYet, W::Ask, W::Attend]) {
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
            if end <= tok.a && p.toks.iter().any(|t| t.w == W::By && t.b <= i && i - t.b <= 1) {
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
    places.extend(p.toks.iter().map(|tok| if tok.w == W::Name { tok.a } else { tok.b }));
    places.extend(p.junk.iter().map(|(a, _)| *a));
    places.sort_unstable();
    places.dedup();
    places.into_iter().filter(|i| *i < p.b).map(|i| (i, f.get(i) == Some('@')))
}

fn snooze(f: &Folded, p: &Piece, _: &Reader) -> Option<Say> {
    let tok = p.find(W::Remind)?;
    let word = p.word(f, tok);
    if p.before(tok.a, &[W::Not, W::NotYet]) || word.starts_with('别') {
        return Some(Say::Text("not_understood"));
    }
    if !p.clean(&[W::Remind, W::Please, W::Time, W::To, W::Need, W::Future, W::Okay, W::Past, W::And]) {
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
    let tok = p.find(W::HandTo)?;
    let todos = p.find(W::Todos);
    let everything = p
        .toks
        .iter()
        .any(|t| t.b <= tok.a && t.w == W::All && matches!(p.word(f, *t).as_str(), "全部" | "所有" | "全" | "全都"));
    if todos.is_none() && !(everything && p.marks.is_empty()) {
        return None;
    }
    if !p.marks.is_empty() || p.any(&[W::Not, W::NotYet, W::Suggest, W::Maybe]) || p.before(tok.a, &[W::Future]) {
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
    let rest_ok = p.toks.iter().filter(|t| t.a >= end).all(|t| !matches!(t.w, W::Cond | W::Ask));
    Some(if rest_ok { one(a) } else { Say::Text("conditional") })
}

/// The name that a word of handing over leads to: (as written, where it begins, where it ends).
fn target_name(f: &Folded, p: &Piece, tok: Tok, reader: &Reader) -> Option<(String, usize, usize)> {
    let latin = f.get(tok.a).is_some_and(|c| c.is_ascii_alphabetic());
    let mut i = tok.b;
    if latin && !p.word(f, tok).ends_with(" to") {
        let to = p.toks.iter().find(|t| t.a >= tok.b && t.w == W::To)?;
        i = to.b;
    } else {
        // 转2给李四, 转给 @李四
        for t in &p.toks {
            if t.a >= i && matches!(t.w, W::Ref | W::To | W::Colon) && f.text(i, t.a).trim().is_empty() {
                i = t.b;
            } else if t.a >= i
                && t.w == W::Fill
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
    if p.any(&[W::Not, W::NotYet, W::Maybe, W::Cond, W::Done, W::Progress, W::Behind, W::Block, W::Decline]) {
        return None;
    }
    if p.marks.is_empty()
        && (reader.known.context == Context::MinutesReview || reader.known.items.len() > 1)
        && !p.any(&[W::KeyOwner, W::KeyDue])
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
                && !matches!(
                    t.w,
                    W::Fill
                        | W::Ref
                        | W::Time
                        | W::MoveTo
                        | W::KeyOwner
                        | W::KeyDue
                        | W::Colon
                        | W::Comma
                        | W::By
                        | W::InCharge
                        | W::To
                        | W::Postpone
                        | W::HandTo
                        | W::Name
                        | W::And
                        | W::Courtesy
                        | W::Please
                        | W::Perf
                        | W::Future
                        | W::Slash
                        | W::DoneV
                        | W::KeyTime
                )
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
    if let Some(tok) = p.find(W::HandTo)
        && (p.word(f, tok) != "let" && p.word(f, tok) != "send")
    {
        if p.before(tok.a, &[W::Not, W::NotYet, W::Future, W::Maybe, W::Suggest, W::Says, W::Ask]) {
            return Some(Say::Text("not_understood"));
        }
        if let Some((name, start, end)) = target_name(f, p, tok, reader) {
            let before_ok = p.no_junk_in(p.body, tok.a)
                && p.toks.iter().filter(|t| t.b <= start).all(|t| {
                    matches!(
                        t.w,
                        W::Fill
                            | W::Ref
                            | W::HandTo
                            | W::To
                            | W::Apply
                            | W::Need
                            | W::Please
                            | W::Colon
                            | W::Comma
                            | W::Perf
                            | W::All
                            | W::And
                            | W::KeyOwner
                            | W::MoveTo
                            | W::Courtesy
                            | W::Past
                            | W::Decline
                            | W::Ack
                            | W::Rest
                    )
                })
                && p.names_well();
            let after_ok = p
                .toks
                .iter()
                .filter(|t| t.a >= end)
                .all(|t| !matches!(t.w, W::Cond | W::Ask | W::Not | W::NotYet | W::Maybe));
            if before_ok && after_ok {
                let mut a = delegate_to(&name, p, "delegate");
                if p.has(W::All) && p.marks.is_empty() {
                    a.scope = Scope::All;
                }
                if p.has(W::Rest) {
                    a.scope = Scope::Rest;
                }
                if let Some(because) = p.find(W::Because) {
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
    if let Some(tok) = p.find(W::KeyOwner)
        && !p.before(tok.a, &[W::Not, W::NotYet, W::Maybe])
    {
        let mut i = tok.b;
        for t in &p.toks {
            if t.a >= i && matches!(t.w, W::Colon | W::MoveTo | W::Fill | W::To) && f.text(i, t.a).trim().is_empty() {
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
    let charge = p.find(W::InCharge)?;
    if p.any(&[W::Not, W::NotYet, W::Maybe, W::Suggest, W::Ask, W::Says]) {
        return None;
    }
    let by = p
        .toks
        .iter()
        .rev()
        .find(|t| {
            t.b <= charge.a
                && (t.w == W::By && p.word(f, **t) == "由"
                    || matches!(t.w, W::Please | W::Proxy)
                        && matches!(p.word(f, **t).as_str(), "请" | "让" | "叫" | "安排" | "改由" | "派")
                    || t.w == W::HandTo)
        })
        .copied();
    let place = by.map_or(p.body, |t| t.b);
    let mut place = place;
    if by.is_none() {
        for t in &p.toks {
            if t.a >= place
                && t.b <= charge.a
                && matches!(t.w, W::Fill | W::Comma | W::Colon | W::MoveTo | W::Ref | W::Ack | W::Greeting)
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
        && p.toks.iter().filter(|t| t.a >= end).all(|t| {
            matches!(
                t.w,
                W::Fill
                    | W::InCharge
                    | W::Future
                    | W::Ref
                    | W::Perf
                    | W::All
                    | W::And
                    | W::Courtesy
                    | W::Please
                    | W::Okay
                    | W::Time
                    | W::Need
                    | W::Rest
            )
        })
        && p.no_junk_in(p.body, place)
        && p.toks.iter().filter(|t| t.b <= place).all(|t| {
            matches!(
                t.w,
                W::Fill
                    | W::Ref
                    | W::By
                    | W::Please
                    | W::Proxy
                    | W::Comma
                    | W::Colon
                    | W::All
                    | W::MoveTo
                    | W::Apply
                    | W::HandTo
                    | W::Need
                    | W::Ack
                    | W::Greeting
                    | W::Rest
            )
        })
        && p.names_well();
    if !person || !between_ok {
        return None;
    }
    let mut a = delegate_to(written, p, "delegate.in_charge");
    if p.has(W::All) && p.marks.is_empty() {
        a.scope = Scope::All;
    }
    if p.has(W::Rest) {
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
    let tok = p.first(&[W::Postpone, W::Reschedule, W::KeyDue, W::MoveTo])?;
    if p.any(&[W::Agree, W::Refuse]) {
        return None;
    }
    // 会议改期 belongs to meetings.
    if tok.w == W::Reschedule
        && (!p.word(f, tok).starts_with('改')
            && !p.word(f, tok).starts_with("reschedule to")
            && !p.word(f, tok).starts_with("reschedule it")
            && !p.word(f, tok).starts_with("rescheduled"))
    {
        return None;
    }
    if p.has(W::MeetingNoun) {
        return None;
    }
    if p.before(tok.a, &[W::Not, W::NotYet, W::Maybe, W::Suggest, W::Says]) || p.has(W::Not) {
        return Some(Say::Text("not_understood"));
    }
    let because = p.find(W::Because);
    let head_end = because.map_or(p.b, |t| t.a);
    let shift = times::shift(f.written(p.body, head_end));
    let due = p.time.filter(|(x, ..)| *x < head_end).map(|(.., due)| due);
    let allowed = [
        W::Postpone,
        W::Reschedule,
        W::KeyDue,
        W::MoveTo,
        W::Apply,
        W::Need,
        W::Please,
        W::Time,
        W::To,
        W::Future,
        W::Because,
        W::All,
        W::Okay,
        W::Half,
        W::Past,
        W::Rest,
        W::By,
    ];
    // The amount of a shift is in no lexicon: 两个工作日, `2 days`.
    let amount = times::amount_span(f, p.body, head_end);
    let clean = p.names_well()
        && p.junk.iter().all(|(a, b)| *a >= head_end || amount.is_some_and(|(x, y)| x <= *a && *b <= y))
        && p.toks.iter().all(|t| {
            t.a >= head_end
                || amount.is_some_and(|(x, y)| x <= t.a && t.b <= y)
                || allowed.contains(&t.w)
                || matches!(
                    t.w,
                    W::Fill
                        | W::Perf
                        | W::Comma
                        | W::Colon
                        | W::Courtesy
                        | W::Ref
                        | W::Attach
                        | W::And
                        | W::Greeting
                        | W::Ack
                )
        });
    if !clean {
        return if matches!(tok.w, W::Postpone | W::Reschedule) { Some(Say::Text("not_understood")) } else { None };
    }
    if due.is_none() && shift.is_none() {
        // 申请延期 is a request without its date; 改为 without one is none.
        let latin_verb = f.get(tok.a).is_some_and(|c| c.is_ascii_alphabetic());
        if tok.w != W::Postpone
            || p.has(W::Perf)
            || (latin_verb
                && matches!(p.word(f, tok).as_str(), "push" | "shift" | "bump" | "extended" | "extending" | "pushing"))
            || p.has(W::Future)
        {
            return if tok.w == W::Postpone { Some(Say::Text("not_understood")) } else { None };
        }
    }
    if tok.w == W::KeyDue && due.is_none() {
        return None;
    }
    let mut a = act(Verb::Postpone, "postpone");
    // 延期两天 counts from the old date, which only the record knows; a date said wins.
    let to_date =
        p.toks.iter().any(|t| {
            matches!(t.w, W::MoveTo | W::To | W::KeyDue) || (t.w == W::Postpone && ends_in_to(&p.word(f, *t)))
        }) || shift.is_none();
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
    if p.has(W::All) && p.marks.is_empty() {
        a.scope = Scope::All;
    }
    if p.has(W::Rest) {
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
    let tok = p.first(&[W::Block, W::Behind])?;
    if p.before(tok.a, &[W::Refuse, W::Return, W::Agree, W::Pass, W::Decline]) {
        return None;
    }
    let explicit = p.marks.iter().any(|mark| mark.explicit) || (!p.marks.is_empty() && p.body > p.a);
    if p.before(tok.a, &[W::Not, W::NotYet, W::Cond, W::Ask, W::Says, W::Hearsay, W::Maybe, W::Undo, W::Suggest])
        || p.before(tok.a, &[W::Future]) && tok.w == W::Block
        || p.has(W::MeetingNoun)
    {
        return Some(Say::Text("not_understood"));
    }
    let before: Vec<&Tok> = p.toks.iter().filter(|t| t.b <= tok.a).collect();
    let clean_before = p.no_junk_in(p.body, tok.a)
        && p.names_well()
        && before.iter().all(|t| {
            matches!(
                t.w,
                W::Fill
                    | W::Ref
                    | W::Perf
                    | W::Colon
                    | W::Comma
                    | W::Courtesy
                    | W::Need
                    | W::All
                    | W::Ongoing
                    | W::And
                    | W::Progress
                    | W::Future
                    | W::Partly
                    | W::Attach
                    | W::Past
                    | W::Greeting
                    | W::Rest
                    | W::Third
            )
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
    let verb = if tok.w == W::Block { Verb::Block } else { Verb::Behind };
    let mut a = act(verb, if tok.w == W::Block { "block" } else { "behind" });
    a.targets = p.targets();
    if p.has(W::All) && p.marks.is_empty() {
        a.scope = Scope::All;
    }
    let measure = p.toks.iter().find(|t| t.w == W::Measure && t.a >= tok.b);
    let reason_end = measure.map_or(p.b, |t| t.a);
    let reason_start = p.toks.iter().find(|t| t.w == W::Because && t.a >= tok.b).map_or(tok.b, |t| t.b);
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
    if tok.w == W::Behind {
        a.command.due = p.time.map(|(.., due)| due);
    }
    Some(one(a))
}

fn cancel(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let tok = p.first(&[W::Cancel, W::Close])?;
    let context = reader.known.context;
    if p.any(&[W::Agree, W::Refuse]) {
        return None;
    }
    if p.before(tok.a, &[W::Not, W::NotYet, W::Maybe, W::Future, W::Suggest, W::Need]) {
        return Some(Say::Text("not_understood"));
    }
    let because = p.find(W::Because);
    let end = because.map_or(p.b, |t| t.a);
    let clean = p.names_well()
        && p.no_junk_in(p.a, end)
        && p.toks.iter().filter(|t| t.a < end).all(|t| {
            matches!(
                t.w,
                W::Cancel
                    | W::Close
                    | W::Please
                    | W::Apply
                    | W::Fill
                    | W::Ref
                    | W::Perf
                    | W::Colon
                    | W::Comma
                    | W::Courtesy
                    | W::All
                    | W::And
                    | W::MeetingNoun
                    | W::Past
                    | W::Rest
                    | W::Ack
            )
        });
    if !clean {
        return Some(Say::Text("not_understood"));
    }
    let reason = because.and_then(|t| text_or_none(f.written(t.b, p.b)));
    if p.has(W::MeetingNoun)
        || (p.marks.is_empty() && matches!(context, Context::Readiness | Context::Preview))
        || (context == Context::Meeting && p.marks.is_empty() && p.has(W::Perf) && p.word(f, tok) == "取消")
    {
        if tok.w == W::Close {
            return Some(Say::Text("not_understood"));
        }
        let mut a = whole(Verb::CallOff, "call_off");
        a.command.reason = reason;
        return Some(one(a));
    }
    let at_home = match tok.w {
        // 关闭 is an answer to the question what becomes of a late item (O27).
        W::Close => matches!(context, Context::Reminder | Context::Escalation),
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
        && !p.has(W::All)
        && !p.has(W::Rest)
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
    if p.has(W::All) && p.marks.is_empty() {
        a.scope = Scope::All;
    }
    if p.has(W::Rest) {
        a.scope = Scope::Rest;
    }
    Some(one(a))
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
    let deeds = [W::Done, W::DoneV, W::DonePast];
    let heart = p.first(&[W::Done, W::DoneV, W::DonePast, W::Progress, W::Half, W::Partly, W::Start, W::Percent]);
    let scoped = |mut a: Act| {
        a.targets = p.targets();
        if p.has(W::Rest) {
            a.scope = Scope::Rest;
        } else if p.has(W::All) && a.targets.is_empty() {
            a.scope = Scope::All;
        }
        a
    };
    let Some(heart) = heart else {
        // 2 还没, `2 not yet`
        let not_yet = p.find(W::NotYet)?;
        let word = p.word(f, not_yet);
        let alone = p.clean(&[W::NotYet, W::All, W::Rest, W::Courtesy])
            && (word.contains(['还', '尚', '仍', '暂'])
                || matches!(word.as_str(), "not yet" | "not quite" | "incomplete" | "unfinished" | "still not"));
        return alone.then(|| one(scoped(act(Verb::Progress, "progress.not_yet"))));
    };
    let due = p.time.map(|(.., due)| due);
    let negated = p.before(heart.b.max(p.first(&deeds).map_or(heart.b, |t| t.a)), &[W::NotYet]) || p.has(W::NotYet);
    let refused = p.has(W::Not);
    let promised = p.any(&[W::Future, W::Okay]);
    let maybe = p.has(W::Maybe);
    let work = [
        W::Done,
        W::DoneV,
        W::DonePast,
        W::Progress,
        W::Half,
        W::Partly,
        W::Start,
        W::Percent,
        W::Ongoing,
        W::Time,
        W::Past,
        W::All,
        W::Rest,
        W::NotYet,
        W::Not,
        W::Future,
        W::Okay,
        W::Maybe,
        W::To,
        W::By,
        W::Need,
        W::Only,
        W::Confirm,
        W::KeyDue,
        W::InCharge,
        W::Outside,
        W::Send,
    ];
    if !p.clean(&work) {
        return None;
    }
    if p.any(&[W::Please, W::Suggest, W::Apply]) {
        return Some(Say::Text("not_understood"));
    }
    let percent = p.percent.or_else(|| p.has(W::Half).then_some(50));
    // 100% 完成
    if percent == Some(100)
        && p.has(W::Done)
        && !negated
        && !refused
        && !promised
        && !maybe
        && !p.any(&[W::Need, W::Partly])
    {
        return Some(one(scoped(act(Verb::Done, "done.percent"))));
    }
    if let Some(percent) = percent {
        if refused && !p.has(W::NotYet) {
            return Some(Say::Text("not_understood"));
        }
        let mut a = act(Verb::Progress, "progress.percent");
        // 不到一半, 还没到60% say less than they count.
        a.command.percent = (!negated).then_some(percent);
        a.command.due = due.filter(|_| promised);
        return Some(one(scoped(a)));
    }
    if p.has(W::Need) && !p.has(W::Progress) {
        return Some(Say::Text("not_understood"));
    }
    if refused {
        // `won't be done until Friday` is an expected date; 完不成 and 不能完成 are for a human.
        if p.has(W::Done) && due.is_some() && p.has(W::To) && f.get(heart.a).is_some_and(|c| c.is_ascii_alphabetic()) {
            let mut a = act(Verb::Progress, "progress.not_before");
            a.command.due = due;
            return Some(one(scoped(a)));
        }
        return Some(Say::Text("not_understood"));
    }
    if negated {
        if !p.any(&[W::Done, W::DoneV, W::DonePast, W::Start, W::Progress, W::Partly]) {
            return Some(Say::Text("not_understood"));
        }
        let mut a = act(Verb::Progress, "progress.not_done");
        a.command.due = due.filter(|_| promised);
        return Some(one(scoped(a)));
    }
    if p.has(W::Partly) {
        let word = p.find(W::Partly).map(|t| p.word(f, t)).unwrap_or_default();
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
        if p.any(&deeds) || p.has(W::Progress) || says_itself || (word == "快" && p.has(W::Perf)) {
            let mut a = act(Verb::Progress, "progress.partly");
            a.command.due = due.filter(|_| promised);
            return Some(one(scoped(a)));
        }
        return Some(Say::Text("not_understood"));
    }
    if p.has(W::Progress) || (p.has(W::Ongoing) && p.any(&deeds)) {
        let mut a = act(Verb::Progress, "progress");
        a.command.due = due;
        return Some(one(scoped(a)));
    }
    if p.has(W::Start) {
        if p.any(&[W::Done, W::DonePast]) || maybe {
            return Some(Say::Text("not_understood"));
        }
        if p.any(&[W::Perf, W::Past])
            || p.word(f, heart).contains(['已', '了'])
            || f.get(heart.a).is_some_and(|c| c.is_ascii_alphabetic()) && !promised && due.is_none()
        {
            return Some(one(scoped(act(Verb::Progress, "progress.started"))));
        }
        return Some(Say::Text("not_understood"));
    }
    let latin = f.get(heart.a).is_some_and(|c| c.is_ascii_alphabetic());
    let perfect = p.has(W::Perf) || p.has(W::DonePast);
    if maybe {
        if due.is_some() && !p.has(W::Perf) {
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
    let past = p.has(W::Past) || due.is_some_and(|due| times::is_past(due, reader.anchor));
    let today = due.is_some_and(|due| times::is_today(due, reader.anchor));
    if due.is_some() && !past {
        let said_already = p.toks.iter().any(|t| t.w == W::Perf && p.word(f, *t).starts_with('已'))
            || p.toks.iter().any(|t| t.w == W::Perf && p.word(f, *t) == "already");
        let said_le = p.toks.iter().any(|t| t.w == W::Perf && p.word(f, *t) == "了");
        let by = p.any(&[W::By, W::Future])
            || p.time.is_some_and(|(x, y, _)| f.text(x.saturating_sub(3), y).contains("by "));
        let said = said_already || (today && (said_le || (latin && !by)));
        if !said {
            if said_le || (latin && !by && !p.has(W::DoneV)) {
                return Some(Say::Text("not_understood"));
            }
            let mut a = act(Verb::Progress, "progress.promise");
            a.command.due = due;
            return Some(one(scoped(a)));
        }
    }
    // What remains says that it is done.
    if !p.clean(&[
        W::Done,
        W::DoneV,
        W::DonePast,
        W::Past,
        W::All,
        W::Rest,
        W::Time,
        W::Confirm,
        W::Only,
        W::By,
        W::Send,
    ]) || (p.has(W::By) && due.is_none())
    {
        return Some(Say::Text("not_understood"));
    }
    let deed = p.first(&[W::DoneV, W::DonePast]).map(|t| p.word(f, t));
    if p.has(W::Done) {
        let mut a = act(Verb::Done, "done");
        // 测试完成 of 提交测试报告 is a step, not the task.
        a.deed = deed;
        return Some(one(scoped(a)));
    }
    if p.has(W::DoneV) && !perfect && !past {
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
        t.w == W::Need
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
        matches!(t.w, W::Apply | W::Need)
            && matches!(p.word(f, *t).as_str(), "i need" | "we need" | "need" | "needs" | "need another")
    }) || f.text(p.body, p.b).contains(" more ")
        || p.toks.iter().any(|t| t.w == W::Partly && matches!(p.word(f, *t).as_str(), "还差" | "只差" | "就差"));
    if !more || p.any(&[W::Postpone, W::MoveTo, W::Not, W::Please, W::Remind, W::Late, W::HoldEsc]) {
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
                || matches!(
                    t.w,
                    W::Fill
                        | W::Need
                        | W::Apply
                        | W::Ref
                        | W::Time
                        | W::Future
                        | W::Maybe
                        | W::Partly
                        | W::Done
                        | W::DoneV
                        | W::Perf
                        | W::Colon
                        | W::Comma
                        | W::Courtesy
                        | W::Past
                        | W::Ongoing
                        | W::All
                        | W::And
                        | W::NotYet
                )
        });
    if !clean {
        return None;
    }
    let mut a = act(Verb::Progress, "progress.more_time");
    a.targets = p.targets();
    a.command.due = times::after(f.written(x, y), reader.anchor);
    if p.has(W::All) && a.targets.is_empty() {
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
    if times::is_past(due, reader.anchor) || !p.clean(&[W::Time, W::Future, W::To, W::By, W::Maybe, W::KeyDue, W::All])
    {
        return None;
    }
    if p.marks.is_empty() && !p.any(&[W::Future, W::Maybe]) && reader.known.items.len() != 1 {
        return None;
    }
    let mut a = act(Verb::Progress, "progress.date");
    a.command.due = Some(due);
    a.targets = p.targets();
    if p.has(W::All) && a.targets.is_empty() {
        a.scope = Scope::All;
    }
    Some(one(a))
}

/// Pass, return, agree, refuse, sign: what each means is the context's.
fn verdict(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let tok = p.first(&[W::Pass, W::Return, W::Agree, W::Refuse, W::Sign])?;
    let context = reader.known.context;
    if p.before(tok.a, &[W::Not, W::NotYet, W::Maybe, W::Future, W::Suggest, W::Need]) {
        return Some(Say::Text("not_understood"));
    }
    let named_id = p.targets().iter().any(|t| matches!(t, Target::Id(_)));
    let verb = match (tok.w, context) {
        (W::Pass, Context::Acceptance | Context::None) => Verb::Accept,
        (W::Pass, Context::Approval) => Verb::Approve,
        (W::Return, Context::Acceptance) => Verb::Reject,
        (W::Return, Context::None) if named_id => Verb::Reject,
        (W::Return, Context::Approval) => Verb::Refuse,
        (W::Agree, Context::Approval | Context::Escalation | Context::Readiness | Context::None) => Verb::Approve,
        (W::Agree, Context::Acceptance) => Verb::Accept,
        (W::Agree, Context::SignOff) => Verb::SignOff,
        (W::Agree, Context::Action | Context::Reminder | Context::Issue)
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
        (W::Agree, Context::Action | Context::Reminder) if !p.marks.is_empty() => Verb::Approve,
        (W::Agree, Context::Preview | Context::MinutesReview) => Verb::Send,
        (
            W::Refuse,
            Context::Approval | Context::Escalation | Context::Readiness | Context::None | Context::SignOff,
        ) => Verb::Refuse,
        (W::Refuse, Context::Acceptance) => Verb::Reject,
        (W::Refuse, Context::Action) if p.word(f, tok) == "不同意" => Verb::Decline,
        (W::Sign, Context::SignOff | Context::Issue | Context::None) => Verb::SignOff,
        _ => return None,
    };
    let imperative = matches!(verb, Verb::Reject | Verb::Refuse | Verb::Accept);
    let because = p
        .toks
        .iter()
        .find(|t| t.w == W::Because && t.a >= tok.b)
        .copied()
        .or_else(|| p.toks.iter().find(|t| t.w == W::Colon && t.a >= tok.b).copied());
    let end = match because {
        Some(t) if matches!(verb, Verb::Reject | Verb::Refuse | Verb::Decline) || t.w == W::Because => t.a,
        _ => p.b,
    };
    let extra = [
        W::Pass,
        W::Return,
        W::Agree,
        W::Refuse,
        W::Sign,
        W::All,
        W::Rest,
        W::Confirm,
        W::Yes,
        W::Ack,
        W::Okay,
        W::Postpone,
        W::HandTo,
        W::Cancel,
        W::Done,
        W::No,
    ];
    let allowed = |t: &Tok| {
        matches!(t.w, W::Fill | W::Perf | W::Comma | W::Colon | W::Courtesy | W::Greeting | W::Ref | W::And | W::Attach)
            || extra.contains(&t.w)
            || (imperative && t.w == W::Please)
            || (matches!(verb, Verb::Approve) && t.w == W::Time)
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
    if p.has(W::Rest) {
        a.scope = Scope::Rest;
    } else if p.has(W::All) && a.targets.is_empty() {
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
    let tok = p.find(W::Decline)?;
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
            if p.clean(&[W::Decline, W::MeetingNoun])
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
    if p.before(tok.a, &[W::Not, W::NotYet, W::Please, W::Suggest, W::Says])
        || (context == Context::None && p.marks.is_empty())
    {
        return Some(Say::Text("not_understood"));
    }
    // What follows is the reason; what stands before has to be nothing.
    let before_ok = p.no_junk_in(p.body, tok.a)
        && p.names_well()
        && p.toks.iter().filter(|t| t.b <= tok.a).all(|t| {
            matches!(
                t.w,
                W::Fill
                    | W::Ref
                    | W::Colon
                    | W::Comma
                    | W::Courtesy
                    | W::Greeting
                    | W::Perf
                    | W::All
                    | W::And
                    | W::Need
                    | W::Maybe
                    | W::Rest
                    | W::Confirm
                    | W::No
                    | W::Future
                    | W::InCharge
                    | W::Because
                    | W::Okay
                    | W::Ack
            )
        });
    if !before_ok
        || (p.has(W::Maybe) && !p.word(f, tok).starts_with("应该"))
            && p.before(tok.a, &[W::Maybe])
            && !matches!(
                p.first(&[W::Maybe]).map(|t| p.word(f, t)).as_deref(),
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
            matches!(
                t.w,
                W::Fill
                    | W::Ref
                    | W::Because
                    | W::Comma
                    | W::Colon
                    | W::Courtesy
                    | W::But
                    | W::Please
                    | W::HandTo
                    | W::To
                    | W::Past
                    | W::And
                    | W::Third
                    | W::Todos
                    | W::All
            )
        }) && (p.no_junk_in(tok.b, p.toks.iter().find(|t| t.w == W::Because && t.a >= tok.b).map_or(p.b, |t| t.a))
            || word.starts_with("wrong person"));
    if !tail_free || !latin_ok {
        return Some(Say::Text("not_understood"));
    }
    let mut a = act(verb, "decline");
    a.targets = p.targets();
    if p.has(W::Rest) {
        a.scope = Scope::Rest;
    } else if p.has(W::All) && a.targets.is_empty() {
        a.scope = Scope::All;
    }
    let reason_from = p.toks.iter().find(|t| t.w == W::Because && t.a >= tok.b).map_or(tok.b, |t| t.b);
    a.command.reason = text_or_none(f.written(reason_from, p.b)).filter(|r| r.chars().count() > 2);
    Some(one(a))
}

// ------------------------------------------------------------------------------------------------ issues and escalations

/// 5分, 满意度 4分, `rating: 5`, 4/5.
fn rate(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let context = reader.known.context;
    let word = p.find(W::Rate);
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
    if p.any(&[W::Not, W::NotYet, W::Maybe, W::Cond, W::Need, W::Please, W::Suggest]) && !p.has(W::Because) {
        return Some(Say::Text("not_understood"));
    }
    if !(1..=5).contains(&score) {
        return Some(Say::Text("not_understood"));
    }
    let mut a = whole(Verb::Rate, "rate");
    a.command.score = u8::try_from(score).ok();
    let because = p.find(W::Because);
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
    if let Some(tok) = p.find(W::StopEsc) {
        if p.clean(&[W::StopEsc, W::Please, W::Need, W::Okay, W::Future, W::Ack]) {
            let _ = tok;
            return Some(one(Act {
                targets: p.targets(),
                scope: if p.marks.is_empty() { Scope::Whole } else { Scope::Lines },
                ..act(Verb::StopEscalation, "stop_escalation")
            }));
        }
        return Some(Say::Text("not_understood"));
    }
    if let Some(tok) = p.find(W::HoldEsc) {
        let word = p.word(f, tok);
        let says_so = word.contains("升级") || word.contains("escalat");
        if (context == Context::Escalation || says_so)
            && p.clean_but_junk(&[W::HoldEsc, W::Please, W::Time, W::To, W::Need, W::Okay, W::Future, W::Apply, W::Ack])
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
    if let Some(tok) = p.find(W::Convene)
        && matches!(context, Context::Escalation | Context::Issue | Context::Reminder)
        && p.clean(&[W::Convene, W::Please, W::Need, W::Suggest, W::Apply, W::Time, W::Okay, W::Agree])
        && !p.any(&[W::Not])
    {
        let _ = tok;
        let mut a = whole(Verb::Convene, "convene");
        a.command.start = times::start(f.written(p.body, p.b), reader.anchor).filter(|_| p.time.is_some());
        return Some(one(a));
    }
    if context == Context::Issue && p.has(W::Acknowledge) && p.clean(&[W::Acknowledge, W::Ack, W::Future]) {
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
    let moves = p.any(&[W::MoveTo, W::Reschedule, W::Postpone, W::Suggest])
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
    let tag = p.has(W::Tag)
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
    let asks = p.asks || p.has(W::Suggest) || tag || p.toks.iter().any(|t| t.w == W::Okay && false);
    if !asks || !(moves || (tag && p.time.is_some())) {
        return None;
    }
    if p.any(&[W::Done, W::Progress, W::Agenda, W::KeyPlace]) && !p.has(W::MoveTo) {
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
    let quiet = [W::MeetingNoun, W::Please, W::Past, W::Ack, W::Okay, W::Confirm, W::Need];
    let simple = [
        (W::CallOff, Verb::CallOff, true),
        (W::NotHeld, Verb::NotHeld, at_home || context == Context::Reminder || context == Context::MinutesGaps),
        (W::NoMinutes, Verb::NoMinutes, true),
        (W::Proceed, Verb::Proceed, at_home),
    ];
    for (w, verb, home) in simple {
        let Some(tok) = p.find(w) else { continue };
        if !home {
            continue;
        }
        if p.has(W::Agree) {
            return None;
        }
        if p.before(tok.a, &[W::Not, W::NotYet, W::Maybe, W::Future, W::Suggest]) {
            return Some(Say::Text("not_understood"));
        }
        let because = p.find(W::Because);
        let end = because.map_or(p.b, |t| t.a);
        let clean = p.no_junk_in(p.a, end)
            && p.toks.iter().filter(|t| t.a < end).all(|t| {
                t.w == w
                    || quiet.contains(&t.w)
                    || matches!(
                        t.w,
                        W::Fill
                            | W::Perf
                            | W::Comma
                            | W::Colon
                            | W::Courtesy
                            | W::Greeting
                            | W::Ref
                            | W::Time
                            | W::Cancel
                            | W::Yes
                    )
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
        if !clean || bare_is_vague || p.has(W::Need) && verb != Verb::NoMinutes {
            if verb == Verb::Proceed {
                continue;
            }
            return Some(Say::Text("not_understood"));
        }
        let mut a = whole(verb, "meeting");
        a.command.reason = because.and_then(|t| text_or_none(f.written(t.b, p.b)));
        return Some(one(a));
    }
    if let Some(tok) = p.find(W::KeyPlace)
        && at_home
        && context != Context::None
    {
        let change = p
            .toks
            .iter()
            .find(|t| {
                t.a >= tok.b && matches!(t.w, W::MoveTo | W::Colon | W::To)
                    || (t.a >= tok.b && t.w == W::Fill && matches!(p.word(f, **t).as_str(), "在" | "is" | "to"))
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
        if !place.is_empty() && place.chars().count() <= 60 && !p.any(&[W::Not, W::NotYet, W::Maybe]) {
            let mut a = whole(Verb::Reschedule, "reschedule.place");
            a.command.place = Some(place.to_string());
            return Some(one(a));
        }
        return Some(Say::Text("not_understood"));
    }
    let edit = context == Context::Preview || p.toks.first().is_some_and(|t| matches!(t.w, W::MoveTo | W::DoneV));
    if edit && context == Context::Preview {
        if let Some(tok) = p.find(W::KeyTitle)
            && let Some(colon) = p.toks.iter().find(|t| t.a >= tok.b && matches!(t.w, W::Colon | W::MoveTo | W::To))
        {
            let mut a = whole(Verb::Reschedule, "edit.title");
            a.command.title = text_or_none(f.written(colon.b, p.b));
            return a.command.title.is_some().then(|| one(a));
        }
        if let Some(tok) = p.find(W::KeyLength) {
            let mut a = whole(Verb::Reschedule, "edit.length");
            a.command.minutes = times::minutes(&f.text(tok.b, p.b));
            return a.command.minutes.is_some().then(|| one(a));
        }
    }
    let tok = p.first(&[W::Reschedule, W::MoveTo, W::Postpone, W::KeyTime])?;
    let about_meeting = p.has(W::MeetingNoun)
        || tok.w == W::Reschedule && !p.word(f, tok).starts_with("改期")
        || p.has(W::Reschedule) && meeting_context(context);
    if !(meeting_context(context) || (about_meeting && tok.w != W::KeyTime)) {
        return None;
    }
    if tok.w == W::KeyTime && !p.any(&[W::MoveTo, W::Colon, W::To]) {
        return None;
    }
    if p.before(tok.a, &[W::Not, W::NotYet, W::Maybe, W::Suggest])
        || p.any(&[W::Agree, W::Attend, W::NotAttend, W::Third, W::Says])
    {
        return Some(Say::Text("not_understood"));
    }
    let because = p.find(W::Because);
    let end = because.map_or(p.b, |t| t.a);
    let start = p.time.and_then(|_| times::start(f.written(p.body, end), reader.anchor));
    let clean = p.no_junk_in(p.a, end)
        && p.toks.iter().filter(|t| t.a < end).all(|t| {
            matches!(
                t.w,
                W::Reschedule
                    | W::MoveTo
                    | W::Postpone
                    | W::KeyTime
                    | W::MeetingNoun
                    | W::Time
                    | W::To
                    | W::Please
                    | W::Fill
                    | W::Perf
                    | W::Colon
                    | W::Comma
                    | W::Courtesy
                    | W::Greeting
                    | W::Ack
                    | W::Past
                    | W::DoneV
                    | W::Need
                    | W::Okay
                    | W::By
            )
        });
    let Some(start) = start else {
        // 改到 A 会议室
        if tok.w == W::MoveTo
            && meeting_context(context)
            && let Some(place) = room(f, tok.b, p.b)
            && !p.has(W::Not)
        {
            let mut a = whole(Verb::Reschedule, "reschedule.place");
            a.command.place = Some(place);
            return Some(one(a));
        }
        if clean && tok.w == W::Reschedule && !p.has(W::Need) {
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
    if p.any(&[W::Agenda, W::Object, W::ShouldRead]) {
        return None;
    }
    if let Some(said) = delegated(f, p, reader) {
        return Some(said);
    }
    // Whose attendance? 李雷不参加 is not for us to record.
    let somebody = p.has(W::Name)
        || p.junk.first().is_some_and(|(x, _)| {
            take_name(f, *x, p.b, reader.names).is_some_and(|(written, _)| names::looks_like_person(written))
        });
    if p.any(&[W::Tentative])
        && !somebody
        && p.clean(&[
            W::Tentative,
            W::Attend,
            W::Maybe,
            W::Time,
            W::Future,
            W::Not,
            W::NotYet,
            W::MeetingNoun,
            W::NotAttend,
            W::Need,
            W::Third,
            W::Online,
            W::Late,
            W::Ack,
        ])
    {
        return Some(one(answer("tentative", "rsvp.tentative")));
    }
    if p.any(&[W::Says, W::Hearsay]) || somebody {
        return None;
    }
    let because = p.find(W::Because);
    let end = because.map_or(p.b, |t| t.a);
    let reason_of = |p: &Piece| because.and_then(|t| text_or_none(f.written(t.b, p.b)));
    let junk_is_reason =
        p.junk.iter().filter(|(a, _)| *a < end).all(|(a, b)| REASONS.contains(&f.text(*a, *b).as_str()));
    if let Some(tok) = p.find(W::NotAttend) {
        if p.before(tok.a, &[W::Maybe]) {
            return Some(one(answer("tentative", "rsvp.tentative")));
        }
        if p.before(tok.a, &[W::NotYet, W::Please])
            || !junk_is_reason
            || p.before(tok.a, &[W::Not]) && !p.has(W::Attend)
        {
            return Some(Say::Text("not_understood"));
        }
        let ok = p.toks.iter().filter(|t| t.a < end).all(|t| {
            matches!(
                t.w,
                W::NotAttend
                    | W::Attend
                    | W::Not
                    | W::Fill
                    | W::Perf
                    | W::Comma
                    | W::Colon
                    | W::Courtesy
                    | W::Greeting
                    | W::Time
                    | W::Need
                    | W::Apply
                    | W::MeetingNoun
                    | W::And
                    | W::Future
                    | W::Ack
                    | W::Past
                    | W::Maybe
                    | W::To
                    | W::Convene
                    | W::DoneV
                    | W::No
                    | W::Half
                    | W::All
                    | W::Third
                    | W::Okay
                    | W::CondBenign
                    | W::By
                    | W::Ongoing
                    | W::But
            )
        });
        if !ok {
            return Some(Say::Text("not_understood"));
        }
        let mut a = answer("declined", "rsvp.declined");
        a.command.reason =
            reason_of(p).or_else(|| p.junk.first().and_then(|(x, _)| text_or_none(f.written(*x, tok.a))));
        return Some(one(a));
    }
    if let Some(tok) = p.find(W::Attend) {
        if p.before(tok.a, &[W::Not]) {
            let not = p.first(&[W::Not]).map(|t| p.word(f, t)).unwrap_or_default();
            if matches!(
                not.as_str(),
                "不用" | "不要" | "别" | "不必" | "无需" | "不需要" | "勿" | "请勿" | "无须" | "don't" | "do not"
            ) || !junk_is_reason
            {
                return Some(Say::Text("not_understood"));
            }
            let ok = p.toks.iter().filter(|t| t.a < end).all(|t| {
                matches!(
                    t.w,
                    W::Attend
                        | W::Not
                        | W::Fill
                        | W::Perf
                        | W::Comma
                        | W::Colon
                        | W::Courtesy
                        | W::Greeting
                        | W::Time
                        | W::MeetingNoun
                        | W::And
                        | W::Ack
                        | W::Future
                        | W::Maybe
                        | W::Confirm
                        | W::No
                        | W::Okay
                        | W::To
                        | W::CondBenign
                )
            });
            if !ok {
                return Some(Say::Text("not_understood"));
            }
            if p.before(tok.a, &[W::Maybe]) {
                return Some(one(answer("tentative", "rsvp.tentative")));
            }
            let mut a = answer("declined", "rsvp.declined");
            a.command.reason = reason_of(p);
            return Some(one(a));
        }
        if p.any(&[W::NotYet, W::Please, W::Suggest]) || p.has(W::Need) && !p.before(tok.a, &[W::Future]) {
            return Some(Say::Text("not_understood"));
        }
        if p.has(W::Maybe) {
            return if p.junk.is_empty() {
                Some(one(answer("tentative", "rsvp.tentative")))
            } else {
                Some(Say::Text("not_understood"))
            };
        }
        let late = p.any(&[W::Late, W::Online, W::Behind]);
        let junk_ok = p.junk.is_empty()
            || (late
                && times::amount_span(f, p.body, p.b)
                    .is_some_and(|(x, y)| p.junk.iter().all(|(a, b)| x <= *a && *b <= y)));
        let ok = junk_ok
            && p.toks.iter().all(|t| {
                matches!(
                    t.w,
                    W::Attend
                        | W::Fill
                        | W::Perf
                        | W::Comma
                        | W::Colon
                        | W::Courtesy
                        | W::Greeting
                        | W::Time
                        | W::MeetingNoun
                        | W::And
                        | W::Ack
                        | W::Future
                        | W::Confirm
                        | W::Yes
                        | W::Okay
                        | W::Late
                        | W::Online
                        | W::To
                        | W::By
                        | W::Agree
                        | W::All
                        | W::Behind
                        | W::Proceed
                        | W::Half
                        | W::Partly
                        | W::Maybe
                        | W::KeyPlace
                )
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
    if let Some(tok) =
        p.first(&[W::Late, W::Online]).or_else(|| p.find(W::Behind).filter(|t| p.word(f, *t).contains("late")))
    {
        let junk_ok = p.junk.is_empty()
            || times::amount_span(f, p.body, p.b)
                .is_some_and(|(x, y)| p.junk.iter().all(|(a, b)| (x <= *a && *b <= y) || *a >= y));
        let ok = junk_ok
            && !p.any(&[W::Not, W::NotYet, W::Please, W::Suggest])
            && p.toks.iter().all(|t| {
                matches!(
                    t.w,
                    W::Late
                        | W::Online
                        | W::Behind
                        | W::Fill
                        | W::Perf
                        | W::Comma
                        | W::Courtesy
                        | W::Time
                        | W::Future
                        | W::Maybe
                        | W::Need
                        | W::To
                        | W::Ack
                        | W::MeetingNoun
                        | W::Ref
                        | W::And
                        | W::By
                        | W::Half
                        | W::Partly
                        | W::Okay
                        | W::Because
                        | W::But
                )
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
    if p.any(&[W::Ack, W::Confirm, W::Yes, W::Okay])
        && p.clean(&[W::Ack, W::Confirm, W::Yes, W::Okay, W::MeetingNoun, W::Time, W::Proceed])
        && p.marks.is_empty()
    {
        let mut a = answer("accepted", "rsvp.ack");
        a.soft = !p.has(W::Confirm);
        return Some(one(a));
    }
    if p.has(W::No) && p.clean(&[W::No, W::Not]) {
        return Some(one(answer("declined", "rsvp.no")));
    }
    None
}

/// 委托吴刚出席, 由李四代我参加, `Leo will attend on my behalf`.
fn delegated(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let proxy = p.first(&[W::Proxy, W::Deputy]);
    let by = p
        .toks
        .iter()
        .find(|t| {
            t.w == W::By && p.word(f, **t) == "由"
                || t.w == W::Please && matches!(p.word(f, **t).as_str(), "请" | "让" | "叫")
                || t.w == W::HandTo
        })
        .copied();
    let attends = p.any(&[W::Attend, W::Deputy]);
    if proxy.is_none() && !(by.is_some() && attends) {
        return None;
    }
    if p.any(&[W::Not, W::NotYet, W::Maybe, W::Suggest, W::Cond, W::Says]) && !p.has(W::NotAttend) {
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
                    || matches!(
                        t.w,
                        W::Proxy
                            | W::By
                            | W::Attend
                            | W::Fill
                            | W::Perf
                            | W::Comma
                            | W::Please
                            | W::Future
                            | W::MeetingNoun
                            | W::Courtesy
                            | W::Greeting
                            | W::HandTo
                            | W::NotAttend
                            | W::Ack
                            | W::Time
                            | W::Deputy
                            | W::Need
                            | W::Apply
                            | W::To
                            | W::Name
                            | W::Online
                            | W::InCharge
                            | W::Send
                            | W::Okay
                            | W::And
                            | W::Confirm
                            | W::DoneV
                    )
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
    let tok = p.find(W::Send).or_else(|| {
        p.find(W::DoneV).filter(|t| matches!(p.word(f, *t).as_str(), "发送" | "发" | "发出" | "发布" | "send"))
    })?;
    if !matches!(
        reader.known.context,
        Context::Preview | Context::MinutesReview | Context::None | Context::MinutesGaps | Context::Escalation
    ) {
        return None;
    }
    if p.before(tok.a, &[W::Not, W::NotYet, W::Maybe, W::Future, W::Need, W::Suggest]) {
        return Some(Say::Text("not_understood"));
    }
    let counted = f.text(tok.b, p.b).trim_start().starts_with("给")
        || f.text(tok.b, p.b).trim().chars().next().is_some_and(|c| c.is_ascii_digit());
    let junk_ok = p
        .junk
        .iter()
        .all(|(a, b)| f.text(*a, *b).chars().all(|c| c.is_ascii_digit() || "人位给名".contains(c)) && counted);
    if !junk_ok
        || !p.clean_but_junk(&[
            W::Send,
            W::DoneV,
            W::Please,
            W::Confirm,
            W::Okay,
            W::Ack,
            W::Agree,
            W::Yes,
            W::All,
            W::MeetingNoun,
        ])
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
    let tok = p.first(&[W::Confirm, W::Ack, W::Yes, W::No, W::Okay, W::Agree, W::Tentative])?;
    let hearts = [W::Confirm, W::Ack, W::Yes, W::Okay, W::All, W::Rest, W::Agree];
    if p.has(W::No) {
        if context == Context::Verify && p.clean(&[W::No, W::Not]) {
            return Some(one(whole(Verb::Decline, "verify.no")));
        }
        if context == Context::Approval && p.clean(&[W::No]) {
            let mut a = act(Verb::Refuse, "approval.no");
            a.targets = p.targets();
            return Some(one(a));
        }
        return Some(Say::Text("not_understood"));
    }
    if p.any(MOODS) || !p.clean(&hearts) || p.any(&[W::Tentative]) {
        // `I will do it`, 我会负责的
        if p.has(W::Confirm)
            && p.clean(&[W::Confirm, W::Future, W::Time, W::InCharge, W::All])
            && context == Context::Action
            && !p.any(&[W::Not])
            && !matches!(p.word(f, tok).as_str(), "确认" | "confirm" | "accept" | "接受")
        {
            let mut a = act(Verb::Confirm, "confirm.promise");
            a.targets = p.targets();
            return Some(one(a));
        }
        return Some(Say::Text("not_understood"));
    }
    let word = p.word(f, tok);
    let strong = p.any(&[W::Confirm, W::Okay]) || (p.has(W::Agree));
    let mut a = match context {
        Context::Verify => whole(Verb::Confirm, "verify.yes"),
        Context::Approval if strong || p.has(W::Yes) => act(Verb::Approve, "approval.yes"),
        Context::Acceptance if strong => act(Verb::Accept, "acceptance.yes"),
        Context::SignOff if p.has(W::Confirm) => act(Verb::SignOff, "sign_off.yes"),
        Context::Preview | Context::MinutesReview if strong => whole(Verb::Send, "preview.yes"),
        Context::Readiness | Context::Escalation | Context::MinutesGaps if strong || p.has(W::Yes) => {
            if p.marks.is_empty() { return Some(Say::Text("not_understood")) } else { act(Verb::Confirm, "confirm") }
        }
        Context::None if p.marks.is_empty() => Act { soft: true, ..whole(Verb::Ack, "ack") },
        Context::Action | Context::Reminder | Context::Issue | Context::None if strong => act(Verb::Confirm, "confirm"),
        Context::Action if p.has(W::Yes) => Act { soft: true, ..act(Verb::Ack, "ack.yes") },
        _ => Act { soft: true, ..act(Verb::Ack, "ack") },
    };
    if a.command.verb == Verb::Confirm && word == "已收到" {
        a.command.verb = Verb::Ack;
    }
    a.targets = p.targets();
    if p.has(W::Rest) {
        a.scope = Scope::Rest;
    } else if p.has(W::All) && a.targets.is_empty() && a.scope == Scope::Lines {
        a.scope = Scope::All;
    }
    if a.soft && a.targets.is_empty() {
        a.scope = Scope::Whole;
    }
    Some(one(a))
}
