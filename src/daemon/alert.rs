//! What the administrator must know: to the log, by mail, and to the `[alarm]` program as one line (O42).

use std::collections::HashMap;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The same matter is not told again within this time.
const AGAIN: Duration = Duration::from_secs(3600);

/// Has a letter written to the administrator: (matter, text).
pub type Post = Box<dyn Fn(&str, &str) + Send + Sync>;

pub struct Alerts {
    command: Vec<String>,
    post: Post,
    told: Mutex<HashMap<String, Instant>>,
}

impl Alerts {
    pub fn new(command: Vec<String>, post: Post) -> Self {
        Alerts { command, post, told: Mutex::default() }
    }

    /// `matter` tells alerts apart; `text` has no content of mails in it.
    pub fn tell(&self, matter: &str, text: &str) {
        tracing::error!(matter, "{text}");
        {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.get(matter).is_some_and(|at| at.elapsed() < AGAIN) {
                return;
            }
            told.insert(matter.to_string(), Instant::now());
        }
        (self.post)(matter, text);
        self.ring(text);
    }

    /// One line to the `[alarm]` program and to nobody else: a critical problem has its letters (O42).
    pub fn ring(&self, text: &str) {
        let Some((program, arguments)) = self.command.split_first() else { return };
        let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        match child {
            Ok(mut child) => {
                if let Some(mut input) = child.stdin.take() {
                    // A program that does not read has still been started.
                    let _ = writeln!(input, "Duban: {line}");
                }
                // Reaped by a thread of its own: nobody waits for a robot.
                let reaper = std::thread::Builder::new().name("alarm".into()).spawn(move || child.wait());
                if let Err(error) = reaper {
                    tracing::warn!(%error, "the alarm program runs on its own");
                }
            }
            Err(error) => tracing::error!(program, %error, "the alarm program could not be started"),
        }
    }

    /// How many matters were told.
    #[cfg(test)]
    pub fn told(&self) -> usize {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
