//! The synced, hash-chained log of commits.
