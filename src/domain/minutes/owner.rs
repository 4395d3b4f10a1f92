//! Who the minutes mean: a person, never a department; unknown names are asked back, outsiders never get mail (TRUST P21).

use crate::domain::action_item::{ActionItem, Gap};
use crate::domain::meeting::Meeting;
use crate::domain::person::Resolved;
use crate::domain::post;
use crate::domain::reading::{Command, ItemReading};
use crate::domain::view::View;

/// Whom a name means, with what stays open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Primary address and name.
    pub person: Option<(String, String)>,
    pub department: Option<String>,
    pub gap: Option<Gap>,
}

fn gap(kind: &str, phrase: &str, candidates: Vec<String>) -> Option<Gap> {
    let phrase = (!phrase.is_empty()).then(|| phrase.to_string());
    Some(Gap { kind: kind.into(), phrase, candidates })
}

/// Resolves one written name, among those concerned first.
pub fn find(view: &View<'_>, meeting: Option<&Meeting>, concerned: &[String], written: &str) -> Found {
    let written = written.trim().trim_start_matches('@');
    if written.is_empty() {
        return Found { gap: gap("no_owner", "", Vec::new()), ..Found::default() };
    }
    match view.resolve(written, concerned) {
        Resolved::One(address) => {
            let known = post::is_known_reader(view, meeting, &address) || concerned.contains(&address);
            if known {
                let name = view.name_of(&address);
                return Found { person: Some((address, name)), ..Found::default() };
            }
            Found { gap: gap("unknown_person", written, Vec::new()), ..Found::default() }
        }
        Resolved::Several(all) => {
            let names = all.iter().map(|address| view.name_of(address)).collect();
            Found { gap: gap("ambiguous_person", written, names), ..Found::default() }
        }
        Resolved::Nobody if view.is_department(written) || view.directory.is_department(written) => {
            let contact = view.directory.contact_of(written).map(|person| person.name.clone());
            Found {
                department: Some(written.to_string()),
                gap: gap("department_owner", written, contact.into_iter().collect()),
                ..Found::default()
            }
        }
        Resolved::Nobody => Found { gap: gap("unknown_person", written, Vec::new()), ..Found::default() },
    }
}

/// Puts owner, helpers, supervisor and department of a reading into an item, and what stays open into its gap.
pub fn fill(
    view: &View<'_>,
    meeting: Option<&Meeting>,
    concerned: &[String],
    reading: &ItemReading,
    item: &mut ActionItem,
) {
    let names = reading.owner.as_ref().map(|owner| owner.names().to_vec()).unwrap_or_default();
    let mut helpers: Vec<String> = Vec::new();
    let mut first: Option<Found> = None;
    for name in &names {
        let found = find(view, meeting, concerned, name);
        match &first {
            // Several named: the first person, the others help (SPEC 3.2).
            Some(owner) if owner.person.is_some() || found.person.is_none() => helpers.push(name.clone()),
            Some(owner) => {
                helpers.extend(owner.department.clone());
                first = Some(found);
            }
            None => first = Some(found),
        }
    }
    helpers.extend(reading.helpers.iter().cloned());
    let found = first.unwrap_or_else(|| Found { gap: gap("no_owner", "", Vec::new()), ..Found::default() });
    item.department = found.department;
    item.gap = found.gap;
    if let Some((address, name)) = found.person {
        item.owner_address = Some(address);
        item.owner = Some(name);
    }
    for helper in helpers {
        let found = find(view, meeting, concerned, &helper);
        let (address, name) = match found.person {
            Some((address, name)) => (Some(address), name),
            None => (None, helper.trim().to_string()),
        };
        if item.owner.as_ref() != Some(&name) && !item.helpers.contains(&name) && !name.is_empty() {
            item.helpers.push(name);
            item.helper_addresses.extend(address);
        }
    }
    if let Some(supervisor) = reading.supervisor.as_deref().filter(|name| !name.trim().is_empty()) {
        match find(view, meeting, concerned, supervisor).person {
            Some((address, name)) => {
                item.supervisor = Some(name);
                item.supervisor_address = Some(address);
            }
            None => item.supervisor = Some(supervisor.trim().to_string()),
        }
    }
    item.asked_address = asked_instead(view, item);
    if item.gap.is_none() && reading.confidence < 0.5 {
        item.gap = gap("doubtful", "", Vec::new());
    }
    if item.gap.is_none() && item.due.is_none() {
        item.gap = match &reading.due_phrase {
            Some(phrase) => gap("vague_due", phrase, Vec::new()),
            None => gap("no_due", "", Vec::new()),
        };
    }
    item.doubted = item.gap.as_ref().is_some_and(|gap| !matches!(gap.kind.as_str(), "no_due" | "vague_due"));
    item.doubts = item.gap.iter().map(|gap| gap.kind.clone()).collect();
}

/// Who is asked for a department: its contact, else its head, else the organizer (SPEC 3.2).
pub fn asked_instead(view: &View<'_>, item: &ActionItem) -> Option<String> {
    if item.owner_address.is_some() {
        return None;
    }
    let department = item.department.as_deref()?;
    let contact = view.directory.contact_of(department).or_else(|| view.directory.head_of(department));
    contact.map(|person| person.address.clone()).or_else(|| item.organizer_address.clone())
}

/// An answer to a gap, or an edit of a review: `3 王芳 7月20日` names an owner, a date or both.
pub fn answer(
    view: &View<'_>,
    meeting: Option<&Meeting>,
    cmd: &Command,
    item: &mut ActionItem,
) -> Result<bool, &'static str> {
    let mut changed = false;
    let concerned = meeting.map(Meeting::concerned).unwrap_or_default();
    if let Some(written) = cmd.to.as_deref().filter(|to| !to.trim().is_empty()) {
        let found = find(view, meeting, &concerned, written);
        match (found.person, found.department, found.gap) {
            (Some((address, name)), ..) => {
                item.helpers.retain(|helper| *helper != name);
                item.helper_addresses.retain(|helper| *helper != address);
                item.owner = Some(name);
                item.owner_address = Some(address);
                item.asked_address = None;
                item.department = None;
                item.gap = None;
                changed = true;
            }
            (None, Some(department), gap) => {
                item.department = Some(department);
                item.owner = None;
                item.owner_address = None;
                item.gap = gap;
                item.asked_address = asked_instead(view, item);
                changed = true;
            }
            (None, None, Some(gap)) if gap.kind == "ambiguous_person" => return Err("ambiguous_person"),
            _ => return Err("unknown_person"),
        }
    }
    if let Some(due) = cmd.due {
        item.due = Some(due);
        item.due_phrase = Some(cmd.line.clone()).filter(|line| !line.is_empty());
        if item.gap.as_ref().is_some_and(|gap| !gap.is_about_owner()) {
            item.gap = None;
        }
        changed = true;
    } else if changed && item.due.is_none() && item.gap.is_none() {
        item.gap = gap("no_due", "", Vec::new());
    }
    item.doubted = item.gap.as_ref().is_some_and(|gap| !matches!(gap.kind.as_str(), "no_due" | "vague_due"));
    item.doubts = item.gap.iter().map(|gap| gap.kind.clone()).collect();
    Ok(changed)
}
