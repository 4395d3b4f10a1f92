//! What the departments need (O40): one form for each contact, compiled as 初步需求清单 into the kickoff's agenda; resources
//! asked of a department are granted by its head.

use super::letters::update;
use super::members::head;
use super::start::of_project;
use super::{Need, Project, save};
use crate::domain::action_item::ActionItem;
use crate::domain::event::MailRead;
use crate::domain::meeting::Meeting;
use crate::domain::reading::{AgendaReading, AttendeeReading, CallReading, Command, NeedsReading, RiskReading};
use crate::domain::view::{Handled, View};
use crate::domain::{digest, held, meeting, post};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Minutes of a kickoff called by a word.
const KICKOFF_MINUTES: u32 = 60;

/// A contact filled in the form, for every department it was asked for.
pub(super) fn answered(view: &mut View<'_>, id: &str, by: &str, reading: &NeedsReading, now: DateTime<Utc>) -> bool {
    let Some(mut project) = view.project(id) else { return false };
    let name = view.name_of(by);
    let asked: Vec<String> = project
        .asks
        .iter()
        .filter(|ask| ask.kind == "needs" && ask.to == by)
        .filter_map(|ask| ask.department.clone())
        .collect();
    let known: Vec<String> = project
        .needs
        .iter()
        .filter(|need| need.by.as_ref() == Some(&name))
        .map(|need| need.department.clone())
        .collect();
    let departments = if asked.is_empty() { known } else { asked };
    if departments.is_empty() {
        return false;
    }
    for department in departments {
        project.needs.retain(|need| need.department != department);
        project.needs.push(Need {
            department: department.clone(),
            by: Some(name.clone()),
            reading: reading.clone(),
            silent: false,
        });
    }
    project.asks.retain(|ask| !(ask.kind == "needs" && ask.to == by));
    if let Some(text) = reading.risks.as_ref().filter(|text| !text.is_empty() && !is_nothing(text)) {
        let known = project.risks.iter().any(|risk| text.contains(&risk.text));
        if !known {
            let risk = RiskReading { text: text.clone(), light: None, line: text.clone(), plan: None, owner: None };
            super::start::put_risk(view, &mut project, &risk, Some(&name));
        }
    }
    save(view, project, &format!("needs: {name}"));
    compiled(view, id, now);
    true
}

/// Said as 无.
fn is_nothing(text: &str) -> bool {
    matches!(
        text.trim().trim_end_matches(['。', '.']),
        "无" | "没有" | "暂无" | "none" | "None" | "no" | "No" | "nothing"
    )
}

/// Nobody of the department answered in time.
pub(super) fn silent(project: &mut Project, department: &str) {
    if !project.needs.iter().any(|need| need.department == department) {
        project.needs.push(Need { department: department.into(), silent: true, ..Need::default() });
    }
}

/// Rows of the list: department, who, resources, time, risks.
fn rows(project: &Project) -> Vec<Value> {
    project
        .needs
        .iter()
        .map(|need| {
            let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
            let free = said(&need.reading.text);
            json!({
                "department": need.department, "by": need.by, "silent": need.silent,
                "resources": said(&need.reading.resources).or(free), "time": said(&need.reading.time),
                "risks": said(&need.reading.risks),
            })
        })
        .collect()
}

/// Every contact has answered, or its time is over: the manager gets the list, ready for the kickoff.
pub(super) fn compiled(view: &mut View<'_>, id: &str, now: DateTime<Utc>) {
    let Some(mut project) = view.project(id) else { return };
    if project.needs.is_empty() || project.asks.iter().any(|ask| ask.kind == "needs") {
        return;
    }
    let first = project.marks.insert("needs_told".into());
    let Some(manager) = project.manager_address.clone() else { return };
    save(view, project.clone(), if first { "needs compiled" } else { "" });
    if !first {
        let entry = of_project(&project, "needs");
        return digest::note(view, &manager, entry, now);
    }
    let english = view.language_of(&manager).starts_with("en");
    let kickoff = agenda(&project, english);
    let data =
        json!({"needs": rows(&project), "kickoff": kickoff.iter().map(|topic| &topic.title).collect::<Vec<_>>()});
    post::post(view, update(&project, &manager, "needs", data));
}

/// Topics of the kickoff: goal, division of work, the needs of each department, risks, next steps.
fn agenda(project: &Project, english: bool) -> Vec<AgendaReading> {
    let topic = |title: String, minutes: u32, outcome: &str| AgendaReading {
        title,
        minutes: Some(minutes),
        presenter: None,
        required_outcome: Some(outcome.to_string()),
    };
    let word = |zh: &'static str, en: &'static str| if english { en } else { zh };
    let mut topics = vec![
        topic(word("项目目标与范围", "Goal and scope").into(), 10, word("目标达成共识", "agreed goal")),
        topic(
            word("责任分工与里程碑", "Division of work and milestones").into(),
            15,
            word("每项任务有人有期限", "an owner and a date for each task"),
        ),
    ];
    topics.extend(needs_topic(project, english));
    topics.push(topic(
        word("风险与应对", "Risks and plans").into(),
        10,
        word("红灯风险有应对和负责人", "a plan and an owner for each red risk"),
    ));
    topics
}

/// 初步需求清单 as one topic, the needs of each department in its title.
fn needs_topic(project: &Project, english: bool) -> Option<AgendaReading> {
    let said: Vec<String> = project
        .needs
        .iter()
        .filter_map(|need| {
            let parts = [&need.reading.resources, &need.reading.time, &need.reading.risks, &need.reading.text];
            let parts: Vec<&str> =
                parts.into_iter().flatten().map(|p| p.trim()).filter(|p| !p.is_empty() && !is_nothing(p)).collect();
            (!parts.is_empty()).then(|| match english {
                true => format!("{}: {}", need.department, parts.join("; ")),
                false => format!("{}：{}", need.department, parts.join("；")),
            })
        })
        .collect();
    if said.is_empty() {
        return None;
    }
    let title = match english {
        true => format!("First list of needs ({})", said.join(" / ")),
        false => format!("初步需求清单（{}）", said.join("／")),
    };
    let outcome = if english { "each need granted or dated" } else { "逐条确认资源和到位时间" };
    Some(AgendaReading { title, minutes: Some(15), presenter: None, required_outcome: Some(outcome.into()) })
}

/// The meetings this mail just called are those of the projects it names.
pub fn link_meetings(view: &mut View<'_>, mail: &MailRead, calls: &[CallReading]) {
    let made: Vec<String> = view.touched_ids().iter().filter(|id| id.starts_with("M-")).cloned().collect();
    for id in made {
        let Some(mut meeting) = view.meeting(&id).filter(|meeting| meeting.project.is_none()) else { continue };
        let call = calls.iter().find(|call| call.title.as_ref() == Some(&meeting.title)).or(calls.first());
        if let Some(project) = call.and_then(|call| project_of_call(view, mail, call)) {
            meeting.project = Some(project.id);
            view.put_meeting(meeting, "");
        }
    }
}

/// The project a call is for: its name stands in the call's title.
fn project_of_call(view: &View<'_>, mail: &MailRead, call: &CallReading) -> Option<Project> {
    let author = mail.author.as_ref()?;
    let title = call.title.clone().unwrap_or_else(|| mail.base_subject.clone());
    let named = mail.subject_ids.iter().find_map(|id| view.project(id));
    named.or_else(|| {
        let ids = view.ids("projects_of", &author.address);
        let mut fit = ids.iter().filter_map(|id| view.project(id)).filter(|project| {
            project.name.chars().count() >= 2 && title.to_lowercase().contains(&project.name.to_lowercase())
        });
        let one = fit.next()?;
        fit.next().is_none().then_some(one)
    })
}

/// A call for a project's kickoff, with what the departments need on its agenda.
pub fn kickoff_agenda(view: &View<'_>, mail: &MailRead, call: &CallReading) -> CallReading {
    let mut call = call.clone();
    if call.kind.as_deref() == Some("kickoff")
        && let Some(project) = project_of_call(view, mail, &call)
        && let Some(author) = &mail.author
        && project.is_run_by(&author.address)
        && !call.agenda.iter().any(|topic| topic.title.contains("需求清单") || topic.title.contains("needs"))
    {
        let english = view.language_of(&author.address).starts_with("en");
        call.agenda.extend(needs_topic(&project, english));
    }
    call
}

/// `开会 周四10:00` of the manager calls the kickoff with everybody in it.
pub(super) fn convene(
    view: &mut View<'_>,
    mail: &MailRead,
    project: &Project,
    cmd: &Command,
    now: DateTime<Utc>,
) -> Handled {
    let Some(manager) = project.manager_address.clone() else { return Handled::NotMine };
    let english = view.language_of(&manager).starts_with("en");
    let attendees = project
        .people()
        .into_iter()
        .filter(|address| *address != manager)
        .map(|address| AttendeeReading {
            name: view.name_of(&address),
            role: (project.sponsor_address.as_ref() == Some(&address)).then(|| "decider".to_string()),
            address: Some(address),
        })
        .collect();
    let title = if english { format!("{} kickoff", project.name) } else { format!("{}启动会", project.name) };
    let call = CallReading {
        title: Some(title),
        kind: Some("kickoff".into()),
        objective: project.objective.clone(),
        start: cmd.start,
        minutes: Some(cmd.minutes.unwrap_or(KICKOFF_MINUTES)),
        place: cmd.place.clone(),
        attendees,
        agenda: agenda(project, english),
        confidential: project.confidential,
        ..CallReading::default()
    };
    meeting::call(view, mail, &[call], now);
    let made: Vec<String> = view.touched_ids().iter().filter(|id| id.starts_with("M-")).cloned().collect();
    for id in made {
        if let Some(mut meeting) = view.meeting(&id).filter(|meeting| meeting.project.is_none()) {
            meeting.project = Some(project.id.clone());
            view.put_meeting(meeting, "");
        }
    }
    Handled::Yes
}

/// Minutes of a meeting of a project are out: what was agreed there is work of the project.
pub fn minuted(view: &mut View<'_>, meeting: &Meeting, items: &[ActionItem], now: DateTime<Utc>) {
    let Some(mut project) = meeting.project.as_deref().and_then(|id| view.project(id)).filter(Project::is_open) else {
        return;
    };
    let new: Vec<String> = items.iter().map(|item| item.id.clone()).filter(|id| !project.tasks.contains(id)).collect();
    let risks: Vec<&RiskReading> =
        meeting.risks.iter().filter(|risk| !project.risks.iter().any(|known| known.text == risk.text)).collect();
    if new.is_empty() && risks.is_empty() {
        return;
    }
    for risk in risks {
        super::start::put_risk(view, &mut project, risk, None);
    }
    project.tasks.extend(new);
    project.marks.insert("tables".into());
    let id = project.id.clone();
    save(view, project, &format!("minutes of {}", meeting.id));
    super::goals::settle(view, &id, now);
}

/// Resources somebody asks of a department are put to its head.
pub(super) fn ask_resources(view: &View<'_>, project: &mut Project, now: DateTime<Utc>) {
    for at in 0..project.resources.len() {
        let Some(resource) = project.resources.get(at).cloned() else { continue };
        if resource.granted.is_some() || resource.head.is_some() {
            continue;
        }
        let Some(to) = resource.department.as_deref().and_then(|of| head(view, project, of)) else { continue };
        if let Some(resource) = project.resources.get_mut(at) {
            resource.head = Some(to.clone());
            if project.manager_address.as_ref() == Some(&to) {
                // The manager's own people: asking for them is granting them.
                resource.granted = Some(true);
                resource.granted_by = Some(view.name_of(&to));
                continue;
            }
        }
        let since = held::sendable(view, &to, now);
        project.ask("resource", &to, &resource.text, resource.department.clone(), since);
    }
}

/// 同意 or 不同意 of a head, for these resources.
pub(super) fn granted(
    view: &mut View<'_>,
    project: &mut Project,
    texts: &[String],
    by: &str,
    yes: bool,
    reason: Option<String>,
    now: DateTime<Utc>,
) {
    let name = view.name_of(by);
    for resource in project.resources.iter_mut().filter(|resource| texts.contains(&resource.text)) {
        resource.granted = Some(yes);
        resource.granted_by = Some(name.clone());
        resource.note.clone_from(&reason);
    }
    project.asks.retain(|ask| !(ask.kind == "resource" && texts.contains(&ask.text)));
    if let Some(manager) = project.manager_address.clone().filter(|manager| manager != by) {
        for text in texts {
            let mut said = text.clone();
            if let Some(reason) = &reason {
                said = format!("{said} — {reason}");
            }
            let verb = if yes { "grant" } else { "refuse_resource" };
            let mut entry = of_project(project, verb).by(&name).text(Some(&said));
            // Several resources are several lines of the manager's digest.
            entry.task = Some(text.clone());
            entry.id = None;
            entry.text = reason.clone();
            digest::note(view, &manager, entry, now);
        }
    }
}
