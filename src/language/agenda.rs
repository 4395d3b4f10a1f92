//! The call for a meeting: labelled fields, agenda lines, materials, free words (SPEC 4.1).

use super::fields::form::{Form, Grid, pairs_in};
use super::fields::{Label, label_at, label_of_exactly};
use super::minutes::sentence::{self, Clock, Section};
use super::scan::{Scan, is_han, plain};
use super::when::{self, Anchor};
use super::who::{self, Cast, Kind as WhoKind};
use crate::document::Document;
use crate::domain::reading::{AgendaReading, AttendeeReading, CallReading, Doubt, MaterialReading, RecurrenceReading};
use crate::mail::thread;
use chrono::{DateTime, Duration, FixedOffset};

/// Calls in one table that are read.
const CALL_COUNT_MAX: usize = 40;
/// Agenda items and attendees of one call.
const ENTRY_COUNT_MAX: usize = 200;

/// The calls that a mail makes; none where it calls no meeting. `recipients` says that there are people in To and Cc.
pub fn read_calls(document: &Document, subject: &str, anchor: &Anchor<'_>, writer: Option<&str>) -> Vec<CallReading> {
    let form = Form::of(document);
    let subject = plain_subject(subject);
    let mut cast = Cast::of_writer(writer);
    for label in [Label::Attendees, Label::Chair, Label::Recorder] {
        for line in form.lines(label) {
            for name in line.split(['、', ',', '，', ';', '；', '/', ' ']) {
                let name = name.split(['(', '（', '<']).next().unwrap_or_default().trim();
                if (2..=20).contains(&name.chars().count()) && !who::is_department(name, &cast) {
                    cast.add(name);
                }
            }
        }
    }
    let clock = Clock { anchor: *anchor };
    let reader = Reader { form: &form, subject: &subject, clock: &clock, cast: &cast };
    // 会议安排表: a row a meeting.
    if let Some(grid) = form.grids.iter().find(|grid| is_schedule(grid))
        && grid.rows.len() > 1
    {
        return grid.rows.iter().take(CALL_COUNT_MAX).filter_map(|row| reader.scheduled(grid, row)).collect();
    }
    reader.call().into_iter().collect()
}

/// A table whose rows are meetings: their titles and times.
fn is_schedule(grid: &Grid) -> bool {
    let has = |label| grid.columns.has(label);
    let others = [
        Label::Place,
        Label::Chair,
        Label::Recorder,
        Label::Attendees,
        Label::Departments,
        Label::Duration,
        Label::Link,
    ];
    let named = has(Label::Title) || has(Label::Agenda);
    named && has(Label::When) && others.iter().any(|l| has(*l))
}

/// `Re: 【会议通知】新品启动会` → `新品启动会`.
#[rustfmt::skip]
fn plain_subject(subject: &str) -> String {
    let base = thread::base_subject(subject).text;
    let mut rest = base.trim();
    loop {
        let before = rest;
        for (open, close) in [('【', '】'), ('[', ']'), ('［', '］')] {
            if let Some(inner) = rest.strip_prefix(open)
                && let Some(end) = inner.find(close)
            {
                let tail = inner.get(end + close.len_utf8()..).unwrap_or_default().trim();
                if !tail.is_empty() {
                    rest = tail;
                }
            }
        }
        for head in [
            "会议通知", "会议邀请", "开会通知", "会议安排", "通知", "邀请", "會議通知", "Meeting invitation", "Meeting request",
            "Invitation", "Meeting notice", "Meeting",
        ] {
            if let Some(tail) = rest.strip_prefix(head) {
                let tail_trimmed = tail.trim_start_matches([':', '：', '-', '—', ' ', '|']);
                if tail_trimmed.len() < tail.len()
                    && !tail_trimmed.is_empty()
                    && tail.starts_with([':', '：', '-', '—', '|'])
                {
                    rest = tail_trimmed;
                }
            }
        }
        if rest == before {
            return rest.to_owned();
        }
    }
}

struct Reader<'a> {
    form: &'a Form,
    subject: &'a str,
    clock: &'a Clock<'a>,
    cast: &'a Cast,
}

impl Reader<'_> {
    fn call(&self) -> Option<CallReading> {
        let form = self.form;
        let mut call = CallReading::default();
        // A table of one meeting, with labels as header.
        let single =
            form.grids.iter().find(|grid| is_schedule(grid)).and_then(|grid| grid.rows.first().map(|row| (grid, row)));
        if let Some((grid, row)) = single {
            call = self.scheduled(grid, row)?;
            call.missing.clear();
        }
        call.title = call.title.or_else(|| form.value(Label::Title).map(clean_title)).or_else(|| {
            // `Name: Ops weekly sync`
            form.free.iter().find_map(|line| {
                let (head, value) = line.split_once([':', '：'])?;
                let named = matches!(plain(head.trim()).as_str(), "name" | "名称" | "会名" | "what");
                let value = value.trim();
                (named && !value.is_empty() && !who::is_who(value, self.cast)).then(|| clean_title(value))
            })
        });
        call.objective =
            call.objective.or_else(|| form.text(Label::Objective).map(|t| t.trim_end_matches(['。', '.']).to_owned()));
        if call.start.is_none() {
            self.time(&mut call);
        }
        self.place(&mut call);
        call.chair = call.chair.or_else(|| form.value(Label::Chair).and_then(|v| self.one_name(v)));
        call.recorder = call.recorder.or_else(|| form.value(Label::Recorder).and_then(|v| self.one_name(v)));
        for line in form.lines(Label::Attendees).into_iter().chain(form.lines(Label::Members)) {
            self.attendees(&line, &mut call);
        }
        for line in form.lines(Label::Informed) {
            self.attendees(&format!("知会：{line}"), &mut call);
        }
        self.role_lines(&mut call);
        for label in [Label::Departments, Label::Department] {
            for line in form.lines(label) {
                for name in names_of(&line) {
                    if !call.departments.contains(&name) {
                        call.departments.push(name);
                    }
                }
            }
        }
        self.agenda(&mut call);
        self.materials(&mut call);
        self.free_words(&mut call);
        self.marks(&mut call);
        if !self.is_call(&call) {
            return None;
        }
        if call.title.is_none() && !self.subject.trim().is_empty() {
            call.title = Some(self.subject.trim().to_owned());
        }
        let named = form.value(Label::Kind).and_then(kind_in);
        call.kind = named
            .or_else(|| call.title.as_deref().and_then(kind_in))
            .or_else(|| kind_in(self.subject))
            .or_else(|| call.objective.as_deref().and_then(kind_in))
            // Free words where there is no form: 聊聊服务器扩容的资源问题.
            .or_else(|| {
                let lines = || form.free.iter().filter(|line| speaks_of_meeting(line) || calls_to_meet(line));
                form.pairs.is_empty().then(|| lines().find_map(|line| kind_in(line))).flatten()
            })
            .or(Some("other"))
            .map(str::to_owned);
        self.missing(&mut call);
        Some(call)
    }

    /// One row of a 会议安排表.
    fn scheduled(&self, grid: &Grid, row: &crate::document::Row) -> Option<CallReading> {
        let cell = |label| grid.columns.cell(row, label).filter(|c| !sentence::is_nothing(c));
        let title = cell(Label::Title).or_else(|| cell(Label::Agenda))?;
        let mut call = CallReading { title: Some(clean_title(title)), ..CallReading::default() };
        call.kind = cell(Label::Kind).and_then(kind_in).or_else(|| kind_in(title)).or(Some("other")).map(str::to_owned);
        call.objective = cell(Label::Objective).map(str::to_owned);
        if let Some(text) = cell(Label::When) {
            self.time_in(text, &mut call);
        }
        if let Some(text) = cell(Label::Duration) {
            call.minutes = call.minutes.or_else(|| minutes_in(text));
        }
        if let Some(text) = cell(Label::Place) {
            place_and_link(text, &mut call);
        }
        if let Some(text) = cell(Label::Link) {
            call.link = Some(text.to_owned());
        }
        call.chair = cell(Label::Chair).and_then(|v| self.one_name(v));
        call.recorder = cell(Label::Recorder).and_then(|v| self.one_name(v));
        for label in [Label::Attendees, Label::Members] {
            if let Some(text) = cell(label) {
                self.attendees(text, &mut call);
            }
        }
        for label in [Label::Departments, Label::Department] {
            if let Some(text) = cell(label) {
                call.departments.extend(names_of(text));
            }
        }
        if grid.columns.has(Label::Agenda)
            && grid.columns.has(Label::Title)
            && let Some(text) = cell(Label::Agenda)
        {
            for line in text.split(['\n', ';', '；']).filter(|l| !l.trim().is_empty()) {
                call.agenda.extend(self.agenda_line(line));
            }
        }
        self.missing(&mut call);
        Some(call)
    }

    fn one_name(&self, value: &str) -> Option<String> {
        let value = value.split(['(', '（', '<', ' ']).next().filter(|v| v.chars().any(is_han)).unwrap_or(value);
        who::list(value, self.cast).and_then(|who| who.names.into_iter().next()).or_else(|| {
            let value = value.trim();
            (!value.is_empty() && value.chars().count() <= 30).then(|| value.to_owned())
        })
    }

    fn missing(&self, call: &mut CallReading) {
        call.missing.clear();
        if call.title.is_none() {
            call.missing.push("title".into());
        }
        if call.start.is_none() {
            call.missing.push("start".into());
        }
    }

    // ------------------------------------------------------------ time

    fn time(&self, call: &mut CallReading) {
        let form = self.form;
        let mut text = String::new();
        for line in form.lines(Label::When) {
            text.push_str(&line);
            text.push(' ');
        }
        if !text.trim().is_empty() {
            self.time_in(text.trim(), call);
        }
        if let Some(text) = form.text(Label::Recurrence) {
            self.recurrence_in(&text, call);
            if call.start.is_none() {
                self.time_in(&text, call);
            }
        }
        if let Some(minutes) = form.value(Label::Duration).and_then(minutes_in) {
            call.minutes = Some(minutes);
        }
        if call.start.is_some() || !text.trim().is_empty() && call.recurrence.is_some() {
            return;
        }
        // Free sentences, those first that speak of meeting.
        let free = || form.free.iter().map(String::as_str).chain([self.subject]).flat_map(sentences_of);
        for speaks in [true, false] {
            for line in free() {
                if speaks != speaks_of_meeting(&line) || asks_for_material(&line) {
                    continue;
                }
                self.time_in(&line, call);
                if call.start.is_some() {
                    return;
                }
            }
        }
    }

    fn time_in(&self, text: &str, call: &mut CallReading) {
        self.recurrence_in(text, call);
        let anchor = &self.clock.anchor;
        let mut found = when::meeting_start(text, anchor);
        if found.is_none() && call.recurrence.is_some() {
            // 每周一 9:30: the first of them.
            let single =
                text.replace(['每', '逢'], "").replace("every ", "").replace("Every ", "").replace("each ", "");
            found = when::meeting_start(&single, anchor).map(|(start, minutes, _)| {
                let step = Duration::days(7);
                let start =
                    if start < anchor.reference { start.checked_add_signed(step).unwrap_or(start) } else { start };
                (first_day(&single, start, anchor).unwrap_or(start), minutes, 0..text.len())
            });
        }
        let Some((start, minutes, span)) = found else { return };
        if call.start.is_none() {
            call.start = Some(start);
            call.start_phrase = text.get(span).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
            call.minutes = call.minutes.or(minutes);
        }
    }

    fn recurrence_in(&self, text: &str, call: &mut CallReading) {
        if call.recurrence.is_some() || !may_recur(text) {
            return;
        }
        if let Some(recurrence) = when::recurrence(text, &self.clock.anchor) {
            let rule = recurrence.rrule();
            let freq = rule
                .split(';')
                .filter(|part| !part.starts_with("UNTIL="))
                .map(|part| part.strip_prefix("FREQ=").unwrap_or(part))
                .collect::<Vec<_>>()
                .join(";");
            call.recurrence = Some(RecurrenceReading { freq, until: recurrence.until });
        }
    }

    // ------------------------------------------------------------ place

    fn place(&self, call: &mut CallReading) {
        if let Some(text) = self.form.value(Label::Place)
            && call.place.is_none()
        {
            place_and_link(text, call);
        }
        if let Some(text) = self.form.value(Label::Link) {
            call.link = Some(text.to_owned());
        }
        if call.place.is_none() && call.link.is_none() {
            let lines = self.form.free.iter().map(String::as_str).chain([self.subject]);
            for line in lines {
                if let Some(place) = place_in(line) {
                    place_and_link(&place, call);
                    break;
                }
            }
        }
        if call.link.is_none() {
            let all = self.form.free.iter().map(String::as_str).chain(self.form.pairs.iter().map(|p| p.value.as_str()));
            call.link = all
                .flat_map(|t| t.split_whitespace())
                .find(|w| w.starts_with("http") && is_meeting_link(w))
                .map(|w| w.trim_end_matches(['。', '，', ',', '.', ')', '>']).to_owned());
        }
    }

    // ------------------------------------------------------------ people

    fn attendees(&self, text: &str, call: &mut CallReading) {
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
        if name.chars().count() < 2 && address.is_none() || name.chars().count() > 40 {
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
    fn role_lines(&self, call: &mut CallReading) {
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

    // ------------------------------------------------------------ agenda

    fn agenda(&self, call: &mut CallReading) {
        for grid in &self.form.grids {
            let columns = &grid.columns;
            let titled = [Label::Agenda, Label::Title, Label::Task].into_iter().find(|l| columns.has(*l));
            let Some(titled) = titled else { continue };
            let others =
                [Label::Duration, Label::Presenter, Label::Outcome].iter().filter(|l| columns.has(**l)).count();
            if is_schedule(grid) && !columns.has(Label::Presenter) && !columns.has(Label::Outcome)
                || (others == 0 && titled != Label::Agenda)
            {
                continue;
            }
            for row in &grid.rows {
                let Some(title) = columns.cell(row, titled).filter(|t| !sentence::is_nothing(t)) else { continue };
                let minutes = columns.cell(row, Label::Duration).and_then(minutes_in).or_else(|| {
                    columns.cell(row, Label::When).and_then(|text| minutes_in(text).or_else(|| range_minutes(text)))
                });
                let presenter = [Label::Presenter, Label::Owner, Label::Chair]
                    .into_iter()
                    .find_map(|l| columns.cell(row, l))
                    .filter(|v| !sentence::is_nothing(v));
                let outcome = [Label::Outcome, Label::OutcomeState, Label::Objective, Label::Deliverable]
                    .into_iter()
                    .find_map(|l| columns.cell(row, l))
                    .filter(|v| !sentence::is_nothing(v));
                if call.agenda.len() < ENTRY_COUNT_MAX {
                    call.agenda.push(AgendaReading {
                        title: title.to_owned(),
                        minutes,
                        presenter: presenter.and_then(|p| self.one_name(p)),
                        required_outcome: outcome.map(str::to_owned),
                    });
                }
            }
        }
        if !call.agenda.is_empty() {
            return;
        }
        for line in self.form.lines(Label::Agenda) {
            // `议题：1. 甲（10分钟） 2. 乙` in one line
            for part in split_numbered(&line) {
                if call.agenda.len() < ENTRY_COUNT_MAX {
                    call.agenda.extend(self.agenda_line(&part));
                }
            }
        }
    }

    /// `测试资源协调(15分钟,主讲:李雷,必达结论:确认到位时间)`, `Gaps and options - 15 min - Carol (outcome: …)`.
    fn agenda_line(&self, line: &str) -> Option<AgendaReading> {
        let line = crate::document::text::marker_of(line).map_or(line, |m| m.rest).trim();
        if line.chars().count() < 2 || line.chars().count() > 300 {
            return None;
        }
        let scan = Scan::new(line);
        let mut reading = AgendaReading::default();
        let mut title = String::new();
        // Segments outside and inside of brackets.
        let mut segments: Vec<(String, bool)> = Vec::new();
        let mut depth = 0usize;
        let mut from = 0;
        for at in 0..=scan.len() {
            let c = scan.at(at);
            let inside = depth > 0;
            let dash = c == '-' && scan.before(at) == ' ' && scan.at(at + 1) == ' '
                || c == '-' && scan.before(at) == '-'
                || c == '-' && is_han(scan.before(at)) && (is_han(scan.at(at + 1)) || scan.at(at + 1).is_ascii_digit());
            let cuts = match c {
                '(' | '[' => true,
                ')' | ']' => true,
                '|' | ';' | '→' | '>' => true,
                ',' | '、' if inside => true,
                ',' => true,
                // 评审  李梅  40分钟  结论：…
                ' ' => scan.at(at + 1) == ' ' || label_at(&scan, at + 1).is_some(),
                _ => at == scan.len() || dash,
            };
            if !cuts {
                continue;
            }
            let piece = scan.written(from..at);
            let piece = piece.trim().trim_matches(['-', '–', '—', ' ', '：', '=']).trim();
            if !piece.is_empty() {
                segments.push((piece.to_owned(), inside));
            }
            from = at + 1;
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        let mut last_was_outcome = false;
        for (segment, inside) in segments {
            if self.agenda_part(&segment, &mut reading, inside, title.is_empty(), &mut last_was_outcome) {
                continue;
            }
            if title.is_empty() {
                title = segment;
            } else if last_was_outcome && let Some(outcome) = &mut reading.required_outcome {
                outcome.push('，');
                outcome.push_str(&segment);
            } else if !inside {
                title.push('，');
                title.push_str(&segment);
            }
        }
        // `10 min Current load`, `14:00-14:10 目标对齐`, `目标对齐 10分钟 李雷`
        self.agenda_ends(&mut title, &mut reading);
        let title = title.trim_matches([' ', ':', '：', ',', '，', '.', '。', '-', '"']).to_owned();
        if title.chars().count() < 2 {
            return None;
        }
        reading.title = title;
        Some(reading)
    }

    /// A segment that says minutes, who speaks, or what has to come out. `true` where it did.
    fn agenda_part(
        &self,
        segment: &str,
        reading: &mut AgendaReading,
        inside: bool,
        first: bool,
        last_was_outcome: &mut bool,
    ) -> bool {
        let scan = Scan::new(segment);
        let colon = scan.find_char(0..scan.len().min(24), ":").filter(|at| !scan.at(at + 1).is_ascii_digit());
        if let Some(colon) = colon {
            let value = scan.written(colon + 1..scan.len()).trim().to_owned();
            let label = label_of_exactly(&scan.folded(0..colon)).or_else(|| {
                let head = scan.folded(0..colon);
                says_outcome(&head).then_some(Label::Outcome)
            });
            match label {
                Some(Label::Presenter | Label::Owner | Label::Chair) => {
                    reading.presenter = self.one_name(&value);
                    *last_was_outcome = false;
                    return true;
                }
                Some(
                    Label::Outcome
                    | Label::OutcomeState
                    | Label::Objective
                    | Label::Decision
                    | Label::Deliverable
                    | Label::Expected,
                ) if !first || inside => {
                    reading.required_outcome = Some(value);
                    *last_was_outcome = true;
                    return true;
                }
                Some(Label::Duration | Label::When) => {
                    reading.minutes = minutes_in(&value).or_else(|| range_minutes(&value));
                    *last_was_outcome = false;
                    return true;
                }
                _ => {}
            }
        }
        if first && !inside {
            return false;
        }
        if reading.minutes.is_none()
            && segment.chars().count() <= 16
            && let Some(minutes) = minutes_in(segment).or_else(|| range_minutes(segment))
        {
            reading.minutes = Some(minutes);
            *last_was_outcome = false;
            return true;
        }
        if *last_was_outcome {
            return false;
        }
        // (20分钟, 李雷, 需确定供应商)
        if inside && reading.required_outcome.is_none() && segment.chars().count() > 4 {
            let asked = ["需要", "必须", "须", "需", "应", "must ", "to decide ", "to agree ", "should "]
                .iter()
                .find_map(|word| segment.strip_prefix(word));
            if let Some(asked) = asked {
                reading.required_outcome = Some(asked.trim().to_owned());
                *last_was_outcome = true;
                return true;
            }
        }
        for word in ["主讲", "汇报", "分享", "主持", "讲解", "负责", "发言", "引导"] {
            let bare = segment.strip_suffix(word).or_else(|| segment.strip_prefix(word)).map(str::trim);
            if let Some(bare) = bare.filter(|b| who::is_who(b, self.cast) || (2..=4).contains(&b.chars().count())) {
                reading.presenter = self.one_name(bare);
                return true;
            }
        }
        let bare = segment
            .strip_prefix("by ")
            .or_else(|| segment.strip_prefix("led by "))
            .or_else(|| segment.strip_suffix(" presents"))
            .or_else(|| segment.strip_suffix(" to present"))
            .unwrap_or(segment)
            .trim_start_matches('@');
        if reading.presenter.is_none() && who::is_who(bare, self.cast) {
            reading.presenter = self.one_name(bare);
            return true;
        }
        false
    }

    /// Minutes and a speaker that stand at the ends of the title without a sign between.
    fn agenda_ends(&self, title: &mut String, reading: &mut AgendaReading) {
        let words: Vec<&str> = title.split_whitespace().collect();
        if words.len() < 2 {
            return;
        }
        let mut from = 0;
        let mut to = words.len();
        for _ in 0..3 {
            if to - from < 2 {
                break;
            }
            let last = words.get(to - 1).copied().unwrap_or_default();
            let two = words.get(to.saturating_sub(2)..to).unwrap_or_default().join(" ");
            if reading.minutes.is_none()
                && minutes_in(last).or_else(|| range_minutes(last)).is_some()
                && last.chars().any(|c| c.is_ascii_digit() || is_han(c))
            {
                reading.minutes = minutes_in(last).or_else(|| range_minutes(last));
                to -= 1;
            } else if reading.minutes.is_none()
                && to - from > 2
                && last.is_ascii()
                && minutes_in(&two).is_some()
                && two.chars().next().is_some_and(|c| c.is_ascii_digit())
            {
                reading.minutes = minutes_in(&two);
                to -= 2;
            } else if reading.presenter.is_none()
                && (self.cast.knows(last)
                    || last.chars().any(is_han) && last.chars().count() <= 4 && who::is_who(last, self.cast))
            {
                reading.presenter = self.one_name(last);
                to -= 1;
            } else {
                break;
            }
        }
        let first = words.get(from).copied().unwrap_or_default();
        if reading.minutes.is_none() && to - from > 1 && first.chars().next().is_some_and(|c| c.is_ascii_digit()) {
            if let Some(minutes) = range_minutes(first).or_else(|| minutes_in(first)) {
                reading.minutes = Some(minutes);
                from += 1;
            } else if first.contains(':') && to - from > 1 {
                // 14:00 目标对齐: the moment, which is computed from the minutes anyway.
                from += 1;
            }
        }
        *title = words.get(from..to).unwrap_or_default().join(" ");
    }

    // ------------------------------------------------------------ materials

    fn materials(&self, call: &mut CallReading) {
        for grid in &self.form.grids {
            let columns = &grid.columns;
            let Some(named) = [Label::Materials, Label::Deliverable].into_iter().find(|l| columns.has(*l)) else {
                continue;
            };
            if columns.has(Label::Agenda) || columns.has(Label::Task) {
                continue;
            }
            for row in &grid.rows {
                let Some(name) = columns.cell(row, named) else { continue };
                let owner =
                    [Label::Owner, Label::Department, Label::Presenter].into_iter().find_map(|l| columns.cell(row, l));
                let due = columns
                    .cell(row, Label::Due)
                    .or_else(|| columns.cell(row, Label::When))
                    .and_then(|c| self.clock.cell(c));
                call.materials.push(MaterialReading {
                    owner: owner.map(str::to_owned),
                    name: bare_title(name),
                    due: due.map(|d| d.due),
                });
            }
        }
        for line in self.form.lines(Label::Materials) {
            for part in split_numbered(&line) {
                for piece in part.split([';', '；']).filter(|p| p.chars().count() > 1) {
                    call.materials.extend(self.material(piece));
                }
            }
        }
        for line in self.form.free.iter().flat_map(|line| sentences_of(line)) {
            if call.materials.len() < 40 && asks_for_material(&line) {
                call.materials.extend(self.material(&line).filter(|m| m.owner.is_some()));
            }
        }
    }

    /// `市场部：《用户调研报告》，3月13日前`; `Bob, please bring the load chart by Thursday noon.`
    #[rustfmt::skip]
    fn material(&self, text: &str) -> Option<MaterialReading> {
        let around = sentence::Around {
            section: Section::Actions,
            is_item: true,
            checked: None,
            owner: None,
            due: None,
            cast: self.cast,
            clock: self.clock,
        };
        let text = crate::document::text::marker_of(text).map_or(text, |m| m.rest).trim();
        let draft = sentence::read(text, &around).items.into_iter().next()?;
        let owner = draft.owner.filter(|w| w.kind != WhoKind::Everyone).and_then(|w| w.names.into_iter().next());
        // 王芳请准备预算明细: the word of courtesy is nobody's name.
        let owner = owner.map(|owner| owner.trim_start_matches('请').trim_end_matches(['请', '請']).to_owned());
        let owner = owner.filter(|owner| !owner.is_empty());
        let mut name = draft.task;
        for word in [
            "准备好", "准备", "提交", "提供", "携带", "带上", "带好", "带", "完成", "发送", "输出", "上传", "打印", "整理", "bring along",
            "bring", "prepare", "send", "submit", "provide", "share", "upload", "circulate", "have",
        ] {
            let head = name.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word));
            if head.is_some() {
                name = name.get(word.len()..).unwrap_or_default().trim().to_owned();
                break;
            }
        }
        for word in ["the ", "a ", "an ", "your ", "his ", "her "] {
            if let Some(rest) = name.strip_prefix(word) {
                name = rest.to_owned();
            }
        }
        let name = bare_title(&name);
        (name.chars().count() >= 2).then(|| MaterialReading { owner, name, due: draft.due.map(|d| d.due) })
    }

    // ------------------------------------------------------------ free words

    #[rustfmt::skip]
    fn free_words(&self, call: &mut CallReading) {
        if call.attendees.is_empty() && !self.form.has(Label::Attendees) {
            self.invited(call);
        }
        if call.objective.is_some() {
            return;
        }
        for line in self.form.free.iter().flat_map(|line| sentences_of(line)) {
            if !speaks_of_meeting(&line) {
                continue;
            }
            let scan = Scan::new(&line);
            // … in Room Everest to decide who tests what.
            let all = 0..scan.len();
            if let Some((at, _)) = scan.find_word(
                all.clone(),
                &[
                    "to decide", "to discuss", "to agree", "to review", "to plan", "to align", "to talk about",
                    "to go over", "to kick off", "to resolve", "about", "regarding", "on the topic of",
                ],
            ) {
                let start = scan
                    .any_word(at, &["to", "about", "regarding", "on the topic of"])
                    .map_or(at, |stop| scan.skip(stop, " "));
                let end = scan.trim_end(start..scan.len(), " .!");
                if end > start + 3 {
                    call.objective = Some(scan.written(start..end));
                    return;
                }
            }
            for word in [
                "讨论", "商量", "商议", "研究", "确定", "评审", "对齐", "沟通", "过一下", "同步", "复盘", "决定", "明确", "聊聊", "聊一下",
                "谈谈", "谈一下", "碰一下", "对一下",
            ] {
                if let Some(at) = scan.find(all.clone(), word) {
                    let end = scan.find_char(at..scan.len(), "。,;!").unwrap_or(scan.len());
                    let end = scan.trim_end(at..end, " 。");
                    if end > at + word.chars().count() {
                        call.objective = Some(scan.written(at..end));
                        return;
                    }
                }
            }
        }
    }

    /// 帮我约一下王芳和赵强, `a meeting with Bob Li and HR`: whom a sentence asks together.
    fn invited(&self, call: &mut CallReading) {
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

    #[rustfmt::skip]
    fn marks(&self, call: &mut CallReading) {
        let lines = || {
            self.form
                .free
                .iter()
                .map(String::as_str)
                .chain([self.subject])
                .chain(self.form.pairs.iter().map(|p| p.value.as_str()))
                .chain(self.form.lists.iter().flat_map(|l| l.lines.iter().map(String::as_str)))
        };
        for line in lines() {
            let lower = plain(line);
            let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
            call.confidential |= has(&["保密", "机密", "機密", "confidential", "请勿外传", "不得外传"])
                && !has(&["无需保密", "保密协议", "not confidential", "nda"]);
            call.draft |= has(&[
                "草稿", "先不发", "先不要发", "暂不发送", "先别发", "先给我看", "draft only", "do not send yet", "don't send yet",
                "not send it yet", "just a draft",
            ]);
            if has(&[
                "请代发", "代为通知", "请代为发送", "麻烦代发", "帮忙通知", "請代發", "please send it out", "please notify everyone",
                "please send the invitation",
            ]) {
                call.delivery = Some("all".into());
            } else if has(&[
                "不用再发", "不必再发", "无需再发", "不用另发", "不用发通知", "無需再發", "no need to send", "don't send anything",
                "already informed", "no need to notify",
            ]) {
                call.delivery = Some("none".into());
            }
        }
        if call.start.is_some_and(|start| start < self.clock.anchor.reference) {
            let line = call.start_phrase.clone().unwrap_or_default();
            call.doubts.push(Doubt { kind: "past_start".into(), line, n: None });
        }
    }

    /// Whether all this calls a meeting.
    #[rustfmt::skip]
    fn is_call(&self, call: &CallReading) -> bool {
        let form = self.form;
        let labelled = [
            Label::When,
            Label::Place,
            Label::Chair,
            Label::Recorder,
            Label::Attendees,
            Label::Agenda,
            Label::Materials,
            Label::Objective,
            Label::Title,
            Label::Duration,
            Label::Link,
            Label::Departments,
        ]
        .iter()
        .filter(|label| form.has(**label))
        .count();
        let subject = plain(self.subject);
        let named = [
            "会", "meeting", "review", "kickoff", "kick-off", "retrospective", "retro", "standup", "stand-up", "sync",
            "workshop", "weekly", "call",
        ]
        .iter()
        .any(|w| subject.contains(w));
        let spoken = form.free.iter().flat_map(|line| sentences_of(line)).any(|line| calls_to_meet(&line));
        let planned = !call.agenda.is_empty() || call.start.is_some();
        (labelled >= 3 && (planned || form.has(Label::When) || named))
            || (labelled >= 2 && planned && named)
            || (spoken && (call.start.is_some() || call.recurrence.is_some() || named))
            || (labelled >= 1 && call.start.is_some() && (named || !call.agenda.is_empty()))
            || (named
                && call.start.is_some()
                && self.form.free.len() <= 8
                && form.free.iter().any(|l| speaks_of_meeting(l)))
            || form.grids.iter().any(is_schedule)
    }
}

// ---------------------------------------------------------------- words

/// 需得出, 须形成决议, `must decide`: what stands before the colon of a required outcome.
#[rustfmt::skip]
fn says_outcome(head: &str) -> bool {
    let head = head.trim();
    [
        "outcome", "goal", "decision", "result", "output", "结论", "产出", "输出", "目标", "成果", "结果", "决议", "得出", "达成", "形成",
        "确定", "明确", "decide", "agree", "deliver",
    ]
    .iter()
    .any(|word| head.ends_with(word))
}

fn clean_title(title: &str) -> String {
    title.trim().trim_matches(['"', '“', '”', '。']).trim().to_owned()
}

/// Title marks and dashes around a name of a document go.
fn bare_title(name: &str) -> String {
    name.trim().trim_matches(['《', '》', '"', '“', '”', '。', '.', ' ', '，', ',', '、', '：', ':', '-']).to_owned()
}

fn names_of(text: &str) -> Vec<String> {
    text.split(['、', ',', '，', ';', '；', '/', '\n', '&', '+'])
        .flat_map(|p| p.split(" and "))
        .map(|p| p.split(['(', '（']).next().unwrap_or(p).trim().trim_matches(['。', '.', ' ', '等']).to_owned())
        .filter(|p| p.chars().count() >= 2 && p.chars().count() <= 40 && !sentence::is_nothing(p))
        .take(ENTRY_COUNT_MAX)
        .collect()
}

/// The kind of meeting that words tell.
#[rustfmt::skip]
pub(super) fn kind_in(text: &str) -> Option<&'static str> {
    let scan = Scan::new(text);
    let lower = scan.folded(0..scan.len());
    let table: &[(&str, &[&str])] = &[
        ("kickoff", &["启动会", "启动", "kickoff", "kick-off", "kick off", "开工会", "动员会", "立项会"]),
        (
            "retrospective",
            &[
                "复盘", "总结会", "回顾会", "检讨会", "retrospective", "retro", "lessons learned", "post-mortem", "postmortem",
                "after action",
            ],
        ),
        ("resource", &["资源", "人力协调", "resource", "staffing", "capacity"]),
        (
            "problem",
            &[
                "问题", "投诉", "故障", "事故", "根因", "异常", "problem", "root cause", "incident", "troubleshoot", "outage",
                "issue review", "分析会", "整改会",
            ],
        ),
        (
            "weekly",
            &[
                "周例会", "周会", "例会", "weekly", "stand-up", "standup", "站会", "双周会", "biweekly", "晨会", "月例会", "月会",
            ],
        ),
        ("other", &["其他", "其它", "other"]),
    ];
    table.iter().find(|(_, words)| words.iter().any(|w| lower.contains(w))).map(|(kind, _)| *kind)
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

/// Minutes in words: `15分钟`, `10'`, `15 min`; a bare number is minutes.
fn minutes_in(text: &str) -> Option<u32> {
    let scan = Scan::new(text.trim());
    let folded = scan.folded(0..scan.len());
    let folded = folded.trim();
    let bare = folded.trim_end_matches(['\'', '′', 'm', '分']).trim();
    if !bare.is_empty() && bare.len() <= 3 && bare.chars().all(|c| c.is_ascii_digit()) {
        return bare.parse().ok().filter(|minutes| (1..=600).contains(minutes));
    }
    when::duration(folded).filter(|minutes| (1..=2880).contains(minutes))
}

/// `14:00-14:10` → 10.
fn range_minutes(text: &str) -> Option<u32> {
    let scan = Scan::new(text.trim());
    let folded = scan.folded(0..scan.len());
    let (from, to) = folded.split_once(['-', '~', '至', '到'])?;
    let moment = |t: &str| -> Option<u32> {
        let (h, m) = t.trim().split_once(':')?;
        let (h, m): (u32, u32) = (h.trim().parse().ok()?, m.trim().parse().ok()?);
        (h < 24 && m < 60).then_some(h * 60 + m)
    };
    let (from, to) = (moment(from)?, moment(to)?);
    to.checked_sub(from).filter(|minutes| *minutes > 0)
}

fn may_recur(text: &str) -> bool {
    let lower = plain(text);
    ["每", "逢", "every", "each", "weekly", "daily", "monthly", "biweekly", "双周", "隔周", "fortnight"]
        .iter()
        .any(|w| lower.contains(w))
}

/// Sentences of a line; a point ends one only before a blank.
fn sentences_of(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut from = 0;
    for (at, c) in line.char_indices() {
        let end = at + c.len_utf8();
        let stop = matches!(c, '。' | '！' | '!' | '\n')
            || c == '.' && line.get(end..).is_none_or(|rest| rest.is_empty() || rest.starts_with(' '));
        if stop {
            out.push(line.get(from..end).unwrap_or_default().trim().to_owned());
            from = end;
        }
    }
    out.push(line.get(from..).unwrap_or_default().trim().to_owned());
    out.retain(|s| !s.is_empty());
    out
}

#[rustfmt::skip]
fn speaks_of_meeting(line: &str) -> bool {
    let lower = plain(line);
    [
        "会议", "开会", "开个会", "例会", "碰头", "碰一下", "碰个", "讨论", "召开", "参会", "参加", "會議", "開會", "meet", "call", "sync",
        "catch up", "get together", "session", "discuss", "review", "kick-off", "kickoff", "workshop", "启动会", "评审会",
        "复盘会", "周会", "站会",
    ]
    .iter()
    .any(|w| lower.contains(w))
}

/// Somebody asks others to come together.
#[rustfmt::skip]
fn calls_to_meet(line: &str) -> bool {
    let lower = plain(line);
    [
        "let's meet", "let us meet", "lets meet", "we will meet", "we'll meet", "i'd like to meet",
        "would like to schedule", "like to set up", "please join", "please attend", "you are invited", "invite you",
        "schedule a meeting", "set up a meeting", "call a meeting", "have a meeting", "hold a meeting", "meeting on",
        "meeting at", "meet on", "meet at", "let's have", "let's get together", "let's sync", "let's catch up",
        "join us", "call a meeting", "arrange a meeting", "organise a meeting", "organize a meeting", "book a meeting",
        "meeting with", "meet with", "get-together", "sit down with", "set up a call", "schedule a call",
    ]
    .iter()
    .any(|w| lower.contains(w))
        || [
            "开会", "开个会", "开一个会", "开个短会", "召开", "碰头", "碰一下", "碰个头", "碰个面", "请准时参加", "请参加", "请大家参加", "请准时出席", "请出席",
            "邀请您参加", "邀请大家", "组织一次", "约大家", "请各位参加", "開會", "召集", "举行", "请务必参加", "拟于", "定于", "对一下", "聊一下", "过一下",
            "例会时间", "固定在", "约一下", "约个", "约上", "帮我约", "想约", "约了", "聊聊", "见个面", "安排个会", "安排一个会", "开一次会", "排个会",
            "组个会", "拉个会",
        ]
        .iter()
        .any(|w| line.contains(w))
}

/// Words that ask somebody to bring or send something before the meeting.
#[rustfmt::skip]
fn asks_for_material(line: &str) -> bool {
    let lower = plain(line);
    let english = [
        "bring", "prepare", "please send", "send me", "provide", "submit", "upload", "circulate", "share the",
        "share your",
    ]
    .iter()
    .any(|w| lower.contains(w));
    let chinese =
        [
            "准备", "提交", "提供", "携带", "带上", "带好", "發送", "準備", "发给", "发我", "发来", "给我", "报送", "上传", "发出", "整理好", "交给",
        ]
        .iter()
        .any(|w| line.contains(w))
            && ["请", "由", "负责", "前"].iter().any(|w| line.contains(w));
    (english || chinese) && !lower.contains("let's meet") && pairs_in(line).is_empty()
}

fn is_meeting_link(word: &str) -> bool {
    let lower = word.to_lowercase();
    ["meeting", "zoom", "teams", "meet.", "webex", "feishu", "dingtalk", "voov", "larksuite", "/j/", "vc."]
        .iter()
        .any(|w| lower.contains(w))
}

#[rustfmt::skip]
fn is_online(text: &str) -> bool {
    let lower = plain(text);
    [
        "线上", "会议号", "腾讯会议", "飞书", "钉钉", "zoom", "teams", "webex", "http", "meet.google", "google meet", "voov",
        "視訊", "视频", "online", "線上", "skype", "dial-in",
    ]
    .iter()
    .any(|w| lower.contains(w))
}

/// `3号会议室 / 线上会议号 552-118`: the room, and how to join from afar.
fn place_and_link(text: &str, call: &mut CallReading) {
    let mut room: Vec<&str> = Vec::new();
    let mut link: Vec<&str> = Vec::new();
    let mut rest = text.trim();
    let mut pieces: Vec<&str> = Vec::new();
    while let Some(at) = rest.find(['/', '／', ';', '；', '、', '，', '或', '+']) {
        let width = rest.get(at..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8);
        // Not within http://…
        if rest.get(at..).is_some_and(|r| r.starts_with('/')) && rest.get(..at).is_some_and(|h| h.contains("http")) {
            break;
        }
        pieces.push(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + width..).unwrap_or_default();
    }
    pieces.push(rest);
    for piece in pieces {
        let piece = piece.trim().trim_matches(['(', ')', '（', '）', '。']).trim();
        if piece.is_empty() {
            continue;
        }
        if is_online(piece) { link.push(piece) } else { room.push(piece) }
    }
    if room.is_empty() {
        // Only from afar: that is the place too.
        call.place = Some(text.trim().trim_end_matches(['。', '.']).to_owned());
        call.link =
            link.iter().find(|l| l.contains("http") || l.chars().any(|c| c.is_ascii_digit())).map(|l| (*l).to_owned());
        return;
    }
    // 3号会议室（线上会议号 552-118）
    let mut place = room.join("、").trim_end_matches(['。', '.']).to_owned();
    if let Some(open) = place.find(['(', '（'])
        && is_online(place.get(open..).unwrap_or_default())
    {
        link.clear();
        let inner = place.get(open..).unwrap_or_default().trim_matches(['(', ')', '（', '）']).to_owned();
        place.truncate(open);
        call.link = Some(inner);
    }
    call.place = Some(place.trim().to_owned());
    if !link.is_empty() {
        call.link = Some(link.join(" "));
    }
}

/// A place in a sentence: `in Room Everest`, 在3号会议室.
fn place_in(line: &str) -> Option<String> {
    let scan = Scan::new(line);
    let all = 0..scan.len();
    // English: capital words behind in/at, with a word of place among them.
    for at in all.clone() {
        // `Thursday 2:30pm, Room 4B, with …`
        let listed = matches!(scan.at(at), ',' | ';').then_some(at + 1);
        let Some(stop) = scan.any_word(at, &["in", "at", "via", "on", "over"]).or(listed) else { continue };
        let start = scan.skip(stop, " ");
        let start = scan.word(start, "the").map_or(start, |s| scan.skip(s, " "));
        let mut end = start;
        let mut tells = false;
        for _ in 0..6 {
            let word_end =
                scan.find_char(end..(end + 30).min(scan.len()), " ,.;:!)").unwrap_or(scan.len().min(end + 30));
            if word_end <= end {
                break;
            }
            let word = scan.folded(end..word_end);
            let place_word = matches!(
                word.as_str(),
                "room"
                    | "hall"
                    | "building"
                    | "office"
                    | "boardroom"
                    | "auditorium"
                    | "floor"
                    | "lab"
                    | "cafe"
                    | "zoom"
                    | "teams"
                    | "webex"
                    | "skype"
                    | "meeting"
                    | "conference"
                    | "google"
                    | "meet"
                    | "library"
                    | "theatre"
                    | "lounge"
                    | "canteen"
                    | "studio"
            );
            if !(place_word || scan.is_capital(end) || scan.at(end).is_ascii_digit() && tells) {
                break;
            }
            tells |= place_word && !matches!(word.as_str(), "meeting" | "meet" | "google");
            tells |= word == "meet" && scan.folded(start..word_end).contains("google");
            end = word_end;
            if scan.at(end) != ' ' {
                break;
            }
            end += 1;
        }
        let end = scan.trim_end(start..end, " ");
        if tells && end > start {
            return Some(scan.written(start..end));
        }
    }
    // Chinese: up to 12 characters that end in a word of place, behind 在, 于, 到 or a sign.
    for (word, keep) in [
        ("会议室", true),
        ("报告厅", true),
        ("培训室", true),
        ("多功能厅", true),
        ("办公室", true),
        ("大厅", true),
        ("礼堂", true),
        ("活动室", true),
        ("接待室", true),
        ("讨论室", true),
        ("教室", true),
        ("贵宾室", true),
        ("展厅", true),
        ("餐厅", true),
    ] {
        let Some(at) = scan.find(all.clone(), word) else { continue };
        let end = at + word.chars().count();
        let mut start = at;
        while start > 0 && at - start < 12 {
            let c = scan.at(start - 1);
            if matches!(c, '在' | '于' | '到' | '去' | '点' | '分' | '半' | '午' | '地')
                || !(c.is_alphanumeric() || matches!(c, '-' | ' '))
                || c == ' '
            {
                break;
            }
            start -= 1;
        }
        let _ = keep;
        return Some(scan.written(start..end));
    }
    for word in ["腾讯会议", "飞书会议", "钉钉会议", "zoom", "线上会议", "视频会议"] {
        if let Some(at) = scan.find(all.clone(), word) {
            let mut end = at + word.chars().count();
            let digits = scan.skip(end, " :号#");
            let digits_end = scan.skip(digits, "0123456789- ");
            if digits_end > digits + 5 {
                end = scan.trim_end(digits..digits_end, " -");
            }
            return Some(scan.written(at..end));
        }
    }
    if scan.find(all.clone(), "线上").is_some() {
        return Some("线上".into());
    }
    None
}

/// `1. 甲 2. 乙` in one line: the parts.
fn split_numbered(line: &str) -> Vec<String> {
    let scan = Scan::new(line);
    let mut starts = vec![0];
    let mut expect = 0;
    for at in 0..scan.len() {
        let c = scan.at(at);
        let number = match c {
            '1'..='9'
                if !scan.before(at).is_alphanumeric()
                    && matches!(scan.at(at + 1), '.' | '、' | ')')
                    && !scan.at(at + 2).is_ascii_digit() =>
            {
                c.to_digit(10)
            }
            '①'..='⑨' => Some(c as u32 - '①' as u32 + 1),
            _ => None,
        };
        if let Some(number) = number
            && (number == expect + 1)
        {
            expect = number;
            if at > 0 {
                starts.push(at);
            }
        }
    }
    starts.push(scan.len());
    starts
        .windows(2)
        .filter_map(|pair| match pair {
            [from, to] => Some(scan.written(*from..*to).trim().to_owned()),
            _ => None,
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// Words before the first day of a routine.
const BEGINS: [&str; 6] = ["从", "自", "starting from ", "starting on ", "starting ", "from "];

/// 从2026年3月23日开始: a routine's first day, at the time of day it has. A first day is no deadline and has no time of its
/// own, so it is read with one.
fn first_day(text: &str, start: DateTime<FixedOffset>, anchor: &Anchor) -> Option<DateTime<FixedOffset>> {
    let (at, word) = BEGINS.iter().find_map(|word| text.find(word).map(|at| (at, word)))?;
    let day = text.get(at + word.len()..)?.split(['开', '起', '，', ',', ';', '；']).next()?.trim();
    let (first, _, _) = when::meeting_start(&format!("{day} 09:00"), anchor)?;
    first.date_naive().and_time(start.time()).and_local_timezone(*start.offset()).single()
}
