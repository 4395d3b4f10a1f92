//! The real program as an administrator runs it: backups, retention, forgetting, pages for monitors, logs, faults.
//!
//! `DUBAN_LONG=1` runs the rounds of a release instead of those of every change.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod faults;
mod files;
mod fixture;
mod forms;
mod house;
mod keeping;
mod logs;
mod office;
mod pages;
mod postmaster;
mod unit;

/// How often something is done: in every check, or with `DUBAN_LONG=1`.
fn rounds(usual: u64, long: u64) -> u64 {
    if std::env::var_os("DUBAN_LONG").is_some() { long } else { usual }
}
