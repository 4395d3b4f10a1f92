//! The store's promises: one contract over every implementation, nothing acknowledged is lost, damage is seen.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod contract;
mod crash;
mod damage;
mod full;
mod guards;
mod keep;
