//! Raw bytes to what was written, by whom, in answer to what.
