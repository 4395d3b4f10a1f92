//! Changes of need or plan (需求变更) as change notes: what, by whom, and who was told. The manager's word is the change;
//! anybody else's is asked of the manager.

use super::letters::update;
use super::start::of_project;
use super::{Change, Project, save};
use crate::domain::event::MailRead;
use crate::domain::receipt;
use crate::domain::view::View;
use crate::domain::{digest, outside, post};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Change notes kept of one project.
const CHANGES_MAX: usize = 300;

/// `需求变更:…` of somebody in it.
pub(super) fn said(
    view: &mut View<'_>,
    mail: &MailRead,
    project: &mut Project,
    texts: &[String],
    by: &str,
    runs: bool,
    now: DateTime<Utc>,
) {
    let name = view.name_of(by);
    for text in texts {
        if project.changes.len() >= CHANGES_MAX || project.changes.iter().any(|known| known.text == *text) {
            continue;
        }
        project.changes.push(Change {
            text: text.clone(),
            by: name.clone(),
            by_address: Some(by.to_string()),
            at: Some(now),
            state: "asked".into(),
            told: Vec::new(),
        });
    }
    let entry = of_project(project, "change").by(&name).text(texts.first().map(String::as_str));
    receipt::changed(view, mail, entry, false, now);
    if runs {
        return adopt(view, project, texts, by, now);
    }
    let Some(manager) = project.manager_address.clone() else { return };
    for text in texts {
        project.ask("change", &manager, text, None, now);
    }
    save(view, project.clone(), &format!("change asked: {name}"));
    let until = super::letters::silence_by(view, &manager, now);
    let (_, lines) = super::letters::asks(project, &manager, &["change"]);
    let rows: Vec<_> = lines.iter().map(|line| json!({"n": line.n, "text": line.task})).collect();
    let data = json!({"by": name, "open": rows, "until": until});
    let mut letter = update(project, &manager, "change_asked", data);
    letter.lines = lines;
    letter.context = crate::domain::reading::Context::Approval;
    post::post(view, letter);
}

/// A change is in force: everybody in the project is told, once, and the note says who.
pub(super) fn adopt(view: &mut View<'_>, project: &mut Project, texts: &[String], by: &str, now: DateTime<Utc>) {
    let readers = everybody(view, project, by);
    let names: Vec<String> = readers.iter().map(|reader| view.name_of(reader)).collect();
    let mut adopted = Vec::new();
    for change in project.changes.iter_mut().filter(|change| texts.contains(&change.text) && change.state == "asked") {
        change.state = "adopted".into();
        change.told.clone_from(&names);
        adopted.push(json!({"text": change.text, "by": change.by, "field": null, "old": null, "new": null}));
    }
    project.asks.retain(|ask| !(ask.kind == "change" && texts.contains(&ask.text)));
    save(view, project.clone(), &format!("change: {}", view.name_of(by)));
    tell(view, project, &readers, adopted, by, now);
}

/// Everybody in it and everybody with open work, but for who says it.
fn everybody(view: &View<'_>, project: &Project, by: &str) -> Vec<String> {
    let mut readers = project.people();
    for id in &project.tasks {
        let item = view.action(id).filter(|item| item.state.is_open());
        if let Some(owner) = item.and_then(|item| item.owner_address).filter(|owner| !readers.contains(owner)) {
            readers.push(owner);
        }
    }
    // O39: what changes in the plan stays inside; what it means for an outsider's own items is told with these.
    readers.retain(|reader| reader != by && !outside::is_outside(view, reader));
    readers
}

fn tell(
    view: &mut View<'_>,
    project: &Project,
    readers: &[String],
    changes: Vec<serde_json::Value>,
    by: &str,
    now: DateTime<Utc>,
) {
    if changes.is_empty() {
        return;
    }
    let told: Vec<String> = readers.iter().map(|reader| view.name_of(reader)).collect();
    for reader in readers {
        let data = json!({"by": view.name_of(by), "changes": changes, "told": told});
        let letter = post::waiting(view, update(project, reader, "change", data), now);
        post::post(view, letter);
    }
}

/// The manager does not want it.
pub(super) fn refuse(view: &mut View<'_>, project: &mut Project, texts: &[String], by: &str, reason: Option<String>) {
    let name = view.name_of(by);
    let mut askers: Vec<(String, String)> = Vec::new();
    for change in project.changes.iter_mut().filter(|change| texts.contains(&change.text) && change.state == "asked") {
        change.state = "refused".into();
        askers.extend(change.by_address.clone().map(|address| (address, change.text.clone())));
    }
    project.asks.retain(|ask| !(ask.kind == "change" && texts.contains(&ask.text)));
    save(view, project.clone(), &format!("change refused: {name}"));
    for (asker, text) in askers {
        let data = json!({"by": name, "changes": [{"text": text, "by": name, "field": null, "old": null, "new": null}], "reason": reason});
        post::post(view, update(project, &asker, "change_refused", data));
    }
}

/// Silence: it is not adopted, and who asked hears of it.
pub(super) fn lapsed(view: &mut View<'_>, project: &mut Project, text: &str, now: DateTime<Utc>) {
    let mut asker = None;
    for change in project.changes.iter_mut().filter(|change| change.text == text && change.state == "asked") {
        change.state = "refused".into();
        asker = change.by_address.clone();
    }
    if let Some(asker) = asker {
        let entry = of_project(project, "change_lapsed").text(Some(text));
        digest::note(view, &asker, entry, now);
    }
}

/// Facts of an announced project that its manager changed: a change note with old and new.
pub(super) fn of_plan(
    view: &mut View<'_>,
    id: &str,
    before: &Project,
    changed: &[&'static str],
    by: &str,
    now: DateTime<Utc>,
) {
    let Some(mut project) = view.project(id) else { return };
    let field = |project: &Project, name: &str| match name {
        "objective" => project.objective.clone(),
        "scope_in" => project.scope_in.clone(),
        "scope_out" => project.scope_out.clone(),
        "start" => project.start.map(|day| day.to_string()),
        "end" => project.end.map(|day| day.to_string()),
        "manager" => project.manager.clone(),
        "sponsor" => project.sponsor.clone(),
        _ => None,
    };
    let mut rows = Vec::new();
    let mut said = Vec::new();
    for name in changed {
        let (old, new) = (field(before, name), field(&project, name));
        if new.is_none() || old == new {
            continue;
        }
        said.push(format!("{name}: {} → {}", old.clone().unwrap_or_default(), new.clone().unwrap_or_default()));
        rows.push(json!({"text": null, "by": null, "field": name, "old": old, "new": new}));
    }
    if rows.is_empty() || before.state == super::Stage::Proposed {
        return;
    }
    let readers = everybody(view, &project, by);
    project.changes.push(Change {
        text: said.join("; "),
        by: view.name_of(by),
        by_address: Some(by.to_string()),
        at: Some(now),
        state: "adopted".into(),
        told: readers.iter().map(|reader| view.name_of(reader)).collect(),
    });
    save(view, project.clone(), "change of plan");
    tell(view, &project, &readers, rows, by, now);
}
