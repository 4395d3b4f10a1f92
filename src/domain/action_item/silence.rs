//! What silence means (O24). Every question has an end:
//!
//! | question | asked of | reminded | end | silence means | who hears |
//! |---|---|---|---|---|---|
//! | a new item | owner | digests, three at most | 2 working days of the owner | default accepted; never for outsiders, absentees, doubts, departments, 特急 | owner and organizer; or the organizer is asked |
//! | a first postponement of up to 3 working days | organizer | digest | 1 working day | granted | owner |
//! | a longer one, another owner, a way out | organizer, then chair | digests, three at most | 1 working day, then 5 | the old date and owner stand | owner |
//! | an objection | recorder and chair | digests, three at most | 5 working days | the minutes stand | who objected |
//! | done work | organizer, supervisor | digests, three at most | 5 working days | accepted | owner and organizer |
//! | what to do with an item 15 working days late | organizer | digests, three at most | 5 working days | 搁置 | organizer and owner |

use super::absence::away_for_decisions;
use super::confirmation::silence_accepts;
use super::request::{grant, outcome, send_outcome};
use super::ticks::{URGENT_HOURS, is_short};
use super::{ActionItem, State, organizer_of, save};
use crate::domain::clock::Clock;
use crate::domain::event::{Tick, TickKind};
use crate::domain::letter::{Letter, LetterName};
use crate::domain::receipt::{self, Entry};
use crate::domain::view::View;
use crate::domain::{digest, outside, post, shown};
use chrono::{DateTime, Duration, Utc};

/// A moment of an item, or of a person, has come.
pub fn tick(view: &mut View<'_>, tick: &Tick, now: DateTime<Utc>) {
    match tick.kind {
        TickKind::Receipt => return receipt::tick(view, tick, now),
        TickKind::AbsenceEnd => return super::absence::ended(view, tick, now),
        _ => {}
    }
    let Some(item) = view.action(&tick.object).filter(|item| !item.held && !item.parked) else { return };
    match tick.kind {
        TickKind::ConfirmTimeout => confirm_timeout(view, item, now),
        TickKind::ApproveTimeout if tick.key == "objection" => objection_timeout(view, item, now),
        TickKind::ApproveTimeout => approve_timeout(view, item, &tick.key, now),
        TickKind::AcceptTimeout => accept_timeout(view, item, now),
        TickKind::LateChoice => late_choice(view, item, now),
        TickKind::Park => park(view, item, now),
        TickKind::Urgent => urgent(view, &item, &tick.key, now),
        _ => {}
    }
}

fn confirm_timeout(view: &mut View<'_>, mut item: ActionItem, now: DateTime<Utc>) {
    let (State::Proposed, Some(asked)) = (item.state, item.asked_at) else { return };
    let clock = Clock::of_item(&item, view.rules);
    if now < clock.end_after(asked, view.rules.policy.confirm_window) {
        return;
    }
    if item.request.is_some() || item.objection.is_some() {
        // Its own question is open; silence counts from that one's end.
        item.asked_at = Some(now);
        return save(view, item, "", now);
    }
    let person = item.addressee().cloned().unwrap_or_default();
    if let Some(until) = post::away_until(view, &person, now) {
        // O24: silence does not count while absent.
        item.asked_at = Some(clock.at(clock.days.workday_from(until), view.rules.policy.digest_at));
        return save(view, item, "away: silence does not count", now);
    }
    if silence_accepts(view, &item) && !post::is_paused(view, &person) {
        item.state = State::Confirmed;
        item.by_default = true;
        let entry = Entry { default: true, ..Entry::of(&item, "accepted_by_silence") };
        save(view, item.clone(), "默认接受: no answer", now);
        digest::note(view, &person, entry.clone(), now);
        // Of what several were given, the table tells (O16).
        let organizer = organizer_of(view, &item).filter(|organizer| *organizer != person && item.batch.is_none());
        if let Some(organizer) = organizer {
            digest::note(view, &organizer, entry, now);
        }
        return;
    }
    // Never accepted by silence: the organizer is asked instead, once.
    item.asked_at = Some(now);
    item.marks.insert("unanswered".into());
    let entry = Entry::of(&item, "unanswered").by(&view.name_of(&person));
    save(view, item.clone(), "no answer; the organizer is asked", now);
    let organizer = organizer_of(view, &item).filter(|organizer| *organizer != person && item.batch.is_none());
    if let Some(organizer) = organizer {
        digest::note(view, &organizer, entry, now);
    }
}

fn approve_timeout(view: &mut View<'_>, mut item: ActionItem, key: &str, now: DateTime<Utc>) {
    let Some(request) = item.request.clone() else { return };
    let Some(asked) = request.asked_at else { return };
    let clock = Clock::of_item(&item, view.rules);
    let policy = &view.rules.policy;
    if now < clock.end_after(asked, policy.approve_window) {
        return;
    }
    let away = |one: &String| away_for_decisions(view, one, now).map(|back| (back, one.clone()));
    let absent: Option<Vec<_>> = item.waits_on.iter().map(away).collect();
    if let Some((back, person)) = absent.and_then(|absent| absent.into_iter().min()) {
        // O24: silence does not count while absent; who asked hears until when.
        let name = view.name_of(&person);
        let at = clock.at(clock.days.workday_from(back), policy.digest_at);
        if let Some(request) = &mut item.request {
            request.asked_at = Some(at);
        }
        let entry = Entry { due: Some(back.to_string()), ..Entry::of(&item, "approver_away").by(&name) };
        save(view, item.clone(), "away: silence does not count", now);
        if let Some(owner) = &item.owner_address {
            digest::note(view, owner, entry, now);
        }
        return;
    }
    if is_short(&item, &clock) {
        return grant(view, item, "", true, "默认同意: no answer to a first short postponement", now);
    }
    if key == "lapse" {
        if now < clock.end_after(asked, policy.approve_window + policy.accept_window) {
            return;
        }
        item.request = None;
        item.marks.remove("chair_asked");
        if item.state == State::Declined {
            // Who said no has not said yes by somebody else's silence: it lies with the organizer until words settle it.
            item.state = State::Proposed;
            item.doubted = true;
            item.asked_at = Some(now);
            item.marks.insert("unanswered".into());
        }
        save(view, item.clone(), "no decision: the old date and owner stand", now);
        let told = outcome(view, &item, &request, "", "lapsed", None, true);
        if let Some(owner) = item.owner_address.clone() {
            send_outcome(view, &owner, &item, told);
        }
        return;
    }
    if item.marks.insert("chair_asked".into()) {
        save(view, item, "no answer to the request; the chair is asked", now);
    }
}

fn objection_timeout(view: &mut View<'_>, mut item: ActionItem, now: DateTime<Utc>) {
    let Some(objection) = item.objection.take() else { return };
    super::stands(view.rules, &mut item, now);
    let entry = Entry { default: true, ..Entry::of(&item, "not_adopt").text(Some(&objection.text)) };
    save(view, item, "no word on the objection: the minutes stand", now);
    digest::note(view, &objection.by, entry, now);
}

fn accept_timeout(view: &mut View<'_>, mut item: ActionItem, now: DateTime<Utc>) {
    let (State::Done, Some(done)) = (item.state, item.done_at) else { return };
    if now < Clock::house(view.rules).end_after(done, view.rules.policy.accept_window) {
        return;
    }
    item.state = State::Accepted;
    let entry = Entry { default: true, ..Entry::of(&item, "acceptance_by_silence") };
    let readers: Vec<String> = item.waits_on.iter().chain(&item.owner_address).cloned().collect();
    save(view, item, "默认验收: no answer", now);
    for reader in readers {
        digest::note(view, &reader, entry.clone(), now);
    }
}

/// O27: after 15 working days the organizer chooses 关闭, 改期 or 改派.
fn late_choice(view: &mut View<'_>, mut item: ActionItem, now: DateTime<Utc>) {
    if !item.state.is_open()
        || item.request.is_some()
        || item.objection.is_some()
        || organizer_of(view, &item).is_none()
    {
        return;
    }
    if item.marks.insert("late_choice".into()) {
        save(view, item, "late for long: the organizer chooses", now);
    }
}

/// Nobody chose: it stays in reports, and nobody gets letters about it.
fn park(view: &mut View<'_>, mut item: ActionItem, now: DateTime<Utc>) {
    if !item.state.is_open() || item.request.is_some() {
        return;
    }
    item.parked = true;
    item.marks.remove("late_choice");
    let entry = Entry::of(&item, "parked");
    let readers: Vec<String> = organizer_of(view, &item).into_iter().chain(item.owner_address.clone()).collect();
    save(view, item, "搁置: nobody chose", now);
    for reader in readers {
        digest::note(view, &reader, entry.clone(), now);
    }
}

/// The clock of an urgent or critical item. Any word within its time makes it wait for the next one.
fn urgent(view: &mut View<'_>, item: &ActionItem, key: &str, now: DateTime<Utc>) {
    let Some(owner) = item.addressee().cloned() else { return };
    let spoke = item.last_word_at.is_some_and(|at| now - at < Duration::hours(i64::from(URGENT_HOURS)));
    let waits = item.request.is_some() || item.objection.is_some() || item.state == State::Done;
    let confirming = key.starts_with("confirm");
    if !item.state.is_open() || spoke || waits || confirming != (item.state == State::Proposed) {
        return;
    }
    if outside::is_outside(view, &owner) {
        return view.suppress(LetterName::ReminderUrgent, &owner, "somebody outside is reminded once a week (O39)");
    }
    if post::away_until(view, &owner, now).is_some() {
        return view.suppress(LetterName::ReminderUrgent, &owner, "away");
    }
    let critical = item.urgency == "critical";
    let person = view.somebody(&owner);
    let organizer = organizer_of(view, item).map(|address| view.name_of(&address));
    let since = item.asked_at.or(item.touched_at).unwrap_or(now);
    let count = key.chars().last().and_then(|c| c.to_digit(10)).unwrap_or(0) + 1;
    let mut letter = Letter::new(LetterName::ReminderUrgent, &owner, format!("{} item, {key}", item.urgency))
        .with("item", shown::row(view, item, Some(1), now))
        .with("every_hours", URGENT_HOURS)
        .with("count", count)
        .with("phone", (!person.phone.is_empty()).then(|| person.phone.clone()))
        .with("organizer", organizer)
        .with("silent_hours", (now - since).num_hours().max(0))
        .lines(vec![shown::line(1, item)])
        .about(&item.id);
    letter.urgent = critical;
    letter.expires = Some(now + Duration::hours(i64::from(URGENT_HOURS)));
    post::post(view, letter);
}
