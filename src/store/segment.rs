//! Raw mail and final letters: append-only segment files.
