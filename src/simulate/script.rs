//! A script of things that happen, one JSON object a line (SPEC 9.5).

use super::SimulateError;
use super::mails::{CalendarAnswer, Choice, MailLine};
use crate::config::people;
use crate::domain::action_item::ActionItem;
use crate::domain::issue::Issue;
use crate::domain::meeting::Meeting;
use crate::domain::person::{Directory, Person};
use crate::domain::project::Project;
use crate::domain::view::Record;
use chrono::{DateTime, FixedOffset};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::path::Path;

/// One line: when, and what.
#[derive(Clone)]
pub struct Line {
    /// From 1.
    pub number: usize,
    pub at: Option<DateTime<FixedOffset>>,
    pub what: What,
}

#[derive(Clone)]
pub enum What {
    Person(Box<Person>),
    Record(Box<Record>),
    Mail(Box<MailLine>),
    Raw {
        raw: Vec<u8>,
        mail_from: Option<String>,
        proven: bool,
    },
    DownUntil(DateTime<FixedOffset>),
    /// Somebody's row is not in people.csv any more.
    Gone(String),
}

fn wrong(problem: impl Into<String>) -> SimulateError {
    SimulateError::Input(problem.into())
}

/// Reads a whole script; files it names are relative to `folder`.
pub fn read(text: &str, folder: &Path) -> Result<Vec<Line>, SimulateError> {
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let value: Map<String, Value> =
            serde_json::from_str(line).map_err(|e| wrong(format!("line {number}: expected one JSON object: {e}")))?;
        let read = one(value, number, folder).map_err(|error| match error {
            SimulateError::Input(problem) => wrong(format!("line {number}: {problem}")),
            other => other,
        })?;
        lines.push(read);
    }
    Ok(lines)
}

fn object<T: DeserializeOwned>(value: Value, what: &str) -> Result<T, SimulateError> {
    serde_json::from_value(value).map_err(|e| wrong(format!("{what}: {e}")))
}

fn moment(value: &Value, key: &str) -> Result<DateTime<FixedOffset>, SimulateError> {
    let text = value.as_str().unwrap_or_default();
    DateTime::parse_from_rfc3339(text)
        .map_err(|_| wrong(format!("`{key}`: expected a moment like \"2026-03-11T10:00:00+08:00\", found {value}")))
}

fn one(mut map: Map<String, Value>, number: usize, folder: &Path) -> Result<Line, SimulateError> {
    let at = map.remove("at").map(|v| moment(&v, "at")).transpose()?;
    let what = if let Some(person) = map.remove("person") {
        What::Person(Box::new(person_of(person)?))
    } else if let Some(meeting) = map.remove("meeting") {
        What::Record(Box::new(Record::Meeting(Box::new(object::<Meeting>(nulls_aside(meeting), "meeting")?))))
    } else if let Some(action) = map.remove("action") {
        What::Record(Box::new(Record::Action(Box::new(object::<ActionItem>(nulls_aside(action), "action")?))))
    } else if let Some(issue) = map.remove("issue") {
        What::Record(Box::new(Record::Issue(Box::new(object::<Issue>(nulls_aside(issue), "issue")?))))
    } else if let Some(project) = map.remove("project") {
        What::Record(Box::new(Record::Project(Box::new(object::<Project>(nulls_aside(project), "project")?))))
    } else if let Some(address) = map.remove("gone") {
        What::Gone(address.as_str().unwrap_or_default().to_lowercase())
    } else if let Some(until) = map.remove("down_until") {
        What::DownUntil(moment(&until, "down_until")?)
    } else {
        What::Mail(Box::new(mail_of(map, folder)?))
    };
    if at.is_none() && matches!(what, What::Mail(_) | What::DownUntil(_) | What::Gone(_)) {
        return Err(wrong("expected `at`, the moment it happens"));
    }
    Ok(Line { number, at, what })
}

/// Absent is null in SPEC 9.8; a null where we keep a plain value means its default.
fn nulls_aside(mut value: Value) -> Value {
    if let Value::Object(map) = &mut value {
        map.retain(|_, v| !v.is_null());
        for inner in map.values_mut() {
            let taken = std::mem::take(inner);
            *inner = nulls_aside(taken);
        }
    } else if let Value::Array(list) = &mut value {
        for inner in list.iter_mut() {
            let taken = std::mem::take(inner);
            *inner = nulls_aside(taken);
        }
    }
    value
}

/// A row of people.csv as JSON; cells with several values may be lists or joined by `;`.
pub fn person_of(value: Value) -> Result<Person, SimulateError> {
    let mut value = nulls_aside(value);
    if let Value::Object(map) = &mut value {
        for key in ["aliases", "members"] {
            if let Some(Value::String(text)) = map.get(key) {
                let list: Vec<Value> = text
                    .split([';', '；'])
                    .map(str::trim)
                    .filter(|t| !t.is_empty())
                    .map(|t| Value::String(t.into()))
                    .collect();
                map.insert(key.into(), Value::Array(list));
            }
        }
    }
    if let Value::Object(map) = &mut value {
        if let Some(Value::String(cell)) = map.get("may_approve") {
            let yes = people::is_yes(cell);
            map.insert("may_approve".into(), Value::Bool(yes));
        }
        if let Some(cell) = map.get("deputy").and_then(Value::as_str).filter(|cell| cell.contains("..")) {
            let (name, from, until) = people::dated(cell).ok_or_else(|| {
                wrong(format!("person: expected a deputy like 李四 2026-07-01..2026-07-10, found {cell:?}"))
            })?;
            map.insert("deputy".into(), Value::String(name));
            map.insert("deputy_from".into(), serde_json::json!(from));
            map.insert("deputy_until".into(), serde_json::json!(until));
        }
    }
    let mut person: Person = object(value, "person")?;
    if person.address.is_empty() || !person.address.contains('@') {
        return Err(wrong(format!("person: expected an address, found {:?}", person.address)));
    }
    person.address = person.address.to_lowercase();
    Ok(person)
}

/// Objects that are loaded name people; the directory knows their addresses.
pub fn complete(record: &mut Record, directory: &Directory) {
    let address = |name: &Option<String>| -> Option<String> {
        let name = name.as_deref()?;
        let mut found = directory
            .people()
            .iter()
            .filter(|p| p.name == name || p.aliases.iter().any(|a| a == name) || p.address == name);
        let one = found.next()?;
        found.next().is_none().then(|| one.address.clone())
    };
    let name =
        |address: &Option<String>| address.as_deref().and_then(|a| directory.by_address(a)).map(|p| p.name.clone());
    match record {
        Record::Meeting(m) => {
            for (who, at) in [
                (&mut m.organizer, &mut m.organizer_address),
                (&mut m.chair, &mut m.chair_address),
                (&mut m.recorder, &mut m.recorder_address),
            ] {
                if at.is_none() {
                    *at = address(who);
                }
                if who.is_none() {
                    *who = name(at);
                }
            }
            for attendee in &mut m.attendees {
                if attendee.address.is_none() {
                    attendee.address = address(&Some(attendee.name.clone()));
                }
                if attendee.name.is_empty() {
                    attendee.name = name(&attendee.address).unwrap_or_default();
                }
                if attendee.role.is_empty() {
                    attendee.role = "doer".into();
                }
            }
            if m.kind.is_empty() {
                m.kind = "other".into();
            }
            if m.uid.is_empty() {
                m.uid = format!("{}@duban", m.id.to_lowercase());
            }
        }
        Record::Action(a) => {
            if a.owner_address.is_none() {
                a.owner_address = address(&a.owner);
            }
            if a.owner.is_none() {
                a.owner = name(&a.owner_address);
            }
            if a.supervisor_address.is_none() {
                a.supervisor_address = address(&a.supervisor);
            }
            if a.helper_addresses.is_empty() {
                a.helper_addresses = a.helpers.iter().filter_map(|h| address(&Some(h.clone()))).collect();
            }
            if a.urgency.is_empty() {
                a.urgency = "normal".into();
            }
        }
        Record::Issue(issue) => {
            if issue.initiator_address.is_none() {
                issue.initiator_address = address(&issue.initiator);
            }
        }
        Record::Project(_) | Record::Person(_) => {}
    }
}

fn text(map: &Map<String, Value>, key: &str) -> Option<String> {
    map.get(key).and_then(Value::as_str).map(String::from)
}

fn list(map: &Map<String, Value>, key: &str) -> Result<Vec<String>, SimulateError> {
    match map.get(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(one)) => Ok(vec![one.clone()]),
        Some(Value::Array(all)) => all
            .iter()
            .map(|v| {
                v.as_str()
                    .map(String::from)
                    .ok_or_else(|| wrong(format!("`{key}`: expected a list of texts, found {v}")))
            })
            .collect(),
        Some(other) => Err(wrong(format!("`{key}`: expected a list of texts, found {other}"))),
    }
}

const KEYS: &[&str] = &[
    "from",
    "to",
    "cc",
    "subject",
    "text",
    "html",
    "attach",
    "headers",
    "eml",
    "reply_to",
    "quote",
    "ics",
    "bounce",
    "authenticated",
    "mail_from",
];

fn mail_of(map: Map<String, Value>, folder: &Path) -> Result<MailLine, SimulateError> {
    if let Some(unknown) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(wrong(format!(
            "unknown key `{unknown}`; known are person, meeting, action, at, {}",
            KEYS.join(", ")
        )));
    }
    let file = |name: &str| -> Result<Vec<u8>, SimulateError> {
        let path = folder.join(name);
        std::fs::read(&path).map_err(|e| wrong(format!("{}: {e}", path.display())))
    };
    let choice = |value: &Value| -> Result<Choice, SimulateError> {
        let map = value.as_object().ok_or_else(|| wrong("expected an object with `letter` and `to`"))?;
        Ok(Choice {
            letters: match map.get("letter") {
                None => vec!["*".into()],
                Some(_) => list(map, "letter")?,
            },
            to: text(map, "to")
                .ok_or_else(|| wrong("expected `to`, the address the letter was sent to"))?
                .to_lowercase(),
            object: text(map, "object"),
            nth: map.get("nth").and_then(Value::as_i64).unwrap_or(-1),
        })
    };
    let mut line = MailLine {
        from: text(&map, "from"),
        to: map.contains_key("to").then(|| list(&map, "to")).transpose()?,
        cc: list(&map, "cc")?,
        subject: text(&map, "subject"),
        text: text(&map, "text"),
        html: text(&map, "html"),
        quote: map.get("quote").and_then(Value::as_bool).unwrap_or(true),
        authenticated: map.get("authenticated").and_then(Value::as_bool).unwrap_or(true),
        mail_from: text(&map, "mail_from"),
        ..MailLine::default()
    };
    if let Some(eml) = text(&map, "eml") {
        line.eml = Some(file(&eml)?);
    }
    for name in list(&map, "attach")? {
        let bytes = file(&name)?;
        let base = Path::new(&name).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or(name);
        line.attach.push((base, bytes));
    }
    if let Some(headers) = map.get("headers") {
        let headers = headers.as_object().ok_or_else(|| wrong("`headers`: expected an object"))?;
        for (name, value) in headers {
            line.headers.push((name.clone(), value.as_str().map_or_else(|| value.to_string(), String::from)));
        }
    }
    if let Some(reply) = map.get("reply_to") {
        line.reply_to = Some(choice(reply)?);
    }
    if let Some(bounce) = map.get("bounce") {
        let status = bounce.get("status").and_then(Value::as_str).unwrap_or("5.1.1").to_string();
        line.bounce = Some((choice(bounce)?, status));
    }
    if let Some(ics) = map.get("ics") {
        let partstat = ics.get("partstat").and_then(Value::as_str).unwrap_or("ACCEPTED").to_uppercase();
        line.ics =
            Some(CalendarAnswer { partstat, comment: ics.get("comment").and_then(Value::as_str).map(String::from) });
    }
    if line.from.is_none() && line.eml.is_none() && line.bounce.is_none() {
        return Err(wrong("expected `from`, `eml` or `bounce`"));
    }
    Ok(line)
}
