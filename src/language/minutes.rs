//! Decisions, action items, risks; every one with the line it was read from (SPEC 4.3).
//!
//! The walk goes over blocks and knows in which part of the minutes it stands; [`sentence`] reads one text, [`table`]
//! reads tables. What is conditional, past, routine, asked or decided is no action; what lacks an owner or a day is one
//! with a doubt.

mod alike;
mod record;
mod section;
pub(super) mod sentence;
pub(super) mod table;

use super::Body;
use super::fields::{self, Label};
use super::scan::Scan;
use super::when::Anchor;
use super::who::{self, Cast, Kind as WhoKind, Who};
use crate::document::{Block, Document, Kind, Style};
use crate::domain::reading::{
    AttendedReading, Doubt, ItemReading, LineText, MinutesReading, OutcomeReading, Owner, RiskReading,
};
use crate::domain::workdays::Workdays;
use alike::{alike, dedupe, pairs};
use chrono::{DateTime, FixedOffset, NaiveDate};
use sentence::{Around, Clock, Dated, Draft, Section, Sense, Tag};

/// Items, decisions and the like of one mail that are kept.
const ENTRY_COUNT_MAX: usize = 400;
/// Blocks inside cells are read as documents of their own only so deep.
const CELL_DEPTH_MAX: u8 = 2;

/// Reads minutes. `reference` is the moment they were written, `writer` who wrote them (我, I).
pub fn read(
    document: &Document,
    reference: DateTime<FixedOffset>,
    calendar: &Workdays,
    writer: Option<&str>,
) -> MinutesReading {
    let clock = Clock { anchor: Anchor::new(reference, calendar) };
    let cast = Cast::of_writer(writer);
    let mut walk = Walk::new(&clock, cast);
    walk.meet(&document.blocks);
    walk.blocks(&document.blocks, 0);
    walk.finish()
}

/// An item with where it stands.
struct Found {
    draft: Draft,
    line: String,
    /// Depth of its list item, to know its children.
    depth: Option<u8>,
    /// From a table or a record, where every row counts.
    tabled: bool,
    section: Section,
}

/// What a block above said of the blocks below it.
struct Context<T> {
    value: T,
    /// Depth of the list item that said it; `None` for a heading or paragraph.
    depth: Option<u8>,
}

pub(super) struct Walk<'a> {
    clock: &'a Clock<'a>,
    cast: Cast,
    section: Section,
    /// The style of the list marker, or the level of the heading, that began the section.
    section_style: Option<(Style, u8)>,
    section_level: u8,
    owner: Option<Context<Who>>,
    due: Option<Context<Dated>>,
    record: Vec<(Label, String, String)>,
    found: Vec<Found>,
    /// A line that was too weak by itself, waiting for fields below it.
    pending: Option<(String, String, Option<u8>)>,
    /// Owner and day were told by a line above tasks; they hold as far as the next gap.
    headed: bool,
    /// The last block was an item that fields below may belong to.
    open_item: bool,
    out: MinutesReading,
}

impl<'a> Walk<'a> {
    fn new(clock: &'a Clock<'a>, cast: Cast) -> Self {
        Walk {
            clock,
            cast,
            section: Section::Unknown,
            section_style: None,
            section_level: 0,
            owner: None,
            due: None,
            record: Vec::new(),
            found: Vec::new(),
            pending: None,
            headed: false,
            open_item: false,
            out: MinutesReading::default(),
        }
    }

    /// Learns the names that the text itself shows: attendees, owners behind labels, `@name`.
    fn meet(&mut self, blocks: &[Block]) {
        for block in blocks.iter().take(4000) {
            match &block.kind {
                Kind::Table(table) => {
                    for row in table.rows.iter().take(400) {
                        let mut cells = row.cells.iter();
                        while let Some(cell) = cells.next() {
                            let meets = matches!(
                                fields::label_of_exactly(cell),
                                Some(Label::Attendees | Label::Chair | Label::Recorder | Label::Absent)
                            );
                            if meets && let Some(next) = cells.next() {
                                self.attend(next, None);
                            }
                        }
                    }
                    for name in table::owners(table) {
                        if let Some(who) = who::list(&name, &self.cast) {
                            for name in who.names {
                                if who.kind == WhoKind::Person && name.chars().count() >= 2 {
                                    self.cast.add(&name);
                                }
                            }
                        }
                    }
                }
                Kind::Quote(_) | Kind::Rule => {}
                _ => {
                    for line in block.text.split('\n') {
                        if !fields::may_be_labelled(line) && !line.contains(['@', '＠']) {
                            continue;
                        }
                        let scan = Scan::new(line);
                        if let Some((label, value)) = fields::labelled(&scan) {
                            let people = match label {
                                Label::Attendees | Label::Chair | Label::Recorder | Label::Absent | Label::Owner => {
                                    true
                                }
                                // Present: Helen, Owen
                                _ => false,
                            };
                            if people {
                                self.attend(&scan.written(value..scan.len()), None);
                            }
                        }
                        for at in 0..scan.len() {
                            if scan.at(at) == '@'
                                && let Some(who) = who::after_at_sign(&scan, at, &self.cast)
                            {
                                for name in who.names {
                                    self.cast.add(&name);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Names of a list of people join the cast; with `attended` they are also noted as present or absent.
    fn attend(&mut self, value: &str, attended: Option<bool>) {
        // 主持人：张三  记录人：李四
        let value = value.split("  ").next().unwrap_or(value);
        for piece in value.split(['、', ',', '，', ';', '；', '/', '\n', '&']).flat_map(|p| p.split(" and ")).take(200)
        {
            let piece = piece.trim().trim_start_matches(['@', '-', '*', '•']).trim_end_matches(['.', '。']).trim();
            let bare = piece.split(['(', '（', '[', '【', '<']).next().unwrap_or(piece).trim();
            let names: Vec<&str> =
                if bare.contains(' ') && !bare.is_ascii() { bare.split_whitespace().collect() } else { vec![bare] };
            for name in names {
                let count = name.chars().count();
                if !(2..=30).contains(&count) || fields::label_of_exactly(name).is_some() || name.contains([':', '：'])
                {
                    continue;
                }
                if who::is_department(name, &self.cast) {
                    self.cast.add_department(name);
                    continue;
                }
                let shaped =
                    who::is_who(name, &self.cast) || count <= 4 || name.is_ascii() && name.split(' ').count() <= 4;
                if !shaped {
                    continue;
                }
                self.cast.add(name);
                if let Some(attended) = attended
                    && self.out.attended.len() < ENTRY_COUNT_MAX
                    && !self.out.attended.iter().any(|a| a.name == name)
                {
                    self.out.attended.push(AttendedReading { name: name.to_owned(), attended });
                }
            }
        }
    }

    fn blocks(&mut self, blocks: &[Block], cell_depth: u8) {
        let mut signed = false;
        for (index, block) in blocks.iter().enumerate() {
            if self.found.len() >= ENTRY_COUNT_MAX {
                break;
            }
            let next = blocks.get(index + 1);
            if signed && !matches!(block.kind, Kind::Table(_)) {
                continue;
            }
            match &block.kind {
                Kind::Heading(level) => self.heading(*level, block, next),
                Kind::Paragraph => self.paragraph(block, next),
                Kind::Item(mark) => {
                    let depth = mark.depth;
                    self.item(block, depth, mark.style, mark.checked, next);
                }
                Kind::Table(table) => {
                    self.end_record();
                    self.open_item = false;
                    self.pending = None;
                    self.table(table, cell_depth);
                }
                Kind::Quote(_) => {
                    self.end_record();
                    self.open_item = false;
                }
                Kind::Rule => {
                    self.end_record();
                    self.open_item = false;
                    self.owner = None;
                    // RFC 3676 §4.3: a signature begins here. Nobody signs with a table.
                    signed |= block.text == "--" && index > 0;
                }
            }
        }
        self.end_record();
    }

    fn begin_section(&mut self, section: Section) {
        self.section = section;
        self.owner = None;
        self.due = None;
        self.pending = None;
        self.open_item = false;
    }

    fn heading(&mut self, level: u8, block: &Block, next: Option<&Block>) {
        self.end_record();
        let text = block.text.trim();
        self.pending = None;
        self.open_item = false;
        if let Some(section) = section::of(text) {
            self.begin_section(section);
            self.section_level = level;
            self.section_style = None;
            return;
        }
        if self.owner_lead(text, None, true, next) || self.task_head(text, next) {
            return;
        }
        self.note_title(text);
        if self.section_level == 0 || level <= self.section_level {
            self.begin_section(Section::Unknown);
            self.section_level = level;
            self.section_style = None;
        }
        self.owner = None;
    }

    fn note_title(&mut self, text: &str) {
        if self.out.title.is_none() && text.chars().count() <= 60 {
            self.out.title = section::meeting_title(text);
        }
    }

    fn paragraph(&mut self, block: &Block, next: Option<&Block>) {
        let text = block.text.trim();
        if block.gap {
            self.end_record();
        }
        if block.gap && std::mem::take(&mut self.headed) {
            self.owner = None;
            self.due = None;
        }
        // What stands below an item that has its owner is no field of it any more.
        let over = || self.found.last().is_some_and(|found| found.draft.owner.is_some());
        if (self.record.is_empty() || self.record.iter().any(|(label, ..)| *label == Label::Task))
            && (block.gap || !self.open_item || over())
            && (self.owner_label(text, next) || self.task_head(text, next))
        {
            return;
        }
        if self.label_line(text, &block.line, block.gap, None) {
            return;
        }
        self.end_record();
        if self.section_line(text, &block.line, None, next, block) {
            return;
        }
        let colon = text.ends_with([':', '：']);
        let is_lead = colon || next.is_some_and(|n| matches!(n.kind, Kind::Item(_)));
        if is_lead && self.owner_lead(text, None, colon, next) {
            return;
        }
        if colon {
            self.lead_in(text);
            return;
        }
        if block.gap
            && self.owner.as_ref().is_some_and(|o| o.depth.is_none())
            && !matches!(self.section, Section::Actions)
        {
            self.owner = None;
        }
        self.open_item = false;
        self.pending = None;
        if self.out.title.is_none() {
            self.note_title(text);
        }
        if self.outcome(text, &block.line) {
            return;
        }
        let sense = self.sense(text, false, None);
        self.take(sense, text, &block.line, None, false);
        // A short line that was no item may be what fields below belong to.
        if !self.open_item && text.chars().count() <= 60 && next.is_some_and(|n| !n.gap) {
            self.pending = Some((text.to_owned(), block.line.clone(), None));
        }
    }

    fn item(&mut self, block: &Block, depth: u8, style: Style, checked: Option<bool>, next: Option<&Block>) {
        let text = block.text.trim();
        let has_children = next.is_some_and(|n| matches!(&n.kind, Kind::Item(m) if m.depth > depth));
        // Fields of the item above, as its children.
        if checked.is_none() && self.label_line(text, &block.line, false, Some(depth)) {
            return;
        }
        self.end_record();
        if self.owner.as_ref().is_some_and(|o| o.depth.is_some_and(|d| d >= depth)) {
            self.owner = None;
        }
        if self.due.as_ref().is_some_and(|d| d.depth.is_some_and(|d| d >= depth)) {
            self.due = None;
        }
        // A new number of the style that began the section ends the section.
        let ends_section = self.section_style.is_some_and(|(s, d)| s == style && d == depth);
        if checked.is_none() && self.section_line(text, &block.line, Some((style, depth)), next, block) {
            return;
        }
        if ends_section && checked.is_none() {
            self.begin_section(Section::Unknown);
            self.section_style = None;
        }
        if checked.is_none() && self.owner_lead(text, Some(depth), text.ends_with([':', '：']) || has_children, next) {
            return;
        }
        if text.ends_with([':', '：']) && has_children {
            self.lead_in(text);
            // A topic: its children stand for themselves.
            self.open_item = false;
            self.pending = None;
            return;
        }
        if self.section == Section::Attendance {
            self.attend(text, Some(true));
            return;
        }
        if self.outcome(text, &block.line) {
            return;
        }
        // Details below an item that somebody owns are part of it.
        let parent = self
            .found
            .last()
            .filter(|f| !f.tabled && f.depth.is_some_and(|d| d < depth))
            .map(|f| (f.draft.owner.clone(), f.draft.due.clone()));
        let mut sense = self.sense(text, true, checked);
        if let Some((parent_owner, parent_due)) = parent
            && checked.is_none()
            && !sense.items.is_empty()
        {
            let told = sense.items.iter().any(|i| i.owner.is_some());
            let dated = sense.items.iter().any(|i| i.due.is_some());
            if !told && parent_owner.is_some() {
                if !dated || parent_due.is_some() && self.section != Section::Actions {
                    return;
                }
                for item in &mut sense.items {
                    item.owner.clone_from(&parent_owner);
                }
            } else if (told || dated)
                && parent_owner.is_none()
                && parent_due.is_none()
                && self.found.last().is_some_and(|f| f.depth.is_some_and(|d| d < depth))
            {
                // The line above was only a title.
                self.found.pop();
            }
        }
        self.take(sense, text, &block.line, Some(depth), checked.is_some());
    }

    fn sense(&self, text: &str, is_item: bool, checked: Option<bool>) -> Sense {
        let around = Around {
            section: self.section,
            is_item,
            checked,
            owner: self.owner.as_ref().map(|c| &c.value),
            due: self.due.as_ref().map(|c| &c.value),
            cast: &self.cast,
            clock: self.clock,
        };
        sentence::read(text, &around)
    }

    /// Files what a text turned out to be.
    fn take(&mut self, sense: Sense, text: &str, line: &str, depth: Option<u8>, checked: bool) {
        let Sense { items, tag, is_decision, refused } = sense;
        self.open_item = false;
        self.pending = None;
        if items.is_empty() {
            let entry = || LineText { text: strip_tag(text), line: line.to_owned() };
            match tag {
                Some(Tag::Risk) => self.risk(&strip_tag(text), line),
                Some(Tag::Question) => push(&mut self.out.questions, entry()),
                Some(Tag::Info) => {}
                _ if is_decision || (self.section == Section::Decisions && refused != Some("courtesy")) => {
                    push(&mut self.out.decisions, entry());
                }
                _ if self.section == Section::Risks => self.risk(text, line),
                _ if self.section == Section::Questions || refused == Some("question") => {
                    push(&mut self.out.questions, entry())
                }
                _ => {
                    if matches!(refused, None | Some("weak")) && text.chars().count() <= 200 {
                        self.pending = Some((text.to_owned(), line.to_owned(), depth));
                    }
                    if refused == Some("conditional") && self.section == Section::Actions {
                        push(
                            &mut self.out.doubts,
                            Doubt { kind: "conditional".into(), line: line.to_owned(), n: None },
                        );
                    }
                }
            }
            return;
        }
        if is_decision && items.iter().all(|i| i.strength < 3) {
            push(&mut self.out.decisions, LineText { text: strip_tag(text), line: line.to_owned() });
            return;
        }
        for mut draft in items {
            if draft.owner.is_none()
                && let Some(owner) = &self.owner
            {
                draft.owner = Some(owner.value.clone());
            }
            if draft.due.is_none()
                && let Some(due) = &self.due
            {
                draft.due = Some(due.value.clone());
            }
            if checked {
                let done = line_is_ticked(line);
                draft.status =
                    Some(if done { "done" } else { draft.status.filter(|s| *s != "done").unwrap_or("open") });
            }
            self.found.push(Found { draft, line: line.to_owned(), depth, tabled: false, section: self.section });
        }
        self.open_item = true;
    }

    fn around(&self, is_item: bool) -> Around<'_> {
        Around {
            section: self.section,
            is_item,
            checked: None,
            owner: self.owner.as_ref().map(|c| &c.value),
            due: self.due.as_ref().map(|c| &c.value),
            cast: &self.cast,
            clock: self.clock,
        }
    }

    fn risk(&mut self, text: &str, line: &str) {
        if text.chars().count() < 3 || self.out.risks.len() >= ENTRY_COUNT_MAX {
            return;
        }
        let scan = Scan::new(text);
        let plan = scan
            .find(0..scan.len(), "应对")
            .and_then(|at| scan.find_char(at..(at + 8).min(scan.len()), ":"))
            .map(|at| scan.written(at + 1..scan.len()).trim().to_owned());
        let end = scan.find(0..scan.len(), "应对").unwrap_or(scan.len());
        let words = scan.written(0..scan.trim_end(0..end, " ,;。、("));
        self.out.risks.push(RiskReading {
            text: words,
            light: light_of(text),
            line: line.to_owned(),
            plan,
            owner: None,
        });
    }

    /// `必达结论：…（达成）`, `确认首月销售目标：未达成`.
    ///
    /// True: the line says that something was not reached, so nothing was decided by it.
    fn outcome(&mut self, text: &str, line: &str) -> bool {
        let Some((title, outcome)) = section::outcome_in(text) else { return false };
        if self.out.outcomes.len() < ENTRY_COUNT_MAX {
            self.out.outcomes.push(OutcomeReading { title, outcome: outcome.to_owned(), line: line.to_owned() });
        }
        outcome != "reached" && self.section == Section::Decisions
    }

    fn finish(mut self) -> MinutesReading {
        let mut found = std::mem::take(&mut self.found);
        found.retain(|f| f.draft.task.chars().count() >= 2);
        dedupe(&mut found);
        for (index, entry) in found.into_iter().enumerate() {
            let n = u32::try_from(index + 1).ok();
            let mut doubt = |kind: &str| {
                push(&mut self.out.doubts, Doubt { kind: kind.into(), line: entry.line.clone(), n });
            };
            let Found { draft, line, tabled, section, .. } = &entry;
            match &draft.owner {
                None => doubt("no_owner"),
                Some(who) if who.kind == WhoKind::Department || who.kind == WhoKind::Everyone => {
                    doubt("department_owner")
                }
                Some(who) if who.names.is_empty() => doubt("no_owner"),
                Some(_) => {}
            }
            if draft.due.is_none() && draft.status != Some("done") {
                doubt(if draft.vague { "vague_due" } else { "no_due" });
            }
            let confidence = confidence_of(draft, *tabled, *section);
            let owner = draft.owner.as_ref().and_then(|who| match who.names.as_slice() {
                [] => None,
                [one] => Some(Owner::One(one.clone())),
                many => Some(Owner::Many(many.to_vec())),
            });
            let mut helpers = draft.helpers.clone();
            helpers.dedup();
            if let Some(owner) = &owner {
                helpers.retain(|helper| !owner.names().contains(helper));
            }
            self.out.items.push(ItemReading {
                owner,
                task: draft.task.clone(),
                deliverable: draft.deliverable.clone(),
                deadline: draft.due.as_ref().map(|d| d.due),
                status: draft.status.map(str::to_owned),
                helpers,
                confidence,
                line: line.clone(),
                due_phrase: draft.due.as_ref().map(|d| d.phrase.clone()),
                due_why: draft.due.as_ref().map(|d| d.why.clone()),
                criterion: draft.criterion.clone(),
                supervisor: draft.supervisor.clone(),
                start: draft.start.as_ref().map(|d| d.due.date()),
                urgency: draft.urgency.clone(),
                depends_on: Vec::new(),
            });
        }
        self.out
    }
}

fn push<T>(list: &mut Vec<T>, entry: T) {
    if list.len() < ENTRY_COUNT_MAX {
        list.push(entry);
    }
}

fn line_is_ticked(line: &str) -> bool {
    crate::document::text::marker_of(line).and_then(|m| m.checked).unwrap_or_else(|| {
        line.contains(['☑', '☒', '✓', '✔', '✅', '√']) || line.contains("[x]") || line.contains("[X]")
    })
}

fn strip_tag(text: &str) -> String {
    let scan = Scan::new(text);
    let colon = scan.find_char(0..scan.len().min(12), ":");
    match colon {
        Some(at) if section::of(&scan.written(0..at)).is_some() => scan.written(scan.skip(at + 1, " ")..scan.len()),
        _ => text.to_owned(),
    }
}

/// 红灯, 黄, green: the light a risk is given.
pub(super) fn light_of(text: &str) -> Option<String> {
    let scan = Scan::new(text);
    let all = 0..scan.len();
    let light = if scan.has(all.clone(), &["红灯", "红色", "🔴", "(红)"])
        || scan.find_word(all.clone(), &["red"]).is_some()
    {
        "red"
    } else if scan.has(all.clone(), &["黄灯", "黄色", "🟡", "(黄)"])
        || scan.find_word(all.clone(), &["yellow", "amber"]).is_some()
    {
        "yellow"
    } else if scan.has(all.clone(), &["绿灯", "绿色", "🟢", "(绿)"])
        || scan.find_word(all.clone(), &["green"]).is_some()
    {
        "green"
    } else {
        let whole = scan.folded(all);
        match whole.trim() {
            "红" | "高" | "high" | "h" => "red",
            "黄" | "中" | "medium" | "m" => "yellow",
            "绿" | "低" | "low" | "l" => "green",
            _ => return None,
        }
    };
    Some(light.to_owned())
}

fn confidence_of(draft: &Draft, tabled: bool, section: Section) -> f32 {
    let mut score: f32 = 0.35;
    if tabled || draft.labels >= 2 {
        score += 0.3;
    }
    if section == Section::Actions {
        score += 0.15;
    }
    score += match draft.strength {
        4 => 0.25,
        3 => 0.2,
        2 => 0.1,
        _ => 0.0,
    };
    if draft.owner.as_ref().is_some_and(|w| w.kind == WhoKind::Person) {
        score += 0.15;
        if draft.owner.as_ref().is_some_and(|w| w.known) {
            score += 0.05;
        }
    } else {
        score -= 0.2;
    }
    if draft.due.is_some() {
        score += 0.1;
    }
    (score.clamp(0.05, 0.99) * 100.0).round() / 100.0
}

/// Reads a mail's body: its own words, then what it forwards, whose dates count from its own date.
pub fn read_body(
    body: &Body,
    subject: &str,
    reference: DateTime<FixedOffset>,
    calendar: &Workdays,
    writer: Option<&str>,
) -> MinutesReading {
    let mut reading = read(&body.own, reference, calendar, writer);
    if let Some(forwarded) = &body.forwarded {
        let sent = forwarded.sent.unwrap_or(reference);
        let writer = forwarded.from.as_deref().map(|from| from.split('<').next().unwrap_or(from).trim());
        add(&mut reading, read(&forwarded.document, sent, calendar, writer));
    }
    if reading.title.is_none() {
        reading.title = section::meeting_title(subject);
    }
    reading
}

/// Joins what another part of the same mail says; the same action twice stays one.
pub fn add(reading: &mut MinutesReading, more: MinutesReading) {
    let offset = u32::try_from(reading.items.len()).unwrap_or(0);
    let mut dropped = 0;
    for (index, item) in more.items.into_iter().enumerate() {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let print = pairs(&item.task);
        let twin = reading.items.iter().any(|other| {
            other.owner == item.owner && other.deadline == item.deadline && alike(&pairs(&other.task), &print)
        });
        let at = index + 1 - dropped;
        if twin {
            dropped += 1;
        }
        for doubt in more.doubts.iter().filter(|d| d.n == Some(index + 1) && !twin) {
            push(&mut reading.doubts, Doubt { n: Some(offset + at), ..doubt.clone() });
        }
        if !twin {
            push(&mut reading.items, item);
        }
    }
    reading.doubts.extend(more.doubts.into_iter().filter(|d| d.n.is_none()));
    reading.decisions.extend(more.decisions);
    reading.risks.extend(more.risks);
    reading.questions.extend(more.questions);
    reading.outcomes.extend(more.outcomes);
    reading.attended.extend(more.attended);
    reading.title = reading.title.take().or(more.title);
    reading.date = reading.date.or(more.date);
}

/// The day of the meeting that a text tells of: behind a label of time, else the first whole date.
pub fn day_of(document: &Document) -> Option<NaiveDate> {
    let texts = || document.blocks.iter().take(60).map(|block| block.text.as_str());
    let labelled = texts().find_map(|text| {
        let scan = Scan::new(text);
        let (label, value) = fields::labelled(&scan)?;
        (label == Label::When).then(|| section::day_in(&scan.written(value..scan.len()))).flatten()
    });
    labelled.or_else(|| texts().find_map(section::day_in)).or_else(|| {
        document.blocks.iter().take(20).find_map(|block| match &block.kind {
            Kind::Table(table) => table.rows.iter().take(10).find_map(|row| section::day_in(&row.line)),
            _ => None,
        })
    })
}
