//! The meeting itself: another time or place, called off, held, minuted.

use super::*;

/// Whole answers that letters about meetings ask for (O10, O13, O17, O31), and that mean nothing elsewhere. 先不发 is not
/// among them: it says later, not never.
pub(super) fn asked_by_meeting(said: &str, context: Context) -> Option<Verb> {
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

/// 改到3点行吗, 建议改到周四下午, `how about Friday 10am`.
pub(super) fn proposal(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
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
            "we start at",
            "we meet at",
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
    // 希望改到下午四点 wishes; only who called it moves it.
    let wishes = reader.known.context == Context::Meeting
        && p.toks.iter().any(|t| {
            matches!(
                p.word(f, *t).as_str(),
                "希望" | "希望能" | "希望可以" | "想" | "想要" | "最好" | "prefer" | "would prefer" | "i'd prefer"
            )
        });
    let asks = p.asks || p.has(Suggest) || tag || wishes;
    if !asks || !(moves || (tag && p.time.is_some())) {
        return None;
    }
    if p.any(&[Done, Progress, Agenda, KeyPlace]) && !p.has(MoveTo) {
        return None;
    }
    let text = f.written(p.body, p.b);
    let start = times::start(text, reader.anchor);
    if start.is_none() && !times::lacks_hour(text, reader.anchor) {
        return None;
    }
    let mut a = whole(Verb::ProposeTime, "propose_time");
    a.command.start = start;
    Some(one(a))
}

pub(super) fn meeting(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
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
        let open = tok.w == Reschedule || times::lacks_hour(f.written(p.body, end), reader.anchor);
        if clean && open && !p.has(Need) {
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

pub(super) fn room(f: &Folded, a: usize, b: usize) -> Option<String> {
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
