//! Tables of minutes: action tables by their header words or by what their cells hold, forms whose rows are the parts of
//! the minutes, tables of risks, decisions and outcomes.

use super::sentence::{self, Clock, DELIVERABLE_CHARS_MAX, Draft, Section, TASK_CHARS_MAX, cap, is_nothing, status_of};
use super::{CELL_DEPTH_MAX, Found, Walk, light_of, push, section};
use crate::document::{Block, Document, Kind, Row, Table};
use crate::domain::reading::{LineText, OutcomeReading, RiskReading};
use crate::language::fields::{Label, label_of_exactly, label_within};
use crate::language::who::{self, Cast};

/// Which column holds what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    labels: Vec<Option<Label>>,
}

impl Columns {
    /// The columns that a row names, if it is a header: at least two labels in two different columns.
    pub fn of_header(row: &Row) -> Option<Columns> {
        let filled = row.cells.iter().filter(|c| !c.trim().is_empty()).count();
        if filled < 2 || row.cells.iter().any(|c| c.chars().count() > 40) {
            return None;
        }
        let mut labels: Vec<Option<Label>> = row.cells.iter().map(|cell| label_of_exactly(cell)).collect();
        let exact = labels.iter().flatten().count();
        if exact == 0 {
            return None;
        }
        for (label, cell) in labels.iter_mut().zip(&row.cells) {
            *label = label.or_else(|| label_within(cell));
        }
        let named = labels.iter().flatten().count();
        if named < 2 || exact == 0 || named * 2 < filled {
            return None;
        }
        // The same label twice: the exact word wins, then the first.
        for at in 0..labels.len() {
            let Some(Some(label)) = labels.get(at).copied() else { continue };
            // Task … Reason, Action: what is done about the reason.
            let about_reason = label == Label::Task
                && labels.iter().take(at).any(|l| *l == Some(Label::Reason))
                && !labels.contains(&Some(Label::Measure));
            // 进度 80% beside 状态 进行中
            let counts = |at: usize| {
                row.cells.get(at).is_some_and(|c| {
                    c.contains("进度") || c.contains("進度") || c.trim().eq_ignore_ascii_case("progress")
                })
            };
            if label == Label::Status
                && !labels.contains(&Some(Label::Percent))
                && let Some(before) = labels.iter().take(at).position(|l| *l == Some(Label::Status))
                && counts(before) != counts(at)
            {
                let progress = if counts(at) { at } else { before };
                if let Some(slot) = labels.get_mut(progress) {
                    *slot = Some(Label::Percent);
                }
                continue;
            }
            if labels.iter().take(at).any(|l| *l == Some(label))
                && let Some(slot) = labels.get_mut(at)
            {
                *slot = about_reason.then_some(Label::Measure);
            }
        }
        // 事项 人 时间, what who when: plain words name columns beside a task.
        if labels.contains(&Some(Label::Task)) {
            let plain = |at: usize, words: &[&str]| {
                row.cells.get(at).is_some_and(|cell| words.contains(&cell.trim().to_lowercase().as_str()))
            };
            for at in 0..labels.len() {
                let who = !labels.contains(&Some(Label::Owner))
                    && plain(at, &["人", "谁", "人员", "姓名", "由谁", "who", "name"]);
                let when = !labels.contains(&Some(Label::Due))
                    && plain(at, &["时间", "時間", "日期", "何时", "什么时候", "几号", "when", "date", "by when"]);
                if let Some(slot) = labels.get_mut(at)
                    && (who || when)
                {
                    *slot = Some(if who { Label::Owner } else { Label::Due });
                }
            }
        }
        // Beside the state of work a new date is when it is expected, and an issue is why it is late.
        if labels.contains(&Some(Label::Task))
            && [Label::Status, Label::Percent].iter().any(|l| labels.contains(&Some(*l)))
        {
            for at in 0..labels.len() {
                let words = row.cells.get(at).map(|cell| cell.trim().to_lowercase()).unwrap_or_default();
                let label = match words.as_str() {
                    "new date" | "revised date" | "new eta" | "eta" | "forecast" | "expected" | "新日期" | "新时间"
                    | "预计" | "调整后时间" | "调整时间" | "预计时间" => Label::Due,
                    "issue" | "issues" | "problem" | "problems" | "blocker" | "blockers" | "obstacle" | "cause"
                    | "存在问题" | "问题" | "困难" | "卡点" | "遇到的问题" => Label::Reason,
                    _ => continue,
                };
                if !labels.contains(&Some(label))
                    && let Some(slot) = labels.get_mut(at).filter(|slot| slot.is_none() || label == Label::Due)
                {
                    *slot = Some(label);
                }
            }
        }
        // `Expected` beside the state of work is a day, not what one wishes for.
        if labels.contains(&Some(Label::Status))
            && !labels.contains(&Some(Label::Due))
            && let Some(slot) = labels.iter_mut().find(|label| **label == Some(Label::Expected))
        {
            *slot = Some(Label::Due);
        }
        Some(Columns { labels })
    }

    pub fn place(&self, label: Label) -> Option<usize> {
        self.labels.iter().position(|l| *l == Some(label))
    }

    pub fn has(&self, label: Label) -> bool {
        self.place(label).is_some()
    }

    pub fn cell<'r>(&self, row: &'r Row, label: Label) -> Option<&'r str> {
        let cell = row.cells.get(self.place(label)?)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    pub fn labels(&self) -> impl Iterator<Item = (usize, Label)> + '_ {
        self.labels.iter().enumerate().filter_map(|(at, label)| label.map(|l| (at, l)))
    }

    /// A table of actions has tasks, and somebody or some day for them.
    fn is_actions(&self) -> bool {
        self.has(Label::Task)
            && [Label::Owner, Label::Department, Label::Due, Label::Status].iter().any(|l| self.has(*l))
            || self.has(Label::Owner)
                && self.has(Label::Due)
                && (self.has(Label::Deliverable) || self.labels.iter().any(Option::is_none))
            || self.has(Label::Measure) && self.has(Label::Owner) && self.has(Label::Due) && !self.has(Label::Risk)
    }

    /// Tables that name no task as such: what takes its place.
    fn with_task(mut self, table: &Table, header: usize) -> Columns {
        if self.has(Label::Task) {
            return self;
        }
        if let Some(at) = self.place(Label::Measure)
            && let Some(slot) = self.labels.get_mut(at)
        {
            *slot = Some(Label::Task);
            return self;
        }
        // The unnamed column with the longest words, else the deliverable.
        let longest = (0..self.labels.len())
            .filter(|at| self.labels.get(*at).is_some_and(Option::is_none))
            .max_by_key(|at| {
                table
                    .rows
                    .iter()
                    .skip(header + 1)
                    .take(50)
                    .map(|row| row.cells.get(*at).map_or(0, |c| c.chars().count()))
                    .sum::<usize>()
            })
            .or_else(|| self.place(Label::Deliverable));
        if let Some(slot) = longest.and_then(|at| self.labels.get_mut(at)) {
            *slot = Some(Label::Task);
        }
        self
    }
}

/// The cells of the columns that name owners, for learning names.
pub(super) fn owners(table: &Table) -> Vec<String> {
    for (at, row) in table.rows.iter().enumerate().take(12) {
        let Some(columns) = Columns::of_header(row) else { continue };
        let Some(place) = columns.place(Label::Owner).or_else(|| columns.place(Label::Presenter)) else { continue };
        return table
            .rows
            .iter()
            .skip(at + 1)
            .take(300)
            .filter_map(|row| row.cells.get(place))
            .filter(|cell| !cell.is_empty() && cell.chars().count() <= 40 && !is_nothing(cell))
            .cloned()
            .collect();
    }
    Vec::new()
}

/// Columns told by what stands in them: names, days, states, the longest words.
fn guess_columns(table: &Table, cast: &Cast, clock: &Clock<'_>) -> Option<Columns> {
    let width = table.rows.first()?.cells.len();
    let rows = table.rows.len().min(30);
    if !(2..=12).contains(&width) || rows < 2 {
        return None;
    }
    let mut labels = vec![None; width];
    let mut best: [(usize, usize); 3] = [(0, 0); 3];
    let mut longest = (0, 0);
    for at in 0..width {
        let cells: Vec<&str> = table
            .rows
            .iter()
            .take(rows)
            .filter_map(|r| r.cells.get(at))
            .map(|c| c.trim())
            .filter(|c| !c.is_empty())
            .collect();
        if cells.is_empty() {
            continue;
        }
        let share = |count: usize| count * 100 / cells.len();
        let short = |c: &&&str| c.chars().count() <= 30;
        let names = share(cells.iter().filter(short).filter(|c| who::is_who(c, cast)).count());
        let days = share(
            cells
                .iter()
                .filter(short)
                .filter(|c| clock.cell(c).is_some() || is_nothing(c) || clock.is_vague(c))
                .count(),
        );
        let real_days = cells.iter().filter(short).any(|c| clock.cell(c).is_some());
        let states = share(cells.iter().filter(|c| c.chars().count() <= 8 && status_of(c).is_some()).count());
        let numbers = cells.iter().all(|c| c.chars().all(|c| c.is_ascii_digit() || c == '.'));
        let length: usize = cells.iter().map(|c| c.chars().count()).sum::<usize>() / cells.len();
        if numbers && !real_days {
            continue;
        }
        for (slot, score) in best.iter_mut().zip([names, if real_days { days } else { 0 }, states]) {
            if score > slot.1 {
                *slot = (at, score);
            }
        }
        if names < 70 && days < 70 && states < 70 && length > longest.1 {
            longest = (at, length);
        }
    }
    let [owner, due, status] = best;
    // 约客户 beside a name and a day is work enough.
    if longest.1 < if due.1 >= 60 { 2 } else { 4 } || owner.1 < 70 {
        return None;
    }
    let mut set = |at: usize, label: Label| {
        if let Some(slot) = labels.get_mut(at) {
            *slot = Some(label);
        }
    };
    if status.1 >= 70 {
        set(status.0, Label::Status);
    }
    let has_due = due.1 >= 60;
    if has_due {
        set(due.0, Label::Due);
    }
    set(owner.0, Label::Owner);
    set(longest.0, Label::Task);
    // Names beside words alone may be a list of anything.
    (has_due || status.1 >= 70).then_some(Columns { labels })
}

impl Walk<'_> {
    /// A record drawn as a table of two columns, labels and values: 负责人 | 张三, 任务 | …
    fn upright(&mut self, table: &Table) -> bool {
        let pairs: Vec<(Label, &str, &str)> = table
            .rows
            .iter()
            .take(40)
            .filter_map(|row| match distinct_cells(row).as_slice() {
                [label, value] => Some((label_of_exactly(label)?, *value, row.line.as_str())),
                _ => None,
            })
            .collect();
        let has = |label: Label| pairs.iter().any(|(l, ..)| *l == label);
        let filled = table.rows.iter().filter(|row| !row.cells.iter().all(|c| c.trim().is_empty())).count();
        let meets = [Label::Chair, Label::Recorder, Label::Attendees, Label::Place, Label::Agenda, Label::Objective];
        if pairs.len() < 3
            || pairs.len() != filled
            || !has(Label::Task)
            || !(has(Label::Owner) || has(Label::Due))
            || meets.iter().any(|label| has(*label))
        {
            return false;
        }
        for (label, value, line) in pairs {
            if self.record.iter().any(|(l, ..)| *l == label) {
                self.end_record();
            }
            self.record.push((label, value.trim().to_owned(), line.to_owned()));
        }
        self.end_record();
        true
    }

    pub(super) fn table(&mut self, table: &Table, cell_depth: u8) {
        if self.upright(table) {
            return;
        }
        let mut columns: Option<(Columns, TableKind)> = None;
        let mut department: Option<String> = None;
        let mut last_owner: Option<String> = None;
        let any_header = table.rows.iter().take(60).any(|row| Columns::of_header(row).is_some());
        if !any_header && let Some(guessed) = guess_columns(table, &self.cast, self.clock) {
            columns = Some((guessed, TableKind::Actions));
        }
        for (at, row) in table.rows.iter().enumerate() {
            if row.cells.iter().all(|c| c.trim().is_empty()) {
                continue;
            }
            if let Some(header) = Columns::of_header(row)
                && !is_form_row(row)
            {
                department = None;
                last_owner = None;
                columns = kind_of(&header).map(|kind| {
                    let header = if kind == TableKind::Actions { header.with_task(table, at) } else { header };
                    (header, kind)
                });
                if columns.is_some() {
                    continue;
                }
            }
            let distinct = distinct_cells(row);
            // A row that is one cell all over: a title, a department, a part of the minutes.
            if let [only] = distinct.as_slice() {
                let text = only.trim();
                if let Some(section) = section::of(text) {
                    self.begin_section(section);
                    columns = None;
                } else if who::is_department(text, &self.cast) || who::is_who(text, &self.cast) {
                    department = Some(text.to_owned());
                } else if columns.is_none() {
                    self.cell_document(text, cell_depth);
                }
                continue;
            }
            match &columns {
                Some((columns, TableKind::Actions)) => {
                    let columns = columns.clone();
                    self.action_row(&columns, row, department.as_deref(), &mut last_owner);
                }
                Some((columns, TableKind::Risks)) => self.risk_row(&columns.clone(), row),
                Some((columns, TableKind::Decisions)) => {
                    if let Some(text) = columns.cell(row, Label::Decision) {
                        push(&mut self.out.decisions, LineText { text: text.to_owned(), line: row.line.clone() });
                    }
                }
                Some((columns, TableKind::Outcomes)) => {
                    let title = columns.cell(row, Label::Outcome).or_else(|| columns.cell(row, Label::Agenda));
                    if let (Some(title), Some(state)) = (title, columns.cell(row, Label::OutcomeState))
                        && let Some((_, outcome)) = section::outcome_in(&format!("x：{state}"))
                    {
                        let line = row.line.clone();
                        push(
                            &mut self.out.outcomes,
                            OutcomeReading { title: title.to_owned(), outcome: outcome.to_owned(), line },
                        );
                    }
                }
                Some((_, TableKind::Other)) => {}
                None => self.form_row(&distinct, row, cell_depth),
            }
        }
    }

    /// `待办事项 | 1. … 2. …`: rows of a form whose first cell names a part of the minutes or a field.
    fn form_row(&mut self, distinct: &[&str], row: &Row, cell_depth: u8) {
        let mut cells = distinct.iter();
        while let Some(head) = cells.next() {
            if let Some(section) = section::of(head) {
                self.begin_section(section);
                let value: Vec<&str> = cells.map(|c| c.trim()).collect();
                let value = value.join("\n");
                if section == Section::Attendance {
                    self.attend(&value, Some(true));
                } else {
                    self.cell_document(&value, cell_depth);
                }
                return;
            }
            match label_of_exactly(head) {
                Some(Label::Attendees) => {
                    if let Some(value) = cells.next() {
                        self.attend(value, Some(true));
                    }
                }
                Some(Label::Absent) => {
                    if let Some(value) = cells.next() {
                        self.attend(value, Some(false));
                    }
                }
                Some(Label::When) => {
                    if let Some(value) = cells.next() {
                        self.out.date = self.out.date.or_else(|| section::day_in(value));
                    }
                }
                Some(Label::Title) => {
                    if let Some(value) = cells.next() {
                        self.out.title = self.out.title.take().or_else(|| Some(value.trim().to_owned()));
                    }
                }
                Some(Label::Decision) => {
                    self.begin_section(Section::Decisions);
                    let value: Vec<&str> = cells.map(|c| c.trim()).collect();
                    self.cell_document(&value.join("\n"), cell_depth);
                    return;
                }
                Some(Label::Task | Label::Measure) => {
                    self.begin_section(Section::Actions);
                    let value: Vec<&str> = cells.map(|c| c.trim()).collect();
                    self.cell_document(&value.join("\n"), cell_depth);
                    return;
                }
                Some(Label::Agenda | Label::Background | Label::Description | Label::Current) => {
                    self.begin_section(Section::Discussion);
                    let value: Vec<&str> = cells.map(|c| c.trim()).collect();
                    self.cell_document(&value.join("\n"), cell_depth);
                    return;
                }
                Some(
                    Label::Chair
                    | Label::Recorder
                    | Label::Place
                    | Label::Link
                    | Label::Kind
                    | Label::Duration
                    | Label::Objective
                    | Label::Departments
                    | Label::Note
                    | Label::Number,
                ) => {
                    cells.next();
                }
                _ => {
                    if head.chars().count() > 8 {
                        self.cell_document(head, cell_depth);
                    }
                }
            }
        }
        let _ = row;
    }

    /// The text of a cell as a small document of its own.
    fn cell_document(&mut self, text: &str, cell_depth: u8) {
        if cell_depth >= CELL_DEPTH_MAX || text.trim().is_empty() {
            return;
        }
        let blocks: Vec<Block> = Document::from_text(text).blocks;
        // A table within the text of a cell would be read as cells again.
        let blocks: Vec<Block> = blocks.into_iter().filter(|b| !matches!(b.kind, Kind::Quote(_))).collect();
        self.blocks(&blocks, cell_depth + 1);
    }

    fn action_row(&mut self, columns: &Columns, row: &Row, department: Option<&str>, last_owner: &mut Option<String>) {
        let mut draft = Draft { strength: 4, labels: 2, ..Draft::default() };
        let around = self.around(true);
        // Merged cells that came as text leave blanks below: the first column carries on.
        let owner_place = columns.place(Label::Owner).or_else(|| columns.place(Label::Department));
        for (at, label) in columns.labels() {
            let Some(cell) = row.cells.get(at).map(|c| c.trim()).filter(|c| !c.is_empty()) else { continue };
            match label {
                Label::Task | Label::Number | Label::Note => {}
                Label::Department if columns.has(Label::Owner) => {}
                _ => sentence::take_field(label, cell, &mut draft, &around),
            }
        }
        if draft.owner.is_none()
            && let Some(cell) = columns.cell(row, Label::Department).filter(|c| !is_nothing(c))
        {
            sentence::take_field(Label::Department, cell, &mut draft, &around);
        }
        let owner_blank = owner_place.is_some_and(|at| row.cells.get(at).is_none_or(|c| c.trim().is_empty()));
        if draft.owner.is_none()
            && owner_blank
            && owner_place
                .is_some_and(|at| at == 0 || at == 1 && row.cells.first().is_some_and(|c| c.trim().is_empty()))
            && let Some(owner) = last_owner.as_deref()
        {
            sentence::take_field(Label::Owner, owner, &mut draft, &around);
        }
        if let Some(cell) = owner_place.and_then(|at| row.cells.get(at)).filter(|c| !c.trim().is_empty()) {
            *last_owner = Some(cell.clone());
        }
        if draft.owner.is_none()
            && let Some(department) = department
        {
            draft.owner = who::list(department, &self.cast);
        }
        // Boxes before the first column have no head.
        if !columns.has(Label::Status)
            && let Some(sign) =
                row.cells.first().filter(|c| c.chars().count() <= 4 && !c.contains(char::is_alphabetic) || *c == "[x]")
        {
            draft.status = draft.status.or(status_of(sign));
        }
        let Some(task) = columns.cell(row, Label::Task).filter(|c| !is_nothing(c)) else { return };
        if task.chars().count() < 2
            || (draft.owner.is_none() && draft.due.is_none() && !row_says_more(columns, row)) && is_total(task)
        {
            return;
        }
        // What has no column of its own may stand in the words of the task.
        let (no_owner_column, no_due_column) = (owner_place.is_none(), !columns.has(Label::Due));
        let flat = task.replace('\n', "；");
        let mut words = flat.clone();
        if (no_owner_column && draft.owner.is_none()) || (no_due_column && draft.due.is_none()) {
            let sense = sentence::read(&flat, &self.around(true));
            if let Some(item) = sense.items.into_iter().next() {
                if no_owner_column && draft.owner.is_none() && item.owner.is_some() {
                    draft.owner = item.owner;
                    words.clone_from(&item.task);
                }
                if no_due_column && draft.due.is_none() && item.due.is_some() {
                    draft.due = item.due;
                    words.clone_from(&item.task);
                }
            }
        } else if task.contains(['：', ':']) {
            // 任务：… inside the cell, with more labels.
            let sense = sentence::read(&flat, &self.around(true));
            if let Some(item) = sense.items.into_iter().next()
                && item.labels > 0
            {
                draft.deliverable = draft.deliverable.take().or(item.deliverable);
                draft.due = draft.due.take().or(item.due);
                draft.helpers.extend(item.helpers);
                if item.task.chars().count() >= 2 {
                    words = item.task;
                }
            }
        }
        let words = words.trim();
        let (checked, words) = match crate::document::text::marker_of(words) {
            Some(marked) => (marked.checked, marked.rest.trim()),
            None => (None, words),
        };
        if let Some(done) = checked {
            draft.status = draft.status.or(Some(if done { "done" } else { "open" }));
        }
        draft.task = cap(words, TASK_CHARS_MAX);
        draft.deliverable = draft.deliverable.map(|d| cap(&d, DELIVERABLE_CHARS_MAX));
        self.found.push(Found { draft, line: row.line.clone(), depth: None, tabled: true, section: Section::Actions });
    }

    fn risk_row(&mut self, columns: &Columns, row: &Row) {
        let Some(text) = columns.cell(row, Label::Risk).filter(|c| !is_nothing(c)) else { return };
        let light = columns
            .cell(row, Label::Light)
            .or_else(|| columns.cell(row, Label::Level))
            .or_else(|| columns.cell(row, Label::Urgency))
            .and_then(light_of);
        let risk = RiskReading {
            text: text.to_owned(),
            light,
            line: row.line.clone(),
            plan: columns.cell(row, Label::Measure).map(str::to_owned),
            owner: columns.cell(row, Label::Owner).map(str::to_owned),
        };
        push(&mut self.out.risks, risk);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TableKind {
    Actions,
    Risks,
    Decisions,
    Outcomes,
    /// Agenda, attendance: no work in it.
    Other,
}

fn kind_of(columns: &Columns) -> Option<TableKind> {
    let assigns = columns.has(Label::Task) && (columns.has(Label::Owner) || columns.has(Label::Due));
    if !assigns && columns.has(Label::OutcomeState) && (columns.has(Label::Agenda) || columns.has(Label::Outcome)) {
        return Some(TableKind::Outcomes);
    }
    if columns.has(Label::Risk) && !columns.has(Label::Task) {
        return Some(TableKind::Risks);
    }
    if columns.is_actions() && !(columns.has(Label::Agenda) && !columns.has(Label::Due)) {
        return Some(TableKind::Actions);
    }
    if columns.has(Label::Decision) && !columns.has(Label::Task) {
        return Some(TableKind::Decisions);
    }
    let meeting = [Label::Agenda, Label::Presenter, Label::Chair, Label::Recorder, Label::Place, Label::Duration];
    (meeting.iter().filter(|l| columns.has(**l)).count() >= 2).then_some(TableKind::Other)
}

/// `会议主题 | … | 时间 | …`: labels and values alternate, so the row is no header.
fn is_form_row(row: &Row) -> bool {
    let cells: Vec<&String> = row.cells.iter().filter(|c| !c.trim().is_empty()).collect();
    if cells.len() < 2 {
        return false;
    }
    let odd_values = cells.iter().skip(1).step_by(2).filter(|c| label_of_exactly(c).is_none()).count();
    let even_labels = cells.iter().step_by(2).filter(|c| label_of_exactly(c).is_some()).count();
    cells.len().is_multiple_of(2) && odd_values * 2 == cells.len() && even_labels * 2 == cells.len()
}

fn distinct_cells(row: &Row) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    for cell in row.cells.iter().map(|c| c.trim()).filter(|c| !c.is_empty()) {
        if out.last() != Some(&cell) {
            out.push(cell);
        }
    }
    out
}

fn row_says_more(columns: &Columns, row: &Row) -> bool {
    columns.cell(row, Label::Deliverable).is_some() || columns.cell(row, Label::Status).is_some()
}

fn is_total(task: &str) -> bool {
    ["合计", "总计", "小计", "备注", "说明", "注：", "total", "Total", "Note"].iter().any(|word| task.starts_with(word))
}
