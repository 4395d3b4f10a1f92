//! Project plans: facts, people, sub-goals, milestones, tasks (SPEC 4.6).

use super::progress::{percent_in, state_of};
use super::{ENTRY_COUNT_MAX, clean, list_of, named_with_notes, one_line, person};
use crate::document::{Document, Row};
use crate::domain::due::Due;
use crate::domain::reading::{
    MemberReading, MilestoneReading, ProjectReading, ResourceReading, RiskReading, SubgoalReading, TaskReading,
};
use crate::language::fields::Label;
use crate::language::fields::form::{Form, Grid};
use crate::language::minutes::light_of;
use crate::language::minutes::sentence::{Clock, is_nothing};
use crate::language::scan::plain;
use crate::language::when::{self, Anchor};
use crate::language::who::{self, Cast};
use crate::mail::thread;
use chrono::NaiveDate;

#[rustfmt::skip]
fn says_project(text: &str) -> bool {
    [
        "项目启动信息", "启动信息表", "责任分工表", "任务分工表", "目标共识", "任务总览", "项目启动:", "项目启动：", "项目信息表", "项目立项", "職責分工表", "责任分工",
        "任务分工", "里程碑计划", "資源需求表", "资源需求表", "风险清单", "风险登记", "project charter", "Project charter", "Project start", "project brief", "Project brief",
        "Project kick", "RACI", "responsibility matrix", "Responsibility matrix", "task overview", "Task overview",
        "project plan", "Project plan", "Project launch",
    ]
    .iter()
    .any(|w| text.contains(w))
}

/// `Task table: store checks`, `Division of work - portal`: at the head of a subject, where no minutes say them.
const PLAN_SUBJECTS: [&str; 8] = [
    "task table",
    "table of tasks",
    "division of work",
    "task breakdown",
    "work breakdown",
    "sub-goals",
    "subgoals",
    "responsibility table",
];

/// A subject that names a form or a table of a project.
pub(in crate::language) fn says_plan(subject: &str) -> bool {
    let base = thread::base_subject(subject).text;
    says_project(subject) || plan_subject(&base).is_some() || crate::language::project::started_in(&base).is_some()
}

/// The words of [`PLAN_SUBJECTS`] a subject begins with, in octets.
fn plan_subject(subject: &str) -> Option<usize> {
    let lower = subject.trim().to_ascii_lowercase();
    PLAN_SUBJECTS.iter().find(|words| lower.starts_with(**words)).map(|words| words.len())
}

// ---------------------------------------------------------------- projects

/// Project forms and tables, whatever of them a mail has.
pub fn read_project(document: &Document, subject: &str, anchor: &Anchor<'_>) -> Option<ProjectReading> {
    let form = Form::of(document);
    let titles = || {
        form.free.iter().take(4).map(String::as_str).chain([subject]).chain(form.grids.iter().map(|g| g.title.as_str()))
    };
    let mut opens = crate::language::project::says_start(subject);
    let named = opens || titles().any(says_project) || plan_subject(&thread::base_subject(subject).text).is_some();
    let marks = [
        Label::Project,
        Label::Manager,
        Label::Sponsor,
        Label::Scope,
        Label::ScopeOut,
        Label::Period,
        Label::Members,
        Label::Milestone,
    ];
    let labelled = marks.iter().filter(|label| form.has(**label)).count();
    let tabled = form.grids.iter().any(is_project_grid);
    let recognized =
        opens || named && (labelled > 0 || !form.grids.is_empty()) || labelled >= 3 || tabled && labelled >= 1;
    let mut worded = None;
    if !recognized {
        let base = thread::base_subject(subject).text;
        let started = crate::language::project::started_in(&base).map(bare_name);
        worded = started.or_else(|| crate::language::project::started_by(&form.free).map(|name| bare_name(&name)));
        if worded.is_none() || !form.grids.is_empty() || crate::language::project::calls_people(&form.free) {
            return None;
        }
    }
    let mut project = facts(&form, anchor);
    project.name = project_name(subject, &form);
    if let Some(name) = worded {
        project.name = Some(form.any_value(&[Label::Project]).map_or(name, bare_name));
        crate::language::project::told_freely(&form.free, anchor, &mut project);
        // A name alone starts nothing.
        if project.objective.is_none() && project.members.is_empty() {
            return None;
        }
        opens = true;
    }
    if opens && recognized {
        crate::language::project::told_freely(&form.free, anchor, &mut project);
    }
    let found = opens
        || project.name.is_some() && labelled > 1
        || !project.tasks.is_empty()
        || !project.subgoals.is_empty()
        || !project.milestones.is_empty()
        || !project.members.is_empty()
        || !project.risks.is_empty()
        || !project.resources.is_empty();
    if !found {
        return None;
    }
    if labelled >= 2 || opens {
        for (name, absent) in [
            ("name", project.name.is_none()),
            ("manager", project.manager.is_none()),
            ("objective", project.objective.is_none()),
        ] {
            if absent {
                project.missing.push(name.into());
            }
        }
        project.doubts = crate::language::project::smart(&project, anchor);
    }
    Some(project)
}

/// Whatever tables and labels of a project a document has, with no name and nothing guessed: an answer about a project
/// that is known.
pub(in crate::language) fn read_project_facts(document: &Document, anchor: &Anchor<'_>) -> ProjectReading {
    let form = Form::of(document);
    let mut project = facts(&form, anchor);
    project.name = form.value(Label::Project).map(bare_name);
    project
}

fn facts(form: &Form, anchor: &Anchor<'_>) -> ProjectReading {
    let clock = Clock { anchor: *anchor };
    let mut project = ProjectReading {
        background: form.text(Label::Background).map(clean),
        objective: form.text(Label::Objective).map(clean),
        ..ProjectReading::default()
    };
    let said = form.free.iter().chain(form.pairs.iter().map(|pair| &pair.value));
    crate::language::project::manner(said.map(String::as_str), &mut project);
    project.sponsor = form.value(Label::Sponsor).map(|v| person(v, None));
    project.manager = form.value(Label::Manager).or_else(|| form.value(Label::Owner)).map(|v| person(v, None));
    if project.sponsor.is_none() {
        // 发起人 who does not run it has it done.
        let initiator = form.value(Label::Initiator).map(|v| person(v, None));
        project.sponsor = initiator.filter(|name| project.manager.as_ref().is_some_and(|manager| manager != name));
    }
    scope(form, &mut project);
    period(form, anchor, &mut project);
    for label in [Label::Members, Label::Departments, Label::Attendees, Label::Department] {
        for line in form.lines(label) {
            // 人力部：主导; `IT: support`
            if let Some((names, note)) = line.split_once([':', '：'])
                && responsibility_in(note.trim()).is_some()
                && (responsibility_in(names.trim()).is_none()
                    || who::is_department(names.trim(), &who::Cast::default()))
                && note.trim().chars().count() <= 12
            {
                for name in names.split(['、', ',', '，', '/']).map(str::trim).filter(|name| !name.is_empty()) {
                    member(name, note.trim(), &mut project);
                }
                continue;
            }
            for (name, note) in named_with_notes(&line) {
                // `Team: IT (lead)` are members; 部门：信息部 is whose project it is.
                if label == Label::Department && responsibility_in(&note).is_none() {
                    continue;
                }
                member(&name, &note, &mut project);
            }
        }
    }
    for line in form.lines(Label::Milestone) {
        milestone_line(&line, &clock, &mut project);
    }
    for line in form.lines(Label::Risk) {
        risk_line(&line, &mut project);
    }
    for line in form.lines(Label::Goal) {
        subgoal_line(&line, &mut project);
    }
    for line in form.lines(Label::Resource) {
        let (department, text) = split_head(&line);
        project.resources.push(ResourceReading { department, text: clean(text), granted: None });
    }
    for grid in &form.grids {
        project_grid(grid, &clock, &mut project);
    }
    project
}

/// Department, Goal, Measure: what an objective is in a form is a sub-goal beside a department.
fn is_goals(grid: &Grid) -> bool {
    let has = |l| grid.columns.has(l);
    has(Label::Department) && has(Label::Objective) && !has(Label::Task)
}

fn is_project_grid(grid: &Grid) -> bool {
    let has = |l| grid.columns.has(l);
    (has(Label::Department) && has(Label::Task) && (has(Label::Deliverable) || has(Label::Helpers) || has(Label::Due)))
        || (has(Label::Goal) && has(Label::Department))
        || is_goals(grid)
        || (has(Label::Milestone) && has(Label::Due))
        || (has(Label::Department) && has(Label::Responsibility))
        || (has(Label::Resource) && has(Label::Department))
        || (has(Label::Task) && has(Label::Start) && has(Label::Due))
        || (has(Label::Task) && has(Label::DependsOn))
}

#[rustfmt::skip]
fn project_name(subject: &str, form: &Form) -> Option<String> {
    if let Some(name) = form.any_value(&[Label::Project, Label::Title]) {
        return Some(bare_name(name));
    }
    let base = thread::base_subject(subject).text;
    let base = base.trim();
    let rest = base.split_once([':', '：']).map(|(_, tail)| tail.trim()).filter(|t| !t.is_empty()).unwrap_or(base);
    let mut rest = rest.to_owned();
    for (open, close) in [('【', '】'), ('[', ']'), ('《', '》')] {
        if rest.starts_with(open)
            && let Some(end) = rest.find(close)
        {
            let tail = rest.get(end + close.len_utf8()..).unwrap_or_default().trim();
            let inner = rest.get(open.len_utf8()..end).unwrap_or_default();
            rest = if tail.is_empty() { inner.to_owned() } else { tail.to_owned() };
        }
    }
    for word in [
        "项目启动信息表", "责任分工表", "任务分工表", "目标共识表", "任务总览表", "启动信息表", "项目启动", "责任分工", "任务分工", "目标共识", "任务总览", "里程碑计划",
    ] {
        rest = rest.replace(word, "");
    }
    let rest = rest.get(plan_subject(&rest).unwrap_or(0)..).unwrap_or(&rest);
    let rest = rest.trim().trim_matches(['-', '—', '–', ':', '：', ' ', '的']).trim();
    // An id names a project that is known, and is no name.
    let bare = rest.trim_matches(['[', ']', '【', '】']);
    let is_id = bare.strip_prefix("P-").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    (!rest.is_empty() && !is_id).then(|| bare_name(rest))
}

fn bare_name(name: &str) -> String {
    one_line(name).trim_matches(['《', '》', '“', '”', '"', '「', '」', ' ']).to_owned()
}

/// 包含登录、支付；不包含海外版.
fn scope(form: &Form, project: &mut ProjectReading) {
    project.scope_out = form.text(Label::ScopeOut).map(clean);
    let Some(text) = form.text(Label::Scope) else { return };
    #[rustfmt::skip]
    const OUT: &[&str] = &[
        "不包含", "不包括", "不含", "不涉及", "范围外", "out of scope", "Out of scope", "excluding", "excludes", "Excludes",
        "not included", "Out:", "排除",
    ];
    const IN: &[&str] =
        &["包含", "包括", "涵盖", "覆盖", "in scope", "In scope", "includes", "Includes", "including", "In:"];
    let cut = OUT.iter().filter_map(|word| text.find(word).map(|at| (at, word.len()))).min();
    let (inside, outside) = match cut {
        Some((at, length)) => (text.get(..at).unwrap_or_default(), text.get(at + length..)),
        None => (text.as_str(), None),
    };
    let trim = |t: &str| {
        t.trim().trim_matches([':', '：', ';', '；', ',', '，', '。', '.', ' ', '(', '（', ')', '）']).to_owned()
    };
    let mut inside = trim(inside);
    for word in IN {
        if let Some(rest) = inside.strip_prefix(word) {
            inside = trim(rest);
            break;
        }
    }
    if !inside.is_empty() {
        project.scope_in = Some(inside);
    }
    if let Some(outside) = outside.map(trim).filter(|t| !t.is_empty()) {
        project.scope_out = Some(outside);
    }
}

/// First and last day.
fn period(form: &Form, anchor: &Anchor<'_>, project: &mut ProjectReading) {
    let clock = Clock { anchor: *anchor };
    let day = |text: &str| clock.cell(text).map(|d| d.due.date());
    if let Some(text) = form.text(Label::Period) {
        let (start, end) = days_of(&text, anchor);
        project.start = start;
        project.end = end;
    }
    project.start = project.start.or_else(|| form.value(Label::Start).and_then(day));
    project.end = project.end.or_else(|| form.value(Label::Due).and_then(day));
    if project.start.is_none()
        && let Some(text) = form.value(Label::When)
    {
        (project.start, project.end) = days_of(text, anchor);
    }
}

pub(in crate::language) fn days_of(text: &str, anchor: &Anchor<'_>) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let clock = Clock { anchor: *anchor };
    // Halves around 至, ~, to, unless a dash belongs to a date.
    for separator in ["至", "到", "~", "～", "—", "–", " - ", " to ", "止"] {
        if let Some((from, to)) = text.split_once(separator)
            && let (Some(from), Some(to)) = (clock.cell(from), clock.cell(to.trim_start_matches(['-', '—'])))
        {
            return (Some(from.due.date()), Some(to.due.date()));
        }
    }
    let mentions = when::all(text, anchor);
    let last = mentions.iter().rev().find_map(|m| m.due).map(|d| d.date());
    let first = mentions.iter().find_map(|m| m.from.or(m.due)).map(|d| d.date());
    if mentions.len() == 1 && first == last && mentions.iter().all(|m| m.from.is_none()) {
        return (None, last);
    }
    (first, last)
}

pub(in crate::language) fn responsibility_in(text: &str) -> Option<&'static str> {
    let lower = plain(text);
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    if has(&["主导", "牵头", "主责", "lead", "主办", "owner", "accountable"]) {
        Some("lead")
    } else if has(&["监督", "監督", "supervis", "督导", "审计", "oversee", "检查"]) {
        Some("supervise")
    } else if has(&["配合", "支持", "协助", "support", "协办", "参与", "consult", "responsible"]) {
        Some("support")
    } else {
        None
    }
}

fn member(name: &str, note: &str, project: &mut ProjectReading) {
    if project.members.len() >= ENTRY_COUNT_MAX {
        return;
    }
    let mut responsibility = responsibility_in(note);
    let mut department = name.trim().to_owned();
    let mut person = None;
    for separator in [" - ", " – ", "-", "——", " "] {
        if let Some((head, tail)) = department.clone().rsplit_once(separator)
            && responsibility.is_none()
            && let Some(found) = responsibility_in(tail)
        {
            responsibility = Some(found);
            head.trim().clone_into(&mut department);
            break;
        }
    }
    // 研发部(主导,张三)
    for piece in note.split([',', '，', '、', '：', ':', '/', ' ']) {
        let piece = piece.trim();
        if !piece.is_empty() && responsibility_in(piece).is_none() && who::is_who(piece, &Cast::default()) {
            person = Some(piece.to_owned());
        }
    }
    if department.chars().count() >= 2 && !project.members.iter().any(|m| m.department == department) {
        project.members.push(MemberReading { department, responsibility: responsibility.map(str::to_owned), person });
    }
}

/// `市场部：首月销量1000台`: who, and what.
fn split_head(line: &str) -> (Option<String>, &str) {
    if let Some(at) = line.find([':', '：', '-', '—']) {
        let head = line.get(..at).unwrap_or_default().trim();
        let width = line.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
        if who::is_who(head, &Cast::default()) {
            return (
                Some(head.to_owned()),
                line.get(at + width..).unwrap_or_default().trim_start_matches(['-', '—', ' ']),
            );
        }
    }
    (None, line)
}

fn milestone_line(line: &str, clock: &Clock<'_>, project: &mut ProjectReading) {
    let line = crate::document::text::marker_of(line).map_or(line, |m| m.rest).trim();
    for piece in line.split([';', '；']).filter(|p| p.chars().count() > 1) {
        let found = clock.deadline(piece);
        let mut name = piece.to_owned();
        if let Some((_, span)) = &found {
            name =
                format!("{}{}", piece.get(..span.start).unwrap_or_default(), piece.get(span.end..).unwrap_or_default());
        }
        let name = crate::language::minutes::sentence::polish(&name);
        if !name.is_empty() && project.milestones.len() < ENTRY_COUNT_MAX {
            project.milestones.push(MilestoneReading { name, due: found.map(|(d, _)| d.due), owner: None });
        }
    }
}

pub(in crate::language) fn risk_line(line: &str, project: &mut ProjectReading) {
    let (text, plan) = match line
        .find("应对")
        .or_else(|| line.to_lowercase().find("mitigation").filter(|at| line.is_char_boundary(*at)))
    {
        Some(at) => {
            let plan = line.get(at..).and_then(|tail| tail.split_once([':', '：'])).map(|(_, plan)| clean(plan));
            (line.get(..at).unwrap_or(line), plan)
        }
        None => (line, None),
    };
    let text = text.trim().trim_matches([',', '，', ';', '；', '。', ' ', '(', '（']).to_owned();
    if text.chars().count() >= 2 && project.risks.len() < ENTRY_COUNT_MAX {
        project.risks.push(RiskReading { light: light_of(line), text, line: line.to_owned(), plan, owner: None });
    }
}

fn subgoal_line(line: &str, project: &mut ProjectReading) {
    let (department, text) = split_head(line);
    if !text.trim().is_empty() && project.subgoals.len() < ENTRY_COUNT_MAX {
        project.subgoals.push(SubgoalReading { department, text: clean(text), measure: None });
    }
}

fn project_grid(grid: &Grid, clock: &Clock<'_>, project: &mut ProjectReading) {
    let has = |l| grid.columns.has(l);
    let mut department: Option<String> = None;
    for row in &grid.rows {
        let cell = |label| grid.columns.cell(row, label).filter(|c| !is_nothing(c));
        let own = |label| cell(label).map(one_line);
        // A merged first column leaves blanks below.
        let mut here = own(Label::Department);
        if here.is_none() && grid.columns.place(Label::Department) == Some(0) {
            here.clone_from(&department);
        } else {
            department.clone_from(&here);
        }
        if (has(Label::Goal) || is_goals(grid)) && !has(Label::Task) {
            if let Some(text) = cell(Label::Goal).or_else(|| cell(Label::Objective)) {
                let measure = own(Label::Criterion).or_else(|| own(Label::Measure)).or_else(|| own(Label::Deliverable));
                project.subgoals.push(SubgoalReading { department: here, text: text.to_owned(), measure });
            }
            continue;
        }
        if has(Label::Milestone) && !has(Label::Task) {
            if let Some(name) = cell(Label::Milestone) {
                let due = [Label::Due, Label::When, Label::Period]
                    .into_iter()
                    .find_map(cell)
                    .and_then(|c| clock.cell(c))
                    .map(|d| d.due);
                project.milestones.push(MilestoneReading {
                    name: name.to_owned(),
                    due,
                    owner: own(Label::Owner).or(here),
                });
            }
            continue;
        }
        if has(Label::Risk) && !has(Label::Task) {
            if let Some(text) = cell(Label::Risk) {
                let light = [Label::Light, Label::Level, Label::Urgency, Label::Status]
                    .into_iter()
                    .find_map(cell)
                    .and_then(light_of);
                project.risks.push(RiskReading {
                    text: text.to_owned(),
                    light,
                    line: row.line.clone(),
                    plan: cell(Label::Measure).map(str::to_owned),
                    owner: own(Label::Owner),
                });
            }
            continue;
        }
        if has(Label::Resource) && !has(Label::Task) {
            if let Some(text) = cell(Label::Resource) {
                let granted =
                    cell(Label::Granted).map(|c| !c.contains(['否', '不', '未']) && !c.to_lowercase().starts_with('n'));
                project.resources.push(ResourceReading { department: here, text: text.to_owned(), granted });
            }
            continue;
        }
        // A column Responsibility holds parts to play, or the work itself.
        let plays = |row: &Row| {
            grid.columns
                .cell(row, Label::Responsibility)
                .is_some_and(|c| c.chars().count() <= 12 && responsibility_in(c).is_some())
        };
        // 角色 主导, 职责 需求与验收: parts to play, and in words what they are; work has a day or a result.
        let parts = !has(Label::Task) || grid.rows.iter().all(plays) && !has(Label::Start);
        if has(Label::Responsibility)
            && parts
            && !(has(Label::Task) && (has(Label::Due) || has(Label::Deliverable)))
            && (has(Label::Department) || has(Label::Departments))
            && (grid.rows.iter().any(plays) || !has(Label::Due) && !has(Label::Deliverable))
        {
            if let Some(name) = here.or_else(|| own(Label::Departments)) {
                let responsibility = cell(Label::Responsibility).and_then(responsibility_in).map(str::to_owned);
                let person = [Label::Owner, Label::Contact, Label::Manager].into_iter().find_map(own);
                project.members.push(MemberReading { department: name, responsibility, person });
            }
            continue;
        }
        if let Some(mut task) = task_of(grid, row, clock) {
            task.department = task.department.or(here);
            if project.tasks.len() < ENTRY_COUNT_MAX {
                project.tasks.push(task);
            }
        }
    }
}

fn task_of(grid: &Grid, row: &Row, clock: &Clock<'_>) -> Option<TaskReading> {
    let cell = |label| grid.columns.cell(row, label).filter(|c| !is_nothing(c));
    let own = |label| cell(label).map(one_line);
    let task = cell(Label::Task).or_else(|| cell(Label::Agenda)).or_else(|| cell(Label::Responsibility))?;
    let mut due = cell(Label::Due).and_then(|c| clock.cell(c)).map(|d| d.due);
    let mut start = cell(Label::Start).and_then(|c| clock.cell(c)).map(|d| d.due.date());
    if let Some(text) = cell(Label::Period).or_else(|| cell(Label::When)) {
        let (from, to) = days_of(text, &clock.anchor);
        start = start.or(from);
        due = due.or(to.map(Due::Date));
    }
    let percent = cell(Label::Percent).and_then(percent_in);
    Some(TaskReading {
        department: own(Label::Department),
        task: task.replace('\n', "；"),
        owner: own(Label::Owner).map(|o| person(&o, None)),
        deliverable: cell(Label::Deliverable).map(|d| d.replace('\n', "、")),
        criterion: cell(Label::Criterion).map(str::to_owned),
        start,
        due,
        support: cell(Label::Helpers).map(list_of).unwrap_or_default(),
        depends_on: cell(Label::DependsOn).map(list_of_dependencies).unwrap_or_default(),
        state: cell(Label::Status).and_then(state_of).map(str::to_owned),
        percent: percent.or_else(|| cell(Label::Status).and_then(percent_in)),
        number: own(Label::Number),
    })
}

fn list_of_dependencies(cell: &str) -> Vec<String> {
    cell.split(['、', ',', '，', ';', '；', '\n'])
        .map(|p| p.trim().to_owned())
        .filter(|p| !p.is_empty() && !is_nothing(p))
        .take(40)
        .collect()
}
