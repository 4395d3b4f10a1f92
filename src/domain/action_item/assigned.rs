//! Single tasks (O16): `交办`, `任务:`, `@督办` in a mail make items with the sender as organizer.

use super::confirmation::{Asked, ask_owner};
use super::{ActionItem, ItemSource, State, actor, gathered, save, ticks};
use crate::domain::event::MailRead;
use crate::domain::letter::Thread;
use crate::domain::minutes;
use crate::domain::person::Resolved;
use crate::domain::reading::{ItemReading, Owner};
use crate::domain::receipt::{self, Entry};
use crate::domain::view::View;
use crate::domain::{held, undo};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::BTreeMap;

/// Items of one mail that are taken; a list of more is imported with 确认导入 (O37).
const TASKS_MAX: usize = 40;
/// People outside of To and Cc one such mail may cause letters to (O12).
const OTHERS_MAX: usize = 2;

/// Makes items of the tasks a mail gives.
pub fn assigned(view: &mut View<'_>, mail: &MailRead, items: &[ItemReading], now: DateTime<Utc>) {
    let Some(sender) = actor(view, mail) else { return };
    let own = |view: &View<'_>, address: &String| {
        view.rules.own_addresses.contains(address) || *address == view.rules.assistant
    };
    let read_it: Vec<String> = mail.to.iter().chain(&mail.cc).map(|mailbox| mailbox.address.clone()).collect();
    let mut concerned: Vec<String> = read_it.iter().filter(|address| !own(view, address)).cloned().collect();
    concerned.push(sender.clone());
    let addressed: Vec<String> = mail
        .to
        .iter()
        .map(|mailbox| mailbox.address.clone())
        .filter(|address| !own(view, address) && *address != sender)
        .collect();
    let by = view.name_of(&sender);
    let mut others: Vec<String> = Vec::new();
    let mut to_ask: BTreeMap<String, Vec<ActionItem>> = BTreeMap::new();
    let mut nobody: Vec<ActionItem> = Vec::new();
    let (items, groups) = one_for_each(view, items);
    // 各部门接口人: whom a group word means are the people it is about (O6).
    concerned.extend(groups.into_iter().filter(|address| view.is_internal(address)));
    for reading in items.iter().take(TASKS_MAX) {
        let mut item =
            ActionItem { id: view.new_id('A'), organizer_address: Some(sender.clone()), ..minutes::item_of(reading) };
        item.source = ItemSource {
            kind: "mail".into(),
            id: None,
            message_id: Some(mail.message_id.clone()),
            line: Some(reading.line.clone()),
        };
        item.confidential = mail.confidential;
        item.files.clone_from(&mail.attachments);
        item.facts.insert(gathered::GIVEN.into(), json!(mail.attachments.len()));
        item.attachments = mail.attachments.iter().map(|file| file.name.clone()).collect();
        minutes::fill_owner(view, None, &concerned, reading, &mut item);
        if reading.owner.is_none() {
            // Nobody named: whom the mail is to; written to us alone it is the sender's own.
            let one = match addressed.as_slice() {
                [] => Some(sender.clone()),
                [one] => Some(one.clone()),
                _ => None,
            };
            if let Some(one) = one.filter(|one| view.person(one).is_some() || *one == sender) {
                item.owner = Some(view.name_of(&one));
                item.owner_address = Some(one);
                item.gap = item.due.is_none().then(|| super::Gap { kind: "no_due".into(), ..super::Gap::default() });
                item.doubted = false;
                item.doubts = item.gap.iter().map(|gap| gap.kind.clone()).collect();
            }
        }
        let addressee = item.addressee().cloned();
        if let Some(address) =
            addressee.as_ref().filter(|address| !concerned.contains(address) && !others.contains(address))
        {
            // Who answers for a department that was named is one of the people it is about.
            let asked_for_department = item.owner_address.is_none() && view.is_internal(address);
            if asked_for_department {
                concerned.push(address.clone());
            } else if others.len() >= OTHERS_MAX {
                item.owner = None;
                item.owner_address = None;
                item.asked_address = None;
                item.gap = Some(super::Gap { kind: "not_attendee".into(), ..super::Gap::default() });
            } else {
                others.push(address.clone());
            }
        }
        // Its first history is the mail itself; a version that was never stored cannot be put back, only cancelled.
        let id = item.id.clone();
        let own_task = item.owner_address.as_ref() == Some(&sender);
        if own_task {
            item.state = State::Confirmed;
        } else if let Some(address) = &addressee {
            item.asked_at = Some(held::sendable(view, address, now)).filter(|_| item.addressee().is_some());
        }
        ticks::begin(view.rules, &mut item, 0, now);
        if item.addressee().is_none() {
            // Nobody to ask: the sender is asked who it is, now and from the digest (O24).
            item.marks.insert("unanswered".into());
            item.asked_at = Some(now);
        }
        let n = item.clone();
        save(view, item, &format!("交办: {by}"), now);
        undo::remember(view, mail, &id, now);
        if n.addressee().is_none() {
            nobody.push(n.clone());
        }
        let mut entry = Entry::of(&n, "assign").by(&by);
        if entry.owner.is_none() {
            // Given to a department: its name, and who was asked there.
            let asked = n.asked_address.as_ref().map(|address| view.name_of(address));
            let both: Vec<String> = n.department.iter().cloned().chain(asked).collect();
            entry.owner = Some(both.join(" ")).filter(|both| !both.is_empty());
        } else if own_task {
            entry.owner = None;
        }
        receipt::changed(view, mail, entry, true, now);
        if let (Some(address), false) = (n.addressee(), own_task) {
            to_ask.entry(address.clone()).or_default().extend(view.action(&id));
        }
    }
    // O10: in Cc it asks nothing at once; the digest does.
    if !nobody.is_empty() && !mail.listening {
        minutes::ask_who(view, mail, &nobody, &sender);
    }
    if to_ask.len() > 1 {
        let batch = to_ask.values().flatten().map(|item| item.id.clone()).min_by_key(|id| number_of(id));
        for item in to_ask.values_mut().flatten() {
            item.batch.clone_from(&batch);
            save(view, item.clone(), "", now);
        }
    }
    for (address, items) in to_ask {
        let has_read = read_it.contains(&address);
        let thread = has_read
            .then(|| Thread::Reply { message_id: mail.message_id.clone(), references: mail.references.clone() });
        let asked = Asked { why: "assigned", by: Some(by.clone()), from: None, thread };
        ask_owner(view, &address, &items, &[], &asked, now);
    }
}

fn number_of(id: &str) -> u64 {
    id.rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(u64::MAX)
}

/// Work given to 各部门负责人, to several departments, or to each of some people is an own item of each (O16); of several
/// people named for one task, the first owns it and the others help (SPEC 3.2).
/// The second list are the addresses that group words stand for.
fn one_for_each(view: &View<'_>, items: &[ItemReading]) -> (Vec<ItemReading>, Vec<String>) {
    const EACH: [&str; 6] = ["每人", "各自", "分别", "每位", "each", "respectively"];
    let (mut all, mut groups) = (Vec::new(), Vec::new());
    for reading in items {
        let names: Vec<String> = reading.owner.iter().flat_map(|owner| owner.names().to_vec()).collect();
        let mut owners: Vec<String> = Vec::new();
        let mut is_group = false;
        for name in &names {
            let expanded = view.rules.names.expand(name, &view.directory);
            is_group |= !expanded.is_empty();
            groups.extend(expanded.iter().cloned());
            let expanded = if expanded.is_empty() { vec![name.clone()] } else { expanded };
            owners.extend(expanded.into_iter().filter(|one| !owners.contains(one)).collect::<Vec<_>>());
        }
        let departments =
            names.len() > 1 && names.iter().all(|name| view.is_department(name) || view.directory.is_department(name));
        let line = reading.line.to_lowercase();
        let each = names.len() > 1 && EACH.iter().any(|word| line.contains(word));
        if !(is_group || departments || each) {
            all.push(reading.clone());
            continue;
        }
        let helpers = if each { Vec::new() } else { reading.helpers.clone() };
        all.extend(owners.into_iter().map(|owner| ItemReading {
            owner: Some(Owner::One(owner)),
            helpers: helpers.clone(),
            ..reading.clone()
        }));
    }
    (all, groups)
}

/// An item given from outside (`load`, `simulate`): its addresses are found, and reminders begin now.
pub fn loaded(view: &mut View<'_>, mut item: ActionItem, now: DateTime<Utc>) {
    let meeting = item.source.id.as_deref().and_then(|id| view.meeting(id));
    let concerned = meeting.as_ref().map(|meeting| meeting.concerned()).unwrap_or_default();
    let find = |view: &View<'_>, name: &Option<String>| match view.resolve(name.as_deref()?, &concerned) {
        Resolved::One(address) => Some(address),
        _ => None,
    };
    if item.owner_address.is_none() {
        item.owner_address = find(view, &item.owner);
    }
    if item.supervisor_address.is_none() {
        item.supervisor_address = find(view, &item.supervisor);
    }
    if item.helper_addresses.is_empty() {
        item.helper_addresses = item.helpers.iter().filter_map(|name| find(view, &Some(name.clone()))).collect();
    }
    if item.owner_address.is_none() {
        item.asked_address = minutes::asked_instead(view, &item);
    }
    if item.state == State::Done && item.done_at.is_none() {
        item.done_at = Some(now);
    }
    save(view, item, "loaded", now);
}
