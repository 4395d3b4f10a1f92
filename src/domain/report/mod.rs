//! The weekly report (SPEC 5, `weekly_report`; 项目周报) and the figures under it.
//!
//! [`figures`] are pure functions over items: counted once, shown in the letter, the spreadsheet and the pictures alike.
//! [`audience`] knows who reads about a project; [`weekly`] writes one letter a person a week, whatever the number of
//! projects; [`moment`] says when. What the letter carries as files is described here ([`Account`], [`Chart`]) and made to
//! bytes by `export`.
//!
//! Deliberately absent: a report to everybody who owns a task. Owners have their digest, attendees the notice of the next
//! meeting; the report is for those who answer for the whole.

pub mod account;
pub mod audience;
pub mod figures;
pub mod moment;
mod section;
pub mod weekly;

pub use audience::{may_see_issue, may_see_item, may_see_meeting, may_see_project, readers};
pub use figures::{Burn, Figures, Load, OnTime, Span, Standing};

pub use weekly::{asked, expect, on_one, screen, set_time, tick};

use super::action_item::ActionItem;
use super::due::Due;
use super::meeting::Meeting;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a spreadsheet or a calendar file is made from: an export, or the full report of a project.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// `P-3`, `M-12`, or nothing for a person's own.
    pub id: Option<String>,
    pub title: String,
    /// The local day it was made on.
    pub day: NaiveDate,
    pub items: Vec<ActionItem>,
    pub meetings: Vec<Meeting>,
    pub risks: Vec<Risk>,
    pub milestones: Vec<Milestone>,
    /// In total first, then each department; empty for an export that is only a list.
    pub figures: Vec<(String, Figures)>,
    pub load: Vec<Load>,
    pub burn: Option<Burn>,
    pub on_time: Vec<OnTime>,
    /// Ids of items that are late now: the colour of their line.
    pub late: Vec<String>,
}

/// A risk of a project as reports show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Risk {
    pub text: String,
    /// `red`, `yellow`, `green`, where said.
    pub light: Option<String>,
    pub plan: Option<String>,
    pub owner: Option<String>,
}

/// A milestone of a project as reports show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Milestone {
    pub name: String,
    pub due: Option<Due>,
    pub owner: Option<String>,
    pub reached: bool,
}

/// A picture of a report; its words are in the reader's language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chart {
    BurnDown(Burn),
    OnTime(Vec<OnTime>),
    Load(Vec<Load>),
}
