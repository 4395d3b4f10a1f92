//! What one item's change means to those that wait for it: 您可以开始了, or a warning along the chain with the light it turns.
//!
//! A letter of its own goes only to whom it presses: the own item is urgent, may begin now, begins or is due before the
//! next digest, or turns red. Everybody else reads it there.

use super::{ActionItem, organizer_of};
use crate::domain::clock::Clock;
use crate::domain::due::Due;
use crate::domain::letter::{Letter, LetterName};
use crate::domain::project::{Light, Outlook, outlook};
use crate::domain::receipt::Entry;
use crate::domain::view::View;
use crate::domain::{digest, outside, post, shown};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Items of one chain that are looked at.
const CHAIN_MAX: usize = 2_000;

/// Everything that waits for an item, directly or over others, nearest first.
fn chain(view: &View<'_>, item: &ActionItem) -> Vec<ActionItem> {
    let mut found: Vec<ActionItem> = Vec::new();
    let mut next: Vec<String> = vec![item.id.clone()];
    let mut at = 0;
    while let Some(id) = next.get(at).cloned() {
        at += 1;
        for id in view.ids("downstream", &id) {
            if next.contains(&id) || found.len() >= CHAIN_MAX {
                continue;
            }
            if let Some(other) = view.action(&id).filter(|other| other.state.is_open() && !other.held) {
                next.push(id);
                found.push(other);
            }
        }
    }
    found
}

/// The outlook of a chain with this state of its first item.
fn outlooks(
    view: &View<'_>,
    first: &ActionItem,
    chain: &[ActionItem],
    now: DateTime<Utc>,
) -> BTreeMap<String, Outlook> {
    let mut all: BTreeMap<String, ActionItem> = BTreeMap::new();
    for item in chain {
        for up in &item.depends_on {
            if !all.contains_key(up) {
                all.extend(view.action(up).map(|item| (up.clone(), item)));
            }
        }
    }
    all.extend(chain.iter().map(|item| (item.id.clone(), item.clone())));
    all.insert(first.id.clone(), first.clone());
    outlook(&all, view.rules, now)
}

/// Owners of items that wait for this one; `what` is `finished`, `slipped` or `cancelled`. `item` is as it is now, its
/// `old_due` what it was.
pub fn tell_downstream(
    view: &mut View<'_>,
    item: &ActionItem,
    what: &str,
    old_due: Option<Due>,
    by: &str,
    now: DateTime<Utc>,
) {
    let chain = chain(view, item);
    if chain.is_empty() {
        return;
    }
    let after = outlooks(view, item, &chain, now);
    let earlier = ActionItem { due: old_due.or(item.due), expected: None, behind: false, ..item.clone() };
    let before = outlooks(view, &earlier, &chain, now);
    let light = |all: &BTreeMap<String, Outlook>, id: &str| all.get(id).map(|o| o.light).unwrap_or_default();
    let mut waiting: BTreeMap<String, Vec<ActionItem>> = BTreeMap::new();
    let mut turned: Vec<String> = Vec::new();
    for other in chain {
        let direct = other.depends_on.contains(&item.id);
        let worse = light(&after, &other.id) > light(&before, &other.id);
        let tell = match what {
            // It may begin when nothing else holds it up.
            "finished" => direct && !waits_for_others(view, &other, &item.id),
            "slipped" => direct || worse,
            _ => direct,
        };
        if what == "slipped" && worse {
            turned.push(format!("{} {}", other.id, light(&after, &other.id).as_str()));
        }
        let owner = other.addressee().cloned().filter(|owner| Some(owner) != item.owner_address.as_ref());
        if let (true, Some(owner)) = (tell, owner) {
            waiting.entry(owner).or_default().push(other);
        }
    }
    for (owner, items) in waiting {
        // O39: what goes on inside has no name outside; that it is done, late or off is what the owner needs.
        let names = !outside::is_outside(view, &owner) || outside::sees(view, &owner, item);
        let red = |one: &ActionItem| {
            light(&after, &one.id) == Light::Red && light(&before, &one.id) < Light::Red && what == "slipped"
        };
        if !items.iter().any(red) && !presses(view, &items, &owner, what, now) {
            for one in &items {
                let light = light(&after, &one.id);
                let verb = match what {
                    "finished" => "can_start",
                    "slipped" => "upstream_slipped",
                    _ => "upstream_cancelled",
                };
                let mut entry = Entry::of(one, verb);
                entry.percent = None;
                entry.state = Some(light.as_str().into());
                entry.text = names.then(|| format!("← {} [{}]", item.task, item.id));
                digest::note(view, &owner, entry, now);
            }
            view.suppress(LetterName::Dependency, &owner, "does not press: it stands in the next digest");
            continue;
        }
        let (mut own, lines) = shown::numbered(view, &items, 1, now);
        for (row, one) in own.iter_mut().zip(&items) {
            if let Value::Object(map) = row {
                let found = after.get(&one.id).cloned().unwrap_or_default();
                map.insert("light".into(), json!(found.light));
                map.insert("finish".into(), json!(found.finish));
            }
        }
        let mut upstream = shown::row(view, item, None, now);
        if let (false, Value::Object(map)) = (names, &mut upstream) {
            map.retain(|key, _| matches!(key.as_str(), "due" | "expected"));
            map.extend([("id".to_string(), Value::Null), ("task".to_string(), Value::Null)]);
        }
        let mut letter = Letter::new(LetterName::Dependency, &owner, format!("{} {what}", item.id))
            .with("upstream", upstream)
            .with("what", what)
            .with("old_due", old_due)
            .with("own", own)
            .with("by", by)
            .lines(lines);
        for one in &items {
            letter = letter.about(&one.id);
        }
        let letter = post::waiting(view, letter, now);
        post::post(view, letter);
    }
    // Who runs it all reads how far the slip goes.
    if let Some(organizer) = organizer_of(view, item).filter(|to| !turned.is_empty() && view.name_of(to) != by) {
        let mut entry = Entry::of(item, "slip_spreads").text(Some(&turned.join(", ")));
        entry.due = None;
        digest::note(view, &organizer, entry, now);
    }
}

/// Something else that it waits for is not finished.
fn waits_for_others(view: &View<'_>, item: &ActionItem, but: &str) -> bool {
    item.depends_on
        .iter()
        .filter(|id| *id != but)
        .any(|id| view.action(id).is_some_and(|upstream| upstream.state.is_open()))
}

fn presses(view: &View<'_>, items: &[ActionItem], owner: &str, what: &str, now: DateTime<Utc>) -> bool {
    let next = Clock::of(view, owner).next_digest(now, view.rules.policy.digest_at);
    items.iter().any(|item| {
        let clock = Clock::of_item(item, view.rules);
        let begins = item.start.map(|day| clock.at(day, view.rules.policy.digest_at) <= next);
        let due = item.due.as_ref().is_some_and(|due| clock.moment(due) <= next);
        item.is_urgent() || due || begins.unwrap_or(what == "finished")
    })
}
