//! Writing an item: the facts that follow from its other fields are brought up to date in one place.

use super::{ActionItem, State};
use crate::domain::meeting::{Meeting, MeetingState};
use crate::domain::report::figures::CONFIRMED_AT;
use crate::domain::view::View;
use chrono::{DateTime, Utc};
use serde_json::json;

/// The person who decides about an item.
pub fn organizer_of(view: &View<'_>, item: &ActionItem) -> Option<String> {
    if item.organizer_address.is_some() {
        return item.organizer_address.clone();
    }
    let id = item.source.id.as_deref()?;
    match item.source.kind.as_str() {
        "meeting" => view.meeting(id).and_then(|meeting| meeting.organizer_address.or(meeting.chair_address)),
        "project" => view.project(id).and_then(|project| project.manager_address),
        "issue" => view.issue(id).and_then(|issue| issue.initiator_address),
        _ => None,
    }
}

/// Addresses a decision about the item waits for.
fn waits_on(view: &View<'_>, item: &ActionItem) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut add = |address: &Option<String>| {
        if let Some(address) = address {
            if !all.contains(address) && !super::acceptance::has_accepted(item, address) {
                all.push(address.clone());
            }
        }
    };
    if let Some(objection) = &item.objection {
        objection.asked.iter().for_each(|address| add(&Some(address.clone())));
    }
    if item.request.is_some() {
        add(&item.organizer_address);
        if item.marks.contains("chair_asked") || item.organizer_address == item.owner_address {
            let source = item.source.id.as_deref();
            add(&source.and_then(|id| view.of_meeting(id, |meeting| meeting.chair_address.clone())).flatten());
        }
    }
    if item.state == State::Done {
        if item.organizer_address != item.owner_address {
            add(&item.organizer_address);
        }
        add(&item.supervisor_address);
        for head in super::acceptance::joint_heads(view, item) {
            add(&Some(head));
        }
    }
    if item.state.is_open() && (item.marks.contains("late_choice") || item.marks.contains("unanswered")) {
        add(&item.organizer_address);
    }
    all.retain(|address| item.owner_address.as_ref() != Some(address));
    all
}

/// Stores a changed or new item; `why` goes into its history.
pub fn save(view: &mut View<'_>, mut item: ActionItem, why: &str, now: DateTime<Utc>) {
    item.touched_at = Some(now);
    item.organizer_address = organizer_of(view, &item);
    if let Some(person) = item.addressee().and_then(|address| view.person(address)) {
        item.zone.clone_from(&person.time_zone);
        item.calendar = view.rules.calendar_key(&person);
    }
    // The owner's own yes ends the time to confirm; silence has none, and a new owner is asked anew.
    if item.state == State::Proposed {
        item.facts.remove(CONFIRMED_AT);
    }
    let yes = matches!(item.state, State::Confirmed | State::InProgress | State::Blocked | State::Done);
    if yes && item.asked_at.is_some() && !item.by_default && !item.facts.contains_key(CONFIRMED_AT) {
        item.facts.insert(CONFIRMED_AT.into(), json!(now));
    }
    if item.state.is_closed() {
        item.objection = None;
        item.marks.remove("late_choice");
        item.marks.remove("unanswered");
    }
    item.waits_on = waits_on(view, &item);
    let meeting = item.source.id.clone().filter(|_| item.source.kind == "meeting");
    let closed = item.state.is_closed() && item.request.is_none();
    let project = item.source.id.clone().filter(|_| item.source.kind == "project" && closed);
    view.put_action(item, why);
    if let Some(id) = project {
        crate::domain::project::task_closed(view, &id, now);
    }
    if let Some(id) = meeting {
        close_or_reopen(view, &id, closed);
    }
}

/// A meeting closes with the last of its items, and opens again with any of them.
fn close_or_reopen(view: &mut View<'_>, id: &str, closed: bool) {
    let moves = |meeting: &Meeting| match meeting.state {
        MeetingState::Minuted => closed,
        MeetingState::Closed => !closed,
        _ => false,
    };
    if view.of_meeting(id, moves) != Some(true) {
        return;
    }
    let Some(mut meeting) = view.meeting(id) else { return };
    match meeting.state {
        MeetingState::Minuted if closed => {
            let sent = meeting.minutes_record.as_ref().is_none_or(|record| record.sent);
            if sent && view.items_of(id).iter().all(|item| item.state.is_closed() && !item.held) {
                meeting.state = MeetingState::Closed;
                view.put_meeting(meeting, "every item is closed");
            }
        }
        MeetingState::Closed if !closed => {
            meeting.state = MeetingState::Minuted;
            view.put_meeting(meeting, "an item is open again");
        }
        _ => {}
    }
}
