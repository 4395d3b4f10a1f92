//! Working days and hours, holidays and make-up days: all local-day arithmetic.
