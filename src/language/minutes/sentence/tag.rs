//! What a tag at the head of a line says: `ACTION:`, `决议：`, `#action bob`.

use crate::language::scan::{Scan, begins, is_han};
use crate::language::who::{self, Cast, Follow, Kind, Who};
use crate::mail::phrases::Firsts;

/// What a tag at the head of a line says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Action,
    Decision,
    Risk,
    Question,
    Info,
}

/// `ACTION: …`, `AI-12 …`, `TODO`, `#action bob …`, `决议：…`: where the words begin, what the tag says, whom it names.
pub(super) fn peel_tag(scan: &Scan, cast: &Cast) -> (usize, Option<Tag>, Option<Who>) {
    let mut at = scan.skip(0, " *-•>");
    let bracket = scan.at(at) == '[';
    let hash = scan.at(at) == '#';
    let from = if bracket || hash { scan.skip(at + 1, " ") } else { at };
    const LATIN: &[(&str, Tag)] = &[
        ("action items", Tag::Action),
        ("action item", Tag::Action),
        ("action point", Tag::Action),
        ("action required", Tag::Action),
        ("actions", Tag::Action),
        ("action", Tag::Action),
        ("todos", Tag::Action),
        ("todo", Tag::Action),
        ("to-do", Tag::Action),
        ("to do", Tag::Action),
        ("task", Tag::Action),
        ("ai", Tag::Action),
        ("ap", Tag::Action),
        ("ar", Tag::Action),
        ("a", Tag::Action),
        ("follow-up", Tag::Action),
        ("follow up", Tag::Action),
        ("next step", Tag::Action),
        ("decision", Tag::Decision),
        ("decisions", Tag::Decision),
        ("decided", Tag::Decision),
        ("agreed", Tag::Decision),
        ("agreement", Tag::Decision),
        ("resolved", Tag::Decision),
        ("resolution", Tag::Decision),
        ("approved", Tag::Decision),
        ("risk", Tag::Risk),
        ("risks", Tag::Risk),
        ("question", Tag::Question),
        ("open question", Tag::Question),
        ("info", Tag::Info),
        ("fyi", Tag::Info),
        ("note", Tag::Info),
        ("idea", Tag::Info),
        ("link", Tag::Info),
        ("topic", Tag::Info),
        ("chair", Tag::Info),
        ("done", Tag::Info),
    ];
    const HAN: &[(&str, Tag)] = &[
        ("待办事项", Tag::Action),
        ("待办", Tag::Action),
        ("行动项", Tag::Action),
        ("行动", Tag::Action),
        ("任务", Tag::Action),
        ("交办", Tag::Action),
        ("督办", Tag::Action),
        ("跟进", Tag::Action),
        ("后续", Tag::Action),
        ("下一步", Tag::Action),
        ("决议", Tag::Decision),
        ("决定", Tag::Decision),
        ("结论", Tag::Decision),
        ("共识", Tag::Decision),
        ("风险", Tag::Risk),
        ("问题", Tag::Question),
        ("疑问", Tag::Question),
        ("待定", Tag::Question),
        ("备注", Tag::Info),
        ("说明", Tag::Info),
        ("注", Tag::Info),
        ("背景", Tag::Info),
        ("提示", Tag::Info),
        ("附", Tag::Info),
    ];
    static BEGIN: Firsts = Firsts::of_table(LATIN).and_table(HAN);
    if !BEGIN.may_hold(scan.at(from)) {
        return (0, None, None);
    }
    let hit = LATIN
        .iter()
        .chain(HAN)
        .filter(|(word, _)| begins(word, scan.at(from)))
        .filter_map(|(word, tag)| {
            let end = if word.is_ascii() { scan.word(from, word) } else { scan.lit(from, word) };
            Some((end?, *tag))
        })
        .max_by_key(|(end, _)| *end);
    let Some((mut end, tag)) = hit else { return (0, None, None) };
    // A number: ACTION-12, AI 3, 任务一, A1
    let numbered = scan.skip(end, " -#.");
    let digits = scan.skip(numbered, "0123456789一二三四五六七八九十");
    let has_number = digits > numbered;
    if has_number && !is_han(scan.at(numbered)) || has_number && matches!(scan.at(digits), ':' | ' ' | ']') {
        end = digits;
    }
    let mut owner = None;
    // ACTION (Bob): …, ACTION Bob: …, AP on Rosa:
    let mut next = scan.skip(end, " ");
    if scan.at(next) == '(' || scan.at(next) == '[' {
        let close = scan.find_char(next..next + 60, ")]");
        if let Some(close) = close
            && let Some(who) = who::list(&scan.written(next + 1..close), cast)
        {
            owner = Some(who);
            next = scan.skip(close + 1, " ");
        }
    } else if !hash {
        let name = scan.any_word(next, &["on", "for", "by", "owner"]).map_or(next, |n| scan.skip(n, " "));
        if tag == Tag::Action
            && scan.at(next) != ':'
            && let Some(who) = who::at(scan, name, cast, Follow::End)
            && scan.at(scan.skip(who.range.end, " ")) == ':'
        {
            next = scan.skip(who.range.end, " ");
            owner = Some(who);
        }
    }
    let closes = bracket && scan.at(next) == ']';
    if closes {
        next = scan.skip(next + 1, " ");
    }
    let colon = matches!(scan.at(next), ':' | '-' | '.' | '=' | '|' | '>');
    if hash {
        // MeetBot: `#action bob to call`; the first word is the nick.
        at = scan.skip(end, " :");
        if tag == Tag::Action
            && owner.is_none()
            && !scan.is_capital(at)
            && scan.at(at).is_ascii_alphabetic()
            && let Some(stop) = scan.find_char(at..at + 24, " :,")
        {
            let modal = scan.skip(stop, " :,");
            let told = scan.any_word(modal, &["to", "will", "and", "should", "please", "needs"]).is_some();
            let nick =
                cast.knows(&scan.written(at..stop)) || who::is_first_name(scan, at) || told || scan.at(stop) == ':';
            if nick && scan.word(modal, "and").is_none() {
                let who = Who { names: vec![scan.written(at..stop)], kind: Kind::Person, range: at..stop, known: true };
                let body = scan.any_word(modal, &["to", "will", "should", "please"]).unwrap_or(modal);
                return (scan.skip(body, " "), Some(tag), Some(who));
            }
        }
        return (at, Some(tag), owner);
    }
    if closes || colon || owner.is_some() {
        return (scan.skip(next, " :-=|>."), Some(tag), owner);
    }
    // AGREED to keep …, DECIDED that …: shouted words need no colon; nor does TODO.
    let shouted = end > from + 2 && (from..end).all(|i| !scan.at(i).is_ascii_alphabetic() || scan.is_capital(i));
    if (shouted || has_number && !is_han(scan.at(from))) && scan.at(end) == ' ' {
        return (scan.skip(end, " "), Some(tag), owner);
    }
    (0, None, None)
}
