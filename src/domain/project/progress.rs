//! Progress tables by reply (进度跟踪表): one mail brings many tasks up to date. Owners report their own rows, the manager
//! and the head of a department theirs; a row about somebody else's task is told to its owner and changes nothing.

use super::letters::{ROWS_MAX, update};
use super::members::rights;
use super::start::of_project;
use super::tables::key;
use super::{Project, goals};
use crate::domain::action_item::{self, ActionItem, Report};
use crate::domain::event::MailRead;
use crate::domain::reading::ProgressReading;
use crate::domain::receipt::{self, Entry};
use crate::domain::view::View;
use crate::domain::{digest, post};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::HashMap;

/// The task a row is about: the same name; else the only one whose name holds it, of the row's owner first.
fn fitting<'i>(
    items: &'i [ActionItem],
    names: &HashMap<String, Vec<usize>>,
    row: &ProgressReading,
) -> Option<&'i ActionItem> {
    let wanted = key(&row.task);
    if wanted.is_empty() {
        return None;
    }
    let of_owner = |item: &&ActionItem| {
        row.owner
            .as_ref()
            .is_none_or(|owner| item.owner.as_ref() == Some(owner) || item.department.as_ref() == Some(owner))
    };
    let same: Vec<&ActionItem> = names.get(&wanted).into_iter().flatten().filter_map(|at| items.get(*at)).collect();
    match same.as_slice() {
        [only] => return Some(only),
        [] => {}
        several => {
            let mut own = several.iter().filter(|item| of_owner(item));
            let one = own.next()?;
            return own.next().is_none().then_some(*one);
        }
    }
    let near = |item: &&ActionItem| {
        let name = key(&item.task);
        let deliverable = item.deliverable.as_deref().map(key).unwrap_or_default();
        name.contains(&wanted) || wanted.contains(&name) || deliverable == wanted
    };
    let mut fits: Vec<&ActionItem> = items.iter().filter(near).collect();
    if fits.len() > 1 {
        fits.retain(of_owner);
    }
    match fits.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

fn tasks(view: &View<'_>, project: &Project) -> (Vec<ActionItem>, HashMap<String, Vec<usize>>) {
    let items: Vec<ActionItem> = project.tasks.iter().filter_map(|id| view.action(id)).collect();
    let mut names: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, item) in items.iter().enumerate() {
        names.entry(key(&item.task)).or_default().push(at);
    }
    (items, names)
}

/// Whether a project has a task that one of the rows names.
pub(super) fn is_about(view: &View<'_>, id: &str, rows: &[ProgressReading]) -> bool {
    let Some(project) = view.project(id) else { return false };
    let (items, names) = tasks(view, &project);
    rows.iter().any(|row| fitting(&items, &names, row).is_some())
}

/// Takes the rows of a table. True where it was about this project at all.
pub(super) fn take(
    view: &mut View<'_>,
    mail: &MailRead,
    id: &str,
    rows: &[ProgressReading],
    by: &str,
    now: DateTime<Utc>,
) -> bool {
    let Some(project) = view.project(id) else { return false };
    let rights = rights(view, &project, by, now);
    if !rights.member {
        return false;
    }
    let (items, names) = tasks(view, &project);
    let name = view.name_of(by);
    let (mut taken, mut unknown, mut others) = (0usize, Vec::new(), Vec::new());
    for row in rows {
        let Some(item) = fitting(&items, &names, row).and_then(|item| view.action(&item.id)) else {
            unknown.push(json!({"n": null, "text": row.task, "owner": row.owner, "light": null, "plan": null}));
            continue;
        };
        let own = item.addressee().is_some_and(|owner| owner == by);
        if !(own || rights.speaks_for(item.department.as_deref())) {
            hearsay(view, &item, row, &name, now);
            others.push(json!({"id": item.id, "task": item.task, "owner": item.owner}));
            continue;
        }
        let report = Report {
            state: row.state.clone(),
            percent: row.percent,
            reason: row.reason.clone(),
            measure: row.measure.clone(),
            due: row.due,
            accepted: rights.runs && !own,
        };
        action_item::reported(view, item, &report, by, now);
        taken += 1;
    }
    let entry = Entry { percent: None, ..of_project(&project, "table").by(&name).text(Some(&taken.to_string())) };
    if unknown.is_empty() && others.is_empty() {
        receipt::changed(view, mail, entry, false, now);
    } else {
        unknown.truncate(ROWS_MAX);
        others.truncate(ROWS_MAX);
        let data = json!({"taken": taken, "open": unknown, "others": others, "by": name});
        let letter = update(&project, by, "progress", data).replying_to(&mail.message_id, &mail.references);
        post::post(view, letter);
    }
    tell_manager(view, &project, by, taken, now);
    goals::settle(view, id, now);
    true
}

/// What somebody says of another's task is told to its owner (SPEC 4.4: 李四说完成了 is not done).
fn hearsay(view: &mut View<'_>, item: &ActionItem, row: &ProgressReading, by: &str, now: DateTime<Utc>) {
    let Some(owner) = item.addressee().cloned() else { return };
    let mut entry = Entry::of(item, "hearsay").by(by);
    entry.due = None;
    entry.percent = row.percent;
    entry.text = row.reason.clone();
    digest::note(view, &owner, entry, now);
}

fn tell_manager(view: &mut View<'_>, project: &Project, by: &str, taken: usize, now: DateTime<Utc>) {
    if taken == 0 {
        return;
    }
    if let Some(manager) = project.manager_address.clone().filter(|manager| manager != by) {
        let entry = of_project(project, "table").by(&view.name_of(by)).text(Some(&taken.to_string()));
        digest::note(view, &manager, entry, now);
    }
}
