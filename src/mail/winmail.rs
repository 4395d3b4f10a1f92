//! winmail.dat: what Outlook wraps a mail in when it believes that the reader is Outlook, too (MS-OXTNEF, OFFICE O36).
//!
//! Gives the text and the attachments. Rich text without a plain or HTML body is left alone: Outlook sends the plain
//! text beside it. Every length is checked against what is left, so a broken or hostile file ends early.

use super::header;

/// What a winmail.dat holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Winmail {
    pub text: Option<String>,
    pub html: Option<String>,
    /// name (safe to show, may be empty), type, bytes
    pub files: Vec<(String, String, Vec<u8>)>,
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
                for property in properties(data, charset) {
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
    Other,
}

struct Property<'a> {
    id: u16,
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
    if id >= 0x8000 {
        rest.take(16)?;
        if rest.u32()? == 0 {
            rest.u32()?;
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
                rest.take(size)?;
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
    Some(Property { id, value })
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
