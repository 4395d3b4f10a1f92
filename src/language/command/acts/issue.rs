//! Ratings of issues and answers to escalations.

use super::*;

/// 5分, 满意度 4分, `rating: 5`, 4/5.
pub(super) fn rate(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
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
    // "Two points:" counts what follows.
    if word.is_some_and(|t| p.word(f, t) == "points" && f.text(t.b, p.b).starts_with(':')) {
        return None;
    }
    // `1 满意度 5分`: the first number is a line's, the score stands behind it.
    let unit_in_body = (p.body..p.b).any(|at| {
        f.get(at).is_some_and(|c| c.is_ascii_digit()) && f.get(at + 1).is_some_and(|c| matches!(c, '分' | '星'))
    });
    let numbered = !p.marks.is_empty()
        && p.body > p.a
        && f.get(p.body) != Some('/')
        && (unit_in_body || word.is_some_and(|t| t.a >= p.body))
        && (p.body..p.b).any(|at| f.get(at).is_some_and(|c| c.is_ascii_digit() || "一二三四五满".contains(c)));
    let from = if numbered { p.body } else { p.a };
    let mut score = None;
    let mut i = from;
    let mut spans = (from, from);
    while i < p.b {
        let number = match f.get(i) {
            Some(c) if c.is_ascii_digit() => refs::arabic(f, i),
            Some(c) if "一二三四五六七八九十".contains(c) => refs::chinese_number(f, i)
                .filter(|(_, end)| f.get(*end).is_some_and(|c| matches!(c, '分' | '星' | '颗'))),
            Some('满') if f.get(i + 1) == Some('分') => Some((5, i + 2)),
            Some('o' | 't' | 'f') => stars(f, i, p.b),
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
    let text_len = f.text(from, p.b).trim().chars().count();
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
    let mut a =
        if numbered { Act { targets: p.targets(), ..act(Verb::Rate, "rate.line") } } else { whole(Verb::Rate, "rate") };
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

/// `five stars`, `four points`: the number in words and where it ends.
fn stars(f: &Folded, i: usize, b: usize) -> Option<(u32, usize)> {
    if i > 0 && f.get(i - 1).is_some_and(char::is_alphanumeric) {
        return None;
    }
    let text = f.text(i, b.min(i + 16));
    (1..).zip(["one", "two", "three", "four", "five"]).find_map(|(value, word)| {
        let rest = text.strip_prefix(word)?;
        (rest.starts_with(" star") || rest.starts_with(" point") || rest.starts_with(" out of"))
            .then_some((value, i + word.len()))
    })
}

pub(super) fn escalation(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    let context = reader.known.context;
    if p.has(StopEsc) {
        if p.clean(&[StopEsc, Please, Need, Okay, Future, Ack]) {
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
            && p.clean_but_junk(&[HoldEsc, Postpone, Please, Time, To, Need, Okay, Future, Apply, Ack])
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
    if let Some(said) = put_off(f, p, reader) {
        return Some(said);
    }
    if p.has(Convene)
        && matches!(context, Context::Escalation | Context::Issue | Context::Reminder)
        && p.clean(&[Convene, Please, Need, Suggest, Apply, Time, Okay, Agree])
        && !p.any(&[Not])
    {
        let mut a = Act {
            targets: p.targets(),
            scope: if p.marks.is_empty() { Scope::Whole } else { Scope::Lines },
            ..act(Verb::Convene, "convene")
        };
        a.command.start = times::start(f.written(p.body, p.b), reader.anchor).filter(|_| p.time.is_some());
        return Some(one(a));
    }
    if context == Context::Issue && p.has(Acknowledge) && p.clean(&[Acknowledge, Ack, Future]) {
        return Some(one(Act { soft: true, ..whole(Verb::Ack, "ack.issue") }));
    }
    None
}

/// 暂缓到周五, 推迟两天升级: what is put off is the escalation; the day of the work stays.
fn put_off(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    const RAISES: &[&str] = &["升级", "上报", "escalation", "escalating", "escalate"];
    let tok = p.find(Postpone)?;
    let text = f.text(p.body, p.b);
    let raises = RAISES.iter().any(|word| text.contains(word));
    let word = p.word(f, tok);
    if !raises && !(reader.known.context == Context::Escalation && word.starts_with(['暂', '缓'])) {
        return None;
    }
    let amount = times::amount_span(f, p.body, p.b);
    let told = p
        .junk
        .iter()
        .all(|(a, b)| amount.is_some_and(|(x, y)| x <= *a && *b <= y) || RAISES.contains(&f.text(*a, *b).trim()));
    if !told || !p.clean_but_junk(&[Postpone, Please, Time, To, Need, Okay, Apply, Ack]) {
        return Some(Say::Text("not_understood"));
    }
    let mut a = act(Verb::PostponeEscalation, "postpone_escalation");
    a.targets = p.targets();
    a.scope = if p.marks.is_empty() { Scope::Whole } else { Scope::Lines };
    a.command.until = p.time.map(|(.., due)| due);
    Some(one(a))
}
