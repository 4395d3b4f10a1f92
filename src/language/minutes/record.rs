//! Lines with a label: a record of an item told in several lines, and the fields below it.

use super::sentence::{Around, Draft, Section};
use super::{Context, Found, Walk, section, sentence};
use crate::document::{Block, Kind, Style};
use crate::language::fields::{self, Label};
use crate::language::scan::Scan;
use crate::language::who::{self, Kind as WhoKind};

impl<'a> Walk<'a> {
    /// `标签：值` lines: of the meeting, of a record, of the item above. `true` where the line was one.
    pub(super) fn label_line(&mut self, text: &str, line: &str, gap: bool, depth: Option<u8>) -> bool {
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

    /// The record that is open is complete: an item, where it names a task.
    pub(super) fn end_record(&mut self) {
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
        if !has(Label::Owner) && !has(Label::Department) {
            draft.owner = draft.owner.or_else(|| self.owner.as_ref().map(|owner| owner.value.clone()));
        }
        if !has(Label::Due) {
            draft.due = draft.due.or_else(|| self.due.as_ref().map(|due| due.value.clone()));
        }
        self.found.push(Found { draft, line: text, depth: None, tabled: true, section: self.section });
    }

    /// A line that begins a part of the minutes: `五、待办事项`, `决议：同意…`.
    pub(super) fn section_line(
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
                && (!["今天", "今日", "today", "Today"].iter().any(|word| dated.phrase.starts_with(word))
                    || text.contains(['前', '内']))
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

    /// `Owner: Rosa`, 负责人：张三 above a list: whose the items below are.
    pub(super) fn owner_label(&mut self, text: &str, next: Option<&Block>) -> bool {
        if !next.is_some_and(|n| matches!(n.kind, Kind::Item(_))) || !fields::may_be_labelled(text) {
            return false;
        }
        let scan = Scan::new(text);
        let value = match fields::labelled(&scan) {
            Some((Label::Owner | Label::Department, at)) if fields::fields(&scan).len() <= 1 => {
                scan.written(at..scan.len())
            }
            _ => return false,
        };
        self.owner_lead(value.trim(), None, true, next)
    }

    /// 责任人：周敏  截止：7月17日, 【李雷 / 7月22日】 above `任务：…`: who and when of the tasks below.
    pub(super) fn task_head(&mut self, text: &str, next: Option<&Block>) -> bool {
        let Some(next) = next.filter(|n| !n.gap && matches!(n.kind, Kind::Paragraph | Kind::Item(_))) else {
            return false;
        };
        let below = Scan::new(next.text.split('\n').next().unwrap_or_default());
        if !fields::labelled(&below).is_some_and(|(label, at)| label == Label::Task && at < below.len()) {
            return false;
        }
        if text.chars().count() > 48 || text.contains('\n') {
            return false;
        }
        let scan = Scan::new(text);
        let told = fields::fields(&scan);
        let mut draft = Draft::default();
        let around = self.around(true);
        let mut rest: String = (0..scan.len())
            .filter(|at| !told.iter().any(|field| field.whole.contains(at)))
            .map(|at| scan.written_at(at))
            .collect();
        for field in &told {
            if !matches!(field.label, Label::Owner | Label::Department | Label::Due | Label::When) {
                return false;
            }
            sentence::take_field(field.label, &scan.written(field.value.clone()), &mut draft, &around);
        }
        if told.is_empty() {
            // 周敏，7月17日前
            if let Some((dated, bytes)) = self.clock.deadline(&rest) {
                rest.replace_range(bytes, " ");
                draft.due = Some(dated);
            }
            let who = rest.trim_matches(|c: char| !c.is_alphanumeric());
            let who =
                ["前完成", "之前", "前", "截止", "完成"].iter().find_map(|tail| who.strip_suffix(tail)).unwrap_or(who);
            let who = who.trim_matches(|c: char| !c.is_alphanumeric());
            if !who::is_who(who, &self.cast) {
                return false;
            }
            draft.owner = who::list(who, &self.cast);
        } else if rest.chars().any(char::is_alphanumeric) {
            return false;
        }
        let Some(owner) = draft.owner else { return false };
        // 责任人 alone below a task that has none is its field.
        let closes = self.record.iter().any(|(label, ..)| *label == Label::Task)
            && !self.record.iter().any(|(label, ..)| matches!(label, Label::Owner | Label::Department));
        if closes && self.owner.is_none() {
            return false;
        }
        self.end_record();
        self.owner = Some(Context { value: owner, depth: None });
        self.due = draft.due.map(|value| Context { value, depth: None });
        self.headed = true;
        self.open_item = false;
        self.pending = None;
        true
    }

    /// `市场部：`, `张三负责：`, `### 李四` above a list: whose the items below are.
    pub(super) fn owner_lead(&mut self, text: &str, depth: Option<u8>, sure: bool, next: Option<&Block>) -> bool {
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
        let han_name = bare.chars().all(crate::language::scan::is_han);
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
    pub(super) fn lead_in(&mut self, text: &str) {
        self.open_item = false;
        self.pending = None;
        // 今天例会的待办如下 tells of the meeting; 请今天下班前完成 of what is to be done.
        let told_of = |dated: &super::Dated| {
            let today =
                ["今天", "今日", "本次", "今晨", "today", "Today"].iter().any(|word| dated.phrase.starts_with(word));
            let bound =
                ["前", "内", "截止", "完成", "by ", "before", "due", "within"].iter().any(|word| text.contains(word));
            !today || bound
        };
        if let Some((dated, _)) = self.clock.deadline(text).filter(|(dated, _)| told_of(dated)) {
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
}
