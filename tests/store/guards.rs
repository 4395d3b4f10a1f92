//! A decision rests on what it read: where that moved before the commit, nothing is kept and the event is decided anew.

use chrono::{DateTime, Utc};
use duban::domain::action_item::{ActionItem, State};
use duban::domain::meeting::{Meeting, MeetingState};
use duban::domain::person::{Directory, Person};
use duban::domain::view::Record;
use duban::engine::snapshot::{self, Snapshot};
use duban::engine::{Engine, EngineError, Outcome};
use duban::simulate::world;
use duban::store::journal::sha256;
use duban::store::receive::InboxRow;
use duban::store::{Batch, Key, MemoryStore, Place, Result, Store, StoreError, Ticket, Value, Waiter, keys};
use std::sync::{Arc, Mutex};

/// A store in which something else is committed just before the next commit.
struct Meddled {
    store: MemoryStore,
    next: Mutex<Option<Batch>>,
}

impl Store for Meddled {
    fn get(&self, key: &[u8]) -> Result<Option<Value>> {
        self.store.get(key)
    }
    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>> {
        self.store.scan(from, to, limit)
    }
    fn scan_back(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>> {
        self.store.scan_back(from, to, limit)
    }
    fn put_blob(&self, bytes: &[u8]) -> Result<Place> {
        self.store.put_blob(bytes)
    }
    fn blob(&self, place: &Place) -> Result<Value> {
        self.store.blob(place)
    }
    fn epoch(&self) -> u64 {
        self.store.epoch()
    }
    fn commit(&self, batch: Batch) -> Result<Ticket> {
        if let Some(first) = self.next.lock().unwrap().take() {
            self.store.commit(first)?;
        }
        self.store.commit(batch)
    }
    fn tip(&self) -> Ticket {
        self.store.tip()
    }
    fn sync(&self, ticket: Ticket) -> Result<()> {
        self.store.sync(ticket)
    }
    fn when_durable(&self, ticket: Ticket, waiter: Waiter) {
        self.store.when_durable(ticket, waiter);
    }
}

fn now() -> DateTime<Utc> {
    "2026-03-11T02:00:00Z".parse().unwrap()
}

fn office() -> (Arc<Meddled>, Engine) {
    let store = Arc::new(Meddled { store: MemoryStore::new(), next: Mutex::new(None) });
    let person = |name: &str, address: &str| Person { name: name.into(), address: address.into(), ..Person::default() };
    let people = [person("张三", "zhangsan@example.com"), person("李雷", "lilei@example.com")];
    let setup = world::setup(&world::config()).unwrap();
    let mut engine = Engine::open(store.clone(), setup, Directory::new(people)).unwrap();
    let meeting = Meeting {
        id: "M-1".into(),
        title: "例会".into(),
        organizer: Some("张三".into()),
        organizer_address: Some("zhangsan@example.com".into()),
        state: MeetingState::Minuted,
        ..Meeting::default()
    };
    engine.load(Record::Meeting(Box::new(meeting)), now()).unwrap();
    engine.load(Record::Action(Box::new(item("A-1", "提交测试报告"))), now()).unwrap();
    (store, engine)
}

fn item(id: &str, task: &str) -> ActionItem {
    let source =
        duban::domain::action_item::ItemSource { kind: "meeting".into(), id: Some("M-1".into()), ..Default::default() };
    ActionItem {
        id: id.into(),
        task: task.into(),
        owner: Some("李雷".into()),
        owner_address: Some("lilei@example.com".into()),
        organizer_address: Some("zhangsan@example.com".into()),
        state: State::Confirmed,
        source,
        ..ActionItem::default()
    }
}

fn says(engine: &mut Engine, number: u64, text: &str) -> std::result::Result<Outcome, EngineError> {
    let raw = format!(
        "From: <lilei@example.com>\r\nTo: <duban@example.com>\r\nSubject: report\r\nMessage-ID: <m{number}@example.com>\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    );
    let row = InboxRow {
        number,
        place: Place { segment: 1, offset: 0, len: raw.len() as u32, hash: sha256(raw.as_bytes()) },
        message_id: format!("m{number}@example.com"),
        source: "test".into(),
        at: now().timestamp_millis(),
        proven: Some("a test".into()),
        ..InboxRow::default()
    };
    engine.mail(&row, raw.as_bytes(), now())
}

fn stored(store: &Meddled, id: &str) -> ActionItem {
    match Snapshot::new(store).record(id) {
        Some(Record::Action(item)) => *item,
        other => panic!("{other:?}"),
    }
}

/// Another engine's commit: the object as it leaves it, and the guards it moves.
fn elsewhere(record: Record, guards: &[&str]) -> Batch {
    let mut batch = Batch::new(0, 0, [7; 32]);
    let id = record.id().to_string();
    for (index, key) in record.indexes() {
        batch.put(keys::index_row(index, &key, &id), id.as_bytes().to_vec());
    }
    batch.put(keys::object(&id), snapshot::row(&record));
    for name in guards {
        batch.put(keys::guard(name), 1_000_000_u64.to_be_bytes().to_vec());
    }
    batch
}

#[test]
fn an_object_that_moved_is_decided_about_anew() {
    let (store, mut engine) = office();
    let cancelled = ActionItem { state: State::Cancelled, version: 9, ..item("A-1", "提交测试报告") };
    *store.next.lock().unwrap() = Some(elsewhere(Record::Action(Box::new(cancelled)), &["A-1"]));
    let first = says(&mut engine, 1, "A-1 完成");
    assert!(matches!(first, Err(EngineError::Store(StoreError::Conflict))), "{first:?}");
    assert_eq!(stored(&store, "A-1").state, State::Cancelled, "nothing of the decision was kept");
    says(&mut engine, 1, "A-1 完成").unwrap();
    assert_eq!(stored(&store, "A-1").state, State::Cancelled, "decided on what is there now: it was cancelled");
}

#[test]
fn what_is_found_through_a_person_is_guarded() {
    let (store, mut engine) = office();
    // A second item of the same owner: 完成 alone no longer says which.
    let second = Record::Action(Box::new(item("A-2", "整理预算")));
    *store.next.lock().unwrap() = Some(elsewhere(second, &["A-2", "lilei@example.com", "zhangsan@example.com", "M-1"]));
    let first = says(&mut engine, 1, "做完了");
    assert!(matches!(first, Err(EngineError::Store(StoreError::Conflict))), "{first:?}");
    says(&mut engine, 1, "做完了").unwrap();
    assert_eq!(stored(&store, "A-1").state, State::Confirmed, "asked which one, not guessed");
}

#[test]
fn what_concerns_others_conflicts_with_nothing() {
    let (store, mut engine) = office();
    let other = ActionItem {
        owner: Some("王芳".into()),
        owner_address: Some("wangfang@example.com".into()),
        organizer_address: None,
        source: Default::default(),
        ..item("A-9", "别的事")
    };
    *store.next.lock().unwrap() = Some(elsewhere(Record::Action(Box::new(other)), &["A-9", "wangfang@example.com"]));
    says(&mut engine, 1, "A-1 完成").unwrap();
    assert_eq!(stored(&store, "A-1").state, State::Done);
}
