//! The summary goes out (O8, O14): to all who have not read the minutes, own items on top; who stood in To or Cc of the
//! minutes gets only what is new for that person, as an answer in that thread.

use super::draft::Draft;
use super::{owner, revision};
use crate::domain::action_item::{self, ActionItem, Asked, State, save};
use crate::domain::letter::{Letter, LetterName, Thread};
use crate::domain::meeting::Meeting;
use crate::domain::view::View;
use crate::domain::{held, outside, post, project, shown};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Decisions as shown; `only`: those of these texts. A decision without a decider present is 待追认 (O34).
pub(super) fn decisions(meeting: &Meeting, only: Option<&[String]>) -> Vec<Value> {
    let deciders: Vec<_> = meeting.attendees.iter().filter(|attendee| attendee.role == "decider").collect();
    let to_ratify = !deciders.is_empty() && deciders.iter().all(|decider| decider.attended == Some(false));
    let all = meeting.decisions.iter().filter(|decision| only.is_none_or(|only| only.contains(&decision.text)));
    all.map(|decision| json!({"text": decision.text, "line": decision.line, "to_ratify": to_ratify})).collect()
}

/// Each required outcome as reached, deferred, dropped, or null: not discussed (O34).
pub(super) fn outcomes(meeting: &Meeting, draft: &Draft) -> Vec<Value> {
    let of_agenda =
        meeting.agenda.iter().filter(|agenda| agenda.required_outcome.is_some() || agenda.outcome.is_some());
    let mut all: Vec<Value> = of_agenda
        .map(|agenda| json!({"title": agenda.title, "required_outcome": agenda.required_outcome, "outcome": agenda.outcome}))
        .collect();
    all.extend(
        draft
            .other_outcomes
            .iter()
            .map(|(title, outcome)| json!({"title": title, "required_outcome": Value::Null, "outcome": outcome})),
    );
    all
}

/// Required outcomes that were not reached and carry over.
fn carried(meeting: &Meeting) -> Vec<&String> {
    let open = meeting.agenda.iter().filter(|agenda| !matches!(agenda.outcome.as_deref(), Some("reached" | "dropped")));
    open.filter_map(|agenda| agenda.required_outcome.as_ref()).collect()
}

/// The minutes go out: items are in force from here.
pub(super) fn issue(view: &mut View<'_>, meeting_id: &str, now: DateTime<Utc>) {
    let Some(mut meeting) = view.meeting(meeting_id) else { return };
    let Some(mut record) = meeting.minutes_record.clone().filter(|record| !record.sent) else { return };
    record.sent = true;
    record.unreviewed = record.reviewer.is_some() && !record.reviewed;
    let first = record.revision <= 1;
    meeting.minutes_record = Some(record.clone());
    view.put_meeting(meeting.clone(), if first { "summary" } else { "correction" });
    if !first {
        return revision::issue(view, meeting, now);
    }
    for item in view.items_of(meeting_id).into_iter().filter(|item| item.held) {
        release(view, item, meeting_id, now);
    }
    meeting = view.meeting(meeting_id).unwrap_or(meeting);
    let items: Vec<ActionItem> =
        view.items_of(meeting_id).into_iter().filter(|item| item.state != State::Cancelled && !item.held).collect();
    let draft = Draft::of(&meeting);
    project::minuted(view, &meeting, &items, now);
    let readers = readers(view, &meeting, &items);
    let count = readers.len();
    for reader in readers {
        send_to(view, &meeting, &draft, &items, &reader, count, now);
    }
}

/// An item is in force: its owner is asked, or whoever is asked in place of one.
pub(super) fn release(view: &mut View<'_>, mut item: ActionItem, meeting_id: &str, now: DateTime<Utc>) {
    if item.state == State::Cancelled {
        // Struck out by the review: it never was.
        return;
    }
    item.held = false;
    item.asked_address = owner::asked_instead(view, &item);
    if item.state.is_open() {
        action_item::begin(view.rules, &mut item, 0, now);
        if let Some(address) = item.addressee() {
            // O24: silence counts from delivery, and nothing is delivered at night.
            let delivered_at = held::sendable(view, address, now);
            item.asked_at = (item.state == State::Proposed).then_some(delivered_at);
            if item.owner_address.is_some() && item.owner_address == item.organizer_address {
                // The organizer's own words about the organizer.
                item.state = if item.state == State::Proposed { State::Confirmed } else { item.state };
                item.asked_at = None;
            }
        } else {
            // Nobody to ask: the organizer names somebody, from the digest.
            item.marks.insert("unanswered".into());
            item.asked_at = Some(now);
        }
    }
    save(view, item, &format!("in force: summary of {meeting_id}"), now);
}

/// Everybody who may hear of it: attendees, organizer, chair, recorder, owners, helpers, supervisors; people only.
pub(super) fn readers(view: &View<'_>, meeting: &Meeting, items: &[ActionItem]) -> Vec<String> {
    let mut all = meeting.concerned();
    if meeting.confidential {
        // O38: no informed.
        all.retain(|address| meeting.attendee(address).is_none_or(|attendee| attendee.role != "informed"));
    }
    for item in items.iter().filter(|item| item.state.is_open()) {
        let people = item.addressee().into_iter().chain(&item.helper_addresses).chain(&item.supervisor_address);
        for address in people {
            if !all.contains(address) && post::is_known_reader(view, Some(meeting), address) {
                all.push(address.clone());
            }
        }
    }
    all.retain(|address| {
        view.person(address).is_none_or(|person| person.is_human())
            && *address != view.rules.assistant
            && !view.rules.own_addresses.contains(address)
    });
    all
}

/// Who has the summary of a meeting, or its minutes themselves.
pub fn readers_of(view: &View<'_>, meeting: &Meeting) -> Vec<String> {
    readers(view, meeting, &view.items_of(&meeting.id))
}

/// Own open items, soonest first; those they help with; those they supervise.
pub(super) fn shares(items: &[ActionItem], reader: &str) -> (Vec<ActionItem>, Vec<ActionItem>, Vec<ActionItem>) {
    let open = || items.iter().filter(|item| item.state.is_open());
    let mut own: Vec<ActionItem> =
        open().filter(|item| item.addressee().is_some_and(|a| a == reader)).cloned().collect();
    own.sort_by_key(|item| (item.due.is_none(), item.due.map(|due| due.date())));
    let is_own = |item: &ActionItem| own.iter().any(|one| one.id == item.id);
    let helping: Vec<_> =
        open().filter(|item| !is_own(item) && item.helper_addresses.iter().any(|a| a == reader)).cloned().collect();
    let supervising =
        open().filter(|item| !is_own(item) && item.supervisor_address.as_deref() == Some(reader)).cloned().collect();
    (own, helping, supervising)
}

fn send_to(
    view: &mut View<'_>,
    meeting: &Meeting,
    draft: &Draft,
    items: &[ActionItem],
    reader: &str,
    count: usize,
    now: DateTime<Utc>,
) {
    let Some(record) = &meeting.minutes_record else { return };
    let (own, helping, supervising) = shares(items, reader);
    let has_read = record.source.from == reader || record.source.recipients.iter().any(|address| address == reader);
    let full = draft.delivery.as_deref() == Some("full");
    let nothing = draft.delivery.as_deref() == Some("none");
    let attends = meeting.concerned().iter().any(|address| address == reader);
    let outsider = outside::is_outside(view, reader);
    if (has_read && !full) || nothing || !attends || outsider {
        // 不用再发 stops the minutes, not the question to those who have to do something.
        let own: Vec<ActionItem> = own.into_iter().filter(|item| item.asked_at.is_some() || !has_read).collect();
        let helping = if has_read || nothing { Vec::new() } else { helping };
        if own.is_empty() && helping.is_empty() {
            return view.suppress(LetterName::Summary, reader, "nothing new: the minutes were read");
        }
        let thread = has_read.then(|| Thread::Reply {
            message_id: record.source.message_id.clone(),
            references: draft.references.clone(),
        });
        // Nobody is asked by oneself: who wrote the minutes is asked for the organizer.
        let by = Some(view.name_of(&record.source.from)).filter(|_| record.source.from != reader);
        let asked = Asked { why: "minutes", by, from: None, thread };
        return action_item::ask_owner(view, reader, &own, &helping, &asked, now);
    }
    let letter = summary(view, meeting, draft, items, reader, count, now);
    let informed = meeting.attendee(reader).is_some_and(|attendee| attendee.role == "informed");
    let mut letter = letter
        .with("helping", helping.iter().map(|item| shown::row(view, item, None, now)).collect::<Vec<_>>())
        .with("supervising", supervising.iter().map(|item| shown::row(view, item, None, now)).collect::<Vec<_>>());
    letter.unsubscribe = informed && own.is_empty();
    post::post(view, letter);
}

fn summary(
    view: &View<'_>,
    meeting: &Meeting,
    draft: &Draft,
    items: &[ActionItem],
    reader: &str,
    count: usize,
    now: DateTime<Utc>,
) -> Letter {
    let record = meeting.minutes_record.clone().unwrap_or_default();
    let (own, ..) = shares(items, reader);
    let (own_rows, lines) = shown::numbered(view, &own, 1, now);
    let number = |item: &ActionItem| lines.iter().find(|line| line.id == item.id).map(|line| line.n);
    let table: Vec<Value> = items.iter().map(|item| shown::row(view, item, number(item), now)).collect();
    let names = |there: bool| -> Vec<&String> {
        let organizer = meeting.organizer.iter().filter(|_| draft.organizer_there == Some(there));
        let of_list = meeting.attendees.iter().filter(|attendee| attendee.attended == Some(there));
        organizer.chain(of_list.map(|attendee| &attendee.name)).collect()
    };
    let you_absent = meeting.attendee(reader).is_some_and(|attendee| attendee.attended == Some(false));
    let kind = match meeting.kind.as_str() {
        "kickoff" => Some("division"),
        "problem" => Some("rectification"),
        "resource" => Some("resources"),
        "retrospective" => Some("next_phase"),
        _ => None,
    };
    let mut letter = Letter::new(LetterName::Summary, reader, "summary of the minutes")
        .with("meeting", shown::meeting(meeting))
        .with("sender", view.name_of(&record.source.from))
        .with("organizer", &meeting.organizer)
        .with("full", true)
        .with("own", own_rows)
        .with("items", table)
        .with("decisions", decisions(meeting, None))
        .with("outcomes", outcomes(meeting, draft))
        .with("carried", carried(meeting))
        .with("risks", &meeting.risks)
        .with("questions", &meeting.questions)
        .with("attended", names(true))
        .with("absent", names(false))
        .with("you_absent", you_absent)
        .with("unreviewed", record.unreviewed)
        .with("count", count)
        .with("silence_by", action_item::silence_by(view, reader, &own, now))
        .with("table", kind)
        .with("unread", &draft.unread)
        .about(&meeting.id);
    letter.objects.extend(lines.iter().map(|line| line.id.clone()));
    letter.lines = lines;
    letter.attachments.clone_from(&draft.files);
    letter
}
