//! Risks by reply: `风险:… 红灯 应对:… 负责人:…`, and `风险2 绿灯` for one that is known.

use super::letters::update;
use super::start::{of_project, put_risk};
use super::{Project, save};
use crate::domain::event::MailRead;
use crate::domain::reading::ProjectWords;
use crate::domain::receipt;
use crate::domain::view::View;
use crate::domain::{digest, post};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Everybody in the project may name a risk; the manager hears of it in the digest, of a red one at once.
pub(super) fn said(
    view: &mut View<'_>,
    mail: &MailRead,
    project: &mut Project,
    words: &ProjectWords,
    by: &str,
    now: DateTime<Utc>,
) -> bool {
    let name = view.name_of(by);
    let manager = project.manager_address.clone().filter(|manager| manager != by);
    let mut red: Vec<usize> = Vec::new();
    let mut any = false;
    for risk in words.risks.iter().chain(&words.fields.risks) {
        let number = put_risk(view, project, risk, Some(&name));
        any = true;
        let mut entry = of_project(project, "risk").by(&name).text(Some(&risk.text));
        entry.state.clone_from(&risk.light);
        receipt::changed(view, mail, entry.clone(), false, now);
        if risk.light.as_deref() == Some("red") {
            red.push(number);
        } else if let Some(manager) = &manager {
            digest::note(view, manager, entry, now);
        }
    }
    for (number, light) in &words.lights {
        let Some(risk) = number.checked_sub(1).and_then(|at| project.risks.get_mut(at)) else { continue };
        any = true;
        if light == "closed" {
            risk.closed = true;
            risk.light = Some("green".into());
        } else {
            risk.light = Some(light.clone());
            risk.closed = false;
        }
        let text = risk.text.clone();
        let mut entry = of_project(project, if light == "closed" { "risk_closed" } else { "risk" }).by(&name);
        entry.text = Some(text);
        receipt::changed(view, mail, entry.clone(), false, now);
        if light == "red" {
            red.push(*number);
        } else if let Some(manager) = &manager {
            digest::note(view, manager, entry, now);
        }
    }
    if let Some(manager) = manager.filter(|_| !red.is_empty()) {
        let risks: Vec<_> = red
            .iter()
            .filter_map(|n| {
                let risk = project.risks.get(n.checked_sub(1)?)?;
                Some(json!({"n": n, "text": risk.text, "light": risk.light, "plan": risk.plan, "owner": risk.owner}))
            })
            .collect();
        let data = json!({"by": name, "open": risks});
        post::post(view, update(project, &manager, "risk", data));
    }
    if any {
        save(view, project.clone(), &format!("risk: {name}"));
    }
    any
}
