//! Writing iCalendar as Outlook, Gmail, Apple Calendar and Foxmail show it as one event: CRLF, lines folded at 75 octets on
//! character boundaries, VTIMEZONE for every TZID (Outlook refuses one without), texts escaped, parameters quoted.

use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDateTime, Offset, TimeZone, Timelike, Utc};
use std::fmt::Write as _;

/// What an event says; addresses without `mailto:`.
#[derive(Clone, Debug, Default)]
pub struct Event<'a> {
    /// `REQUEST`, `CANCEL`, `REPLY`, `PUBLISH`.
    pub method: &'a str,
    pub uid: &'a str,
    pub sequence: i64,
    pub dtstamp: DateTime<Utc>,
    pub start: DateTime<FixedOffset>,
    pub end: DateTime<FixedOffset>,
    pub zone: Option<chrono_tz::Tz>,
    pub summary: &'a str,
    pub description: &'a str,
    pub location: Option<&'a str>,
    pub url: Option<&'a str>,
    pub organizer: (&'a str, &'a str),
    pub attendees: &'a [Attendee<'a>],
    pub rrule: Option<&'a str>,
    pub recurrence_id: Option<DateTime<FixedOffset>>,
    pub exdates: &'a [DateTime<FixedOffset>],
    pub alarm_minutes: Option<u32>,
    pub private: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Attendee<'a> {
    pub name: &'a str,
    pub address: &'a str,
    /// `CHAIR`, `REQ-PARTICIPANT`, `OPT-PARTICIPANT`, `NON-PARTICIPANT`.
    pub role: &'a str,
    /// `NEEDS-ACTION`, `ACCEPTED`, …
    pub partstat: &'a str,
    pub room: bool,
    pub rsvp: bool,
}

/// Octets of a line before it is folded (RFC 5545 §3.1).
const LINE_MAX: usize = 75;

/// One VCALENDAR with one VEVENT.
pub fn calendar(event: &Event<'_>) -> String {
    let mut out = Lines::default();
    out.line("BEGIN:VCALENDAR");
    out.line("PRODID:-//Duban//Duban//EN");
    out.line("VERSION:2.0");
    out.line("CALSCALE:GREGORIAN");
    out.line(&format!("METHOD:{}", token(event.method)));
    if let Some(zone) = event.zone.filter(|zone| *zone != chrono_tz::UTC) {
        time_zone(&mut out, zone, event.start.year());
    }
    out.line("BEGIN:VEVENT");
    out.line(&format!("UID:{}", escape(event.uid)));
    out.line(&format!("SEQUENCE:{}", event.sequence));
    out.line(&format!("DTSTAMP:{}", event.dtstamp.format("%Y%m%dT%H%M%SZ")));
    out.line(&moment("DTSTART", &event.start, event.zone));
    out.line(&moment("DTEND", &event.end, event.zone));
    if let Some(id) = &event.recurrence_id {
        out.line(&moment("RECURRENCE-ID", id, event.zone));
    }
    if let Some(rule) = event.rrule {
        out.line(&format!("RRULE:{}", one_line(rule)));
    }
    for day in event.exdates {
        out.line(&moment("EXDATE", day, event.zone));
    }
    out.line(&format!("SUMMARY:{}", escape(event.summary)));
    if !event.description.is_empty() {
        out.line(&format!("DESCRIPTION:{}", escape(event.description)));
    }
    if let Some(location) = event.location.filter(|l| !l.is_empty()) {
        out.line(&format!("LOCATION:{}", escape(location)));
    }
    if let Some(url) = event.url.filter(|url| url.starts_with("http")) {
        out.line(&format!("URL:{}", one_line(url)));
    }
    let (name, address) = event.organizer;
    out.line(&format!("ORGANIZER;CN={}:mailto:{}", parameter(name), one_line(address)));
    for attendee in event.attendees {
        let kind = if attendee.room { ";CUTYPE=ROOM" } else { "" };
        let rsvp = if attendee.rsvp { ";RSVP=TRUE" } else { "" };
        out.line(&format!(
            "ATTENDEE{kind};CN={};ROLE={};PARTSTAT={}{rsvp}:mailto:{}",
            parameter(attendee.name),
            token(attendee.role),
            token(attendee.partstat),
            one_line(attendee.address)
        ));
    }
    let status = if event.method == "CANCEL" { "CANCELLED" } else { "CONFIRMED" };
    out.line(&format!("STATUS:{status}"));
    out.line("TRANSP:OPAQUE");
    out.line(if event.private { "CLASS:PRIVATE" } else { "CLASS:PUBLIC" });
    if let Some(minutes) = event.alarm_minutes.filter(|_| event.method == "REQUEST") {
        out.line("BEGIN:VALARM");
        out.line("ACTION:DISPLAY");
        out.line(&format!("TRIGGER:-PT{minutes}M"));
        out.line(&format!("DESCRIPTION:{}", escape(event.summary)));
        out.line("END:VALARM");
    }
    out.line("END:VEVENT");
    out.line("END:VCALENDAR");
    out.0
}

/// The answer to somebody else's invitation (RFC 5546 §3.2.3): one ATTENDEE, the one who answers.
pub fn reply(event: &Event<'_>) -> String {
    let answer = Event { method: "REPLY", alarm_minutes: None, ..event.clone() };
    calendar(&answer)
}

/// A task as calendars show it (RFC 5545 §3.6.2).
#[derive(Clone, Debug)]
pub struct Todo<'a> {
    pub uid: &'a str,
    pub summary: &'a str,
    pub description: &'a str,
    pub due: Option<TodoDue>,
    /// `NEEDS-ACTION`, `IN-PROCESS`, `COMPLETED`, `CANCELLED`.
    pub status: &'a str,
    pub percent: Option<u8>,
    pub sequence: u64,
}

#[derive(Clone, Copy, Debug)]
pub enum TodoDue {
    Day(chrono::NaiveDate),
    Moment(DateTime<FixedOffset>),
}

/// A meeting as a calendar keeps it that is not asked to answer. With the UID of its invite it is the same event.
#[derive(Clone, Debug)]
pub struct Planned<'a> {
    pub uid: &'a str,
    pub summary: &'a str,
    pub location: &'a str,
    pub start: DateTime<FixedOffset>,
    pub end: DateTime<FixedOffset>,
    pub sequence: i64,
    pub private: bool,
}

/// One VCALENDAR to keep, with a VTODO for each task and a VEVENT for each meeting.
pub fn todos(list: &[Todo<'_>], meetings: &[Planned<'_>], dtstamp: DateTime<Utc>) -> String {
    let mut out = Lines::default();
    for line in ["BEGIN:VCALENDAR", "PRODID:-//Duban//Duban//EN", "VERSION:2.0", "METHOD:PUBLISH"] {
        out.line(line);
    }
    for todo in list {
        out.line("BEGIN:VTODO");
        out.line(&format!("UID:{}", escape(todo.uid)));
        out.line(&format!("SEQUENCE:{}", todo.sequence));
        out.line(&format!("DTSTAMP:{}", dtstamp.format("%Y%m%dT%H%M%SZ")));
        out.line(&format!("SUMMARY:{}", escape(todo.summary)));
        if !todo.description.is_empty() {
            out.line(&format!("DESCRIPTION:{}", escape(todo.description)));
        }
        match todo.due {
            Some(TodoDue::Day(day)) => out.line(&format!("DUE;VALUE=DATE:{}", day.format("%Y%m%d"))),
            Some(TodoDue::Moment(at)) => {
                out.line(&format!("DUE:{}", at.with_timezone(&Utc).format("%Y%m%dT%H%M%SZ")));
            }
            None => {}
        }
        out.line(&format!("STATUS:{}", token(todo.status)));
        if let Some(percent) = todo.percent {
            out.line(&format!("PERCENT-COMPLETE:{}", percent.min(100)));
        }
        out.line("END:VTODO");
    }
    for meeting in meetings {
        out.line("BEGIN:VEVENT");
        out.line(&format!("UID:{}", escape(meeting.uid)));
        out.line(&format!("SEQUENCE:{}", meeting.sequence));
        out.line(&format!("DTSTAMP:{}", dtstamp.format("%Y%m%dT%H%M%SZ")));
        out.line(&moment("DTSTART", &meeting.start, None));
        out.line(&moment("DTEND", &meeting.end, None));
        out.line(&format!("SUMMARY:{}", escape(meeting.summary)));
        if !meeting.location.is_empty() {
            out.line(&format!("LOCATION:{}", escape(meeting.location)));
        }
        out.line(if meeting.private { "CLASS:PRIVATE" } else { "CLASS:PUBLIC" });
        out.line("END:VEVENT");
    }
    out.line("END:VCALENDAR");
    out.0
}

fn moment(name: &str, at: &DateTime<FixedOffset>, zone: Option<chrono_tz::Tz>) -> String {
    match zone {
        Some(zone) if zone != chrono_tz::UTC => {
            format!("{name};TZID={}:{}", zone.name(), at.with_timezone(&zone).format("%Y%m%dT%H%M%S"))
        }
        _ => format!("{name}:{}", at.with_timezone(&Utc).format("%Y%m%dT%H%M%SZ")),
    }
}

/// VTIMEZONE with the changes of clocks of one year, found by looking: zones have at most a few.
fn time_zone(out: &mut Lines, zone: chrono_tz::Tz, year: i32) {
    out.line("BEGIN:VTIMEZONE");
    out.line(&format!("TZID:{}", zone.name()));
    let begin = Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().unwrap_or_default();
    let offset = |at: &DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
    let mut before = offset(&begin);
    let mut changes = Vec::new();
    // Two years, so that an event that begins late in the year ends in known time.
    for day in 0..=731 {
        let at = begin + Duration::days(day);
        let now = offset(&at);
        if now != before {
            let mut low = at - Duration::days(1);
            let mut high = at;
            while high - low > Duration::minutes(1) {
                let middle = low + (high - low) / 2;
                if offset(&middle) == before { low = middle } else { high = middle }
            }
            let high = high.with_second(0).unwrap_or(high).with_nanosecond(0).unwrap_or(high);
            changes.push((high, before, now));
            before = now;
        }
    }
    let lowest = changes.iter().flat_map(|(_, a, b)| [*a, *b]).min();
    let mut observance = |onset: NaiveDateTime, from: i32, to: i32| {
        let name = if lowest.is_none_or(|low| to == low) { "STANDARD" } else { "DAYLIGHT" };
        out.line(&format!("BEGIN:{name}"));
        out.line(&format!("DTSTART:{}", onset.format("%Y%m%dT%H%M%S")));
        out.line(&format!("TZOFFSETFROM:{}", offset_text(from)));
        out.line(&format!("TZOFFSETTO:{}", offset_text(to)));
        out.line(&format!("END:{name}"));
    };
    let first = offset(&begin);
    observance(
        chrono::NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or_default().and_hms_opt(0, 0, 0).unwrap_or_default(),
        first,
        first,
    );
    for (at, from, to) in changes {
        // The onset is local time as shown before the change (RFC 5545 §3.6.5).
        observance((at + Duration::seconds(i64::from(from))).naive_utc(), from, to);
    }
    out.line("END:VTIMEZONE");
}

fn offset_text(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

/// TEXT (RFC 5545 §3.3.11).
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\n' | '\r' => out.push_str("\\n"),
            c if c.is_control() && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}

/// A quoted parameter value; it cannot hold quotes or control characters (RFC 5545 §3.2).
fn parameter(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control()).map(|c| if c == '"' { '\'' } else { c }).collect();
    format!("\"{clean}\"")
}

fn token(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Writes one content line, folded so that no line is longer than 75 octets and no character is cut.
    fn line(&mut self, text: &str) {
        let mut room = LINE_MAX;
        for c in text.chars() {
            if c.len_utf8() > room {
                let _ = write!(self.0, "\r\n ");
                room = LINE_MAX - 1;
            }
            self.0.push(c);
            room -= c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use calcard::icalendar::{ICalendar, ICalendarProperty};
    use proptest::prelude::*;

    fn event<'a>(summary: &'a str, zone: chrono_tz::Tz) -> Event<'a> {
        let start = DateTime::parse_from_rfc3339("2026-03-16T14:00:00+08:00").unwrap();
        Event {
            method: "REQUEST",
            uid: "m12@example.com",
            start,
            end: start + Duration::hours(1),
            zone: Some(zone),
            summary,
            organizer: ("张三(督办助手代发)", "duban@example.com"),
            alarm_minutes: Some(15),
            ..Event::default()
        }
    }

    fn read_back(text: &str) -> String {
        let calendar = ICalendar::parse(text).unwrap();
        let component = calendar.components.iter().find(|c| c.component_type.as_str() == "VEVENT").unwrap();
        let entry = component.entries.iter().find(|e| e.name == ICalendarProperty::Summary).unwrap();
        entry.values.first().and_then(|v| v.as_text()).unwrap_or_default().to_string()
    }

    proptest! {
        #[test]
        fn texts_come_back_equal_and_lines_stay_short(text in "[^\\p{Cc}]{0,120}") {
            let made = calendar(&event(&text, chrono_tz::Asia::Shanghai));
            for line in made.split("\r\n") {
                prop_assert!(line.len() <= LINE_MAX);
            }
            prop_assert!(!made.replace("\r\n", "").contains(['\r', '\n']));
            prop_assert_eq!(read_back(&made), text);
        }
    }

    #[test]
    fn a_zone_with_summer_time_names_both_changes() {
        let made = calendar(&event("x", chrono_tz::Europe::Berlin));
        assert!(made.contains("TZID:Europe/Berlin"));
        assert!(
            made.contains("BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200"),
            "{made}"
        );
        assert!(
            made.contains("BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100"),
            "{made}"
        );
        assert!(made.contains("DTSTART;TZID=Europe/Berlin:20260316T070000"));
    }

    #[test]
    fn the_organizer_is_the_assistant_in_the_name_of_a_person() {
        let made = calendar(&event("x", chrono_tz::Asia::Shanghai)).replace("\r\n ", "");
        assert!(made.contains("ORGANIZER;CN=\"张三(督办助手代发)\":mailto:duban@example.com"));
    }
}
