//! Subject, bodies, thread and invite to final bytes.
