//! winmail.dat: what Outlook wraps a mail in when it believes that the reader is Outlook, too (MS-OXTNEF, OFFICE O36).
//!
//! Gives the text, the attachments and a meeting request or its answer (MS-OXOCAL). Rich text without a plain or HTML body is left alone: Outlook sends the plain
//! text beside it. Every length is checked against what is left, so a broken or hostile file ends early.

use super::header;
use super::header::Address;
use chrono::{DateTime, Duration, TimeZone, Utc};

/// What a winmail.dat holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Winmail {
    pub text: Option<String>,
    pub html: Option<String>,
    /// name (safe to show, may be empty), type, bytes
    pub files: Vec<(String, String, Vec<u8>)>,
    pub meeting: Option<Appointment>,
}

/// A meeting as Outlook's properties give it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Appointment {
    /// `REQUEST`, `CANCEL`, or `REPLY` with its PARTSTAT.
    pub method: &'static str,
    pub partstat: &'static str,
    pub start: Option<DateTime<Utc>>,
    pub end: Option<DateTime<Utc>>,
    pub location: String,
    pub uid: String,
    pub sequence: u32,
}

impl Appointment {
    /// By message class (MS-OXOCAL §2.2): `IPM.Schedule.Meeting.Request`, `…Canceled`, `…Resp.Pos`; the older names too.
    fn of_class(class: &str) -> Option<Appointment> {
        let class = class.trim_end_matches('\0').to_ascii_lowercase();
        let (method, partstat) = match class.as_str() {
            "ipm.schedule.meeting.request" | "ipm.microsoft schedule.mtgreq" => ("REQUEST", ""),
            "ipm.schedule.meeting.canceled" | "ipm.microsoft schedule.mtgcncl" => ("CANCEL", ""),
            "ipm.schedule.meeting.resp.pos" | "ipm.microsoft schedule.mtgrespp" => ("REPLY", "ACCEPTED"),
            "ipm.schedule.meeting.resp.neg" | "ipm.microsoft schedule.mtgrespn" => ("REPLY", "DECLINED"),
            "ipm.schedule.meeting.resp.tent" | "ipm.microsoft schedule.mtgrespa" => ("REPLY", "TENTATIVE"),
            _ => return None,
        };
        Some(Appointment { method, partstat, ..Appointment::default() })
    }

    /// What a calendar client would have sent (RFC 5546): a request comes from its author to its readers, an answer from
    /// its author alone. Nothing without a UID, or a request without a start.
    pub fn calendar(&self, subject: &str, author: &Address, readers: &[&Address]) -> Option<String> {
        if self.uid.is_empty() || (self.start.is_none() && self.method == "REQUEST") {
            return None;
        }
        let plain = |text: &str| -> String {
            text.chars()
                .filter(|c| !c.is_control())
                .flat_map(|c| match c {
                    '\\' | ';' | ',' => vec!['\\', c],
                    c => vec![c],
                })
                .collect()
        };
        let moment = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
        let name = |one: &Address| one.name.chars().filter(|c| !c.is_control() && *c != '"').collect::<String>();
        let mut lines = vec!["BEGIN:VCALENDAR".to_owned(), "VERSION:2.0".into(), format!("METHOD:{}", self.method)];
        lines.push("BEGIN:VEVENT".into());
        lines.push(format!("UID:{}", plain(&self.uid)));
        lines.push(format!("SEQUENCE:{}", self.sequence));
        lines.push(format!("SUMMARY:{}", plain(subject)));
        lines.extend(self.start.map(|at| format!("DTSTART:{}", moment(at))));
        lines.extend(self.end.map(|at| format!("DTEND:{}", moment(at))));
        if !self.location.trim().is_empty() {
            lines.push(format!("LOCATION:{}", plain(&self.location)));
        }
        if self.method == "REPLY" {
            lines.extend(readers.first().map(|one| format!("ORGANIZER:mailto:{}", one.address)));
            lines.push(format!(
                "ATTENDEE;PARTSTAT={};CN=\"{}\":mailto:{}",
                self.partstat,
                name(author),
                author.address
            ));
        } else {
            lines.push(format!("ORGANIZER;CN=\"{}\":mailto:{}", name(author), author.address));
            for one in readers {
                lines.push(format!("ATTENDEE;CN=\"{}\":mailto:{}", name(one), one.address));
            }
        }
        lines.extend(["END:VEVENT".to_owned(), "END:VCALENDAR".into(), String::new()]);
        Some(lines.join("\r\n"))
    }

    fn take(&mut self, property: &Property<'_>) {
        match (property.named, &property.value) {
            // PidLidAppointmentStartWhole, PidLidAppointmentEndWhole
            (Some((APPOINTMENT, 0x820d)), Value::Time(at)) => self.start = filetime(*at),
            (Some((APPOINTMENT, 0x820e)), Value::Time(at)) => self.end = filetime(*at),
            // PidLidAppointmentSequence, PidLidLocation
            (Some((APPOINTMENT, 0x8201)), Value::Number(number)) => self.sequence = *number,
            (Some((APPOINTMENT, 0x8208)), Value::Text(text)) => self.location.clone_from(text),
            // PidLidGlobalObjectId, and PidLidCleanGlobalObjectId, which names the series too
            (Some((MEETING, 0x0003)), Value::Bytes(id)) if self.uid.is_empty() => self.uid = global_id(id),
            (Some((MEETING, 0x0023)), Value::Bytes(id)) => self.uid = global_id(id),
            // PidTagStartDate, PidTagEndDate
            _ if property.id == 0x0060 && self.start.is_none() => {
                if let Value::Time(at) = property.value {
                    self.start = filetime(at);
                }
            }
            _ if property.id == 0x0061 && self.end.is_none() => {
                if let Value::Time(at) = property.value {
                    self.end = filetime(at);
                }
            }
            _ => {}
        }
    }
}

/// PSETID_Appointment {00062002-0000-0000-C000-000000000046}
const APPOINTMENT: [u8; 16] = [0x02, 0x20, 0x06, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
/// PSETID_Meeting {6ED8DA90-450B-101B-98DA-00AA003F1305}
const MEETING: [u8; 16] = [0x90, 0xda, 0xd8, 0x6e, 0x0b, 0x45, 0x1b, 0x10, 0x98, 0xda, 0, 0xaa, 0, 0x3f, 0x13, 0x05];

/// Hundreds of nanoseconds since 1601 (MS-DTYP §2.3.3).
fn filetime(at: u64) -> Option<DateTime<Utc>> {
    let begins = Utc.with_ymd_and_hms(1601, 1, 1, 0, 0, 0).single()?;
    let moment = begins.checked_add_signed(Duration::microseconds(i64::try_from(at / 10).ok()?))?;
    // Outlook writes the year 4501 for "none".
    (moment.timestamp() > 0 && at < 0x0d00_0000_0000_0000).then_some(moment)
}

/// The UID a calendar program shows for a global object id (MS-OXCICAL §2.1.3.1.1.20.26): what stands behind `vCal-Uid`,
/// else the whole id in hexadecimal.
fn global_id(id: &[u8]) -> String {
    const HEAD: usize = 40;
    let foreign = id.get(HEAD..).and_then(|data| data.strip_prefix(b"vCal-Uid"));
    if let Some(uid) = foreign.and_then(|data| data.get(4..)) {
        return String::from_utf8_lossy(uid).trim_end_matches('\0').to_owned();
    }
    id.iter().take(512).map(|byte| format!("{byte:02X}")).collect()
}

const SIGNATURE: u32 = 0x223e_9f78;
const FILE_COUNT_MAX: usize = 100;
const PROPERTY_COUNT_MAX: usize = 2000;

/// Reads the stream; None where it is no TNEF at all.
pub fn read(bytes: &[u8]) -> Option<Winmail> {
    let mut rest = Cursor { bytes };
    if rest.u32()? != SIGNATURE {
        return None;
    }
    rest.take(2)?;
    let mut out = Winmail::default();
    let mut charset: &'static str = "gb18030";
    while rest.take(1).is_some() {
        let (Some(attribute), Some(length)) = (rest.u32(), rest.u32()) else { break };
        let Some(data) = rest.take(length as usize) else { break };
        // the check sum guards nothing that its use does not check
        rest.take(2);
        match attribute {
            // attOemCodepage
            0x0006_9007 => {
                charset = match (Cursor { bytes: data }).u32() {
                    Some(950) => "big5",
                    Some(65001) => "utf-8",
                    Some(1252) => "windows-1252",
                    Some(932) => "shift_jis",
                    _ => "gb18030",
                }
            }
            // attMessageClass
            0x0007_8008 => out.meeting = Appointment::of_class(&string8(data, charset)).or(out.meeting),
            // attBody
            0x0002_800c => out.text = Some(string8(data, charset)),
            // attAttachRendData begins an attachment
            0x0006_9002 if out.files.len() < FILE_COUNT_MAX => {
                out.files.push((String::new(), "application/octet-stream".to_owned(), Vec::new()));
            }
            // attAttachTitle, the short name
            0x0001_8010 => {
                if let Some(file) = out.files.last_mut().filter(|f| f.0.is_empty()) {
                    file.0 = header::file_name(&string8(data, charset));
                }
            }
            // attAttachData
            0x0006_800f => {
                if let Some(file) = out.files.last_mut() {
                    file.2 = data.to_vec();
                }
            }
            // attMsgProps
            0x0006_9003 => {
                let properties = properties(data, charset);
                let class = properties.iter().find(|property| property.id == 0x001a);
                if let Some(Property { value: Value::Text(class), .. }) = class {
                    out.meeting = Appointment::of_class(class).or(out.meeting);
                }
                if let Some(meeting) = &mut out.meeting {
                    properties.iter().for_each(|property| meeting.take(property));
                }
                for property in properties {
                    match (property.id, property.value) {
                        (0x1000, Value::Text(text)) if !text.trim().is_empty() => out.text = Some(text),
                        (0x1013, Value::Text(text)) => out.html = Some(text),
                        (0x1013, Value::Bytes(bytes)) => out.html = Some(header::decode_charset(None, bytes)),
                        _ => {}
                    }
                }
            }
            // attAttachment, the properties of an attachment
            0x0006_9005 => {
                let Some(file) = out.files.last_mut() else { continue };
                for property in properties(data, charset) {
                    match (property.id, property.value) {
                        (0x3707, Value::Text(name)) => file.0 = header::file_name(&name),
                        (0x370e, Value::Text(mime)) => file.1 = header::clean(&mime).to_ascii_lowercase(),
                        (0x3701, Value::Bytes(bytes)) if file.2.is_empty() => file.2 = bytes.to_vec(),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    out.files.retain(|f| !f.2.is_empty());
    Some(out)
}

struct Cursor<'a> {
    bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.bytes.split_at_checked(count)?;
        self.bytes = tail;
        Some(head)
    }
    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }
    /// A value of that length, and the padding to a multiple of four behind it.
    fn padded(&mut self, length: usize) -> Option<&'a [u8]> {
        let value = self.take(length)?;
        let padding = (4 - length % 4) % 4;
        self.take(padding.min(self.bytes.len()))?;
        Some(value)
    }
}

enum Value<'a> {
    Text(String),
    Bytes(&'a [u8]),
    Number(u32),
    /// PtypTime
    Time(u64),
    Other,
}

struct Property<'a> {
    id: u16,
    /// property set and number, where the id is only this file's (MS-OXTNEF §2.1.3.4.1)
    named: Option<([u8; 16], u32)>,
    value: Value<'a>,
}

/// A list of MAPI properties (MS-OXTNEF §2.1.3.4); what does not fit ends it.
fn properties<'a>(data: &'a [u8], charset: &'static str) -> Vec<Property<'a>> {
    let mut out = Vec::new();
    let mut rest = Cursor { bytes: data };
    let count = rest.u32().unwrap_or(0) as usize;
    for _ in 0..count.min(PROPERTY_COUNT_MAX) {
        match property(&mut rest, charset) {
            Some(property) => out.push(property),
            None => break,
        }
    }
    out
}

fn property<'a>(rest: &mut Cursor<'a>, charset: &'static str) -> Option<Property<'a>> {
    let tag = rest.u32()?;
    let (kind, id) = ((tag & 0xffff) as u16, (tag >> 16) as u16);
    let mut named = None;
    if id >= 0x8000 {
        let set: [u8; 16] = rest.take(16)?.try_into().ok()?;
        if rest.u32()? == 0 {
            named = Some((set, rest.u32()?));
        } else {
            let length = rest.u32()? as usize;
            rest.padded(length)?;
        }
    }
    let many = kind & 0x1000 != 0;
    let kind = kind & 0x0fff;
    let fixed = match kind {
        0x0002 | 0x0003 | 0x0004 | 0x000a | 0x000b => Some(4),
        0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => Some(8),
        0x0048 => Some(16),
        0x000d | 0x001e | 0x001f | 0x0102 => None,
        _ => return None,
    };
    let values = if many || fixed.is_none() { rest.u32()? as usize } else { 1 };
    let mut value = Value::Other;
    for _ in 0..values.min(PROPERTY_COUNT_MAX) {
        match fixed {
            Some(size) => {
                let bytes = rest.take(size)?;
                value = match kind {
                    0x0003 => bytes.try_into().map_or(Value::Other, |four| Value::Number(u32::from_le_bytes(four))),
                    0x0040 => bytes.try_into().map_or(Value::Other, |eight| Value::Time(u64::from_le_bytes(eight))),
                    _ => Value::Other,
                };
            }
            None => {
                let length = rest.u32()? as usize;
                let bytes = rest.padded(length)?;
                value = match kind {
                    0x001e => Value::Text(string8(bytes, charset)),
                    0x001f => {
                        Value::Text(header::decode_charset(Some("utf-16le"), bytes).trim_end_matches('\0').to_owned())
                    }
                    // an object begins with the id of its interface
                    0x000d => Value::Bytes(bytes.get(16..).unwrap_or_default()),
                    _ => Value::Bytes(bytes),
                };
            }
        }
    }
    Some(Property { id, named, value })
}

fn string8(bytes: &[u8], charset: &str) -> String {
    let end = bytes.iter().position(|c| *c == 0).unwrap_or(bytes.len());
    header::decode_charset(Some(charset), bytes.get(..end).unwrap_or_default())
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
        let mut out = vec![level];
        out.extend(id.to_le_bytes());
        out.extend((data.len() as u32).to_le_bytes());
        out.extend(data);
        let sum = data.iter().fold(0u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        out.extend(sum.to_le_bytes());
        out
    }

    fn text_property(id: u16, text: &str) -> Vec<u8> {
        let wide: Vec<u8> = text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let mut out = (u32::from(id) << 16 | 0x001f).to_le_bytes().to_vec();
        out.extend(1u32.to_le_bytes());
        out.extend((wide.len() as u32).to_le_bytes());
        out.extend(&wide);
        out.resize(out.len().div_ceil(4) * 4, 0);
        out
    }

    pub(in crate::mail) fn sample() -> Vec<u8> {
        let mut out = SIGNATURE.to_le_bytes().to_vec();
        out.extend([1, 0]);
        out.extend(attribute(1, 0x0006_9007, &936u32.to_le_bytes()));
        let mut message = 2u32.to_le_bytes().to_vec();
        message.extend(0x0017_0003u32.to_le_bytes());
        message.extend(1u32.to_le_bytes());
        message.extend(text_property(0x1000, "会议纪要见附件"));
        out.extend(attribute(1, 0x0006_9003, &message));
        out.extend(attribute(2, 0x0006_9002, &[0; 14]));
        out.extend(attribute(2, 0x0001_8010, b"HUIYI~1.DOC\0"));
        out.extend(attribute(2, 0x0006_800f, b"bytes of a file"));
        let mut file = 1u32.to_le_bytes().to_vec();
        file.extend(text_property(0x3707, "../会议纪要.docx"));
        out.extend(attribute(2, 0x0006_9005, &file));
        out
    }

    #[test]
    fn text_and_files_come_out() {
        let got = read(&sample()).unwrap();
        assert_eq!(got.text.as_deref(), Some("会议纪要见附件"));
        assert_eq!(
            got.files,
            [("会议纪要.docx".to_owned(), "application/octet-stream".to_owned(), b"bytes of a file".to_vec())]
        );
    }

    fn named(set: &[u8; 16], number: u32, kind: u16, value: &[u8]) -> Vec<u8> {
        let mut out = (0x8001_u32 << 16 | u32::from(kind)).to_le_bytes().to_vec();
        out.extend(set);
        out.extend(0u32.to_le_bytes());
        out.extend(number.to_le_bytes());
        if matches!(kind, 0x001f | 0x0102) {
            out.extend(1u32.to_le_bytes());
            out.extend((value.len() as u32).to_le_bytes());
        }
        out.extend(value);
        out.resize(out.len().div_ceil(4) * 4, 0);
        out
    }

    /// A request for 12 March 2026, 14:00 to 15:00 in Shanghai.
    pub(in crate::mail) fn request(class: &str) -> Vec<u8> {
        let wide = |text: &str| text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let at = |hour: u32| {
            let moment = Utc.with_ymd_and_hms(2026, 3, 12, hour, 0, 0).unwrap();
            let since = moment - Utc.with_ymd_and_hms(1601, 1, 1, 0, 0, 0).unwrap();
            (since.num_seconds() as u64 * 10_000_000).to_le_bytes()
        };
        let mut id = vec![4, 0, 0, 0, 0x82, 0, 0xe0, 0];
        id.resize(40, 0);
        id.extend([0xab, 0xcd]);
        let mut message = 6u32.to_le_bytes().to_vec();
        message.extend(text_property(0x001a, class));
        message.extend(named(&APPOINTMENT, 0x820d, 0x0040, &at(6)));
        message.extend(named(&APPOINTMENT, 0x820e, 0x0040, &at(7)));
        message.extend(named(&APPOINTMENT, 0x8201, 0x0003, &2u32.to_le_bytes()));
        message.extend(named(&APPOINTMENT, 0x8208, 0x001f, &wide("301会议室")));
        message.extend(named(&MEETING, 0x0023, 0x0102, &id));
        let mut out = SIGNATURE.to_le_bytes().to_vec();
        out.extend([1, 0]);
        out.extend(attribute(1, 0x0006_9003, &message));
        out
    }

    #[test]
    fn a_meeting_request_becomes_a_calendar_part() {
        let meeting = read(&request("IPM.Schedule.Meeting.Request")).unwrap().meeting.unwrap();
        assert_eq!((meeting.method, meeting.sequence, meeting.location.as_str()), ("REQUEST", 2, "301会议室"));
        let us = Address { name: "督办".into(), address: "duban@example.com".into() };
        let author = Address { name: "张三".into(), address: "zhangsan@example.com".into() };
        let text = meeting.calendar("评审会", &author, &[&us]).unwrap();
        for line in ["METHOD:REQUEST", "DTSTART:20260312T060000Z", "DTEND:20260312T070000Z", "SUMMARY:评审会"] {
            assert!(text.contains(line), "{text}");
        }
        assert!(text.contains("UID:040000008200E000") && text.contains("ABCD\r\n"), "{text}");
        let answer = read(&request("IPM.Schedule.Meeting.Resp.Neg")).unwrap().meeting.unwrap();
        assert!(answer.calendar("评审会", &author, &[&us]).unwrap().contains("ATTENDEE;PARTSTAT=DECLINED"));
        assert_eq!(read(&request("IPM.Note")).unwrap().meeting, None);
    }

    #[test]
    fn an_id_from_another_calendar_is_its_own_uid() {
        let mut id = vec![0; 40];
        id.extend(b"vCal-Uid\x01\0\0\0m-1-00ff@example.com\0");
        assert_eq!(global_id(&id), "m-1-00ff@example.com");
    }

    #[test]
    fn what_is_cut_off_gives_what_stands_before() {
        let whole = sample();
        for length in 0..whole.len() {
            read(&whole[..length]);
        }
        assert_eq!(read(b"PK\x03\x04"), None);
        let mut lying = whole.clone();
        lying[7..11].copy_from_slice(&u32::MAX.to_le_bytes());
        read(&lying);
    }

    proptest! {
        #[test]
        fn any_bytes(at in 0usize..200, byte in any::<u8>(), tail in proptest::collection::vec(any::<u8>(), 0..100)) {
            let mut bytes = sample();
            if let Some(slot) = bytes.get_mut(at) {
                *slot = byte;
            }
            bytes.extend(tail);
            read(&bytes);
        }
    }
}
