//! What an export holds: one object with its items, or everything of a person.

use super::section::{self, of_project};
use super::{Account, audience};
use crate::domain::action_item::ActionItem;
use crate::domain::clock::Clock;
use crate::domain::meeting::Meeting;
use crate::domain::outside::is_outside;
use crate::domain::view::View;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// Items of one export; a spreadsheet of more is not read by anybody.
const ITEMS_MAX: usize = 20_000;

/// A project with its figures, a meeting or an issue with its items, one item; `None` where there is no such object.
/// Confidential items of a project or an issue stay out of it (O38).
pub fn of_object(view: &View<'_>, id: &str, now: DateTime<Utc>) -> Option<Account> {
    let clock = Clock::house(view.rules);
    if let Some(project) = view.project(id) {
        let mut account = of_project(view, &project, &section::span(&clock, None, now)).account;
        account.meetings = view.ids("project_meetings", id).iter().filter_map(|id| view.meeting(id)).collect();
        account.meetings.retain(|meeting| !meeting.confidential);
        return Some(account);
    }
    if let Some(meeting) = view.meeting(id) {
        let title = meeting.title.clone();
        return Some(list(view, Some(id), &title, view.items_of(id), vec![meeting], now));
    }
    if let Some(issue) = view.issue(id) {
        let mut items = view.items_of(id);
        items.retain(|item| !item.confidential);
        return Some(list(view, Some(id), &issue.title, items, Vec::new(), now));
    }
    let item = view.action(id)?;
    let title = item.task.clone();
    Some(list(view, Some(id), &title, vec![item], Vec::new(), now))
}

/// Own open items, then what the person gave out, and the meetings ahead. An outsider has own items only (O39).
pub fn of_person(view: &View<'_>, address: &str, now: DateTime<Utc>) -> Account {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut ids = view.ids("open_of", address);
    if !is_outside(view, address) {
        ids.extend(view.ids("organized_open", address));
    }
    let items = ids.into_iter().filter(|id| seen.insert(id.clone())).take(ITEMS_MAX);
    let items: Vec<ActionItem> = items.filter_map(|id| view.action(&id)).collect();
    let meetings = view.ids("meetings_of", address).iter().filter_map(|id| view.meeting(id)).collect();
    list(view, None, "", items, meetings, now)
}

/// Only what this person may see of it.
pub fn for_reader(view: &View<'_>, mut account: Account, address: &str) -> Account {
    account.items.retain(|item| audience::may_see_item(view, item, address));
    account.meetings.retain(|meeting| audience::may_see_meeting(view, meeting, address));
    account
}

fn list(
    view: &View<'_>,
    id: Option<&str>,
    title: &str,
    items: Vec<ActionItem>,
    meetings: Vec<Meeting>,
    now: DateTime<Utc>,
) -> Account {
    let late = items.iter().filter(|item| {
        let clock = Clock::of_item(item, view.rules);
        item.state.is_open() && item.due.as_ref().is_some_and(|due| clock.moment(due) < now)
    });
    let late = late.map(|item| item.id.clone()).collect();
    let day = Clock::house(view.rules).today(now);
    Account { id: id.map(String::from), title: title.into(), day, items, meetings, late, ..Account::default() }
}
