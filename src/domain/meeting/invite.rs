//! The calendar part of a meeting's letters (O32): one UID and one ORGANIZER, ours, for the meeting's life.

use super::{Attendee, Meeting, Rsvp};
use crate::domain::letter::{Invite, InviteAttendee};
use crate::domain::view::View;
use chrono::{DateTime, Duration, FixedOffset, Utc};

/// Minutes before the start at which calendars ring.
const ALARM_MINUTES: u32 = 15;

/// A UID for a meeting: its id, something of the mail that called it, our domain.
pub(super) fn uid(id: &str, seed: &str, assistant: &str) -> String {
    // FNV-1a: not a secret, only so that two installations of one domain do not meet.
    let hash = seed
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let domain = assistant.rsplit('@').next().unwrap_or("localhost");
    format!("{}-{hash:016x}@{domain}", id.to_lowercase())
}

/// What an invite says beyond the meeting itself.
pub(super) struct Kind<'a> {
    /// `REQUEST` or `CANCEL`.
    pub method: &'a str,
    /// With the RRULE, for all occurrences.
    pub whole_series: bool,
}

/// The invite for one reader; `None` where invites are switched off, the meeting has no time, or somebody else sends them.
pub(super) fn invite(view: &View<'_>, meeting: &Meeting, reader: &str, kind: &Kind<'_>) -> Option<Invite> {
    if meeting.foreign_invite || view.rules.policy.calendar == "none" {
        return None;
    }
    let start = meeting.start?;
    let end = meeting.end()?;
    let outside = crate::domain::outside::is_outside(view, reader);
    let organizer = meeting.organizer_address.clone().unwrap_or_default();
    let mut attendees = vec![InviteAttendee {
        name: meeting.organizer.clone().unwrap_or_else(|| view.name_of(&organizer)),
        address: organizer.clone(),
        role: "CHAIR".into(),
        partstat: "ACCEPTED".into(),
        room: false,
        rsvp: false,
    }];
    let others = meeting.attendees.iter().filter(|a| a.address.as_deref() != Some(&organizer));
    // O39: outsiders see no list of people.
    let others = others.filter(|a| !outside || a.address.as_deref() == Some(reader));
    attendees.extend(others.filter_map(|a| attendee(a, false)));
    if !outside {
        attendees.extend(meeting.rooms.iter().filter_map(|room| attendee(room, true)));
    }
    let rrule = meeting.recurrence.as_ref().filter(|_| kind.whole_series && meeting.series_start.is_some());
    let recurrence_id =
        if kind.whole_series { None } else { meeting.occurrence_start.filter(|_| meeting.recurrence.is_some()) };
    let name = meeting.organizer.clone().unwrap_or_else(|| view.name_of(&organizer));
    Some(Invite {
        method: kind.method.into(),
        uid: meeting.uid.clone(),
        sequence: meeting.sequence,
        start,
        end,
        time_zone: meeting.time_zone.clone(),
        summary: meeting.title.clone(),
        description: description(meeting),
        location: meeting.place.clone(),
        url: meeting.link.clone(),
        organizer_name: organizer_name(view, &name, reader),
        organizer_address: view.rules.assistant.clone(),
        attendees,
        rrule: rrule.map(crate::domain::series::rrule),
        recurrence_id,
        exdates: Vec::new(),
        alarm_minutes: (kind.method == "REQUEST").then_some(ALARM_MINUTES),
        private: meeting.confidential,
        file_only: view.rules.policy.calendar == "ics_only",
    })
}

/// `张三(督办助手代发)`; `Alice (via Duban)` for readers of English.
fn organizer_name(view: &View<'_>, name: &str, reader: &str) -> String {
    let assistant = &view.rules.assistant_name;
    if view.language_of(reader).starts_with("zh") {
        format!("{name}({assistant}代发)")
    } else {
        format!("{name} (via {assistant})")
    }
}

fn attendee(a: &Attendee, room: bool) -> Option<InviteAttendee> {
    let partstat = match a.rsvp {
        Rsvp::Accepted => "ACCEPTED",
        Rsvp::Declined => "DECLINED",
        Rsvp::Tentative => "TENTATIVE",
        Rsvp::Delegated => "DELEGATED",
        Rsvp::None | Rsvp::Default => "NEEDS-ACTION",
    };
    Some(InviteAttendee {
        name: a.name.clone(),
        address: a.address.clone()?,
        role: if a.role == "informed" { "NON-PARTICIPANT" } else { "REQ-PARTICIPANT" }.into(),
        partstat: partstat.into(),
        room,
        rsvp: a.rsvp == Rsvp::None && a.role != "informed",
    })
}

/// Objective and timed agenda, in the words of the call.
fn description(meeting: &Meeting) -> String {
    let mut lines: Vec<String> = meeting.objective.iter().cloned().collect();
    for (number, item) in meeting.agenda.iter().enumerate() {
        let mut line = match item.start {
            Some(start) => format!("{} ", start.format("%H:%M")),
            None => format!("{}. ", number + 1),
        };
        line.push_str(&item.title);
        if let Some(presenter) = &item.presenter {
            line.push_str(&format!(" ({presenter})"));
        }
        lines.push(line);
    }
    lines.extend(meeting.link.iter().cloned());
    lines.push(format!("[{}]", meeting.id));
    lines.join("\n")
}

/// Our answer to an invite in which we are an attendee (O33).
pub(super) fn acceptance(view: &View<'_>, meeting: &Meeting) -> Option<Invite> {
    let organizer = meeting.foreign_organizer.as_ref()?;
    let start = meeting.start?;
    Some(Invite {
        method: "REPLY".into(),
        uid: meeting.uid.clone(),
        sequence: meeting.sequence,
        start,
        end: meeting.end()?,
        time_zone: meeting.time_zone.clone(),
        summary: meeting.title.clone(),
        description: String::new(),
        location: meeting.place.clone(),
        url: None,
        organizer_name: organizer.name.clone(),
        organizer_address: organizer.address.clone(),
        attendees: vec![InviteAttendee {
            name: view.rules.assistant_name.clone(),
            address: view.rules.assistant.clone(),
            role: "REQ-PARTICIPANT".into(),
            partstat: "ACCEPTED".into(),
            room: false,
            rsvp: false,
        }],
        rrule: None,
        recurrence_id: None,
        exdates: Vec::new(),
        alarm_minutes: None,
        private: meeting.confidential,
        file_only: false,
    })
}

/// Times the agenda to the minute from the start; topics without a length share what is left, if it is enough.
pub(super) fn time_agenda(meeting: &mut Meeting) {
    let Some(start) = meeting.start else {
        for item in &mut meeting.agenda {
            item.start = None;
        }
        return;
    };
    let total = i64::from(meeting.minutes.unwrap_or(60));
    let known: i64 = meeting.agenda.iter().filter_map(|item| item.minutes).map(i64::from).sum();
    let open = i64::try_from(meeting.agenda.iter().filter(|item| item.minutes.is_none()).count()).unwrap_or(0);
    let share = if open > 0 { (total - known) / open } else { 0 };
    let mut at: Option<DateTime<FixedOffset>> = Some(start);
    for item in &mut meeting.agenda {
        item.start = at;
        let minutes = item.minutes.map(i64::from).unwrap_or(share);
        // Where nothing is left for a topic, the times after it would be invented.
        at = if minutes > 0 { at.and_then(|at| at.checked_add_signed(Duration::minutes(minutes))) } else { None };
    }
}

/// The moment after which a letter about the meeting is of no use.
pub(super) fn useless_after(meeting: &Meeting) -> Option<DateTime<Utc>> {
    meeting.end().map(|end| end.with_timezone(&Utc))
}
