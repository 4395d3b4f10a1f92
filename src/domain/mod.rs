//! The nouns and their rules. No I/O, no clock, no language.

pub mod action_item;
pub mod clock;
pub mod copies;
pub mod crowd;
pub mod decide;
pub mod digest;
pub mod due;
pub mod escalation;
pub mod event;
pub mod held;
pub mod issue;
pub mod letter;
pub mod meeting;
pub mod minutes;
pub mod outside;
pub mod passed_on;
pub mod person;
pub mod policy;
pub mod post;
pub mod project;
pub mod questions;
pub mod rating;
pub mod reading;
pub mod recall;
pub mod receipt;
pub mod report;
pub mod rights;
pub mod schedule;
pub mod sender;
pub mod series;
pub mod shown;
pub mod signature;
#[cfg(test)]
pub mod testing;
pub mod undo;
pub mod urgency;
pub mod view;
pub mod workdays;

pub use decide::decide;
pub use due::Due;
pub use view::View;
