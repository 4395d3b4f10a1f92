//! What is said of lines of work besides their progress: owners, dates, obstacles, the end.

use super::*;

/// `3 王芳 7月20日` answers a gap; `3 改为 王芳 7月20日` corrects the minutes shown to the chair. Both come as the pair of
/// commands that would say the same elsewhere: delegate with the owner, postpone with the date.
pub(super) fn gaps(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
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

pub(super) fn delegate(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
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
    // 同意改派李雷 of a superior is an order; to who asked for it, it is a yes.
    let orders = reader.known.context == Context::Escalation;
    let ordered = p.find(Agree).filter(|tok| orders && p.word(f, *tok).ends_with(['派', '交']));
    if let Some(tok) = p.find(HandTo).or(ordered)
        && (p.word(f, tok) != "let" && p.word(f, tok) != "send")
    {
        if p.before(tok.a, &[Not, NotYet, Future, Maybe, Suggest, Says, Ask]) {
            return Some(Say::Text("not_understood"));
        }
        if let Some((name, start, end)) = target_name(f, p, tok, reader) {
            // `give 1 to Amy and 2 to Ben`: what stands behind the name may be for somebody else.
            if p.marks.iter().any(|mark| mark.a >= end) && p.marks.iter().any(|mark| mark.a < start) {
                return Some(Say::Text("not_understood"));
            }
            let before_ok = p.no_junk_in(p.body, tok.a)
                && p.toks.iter().filter(|t| t.b <= start).all(|t| {
                    t.is(&[
                        Fill, Ref, HandTo, To, Apply, Need, Please, Colon, Comma, Perf, All, And, KeyOwner, MoveTo,
                        Courtesy, Past, Decline, Ack, Rest,
                    ]) || orders && t.is(&[Agree, Okay])
                })
                && p.names_well();
            let after_ok = p.toks.iter().filter(|t| t.a >= end).all(|t| !t.is(&[Cond, Ask, Not, NotYet, Maybe]));
            if before_ok && after_ok {
                let mut a = delegate_to(&name, p, "delegate");
                a.scope = p.scope().unwrap_or(a.scope);
                if let Some(because) = p.find(Because) {
                    a.command.reason = text_or_none(f.written(because.b, p.b));
                }
                return Some(one(a));
            }
            return Some(Say::Text("not_understood"));
        }
        if f.get(tok.a).is_some_and(is_cjk) && p.word(f, tok).chars().count() >= 2 && tok.w == HandTo {
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
    if let Some(said) = put_on(f, p, reader) {
        return Some(said);
    }
    // 由孙鹏负责, 请孙鹏跟进, 孙鹏来做, Leo will take over 2
    let charge = p.find(InCharge)?;
    if p.any(&[Not, NotYet, Maybe, Suggest, Ask, Says]) {
        return None;
    }
    // "Delivery takes six weeks" is how long it lasts.
    let lasts = p.word(f, charge).starts_with("take") && !p.word(f, charge).contains("over");
    if lasts && p.toks.iter().any(|t| t.w == Time && t.a > charge.a && f.text(charge.b, t.a).trim().is_empty()) {
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
    // 换李娜来做
    let instead = by.is_none() && f.get(place) == Some('换') && place < charge.a;
    let begin = place;
    let place = if instead { place + 1 } else { place };
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
        && p.no_junk_in(p.body, begin)
        && p.toks.iter().filter(|t| t.b <= place).all(|t| {
            t.is(&[Fill, Ref, By, Please, Proxy, Comma, Colon, All, MoveTo, Apply, HandTo, Need, Ack, Greeting, Rest])
        })
        && p.names_well();
    if !person || !between_ok {
        return None;
    }
    let mut a = delegate_to(written, p, "delegate.in_charge");
    a.scope = p.scope().unwrap_or(a.scope);
    Some(one(a))
}

/// 换小李做, 让王芳来弄吧, `let Leo do 3`: somebody else is to do it, and nothing else is said.
fn put_on(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    const HEADS: &[&str] = &["换成", "换", "让", "改让", "找", "派", "请", "由", "let "];
    const DEEDS: &[&str] = &[
        "来做",
        "去做",
        "做",
        "来弄",
        "弄",
        "来搞",
        "搞",
        "来办理",
        "办理",
        "来办",
        "办",
        "来跟进",
        "跟进",
        "来跟",
        "跟",
        "来处理",
        "处理",
        "来落实",
        "落实",
        "来对接",
        "对接",
        "代为完成",
        "代为处理",
        "代办",
        "do",
    ];
    const TAILS: &[&str] = &["一下吧", "一下", "下", "吧", "了", "好了", "就行", "please", "instead"];
    if p.any(&[Not, NotYet, Maybe, Suggest, Says, Cond, Ask]) {
        return None;
    }
    let mut i = p.body;
    for head in ["麻烦", "please "] {
        if f.text(i, (i + head.chars().count()).min(p.b)) == head {
            i += head.chars().count();
        }
    }
    let head = HEADS.iter().find(|head| f.text(i, (i + head.chars().count()).min(p.b)) == **head)?;
    let from = i + head.chars().count();
    let (written, end) = (from + 2..p.b.min(from + 24)).find_map(|stop| {
        let deed = DEEDS.iter().any(|deed| f.text(stop, p.b).trim_start().starts_with(deed));
        let (written, end) = take_name(f, from, stop, reader.names).filter(|(_, end)| deed && *end == stop)?;
        (names::looks_like_person(written) || reader.names.is_person(written)).then_some((written, end))
    })?;
    let rest = f.text(end, p.b);
    let mut rest = rest.trim();
    rest = DEEDS.iter().find_map(|deed| rest.strip_prefix(deed)).unwrap_or(rest).trim();
    rest = TAILS.iter().find_map(|tail| rest.strip_suffix(tail)).unwrap_or(rest).trim();
    // `let Leo do 3`
    let named_behind =
        rest == "it" || rest == "this" || p.marks.iter().any(|mark| f.text(mark.a, mark.b).trim() == rest);
    (rest.is_empty() || named_behind).then(|| one(delegate_to(written, p, "delegate.put_on")))
}

pub(super) fn delegate_to(written: &str, p: &Piece, rule: &'static str) -> Act {
    let mut a = act(Verb::Delegate, rule);
    a.command.to = Some(trimmed(written).trim_end_matches("'s").to_string());
    a.targets = p.targets();
    a
}

pub(super) fn postpone(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    if !work_context(reader.known.context) {
        return None;
    }
    // 需要到周五,因为…; give me until Friday (O41)
    if says_until(f, p)
        && !p.any(&[Postpone, Reschedule, KeyDue, MoveTo, Done, DoneV, DonePast, Remind, HandTo, Not, NotYet])
        && p.any(&[Need, Apply])
        && let Some((.., due)) = p.time
        && clean_until_because(p, &[Need, Apply, To, Time, Please])
    {
        let mut a = act(Verb::Postpone, "postpone.until");
        a.command.due = Some(due);
        a.command.reason = p.find(Because).and_then(|t| text_or_none(f.written(t.b, p.b)));
        a.targets = p.targets();
        return Some(one(a));
    }
    let tok = p.first(&[Postpone, Reschedule, KeyDue, MoveTo])?;
    if p.any(&[Agree, Refuse])
        || (p.has(Okay) && matches!(reader.known.context, Context::Approval | Context::Escalation))
    {
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
    // 预计延迟到下周三完成 foresees it and asks for nothing.
    let foreseen = p.toks.iter().any(|t| {
        t.b <= tok.a
            && t.w == Future
            && ["预计", "预期", "预估", "估计", "可能", "expect", "likely"]
                .iter()
                .any(|head| p.word(f, *t).starts_with(head))
    });
    if p.before(tok.a, &[Not, NotYet, Maybe, Suggest, Says]) || p.has(Not) || foreseen && tok.w == Postpone {
        return Some(Say::Text("not_understood"));
    }
    let because = p.find(Because);
    let head_end = because.map_or(p.b, |t| t.a);
    let shift = times::shift(f.written(p.body, head_end));
    // 推迟半天 says how far, not until when.
    let half_day =
        ["半天", "半日", "half a day", "half day"].iter().any(|half| f.text(p.body, head_end).contains(half));
    let due = p.time.filter(|(x, ..)| *x < head_end && !half_day).map(|(.., due)| due);
    // 改成下周四交
    let behind_time = |w: W| p.time.is_some_and(|(_, y, _)| p.first(&[w]).is_some_and(|t| t.a >= y));
    let deed_after = behind_time(DoneV) || behind_time(Done);
    let allowed = [
        // 报价延期到下周三确认
        if behind_time(Confirm) { Confirm } else { Time },
        if deed_after { DoneV } else { Time },
        if deed_after { Done } else { Time },
        Postpone,
        Reschedule,
        KeyDue,
        MoveTo,
        Apply,
        Need,
        Please,
        Time,
        To,
        Future,
        Because,
        All,
        Okay,
        Half,
        Past,
        Rest,
        By,
        // 2 时间改到下周二
        if p.marks.is_empty() { By } else { KeyTime },
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
    a.scope = p.scope().unwrap_or(a.scope);
    Some(one(a))
}

/// Nothing but these words before the reason, if one follows.
fn clean_until_because(p: &Piece, extra: &[W]) -> bool {
    let end = p.find(Because).map_or(p.b, |t| t.a);
    p.names_well()
        && p.no_junk_in(p.a, end)
        && p.toks
            .iter()
            .filter(|t| t.a < end)
            .all(|t| t.is(&[Fill, Perf, Comma, Colon, Courtesy, Greeting, Ref, Attach, And]) || extra.contains(&t.w))
}

pub(super) fn ends_in_to(word: &str) -> bool {
    word.ends_with(['到', '至']) || word.ends_with(" to") || word.ends_with(" until")
}

pub(super) fn block_or_behind(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    if !work_context(reader.known.context) {
        return None;
    }
    let tok = p.first(&[Block, Behind])?;
    // `Rejected - too late` says why; what is decided upon is not what runs late.
    if matches!(reader.known.context, Context::Approval | Context::Acceptance) && p.marks.is_empty() {
        return None;
    }
    // 先暂停吧 proposes; 2 暂停,等预算 reports.
    let paused = p.word(f, tok) == "暂停" && (p.marks.is_empty() || p.has(Need));
    if p.before(tok.a, &[Refuse, Return, Agree, Pass, Decline])
        || tok.w == Block && p.any(&[Remind, StopEsc, HoldEsc])
        || paused
    {
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
    // `two days late`
    let amount_before = times::amount_span(f, p.body, tok.a).filter(|_| tok.w == Behind);
    let clean_before = p
        .junk
        .iter()
        .all(|(a, b)| *a >= tok.a || *b <= p.body || amount_before.is_some_and(|(x, y)| x <= *a && *b <= y))
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
            "late"
                | "delay"
                | "behind"
                | "delayed"
                | "stuck"
                | "block"
                | "blocked"
                | "blocker"
                | "overdue"
                | "hold"
                | "slipped"
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
    // 2 delay 到周五, in the mouth of who mixes both languages, asks for a new date.
    if word == "delay"
        && let Some((x, _, due)) = p.time
        && (p.toks.iter().any(|t| t.w == To && t.a >= tok.b && t.a <= x) || says_until(f, p) && x <= tok.b + 2)
    {
        let mut a = act(Verb::Postpone, "postpone");
        a.command.due = Some(due);
        a.targets = p.targets();
        return Some(one(a));
    }
    let verb = if tok.w == Block { Verb::Block } else { Verb::Behind };
    // 来不及了 alone complains; what is asked for behind it stands in for it.
    let complains =
        matches!(p.word(f, tok).as_str(), "来不及" | "赶不及" | "赶不上" | "running late") && p.time.is_none();
    let rule = match tok.w {
        Block => "block",
        _ if complains => "behind.complaint",
        _ => "behind",
    };
    let mut a = act(verb, rule);
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
        // 滞后两天 is how far, not until when.
        let amount = times::amount_span(f, tok.b, p.b);
        let far = |x: usize, y: usize| amount.is_some_and(|(from, to)| x <= from && to <= y) && !says_until(f, p);
        let counted = p.time.is_some_and(|(x, y, _)| x >= tok.b && x <= tok.b + 2 && far(x, y));
        a.command.due = p.time.filter(|_| !counted).map(|(.., due)| due);
    }
    Some(one(a))
}

pub(super) fn cancel(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let tok = p.first(&[Cancel, Close])?;
    let context = reader.known.context;
    if p.any(&[Agree, Refuse]) {
        return None;
    }
    // 这次先取消吧, said of a meeting that stands to be asked about.
    let for_now = matches!(context, Context::Readiness | Context::Preview)
        && p.toks.iter().filter(|t| t.w == Need).all(|t| p.word(f, *t) == "先");
    if p.before(tok.a, &[Not, NotYet, Maybe, Future, Suggest]) || p.before(tok.a, &[Need]) && !for_now {
        return Some(Say::Text("not_understood"));
    }
    // 取消：需求没有了
    let colon = p.toks.iter().find(|t| t.w == Colon && t.a >= tok.b && t.a <= tok.b + 1).copied();
    let because = p.find(Because).or(colon);
    let end = because.map_or(p.b, |t| t.a);
    let clean = p.names_well()
        && p.no_junk_in(p.a, end)
        && p.toks.iter().filter(|t| t.a < end).all(|t| {
            t.is(&[
                Cancel, Close, Please, Apply, Fill, Ref, Perf, Colon, Comma, Courtesy, All, And, Meeting, Past, Rest,
                Ack,
            ]) || for_now && t.w == Need
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
    a.scope = p.scope().unwrap_or(a.scope);
    Some(one(a))
}
