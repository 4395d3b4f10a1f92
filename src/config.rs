//! Every setting with its default and its sentence; prints `config/example.toml` (SPEC 9.6).
//!
//! A section is a plain struct: its `Default` is the default, its field names are the keys. [`sentence`] holds the
//! sentence of each key; a test keeps the two and the printed example in step. Deliberately absent: any key that
//! nobody reads.
//!
//! A value comes from the file, then from the environment (`DUBAN_` + path with `__` between the levels), and each is
//! set by itself, so that a fault can name the file, the line, the key and what would have worked.

use crate::domain::policy::Policy;
use chrono_tz::Tz;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

mod example;
pub mod people;
pub mod preset;
mod sentence;

pub use example::example;

/// Where a configuration is looked for when nothing names one (SPEC 9.6).
pub const SEARCH: [&str; 2] = ["./duban.toml", "/etc/duban/duban.toml"];

/// Variables that begin with `DUBAN_` and are no settings.
const NOT_SETTINGS: [&str; 2] = ["DUBAN_CONFIG", "DUBAN_LOG"];

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
    pub alarm: Alarm,
    pub archive: Archive,
    /// What is allowed but should be known (a password in the environment).
    pub warnings: Vec<String>,
}

/// Who Duban is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Assistant {
    pub address: String,
    pub name: String,
    pub admin: Option<String>,
    pub language: String,
    pub time_zone: Tz,
    pub reply_addressing: ReplyAddressing,
    pub tone: Tone,
    pub mailto_links: bool,
    pub help_contact: Option<String>,
    pub host: Option<String>,
}

/// How an answer finds its letter (O4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyAddressing {
    Thread,
    Plus,
}

/// How letters speak (O19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Formal,
    Plain,
}

/// Who the others are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Directory {
    pub people: Option<PathBuf>,
    pub internal_domains: Vec<String>,
}

/// How far a mail is believed (TRUST 3.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trust {
    pub authserv_id: Option<String>,
    pub received_by: Vec<String>,
    pub results_below_received: bool,
    pub proof: Proof,
    pub unauthenticated: Unauthenticated,
    pub arc_sealers: Vec<String>,
    pub dns: Vec<SocketAddr>,
    pub secret_file: PathBuf,
    pub previous_secret_file: Option<PathBuf>,
}

/// What proves a sender where the provider writes no Authentication-Results (O1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Only Authentication-Results of `authserv_id`.
    Results,
    /// Also `X-MS-Exchange-Organization-AuthAs: Internal` on mail fetched by IMAP.
    Exchange,
    /// Also a sender of an internal domain whose mail no Received field shows to have come from outside.
    Hosted,
}

/// What a mail without proof may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unauthenticated {
    Nothing,
    Attendance,
}

/// What keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    pub kind: StoreKind,
    pub cache_mb: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    Sled,
    Postgres,
}

/// Where mail comes in; one `[[intake]]` each. Which key belongs to which kind: [`Intake::keys_of`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Intake {
    pub kind: IntakeKind,
    pub trusted: bool,
    pub from_internet: bool,
    pub verify: Option<bool>,
    pub recipients: Vec<String>,
    pub listen: Option<String>,
    pub tls_cert: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    pub path: Option<PathBuf>,
    pub server: Option<String>,
    pub port: Option<u16>,
    pub tls: Tls,
    pub ca_file: Option<PathBuf>,
    pub user: Option<String>,
    pub password: Option<Secret>,
    pub password_file: Option<PathBuf>,
    pub credential: Option<String>,
    pub token_command: Option<String>,
    pub folder: String,
    pub processed: String,
    pub junk: Vec<String>,
    pub poll_seconds: u64,
    pub keep_processed_days: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntakeKind {
    Lmtp,
    Smtp,
    Imap,
    Maildir,
}

/// How a connection to a server is protected. Never falls back (TRUST P17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    Implicit,
    Starttls,
    /// Only to loopback addresses.
    None,
}

/// Where letters go out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Delivery {
    pub kind: DeliveryKind,
    pub path: PathBuf,
    pub program: Vec<String>,
    pub server: Option<String>,
    pub port: Option<u16>,
    pub tls: Tls,
    pub ca_file: Option<PathBuf>,
    pub user: Option<String>,
    pub password: Option<Secret>,
    pub password_file: Option<PathBuf>,
    pub credential: Option<String>,
    pub token_command: Option<String>,
    pub sessions: usize,
    pub timeout_seconds: u64,
    pub idle_seconds: u64,
    pub mode: Mode,
    pub pilot: Vec<String>,
    pub envelope: Envelope,
    pub per_minute: u32,
    pub per_hour: u32,
    pub per_day: u32,
    pub new_outside_per_day: u32,
}

/// `[delivery.dkim]`: letters are signed with this key (SPEC 9.3); without `key_file` they are not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dkim {
    pub domain: Option<String>,
    pub selector: Option<String>,
    pub key_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryKind {
    Maildir,
    Smtp,
    Sendmail,
}

/// The brake (O44).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Live,
    Hold,
    Pilot,
}

/// The envelope sender of what we send (O45).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Envelope {
    Own,
    Verp,
    Null,
}

/// What is kept for how long (TRUST R3); in days, 0 keeps for ever.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    pub mail_days: u32,
    pub quarantine_days: u32,
    pub closed_days: u32,
}

/// Pages for machines (SPEC 9.4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Web {
    pub listen: Option<String>,
}

/// Keys of `[policy]` that bound what a mail or a peer may cost (TRUST P3, P5, P19).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    pub mail_size_max: usize,
    pub mail_depth_max: usize,
    pub mail_parts_max: usize,
    pub header_fields_max: usize,
    pub header_field_max: usize,
    pub attachments_max: usize,
    pub line_max: usize,
    pub recipients_max: usize,
    pub command_seconds: u64,
    pub session_seconds: u64,
    pub connections_max: usize,
    pub connections_per_address: usize,
}

/// A working calendar with a name of its own (O30).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Calendar {
    pub base: String,
    pub week: Week,
    pub hours: Vec<String>,
    pub days: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Week {
    #[serde(rename = "five-day")]
    FiveDay,
    #[serde(rename = "six-day")]
    SixDay,
    #[serde(rename = "alternate")]
    Alternate,
}

/// Who is woken (O42).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Alarm {
    pub command: Vec<String>,
}

/// Where readable files of meetings and projects are kept (O43).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Archive {
    pub folder: Option<PathBuf>,
}

/// A password or token: never printed, not even by `{:?}` (TRUST R7).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// The secret itself, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Default for Assistant {
    fn default() -> Self {
        Assistant {
            address: "duban@example.com".into(),
            name: "督办助手".into(),
            admin: None,
            language: "zh-CN".into(),
            time_zone: Tz::Asia__Shanghai,
            reply_addressing: ReplyAddressing::Thread,
            tone: Tone::Formal,
            mailto_links: true,
            help_contact: None,
            host: None,
        }
    }
}

impl Default for Trust {
    fn default() -> Self {
        Trust {
            authserv_id: None,
            received_by: Vec::new(),
            results_below_received: false,
            proof: Proof::Results,
            unauthenticated: Unauthenticated::Nothing,
            arc_sealers: Vec::new(),
            dns: Vec::new(),
            secret_file: "secret".into(),
            previous_secret_file: None,
        }
    }
}

impl Default for Store {
    fn default() -> Self {
        Store { kind: StoreKind::Sled, cache_mb: 8 }
    }
}

impl Default for Intake {
    fn default() -> Self {
        Intake {
            kind: IntakeKind::Lmtp,
            trusted: false,
            from_internet: false,
            verify: None,
            recipients: Vec::new(),
            listen: None,
            tls_cert: None,
            tls_key: None,
            path: None,
            server: None,
            port: None,
            tls: Tls::Implicit,
            ca_file: None,
            user: None,
            password: None,
            password_file: None,
            credential: None,
            token_command: None,
            folder: "INBOX".into(),
            processed: "Duban".into(),
            junk: vec!["\\Junk".into(), "Junk".into(), "垃圾箱".into(), "垃圾邮件".into()],
            poll_seconds: 60,
            keep_processed_days: 30,
        }
    }
}

impl Default for Delivery {
    fn default() -> Self {
        Delivery {
            kind: DeliveryKind::Maildir,
            path: "outgoing".into(),
            program: vec!["/usr/sbin/sendmail".into(), "-i".into()],
            server: None,
            port: None,
            tls: Tls::Implicit,
            ca_file: None,
            user: None,
            password: None,
            password_file: None,
            credential: None,
            token_command: None,
            sessions: 4,
            timeout_seconds: 60,
            idle_seconds: 30,
            mode: Mode::Live,
            pilot: Vec::new(),
            envelope: Envelope::Own,
            per_minute: 0,
            per_hour: 0,
            per_day: 0,
            new_outside_per_day: 0,
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Retention { mail_days: 90, quarantine_days: 30, closed_days: 730 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            mail_size_max: 25 << 20,
            mail_depth_max: 20,
            mail_parts_max: 200,
            header_fields_max: 1000,
            header_field_max: 64 << 10,
            attachments_max: 10,
            line_max: 4096,
            recipients_max: 100,
            command_seconds: 300,
            session_seconds: 600,
            connections_max: 100,
            connections_per_address: 10,
        }
    }
}

impl Default for Calendar {
    fn default() -> Self {
        Calendar { base: "cn".into(), week: Week::FiveDay, hours: vec!["09:00-18:00".into()], days: None }
    }
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

impl IntakeKind {
    pub fn word(self) -> &'static str {
        match self {
            IntakeKind::Lmtp => "lmtp",
            IntakeKind::Smtp => "smtp",
            IntakeKind::Imap => "imap",
            IntakeKind::Maildir => "maildir",
        }
    }
}

impl Intake {
    /// The keys that mean something for a kind.
    fn keys_of(kind: IntakeKind) -> &'static [&'static str] {
        match kind {
            IntakeKind::Lmtp | IntakeKind::Smtp => {
                &["kind", "trusted", "from_internet", "verify", "recipients", "listen", "tls_cert", "tls_key"]
            }
            IntakeKind::Maildir => &["kind", "trusted", "from_internet", "verify", "path"],
            IntakeKind::Imap => &[
                "kind",
                "trusted",
                "from_internet",
                "verify",
                "server",
                "port",
                "tls",
                "ca_file",
                "user",
                "password",
                "password_file",
                "credential",
                "token_command",
                "folder",
                "processed",
                "junk",
                "poll_seconds",
                "keep_processed_days",
            ],
        }
    }

    /// Whether authors of what comes in here are verified by ourselves (TRUST S3).
    pub fn verifies(&self) -> bool {
        !self.trusted && self.verify.unwrap_or(self.from_internet)
    }

    /// What cursors and logs call it: stable over restarts, free of secrets.
    pub fn source(&self) -> String {
        match self.kind {
            IntakeKind::Lmtp | IntakeKind::Smtp => {
                format!("{}:{}", self.kind.word(), self.listen.as_deref().unwrap_or_default())
            }
            IntakeKind::Maildir => format!("maildir:{}", self.path.as_deref().unwrap_or(Path::new("")).display()),
            IntakeKind::Imap => format!(
                "imap:{}@{}",
                self.user.as_deref().unwrap_or_default(),
                self.server.as_deref().unwrap_or_default()
            ),
        }
    }
}

/// What [`set`] can say of a key.
enum SetError {
    /// The section has no such key.
    Unknown,
    /// The value does not fit.
    Wrong(String),
}

/// Sets one key of a section through its JSON form: the struct is the only list of keys.
fn set<T: Serialize + DeserializeOwned>(section: &mut T, key: &str, value: Value) -> Result<(), SetError> {
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
        Err(error) => Err(SetError::Wrong(error.to_string())),
    }
}

/// The keys of a section, in order.
fn keys<T: Serialize + Default>() -> Vec<String> {
    match serde_json::to_value(T::default()) {
        Ok(Value::Object(object)) => object.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// Sections with a fixed name.
const SECTIONS: [&str; 12] = [
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
    "alarm",
    "archive",
];
/// Keys before the first section.
const TOP_KEYS: [&str; 2] = ["data_dir", "templates"];

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
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| ConfigError { faults: vec![format!("{}: {error}", path.display())] })?,
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

    /// What one key alone cannot tell.
    fn check(&mut self, reading: &mut Reading, text: &str) {
        let mut fault = |section: &str, key: &str, what: String| {
            let line = line_of_key(text, section, key);
            reading.fault(line, what);
        };
        if !is_address(&self.assistant.address) {
            fault("assistant", "address", format!("`address` = {:?} is no mail address", self.assistant.address));
        }
        if let Some(admin) = self.assistant.admin.as_ref().filter(|admin| !is_address(admin)) {
            fault("assistant", "admin", format!("`admin` = {admin:?} is no mail address"));
        }
        if self.dkim != Dkim::default() && (self.dkim.selector.is_none() || self.dkim.key_file.is_none()) {
            fault("delivery.dkim", "selector", "[delivery.dkim] needs `selector` and `key_file`".into());
        }
        if self.store.kind == StoreKind::Postgres {
            fault(
                "store",
                "kind",
                "`kind` = \"postgres\": this store does not exist yet; write kind = \"sled\" (the default)".into(),
            );
        }
        for (key, choices) in sentence::CHOICES {
            let Ok(Value::Object(policy)) = serde_json::to_value(&self.policy) else { continue };
            if let Some(Value::String(word)) = policy.get(*key)
                && !choices.contains(&word.as_str())
                && !(*key == "undo_until" && word.parse::<u32>().is_ok())
            {
                fault("policy", key, format!("`{key}` = {word:?}: expected one of {}", quoted(choices)));
            }
        }
        for (at, intake) in self.intake.iter().enumerate() {
            let missing = |key: &str, like: &str| {
                format!(
                    "[[intake]] number {} is of kind \"{}\" and needs `{key}`, like {like}",
                    at + 1,
                    intake.kind.word()
                )
            };
            match intake.kind {
                IntakeKind::Lmtp | IntakeKind::Smtp => {
                    match &intake.listen {
                        None => fault("intake", "kind", missing("listen", "listen = \"127.0.0.1:2424\"")),
                        Some(listen) if Listen::parse(listen).is_none() => fault(
                            "intake",
                            "listen",
                            format!(
                                "`listen` = {listen:?}: expected \"127.0.0.1:2424\", \"[::1]:2424\" or \"unix:/run/duban/lmtp\""
                            ),
                        ),
                        Some(_) => {}
                    }
                    if intake.tls_cert.is_some() != intake.tls_key.is_some() {
                        fault(
                            "intake",
                            "tls_cert",
                            "`tls_cert` and `tls_key` belong together: give both or none".into(),
                        );
                    }
                }
                IntakeKind::Maildir if intake.path.is_none() => {
                    fault("intake", "kind", missing("path", "path = \"/var/mail/duban\""));
                }
                IntakeKind::Maildir => {}
                IntakeKind::Imap => {
                    if intake.server.is_none() {
                        fault("intake", "kind", missing("server", "server = \"imap.example.com\""));
                    }
                    if intake.user.is_none() {
                        fault("intake", "kind", missing("user", "user = \"duban@example.com\""));
                    }
                    if intake.tls == Tls::None && !intake.server.as_deref().is_some_and(is_loopback) {
                        fault(
                            "intake",
                            "tls",
                            "`tls` = \"none\" is for loopback servers only; write \"implicit\" or \"starttls\"".into(),
                        );
                    }
                }
            }
            let default = serde_json::to_value(Intake::default()).unwrap_or_default();
            if let Ok(Value::Object(object)) = serde_json::to_value(intake) {
                for (key, value) in &object {
                    if default.get(key) != Some(value) && !Intake::keys_of(intake.kind).contains(&key.as_str()) {
                        let kind = intake.kind.word();
                        fault("intake", key, format!("`{key}` means nothing for an intake of kind \"{kind}\""));
                    }
                }
            }
        }
        if let Some(listen) = &self.web.listen {
            let loopback = matches!(Listen::parse(listen), Some(Listen::Tcp(address)) if address.ip().is_loopback());
            if !loopback {
                fault(
                    "web",
                    "listen",
                    format!("`listen` = {listen:?}: expected a loopback address like \"127.0.0.1:2480\""),
                );
            }
        }
        let delivery = &self.delivery;
        if delivery.kind == DeliveryKind::Smtp {
            if delivery.server.is_none() {
                fault(
                    "delivery",
                    "kind",
                    "[delivery] of kind \"smtp\" needs `server`, like server = \"smtp.example.com\"".into(),
                );
            }
            if delivery.tls == Tls::None && !delivery.server.as_deref().is_some_and(is_loopback) {
                fault(
                    "delivery",
                    "tls",
                    "`tls` = \"none\" is for loopback servers only; write \"implicit\" or \"starttls\"".into(),
                );
            }
        }
        if delivery.kind == DeliveryKind::Sendmail && delivery.program.is_empty() {
            fault("delivery", "program", "`program` is empty: expected [\"/usr/sbin/sendmail\", \"-i\"]".into());
        }
        if delivery.sessions == 0 {
            fault("delivery", "sessions", "`sessions` = 0 would send nothing: expected 1 or more".into());
        }
        for (name, calendar) in &self.calendar {
            for hours in calendar.hours.iter().filter(|hours| !people::is_hours(hours)) {
                fault(
                    "calendar",
                    "hours",
                    format!("[calendar.{name}] `hours`: expected \"09:00-12:00\", found {hours:?}"),
                );
            }
        }
    }

    /// Relative paths begin in the folder of the file; the secret's in `data_dir`.
    fn settle_paths(&mut self) {
        let folder = self.file.as_deref().and_then(Path::parent).map(Path::to_path_buf).unwrap_or_default();
        let settle = |path: &mut PathBuf| *path = folder.join(&*path);
        settle(&mut self.data_dir);
        settle(&mut self.delivery.path);
        let intakes = self.intake.iter_mut().flat_map(|i| {
            [i.tls_cert.as_mut(), i.tls_key.as_mut(), i.path.as_mut(), i.ca_file.as_mut(), i.password_file.as_mut()]
        });
        let delivery = [self.delivery.ca_file.as_mut(), self.delivery.password_file.as_mut()];
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

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    Tcp(std::net::SocketAddr),
    Unix(PathBuf),
}

impl Listen {
    /// `127.0.0.1:2424`, `[::1]:2424`, `unix:/run/duban/lmtp`.
    pub fn parse(text: &str) -> Option<Listen> {
        match text.strip_prefix("unix:") {
            Some(path) if !path.is_empty() => Some(Listen::Unix(path.into())),
            Some(_) => None,
            None => text.parse().ok().map(Listen::Tcp),
        }
    }
}

/// The addresses an intake takes mail for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    /// (local part, domain), lower case; an empty local part stands for the whole domain.
    patterns: Vec<(String, String)>,
}

impl Recipients {
    pub fn new(addresses: &[String]) -> Self {
        let split =
            |address: &String| address.to_lowercase().rsplit_once('@').map(|(l, d)| (l.to_string(), d.to_string()));
        Recipients { patterns: addresses.iter().filter_map(split).collect() }
    }

    /// Whether this address, in any case, plain or with a `+` form, is one of ours.
    pub fn take(&self, address: &str) -> bool {
        let Some((local, domain)) = address.rsplit_once('@') else { return false };
        self.patterns.iter().any(|(own, own_domain)| {
            domain.eq_ignore_ascii_case(own_domain)
                && !local.is_empty()
                && (own.is_empty() || {
                    let base = local.split_once('+').map_or(local, |(base, _)| base);
                    base.eq_ignore_ascii_case(own) || local.eq_ignore_ascii_case(own) || base.to_lowercase() == *own
                })
        })
    }
}

/// A fold of faults while one file is read.
struct Reading {
    name: String,
    faults: Vec<String>,
}

impl Reading {
    fn fault(&mut self, line: Option<usize>, what: impl fmt::Display) {
        match line {
            Some(line) => self.faults.push(format!("{}:{line}: {what}", self.name)),
            None => self.faults.push(format!("{}: {what}", self.name)),
        }
    }

    fn file(&mut self, config: &mut Config, text: &str) {
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
    fn variable(&mut self, config: &mut Config, variable: &str, text: &str) {
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
        "alarm" => keys::<Alarm>(),
        "archive" => keys::<Archive>(),
        _ => Vec::new(),
    };
    if known.is_empty() {
        return format!("unknown section [{section}]; sections are {}", SECTIONS.join(", "));
    }
    let place =
        if section.is_empty() { "unknown key or section".to_string() } else { format!("unknown key in [{section}]:") };
    let near = known.iter().map(|k| (distance(k, key), k)).min();
    match near {
        Some((far, near)) if far <= 2.max(key.len() / 4) => format!("{place} `{key}`; did you mean `{near}`?"),
        _ => format!("{place} `{key}`; known are {}", known.join(", ")),
    }
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
fn line_of_key(text: &str, section: &str, key: &str) -> Option<usize> {
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

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

/// One address, as a setting may hold it: `local@domain`, no spaces, no brackets.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && !domain.is_empty()
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')'))
        && !local.contains('@')
}

/// `localhost`, `127.…`, `::1`.
pub fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

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
        check_fault("[policy]\nconfirm_window = \"two\"", &["duban.toml:2:", "`confirm_window`", "expected u32"]);
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

    /// Without a file everything has a default.
    #[test]
    fn nothing_is_a_configuration() {
        let config = Config::read(None, "", []).unwrap();
        assert_eq!(config.delivery.kind, DeliveryKind::Maildir);
        assert_eq!(config.assistant.address, "duban@example.com");
        assert_eq!(config.policy, Policy::default());
    }
}
