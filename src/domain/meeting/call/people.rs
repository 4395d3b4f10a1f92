//! Who and what a call names: people, groups, departments, rooms (SPEC 3.6, O6).

use crate::domain::event::{MailRead, Mailbox};
use crate::domain::meeting::answers::ATTENDEES_MAX;
use crate::domain::meeting::hints::hint;
use crate::domain::meeting::rooms;
use crate::domain::meeting::{AgendaItem, Attendee, Material, Meeting, Rsvp, Source};
use crate::domain::outside;
use crate::domain::person::Resolved;
use crate::domain::reading::CallReading;
use crate::domain::view::View;
use serde_json::{Value, json};

/// A meeting as a call describes it: only what was said, with who is meant.
pub(super) struct Built {
    pub(super) meeting: Meeting,
    pub(super) hints: Vec<Value>,
    /// Groups and what they stand for (O6).
    pub(super) expanded: Vec<Value>,
    /// The text names the attendees itself.
    pub(super) lists_attendees: bool,
    pub(super) draft: bool,
    pub(super) start_phrase: Option<String>,
}

/// What the text of an invite says beyond the calendar part: agenda, objective, materials (O33).
pub(in crate::domain::meeting) fn of_text(
    view: &View<'_>,
    mail: &MailRead,
    organizer: &str,
    reading: &CallReading,
) -> Meeting {
    build(view, mail, organizer, reading, false).meeting
}

/// Who a written name or address means.
pub(super) enum Who {
    People(Vec<(String, String)>),
    /// Written as a group, a list of departments: who they are.
    Group(Vec<(String, String)>),
    Room(String, String),
    Unclear(Value),
}

pub(super) fn who(view: &View<'_>, written: &str, address: Option<&str>, concerned: &[String]) -> Who {
    let written = written.trim();
    let (name, own) = named_address(written);
    if let Some(address) = address.map(str::to_lowercase).filter(|address| address.contains('@')).or(own) {
        return mailbox(view, &Mailbox { name, address });
    }
    match view.resolve(written, concerned) {
        Resolved::One(address) => match view.person(&address) {
            Some(person) if person.kind == "group" => Who::Group(members(view, &person.members)),
            Some(person) if person.kind == "room" => Who::Room(person.name.clone(), address),
            _ => Who::People(vec![(view.name_of(&address), address)]),
        },
        Resolved::Several(candidates) => {
            let names: Vec<String> = candidates
                .iter()
                .map(|address| {
                    let person = view.somebody(address);
                    if person.department.is_empty() {
                        person.name.clone()
                    } else {
                        format!("{} {}", person.name, person.department)
                    }
                })
                .collect();
            Who::Unclear(hint("ambiguous_person", json!({"name": written, "candidates": names})))
        }
        Resolved::Nobody => {
            let group = view.rules.names.expand(written, &view.directory);
            if !group.is_empty() {
                return Who::Group(members(view, &group));
            }
            let by_name = view
                .directory
                .people()
                .iter()
                .find(|p| !p.is_human() && (p.name == written || p.aliases.iter().any(|alias| alias == written)));
            match by_name {
                Some(person) if person.kind == "group" => Who::Group(members(view, &person.members)),
                Some(person) if person.kind == "room" => Who::Room(person.name.clone(), person.address.clone()),
                Some(person) => Who::People(vec![(person.name.clone(), person.address.clone())]),
                None if view.is_department(written) => match view.directory.contact_of(written) {
                    Some(contact) => Who::Group(vec![(contact.name.clone(), contact.address.clone())]),
                    None => Who::Unclear(hint("no_contact", json!({"department": written}))),
                },
                None => Who::Unclear(hint("unknown_person", json!({"name": written}))),
            }
        }
    }
}

/// `陈工 chen@supplier.com`, `Li <li@example.com>`: the name and the address; `@李雷` is a name.
fn named_address(written: &str) -> (String, Option<String>) {
    let ends = |c: char| c.is_whitespace() || "<>()（）《》,，;；:：".contains(c);
    let is_address = |word: &&str| word.find('@').is_some_and(|at| at > 0 && at + 1 < word.len());
    let Some(address) = written.split(ends).find(is_address) else { return (written.to_string(), None) };
    let name = written.replacen(address, "", 1);
    (name.trim_matches(|c| ends(c) || c == '"').trim().to_string(), Some(address.to_lowercase()))
}

pub(super) fn mailbox(view: &View<'_>, mailbox: &Mailbox) -> Who {
    match view.person(&mailbox.address) {
        Some(person) if person.kind == "group" => Who::Group(members(view, &person.members)),
        Some(person) if person.kind == "room" => Who::Room(person.name.clone(), person.address.clone()),
        Some(person) => Who::People(vec![(person.name.clone(), person.address.clone())]),
        None => {
            let name = if mailbox.name.is_empty() { view.name_of(&mailbox.address) } else { mailbox.name.clone() };
            Who::People(vec![(name, mailbox.address.clone())])
        }
    }
}

pub(super) fn members(view: &View<'_>, addresses: &[String]) -> Vec<(String, String)> {
    addresses.iter().map(|address| address.to_lowercase()).map(|address| (view.name_of(&address), address)).collect()
}

/// Whether an address is one of ours, plus forms included.
pub(in crate::domain::meeting) fn is_own(view: &View<'_>, address: &str) -> bool {
    let (local, domain) = address.split_once('@').unwrap_or((address, ""));
    let base = format!("{}@{domain}", local.split('+').next().unwrap_or_default());
    let own = |known: &str| known.eq_ignore_ascii_case(address) || known.eq_ignore_ascii_case(&base);
    own(&view.rules.assistant) || view.rules.own_addresses.iter().any(|known| own(known))
}

pub(super) fn some(text: &Option<String>) -> Option<String> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(String::from)
}

/// Reads people and places into a meeting. `whole`: the mail calls the meeting, so its subject and recipients count too.
pub(super) fn build(view: &View<'_>, mail: &MailRead, author: &str, reading: &CallReading, whole: bool) -> Built {
    let organizer = view.somebody(author);
    let zone = view.time_zone_of(author);
    let mut hints: Vec<Value> = reading
        .doubts
        .iter()
        .filter(|doubt| !matches!(doubt.kind.as_str(), "unknown_person" | "ambiguous_person"))
        .map(|doubt| hint("doubt", json!({"what": doubt.kind, "line": doubt.line})))
        .collect();
    let mut expanded = Vec::new();
    let recipients: Vec<&Mailbox> =
        mail.to.iter().chain(&mail.cc).filter(|m| !is_own(view, &m.address) && m.address != author).collect();
    let mut concerned: Vec<String> = recipients.iter().map(|m| m.address.clone()).collect();
    concerned.push(author.to_string());

    let subject = Some(mail.base_subject.trim().to_string()).filter(|s| whole && !s.is_empty());
    let mut meeting = Meeting {
        title: some(&reading.title).or(subject).unwrap_or_default(),
        kind: reading.kind.clone().unwrap_or_default(),
        objective: some(&reading.objective),
        start: reading.start,
        minutes: reading.minutes.filter(|minutes| *minutes > 0),
        time_zone: zone.name().to_string(),
        calendar: view.rules.calendar_key(&organizer),
        place: some(&reading.place),
        link: some(&reading.link),
        organizer: Some(organizer.name.clone()),
        organizer_address: Some(author.to_string()),
        departments: reading.departments.clone(),
        recurrence: reading.recurrence.clone(),
        confidential: reading.confidential || mail.confidential,
        delivery: reading.delivery.as_deref().and_then(delivery),
        hidden: mail.in_bcc,
        ..Meeting::default()
    };
    meeting.call = Some(Source {
        message_id: mail.message_id.clone(),
        from: author.to_string(),
        recipients: recipients.iter().map(|m| m.address.clone()).collect(),
        subject: mail.subject.clone(),
    });

    let lists_attendees = !reading.attendees.is_empty();
    for named in &reading.attendees {
        let found = who(view, &named.name, named.address.as_deref(), &concerned);
        take(view, &mut meeting, found, &named.name, named.role.as_deref(), &mut hints, &mut expanded);
    }
    if whole {
        // Who is only in To/Cc of a call that lists its attendees is informed.
        let role = lists_attendees.then_some("informed");
        for recipient in recipients {
            take(view, &mut meeting, mailbox(view, recipient), &recipient.address, role, &mut hints, &mut expanded);
        }
    }
    for department in &reading.departments {
        let present = meeting.attendees.iter().filter_map(|a| a.address.as_deref());
        let present = present.filter_map(|address| view.person(address)).any(|p| p.department == *department);
        if !present && organizer.department != *department {
            let found = match view.directory.contact_of(department) {
                Some(contact) => Who::Group(vec![(contact.name.clone(), contact.address.clone())]),
                None => Who::Unclear(hint("no_contact", json!({"department": department}))),
            };
            take(view, &mut meeting, found, department, None, &mut hints, &mut expanded);
        }
    }
    concerned.extend(meeting.attendees.iter().filter_map(|a| a.address.clone()));
    let person = |written: &Option<String>, hints: &mut Vec<Value>| -> (Option<String>, Option<String>) {
        let Some(written) = some(written) else { return (None, None) };
        match who(view, &written, None, &concerned) {
            Who::People(people) | Who::Group(people) if people.len() == 1 => {
                let only = people.into_iter().next();
                (only.as_ref().map(|p| p.0.clone()), only.map(|p| p.1))
            }
            Who::Unclear(unclear) => {
                hints.push(unclear);
                (Some(written), None)
            }
            _ => (Some(written), None),
        }
    };
    (meeting.chair, meeting.chair_address) = person(&reading.chair, &mut hints);
    (meeting.recorder, meeting.recorder_address) = person(&reading.recorder, &mut hints);
    for item in &reading.agenda {
        let (presenter, presenter_address) = person(&item.presenter, &mut hints);
        meeting.agenda.push(AgendaItem {
            title: item.title.trim().to_string(),
            minutes: item.minutes,
            presenter,
            presenter_address,
            required_outcome: some(&item.required_outcome),
            ..AgendaItem::default()
        });
    }
    for material in &reading.materials {
        let (_, owner_address) = person(&material.owner, &mut hints);
        meeting.materials.push(Material {
            owner: some(&material.owner),
            name: material.name.trim().to_string(),
            due: material.due,
            owner_address,
            ..Material::default()
        });
    }
    // A room that stands as the place is invited like one in To (O32).
    if let Some(place) = &meeting.place {
        if let Some(room) = rooms::named(view, place).and_then(|room| Some(Who::Room(room.name, room.address?))) {
            take(view, &mut meeting, room, "", None, &mut hints, &mut expanded);
        }
    }
    for attendee in &mut meeting.attendees {
        if attendee.address.as_deref() == Some(author) {
            attendee.rsvp = Rsvp::Accepted;
        }
    }
    let mut seen = Vec::new();
    hints.retain(|hint| {
        let new = !seen.contains(hint);
        if new {
            seen.push(hint.clone());
        }
        new
    });
    Built {
        meeting,
        hints,
        expanded,
        lists_attendees,
        draft: reading.draft,
        start_phrase: reading.start_phrase.clone(),
    }
}

/// `all` or `none`, however the reader of the words calls them.
pub(super) fn delivery(word: &str) -> Option<String> {
    match word {
        "all" | "full" | "everyone" => Some("all".into()),
        "none" | "nobody" | "no" => Some("none".into()),
        _ => None,
    }
}

/// Adds whom a name means.
pub(super) fn take(
    view: &View<'_>,
    meeting: &mut Meeting,
    found: Who,
    written: &str,
    role: Option<&str>,
    hints: &mut Vec<Value>,
    expanded: &mut Vec<Value>,
) {
    match found {
        Who::Unclear(unclear) => {
            // Kept by name, so that the organizer sees who is not reached and can say who is meant.
            let name = unclear.get("name").and_then(Value::as_str).unwrap_or_default().to_string();
            if !name.is_empty() && meeting.attendees.iter().all(|a| a.name != name) {
                let role = role.unwrap_or("doer").to_string();
                meeting.attendees.push(Attendee { name, role, ..Attendee::default() });
            }
            hints.push(unclear);
        }
        Who::Room(name, address) => {
            if meeting.rooms.iter().all(|room| room.address.as_deref() != Some(&address)) {
                meeting.rooms.push(Attendee { name, address: Some(address), ..Attendee::default() });
            }
        }
        Who::People(people) => {
            for (name, address) in people {
                if outside::is_new(view, &address) || !view.is_internal(&address) && view.person(&address).is_none() {
                    hints.push(hint("outsider", json!({"name": name, "address": address})));
                }
                add(meeting, name, address, role);
            }
        }
        Who::Group(people) => {
            let names: Vec<String> = people.iter().map(|(name, _)| name.clone()).collect();
            expanded.push(json!({"written": written, "names": names}));
            for (name, address) in people {
                add(meeting, name, address, role);
            }
        }
    }
}

pub(super) fn add(meeting: &mut Meeting, name: String, address: String, role: Option<&str>) {
    if meeting.attendee(&address).is_some() || meeting.attendees.len() >= ATTENDEES_MAX {
        return;
    }
    // The organizer in a list of attendees without a role comes anyway.
    if role.is_none_or(|role| role == "informed") && meeting.organizer_address.as_deref() == Some(&address) {
        return;
    }
    let role = role.unwrap_or("doer").to_string();
    meeting.attendees.push(Attendee { name, address: Some(address), role, ..Attendee::default() });
}
