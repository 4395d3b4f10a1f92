//! Undo after the world has moved (O28): state and what is unsent go back; who already heard gets one correction line; what
//! others decided on top is asked of them.

use super::action_item::{ActionItem, State, actor, save};
use super::clock::Clock;
use super::digest;
use super::event::MailRead;
use super::meeting::{self, Meeting, MeetingState};
use super::minutes;
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
    let minutes = last.objects.iter().filter_map(|before| view.meeting(&before.id));
    let minutes = minutes.filter(|meeting| {
        meeting.minutes_record.as_ref().is_some_and(|record| record.sent && record.source.message_id == last.message_id)
    });
    let minutes: Vec<Meeting> = minutes.collect();
    let readers = minutes.iter().flat_map(|meeting| minutes::readers_of(view, meeting));
    let readers = readers.filter(|reader| *reader != person).collect();
    let by = view.name_of(&person);
    let mut undo =
        Undo { mail, message_id: &last.message_id, person: &person, by, at, heard, readers, stays: false, now };
    undo.stays = last.objects.iter().any(|before| before.version == 0 && undo.is_decided_on(view, before));
    for before in last.objects.iter().rev() {
        undo.put_back(view, before);
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

/// One mail that is taken back, and who knows of it.
struct Undo<'a> {
    mail: &'a MailRead,
    /// Of the mail that is taken back, and when it came.
    message_id: &'a str,
    at: DateTime<Utc>,
    person: &'a str,
    by: String,
    /// Who had a letter because of it.
    heard: Vec<String>,
    /// Who had the summary, where it was minutes.
    readers: Vec<String>,
    /// An item it made stays, for somebody spoke about it: the minutes it stands in stay, too.
    stays: bool,
    now: DateTime<Utc>,
}

impl Undo<'_> {
    /// Whether somebody else decided on top of what the mail did. What we do by ourselves is no decision: sending,
    /// reminding, accepting by silence.
    fn is_decided_on(&self, view: &View<'_>, before: &Before) -> bool {
        if version(view, &before.id).is_none_or(|version| version <= before.version + 1) {
            return false;
        }
        match view.past(&before.id, before.version + 1) {
            Some(Record::Action(then)) => view.action(&before.id).is_some_and(|item| self.is_answered(&then, &item)),
            Some(Record::Meeting(then)) => {
                view.meeting(&before.id).is_some_and(|meeting| meeting::is_decided_anew(&then, &meeting))
            }
            _ => true,
        }
    }

    fn is_answered(&self, then: &ActionItem, item: &ActionItem) -> bool {
        let ours = item.by_default || item.owner_address == item.organizer_address;
        let confirmed_by_us = then.state == State::Proposed && item.state == State::Confirmed && ours;
        item.last_word_at.is_some_and(|word| word > self.at)
            || (then.state != item.state && !confirmed_by_us)
            || then.due != item.due
            || then.owner_address != item.owner_address
            || then.request.is_some() != item.request.is_some()
            || then.objection.is_some() != item.objection.is_some()
    }

    /// That decision is theirs to change: they are asked.
    fn ask(&self, view: &mut View<'_>, item: &ActionItem) {
        let mut ask = Entry::of(item, "undo_asked").by(&self.by);
        ask.text.clone_from(&item.reason);
        for other in [&item.organizer_address, &item.owner_address].into_iter().flatten() {
            if other != self.person {
                digest::note(view, other, ask.clone(), self.now);
            }
        }
        receipt::undo_asked(view, self.mail, ask, self.now);
    }

    /// Who works on an item and knows of it.
    fn at_work(&self, item: &ActionItem) -> Vec<String> {
        let all = item.addressee().into_iter().chain(&item.helper_addresses);
        let knows = |one: &&String| self.readers.contains(one) || self.heard.contains(one);
        all.filter(knows).filter(|one| *one != self.person).cloned().collect()
    }

    fn put_back(&self, view: &mut View<'_>, before: &Before) {
        if version(view, &before.id) == Some(before.version) && view.past(&before.id, before.version).is_some() {
            // The mail was about it, and changed nothing.
            return;
        }
        let moved_on = self.is_decided_on(view, before);
        match view.past(&before.id, before.version) {
            Some(Record::Action(old)) => {
                let Some(current) = view.action(&before.id) else { return };
                if moved_on {
                    return self.ask(view, &current);
                }
                let mut entry = Entry::of(&old, "undo").by(&self.by);
                match current.due == old.due {
                    true => entry.due = None,
                    false => entry.old_due = current.due.as_ref().map(ToString::to_string),
                }
                let mut told = self.at_work(&current);
                told.extend(self.heard.iter().filter(|other| !told.contains(other)).cloned().collect::<Vec<_>>());
                save(view, *old, &format!("undo: {}", self.by), self.now);
                receipt::undone(view, self.mail, entry.clone(), self.now);
                for other in &told {
                    digest::note(view, other, entry.clone(), self.now);
                }
            }
            Some(Record::Meeting(old)) => self.meeting(view, *old, moved_on),
            Some(Record::Issue(old)) if !moved_on => {
                super::issue::put_back(view, self.mail, *old, self.person, &self.heard, self.now);
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
                    by: Some(self.by.clone()),
                    ..Entry::default()
                };
                if !moved_on {
                    view.put(record, &format!("undo: {}", self.by));
                }
                receipt::undone(view, self.mail, entry, self.now);
            }
            None => self.unmake(view, &before.id, moved_on),
        }
    }

    fn meeting(&self, view: &mut View<'_>, mut old: Meeting, moved_on: bool) {
        let Some(current) = view.meeting(&old.id) else { return };
        if moved_on {
            return asked_of_organizer(view, self.mail, &current, self.person, &self.by, self.now);
        }
        let entry = of_meeting(&old, &self.by);
        if self.is_of_mail(&current) {
            if !self.stays {
                old.sequence = current.sequence;
                view.put_meeting(old, &format!("undo: {}", self.by));
                receipt::undone(view, self.mail, entry, self.now);
                self.tell_readers(view, &current);
            }
            return;
        }
        // Everybody who heard of it hears of it again, as of any change.
        if !meeting::put_back(view, self.mail, old, self.person, &self.heard, self.now) {
            receipt::undone(view, self.mail, entry, self.now);
        }
    }

    /// Whether a meeting's minutes are the mail that is taken back.
    fn is_of_mail(&self, meeting: &Meeting) -> bool {
        meeting.minutes_record.as_ref().is_some_and(|record| record.source.message_id == self.message_id)
    }

    /// Who had the summary reads that it does not hold any more; who works on something of it reads that instead.
    fn tell_readers(&self, view: &mut View<'_>, meeting: &Meeting) {
        let entry = Entry { verb: Some("minutes_withdrawn".into()), ..of_meeting(meeting, &self.by) };
        let items = view.items_of(&meeting.id);
        let at_work: Vec<String> = items.iter().flat_map(|item| self.at_work(item)).collect();
        for reader in self.readers.iter().filter(|reader| !at_work.contains(reader)) {
            digest::note(view, reader, entry.clone(), self.now);
        }
    }

    /// It was made by that mail: an item goes, everything else is cancelled by its own words.
    fn unmake(&self, view: &mut View<'_>, id: &str, moved_on: bool) {
        let why = format!("undo: {}", self.by);
        if let Some(mut meeting) = view.meeting(id) {
            let minuted = self.is_of_mail(&meeting);
            if moved_on {
                return asked_of_organizer(view, self.mail, &meeting, self.person, &self.by, self.now);
            }
            if minuted && self.stays {
                return;
            }
            if self.heard.is_empty() || minuted {
                let entry = of_meeting(&meeting, &self.by);
                if minuted {
                    self.tell_readers(view, &meeting);
                }
                meeting.state = MeetingState::Cancelled;
                meeting.ticks.clear();
                view.put_meeting(meeting, &why);
                receipt::undone(view, self.mail, entry, self.now);
            } else {
                meeting::command(view, self.mail, id, &Command::new(Verb::CallOff), self.now);
            }
            return;
        }
        if let Some(mut project) = view.project(id) {
            let entry = Entry {
                id: Some(id.to_string()),
                task: Some(project.name.clone()),
                verb: Some("undo".into()),
                by: Some(self.by.clone()),
                ..Entry::default()
            };
            project.state = super::project::Stage::Closed;
            project.marks.insert("cancelled".into());
            project.asks.clear();
            view.put(Record::Project(Box::new(project)), &why);
            return receipt::undone(view, self.mail, entry, self.now);
        }
        if super::issue::withdrawn(view, self.mail, id, self.person, &self.heard, self.now) {
            return;
        }
        if let Some(mut item) = view.action(id) {
            if moved_on {
                return self.ask(view, &item);
            }
            let told = self.at_work(&item);
            item.state = State::Cancelled;
            let entry = Entry { due: None, percent: None, ..Entry::of(&item, "undo").by(&self.by) };
            save(view, item, &why, self.now);
            for other in told {
                let entry = Entry { verb: Some("item_withdrawn".into()), ..entry.clone() };
                digest::note(view, &other, entry, self.now);
            }
            receipt::undone(view, self.mail, entry, self.now);
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
