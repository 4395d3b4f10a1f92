//! What minutes do: gaps, review by the chair, summary, corrections (O14, O15).
