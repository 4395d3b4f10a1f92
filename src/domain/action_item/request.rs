//! Another date, another owner, no longer mine: what the owner asks and the organizer decides (O24), and the same done by
//! the organizer at once.

use super::command::Word;
use super::confirmation::{Asked, ask_owner, settle};
use super::{ActionItem, Part, Request, State, organizer_of, save, ticks};
use crate::domain::clock::Clock;
use crate::domain::due::Due;
use crate::domain::letter::{Letter, LetterName};
use crate::domain::person::Resolved;
use crate::domain::receipt::{self, Entry};
use crate::domain::view::{Handled, View};
use crate::domain::{digest, held, post, shown};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Nobody above the owner would have to agree.
fn decides_alone(view: &View<'_>, item: &ActionItem, part: Part) -> bool {
    part.leads
        || (part.owner
            && organizer_of(view, item).is_none_or(|organizer| Some(&organizer) == item.owner_address.as_ref()))
}

pub(super) fn postpone(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if !word.part.works() && !word.part.leads {
        return Handled::NotAllowed;
    }
    if item.state == State::Done || (item.state.is_closed() && !word.part.leads) {
        return Handled::NotMine;
    }
    let clock = Clock::of_item(&item, view.rules);
    let today = clock.today(word.now);
    let due = match (word.cmd.due, word.cmd.shift_workdays) {
        (Some(due), _) => due,
        (None, Some(days)) => clock.shifted(&item.due.unwrap_or(Due::Date(today)), days),
        (None, None) => return word.doubt(view, &item, "no_due"),
    };
    if clock.moment(&due) < word.now && clock.day(&due) < today {
        return word.doubt(view, &item, "past_due");
    }
    if word.part.works() && item.state.is_open() {
        settle(&mut item);
        if item.state == State::Proposed {
            // Another date for a task is a yes to the task.
            item.state = State::Confirmed;
        }
    }
    if let Some(reason) = word.reason() {
        item.reason = Some(reason);
    }
    // A date nobody had given yet is answered, not asked for.
    if item.due.is_none() || decides_alone(view, &item, word.part) || item.due.as_ref() == Some(&due) {
        let entry_old = item.due.as_ref().map(ToString::to_string);
        let reopened = item.state.is_closed();
        if reopened {
            item.state = State::Confirmed;
            item.done_at = None;
        }
        let missing = item.due.is_none();
        let why = word.why(view, &item, "改期");
        change_due(view, &mut item, due, &word.name(view), word.now);
        if missing {
            item.due_phrase = Some(word.cmd.line.clone()).filter(|line| !line.is_empty());
        }
        save(view, item.clone(), &why, word.now);
        let entry = Entry { old_due: entry_old.clone(), ..Entry::of(&item, "postpone").by(&word.name(view)) };
        receipt::changed(view, word.mail, entry.clone(), true, word.now);
        tell_owner(view, &item, if reopened { "reopened" } else { "changed" }, entry_old.clone(), word);
        tell_organizer(view, &item, entry_old, None, word);
        if missing {
            // The organizer left the date open and reads what it became.
            if let Some(organizer) = organizer_of(view, &item).filter(|one| *one != word.actor) {
                digest::note(view, &organizer, entry, word.now);
            }
        }
        return Handled::Yes;
    }
    let request = Request { due: Some(due), reason: word.reason(), asked_at: Some(word.now), ..Request::default() };
    ask(view, item, request, "postpone", word)
}

pub(super) fn delegate(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if !word.part.works() && !word.part.leads {
        return Handled::NotAllowed;
    }
    if item.state == State::Done && word.part.leads {
        return word.doubt(view, &item, "done_already");
    }
    if item.state == State::Done || (item.state.is_closed() && !word.part.leads) {
        return Handled::NotMine;
    }
    let Some(written) = word.cmd.to.as_deref().filter(|to| !to.trim().is_empty()) else {
        return word.doubt(view, &item, "no_owner");
    };
    let address = match resolve(view, &item, written) {
        Ok(address) => address,
        Err(kind) => return word.doubt(view, &item, kind),
    };
    if item.owner_address.as_ref() == Some(&address) {
        return Handled::Yes;
    }
    let name = view.name_of(&address);
    if decides_alone(view, &item, word.part) || word.part.asked {
        let old = item.owner.clone();
        let old_due = item.due.as_ref().map(ToString::to_string);
        if let Some(due) = word.cmd.due {
            item.due = Some(due);
        }
        let why = word.why(view, &item, "改派");
        // Decided without the request: who asked hears it like any owner before.
        item.request = None;
        let item = reassign(view, item, &address, "reassigned", &word.name(view), &why, word.now);
        let entry = Entry { old_owner: old.clone(), ..Entry::of(&item, "delegate").by(&word.name(view)) };
        receipt::changed(view, word.mail, entry, true, word.now);
        tell_organizer(view, &item, old_due, old, word);
        return Handled::Yes;
    }
    let request = Request {
        owner: Some(name),
        owner_address: Some(address),
        due: word.cmd.due,
        reason: word.reason(),
        asked_at: Some(word.now),
        ..Request::default()
    };
    ask(view, item, request, "delegate", word)
}

/// `做不了`, `不是我负责`: a new item is declined at once and the organizer decides what becomes of it; of one that was
/// confirmed the owner asks to be let out.
pub(super) fn decline(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if !word.part.works() {
        return Handled::NotAllowed;
    }
    if !item.state.is_open() {
        return Handled::NotMine;
    }
    let fresh = item.state == State::Proposed || item.by_default;
    item.by_default = false;
    if fresh {
        item.state = State::Declined;
        item.marks.remove("unanswered");
    }
    if let Some(reason) = word.reason() {
        item.reason = Some(reason);
    }
    let owner = word.cmd.to.as_deref().and_then(|to| resolve(view, &item, to).ok());
    let request = Request {
        decline: true,
        owner: owner.as_ref().map(|address| view.name_of(address)),
        owner_address: owner,
        reason: word.reason(),
        asked_at: Some(word.now),
        ..Request::default()
    };
    if decides_alone(view, &item, word.part) {
        item.state = State::Declined;
        item.request = None;
        let why = word.why(view, &item, "拒绝");
        let entry = Entry::of(&item, "decline").by(&word.name(view));
        save(view, item, &why, word.now);
        receipt::changed(view, word.mail, entry, true, word.now);
        return Handled::Yes;
    }
    ask(view, item, request, "decline", word)
}

/// The organizer ends it; the owner can only ask for that.
pub(super) fn cancel(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if !word.part.leads {
        return if word.part.works() && item.state.is_open() {
            let request =
                Request { decline: true, reason: word.reason(), asked_at: Some(word.now), ..Request::default() };
            if word.reason().is_some() {
                item.reason = word.reason();
            }
            ask(view, item, request, "cancel", word)
        } else {
            Handled::NotAllowed
        };
    }
    if item.state.is_closed() {
        return if item.state == State::Cancelled { Handled::Yes } else { Handled::NotMine };
    }
    item.state = State::Cancelled;
    item.request = None;
    if let Some(reason) = word.reason() {
        item.reason = Some(reason);
    }
    let why = word.why(view, &item, "取消");
    save(view, item.clone(), &why, word.now);
    receipt::changed(view, word.mail, Entry::of(&item, "cancel").by(&word.name(view)), false, word.now);
    tell_owner(view, &item, "cancelled", None, word);
    super::tell_downstream(view, &item, "cancelled", None, &word.name(view), word.now);
    Handled::Yes
}

/// Who a name of a command means, among those concerned first.
fn resolve(view: &View<'_>, item: &ActionItem, written: &str) -> Result<String, &'static str> {
    let mut concerned: Vec<String> = item.helper_addresses.clone();
    concerned.extend(item.owner_address.clone());
    if let Some(meeting) = item.source.id.as_deref().and_then(|id| view.meeting(id)) {
        concerned.extend(meeting.concerned());
    }
    match view.resolve(written, &concerned) {
        Resolved::One(address) if view.person(&address).is_some() || concerned.contains(&address) => Ok(address),
        Resolved::One(_) | Resolved::Nobody => {
            let contact = view.directory.contact_of(written).map(|person| person.address.clone());
            contact.filter(|_| view.is_department(written)).ok_or("unknown_person")
        }
        Resolved::Several(_) => Err("ambiguous_person"),
    }
}

/// Puts a request to the organizer: a line of the digest, or a letter of its own where the item is due before that (O9).
fn ask(view: &mut View<'_>, mut item: ActionItem, request: Request, verb: &str, word: &Word<'_>) -> Handled {
    let mut entry = Entry::of(&item, verb).by(&word.name(view));
    if request.due.is_some() {
        entry.old_due = entry.due.take();
        entry.due = request.due.as_ref().map(ToString::to_string);
    }
    if request.owner.is_some() {
        entry.old_owner = entry.owner.take();
        entry.owner.clone_from(&request.owner);
    }
    entry.reason.clone_from(&request.reason);
    item.request = Some(request);
    item.marks.remove("asked_alone");
    let why = word.why(view, &item, verb);
    let state = item.state;
    save(view, item, &why, word.now);
    let id = entry.id.clone().unwrap_or_default();
    if state == State::Declined {
        // It is declined at once; what is still open is who takes it.
        receipt::changed(view, word.mail, entry, true, word.now);
    } else {
        receipt::requested(view, word.mail, entry, word.now);
    }
    let Some(item) = view.action(&id) else { return Handled::Yes };
    for decider in item.waits_on.clone() {
        if digest::is_pressing(view, &item, &decider, word.now) {
            mark_asked_alone(view, &item.id, word.now);
            let request = asked(view, &item, Some(1), word.now);
            approval_request(view, &decider, std::slice::from_ref(&item), vec![request], word.now);
        }
    }
    Handled::Yes
}

/// A letter of its own counts as the first time a question was put (O27).
pub(super) fn mark_asked_alone(view: &mut View<'_>, id: &str, now: DateTime<Utc>) {
    if let Some(mut item) = view.action(id) {
        if item.marks.insert("asked_alone".into()) {
            save(view, item, "", now);
        }
    }
}

/// A request as `approval_request` and the digest show it.
pub fn asked(view: &View<'_>, item: &ActionItem, n: Option<u32>, _now: DateTime<Utc>) -> Value {
    let clock = Clock::of_item(item, view.rules);
    let request = item.request.clone().unwrap_or_default();
    let workdays = match (&request.due, &item.due) {
        (Some(new), Some(old)) => Some(clock.between(clock.day(old), clock.day(new))),
        _ => None,
    };
    let granted = request
        .asked_at
        .filter(|_| ticks::is_short(item, &clock))
        .map(|at| shown::moment(view, clock.end_after(at, view.rules.policy.approve_window)));
    json!({
        "n": n, "id": item.id, "task": item.task, "owner": item.owner, "due": item.due, "new_due": request.due,
        "new_owner": request.owner, "decline": request.decline, "reason": request.reason,
        // The number this postponement would have: 第3次延期
        "slips": if request.due.is_some() { item.slips + 1 } else { item.slips },
        "workdays": workdays, "granted_at": granted,
        "source_title": shown::source_title(view, item),
        "organizer": organizer_of(view, item).map(|address| view.name_of(&address)),
        "for_chair": item.marks.contains("chair_asked"),
        "objection": item.objection.as_ref().map(|objection| &objection.text),
        "objection_by": item.objection.as_ref().map(|objection| view.name_of(&objection.by)),
    })
}

pub(super) fn approval_request(
    view: &mut View<'_>,
    to: &str,
    items: &[ActionItem],
    requests: Vec<Value>,
    now: DateTime<Utc>,
) {
    let Some(first) = items.first() else { return };
    let lines = (1..).zip(items).map(|(n, item)| shown::line(n, item)).collect();
    let mut letter = Letter::new(LetterName::ApprovalRequest, to, "asked before the next digest")
        .with("several", requests.len() > 1)
        .with("objections", requests.iter().all(|one| one.get("objection").is_some_and(|said| !said.is_null())))
        .with("requests", requests)
        .with("organizer", organizer_of(view, first).map(|address| view.name_of(&address)))
        .lines(lines)
        .about(&first.id);
    letter.objects.extend(first.source.id.clone());
    letter.urgent = items.iter().any(|item| item.urgency == "critical");
    let letter = post::waiting(view, letter, now);
    post::post(view, letter);
}

pub(super) fn approve(view: &mut View<'_>, item: ActionItem, word: &Word<'_>) -> Handled {
    if item.objection.is_some() && (word.part.leads || word.part.records) {
        return super::objection::decide(view, item, word, true);
    }
    let dated = word.cmd.due.is_some() || word.cmd.shift_workdays.is_some();
    let asked = item.request.as_ref().and_then(|request| request.due);
    if dated && word.part.leads && (asked.is_none() || word.cmd.due.is_some() && asked != word.cmd.due) {
        // 同意延期到8月1日: the date of who decides, whatever was asked for.
        return postpone(view, item, word);
    }
    if item.request.is_none() {
        return if word.part.leads || word.part.supervises { Handled::NotMine } else { Handled::NotAllowed };
    }
    if !word.part.leads {
        return Handled::NotAllowed;
    }
    let why = word.why(view, &item, "同意");
    let name = word.name(view);
    let before = item.clone();
    let (id, old_due, old_owner) = (item.id.clone(), item.due.map(|due| due.to_string()), item.owner.clone());
    grant(view, item, &name, false, &why, word.now);
    let after = view.action(&id).unwrap_or_else(|| before.clone());
    let entry = Entry {
        old_due: old_due.clone().filter(|_| after.due != before.due),
        old_owner: old_owner.clone().filter(|_| after.owner != before.owner),
        ..Entry::of(&after, "approve").by(&name)
    };
    receipt::changed(view, word.mail, entry, false, word.now);
    if let Some(item) = view.action(&id) {
        tell_organizer(view, &item, old_due, old_owner, word);
    }
    Handled::Yes
}

/// Carries out a request, by a decision or by silence.
pub(super) fn grant(view: &mut View<'_>, mut item: ActionItem, by: &str, silence: bool, why: &str, now: DateTime<Utc>) {
    let Some(request) = item.request.take() else { return };
    let before = item.clone();
    item.marks.remove("chair_asked");
    let mut told = outcome(view, &before, &request, by, "approved", None, silence);
    if request.decline && request.owner_address.is_none() {
        item.state = State::Declined;
        save(view, item.clone(), why, now);
    } else {
        if let Some(due) = request.due {
            change_due(view, &mut item, due, by, now);
        }
        match &request.owner_address {
            Some(address) => {
                // Still in the item, it tells `reassign` that the owner before hears the outcome of his own request.
                item.request = Some(request.clone());
                item = reassign(view, item, address, "reassigned", by, why, now);
            }
            None => save(view, item.clone(), why, now),
        }
    }
    if let Value::Object(map) = &mut told {
        map.insert("slips".into(), json!(item.slips));
    }
    if let Some(owner) = before.owner_address {
        send_outcome(view, &owner, &item, told);
    }
}

pub(super) fn refuse(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if item.objection.is_some() && (word.part.leads || word.part.records) {
        return super::objection::decide(view, item, word, false);
    }
    let Some(request) = item.request.clone() else {
        return if word.part.leads || word.part.supervises { Handled::NotMine } else { Handled::NotAllowed };
    };
    if !word.part.leads {
        return Handled::NotAllowed;
    }
    item.request = None;
    item.marks.remove("chair_asked");
    if item.state == State::Declined {
        // Not let out: asked again, and only words settle it.
        item.state = State::Proposed;
        item.asked_at = Some(word.now);
        item.doubted = true;
    }
    let why = word.why(view, &item, "不同意");
    save(view, item.clone(), &why, word.now);
    let name = word.name(view);
    let told = outcome(view, &item, &request, &name, "refused", word.reason(), false);
    receipt::changed(view, word.mail, Entry::of(&item, "refuse").by(&name), false, word.now);
    if let Some(owner) = item.owner_address.clone().filter(|owner| *owner != word.actor) {
        send_outcome(view, &owner, &item, told);
    }
    Handled::Yes
}

/// What became of a request, or what was decided about an item without one; `what` is `approved`, `refused`, `changed`,
/// `cancelled`, `reopened`, `returned`, `lapsed`.
pub(super) fn outcome(
    view: &View<'_>,
    item: &ActionItem,
    request: &Request,
    by: &str,
    what: &str,
    reason: Option<String>,
    silence: bool,
) -> Value {
    let approved = matches!(what, "approved" | "changed");
    let due = if approved { request.due.or(item.due) } else { item.due };
    let owner = if approved { request.owner.clone().or(item.owner.clone()) } else { item.owner.clone() };
    json!({
        "changed_due": approved && due != item.due, "changed_owner": approved && owner != item.owner,
        "n": 1, "id": item.id, "task": item.task, "confidential": item.confidential, "what": what, "approved": approved, "by": by, "by_default": silence,
        "due": due, "old_due": item.due, "asked_due": request.due, "owner": owner, "old_owner": item.owner,
        "reason": reason, "decline": request.decline, "slips": item.slips,
        "source_title": shown::source_title(view, item),
    })
}

pub(super) fn send_outcome(view: &mut View<'_>, to: &str, item: &ActionItem, outcome: Value) {
    let organizer = organizer_of(view, item).map(|address| view.name_of(&address));
    // O9: what one mail decides about several items is one letter.
    let earlier = view.letters().iter_mut().find(|one| one.name == LetterName::ApprovalOutcome && one.to == to);
    if let Some(earlier) = earlier {
        if let Some(Value::Array(all)) = earlier.data.get_mut("outcomes") {
            let n = all.len() as u64 + 1;
            let mut outcome = outcome;
            if let Value::Object(map) = &mut outcome {
                map.insert("n".into(), json!(n));
            }
            all.push(outcome);
            earlier.lines.push(shown::line(u32::try_from(n).unwrap_or(u32::MAX), item));
            if !earlier.objects.contains(&item.id) {
                earlier.objects.push(item.id.clone());
            }
            return;
        }
    }
    let letter = Letter::new(LetterName::ApprovalOutcome, to, "a decision about an own item")
        .with("outcomes", vec![outcome])
        .with("organizer", organizer)
        .lines(vec![shown::line(1, item)])
        .about(&item.id);
    post::post(view, letter);
}

/// The owner hears what the organizer decided about an item.
pub(super) fn tell_owner(view: &mut View<'_>, item: &ActionItem, what: &str, old_due: Option<String>, word: &Word<'_>) {
    let Some(owner) = item.addressee().filter(|owner| **owner != word.actor).cloned() else { return };
    let mut told = outcome(view, item, &Request::default(), &word.name(view), what, word.reason(), false);
    if let Value::Object(map) = &mut told {
        map.insert("changed_due".into(), json!(old_due.is_some() && old_due != item.due.map(|due| due.to_string())));
        map.insert("old_due".into(), json!(old_due));
    }
    send_outcome(view, &owner, item, told);
}

/// What a superior decided over the organizer's head is told to the organizer, too (O26).
fn tell_organizer(
    view: &mut View<'_>,
    item: &ActionItem,
    old_due: Option<String>,
    old_owner: Option<String>,
    word: &Word<'_>,
) {
    let Some(organizer) = organizer_of(view, item).filter(|_| word.part.above) else { return };
    if organizer == word.actor || item.addressee() == Some(&organizer) {
        return;
    }
    let mut told = outcome(view, item, &Request::default(), &word.name(view), "changed", word.reason(), false);
    if let Value::Object(map) = &mut told {
        map.insert("changed_due".into(), json!(old_due.is_some() && old_due != item.due.map(|due| due.to_string())));
        map.insert("old_due".into(), json!(old_due));
        map.insert("changed_owner".into(), json!(old_owner.is_some() && old_owner != item.owner));
        map.insert("old_owner".into(), json!(old_owner));
    }
    send_outcome(view, &organizer, item, told);
}

/// A new due in force: a later one is a slip, and those who wait for the item hear of it.
pub fn change_due(view: &mut View<'_>, item: &mut ActionItem, due: Due, by: &str, now: DateTime<Utc>) {
    let clock = Clock::of_item(item, view.rules);
    let old = item.due.replace(due);
    ticks::begin(view.rules, item, 0, now);
    item.request = item.request.take().filter(|request| request.due.is_none());
    item.gap = item.gap.take().filter(|gap| gap.is_about_owner());
    item.doubts.retain(|doubt| !matches!(doubt.as_str(), "no_due" | "vague_due"));
    item.marks.retain(|mark| !mark.starts_with("rung") && !mark.starts_with("preview") && mark != "late_choice");
    item.snoozed_until = None;
    item.parked = false;
    if let Some(old) = old.filter(|old| clock.moment(old) < clock.moment(&due)) {
        item.slips += 1;
        item.behind = false;
        super::tell_downstream(view, item, "slipped", Some(old), by, now);
    }
}

/// Hands an item to somebody else, who is asked; the owner before hears of it. Returns the stored item.
pub fn reassign(
    view: &mut View<'_>,
    mut item: ActionItem,
    address: &str,
    why: &str,
    by: &str,
    history: &str,
    now: DateTime<Utc>,
) -> ActionItem {
    let before = item.clone();
    item.owner = Some(view.name_of(address));
    item.owner_address = Some(address.to_string());
    item.helper_addresses.retain(|helper| helper != address);
    let name = view.name_of(address);
    item.helpers.retain(|helper| *helper != name);
    item.asked_address = None;
    item.gap = item.gap.take().filter(|gap| !gap.is_about_owner());
    item.state = State::Proposed;
    item.by_default = false;
    item.behind = false;
    item.doubted = false;
    item.request = None;
    item.done_at = None;
    item.expected = None;
    item.snoozed_until = None;
    item.parked = false;
    item.last_word_at = None;
    item.marks.clear();
    let own = organizer_of(view, &item).as_deref() == Some(address);
    if own {
        item.state = State::Confirmed;
    }
    item.asked_at = (!own).then(|| held::sendable(view, address, now));
    ticks::begin(view.rules, &mut item, 0, now);
    let id = item.id.clone();
    save(view, item, history, now);
    let Some(item) = view.action(&id) else { return before };
    if !own {
        let asked = Asked { why, by: Some(by.to_string()), from: before.owner.clone(), thread: None };
        ask_owner(view, address, std::slice::from_ref(&item), &[], &asked, now);
    }
    if let Some(old) = before.owner_address.as_ref().filter(|old| *old != address && before.request.is_none()) {
        if view.name_of(old) != by {
            let mut told = outcome(view, &before, &Request::default(), by, "changed", None, false);
            if let Value::Object(map) = &mut told {
                map.insert("changed_owner".into(), json!(true));
                map.insert("owner".into(), json!(item.owner));
                map.insert("due".into(), json!(item.due));
            }
            send_outcome(view, old, &item, told);
        }
    }
    item
}
