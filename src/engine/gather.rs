//! A mail's bytes become an event: who wrote, in answer to what, and what it says. Reads the store only to find the letter
//! that is answered; everything else is in the bytes.

use super::token::{Keys, Token};
use crate::config::{self, Config};
use crate::domain::event::{Attachment, Bounce, CalendarAttendee, CalendarEvent, Class, MailRead, Mailbox, Proof};
use crate::domain::letter::SentLetter;
use crate::domain::meeting::MeetingState;
use crate::domain::person::Directory;
use crate::domain::view::{Records, Rules};
use crate::language::names::Lexicon;
use crate::mail::automatic::{self, Identity};
use crate::mail::header::Address;
use crate::mail::inbound::{self, Inbound, Limits};
use crate::mail::reply::OwnWords;
use crate::mail::sender::{self, TrustSettings};
use crate::mail::{invite, thread};
use crate::office::FileReader;
use crate::office::convert::Converters;
use crate::store::receive::InboxRow;
use crate::store::{Store, StoreError, keys};
use chrono::{DateTime, FixedOffset, Utc};

/// What reading needs of the configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    pub limits: Limits,
    pub trust: TrustSettings,
    /// Sources whose mail counts as proven: a trusted listener, `ingest --trusted`.
    pub trusted_sources: Vec<String>,
    /// Sources that speak to the internet: results in their mail are somebody else's.
    pub internet_sources: Vec<String>,
    /// Our addresses and the value of our own header.
    pub identity: Identity,
    /// How attached files are read; the daemon has them read in another process.
    pub files: FileReader,
}

impl Settings {
    pub fn of(config: &Config) -> Settings {
        let limits = &config.limits;
        Settings {
            limits: Limits {
                size_max: limits.mail_size_max,
                depth_max: limits.mail_depth_max,
                part_count_max: limits.mail_parts_max,
                header_count_max: limits.header_fields_max,
                header_octets_max: limits.header_field_max,
                attachment_count_max: limits.attachments_max,
                ..Limits::default()
            },
            trust: TrustSettings {
                authserv_id: config.trust.authserv_id.clone(),
                received_by: config.trust.received_by.clone(),
                results_below_received: config.trust.results_below_received,
                trusted_intake: false,
                exchange_internal: config.trust.proof == config::Proof::Exchange,
                hosted: (config.trust.proof == config::Proof::Hosted).then(|| hosted(config)),
            },
            trusted_sources: config
                .intake
                .iter()
                .filter(|i| i.trusted)
                .map(|i| i.source())
                .chain([crate::intake::stdin::TRUSTED_SOURCE.into()])
                .collect(),
            internet_sources: config.intake.iter().filter(|i| i.from_internet).map(|i| i.source()).collect(),
            identity: Identity {
                addresses: vec![config.assistant.address.to_lowercase()],
                instance: config.host().to_string(),
            },
            files: FileReader::here().converting(Converters {
                doc: config.convert.doc.clone(),
                pdf: config.convert.pdf.clone(),
                rtf: config.convert.rtf.clone(),
                program: "/proc/self/exe".into(),
            }),
        }
    }
}

/// Everything reading looks at beside the bytes.
pub struct Around<'a> {
    pub records: &'a dyn Records,
    pub rules: &'a Rules,
    pub settings: &'a Settings,
    pub tokens: &'a Keys,
    pub directory: &'a Directory,
    pub lexicon: &'a Lexicon,
    pub now: DateTime<Utc>,
}

/// Reads a mail. An error is a sentence why it is not read at all; the mail is kept.
pub fn mail(raw: &[u8], row: &InboxRow, around: &Around<'_>) -> Result<MailRead, String> {
    let settings = around.settings;
    let inbound = inbound::parse(raw, &settings.limits).map_err(|refusal| refusal.to_string())?;
    let mut verdict = automatic::classify(&inbound, row.mail_from.as_deref(), &settings.identity);
    if !row.message_id.is_empty() && around.records.letter(&row.message_id).is_some() {
        // TRUST L7: a relay took our header off, the Message-ID is ours all the same.
        (verdict.class, verdict.reason, verdict.answerable) =
            (Class::Own, "it has the Message-ID of a letter of ours", false);
    }
    let (proof, proof_reason) = proof_of(&inbound, row, settings);
    let zone = writer_zone(&inbound, around);
    let received_at = DateTime::from_timestamp_millis(row.at).unwrap_or(around.now);
    let sent_at = plausible(inbound.date, received_at, zone);

    let (answers, by_token) = answered(&inbound, row, around, &verdict.original_ids);
    let own = inbound.own();
    let to: Vec<Mailbox> = inbound.to.iter().map(mailbox).collect();
    let cc: Vec<Mailbox> = inbound.cc.iter().map(mailbox).collect();
    let is_us = |m: &Mailbox| settings.identity.owns(&m.address);
    let us_in_to = to.iter().any(is_us);
    let us_in_cc = cc.iter().any(is_us);
    let base_subject = inbound.base_subject.text.clone();
    let sender = inbound.sender_header.as_ref().map(mailbox);
    let mut author = inbound.author.as_ref().map(mailbox);
    let sender = sender.filter(|sender| author.as_ref().is_some_and(|author| author.address != sender.address));
    if let Some(author) = &mut author
        && let Some(person) = around.directory.by_address(&author.address)
    {
        // A further address of somebody we know is that person (O2).
        author.address.clone_from(&person.address);
    }
    let mut read = MailRead {
        message_id: row.message_id.clone(),
        references: answered_ids(&inbound),
        sent_at,
        received_at,
        proof,
        proof_reason,
        class: verdict.class,
        class_reason: verdict.reason.to_string(),
        no_answer: !verdict.answerable,
        to_us_alone: us_in_to && to.iter().chain(&cc).all(is_us),
        listening: !us_in_to && us_in_cc
            || us_in_to && answers.is_none() && inbound.base_subject.reply && to.iter().any(|m| !is_us(m)),
        in_bcc: !us_in_to && !us_in_cc && !to.is_empty(),
        subject: inbound.subject.clone(),
        subject_is_ours: answers
            .as_ref()
            .is_some_and(|letter| thread::base_subject(&letter.subject).text == base_subject),
        base_subject,
        language: language_of(&own.text, &inbound.subject, around.rules),
        subject_ids: thread::ids(&inbound.subject),
        attachments: attachments(&inbound, &row.message_id),
        bounces: bounces(&verdict, around.records),
        confidential: is_confidential(&inbound, &own.text),
        // What the administrator let in is read like any other mail.
        for_postmaster: row.proven.is_none()
            && !row.rcpts.is_empty()
            && row.rcpts.iter().all(|to| config::is_postmaster(to) && !settings.identity.owns(to)),
        forwarded: inbound.base_subject.forward,
        empty_reply: own.text.trim().is_empty()
            && inbound.attachments.is_empty()
            && inbound.calendar.is_empty()
            && (inbound.base_subject.reply || answers.is_some()),
        to,
        cc,
        author,
        sender,
        answers,
        by_token,
        ..MailRead::default()
    };
    if let Some(part) = inbound.calendar.first() {
        let event = invite::read::read(&part.text, zone).into_iter().next();
        read.calendar = event.map(|event| calendar_event(event, part.method.as_deref()));
    }
    match read.class {
        Class::Person | Class::List | Class::Calendar => words(&mut read, &inbound, own, around),
        Class::AutoReply => {
            read.away_until = super::words::away_until(&own.text, &inbound.subject, sent_at, around.rules)
        }
        Class::Bounce | Class::Receipt | Class::Own => {}
    }
    for file in &mut read.attachments {
        let of_document = read
            .reply
            .doubts
            .iter()
            .find(|doubt| doubt.kind == "unread_attachment" && doubt.line.starts_with(&format!("{}: ", file.name)));
        let why = of_document.map(|doubt| doubt.line.clone());
        let of_kind = || super::words::why_unread(&file.name, file.size).map(String::from);
        file.unread = if around.settings.files.converts(&file.name) { why } else { why.or_else(of_kind) };
    }
    read.text.clone_from(&own.text);
    read.unreadable.clone_from(&inbound.unreadable);
    Ok(read)
}

/// What the words say: commands in the light of the letter answered, and whole documents.
fn words(read: &mut MailRead, inbound: &Inbound, own: &OwnWords, around: &Around<'_>) {
    let words = super::words::read(read, inbound, own, around);
    (read.reply, read.reads, read.calls) = (words.reply, words.reads, words.calls);
    (read.project_words, read.amends) = (words.project, words.amends);
    read.two_minds = super::words::two_minds(read, inbound, own, around);
}

/// The zone the writer's clock shows: a known person's own, else the house's.
fn writer_zone(inbound: &Inbound, around: &Around<'_>) -> chrono_tz::Tz {
    let person = inbound.author.as_ref().and_then(|author| around.directory.by_address(&author.address));
    person.and_then(|person| person.time_zone.parse().ok()).unwrap_or(around.rules.time_zone)
}

/// A mail that is resent, fetched from an old mailbox or was long on its way; clocks that stand still show 1970 or 2000.
const LATE_DAYS_MAX: i64 = 400;
/// Zones that were left out, clocks that run fast.
const AHEAD_DAYS_MAX: i64 = 7;

/// Words such as 今天 count from the writer's own Date, as the writer saw it, however late the mail comes. A date that lies
/// ahead, or more than [`LATE_DAYS_MAX`] behind, is a wrong clock: then they count from when the mail came.
fn plausible(
    date: Option<DateTime<FixedOffset>>,
    received_at: DateTime<Utc>,
    zone: chrono_tz::Tz,
) -> DateTime<FixedOffset> {
    let received = received_at.with_timezone(&zone).fixed_offset();
    match date {
        Some(date)
            if (-AHEAD_DAYS_MAX..=LATE_DAYS_MAX).contains(&(received_at - date.with_timezone(&Utc)).num_days()) =>
        {
            // Servers and phones write +0000 for want of knowing better; 14:00 in such a mail is the writer's 14:00.
            if date.offset().local_minus_utc() == 0 { date.with_timezone(&zone).fixed_offset() } else { date }
        }
        _ => received,
    }
}

/// A VEVENT as the domain knows it.
fn calendar_event(event: invite::read::Invite, method: Option<&str>) -> CalendarEvent {
    let minutes =
        event.start.zip(event.end).map(|(start, end)| (end - start).num_minutes()).and_then(|m| u32::try_from(m).ok());
    let text = |text: String| (!text.trim().is_empty()).then_some(text);
    CalendarEvent {
        // RFC 6047 §2.4: the parameter of Content-Type and METHOD must be equal; the object's own word counts.
        method: if event.method.is_empty() { method.unwrap_or_default().to_uppercase() } else { event.method },
        uid: event.uid,
        sequence: event.sequence,
        dtstamp: event.dtstamp,
        start: event.start,
        minutes: minutes.filter(|m| *m > 0),
        time_zone: event.zone.map(|zone| zone.name().to_string()),
        summary: event.summary,
        location: text(event.location),
        description: text(event.description),
        organizer: event.organizer.map(|o| Mailbox { name: o.name, address: o.address }),
        attendees: event
            .attendees
            .into_iter()
            .map(|a| CalendarAttendee {
                mailbox: Mailbox { name: a.name, address: a.address },
                partstat: a.partstat,
                role: a.role,
                room: a.cutype == "ROOM",
                sent_by: a.sent_by,
                delegated_to: a.delegated_to,
            })
            .collect(),
        rrule: event.rrule,
        recurrence_id: event.recurrence_id,
        confidential: matches!(event.class.as_str(), "PRIVATE" | "CONFIDENTIAL"),
        comment: text(event.comment),
    }
}

fn mailbox(address: &Address) -> Mailbox {
    Mailbox { name: address.name.clone(), address: address.address.to_lowercase() }
}

/// The provider of the mailboxes that are read (O1): the last two labels of each server's name.
fn hosted(config: &config::Config) -> sender::Hosted {
    let servers = config.intake.iter().filter_map(|intake| intake.server.as_deref());
    let provider = servers.filter_map(|server| {
        let labels: Vec<&str> = server.rsplitn(3, '.').collect();
        matches!(labels.as_slice(), [_, _, ..]).then(|| format!("{}.{}", labels[1], labels[0]).to_lowercase())
    });
    sender::Hosted {
        internal_domains: config.directory.internal_domains.iter().map(|domain| domain.to_lowercase()).collect(),
        provider: provider.collect(),
    }
}

/// Whether somebody vouches for the author: the intake, our mail server, or the author (O1).
pub fn proof_of(inbound: &Inbound, row: &InboxRow, settings: &Settings) -> (Proof, String) {
    if let Some(how) = &row.proven {
        return (Proof::Pass, how.clone());
    }
    let verified = row.verified.as_ref().map(|found| {
        let proof = match found.result.as_str() {
            "pass" => Proof::Pass,
            "fail" => Proof::Fail,
            _ => Proof::None,
        };
        (proof, found.reason.clone())
    });
    if settings.internet_sources.contains(&row.source) {
        return verified.unwrap_or((Proof::None, "came straight from the internet".into()));
    }
    let mut trust =
        TrustSettings { trusted_intake: settings.trusted_sources.contains(&row.source), ..settings.trust.clone() };
    // What a provider's mailbox shows says nothing about mail that came another way.
    if !row.source.starts_with("imap:") {
        trust.hosted = None;
        trust.exchange_internal = false;
    }
    match sender::prove(inbound, &trust) {
        sender::Proof::Pass(reason) => (Proof::Pass, reason),
        sender::Proof::Fail(reason) => (Proof::Fail, reason),
        // Our own server saw the peer, which we did not: where it says anything, that stands.
        sender::Proof::None(reason) => verified.unwrap_or((Proof::None, reason)),
    }
}

/// Message-IDs a mail answers, nearest first.
fn answered_ids(inbound: &Inbound) -> Vec<String> {
    let mut ids: Vec<String> = inbound.in_reply_to.clone();
    for id in inbound.references.iter().rev() {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    ids
}

/// The letter of ours that is answered: by In-Reply-To and References, by what a report returns, by the reply address;
/// and whether the reply address is that letter's.
fn answered(inbound: &Inbound, row: &InboxRow, around: &Around<'_>, reported: &[String]) -> (Option<SentLetter>, bool) {
    let by_thread =
        answered_ids(inbound).into_iter().chain(reported.iter().cloned()).find_map(|id| around.records.letter(&id));
    let addresses =
        inbound.to.iter().chain(&inbound.cc).map(|a| a.address.as_str()).chain(row.rcpts.iter().map(String::as_str));
    let by_token = addresses.take(ADDRESSES_MAX).find_map(|address| written_to(address, around));
    let token = by_token.as_ref().is_some_and(|letter| by_thread.as_ref().is_none_or(|other| other.id == letter.id));
    (by_thread.or(by_token), token)
}

/// Addresses of a mail that are looked at for a token.
const ADDRESSES_MAX: usize = 100;

/// The letter whose reply address this is, if the token holds (TRUST S7, S9).
fn written_to(address: &str, around: &Around<'_>) -> Option<SentLetter> {
    let own = around.settings.identity.owns(address);
    if let Some(token) = Token::of_address(address).filter(|_| own) {
        let letter = around.records.letter_with_id(&token.letter)?;
        return (around.tokens.fits(&token, &letter, around.now) && !is_over(&letter, around)).then_some(letter);
    }
    // Letters of version 0.1 kept their tokens as notes.
    let (local, _) = address.rsplit_once('@').filter(|_| own)?;
    let (_, token) = local.split_once('+')?;
    let id = around.records.note(&format!("reply-token/{}", token.to_lowercase()))?;
    around.records.letter(id.as_str()?).filter(|letter| !is_over(letter, around))
}

/// Days after a meeting that is closed or called off for which its reply addresses still work (TRUST S9).
const AFTER_CLOSE_DAYS: i64 = 30;

/// Whether everything that a letter is about is long over.
fn is_over(letter: &SentLetter, around: &Around<'_>) -> bool {
    let over = |id: &String| {
        let Some(meeting) = around.records.meeting(id) else { return false };
        let ended = matches!(meeting.state, MeetingState::Closed | MeetingState::Cancelled);
        let last = meeting.start.map_or(letter.at, |start| start.with_timezone(&Utc).max(letter.at));
        ended && around.now - last > chrono::Duration::days(AFTER_CLOSE_DAYS)
    };
    !letter.objects.is_empty() && letter.objects.iter().all(over)
}

fn attachments(inbound: &Inbound, message_id: &str) -> Vec<Attachment> {
    inbound
        .attachments
        .iter()
        .enumerate()
        .filter(|(_, file)| !file.inline)
        .map(|(index, file)| Attachment {
            name: file.name.clone(),
            mime: file.mime.clone(),
            size: file.size,
            message_id: message_id.to_string(),
            index,
            unread: None,
        })
        .collect()
}

fn bounces(verdict: &automatic::Verdict, records: &dyn Records) -> Vec<Bounce> {
    let letter = verdict.original_ids.iter().find_map(|id| records.letter(id));
    verdict
        .bounced
        .iter()
        .filter(|b| matches!(b.action, automatic::Action::Failed))
        .map(|b| Bounce {
            address: b.address.to_lowercase(),
            hard: matches!(b.severity, Some(automatic::Severity::Hard)),
            status: b.status.clone().unwrap_or_else(|| b.diagnostic.chars().take(120).collect()),
            letter: letter.clone(),
        })
        .collect()
}

/// O38: Sensitivity, 【机密】, 保密 in the subject, or a line that says so.
fn is_confidential(inbound: &Inbound, text: &str) -> bool {
    let header = inbound.header("sensitivity").unwrap_or_default().to_lowercase();
    if header.contains("confidential") || header == "private" {
        return true;
    }
    let marks = ["【机密】", "【保密】", "[机密]", "[保密]", "[confidential]", "【機密】", "【保密會議】"];
    let subject = inbound.subject.to_lowercase();
    marks.iter().any(|mark| subject.contains(mark))
        || text.lines().any(|line| {
            let line = line.trim().trim_end_matches(['。', '.', '!', '！']);
            // None of the words is longer.
            line.len() <= 24
                && matches!(
                    line.to_lowercase().as_str(),
                    "保密" | "机密" | "本会议保密" | "confidential" | "【保密】" | "【机密】" | "保密：是" | "保密:是"
                )
        })
}

/// Which language the writer uses: any Chinese beyond a name makes it Chinese.
fn language_of(text: &str, subject: &str, rules: &Rules) -> String {
    let both = || text.chars().chain(subject.chars());
    let han = both().filter(|c| matches!(c, '\u{4e00}'..='\u{9fff}')).count();
    let latin = both().filter(char::is_ascii_alphabetic).count();
    match (han, latin) {
        (0, 0) => rules.language.clone(),
        (han, latin) if han * 4 >= latin => "zh-CN".into(),
        _ => "en".into(),
    }
}

/// The bytes of an attachment, cut out of the mail that brought it.
pub fn attachment(store: &dyn Store, attachment: &Attachment) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(value) = store.get(&keys::message(&attachment.message_id))? else { return Ok(None) };
    let Some(number) = value.as_ref().try_into().ok().map(u64::from_be_bytes) else { return Ok(None) };
    let Some(row) = store.get(&keys::mail(number))? else { return Ok(None) };
    let Ok(audit) = serde_json::from_slice::<super::AuditRow>(&row) else { return Ok(None) };
    let Some(place) = audit.place.filter(|place| !place.is_removed()) else { return Ok(None) };
    let raw = store.blob(&place)?;
    Ok(files_of(&raw).into_iter().nth(attachment.index))
}

/// Bytes of the files of a mail, in the order of their numbers.
pub fn files_of(raw: &[u8]) -> Vec<Vec<u8>> {
    let Ok(inbound) = inbound::parse(raw, &Limits::default()) else { return Vec::new() };
    inbound.attachments.into_iter().map(|file| file.bytes).collect()
}
