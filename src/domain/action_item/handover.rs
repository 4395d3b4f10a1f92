//! All open items of somebody to somebody else in one step (O7), and dated stand-ins (O5).

use super::standing::{Deputy, actor, deputy_fact};
use crate::domain::event::MailRead;
use crate::domain::person::Resolved;
use crate::domain::reading::{Command, Doubt};
use crate::domain::receipt::{self, Entry};
use crate::domain::undo;
use crate::domain::view::{Handled, View};
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
    let open = |item: &super::ActionItem| item.state.is_open() && item.owner_address.as_ref() == Some(&from);
    let items: Vec<super::ActionItem> = view.open_of(&from).into_iter().filter(open).collect();
    if items.is_empty() {
        return doubt(view, mail, cmd, "nothing_open", now);
    }
    super::takeover::moved(view, mail, &writer, &to, items, now);
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
