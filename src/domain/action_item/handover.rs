//! All open items of somebody to somebody else in one step (O7), and dated stand-ins (O5).

use super::confirmation::{Asked, ask_owner};
use super::standing::{Deputy, actor, deputy_fact};
use super::{State, save};
use crate::domain::event::MailRead;
use crate::domain::person::Resolved;
use crate::domain::reading::{Command, Doubt};
use crate::domain::receipt::{self, Entry};
use crate::domain::view::{Handled, View};
use crate::domain::{held, undo};
use chrono::{DateTime, Utc};
use serde_json::json;

fn one(view: &View<'_>, written: &str) -> Result<String, &'static str> {
    match view.resolve(written, &[]) {
        Resolved::One(address) if view.person(&address).is_some() => Ok(address),
        Resolved::Several(_) => Err("ambiguous_person"),
        _ => Err("unknown_person"),
    }
}

fn doubt(view: &mut View<'_>, mail: &MailRead, cmd: &Command, kind: &str, now: DateTime<Utc>) -> Handled {
    let doubt = Doubt { kind: kind.to_string(), line: cmd.line.clone(), n: None };
    receipt::doubted(view, mail, &doubt, None, now);
    Handled::Yes
}

/// Who leads a person: the manager named for them, or the head of their department.
pub fn head_over(view: &View<'_>, address: &str) -> Option<String> {
    let person = view.person(address)?;
    if !person.manager.is_empty() {
        if let Resolved::One(manager) = view.resolve(&person.manager, &[]) {
            return Some(manager).filter(|manager| manager != address);
        }
    }
    view.directory.head_of(&person.department).map(|head| head.address.clone()).filter(|head| head != address)
}

/// `张三的待办全部转给李四`: by 张三, his head or the administrator.
pub fn handover(view: &mut View<'_>, mail: &MailRead, cmd: &Command, now: DateTime<Utc>) -> Handled {
    let Some(writer) = actor(view, mail) else { return Handled::NotAllowed };
    let from = match cmd.from.as_deref().filter(|from| !from.trim().is_empty()) {
        Some(written) => match one(view, written) {
            Ok(address) => address,
            Err(kind) => return doubt(view, mail, cmd, kind, now),
        },
        None => writer.clone(),
    };
    let Some(to) = cmd.to.as_deref().filter(|to| !to.trim().is_empty()) else {
        return doubt(view, mail, cmd, "no_owner", now);
    };
    let to = match one(view, to) {
        Ok(address) => address,
        Err(kind) => return doubt(view, mail, cmd, kind, now),
    };
    let is_head = head_over(view, &from).is_some_and(|head| head == writer);
    let is_admin = view.rules.admin.as_deref().is_some_and(|admin| admin.eq_ignore_ascii_case(&writer));
    if writer != from && !is_head && !is_admin {
        return Handled::NotAllowed;
    }
    let by = view.name_of(&writer);
    let old = view.name_of(&from);
    let delivered_at = held::sendable(view, &to, now);
    let mut moved = Vec::new();
    for mut item in view.open_of(&from) {
        if !item.state.is_open() || item.owner_address.as_ref() != Some(&from) {
            continue;
        }
        undo::remember(view, mail, &item.id, now);
        item.owner = Some(view.name_of(&to));
        item.owner_address = Some(to.clone());
        item.state = State::Proposed;
        item.by_default = false;
        item.request = None;
        item.asked_at = Some(delivered_at);
        item.last_word_at = None;
        item.marks.clear();
        super::begin(view.rules, &mut item, 0, now);
        let id = item.id.clone();
        save(view, item, &format!("移交 {old}→{}: {by}", view.name_of(&to)), now);
        moved.extend(view.action(&id));
    }
    if moved.is_empty() {
        return doubt(view, mail, cmd, "nothing_open", now);
    }
    let asked = Asked { why: "handover", by: Some(by.clone()), from: Some(old.clone()), thread: None };
    ask_owner(view, &to, &moved, &[], &asked, now);
    for item in &moved {
        let entry = Entry { old_owner: Some(old.clone()), ..Entry::of(item, "handover").by(&by) };
        receipt::changed(view, mail, entry.clone(), true, now);
        if let Some(organizer) = super::organizer_of(view, item).filter(|one| *one != writer && *one != to) {
            crate::domain::digest::note(view, &organizer, entry, now);
        }
    }
    Handled::Yes
}

/// `7月1日到10日由李四代理`: the writer's own stand-in.
pub fn deputy(view: &mut View<'_>, mail: &MailRead, cmd: &Command, now: DateTime<Utc>) -> Handled {
    let Some(writer) = actor(view, mail) else { return Handled::NotAllowed };
    let principal = match cmd.object.as_deref() {
        Some(written) => match one(view, written) {
            Ok(address) => address,
            Err(kind) => return doubt(view, mail, cmd, kind, now),
        },
        None => writer.clone(),
    };
    let is_admin = view.rules.admin.as_deref().is_some_and(|admin| admin.eq_ignore_ascii_case(&writer));
    if principal != writer && !is_admin {
        return Handled::NotAllowed;
    }
    let Some(to) = cmd.to.as_deref().filter(|to| !to.trim().is_empty()) else {
        return doubt(view, mail, cmd, "no_owner", now);
    };
    let to = match one(view, to) {
        Ok(address) => address,
        Err(kind) => return doubt(view, mail, cmd, kind, now),
    };
    let from = cmd.from.as_deref().and_then(|day| day.parse().ok()).or(cmd.start.map(|start| start.date_naive()));
    let deputy = Deputy {
        to: to.clone(),
        from,
        until: cmd.until.as_ref().or(cmd.due.as_ref()).map(|due| due.date()),
        may_approve: cmd.answer.as_deref() == Some("may_approve"),
    };
    undo::remember_fact(view, mail, &deputy_fact(&principal), now);
    view.set_note(&deputy_fact(&principal), json!(deputy));
    let entry = Entry {
        verb: Some(if deputy.may_approve { "deputy_approves" } else { "deputy" }.into()),
        by: Some(view.name_of(&principal)),
        owner: Some(view.name_of(&to)),
        due: deputy.until.map(|day| day.to_string()),
        old_due: deputy.from.map(|day| day.to_string()),
        ..Entry::default()
    };
    receipt::changed(view, mail, entry.clone(), true, now);
    if to != writer {
        crate::domain::digest::note(view, &to, entry, now);
    }
    Handled::Yes
}
