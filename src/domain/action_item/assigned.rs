//! Single tasks (O16): `交办`, `任务:`, `@督办` in a mail make items with the sender as organizer.

use super::confirmation::{Asked, ask_owner};
use super::{ActionItem, ItemSource, State, actor, save, ticks};
use crate::domain::event::MailRead;
use crate::domain::letter::Thread;
use crate::domain::minutes;
use crate::domain::person::Resolved;
use crate::domain::reading::{Doubt, ItemReading};
use crate::domain::receipt::{self, Entry};
use crate::domain::view::View;
use crate::domain::{held, undo};
use chrono::{DateTime, Utc};
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
            if others.len() >= OTHERS_MAX {
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
        let gap = item.gap.clone().filter(|gap| gap.is_about_owner());
        let n = item.clone();
        save(view, item, &format!("交办: {by}"), now);
        undo::remember(view, mail, &id, now);
        match &gap {
            Some(gap) if n.addressee().is_none() => {
                let doubt = Doubt { kind: gap.kind.clone(), line: reading.line.clone(), n: None };
                receipt::doubted(view, mail, &doubt, Some(&n), now);
            }
            _ => {}
        }
        receipt::changed(view, mail, Entry::of(&n, "assign").by(&by), true, now);
        if let (Some(address), false) = (n.addressee(), own_task) {
            to_ask.entry(address.clone()).or_default().extend(view.action(&id));
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
