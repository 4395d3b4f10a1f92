//! Everything we can say. A letter has a name (SPEC 5; the folder in `templates/<language>/`, the word in JSON and logs),
//! a reader, the data its template shows, and what a reply to it means.

use super::event::Attachment;
use super::reading::{Context, Line};
use super::report::{Account, Chart};
use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;

macro_rules! letter_names {
    ($($variant:ident $name:literal $context:ident,)*) => {
        /// The letters of SPEC 5.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum LetterName { $($variant,)* }

        impl LetterName {
            pub const ALL: &'static [LetterName] = &[$(LetterName::$variant,)*];

            /// The folder in `templates/<language>/`, the word in JSON and logs.
            pub fn as_str(self) -> &'static str {
                match self { $(LetterName::$variant => $name,)* }
            }

            /// How bare words of an answer to it are read.
            pub fn context(self) -> Context {
                match self { $(LetterName::$variant => Context::$context,)* }
            }
        }
    };
}

letter_names! {
    CallPreview "call_preview" Preview,
    CallGaps "call_gaps" Preview,
    MeetingNotice "meeting_notice" Meeting,
    MeetingUpdate "meeting_update" Meeting,
    MeetingCancelled "meeting_cancelled" Meeting,
    MaterialsChase "materials_chase" Meeting,
    RsvpChase "rsvp_chase" Meeting,
    MaterialsPack "materials_pack" Meeting,
    Readiness "readiness" Readiness,
    RunSheet "run_sheet" Meeting,
    MinutesChase "minutes_chase" Readiness,
    MinutesReview "minutes_review" MinutesReview,
    MinutesGaps "minutes_gaps" MinutesGaps,
    Summary "summary" Action,
    SummaryCorrection "summary_correction" Action,
    Confirmation "confirmation" Action,
    Digest "digest" Reminder,
    ReminderUrgent "reminder_urgent" Reminder,
    Receipt "receipt" Reminder,
    ApprovalRequest "approval_request" Approval,
    ApprovalOutcome "approval_outcome" Reminder,
    EscalationPreview "escalation_preview" Escalation,
    Escalation "escalation" Escalation,
    Dependency "dependency" Reminder,
    AcceptanceRequest "acceptance_request" Acceptance,
    RatingRequest "rating_request" Issue,
    SignOffRequest "sign_off_request" SignOff,
    FeedbackRequest "feedback_request" None,
    IssueOpened "issue_opened" Issue,
    IssueGaps "issue_gaps" Issue,
    IssueUpdate "issue_update" Issue,
    StatusRequest "status_request" Issue,
    IssueClosed "issue_closed" Issue,
    ProjectOpened "project_opened" SignOff,
    NeedsRequest "needs_request" None,
    TablesAgreed "tables_agreed" Action,
    ProjectUpdate "project_update" None,
    WeeklyReport "weekly_report" None,
    ClosingReport "closing_report" None,
    PassedOn "passed_on" Reminder,
    OrganizerNote "organizer_note" Readiness,
    VerifySender "verify_sender" Verify,
    Answer "answer" Reminder,
    Help "help" None,
    Error "error" None,
    AdminAlert "admin_alert" None,
}

impl std::fmt::Display for LetterName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl LetterName {
    pub fn parse(name: &str) -> Option<LetterName> {
        LetterName::ALL.iter().copied().find(|letter| letter.as_str() == name)
    }
}

/// Where in the reader's mailbox it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Thread {
    /// A thread of its own.
    #[default]
    New,
    /// The thread of an object with this reader; its first letter opens it.
    Object(String),
    /// An answer to a mail of the reader, or one the reader has (O8).
    Reply { message_id: String, references: Vec<String> },
}

/// What a letter carries that no mail brought: made to bytes when the letter is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Made {
    /// Shown in the page, by its Content-ID.
    Picture { cid: String, chart: Arc<Chart> },
    /// An .xlsx.
    Sheet(Arc<Account>),
    /// An .ics with tasks and meetings.
    Calendar(Arc<Account>),
}

/// A letter decided upon, not yet rendered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    pub name: LetterName,
    /// Address of the one reader.
    pub to: String,
    /// What the template shows. The engine adds `you {name, address, language}`, `assistant {name, address}`,
    /// `letter`, `first` (the first letter to this person, O19), `time_zone` and `now`.
    pub data: Map<String, Value>,
    /// Numbered lines, own items first (O22).
    pub lines: Vec<Line>,
    pub context: Context,
    /// Objects it is about; the first stands in the subject.
    pub objects: Vec<String>,
    pub thread: Thread,
    pub invite: Option<Invite>,
    pub attachments: Vec<Attachment>,
    /// Files and pictures that are made for it, in the reader's language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made: Vec<Made>,
    /// Files that were too large to go with it, by name: it says where they lie (O43).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Pages to print that go with it, by the name of their files: `page.html.hbs` of its folder, with its data.
    #[serde(default)]
    pub pages: Vec<String>,
    /// Where an answer goes, when not to us (a passed-on sentence, O11).
    pub reply_to: Option<String>,
    /// An answer to the reader's own mail: auto-replied rather than auto-generated (RFC 3834).
    pub answering: bool,
    /// Does not leave earlier: letters that start others' work wait (O28).
    pub not_before: Option<DateTime<Utc>>,
    /// Of no use any more after this moment (TRUST D9).
    pub expires: Option<DateTime<Utc>>,
    /// Critical mail may go at night.
    pub urgent: bool,
    /// List-Unsubscribe stands only on digests, reports and informed copies (O23).
    pub unsubscribe: bool,
    /// Why it is sent, for `duban why`.
    pub why: String,
    /// A copy to a secretary or deputy: the address of whom it speaks to (O5).
    #[serde(default)]
    pub behalf: Option<String>,
    /// Message-ID of the mail that caused it, where it was kept for a while (O28).
    #[serde(default)]
    pub cause: Option<String>,
}

impl Letter {
    pub fn new(name: LetterName, to: &str, why: impl Into<String>) -> Self {
        Letter {
            name,
            to: to.to_string(),
            data: Map::new(),
            lines: Vec::new(),
            context: name.context(),
            objects: Vec::new(),
            thread: Thread::New,
            invite: None,
            attachments: Vec::new(),
            made: Vec::new(),
            left_out: Vec::new(),
            pages: Vec::new(),
            reply_to: None,
            answering: false,
            not_before: None,
            expires: None,
            urgent: false,
            unsubscribe: false,
            why: why.into(),
            behalf: None,
            cause: None,
        }
    }

    /// About this object, in the object's thread.
    pub fn about(mut self, id: &str) -> Self {
        self.objects.push(id.to_string());
        if self.thread == Thread::New {
            self.thread = Thread::Object(id.to_string());
        }
        self
    }

    pub fn with(mut self, key: &str, value: impl Serialize) -> Self {
        self.data.insert(key.to_string(), serde_json::to_value(value).unwrap_or(Value::Null));
        self
    }

    pub fn lines(mut self, lines: Vec<Line>) -> Self {
        self.lines = lines;
        self
    }

    pub fn replying_to(mut self, message_id: &str, references: &[String]) -> Self {
        if !message_id.is_empty() {
            self.thread = Thread::Reply { message_id: message_id.into(), references: references.to_vec() };
        }
        self.answering = true;
        self
    }
}

/// The calendar part of a letter; composed per RFC 5545/5546/6047 with O32's ORGANIZER.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invite {
    /// `REQUEST`, `CANCEL`, `REPLY`.
    pub method: String,
    pub uid: String,
    pub sequence: i64,
    pub start: DateTime<FixedOffset>,
    pub end: DateTime<FixedOffset>,
    pub time_zone: String,
    pub summary: String,
    pub description: String,
    pub location: Option<String>,
    pub url: Option<String>,
    /// CN of ORGANIZER: `张三(督办助手代发)`; the address is the assistant's, or the foreign organizer's for a REPLY.
    pub organizer_name: String,
    pub organizer_address: String,
    pub attendees: Vec<InviteAttendee>,
    pub rrule: Option<String>,
    pub recurrence_id: Option<DateTime<FixedOffset>>,
    pub exdates: Vec<DateTime<FixedOffset>>,
    pub alarm_minutes: Option<u32>,
    /// `CLASS:PRIVATE` (O38).
    pub private: bool,
    /// As a file only, without METHOD in the alternative (`calendar = "ics_only"`).
    pub file_only: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteAttendee {
    pub name: String,
    pub address: String,
    /// `CHAIR`, `REQ-PARTICIPANT`, `OPT-PARTICIPANT`, `NON-PARTICIPANT`.
    pub role: String,
    /// `NEEDS-ACTION`, `ACCEPTED`, `DECLINED`, `TENTATIVE`, `DELEGATED`.
    pub partstat: String,
    pub room: bool,
    pub rsvp: bool,
}

/// A letter as it went (or waits to go): enough to read its answers and to find it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentLetter {
    /// `<commit sequence>.<ordinal>`.
    pub id: String,
    pub letter: LetterName,
    pub to: String,
    /// Without angle brackets.
    pub message_id: String,
    pub in_reply_to: Option<String>,
    #[serde(default)]
    pub references: Vec<String>,
    pub reply_to: String,
    pub subject: String,
    pub at: DateTime<Utc>,
    pub lines: Vec<Line>,
    pub context: Context,
    pub objects: Vec<String>,
    /// Message-ID of the mail, or name of the tick, that caused it.
    #[serde(default)]
    pub cause: String,
    #[serde(default)]
    pub why: String,
    /// Whom a copy to a secretary or deputy speaks to (O5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behalf: Option<String>,
    /// Files that it names instead of carrying them (O43).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}
