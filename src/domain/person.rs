//! People, departments and roles (SPEC 3.6). Who is meant by a name is asked through [`Names`]; the words live in
//! `language::names`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

/// A row of people.csv, or a colleague learned from mail (O3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// Primary address, lower case; it is the identity of the person everywhere.
    pub address: String,
    pub name: String,
    /// Other names; entries with `@` are further addresses.
    pub aliases: Vec<String>,
    pub department: String,
    pub title: String,
    /// Name or address of the superior.
    pub manager: String,
    /// `head`, `contact`, `sponsor` or empty.
    pub role: String,
    /// `zh-CN`, `zh-TW`, `en`; empty means the assistant's.
    pub language: String,
    /// IANA name; empty means the assistant's.
    pub time_zone: String,
    /// `09:00-18:00`; empty means the calendar's.
    pub working_hours: String,
    /// Name of a working calendar; empty means the default.
    pub calendar: String,
    pub phone: String,
    /// Names or addresses of the secretaries (O5), between `;`.
    pub assistant: String,
    /// Name or address of who stands in, within the days below (O5).
    pub deputy: String,
    pub deputy_from: Option<NaiveDate>,
    /// The last day.
    pub deputy_until: Option<NaiveDate>,
    /// Assistant and deputy of this person also approve (O5).
    pub may_approve: bool,
    /// `person` (or empty), `group`, `list`, `room`.
    pub kind: String,
    /// Members of a group, by address.
    pub members: Vec<String>,
    /// Learned from mail rather than from people.csv.
    pub learned: bool,
}

impl Person {
    /// Somebody we know only by address.
    pub fn of_address(address: &str, name: &str) -> Person {
        let address = address.to_lowercase();
        let name =
            if name.is_empty() { address.split('@').next().unwrap_or_default().to_string() } else { name.into() };
        Person { address, name, ..Person::default() }
    }

    pub fn is_human(&self) -> bool {
        matches!(self.kind.as_str(), "" | "person")
    }

    pub fn domain(&self) -> &str {
        self.address.rsplit('@').next().unwrap_or_default()
    }
}

/// How the names of a person are spelt for comparison: what [`Names`] would else derive anew at every question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spellings {
    pub name: String,
    /// Bytes of `name` that are the surname; 0 where it has none that is known.
    pub surname: usize,
    pub aliases: Vec<String>,
    pub department: String,
    pub title: String,
    /// Latin letters of the name, of the local part of the address, and of the local parts of further addresses.
    pub name_letters: String,
    pub local_letters: String,
    pub alias_letters: Vec<String>,
    /// The local parts that may be made of a Chinese name, sorted; asked for seldom.
    pub pinyin: OnceLock<Vec<String>>,
}

/// Everybody we know. Cheap to share; rebuilt when people.csv changes or somebody new is learned.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    people: Vec<Arc<Person>>,
    /// Beside `people`, place for place; made when they are first asked for.
    spellings: Vec<Arc<OnceLock<Spellings>>>,
    by_address: HashMap<String, usize>,
    spelt: OnceLock<Spelt>,
}

/// What names are looked up by, so that not everybody is asked for each.
#[derive(Clone, Debug, Default)]
pub struct Spelt {
    /// Folded name → the places of those who have it, in their order.
    pub by_name: HashMap<String, Vec<usize>>,
    /// Folded, each once.
    pub departments: BTreeSet<String>,
}

impl Directory {
    pub fn new(people: impl IntoIterator<Item = Person>) -> Self {
        let mut directory = Directory::default();
        for person in people {
            directory.add(person);
        }
        directory
    }

    /// Adds a person, or replaces the one with the same primary address.
    pub fn add(&mut self, mut person: Person) {
        person.address = person.address.to_lowercase();
        let at = match self.by_address.get(&person.address) {
            Some(&at) if self.people.get(at).is_some_and(|old| old.address == person.address) => at,
            _ => self.people.len(),
        };
        self.by_address.insert(person.address.clone(), at);
        for alias in person.aliases.iter().filter(|alias| alias.contains('@')) {
            self.by_address.entry(alias.to_lowercase()).or_insert(at);
        }
        let person = Arc::new(person);
        self.spelt = OnceLock::new();
        if at < self.people.len() {
            self.people[at] = person;
            self.spellings[at] = Arc::default();
        } else {
            self.people.push(person);
            self.spellings.push(Arc::default());
        }
    }

    pub fn by_address(&self, address: &str) -> Option<&Arc<Person>> {
        self.people.get(self.place_of(address)?)
    }

    /// The place of a person among [`Directory::people`].
    pub fn place_of(&self, address: &str) -> Option<usize> {
        match self.by_address.get(address) {
            Some(&at) => Some(at),
            None => self.by_address.get(&address.to_lowercase()).copied(),
        }
    }

    /// The spellings of the person at a place; `make` is asked once for each person.
    pub fn spellings(&self, place: usize, make: impl FnOnce(&Person) -> Spellings) -> Option<&Spellings> {
        let person = self.people.get(place)?;
        Some(self.spellings.get(place)?.get_or_init(|| make(person)))
    }

    /// What names are looked up by; made of everybody's spellings when it is first asked for.
    pub fn spelt(&self, make: impl Fn(&Person) -> Spellings) -> &Spelt {
        self.spelt.get_or_init(|| {
            let mut spelt = Spelt::default();
            for place in 0..self.people.len() {
                let Some(one) = self.spellings(place, &make) else { continue };
                spelt.by_name.entry(one.name.clone()).or_default().push(place);
                if !one.department.is_empty() {
                    spelt.departments.insert(one.department.clone());
                }
            }
            spelt
        })
    }

    pub fn people(&self) -> &[Arc<Person>] {
        &self.people
    }

    /// Who answers for a department: its contact, else its head.
    pub fn contact_of(&self, department: &str) -> Option<&Arc<Person>> {
        let of = |role: &'static str| {
            self.people.iter().find(move |p| p.role == role && p.department == department && p.is_human())
        };
        of("contact").or_else(|| of("head"))
    }

    pub fn head_of(&self, department: &str) -> Option<&Arc<Person>> {
        self.people.iter().find(|p| p.role == "head" && p.department == department && p.is_human())
    }

    pub fn is_department(&self, name: &str) -> bool {
        !name.is_empty() && self.people.iter().any(|p| p.department == name)
    }
}

/// Who a written name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// The primary address.
    One(String),
    /// Several could be meant: ask.
    Several(Vec<String>),
    /// A department, a group or nobody we know.
    Nobody,
}

/// Resolves names as SPEC 3.6 says: among those concerned first, then in the whole directory.
pub trait Names: Send + Sync {
    fn resolve(&self, written: &str, concerned: &[String], directory: &Directory) -> Resolved;
    /// 市场部, "Finance": a department rather than a person.
    fn is_department(&self, written: &str, directory: &Directory) -> bool;
    /// The addresses that words like 研发部全体 or 各部门负责人 stand for (O6); empty where it is no such word.
    fn expand(&self, _written: &str, _directory: &Directory) -> Vec<String> {
        Vec::new()
    }
}
