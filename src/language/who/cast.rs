//! The names that one mail is about.

use crate::language::scan::{ByCharacter, Scan, is_han};

/// The names that one mail is about.
#[derive(Clone, Debug, Default)]
pub(in crate::language) struct Cast {
    by_first: ByCharacter<Vec<Known>>,
    count: usize,
    pub writer: Option<String>,
}

#[derive(Clone, Debug)]
struct Known {
    folded: Vec<char>,
    department: bool,
}

/// Names of one mail that are kept.
const CAST_MAX: usize = 400;

impl Cast {
    /// Only the writer is known.
    pub fn of_writer(writer: Option<&str>) -> Cast {
        let mut cast = Cast { writer: writer.map(str::to_owned), ..Cast::default() };
        if let Some(writer) = writer {
            cast.add(writer);
        }
        cast
    }

    pub fn add(&mut self, name: &str) {
        self.put(name, false);
        // English people are called by their first names.
        let mut words = name.split_whitespace();
        if let (Some(first), Some(_)) = (words.next(), words.next())
            && name.is_ascii()
            && first.len() >= 3
            && !first.ends_with('.')
        {
            self.put(first, false);
        }
    }

    pub fn add_department(&mut self, name: &str) {
        self.put(name, true);
    }

    fn put(&mut self, name: &str, department: bool) {
        let scan = Scan::new(name.trim());
        let folded = scan.slice(0..scan.len()).to_vec();
        let wide = folded.first().copied().is_some_and(is_han);
        if self.count >= CAST_MAX || folded.len() < 2 || folded.len() > 40 || (wide && folded.len() > 12) {
            return;
        }
        let Some(first) = folded.first() else { return };
        let list = self.by_first.entry(*first).or_default();
        if !list.iter().any(|known| known.folded == folded) {
            list.push(Known { folded, department });
            list.sort_by_key(|known| std::cmp::Reverse(known.folded.len()));
            self.count += 1;
        }
    }

    /// The longest known name there: where it ends, and whether it is a department.
    pub(super) fn at(&self, scan: &Scan, i: usize) -> Option<(usize, bool)> {
        let latin = scan.at(i).is_ascii_alphanumeric();
        if latin && scan.before(i).is_ascii_alphanumeric() {
            return None;
        }
        self.by_first.get(&scan.at(i))?.iter().find_map(|known| {
            let end = i + known.folded.len();
            let stands = scan.stands(i, &known.folded);
            let whole = !(latin && scan.at(end).is_ascii_alphanumeric());
            (stands && whole).then_some((end, known.department))
        })
    }

    pub fn knows(&self, name: &str) -> bool {
        let scan = Scan::new(name.trim());
        self.at(&scan, 0).is_some_and(|(end, _)| end == scan.len())
    }
}
