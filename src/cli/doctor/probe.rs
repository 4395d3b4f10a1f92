//! `duban doctor --probe`: a mail through the real path, out and in again; then one of the administrator's.
//!
//! Nothing that is not the probe is touched: IMAP folders are only examined, a Maildir only read, and the listener, where
//! the daemon does not run, sends everything else away with 451.

use super::{Config, Findings, Intake, IntakeKind, Mailbox, Parcel, courier, lmtp};
use crate::config::Listen;
use crate::intake::{Ack, Cursor, Inbox, Incoming, MemoryInbox, ReceiveError, Stop};
use futures::future::BoxFuture;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(2);
/// How long the administrator has to write.
const HUMAN: Duration = Duration::from_secs(300);

/// Takes the mail whose text has the mark, and refuses all others for now.
struct ProbeInbox {
    mark: String,
    found: Mutex<Option<Vec<u8>>>,
}

impl ProbeInbox {
    fn take(&self) -> Option<Vec<u8>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Inbox for ProbeInbox {
    fn receive(&self, mail: Incoming) -> BoxFuture<'_, Result<Ack, ReceiveError>> {
        Box::pin(async move {
            if !has(&mail.raw, &self.mark) {
                return Err(ReceiveError::Unavailable("a probe is under way".into()));
            }
            *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(mail.raw);
            Ok(Ack { id: "probe".into(), duplicate: false })
        })
    }

    fn cursor(&self, _key: &str) -> Result<Option<String>, ReceiveError> {
        Ok(None)
    }

    fn keep_cursor(&self, _cursor: Cursor) -> BoxFuture<'_, Result<(), ReceiveError>> {
        Box::pin(async { Ok(()) })
    }

    fn is_our_letter(&self, _message_id: &str) -> bool {
        false
    }
}

fn has(raw: &[u8], mark: &str) -> bool {
    raw.windows(mark.len()).any(|window| window == mark.as_bytes())
}

pub async fn run(config: &Config, wait: Duration, findings: &mut Findings) -> anyhow::Result<()> {
    let mark = format!("duban-probe-{:016x}", random());
    let address = &config.assistant.address;
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, "localhost"));
    let plus = format!("{local}+{mark}@{domain}");
    let Some(intake) = config.intake.first() else {
        findings.failed("probe", "there is no intake that could bring it back", "write an [[intake]]");
        return Ok(());
    };
    let courier = match courier::of_config(config) {
        Ok(courier) => courier,
        Err(error) => {
            findings.failed("probe", error.to_string(), "mend [delivery] first");
            return Ok(());
        }
    };
    let date = chrono::Utc::now().to_rfc2822();
    let text = format!(
        "From: <{address}>\r\nTo: <{plus}>\r\nSubject: {mark}\r\nDate: {date}\r\nMessage-ID: <{mark}@{domain}>\r\n\
         Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nduban doctor --probe\r\n"
    );
    let parcel = Parcel {
        id: mark.clone(),
        mail_from: address.clone(),
        rcpts: vec![plus.clone()],
        bytes: text.into_bytes().into(),
    };
    let way = Way::open(config, intake, &mark, findings).await;
    let Some(mut way) = way else { return Ok(()) };
    let results = courier.deliver(parcel).await;
    match results.first() {
        Some(delivery) if delivery.is_taken() => findings.ok("probe", format!("sent to {plus}: {}", delivery.reply())),
        Some(delivery) => {
            findings.failed(
                "probe",
                format!("not sent: {}", delivery.reply()),
                "read the server's words; plus addresses may be off",
            );
            return Ok(());
        }
        None => return Ok(()),
    }
    match way.wait(&mark, wait).await {
        Some(raw) => {
            findings.ok("probe", "came back by its plus address: reply_addressing = \"plus\" may be used");
            tell_proof(&raw, config, findings, "the probe");
        }
        None => findings.failed(
            "probe",
            format!("did not come back within {} s", wait.as_secs()),
            "keep reply_addressing = \"thread\"; if other mail does not come in either, look at the intake and at Junk",
        ),
    }
    if std::io::stdin().is_terminal() && !findings.json {
        let mark = format!("probe {:06}", random() % 1_000_000);
        println!(
            "\nNow write a mail from your own address to {address} with the subject\n    {mark}\nand wait here (up to five minutes)."
        );
        let Some(mut way) = Way::open(config, intake, &mark, findings).await else { return Ok(()) };
        match way.wait(&mark, HUMAN).await {
            Some(raw) => tell_proof(&raw, config, findings, "your mail"),
            None => findings.failed("proof", "your mail did not come", "look at the intake, and at Junk"),
        }
    }
    Ok(())
}

fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

/// Where the probe is awaited.
enum Way<'a> {
    Folder(&'a Path),
    Imap(Box<Mailbox>),
    Listener {
        inbox: Arc<ProbeInbox>,
        _stop: tokio::sync::watch::Sender<bool>,
    },
    /// The daemon has the listener: it is asked what it got.
    Daemon(&'a Config),
}

impl<'a> Way<'a> {
    async fn open(config: &'a Config, intake: &'a Intake, mark: &str, findings: &mut Findings) -> Option<Way<'a>> {
        match intake.kind {
            IntakeKind::Maildir => intake.path.as_deref().map(Way::Folder),
            IntakeKind::Imap => {
                let inbox = Arc::new(MemoryInbox::default());
                let mailbox = Mailbox::of_config(config, intake, inbox, crate::daemon::clock(), Arc::new(|_, _| {}));
                mailbox.ok().map(|mailbox| Way::Imap(Box::new(mailbox)))
            }
            IntakeKind::Lmtp | IntakeKind::Smtp => {
                let listen = intake.listen.as_deref().and_then(Listen::parse)?;
                let bound = match lmtp::Bound::bind(&listen).await {
                    Ok(bound) => bound,
                    Err(_) => return Some(Way::Daemon(config)),
                };
                let inbox = Arc::new(ProbeInbox { mark: mark.to_string(), found: Mutex::new(None) });
                let protocol =
                    if intake.kind == IntakeKind::Lmtp { lmtp::Protocol::Lmtp } else { lmtp::Protocol::Smtp };
                let recipients = config.recipients_of(intake);
                let service = lmtp::Service::new(
                    protocol,
                    config.host(),
                    intake.source(),
                    recipients,
                    config.limits.clone(),
                    inbox.clone(),
                );
                let (sender, stop) = Stop::new();
                tokio::spawn(bound.serve(Arc::new(service), stop));
                findings
                    .ok("probe", "the daemon does not run: listening in its place, other mail is told to come later");
                Some(Way::Listener { inbox, _stop: sender })
            }
        }
    }

    async fn wait(&mut self, mark: &str, limit: Duration) -> Option<Vec<u8>> {
        let deadline = tokio::time::Instant::now() + limit;
        loop {
            let found = match self {
                Way::Folder(folder) => ["new", "cur"].iter().find_map(|part| find_file(&folder.join(part), mark)),
                Way::Imap(mailbox) => mailbox.find(mark).await.ok().flatten(),
                Way::Listener { inbox, .. } => inbox.take(),
                Way::Daemon(config) => find_stored(config, mark),
            };
            if found.is_some() || tokio::time::Instant::now() >= deadline {
                return found;
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

fn find_file(folder: &Path, mark: &str) -> Option<Vec<u8>> {
    std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .find_map(|entry| std::fs::read(entry.path()).ok().filter(|raw| has(raw, mark)))
}

/// The newest mails of a running daemon.
fn find_stored(config: &Config, mark: &str) -> Option<Vec<u8>> {
    use crate::store::{keys, remote};
    let store = remote::attach(&config.data_dir, crate::store::group::Options::of_config(config)).ok()?;
    for kind in [keys::INBOX, keys::MAIL, keys::QUARANTINE] {
        for (_, value) in store.scan_back(&[kind], &[kind + 1], 50).ok()? {
            let Ok(row) = serde_json::from_slice::<serde_json::Value>(&value) else { continue };
            let place = row.get("place").and_then(|place| place.as_str()).and_then(crate::store::Place::parse);
            if let Some(raw) = place.and_then(|place| store.blob(&place).ok()).filter(|raw| has(raw, mark)) {
                return Some(raw.to_vec());
            }
        }
    }
    None
}

/// What stands in the head that could prove a sender (O1), and what to write into [trust] for it.
fn tell_proof(raw: &[u8], config: &Config, findings: &mut Findings, whose: &str) {
    let fields = head_fields(raw);
    let of = |name: &str| {
        fields.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone()).collect::<Vec<_>>()
    };
    let results = of("Authentication-Results");
    let own = config.trust.authserv_id.as_deref().unwrap_or_default();
    let ids: Vec<String> =
        results.iter().filter_map(|value| Some(value.split([';', ' ']).next()?.trim().to_string())).collect();
    if let Some(value) =
        results.iter().zip(&ids).find(|(_, id)| !own.is_empty() && id.eq_ignore_ascii_case(own)).map(|(v, _)| v)
    {
        let verdicts: Vec<&str> =
            value.split(';').skip(1).map(str::trim).map(|part| part.split(' ').next().unwrap_or(part)).collect();
        findings.ok("proof", format!("{whose} carries results of {own}: {}", verdicts.join(", ")));
        return;
    }
    if let Some(id) = ids.first() {
        let remedy = format!("if {id} is your own server's name, write authserv_id = \"{id}\" into [trust]");
        return findings.hint("proof", format!("{whose} carries results of {id}, not of {own:?}"), &remedy);
    }
    if of("X-MS-Exchange-Organization-AuthAs").iter().any(|value| value.eq_ignore_ascii_case("Internal")) {
        let remedy = if config.trust.proof == crate::config::Proof::Exchange {
            ""
        } else {
            "write proof = \"exchange\" into [trust]"
        };
        return findings.hint("proof", format!("{whose} carries X-MS-Exchange-Organization-AuthAs: Internal"), remedy);
    }
    let received = of("Received");
    findings.hint(
        "proof",
        format!("{whose} carries no results; {} Received fields, the last: {}", received.len(), received.last().map_or("", String::as_str)),
        "inside one provider that is usual: proof = \"hosted\" in [trust] believes internal senders whose mail stayed inside; else colleagues are asked once",
    );
}

/// Unfolded fields of the head.
fn head_fields(raw: &[u8]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in String::from_utf8_lossy(raw).lines() {
        if line.is_empty() {
            break;
        }
        if let Some(more) = line.strip_prefix([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(more.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_string(), value.trim().to_string()));
        }
    }
    fields
}
