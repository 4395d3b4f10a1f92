//! What follows from an event: one way for a mail, one for a moment.

use super::event::{Event, MailRead, Operator, Tick, Undelivered};
use super::view::{Decision, View};
use chrono::{DateTime, Utc};

/// The heart: a pure function of what is stored, what happened, when, and the rules (in the view).
pub fn decide(mut view: View<'_>, event: &Event, now: DateTime<Utc>) -> Decision {
    match event {
        Event::Mail(mail) => mail_came(&mut view, mail, now),
        Event::Tick(tick) => moment_came(&mut view, tick, now),
        Event::Undelivered(fate) => undelivered(&mut view, fate, now),
        Event::Operator(Operator::Load(record)) => view.put((**record).clone(), "loaded"),
    }
    view.finish()
}

fn mail_came(_view: &mut View<'_>, _mail: &MailRead, _now: DateTime<Utc>) {}

fn moment_came(_view: &mut View<'_>, _tick: &Tick, _now: DateTime<Utc>) {}

fn undelivered(_view: &mut View<'_>, _fate: &Undelivered, _now: DateTime<Utc>) {}
