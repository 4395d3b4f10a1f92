//! Words to commands, calls and minutes. Knows languages, holds no state.
//!
//! [`Body`] tells what a mail newly says from what it forwards; [`minutes`], [`agenda`] and [`forms`] read blocks of
//! documents; [`fields`] knows the words of labels and headers, `who` the shapes of names, [`when`] all that is time.

use crate::document::{Block, Document, Kind};
use crate::domain::reading::{CallReading, Context, Reads};
use crate::domain::workdays::Workdays;
use crate::mail::lower_case::lower_case;
use crate::mail::reply::{self, OwnWords, Part};
use chrono::{DateTime, FixedOffset};

pub mod agenda;
pub mod command;
pub mod en;
pub mod fields;
pub mod forms;
pub mod issue_words;
pub mod minutes;
pub mod names;
pub mod project;
mod scan;
pub mod tasks;
pub mod when;
mod who;
pub mod width;
pub mod zh;

/// What a mail says, its history set aside.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// What the sender added.
    pub own: Document,
    /// What the sender passed on.
    pub forwarded: Option<Forwarded>,
}

/// A mail that was passed on: dates in it count from its own date.
#[derive(Clone, Debug, Default)]
pub struct Forwarded {
    pub document: Document,
    pub sent: Option<DateTime<FixedOffset>>,
    pub from: Option<String>,
    pub subject: Option<String>,
}

impl Body {
    /// A body in plain text. `offset` is the zone of dates without one.
    pub fn of_text(text: &str, subject: &str, offset: FixedOffset) -> Body {
        Body::of_words(&reply::own_words(text), subject, offset)
    }

    /// A body in plain text whose own words are told apart already.
    pub fn of_words(own: &OwnWords, subject: &str, offset: FixedOffset) -> Body {
        let forwarded = own.forwarded(says_forward(subject)).map(|earlier| Forwarded {
            document: Document::from_text(&earlier.text),
            sent: earlier.date(offset),
            from: earlier.from.clone(),
            subject: earlier.subject.clone(),
        });
        Body { own: Document::from_text(&own.text), forwarded }
    }

    /// A body in HTML: the blocks of the page, those of quotes and history taken out.
    pub fn of_html(html: &str, subject: &str, offset: FixedOffset) -> Body {
        let document = Document::from_html(html);
        let mut flat: Vec<(&Block, u8)> = Vec::new();
        flatten(&document.blocks, 0, &mut flat);
        let lines: Vec<reply::Line> = flat
            .iter()
            .map(|(block, depth)| reply::Line { depth: *depth, text: block.line.replace('\n', " "), mark: None })
            .collect();
        let parts = reply::parts_of(&lines);
        let pick = |wanted: &[Part]| -> Vec<Block> {
            // Nobody signs with a table: one that stands behind a signature is the mail's.
            let is_wanted = |block: &Block, part: Part| {
                wanted.contains(&part)
                    || (wanted.contains(&Part::Own)
                        && matches!(&block.kind, Kind::Table(table) if table.rows.len() > 1)
                        && matches!(
                            part,
                            Part::Signature | Part::Footer | Part::Disclaimer | Part::Device | Part::Banner
                        ))
            };
            let picked = flat.iter().zip(&parts).filter(|((block, _), part)| is_wanted(block, **part));
            picked.map(|((block, _), _)| (*block).clone()).collect()
        };
        let gathered = reply::gather(&lines);
        let forwarded = gathered.forwarded(says_forward(subject)).map(|earlier| Forwarded {
            document: Document { blocks: pick(&[Part::History, Part::Quote]), unread: Vec::new() },
            sent: earlier.date(offset),
            from: earlier.from.clone(),
            subject: earlier.subject.clone(),
        });
        Body { own: Document { blocks: pick(&[Part::Own, Part::Blank]), unread: document.unread }, forwarded }
    }
}

fn flatten<'b>(blocks: &'b [Block], depth: u8, out: &mut Vec<(&'b Block, u8)>) {
    for block in blocks {
        match &block.kind {
            Kind::Quote(inner) if depth < 32 => flatten(inner, depth + 1, out),
            _ => out.push((block, depth)),
        }
    }
}

/// Subjects and headings that name minutes.
#[rustfmt::skip]
const MINUTES_WORDS: &[&str] = &[
    "纪要", "紀要", "会议记录", "會議記錄", "会议总结", "会后总结", "minutes", "mom ", "mom:", "meeting notes", "meeting summary",
    "notes from", "recap", "行动项", "待办事项",
];

/// Whether one of [`MINUTES_WORDS`] stands in a text; 30 minutes are none.
fn names_minutes(lower: &str) -> bool {
    MINUTES_WORDS.iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            let before = lower.get(..at).unwrap_or_default().trim_end_matches([' ', '-']);
            let last = before.rsplit([' ', ':', '(', '-']).next().unwrap_or_default();
            let counted = before.ends_with(|c: char| c.is_ascii_digit())
                || matches!(
                    last,
                    "five" | "ten" | "fifteen" | "twenty" | "thirty" | "forty" | "fifty" | "sixty" | "ninety" | "few"
                );
            !(word.starts_with("minutes") && counted)
        })
    })
}

/// What whole documents a mail holds: minutes, calls, forms, tables. `context` is what the letter asked that it answers;
/// `subject` the writer's own, empty where it only repeats ours. The calls are all meetings that it calls.
pub fn reads(
    body: &Body,
    subject: &str,
    context: Context,
    reference: DateTime<FixedOffset>,
    calendar: &Workdays,
    writer: Option<&str>,
) -> (Reads, Vec<CallReading>) {
    let mut reads = Reads::default();
    let lower = subject.to_lowercase();
    let mut named = names_minutes(&lower);
    named |= body.own.own_blocks().take(6).any(|block| {
        let head = block.text.lines().next().unwrap_or_default().trim();
        let lower = lower_case(head);
        lower.chars().count() <= 40 && names_minutes(&lower) && !lower.contains(['?', '？']) && !names_recorder(head)
    });
    let after_meeting = matches!(context, Context::Meeting | Context::Readiness);
    let of_project = forms::says_plan(subject) || forms::says_progress(subject);
    if !named && !of_project && context == Context::None && tasks::is_assignment(&body.own, subject) {
        let lines = tasks::read(&body.own, "", reference, calendar, writer);
        let whole = minutes::read_body(body, subject, reference, calendar, writer).items;
        // Lines that say themselves that they are tasks, unless the rest of the mail says more.
        let given = if lines.is_empty() || whole.len() > lines.len() { whole } else { lines };
        if !given.is_empty() {
            reads.tasks = given;
            return (reads, Vec::new());
        }
    }
    if !named && !after_meeting && forms_of(body, subject, context, reference, calendar, writer, &mut reads) {
        return (reads, Vec::new());
    }
    let calls = if named {
        Vec::new()
    } else {
        agenda::read_calls(&body.own, subject, &when::Anchor::new(reference, calendar), writer)
    };
    let calls = if after_meeting { Vec::new() } else { calls };
    if named || after_meeting || calls.is_empty() && context == Context::None {
        let reading = minutes::read_body(body, subject, reference, calendar, writer);
        let sure = reading
            .items
            .iter()
            .filter(|item| item.owner.is_some() && (item.deadline.is_some() || item.confidence >= 0.5))
            .count();
        let several = sure >= 2 || sure == 1 && (!reading.decisions.is_empty() || !reading.attended.is_empty());
        if named && (!reading.items.is_empty() || !reading.decisions.is_empty()) || several {
            reads.minutes = Some(reading);
        }
    }
    if let Some(reading) = &mut reads.minutes {
        reading.delivery = tasks::delivery(&body.own);
    } else if !named && context == Context::None {
        reads.tasks = tasks::read(&body.own, subject, reference, calendar, writer);
    }
    if reads.minutes.is_none() {
        reads.meeting = calls.first().cloned();
        return (reads, calls);
    }
    (reads, Vec::new())
}

/// `Minutes: Tom Reed`: who writes them, which a call says too.
fn names_recorder(line: &str) -> bool {
    fields::form::pairs_in(line).iter().any(|(label, value)| {
        *label == fields::Label::Recorder && who::is_who(value.trim_end_matches('.'), &who::Cast::default())
    })
}

/// A feedback form, a project sheet or a progress table; `true` where the mail is one. Tables in answers are progress.
fn forms_of(
    body: &Body,
    subject: &str,
    context: Context,
    reference: DateTime<FixedOffset>,
    calendar: &Workdays,
    writer: Option<&str>,
    reads: &mut Reads,
) -> bool {
    let anchor = when::Anchor::new(reference, calendar);
    let documents = || std::iter::once(&body.own).chain(body.forwarded.as_ref().map(|forwarded| &forwarded.document));
    let fresh = matches!(context, Context::None | Context::Issue);
    if fresh {
        reads.issue = documents().find_map(|document| forms::read_issue(document, subject, &anchor, writer));
        if reads.issue.is_some() {
            return true;
        }
    }
    let progress = documents().find_map(|document| forms::read_progress(document, subject, &anchor));
    // 任务总览表 with 偏差原因 and 纠正措施 tells how far the work is, whatever it is called.
    let explained =
        progress.iter().flatten().any(|row| row.percent.is_some() && (row.reason.is_some() || row.measure.is_some()));
    if progress.is_some() && (forms::says_progress(subject) || !fresh || explained || !forms::says_plan(subject)) {
        reads.progress = progress;
        return true;
    }
    if fresh {
        reads.project = documents().find_map(|document| forms::read_project(document, subject, &anchor));
    }
    reads.project.is_some()
}

/// `Fwd:`, `FW:`, 转发： at the head of a subject, behind other such prefixes too.
pub fn says_forward(subject: &str) -> bool {
    let mut rest = subject.trim();
    for _ in 0..8 {
        let Some(at) = rest.find([':', '：']) else { return false };
        let Some(head) = rest.get(..at) else { return false };
        let head = head.trim().to_lowercase();
        if matches!(head.as_str(), "fwd" | "fw" | "转发" | "轉寄" | "轉發" | "转寄") {
            return true;
        }
        if !matches!(head.as_str(), "re" | "回复" | "答复" | "回覆" | "答覆" | "aw") {
            return false;
        }
        let width = rest.get(at..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8);
        rest = rest.get(at + width..).unwrap_or_default().trim_start();
    }
    false
}
