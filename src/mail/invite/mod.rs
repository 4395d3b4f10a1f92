//! iCalendar in and out: REQUEST, CANCEL, REPLY (RFC 5545, 5546, 6047).

pub mod read;
pub mod write;
