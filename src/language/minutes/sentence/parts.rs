//! One sentence taken apart: who, by when, with whom, in which state; what is left is the task.

use super::clauses::clause_starts;
use super::clock::ITEM_CHARS_MAX;
use super::labelled::status_of;
use super::signs::signs;
use super::task::clean_task;
use super::told::{Told, find_told, owned_elsewhere, told_at};
use super::words::LISTS;
use super::{Around, Draft, Section};
use crate::language::scan::{Scan, among, is_han, plain};
use crate::language::when;
use crate::language::who::{self, Follow, Kind, Who};
use std::ops::Range;

/// What one sentence says.
#[derive(Default)]
pub(super) struct Read {
    pub(super) item: Draft,
    pub(super) conditional: bool,
    pub(super) question: bool,
    pub(super) routine: bool,
    pub(super) negative: bool,
    pub(super) next_meeting: bool,
    /// 预算(20分钟,李雷): how long it is talked about.
    pub(super) topic: bool,
    pub(super) past: bool,
    pub(super) report: bool,
    pub(super) decision: bool,
    pub(super) hard_decision: bool,
    pub(super) courtesy: bool,
    pub(super) only_help: bool,
    pub(super) takes: bool,
    pub(super) says: bool,
    /// 申购两台卡尺: a verb stands first.
    pub(super) begins_with_verb: bool,
    /// A name and a colon lead it, so what follows behind a semicolon is that person's too.
    pub(super) leads: bool,
}

pub(super) fn read_sentence(scan: &Scan, text: &str, draft: Draft, around: &Around<'_>) -> Read {
    let end = scan.trim_end(0..scan.len(), " 。.;,!、\n");
    let mut start = scan.skip(0, " ,;:、.。-*>·•\n");
    // 1） left over from a split within the line
    if scan.at(start).is_ascii_digit() && matches!(scan.at(start + 1), ')' | '、')
        || ('①'..='⑳').contains(&scan.at(start))
    {
        start = scan.skip(start + 1, ")、 .");
    }
    let range = start..end;
    let mut read = Read { item: draft, ..Read::default() };
    if range.is_empty() {
        return read;
    }
    signs(scan, &range, text, &mut read);
    read.begins_with_verb = is_han(scan.at(start)) && who::is_follower(scan, start) && !who::begins_date(scan, start);
    let mut cuts: Vec<Range<usize>> = Vec::new();
    // The date first: it stands between names and verbs.
    if read.item.due.is_none()
        && range.len() <= ITEM_CHARS_MAX
        && let Some((dated, bytes)) = around.clock.deadline(text)
    {
        let at = scan.place_of_byte(bytes.start)..scan.place_of_byte(bytes.end);
        cuts.push(widen_date(scan, at, &range));
        read.item.due = Some(dated);
    }
    if read.item.due.is_none() && (around.is_item || read.item.strength >= 4 || around.section == Section::Actions) {
        // `张伟 修复支付超时 7月7日`: in a list the last words may be a bare date, gone by or not.
        let parting = |i: &usize| matches!(scan.at(*i), ' ' | ',' | '，' | '、' | '-');
        // `Aug 10`: a day may be of two words.
        let bare = (range.start + 4..range.end)
            .rev()
            .take(16)
            .filter(parting)
            .take(2)
            .find_map(|from| around.clock.cell(&scan.written(from + 1..range.end)).map(|dated| (from, dated)));
        if let Some((from, dated)) = bare {
            cuts.push(widen_date(scan, from + 1..range.end, &range));
            read.item.due = Some(dated);
        }
    }
    read.item.vague |= read.item.due.is_none() && around.clock.is_vague(text);
    let mut told = find_told(scan, &range, &cuts, around);
    if let Some(told) = &mut told {
        own_date(scan, told, &range, &mut cuts, &mut read, around);
        // 武哥：…，我周三去催: who speaks is I.
        if told.who.kind == Kind::Writer
            && let Some(speaker) = who::at(scan, range.start, around.cast, Follow::End)
            && speaker.kind == Kind::Person
            && scan.at(scan.skip(speaker.range.end, " ")) == ':'
        {
            cuts.push(speaker.range.start..scan.skip(speaker.range.end, " :"));
            told.who = speaker;
        }
    }
    let is_told = told
        .as_ref()
        .is_some_and(|told| !told.helps && (told.strength >= 3 || told.strength == 2 && told.who.kind == Kind::Person));
    take_brackets(scan, &range, &mut cuts, &mut read, around, is_told);
    let mut owner_from_text = None;
    if read.item.owner.is_none() {
        take_tail(scan, &range, &mut cuts, &mut read, around, is_told);
    }
    if let Some(told) = told.filter(|told| !is_cut(&cuts, told.cut.start)) {
        if told.strength == 0 {
            read.report = true;
        } else if told.helps && (read.item.owner.is_some() || owned_elsewhere(scan, &range, &told, around)) {
            read.item.helpers.extend(told.who.names.clone());
            cuts.push(widen_clause(scan, &told.cut, &range));
            if read.item.owner.is_none() && around.owner.is_none() {
                read.only_help = true;
            }
        } else if read.item.owner.is_none() || read.item.labels == 0 && told.strength >= 3 && read.item.strength < 3 {
            read.takes |= told.takes;
            read.says = told.says;
            read.leads = scan.before(scan.trim_end(told.cut.start..told.cut.end, " ")) == ':';
            read.item.strength = read.item.strength.max(told.strength);
            // `Ines, could you please update …?`, 王芳能否周五前提供…？ ask by name for something to be done.
            if told.strength >= 3 && read.question {
                let asked = scan.folded(told.cut.clone());
                let asks = ["could ", "can ", "would ", "能否", "可否", "能不能", "麻烦", "请"];
                read.question = !asks.iter().any(|word| asked.contains(word));
            }
            let mut cut = told.cut.clone();
            if told.helps {
                // 请李四协助张三完成…: the help is the task.
                cut.end = told.who.range.end;
            }
            cuts.push(cut);
            owner_from_text = Some(told.who);
        } else if told.strength >= 2 && read.item.owner.as_ref().is_some_and(|o| o.names == told.who.names) {
            // Named twice: in the sentence and behind the label.
            cuts.push(told.cut.clone());
            read.item.strength = read.item.strength.max(told.strength);
        }
    }
    if let Some(who) = owner_from_text {
        if who.kind == Kind::Writer && who.names.is_empty() {
            read.item.strength = read.item.strength.min(2);
        } else {
            read.item.owner = Some(who);
        }
    }
    take_helpers(scan, &range, &mut cuts, &mut read, around);
    if around.is_item {
        take_status(scan, &range, &mut cuts, &mut read);
    }
    cut_past(scan, &range, &mut cuts);
    if read.item.task.is_empty() {
        read.item.task = clean_task(scan, &range, &cuts);
    }
    read
}

/// 机组推迟到8月5日发货，请江敏8月8日前完成验收: a day told of before somebody is told anything is not that person's, if
/// another follows.
fn own_date(
    scan: &Scan,
    told: &Told,
    range: &Range<usize>,
    cuts: &mut Vec<Range<usize>>,
    read: &mut Read,
    around: &Around<'_>,
) {
    let [date] = cuts.as_slice() else { return };
    let between = date.end..told.cut.start;
    let told_apart = told.strength >= 3
        && !told.helps
        && between.len() > 3
        && scan.find_char(between.clone(), ",;").is_some_and(|comma| comma >= date.end + 2);
    if !told_apart {
        return;
    }
    let tail = scan.written(told.cut.end..range.end);
    let Some((dated, bytes)) = around.clock.deadline(&tail) else { return };
    let from = told.cut.end;
    let place = |byte: usize| from + tail.get(..byte).map_or(0, |head| head.chars().count());
    let at = place(bytes.start)..place(bytes.end);
    cuts.clear();
    cuts.push(widen_date(scan, at, range));
    read.item.due = Some(dated);
}

/// （已完成）, [done], - 进行中 at the end of a line.
pub(super) fn trailing_status(scan: &Scan, range: &Range<usize>) -> Option<&'static str> {
    if !matches!(scan.at(range.end - 1), ')' | ']') {
        return None;
    }
    let open = (range.start..range.end).rev().take(16).find(|i| matches!(scan.at(*i), '(' | '['))?;
    let inside = scan.written(open + 1..range.end - 1);
    if inside.chars().count() <= 12 && !inside.contains([',', '，', '、']) { status_of(&inside) } else { None }
}

/// The date with the words that lead to it and from it: 请于…之前, `by …`, `(due …)`.
fn widen_date(scan: &Scan, at: Range<usize>, range: &Range<usize>) -> Range<usize> {
    #[rustfmt::skip]
    const BEFORE: &[&str] = &[
        "截止时间", "截止日期", "截止到", "截止于", "截止", "截至", "完成时间", "完成时限", "完成日期", "计划完成时间", "时间要求", "期限", "时限", "时间", "最晚于",
        "最迟于", "最晚", "最迟", "不晚于", "不迟于", "务必于", "务必在", "争取在", "争取于", "争取", "力争在", "力争于", "力争", "计划于", "计划在", "预计于",
        "预计在", "预计", "拟于", "拟在", "原则上", "必须在", "必须于", "需在", "需于", "须在", "须于", "应于", "应在", "要在", "于", "在", "ddl",
        "至迟", "赶在", "限", "限于", "定于", "会后", "到", "至", "从今天起", "即日起", "自今日起", "今起",
    ];
    #[rustfmt::skip]
    const BEFORE_ENGLISH: &[&str] = &[
        "due date", "due by", "due on", "is due", "due", "deadline", "no later than", "not later than",
        "at the latest by", "by the latest", "by", "before", "on or before", "until", "till", "on", "target", "eta",
        "to be completed by", "to be done by", "completed by", "done by", "latest", "latest by", "ddl", "for", "in",
        "within", "before the", "by the", "at", "ready by", "deadline is",
    ];
    const AFTER: &[&str] = &["之前", "以前", "以内", "之内", "前后", "前", "内", "止", "左右"];
    let mut from = at.start;
    let mut to = at.end;
    for _ in 0..4 {
        let back = (range.start..from).rev().take_while(|i| matches!(scan.at(*i), ' ' | ':' | '-')).count();
        let word_end = from - back;
        // A dash belongs to the date only when it follows words of time.
        let last = scan.before(word_end);
        let hit = BEFORE
            .iter()
            .filter(|word| word.ends_with(last))
            .filter_map(|word| {
                let begin = word_end.checked_sub(word.chars().count()).filter(|b| *b >= range.start)?;
                scan.lit(begin, word).map(|_| begin)
            })
            .chain(BEFORE_ENGLISH.iter().filter(|word| word.ends_with(last)).filter_map(|word| {
                let begin = word_end.checked_sub(word.chars().count()).filter(|b| *b >= range.start)?;
                scan.word(begin, word).map(|_| begin)
            }))
            .min();
        match hit {
            Some(begin)
                if !matches!(
                    (scan.before(begin), scan.at(begin)),
                    ('存' | '现' | '所' | '潜' | '正' | '关' | '由' | '对' | '基' | '属' | '位', '在' | '于')
                ) =>
            {
                from = begin
            }
            _ => break,
        }
    }
    for _ in 0..2 {
        let next = scan.skip(to, " ");
        if let Some(end) = scan.any(next, AFTER).filter(|end| {
            *end <= range.end
                && !matches!(
                    (scan.at(next), scan.at(*end)),
                    ('前', '往' | '期' | '端' | '台' | '置' | '来') | ('内', '部' | '容' | '测' | '审' | '网')
                )
        }) {
            to = end;
        } else {
            break;
        }
    }
    from..to
}

/// `供应商走访，进行中`: a piece of a list's line that only says how far it is.
fn take_status(scan: &Scan, range: &Range<usize>, cuts: &mut Vec<Range<usize>>, read: &mut Read) {
    if let Some((from, status)) = dashed_status(scan, range) {
        read.item.status = read.item.status.or(Some(status));
        cuts.push(from..range.end);
    }
    for (at, piece) in pieces(scan, range.clone(), ",;|").into_iter().enumerate() {
        if piece.end < range.end
            && let Some((from, status)) = dashed_status(scan, &piece)
        {
            read.item.status = read.item.status.or(Some(status));
            cuts.push(from..piece.end);
        }
        if at == 0 {
            continue;
        }
        let words = scan.written(piece.clone());
        let words = words.trim();
        if words.chars().count() <= 12 && !matches!(words, "完成" | "关闭" | "进行") && is_status(words) {
            read.item.status = read.item.status.or(status_of(words));
            cuts.push(piece.start.saturating_sub(1)..piece.end);
        }
    }
}

/// 机房巡检（吴磊）——已完成: a state behind a dash at the end, and where the dash begins.
fn dashed_status(scan: &Scan, range: &Range<usize>) -> Option<(usize, &'static str)> {
    let dash = (range.start + 1..range.end)
        .rev()
        .take(14)
        .find(|at| scan.at(*at) == '-' || scan.at(*at) == ' ' && scan.before(*at) == ')')?;
    let words = scan.written(dash + 1..range.end);
    let apart =
        scan.at(dash) == ' ' || scan.before(dash) == '-' || scan.before(dash) == ' ' && scan.at(dash + 1) == ' ';
    if !apart || !is_status(words.trim()) {
        return None;
    }
    Some((scan.trim_end(range.start..dash, " -"), status_of(words.trim())?))
}

/// Exactly a state: 进行中, 已完成, `in progress`.
fn is_status(words: &str) -> bool {
    let folded = plain(words);
    matches!(
        folded.trim_matches(['.', '。', ' ']),
        "进行中"
            | "已完成"
            | "未开始"
            | "未完成"
            | "推进中"
            | "处理中"
            | "阻塞"
            | "受阻"
            | "暂停"
            | "已关闭"
            | "已办结"
            | "未启动"
            | "待启动"
            | "滞后"
            | "延期"
            | "in progress"
            | "done"
            | "completed"
            | "not started"
            | "blocked"
            | "on hold"
            | "ongoing"
            | "open"
            | "closed"
            | "pending"
    )
}

/// 昨天修复了报表错误，今天下班前…: what is done already, before the clause with the date, is not the task.
#[rustfmt::skip]
fn cut_past(scan: &Scan, range: &Range<usize>, cuts: &mut Vec<Range<usize>>) {
    let Some(date) = cuts.first().map(|cut| cut.start) else { return };
    let starts = clause_starts(scan, range);
    for pair in starts.windows(2) {
        let (Some(from), Some(to)) = (pair.first().copied(), pair.get(1).copied()) else { continue };
        if to > date {
            break;
        }
        let begin =
            cuts.iter().filter(|cut| cut.start >= from && cut.end <= to).map(|cut| cut.end).max().unwrap_or(from);
        if scan.has(
            begin..to,
            &[
                "昨天", "昨日", "前天", "上周", "上月", "已完成", "已经", "已提交", "已于", "已发", "已交", "已修", "已签",
            ],
        ) {
            cuts.push(begin..to);
        }
    }
}

/// A helper's clause goes whole.
fn widen_clause(scan: &Scan, cut: &Range<usize>, range: &Range<usize>) -> Range<usize> {
    let end = scan.find_char(cut.end..range.end, ",;。").unwrap_or(range.end);
    // Help with an object of its own: 李四配合测试 goes whole too.
    cut.start..end
}

pub(super) fn is_cut(cuts: &[Range<usize>], at: usize) -> bool {
    cuts.iter().any(|cut| cut.contains(&at))
}

/// （任晓，7月7日）, (Bob, due Friday), [on Bob Smith - due 2026-07-20]: brackets that hold nothing but who and when.
fn take_brackets(
    scan: &Scan,
    range: &Range<usize>,
    cuts: &mut Vec<Range<usize>>,
    read: &mut Read,
    around: &Around<'_>,
    is_told: bool,
) {
    let mut at = range.start;
    let mut tries = 0;
    while let Some(open) = scan.find_char(at..range.end, "([") {
        tries += 1;
        if tries > 12 {
            return;
        }
        let close_mark = if scan.at(open) == '(' { ")" } else { "]" };
        let Some(close) = scan.find_char(open + 1..(open + 90).min(scan.len()), close_mark) else {
            at = open + 1;
            continue;
        };
        at = close + 1;
        if is_cut(cuts, open) {
            continue;
        }
        let inside = open + 1..close;
        if (inside.clone()).all(|i| is_cut(cuts, i) || !scan.at(i).is_alphanumeric()) {
            cuts.push(open..close + 1);
            continue;
        }
        let leading = open == range.start;
        let mut owner: Option<Who> = None;
        let mut helpers: Vec<String> = Vec::new();
        let mut status = None;
        let mut due = None;
        let mut other = false;
        for piece in pieces(scan, inside, ",;/|-") {
            let text: String = piece.clone().filter(|i| !is_cut(cuts, *i)).map(|i| scan.written_at(i)).collect();
            let words = text.trim().trim_matches([',', '，', ':', '：', ' ', '-', '、']);
            let words = words.strip_prefix("on ").or_else(|| words.strip_prefix("by ")).unwrap_or(words).trim();
            if around.section != Section::Actions
                && words.chars().count() <= 8
                && (words.ends_with("min")
                    || words.ends_with("分钟")
                    || words.ends_with("mins")
                    || words.ends_with("minutes"))
                && when::duration(words).is_some()
            {
                // (20 min, Grace): a topic of the agenda.
                read.topic = true;
                continue;
            }
            if words.is_empty()
                || matches!(words, "前" | "之前" | "完成" | "前完成" | "内" | "due" | "by" | "due:" | "截止" | "before")
            {
                continue;
            }
            let bare = words
                .strip_suffix("负责")
                .or_else(|| words.strip_suffix("牵头"))
                .or_else(|| words.strip_suffix("跟进"))
                .unwrap_or(words)
                .trim();
            if let Some(name) = words.strip_suffix("配合").or_else(|| words.strip_suffix("协助"))
                && let Some(who) = who::list(name, around.cast)
            {
                helpers.extend(who.names);
            } else if status_of(words).is_some() && words.chars().count() <= 12 {
                status = status_of(words);
            } else if who::is_who(bare, around.cast) && !leading {
                // `the slides (Data Platform)`: whoever is told already, capital words in brackets are a subject.
                let found = who::list(bare, around.cast);
                if is_told && owner.is_none() && !found.as_ref().is_some_and(|w| w.known && w.kind == Kind::Person) {
                    other = true;
                    continue;
                }
                match (&mut owner, found) {
                    (Some(all), Some(more)) => all.names.extend(more.names),
                    (None, found) => owner = found,
                    _ => {}
                }
            } else if read.item.due.is_none()
                && due.is_none()
                && let Some(dated) = around.clock.cell(words)
            {
                due = Some(dated);
            } else {
                other = true;
            }
        }
        if other || (owner.is_none() && status.is_none() && due.is_none() && helpers.is_empty()) {
            continue;
        }
        // (QA) behind a noun may be part of it; a person is not.
        if let Some(who) = owner {
            if read.item.owner.is_none() {
                read.item.strength = read.item.strength.max(if who.known { 2 } else { 1 });
                read.item.owner = Some(who);
            }
        }
        read.item.due = read.item.due.take().or(due);
        read.item.status = read.item.status.or(status);
        read.item.helpers.extend(helpers);
        cuts.push(open..close + 1);
    }
}

/// Pieces of a range between any of these separators.
fn pieces(scan: &Scan, range: Range<usize>, separators: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut from = range.start;
    for at in range.clone() {
        let c = scan.at(at);
        // A hyphen within a word or a date is none.
        let dash_within =
            c == '-' && scan.before(at).is_ascii_alphanumeric() && scan.at(at + 1).is_ascii_alphanumeric();
        let slash_within = c == '/' && scan.before(at).is_ascii_digit() && scan.at(at + 1).is_ascii_digit();
        if among(separators, c) && !dash_within && !slash_within {
            out.push(from..at);
            from = at + 1;
        }
    }
    out.push(from..range.end);
    out
}

/// `… - Owen, Friday`, `…——张三，周五前`, `… | Bob | July 3`, `…，张三`: who behind the task.
fn take_tail(
    scan: &Scan,
    range: &Range<usize>,
    cuts: &mut Vec<Range<usize>>,
    read: &mut Read,
    around: &Around<'_>,
    is_told: bool,
) {
    if read.item.owner.is_some() || is_told {
        return;
    }
    // From the end backwards: pieces that are cut, or names, until one is something else.
    let parts = pieces(scan, range.clone(), ",;|>-/~:");
    let mut names: Vec<Who> = Vec::new();
    let mut from = None;
    for piece in parts.iter().rev().take(4) {
        if piece.start <= range.start {
            break;
        }
        let left: String = piece.clone().filter(|i| !is_cut(cuts, *i)).map(|i| scan.written_at(i)).collect();
        let words = left.trim().trim_matches([',', '，', ':', '：', ' ', '、', '@', '(', ')', '（', '）']);
        if words.is_empty() || LISTS.idle.is(&words.to_lowercase()) || is_status(words) {
            from = Some(piece.start);
            continue;
        }
        let words = words
            .strip_suffix("负责")
            .or_else(|| {
                [" lead", " leads", " leading", " owner", " owns", " to lead"]
                    .iter()
                    .find_map(|end| words.strip_suffix(end))
            })
            .or_else(|| {
                ["牵头", "跟进", "主责", "主办", "来做", "来跟", "处理"].iter().find_map(|end| words.strip_suffix(end))
            })
            .unwrap_or(words);
        let words = words.strip_prefix("由").or_else(|| words.strip_prefix("by ")).unwrap_or(words).trim();
        let separator = scan.at(piece.start - 1);
        let list = around.is_item || around.section == Section::Actions;
        if !who::is_who(words, around.cast) {
            break;
        }
        let Some(who) = who::list(words, around.cast) else { break };
        // Behind a comma only a person, and in prose only a known one.
        let sure = matches!(separator, '-' | '|' | '>' | '~')
            || who.known
            || (who.kind == Kind::Person && list && is_han(scan.at(scan.skip(piece.start, " @"))));
        if !sure || (who.kind == Kind::Everyone) || (!list && !who.known) {
            break;
        }
        from = Some(piece.start);
        names.push(who);
    }
    let (Some(from), Some(_)) = (from, names.first()) else { return };
    names.reverse();
    let mut who = names.remove(0);
    for more in names {
        who.names.extend(more.names);
    }
    read.item.strength = read.item.strength.max(if who.known { 2 } else { 1 });
    read.item.owner = Some(who);
    cuts.push(from.saturating_sub(1)..range.end);
}

/// ，李四配合; 会同王五; `with support from Ann`.
fn take_helpers(scan: &Scan, range: &Range<usize>, cuts: &mut Vec<Range<usize>>, read: &mut Read, around: &Around<'_>) {
    const HELP: &[&str] = &[
        "配合", "协助", "支持", "支援", "参与", "协同", "协办", "辅助", "会同", "联合", "support", "help", "assist",
        "together",
    ];
    if read.item.owner.is_none() || !scan.has(range.clone(), HELP) {
        return;
    }
    for start in clause_starts(scan, range) {
        if is_cut(cuts, start) {
            continue;
        }
        if let Some(told) = told_at(scan, start, range.end, around.cast)
            && told.helps
            && read.item.owner.as_ref().is_some_and(|o| o.names != told.who.names)
        {
            read.item.helpers.extend(told.who.names.clone());
            cuts.push(widen_clause(scan, &told.cut, range));
        }
    }
    // 张三会同李四, 联合王五
    for at in range.clone() {
        if is_cut(cuts, at) {
            continue;
        }
        let joined = scan.any(at, &["会同", "联合", "协同", "配合人", "协助人"]);
        if let Some(stop) = joined
            && let Some(who) = who::at(scan, scan.skip(stop, " :"), around.cast, Follow::Words)
            && read.item.owner.is_some()
        {
            cuts.push(at..who.range.end);
            read.item.helpers.extend(who.names);
            return;
        }
        if let Some(stop) = scan.any_word(
            at,
            &[
                "with support from",
                "with help from",
                "supported by",
                "with the help of",
                "assisted by",
                "together with",
            ],
        ) && let Some(who) = who::at(scan, scan.skip(stop, " "), around.cast, Follow::Words)
        {
            cuts.push(at..who.range.end);
            read.item.helpers.extend(who.names);
            return;
        }
    }
}
