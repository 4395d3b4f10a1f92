//! Projects (SPEC 3.5).
