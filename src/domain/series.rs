//! Recurring meetings (O31): the rule gives the days, each occurrence is a meeting of its own.

use super::meeting::{Meeting, NextOccurrence};
use super::reading::RecurrenceReading;
use chrono::{DateTime, FixedOffset, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

/// Occurrences asked for to find the next one (the first may be the one before); bounded, because rules come from mail.
const OCCURRENCES_MAX: u16 = 2;
/// Meetings recur by the day at most; a rule by the minute is a mistake or an attack.
const FREQUENCIES: [&str; 4] = ["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY"];

/// `FREQ=WEEKLY;INTERVAL=2;UNTIL=…` without UNTIL: the word of [`RecurrenceReading::freq`] with its parts, or, where a
/// calendar gave it, a whole RRULE.
fn rule(recurrence: &RecurrenceReading) -> String {
    let freq = recurrence.freq.trim().trim_start_matches("RRULE:");
    if freq.to_ascii_uppercase().starts_with("FREQ=") { freq.to_string() } else { format!("FREQ={freq}") }
}

/// The RRULE of an invite (RFC 5545 §3.3.10: UNTIL of a zoned event is in UTC).
pub fn rrule(recurrence: &RecurrenceReading) -> String {
    let rule = rule(recurrence);
    match recurrence.until {
        Some(until) if !rule.to_ascii_uppercase().contains("UNTIL=") => {
            format!("{rule};UNTIL={}T235959Z", until.format("%Y%m%d"))
        }
        _ => rule,
    }
}

/// The first start after `after` that the rule gives, counted from the series' first start.
pub fn next_start(
    recurrence: &RecurrenceReading,
    first: DateTime<FixedOffset>,
    zone: Tz,
    after: DateTime<FixedOffset>,
) -> Option<DateTime<FixedOffset>> {
    let rule = rule(recurrence).to_ascii_uppercase();
    if !FREQUENCIES.iter().any(|frequency| rule.contains(frequency)) || rule.contains(['\n', '\r']) {
        return None;
    }
    let local = first.with_timezone(&zone);
    let text = format!("DTSTART;TZID={}:{}\nRRULE:{rule}", zone.name(), local.format("%Y%m%dT%H%M%S"));
    let set: rrule::RRuleSet = text.parse().ok()?;
    let lower = rrule::Tz::UTC.from_utc_datetime(&after.with_timezone(&Utc).naive_utc());
    let next =
        set.after(lower).all(OCCURRENCES_MAX).dates.into_iter().find(|date| date.timestamp() > after.timestamp())?;
    let next = next.with_timezone(&zone).fixed_offset();
    let over = recurrence.until.is_some_and(|until| next.date_naive() > until);
    if over { None } else { Some(next) }
}

/// The occurrence after this one.
pub fn following(meeting: &Meeting, zone: Tz) -> Option<NextOccurrence> {
    let recurrence = meeting.recurrence.as_ref()?;
    let first = meeting.series_start.or(meeting.start)?;
    let this = meeting.occurrence_start.or(meeting.start)?;
    let start = next_start(recurrence, first, zone, this)?;
    Some(NextOccurrence { rule_start: start, start, asked: false, keep: false })
}

/// The occurrence after `next`, which is left out.
pub fn skipping(meeting: &Meeting, next: &NextOccurrence, zone: Tz) -> Option<NextOccurrence> {
    let recurrence = meeting.recurrence.as_ref()?;
    let first = meeting.series_start.or(meeting.start)?;
    let start = next_start(recurrence, first, zone, next.rule_start)?;
    Some(NextOccurrence { rule_start: start, start, asked: false, keep: false })
}

/// The same time of day on another day, in the zone of the series.
pub fn on_day(start: DateTime<FixedOffset>, zone: Tz, day: NaiveDate) -> DateTime<FixedOffset> {
    let time = start.with_timezone(&zone).time();
    super::workdays::local(&zone, day.and_time(time)).fixed_offset()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn next(freq: &str, until: Option<&str>, first: &str, after: &str) -> Option<String> {
        let recurrence = RecurrenceReading { freq: freq.into(), until: until.map(|u| u.parse().unwrap()) };
        let first = DateTime::parse_from_rfc3339(first).unwrap();
        let after = DateTime::parse_from_rfc3339(after).unwrap();
        next_start(&recurrence, first, chrono_tz::Asia::Shanghai, after).map(|next| next.to_rfc3339())
    }

    #[test]
    fn the_rule_gives_the_next_occurrence() {
        let first = "2026-03-11T09:30:00+08:00";
        let check =
            |freq, after, want: &str| assert_eq!(next(freq, None, first, after).as_deref(), Some(want), "{freq}");
        check("WEEKLY", first, "2026-03-18T09:30:00+08:00");
        check("WEEKLY;INTERVAL=2", first, "2026-03-25T09:30:00+08:00");
        check("WEEKLY;BYDAY=MO,WE", first, "2026-03-16T09:30:00+08:00");
        check("MONTHLY", first, "2026-04-11T09:30:00+08:00");
        check("DAILY", first, "2026-03-12T09:30:00+08:00");
        // A moved or skipped occurrence does not change the beat.
        check("WEEKLY;INTERVAL=2", "2026-03-27T10:00:00+08:00", "2026-04-08T09:30:00+08:00");
    }

    #[test]
    fn a_series_ends_with_its_last_day() {
        let first = "2026-03-11T09:30:00+08:00";
        assert_eq!(next("WEEKLY", Some("2026-03-18"), first, first).as_deref(), Some("2026-03-18T09:30:00+08:00"));
        assert_eq!(next("WEEKLY", Some("2026-03-17"), first, first), None);
    }

    #[test]
    fn a_senseless_rule_gives_nothing() {
        let first = "2026-03-11T09:30:00+08:00";
        assert_eq!(next("SOMETIMES", None, first, first), None);
        assert_eq!(next("YEARLY;BYMONTH=2;BYMONTHDAY=30", None, first, first), None);
    }
}
