//! Dialogues over loopback sockets, faults included, and a day with real Dovecot and Postfix.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod dialogue;
mod house;
mod imap;
mod killed;
mod listener;
mod milters;
mod secure;
mod servers;
mod sign_in;
mod submission;
