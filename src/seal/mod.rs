//! Signatures on mail: DKIM, SPF, DMARC and ARC of what comes in, verified by ourselves (TRUST S3, S4), and DKIM of what
//! goes out (SPEC 9.3).
//!
//! Verifying asks the DNS, so it is I/O and stands at the edge: the daemon does it between the disk and the deciding
//! thread, and what was found goes with the mail as a plain word. The pure parts weigh that word beside all others
//! ([`crate::mail::sender`]).

pub mod sign;
pub mod verify;

#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

pub use sign::Signer;
pub use verify::{Found, Origin, Verifier};
