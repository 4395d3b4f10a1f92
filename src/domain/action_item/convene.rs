//! `开会` in answer to an escalation (O26): who asked for a decision, who owes the work and who decides sit down together.
//! The meeting is an ordinary one, called by who said so; until it was held nobody higher hears of the items.

use super::standing::actor;
use super::{ActionItem, Part, State, organizer_of, save};
use crate::domain::event::MailRead;
use crate::domain::meeting::{self, MeetingState};
use crate::domain::reading::{AgendaReading, AttendeeReading, CallReading, Command};
use crate::domain::rights;
use crate::domain::view::{Handled, View};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Minutes of such a meeting where nobody says its length.
const LENGTH: u32 = 30;
/// Items one meeting can be about; more is another meeting.
const ITEMS_MAX: usize = 10;
/// The fact of an item that names the meeting about it.
const MEETING: &str = "meeting";

/// Whether people are to meet about an item, and have not yet.
pub fn meets(view: &View<'_>, item: &ActionItem) -> bool {
    let id = item.facts.get(MEETING).and_then(|id| id.as_str());
    id.and_then(|id| view.meeting(id))
        .is_some_and(|meeting| matches!(meeting.state, MeetingState::Draft | MeetingState::Announced))
}

/// Calls a meeting about these items: the owners, who gave them out, and who says so, who decides.
pub fn convene(view: &mut View<'_>, mail: &MailRead, ids: &[String], cmd: &Command, now: DateTime<Utc>) -> Handled {
    let Some(by) = actor(view, mail) else { return Handled::NotAllowed };
    let all: Vec<ActionItem> = ids.iter().filter_map(|id| view.action(id)).collect();
    let open = |item: &&ActionItem| {
        matches!(item.state, State::Proposed | State::Confirmed | State::InProgress | State::Blocked)
    };
    let mut items: Vec<ActionItem> = Vec::new();
    let mut refused = false;
    for item in all.iter().filter(open) {
        let part = Part::of(view, item, &by, now);
        if rights::may(&rights::of_item(view, part, &by), cmd.verb, rights::Object::Item) {
            items.push(item.clone());
        } else {
            refused = true;
        }
    }
    items.truncate(ITEMS_MAX);
    let Some(first) = items.first().cloned() else {
        return if refused { Handled::NotAllowed } else { Handled::NotMine };
    };
    if items.iter().all(|item| meets(view, item)) {
        return Handled::Yes;
    }
    let mut attendees =
        vec![AttendeeReading { name: view.name_of(&by), address: Some(by.clone()), role: Some("decider".into()) }];
    for item in &items {
        let owner = item.addressee().cloned();
        for address in owner.into_iter().chain(organizer_of(view, item)).chain(item.helper_addresses.clone()) {
            if !attendees.iter().any(|known| known.address.as_ref() == Some(&address)) {
                let name = view.name_of(&address);
                attendees.push(AttendeeReading { name, address: Some(address), role: Some("doer".into()) });
            }
        }
    }
    let chinese = view.language_of(&by).starts_with("zh");
    let title = match (chinese, items.len()) {
        (true, 1) => format!("逾期事项专题会：{}", first.task),
        (true, n) => format!("逾期事项专题会：{}等{n}项", first.task),
        (false, 1) => format!("Meeting about what is late: {}", first.task),
        (false, n) => format!("Meeting about what is late: {} and {} more", first.task, n - 1),
    };
    let outcome = if chinese {
        "新的完成时间、负责人和措施"
    } else {
        "a new date, the owner, and what will be done"
    };
    let agenda = items
        .iter()
        .map(|item| AgendaReading {
            title: format!("{} [{}]", item.task, item.id),
            minutes: Some((LENGTH / u32::try_from(items.len()).unwrap_or(1).max(1)).max(5)),
            presenter: item.owner.clone(),
            required_outcome: Some(outcome.into()),
        })
        .collect();
    let call = CallReading {
        title: Some(title),
        kind: Some("problem".into()),
        start: cmd.start,
        minutes: Some(cmd.minutes.unwrap_or(LENGTH)),
        place: cmd.place.clone(),
        attendees,
        agenda,
        confidential: items.iter().any(|item| item.confidential),
        ..CallReading::default()
    };
    let Some(id) = meeting::called_by(view, mail, &call, now) else { return Handled::NotAllowed };
    for mut item in items {
        item.facts.insert(MEETING.into(), json!(id));
        let why = format!("开会 {id}: {}", view.name_of(&by));
        save(view, item, &why, now);
    }
    Handled::Yes
}
