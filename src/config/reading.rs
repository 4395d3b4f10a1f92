//! A configuration read: file, then environment; every fault with its line and what would work.

use super::settings::{
    Alarm, Archive, Assistant, Calendar, Convert, Delivery, Directory, Dkim, Intake, Limits, Retention, Store, Trust,
    Web,
};
use super::{Config, sentence};
use crate::domain::policy::Policy;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;

/// Variables that begin with `DUBAN_` and are no settings.
pub(super) const NOT_SETTINGS: [&str; 2] = ["DUBAN_CONFIG", "DUBAN_LOG"];

/// What [`set`] can say of a key.
pub(super) enum SetError {
    /// The section has no such key.
    Unknown,
    /// The value does not fit.
    Wrong(String),
}

/// Sets one key of a section through its JSON form: the struct is the only list of keys.
pub(super) fn set<T: Serialize + DeserializeOwned>(section: &mut T, key: &str, value: Value) -> Result<(), SetError> {
    let Ok(Value::Object(mut object)) = serde_json::to_value(&*section) else { return Err(SetError::Unknown) };
    match object.get_mut(key) {
        None => return Err(SetError::Unknown),
        Some(place) => *place = value,
    }
    match T::deserialize(Value::Object(object)) {
        Ok(new) => {
            *section = new;
            Ok(())
        }
        Err(error) => Err(SetError::Wrong(plainly(&error.to_string()))),
    }
}

/// What was expected, in words of the file rather than of the program.
fn plainly(problem: &str) -> String {
    const WORDS: [(&str, &str); 8] = [
        ("expected u32", "expected a whole number"),
        ("expected u64", "expected a whole number"),
        ("expected usize", "expected a whole number"),
        ("expected u16", "expected a whole number"),
        ("expected a boolean", "expected true or false"),
        ("expected a sequence", "expected a list in brackets, like [ … , … ]"),
        ("expected a string", "expected text in quotes"),
        ("failed to parse timezone", "no such time zone (expected one like \"Asia/Shanghai\")"),
    ];
    WORDS.iter().fold(problem.to_string(), |said, (machine, human)| said.replace(machine, human))
}

/// The keys of a section, in order.
fn keys<T: Serialize + Default>() -> Vec<String> {
    match serde_json::to_value(T::default()) {
        Ok(Value::Object(object)) => object.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// Sections with a fixed name.
const SECTIONS: [&str; 13] = [
    "assistant",
    "directory",
    "trust",
    "store",
    "intake",
    "delivery",
    "retention",
    "web",
    "policy",
    "calendar",
    "convert",
    "alarm",
    "archive",
];
/// Keys before the first section.
const TOP_KEYS: [&str; 2] = ["data_dir", "templates"];

/// A fold of faults while one file is read.
pub(super) struct Reading {
    pub(super) name: String,
    pub(super) faults: Vec<String>,
}

impl Reading {
    pub(super) fn fault(&mut self, line: Option<usize>, what: impl fmt::Display) {
        match line {
            Some(line) => self.faults.push(format!("{}:{line}: {what}", self.name)),
            None => self.faults.push(format!("{}: {what}", self.name)),
        }
    }

    pub(super) fn file(&mut self, config: &mut Config, text: &str) {
        let line_at = |at: usize| text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let table = match toml::de::DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let what = error.message().trim().replace('\n', ", ");
                return self.fault(error.span().map(|span| line_at(span.start)), what);
            }
        };
        for (key, value) in table.get_ref() {
            let line = Some(line_at(key.span().start));
            let name: &str = key.get_ref();
            match (name, value.get_ref()) {
                ("intake", toml::de::DeValue::Array(intakes)) => {
                    for (index, intake) in intakes.iter().enumerate() {
                        let Some(table) = intake.get_ref().as_table() else {
                            self.fault(line, "`intake` is a list of tables: write [[intake]] and its keys below");
                            continue;
                        };
                        config.intake.push(Intake::default());
                        self.section(config, table, name, index, "", &line_at);
                    }
                }
                ("intake", _) => self.fault(line, "`intake` is a list of tables: write [[intake]], not [intake]"),
                ("calendar", toml::de::DeValue::Table(calendars)) => {
                    for (calendar, table) in calendars {
                        match table.get_ref().as_table() {
                            Some(table) => {
                                config.calendar.entry(calendar.get_ref().to_string()).or_default();
                                self.section(config, table, name, 0, calendar.get_ref(), &line_at);
                            }
                            None => self.fault(
                                Some(line_at(calendar.span().start)),
                                format!(
                                    "a calendar has a name: write [calendar.plant] with `{}` in it",
                                    calendar.get_ref()
                                ),
                            ),
                        }
                    }
                }
                (section, toml::de::DeValue::Table(table)) if SECTIONS.contains(&section) => {
                    self.section(config, table, section, 0, "", &line_at);
                }
                (section, _) if SECTIONS.contains(&section) => {
                    self.fault(line, format!("`{section}` is a section: write [{section}]"));
                }
                (_, value) => self.key(config, "", 0, "", name, json_of(value), line),
            }
        }
    }

    fn section(
        &mut self,
        config: &mut Config,
        table: &toml::de::DeTable<'_>,
        section: &str,
        index: usize,
        name: &str,
        line_at: &dyn Fn(usize) -> usize,
    ) {
        for (key, value) in table {
            let line = Some(line_at(key.span().start));
            if let ("delivery", "dkim", toml::de::DeValue::Table(inner)) = (section, &**key.get_ref(), value.get_ref())
            {
                self.section(config, inner, "delivery.dkim", 0, "", line_at);
                continue;
            }
            self.key(config, section, index, name, key.get_ref(), json_of(value.get_ref()), line);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the full place of one key")]
    fn key(
        &mut self,
        config: &mut Config,
        section: &str,
        index: usize,
        name: &str,
        key: &str,
        value: Value,
        line: Option<usize>,
    ) {
        let shown = value.to_string();
        match config.set(section, index, name, key, value) {
            Ok(()) => {}
            Err(SetError::Unknown) => self.fault(line, unknown(section, key)),
            Err(SetError::Wrong(_)) if key.contains("password") => {
                self.fault(line, format!("`{key}`: expected text in quotes"));
            }
            Err(SetError::Wrong(why)) => {
                let hint = sentence::of(section, key).map(|s| format!(" ({key}: {s})")).unwrap_or_default();
                self.fault(line, format!("`{key}` = {shown}: {why}{hint}"));
            }
        }
    }

    /// One `DUBAN_SECTION__KEY=value`. The text is tried as it stands, then as TOML (numbers, true, lists), then as a
    /// list with commas.
    pub(super) fn variable(&mut self, config: &mut Config, variable: &str, text: &str) {
        let path = variable.trim_start_matches("DUBAN_").to_lowercase();
        let parts: Vec<&str> = path.split("__").collect();
        let (section, index, name, key) = match parts.as_slice() {
            [key] => ("", 0, "", *key),
            ["intake", index, key] => match index.parse::<usize>() {
                Ok(index) if index <= config.intake.len() => ("intake", index, "", *key),
                _ => {
                    return self.faults.push(format!(
                        "{variable}: expected DUBAN_INTAKE__0__KEY, counted from 0 without gaps, found {index:?}"
                    ));
                }
            },
            ["calendar", name, key] => ("calendar", 0, *name, *key),
            ["delivery", "dkim", key] => ("delivery.dkim", 0, "", *key),
            [section, key] => (*section, 0, "", *key),
            _ => return self.faults.push(format!("{variable}: there is no such setting")),
        };
        if key == "password" && !text.is_empty() {
            config.warnings.push(format!(
                "{variable}: a password in the environment can be read by others; use password_file or credential"
            ));
        }
        let mut tries = vec![Value::String(text.to_string())];
        if let Ok(table) = toml::de::DeTable::parse(&format!("v = {text}"))
            && let Some((_, value)) = table.get_ref().iter().next()
        {
            tries.push(json_of(value.get_ref()));
        }
        tries.push(Value::Array(
            text.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| Value::String(item.into()))
                .collect(),
        ));
        let mut first = None;
        for value in tries {
            match config.set(section, index, name, key, value) {
                Ok(()) => return,
                Err(SetError::Unknown) => return self.faults.push(format!("{variable}: {}", unknown(section, key))),
                Err(SetError::Wrong(why)) => {
                    first.get_or_insert(why);
                }
            }
        }
        let shown = if key.contains("password") { "***" } else { text };
        self.faults.push(format!("{variable}={shown}: {}", first.unwrap_or_default()));
    }
}

/// "unknown key … did you mean …".
fn unknown(section: &str, key: &str) -> String {
    let known: Vec<String> = match section {
        "" => TOP_KEYS.iter().chain(&SECTIONS).map(|k| k.to_string()).collect(),
        "assistant" => keys::<Assistant>(),
        "directory" => keys::<Directory>(),
        "trust" => keys::<Trust>(),
        "store" => keys::<Store>(),
        "intake" => keys::<Intake>(),
        "delivery" => keys::<Delivery>(),
        "retention" => keys::<Retention>(),
        "web" => keys::<Web>(),
        "delivery.dkim" => keys::<Dkim>(),
        "policy" => keys::<Policy>().into_iter().chain(keys::<Limits>()).collect(),
        "calendar" => keys::<Calendar>(),
        "convert" => keys::<Convert>(),
        "alarm" => keys::<Alarm>(),
        "archive" => keys::<Archive>(),
        _ => Vec::new(),
    };
    if known.is_empty() {
        return format!("unknown section [{section}]; sections are {}", SECTIONS.join(", "));
    }
    let place =
        if section.is_empty() { "unknown key or section".to_string() } else { format!("unknown key in [{section}]:") };
    if let Some(word) = synonym(key).filter(|word| known.iter().any(|k| k == word)) {
        return format!("{place} `{key}`; did you mean `{word}`?");
    }
    let near = known.iter().map(|k| (distance(k, key), k)).min();
    match near {
        // Of a short word two letters are half of it: `host` is no `port`.
        Some((far, near)) if far <= (key.len() / 4).max(usize::from(key.len() > 4) + 1) => {
            format!("{place} `{key}`; did you mean `{near}`?")
        }
        _ => format!("{place} `{key}`; known are {}", known.join(", ")),
    }
}

/// What other programs call a key of ours.
fn synonym(key: &str) -> Option<&'static str> {
    const SAME: &[(&str, &[&str])] = &[
        (
            "server",
            &["host", "hostname", "smtp", "imap", "smtp_server", "smtp_host", "imap_server", "imap_host", "relay"],
        ),
        ("user", &["username", "login", "account", "email", "user_name"]),
        ("password", &["pass", "passwd", "secret", "auth_code"]),
        ("password_file", &["passwd_file", "secret_file", "passfile"]),
        ("tls", &["ssl", "security", "encryption", "starttls", "use_tls", "secure"]),
        ("time_zone", &["timezone", "tz", "zone"]),
        ("language", &["lang", "locale"]),
        ("address", &["email", "mail", "from"]),
        ("admin", &["administrator", "postmaster", "admin_email"]),
        ("listen", &["bind", "address", "host", "port"]),
        ("folder", &["mailbox", "inbox"]),
        ("path", &["dir", "directory", "folder"]),
        ("kind", &["type", "protocol"]),
        ("internal_domains", &["domains", "domain", "internal"]),
    ];
    let key = key.to_lowercase();
    SAME.iter().find(|(_, names)| names.contains(&key.as_str())).map(|(word, _)| *word)
}

/// Levenshtein distance; keys are short.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        for (cb, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let above = *cell;
            *cell = (corner + usize::from(ca != *cb)).min(above + 1).min(left + 1);
            corner = above;
            left = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

fn json_of(value: &toml::de::DeValue<'_>) -> Value {
    use toml::de::DeValue;
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(integer) => {
            i64::from_str_radix(integer.as_str(), integer.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(float) => float.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(yes) => Value::Bool(*yes),
        // A time or date without quotes is read as if it had them.
        DeValue::Datetime(moment) => Value::String(moment.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(|item| json_of(item.get_ref())).collect()),
        DeValue::Table(table) => {
            Value::Object(table.iter().map(|(k, v)| (k.get_ref().to_string(), json_of(v.get_ref()))).collect())
        }
    }
}

/// Where `key` stands in the text, for faults found after reading: the first line of that key below its section.
pub(super) fn line_of_key(text: &str, section: &str, key: &str) -> Option<usize> {
    let mut inside = section.is_empty();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_start();
        if line.starts_with('[') {
            let name = line.trim_start_matches('[').split([']', '.']).next().unwrap_or_default().trim();
            inside = name == section;
        } else if inside && line.split('=').next().is_some_and(|name| name.trim() == key) {
            return Some(at + 1);
        }
    }
    None
}

pub(super) fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}
