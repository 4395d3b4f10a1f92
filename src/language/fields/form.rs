//! A document as a form: labels with their values, labels with the lines below them, tables by their headers, and the
//! sentences between. Calls, feedback forms and project sheets are all read from this.

use super::{Label, label_at, label_of_exactly};
use crate::document::{Block, Document, Kind, Row, Table};
use crate::language::minutes::table::Columns;
use crate::language::scan::Scan;
use crate::language::who;

/// Pairs, lists and tables of one document that are kept.
const ENTRY_COUNT_MAX: usize = 600;

#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub label: Label,
    pub value: String,
}

/// Lines that stand below a label.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub label: Label,
    pub lines: Vec<String>,
    /// Its lines have markers.
    marked: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Grid {
    pub columns: Columns,
    pub rows: Vec<Row>,
    /// The heading or label above it.
    pub title: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    pub pairs: Vec<Pair>,
    pub lists: Vec<List>,
    pub grids: Vec<Grid>,
    /// Sentences and headings that are neither.
    pub free: Vec<String>,
}

impl Form {
    pub fn of(document: &Document) -> Form {
        let mut reader = FormReader::default();
        for block in document.own_blocks() {
            if reader.signed && !matches!(block.kind, Kind::Table(_)) {
                continue;
            }
            reader.block(block);
        }
        reader.form
    }

    /// The first value of a label.
    pub fn value(&self, label: Label) -> Option<&str> {
        self.pairs
            .iter()
            .find(|pair| pair.label == label)
            .map(|pair| pair.value.trim())
            .filter(|value| !value.is_empty())
    }

    pub fn any_value(&self, labels: &[Label]) -> Option<&str> {
        labels.iter().find_map(|label| self.value(*label))
    }

    pub fn has(&self, label: Label) -> bool {
        self.pairs.iter().any(|p| p.label == label) || self.lists.iter().any(|l| l.label == label)
    }

    /// A label's value and the lines below it, one each.
    pub fn lines(&self, label: Label) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for pair in self.pairs.iter().filter(|p| p.label == label) {
            out.extend(pair.value.split('\n').map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()));
        }
        for list in self.lists.iter().filter(|l| l.label == label) {
            out.extend(list.lines.iter().cloned());
        }
        out
    }

    /// The same as one text.
    pub fn text(&self, label: Label) -> Option<String> {
        let lines = self.lines(label);
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

#[derive(Default)]
struct FormReader {
    form: Form,
    /// The label whose lines follow.
    list: Option<Label>,
    /// The last pair may go on in the next line.
    open: bool,
    heading: String,
    signed: bool,
}

/// Labels that stand for the whole form wherever they stand; others may be words within a list.
fn is_main(label: Label) -> bool {
    use Label::*;
    matches!(
        label,
        Title
            | Objective
            | When
            | Duration
            | Place
            | Link
            | Kind
            | Chair
            | Recorder
            | Attendees
            | Absent
            | Departments
            | Agenda
            | Materials
            | Recurrence
            | Initiator
            | IssueKind
            | Urgency
            | WantedBy
            | Project
            | Contact
            | Level
            | Informed
            | Description
            | Sponsor
            | Manager
            | Scope
            | ScopeOut
            | Period
            | Members
            | Milestone
            | Risk
            | Goal
            | Resource
            | Background
            | Current
            | Expected
            | Department
    )
}

/// Fields of the call itself, which end a list of topics, papers or people.
fn ends_agenda(label: Label) -> bool {
    use Label::*;
    matches!(label, When | Place | Chair | Recorder | Attendees | Materials | Agenda | Objective)
}

/// Labels whose values may run over several lines of prose.
fn is_prose(label: Label) -> bool {
    use Label::*;
    matches!(
        label,
        Objective | Background | Current | Expected | Description | Scope | ScopeOut | Measure | Reason | Goal
    )
}

impl FormReader {
    fn block(&mut self, block: &Block) {
        match &block.kind {
            Kind::Heading(_) => {
                self.open = false;
                if self.label_title(&block.text) {
                    return;
                }
                self.list = None;
                self.heading.clone_from(&block.text);
                for line in block.text.split('\n') {
                    if !self.pairs(line, false) {
                        self.free(line);
                    }
                }
            }
            Kind::Table(table) => {
                self.open = false;
                self.table(table);
                self.list = None;
            }
            Kind::Quote(_) => {}
            Kind::Rule => {
                self.open = false;
                self.list = None;
                self.signed |= block.text == "--" && !self.form.pairs.is_empty();
            }
            Kind::Paragraph | Kind::Item(_) => {
                if block.gap {
                    self.open = false;
                }
                let is_item = matches!(block.kind, Kind::Item(_));
                let boxed = matches!(&block.kind, Kind::Item(mark) if mark.checked.is_some());
                let text = if boxed { block.line.as_str() } else { block.text.as_str() };
                for (index, line) in text.split('\n').enumerate() {
                    self.line(line, is_item && index == 0, block.gap && index == 0);
                }
            }
        }
    }

    fn free(&mut self, line: &str) {
        let line = line.trim();
        if !line.is_empty() && self.form.free.len() < ENTRY_COUNT_MAX {
            self.form.free.push(line.to_owned());
        }
    }

    /// `议题` or `Agenda` alone: what follows belongs to it.
    fn label_title(&mut self, text: &str) -> bool {
        let bare = text.trim().trim_end_matches([':', '：']).trim();
        if bare.chars().count() > 24 {
            return false;
        }
        let Some(label) = label_of_exactly(bare) else { return false };
        if !is_main(label) && !matches!(label, Label::Task) {
            return false;
        }
        self.list = Some(label);
        self.open = false;
        self.heading = bare.to_owned();
        true
    }

    fn line(&mut self, line: &str, is_item: bool, gap: bool) {
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        if self.label_title(line) && !is_item {
            return;
        }
        // Timeline may well be a topic of an agenda.
        let titles = |list: Label| {
            label_of_exactly(line.trim_end_matches([':', '：']))
                .is_some_and(|label| list != Label::Agenda || ends_agenda(label))
        };
        if is_item && self.list.is_some_and(titles) && self.label_title(line) {
            return;
        }
        if self.pairs(line, is_item) {
            return;
        }
        // 会议要点： below people is the head of something else.
        if self.list == Some(Label::Attendees) && !is_item && line.ends_with([':', '：']) && line.chars().count() > 6 {
            self.list = None;
        }
        if let Some(label) = self.list {
            // A paragraph behind a gap is no longer the list, unless the list is still empty or is prose.
            let begun = self.form.lists.last().is_some_and(|l| l.label == label);
            let marked = begun && self.form.lists.last().is_some_and(|l| l.marked);
            if is_item || !begun || !(gap || marked) {
                if self.form.lists.last().is_none_or(|l| l.label != label) {
                    if self.form.lists.len() >= ENTRY_COUNT_MAX {
                        return;
                    }
                    self.form.lists.push(List { label, lines: Vec::new(), marked: is_item });
                }
                if let Some(list) = self.form.lists.last_mut()
                    && list.lines.len() < ENTRY_COUNT_MAX
                {
                    list.lines.push(line.to_owned());
                }
                return;
            }
            self.list = None;
        }
        if self.open
            && !is_item
            && let Some(pair) = self.form.pairs.last_mut()
            && is_prose(pair.label)
            && pair.value.len() < 4000
            // A sentence that is over, and one that asks people to come.
            && !(pair.value.ends_with(['。', '！']) && line.starts_with(['请', '請', '各', '兹', '茲', '附', '特']))
        {
            pair.value.push('\n');
            pair.value.push_str(line);
            return;
        }
        self.open = false;
        self.free(line);
    }

    /// Labels and values of a line that begins with a label. Within a list only main labels count.
    fn pairs(&mut self, line: &str, is_item: bool) -> bool {
        let found = pairs_in(line);
        let Some((first, _)) = found.first() else { return false };
        // 执行人：…, 知会人：… below 参会人： are people by their roles.
        if self.list == Some(Label::Attendees) && matches!(first, Label::Owner | Label::Informed) {
            return false;
        }
        if let Some(list) = self.list
            && (is_item || matches!(list, Label::Agenda | Label::Materials | Label::Attendees))
        {
            // Lines of an agenda may begin with words that are labels elsewhere.
            let fits = is_main(*first)
                && *first != list
                && !(list == Label::Agenda
                    && matches!(
                        first,
                        Label::Background
                            | Label::Current
                            | Label::Risk
                            | Label::Resource
                            | Label::Milestone
                            | Label::Goal
                            | Label::Project
                    ));
            if !fits
                || is_item
                    && matches!(list, Label::Agenda | Label::Materials | Label::Attendees | Label::Departments)
                    && !ends_agenda(*first)
            {
                return false;
            }
        }
        self.list = None;
        self.open = false;
        for (label, value) in found {
            if self.form.pairs.len() >= ENTRY_COUNT_MAX {
                break;
            }
            if value.is_empty() {
                self.list = Some(label);
            } else {
                self.form.pairs.push(Pair { label, value });
                self.open = true;
            }
        }
        true
    }

    fn pair(&mut self, label: Label, value: &str) {
        let value = value.trim();
        if !value.is_empty() && self.form.pairs.len() < ENTRY_COUNT_MAX {
            // A cell may itself hold labelled lines: 背景：… 现状：…
            let inner: Vec<(Label, String)> =
                value.split('\n').flat_map(pairs_in).filter(|(l, v)| is_prose(*l) && !v.is_empty()).collect();
            let holds = label == Label::Description || is_prose(label) && inner.len() >= 2;
            if holds && !inner.is_empty() {
                self.form.pairs.extend(inner.into_iter().map(|(label, value)| Pair { label, value }));
                return;
            }
            self.form.pairs.push(Pair { label, value: value.to_owned() });
        }
    }

    fn table(&mut self, table: &Table) {
        // 1）数据回顾｜15分钟｜李雷: points of an agenda with bars between, not columns under heads.
        if matches!(self.list, Some(Label::Agenda | Label::Materials))
            && table
                .rows
                .iter()
                .all(|row| row.line.contains(['|', '｜']) && crate::document::text::marker_of(&row.line).is_some())
        {
            let list = self.list;
            for row in &table.rows {
                self.list = list;
                self.line(&row.line, true, false);
            }
            return;
        }
        let title = std::mem::take(&mut self.heading);
        let mut grid: Option<Grid> = None;
        for row in &table.rows {
            let mut cells: Vec<&str> = Vec::new();
            for cell in row.cells.iter().map(|c| c.trim()) {
                if !cell.is_empty() && cells.last() != Some(&cell) {
                    cells.push(cell);
                }
            }
            match cells.as_slice() {
                [] => continue,
                [only] => {
                    if let Some(done) = grid.take() {
                        self.keep(done);
                    }
                    if !self.label_title(only) {
                        for line in only.split('\n') {
                            self.line(line, false, true);
                        }
                    }
                    continue;
                }
                _ => {}
            }
            if let Some(columns) = Columns::of_header(row)
                && !is_pairs_row(&cells)
            {
                if let Some(done) = grid.take() {
                    self.keep(done);
                }
                grid = Some(Grid { columns, rows: Vec::new(), title: title.clone() });
                continue;
            }
            match &mut grid {
                Some(grid) => grid.rows.push(row.clone()),
                None => {
                    // Labels and values side by side; a value may fill several cells.
                    let mut at = 0;
                    let mut any = false;
                    while let Some(cell) = cells.get(at) {
                        match label_of_exactly(cell).or_else(|| if at == 0 { super::label_of(cell) } else { None }) {
                            Some(label) => {
                                any = true;
                                let value = cells.get(at + 1).copied().unwrap_or_default();
                                self.pair(label, value);
                                at += 2;
                            }
                            None => {
                                if !any {
                                    for line in cell.split('\n') {
                                        self.line(line, false, true);
                                    }
                                }
                                at += 1;
                            }
                        }
                    }
                }
            }
        }
        if let Some(done) = grid.take() {
            self.keep(done);
        }
    }

    /// A grid of one row under labels of a meeting or form is those labels with their values.
    fn keep(&mut self, grid: Grid) {
        if self.form.grids.len() < 60 {
            self.form.grids.push(grid);
        }
    }
}

/// Every second cell is a label and the others are none: labels with their values.
fn is_pairs_row(cells: &[&str]) -> bool {
    let labels = cells.iter().step_by(2).filter(|c| label_of_exactly(c).is_some()).count();
    let values = cells.iter().skip(1).step_by(2).filter(|c| label_of_exactly(c).is_none()).count();
    cells.len() >= 2
        && labels == cells.len().div_ceil(2)
        && values == cells.len() / 2
        && !(cells.len() > 2 && labels == 1)
}

/// `主持人：张三  记录人：李四`: the labels and values of a line that begins with a label.
pub(crate) fn pairs_in(line: &str) -> Vec<(Label, String)> {
    let scan = Scan::new(line);
    let start = scan.skip(0, " *-•·[");
    let Some(first) = label_at(&scan, start).or_else(|| bracketed(&scan, start)) else { return Vec::new() };
    let mut found: Vec<(Label, usize, usize)> = vec![(first.0, start, first.1)];
    let mut at = first.1.max(start + 1);
    let mut may_begin = false;
    // 原因分析(刘洋,30分钟,结论:…): what stands in brackets is said of what stands before them.
    let mut depth = 0usize;
    while at < scan.len() {
        if may_begin
            && depth == 0
            && found.len() < 12
            && let Some((label, value)) = label_at(&scan, at)
        {
            // One blank is enough only between Chinese words; in English two, or a sign.
            found.push((label, at, value));
            at = value.max(at + 1);
            may_begin = false;
            continue;
        }
        let c = scan.at(at);
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        may_begin = match c {
            ' ' => may_begin || scan.at(at + 1) == ' ' || !scan.at(at + 1).is_ascii_alphabetic(),
            ';' | '|' | '/' | ',' | '。' => true,
            // `Chair: Nina. Minutes: Tom.`
            '.' => scan.at(at + 1) == ' ' && scan.is_capital(at + 2),
            _ => false,
        };
        at += 1;
    }
    let mut out = Vec::with_capacity(found.len());
    for (index, (label, _, value)) in found.iter().enumerate() {
        let limit = found.get(index + 1).map_or(scan.len(), |next| next.1);
        let end = scan.trim_end(*value..limit, " ;|/,");
        let mut text = scan.written(*value..end.max(*value)).trim().to_owned();
        if index + 1 == found.len() {
            text = text.trim_end_matches(['；', ';']).trim().to_owned();
        }
        if text.is_ascii() && found.len() > 1 {
            text = text.trim_end_matches('.').to_owned();
        }
        // `Minutes: Tom Reed` writes them; `Minutes: 45` is how long it takes.
        let is_who = || who::is_who(&text, &who::Cast::default());
        let label = match label {
            Label::Duration if is_who() => Label::Recorder,
            label => *label,
        };
        out.push((label, text));
    }
    out
}

/// `【会议主题】新品启动会`, `[Agenda]`.
fn bracketed(scan: &Scan, start: usize) -> Option<(Label, usize)> {
    if scan.before(start) != '[' {
        return None;
    }
    let close = scan.find_char(start..start + 20, "]")?;
    let label = label_of_exactly(&scan.folded(start..close))?;
    Some((label, scan.skip(close + 1, " :")))
}
