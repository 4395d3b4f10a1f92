//! The world a simulation begins in: a configuration, or the one of SPEC 9.5 where none is given.

use crate::config::{self, Config, Mode};
use crate::domain::person::Person;
use crate::engine::{Setup, setup as engine_setup};
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone};

/// Message-IDs of simulations are signed with a known secret: the same input gives the same bytes.
const SECRET: &[u8] = b"duban simulates: the same input gives the same bytes";

/// `duban@example.com`, Asia/Shanghai, zh-CN, live delivery, default policy but no previews and no review of minutes.
pub fn config() -> Config {
    let mut config = Config::default();
    config.assistant.address = "duban@example.com".into();
    config.assistant.language = "zh-CN".into();
    config.assistant.time_zone = chrono_tz::Asia::Shanghai;
    config.directory.internal_domains = vec!["example.com".into()];
    config.delivery.mode = Mode::Live;
    config.policy.preview = "never".into();
    config.policy.minutes_review = "none".into();
    config
}

pub fn setup(config: &Config) -> Result<Setup, String> {
    let mut setup = engine_setup::setup(config, SECRET.to_vec())?;
    // A simulation shows what would be sent: nothing is held back, and every letter is taken.
    setup.outbox.mode = Mode::Live;
    Ok(setup)
}

/// The people of a configuration's people.csv.
pub fn people(config: &Config) -> Result<Vec<Person>, String> {
    let Some(path) = &config.directory.people else { return Ok(Vec::new()) };
    if !path.exists() {
        return Ok(Vec::new());
    }
    let read = config::people::load(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(read.directory().people().iter().map(|p| (**p).clone()).collect())
}

/// RFC 3339, or a local date or time of the assistant's zone.
pub fn moment(text: &str, zone: chrono_tz::Tz) -> Option<DateTime<FixedOffset>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at);
    }
    let local = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|f| NaiveDateTime::parse_from_str(text, f).ok());
    let local =
        local.or_else(|| NaiveDateTime::parse_from_str(&format!("{text}T23:59:59"), "%Y-%m-%dT%H:%M:%S").ok())?;
    zone.from_local_datetime(&local).earliest().map(|at| at.fixed_offset())
}
