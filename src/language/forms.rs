//! Feedback forms and project tables (SPEC 4.5, 4.6).
