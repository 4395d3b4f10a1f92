//! The occurrences of a series (O31): made two working days ahead, asked about on a day off, held back when two in a row
//! left no minutes.

use super::notice::{self, ForOrganizer};
use super::{Asked, Meeting, MeetingState, NextOccurrence, Rsvp, cancel, data, moments};
use crate::domain::due::Due;
use crate::domain::series;
use crate::domain::view::View;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde_json::json;

/// Occurrences without minutes after which the organizer is asked whether the meeting is still wanted.
const UNMINUTED_MAX: usize = 2;

/// Makes the occurrence after `last` and sends its notices, unless the organizer has to say first that it is still wanted.
pub(super) fn make_next(view: &mut View<'_>, mut last: Meeting, now: DateTime<Utc>) {
    let Some(next) = last.next.take() else { return };
    view.put_meeting(last.clone(), "the next occurrence was made");
    let others = last.series.as_ref().map(|series| view.ids("series", series)).unwrap_or_default();
    let is_there = |id: &String| {
        view.meeting(id).is_some_and(|m| m.start == Some(next.start) || m.occurrence_start == Some(next.rule_start))
    };
    if others.iter().filter(|id| **id != last.id).any(is_there) {
        return;
    }
    let mut meeting = occurrence(view, &last, &next);
    meeting.id = view.new_id('M');
    let unminuted = data::earlier(view, &meeting)
        .into_iter()
        .take(UNMINUTED_MAX)
        .filter(|earlier| earlier.state == MeetingState::Held && earlier.is_marked("minutes_chase/1"))
        .count();
    if unminuted < UNMINUTED_MAX {
        return notice::announce(view, meeting, now);
    }
    meeting.asked = Some(Asked { kind: "still_meeting".into(), since: Some(now), ..Asked::default() });
    let facts = json!({"count": unminuted, "start": meeting.start.as_ref().map(data::moment), "asks": true});
    if let Some(note) =
        data::organizer_note(view, &meeting, "still_meeting", facts, "two meetings left no minutes (O31)")
    {
        view.send(note);
    }
    view.put_meeting(meeting, "waits: the last two left no minutes");
}

/// A fresh meeting on the day of `next`, with the people, agenda and materials of the last one.
fn occurrence(view: &View<'_>, last: &Meeting, next: &NextOccurrence) -> Meeting {
    let zone = moments::zone(last, view.rules);
    let shift = last.start.map(|start| next.start.date_naive() - start.date_naive()).unwrap_or_default();
    let mut meeting = last.clone();
    meeting.start = Some(next.start);
    meeting.occurrence_start = Some(next.rule_start);
    meeting.occurrence = Some(next.rule_start.with_timezone(&zone).date_naive());
    meeting.next = None;
    meeting.state = MeetingState::Draft;
    meeting.version = 0;
    meeting.marks.clear();
    meeting.call = None;
    meeting.announced_at = None;
    meeting.minutes_record = None;
    meeting.decisions.clear();
    meeting.risks.clear();
    meeting.questions.clear();
    meeting.items.clear();
    meeting.ticks.clear();
    meeting.facts.clear();
    meeting.proposals.clear();
    meeting.pending.clear();
    meeting.pending_at = None;
    meeting.asked = None;
    meeting.time_sequence = if next.start == next.rule_start { 0 } else { meeting.sequence };
    meeting.attendees.retain(|attendee| !attendee.stands_in);
    // What was changed for one occurrence was changed for that one: calendars have the others as the first one says.
    let first = meeting.series.as_deref().and_then(|series| view.meeting(series));
    if let Some(first) = first.filter(notice::is_whole_series) {
        meeting.place = first.place;
        meeting.link = first.link;
        meeting.minutes = first.minutes;
    }
    for attendee in &mut meeting.attendees {
        attendee.rsvp = attendee.series_rsvp.unwrap_or(Rsvp::None);
        attendee.delegate = None;
        attendee.note = None;
        attendee.attended = None;
        attendee.answered_at = None;
    }
    for item in &mut meeting.agenda {
        item.outcome = None;
        item.start = None;
    }
    for material in &mut meeting.materials {
        material.received = false;
        material.files.clear();
        material.link = None;
        material.due = match material.due {
            Some(Due::Date(day)) => day.checked_add_signed(shift).map(Due::Date),
            Some(Due::Moment(moment)) => moment.checked_add_signed(shift).map(Due::Moment),
            None => None,
        };
    }
    meeting.next = series::following(&meeting, zone);
    meeting
}

/// Asks what becomes of an occurrence on a day off.
pub(super) fn ask_day_off(view: &mut View<'_>, mut last: Meeting) {
    let Some(next) = &mut last.next else { return };
    next.asked = true;
    let next = next.clone();
    let zone = moments::zone(&last, view.rules);
    let calendar = moments::workdays(&last, view.rules);
    let day = next.start.with_timezone(&zone).date_naive();
    let facts = json!({
        "start": data::moment(&next.start),
        "day": day,
        "topic": calendar.holiday_name(day),
        "until": calendar.next_workday(day),
        "ends": calendar.prev_workday(day),
        "asks": true,
    });
    // The letter is about the next one, not about the one that was.
    let shown = Meeting { start: Some(next.start), ..last.clone() };
    if let Some(note) =
        data::organizer_note(view, &shown, "day_off", facts, "the next occurrence stands on a day off (O31)")
    {
        view.send(note);
    }
    view.put_meeting(last, "asked about a day off");
}

/// Leaves the next occurrence out.
pub(super) fn skip_next(view: &mut View<'_>, mut last: Meeting, by: &str, now: DateTime<Utc>) {
    let Some(next) = last.next.take() else { return };
    cancel::skipped(view, &last, next.rule_start, by, now);
    last.next = series::skipping(&last, &next, moments::zone(&last, view.rules));
    view.put_meeting(last, "the next occurrence is left out");
}

/// The next occurrence is held on its day off all the same.
pub(super) fn keep_next(view: &mut View<'_>, mut last: Meeting) {
    if let Some(next) = &mut last.next {
        next.keep = true;
    }
    view.put_meeting(last, "the next occurrence is held on the day off");
}

/// Moves the next occurrence: to a moment, to a day at its usual time, or to the first working day after.
pub(super) fn move_next(
    view: &mut View<'_>,
    mut last: Meeting,
    to: Option<DateTime<FixedOffset>>,
    day: Option<NaiveDate>,
) {
    let zone = moments::zone(&last, view.rules);
    let calendar = moments::workdays(&last, view.rules);
    if let Some(next) = &mut last.next {
        let local = next.start.with_timezone(&zone).date_naive();
        next.start =
            to.unwrap_or_else(|| series::on_day(next.start, zone, day.unwrap_or_else(|| calendar.next_workday(local))));
        next.keep = true;
    }
    view.put_meeting(last, "the next occurrence was moved");
}

/// The organizer wants the waiting occurrence.
pub(super) fn resume(view: &mut View<'_>, meeting: Meeting, now: DateTime<Utc>) {
    notice::announce_telling(view, meeting, ForOrganizer::default(), now);
}
