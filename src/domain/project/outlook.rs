//! Lights of tasks, by one stated rule, along the chain of dependencies.
//!
//! A task is expected to finish on the later of its due and its `expected` date, today if both are past; and not before
//! everything it waits for has finished and its own working days (from `start` to `due`, at least one) have followed.
//!
//! | light | when |
//! |---|---|
//! | red | late, blocked, or expected to finish after its due |
//! | yellow | said to be behind, or what it waits for finishes on or after its start: no air is left |
//! | green | everything else, and all that is done |

use crate::domain::action_item::{ActionItem, State};
use crate::domain::clock::Clock;
use crate::domain::view::Rules;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    #[default]
    Green,
    Yellow,
    Red,
}

impl Light {
    pub fn as_str(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }
}

/// What is to be expected of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    pub light: Light,
    /// The day it is expected to be finished.
    pub finish: Option<NaiveDate>,
    /// Id of what it waits for, where that moves it.
    pub because: Option<String>,
}

/// Ids so that what is waited for comes first; what hangs in a cycle is left out.
fn ordered(items: &BTreeMap<String, ActionItem>) -> Vec<&ActionItem> {
    let mut waits: BTreeMap<&str, usize> = BTreeMap::new();
    let mut after: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, item) in items {
        let upstream: BTreeSet<&String> = item.depends_on.iter().filter(|up| items.contains_key(*up)).collect();
        waits.insert(id, upstream.len());
        for up in upstream {
            after.entry(up).or_default().push(id);
        }
    }
    let mut ready: Vec<&str> = waits.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    let mut order = Vec::new();
    while let Some(id) = ready.pop() {
        order.extend(items.get(id));
        for next in after.get(id).into_iter().flatten() {
            if let Some(count) = waits.get_mut(next) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push(next);
                }
            }
        }
    }
    order
}

/// The outlook of each item of a set that knows its dependencies.
pub fn outlook(items: &BTreeMap<String, ActionItem>, rules: &Rules, now: DateTime<Utc>) -> BTreeMap<String, Outlook> {
    let mut all: BTreeMap<String, Outlook> = BTreeMap::new();
    for item in ordered(items) {
        let clock = Clock::of_item(item, rules);
        let found = one(item, &clock, &all, items, now);
        all.insert(item.id.clone(), found);
    }
    all
}

fn one(
    item: &ActionItem,
    clock: &Clock,
    known: &BTreeMap<String, Outlook>,
    items: &BTreeMap<String, ActionItem>,
    now: DateTime<Utc>,
) -> Outlook {
    if !item.state.is_open() {
        return Outlook::default();
    }
    let today = clock.today(now);
    let due = item.due.as_ref().map(|due| clock.day(due));
    let late = item.due.as_ref().is_some_and(|due| clock.moment(due) < now);
    let said = item.expected.as_ref().map(|expected| clock.day(expected)).max(due);
    let mut finish = said.map(|day| day.max(today));
    let mut because = None;
    let mut tight = false;
    let upstream = item
        .depends_on
        .iter()
        .filter(|id| items.get(*id).is_some_and(|up| up.state.is_open()))
        .filter_map(|id| Some((id, known.get(id)?.finish?)))
        .max_by_key(|(_, finish)| *finish);
    if let Some((id, free)) = upstream {
        let days = match (item.start, due) {
            (Some(start), Some(due)) if start < due => clock.between(start, due).max(1),
            _ => 1,
        };
        let own = clock.days.add_workdays(free, days);
        tight = item.start.is_some_and(|start| free >= start) || item.start.is_none() && due.is_some_and(|d| free >= d);
        if finish.is_none_or(|finish| own > finish) {
            finish = Some(own);
            because = Some(id.clone());
        }
        if tight && because.is_none() {
            because = Some(id.clone());
        }
    }
    let over = matches!((finish, due), (Some(finish), Some(due)) if finish > due);
    let light = if late || over || item.state == State::Blocked {
        Light::Red
    } else if item.behind || tight {
        Light::Yellow
    } else {
        Light::Green
    };
    Outlook { light, finish, because }
}

/// A circle of waiting, as the ids on it in order, the first one again at the end; `waits`: who waits for whom.
pub fn cycle(waits: &BTreeMap<String, Vec<String>>) -> Option<Vec<String>> {
    // Finished ids are on no circle; `path` is the walk we are on.
    let mut finished: BTreeSet<&str> = BTreeSet::new();
    for start in waits.keys() {
        if finished.contains(start.as_str()) {
            continue;
        }
        let mut path: Vec<(&str, usize)> = vec![(start, 0)];
        let mut on_path: BTreeSet<&str> = BTreeSet::from([start.as_str()]);
        while let Some((id, at)) = path.last_mut() {
            let next = waits.get(*id).and_then(|ups| ups.get(*at)).map(String::as_str);
            *at += 1;
            match next {
                Some(next) if on_path.contains(next) => {
                    let from = path.iter().position(|(id, _)| *id == next).unwrap_or(0);
                    let mut circle: Vec<String> = path.iter().skip(from).map(|(id, _)| (*id).to_string()).collect();
                    circle.push(next.to_string());
                    return Some(circle);
                }
                Some(next) if !finished.contains(next) && waits.contains_key(next) => {
                    on_path.insert(next);
                    path.push((next, 0));
                }
                Some(_) => {}
                None => {
                    if let Some((id, _)) = path.pop() {
                        on_path.remove(id);
                        finished.insert(id);
                    }
                }
            }
        }
    }
    None
}
