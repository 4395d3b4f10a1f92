//! Who is in a project, and what each may do: the manager runs it, so does the sponsor; a head or contact speaks for the
//! department; everybody else changes nothing (SPEC 7).

use super::Project;
use crate::domain::action_item::speaks_for;
use crate::domain::person::{Person, Resolved};
use crate::domain::post;
use crate::domain::view::View;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Whom a written name means: a colleague, or somebody who is in it already.
pub(super) fn find(view: &View<'_>, concerned: &[String], written: &str) -> Option<(String, String)> {
    match view.resolve(written, concerned) {
        Resolved::One(address) if post::is_known_reader(view, None, &address) || concerned.contains(&address) => {
            let name = view.name_of(&address);
            Some((address, name))
        }
        _ => None,
    }
}

/// A department as people.csv spells it: 研发 is 研发部.
pub(super) fn department(view: &View<'_>, written: &str) -> String {
    let written = written.trim();
    let directory = &view.directory;
    if directory.is_department(written) {
        return written.to_string();
    }
    let longer = format!("{written}部");
    if directory.is_department(&longer) {
        return longer;
    }
    match written.strip_suffix('部').filter(|shorter| directory.is_department(shorter)) {
        Some(shorter) => shorter.to_string(),
        None => {
            let same = directory.people().iter().find(|p| p.department.eq_ignore_ascii_case(written));
            same.map_or_else(|| written.to_string(), |person| person.department.clone())
        }
    }
}

/// Who answers for a department in this project: whom its row names, else its contact, else its head.
pub(super) fn contact(view: &View<'_>, project: &Project, of: &str) -> Option<String> {
    let of = department(view, of);
    let named = project.members.iter().find(|member| member.department == of).and_then(|m| m.address.clone());
    named.or_else(|| view.directory.contact_of(&of).map(|person| person.address.clone()))
}

/// Who decides for a department: its head, else who answers for it.
pub(super) fn head(view: &View<'_>, project: &Project, of: &str) -> Option<String> {
    let head: Option<&Arc<Person>> = view.directory.head_of(&department(view, of));
    head.map(|person| person.address.clone()).or_else(|| contact(view, project, of))
}

/// What somebody may do with a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Manager or sponsor, or who stands in for them.
    pub runs: bool,
    /// Departments that are spoken for.
    pub departments: Vec<String>,
    /// Anything at all in it.
    pub member: bool,
}

impl Rights {
    pub fn speaks_for(&self, department: Option<&str>) -> bool {
        self.runs || department.is_some_and(|department| self.departments.iter().any(|own| own == department))
    }
}

/// What this person is to the project.
pub fn rights(view: &View<'_>, project: &Project, actor: &str, now: DateTime<Utc>) -> Rights {
    let is =
        |address: &Option<String>| address.as_ref().is_some_and(|address| speaks_for(view, actor, address, true, now));
    let mut rights = Rights { runs: is(&project.manager_address) || is(&project.sponsor_address), ..Rights::default() };
    let own = view.person(actor);
    let leads = own.as_ref().is_some_and(|person| matches!(person.role.as_str(), "head" | "contact"));
    for member in &project.members {
        let by_role = leads && own.as_ref().is_some_and(|person| person.department == member.department);
        if by_role || is(&member.address) {
            rights.departments.push(member.department.clone());
        }
    }
    if let Some(person) = own.filter(|_| leads) {
        let named = project.resources.iter().filter_map(|r| r.department.as_ref());
        let named = named.chain(project.subgoals.iter().filter_map(|goal| goal.department.as_ref()));
        if named.into_iter().any(|department| *department == person.department)
            && !rights.departments.contains(&person.department)
        {
            rights.departments.push(person.department.clone());
        }
    }
    rights.member = rights.runs
        || !rights.departments.is_empty()
        || project.asks.iter().any(|ask| ask.to == actor)
        || project.people().iter().any(|address| address == actor)
        || project.tasks.iter().any(|id| {
            view.action(id).is_some_and(|item| {
                item.owner_address.as_deref() == Some(actor) || item.helper_addresses.iter().any(|a| a == actor)
            })
        });
    rights
}
