//! What an organizer changes of a called meeting in a few words: people, topics, place, who leads it (SPEC 4.1).

use super::fill;
use super::people::{Who, add, take, who};
use crate::domain::action_item::speaks_for;
use crate::domain::event::MailRead;
use crate::domain::meeting::data::{self, moment};
use crate::domain::meeting::hints::{self, hint};
use crate::domain::meeting::notice::ForOrganizer;
use crate::domain::meeting::{Meeting, MeetingState, change};
use crate::domain::person::Resolved;
use crate::domain::reading::Amendment;
use crate::domain::view::View;
use chrono::{DateTime, Duration, Utc};
use serde_json::json;

/// Carries out what a mail changes of a meeting that its writer leads; true when it was about one.
pub fn amended(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) -> bool {
    let (Some((id, said)), Some(author)) = (&mail.amends, &mail.author) else { return false };
    if *said == Amendment::default() {
        return false;
    }
    let Some(old) = view.meeting(id).filter(|old| old.state == MeetingState::Announced && !old.foreign_invite) else {
        return false;
    };
    let by = view.person(&author.address).map_or_else(|| author.address.clone(), |person| person.address.clone());
    let leads =
        |address: &Option<String>| address.as_deref().is_some_and(|address| speaks_for(view, &by, address, true, now));
    if !leads(&old.organizer_address) && !leads(&old.chair_address) {
        return false;
    }
    let (mut new, mut hints, mut expanded) = (old.clone(), Vec::new(), Vec::new());
    let concerned = old.concerned();
    for name in &said.add {
        let found = who(view, name, None, &concerned);
        take(view, &mut new, found, name, None, &mut hints, &mut expanded);
    }
    for name in &said.remove {
        match view.resolve(name, &concerned) {
            Resolved::One(address) if new.attendee(&address).is_some() => {
                new.attendees.retain(|attendee| attendee.address.as_ref() != Some(&address));
            }
            _ => hints.push(hint("unknown_person", json!({"name": name}))),
        }
    }
    let leader = |name: &Option<String>, hints: &mut Vec<_>| {
        let found = who(view, name.as_deref()?, None, &concerned);
        match found {
            Who::People(people) => people.into_iter().next(),
            Who::Unclear(unclear) => {
                hints.push(unclear);
                None
            }
            _ => None,
        }
    };
    if let Some((name, address)) = leader(&said.chair, &mut hints) {
        add(&mut new, name.clone(), address.clone(), None);
        (new.chair, new.chair_address) = (Some(name), Some(address));
    }
    if let Some((name, address)) = leader(&said.recorder, &mut hints) {
        add(&mut new, name.clone(), address.clone(), None);
        (new.recorder, new.recorder_address) = (Some(name), Some(address));
    }
    let mut dropped: Vec<usize> = said.drop.iter().filter_map(|n| (*n as usize).checked_sub(1)).collect();
    dropped.sort_unstable();
    for at in dropped.into_iter().rev().filter(|at| *at < old.agenda.len()) {
        new.agenda.remove(at);
    }
    if said.place.is_some() {
        new.place.clone_from(&said.place);
    }
    if let (Some(minutes), Some(start)) = (said.shift_minutes, old.start) {
        new.start = Some(start + Duration::minutes(minutes));
    }
    if let Some(start) = said.start {
        new.start = Some(start);
        new.minutes = said.minutes.or(new.minutes);
    }
    if let Some(start) = new.start.filter(|start| Some(*start) != old.start && start.with_timezone(&Utc) <= now) {
        let facts = json!({"start": moment(&start), "asks": true});
        let note = data::note_to(view, &old, &by, "past_time", facts, "the new time is over already");
        view.send(note.replying_to(&mail.message_id, &mail.references));
        return true;
    }
    change_to(view, mail, &old, new, &by, ForOrganizer { hints, expanded }, now);
    true
}

fn change_to(
    view: &mut View<'_>,
    mail: &MailRead,
    old: &Meeting,
    mut new: Meeting,
    by: &str,
    mut telling: ForOrganizer,
    now: DateTime<Utc>,
) {
    fill(view, &mut new, now);
    telling.hints.extend(hints::of(view, &new, now));
    crate::domain::undo::remember(view, mail, &old.id, now);
    if !change::change(view, old, new, by, Some(mail), &telling, now) {
        view.audit(format!("{}: the words change nothing", old.id));
    }
}
