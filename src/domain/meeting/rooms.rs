//! Rooms (O32): an invitation for their calendar and no letter. A room that is the place of a meeting comes and goes with it.

use super::cancel::cancel_flags;
use super::change::update_flags;
use super::invite::{Kind, invite};
use super::notice::{is_whole_series, notice_flags};
use super::{Attendee, Meeting, data};
use crate::domain::letter::{Letter, LetterName};
use crate::domain::view::View;

/// The room that a place names.
pub(super) fn named(view: &View<'_>, place: &str) -> Option<Attendee> {
    let is_it = |name: &String| name == place.trim();
    let rooms = view.directory.people().iter().filter(|person| person.kind == "room");
    let room = rooms.into_iter().find(|room| is_it(&room.name) || room.aliases.iter().any(is_it))?;
    Some(Attendee { name: room.name.clone(), address: Some(room.address.clone()), ..Attendee::default() })
}

/// A meeting that goes somewhere else lets go of the room it was in, and asks for the one it goes to.
pub(super) fn follow_place(view: &View<'_>, old: &Meeting, new: &mut Meeting) {
    let room_of = |meeting: &Meeting| meeting.place.as_deref().and_then(|place| named(view, place));
    let (left, entered) = (room_of(old), room_of(new));
    if let Some(left) = left {
        new.rooms.retain(|room| room.address != left.address);
    }
    if let Some(entered) = entered
        && new.rooms.iter().all(|room| room.address != entered.address)
    {
        new.rooms.push(entered);
    }
}

/// The invitation, its change or its end, for a room's calendar.
pub(super) fn letter(view: &View<'_>, meeting: &Meeting, address: &str, name: LetterName) -> Option<Letter> {
    let method = if name == LetterName::MeetingCancelled { "CANCEL" } else { "REQUEST" };
    let kind = Kind { method, whole_series: is_whole_series(meeting) };
    let mut invite = invite(view, meeting, address, &kind)?;
    // Whoever looks at a room's calendar sees that it is taken and by whom, not what is talked about.
    invite.description = String::new();
    let mut letter = data::letter(view, meeting, name, address, "a room of the meeting");
    letter.invite = Some(invite);
    let letter = match name {
        LetterName::MeetingNotice => notice_flags(letter, true),
        LetterName::MeetingUpdate => update_flags(letter),
        _ => cancel_flags(letter),
    };
    Some(letter.with("room", true))
}

/// A room that is not needed any more: a CANCEL for it alone (RFC 5546 §3.2.5).
pub(super) fn release(view: &mut View<'_>, meeting: &Meeting, address: &str) {
    let Some(room) = named_by(view, address) else { return };
    let mut with_it = meeting.clone();
    with_it.place = Some(room.name.clone());
    with_it.rooms = vec![room];
    let Some(mut letter) = letter(view, &with_it, address, LetterName::MeetingCancelled) else { return };
    if let Some(invite) = &mut letter.invite {
        invite.attendees.retain(|attendee| attendee.address == address);
        invite.rrule = None;
    }
    view.send(letter.with("removed", true));
}

fn named_by(view: &View<'_>, address: &str) -> Option<Attendee> {
    let room = view.person(address)?;
    Some(Attendee { name: room.name.clone(), address: Some(address.to_string()), ..Attendee::default() })
}
