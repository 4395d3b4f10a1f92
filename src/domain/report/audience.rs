//! Who reads about an object, and who may ask about it (O38, O39).
//!
//! An outsider sees own items and nothing else: no project, no issue of others, no list of people.

use crate::domain::action_item::ActionItem;
use crate::domain::issue::Issue;
use crate::domain::meeting::Meeting;
use crate::domain::outside::{is_outside, sees};
use crate::domain::person::Resolved;
use crate::domain::project::Project;
use crate::domain::view::View;

/// Open items of one person that are looked through for a project.
const ITEMS_LOOK_MAX: usize = 500;

/// Who reads the report of a project, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    pub address: String,
    /// All of it with the spreadsheet; else the one screen for leaders.
    pub full: bool,
}

/// The address of a named person; none where the name is not clear.
fn address_of(view: &View<'_>, written: &str) -> Option<String> {
    if written.contains('@') {
        return Some(written.to_lowercase());
    }
    match view.resolve(written, &[]) {
        Resolved::One(address) => Some(address),
        _ => None,
    }
}

/// Manager, the people of the departments that take part, and the sponsor; outsiders never. A department without a person
/// named is represented by its contact.
///
/// Leaders get one screen: the sponsor, who only supervises, and heads who have somebody of theirs in the project. The
/// manager always gets all of it.
pub fn readers(view: &View<'_>, project: &Project) -> Vec<Reader> {
    let mut all: Vec<Reader> = Vec::new();
    // O38: nobody reads about it who is not in it.
    if project.confidential {
        return all;
    }
    let mut add = |address: Option<String>, full: bool| {
        let Some(address) = address.filter(|address| !is_outside(view, address)) else { return };
        match all.iter_mut().find(|reader| reader.address == address) {
            Some(reader) => reader.full |= full,
            None => all.push(Reader { address, full }),
        }
    };
    let manager = project.manager_address.clone().or_else(|| address_of(view, project.manager.as_deref()?));
    add(manager, true);
    for member in &project.members {
        let named = member.person.as_deref().and_then(|person| address_of(view, person));
        let person = named.or_else(|| view.directory.contact_of(&member.department).map(|p| p.address.clone()));
        let role = person.as_deref().and_then(|address| view.person(address)).map(|p| p.role.clone());
        let leads = member.responsibility.as_deref() == Some("lead");
        let above = matches!(role.as_deref(), Some("sponsor")) || matches!(role.as_deref(), Some("head")) && !leads;
        add(person, !above && member.responsibility.as_deref() != Some("supervise"));
    }
    let sponsor = project.sponsor_address.clone().or_else(|| address_of(view, project.sponsor.as_deref()?));
    add(sponsor, false);
    all
}

/// All concerned; of a meeting of a project that is not confidential also the project's readers.
pub fn may_see_meeting(view: &View<'_>, meeting: &Meeting, address: &str) -> bool {
    if meeting.concerned().iter().any(|a| a == address) {
        return true;
    }
    let project = meeting.project.as_deref().filter(|_| !meeting.confidential).and_then(|id| view.project(id));
    project.is_some_and(|project| reads(view, &project, address))
}

/// Owner, helpers, supervisor, organizer; insiders also through its meeting, project or issue.
pub fn may_see_item(view: &View<'_>, item: &ActionItem, address: &str) -> bool {
    let own = [&item.owner_address, &item.organizer_address, &item.supervisor_address, &item.asked_address];
    let others = item.helper_addresses.iter().chain(&item.escalated_to);
    if own.into_iter().flatten().chain(others).any(|a| a == address) {
        return true;
    }
    if is_outside(view, address) {
        return sees(view, address, item);
    }
    if item.confidential && item.source.kind != "meeting" {
        return false;
    }
    let Some(id) = item.source.id.as_deref() else { return false };
    match item.source.kind.as_str() {
        "meeting" => view.meeting(id).is_some_and(|m| match item.confidential {
            true => m.concerned().iter().any(|a| a == address),
            false => may_see_meeting(view, &m, address),
        }),
        "project" => view.project(id).is_some_and(|p| reads(view, &p, address)),
        "issue" => view.issue(id).is_some_and(|q| may_see_issue(view, &q, address)),
        _ => false,
    }
}

fn reads(view: &View<'_>, project: &Project, address: &str) -> bool {
    readers(view, project).iter().any(|reader| reader.address == address)
}

/// Readers of its report, the head of a department that takes part, and insiders who own one of its tasks.
pub fn may_see_project(view: &View<'_>, project: &Project, address: &str) -> bool {
    if reads(view, project, address) {
        return true;
    }
    if is_outside(view, address) || project.confidential {
        return false;
    }
    let heads = project.members.iter().filter_map(|member| view.directory.head_of(&member.department));
    if heads.into_iter().any(|head| head.address == address) {
        return true;
    }
    let own = view.ids("open_of", address).into_iter().take(ITEMS_LOOK_MAX);
    own.filter_map(|id| view.action(&id)).any(|item| item.source.id.as_deref() == Some(&project.id))
}

/// Initiator, contact, contacts and heads of the departments involved, who solves it, and the sponsor it went up to.
pub fn may_see_issue(view: &View<'_>, issue: &Issue, address: &str) -> bool {
    if is_outside(view, address) {
        return issue.initiator_address.as_deref() == Some(address);
    }
    if [&issue.initiator_address, &issue.contact_address].into_iter().flatten().any(|a| a == address) {
        return true;
    }
    if issue.submitter.as_deref() == Some(address) || issue.live().any(|(_, party)| party.address == address) {
        return true;
    }
    if issue.confidential {
        return false;
    }
    if issue.concerned().iter().any(|one| one == address) {
        return true;
    }
    let departments = issue.department.iter().chain(&issue.departments).chain(&issue.informed);
    let person = view.person(address);
    let of = |department: &String| {
        let here = person.as_ref().filter(|person| &person.department == department);
        here.is_some_and(|person| matches!(person.role.as_str(), "head" | "contact"))
    };
    if departments.into_iter().any(of) {
        return true;
    }
    if issue.escalated && person.as_ref().is_some_and(|person| person.role == "sponsor") {
        return true;
    }
    let solver = issue.resolution.as_ref().and_then(|resolution| address_of(view, resolution.owner.as_deref()?));
    solver.as_deref() == Some(address)
        || issue.project.as_deref().and_then(|id| view.project(id)).is_some_and(|p| reads(view, &p, address))
}
