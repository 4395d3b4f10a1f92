//! Asking the owner, and the owner's yes.

use super::command::Word;
use super::{ActionItem, State, save};
use crate::domain::clock::Clock;
use crate::domain::event::MailRead;
use crate::domain::letter::{Letter, LetterName, Thread};
use crate::domain::reading::Context;
use crate::domain::receipt::{self, Entry};
use crate::domain::view::{Handled, View};
use crate::domain::{held, outside, post, shown};
use chrono::{DateTime, Utc};

/// Why somebody is asked: the word in `confirmation`'s data.
#[derive(Clone, Debug, Default)]
pub struct Asked<'a> {
    /// `minutes`, `assigned`, `reassigned`, `handover`, `new_due`, `returned`, `reopened`.
    pub why: &'a str,
    /// Who caused it, as a name.
    pub by: Option<String>,
    /// The owner before, as a name.
    pub from: Option<String>,
    /// The thread the reader already has (O8).
    pub thread: Option<Thread>,
}

/// A `confirmation` letter to one person about some items; the items must be saved with `asked_at` by the caller.
pub fn ask_owner(
    view: &mut View<'_>,
    to: &str,
    items: &[ActionItem],
    helping: &[ActionItem],
    asked: &Asked<'_>,
    now: DateTime<Utc>,
) {
    let Some(first) = items.first().or(helping.first()) else { return };
    let (own, lines) = shown::numbered(view, items, 1, now);
    let helping: Vec<_> = helping.iter().map(|item| shown::row(view, item, None, now)).collect();
    let meeting = first.source.id.as_deref().filter(|_| first.source.kind == "meeting").and_then(|id| view.meeting(id));
    let organizer = super::organizer_of(view, first).map(|address| view.name_of(&address));
    let silence_by = silence_by(view, to, items, now);
    let mut letter = Letter::new(LetterName::Confirmation, to, format!("{}: own items", asked.why))
        .with("organizer", &organizer)
        .with("meeting", meeting.as_ref().map(shown::meeting))
        .with("why", asked.why)
        .with("by", &asked.by)
        .with("from", &asked.from)
        .with("own", own)
        .with("helping", helping)
        .with("silence_by", silence_by)
        .with("outside", outside::is_outside(view, to))
        .with("source_title", shown::source_title(view, first))
        .lines(lines);
    if let Some(meeting) = &meeting {
        letter = letter.about(&meeting.id);
    }
    for item in items {
        letter.objects.push(item.id.clone());
    }
    if letter.thread == Thread::New {
        letter.thread = Thread::Object(first.id.clone());
    }
    if let Some(thread) = &asked.thread {
        letter.thread = thread.clone();
    }
    letter.urgent = items.iter().any(|item| item.urgency == "critical");
    let letter = post::waiting(view, letter, now);
    post::post(view, letter);
}

/// When silence accepts, to be shown; nothing where it never does.
pub fn silence_by(view: &View<'_>, to: &str, items: &[ActionItem], now: DateTime<Utc>) -> serde_json::Value {
    let counts = items.iter().any(|item| item.state == State::Proposed && silence_accepts(view, item));
    if !counts {
        return serde_json::Value::Null;
    }
    let clock = Clock::of(view, to);
    let delivered_at = held::sendable(view, to, now);
    shown::moment(view, clock.end_after(delivered_at, view.rules.policy.confirm_window))
}

/// O24: silence never accepts for outsiders, absentees from the meeting, items read with a doubt, departments, 特急.
pub fn silence_accepts(view: &View<'_>, item: &ActionItem) -> bool {
    let Some(owner) = &item.owner_address else { return false };
    let insider = view.is_internal(owner) || (view.rules.internal_domains.is_empty() && view.person(owner).is_some());
    let absent = item
        .source
        .id
        .as_deref()
        .filter(|_| item.source.kind == "meeting")
        .and_then(|id| view.meeting(id))
        .and_then(|meeting| meeting.attendee(owner).and_then(|attendee| attendee.attended))
        == Some(false);
    insider && !absent && !item.doubted && item.urgency != "critical"
}

pub(super) fn confirm(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if !word.part.works() {
        return Handled::NotAllowed;
    }
    match item.state {
        State::Proposed => {}
        // 默认接受 becomes 已确认; everything else is confirmed already and stays as it is.
        State::Confirmed if item.by_default => {}
        State::Confirmed | State::InProgress | State::Blocked => {
            let why = word.why(view, &item, "确认");
            save(view, item, &why, word.now);
            return Handled::Yes;
        }
        _ => return Handled::NotMine,
    }
    if item.owner_address.is_none() {
        // Asked for a department: who says yes takes it.
        item.owner = Some(word.name(view));
        item.owner_address = Some(word.actor.clone());
        item.gap = None;
    }
    item.state = State::Confirmed;
    settle(&mut item);
    let mut date_given = false;
    if let Some(due) = word.cmd.due.as_ref().filter(|_| item.due.is_none()) {
        item.due = Some(*due);
        item.due_phrase = Some(word.cmd.line.clone()).filter(|line| !line.is_empty());
        date_given = true;
    }
    let why = word.why(view, &item, "确认");
    let entry = Entry::of(&item, "confirm").by(&word.name(view));
    save(view, item, &why, word.now);
    receipt::changed(view, word.mail, entry, date_given, word.now);
    Handled::Yes
}

/// The owner spoke: what silence did or was about to do is over.
pub(super) fn settle(item: &mut ActionItem) {
    item.by_default = false;
    item.doubted = false;
    item.doubts.clear();
    item.marks.remove("unanswered");
}

/// 收到 (O25): confirms one clear item; of several, or of a doubted or changed one, it means 已阅; to a reminder it means read.
pub(super) fn ack(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if !word.part.works() {
        return Handled::Yes;
    }
    let context = word.mail.answers.as_ref().map_or(Context::None, |letter| letter.context);
    let clear = !item.doubted && item.due.is_some() && !item.marks.contains("changed");
    let confirms = item.state == State::Proposed
        && !matches!(context, Context::Reminder)
        && match view.rules.policy.ack_confirms.as_str() {
            "all" => !item.doubted,
            "one" => clear && asked_in(view, word.mail, item.addressee().unwrap_or(&word.actor)) <= 1,
            _ => false,
        };
    if confirms {
        return confirm(view, item, word);
    }
    item.marks.insert("read".into());
    let entry = Entry::of(&item, "ack").by(&word.name(view));
    let why = word.why(view, &item, "已阅");
    save(view, item, &why, word.now);
    receipt::changed(view, word.mail, entry, false, word.now);
    Handled::Yes
}

/// How many new items of this person the answered letter asked about.
fn asked_in(view: &View<'_>, mail: &MailRead, person: &str) -> usize {
    let Some(letter) = &mail.answers else { return 1 };
    let is_open = |id: &str| {
        view.action(id).is_some_and(|item| {
            item.addressee().is_some_and(|owner| owner == person)
                && (item.state == State::Proposed || view.touched(&item.id))
        })
    };
    letter.lines.iter().filter(|line| is_open(&line.id)).count()
}
