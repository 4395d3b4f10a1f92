//! What single words mean beside their neighbours, and whether a piece asks, conditions or reports.

use super::super::fold::{Folded, is_cjk};
use super::super::refs::{Mark, Named, Target};
use super::super::words::{Tok, W, is_word_char};
use super::name::name_tasks;
use super::{Piece, Reader};
use crate::domain::reading::Context;

/// What single words mean beside their neighbours; names of tasks; the moods of the piece.
pub(super) fn settle(f: &Folded, piece: &mut Piece, reader: &Reader) {
    // 打印好了, 整理中: after a deed 好 and 中 say how far it is.
    for at in 1..piece.toks.len() {
        let (Some(before), Some(tok)) = (piece.toks.get(at - 1).copied(), piece.toks.get(at).copied()) else { break };
        if tok.w == W::Ack
            && before.b == tok.a
            && matches!(before.w, W::DoneV | W::Done)
            && f.text(tok.a, tok.b) == "好"
            && let Some(tok) = piece.toks.get_mut(at)
        {
            tok.w = W::Perf;
        }
    }
    // ok 了 is brought to an end, whatever stands between; 完成了没 asks.
    for at in 1..piece.toks.len() {
        let (Some(before), Some(tok)) = (piece.toks.get(at - 1).copied(), piece.toks.get(at).copied()) else { break };
        if before.w == W::Ack
            && tok.w == W::Perf
            && tok.a - before.b <= 1
            && matches!(f.text(before.a, before.b).as_str(), "ok" | "okay" | "okk")
            && f.get(tok.a) == Some('了')
            && let Some(before) = piece.toks.get_mut(at - 1)
        {
            before.w = W::Done;
        }
        let said = matches!(before.w, W::Done | W::DoneV | W::Perf | W::Confirm | W::Progress);
        let ends = f.text(tok.b, piece.b).trim().is_empty();
        if said && tok.w == W::NotYet && ends && matches!(f.text(tok.a, tok.b).as_str(), "没" | "没有") {
            piece.asks = true;
        }
    }
    // `please reassign 1 to Marta`, `fix: second source`
    for at in 0..piece.toks.len() {
        let Some(tok) = piece.toks.get(at).copied() else { break };
        let word = f.text(tok.a, tok.b);
        let told = tok.w == W::Decline && word == "please reassign";
        let measured = tok.w == W::DoneV && word == "fix" && f.get(tok.b) == Some(':');
        if (told && piece.toks.iter().any(|other| other.a >= tok.b && other.w == W::To) || measured)
            && let Some(tok) = piece.toks.get_mut(at)
        {
            tok.w = if told { W::HandTo } else { W::Measure };
        }
    }
    // 已提交给客户: whom it went to is nobody's word.
    for tok in piece.toks.iter_mut().filter(|tok| tok.w == W::Third) {
        let to = tok.a.checked_sub(1).and_then(|at| f.get(at));
        if to.is_some_and(|c| matches!(c, '给' | '向' | '跟' | '和' | '与' | '到' | '至' | '由')) && to != Some('由')
        {
            tok.w = W::Fill;
        }
    }
    // 2√ to a list of what is due is done; to a list of new items nobody knows whether it is taken or finished.
    let due = matches!(reader.known.context, Context::Reminder | Context::Escalation);
    let worded = piece.toks.iter().any(|tok| tok.w == W::Done && f.get(tok.a).is_some_and(|c| c.is_alphanumeric()));
    for tok in piece.toks.iter_mut().filter(|tok| matches!(tok.w, W::Done | W::Ack) && tok.b - tok.a == 1) {
        let sign = f.get(tok.a).unwrap_or(' ');
        if sign == '✅' && due && !piece.marks.is_empty() {
            tok.w = W::Done;
        } else if (matches!(sign, '√' | '✓' | '✔' | '☑') || sign == '✅' && !piece.marks.is_empty()) && !due {
            tok.w = if worded { W::Fill } else { W::Maybe };
        }
    }
    // 已提交至系统: where it went is no part of what was done.
    if piece.time.is_none()
        && let Some(to) =
            piece.toks.iter().find(|tok| tok.w == W::To || tok.w == W::Fill && f.text(tok.a, tok.b) == "给").copied()
        && piece.toks.iter().any(|tok| tok.w == W::DoneV && tok.b == to.a)
        && !piece.any(&[W::NotYet, W::Not, W::Please, W::Need, W::Cond, W::HandTo])
    {
        piece.junk.retain(|(a, _)| *a < to.b);
    }
    // `has been sent to the client`
    if piece.time.is_none()
        && let Some(to) = piece.toks.iter().find(|tok| tok.w == W::To).copied()
        && piece.toks.iter().any(|tok| tok.w == W::DonePast && tok.b < to.a && to.a - tok.b <= 4)
        && piece.junk.iter().all(|(a, _)| *a >= to.b)
        && !piece.any(&[
            W::NotYet,
            W::Not,
            W::Please,
            W::Need,
            W::Cond,
            W::HandTo,
            W::Future,
            W::Maybe,
            W::Says,
            W::Ask,
        ])
    {
        piece.junk.clear();
    }
    // 已报送省局, 已发财务: to whom it went stands right behind the deed.
    if piece.time.is_none()
        && let Some((from, to)) = piece.junk.last().copied()
        && to - from <= 6
        && f.text(to, piece.b).trim().is_empty()
        && piece.toks.iter().any(|tok| {
            tok.w == W::DoneV
                && tok.b == from
                && matches!(
                    f.text(tok.a, tok.b).as_str(),
                    "报送"
                        | "呈报"
                        | "抄送"
                        | "呈送"
                        | "上报"
                        | "发"
                        | "发给"
                        | "送"
                        | "交"
                        | "寄"
                        | "提交"
                        | "递交"
                        | "报"
                )
                && piece.before(tok.a, &[W::Perf])
        })
        && !piece.any(&[W::NotYet, W::Not, W::Please, W::Need, W::Cond, W::HandTo, W::Future, W::Maybe])
    {
        piece.junk.pop();
    }
    // 截止改3月19号
    if let Some((x, ..)) = piece.time {
        for tok in piece.toks.iter_mut().filter(|tok| tok.w == W::DoneV && tok.b == x && f.text(tok.a, tok.b) == "改")
        {
            tok.w = W::MoveTo;
        }
    }
    // 还在等 waits; for what it is is not said.
    if let [.., before, last] = piece.toks.as_mut_slice()
        && last.w == W::Cond
        && before.w == W::Ongoing
        && f.text(last.a, piece.b).trim() == "等"
    {
        last.w = W::Progress;
    }
    // `#3 pending` says how it stands; `pending approval` on what it hangs.
    if let Some(last) = piece.toks.last_mut()
        && last.w == W::Cond
        && f.text(last.a, last.b) == "pending"
        && f.text(last.b, piece.b).trim().is_empty()
    {
        last.w = W::Progress;
    }
    // `both` of three lines are two of them, and nobody knows which.
    let lines = reader.known.items.len();
    for tok in piece.toks.iter_mut().filter(|tok| tok.w == W::All && piece.marks.is_empty()) {
        let word = f.text(tok.a, tok.b);
        if (word.starts_with("both") && lines > 2) || (word == "all three" && lines != 3 && lines > 0) {
            tok.w = W::Third;
        }
    }
    // `nothing is finished` is said of all of them.
    if let Some(none) = piece.toks.iter().find(|tok| {
        tok.w == W::NotYet && {
            let word = f.text(tok.a, tok.b);
            word.starts_with("nothing") || word.starts_with("none")
        }
    }) {
        let all = Tok { w: W::All, a: none.a, b: none.a };
        piece.toks.insert(0, all);
    }
    // Where nothing waits to be sent, sending is a deed.
    if !matches!(
        reader.known.context,
        Context::Preview | Context::MinutesReview | Context::MinutesGaps | Context::None | Context::Escalation
    ) {
        for tok in piece.toks.iter_mut().filter(|tok| tok.w == W::Send) {
            tok.w = W::DoneV;
        }
    }
    // `done, but not tested`: an exception needs what it is taken from.
    let all_said = piece.any(&[W::All, W::Rest]);
    for tok in &mut piece.toks {
        if tok.w == W::Except && !all_said && f.text(tok.a, tok.b) == "but" {
            tok.w = W::But;
        }
    }
    // 周五前, 两天后: what follows a time belongs to it.
    if let Some((_, end, _)) = piece.time {
        for tok in &mut piece.toks {
            if tok.a == end
                && tok.w == W::Cond
                && matches!(f.text(tok.a, tok.b).as_str(), "前" | "之前" | "以前" | "后" | "之后" | "以后")
            {
                tok.w = W::Fill;
            }
        }
    }
    if let Some((start, ..)) = piece.time {
        for tok in &mut piece.toks {
            let word = f.text(tok.a, tok.b);
            // 等到周五, until Friday, after Friday, 在周五
            let touches = tok.b == start || (tok.b + 1 == start && f.get(tok.b) == Some(' '));
            if touches
                && tok.w == W::Cond
                && matches!(word.as_str(), "until" | "till" | "after" | "before" | "直到" | "once")
            {
                tok.w = W::To;
            }
        }
    }
    // 转给李雷的是2不是3: a line that it is said not to be.
    let denied = piece.marks.len() > 1
        && piece.marks.iter().any(|mark| {
            let before = f.text(mark.a.saturating_sub(4).max(piece.a), mark.a);
            before.trim_end().ends_with("不是") || before.ends_with("not ")
        });
    own_deed(f, piece, reader);
    name_tasks(f, piece, reader);
    piece.asks |= denied;
    if let Some(Named::One(n)) = &piece.named
        && piece.marks.is_empty()
    {
        let (a, b) = piece.task_words.first().copied().unwrap_or((piece.a, piece.a));
        piece.marks.push(Mark { a, b, targets: vec![Target::Number(*n)], explicit: true });
    }
    if opens_question(f, piece.a, piece.b) {
        piece.asks = true;
    }
    piece.rest_of_work = piece.find(W::Rest).is_some_and(|tok| {
        let word = f.text(tok.a, tok.b);
        (word.starts_with(['剩', '余']) || matches!(word.as_str(), "rest" | "the rest" | "remaining" | "the remaining"))
            && !f.get(tok.b).is_some_and(|c| matches!(c, '项' | '条' | '几' | '个' | '都' | '两'))
    });
    // `done, except for the appendix`
    // 没问题，就是3时间紧
    let only_that = !piece.marks.is_empty() && f.text(piece.a, piece.b).trim_start().starts_with("就是");
    piece.but = piece.has(W::But)
        || only_that
        || piece.marks.is_empty() && piece.any(&[W::Except, W::Outside]) && !piece.any(&[W::All, W::Rest]);
    for tok in piece.toks.iter_mut().filter(|tok| tok.w == W::But) {
        tok.w = W::Fill;
    }
    // 能不能去还定不了: what is uncertain is no question.
    let whether = [
        "能不能",
        "能否",
        "是否",
        "去不去",
        "来不来",
        "到不到",
        "能不能去",
        "能不能来",
        "能不能到",
        "来不来得了",
        "去不去得了",
    ];
    if piece.has(W::Tentative) && super::super::acts::meeting_context(reader.known.context) && !piece.asks {
        for tok in piece.toks.iter_mut().filter(|tok| tok.w == W::Ask) {
            if whether.contains(&f.text(tok.a, tok.b).as_str()) {
                tok.w = W::Fill;
                piece.junk.retain(|(a, b)| {
                    *a != tok.b || !matches!(f.text(*a, *b).as_str(), "去" | "来" | "到" | "去成" | "来成")
                });
            }
        }
    }
    // 还不确定能不能来
    for i in 2..piece.toks.len() {
        if let Some([before, asks, after]) = piece.toks.get_mut(i - 2..=i)
            && (before.w, asks.w, after.w) == (W::Tentative, W::Ask, W::Attend)
        {
            asks.w = W::Fill;
        }
    }
    piece.asks |= piece.any(&[W::Ask, W::Tag]);
    piece.conditional = piece.has(W::Cond);
    piece.hearsay = piece.any(&[W::Hearsay, W::Says, W::Third]);
}

/// 合同已续签, 样片拍了一半: the verb of the task itself, whole or its one character, says what was done to it.
fn own_deed(f: &Folded, piece: &mut Piece, reader: &Reader) {
    let tasks = &reader.known.tasks;
    let heads = |a: usize, b: usize| {
        let said = f.chars.get(a..b).unwrap_or_default();
        tasks.iter().any(|task| {
            let verb = task.chars().get(..2).unwrap_or_default();
            verb == said || matches!(said, [one] if verb.contains(one)) && verb.iter().all(|c| is_cjk(*c))
        })
    };
    let object = |a: usize| piece.task_words.iter().any(|(_, end)| *end <= a);
    // What follows tells how far the deed got.
    let told = |b: usize| {
        let over = piece.before(b, &[W::Perf, W::NotYet, W::Past]) && f.text(b, piece.b).trim().is_empty();
        let parts = [W::Perf, W::Done, W::Half, W::Percent, W::To, W::Partly, W::Ack];
        over || piece.toks.iter().any(|tok| tok.a == b && tok.is(&parts))
    };
    let whole = piece.task_words.iter().copied().find(|(a, b)| b - a == 2 && object(*a) && heads(*a, *b) && told(*b));
    let one = piece.junk.iter().copied().find(|(a, b)| b - a == 1 && object(*a) && heads(*a, *b) && told(*b));
    let Some((a, b)) = whole.or(one) else { return };
    piece.task_words.retain(|run| *run != (a, b));
    piece.junk.retain(|run| *run != (a, b));
    let at = piece.toks.partition_point(|tok| tok.a < a);
    piece.toks.insert(at, Tok { w: W::DoneV, a, b });
}

/// `is #1 done`, `can we …`, `did …`: an English question without its mark.
fn opens_question(f: &Folded, a: usize, b: usize) -> bool {
    let text = f.text(a, b);
    let text = text.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let mut words = text.split(|c: char| !is_word_char(c)).filter(|word| !word.is_empty());
    let (Some(first), second) = (words.next(), words.next().unwrap_or_default()) else { return false };
    match first {
        "is" | "are" | "was" | "were" | "did" | "does" | "has" | "why" | "who" | "what" | "where" | "how" | "which"
        | "whose" | "isn't" | "aren't" | "hasn't" | "haven't" | "didn't" | "doesn't" => {
            // `Haven't finished this`, `didn't finish`: the subject was left out.
            !(matches!(first, "haven't" | "hasn't" | "didn't" | "isn't" | "aren't" | "doesn't")
                && !matches!(
                    second,
                    "you" | "we" | "they" | "it" | "this" | "that" | "he" | "she" | "i" | "item" | "task" | "anyone"
                ))
                && !(first == "is" && second == "done")
                && !(first == "was" && matches!(second, "done" | "finished" | "completed"))
        }
        "do" | "have" => matches!(second, "you" | "we" | "they" | "i"),
        "can" | "could" | "would" | "will" | "shall" | "may" | "should" | "might" => matches!(
            second,
            "we" | "you"
                | "i"
                | "it"
                | "this"
                | "that"
                | "they"
                | "he"
                | "she"
                | "someone"
                | "anyone"
                | "the"
                | "somebody"
                | "item"
                | "task"
        ),
        "when" => second != "done",
        "any" => matches!(second, "update" | "updates" | "news" | "progress" | "chance" | "word"),
        _ => false,
    }
}
