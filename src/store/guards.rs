//! Guards: what tells a decision that something moved while it was being made.
//!
//! A guard ([`super::keys::guard`]) counts for as long as a decision takes, and who decides is in the process that holds
//! the folder. So guards are no rows: a commit that puts one stamps it here, a commit that changes an object stamps the
//! guard of that object by itself, and reading the row of a guard gives its last stamp. Stamps only grow and mean nothing
//! else. Only names that moved lately are remembered one by one; all others share the stamp under which the last of them
//! were let go, so that forgetting a name can only look like a move, never hide one.

use super::{Change, Key, Value, keys};
use std::collections::HashMap;

/// Names remembered one by one, at least; twice as many at most.
const NAMES: usize = 16_384;

/// The guards of a store.
#[derive(Debug, Default)]
pub(super) struct Guards {
    /// The last stamp that was given.
    last: u64,
    /// Names by their keys.
    young: HashMap<Key, u64>,
    old: HashMap<Key, u64>,
    /// The last stamp when `young` began.
    begun: u64,
    /// Of every name that is in neither.
    rest: u64,
}

impl Guards {
    /// The row of a guard, by its key.
    pub fn get(&self, key: &[u8]) -> Value {
        let stamp = self.young.get(key).or_else(|| self.old.get(key)).unwrap_or(&self.rest);
        Value::from(stamp.to_be_bytes())
    }

    /// To be called when a commit's changes can be read, not before: who sees the new stamp must not see old rows.
    pub fn moved(&mut self, names: Vec<Key>) {
        self.last += 1;
        for key in names {
            self.young.insert(key, self.last);
        }
        if self.young.len() > NAMES {
            self.rest = self.begun;
            self.begun = self.last;
            self.old = std::mem::take(&mut self.young);
        }
    }

    /// Commits were taken back: everything may be another than it was.
    pub fn all_moved(&mut self) {
        self.last += 1;
        *self = Guards { last: self.last, begun: self.last, rest: self.last, ..Guards::default() };
    }
}

/// What a batch moves: the guards that it puts, which are taken out of its changes, and those of the objects it changes.
/// Guards were rows once; removing one of those is a change like any other.
pub(super) fn split(changes: &mut Vec<Change>) -> Vec<Key> {
    let is_put = |change: &mut Change| change.key.first() == Some(&keys::GUARD) && change.value.is_some();
    let mut names: Vec<Key> = changes.extract_if(.., is_put).map(|change| change.key).collect();
    for change in changes {
        if let Some((&keys::OBJECT, id)) = change.key.split_first() {
            names.push([&[keys::GUARD], id].concat());
        }
    }
    names
}

/// Whether this key is answered by [`Guards::get`].
pub(super) fn is_guard(key: &[u8]) -> bool {
    key.first() == Some(&keys::GUARD)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moves(guards: &mut Guards, names: impl IntoIterator<Item = String>) {
        guards.moved(names.into_iter().map(|name| keys::guard(&name)).collect());
    }

    #[test]
    fn a_name_that_was_let_go_looks_moved_and_never_the_other_way() {
        let mut guards = Guards::default();
        let of = |guards: &Guards, name: &str| guards.get(&keys::guard(name));
        let first = of(&guards, "A-1");
        moves(&mut guards, ["A-1".into()]);
        let moved = of(&guards, "A-1");
        assert_ne!(first, moved);
        assert_eq!(of(&guards, "A-2"), first, "another stands");
        for round in 0..4 {
            moves(&mut guards, (0..=NAMES).map(|n| format!("x{round}-{n}")));
            let now = of(&guards, "A-2");
            moves(&mut guards, ["A-2".into()]);
            assert_ne!(of(&guards, "A-2"), now, "a move is seen in every round");
        }
        assert_ne!(of(&guards, "A-1"), first);
        assert_ne!(of(&guards, "A-3"), first, "it shares the stamp of what was let go");
        let before = of(&guards, "A-2");
        guards.all_moved();
        assert_ne!(of(&guards, "A-2"), before);
    }

    #[test]
    fn a_change_of_an_object_moves_its_guard() {
        let mut guards = Guards::default();
        let before = guards.get(&keys::guard("A-107"));
        let mut changes = vec![
            Change { key: keys::object("A-107"), value: Some(Vec::new()) },
            Change { key: keys::guard("li@example.com"), value: Some(vec![1]) },
            Change { key: keys::guard("old"), value: None },
        ];
        let names = split(&mut changes);
        assert_eq!((names.len(), changes.len()), (2, 2), "a row of before can be removed");
        guards.moved(names);
        assert_ne!(guards.get(&keys::guard("A-107")), before);
        assert_ne!(guards.get(&keys::guard("li@example.com")), before);
    }
}
