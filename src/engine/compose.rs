//! A letter decided upon becomes final bytes: its reader, language and thread are looked up, its words rendered, its
//! calendar part written. Pure: the same letter, rules and moment give the same bytes.

use super::token::Keys;
use crate::domain::letter::{Invite, Letter, LetterName, SentLetter, Thread};
use crate::domain::person::Directory;
use crate::domain::view::Rules;
use crate::export;
use crate::mail::invite::write::{Attendee, Event, calendar};
use crate::mail::outbound::{Calendar, ComposeError, File, Outgoing, Picture, compose as to_bytes, shown};
use crate::render::{RenderError, Rendered, Renderer};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

/// What a letter needs to know beside itself.
pub struct Desk<'a> {
    pub rules: &'a Rules,
    pub directory: &'a Directory,
    pub renderer: &'a Renderer,
    /// Our domain, for Message-IDs and our own header.
    pub host: &'a str,
    /// Words before links; links can be switched off (O21).
    pub mailto_links: bool,
    /// `formal` or `plain` (O19).
    pub tone: &'a str,
    /// Only the people of the pilot get letters: who reads that everybody was told must know it (O44).
    pub trial: bool,
    /// Who helps by phone or mail when a letter puzzles somebody (O19).
    pub help_contact: Option<&'a str>,
}

/// What the store knows of the reader and the thread.
#[derive(Clone, Debug, Default)]
pub struct Before<'a> {
    /// The first letter to this person (O19).
    pub first: bool,
    /// Message-IDs of the thread with this reader, oldest first.
    pub thread: Vec<String>,
    /// Make the address that answers go to, where it is not the assistant's plain one (O4).
    pub tokens: Option<&'a Keys>,
}

/// A letter as bytes, and the row that remembers it.
#[derive(Clone, Debug)]
pub struct Composed {
    pub bytes: Vec<u8>,
    pub sent: SentLetter,
    pub rendered: Rendered,
}

#[derive(Debug, thiserror::Error)]
pub enum Uncomposed {
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error("letter {letter} to {to}: {cause}")]
    Compose { letter: &'static str, to: String, cause: ComposeError },
}

/// Renders and composes.
pub fn compose(
    letter: &Letter,
    id: &str,
    message_id: &str,
    before: &Before<'_>,
    files: Vec<File>,
    desk: &Desk<'_>,
    now: DateTime<Utc>,
) -> Result<Composed, Uncomposed> {
    let person = desk.directory.by_address(&letter.to);
    let name = person.map(|p| p.name.clone()).unwrap_or_default();
    let language = match person {
        Some(person) if !person.language.is_empty() => person.language.as_str(),
        _ => desk.rules.language.as_str(),
    };
    let zone = person.and_then(|p| p.time_zone.parse::<chrono_tz::Tz>().ok()).unwrap_or(desk.rules.time_zone);
    let load = load(letter, files, language, zone, desk, now);
    let mut data = complete(letter, &name, language, zone, before, desk, now);
    if let Value::Object(data) = &mut data {
        data.insert("not_carried".into(), json!(load.left_out));
        data.insert("holder".into(), json!(holder(&letter.data)));
        if data.get("place").is_none_or(Value::is_null) && !load.left_out.is_empty() {
            data.insert("place".into(), json!(place(letter, desk.rules)));
        }
    }
    show(&mut data);
    let mut rendered = desk.renderer.render(letter.name, language, &data)?;
    if let Some(principal) = &letter.behalf {
        let name = desk.directory.by_address(principal).map_or(principal.as_str(), |person| person.name.as_str());
        // Whose business it is comes first: it is not the reader's own (O20).
        let chinese = language.starts_with("zh");
        rendered.subject = if chinese {
            format!("代{name}：{}", rendered.subject)
        } else {
            format!("For {name}: {}", rendered.subject)
        };
    }

    let (in_reply_to, references) = match &letter.thread {
        Thread::New => (None, Vec::new()),
        Thread::Object(_) => (before.thread.last().cloned(), before.thread.clone()),
        Thread::Reply { message_id, references } => (Some(message_id.clone()), references.clone()),
    };
    let ics = letter.invite.as_ref().map(|invite| invite_text(invite, now));
    let mut sent = SentLetter {
        id: id.to_string(),
        letter: letter.name,
        to: letter.to.clone(),
        message_id: message_id.to_string(),
        in_reply_to,
        references,
        reply_to: String::new(),
        subject: rendered.subject.clone(),
        at: now,
        lines: letter.lines.clone(),
        context: letter.context,
        objects: letter.objects.clone(),
        cause: String::new(),
        why: letter.why.clone(),
        behalf: letter.behalf.clone(),
        left_out: letter.left_out.iter().chain(&load.left_out).cloned().collect(),
    };
    let token = || before.tokens.and_then(|tokens| tokens.address(&desk.rules.assistant, &sent, now));
    let reply_to = letter.reply_to.clone().or_else(token);
    let unsubscribe = letter.unsubscribe.then(|| format!("mailto:{}?subject=unsubscribe", desk.rules.assistant));
    let outgoing = Outgoing {
        from_name: &desk.rules.assistant_name,
        from_address: &desk.rules.assistant,
        to_name: &name,
        to_address: &letter.to,
        reply_to: reply_to.as_deref(),
        subject: &rendered.subject,
        message_id,
        in_reply_to: sent.in_reply_to.as_deref(),
        references: &sent.references,
        date: now,
        text: &rendered.text,
        html: &rendered.html,
        calendar: letter.invite.as_ref().zip(ics.as_deref()).map(|(invite, text)| Calendar {
            method: &invite.method,
            text,
            file_only: invite.file_only,
        }),
        attachments: &load.files,
        pictures: &load.pictures,
        answering: letter.answering,
        unsubscribe: unsubscribe.as_deref(),
        instance: desk.host,
    };
    let bytes = to_bytes(&outgoing).map_err(|cause| Uncomposed::Compose {
        letter: letter.name.as_str(),
        to: letter.to.clone(),
        cause,
    })?;
    sent.reply_to = reply_to.unwrap_or_else(|| desk.rules.assistant.clone());
    Ok(Composed { bytes, sent, rendered })
}

/// What goes with a letter, and the names of what is too large for it (O43).
struct Load {
    files: Vec<File>,
    pictures: Vec<Picture>,
    left_out: Vec<String>,
}

/// Small files first, so that one large one does not keep the others back; pictures of the page always go.
fn load(
    letter: &Letter,
    mut files: Vec<File>,
    language: &str,
    zone: chrono_tz::Tz,
    desk: &Desk<'_>,
    now: DateTime<Utc>,
) -> Load {
    let mut pictures = Vec::new();
    for made in letter.made.iter().filter_map(|made| export::made(made, language, desk.host, zone, now)) {
        let file = File { name: made.name, mime: made.mime.to_string(), bytes: made.bytes };
        match made.cid {
            Some(cid) => pictures.push(Picture { cid, file }),
            None => files.push(file),
        }
    }
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|at| files.get(*at).map_or(0, |file| file.bytes.len()));
    let mut room = desk.rules.policy.attachments_max();
    let mut goes = vec![false; files.len()];
    for at in order {
        let size = files.get(at).map_or(0, |file| file.bytes.len());
        if let Some(goes) = goes.get_mut(at).filter(|_| size <= room) {
            *goes = true;
            room -= size;
        }
    }
    let mut left_out = Vec::new();
    let mut goes = goes.into_iter();
    files.retain(|file| {
        let fits = goes.next().unwrap_or(true);
        if !fits {
            left_out.push(file.name.clone());
        }
        fits
    });
    Load { files, pictures, left_out }
}

/// Where the files of a letter's first object lie. From outside nobody reaches the folder, nor is its name theirs to know.
fn place(letter: &Letter, rules: &Rules) -> Option<String> {
    let id = letter.objects.first()?;
    if !rules.is_internal(&letter.to) {
        return None;
    }
    let text = |of: &str, key: &str| letter.data.get(of)?.get(key)?.as_str();
    let title = match id.chars().next()? {
        'M' => text("meeting", "title"),
        'P' => text("project", "name"),
        'Q' => text("issue", "title"),
        _ => text("item", "task"),
    };
    rules.archive_of(id, title.or_else(|| text("export", "title"))?)
}

/// Who can be asked for a file that a letter does not carry: who brought it, else who leads.
fn holder(data: &Map<String, Value>) -> Option<String> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_string);
    let of = |object: &str, key: &str| text(data.get(object).and_then(|value| value.get(key)));
    let first = data.get("items").and_then(|items| text(items.get(0)?.get("owner")));
    text(data.get("from"))
        .or_else(|| of("item", "owner"))
        .or(first)
        .or_else(|| of("meeting", "organizer"))
        .or_else(|| of("project", "manager"))
        .or_else(|| of("issue", "contact"))
}

/// Whom to call where the house names nobody (O19): who called the meeting or leads the project, with the telephone.
fn asker(letter: &Letter, language: &str, desk: &Desk<'_>) -> Option<String> {
    let of = |object: &str, key: &str| letter.data.get(object)?.get(key)?.as_str();
    let address = of("meeting", "organizer_address")
        .or_else(|| of("project", "manager_address"))
        .or_else(|| of("issue", "initiator_address"))?;
    let person = desk.directory.by_address(address).filter(|person| person.address != letter.to)?;
    Some(match (person.phone.trim(), language.starts_with("zh")) {
        ("", _) => person.name.clone(),
        (phone, true) => format!("{}（{phone}）", person.name),
        (phone, false) => format!("{} ({phone})", person.name),
    })
}

/// A page to print that goes with a letter, in its reader's language and with its data.
pub fn page(
    letter: &Letter,
    name: &str,
    before: &Before<'_>,
    desk: &Desk<'_>,
    now: DateTime<Utc>,
) -> Result<File, Uncomposed> {
    let person = desk.directory.by_address(&letter.to);
    let reader = person.map(|p| p.name.clone()).unwrap_or_default();
    let language = match person {
        Some(person) if !person.language.is_empty() => person.language.as_str(),
        _ => desk.rules.language.as_str(),
    };
    let zone = person.and_then(|p| p.time_zone.parse::<chrono_tz::Tz>().ok()).unwrap_or(desk.rules.time_zone);
    let mut data = complete(letter, &reader, language, zone, before, desk, now);
    show(&mut data);
    let html = desk.renderer.page(letter.name, language, &data)?;
    Ok(File { name: name.to_string(), mime: "text/html; charset=utf-8".into(), bytes: html.into_bytes() })
}

/// Everything that was read from mail loses what no reader sees (TRUST P15).
fn show(data: &mut Value) {
    match data {
        Value::String(text) => {
            if let std::borrow::Cow::Owned(shown) = shown(text) {
                *text = shown;
            }
        }
        Value::Array(all) => all.iter_mut().for_each(show),
        Value::Object(map) => map.values_mut().for_each(show),
        _ => {}
    }
}

/// The data a template sees: the letter's own, and what every letter has.
fn complete(
    letter: &Letter,
    name: &str,
    language: &str,
    zone: chrono_tz::Tz,
    before: &Before<'_>,
    desk: &Desk<'_>,
    now: DateTime<Utc>,
) -> Value {
    let mut data: Map<String, Value> = letter.data.clone();
    let mut add = |key: &str, value: Value| {
        data.entry(key.to_string()).or_insert(value);
    };
    add("you", json!({"name": name, "address": letter.to, "language": language}));
    add("assistant", json!({"name": desk.rules.assistant_name, "address": desk.rules.assistant}));
    add("letter", json!(letter.name.as_str()));
    add("first", json!(before.first));
    add("time_zone", json!(zone.name()));
    add("now", json!(now.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false)));
    add("id", json!(letter.objects.first()));
    add("objects", json!(letter.objects));
    add("links", json!(desk.mailto_links));
    add("not_carried", json!([]));
    add("holder", Value::Null);
    add("place", Value::Null);
    add("copy_for", Value::Null);
    add("copy_to", Value::Null);
    add("tone", json!(desk.tone));
    add("help_contact", json!(desk.help_contact.map(str::to_string).or_else(|| asker(letter, language, desk))));
    add("trial", json!(desk.trial));
    add("unsubscribe", json!(letter.unsubscribe));
    if letter.name == LetterName::Help {
        add("commands", commands(language.starts_with("zh")));
    }
    Value::Object(data)
}

/// The commands to teach, for the help letter: the same table as the README's.
fn commands(chinese: bool) -> Value {
    let rows = crate::language::command::table().iter().map(|row| {
        let (words, example, sentence) =
            if chinese { (row.zh, row.example_zh, row.sentence_zh) } else { (row.en, row.example_en, row.sentence_en) };
        json!({"words": words, "example": example, "sentence": sentence})
    });
    Value::Array(rows.collect())
}

fn invite_text(invite: &Invite, now: DateTime<Utc>) -> String {
    let attendees: Vec<Attendee<'_>> = invite
        .attendees
        .iter()
        .map(|a| Attendee {
            name: &a.name,
            address: &a.address,
            role: &a.role,
            partstat: &a.partstat,
            room: a.room,
            rsvp: a.rsvp,
        })
        .collect();
    calendar(&Event {
        method: &invite.method,
        uid: &invite.uid,
        sequence: invite.sequence,
        dtstamp: now,
        start: invite.start,
        end: invite.end,
        zone: invite.time_zone.parse().ok(),
        summary: &shown(&invite.summary),
        description: &shown(&invite.description),
        location: invite.location.as_deref().map(shown).as_deref(),
        url: invite.url.as_deref(),
        organizer: (&invite.organizer_name, &invite.organizer_address),
        attendees: &attendees,
        rrule: invite.rrule.as_deref(),
        recurrence_id: invite.recurrence_id,
        exdates: &invite.exdates,
        alarm_minutes: invite.alarm_minutes,
        private: invite.private,
    })
}
