//! What can be read from a mail: commands, minutes, calls, forms, tables. Plain values with the words of SPEC 9.2;
//! `language` makes them, `decide` acts on them.

use super::due::Due;
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

/// What the letter asked that a reply answers (SPEC 9.2). It decides what bare words mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Context {
    /// No letter of ours was answered.
    #[default]
    None,
    /// New items to confirm (summary, confirmation).
    Action,
    /// Items that are due or late (digest, urgent reminder).
    Reminder,
    /// A notice, update, materials or run sheet of a meeting.
    Meeting,
    /// A call that is shown before it goes out, or whose gaps are asked.
    Preview,
    /// Numbered gaps of minutes, answered as `3 王芳 7月20日`.
    MinutesGaps,
    /// Minutes shown to the chair: `发送`, `3 改为 王芳 7月20日`.
    MinutesReview,
    /// A request of an owner: `同意`, `不同意：理由`.
    Approval,
    /// Work reported done: `通过`, `退回：理由`.
    Acceptance,
    /// An escalation or its preview: `暂缓`, `不升级`, `改派`.
    Escalation,
    /// Whether a meeting stands: `照开`, `改期`, `取消`.
    Readiness,
    /// An issue's letters.
    Issue,
    /// Sub-goals or resolutions to sign: `签字`.
    SignOff,
    /// "Was it you?": `是` (O1, O2).
    Verify,
}

/// A numbered line of the letter that is answered (O22).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub n: u32,
    /// Object id, `A-107`.
    pub id: String,
    /// Task or title as the letter showed it.
    pub task: String,
}

/// The verbs of SPEC 4.4; the same word in every layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Confirm,
    Ack,
    Decline,
    Done,
    Progress,
    Behind,
    Block,
    Postpone,
    Delegate,
    Cancel,
    Accept,
    Reject,
    Approve,
    Refuse,
    Rate,
    SignOff,
    Snooze,
    Undo,
    Comment,
    Object,
    Rsvp,
    AgendaAdd,
    ProposeTime,
    Send,
    Reschedule,
    CallOff,
    Proceed,
    Convene,
    NoMinutes,
    NotHeld,
    StopEscalation,
    PostponeEscalation,
    Handover,
    Deputy,
    List,
    Status,
    Report,
    Decisions,
    Files,
    Export,
    Why,
    Frequency,
    Import,
    Unsubscribe,
    Help,
}

/// One thing a mail told us to do. Fields a verb does not have stay `None` and are left out of JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    pub verb: Verb,
    /// The number of the line meant; absent for all, or for the only one, or where an id outside the letter is named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub item: Option<u32>,
    /// The object meant (`A-103`, `M-12`), when named or resolved from the line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub due: Option<Due>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Due>,
    /// Days by the working calendar: 顺延两个工作日 = 2.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shift_workdays: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub percent: Option<u8>,
    /// A person, as written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub measure: Option<String>,
    /// 1–5.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub score: Option<u8>,
    /// `accepted`, `declined`, `tentative`, `delegated`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub answer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub start: Option<DateTime<FixedOffset>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<String>,
    /// What is asked for: `决议 预算` has query `预算`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub query: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub object: Option<String>,
    /// `day`, `week`, `urgent`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub every: Option<String>,
    /// The very words it was read from.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub line: String,
    /// The name of the rule that read it, for explanations and metrics.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub rule: String,
}

impl Command {
    pub fn new(verb: Verb) -> Self {
        Command {
            verb,
            item: None,
            id: None,
            due: None,
            until: None,
            shift_workdays: None,
            percent: None,
            to: None,
            from: None,
            reason: None,
            measure: None,
            score: None,
            answer: None,
            title: None,
            minutes: None,
            start: None,
            place: None,
            query: None,
            object: None,
            every: None,
            line: String::new(),
            rule: String::new(),
        }
    }
}

/// Something that was not clear enough to act on: what, in which line, about which number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// A stable word: `no_owner`, `no_due`, `vague_due`, `department_owner`, `ambiguous_person`, `unknown_person`,
    /// `conditional`, `hearsay`, `question`, `which_item`, `unread_attachment`, `truncated`, `not_understood`.
    pub kind: String,
    pub line: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub n: Option<u32>,
}

/// What a reply says: its own words, the commands in them, what stays doubtful.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplyReading {
    pub text: String,
    pub commands: Vec<Command>,
    pub doubts: Vec<Doubt>,
    /// Sentences that are no command and should reach a human (O11); courtesies are left out.
    #[serde(default)]
    pub remarks: Vec<String>,
}

/// An action item as minutes give it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemReading {
    /// A person, a department, or several (`Many`).
    pub owner: Option<Owner>,
    pub task: String,
    pub deliverable: Option<String>,
    pub deadline: Option<Due>,
    /// `open`, `in_progress`, `done`, `blocked`, where the minutes say so.
    pub status: Option<String>,
    pub helpers: Vec<String>,
    /// 0.0–1.0; below 0.5 it is asked back rather than taken.
    pub confidence: f32,
    /// The line it was read from.
    pub line: String,
    /// The words of the deadline and why they mean that day.
    #[serde(default)]
    pub due_phrase: Option<String>,
    #[serde(default)]
    pub due_why: Option<String>,
    #[serde(default)]
    pub criterion: Option<String>,
    #[serde(default)]
    pub supervisor: Option<String>,
    #[serde(default)]
    pub start: Option<NaiveDate>,
    #[serde(default)]
    pub urgency: Option<String>,
    #[serde(default)]
    pub depends_on: Vec<String>,
}

/// What an organizer changes of a meeting beside its time: people, topics, place, who leads it (SPEC 4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amendment {
    pub add: Vec<String>,
    pub remove: Vec<String>,
    /// Topics that are left out, by their number.
    pub drop: Vec<u32>,
    pub chair: Option<String>,
    pub recorder: Option<String>,
    pub place: Option<String>,
    /// Later, or earlier where negative.
    pub shift_minutes: Option<i64>,
    /// A new time beside something else, and how long it takes then.
    pub start: Option<DateTime<FixedOffset>>,
    pub minutes: Option<u32>,
}

/// Who is named as responsible. JSON: a string, or a list where several are named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Owner {
    One(String),
    Many(Vec<String>),
}

impl Owner {
    /// The names in their order.
    pub fn names(&self) -> &[String] {
        match self {
            Owner::One(name) => std::slice::from_ref(name),
            Owner::Many(names) => names,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineText {
    pub text: String,
    pub line: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskReading {
    pub text: String,
    /// `red`, `yellow`, `green`, where said.
    pub light: Option<String>,
    pub line: String,
    #[serde(default)]
    pub plan: Option<String>,
    #[serde(default)]
    pub owner: Option<String>,
}

/// `达成`, `未达成`, `未讨论` for an agenda item (O34).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeReading {
    pub title: String,
    /// `reached`, `deferred`, `dropped`.
    pub outcome: String,
    pub line: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttendedReading {
    pub name: String,
    /// true 出席, false 请假 or 缺席.
    pub attended: bool,
}

/// What minutes say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MinutesReading {
    /// Title and day of the meeting, where the text names them.
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub date: Option<NaiveDate>,
    pub items: Vec<ItemReading>,
    pub decisions: Vec<LineText>,
    pub risks: Vec<RiskReading>,
    #[serde(default)]
    pub questions: Vec<LineText>,
    pub outcomes: Vec<OutcomeReading>,
    pub attended: Vec<AttendedReading>,
    /// 请代发 `full`: to all in full; 不用再发 `none`: to nobody (O8).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub delivery: Option<String>,
    pub doubts: Vec<Doubt>,
}

/// A call for a meeting (SPEC 4.1); absent means not said. Field names are those of `corpus/forms/`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallReading {
    pub title: Option<String>,
    /// `kickoff`, `problem`, `resource`, `retrospective`, `weekly`, `other`.
    pub kind: Option<String>,
    pub objective: Option<String>,
    pub start: Option<DateTime<FixedOffset>>,
    /// The words the start was read from.
    #[serde(default)]
    pub start_phrase: Option<String>,
    pub minutes: Option<u32>,
    pub place: Option<String>,
    pub link: Option<String>,
    pub chair: Option<String>,
    pub recorder: Option<String>,
    pub departments: Vec<String>,
    pub attendees: Vec<AttendeeReading>,
    pub agenda: Vec<AgendaReading>,
    pub materials: Vec<MaterialReading>,
    pub recurrence: Option<RecurrenceReading>,
    pub confidential: bool,
    /// 草稿, 先不发: show it first (O13).
    #[serde(default)]
    pub draft: bool,
    /// 请代发: to all in full; 不用再发: to nobody (O8).
    #[serde(default)]
    pub delivery: Option<String>,
    /// Names of fields that have to be asked back: `start`, `title`, `attendees`.
    pub missing: Vec<String>,
    pub doubts: Vec<Doubt>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttendeeReading {
    pub name: String,
    #[serde(default)]
    pub address: Option<String>,
    /// `decider`, `doer`, `informed`.
    pub role: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgendaReading {
    pub title: String,
    pub minutes: Option<u32>,
    pub presenter: Option<String>,
    pub required_outcome: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialReading {
    /// Person or department.
    pub owner: Option<String>,
    pub name: String,
    pub due: Option<Due>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecurrenceReading {
    /// RRULE's word in upper case: `WEEKLY`; with BYDAY and INTERVAL where needed: `WEEKLY;INTERVAL=2`.
    pub freq: String,
    pub until: Option<NaiveDate>,
}

/// A feedback form (SPEC 3.4, 4.5).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IssueReading {
    pub title: Option<String>,
    pub department: Option<String>,
    pub initiator: Option<String>,
    pub urgency: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub level: Option<String>,
    pub background: Option<String>,
    pub current: Option<String>,
    pub expected: Option<String>,
    pub departments: Vec<String>,
    pub informed: Vec<String>,
    pub contact: Option<String>,
    pub wanted_by: Option<Due>,
    pub project: Option<String>,
    pub missing: Vec<String>,
    pub doubts: Vec<Doubt>,
    /// It was written with the form's labels: what has none was left out, not told otherwise.
    #[serde(skip)]
    pub labelled: bool,
    /// Answers to what was asked back: number of the question, who is named.
    #[serde(skip)]
    pub contacts: Vec<(u32, String)>,
}

/// What an answer about an issue says beside commands (SPEC 3.4).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IssueWords {
    /// The problem in the words of who shall solve it.
    pub understanding: Option<String>,
    /// It is said to be solved.
    pub done: bool,
    pub solution: Option<String>,
    /// What is going to be done.
    pub plan: Option<String>,
    pub finished: Option<NaiveDate>,
    pub owner: Option<String>,
    pub findings: Vec<String>,
    /// 结果：, 下一步： of a communication.
    pub result: Option<String>,
    pub next: Option<String>,
    /// It belongs to somebody else, and to whom where that is said.
    pub not_ours: bool,
    pub route: Option<String>,
    /// `key`, `general`.
    pub level: Option<String>,
    pub reopen: bool,
    pub refuses: bool,
    pub withdraws: bool,
    /// 暂缓
    pub holds: bool,
    pub no_meeting: bool,
    /// 同意延期到8月1日
    pub moves: Option<Due>,
    /// Why, in the writer's words.
    pub reason: Option<String>,
    /// A digit and words behind it.
    pub score: Option<(u8, String)>,
    /// The lines all this was read from.
    pub taken: Vec<String>,
    /// What a form left out and is given now.
    pub answers: IssueReading,
}

/// Project forms and tables (SPEC 3.5, 4.6).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProjectReading {
    pub name: Option<String>,
    pub background: Option<String>,
    pub objective: Option<String>,
    pub scope_in: Option<String>,
    pub scope_out: Option<String>,
    pub start: Option<NaiveDate>,
    pub end: Option<NaiveDate>,
    pub sponsor: Option<String>,
    pub manager: Option<String>,
    pub members: Vec<MemberReading>,
    pub tasks: Vec<TaskReading>,
    pub milestones: Vec<MilestoneReading>,
    pub subgoals: Vec<SubgoalReading>,
    pub resources: Vec<ResourceReading>,
    pub risks: Vec<RiskReading>,
    pub missing: Vec<String>,
    /// Hints at the objective too: `smart_specific`, `smart_measurable`, `smart_time`.
    pub doubts: Vec<Doubt>,
    /// 联合验收: every department accepts.
    #[serde(skip)]
    pub joint: bool,
    /// `day` or `week`: how often owners are asked for their status.
    #[serde(skip)]
    pub rhythm: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberReading {
    pub department: String,
    /// `lead`, `support`, `supervise`.
    pub responsibility: Option<String>,
    pub person: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskReading {
    pub department: Option<String>,
    pub task: String,
    pub owner: Option<String>,
    pub deliverable: Option<String>,
    pub criterion: Option<String>,
    pub start: Option<NaiveDate>,
    pub due: Option<Due>,
    pub support: Vec<String>,
    pub depends_on: Vec<String>,
    pub state: Option<String>,
    pub percent: Option<u8>,
    pub number: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MilestoneReading {
    pub name: String,
    pub due: Option<Due>,
    pub owner: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubgoalReading {
    pub department: Option<String>,
    pub text: String,
    pub measure: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceReading {
    pub department: Option<String>,
    pub text: String,
    pub granted: Option<bool>,
}

/// A row of a progress table (进度跟踪表).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressReading {
    pub task: String,
    pub owner: Option<String>,
    /// `not_started`, `in_progress`, `behind`, `blocked`, `done`.
    pub state: Option<String>,
    pub percent: Option<u8>,
    pub reason: Option<String>,
    pub measure: Option<String>,
    pub due: Option<Due>,
}

/// What a mail about a project says in lines of its own (SPEC 3.5, O40); each is read by its label.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProjectWords {
    /// `风险:… 红灯 应对:…`.
    pub risks: Vec<RiskReading>,
    /// `风险2 绿灯`, `风险2 关闭`: the number of the risk, and its light or `closed`.
    pub lights: Vec<(usize, String)>,
    /// `需求变更:…`.
    pub changes: Vec<String>,
    /// `A-5 依赖 A-3`: which waits for which.
    pub depends: Vec<(String, String)>,
    /// `里程碑 上线 已达成`.
    pub milestones: Vec<String>,
    /// Answer to the form each contact is asked.
    pub needs: Option<NeedsReading>,
    /// Answer to what is collected at the close.
    pub feedback: Option<FeedbackReading>,
    /// `开会 周四10:00`: when everybody in it is to meet.
    pub meet: Option<DateTime<FixedOffset>>,
    /// 结项.
    pub close: bool,
    /// 取消项目.
    pub cancel: Option<Cancelling>,
    /// `目标:…`, `起止时间:…`: facts of the project that are set or changed.
    pub fields: ProjectReading,
    /// The lines all of it was read from.
    pub lines: Vec<String>,
}

/// A project that is given up: which, where the words name it, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cancelling {
    pub id: Option<String>,
    pub reason: Option<String>,
}

/// What a department needs for a project, and when it can work on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NeedsReading {
    pub resources: Option<String>,
    pub time: Option<String>,
    pub risks: Option<String>,
    /// What was said without a label.
    pub text: Option<String>,
}

/// 亮点, 不足, 建议.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeedbackReading {
    pub highlights: Option<String>,
    pub shortfalls: Option<String>,
    pub suggestions: Option<String>,
    pub text: Option<String>,
}

/// Everything that was found in one mail; only what was found is printed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reads {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub meeting: Option<CallReading>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub minutes: Option<MinutesReading>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub issue: Option<IssueReading>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub project: Option<ProjectReading>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub progress: Option<Vec<ProgressReading>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commands: Option<Vec<Command>>,
    /// Single tasks of an ordinary mail (O16); they are told from the items they make.
    #[serde(skip)]
    pub tasks: Vec<ItemReading>,
    /// Rows of a list that is to be taken over (O37).
    #[serde(skip)]
    pub import: Vec<ItemReading>,
    /// What a mail about an issue says beside commands.
    #[serde(skip)]
    pub issue_words: Option<Box<IssueWords>>,
}
