//! The statutory years as they are published: a plain file each.

use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The first and last year whose statutory days are embedded.
pub const YEAR_FIRST: i32 = 2004;

pub const YEAR_LAST: i32 = 2026;

const YEAR_COUNT: usize = 23;

pub(super) static FILES: [&str; YEAR_COUNT] = [
    include_str!("../../../config/workdays-2004.csv"),
    include_str!("../../../config/workdays-2005.csv"),
    include_str!("../../../config/workdays-2006.csv"),
    include_str!("../../../config/workdays-2007.csv"),
    include_str!("../../../config/workdays-2008.csv"),
    include_str!("../../../config/workdays-2009.csv"),
    include_str!("../../../config/workdays-2010.csv"),
    include_str!("../../../config/workdays-2011.csv"),
    include_str!("../../../config/workdays-2012.csv"),
    include_str!("../../../config/workdays-2013.csv"),
    include_str!("../../../config/workdays-2014.csv"),
    include_str!("../../../config/workdays-2015.csv"),
    include_str!("../../../config/workdays-2016.csv"),
    include_str!("../../../config/workdays-2017.csv"),
    include_str!("../../../config/workdays-2018.csv"),
    include_str!("../../../config/workdays-2019.csv"),
    include_str!("../../../config/workdays-2020.csv"),
    include_str!("../../../config/workdays-2021.csv"),
    include_str!("../../../config/workdays-2022.csv"),
    include_str!("../../../config/workdays-2023.csv"),
    include_str!("../../../config/workdays-2024.csv"),
    include_str!("../../../config/workdays-2025.csv"),
    include_str!("../../../config/workdays-2026.csv"),
];

static PARSED: [OnceLock<Year>; YEAR_COUNT] = [const { OnceLock::new() }; YEAR_COUNT];

/// What a statutory file says about a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// `off`: a holiday
    Off,
    /// `work`: a weekend day worked to make up for one (调休)
    Work,
}

/// One year of statutory days, as published.
#[derive(Clone, Debug, Default)]
pub struct Year {
    pub(super) days: BTreeMap<NaiveDate, (DayKind, Box<str>)>,
}

/// A line of a calendar file that could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: expected `date,kind,name` with kind off or work but found {found:?}")]
pub struct BadCalendarLine {
    pub line: usize,
    pub found: String,
}

impl Year {
    /// Reads `date,kind,name` lines (kind `off` or `work`); the header, empty lines and `#` comments are passed over.
    pub fn parse(csv: &str) -> Result<Year, BadCalendarLine> {
        let mut days = BTreeMap::new();
        for (index, line) in csv.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') || line.starts_with("date,") {
                continue;
            }
            let bad = || BadCalendarLine { line: index + 1, found: line.to_owned() };
            let mut cells = line.splitn(3, ',').map(str::trim);
            let day = cells.next().and_then(|cell| cell.parse::<NaiveDate>().ok()).ok_or_else(bad)?;
            let kind = match cells.next() {
                Some("off") => DayKind::Off,
                Some("work") => DayKind::Work,
                _ => return Err(bad()),
            };
            days.insert(day, (kind, cells.next().unwrap_or_default().into()));
        }
        Ok(Year { days })
    }
}

pub(super) fn embedded(year: i32) -> Option<&'static Year> {
    let index = usize::try_from(year.checked_sub(YEAR_FIRST)?).ok()?;
    let slot = PARSED.get(index)?;
    // A test reads every embedded file, so a bad line cannot hide behind the default.
    Some(slot.get_or_init(|| FILES.get(index).and_then(|csv| Year::parse(csv).ok()).unwrap_or_default()))
}
