//! The reads of a decision, answered from the store. A row that cannot be read is logged and counts as absent here; the
//! commit then fails on it, so nothing is decided on half a truth.

use super::known::Known;
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
use std::sync::Arc;

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

/// One version of an object in its history. That of the newest stands in the object's own row, as `_last`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryRow {
    pub at: i64,
    /// Address of who caused it, or the name of the moment.
    pub by: String,
    /// Message-ID of the mail it came from.
    pub mail: Option<String>,
    pub why: String,
    /// The object as this version left it; none in the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<serde_json::Value>,
}

impl HistoryRow {
    /// The row of this version once it is not the newest any more: with the object as it left it.
    pub fn with(&self, record: &Record) -> Vec<u8> {
        let mut out = crate::store::receive::json(&HistoryRow { record: None, ..self.clone() });
        out.pop();
        out.extend_from_slice(b",\"record\":");
        out.extend_from_slice(&row(record));
        out.push(b'}');
        out
    }
}

/// A record's row: JSON without what is absent, empty or false at the top, since that is what its type begins with and
/// half of every row.
pub fn row(record: &Record) -> Vec<u8> {
    // The same tags as [`Stored`], without a copy of the record.
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Lent<'r> {
        Meeting(&'r Meeting),
        Action(&'r ActionItem),
        Issue(&'r Issue),
        Project(&'r Project),
        Person(&'r Person),
    }
    let lent = match record {
        Record::Meeting(m) => Lent::Meeting(m),
        Record::Action(a) => Lent::Action(a),
        Record::Issue(i) => Lent::Issue(i),
        Record::Project(p) => Lent::Project(p),
        Record::Person(p) => Lent::Person(p),
    };
    without_nothing(&crate::store::receive::json(&lent))
}

/// The same with what is said of this version.
pub fn row_with(record: &Record, last: &HistoryRow) -> Vec<u8> {
    let mut out = row(record);
    let inner = out.len().saturating_sub(2);
    out.truncate(inner);
    if !out.ends_with(b"{") {
        out.push(b',');
    }
    out.extend_from_slice(b"\"_last\":");
    out.extend_from_slice(&crate::store::receive::json(last));
    out.extend_from_slice(b"}}");
    out
}

/// What the row of an object says of its newest version. Stores of before have it in a row of its own.
pub fn last(row: &[u8]) -> Option<HistoryRow> {
    #[derive(Deserialize)]
    struct Inner {
        #[serde(rename = "_last")]
        last: Option<HistoryRow>,
    }
    let tagged: BTreeMap<String, Inner> = serde_json::from_slice(row).ok()?;
    tagged.into_values().next()?.last
}

/// `{"tag":{…}}` without the fields of the inner object that are null, false or empty. It is our own JSON, so there are no
/// blanks in it.
fn without_nothing(json: &[u8]) -> Vec<u8> {
    const NOTHING: [&[u8]; 5] = [b":null", b":false", b":\"\"", b":[]", b":{}"];
    let mut out = Vec::with_capacity(json.len());
    let Some(open) = json.iter().skip(1).position(|byte| *byte == b'{').map(|at| at + 2) else { return json.to_vec() };
    let (head, rest) = json.split_at(open.min(json.len()));
    let Some(mut rest) = rest.strip_suffix(b"}}") else { return json.to_vec() };
    out.extend_from_slice(head);
    while !rest.is_empty() {
        let (field, behind) = rest.split_at(field_len(rest));
        rest = behind.strip_prefix(b",").unwrap_or(behind);
        if !NOTHING.iter().any(|nothing| field.ends_with(nothing)) {
            if out.len() > head.len() {
                out.push(b',');
            }
            out.extend_from_slice(field);
        }
    }
    out.extend_from_slice(b"}}");
    out
}

/// Bytes up to the comma that ends the first field.
fn field_len(json: &[u8]) -> usize {
    let (mut depth, mut in_text, mut escaped) = (0_u32, false, false);
    for (at, byte) in json.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => return at,
            _ => {}
        }
    }
    json.len()
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
    /// Records that were read before, where a look watches.
    known: Option<&'a Known>,
    /// What was seen, where somebody wants to know.
    looked: Option<RefCell<Looked>>,
}

/// Whether an index key names something with a guard of its own: a person, a meeting; not the lists of everything.
pub fn is_guarded(index: &str, key: &str) -> bool {
    key != "all" && index != "caused"
}

/// Rows that were looked up, as they were.
#[derive(Default)]
pub struct Looked {
    rows: Vec<(Key, Option<Value>)>,
    ranges: Vec<Range>,
}

/// A range that was looked through.
struct Range {
    prefix: Key,
    limit: usize,
    found: Vec<(Key, Value)>,
}

impl Looked {
    /// Whether all of it would be found as it was.
    pub fn is_unchanged(&self, store: &dyn Store) -> bool {
        self.rows.iter().all(|(key, seen)| store.get(key).is_ok_and(|value| value == *seen))
            && self.ranges.iter().all(|range| {
                let now = store.scan(&range.prefix, &prefix_end(&range.prefix), range.limit);
                now.is_ok_and(|rows| rows == range.found)
            })
    }
}

impl<'a> Snapshot<'a> {
    pub fn new(store: &'a dyn Store) -> Self {
        Snapshot { store, fault: RefCell::new(None), watched: None, known: None, looked: None }
    }

    /// A look whose decision is committed.
    pub fn watching(store: &'a dyn Store, known: &'a Known) -> Self {
        Snapshot { watched: Some(RefCell::default()), known: Some(known), ..Snapshot::new(store) }
    }

    /// A look of which all is remembered, so that it can be seen whether it stands: the guards, and the rows that have
    /// none.
    pub fn looking(store: &'a dyn Store, known: &'a Known) -> Self {
        Snapshot { looked: Some(RefCell::default()), ..Snapshot::watching(store, known) }
    }

    /// What was looked up since [`Snapshot::looking`]; an error where a row could not be read.
    pub fn looked(self) -> Result<Looked, StoreError> {
        match self.fault.into_inner() {
            Some(fault) => Err(fault),
            None => Ok(self.looked.map(RefCell::into_inner).unwrap_or_default()),
        }
    }

    /// What the commit has to find as it was.
    pub fn guards(&self) -> Guards {
        self.watched.as_ref().map(|watched| watched.take().into_iter().collect()).unwrap_or_default()
    }

    /// To be called before what the name stands for is read; gives the stamp of its guard.
    fn watch(&self, name: &str) -> Option<Value> {
        let watched = self.watched.as_ref()?;
        let key = keys::guard(name);
        if let Some(stamp) = watched.borrow().get(&key) {
            return stamp.clone();
        }
        match self.store.get(&key) {
            Ok(stamp) => {
                watched.borrow_mut().insert(key, stamp.clone());
                stamp
            }
            Err(error) => {
                self.fault.borrow_mut().get_or_insert(error);
                None
            }
        }
    }

    /// What went wrong while reading, if anything did.
    pub fn fault(&self) -> Option<StoreError> {
        self.fault.take()
    }

    fn get(&self, key: &[u8]) -> Option<Value> {
        let value = self.kept(self.store.get(key));
        if let Some(looked) = &self.looked {
            looked.borrow_mut().rows.push((key.to_vec(), value.clone()));
        }
        value
    }

    pub fn read<T: DeserializeOwned>(&self, key: &[u8]) -> Option<T> {
        self.parse(key, &self.get(key)?)
    }

    fn parse<T: DeserializeOwned>(&self, key: &[u8], value: &[u8]) -> Option<T> {
        match serde_json::from_slice(value) {
            Ok(row) => Some(row),
            Err(cause) => {
                let error = StoreError::Row { key: keys::shown(key), cause: cause.to_string() };
                self.fault.borrow_mut().get_or_insert(error);
                None
            }
        }
    }

    pub fn record(&self, id: &str) -> Option<Record> {
        self.known(id).map(|record| (*record).clone())
    }

    /// The same without a copy.
    pub fn known(&self, id: &str) -> Option<Arc<Record>> {
        let stamp = self.watch(id);
        let cached = self.known.zip(stamp.as_ref());
        if let Some(found) = cached.and_then(|(known, stamp)| known.get(id, stamp)) {
            return found;
        }
        let key = keys::object(id);
        // Its guard says whether it stands.
        let value = if cached.is_some() { self.kept(self.store.get(&key)) } else { self.get(&key) };
        let record = value.and_then(|value| self.parse::<Stored>(&key, &value)).map(|row| Arc::new(Record::from(row)));
        if let (Some((known, stamp)), true) = (cached, self.fault.borrow().is_none()) {
            known.keep(id, stamp.clone(), record.clone());
        }
        record
    }

    /// What is said of the newest version of an object.
    pub fn last(&self, id: &str) -> Option<HistoryRow> {
        last(&self.get(&keys::object(id))?)
    }

    /// What was read; an error is the look's fault.
    fn kept<T: Default>(&self, read: Result<T, StoreError>) -> T {
        read.unwrap_or_else(|error| {
            self.fault.borrow_mut().get_or_insert(error);
            T::default()
        })
    }

    fn rows(&self, prefix: &[u8], limit: usize, guarded: bool) -> Vec<(Key, Value)> {
        let rows = self.kept(self.store.scan(prefix, &prefix_end(prefix), limit));
        if let Some(looked) = self.looked.as_ref().filter(|_| !guarded) {
            looked.borrow_mut().ranges.push(Range { prefix: prefix.to_vec(), limit, found: rows.clone() });
        }
        rows
    }
}

impl Records for Snapshot<'_> {
    fn meeting(&self, id: &str) -> Option<Meeting> {
        match &*self.known(id)? {
            Record::Meeting(m) => Some((**m).clone()),
            _ => None,
        }
    }

    fn action(&self, id: &str) -> Option<ActionItem> {
        match &*self.known(id)? {
            Record::Action(a) => Some((**a).clone()),
            _ => None,
        }
    }

    fn issue(&self, id: &str) -> Option<Issue> {
        match &*self.known(id)? {
            Record::Issue(i) => Some((**i).clone()),
            _ => None,
        }
    }

    fn project(&self, id: &str) -> Option<Project> {
        match &*self.known(id)? {
            Record::Project(p) => Some((**p).clone()),
            _ => None,
        }
    }

    fn version(&self, id: &str) -> Option<u64> {
        self.known(id).map(|record| record.version())
    }

    fn letter(&self, message_id: &str) -> Option<SentLetter> {
        let id = self.get(&keys::message(message_id))?;
        let id = std::str::from_utf8(&id).ok()?;
        self.read(&keys::letter(id)?)
    }

    fn letter_with_id(&self, id: &str) -> Option<SentLetter> {
        self.read(&keys::letter(id)?)
    }

    fn ids(&self, index: &str, key: &str) -> Vec<String> {
        let guarded = is_guarded(index, key);
        if guarded {
            self.watch(key);
        }
        let rows = self.rows(&keys::index(index, key), IDS_MAX, guarded);
        rows.into_iter().filter_map(|(_, id)| String::from_utf8(id.to_vec()).ok()).collect()
    }

    fn note(&self, key: &str) -> Option<serde_json::Value> {
        self.read(&keys::note(key))
    }

    fn notes(&self, prefix: &str, limit: usize) -> Vec<(String, serde_json::Value)> {
        let rows = self.rows(&keys::note(prefix), limit, false);
        rows.into_iter()
            .filter_map(|(key, value)| {
                let key = std::str::from_utf8(key.get(1..)?).ok()?.to_string();
                Some((key, serde_json::from_slice(&value).ok()?))
            })
            .collect()
    }

    fn last_number(&self, letter: char) -> u64 {
        let value = self.get(&keys::counter(letter.encode_utf8(&mut [0; 4])));
        value.and_then(|v| v.as_ref().try_into().ok()).map_or(0, u64::from_be_bytes)
    }

    fn past(&self, id: &str, version: u64) -> Option<Record> {
        match self.read::<HistoryRow>(&keys::history(id, version)).and_then(|row| row.record) {
            Some(record) => serde_json::from_value::<Stored>(record).ok().map(Record::from),
            // The newest version stands in the object's own row.
            None => self.record(id).filter(|record| record.version() == version),
        }
    }

    fn waits(&self, letter_id: &str) -> bool {
        keys::letter(letter_id)
            .and_then(|key| self.read::<crate::outbox::LetterRow>(&key))
            .is_some_and(|row| row.waits())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_version_of_before_is_kept_whole() {
        let item = ActionItem { id: "A-1".into(), task: "draft".into(), version: 3, ..ActionItem::default() };
        let record = Record::Action(Box::new(item));
        let plain = HistoryRow { at: 7, by: "li@x.com".into(), mail: None, why: "确认".into(), record: None };
        let tree = HistoryRow { record: serde_json::from_slice(&row(&record)).ok(), ..plain.clone() };
        assert_eq!(plain.with(&record), crate::store::receive::json(&tree));
        let newest = row_with(&record, &plain);
        assert_eq!(last(&newest).map(|row| (row.at, row.why)), Some((7, "确认".into())));
        assert_eq!(Record::from(serde_json::from_slice::<Stored>(&newest).unwrap()), record);
        assert!(last(&row(&record)).is_none(), "as stores of before have it");
    }

    #[test]
    fn a_row_leaves_out_what_is_nothing() {
        let item = ActionItem {
            id: "A-1".into(),
            task: "say \":null\", \\ and {}".into(),
            helpers: vec![String::new(), ":[]".into()],
            held: true,
            ..ActionItem::default()
        };
        let record = Record::Action(Box::new(item));
        let text = String::from_utf8(row(&record)).unwrap();
        // The same by way of a tree.
        let mut tree = serde_json::to_value(Stored::from(record.clone())).unwrap();
        let fields = tree["action"].as_object_mut().unwrap();
        let all = fields.len();
        fields.retain(|_, field| {
            !field.is_null()
                && *field != false
                && *field != ""
                && !field.as_array().is_some_and(Vec::is_empty)
                && !field.as_object().is_some_and(serde_json::Map::is_empty)
        });
        assert!(fields.len() < all);
        assert_eq!(text, tree.to_string());
        let back: Stored = serde_json::from_str(&text).unwrap();
        assert_eq!(Record::from(back), record);
        // All of it nothing.
        assert_eq!(without_nothing(br#"{"a":{"x":null,"y":[]}}"#), br#"{"a":{}}"#);
    }
}
