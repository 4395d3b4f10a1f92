//! Working days and hours, holidays and make-up days: all local-day arithmetic.

/// A named working calendar.
#[derive(Clone, Debug, Default)]
pub struct Workdays {}
