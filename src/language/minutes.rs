//! Decisions, action items, risks; every one with the line it was read from.
