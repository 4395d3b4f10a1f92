//! What the readers of words make of sentences and mails.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod commands;
mod deadlines;
mod forms;
mod linear;
mod minutes;
mod sentences;
