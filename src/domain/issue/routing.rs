//! Who has to answer: the contact of each department asked, else its head, else the initiator is asked (SPEC 3.4).

use super::gaps::{self, Question};
use super::letters::{self, Change};
use super::{Copy, Issue, Party, log, save};
use crate::domain::action_item::head_over;
use crate::domain::event::MailRead;
use crate::domain::letter::LetterName;
use crate::domain::person::{Person, Resolved};
use crate::domain::urgency::Urgency;
use crate::domain::view::View;
use crate::domain::{held, post};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Departments one problem may be asked of.
pub const PARTIES_MAX: usize = 12;

/// A name as written: who answers for it.
pub enum Found {
    Party(Box<Party>),
    /// A department without contact or head, a name that means several people or nobody.
    Nobody,
}

/// The department a written name means, as the directory spells it.
pub fn department(view: &View<'_>, written: &str) -> Option<String> {
    let wanted = written.trim().to_lowercase();
    if wanted.is_empty() {
        return None;
    }
    let bare = |name: &str| {
        let name = name.to_lowercase();
        let name = name.trim_end_matches(" department").trim_end_matches(" team").trim_end_matches(" dept");
        name.trim_end_matches('门').trim_end_matches(['部', '处', '组', '科']).to_string()
    };
    let mut all: Vec<&str> = view
        .directory
        .people()
        .iter()
        .map(|person| person.department.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    all.sort_unstable();
    all.dedup();
    let same = all.iter().find(|name| name.to_lowercase() == wanted);
    let same = same.or_else(|| {
        let near: Vec<&&str> = all.iter().filter(|name| bare(name) == bare(&wanted)).collect();
        match near.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    });
    same.map(|name| (*name).to_string())
}

/// Who answers for a department or a person that was written.
pub fn find(view: &View<'_>, written: &str, now: DateTime<Utc>) -> Found {
    if let Some(department) = department(view, written) {
        let reachable = |person: &Arc<Person>| {
            !post::is_paused(view, &person.address) && post::away_until(view, &person.address, now).is_none()
        };
        let contact = view.directory.contact_of(&department).cloned();
        let head = view.directory.head_of(&department).cloned();
        // Who is away or cannot be written to would let the clocks run out unread.
        let best = contact.clone().filter(&reachable).or_else(|| head.clone().filter(&reachable)).or(contact).or(head);
        return match best {
            Some(person) => Found::Party(Box::new(party_of(view, &person, &department))),
            None => Found::Nobody,
        };
    }
    match view.resolve(written.trim().trim_start_matches('@'), &[]) {
        Resolved::One(address) => match view.person(&address).filter(|person| person.is_human()) {
            Some(person) => Found::Party(Box::new(party_of(view, &person, &person.department))),
            None => Found::Nobody,
        },
        _ => Found::Nobody,
    }
}

pub fn party_of(view: &View<'_>, person: &Person, department: &str) -> Party {
    let head = view.directory.head_of(department).map(|head| head.address.clone());
    let head = head.or_else(|| head_over(view, &person.address)).filter(|head| *head != person.address);
    Party {
        department: if department.is_empty() { person.name.clone() } else { department.to_string() },
        name: person.name.clone(),
        address: person.address.clone(),
        head: head.or_else(|| head_over(view, &person.address)),
        zone: person.time_zone.clone(),
        calendar: view.rules.calendar_key(person),
        ..Party::default()
    }
}

/// Who is responsible above all departments of a problem.
pub fn sponsor_of(view: &View<'_>, issue: &Issue) -> Option<String> {
    let of_project =
        issue.project.as_deref().and_then(|id| view.project(id)).and_then(|project| project.sponsor_address);
    let lead = issue.lead().map(|(_, party)| party.clone());
    let department = lead.as_ref().map(|party| party.department.clone()).unwrap_or_default();
    let sponsor = |person: &&Arc<Person>| person.role == "sponsor" && person.is_human();
    let own = view.directory.people().iter().filter(sponsor).find(|person| person.department == department);
    let any = view.directory.people().iter().find(sponsor);
    let above = || head_over(view, lead.as_ref()?.head.as_ref()?);
    of_project.or(own.or(any).map(|person| person.address.clone())).or_else(above)
}

/// Who stands on a rung above a party: `head`, `sponsor`. Nobody twice, never the initiator, never who is not to be
/// escalated to (O26).
pub fn target(view: &View<'_>, issue: &Issue, at: usize, rung: &str) -> Option<String> {
    let party = issue.parties.get(at)?;
    let head = party.head.clone();
    let to = if rung == "head" { head.clone() } else { issue.sponsor.clone().or_else(|| sponsor_of(view, issue)) }?;
    let never = view.rules.policy.escalate_never.iter().any(|one| match view.resolve(one, &[]) {
        Resolved::One(address) => address == to,
        _ => one.eq_ignore_ascii_case(&to),
    });
    let lower = to == party.address || (rung != "head" && head.as_deref() == Some(to.as_str()));
    let own = issue.initiator_address.as_deref() == Some(to.as_str());
    (!never && !lower && !own).then_some(to)
}

/// Who is told and not asked: the heads of the departments asked, the initiator's own head and the sponsor by urgency
/// (O41), departments that are informed. Nobody where it is confidential (O38).
pub fn copies(view: &View<'_>, issue: &Issue) -> Vec<Copy> {
    let mut all: Vec<Copy> = Vec::new();
    if issue.confidential {
        return all;
    }
    let taken = |address: &str| {
        issue.live().any(|(_, party)| party.address == address)
            || issue.initiator_address.as_deref() == Some(address)
            || issue.submitter.as_deref() == Some(address)
    };
    let mut add = |address: Option<String>, role: &str| {
        if let Some(address) =
            address.filter(|address| !taken(address) && !all.iter().any(|copy| copy.address == *address))
        {
            all.push(Copy { address, role: role.to_string() });
        }
    };
    for (_, party) in issue.live() {
        add(party.head.clone(), "head");
    }
    if issue.urgency() == Urgency::Critical {
        add(issue.sponsor.clone(), "sponsor");
    }
    if issue.urgency() != Urgency::Normal {
        add(issue.initiator_head.clone(), "own_head");
    }
    for name in &issue.informed {
        let person = department(view, name).and_then(|department| view.directory.contact_of(&department).cloned());
        let address = person.map(|person| person.address.clone()).or_else(|| match view.resolve(name, &[]) {
            Resolved::One(address) => Some(address),
            _ => None,
        });
        add(address, "informed");
    }
    all
}

/// Sends it to everybody it concerns; the clocks begin.
pub fn route(view: &mut View<'_>, mut issue: Issue, mail: &MailRead, now: DateTime<Utc>) {
    issue.opened_at = Some(now);
    issue.sponsor = sponsor_of(view, &issue);
    issue.copies = copies(view, &issue);
    let critical = issue.urgency() == Urgency::Critical;
    for party in issue.parties.iter_mut().filter(|party| party.is_live()) {
        // Counted from delivery (O24): at night only what is critical arrives.
        party.asked_at = Some(if critical { now } else { held::sendable(view, &party.address, now) });
        if critical && is_night(view, &party.address, now) {
            party.night = vec![party.address.clone()];
        }
    }
    issue.settle();
    log::note(view, &mut issue, mail, Some("opened"), now);
    let targets: Vec<(usize, String)> = issue.live().map(|(at, party)| (at, party.address.clone())).collect();
    let mut told: Vec<String> = Vec::new();
    for (at, to) in targets {
        if told.contains(&to) {
            continue;
        }
        told.push(to.clone());
        let letter = letters::opened(view, &issue, &to, "contact", Some(at), now);
        post::post(view, letter);
    }
    for copy in issue.copies.clone() {
        let letter = letters::opened(view, &issue, &copy.address, &copy.role, None, now);
        post::post(view, letter);
    }
    let author = mail.author.as_ref().map(|author| author.address.clone()).unwrap_or_default();
    let readers = [issue.submitter.clone(), issue.initiator_address.clone()];
    for to in readers.into_iter().flatten() {
        let mut letter = letters::opened(view, &issue, &to, "initiator", None, now);
        if to == author {
            letter = letter.replying_to(&mail.message_id, &mail.references);
        }
        if mail.no_answer && to == author {
            view.suppress(LetterName::IssueOpened, &to, "the mail asks for no automatic answer");
        } else {
            post::post(view, letter);
        }
    }
    if critical {
        alarm(view, &issue);
    }
    save(view, issue, "routed to those who shall solve it");
}

/// O42: one line with id and title.
pub fn alarm(view: &mut View<'_>, issue: &Issue) {
    let line = if issue.confidential { issue.id.clone() } else { format!("{} {}", issue.id, issue.title) };
    view.alarm(&line);
}

/// Quiet hours of a person; a weekend's noon is no night.
pub fn is_night(view: &View<'_>, address: &str, now: DateTime<Utc>) -> bool {
    view.rules.quiet_in(&view.calendar_of(address)).covers(view.local(address, now).time())
}

/// 不是我们负责，应找研发部: it goes to whom was named, or the initiator is asked. A department that gave it away already does
/// not get it a second time without being asked.
pub fn not_ours(
    view: &mut View<'_>,
    mut issue: Issue,
    places: &[usize],
    route: Option<&str>,
    mail: &MailRead,
    actor: &str,
    now: DateTime<Utc>,
) {
    let by = view.name_of(actor);
    let from: Vec<String> =
        places.iter().filter_map(|at| issue.parties.get(*at)).map(|party| party.department.clone()).collect();
    let found = route.map(|written| find(view, written, now));
    let fits = match found {
        Some(Found::Party(party)) => {
            let before = issue.parties.iter().any(|old| old.left && old.department == party.department);
            let own = issue.initiator_address.as_deref() == Some(party.address.as_str());
            let same = from.contains(&party.department);
            (!before && !own && (!same || party.address != actor)).then_some(party)
        }
        _ => None,
    };
    log::note(view, &mut issue, mail, Some("not_ours"), now);
    for at in places {
        if let Some(party) = issue.parties.get_mut(*at) {
            party.said_at = Some(now);
            party.left = true;
        }
    }
    issue.departments.retain(|name| !from.iter().any(|gone| gone == name));
    let reason = mail.reads.issue_words.as_deref().and_then(|words| words.reason.clone());
    match fits {
        Some(party) => {
            let department = party.department.clone();
            join(view, &mut issue, *party, Some((&from.join("、"), &by)), now);
            log::note(view, &mut issue, mail, Some("rerouted"), now);
            let change = Change {
                kind: "rerouted",
                by: Some(by),
                department: Some(department),
                text: Some(from.join("、")),
                reason,
                ..Change::default()
            };
            tell_initiator(view, &issue, &change, actor, now);
        }
        None => {
            // Nobody answers for it until the initiator says who.
            let question = Question {
                field: "route",
                why: "not_ours",
                words: reason.clone().or_else(|| route.map(str::to_string)),
                department: Some(from.join("、")),
            };
            let to = issue.initiator_address.clone().unwrap_or_default();
            if issue.lead().is_some() {
                // Others still work on it: the initiator is told, nobody has to choose.
                let change =
                    Change {
                        kind: "not_ours", by: Some(by), text: Some(from.join("、")), reason, ..Change::default()
                    };
                tell_initiator(view, &issue, &change, actor, now);
            } else {
                gaps::ask(view, &mut issue, &to, vec![question], None, now);
            }
        }
    }
    save(view, issue, "not for the department it was sent to");
}

/// Another party comes in, with clocks of its own.
pub fn join(view: &mut View<'_>, issue: &mut Issue, mut party: Party, from: Option<(&str, &str)>, now: DateTime<Utc>) {
    if issue.live().any(|(_, old)| old.address == party.address) || issue.parties.len() >= PARTIES_MAX * 2 {
        return;
    }
    let critical = issue.urgency() == Urgency::Critical;
    party.asked_at = Some(if critical { now } else { held::sendable(view, &party.address, now) });
    if critical && is_night(view, &party.address, now) {
        party.night = vec![party.address.clone()];
    }
    if !issue.departments.contains(&party.department) {
        issue.departments.push(party.department.clone());
    }
    issue.parties.push(party);
    let at = issue.parties.len() - 1;
    let knew: Vec<String> = issue.copies.iter().map(|copy| copy.address.clone()).collect();
    issue.copies = copies(view, issue);
    issue.settle();
    let to = issue.parties.get(at).map(|party| party.address.clone()).unwrap_or_default();
    let mut letter = letters::opened(view, issue, &to, "contact", Some(at), now);
    if let Some((department, by)) = from {
        letter = letter.with("from_department", department).with("from_by", by);
    }
    post::post(view, letter);
    for copy in issue.copies.clone().into_iter().filter(|copy| !knew.contains(&copy.address)) {
        let letter = letters::opened(view, issue, &copy.address, &copy.role, None, now);
        post::post(view, letter);
    }
    if critical {
        alarm(view, issue);
    }
}

/// `转给李雷`, `改派 客服部`: somebody else answers for the part of this party.
pub fn delegate(
    view: &mut View<'_>,
    mut issue: Issue,
    at: usize,
    to: &str,
    mail: &MailRead,
    actor: &str,
    now: DateTime<Utc>,
) -> bool {
    let Found::Party(mut party) = find(view, to, now) else { return false };
    let Some(old) = issue.parties.get_mut(at) else { return false };
    if old.address == party.address {
        return true;
    }
    old.left = true;
    let from = old.department.clone();
    // Within the department what was said stands; elsewhere the clocks begin anew.
    if party.department == from {
        *party = Party {
            responded_at: old.responded_at,
            understood_at: old.understood_at,
            understanding: old.understanding.clone(),
            started: old.started,
            percent: old.percent,
            ..*party
        };
    } else {
        issue.departments.retain(|name| *name != from);
    }
    let department = party.department.clone();
    let name = party.name.clone();
    let by = view.name_of(actor);
    join(view, &mut issue, *party, Some((&from, &by)), now);
    log::note(view, &mut issue, mail, Some("delegated"), now);
    let change =
        Change { kind: "delegated", by: Some(by), department: Some(department), text: Some(name), ..Change::default() };
    tell_initiator(view, &issue, &change, actor, now);
    save(view, issue, "somebody else answers for it");
    true
}

/// What the initiator has to know: at once where it is pressing, else in the digest.
pub fn tell_initiator(view: &mut View<'_>, issue: &Issue, change: &Change<'_>, actor: &str, now: DateTime<Utc>) {
    let Some(to) = issue.initiator_address.clone().filter(|to| to != actor) else { return };
    if letters::at_once(issue) || change.ask.is_some() {
        return letters::update(view, issue, &to, change, now);
    }
    let entry = crate::domain::receipt::Entry {
        id: Some(issue.id.clone()),
        task: Some(issue.subject_title().to_string()),
        verb: Some(change.kind.to_string()),
        by: change.by.clone(),
        due: change.due.clone(),
        old_due: change.old_due.clone(),
        percent: change.percent,
        text: change.text.clone().or_else(|| change.reason.clone()).map(|text| text.chars().take(160).collect()),
        ..crate::domain::receipt::Entry::default()
    };
    crate::domain::digest::note(view, &to, entry, now);
}
