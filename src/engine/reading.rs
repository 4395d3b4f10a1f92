//! Reading mails ahead of the decisions on them, on other threads.
//!
//! A reading follows from the mail's bytes, the rules, the people, and the few rows it looked up: the letter that is
//! answered, what its writer has on the desk. The rows are kept with it, as they were seen. When the mail's turn comes they
//! are looked up once more; where one has changed, or the people have, the reading is thrown away and made anew. So what is
//! decided is the same as if every mail were read in its turn, and only the time differs.

use super::gather;
use super::known::Known;
use super::snapshot::{Guards, Looked, Snapshot};
use super::{Engine, EngineError, Setup};
use crate::domain::event::MailRead;
use crate::domain::person::Directory;
use crate::language::names::Lexicon;
use crate::store::receive::InboxRow;
use crate::store::{Key, Store, Value};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// All that reading needs; cheap to clone and to send to another thread.
#[derive(Clone)]
pub struct Reader {
    store: Arc<dyn Store>,
    setup: Arc<Setup>,
    directory: Arc<Directory>,
    lexicon: Arc<Lexicon>,
    known: Arc<Known>,
}

/// What a mail says, and what that rests on.
pub struct Reading {
    /// An error is a sentence why it is not read at all.
    pub(super) mail: Result<MailRead, String>,
    /// Guards of what was looked up; the commit expects them, too.
    pub(super) guards: Guards,
    looked: Looked,
    directory: Arc<Directory>,
    /// The row as it was: what was said of the mail, and where its bytes lay.
    row: InboxRow,
}

impl Reader {
    /// Reads a mail of the inbox. Fails where a row cannot be read.
    pub fn read(&self, row: &InboxRow, raw: &[u8], now: DateTime<Utc>) -> Result<Reading, EngineError> {
        let snapshot = Snapshot::looking(&*self.store, &self.known);
        let around = gather::Around {
            records: &snapshot,
            rules: &self.setup.rules,
            settings: &self.setup.gather,
            tokens: &self.setup.tokens,
            directory: &self.directory,
            lexicon: &self.lexicon,
            now,
        };
        let mail = gather::mail(raw, row, &around);
        let guards = snapshot.guards();
        let looked = snapshot.looked()?;
        Ok(Reading { mail, guards, looked, directory: self.directory.clone(), row: row.clone() })
    }

    /// The bytes of a mail that waits.
    pub fn raw(&self, row: &InboxRow) -> Result<Value, EngineError> {
        Ok(self.store.blob(&row.place)?)
    }
}

impl Engine {
    /// A reader as the rules and the people are now.
    pub fn reader(&self) -> Reader {
        Reader {
            store: self.store.clone(),
            setup: self.setup.clone(),
            directory: self.directory.clone(),
            lexicon: self.lexicon.clone(),
            known: self.known.clone(),
        }
    }

    /// Whether a reading made before of this row would come out the same now.
    pub fn holds(&self, row: &InboxRow, reading: &Reading) -> bool {
        let stands = |(key, seen): &(Key, Option<Value>)| self.store.get(key).is_ok_and(|value| value == *seen);
        reading.row == *row
            && Arc::ptr_eq(&reading.directory, &self.directory)
            && reading.guards.iter().all(stands)
            && reading.looked.is_unchanged(&*self.store)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::config::Config;
    use crate::domain::action_item::{ActionItem, State};
    use crate::domain::person::Person;
    use crate::domain::view::Record;
    use crate::engine::setup::setup;
    use crate::store::MemoryStore;

    fn house() -> Engine {
        house_over(Arc::new(MemoryStore::new()))
    }

    fn house_over(store: Arc<dyn Store>) -> Engine {
        let mut config = Config::default();
        config.assistant.address = "duban@example.com".into();
        config.directory.internal_domains = vec!["example.com".into()];
        let people = ["alice", "bob", "carol"].map(|name| Person::of_address(&format!("{name}@example.com"), name));
        let setup = setup(&config, vec![7; 32]).unwrap();
        Engine::open(store, setup, Directory::new(people)).unwrap()
    }

    fn arrives(engine: &Engine, number: u64, from: &str, subject: &str, text: &str) -> (InboxRow, String) {
        let raw = format!(
            "From: <{from}@example.com>\r\nTo: <duban@example.com>\r\nSubject: {subject}\r\nMessage-ID: <{number}@example.com>\r\n\
             Date: Mon, 13 Jul 2026 10:00:00 +0800\r\n\r\n{text}\r\n"
        );
        let row = InboxRow {
            number,
            place: engine.store().put_blob(raw.as_bytes()).unwrap(),
            message_id: format!("{number}@example.com"),
            source: crate::intake::stdin::TRUSTED_SOURCE.into(),
            at: now().timestamp_millis(),
            ..InboxRow::default()
        };
        (row, raw)
    }

    fn now() -> DateTime<Utc> {
        "2026-07-13T02:00:00Z".parse().unwrap()
    }

    /// What Bob says of his work is read anew when he was given some meanwhile.
    #[test]
    fn a_reading_holds_only_while_what_it_saw_stands() {
        let mut engine = house();
        let (said, words) = arrives(&engine, 2, "bob", "plan", "The campaign plan is finished.");
        let (asked, question) = arrives(&engine, 3, "carol", "hello", "my tasks");
        let read =
            |engine: &Engine, row: &InboxRow, raw: &str| engine.reader().read(row, raw.as_bytes(), now()).unwrap();
        let (early, other) = (read(&engine, &said, &words), read(&engine, &asked, &question));
        assert!(engine.holds(&said, &early) && engine.holds(&asked, &other));
        let plan = ActionItem {
            id: "A-1".into(),
            task: "submit the campaign plan".into(),
            owner_address: Some("bob@example.com".into()),
            state: State::Confirmed,
            ..ActionItem::default()
        };
        engine.load(Record::Action(Box::new(plan)), now()).unwrap();
        assert!(!engine.holds(&said, &early), "Bob has work now");
        assert!(engine.mail_read(&said, early, now()).is_none());
        assert!(engine.holds(&asked, &other), "Carol has none");
        let late = read(&engine, &said, &words);
        let outcome = engine.mail_read(&said, late, now()).unwrap().unwrap();
        assert_eq!(outcome.mail.unwrap().reply.commands[0].id.as_deref(), Some("A-1"));
        // A new colleague may be somebody whom words mean.
        engine.set_people(Directory::new([Person::of_address("dan@example.com", "dan")])).unwrap();
        assert!(engine.mail_read(&asked, other, now()).is_none());
    }

    /// What was read of somebody before `duban forget` is not carried out after it, and neither is what was known of a
    /// mail before the DNS or the operator said more.
    #[test]
    fn a_reading_from_before_somebody_was_forgotten_does_not_hold() {
        use crate::config::Retention;
        use crate::retention::forget::{Request, forget};
        use crate::store::DiskStore;
        use crate::store::group::Options;
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(DiskStore::open(folder.path(), Options { syncs: false, ..Options::default() }).unwrap());
        let mut engine = house_over(store.clone());
        let plan = ActionItem {
            id: "A-1".into(),
            task: "submit the campaign plan".into(),
            owner: Some("bob".into()),
            owner_address: Some("bob@example.com".into()),
            state: State::Confirmed,
            ..ActionItem::default()
        };
        engine.load(Record::Action(Box::new(plan)), now()).unwrap();
        let (said, words) = arrives(&engine, 2, "bob", "plan", "The campaign plan is finished.");
        let (told, story) = arrives(&engine, 3, "carol", "[A-1]", "A-1 is late");
        let read =
            |engine: &Engine, row: &InboxRow, raw: &str| engine.reader().read(row, raw.as_bytes(), now()).unwrap();
        let (own, of_others) = (read(&engine, &said, &words), read(&engine, &told, &story));
        assert!(engine.holds(&said, &own) && engine.holds(&told, &of_others));
        // The operator vouches for the mail: it is another mail to the reader.
        let vouched = InboxRow { proven: Some("the operator says so".into()), ..told.clone() };
        assert!(!engine.holds(&vouched, &of_others));
        let request = Request { addresses: vec!["bob@example.com".into()], names: Vec::new(), language: "en".into() };
        forget(&store, &request, &Retention::default(), now().timestamp_millis()).unwrap();
        // Before the people are changed as well: the rows it looked at are others.
        assert!(!engine.holds(&said, &own), "it speaks of Bob's work");
        engine.set_people(Directory::new([Person::of_address("carol@example.com", "carol")])).unwrap();
        assert!(engine.mail_read(&said, own, now()).is_none());
        assert!(engine.mail_read(&told, of_others, now()).is_none());
        // What is read now knows nothing of him.
        let item = engine.store().get(&crate::store::keys::object("A-1")).unwrap().unwrap();
        assert!(!String::from_utf8_lossy(&item).contains("bob"), "{}", String::from_utf8_lossy(&item));
    }
}
