//! Recurring meetings: occurrences, carry-over, days off (O31).
