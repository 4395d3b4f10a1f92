//! Problems between departments (SPEC 3.4).
