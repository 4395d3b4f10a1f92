//! What leaves as a file: .xlsx, .ics.
