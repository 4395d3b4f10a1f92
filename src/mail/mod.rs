//! Bytes to mail and mail to bytes. Knows RFCs, knows no meetings.

pub mod automatic;
pub mod header;
pub mod inbound;
pub mod invite;
pub mod lower_case;
pub mod outbound;
pub mod phrases;
pub mod reply;
pub mod sender;
pub mod thread;
pub mod winmail;
