//! Bounces, vacation notes, lists, receipts: what must never be answered.
