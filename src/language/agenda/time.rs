//! When, how long, how often.

use super::super::fields::Label;
use super::super::scan::{Scan, plain};
use super::super::when::{self, Anchor};
use super::Reader;
use super::material::asks_for_material;
use super::signs::{sentences_of, speaks_of_meeting};
use crate::domain::reading::{CallReading, RecurrenceReading};
use chrono::{DateTime, Duration, FixedOffset};

impl Reader<'_> {
    // ------------------------------------------------------------ time

    pub(super) fn time(&self, call: &mut CallReading) {
        let form = self.form;
        let mut text = String::new();
        for line in form.lines(Label::When) {
            text.push_str(&line);
            text.push(' ');
        }
        if !text.trim().is_empty() {
            self.time_in(text.trim(), call);
        }
        if let Some(text) = form.text(Label::Recurrence) {
            self.recurrence_in(&text, call);
            if call.start.is_none() {
                self.time_in(&text, call);
            }
        }
        if let Some(minutes) = form.value(Label::Duration).and_then(minutes_in) {
            call.minutes = Some(minutes);
        }
        if call.start.is_some() || !text.trim().is_empty() && call.recurrence.is_some() {
            return;
        }
        if let Some(span) = when::part_of_day(text.trim(), &self.clock.anchor) {
            // 时间：3月17日下午 is what was said; the hour is asked, and no sentence below is taken for it.
            call.start_phrase = text.trim().get(span).map(str::to_owned);
            return;
        }
        // Free sentences, those first that speak of meeting.
        let free = || form.free.iter().map(String::as_str).chain([self.subject]).flat_map(sentences_of);
        for speaks in [true, false] {
            for line in free() {
                if speaks != speaks_of_meeting(&line) || asks_for_material(&line) {
                    continue;
                }
                self.time_in(&line, call);
                if call.start.is_some() {
                    return;
                }
                if speaks && call.start_phrase.is_none() {
                    let span = when::part_of_day(&line, &self.clock.anchor);
                    call.start_phrase = span.and_then(|span| line.get(span)).map(str::to_owned);
                }
            }
        }
    }

    pub(super) fn time_in(&self, text: &str, call: &mut CallReading) {
        self.recurrence_in(text, call);
        let anchor = &self.clock.anchor;
        let mut found = when::meeting_start(text, anchor);
        if found.is_none() && call.recurrence.is_some() {
            // 每周一 9:30: the first of them.
            let single =
                text.replace(['每', '逢'], "").replace("every ", "").replace("Every ", "").replace("each ", "");
            found = when::meeting_start(&single, anchor).map(|(start, minutes, _)| {
                let step = Duration::days(7);
                let start =
                    if start < anchor.reference { start.checked_add_signed(step).unwrap_or(start) } else { start };
                (first_day(&single, start, anchor).unwrap_or(start), minutes, 0..text.len())
            });
        }
        let Some((mut start, minutes, span)) = found else { return };
        // every Monday at 9:30, from 14 September until 30 November: the first of them, not the last.
        if call.recurrence.is_some()
            && last_day(text, anchor).is_some()
            && let Some(first) = first_day(text, start, anchor)
        {
            start = start.min(first);
        }
        if call.start.is_none() {
            call.start = Some(start);
            call.start_phrase = text.get(span).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
            call.minutes = call.minutes.or(minutes);
        }
    }

    fn recurrence_in(&self, text: &str, call: &mut CallReading) {
        if call.recurrence.is_some() || !may_recur(text) {
            return;
        }
        if let Some(recurrence) = when::recurrence(text, &self.clock.anchor) {
            let rule = recurrence.rrule();
            let freq = rule
                .split(';')
                .filter(|part| !part.starts_with("UNTIL="))
                .map(|part| part.strip_prefix("FREQ=").unwrap_or(part))
                .collect::<Vec<_>>()
                .join(";");
            let until = recurrence.until.or_else(|| last_day(text, &self.clock.anchor));
            call.recurrence = Some(RecurrenceReading { freq, until });
        }
    }
}

/// Minutes in words: `15分钟`, `10'`, `15 min`; a bare number is minutes.
pub(super) fn minutes_in(text: &str) -> Option<u32> {
    let scan = Scan::new(text.trim());
    let folded = scan.folded(0..scan.len());
    let folded = folded.trim();
    let bare = folded.trim_end_matches(['\'', '′', 'm', '分']).trim();
    if !bare.is_empty() && bare.len() <= 3 && bare.chars().all(|c| c.is_ascii_digit()) {
        return bare.parse().ok().filter(|minutes| (1..=600).contains(minutes));
    }
    when::duration(folded).filter(|minutes| (1..=2880).contains(minutes))
}

/// `14:00-14:10` → 10.
pub(super) fn range_minutes(text: &str) -> Option<u32> {
    let scan = Scan::new(text.trim());
    let folded = scan.folded(0..scan.len());
    let (from, to) = folded.split_once(['-', '~', '至', '到'])?;
    let moment = |t: &str| -> Option<u32> {
        let (h, m) = t.trim().split_once(':')?;
        let (h, m): (u32, u32) = (h.trim().parse().ok()?, m.trim().parse().ok()?);
        (h < 24 && m < 60).then_some(h * 60 + m)
    };
    let (from, to) = (moment(from)?, moment(to)?);
    to.checked_sub(from).filter(|minutes| *minutes > 0)
}

fn may_recur(text: &str) -> bool {
    let lower = plain(text);
    ["每", "逢", "every", "each", "weekly", "daily", "monthly", "biweekly", "双周", "隔周", "fortnight"]
        .iter()
        .any(|w| lower.contains(w))
}

/// Words before the first day of a routine.
const BEGINS: [&str; 6] = ["从", "自", "starting from ", "starting on ", "starting ", "from "];

/// Words before the last.
const ENDS: [&str; 9] = ["起至", "起到", "开始至", "开始到", "直至", " until ", " till ", " through ", " to "];

/// 从2026年3月23日开始: a routine's first day, at the time of day it has. A first day is no deadline and has no time of its
/// own, so it is read with one.
fn first_day(text: &str, start: DateTime<FixedOffset>, anchor: &Anchor) -> Option<DateTime<FixedOffset>> {
    let (at, word) = BEGINS.iter().find_map(|word| text.find(word).map(|at| (at, word)))?;
    let day = text.get(at + word.len()..)?.split(['开', '起', '至', '到', '，', ',', ';', '；']).next()?;
    let day = ENDS.iter().filter_map(|end| day.find(end)).min().and_then(|end| day.get(..end)).unwrap_or(day).trim();
    if day.contains([':', '：', '点']) {
        return None;
    }
    let (first, _, _) = when::meeting_start(&format!("{day} 09:00"), anchor)?;
    first.date_naive().and_time(start.time()).and_local_timezone(*start.offset()).single()
}

/// 自3月16日起至6月29日, `from 16 March to 29 June`: the last day of a routine that has a first.
fn last_day(text: &str, anchor: &Anchor) -> Option<chrono::NaiveDate> {
    let begins = BEGINS.iter().filter_map(|word| text.find(word)).min()?;
    let (at, word) = ENDS.iter().find_map(|word| Some((text.get(begins..)?.find(word)? + begins, word)))?;
    let day = text.get(at + word.len()..)?.split(['，', ',', ';', '；', '。', '(', '（']).next()?.trim();
    let (last, _, _) = when::meeting_start(&format!("{day} 09:00"), anchor)?;
    Some(last.date_naive())
}
