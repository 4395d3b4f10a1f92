//! Mails as clients write them, and letters as clients read them: both through bytes, so that nothing is known that a mail
//! does not say.

use super::{Left, SimulateError};
use crate::domain::letter::{LetterName, SentLetter};
use crate::domain::person::Directory;
use crate::mail::invite::write;
use chrono::{DateTime, Duration, FixedOffset, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use mail_parser::{MessageParser, MimeHeaders, PartType};
use serde_json::{Value, json};
use std::sync::Arc;

/// A mail of a script, before it is bytes.
#[derive(Clone, Debug, Default)]
pub struct MailLine {
    pub from: Option<String>,
    /// `None`: the assistant, or for a reply the letter's Reply-To.
    pub to: Option<Vec<String>>,
    pub cc: Vec<String>,
    pub subject: Option<String>,
    pub text: Option<String>,
    pub html: Option<String>,
    /// (file name, bytes).
    pub attach: Vec<(String, Vec<u8>)>,
    pub headers: Vec<(String, String)>,
    pub eml: Option<Vec<u8>>,
    pub reply_to: Option<Choice>,
    pub quote: bool,
    pub ics: Option<CalendarAnswer>,
    pub bounce: Option<(Choice, String)>,
    pub authenticated: bool,
    pub mail_from: Option<String>,
}

/// Which letter of those sent is meant.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Names, or `*`.
    pub letters: Vec<String>,
    pub to: String,
    pub object: Option<String>,
    /// From 0, negative from the end.
    pub nth: i64,
}

#[derive(Clone, Debug)]
pub struct CalendarAnswer {
    pub partstat: String,
    pub comment: Option<String>,
}

/// What a line became.
pub enum Written {
    Mail {
        raw: Vec<u8>,
        mail_from: Option<String>,
        proven: bool,
    },
    /// It goes to a person, not to us.
    Elsewhere,
}

fn wrong(problem: impl Into<String>) -> SimulateError {
    SimulateError::Input(problem.into())
}

impl Choice {
    fn pick<'a>(&self, left: &[&'a Left]) -> Result<&'a Left, SimulateError> {
        for name in &self.letters {
            if name != "*" && LetterName::parse(name).is_none() {
                return Err(wrong(format!("{name:?} is no letter; see `duban templates check` for their names")));
            }
        }
        let fits: Vec<&Left> = left
            .iter()
            .copied()
            .filter(|l| l.sent.to == self.to)
            .filter(|l| self.letters.iter().any(|name| name == "*" || name == l.sent.letter.as_str()))
            .filter(|l| self.object.as_ref().is_none_or(|id| l.sent.objects.contains(id)))
            .collect();
        let count = fits.len() as i64;
        let at = if self.nth < 0 { count + self.nth } else { self.nth };
        usize::try_from(at).ok().and_then(|at| fits.get(at).copied()).ok_or_else(|| {
            let got: Vec<String> = left
                .iter()
                .filter(|l| l.sent.to == self.to)
                .map(|l| format!("{} {}", l.sent.letter, l.sent.objects.join(",")))
                .collect();
            wrong(format!(
                "no letter {} to {}{} (number {}); that address got: {}",
                self.letters.join("|"),
                self.to,
                self.object.as_ref().map(|o| format!(" about {o}")).unwrap_or_default(),
                self.nth,
                if got.is_empty() { "nothing".into() } else { got.join("; ") }
            ))
        })
    }
}

impl MailLine {
    /// It answers or returns a letter of ours.
    pub fn is_about_a_letter(&self) -> bool {
        self.reply_to.is_some() || self.bounce.is_some()
    }

    /// The bytes as they arrive.
    pub fn build(
        &self,
        number: u64,
        now: DateTime<Utc>,
        zone: chrono_tz::Tz,
        assistant: &str,
        directory: &Directory,
        left: &[&Left],
    ) -> Result<Written, SimulateError> {
        if let Some(raw) = &self.eml {
            return Ok(Written::Mail {
                raw: raw.clone(),
                mail_from: self.mail_from.clone(),
                proven: self.authenticated,
            });
        }
        if let Some((choice, status)) = &self.bounce {
            let letter = choice.pick(left)?;
            return Ok(Written::Mail {
                raw: bounce(letter, status, number, now, assistant),
                mail_from: Some(String::new()),
                proven: false,
            });
        }
        let from = self.from.clone().unwrap_or_default();
        let answered = self.reply_to.as_ref().map(|choice| choice.pick(left)).transpose()?;
        let to = match (&self.to, answered) {
            (Some(to), _) => to.clone(),
            (None, Some(letter)) => vec![letter.sent.reply_to.clone()],
            (None, None) => vec![assistant.to_string()],
        };
        let local = assistant.split('@').next().unwrap_or_default().to_lowercase();
        let ours = |address: &str| {
            let address = bare(address);
            let (name, domain) = address.split_once('@').unwrap_or((&address, ""));
            assistant.to_lowercase().ends_with(&format!("@{domain}")) && name.split('+').next() == Some(local.as_str())
        };
        let in_bcc = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("x-bcc"));
        if answered.is_some() && !to.iter().chain(&self.cc).any(|a| ours(a)) && !in_bcc {
            return Ok(Written::Elsewhere);
        }
        let subject = match (&self.subject, answered) {
            (Some(subject), _) => subject.clone(),
            (None, Some(letter)) if directory.by_address(&bare(&from)).is_some_and(|p| p.language == "en") => {
                format!("Re: {}", letter.sent.subject)
            }
            (None, Some(letter)) => format!("回复：{}", letter.sent.subject),
            (None, None) => String::new(),
        };
        let mut message = Message::builder()
            .date(now.into())
            .from(mailbox(&from, directory)?)
            .message_id(Some(format!("<sim-{number}@{}>", bare(&from).rsplit('@').next().unwrap_or("example.com"))))
            .subject(subject);
        for address in &to {
            message = message.to(mailbox(address, directory)?);
        }
        for address in &self.cc {
            message = message.cc(mailbox(address, directory)?);
        }
        if let Some(letter) = answered {
            let mut references: Vec<String> = letter.sent.references.iter().map(|id| format!("<{id}>")).collect();
            references.push(format!("<{}>", letter.sent.message_id));
            message = message.in_reply_to(format!("<{}>", letter.sent.message_id)).references(references.join(" "));
        }
        for (name, value) in &self.headers {
            let header =
                HeaderName::new_from_ascii(name.clone()).map_err(|_| wrong(format!("header name {name:?}")))?;
            message = message.raw_header(HeaderValue::new(header, value.replace(['\r', '\n'], " ")));
        }
        let mut text = self.text.clone().unwrap_or_default();
        if let Some(letter) = answered.filter(|_| self.quote && self.html.is_none()) {
            text.push_str(&quoted(letter, zone, assistant));
        }
        let plain = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text);
        let mut parts: Vec<SinglePart> = Vec::new();
        let body = match &self.html {
            Some(html) if self.text.is_some() => MultiPart::alternative()
                .boundary(format!("alt-{number}"))
                .singlepart(plain)
                .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(html.clone())),
            Some(html) => MultiPart::mixed()
                .boundary(format!("alt-{number}"))
                .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(html.clone())),
            None => MultiPart::mixed().boundary(format!("alt-{number}")).singlepart(plain),
        };
        if let (Some(answer), Some(letter)) = (&self.ics, answered) {
            let text = calendar_answer(letter, answer, &bare(&from), directory, now)?;
            let kind =
                ContentType::parse("text/calendar; charset=utf-8; method=REPLY").map_err(|e| wrong(e.to_string()))?;
            parts.push(SinglePart::builder().header(kind).body(text));
        }
        for (name, bytes) in &self.attach {
            let kind = ContentType::parse("application/octet-stream").map_err(|e| wrong(e.to_string()))?;
            parts.push(Attachment::new(name.clone()).body(bytes.clone(), kind));
        }
        let whole = if parts.is_empty() {
            body
        } else {
            parts
                .into_iter()
                .fold(MultiPart::mixed().boundary(format!("mix-{number}")).multipart(body), MultiPart::singlepart)
        };
        let message = message.multipart(whole).map_err(|e| wrong(e.to_string()))?;
        Ok(Written::Mail { raw: message.formatted(), mail_from: self.mail_from.clone(), proven: self.authenticated })
    }
}

/// `李雷 <lilei@example.com>` → `lilei@example.com`.
fn bare(address: &str) -> String {
    let inner = address.rsplit_once('<').map_or(address, |(_, rest)| rest.split('>').next().unwrap_or(rest));
    inner.trim().to_lowercase()
}

fn mailbox(address: &str, directory: &Directory) -> Result<Mailbox, SimulateError> {
    let at = bare(address);
    let name = match address.split_once('<') {
        Some((name, _)) => Some(name.trim().trim_matches('"').to_string()).filter(|n| !n.is_empty()),
        None => directory.by_address(&at).filter(|p| p.address == at).map(|p| p.name.clone()).filter(|n| !n.is_empty()),
    };
    let email = at.parse().map_err(|_| wrong(format!("expected an address, found {address:?}")))?;
    Ok(Mailbox::new(name, email))
}

/// The letter below the answer, as most clients put it.
fn quoted(letter: &Left, zone: chrono_tz::Tz, assistant: &str) -> String {
    let at = letter.at.with_timezone(&zone);
    let mut out = format!("\n\n在 {}，{assistant} 写道：\n\n", at.format("%Y年%-m月%-d日 %H:%M"));
    for line in letter.text.lines() {
        out.push_str("> ");
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn calendar_answer(
    letter: &Left,
    answer: &CalendarAnswer,
    from: &str,
    directory: &Directory,
    now: DateTime<Utc>,
) -> Result<String, SimulateError> {
    let ics = letter.ics.as_ref().ok_or_else(|| {
        wrong(format!("letter {} to {} has no invitation to answer", letter.sent.letter, letter.sent.to))
    })?;
    let get = |key: &str| ics.get(key).and_then(Value::as_str).unwrap_or_default();
    let start = DateTime::parse_from_rfc3339(get("start")).map_err(|_| wrong("the invitation has no start"))?;
    let end = DateTime::parse_from_rfc3339(get("end")).unwrap_or(start + Duration::hours(1));
    let name = directory.by_address(from).map(|p| p.name.clone()).unwrap_or_default();
    let attendees = [write::Attendee {
        name: &name,
        address: from,
        role: "REQ-PARTICIPANT",
        partstat: &answer.partstat,
        room: false,
        rsvp: false,
    }];
    Ok(write::reply(&write::Event {
        method: "REPLY",
        uid: get("uid"),
        sequence: ics.get("sequence").and_then(Value::as_i64).unwrap_or(0),
        dtstamp: now,
        start,
        end,
        zone: None,
        summary: &letter.sent.subject,
        description: answer.comment.as_deref().unwrap_or_default(),
        organizer: ("", &letter.sent.reply_to),
        attendees: &attendees,
        ..write::Event::default()
    }))
}

/// RFC 3464: the server could not deliver.
fn bounce(letter: &Left, status: &str, number: u64, now: DateTime<Utc>, assistant: &str) -> Vec<u8> {
    let domain = letter.sent.to.rsplit('@').next().unwrap_or("example.com");
    let action = if status.starts_with('4') { "delayed" } else { "failed" };
    let to = &letter.sent.to;
    let text = format!(
        "From: Mail Delivery System <MAILER-DAEMON@{domain}>\nTo: {assistant}\nSubject: Undelivered Mail Returned to Sender\nDate: {date}\n\
         Message-ID: <sim-{number}@{domain}>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b{number}\"\n\n\
         --b{number}\nContent-Type: text/plain; charset=us-ascii\n\nYour message could not be delivered.\n\n\
         --b{number}\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.{domain}\n\n\
         Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {code} {status} mailbox unavailable\n\n\
         --b{number}\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{original}>\nTo: {to}\n\n--b{number}--\n",
        date = now.to_rfc2822(),
        code = if status.starts_with('4') { "450" } else { "550" },
        original = letter.sent.message_id,
    );
    text.replace('\n', "\r\n").into_bytes()
}

/// A letter's bytes as its reader's client shows them.
pub fn read_back(sent: SentLetter, at: DateTime<Utc>, bytes: Arc<[u8]>) -> Left {
    let mut text = String::new();
    let mut ics = None;
    let mut attachments = Vec::new();
    if let Some(mail) = MessageParser::default().parse(&bytes) {
        text = mail.body_text(0).map(|t| t.replace("\r\n", "\n")).unwrap_or_default();
        for part in &mail.parts {
            let kind = part
                .content_type()
                .map(|t| format!("{}/{}", t.ctype(), t.subtype().unwrap_or_default()))
                .unwrap_or_default();
            // A picture of the page is no attachment.
            if let (Some(name), None) = (part.attachment_name(), part.content_id()) {
                attachments.push(name.to_string());
            }
            if ics.is_none() && (kind == "text/calendar" || kind == "application/ics") {
                let body = match &part.body {
                    PartType::Text(text) => text.to_string(),
                    PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                        String::from_utf8_lossy(bytes).into_owned()
                    }
                    _ => String::new(),
                };
                ics = event_of(&body);
            }
        }
    }
    Left { sent, at, bytes, text, ics, attachments }
}

/// `{"method", "uid", "sequence", "start", "end"}` of the first VEVENT.
fn event_of(text: &str) -> Option<Value> {
    let unfolded = text.replace("\r\n ", "").replace("\n ", "");
    let mut in_event = false;
    let mut fields = json!({"method": null, "uid": null, "sequence": 0, "start": null, "end": null});
    for line in unfolded.lines() {
        match line {
            "BEGIN:VEVENT" => in_event = true,
            "END:VEVENT" => break,
            _ => {}
        }
        let Some((name, content)) = line.split_once(':') else { continue };
        let (name, parameters) = name.split_once(';').unwrap_or((name, ""));
        match (name, in_event) {
            ("METHOD", false) => fields["method"] = json!(content),
            ("UID", true) => fields["uid"] = json!(content),
            ("SEQUENCE", true) => fields["sequence"] = json!(content.parse::<i64>().unwrap_or(0)),
            ("DTSTART", true) => fields["start"] = moment_of(parameters, content),
            ("DTEND", true) => fields["end"] = moment_of(parameters, content),
            _ => {}
        }
    }
    in_event.then_some(fields)
}

fn moment_of(parameters: &str, content: &str) -> Value {
    let at: Option<DateTime<FixedOffset>> = if let Some(utc) = content.strip_suffix('Z') {
        NaiveDateTime::parse_from_str(utc, "%Y%m%dT%H%M%S").ok().map(|t| t.and_utc().fixed_offset())
    } else {
        let zone = parameters
            .split(';')
            .find_map(|p| p.strip_prefix("TZID="))
            .and_then(|name| name.parse::<chrono_tz::Tz>().ok());
        let time = NaiveDateTime::parse_from_str(content, "%Y%m%dT%H%M%S").ok();
        time.zip(zone).and_then(|(time, zone)| zone.from_local_datetime(&time).earliest()).map(|t| t.fixed_offset())
    };
    at.map_or(Value::Null, |at| json!(at.to_rfc3339_opts(SecondsFormat::Secs, false)))
}

/// Keeps letters as files of a Maildir, named so that they sort in the order they left.
pub fn keep(folder: &std::path::Path, letters: &[Left]) -> std::io::Result<()> {
    for name in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(folder.join(name))?;
    }
    for (index, left) in letters.iter().enumerate() {
        let name = format!("{}.{:05}.{}.{}", left.at.timestamp(), index + 1, left.sent.letter, left.sent.to);
        let safe: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() || "@._-+".contains(c) { c } else { '_' }).collect();
        std::fs::write(folder.join("new").join(safe), &left.bytes)?;
    }
    Ok(())
}

/// The HTML of a letter, for pages to look at.
pub fn html_of(bytes: &[u8]) -> Option<String> {
    let mail = MessageParser::default().parse(bytes)?;
    let part = mail.html_body.first().and_then(|at| mail.parts.get(*at as usize))?;
    match &part.body {
        PartType::Html(html) => Some(html.to_string()),
        _ => None,
    }
}
