//! What a form leaves out is asked back, worst first, answerable in one line or by the filled form (SPEC 4.5). Asked twice;
//! then it is set aside, and its writer is told (O24).

use super::clocks::GAPS_WINDOW;
use super::letters::{self, facts};
use super::routing::{self, Found};
use super::{Gap, Gaps, Issue, State, log, save};
use crate::domain::clock::Clock;
use crate::domain::event::MailRead;
use crate::domain::letter::{Letter, LetterName};
use crate::domain::reading::{IssueReading, Line};
use crate::domain::receipt::Entry;
use crate::domain::view::View;
use crate::domain::{digest, post, shown};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Questions in one letter (O14).
const QUESTIONS_MAX: usize = 7;

/// One thing to ask back.
#[derive(Clone, Debug, Default)]
pub struct Question {
    pub field: &'static str,
    pub why: &'static str,
    pub words: Option<String>,
    pub department: Option<String>,
}

/// Asks somebody; the questions are numbered as they stand.
pub fn ask(
    view: &mut View<'_>,
    issue: &mut Issue,
    to: &str,
    questions: Vec<Question>,
    mail: Option<&MailRead>,
    now: DateTime<Utc>,
) {
    let open = questions
        .into_iter()
        .take(QUESTIONS_MAX)
        .zip(1..)
        .map(|(question, n)| Gap {
            n,
            field: question.field.into(),
            why: question.why.into(),
            words: question.words,
            department: question.department,
        })
        .collect();
    issue.gaps = Some(Gaps { to: to.to_string(), asked_at: Some(now), reminded: false, open });
    let letter = letter(view, issue, mail, false, now);
    if let Some(letter) = letter {
        post::post(view, letter);
    }
}

fn letter(view: &View<'_>, issue: &Issue, mail: Option<&MailRead>, again: bool, now: DateTime<Utc>) -> Option<Letter> {
    let gaps = issue.gaps.as_ref()?;
    let lines = gaps.open.iter().map(|gap| Line { n: gap.n, id: issue.id.clone(), task: gap.field.clone() }).collect();
    let ends = Clock::house(view.rules).end_after(gaps.asked_at.unwrap_or(now), GAPS_WINDOW);
    let mut letter = Letter::new(LetterName::IssueGaps, &gaps.to, "the form leaves something out")
        .with("issue", facts(view, issue, now))
        .with("questions", &gaps.open)
        .with("again", again)
        .with("routed", issue.opened_at.is_some())
        .with("solving", gaps.open.iter().any(|gap| gap.field == "solution"))
        .with("routing", gaps.open.iter().any(|gap| gap.field == "route"))
        .with("ends", shown::moment(view, ends))
        .lines(lines)
        .about(&issue.id);
    letter.urgent = issue.urgency == "critical";
    if let Some(mail) = mail.filter(|mail| mail.author.as_ref().is_some_and(|author| author.address == gaps.to)) {
        if mail.no_answer {
            return None;
        }
        letter = letter.replying_to(&mail.message_id, &mail.references);
    }
    Some(letter)
}

/// The answers. True if any of them was one.
pub fn answered(
    view: &mut View<'_>,
    mut issue: Issue,
    mail: &MailRead,
    answers: &IssueReading,
    now: DateTime<Utc>,
) -> bool {
    let Some(mut gaps) = issue.gaps.clone() else { return false };
    let before = gaps.open.len();
    let mut filled: Vec<u32> = Vec::new();
    for gap in gaps.open.clone() {
        let done = match gap.field.as_str() {
            "background" => set(&mut issue.background, &answers.background),
            "current" => set(&mut issue.current, &answers.current),
            "expected" => set(&mut issue.expected, &answers.expected),
            "wanted_by" => match answers.wanted_by {
                Some(due) if Clock::house(view.rules).moment(&due) > now => {
                    issue.wanted_by = Some(due);
                    true
                }
                _ => false,
            },
            "departments" => {
                let mut any = false;
                for name in &answers.departments {
                    if let Found::Party(party) = routing::find(view, name, now) {
                        any = true;
                        enter(view, &mut issue, *party, now);
                    }
                }
                any
            }
            "contact" | "route" => {
                let named = answers.contacts.iter().find(|(n, _)| *n == gap.n).map(|(_, name)| name.clone());
                let named = named.or_else(|| answers.contact.clone()).or_else(|| answers.departments.first().cloned());
                match named.map(|name| routing::find(view, &name, now)) {
                    Some(Found::Party(mut party)) => {
                        if let Some(department) = gap.department.clone().filter(|_| gap.field == "contact") {
                            party.department = department;
                        }
                        enter(view, &mut issue, *party, now);
                        true
                    }
                    _ => false,
                }
            }
            "solution" => {
                let text = mail.text.trim();
                let has = !text.is_empty();
                if let (Some(resolution), true) = (&mut issue.resolution, has) {
                    resolution.solution = text.chars().take(1000).collect();
                }
                has
            }
            _ => false,
        };
        if done {
            filled.push(gap.n);
        }
    }
    // Beside what was asked, a filled form may say more.
    set_if_none(&mut issue.background, &answers.background);
    set_if_none(&mut issue.current, &answers.current);
    if filled.is_empty() {
        return false;
    }
    gaps.open.retain(|gap| !filled.contains(&gap.n));
    let left = gaps.open.len();
    issue.gaps = (left > 0).then_some(gaps);
    log::note(view, &mut issue, mail, Some("completed"), now);
    view.audit(format!("{} of {before} questions about {} were answered", before - left, issue.id));
    if issue.opened_at.is_none() && left == 0 && issue.lead().is_some() {
        routing::route(view, issue, mail, now);
        return true;
    }
    if left > 0 {
        // What is still open is asked once more, in answer to this mail.
        if let Some(letter) = letter(view, &issue, Some(mail), true, now) {
            post::post(view, letter);
        }
    } else if issue.opened_at.is_some() && !issue.state.is_open() {
        // The solution was told afterwards: whoever rates it should read it.
    } else if issue.opened_at.is_some() {
        tell_contacts(view, &issue, mail, now);
    }
    save(view, issue, "what was missing was told");
    true
}

/// What was missing when a pressing problem went out is told to those who work on it.
fn tell_contacts(view: &mut View<'_>, issue: &Issue, mail: &MailRead, now: DateTime<Utc>) {
    let by = issue.initiator.clone();
    let fresh: Vec<String> = view
        .letters()
        .iter()
        .filter(|letter| letter.name == LetterName::IssueOpened)
        .map(|letter| letter.to.clone())
        .collect();
    for to in issue.live().map(|(_, party)| party.address.clone()).collect::<Vec<_>>() {
        if fresh.contains(&to) {
            continue;
        }
        let change = letters::Change {
            kind: "completed",
            by: by.clone(),
            text: Some(mail.text.trim().chars().take(400).collect()),
            due: issue.wanted_by.as_ref().map(ToString::to_string),
            ..letters::Change::default()
        };
        letters::update(view, issue, &to, &change, now);
    }
}

/// Before it is routed a party waits with the others; afterwards it is told at once.
fn enter(view: &mut View<'_>, issue: &mut Issue, party: super::Party, now: DateTime<Utc>) {
    if issue.opened_at.is_some() {
        return routing::join(view, issue, party, None, now);
    }
    if !issue.live().any(|(_, old)| old.address == party.address) {
        if !issue.departments.contains(&party.department) {
            issue.departments.push(party.department.clone());
        }
        issue.parties.push(party);
    }
}

fn set(field: &mut Option<String>, value: &Option<String>) -> bool {
    if value.is_some() {
        field.clone_from(value);
    }
    value.is_some()
}

fn set_if_none(field: &mut Option<String>, value: &Option<String>) {
    if field.is_none() {
        field.clone_from(value);
    }
}

/// The questions are asked a second time, or given up.
pub fn tick(view: &mut View<'_>, mut issue: Issue, ends: bool, now: DateTime<Utc>) {
    let Some(gaps) = issue.gaps.clone() else { return };
    if !ends {
        if let Some(gaps) = &mut issue.gaps {
            gaps.reminded = true;
        }
        if let Some(letter) = letter(view, &issue, None, true, now) {
            post::post(view, letter);
        }
        return save(view, issue, "what is missing was asked a second time");
    }
    issue.gaps = None;
    if gaps.open.iter().any(|gap| gap.field == "route") {
        return back_to_head(view, issue, now);
    }
    if issue.opened_at.is_some() {
        // It is under way without; nothing more is asked.
        return save(view, issue, "what was missing stays open");
    }
    issue.state = State::Closed;
    issue.ended = Some("set_aside".into());
    issue.closed_at = Some(now);
    log::note_of_time(view, &mut issue, "", "closed", now);
    let entry = Entry {
        id: Some(issue.id.clone()),
        task: Some(issue.subject_title().to_string()),
        verb: Some("set_aside".into()),
        ..Entry::default()
    };
    digest::note(view, &gaps.to, entry, now);
    save(view, issue, "not completed; set aside");
}

/// Nobody said whose it is: the head of the department that gave it away has to see to it.
fn back_to_head(view: &mut View<'_>, mut issue: Issue, now: DateTime<Utc>) {
    let last = issue.parties.iter().rev().find(|party| party.left).cloned();
    let head = last.as_ref().and_then(|party| party.head.clone()).and_then(|head| view.person(&head));
    if let (Some(last), Some(head)) = (last, head) {
        let mut party = routing::party_of(view, &head, &last.department);
        party.head = issue.sponsor.clone().filter(|sponsor| *sponsor != head.address);
        issue.escalated = true;
        routing::join(view, &mut issue, party, Some((&last.department, &last.name)), now);
        log::note_of_time(view, &mut issue, &head.name, "escalated", now);
        return save(view, issue, "nobody said whose it is: the head of the department was asked");
    }
    issue.marks.insert(format!("stuck {}", now.to_rfc3339()));
    view.audit(json!({"issue": issue.id, "nobody": "no head to turn to"}).to_string());
    save(view, issue, "nobody said whose it is");
}
