//! Letters as files in a Maildir.
