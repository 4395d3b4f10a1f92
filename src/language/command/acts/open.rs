//! Work told to be unfinished in words that no lexicon holds: 对方还没盖章, 正在走流程, 预计下周二出初稿.
//!
//! Only progress is read here, which changes no state; it takes a line that is named, or the only one.

use super::*;

/// Words that say something else of the line.
const OTHERS: &[W] = &[
    Block, Behind, Postpone, MoveTo, Reschedule, HandTo, InCharge, Decline, Cancel, Close, Refuse, Return, Pass, Agree,
    Attend, NotAttend, Undo, Remind, Object, ShouldRead, StopEsc, HoldEsc, CallOff, Rate, Sign, KeyOwner, KeyDue,
    Measure, Because, Please, Suggest, Apply, Says, Hearsay, Maybe, Not, Except, Only, Done, Percent, Half, Partly,
    All, Rest,
];

/// What has not been heard or known is not what has not been done.
#[rustfmt::skip]
const UNHEARD: &[&str] = &[
    "收到", "看到", "看见", "看", "听", "明白", "理解", "懂", "找到", "接到", "想", "说", "人", "问题", "时间", "权限", "空", "精力", "人手", "把握", "办法", "资源", "预算", "意见",
    "received", "seen", "heard", "got", "been told", "been informed", "been asked", "understood", "decided",
];

/// What was not looked at by who tells it: 门店说3好了,我还没核实. Where that is the task it is not done yet.
#[rustfmt::skip]
const UNSEEN: &[&str] = &[
    "核实", "求证", "查证", "证实", "验证", "确认", "核对", "verified", "checked", "confirmed", "looked",
];

/// Whether a text begins with a word of [`UNSEEN`] that is nobody's task.
pub(super) fn unseen(text: &str, reader: &Reader) -> bool {
    let word = UNSEEN.iter().find(|word| text.starts_with(**word));
    word.is_some_and(|word| reader.known.tasks.iter().all(|task| !same_deed(word, task.text())))
}

/// Away until then, not busy with it.
#[rustfmt::skip]
const AWAY: &[&str] = &[
    "leave", "vacation", "holiday", "office", "travel", "出差", "请假", "休假", "年假", "外出", "开会", "meeting",
];

/// 还差最后一章: something is missing.
fn lacks(f: &Folded, p: &Piece) -> bool {
    p.find(Partly).is_some_and(|tok| {
        matches!(p.word(f, tok).as_str(), "还差" | "只差" | "就差")
            && p.junk.iter().any(|(a, _)| *a >= tok.b)
            && p.no_junk_in(p.body, tok.a)
            && !p.any(&[Done, DoneV, DonePast, Not, Ask, Says, Cond])
    })
}

pub(super) fn still_open(f: &Folded, p: &Piece, reader: &Reader) -> Option<Say> {
    if matches!(reader.known.context, Context::Action | Context::Reminder)
        && (!p.marks.is_empty() || reader.known.items.len() == 1)
        && p.names_well()
        && lacks(f, p)
    {
        let mut a = act(Verb::Progress, "progress.lacks");
        a.targets = p.targets();
        return Some(one(a));
    }
    let context = reader.known.context;
    let sole = reader.known.items.len() == 1 || context == Context::Issue && reader.known.items.is_empty();
    if !matches!(context, Context::Action | Context::Reminder | Context::Escalation | Context::Issue)
        || p.marks.is_empty() && (!sole || p.has(Third))
        || !p.names_well()
        || p.any(OTHERS)
    {
        return None;
    }
    let text = f.text(p.body, p.b);
    if AWAY.iter().any(|word| text.contains(word)) {
        return None;
    }
    let due = p.time.map(|(.., due)| due).filter(|due| !times::is_past(*due, reader.anchor));
    let (rule, due) = if let Some(tok) = p.find(NotYet).filter(|tok| says_not_yet(f, p, *tok)) {
        let rest = f.text(tok.b, p.b);
        let rest = rest.trim_start();
        if rest.is_empty() || UNHEARD.iter().any(|word| rest.starts_with(word)) {
            return None;
        }
        if unseen(rest, reader) {
            return None;
        }
        ("progress.not_yet", None)
    } else if let Some(tok) = p.find(Ongoing) {
        // 中 and 正 are parts of many words.
        if p.word(f, tok).chars().count() < 2 || p.junk.is_empty() && !p.any(&[DoneV, Start]) || p.has(NotYet) {
            return None;
        }
        ("progress.ongoing", due.filter(|_| p.has(Future)))
    } else if p.has(Future) && due.is_some() && !p.junk.is_empty() && !p.any(&[NotYet, Confirm, Ack, Yes, No, Need]) {
        ("progress.promise", due)
    } else {
        return None;
    };
    let mut a = act(Verb::Progress, rule);
    a.command.due = due;
    a.targets = p.targets();
    Some(one(a))
}

/// 还没盖章, 尚未回传, `hasn't been signed`; 没有权限 and `not sure` say something else.
fn says_not_yet(f: &Folded, p: &Piece, tok: Tok) -> bool {
    let word = p.word(f, tok);
    if word.is_ascii() {
        return ["haven't", "hasn't", "havent", "hasnt", "have not", "has not", "not yet", "yet to", "still not"]
            .iter()
            .any(|head| word.starts_with(head));
    }
    word.contains(['还', '尚', '仍', '暂']) || matches!(word.as_str(), "未" | "没" | "没能" | "未能")
}
