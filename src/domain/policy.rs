//! The numbers of the house (SPEC 6.1). Each is a key of `[policy]` with its sentence in `config`.

use chrono::{NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

/// Everything an office may want different, with the defaults of SPEC 6.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// When the digest goes out, local time of its reader.
    #[serde(with = "clock")]
    pub digest_at: NaiveTime,
    /// From when to when nothing but the critical leaves.
    #[serde(with = "clock_pair")]
    pub quiet: (NaiveTime, NaiveTime),
    /// Working days before the due day on which an item stands in the digest.
    pub remind_before: Vec<u32>,
    /// Working days until silence becomes default acceptance (O24).
    pub confirm_window: u32,
    /// What 收到 does to items: `one`, `all`, `never` (O25).
    pub ack_confirms: String,
    /// Who sees minutes first: `chair`, `sender`, `none` (O14).
    pub minutes_review: String,
    /// Working hours after which unreviewed minutes go out.
    pub summary_wait: u32,
    /// When a call is shown first: `doubt`, `always`, `never` (O13).
    pub preview: String,
    /// People of one meeting or mail above which the sender confirms (O12).
    pub participants_max: u32,
    /// Recipients above which a call is shown first (O13).
    pub preview_above: u32,
    /// `invite`, `ics_only`, `none` (O32).
    pub calendar: String,
    /// Working days between notice and meeting below which a hint is given.
    pub notice_before: u32,
    /// Working hours before the start at which the chair gets the run sheet.
    pub run_sheet_before: u32,
    /// Working hours after the end at which minutes are chased (O17).
    pub minutes_chase: Vec<u32>,
    /// `next working day`, or a number of hours: how long `undo` works (O28).
    pub undo_until: String,
    /// Where the ladder ends: `organizer`, `manager`, `sponsor` (O26).
    pub escalation: String,
    /// Working days after D+1 at which the rungs fire.
    pub escalate_after: Vec<u32>,
    #[serde(with = "clock")]
    pub escalate_at: NaiveTime,
    /// Addresses that are never escalated to.
    pub escalate_never: Vec<String>,
    /// Whether done work is accepted by the organizer.
    pub acceptance: bool,
    /// Working days until silence accepts.
    pub accept_window: u32,
    /// Working days until silence grants a first short postponement.
    pub approve_window: u32,
    /// Until a problem is answered first (SPEC 3.4): working days, and clock hours where it is urgent or critical.
    pub issue_response_days: u32,
    pub issue_response_urgent: u32,
    pub issue_response_critical: u32,
    /// Working days from the first answer until the understanding is confirmed.
    pub issue_understood: u32,
    /// Hours between two questions about an urgent problem: working hours, clock hours where it is critical.
    pub issue_chase: u32,
    /// Where the ladder of a problem ends: `initiator`, `head`, `sponsor`.
    pub issue_escalation: String,
    /// Working days until an issue closes unrated.
    pub rating_window: u32,
    /// Working days until a question to sign counts as 未签 (O24).
    pub sign_window: u32,
    /// Working days until a project's open question ends by silence (O24, O40).
    pub project_window: u32,
    /// How often owners of a project's running tasks are asked for their status: `week`, `day`, `none`.
    pub project_rhythm: String,
    /// Weekday and time of the weekly report.
    #[serde(with = "weekday_clock")]
    pub report_at: (Weekday, NaiveTime),
    /// Items given out beside any project from which on their organizer gets a weekly report of them.
    pub report_items: u32,
    /// Minutes within which changes by one person share a receipt (O9).
    pub receipt_merge: u32,
    /// Who may call meetings: `everyone`, `directory`, or a list of addresses (O3).
    pub callers: Callers,
    /// Hours a letter is retried.
    pub retry_for: u32,
    /// Minutes that letters starting others' work wait, so that `undo` can stop them (O28).
    pub start_wait: u32,
    /// Days late with a letter each working day, before it becomes weekly (O27).
    pub late_daily: u32,
    /// Working days late after which the organizer chooses (O27).
    pub late_choice: u32,
    /// Files of one letter, in MiB; what is larger is named with where it lies (O35, O43).
    pub attachments_mb: u32,
    /// Answers to mails that changed nothing, to one address: per hour and per day (TRUST L9).
    pub answers_per_hour: u32,
    pub answers_per_day: u32,
}

impl Policy {
    /// Octets of files in one letter.
    pub fn attachments_max(&self) -> usize {
        (self.attachments_mb as usize) << 20
    }
}

/// Who may call meetings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Callers {
    Word(String),
    List(Vec<String>),
}

fn hm(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            digest_at: hm(9, 0),
            quiet: (hm(20, 0), hm(8, 0)),
            remind_before: vec![3, 1, 0],
            confirm_window: 2,
            ack_confirms: "one".into(),
            minutes_review: "chair".into(),
            summary_wait: 4,
            preview: "doubt".into(),
            participants_max: 60,
            preview_above: 10,
            calendar: "invite".into(),
            notice_before: 1,
            run_sheet_before: 2,
            minutes_chase: vec![4, 12],
            undo_until: "next working day".into(),
            escalation: "organizer".into(),
            escalate_after: vec![1, 3, 5],
            escalate_at: hm(10, 0),
            escalate_never: Vec::new(),
            acceptance: true,
            accept_window: 5,
            approve_window: 1,
            issue_response_days: 3,
            issue_response_urgent: 24,
            issue_response_critical: 4,
            issue_understood: 1,
            issue_chase: 4,
            issue_escalation: "sponsor".into(),
            rating_window: 5,
            sign_window: 5,
            project_window: 5,
            project_rhythm: "week".into(),
            report_at: (Weekday::Fri, hm(17, 0)),
            report_items: 5,
            receipt_merge: 10,
            callers: Callers::Word("everyone".into()),
            retry_for: 48,
            start_wait: 10,
            late_daily: 5,
            late_choice: 15,
            attachments_mb: 10,
            answers_per_hour: 3,
            answers_per_day: 10,
        }
    }
}

fn parse_clock(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M")
        .map_err(|_| format!("expected a time of day like \"09:00\", found {text:?}"))
}

/// `"09:00"`.
mod clock {
    use super::{NaiveTime, parse_clock};
    use serde::{Deserialize, Deserializer, Serializer};
    pub fn serialize<S: Serializer>(time: &NaiveTime, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&time.format("%H:%M"))
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<NaiveTime, D::Error> {
        parse_clock(&String::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

/// `["20:00", "08:00"]`.
mod clock_pair {
    use super::{NaiveTime, parse_clock};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    pub fn serialize<S: Serializer>(pair: &(NaiveTime, NaiveTime), s: S) -> Result<S::Ok, S::Error> {
        [pair.0.format("%H:%M").to_string(), pair.1.format("%H:%M").to_string()].serialize(s)
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<(NaiveTime, NaiveTime), D::Error> {
        let [from, to] = <[String; 2]>::deserialize(d)?;
        let read = |text: &str| parse_clock(text).map_err(serde::de::Error::custom);
        Ok((read(&from)?, read(&to)?))
    }
}

/// `"Fri 17:00"`.
mod weekday_clock {
    use super::{NaiveTime, Weekday, parse_clock};
    use serde::{Deserialize, Deserializer, Serializer};
    pub fn serialize<S: Serializer>(at: &(Weekday, NaiveTime), s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&format_args!("{} {}", at.0, at.1.format("%H:%M")))
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<(Weekday, NaiveTime), D::Error> {
        let text = String::deserialize(d)?;
        let wrong =
            || serde::de::Error::custom(format!("expected a weekday and time like \"Fri 17:00\", found {text:?}"));
        let (day, time) = text.trim().split_once(' ').ok_or_else(wrong)?;
        Ok((day.parse().map_err(|_| wrong())?, parse_clock(time).map_err(serde::de::Error::custom)?))
    }
}
