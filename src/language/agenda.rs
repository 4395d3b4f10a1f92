//! The call for a meeting: labelled fields, agenda lines, materials, free words (SPEC 4.1).
//!
//! A call is recognized by what makes one: a time beside a word for meeting, or the labelled fields of a notice. Fields come
//! in any order and any subset, in sentences, lists or tables; a table of meetings (会议安排表) calls several at once.

use super::fields::{Label, label_of, label_of_exactly};
use super::when::{self, Anchor, Freq};
use crate::document::{Block, Document, Kind};
use crate::domain::reading::{AgendaReading, AttendeeReading, CallReading, Doubt, MaterialReading, RecurrenceReading};
use crate::domain::workdays::Workdays;
use chrono::{DateTime, FixedOffset};

/// Meetings that one mail may call.
const CALLS_MAX: usize = 20;
/// Lines that are read.
const LINES_MAX: usize = 1_000;
/// Longer lines are prose, not fields.
const FIELD_CHARS_MAX: usize = 400;

/// Words that make a mail about a meeting that is to come.
const MEETING_WORDS: &[&str] = &[
    "会议",
    "开会",
    "开个会",
    "碰头",
    "碰一下",
    "例会",
    "周会",
    "晨会",
    "站会",
    "启动会",
    "评审会",
    "分析会",
    "复盘会",
    "协调会",
    "讨论会",
    "沟通会",
    "研讨会",
    "座谈会",
    "推进会",
    "专题会",
    "月会",
    "视频会",
    "电话会",
    "meeting",
    "meet ",
    "kickoff",
    "kick-off",
    "sync",
    "stand-up",
    "standup",
    "retro",
    "review",
    "call with",
    "workshop",
    "get together",
    "let's meet",
    "catch up",
    "1:1",
    "townhall",
    "all-hands",
    "weekly",
    "會議",
    "開會",
    "對齊會",
    "对齐会",
    "宣讲会",
    "答辩会",
    "培训会",
    "总结会",
    "动员会",
    "预备会",
    "预算会",
];

/// Words that speak of a meeting to be called, where no field is labelled.
const CALLING_WORDS: &[&str] = &[
    "召开",
    "开会",
    "开个会",
    "开一个",
    "开一次",
    "组织一次",
    "安排一次",
    "安排个会",
    "召集",
    "碰个头",
    "碰头",
    "碰一下",
    "请参加",
    "请准时参加",
    "请大家参加",
    "会议通知",
    "会议邀请",
    "邀请参加",
    "约个时间",
    "定于",
    "拟于",
    "開會",
    "召開",
    "請參加",
    "let's meet",
    "lets meet",
    "let us meet",
    "schedule a",
    "set up a",
    "arrange a",
    "organize a",
    "organise a",
    "call a meeting",
    "please join",
    "please attend",
    "invite you",
    "we will meet",
    "we'll meet",
    "we meet",
    "meeting on",
    "meeting at",
    "book a meeting",
    "invitation",
    "get together",
    "join us",
    "i'd like to meet",
    "can we meet",
];

/// Reads the calls of a mail: none, one, or several of a table. `subject` is the base subject.
pub fn read_calls(
    document: &Document,
    subject: &str,
    reference: DateTime<FixedOffset>,
    calendar: &Workdays,
) -> Vec<CallReading> {
    let anchor = Anchor::new(reference, calendar);
    let several = table_of_meetings(document, &anchor);
    if several.len() > 1 {
        return several;
    }
    let mut draft = Draft::default();
    draft.walk(document, &anchor);
    draft.finish(document, subject, &anchor).into_iter().collect()
}

/// Which list the lines below belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Section {
    #[default]
    None,
    Agenda,
    Materials,
    Attendees,
}

#[derive(Default)]
struct Draft {
    call: CallReading,
    section: Section,
    /// Fields that only a call has, for recognizing one.
    labelled: usize,
    /// Sentences without a label, for free words.
    prose: Vec<String>,
    when_text: Option<String>,
}

impl Draft {
    fn walk(&mut self, document: &Document, anchor: &Anchor) {
        let mut lines = 0;
        for block in document.own_blocks() {
            match &block.kind {
                Kind::Table(table) => self.table(table, anchor),
                Kind::Quote(_) | Kind::Rule => {}
                _ => {
                    if block.gap
                        && self.section != Section::None
                        && !matches!(block.kind, Kind::Item(_))
                        && !opens_list(&block.text)
                    {
                        self.section = Section::None;
                    }
                    for line in block.text.lines() {
                        lines += 1;
                        if lines > LINES_MAX {
                            return;
                        }
                        self.line(line.trim(), block, anchor);
                    }
                }
            }
        }
    }

    fn line(&mut self, line: &str, block: &Block, anchor: &Anchor) {
        if line.is_empty() || line.chars().count() > FIELD_CHARS_MAX {
            if !line.is_empty() {
                self.prose.push(line.to_string());
            }
            return;
        }
        self.flags(line);
        // A heading or a line that is nothing but a label opens a list.
        let bare = line.trim_end_matches([':', '：', ' ', '　']).trim_matches(['【', '】', '[', ']', '*', '#', ' ']);
        if let Some(section) = label_of_exactly(bare).and_then(section_of) {
            self.section = section;
            self.labelled += 1;
            return;
        }
        let in_list = matches!(block.kind, Kind::Item(_)) || self.section == Section::Attendees;
        if !(in_list && matches!(self.section, Section::Agenda | Section::Materials)) {
            let fields = fields_of(line);
            if !fields.is_empty() {
                for (label, value) in fields {
                    self.field(label, &value, anchor);
                }
                return;
            }
        }
        match self.section {
            Section::Agenda if in_list || numbered(line) => self.agenda_line(line),
            Section::Materials if in_list || numbered(line) || line.contains('《') || line.contains([':', '：']) => {
                self.material_line(line, anchor)
            }
            Section::Attendees if !line.ends_with(['。', '.']) => self.attendees(line),
            _ => self.prose.push(line.to_string()),
        }
    }

    fn flags(&mut self, line: &str) {
        let lower = line.to_lowercase();
        let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
        if ["草稿", "先不发", "先别发", "先不要发", "先看看", "暂不发送"].iter().any(|w| bare.contains(w))
            || matches!(bare, "draft" | "draft only" | "don't send yet" | "do not send yet")
        {
            self.call.draft = true;
        }
        if [
            "请代发",
            "請代發",
            "帮忙代发",
            "麻烦代发",
            "please send it to all",
            "please send to everyone",
            "send to all in full",
        ]
        .iter()
        .any(|w| bare.contains(w))
        {
            self.call.delivery = Some("all".into());
        }
        if [
            "不用再发",
            "不用再发通知",
            "无需再发",
            "不必再发",
            "不用另发",
            "no need to send",
            "don't notify",
            "do not notify",
        ]
        .iter()
        .any(|w| bare.contains(w))
        {
            self.call.delivery = Some("none".into());
        }
        if matches!(bare, "保密" | "机密" | "機密" | "confidential")
            || bare.starts_with("本次会议保密")
            || bare.starts_with("会议内容保密")
        {
            self.call.confidential = true;
        }
    }

    fn field(&mut self, label: Label, value: &str, anchor: &Anchor) {
        let value = value.trim();
        let section = section_of(label);
        if let Some(section) = section {
            self.section = section;
        } else {
            self.section = Section::None;
        }
        let text = || Some(value.to_string()).filter(|v| !v.is_empty() && !is_nothing(v));
        let call = &mut self.call;
        match label {
            Label::Title => set(&mut call.title, text()),
            Label::Objective | Label::Goal => set(&mut call.objective, text()),
            Label::Kind | Label::IssueKind => set(&mut call.kind, kind_of(value).map(String::from)),
            Label::When | Label::Start => {
                if call.start.is_none() {
                    self.when_text = text();
                    self.when(value, anchor);
                }
            }
            Label::Due => {
                self.prose.push(value.to_string());
                return;
            }
            Label::Duration => call.minutes = call.minutes.or_else(|| when::duration(value)),
            Label::Recurrence => {
                call.recurrence = recurrence_of(value, anchor);
                if call.start.is_none() {
                    self.when(value, anchor);
                }
            }
            Label::Place => self.place(value),
            Label::Link => set(&mut call.link, text()),
            Label::Chair => set(&mut call.chair, text().map(|v| first_name(&v))),
            Label::Recorder => set(&mut call.recorder, text().map(|v| first_name(&v))),
            Label::Departments => call.departments = names_of(value).into_iter().map(|a| a.name).collect(),
            Label::Attendees => self.attendees(value),
            Label::Agenda => {
                for item in split_topics(value) {
                    self.agenda_line(&item);
                }
            }
            Label::Materials => {
                for item in value.split([';', '；']).map(str::trim).filter(|v| !v.is_empty()) {
                    self.material_line(item, anchor);
                }
            }
            _ => {
                self.prose.push(value.to_string());
                return;
            }
        }
        self.labelled += 1;
    }

    fn when(&mut self, value: &str, anchor: &Anchor) {
        if self.call.recurrence.is_none() {
            self.call.recurrence = recurrence_of(value, anchor);
        }
        if let Some((start, minutes, span)) = when::meeting_start(value, anchor) {
            self.call.start = Some(start);
            self.call.minutes = self.call.minutes.or(minutes).or_else(|| when::duration(value));
            self.call.start_phrase = value.get(span).map(str::to_string);
        } else if !value.is_empty() && !is_nothing(value) {
            self.call.doubts.push(Doubt { kind: "vague_due".into(), line: value.to_string(), n: None });
            self.call.start_phrase = Some(value.to_string());
        }
    }

    /// `3号会议室 / 线上会议号 552-118`, `线上 https://…`
    fn place(&mut self, value: &str) {
        let mut place = Vec::new();
        for part in value.split(['/', '／', ';', '；']).map(str::trim).filter(|p| !p.is_empty()) {
            let online = ["会议号", "http", "线上会议", "腾讯会议", "飞书", "钉钉", "zoom", "teams", "webex"]
                .iter()
                .any(|w| part.to_lowercase().contains(w));
            if online && self.call.link.is_none() && !value.starts_with("http") || part.starts_with("http") {
                self.call.link = Some(part.to_string());
            } else {
                place.push(part);
            }
        }
        if value.contains("://") {
            // A slash of an address divides nothing.
            let link = value.split_whitespace().find(|w| w.contains("://")).unwrap_or(value);
            self.call.link = Some(link.to_string());
            let rest = value.replace(link, "");
            place = Vec::new();
            let rest = rest.trim().trim_matches(['/', ',', '，', ':', '：', '（', '）', '(', ')', ' ']);
            set(&mut self.call.place, Some(rest.to_string()).filter(|r| !r.is_empty()));
        }
        set(&mut self.call.place, Some(place.join(" / ")).filter(|p| !p.is_empty()));
        if self.call.place.is_none() && self.call.link.is_none() {
            set(&mut self.call.place, Some(value.to_string()).filter(|p| !p.is_empty()));
        }
    }

    fn attendees(&mut self, value: &str) {
        for attendee in names_of(value) {
            if !self.call.attendees.iter().any(|a| a.name == attendee.name) {
                self.call.attendees.push(attendee);
            }
        }
    }

    fn agenda_line(&mut self, line: &str) {
        if let Some(item) = agenda_item(line) {
            self.call.agenda.push(item);
        }
    }

    fn material_line(&mut self, line: &str, anchor: &Anchor) {
        if let Some(material) = material(line, anchor) {
            self.call.materials.push(material);
        }
    }

    /// A form as a table: labels in the first row or in the first column; agendas and materials by their header.
    fn table(&mut self, table: &crate::document::Table, anchor: &Anchor) {
        let Some(first) = table.rows.first() else { return };
        let labels: Vec<Option<Label>> = first.cells.iter().map(|c| label_of(c)).collect();
        let known = labels.iter().flatten().count();
        let has = |label: Label| labels.contains(&Some(label));
        let place = |label: Label| labels.iter().position(|l| *l == Some(label));
        let topics = place(Label::Agenda)
            .or_else(|| place(Label::Task).filter(|_| has(Label::Presenter) || has(Label::Outcome)));
        if let (Some(topic), true) = (
            topic_column(topics, &labels),
            has(Label::Duration) || has(Label::Presenter) || has(Label::Outcome) || known >= 2 && has(Label::Agenda),
        ) {
            for row in table.rows.iter().skip(1) {
                let cell = |label: Label| {
                    place(label)
                        .and_then(|at| row.cells.get(at))
                        .map(|c| c.trim())
                        .filter(|c| !c.is_empty() && !is_nothing(c))
                };
                let Some(title) = row.cells.get(topic).map(|c| c.trim()).filter(|c| !c.is_empty()) else { continue };
                self.call.agenda.push(AgendaReading {
                    title: title.to_string(),
                    minutes: cell(Label::Duration).and_then(minutes_of),
                    presenter: cell(Label::Presenter).or_else(|| cell(Label::Owner)).map(first_name),
                    required_outcome: cell(Label::Outcome).map(String::from),
                });
            }
            self.labelled += 1;
            return;
        }
        if has(Label::Materials) && table.rows.len() > 1 {
            for row in table.rows.iter().skip(1) {
                let cell = |label: Label| {
                    place(label).and_then(|at| row.cells.get(at)).map(|c| c.trim()).filter(|c| !c.is_empty())
                };
                if let Some(name) = cell(Label::Materials) {
                    self.call.materials.push(MaterialReading {
                        owner: cell(Label::Owner).or_else(|| cell(Label::Department)).map(String::from),
                        name: title_marks_off(name),
                        due: cell(Label::Due).and_then(|c| when::cell(c, anchor)).map(|d| d.due),
                    });
                }
            }
            return;
        }
        if known * 2 > first.cells.len()
            && table.rows.len() >= 2
            && (has(Label::When) || has(Label::Title))
            && first.cells.len() > 2
        {
            if let Some(row) = table.rows.get(1) {
                for (label, value) in labels.iter().zip(&row.cells) {
                    if let Some(label) = label {
                        self.field(*label, value, anchor);
                    }
                }
            }
            return;
        }
        // Label beside value, in pairs of columns.
        for row in &table.rows {
            for pair in row.cells.chunks(2) {
                if let [label, value] = pair
                    && let Some(label) = label_of(label)
                {
                    if section_of(label).is_some() && value.contains('\n') {
                        for line in value.lines() {
                            match label {
                                Label::Agenda => self.agenda_line(line),
                                Label::Materials => self.material_line(line, anchor),
                                _ => self.attendees(line),
                            }
                        }
                        self.labelled += 1;
                    } else {
                        self.field(label, value, anchor);
                    }
                }
            }
        }
        self.section = Section::None;
    }

    fn finish(mut self, document: &Document, subject: &str, anchor: &Anchor) -> Option<CallReading> {
        let text: String = self.prose.join("\n");
        let lower = format!("{subject}\n{text}").to_lowercase();
        let about_meeting = MEETING_WORDS.iter().any(|w| lower.contains(w));
        let calling = CALLING_WORDS.iter().any(|w| lower.contains(w)) || subject_calls(subject);
        let fields = self.labelled;
        let has_shape = !self.call.agenda.is_empty() || !self.call.attendees.is_empty() || self.call.place.is_some();
        // A call is its labelled fields, or words that call one; a time alone beside other business is none.
        let formal = fields >= 2
            && (self.call.start.is_some() || self.when_text.is_some() || !self.call.agenda.is_empty())
            && (about_meeting || has_shape);
        if !formal && !(about_meeting && calling) {
            return None;
        }
        if self.call.start.is_none() {
            self.free_start(anchor);
        }
        if !formal && self.call.start.is_none() && self.call.agenda.is_empty() && !calling_strongly(&lower) {
            return None;
        }
        self.free_place();
        self.free_materials(anchor);
        if self.call.minutes.is_none() {
            let sentence = self.prose.iter().find(|l| is_about(l) && when::meeting_start(l, anchor).is_some());
            self.call.minutes = sentence.and_then(|l| when::duration(l));
        }
        if self.call.recurrence.is_none() {
            let sentence = self.prose.iter().find(|l| is_about(l) && recurrence_of(l, anchor).is_some());
            self.call.recurrence = sentence
                .and_then(|l| recurrence_of(l, anchor))
                .or_else(|| recurrence_of(subject, anchor).filter(|_| self.call.start.is_some()));
        }
        let call = &mut self.call;
        if call.title.is_none() {
            call.title = title_of(subject).or_else(|| heading_of(document));
        }
        if call.kind.is_none() {
            let words = format!("{} {subject}", call.title.as_deref().unwrap_or_default());
            call.kind = Some(kind_of(&words).unwrap_or("other").to_string());
        }
        if call.start.is_none() {
            call.missing.push("start".into());
        }
        if call.title.is_none() {
            call.missing.push("title".into());
        }
        Some(self.call)
    }

    /// A start in free words: the first sentence about the meeting with a day and a time.
    fn free_start(&mut self, anchor: &Anchor) {
        let lines = std::mem::take(&mut self.prose);
        for pass in 0..2 {
            for line in &lines {
                for sentence in sentences(line) {
                    if (pass == 0) != is_about(sentence) || self.call.start.is_some() {
                        continue;
                    }
                    if pass == 1 && material(sentence, anchor).is_some_and(|m| m.due.is_some()) {
                        continue;
                    }
                    if let Some((start, minutes, span)) = when::meeting_start(sentence, anchor) {
                        self.call.start = Some(start);
                        self.call.minutes = self.call.minutes.or(minutes);
                        self.call.start_phrase = sentence.get(span).map(str::to_string);
                    }
                }
            }
        }
        self.prose = lines;
    }

    /// `in Room Everest`, 在3号会议室, 地点在…
    fn free_place(&mut self) {
        if self.call.place.is_some() {
            return;
        }
        for line in &self.prose {
            for sentence in sentences(line) {
                if let Some(place) = chinese_place(sentence).or_else(|| english_place(sentence)) {
                    self.call.place = Some(place);
                    return;
                }
            }
            if let Some(link) = line.split_whitespace().find(|w| w.starts_with("http")) {
                self.call.link.get_or_insert_with(|| link.trim_end_matches(['。', '.', '，', ',']).to_string());
            }
        }
    }

    /// `Bob, please bring the load chart by Thursday noon.`, 请市场部带上用户调研报告
    fn free_materials(&mut self, anchor: &Anchor) {
        let lines = std::mem::take(&mut self.prose);
        for sentence in lines.iter().flat_map(|l| sentences(l)) {
            if let Some(found) = asked_material(sentence, anchor)
                && !self.call.materials.iter().any(|m| m.name == found.name)
            {
                self.call.materials.push(found);
            }
        }
        self.prose = lines;
    }
}

fn set<T>(slot: &mut Option<T>, value: Option<T>) {
    if slot.is_none() {
        *slot = value;
    }
}

fn section_of(label: Label) -> Option<Section> {
    match label {
        Label::Agenda => Some(Section::Agenda),
        Label::Materials => Some(Section::Materials),
        Label::Attendees => Some(Section::Attendees),
        _ => None,
    }
}

fn topic_column(topics: Option<usize>, labels: &[Option<Label>]) -> Option<usize> {
    topics.or_else(|| {
        labels.iter().position(|l| *l == Some(Label::Title)).filter(|_| labels.contains(&Some(Label::Presenter)))
    })
}

fn is_nothing(value: &str) -> bool {
    matches!(value.trim(), "无" | "-" | "—" | "/" | "暂无" | "none" | "None" | "n/a" | "N/A" | "待定" | "TBD" | "tbd")
}

/// `label: value` fields of a line; several where they stand side by side.
fn fields_of(line: &str) -> Vec<(Label, String)> {
    let mut out: Vec<(Label, String)> = Vec::new();
    let line = line.trim_start_matches(|c: char| matches!(c, '-' | '*' | '•' | '·' | '●' | '◆' | '■' | '>' | ' '));
    let line = strip_number(line);
    for chunk in split_chunks(line) {
        let Some((label, value)) = label_value(chunk) else {
            match out.last_mut() {
                // What follows a field on its line belongs to it.
                Some((_, value)) => {
                    value.push(' ');
                    value.push_str(chunk.trim());
                    continue;
                }
                None => return Vec::new(),
            }
        };
        out.push((label, value.trim().to_string()));
    }
    out
}

/// Pieces of a line that are set apart by wide blanks, bars or semicolons before a further label.
fn split_chunks(line: &str) -> Vec<&str> {
    let mut chunks = Vec::new();
    let mut from = 0;
    let bytes = line.as_bytes();
    for (at, c) in line.char_indices() {
        let wide =
            c == '\t' || c == '　' || c == ';' || c == '；' || c == '|' || c == ' ' && bytes.get(at + 1) == Some(&b' ');
        if wide && at >= from {
            let rest = line.get(at + c.len_utf8()..).unwrap_or_default().trim_start_matches([' ', '\t', '　', '|']);
            if label_value(rest).is_some() {
                chunks.push(line.get(from..at).unwrap_or_default());
                from = line.len() - rest.len();
            }
        }
    }
    chunks.push(line.get(from..).unwrap_or_default());
    chunks.retain(|c| !c.trim().is_empty());
    chunks
}

/// The label before a colon, and the value behind it.
fn label_value(chunk: &str) -> Option<(Label, &str)> {
    let chunk = chunk.trim();
    if let Some(rest) = chunk.strip_prefix('【') {
        let (head, value) = rest.split_once('】')?;
        return Some((label_of_exactly(head)?, value.trim_start_matches([':', '：', ' '])));
    }
    let at = chunk.find([':', '：'])?;
    let head = chunk.get(..at)?.trim().trim_matches(['*', '_']);
    if head.chars().count() > 24 {
        return None;
    }
    let width = chunk.get(at..)?.chars().next()?.len_utf8();
    let value = chunk.get(at + width..)?.trim_start_matches(['*', ' ']);
    // 14:00 is a time, https:// a link.
    if head.ends_with(|c: char| c.is_ascii_digit()) || value.starts_with("//") {
        return None;
    }
    let label = label_of_exactly(head).or_else(|| label_of(head).filter(|_| head.chars().count() <= 12))?;
    Some((label, value))
}

fn opens_list(text: &str) -> bool {
    label_value(text).is_some() || label_of_exactly(text.trim_end_matches([':', '：'])).is_some()
}

/// Takes `1.`, `1、`, `(1)`, `①`, `一、` off.
fn strip_number(line: &str) -> &str {
    let line = line.trim_start();
    let digits = line.trim_start_matches(['(', '（']);
    let rest = digits.trim_start_matches(|c: char| {
        c.is_ascii_digit() || "一二三四五六七八九十".contains(c) || ('①'..='⑳').contains(&c)
    });
    if rest.len() == digits.len() {
        return line;
    }
    let circled = digits.chars().next().is_some_and(|c| ('①'..='⑳').contains(&c));
    let marks = rest.trim_start_matches(['.', '、', ')', '）', '．', ',', '，']);
    if marks.len() == rest.len() && !circled {
        return line;
    }
    // 3.5小时, 10:30
    if rest.starts_with('.') && marks.starts_with(|c: char| c.is_ascii_digit()) {
        return line;
    }
    marks.trim_start()
}

fn numbered(line: &str) -> bool {
    strip_number(line).len() < line.trim_start().len() || line.starts_with(['-', '*', '•', '·'])
}

fn split_topics(value: &str) -> Vec<String> {
    let value = value.trim();
    if value.is_empty() {
        return Vec::new();
    }
    let mut topics = Vec::new();
    let mut depth = 0;
    let mut current = String::new();
    for c in value.chars() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth -= 1,
            _ => {}
        }
        if depth <= 0 && matches!(c, ';' | '；' | '\n') {
            topics.push(std::mem::take(&mut current));
        } else {
            current.push(c);
        }
    }
    topics.push(current);
    topics.retain(|t| !t.trim().is_empty());
    topics
}

/// 15分钟, 15 min, 15', 15: minutes of a topic.
fn minutes_of(text: &str) -> Option<u32> {
    let text = text.trim();
    when::duration(text).or_else(|| {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        let rest = text.get(digits.len()..).unwrap_or_default().trim().to_lowercase();
        let unit = matches!(rest.as_str(), "" | "'" | "’" | "m" | "min" | "mins" | "分" | "分钟");
        digits.parse().ok().filter(|m| unit && *m > 0 && *m < 1000)
    })
}

/// `1. 测试资源协调(15分钟,主讲:李雷,必达结论:确认到位时间)`, `Gaps and options - 15 min - Carol (outcome: one option chosen)`
fn agenda_item(line: &str) -> Option<AgendaReading> {
    let line = strip_number(line.trim().trim_start_matches(['-', '*', '•', '·', '●', ' '])).trim();
    if line.is_empty() {
        return None;
    }
    // 14:00-14:10 开场
    let (timed, line) = leading_span(line);
    let (head, insides) = brackets(line);
    let mut item = AgendaReading { minutes: timed, ..AgendaReading::default() };
    let mut title = String::new();
    for (index, part) in dashes(&head).into_iter().enumerate() {
        let part = part.trim().trim_end_matches([',', '，', ':', '：', ';', '；']).trim();
        if index == 0 {
            title = part.to_string();
        } else if let Some(minutes) = minutes_of(part) {
            item.minutes.get_or_insert(minutes);
        } else if !detail(&mut item, part) {
            if item.presenter.is_none() && is_name_like(part) {
                item.presenter = Some(first_name(part));
            } else if !part.is_empty() {
                title.push_str(" - ");
                title.push_str(part);
            }
        }
    }
    for inside in insides {
        let mut last: Option<Label> = None;
        for part in inside.split([',', '，', ';', '；']).map(str::trim).filter(|p| !p.is_empty()) {
            if let Some(minutes) = minutes_of(part) {
                item.minutes.get_or_insert(minutes);
                last = None;
            } else if detail(&mut item, part) {
                last = label_value(part).map(|(l, _)| l);
            } else if last == Some(Label::Outcome) {
                // A comma inside the wanted outcome.
                if let Some(outcome) = &mut item.required_outcome {
                    outcome.push('，');
                    outcome.push_str(part);
                }
            } else if item.presenter.is_none() && is_name_like(part) {
                item.presenter = Some(first_name(part));
            } else if !part.is_empty() {
                title.push_str(&format!("（{part}）"));
            }
        }
    }
    // 议题，15分钟，主讲李雷
    let mut kept: Vec<&str> = Vec::new();
    let pieces: Vec<&str> = title.split(['，', ',']).collect();
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0
            && (minutes_of(piece).is_some_and(|m| {
                item.minutes.get_or_insert(m);
                true
            }) || detail(&mut item, piece.trim()))
        {
            continue;
        }
        kept.push(piece);
    }
    let title = kept.join("，");
    let title = title.trim().trim_end_matches([':', '：', '。', '.', ';', '；', '，', ',']).trim();
    if title.is_empty() {
        return None;
    }
    item.title = title.to_string();
    Some(item)
}

/// 主讲:李雷, 必达结论:…, outcome: …, by Bob; true if it was one.
fn detail(item: &mut AgendaReading, part: &str) -> bool {
    let part = part.trim();
    if let Some((label, value)) = label_value(part) {
        let value = value.trim().trim_end_matches(['。', '.']);
        match label {
            Label::Presenter | Label::Owner | Label::Chair => item.presenter = Some(first_name(value)),
            Label::Outcome
            | Label::OutcomeState
            | Label::Decision
            | Label::Deliverable
            | Label::Objective
            | Label::Goal => {
                item.required_outcome = Some(value.to_string());
            }
            Label::Duration => item.minutes = minutes_of(value).or(item.minutes),
            _ => return false,
        }
        return true;
    }
    for lead in ["主讲人", "主讲", "汇报人", "by ", "led by ", "presented by ", "presenter "] {
        if let Some(name) = part.to_lowercase().starts_with(lead).then(|| part.get(lead.len()..)).flatten() {
            let name = name.trim();
            if is_name_like(name) {
                item.presenter = Some(first_name(name));
                return true;
            }
        }
    }
    for lead in ["必达结论", "必须", "outcome", "decide", "goal"] {
        if let Some(rest) = part.to_lowercase().starts_with(lead).then(|| part.get(lead.len()..)).flatten()
            && lead.starts_with("必达")
            && !rest.trim().is_empty()
        {
            item.required_outcome = Some(rest.trim().to_string());
            return true;
        }
    }
    false
}

/// `14:00-14:10 开场` → 10 and the rest; `14:00 开场` → nothing and the rest.
fn leading_span(line: &str) -> (Option<u32>, &str) {
    let clock = |text: &str| -> Option<(u32, usize)> {
        let (hour, rest) = text.split_once([':', '：'])?;
        let hour: u32 = hour.trim().parse().ok().filter(|h| *h < 24)?;
        let minute: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let value: u32 = minute.parse().ok().filter(|m| *m < 60 && minute.len() == 2)?;
        Some((hour * 60 + value, text.len() - rest.len() + minute.len()))
    };
    let Some((from, used)) = clock(line) else { return (None, line) };
    let rest = line.get(used..).unwrap_or_default();
    let tail = rest.trim_start_matches([' ', '-', '–', '—', '~', '～', '至', '到']);
    match clock(tail) {
        Some((to, used)) if to > from => {
            (Some(to - from), tail.get(used..).unwrap_or_default().trim_start_matches([' ', ':', '：', '-', '　', '|']))
        }
        _ => (None, rest.trim_start_matches([' ', ':', '：', '-', '　', '|'])),
    }
}

/// The text outside brackets, and what stands inside each.
fn brackets(line: &str) -> (String, Vec<String>) {
    let (mut head, mut insides, mut current, mut depth) = (String::new(), Vec::new(), String::new(), 0_u32);
    for c in line.chars() {
        match c {
            '(' | '（' | '[' | '【' => {
                if depth > 0 {
                    current.push(c);
                }
                depth += 1;
            }
            ')' | '）' | ']' | '】' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    insides.push(std::mem::take(&mut current));
                } else {
                    current.push(c);
                }
            }
            _ if depth > 0 => current.push(c),
            _ => head.push(c),
        }
    }
    if !current.is_empty() {
        insides.push(current);
    }
    (head, insides)
}

/// Parts set apart by dashes with blanks around them, long dashes or bars.
fn dashes(text: &str) -> Vec<&str> {
    let mut parts = vec![text];
    for mark in [" - ", " – ", " — ", "——", " | ", "｜", "\t"] {
        parts = parts.into_iter().flat_map(|p| p.split(mark)).collect();
    }
    parts
}

/// A name, not a sentence: short, without verbs we know.
fn is_name_like(text: &str) -> bool {
    let text = text.trim();
    super::names::looks_like_person(text)
        || super::names::looks_like_department(text)
        || text.split([' ', '、', '/', '&']).filter(|p| !p.is_empty()).all(super::names::looks_like_person)
            && !text.is_empty()
}

fn first_name(value: &str) -> String {
    let value = value.trim().trim_start_matches('@');
    let end = value.find(['、', '，', ',', ';', '；', '(', '（', '\n']).unwrap_or(value.len());
    value.get(..end).unwrap_or(value).trim().trim_end_matches(['。', '.']).to_string()
}

/// 韩梅梅(决策人)、王芳(执行人)、Bob Li (decider); roles before a colon too: 决策人：王芳
fn names_of(value: &str) -> Vec<AttendeeReading> {
    let mut out = Vec::new();
    let mut depth = 0;
    let mut current = String::new();
    let mut parts = Vec::new();
    for c in value.chars() {
        match c {
            '(' | '（' | '<' => depth += 1,
            ')' | '）' | '>' => depth -= 1,
            _ => {}
        }
        if depth <= 0 && matches!(c, '、' | '，' | ',' | ';' | '；' | '\n' | '|') {
            parts.push(std::mem::take(&mut current));
        } else {
            current.push(c);
        }
    }
    parts.push(current);
    // 张三 李雷 王芳 with blanks between Chinese names.
    let parts = parts.into_iter().flat_map(|p| {
        let words: Vec<&str> = p.split_whitespace().collect();
        let chinese = words.len() > 1
            && words
                .iter()
                .all(|w| w.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) && w.chars().count() <= 4);
        if chinese { words.into_iter().map(String::from).collect() } else { vec![p] }
    });
    let mut role_of_list: Option<&'static str> = None;
    for part in parts {
        let mut text =
            part.trim().trim_start_matches(['-', '*', '•', '·', '@']).trim().trim_end_matches(['。', '.']).to_string();
        if text.is_empty() {
            continue;
        }
        if let Some((head, rest)) = text.split_once([':', '：'])
            && let Some(role) = role_word(head)
        {
            role_of_list = Some(role);
            text = rest.trim().to_string();
        }
        for lead in ["以及", "和", "及", "与", "and "] {
            if let Some(rest) = text.strip_prefix(lead).filter(|r| !r.is_empty()) {
                text = rest.trim().to_string();
            }
        }
        let mut address = None;
        if let (Some(open), Some(close)) = (text.find('<'), text.rfind('>'))
            && open < close
        {
            address = text.get(open + 1..close).map(|a| a.trim().to_lowercase());
            text.replace_range(open..=close, "");
        }
        let (name, insides) = brackets(&text);
        let role = insides.iter().find_map(|i| role_word(i)).or(role_of_list);
        let name = name.trim().trim_matches('"').to_string();
        if address.is_none() && name.contains('@') {
            address = Some(name.to_lowercase());
        }
        let name = if name.is_empty() { address.clone().unwrap_or_default() } else { name };
        if name.is_empty() || name.chars().count() > 40 {
            continue;
        }
        out.push(AttendeeReading { name, address, role: role.map(String::from) });
    }
    out
}

fn role_word(text: &str) -> Option<&'static str> {
    let text = text.trim().to_lowercase();
    let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if any(&["决策", "決策", "拍板", "decider", "decision", "approver"]) {
        Some("decider")
    } else if any(&["知会", "列席", "旁听", "知會", "关联", "informed", "optional", "fyi", "可选", "抄送"])
    {
        Some("informed")
    } else if any(&["执行", "執行", "doer", "required", "必到", "必须", "参与", "配合", "responsible"]) {
        Some("doer")
    } else {
        None
    }
}

fn kind_of(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    if any(&["启动", "啟動", "kickoff", "kick-off", "kick off"]) {
        Some("kickoff")
    } else if any(&["复盘", "復盤", "回顾", "总结会", "retro", "lessons learned", "post-mortem", "postmortem"])
    {
        Some("retrospective")
    } else if any(&["资源", "資源", "resource"]) {
        Some("resource")
    } else if any(&["问题", "問題", "分析会", "故障", "投诉", "problem", "issue", "incident", "root cause"])
    {
        Some("problem")
    } else if any(&["周例会", "周会", "例会", "週會", "週例會", "例會", "weekly", "每周"]) {
        Some("weekly")
    } else if any(&["其他", "其它", "other"]) {
        Some("other")
    } else {
        None
    }
}

fn recurrence_of(text: &str, anchor: &Anchor) -> Option<RecurrenceReading> {
    let found = when::recurrence(text, anchor)?;
    // 每天下班前 of a task is no series of meetings; daily ones say so with a clock.
    if found.freq == Freq::Daily && when::meeting_start(text, anchor).is_none() && !text.contains([':', '：', '点']) {
        return None;
    }
    let rule = found.rrule();
    let rule = rule.strip_prefix("FREQ=").unwrap_or(&rule);
    let parts: Vec<&str> = rule.split(';').filter(|p| !p.starts_with("UNTIL=")).collect();
    Some(RecurrenceReading { freq: parts.join(";"), until: found.until })
}

/// 市场部:《用户调研报告》,3月13日前; 《可行性评估》（研发部，周四前）; Bob Li: user survey report, by April 23
fn material(line: &str, anchor: &Anchor) -> Option<MaterialReading> {
    let line = strip_number(line.trim().trim_start_matches(['-', '*', '•', '·', '●', ' '])).trim();
    if line.is_empty() {
        return None;
    }
    let due = when::deadline(line, anchor).or_else(|| {
        when::cell(line, anchor).filter(|_| line.contains(['前', '日', '号']) || line.to_lowercase().contains(" by "))
    });
    let (owner, rest) = match line.split_once([':', '：']) {
        Some((head, rest)) if is_name_like(head) => (Some(first_name(head)), rest),
        _ => (None, line),
    };
    let (head, insides) = brackets(rest);
    let mut owner = owner;
    for part in insides.iter().flat_map(|i| i.split([',', '，', ';', '；'])).map(str::trim) {
        if owner.is_none() && is_name_like(part) {
            owner = Some(first_name(part));
        }
    }
    let mut name = match (rest.find('《'), rest.find('》')) {
        (Some(open), Some(close)) if open < close => {
            rest.get(open + '《'.len_utf8()..close).unwrap_or_default().to_string()
        }
        _ => {
            let mut pieces = Vec::new();
            for piece in head.split([',', '，', ';', '；']) {
                let piece = piece.trim();
                if piece.is_empty() {
                    continue;
                }
                let is_due = due
                    .as_ref()
                    .is_some_and(|d| piece.contains(d.phrase.as_str()) && piece.len() < d.phrase.len() + 16);
                if is_due {
                    continue;
                }
                if owner.is_none() && is_name_like(piece) {
                    owner = Some(first_name(piece));
                    continue;
                }
                pieces.push(piece.to_string());
            }
            let joined = pieces.join("，");
            match &due {
                Some(due) => joined.replace(due.phrase.as_str(), "").trim().to_string(),
                None => joined,
            }
        }
    };
    for lead in ["请提供", "请准备", "提供", "准备", "提交"] {
        if let Some(rest) = name.strip_prefix(lead) {
            name = rest.to_string();
        }
    }
    let name = title_marks_off(&name);
    (!name.is_empty() && name.chars().count() <= 80).then(|| MaterialReading { owner, name, due: due.map(|d| d.due) })
}

fn title_marks_off(name: &str) -> String {
    name.trim().trim_matches(['《', '》', '“', '”', '"', '。', '.', ',', '，', ' ']).to_string()
}

/// Somebody is asked to bring something: 请市场部带上…, `Bob, please bring the load chart by Thursday noon.`
fn asked_material(sentence: &str, anchor: &Anchor) -> Option<MaterialReading> {
    let lower = sentence.to_lowercase();
    for verb in
        ["please bring ", "please prepare ", "please send ", "please share ", "will bring ", "to bring ", "bring "]
    {
        let Some(at) = lower.find(verb) else { continue };
        let owner = sentence.get(..at)?.trim().trim_end_matches([',', ':', ' ', '，', '：']).to_string();
        let rest = sentence.get(at + verb.len()..)?;
        let due = when::deadline(sentence, anchor);
        let mut name = rest.trim_end_matches(['.', '!', '。']).to_string();
        if let Some(due) = &due
            && let Some(cut) = name.find(due.phrase.as_str())
        {
            name.truncate(cut);
        }
        let mut name = name.trim().to_string();
        for tail in [" by", " before", " no later than", " until", ","] {
            name = name.strip_suffix(tail).unwrap_or(&name).trim().to_string();
        }
        for lead in ["the ", "your ", "a ", "an ", "along "] {
            name = name.strip_prefix(lead).unwrap_or(&name).to_string();
        }
        if !is_name_like(&owner) || name.is_empty() || name.chars().count() > 80 {
            return None;
        }
        return Some(MaterialReading { owner: Some(owner), name, due: due.map(|d| d.due) });
    }
    for verb in ["带上", "准备好", "准备", "提供", "携带"] {
        let Some(at) = sentence.find(verb) else { continue };
        let head = sentence.get(..at)?.trim().trim_start_matches('请').trim();
        let due = when::deadline(sentence, anchor);
        let mut who = head.to_string();
        if let Some(due) = &due {
            who = who.replace(due.phrase.as_str(), "");
        }
        let who = who.trim().trim_end_matches(['于', '在', '，', ',', '前', '提']).trim().to_string();
        let name = title_marks_off(sentence.get(at + verb.len()..)?);
        if is_name_like(&who) && !name.is_empty() && name.chars().count() <= 40 {
            return Some(MaterialReading { owner: Some(who), name, due: due.map(|d| d.due) });
        }
    }
    None
}

/// Sentences of a line.
fn sentences(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let english_end = matches!(c, '.' | '!' | '?') && chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        if matches!(c, '。' | '！' | '？' | '；' | '\n') || english_end {
            let end = at + c.len_utf8();
            out.push(line.get(from..end).unwrap_or_default().trim());
            from = end;
        }
    }
    out.push(line.get(from..).unwrap_or_default().trim());
    out.retain(|s| !s.is_empty());
    out
}

fn is_about(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    MEETING_WORDS.iter().chain(CALLING_WORDS).any(|w| lower.contains(w))
}

fn calling_strongly(lower: &str) -> bool {
    [
        "会议通知",
        "会议邀请",
        "召开",
        "开个会",
        "let's meet",
        "call a meeting",
        "schedule a meeting",
        "set up a meeting",
        "开会讨论",
        "召集",
    ]
    .iter()
    .any(|w| lower.contains(w))
}

/// A subject that is itself a call: 【会议通知】…, 会议邀请：…, Invitation: …, or nothing but a meeting's name.
fn subject_calls(subject: &str) -> bool {
    let lower = subject.to_lowercase();
    if ["会议通知", "会议邀请", "开会通知", "會議通知", "invitation", "meeting request", "meeting:"]
        .iter()
        .any(|w| lower.contains(w))
    {
        return true;
    }
    let reports = [
        "纪要",
        "紀要",
        "minutes",
        "notes",
        "记录",
        "取消",
        "延期",
        "改期",
        "完成",
        "总结报告",
        "report",
        "材料",
        "议题征集",
    ];
    let ends = [
        "会",
        "会议",
        "会议安排",
        "例会",
        "周会",
        "meeting",
        "kickoff",
        "sync",
        "review",
        "retro",
        "weekly",
        "会议时间",
        "會",
        "會議",
    ];
    let bare = lower.trim().trim_end_matches(|c: char| !c.is_alphanumeric());
    !reports.iter().any(|w| lower.contains(w)) && ends.iter().any(|end| bare.ends_with(end))
        || lower.contains("会:") && !reports.iter().any(|w| lower.contains(w))
        || lower.contains("会：") && !reports.iter().any(|w| lower.contains(w))
        || lower.contains(" meeting on ")
        || lower.contains(" review on ")
}

/// The subject as a title: 【会议通知】 and the like taken off.
fn title_of(subject: &str) -> Option<String> {
    let mut title = subject.trim();
    for lead in [
        "【会议通知】",
        "[会议通知]",
        "【会议邀请】",
        "【會議通知】",
        "会议通知：",
        "会议通知:",
        "会议邀请：",
        "会议邀请:",
        "开会通知：",
        "開會通知：",
        "【通知】",
        "通知：",
        "Invitation:",
        "Invitation：",
        "Meeting invitation:",
        "Meeting request:",
        "Meeting:",
        "[Meeting]",
        "更正：",
        "更正:",
        "【更正】",
    ] {
        if title.get(..lead.len()).is_some_and(|head| head.eq_ignore_ascii_case(lead)) {
            title = title.get(lead.len()..).unwrap_or_default().trim();
        }
    }
    let title = title.trim_matches(['【', '】', ' ', ':', '：']);
    (!title.is_empty()).then(|| title.to_string())
}

fn heading_of(document: &Document) -> Option<String> {
    document
        .own_blocks()
        .find(|b| matches!(b.kind, Kind::Heading(_)))
        .map(|b| b.text.trim().to_string())
        .filter(|t| !t.is_empty() && t.chars().count() <= 60)
}

/// 在3号会议室, 地点在…; the words between 在 and the room.
fn chinese_place(sentence: &str) -> Option<String> {
    for room in ["会议室", "會議室", "报告厅", "培训室", "会议中心", "办公室", "大厅", "洽谈室"]
    {
        let Some(at) = sentence.find(room) else { continue };
        let head = sentence.get(..at)?;
        let start = head
            .char_indices()
            .rev()
            .take(14)
            .find(|(_, c)| matches!(c, '在' | '于' | '到' | '，' | ',' | ' ' | '：' | ':' | '点' | '半'))
            .map(|(i, c)| i + c.len_utf8());
        let from = start.unwrap_or(0);
        let name = sentence.get(from..at + room.len())?.trim();
        if !name.is_empty() && name.chars().count() <= 16 {
            return Some(name.to_string());
        }
    }
    ["腾讯会议", "线上", "飞书会议", "钉钉会议", "電話會議", "视频会议"]
        .iter()
        .find(|w| sentence.contains(**w) && is_about(sentence))
        .map(|w| (*w).to_string())
}

/// `in Room Everest to decide …` → Room Everest; `in the small meeting room` → the small meeting room.
fn english_place(sentence: &str) -> Option<String> {
    let lower = sentence.to_lowercase();
    for lead in [" in room ", " in the ", " in conference room ", " in meeting room ", " at the ", " in ", " @ "] {
        let mut from = 0;
        while let Some(found) = lower.get(from..).and_then(|l| l.find(lead)) {
            let at = from + found + lead.len();
            from = at;
            let begin = if lead.contains("room") {
                found + lead.find("room").unwrap_or(0) + from - found - lead.len()
            } else {
                at
            };
            let rest = sentence.get(begin..)?;
            let words: Vec<&str> = rest.split(' ').take(6).collect();
            let mut taken: Vec<&str> = Vec::new();
            for word in &words {
                let bare = word.trim_end_matches([',', '.', ';', '!', '?']);
                let ends = [
                    "to", "for", "on", "at", "and", "with", "this", "next", "by", "from", "where", "we", "so", "about",
                ]
                .contains(&bare.to_lowercase().as_str());
                if ends && !taken.is_empty() {
                    break;
                }
                taken.push(bare);
                if bare.len() < word.len() {
                    break;
                }
            }
            let place = taken.join(" ");
            let is_room = place.to_lowercase().contains("room")
                || place.to_lowercase().contains("hall")
                || place.to_lowercase().contains("office")
                || place.to_lowercase().contains("auditorium");
            let named = lead == " in room "
                || taken.len() <= 3
                    && taken.first().is_some_and(|w| w.starts_with(char::is_uppercase))
                    && taken.iter().any(|w| w.chars().any(|c| c.is_ascii_digit()));
            if is_room || named {
                return Some(place);
            }
        }
    }
    None
}

/// 会议安排表: a row a meeting.
fn table_of_meetings(document: &Document, anchor: &Anchor) -> Vec<CallReading> {
    let mut calls = Vec::new();
    for block in document.own_blocks() {
        let Kind::Table(table) = &block.kind else { continue };
        let Some(first) = table.rows.first() else { continue };
        let labels: Vec<Option<Label>> = first.cells.iter().map(|c| label_of(c)).collect();
        let names = labels.iter().any(|l| matches!(l, Some(Label::Title)));
        let times = labels.iter().any(|l| matches!(l, Some(Label::When)));
        if !names || !times || table.rows.len() < 3 {
            continue;
        }
        for row in table.rows.iter().skip(1).take(CALLS_MAX) {
            let mut draft = Draft::default();
            for (label, value) in labels.iter().zip(&row.cells) {
                if let Some(label) = label {
                    draft.field(*label, value, anchor);
                }
            }
            let mut call = draft.call;
            if call.title.is_none() {
                continue;
            }
            if call.kind.is_none() {
                call.kind = Some(kind_of(call.title.as_deref().unwrap_or_default()).unwrap_or("other").to_string());
            }
            if call.start.is_none() {
                call.missing.push("start".into());
            }
            calls.push(call);
        }
    }
    calls
}
