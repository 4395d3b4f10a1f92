//! A house in memory for the tests of rules: records, notes, people, and a clock that is told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::action_item::ActionItem;
use super::event::{MailRead, Mailbox, Proof, Tick};
use super::issue::Issue;
use super::letter::{Letter, LetterName, SentLetter};
use super::meeting::Meeting;
use super::person::{Directory, Names, Person, Resolved};
use super::policy::Policy;
use super::project::Project;
use super::view::{Decision, Record, Records, Rules, View};
use super::workdays::Workdays;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Resolves full names and aliases only.
struct PlainNames;

impl Names for PlainNames {
    fn resolve(&self, written: &str, concerned: &[String], directory: &Directory) -> Resolved {
        let matching: Vec<&Arc<Person>> = directory
            .people()
            .iter()
            .filter(|p| p.name == written || p.aliases.iter().any(|alias| alias == written))
            .collect();
        let near: Vec<&&Arc<Person>> = matching.iter().filter(|p| concerned.contains(&p.address)).collect();
        match (near.as_slice(), matching.as_slice()) {
            ([only], _) => Resolved::One(only.address.clone()),
            (_, [only]) if only.is_human() => Resolved::One(only.address.clone()),
            (_, []) => Resolved::Nobody,
            (_, [_]) => Resolved::Nobody,
            (_, several) => Resolved::Several(several.iter().map(|p| p.address.clone()).collect()),
        }
    }

    fn is_department(&self, written: &str, directory: &Directory) -> bool {
        directory.is_department(written)
    }
}

/// What a store would hold.
#[derive(Default)]
pub struct Shelf {
    records: BTreeMap<String, Record>,
    past: BTreeMap<(String, u64), Record>,
    notes: BTreeMap<String, Value>,
    letters: Vec<SentLetter>,
    /// When each letter leaves, by its id.
    leaves: BTreeMap<String, DateTime<Utc>>,
    clock: DateTime<Utc>,
}

impl Records for Shelf {
    fn meeting(&self, id: &str) -> Option<Meeting> {
        match self.records.get(id)? {
            Record::Meeting(m) => Some((**m).clone()),
            _ => None,
        }
    }
    fn action(&self, id: &str) -> Option<ActionItem> {
        match self.records.get(id)? {
            Record::Action(a) => Some((**a).clone()),
            _ => None,
        }
    }
    fn issue(&self, id: &str) -> Option<Issue> {
        match self.records.get(id)? {
            Record::Issue(i) => Some((**i).clone()),
            _ => None,
        }
    }
    fn project(&self, id: &str) -> Option<Project> {
        match self.records.get(id)? {
            Record::Project(p) => Some((**p).clone()),
            _ => None,
        }
    }
    fn letter(&self, message_id: &str) -> Option<SentLetter> {
        self.letters.iter().find(|letter| letter.message_id == message_id).cloned()
    }
    fn ids(&self, index: &str, key: &str) -> Vec<String> {
        if index == "caused" {
            let of_cause = self.letters.iter().filter(|letter| letter.cause == key);
            return of_cause.map(|letter| letter.message_id.clone()).collect();
        }
        let mut ids: Vec<String> = self
            .records
            .values()
            .filter(|record| record.indexes().iter().any(|(i, k)| *i == index && k == key))
            .map(|record| record.id().to_string())
            .collect();
        ids.sort_by_key(|id| id.rsplit('-').next().and_then(|n| n.parse::<u64>().ok()));
        ids
    }
    fn note(&self, key: &str) -> Option<Value> {
        self.notes.get(key).cloned()
    }
    fn notes(&self, prefix: &str, limit: usize) -> Vec<(String, Value)> {
        let found = self.notes.iter().filter(|(key, _)| key.starts_with(prefix));
        found.take(limit).map(|(key, value)| (key.clone(), value.clone())).collect()
    }
    fn last_number(&self, letter: char) -> u64 {
        let prefix = format!("{letter}-");
        self.records.keys().filter_map(|id| id.strip_prefix(&prefix)?.parse().ok()).max().unwrap_or(0)
    }
    fn past(&self, id: &str, version: u64) -> Option<Record> {
        self.past.get(&(id.to_string(), version)).cloned()
    }
    fn waits(&self, letter_id: &str) -> bool {
        self.leaves.get(letter_id).is_some_and(|at| *at > self.clock)
    }
}

/// The shelf, the rules, the people, and every letter so far.
pub struct House {
    pub shelf: Shelf,
    pub rules: Rules,
    pub directory: Arc<Directory>,
    /// Letters in order, with the moment they may leave.
    pub sent: Vec<(DateTime<Utc>, Letter)>,
    pub now: DateTime<Utc>,
    mails: usize,
    /// The due index: rows of records, and those that belong to none.
    due: std::collections::BTreeSet<Tick>,
    /// Message-ID of the mail that is decided about.
    cause: String,
}

/// An RFC 3339 moment.
pub fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}

impl House {
    /// Six colleagues of example.com; nothing is previewed or reviewed.
    pub fn new(now: &str) -> House {
        let policy = Policy { preview: "never".into(), minutes_review: "none".into(), ..Policy::default() };
        let person = |name: &str, address: &str, department: &str, role: &str| Person {
            name: name.into(),
            address: format!("{address}@example.com"),
            department: department.into(),
            role: role.into(),
            ..Person::default()
        };
        let people = vec![
            person("张三", "zhangsan", "产品部", "head"),
            person("李雷", "lilei", "研发部", ""),
            person("韩梅梅", "hanmeimei", "研发部", "head"),
            person("王芳", "wangfang", "市场部", "contact"),
            person("赵强", "zhaoqiang", "财务部", ""),
            person("孙鹏", "sunpeng", "研发部", ""),
        ];
        House {
            shelf: Shelf::default(),
            rules: Rules {
                policy,
                assistant: "duban@example.com".into(),
                assistant_name: "督办助手".into(),
                admin: None,
                language: "zh-CN".into(),
                time_zone: chrono_tz::Asia::Shanghai,
                internal_domains: vec!["example.com".into()],
                workdays: Workdays::cn(),
                calendars: HashMap::new(),
                department_calendars: HashMap::new(),
                names: Arc::new(PlainNames),
                unauthenticated: "nothing".into(),
                is_provider: |domain| domain == "gmail.com",
                own_addresses: vec!["duban@example.com".into()],
                archive: None,
            },
            directory: Arc::new(Directory::new(people)),
            sent: Vec::new(),
            now: at(now),
            mails: 0,
            due: std::collections::BTreeSet::new(),
            cause: String::new(),
        }
    }

    pub fn add(&mut self, person: Person) {
        let mut directory = (*self.directory).clone();
        directory.add(person);
        self.directory = Arc::new(directory);
    }

    /// Decides something and keeps what follows.
    pub fn decide(&mut self, decision: impl FnOnce(&mut View<'_>, DateTime<Utc>)) -> Decision {
        self.shelf.clock = self.now;
        let mut view = View::new(&self.shelf, &self.rules, self.directory.clone());
        decision(&mut view, self.now);
        let decided = view.finish();
        for (record, _) in &decided.puts {
            self.keep(record.clone());
        }
        for (key, value) in &decided.notes {
            match value {
                Some(value) => self.shelf.notes.insert(key.clone(), value.clone()),
                None => self.shelf.notes.remove(key),
            };
        }
        self.due.extend(decided.ticks.iter().cloned());
        for letter in &decided.letters {
            let leaves = letter.not_before.unwrap_or(self.now);
            self.sent.push((leaves, letter.clone()));
            let n = self.shelf.letters.len() + 1;
            self.shelf.leaves.insert(n.to_string(), leaves);
            self.shelf.letters.push(SentLetter {
                id: n.to_string(),
                letter: letter.name,
                to: letter.to.clone(),
                message_id: format!("letter{n}@example.com"),
                in_reply_to: None,
                references: Vec::new(),
                reply_to: "duban@example.com".into(),
                subject: String::new(),
                at: leaves,
                lines: letter.lines.clone(),
                context: letter.context,
                objects: letter.objects.clone(),
                cause: self.cause.clone(),
                why: letter.why.clone(),
                behalf: letter.behalf.clone(),
                left_out: letter.left_out.clone(),
            });
        }
        for id in &decided.unsend {
            let gone = id.parse::<usize>().unwrap();
            let letter = self.shelf.letters.get(gone - 1).unwrap().clone();
            self.sent.retain(|(_, one)| {
                !(one.name == letter.letter && one.to == letter.to && one.objects == letter.objects)
            });
        }
        decided
    }

    /// What somebody writes: one command about an object, in answer to the last letter of that name to them, if given.
    pub fn says(
        &mut self,
        from: &str,
        answers: Option<LetterName>,
        id: &str,
        cmd: &super::reading::Command,
    ) -> super::view::Handled {
        let mail = self.mail_answering(from, answers);
        self.says_in(&mail, id, cmd)
    }

    pub fn says_in(&mut self, mail: &MailRead, id: &str, cmd: &super::reading::Command) -> super::view::Handled {
        let mut handled = super::view::Handled::NotMine;
        self.cause = mail.message_id.clone();
        self.decide(|view, now| {
            handled = if id.starts_with("M-") {
                let letter = mail.answers.clone().expect("an answer to a letter");
                super::minutes::command(view, mail, id, &letter, cmd, now)
            } else {
                super::action_item::command(view, mail, id, cmd, now)
            };
        });
        self.cause.clear();
        handled
    }

    /// A mail of a colleague that answers the last letter of that name.
    pub fn mail_answering(&mut self, from: &str, answers: Option<LetterName>) -> MailRead {
        let address = if from.contains('@') { from.to_string() } else { format!("{from}@example.com") };
        let mut mail = self.mail(&address);
        mail.answers = answers.map(|name| {
            let found = self.shelf.letters.iter().rev().find(|letter| letter.letter == name && letter.to == address);
            found.unwrap_or_else(|| panic!("expected a {name} to {address}")).clone()
        });
        mail
    }

    /// Lets time pass as the engine does: every row of the due index comes once, in order.
    pub fn run(&mut self, until: &str) {
        use super::event::TickKind::*;
        let until = at(until);
        for _ in 0..20_000 {
            let Some(tick) = self.due.first().filter(|tick| tick.at <= until).cloned() else { break };
            self.due.remove(&tick);
            self.now = self.now.max(tick.at);
            self.decide(|view, now| match tick.kind {
                ReviewTimeout | GapsTimeout => super::minutes::tick(view, &tick, now),
                Digest => super::digest::tick(view, &tick, now),
                Escalate | EscalatePreview => super::escalation::tick(view, &tick, now),
                ConfirmTimeout | ApproveTimeout | AcceptTimeout | Late | LateChoice | Park | Urgent | Receipt
                | AbsenceEnd => {
                    super::action_item::tick(view, &tick, now);
                }
                IssueResponse | IssueChase | IssueTimeout => super::issue::tick(view, &tick, now),
                _ => {}
            });
        }
        assert!(!self.due.first().is_some_and(|tick| tick.at <= until), "time stands still at {:?}", self.due.first());
        self.now = until;
    }

    /// An item as it is now.
    pub fn item(&self, id: &str) -> ActionItem {
        self.shelf.action(id).unwrap()
    }

    pub fn keep(&mut self, record: Record) {
        let version = match &record {
            Record::Meeting(m) => m.version,
            Record::Action(a) => a.version,
            Record::Issue(i) => i.version,
            Record::Project(p) => p.version,
            Record::Person(_) => 0,
        };
        if let Some(old) = self.shelf.records.get(record.id()) {
            for row in super::schedule::next(old, &self.rules) {
                self.due.remove(&row);
            }
        }
        self.due.extend(super::schedule::next(&record, &self.rules));
        self.shelf.past.insert((record.id().to_string(), version), record.clone());
        self.shelf.records.insert(record.id().to_string(), record);
    }

    pub fn note(&self, key: &str) -> Option<&Value> {
        self.shelf.notes.get(key)
    }

    /// A proven mail of a colleague, to us alone; the tests fill in the rest.
    pub fn mail(&mut self, from: &str) -> MailRead {
        self.mails += 1;
        let author = self.directory.by_address(from).map_or(String::new(), |p| p.name.clone());
        MailRead {
            message_id: format!("mail{}@example.com", self.mails),
            sent_at: self.now.with_timezone(&chrono_tz::Asia::Shanghai).fixed_offset(),
            received_at: self.now,
            author: Some(Mailbox { name: author, address: from.into() }),
            proof: Proof::Pass,
            to: vec![Mailbox { name: "督办助手".into(), address: "duban@example.com".into() }],
            to_us_alone: true,
            language: "zh-CN".into(),
            ..MailRead::default()
        }
    }

    /// Lets time pass, giving every due row of every record to `act`, in order.
    pub fn pass(&mut self, until: &str, mut act: impl FnMut(&mut View<'_>, &Tick, DateTime<Utc>)) {
        let until = at(until);
        for _ in 0..500 {
            let next = self
                .shelf
                .records
                .values()
                .flat_map(|record| super::schedule::next(record, &self.rules))
                .filter(|tick| tick.at <= until)
                .min();
            let Some(tick) = next else { break };
            self.now = self.now.max(tick.at);
            let before = self.shelf.records.get(&tick.object).cloned();
            self.decide(|view, now| act(view, &tick, now));
            if before == self.shelf.records.get(&tick.object).cloned() {
                panic!("{tick:?} stays due for ever");
            }
        }
        self.now = until;
    }

    pub fn shelf_ids(&self) -> Vec<String> {
        self.shelf.records.keys().filter(|id| id.starts_with("M-")).cloned().collect()
    }

    /// Nothing is stored but this object.
    pub fn shelf_has_only(&self, id: &str) -> bool {
        self.shelf.records.keys().eq([id])
    }

    pub fn meeting(&self, id: &str) -> Meeting {
        self.shelf.meeting(id).unwrap()
    }

    /// Letters as `name to`, in order, since the last call.
    pub fn take(&mut self) -> Vec<Letter> {
        std::mem::take(&mut self.sent).into_iter().map(|(_, letter)| letter).collect()
    }

    /// `meeting_notice lilei`, sorted within the batch; domains of colleagues are left out.
    pub fn names(letters: &[Letter]) -> Vec<String> {
        let mut names: Vec<String> = letters
            .iter()
            .map(|letter| format!("{} {}", letter.name, letter.to.trim_end_matches("@example.com")))
            .collect();
        names.sort();
        names
    }

    pub fn to<'l>(letters: &'l [Letter], name: LetterName, to: &str) -> &'l Letter {
        let to = if to.contains('@') { to.to_string() } else { format!("{to}@example.com") };
        letters.iter().find(|letter| letter.name == name && letter.to == to).unwrap_or_else(|| {
            panic!("expected {name} to {to}, found {:?}", House::names(letters));
        })
    }
}
