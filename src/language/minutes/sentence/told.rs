//! Who is told to do something, and how surely: 由张三负责, `Owen will`.

use super::clauses::clause_starts;
use super::parts::is_cut;
use super::words::LISTS;
use super::{Around, Section};
use crate::language::scan::{Scan, is_han};
use crate::language::who::{self, Cast, Follow, Kind, Who};
use std::ops::Range;

/// Somebody who is told to do something, at the head of a clause.
pub(super) struct Told {
    pub(super) who: Who,
    /// Everything that names and tells: 由张三负责, `Owen will`.
    pub(super) cut: Range<usize>,
    pub(super) strength: u8,
    /// 负责, 牵头: it is taken on, with or without a date.
    pub(super) takes: bool,
    /// 配合, 协助: only help.
    pub(super) helps: bool,
    /// `Kate: …`, which may also be what Kate said.
    pub(super) says: bool,
}

/// Reads `由张三负责`, `请李四于`, `王五将`, `Owen will`, `Rosa to` at one place.
pub(super) fn told_at(scan: &Scan, start: usize, end: usize, cast: &Cast) -> Option<Told> {
    let lists = &*LISTS;
    let mut places = [start, usize::MAX, usize::MAX, usize::MAX, usize::MAX];
    let mut count = 1;
    let mut further = |place: usize| {
        if let Some(slot) = places.get_mut(count) {
            *slot = place;
            count += 1;
        }
    };
    // 会议要求，由…; 同时请…
    let mut at = start;
    const SAYS_SO: &[&str] = &[
        "it was agreed that",
        "it was decided that",
        "we agreed that",
        "we decided that",
        "the team agreed that",
        "the group agreed that",
        "agreed that",
        "decided that",
        "it was also agreed that",
        "the board decided that",
        "it was resolved that",
        "resolved that",
        "the committee agreed that",
        "the board agreed that",
        "agreed",
        "next",
        "then",
        "also",
        "finally",
        "after the meeting",
        "separately",
    ];
    if scan.at(start).is_ascii_lowercase()
        && let Some(stop) = scan.any_word(start, SAYS_SO)
    {
        let place = scan.skip(stop, " ,:");
        // It was agreed that Rosa would …
        if let Some(who) = who::at(scan, place, cast, Follow::Words)
            && let next = scan.skip(who.range.end, " ")
            && let Some(verb) = scan.word(next, "would")
            && matches!(who.kind, Kind::Person | Kind::Department | Kind::Writer)
            && scan.any_word(scan.skip(verb, " "), &["not", "be", "have", "like", "prefer"]).is_none()
        {
            let cut = start..scan.skip(verb, " ");
            return Some(Told { who, cut, strength: 3, takes: true, helps: false, says: false });
        }
        further(place);
    }
    for _ in 0..3 {
        let Some(stop) = lists.lead_ins.at(scan, at) else { break };
        at = scan.skip(stop, " ,:");
        further(at);
    }
    let mut best: Option<Told> = None;
    for place in places {
        if place >= end {
            break;
        }
        let told = told_exactly(scan, place, end, cast);
        if let Some(told) = told
            && best.as_ref().is_none_or(|b| told.strength > b.strength)
        {
            best = Some(told);
        }
    }
    best
}

fn told_exactly(scan: &Scan, place: usize, end: usize, cast: &Cast) -> Option<Told> {
    let lists = &*LISTS;
    // @张三
    if scan.at(place) == '@' {
        let mut who = who::after_at_sign(scan, place, cast)?;
        let mut next = scan.skip(who.range.end, " ");
        for _ in 0..8 {
            let Some(more) = who::after_at_sign(scan, next, cast) else { break };
            who.names.extend(more.names);
            who.range.end = more.range.end;
            next = scan.skip(who.range.end, " 、,和&");
        }
        let (stop, takes, helps) = after_name(scan, who.range.end);
        return Some(Told { cut: place..stop, who, strength: 4, takes, helps, says: false });
    }
    // [张三] …, 【市场部】…
    if scan.at(place) == '['
        && let Some(close) = scan.find_char(place..place + 24, "]")
        && let Some(who) =
            Some(scan.written(place + 1..close)).filter(|t| who::is_who(t, cast)).and_then(|t| who::list(&t, cast))
    {
        return Some(Told { who, cut: place..close + 1, strength: 3, takes: false, helps: false, says: false });
    }
    // 由张三, 请李四; the longest word that leaves a name.
    if let Some(stop) = lists.askers.at(scan, place) {
        let single = scan.before(place);
        let part_of_word = stop == place + 1
            && match scan.at(place) {
                // 理由 is a word; 方案由吴磊, 此事由吴磊 tell who.
                '由' => matches!(single, '理' | '自' | '经' | '缘'),
                '请' => matches!(single, '申' | '邀' | '聘' | '敬' | '恳' | '有' | '宴' | '呈'),
                _ => false,
            };
        let name = scan.skip(stop, " @");
        if !part_of_word
            && let Some(who) = who::at(scan, name, cast, Follow::Words)
            && !(who.kind == Kind::Person
                && lists
                    .reports
                    .at(scan, who.range.end)
                    .is_some_and(|r| r > who.range.end + 1 && scan.folded(who.range.end..r) != "建议"))
        {
            let (stop, takes, helps) = after_name(scan, who.range.end);
            return Some(Told {
                cut: place..stop,
                who,
                strength: 3,
                takes: takes || scan.at(place) == '由',
                helps,
                says: false,
            });
        }
    }
    // Could Sam please ask legal …?
    if let Some(stop) = scan.any_word(place, &["could", "can", "would", "will"])
        && let name = scan.skip(stop, " ")
        && scan.is_capital(name)
        && let Some(who) = who::at(scan, name, cast, Follow::Words)
        && who.kind == Kind::Person
        && who.known
        && (scan.at(end) == '?' || scan.before(end) == '?')
    {
        let next = scan.skip(who.range.end, " ,");
        let next = scan.word(next, "please").map_or(next, |n| scan.skip(n, " "));
        if scan.at(next).is_ascii_alphabetic() && scan.any_word(next, &["be", "have", "not"]).is_none() {
            return Some(Told { cut: place..next, who, strength: 3, takes: false, helps: false, says: false });
        }
    }
    // Please Bob to …; Bob, please …
    if let Some(stop) = scan.any_word(place, &["please ask", "please have", "ask", "please"]) {
        let name = scan.skip(stop, " ,");
        if scan.is_capital(name)
            && let Some(who) = who::at(scan, name, cast, Follow::Words)
            && who.known
        {
            let next = scan.skip(who.range.end, " ,");
            let next = scan.any_word(next, &["to", "please"]).map_or(next, |n| scan.skip(n, " "));
            return Some(Told { cut: place..next, who, strength: 3, takes: false, helps: false, says: false });
        }
    }
    let who = who::at(scan, place, cast, Follow::Words)?;
    let stop = who.range.end;
    let next = scan.skip(stop, " ");
    // English: what the verb behind the name is.
    if !is_han(scan.before(stop)) || scan.at(next).is_ascii_alphabetic() {
        if let Some((after, strength)) = english_modal(scan, next, &who) {
            return Some(Told {
                cut: place..after,
                who,
                strength,
                takes: strength >= 3 && scan.word(next, "will").is_none(),
                helps: false,
                says: false,
            });
        }
        if !is_han(scan.before(stop)) && !matches!(scan.at(next), ':' | '-' | '>' | '|') && !is_han(scan.at(next)) {
            return None;
        }
    }
    if next < end && matches!(scan.at(next), ':' | '|')
        || (next < end
            && matches!(scan.at(next), '-' | '>')
            && (next > stop
                || matches!(scan.at(next + 1), ' ' | '-' | '>')
                // 林可-跟进A客户回款
                || who.kind == Kind::Person && is_han(scan.before(stop)) && who::is_follower(scan, next + 1)))
    {
        let body = scan.skip(next, " :-|>");
        if body >= end {
            return None;
        }
        // The words behind the colon may tell somebody else.
        if scan.at(next) == ':' && !who.known && !is_han(scan.before(stop)) && told_exactly_english(scan, body, cast) {
            return None;
        }
        let body = scan.word(body, "please").map_or(body, |b| scan.skip(b, " "));
        let body = scan.any_word(body, &["to", "will"]).map_or(body, |b| scan.skip(b, " "));
        return Some(Told {
            cut: place..body,
            strength: if who.known { 3 } else { 2 },
            who,
            takes: false,
            helps: false,
            says: scan.at(next) == ':',
        });
    }
    if lists.reports.at(scan, stop).is_some_and(|r| r > stop) && lists.takes.at(scan, stop).is_none() {
        return Some(Told { cut: place..place, who, strength: 0, takes: false, helps: false, says: false });
    }
    let (after, takes, helps) = after_name(scan, stop);
    if takes || helps {
        return Some(Told { cut: place..after, who, strength: 3, takes: true, helps, says: false });
    }
    if after > stop {
        return Some(Told { cut: place..after, who, strength: 3, takes: false, helps: false, says: false });
    }
    if matches!(scan.at(stop), '在' | '于') || who::begins_date(scan, next) {
        return Some(Told {
            cut: place..stop,
            strength: if who.known { 3 } else { 2 },
            who,
            takes: false,
            helps: false,
            says: false,
        });
    }
    if stop >= end || matches!(scan.at(stop), '。' | ';') {
        return None;
    }
    let strength = match scan.at(stop) {
        ' ' | ',' => 1,
        _ if who::is_follower(scan, stop) || scan.any(stop, who::PAST).is_some() => 2,
        c if c.is_ascii_alphabetic() => 2,
        _ => return None,
    };
    if strength == 1 && who.kind != Kind::Person && who.kind != Kind::Department {
        return None;
    }
    Some(Told {
        cut: place..scan.skip(stop, " ,"),
        strength: if strength == 1 { if who.known { 2 } else { 1 } } else { strength },
        who,
        takes: false,
        helps: false,
        says: false,
    })
}

fn told_exactly_english(scan: &Scan, place: usize, cast: &Cast) -> bool {
    who::at(scan, place, cast, Follow::Words)
        .is_some_and(|who| english_modal(scan, scan.skip(who.range.end, " "), &who).is_some_and(|(_, s)| s >= 3))
}

/// 负责, 将, 来, 配合 behind a name: where the words of telling end, whether it takes the work on, whether it only helps.
fn after_name(scan: &Scan, stop: usize) -> (usize, bool, bool) {
    let lists = &*LISTS;
    let mut at = scan.skip(stop, " ");
    let mut takes = false;
    let mut moved = false;
    for _ in 0..3 {
        if let Some(end) = lists.helps.at(scan, at)
            && !takes
        {
            // 配合 that has an object of its own is still help.
            return (end, takes, true);
        }
        if let Some(end) = lists.takes.at(scan, at) {
            takes = true;
            moved = true;
            at = end;
            continue;
        }
        if let Some(end) = lists.modals.at(scan, at)
            && !(end == at + 1
                && matches!(scan.at(at), '会' | '要' | '来' | '去' | '先' | '再' | '也' | '则' | '拟' | '需' | '应')
                && matches!(
                    scan.at(end),
                    '议' | '谈'
                        | '求'
                        | '点'
                        | '源'
                        | '函'
                        | '向'
                        | '除'
                        | '定'
                        | '用'
                        | '急'
                        | '收'
                        | '付'
                        | '审'
                        | '签'
                        | '商'
                        | '见'
                        | '稿'
                        | '订'
                ))
        {
            // 将于, 需在: the preposition goes with the date.
            moved = true;
            at = if matches!(scan.before(end), '于' | '在') { end - 1 } else { end };
            continue;
        }
        break;
    }
    if moved { (at, takes, false) } else { (stop, false, false) }
}

/// `will`, `to`, `agreed to` behind an English name: where the verb begins, and how surely it is a promise.
fn english_modal(scan: &Scan, at: usize, who: &Who) -> Option<(usize, u8)> {
    #[rustfmt::skip]
    const MODALS: &[&str] = &[
        "will be responsible for", "is responsible for", "are responsible for", "will take care of", "is going to",
        "are going to", "has agreed to", "have agreed to", "agreed to", "agrees to", "volunteered to", "promised to",
        "offered to", "committed to", "undertook to", "undertakes to", "has committed to", "was asked to",
        "is asked to", "were asked to", "is tasked with", "was tasked with", "is assigned to", "was assigned to",
        "is expected to", "needs to", "need to", "has to", "have to", "ought to", "will", "'ll", "shall", "should",
        "must", "to", "is to", "are to", "owns", "takes", "please", "can", "will then", "will also", "to also",
        "will please", "should please", "and team to", "plans to", "intends to", "is due to", "took the action to",
        "takes the action to", "took an action to", "has the action to", "has an action to", "to please", "gets to",
        "commits to", "promises to",
    ];
    let next = if scan.at(at) == ',' { scan.skip(at + 1, " ") } else { at };
    if scan.at(at) == ',' {
        let end = scan.any_word(
            next,
            &[
                "please",
                "can you please",
                "can you",
                "could you please",
                "could you",
                "would you please",
                "would you",
                "you will",
                "to",
            ],
        )?;
        return Some((scan.skip(end, " "), 3));
    }
    let apostrophe = scan.lit(at, "'ll").filter(|end| scan.at(*end) == ' ');
    let end = apostrophe.or_else(|| MODALS.iter().filter_map(|word| scan.word(at, word)).max())?;
    let verb = scan.skip(end, " ");
    let verb_word = scan
        .find_char(verb..verb + 24, " ,.;:")
        .map_or_else(|| scan.folded(verb..verb + 24), |stop| scan.folded(verb..stop));
    // Will not, will be on leave: nothing to do.
    if matches!(verb_word.as_str(), "not" | "never" | "be" | "have" | "remain" | "also" if verb_word != "also")
        && scan.any_word(verb, &["be responsible for", "be the owner of", "be in charge of", "have to"]).is_none()
    {
        return None;
    }
    let verb = scan
        .any_word(verb, &["be responsible for", "be in charge of", "have to", "also", "then", "please", "now"])
        .map_or(verb, |v| scan.skip(v, " "));
    // The committee will meet again on 5 August.
    if who.kind == Kind::Department && matches!(verb_word.as_str(), "meet" | "reconvene" | "convene") {
        return None;
    }
    let article =
        matches!(verb_word.as_str(), "the" | "a" | "an" | "be" | "this" | "that" | "his" | "her" | "our" | "all");
    let is_to = scan.word(at, "to").is_some();
    if is_to && article || who.kind == Kind::Everyone {
        return Some((verb, if who.kind == Kind::Everyone { 2 } else { return None }));
    }
    if scan.word(at, "can").is_some() {
        return None;
    }
    Some((verb, 3))
}

/// The clause in which somebody is told something; the strongest, then the first.
pub(super) fn find_told(scan: &Scan, range: &Range<usize>, cuts: &[Range<usize>], around: &Around<'_>) -> Option<Told> {
    let mut best: Option<Told> = None;
    let mut consider = |told: Told| {
        let better = match &best {
            None => true,
            Some(b) => (told.strength > b.strength && !told.helps) || (b.helps && !told.helps && told.strength >= 2),
        };
        if better {
            best = Some(told);
        }
    };
    let mut starts = clause_starts(scan, range);
    // Behind a date that opens the sentence: 7月10日 张三 提交….
    for cut in cuts {
        let next = scan.skip(cut.end, " ,:、");
        if next < range.end && !starts.contains(&next) {
            starts.push(next);
        }
    }
    starts.sort_unstable();
    for start in &starts {
        if is_cut(cuts, *start) {
            continue;
        }
        if let Some(told) = told_at(scan, *start, range.end, around.cast) {
            // A name and a blank count only at the head.
            if told.strength <= 2
                && *start != starts.first().copied().unwrap_or(0)
                && !cuts.iter().any(|c| scan.skip(c.end, " ,:、") == *start)
                && told.strength != 0
            {
                if told.strength < 2 || !is_han(scan.at(*start)) {
                    continue;
                }
            }
            if told.strength == 0 && *start != starts.first().copied().unwrap_or(0) {
                continue;
            }
            consider(told);
        }
    }
    // 由李雷负责, 请王芳, @赵强, 李雷负责 within a clause.
    for at in range.clone() {
        let tells = matches!(scan.at(at), '由' | '请' | '@' | '让' | '负' | '牵' | '主' | '跟' | 'a' | 'b');
        if !tells || is_cut(cuts, at) || starts.contains(&at) {
            continue;
        }
        match scan.at(at) {
            '由' | '请' | '@' | '让' => {
                if let Some(told) = told_exactly(scan, at, range.end, around.cast)
                    && told.strength >= 3
                {
                    consider(told);
                }
            }
            '负' | '牵' | '主' | '跟' => {
                let Some(end) = LISTS.takes.at(scan, at).or_else(|| scan.lit(at, "跟进")) else { continue };
                for back in [2, 3, 4] {
                    let Some(from) = at.checked_sub(back).filter(|f| *f >= range.start) else { continue };
                    if let Some(who) = who::at(scan, from, around.cast, Follow::Words)
                        && who.range.end == at
                        && (who.known || back < 4)
                        && !is_cut(cuts, from)
                    {
                        let keep = scan.lit(at, "跟进").is_some();
                        consider(Told {
                            who,
                            cut: from..if keep { at } else { end },
                            strength: 3,
                            takes: true,
                            helps: false,
                            says: false,
                        });
                        break;
                    }
                }
            }
            'b' => {
                // to be updated by Priya
                if let Some(stop) = scan.word(at, "by")
                    && let Some(who) = who::at(scan, scan.skip(stop, " "), around.cast, Follow::Words)
                    && who.kind == Kind::Person
                    && (who.known || around.is_item)
                    && scan.find_word(range.start..at, &["be", "to be"]).is_some()
                    && matches!(scan.before(scan.trim_end(0..at, " ")), 'd' | 'n' | 't' | 'e')
                {
                    let cut = at..who.range.end;
                    consider(Told { who, cut, strength: 3, takes: true, helps: false, says: false });
                }
            }
            'a' => {
                if let Some(stop) = scan.any_word(at, &["assigned to", "action on", "actioned by"])
                    && let Some(who) = who::at(scan, scan.skip(stop, " :"), around.cast, Follow::Words)
                {
                    let cut = at..who.range.end;
                    consider(Told { who, cut, strength: 3, takes: true, helps: false, says: false });
                }
            }
            _ => {}
        }
    }
    if best.is_none() && around.is_item && around.section == Section::Actions {
        best = bare_verb(scan, range, around.cast);
    }
    best
}

/// `Owen collect feedback …`, `Legal team review 合同条款` in a list of actions: a name and a verb in its plain form.
fn bare_verb(scan: &Scan, range: &Range<usize>, cast: &Cast) -> Option<Told> {
    let start = scan.skip(range.start, " ");
    if !scan.is_capital(start) {
        return None;
    }
    let who = who::at(scan, start, cast, Follow::Words)?;
    if !matches!(who.kind, Kind::Person | Kind::Department) || !(who.known || who.kind == Kind::Department) {
        return None;
    }
    let verb = scan.skip(who.range.end, " ");
    if verb == who.range.end || !scan.at(verb).is_ascii_lowercase() || scan.is_capital(verb) || verb + 3 > range.end {
        return None;
    }
    let stop = (verb..range.end).find(|at| !scan.at(*at).is_ascii_alphabetic()).unwrap_or(range.end);
    let word = scan.folded(verb..stop);
    const NO_VERBS: &[&str] =
        &["and", "or", "of", "in", "on", "at", "from", "with", "for", "not", "had", "has", "was", "is", "are", "who"];
    if word.len() < 3
        || word.ends_with("ed")
        || word.ends_with("ing")
        || word.ends_with('s') && !word.ends_with("ss")
        || NO_VERBS.contains(&word.as_str())
    {
        return None;
    }
    Some(Told { cut: start..verb, who, strength: 2, takes: false, helps: false, says: false })
}

/// Whether somebody else than the helper is told to do it in the same sentence.
pub(super) fn owned_elsewhere(scan: &Scan, range: &Range<usize>, helper: &Told, around: &Around<'_>) -> bool {
    clause_starts(scan, range).iter().any(|start| {
        told_at(scan, *start, range.end, around.cast)
            .is_some_and(|told| !told.helps && told.strength >= 2 && told.who.names != helper.who.names)
    }) || around.owner.is_some()
}
