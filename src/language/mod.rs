//! Words to commands, calls and minutes. Knows languages, holds no state.

pub mod agenda;
pub mod command;
pub mod en;
pub mod fields;
pub mod forms;
pub mod minutes;
pub mod names;
pub mod when;
pub mod width;
pub mod zh;
