//! What the people of a meeting say about it: they come or not, propose, move, call off (SPEC 4.2, O17, O25).

mod rsvp;
mod times;

pub(super) use rsvp::{delegate_to, record};
pub(super) use times::propose_start;

use rsvp::answer;
use times::{decide_proposal, propose, reschedule, tell};

use super::cancel::{self, Off};
use super::notice::ForOrganizer;
use super::{AgendaItem, Asked, Meeting, MeetingState, Proposal, call, change, data, moments, occurrence};
use crate::domain::action_item::{speaks_for, written_by};
use crate::domain::due::Due;
use crate::domain::event::MailRead;
use crate::domain::person::Resolved;
use crate::domain::reading::{Command, Verb};
use crate::domain::receipt::{self, Entry};
use crate::domain::view::{Handled, View};
use crate::domain::{rights, series};
use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use serde_json::json;

/// Topics a meeting can hold; more is a mistake.
const AGENDA_MAX: usize = 60;

/// How much longer a meeting is taken to last that is said not to be over.
const RUNS_ON_MINUTES: u32 = 60;
/// Attendees a meeting can hold.
pub(super) const ATTENDEES_MAX: usize = 1000;

/// Carries out a command about the meeting `id`.
pub fn command(view: &mut View<'_>, mail: &MailRead, id: &str, command: &Command, now: DateTime<Utc>) -> Handled {
    let (Some(meeting), Some(author)) = (view.meeting(id), &mail.author) else { return Handled::NotMine };
    let author = view.person(&author.address).map_or_else(|| author.address.clone(), |person| person.address.clone());
    let stands_for = |address: &Option<String>, approving: bool| {
        address.as_deref().is_some_and(|address| speaks_for(view, &author, address, approving, now))
    };
    // O5: a secretary or deputy answers and reports; to move and to call off takes `may_approve`.
    let leads = stands_for(&meeting.organizer_address, true) || stands_for(&meeting.chair_address, true);
    let roles = [&meeting.organizer_address, &meeting.chair_address, &meeting.recorder_address];
    let reports = roles.into_iter().any(|address| stands_for(address, false));
    // 更新 M-12, in answer to the question whether a call is a change of M-12 (O15).
    if let Some(draft) = call::choice_of(view, mail).filter(|draft| leads && draft.id != id) {
        if draft.asked.as_ref().is_some_and(|asked| asked.similar.as_deref() == Some(id)) {
            call::merge_into(view, mail, draft, id, now);
            return Handled::Yes;
        }
    }
    if meeting.state == MeetingState::Draft {
        return draft(view, mail, meeting, &author, command, now);
    }
    if let Some(handled) = about_next(view, &meeting, leads, &author, command, now) {
        return handled;
    }
    let concerned = is_concerned(view, &meeting, &author, now);
    let roles = rights::of_meeting(view, &author, leads, reports, concerned);
    let answers = matches!(command.verb, Verb::Rsvp | Verb::Ack | Verb::Confirm | Verb::Delegate | Verb::Decline);
    // Whoever answers through a list that was called is added (O6): that is looked at there.
    if !answers && !rights::may(&roles, command.verb, rights::Object::Meeting) {
        return match command.verb {
            // Words that are said to many things: about this meeting they mean nothing from such a person.
            Verb::Approve | Verb::Refuse | Verb::Reject | Verb::Send | Verb::Convene | Verb::Snooze => Handled::NotMine,
            _ => Handled::NotAllowed,
        };
    }
    match command.verb {
        Verb::Rsvp => answer(view, mail, meeting, &author, command, now),
        Verb::Ack | Verb::Confirm if leads && !meeting.proposals.is_empty() && command.verb == Verb::Confirm => {
            decide_proposal(view, mail, meeting, &author, true, now)
        }
        Verb::Ack | Verb::Confirm => answer(view, mail, meeting, &author, &accepted(command), now),
        Verb::Decline if meeting.state == MeetingState::Announced && !leads => {
            let declined = Command { answer: Some("declined".into()), ..command.clone() };
            answer(view, mail, meeting, &author, &declined, now)
        }
        Verb::Delegate if !leads || meeting.attendee(&author).is_some() => {
            let delegated = Command { answer: Some("delegated".into()), ..command.clone() };
            answer(view, mail, meeting, &author, &delegated, now)
        }
        Verb::AgendaAdd => add_topic(view, mail, meeting, &author, command, now),
        Verb::ProposeTime if !leads => propose(view, mail, meeting, &author, command, now),
        Verb::Reschedule | Verb::ProposeTime if leads => reschedule(view, mail, meeting, &author, command, now),
        Verb::Reschedule if is_concerned(view, &meeting, &author, now) => {
            propose(view, mail, meeting, &author, command, now)
        }
        Verb::Approve if leads && !meeting.proposals.is_empty() => {
            decide_proposal(view, mail, meeting, &author, true, now)
        }
        Verb::Refuse | Verb::Decline | Verb::Reject if leads && !meeting.proposals.is_empty() => {
            decide_proposal(view, mail, meeting, &author, false, now)
        }
        Verb::CallOff | Verb::Cancel => {
            if !leads {
                return Handled::NotAllowed;
            }
            match meeting.state {
                MeetingState::Announced | MeetingState::Held => {
                    cancel::call_off(view, meeting, Off::Meeting, &author, command.reason.as_deref(), now);
                }
                _ => {
                    view.audit(format!("{id} is over: nothing to call off"));
                    unchanged(view, mail, &meeting, command, now);
                }
            }
            Handled::Yes
        }
        // 同意 to the readiness letter lets it be held.
        Verb::Approve if !leads => Handled::NotMine,
        Verb::Proceed | Verb::Approve => {
            if !leads {
                return Handled::NotAllowed;
            }
            if !matches!(meeting.state, MeetingState::Announced | MeetingState::Held) {
                unchanged(view, mail, &meeting, command, now);
                return Handled::Yes;
            }
            let mut meeting = meeting;
            meeting.mark("proceed");
            meeting.proposals.clear();
            view.put_meeting(meeting, "proceed");
            Handled::Yes
        }
        Verb::NoMinutes => {
            if !reports {
                return Handled::NotAllowed;
            }
            let mut meeting = meeting;
            meeting.mark("no_minutes");
            if meeting.state == MeetingState::Held {
                meeting.state = MeetingState::Closed;
            }
            view.put_meeting(meeting, "no minutes wanted");
            Handled::Yes
        }
        Verb::NotHeld => {
            if !reports {
                return Handled::NotAllowed;
            }
            if matches!(meeting.state, MeetingState::Announced | MeetingState::Held) {
                // Everybody knows: they were there and nothing happened.
                let mut meeting = meeting;
                meeting.state = MeetingState::Cancelled;
                meeting.mark("not_held");
                view.put_meeting(meeting, "not held");
                view.act(json!({"meeting": "not_held", "id": id}));
            }
            Handled::Yes
        }
        Verb::Snooze if meeting.state == MeetingState::Held && reports => {
            // 还没结束: it runs on, and the minutes are due later.
            let mut meeting = meeting;
            let runs = meeting.start.map_or(0, |start| (now - start.with_timezone(&Utc)).num_minutes());
            let runs = u32::try_from(runs).unwrap_or(0).saturating_add(RUNS_ON_MINUTES);
            meeting.minutes = meeting.minutes.max(Some(runs));
            meeting.marks.retain(|mark| !mark.starts_with("minutes_chase"));
            view.put_meeting(meeting, "it runs on");
            Handled::Yes
        }
        Verb::Convene if meeting.next.is_some() => {
            if !leads {
                return Handled::NotAllowed;
            }
            let mut meeting = meeting;
            if let (Some(next), Some(start)) = (&mut meeting.next, command.start) {
                next.start = start;
                next.keep = true;
            }
            occurrence::make_next(view, meeting, now);
            Handled::Yes
        }
        Verb::Send | Verb::Convene if leads && meeting.is_marked("not_sent") => {
            // Given up for want of an answer, and answered after all.
            let mut meeting = meeting;
            meeting.marks.remove("not_sent");
            meeting.state = MeetingState::Draft;
            call::confirmed(view, mail, meeting, command, now);
            Handled::Yes
        }
        Verb::Send | Verb::Convene if leads => Handled::Yes,
        _ => Handled::NotMine,
    }
}

/// 照开 or 取消 of a meeting that is off or over: its sender hears that it is.
fn unchanged(view: &mut View<'_>, mail: &MailRead, meeting: &Meeting, command: &Command, now: DateTime<Utc>) {
    let state = if meeting.state == MeetingState::Cancelled { "cancelled" } else { "meeting_over" };
    let entry = Entry {
        id: Some(meeting.id.clone()),
        task: (!meeting.confidential).then(|| meeting.title.clone()),
        verb: Some("unchanged".into()),
        state: Some(state.into()),
        text: Some(command.line.clone()),
        ..Entry::default()
    };
    receipt::unchanged(view, mail, entry, now);
}

/// 收到 and 确认 to a notice mean: I come.
fn accepted(command: &Command) -> Command {
    Command { answer: Some("accepted".into()), ..command.clone() }
}

/// Concerned, or the secretary or deputy of somebody who is.
fn is_concerned(view: &View<'_>, meeting: &Meeting, author: &str, now: DateTime<Utc>) -> bool {
    principal(view, meeting, author, now).is_some()
}

/// For whom the author speaks: themselves, or the one attendee whose secretary or deputy they are (O5).
fn principal(view: &View<'_>, meeting: &Meeting, author: &str, now: DateTime<Utc>) -> Option<String> {
    let concerned = meeting.concerned();
    if concerned.iter().any(|address| address == author) {
        return Some(author.to_string());
    }
    let mut principals = concerned.into_iter().filter(|address| speaks_for(view, author, address, false, now));
    match (principals.next(), principals.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// A draft waits for its sender: 发送, a choice, 取消, or a correction.
fn draft(
    view: &mut View<'_>,
    mail: &MailRead,
    mut meeting: Meeting,
    author: &str,
    command: &Command,
    now: DateTime<Utc>,
) -> Handled {
    if !meeting.is_led_by(author) {
        return Handled::NotAllowed;
    }
    let asked = meeting.asked.clone().unwrap_or_default();
    if matches!(command.verb, Verb::CallOff | Verb::Cancel | Verb::Decline | Verb::Refuse) {
        let off = if asked.kind == "still_meeting" { Off::Series } else { Off::Meeting };
        if off == Off::Series {
            // The series is in calendars although this occurrence was not announced.
            meeting.state = MeetingState::Announced;
        }
        cancel::call_off(view, meeting, off, author, command.reason.as_deref(), now);
        return Handled::Yes;
    }
    if asked.kind == "still_meeting" {
        return match command.verb {
            Verb::Proceed | Verb::Send | Verb::Convene | Verb::Confirm | Verb::Approve => {
                occurrence::resume(view, meeting, now);
                Handled::Yes
            }
            Verb::Reschedule | Verb::ProposeTime => match new_start(view, &meeting, command, now) {
                Some(start) => {
                    meeting.start = Some(start);
                    occurrence::resume(view, meeting, now);
                    Handled::Yes
                }
                None => Handled::NotMine,
            },
            _ => Handled::NotMine,
        };
    }
    if asked.kind == "choice" {
        let similar = asked.similar.clone();
        let named_old = command.item == Some(1) || command.id.is_some() && command.id == similar;
        let named_new = command.item == Some(2) || command.id.as_deref() == Some(&meeting.id);
        return match similar {
            Some(old) if named_old => {
                call::merge_into(view, mail, meeting, &old, now);
                Handled::Yes
            }
            _ if named_new => {
                call::is_new(view, mail, meeting, now);
                Handled::Yes
            }
            _ => Handled::NotMine,
        };
    }
    match command.verb {
        Verb::Send | Verb::Confirm | Verb::Approve | Verb::Proceed | Verb::Convene | Verb::Accept => {
            call::confirmed(view, mail, meeting, command, now);
            Handled::Yes
        }
        // 收到 to a preview is no order to send.
        Verb::Ack => Handled::NotMine,
        Verb::Reschedule | Verb::ProposeTime => {
            let start = new_start(view, &meeting, command, now);
            if start.is_none() && command.place.is_none() && command.minutes.is_none() {
                tell(view, mail, &meeting, author, "which_time", None);
                return Handled::Yes;
            }
            meeting.start = start.or(meeting.start);
            if command.place.is_some() {
                meeting.place.clone_from(&command.place);
            }
            if command.minutes.is_some() {
                meeting.minutes = command.minutes;
            }
            call::edited(view, mail, meeting, now);
            Handled::Yes
        }
        Verb::AgendaAdd => {
            push_topic(view, &mut meeting, author, command);
            call::edited(view, mail, meeting, now);
            Handled::Yes
        }
        _ => Handled::NotMine,
    }
}

/// Marks of a day in the words of a command; without any, a time is meant on the meeting's own day.
const DAY_MARKS: [&str; 22] = [
    "今", "明", "后天", "周", "星期", "礼拜", "月", "日", "号", "天", "/", "-", "today", "tomorrow", "tonight", "mon",
    "tue", "wed", "thu", "fri", "sat", "sun",
];

/// The moment a command moves a meeting to: a day without a time keeps the time, a time without a day (改到3点) the day.
fn new_start(
    view: &View<'_>,
    meeting: &Meeting,
    command: &Command,
    now: DateTime<Utc>,
) -> Option<DateTime<FixedOffset>> {
    let zone = moments::zone(meeting, view.rules);
    if let Some(start) = command.start {
        let local = start.with_timezone(&zone);
        let line = command.line.to_lowercase();
        let bare = !line.is_empty() && !DAY_MARKS.iter().any(|mark| line.contains(mark));
        let read_from_today = (local.date_naive() - now.with_timezone(&zone).date_naive()).num_days().abs() <= 1;
        if let Some(day) = of_its_week(meeting, &line, local.date_naive(), local.time(), now, zone) {
            return Some(crate::domain::workdays::local(&zone, day.and_time(local.time())).fixed_offset());
        }
        return match meeting.start {
            Some(old) if bare && read_from_today => Some(
                crate::domain::workdays::local(&zone, old.with_timezone(&zone).date_naive().and_time(local.time()))
                    .fixed_offset(),
            ),
            _ => Some(start),
        };
    }
    match command.due {
        Some(Due::Moment(moment)) => Some(moment),
        Some(Due::Date(day)) => meeting.start.map(|start| {
            let time = start.with_timezone(&zone).time();
            let line = command.line.to_lowercase();
            let day = of_its_week(meeting, &line, day, time, now, zone).unwrap_or(day);
            series::on_day(start, zone, day)
        }),
        None => {
            let days = command.shift_workdays.filter(|days| *days != 0)?;
            let start = meeting.start?;
            let day =
                moments::workdays(meeting, view.rules).add_workdays(start.with_timezone(&zone).date_naive(), days);
            Some(series::on_day(start, zone, day))
        }
    }
}

/// Words that say which week or day a weekday is in.
const WEEK_MARKS: [&str; 25] = [
    "本周",
    "本星期",
    "这周",
    "这星期",
    "这个",
    "这礼拜",
    "下周",
    "下星期",
    "下礼拜",
    "下个",
    "下下",
    "上周",
    "上星期",
    "今",
    "明天",
    "明日",
    "明早",
    "后天",
    "月",
    "号",
    "/",
    "next",
    "coming",
    "today",
    "tomorrow",
];
const WEEKDAYS: [&str; 10] = ["周", "星期", "礼拜", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Whether these words name a weekday and nothing that says of which week.
fn is_bare_weekday(line: &str, read: NaiveDate) -> bool {
    let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let begins = |word: &str, with: &[&str]| with.iter().any(|one| word.starts_with(one));
    let digit = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let dated = words.windows(2).any(|pair| match pair {
        [one, other] => {
            begins(one, &MONTHS) && digit(other)
                || digit(one) && begins(other, &MONTHS) && !begins(other, &WEEKDAYS)
                || *one == "this" && begins(other, &WEEKDAYS)
        }
        _ => false,
    });
    let has = |marks: &[&str]| marks.iter().any(|mark| line.contains(mark));
    let written = [format!("{}-{}", read.month(), read.day()), format!("{:02}-{:02}", read.month(), read.day())];
    has(&WEEKDAYS) && !has(&WEEK_MARKS) && !dated && !written.iter().any(|day| line.contains(day))
}

/// 周四, said of a meeting: the Thursday of its week, or of the first week after it that is not over.
fn of_its_week(
    meeting: &Meeting,
    line: &str,
    read: NaiveDate,
    time: NaiveTime,
    now: DateTime<Utc>,
    zone: Tz,
) -> Option<NaiveDate> {
    let today = now.with_timezone(&zone).date_naive();
    if (read - today).num_days().abs() >= 7 || !is_bare_weekday(line, read) {
        return None;
    }
    let week = meeting.start?.with_timezone(&zone).date_naive().week(Weekday::Mon).first_day();
    let day = week + Days::new(u64::from(read.weekday().num_days_from_monday()));
    let over = |day: NaiveDate| crate::domain::workdays::local(&zone, day.and_time(time)).with_timezone(&Utc) <= now;
    (0..60).map(|weeks| day + Days::new(7 * weeks)).find(|day| !over(*day))
}

/// The answer to a question about the next occurrence on a day off (O31).
fn about_next(
    view: &mut View<'_>,
    meeting: &Meeting,
    leads: bool,
    author: &str,
    command: &Command,
    now: DateTime<Utc>,
) -> Option<Handled> {
    let asked = meeting.next.as_ref().is_some_and(|next| next.asked && !next.keep);
    let begun = meeting.start.is_some_and(|start| start.with_timezone(&Utc) <= now);
    if !asked || !begun || !leads {
        return None;
    }
    match command.verb {
        Verb::Proceed | Verb::Confirm => occurrence::keep_next(view, meeting.clone()),
        Verb::CallOff | Verb::Cancel => occurrence::skip_next(view, meeting.clone(), author, now),
        Verb::Postpone | Verb::Reschedule | Verb::ProposeTime => {
            let day = command.due.map(|due| due.date());
            occurrence::move_next(view, meeting.clone(), command.start, day);
        }
        _ => return None,
    }
    Some(Handled::Yes)
}

fn push_topic(view: &View<'_>, meeting: &mut Meeting, author: &str, command: &Command) -> Option<String> {
    let title = command.title.as_deref().map(str::trim).filter(|title| !title.is_empty())?;
    if meeting.agenda.len() >= AGENDA_MAX || meeting.agenda.iter().any(|item| item.title == title) {
        return None;
    }
    let presenter = match command.to.as_deref() {
        Some(written) => match view.resolve(written, &meeting.concerned()) {
            Resolved::One(address) => Some(address),
            _ => None,
        },
        None => Some(author.to_string()),
    };
    meeting.agenda.push(AgendaItem {
        title: title.to_string(),
        minutes: command.minutes,
        presenter: presenter.as_deref().map(|address| view.name_of(address)),
        presenter_address: presenter,
        ..AgendaItem::default()
    });
    Some(title.to_string())
}

fn add_topic(
    view: &mut View<'_>,
    mail: &MailRead,
    meeting: Meeting,
    author: &str,
    command: &Command,
    now: DateTime<Utc>,
) -> Handled {
    if !is_concerned(view, &meeting, author, now) {
        return Handled::NotAllowed;
    }
    if meeting.state != MeetingState::Announced {
        return Handled::NotMine;
    }
    let old = meeting.clone();
    let mut meeting = meeting;
    let Some(title) = push_topic(view, &mut meeting, author, command) else {
        return if command.title.is_some() { Handled::Yes } else { Handled::NotMine };
    };
    super::invite::time_agenda(&mut meeting);
    meeting.mark("agenda_changed");
    if !meeting.is_led_by(author) {
        let total: u32 = meeting.agenda.iter().filter_map(|item| item.minutes).fold(0, u32::saturating_add);
        let over = meeting.minutes.is_some_and(|minutes| total > minutes).then_some(total);
        let facts =
            json!({"person": data::person(view, author), "topic": title, "count": command.minutes, "detail": over});
        meeting.proposals.push(Proposal {
            by: author.to_string(),
            start: None,
            line: command.line.clone(),
            topic: Some(title.clone()),
        });
        if let Some(letter) = data::organizer_note(view, &meeting, "topic_added", facts, "a topic was proposed") {
            view.send(letter);
        }
    } else if let Some(presenter) = meeting.agenda.last().and_then(|item| item.presenter_address.clone()) {
        if presenter != author && !old.pending.contains(&presenter) {
            // Whoever is given a topic has to know it.
            change::change(view, &old, meeting, author, Some(mail), &ForOrganizer::default(), now);
            return Handled::Yes;
        }
    }
    view.put_meeting(meeting, &format!("topic added by {author}"));
    Handled::Yes
}

/// For drafts: what was asked, fresh.
pub(super) fn asked(kind: &str, reason: &str, now: DateTime<Utc>) -> Asked {
    Asked { kind: kind.into(), reason: reason.into(), since: Some(now), ..Asked::default() }
}
