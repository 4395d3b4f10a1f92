//! The ladder: who hears next, and when (O26). The most dangerous letter there is, so every doubt is a reason not to send it.
//!
//! An item is due on day D. The digest of D+1 asks for reason and measure and announces the next rung; rung k fires at
//! `escalate_at` of the working day D+1+`escalate_after[k]`. Rung 0 is the organizer; those above are shown to the organizer
//! one working day ahead. Any word of the owner stops the rung that was announced.

use super::action_item::{self, ActionItem, actor, head_over, late_from, organizer_of, save, speaks_for};
use super::clock::Clock;
use super::event::{MailRead, Tick, TickKind};
use super::letter::{Letter, LetterName};
use super::person::Resolved;
use super::policy::Policy;
use super::reading::{Command, Verb};
use super::receipt::{self, Entry};
use super::view::{Handled, View};
use super::{digest, post, rights, shown};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

/// Items one letter of the ladder is about; what is left comes the next day.
const ITEMS_MAX: usize = 30;

/// Why a rung waits for somebody's return.
const ORGANIZER_AWAY: &str = "the organizer is away";

/// How many rungs the ladder of the house has.
pub fn rungs(policy: &Policy) -> usize {
    let rungs = match policy.escalation.as_str() {
        "organizer" => 1,
        "manager" => 2,
        "sponsor" => 3,
        _ => 0,
    };
    rungs.min(policy.escalate_after.len())
}

/// Who stands on a rung for an item: organizer, the owner's superior, the sponsor.
fn on_rung(view: &View<'_>, item: &ActionItem, rung: usize) -> Option<String> {
    let owner = item.addressee()?;
    match rung {
        0 => organizer_of(view, item),
        1 => head_over(view, owner),
        _ => {
            let sponsor = |p: &std::sync::Arc<super::person::Person>| p.role == "sponsor" && p.is_human();
            let department = view.person(owner).map(|person| person.department.clone()).unwrap_or_default();
            let of_project = match (item.source.kind.as_str(), &item.source.id) {
                ("project", Some(id)) => view.project(id).and_then(|project| project.sponsor_address),
                _ => None,
            };
            let own = view.directory.people().iter().find(|p| sponsor(p) && p.department == department);
            let any = view.directory.people().iter().find(|p| sponsor(p));
            let above = head_over(view, owner).and_then(|head| head_over(view, &head));
            of_project.or(own.or(any).map(|p| p.address.clone())).or(above)
        }
    }
}

/// The reader of a rung, unless it names the owner, somebody of a lower rung, or one who is never escalated to.
fn reader(view: &View<'_>, item: &ActionItem, rung: usize) -> Option<String> {
    if rung > 0 && item.confidential {
        return None;
    }
    let to = on_rung(view, item, rung)?;
    let never = &view.rules.policy.escalate_never;
    let is_never = never.iter().any(|one| match view.resolve(one, &[]) {
        Resolved::One(address) => address == to,
        _ => one.eq_ignore_ascii_case(&to),
    });
    let lower = (0..rung).any(|below| on_rung(view, item, below).as_ref() == Some(&to));
    let owner = item.addressee() == Some(&to) || item.owner_address.as_ref() == Some(&to);
    // O39: no escalation outside.
    let outside = super::outside::is_outside(view, &to);
    (!is_never && !lower && !owner && !outside).then_some(to)
}

fn fires_at(view: &View<'_>, item: &ActionItem, rung: usize) -> Option<DateTime<Utc>> {
    let clock = Clock::of_item(item, view.rules);
    let after = view.rules.policy.escalate_after.get(rung)?;
    let day = late_from(item, &clock)?;
    Some(clock.at(clock.add(day, 1 + after), view.rules.policy.escalate_at))
}

/// Whether anything stands against a rung: the item moved, somebody spoke, a decision is open.
fn stopped(view: &View<'_>, item: &ActionItem, rung: usize, now: DateTime<Utc>) -> Option<&'static str> {
    let clock = Clock::of_item(item, view.rules);
    let Some(due) = &item.due else { return Some("no due") };
    if !item.state.is_open() || clock.moment(due) >= now {
        return Some("not late any more");
    }
    if item.request.is_some() {
        return Some("a request is open");
    }
    if item.objection.is_some() {
        return Some("an objection is open");
    }
    if action_item::meets(view, item) {
        return Some("a meeting about it is called");
    }
    if item.marks.contains("no_escalation") || item.marks.contains(&format!("held{rung}")) {
        return Some("held by the organizer");
    }
    let today = clock.today(now);
    let held = item.facts.get("escalation_held_until").and_then(|v| v.as_str()?.parse::<NaiveDate>().ok());
    if held.is_some_and(|until| today < until) {
        return Some("held by the organizer");
    }
    if item.snoozed_until.is_some_and(|until| today < until) {
        return Some("snoozed");
    }
    if item.addressee().is_some_and(|owner| post::away_until(view, owner, now).is_some()) {
        return Some("the owner is away");
    }
    if organizer_of(view, item)
        .is_some_and(|organizer| action_item::away_for_decisions(view, &organizer, now).is_some())
    {
        // O24: nobody is passed over for not answering while away.
        return Some(ORGANIZER_AWAY);
    }
    // Words since the rung before, or since the due day, stop the rung that was announced.
    let since = match rung.checked_sub(1) {
        Some(below) => fires_at(view, item, below),
        None => late_from(item, &clock).map(|day| clock.at(day, chrono::NaiveTime::MIN)),
    };
    match (since, item.last_word_at) {
        (Some(since), Some(word)) if word >= since => Some("the owner spoke"),
        _ => None,
    }
}

/// What the digest of a late item announces: when the next rung fires, and to whom.
pub fn announced(view: &View<'_>, item: &ActionItem, now: DateTime<Utc>) -> Option<(DateTime<Utc>, String)> {
    for rung in 0..rungs(&view.rules.policy) {
        let at = fires_at(view, item, rung)?;
        if at <= now || item.marks.contains(&format!("rung{rung}")) {
            continue;
        }
        let to = reader(view, item, rung)?;
        return stopped(view, item, rung, now).is_none().then_some((at, to));
    }
    None
}

/// A rung fires, or is shown ahead.
pub fn tick(view: &mut View<'_>, tick: &Tick, now: DateTime<Utc>) {
    let Some(item) = view.action(&tick.object).filter(|item| !item.held && !item.parked) else { return };
    let Ok(rung) = tick.key.parse::<usize>() else { return };
    if rung >= rungs(&view.rules.policy) || item.marks.contains(&format!("rung{rung}")) {
        return;
    }
    let name = if tick.kind == TickKind::Escalate { LetterName::Escalation } else { LetterName::EscalationPreview };
    let Some(to) = reader(view, &item, rung) else { return };
    if let Some(reason) = stopped(view, &item, rung, now) {
        let back = organizer_of(view, &item).and_then(|one| action_item::away_for_decisions(view, &one, now));
        if let Some(back) = back.filter(|_| reason == ORGANIZER_AWAY) {
            let clock = Clock::of_item(&item, view.rules);
            let at = clock.at(clock.days.workday_from(back), view.rules.policy.escalate_at);
            view.wake_at(Tick { at, ..tick.clone() });
        }
        return view.suppress(name, &to, reason);
    }
    match tick.kind {
        TickKind::EscalatePreview => preview(view, item, rung, &to, now),
        _ => fire(view, tick, item, rung, &to, now),
    }
}

/// How often each of their owners was reminded of them, at least.
fn reminded(view: &View<'_>, items: &[ActionItem]) -> u32 {
    let of = |item: &ActionItem| item.addressee().map_or(0, |owner| digest::reminded(view, owner, &item.id));
    items.iter().map(of).min().unwrap_or(0)
}

fn preview(view: &mut View<'_>, item: ActionItem, rung: usize, to: &str, now: DateTime<Utc>) {
    let Some(organizer) = organizer_of(view, &item).filter(|organizer| organizer != to) else { return };
    let Some(at) = fires_at(view, &item, rung) else { return };
    let mark = format!("preview{rung}");
    if item.marks.contains(&mark) {
        return;
    }
    // Everything that this reader would hear of at that moment is shown in this one letter (O9).
    let mut ripe = vec![item.clone()];
    for id in view.ids("organized_open", &organizer).into_iter().filter(|id| *id != item.id) {
        let Some(other) = view.action(&id).filter(|other| !other.held && !other.parked) else { continue };
        let fresh = !other.marks.contains(&mark) && !other.marks.contains(&format!("rung{rung}"));
        let due = fires_at(view, &other, rung).is_some_and(|other| other <= at);
        let same = reader(view, &other, rung).as_deref() == Some(to);
        if fresh && due && same && stopped(view, &other, rung, now).is_none() {
            ripe.push(other);
        }
    }
    ripe.truncate(ITEMS_MAX);
    let (rows, lines) = shown::numbered(view, &ripe, 1, now);
    let superior = view.somebody(to);
    let mut letter = Letter::new(LetterName::EscalationPreview, &organizer, format!("rung {rung} would fire tomorrow"))
        .with("item", rows.first())
        .with("items", &rows)
        .with("others", ripe.len().saturating_sub(1))
        .with("count", ripe.len())
        .with("issue", serde_json::Value::Null)
        .with("rung", rung)
        .with("to", &superior.name)
        .with("to_title", (!superior.title.is_empty()).then(|| superior.title.clone()))
        .with("at", shown::moment(view, at))
        .with("reminded", reminded(view, &ripe))
        .with("organizer", view.name_of(&organizer))
        .lines(lines);
    for mut one in ripe {
        letter = letter.about(&one.id);
        one.marks.insert(mark.clone());
        save(view, one, "escalation shown to the organizer", now);
    }
    post::post(view, letter);
}

fn fire(view: &mut View<'_>, tick: &Tick, item: ActionItem, rung: usize, to: &str, now: DateTime<Utc>) {
    let clock = Clock::of(view, to);
    let today = clock.today(now);
    if rung > 0 && !item.marks.contains(&format!("preview{rung}")) && organizer_of(view, &item).as_deref() != Some(to) {
        // Not shown ahead (we were down, or the due moved): the organizer sees it first, and it fires a working day later.
        preview(view, item, rung, to, now);
        let at = clock.at(clock.days.next_workday(today), view.rules.policy.escalate_at);
        return view.wake_at(Tick { at, ..tick.clone() });
    }
    // At most one such letter a day to one superior: what comes after it goes into the next day's.
    let key = format!("escalated/{to}");
    if view.note(&key).is_some_and(|note| note.as_str() == Some(&today.to_string())) {
        let at = clock.at(clock.days.next_workday(today), view.rules.policy.escalate_at);
        return view.wake_at(Tick { at, ..tick.clone() });
    }
    view.set_note(&key, json!(today.to_string()));

    // Everything of this reader that is ripe for the same rung goes into this one letter.
    let mut ripe = vec![item.clone()];
    let candidates = match rung {
        0 => view.ids("organized_open", to),
        _ => item.addressee().map(|owner| view.ids("open_of", owner)).unwrap_or_default(),
    };
    for id in candidates.into_iter().filter(|id| *id != item.id) {
        let Some(other) = view.action(&id).filter(|other| !other.held && !other.parked) else { continue };
        let due = fires_at(view, &other, rung).is_some_and(|at| at <= now);
        let shown_ahead = rung == 0 || other.marks.contains(&format!("preview{rung}"));
        let fresh = !other.marks.contains(&format!("rung{rung}"));
        let same = reader(view, &other, rung).as_deref() == Some(to);
        if due && shown_ahead && fresh && same && stopped(view, &other, rung, now).is_none() {
            ripe.push(other);
        }
    }
    ripe.truncate(ITEMS_MAX);
    let (rows, lines) = shown::numbered(view, &ripe, 1, now);
    let phone =
        item.addressee().and_then(|owner| view.person(owner)).map(|p| p.phone.clone()).filter(|p| !p.is_empty());
    let mut letter = Letter::new(LetterName::Escalation, to, format!("late; rung {rung} of the ladder"))
        .with("item", rows.first())
        .with("issue", serde_json::Value::Null)
        .with("items", &rows)
        .with("rung", rung)
        .with("organizer", organizer_of(view, &item).map(|address| view.name_of(&address)))
        .with("reminded", reminded(view, &ripe))
        .with("for_organizer", rung == 0)
        .with("others", ripe.len().saturating_sub(1))
        .with("count", ripe.len())
        .with("phone", phone)
        .lines(lines);
    for one in &ripe {
        letter = letter.about(&one.id);
    }
    for mut one in ripe {
        one.marks.insert(format!("rung{rung}"));
        if rung > 0 && !one.escalated_to.iter().any(|known| known == to) {
            one.escalated_to.push(to.to_string());
        }
        let name = view.name_of(to);
        save(view, one, &format!("escalated to {name}"), now);
    }
    post::post(view, letter);
}

/// `开会` in answer to the letter: about the item named, or about all of them.
pub fn convene(view: &mut View<'_>, mail: &MailRead, id: Option<&str>, cmd: &Command, now: DateTime<Utc>) -> Handled {
    let ids = meant(mail, id);
    for id in &ids {
        super::undo::remember(view, mail, id, now);
    }
    action_item::convene(view, mail, &ids, cmd, now)
}

/// The item that was named; without one, those of the letter answered.
fn meant(mail: &MailRead, id: Option<&str>) -> Vec<String> {
    match id.filter(|id| !id.is_empty()) {
        Some(id) => vec![id.to_string()],
        None => mail.answers.iter().flat_map(|letter| letter.lines.iter().map(|line| line.id.clone())).collect(),
    }
}

/// `暂缓` and `不升级`, by the organizer; without a target, for the items of the letter answered.
pub fn command(view: &mut View<'_>, mail: &MailRead, id: Option<&str>, cmd: &Command, now: DateTime<Utc>) -> Handled {
    let ids = meant(mail, id);
    let Some(writer) = actor(view, mail) else { return Handled::NotAllowed };
    let mut handled = Handled::NotMine;
    for id in ids {
        let Some(mut item) = view.action(&id).filter(|item| item.state.is_open()) else { continue };
        let part = super::action_item::Part::of(view, &item, &writer, now);
        let leads = rights::may(&rights::of_item(view, part, &writer), cmd.verb, rights::Object::Item)
            || organizer_of(view, &item).is_some_and(|organizer| speaks_for(view, &writer, &organizer, true, now));
        if !leads {
            if handled == Handled::NotMine {
                handled = Handled::NotAllowed;
            }
            continue;
        }
        super::undo::remember(view, mail, &id, now);
        let name = view.name_of(&writer);
        let verb = if cmd.verb == Verb::StopEscalation {
            item.marks.insert("no_escalation".into());
            "stop_escalation"
        } else {
            match cmd.until.as_ref().or(cmd.due.as_ref()) {
                Some(until) => {
                    item.facts.insert("escalation_held_until".into(), json!(until.date().to_string()));
                }
                None => {
                    // The rung that is next; those above come in their time.
                    let fired = |rung: &usize| item.marks.contains(&format!("rung{rung}"));
                    let rungs = rungs(&view.rules.policy);
                    let next = (0..rungs).find(|rung| !fired(rung)).unwrap_or(rungs);
                    item.marks.insert(format!("held{next}"));
                }
            }
            "postpone_escalation"
        };
        let entry = Entry::of(&item, verb).by(&name);
        save(view, item, &format!("{verb}: {name}"), now);
        receipt::changed(view, mail, entry, false, now);
        handled = Handled::Yes;
    }
    handled
}
