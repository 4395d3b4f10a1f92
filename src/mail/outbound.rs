//! Subject, bodies, thread and invite to final bytes (RFC 5322, 2045, 6047).
//!
//! The same letter gives the same bytes: boundaries come from the Message-ID, nothing from chance or the clock. Every header
//! goes through lettre's structured builders after control characters are gone, so nothing read from mail can add a line
//! (TRUST P10).

use base64::Engine as _;
use chrono::{DateTime, Utc};
use lettre::message::header::{
    ContentDisposition, ContentId, ContentTransferEncoding, ContentType, HeaderName, HeaderValue,
};
use lettre::message::{Body, Mailbox, Message, MultiPart, SinglePart};
use lettre::{Address, address::Envelope};

/// References kept; longer threads lose their middle (RFC 5322 has no limit, gateways do).
const REFERENCES_MAX: usize = 20;
/// Our mark, so that our own mail is known when it comes back (TRUST L2, L7).
pub const OWN_HEADER: &str = "X-Duban";

/// A letter ready to become bytes.
#[derive(Clone, Debug, Default)]
pub struct Outgoing<'a> {
    pub from_name: &'a str,
    pub from_address: &'a str,
    pub to_name: &'a str,
    pub to_address: &'a str,
    pub reply_to: Option<&'a str>,
    pub subject: &'a str,
    /// All Message-IDs without angle brackets.
    pub message_id: &'a str,
    pub in_reply_to: Option<&'a str>,
    pub references: &'a [String],
    pub date: DateTime<Utc>,
    pub text: &'a str,
    pub html: &'a str,
    pub calendar: Option<Calendar<'a>>,
    pub attachments: &'a [File],
    /// Shown in the page by their Content-IDs.
    pub pictures: &'a [Picture],
    /// An answer to a mail (auto-replied) rather than auto-generated (RFC 3834 §5).
    pub answering: bool,
    /// mailto of List-Unsubscribe, where one belongs (O23).
    pub unsubscribe: Option<&'a str>,
    /// Value of our own header: the instance.
    pub instance: &'a str,
}

/// An iCalendar object that goes with a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar<'a> {
    /// `REQUEST`, `CANCEL`, `REPLY`.
    pub method: &'a str,
    pub text: &'a str,
    /// As a file only, not as an invitation.
    pub file_only: bool,
}

/// An attachment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub mime: String,
    pub bytes: Vec<u8>,
}

/// A picture of the page: `<img src="cid:…">` (RFC 2392).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Without angle brackets.
    pub cid: String,
    pub file: File,
}

/// Why a letter cannot become a mail.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    #[error("expected an address like name@example.com, found {0:?}")]
    Address(String),
    #[error("cannot build the mail: {0}")]
    Build(String),
}

/// The final bytes of a letter, with CRLF line ends.
pub fn compose(letter: &Outgoing<'_>) -> Result<Vec<u8>, ComposeError> {
    let mark = format!("duban-{:016x}", fnv(letter.message_id.as_bytes()));
    let mut message = Message::builder()
        .date(letter.date.into())
        .from(mailbox(letter.from_name, letter.from_address)?)
        .to(mailbox(letter.to_name, letter.to_address)?)
        .message_id(Some(format!("<{}>", one_line(letter.message_id))))
        .raw_header(subject(&one_line(letter.subject)))
        .envelope(
            Envelope::new(None, vec![address(letter.to_address)?]).map_err(|e| ComposeError::Build(e.to_string()))?,
        );
    if let Some(reply_to) = letter.reply_to {
        message = message.reply_to(mailbox("", reply_to)?);
    }
    if let Some(id) = letter.in_reply_to {
        message = message.in_reply_to(format!("<{}>", one_line(id)));
    }
    let references = capped(letter.references, letter.in_reply_to);
    if !references.is_empty() {
        message = message.references(references);
    }
    let auto = if letter.answering { "auto-replied" } else { "auto-generated" };
    message = message
        .raw_header(raw("Auto-Submitted", auto))
        // MS-OXCMAIL 2.1.3.2.20: not `All`, which would also keep bounces and vacation notes from us, and we read those.
        .raw_header(raw("X-Auto-Response-Suppress", "DR, RN, NRN, AutoReply"))
        .raw_header(raw(OWN_HEADER, &one_line(letter.instance)));
    if let Some(unsubscribe) = letter.unsubscribe {
        message = message.raw_header(raw("List-Unsubscribe", &format!("<{}>", one_line(unsubscribe))));
    }
    let text = text_part("text/plain; charset=utf-8", letter.text.to_string())?;
    let html = text_part("text/html; charset=utf-8", letter.html.to_string())?;
    let alternative = MultiPart::alternative().boundary(format!("{mark}-a")).singlepart(text);
    let mut alternative = if letter.pictures.is_empty() {
        alternative.singlepart(html)
    } else {
        // RFC 2387: the page first, then what it shows.
        let mut related = MultiPart::related().boundary(format!("{mark}-r")).singlepart(html);
        for picture in letter.pictures {
            related = related.singlepart(picture_part(picture)?);
        }
        alternative.multipart(related)
    };
    let invite = letter.calendar.filter(|calendar| !calendar.file_only);
    if let Some(calendar) = invite {
        // RFC 6047 §2.4: the method parameter equals METHOD; clients show the last alternative they understand.
        let kind = format!("text/calendar; charset=utf-8; method={}", one_line(calendar.method));
        alternative = alternative.singlepart(text_part(&kind, calendar.text.to_string())?);
    }
    let whole = if letter.calendar.is_none() && letter.attachments.is_empty() {
        alternative
    } else {
        let mut mixed = MultiPart::mixed().boundary(format!("{mark}-m")).multipart(alternative);
        if let Some(calendar) = letter.calendar {
            let file = File {
                name: "invite.ics".into(),
                mime: if calendar.file_only { "text/calendar; charset=utf-8".into() } else { "application/ics".into() },
                bytes: calendar.text.as_bytes().to_vec(),
            };
            mixed = mixed.singlepart(file_part(&file)?);
        }
        for file in letter.attachments {
            mixed = mixed.singlepart(file_part(file)?);
        }
        mixed
    };
    let message = message.multipart(whole).map_err(|e| ComposeError::Build(e.to_string()))?;
    Ok(message.formatted())
}

fn text_part(kind: &str, text: String) -> Result<SinglePart, ComposeError> {
    let kind = ContentType::parse(kind).map_err(|e| ComposeError::Build(e.to_string()))?;
    // base64 keeps Chinese text, long lines and line ends exactly as they are through every gateway.
    let body = Body::new_with_encoding(
        text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes(),
        ContentTransferEncoding::Base64,
    )
    .map_err(|_| ComposeError::Build("a body that cannot be encoded".into()))?;
    Ok(SinglePart::builder().header(kind).body(body))
}

fn file_part(file: &File) -> Result<SinglePart, ComposeError> {
    let kind = ContentType::parse(&one_line(&file.mime))
        .or_else(|_| ContentType::parse("application/octet-stream"))
        .map_err(|e| ComposeError::Build(e.to_string()))?;
    let body = Body::new_with_encoding(file.bytes.clone(), ContentTransferEncoding::Base64)
        .map_err(|_| ComposeError::Build("an attachment that cannot be encoded".into()))?;
    Ok(SinglePart::builder().header(kind).header(ContentDisposition::attachment(&one_line(&file.name))).body(body))
}

fn picture_part(picture: &Picture) -> Result<SinglePart, ComposeError> {
    let kind = ContentType::parse(&one_line(&picture.file.mime)).map_err(|e| ComposeError::Build(e.to_string()))?;
    let body = Body::new_with_encoding(picture.file.bytes.clone(), ContentTransferEncoding::Base64)
        .map_err(|_| ComposeError::Build("a picture that cannot be encoded".into()))?;
    Ok(SinglePart::builder()
        .header(kind)
        .header(ContentDisposition::inline_with_name(&one_line(&picture.file.name)))
        .header(ContentId::from(format!("<{}>", one_line(&picture.cid))))
        .body(body))
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), one_line(value))
}

/// Longest subject that stands on one line as it is.
const SUBJECT_PLAIN_MAX: usize = 66;
/// Octets of text in one encoded word; with its frame it stays below the 76 of RFC 2047 §2.
const WORD_OCTETS: usize = 42;

/// A subject on one line, or wholly in encoded words: where it is folded, no line of it begins with words that were read
/// from mail and look like a field (TRUST P10).
fn subject(text: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Subject");
    if text.is_ascii() && text.len() <= SUBJECT_PLAIN_MAX && !text.contains("=?") {
        return HeaderValue::dangerous_new_pre_encoded(name, text.to_string(), text.to_string());
    }
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let encoded = |word: &str| format!("=?utf-8?B?{}?=", base64::engine::general_purpose::STANDARD.encode(word));
    for c in text.chars() {
        if word.len() + c.len_utf8() > WORD_OCTETS {
            words.push(encoded(&word));
            word.clear();
        }
        word.push(c);
    }
    words.push(encoded(&word));
    HeaderValue::dangerous_new_pre_encoded(name, text.to_string(), words.join("\r\n "))
}

fn address(text: &str) -> Result<Address, ComposeError> {
    text.parse().map_err(|_| ComposeError::Address(text.to_string()))
}

fn mailbox(name: &str, at: &str) -> Result<Mailbox, ComposeError> {
    let name = one_line(name);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address(at)?))
}

/// Characters that are not seen and change what is: bidi controls, zero width, tag letters, and controls other than the
/// end of a line and a tab. The joiners of emoji and of some scripts stay (TRUST P15).
fn unseen(c: char) -> bool {
    matches!(
        c,
        '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{061c}'
            | '\u{200b}'
            | '\u{2060}'..='\u{2064}'
            | '\u{206a}'..='\u{206f}'
            | '\u{feff}'
            | '\u{00ad}'
            | '\u{e0000}'..='\u{e007f}'
    ) || c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

/// Words as a letter may show them: what is unseen is gone.
pub fn shown(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains(unseen) { text.chars().filter(|c| !unseen(*c)).collect::<String>().into() } else { text.into() }
}

/// Without control characters and what is unseen: one header line stays one (TRUST P10, P15).
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !unseen(*c))
        .collect::<String>()
        .trim()
        .to_string()
}

/// The thread's first Message-ID and the nearest ones, the answered one last.
fn capped(references: &[String], answered: Option<&str>) -> String {
    let mut ids: Vec<&str> = references.iter().map(String::as_str).filter(|id| !id.is_empty()).collect();
    if let Some(id) = answered.filter(|id| ids.last() != Some(id)) {
        ids.push(id);
    }
    let skip = ids.len().saturating_sub(REFERENCES_MAX);
    let first = ids.first().copied().filter(|_| skip > 0);
    let ids = first.into_iter().chain(ids.into_iter().skip(if skip > 0 { skip + 1 } else { 0 }));
    ids.map(|id| format!("<{}>", one_line(id))).collect::<Vec<_>>().join(" ")
}

/// FNV-1a: a name for a boundary, nothing that has to withstand anybody.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use mail_parser::{MessageParser, MimeHeaders};

    fn letter() -> Outgoing<'static> {
        Outgoing {
            from_name: "督办助手",
            from_address: "duban@example.com",
            to_name: "李雷",
            to_address: "lilei@example.com",
            subject: "请确认 2 项:新品启动会 [M-12]",
            message_id: "k7.1@example.com",
            text: "您好\n请回复 参加",
            html: "<p>您好</p>",
            instance: "example.com",
            ..Outgoing::default()
        }
    }

    #[test]
    fn an_invite_stands_in_the_alternative_and_as_a_file() {
        let text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";
        let letter = Outgoing { calendar: Some(Calendar { method: "REQUEST", text, file_only: false }), ..letter() };
        let bytes = compose(&letter).unwrap();
        let mail = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(mail.subject(), Some("请确认 2 项:新品启动会 [M-12]"));
        assert_eq!(mail.body_text(0).unwrap().trim_end(), "您好\r\n请回复 参加");
        let calendar: Vec<_> =
            mail.parts.iter().filter(|p| p.content_type().is_some_and(|t| t.subtype() == Some("calendar"))).collect();
        assert_eq!(calendar.len(), 1);
        assert_eq!(calendar[0].content_type().unwrap().attribute("method"), Some("REQUEST"));
        assert!(mail.attachments().any(|part| part.attachment_name() == Some("invite.ics")));
    }

    #[test]
    fn a_picture_stands_beside_its_page() {
        let file = File { name: "burn.png".into(), mime: "image/png".into(), bytes: vec![0x89, b'P', b'N', b'G'] };
        let pictures = [Picture { cid: "burn.p-3@duban".into(), file }];
        let bytes = compose(&Outgoing { pictures: &pictures, ..letter() }).unwrap();
        let mail = MessageParser::default().parse(&bytes).unwrap();
        let png = mail.parts.iter().find(|p| p.content_id().is_some()).expect("a part with a Content-ID");
        assert_eq!(png.content_id(), Some("burn.p-3@duban"));
        assert_eq!(png.contents(), [0x89, b'P', b'N', b'G']);
        let kinds: Vec<String> =
            mail.parts.iter().filter_map(|p| p.content_type()?.subtype().map(String::from)).collect();
        assert_eq!(kinds, ["alternative", "plain", "related", "html", "png"]);
    }

    #[test]
    fn the_same_letter_gives_the_same_bytes() {
        assert_eq!(compose(&letter()).unwrap(), compose(&letter()).unwrap());
    }

    #[test]
    fn nothing_read_from_mail_adds_a_header_line() {
        let letter = Outgoing {
            subject: "周会\r\nBcc: eve@stranger.example",
            to_name: "x\nBcc: eve@stranger.example",
            ..letter()
        };
        let bytes = compose(&letter).unwrap();
        let head = String::from_utf8_lossy(&bytes).split("\r\n\r\n").next().unwrap().to_lowercase();
        assert!(!head.lines().any(|line| line.starts_with("bcc:")), "{head}");
    }

    /// A fold never puts read words at the beginning of a line, and every client reads the subject back.
    #[test]
    fn a_long_subject_is_folded_between_encoded_words() {
        for subject in [
            "Re: weekly Bcc: eve@stranger.example X-Evil: 1 and a good deal more of this",
            "=?utf-8?Q?x?=",
            &"长主题 ".repeat(40),
        ] {
            let bytes = compose(&Outgoing { subject, ..letter() }).unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let lines: Vec<&str> = text.lines().skip_while(|l| !l.starts_with("Subject:")).collect();
            let folded = lines.iter().skip(1).take_while(|l| l.starts_with(' '));
            assert!(folded.clone().all(|l| l.starts_with(" =?utf-8?B?") && l.len() < 78), "{lines:?}");
            let mail = MessageParser::default().parse(&bytes).unwrap();
            assert_eq!(mail.subject().map(str::trim), Some(subject.trim()));
        }
    }

    #[test]
    fn a_long_thread_keeps_its_first_and_nearest_references() {
        let ids: Vec<String> = (0..40).map(|n| format!("{n}@example.com")).collect();
        let kept = capped(&ids, Some("39@example.com"));
        assert!(kept.starts_with("<0@example.com> ") && kept.ends_with("<39@example.com>"));
        assert_eq!(kept.split(' ').count(), REFERENCES_MAX);
    }

    #[test]
    fn a_name_that_is_no_address_is_an_error_that_shows_it() {
        let letter = Outgoing { to_address: "nobody", ..letter() };
        assert!(compose(&letter).unwrap_err().to_string().contains("nobody"));
    }
}
