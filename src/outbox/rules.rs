//! What the configuration says of sending.

use crate::config::{self, Mode};

/// What the brake and the limits say; from `[delivery]` and `[policy]`.
#[derive(Clone, Debug)]
pub struct Rules {
    pub mode: Mode,
    /// Lower-case addresses that get letters in pilot mode.
    pub pilot: Vec<String>,
    pub per_minute: u32,
    pub per_hour: u32,
    pub per_day: u32,
    pub new_outside_per_day: u32,
    pub internal_domains: Vec<String>,
    pub retry_for_hours: u32,
    /// Our address and how the envelope names it (O45).
    pub assistant: String,
    pub envelope: config::Envelope,
}

impl Rules {
    pub fn of_config(config: &config::Config) -> Rules {
        let delivery = &config.delivery;
        Rules {
            mode: delivery.mode,
            pilot: delivery.pilot.iter().map(|address| address.to_lowercase()).collect(),
            per_minute: delivery.per_minute,
            per_hour: delivery.per_hour,
            per_day: delivery.per_day,
            new_outside_per_day: delivery.new_outside_per_day,
            internal_domains: config.directory.internal_domains.iter().map(|d| d.to_lowercase()).collect(),
            retry_for_hours: config.policy.retry_for,
            assistant: config.assistant.address.clone(),
            envelope: delivery.envelope,
        }
    }

    pub(super) fn holds(&self, to: &str) -> Option<&'static str> {
        match self.mode {
            Mode::Live => None,
            Mode::Hold => Some("delivery.mode is hold"),
            Mode::Pilot if self.pilot.iter().any(|address| address.eq_ignore_ascii_case(to)) => None,
            Mode::Pilot => Some("delivery.mode is pilot and the reader is not in it"),
        }
    }

    pub(super) fn is_outside(&self, to: &str) -> bool {
        let domain = to.rsplit('@').next().unwrap_or_default();
        !self.internal_domains.iter().any(|inside| inside.eq_ignore_ascii_case(domain))
    }
}
