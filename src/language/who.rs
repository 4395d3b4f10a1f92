//! Where in a sentence a person or a department stands. Told by the names that the mail itself shows (attendees, sender,
//! `@name`), by the directory, and else by shape: a surname with a given name before a word that may follow a name, a
//! capital word that is no common word, an ending such as 部 or `team`.

mod cast;
mod department;
mod follow;
mod person;
mod words;

pub(super) use cast::Cast;
pub(super) use follow::{PAST, begins_date, is_follower};

use super::scan::{Scan, is_han};
use department::{department, role};
use follow::{follows, is_end};
use person::{chinese_person, english_person};
use std::ops::Range;
use words::WORDS;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Person,
    Department,
    /// 各部门, all: nobody in particular.
    Everyone,
    /// 我, I: who wrote it.
    Writer,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Who {
    pub names: Vec<String>,
    pub kind: Kind,
    /// All of what names them: department, name, title.
    pub range: Range<usize>,
    /// Every name is one that the mail or the directory knows.
    pub known: bool,
}

/// What has to stand behind a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follow {
    /// A verb, a preposition, a date, or nothing more.
    Words,
    /// Nothing more, or a sign.
    End,
}

/// Blanks and a bracket with a department or a role behind a name: 张三（市场部）.
fn skip_note(scan: &Scan, end: usize) -> usize {
    let at = scan.skip(end, " ");
    if scan.at(at) != '(' {
        return end;
    }
    let Some(close) = scan.find_char(at + 1..at + 16, ")") else { return end };
    let inside = scan.slice(at + 1..close);
    let plain = inside.iter().all(|c| is_han(*c) || c.is_ascii_alphabetic() || matches!(c, ' ' | '&' | '/'));
    let noted = plain
        && !begins_date(scan, at + 1)
        && (WORDS.functions.at(scan, at + 1) == Some(close)
            || (2..8).any(|back| close > at + back && WORDS.department_ends.at(scan, close - back + 1) == Some(close))
            || WORDS.department_ends.at(scan, close.saturating_sub(1)) == Some(close)
            || WORDS.english_departments.word_at(scan, at + 1) == Some(close)
            || WORDS.titles.at(scan, at + 1) == Some(close));
    if noted { close + 1 } else { end }
}

/// Who is named at this place: one or several people, a department, everyone, the writer.
pub(super) fn at(scan: &Scan, i: usize, cast: &Cast, follow: Follow) -> Option<Who> {
    let first = one_at(scan, i, cast, follow)?;
    if first.kind != Kind::Person && first.kind != Kind::Department {
        return Some(first);
    }
    let mut who = first;
    for _ in 0..12 {
        let end = who.range.end;
        let blank = scan.skip(end, " ");
        let next = match scan.at(blank) {
            '、' | '/' | '&' | '+' => scan.skip(blank + 1, " "),
            '和' | '与' | '及' | '跟' if blank == end => scan.skip(blank + 1, " "),
            '以' if scan.at(blank + 1) == '及' => blank + 2,
            // A comma joins only people we know, or an English list that ends in `and`.
            ',' => {
                let next = scan.skip(blank + 1, " ");
                let next = scan.word(next, "and").map_or(next, |after| scan.skip(after, " "));
                let Some(other) = one_at(scan, next, cast, follow) else { break };
                let tail = scan.skip(other.range.end, " ");
                let listed = scan.word(tail, "and").is_some() || scan.at(tail) == '&';
                let after_and = scan.before(next) == ' ' && scan.word(scan.skip(blank + 1, " "), "and").is_some();
                if !(listed || after_and || (who.known && other.known && scan.at(next).is_ascii_alphabetic())) {
                    break;
                }
                next
            }
            '@' if who.range.start > 0 && scan.before(who.range.start) == '@' => blank,
            _ => match scan.word(blank, "and") {
                Some(after) => scan.skip(after, " "),
                None => break,
            },
        };
        let next = if scan.at(next) == '@' { next + 1 } else { next };
        let Some(other) = one_at(scan, next, cast, follow) else { break };
        if !matches!(other.kind, Kind::Person | Kind::Department) {
            break;
        }
        if other.kind == Kind::Person
            && who.kind == Kind::Department
            && who.names.len() == 1
            && !matches!(scan.at(blank), '、' | '和' | '与' | '及')
            && scan.word(blank, "and").is_none()
        {
            break;
        }
        who.names.extend(other.names);
        who.range.end = other.range.end;
        who.known &= other.known;
    }
    Some(who)
}

fn one_at(scan: &Scan, i: usize, cast: &Cast, follow: Follow) -> Option<Who> {
    let person = |name: Range<usize>, end: usize, known: bool, start: usize| {
        let end = skip_note(scan, end);
        Some(Who { names: vec![scan.written(name)], kind: Kind::Person, range: start..end, known })
    };
    // The writer.
    for word in ["本人", "我本人", "我"] {
        if let Some(end) = scan.lit(i, word)
            && scan.at(end) != '们'
            && !matches!(scan.at(end), '司' | '方' | '部' | '公' | '国' | '院' | '校' | '局')
            && (follows(scan, end, Follow::Words) || scan.at(end) == '这')
        {
            return Some(Who {
                names: cast.writer.clone().into_iter().collect(),
                kind: Kind::Writer,
                range: i..end,
                known: true,
            });
        }
    }
    // Me - I'll draft …
    if let Some(end) =
        scan.word(i, "me").filter(|end| scan.is_capital(i) && matches!(scan.at(scan.skip(*end, " ")), '-' | ':'))
    {
        return Some(Who {
            names: cast.writer.clone().into_iter().collect(),
            kind: Kind::Writer,
            range: i..end,
            known: true,
        });
    }
    if scan.at(i) == 'i' && scan.is_capital(i) && scan.word(i, "i").is_some() {
        return Some(Who {
            names: cast.writer.clone().into_iter().collect(),
            kind: Kind::Writer,
            range: i..i + 1,
            known: true,
        });
    }
    // HR经理, the property manager; 项目经理李雷 is Li Lei.
    if let Some((name, end)) = role(scan, i, follow) {
        let next = scan.skip(end, " ");
        if let Some((name_end, titled, known)) = chinese_person(scan, end, cast, follow).filter(|_| is_han(scan.at(i)))
        {
            return person(end..name_end, titled, known, i);
        }
        if let Some((name_end, known)) = english_person(scan, next, cast).filter(|_| next == end + 1) {
            return person(next..name_end, name_end, known, i);
        }
        if follows(scan, end, follow) {
            return Some(Who { names: vec![scan.written(name..end)], kind: Kind::Person, range: i..end, known: false });
        }
    }
    // 行政小王, 法务老周
    if let Some(end) = WORDS.functions.at(scan, i)
        && matches!(scan.at(end), '小' | '老')
        && let Some((name_end, titled, known)) = chinese_person(scan, end, cast, follow)
    {
        return person(end..name_end, titled, known, i);
    }
    // 市场部张三, 市场部的张三, 市场部-张三: the person.
    if let Some((end, kind)) = department(scan, i, cast, follow) {
        if kind == Kind::Department && is_han(scan.before(end)) {
            let next = scan.skip(end, " -/:的");
            if next - end <= 2
                && let Some((name_end, titled, known)) = chinese_person(scan, next, cast, follow)
                && (next > end && is_end(scan, titled) || next == end || known)
            {
                return person(next..name_end, titled, known, i);
            }
            // 市场部（张三）
            let open = scan.skip(end, " ");
            if scan.at(open) == '('
                && let Some((name_end, titled, known)) = chinese_person(scan, open + 1, cast, Follow::End)
                && scan.at(titled) == ')'
            {
                return Some(Who {
                    names: vec![scan.written(open + 1..name_end)],
                    kind: Kind::Person,
                    range: i..titled + 1,
                    known,
                });
            }
            if !follows(scan, end, follow) {
                return chinese_person(scan, i, cast, follow)
                    .and_then(|(name, titled, known)| person(i..name, titled, known, i));
            }
        }
        // A person whose name only looks like a department: 方中心 hardly; known people go first.
        if let Some((name_end, titled, true)) = chinese_person(scan, i, cast, follow) {
            return person(i..name_end, titled, true, i);
        }
        // The marketing team is called marketing team.
        let name = scan.word(i, "the").filter(|stop| *stop < end).map_or(i, |stop| scan.skip(stop, " "));
        return Some(Who {
            names: vec![scan.written(name..end)],
            kind,
            range: i..end,
            known: kind == Kind::Department,
        });
    }
    if let Some((name_end, titled, known)) = chinese_person(scan, i, cast, follow) {
        let name = if titled > name_end { i..name_end } else { i..titled };
        return person(name, titled, known, i);
    }
    if let Some((end, known)) = english_person(scan, i, cast) {
        return person(i..end, end, known, i);
    }
    None
}

/// Who is named behind an `@` at `i`: `@张三`, `@bob.carter`, `@Bob Carter`, `@所有人`.
pub(super) fn after_at_sign(scan: &Scan, i: usize, cast: &Cast) -> Option<Who> {
    if scan.at(i) != '@' || scan.before(i).is_ascii_alphanumeric() {
        return None;
    }
    let start = scan.skip(i + 1, " ");
    if let Some(mut who) = at(scan, start, cast, Follow::Words) {
        who.range.start = i;
        who.known = true;
        return Some(who);
    }
    // A handle, or Chinese up to the next blank or sign.
    let mut end = start;
    while end < start + 30
        && (scan.at(end).is_alphanumeric()
            || matches!(scan.at(end), '.' | '_' | '-' | '(' | ')') && !is_han(scan.at(start)))
    {
        end += 1;
    }
    let end = scan.trim_end(start..end, ".-_()");
    let wide = is_han(scan.at(start));
    if end == start || (wide && end - start > 6) {
        return None;
    }
    Some(Who { names: vec![scan.written(start..end)], kind: Kind::Person, range: i..end, known: true })
}

/// All of a text is names: a cell, a bracket, the value of 负责人. Titles and departments beside names go.
pub(super) fn list(text: &str, cast: &Cast) -> Option<Who> {
    let scan = Scan::new(text.trim());
    let mut at_place = scan.skip(0, " @*:-(");
    let mut out: Option<Who> = None;
    let mut rounds = 0;
    while at_place < scan.len() && rounds < 40 {
        rounds += 1;
        // 张三，月底前: the names end where the date begins.
        if out.is_some() && begins_date(&scan, at_place) {
            break;
        }
        let mut who = at(&scan, at_place, cast, Follow::End);
        if who.is_none() {
            who = whole_piece(&scan, at_place);
        }
        let who = who?;
        at_place = scan.skip(who.range.end, " 、,;/&+@和与及|\n()。.·-");
        if let Some(after) = scan.word(at_place, "and") {
            at_place = scan.skip(after, " ");
        }
        match &mut out {
            Some(all) => {
                if who.kind == Kind::Person && all.kind == Kind::Department && all.names.len() == 1 {
                    // 市场部 张三
                    *all = who;
                } else if !(who.kind == Kind::Department && all.kind == Kind::Person) {
                    for name in who.names {
                        if !all.names.contains(&name) {
                            all.names.push(name);
                        }
                    }
                    all.known &= who.known;
                }
            }
            None => out = Some(who),
        }
    }
    out
}

/// A piece between separators that has the length of a name although its shape is unknown: 阿依古丽, Nguyễn, bob.
fn whole_piece(scan: &Scan, start: usize) -> Option<Who> {
    let end = scan.find_char(start..scan.len(), "、,;/&+|\n()").unwrap_or(scan.len());
    let end = scan.trim_end(start..end, " 。.@");
    let count = end.checked_sub(start).filter(|n| *n > 0)?;
    let slice = scan.slice(start..end);
    let han = slice.iter().filter(|c| is_han(**c)).count();
    let fits = if han > 0 {
        count <= 8 && slice.iter().all(|c| is_han(*c) || *c == '·' || c.is_ascii_alphanumeric())
    } else {
        count <= 30
            && slice.iter().filter(|c| **c == ' ').count() <= 3
            && slice.iter().all(|c| {
                c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '_' | '@' | '·') || c.is_ascii_digit()
            })
            && slice.iter().any(|c| c.is_alphabetic())
    };
    fits.then(|| Who { names: vec![scan.written(start..end)], kind: Kind::Person, range: start..end, known: false })
}

/// Whether a whole text is the name of a department.
pub(super) fn is_department(text: &str, cast: &Cast) -> bool {
    let scan = Scan::new(text.trim());
    department(&scan, 0, cast, Follow::End).is_some_and(|(end, kind)| end == scan.len() && kind == Kind::Department)
}

/// Whether a whole text is a name by shape or known, nothing else beside it.
pub(super) fn is_who(text: &str, cast: &Cast) -> bool {
    let scan = Scan::new(text.trim());
    at(&scan, 0, cast, Follow::End).is_some_and(|who| who.range.end == scan.len())
}

/// A first name that everybody knows, or one this mail knows.
pub(super) fn is_first_name(scan: &Scan, i: usize) -> bool {
    WORDS.first_names.word_at(scan, i).is_some()
}
