//! Festivals by name, and the days they fall on.

use chrono::NaiveDate;

/// A festival with statutory days off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Festival {
    NewYear,
    Spring,
    Qingming,
    Labour,
    DragonBoat,
    MidAutumn,
    National,
}

impl Festival {
    pub const ALL: [Festival; 7] = [
        Festival::NewYear,
        Festival::Spring,
        Festival::Qingming,
        Festival::Labour,
        Festival::DragonBoat,
        Festival::MidAutumn,
        Festival::National,
    ];

    /// The name in the data files.
    pub fn name(self) -> &'static str {
        match self {
            Festival::NewYear => "元旦",
            Festival::Spring => "春节",
            Festival::Qingming => "清明节",
            Festival::Labour => "劳动节",
            Festival::DragonBoat => "端午节",
            Festival::MidAutumn => "中秋节",
            Festival::National => "国庆节",
        }
    }

    /// The festival itself in that year; lunar ones are known from 2004 to 2060.
    pub fn day(self, year: i32) -> Option<NaiveDate> {
        let lunar = |table: &[u16; 57]| {
            let packed = u32::from(*table.get(usize::try_from(year.checked_sub(2004)?).ok()?)?);
            Some((packed / 100, packed % 100))
        };
        let (month, day) = match self {
            Festival::NewYear => (1, 1),
            Festival::Labour => (5, 1),
            Festival::National => (10, 1),
            Festival::Spring => lunar(&SPRING)?,
            Festival::DragonBoat => lunar(&DRAGON_BOAT)?,
            Festival::MidAutumn => lunar(&MID_AUTUMN)?,
            // The solar term, good for 2000–2099: ⌊0.2422·y + 4.81⌋ − ⌊y/4⌋ with y the last two digits.
            Festival::Qingming if (2000..2100).contains(&year) => {
                let short = year - 2000;
                (4, u32::try_from((short * 2422 + 48100) / 10000 - short / 4).ok()?)
            }
            Festival::Qingming => return None,
        };
        NaiveDate::from_ymd_opt(year, month, day)
    }

    /// Days off around it as lately granted, before and after the day itself, for a year that is not published.
    pub(super) fn usual_span(self) -> (u64, u64) {
        match self {
            Festival::Spring => (1, 6),
            Festival::Labour => (0, 4),
            Festival::National => (0, 6),
            _ => (0, 0),
        }
    }
}

// The first day of the first month, the fifth of the fifth, the fifteenth of the eighth, as month × 100 + day, from 2004.
#[rustfmt::skip]
const SPRING: [u16; 57] = [122,209,129,218,207,126,214,203,123,210,131,219,208,128,216,205,125,212,201,122,210,129,217,206,126,213,203,123,211,131,219,208,128,215,204,124,212,201,122,210,130,217,206,126,214,202,123,211,201,219,208,128,215,204,124,212,202];

#[rustfmt::skip]
const DRAGON_BOAT: [u16; 57] = [622,611,531,619,608,528,616,606,623,612,602,620,609,530,618,607,625,614,603,622,610,531,619,609,528,616,605,624,612,601,620,610,530,618,607,527,614,603,622,611,531,619,608,529,615,604,623,613,601,620,610,530,617,606,625,614,603];

#[rustfmt::skip]
const MID_AUTUMN: [u16; 57] = [928,918,1006,925,914,1003,922,912,930,919,908,927,915,1004,924,913,1001,921,910,929,917,1006,925,915,1003,922,912,1001,919,908,927,916,1004,924,913,1002,920,910,928,917,1005,925,915,1004,922,911,930,919,907,926,916,1005,924,913,1002,921,909];

/// A stretch of days off around a festival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// The festival itself.
    pub day: NaiveDate,
    /// The first and last day nobody works, weekends that touch it included.
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// False: the year is not published and the stretch is the usual one.
    pub published: bool,
}
