//! Tasks, signals, shutdown; the one place that reads the clock.

use crate::store::receive::Now;
use std::sync::Arc;

/// The wall clock, in milliseconds since 1970 UTC. Everything else is told the moment.
pub fn clock() -> Now {
    Arc::new(|| chrono::Utc::now().timestamp_millis())
}
