//! A deadline as people give it: a day, or a moment of a day.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A day, due at the end of that working day (SPEC 6), or an exact moment.
///
/// JSON: `"2026-07-16"` or RFC 3339 `"2026-07-16T18:00:00+08:00"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    Date(NaiveDate),
    Moment(DateTime<FixedOffset>),
}

impl Due {
    /// The local day it falls on.
    pub fn date(&self) -> NaiveDate {
        match self {
            Due::Date(day) => *day,
            Due::Moment(moment) => moment.date_naive(),
        }
    }

    /// Reads what [`fmt::Display`] prints; seconds and fractions are optional.
    pub fn parse(text: &str) -> Option<Due> {
        if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Some(Due::Date(day));
        }
        DateTime::parse_from_rfc3339(text).ok().map(Due::Moment)
    }
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Due::Date(day) => write!(f, "{}", day.format("%Y-%m-%d")),
            Due::Moment(moment) => f.write_str(&moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, false)),
        }
    }
}

impl Serialize for Due {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Due {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Due::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!("expected a date (2026-07-16) or an RFC 3339 moment, found {text:?}"))
        })
    }
}
