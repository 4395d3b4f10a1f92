//! What must hold of a whole configuration before anything starts.

use super::reading::{Reading, line_of_key, quoted};
use super::settings::{DeliveryKind, Dkim, Intake, IntakeKind, Listen, StoreKind, Tls, is_address, is_loopback};
use super::{Config, people, sentence};
use serde_json::Value;

/// Languages that letters are written in; a zh-TW reader gets zh-CN converted (SPEC 5).
const LANGUAGES: [&str; 3] = ["zh-CN", "zh-TW", "en"];

impl Config {
    /// What one key alone cannot tell.
    pub(super) fn check(&mut self, reading: &mut Reading, text: &str) {
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
        if !LANGUAGES.contains(&self.assistant.language.as_str()) {
            let (word, known) = (&self.assistant.language, quoted(&LANGUAGES));
            fault("assistant", "language", format!("`language` = {word:?}: expected one of {known}"));
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
}
