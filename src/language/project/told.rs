//! What free sentences tell of a project: aim, risk, who leads it, which departments.

use super::LINES_MAX;
use crate::domain::reading::{MemberReading, ProjectReading};
use crate::language::forms::{days_of, responsibility_in, risk_line};
use crate::language::scan::Scan;
use crate::language::when::Anchor;
use crate::language::who::{self, Cast};
use regex::Regex;
use std::sync::LazyLock;

static AIM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:目标(?:是|为|[:：])|目的(?:是|为)|旨在|(?:the|our|project) (?:goal|aim|objective) is(?: to)?|in order to)\s*(.+)",
    )
    .ok()
});

/// What somebody wants, where nobody says what the objective is.
static WISH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:我们要|我们(?:准备|打算|计划)|希望(?:能)?在|we (?:aim|want|plan|intend|would like) to)\s*(.+)")
        .ok()
});

static DANGER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:(?:主要|最大的?|目前的?)风险(?:是|在于)|(?:main|biggest|key) risk is(?: that)?)\s*(.+)").ok()
});

static LEADER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:项目经理(?:是|为|由)?|项目负责人(?:是|为|由)?|project manager(?: is|:)?|led by|managed by)\s*[:：]?\s*",
    )
    .ok()
});

static PATRON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:分管领导(?:是|为|由)?|(?:our |the )?sponsor(?: is|:)?|sponsored by)\s*[:：]?\s*").ok()
});

/// The name behind words that announce one.
fn name_behind(text: &str, words: &LazyLock<Option<Regex>>) -> Option<String> {
    let found = words.as_ref()?.find(text)?;
    let tail = text.get(found.end()..)?;
    let scan = Scan::new(tail);
    let who = who::at(&scan, 0, &Cast::default(), who::Follow::Words)?;
    who.names.into_iter().next()
}

/// A start told in sentences: what the labels left open.
pub(in crate::language) fn told_freely(free: &[String], anchor: &Anchor<'_>, project: &mut ProjectReading) {
    let cast = Cast::default();
    let mut wish = None;
    for sentence in free
        .iter()
        .take(LINES_MAX)
        .flat_map(|line| line.split_inclusive(['。', '；', ';', '\n', '!', '！']))
        .flat_map(|line| line.split_inclusive(". "))
    {
        let sentence = sentence.trim();
        if sentence.chars().count() < 3 {
            continue;
        }
        let said = |words: &LazyLock<Option<Regex>>| {
            let found = words.as_ref()?.captures(sentence)?;
            found.get(1).map(|text| tidy(text.as_str()))
        };
        if project.objective.is_none() {
            project.objective = said(&AIM);
        }
        wish = wish.or_else(|| said(&WISH));
        if let Some(text) = said(&DANGER).filter(|text| !project.risks.iter().any(|known| known.text == *text)) {
            risk_line(&text, project);
        }
        project.manager = project.manager.take().or_else(|| name_behind(sentence, &LEADER));
        project.manager = project.manager.take().or_else(|| runs_it(sentence, &cast));
        project.sponsor = project.sponsor.take().or_else(|| name_behind(sentence, &PATRON));
        project.sponsor = project.sponsor.take().or_else(|| stands_above(sentence, &cast));
        if project.end.is_none() {
            let (start, end) = days_of(sentence, anchor);
            project.start = project.start.or(start.filter(|start| end != Some(*start)));
            project.end = end;
        }
        departments(sentence, &cast, project);
        if project.background.is_none()
            && ["因为", "由于", "鉴于", "because", "since "].iter().any(|w| starts(sentence, w))
        {
            project.background = Some(tidy(sentence));
        }
    }
    project.objective = project.objective.take().or(wish);
    // 6月30日前上线 says when it ends.
    if let Some(objective) = project.objective.as_ref().filter(|_| project.end.is_none()) {
        project.end = days_of(objective, anchor).1;
    }
}

/// 郭总分管, `Grace sponsors it`.
fn stands_above(sentence: &str, cast: &Cast) -> Option<String> {
    let of_clause = |clause: &str| {
        let clause = clause.trim().trim_end_matches(['。', '.', ';', '；']);
        let name = clause.strip_suffix("分管").or_else(|| clause.strip_suffix("总负责"))?;
        let name = name.trim_start_matches("由").trim_end_matches(['来', '负']).trim();
        (2..=4).contains(&name.chars().count()).then(|| name.to_string())
    };
    if let Some(name) = sentence.split(['，', ',', '、']).find_map(of_clause) {
        return Some(name);
    }
    let scan = Scan::new(sentence);
    for at in 0..scan.len() {
        if (at == 0 || !scan.before(at).is_alphanumeric())
            && let Some(found) = who::at(&scan, at, cast, who::Follow::Words)
            && found.kind == who::Kind::Person
            && scan.any_word(scan.skip(found.range.end, " "), &["sponsors", "will sponsor", "is the sponsor"]).is_some()
        {
            return found.names.into_iter().next();
        }
    }
    None
}

pub(super) fn starts(text: &str, word: &str) -> bool {
    text.to_lowercase().starts_with(word)
}

pub(super) fn tidy(text: &str) -> String {
    text.trim().trim_end_matches(['。', '.', '；', ';', '，', ',', ' ']).to_owned()
}

/// 由孙鹏负责, Alice will lead it.
fn runs_it(sentence: &str, cast: &Cast) -> Option<String> {
    let scan = Scan::new(sentence);
    for at in 0..scan.len() {
        if let Some(stop) = scan.lit(at, "由")
            && let Some(found) = who::at(&scan, stop, cast, who::Follow::Words)
            && found.kind == who::Kind::Person
            && scan.any(scan.skip(found.range.end, " "), &["负责", "牵头", "担任", "任项目", "主持"]).is_some()
        {
            return found.names.into_iter().next();
        }
        if scan.any_word(at, &["will lead", "leads", "runs", "will run", "manages"]).is_some() {
            let before = scan.written(0..at);
            let name: Vec<&str> = before.split_whitespace().rev().take(2).collect();
            let name: Vec<&str> = name.into_iter().rev().filter(|w| w.starts_with(char::is_uppercase)).collect();
            // The writer is known.
            if !name.is_empty() && name != ["I"] {
                return Some(name.join(" "));
            }
        }
    }
    None
}

/// 研发部主导, 市场部和销售部配合: departments and what follows them.
fn departments(sentence: &str, cast: &Cast, project: &mut ProjectReading) {
    let scan = Scan::new(sentence);
    let mut at = 0;
    while at < scan.len() {
        // A department stands at a boundary: the beginning, a sign, or one of the small words before it.
        let before = scan.before(at);
        let begins = at == 0
            || !before.is_alphanumeric()
            || matches!(before, '请' | '由' | '和' | '与' | '及' | '需' | '要' | '门' | '为' | '是' | '有' | '给');
        let found = begins.then(|| who::at(&scan, at, cast, who::Follow::Words)).flatten();
        match found.filter(|found| found.kind == who::Kind::Department) {
            Some(found) => {
                let tail = scan.written(found.range.end..(found.range.end + 12).min(scan.len()));
                let near = tail.split(['，', ',', '、', '。', ';', '；']).next().unwrap_or_default();
                let responsibility = responsibility_in(near).map(str::to_owned);
                for department in found.names {
                    if !project.members.iter().any(|known| known.department == department) {
                        project.members.push(MemberReading {
                            department,
                            responsibility: responsibility.clone(),
                            person: None,
                        });
                    }
                }
                at = found.range.end.max(at + 1);
            }
            None => at += 1,
        }
    }
}
