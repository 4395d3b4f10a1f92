//! Raw bytes to what was written, by whom, in answer to what.
//!
//! mail-parser finds the parts; headers, charsets and names are read by [`super::header`], since Chinese mail holds
//! words cut inside a character and raw GBK. The walk over the parts is a loop with limits, so no nesting costs stack.
//! Nothing here believes anything: who wrote a mail is [`super::sender`]'s question, what kind it is
//! [`super::automatic`]'s.

use super::header::{self, Address, Fields, Parameters};
use super::reply::{self, OwnWords};
use super::thread;
use super::winmail;
use crate::document::tree::{self, Tree};
use chrono::{DateTime, FixedOffset, NaiveDate, TimeZone};
use mail_parser::{HeaderName, Message, MessageParser, MimeHeaders, PartType};
use std::sync::{LazyLock, OnceLock};

/// What a mail may cost (TRUST P3). Each is tested at the limit and one above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// octets of the whole mail
    pub size_max: usize,
    /// levels of multiparts and attached mails
    pub depth_max: usize,
    pub part_count_max: usize,
    pub header_count_max: usize,
    /// octets of one header field
    pub header_octets_max: usize,
    /// `Received` fields: more is a loop (RFC 5321 §6.3)
    pub received_count_max: usize,
    /// ids of References that are kept
    pub reference_count_max: usize,
    /// attachments whose bytes are kept
    pub attachment_count_max: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            size_max: 25 << 20,
            depth_max: 20,
            part_count_max: 200,
            header_count_max: 1000,
            header_octets_max: 64 << 10,
            received_count_max: 100,
            reference_count_max: 20,
            attachment_count_max: 10,
        }
    }
}

/// Why a mail is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("expected a mail but found no bytes")]
    Empty,
    #[error("expected header fields but found none")]
    NoHeader,
    #[error("expected at most {max} octets but found {found}")]
    TooLarge { found: usize, max: usize },
    #[error("expected at most {max} header fields but found {found}")]
    TooManyHeaders { found: usize, max: usize },
    #[error("expected header fields of at most {max} octets but found one of {found}")]
    HeaderTooLong { found: usize, max: usize },
    #[error("expected at most {max} levels of parts but found more")]
    TooDeep { max: usize },
    #[error("expected at most {max} parts but found more")]
    TooManyParts { max: usize },
    #[error("expected at most {max} Received fields but found {found}: the mail runs in a circle")]
    Loop { found: usize, max: usize },
}

/// One header field, decoded: name in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub name: String,
    pub value: String,
}

/// A calendar object within the mail, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarPart {
    /// the `method` parameter of Content-Type, upper case
    pub method: Option<String>,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// base name, safe to show; never empty
    pub name: String,
    /// lower case, without parameters
    pub mime: String,
    /// decoded; empty beyond `attachment_count_max`
    pub bytes: Vec<u8>,
    /// decoded octets, also where the bytes were not kept
    pub size: usize,
    /// an attached mail (message/rfc822)
    pub is_message: bool,
    /// a picture that belongs to the HTML body
    pub inline: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKind {
    /// delivery status (RFC 3464, 6533)
    Delivery,
    /// disposition: read, deleted (RFC 8098)
    Disposition,
    /// abuse (RFC 5965)
    Feedback,
}

/// The machine-readable part of a multipart/report and the mail it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub kind: ReportKind,
    pub machine: String,
    /// header section of the returned mail
    pub returned: Option<String>,
}

/// A limit that cut something off without refusing the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    References,
    Attachments,
    TextOctets,
}

/// A mail, read.
#[derive(Debug, Clone, Default)]
pub struct Inbound {
    /// without brackets
    pub message_id: Option<String>,
    pub date: Option<DateTime<FixedOffset>>,
    /// decoded, a gateway's mark taken off
    pub subject: String,
    pub base_subject: thread::BaseSubject,
    /// the one author by TRUST S1; what it is worth is [`super::sender::prove`]'s answer
    pub author: Option<Address>,
    /// why there is no author
    pub author_reason: Option<&'static str>,
    pub sender_header: Option<Address>,
    /// From fields, counted on raw bytes
    pub from_count: usize,
    pub reply_to: Vec<Address>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    /// text/plain, decoded, lines end in `\n`
    pub text: Option<String>,
    pub html: Option<String>,
    pub calendar: Vec<CalendarPart>,
    pub attachments: Vec<Attachment>,
    /// all fields in their order
    pub headers: Vec<Header>,
    pub report: Option<Report>,
    /// type of the whole mail, lower case
    pub content_type: String,
    pub cut: Vec<Cut>,
    /// charset of a body whose characters could not be made out; `?` where it names none
    pub unreadable: Option<String>,
    own: OnceLock<OwnWords>,
    text_words: OnceLock<OwnWords>,
}

impl Inbound {
    /// The first field of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|h| h.name == name).map(|h| h.value.as_str())
    }

    pub fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |h| h.name == name).map(|h| h.value.as_str())
    }

    /// The writer's own words (SPEC 4), the writer's bare name at the end taken off. Told apart once for a mail.
    pub fn own(&self) -> &OwnWords {
        self.own.get_or_init(|| {
            let own = if self.prefers_html() {
                reply::own_html(self.html.as_deref().unwrap_or_default())
            } else {
                self.text_words().clone()
            };
            match &self.author {
                Some(author) if !author.name.is_empty() => own.without_name(&author.name),
                _ => own,
            }
        })
    }

    /// The own words of the text part, the writer's name left where it is. Told apart once for a mail.
    pub fn text_words(&self) -> &OwnWords {
        self.text_words.get_or_init(|| reply::own_words(self.text.as_deref().unwrap_or_default()))
    }

    /// HTML is read where there is no text, or where the text only says that there is HTML.
    pub fn prefers_html(&self) -> bool {
        let Some(html) = self.html.as_deref() else { return false };
        let Some(text) = self.text.as_deref() else { return true };
        let letters = letters_of(text, STUB_LETTERS_MAX + 1);
        if letters == 0 {
            return true;
        }
        if letters > STUB_LETTERS_MAX {
            return false;
        }
        let lower = text.to_lowercase();
        let says_so = [
            "html",
            "网页版",
            "浏览器",
            "不支持",
            "无法显示",
            "请查看",
            "查看原",
            "browser",
            "view this",
            "富文本",
            "email client",
            "邮件客户端",
        ]
        .iter()
        .any(|w| lower.contains(w));
        says_so && letters_of_html(html, letters * 2 + 20) > letters
    }
}

/// A stub such as 「请查看HTML版本」 is shorter than this many letters.
const STUB_LETTERS_MAX: usize = 160;
/// Text beyond this many octets is cut: nobody reads it, and no reader of ours should.
const TEXT_OCTETS_MAX: usize = 2 << 20;

fn letters_of(text: &str, max: usize) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).take(max).count()
}

fn letters_of_html(html: &str, max: usize) -> usize {
    let mut count = 0;
    for line in reply::lines_of(html) {
        count += letters_of(&line.text, max);
        if count >= max {
            break;
        }
    }
    count
}

/// Reads a mail. Never fails on what a mail says, only on what it would cost.
pub fn parse(raw: &[u8], limits: &Limits) -> Result<Inbound, Refusal> {
    if raw.len() > limits.size_max {
        return Err(Refusal::TooLarge { found: raw.len(), max: limits.size_max });
    }
    if raw.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::Empty);
    }
    // lines that end in CR alone would be one endless header
    let mended: Vec<u8>;
    let raw = if !raw.contains(&b'\n') && raw.contains(&b'\r') {
        mended = raw.iter().map(|c| if *c == b'\r' { b'\n' } else { *c }).collect();
        &mended
    } else {
        raw
    };
    let raw = if raw.starts_with(b"From ") {
        raw.get(raw.iter().position(|c| *c == b'\n').map_or(raw.len(), |i| i + 1)..).unwrap_or_default()
    } else {
        raw
    };
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    let fields = Fields::cut(raw);
    if fields.list.is_empty() {
        return Err(Refusal::NoHeader);
    }
    if fields.list.len() > limits.header_count_max {
        return Err(Refusal::TooManyHeaders { found: fields.list.len(), max: limits.header_count_max });
    }
    if fields.longest > limits.header_octets_max {
        return Err(Refusal::HeaderTooLong { found: fields.longest, max: limits.header_octets_max });
    }
    let received = fields.all("received").count();
    if received > limits.received_count_max {
        return Err(Refusal::Loop { found: received, max: limits.received_count_max });
    }

    if tree::is_absurd(raw) {
        return Err(Refusal::TooDeep { max: limits.depth_max });
    }
    let message = structure(raw);

    let mut out = Inbound {
        message_id: fields.first("message-id").map(header::message_ids).and_then(|ids| ids.into_iter().next()),
        date: message
            .date()
            .and_then(moment)
            .or_else(|| fields.text("date").and_then(|d| DateTime::parse_from_rfc2822(&d).ok())),
        from_count: fields.from_count,
        sender_header: fields.first("sender").and_then(|raw| header::addresses(raw).list.into_iter().next()),
        content_type: fields.first("content-type").map(|raw| header::parameters(raw, None).value).unwrap_or_default(),
        ..Inbound::default()
    };
    (out.author, out.author_reason) = author(&fields, &message);
    let list = |name: &str| fields.all(name).flat_map(|raw| header::addresses(raw).list).collect::<Vec<_>>();
    out.reply_to = list("reply-to");
    out.to = list("to");
    out.cc = list("cc");
    out.in_reply_to =
        fields.first("in-reply-to").map(|raw| thread::references(raw, limits.reference_count_max)).unwrap_or_default();
    if let Some(references) = fields.first("references") {
        if header::message_ids(references).len() > limits.reference_count_max {
            out.cut.push(Cut::References);
        }
        out.references = thread::references(references, limits.reference_count_max);
    }
    out.headers =
        fields.list.iter().map(|f| Header { name: f.name.clone(), value: value_of(&f.name, fields.raw(f)) }).collect();

    let mut leaves = walk(raw, &message, limits)?;
    if leaves.is_empty() {
        // not MIME, or so broken that no part was found: the body is text
        let body = raw.get(fields.body..).unwrap_or_default();
        leaves.push(Leaf {
            mime: "text/plain".to_owned(),
            kind: Parameters::default(),
            place: Parameters::default(),
            encoding: String::new(),
            id: false,
            bytes: body,
            within_report: false,
        });
    }
    let default_charset = leaves.iter().find_map(|l| l.kind.get("charset").map(str::to_owned));
    // a raw subject in the charset of the body
    let subject =
        fields.first("subject").map(|raw| header::subject(raw, default_charset.as_deref())).unwrap_or_default();
    out.subject = thread::without_gateway(&subject).to_owned();
    out.base_subject = thread::base_subject(&subject);

    for leaf in &leaves {
        take(leaf, &mut out, limits);
    }
    // pictures of the body stand behind what was attached on purpose
    out.attachments.sort_by_key(|a| a.inline);
    for (n, attachment) in out.attachments.iter_mut().enumerate() {
        if n >= limits.attachment_count_max {
            attachment.bytes = Vec::new();
        }
    }
    if out.attachments.len() > limits.attachment_count_max {
        out.cut.push(Cut::Attachments);
    }
    Ok(out)
}

/// Where the parts begin and end, who wrote it and when, by mail-parser. Bodies are decoded by [`Leaf::decoded`] where they
/// are needed, so transfer encodings are hidden from it, and with them most of its work. An attached mail may be encoded
/// itself, and its parts count: then all is told.
fn structure(raw: &[u8]) -> Tree<'_> {
    static OUTLINE: LazyLock<MessageParser> = LazyLock::new(|| {
        MessageParser::new()
            .header_content_type(HeaderName::ContentType)
            .header_address(HeaderName::From)
            .header_date(HeaderName::Date)
            .default_header_ignore()
    });
    let holds_mail = |message: &Message<'_>| {
        message.parts.iter().any(|part| {
            let told = |kind: &mail_parser::ContentType<'_>| {
                kind.ctype().eq_ignore_ascii_case("message")
                    || kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("digest"))
            };
            matches!(part.body, PartType::Message(_)) || part.content_type().is_some_and(told)
        })
    };
    let outline = Tree::parse_with(&OUTLINE, raw).filter(|message| !holds_mail(message));
    outline.or_else(|| Tree::parse(raw)).unwrap_or_default()
}

/// TRUST S1: exactly one From field, one mailbox, and two parsers that agree on it.
fn author(fields: &Fields<'_>, message: &Message<'_>) -> (Option<Address>, Option<&'static str>) {
    match fields.from_count {
        0 => return (None, Some("no From field")),
        1 => {}
        _ => return (None, Some("several From fields")),
    }
    let Some(raw) = fields.first("from") else {
        return (None, Some("the From field stands where only some readers see it"));
    };
    // Somebody on the way could add the second, which no signature covers, and give the same bytes another meaning.
    for (name, why) in [
        ("content-type", "two Content-Type fields that differ"),
        ("content-transfer-encoding", "two Content-Transfer-Encoding fields that differ"),
    ] {
        let mut all = fields.all(name);
        if let Some(first) = all.next()
            && all.any(|other| !other.trim_ascii().eq_ignore_ascii_case(first.trim_ascii()))
        {
            return (None, Some(why));
        }
    }
    let bare_cr = raw.iter().enumerate().any(|(i, c)| *c == b'\r' && raw.get(i + 1).is_some_and(|n| *n != b'\n'));
    let own = header::addresses(raw);
    let [address] = own.list.as_slice() else {
        return (None, Some(if own.list.is_empty() { "no address in From" } else { "several addresses in From" }));
    };
    if !own.strict || bare_cr || !header::valid(&address.address) {
        return (None, Some("From can be read in two ways"));
    }
    let mut theirs = message.from().into_iter().flat_map(|a| a.iter()).filter_map(|a| a.address.as_deref());
    match (theirs.next(), theirs.next()) {
        (Some(other), None) if other.trim().to_lowercase() == address.address => (Some(address.clone()), None),
        _ => (None, Some("two parsers read From differently")),
    }
}

fn moment(date: &mail_parser::DateTime) -> Option<DateTime<FixedOffset>> {
    let seconds = (i32::from(date.tz_hour) * 60 + i32::from(date.tz_minute)) * 60;
    let zone = FixedOffset::east_opt(if date.tz_before_gmt { -seconds } else { seconds })?;
    let day = NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))?;
    // a leap second is the second before
    let at = day.and_hms_opt(u32::from(date.hour), u32::from(date.minute), u32::from(date.second).min(59))?;
    zone.from_local_datetime(&at).single()
}

/// A part that holds no parts.
struct Leaf<'a> {
    mime: String,
    kind: Parameters,
    place: Parameters,
    encoding: String,
    /// has a Content-ID
    id: bool,
    bytes: &'a [u8],
    within_report: bool,
}

impl Leaf<'_> {
    fn decoded(&self) -> Vec<u8> {
        match self.encoding.as_str() {
            "base64" => header::base64(self.bytes),
            "quoted-printable" => header::quoted_printable(self.bytes, false),
            _ => self.bytes.to_vec(),
        }
    }

    fn name(&self) -> Option<&str> {
        self.place.get("filename").or_else(|| self.kind.get("name")).filter(|n| !n.trim().is_empty())
    }
}

/// The leaves of the tree in order. Attached mails are leaves; their parts count all the same.
fn walk<'a>(raw: &'a [u8], message: &Message<'a>, limits: &Limits) -> Result<Vec<Leaf<'a>>, Refusal> {
    let mut out = Vec::new();
    let mut count = 0usize;
    // (message, part, depth, leaves of this one are ours, within multipart/report)
    let mut stack: Vec<(&Message<'a>, u32, usize, bool, bool)> = vec![(message, 0, 1, true, false)];
    while let Some((mail, id, depth, ours, report)) = stack.pop() {
        let Some(part) = mail.parts.get(id as usize) else { continue };
        count += 1;
        if count > limits.part_count_max {
            return Err(Refusal::TooManyParts { max: limits.part_count_max });
        }
        if depth > limits.depth_max {
            return Err(Refusal::TooDeep { max: limits.depth_max });
        }
        let (start, body, end) = (part.offset_header as usize, part.offset_body as usize, part.offset_end as usize);
        let head = if ours { Fields::cut(raw.get(start..body).unwrap_or_default()) } else { Fields::cut(b"") };
        let kind = head.first("content-type").map(|raw| header::parameters(raw, None)).unwrap_or_default();
        match &part.body {
            PartType::Multipart(children) => {
                let report = report || kind.value == "multipart/report";
                for child in children.iter().rev() {
                    stack.push((mail, *child, depth + 1, ours, report));
                }
                continue;
            }
            PartType::Message(inner) if !inner.parts.is_empty() => {
                stack.push((inner, 0, depth + 1, false, false));
            }
            _ => {}
        }
        if !ours {
            continue;
        }
        let mime = match kind.value.as_str() {
            "" | "text" if matches!(part.body, PartType::Message(_)) => "message/rfc822".to_owned(),
            "" | "text" => "text/plain".to_owned(),
            value => value.to_owned(),
        };
        out.push(Leaf {
            mime,
            place: head
                .first("content-disposition")
                .map(|raw| header::parameters(raw, kind.get("charset")))
                .unwrap_or_default(),
            encoding: head.keyword("content-transfer-encoding").split([' ', ';']).next().unwrap_or_default().to_owned(),
            id: head.has("content-id"),
            kind,
            bytes: raw.get(body..end.max(body)).unwrap_or_default(),
            within_report: report,
        });
    }
    Ok(out)
}

/// What a field says. Results that are not written plainly are nobody's: a server that removes foreign fields of its own
/// name reads them as they stand, and decoding would make that name out of another (TRUST S2).
fn value_of(name: &str, raw: &[u8]) -> String {
    let odd = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\r' | b'\n' | b'\t');
    if name == "authentication-results" && (raw.iter().any(odd) || raw.windows(2).any(|pair| pair == b"=?")) {
        return String::new();
    }
    header::decode(raw, None)
}

/// Puts a leaf where it belongs.
fn take(leaf: &Leaf<'_>, out: &mut Inbound, limits: &Limits) {
    let is_text = leaf.mime.starts_with("text/");
    let attached = leaf.place.value == "attachment" || leaf.name().is_some() && leaf.mime != "text/calendar";
    let calendar = leaf.mime == "text/calendar"
        || leaf.mime == "application/ics"
        || leaf.name().is_some_and(|n| n.to_lowercase().ends_with(".ics"));
    let bytes = leaf.decoded();
    if leaf.within_report || leaf.mime.starts_with("message/") {
        let kind = match leaf.mime.as_str() {
            "message/delivery-status" | "message/global-delivery-status" => Some(ReportKind::Delivery),
            "message/disposition-notification" | "message/global-disposition-notification" => {
                Some(ReportKind::Disposition)
            }
            "message/feedback-report" => Some(ReportKind::Feedback),
            _ => None,
        };
        let machine = kind.map(|kind| (kind, body_text(leaf, &bytes)));
        if let Some((kind, machine)) = machine {
            let returned = out.report.take().and_then(|r| r.returned);
            out.report = Some(Report { kind, machine, returned });
            return;
        }
        let returned = matches!(
            leaf.mime.as_str(),
            "text/rfc822-headers"
                | "message/rfc822"
                | "message/rfc822-headers"
                | "message/global"
                | "message/global-headers"
        );
        if returned && leaf.within_report {
            let head = Fields::cut(&bytes);
            let section = header::decode_charset(None, bytes.get(..head.body.min(bytes.len())).unwrap_or_default());
            match &mut out.report {
                Some(report) => report.returned = Some(section),
                None => {
                    out.report =
                        Some(Report { kind: ReportKind::Delivery, machine: String::new(), returned: Some(section) })
                }
            }
            return;
        }
    }
    if calendar {
        let text = body_text(leaf, &bytes);
        let method = leaf.kind.get("method").map(str::to_ascii_uppercase).or_else(|| method_line(&text));
        // clients send the same object as alternative and as attachment
        if !out.calendar.iter().any(|c| c.text.trim() == text.trim()) {
            out.calendar.push(CalendarPart { method, text });
        }
        if leaf.mime == "text/calendar" && leaf.place.value != "attachment" {
            return;
        }
    } else if is_text
        && !attached
        && matches!(
            leaf.mime.as_str(),
            "text/plain" | "text/html" | "text/enriched" | "text/markdown" | "text/x-markdown" | "text/x-amp-html"
        )
    {
        if leaf.mime == "text/x-amp-html" {
            return;
        }
        let mut text = body_text(leaf, &bytes);
        if out.unreadable.is_none() && is_unreadable(&text) {
            out.unreadable = Some(leaf.kind.get("charset").unwrap_or("?").to_owned());
        }
        if text.len() > TEXT_OCTETS_MAX {
            let mut end = TEXT_OCTETS_MAX;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
            if !out.cut.contains(&Cut::TextOctets) {
                out.cut.push(Cut::TextOctets);
            }
        }
        let slot = if leaf.mime == "text/html" { &mut out.html } else { &mut out.text };
        match slot {
            Some(whole) if whole.len() + text.len() <= TEXT_OCTETS_MAX => {
                whole.push_str(if leaf.mime == "text/html" { "<br>" } else { "\n" });
                whole.push_str(&text);
            }
            Some(_) => {}
            None => *slot = Some(text),
        }
        return;
    }
    // Outlook's wrapper: its content stands in its place
    let wrapped = leaf.mime == "application/ms-tnef"
        || leaf.mime == "application/vnd.ms-tnef"
        || leaf.name().is_some_and(|n| n.eq_ignore_ascii_case("winmail.dat"));
    if wrapped && let Some(inner) = winmail::read(&bytes) {
        let blank = |body: &Option<String>| body.as_deref().is_none_or(|t| t.trim().is_empty());
        if blank(&out.text) && blank(&out.html) {
            out.text = inner.text.filter(|t| t.len() <= TEXT_OCTETS_MAX).map(|t| t.replace("\r\n", "\n"));
            out.html = inner.html.filter(|t| t.len() <= TEXT_OCTETS_MAX);
        }
        if let (Some(meeting), Some(author)) = (&inner.meeting, &out.author) {
            let readers: Vec<&Address> = out.to.iter().chain(&out.cc).collect();
            let text = meeting.calendar(&out.subject, author, &readers);
            out.calendar.extend(text.map(|text| CalendarPart { method: Some(meeting.method.to_owned()), text }));
        }
        for (name, mime, bytes) in inner.files {
            let name = if name.is_empty() { format!("attachment-{}.bin", out.attachments.len() + 1) } else { name };
            out.attachments.push(Attachment { name, mime, size: bytes.len(), bytes, is_message: false, inline: false });
        }
        return;
    }
    let is_message = leaf.mime == "message/rfc822" || leaf.mime == "message/global";
    let inline = leaf.mime.starts_with("image/")
        && leaf.place.value != "attachment"
        && (leaf.id || leaf.place.value == "inline");
    let named = leaf.name().map(header::file_name).filter(|n| !n.is_empty());
    let name = named.unwrap_or_else(|| {
        if is_message {
            let subject = Fields::cut(&bytes).text("subject").map(|s| header::file_name(&s)).filter(|s| !s.is_empty());
            return header::file_name(&format!("{}.eml", subject.unwrap_or_else(|| "mail".to_owned())));
        }
        let ending = match leaf.mime.as_str() {
            "text/plain" => "txt",
            "text/html" => "html",
            "text/csv" => "csv",
            "text/calendar" | "application/ics" => "ics",
            "image/png" => "png",
            "image/jpeg" => "jpg",
            "application/pdf" => "pdf",
            _ => "bin",
        };
        format!("attachment-{}.{ending}", out.attachments.len() + 1)
    });
    let size = bytes.len();
    // memory stays bounded while inline pictures are sorted behind
    let kept = out.attachments.iter().filter(|a| !a.bytes.is_empty()).count() < limits.attachment_count_max * 2;
    out.attachments.push(Attachment {
        name,
        mime: leaf.mime.clone(),
        bytes: if kept { bytes } else { Vec::new() },
        size,
        is_message,
        inline,
    });
}

/// A tenth of what is looked at has no meaning in any charset that was tried.
fn is_unreadable(text: &str) -> bool {
    const LOOKED_AT: usize = 4096;
    // Nearly always there is nothing of the kind: one walk without a way out.
    let control = text.bytes().fold(0, |found, byte| {
        let low = u8::from(byte < b' ') & u8::from(!byte.is_ascii_whitespace()) | u8::from(byte == 0x7f);
        found | low | u8::from(byte == 0xc2)
    });
    if control == 0 && !text.contains(char::REPLACEMENT_CHARACTER) {
        return false;
    }
    let (mut all, mut bad) = (0, 0);
    for c in text.chars().filter(|c| !c.is_whitespace()).take(LOOKED_AT) {
        all += 1;
        bad += usize::from(c == char::REPLACEMENT_CHARACTER || c.is_control());
    }
    bad * 10 > all
}

fn method_line(text: &str) -> Option<String> {
    text.lines().take(20).find_map(|l| {
        let (name, value) = l.split_once(':')?;
        name.trim().eq_ignore_ascii_case("method").then(|| value.trim().to_ascii_uppercase())
    })
}

/// Bytes of a text part to text: charset, NULs and CRs gone, flowed lines joined.
fn body_text(leaf: &Leaf<'_>, bytes: &[u8]) -> String {
    let declared = leaf
        .kind
        .get("charset")
        .map(str::to_owned)
        .or_else(|| if leaf.mime == "text/html" { meta_charset(bytes) } else { None });
    let text = header::decode_charset(declared.as_deref(), bytes);
    let text = even_ends(text);
    let flowed = leaf.mime == "text/plain" && leaf.kind.get("format").is_some_and(|f| f.eq_ignore_ascii_case("flowed"));
    if flowed { unflow(&text, leaf.kind.get("delsp").is_some_and(|d| d.eq_ignore_ascii_case("yes"))) } else { text }
}

/// Every line ends in `\n`, and no NUL is left.
fn even_ends(text: String) -> String {
    if !text.contains(['\r', '\0']) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in text.match_indices('\r') {
        out.push_str(text.get(from..at).unwrap_or_default());
        if text.as_bytes().get(at + 1) != Some(&b'\n') {
            out.push('\n');
        }
        from = at + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    if out.contains('\0') { out.replace('\0', "") } else { out }
}

/// `<meta charset=…>` of a page that its part says nothing about.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(2048)).unwrap_or_default()).to_ascii_lowercase();
    let rest = head.get(head.find("charset=")? + 8..)?;
    let label: String = rest
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    (!label.is_empty()).then_some(label)
}

/// RFC 3676: a line that ends in a space goes on in the next one of the same depth.
fn unflow(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let depth = line.bytes().take_while(|c| *c == b'>').count();
        let body = line.get(depth..).unwrap_or_default();
        let body = body.strip_prefix(' ').unwrap_or(body);
        let signature = body == "-- ";
        if open == Some(depth) && !signature {
            out.push_str(body);
        } else {
            if !out.is_empty() || open.is_some() {
                out.push('\n');
            }
            if depth > 0 {
                out.push_str(&">".repeat(depth));
                out.push(' ');
            }
            out.push_str(body);
        }
        let soft = body.ends_with(' ') && !signature;
        if soft && delete_space {
            out.pop();
        }
        open = soft.then_some(depth);
        if !soft && out.is_empty() {
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests;
