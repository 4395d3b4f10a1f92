//! One letter a working day for each person, only if there is something in it (O9).
//!
//! Rows of the due index wake it; what stands in it is decided for the moment it goes. Waking late sends one digest, not
//! every one that was missed.

mod compose;

use super::action_item::ActionItem;
use super::clock::Clock;
use super::event::{Tick, TickKind};
use super::letter::LetterName;
use super::outside;
use super::post;
use super::receipt::Entry;
use super::view::View;
use chrono::{DateTime, Days, NaiveDate, Utc, Weekday};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Lines kept for one person's next digest; the oldest go first.
const RECORDED_MAX: usize = 100;

/// What the last digest of a person was; the fact `digest/<address>`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Last {
    day: Option<NaiveDate>,
    /// How often a line that waits for an answer was shown, by `<section>:<id>`.
    said: BTreeMap<String, Said>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Said {
    times: u32,
    at: Option<DateTime<Utc>>,
}

/// Where [`Last::said`] counts the reminders of late items.
const LATE: &str = "late:";

/// How often somebody's digests said that an item is late.
pub fn reminded(view: &View<'_>, person: &str, id: &str) -> u32 {
    let last = view.note(&format!("digest/{person}")).and_then(|value| serde_json::from_value::<Last>(value).ok());
    last.and_then(|last| last.said.get(&format!("{LATE}{id}")).map(|said| said.times)).unwrap_or(0)
}

impl From<&str> for Entry {
    fn from(text: &str) -> Entry {
        Entry { verb: Some("text".into()), text: Some(text.to_string()), ..Entry::default() }
    }
}

impl From<String> for Entry {
    fn from(text: String) -> Entry {
        Entry::from(text.as_str())
    }
}

/// Adds a line to somebody's next digest, and makes sure that there is one.
pub fn note(view: &mut View<'_>, address: &str, line: impl Into<Entry>, now: DateTime<Utc>) {
    record(view, address, line, now);
    wake(view, address, now);
}

/// Adds a line to the next digest that goes for some other reason: nobody needs a mail that only says what they did.
pub fn record(view: &mut View<'_>, address: &str, line: impl Into<Entry>, now: DateTime<Utc>) {
    let mut line: Entry = line.into();
    if line.at.is_none() {
        line.at = super::shown::moment(view, now).as_str().map(str::to_string);
    }
    let key = format!("recorded/{address}");
    let mut all = recorded(view, address);
    // A later word about the same thing replaces the earlier one.
    all.retain(|one| one.id.is_none() || one.id != line.id || one.verb != line.verb || one.by != line.by);
    all.push(line);
    let from = all.len().saturating_sub(RECORDED_MAX);
    view.set_note(&key, json!(all.get(from..).unwrap_or_default()));
}

fn recorded(view: &View<'_>, address: &str) -> Vec<Entry> {
    view.note(&format!("recorded/{address}")).and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
}

/// Somebody's work is to be spoken of in today's digest (the rhythm of a project); the fact `status/<address>`.
pub fn ask_status(view: &mut View<'_>, address: &str, items: &[ActionItem], now: DateTime<Utc>) {
    let mut ids: Vec<String> = status_asked(view, address);
    for item in items {
        if !ids.contains(&item.id) {
            ids.push(item.id.clone());
        }
    }
    view.set_note(&format!("status/{address}"), json!(ids));
    wake(view, address, now);
}

fn status_asked(view: &View<'_>, address: &str) -> Vec<String> {
    view.note(&format!("status/{address}")).and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
}

/// The person's next digest is looked at.
pub fn wake(view: &mut View<'_>, address: &str, now: DateTime<Utc>) {
    let at = Clock::of(view, address).next_digest(now, view.rules.policy.digest_at);
    view.wake_at(Tick { at, kind: TickKind::Digest, object: address.to_string(), key: String::new() });
}

/// Who reads once a week has a digest on the first working day of each, whatever else wakes one (SPEC 4.7).
pub fn wake_weekly(view: &mut View<'_>, address: &str, now: DateTime<Utc>) {
    let clock = Clock::of(view, address);
    let monday = clock.today(now).week(Weekday::Mon).first_day();
    let next = monday.checked_add_days(Days::new(7)).unwrap_or(monday);
    let at = clock.at(clock.days.workday_from(next), view.rules.policy.digest_at);
    view.wake_at(Tick { at, kind: TickKind::Digest, object: address.to_string(), key: String::new() });
}

/// O9: a question goes alone only when the item is due before the reader's next digest, or is urgent.
pub fn is_pressing(view: &View<'_>, item: &ActionItem, reader: &str, now: DateTime<Utc>) -> bool {
    if item.is_urgent() {
        return true;
    }
    let next = Clock::of(view, reader).next_digest(now, view.rules.policy.digest_at);
    item.due.as_ref().is_some_and(|due| Clock::of_item(item, view.rules).moment(due) <= next)
}

/// `day`, `week` or `urgent` (SPEC 4.7, O23).
pub fn frequency(view: &View<'_>, address: &str) -> String {
    let note = view.note(&format!("frequency/{address}"));
    note.as_ref().and_then(Value::as_str).unwrap_or("day").to_string()
}

/// A person's digest is due.
pub fn tick(view: &mut View<'_>, tick: &Tick, now: DateTime<Utc>) {
    let person = tick.object.clone();
    let clock = Clock::of(view, &person);
    let today = clock.today(now);
    let starts = clock.at(today, view.rules.policy.digest_at);
    if !clock.days.is_workday(today) || now < starts || now > clock.end(today).max(starts) {
        return wake(view, &person, now);
    }
    if post::away_until(view, &person, now).is_some() {
        // The day of return has a row of its own.
        return view.suppress(LetterName::Digest, &person, "away");
    }
    if frequency(view, &person) == "week" && !view.ids("open_of", &person).is_empty() {
        wake_weekly(view, &person, now);
    }
    let since = clock.today(tick.at).min(today).pred_opt().unwrap_or(today);
    due(view, &person, since, now);
}

/// Composes and sends the digest of today, if there is anything in it and none went today. `since`: reminders after that day
/// are caught up with.
pub fn due(view: &mut View<'_>, person: &str, since: NaiveDate, now: DateTime<Utc>) {
    let key = format!("digest/{person}");
    let mut last: Last = view.note(&key).and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
    let today = Clock::of(view, person).today(now);
    if last.day.is_some_and(|day| day >= today) {
        return;
    }
    if let Some(day) = last.day.filter(|_| outside::too_soon(view, person, last.day, today)) {
        outside::wake_later(view, person, day, now);
        return view.suppress(LetterName::Digest, person, "somebody outside is reminded once a week (O39)");
    }
    // What a week of silence to somebody outside left out is said now.
    let since = last.day.filter(|_| outside::is_outside(view, person)).unwrap_or(since);
    let Some(composed) = compose::compose(view, person, &last, since, now) else { return };
    for mut item in composed.first_asked {
        item.asked_at = Some(now);
        super::action_item::save(view, item, "", now);
    }
    last.day = Some(today);
    last.said = composed.said;
    view.set_note(&key, json!(last));
    view.clear_note(&format!("recorded/{person}"));
    if !status_asked(view, person).is_empty() {
        view.clear_note(&format!("status/{person}"));
    }
    post::post(view, composed.letter);
}

#[cfg(test)]
mod tests;
