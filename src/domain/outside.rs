//! Suppliers and customers (O39): an inside contact releases the first letter to them, reminders come once a week at most.
//!
//! Who they are is told by `internal_domains`; without any, nobody is outside. Their contact is whoever people.csv names as
//! their manager, else the organizer of what the letter is about.

use super::action_item::ActionItem;
use super::letter::{Letter, LetterName};
use super::meeting::Meeting;
use super::person::Resolved;
use super::reading::{Context, Line};
use super::receipt::Entry;
use super::view::View;
use super::{digest, recall};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::{Value, json};

/// Days between two reminders to somebody outside.
pub const REMINDER_DAYS: i64 = 7;
/// Letters to one outsider that wait for a release.
const KEPT_MAX: usize = 100;

/// Whether an address belongs to another house.
pub fn is_outside(view: &View<'_>, address: &str) -> bool {
    !view.rules.internal_domains.is_empty() && !view.is_internal(address)
}

/// Whether two people are of one other house: told by the domain, unless everybody can have an address there.
fn same_firm(view: &View<'_>, one: &str, other: &str) -> bool {
    let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    one == other || domain(one).is_some_and(|of| Some(&of) == domain(other).as_ref() && !(view.rules.is_provider)(&of))
}

/// What somebody outside sees of the work: what people of the same firm have to do (O39).
pub fn sees(view: &View<'_>, reader: &str, item: &ActionItem) -> bool {
    item.owner_address.as_deref().is_some_and(|owner| same_firm(view, reader, owner))
        && (!item.confidential || item.owner_address.as_deref() == Some(reader))
}

/// Open items of colleagues in the same firm, as far as they are known.
pub fn of_colleagues(view: &View<'_>, reader: &str) -> Vec<ActionItem> {
    const COLLEAGUES_MAX: usize = 50;
    let known = view.directory.people().iter().map(|person| person.address.as_str());
    let colleagues: Vec<&str> = known.filter(|one| *one != reader && same_firm(view, reader, one)).collect();
    let all = colleagues.into_iter().take(COLLEAGUES_MAX).flat_map(|one| view.open_of(one));
    all.filter(|item| sees(view, reader, item) && !item.held).collect()
}

fn released_fact(address: &str) -> String {
    format!("outside/{address}")
}

/// Letters reach this outsider: somebody inside said so, or they had one before.
fn is_released(view: &View<'_>, address: &str) -> bool {
    view.note(&format!("first/{address}")).is_some()
        || view.note(&released_fact(address)).is_some_and(|fact| fact.get("released") == Some(&Value::Bool(true)))
}

/// Whether the contact has yet to release the first letter to this address.
pub fn is_new(view: &View<'_>, address: &str) -> bool {
    is_outside(view, address) && !is_released(view, address)
}

/// The inside contact of an outsider.
fn contact(view: &View<'_>, letter: &Letter) -> Option<String> {
    let own = view.person(&letter.to).map(|person| person.manager.clone()).filter(|manager| !manager.is_empty());
    let own = own.and_then(|manager| match view.resolve(&manager, &[]) {
        Resolved::One(address) => Some(address),
        _ => None,
    });
    let of_object = letter.objects.iter().find_map(|id| match view.action(id) {
        Some(item) => super::action_item::organizer_of(view, &item),
        None => view.meeting(id).and_then(|meeting| meeting.organizer_address),
    });
    own.or(of_object).filter(|address| !is_outside(view, address))
}

/// A call with these outsiders was shown to its sender, who sent it: that is the release.
pub fn release_all(view: &mut View<'_>, meeting: &Meeting, now: DateTime<Utc>) {
    for address in meeting.concerned() {
        if is_new(view, &address) {
            view.set_note(&released_fact(&address), json!({"released": true, "at": now}));
        }
    }
}

/// Keeps letters to outsiders nobody released yet, and asks their contact once.
pub fn keep_back(view: &mut View<'_>, author: Option<&str>, now: DateTime<Utc>) {
    let letters = std::mem::take(view.letters());
    let mut asked: Vec<(String, Letter)> = Vec::new();
    for (ordinal, letter) in letters.into_iter().enumerate() {
        let free = letter.answering || author == Some(letter.to.as_str()) || letter.name == LetterName::VerifySender;
        if free || !is_new(view, &letter.to) {
            view.send(letter);
            continue;
        }
        let Some(contact) = contact(view, &letter) else {
            view.suppress(letter.name, &letter.to, "nobody inside answers for this outsider (O39)");
            continue;
        };
        let key = format!("outside-kept/{}/{:020}-{ordinal:04}", letter.to, now.timestamp_millis());
        view.audit(format!("{} to {} waits for {contact} (O39)", letter.name, letter.to));
        view.set_note(&key, serde_json::to_value(&letter).unwrap_or(Value::Null));
        let fact = released_fact(&letter.to);
        if view.note(&fact).is_none() {
            view.set_note(&fact, json!({"released": false, "asked": now, "by": contact}));
            asked.push((contact, letter));
        } else {
            // Asked before: it stands in the digest, so that it is not forgotten.
            let entry =
                Entry { verb: Some("outside_waits".into()), by: Some(view.name_of(&letter.to)), ..Entry::default() };
            digest::note(view, &contact, entry, now);
        }
    }
    for (contact, letter) in asked {
        let question = question(view, &contact, &letter);
        view.send(question);
    }
}

fn question(view: &View<'_>, contact: &str, letter: &Letter) -> Letter {
    let title = letter.objects.iter().find_map(|id| match view.action(id) {
        Some(item) => Some(item.task),
        None => view.meeting(id).map(|meeting| meeting.title),
    });
    let own = letter.lines.iter().map(|line| json!(line.task)).collect::<Vec<_>>();
    let name = view.name_of(&letter.to);
    let mut ask = Letter::new(LetterName::Answer, contact, "the first letter to an outsider is released by hand (O39)")
        .with("kind", "outside")
        .with("query", &name)
        .with("text", title)
        .with("files", own)
        .with("counts", json!({"open": 0, "late": 0, "done": 0}))
        .with("history", vec![json!(letter.to)])
        .with("meeting", Value::Null);
    for key in ["items", "organized", "meetings", "decisions"] {
        ask = ask.with(key, json!([]));
    }
    ask = ask.lines(vec![Line { n: 1, id: letter.to.clone(), task: name }]);
    if let Some(id) = letter.objects.first() {
        ask = ask.about(id);
    }
    ask.context = Context::Preview;
    ask.urgent = letter.urgent;
    ask
}

/// 发送, or anything that declines: what was kept goes out as things stand now, or never.
pub fn answered(view: &mut View<'_>, address: &str, yes: bool, now: DateTime<Utc>) {
    let mut kept = Vec::new();
    for (key, value) in view.notes(&format!("outside-kept/{address}/"), KEPT_MAX) {
        view.clear_note(&key);
        if let Ok(letter) = serde_json::from_value::<Letter>(value) {
            kept.push(letter);
        }
    }
    if yes {
        view.set_note(&released_fact(address), json!({"released": true, "at": now}));
        view.audit(format!("letters to {address} are released (O39)"));
        for letter in recall::still_wanted(view, kept, now) {
            view.send(letter);
        }
        return;
    }
    view.clear_note(&released_fact(address));
    for letter in kept {
        view.suppress(letter.name, &letter.to, "the inside contact did not release it (O39)");
    }
}

/// Whether a reminder to this person comes too early: once a week is enough outside.
pub fn too_soon(view: &View<'_>, person: &str, last: Option<NaiveDate>, today: NaiveDate) -> bool {
    is_outside(view, person) && last.is_some_and(|day| today - day < Duration::days(REMINDER_DAYS))
}

/// The moment a reminder that came too early is looked at again.
pub fn wake_later(view: &mut View<'_>, person: &str, last: NaiveDate, now: DateTime<Utc>) {
    let clock = super::clock::Clock::of(view, person);
    let day = clock.days.workday_from(last + Duration::days(REMINDER_DAYS));
    let at = clock.at(day, view.rules.policy.digest_at);
    if at > now {
        let kind = super::event::TickKind::Digest;
        view.wake_at(super::event::Tick { at, kind, object: person.to_string(), key: String::new() });
    }
}
