//! Who wrote a mail and how far to believe it.
