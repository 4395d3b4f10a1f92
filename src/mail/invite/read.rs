//! Reading others' iCalendar (RFC 5545, 5546, 6047): what Exchange, Google, Apple, QQ and Foxmail send, broken lines and
//! Windows zone names included. What cannot be read is left out; an event without UID is none.

use calcard::common::timezone::Tz as AnyZone;
use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use std::str::FromStr;

/// Octets of one object that are read.
const OCTETS_MAX: usize = 1 << 20;
const EVENT_COUNT_MAX: usize = 100;
const ATTENDEE_COUNT_MAX: usize = 1000;

/// Organizer or attendee; the address in lower case, without `mailto:`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    pub name: String,
    pub address: String,
    /// `ACCEPTED`, `DECLINED`, `TENTATIVE`, `DELEGATED`, `NEEDS-ACTION`; upper case, empty when absent
    pub partstat: String,
    /// `CHAIR`, `REQ-PARTICIPANT`, `OPT-PARTICIPANT`, `NON-PARTICIPANT`; upper case
    pub role: String,
    /// `INDIVIDUAL`, `ROOM`, `GROUP` …; upper case
    pub cutype: String,
    pub rsvp: bool,
    /// who acts for this person (a secretary)
    pub sent_by: Option<String>,
    pub delegated_to: Option<String>,
    pub delegated_from: Option<String>,
}

/// One VEVENT of a calendar object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invite {
    /// METHOD of the object, upper case; empty when absent
    pub method: String,
    pub uid: String,
    pub sequence: i64,
    pub dtstamp: Option<DateTime<Utc>>,
    pub start: Option<DateTime<FixedOffset>>,
    /// DTEND, or DTSTART with DURATION, or the end of an all-day event; None where the object says nothing
    pub end: Option<DateTime<FixedOffset>>,
    pub all_day: bool,
    /// the zone of DTSTART where it is one of the tz database
    pub zone: Option<Tz>,
    pub summary: String,
    pub description: String,
    pub location: String,
    pub url: Option<String>,
    pub organizer: Option<Party>,
    pub attendees: Vec<Party>,
    /// as it stands, without `RRULE:`
    pub rrule: Option<String>,
    pub recurrence_id: Option<DateTime<FixedOffset>>,
    pub exdates: Vec<DateTime<FixedOffset>>,
    /// `PUBLIC`, `PRIVATE`, `CONFIDENTIAL`; upper case
    pub class: String,
    /// `CONFIRMED`, `TENTATIVE`, `CANCELLED`; upper case
    pub status: String,
    /// what an answering person wrote
    pub comment: String,
    /// a proposed other time (Exchange COUNTER keeps the first one beside it)
    pub original_start: Option<DateTime<FixedOffset>>,
}

impl Invite {
    /// The attendee that a REPLY speaks of: only the sender's own line counts (RFC 5546 §3.2.3, TRUST S15).
    pub fn answer_of(&self, sender: &str) -> Option<&Party> {
        let sender = sender.to_lowercase();
        self.attendees
            .iter()
            .find(|a| a.address == sender)
            .or_else(|| self.attendees.iter().find(|a| a.sent_by.as_deref() == Some(sender.as_str())))
    }
}

/// A content line: name and parameters in upper case, values as they stand.
struct ContentLine {
    name: String,
    params: Vec<(String, String)>,
    value: String,
}

impl ContentLine {
    fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    fn upper(&self, name: &str) -> String {
        self.param(name).unwrap_or_default().trim().to_ascii_uppercase()
    }
}

/// A VTIMEZONE of the object: the offsets of its parts, for names nobody knows.
#[derive(Default)]
struct Zone {
    id: String,
    standard: Option<FixedOffset>,
    daylight: Option<FixedOffset>,
    named: Option<Tz>,
}

/// The events of a calendar object. `floating` is the zone of times that name none.
pub fn read(text: &str, floating: Tz) -> Vec<Invite> {
    let mut end = text.len().min(OCTETS_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let lines = unfold(&text[..end]);
    let zones = zones_of(&lines);
    let mut method = String::new();
    let mut out: Vec<Invite> = Vec::new();
    let mut open: Option<(Invite, Option<Duration>)> = None;
    // components within the event (VALARM) say nothing about it
    let mut inner = 0usize;
    for line in &lines {
        match (line.name.as_str(), line.value.trim().to_ascii_uppercase().as_str()) {
            ("BEGIN", "VEVENT") if open.is_none() => open = Some((Invite::default(), None)),
            ("BEGIN", _) if open.is_some() => inner += 1,
            ("END", "VEVENT") if inner == 0 => {
                if let Some((mut event, duration)) = open.take()
                    && !event.uid.is_empty()
                    && out.len() < EVENT_COUNT_MAX
                {
                    if event.end.is_none() {
                        event.end = match (event.start, duration) {
                            (Some(start), Some(length)) => start.checked_add_signed(length),
                            // RFC 5545 §3.6.1: a date alone lasts its day
                            (Some(start), None) if event.all_day => start.checked_add_signed(Duration::days(1)),
                            _ => None,
                        };
                    }
                    out.push(event);
                }
            }
            ("END", _) if inner > 0 => inner -= 1,
            ("METHOD", value) if open.is_none() => method = value.to_owned(),
            _ => {
                if let Some((event, duration)) = &mut open
                    && inner == 0
                {
                    property(line, event, duration, &zones, floating);
                }
            }
        }
    }
    for event in &mut out {
        event.method.clone_from(&method);
    }
    out
}

fn property(line: &ContentLine, event: &mut Invite, duration: &mut Option<Duration>, zones: &[Zone], floating: Tz) {
    let text = || unescape(&line.value);
    match line.name.as_str() {
        "UID" => event.uid = unescape(line.value.trim()),
        "SEQUENCE" => event.sequence = line.value.trim().parse().unwrap_or(0),
        "DTSTAMP" => event.dtstamp = moment(line, zones, floating).map(|(at, ..)| at.with_timezone(&Utc)),
        "DTSTART" => {
            if let Some((at, all_day, zone)) = moment(line, zones, floating) {
                event.start = Some(at);
                event.all_day = all_day;
                event.zone = zone;
            }
        }
        "DTEND" => event.end = moment(line, zones, floating).map(|(at, ..)| at),
        "DURATION" => *duration = length(line.value.trim()),
        "RECURRENCE-ID" => event.recurrence_id = moment(line, zones, floating).map(|(at, ..)| at),
        "EXDATE" => {
            for value in line.value.split(',').take(500) {
                let one = ContentLine { name: String::new(), params: line.params.clone(), value: value.to_owned() };
                event.exdates.extend(moment(&one, zones, floating).map(|(at, ..)| at));
            }
        }
        "X-MS-OLK-ORIGINALSTART" => event.original_start = moment(line, zones, floating).map(|(at, ..)| at),
        "SUMMARY" => event.summary = super::super::header::clean(&text()),
        "DESCRIPTION" => event.description = text(),
        "LOCATION" => event.location = super::super::header::clean(&text()),
        "COMMENT" => event.comment = text(),
        "URL" => event.url = Some(line.value.trim().to_owned()).filter(|u| u.starts_with("http")),
        "RRULE" => event.rrule = Some(line.value.trim().chars().filter(|c| c.is_ascii_graphic()).collect()),
        "CLASS" => event.class = line.value.trim().to_ascii_uppercase(),
        "STATUS" => event.status = line.value.trim().to_ascii_uppercase(),
        "ORGANIZER" => event.organizer = party(line),
        "ATTENDEE" if event.attendees.len() < ATTENDEE_COUNT_MAX => event.attendees.extend(party(line)),
        _ => {}
    }
}

fn party(line: &ContentLine) -> Option<Party> {
    let address = mail_address(&line.value).or_else(|| line.param("EMAIL").and_then(mail_address))?;
    let name = super::super::header::clean(line.param("CN").unwrap_or_default());
    let name = name.trim_matches(['"', '\'']).to_owned();
    Some(Party {
        name: if name.eq_ignore_ascii_case(&address) || name.to_lowercase().starts_with("mailto:") {
            String::new()
        } else {
            name
        },
        partstat: line.upper("PARTSTAT"),
        role: line.upper("ROLE"),
        cutype: line.upper("CUTYPE"),
        rsvp: line.upper("RSVP") == "TRUE",
        sent_by: line.param("SENT-BY").and_then(mail_address),
        delegated_to: line.param("DELEGATED-TO").and_then(mail_address),
        delegated_from: line.param("DELEGATED-FROM").and_then(mail_address),
        address,
    })
}

fn mail_address(value: &str) -> Option<String> {
    let value = value.trim().trim_matches('"').trim();
    let lower = value.to_lowercase();
    let bare = lower.strip_prefix("mailto:").unwrap_or(&lower).trim().trim_matches(['<', '>']).to_owned();
    super::super::header::valid(&bare).then_some(bare)
}

/// Lines put together again (RFC 5545 §3.1), whatever ends them.
fn unfold(text: &str) -> Vec<ContentLine> {
    let mut whole: Vec<String> = Vec::new();
    for line in text.trim_start_matches('\u{feff}').split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), whole.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => whole.push(line.to_owned()),
        }
    }
    whole.iter().filter_map(|line| content_line(line)).collect()
}

fn content_line(line: &str) -> Option<ContentLine> {
    // the first colon outside quotes ends name and parameters
    let mut quoted = false;
    let mut cuts: Vec<usize> = Vec::new();
    let mut colon = None;
    for (i, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => cuts.push(i),
            ':' if !quoted => {
                colon = Some(i);
                break;
            }
            _ => {}
        }
    }
    // a quote never closed: any colon will do
    let colon = colon.or_else(|| line.find(':'))?;
    cuts.retain(|i| *i < colon);
    let name_end = cuts.first().copied().unwrap_or(colon);
    // a group in front of the name (vCard habit): item1.SUMMARY
    let name = line.get(..name_end)?.rsplit('.').next()?.trim().to_ascii_uppercase();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return None;
    }
    let mut params = Vec::new();
    for (n, start) in cuts.iter().enumerate() {
        let end = cuts.get(n + 1).copied().unwrap_or(colon);
        if let Some((key, value)) = line.get(start + 1..end).and_then(|p| p.split_once('=')) {
            params.push((key.trim().to_ascii_uppercase(), parameter_value(value)));
        }
    }
    Some(ContentLine { name, params, value: line.get(colon + 1..)?.to_owned() })
}

/// Quotes off; `^n`, `^'`, `^^` are RFC 6868's escapes.
fn parameter_value(value: &str) -> String {
    let value = value.trim();
    let value = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value);
    if value.contains('^') {
        value.replace("^n", "\n").replace("^'", "\"").replace("^^", "^")
    } else {
        value.to_owned()
    }
}

fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            '\0' => {}
            c => out.push(c),
        }
    }
    out
}

fn zones_of(lines: &[ContentLine]) -> Vec<Zone> {
    let mut out = Vec::new();
    let mut open: Option<Zone> = None;
    let mut part = String::new();
    for line in lines {
        let value = line.value.trim();
        match line.name.as_str() {
            "BEGIN" if value.eq_ignore_ascii_case("VTIMEZONE") => open = Some(Zone::default()),
            "BEGIN" => part = value.to_ascii_uppercase(),
            "END" if value.eq_ignore_ascii_case("VTIMEZONE") => out.extend(open.take()),
            name => {
                let Some(zone) = &mut open else { continue };
                match name {
                    "TZID" => zone.id = value.trim_matches('"').to_owned(),
                    "X-LIC-LOCATION" => zone.named = Tz::from_str(value).ok(),
                    "TZOFFSETTO" if part == "STANDARD" => zone.standard = utc_offset(value),
                    "TZOFFSETTO" if part == "DAYLIGHT" => zone.daylight = utc_offset(value),
                    _ => {}
                }
            }
        }
    }
    out
}

fn utc_offset(value: &str) -> Option<FixedOffset> {
    let (sign, digits) = match value.split_at_checked(1)? {
        ("-", rest) => (-1, rest),
        ("+", rest) => (1, rest),
        _ => (1, value),
    };
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4)?.parse().ok()?;
    FixedOffset::east_opt(sign * (hours * 60 + minutes) * 60)
}

/// A zone by any name: tz database, Windows, `/freeassociation/…/Asia/Shanghai`, `(UTC+08:00) Beijing…`.
fn zone_by_name(name: &str) -> Option<Tz> {
    let name = name.trim().trim_matches('"');
    if let Ok(zone) = Tz::from_str(name) {
        return Some(zone);
    }
    if let Ok(AnyZone::Tz(zone)) = AnyZone::from_str(name) {
        return Some(zone);
    }
    // a path whose end is the name
    let parts: Vec<&str> = name.split('/').collect();
    for take in (1..=3).rev() {
        if parts.len() > take
            && let Some(tail) = parts.get(parts.len() - take..)
            && let Ok(zone) = Tz::from_str(&tail.join("/"))
        {
            return Some(zone);
        }
    }
    match name {
        "中国标准时间"
        | "中國標準時間"
        | "北京时间"
        | "China"
        | "Beijing"
        | "China Standard Time (1)"
        | "GMT+08:00"
        | "UTC+8"
        | "UTC+08:00"
        | "GMT+8" => return Some(Tz::Asia__Shanghai),
        "台北标准时间" | "台北標準時間" => return Some(Tz::Asia__Taipei),
        _ => {}
    }
    (name.contains("Beijing") || name.contains("北京")).then_some(Tz::Asia__Shanghai)
}

/// The moment of a date or date-time property: (moment, a date alone, its zone).
fn moment(line: &ContentLine, zones: &[Zone], floating: Tz) -> Option<(DateTime<FixedOffset>, bool, Option<Tz>)> {
    let value = line.value.trim();
    let (day, time, utc) = date_time(value)?;
    let all_day = time.is_none();
    let local = day.and_time(time.unwrap_or(NaiveTime::MIN));
    if utc {
        return Some((local.and_utc().fixed_offset(), all_day, None));
    }
    let Some(name) = line.param("TZID") else {
        return Some((in_zone(local, floating)?, all_day, None));
    };
    let own = zones.iter().find(|z| z.id == name.trim_matches('"'));
    if let Some(zone) = zone_by_name(name).or_else(|| own.and_then(|z| z.named)) {
        return Some((in_zone(local, zone)?, all_day, Some(zone)));
    }
    // an unknown name with rules of its own: the offset of half the year that the day lies in
    let offset = own.and_then(|z| match (z.standard, z.daylight) {
        (Some(standard), Some(daylight)) if standard != daylight => {
            let summer = (4..=10).contains(&chrono::Datelike::month(&day));
            Some(if summer { daylight } else { standard })
        }
        (standard, daylight) => standard.or(daylight),
    });
    match offset {
        Some(offset) => Some((offset.from_local_datetime(&local).single()?, all_day, None)),
        None => Some((in_zone(local, floating)?, all_day, None)),
    }
}

/// RFC 5545 §3.3.5: a time that occurs twice is the first, one that never occurs is read with the offset before the gap.
fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<DateTime<FixedOffset>> {
    if let Some(at) = zone.from_local_datetime(&local).earliest() {
        return Some(at.fixed_offset());
    }
    let before = zone.from_local_datetime(&local.checked_sub_signed(Duration::hours(3))?).earliest()?;
    let offset = before.offset().fix();
    offset.from_local_datetime(&local).single().map(|at| at.with_timezone(&zone).fixed_offset())
}

fn date_time(value: &str) -> Option<(NaiveDate, Option<NaiveTime>, bool)> {
    // also 2026-10-15T10:00:00Z, which some exporters write
    let utc = value.ends_with(['Z', 'z']);
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let number = |range: std::ops::Range<usize>| digits.get(range).and_then(|d| d.parse::<u32>().ok());
    let day = NaiveDate::from_ymd_opt(digits.get(..4)?.parse().ok()?, number(4..6)?, number(6..8)?)?;
    let time = match digits.len() {
        8 => None,
        12 => Some(NaiveTime::from_hms_opt(number(8..10)?, number(10..12)?, 0)?),
        14.. => Some(NaiveTime::from_hms_opt(number(8..10)?, number(10..12)?, number(12..14)?.min(59))?),
        _ => return None,
    };
    Some((day, time, utc))
}

/// `PT1H30M`, `P1D`, `P2W`, `-PT15M` (RFC 5545 §3.3.6). At most about three years.
fn length(value: &str) -> Option<Duration> {
    let negative = value.starts_with('-');
    let body = value.trim_start_matches(['+', '-']).strip_prefix('P')?;
    let (mut seconds, mut number) = (0i64, 0i64);
    for c in body.chars() {
        match c {
            '0'..='9' => number = number.checked_mul(10)?.checked_add(i64::from(c.to_digit(10)?))?,
            'T' => {}
            'W' | 'D' | 'H' | 'M' | 'S' => {
                let unit = match c {
                    'W' => 604_800,
                    'D' => 86_400,
                    'H' => 3600,
                    'M' => 60,
                    _ => 1,
                };
                seconds = seconds.checked_add(number.checked_mul(unit)?)?;
                number = 0;
            }
            _ => return None,
        }
    }
    if seconds > 100_000_000 {
        return None;
    }
    Some(Duration::seconds(if negative { -seconds } else { seconds }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::write;
    use super::*;
    use proptest::prelude::*;

    fn one(body: &str) -> Invite {
        let text =
            format!("BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:u1\n{body}\nEND:VEVENT\nEND:VCALENDAR\n");
        read(&text.replace('\n', "\r\n"), Tz::Asia__Shanghai).remove(0)
    }

    fn times(body: &str) -> (String, String) {
        let event = one(body);
        let show = |at: Option<DateTime<FixedOffset>>| at.map(|a| a.to_rfc3339()).unwrap_or_default();
        (show(event.start), show(event.end))
    }

    #[test]
    fn times_in_every_spelling() {
        let check =
            |body: &str, start: &str, end: &str| assert_eq!(times(body), (start.to_owned(), end.to_owned()), "{body}");
        let (ten, eleven) = ("2026-10-15T10:00:00+08:00", "2026-10-15T11:00:00+08:00");
        check("DTSTART;TZID=Asia/Shanghai:20261015T100000\nDTEND;TZID=Asia/Shanghai:20261015T110000", ten, eleven);
        check("DTSTART;TZID=China Standard Time:20261015T100000\nDURATION:PT1H", ten, eleven);
        check("DTSTART;TZID=\"China Standard Time\":20261015T100000\nDURATION:PT1H", ten, eleven);
        check(
            "DTSTART;TZID=\"(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi\":20261015T100000\nDURATION:PT1H",
            ten,
            eleven,
        );
        check(
            "DTSTART;TZID=/freeassociation.sourceforge.net/Asia/Shanghai:20261015T100000\nDURATION:PT1H",
            ten,
            eleven,
        );
        check("DTSTART:20261015T100000\nDURATION:PT60M", ten, eleven);
        check(
            "DTSTART:20261015T020000Z\nDTEND:20261015T030000Z",
            "2026-10-15T02:00:00+00:00",
            "2026-10-15T03:00:00+00:00",
        );
        check(
            "DTSTART;TZID=Pacific Standard Time:20260715T100000\nDURATION:P1D",
            "2026-07-15T10:00:00-07:00",
            "2026-07-16T10:00:00-07:00",
        );
        check("DTSTART;VALUE=DATE:20261015", "2026-10-15T00:00:00+08:00", "2026-10-16T00:00:00+08:00");
        check("DTSTART:20261015T100000", ten, "");
        // an hour that the change to summer time skips, one that occurs twice
        check(
            "DTSTART;TZID=Europe/Berlin:20260329T023000\nDURATION:PT0S",
            "2026-03-29T03:30:00+02:00",
            "2026-03-29T03:30:00+02:00",
        );
        check(
            "DTSTART;TZID=Europe/Berlin:20261025T023000\nDURATION:PT0S",
            "2026-10-25T02:30:00+02:00",
            "2026-10-25T02:30:00+02:00",
        );
        check("DTSTART:nonsense", "", "");
    }

    #[test]
    fn a_zone_of_its_own() {
        let text = "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\nBEGIN:STANDARD\r\nTZOFFSETFROM:+0530\r\nTZOFFSETTO:+0530\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Customized Time Zone:20261015T100000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        assert_eq!(read(text, Tz::UTC)[0].start.unwrap().to_rfc3339(), "2026-10-15T10:00:00+05:30");
    }

    #[test]
    fn an_exchange_reply() {
        let text = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nPRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nATTENDEE;PARTSTAT=DECLINED;CN=\"孙悦; 市场部\";SENT-BY=\"mailto:mishu@nanshan.example\":MAILTO:Sun\r\n Yue@nanshan.example\r\nCOMMENT;LANGUAGE=zh-CN:出差\\, 抱歉\\n\r\nUID:m7@meet.example\r\nSUMMARY;LANGUAGE=zh-CN:谢绝: 周会\r\nDTSTART;TZID=China Standard Time:20261015T100000\r\nSEQUENCE:2\r\nDTSTAMP:20261012T020000Z\r\nSTATUS:CONFIRMED\r\nCLASS:CONFIDENTIAL\r\nBEGIN:VALARM\r\nDESCRIPTION:REMINDER\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let event = read(text, Tz::UTC).remove(0);
        assert_eq!(
            (event.method.as_str(), event.uid.as_str(), event.sequence, event.class.as_str()),
            ("REPLY", "m7@meet.example", 2, "CONFIDENTIAL")
        );
        assert_eq!(event.comment.trim(), "出差, 抱歉");
        assert_eq!(event.description, "");
        let answer = event.answer_of("SunYue@nanshan.example").unwrap();
        assert_eq!(
            (answer.partstat.as_str(), answer.name.as_str(), answer.sent_by.as_deref()),
            ("DECLINED", "孙悦; 市场部", Some("mishu@nanshan.example"))
        );
        assert_eq!(event.answer_of("mishu@nanshan.example"), Some(answer));
        assert_eq!(event.answer_of("eve@stranger.example"), None);
        assert_eq!(event.dtstamp.unwrap().to_rfc3339(), "2026-10-12T02:00:00+00:00");
    }

    #[test]
    fn broken_objects_give_what_they_hold() {
        assert_eq!(read("", Tz::UTC), []);
        assert_eq!(read("BEGIN:VEVENT\nSUMMARY:no uid\nEND:VEVENT", Tz::UTC), []);
        assert_eq!(read("BEGIN:VEVENT\nUID:1\nSUMMARY:no calendar\nEND:VEVENT", Tz::UTC)[0].summary, "no calendar");
        assert_eq!(read("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VCALENDAR", Tz::UTC), []);
        assert!(one("ATTENDEE;CN=x:urn:uuid:1\nATTENDEE:invalid:nomail").attendees.is_empty());
    }

    fn event<'a>(
        summary: &'a str,
        description: &'a str,
        name: &'a str,
        attendees: &'a [write::Attendee<'a>],
    ) -> write::Event<'a> {
        let start = DateTime::parse_from_rfc3339("2026-10-15T10:00:00+08:00").unwrap();
        write::Event {
            method: "REQUEST",
            uid: "m-12@example.com",
            sequence: 3,
            dtstamp: start.to_utc(),
            start,
            end: start + Duration::hours(1),
            zone: Some(Tz::Asia__Shanghai),
            summary,
            description,
            location: Some(summary),
            organizer: (name, "duban@example.com"),
            attendees,
            rrule: Some("FREQ=WEEKLY;UNTIL=20261231T155959Z"),
            ..write::Event::default()
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// What we write comes back the same from our reader and from calcard (TRUST P12).
        #[test]
        fn written_and_read_back(summary in "[a-zA-Z0-9,;:\\\\\"会议纪要🎉 ]{0,60}", description in "[ -~\\n会议，；：、🎉]{0,200}", name in "[a-zA-Z,;:张三（督办助手） ]{1,40}") {
            let attendees = [write::Attendee { name: &name, address: "li@example.com", role: "REQ-PARTICIPANT", partstat: "NEEDS-ACTION", room: false, rsvp: true }];
            let text = write::calendar(&event(&summary, &description, &name, &attendees));
            for line in text.split("\r\n") {
                prop_assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
            }
            let back = read(&text, Tz::UTC).remove(0);
            let even = |s: &str| super::super::super::header::clean(s);
            prop_assert_eq!(&back.summary, &even(&summary));
            prop_assert_eq!(even(&back.description), even(&description));
            prop_assert_eq!(back.start.unwrap().to_rfc3339(), "2026-10-15T10:00:00+08:00");
            prop_assert_eq!(back.zone, Some(Tz::Asia__Shanghai));
            prop_assert_eq!(back.rrule.as_deref(), Some("FREQ=WEEKLY;UNTIL=20261231T155959Z"));
            prop_assert_eq!(back.attendees.len(), 1);
            prop_assert!(back.attendees[0].rsvp && back.attendees[0].address == "li@example.com");

            let mut second = calcard::Parser::new(&text);
            let calcard::Entry::ICalendar(calendar) = second.entry() else { panic!("calcard reads no calendar") };
            let events: Vec<_> = calendar.components.iter().filter(|c| c.component_type.is_event()).collect();
            prop_assert_eq!(events.len(), 1);
            let theirs = events[0].property(&calcard::icalendar::ICalendarProperty::Summary).and_then(|e| e.values.first()).and_then(|v| v.as_text()).unwrap_or_default();
            prop_assert_eq!(even(theirs), even(&summary));
        }

        #[test]
        fn any_text(text in "\\PC{0,300}") {
            read(&text, Tz::UTC);
        }

        #[test]
        fn almost_calendars(body in "((DTSTART|DTEND|DURATION|ATTENDEE|RRULE|UID|TZID|BEGIN|END)(;TZID=[a-zA-Z/\"]{0,9})?:[-0-9TZPHM:VEVENT@.a-z]{0,20}\r\n){0,12}") {
            read(&format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n{body}END:VEVENT\r\nEND:VCALENDAR"), Tz::UTC);
        }
    }
}
