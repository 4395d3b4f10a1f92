//! The whole engine under a drawn life: people who write sense and nonsense, a network that loses, repeats and reorders,
//! servers that refuse or fall silent, disks that fill, a process that dies between any two writes, clocks that jump.
//!
//! Everything is drawn from a seed, so a failure is a number: `DUBAN_SEED=17 cargo test --test simulate -- --nocapture`
//! tells that life. `DUBAN_SEEDS=n` sets how many are played, from 1 or from `DUBAN_SEED` on. What must hold is in `laws`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod draw;
mod house;
mod laws;
mod life;
mod nth;
mod outside;
mod stable;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const SEEDS: u64 = 200;

fn number(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{name}: expected a number, found {text:?}")))
}

#[test]
fn a_drawn_life_keeps_the_laws() {
    let first = number("DUBAN_SEED");
    let count = number("DUBAN_SEEDS");
    if let (Some(seed), None) = (first, count) {
        println!("DUBAN_SEED={seed}");
        println!("{}", life::live(seed, true));
        return;
    }
    let first = first.unwrap_or(1);
    let end = first + count.unwrap_or(SEEDS);
    println!("DUBAN_SEED={first} to DUBAN_SEED={}", end - 1);
    let next = AtomicU64::new(first);
    let (failed, told) = (Mutex::new(Vec::new()), Mutex::new(life::Told::default()));
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get).min(8);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return;
                    }
                    match catch_unwind(AssertUnwindSafe(|| life::live(seed, false))) {
                        Ok(one) => told.lock().unwrap().add(&one),
                        Err(_) => {
                            eprintln!("DUBAN_SEED={seed} failed");
                            failed.lock().unwrap().push(seed);
                        }
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    println!("{}", told.into_inner().unwrap());
    assert!(failed.is_empty(), "replay with DUBAN_SEED={}; failed: {failed:?}", failed.first().unwrap());
}
