//! The sections of a configuration, with their defaults (SPEC 9.6).

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

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
    pub oauth_file: Option<PathBuf>,
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
    pub oauth_file: Option<PathBuf>,
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
    /// Departments whose people work by it, unless people.csv names another one for somebody.
    pub departments: Vec<String>,
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

/// Programs that turn files of other kinds into text (O36).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Convert {
    pub pdf: Vec<String>,
    pub doc: Vec<String>,
    pub rtf: Vec<String>,
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
    /// How letters name the folder, where readers reach it by another name.
    pub shown_as: Option<String>,
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
            oauth_file: None,
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
            oauth_file: None,
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
        Calendar {
            base: "cn".into(),
            week: Week::FiveDay,
            hours: vec!["09:00-18:00".into()],
            days: None,
            departments: Vec::new(),
        }
    }
}

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
    pub(super) fn keys_of(kind: IntakeKind) -> &'static [&'static str] {
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
                "oauth_file",
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

    /// `postmaster`, alone or at a domain of ours: an SMTP server has to take mail for it (RFC 5321 §4.5.1).
    pub fn take_as_postmaster(&self, address: &str) -> bool {
        is_postmaster(address)
            && address.split_once('@').is_none_or(|(_, domain)| {
                self.patterns.iter().any(|(_, own_domain)| domain.eq_ignore_ascii_case(own_domain))
            })
    }
}

/// The mailbox that every mail server has, for whoever runs it (RFC 5321 §4.5.1): alone or at any domain, in any case.
pub fn is_postmaster(address: &str) -> bool {
    address.split_once('@').map_or(address, |(local, _)| local).eq_ignore_ascii_case("postmaster")
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
