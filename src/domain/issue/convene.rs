//! Key issues: said so, a disagreement, or two slips. A special meeting is proposed to the initiator; its minutes are the
//! 问题解决决议, and after it the next who hears of a delay is the sponsor (SPEC 3.4).

use super::command::{Word, tell_parties};
use super::letters::{self, Change};
use super::{Issue, log, save};
use crate::domain::meeting::{self, MeetingState};
use crate::domain::reading::{AgendaReading, AttendeeReading, CallReading};
use crate::domain::receipt::Entry;
use crate::domain::view::{Handled, View};
use chrono::{DateTime, FixedOffset, Utc};
use serde_json::json;

/// Minutes of a special meeting that says no other length.
const LENGTH: u32 = 60;

/// `关键` of somebody it concerns.
pub(super) fn key(view: &mut View<'_>, mut issue: Issue, why: &str, word: &Word<'_>) {
    if issue.level == "key" {
        return;
    }
    become_key(view, &mut issue, why, Some(word));
    word.receipt(view, &issue, "key", false, Entry::default());
    let why = word.why(view, "关键");
    save(view, issue, &why);
}

/// From now on it is a key issue, and a meeting is proposed.
pub(super) fn become_key(view: &mut View<'_>, issue: &mut Issue, why: &str, word: Option<&Word<'_>>) {
    issue.level = "key".into();
    issue.key_why = Some(why.to_string());
    if let Some(word) = word {
        log::note(view, issue, word.mail, Some("key"), word.now);
    }
    // By silence nobody has a moment at hand but the last one that was written down.
    let now = word.map(|word| word.now).or_else(|| {
        issue.log.last().and_then(|entry| DateTime::parse_from_rfc3339(&entry.at).ok()).map(|at| at.with_timezone(&Utc))
    });
    let Some(now) = now.filter(|_| issue.meeting.is_none() && issue.meeting_asked_at.is_none()) else { return };
    issue.meeting_asked_at = Some(now);
    let Some(to) = issue.initiator_address.clone() else { return };
    let change = Change {
        kind: "key",
        by: word.map(|word| word.name(view)),
        text: Some(why.to_string()),
        ask: Some("convene"),
        ..Change::default()
    };
    letters::update(view, issue, &to, &change, now);
}

/// The two sides do not mean the same.
pub(super) fn disagreement(view: &mut View<'_>, mut issue: Issue, text: &str, word: &Word<'_>) -> Handled {
    if word.part.solves() {
        super::progress::spoke(&mut issue, word);
    }
    log::note(view, &mut issue, word.mail, Some("disagreement"), word.now);
    let by = word.name(view);
    let change = Change { kind: "disagreement", by: Some(by), reason: Some(text.to_string()), ..Change::default() };
    tell_parties(view, &issue, &change, word);
    if let Some(to) = issue.initiator_address.clone().filter(|to| *to != word.actor) {
        letters::update(view, &issue, &to, &change, word.now);
    }
    if issue.level != "key" {
        become_key(view, &mut issue, "disagreement", Some(word));
    }
    word.receipt(view, &issue, "object", false, Entry::default());
    let why = word.why(view, "有分歧");
    save(view, issue, &why);
    Handled::Yes
}

/// `开会 周五14:00`: the meeting is called with everybody who has to decide; without a time it is asked for.
pub(super) fn convene(
    view: &mut View<'_>,
    mut issue: Issue,
    start: Option<DateTime<FixedOffset>>,
    word: &Word<'_>,
) -> Handled {
    if issue
        .meeting
        .as_ref()
        .and_then(|id| view.meeting(id))
        .is_some_and(|meeting| meeting.state != MeetingState::Cancelled)
    {
        return Handled::Yes;
    }
    if !word.part.decides() && !word.part.head {
        // A contact proposes it; who has the problem decides.
        if issue.level == "key" && issue.meeting_asked_at.is_some() {
            return Handled::Yes;
        }
        key(view, issue, "said", word);
        return Handled::Yes;
    }
    let mut attendees: Vec<AttendeeReading> = Vec::new();
    let mut add = |address: &str, role: &str| {
        let known = attendees.iter().any(|attendee| attendee.address.as_deref() == Some(address));
        if !address.is_empty() && !known {
            attendees.push(AttendeeReading {
                name: view.name_of(address),
                address: Some(address.to_string()),
                role: Some(role.to_string()),
            });
        }
    };
    for (_, party) in issue.live() {
        add(&party.address, "doer");
    }
    for (_, party) in issue.live() {
        add(party.head.as_deref().unwrap_or_default(), "decider");
    }
    add(issue.initiator_address.as_deref().unwrap_or_default(), "doer");
    add(issue.initiator_head.as_deref().unwrap_or_default(), "decider");
    let chinese = view.language_of(&word.actor).starts_with("zh");
    let title = if chinese {
        format!("问题专题会：{}", issue.title)
    } else {
        format!("Problem meeting: {}", issue.title)
    };
    let outcome =
        if chinese { "问题解决决议：方案、负责人、时间" } else { "the resolution: what, who, by when" };
    let call = CallReading {
        title: Some(title),
        kind: Some("problem".into()),
        objective: issue.expected.clone(),
        start,
        minutes: Some(LENGTH),
        attendees,
        agenda: vec![AgendaReading {
            title: issue.title.clone(),
            minutes: Some(LENGTH),
            presenter: issue.initiator.clone(),
            required_outcome: Some(outcome.into()),
        }],
        confidential: issue.confidential,
        ..CallReading::default()
    };
    let called = meeting::called_by(view, word.mail, &call, word.now);
    let Some(mut meeting) = called.and_then(|id| view.meeting(&id)) else { return Handled::NotAllowed };
    meeting.facts.insert("issue".into(), json!(issue.id));
    issue.meeting = Some(meeting.id.clone());
    issue.meeting_asked_at.get_or_insert(word.now);
    issue.level = "key".into();
    issue.key_why.get_or_insert_with(|| "said".into());
    view.put_meeting(meeting, "the special meeting of a problem");
    log::note(view, &mut issue, word.mail, Some("convene"), word.now);
    let why = word.why(view, "开会");
    save(view, issue, &why);
    Handled::Yes
}

/// 不开, or no answer for long enough: it goes on without a meeting.
pub(super) fn dropped(view: &mut View<'_>, mut issue: Issue, word: Option<&Word<'_>>) -> Handled {
    issue.meeting_asked_at = None;
    issue.marks.insert("no_meeting".into());
    let why = match word {
        Some(word) => {
            log::note(view, &mut issue, word.mail, None, word.now);
            word.why(view, "不开会")
        }
        None => "no answer: no special meeting".to_string(),
    };
    save(view, issue, &why);
    Handled::Yes
}

/// Meetings that were called about a problem: what they decided is written into its log once their minutes are out.
pub fn minuted(view: &mut View<'_>, now: DateTime<Utc>) {
    let ids: Vec<String> = view.touched_ids().iter().filter(|id| id.starts_with("M-")).cloned().collect();
    for id in ids {
        let Some(meeting) = view.meeting(&id) else { continue };
        let Some(issue) = meeting.facts.get("issue").and_then(|id| id.as_str()).and_then(|id| view.issue(id)) else {
            continue;
        };
        let sent = meeting.minutes_record.as_ref().is_none_or(|record| record.sent);
        let over = matches!(meeting.state, MeetingState::Minuted | MeetingState::Closed);
        if !over || !sent || issue.marks.contains(&format!("met {id}")) {
            continue;
        }
        let mut issue = issue;
        issue.marks.insert(format!("met {id}"));
        let mut said: Vec<String> = meeting.decisions.iter().map(|decision| decision.text.clone()).collect();
        for item in view.items_of(&id) {
            let due = item.due.as_ref().map(|due| format!(" {}", due.date())).unwrap_or_default();
            said.push(
                format!("{} {}{due} [{}]", item.owner.clone().unwrap_or_default(), item.task, item.id)
                    .trim()
                    .to_string(),
            );
        }
        log::note_of_time(view, &mut issue, &format!("{id}: {}", said.join("；")), "met", now);
        if let Some(entry) = issue.log.last_mut() {
            entry.who = meeting.chair.clone().or(meeting.organizer.clone()).unwrap_or_else(|| entry.who.clone());
        }
        for party in issue.parties.iter_mut().filter(|party| party.is_live()) {
            party.responded_at.get_or_insert(now);
            party.understood_at.get_or_insert(now);
            party.started = true;
            party.said_at = Some(now);
            party.asks = 0;
            party.rungs.clear();
        }
        // The last day of what was agreed is the new date.
        let last = view.items_of(&id).iter().filter_map(|item| item.due).max_by_key(|due| due.date());
        if let Some(last) = last.filter(|last| issue.wanted_by.as_ref().is_none_or(|old| last.date() > old.date())) {
            issue.wanted_by = Some(last);
        }
        save(view, issue, &format!("the resolution of {id}"));
    }
}
