//! Who is called: attendees with their parts, lines of roles.

use super::super::fields::Label;
use super::super::minutes::sentence;
use super::super::scan::{Scan, is_han};
use super::super::who::{self, Kind as WhoKind};
use super::signs::{calls_to_meet, sentences_of};
use super::{ENTRY_COUNT_MAX, Reader};
use crate::domain::reading::{AttendeeReading, CallReading};

impl Reader<'_> {
    // ------------------------------------------------------------ people

    pub(super) fn attendees(&self, text: &str, call: &mut CallReading) {
        let text = text.trim().trim_end_matches(['。', '.']);
        // 决策人：韩梅梅；执行人：王芳、赵强
        let scan = Scan::new(text);
        let mut from = 0;
        let mut role: Option<&'static str> = None;
        let mut depth = 0usize;
        let mut pieces: Vec<(String, Option<&'static str>)> = Vec::new();
        for at in 0..=scan.len() {
            let c = scan.at(at);
            match c {
                '(' | '<' => depth += 1,
                ')' | '>' => depth = depth.saturating_sub(1),
                _ => {}
            }
            let ends = at == scan.len()
                || depth == 0 && matches!(c, '、' | ',' | ';' | '\n' | '/' | '&' | '+')
                || depth == 0 && c == ':';
            if !ends {
                continue;
            }
            let piece = scan.written(from..at);
            from = at + 1;
            if c == ':' && at < scan.len() {
                role = role_in(&piece);
                continue;
            }
            let piece = piece.trim();
            if piece.is_empty() {
                continue;
            }
            // Names with blanks between: 张三 李四 王五
            let han_words = piece
                .split_whitespace()
                .filter(|w| w.chars().all(is_han) && (2..=4).contains(&w.chars().count()))
                .count();
            if han_words > 1 && han_words == piece.split_whitespace().count() {
                pieces.extend(piece.split_whitespace().map(|w| (w.to_owned(), role)));
            } else {
                for part in piece.split(" and ") {
                    pieces.push((part.trim().to_owned(), role));
                }
            }
            if c == ';' {
                role = None;
            }
        }
        for (piece, group_role) in pieces {
            self.attendee(&piece, group_role, call);
        }
    }

    fn attendee(&self, piece: &str, group_role: Option<&'static str>, call: &mut CallReading) {
        let piece = piece.trim().trim_start_matches(['@', '-', '*', '•', ' ']);
        let piece = piece.strip_prefix("and ").unwrap_or(piece).trim();
        if piece.is_empty() || call.attendees.len() >= ENTRY_COUNT_MAX || sentence::is_nothing(piece) {
            return;
        }
        let mut role = group_role;
        let mut name = String::new();
        let mut address = None;
        let mut note = String::new();
        let mut inside = 0usize;
        for c in piece.chars() {
            match c {
                '(' | '（' | '[' | '【' => inside += 1,
                ')' | '）' | ']' | '】' => inside = inside.saturating_sub(1),
                c if inside > 0 => note.push(c),
                c => name.push(c),
            }
        }
        if let Some((before, rest)) = name.clone().split_once('<') {
            address = rest.split('>').next().map(|a| a.trim().to_owned()).filter(|a| a.contains('@'));
            before.trim().clone_into(&mut name);
        } else if name.contains('@') && !name.trim().contains(' ') {
            address = Some(name.trim().to_owned());
        }
        role = role_in(&note).or(role);
        // `Bob - decision maker`, 韩梅梅 决策人
        let mut name = name.trim().to_owned();
        for separator in [" - ", " – ", "-", "——", " "] {
            if let Some((head, tail)) = name.clone().rsplit_once(separator)
                && let Some(found) = role_in(tail)
                && !head.trim().is_empty()
            {
                role = role.or(Some(found));
                head.trim().clone_into(&mut name);
                break;
            }
        }
        let name = name.trim_matches([' ', '"', '“', '”', '.', '。', '等']).to_owned();
        if name.chars().count() < 2 && address.is_none() || name.chars().count() > 40 || name.contains(['《', '》']) {
            return;
        }
        if who::is_department(&name, self.cast) && role.is_none() {
            if !call.departments.contains(&name) {
                call.departments.push(name);
            }
            return;
        }
        if !call.attendees.iter().any(|a| a.name == name) {
            call.attendees.push(AttendeeReading { name, address, role: role.map(str::to_owned) });
        }
    }

    /// `决策人：韩梅梅`, `Informed: Dave` as lines of their own, and tables of people.
    pub(super) fn role_lines(&self, call: &mut CallReading) {
        for line in &self.form.free {
            let scan = Scan::new(line);
            let Some(colon) = scan.find_char(0..scan.len().min(24), ":") else { continue };
            let head = scan.folded(0..colon);
            if let Some(role) = role_in(&head)
                && head.chars().count() <= 16
            {
                let rest = scan.written(colon + 1..scan.len());
                for name in names_of(&rest) {
                    self.attendee(&name, Some(role), call);
                }
            }
        }
        for grid in &self.form.grids {
            let has = |l| grid.columns.has(l);
            let column = [Label::Attendees, Label::Owner].into_iter().find(|l| has(*l));
            let Some(column) = column else { continue };
            if !has(Label::Responsibility) || has(Label::Task) || has(Label::Agenda) {
                continue;
            }
            for row in &grid.rows {
                if let Some(name) = grid.columns.cell(row, column) {
                    let role = grid.columns.cell(row, Label::Responsibility).and_then(role_in);
                    self.attendee(name, role, call);
                }
            }
        }
    }

    /// 由周敏主持，吴刚负责记录; 请研发部、采购部派人参加; `Alice will chair`: parts that sentences give.
    pub(super) fn told_parts(&self, call: &mut CallReading) {
        #[rustfmt::skip]
        const RECORDS: &[&str] = &[
            "负责会议记录", "负责记录", "做会议记录", "做记录", "负责纪要", "写纪要", "整理纪要", "做纪要", "记录", "負責記錄", "記錄",
        ];
        let form = self.form;
        let told = form.pairs.iter().filter(|p| matches!(p.label, Label::Place | Label::When | Label::Objective));
        let texts = form.free.iter().chain(told.map(|p| &p.value));
        for text in texts.filter(|text| text.chars().count() <= 400) {
            let scan = Scan::new(text);
            // The name that ends at a place.
            let named = |end: usize| {
                let end = scan.trim_end(0..end, " ");
                (2..=4).rev().filter_map(|back| end.checked_sub(back)).find_map(|from| {
                    let name = scan.written(from..end);
                    (name.chars().all(is_han) && who::is_who(&name, self.cast) && !who::is_department(&name, self.cast))
                        .then_some(name)
                })
            };
            for at in 0..scan.len() {
                match scan.at(at) {
                    '主' if call.chair.is_none() && scan.lit(at, "主持").is_some() && scan.at(at + 2) != '人' => {
                        call.chair = named(at);
                    }
                    '负' | '做' | '写' | '整' | '记' | '負' | '記' if call.recorder.is_none() => {
                        let told = scan.any(at, RECORDS).filter(|end| {
                            !is_han(scan.at(*end)) && !matches!(scan.before(at), '会' | '會' | '做' | '责' | '責')
                        });
                        call.recorder = told.and_then(|_| named(at));
                    }
                    'w' if scan.any_word(at, &["will chair", "will facilitate", "will moderate"]).is_some() => {
                        call.chair = call.chair.take().or_else(|| name_before(&scan, at));
                    }
                    'w' if scan
                        .any_word(at, &["will take minutes", "will take the minutes", "will take notes", "will minute"])
                        .is_some() =>
                    {
                        call.recorder = call.recorder.take().or_else(|| name_before(&scan, at));
                    }
                    '请' | '請' if scan.has(at..scan.len(), &["参加", "出席", "参会", "与会", "參加", "與會"]) =>
                    {
                        let Some(found) = who::at(&scan, at + 1, self.cast, who::Follow::Words) else { continue };
                        // 请韩梅梅、李雷参加
                        let come = ["参加", "出席", "参会", "与会", "准时", "列席", "參加", "與會"];
                        if found.kind == WhoKind::Person && scan.any(found.range.end, &come).is_some() {
                            for name in &found.names {
                                self.attendee(name, None, call);
                            }
                            continue;
                        }
                        let departments = found.names.iter().all(|name| who::is_department(name, self.cast))
                            && found.kind == WhoKind::Department;
                        for name in found.names.into_iter().filter(|_| departments) {
                            if !call.departments.contains(&name) {
                                call.departments.push(name);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// 帮我约一下王芳和赵强, `a meeting with Bob Li and HR`: whom a sentence asks together.
    pub(super) fn invited(&self, call: &mut CallReading) {
        for line in self.form.free.iter().flat_map(|line| sentences_of(line)) {
            if !calls_to_meet(&line) {
                continue;
            }
            let scan = Scan::new(&line);
            for at in 0..scan.len() {
                let asked = scan
                    .any(at, &["约一下", "约上", "叫上", "邀请", "召集", "帮我约", "想约", "约"])
                    .or_else(|| scan.any_word(at, &["with", "invite", "inviting"]));
                let Some(stop) = asked else { continue };
                let found = who::at(&scan, scan.skip(stop, " 了"), self.cast, who::Follow::Words);
                let Some(found) = found.filter(|who| who.kind != WhoKind::Everyone) else { continue };
                for name in found.names {
                    self.attendee(&name, None, call);
                }
                return;
            }
        }
    }
}

/// The one or two capital words that end at a place: `Alice Wong` before `will chair`.
fn name_before(scan: &Scan, end: usize) -> Option<String> {
    let word_before = |end: usize| -> Option<usize> {
        let from = (0..end).rev().find(|at| !scan.at(*at).is_ascii_alphabetic()).map_or(0, |at| at + 1);
        (from + 1 < end && scan.is_capital(from)).then_some(from)
    };
    let end = scan.trim_end(0..end, " ");
    let last = word_before(end)?;
    let gap = scan.trim_end(0..last, " ");
    let first = (gap + 1 == last).then(|| word_before(gap)).flatten().unwrap_or(last);
    Some(scan.written(first..end))
}

pub(super) fn names_of(text: &str) -> Vec<String> {
    text.split(['、', ',', '，', ';', '；', '/', '\n', '&', '+'])
        .flat_map(|p| p.split(" and "))
        .map(|p| p.split(['(', '（']).next().unwrap_or(p).trim().trim_matches(['。', '.', ' ', '等']).to_owned())
        .filter(|p| p.chars().count() >= 2 && p.chars().count() <= 40 && !sentence::is_nothing(p))
        .take(ENTRY_COUNT_MAX)
        .collect()
}

/// 决策人, 执行人, 知会人 and their like.
fn role_in(text: &str) -> Option<&'static str> {
    let scan = Scan::new(text.trim());
    let lower = scan.folded(0..scan.len());
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    if lower.is_empty() || lower.chars().count() > 24 {
        None
    } else if has(&["决策", "拍板", "审批人", "decider", "decision", "approver", "decide"]) {
        Some("decider")
    } else if has(&["知会", "信息关联", "列席", "旁听", "可选", "抄送", "informed", "optional", "observer", "fyi"])
    {
        Some("informed")
    } else if has(&["执行", "必须参加", "doer", "executor", "required", "contributor", "implementer", "承办"]) {
        Some("doer")
    } else {
        None
    }
}
