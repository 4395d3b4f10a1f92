//! What minutes do (O14, O15, O16): gaps are asked, the chair looks, the summary goes out, corrections follow.
//!
//! Items exist from the moment the minutes are read, so that gaps and reviews can name them, but they are held: nobody hears
//! of them before the summary goes. Nothing is rendered before that moment either; what it will say is decided when it may
//! go.

mod draft;
mod gaps;
mod owner;
mod review;
mod revision;
mod summary;
mod uncalled;

pub use draft::ticks;
pub use gaps::ask_who;
pub use owner::{asked_instead, fill as fill_owner};
pub use review::{command, task_command};
pub use revision::adopted;
pub use summary::readers_of;

use super::action_item::{ActionItem, ItemSource, State, actor, save, speaks_for};
use super::clock::Clock;
use super::event::{MailRead, Mailbox, Tick, TickKind};
use super::letter::{Letter, LetterName};
use super::meeting::{AgendaItem, Attendee, Decision, Meeting, MeetingState, MinutesRecord, Source};
use super::person::Resolved;
use super::post;
use super::reading::{ItemReading, MinutesReading};
use super::view::View;
use chrono::{DateTime, Duration, Utc};
use draft::Draft;
use serde_json::json;

/// Items one mail of minutes can make; more is a list to be imported (O37).
const ITEMS_MAX: usize = 200;
/// People of the directory who were not at the meeting that its minutes may cause letters to (O12).
const OTHERS_MAX: usize = 3;

/// An item as a reading gives it, without people.
pub fn item_of(reading: &ItemReading) -> ActionItem {
    let mut item = ActionItem {
        task: reading.task.trim().to_string(),
        deliverable: reading.deliverable.clone(),
        criterion: reading.criterion.clone(),
        due: reading.deadline,
        due_phrase: reading.due_phrase.clone(),
        due_why: reading.due_why.clone(),
        start: reading.start,
        urgency: reading.urgency.clone().unwrap_or_else(|| "normal".into()),
        ..ActionItem::default()
    };
    match reading.status.as_deref() {
        // Done before it was ours: no letter will speak of it.
        Some("done") => {
            item.state = State::Accepted;
            item.percent = Some(100);
        }
        Some("in_progress" | "behind") => item.state = State::InProgress,
        Some("blocked") => item.state = State::Blocked,
        _ => {}
    }
    item.behind = reading.status.as_deref() == Some("behind");
    item
}

/// Minutes have come, of a known meeting or of one that was never called.
pub fn received(
    view: &mut View<'_>,
    mail: &MailRead,
    reading: &MinutesReading,
    meeting: Option<String>,
    now: DateTime<Utc>,
) {
    let Some(sender) = actor(view, mail) else { return };
    let known = meeting.and_then(|id| view.meeting(&id)).or_else(|| named(view, mail, reading, &sender));
    let mut meeting = match known {
        Some(meeting) if may_send(view, &meeting, &sender, now) => meeting,
        Some(meeting) => return pass_to_chair(view, mail, &meeting, &sender),
        None => uncalled::make(view, mail, reading, &sender),
    };
    if meeting.minutes_record.as_ref().is_some_and(|record| record.source.message_id == mail.message_id) {
        return;
    }
    let before = meeting.minutes_record.take();
    let revision =
        before.as_ref().map_or(1, |record| if record.sent { record.revision + 1 } else { record.revision.max(1) });
    let mut draft =
        if before.as_ref().is_some_and(|record| !record.sent) { Draft::of(&meeting) } else { Draft::default() };
    if meeting.start.is_none() {
        draft.day =
            before.as_ref().and_then(|_| Draft::of(&meeting).day).or_else(|| uncalled::day(view, mail, reading));
    }
    people(view, mail, reading, &mut meeting, &mut draft);
    draft.references.clone_from(&mail.references);
    draft.delivery = reading.delivery.clone().or(draft.delivery);
    for file in mail.attachments.iter().filter(|file| file.unread.is_some()) {
        draft.unread.push(file.name.clone());
        draft.files.push(file.clone());
    }
    content(&mut meeting, reading, &mut draft, revision);
    if matches!(
        meeting.state,
        MeetingState::Draft | MeetingState::Announced | MeetingState::Held | MeetingState::Closed
    ) {
        meeting.state = MeetingState::Minuted;
    }
    let source = Source {
        message_id: mail.message_id.clone(),
        from: sender.clone(),
        recipients: mail.to.iter().chain(&mail.cc).map(|mailbox| primary(view, mailbox)).collect(),
        subject: mail.subject.clone(),
    };
    let mut record = MinutesRecord { source, received_at: Some(now), revision, ..MinutesRecord::default() };
    meeting.minutes_record = Some(record.clone());
    draft.keep(&mut meeting);
    let id = meeting.id.clone();
    view.put_meeting(meeting.clone(), if revision == 1 { "minutes received" } else { "second minutes received" });

    if before.is_some() {
        revision::match_items(view, mail, reading, &meeting, now);
    } else {
        first_items(view, mail, reading, &meeting, now);
    }
    super::undo::remember(view, mail, &id, now);

    let items = view.items_of(&id);
    meeting.items = items.iter().map(|item| item.id.clone()).collect();
    let changed = items.iter().any(|item| item.held || item.pending.is_some()) || draft.has_news();
    if before.is_some_and(|before| before.sent) && !changed {
        record.sent = true;
        meeting.minutes_record = Some(record);
        view.put_meeting(meeting, "nothing new in it");
        return view.audit("second minutes without a difference");
    }
    record.gaps = gaps::open(&items).into_iter().map(|item| item.id.clone()).collect();
    record.reviewer = reviewer(view, &meeting, &sender, now);
    let too_many = meeting.concerned().len() > view.rules.policy.participants_max as usize;
    if too_many && record.reviewer.is_none() {
        record.reviewer = Some(sender.clone());
    }
    // O12, O13: above the limit only a word sends it.
    draft.only_by_word = too_many;
    let clock = Clock::house(view.rules);
    let wait = view.rules.policy.summary_wait;
    draft.goes_at =
        if record.reviewer.is_some() || !record.gaps.is_empty() || gaps::is_unreadable(&items, &meeting, &draft) {
            Some(clock.after_working_hours(now, wait))
        } else {
            Some(now + Duration::minutes(i64::from(view.rules.policy.start_wait)))
        };
    let chair = chair_of(&meeting).filter(|chair| *chair != sender);
    draft.chair_at =
        chair.filter(|_| !record.gaps.is_empty()).map(|_| clock.after_working_hours(now, gaps::CHAIR_AFTER_HOURS));
    meeting.minutes_record = Some(record.clone());
    draft.keep(&mut meeting);
    view.put_meeting(meeting.clone(), "");
    if let Some(reviewer) = &record.reviewer {
        review::ask(view, &meeting, &items, reviewer, now);
    }
    let reviewed_by_sender = record.reviewer.as_ref() == Some(&sender);
    let unreadable = gaps::is_unreadable(&items, &meeting, &draft);
    if (!record.gaps.is_empty() && !reviewed_by_sender) || unreadable {
        if mail.no_answer {
            view.suppress(LetterName::MinutesGaps, &sender, "the sender wants no answers");
        } else {
            gaps::ask(view, &meeting, &items, &sender, Some((&mail.message_id, &mail.references)), now);
        }
    }
}

/// The chair, or the organizer where nobody else leads.
pub(super) fn chair_of(meeting: &Meeting) -> Option<String> {
    meeting.chair_address.clone().or_else(|| meeting.organizer_address.clone())
}

/// Who sees the minutes before they go out (O14): nobody if the chair sent them.
fn reviewer(view: &View<'_>, meeting: &Meeting, sender: &str, now: DateTime<Utc>) -> Option<String> {
    match view.rules.policy.minutes_review.as_str() {
        "chair" => chair_of(meeting).filter(|chair| !speaks_for(view, sender, chair, true, now)),
        "sender" => Some(sender.to_string()),
        _ => None,
    }
}

fn may_send(view: &View<'_>, meeting: &Meeting, sender: &str, now: DateTime<Utc>) -> bool {
    let roles = [&meeting.organizer_address, &meeting.chair_address, &meeting.recorder_address];
    roles.into_iter().flatten().any(|address| speaks_for(view, sender, address, false, now))
}

fn primary(view: &View<'_>, mailbox: &Mailbox) -> String {
    view.person(&mailbox.address).map_or_else(|| mailbox.address.to_lowercase(), |person| person.address.clone())
}

/// Minutes of somebody who may not send them: the chair sees them and decides.
fn pass_to_chair(view: &mut View<'_>, mail: &MailRead, meeting: &Meeting, sender: &str) {
    let Some(chair) = chair_of(meeting).filter(|chair| chair != sender) else { return };
    let title = if meeting.confidential { &meeting.id } else { &meeting.title };
    let mut letter =
        Letter::new(LetterName::PassedOn, &chair, "minutes from somebody who is not organizer, chair or recorder")
            .with("from", view.name_of(sender))
            .with("from_address", sender)
            .with("text", &mail.text)
            .with("about", vec![json!({"id": meeting.id, "title": title})])
            .with("others", Vec::<String>::new())
            .with("subject", &mail.subject)
            .about(&meeting.id);
    letter.reply_to = Some(sender.to_string());
    letter.attachments.clone_from(&mail.attachments);
    post::post(view, letter);
    view.audit(format!("minutes of {} passed to the chair: the sender may not send them", meeting.id));
}

/// A title without the words that say it is minutes, and without dates and marks of versions.
fn bare(title: &str) -> String {
    const WORDS: [&str; 12] = [
        "会议纪要",
        "會議紀要",
        "会议记录",
        "會議記錄",
        "纪要",
        "紀要",
        "meeting minutes",
        "minutes of",
        "minutes",
        "更正",
        "最终版",
        "修订版",
    ];
    let mut text = title.to_lowercase();
    for word in WORDS {
        text = text.replace(word, " ");
    }
    text.chars().filter(|c| c.is_alphabetic()).collect()
}

/// The meeting that the subject or the text names, of those the sender may write minutes of; the latest where several do.
fn named(view: &View<'_>, mail: &MailRead, reading: &MinutesReading, sender: &str) -> Option<Meeting> {
    let mut ids = view.ids("meetings_of", sender);
    ids.extend(view.ids("organized_by", sender).into_iter().rev().take(20));
    let titles: Vec<String> = reading
        .title
        .iter()
        .chain([&mail.base_subject])
        .map(|title| bare(title))
        .filter(|title| !title.is_empty())
        .collect();
    let zone = view.rules.time_zone;
    let mut fits: Vec<Meeting> = Vec::new();
    for id in ids {
        let Some(meeting) = view.meeting(&id).filter(|meeting| meeting.may_send_minutes(sender)) else { continue };
        if meeting.state == MeetingState::Cancelled || meeting.state == MeetingState::Draft {
            continue;
        }
        // A meeting that is still to come has no minutes yet.
        let day = meeting.start.map(|start| start.with_timezone(&zone).date_naive());
        if day.is_some_and(|day| day > mail.sent_at.with_timezone(&zone).date_naive()) {
            continue;
        }
        let other_day = match day {
            Some(day) => reading.date.is_some_and(|date| day != date),
            None => uncalled::is_another(view, mail, reading, &meeting),
        };
        let own = bare(&meeting.title);
        let same = titles.iter().any(|title| *title == own || (own.chars().count() > 2 && title.contains(&own)));
        let unnamed = titles.is_empty() && matches!(meeting.state, MeetingState::Announced | MeetingState::Held);
        if (same || unnamed) && !other_day && !fits.iter().any(|one| one.id == meeting.id) {
            fits.push(meeting);
        }
    }
    if titles.is_empty() && fits.len() > 1 {
        return None;
    }
    let minuted = |meeting: &Meeting| meeting.minutes_record.as_ref().and_then(|record| record.received_at);
    fits.into_iter().max_by_key(|meeting| (meeting.start, minuted(meeting)))
}

/// Who was there and who was not; names nobody had invited become attendees.
fn people(view: &View<'_>, mail: &MailRead, reading: &MinutesReading, meeting: &mut Meeting, draft: &mut Draft) {
    let concerned = meeting.concerned();
    for one in &reading.attended {
        let address = match view.resolve(&one.name, &concerned) {
            Resolved::One(address) => Some(address),
            _ => None,
        };
        let same = |attendee: &Attendee| match &address {
            Some(address) => attendee.address.as_ref() == Some(address),
            None => attendee.name == one.name,
        };
        match meeting.attendees.iter_mut().find(|attendee| same(attendee)) {
            Some(attendee) => attendee.attended = Some(one.attended),
            None => {
                let known = address.filter(|address| post::is_known_reader(view, None, address));
                let organizer = known.is_some() && known == meeting.organizer_address;
                if organizer {
                    draft.organizer_there = Some(one.attended);
                }
                let name = known.as_ref().map_or_else(|| one.name.clone(), |address| view.name_of(address));
                if !organizer {
                    meeting.attendees.push(Attendee {
                        name,
                        address: known,
                        role: "doer".into(),
                        attended: Some(one.attended),
                        ..Attendee::default()
                    });
                }
            }
        }
    }
    meeting.confidential |= mail.confidential;
}

/// Decisions, outcomes, risks and open questions; what second minutes add is kept apart for the correction.
fn content(meeting: &mut Meeting, reading: &MinutesReading, draft: &mut Draft, revision: u32) {
    for decision in &reading.decisions {
        if !meeting.decisions.iter().any(|known| known.text == decision.text) {
            meeting.decisions.push(Decision { text: decision.text.clone(), line: decision.line.clone() });
            draft.decisions.push(decision.text.clone());
        }
    }
    for risk in &reading.risks {
        if !meeting.risks.iter().any(|known| known.text == risk.text) {
            meeting.risks.push(risk.clone());
            draft.risks.push(risk.text.clone());
        }
    }
    for question in &reading.questions {
        if !meeting.questions.contains(&question.text) {
            meeting.questions.push(question.text.clone());
        }
    }
    for outcome in &reading.outcomes {
        let title = bare(&outcome.title);
        let fits = |agenda: &AgendaItem| {
            let own = [Some(&agenda.title), agenda.required_outcome.as_ref()];
            own.into_iter().flatten().map(|text| bare(text)).any(|text| {
                !text.is_empty()
                    && !title.is_empty()
                    && (text == title || text.contains(&title) || title.contains(&text))
            })
        };
        match meeting.agenda.iter_mut().find(|agenda| fits(agenda)) {
            Some(agenda) => {
                if agenda.outcome.as_ref() != Some(&outcome.outcome) {
                    agenda.outcome = Some(outcome.outcome.clone());
                    if revision > 1 {
                        draft.outcomes_changed = true;
                    }
                }
            }
            None => {
                draft.other_outcomes.retain(|(known, _)| *known != outcome.title);
                draft.other_outcomes.push((outcome.title.clone(), outcome.outcome.clone()));
            }
        }
    }
}

/// The items of first minutes, held until the summary goes.
fn first_items(view: &mut View<'_>, mail: &MailRead, reading: &MinutesReading, meeting: &Meeting, now: DateTime<Utc>) {
    let mut made: Vec<ActionItem> = Vec::new();
    for read in reading.items.iter().take(ITEMS_MAX) {
        let item = new_item(view, mail, read, meeting);
        made.push(item);
    }
    limit_others(view, meeting, &mut made);
    link(view, reading, meeting, &mut made);
    for item in made {
        save(view, item, &format!("minutes of {}", meeting.id), now);
    }
}

/// One item of minutes, with its people; not stored yet.
fn new_item(view: &mut View<'_>, mail: &MailRead, read: &ItemReading, meeting: &Meeting) -> ActionItem {
    let mut item = ActionItem { id: view.new_id('A'), held: true, ..item_of(read) };
    item.organizer_address = meeting.organizer_address.clone().or_else(|| meeting.chair_address.clone());
    item.source = ItemSource {
        kind: "meeting".into(),
        id: Some(meeting.id.clone()),
        message_id: Some(mail.message_id.clone()),
        line: Some(read.line.clone()),
    };
    item.confidential = meeting.confidential;
    owner::fill(view, Some(meeting), &meeting.concerned(), read, &mut item);
    if item.state.is_closed() {
        item.gap = None;
        item.doubted = false;
        item.doubts.clear();
    }
    item
}

/// O12: people who were not there hear of it only up to a limit; beyond it the sender is asked.
fn limit_others(view: &View<'_>, meeting: &Meeting, items: &mut [ActionItem]) {
    let concerned = meeting.concerned();
    let called = meeting.call.is_some() || meeting.start.is_some();
    let mut others: Vec<String> = Vec::new();
    for item in items.iter_mut() {
        let Some(owner) = item.owner_address.clone().filter(|owner| !concerned.contains(owner)) else { continue };
        if others.contains(&owner) || !called {
            continue;
        }
        if others.len() < OTHERS_MAX {
            others.push(owner);
            continue;
        }
        let name = view.name_of(&owner);
        item.owner = None;
        item.owner_address = None;
        item.gap = Some(super::action_item::Gap {
            kind: "not_attendee".into(),
            phrase: Some(name.clone()),
            candidates: vec![name],
        });
        item.doubted = true;
    }
}

/// Dependencies named by task become ids of items of the same meeting.
fn link(view: &View<'_>, reading: &MinutesReading, meeting: &Meeting, made: &mut [ActionItem]) {
    let mut known: Vec<(String, String)> =
        view.items_of(&meeting.id).into_iter().map(|item| (item.id, item.task)).collect();
    known.extend(made.iter().map(|item| (item.id.clone(), item.task.clone())));
    for item in made.iter_mut() {
        let read = reading
            .items
            .iter()
            .find(|read| Some(&read.line) == item.source.line.as_ref() && read.task.trim() == item.task);
        for name in read.iter().flat_map(|read| read.depends_on.iter()) {
            let name = name.trim();
            let by_number = name.parse::<usize>().ok().and_then(|n| known.get(n.checked_sub(1)?));
            let by_name =
                known.iter().find(|(id, task)| id == name || (name.chars().count() > 1 && task.contains(name)));
            if let Some((id, _)) = by_name.or(by_number).filter(|(id, _)| *id != item.id) {
                item.depends_on.push(id.clone());
            }
        }
    }
}

/// A moment of minutes in the making has come.
pub fn tick(view: &mut View<'_>, tick: &Tick, now: DateTime<Utc>) {
    let Some(meeting) = view.meeting(&tick.object) else { return };
    let Some(record) = meeting.minutes_record.clone().filter(|record| !record.sent) else { return };
    let draft = Draft::of(&meeting);
    match tick.kind {
        TickKind::GapsTimeout => {
            let items = view.items_of(&meeting.id);
            let Some(chair) = chair_of(&meeting).filter(|chair| *chair != record.source.from) else { return };
            // The chair who reviews them has the gaps before him already.
            if record.reviewer.as_ref() == Some(&chair) || gaps::open(&items).is_empty() {
                return;
            }
            gaps::ask(view, &meeting, &items, &chair, None, now);
        }
        TickKind::ReviewTimeout => {
            if draft.goes_at.is_none_or(|at| now < at) || (draft.only_by_word && !record.reviewed) {
                return;
            }
            summary::issue(view, &meeting.id, now);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
