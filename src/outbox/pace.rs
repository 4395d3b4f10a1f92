//! How much may leave: caps an hour and a day, and a surge that pauses by itself.

use super::rules::Rules;
use super::{DAY, HOUR, MINUTE};
use serde::{Deserialize, Serialize};

/// An hour with fewer letters than this is never a surge.
const SURGE_LETTERS_MIN: u64 = 60;
/// Hours with letters that must be known before "usual" means anything.
const SURGE_HOURS_MIN: u64 = 24;

/// How much has gone out lately; one row, written with the attempts that it counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Pace {
    minute: (i64, u32),
    pub(super) hour: (i64, u32),
    day: (i64, u32),
    pub(super) outside: (i64, u32),
    /// Letters in a usual hour that has any, times 16, as a running mean; and over how many hours.
    pub(super) usual_16: u64,
    hours: u64,
    /// A window lay in the future and was set to now: to be written even where nothing is sent.
    #[serde(skip)]
    pub(super) set_back: bool,
}

impl Pace {
    /// Begins new windows where the old ones are over.
    pub(super) fn roll(&mut self, now: i64) {
        let mut set_back = false;
        let mut over = |window: &mut (i64, u32), length: i64| {
            let start = now.div_euclid(length);
            // A clock that jumped back must not open a window twice; a window that it ran ahead to must not stay open.
            let was = *window;
            if start > window.0 {
                *window = (start, 0);
            } else if window.0 > start + 1 {
                window.0 = start;
                set_back = true;
            }
            was
        };
        over(&mut self.minute, MINUTE);
        let before = over(&mut self.hour, HOUR);
        if self.hour.0 > before.0 && before.1 > 0 {
            let count = u64::from(before.1) * 16;
            self.usual_16 = if self.hours == 0 { count } else { (self.usual_16 * 15 + count) / 16 };
            self.hours += 1;
        }
        over(&mut self.day, DAY);
        over(&mut self.outside, DAY);
        self.set_back = set_back;
    }

    /// How many letters may go now, and when it is worth looking again if none may.
    pub(super) fn room(&self, rules: &Rules) -> (usize, i64) {
        let mut room = usize::MAX;
        let mut again = 0;
        for (window, length, cap) in
            [(self.minute, MINUTE, rules.per_minute), (self.hour, HOUR, rules.per_hour), (self.day, DAY, rules.per_day)]
        {
            if cap > 0 {
                let left = cap.saturating_sub(window.1) as usize;
                if left == 0 {
                    again = again.max((window.0 + 1) * length);
                }
                room = room.min(left);
            }
        }
        (room, again)
    }

    pub(super) fn count(&mut self) {
        self.minute.1 += 1;
        self.hour.1 += 1;
        self.day.1 += 1;
    }

    /// Three times the usual hour (O44).
    pub(super) fn is_surge(&self) -> bool {
        self.hours >= SURGE_HOURS_MIN
            && u64::from(self.hour.1) >= SURGE_LETTERS_MIN
            && u64::from(self.hour.1) * 16 > 3 * self.usual_16
    }
}
