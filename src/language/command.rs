//! The table of reply commands (SPEC 4.4): words, usage, example; and how a reply is read.
pub mod fold;
