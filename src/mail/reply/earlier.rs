//! The header of the mail that was answered or forwarded: who, when, about what.

use super::marks::Label;
use super::sorter::{ATTRIBUTION_LINES_MAX, HEADER_LINES_MAX, Sorter};
use super::{Line, Part, Words, marks};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use regex::Regex;
use std::sync::LazyLock;

/// What a mail was sent on top of: a forwarded mail, or the history below a header block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// its text, header block removed, one level of quote marks removed
    pub text: String,
    pub from: Option<String>,
    pub subject: Option<String>,
    /// the words that give its date, as they stand
    pub date_text: Option<String>,
    /// the separator said that it is forwarded; a bare header block (Outlook) does not tell
    pub forward: bool,
}

impl Earlier {
    /// The moment it was sent; `offset` fills in for clients that write no zone.
    pub fn date(&self, offset: FixedOffset) -> Option<DateTime<FixedOffset>> {
        let (at, zone) = read_date(self.date_text.as_deref()?)?;
        zone.unwrap_or(offset).from_local_datetime(&at).single()
    }
}

/// The mail below: from where the history begins, else from a header block within the quoted lines.
pub(super) fn earlier(lines: &[Line], sorted: &Sorter<'_>) -> Option<Earlier> {
    let (start, forward) = match sorted.history {
        Some(found) => found,
        None => {
            let mut found = None;
            for i in 0..lines.len() {
                if sorted.parts.get(i) != Some(&Part::Quote) {
                    continue;
                }
                if let Some(separator) = marks::separator(sorted.core(i)).filter(|s| !s.bare) {
                    found = Some((i, separator.forward));
                    break;
                }
                if sorted.header_block(i).is_some() {
                    found = Some((i, false));
                    break;
                }
            }
            found?
        }
    };
    let mut out = Earlier { text: String::new(), from: None, subject: None, date_text: None, forward };
    let mut at = start;
    // separator, header block or attribution: at most a few lines before the text
    let mut headed = false;
    while at < lines.len() && at < start + HEADER_LINES_MAX {
        let core = sorted.core(at);
        if core.is_empty() {
            at += 1;
            continue;
        }
        if let Some(separator) = marks::separator(core) {
            out.forward |= separator.forward;
            at += 1;
        } else if !headed && let Some(end) = sorted.header_block(at) {
            for i in at..end {
                if let Some((label, value)) = marks::label(sorted.core(i)) {
                    let slot = match label {
                        Label::From => &mut out.from,
                        Label::Subject => &mut out.subject,
                        Label::Date | Label::Sent => &mut out.date_text,
                        _ => continue,
                    };
                    slot.get_or_insert_with(|| value.trim_end_matches(';').trim().to_owned());
                }
            }
            headed = true;
            at = end;
        } else if !headed
            && let Some(end) = (at..(at + ATTRIBUTION_LINES_MAX).min(lines.len()))
                .find(|i| matches!(sorted.attribution(*i), Some((_, true))))
        {
            let joined = (at..=end).map(|i| sorted.core(i)).collect::<Vec<_>>().join(" ");
            out.from = address_in(&joined);
            out.date_text = Some(joined);
            headed = true;
            at = end + 1;
        } else if !headed && marks::ruler(core) {
            at += 1;
        } else {
            break;
        }
    }
    let base = lines.get(at).map_or(0, |l| l.depth);
    let mut text = Words::default();
    for line in lines.iter().skip(at) {
        if line.text.trim().is_empty() {
            text.blank();
        } else {
            let deeper = usize::from(line.depth.saturating_sub(base));
            text.push(&format!("{}{}", "> ".repeat(deeper.min(8)), line.text));
        }
    }
    out.text = text.text;
    Some(out)
}

fn address_in(text: &str) -> Option<String> {
    let at = text.find('@')?;
    let edge = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"' | ':');
    let start = text[..at].rfind(edge).map_or(0, |i| i + text[i..].chars().next().map_or(1, char::len_utf8));
    let end = text[at..].find(edge).map_or(text.len(), |i| at + i);
    Some(text[start..end].to_owned())
}

#[expect(clippy::expect_used, reason = "a pattern of our own that does not compile is a mistake a test finds")]
fn re(pattern: &str) -> Regex {
    Regex::new(pattern).expect("pattern of our own")
}

/// The moment in the date line of a header block or an attribution, with its zone where one is written.
pub fn read_date(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    static BIG_FIRST: LazyLock<Regex> =
        LazyLock::new(|| re(r"((?:19|20)\d{2})\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})"));
    static MONTH_FIRST: LazyLock<Regex> = LazyLock::new(|| {
        re(r"(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
    });
    static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
        re(
            r"(?i)\b(\d{1,2})\.?(?:\s+de)?\s+(jan|feb|mar|mär|apr|may|mai|jun|jui|jul|aug|ago|aoû|sep|oct|okt|out|nov|dec|dez|déc|dic)[a-zéèû]*\.?,?(?:\s+de)?\s+(\d{4})",
        )
    });
    static SLASHED: LazyLock<Regex> = LazyLock::new(|| re(r"\b(\d{1,2})([/.])(\d{1,2})[/.](\d{4}|\d{2})\b"));
    static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
        re(
            r"(?i)(上午|下午|晚上|中午|凌晨|早上|午後|午前)?\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(am\b|pm\b|a\.m\.|p\.m\.)?",
        )
    });
    static ZONE: LazyLock<Regex> = LazyLock::new(|| re(r"(?:GMT|UTC)?\s*([+-])(\d{2}):?(\d{2})\b"));
    let month = |name: &str| -> Option<u32> {
        let lower = name.to_lowercase();
        let n = match lower.as_str() {
            "jan" => 1,
            "feb" => 2,
            "mar" | "mär" => 3,
            "apr" => 4,
            "may" | "mai" => 5,
            "jun" => 6,
            "jul" => 7,
            "jui" => 7,
            "aug" | "ago" | "aoû" => 8,
            "sep" => 9,
            "oct" | "okt" | "out" => 10,
            "nov" => 11,
            "dec" | "dez" | "déc" | "dic" => 12,
            _ => return None,
        };
        Some(n)
    };
    let text = marks::plain(text);
    let number = |s: &str| s.parse::<u32>().ok();
    let (day, behind) = if let Some(c) = BIG_FIRST.captures(&text) {
        (NaiveDate::from_ymd_opt(c[1].parse().ok()?, number(&c[2])?, number(&c[3])?)?, c.get(0)?.end())
    } else if let Some(c) = MONTH_FIRST.captures(&text) {
        (NaiveDate::from_ymd_opt(c[3].parse().ok()?, month(&c[1])?, number(&c[2])?)?, c.get(0)?.end())
    } else if let Some(c) = DAY_FIRST.captures(&text) {
        (NaiveDate::from_ymd_opt(c[3].parse().ok()?, month(&c[2])?, number(&c[1])?)?, c.get(0)?.end())
    } else {
        let c = SLASHED.captures(&text)?;
        let (a, b) = (number(&c[1])?, number(&c[3])?);
        let year: i32 = c[4].parse().ok()?;
        let year = if year < 100 { 2000 + year } else { year };
        // 9.7.26 is day first, 7/9/26 month first, unless that cannot be
        let (m, d) = if &c[2] == "." || a > 12 { (b, a) } else { (a, b) };
        (NaiveDate::from_ymd_opt(year, m, d)?, c.get(0)?.end())
    };
    // the clock behind the day; some clients put it before
    let found = CLOCK.captures(text.get(behind..).unwrap_or_default()).or_else(|| CLOCK.captures(&text));
    let time = match &found {
        Some(c) => {
            let (mut hour, minute) = (number(&c[2])?, number(&c[3])?);
            let second = c.get(4).and_then(|s| number(s.as_str())).unwrap_or(0);
            let half = c.get(1).or(c.get(5)).map(|m| m.as_str().to_lowercase()).unwrap_or_default();
            let afternoon = matches!(half.as_str(), "下午" | "晚上" | "pm" | "p.m." | "午後");
            let morning = matches!(half.as_str(), "上午" | "凌晨" | "am" | "a.m." | "午前");
            if afternoon && hour < 12 {
                hour += 12;
            } else if morning && hour == 12 {
                hour = 0;
            }
            NaiveTime::from_hms_opt(hour, minute, second)?
        }
        None => NaiveTime::MIN,
    };
    let zone = found
        .as_ref()
        .and_then(|c| c.get(0))
        .and_then(|m| ZONE.captures(text.get(behind..).unwrap_or_default().get(m.end()..).unwrap_or_default()))
        .and_then(|c| {
            let seconds = (c[2].parse::<i32>().ok()? * 60 + c[3].parse::<i32>().ok()?) * 60;
            FixedOffset::east_opt(if &c[1] == "-" { -seconds } else { seconds })
        });
    Some((day.and_time(time), zone))
}
