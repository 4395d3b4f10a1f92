//! The chair looks first (O14), and what the answers to gaps and reviews do.

use super::draft::Draft;
use super::{chair_of, gaps, owner, summary};
use crate::domain::action_item::{self, ActionItem, Pending, State, actor, save, speaks_for};
use crate::domain::event::MailRead;
use crate::domain::letter::{Letter, LetterName, SentLetter};
use crate::domain::meeting::Meeting;
use crate::domain::reading::{Command, Context, Doubt, Verb};
use crate::domain::receipt::{self, Entry};
use crate::domain::view::{Handled, View};
use crate::domain::{post, shown, undo};
use chrono::{DateTime, Duration, Utc};
use serde_json::Value;

/// An item of the minutes in the making as it will go out.
pub(super) fn with_pending(item: &ActionItem) -> ActionItem {
    let mut item = item.clone();
    if let Some(pending) = item.pending.take() {
        if let Some(task) = pending.task {
            item.task = task;
        }
        if pending.owner_address.is_some() {
            item.owner = pending.owner;
            item.owner_address = pending.owner_address;
        }
        if let Some(due) = pending.due {
            item.due = Some(due);
            item.due_phrase = pending.due_phrase;
        }
        if pending.deliverable.is_some() {
            item.deliverable = pending.deliverable;
        }
        if let Some(helpers) = pending.helpers {
            item.helpers = helpers;
        }
    }
    item
}

/// Shows the minutes as they were read to whoever looks at them first.
pub(super) fn ask(view: &mut View<'_>, meeting: &Meeting, items: &[ActionItem], to: &str, now: DateTime<Utc>) {
    let Some(record) = &meeting.minutes_record else { return };
    let draft = Draft::of(meeting);
    let shown_items: Vec<ActionItem> = items
        .iter()
        .filter(|item| item.state.is_open() && (item.held || item.pending.is_some()))
        .map(with_pending)
        .collect();
    let (rows, lines) = shown::numbered(view, &shown_items, 1, now);
    let gaps: Vec<Value> = gaps::open(items)
        .into_iter()
        .map(|item| gaps::shown_gap(item, lines.iter().find(|line| line.id == item.id).map(|line| line.n)))
        .collect();
    let done: Vec<&String> =
        items.iter().filter(|item| item.held && item.state == State::Accepted).map(|item| &item.task).collect();
    let letter = Letter::new(LetterName::MinutesReview, to, "minutes are seen before they go out")
        .with("meeting", shown::meeting(meeting))
        .with("sender", view.name_of(&record.source.from))
        .with("sender_address", &record.source.from)
        .with("revision", record.revision)
        .with("items", rows)
        .with("gaps", gaps)
        .with("decisions", summary::decisions(meeting, None))
        .with("outcomes", summary::outcomes(meeting, &draft))
        .with("risks", &meeting.risks)
        .with("questions", &meeting.questions)
        .with("done", done)
        .with("goes_at", draft.goes_at.filter(|_| !draft.only_by_word).map(|at| shown::moment(view, at)))
        .with("count", meeting.concerned().len())
        .with("unread", &draft.unread)
        .lines(lines)
        .about(&meeting.id);
    post::post(view, letter);
}

/// An answer to `minutes_gaps` or `minutes_review`, or an objection to what minutes say (O29).
pub fn command(
    view: &mut View<'_>,
    mail: &MailRead,
    meeting_id: &str,
    letter: &SentLetter,
    cmd: &Command,
    now: DateTime<Utc>,
) -> Handled {
    let named = cmd.id.clone().filter(|id| id.starts_with("A-"));
    let numbered = cmd.item.and_then(|n| letter.lines.iter().find(|line| line.n == n)).map(|line| line.id.clone());
    let only = match letter.lines.as_slice() {
        [only] if cmd.item.is_none() => Some(only.id.clone()),
        _ => None,
    };
    let target = named.or(numbered).or(only).filter(|id| id.starts_with("A-"));
    if cmd.verb == Verb::Object {
        return match target {
            Some(id) => action_item::command(view, mail, &id, cmd, now),
            None => Handled::NotMine,
        };
    }
    if !matches!(letter.context, Context::MinutesGaps | Context::MinutesReview) {
        return Handled::NotMine;
    }
    let Some(meeting) = view.meeting(meeting_id) else { return Handled::NotMine };
    let Some(writer) = actor(view, mail) else { return Handled::NotAllowed };
    let asked = speaks_for(view, &writer, &letter.to, false, now);
    let roles = [&meeting.organizer_address, &meeting.chair_address, &meeting.recorder_address];
    let leads = roles.into_iter().flatten().any(|address| speaks_for(view, &writer, address, false, now));
    if !asked && !leads {
        return Handled::NotAllowed;
    }
    match (cmd.verb, target) {
        (Verb::Send | Verb::Proceed, _) | (Verb::Approve | Verb::Confirm | Verb::Accept, None) => {
            send(view, mail, meeting, now)
        }
        (Verb::Ack, _) => Handled::Yes,
        (Verb::Delegate | Verb::Postpone | Verb::Confirm | Verb::Cancel | Verb::Done, Some(id)) => {
            edit(view, mail, meeting, &id, letter, cmd, now)
        }
        _ => Handled::NotMine,
    }
}

/// An answer to who is meant in a single task (O16): `1 王芳`, `王芳 7月20日`.
pub fn task_command(
    view: &mut View<'_>,
    mail: &MailRead,
    letter: &SentLetter,
    cmd: &Command,
    now: DateTime<Utc>,
) -> Handled {
    let only = || letter.lines.first().filter(|_| letter.lines.len() == 1 && cmd.item.is_none());
    let numbered = cmd.item.and_then(|n| letter.lines.iter().find(|line| line.n == n));
    let target = cmd.id.clone().or_else(|| numbered.or_else(only).map(|line| line.id.clone()));
    let Some(item) = target.and_then(|id| view.action(&id)).filter(|item| item.source.kind == "mail") else {
        return Handled::NotMine;
    };
    let Some(writer) = actor(view, mail) else { return Handled::NotAllowed };
    if !speaks_for(view, &writer, &letter.to, false, now) {
        return Handled::NotAllowed;
    }
    match cmd.verb {
        Verb::Delegate if cmd.to.is_some() => {}
        Verb::Postpone if cmd.due.is_some() => {}
        _ => return Handled::NotMine,
    }
    undo::remember(view, mail, &item.id, now);
    late_answer(view, mail, None, item, cmd, now)
}

/// 发送: the summary goes as it is now.
fn send(view: &mut View<'_>, mail: &MailRead, mut meeting: Meeting, now: DateTime<Utc>) -> Handled {
    let Some(record) = meeting.minutes_record.as_mut() else { return Handled::NotMine };
    if record.sent {
        return Handled::Yes;
    }
    undo::remember(view, mail, &meeting.id.clone(), now);
    record.reviewed = true;
    let mut draft = Draft::of(&meeting);
    draft.goes_at = Some(now);
    draft.keep(&mut meeting);
    view.put_meeting(meeting, "minutes released");
    Handled::Yes
}

/// `3 王芳 7月20日`, `3 改为 王芳 7月20日`, `3 取消`.
fn edit(
    view: &mut View<'_>,
    mail: &MailRead,
    mut meeting: Meeting,
    id: &str,
    letter: &SentLetter,
    cmd: &Command,
    now: DateTime<Utc>,
) -> Handled {
    let Some(mut item) = view.action(id).filter(|item| item.source.id.as_ref() == Some(&meeting.id)) else {
        return Handled::NotMine;
    };
    let Some(writer) = actor(view, mail) else { return Handled::NotAllowed };
    let by = view.name_of(&writer);
    undo::remember(view, mail, id, now);
    if cmd.verb == Verb::Delegate && cmd.to.is_none()
        || cmd.verb == Verb::Postpone && cmd.due.is_none() && cmd.shift_workdays.is_none()
    {
        return doubt(view, mail, &item, cmd, "not_understood", now);
    }
    let mut cmd = cmd.clone();
    if let (None, Some(days), Some(due)) = (cmd.due, cmd.shift_workdays, &item.due) {
        cmd.due = Some(crate::domain::clock::Clock::of_item(&item, view.rules).shifted(due, days));
    }
    let out = meeting.minutes_record.as_ref().is_some_and(|record| record.sent);
    if out && !item.held && item.pending.is_none() {
        return late_answer(view, mail, Some(&meeting), item, &cmd, now);
    }
    let why = format!("{}: {by}", if letter.context == Context::MinutesGaps { "gap answered" } else { "review" });
    match cmd.verb {
        Verb::Cancel if item.held => {
            item.state = State::Cancelled;
            item.gap = None;
            save(view, item, &why, now);
        }
        Verb::Cancel => {
            item.pending = Some(Pending { cancel: true, ..item.pending.unwrap_or_default() });
            item.gap = None;
            save(view, item, &why, now);
        }
        Verb::Done => {
            if item.held {
                item.state = State::Accepted;
            } else {
                item.pending = Some(Pending { done: true, ..item.pending.unwrap_or_default() });
            }
            item.gap = None;
            save(view, item, &why, now);
        }
        Verb::Confirm if cmd.due.is_none() && cmd.to.is_none() => {
            // As it was read.
            item.gap = item.gap.filter(|gap| gap.is_about_owner());
            item.doubted = item.gap.is_some();
            save(view, item, &why, now);
        }
        _ => {
            let mut edited = if item.held { item.clone() } else { with_pending(&item) };
            edited.gap = item.gap.clone();
            match owner::answer(view, Some(&meeting), &cmd, &mut edited) {
                Err(kind) => return doubt(view, mail, &item, &cmd, kind, now),
                Ok(false) => return Handled::NotMine,
                Ok(true) => {}
            }
            if item.held {
                item = edited;
            } else {
                let pending = item.pending.get_or_insert_with(Pending::default);
                pending.owner = edited.owner;
                pending.owner_address = edited.owner_address;
                pending.due = edited.due;
                pending.due_phrase = edited.due_phrase;
                item.gap = edited.gap;
            }
            save(view, item, &why, now);
        }
    }
    let items = view.items_of(&meeting.id);
    let soon = now + Duration::minutes(i64::from(view.rules.policy.start_wait));
    let mut draft = Draft::of(&meeting);
    let chair = chair_of(&meeting);
    if let Some(record) = meeting.minutes_record.as_mut() {
        record.gaps = gaps::open(&items).into_iter().map(|item| item.id.clone()).collect();
        let reviews = letter.context == Context::MinutesReview
            || record.reviewer.as_ref().is_some_and(|reviewer| *reviewer == writer)
            || chair.as_ref() == Some(&writer);
        record.reviewed |= reviews && record.reviewer.is_some();
        // Who edits has looked; some minutes are left for a second thought or a second line.
        let ready = record.reviewed || (record.reviewer.is_none() && record.gaps.is_empty());
        if ready {
            draft.goes_at = Some(draft.goes_at.map_or(soon, |at| at.min(soon)).max(now));
        }
    }
    draft.keep(&mut meeting);
    view.put_meeting(meeting, "");
    if let Some(item) = view.action(id) {
        receipt::changed(view, mail, Entry::of(&item, "edit").by(&by), false, now);
    }
    Handled::Yes
}

fn doubt(
    view: &mut View<'_>,
    mail: &MailRead,
    item: &ActionItem,
    cmd: &Command,
    kind: &str,
    now: DateTime<Utc>,
) -> Handled {
    let doubt = Doubt { kind: kind.into(), line: cmd.line.clone(), n: cmd.item };
    receipt::doubted(view, mail, &doubt, Some(item), now);
    Handled::Yes
}

/// A gap is answered after the summary went: the item is changed in force, and its owner is asked.
fn late_answer(
    view: &mut View<'_>,
    mail: &MailRead,
    meeting: Option<&Meeting>,
    item: ActionItem,
    cmd: &Command,
    now: DateTime<Utc>,
) -> Handled {
    let Some(writer) = actor(view, mail) else { return Handled::NotAllowed };
    let by = view.name_of(&writer);
    if matches!(cmd.verb, Verb::Cancel | Verb::Done | Verb::Confirm) || !item.state.is_open() {
        return action_item::command(view, mail, &item.id, cmd, now);
    }
    let mut edited = item.clone();
    match owner::answer(view, meeting, cmd, &mut edited) {
        Err(kind) => return doubt(view, mail, &item, cmd, kind, now),
        Ok(false) => return Handled::NotMine,
        Ok(true) => {}
    }
    let why = format!("gap answered: {by}");
    let mut changed = item.clone();
    if let Some(due) = edited.due.filter(|due| Some(due) != item.due.as_ref()) {
        action_item::change_due(view, &mut changed, due, &by, now);
    }
    changed.gap = edited.gap;
    changed.doubts = edited.doubts;
    match edited.owner_address.filter(|owner| Some(owner) != item.owner_address.as_ref()) {
        Some(owner) => changed = action_item::reassign(view, changed, &owner, "minutes", &by, &why, now),
        None => {
            save(view, changed.clone(), &why, now);
            if let Some(owner) = changed.addressee().filter(|owner| **owner != writer).cloned() {
                let asked = action_item::Asked { why: "new_due", by: Some(by.clone()), from: None, thread: None };
                let items: Vec<ActionItem> = view.action(&changed.id).into_iter().collect();
                action_item::ask_owner(view, &owner, &items, &[], &asked, now);
            }
        }
    }
    receipt::changed(view, mail, Entry::of(&changed, "edit").by(&by), true, now);
    Handled::Yes
}
