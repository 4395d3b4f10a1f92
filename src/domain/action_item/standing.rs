//! Who may say what about an item (SPEC 7, O5): owner, organizer, supervisor, and who stands in for them.

use super::{ActionItem, organizer_of};
use crate::domain::event::MailRead;
use crate::domain::person::Resolved;
use crate::domain::view::View;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A dated stand-in; the fact `deputy/<address of the principal>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Deputy {
    pub to: String,
    pub from: Option<chrono::NaiveDate>,
    pub until: Option<chrono::NaiveDate>,
    pub may_approve: bool,
}

/// The primary address of who wrote a mail.
pub fn actor(view: &View<'_>, mail: &MailRead) -> Option<String> {
    let author = mail.author.as_ref()?;
    Some(view.person(&author.address).map_or_else(|| author.address.to_lowercase(), |person| person.address.clone()))
}

/// Whether `actor` is `principal`, or stands in: an assistant or deputy reports and answers attendance; approvals only
/// with `may_approve` (O5).
pub fn speaks_for(view: &View<'_>, actor: &str, principal: &str, approving: bool, now: DateTime<Utc>) -> bool {
    if actor == principal {
        return true;
    }
    let today = view.local(principal, now).date_naive();
    let deputy = view.note(&format!("deputy/{principal}")).and_then(|v| serde_json::from_value::<Deputy>(v).ok());
    if let Some(deputy) = deputy.filter(|deputy| deputy.to == actor) {
        let on = deputy.from.is_none_or(|from| from <= today) && deputy.until.is_none_or(|until| today <= until);
        if on && (!approving || deputy.may_approve) {
            return true;
        }
    }
    if approving {
        return false;
    }
    let Some(person) = view.person(principal) else { return false };
    !person.assistant.is_empty() && view.resolve(&person.assistant, &[]) == Resolved::One(actor.to_string())
}

/// What somebody is to an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub owner: bool,
    /// Organizer or chair of its meeting, sender of the single task, manager of its project.
    pub leads: bool,
    pub supervises: bool,
    /// Recorder of its meeting: decides about objections, nothing else.
    pub records: bool,
    /// Helper, attendee: may speak, changes nothing.
    pub concerned: bool,
    /// Asked for a department that has no owner named: may name one.
    pub asked: bool,
}

impl Part {
    pub fn of(view: &View<'_>, item: &ActionItem, actor: &str, now: DateTime<Utc>) -> Part {
        let is = |address: &Option<String>, approving: bool| {
            address.as_ref().is_some_and(|address| speaks_for(view, actor, address, approving, now))
        };
        let organizer = organizer_of(view, item);
        let mut part = Part {
            owner: is(&item.owner_address, false),
            leads: is(&organizer, true),
            supervises: is(&item.supervisor_address, true),
            concerned: item.helper_addresses.iter().any(|address| address == actor),
            asked: item.owner_address.is_none() && is(&item.asked_address, false),
            ..Part::default()
        };
        if item.owner_address.is_none() && !part.asked {
            let head = item.department.as_deref().and_then(|department| view.directory.head_of(department));
            part.asked = head.is_some_and(|head| head.address == actor);
        }
        match (item.source.kind.as_str(), item.source.id.as_deref()) {
            ("meeting", Some(id)) => {
                if let Some(meeting) = view.meeting(id) {
                    part.leads |= is(&meeting.organizer_address, true) || is(&meeting.chair_address, true);
                    part.records = is(&meeting.recorder_address, false);
                    part.concerned |= meeting.attendee(actor).is_some();
                }
            }
            ("project", Some(id)) => {
                if let Some(project) = view.project(id) {
                    part.leads |= is(&project.manager_address, true);
                }
            }
            _ => {}
        }
        part
    }

    pub fn any(self) -> bool {
        self.owner || self.leads || self.supervises || self.records || self.concerned || self.asked
    }

    /// May speak for the work itself.
    pub fn works(self) -> bool {
        self.owner || self.asked
    }

    /// May accept done work or return it.
    pub fn accepts(self) -> bool {
        self.leads || self.supervises
    }
}
