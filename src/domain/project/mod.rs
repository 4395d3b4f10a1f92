//! Projects of several departments (SPEC 3.5, 4.6, O40): started by a table or a mail in words, agreed by reply, run by
//! their tables, closed with a report.
//!
//! `start` → what the contacts need → kickoff → `tables` (division of work) and `goals` (signed) → agreed → running
//! (`progress`, `risks`, `changes`, milestones) → `closing` → closed. [`received`] is what a mail says of a project,
//! [`command`] a word about one, [`tick`] what time does to it. Its tasks are action items like any other.
//!
//! Every question has an end (O24), counted in working days of the house (`policy.project_window`, default 5); a line of
//! the digest reminds twice, after two and four:
//!
//! | question | asked of | silence means | who hears |
//! |---|---|---|---|
//! | what is missing of the start | who started it | goes on with what there is | – |
//! | needs: resources, time, risks | each department's contact | nothing needed, said so in the list | manager |
//! | a sub-goal | head of the department | 未签, and on | manager |
//! | a resource | head of the department | not granted, shown as unanswered | manager |
//! | a change somebody asks for | manager | not adopted | who asked |
//! | whether it closes | manager | it runs on | – |
//! | 亮点/不足/建议 | everybody in it | the report goes without | – |

mod asked;
mod changes;
mod closing;
mod goals;
mod letters;
mod mail;
mod members;
mod needs;
mod outlook;
mod progress;
mod record;
mod risks;
mod start;
mod tables;
mod ticks;

pub use asked::{Asked, asked};
pub use closing::{Stats, task_closed};
pub use mail::{Received, command, loaded, only_ask, received};
pub use members::rights;
pub use needs::{kickoff_agenda, link_meetings, minuted};
pub use outlook::{Light, Outlook, cycle, outlook};
pub use record::{Ask, Change, Feedback, Member, Milestone, Need, Project, Resource, Risk, Stage, Subgoal};
pub use ticks::{tick, ticks};

use super::view::Record;
use super::view::View;

/// Stores a changed or new project; `why` goes into its history.
fn save(view: &mut View<'_>, project: Project, why: &str) {
    view.put(Record::Project(Box::new(project)), why);
}

#[cfg(test)]
mod tests;
