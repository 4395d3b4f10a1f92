//! The ladder: who hears next, and when (O26).
