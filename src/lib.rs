//! Duban closes the loop of meetings by mail.
//!
//! Two walks go through this house.
//!
//! **A mail**: an [`intake`] hands over bytes; the store keeps them, synced, and only then are they acknowledged.
//! [`mail`] tells who wrote what and in answer to which letter, [`document`] turns any body or attachment into the same
//! blocks, [`language`] reads commands, calls and minutes from them. The [`engine`] gathers what the mail concerns into a
//! [`domain::View`], asks [`domain::decide`] what follows, composes the letters to final bytes ([`render`],
//! [`mail::outbound`]) and commits all of it as one journal entry. Then the outbox is woken.
//!
//! **A moment**: the due index holds what time will do to each record ([`domain::schedule`]). When a moment comes it is an
//! event like a mail and goes through the same `decide`.
//!
//! Invariants: one event, one journal entry, its letters included. Nothing is acknowledged or sent before its entry is on
//! disk. The pure parts (`mail`, `document`, `language`, `domain`, `render`) know no socket, no store and no clock: the
//! current moment is an argument named `now`.

pub mod class;
pub mod config;
pub mod document;
pub mod domain;
pub mod language;
pub mod mail;
pub mod render;
pub mod sight;

pub mod courier;
pub mod engine;
pub mod export;
pub mod intake;
pub mod office;
pub mod outbox;
pub mod retention;
pub mod seal;
pub mod simulate;
pub mod store;

pub mod cli;
pub mod daemon;
