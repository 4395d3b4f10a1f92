//! When time does something to a meeting: a function of the record and the rules, so that moving a meeting moves all of it.

use super::{Meeting, MeetingState};
use crate::domain::event::{Tick, TickKind};
use crate::domain::letter::Letter;
use crate::domain::view::{Rules, View};
use crate::domain::workdays::{Workdays, local};
use chrono::{DateTime, Duration, NaiveTime, Utc};
use chrono_tz::Tz;

/// A meeting that begins sooner than this after the quiet hours is not kept for the morning.
const IMMINENT_HOURS: i64 = 4;
/// Below this nothing but the invite goes out (O18).
pub(super) const AT_ONCE_MINUTES: i64 = 30;
/// Working hours after which an unanswered question about a call is asked once more.
const CALL_REMIND_HOURS: f64 = 4.0;
/// Working days after which a draft nobody answers for is given up.
const CALL_GIVE_UP_DAYS: i32 = 3;

/// The meeting's zone.
pub(super) fn zone(meeting: &Meeting, rules: &Rules) -> Tz {
    meeting.time_zone.parse().unwrap_or(rules.time_zone)
}

/// The working calendar it follows: its organizer's.
pub(super) fn workdays(meeting: &Meeting, rules: &Rules) -> Workdays {
    rules.calendar(&meeting.calendar)
}

/// The first moment at which this person may be written to.
pub(super) fn sendable(view: &View<'_>, address: &str, now: DateTime<Utc>) -> DateTime<Utc> {
    let here = view.local(address, now);
    let days = view.calendar_of(address);
    days.next_sendable(&here, &view.rules.quiet_in(&days)).with_timezone(&Utc)
}

/// When a letter about a meeting that begins at `start` may leave for this person: `None` for at once.
pub(super) fn hold(
    view: &View<'_>,
    address: &str,
    start: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let next = sendable(view, address, now);
    if next <= now {
        return None;
    }
    let too_late = start.is_some_and(|start| start < next + Duration::hours(IMMINENT_HOURS));
    if too_late { None } else { Some(next) }
}

/// A letter about a meeting that begins before its reader may be written to again leaves now all the same: it would come
/// too late. Others wait for working hours.
pub(super) fn in_time(view: &View<'_>, mut letter: Letter, meeting: &Meeting, now: DateTime<Utc>) -> Letter {
    let start = meeting.start.map(|start| start.with_timezone(&Utc));
    let next = sendable(view, &letter.to, now);
    if next > now && start.is_some_and(|start| start > now && start < next + Duration::hours(IMMINENT_HOURS)) {
        letter.urgent = true;
    } else if next > now && !letter.answering {
        letter.not_before = Some(next);
    }
    letter
}

/// The moment from which that many working hours remain until `until`.
pub(super) fn working_hours_before(calendar: &Workdays, until: &DateTime<Tz>, hours: f64) -> DateTime<Tz> {
    let mut left = Duration::minutes((hours * 60.0) as i64);
    let zone = until.timezone();
    let mut day = until.date_naive();
    let mut until = *until;
    // A working day has at least one hour or the calendar is senseless; the bound keeps the search finite.
    for _ in 0..60 {
        if calendar.is_workday(day) {
            let opens = calendar.start_of_day(day, &zone);
            let worked = calendar.working_time(&opens, &until);
            if worked >= left {
                let before = (worked - left).num_minutes() as f64 / 60.0;
                // At the opening itself there is nothing to count.
                return if before <= 0.0 { opens } else { calendar.add_working_hours(&opens, before) };
            }
            left -= worked;
        }
        let Some(before) = day.pred_opt() else { break };
        day = before;
        until = calendar.end_of_day(day, &zone);
    }
    until
}

/// A time of day on the working day `days` before (negative: after) the day of `start`.
fn on_workday(calendar: &Workdays, start: &DateTime<Tz>, days: i32, time: NaiveTime) -> DateTime<Tz> {
    let day = calendar.add_workdays(start.date_naive(), -days);
    local(&start.timezone(), day.and_time(time))
}

fn clock(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()
}

/// Whether the notice leaves less than that many working days until the start (O18, `notice_before`).
pub(super) fn is_short(calendar: &Workdays, start: &DateTime<Tz>, now: DateTime<Utc>, days: u32) -> bool {
    let days = i32::try_from(days).unwrap_or(1);
    let latest = on_workday(calendar, start, days, start.time());
    now > latest.with_timezone(&Utc)
}

/// What time will do to a meeting.
///
/// One working day before: at 09:00 answers and materials are chased, at 14:00 the organizer hears how it stands, at
/// 15:00 the materials go out; two working hours before the chair gets the run sheet. What would have been due before the
/// notice is not there at all (O18).
pub fn ticks(meeting: &Meeting, rules: &Rules) -> Vec<Tick> {
    let mut rows = meeting.ticks.clone();
    let zone = zone(meeting, rules);
    let calendar = workdays(meeting, rules);
    let quiet = rules.quiet_in(&calendar);
    let mut at = |kind: TickKind, moment: DateTime<Utc>, key: &str| {
        rows.push(Tick { at: moment, kind, object: meeting.id.clone(), key: key.into() });
    };
    let civil = |moment: DateTime<Tz>| calendar.next_sendable(&moment, &quiet).with_timezone(&Utc);
    let start = meeting.start.map(|start| start.with_timezone(&zone));
    match meeting.state {
        MeetingState::Draft => {
            if let Some(asked) = &meeting.asked {
                let since = asked.since.unwrap_or_default().with_timezone(&zone);
                if !asked.reminded {
                    at(TickKind::CallTimeout, civil(calendar.add_working_hours(&since, CALL_REMIND_HOURS)), "remind");
                }
                let given_up = on_workday(&calendar, &since, -CALL_GIVE_UP_DAYS, clock(9)).with_timezone(&Utc);
                let over = match start {
                    Some(start) => start.with_timezone(&Utc).min(given_up).max(since.with_timezone(&Utc)),
                    None => given_up,
                };
                at(TickKind::CallTimeout, over, "give_up");
            }
        }
        MeetingState::Announced => {
            if let (false, Some(moment)) = (meeting.pending.is_empty(), meeting.pending_at) {
                at(TickKind::CallTimeout, moment, "notices");
            }
            if let Some(start) = start {
                before(meeting, rules, &calendar, &start, &mut at);
                at(TickKind::Held, start.with_timezone(&Utc), "");
            }
        }
        MeetingState::Held => {
            if let Some(end) = meeting.end().filter(|_| !meeting.is_marked("no_minutes")) {
                let end = end.with_timezone(&zone);
                let mut last = end;
                for (number, hours) in rules.policy.minutes_chase.iter().enumerate() {
                    let number = number + 1;
                    last = calendar.add_working_hours(&end, f64::from(*hours));
                    if !meeting.is_marked(&format!("minutes_chase/{number}")) {
                        at(TickKind::MinutesChase, civil(last), &number.to_string());
                    }
                }
                if !meeting.is_marked("minutes_chase/digest") {
                    let next = calendar.next_workday(last.date_naive());
                    at(TickKind::MinutesChase, calendar.start_of_day(next, &zone).with_timezone(&Utc), "digest");
                }
            }
        }
        MeetingState::Minuted => {
            // With nothing to do left it closes after the days in which somebody may object (O29).
            let received = meeting.minutes_record.as_ref().and_then(|record| record.received_at);
            if let Some(received) = received.filter(|_| meeting.items.is_empty() && !meeting.is_marked("close_tried")) {
                at(TickKind::Close, civil(on_workday(&calendar, &received.with_timezone(&zone), -2, clock(18))), "");
            }
        }
        MeetingState::Closed | MeetingState::Cancelled => {}
    }
    if let Some(next) = meeting.next.as_ref().filter(|_| meeting.state != MeetingState::Draft) {
        let next_start = next.start.with_timezone(&zone);
        let over = meeting.end().map(|end| end.with_timezone(&Utc));
        let after = |moment: DateTime<Utc>| over.map_or(moment, |over| over.max(moment));
        if calendar.is_workday(next_start.date_naive()) || next.keep {
            let made = on_workday(&calendar, &next_start, 2, clock(10)).with_timezone(&Utc);
            at(TickKind::Occurrence, after(made).min(next.start.with_timezone(&Utc)), "");
        } else if !next.asked {
            at(TickKind::DayOff, on_workday(&calendar, &next_start, 3, clock(10)).with_timezone(&Utc), "ask");
        } else {
            at(TickKind::DayOff, on_workday(&calendar, &next_start, 1, clock(10)).with_timezone(&Utc), "default");
        }
    }
    rows
}

/// The rows between notice and start.
fn before(
    meeting: &Meeting,
    rules: &Rules,
    calendar: &Workdays,
    start: &DateTime<Tz>,
    at: &mut impl FnMut(TickKind, DateTime<Utc>, &str),
) {
    // One that was loaded as announced was so long ago.
    let announced = meeting.announced_at.unwrap_or(DateTime::UNIX_EPOCH);
    if !is_short(calendar, start, announced, rules.policy.notice_before.max(1)) {
        let day_before = [
            (TickKind::MeetingChase, "chase", clock(9)),
            (TickKind::Readiness, "readiness", clock(14)),
            (TickKind::MaterialsPack, "materials_pack", clock(15)),
        ];
        for (kind, mark, time) in day_before {
            let moment = on_workday(calendar, start, 1, time).with_timezone(&Utc);
            if moment > announced && !meeting.is_marked(mark) {
                at(kind, moment, "");
            }
        }
    }
    let opens = start.with_timezone(&Utc);
    let sheet = working_hours_before(calendar, start, f64::from(rules.policy.run_sheet_before)).with_timezone(&Utc);
    // A meeting outside working hours has its working hours long before; two hours of the clock are meant then.
    let sheet = if calendar.is_working(start) || opens - sheet < Duration::hours(20) {
        sheet
    } else {
        opens - Duration::hours(i64::from(rules.policy.run_sheet_before))
    };
    if sheet > announced && opens - announced >= Duration::minutes(AT_ONCE_MINUTES) && !meeting.is_marked("run_sheet") {
        at(TickKind::RunSheet, sheet, "");
    }
}
