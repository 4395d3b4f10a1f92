//! sled: keys, envelopes, rows.
