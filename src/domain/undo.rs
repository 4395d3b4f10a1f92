//! Undo after the world has moved (O28): state and what is unsent go back; who already heard gets one correction line; what
//! others decided on top is asked of them.

use super::action_item::{actor, save};
use super::clock::Clock;
use super::digest;
use super::event::MailRead;
use super::meeting::{self, Meeting, MeetingState};
use super::reading::{Command, Verb};
use super::receipt::{self, Entry};
use super::view::{Handled, Record, View};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What a person's last mail did; the fact `undo/<address>`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Last {
    message_id: String,
    at: Option<DateTime<Utc>>,
    objects: Vec<Before>,
    /// Facts as they were: (key, value).
    facts: Vec<(String, Option<serde_json::Value>)>,
    /// Letters that wait for their reader's working hours.
    held: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Before {
    id: String,
    /// Version before the mail.
    version: u64,
}

fn version(view: &View<'_>, id: &str) -> Option<u64> {
    matches!(id.as_bytes().first()?, b'M' | b'A' | b'Q' | b'P').then(|| view.version(id))?
}

/// To be called before (or after) a mail of a person changes an object, so that `undo` can put it back.
pub fn remember(view: &mut View<'_>, mail: &MailRead, id: &str, now: DateTime<Utc>) {
    let Some(version) = version(view, id) else { return };
    of_mail(view, mail, now, |last| {
        if last.objects.iter().all(|before| before.id != id) {
            last.objects.push(Before { id: id.to_string(), version });
        }
    });
}

/// To be called before a mail of a person changes a fact.
pub fn remember_fact(view: &mut View<'_>, mail: &MailRead, fact: &str, now: DateTime<Utc>) {
    let before = view.note(fact);
    of_mail(view, mail, now, |last| {
        if last.facts.iter().all(|(known, _)| known != fact) {
            last.facts.push((fact.to_string(), before));
        }
    });
}

/// Letters of this mail that were kept for later, by their facts.
pub fn remember_held(view: &mut View<'_>, mail: &MailRead, held: Vec<String>, now: DateTime<Utc>) {
    let undoes = mail.reply.commands.iter().any(|cmd| cmd.verb == Verb::Undo);
    if !held.is_empty() && !undoes {
        of_mail(view, mail, now, |last| last.held.extend(held));
    }
}

/// Changes what is known of a mail for its writer's undo.
fn of_mail(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>, change: impl FnOnce(&mut Last)) {
    let Some(person) = actor(view, mail) else { return };
    let key = format!("undo/{person}");
    let known = view.note(&key).and_then(|value| serde_json::from_value::<Last>(value).ok());
    let mut last = known.filter(|last| last.message_id == mail.message_id).unwrap_or_default();
    last.message_id.clone_from(&mail.message_id);
    last.at = Some(now);
    change(&mut last);
    view.set_note(&key, json!(last));
}

/// Whatever a mail of a person changed, so that `undo` can put it back.
pub fn remember_all(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    if mail.reply.commands.iter().any(|cmd| cmd.verb == Verb::Undo) {
        return;
    }
    let before = |id: &String| Some(Before { id: id.clone(), version: version(view, id)? });
    let touched: Vec<Before> = view.touched_ids().iter().filter_map(before).collect();
    if !touched.is_empty() {
        of_mail(view, mail, now, |last| {
            for one in touched {
                if last.objects.iter().all(|before| before.id != one.id) {
                    last.objects.push(one);
                }
            }
        });
    }
}

/// `撤销`, until the end of the next working day.
pub fn undo(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) -> Handled {
    let Some(person) = actor(view, mail) else { return Handled::NotAllowed };
    let key = format!("undo/{person}");
    let Some(last) = view.note(&key).and_then(|value| serde_json::from_value::<Last>(value).ok()) else {
        return Handled::NotMine;
    };
    let clock = Clock::of(view, &person);
    let Some(at) = last.at.filter(|at| now <= clock.end_after(*at, 1)) else { return Handled::NotMine };
    view.clear_note(&key);
    let mut heard: Vec<String> = Vec::new();
    for message_id in view.ids("caused", &last.message_id) {
        let Some(sent) = view.letter(&message_id) else { continue };
        if view.waits(&sent.id) {
            view.unsend(&sent.id);
        } else if sent.to != person && !heard.contains(&sent.to) {
            heard.push(sent.to);
        }
    }
    for key in last.held.iter().filter(|key| view.note(key).is_some()).cloned().collect::<Vec<_>>() {
        view.clear_note(&key);
        view.audit(format!("{key}: taken back before it could go"));
    }
    for before in last.objects.iter().rev() {
        put_back(view, mail, before, &person, &heard, now);
    }
    for (fact, value) in last.facts {
        match value {
            Some(value) => view.set_note(&fact, value),
            None => view.clear_note(&fact),
        }
        let entry = Entry { verb: Some("undo".into()), by: Some(view.name_of(&person)), ..Entry::default() };
        receipt::undone(view, mail, entry, now);
    }
    view.audit(format!("{person} took back the mail of {at}"));
    Handled::Yes
}

fn put_back(view: &mut View<'_>, mail: &MailRead, before: &Before, person: &str, heard: &[String], now: DateTime<Utc>) {
    let by = view.name_of(person);
    // Somebody decided on top of it: that decision is theirs to change.
    let moved_on = version(view, &before.id).is_some_and(|version| version > before.version + 1);
    if version(view, &before.id) == Some(before.version) && view.past(&before.id, before.version).is_some() {
        // The mail was about it, and changed nothing.
        return;
    }
    match view.past(&before.id, before.version) {
        Some(Record::Action(old)) => {
            let Some(current) = view.action(&before.id) else { return };
            let moved = current.due.filter(|due| old.due != Some(*due));
            let entry = Entry { old_due: moved.map(|due| due.to_string()), ..Entry::of(&old, "undo").by(&by) };
            if moved_on {
                let mut ask = Entry::of(&current, "undo_asked").by(&by);
                ask.text.clone_from(&current.reason);
                for other in [&current.organizer_address, &current.owner_address].into_iter().flatten() {
                    if other != person {
                        digest::note(view, other, ask.clone(), now);
                    }
                }
                receipt::undo_asked(view, mail, ask, now);
                return;
            }
            save(view, *old, &format!("undo: {by}"), now);
            receipt::undone(view, mail, entry.clone(), now);
            for other in heard {
                digest::note(view, other, entry.clone(), now);
            }
        }
        Some(Record::Meeting(old)) => {
            let Some(current) = view.meeting(&before.id) else { return };
            if moved_on {
                return asked_of_organizer(view, mail, &current, person, &by, now);
            }
            if !heard.is_empty() && old.start != current.start {
                // Everybody heard of the new time: they hear of the old one again, as of any change.
                let back = Command { start: old.start, ..Command::new(Verb::Reschedule) };
                meeting::command(view, mail, &before.id, &back, now);
                return;
            }
            let entry = of_meeting(&old, &by);
            view.put(Record::Meeting(old), &format!("undo: {by}"));
            receipt::undone(view, mail, entry, now);
        }
        Some(Record::Issue(old)) if !moved_on => {
            super::issue::put_back(view, mail, *old, person, heard, now);
        }
        Some(record) => {
            let title = match &record {
                Record::Issue(issue) => Some(issue.title.clone()),
                Record::Project(project) => Some(project.name.clone()),
                _ => None,
            };
            let entry = Entry {
                id: Some(before.id.clone()),
                task: title,
                verb: Some("undo".into()),
                by: Some(by.clone()),
                ..Entry::default()
            };
            if !moved_on {
                view.put(record, &format!("undo: {by}"));
            }
            receipt::undone(view, mail, entry, now);
        }
        // It was made by that mail: an item goes, everything else is cancelled by its own words.
        None => {
            if let Some(mut meeting) = view.meeting(&before.id) {
                if moved_on {
                    return asked_of_organizer(view, mail, &meeting, person, &by, now);
                }
                if heard.is_empty() {
                    let entry = of_meeting(&meeting, &by);
                    meeting.state = MeetingState::Cancelled;
                    meeting.ticks.clear();
                    view.put_meeting(meeting, &format!("undo: {by}"));
                    receipt::undone(view, mail, entry, now);
                } else {
                    meeting::command(view, mail, &before.id, &Command::new(Verb::CallOff), now);
                }
                return;
            }
            if let Some(mut project) = view.project(&before.id) {
                let entry = Entry {
                    id: Some(before.id.clone()),
                    task: Some(project.name.clone()),
                    verb: Some("undo".into()),
                    by: Some(by.clone()),
                    ..Entry::default()
                };
                project.state = super::project::Stage::Closed;
                project.marks.insert("cancelled".into());
                project.asks.clear();
                view.put(Record::Project(Box::new(project)), &format!("undo: {by}"));
                receipt::undone(view, mail, entry, now);
                return;
            }
            if super::issue::withdrawn(view, mail, &before.id, person, heard, now) {
                return;
            }
            if let Some(mut item) = view.action(&before.id) {
                item.state = super::action_item::State::Cancelled;
                let entry = Entry::of(&item, "undo").by(&by);
                save(view, item, &format!("undo: {by}"), now);
                receipt::undone(view, mail, entry, now);
            }
        }
    }
}

fn of_meeting(meeting: &Meeting, by: &str) -> Entry {
    Entry {
        id: Some(meeting.id.clone()),
        task: (!meeting.confidential).then(|| meeting.title.clone()),
        verb: Some("undo".into()),
        by: Some(by.to_string()),
        ..Entry::default()
    }
}

/// Others decided on top of it: the meeting stays as it is, and who leads it hears that somebody wanted it back.
fn asked_of_organizer(
    view: &mut View<'_>,
    mail: &MailRead,
    meeting: &Meeting,
    person: &str,
    by: &str,
    now: DateTime<Utc>,
) {
    let entry = Entry { verb: Some("undo_asked".into()), ..of_meeting(meeting, by) };
    if let Some(organizer) = meeting.organizer_address.as_ref().filter(|organizer| *organizer != person) {
        digest::note(view, organizer, entry.clone(), now);
    }
    receipt::undo_asked(view, mail, entry, now);
}
