//! Calls that change a meeting (O15): which one, what is laid over it, and the question where that is unsure.

use super::people::Built;
use super::{fill, next_step, preview};
use crate::domain::event::MailRead;
use crate::domain::letter::LetterName;
use crate::domain::meeting::data::{self, moment};
use crate::domain::meeting::notice::ForOrganizer;
use crate::domain::meeting::{Attendee, Meeting, MeetingState, answers, change, hints, title};
use crate::domain::reading::RecurrenceReading;
use crate::domain::view::View;
use chrono::{DateTime, Utc};
use serde_json::json;

/// Earlier meetings of the sender that a call is compared with.
pub(super) const COMPARED_MAX: usize = 60;

/// A meeting of the same name this much later is rather the next of its kind than a change.
pub(super) const NEXT_OF_KIND_DAYS: i64 = 5;

pub(super) enum Similar {
    Same(Box<Meeting>),
    Unsure(Box<Meeting>),
    None,
}

/// An open meeting of the same organizer that this call may be about.
pub(super) fn similar(view: &View<'_>, mail: &MailRead, new: &Meeting, now: DateTime<Utc>) -> Similar {
    let organizer = new.organizer_address.as_deref().unwrap_or_default();
    let correction = title::is_correction(&new.title) || title::is_correction(&mail.subject);
    let mut unsure = None;
    for id in view.ids("organized_by", organizer).iter().rev().take(COMPARED_MAX) {
        let Some(old) = view.meeting(id) else { continue };
        let open = match old.state {
            MeetingState::Draft => true,
            MeetingState::Announced => old.end().is_none_or(|end| end.with_timezone(&Utc) > now),
            _ => false,
        };
        // Another meeting of the very same mail is another meeting.
        let same_mail =
            old.call.as_ref().is_some_and(|call| !call.message_id.is_empty() && call.message_id == mail.message_id);
        if !open || same_mail || old.foreign_invite {
            continue;
        }
        let same_start = match (old.start, new.start) {
            (Some(old), Some(new)) => old.with_timezone(&Utc) == new.with_timezone(&Utc),
            _ => false,
        };
        let apart = match (old.start, new.start) {
            (Some(old), Some(new)) => (new - old).num_days().abs(),
            _ => 0,
        };
        if title::same_title(&old.title, &new.title) {
            if correction || same_start || apart < NEXT_OF_KIND_DAYS {
                return Similar::Same(Box::new(old));
            }
            unsure.get_or_insert(old);
        } else if same_start && same_people(&old, new) {
            return Similar::Same(Box::new(old));
        } else if title::near_title(&old.title, &new.title) && (same_start || correction) {
            unsure.get_or_insert(old);
        }
    }
    unsure.map_or(Similar::None, |old| Similar::Unsure(Box::new(old)))
}

pub(super) fn same_people(old: &Meeting, new: &Meeting) -> bool {
    let people = |meeting: &Meeting| {
        let mut all: Vec<String> = meeting.attendees.iter().filter_map(|a| a.address.clone()).collect();
        // Chair and recorder were added when it was announced; the call may not name them among the attendees.
        all.retain(|a| meeting.chair_address.as_ref() != Some(a) && meeting.recorder_address.as_ref() != Some(a));
        all.sort();
        all
    };
    let new_people = people(new);
    !new_people.is_empty() && people(old) == new_people
}

/// The draft that `1` and `2` in an answer to its preview decide about (O15).
pub(in crate::domain::meeting) fn choice_of(view: &View<'_>, mail: &MailRead) -> Option<Meeting> {
    let letter = mail.answers.as_ref().filter(|letter| letter.letter == LetterName::CallPreview)?;
    let draft = letter.objects.iter().find_map(|id| view.meeting(id))?;
    let asked = draft.asked.as_ref().is_some_and(|asked| asked.kind == "choice");
    (draft.state == MeetingState::Draft && asked).then_some(draft)
}

/// `1` or `2`, alone or before words, answers whether a call is a change; true when it did.
pub fn choice(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) -> bool {
    let Some(draft) = choice_of(view, mail) else { return false };
    let author = mail.author.as_ref().and_then(|author| view.person(&author.address));
    if !author.is_some_and(|author| draft.is_led_by(&author.address)) {
        return false;
    }
    let mut words = mail.text.trim_start().chars();
    let (first, second) = (words.next(), words.next());
    if second.is_some_and(|c| c.is_numeric()) {
        return false;
    }
    let old = draft.asked.as_ref().and_then(|asked| asked.similar.clone());
    match (first, old) {
        (Some('1' | '１' | '一' | '①'), Some(old)) => merge_into(view, mail, draft, &old, now),
        (Some('2' | '２' | '二' | '②'), _) => is_new(view, mail, draft, now),
        _ => return false,
    }
    true
}

/// Unsure whether it is a change: the sender says which (`1 更新 M-12  2 新会议`).
pub(super) fn choose(view: &mut View<'_>, mail: &MailRead, built: Built, old: &Meeting, now: DateTime<Utc>) {
    let mut meeting = built.meeting;
    meeting.id = view.new_id('M');
    if built.draft {
        meeting.mark("draft");
    }
    let mut asked = answers::asked("choice", "choice", now);
    asked.similar = Some(old.id.clone());
    asked.hints = built.hints;
    asked.expanded = built.expanded;
    meeting.asked = Some(asked);
    let changes = change::changes(old, &overlaid(old, &meeting));
    preview::send_preview(view, Some(mail), &meeting, &changes, Some(old), false);
    view.put_meeting(meeting, "called, perhaps a change of another");
}

pub(super) fn overlaid(old: &Meeting, said: &Meeting) -> Meeting {
    let mut new = old.clone();
    let built = Built {
        meeting: said.clone(),
        hints: Vec::new(),
        expanded: Vec::new(),
        lists_attendees: false,
        draft: false,
        start_phrase: None,
    };
    lay_over(&mut new, &built, true);
    new
}

/// The sender chose: it is a change of `old`.
pub(in crate::domain::meeting) fn merge_into(
    view: &mut View<'_>,
    mail: &MailRead,
    mut draft: Meeting,
    old: &str,
    now: DateTime<Utc>,
) {
    let Some(old) = view.meeting(old) else { return is_new(view, mail, draft, now) };
    let new = overlaid(&old, &draft);
    draft.state = MeetingState::Cancelled;
    let asked = draft.asked.take().unwrap_or_default();
    draft.mark("merged");
    view.put_meeting(draft, &format!("was a change of {}", old.id));
    let by = old.organizer_address.clone().unwrap_or_default();
    let telling = ForOrganizer { hints: asked.hints, expanded: asked.expanded };
    change::change(view, &old, new, &by, Some(mail), &telling, now);
}

/// The sender chose: it is another meeting.
pub(in crate::domain::meeting) fn is_new(
    view: &mut View<'_>,
    mail: &MailRead,
    mut meeting: Meeting,
    now: DateTime<Utc>,
) {
    let asked = meeting.asked.take().unwrap_or_default();
    let draft = meeting.is_marked("draft");
    next_step(view, mail, meeting, asked.hints, asked.expanded, draft, None, now);
}

/// Changes an announced meeting by what the new call says.
pub(super) fn amend(view: &mut View<'_>, mail: &MailRead, old: &Meeting, built: Built, now: DateTime<Utc>) {
    let mut new = old.clone();
    lay_over(&mut new, &built, true);
    let by = old.organizer_address.clone().unwrap_or_default();
    if built.meeting.start.is_none() && built.start_phrase.is_some() {
        // 时间：周四下午: the rest is not sent out with the old time.
        let note = data::note_to(view, old, &by, "which_time", json!({"asks": true}), "no new time was given");
        return view.send(note.replying_to(&mail.message_id, &mail.references));
    }
    if let Some(start) = new.start.filter(|start| Some(*start) != old.start && start.with_timezone(&Utc) <= now) {
        let facts = json!({"start": moment(&start), "asks": true});
        let note = data::note_to(view, old, &by, "past_time", facts, "the new time is over already");
        return view.send(note.replying_to(&mail.message_id, &mail.references));
    }
    fill(view, &mut new, now);
    let mut hints = built.hints;
    hints.extend(hints::of(view, &new, now));
    let telling = ForOrganizer { hints, expanded: built.expanded };
    if !change::change(view, old, new, &by, Some(mail), &telling, now) {
        view.audit(format!("{}: the call says nothing new", old.id));
    }
}

/// One person: the same address, or the same name where one of the two has none.
fn is_same(known: &Attendee, said: &Attendee) -> bool {
    match (&known.address, &said.address) {
        (Some(known), Some(said)) => known == said,
        _ => known.name == said.name,
    }
}

/// Lays what was said over what was known. `whole`: it is a full call, whose people and topics replace the old ones;
/// otherwise people are added.
pub(super) fn lay_over(meeting: &mut Meeting, built: &Built, whole: bool) {
    let said = &built.meeting;
    if !said.title.trim().is_empty() && !title::same_title(&said.title, &meeting.title) {
        meeting.title.clone_from(&said.title);
    }
    if !said.kind.is_empty() {
        meeting.kind.clone_from(&said.kind);
    }
    let take = |to: &mut Option<String>, from: &Option<String>| {
        if from.is_some() {
            to.clone_from(from);
        }
    };
    take(&mut meeting.objective, &said.objective);
    take(&mut meeting.place, &said.place);
    take(&mut meeting.link, &said.link);
    take(&mut meeting.delivery, &said.delivery);
    if said.chair.is_some() {
        meeting.chair.clone_from(&said.chair);
        meeting.chair_address.clone_from(&said.chair_address);
    }
    if said.recorder.is_some() {
        meeting.recorder.clone_from(&said.recorder);
        meeting.recorder_address.clone_from(&said.recorder_address);
    }
    if said.start.is_some() {
        meeting.start = said.start;
    }
    if said.minutes.is_some() {
        meeting.minutes = said.minutes;
    }
    if let Some(recurrence) = &said.recurrence {
        meeting.recurrence = Some(RecurrenceReading::clone(recurrence));
    }
    meeting.confidential |= said.confidential;
    if !said.agenda.is_empty() {
        meeting.agenda.clone_from(&said.agenda);
    }
    for material in &said.materials {
        match meeting.materials.iter_mut().find(|known| known.name == material.name) {
            Some(known) => {
                known.due = material.due.or(known.due);
                if material.owner.is_some() {
                    known.owner.clone_from(&material.owner);
                    known.owner_address.clone_from(&material.owner_address);
                }
            }
            None => meeting.materials.push(material.clone()),
        }
    }
    for room in &said.rooms {
        if meeting.rooms.iter().all(|known| known.address != room.address) {
            meeting.rooms.push(room.clone());
        }
    }
    if whole && built.lists_attendees {
        let keeps = [meeting.chair_address.clone(), meeting.recorder_address.clone()];
        meeting.attendees.retain(|known| {
            known.stands_in
                || (known.address.is_some() && keeps.contains(&known.address))
                || said.attendees.iter().any(|said| is_same(known, said))
        });
    }
    for attendee in &said.attendees {
        match meeting.attendees.iter_mut().find(|known| is_same(known, attendee)) {
            Some(known) => {
                if built.lists_attendees && attendee.role != "doer" {
                    known.role.clone_from(&attendee.role);
                }
                // Somebody nobody knew has an address now.
                if known.address.is_none() {
                    known.address.clone_from(&attendee.address);
                }
            }
            None => meeting.attendees.push(attendee.clone()),
        }
    }
    for department in &said.departments {
        if !meeting.departments.contains(department) {
            meeting.departments.push(department.clone());
        }
    }
    if whole || meeting.call.is_none() {
        if let (Some(known), Some(new)) = (&mut meeting.call, &said.call) {
            // The thread stays the first call's; who stood in the new one has read it.
            for recipient in &new.recipients {
                if !known.recipients.contains(recipient) {
                    known.recipients.push(recipient.clone());
                }
            }
        }
    }
}
