//! 材料 M-12, 附件 A-107: files that people handed in (O35). 导出: files that are made, .xlsx and .ics.

use super::{answer, error, letter, send};
use crate::domain::event::{Attachment, MailRead};
use crate::domain::letter::Made;
use crate::domain::report::{self, account};
use crate::domain::view::View;
use chrono::{DateTime, Utc};
use serde_json::json;
use std::sync::Arc;

/// Files of one answer.
const FILES_MAX: usize = 30;

/// Sends what there is to who may see it; links are told as text, never fetched.
pub fn asked(view: &mut View<'_>, mail: &MailRead, id: &str, address: &str, now: DateTime<Utc>) {
    let mut files: Vec<Attachment> = Vec::new();
    let mut links = Vec::new();
    let mut found = false;
    if let Some(meeting) = view.meeting(id).filter(|m| report::may_see_meeting(view, m, address)) {
        found = true;
        files.extend(meeting.materials.iter().flat_map(|m| m.files.iter().cloned()));
        links.extend(meeting.materials.iter().filter_map(|m| Some(json!({"name": m.name, "link": m.link.as_ref()?}))));
    }
    if let Some(item) = view.action(id).filter(|item| report::may_see_item(view, item, address)) {
        found = true;
        files.extend(item.files.iter().cloned());
    }
    let of_many = view.project(id).is_some_and(|p| report::may_see_project(view, &p, address))
        || view.issue(id).is_some_and(|q| report::may_see_issue(view, &q, address));
    if of_many {
        found = true;
        let items = view.items_of(id);
        let seen = items.iter().filter(|item| report::may_see_item(view, item, address));
        files.extend(seen.flat_map(|item| item.files.iter().cloned()));
    }
    if !found {
        return error(view, mail, "unknown_object", id, now);
    }
    let mut room = view.rules.policy.attachments_max();
    let (mut sent, mut left_out) = (Vec::new(), Vec::new());
    for file in files {
        if file.size <= room && sent.len() < FILES_MAX {
            room -= file.size;
            sent.push(file);
        } else {
            left_out.push(file.name);
        }
    }
    let names: Vec<&str> = sent.iter().map(|f| f.name.as_str()).collect();
    let place = title_of(view, id).and_then(|title| view.rules.archive_of(id, &title));
    let place = place.filter(|_| !left_out.is_empty() && view.is_internal(address));
    let data =
        json!({"kind": "files", "query": id, "files": names, "left_out": left_out, "links": links, "place": place});
    let mut letter = letter(mail, data, Vec::new()).about(id);
    letter.left_out = left_out;
    letter.attachments = sent;
    send(view, mail, letter, now);
}

fn title_of(view: &View<'_>, id: &str) -> Option<String> {
    let meeting = view.meeting(id).map(|meeting| meeting.title);
    let item = || view.action(id).map(|item| item.task);
    let project = || view.project(id).map(|project| project.name);
    meeting.or_else(item).or_else(project).or_else(|| view.issue(id).map(|issue| issue.title))
}

/// A spreadsheet and a calendar file of one object, or of everything that is the writer's.
pub fn export(view: &mut View<'_>, mail: &MailRead, id: Option<String>, address: &str, now: DateTime<Utc>) {
    let allowed = |view: &View<'_>, id: &str| match id.chars().next() {
        Some('M') => view.meeting(id).is_some_and(|m| report::may_see_meeting(view, &m, address)),
        Some('A') => view.action(id).is_some_and(|item| report::may_see_item(view, &item, address)),
        Some('Q') => view.issue(id).is_some_and(|q| report::may_see_issue(view, &q, address)),
        Some('P') => view.project(id).is_some_and(|p| report::may_see_project(view, &p, address)),
        _ => false,
    };
    let made = match &id {
        Some(id) if !allowed(view, id) => return error(view, mail, "unknown_object", id, now),
        Some(id) => account::of_object(view, id, now),
        None => Some(account::of_person(view, address, now)),
    };
    let Some(made) = made else { return };
    let made = account::for_reader(view, made, address);
    if made.items.is_empty() && made.meetings.is_empty() {
        return answer(view, mail, json!({"kind": "export", "query": id}), Vec::new(), now);
    }
    let what = json!({"items": made.items.len(), "meetings": made.meetings.len(), "title": made.title});
    let made = Arc::new(made);
    let mut letter = letter(mail, json!({"kind": "export", "query": id, "export": what}), Vec::new());
    if let Some(id) = &id {
        letter = letter.about(id);
    }
    letter.made = vec![Made::Sheet(made.clone()), Made::Calendar(made)];
    send(view, mail, letter, now);
}
