//! Who comes, who does not, and who comes instead.

use super::*;

/// Why one does not come, said without 因为.
pub(super) const REASONS: &[&str] = &[
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

pub(super) fn rsvp(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
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
                Future, Ack, Past, Maybe, To, Convene, DoneV, No, Half, All, Third, Okay, Benign, By, Ongoing,
            ])
        });
        if !ok {
            return Some(Say::Text("not_understood"));
        }
        let mut a = answer("declined", "rsvp.declined");
        // A conflict may as well be why another time is proposed.
        a.soft = ["冲突", "conflict", "clash"].iter().any(|word| p.word(f, tok).contains(word));
        a.command.reason =
            reason_of(p).or_else(|| p.junk.first().and_then(|(x, _)| text_or_none(f.written(*x, tok.a))));
        return Some(one(a));
    }
    if let Some(tok) = p.find(Attend) {
        // 我参加了上周的会 tells of another day.
        if p.has(Perf) && ["上周", "上次", "上个月", "昨天", "前天"].iter().any(|day| f.text(p.a, p.b).contains(day))
        {
            return Some(Say::Text("not_understood"));
        }
        if p.before(tok.a, &[Not]) {
            // 我不能不参加: two of them are not one.
            if p.toks.iter().filter(|t| t.is(&[Not]) && t.a < tok.a).count() > 1 {
                return Some(Say::Text("not_understood"));
            }
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
        // I hope to attend: that is not in the writer's hands.
        let hoped = |t: &Tok| t.is(&[Future]) && p.word(f, *t).starts_with("hop");
        if p.toks.iter().any(hoped) && p.junk.is_empty() {
            return Some(one(answer("tentative", "rsvp.tentative")));
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
    if p.any(&[Late, Online]) || p.find(Behind).is_some_and(|t| p.word(f, t).contains("late")) {
        let junk_ok = p.junk.is_empty()
            || times::amount_span(f, p.body, p.b)
                .is_some_and(|(x, y)| p.junk.iter().all(|(a, b)| (x <= *a && *b <= y) || *a >= y));
        let ok = junk_ok
            && !p.any(&[Not, NotYet, Please, Suggest])
            && p.toks.iter().all(|t| {
                t.is(&[
                    Late, Online, Behind, Fill, Perf, Comma, Courtesy, Time, Future, Maybe, Need, To, Ack, Meeting,
                    Ref, And, By, Half, Partly, Okay, Because,
                ])
            });
        if ok {
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
pub(super) fn delegated(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    // 让刘洋替我参加: 替我 says whose place it is.
    let mine = |t: &&Tok| t.is(&[Proxy, Deputy]) && p.word(f, **t).contains(['我', '本']);
    let proxy = p.toks.iter().find(mine).copied().or_else(|| p.first(&[Proxy, Deputy]));
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
    let attends = p.any(&[Attend, Deputy]) || proxy.is_some_and(|t| p.word(f, t).ends_with(['加', '席', '去', '会']));
    // 让王芳去吧
    let goes = f.text(p.a, p.b).trim_end_matches(['吧', '了', '啦', ' ']).ends_with(['去', '来']);
    let attends = attends || goes && proxy.is_some();
    if proxy.is_none() && !(by.is_some() && attends) {
        return None;
    }
    // A-12 改由李雷负责: a task changes hands, nobody's seat.
    if p.any(&[Ref, InCharge]) && !attends {
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
                | "goes instead"
                | "go instead"
                | "will go instead"
                | "comes instead"
                | "will come instead"
                | "instead of myself"
                | "attend instead"
                | "join instead"
                | "will attend instead"
                | "will join instead"
        )
        // I'll send Marta instead
        || proxy_word == "send" && f.text(p.a, p.b).contains(" instead");
    if !mine
        && !(by.is_some() && attends)
        && !(matches!(proxy_word.as_str(), "让" | "安排" | "send" | "替" | "代表") && attends)
    {
        return None;
    }
    for (i, _) in starts(f, p) {
        // `I'm sending Priya`: who is sent stands behind the verb.
        if proxy_word.starts_with("send") && proxy.is_some_and(|t| i < t.b) {
            continue;
        }
        let Some((written, end)) = take_name(f, i, p.b, reader.names) else { continue };
        let person = names::looks_like_person(written)
            || reader.names.is_person(written)
            || (f.get(i).is_some_and(|c| c.is_ascii_alphabetic() || c == ' ')
                && proxy.is_some_and(|t| t.b <= i && proxy_word.starts_with("send")));
        if !person {
            continue;
        }
        let covered = |a: usize, b: usize| i <= a && b <= end;
        let rest_ok = p.junk.iter().all(|(a, b)| {
            covered(*a, *b)
                || *a <= i && matches!(f.text(end, *b).as_str(), "去" | "来" | "到")
                || REASONS.contains(&f.text(*a, *b).as_str())
                || matches!(f.text(*a, *b).as_str(), "去" | "来" | "到" | "组" | "部门")
        }) && p.toks.iter().all(|t| {
            covered(t.a, t.b)
                || t.is(&[
                    Proxy, By, Attend, Fill, Perf, Comma, Please, Future, Meeting, Courtesy, Greeting, HandTo,
                    NotAttend, Ack, Time, Deputy, Need, Apply, To, Name, Online, InCharge, Send, Okay, And, Confirm,
                    DoneV,
                ])
        });
        if !rest_ok {
            return Some(Say::Text("not_understood"));
        }
        let mut a = whole(Verb::Rsvp, "rsvp.delegated");
        a.command.answer = Some("delegated".into());
        a.command.to = Some(trimmed(written).trim_end_matches("'s").to_string());
        return Some(one(a));
    }
    proxy.is_some().then_some(Say::Text("unknown_person"))
}
