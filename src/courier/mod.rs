//! Where letters go out: SMTP submission, sendmail, Maildir.

pub mod maildir;
pub mod sendmail;
pub mod smtp;
