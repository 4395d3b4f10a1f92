//! What is kept and how: the journal is the truth, sled holds what it implies.

pub mod disk;
pub mod journal;
pub mod segment;
