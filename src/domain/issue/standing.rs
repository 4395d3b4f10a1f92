//! Who may say what about a problem (SPEC 7): its initiator, the contacts of the departments asked, their heads, the
//! initiator's head, the sponsor; and who stands in for them (O5). Nobody else.

use super::Issue;
use crate::domain::action_item::speaks_for;
use crate::domain::view::View;
use chrono::{DateTime, Utc};

/// What somebody is to a problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Reported it.
    pub initiator: bool,
    /// Places of the parties this person answers for, as contact or as head.
    pub parties: Vec<usize>,
    /// Head of a department asked.
    pub head: bool,
    pub own_head: bool,
    pub sponsor: bool,
    /// Asked to sign: places in `sign_offs`.
    pub signs: Vec<usize>,
    /// Told and not asked.
    pub informed: bool,
}

impl Part {
    pub fn of(view: &View<'_>, issue: &Issue, actor: &str, now: DateTime<Utc>) -> Part {
        let is =
            |address: &str, approving: bool| !address.is_empty() && speaks_for(view, actor, address, approving, now);
        let opt = |address: &Option<String>, approving: bool| address.as_deref().is_some_and(|a| is(a, approving));
        let mut part = Part {
            initiator: opt(&issue.initiator_address, false) || opt(&issue.submitter, false),
            own_head: opt(&issue.initiator_head, true),
            sponsor: opt(&issue.sponsor, true),
            ..Part::default()
        };
        for (at, party) in issue.live() {
            let contact = is(&party.address, false);
            let head = opt(&party.head, true);
            part.head |= head;
            if contact || head {
                part.parties.push(at);
            }
        }
        // A head who is only one of several contacts speaks for the own part, not for a stranger's.
        let own: Vec<usize> = issue.live().filter(|(_, party)| is(&party.address, false)).map(|(at, _)| at).collect();
        if !own.is_empty() {
            part.parties = own;
        }
        part.signs = (0..issue.sign_offs.len())
            .filter(|at| issue.sign_offs.get(*at).is_some_and(|sign| sign.by.is_none() && is(&sign.address, true)))
            .collect();
        part.informed = issue.copies.iter().any(|copy| copy.address == actor);
        part
    }

    pub fn any(&self) -> bool {
        self.initiator || self.solves() || self.own_head || self.sponsor || !self.signs.is_empty()
    }

    /// Answers for a department asked.
    pub fn solves(&self) -> bool {
        !self.parties.is_empty()
    }

    /// Decides about dates and ways: the initiator, and those above.
    pub fn decides(&self) -> bool {
        self.initiator || self.own_head || self.sponsor
    }
}
