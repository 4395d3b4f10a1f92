//! Letters that wait while the world moves on (SPEC 6, O28): what asks somebody about an item that is closed or in other
//! hands by the time it may go stays here, and so does the news that something is off of which its reader never heard.

use super::action_item::{ActionItem, Asked, State, ask_owner};
use super::letter::{Letter, LetterName, SentLetter};
use super::reading::Line;
use super::view::View;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// Letters of one thread with one reader that are looked at, the newest ones.
const THREAD_MAX: usize = 4;

/// Whether a letter of this name still asks this reader something about an item. News asks nothing.
fn asks(name: LetterName, item: &ActionItem, reader: &str) -> bool {
    use LetterName::*;
    let own = item.state.is_open() && item.addressee().is_some_and(|address| address == reader);
    match name {
        Confirmation => own && (item.state == State::Proposed || item.asked_at.is_some()),
        Dependency | ReminderUrgent => own,
        ApprovalRequest => item.request.is_some() || item.objection.is_some(),
        AcceptanceRequest => item.state == State::Done,
        // Nobody's superior hears on Monday that something is late which was done on Saturday.
        Escalation | EscalationPreview => item.state.is_open(),
        _ => true,
    }
}

/// The lines of a letter that still mean something.
fn alive(view: &View<'_>, name: LetterName, reader: &str, lines: &[Line]) -> Vec<ActionItem> {
    let items = lines.iter().filter(|line| line.id.starts_with("A-")).filter_map(|line| view.action(&line.id));
    items.filter(|item| asks(name, item, reader)).collect()
}

/// Whether an item left a question behind in this decision.
fn moved(view: &View<'_>, id: &str) -> Option<(ActionItem, ActionItem)> {
    let (before, after) = (view.action_before(id)?, view.action(id)?);
    let closed = before.state.is_open() && !after.state.is_open();
    let in_other_hands = before.addressee() != after.addressee();
    let answered = before.request.is_some() && after.request.is_none()
        || before.objection.is_some() && after.objection.is_none()
        || before.state == State::Done && after.state != State::Done;
    (closed || in_other_hands || answered).then_some((before, after))
}

/// Takes back what waits in the outbox and asks what this decision has settled.
pub fn recall(view: &mut View<'_>, now: DateTime<Utc>) {
    let mut looked_at: BTreeSet<String> = BTreeSet::new();
    let mut unheard: BTreeSet<(String, String)> = BTreeSet::new();
    for id in view.touched_ids().to_vec() {
        if !id.starts_with("A-") {
            continue;
        }
        let Some((before, _)) = moved(view, &id) else { continue };
        let readers: BTreeSet<&String> =
            before.addressee().into_iter().chain(&before.organizer_address).chain(&before.waits_on).collect();
        for reader in readers {
            for object in [Some(&id), before.source.id.as_ref()].into_iter().flatten() {
                for letter in waiting(view, object, reader) {
                    if !looked_at.insert(letter.id.clone()) || letter.lines.is_empty() {
                        continue;
                    }
                    let left = alive(view, letter.letter, reader, &letter.lines);
                    let asked = letter.lines.iter().filter(|line| line.id.starts_with("A-")).count();
                    if left.len() == asked {
                        continue;
                    }
                    if !left.is_empty() && letter.letter != LetterName::Confirmation {
                        continue;
                    }
                    view.unsend(&letter.id);
                    view.suppress(letter.letter, reader, "settled before it could go");
                    let gone = letter.lines.iter().filter(|line| left.iter().all(|item| item.id != line.id));
                    unheard.extend(gone.map(|line| (reader.clone(), line.id.clone())));
                    if !left.is_empty() {
                        again(view, reader, &left, &letter.why, now);
                    }
                }
            }
        }
    }
    say_nothing_of(view, &unheard);
}

/// What waits in the outbox for a reader in the thread of an object.
fn waiting(view: &View<'_>, object: &str, reader: &str) -> Vec<SentLetter> {
    let thread = view.note(&format!("thread/{object}/{reader}"));
    let ids: Vec<String> = thread.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
    let newest = ids.iter().rev().take(THREAD_MAX).filter_map(|id| view.letter(id));
    newest.filter(|letter| letter.to == reader && view.waits(&letter.id)).collect()
}

/// The same question about what is left of it.
fn again(view: &mut View<'_>, reader: &str, left: &[ActionItem], why: &str, now: DateTime<Utc>) {
    let word = why.split(':').next().unwrap_or("assigned").to_string();
    let asked = Asked { why: &word, by: None, from: None, thread: None };
    ask_owner(view, reader, left, &[], &asked, now);
}

/// Nobody hears that something is off of which nobody told them.
fn say_nothing_of(view: &mut View<'_>, unheard: &BTreeSet<(String, String)>) {
    if unheard.is_empty() {
        return;
    }
    for letter in std::mem::take(view.letters()) {
        if is_news_of(&letter, |id| unheard.contains(&(letter.to.clone(), id.to_string()))) {
            view.suppress(letter.name, &letter.to, "its reader never heard of the item");
        } else {
            view.send(letter);
        }
    }
}

/// An outcome that takes something away from its reader, and nothing else.
fn is_news_of(letter: &Letter, about: impl Fn(&str) -> bool) -> bool {
    let takes_away = |outcome: &serde_json::Value| {
        let what = outcome.get("what").and_then(|what| what.as_str());
        what == Some("cancelled") || outcome.get("changed_owner") == Some(&serde_json::Value::Bool(true))
    };
    let outcomes = letter.data.get("outcomes").and_then(|all| all.as_array());
    letter.name == LetterName::ApprovalOutcome
        && outcomes.is_some_and(|all| all.iter().all(takes_away))
        && letter.lines.iter().all(|line| about(&line.id))
}

/// The same letter about what is left; its numbers stay.
fn without_settled(mut letter: Letter, left: &[ActionItem]) -> Letter {
    let stays = |id: &str| !id.starts_with("A-") || left.iter().any(|item| item.id == id);
    letter.lines.retain(|line| stays(&line.id));
    letter.objects.retain(|id| stays(id));
    if let Some(rows) = letter.data.get_mut("items").and_then(|rows| rows.as_array_mut()) {
        rows.retain(|row| row.get("id").and_then(|id| id.as_str()).is_none_or(stays));
        let (first, others) = (rows.first().cloned(), rows.len().saturating_sub(1));
        letter.data.insert("item".into(), first.unwrap_or_default());
        letter.data.insert("others".into(), others.into());
    }
    letter
}

/// What of the letters kept for a reader may still go, in their order, as things stand now.
pub fn still_wanted(view: &mut View<'_>, kept: Vec<Letter>, now: DateTime<Utc>) -> Vec<Letter> {
    let mut unheard: BTreeSet<String> = BTreeSet::new();
    let mut wanted = Vec::new();
    for letter in kept {
        if letter.expires.is_some_and(|end| end <= now) {
            view.suppress(letter.name, &letter.to, "of no use any more when it could go");
            continue;
        }
        if letter.behalf.is_none() && is_news_of(&letter, |id| unheard.contains(id)) {
            view.suppress(letter.name, &letter.to, "its reader never heard of the item");
            continue;
        }
        let reader = letter.behalf.clone().unwrap_or_else(|| letter.to.clone());
        let left = alive(view, letter.name, &reader, &letter.lines);
        let asked = letter.lines.iter().filter(|line| line.id.starts_with("A-")).count();
        if left.len() == asked {
            wanted.push(letter);
            continue;
        }
        let gone = letter.lines.iter().filter(|line| left.iter().all(|item| item.id != line.id));
        unheard.extend(gone.map(|line| line.id.clone()));
        if letter.name == LetterName::Confirmation && letter.behalf.is_none() && !left.is_empty() {
            let before = view.letters().len();
            again(view, &reader, &left, &letter.why, now);
            let made = view.letters().split_off(before);
            wanted.extend(made.into_iter().map(|one| Letter { not_before: None, cause: letter.cause.clone(), ..one }));
        } else if left.is_empty() {
            view.suppress(letter.name, &letter.to, "settled before it could go");
        } else if letter.name == LetterName::Escalation {
            wanted.push(without_settled(letter, &left));
        } else {
            wanted.push(letter);
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use serde_json::json;

    /// What was done between Friday evening and Monday morning is not escalated on Monday.
    #[test]
    fn an_escalation_that_waited_goes_without_what_was_done_meanwhile() {
        let item = |id: &str, state| ActionItem { id: id.into(), state, ..ActionItem::default() };
        assert!(asks(LetterName::Escalation, &item("A-1", State::Confirmed), "head@example.com"));
        assert!(!asks(LetterName::Escalation, &item("A-1", State::Cancelled), "head@example.com"));
        let line = |n, id: &str| Line { n, id: id.into(), task: String::new() };
        let letter = Letter::new(LetterName::Escalation, "head@example.com", "late")
            .with("item", json!({"id": "A-1"}))
            .with("items", json!([{"id": "A-1"}, {"id": "A-2"}, {"id": "A-3"}]))
            .with("others", 2)
            .lines(vec![line(1, "A-1"), line(2, "A-2"), line(3, "A-3")])
            .about("A-1")
            .about("A-2")
            .about("A-3");
        let left = [item("A-2", State::Confirmed), item("A-3", State::Confirmed)];
        let letter = without_settled(letter, &left);
        assert_eq!(letter.lines.iter().map(|line| line.n).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(letter.objects, ["A-2", "A-3"]);
        assert_eq!(letter.data["item"]["id"], "A-2");
        assert_eq!(letter.data["others"], 1);
        assert_eq!(letter.data["items"].as_array().unwrap().len(), 2);
    }
}
