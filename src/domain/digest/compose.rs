//! What stands in a digest, in the order it is numbered: to confirm, today, late, due soon, to approve, to accept, to choose,
//! objections; then what is recorded.

use super::{Last, Said};
use crate::domain::action_item::{ActionItem, State, asked_for_approval, late_from};
use crate::domain::clock::Clock;
use crate::domain::escalation;
use crate::domain::issue::{self, Ask};
use crate::domain::letter::{Letter, LetterName};
use crate::domain::outside;
use crate::domain::reading::Line;
use crate::domain::receipt::Entry;
use crate::domain::shown;
use crate::domain::view::View;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Lines of one digest; the rest is counted.
const LINES_MAX: usize = 60;
/// A line that waits for an answer is not sent a fourth time unanswered (O27).
const SAID_MAX: u32 = 3;

pub(super) struct Composed {
    pub letter: Letter,
    pub said: BTreeMap<String, Said>,
    /// Items nobody had asked their owner about; silence counts from now.
    pub first_asked: Vec<ActionItem>,
}

struct Page<'v, 'r> {
    view: &'v View<'r>,
    now: DateTime<Utc>,
    last: &'v Last,
    said: BTreeMap<String, Said>,
    lines: Vec<Line>,
    more: usize,
}

impl Page<'_, '_> {
    /// Counts a mention; false when the line was shown often enough without an answer.
    fn may_say(&mut self, section: &str, item: &ActionItem) -> bool {
        let key = format!("{section}:{}", item.id);
        let before = self.last.said.get(&key).cloned().unwrap_or_default();
        let answered = matches!((before.at, item.last_word_at), (Some(said), Some(word)) if word > said);
        // The letter that asked, where one did, was the first time.
        let asked = match section {
            "confirm" => item.asked_at.is_some(),
            _ => item.marks.contains("asked_alone"),
        };
        let times = if answered { 0 } else { before.times }.max(u32::from(asked));
        let shown = times < SAID_MAX;
        let times = if shown { times + 1 } else { times };
        let at = if shown { Some(self.now) } else { before.at };
        self.said.insert(key, Said { times, at });
        shown
    }

    /// The same for a problem's question: its letter, where one asked, was the first time.
    fn may_ask(&mut self, ask: &Ask) -> bool {
        let key = format!("{}:{}", ask.what, ask.id);
        let before = self.last.said.get(&key).cloned().unwrap_or_default();
        let answered = matches!((before.at, ask.answered_at), (Some(said), Some(word)) if word > said);
        let times = if answered { 0 } else { before.times }.max(u32::from(ask.asked_alone));
        let shown = times < SAID_MAX;
        let at = if shown { Some(self.now) } else { before.at };
        self.said.insert(key, Said { times: if shown { times + 1 } else { times }, at });
        shown
    }

    /// Counts the reminders of what is late, for those who are told of it (O26): only what stands in a letter.
    fn count_late(&mut self, items: &[ActionItem]) {
        let is_late = |id: &str| {
            let overdue = |item: &ActionItem| {
                let clock = Clock::of_item(item, self.view.rules);
                item.due.as_ref().is_some_and(|due| clock.moment(due) < self.now)
            };
            self.view.action(id).is_some_and(|item| item.state.is_open() && overdue(&item))
        };
        let mut said: BTreeMap<String, Said> = BTreeMap::new();
        for (key, before) in &self.last.said {
            if key.strip_prefix(super::LATE).is_some_and(is_late) {
                said.insert(key.clone(), before.clone());
            }
        }
        for item in items.iter().filter(|item| self.lines.iter().any(|line| line.id == item.id)) {
            let mention = said.entry(format!("{}{}", super::LATE, item.id)).or_default();
            mention.times += 1;
            mention.at = Some(self.now);
        }
        self.said.extend(said);
    }

    fn number(&mut self, item: &ActionItem) -> Option<u32> {
        if self.lines.len() >= LINES_MAX {
            self.more += 1;
            return None;
        }
        let n = u32::try_from(self.lines.len() + 1).unwrap_or(u32::MAX);
        self.lines.push(shown::line(n, item));
        Some(n)
    }

    fn rows(&mut self, items: &[ActionItem]) -> Vec<Value> {
        let mut rows = Vec::new();
        for item in items {
            if let Some(n) = self.number(item) {
                rows.push(shown::row(self.view, item, Some(n), self.now));
            }
        }
        rows
    }
}

/// Own items by what is to be said of them today.
#[derive(Default)]
struct Own {
    confirm: Vec<ActionItem>,
    today: Vec<ActionItem>,
    late: Vec<ActionItem>,
    soon: Vec<ActionItem>,
}

/// Nothing is asked about it now: it waits for somebody else.
fn waits(view: &View<'_>, item: &ActionItem, today: NaiveDate) -> bool {
    item.request.is_some()
        || item.objection.is_some()
        || item.snoozed_until.is_some_and(|until| today < until)
        || item.depends_on.iter().any(|id| view.action(id).is_some_and(|upstream| upstream.state.is_open()))
}

/// `week`: the reader gets one digest a week, so it tells of everything late and due within the week.
fn own(page: &mut Page<'_, '_>, person: &str, since: NaiveDate, week: bool) -> Own {
    let (view, now) = (page.view, page.now);
    let policy = &view.rules.policy;
    let mut own = Own::default();
    for item in view.open_of(person) {
        if !item.state.is_open() || item.parked || item.held {
            continue;
        }
        let clock = Clock::of_item(&item, view.rules);
        let today = clock.today(now);
        let asleep = waits(view, &item, today);
        let woken = item.snoozed_until.is_some_and(|until| since < until && until <= today);
        let hits = |day: NaiveDate| since < day && day <= today;
        if let (Some(due), false) = (&item.due, asleep) {
            let day = clock.day(due);
            let base = clock.days.workday_until(day);
            let from = late_from(&item, &clock).unwrap_or(day);
            if today > from && clock.between(from, today) > 0 {
                let choice = policy.late_choice;
                let said = crate::domain::action_item::late_days(policy.late_daily, choice);
                let silent = item.marks.contains("late_choice");
                if !silent && (week || woken || said.into_iter().any(|n| hits(clock.add(from, n)))) {
                    own.late.push(item);
                    continue;
                }
            } else if base == today && policy.remind_before.contains(&0) {
                own.today.push(item);
                continue;
            } else if today < base {
                let soon = policy.remind_before.iter().filter(|n| **n > 0);
                let fits = |n: &u32| hits(clock.days.add_workdays(base, -i32::try_from(*n).unwrap_or(0)));
                let this_week = week && (base - today).num_days() < 7;
                if this_week || woken || soon.into_iter().any(fits) {
                    own.soon.push(item);
                    continue;
                }
            }
        }
        let unanswered = item.marks.contains("unanswered");
        // What was asked today by a letter of its own is not asked again today.
        let fresh = item.asked_at.is_some_and(|asked| clock.today(asked) >= today);
        // What is late is asked about as late, by its own days.
        let late = item.due.as_ref().is_some_and(|due| clock.moment(due) < now)
            && late_from(&item, &clock).is_some_and(|from| from < today);
        if item.state == State::Proposed && !late && !asleep && !unanswered && !fresh && page.may_say("confirm", &item)
        {
            own.confirm.push(item);
        } else if item.state != State::Proposed && item.due.is_none() && woken {
            own.soon.push(item);
        }
    }
    own
}

pub(super) fn compose(
    view: &View<'_>,
    person: &str,
    last: &Last,
    since: NaiveDate,
    now: DateTime<Utc>,
) -> Option<Composed> {
    let clock = Clock::of(view, person);
    let today = clock.today(now);
    let every = super::frequency(view, person);
    let mut page = Page { view, now, last, said: BTreeMap::new(), lines: Vec::new(), more: 0 };
    let weekly = every == "week";
    let weeks_day = weekly && is_first_workday(&clock, today);
    // O39: somebody outside gets one a week at most, whatever day that is.
    let outside = outside::is_outside(view, person);
    let mut own = own(&mut page, person, since, weeks_day || outside);
    if every == "urgent" || (weekly && !weeks_day) {
        // 仅紧急 and 每周 take away reminders, never a question that waits or what is urgent (O23).
        for list in [&mut own.today, &mut own.soon, &mut own.late] {
            list.retain(ActionItem::is_urgent);
        }
    }

    let all = own.confirm.iter().chain(&own.today).chain(&own.late).chain(&own.soon);
    let first_asked: Vec<ActionItem> =
        all.filter(|item| item.state == State::Proposed && item.asked_at.is_none()).cloned().collect();
    let confirmations = page.rows(&own.confirm);
    let today_rows = page.rows(&own.today);
    let late = page.rows(&own.late);
    page.count_late(&own.late);
    // What was said is not asked again (O27).
    let asks = |row: &Value| {
        let asked = row.get("asks").and_then(Value::as_array);
        asked.is_some_and(|all| all.iter().any(|one| matches!(one.as_str(), Some("reason" | "measure"))))
    };
    let (late, late_said): (Vec<Value>, Vec<Value>) = late.into_iter().partition(asks);
    let due_soon = page.rows(&own.soon);

    let mut escalations = Vec::new();
    // O39: what follows inside is no business of a supplier.
    for item in own.late.iter().filter(|_| !outside) {
        if let Some((at, to)) = escalation::announced(view, item, now) {
            let n = page.lines.iter().find(|line| line.id == item.id).map(|line| line.n);
            let to = view.name_of(&to);
            escalations
                .push(json!({"n": n, "id": item.id, "task": item.task, "at": shown::moment(view, at), "to": to}));
        }
    }

    let (mut approvals, mut acceptances, mut choices, mut objections) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut unanswered = Vec::new();
    let waiting: Vec<ActionItem> = view.ids("waits_on", person).iter().filter_map(|id| view.action(id)).collect();
    for item in waiting.iter().filter(|item| item.request.is_some() && item.objection.is_none()) {
        if page.may_say("approve", item) {
            if let Some(n) = page.number(item) {
                approvals.push(asked_for_approval(view, item, Some(n), now));
            }
        }
    }
    for item in waiting.iter().filter(|item| item.state == State::Done && item.objection.is_none()) {
        if page.may_say("accept", item) {
            if let Some(n) = page.number(item) {
                acceptances.push(shown::row(view, item, Some(n), now));
            }
        }
    }
    for item in waiting.iter().filter(|item| item.state.is_open() && item.request.is_none() && item.objection.is_none())
    {
        let why = if item.marks.contains("late_choice") { "late_choice" } else { "unanswered" };
        if item.marks.contains(why) && page.may_say(why, item) {
            if let Some(n) = page.number(item) {
                let mut row = shown::row(view, item, Some(n), now);
                if let Value::Object(map) = &mut row {
                    map.insert("change".into(), json!(why));
                }
                if why == "late_choice" { choices.push(row) } else { unanswered.push(row) }
            }
        }
    }
    for item in &waiting {
        let Some(objection) = item.objection.as_ref().filter(|objection| objection.asked.iter().any(|a| a == person))
        else {
            continue;
        };
        if page.may_say("object", item) {
            if let Some(n) = page.number(item) {
                objections.push(json!({
                    "n": n, "id": item.id, "task": item.task, "by": view.name_of(&objection.by), "text": objection.text,
                    "source_title": shown::source_title(view, item), "meeting": item.source.id,
                }));
            }
        }
    }

    // What a project asks, and work that its rhythm asks about and nothing above speaks of.
    let said = |key: &str| page.last.said.get(key).map_or(0, |said| said.times);
    let questions = crate::domain::project::asked(view, person, said, since, now);
    // A question that is not mentioned today was mentioned as often as before.
    let kept: Vec<(String, Said)> = last
        .said
        .iter()
        .filter(|(key, _)| key.contains(":P-"))
        .map(|(key, said)| (key.clone(), said.clone()))
        .collect();
    page.said.extend(kept);
    let mut asked = Vec::new();
    for (key, question) in questions {
        let times = page.last.said.get(&key).map_or(0, |said| said.times) + 1;
        page.said.insert(key, Said { times, at: Some(now) });
        if page.lines.len() >= LINES_MAX {
            page.more += 1;
            continue;
        }
        let n = u32::try_from(page.lines.len() + 1).unwrap_or(u32::MAX);
        page.lines.push(Line { n, id: question.project.clone(), task: question.text.clone() });
        asked.push(question.shown(Some(n)));
    }
    let quiet = every == "urgent" || (weekly && !is_first_workday(&clock, today));
    let status: Vec<ActionItem> = super::status_asked(view, person)
        .iter()
        .filter(|id| !quiet && !page.lines.iter().any(|line| line.id == **id))
        .filter_map(|id| view.action(id))
        .filter(|item| item.state.is_open() && !item.parked && item.owner_address.as_deref() == Some(person))
        .collect();
    let status = page.rows(&status);

    let mut issues = Vec::new();
    for ask in view
        .ids("issue_waits", person)
        .iter()
        .filter_map(|id| view.issue(id))
        .flat_map(|one| issue::asks(view, &one, person, now))
    {
        if !page.may_ask(&ask) {
            continue;
        }
        if page.lines.len() >= LINES_MAX {
            page.more += 1;
            continue;
        }
        let n = u32::try_from(page.lines.len() + 1).unwrap_or(u32::MAX);
        page.lines.push(Line { n, id: ask.id.clone(), task: ask.title.clone() });
        let mut row = ask.shown;
        if let Value::Object(map) = &mut row {
            map.insert("n".into(), json!(n));
        }
        issues.push(row);
    }

    let name = view.name_of(person);
    let (recorded, notes): (Vec<Entry>, Vec<Entry>) = super::recorded(view, person)
        .into_iter()
        .filter(|entry| is_of_use(view, entry))
        .partition(|entry| entry.by.as_ref() == Some(&name));
    let recorded: Vec<Entry> = recorded.into_iter().map(|entry| entry.for_reader(&name)).collect();
    // What the organizer is asked above need not be told below.
    let notes: Vec<Entry> = notes
        .into_iter()
        .filter(|note| {
            note.verb.as_deref() != Some("unanswered") || !page.lines.iter().any(|l| Some(&l.id) == note.id.as_ref())
        })
        .collect();

    if page.lines.is_empty() && recorded.is_empty() && notes.is_empty() {
        return None;
    }
    // Still to be confirmed, though it stands under its day: that waits for an answer as well.
    let proposed = |items: &[ActionItem]| items.iter().filter(|item| item.state == State::Proposed).count();
    let (today_proposed, soon_proposed) = (proposed(&own.today), proposed(&own.soon));
    let waiting_count = confirmations.len()
        + today_proposed
        + soon_proposed
        + approvals.len()
        + acceptances.len()
        + choices.len()
        + unanswered.len()
        + objections.len()
        + asked.len()
        + issues.len();
    let mut letter = Letter::new(LetterName::Digest, person, "what waits, is due, is late or was recorded")
        .with("date", today.to_string())
        .with("confirmations", confirmations)
        .with("today", today_rows)
        .with("late", late)
        .with("late_said", late_said)
        .with("due_soon", due_soon)
        .with("today_proposed", today_proposed > 0)
        .with("due_soon_proposed", soon_proposed > 0)
        .with("approvals", approvals)
        .with("acceptances", acceptances)
        .with("outside", outside)
        .with("choices", choices)
        .with("unanswered", unanswered)
        .with("escalations", escalations)
        .with("objections", objections)
        .with("asked", asked)
        .with("status", status)
        .with("issues", issues)
        .with("recorded", recorded)
        .with("notes", notes.iter().map(shown_note).collect::<Vec<_>>())
        .with("more", page.more)
        .with("weekly", weekly)
        .with("waiting_count", waiting_count);
    for line in &page.lines {
        if !letter.objects.contains(&line.id) {
            letter.objects.push(line.id.clone());
        }
    }
    letter.lines = page.lines;
    letter.unsubscribe = true;
    letter.expires = Some(clock.next_digest(now, view.rules.policy.digest_at));
    Some(Composed { letter, said: page.said, first_asked })
}

/// Whether somebody comes is of no use any more once the meeting has begun or is off.
fn is_of_use(view: &View<'_>, entry: &Entry) -> bool {
    let meeting = entry.id.as_deref().filter(|_| entry.verb.as_deref() == Some("rsvp")).and_then(|id| view.meeting(id));
    meeting.is_none_or(|meeting| meeting.state == crate::domain::meeting::MeetingState::Announced)
}

/// A line of another's doing; `plain`: the whole line, where it is no more than words.
fn shown_note(note: &Entry) -> Value {
    let mut value = json!(note);
    if let Value::Object(map) = &mut value {
        let plain = note.text.as_ref().filter(|_| matches!(note.verb.as_deref(), None | Some("text")));
        map.insert("plain".into(), json!(plain));
    }
    value
}

fn is_first_workday(clock: &Clock, day: NaiveDate) -> bool {
    use chrono::{Datelike, Weekday};
    let monday = day.week(Weekday::Mon).first_day();
    clock.days.workday_from(monday) == day || day.weekday() == Weekday::Mon
}
