//! Where mail comes in: IMAP, Maildir, LMTP and SMTP, standard input.

pub mod imap;
pub mod lmtp;
pub mod maildir;
pub mod stdin;
