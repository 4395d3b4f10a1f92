//! Sub-goals of departments, signed by their heads by reply (目标共识). Silence makes them 未签 and the project goes on.

use super::letters::update;
use super::members::head;
use super::start::of_project;
use super::{Project, Stage, save};
use crate::domain::clock::Clock;
use crate::domain::letter::Letter;
use crate::domain::signature::SignOffRequest;
use crate::domain::view::View;
use crate::domain::{digest, held, post};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Every sub-goal nobody has signed is put to the head of its department.
pub(super) fn ask_all(view: &View<'_>, project: &mut Project, now: DateTime<Utc>) {
    let manager = project.manager_address.clone();
    for at in 0..project.subgoals.len() {
        let Some(goal) = project.subgoals.get(at).cloned() else { continue };
        if goal.sign_off != "none" {
            continue;
        }
        let to = goal.department.as_deref().and_then(|of| head(view, project, of)).or_else(|| manager.clone());
        let Some(to) = to else { continue };
        if Some(&to) == manager.as_ref() {
            // The manager wrote it: that is the signature.
            if let Some(goal) = project.subgoals.get_mut(at) {
                goal.sign_off = "signed".into();
                goal.signed_by = Some(view.name_of(&to));
            }
            continue;
        }
        let asked = project.asks.iter().any(|ask| ask.kind == "sign_off" && ask.to == to && ask.text == goal.text);
        if !asked {
            let since = held::sendable(view, &to, now);
            project.ask("sign_off", &to, &goal.text, goal.department.clone(), since);
        }
    }
}

/// The request to sign, with every sub-goal of the reader's.
pub(super) fn sign_off_letter(
    view: &View<'_>,
    project: &Project,
    letter: Letter,
    rows: &[Value],
    to: &str,
    now: DateTime<Utc>,
) -> Letter {
    let mut parts: Vec<(&str, String)> = Vec::new();
    for row in rows {
        let text = |key: &str| row.get(key).and_then(Value::as_str).map(str::to_string);
        parts.extend(text("text").map(|goal| ("goal", goal)));
        parts.extend(text("measure").map(|measure| ("measure", measure)));
    }
    let department = rows.iter().find_map(|row| row.get("department").and_then(Value::as_str));
    let asked = held::sendable(view, to, now);
    let request = SignOffRequest {
        id: &project.id,
        title: if project.confidential { &project.id } else { &project.name },
        kind: "project",
        department,
        asked_by: project.manager.as_deref(),
        parts,
        ends: Some(Clock::house(view.rules).end_after(asked, view.rules.policy.sign_window)),
    };
    let made = request.letter(view, to, &letter.why);
    Letter { lines: letter.lines, ..made }
}

/// 签字, or 不同意 with a reason, for these sub-goals.
pub(super) fn answered(
    view: &mut View<'_>,
    project: &mut Project,
    texts: &[String],
    by: &str,
    signed: bool,
    reason: Option<String>,
    now: DateTime<Utc>,
) {
    let name = view.name_of(by);
    let mut answered = Vec::new();
    for goal in project.subgoals.iter_mut().filter(|goal| texts.contains(&goal.text)) {
        goal.sign_off = if signed { "signed" } else { "refused" }.into();
        goal.signed_by = Some(name.clone());
        goal.note.clone_from(&reason);
        answered.push(goal.text.clone());
    }
    project.asks.retain(|ask| !(ask.kind == "sign_off" && answered.contains(&ask.text)));
    let Some(manager) = project.manager_address.clone().filter(|manager| manager != by) else { return };
    if signed {
        let entry = of_project(project, "sign_off").by(&name);
        digest::note(view, &manager, entry, now);
    } else {
        // The plan stops here until somebody talks: the manager hears at once.
        let data = json!({"by": name, "changes": answered, "reason": reason});
        post::post(view, update(project, &manager, "goal_refused", data));
    }
}

/// Nobody answered: 未签, and on.
pub(super) fn unsigned(view: &mut View<'_>, project: &mut Project, text: &str, to: &str, now: DateTime<Utc>) {
    for goal in project.subgoals.iter_mut().filter(|goal| goal.text == text && goal.sign_off == "none") {
        goal.sign_off = "unsigned".into();
    }
    if let Some(manager) = project.manager_address.clone() {
        let entry = of_project(project, "unsigned").by(&view.name_of(to)).text(Some(text));
        digest::note(view, &manager, entry, now);
    }
}

/// proposed → agreed: the division of work is out, and no sub-goal waits or is refused; agreed → running: its first day
/// has come.
pub(super) fn settle(view: &mut View<'_>, id: &str, now: DateTime<Utc>) {
    let Some(mut project) = view.project(id) else { return };
    let before = project.state;
    let waits = project.subgoals.iter().any(|goal| matches!(goal.sign_off.as_str(), "none" | "refused"));
    let planned = project.marks.contains("tables") || !project.subgoals.is_empty();
    if project.state == Stage::Proposed && planned && !waits {
        project.state = Stage::Agreed;
    }
    let today = Clock::house(view.rules).today(now);
    let begun = project.start.is_none_or(|start| start <= today);
    if project.state == Stage::Agreed && begun && !project.tasks.is_empty() {
        project.state = Stage::Running;
        project.running_since = Some(today);
    }
    if project.state != before {
        let why = match project.state {
            Stage::Agreed => "agreed",
            _ => "running",
        };
        save(view, project, why);
    }
}
