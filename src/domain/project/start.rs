//! A project begins: what was read is shown to its manager with hints, what is missing is asked back, and when nothing
//! essential is, every department's contact is asked what it needs (O40).

use super::letters::{asks, letter, shown_to, silence_by, update};
use super::members::{contact, department, find};
use super::{Member, Milestone, Project, Resource, Risk, Subgoal, goals, needs, save, tables};
use crate::domain::action_item::actor;
use crate::domain::event::MailRead;
use crate::domain::letter::LetterName;
use crate::domain::meeting::Source;
use crate::domain::reading::{ProjectReading, RiskReading};
use crate::domain::receipt::Entry;
use crate::domain::view::View;
use crate::domain::{digest, held, post};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Departments of one project; more is a list of everybody.
const MEMBERS_MAX: usize = 60;
/// Milestones, risks, resources and sub-goals kept of each.
pub(super) const ENTRIES_MAX: usize = 300;

/// A start form, a start in words, or the first table of a project nobody opened: its sender runs it unless it says who.
pub(super) fn open(view: &mut View<'_>, mail: &MailRead, reading: &ProjectReading, now: DateTime<Utc>) {
    let Some(sender) = actor(view, mail) else { return };
    let subject = mail.base_subject.trim();
    let mut project = Project {
        id: view.new_id('P'),
        name: reading.name.clone().unwrap_or_else(|| subject.to_string()),
        confidential: mail.confidential,
        source: Source {
            message_id: mail.message_id.clone(),
            from: sender.clone(),
            recipients: mail.to.iter().chain(&mail.cc).map(|mailbox| mailbox.address.clone()).collect(),
            subject: mail.subject.clone(),
        },
        ..Project::default()
    };
    let unknown_manager =
        reading.manager.as_deref().is_some_and(|name| find(view, std::slice::from_ref(&sender), name).is_none());
    if unknown_manager || reading.manager.is_none() {
        // A name we do not know stays as it was written; until we know it, the sender runs the project.
        project.manager = reading.manager.clone().or_else(|| Some(view.name_of(&sender)));
        project.manager_address = Some(sender.clone());
    }
    merge(view, &mut project, reading);
    project.hints.clone_from(&reading.doubts);
    let tasks = tables::take(view, mail, &mut project, &reading.tasks, &sender, now);
    let id = project.id.clone();
    let missing = missing(&project, reading);
    if !missing.is_empty() {
        project.ask("gaps", &sender, &missing.join(","), None, now);
    }
    save(view, project, &format!("started: {}", view_name(view, &sender)));
    let unknown = reading.manager.clone().filter(|_| unknown_manager);
    tell_manager(view, mail, &id, &missing, unknown, now);
    if let tables::Taken::Cycle(circle) = &tasks {
        return tables::refuse_cycle(view, mail, &id, &sender, circle);
    }
    if missing.is_empty() {
        announce(view, &id, now);
    }
    if let tables::Taken::Tasks(new) = tasks {
        tables::send(view, mail, &id, &new, now);
    }
}

fn view_name(view: &View<'_>, address: &str) -> String {
    view.name_of(address)
}

/// What a start cannot do without: an objective and departments. A table alone says enough with its rows.
fn missing(project: &Project, reading: &ProjectReading) -> Vec<String> {
    let mut missing = Vec::new();
    let tables_only = !reading.tasks.is_empty() || !reading.subgoals.is_empty();
    if project.name.trim().is_empty() {
        missing.push("name".to_string());
    }
    if project.objective.is_none() && !tables_only {
        missing.push("objective".to_string());
    }
    if project.members.is_empty() {
        missing.push("members".to_string());
    }
    if project.end.is_none() && !tables_only {
        missing.push("end".to_string());
    }
    missing
}

/// Puts what was read into the record; what the record has already is replaced only by words that say otherwise. Returns
/// the names of the fields that changed.
pub(super) fn merge(view: &View<'_>, project: &mut Project, reading: &ProjectReading) -> Vec<&'static str> {
    let mut changed: Vec<&'static str> = Vec::new();
    let mut text = |slot: &mut Option<String>, new: &Option<String>, field: &'static str| {
        if let Some(new) = new.as_ref().filter(|new| !new.trim().is_empty() && slot.as_ref() != Some(*new)) {
            *slot = Some(new.clone());
            changed.push(field);
        }
    };
    text(&mut project.background, &reading.background, "background");
    text(&mut project.objective, &reading.objective, "objective");
    text(&mut project.scope_in, &reading.scope_in, "scope_in");
    text(&mut project.scope_out, &reading.scope_out, "scope_out");
    for (slot, new, field) in [(&mut project.start, reading.start, "start"), (&mut project.end, reading.end, "end")] {
        if new.is_some() && *slot != new {
            *slot = new;
            changed.push(field);
        }
    }
    project.joint |= reading.joint;
    if reading.rhythm.is_some() {
        project.rhythm.clone_from(&reading.rhythm);
    }
    let mut concerned = project.people();
    concerned.push(project.source.from.clone());
    if let Some((address, name)) = reading.manager.as_deref().and_then(|name| find(view, &concerned, name)) {
        if project.manager_address.as_ref() != Some(&address) {
            project.manager = Some(name);
            project.manager_address = Some(address);
            changed.push("manager");
        }
    }
    if let Some(written) = &reading.sponsor {
        match find(view, &concerned, written) {
            Some((address, name)) if project.sponsor_address.as_ref() != Some(&address) => {
                project.sponsor = Some(name);
                project.sponsor_address = Some(address);
                changed.push("sponsor");
            }
            Some(_) => {}
            None => project.sponsor = project.sponsor.take().or_else(|| Some(written.clone())),
        }
    }
    members(view, project, reading, &mut changed);
    lists(view, project, reading, &mut changed);
    changed
}

/// Departments by name, from the list of members and from every table that names one.
fn members(view: &View<'_>, project: &mut Project, reading: &ProjectReading, changed: &mut Vec<&'static str>) {
    let listed = reading.members.iter().map(|m| (Some(&m.department), m.responsibility.clone(), m.person.clone()));
    let of_tasks = reading.tasks.iter().map(|task| (task.department.as_ref(), None, None));
    let of_goals = reading.subgoals.iter().map(|goal| (goal.department.as_ref(), None, None));
    let all: Vec<_> = listed.chain(of_tasks).chain(of_goals).collect();
    for (written, responsibility, person) in all {
        let Some(written) = written.filter(|written| !written.trim().is_empty()) else { continue };
        let known = view.is_department(written) || view.directory.is_department(&department(view, written));
        let named = department(view, written);
        // 参与人: 王芳 in a list of members is her department's seat.
        let (named, person) = match find(view, &[], written).filter(|_| !known) {
            Some((address, name)) => {
                let own = view.somebody(&address).department.clone();
                (if own.is_empty() { name.clone() } else { own }, Some(name))
            }
            None => (named, person),
        };
        let concerned = project.people();
        let named_person = person.as_deref().and_then(|name| find(view, &concerned, name));
        if let Some(member) = project.members.iter_mut().find(|member| member.department == named) {
            if responsibility.is_some() && member.responsibility != responsibility {
                member.responsibility = responsibility;
                changed.push("members");
            }
            if let Some((address, name)) = named_person.filter(|(address, _)| member.address.as_ref() != Some(address))
            {
                member.person = Some(name);
                member.address = Some(address);
                changed.push("members");
            }
            continue;
        }
        if project.members.len() >= MEMBERS_MAX {
            break;
        }
        let found = named_person.or_else(|| {
            let contact = view.directory.contact_of(&named)?;
            Some((contact.address.clone(), contact.name.clone()))
        });
        let (address, name) = found.unzip();
        project.members.push(Member { department: named, responsibility, person: name.or(person), address });
        changed.push("members");
    }
}

/// Milestones, sub-goals, resources and risks; what has the same words is the same thing.
fn lists(view: &View<'_>, project: &mut Project, reading: &ProjectReading, changed: &mut Vec<&'static str>) {
    let concerned = project.people();
    for read in reading.milestones.iter().take(ENTRIES_MAX) {
        let owner = read.owner.as_deref().and_then(|name| find(view, &concerned, name));
        let (owner_address, owner) = owner.unzip();
        let owner = owner.or_else(|| read.owner.clone());
        match project.milestones.iter_mut().find(|known| known.name == read.name) {
            Some(known) if read.due.is_some() && known.due != read.due => {
                known.due = read.due;
                changed.push("milestones");
            }
            Some(_) => {}
            None => {
                project.milestones.push(Milestone {
                    name: read.name.clone(),
                    due: read.due,
                    owner,
                    owner_address,
                    ..Milestone::default()
                });
                changed.push("milestones");
            }
        }
    }
    for read in reading.subgoals.iter().take(ENTRIES_MAX) {
        let of = read.department.as_deref().map(|written| department(view, written));
        let same = project.subgoals.iter_mut().find(|known| known.department == of && known.text == read.text);
        if let Some(known) = same {
            known.measure = read.measure.clone().or(known.measure.take());
            continue;
        }
        // A new sub-goal of a department takes the place of one it refused.
        project.subgoals.retain(|known| !(known.department == of && known.sign_off == "refused"));
        project.subgoals.push(Subgoal {
            department: of,
            text: read.text.clone(),
            measure: read.measure.clone(),
            sign_off: "none".into(),
            ..Subgoal::default()
        });
        changed.push("subgoals");
    }
    for read in reading.resources.iter().take(ENTRIES_MAX) {
        let of = read.department.as_deref().map(|written| department(view, written));
        if project.resources.iter().any(|known| known.department == of && known.text == read.text) {
            continue;
        }
        project.resources.push(Resource {
            department: of,
            text: read.text.clone(),
            granted: read.granted,
            ..Resource::default()
        });
        changed.push("resources");
    }
    for read in reading.risks.iter().take(ENTRIES_MAX) {
        put_risk(view, project, read, None);
        changed.push("risks");
    }
    changed.dedup();
}

/// A risk by its words; the same words again are the same risk. Returns its number, from 1.
pub(super) fn put_risk(view: &View<'_>, project: &mut Project, read: &RiskReading, by: Option<&str>) -> usize {
    let concerned = project.people();
    let owner = read.owner.as_deref().and_then(|name| find(view, &concerned, name));
    let (owner_address, owner) = owner.unzip();
    let owner = owner.or_else(|| read.owner.clone());
    let known = project.risks.iter().position(|known| known.text == read.text);
    match known.and_then(|at| project.risks.get_mut(at).map(|risk| (at, risk))) {
        Some((at, risk)) => {
            risk.light = read.light.clone().or(risk.light.take());
            risk.plan = read.plan.clone().or(risk.plan.take());
            if owner.is_some() {
                risk.owner = owner;
                risk.owner_address = owner_address;
            }
            risk.closed = false;
            at + 1
        }
        None => {
            project.risks.push(Risk {
                text: read.text.clone(),
                light: read.light.clone(),
                plan: read.plan.clone(),
                owner,
                owner_address,
                by: by.map(str::to_string),
                closed: false,
            });
            project.risks.len()
        }
    }
}

/// The manager sees what was read, the hints, and who will be asked; whoever sent it and left something open is asked.
fn tell_manager(
    view: &mut View<'_>,
    mail: &MailRead,
    id: &str,
    missing: &[String],
    unknown_manager: Option<String>,
    now: DateTime<Utc>,
) {
    let Some(project) = view.project(id) else { return };
    let sender = project.source.from.clone();
    let Some(manager) = project.manager_address.clone() else { return };
    let without: Vec<&String> =
        project.members.iter().filter(|member| member.address.is_none()).map(|member| &member.department).collect();
    let readers: Vec<&String> =
        if sender == manager || missing.is_empty() { vec![&manager] } else { vec![&sender, &manager] };
    for reader in readers {
        let asks = if *reader == sender { missing } else { &[] };
        let mut letter =
            letter(&project, LetterName::ProjectOpened, reader, "a project was started: what was read of it")
                .with("role", if *reader == manager { "manager" } else { "sender" })
                .with("by", view.name_of(&sender))
                .with("hints", &project.hints)
                .with("missing", asks)
                .with("without_contact", &without)
                .with("responsibility", json!(null))
                .with("unknown_manager", &unknown_manager)
                .with("wait", view.rules.policy.start_wait)
                .with("silence_by", silence_by(view, reader, now));
        letter.lines = Vec::new();
        if *reader == sender {
            letter = letter.replying_to(&mail.message_id, &mail.references);
        }
        post::post(view, letter);
    }
    if sender != manager && missing.is_empty() {
        let entry = of_project(&project, "started").by(&view.name_of(&sender));
        digest::record(view, &sender, entry, now);
    }
}

/// A line of the digest about a project.
pub(super) fn of_project(project: &Project, verb: &str) -> Entry {
    Entry {
        id: Some(project.id.clone()),
        task: (!project.confidential).then(|| project.name.clone()),
        verb: Some(verb.into()),
        ..Entry::default()
    }
}

/// Everybody in it hears of the project, in one letter each: contacts with the form of their needs, heads with what they
/// are asked to grant and sign, the sponsor and other members with the facts.
pub(super) fn announce(view: &mut View<'_>, id: &str, now: DateTime<Utc>) {
    let Some(mut project) = view.project(id) else { return };
    if !project.marks.insert("announced".into()) {
        return;
    }
    project.asks.retain(|ask| ask.kind != "gaps");
    let manager = project.manager_address.clone().unwrap_or_default();
    for member in project.members.clone() {
        let Some(to) = contact(view, &project, &member.department) else { continue };
        if to == manager || project.needs.iter().any(|need| need.department == member.department) {
            continue;
        }
        let since = held::sendable(view, &to, now);
        project.ask("needs", &to, &member.department, Some(member.department.clone()), since);
    }
    needs::ask_resources(view, &mut project, now);
    goals::ask_all(view, &mut project, now);
    let mut readers: Vec<String> = project.people();
    readers.extend(project.asks.iter().map(|ask| ask.to.clone()));
    readers.sort();
    readers.dedup();
    readers.retain(|reader| *reader != manager);
    save(view, project.clone(), "everybody in it hears of it");
    for reader in readers {
        write_to(view, &project, &reader, "announced", now);
    }
}

/// One letter with all a person is asked: the form where it is still open, and numbered lines to grant and to sign.
pub(super) fn write_to(view: &mut View<'_>, project: &Project, reader: &str, why: &str, now: DateTime<Utc>) {
    let (rows, lines) = asks(project, reader, &["resource", "sign_off"]);
    let form: Vec<String> = project
        .asks
        .iter()
        .filter(|ask| ask.kind == "needs" && ask.to == reader)
        .filter_map(|ask| ask.department.clone())
        .collect();
    let sponsor = project.sponsor_address.as_deref() == Some(reader);
    let own = view.somebody(reader).department.clone();
    let responsibility = project
        .members
        .iter()
        .find(|m| m.address.as_deref() == Some(reader) || m.department == own)
        .and_then(|m| m.responsibility.clone());
    let only_to_sign = form.is_empty() && rows.iter().all(|row| row.get("kind") == Some(&json!("sign_off")));
    let name = match (form.is_empty() && rows.is_empty(), only_to_sign) {
        (true, _) => LetterName::ProjectOpened,
        (false, true) if why != "announced" => LetterName::SignOffRequest,
        _ => LetterName::NeedsRequest,
    };
    let mut letter =
        letter(project, name, reader, &format!("project: {why}")).with("project", shown_to(view, project, reader));
    letter = match name {
        LetterName::ProjectOpened => letter
            .with("role", if sponsor { "sponsor" } else { "member" })
            .with("by", &project.manager)
            .with("hints", json!([]))
            .with("missing", json!([]))
            .with("without_contact", json!([]))
            .with("unknown_manager", json!(null))
            .with("wait", 0)
            .with("silence_by", json!(null))
            .with("responsibility", &responsibility),
        LetterName::SignOffRequest => super::goals::sign_off_letter(view, project, letter, &rows, reader, now),
        _ => letter
            .with("form", &form)
            .with("responsibility", &responsibility)
            .with("by", &project.manager)
            .with(
                "resources",
                rows.iter().filter(|row| row.get("kind") == Some(&json!("resource"))).collect::<Vec<_>>(),
            )
            .with("goals", rows.iter().filter(|row| row.get("kind") == Some(&json!("sign_off"))).collect::<Vec<_>>())
            .with("silence_by", silence_by(view, reader, now)),
    };
    letter.lines = lines;
    let letter = post::waiting(view, letter, now);
    post::post(view, letter);
}

/// Facts that were missing, or are said anew, by somebody who runs it.
pub(super) fn completed(
    view: &mut View<'_>,
    mail: &MailRead,
    id: &str,
    reading: &ProjectReading,
    actor: &str,
    now: DateTime<Utc>,
) -> bool {
    let Some(mut project) = view.project(id) else { return false };
    let before = project.clone();
    let changed = merge(view, &mut project, reading);
    if let Some(name) = reading.name.as_ref().filter(|name| before.name.trim().is_empty() && !name.is_empty()) {
        project.name.clone_from(name);
    }
    if changed.is_empty() && project == before {
        return false;
    }
    let announced = project.marks.contains("announced");
    let open = project.is_asked("gaps", actor) || !announced;
    save(view, project.clone(), &format!("{}: {}", changed.join(", "), view_name(view, actor)));
    if announced {
        super::changes::of_plan(view, id, &before, &changed, actor, now);
        late_asks(view, id, now);
    } else if open {
        let missing = missing(&project, reading);
        if missing.is_empty() {
            announce(view, id, now);
            let Some(project) = view.project(id) else { return true };
            let letter = update(
                &project,
                actor,
                "started",
                json!({"by": view_name(view, actor), "told": project.members.iter().map(|m| &m.department).collect::<Vec<_>>()}),
            )
            .replying_to(&mail.message_id, &mail.references);
            post::post(view, letter);
        } else {
            tell_manager(view, mail, id, &missing, None, now);
        }
    }
    true
}

/// Departments, resources and sub-goals that came after everybody was told.
pub(super) fn late_asks(view: &mut View<'_>, id: &str, now: DateTime<Utc>) {
    let Some(mut project) = view.project(id) else { return };
    if !project.marks.contains("announced") {
        return;
    }
    let before = project.asks.clone();
    let manager = project.manager_address.clone();
    if !project.marks.contains("needs_told") {
        for member in project.members.clone() {
            let Some(to) = contact(view, &project, &member.department).filter(|to| Some(to) != manager.as_ref()) else {
                continue;
            };
            let told = project.needs.iter().any(|need| need.department == member.department)
                || before.iter().any(|ask| ask.kind == "needs" && ask.department.as_ref() == Some(&member.department));
            if !told {
                let since = held::sendable(view, &to, now);
                project.ask("needs", &to, &member.department, Some(member.department.clone()), since);
            }
        }
    }
    needs::ask_resources(view, &mut project, now);
    goals::ask_all(view, &mut project, now);
    let mut readers: Vec<String> =
        project.asks.iter().filter(|ask| !before.contains(ask)).map(|ask| ask.to.clone()).collect();
    readers.sort();
    readers.dedup();
    if readers.is_empty() {
        return;
    }
    save(view, project.clone(), "");
    for reader in readers {
        // Only what is new stands in the letter.
        let mut fresh = project.clone();
        fresh.asks.retain(|ask| !before.contains(ask));
        write_to(view, &fresh, &reader, "asked", now);
    }
}
