//! What each target does with its bytes. The targets in `bin/` only hand bytes over, and `tests/seeds` replays the saved
//! ones through the same functions, so what fuzzing once found is looked at on every ordinary run.

pub mod targets;
