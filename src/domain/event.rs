//! Everything that can happen to us: mail arrives, a moment comes, a letter meets its fate.

pub use crate::class::Class;

use super::letter::SentLetter;
use super::reading::{Amendment, CallReading, ProjectWords, Reads, ReplyReading};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// One cause; the engine makes one commit of what follows from it.
#[derive(Clone, Debug)]
pub enum Event {
    Mail(Box<MailRead>),
    /// A row of the due index has come.
    Tick(Tick),
    /// A letter was refused for good, by the server or by a bounce that was tied to it.
    Undelivered(Box<Undelivered>),
    /// Something the administrator asks on the command line or by `load`.
    Operator(Operator),
}

/// Name and address as a header gives them; the address in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    pub name: String,
    pub address: String,
}

/// How far the author was proven (SPEC 7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    Pass,
    Fail,
    #[default]
    None,
}

/// A mail as it was read: who, in answer to what, and what it says. Nothing in it is believed yet.
#[derive(Clone, Debug, Default)]
pub struct MailRead {
    /// With angle brackets removed; empty where the mail has none.
    pub message_id: String,
    /// Message-IDs it answers, nearest first.
    pub references: Vec<String>,
    /// The mail's own Date, else the moment of receipt.
    pub sent_at: DateTime<FixedOffset>,
    pub received_at: DateTime<Utc>,
    /// Exactly one From mailbox, else none (TRUST S1).
    pub author: Option<Mailbox>,
    /// Sender, where it names somebody else than From: who wrote in the author's name (O5).
    pub sender: Option<Mailbox>,
    pub proof: Proof,
    pub proof_reason: String,
    pub class: Class,
    pub class_reason: String,
    /// Answering is not wanted (X-Auto-Response-Suppress, null sender): it may act, but gets no answer (TRUST L3, L4).
    pub no_answer: bool,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    /// Duban stands in To, with nobody else (O10).
    pub to_us_alone: bool,
    /// Duban stands only in Cc, or others stand in To (O10).
    pub listening: bool,
    /// Duban stands in neither: Bcc (O10).
    pub in_bcc: bool,
    pub subject: String,
    /// Subject without Re: and gateway prefixes.
    pub base_subject: String,
    /// The subject is that of the letter answered, not the writer's own.
    pub subject_is_ours: bool,
    /// The writer's own words.
    pub text: String,
    /// The charset of a body that could not be made out.
    pub unreadable: Option<String>,
    /// `zh-CN`, `zh-TW` or `en`, by its words.
    pub language: String,
    /// The letter of ours that is answered, by In-Reply-To, References or plus address.
    pub answers: Option<SentLetter>,
    /// It came to the reply address of that very letter (TRUST S7).
    pub by_token: bool,
    /// Objects named by id in the subject: `[M-12]`.
    pub subject_ids: Vec<String>,
    pub reply: ReplyReading,
    pub reads: Reads,
    /// Meetings it calls; `reads.meeting` is the first.
    pub calls: Vec<CallReading>,
    /// What its writer, who leads the meeting with this id, changes of it.
    pub amends: Option<(String, Amendment)>,
    /// What it says of the project it names or answers about.
    pub project_words: Option<ProjectWords>,
    pub calendar: Option<CalendarEvent>,
    pub attachments: Vec<Attachment>,
    /// Bounces: what happened to which address, tied to which of our letters (TRUST L14).
    pub bounces: Vec<Bounce>,
    /// A vacation note's return date.
    pub away_until: Option<NaiveDate>,
    /// An empty answer over an untouched quote (O21).
    pub empty_reply: bool,
    /// Sensitivity, 【机密】, 保密 (O38).
    pub confidential: bool,
    /// It came to `postmaster` and not to us: for whoever runs the house (RFC 5321 §4.5.1).
    pub for_postmaster: bool,
    pub forwarded: bool,
    /// Its text and its HTML give different orders: one of them is not what the writer saw (TRUST P8).
    pub two_minds: bool,
}

/// A file that came with a mail; its bytes stay in the mail's segment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub name: String,
    pub mime: String,
    pub size: usize,
    /// Message-ID of the mail that holds it, and its number there.
    pub message_id: String,
    pub index: usize,
    /// What could not be read of it, if anything.
    pub unread: Option<String>,
}

/// A VEVENT of somebody else (RFC 5546).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CalendarEvent {
    /// `REQUEST`, `REPLY`, `CANCEL`, `COUNTER`, …
    pub method: String,
    pub uid: String,
    pub sequence: i64,
    pub dtstamp: Option<DateTime<Utc>>,
    pub start: Option<DateTime<FixedOffset>>,
    pub minutes: Option<u32>,
    pub time_zone: Option<String>,
    pub summary: String,
    pub location: Option<String>,
    pub description: Option<String>,
    pub organizer: Option<Mailbox>,
    pub attendees: Vec<CalendarAttendee>,
    pub rrule: Option<String>,
    pub recurrence_id: Option<DateTime<FixedOffset>>,
    pub confidential: bool,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarAttendee {
    pub mailbox: Mailbox,
    /// `ACCEPTED`, `DECLINED`, `TENTATIVE`, `DELEGATED`, `NEEDS-ACTION`.
    pub partstat: String,
    pub role: String,
    pub room: bool,
    pub sent_by: Option<String>,
    pub delegated_to: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Bounce {
    pub address: String,
    /// A bad address or domain, not a full mailbox or a refusal for pace (TRUST L12).
    pub hard: bool,
    pub status: String,
    /// The letter it reports on, when it was one of ours to that address.
    pub letter: Option<SentLetter>,
}

/// A letter that did not arrive.
#[derive(Clone, Debug)]
pub struct Undelivered {
    pub letter: SentLetter,
    pub hard: bool,
    /// The server's words.
    pub reply: String,
}

#[derive(Clone, Debug)]
pub enum Operator {
    /// An object with a given id, into an empty store (`load`, `simulate`).
    Load(Box<super::view::Record>),
    /// Something about Duban itself that the administrator must know.
    Alert { kind: String, text: String },
    /// The people of people.csv, read anew; who was in it and is not any more has left (O7).
    Listed(Vec<super::action_item::Absent>),
}

/// What time does to a record. The name is stored in the due index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tick {
    pub at: DateTime<Utc>,
    pub kind: TickKind,
    /// Object id, or a person's address for digests and receipts.
    pub object: String,
    /// Tells apart rows of one kind for one object: a rung, an address.
    #[serde(default)]
    pub key: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TickKind {
    // meetings
    /// Chase answers and materials, once.
    MeetingChase,
    MaterialsPack,
    Readiness,
    RunSheet,
    /// The meeting begins: announced becomes held.
    Held,
    /// Minutes are missing; key is the number of the chase.
    MinutesChase,
    /// Minutes were not looked at in time: they go out marked (O14).
    ReviewTimeout,
    /// Gaps were not answered: the next one is asked, or the summary goes with them open.
    GapsTimeout,
    /// Make the next occurrence of a series.
    Occurrence,
    /// An occurrence stands on a day off (O31).
    DayOff,
    /// A preview or a question about a call was not answered.
    CallTimeout,
    /// All items closed: the meeting closes.
    Close,
    // action items
    /// Silence becomes default acceptance (O24).
    ConfirmTimeout,
    /// Silence on a request.
    ApproveTimeout,
    /// Silence on done work.
    AcceptTimeout,
    /// The item stands in its owner's next digest; object is the person, key the item.
    Digest,
    /// Item became overdue or crosses a threshold that changes its state of lateness.
    Late,
    /// A rung of the ladder; key is its number.
    Escalate,
    /// A rung above is shown to the organizer one working day ahead.
    EscalatePreview,
    /// The organizer chooses 关闭 / 改期 / 改派; then 搁置 (O27).
    LateChoice,
    Park,
    /// An urgent or critical item's clock.
    Urgent,
    // people
    /// Merged receipts are due; object is the person.
    Receipt,
    /// A comment passed on after merging; object is the receiver.
    PassedOn,
    /// An absence ends.
    AbsenceEnd,
    /// Letters held for the person may go.
    Wake,
    // issues and projects
    IssueResponse,
    IssueChase,
    IssueTimeout,
    Report,
    ProjectTimeout,
}
