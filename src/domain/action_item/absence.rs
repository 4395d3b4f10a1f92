//! People who are away, and addresses that do not answer.

use super::takeover::{self, Absent};
use crate::domain::clock::Clock;
use crate::domain::event::{MailRead, Tick, TickKind, Undelivered};
use crate::domain::receipt::Entry;
use crate::domain::view::View;
use crate::domain::{digest, post};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use std::collections::BTreeSet;

/// A vacation note (SPEC 6): reminders wait for the day of return, organizers learn it once. `until` is the first day back.
pub fn away(view: &mut View<'_>, mail: &MailRead, until: NaiveDate, now: DateTime<Utc>) {
    let Some(person) = super::actor(view, mail) else { return };
    let clock = Clock::of(view, &person);
    let key = format!("away/{person}");
    let known = view.note(&key).and_then(|note| note.get("until").and_then(|v| v.as_str().map(str::to_string)));
    if until <= clock.today(now) || known.as_deref() == Some(&until.to_string()) {
        return;
    }
    view.set_note(&key, json!({"until": until, "since": now, "message_id": mail.message_id}));
    let back = clock.days.workday_from(until);
    let at = clock.at(back, view.rules.policy.digest_at);
    view.wake_at(Tick { at, kind: TickKind::AbsenceEnd, object: person.clone(), key: until.to_string() });
    view.wake_at(Tick { at, kind: TickKind::Digest, object: person.clone(), key: String::new() });
    let name = view.name_of(&person);
    let mut told: Vec<String> = Vec::new();
    for item in view.open_of(&person) {
        let Some(organizer) = super::organizer_of(view, &item).filter(|one| *one != person && !told.contains(one))
        else {
            continue;
        };
        let entry = Entry {
            id: Some(item.id.clone()),
            task: Some(item.task.clone()),
            verb: Some("away".into()),
            by: Some(name.clone()),
            due: Some(until.to_string()),
            ..Entry::default()
        };
        digest::note(view, &organizer, entry, now);
        told.push(organizer);
    }
    view.audit(format!("{person} is away until {until}"));
}

/// The first day back of somebody who is away and has nobody who may decide instead (O5, O24).
pub fn away_for_decisions(view: &View<'_>, person: &str, now: DateTime<Utc>) -> Option<NaiveDate> {
    let back = post::away_until(view, person, now)?;
    let decides =
        |one: &super::standing::StandIn| one.may_approve && post::away_until(view, &one.address, now).is_none();
    (!super::stand_ins(view, person, now).iter().any(decides)).then_some(back)
}

pub(super) fn ended(view: &mut View<'_>, tick: &Tick, _now: DateTime<Utc>) {
    let key = format!("away/{}", tick.object);
    let until = view.note(&key).and_then(|note| note.get("until").and_then(|v| v.as_str().map(str::to_string)));
    // A later note of the same person stands.
    if until.as_deref() == Some(tick.key.as_str()) {
        view.clear_note(&key);
    }
}

/// Who answers for a meeting or a project.
fn leader(view: &View<'_>, id: &str) -> Option<String> {
    let of_project = || view.project(id).and_then(|project| project.manager_address);
    view.meeting(id).map_or_else(of_project, |meeting| meeting.organizer_address)
}

/// Somebody cannot be reached: who takes over what that person has open?
pub fn unreachable(view: &mut View<'_>, fate: &Undelivered, now: DateTime<Utc>) -> Vec<String> {
    let dead = &fate.letter.to;
    let gone = view.person(dead).map_or_else(
        || Absent { address: dead.clone(), name: view.name_of(dead), ..Absent::default() },
        |person| Absent::of(&person),
    );
    takeover::ask(view, &gone, Some(&fate.reply), now)
}

/// A letter did not arrive. A bad address is paused, and those who wait for the person hear it once; somebody has to take
/// over (O7). One letter that a good address did not take stands in their next digest.
pub fn undelivered(view: &mut View<'_>, fate: &Undelivered, now: DateTime<Utc>) {
    let dead = fate.letter.to.clone();
    if !fate.hard {
        let concerned = fate.letter.objects.iter().filter_map(|id| match view.action(id) {
            Some(item) => super::organizer_of(view, &item),
            None => leader(view, id),
        });
        let concerned: BTreeSet<String> = concerned.filter(|reader| *reader != dead).collect();
        for reader in concerned {
            let entry = Entry {
                verb: Some("bounced".into()),
                by: Some(view.name_of(&dead)),
                text: Some(dead.clone()),
                ..Entry::default()
            };
            digest::note(view, &reader, entry, now);
        }
        return;
    }
    let key = format!("bounced-told/{dead}");
    let paused = format!("paused/{dead}");
    if view.note(&paused).is_none() {
        view.set_note(&paused, json!({"since": now, "reply": fate.reply}));
    }
    if view.note(&key).is_some() {
        return;
    }
    view.set_note(&key, json!(now));
    let items = view.open_of(&dead);
    // Who is asked to find a new owner has heard by that.
    let asked = unreachable(view, fate, now);
    let mut readers: Vec<String> = items.iter().filter_map(|item| super::organizer_of(view, item)).collect();
    for id in &fate.letter.objects {
        if let Some(item) = view.action(id) {
            readers.extend(super::organizer_of(view, &item));
        } else {
            readers.extend(leader(view, id));
        }
    }
    readers.retain(|reader| !asked.contains(reader));
    let mut seen: Vec<String> = Vec::new();
    readers.retain(|reader| {
        *reader != dead && !seen.contains(reader) && {
            seen.push(reader.clone());
            true
        }
    });
    let name = view.name_of(&dead);
    for reader in readers {
        let entry = Entry {
            verb: Some("bounced".into()),
            by: Some(name.clone()),
            text: Some(dead.clone()),
            ..Entry::default()
        };
        digest::note(view, &reader, entry, now);
    }
    view.audit(format!("address paused: {}", fate.reply));
}
