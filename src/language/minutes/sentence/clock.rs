//! Deadlines as sentences have them: `language::when` behind three questions.

use crate::domain::due::Due;
use crate::language::when;
use crate::mail::phrases::Phrases;
use std::ops::Range;

/// Sentences longer than this are not looked into for dates.
pub(super) const ITEM_CHARS_MAX: usize = 600;

/// A deadline and the words it was read from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dated {
    pub due: Due,
    pub phrase: String,
    pub why: String,
}

/// What dates are read against: `language::when` behind three questions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock<'a> {
    pub anchor: when::Anchor<'a>,
}

impl Clock<'_> {
    /// The deadline in a sentence and the bytes it was read from.
    pub fn deadline(&self, text: &str) -> Option<(Dated, Range<usize>)> {
        if !may_hold_date(text) {
            return None;
        }
        let found = when::deadline(text, &self.anchor)?;
        Some((Dated { due: found.due, phrase: found.phrase, why: found.why }, found.span))
    }

    /// The deadline that a cell or the value of a label is.
    pub fn cell(&self, text: &str) -> Option<Dated> {
        if !may_hold_date(text) || text.len() > 200 {
            return None;
        }
        let found = when::cell(text, &self.anchor)?;
        Some(Dated { due: found.due, phrase: found.phrase, why: found.why })
    }

    /// Whether the words promise a time without naming one: 尽快, ASAP.
    #[rustfmt::skip]
    pub fn is_vague(&self, text: &str) -> bool {
        static WORDS: Phrases = Phrases::new(&[
            "尽快", "尽早", "抓紧", "儘快", "盡快", "asap", "ASAP", "as soon as", "when possible", "soon", "马上", "近期", "有空",
            "方便时", "立即", "择机",
        ]);
        WORDS.within(text)
    }
}

/// A quick look: words of time have a digit or one of few characters. Saves the full reading of most sentences.
#[rustfmt::skip]
fn may_hold_date(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
        || text.chars().any(|c| {
            matches!(
                c,
                '天' | '日'
                    | '月'
                    | '年'
                    | '周'
                    | '週'
                    | '星'
                    | '礼'
                    | '禮'
                    | '季'
                    | '号'
                    | '號'
                    | '时'
                    | '時'
                    | '点'
                    | '點'
                    | '晚'
                    | '早'
                    | '旬'
                    | '节'
                    | '節'
                    | '前'
                    | '内'
                    | '內'
                    | '下'
                    | '底'
                    | '０'..='９'
            )
        })
        || text.is_ascii() && {
            let lower = text.to_ascii_lowercase();
            [
                "day", "week", "month", "quarter", "year", "tomorrow", "tonight", "eod", "cob", "eom", "eoy", "noon",
                "midnight", "hour", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
                "mon", "tue", "wed", "thu", "fri", "sat", "sun", "morning", "end of", "eow", "eoq",
            ]
            .iter()
            .any(|word| lower.contains(word))
        }
        || !text.is_ascii() && text.chars().any(|c| c.is_ascii_alphabetic())
}
