//! See the module list in `domain`.
