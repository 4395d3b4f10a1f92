//! A meeting that came as JSON (`load`, `simulate`) or was changed by hand: who its names mean.

use super::{Meeting, MeetingState};
use crate::domain::person::Resolved;
use crate::domain::series;
use crate::domain::view::View;

/// Fills in the addresses behind names, and what else the public form of SPEC 9.8 leaves out.
pub fn settle(view: &View<'_>, meeting: &mut Meeting) {
    let find = |name: &Option<String>, concerned: &[String]| -> Option<String> {
        let name = name.as_deref()?;
        match view.resolve(name, concerned) {
            Resolved::One(address) => Some(address),
            _ => view.directory.contact_of(name).map(|contact| contact.address.clone()),
        }
    };
    let concerned = meeting.concerned();
    for attendee in meeting.attendees.iter_mut().filter(|attendee| attendee.address.is_none()) {
        attendee.address = find(&Some(attendee.name.clone()), &concerned);
    }
    for attendee in meeting.attendees.iter_mut().filter(|attendee| attendee.role.is_empty()) {
        attendee.role = "doer".into();
    }
    let concerned = meeting.concerned();
    let roles = [
        (&meeting.organizer, &mut meeting.organizer_address),
        (&meeting.chair, &mut meeting.chair_address),
        (&meeting.recorder, &mut meeting.recorder_address),
    ];
    for (name, address) in roles {
        if address.is_none() {
            *address = find(name, &concerned);
        }
    }
    if meeting.chair.is_none() {
        meeting.chair.clone_from(&meeting.organizer);
        meeting.chair_address.clone_from(&meeting.organizer_address);
    }
    if meeting.organizer.is_none() {
        meeting.organizer.clone_from(&meeting.chair);
        meeting.organizer_address.clone_from(&meeting.chair_address);
    }
    let concerned = meeting.concerned();
    for item in meeting.agenda.iter_mut().filter(|item| item.presenter_address.is_none()) {
        item.presenter_address = find(&item.presenter, &concerned);
    }
    for material in meeting.materials.iter_mut().filter(|material| material.owner_address.is_none()) {
        material.owner_address = find(&material.owner, &concerned);
    }
    if let Some(organizer) = meeting.organizer_address.as_deref().and_then(|address| view.person(address)) {
        meeting.calendar = view.rules.calendar_key(&organizer);
    }
    if meeting.time_zone.is_empty() {
        meeting.time_zone = view.rules.time_zone.name().to_string();
    }
    if meeting.uid.is_empty() {
        meeting.uid = super::invite::uid(&meeting.id, "", &view.rules.assistant);
    }
    super::invite::time_agenda(meeting);
    if meeting.recurrence.is_some() && meeting.series_start.is_none() && meeting.state != MeetingState::Draft {
        let zone = super::moments::zone(meeting, view.rules);
        meeting.series_start = meeting.start;
        meeting.occurrence_start = meeting.start;
        meeting.occurrence = meeting.start.map(|start| start.with_timezone(&zone).date_naive());
        meeting.series.get_or_insert_with(|| meeting.id.clone());
        meeting.next = series::following(meeting, zone);
    }
}
