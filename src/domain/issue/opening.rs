//! From a feedback form to a problem: what it says, what it leaves out, whether it is new (SPEC 4.5).

use super::gaps::{self, Question};
use super::letters::{self, Change};
use super::routing::{self, Found, PARTIES_MAX};
use super::{Issue, Source, log, save};
use crate::domain::action_item::{actor, head_over};
use crate::domain::clock::Clock;
use crate::domain::event::MailRead;
use crate::domain::meeting::same_title;
use crate::domain::person::Resolved;
use crate::domain::reading::IssueReading;
use crate::domain::urgency::Urgency;
use crate::domain::view::{Verdict, View};
use chrono::{DateTime, Utc};

/// Open problems of one person that a new form is compared with.
const COMPARED_MAX: usize = 50;
/// Characters of a title taken from the text.
const TITLE_MAX: usize = 30;

/// A feedback form came: a new problem, or more about one that is open (O15).
pub fn opened(view: &mut View<'_>, mail: &MailRead, reading: &IssueReading, now: DateTime<Utc>) {
    let Some(author) = actor(view, mail) else { return };
    if !view.is_internal(&author) && view.person(&author).is_none() {
        return view.withhold(Verdict::Ignore, "only colleagues report problems");
    }
    let initiator = initiator(view, &author, reading);
    let mut issue = described(view, mail, reading, &initiator);
    if let Some(old) = same(view, &issue, &initiator) {
        return amended(view, mail, old, &issue, &author, now);
    }
    issue.id = view.new_id('Q');
    if initiator != author {
        issue.submitter = Some(author.clone());
    }
    let mut questions = parties(view, mail, reading, &mut issue, now);
    questions.extend(missing(view, reading, &issue, now));
    questions.truncate(7);
    let urgent = issue.urgency() == Urgency::Critical;
    let says = issue.current.is_some() || issue.background.is_some() || issue.expected.is_some();
    // A critical problem is not held up by a form: what is known goes out, the rest is asked meanwhile.
    let routable = issue.lead().is_some() && (questions.is_empty() || urgent && says);
    if !questions.is_empty() {
        gaps::ask(view, &mut issue, &author, questions, Some(mail), now);
    }
    if routable {
        return routing::route(view, issue, mail, now);
    }
    log::note(view, &mut issue, mail, None, now);
    save(view, issue, "reported, with gaps");
}

/// Who has the problem: the person the form names, where that is somebody we know; else who wrote it.
fn initiator(view: &View<'_>, author: &str, reading: &IssueReading) -> String {
    let named = reading.initiator.as_deref().map(|name| view.resolve(name, &[author.to_string()]));
    match named {
        Some(Resolved::One(address)) if view.person(&address).is_some_and(|person| person.is_human()) => address,
        _ => author.to_string(),
    }
}

fn described(view: &View<'_>, mail: &MailRead, reading: &IssueReading, initiator: &str) -> Issue {
    let person = view.somebody(initiator);
    let own = (!person.department.is_empty()).then(|| person.department.clone());
    let department = reading.department.clone().map(|name| routing::department(view, &name).unwrap_or(name)).or(own);
    let text = [&reading.title, &reading.current, &reading.expected, &reading.background]
        .into_iter()
        .flatten()
        .find(|text| !text.trim().is_empty())
        .map(|text| text.lines().next().unwrap_or_default().trim().to_string())
        .unwrap_or_else(|| mail.base_subject.clone());
    let title = match &reading.title {
        Some(title) => title.trim().to_string(),
        None => text.chars().take(TITLE_MAX).collect(),
    };
    let head = department.as_deref().and_then(|name| view.directory.head_of(name)).map(|head| head.address.clone());
    let word = |value: &Option<String>, default: &str| value.clone().unwrap_or_else(|| default.to_string());
    let own = |address: &String| view.rules.own_addresses.contains(address) || *address == view.rules.assistant;
    Issue {
        title,
        department,
        initiator: Some(person.name.clone()),
        initiator_address: Some(initiator.to_string()),
        kind: word(&reading.kind, "other"),
        urgency: word(&reading.urgency, "normal"),
        level: word(&reading.level, "general"),
        background: reading.background.clone(),
        current: reading.current.clone(),
        expected: reading.expected.clone(),
        informed: reading
            .informed
            .iter()
            .map(|name| routing::department(view, name).unwrap_or_else(|| name.clone()))
            .collect(),
        wanted_by: reading.wanted_by,
        project: reading.project.as_deref().map(|name| project(view, name)),
        initiator_head: head.filter(|head| head != initiator).or_else(|| head_over(view, initiator)),
        source: Source {
            message_id: mail.message_id.clone(),
            references: mail.references.clone(),
            recipients: mail
                .to
                .iter()
                .chain(&mail.cc)
                .map(|mailbox| mailbox.address.clone())
                .filter(|address| !own(address))
                .collect(),
        },
        confidential: mail.confidential,
        ..Issue::default()
    }
}

/// The project's id where the name is one we know; else the name as written.
fn project(view: &View<'_>, name: &str) -> String {
    let known = view.ids("projects", "all").into_iter().rev().take(200);
    let found =
        known.filter_map(|id| view.project(&id)).find(|project| project.id == name || same_title(&project.name, name));
    found.map_or_else(|| name.to_string(), |project| project.id)
}

/// An open problem of the same person with the same title.
fn same(view: &View<'_>, issue: &Issue, initiator: &str) -> Option<Issue> {
    let ids = view.ids("issues_of", initiator);
    ids.into_iter().rev().take(COMPARED_MAX).filter_map(|id| view.issue(&id)).find(|old| {
        old.initiator_address.as_deref() == Some(initiator)
            && old.state.is_open()
            && same_title(&old.title, &issue.title)
    })
}

/// The departments and people asked; what cannot be resolved is asked back.
fn parties(
    view: &View<'_>,
    mail: &MailRead,
    reading: &IssueReading,
    issue: &mut Issue,
    now: DateTime<Utc>,
) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    let initiator = issue.initiator_address.clone().unwrap_or_default();
    let contact = reading.contact.as_deref().map(|name| view.resolve(name, &[]));
    let contact = match contact {
        Some(Resolved::One(address)) if address != initiator => view.person(&address),
        _ => None,
    };
    let mut contact_used = false;
    for written in reading.departments.iter().take(PARTIES_MAX) {
        let known = routing::department(view, written);
        let mine = contact.as_ref().filter(|person| known.as_deref().is_none_or(|name| name == person.department));
        if let (Some(person), false) = (mine, contact_used) {
            contact_used = true;
            let name = known.unwrap_or_else(|| written.clone());
            let party = routing::party_of(view, person, &name);
            push(issue, party, &initiator, &name);
            continue;
        }
        match routing::find(view, written, now) {
            Found::Party(party) => {
                let name = known.unwrap_or_else(|| party.department.clone());
                push(issue, *party, &initiator, &name);
            }
            Found::Nobody => {
                if !issue.departments.contains(written) {
                    issue.departments.push(written.clone());
                }
                questions.push(Question {
                    field: "contact",
                    why: "no_contact",
                    words: Some(written.clone()),
                    department: Some(written.clone()),
                });
            }
        }
    }
    if let (Some(person), false) = (contact, contact_used) {
        let party = routing::party_of(view, &person, &person.department);
        let name = party.department.clone();
        push(issue, party, &initiator, &name);
    }
    if reading.departments.is_empty() && issue.parties.is_empty() {
        // Written to colleagues with us in copy: they are asked.
        for mailbox in mail.to.iter().take(PARTIES_MAX) {
            let known = view.person(&mailbox.address).filter(|person| person.is_human());
            if let Some(person) =
                known.filter(|person| person.address != initiator && view.is_internal(&person.address))
            {
                let party = routing::party_of(view, &person, &person.department);
                let name = party.department.clone();
                push(issue, party, &initiator, &name);
            }
        }
        if issue.parties.is_empty() {
            questions.push(Question { field: "departments", why: "missing", ..Question::default() });
        }
    }
    questions
}

fn push(issue: &mut Issue, party: super::Party, initiator: &str, department: &str) {
    if !issue.departments.iter().any(|name| name == department) {
        issue.departments.push(department.to_string());
    }
    if party.address != initiator && !issue.parties.iter().any(|old| old.address == party.address) {
        issue.parties.push(party);
    }
}

/// What else is missing or vague, worst first.
fn missing(view: &View<'_>, reading: &IssueReading, issue: &Issue, now: DateTime<Utc>) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    let doubt = |kind: &str| reading.doubts.iter().find(|doubt| doubt.kind == kind).map(|doubt| doubt.line.clone());
    match &issue.wanted_by {
        None => {
            let words = doubt("vague_due");
            let why = if words.is_some() { "vague" } else { "missing" };
            questions.push(Question { field: "wanted_by", why, words, department: None });
        }
        Some(due) if Clock::house(view.rules).moment(due) <= now => {
            questions.push(Question {
                field: "wanted_by",
                why: "past",
                words: Some(due.to_string()),
                department: None,
            });
        }
        Some(_) => {}
    }
    match (&issue.expected, doubt("vague_expected")) {
        (None, _) => questions.push(Question { field: "expected", why: "missing", ..Question::default() }),
        (Some(_), Some(words)) => {
            questions.push(Question { field: "expected", why: "vague", words: Some(words), department: None });
        }
        _ => {}
    }
    if issue.current.is_none() {
        questions.push(Question { field: "current", why: "missing", ..Question::default() });
    }
    // Told freely, the background stands between the lines; in a form it was left out.
    if issue.background.is_none() && (reading.labelled || issue.current.is_none()) {
        questions.push(Question { field: "background", why: "missing", ..Question::default() });
    }
    questions
}

/// The same problem again: what is new is told to those who work on it.
fn amended(view: &mut View<'_>, mail: &MailRead, mut old: Issue, new: &Issue, author: &str, now: DateTime<Utc>) {
    let before = old.clone();
    for (field, value) in
        [(&mut old.background, &new.background), (&mut old.current, &new.current), (&mut old.expected, &new.expected)]
    {
        if value.is_some() {
            field.clone_from(value);
        }
    }
    if new.wanted_by.is_some() {
        old.wanted_by = new.wanted_by;
    }
    if Urgency::of(&new.urgency) > old.urgency() {
        old.urgency.clone_from(&new.urgency);
    }
    if before == old {
        return view.audit(format!("the same form as {} once more: nothing new", old.id));
    }
    log::note(view, &mut old, mail, Some("completed"), now);
    let filled = old.gaps.clone().is_some_and(|gaps| {
        gaps.open.iter().all(|gap| match gap.field.as_str() {
            "background" => old.background.is_some(),
            "current" => old.current.is_some(),
            "expected" => old.expected.is_some(),
            "wanted_by" => old.wanted_by.as_ref().is_some_and(|due| Clock::house(view.rules).moment(due) > now),
            _ => old.lead().is_some(),
        })
    });
    if filled {
        old.gaps = None;
    }
    if old.opened_at.is_none() {
        if old.gaps.is_none() && old.lead().is_some() {
            return routing::route(view, old, mail, now);
        }
        return save(view, old, "the form came again");
    }
    let change = Change {
        kind: "completed",
        by: Some(view.name_of(author)),
        text: old.current.clone(),
        due: old.wanted_by.as_ref().filter(|due| before.wanted_by.as_ref() != Some(*due)).map(ToString::to_string),
        ..Change::default()
    };
    for to in old.live().map(|(_, party)| party.address.clone()).collect::<Vec<_>>() {
        letters::update(view, &old, &to, &change, now);
    }
    save(view, old, "the form came again with something new");
}
