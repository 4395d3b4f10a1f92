//! What a project asks of a person, as lines of the digest.

use super::{Project, Stage};
use crate::domain::clock::Clock;
use crate::domain::shown;
use crate::domain::view::View;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

/// Working days after a question at which it is mentioned again; after that silence speaks.
pub(super) const REMINDERS: [u32; 2] = [2, 4];
/// Working days around a milestone on which its owner reads of it: before, on the day, after.
pub(super) const MILESTONE_DAYS: [i32; 5] = [-3, 0, 1, 3, 5];

/// A line of the digest.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub project: String,
    pub name: String,
    /// As in [`super::Ask::kind`], or `milestone`.
    pub kind: String,
    /// What the number of the line stands for.
    pub text: String,
    pub department: Option<String>,
    pub due: Option<String>,
    /// Silence speaks at this moment.
    pub until: Value,
    pub overdue: bool,
}

/// How many of the days a reminder stands on have come.
fn mentions_due(clock: &Clock, since: NaiveDate, today: NaiveDate) -> u32 {
    let passed = clock.between(since, today);
    REMINDERS.iter().filter(|n| i64::from(**n) <= i64::from(passed)).count() as u32
}

/// Open questions of every project to this person that are to be mentioned today; `said` tells how often the digest said
/// one before.
pub fn asked(
    view: &View<'_>,
    person: &str,
    said: impl Fn(&str) -> u32,
    since: NaiveDate,
    now: DateTime<Utc>,
) -> Vec<(String, Asked)> {
    let clock = Clock::house(view.rules);
    let today = clock.today(now);
    let mut lines = Vec::new();
    for id in view.ids("asked", person) {
        let Some(project) = view.project(&id).filter(Project::is_open) else { continue };
        for ask in project.asks.iter().filter(|ask| ask.to == person) {
            let Some(at) = ask.since else { continue };
            let key = format!("{}:{}:{}", ask.kind, project.id, ask.text);
            if said(&key) >= mentions_due(&clock, clock.today(at), today) {
                continue;
            }
            let until = clock.end_after(at, view.rules.policy.project_window);
            lines.push((
                key,
                Asked {
                    project: project.id.clone(),
                    name: project.name.clone(),
                    kind: ask.kind.clone(),
                    text: ask.text.clone(),
                    department: ask.department.clone(),
                    due: None,
                    until: shown::moment(view, until),
                    overdue: false,
                },
            ));
        }
        if project.state != Stage::Running {
            continue;
        }
        for milestone in project.milestones.iter().filter(|milestone| !milestone.reached) {
            let Some(due) = milestone.due.filter(|_| project.milestone_owner(milestone).is_some_and(|o| o == person))
            else {
                continue;
            };
            let day = clock.day(&due);
            let hits = MILESTONE_DAYS.iter().map(|n| clock.days.add_workdays(clock.days.workday_until(day), *n));
            if !hits.into_iter().any(|hit| since < hit && hit <= today) {
                continue;
            }
            lines.push((
                format!("milestone:{}:{}:{today}", project.id, milestone.name),
                Asked {
                    project: project.id.clone(),
                    name: project.name.clone(),
                    kind: "milestone".into(),
                    text: milestone.name.clone(),
                    department: None,
                    due: Some(due.to_string()),
                    until: Value::Null,
                    overdue: day < today,
                },
            ));
        }
    }
    lines
}

impl Asked {
    /// As the digest shows it.
    pub fn shown(&self, n: Option<u32>) -> Value {
        json!({
            "n": n, "id": self.project, "name": self.name, "kind": self.kind, "text": self.text,
            "department": self.department, "due": self.due, "until": self.until, "overdue": self.overdue,
        })
    }
}
