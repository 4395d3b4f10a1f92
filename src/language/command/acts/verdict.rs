//! Pass, return, agree, refuse, sign, decline.

use super::*;
use regex::Regex;
use std::sync::LazyLock;

/// Pass, return, agree, refuse, sign: what each means is the context's.
pub(super) fn verdict(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    if sent_back(f, p, reader) {
        let mut a = act(Verb::Reject, "verdict.again");
        a.targets = p.targets();
        a.command.reason = text_or_none(f.written(p.body, p.b));
        return Some(one(a));
    }
    // 可以延期, to who asks for it.
    let granted = p.find(Okay).filter(|_| {
        matches!(reader.known.context, Context::Approval | Context::Escalation) && p.any(&[Postpone, HandTo, Cancel])
    });
    let tok = p.first(&[Pass, Return, Agree, Refuse, Sign]).or(granted)?;
    let context = reader.known.context;
    // 2不行 1可以: which is said of which is not told.
    if p.marks.len() > 1 && p.any(&[Okay, Yes]) && p.any(&[Return, Refuse]) {
        return Some(Say::Text("not_understood"));
    }
    if p.before(tok.a, &[Not, NotYet, Maybe, Future, Suggest, Need]) {
        return Some(Say::Text("not_understood"));
    }
    // A-1 of an item that is known stands for its number.
    let named_id = p.targets().iter().any(|t| matches!(t, Target::Id(_))) || p.marks.iter().any(|mark| mark.explicit);
    let verb = match (tok.w, context) {
        (Pass, Context::Acceptance | Context::None) => Verb::Accept,
        (Pass, Context::Approval) => Verb::Approve,
        (Return, Context::Acceptance) => Verb::Reject,
        (Return, Context::None) if named_id => Verb::Reject,
        (Return, Context::Approval) => Verb::Refuse,
        (Agree, Context::Approval | Context::Escalation | Context::Readiness | Context::None) => Verb::Approve,
        (Okay, _) => Verb::Approve,
        (Agree, Context::Acceptance) => Verb::Accept,
        (Agree, Context::SignOff) => Verb::SignOff,
        (Agree, Context::Issue) if granted_date(f, p, tok).is_some() => Verb::Approve,
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
        (Agree, Context::Action | Context::Reminder) if p.word(f, tok) == "go ahead" => return None,
        (Agree, Context::Action | Context::Reminder) if !p.marks.is_empty() || granted_date(f, p, tok).is_some() => {
            Verb::Approve
        }
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
            || (matches!(verb, Verb::Approve) && t.is(&[Time, To]))
    };
    // 同意延期到8月1日 is the date of who decides, whether or not one was asked for.
    let dated = granted_date(f, p, tok).filter(|_| verb == Verb::Approve);
    let amount = dated.as_ref().and_then(|_| times::amount_span(f, p.body, end));
    let covered = |a: usize, b: usize| amount.is_some_and(|(x, y)| x <= a && b <= y);
    let of_date = |t: &Tok| dated.is_some() && (t.is(&[MoveTo, Reschedule, KeyDue, To, By, Time]) || covered(t.a, t.b));
    // 不同意延期到周五 and 同意转给李四 repeat what was asked.
    let to_whom = |(a, b): &(usize, usize)| {
        matches!(verb, Verb::Approve)
            && f.text(p.a, p.b).contains(['转', '派', '交'])
            && names::looks_like_person(&f.text(*a, *b))
    };
    let clean = p.names_well()
        && p.junk.iter().all(|run| run.0 >= end || covered(run.0, run.1) || to_whom(run))
        && p.toks.iter().filter(|t| t.a < end).all(|t| allowed(t) || of_date(t));
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
    if let Some((due, shift)) = dated.filter(|_| clean) {
        a.command.due = due;
        a.command.shift_workdays = shift;
    }
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

/// The date, or the working days more, that a yes to another date names: 同意延期到8月1日, `approve the extension to 1 August`.
fn granted_date(f: &Folded, p: &Piece, yes: Tok) -> Option<(Option<Due>, Option<i32>)> {
    let word = p.word(f, yes);
    let moves = p.any(&[Postpone, MoveTo, Reschedule, KeyDue]) || word.ends_with("延期");
    if !moves || p.any(&[Not, NotYet, Meeting, HandTo, Cancel]) {
        return None;
    }
    let shift = times::shift(f.written(p.body, p.b));
    let due = p.time.map(|(.., due)| due).filter(|_| shift.is_none() || says_until(f, p));
    (due.is_some() || shift.is_some()).then_some((due, shift.filter(|_| due.is_none())))
}

/// Finished work that is wanted otherwise.
pub(super) fn sent_back(f: &Folded, p: &Piece, reader: &Reader) -> bool {
    reader.known.context == Context::Acceptance
        && !p.any(&[Pass, Agree, Not, NotYet, Hearsay, Says, Future])
        && asked_again(f, p)
}

/// 请补充签字后重新提交, 改后再报, `please fix`: who looks at finished work and wants it otherwise sends it back.
fn asked_again(f: &Folded, p: &Piece) -> bool {
    static ZH: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            "^(?:[^，,。]{0,6})?(?:请|需|麻烦|烦请|要)[^,]{0,14}(?:重新(?:提交|上传|上报|编写|整理|核对|核算|发|报|做|写|交)|重报|重交|重写|(?:改|补|修改|补充|完善|补齐|更正|修正|核实|调整)(?:好|完)?(?:[^,]{0,8})?后?再(?:提交|报|交|发|送)|(?:修改|更正|修正|补齐|补全|补充|重做|完善|改正|返工)(?:[^,]{0,10})?$)|^(?:改|补|修改|补充|完善|补齐|更正|修正)(?:[^,]{0,8})?后?(?:再|重新)(?:提交|报|交|发|送)",
        )
        .ok()
    });
    static EN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"\b(?:please|kindly|pls)\s+(?:fix|redo|rework|correct|revise|resubmit|rewrite|amend|complete|add)\b|^(?:fix|redo|rework|correct|revise)\b.{0,40}\b(?:resubmit|send (?:it )?again)\b|\b(?:and|to) resubmit\b",
        )
        .ok()
    });
    let text = f.text(p.body, p.b);
    [&*ZH, &*EN].into_iter().flatten().any(|pattern| pattern.is_match(text.trim()))
}

pub(super) fn decline(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    if not_ours(f, p) && matches!(reader.known.context, Context::Action | Context::Reminder | Context::Escalation) {
        let mut a = act(Verb::Decline, "decline.not_ours");
        a.targets = p.targets();
        return Some(one(a));
    }
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
            if p.clean(&[Decline, Meeting, Need, Apply])
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
                InCharge, Because, Okay, Ack, Apply,
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
    // refuse: no budget — what follows a colon is the reason, whatever it is.
    let colon = p.toks.iter().find(|t| t.w == Colon && t.a >= tok.b).filter(|t| f.text(tok.b, t.a).trim().is_empty());
    let latin_ok = !latin
        || colon.is_some()
        || p.toks.iter().filter(|t| t.a >= tok.b).all(|t| {
            t.is(&[Fill, Ref, Because, Comma, Colon, Courtesy, Please, HandTo, To, Past, And, Third, Todos, All])
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
    let because = colon.or_else(|| p.toks.iter().find(|t| t.w == Because && t.a >= tok.b));
    let reason_from = because.map_or(tok.b, |t| t.b);
    a.command.reason = text_or_none(f.written(reason_from, p.b)).filter(|r| r.chars().count() > 2);
    Some(one(a))
}

/// 不归我们组管, 不属于我的职责范围: no, whose it is, we, and what is ours of it; nothing else in the piece.
fn not_ours(f: &Folded, p: &Piece) -> bool {
    const NO: &[&str] = &["不应该", "应该不", "不应", "不该", "并不", "并非", "不是", "不", "非"];
    const LINK: &[&str] = &["应该由", "应由", "属于", "归", "由", "该", "是", "在"];
    const US: &[&str] = &[
        "我们部门",
        "我们这边",
        "我们组",
        "我部门",
        "我这边",
        "本部门",
        "我们",
        "咱们",
        "本人",
        "我部",
        "我组",
        "我司",
        "咱",
        "我",
    ];
    const TAIL: &[&str] = &[
        "职责范围",
        "管辖范围",
        "工作范围",
        "负责",
        "职责",
        "范围",
        "任务",
        "事情",
        "工作",
        "处理",
        "分管",
        "活儿",
        "这块",
        "的",
        "管",
        "事",
        "活",
        "做",
        "内",
        "里",
        "了",
        "吧",
        "啊",
        "呀",
        "哦",
    ];
    let text = f.text(p.body, p.b);
    let mut rest = text.trim().trim_start_matches([':', ' ']);
    for head in ["这个", "这项", "这事", "这", "该项"] {
        rest = rest.strip_prefix(head).unwrap_or(rest);
    }
    let mut take = |words: &[&str]| {
        let found = words.iter().find(|word| rest.starts_with(**word));
        rest = found.map_or(rest, |word| rest.get(word.len()..).unwrap_or_default());
        found.is_some()
    };
    let negated = take(NO);
    take(LINK);
    let ours = take(US);
    let told = take(TAIL);
    while take(TAIL) {}
    negated && ours && told && rest.trim().is_empty()
}
