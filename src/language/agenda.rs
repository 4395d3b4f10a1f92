//! The call for a meeting: labelled fields, agenda lines, materials, free words (SPEC 4.1).

pub mod amend;
mod material;
mod people;
mod place;
mod points;
mod signs;
mod time;

use super::fields::Label;
use super::fields::form::{Form, Grid};
use super::minutes::sentence::{self, Clock};
use super::scan::{Scan, is_han, plain};
use super::when::Anchor;
use super::who::{self, Cast};
use crate::document::Document;
use crate::domain::reading::CallReading;
use crate::mail::thread;
use people::names_of;
use place::place_and_link;
use signs::{calls_to_meet, speaks_of_meeting};
use time::minutes_in;

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
        // `What: … When: … Where: … Who: …`: the labels of work are those of the call.
        let called =
            form.has(Label::When) && (form.has(Label::Place) || form.has(Label::Link) || form.has(Label::Chair));
        if called && !form.has(Label::Due) {
            call.title = call.title.or_else(|| form.value(Label::Task).map(clean_title));
        }
        // 议题 | 新品定价讨论会 above 议程 | 1. …: the one is what the meeting is called.
        let mut agendas = form.pairs.iter().filter(|pair| pair.label == Label::Agenda).map(|pair| pair.value.trim());
        if let (Some(first), Some(second)) = (agendas.next(), agendas.next())
            && second.contains('\n')
            && !first.contains(['\n', '（', '(', '；', ';', '、'])
            && first.ends_with('会')
        {
            call.title = call.title.or_else(|| Some(clean_title(first)));
        }
        // 出席「系统上线检讨会」
        call.title = call.title.or_else(|| {
            form.free
                .iter()
                .filter(|line| speaks_of_meeting(line) || calls_to_meet(line))
                .find_map(|line| quoted_meeting(line))
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
        if called && !form.has(Label::Attendees) && !form.has(Label::Members) {
            for line in form.lines(Label::Owner).iter().filter(|line| line.contains([',', '，', '、'])) {
                self.attendees(line, &mut call);
            }
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
        self.told_parts(&mut call);
        self.agenda(&mut call);
        // What the meeting is called is none of its topics.
        if call.agenda.len() > 1 {
            let title = call.title.clone();
            call.agenda.retain(|point| title.as_ref() != Some(&point.title) || point.minutes.is_some());
        }
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
}

/// A name in quotation marks that is a meeting's.
fn quoted_meeting(line: &str) -> Option<String> {
    [('「', '」'), ('“', '”'), ('《', '》'), ('『', '』'), ('"', '"')].into_iter().find_map(|(open, close)| {
        let from = line.find(open)? + open.len_utf8();
        let inner = line.get(from..)?.split(close).next()?.trim();
        let named = inner.ends_with(['会', '會']) || inner.to_lowercase().ends_with("meeting");
        (named && (3..=40).contains(&inner.chars().count())).then(|| inner.to_owned())
    })
}

fn clean_title(title: &str) -> String {
    title.trim().trim_matches(['"', '“', '”', '。']).trim().to_owned()
}

/// Title marks and dashes around a name of a document go.
fn bare_title(name: &str) -> String {
    name.trim().trim_matches(['《', '》', '"', '“', '”', '。', '.', ' ', '，', ',', '、', '：', ':', '-']).to_owned()
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
