//! What is said of oneself and of the mail: undo, stand-ins, reminders, handing everything over.

use super::*;

pub(super) fn undo(_: &Folded, p: &Piece, _: &Reader) -> Option<Say> {
    let tok = p.find(Undo)?;
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
pub(super) fn deputy(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
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

pub(super) fn snooze(f: &Folded, p: &Piece, _: &Reader) -> Option<Say> {
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
pub(super) fn hand_over(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
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
