//! A problem given from outside (`load`, `simulate`): its people are found, its clocks run from now.

use super::routing::{self, Found};
use super::{Issue, Party, State, letters, save};
use crate::domain::action_item::head_over;
use crate::domain::person::Resolved;
use crate::domain::view::View;
use chrono::{DateTime, Utc};

pub fn loaded(view: &mut View<'_>, mut issue: Issue, now: DateTime<Utc>) {
    let find = |view: &View<'_>, name: &Option<String>| match view.resolve(name.as_deref()?, &[]) {
        Resolved::One(address) => Some(address),
        _ => None,
    };
    if issue.initiator_address.is_none() {
        issue.initiator_address = find(view, &issue.initiator);
    }
    if issue.initiator.is_none() {
        issue.initiator = issue.initiator_address.as_ref().map(|address| view.name_of(address));
    }
    if let Some(address) = issue.initiator_address.clone() {
        if issue.department.is_none() {
            issue.department = view.person(&address).map(|p| p.department.clone()).filter(|name| !name.is_empty());
        }
        let head =
            issue.department.as_deref().and_then(|name| view.directory.head_of(name)).map(|head| head.address.clone());
        issue.initiator_head = head.filter(|head| *head != address).or_else(|| head_over(view, &address));
    }
    for (field, word) in [(&mut issue.urgency, "normal"), (&mut issue.level, "general"), (&mut issue.kind, "other")] {
        if field.is_empty() {
            *field = word.into();
        }
    }
    if issue.parties.is_empty() {
        let contact = issue.contact_address.clone().or_else(|| find(view, &issue.contact));
        let contact = contact.and_then(|address| view.person(&address));
        if let Some(person) = &contact {
            issue.parties.push(routing::party_of(view, person, &person.department));
        }
        for name in issue.departments.clone() {
            let known = issue.parties.iter().any(|party| party.department == name);
            if let (false, Found::Party(party)) = (known, routing::find(view, &name, now)) {
                if !issue.parties.iter().any(|old| old.address == party.address) {
                    issue.parties.push(*party);
                }
            }
        }
        if issue.departments.is_empty() {
            issue.departments = issue.parties.iter().map(|party| party.department.clone()).collect();
        }
        let reached = |state: State| (issue.state >= state).then_some(now);
        let times = (reached(State::Acknowledged), reached(State::Understood), reached(State::Resolved));
        let started = issue.state >= State::InProgress;
        for party in &mut issue.parties {
            *party = Party {
                asked_at: Some(now),
                responded_at: times.0,
                understood_at: times.1,
                done_at: times.2,
                said_at: times.0,
                started,
                ..std::mem::take(party)
            };
        }
    }
    issue.opened_at.get_or_insert(now);
    issue.sponsor = routing::sponsor_of(view, &issue);
    issue.copies = routing::copies(view, &issue);
    match issue.state {
        State::Resolved => {
            issue.resolved_at.get_or_insert(now);
        }
        State::Rated => {
            issue.resolved_at.get_or_insert(now);
            issue.signing_since.get_or_insert(now);
        }
        State::Closed => {
            issue.closed_at.get_or_insert(now);
        }
        _ => {}
    }
    issue.settle();
    // The letters that opened it are known and may be answered; the engine does not send what a loaded object implies.
    let parties: Vec<(usize, String)> = issue.live().map(|(at, party)| (at, party.address.clone())).collect();
    for (at, to) in parties {
        let mut letter = letters::opened(view, &issue, &to, "contact", Some(at), now);
        letter.not_before = None;
        view.send(letter);
    }
    if let Some(to) = issue.initiator_address.clone() {
        let letter = letters::opened(view, &issue, &to, "initiator", None, now);
        view.send(letter);
    }
    save(view, issue, "loaded");
}
