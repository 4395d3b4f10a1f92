//! Meetings that nobody called (O16): their minutes are all that is known of them, so the next ones with the same title have
//! to be told from a correction of these.

use super::draft::Draft;
use super::{primary, revision};
use crate::domain::event::MailRead;
use crate::domain::meeting::{self, Attendee, Meeting, MeetingState};
use crate::domain::reading::MinutesReading;
use crate::domain::view::View;
use chrono::NaiveDate;

/// The day the minutes tell of; a later one than their own is somebody's deadline.
pub(super) fn day(view: &View<'_>, mail: &MailRead, reading: &MinutesReading) -> Option<NaiveDate> {
    reading.date.filter(|date| *date <= sent_on(view, mail))
}

fn sent_on(view: &View<'_>, mail: &MailRead) -> NaiveDate {
    mail.sent_at.with_timezone(&view.rules.time_zone).date_naive()
}

/// Whether minutes with the title of a meeting without a start tell of another one: last week's 周会 and this week's. A
/// correction says so, stands in the same thread, or repeats what was there.
pub(super) fn is_another(view: &View<'_>, mail: &MailRead, reading: &MinutesReading, meeting: &Meeting) -> bool {
    let Some(record) = &meeting.minutes_record else { return false };
    if meeting::is_correction(&mail.subject) || mail.references.contains(&record.source.message_id) {
        return false;
    }
    let known = Draft::of(meeting).day;
    let told = day(view, mail, reading);
    if let (Some(known), Some(told)) = (known, told) {
        return known != told;
    }
    let received = record.received_at.map(|at| at.with_timezone(&view.rules.time_zone).date_naive());
    if known.or(received).is_none_or(|known| known == told.unwrap_or_else(|| sent_on(view, mail))) {
        return false;
    }
    let old = view.items_of(&meeting.id);
    let again = reading.items.iter().filter(|read| old.iter().any(|item| revision::is_alike(&item.task, &read.task)));
    again.count() * 2 < reading.items.len().max(1)
}

/// The title without the words that say it is minutes: 新品启动会 会议纪要.
fn title_of(text: &str) -> String {
    const WORDS: [&str; 9] =
        ["会议纪要", "會議紀要", "会议记录", "會議記錄", "纪要", "紀要", "meeting minutes", "minutes of", "minutes"];
    let edge = |c: char| !c.is_alphanumeric() && !matches!(c, '（' | '）' | '(' | ')' | '《' | '》' | '“' | '”');
    // What stands around it: 【会议纪要】, - minutes.
    let mut title = text.trim().trim_start_matches(['【', '[', '「']);
    for word in WORDS {
        let apart = |c: Option<char>| c.is_none_or(edge);
        if let Some(rest) = cut(title, word, true).filter(|rest| apart(rest.chars().next())) {
            title = rest.trim_start_matches(edge);
        }
        // 周会纪要 is 周会, and 新品启动会议纪要 is 新品启动会议, no 新品启动.
        let joined = matches!(word, "纪要" | "紀要");
        if let Some(rest) = cut(title, word, false).filter(|rest| joined || apart(rest.chars().next_back())) {
            title = rest.trim_end_matches(edge);
        }
    }
    if title.len() == text.trim().trim_start_matches(['【', '[', '「']).len() {
        return text.trim().to_string();
    }
    title = title.strip_suffix("会会议").and_then(|_| title.strip_suffix("会议")).unwrap_or(title);
    if title.chars().filter(|c| c.is_alphanumeric()).count() < 2 { text.trim().to_string() } else { title.to_string() }
}

/// The text without a word at one of its ends, however it is written.
fn cut<'t>(text: &'t str, word: &str, at_start: bool) -> Option<&'t str> {
    let split = if at_start { word.len() } else { text.len().checked_sub(word.len())? };
    let (head, tail) = text.split_at_checked(split)?;
    let (end, rest) = if at_start { (head, tail) } else { (tail, head) };
    end.eq_ignore_ascii_case(word).then_some(rest)
}

/// O16: minutes of a meeting nobody called make it.
pub(super) fn make(view: &mut View<'_>, mail: &MailRead, reading: &MinutesReading, sender: &str) -> Meeting {
    let id = view.new_id('M');
    let subject = mail.base_subject.trim();
    let title = reading.title.as_deref().filter(|title| !title.trim().is_empty()).unwrap_or(subject);
    let mut meeting = Meeting {
        uid: format!("{}-{}", id.to_lowercase(), mail.message_id),
        id,
        title: title_of(title),
        kind: "other".into(),
        time_zone: view.rules.time_zone.name().to_string(),
        organizer: Some(view.name_of(sender)),
        organizer_address: Some(sender.to_string()),
        state: MeetingState::Minuted,
        confidential: mail.confidential,
        ..Meeting::default()
    };
    for mailbox in mail.to.iter().chain(&mail.cc) {
        let address = primary(view, mailbox);
        let colleague = view.person(&address).map_or_else(|| view.is_internal(&address), |person| person.is_human());
        let own = view.rules.own_addresses.contains(&address) || address == view.rules.assistant;
        if colleague && !own && address != sender && meeting.attendee(&address).is_none() {
            let name = view.person(&address).map_or_else(|| mailbox.name.clone(), |person| person.name.clone());
            let name = if name.is_empty() { view.name_of(&address) } else { name };
            meeting.attendees.push(Attendee {
                name,
                address: Some(address),
                role: "doer".into(),
                ..Attendee::default()
            });
        }
    }
    meeting
}

#[cfg(test)]
mod tests {
    use super::title_of;

    #[test]
    fn titles_lose_the_words_of_minutes() {
        for (text, title) in [
            ("新品周会 纪要", "新品周会"),
            ("市场部周会纪要", "市场部周会"),
            ("周会会议纪要", "周会"),
            ("新品启动会 会议纪要", "新品启动会"),
            ("新品启动会议纪要", "新品启动会议"),
            ("【会议纪要】渠道例会", "渠道例会"),
            ("會議紀要：渠道例會", "渠道例會"),
            ("Minutes: Channel meeting", "Channel meeting"),
            ("Sales sync - meeting minutes", "Sales sync"),
            ("Minutes of the sales sync", "the sales sync"),
            ("Ten minutesago", "Ten minutesago"),
            ("会议纪要", "会议纪要"),
            ("纪要模板（第二版）", "纪要模板（第二版）"),
        ] {
            assert_eq!(title_of(text), title, "{text}");
        }
    }
}
