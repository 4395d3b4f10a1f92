//! What stories are told with.

use chrono::{DateTime, FixedOffset, Utc};
use duban::config::Config;
use duban::domain::letter::LetterName;
use duban::simulate::mails::{CalendarAnswer, Choice, MailLine};
use duban::simulate::script::{self, Line, What};
use duban::simulate::{Left, Simulation, world};
use serde_json::{Value, json};
use std::path::Path;

/// A world with its people, its clock and everything that came out of it.
pub struct Story {
    simulation: Option<Simulation>,
    config: Config,
    lines: Vec<Line>,
    now: Option<DateTime<FixedOffset>>,
    pub out: Vec<Value>,
}

/// A moment of 2026 in Shanghai: `at("03-11 10:00")`.
pub fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_str(&format!("2026-{text}:00 +0800"), "%Y-%m-%d %H:%M:%S %z").expect(text)
}

/// `lilei` → `lilei@example.com`.
pub fn address(name: &str) -> String {
    if name.contains('@') { name.to_string() } else { format!("{name}@example.com") }
}

impl Story {
    /// The usual office: 张三 calls meetings, 李雷 and 王芳 work for him, 郭总 is his superior, Alice reads English.
    pub fn office() -> Story {
        let mut story = Story::empty();
        for person in [
            json!({"name": "张三", "address": "zhangsan@example.com", "department": "市场部", "role": "head", "manager": "郭总", "phone": "8021"}),
            json!({"name": "李雷", "address": "lilei@example.com", "department": "市场部", "manager": "张三"}),
            json!({"name": "王芳", "address": "wangfang@example.com", "department": "研发部", "role": "contact", "manager": "赵强"}),
            json!({"name": "赵强", "address": "zhaoqiang@example.com", "department": "研发部", "role": "head", "manager": "郭总"}),
            json!({"name": "郭亮", "address": "guoliang@example.com", "aliases": "郭总", "department": "总经办", "role": "sponsor", "title": "副总"}),
            json!({"name": "Alice Wong", "address": "alice@example.com", "department": "Sales", "language": "en"}),
            json!({"name": "Bob Li", "address": "bob@example.com", "department": "Sales", "language": "en", "manager": "Alice Wong"}),
        ] {
            story.person(person);
        }
        story
    }

    pub fn empty() -> Story {
        Story { simulation: None, config: world::config(), lines: Vec::new(), now: None, out: Vec::new() }
    }

    /// Changes the configuration; only before the first thing happens.
    pub fn with(mut self, change: impl FnOnce(&mut Config)) -> Story {
        assert!(self.simulation.is_none(), "the configuration stands before the first thing happens");
        change(&mut self.config);
        self
    }

    pub fn person(&mut self, person: Value) -> &mut Self {
        self.script(json!({"person": person}))
    }

    /// An object that is there already, in the shape of SPEC 9.8.
    pub fn meeting(&mut self, meeting: Value) -> &mut Self {
        self.script(json!({"meeting": meeting}))
    }

    pub fn action(&mut self, action: Value) -> &mut Self {
        self.script(json!({"action": action}))
    }

    /// A line of a `simulate` script.
    pub fn script(&mut self, line: Value) -> &mut Self {
        let lines = script::read(&line.to_string(), Path::new("tests/stories")).expect("a line of a script");
        self.lines.extend(lines);
        if self.simulation.is_some() || self.lines.iter().any(|l| l.at.is_some()) {
            self.flush();
        }
        self
    }

    fn flush(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        let first = lines.iter().find_map(|l| l.at);
        let begins = self.simulation.is_none();
        if begins {
            let setup = world::setup(&self.config).expect("a configuration");
            self.simulation = Some(Simulation::new(setup, Vec::new()).expect("a simulation"));
        }
        let end = lines.iter().filter_map(|l| l.at).next_back().or(first).or(self.now);
        let (simulation, out) = (self.simulation.as_mut().expect("begun"), &mut self.out);
        let mut sink = |value: Value| out.push(value);
        let played = if begins {
            simulation.play(lines, end, &mut sink)
        } else {
            lines.into_iter().try_for_each(|line| {
                if let Some(at) = line.at {
                    simulation.advance(at.with_timezone(&Utc), &mut sink)?;
                }
                simulation.one(line, &mut sink)
            })
        };
        played.unwrap_or_else(|error| panic!("{error}"));
        self.now = end.or(self.now);
    }

    fn happens(&mut self, what: What) -> &mut Self {
        let at = self.now.expect("say when first: story.at(…)");
        self.lines.push(Line { number: 0, at: Some(at), what });
        self.flush();
        self
    }

    /// Lets time pass until this moment.
    pub fn at(&mut self, text: &str) -> &mut Self {
        let moment = at(text);
        if let Some(simulation) = &mut self.simulation {
            let out = &mut self.out;
            simulation
                .advance(moment.with_timezone(&Utc), &mut |value| out.push(value))
                .unwrap_or_else(|e| panic!("{e}"));
        }
        self.now = Some(moment);
        self
    }

    /// A mail to Duban with others in Cc.
    pub fn mail(&mut self, from: &str, cc: &[&str], subject: &str, text: &str) -> &mut Self {
        let mail = MailLine {
            from: Some(address(from)),
            cc: cc.iter().map(|name| address(name)).collect(),
            subject: Some(subject.into()),
            text: Some(text.into()),
            authenticated: true,
            ..MailLine::default()
        };
        self.happens(What::Mail(Box::new(mail)))
    }

    /// A mail as it was written down; everything else of it.
    pub fn mail_line(&mut self, mail: MailLine) -> &mut Self {
        self.happens(What::Mail(Box::new(mail)))
    }

    /// A reply to the last letter of that name to this person.
    pub fn reply(&mut self, from: &str, letter: &str, text: &str) -> &mut Self {
        self.mail_line(Self::answer(from, letter, text))
    }

    fn answer(from: &str, letter: &str, text: &str) -> MailLine {
        MailLine {
            from: Some(address(from)),
            text: Some(text.into()),
            reply_to: Some(Choice { letters: vec![letter.into()], to: address(from), object: None, nth: -1 }),
            quote: true,
            authenticated: true,
            ..MailLine::default()
        }
    }

    /// The calendar's own answer to an invitation.
    pub fn calendar_answer(&mut self, from: &str, partstat: &str) -> &mut Self {
        let mut mail = Self::answer(from, "*", "");
        mail.reply_to = Some(Choice {
            letters: vec!["meeting_notice".into(), "meeting_update".into()],
            to: address(from),
            object: None,
            nth: -1,
        });
        mail.ics = Some(CalendarAnswer { partstat: partstat.into(), comment: None });
        mail.quote = false;
        self.mail_line(mail)
    }

    /// Raw bytes, proven or not.
    pub fn raw(&mut self, raw: &str, proven: bool) -> &mut Self {
        self.happens(What::Raw { raw: raw.replace('\n', "\r\n").into_bytes(), mail_from: None, proven })
    }

    /// A mail as it lies in a file.
    pub fn bytes(&mut self, raw: Vec<u8>) -> &mut Self {
        self.happens(What::Raw { raw, mail_from: None, proven: true })
    }

    // ---- what came of it

    fn simulation(&self) -> &Simulation {
        self.simulation.as_ref().expect("something must have happened")
    }

    /// All letters to a person, in order.
    pub fn letters_to(&self, name: &str) -> Vec<&Left> {
        let to = address(name);
        self.simulation().letters().iter().filter(|l| l.sent.to == to).collect()
    }

    /// All letters of a name, in order.
    pub fn letters(&self, letter: &str) -> Vec<&Left> {
        let name = LetterName::parse(letter).expect(letter);
        self.simulation().letters().iter().filter(|l| l.sent.letter == name).collect()
    }

    pub fn count(&self, letter: &str, name: &str) -> usize {
        let to = address(name);
        self.letters(letter).iter().filter(|l| l.sent.to == to).count()
    }

    /// The last letter of this name to this person.
    pub fn letter(&self, letter: &str, name: &str) -> &Left {
        let to = address(name);
        self.letters(letter).into_iter().rfind(|l| l.sent.to == to).unwrap_or_else(|| {
            let got: Vec<String> = self
                .letters_to(name)
                .iter()
                .map(|l| format!("{} {}", l.at.format("%m-%d %H:%M"), l.sent.letter))
                .collect();
            panic!("no {letter} to {to}; that person got: {got:?}\n{}", self.told())
        })
    }

    /// Everything that left, a line a letter: for messages of failed stories.
    pub fn told(&self) -> String {
        let lines = self.out.iter().map(|v| {
            let get = |key: &str| v.get(key).and_then(Value::as_str).unwrap_or_default().to_string();
            format!(
                "{} {} {} | {}{}{}",
                get("at"),
                get("letter"),
                get("to"),
                get("subject"),
                get("withheld"),
                get("suppressed")
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// (letter, reader) of everything that left from this moment on.
    pub fn since(&self, text: &str) -> Vec<(String, String)> {
        let from = at(text).with_timezone(&Utc);
        let left = self.simulation().letters().iter().filter(|l| l.at >= from);
        left.map(|l| (l.sent.letter.to_string(), l.sent.to.split('@').next().unwrap_or_default().to_string())).collect()
    }

    pub fn withheld(&self) -> Vec<String> {
        self.out.iter().filter_map(|v| v.get("withheld").and_then(Value::as_str)).map(String::from).collect()
    }

    pub fn suppressed(&self) -> Vec<(String, String)> {
        let get = |v: &Value, key: &str| v.get(key).and_then(Value::as_str).unwrap_or_default().to_string();
        self.out
            .iter()
            .filter(|v| v.get("suppressed").is_some())
            .map(|v| (get(v, "letter"), get(v, "suppressed")))
            .collect()
    }

    /// The files of an object's archive.
    pub fn archive(&self, id: &str) -> Vec<(String, Vec<u8>)> {
        let engine = self.simulation().engine();
        let archivist = duban::engine::archive::Archivist {
            store: &**engine.store(),
            rules: engine.rules(),
            directory: engine.directory().clone(),
            language: "zh-CN",
            now: self.simulation().now(),
        };
        archivist.files(id).expect("a store").expect("an object")
    }

    /// An object as SPEC 9.8 shows it.
    pub fn object(&self, id: &str) -> Value {
        let state = self.simulation().state().expect("a state");
        ["meetings", "actions", "issues", "projects"]
            .iter()
            .flat_map(|kind| state["state"][kind].as_array().cloned().unwrap_or_default())
            .find(|object| object["id"] == id)
            .unwrap_or_else(|| panic!("no {id}\n{}", self.told()))
    }

    pub fn actions(&self) -> Vec<Value> {
        self.simulation().state().expect("a state")["state"]["actions"].as_array().cloned().unwrap_or_default()
    }

    pub fn meetings(&self) -> Vec<Value> {
        self.simulation().state().expect("a state")["state"]["meetings"].as_array().cloned().unwrap_or_default()
    }

    /// The item whose task has these words.
    pub fn item(&self, words: &str) -> Value {
        let found = self.actions().into_iter().find(|a| a["task"].as_str().is_some_and(|t| t.contains(words)));
        found.unwrap_or_else(|| panic!("no item about {words}: {:?}\n{}", self.actions(), self.told()))
    }

    /// The answer of one attendee.
    pub fn rsvp(&self, meeting: &str, name: &str) -> String {
        let to = address(name);
        let attendees = self.object(meeting)["attendees"].as_array().cloned().unwrap_or_default();
        let one = attendees
            .iter()
            .find(|a| a["address"] == to.as_str())
            .unwrap_or_else(|| panic!("{name} is not in {meeting}: {attendees:?}"));
        one["rsvp"].as_str().unwrap_or_default().to_string()
    }
}

/// A table as it is pasted into a mail, columns split by tabs; bars stand for them here.
pub fn table(heads: &str, rows: &[&str]) -> String {
    [&[heads], rows].concat().join("\n").replace('|', "\t")
}
