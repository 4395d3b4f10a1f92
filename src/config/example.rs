//! Prints `config/example.toml`: every key, commented out at its default, below its sentence.

use super::{
    Alarm, Archive, Assistant, Calendar, Config, Convert, Delivery, Directory, Dkim, Intake, Limits, Retention, Store,
    Trust, Web, sentence,
};
use crate::domain::policy::Policy;
use serde::Serialize;
use serde_json::Value;

/// What stands above each section.
const HEADS: &[(&str, &str)] = &[
    ("assistant", "Who Duban is."),
    ("directory", "Who the others are."),
    ("trust", "How far a mail is believed."),
    ("store", "What keeps it."),
    ("intake", "Where mail comes in; one [[intake]] each."),
    ("delivery", "Where letters go out."),
    ("delivery.dkim", "Letters signed by Duban itself, where the server that sends them does not sign."),
    ("retention", "What is kept for how long, in days; 0 keeps for ever. Looked through once a day."),
    ("web", "Pages for machines: /healthz and /metrics."),
    ("policy", "How patient, how talkative, how strict. Times of day are local to the reader."),
    ("calendar.plant", "A working calendar with a name, chosen in people.csv; any number of them."),
    (
        "convert",
        "Programs that turn files into text; each takes the file on standard input. They run with bounds of memory and time.",
    ),
    ("alarm", "Who is woken."),
    ("archive", "Files to keep beside the mails."),
];

/// The text of `config/example.toml`.
pub fn example() -> String {
    let mut out = String::from(
        "# Duban: every setting, commented out at its default.\n\
         # Found by --config, DUBAN_CONFIG, ./duban.toml or /etc/duban/duban.toml. Every key is also a variable:\n\
         # DUBAN_POLICY__DIGEST_AT=08:30, DUBAN_INTAKE__0__LISTEN=127.0.0.1:2424. Relative paths begin in this folder.\n\
         # `duban init` asks a few questions and writes a configuration; `duban doctor` tries it.\n\n",
    );
    let defaults = Config::unsettled();
    key(&mut out, "", "data_dir", &Value::String(defaults.data_dir.display().to_string()));
    key(&mut out, "", "templates", &Value::Null);
    section(&mut out, "assistant", "[assistant]", &[&Assistant::default()]);
    section(&mut out, "directory", "[directory]", &[&Directory::default()]);
    section(&mut out, "trust", "[trust]", &[&Trust::default()]);
    section(&mut out, "store", "[store]", &[&Store::default()]);
    section(&mut out, "intake", "#[[intake]]", &[&Intake::default()]);
    section(&mut out, "delivery", "[delivery]", &[&Delivery::default()]);
    section(&mut out, "delivery.dkim", "#[delivery.dkim]", &[&Dkim::default()]);
    section(&mut out, "retention", "[retention]", &[&Retention::default()]);
    section(&mut out, "web", "[web]", &[&Web::default()]);
    section(&mut out, "policy", "[policy]", &[&Policy::default(), &Limits::default()]);
    section(&mut out, "calendar.plant", "#[calendar.plant]", &[&Calendar::default()]);
    section(&mut out, "convert", "[convert]", &[&Convert::default()]);
    section(&mut out, "alarm", "[alarm]", &[&Alarm::default()]);
    section(&mut out, "archive", "[archive]", &[&Archive::default()]);
    out
}

fn section(out: &mut String, name: &str, head: &str, parts: &[&dyn ErasedSection]) {
    let sentence = HEADS.iter().find(|(n, _)| *n == name).map_or("", |(_, sentence)| *sentence);
    out.push_str(&format!("\n## {sentence}\n{head}\n"));
    let table = if name.starts_with("calendar.") { "calendar" } else { name };
    for part in parts {
        if let Value::Object(object) = part.json() {
            for (name, value) in &object {
                key(out, table, name, value);
            }
        }
    }
}

/// One key: its sentence, folded, then `#key = default`.
fn key(out: &mut String, section: &str, name: &str, default: &Value) {
    let mut width = 0;
    for word in sentence::of(section, name).unwrap_or_default().split(' ') {
        let long = word.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>() + 1;
        if width == 0 {
            out.push('#');
        } else if width + long > 110 {
            out.push_str("\n#");
            width = 0;
        }
        out.push(' ');
        out.push_str(word);
        width += long;
    }
    let value = match (default, sentence::like(section, name)) {
        (Value::Null, Some(like)) => like.to_string(),
        (Value::Array(items), Some(like)) if items.is_empty() => format!("[]     # like {like}"),
        (value, _) => value.to_string().replace("\",\"", "\", \""),
    };
    let absent = if default.is_null() { "     # no default" } else { "" };
    out.push_str(&format!("\n#{name} = {value}{absent}\n"));
}

/// A section as JSON, whatever its type.
trait ErasedSection {
    fn json(&self) -> Value;
}

impl<T: Serialize> ErasedSection for T {
    fn json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use std::collections::BTreeSet;

    /// The file in the repository is what the program prints. `UPDATE_EXPECT=1` writes it.
    #[test]
    fn the_example_in_the_repository_is_printed_by_the_program() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config/example.toml");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, example()).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == example(), "config/example.toml is out of step: run this test with UPDATE_EXPECT=1");
    }

    /// Taken as it stands it is the default configuration; with every line in force it is still read.
    #[test]
    fn the_example_is_a_configuration() {
        assert_eq!(Config::read(None, &example(), []).unwrap(), Config::default());
        let all: String = example()
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if !rest.starts_with(' ') && !rest.starts_with('#') => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .filter(|line| !line.starts_with("path = \"/var") && !["imap:", "lmtp"].iter().any(|k| line.starts_with(k)))
            .collect();
        let faults = match Config::read(None, &all, []) {
            Ok(_) => Vec::new(),
            Err(error) => error.faults,
        };
        // The one intake shows the keys of every kind; nothing else may be wrong.
        let others: Vec<_> = faults.iter().filter(|f| !f.contains("means nothing")).collect();
        assert!(others.is_empty(), "{others:#?}");
    }

    /// Every key has its sentence and every sentence its key.
    #[test]
    fn keys_and_sentences_are_in_step() {
        let mut known: BTreeSet<(String, String)> =
            [("", "data_dir"), ("", "templates")].map(|(s, k)| (s.to_string(), k.to_string())).into();
        let mut add = |section: &str, part: &dyn ErasedSection| {
            if let Value::Object(object) = part.json() {
                known.extend(object.keys().map(|key| (section.to_string(), key.clone())));
            }
        };
        add("assistant", &Assistant::default());
        add("directory", &Directory::default());
        add("trust", &Trust::default());
        add("store", &Store::default());
        add("intake", &Intake::default());
        add("delivery", &Delivery::default());
        add("delivery.dkim", &Dkim::default());
        add("retention", &Retention::default());
        add("web", &Web::default());
        add("policy", &Policy::default());
        add("policy", &Limits::default());
        add("calendar", &Calendar::default());
        add("convert", &Convert::default());
        add("alarm", &Alarm::default());
        add("archive", &Archive::default());
        let told: BTreeSet<(String, String)> =
            sentence::TABLE.iter().map(|(s, k, _, _)| (s.to_string(), k.to_string())).collect();
        assert_eq!(told.len(), sentence::TABLE.len(), "a key is told twice");
        let untold: Vec<_> = known.difference(&told).collect();
        let unknown: Vec<_> = told.difference(&known).collect();
        assert!(untold.is_empty() && unknown.is_empty(), "without a sentence: {untold:?}; without a key: {unknown:?}");
    }
}
