//! What a decision sees and what it decides.
//!
//! A [`View`] is a snapshot of the few records an event concerns, read as they are asked for, with the decision's own
//! changes laid over it. The same records, event, moment and rules give the same [`Decision`]: nothing else is read.

use super::action_item::ActionItem;
use super::event::Tick;
use super::issue::Issue;
use super::letter::{Letter, LetterName, SentLetter};
use super::meeting::Meeting;
use super::person::{Directory, Names, Person, Resolved};
use super::policy::Policy;
use super::project::Project;
use super::workdays::{Hours, Quiet, Workdays};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What holds for every decision: numbers, identity, calendars. Passed in, like the moment.
#[derive(Clone)]
pub struct Rules {
    pub policy: Policy,
    /// Our own address, lower case.
    pub assistant: String,
    /// 督办助手.
    pub assistant_name: String,
    pub admin: Option<String>,
    /// `zh-CN` or `en`: for people whose language is not known.
    pub language: String,
    pub time_zone: chrono_tz::Tz,
    pub internal_domains: Vec<String>,
    /// The default working calendar.
    pub workdays: Workdays,
    /// Named calendars of the configuration (O30).
    pub calendars: HashMap<String, Workdays>,
    /// Which calendar a department works by, where people.csv says nothing of its people (O30).
    pub department_calendars: HashMap<String, String>,
    pub names: Arc<dyn Names>,
    /// What an unauthenticated mail may do: `nothing` or `attendance`.
    pub unauthenticated: String,
    /// Whether everybody can have an address at a domain: its people are no firm (O39).
    pub is_provider: fn(&str) -> bool,
    /// Addresses of ours: the assistant's and its plus forms' base.
    pub own_addresses: Vec<String>,
    /// The archive folder as letters name it (O43); `None` where none is kept.
    pub archive: Option<String>,
}

impl Rules {
    /// An authenticated sender of these domains is an insider (O3).
    pub fn is_internal(&self, address: &str) -> bool {
        let domain = address.rsplit('@').next().unwrap_or_default();
        self.internal_domains.iter().any(|own| own.eq_ignore_ascii_case(domain))
    }

    /// Where the archive of an object lies, as letters name it: `//nas/duban/P-3-V2.0版本升级`.
    pub fn archive_of(&self, id: &str, title: &str) -> Option<String> {
        let folder = self.archive.as_deref()?.trim_end_matches(['/', '\\']);
        Some(format!("{folder}/{}", archive_name(id, title)))
    }

    /// By what a person works: the name of a calendar, the person's own or the department's, and the person's own hours
    /// behind a `|`. Records keep it, so that what time does to them needs nobody looked up.
    pub fn calendar_key(&self, person: &Person) -> String {
        let of_department = || self.department_calendars.get(&person.department).cloned().unwrap_or_default();
        let name = Some(&person.calendar).filter(|name| self.calendars.contains_key(*name)).cloned();
        let name = name.unwrap_or_else(of_department);
        if person.working_hours.is_empty() { name } else { format!("{name}|{}", person.working_hours) }
    }

    /// The working calendar of such a key; the house's where it names none that is known.
    pub fn calendar(&self, key: &str) -> Workdays {
        let (name, hours) = key.split_once('|').unwrap_or((key, ""));
        let days = self.calendars.get(name).unwrap_or(&self.workdays).clone();
        let stretches: Vec<&str> =
            hours.split([';', '；']).map(str::trim).filter(|stretch| !stretch.is_empty()).collect();
        match Hours::from_stretches(&stretches) {
            Some(hours) => days.with_hours(hours),
            None => days,
        }
    }

    /// Quiet hours of who works by this calendar: as long before the first and after the last working hour as the house's
    /// are (O30). Who works from 13:00 to 22:00 hears until midnight, and not before noon.
    pub fn quiet_in(&self, days: &Workdays) -> Quiet {
        let (from, until) = self.policy.quiet;
        let (own, house) = (days.hours(), self.workdays.hours());
        Quiet {
            from: from.overflowing_add_signed(own.end - house.end).0,
            until: until.overflowing_add_signed(own.start - house.start).0,
        }
    }
}

/// An object as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    Meeting(Box<Meeting>),
    Action(Box<ActionItem>),
    Issue(Box<Issue>),
    Project(Box<Project>),
    Person(Box<Person>),
}

impl Record {
    pub fn id(&self) -> &str {
        match self {
            Record::Meeting(m) => &m.id,
            Record::Action(a) => &a.id,
            Record::Issue(i) => &i.id,
            Record::Project(p) => &p.id,
            Record::Person(p) => &p.address,
        }
    }

    /// Counted up with each commit that changes it; people have none.
    pub fn version(&self) -> u64 {
        match self {
            Record::Meeting(m) => m.version,
            Record::Action(a) => a.version,
            Record::Issue(i) => i.version,
            Record::Project(p) => p.version,
            Record::Person(_) => 0,
        }
    }

    pub fn indexes(&self) -> Vec<(&'static str, String)> {
        let (mut rows, of_project) = match self {
            Record::Meeting(m) => (m.indexes(), m.project.as_ref().map(|id| ("project_meetings", id))),
            Record::Action(a) => (a.indexes(), None),
            Record::Issue(i) => (i.indexes(), i.project.as_ref().map(|id| ("project_issues", id))),
            Record::Project(p) => (p.indexes(), None),
            Record::Person(_) => (vec![("people", "all".into())], None),
        };
        rows.extend(of_project.map(|(index, id)| (index, id.clone())));
        if let Record::Meeting(m) = self {
            // Where a person looks for past decisions: own meetings only, however many there are.
            let decided = m.concerned().into_iter().filter(|_| !m.decisions.is_empty());
            rows.extend(decided.map(|address| ("decided", address)));
        }
        rows
    }
}

/// The reads a decision may make; the engine answers them from the store. All are by key or by a bounded index range.
pub trait Records {
    fn meeting(&self, id: &str) -> Option<Meeting>;
    fn action(&self, id: &str) -> Option<ActionItem>;
    fn issue(&self, id: &str) -> Option<Issue>;
    fn project(&self, id: &str) -> Option<Project>;
    /// The version of an object, whatever its kind.
    fn version(&self, id: &str) -> Option<u64> {
        let found = self.meeting(id).map(|m| m.version).or_else(|| self.action(id).map(|a| a.version));
        found.or_else(|| self.issue(id).map(|i| i.version)).or_else(|| self.project(id).map(|p| p.version))
    }
    /// A letter of ours by its Message-ID (without angle brackets).
    fn letter(&self, message_id: &str) -> Option<SentLetter>;
    /// The same by its id, `<commit>.<ordinal>`.
    fn letter_with_id(&self, _id: &str) -> Option<SentLetter> {
        None
    }
    /// Ids found under an index key (`Record::indexes`), in the order of their numbers.
    fn ids(&self, index: &str, key: &str) -> Vec<String>;
    /// A small keyed fact: `first/<address>`, `away/<address>`, `undo/<address>`, …
    fn note(&self, key: &str) -> Option<Value>;
    /// Facts whose keys begin with `prefix`, in key order, at most `limit`.
    fn notes(&self, prefix: &str, limit: usize) -> Vec<(String, Value)>;
    /// The last number given to objects of this letter (`M`, `A`, `Q`, `P`).
    fn last_number(&self, letter: char) -> u64;
    /// An object as it was at an earlier version, for undo.
    fn past(&self, id: &str, version: u64) -> Option<Record>;
    /// Whether a letter still waits in the outbox and may be taken back.
    fn waits(&self, letter_id: &str) -> bool;
}

/// What follows from one event; the engine commits it as one journal entry.
#[derive(Debug, Default)]
pub struct Decision {
    /// Changed or new objects, with what is said of the change in their history.
    pub puts: Vec<(Record, String)>,
    pub letters: Vec<Letter>,
    /// Letters taken back before they left (undo), by id.
    pub unsend: Vec<String>,
    /// Facts set (`Some`) or removed (`None`).
    pub notes: BTreeMap<String, Option<Value>>,
    /// Rows of the due index that belong to no object: digests of notes, merged receipts.
    pub ticks: Vec<Tick>,
    /// Why nothing, or less than asked, was done with a mail: `stranger`, `automatic`, `duplicate`, …
    pub withheld: Option<String>,
    /// Letters decided against: (reason, letter, reader).
    pub suppressed: Vec<(String, LetterName, String)>,
    /// Sentences for the audit log.
    pub audit: Vec<String>,
    /// Addresses that may not be written to any more, or again.
    pub verdict: Verdict,
    /// Mails that were held until their author was proven (O1, O2), by Message-ID: they are read again, as proven.
    pub release: Vec<String>,
    /// What changed in words of `corpus-hostile`: `attendance`, `item_done`, `bounce`, `meeting`.
    pub acts: Vec<Value>,
    pub people: Vec<Person>,
    /// Lines for the alarm of the house, told once the decision is on disk (O42).
    pub alarms: Vec<String>,
}

/// What became of a mail (SPEC 9.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    #[default]
    Accept,
    Ignore,
    Quarantine,
    Reject,
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Accept => "accept",
            Verdict::Ignore => "ignore",
            Verdict::Quarantine => "quarantine",
            Verdict::Reject => "reject",
        }
    }
}

/// What became of a command that an object was asked to carry out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    Yes,
    /// The writer may not; the organizer hears of it.
    NotAllowed,
    /// The object does not know the command, or it makes no sense in its state.
    NotMine,
}

/// See the module's head.
pub struct View<'a> {
    records: &'a dyn Records,
    pub rules: &'a Rules,
    pub directory: Arc<Directory>,
    changed: BTreeMap<String, Record>,
    /// [`Record::indexes`] of those that were asked for.
    indexed: RefCell<BTreeMap<String, Vec<(&'static str, String)>>>,
    /// The order of first change, kept for the journal and the outputs.
    order: Vec<String>,
    reasons: BTreeMap<String, String>,
    numbers: BTreeMap<char, u64>,
    out: Decision,
}

impl<'a> View<'a> {
    pub fn new(records: &'a dyn Records, rules: &'a Rules, directory: Arc<Directory>) -> Self {
        View {
            records,
            rules,
            directory,
            changed: BTreeMap::new(),
            indexed: RefCell::default(),
            order: Vec::new(),
            reasons: BTreeMap::new(),
            numbers: BTreeMap::new(),
            out: Decision::default(),
        }
    }

    /// The same look without anything decided: what stood before.
    pub fn anew(&self) -> View<'a> {
        View::new(self.records, self.rules, self.directory.clone())
    }

    // ---- objects

    pub fn meeting(&self, id: &str) -> Option<Meeting> {
        match self.changed.get(id) {
            Some(Record::Meeting(m)) => Some((**m).clone()),
            Some(_) => None,
            None => self.records.meeting(id),
        }
    }

    /// The same without a copy of one that this decision has changed already.
    pub fn of_meeting<T>(&self, id: &str, look: impl FnOnce(&Meeting) -> T) -> Option<T> {
        match self.changed.get(id) {
            Some(Record::Meeting(meeting)) => Some(look(meeting)),
            Some(_) => None,
            None => self.records.meeting(id).map(|meeting| look(&meeting)),
        }
    }

    pub fn action(&self, id: &str) -> Option<ActionItem> {
        match self.changed.get(id) {
            Some(Record::Action(a)) => Some((**a).clone()),
            Some(_) => None,
            None => self.records.action(id),
        }
    }

    pub fn issue(&self, id: &str) -> Option<Issue> {
        match self.changed.get(id) {
            Some(Record::Issue(i)) => Some((**i).clone()),
            Some(_) => None,
            None => self.records.issue(id),
        }
    }

    pub fn project(&self, id: &str) -> Option<Project> {
        match self.changed.get(id) {
            Some(Record::Project(p)) => Some((**p).clone()),
            Some(_) => None,
            None => self.records.project(id),
        }
    }

    /// Stores a changed or new object. `why` goes into its history: `确认`, `minutes of M-12`.
    pub fn put(&mut self, record: Record, why: &str) {
        let id = record.id().to_string();
        if let Record::Person(person) = &record {
            let mut directory = (*self.directory).clone();
            directory.add((**person).clone());
            self.directory = Arc::new(directory);
            self.out.people.push((**person).clone());
        }
        if !self.changed.contains_key(&id) {
            self.order.push(id.clone());
        }
        let said = self.reasons.entry(id.clone()).or_default();
        if !said.is_empty() && !why.is_empty() {
            said.push_str("; ");
        }
        said.push_str(why);
        self.indexed.get_mut().remove(&id);
        self.changed.insert(id, record);
    }

    pub fn put_meeting(&mut self, meeting: Meeting, why: &str) {
        self.put(Record::Meeting(Box::new(meeting)), why);
    }

    pub fn put_action(&mut self, action: ActionItem, why: &str) {
        self.put(Record::Action(Box::new(action)), why);
    }

    /// A new public id: `new_id('A')` gives `A-107`.
    pub fn new_id(&mut self, letter: char) -> String {
        let last = self.numbers.entry(letter).or_insert_with(|| self.records.last_number(letter));
        *last += 1;
        format!("{letter}-{last}")
    }

    /// Ids under an index key, with this decision's changes in.
    pub fn ids(&self, index: &str, key: &str) -> Vec<String> {
        let mut ids: Vec<String> =
            self.records.ids(index, key).into_iter().filter(|id| !self.changed.contains_key(id)).collect();
        for id in &self.order {
            let Some(record) = self.changed.get(id) else { continue };
            let mut indexed = self.indexed.borrow_mut();
            if !indexed.contains_key(id) {
                indexed.insert(id.clone(), record.indexes());
            }
            if indexed.get(id).into_iter().flatten().any(|(i, k)| *i == index && k == key) {
                ids.push(id.clone());
            }
        }
        ids.sort_by_key(|id| id_number(id));
        ids.dedup();
        ids
    }

    /// Items of a meeting, project or issue, in order.
    pub fn items_of(&self, id: &str) -> Vec<ActionItem> {
        self.ids("items_of", id).iter().filter_map(|id| self.action(id)).collect()
    }

    /// Items that still concern their owner.
    pub fn open_of(&self, address: &str) -> Vec<ActionItem> {
        self.ids("open_of", address).iter().filter_map(|id| self.action(id)).collect()
    }

    pub fn past(&self, id: &str, version: u64) -> Option<Record> {
        self.records.past(id, version)
    }

    /// The version that an object has before this decision; a new one has 0.
    pub fn version(&self, id: &str) -> Option<u64> {
        self.changed.get(id).map(Record::version).or_else(|| self.records.version(id))
    }

    /// Whether this decision already changed the object.
    pub fn touched(&self, id: &str) -> bool {
        self.changed.contains_key(id)
    }

    /// Ids changed so far, in order.
    pub fn touched_ids(&self) -> &[String] {
        &self.order
    }

    /// Objects as this decision leaves them, in the order of their first change.
    pub fn changed_records(&self) -> impl Iterator<Item = &Record> {
        self.order.iter().filter_map(|id| self.changed.get(id))
    }

    // ---- people

    pub fn person(&self, address: &str) -> Option<Arc<Person>> {
        self.directory.by_address(address).cloned()
    }

    /// The person of an address, or somebody known by nothing else.
    pub fn somebody(&self, address: &str) -> Arc<Person> {
        self.person(address).unwrap_or_else(|| Arc::new(Person::of_address(address, "")))
    }

    pub fn name_of(&self, address: &str) -> String {
        self.somebody(address).name.clone()
    }

    pub fn resolve(&self, written: &str, concerned: &[String]) -> Resolved {
        self.rules.names.resolve(written, concerned, &self.directory)
    }

    pub fn is_department(&self, written: &str) -> bool {
        self.rules.names.is_department(written, &self.directory)
    }

    pub fn is_internal(&self, address: &str) -> bool {
        self.rules.is_internal(address)
    }

    pub fn language_of(&self, address: &str) -> String {
        match self.person(address) {
            Some(person) if !person.language.is_empty() => person.language.clone(),
            _ => self.rules.language.clone(),
        }
    }

    pub fn time_zone_of(&self, address: &str) -> chrono_tz::Tz {
        self.person(address).and_then(|p| p.time_zone.parse().ok()).unwrap_or(self.rules.time_zone)
    }

    /// The working calendar of a person (O30).
    pub fn calendar_of(&self, address: &str) -> Workdays {
        match self.person(address) {
            Some(person) => self.rules.calendar(&self.rules.calendar_key(&person)),
            None => self.rules.workdays.clone(),
        }
    }

    // ---- letters

    pub fn letter(&self, message_id: &str) -> Option<SentLetter> {
        self.records.letter(message_id)
    }

    pub fn send(&mut self, letter: Letter) {
        self.out.letters.push(letter);
    }

    /// Letters decided upon so far, for merging (O9).
    pub fn letters(&mut self) -> &mut Vec<Letter> {
        &mut self.out.letters
    }

    pub fn waits(&self, letter_id: &str) -> bool {
        !self.out.unsend.iter().any(|taken| taken == letter_id) && self.records.waits(letter_id)
    }

    /// An item as it was before this decision.
    pub fn action_before(&self, id: &str) -> Option<ActionItem> {
        self.records.action(id)
    }

    pub fn unsend(&mut self, letter_id: &str) {
        self.out.unsend.push(letter_id.to_string());
    }

    /// A letter that could have been sent and was not, and why; it stands in the audit log.
    pub fn suppress(&mut self, letter: LetterName, to: &str, reason: &str) {
        self.out.suppressed.push((reason.to_string(), letter, to.to_string()));
    }

    // ---- facts

    pub fn note(&self, key: &str) -> Option<Value> {
        match self.out.notes.get(key) {
            Some(value) => value.clone(),
            None => self.records.note(key),
        }
    }

    pub fn notes(&self, prefix: &str, limit: usize) -> Vec<(String, Value)> {
        let mut all: BTreeMap<String, Value> = self.records.notes(prefix, limit).into_iter().collect();
        for (key, value) in self.out.notes.range(prefix.to_string()..) {
            if !key.starts_with(prefix) {
                break;
            }
            match value {
                Some(value) => all.insert(key.clone(), value.clone()),
                None => all.remove(key),
            };
        }
        all.into_iter().take(limit).collect()
    }

    pub fn set_note(&mut self, key: &str, value: Value) {
        self.out.notes.insert(key.to_string(), Some(value));
    }

    pub fn clear_note(&mut self, key: &str) {
        self.out.notes.insert(key.to_string(), None);
    }

    /// A row of the due index that belongs to no object.
    pub fn wake_at(&mut self, tick: Tick) {
        self.out.ticks.push(tick);
    }

    // ---- what is said of it

    /// The mail was read and nothing was done with it: why.
    pub fn withhold(&mut self, verdict: Verdict, reason: &str) {
        self.out.verdict = verdict;
        self.out.withheld = Some(reason.to_string());
    }

    pub fn audit(&mut self, sentence: impl Into<String>) {
        self.out.audit.push(sentence.into());
    }

    /// Lets a held mail in (O1, O2).
    pub fn release(&mut self, message_id: &str) {
        self.out.release.push(message_id.to_string());
    }

    /// One line for the alarm of the house: a telephone, a robot in a chat (O42).
    pub fn alarm(&mut self, line: &str) {
        self.out.alarms.push(line.to_string());
    }

    pub fn act(&mut self, what: Value) {
        self.out.acts.push(what);
    }

    /// Nothing was changed and nothing will be said. That somebody became known is no answer to what was written.
    pub fn is_silent(&self) -> bool {
        self.changed.values().all(|record| matches!(record, Record::Person(_)))
            && self.out.letters.is_empty()
            && self.out.notes.is_empty()
    }

    /// The decision, with every changed object's version counted up.
    pub fn finish(mut self) -> Decision {
        let seen: BTreeSet<&String> = self.order.iter().collect();
        debug_assert_eq!(seen.len(), self.order.len());
        for id in &self.order {
            let Some(mut record) = self.changed.remove(id) else { continue };
            match &mut record {
                Record::Meeting(m) => m.version = self.records.version(id).unwrap_or(0) + 1,
                Record::Action(a) => a.version = self.records.version(id).unwrap_or(0) + 1,
                Record::Issue(i) => i.version = self.records.version(id).unwrap_or(0) + 1,
                Record::Project(p) => p.version = self.records.version(id).unwrap_or(0) + 1,
                Record::Person(_) => {}
            }
            let why = self.reasons.remove(id).unwrap_or_default();
            self.out.puts.push((record, why));
        }
        self.out
    }

    /// Local wall clock of a person at `now`.
    pub fn local(&self, address: &str, now: DateTime<Utc>) -> DateTime<chrono_tz::Tz> {
        now.with_timezone(&self.time_zone_of(address))
    }
}

/// `A-107` → 107; what has no number sorts last.
fn id_number(id: &str) -> u64 {
    id.rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(u64::MAX)
}

/// A name for a file: nothing a file system or a zip reader trips over.
pub fn file_name(text: &str) -> String {
    let clean: String =
        text.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' }).collect();
    let clean: String = clean.trim_matches(['.', '_']).chars().take(60).collect();
    if clean.is_empty() { "_".into() } else { clean }
}

/// Name of the folder or file an object is archived in: `P-3-V2.0版本升级`.
pub fn archive_name(id: &str, title: &str) -> String {
    format!("{id}-{}", file_name(title))
}
