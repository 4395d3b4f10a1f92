//! The division of work: 责任分工表, 任务分工表, 任务总览表 become tasks, and go back to everybody as the agreed tables. A plan
//! that waits for itself is refused whole, with the circle shown: nobody starts to work on half a plan.

use super::letters::{ROWS_MAX, letter, table, update};
use super::members::{contact, department, rights};
use super::{Project, goals, outlook, save};
use crate::domain::action_item::{self, ActionItem, ItemSource, State};
use crate::domain::event::MailRead;
use crate::domain::letter::{LetterName, Thread};
use crate::domain::reading::{ItemReading, Owner, ProjectReading, TaskReading};
use crate::domain::receipt::Entry;
use crate::domain::view::View;
use crate::domain::{digest, held, minutes, outside, post, shown};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Tasks of one project.
const TASKS_MAX: usize = 5_000;

/// What became of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Nothing,
    /// Ids of the tasks that are new or somebody else's now.
    Tasks(Vec<String>),
    /// Names of the tasks that wait for one another, the first again at the end.
    Cycle(Vec<String>),
}

/// Letters and digits of a task's name, for comparing.
pub(super) fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A task's row as the readers of minutes know items.
fn item_reading(row: &TaskReading) -> ItemReading {
    let owner = row.owner.clone().or_else(|| row.department.clone());
    let line = [Some(row.task.as_str()), row.owner.as_deref(), row.department.as_deref()];
    ItemReading {
        owner: owner.map(Owner::One),
        task: row.task.clone(),
        deliverable: row.deliverable.clone(),
        deadline: row.due,
        status: row.state.clone(),
        helpers: row.support.clone(),
        confidence: 1.0,
        line: line.into_iter().flatten().collect::<Vec<_>>().join(" | "),
        due_phrase: None,
        due_why: None,
        criterion: row.criterion.clone(),
        supervisor: None,
        start: row.start,
        urgency: None,
        depends_on: Vec::new(),
    }
}

/// Makes and changes the tasks of a table. The project is not stored here; its tasks are, unless there is a circle.
pub(super) fn take(
    view: &mut View<'_>,
    mail: &MailRead,
    project: &mut Project,
    rows: &[TaskReading],
    by: &str,
    now: DateTime<Utc>,
) -> Taken {
    if rows.is_empty() {
        return Taken::Nothing;
    }
    let known: Vec<ActionItem> = project.tasks.iter().filter_map(|id| view.action(id)).collect();
    let by_key: HashMap<String, &ActionItem> = known.iter().map(|item| (key(&item.task), item)).collect();
    let room = TASKS_MAX.saturating_sub(project.tasks.len());
    let mut concerned = project.people();
    concerned.push(by.to_string());
    let mut made: Vec<(ActionItem, Option<ActionItem>)> = Vec::new();
    for row in rows.iter().take(room) {
        let reading = item_reading(row);
        let mut item = minutes::item_of(&reading);
        item.percent = row.percent.or(item.percent);
        item.organizer_address.clone_from(&project.manager_address);
        item.source = ItemSource {
            kind: "project".into(),
            id: Some(project.id.clone()),
            message_id: Some(mail.message_id.clone()),
            line: Some(reading.line.clone()),
        };
        item.confidential = project.confidential;
        minutes::fill_owner(view, None, &concerned, &reading, &mut item);
        let of = row.department.as_deref().map(|of| department(view, of));
        item.department = of.or(item.department.take());
        if item.owner_address.is_none() {
            // Whoever speaks for the department in this project is asked.
            item.asked_address = item.department.as_deref().and_then(|of| contact(view, project, of));
        }
        for helper in &row.support {
            let Some(address) = contact(view, project, helper) else { continue };
            if item.owner_address.as_ref() != Some(&address) && !item.helper_addresses.contains(&address) {
                item.helper_addresses.push(address);
            }
        }
        let old = by_key.get(&key(&item.task)).map(|old| (*old).clone());
        item.id = match &old {
            Some(old) => old.id.clone(),
            None => view.new_id('A'),
        };
        made.push((item, old));
    }
    link(rows, &known, &mut made);
    if let Some(circle) = circle(&known, &made) {
        return Taken::Cycle(circle);
    }
    let mut fresh = Vec::new();
    for (item, old) in made {
        let id = item.id.clone();
        let changed = match old {
            Some(old) => change(view, old, item, by, now),
            None => {
                put_new(view, item, by, now);
                true
            }
        };
        if !project.tasks.contains(&id) {
            project.tasks.push(id.clone());
        }
        if changed && !fresh.contains(&id) {
            fresh.push(id);
        }
    }
    project.marks.insert("tables".into());
    Taken::Tasks(fresh)
}

/// Dependencies named by number, by id or by the words of a task.
fn link(rows: &[TaskReading], known: &[ActionItem], made: &mut [(ActionItem, Option<ActionItem>)]) {
    let mut by_number: HashMap<String, String> = HashMap::new();
    let mut by_name: HashMap<String, String> = known.iter().map(|item| (key(&item.task), item.id.clone())).collect();
    let ids: BTreeSet<String> =
        known.iter().map(|item| item.id.clone()).chain(made.iter().map(|(i, _)| i.id.clone())).collect();
    for (at, (row, (item, _))) in rows.iter().zip(made.iter()).enumerate() {
        let number = row.number.clone().unwrap_or_else(|| (at + 1).to_string());
        by_number.entry(key(&number)).or_insert_with(|| item.id.clone());
        by_name.insert(key(&item.task), item.id.clone());
    }
    // Words of a task within its name are looked for only where the whole name is not known.
    let names: Vec<(String, String)> = by_name.iter().map(|(name, id)| (name.clone(), id.clone())).collect();
    for (row, (item, _)) in rows.iter().zip(made.iter_mut()) {
        for written in &row.depends_on {
            let bare = written.trim().trim_start_matches(['#', '＃']).trim_start_matches("任务").trim();
            // 3FS and 3SS are how planning programs say it.
            let number = bare.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let upper = written.trim().to_uppercase();
            let found = ids
                .get(&upper)
                .or_else(|| by_number.get(&key(bare)))
                .or_else(|| by_number.get(&key(number)).filter(|_| !number.is_empty()))
                .or_else(|| by_name.get(&key(written)))
                .cloned()
                .or_else(|| {
                    let wanted = key(written);
                    let mut fits =
                        names.iter().filter(|(name, _)| wanted.chars().count() > 1 && name.contains(&wanted));
                    let one = fits.next()?;
                    fits.next().is_none().then(|| one.1.clone())
                });
            if let Some(id) = found.filter(|id| *id != item.id && !item.depends_on.contains(id)) {
                item.depends_on.push(id);
            } else if !number.is_empty() && by_number.get(&key(number)) == Some(&item.id) {
                // A task that waits for itself is the smallest circle.
                item.depends_on.push(item.id.clone());
            }
        }
    }
}

fn circle(known: &[ActionItem], made: &[(ActionItem, Option<ActionItem>)]) -> Option<Vec<String>> {
    let mut waits: BTreeMap<String, Vec<String>> =
        known.iter().map(|item| (item.id.clone(), item.depends_on.clone())).collect();
    let mut names: HashMap<&str, &str> = known.iter().map(|item| (item.id.as_str(), item.task.as_str())).collect();
    for (item, _) in made {
        waits.insert(item.id.clone(), item.depends_on.clone());
        names.insert(&item.id, &item.task);
    }
    let circle = outlook::cycle(&waits)?;
    Some(
        circle.iter().map(|id| names.get(id.as_str()).map_or_else(|| id.clone(), |name| (*name).to_string())).collect(),
    )
}

fn put_new(view: &mut View<'_>, mut item: ActionItem, by: &str, now: DateTime<Utc>) {
    let manager = item.organizer_address.clone();
    if item.state.is_open() {
        match item.addressee().cloned() {
            Some(to) if Some(&to) == manager.as_ref() || to == by => {
                // Own words about oneself need no confirmation.
                if item.owner_address.is_some() && item.state == State::Proposed {
                    item.state = State::Confirmed;
                }
            }
            Some(to) => {
                item.asked_at = (item.state == State::Proposed).then(|| held::sendable(view, &to, now));
            }
            None => {
                item.marks.insert("unanswered".into());
                item.asked_at = Some(now);
            }
        }
    }
    let why = format!("plan: {}", view.name_of(by));
    action_item::save(view, item, &why, now);
}

/// The same task said anew: only what differs is changed. True where its owner has to be asked.
fn change(view: &mut View<'_>, mut old: ActionItem, new: ActionItem, by: &str, now: DateTime<Utc>) -> bool {
    if !old.state.is_open() {
        return false;
    }
    let before = old.clone();
    let name = view.name_of(by);
    for (slot, said) in [
        (&mut old.deliverable, &new.deliverable),
        (&mut old.criterion, &new.criterion),
        (&mut old.department, &new.department),
    ] {
        if said.is_some() {
            slot.clone_from(said);
        }
    }
    old.start = new.start.or(old.start);
    if !new.helpers.is_empty() {
        old.helpers.clone_from(&new.helpers);
        old.helper_addresses.clone_from(&new.helper_addresses);
    }
    if !new.depends_on.is_empty() {
        old.depends_on.clone_from(&new.depends_on);
    }
    let due = new.due.filter(|due| old.due.as_ref() != Some(due));
    if let Some(due) = due {
        action_item::change_due(view, &mut old, due, &name, now);
    }
    let owner = new.owner_address.clone().filter(|owner| old.owner_address.as_ref() != Some(owner));
    let why = format!("plan changed: {name}");
    if let Some(owner) = owner {
        action_item::reassign(view, old, &owner, "reassigned", &name, &why, now);
        return false;
    }
    if old == before {
        return false;
    }
    let told = old.addressee().filter(|to| *to != by).cloned().filter(|_| due.is_some());
    let entry = Entry { old_due: before.due.map(|due| due.to_string()), ..Entry::of(&old, "postpone").by(&name) };
    action_item::save(view, old, &why, now);
    if let Some(owner) = told {
        digest::note(view, &owner, entry, now);
    }
    false
}

/// The circle is shown to who sent the plan; nothing of the table is in force.
pub(super) fn refuse_cycle(view: &mut View<'_>, mail: &MailRead, id: &str, to: &str, circle: &[String]) {
    let Some(project) = view.project(id) else { return };
    view.audit(format!("a plan that waits for itself was refused: {}", circle.join(" → ")));
    let letter =
        update(&project, to, "cycle", json!({"cycle": circle})).replying_to(&mail.message_id, &mail.references);
    post::post(view, letter);
}

/// A table for a project that is known, by who runs it, or by a department for its own rows.
pub(super) fn read(
    view: &mut View<'_>,
    mail: &MailRead,
    id: &str,
    reading: &ProjectReading,
    by: &str,
    now: DateTime<Utc>,
) -> bool {
    let Some(mut project) = view.project(id) else { return false };
    let rights = rights(view, &project, by, now);
    let own: Vec<TaskReading> = reading
        .tasks
        .iter()
        .filter(|row| {
            let of = row.department.as_deref().map(|of| department(view, of));
            rights.speaks_for(of.as_deref())
        })
        .cloned()
        .collect();
    let dropped = reading.tasks.len() - own.len();
    if dropped > 0 {
        view.audit(format!("{dropped} rows of other departments were not taken: {by} does not run {id}"));
    }
    match take(view, mail, &mut project, &own, by, now) {
        Taken::Nothing => dropped > 0,
        Taken::Cycle(circle) => {
            refuse_cycle(view, mail, id, by, &circle);
            true
        }
        Taken::Tasks(new) => {
            save(view, project, &format!("plan: {}", view.name_of(by)));
            send(view, mail, id, &new, now);
            true
        }
    }
}

/// The agreed tables to everybody with work in them, own tasks on top; the manager sees what was read and what is open.
pub(super) fn send(view: &mut View<'_>, mail: &MailRead, id: &str, new: &[String], now: DateTime<Utc>) {
    let Some(project) = view.project(id) else { return };
    let items: Vec<ActionItem> = project.tasks.iter().filter_map(|id| view.action(id)).collect();
    let fresh: Vec<&ActionItem> =
        items.iter().filter(|item| new.contains(&item.id) && item.state.is_open() && !item.held).collect();
    if fresh.is_empty() {
        return;
    }
    let manager = project.manager_address.clone().unwrap_or_default();
    let mut readers: BTreeMap<String, (Vec<ActionItem>, Vec<ActionItem>)> = BTreeMap::new();
    for item in &fresh {
        if let Some(to) = item.addressee() {
            readers.entry(to.clone()).or_default().0.push((*item).clone());
        }
        for helper in &item.helper_addresses {
            if Some(helper) != item.addressee() {
                readers.entry(helper.clone()).or_default().1.push((*item).clone());
            }
        }
    }
    readers.remove(&manager);
    let count = readers.len() + 1;
    let sender = project.source.from.clone();
    let read_it: Vec<&String> = mail.to.iter().chain(&mail.cc).map(|mailbox| &mailbox.address).collect();
    for (reader, (mut own, helping)) in readers {
        own.sort_by_key(|item| (item.due.is_none(), item.due.map(|due| due.date())));
        let (own_rows, lines) = shown::numbered(view, &own, 1, now);
        let has_read = read_it.contains(&&reader);
        if own.is_empty() && has_read {
            view.suppress(LetterName::TablesAgreed, &reader, "nothing new: the plan was in the mail itself");
            continue;
        }
        let numbers: BTreeMap<String, u32> = lines.iter().map(|line| (line.id.clone(), line.n)).collect();
        let mut only = rights(view, &project, &reader, now).departments;
        only.push(view.somebody(&reader).department.clone());
        // O39: of the whole plan somebody outside sees the rows of the own firm.
        let outsider = outside::is_outside(view, &reader);
        let of_firm = |item: &&ActionItem| !outsider || outside::sees(view, &reader, item);
        let mut seen: Vec<ActionItem> = items.iter().filter(of_firm).cloned().collect();
        if outsider {
            let known: BTreeSet<String> = seen.iter().map(|item| item.id.clone()).collect();
            seen.iter_mut().for_each(|item| item.depends_on.retain(|id| known.contains(id)));
        }
        let (rows, more) = if has_read { (Vec::new(), 0) } else { table(view, &seen, &numbers, &only, now) };
        let helping: Vec<_> = helping.iter().take(ROWS_MAX).map(|item| shown::row(view, item, None, now)).collect();
        let mut letter = letter(&project, LetterName::TablesAgreed, &reader, "the agreed division of work")
            .with("for_manager", false)
            .with("by", project.manager.clone())
            .with("own", own_rows)
            .with("helping", helping)
            .with("rows", rows)
            .with("more", more)
            .with("total", seen.len())
            .with("without_owner", json!([]))
            .with("without_due", 0)
            .with("count", count)
            .with("silence_by", action_item::silence_by(view, &reader, &own, now));
        letter.objects.extend(lines.iter().map(|line| line.id.clone()));
        letter.lines = lines;
        if has_read {
            letter.thread = Thread::Reply { message_id: mail.message_id.clone(), references: mail.references.clone() };
        }
        let letter = post::waiting(view, letter, now);
        post::post(view, letter);
    }
    let (rows, more) = table(view, &items, &BTreeMap::new(), &[], now);
    let without: Vec<_> = fresh
        .iter()
        .filter(|item| item.owner_address.is_none())
        .take(ROWS_MAX)
        .map(|item| {
            let asked = item.asked_address.as_ref().map(|address| view.name_of(address));
            json!({"id": item.id, "task": item.task, "asked": asked, "written": item.gap.as_ref().and_then(|gap| gap.phrase.clone())})
        })
        .collect();
    let mut letter = letter(&project, LetterName::TablesAgreed, &manager, "the plan as it was read")
        .with("for_manager", true)
        .with("by", view.name_of(&sender))
        .with("own", json!([]))
        .with("helping", json!([]))
        .with("rows", rows)
        .with("more", more)
        .with("total", items.len())
        .with("without_owner", without)
        .with("without_due", fresh.iter().filter(|item| item.due.is_none()).count())
        .with("count", count - 1)
        .with("silence_by", json!(null));
    if mail.author.as_ref().is_some_and(|author| author.address == manager) {
        letter = letter.replying_to(&mail.message_id, &mail.references);
    }
    post::post(view, letter);
    goals::settle(view, id, now);
    super::start::late_asks(view, id, now);
}

/// `A-5 依赖 A-3` of who runs the project or owns the task; a circle is refused and shown.
pub(super) fn depend(
    view: &mut View<'_>,
    mail: &MailRead,
    id: &str,
    pairs: &[(String, String)],
    by: &str,
    now: DateTime<Utc>,
) -> bool {
    let Some(project) = view.project(id) else { return false };
    let runs = rights(view, &project, by, now).runs;
    let mut any = false;
    for (one, upstream) in pairs {
        let inside = project.tasks.contains(one) && project.tasks.contains(upstream);
        let Some(mut item) = view.action(one).filter(|_| inside) else { continue };
        if !(runs || item.owner_address.as_deref() == Some(by)) || item.depends_on.contains(upstream) {
            continue;
        }
        item.depends_on.push(upstream.clone());
        let mut waits: BTreeMap<String, Vec<String>> = project
            .tasks
            .iter()
            .filter_map(|id| view.action(id))
            .map(|other| (other.id.clone(), other.depends_on.clone()))
            .collect();
        waits.insert(one.clone(), item.depends_on.clone());
        any = true;
        if let Some(circle) = outlook::cycle(&waits) {
            let names: Vec<String> = circle
                .iter()
                .map(|id| view.action(id).map_or_else(|| id.clone(), |item| format!("{} [{id}]", item.task)))
                .collect();
            refuse_cycle(view, mail, id, by, &names);
            continue;
        }
        let entry = Entry::of(&item, "depends").by(&view.name_of(by)).text(Some(upstream));
        action_item::save(view, item, &format!("depends on {upstream}: {}", view.name_of(by)), now);
        crate::domain::receipt::changed(view, mail, entry, false, now);
    }
    any
}
