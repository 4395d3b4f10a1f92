//! A Maildir that others deliver to.
