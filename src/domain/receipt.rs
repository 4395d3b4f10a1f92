//! Receipts (O9): what was recorded is said at once only with a doubt, with a change of date or owner, or to somebody who
//! writes for the first time; everything else stands in the next digest as 已记录.

use super::action_item::{ActionItem, actor};
use super::digest;
use super::event::{MailRead, Tick, TickKind};
use super::letter::{Letter, LetterName};
use super::post;
use super::reading::Doubt;
use super::shown;
use super::view::View;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One thing that was recorded; templates make the sentence from `verb`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// Object id.
    pub id: Option<String>,
    /// Its task or title.
    pub task: Option<String>,
    /// A verb of SPEC 4.4, or `accepted_by_silence`, `parked`, `bounced`, `away`, `text`.
    pub verb: Option<String>,
    /// Who did it, as a name.
    pub by: Option<String>,
    /// `2026-07-20` or RFC 3339.
    pub due: Option<String>,
    pub old_due: Option<String>,
    pub owner: Option<String>,
    pub old_owner: Option<String>,
    pub percent: Option<u8>,
    pub state: Option<String>,
    /// Words of a person, quoted.
    pub text: Option<String>,
    /// 原因 and 措施, as they were given.
    pub reason: Option<String>,
    pub measure: Option<String>,
    /// It follows from silence (O24).
    pub default: bool,
    pub at: Option<String>,
}

impl Entry {
    /// What happened to an item.
    pub fn of(item: &ActionItem, verb: &str) -> Entry {
        Entry {
            id: Some(item.id.clone()),
            task: Some(item.task.clone()),
            verb: Some(verb.to_string()),
            due: item.due.as_ref().map(ToString::to_string),
            owner: item.owner.clone(),
            percent: item.percent,
            state: serde_json::to_value(item.state).ok().and_then(|v| v.as_str().map(str::to_string)),
            ..Entry::default()
        }
    }

    pub fn by(mut self, name: &str) -> Entry {
        self.by = Some(name.to_string());
        self
    }

    pub fn text(mut self, text: Option<&str>) -> Entry {
        self.text = text.map(str::to_string);
        self
    }

    /// Why, and what is done about it.
    pub fn because(mut self, reason: Option<&str>, measure: Option<&str>) -> Entry {
        self.reason = reason.map(str::to_string);
        self.measure = measure.map(str::to_string);
        self
    }

    /// As a line for this reader: nobody is told their own name, but where the sentence is about them.
    pub fn for_reader(mut self, name: &str) -> Entry {
        let about = matches!(self.verb.as_deref(), Some("deputy" | "deputy_approves" | "no_minutes" | "rsvp"));
        self.by = self.by.filter(|by| about || by != name);
        self
    }
}

/// What waits to be said to one person; the fact `receipt/<address>`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Pending {
    changes: Vec<Entry>,
    requested: Vec<Entry>,
    doubts: Vec<Value>,
    undone: Vec<Entry>,
    /// What is not undone because others decided on it, and what they were asked.
    undo_asked: Vec<Entry>,
    /// Words that mean nothing to a thing as it stands; `state` says why.
    unchanged: Vec<Entry>,
    /// The mail that is answered: the last of those within the time.
    message_id: String,
    references: Vec<String>,
}

/// Something was changed by this mail: a clean answer stands in the next digest, `at_once` (a new date, a new owner) and
/// the first words of somebody get a receipt, and so does what comes while one waits.
pub fn changed(view: &mut View<'_>, mail: &MailRead, entry: Entry, at_once: bool, now: DateTime<Utc>) {
    let Some(person) = actor(view, mail) else { return };
    let first = is_first(view, mail, &person);
    if at_once || first || waits(view, &person) {
        add(view, mail, &person, now, |pending| {
            // The last word about one thing is the one that counts.
            pending.changes.retain(|one| one.id.is_none() || one.id != entry.id || one.verb != entry.verb);
            pending.changes.push(entry);
        });
    } else {
        digest::note(view, &person, entry, now);
    }
}

/// A new due or owner that somebody has to approve first.
pub fn requested(view: &mut View<'_>, mail: &MailRead, entry: Entry, now: DateTime<Utc>) {
    let Some(person) = actor(view, mail) else { return };
    is_first(view, mail, &person);
    add(view, mail, &person, now, |pending| {
        pending.requested.retain(|one| one.id != entry.id);
        pending.requested.push(entry);
    });
}

/// Something was not clear enough to act on; the letter quotes it and shows what would have worked.
pub fn doubted(view: &mut View<'_>, mail: &MailRead, doubt: &Doubt, item: Option<&ActionItem>, now: DateTime<Utc>) {
    // O10: in Cc it never answers that it did not understand.
    if mail.listening {
        return;
    }
    let Some(person) = actor(view, mail) else { return };
    is_first(view, mail, &person);
    let shown = json!({
        "kind": doubt.kind, "line": doubt.line, "n": doubt.n,
        "id": item.map(|item| &item.id), "task": item.map(|item| &item.task),
    });
    add(view, mail, &person, now, |pending| {
        if !pending.doubts.contains(&shown) {
            pending.doubts.push(shown);
        }
    });
}

/// Words that were understood and change nothing: the writer hears why (O1).
pub fn unchanged(view: &mut View<'_>, mail: &MailRead, entry: Entry, now: DateTime<Utc>) {
    // O10: in Cc there is no answer to what changed nothing.
    if mail.listening {
        return;
    }
    let Some(person) = actor(view, mail) else { return };
    add(view, mail, &person, now, |pending| {
        if !pending.unchanged.contains(&entry) {
            pending.unchanged.push(entry);
        }
    });
}

/// State that was put back.
pub fn undone(view: &mut View<'_>, mail: &MailRead, entry: Entry, now: DateTime<Utc>) {
    let Some(person) = actor(view, mail) else { return };
    let id = entry.id.clone();
    add(view, mail, &person, now, |pending| {
        // What was not said yet need not be said any more.
        pending.changes.retain(|one| one.id != id);
        pending.requested.retain(|one| one.id != id);
        pending.undone.push(entry);
    });
}

/// It stays, because others decided on it: they are asked.
pub fn undo_asked(view: &mut View<'_>, mail: &MailRead, entry: Entry, now: DateTime<Utc>) {
    let Some(person) = actor(view, mail) else { return };
    add(view, mail, &person, now, |pending| {
        pending.undo_asked.push(Entry { verb: Some("undo".into()), ..entry });
    });
}

fn waits(view: &View<'_>, person: &str) -> bool {
    view.note(&format!("receipt/{person}")).is_some()
}

/// Whether this mail is the person's first that did something; remembers it.
fn is_first(view: &mut View<'_>, mail: &MailRead, person: &str) -> bool {
    let key = format!("wrote/{person}");
    match view.note(&key) {
        None => {
            view.set_note(&key, json!(mail.message_id));
            true
        }
        Some(first) => first.as_str() == Some(&mail.message_id),
    }
}

fn add(view: &mut View<'_>, mail: &MailRead, person: &str, now: DateTime<Utc>, change: impl FnOnce(&mut Pending)) {
    let key = format!("receipt/{person}");
    let known = view.note(&key);
    let fresh = known.is_none();
    let mut pending: Pending = known.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
    change(&mut pending);
    if mail.no_answer {
        // TRUST L3: it may act, but the sender's system asked for no answer; the digest is no answer.
        let said = [&mut pending.changes, &mut pending.requested, &mut pending.undone, &mut pending.undo_asked];
        for entry in said.into_iter().flat_map(|entries| entries.drain(..)) {
            digest::note(view, person, entry, now);
        }
        if !fresh {
            view.clear_note(&key);
        }
        return;
    }
    pending.message_id.clone_from(&mail.message_id);
    pending.references.clone_from(&mail.references);
    view.set_note(&key, json!(pending));
    if fresh {
        let at = now + Duration::minutes(i64::from(view.rules.policy.receipt_merge));
        view.wake_at(Tick { at, kind: TickKind::Receipt, object: person.to_string(), key: String::new() });
    }
}

/// The time to share a receipt is over.
pub fn tick(view: &mut View<'_>, tick: &Tick, now: DateTime<Utc>) {
    let key = format!("receipt/{}", tick.object);
    let Some(pending) = view.note(&key).and_then(|value| serde_json::from_value::<Pending>(value).ok()) else { return };
    view.clear_note(&key);
    if pending.changes.is_empty()
        && pending.requested.is_empty()
        && pending.doubts.is_empty()
        && pending.undone.is_empty()
        && pending.undo_asked.is_empty()
        && pending.unchanged.is_empty()
    {
        return;
    }
    // A doubt is answered by number, so the reader's open items stand below it.
    let open = if pending.doubts.is_empty() { Vec::new() } else { view.open_of(&tick.object) };
    let (own, lines) = shown::numbered(view, &open, 1, now);
    let mut objects: Vec<String> = Vec::new();
    let told = [&pending.changes, &pending.requested, &pending.undone, &pending.undo_asked, &pending.unchanged];
    for entry in told.into_iter().flatten() {
        if let Some(id) = entry.id.as_ref().filter(|id| !objects.contains(id)) {
            objects.push(id.clone());
        }
    }
    let name = view.name_of(&tick.object);
    let own_words = |entries: Vec<Entry>| entries.into_iter().map(|one| one.for_reader(&name)).collect::<Vec<_>>();
    let mut letter = Letter::new(LetterName::Receipt, &tick.object, "what the answer changed")
        .with("changes", own_words(pending.changes))
        .with("requested", own_words(pending.requested))
        .with("doubts", &pending.doubts)
        .with("undone", own_words(pending.undone))
        .with("undo_asked", own_words(pending.undo_asked))
        .with("unchanged", own_words(pending.unchanged))
        .with("own", own)
        .lines(lines)
        .replying_to(&pending.message_id, &pending.references);
    letter.objects = objects;
    post::post(view, letter);
}
