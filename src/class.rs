//! What kind of mail this is (TRUST 3.1): one word, for the reading that tells it and for the deciding that follows.

use serde::{Deserialize, Serialize};

/// Who, or what, wrote a mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    #[default]
    Person,
    AutoReply,
    Bounce,
    /// read, delivered, relayed; abuse reports
    Receipt,
    List,
    /// an iMIP message: asks for no answer in words
    Calendar,
    Own,
}
