//! English lexicon.
