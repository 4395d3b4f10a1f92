//! Tasks, signals, shutdown; the one place that reads the clock.
//!
//! Many tasks read sockets and files; one thread decides ([`decide`]), one task sends. They wake each other: a mail that
//! came in rings the bell of the deciding thread, a commit of its wakes the outbox, a refusal comes back as an order. No
//! order is waited for on a socket's task, so nobody outside can hold up the deciding.

use crate::config::people::{self, People};
use crate::config::{Config, Intake, IntakeKind, Listen};
use crate::courier;
use crate::engine::{self, Engine};
use crate::intake::imap::Mailbox;
use crate::intake::lmtp::{Bound, Protocol, Service};
use crate::intake::maildir::Maildir;
use crate::intake::{Report, SharedInbox, State, Stop, tls};
use crate::outbox::{self, Outbox, Surroundings};
use crate::seal::Verifier;
use crate::store::group::{DiskStore, Options};
use crate::store::receive::{Now, Receiver};
use crate::store::remote::{Counter, Upkeeper};
use crate::store::{Store, StoreError, keys, prefix_end};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::Notify;

mod ahead;
mod alert;
mod archive;
mod counts;
mod decide;
pub mod log;
mod proving;
pub mod upkeep;
mod web;

use ahead::Ahead;
pub use alert::Alerts;
use counts::{Counts, Page};
use decide::{Decider, Order};
use proving::Proving;

/// How long the tasks get to end (TRUST D20: 10 s in all).
const END: Duration = Duration::from_secs(7);
/// How often people.csv is looked at.
const LOOK_AT_PEOPLE: Duration = Duration::from_secs(3);

/// The wall clock, in milliseconds since 1970 UTC. Everything else is told the moment.
pub fn clock() -> Now {
    Arc::new(|| chrono::Utc::now().timestamp_millis())
}

/// Why the daemon does not run.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// Exit 78.
    #[error("{0}")]
    Config(String),
    /// Exit 75: another one has the folder.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Exit 69: an address is taken, a file cannot be read.
    #[error("{0}")]
    Unavailable(String),
}

/// Wakes the deciding thread.
#[derive(Debug, Default)]
pub struct Bell {
    rung: Mutex<bool>,
    ears: Condvar,
}

impl Bell {
    pub fn ring(&self) {
        let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        if !*rung {
            *rung = true;
            self.ears.notify_one();
        }
    }

    /// Returns when it was rung since the last time, or after `limit`.
    fn wait(&self, limit: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.ears.wait_timeout_while(rung, limit, |rung| !*rung);
        let (mut rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *rung = false;
    }
}

/// For one question to a resolver.
const DNS_TIMEOUT: Duration = Duration::from_secs(5);

/// What signals say beside the end.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    /// SIGHUP: read people.csv now, whatever it looks like.
    pub reload: Arc<Notify>,
}

/// Runs until `stop`.
pub async fn run(config: Config, mut stop: Stop, signals: Signals) -> Result<(), DaemonError> {
    let now = clock();
    // Files that the configuration names are looked at before anything is touched.
    for (section, login) in tls::LoginSource::all(&config) {
        login.look().map_err(|why| DaemonError::Config(format!("{section} {why}")))?;
    }
    let people = match &config.directory.people {
        Some(path) => load_people(path).map_err(|error| {
            let file = path.display();
            DaemonError::Config(format!(
                "[directory] people: {file}: {error}; make it (`duban init` writes an empty one) or take the line out"
            ))
        })?,
        None => People::default(),
    };
    let disk = Arc::new(DiskStore::open(&config.data_dir, Options::of_config(&config))?);
    let store: Arc<dyn Store> = disk.clone();
    let secret = secret(&config.trust.secret_file).map_err(|e| DaemonError::Unavailable(e.to_string()))?;
    let mut setup = engine::setup::setup(&config, secret).map_err(DaemonError::Config)?;
    // Also after the file was replaced by another version.
    setup.gather.files = std::mem::take(&mut setup.gather.files).kept_apart("/proc/self/exe".into());
    let engine = Engine::open(store.clone(), setup, people.directory())
        .map_err(|error| DaemonError::Unavailable(error.to_string()))?;
    let courier = courier::of_config(&config).map_err(|e| DaemonError::Unavailable(format!("[delivery] {e}")))?;

    // The deciding thread.
    let bell = Arc::new(Bell::default());
    let wake = Arc::new(Notify::new());
    let (orders, inbox_of_orders) = mpsc::channel();
    let alerts = {
        let (orders, bell) = (orders.clone(), bell.clone());
        let post = move |matter: &str, text: &str| {
            // The deciding thread ends only with the daemon.
            let _ = orders.send(Order::Alert { matter: matter.to_string(), text: text.to_string() });
            bell.ring();
        };
        Arc::new(Alerts::new(config.alarm.command.clone(), Box::new(post)))
    };
    for fault in engine.template_faults() {
        alerts.tell("template", &format!("{fault}; the built-in template is used (duban templates check)"));
    }
    let counts = Arc::new(Counts::default());
    let marker = decide::Marker::open(&config.data_dir).map_err(|e| DaemonError::Unavailable(e.to_string()))?;
    let marker = Arc::new(marker);
    let archives =
        archive::Archives::new(config.archive.folder.clone(), store.clone(), engine.rules().clone(), alerts.clone());
    let decider = Decider {
        archives,
        counts: counts.clone(),
        engine,
        store: store.clone(),
        outbox_wake: wake.clone(),
        bell: bell.clone(),
        orders: inbox_of_orders,
        now: now.clone(),
        stop: stop.clone(),
        alerts: alerts.clone(),
        daily: upkeep::Daily::new(disk.clone(), config.retention.clone(), bell.clone()),
        ahead: Ahead::start(&now, &marker).map_err(|e| DaemonError::Unavailable(e.to_string()))?,
        marker,
    };
    let deciding = std::thread::Builder::new()
        .name("decide".into())
        .stack_size(ahead::STACK_BYTES)
        .spawn(move || decider.run())
        .map_err(|e| DaemonError::Unavailable(e.to_string()))?;

    let (arrived, to_prove) = (bell.clone(), Arc::new(Notify::new()));
    let verified: Vec<String> = config.intake.iter().filter(|i| i.verifies()).map(Intake::source).collect();
    let proving = proving(&config, &store, &now, &to_prove, &bell)?;
    let receiver = Receiver::new(
        store.clone(),
        now.clone(),
        config.limits.mail_size_max,
        Arc::new(move || {
            to_prove.notify_one();
            arrived.ring();
        }),
    )?;
    let inbox: SharedInbox = Arc::new(receiver.verifying(verified));
    let (visited, wakes) = (bell.clone(), wake.clone());
    let upkeeper: Upkeeper = {
        // A channel's sender is for one thread; visitors are many.
        let (orders, bell) = (Mutex::new(orders.clone()), bell.clone());
        Arc::new(move |request| {
            let gone = || StoreError::Closed("the daemon is ending".into());
            let request = serde_json::from_slice(request)
                .map_err(|_| StoreError::Closed("the daemon is of another version; restart it".into()))?;
            let (answer, answered) = mpsc::channel();
            let order = Order::Upkeep { request, answer };
            orders.lock().unwrap_or_else(PoisonError::into_inner).send(order).map_err(|_| gone())?;
            bell.ring();
            answered.recv().map_err(|_| gone())?
        })
    };
    let counter = Counter::open(
        &config.data_dir,
        store.clone(),
        Arc::new(move || {
            visited.ring();
            wakes.notify_one();
        }),
        upkeeper,
    )?;

    for domain in config.directory.internal_domains.iter().filter(|domain| crate::config::preset::is_public(domain)) {
        tracing::warn!(
            domain,
            "everybody can have an address there, and counts as a colleague: take it out of internal_domains"
        );
    }
    let mut tasks = tokio::task::JoinSet::new();
    if let Some(proving) = proving {
        tasks.spawn(proving.run(stop.clone()));
    }
    let health = Arc::new(Health::default());
    let report: Report = {
        let (health, alerts) = (health.clone(), alerts.clone());
        Arc::new(move |source: &str, state: State| health.hear(source, state, &alerts))
    };
    for intake in &config.intake {
        start_intake(&config, intake, &inbox, &now, &report, &stop, &mut tasks).await?;
    }
    if let Some(Listen::Tcp(address)) = config.web.listen.as_deref().and_then(Listen::parse) {
        let listener =
            web::bind(address).await.map_err(|e| DaemonError::Unavailable(format!("[web] {address}: {e}")))?;
        let page = Page::new(&config, counts.clone(), health.clone(), disk.clone());
        tracing::info!(address = ?listener.local_addr().ok(), "/healthz and /metrics");
        tasks.spawn(web::serve(listener, Arc::new(page), now.clone(), stop.clone()));
    }
    let sending = {
        let counts = counts.clone();
        let outbox = Arc::new(Outbox::new(store.clone(), outbox::Rules::of_config(&config)));
        let (orders, bell, alerts) = (orders.clone(), bell.clone(), alerts.clone());
        let around = Surroundings {
            courier: courier.clone(),
            now: now.clone(),
            wake: wake.clone(),
            stop: stop.clone(),
            tell: Box::new(move |fate| match fate {
                outbox::Fate::Undelivered(letter) => {
                    // The deciding thread ends after us; were it gone, the letter is tried again at the next start.
                    let _ = orders.send(Order::Undelivered(letter));
                    bell.ring();
                }
                outbox::Fate::Alert(text) => alerts.tell("sending", &text),
            }),
            tried: Box::new(move |delivery| counts.tried(delivery)),
        };
        tokio::spawn(outbox::run(outbox, around))
    };
    tasks.spawn(watch_health(health, counts, alerts.clone(), stop.clone()));
    if let Some(path) = config.directory.people.clone() {
        let count = people.people.len();
        tasks.spawn(watch_people(path, count, orders.clone(), bell.clone(), signals, alerts.clone(), stop.clone()));
    }
    ready();
    tracing::info!(intakes = config.intake.len(), people = people.people.len(), "ready");

    stop.stopped().await;
    tracing::info!("ending");
    drop(counter);
    bell.ring();
    wake.notify_one();
    let begun = Instant::now();
    let ended = tokio::time::timeout(END, async { while tasks.join_next().await.is_some() {} });
    if ended.await.is_err() {
        tasks.abort_all();
    }
    // Letters that are not settled by now are tried again at the next start, with the same Message-ID.
    let sending_abort = sending.abort_handle();
    if tokio::time::timeout(END.saturating_sub(begun.elapsed()), sending).await.is_err() {
        sending_abort.abort();
    }
    courier.close().await;
    let joined = tokio::task::spawn_blocking(move || deciding.join()).await;
    if !matches!(joined, Ok(Ok(()))) {
        tracing::error!("the deciding thread broke down");
    }
    disk.close()?;
    tracing::info!(took_ms = begun.elapsed().as_millis() as u64, "ended");
    Ok(())
}

/// What verifies authors, where an intake wants it or mail of an earlier run still waits for it.
fn proving(
    config: &Config,
    store: &Arc<dyn Store>,
    now: &Now,
    arrived: &Arc<Notify>,
    bell: &Arc<Bell>,
) -> Result<Option<Proving>, DaemonError> {
    let waits = !store.scan(&[keys::PROVING], &prefix_end(&[keys::PROVING]), 1)?.is_empty();
    if !waits && !config.intake.iter().any(Intake::verifies) {
        return Ok(None);
    }
    let verifier = Verifier::new(&config.trust.dns, &config.trust.arc_sealers, config.host(), DNS_TIMEOUT)
        .map_err(|why| DaemonError::Unavailable(format!("[trust] dns: {why}")))?;
    Ok(Some(Proving {
        store: store.clone(),
        verifier,
        limits: engine::gather::Settings::of(config).limits,
        now: now.clone(),
        arrived: arrived.clone(),
        bell: bell.clone(),
    }))
}

async fn start_intake(
    config: &Config,
    intake: &Intake,
    inbox: &SharedInbox,
    now: &Now,
    report: &Report,
    stop: &Stop,
    tasks: &mut tokio::task::JoinSet<()>,
) -> Result<(), DaemonError> {
    let source = intake.source();
    let unavailable = |error: io::Error| DaemonError::Unavailable(format!("{source}: {error}"));
    match intake.kind {
        IntakeKind::Lmtp | IntakeKind::Smtp => {
            let listen = intake.listen.as_deref().and_then(Listen::parse);
            let listen = listen.ok_or_else(|| DaemonError::Config(format!("{source}: nowhere to listen")))?;
            let protocol = if intake.kind == IntakeKind::Lmtp { Protocol::Lmtp } else { Protocol::Smtp };
            let recipients = config.recipients_of(intake);
            let mut service =
                Service::new(protocol, config.host(), source.clone(), recipients, config.limits.clone(), inbox.clone());
            if let (Some(certificate), Some(key)) = (&intake.tls_cert, &intake.tls_key) {
                service.tls = Some(tls::acceptor(certificate, key).map_err(unavailable)?);
            }
            let bound = Bound::bind(&listen).await.map_err(unavailable)?;
            tracing::info!(source, address = ?bound.local_addr(), "listening");
            tasks.spawn(bound.serve(Arc::new(service), stop.clone()));
        }
        IntakeKind::Imap => {
            let mailbox = Mailbox::of_config(config, intake, inbox.clone(), now.clone(), report.clone());
            tasks.spawn(Arc::new(mailbox.map_err(unavailable)?).run(stop.clone()));
        }
        IntakeKind::Maildir => {
            let maildir = Maildir {
                folder: intake.path.clone().unwrap_or_default(),
                source,
                mail_size_max: config.limits.mail_size_max,
                inbox: inbox.clone(),
                report: report.clone(),
                left: Mutex::default(),
            };
            tasks.spawn(maildir.run(stop.clone()));
        }
    }
    Ok(())
}

/// The key of Message-IDs and reply addresses: made once, readable by its owner alone, at least 32 octets.
pub fn secret(path: &Path) -> io::Result<Vec<u8>> {
    use std::io::Write;
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let wrong = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    match std::fs::read(path) {
        Ok(secret) if secret.len() < 32 => {
            Err(io::Error::other(format!("{}: expected 32 octets or more, found {}", path.display(), secret.len())))
        }
        Ok(secret) => {
            if std::fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
                tracing::warn!(path = %path.display(), "others can read the secret; chmod 600");
            }
            Ok(secret)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut secret = vec![0; 32];
            let provider = rustls::crypto::ring::default_provider();
            provider.secure_random.fill(&mut secret).map_err(|_| io::Error::other("no random octets"))?;
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(wrong)?;
            }
            let mut file =
                std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(wrong)?;
            file.write_all(&secret)?;
            file.sync_all()?;
            Ok(secret)
        }
        Err(error) => Err(wrong(error)),
    }
}

fn load_people(path: &Path) -> io::Result<People> {
    let people = people::load(path)?;
    for note in &people.notes {
        // What the line says of whom is for `duban people check`, not for the log.
        tracing::warn!(file = %path.display(), line = note.line, "a line has a fault; see `duban people check`");
    }
    Ok(people)
}

/// When a file was last written, and how long it is.
fn look(path: &Path) -> Option<(SystemTime, u64)> {
    let meta = std::fs::metadata(path).ok()?;
    Some((meta.modified().ok()?, meta.len()))
}

/// Reads people.csv again when it has changed and stands still (O7), or at once on SIGHUP.
async fn watch_people(
    path: PathBuf,
    mut count: usize,
    orders: mpsc::Sender<Order>,
    bell: Arc<Bell>,
    signals: Signals,
    alerts: Arc<Alerts>,
    mut stop: Stop,
) {
    let mut known = look(&path);
    let mut seen = known;
    loop {
        let asked = tokio::select! {
            () = tokio::time::sleep(LOOK_AT_PEOPLE) => false,
            () = signals.reload.notified() => true,
            () = stop.stopped() => return,
        };
        let found = look(&path);
        let still = std::mem::replace(&mut seen, found) == found;
        if !asked && (found == known || found.is_none() || !still) {
            continue;
        }
        known = found;
        match load_people(&path) {
            Err(error) => alerts.tell("people", &format!("{}: {error}; the people stay as they were", path.display())),
            Ok(people) if !asked && people.looks_cut(count) => {
                let (new, file) = (people.people.len(), path.display());
                alerts.tell(
                    "people",
                    &format!("{file} has only {new} people left of {count}; they stay as they were. If that is right, send SIGHUP."),
                );
            }
            Ok(people) => {
                count = people.people.len();
                tracing::info!(people = count, "people.csv was read again");
                // The deciding thread ends only with the daemon.
                let _ = orders.send(Order::People(people.directory()));
                bell.ring();
            }
        }
    }
}

/// Which intakes are down, since when, and whether that was told.
#[derive(Debug, Default)]
pub struct Health {
    down: Mutex<std::collections::BTreeMap<String, (Instant, String, bool)>>,
}

impl Health {
    fn hear(&self, source: &str, state: State, alerts: &Alerts) {
        let mut down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        match state {
            State::Up => {
                if down.remove(source).is_some() {
                    tracing::info!(source, "up again");
                } else {
                    tracing::info!(source, "up");
                }
            }
            State::Down(why) => {
                tracing::warn!(source, why, "down; tried again by itself, `duban doctor` says what to look at");
                down.entry(source.to_string()).or_insert_with(|| (Instant::now(), String::new(), false)).1 = why;
            }
            State::LoginRefused(why) => {
                let since = down.get(source).map_or_else(Instant::now, |(since, _, _)| *since);
                down.insert(source.to_string(), (since, why.clone(), true));
                alerts.tell(source, &format!("{source}: the login is refused: {why}"));
            }
            State::Left(why) => alerts.tell(&format!("{source} unread"), &format!("{source}: {why}")),
        }
    }

    /// How long an intake has been down; `None`: it is up.
    fn down_for(&self, source: &str) -> Option<Duration> {
        let down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        down.get(source).map(|(since, _, _)| since.elapsed())
    }

    fn too_long(&self) -> Vec<(String, String)> {
        let mut down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        let late = down.iter_mut().filter(|(_, (since, _, told))| !told && since.elapsed() >= counts::DEAD);
        late.map(|(source, (_, why, told))| {
            *told = true;
            (source.clone(), why.clone())
        })
        .collect()
    }
}

async fn watch_health(health: Arc<Health>, counts: Arc<Counts>, alerts: Arc<Alerts>, mut stop: Stop) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(30)) => {}
            () = stop.stopped() => return,
        }
        for (source, why) in health.too_long() {
            alerts.tell(&source, &format!("{source}: no mail comes in since a quarter of an hour: {why}"));
        }
        if counts.delivery_dead() {
            // By mail it waits with the others; the alarm program and the log have it at once.
            alerts.tell("delivery", "no letter goes out since a quarter of an hour: the server cannot be reached");
        }
    }
}

/// Tells systemd, if it asked (sd_notify(3)).
fn ready() {
    let Some(socket) = std::env::var_os("NOTIFY_SOCKET") else { return };
    let told =
        std::os::unix::net::UnixDatagram::unbound().and_then(|from| from.send_to(b"READY=1", Path::new(&socket)));
    if let Err(error) = told {
        tracing::warn!(%error, "systemd could not be told");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_secret_is_made_once_and_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/secret");
        let first = secret(&path).unwrap();
        assert_eq!(first.len(), 32);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(secret(&path).unwrap(), first);
        std::fs::write(&path, "short").unwrap();
        assert!(secret(&path).is_err());
    }

    #[test]
    fn a_bell_rung_before_is_heard() {
        let bell = Bell::default();
        bell.ring();
        let begun = Instant::now();
        bell.wait(Duration::from_secs(60));
        assert!(begun.elapsed() < Duration::from_secs(30));
        bell.wait(Duration::ZERO);
    }

    /// TRUST D21: told once, and again only after it was up in between.
    #[test]
    fn a_refused_login_is_told_at_once() {
        let health = Health::default();
        let alerts = Alerts::new(Vec::new(), Box::new(|_, _| {}));
        health.hear("imap:a@b", State::LoginRefused("no".into()), &alerts);
        assert_eq!(alerts.told(), 1);
        health.hear("imap:a@b", State::LoginRefused("no".into()), &alerts);
        assert_eq!(alerts.told(), 1);
        assert!(health.too_long().is_empty());
    }

    /// A mail that cannot be read is told of, and the intake is none the worse.
    #[test]
    fn a_mail_left_unread_is_told_and_nothing_is_down() {
        let health = Health::default();
        let alerts = Alerts::new(Vec::new(), Box::new(|_, _| {}));
        health.hear("maildir:/m", State::Left("new/1.a cannot be read".into()), &alerts);
        assert_eq!(alerts.told(), 1);
        assert_eq!(health.down_for("maildir:/m"), None);
        // Another matter than a login that is refused later.
        health.hear("maildir:/m", State::LoginRefused("no".into()), &alerts);
        assert_eq!(alerts.told(), 2);
    }
}
