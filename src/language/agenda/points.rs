//! The points of the agenda: topic, time, who presents, what must come out.

use super::super::fields::{Label, label_at, label_of_exactly};
use super::super::minutes::sentence;
use super::super::scan::{Scan, is_han};
use super::super::who;
use super::time::{minutes_in, range_minutes};
use super::{ENTRY_COUNT_MAX, Reader, is_schedule};
use crate::domain::reading::{AgendaReading, CallReading};

impl Reader<'_> {
    // ------------------------------------------------------------ agenda

    pub(super) fn agenda(&self, call: &mut CallReading) {
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
    pub(super) fn agenda_line(&self, line: &str) -> Option<AgendaReading> {
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
        // 罗平讲, behind a name alone: 讲 begins many words.
        let talks =
            ["来讲", "先讲", "讲", "来介绍", "介绍"].iter().find_map(|word| segment.strip_suffix(word)).map(str::trim);
        if let Some(bare) = talks.filter(|bare| who::is_who(bare, self.cast)) {
            reading.presenter = self.one_name(bare);
            return true;
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

/// `1. 甲 2. 乙` in one line: the parts.
pub(super) fn split_numbered(line: &str) -> Vec<String> {
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
