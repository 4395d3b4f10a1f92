//! Records as they were last read, so that a record that many events concern is parsed once and not for each of them.
//!
//! A record is kept with the stamp of its guard, read before the record itself. It stands as long as the guard has that
//! stamp: whatever changes an object moves its guard ([`crate::store::keys::guard`]).

use crate::domain::view::Record;
use crate::store::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Records kept at least; twice as many at most. A record is a few KiB.
const RECORDS: usize = 1_024;

/// The stamp of its guard; `None`: there is no such object.
type Kept = (Value, Option<Arc<Record>>);

/// Records by their ids, shared by all that read for one engine.
#[derive(Default)]
pub struct Known {
    kept: Mutex<[HashMap<String, Kept>; 2]>,
}

impl Known {
    /// The record, where it is kept with this stamp.
    pub fn get(&self, id: &str, stamp: &Value) -> Option<Option<Arc<Record>>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find_map(|generation| generation.get(id));
        found.filter(|(since, _)| since == stamp).map(|(_, record)| record.clone())
    }

    pub fn keep(&self, id: &str, stamp: Value, record: Option<Arc<Record>>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let [young, old] = &mut *kept;
        young.insert(id.to_string(), (stamp, record));
        if young.len() > RECORDS {
            *old = std::mem::take(young);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::domain::action_item::ActionItem;
    use crate::engine::snapshot::{Snapshot, row};
    use crate::store::{Batch, MemoryStore, Store, keys};

    #[test]
    fn a_record_is_read_anew_when_it_moved() {
        let (store, known) = (MemoryStore::new(), Known::default());
        let put = |task: &str| {
            let item = ActionItem { id: "A-1".into(), task: task.into(), ..ActionItem::default() };
            let mut batch = Batch::new(0, 0, [0; 32]);
            batch.put(keys::object("A-1"), row(&Record::Action(Box::new(item))));
            store.commit(batch).unwrap();
        };
        let task = || match Snapshot::watching(&store, &known).record("A-1") {
            Some(Record::Action(item)) => Some(item.task),
            _ => None,
        };
        assert_eq!(task(), None);
        put("draft");
        assert_eq!(task().as_deref(), Some("draft"), "that there was none is not kept either");
        let first = Snapshot::watching(&store, &known).known("A-1").unwrap();
        let again = Snapshot::watching(&store, &known).known("A-1").unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        put("report");
        assert_eq!(task().as_deref(), Some("report"));
        for n in 0..3 * RECORDS {
            known.keep(&format!("A-{}", n + 2), Value::from([0]), None);
        }
        assert_eq!(task().as_deref(), Some("report"));
    }
}
