//! What a mail says of a project: tables, forms, labelled lines, and words about its numbered lines.

use super::members::{department, rights};
use super::start::{completed, of_project, open};
use super::{Ask, Milestone, Project, Stage, changes, closing, goals, needs, progress, risks, save, tables};
use crate::domain::action_item::actor;
use crate::domain::event::MailRead;
use crate::domain::reading::{Command, Context, ProgressReading, ProjectReading, Verb};
use crate::domain::receipt;
use crate::domain::view::{Handled, View};
use crate::domain::{digest, passed_on, undo};
use chrono::{DateTime, Utc};

/// The project a mail is about: of the letter it answers, or named in its subject, or that of the tasks answered about.
fn about(view: &View<'_>, mail: &MailRead) -> Option<String> {
    let of_letter = mail.answers.iter().flat_map(|letter| letter.objects.iter());
    let named = of_letter.chain(&mail.subject_ids).find(|id| id.starts_with("P-") && view.project(id).is_some());
    if let Some(id) = named {
        return Some(id.clone());
    }
    let of_tasks = mail.answers.iter().flat_map(|letter| letter.objects.iter()).chain(&mail.subject_ids);
    let mut projects: Vec<String> = of_tasks
        .filter_map(|id| view.action(id))
        .filter(|item| item.source.kind == "project")
        .filter_map(|item| item.source.id)
        .collect();
    projects.dedup();
    match projects.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// One of the writer's projects with this name.
fn by_name(view: &View<'_>, name: &str, by: &str) -> Option<String> {
    let wanted = tables::key(name);
    let ids = view.ids("projects_of", by);
    let mut fits = ids.into_iter().filter(|id| {
        view.project(id).is_some_and(|project| !wanted.is_empty() && tables::key(&project.name) == wanted)
    });
    let one = fits.next()?;
    fits.next().is_none().then_some(one)
}

/// What a mail was to a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    Nothing,
    /// Labelled lines were taken; what else it says is still to be read.
    Lines,
    /// A form or a table, or lines and nothing else.
    Whole,
}

/// Takes forms, tables and labelled lines of a project.
pub fn received(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) -> Received {
    let sheet = mail.reads.project.is_some() || mail.reads.progress.is_some();
    let more = mail.reply.commands.iter().any(|command| command.verb != Verb::Comment)
        || mail.reads.minutes.is_some()
        || mail.reads.meeting.is_some();
    match taken(view, mail, now) {
        false => Received::Nothing,
        true if sheet || !more => Received::Whole,
        true => Received::Lines,
    }
}

fn taken(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) -> bool {
    let Some(by) = actor(view, mail) else { return false };
    let named = mail.project_words.as_ref().and_then(|words| words.cancel.as_ref()?.id.clone());
    let about = named.filter(|id| view.project(id).is_some()).or_else(|| about(view, mail));
    if let Some(reading) = &mail.reads.project {
        let known = about.clone().or_else(|| reading.name.as_deref().and_then(|name| by_name(view, name, &by)));
        return match known {
            Some(id) => sheet(view, mail, &id, reading, &by, now),
            // O10: a plan between others that we only overhear starts nothing.
            None if mail.listening => false,
            None => {
                open(view, mail, reading, now);
                true
            }
        };
    }
    if let Some(rows) = &mail.reads.progress {
        // An id that names no project of ours is not guessed around.
        let names_another = mail.subject_ids.iter().any(|id| id.starts_with("P-"));
        let id = about.clone().or_else(|| project_of_rows(view, &by, rows).filter(|_| !names_another));
        if let Some(id) = id {
            return progress::take(view, mail, &id, rows, &by, now) || words(view, mail, &id, &by, now);
        }
        return false;
    }
    match about {
        Some(id) => words(view, mail, &id, &by, now),
        None => false,
    }
}

/// The project of this person that the rows are about: the only one there is, else the only one with such a task.
fn project_of_rows(view: &View<'_>, by: &str, rows: &[ProgressReading]) -> Option<String> {
    let mut ids = view.ids("projects_of", by);
    for item in view.open_of(by) {
        if let Some(id) = item.source.id.filter(|_| item.source.kind == "project") {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    if ids.len() > 1 {
        ids.retain(|id| progress::is_about(view, id, rows));
    }
    match ids.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// Tables and facts of a project that is known.
fn sheet(
    view: &mut View<'_>,
    mail: &MailRead,
    id: &str,
    reading: &ProjectReading,
    by: &str,
    now: DateTime<Utc>,
) -> bool {
    let Some(project) = view.project(id).filter(Project::is_open) else { return false };
    let rights = rights(view, &project, by, now);
    if !rights.member {
        view.audit(format!("not allowed: {by} has no part in {id}"));
        passed_on::say(view, mail, mail.text.trim(), Some(id.to_string()), now);
        return true;
    }
    undo::remember(view, mail, id, now);
    let mut done = false;
    if rights.runs {
        done |= completed(view, mail, id, reading, by, now);
    } else {
        // A department may say what is its own: sub-goals, resources it asks for, risks.
        let own = |of: &Option<String>| {
            let of = of.as_deref().map(|of| department(view, of));
            rights.speaks_for(of.as_deref())
        };
        let reading = ProjectReading {
            subgoals: reading.subgoals.iter().filter(|goal| own(&goal.department)).cloned().collect(),
            risks: reading.risks.clone(),
            resources: reading.resources.clone(),
            ..ProjectReading::default()
        };
        done |= completed(view, mail, id, &reading, by, now);
    }
    done |= tables::read(view, mail, id, reading, by, now);
    done |= words(view, mail, id, by, now);
    goals::settle(view, id, now);
    done
}

/// The labelled lines. True where the mail held nothing else, no commands above all.
fn words(view: &mut View<'_>, mail: &MailRead, id: &str, by: &str, now: DateTime<Utc>) -> bool {
    let Some(words) = &mail.project_words else { return false };
    let Some(mut project) = view.project(id).filter(Project::is_open) else { return false };
    let rights = rights(view, &project, by, now);
    if !rights.member {
        return false;
    }
    undo::remember(view, mail, id, now);
    let mut done = false;
    if let Some(reading) = &words.needs {
        if needs::answered(view, id, by, reading, now) {
            let entry = of_project(&project, "needs").by(&view.name_of(by));
            receipt::changed(view, mail, entry, false, now);
            done = true;
        }
        project = view.project(id).unwrap_or(project);
    }
    if let Some(reading) = &words.feedback {
        if closing::feedback(view, id, by, reading, now) {
            done = true;
            project = view.project(id).unwrap_or(project);
            if project.is_open() {
                let entry = of_project(&project, "feedback").by(&view.name_of(by));
                digest::record(view, by, entry, now);
            }
        }
    }
    if !project.is_open() {
        return done;
    }
    if words.needs.is_none() {
        done |= risks::said(view, mail, &mut project, words, by, now);
    }
    if !words.changes.is_empty() {
        changes::said(view, mail, &mut project, &words.changes, by, rights.runs, now);
        done = true;
    }
    if !words.depends.is_empty() {
        done |= tables::depend(view, mail, id, &words.depends, by, now);
    }
    for name in &words.milestones {
        done |= reached(view, mail, id, name, by, rights.runs, now);
    }
    if rights.runs && mail.reads.project.is_none() {
        // Risks of the form are told above.
        let fields = ProjectReading { risks: Vec::new(), ..words.fields.clone() };
        if fields != ProjectReading::default() {
            done |= completed(view, mail, id, &fields, by, now);
            done |= tables::read(view, mail, id, &fields, by, now);
        }
    }
    if let Some(start) = words.meet.filter(|_| rights.runs) {
        let command = Command { start: Some(start), ..Command::new(Verb::Convene) };
        project = view.project(id).unwrap_or(project);
        done |= needs::convene(view, mail, &project, &command, now) == Handled::Yes;
    }
    if let Some(cancel) = &words.cancel {
        if rights.runs {
            closing::cancel(view, mail, id, by, cancel.reason.clone(), now);
        } else {
            passed_on::say(view, mail, mail.text.trim(), Some(id.to_string()), now);
        }
        return true;
    }
    if words.close {
        if rights.runs {
            closing::begin(view, id, by, now);
        } else {
            passed_on::say(view, mail, mail.text.trim(), Some(id.to_string()), now);
        }
        done = true;
    }
    done
}

/// A milestone is reached, by its owner or who runs the project.
fn reached(
    view: &mut View<'_>,
    mail: &MailRead,
    id: &str,
    name: &str,
    by: &str,
    runs: bool,
    now: DateTime<Utc>,
) -> bool {
    let Some(mut project) = view.project(id) else { return false };
    let wanted = tables::key(name);
    let fits = |milestone: &Milestone| {
        let known = tables::key(&milestone.name);
        known == wanted || known.contains(&wanted) && wanted.chars().count() > 1
    };
    let own = |milestone: &Milestone| runs || milestone.owner_address.as_deref() == Some(by);
    let Some(milestone) = project.milestones.iter_mut().find(|m| !m.reached && fits(m) && own(m)) else { return false };
    milestone.reached = true;
    milestone.reached_at = Some(now);
    let name = milestone.name.clone();
    let who = view.name_of(by);
    let entry = of_project(&project, "milestone").by(&who).text(Some(&name));
    let manager = project.manager_address.clone().filter(|manager| manager != by);
    save(view, project, &format!("milestone reached: {who}"));
    receipt::changed(view, mail, entry.clone(), false, now);
    if let Some(manager) = manager {
        digest::note(view, &manager, entry, now);
    }
    true
}

/// Verbs that answer a question of this kind: what they say to it.
fn says(kind: &str, verb: Verb) -> Option<bool> {
    use Verb::*;
    match verb {
        SignOff | Approve | Accept => Some(true),
        Confirm if kind != "sign_off" => Some(true),
        Confirm => Some(true),
        Refuse | Reject | Decline | Object => Some(false),
        Done if matches!(kind, "close" | "milestone") => Some(true),
        _ => None,
    }
}

/// The only project that waits for a word of this kind from the writer: 签字 in answer to a digest.
pub fn only_ask(view: &View<'_>, person: &str, verb: Verb) -> Option<String> {
    if !matches!(verb, Verb::SignOff | Verb::Approve | Verb::Refuse | Verb::Accept | Verb::Reject) {
        return None;
    }
    let ids = view.ids("asked", person);
    let waits = |id: &&String| {
        view.project(id).is_some_and(|project| {
            project.asks.iter().any(|ask| {
                ask.to == person && matches!(ask.kind.as_str(), "sign_off" | "resource" | "change" | "close")
            })
        })
    };
    let found: Vec<&String> = ids.iter().filter(waits).collect();
    match found.as_slice() {
        [only] => Some((*only).clone()),
        _ => None,
    }
}

/// A word about a project, or about a numbered line of one of its letters.
pub fn command(view: &mut View<'_>, mail: &MailRead, id: &str, cmd: &Command, now: DateTime<Utc>) -> Handled {
    let Some(mut project) = view.project(id) else { return Handled::NotMine };
    let Some(by) = actor(view, mail) else { return Handled::NotAllowed };
    let rights = rights(view, &project, &by, now);
    if !rights.member || !project.is_open() {
        return if rights.member { Handled::NotMine } else { Handled::NotAllowed };
    }
    undo::remember(view, mail, id, now);
    let line = cmd.item.and_then(|n| {
        let letter = mail.answers.as_ref()?;
        letter.lines.iter().find(|line| line.n == n && line.id == id).map(|line| line.task.clone())
    });
    // Who stands in for the reader of a letter answers for that person.
    let asked_of: Vec<String> = match mail.answers.as_ref() {
        Some(letter) if letter.to != by && crate::domain::action_item::speaks_for(view, &by, &letter.to, true, now) => {
            vec![letter.to.clone(), by.clone()]
        }
        _ => vec![by.clone()],
    };
    match cmd.verb {
        Verb::Convene | Verb::Reschedule | Verb::ProposeTime if rights.runs && cmd.start.is_some() => {
            return needs::convene(view, mail, &project, cmd, now);
        }
        // 取消 P-3, by its id: a bare 取消 may mean anything.
        Verb::Cancel if rights.runs && cmd.line.to_uppercase().contains(&project.id) => {
            closing::cancel(view, mail, id, &by, cmd.reason.clone(), now);
            return Handled::Yes;
        }
        Verb::Send | Verb::Proceed if rights.runs && !project.marks.contains("announced") => {
            project.asks.retain(|ask| ask.kind != "gaps");
            save(view, project, "goes on with what there is");
            super::start::announce(view, id, now);
            return Handled::Yes;
        }
        _ => {}
    }
    let open: Vec<Ask> = project
        .asks
        .iter()
        .filter(|ask| {
            asked_of.contains(&ask.to) && matches!(ask.kind.as_str(), "sign_off" | "resource" | "change" | "close")
        })
        .filter(|ask| line.as_ref().is_none_or(|line| ask.text == *line || *line == project.name))
        .filter(|ask| says(&ask.kind, cmd.verb).is_some())
        .cloned()
        .collect();
    if open.is_empty() {
        if let Some(name) = line.filter(|_| cmd.verb == Verb::Done) {
            if reached(view, mail, id, &name, &by, rights.runs, now) {
                return Handled::Yes;
            }
        }
        return earlier(view, mail, project, cmd, &asked_of, now);
    }
    let yes = says(&open[0].kind, cmd.verb).unwrap_or(false);
    let reason = cmd.reason.clone().filter(|reason| !reason.trim().is_empty());
    let texts = |kind: &str| -> Vec<String> {
        open.iter().filter(|ask| ask.kind == kind).map(|ask| ask.text.clone()).collect()
    };
    let (signs, resources, asked) = (texts("sign_off"), texts("resource"), texts("change"));
    let name = view.name_of(&by);
    if !signs.is_empty() {
        goals::answered(view, &mut project, &signs, &by, yes, reason.clone(), now);
    }
    if !resources.is_empty() {
        needs::granted(view, &mut project, &resources, &by, yes, reason.clone(), now);
    }
    let verb = match (signs.is_empty(), resources.is_empty(), yes) {
        (false, _, true) => "sign_off",
        (true, false, true) => "grant",
        (_, _, true) => "approve",
        _ => "refuse",
    };
    save(view, project.clone(), &format!("{verb}: {name}"));
    if !asked.is_empty() {
        if yes {
            changes::adopt(view, &mut project, &asked, &by, now);
        } else {
            changes::refuse(view, &mut project, &asked, &by, reason);
        }
    }
    if open.iter().any(|ask| ask.kind == "close") {
        if yes {
            closing::begin(view, id, &by, now);
        } else if let Some(mut project) = view.project(id) {
            project.asks.retain(|ask| ask.kind != "close");
            save(view, project, &format!("it does not close yet: {name}"));
        }
    }
    let entry = of_project(&project, verb).by(&name);
    receipt::changed(view, mail, entry, false, now);
    goals::settle(view, id, now);
    Handled::Yes
}

/// A word that comes after its question was over: 签字 of what is shown as 未签, 同意 of a resource.
fn earlier(
    view: &mut View<'_>,
    mail: &MailRead,
    mut project: Project,
    cmd: &Command,
    asked_of: &[String],
    now: DateTime<Utc>,
) -> Handled {
    let Some(yes) = says("sign_off", cmd.verb) else { return Handled::NotMine };
    let Some(letter) = mail.answers.as_ref().filter(|letter| asked_of.contains(&letter.to)) else {
        return Handled::NotMine;
    };
    let lines: Vec<&String> = letter
        .lines
        .iter()
        .filter(|line| line.id == project.id && cmd.item.is_none_or(|n| n == line.n))
        .map(|line| &line.task)
        .collect();
    let by = asked_of.last().cloned().unwrap_or_default();
    let own = rights(view, &project, &by, now);
    let goals: Vec<String> = project
        .subgoals
        .iter()
        .filter(|goal| own.speaks_for(goal.department.as_deref()))
        .filter(|goal| letter.context == Context::SignOff || lines.contains(&&goal.text))
        .map(|goal| goal.text.clone())
        .collect();
    let resources: Vec<String> = project
        .resources
        .iter()
        .filter(|resource| lines.contains(&&resource.text) && own.speaks_for(resource.department.as_deref()))
        .map(|resource| resource.text.clone())
        .collect();
    if goals.is_empty() && resources.is_empty() {
        return Handled::NotMine;
    }
    if !goals.is_empty() {
        goals::answered(view, &mut project, &goals, &by, yes, cmd.reason.clone(), now);
    }
    if !resources.is_empty() {
        needs::granted(view, &mut project, &resources, &by, yes, cmd.reason.clone(), now);
    }
    let name = view.name_of(&by);
    let entry = of_project(&project, if yes { "sign_off" } else { "refuse" }).by(&name);
    let id = project.id.clone();
    save(view, project, &format!("answered late: {name}"));
    receipt::changed(view, mail, entry, false, now);
    goals::settle(view, &id, now);
    Handled::Yes
}

/// A project given from outside (`load`, `simulate`): its people are found, and what is open is known, not asked again.
pub fn loaded(view: &mut View<'_>, mut project: Project, now: DateTime<Utc>) {
    let find = |view: &View<'_>, name: &Option<String>| {
        name.as_deref().and_then(|name| super::members::find(view, &[], name)).map(|(address, _)| address)
    };
    if project.manager_address.is_none() {
        project.manager_address = find(view, &project.manager);
    }
    if project.sponsor_address.is_none() {
        project.sponsor_address = find(view, &project.sponsor);
    }
    for at in 0..project.members.len() {
        let Some(member) = project.members.get(at).cloned() else { continue };
        let named = department(view, &member.department);
        let address = member
            .address
            .clone()
            .or_else(|| find(view, &member.person))
            .or_else(|| view.directory.contact_of(&named).map(|person| person.address.clone()));
        if let Some(member) = project.members.get_mut(at) {
            member.department = named;
            if member.person.is_none() {
                member.person = address.as_ref().map(|address| view.name_of(address));
            }
            member.address = address;
        }
    }
    for at in 0..project.milestones.len() {
        let owner = project.milestones.get(at).and_then(|milestone| find(view, &milestone.owner));
        if let Some(milestone) = project.milestones.get_mut(at) {
            milestone.owner_address = owner;
        }
    }
    for goal in project.subgoals.iter_mut().filter(|goal| goal.sign_off.is_empty()) {
        goal.sign_off = "none".into();
    }
    project.marks.insert("announced".into());
    if project.state != Stage::Proposed {
        // What its departments need was settled before it came to us.
        project.marks.insert("needs_told".into());
    }
    if !project.tasks.is_empty() {
        project.marks.insert("tables".into());
    }
    if project.state == Stage::Running && project.running_since.is_none() {
        project.running_since = Some(crate::domain::clock::Clock::house(view.rules).today(now)).max(project.start);
    }
    save(view, project, "loaded");
}
