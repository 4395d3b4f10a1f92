//! Taking over a list (O37): a table sent with 导入, 台账 or 待办清单 is answered with what was read, and is in force only by
//! 确认导入. One letter an owner; done rows are silent; what is overdue already has some days of grace.

use super::confirmation::{Asked, ask_owner};
use super::{ActionItem, ItemSource, State, actor, save, ticks};
use crate::domain::event::MailRead;
use crate::domain::letter::{Letter, LetterName};
use crate::domain::minutes;
use crate::domain::questions;
use crate::domain::reading::{Command, ItemReading};
use crate::domain::receipt::{self, Entry};
use crate::domain::view::{Handled, View};
use crate::domain::{held, undo};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of one list; more come in a second mail.
const ROWS_MAX: usize = 1000;
/// Rows with something unclear that the answer shows.
const UNCLEAR_MAX: usize = 15;
/// Working days before an imported item that is overdue is spoken of as late (O37).
const GRACE_DAYS: u32 = 5;

/// What was read and waits for the word of its sender.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct List {
    message_id: String,
    items: Vec<ItemReading>,
    confidential: bool,
}

fn fact(sender: &str) -> String {
    format!("import/{sender}")
}

/// A row as an item, with its people.
fn item_of(view: &View<'_>, reading: &ItemReading, sender: &str) -> ActionItem {
    let mut item = ActionItem { organizer_address: Some(sender.to_string()), ..minutes::item_of(reading) };
    minutes::fill_owner(view, None, &[sender.to_string()], reading, &mut item);
    item
}

/// A list has come: nothing happens yet, the sender hears how it was read.
pub fn read(view: &mut View<'_>, mail: &MailRead, rows: &[ItemReading], now: DateTime<Utc>) {
    let Some(sender) = actor(view, mail) else { return };
    let rows: Vec<ItemReading> = rows.iter().take(ROWS_MAX).cloned().collect();
    let today = view.local(&sender, now).date_naive();
    let (mut people, mut open, mut done, mut late, mut no_owner, mut no_due) =
        (BTreeSet::new(), 0_u32, 0_u32, 0_u32, 0_u32, 0_u32);
    let mut unclear: Vec<Value> = Vec::new();
    for (n, reading) in (1..).zip(&rows) {
        let item = item_of(view, reading, &sender);
        people.extend(item.addressee().cloned());
        if item.state.is_closed() {
            done += 1;
            continue;
        }
        open += 1;
        late += u32::from(item.due.is_some_and(|due| due.date() < today));
        no_owner += u32::from(item.addressee().is_none());
        no_due += u32::from(item.due.is_none());
        if let Some(gap) = item.gap.filter(|_| unclear.len() < UNCLEAR_MAX) {
            unclear.push(json!({"n": n, "task": item.task, "kind": gap.kind, "phrase": gap.phrase}));
        }
    }
    let list = List { message_id: mail.message_id.clone(), items: rows, confidential: mail.confidential };
    let counts = json!({"open": open, "late": late, "done": done});
    let import = json!({"rows": list.items.len(), "people": people.len(), "no_owner": no_owner, "no_due": no_due,
        "grace": GRACE_DAYS, "unclear": unclear});
    view.set_note(&fact(&sender), serde_json::to_value(&list).unwrap_or(Value::Null));
    view.audit(format!("a list of {} rows waits for 确认导入 (O37)", list.items.len()));
    let mut letter = Letter::new(LetterName::Answer, &sender, "a list was read and waits for a word (O37)")
        .with("kind", "import")
        .with("query", Value::Null)
        .with("text", Value::Null)
        .with("meeting", Value::Null)
        .with("counts", counts)
        .with("import", import)
        .replying_to(&mail.message_id, &mail.references);
    for key in ["items", "organized", "meetings", "decisions", "history", "files"] {
        letter = letter.with(key, json!([]));
    }
    questions::send(view, mail, letter, now);
}

/// 确认导入: the list of this sender is in force.
pub fn confirmed(view: &mut View<'_>, mail: &MailRead, _cmd: &Command, now: DateTime<Utc>) -> Handled {
    let Some(sender) = actor(view, mail) else { return Handled::NotAllowed };
    let kept = view.note(&fact(&sender)).and_then(|value| serde_json::from_value::<List>(value).ok());
    let Some(list) = kept else {
        questions::error(view, mail, "nothing_to_import", "", now);
        return Handled::Yes;
    };
    view.clear_note(&fact(&sender));
    let by = view.name_of(&sender);
    let mut to_ask: BTreeMap<String, Vec<ActionItem>> = BTreeMap::new();
    let mut count = 0;
    for reading in &list.items {
        let mut item = ActionItem { id: view.new_id('A'), ..item_of(view, reading, &sender) };
        item.source = ItemSource {
            kind: "mail".into(),
            id: None,
            message_id: Some(list.message_id.clone()),
            line: Some(reading.line.clone()),
        };
        item.confidential = list.confidential;
        let own = item.owner_address.as_ref() == Some(&sender);
        if item.state.is_open() {
            ticks::begin(view.rules, &mut item, GRACE_DAYS, now);
            match item.addressee() {
                Some(_) if own => item.state = State::Confirmed.max(item.state),
                Some(address) => item.asked_at = Some(held::sendable(view, address, now)),
                None => {
                    // Nobody to ask: the sender names somebody, from the digest.
                    item.marks.insert("unanswered".into());
                    item.asked_at = Some(now);
                }
            }
        } else {
            item.gap = None;
        }
        let id = item.id.clone();
        save(view, item, &format!("导入: {by}"), now);
        undo::remember(view, mail, &id, now);
        count += 1;
        if let Some(item) = view.action(&id).filter(|item| item.state.is_open() && !own) {
            if let Some(address) = item.addressee().cloned() {
                to_ask.entry(address).or_default().push(item);
            }
        }
    }
    for (address, items) in to_ask {
        let asked = Asked { why: "imported", by: Some(by.clone()), from: None, thread: None };
        ask_owner(view, &address, &items, &[], &asked, now);
    }
    let entry =
        Entry { verb: Some("imported".into()), text: Some(count.to_string()), by: Some(by), ..Entry::default() };
    receipt::changed(view, mail, entry, true, now);
    Handled::Yes
}
