//! Who may say what about an item (SPEC 7, O5): owner, organizer, supervisor, and who stands in for them.

use super::{ActionItem, organizer_of};
use crate::domain::event::MailRead;
use crate::domain::person::Resolved;
use crate::domain::view::View;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A dated stand-in; the fact `deputy/<address of the principal>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Deputy {
    pub to: String,
    pub from: Option<NaiveDate>,
    /// The last day.
    pub until: Option<NaiveDate>,
    pub may_approve: bool,
}

/// The primary address of who wrote a mail.
pub fn actor(view: &View<'_>, mail: &MailRead) -> Option<String> {
    let author = mail.author.as_ref()?;
    Some(view.person(&author.address).map_or_else(|| author.address.to_lowercase(), |person| person.address.clone()))
}

/// Where the deputy that somebody named by mail is kept.
pub fn deputy_fact(principal: &str) -> String {
    format!("deputy/{principal}")
}

/// Somebody who speaks for another (O5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    pub address: String,
    pub may_approve: bool,
}

/// Who speaks for a person today: the secretaries and the deputy of people.csv, and the deputy named by mail.
pub fn stand_ins(view: &View<'_>, principal: &str, now: DateTime<Utc>) -> Vec<StandIn> {
    let mut all: Vec<StandIn> = Vec::new();
    let today = view.local(principal, now).date_naive();
    let on = |from: Option<NaiveDate>, until: Option<NaiveDate>| {
        from.is_none_or(|from| from <= today) && until.is_none_or(|until| today <= until)
    };
    let mut add = |address: String, may_approve: bool| {
        if address == principal {
            return;
        }
        match all.iter_mut().find(|known| known.address == address) {
            Some(known) => known.may_approve |= may_approve,
            None => all.push(StandIn { address, may_approve }),
        }
    };
    let named = view.note(&deputy_fact(principal)).and_then(|v| serde_json::from_value::<Deputy>(v).ok());
    if let Some(deputy) = named.filter(|deputy| on(deputy.from, deputy.until)) {
        add(deputy.to, deputy.may_approve);
    }
    let Some(person) = view.person(principal) else { return all };
    let deputy = Some(&person.deputy).filter(|_| on(person.deputy_from, person.deputy_until));
    let written = person.assistant.split([';', '；']).chain(deputy.map(String::as_str));
    for written in written.map(str::trim).filter(|written| !written.is_empty()) {
        if let Resolved::One(address) = view.resolve(written, &[]) {
            add(address, person.may_approve);
        }
    }
    all
}

/// Whether `actor` is `principal`, or stands in: an assistant or deputy reports and answers attendance; approvals only
/// with `may_approve` (O5).
pub fn speaks_for(view: &View<'_>, actor: &str, principal: &str, approving: bool, now: DateTime<Utc>) -> bool {
    actor == principal
        || stand_ins(view, principal, now).iter().any(|one| one.address == actor && (one.may_approve || !approving))
}

/// What somebody is to an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub owner: bool,
    /// Organizer or chair of its meeting, sender of the single task, manager of its project.
    pub leads: bool,
    /// It was escalated to this superior (O26): may move it, give it to somebody else, have people meet about it.
    pub above: bool,
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
            above: item.state.is_open()
                && item.escalated_to.iter().any(|superior| speaks_for(view, actor, superior, true, now)),
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
                    part.supervises |=
                        super::acceptance::joint_heads(view, item).iter().any(|head| is(&Some(head.clone()), true));
                }
            }
            _ => {}
        }
        part
    }

    pub fn any(self) -> bool {
        self.owner || self.leads || self.above || self.supervises || self.records || self.concerned || self.asked
    }

    /// What is left to somebody who writes in the name of this part and may not approve (O5): a secretary whom Sender names.
    pub fn reporting(self) -> Part {
        Part { leads: false, above: false, supervises: false, concerned: true, ..self }
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

/// The secretary or deputy who wrote a mail in its author's name: Sender differs from From (RFC 5322 §3.6.2) and names one.
pub fn written_by(view: &View<'_>, mail: &MailRead, now: DateTime<Utc>) -> Option<StandIn> {
    let (author, sender) = (actor(view, mail)?, mail.sender.as_ref()?);
    let sender = view.person(&sender.address).map_or_else(|| sender.address.clone(), |one| one.address.clone());
    stand_ins(view, &author, now).into_iter().find(|one| one.address == sender)
}
