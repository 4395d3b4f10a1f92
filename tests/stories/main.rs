//! The product's manual in executable form: one story, top to bottom. People, a moment, a mail, the letters that follow,
//! time passing. Every story runs the engine of `duban serve` on a virtual clock, through bytes in and bytes out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod action_items;
mod amendments;
mod answers;
mod calendars;
mod courtesy;
mod escalations;
mod issues;
mod late;
mod limits;
mod lists;
mod meetings;
mod minutes;
mod projects;
mod projects_en;
mod questions;
mod reports;
mod series;
mod silence;
mod stand_ins;
mod standing;
mod story;
mod takeover;
mod tasks;
mod unread;
