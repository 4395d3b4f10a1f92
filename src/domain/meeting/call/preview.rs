//! Calls that wait for their sender: gaps asked back, previews, what silence means (O12, O13, O24).

use super::change::lay_over;
use super::people::{Built, some};
use super::{fill, join_series, missing, next_step, recipients};
use crate::domain::event::MailRead;
use crate::domain::letter::LetterName;
use crate::domain::meeting::data::{self, moment};
use crate::domain::meeting::{Asked, Meeting, MeetingState, hints, notice};
use crate::domain::outside;
use crate::domain::reading::{Command, Line};
use crate::domain::view::View;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

pub(super) fn send_gaps(
    view: &mut View<'_>,
    mail: Option<&MailRead>,
    meeting: &Meeting,
    start_phrase: Option<String>,
    reminder: bool,
) {
    let Some(to) = meeting.organizer_address.clone() else { return };
    let asked = meeting.asked.clone().unwrap_or_default();
    let form = json!({
        "title": some(&Some(meeting.title.clone())),
        "objective": meeting.objective,
        "kind": some(&Some(meeting.kind.clone())),
        "start": meeting.start.filter(|_| !asked.missing.iter().any(|m| m == "start")).as_ref().map(moment),
        "start_phrase": start_phrase,
        "minutes": meeting.minutes,
        "place": meeting.place,
        "link": meeting.link,
        "chair": meeting.chair,
        "recorder": meeting.recorder,
        "attendees": meeting.attendees.iter().map(|a| json!({"name": a.name, "role": a.role})).collect::<Vec<_>>(),
        "agenda": meeting.agenda.iter().map(|item| json!({
            "title": item.title, "minutes": item.minutes, "presenter": item.presenter, "required_outcome": item.required_outcome
        })).collect::<Vec<_>>(),
        "materials": meeting.materials.iter().map(|m| json!({"owner": m.owner, "name": m.name, "due": m.due})).collect::<Vec<_>>(),
    });
    let mut letter = data::letter(view, meeting, LetterName::CallGaps, &to, "the call lacks something")
        .with("missing", &asked.missing)
        .with("hints", &asked.hints)
        .with("expanded", &asked.expanded)
        .with("form", form)
        .with("reminder", reminder);
    if let Some(mail) = mail {
        letter = letter.replying_to(&mail.message_id, &mail.references);
    }
    view.send(letter);
}

pub(super) fn send_preview(
    view: &mut View<'_>,
    mail: Option<&MailRead>,
    meeting: &Meeting,
    changes: &[Value],
    similar: Option<&Meeting>,
    reminder: bool,
) {
    let Some(to) = meeting.organizer_address.clone() else { return };
    let asked = meeting.asked.clone().unwrap_or_default();
    let similar_row =
        similar.map(|old| json!({"id": old.id, "title": old.title, "start": old.start.as_ref().map(moment)}));
    let mut letter = data::letter(view, meeting, LetterName::CallPreview, &to, "its sender looks first")
        .with("reason", &asked.reason)
        .with("recipients", recipients(meeting))
        .with("confirm_count", asked.count)
        .with("hints", &asked.hints)
        .with("expanded", &asked.expanded)
        .with("changes", changes)
        .with("similar", similar_row)
        .with("reminder", reminder);
    if let Some(old) = similar {
        letter = letter.lines(vec![
            Line { n: 1, id: old.id.clone(), task: old.title.clone() },
            Line { n: 2, id: meeting.id.clone(), task: meeting.title.clone() },
        ]);
    }
    if let Some(mail) = mail {
        letter = letter.replying_to(&mail.message_id, &mail.references);
    }
    view.send(letter);
}

/// A reply fills in or corrects a draft.
pub(super) fn complete(view: &mut View<'_>, mail: &MailRead, old: Meeting, built: Built, now: DateTime<Utc>) {
    let asked = old.asked.clone().unwrap_or_default();
    let mut meeting = old;
    lay_over(&mut meeting, &built, false);
    meeting.asked = None;
    let draft = built.draft || meeting.is_marked("draft");
    if asked.kind == "preview" {
        // A correction of what was shown is shown again, unless nothing is in doubt any more and it was only a doubt.
        return show_again(view, mail, meeting, asked, built.hints, built.expanded, now);
    }
    next_step(view, mail, meeting, built.hints, built.expanded, draft, built.start_phrase, now);
}

pub(super) fn show_again(
    view: &mut View<'_>,
    mail: &MailRead,
    mut meeting: Meeting,
    asked: Asked,
    hints: Vec<Value>,
    expanded: Vec<Value>,
    now: DateTime<Utc>,
) {
    let missing = missing(&meeting, now);
    if !missing.is_empty() {
        return next_step(view, mail, meeting, hints, expanded, false, None, now);
    }
    fill(view, &mut meeting, now);
    let all: Vec<Value> = hints.into_iter().chain(hints::of(view, &meeting, now)).collect();
    let count = recipients(&meeting);
    let many = count > view.rules.policy.participants_max as usize;
    meeting.asked = Some(Asked {
        since: Some(now),
        reminded: false,
        count: many.then_some(count),
        reason: if many { "count".into() } else { asked.reason.clone() },
        hints: all,
        expanded: if expanded.is_empty() { asked.expanded.clone() } else { expanded },
        ..asked
    });
    send_preview(view, Some(mail), &meeting, &[], None, false);
    view.put_meeting(meeting, "corrected, shown again");
}

/// A command changed a draft: 改到周四, 补充议题.
pub(in crate::domain::meeting) fn edited(view: &mut View<'_>, mail: &MailRead, meeting: Meeting, now: DateTime<Utc>) {
    let asked = meeting.asked.clone().unwrap_or_default();
    if asked.kind == "gaps" {
        let mut meeting = meeting;
        meeting.asked = None;
        return next_step(view, mail, meeting, asked.hints, asked.expanded, false, None, now);
    }
    show_again(view, mail, meeting, asked, Vec::new(), Vec::new(), now);
}

/// 发送: what was shown goes out.
pub(in crate::domain::meeting) fn confirmed(
    view: &mut View<'_>,
    mail: &MailRead,
    mut meeting: Meeting,
    command: &Command,
    now: DateTime<Utc>,
) {
    let asked = meeting.asked.clone().unwrap_or_default();
    let gaps = missing(&meeting, now);
    if asked.kind == "gaps" || !gaps.is_empty() {
        meeting.asked = Some(Asked { missing: gaps, kind: "gaps".into(), since: Some(now), ..asked });
        send_gaps(view, Some(mail), &meeting, None, false);
        return view.put_meeting(meeting, "still with gaps");
    }
    if let Some(count) = asked.count {
        // O12: the number is the confirmation; a bare 发送 is not.
        let said = format!("{} {}", command.line, mail.text);
        let named = said.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.parse() == Ok(count));
        if !named {
            send_preview(view, Some(mail), &meeting, &[], None, false);
            return view.audit("a bare word does not send to so many (O12)");
        }
    }
    meeting.marks.remove("draft");
    fill(view, &mut meeting, now);
    join_series(view, &meeting);
    outside::release_all(view, &meeting, now);
    notice::announce(view, meeting, now);
}

/// No answer to a question about a call: asked once more, then given up.
pub(in crate::domain::meeting) fn timeout(view: &mut View<'_>, mut meeting: Meeting, key: &str) {
    let Some(asked) = meeting.asked.clone() else { return };
    if key == "remind" {
        if asked.reminded {
            return;
        }
        meeting.asked = Some(Asked { reminded: true, ..asked.clone() });
        match asked.kind.as_str() {
            "gaps" => send_gaps(view, None, &meeting, None, true),
            "preview" => send_preview(view, None, &meeting, &[], None, true),
            "choice" => {
                let similar = asked.similar.as_ref().and_then(|id| view.meeting(id));
                send_preview(view, None, &meeting, &[], similar.as_ref(), true);
            }
            _ => {}
        }
        return view.put_meeting(meeting, "asked again");
    }
    // What was read with a doubt never goes out by time-out (O13), and a question has an end (O24).
    meeting.state = MeetingState::Cancelled;
    meeting.mark("not_sent");
    if let Some(letter) = data::organizer_note(view, &meeting, "not_sent", json!({}), "nobody answered about the call")
    {
        view.send(letter);
    }
    view.put_meeting(meeting, "given up: no answer");
}
