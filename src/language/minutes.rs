//! Decisions, action items, risks; every one with the line it was read from (SPEC 4.3).
//!
//! The walk goes over blocks and knows in which part of the minutes it stands; [`sentence`] reads one text, [`table`]
//! reads tables. What is conditional, past, routine, asked or decided is no action; what lacks an owner or a day is one
//! with a doubt.

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
        if self.owner_lead(text, None, true, next) {
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

    /// `标签：值` lines: of the meeting, of a record, of the item above. `true` where the line was one.
    fn label_line(&mut self, text: &str, line: &str, gap: bool, depth: Option<u8>) -> bool {
        let mut lines = text.split('\n');
        let first = lines.next().unwrap_or_default();
        if !fields::may_be_labelled(first) {
            return false;
        }
        let scan = Scan::new(first);
        let Some((label, value_at)) = fields::labelled(&scan) else { return false };
        let value = scan.written(value_at..scan.len()).trim().to_owned();
        let in_record = !self.record.is_empty();
        // Several labels in one line are read as a sentence, unless a record is open and this is its line.
        match label {
            Label::Attendees | Label::Absent => {
                let rest: String = lines.collect::<Vec<_>>().join("、");
                self.attend(&value, Some(label == Label::Attendees));
                if !rest.is_empty() {
                    self.attend(&rest, Some(label == Label::Attendees));
                }
                if value.is_empty() {
                    self.begin_section(Section::Attendance);
                }
                return true;
            }
            // 会议纪要：展会筹备会 names the minutes, 会议纪要：刘洋 who writes them.
            Label::Recorder if !value.is_empty() && !who::is_who(&value, &self.cast) => {
                self.out.title.get_or_insert(value);
                return true;
            }
            Label::Chair
            | Label::Recorder
            | Label::Place
            | Label::Link
            | Label::Objective
            | Label::Duration
            | Label::Departments
            | Label::Presenter
            | Label::Kind => {
                return !value.is_empty();
            }
            Label::Title if !in_record => {
                if self.out.title.is_none() && !value.is_empty() {
                    self.out.title = Some(value);
                }
                return true;
            }
            Label::When if !in_record => {
                if self.out.date.is_none() {
                    self.out.date = section::day_in(&value);
                }
                return true;
            }
            Label::Agenda | Label::Materials if value.is_empty() => {
                self.begin_section(Section::Discussion);
                return true;
            }
            _ => {}
        }
        let is_action = matches!(
            label,
            Label::Owner
                | Label::Task
                | Label::Deliverable
                | Label::Due
                | Label::Status
                | Label::Helpers
                | Label::Criterion
                | Label::Supervisor
                | Label::Start
                | Label::Urgency
                | Label::Note
                | Label::Number
                | Label::Department
                | Label::When
                | Label::DependsOn
                | Label::Percent
        );
        if !is_action || (value.is_empty() && label == Label::Task) {
            return false;
        }
        let several = fields::fields(&Scan::new(text)).len() > 1;
        // A field below an item, or below a line that was waiting for it.
        let below_item = (self.open_item || self.pending.is_some())
            && !in_record
            && !gap
            && label != Label::Task
            && match depth {
                None => true,
                Some(depth) => {
                    let above = self.pending.as_ref().map(|p| p.2).or_else(|| self.found.last().map(|f| f.depth));
                    above.is_some_and(|above| above.is_none_or(|above| above < depth))
                }
            };
        if below_item {
            return self.field_below(text, line);
        }
        if depth.is_some() && !in_record && label != Label::Number && (several || !matches!(label, Label::Task)) {
            // `1. 负责人：赵敏；任务：…` is an item of its own.
            if several {
                return false;
            }
        }
        if several || (label == Label::Task && depth.is_some() && !in_record && !self.next_is_field(label)) {
            return false;
        }
        let repeats = self.record.iter().any(|(l, ..)| *l == label);
        if repeats || (label == Label::Number && in_record) {
            self.end_record();
        }
        self.record.push((label, value, line.to_owned()));
        for more in lines {
            self.label_line(more, more, false, depth);
        }
        true
    }

    /// Records of list items need no look ahead: a lone `任务：…` item is ended by the next block anyway.
    fn next_is_field(&self, _label: Label) -> bool {
        true
    }

    /// A labelled line below an item adds to it.
    fn field_below(&mut self, text: &str, line: &str) -> bool {
        let scan = Scan::new(text);
        let mut draft = match self.pending.take() {
            Some((task, task_line, depth)) => {
                let around = self.around(true);
                let mut items = sentence::read(&task, &Around { section: Section::Actions, ..around }).items;
                let draft = if items.is_empty() {
                    Draft { task: sentence::polish(&task), ..Draft::default() }
                } else {
                    items.swap_remove(0)
                };
                self.found.push(Found {
                    draft: Draft::default(),
                    line: task_line,
                    depth,
                    tabled: false,
                    section: self.section,
                });
                draft
            }
            None => match self.found.last_mut() {
                Some(found) => std::mem::take(&mut found.draft),
                None => return false,
            },
        };
        let around = self.around(true);
        let fields = fields::fields(&scan);
        if fields.is_empty() {
            if let Some((label, value)) = fields::labelled(&scan) {
                sentence::take_field(label, &scan.written(value..scan.len()), &mut draft, &around);
            }
        } else {
            for field in fields {
                sentence::take_field(field.label, &scan.written(field.value), &mut draft, &around);
            }
        }
        draft.strength = draft.strength.max(3);
        let keep = draft.owner.is_some()
            || draft.due.is_some()
            || draft.deliverable.is_some()
            || self.section == Section::Actions;
        if let Some(found) = self.found.last_mut() {
            found.draft = draft;
            if !found.line.contains(line) && found.line.len() < 400 {
                found.line.push(' ');
                found.line.push_str(line);
            }
        }
        if !keep {
            self.found.pop();
        }
        self.open_item = true;
        true
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

    /// The record that is open is complete: an item, where it names a task.
    fn end_record(&mut self) {
        if self.record.is_empty() {
            return;
        }
        let record = std::mem::take(&mut self.record);
        let has = |label: Label| record.iter().any(|(l, ..)| *l == label);
        if !has(Label::Task) {
            // A deliverable with an owner is a task too; a lone date is the meeting's.
            if !(has(Label::Owner) && (has(Label::Due) || has(Label::Deliverable))) {
                return;
            }
        }
        // `Item 1: Budget` alone is the next topic.
        if let [(Label::Task, value, line)] = record.as_slice()
            && line.trim_start().get(..4).is_some_and(|head| head.eq_ignore_ascii_case("item"))
            && value.split_whitespace().count() <= 4
        {
            self.begin_section(Section::Discussion);
            return;
        }
        let only_task = record.iter().all(|(l, ..)| matches!(l, Label::Task | Label::Number | Label::Note));
        if only_task {
            for (label, value, line) in &record {
                if *label == Label::Task {
                    let sense = {
                        let around = Around { section: Section::Actions, ..self.around(true) };
                        sentence::read(value, &around)
                    };
                    self.take(sense, value, line, None, false);
                }
            }
            return;
        }
        let mut text = String::new();
        let mut draft = Draft { strength: 4, ..Draft::default() };
        let around = self.around(true);
        for (label, value, line) in &record {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(line);
            sentence::take_field(*label, value, &mut draft, &around);
        }
        let task = std::mem::take(&mut draft.task);
        let task = if task.is_empty() { draft.deliverable.clone().unwrap_or_default() } else { task };
        draft.task = sentence::cap(&task, sentence::TASK_CHARS_MAX);
        if draft.task.is_empty() {
            return;
        }
        self.found.push(Found { draft, line: text, depth: None, tabled: true, section: self.section });
    }

    /// A line that begins a part of the minutes: `五、待办事项`, `决议：同意…`.
    fn section_line(
        &mut self,
        text: &str,
        line: &str,
        mark: Option<(Style, u8)>,
        next: Option<&Block>,
        block: &Block,
    ) -> bool {
        let _ = next;
        if let Some(section) = section::of(text) {
            self.begin_section(section);
            self.section_style = mark;
            self.section_level = 8;
            // 分工如下，请于7月18日前完成：
            if section == Section::Actions
                && let Some((dated, _)) = self.clock.deadline(text)
            {
                self.due = Some(Context { value: dated, depth: None });
            }
            return true;
        }
        // 待办：张三周五前…; Attendees in a line
        let Some((section, rest)) = section::with_content(text) else { return false };
        let rest = rest.trim();
        if rest.is_empty() {
            return false;
        }
        let before = (self.section, self.section_style, self.section_level);
        self.begin_section(section);
        match section {
            Section::Attendance => self.attend(rest, Some(true)),
            Section::NextMeeting | Section::Notes => {}
            _ => {
                let sense = self.sense(rest, section == Section::Actions, None);
                self.take(sense, rest, line, mark.map(|(_, depth)| depth), false);
            }
        }
        // One line of a list, or a paragraph by itself, does not begin a section for what follows.
        if mark.is_some() || block.gap || !matches!(section, Section::Actions | Section::Decisions) {
            (self.section, self.section_style, self.section_level) = before;
        }
        true
    }

    /// `市场部：`, `张三负责：`, `### 李四` above a list: whose the items below are.
    fn owner_lead(&mut self, text: &str, depth: Option<u8>, sure: bool, next: Option<&Block>) -> bool {
        let words = text.trim().trim_end_matches([':', '：']).trim();
        if words.is_empty() || words.chars().count() > 40 || words.contains('\n') {
            return false;
        }
        let mut bare = words;
        for tail in [
            "负责的工作",
            "负责以下工作",
            "负责以下事项",
            "负责事项",
            "负责",
            "牵头",
            "的待办事项",
            "的待办",
            "的任务",
            "待办",
            "任务",
            "'s actions",
            "'s action items",
            "'s tasks",
            "’s actions",
            " to",
            " will",
            " actions",
            " action items",
            " tasks",
            "需完成",
            "工作",
            "分工",
        ] {
            if let Some(rest) = bare.strip_suffix(tail)
                && !rest.trim().is_empty()
                && who::is_who(rest.trim(), &self.cast)
            {
                bare = rest.trim();
                break;
            }
        }
        for head in ["由", "请", "@"] {
            bare = bare.strip_prefix(head).unwrap_or(bare);
        }
        if !who::is_who(bare, &self.cast) {
            return false;
        }
        // A bare word that is no known name needs a list below it.
        let listed = next.is_some_and(|n| match (&n.kind, depth) {
            (Kind::Item(mark), Some(depth)) => mark.depth > depth,
            (Kind::Item(_) | Kind::Table(_), None) => true,
            (Kind::Paragraph, None) => sure && !n.gap,
            _ => false,
        });
        if !listed {
            return false;
        }
        let Some(who) = who::list(bare, &self.cast) else { return false };
        let han_name = bare.chars().all(super::scan::is_han);
        if who.kind == WhoKind::Person && !who.known && self.section != Section::Actions && !sure && !han_name {
            return false;
        }
        self.owner = Some(Context { value: who, depth });
        // Whose list it is ends the list of what was decided.
        if depth.is_none() && self.section_style.is_none() && self.section == Section::Decisions {
            self.section = Section::Unknown;
        }
        self.open_item = false;
        self.pending = None;
        true
    }

    /// `请于7月20日前完成以下事项：`: a date for all below; `其他：` ends what was.
    fn lead_in(&mut self, text: &str) {
        self.open_item = false;
        self.pending = None;
        if let Some((dated, _)) = self.clock.deadline(text) {
            self.due = Some(Context { value: dated, depth: None });
            if self.section == Section::Unknown {
                self.section = Section::Actions;
            }
        } else {
            self.due = None;
        }
        if self.owner.as_ref().is_some_and(|o| o.depth.is_none()) {
            self.owner = None;
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
    let light = if scan.has(all.clone(), &["红灯", "红色", "🔴"]) || scan.find_word(all.clone(), &["red"]).is_some()
    {
        "red"
    } else if scan.has(all.clone(), &["黄灯", "黄色", "🟡"])
        || scan.find_word(all.clone(), &["yellow", "amber"]).is_some()
    {
        "yellow"
    } else if scan.has(all.clone(), &["绿灯", "绿色", "🟢"]) || scan.find_word(all.clone(), &["green"]).is_some()
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

/// The same action twice in one mail is one item: same owner, same day, nearly the same words. The fuller one stays.
fn dedupe(found: &mut Vec<Found>) {
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    let mut prints: Vec<Vec<(char, char)>> = Vec::with_capacity(found.len());
    for entry in found.drain(..) {
        let print = pairs(&entry.draft.task);
        let twin = kept.iter().zip(&prints).position(|(other, other_print)| {
            let owners = match (&other.draft.owner, &entry.draft.owner) {
                (Some(a), Some(b)) => a.names == b.names,
                (None, None) => true,
                _ => false,
            };
            let days = match (&other.draft.due, &entry.draft.due) {
                (Some(a), Some(b)) => a.due.date() == b.due.date(),
                _ => true,
            };
            let both_dated = other.draft.due.is_some() && entry.draft.due.is_some() && other.draft.owner.is_some();
            owners && days && (alike(&print, other_print) || both_dated && within(&print, other_print))
        });
        match twin.and_then(|at| kept.get_mut(at)) {
            Some(other) => {
                let draft = entry.draft;
                other.draft.due = other.draft.due.take().or(draft.due);
                other.draft.deliverable = other.draft.deliverable.take().or(draft.deliverable);
                other.draft.status = other.draft.status.or(draft.status);
                if other.draft.helpers.is_empty() {
                    other.draft.helpers = draft.helpers;
                }
            }
            None => {
                kept.push(entry);
                prints.push(print);
            }
        }
    }
    *found = kept;
}

/// Neighbouring characters of a text, little words left out, sorted.
fn pairs(text: &str) -> Vec<(char, char)> {
    let scan = Scan::new(text);
    let chars: Vec<char> = (0..scan.len()).map(|i| scan.at(i)).filter(|c| c.is_alphanumeric() && *c != '的').collect();
    let mut pairs: Vec<(char, char)> = chars.iter().copied().zip(chars.iter().copied().skip(1)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// One text says nearly all of what the other says.
fn within(a: &[(char, char)], b: &[(char, char)]) -> bool {
    let least = a.len().min(b.len());
    let common = a.iter().filter(|pair| b.binary_search(pair).is_ok()).count();
    least >= 4 && common * 100 >= least * 90
}

fn alike(a: &[(char, char)], b: &[(char, char)]) -> bool {
    if a.is_empty() || b.is_empty() {
        return a == b;
    }
    let common = a.iter().filter(|pair| b.binary_search(pair).is_ok()).count();
    let all = a.len() + b.len() - common;
    common * 100 >= all * 82
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
