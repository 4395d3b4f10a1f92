//! From a call to a meeting (SPEC 4.1): who is meant, what is missing, whether it is new or a change (O15), and whether its
//! sender sees it before anybody else (O12, O13).

use super::answers::{self, ATTENDEES_MAX};
use super::data::{self, moment};
use super::hints::{self, hint};
use super::notice::{self, ForOrganizer};
use super::{AgendaItem, Asked, Attendee, Material, Meeting, MeetingState, Rsvp, Source, title};
use crate::domain::event::{MailRead, Mailbox, Proof};
use crate::domain::letter::LetterName;
use crate::domain::person::Resolved;
use crate::domain::policy::Callers;
use crate::domain::reading::{CallReading, Command, Line, RecurrenceReading};
use crate::domain::view::{Verdict, View};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

/// Meetings one mail may call (会议安排表).
const CALLS_MAX: usize = 20;
/// Earlier meetings of the sender that a call is compared with.
const COMPARED_MAX: usize = 60;
/// A meeting of the same name this much later is rather the next of its kind than a change.
const NEXT_OF_KIND_DAYS: i64 = 5;
/// Days within which a meeting of the same name counts as the last time.
const LAST_TIME_DAYS: i64 = 100;

/// Hints that are doubts about time, people or place: the sender looks first (O13).
const DOUBTS: [&str; 7] =
    ["unknown_person", "ambiguous_person", "no_address", "no_contact", "outsider", "doubt", "past_start"];

/// Who may call meetings (`policy.callers`).
pub fn may_call(view: &View<'_>, address: &str) -> bool {
    match &view.rules.policy.callers {
        Callers::Word(word) if word == "directory" => view.person(address).is_some_and(|person| !person.learned),
        Callers::Word(_) => view.is_internal(address),
        Callers::List(list) => list.iter().any(|caller| caller.eq_ignore_ascii_case(address)),
    }
}

/// A mail calls one or several meetings, completes a draft, or changes a meeting.
pub fn call(view: &mut View<'_>, mail: &MailRead, calls: &[CallReading], now: DateTime<Utc>) {
    let Some(author) = mail.author.as_ref().filter(|_| mail.proof == Proof::Pass) else {
        return view.withhold(Verdict::Ignore, "the sender of a call has to be proven");
    };
    let author = view.person(&author.address).map_or_else(|| author.address.clone(), |person| person.address.clone());
    if !may_call(view, &author) {
        return view.withhold(Verdict::Ignore, "this sender may not call meetings (policy.callers)");
    }
    if calls.len() > CALLS_MAX {
        view.audit(format!("only the first {CALLS_MAX} of {} meetings in one mail were called", calls.len()));
    }
    for reading in calls.iter().take(CALLS_MAX) {
        one(view, mail, &author, reading, calls.len() == 1, now);
    }
}

fn one(view: &mut View<'_>, mail: &MailRead, author: &str, reading: &CallReading, alone: bool, now: DateTime<Utc>) {
    let about = if alone { named(view, mail, author) } else { None };
    let built = build(view, mail, author, reading, about.is_none());
    if let Some(old) = about {
        return match old.state {
            MeetingState::Draft => complete(view, mail, old, built, now),
            MeetingState::Announced | MeetingState::Held => amend(view, mail, &old, built, now),
            _ => fresh(view, mail, built, now),
        };
    }
    match similar(view, mail, &built.meeting, now) {
        Similar::Same(old) if old.state == MeetingState::Draft => complete(view, mail, *old, built, now),
        Similar::Same(old) => amend(view, mail, &old, built, now),
        Similar::Unsure(old) => choose(view, mail, built, &old, now),
        Similar::None => fresh(view, mail, built, now),
    }
}

/// The sender's own meeting this mail is about by thread or id.
fn named(view: &View<'_>, mail: &MailRead, author: &str) -> Option<Meeting> {
    let of_letter = mail.answers.iter().flat_map(|letter| letter.objects.iter());
    let by_id = of_letter.chain(&mail.subject_ids).filter(|id| id.starts_with("M-")).find_map(|id| view.meeting(id));
    let by_thread = || mail.references.iter().find_map(|id| view.meeting(view.ids("call", id).last()?));
    let found = by_id.or_else(by_thread)?;
    let open = matches!(found.state, MeetingState::Draft | MeetingState::Announced | MeetingState::Held);
    (open && found.is_led_by(author)).then_some(found)
}

// ---- what the call says

/// A meeting as a call describes it: only what was said, with who is meant.
struct Built {
    meeting: Meeting,
    hints: Vec<Value>,
    /// Groups and what they stand for (O6).
    expanded: Vec<Value>,
    /// The text names the attendees itself.
    lists_attendees: bool,
    draft: bool,
    start_phrase: Option<String>,
}

/// What the text of an invite says beyond the calendar part: agenda, objective, materials (O33).
pub(super) fn of_text(view: &View<'_>, mail: &MailRead, organizer: &str, reading: &CallReading) -> Meeting {
    build(view, mail, organizer, reading, false).meeting
}

/// Who a written name or address means.
enum Who {
    People(Vec<(String, String)>),
    /// Written as a group, a list of departments: who they are.
    Group(Vec<(String, String)>),
    Room(String, String),
    Unclear(Value),
}

fn who(view: &View<'_>, written: &str, address: Option<&str>, concerned: &[String]) -> Who {
    let written = written.trim();
    let address = address
        .map(str::to_lowercase)
        .or_else(|| written.contains('@').then(|| written.trim_start_matches('@').to_lowercase()));
    if let Some(address) = address.filter(|address| address.contains('@')) {
        return mailbox(
            view,
            &Mailbox { name: if written.contains('@') { String::new() } else { written.into() }, address },
        );
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

fn mailbox(view: &View<'_>, mailbox: &Mailbox) -> Who {
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

fn members(view: &View<'_>, addresses: &[String]) -> Vec<(String, String)> {
    addresses.iter().map(|address| address.to_lowercase()).map(|address| (view.name_of(&address), address)).collect()
}

/// Whether an address is one of ours, plus forms included.
pub(super) fn is_own(view: &View<'_>, address: &str) -> bool {
    let (local, domain) = address.split_once('@').unwrap_or((address, ""));
    let base = format!("{}@{domain}", local.split('+').next().unwrap_or_default());
    let own = |known: &str| known.eq_ignore_ascii_case(address) || known.eq_ignore_ascii_case(&base);
    own(&view.rules.assistant) || view.rules.own_addresses.iter().any(|known| own(known))
}

fn some(text: &Option<String>) -> Option<String> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(String::from)
}

/// Reads people and places into a meeting. `whole`: the mail calls the meeting, so its subject and recipients count too.
fn build(view: &View<'_>, mail: &MailRead, author: &str, reading: &CallReading, whole: bool) -> Built {
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
        calendar: organizer.calendar.clone(),
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
        let room = view
            .directory
            .people()
            .iter()
            .find(|p| p.kind == "room" && (p.name == *place || p.aliases.iter().any(|alias| alias == place)));
        if let Some(room) = room {
            take(
                view,
                &mut meeting,
                Who::Room(room.name.clone(), room.address.clone()),
                "",
                None,
                &mut hints,
                &mut expanded,
            );
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
fn delivery(word: &str) -> Option<String> {
    match word {
        "all" | "full" | "everyone" => Some("all".into()),
        "none" | "nobody" | "no" => Some("none".into()),
        _ => None,
    }
}

/// Adds whom a name means.
fn take(
    view: &View<'_>,
    meeting: &mut Meeting,
    found: Who,
    written: &str,
    role: Option<&str>,
    hints: &mut Vec<Value>,
    expanded: &mut Vec<Value>,
) {
    match found {
        Who::Unclear(unclear) => hints.push(unclear),
        Who::Room(name, address) => {
            if meeting.rooms.iter().all(|room| room.address.as_deref() != Some(&address)) {
                meeting.rooms.push(Attendee { name, address: Some(address), ..Attendee::default() });
            }
        }
        Who::People(people) => {
            for (name, address) in people {
                if !view.is_internal(&address) && view.person(&address).is_none() {
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

fn add(meeting: &mut Meeting, name: String, address: String, role: Option<&str>) {
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

/// What was not said gets its usual value: the organizer chairs, the length is the agenda's or an hour.
fn fill(view: &View<'_>, meeting: &mut Meeting, now: DateTime<Utc>) {
    if meeting.kind.is_empty() {
        meeting.kind = if meeting.recurrence.is_some() { "weekly".into() } else { "other".into() };
    }
    if meeting.chair.is_none() {
        meeting.chair.clone_from(&meeting.organizer);
        meeting.chair_address.clone_from(&meeting.organizer_address);
    }
    if meeting.minutes.is_none() {
        let agenda: Option<u32> = meeting.agenda.iter().map(|item| item.minutes).sum();
        meeting.minutes = Some(agenda.filter(|minutes| *minutes > 0).unwrap_or(60));
    }
    let roles = [
        (meeting.chair.clone(), meeting.chair_address.clone()),
        (meeting.recorder.clone(), meeting.recorder_address.clone()),
    ];
    for (name, address) in roles {
        if let Some(address) = address.filter(|address| meeting.organizer_address.as_ref() != Some(address)) {
            add(meeting, name.unwrap_or_default(), address, None);
        }
    }
    super::invite::time_agenda(meeting);
    if meeting.series.is_none() && meeting.recurrence.is_none() {
        meeting.series = last_time(view, meeting, now);
    }
}

/// A weekly meeting that is called anew each time: the last one of that name, whose open items come up again.
fn last_time(view: &View<'_>, meeting: &Meeting, now: DateTime<Utc>) -> Option<String> {
    let organizer = meeting.organizer_address.as_deref()?;
    let ids = view.ids("organized_by", organizer);
    let last =
        ids.iter().rev().take(COMPARED_MAX).filter(|id| **id != meeting.id).filter_map(|id| view.meeting(id)).find(
            |old| {
                let over = matches!(old.state, MeetingState::Held | MeetingState::Minuted | MeetingState::Closed);
                let recent =
                    old.start.is_some_and(|start| now - start.with_timezone(&Utc) < Duration::days(LAST_TIME_DAYS));
                over && recent && title::same_title(&old.title, &meeting.title)
            },
        )?;
    Some(last.series.clone().unwrap_or(last.id))
}

/// The earlier meeting has to be found under the series' name too.
fn join_series(view: &mut View<'_>, meeting: &Meeting) {
    let Some(series) = meeting.series.as_ref().filter(|series| **series != meeting.id) else { return };
    if let Some(mut first) = view.meeting(series).filter(|first| first.series.is_none()) {
        first.series = Some(series.clone());
        view.put_meeting(first, "became a series");
    }
}

fn missing(view: &View<'_>, meeting: &Meeting, now: DateTime<Utc>) -> Vec<String> {
    let mut missing = Vec::new();
    if meeting.title.trim().is_empty() {
        missing.push("title".to_string());
    }
    if meeting.start.is_none_or(|start| start.with_timezone(&Utc) <= now) {
        missing.push("start".to_string());
    }
    let organizer = meeting.organizer_address.as_deref();
    let others = meeting.attendees.iter().any(|a| a.address.as_deref() != organizer);
    if !others && meeting.rooms.is_empty() {
        missing.push("attendees".to_string());
    }
    let _ = view;
    missing
}

// ---- new

fn fresh(view: &mut View<'_>, mail: &MailRead, built: Built, now: DateTime<Utc>) {
    let Built { mut meeting, hints, expanded, draft, start_phrase, .. } = built;
    meeting.id = view.new_id('M');
    next_step(view, mail, meeting, hints, expanded, draft, start_phrase, now);
}

/// Asks for what is missing, shows it first, or sends it.
#[expect(clippy::too_many_arguments, reason = "the parts of what was read, taken apart once")]
fn next_step(
    view: &mut View<'_>,
    mail: &MailRead,
    mut meeting: Meeting,
    mut hints: Vec<Value>,
    expanded: Vec<Value>,
    draft: bool,
    start_phrase: Option<String>,
    now: DateTime<Utc>,
) {
    let missing = missing(view, &meeting, now);
    if !missing.is_empty() {
        if let Some(start) = meeting.start.filter(|start| start.with_timezone(&Utc) <= now) {
            hints.push(hint("past_start", json!({"start": moment(&start)})));
        }
        let mut asked = answers::asked("gaps", "gaps", now);
        asked.missing = missing;
        asked.hints = hints;
        asked.expanded = expanded;
        if draft {
            meeting.mark("draft");
        }
        meeting.asked = Some(asked);
        send_gaps(view, Some(mail), &meeting, start_phrase, false);
        return view.put_meeting(meeting, "called, with gaps");
    }
    if draft {
        meeting.mark("draft");
    }
    fill(view, &mut meeting, now);
    let all: Vec<Value> = hints.iter().cloned().chain(hints::of(view, &meeting, now)).collect();
    match preview_reason(view, mail, &meeting, &all) {
        Some(reason) => {
            let mut asked = answers::asked("preview", reason, now);
            asked.hints = all;
            asked.expanded = expanded;
            asked.count = (reason == "count").then(|| recipients(&meeting));
            meeting.asked = Some(asked);
            send_preview(view, Some(mail), &meeting, &[], None, false);
            view.put_meeting(meeting, "called, shown to its sender first");
        }
        None => {
            join_series(view, &meeting);
            notice::announce_telling(view, meeting, ForOrganizer { hints: all, expanded }, now);
        }
    }
}

fn recipients(meeting: &Meeting) -> usize {
    meeting.invited().len()
}

/// Why the sender looks first, if so (O10, O12, O13).
fn preview_reason(view: &View<'_>, mail: &MailRead, meeting: &Meeting, hints: &[Value]) -> Option<&'static str> {
    let policy = &view.rules.policy;
    let count = recipients(meeting);
    if count > policy.participants_max as usize {
        return Some("count");
    }
    if meeting.is_marked("draft") {
        return Some("draft");
    }
    if mail.in_bcc || meeting.hidden {
        return Some("bcc");
    }
    match policy.preview.as_str() {
        "never" => None,
        "always" => Some("always"),
        _ => {
            let kind = |hint: &Value| hint.get("kind").and_then(Value::as_str).unwrap_or_default().to_string();
            let organizer = meeting.organizer_address.as_deref().unwrap_or_default();
            if hints.iter().any(|hint| DOUBTS.contains(&kind(hint).as_str())) {
                Some("doubt")
            } else if count > policy.preview_above as usize {
                Some("many")
            } else if view.note(&format!("called/{organizer}")).is_none() {
                Some("first_call")
            } else {
                None
            }
        }
    }
}

fn send_gaps(
    view: &mut View<'_>,
    mail: Option<&MailRead>,
    meeting: &Meeting,
    start_phrase: Option<String>,
    reminder: bool,
) {
    let Some(to) = meeting.organizer_address.clone() else { return };
    let asked = meeting.asked.clone().unwrap_or_default();
    let form = json!({
        "title": some(&Some(meeting.title.clone())),
        "objective": meeting.objective,
        "kind": some(&Some(meeting.kind.clone())),
        "start": meeting.start.filter(|_| !asked.missing.iter().any(|m| m == "start")).as_ref().map(moment),
        "start_phrase": start_phrase,
        "minutes": meeting.minutes,
        "place": meeting.place,
        "link": meeting.link,
        "chair": meeting.chair,
        "recorder": meeting.recorder,
        "attendees": meeting.attendees.iter().map(|a| json!({"name": a.name, "role": a.role})).collect::<Vec<_>>(),
        "agenda": meeting.agenda.iter().map(|item| json!({
            "title": item.title, "minutes": item.minutes, "presenter": item.presenter, "required_outcome": item.required_outcome
        })).collect::<Vec<_>>(),
        "materials": meeting.materials.iter().map(|m| json!({"owner": m.owner, "name": m.name, "due": m.due})).collect::<Vec<_>>(),
    });
    let mut letter = data::letter(view, meeting, LetterName::CallGaps, &to, "the call lacks something")
        .with("missing", &asked.missing)
        .with("hints", &asked.hints)
        .with("expanded", &asked.expanded)
        .with("form", form)
        .with("reminder", reminder);
    if let Some(mail) = mail {
        letter = letter.replying_to(&mail.message_id, &mail.references);
    }
    view.send(letter);
}

fn send_preview(
    view: &mut View<'_>,
    mail: Option<&MailRead>,
    meeting: &Meeting,
    changes: &[Value],
    similar: Option<&Meeting>,
    reminder: bool,
) {
    let Some(to) = meeting.organizer_address.clone() else { return };
    let asked = meeting.asked.clone().unwrap_or_default();
    let similar_row =
        similar.map(|old| json!({"id": old.id, "title": old.title, "start": old.start.as_ref().map(moment)}));
    let mut letter = data::letter(view, meeting, LetterName::CallPreview, &to, "its sender looks first")
        .with("reason", &asked.reason)
        .with("recipients", recipients(meeting))
        .with("confirm_count", asked.count)
        .with("hints", &asked.hints)
        .with("expanded", &asked.expanded)
        .with("changes", changes)
        .with("similar", similar_row)
        .with("reminder", reminder);
    if let Some(old) = similar {
        letter = letter.lines(vec![
            Line { n: 1, id: old.id.clone(), task: old.title.clone() },
            Line { n: 2, id: meeting.id.clone(), task: meeting.title.clone() },
        ]);
    }
    if let Some(mail) = mail {
        letter = letter.replying_to(&mail.message_id, &mail.references);
    }
    view.send(letter);
}

// ---- drafts

/// A reply fills in or corrects a draft.
fn complete(view: &mut View<'_>, mail: &MailRead, old: Meeting, built: Built, now: DateTime<Utc>) {
    let asked = old.asked.clone().unwrap_or_default();
    let mut meeting = old;
    lay_over(&mut meeting, &built, false);
    meeting.asked = None;
    let draft = built.draft || meeting.is_marked("draft");
    if asked.kind == "preview" {
        // A correction of what was shown is shown again, unless nothing is in doubt any more and it was only a doubt.
        return show_again(view, mail, meeting, asked, built.hints, built.expanded, now);
    }
    next_step(view, mail, meeting, built.hints, built.expanded, draft, built.start_phrase, now);
}

fn show_again(
    view: &mut View<'_>,
    mail: &MailRead,
    mut meeting: Meeting,
    asked: Asked,
    hints: Vec<Value>,
    expanded: Vec<Value>,
    now: DateTime<Utc>,
) {
    let missing = missing(view, &meeting, now);
    if !missing.is_empty() {
        return next_step(view, mail, meeting, hints, expanded, false, None, now);
    }
    fill(view, &mut meeting, now);
    let all: Vec<Value> = hints.into_iter().chain(hints::of(view, &meeting, now)).collect();
    let count = recipients(&meeting);
    let many = count > view.rules.policy.participants_max as usize;
    meeting.asked = Some(Asked {
        since: Some(now),
        reminded: false,
        count: many.then_some(count),
        reason: if many { "count".into() } else { asked.reason.clone() },
        hints: all,
        expanded: if expanded.is_empty() { asked.expanded.clone() } else { expanded },
        ..asked
    });
    send_preview(view, Some(mail), &meeting, &[], None, false);
    view.put_meeting(meeting, "corrected, shown again");
}

/// A command changed a draft: 改到周四, 补充议题.
pub(super) fn edited(view: &mut View<'_>, mail: &MailRead, meeting: Meeting, now: DateTime<Utc>) {
    let asked = meeting.asked.clone().unwrap_or_default();
    if asked.kind == "gaps" {
        let mut meeting = meeting;
        meeting.asked = None;
        return next_step(view, mail, meeting, asked.hints, asked.expanded, false, None, now);
    }
    show_again(view, mail, meeting, asked, Vec::new(), Vec::new(), now);
}

/// 发送: what was shown goes out.
pub(super) fn confirmed(
    view: &mut View<'_>,
    mail: &MailRead,
    mut meeting: Meeting,
    command: &Command,
    now: DateTime<Utc>,
) {
    let asked = meeting.asked.clone().unwrap_or_default();
    let gaps = missing(view, &meeting, now);
    if asked.kind == "gaps" || !gaps.is_empty() {
        meeting.asked = Some(Asked { missing: gaps, kind: "gaps".into(), since: Some(now), ..asked });
        send_gaps(view, Some(mail), &meeting, None, false);
        return view.put_meeting(meeting, "still with gaps");
    }
    if let Some(count) = asked.count {
        // O12: the number is the confirmation; a bare 发送 is not.
        let said = format!("{} {}", command.line, mail.text);
        let named = said.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.parse() == Ok(count));
        if !named {
            send_preview(view, Some(mail), &meeting, &[], None, false);
            return view.audit("a bare word does not send to so many (O12)");
        }
    }
    meeting.marks.remove("draft");
    fill(view, &mut meeting, now);
    join_series(view, &meeting);
    notice::announce(view, meeting, now);
}

/// No answer to a question about a call: asked once more, then given up.
pub(super) fn timeout(view: &mut View<'_>, mut meeting: Meeting, key: &str, now: DateTime<Utc>) {
    let Some(asked) = meeting.asked.clone() else { return };
    if key == "remind" {
        if asked.reminded {
            return;
        }
        meeting.asked = Some(Asked { reminded: true, ..asked.clone() });
        match asked.kind.as_str() {
            "gaps" => send_gaps(view, None, &meeting, None, true),
            "preview" => send_preview(view, None, &meeting, &[], None, true),
            "choice" => {
                let similar = asked.similar.as_ref().and_then(|id| view.meeting(id));
                send_preview(view, None, &meeting, &[], similar.as_ref(), true);
            }
            _ => {}
        }
        return view.put_meeting(meeting, "asked again");
    }
    // What was read with a doubt never goes out by time-out (O13), and a question has an end (O24).
    meeting.state = MeetingState::Cancelled;
    meeting.mark("not_sent");
    if let Some(letter) = data::organizer_note(view, &meeting, "not_sent", json!({}), "nobody answered about the call")
    {
        view.send(letter);
    }
    let _ = now;
    view.put_meeting(meeting, "given up: no answer");
}

// ---- changes (O15)

enum Similar {
    Same(Box<Meeting>),
    Unsure(Box<Meeting>),
    None,
}

/// An open meeting of the same organizer that this call may be about.
fn similar(view: &View<'_>, mail: &MailRead, new: &Meeting, now: DateTime<Utc>) -> Similar {
    let organizer = new.organizer_address.as_deref().unwrap_or_default();
    let correction = title::is_correction(&new.title) || title::is_correction(&mail.subject);
    let mut unsure = None;
    for id in view.ids("organized_by", organizer).iter().rev().take(COMPARED_MAX) {
        let Some(old) = view.meeting(id) else { continue };
        let open = match old.state {
            MeetingState::Draft => true,
            MeetingState::Announced => old.end().is_none_or(|end| end.with_timezone(&Utc) > now),
            _ => false,
        };
        // Another meeting of the very same mail is another meeting.
        let same_mail =
            old.call.as_ref().is_some_and(|call| !call.message_id.is_empty() && call.message_id == mail.message_id);
        if !open || same_mail || old.foreign_invite {
            continue;
        }
        let same_start = match (old.start, new.start) {
            (Some(old), Some(new)) => old.with_timezone(&Utc) == new.with_timezone(&Utc),
            _ => false,
        };
        let apart = match (old.start, new.start) {
            (Some(old), Some(new)) => (new - old).num_days().abs(),
            _ => 0,
        };
        if title::same_title(&old.title, &new.title) {
            if correction || same_start || apart < NEXT_OF_KIND_DAYS {
                return Similar::Same(Box::new(old));
            }
            unsure.get_or_insert(old);
        } else if same_start && same_people(&old, new) {
            return Similar::Same(Box::new(old));
        } else if title::near_title(&old.title, &new.title) && (same_start || correction) {
            unsure.get_or_insert(old);
        }
    }
    unsure.map_or(Similar::None, |old| Similar::Unsure(Box::new(old)))
}

fn same_people(old: &Meeting, new: &Meeting) -> bool {
    let people = |meeting: &Meeting| {
        let mut all: Vec<String> = meeting.attendees.iter().filter_map(|a| a.address.clone()).collect();
        // Chair and recorder were added when it was announced; the call may not name them among the attendees.
        all.retain(|a| meeting.chair_address.as_ref() != Some(a) && meeting.recorder_address.as_ref() != Some(a));
        all.sort();
        all
    };
    let new_people = people(new);
    !new_people.is_empty() && people(old) == new_people
}

/// Unsure whether it is a change: the sender says which (`1 更新 M-12  2 新会议`).
fn choose(view: &mut View<'_>, mail: &MailRead, built: Built, old: &Meeting, now: DateTime<Utc>) {
    let mut meeting = built.meeting;
    meeting.id = view.new_id('M');
    if built.draft {
        meeting.mark("draft");
    }
    let mut asked = answers::asked("choice", "choice", now);
    asked.similar = Some(old.id.clone());
    asked.hints = built.hints;
    asked.expanded = built.expanded;
    meeting.asked = Some(asked);
    let changes = notice::changes(old, &overlaid(old, &meeting));
    send_preview(view, Some(mail), &meeting, &changes, Some(old), false);
    view.put_meeting(meeting, "called, perhaps a change of another");
}

fn overlaid(old: &Meeting, said: &Meeting) -> Meeting {
    let mut new = old.clone();
    let built = Built {
        meeting: said.clone(),
        hints: Vec::new(),
        expanded: Vec::new(),
        lists_attendees: true,
        draft: false,
        start_phrase: None,
    };
    lay_over(&mut new, &built, true);
    new
}

/// The sender chose: it is a change of `old`.
pub(super) fn merge_into(view: &mut View<'_>, mail: &MailRead, mut draft: Meeting, old: &str, now: DateTime<Utc>) {
    let Some(old) = view.meeting(old) else { return is_new(view, mail, draft, now) };
    let new = overlaid(&old, &draft);
    draft.state = MeetingState::Cancelled;
    let asked = draft.asked.take().unwrap_or_default();
    draft.mark("merged");
    view.put_meeting(draft, &format!("was a change of {}", old.id));
    let by = old.organizer_address.clone().unwrap_or_default();
    let telling = ForOrganizer { hints: asked.hints, expanded: asked.expanded };
    notice::change(view, &old, new, &by, Some(mail), &telling, now);
}

/// The sender chose: it is another meeting.
pub(super) fn is_new(view: &mut View<'_>, mail: &MailRead, mut meeting: Meeting, now: DateTime<Utc>) {
    let asked = meeting.asked.take().unwrap_or_default();
    let draft = meeting.is_marked("draft");
    next_step(view, mail, meeting, asked.hints, asked.expanded, draft, None, now);
}

/// Changes an announced meeting by what the new call says.
fn amend(view: &mut View<'_>, mail: &MailRead, old: &Meeting, built: Built, now: DateTime<Utc>) {
    let mut new = old.clone();
    lay_over(&mut new, &built, true);
    let by = old.organizer_address.clone().unwrap_or_default();
    if let Some(start) = new.start.filter(|start| Some(*start) != old.start && start.with_timezone(&Utc) <= now) {
        let facts = json!({"start": moment(&start), "asks": true});
        let note = data::note_to(view, old, &by, "past_time", facts, "the new time is over already");
        return view.send(note.replying_to(&mail.message_id, &mail.references));
    }
    fill(view, &mut new, now);
    let mut hints = built.hints;
    hints.extend(hints::of(view, &new, now));
    let telling = ForOrganizer { hints, expanded: built.expanded };
    if !notice::change(view, old, new, &by, Some(mail), &telling, now) {
        view.audit(format!("{}: the call says nothing new", old.id));
    }
}

/// Lays what was said over what was known. `whole`: it is a full call, whose people and topics replace the old ones;
/// otherwise people are added.
fn lay_over(meeting: &mut Meeting, built: &Built, whole: bool) {
    let said = &built.meeting;
    if !said.title.trim().is_empty() && !title::same_title(&said.title, &meeting.title) {
        meeting.title.clone_from(&said.title);
    }
    if !said.kind.is_empty() {
        meeting.kind.clone_from(&said.kind);
    }
    let take = |to: &mut Option<String>, from: &Option<String>| {
        if from.is_some() {
            to.clone_from(from);
        }
    };
    take(&mut meeting.objective, &said.objective);
    take(&mut meeting.place, &said.place);
    take(&mut meeting.link, &said.link);
    take(&mut meeting.delivery, &said.delivery);
    if said.chair.is_some() {
        meeting.chair.clone_from(&said.chair);
        meeting.chair_address.clone_from(&said.chair_address);
    }
    if said.recorder.is_some() {
        meeting.recorder.clone_from(&said.recorder);
        meeting.recorder_address.clone_from(&said.recorder_address);
    }
    if said.start.is_some() {
        meeting.start = said.start;
    }
    if said.minutes.is_some() {
        meeting.minutes = said.minutes;
    }
    if let Some(recurrence) = &said.recurrence {
        meeting.recurrence = Some(RecurrenceReading::clone(recurrence));
    }
    meeting.confidential |= said.confidential;
    if !said.agenda.is_empty() {
        meeting.agenda.clone_from(&said.agenda);
    }
    for material in &said.materials {
        match meeting.materials.iter_mut().find(|known| known.name == material.name) {
            Some(known) => {
                known.due = material.due.or(known.due);
                if material.owner.is_some() {
                    known.owner.clone_from(&material.owner);
                    known.owner_address.clone_from(&material.owner_address);
                }
            }
            None => meeting.materials.push(material.clone()),
        }
    }
    for room in &said.rooms {
        if meeting.rooms.iter().all(|known| known.address != room.address) {
            meeting.rooms.push(room.clone());
        }
    }
    let attendees: Vec<&Attendee> = said.attendees.iter().collect();
    if whole && !attendees.is_empty() && (built.lists_attendees || attendees.len() > 1) {
        let keeps = [meeting.chair_address.clone(), meeting.recorder_address.clone()];
        meeting.attendees.retain(|known| {
            known.stands_in
                || keeps.contains(&known.address)
                || attendees.iter().any(|said| said.address == known.address)
        });
    }
    for attendee in attendees {
        match meeting.attendees.iter_mut().find(|known| known.address == attendee.address) {
            Some(known) if built.lists_attendees && attendee.role != "doer" => known.role.clone_from(&attendee.role),
            Some(_) => {}
            None => meeting.attendees.push(attendee.clone()),
        }
    }
    for department in &said.departments {
        if !meeting.departments.contains(department) {
            meeting.departments.push(department.clone());
        }
    }
    if whole || meeting.call.is_none() {
        if let (Some(known), Some(new)) = (&mut meeting.call, &said.call) {
            // The thread stays the first call's; who stood in the new one has read it.
            for recipient in &new.recipients {
                if !known.recipients.contains(recipient) {
                    known.recipients.push(recipient.clone());
                }
            }
        }
    }
}
