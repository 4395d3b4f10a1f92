//! What the configuration means to the engine.

use super::token::Keys;
use super::{Setup, gather};
use crate::config::{Calendar, Config, ReplyAddressing, Tone, Unauthenticated, Week};
use crate::domain::view::Rules;
use crate::domain::workdays::{self, Workdays};
use crate::language::names::NameRules;
use crate::render::Renderer;
use crate::seal::Signer;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// The engine's setup; `secret` signs Message-IDs.
pub fn setup(config: &Config, secret: Vec<u8>) -> Result<Setup, String> {
    let renderer = match &config.templates {
        Some(folder) => Renderer::with(overrides(folder)?),
        None => Renderer::default(),
    };
    let renderer = if config.assistant.tone == Tone::Plain { renderer.with_plain_house() } else { renderer };
    Ok(Setup {
        rules: rules(config)?,
        renderer: Arc::new(renderer),
        tokens: Keys::new(&secret, previous_secret(config)?.as_deref(), config.host()),
        signer: signer(config)?,
        secret,
        host: config.host().to_string(),
        plus_addressing: config.assistant.reply_addressing == ReplyAddressing::Plus,
        mailto_links: config.assistant.mailto_links,
        tone: match config.assistant.tone {
            Tone::Formal => "formal".into(),
            Tone::Plain => "plain".into(),
        },
        help_contact: config.assistant.help_contact.clone(),
        gather: gather::Settings::of(config),
        outbox: crate::outbox::Rules::of_config(config),
    })
}

/// The key before the present one, while it is believed (TRUST S7).
fn previous_secret(config: &Config) -> Result<Option<Vec<u8>>, String> {
    let Some(path) = &config.trust.previous_secret_file else { return Ok(None) };
    std::fs::read(path).map(Some).map_err(|e| format!("[trust] previous_secret_file: {}: {e}", path.display()))
}

/// `[delivery.dkim]`.
fn signer(config: &Config) -> Result<Option<Signer>, String> {
    let dkim = &config.dkim;
    let (Some(selector), Some(file)) = (&dkim.selector, &dkim.key_file) else { return Ok(None) };
    let own = config.assistant.address.rsplit('@').next().unwrap_or_default();
    let domain = dkim.domain.as_deref().unwrap_or(own);
    Signer::of_file(domain, selector, file).map(Some).map_err(|e| format!("[delivery.dkim] key_file: {e}"))
}

/// The rules of a configuration, for who decides nothing.
pub fn rules(config: &Config) -> Result<Rules, String> {
    let mut calendars = HashMap::new();
    for (name, calendar) in &config.calendar {
        calendars.insert(name.clone(), named(name, calendar)?);
    }
    let departments = config
        .calendar
        .iter()
        .flat_map(|(name, calendar)| calendar.departments.iter().map(|department| (department.clone(), name.clone())));
    let department_calendars = departments.collect();
    let workdays = calendars.get("default").cloned().unwrap_or_else(Workdays::cn);
    let assistant = config.assistant.address.to_lowercase();
    Ok(Rules {
        policy: config.policy.clone(),
        assistant_name: config.assistant.name.clone(),
        admin: config.assistant.admin.as_ref().map(|a| a.to_lowercase()),
        language: config.assistant.language.clone(),
        time_zone: config.assistant.time_zone,
        internal_domains: config.directory.internal_domains.iter().map(|d| d.to_lowercase()).collect(),
        workdays,
        calendars,
        department_calendars,
        names: Arc::new(NameRules),
        unauthenticated: match config.trust.unauthenticated {
            Unauthenticated::Nothing => "nothing".into(),
            Unauthenticated::Attendance => "attendance".into(),
        },
        is_provider: crate::config::preset::is_public,
        own_addresses: vec![assistant.clone()],
        archive: config
            .archive
            .folder
            .as_ref()
            .map(|folder| config.archive.shown_as.clone().unwrap_or_else(|| folder.to_string_lossy().into_owned())),
        assistant,
    })
}

/// `[calendar.plant]` of the configuration (O30).
fn named(name: &str, calendar: &Calendar) -> Result<Workdays, String> {
    let mut made = Workdays::named(&calendar.base)
        .ok_or_else(|| format!("[calendar.{name}] base: no calendar {:?}; known are cn and mon-fri", calendar.base))?;
    made = match calendar.week {
        Week::FiveDay => made,
        Week::SixDay => Workdays::new(name, workdays::Week::SixDay).with_statutory(),
        Week::Alternate => Workdays::named("alternate").unwrap_or(made),
    };
    if let Some(file) = &calendar.days {
        let csv =
            std::fs::read_to_string(file).map_err(|e| format!("[calendar.{name}] days: {}: {e}", file.display()))?;
        made = made.with_year(&csv).map_err(|e| format!("[calendar.{name}] days: {}: {e}", file.display()))?;
    }
    if let Some(hours) = workdays::Hours::from_stretches(&calendar.hours) {
        made = made.with_hours(hours);
    }
    Ok(made.with_name(name))
}

/// Templates of an administrator's folder: (path below it, contents).
pub fn overrides(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(at) = open.pop() {
        let entries = std::fs::read_dir(&at).map_err(|e| format!("templates: {}: {e}", at.display()))?;
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "hbs" || end == "json") {
                let text = std::fs::read_to_string(&path).map_err(|e| format!("templates: {}: {e}", path.display()))?;
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                files.push((name, text));
            }
        }
    }
    Ok(files)
}
