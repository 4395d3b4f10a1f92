//! Chinese lexicon.
