//! What letters show of a project, and the lines their answers name (O22).

use super::members::department;
use super::{Ask, Project};
use crate::domain::action_item::ActionItem;
use crate::domain::clock::Clock;
use crate::domain::letter::{Letter, LetterName};
use crate::domain::reading::Line;
use crate::domain::view::View;
use crate::domain::{held, outside, shown};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Rows of one table in a letter; the rest is counted and told where to find.
pub(super) const ROWS_MAX: usize = 60;

/// The project with its public fields and what a reader needs beside them.
pub(super) fn shown_project(project: &Project) -> Value {
    let mut value = shown::public(project);
    if let Value::Object(map) = &mut value {
        map.insert("confidential".into(), json!(project.confidential));
    }
    value
}

/// The project for this reader: somebody outside sees no list of people and departments (O39).
pub(super) fn shown_to(view: &View<'_>, project: &Project, reader: &str) -> Value {
    let mut value = shown_project(project);
    if let (true, Value::Object(map)) = (outside::is_outside(view, reader), &mut value) {
        map.extend([("members".to_string(), json!([])), ("sponsor".to_string(), Value::Null)]);
    }
    value
}

/// A letter about a project, in its thread.
pub(super) fn letter(project: &Project, name: LetterName, to: &str, why: &str) -> Letter {
    Letter::new(name, to, why).with("project", shown_project(project)).about(&project.id)
}

/// `project_update` with every key its template may ask for; `kind` is `needs`, `change`, `change_asked`,
/// `change_refused`, `cycle`, `progress`, `released`, `cancelled`, `table`.
pub(super) fn update(project: &Project, to: &str, kind: &str, data: Value) -> Letter {
    let mut letter = letter(project, LetterName::ProjectUpdate, to, &format!("project: {kind}")).with("kind", kind);
    let base = json!({
        "by": null, "needs": [], "silent": [], "changes": [], "cycle": [], "taken": 0, "open": [], "others": [],
        "resources": [], "kickoff": [], "told": [], "until": null, "n": null, "reason": null, "department": null,
    });
    for part in [base, data] {
        if let Value::Object(map) = part {
            letter.data.extend(map);
        }
    }
    letter
}

/// Questions to one person as numbered rows, and the lines that say what the numbers mean.
pub(super) fn asks(project: &Project, to: &str, kinds: &[&str]) -> (Vec<Value>, Vec<Line>) {
    let of_person = |ask: &&Ask| ask.to == to && kinds.contains(&ask.kind.as_str());
    (1u32..)
        .zip(project.asks.iter().filter(of_person))
        .map(|(n, ask)| {
            let measure = project
                .subgoals
                .iter()
                .find(|goal| ask.kind == "sign_off" && goal.text == ask.text)
                .and_then(|goal| goal.measure.clone());
            (
                json!({"n": n, "kind": ask.kind, "text": ask.text, "department": ask.department, "measure": measure}),
                Line { n, id: project.id.clone(), task: ask.text.clone() },
            )
        })
        .unzip()
}

/// When silence speaks for a question that is put to this person now.
pub(super) fn silence_by(view: &View<'_>, to: &str, now: DateTime<Utc>) -> Value {
    let asked = held::sendable(view, to, now);
    shown::moment(view, Clock::house(view.rules).end_after(asked, view.rules.policy.project_window))
}

/// Tasks by department, each row with its light: the agreed table. Beyond [`ROWS_MAX`] rows only what concerns `only`.
pub(super) fn table(
    view: &View<'_>,
    items: &[ActionItem],
    numbers: &BTreeMap<String, u32>,
    only: &[String],
    now: DateTime<Utc>,
) -> (Vec<Value>, usize) {
    let all: BTreeMap<String, ActionItem> = items.iter().map(|item| (item.id.clone(), item.clone())).collect();
    let outlook = super::outlook(&all, view.rules, now);
    let many = items.len() > ROWS_MAX;
    let concerns = |item: &&ActionItem| {
        !many || item.department.as_ref().is_some_and(|own| only.iter().any(|d| *d == department(view, own)))
    };
    let mut rows: Vec<&ActionItem> = items.iter().filter(concerns).take(ROWS_MAX).collect();
    let order =
        |item: &ActionItem| items.iter().position(|one| one.department == item.department).unwrap_or(usize::MAX);
    rows.sort_by_key(|item| order(item));
    let more = items.len() - rows.len();
    let mut last: Option<String> = None;
    let rows = rows
        .into_iter()
        .map(|item| {
            let light = outlook.get(&item.id).map(|o| o.light).unwrap_or_default();
            // The department stands once, over its rows.
            let heading = item.department.clone().filter(|department| last.as_ref() != Some(department));
            last.clone_from(&item.department);
            let depends: Vec<&String> = item.depends_on.iter().collect();
            json!({
                "n": numbers.get(&item.id), "id": item.id, "task": item.task, "owner": item.owner,
                "department": item.department, "heading": heading, "deliverable": item.deliverable,
                "criterion": item.criterion, "start": item.start, "due": item.due, "helpers": item.helpers,
                "depends_on": depends, "state": item.state, "by_default": item.by_default, "behind": item.behind,
                "parked": item.parked, "percent": item.percent, "light": light,
            })
        })
        .collect();
    (rows, more)
}
