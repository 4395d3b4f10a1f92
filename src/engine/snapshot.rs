//! The reads of a decision, answered from the store. A row that cannot be read is logged and counts as absent here; the
//! commit then fails on it, so nothing is decided on half a truth.

use crate::domain::action_item::ActionItem;
use crate::domain::issue::Issue;
use crate::domain::letter::SentLetter;
use crate::domain::meeting::Meeting;
use crate::domain::person::Person;
use crate::domain::project::Project;
use crate::domain::view::{Record, Records};
use crate::store::{Key, Store, StoreError, Value, keys, prefix_end};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Ids read under one index key; a decision that concerns more people or items than this is refused elsewhere (O12).
const IDS_MAX: usize = 20_000;

/// How a record lies in its row: tagged, so that one key space holds all kinds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stored {
    Meeting(Box<Meeting>),
    Action(Box<ActionItem>),
    Issue(Box<Issue>),
    Project(Box<Project>),
    Person(Box<Person>),
}

impl From<Record> for Stored {
    fn from(record: Record) -> Self {
        match record {
            Record::Meeting(m) => Stored::Meeting(m),
            Record::Action(a) => Stored::Action(a),
            Record::Issue(i) => Stored::Issue(i),
            Record::Project(p) => Stored::Project(p),
            Record::Person(p) => Stored::Person(p),
        }
    }
}

impl From<Stored> for Record {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Meeting(m) => Record::Meeting(m),
            Stored::Action(a) => Record::Action(a),
            Stored::Issue(i) => Record::Issue(i),
            Stored::Project(p) => Record::Project(p),
            Stored::Person(p) => Record::Person(p),
        }
    }
}

/// One version of an object in its history.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryRow {
    pub at: i64,
    /// Address of who caused it, or the name of the moment.
    pub by: String,
    /// Message-ID of the mail it came from.
    pub mail: Option<String>,
    pub why: String,
    /// The object as this version left it; the newest version stands in the object's own row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<serde_json::Value>,
}

impl Stored {
    /// Without what is absent, empty or false at the top: that is what its type begins with, and half of every row.
    pub fn compact(&self) -> serde_json::Value {
        use serde_json::Value;
        let mut value = serde_json::to_value(self).unwrap_or(Value::Null);
        if let Value::Object(tagged) = &mut value {
            for inner in tagged.values_mut() {
                if let Value::Object(fields) = inner {
                    fields.retain(|_, field| match field {
                        Value::Null | Value::Bool(false) => false,
                        Value::String(text) => !text.is_empty(),
                        Value::Array(list) => !list.is_empty(),
                        Value::Object(map) => !map.is_empty(),
                        _ => true,
                    });
                }
            }
        }
        value
    }

    /// The row.
    pub fn json(&self) -> Vec<u8> {
        self.compact().to_string().into_bytes()
    }
}

/// Guard rows as they stood before anything they stand for was read: (key, value).
pub type Guards = Vec<(Key, Option<Value>)>;

/// A read-only look at the store; the first fault is kept.
///
/// A look that decides ([`Snapshot::watching`]) also remembers the guard of each object, and of each person, meeting and
/// project things were found by: a commit that expects them unchanged rests on nothing that moved meanwhile.
pub struct Snapshot<'a> {
    pub store: &'a dyn Store,
    fault: RefCell<Option<StoreError>>,
    watched: Option<RefCell<BTreeMap<Key, Option<Value>>>>,
}

/// Whether an index key names something with a guard of its own: a person, a meeting; not the lists of everything.
pub fn is_guarded(index: &str, key: &str) -> bool {
    key != "all" && index != "caused"
}

impl<'a> Snapshot<'a> {
    pub fn new(store: &'a dyn Store) -> Self {
        Snapshot { store, fault: RefCell::new(None), watched: None }
    }

    /// A look whose decision is committed.
    pub fn watching(store: &'a dyn Store) -> Self {
        Snapshot { watched: Some(RefCell::default()), ..Snapshot::new(store) }
    }

    /// What the commit has to find as it was.
    pub fn guards(&self) -> Guards {
        self.watched.as_ref().map(|watched| watched.take().into_iter().collect()).unwrap_or_default()
    }

    /// To be called before what the name stands for is read.
    fn watch(&self, name: &str) {
        let Some(watched) = &self.watched else { return };
        let key = keys::guard(name);
        if watched.borrow().contains_key(&key) {
            return;
        }
        match self.store.get(&key) {
            Ok(value) => watched.borrow_mut().insert(key, value),
            Err(error) => {
                self.fault.borrow_mut().get_or_insert(error);
                None
            }
        };
    }

    /// What went wrong while reading, if anything did.
    pub fn fault(self) -> Option<StoreError> {
        self.fault.into_inner()
    }

    pub fn read<T: DeserializeOwned>(&self, key: &[u8]) -> Option<T> {
        let value = match self.store.get(key) {
            Ok(value) => value?,
            Err(error) => {
                self.fault.borrow_mut().get_or_insert(error);
                return None;
            }
        };
        match serde_json::from_slice(&value) {
            Ok(row) => Some(row),
            Err(cause) => {
                let error = StoreError::Row { key: keys::shown(key), cause: cause.to_string() };
                self.fault.borrow_mut().get_or_insert(error);
                None
            }
        }
    }

    pub fn record(&self, id: &str) -> Option<Record> {
        self.watch(id);
        self.read::<Stored>(&keys::object(id)).map(Record::from)
    }

    fn rows(&self, prefix: &[u8], limit: usize) -> Vec<(Vec<u8>, crate::store::Value)> {
        self.store.scan(prefix, &prefix_end(prefix), limit).unwrap_or_else(|error| {
            self.fault.borrow_mut().get_or_insert(error);
            Vec::new()
        })
    }
}

impl Records for Snapshot<'_> {
    fn meeting(&self, id: &str) -> Option<Meeting> {
        match self.record(id)? {
            Record::Meeting(m) => Some(*m),
            _ => None,
        }
    }

    fn action(&self, id: &str) -> Option<ActionItem> {
        match self.record(id)? {
            Record::Action(a) => Some(*a),
            _ => None,
        }
    }

    fn issue(&self, id: &str) -> Option<Issue> {
        match self.record(id)? {
            Record::Issue(i) => Some(*i),
            _ => None,
        }
    }

    fn project(&self, id: &str) -> Option<Project> {
        match self.record(id)? {
            Record::Project(p) => Some(*p),
            _ => None,
        }
    }

    fn letter(&self, message_id: &str) -> Option<SentLetter> {
        let id = self.store.get(&keys::message(message_id)).ok()??;
        let id = std::str::from_utf8(&id).ok()?;
        self.read(&keys::letter(id)?)
    }

    fn ids(&self, index: &str, key: &str) -> Vec<String> {
        if is_guarded(index, key) {
            self.watch(key);
        }
        let rows = self.rows(&keys::index(index, key), IDS_MAX);
        rows.into_iter().filter_map(|(_, id)| String::from_utf8(id.to_vec()).ok()).collect()
    }

    fn note(&self, key: &str) -> Option<serde_json::Value> {
        self.read(&keys::note(key))
    }

    fn notes(&self, prefix: &str, limit: usize) -> Vec<(String, serde_json::Value)> {
        let rows = self.rows(&keys::note(prefix), limit);
        rows.into_iter()
            .filter_map(|(key, value)| {
                let key = std::str::from_utf8(key.get(1..)?).ok()?.to_string();
                Some((key, serde_json::from_slice(&value).ok()?))
            })
            .collect()
    }

    fn last_number(&self, letter: char) -> u64 {
        let value = self.store.get(&keys::counter(letter.encode_utf8(&mut [0; 4]))).ok().flatten();
        value.and_then(|v| v.as_ref().try_into().ok()).map_or(0, u64::from_be_bytes)
    }

    fn past(&self, id: &str, version: u64) -> Option<Record> {
        let row = self.read::<HistoryRow>(&keys::history(id, version))?;
        match row.record {
            Some(record) => serde_json::from_value::<Stored>(record).ok().map(Record::from),
            // Only the newest version stands in the object's own row.
            None if self.store.get(&keys::history(id, version + 1)).ok()?.is_none() => self.record(id),
            None => None,
        }
    }

    fn waits(&self, letter_id: &str) -> bool {
        keys::letter(letter_id)
            .and_then(|key| self.read::<crate::outbox::LetterRow>(&key))
            .is_some_and(|row| row.waits())
    }
}
