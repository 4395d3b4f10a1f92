//! See the module list in `domain`.
pub struct View {}
