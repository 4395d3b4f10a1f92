//! The people we know, found in running text.

use crate::domain::person::Directory;
use crate::language::command::fold::folded;
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::HashMap;
use std::sync::Arc;

/// What a hit in a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    Person,
    Department,
}

/// The names we know, for the quick question whether words name somebody. Built once per directory, cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    inner: Option<Arc<LexiconInner>>,
}

#[derive(Debug)]
struct LexiconInner {
    automaton: AhoCorasick,
    kinds: Vec<NameKind>,
    exact: HashMap<String, NameKind>,
}

impl Lexicon {
    /// Knows nobody: names are told by their shape alone.
    pub fn empty() -> Self {
        Lexicon::default()
    }

    /// Names, aliases and departments of a directory.
    pub fn of(directory: &Directory) -> Self {
        let mut people: Vec<&str> = Vec::new();
        let mut departments: Vec<&str> = Vec::new();
        for person in directory.people() {
            let list = if person.is_human() { &mut people } else { &mut departments };
            list.push(&person.name);
            list.extend(person.aliases.iter().map(String::as_str));
            departments.push(&person.department);
        }
        Lexicon::new(people, departments)
    }

    pub fn new<'a>(people: impl IntoIterator<Item = &'a str>, departments: impl IntoIterator<Item = &'a str>) -> Self {
        let mut exact: HashMap<String, NameKind> = HashMap::new();
        for name in departments {
            let name = folded(name.trim());
            if name.chars().count() >= 2 && !name.contains('@') {
                exact.insert(name, NameKind::Department);
            }
        }
        for name in people {
            let name = folded(name.trim());
            if name.chars().count() >= 2 && !name.contains('@') {
                exact.insert(name, NameKind::Person);
            }
        }
        if exact.is_empty() {
            return Lexicon::default();
        }
        let mut patterns: Vec<(&String, NameKind)> = exact.iter().map(|(name, kind)| (name, *kind)).collect();
        patterns.sort_unstable_by(|a, b| a.0.cmp(b.0));
        let kinds = patterns.iter().map(|(_, kind)| *kind).collect();
        let built = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(aho_corasick::StartKind::Both)
            .build(patterns.iter().map(|(name, _)| name.as_str()));
        match built {
            Ok(automaton) => Lexicon { inner: Some(Arc::new(LexiconInner { automaton, kinds, exact })) },
            Err(_) => Lexicon::default(),
        }
    }

    /// What these very words name, if we know them.
    pub fn kind_of(&self, written: &str) -> Option<NameKind> {
        let inner = self.inner.as_ref()?;
        inner.exact.get(&folded(written.trim().trim_start_matches(['@', '＠']).trim())).copied()
    }

    pub fn is_person(&self, written: &str) -> bool {
        self.kind_of(written) == Some(NameKind::Person)
    }

    pub fn is_department(&self, written: &str) -> bool {
        self.kind_of(written) == Some(NameKind::Department)
    }

    /// How many characters at the head of `fold` (folded text) are a known name.
    pub fn at_start(&self, fold: &str) -> Option<usize> {
        let inner = self.inner.as_ref()?;
        let skip = usize::from(fold.starts_with('@'));
        let input = aho_corasick::Input::new(fold).span(skip..fold.len()).anchored(aho_corasick::Anchored::Yes);
        let hit = inner.automaton.find(input)?;
        let ends_in_word =
            fold.get(..hit.end()).and_then(|s| s.chars().next_back()).is_some_and(|c| c.is_ascii_alphanumeric())
                && fold.get(hit.end()..).and_then(|s| s.chars().next()).is_some_and(|c| c.is_ascii_alphanumeric());
        (!ends_in_word).then(|| fold.get(..hit.end()).map_or(0, |s| s.chars().count()))
    }

    /// Known names in a folded text, left to right, longest first: byte range and kind.
    pub fn find_in<'t>(&'t self, fold: &'t str) -> impl Iterator<Item = (std::ops::Range<usize>, NameKind)> + 't {
        self.inner.iter().flat_map(move |inner| {
            inner.automaton.find_iter(fold).filter_map(move |hit| {
                let kind = inner.kinds.get(hit.pattern().as_usize()).copied()?;
                let boundary = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric());
                let word = fold.get(hit.range())?;
                let latin = word.is_ascii();
                let free = !latin
                    || (boundary(fold.get(..hit.start())?.chars().next_back())
                        && boundary(fold.get(hit.end()..)?.chars().next()));
                free.then(|| (hit.range(), kind))
            })
        })
    }
}
