//! Tasks and meetings as one iCalendar file to import (RFC 5545).

use crate::domain::action_item::State;
use crate::domain::due::Due;
use crate::domain::meeting::MeetingState;
use crate::domain::report::Account;
use crate::mail::invite::write::{Planned, Todo, TodoDue, todos};
use chrono::{DateTime, Utc};

/// A VTODO for each item, a VEVENT for each meeting that stands.
pub fn calendar(account: &Account, host: &str, now: DateTime<Utc>) -> String {
    let uids: Vec<String> = account.items.iter().map(|item| format!("{}@{host}", item.id.to_lowercase())).collect();
    let list: Vec<Todo<'_>> = account
        .items
        .iter()
        .zip(&uids)
        .map(|(item, uid)| Todo {
            uid,
            summary: &item.task,
            description: item.deliverable.as_deref().unwrap_or_default(),
            due: item.due.as_ref().map(|due| match due {
                Due::Date(day) => TodoDue::Day(*day),
                Due::Moment(moment) => TodoDue::Moment(*moment),
            }),
            status: match item.state {
                State::Done | State::Accepted => "COMPLETED",
                State::Cancelled | State::Declined => "CANCELLED",
                State::InProgress | State::Blocked => "IN-PROCESS",
                State::Proposed | State::Confirmed => "NEEDS-ACTION",
            },
            percent: item.percent,
            sequence: item.version,
        })
        .collect();
    let stands = |state: MeetingState| !matches!(state, MeetingState::Draft | MeetingState::Cancelled);
    let meetings: Vec<Planned<'_>> = account
        .meetings
        .iter()
        .filter(|meeting| stands(meeting.state))
        .filter_map(|meeting| {
            Some(Planned {
                uid: &meeting.uid,
                summary: &meeting.title,
                location: meeting.place.as_deref().or(meeting.link.as_deref()).unwrap_or_default(),
                start: meeting.start?,
                end: meeting.end()?,
                sequence: meeting.sequence,
                private: meeting.confidential,
            })
        })
        .collect();
    todos(&list, &meetings, now)
}
