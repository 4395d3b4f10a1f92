//! Short answers whose meaning is the context's: 确认, 好的, 是, 发送.

use super::*;

/// The word that sends, where the letter may wait to be sent.
fn sending(f: &Folded, p: &Piece, reader: &Reader) -> Option<Tok> {
    let waits = matches!(
        reader.known.context,
        Context::Preview | Context::MinutesReview | Context::None | Context::MinutesGaps | Context::Escalation
    );
    let deed = |t: &Tok| matches!(p.word(f, *t).as_str(), "发送" | "发" | "发出" | "发布" | "send");
    waits.then(|| p.find(Send).or_else(|| p.find(DoneV).filter(deed))).flatten()
}

pub(super) fn sends(f: &Folded, p: &Piece, reader: &Reader) -> bool {
    sending(f, p, reader).is_some()
}

pub(super) fn send(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let tok = sending(f, p, reader)?;
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

pub(super) fn answer(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let context = reader.known.context;
    let tok = p.first(&[Confirm, Ack, Yes, No, Okay, Agree, Tentative])?;
    let hearts = [Confirm, Ack, Yes, Okay, All, Rest, Agree];
    if p.has(No) {
        if context == Context::Verify && p.clean(&[No, Not]) {
            return Some(one(whole(Verb::Decline, "verify.no")));
        }
        // 1 不是我: whose it is, not who wrote.
        if matches!(context, Context::Action | Context::Reminder)
            && matches!(
                p.word(f, p.find(No).unwrap_or(tok)).as_str(),
                "不是我" | "不是本人" | "并不是我" | "not me" | "it's not me"
            )
            && p.clean(&[No])
        {
            let mut a = act(Verb::Decline, "decline.not_me");
            a.targets = p.targets();
            return Some(one(a));
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
            // `should be fine` hopes.
            && !p.toks.iter().any(|t| t.w == Future && p.word(f, *t).starts_with("should"))
            && !matches!(p.word(f, tok).as_str(), "确认" | "confirm" | "accept" | "接受")
        {
            // `I'll do it by Friday` tells when it will be done.
            if let Some((.., due)) = p.time.filter(|(.., due)| !times::is_past(*due, reader.anchor))
                && !matches!(p.word(f, tok).as_str(), "没问题" | "没有问题" | "no problem")
            {
                let mut a = act(Verb::Progress, "progress.promise");
                a.command.due = Some(due);
                a.targets = p.targets();
                return Some(one(a));
            }
            let mut a = act(Verb::Confirm, "confirm.promise");
            a.targets = p.targets();
            return Some(one(a));
        }
        return Some(Say::Text("not_understood"));
    }
    let word = p.word(f, tok);
    let strong = p.any(&[Confirm, Okay]) || (p.has(Agree));
    // 我会跟进 and `will do` take on one thing; said to several they are noted.
    let loose = ["跟进", "处理", "负责", "我来", "落实", "由我"].iter().any(|part| word.contains(part))
        || matches!(
            word.as_str(),
            "will do" | "on it" | "i'm on it" | "count on me" | "consider it done" | "leave it with me"
        )
        || word.starts_with("i'll ")
        || word.starts_with("happy to");
    if loose && p.marks.is_empty() && !p.has(All) && reader.known.items.len() > 1 && context == Context::Action {
        return Some(one(Act { soft: true, ..whole(Verb::Ack, "ack.loose") }));
    }
    let mut a = match context {
        Context::Verify => whole(Verb::Confirm, "verify.yes"),
        Context::Approval
            if strong
                || p.has(Yes)
                || matches!(
                    word.as_str(),
                    "行" | "行的" | "行吧" | "ok" | "okay" | "okk" | "sure" | "alright" | "all right" | "好啊" | "好呀"
                ) =>
        {
            act(Verb::Approve, "approval.yes")
        }
        // 1 ok, 2 退回: of a line that is named it says how the work was found.
        Context::Acceptance
            if strong
                || (!p.marks.is_empty() || reader.known.items.len() == 1)
                    && matches!(word.as_str(), "ok" | "okay" | "行") =>
        {
            act(Verb::Accept, "acceptance.yes")
        }
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
