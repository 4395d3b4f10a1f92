//! One sentence, list line or labelled line of minutes: who does what by when, or none of it.

mod clauses;
mod clock;
mod judge;
mod labelled;
mod parts;
mod signs;
mod tag;
mod task;
mod told;
mod words;

use crate::language::scan::Scan;
use crate::language::who::{self, Cast, Who};
use clauses::{is_hopeless, split_at_owners, split_sentences};
pub(crate) use clock::{Clock, Dated};
use judge::{Verdict, judge};
use labelled::take_fields;
pub(crate) use labelled::{cap, is_nothing, status_of, take_field};
use parts::{Read, read_sentence};
use std::borrow::Cow;
pub(crate) use tag::Tag;
use tag::peel_tag;
pub(crate) use task::polish;
use words::LISTS;

/// Characters of a task that are kept, and of a deliverable; together they stay under 200.
pub(crate) const TASK_CHARS_MAX: usize = 140;
pub(crate) const DELIVERABLE_CHARS_MAX: usize = 58;

/// Which part of the minutes a text stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Section {
    #[default]
    Unknown,
    Actions,
    Decisions,
    Discussion,
    Attendance,
    Risks,
    Questions,
    /// 已完成事项: finished work, no table of it.
    Finished,
    NextMeeting,
    /// Rules, notes, thanks.
    Notes,
}

/// What is known before the text is read.
pub(crate) struct Around<'a> {
    pub section: Section,
    /// A list item or the like, rather than prose.
    pub is_item: bool,
    pub checked: Option<bool>,
    /// Named by a heading above: `市场部：`.
    pub owner: Option<&'a Who>,
    /// A day that a line above gave to all below.
    pub due: Option<&'a Dated>,
    pub cast: &'a Cast,
    pub clock: &'a Clock<'a>,
}

/// An item as far as it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub owner: Option<Who>,
    pub task: String,
    pub deliverable: Option<String>,
    pub due: Option<Dated>,
    pub status: Option<&'static str>,
    pub helpers: Vec<String>,
    pub criterion: Option<String>,
    pub supervisor: Option<String>,
    pub start: Option<Dated>,
    pub urgency: Option<String>,
    pub vague: bool,
    /// 0–4: how surely somebody is told to do something.
    pub strength: u8,
    /// Labels named task, owner or due.
    pub labels: u8,
}

/// What a text turned out to be.
#[derive(Debug, Default)]
pub(crate) struct Sense {
    pub items: Vec<Draft>,
    pub tag: Option<Tag>,
    /// It states a decision.
    pub is_decision: bool,
    /// Conditional, asked, denied, past: why it is no item.
    pub refused: Option<&'static str>,
}

/// Reads one text.
pub(crate) fn read(text: &str, around: &Around<'_>) -> Sense {
    let mut sense = Sense::default();
    // A tag and whom it names stand at the head.
    let clipped = crate::document::clip(text, 200).0;
    let head = Scan::new(clipped);
    let (start, tag, tagged_owner) = peel_tag(&head, around.cast);
    sense.tag = tag;
    match tag {
        Some(Tag::Decision) => sense.is_decision = true,
        Some(Tag::Risk | Tag::Question | Tag::Info) => return sense,
        _ => {}
    }
    // What is tagged as an action stands in a list of them, wherever it is.
    let acting = Around { section: Section::Actions, is_item: true, ..*around };
    let around = if tag == Some(Tag::Action) { &acting } else { around };
    let forced = tag == Some(Tag::Action) || around.checked.is_some();
    let body = text.get(head.bytes(start..start).start..).unwrap_or_default();
    if body.trim().is_empty() {
        return sense;
    }
    let mut draft = Draft { owner: tagged_owner, strength: if forced { 4 } else { 0 }, ..Draft::default() };
    let main = take_fields(body, &mut draft, around);
    if !draft.task.is_empty() {
        // A record with a task of its own: what is left beside it is a title or a name.
        let task = std::mem::take(&mut draft.task);
        draft.strength = 4;
        if draft.owner.is_none() && who::is_who(main.trim(), around.cast) {
            draft.owner = who::list(&main, around.cast);
        }
        let mut item = read_sentence(&Scan::new(&task), &task, draft, around).item;
        if item.task.is_empty() {
            item.task = cap(&task, TASK_CHARS_MAX);
        }
        sense.items.push(item);
        return sense;
    }
    if main.trim().is_empty() {
        return sense;
    }
    // Most texts are short and have neither tag nor labels: then the head is all of it.
    let scan = match &main {
        Cow::Borrowed(main) if main.len() == clipped.len() && body.len() == text.len() => head,
        main => Scan::new(main),
    };
    read_main(&scan, draft, around, forced, &mut sense);
    sense
}

// ---------------------------------------------------------------- prose

/// Reads the sentence or sentences that stand beside labels, tags and boxes.
fn read_main(scan: &Scan, draft: Draft, around: &Around<'_>, forced: bool, sense: &mut Sense) {
    if let Some(parts) = numbered_parts(scan, around) {
        for part in parts {
            read_main(&Scan::new(&part), draft.clone(), around, forced, sense);
        }
        return;
    }
    let mut sentences = split_sentences(scan);
    // An item is one thing, unless a later sentence tells somebody else something.
    sentences.truncate(200);
    let mut first = true;
    let tracked = around.is_item || forced;
    let mut base = Some(draft);
    // `李雷：① …；② …`: whose the parts are.
    let mut carried: Option<Who> = None;
    let mut told_section = false;
    for range in sentences {
        // …已解决。今日安排：温婉…；蔡琴…: from here on it is told who does what.
        let own_section = begins_actions(scan, &range);
        told_section |= own_section.is_some();
        let told_around = Around { section: Section::Actions, is_item: true, ..*around };
        let around = if told_section { &told_around } else { around };
        let range = own_section.map_or(range.start, |at| at)..range.end;
        let words = scan.written(range.clone());
        let words = words.trim().trim_end_matches([':', '：']);
        if range.end < scan.len() && words.chars().count() <= 12 && who::is_who(words, around.cast) {
            carried = who::list(words, around.cast);
            continue;
        }
        let (parts, told) = split_at_owners(scan, range, around);
        for part in parts {
            let text = scan.written(part.clone());
            if text.trim().is_empty() {
                continue;
            }
            let bound = forced || base.as_ref().is_some_and(|draft| draft.labels > 0 || draft.owner.is_some());
            if !bound && !told && carried.is_none() && is_hopeless(scan, &part, around) {
                // Most of what is discussed: nobody is named, so only what kind of sentence it is matters.
                let start = scan.skip(part.start, " ,;:、.。-*>·•\n");
                if LISTS.decisions.at(scan, start).is_some() {
                    sense.is_decision = true;
                } else {
                    let asks = matches!(scan.at(part.end.saturating_sub(1)), '?');
                    sense.refused.get_or_insert(if asks { "question" } else { "weak" });
                }
                continue;
            }
            let start = if first { base.take().unwrap_or_default() } else { Draft::default() };
            let labelled = start.labels > 0;
            let mut read = read_sentence(&scan.part(part.clone()), &text, start.clone(), around);
            if read.item.owner.is_none()
                && let Some(owner) = &carried
                && (read.item.due.is_some() || around.section == Section::Actions)
            {
                read.item.owner = Some(owner.clone());
                read.item.strength = read.item.strength.max(3);
            } else if let Some(owner) =
                carried.as_ref().filter(|_| read.item.owner.as_ref().is_some_and(|who| who.kind == who::Kind::Writer))
            {
                // 小唐：海报做完了；我下一步联系学校
                read.item.owner = Some(owner.clone());
            } else if read.leads && read.item.owner.is_some() {
                carried.clone_from(&read.item.owner);
            } else if read.item.owner.is_some() {
                carried = None;
            }
            let verdict = judge(&read, around, forced && first, labelled && first);
            match verdict {
                Verdict::Item => {
                    // 7月20日前完成。 after a sentence without a date belongs to that one.
                    if let Some(last) = sense.items.last_mut()
                        && !first
                        && merges(last, &read)
                    {
                        merge(last, read.item);
                    } else if says_nothing(&read.item.task) {
                        // `Rosa: nothing this week`
                    } else if read.item.task.chars().count() >= 2 || labelled {
                        sense.items.push(read.item);
                    }
                }
                Verdict::Decision => sense.is_decision = true,
                Verdict::No(why) => {
                    if let Some(last) = sense.items.last_mut()
                        && tracked
                        && matches!(why, "weak" | "help" | "detail")
                    {
                        supplement(last, read.item);
                    } else {
                        sense.refused.get_or_insert(why);
                        if first && labelled {
                            base = Some(start);
                        }
                    }
                }
            }
            first = base.is_some() && first && sense.items.is_empty() && matches!(verdict, Verdict::No(_));
        }
    }
}

/// `Anna will (1) … by July 14 and (2) … by July 17`: parts that each have a day are things of their own. Each with what
/// stands before the first, where it is told who does them.
fn numbered_parts(scan: &Scan, around: &Around<'_>) -> Option<Vec<String>> {
    let mut marks = Vec::new();
    let mut at = 0;
    while let Some(open) = scan.find_char(at..scan.len(), "(") {
        let number = u32::try_from(marks.len()).ok()? + 1;
        if scan.at(open + 1).to_digit(10) == Some(number) && scan.at(open + 2) == ')' {
            marks.push(open);
        }
        at = open + 1;
    }
    let first = *marks.first().filter(|first| **first > 0 && marks.len() > 1)?;
    let head = scan.written(0..first);
    let ends = marks.iter().skip(1).copied().chain([scan.len()]);
    let mut parts = Vec::with_capacity(marks.len());
    for (from, to) in marks.iter().zip(ends) {
        let part = scan.written(from + 3..to);
        let part = part.trim().trim_end_matches([',', '，', ';', '；', '、', ' ']);
        let part =
            [" and", " then", "以及", "并", "和"].iter().find_map(|link| part.strip_suffix(link)).unwrap_or(part);
        around.clock.deadline(part)?;
        parts.push(format!("{} {}", head.trim_end(), part.trim_end_matches([',', '，', ';', '；', ' '])));
    }
    Some(parts)
}

/// 今日安排：, 分工：, `Actions:` at the head of a sentence in prose: where it goes on.
fn begins_actions(scan: &Scan, range: &std::ops::Range<usize>) -> Option<usize> {
    let start = scan.skip(range.start, " ");
    let colon = scan.find_char(start..(start + 14).min(range.end), ":")?;
    let title = scan.written(start..colon);
    (range.start > 0 && super::section::of(&title) == Some(Section::Actions)).then(|| scan.skip(colon + 1, " "))
}

/// `nothing this week`, 无, 暂无: an item in form only.
fn says_nothing(task: &str) -> bool {
    let lower = task.to_ascii_lowercase();
    is_nothing(task)
        || ["nothing", "none ", "no action", "no further action", "no new action", "no update", "n/a"]
            .iter()
            .any(|head| lower.starts_with(head))
        || matches!(lower.as_str(), "本周无" | "暂无事项" | "无事项" | "无待办" | "无更新" | "没有")
}

/// A later sentence that only adds a date, a helper, a deliverable.
fn merges(last: &Draft, read: &Read) -> bool {
    let bare = read.item.task.chars().count() < 2;
    bare || (read.item.owner.is_none()
        && last.due.is_none()
        && read.item.due.is_some()
        && read.item.task.chars().count() <= 4)
}

fn merge(last: &mut Draft, more: Draft) {
    supplement(last, more);
}

fn supplement(last: &mut Draft, more: Draft) {
    if last.due.is_none() {
        last.due = more.due;
    }
    if last.owner.is_none() {
        last.owner = more.owner;
    }
    last.helpers.extend(more.helpers);
    if last.deliverable.is_none() {
        last.deliverable = more.deliverable;
    }
    if last.status.is_none() {
        last.status = more.status;
    }
    last.vague |= more.vague;
}
