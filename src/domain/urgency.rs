//! Response limits and chasing cadence.
