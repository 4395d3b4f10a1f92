//! Who takes over from somebody who cannot be reached any more, or has left (O7): the head is asked once, with the open
//! items, and the answer moves them. Without a head, and for what is confidential (O38), each item's organizer is asked.

use super::confirmation::{Asked, ask_owner};
use super::{ActionItem, State, actor, organizer_of, save};
use crate::domain::event::MailRead;
use crate::domain::letter::{Letter, LetterName, SentLetter, Thread};
use crate::domain::person::{Person, Resolved};
use crate::domain::reading::{Command, Context, Doubt, Verb};
use crate::domain::receipt::{self, Entry};
use crate::domain::view::{Handled, View};
use crate::domain::{held, post, shown, undo};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Where the people of people.csv are kept, to know who is in it no more.
const LISTED: &str = "people/listed";
/// More people than this do not leave at once while fewer than as many stay: that is half a file.
const LEAVE_MAX: usize = 20;

/// Somebody whose items need another owner, as people.csv knew them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Absent {
    pub address: String,
    pub name: String,
    pub department: String,
    pub manager: String,
}

impl Absent {
    pub fn of(person: &Person) -> Absent {
        Absent {
            address: person.address.clone(),
            name: person.name.clone(),
            department: person.department.clone(),
            manager: person.manager.clone(),
        }
    }

    fn head(&self, view: &View<'_>) -> Option<String> {
        let manager = match view.resolve(&self.manager, &[]) {
            Resolved::One(address) if !self.manager.is_empty() => Some(address),
            _ => None,
        };
        let of_department = || view.directory.head_of(&self.department).map(|head| head.address.clone());
        manager.or_else(of_department).filter(|head| *head != self.address && !post::is_paused(view, head))
    }
}

/// Asks who takes over the open items of somebody; once, until that person writes again. Gives back who was asked. `bounce`:
/// what the server said, where a letter came back.
pub fn ask(view: &mut View<'_>, gone: &Absent, bounce: Option<&str>, now: DateTime<Utc>) -> Vec<String> {
    let key = format!("takeover/{}", gone.address);
    if view.note(&key).is_some() {
        return Vec::new();
    }
    let is_theirs = |item: &ActionItem| item.state.is_open() && item.owner_address.as_ref() == Some(&gone.address);
    let items: Vec<ActionItem> = view.open_of(&gone.address).into_iter().filter(is_theirs).collect();
    if items.is_empty() {
        return Vec::new();
    }
    view.set_note(&key, json!(now));
    let head = gone.head(view);
    let mut of_reader: BTreeMap<String, Vec<ActionItem>> = BTreeMap::new();
    for item in items {
        let organizer = organizer_of(view, &item).filter(|one| *one != gone.address && !post::is_paused(view, one));
        let reader = head.clone().filter(|_| !item.confidential).or(organizer);
        match reader.or_else(|| view.rules.admin.clone().map(|admin| admin.to_lowercase())) {
            Some(reader) => of_reader.entry(reader).or_default().push(item),
            None => view.audit(format!("{}: nobody can be asked who takes it over", item.id)),
        }
    }
    for (reader, items) in &of_reader {
        for item in items {
            // Whoever gave it out has it in the digest as an item without anybody, until somebody takes it.
            if item.marks.contains("unanswered") {
                continue;
            }
            let mut item = item.clone();
            item.marks.insert("unanswered".into());
            save(view, item, &format!("{} cannot be reached: who takes it over?", gone.name), now);
        }
        let (rows, lines) = shown::numbered(view, items, 1, now);
        let contact = view.somebody(reader);
        let data = json!({
            "meeting": null, "end": null, "organizer": null, "by_self": false,
            "contact": {"name": contact.name, "address": contact.address, "phone": null},
            "subject_title": null, "role": null, "chairs": false, "records": false, "topics": [], "materials": [],
            "shared_with": 0, "outside": false, "kind": "takeover",
            "person": {"name": gone.name, "address": gone.address, "phone": null}, "about": null,
            "hard": bounce.is_some(), "detail": bounce, "start": null, "day": null, "until": null,
            "count": rows.len(), "topic": null, "names": [], "asks": true, "ends": null, "hints": [],
            "rows": rows, "approve_n": null, "assign_n": null,
        });
        let mut letter = Letter::new(LetterName::OrganizerNote, reader, "somebody has to take these over (O7)");
        if let Value::Object(map) = data {
            letter.data = map;
        }
        letter.lines = lines;
        letter.objects = items.iter().map(|item| item.id.clone()).collect();
        letter.thread = items.first().map_or(Thread::New, |item| Thread::Object(item.id.clone()));
        // 1 王芳，2 赵强: names beside numbers, as for the gaps of minutes.
        letter.context = Context::MinutesGaps;
        post::post(view, letter);
    }
    of_reader.into_keys().collect()
}

/// Whether a letter asked who takes over.
pub fn is_asked(letter: &SentLetter) -> bool {
    letter.letter == LetterName::OrganizerNote && letter.context == Context::MinutesGaps
}

/// The people of people.csv as it is now. Who was in it and is not any more has left.
pub fn listed(view: &mut View<'_>, people: &[Absent], now: DateTime<Utc>) {
    let known = view.note(LISTED).and_then(|note| serde_json::from_value::<Vec<Absent>>(note).ok()).unwrap_or_default();
    if known == people {
        return;
    }
    let gone: Vec<&Absent> = known.iter().filter(|one| view.person(&one.address).is_none()).collect();
    if gone.len() > LEAVE_MAX && gone.len() > people.len() {
        // The next reading compares with what was there before.
        return view.audit(format!("{} people are gone at once: nobody is asked who takes over", gone.len()));
    }
    view.set_note(LISTED, json!(people));
    for one in gone {
        view.audit(format!("{} is not in people.csv any more", one.address));
        // Nobody reads there; who does write from it is reached again.
        view.set_note(&format!("paused/{}", one.address), json!({"since": now, "reply": "not in people.csv any more"}));
        ask(view, one, None, now);
    }
}

/// The answer: a person for a line, or for all of them. What is not about a new owner is left to others.
pub fn command(
    view: &mut View<'_>,
    mail: &MailRead,
    letter: &SentLetter,
    cmd: &Command,
    now: DateTime<Utc>,
) -> Handled {
    if !matches!(cmd.verb, Verb::Delegate | Verb::Handover | Verb::Confirm) {
        return Handled::NotMine;
    }
    let Some(to) = cmd.to.as_deref().filter(|to| !to.trim().is_empty()) else { return Handled::NotMine };
    let wanted = |line: &&crate::domain::reading::Line| match (cmd.verb, cmd.item, &cmd.id) {
        (Verb::Handover, ..) | (_, None, None) => true,
        (_, Some(n), _) => line.n == n,
        (_, None, Some(id)) => line.id == *id,
    };
    let ids: Vec<String> = letter.lines.iter().filter(wanted).map(|line| line.id.clone()).collect();
    give(view, mail, letter, &ids, to, &cmd.line, now)
}

/// Nothing but a name: that person takes all of them.
pub fn named(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) -> bool {
    const NAME_MAX: usize = 20;
    let Some(letter) = mail.answers.clone().filter(is_asked) else { return false };
    let said = mail.text.trim().trim_end_matches(['。', '.', '！', '!', '吧']).trim().to_string();
    let is_name = !said.is_empty() && said.chars().count() <= NAME_MAX && !said.contains('\n');
    if !is_name || mail.reply.commands.iter().any(|command| command.verb != Verb::Comment) {
        return false;
    }
    if !matches!(view.resolve(&said, &[]), Resolved::One(_) | Resolved::Several(_)) {
        return false;
    }
    let ids: Vec<String> = letter.lines.iter().map(|line| line.id.clone()).collect();
    give(view, mail, &letter, &ids, &said, &said, now) == Handled::Yes
}

fn give(
    view: &mut View<'_>,
    mail: &MailRead,
    letter: &SentLetter,
    ids: &[String],
    to: &str,
    line: &str,
    now: DateTime<Utc>,
) -> Handled {
    let Some(writer) = actor(view, mail) else { return Handled::NotAllowed };
    if letter.to != writer && !super::speaks_for(view, &writer, &letter.to, true, now) {
        return Handled::NotAllowed;
    }
    let found = match view.resolve(to, &[]) {
        Resolved::One(address) if view.person(&address).is_some_and(|person| person.is_human()) => Ok(address),
        Resolved::Several(_) => Err("ambiguous_person"),
        _ => Err("unknown_person"),
    };
    let to = match found {
        Ok(address) => address,
        Err(kind) => {
            receipt::doubted(view, mail, &Doubt { kind: kind.into(), line: line.into(), n: None }, None, now);
            return Handled::Yes;
        }
    };
    // Only what still lies with the person the letter was about.
    let gone = |item: &ActionItem| {
        let owner = item.owner_address.as_deref();
        item.state.is_open() && owner.is_some_and(|owner| view.note(&format!("takeover/{owner}")).is_some())
    };
    let items: Vec<ActionItem> = ids.iter().filter_map(|id| view.action(id)).filter(gone).collect();
    if items.is_empty() {
        return Handled::NotMine;
    }
    moved(view, mail, &writer, &to, items, now);
    Handled::Yes
}

/// Gives items to another owner in one step: one letter to that person, a line to each organizer, a receipt to who said it.
pub(super) fn moved(
    view: &mut View<'_>,
    mail: &MailRead,
    writer: &str,
    to: &str,
    items: Vec<ActionItem>,
    now: DateTime<Utc>,
) {
    let by = view.name_of(writer);
    let name = view.name_of(to);
    let delivered_at = held::sendable(view, to, now);
    let mut given = Vec::new();
    let mut old_names: Vec<String> = Vec::new();
    for mut item in items {
        let old = item.owner.clone().unwrap_or_default();
        undo::remember(view, mail, &item.id, now);
        item.helpers.retain(|helper| *helper != name);
        item.helper_addresses.retain(|helper| helper != to);
        item.owner = Some(name.clone());
        item.owner_address = Some(to.to_string());
        // Who takes it over in person has said yes to it.
        let own = to == writer;
        item.state = if own { State::Confirmed } else { State::Proposed };
        item.by_default = false;
        // Another date is asked for the work, whoever does it; to be let out of it is what happened.
        item.request = item.request.filter(|request| request.due.is_some() && request.owner.is_none());
        item.asked_at = (!own).then_some(delivered_at);
        item.last_word_at = None;
        item.marks.clear();
        super::begin(view.rules, &mut item, 0, now);
        let id = item.id.clone();
        save(view, item, &format!("移交 {old}→{name}: {by}"), now);
        given.extend(view.action(&id));
        old_names.push(old);
    }
    if to != writer {
        let asked = Asked { why: "handover", by: Some(by.clone()), from: old_names.first().cloned(), thread: None };
        ask_owner(view, to, &given, &[], &asked, now);
    }
    for (item, old) in given.iter().zip(old_names) {
        let entry = Entry { old_owner: Some(old), ..Entry::of(item, "handover").by(&by) };
        receipt::changed(view, mail, entry.clone(), true, now);
        if let Some(organizer) = organizer_of(view, item).filter(|one| one != writer && one != to) {
            crate::domain::digest::note(view, &organizer, entry, now);
        }
    }
}
