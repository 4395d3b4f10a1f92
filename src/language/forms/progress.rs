//! Progress tables: how far each task is (SPEC 4.6).

use super::{ENTRY_COUNT_MAX, one_line};
use crate::document::Document;
use crate::domain::reading::ProgressReading;
use crate::language::fields::Label;
use crate::language::fields::form::Form;
use crate::language::minutes::sentence::{Clock, is_nothing, status_of};
use crate::language::scan::{Scan, plain};
use crate::language::when::Anchor;
use crate::language::who::{self, Cast};

#[rustfmt::skip]
pub(in crate::language) fn says_progress(text: &str) -> bool {
    [
        "进度跟踪", "进度表", "进展跟踪", "进度更新", "進度追蹤", "进度汇报", "progress table", "progress report", "Progress",
        "progress update", "status table", "任务进度", "本周进度", "进展汇报", "进展更新", "weekly status", "Weekly status",
        "Status update", "status update", "status report", "Status report",
    ]
    .iter()
    .any(|w| text.contains(w))
}

/// 60%, 0.6, 六成 stays unread.
pub(super) fn percent_in(text: &str) -> Option<u8> {
    let scan = Scan::new(text.trim());
    let folded = scan.folded(0..scan.len());
    let digits: String =
        folded.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let number: f64 = digits.parse().ok()?;
    let tells = folded.contains('%') || folded.contains("percent");
    let bare = folded.trim().chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ' '));
    let value = if tells {
        number
    } else if bare && number <= 1.0 && digits.contains('.') || bare && number == 1.0 {
        // A sheet stores 60 % as 0.6.
        number * 100.0
    } else if bare {
        number
    } else {
        return None;
    };
    (0.0..=100.0).contains(&value).then_some(value.round() as u8)
}

/// `not_started`, `in_progress`, `behind`, `blocked`, `done`.
#[rustfmt::skip]
pub(in crate::language) fn state_of(text: &str) -> Option<&'static str> {
    let lower = plain(text);
    if [
        "滞后", "逾期", "延期", "延误", "落后", "超期", "behind", "delayed", "late", "overdue", "at risk", "off track",
        "slipping",
    ]
    .iter()
    .any(|w| lower.contains(w))
    {
        return Some("behind");
    }
    match status_of(text)? {
        "open" => Some("not_started"),
        other => Some(other),
    }
}

// ---------------------------------------------------------------- progress

/// The rows of a progress table.
pub fn read_progress(document: &Document, subject: &str, anchor: &Anchor<'_>) -> Option<Vec<ProgressReading>> {
    let form = Form::of(document);
    let clock = Clock { anchor: *anchor };
    let named = says_progress(subject) || form.free.iter().take(4).any(|l| says_progress(l));
    let mut rows = Vec::new();
    if named && form.grids.is_empty() {
        rows.extend(form.free.iter().filter_map(|line| progress_line(line, &clock)).take(ENTRY_COUNT_MAX));
    }
    for grid in &form.grids {
        let has = |l| grid.columns.has(l);
        let task = has(Label::Task) || has(Label::Milestone);
        let tracked = [Label::Status, Label::Percent, Label::Reason].iter().filter(|l| has(**l)).count();
        if !(task && (tracked >= 2 || tracked >= 1 && (named || says_progress(&grid.title)))) {
            continue;
        }
        for row in &grid.rows {
            let cell = |label| grid.columns.cell(row, label).filter(|c| !is_nothing(c));
            let Some(task) = cell(Label::Task).or_else(|| cell(Label::Milestone)) else { continue };
            let percent =
                cell(Label::Percent).and_then(percent_in).or_else(|| cell(Label::Status).and_then(percent_in));
            let state = cell(Label::Status).and_then(state_of).or(match percent {
                Some(100) => Some("done"),
                Some(0) => Some("not_started"),
                Some(_) => Some("in_progress"),
                None => None,
            });
            rows.push(ProgressReading {
                task: task.replace('\n', "；"),
                owner: cell(Label::Owner).or_else(|| cell(Label::Department)).map(one_line),
                state: state.map(str::to_owned),
                percent,
                reason: cell(Label::Reason).map(str::to_owned),
                measure: cell(Label::Measure).map(str::to_owned),
                // `Expected` over a column of dates is when it is expected, not what.
                due: cell(Label::Due).or_else(|| cell(Label::Expected)).and_then(|c| clock.cell(c)).map(|d| d.due),
            });
            if rows.len() >= ENTRY_COUNT_MAX {
                break;
            }
        }
    }
    (!rows.is_empty()).then_some(rows)
}

/// `终端采购(何平):进行中,60%,预计4月28日完成`: a line of progress; its state has to be said.
fn progress_line(line: &str, clock: &Clock<'_>) -> Option<ProgressReading> {
    let line = crate::document::text::marker_of(line).map_or(line, |m| m.rest).trim();
    let scan = Scan::new(line);
    let colon = scan.find_char(0..scan.len().min(60), ":").or_else(|| scan.find(0..scan.len().min(60), " - "))?;
    let head = scan.written(0..colon);
    let rest = scan.written(colon + 1..scan.len());
    let rest = rest.trim_start_matches([' ', '-']);
    let (task, owner) = match head.rfind(['(', '（']).and_then(|at| Some((head.get(..at)?, head.get(at..)?))) {
        Some((task, owner)) => (task, Some(owner.trim_matches(['(', ')', '（', '）', ' ']).to_owned())),
        None => (head.as_str(), None),
    };
    let task = task.trim();
    if task.chars().count() < 2 || owner.is_none() && who::is_who(task, &Cast::default()) {
        return None;
    }
    let mut reading = ProgressReading {
        task: task.to_owned(),
        owner: owner.filter(|name| who::is_who(name, &Cast::default())),
        state: None,
        percent: None,
        reason: None,
        measure: None,
        due: None,
    };
    let mut loose = None;
    for part in rest.split([',', '，', ';', '；', '。']).map(str::trim).filter(|part| !part.is_empty()) {
        let said = crate::language::fields::form::pairs_in(part).into_iter().next();
        match said {
            Some((Label::Reason, value)) => reading.reason = Some(value),
            Some((Label::Measure, value)) => reading.measure = Some(value),
            Some((Label::Owner, value)) => reading.owner = reading.owner.or(Some(value)),
            Some((Label::Due | Label::WantedBy, value)) => {
                reading.due = reading.due.or_else(|| clock.cell(&value).map(|deadline| deadline.due));
            }
            _ => {
                loose = loose.or_else(|| clock.deadline(part).map(|(deadline, _)| deadline.due));
                let short = part.chars().count() <= 12;
                reading.percent = reading.percent.or_else(|| percent_in(part).filter(|_| part.contains(['%', '％'])));
                let state = state_of(part).filter(|_| short).map(str::to_owned);
                reading.state = reading.state.or(state);
            }
        }
    }
    reading.due = reading.due.or(loose);
    if reading.state.is_none() {
        let state = match reading.percent? {
            100 => "done",
            0 => "not_started",
            _ => "in_progress",
        };
        reading.state = Some(state.into());
    }
    Some(reading)
}
