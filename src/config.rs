//! Every setting with its default and its sentence; prints `config/example.toml` (SPEC 9.6).
//!
//! A section is a plain struct: its `Default` is the default, its field names are the keys. [`sentence`] holds the
//! sentence of each key; a test keeps the two and the printed example in step. Deliberately absent: any key that
//! nobody reads.
//!
//! A value comes from the file, then from the environment (`DUBAN_` + path with `__` between the levels), and each is
//! set by itself, so that a fault can name the file, the line, the key and what would have worked.

mod check;
mod example;
pub mod people;
pub mod preset;
mod reading;
mod sentence;
mod settings;

use crate::domain::policy::Policy;
pub use example::example;
use reading::{NOT_SETTINGS, Reading, SetError, set};
use serde_json::Value;
pub use settings::{
    Alarm, Archive, Assistant, Calendar, Convert, Delivery, DeliveryKind, Directory, Dkim, Envelope, Intake,
    IntakeKind, Limits, Listen, Mode, Proof, Recipients, ReplyAddressing, Retention, Secret, Store, StoreKind, Tls,
    Tone, Trust, Unauthenticated, Web, Week, is_address, is_loopback, is_postmaster,
};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a configuration is looked for when nothing names one (SPEC 9.6).
pub const SEARCH: [&str; 2] = ["./duban.toml", "/etc/duban/duban.toml"];

/// The whole configuration. Paths are absolute, or relative to the working folder where no file was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The file that was read; none: defaults and the environment.
    pub file: Option<PathBuf>,
    /// Store, segments, secret.
    pub data_dir: PathBuf,
    /// Folder whose letter templates stand before the built-in ones.
    pub templates: Option<PathBuf>,
    pub assistant: Assistant,
    pub directory: Directory,
    pub trust: Trust,
    pub store: Store,
    pub intake: Vec<Intake>,
    pub delivery: Delivery,
    pub retention: Retention,
    pub web: Web,
    /// `[delivery.dkim]`.
    pub dkim: Dkim,
    /// SPEC 6.1.
    pub policy: Policy,
    /// TRUST 3.3 P3 and P19; keys of `[policy]`.
    pub limits: Limits,
    /// Named working calendars (O30): `[calendar.plant]`.
    pub calendar: BTreeMap<String, Calendar>,
    pub convert: Convert,
    pub alarm: Alarm,
    pub archive: Archive,
    /// What is allowed but should be known (a password in the environment).
    pub warnings: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        let mut config = Config::unsettled();
        config.settle_paths();
        config
    }
}

impl Config {
    /// The defaults, paths as a file would write them.
    fn unsettled() -> Self {
        Config {
            file: None,
            data_dir: "data".into(),
            templates: None,
            assistant: Assistant::default(),
            directory: Directory::default(),
            trust: Trust::default(),
            store: Store::default(),
            intake: Vec::new(),
            delivery: Delivery::default(),
            retention: Retention::default(),
            web: Web::default(),
            dkim: Dkim::default(),
            policy: Policy::default(),
            limits: Limits::default(),
            calendar: BTreeMap::new(),
            convert: Convert::default(),
            alarm: Alarm::default(),
            archive: Archive::default(),
            warnings: Vec::new(),
        }
    }
}

/// Everything wrong with a configuration, a line each: `duban.toml:12: …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    pub faults: Vec<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.faults.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads what `--config` or `DUBAN_CONFIG` names, else the first of [`SEARCH`] that exists, else the defaults; then
    /// the environment.
    pub fn load(named: Option<&Path>) -> Result<Config, ConfigError> {
        let file = match named {
            Some(path) => Some(path.to_path_buf()),
            None => SEARCH.iter().map(PathBuf::from).find(|path| path.exists()),
        };
        Config::from_file(file.as_deref(), std::env::vars())
    }

    /// Reads this file, or none, with these variables over it.
    pub fn from_file(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Config, ConfigError> {
        let text = match file {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path).map_err(|error| {
                let what = match error.kind() {
                    std::io::ErrorKind::InvalidData => "this is no text in UTF-8; save it as UTF-8".to_string(),
                    std::io::ErrorKind::NotFound => format!("{error}; `duban init` writes one"),
                    _ => error.to_string(),
                };
                ConfigError { faults: vec![format!("{}: {what}", path.display())] }
            })?,
        };
        Config::read(file, &text, variables)
    }

    /// Reads a configuration from text. `file` names it in faults, and its folder is where relative paths begin.
    pub fn read(
        file: Option<&Path>,
        text: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Config, ConfigError> {
        let mut reading =
            Reading { name: file.map_or("duban.toml".into(), |f| f.display().to_string()), faults: vec![] };
        let mut config = Config { file: file.map(Path::to_path_buf), ..Config::unsettled() };
        reading.file(&mut config, text);
        if reading.faults.is_empty() {
            let mut variables: Vec<_> = variables.into_iter().filter(|(name, _)| name.starts_with("DUBAN_")).collect();
            variables.sort();
            for (name, value) in variables {
                if !NOT_SETTINGS.contains(&name.as_str()) {
                    reading.variable(&mut config, &name, &value);
                }
            }
        }
        if reading.faults.is_empty() {
            config.check(&mut reading, text);
        }
        if !reading.faults.is_empty() {
            return Err(ConfigError { faults: reading.faults });
        }
        config.settle_paths();
        Ok(config)
    }

    /// Every `[section]`'s key in one place. `index` picks the intake, `name` the calendar.
    fn set(&mut self, section: &str, index: usize, name: &str, key: &str, value: Value) -> Result<(), SetError> {
        match section {
            "" => {
                let text = |value: Value| match value {
                    Value::String(text) => Ok(PathBuf::from(text)),
                    other => Err(SetError::Wrong(format!("expected a path in quotes, found {other}"))),
                };
                match key {
                    "data_dir" => self.data_dir = text(value)?,
                    "templates" => self.templates = Some(text(value)?),
                    _ => return Err(SetError::Unknown),
                }
                Ok(())
            }
            "assistant" => set(&mut self.assistant, key, value),
            "directory" => set(&mut self.directory, key, value),
            "trust" => set(&mut self.trust, key, value),
            "store" => set(&mut self.store, key, value),
            "delivery" => set(&mut self.delivery, key, value),
            "retention" => set(&mut self.retention, key, value),
            "web" => set(&mut self.web, key, value),
            "delivery.dkim" => set(&mut self.dkim, key, value),
            "convert" => set(&mut self.convert, key, value),
            "alarm" => set(&mut self.alarm, key, value),
            "archive" => set(&mut self.archive, key, value),
            "policy" => match set(&mut self.policy, key, value.clone()) {
                Err(SetError::Unknown) => set(&mut self.limits, key, value),
                done => done,
            },
            "intake" => {
                while self.intake.len() <= index {
                    self.intake.push(Intake::default());
                }
                match self.intake.get_mut(index) {
                    Some(intake) => set(intake, key, value),
                    None => Err(SetError::Unknown),
                }
            }
            "calendar" => set(self.calendar.entry(name.to_string()).or_default(), key, value),
            _ => Err(SetError::Unknown),
        }
    }

    /// Relative paths begin in the folder of the file; the secret's in `data_dir`.
    fn settle_paths(&mut self) {
        let folder = self.file.as_deref().and_then(Path::parent).map(Path::to_path_buf).unwrap_or_default();
        let settle = |path: &mut PathBuf| *path = folder.join(&*path);
        settle(&mut self.data_dir);
        settle(&mut self.delivery.path);
        let intakes = self.intake.iter_mut().flat_map(|i| {
            [
                i.tls_cert.as_mut(),
                i.tls_key.as_mut(),
                i.path.as_mut(),
                i.ca_file.as_mut(),
                i.password_file.as_mut(),
                i.oauth_file.as_mut(),
            ]
        });
        let delivery =
            [self.delivery.ca_file.as_mut(), self.delivery.password_file.as_mut(), self.delivery.oauth_file.as_mut()];
        let others = [
            self.templates.as_mut(),
            self.directory.people.as_mut(),
            self.archive.folder.as_mut(),
            self.dkim.key_file.as_mut(),
        ];
        let calendars = self.calendar.values_mut().map(|calendar| calendar.days.as_mut());
        for path in intakes.chain(delivery).chain(others).chain(calendars).flatten() {
            settle(path);
        }
        for intake in &mut self.intake {
            if let Some(socket) = intake.listen.as_ref().and_then(|listen| listen.strip_prefix("unix:")) {
                intake.listen = Some(format!("unix:{}", folder.join(socket).display()));
            }
        }
        self.trust.secret_file = self.data_dir.join(&self.trust.secret_file);
        if let Some(file) = &mut self.trust.previous_secret_file {
            *file = self.data_dir.join(&*file);
        }
    }

    /// Recipients that an intake takes: its own list, else the assistant's address; each stands for its plus forms, and
    /// `@example.com` for a whole domain (TRUST P20).
    pub fn recipients_of(&self, intake: &Intake) -> Recipients {
        if intake.recipients.is_empty() {
            Recipients::new(std::slice::from_ref(&self.assistant.address))
        } else {
            Recipients::new(&intake.recipients)
        }
    }

    /// The name that Duban greets with: `assistant.host`, else the domain of its address.
    pub fn host(&self) -> &str {
        match &self.assistant.host {
            Some(host) => host,
            None => self.assistant.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use chrono_tz::Tz;

    fn read(text: &str) -> Result<Config, ConfigError> {
        Config::read(Some(Path::new("/etc/duban/duban.toml")), text, [])
    }

    /// A fault names the file, the line, the key, and what would have worked.
    fn check_fault(text: &str, parts: &[&str]) {
        let error = read(text).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{part:?} is missing in {error:?}");
        }
    }

    #[test]
    fn the_core_of_spec_9_6_is_read() {
        let config = read(
            r#"
data_dir = "data"
[assistant]
address = "duban@corp.test"
time_zone = "Europe/Berlin"
[directory]
people = "people.csv"
internal_domains = ["corp.test"]
[trust]
authserv_id = "mx.corp.test"
received_by = []
unauthenticated = "attendance"
[store]
kind = "sled"
[[intake]]
kind = "lmtp"
listen = "127.0.0.1:2424"
trusted = true
recipients = ["@corp.test"]
[delivery]
kind = "smtp"
server = "localhost"
mode = "pilot"
pilot = ["a@corp.test"]
[policy]
digest_at = "08:30"
quiet = ["21:00", "07:00"]
callers = ["a@corp.test"]
mail_size_max = 1000
[calendar.plant]
week = "six-day"
hours = ["08:00-12:00", "13:00-17:00"]
"#,
        )
        .unwrap();
        assert_eq!(config.data_dir, Path::new("/etc/duban/data"));
        assert_eq!(config.trust.secret_file, Path::new("/etc/duban/data/secret"));
        assert_eq!(config.directory.people.as_deref(), Some(Path::new("/etc/duban/people.csv")));
        assert_eq!(config.assistant.time_zone, Tz::Europe__Berlin);
        assert_eq!(config.policy.digest_at.to_string(), "08:30:00");
        assert_eq!(config.limits.mail_size_max, 1000);
        assert_eq!(config.delivery.mode, Mode::Pilot);
        assert_eq!(config.calendar["plant"].week, Week::SixDay);
        assert!(config.recipients_of(&config.intake[0]).take("anybody@CORP.test"));
    }

    #[test]
    fn faults_name_the_line_and_what_would_work() {
        check_fault("\n[assistant]\nadress = 1", &["duban.toml:3:", "`adress`", "did you mean `address`"]);
        check_fault("[asistant]\na = 1", &["duban.toml:1:", "`asistant`", "did you mean `assistant`"]);
        check_fault("[delivery]\nmode = \"on\"", &["duban.toml:2:", "`mode` = \"on\"", "`live`"]);
        check_fault(
            "[policy]\nconfirm_window = \"two\"",
            &["duban.toml:2:", "`confirm_window`", "expected a whole number"],
        );
        check_fault("[policy]\nescalation = \"boss\"", &["duban.toml:2:", "organizer", "sponsor"]);
        check_fault("[policy]\n\nreport_at = \"Friday\"", &["duban.toml:3:", "Fri 17:00"]);
        check_fault("[assistant]\ntime_zone = \"Asia/Peking\"", &["duban.toml:2:", "Asia/Peking"]);
        check_fault("[store]\nkind = \"postgres\"", &["duban.toml:2:", "does not exist yet"]);
        check_fault("[[intake]]\nkind = \"lmtp\"", &["needs `listen`"]);
        check_fault(
            "[[intake]]\nkind = \"maildir\"\npath = \"x\"\nserver = \"y\"",
            &["duban.toml:4:", "means nothing"],
        );
        check_fault(
            "[delivery]\nkind = \"smtp\"\nserver = \"mx.example.com\"\ntls = \"none\"",
            &["duban.toml:4:", "loopback"],
        );
        check_fault("[assistant]\naddress = \"nobody\"", &["duban.toml:2:", "no mail address"]);
        check_fault("[assistant\n", &["duban.toml:1:"]);
        // Every fault is told, not only the first.
        let faults = read("[assistant]\na = 1\nb = 2").unwrap_err().faults;
        assert_eq!(faults.len(), 2, "{faults:?}");
    }

    #[test]
    fn passwords_are_never_shown() {
        let error = read("[delivery]\npassword = 12345").unwrap_err().to_string();
        assert!(!error.contains("12345"), "{error}");
        let config = read("[delivery]\npassword = \"geheim\"").unwrap();
        assert!(!format!("{config:?}").contains("geheim"));
    }

    #[test]
    fn the_environment_stands_over_the_file() {
        let variables = [
            ("DUBAN_ASSISTANT__ADDRESS", "x@corp.test"),
            ("DUBAN_POLICY__CONFIRM_WINDOW", "7"),
            ("DUBAN_POLICY__REMIND_BEFORE", "[5, 2]"),
            ("DUBAN_POLICY__ACCEPTANCE", "false"),
            ("DUBAN_DIRECTORY__INTERNAL_DOMAINS", "corp.test, corp.example"),
            ("DUBAN_INTAKE__0__LISTEN", "127.0.0.1:99"),
            ("DUBAN_DELIVERY__PASSWORD", "p"),
            ("DUBAN_CONFIG", "elsewhere"),
            ("PATH", "/bin"),
        ]
        .map(|(name, value)| (name.to_string(), value.to_string()));
        let config = Config::read(None, "[assistant]\naddress = \"y@corp.test\"", variables).unwrap();
        assert_eq!(config.assistant.address, "x@corp.test");
        assert_eq!(config.policy.confirm_window, 7);
        assert_eq!(config.policy.remind_before, [5, 2]);
        assert!(!config.policy.acceptance);
        assert_eq!(config.directory.internal_domains, ["corp.test", "corp.example"]);
        assert_eq!(config.intake[0].listen.as_deref(), Some("127.0.0.1:99"));
        assert_eq!(config.warnings.len(), 1);
        let wrong = Config::read(None, "", [("DUBAN_STORE__KIN".to_string(), "x".to_string())]).unwrap_err();
        assert!(wrong.to_string().contains("DUBAN_STORE__KIN") && wrong.to_string().contains("`kind`"), "{wrong}");
    }

    #[test]
    fn recipients_are_own_addresses_and_their_plus_forms() {
        let own = Recipients::new(&["Duban@Example.com".into(), "@lab.test".into()]);
        for yes in ["duban@example.com", "DUBAN@EXAMPLE.COM", "duban+a-1@example.com", "x@lab.test"] {
            assert!(own.take(yes), "{yes}");
        }
        for no in ["duban@example.com.evil.test", "xduban@example.com", "duban", "@lab.test", "a@sub.lab.test", ""] {
            assert!(!own.take(no), "{no}");
        }
    }

    #[test]
    fn postmaster_is_taken_alone_and_at_own_domains() {
        let own = Recipients::new(&["duban@example.com".into(), "@lab.test".into()]);
        for yes in ["postmaster", "POSTMASTER", "Postmaster@example.com", "postmaster@LAB.test"] {
            assert!(own.take_as_postmaster(yes), "{yes}");
        }
        for no in
            ["postmaster@elsewhere.test", "postmaster@sub.lab.test", "postmasters", "postmaster+x@example.com", ""]
        {
            assert!(!own.take_as_postmaster(no), "{no}");
        }
        assert!(!own.take("postmaster@example.com"), "it is no address of the assistant");
    }

    /// Without a file everything has a default.
    #[test]
    fn nothing_is_a_configuration() {
        let config = Config::read(None, "", []).unwrap();
        assert_eq!(config.delivery.kind, DeliveryKind::Maildir);
        assert_eq!(config.assistant.address, "duban@example.com");
        assert_eq!(config.policy, Policy::default());
    }
}
