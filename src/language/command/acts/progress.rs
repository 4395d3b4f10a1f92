//! Done, and everything that sounds like it and is not.

use super::*;
use crate::language::when::Anchor;

/// Done, and everything that sounds like it and is not.
pub(super) fn progress(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
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
        && reader
            .known
            .tasks
            .iter()
            .any(|task| task.n == *n && same_deed(p.word(f, said).trim_end_matches(['了', '过']), task.text()))
        && !p.any(&[Not, Future, Maybe, Need, Please, Apply, Suggest])
    {
        if p.has(NotYet) && p.clean(&[NotYet, Confirm]) {
            return Some(one(scoped(act(Verb::Progress, "progress.not_done"))));
        }
        let over = p.has(Perf) || p.word(f, said).ends_with(['了', '过']);
        if over && p.clean(&[Confirm, Past]) {
            return Some(one(scoped(act(Verb::Done, "done.confirmed"))));
        }
    }
    // 编好了, 对完了: a deed that no lexicon holds, and that it came to its end.
    if heart.is_none()
        && let Some(deed) = brought_to_end(f, p, reader.anchor)
    {
        let mut a = scoped(act(Verb::Done, "done.result"));
        a.deed = Some(deed);
        return Some(one(a));
    }
    let Some(heart) = heart else {
        // 其他都好了, 报告好了
        if (p.any(&[All, Rest]) || matches!(p.named, Some(refs::Named::One(_))))
            && matches!(context, Context::Action | Context::Reminder)
            && p.toks
                .iter()
                .any(|t| t.w == Perf && matches!(p.word(f, *t).as_str(), "好了" | "妥了" | "完了") && t.b == p.b)
            && p.clean(&[All, Rest])
        {
            return Some(one(scoped(act(Verb::Done, "done.result"))));
        }
        // 2 好了
        if !p.marks.is_empty()
            && p.body > p.a
            && matches!(context, Context::Action | Context::Reminder)
            && matches!(f.text(p.body, p.b).trim(), "好了" | "好啦" | "妥了" | "完了" | "已好" | "都好了")
        {
            return Some(one(scoped(act(Verb::Done, "done.result"))));
        }
        // 2 还没, `2 not yet`
        let not_yet = p.find(NotYet)?;
        let word = p.word(f, not_yet);
        let alone = p.clean(&[NotYet, All, Rest, Courtesy])
            && (word.contains(['还', '尚', '仍', '暂'])
                || matches!(word.as_str(), "not yet" | "not quite" | "incomplete" | "unfinished" | "still not")
                || ["no progress", "haven't ", "didn't get"].iter().any(|head| word.starts_with(head)));
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
    // 要到周五才能完成 promises; 要完成 asks.
    let only_then = due.is_some() && p.has(Future) && f.text(p.body, p.b).contains('才');
    if p.has(Need) && !p.has(Progress) && !only_then {
        return Some(Say::Text("not_understood"));
    }
    if refused {
        // `won't be done until Friday` is an expected date; 完不成 and 不能完成 are for a human.
        let not_before = says_until(f, p)
            || p.time.is_some_and(|(x, y, _)| {
                f.text(x, y).starts_with("before ") || f.text(p.body, x).trim_end().ends_with("before")
            });
        let finished = p.has(Done) || p.find(DoneV).is_some_and(|t| p.word(f, t) == "ready");
        if finished && due.is_some() && not_before && f.get(heart.a).is_some_and(|c| c.is_ascii_alphabetic()) {
            let mut a = act(Verb::Progress, "progress.not_before");
            a.command.due = due;
            return Some(one(scoped(a)));
        }
        return Some(Say::Text("not_understood"));
    }
    if negated {
        if !p.any(&[Done, DoneV, DonePast, Start, Progress, Partly]) || open::unseen(&f.text(heart.a, p.b), reader) {
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
        // `was going to finish yesterday` promises nothing any more.
        a.command.due = due.filter(|due| !times::is_past(*due, reader.anchor));
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
    // 已提交至系统: 至 leads to a place where no day follows.
    let to_place = if due.is_none() && p.has(DoneV) { To } else { Done };
    if !p.clean(&[Done, DoneV, DonePast, Past, All, Rest, Time, Confirm, Only, By, Send, Ack, to_place])
        || (p.has(By) && due.is_none())
    {
        return Some(Say::Text("not_understood"));
    }
    let deed = p.first(&[DoneV, DonePast]).map(|t| p.word(f, t));
    // 如期完成 without 已 or 了 may as well be a promise.
    let on_time = p.toks.iter().any(|t| {
        matches!(
            p.word(f, *t).as_str(),
            "按时" | "按期" | "准时" | "如期" | "按原计划" | "按计划" | "照旧" | "on time" | "as planned"
        )
    });
    if on_time && !perfect && !past && !latin {
        return Some(one(scoped(act(Verb::Progress, "progress.promise"))));
    }
    if p.has(Done) {
        let mut a = act(Verb::Done, "done");
        // 测试完成 of 提交测试报告 is a step, not the task; 弄好了发您邮箱了 is done and sent.
        let sent_after = p.find(DoneV).is_some_and(|t| {
            p.before(t.a, &[Done])
                && matches!(
                    p.word(f, t).as_str(),
                    "发" | "发给" | "发送" | "发出" | "寄" | "寄出" | "交" | "提交" | "上传" | "发邮件"
                )
        });
        a.deed = deed.filter(|_| !sent_after);
        return Some(one(scoped(a)));
    }
    if p.has(DoneV) && !perfect && !past {
        // 发送 to a letter that waits to be sent is an answer to it.
        return if answer::sends(f, p, reader) { None } else { Some(Say::Text("not_understood")) };
    }
    if deed.is_some() && (perfect || past) {
        let mut a = act(Verb::Done, "done.deed");
        a.deed = deed;
        return Some(one(scoped(a)));
    }
    Some(Say::Text("not_understood"))
}

/// The deed of one or two characters that 完, 好, 妥 or 齐 bring to its end, where nothing else is said.
fn brought_to_end(f: &Folded, p: &Piece, at: &Anchor) -> Option<String> {
    let [(a, b)] = p.junk.as_slice() else { return None };
    if b - a > 2 || !f.text(*a, *b).chars().all(is_cjk) || p.time.is_some_and(|(.., due)| !times::is_past(due, at)) {
        return None;
    }
    // 已更换, 换好了
    let end = p.toks.iter().find(|t| {
        let word = p.word(f, **t);
        t.a == *b && t.is(&[Perf, Ack]) && word.starts_with(['完', '好', '妥', '齐', '毕'])
            || t.b == *a && t.w == Perf && word.ends_with(['已', '经'])
    })?;
    let quiet = p.toks.iter().all(|t| {
        t.is(&[Fill, Perf, Comma, Colon, Courtesy, Greeting, Ref, Attach, Past, All, Rest, Time]) || t.a == end.a
    });
    (quiet && p.names_well()).then(|| f.text(*a, *b))
}

/// 还要两天, `needs two more days`.
pub(super) fn more_time(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
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

/// A date alone, answered to a line of work, is when it will be done; of who decides about a late one, its new date.
pub(super) fn bare_time(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    if reader.known.context == Context::Preview && p.clean(&[Time, Future, To]) {
        // Of a meeting that is shown or asked about, a time alone is its time.
        p.time?;
        let text = f.written(p.body, p.b);
        let start = times::start(text, reader.anchor);
        if start.is_none() && !times::lacks_hour(text, reader.anchor) {
            return None;
        }
        let mut a = whole(Verb::Reschedule, "reschedule.time");
        a.command.start = start;
        return Some(one(a));
    }
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
    let decides = reader.known.context == Context::Escalation;
    let mut a = if decides { act(Verb::Postpone, "postpone.date") } else { act(Verb::Progress, "progress.date") };
    a.command.due = Some(due);
    a.targets = p.targets();
    if p.has(All) && a.targets.is_empty() {
        a.scope = Scope::All;
    }
    Some(one(a))
}
