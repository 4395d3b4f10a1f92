//! The door letters about items, minutes and people leave by: who may not be written to is known here.

use super::letter::Letter;
use super::meeting::Meeting;
use super::view::View;
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// Sends unless the address is ours, paused by a hard bounce (TRUST L12), or empty.
pub fn post(view: &mut View<'_>, letter: Letter) {
    let to = letter.to.clone();
    if to.is_empty() || view.rules.own_addresses.contains(&to) || to == view.rules.assistant {
        view.suppress(letter.name, &to, "our own address");
    } else if is_paused(view, &to) {
        view.suppress(letter.name, &to, "address paused after a bounce");
    } else {
        view.send(letter);
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
