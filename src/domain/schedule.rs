//! What time will do to a record: the rows of the due index.
//!
//! A timer has no life of its own. The rows of a record are computed from the record in the commit that writes it, so
//! moving a due date moves its reminders, and `duban verify` can rebuild them all.

use super::event::Tick;
use super::view::{Record, Rules};

/// The due rows a record implies. Rows of an older version that are not among them are removed in the same commit.
pub fn next(record: &Record, rules: &Rules) -> Vec<Tick> {
    let mut rows = match record {
        Record::Meeting(meeting) => {
            let mut rows = super::meeting::ticks(meeting, rules);
            rows.extend(super::minutes::ticks(meeting, rules));
            rows
        }
        Record::Action(item) => super::action_item::ticks(item, rules),
        Record::Issue(issue) => super::issue::ticks(issue, rules),
        Record::Project(project) => super::project::ticks(project, rules),
        Record::Person(_) => Vec::new(),
    };
    rows.sort();
    rows.dedup();
    rows
}
