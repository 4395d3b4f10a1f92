//! What follows from an event: one way for a mail, one for a moment.
pub fn decide() {}
