//! The door letters about items, minutes and people leave by: who may not be written to is known here.

use super::letter::Letter;
use super::meeting::Meeting;
use super::view::View;
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// Days after which a dead address is tried once more: a server that was set up wrongly for an hour must not silence a
/// person for ever.
const PAUSE_DAYS: i64 = 14;

/// Sends unless the address is ours or empty.
pub fn post(view: &mut View<'_>, letter: Letter) {
    let to = letter.to.clone();
    if to.is_empty() || view.rules.own_addresses.contains(&to) || to == view.rules.assistant {
        view.suppress(letter.name, &to, "our own address");
    } else {
        view.send(letter);
    }
}

/// Nothing goes to an address that was dead lately (TRUST L12), from whichever part of a decision it comes.
pub fn stop_at_dead_addresses(view: &mut View<'_>, now: DateTime<Utc>) {
    let letters = std::mem::take(view.letters());
    for letter in letters {
        let key = format!("paused/{}", letter.to);
        let since =
            view.note(&key).map(|note| note.get("since").and_then(|s| s.as_str()?.parse::<DateTime<Utc>>().ok()));
        match since {
            Some(since) if since.is_none_or(|since| now - since < Duration::days(PAUSE_DAYS)) => {
                view.suppress(letter.name, &letter.to, "address paused after a bounce");
            }
            Some(_) => {
                view.clear_note(&key);
                view.send(letter);
            }
            None => view.send(letter),
        }
    }
}

pub fn is_paused(view: &View<'_>, address: &str) -> bool {
    view.note(&format!("paused/{address}")).is_some()
}

/// A letter that starts somebody's work waits, so that `undo` can stop it (O28).
pub fn waiting(view: &View<'_>, mut letter: Letter, now: DateTime<Utc>) -> Letter {
    let wait = view.rules.policy.start_wait;
    if wait > 0 && !letter.urgent {
        letter.not_before = Some(now + Duration::minutes(i64::from(wait)));
    }
    letter
}

/// Whether an address named in a mail may be written to: a colleague in the directory or a participant; nobody else
/// (TRUST P21).
pub fn is_known_reader(view: &View<'_>, meeting: Option<&Meeting>, address: &str) -> bool {
    view.person(address).is_some_and(|person| person.is_human())
        || meeting.is_some_and(|meeting| meeting.concerned().iter().any(|one| one == address))
}

/// Whether somebody is away today, by vacation note; the last day away is given.
pub fn away_until(view: &View<'_>, address: &str, now: DateTime<Utc>) -> Option<NaiveDate> {
    let note = view.note(&format!("away/{address}"))?;
    let until: NaiveDate = note.get("until")?.as_str()?.parse().ok()?;
    (view.local(address, now).date_naive() < until).then_some(until)
}
