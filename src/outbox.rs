//! What waits to be sent, when to try again, when to give up.
