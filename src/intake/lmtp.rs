//! The LMTP and SMTP listener.
