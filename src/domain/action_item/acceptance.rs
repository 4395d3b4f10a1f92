//! Done work is accepted by the organizer or the supervisor, or returned with a reason.

use super::command::Word;
use super::request::{outcome, send_outcome};
use super::{ActionItem, Request, State, save};
use crate::domain::clock::Clock;
use crate::domain::letter::{Letter, LetterName};
use crate::domain::receipt::{self, Entry};
use crate::domain::view::{Handled, View};
use crate::domain::{digest, post, shown};

/// Addresses that accepted it so far, where several have to.
const ACCEPTED_BY: &str = "accepted_by";

/// Heads that accept an item together, where its project's plan says so (O40).
pub(super) fn joint_heads(view: &View<'_>, item: &ActionItem) -> Vec<String> {
    let Some(project) =
        item.source.id.as_deref().filter(|_| item.source.kind == "project").and_then(|id| view.project(id))
    else {
        return Vec::new();
    };
    if !project.joint {
        return Vec::new();
    }
    let mut heads: Vec<String> = Vec::new();
    for member in project.members.iter().filter(|m| m.responsibility.as_deref() != Some("supervise")) {
        let head = view.directory.head_of(&member.department).map(|head| head.address.clone());
        if let Some(head) = head.or_else(|| member.address.clone()) {
            if !heads.contains(&head) && item.owner_address.as_ref() != Some(&head) {
                heads.push(head);
            }
        }
    }
    heads
}

/// Counts a voice of a joint acceptance; names of those that are still awaited, nothing where all have spoken.
fn joint(view: &View<'_>, item: &mut ActionItem, word: &Word<'_>) -> Option<Vec<String>> {
    let heads = joint_heads(view, item);
    if heads.is_empty() {
        return None;
    }
    let mut accepted: Vec<String> =
        item.facts.get(ACCEPTED_BY).and_then(|list| serde_json::from_value(list.clone()).ok()).unwrap_or_default();
    if !accepted.contains(&word.actor) {
        accepted.push(word.actor.clone());
    }
    let organizer = super::organizer_of(view, item).filter(|organizer| item.owner_address.as_ref() != Some(organizer));
    let missing: Vec<String> =
        heads.iter().chain(&organizer).filter(|address| !accepted.contains(address)).map(|a| view.name_of(a)).collect();
    item.facts.insert(ACCEPTED_BY.into(), serde_json::json!(accepted));
    (!missing.is_empty()).then_some(missing)
}

/// Who has spoken already in a joint acceptance.
pub(super) fn has_accepted(item: &ActionItem, address: &str) -> bool {
    let list = item.facts.get(ACCEPTED_BY).and_then(|list| list.as_array());
    list.is_some_and(|list| list.iter().any(|one| one.as_str() == Some(address)))
}

/// Whether somebody else than the owner has to look at it.
pub(super) fn is_needed(view: &View<'_>, item: &ActionItem) -> bool {
    let organizer = super::organizer_of(view, item);
    let other = |address: &Option<String>| address.is_some() && *address != item.owner_address;
    view.rules.policy.acceptance
        && (other(&organizer) || other(&item.supervisor_address) || !joint_heads(view, item).is_empty())
}

/// A line of the digest; a letter of its own where the item is due before that (O9).
pub(super) fn ask(view: &mut View<'_>, item: &ActionItem, word: &Word<'_>) {
    let Some(item) = view.action(&item.id) else { return };
    for reader in item.waits_on.clone() {
        if !digest::is_pressing(view, &item, &reader, word.now) {
            continue;
        }
        super::request::mark_asked_alone(view, &item.id, word.now);
        let clock = Clock::house(view.rules);
        let by = clock.end_after(word.now, view.rules.policy.accept_window);
        let words = word.mail.text.trim();
        let mut letter = Letter::new(LetterName::AcceptanceRequest, &reader, "reported done")
            .with("item", shown::row(view, &item, Some(1), word.now))
            .with("by", word.name(view))
            .with("words", (!words.is_empty()).then_some(words))
            .with("silence_by", shown::moment(view, by))
            .with("supervisor", &item.supervisor)
            .lines(vec![shown::line(1, &item)])
            .about(&item.id);
        // O35: the deliverable comes with the question.
        letter.attachments = item.files.clone();
        letter.urgent = item.urgency == "critical";
        let letter = post::waiting(view, letter, word.now);
        post::post(view, letter);
    }
}

pub(super) fn accept(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if !word.part.accepts() {
        return Handled::NotAllowed;
    }
    match item.state {
        State::Done => {}
        State::Accepted => return Handled::Yes,
        _ => return Handled::NotMine,
    }
    if let Some(missing) = joint(view, &mut item, word) {
        // O40: 联合验收 waits for every department.
        let why = word.why(view, &item, "验收通过");
        let entry = Entry::of(&item, "accept").by(&word.name(view)).text(Some(&missing.join(", ")));
        save(view, item, &why, word.now);
        receipt::changed(view, word.mail, entry, false, word.now);
        return Handled::Yes;
    }
    item.state = State::Accepted;
    let why = word.why(view, &item, "验收通过");
    let entry = Entry::of(&item, "accept").by(&word.name(view)).text(word.reason().as_deref());
    save(view, item.clone(), &why, word.now);
    receipt::changed(view, word.mail, entry.clone(), false, word.now);
    if let Some(owner) = item.owner_address.as_ref().filter(|owner| **owner != word.actor) {
        digest::note(view, owner, entry, word.now);
    }
    Handled::Yes
}

/// 退回 with a reason: back to work.
pub(super) fn reject(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if !word.part.accepts() {
        return Handled::NotAllowed;
    }
    match item.state {
        State::Done => {}
        State::Accepted | State::Declined | State::Cancelled if word.part.leads => {}
        _ => return Handled::NotMine,
    }
    item.state = State::InProgress;
    item.done_at = None;
    item.percent = None;
    item.request = None;
    item.facts.remove(ACCEPTED_BY);
    // What falls short gets a plan with a date, from its owner.
    item.marks.insert("returned".into());
    item.measure = None;
    let why = word.why(view, &item, "退回");
    save(view, item.clone(), &why, word.now);
    let name = word.name(view);
    receipt::changed(view, word.mail, Entry::of(&item, "reject").by(&name), false, word.now);
    if let Some(owner) = item.addressee().filter(|owner| **owner != word.actor).cloned() {
        let told = outcome(view, &item, &Request::default(), &name, "returned", word.reason(), false);
        send_outcome(view, &owner, &item, told);
    }
    Handled::Yes
}
