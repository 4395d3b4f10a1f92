//! Second minutes (O15): ids stay, items are matched by their tasks, only the difference is sent, and only owners of changed
//! items are asked again. An adopted objection (O29) goes out the same way.

use super::draft::Draft;
use super::review::with_pending;
use super::summary::{decisions, outcomes, readers, release};
use super::{limit_others, link, new_item};
use crate::domain::action_item::{self, ActionItem, Gap, Objection, Pending, State, save};
use crate::domain::event::MailRead;
use crate::domain::letter::{Letter, LetterName, Thread};
use crate::domain::meeting::Meeting;
use crate::domain::reading::{Command, MinutesReading, Verb};
use crate::domain::receipt::Entry;
use crate::domain::view::View;
use crate::domain::{digest, held, outside, post, shown};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// From this likeness on two tasks are the same.
const ALIKE: f32 = 0.6;

fn letters(text: &str) -> Vec<char> {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// 0.0 to 1.0: shared pairs of letters; one within the other counts almost as the same.
pub(super) fn likeness(one: &str, other: &str) -> f32 {
    let (one, other) = (letters(one), letters(other));
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    if one == other {
        return 1.0;
    }
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    if short.len() >= 4 && long.windows(short.len()).any(|window| window == short.as_slice()) {
        return 0.9;
    }
    let pairs = |text: &[char]| text.windows(2).map(|pair| (pair[0], pair[1])).collect::<BTreeSet<_>>();
    let (one, other) = (pairs(&one), pairs(&other));
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    2.0 * one.intersection(&other).count() as f32 / (one.len() + other.len()) as f32
}

/// Whether two tasks are the same one, told twice.
pub(super) fn is_alike(one: &str, other: &str) -> bool {
    likeness(one, other) >= ALIKE
}

/// Matches the items of second minutes with those there are, and writes down what changes when they go out.
pub(super) fn match_items(
    view: &mut View<'_>,
    mail: &MailRead,
    reading: &MinutesReading,
    meeting: &Meeting,
    now: DateTime<Utc>,
) {
    let old = view.items_of(&meeting.id);
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut made: Vec<ActionItem> = Vec::new();
    for read in reading.items.iter().take(super::ITEMS_MAX) {
        let candidate = |item: &&ActionItem| !used.contains(&item.id) && item.state != State::Cancelled;
        let score = |item: &ActionItem| {
            let names = read.owner.as_ref().map(|owner| owner.names().to_vec()).unwrap_or_default();
            let same_owner = item.owner.as_ref().is_some_and(|owner| names.contains(owner));
            likeness(&item.task, &read.task) + if same_owner { 0.1 } else { 0.0 }
        };
        let best = old.iter().filter(candidate).map(|item| (score(item), item)).max_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, item)) = best.filter(|(score, _)| *score >= ALIKE) else {
            let item = new_item(view, mail, read, meeting);
            made.push(item);
            continue;
        };
        used.insert(item.id.clone());
        let fresh = new_item_like(view, mail, read, meeting);
        differ(view, item.clone(), fresh, now);
    }
    limit_others(view, meeting, &mut made);
    link(view, reading, meeting, &mut made);
    for item in made {
        save(view, item, &format!("second minutes of {}", meeting.id), now);
    }
    // What the new minutes do not name any more is not struck out by a guess: the sender says so.
    let open: Vec<&ActionItem> = old.iter().filter(|item| item.state.is_open()).collect();
    let kept = open.iter().filter(|item| used.contains(&item.id)).count();
    if kept * 2 < open.len() || kept == 0 {
        return;
    }
    for item in open.into_iter().filter(|item| !used.contains(&item.id)) {
        let mut item = item.clone();
        item.gap = Some(Gap { kind: "missing_in_revision".into(), ..Gap::default() });
        if !item.held {
            item.pending.get_or_insert_with(Pending::default);
        }
        save(view, item, "", now);
    }
}

/// The reading as an item, without taking a number.
fn new_item_like(
    view: &mut View<'_>,
    mail: &MailRead,
    read: &crate::domain::reading::ItemReading,
    meeting: &Meeting,
) -> ActionItem {
    let mut item = super::item_of(read);
    item.source.message_id = Some(mail.message_id.clone());
    item.source.line = Some(read.line.clone());
    item.organizer_address.clone_from(&meeting.organizer_address);
    super::owner::fill(view, Some(meeting), &meeting.concerned(), read, &mut item);
    item
}

/// What second minutes say differently about one item.
fn differ(view: &mut View<'_>, mut item: ActionItem, fresh: ActionItem, now: DateTime<Utc>) {
    if item.held {
        // Not out yet: it simply is what the new minutes say.
        let kept =
            ActionItem { id: item.id.clone(), held: true, source: item.source.clone(), version: item.version, ..fresh };
        let kept = ActionItem { organizer_address: item.organizer_address, confidential: item.confidential, ..kept };
        return save(view, kept, "second minutes", now);
    }
    let mut pending = Pending::default();
    if fresh.owner_address.is_some() && fresh.owner_address != item.owner_address {
        pending.owner = fresh.owner.clone();
        pending.owner_address = fresh.owner_address.clone();
    }
    if fresh.due.is_some() && fresh.due != item.due {
        pending.due = fresh.due;
        pending.due_phrase = fresh.due_phrase.clone();
    }
    if letters(&fresh.task) != letters(&item.task) {
        pending.task = Some(fresh.task.clone());
    }
    if fresh.deliverable.is_some() && fresh.deliverable != item.deliverable {
        pending.deliverable = fresh.deliverable.clone();
    }
    pending.done = fresh.state == State::Accepted && item.state.is_open();
    if pending == Pending::default() {
        return;
    }
    item.pending = Some(pending);
    save(view, item, "second minutes", now);
}

/// One row of what changed.
fn change(kind: &str, item: &ActionItem, before: Option<&ActionItem>, after: Option<&ActionItem>) -> Value {
    let side = |item: &ActionItem| json!({"owner": item.owner, "due": item.due, "task": item.task});
    json!({
        "kind": kind, "id": item.id, "task": item.task, "n": Value::Null,
        "before": before.map(side), "after": after.map(side),
    })
}

/// Second minutes go out.
pub(super) fn issue(view: &mut View<'_>, meeting: Meeting, now: DateTime<Utc>) {
    let mut changes: Vec<Value> = Vec::new();
    let mut asked: Vec<String> = Vec::new();
    for item in view.items_of(&meeting.id) {
        if item.held {
            if item.state == State::Cancelled {
                continue;
            }
            let id = item.id.clone();
            if item.state.is_open() {
                changes.push(change("new", &item, None, Some(&item)));
                asked.push(id.clone());
            }
            release(view, item, &meeting.id, now);
        } else if let Some(pending) = item.pending.clone() {
            if let Some(row) = apply(view, item.clone(), &pending, &mut asked, now) {
                changes.push(row);
            }
        }
    }
    correct(view, meeting, changes, &asked, None, now);
}

/// Puts what was pending into an item in force.
fn apply(
    view: &mut View<'_>,
    before: ActionItem,
    pending: &Pending,
    asked: &mut Vec<String>,
    now: DateTime<Utc>,
) -> Option<Value> {
    let mut item = before.clone();
    item.pending = None;
    let gap = item.gap.take().filter(|gap| gap.kind != "missing_in_revision");
    item.gap = gap;
    if pending.cancel || pending.done {
        item.state = if pending.cancel { State::Cancelled } else { State::Accepted };
        item.request = None;
        save(view, item.clone(), "second minutes", now);
        let kind = if pending.cancel { "removed" } else { "done" };
        return Some(change(kind, &item, Some(&before), None));
    }
    let mut after = with_pending(&ActionItem { pending: Some(pending.clone()), ..item.clone() });
    if pending.owner_address.is_none()
        && pending.due.is_none()
        && pending.task.is_none()
        && pending.deliverable.is_none()
    {
        save(view, after, "", now);
        return None;
    }
    if let Some(due) = pending.due {
        after.due = before.due;
        action_item::change_due(view, &mut after, due, "", now);
    }
    let new_owner = after.owner_address != before.owner_address;
    if new_owner {
        after.marks.clear();
        after.by_default = false;
        after.behind = false;
        after.last_word_at = None;
        after.asked_address = None;
    }
    after.gap = after.gap.filter(|gap| {
        (!gap.is_about_owner() || after.owner.is_none()) && (after.due.is_none() || gap.is_about_owner())
    });
    after.doubted = false;
    after.request = None;
    if new_owner || matches!(after.state, State::Proposed | State::Confirmed) {
        after.state = State::Proposed;
        after.by_default = false;
        after.asked_at = after.addressee().map(|address| held::sendable(view, address, now));
        after.marks.insert("changed".into());
        asked.push(after.id.clone());
    }
    save(view, after.clone(), "second minutes", now);
    if before.request.is_some() {
        // What was asked of the item as it stood falls with it; who asked and who was to decide hear that (O1).
        let entry = Entry::of(&after, "request_void");
        for reader in before.owner_address.iter().chain(&before.waits_on) {
            digest::note(view, reader, entry.clone(), now);
        }
    }
    Some(change("changed", &after, Some(&before), Some(&after)))
}

/// `summary_correction`: the difference to everybody, own changed items on top; who has read the minutes gets only these.
fn correct(
    view: &mut View<'_>,
    meeting: Meeting,
    changes: Vec<Value>,
    asked: &[String],
    objection_by: Option<String>,
    now: DateTime<Utc>,
) {
    let Some(record) = meeting.minutes_record.clone() else { return };
    let draft = Draft::of(&meeting);
    let new_decisions = if objection_by.is_some() { Vec::new() } else { decisions(&meeting, Some(&draft.decisions)) };
    let outcomes = if draft.outcomes_changed { outcomes(&meeting, &draft) } else { Vec::new() };
    let risks: Vec<_> =
        meeting.risks.iter().filter(|risk| objection_by.is_none() && draft.risks.contains(&risk.text)).collect();
    if changes.is_empty() && new_decisions.is_empty() && outcomes.is_empty() && risks.is_empty() {
        return;
    }
    let items: Vec<ActionItem> = view.items_of(&meeting.id).into_iter().filter(|item| !item.held).collect();
    let touched =
        |item: &ActionItem| changes.iter().any(|change| change.get("id").and_then(Value::as_str) == Some(&item.id));
    let mut all = readers(view, &meeting, &items);
    // Owners before the change hear that it is not theirs any more.
    for name in changes.iter().filter_map(|change| change.pointer("/before/owner").and_then(Value::as_str)) {
        let person =
            view.directory.people().iter().find(|person| person.name == name).map(|person| person.address.clone());
        all.extend(person.filter(|address| !all.contains(address)).into_iter().collect::<Vec<_>>());
    }
    let count = all.len();
    for reader in all {
        let own: Vec<ActionItem> = items
            .iter()
            .filter(|item| item.state.is_open() && touched(item) && item.addressee() == Some(&reader))
            .cloned()
            .collect();
        let read_it = objection_by.is_none()
            && (record.source.from == reader || record.source.recipients.contains(&reader))
            && draft.delivery.as_deref() != Some("full");
        let attends = meeting.concerned().contains(&reader);
        let mine = changes.iter().any(|change| {
            let name = view.name_of(&reader);
            [change.pointer("/before/owner"), change.pointer("/after/owner")]
                .into_iter()
                .flatten()
                .any(|v| v.as_str() == Some(&name))
        });
        if (read_it && own.is_empty())
            || (!attends && !mine)
            || (draft.delivery.as_deref() == Some("none") && own.is_empty())
        {
            view.suppress(LetterName::SummaryCorrection, &reader, "nothing new for this person");
            continue;
        }
        let outsider = outside::is_outside(view, &reader);
        if outsider && own.is_empty() {
            continue;
        }
        // O39: what others do, what was decided and what is feared stays inside.
        let sees = |change: &&Value| {
            let id = change.get("id").and_then(Value::as_str);
            !outsider || items.iter().any(|item| Some(item.id.as_str()) == id && outside::sees(view, &reader, item))
        };
        let shown: Vec<&Value> = changes.iter().filter(sees).collect();
        let (mut rows, lines) = shown::numbered(view, &own, 1, now);
        for row in &mut rows {
            let kind =
                changes.iter().find(|change| change.get("id") == row.get("id")).and_then(|c| c.get("kind").cloned());
            if let Value::Object(map) = row {
                map.insert("change".into(), kind.unwrap_or(Value::Null));
            }
        }
        let to_confirm: Vec<ActionItem> = own.iter().filter(|item| asked.contains(&item.id)).cloned().collect();
        let mut letter = Letter::new(LetterName::SummaryCorrection, &reader, "what second minutes changed")
            .with("meeting", shown::meeting_to(view, &meeting, &reader))
            .with("sender", view.name_of(&record.source.from))
            .with("organizer", &meeting.organizer)
            .with("revision", record.revision)
            .with("own", rows)
            .with("changes", shown)
            .with("decisions", if outsider { &[] } else { new_decisions.as_slice() })
            .with("outcomes", if outsider { &[] } else { outcomes.as_slice() })
            .with("risks", if outsider { &[] } else { risks.as_slice() })
            .with("objection_by", &objection_by)
            .with("unreviewed", record.unreviewed)
            .with("silence_by", action_item::silence_by(view, &reader, &to_confirm, now))
            .with("count", count)
            .lines(lines)
            .about(&meeting.id);
        if read_it {
            letter.thread =
                Thread::Reply { message_id: record.source.message_id.clone(), references: draft.references.clone() };
        }
        letter.objects.extend(own.iter().map(|item| item.id.clone()));
        post::post(view, letter);
    }
}

/// An objection was adopted: the item is changed, and everybody gets one correction (O29).
pub fn adopted(view: &mut View<'_>, item: ActionItem, objection: &Objection, why: &str, now: DateTime<Utc>) {
    let meeting = item.source.id.as_deref().and_then(|id| view.meeting(id));
    let mut cmd = Command::new(Verb::Object);
    cmd.due = objection.due;
    cmd.to.clone_from(&objection.owner);
    cmd.line.clone_from(&objection.text);
    let mut edited = item.clone();
    let said = super::owner::answer(view, meeting.as_ref(), &cmd, &mut edited).unwrap_or(false);
    let mut pending = Pending::default();
    if said {
        if edited.owner_address != item.owner_address {
            pending.owner = edited.owner.clone();
            pending.owner_address = edited.owner_address.clone();
        }
        if edited.due != item.due {
            pending.due = edited.due;
            pending.due_phrase = edited.due_phrase.clone();
        }
    }
    let mut asked = Vec::new();
    let row = if pending == Pending::default() {
        // Words without a date or a name: they stand beside the item.
        let mut item = item.clone();
        item.reason = Some(objection.text.clone());
        save(view, item.clone(), why, now);
        Some(change("objection", &item, None, Some(&item)))
    } else {
        let before = item.clone();
        let row = apply(view, before, &pending, &mut asked, now);
        if let Some(mut item) = view.action(&item.id) {
            // The owner who objected has said what it is: it is confirmed by that word.
            if item.owner_address.as_ref() == Some(&objection.by) && item.state == State::Proposed {
                item.state = State::Confirmed;
                asked.retain(|id| *id != item.id);
            }
            save(view, item, why, now);
        }
        row
    };
    if let Some(meeting) = meeting {
        let by = view.name_of(&objection.by);
        correct(view, meeting, row.into_iter().collect(), &asked, Some(by), now);
    }
}
