//! `duban doctor`: tries every server, template, zone, file and DNS record, and says what to do about each failure.

use super::{EX_CONFIG, EX_UNAVAILABLE, Exit, Globals, configuration};
use crate::config::{Config, DeliveryKind, Intake, IntakeKind, Listen, people};
use crate::courier::{self, Parcel};
use crate::domain::workdays::Workdays;
use crate::intake::imap::Mailbox;
use crate::intake::{lmtp, tls};
use chrono::Datelike;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

mod dns;
mod probe;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// Also send a mail through the real path and wait for it; then wait for one of yours and say what proves you
    #[arg(long)]
    probe: bool,
    /// Ask no name server
    #[arg(long)]
    no_dns: bool,
    /// How long to wait for a probe
    #[arg(long, default_value_t = 120, value_name = "SECONDS")]
    wait: u64,
}

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Ok,
    /// Works, but should be known.
    Hint,
    Failed,
}

/// The longest that one server is waited for: who cannot be reached says so by then, and all are asked at once.
const PROBE: Duration = Duration::from_secs(10);

/// Collects and prints findings.
struct Findings {
    json: bool,
    failed: usize,
    hints: usize,
    /// Of things that are tried at once: kept until it is their turn to be printed.
    aside: Option<Vec<(Standing, String, String, String)>>,
}

impl Findings {
    /// For one of several things that are tried at once.
    fn aside(&self) -> Findings {
        Findings { json: self.json, failed: 0, hints: 0, aside: Some(Vec::new()) }
    }

    /// Prints what was kept aside.
    fn tell(&mut self, aside: Findings) {
        for (standing, what, found, remedy) in aside.aside.unwrap_or_default() {
            self.say(standing, &what, &found, &remedy);
        }
    }

    fn say(&mut self, standing: Standing, what: &str, found: &str, remedy: &str) {
        if let Some(kept) = &mut self.aside {
            return kept.push((standing, what.into(), found.into(), remedy.into()));
        }
        let word = match standing {
            Standing::Ok => "ok",
            Standing::Hint => "hint",
            Standing::Failed => "FAILED",
        };
        match standing {
            Standing::Ok => {}
            Standing::Hint => self.hints += 1,
            Standing::Failed => self.failed += 1,
        }
        let mut out = std::io::stdout().lock();
        // A reader that went away has seen enough.
        let _ = if self.json {
            let line =
                serde_json::json!({"standing": word.to_lowercase(), "what": what, "found": found, "remedy": remedy});
            writeln!(out, "{line}")
        } else {
            let remedy = if remedy.is_empty() { String::new() } else { format!("\n         → {remedy}") };
            writeln!(out, "{word:<6}   {what}: {found}{remedy}")
        };
    }

    fn ok(&mut self, what: &str, found: impl AsRef<str>) {
        self.say(Standing::Ok, what, found.as_ref(), "");
    }

    fn hint(&mut self, what: &str, found: impl AsRef<str>, remedy: &str) {
        self.say(Standing::Hint, what, found.as_ref(), remedy);
    }

    fn failed(&mut self, what: &str, found: impl AsRef<str>, remedy: &str) {
        self.say(Standing::Failed, what, found.as_ref(), remedy);
    }
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let mut findings = Findings { json: globals.json, failed: 0, hints: 0, aside: None };
    let config = match configuration(globals) {
        Ok(config) => config,
        Err(error) => {
            findings.failed(
                "configuration",
                error.to_string(),
                "mend these lines; config/example.toml shows every key",
            );
            return Ok(ExitCode::from(EX_CONFIG));
        }
    };
    match &config.file {
        Some(file) => findings.ok("configuration", file.display().to_string()),
        None => findings.hint("configuration", "none found, defaults are used", "`duban init` writes one"),
    }
    for warning in &config.warnings {
        findings.hint("configuration", warning, "");
    }
    files(&config, &mut findings);
    calendars(&config, &mut findings);
    converters(&config, &mut findings);
    directory(&config, &mut findings);
    templates(&config, &mut findings);
    let today = chrono::Utc::now().with_timezone(&config.assistant.time_zone).date_naive();
    for year in [today.year(), today.year() + 1] {
        let published = Workdays::cn().published(year);
        match (published, year == today.year() || today.month() == 12) {
            (true, _) => findings.ok("holidays", format!("{year} is published")),
            (false, true) => findings.hint(
                "holidays",
                format!("{year} is not published: Monday to Friday count, less 1 January"),
                "a newer Duban has it, or give a file in [calendar.default] days",
            ),
            (false, false) => {}
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // All at once: a machine without a network is told within seconds.
    let tried = std::thread::scope(|scope| {
        let dns = (!args.no_dns).then(|| scope.spawn(|| records(&config, findings.aside())));
        let mut tried = runtime.block_on(async {
            let (mut tried, delivery) = tokio::join!(intakes(&config, &findings), delivery(&config, findings.aside()));
            tried.push(delivery);
            tried
        });
        tried.extend(dns.and_then(|dns| dns.join().ok()));
        tried
    });
    for one in tried {
        findings.tell(one);
    }
    if args.probe {
        runtime.block_on(probe::run(&config, Duration::from_secs(args.wait), &mut findings))?;
    }
    // A resolver that is still asked is not waited for.
    runtime.shutdown_background();
    if findings.failed > 0 {
        return Err(Exit::new(EX_UNAVAILABLE, format!("{} of these need mending", findings.failed)).into());
    }
    if !globals.json {
        println!("\nAll well{}.", if findings.hints > 0 { ", but for the hints" } else { "" });
    }
    Ok(ExitCode::SUCCESS)
}

/// The data folder, its lock, the secret.
fn files(config: &Config, findings: &mut Findings) {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    let dir = &config.data_dir;
    let shown = dir.display().to_string();
    if let Err(error) = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir) {
        return findings.failed(
            "data_dir",
            format!("{shown}: {error}"),
            "let the user that runs Duban write there, or change data_dir",
        );
    }
    let trial = dir.join(".doctor");
    match std::fs::write(&trial, b"x").and_then(|()| std::fs::remove_file(&trial)) {
        Ok(()) => findings.ok("data_dir", format!("{shown} can be written")),
        Err(error) => findings.failed(
            "data_dir",
            format!("{shown}: {error}"),
            "make room, or let the user that runs Duban write there",
        ),
    }
    if std::fs::metadata(dir).is_ok_and(|meta| meta.permissions().mode() & 0o007 != 0) {
        findings.hint("data_dir", "others on this machine can read it", &format!("chmod 700 {shown}"));
    }
    match crate::store::group::lock(dir) {
        Ok(_) => findings.ok("daemon", "is not running"),
        Err(crate::store::StoreError::Locked(_)) => findings.ok("daemon", "is running (it holds the data folder)"),
        Err(error) => findings.failed("data_dir", error.to_string(), "look at the folder's permissions"),
    }
    let secret = &config.trust.secret_file;
    match std::fs::metadata(secret) {
        Ok(meta) if meta.permissions().mode() & 0o077 != 0 => {
            findings.failed(
                "secret",
                "others can read it: reply addresses could be forged",
                &format!("chmod 600 {}", secret.display()),
            );
        }
        Ok(_) => findings.ok("secret", secret.display().to_string()),
        Err(_) => findings.ok("secret", "is made at the first start"),
    }
    let passwords =
        config.intake.iter().filter_map(|intake| intake.password_file.as_ref()).chain(&config.delivery.password_file);
    for path in passwords {
        if std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0) {
            findings.failed(
                "password",
                format!("{}: others can read it", path.display()),
                &format!("chmod 600 {}", path.display()),
            );
        }
    }
}

/// Named calendars (O30): what the daemon would refuse at its start.
fn calendars(config: &Config, findings: &mut Findings) {
    if config.calendar.is_empty() {
        return;
    }
    match crate::engine::setup::rules(config) {
        Ok(rules) => {
            let mut names: Vec<&str> = rules.calendars.keys().map(String::as_str).collect();
            names.sort_unstable();
            findings.ok("calendars", names.join(", "));
        }
        Err(problem) => findings.failed("calendars", problem, "mend that section; Duban does not start with it"),
    }
}

/// Programs for .pdf, .doc, .rtf (O36): whether they are there.
fn converters(config: &Config, findings: &mut Findings) {
    let of = [("pdf", &config.convert.pdf), ("doc", &config.convert.doc), ("rtf", &config.convert.rtf)];
    for (kind, command) in of {
        let Some(program) = command.first() else { continue };
        let is_there = |folder: &str| Path::new(folder).join(program).is_file();
        let found = match program.contains('/') {
            true => Path::new(program).is_file(),
            false => ["/usr/local/bin", "/usr/bin", "/bin"].into_iter().any(is_there),
        };
        if found {
            findings.ok("convert", format!(".{kind}: {program}"));
        } else {
            findings.failed(
                "convert",
                format!(".{kind}: {program} is not in /usr/local/bin, /usr/bin or /bin"),
                "install it, name it with its whole path, or take the line out: such files are then asked back",
            );
        }
    }
}

fn directory(config: &Config, findings: &mut Findings) {
    let Some(path) = &config.directory.people else {
        return findings.hint(
            "people",
            "no people.csv: people are learned from mail, names cannot be resolved",
            "set people in [directory]",
        );
    };
    match people::load(path) {
        Err(error) => findings.failed(
            "people",
            format!("{}: {error}", path.display()),
            "make the file (config/people.example.csv), or change [directory] people",
        ),
        Ok(people) => {
            let left_out = people.notes.iter().filter(|note| note.left_out).count();
            let found = format!("{} people, {left_out} rows left out", people.people.len());
            if people.people.is_empty() && left_out == 0 {
                findings.hint("people", "nobody yet: names cannot be resolved", "duban people import FILE.csv");
            } else if people.people.is_empty() || left_out > 0 {
                findings.hint("people", found, "`duban people check` names each");
            } else {
                findings.ok("people", found);
            }
        }
    }
    let domain = config.assistant.address.rsplit_once('@').map_or("", |(_, domain)| domain);
    if config.directory.internal_domains.is_empty() {
        findings.hint(
            "internal_domains",
            "none: only people of people.csv are colleagues",
            "name your own domains in [directory]",
        );
    }
    for public in config.directory.internal_domains.iter().filter(|domain| crate::config::preset::is_public(domain)) {
        findings.failed(
            "internal_domains",
            format!("everybody can have an address at {public}"),
            "take it out: all its users would be colleagues",
        );
    }
    if domain == "example.com" {
        findings.hint("assistant", "the address is still the example's", "set address in [assistant]");
    }
    if config.assistant.admin.is_none() {
        findings.hint("assistant", "nobody gets alerts", "set admin in [assistant]");
    }
}

fn templates(config: &Config, findings: &mut Findings) {
    let renderer = match &config.templates {
        None => crate::render::Renderer::default(),
        Some(folder) => match crate::engine::setup::overrides(folder) {
            Ok(files) => crate::render::Renderer::with(files),
            Err(error) => return findings.failed("templates", error, "mend the folder, or take `templates` out"),
        },
    };
    let faults = renderer.check();
    match faults.first() {
        None => findings.ok("templates", "every letter can be written in every language"),
        Some(first) => findings.failed(
            "templates",
            format!("{} faults, the first: {first}", faults.len()),
            "`duban templates check` tells them all",
        ),
    }
}

/// Every intake, tried at once, each with findings of its own.
async fn intakes(config: &Config, findings: &Findings) -> Vec<Findings> {
    if config.intake.is_empty() {
        let mut none = findings.aside();
        none.hint("intake", "none: only `duban ingest` brings mail", "write an [[intake]]");
        return vec![none];
    }
    let each = config.intake.iter().map(|intake| async {
        let mut found = findings.aside();
        try_intake(config, intake, &mut found).await;
        found
    });
    futures::future::join_all(each).await
}

async fn try_intake(config: &Config, intake: &Intake, findings: &mut Findings) {
    let name = intake.source();
    match intake.kind {
        IntakeKind::Lmtp | IntakeKind::Smtp => listener(intake, &name, findings).await,
        IntakeKind::Maildir => {
            let path = intake.path.clone().unwrap_or_default();
            match ["new", "cur", "tmp"].iter().find(|part| !path.join(part).is_dir()) {
                Some(part) => findings.failed(
                    &name,
                    format!("there is no {part} in it"),
                    &format!("mkdir -p {}/{{new,cur,tmp}}", path.display()),
                ),
                None => match writable(&path.join("cur")) {
                    Ok(()) => findings.ok(&name, "can be read and written"),
                    Err(error) => findings.failed(&name, error.to_string(), "let the user that runs Duban write there"),
                },
            }
        }
        IntakeKind::Imap => {
            let inbox = Arc::new(crate::intake::MemoryInbox::default());
            let mailbox = match Mailbox::of_config(config, intake, inbox, crate::daemon::clock(), Arc::new(|_, _| {})) {
                Err(error) => {
                    return findings.failed(&name, error.to_string(), "look at ca_file and tls of this intake");
                }
                Ok(mailbox) => mailbox,
            };
            let server = intake.server.as_deref().unwrap_or_default();
            match tokio::time::timeout(PROBE, mailbox.probe()).await {
                Ok(Ok(found)) => findings.ok(&name, found),
                Ok(Err(why)) => findings.failed(&name, &why, &remedy_of(server, &why)),
                Err(_) => findings.failed(&name, silence(server), UNREACHED),
            }
        }
    }
}

/// What to do about a server that could not be reached.
const UNREACHED: &str =
    "is the name right, is there a network, does a firewall let this port out? look at server, port and tls";

fn silence(server: &str) -> String {
    format!("{server} did not answer within {} s", PROBE.as_secs())
}

/// What to do about a server that says no: its words tell whether it was reached at all.
fn remedy_of(server: &str, why: &str) -> String {
    let app_password = crate::config::preset::app_password_page(server).trim_start_matches("; ").to_string();
    let why = why.to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| why.contains(word));
    if is(&["lookup", "resolution", "refused (os", "unreachable", "timed out", "reset", "deadline"]) {
        UNREACHED.into()
    } else if is(&["certificate", "tls", "unknownissuer", "notvalidforname"]) {
        "server must be the name in its certificate; tls = \"implicit\" (993, 465) or \"starttls\" (143, 587); ca_file for a CA of your own".into()
    } else if is(&["init --sign-in"]) {
        "duban init --sign-in".into()
    } else if app_password.is_empty() {
        "look at user and password".into()
    } else {
        app_password
    }
}

async fn listener(intake: &Intake, name: &str, findings: &mut Findings) {
    if let (Some(certificate), Some(key)) = (&intake.tls_cert, &intake.tls_key) {
        match tls::acceptor(certificate, key) {
            Ok(_) => findings.ok(name, "certificate and key fit"),
            Err(error) => findings.failed(name, error.to_string(), "give a PEM chain and its key, readable by Duban"),
        }
    }
    let Some(listen) = intake.listen.as_deref().and_then(Listen::parse) else { return };
    if let Listen::Tcp(address) = listen
        && !address.ip().is_loopback()
    {
        let remedy = "listen on 127.0.0.1 behind your mail server, or know what you do";
        findings.hint(name, "other machines can reach this listener", remedy);
    }
    match lmtp::Bound::bind(&listen).await {
        Ok(bound) => {
            bound.release();
            findings.ok(name, "can listen");
        }
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            findings.ok(name, "somebody listens (Duban, if it is running)")
        }
        Err(error) => findings.failed(name, error.to_string(), "choose another port or path, or stop who has it"),
    }
}

async fn delivery(config: &Config, mut findings: Findings) -> Findings {
    try_delivery(config, &mut findings).await;
    findings
}

async fn try_delivery(config: &Config, findings: &mut Findings) {
    let delivery = &config.delivery;
    match delivery.kind {
        DeliveryKind::Smtp => {
            let name = format!("smtp:{}", delivery.server.as_deref().unwrap_or_default());
            let begun = Instant::now();
            match courier::smtp::Smtp::of_config(config) {
                Err(error) => findings.failed(&name, error.to_string(), "look at ca_file and tls in [delivery]"),
                Ok(smtp) => {
                    let server = delivery.server.as_deref().unwrap_or_default();
                    match tokio::time::timeout(PROBE, smtp.probe()).await {
                        Ok(Ok(())) => findings.ok(&name, format!("answers, {} ms", begun.elapsed().as_millis())),
                        Ok(Err(reply)) => findings.failed(&name, &reply.text, &remedy_of(server, &reply.text)),
                        Err(_) => findings.failed(&name, silence(server), UNREACHED),
                    }
                }
            }
        }
        DeliveryKind::Sendmail => {
            let program = delivery.program.first().map(String::as_str).unwrap_or_default();
            if Path::new(program).is_file() {
                findings.ok("sendmail", program);
            } else {
                findings.failed("sendmail", format!("{program} is not there"), "set program in [delivery]");
            }
        }
        DeliveryKind::Maildir => match courier::maildir::Maildir::new(&delivery.path)
            .and_then(|_| writable(&delivery.path.join("new")))
        {
            Ok(()) => findings.hint(
                "delivery",
                format!("letters become files in {}", delivery.path.display()),
                "for real mail set kind = \"smtp\" in [delivery]",
            ),
            Err(error) => findings.failed("delivery", error.to_string(), "let the user that runs Duban write there"),
        },
    }
    match delivery.mode {
        crate::config::Mode::Live => {}
        crate::config::Mode::Hold => {
            findings.hint("delivery.mode", "hold: nothing is sent", "write mode = \"live\" when you are ready")
        }
        crate::config::Mode::Pilot => findings.hint(
            "delivery.mode",
            format!("pilot: only {} get letters", delivery.pilot.join(", ")),
            "write mode = \"live\" when you are ready",
        ),
    }
}

fn writable(folder: &Path) -> std::io::Result<()> {
    let trial = folder.join(".doctor");
    std::fs::write(&trial, b"x")?;
    std::fs::remove_file(&trial)
}

/// SPF and DMARC of the sender's domain, and where its mail goes (O46). Somebody else's DKIM needs its selector: the probe
/// shows it.
fn records(config: &Config, mut findings: Findings) -> Findings {
    let domain = config.assistant.address.rsplit_once('@').map_or("", |(_, domain)| domain);
    if config.delivery.kind != DeliveryKind::Smtp && config.delivery.kind != DeliveryKind::Sendmail {
        return findings;
    }
    if crate::config::preset::is_public(domain) {
        findings.ok("DNS", format!("{domain}: its records are the provider's business"));
        return findings;
    }
    let servers = dns::servers();
    let dmarc = format!("_dmarc.{domain}");
    // The questions do not wait for each other.
    let own = match (&config.dkim.selector, &config.dkim.key_file) {
        (Some(selector), Some(file)) => {
            let signs = config.dkim.domain.as_deref().unwrap_or(domain);
            Some(crate::seal::Signer::of_file(signs, selector, file))
        }
        _ => None,
    };
    std::thread::scope(|scope| {
        let spf = scope.spawn(|| dns::ask(domain, dns::Kind::Txt, &servers));
        let dmarc = scope.spawn(|| dns::ask(&dmarc, dns::Kind::Txt, &servers));
        let mx = scope.spawn(|| dns::ask(domain, dns::Kind::Mx, &servers));
        let dkim = own.as_ref().and_then(|own| own.as_ref().ok()).map(|signer| {
            let ask = || dns::ask(signer.record().0, dns::Kind::Txt, &servers);
            (signer, scope.spawn(ask))
        });
        let broke = |_| Err(std::io::Error::other("the question broke off"));
        let spf = match spf.join().unwrap_or_else(broke) {
            Err(error) => {
                let remedy = "try again where a name server answers, or --no-dns";
                findings.hint("DNS", format!("{domain}: {error}"), remedy);
                return;
            }
            Ok(records) => records.into_iter().find(|record| record.to_lowercase().starts_with("v=spf1")),
        };
        match spf {
            Some(record) => findings.ok("SPF", format!("{domain}: {record}")),
            None => findings.hint(
                "SPF",
                format!("{domain} has no record"),
                &format!("publish: {domain}. TXT \"v=spf1 mx -all\" (with what your sending server needs)"),
            ),
        }
        match dmarc.join().unwrap_or_else(broke) {
            Ok(records) => match records.into_iter().find(|record| record.to_lowercase().starts_with("v=dmarc1")) {
                Some(record) => findings.ok("DMARC", format!("{domain}: {record}")),
                None => findings.hint(
                    "DMARC",
                    format!("{domain} has no record"),
                    &format!("publish: _dmarc.{domain}. TXT \"v=DMARC1; p=none; rua=mailto:postmaster@{domain}\""),
                ),
            },
            Err(error) => findings.hint("DMARC", error.to_string(), ""),
        }
        if let Some((signer, answer)) = dkim {
            published_key(signer, answer.join().unwrap_or_else(broke), &mut findings);
        }
        if let Some(Err(error)) = own.as_ref() {
            findings.failed("DKIM", error, "[delivery.dkim] key_file: a private key in PEM");
        }
        match mx.join().unwrap_or_else(broke) {
            Ok(records) if records.is_empty() => {
                findings.hint("MX", format!("{domain} has none"), "answers may not come back")
            }
            Ok(records) => findings.ok("MX", records.join(", ")),
            Err(error) => findings.hint("MX", error.to_string(), ""),
        }
    });
    findings
}

/// Whether the DNS holds the public half of the key that letters are signed with.
fn published_key(signer: &crate::seal::Signer, answer: std::io::Result<Vec<String>>, findings: &mut Findings) {
    let (name, record) = signer.record();
    let key = |record: &str| record.split("p=").nth(1).map(|key| key.split(';').next().unwrap_or(key).replace(' ', ""));
    let publish = format!("publish: {name}. TXT \"{record}\"");
    match answer {
        Ok(records) if records.iter().any(|found| key(found) == key(record)) => findings.ok("DKIM", name),
        Ok(records) if records.is_empty() => findings.hint("DKIM", format!("{name} has no record"), &publish),
        Ok(_) => findings.hint("DKIM", format!("{name} holds another key"), &publish),
        Err(error) => findings.hint("DKIM", error.to_string(), &publish),
    }
}
