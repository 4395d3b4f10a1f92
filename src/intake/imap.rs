//! A mailbox on an IMAP server (RFC 3501, 2177, 2971, 6851).
//!
//! New mail is fetched without marking it, handed to the inbox, and only when it is on disk marked `\Seen` and moved to the
//! processed folder. The place reached (UIDVALIDITY and UID) is kept in the commit of the mail, so a mark or move that
//! the server refuses costs nothing, and a changed UIDVALIDITY means looking at everything again: what was taken already
//! is recognised by its content (TRUST D7). The place goes past a mail that is on disk or gone. One that the server lists
//! and does not hand over is tried again; after [`BROKEN_MAX`] times the administrator hears of it, and it is left where it
//! is: never marked, never moved, and asked for again in every round.
//!
//! A hostile server can cost one connection and [`CAP`] octets: every command has a deadline, and octets are counted
//! below async-imap (TRUST P18).

mod answer;
mod wire;

use super::imap_depth::Watch;
use super::oauth::Trouble;
use super::tls::{self, Login, LoginSource};
use super::{Cursor, Envelope, Incoming, Now, ReceiveError, Report, SharedInbox, State, Stop, mailbox_name};
use crate::config::preset::app_password_page;
use crate::config::{Config, Intake, Limits, Tls};
use async_imap::types::{Capability, NameAttribute, UnsolicitedResponse};
use async_imap::{Client, Session};
use futures::TryStreamExt;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use wire::{Allowance, Capped, Socket, Wire};

/// How long a command may take.
const COMMAND: Duration = Duration::from_secs(60);

/// How long the body of one mail may take.
const FETCH: Duration = Duration::from_secs(600);

/// IDLE is renewed after this; RFC 2177 asks for less than 29 minutes, and a peer that died is noticed no later (D21).
const IDLE: Duration = Duration::from_secs(9 * 60);

/// How often junk folders are looked through (O46) and old processed mail is removed.
const ROUNDS: Duration = Duration::from_secs(10 * 60);

/// A mail whose fetching fails this often is left on the server, and told of: it holds up nobody else.
const BROKEN_MAX: u32 = 3;

/// Mails marked and moved by one command.
const BATCH: usize = 50;

/// Pause after a lost connection, doubled up to the second.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(300));

/// Pause after a refused login (O47): providers lock accounts that hammer.
const RETRY_LOGIN: Duration = Duration::from_secs(600);

/// One mailbox and what is done with it.
pub struct Mailbox {
    source: String,
    server: String,
    port: u16,
    security: Tls,
    connector: tokio_rustls::TlsConnector,
    login: LoginSource,
    folder: String,
    processed: String,
    junk: Vec<String>,
    poll: Duration,
    keep_processed_days: u32,
    limits: Limits,
    inbox: SharedInbox,
    now: Now,
    report: Report,
    /// How often the fetching of a mail failed, by its place; and whether the connection broke over it.
    failed: Mutex<BTreeMap<String, (u32, bool)>>,
}

/// What became of asking for a mail.
enum Answer {
    Whole(Vec<u8>),
    /// OK, and no mail.
    Nothing,
    Refused(String),
}

/// Why a session ended.
#[derive(Debug)]
enum Fault {
    /// The connection, or what the server said.
    Connection(String),
    Login(String),
    /// The store cannot take mail now; the mail stays on the server.
    Store(String),
    Stopped,
}

impl From<async_imap::error::Error> for Fault {
    fn from(error: async_imap::error::Error) -> Self {
        // A parse error of async-imap holds what the server sent: it is not shown.
        Fault::Connection(match error {
            async_imap::error::Error::Parse(_) => "the server sent what is not IMAP".into(),
            other => other.to_string(),
        })
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Connection(error.to_string())
    }
}

impl From<tokio::time::error::Elapsed> for Fault {
    fn from(_: tokio::time::error::Elapsed) -> Self {
        Fault::Connection("the server did not answer in time".into())
    }
}

/// The server's own words: async-imap wraps them as `code: None, info: Some("…")`.
fn said(why: &str) -> &str {
    why.split_once("info: Some(\"").and_then(|(_, rest)| rest.strip_suffix("\")")).unwrap_or(why)
}

/// What the server can do.
#[derive(Clone, Copy, Debug, Default)]
struct Can {
    idle: bool,
    mv: bool,
    uidplus: bool,
    id: bool,
}

impl Mailbox {
    pub fn of_config(
        config: &Config,
        intake: &Intake,
        inbox: SharedInbox,
        now: Now,
        report: Report,
    ) -> io::Result<Mailbox> {
        let server = intake.server.clone().unwrap_or_default();
        if intake.tls == Tls::None && !crate::config::is_loopback(&server) {
            return Err(io::Error::other("tls = \"none\" is for loopback servers only"));
        }
        Ok(Mailbox {
            source: intake.source(),
            port: intake.port.unwrap_or(if intake.tls == Tls::Implicit { 993 } else { 143 }),
            security: intake.tls,
            connector: tls::connector(intake.ca_file.as_deref())?,
            login: LoginSource::of_intake(intake),
            folder: intake.folder.clone(),
            processed: intake.processed.clone(),
            junk: intake.junk.clone(),
            poll: Duration::from_secs(intake.poll_seconds.max(1)),
            keep_processed_days: intake.keep_processed_days,
            limits: config.limits.clone(),
            inbox,
            now,
            report,
            failed: Mutex::default(),
            server,
        })
    }

    /// Reads until the daemon ends; reconnects for ever.
    pub async fn run(self: std::sync::Arc<Self>, mut stop: Stop) {
        let mut pause = RETRY.0;
        loop {
            let begun = Instant::now();
            let (mailbox, inner) = (self.clone(), stop.clone());
            // A task of its own: a panic inside the IMAP client costs the connection, not the intake.
            let session = tokio::spawn(async move { mailbox.session(inner).await });
            let fault = match session.await {
                Ok(fault) => fault,
                Err(error) => Fault::Connection(format!("the IMAP client broke down: {error}")),
            };
            if begun.elapsed() > RETRY.1 {
                pause = RETRY.0;
            }
            let wait = match &fault {
                Fault::Stopped => return,
                Fault::Login(why) => {
                    (self.report)(&self.source, State::LoginRefused(why.clone()));
                    RETRY_LOGIN
                }
                Fault::Store(why) => {
                    tracing::warn!(source = self.source, why, "mail stays on the server");
                    Duration::from_secs(10)
                }
                Fault::Connection(why) => {
                    (self.report)(&self.source, State::Down(why.clone()));
                    let now = pause;
                    pause = (pause * 2).min(RETRY.1);
                    jitter(now)
                }
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stop.stopped() => return,
            }
        }
    }

    /// Logs in, selects, says goodbye; for `doctor`. Tells what the server can do.
    pub async fn probe(&self) -> Result<String, String> {
        let fault = |fault| match fault {
            Fault::Connection(why) | Fault::Store(why) => why,
            Fault::Login(why) => format!("login refused: {why}"),
            Fault::Stopped => "stopped".into(),
        };
        let (mut session, can) = self.connect().await.map_err(fault)?;
        let selected = timeout(COMMAND, session.examine(mailbox_name::encode(&self.folder)))
            .await
            .map_err(|e| fault(e.into()))?
            .map_err(|e| fault(e.into()))?;
        // The answer to LOGOUT changes nothing.
        let _ = timeout(Duration::from_secs(5), session.logout()).await;
        let word = |yes: bool| if yes { "yes" } else { "no" };
        Ok(format!("{} mails in {}; IDLE {}, MOVE {}", selected.exists, self.folder, word(can.idle), word(can.mv)))
    }

    /// A mail with this text in its Subject, in the folder or among the processed, without touching it; for `doctor`.
    pub async fn find(&self, subject: &str) -> Result<Option<Vec<u8>>, String> {
        self.find_inner(subject).await.map_err(|fault| format!("{fault:?}"))
    }

    async fn find_inner(&self, subject: &str) -> Result<Option<Vec<u8>>, Fault> {
        let (mut session, _) = self.connect().await?;
        let mut found = None;
        for folder in [&self.folder, &self.processed] {
            session.fresh();
            if timeout(COMMAND, session.examine(mailbox_name::encode(folder))).await?.is_err() {
                continue;
            }
            let quoted = subject.replace(['"', '\\', '\r', '\n'], "");
            let uids = timeout(COMMAND, session.uid_search(format!("SUBJECT \"{quoted}\""))).await??;
            let Some(uid) = uids.into_iter().max() else { continue };
            session.allow(self.limits.mail_size_max);
            let fetched: Vec<_> = timeout(FETCH, async {
                session.uid_fetch(uid.to_string(), "(UID BODY.PEEK[])").await?.try_collect::<Vec<_>>().await
            })
            .await??;
            found = fetched.iter().find_map(|fetch| fetch.body().map(<[u8]>::to_vec));
            break;
        }
        // The answer to LOGOUT changes nothing.
        let _ = timeout(Duration::from_secs(5), session.logout()).await;
        Ok(found)
    }

    async fn session(&self, mut stop: Stop) -> Fault {
        let connected = tokio::select! {
            connected = self.connect() => connected,
            () = stop.stopped() => return Fault::Stopped,
        };
        let (session, can) = match connected {
            Ok(connected) => connected,
            Err(fault) => return fault,
        };
        (self.report)(&self.source, State::Up);
        match self.rounds(session, can, &mut stop).await {
            Ok(mut session) => {
                // The answer to LOGOUT changes nothing.
                let _ = timeout(Duration::from_secs(2), session.logout()).await;
                Fault::Stopped
            }
            Err(fault) => fault,
        }
    }

    /// A whole session over a stream that is there already; for fuzzing what servers say. Tells why it ended.
    pub async fn over<S>(&self, stream: S, mut stop: Stop) -> String
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + fmt::Debug + 'static,
    {
        let ended = async {
            let mut client = Client::new(Capped::new(Box::new(stream) as Box<dyn Socket>));
            greeting(&mut client).await?;
            let (session, can) = self.enter(client).await?;
            self.rounds(session, can, &mut stop).await
        };
        ended.await.map_or_else(|fault| format!("{fault:?}"), |_| "stopped".into())
    }

    /// TCP, TLS, greeting, login, ID: everything before SELECT.
    async fn connect(&self) -> Result<(Session<Wire>, Can), Fault> {
        let client = self.reach().await?;
        self.enter(client).await
    }

    /// TCP, TLS, greeting.
    async fn reach(&self) -> Result<Client<Wire>, Fault> {
        let at = |why: &dyn std::fmt::Display| Fault::Connection(format!("{}:{}: {why}", self.server, self.port));
        let tcp = timeout(COMMAND, TcpStream::connect((self.server.as_str(), self.port)));
        let tcp = tcp.await.map_err(|_| at(&"no answer in time"))?.map_err(|error| at(&error))?;
        tcp.set_nodelay(true)?;
        match self.security {
            Tls::None => {
                let mut client = Client::new(Capped::new(Box::new(tcp) as Box<dyn Socket>));
                greeting(&mut client).await?;
                Ok(client)
            }
            Tls::Implicit => {
                let name = tls::server_name(&self.server)?;
                let stream = timeout(COMMAND, self.connector.connect(name, tcp)).await??;
                let mut client = Client::new(Capped::new(Box::new(stream) as Box<dyn Socket>));
                greeting(&mut client).await?;
                Ok(client)
            }
            Tls::Starttls => {
                let mut client = Client::new(Capped::new(Box::new(tcp) as Box<dyn Socket>));
                greeting(&mut client).await?;
                timeout(COMMAND, client.run_command_and_check_ok("STARTTLS", None)).await??;
                // What stood in the buffer after the OK is dropped with it (CVE-2011-0411).
                let plain = client.into_inner().stream;
                let name = tls::server_name(&self.server)?;
                let stream = timeout(COMMAND, self.connector.connect(name, plain)).await??;
                Ok(Client::new(Capped::new(Box::new(stream) as Box<dyn Socket>)))
            }
        }
    }

    /// Login, capabilities, ID.
    async fn enter(&self, client: Client<Wire>) -> Result<(Session<Wire>, Can), Fault> {
        let mut session = self.log_in(client).await?;
        session.fresh();
        let capabilities = timeout(COMMAND, session.capabilities()).await??;
        let has = |name: &str| capabilities.has(&Capability::Atom(name.to_string()));
        let can = Can { idle: has("IDLE"), mv: has("MOVE"), uidplus: has("UIDPLUS"), id: has("ID") };
        if can.id {
            // NetEase refuses SELECT ("Unsafe Login") to clients that do not say who they are (RFC 2971).
            let who = [
                ("name", Some("Duban")),
                ("version", Some(env!("CARGO_PKG_VERSION"))),
                ("vendor", Some("Duban")),
                ("support-email", Some(self.login.user.as_str()).filter(|user| user.contains('@'))),
            ];
            timeout(COMMAND, session.id(who)).await??;
        }
        Ok((session, can))
    }

    async fn log_in(&self, client: Client<Wire>) -> Result<Session<Wire>, Fault> {
        let login = self.login.login().await.map_err(|trouble| match trouble {
            Trouble::Unreachable(why) => Fault::Connection(why),
            Trouble::Refused(why) => Fault::Login(why),
        })?;
        let secret = match &login {
            Login::Password { password, .. } => password.clone(),
            Login::Token { token, .. } => token.clone(),
        };
        let result = match login {
            Login::Password { user, password } => timeout(COMMAND, client.login(&user, password.reveal())).await?,
            Login::Token { user, token } => {
                let answer = XOauth2 { answer: Some(tls::xoauth2(&user, token.reveal())) };
                timeout(COMMAND, client.authenticate("XOAUTH2", answer)).await?
            }
        };
        if result.is_err() {
            self.login.refused().await;
        }
        result.map_err(|(error, _)| match error {
            // Some servers repeat what they were told.
            async_imap::error::Error::No(why) | async_imap::error::Error::Bad(why) => {
                let page = app_password_page(&self.server);
                Fault::Login(format!("{}{page}", said(&why).replace(secret.reveal(), "…")))
            }
            other => other.into(),
        })
    }

    /// Looks, waits, looks again, until the daemon ends.
    async fn rounds(&self, mut session: Session<Wire>, can: Can, stop: &mut Stop) -> Result<Session<Wire>, Fault> {
        let junk = self.folders(&mut session).await?;
        let mut validity = self.select(&mut session).await?;
        self.finish_earlier(&mut session, can, validity).await?;
        let mut next_round = Instant::now();
        loop {
            if Instant::now() >= next_round {
                self.take_left(&mut session, can, validity).await?;
            }
            self.take_new(&mut session, can, validity, stop).await?;
            if Instant::now() >= next_round {
                next_round = Instant::now() + ROUNDS;
                let looked = self.look_through_junk(&mut session, &junk).await?;
                if self.remove_processed(&mut session, can).await? || looked {
                    validity = self.select(&mut session).await?;
                    self.take_new(&mut session, can, validity, stop).await?;
                }
            }
            if stop.is_stopping() {
                return Ok(session);
            }
            session.fresh();
            if can.idle {
                let told = session.unsolicited_responses.clone();
                let mut more = session.has_more();
                let mut idle = session.idle();
                timeout(COMMAND, idle.init()).await??;
                while let Ok(one) = told.try_recv() {
                    more |= matches!(one, UnsolicitedResponse::Exists(_));
                }
                // Told before IDLE began: nobody tells it again.
                let woken = if more {
                    Ok(())
                } else {
                    let (wait, _interrupt) = idle.wait_with_timeout(IDLE);
                    tokio::select! {
                        // Whatever the server says, look for mail: its numbers are hints (TRUST D7).
                        woken = timeout(IDLE, wait) => match woken {
                            Ok(Err(error)) => Err(error.into()),
                            _ => Ok(()),
                        },
                        () = stop.stopped() => Ok(()),
                    }
                };
                let woken: Result<(), Fault> = woken;
                woken?;
                // DONE to a peer that died is not answered: that is how its death is noticed.
                session = timeout(COMMAND, idle.done()).await??;
            } else {
                tokio::select! {
                    () = tokio::time::sleep(self.poll) => {}
                    () = stop.stopped() => return Ok(session),
                }
                timeout(COMMAND, session.noop()).await??;
            }
            if stop.is_stopping() {
                return Ok(session);
            }
        }
    }

    /// Makes the processed folder; finds the junk folders that exist.
    async fn folders(&self, session: &mut Session<Wire>) -> Result<Vec<String>, Fault> {
        session.fresh();
        let names: Vec<_> =
            timeout(COMMAND, async { session.list(Some(""), Some("*")).await?.try_collect::<Vec<_>>().await })
                .await??;
        let mut junk = Vec::new();
        let mut have_processed = false;
        for name in &names {
            let readable = mailbox_name::decode(name.name());
            have_processed |= readable.eq_ignore_ascii_case(&self.processed);
            let special = name.attributes().iter().any(|attribute| matches!(attribute, NameAttribute::Junk));
            let wanted = self
                .junk
                .iter()
                .any(|junk| (special && junk.eq_ignore_ascii_case("\\Junk")) || readable.eq_ignore_ascii_case(junk));
            if wanted && !name.attributes().contains(&NameAttribute::NoSelect) {
                junk.push(name.name().to_string());
            }
        }
        if !have_processed && !self.processed.is_empty() {
            let made = timeout(COMMAND, session.create(mailbox_name::encode(&self.processed))).await?;
            if let Err(error) = made {
                // Some servers hide folders; the move will tell.
                tracing::warn!(source = self.source, folder = self.processed, %error, "the folder could not be made");
            }
        }
        Ok(junk)
    }

    async fn select(&self, session: &mut Session<Wire>) -> Result<u32, Fault> {
        session.fresh();
        let selected = timeout(COMMAND, session.select(mailbox_name::encode(&self.folder))).await??;
        selected.uid_validity.ok_or_else(|| Fault::Connection("the server gives no UIDVALIDITY".into()))
    }

    fn cursor_key(&self, folder: &str) -> String {
        format!("{}/{folder}", self.source)
    }

    fn left_key(&self, folder: &str) -> String {
        format!("{} left/{folder}", self.source)
    }

    /// The last UID taken of a folder, if its numbers still mean the same.
    fn last_uid(&self, folder: &str, validity: u32) -> Result<Place, Fault> {
        let kept = self.inbox.cursor(&self.cursor_key(folder)).map_err(|error| Fault::Store(error.to_string()))?;
        let Some(kept) = kept else { return Ok(Place::Unknown) };
        let numbers = kept.split_once(':').and_then(|(v, u)| Some((v.parse::<u32>().ok()?, u.parse::<u32>().ok()?)));
        Ok(match numbers {
            Some((known, uid)) if known == validity => Place::After(uid),
            // Numbers from another life of the folder: everything is looked at again.
            _ => Place::Again,
        })
    }

    /// UIDs with their sizes, ascending, of mail not taken yet.
    async fn waiting(&self, session: &mut Session<Wire>, folder: &str, validity: u32) -> Result<Sizes, Fault> {
        session.fresh();
        let query = match self.last_uid(folder, validity)? {
            // A mailbox that had a life before Duban: what was read is history.
            Place::Unknown => "UNSEEN UNDELETED".to_string(),
            Place::Again => "UNDELETED".to_string(),
            Place::After(last) => match last.checked_add(1) {
                Some(next) => format!("UID {next}:* UNDELETED"),
                None => return Ok(Sizes::new()),
            },
        };
        let floor = match self.last_uid(folder, validity)? {
            Place::After(last) => last,
            Place::Unknown | Place::Again => 0,
        };
        // What came until now is found; what comes from here on is told.
        session.has_more();
        // `N:*` names the last mail even where it is below N (RFC 3501 §6.4.8).
        let found = timeout(COMMAND, answer::search(session, &query)).await??;
        let uids: Vec<u32> = found.into_iter().filter(|uid| *uid > floor).collect();
        self.sizes(session, uids).await
    }

    async fn sizes(&self, session: &mut Session<Wire>, uids: Vec<u32>) -> Result<Sizes, Fault> {
        let mut sizes: Sizes = uids.iter().map(|uid| (*uid, None)).collect();
        for part in uids.chunks(500) {
            session.fresh();
            let set = uid_set(part);
            let asked = answer::fetch(session, &set, "(UID RFC822.SIZE)", |said| {
                if let (Some(uid), Some(size)) = (said.uid, said.size)
                    && let Some(place) = sizes.get_mut(&uid)
                {
                    *place = Some(size as usize);
                }
            });
            timeout(COMMAND, asked).await??;
        }
        Ok(sizes)
    }

    /// Fetches, stores, then marks and moves what is new.
    async fn take_new(&self, session: &mut Session<Wire>, can: Can, validity: u32, stop: &Stop) -> Result<(), Fault> {
        let sizes = self.waiting(session, &self.folder, validity).await?;
        let mut done = Vec::new();
        for (uid, size) in sizes {
            if stop.is_stopping() {
                break;
            }
            match self.take(session, &self.folder, validity, uid, size).await {
                Ok(true) => done.push(uid),
                Ok(false) => {}
                Err(fault) => {
                    // What is safely stored is still put away.
                    if matches!(fault, Fault::Store(_)) {
                        self.put_away(session, can, &done).await?;
                    }
                    return Err(fault);
                }
            }
            if done.len() >= BATCH {
                self.put_away(session, can, &done).await?;
                done.clear();
            }
        }
        self.put_away(session, can, &done).await
    }

    /// One mail to the disk; false if it was left where it is.
    async fn take(
        &self,
        session: &mut Session<Wire>,
        folder: &str,
        validity: u32,
        uid: u32,
        size: Option<usize>,
    ) -> Result<bool, Fault> {
        let cursor = Cursor { key: self.cursor_key(folder), value: format!("{validity}:{uid}") };
        let pass = |cursor: Cursor| async {
            self.inbox.keep_cursor(cursor).await.map_err(|error| Fault::Store(error.to_string()))
        };
        if let Some(size) = size.filter(|size| *size > self.limits.mail_size_max) {
            tracing::warn!(source = self.source, uid, size, "a mail is too large and stays on the server");
            self.leave(folder, validity, uid).await?;
            pass(cursor).await?;
            return Ok(false);
        }
        if self.is_broken(&cursor).0 {
            let why = format!("mail {uid} of {folder} cannot be fetched; it stays there, and the others are read");
            (self.report)(&self.source, State::Left(why));
            self.leave(folder, validity, uid).await?;
            pass(cursor).await?;
            return Ok(false);
        }
        let answer = match size {
            Some(size) => self.fetch(session, &cursor, uid, size).await?,
            None => Answer::Nothing,
        };
        let raw = match answer {
            Answer::Whole(raw) => raw,
            Answer::Refused(why) => {
                self.fetch_failed(&cursor, false);
                return Err(Fault::Connection(format!("mail {uid} was refused: {why}")));
            }
            Answer::Nothing => {
                session.fresh();
                if timeout(COMMAND, answer::search(session, &format!("UID {uid}"))).await??.contains(&uid) {
                    self.fetch_failed(&cursor, false);
                    return Err(Fault::Connection(format!("mail {uid} is listed and not handed over")));
                }
                // Gone in the meantime; somebody else read this mailbox.
                pass(cursor).await?;
                return Ok(false);
            }
        };
        let mail =
            Incoming { raw, envelope: Envelope::default(), source: self.source.clone(), cursor: Some(cursor.clone()) };
        match self.inbox.receive(mail).await {
            Ok(_) => Ok(true),
            Err(ReceiveError::TooLarge { .. }) => {
                pass(cursor).await?;
                Ok(false)
            }
            Err(error) => Err(Fault::Store(error.to_string())),
        }
    }

    /// Asks for one mail. What is not IMAP, or more than was asked for, is this mail's fault; a lost connection is not.
    async fn fetch(
        &self,
        session: &mut Session<Wire>,
        cursor: &Cursor,
        uid: u32,
        size: usize,
    ) -> Result<Answer, Fault> {
        session.allow(size.saturating_mul(2));
        let mut raw = None;
        let set = uid.to_string();
        let asked = answer::fetch(session, &set, "(UID BODY.PEEK[])", |said| {
            if said.uid == Some(uid) && raw.is_none() {
                raw = said.body.map(<[u8]>::to_vec);
            }
        });
        match timeout(FETCH, asked).await? {
            Ok(()) => Ok(raw.map_or(Answer::Nothing, Answer::Whole)),
            Err(async_imap::error::Error::No(why) | async_imap::error::Error::Bad(why)) => Ok(Answer::Refused(why)),
            Err(error) => {
                let protocol = match &error {
                    async_imap::error::Error::Parse(_) => true,
                    async_imap::error::Error::Io(error) => {
                        matches!(error.kind(), io::ErrorKind::Other | io::ErrorKind::InvalidData)
                    }
                    _ => false,
                };
                if protocol {
                    self.fetch_failed(cursor, true);
                }
                Err(error.into())
            }
        }
    }

    fn fetch_failed(&self, cursor: &Cursor, breaks_off: bool) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = failed.entry(format!("{} {}", cursor.key, cursor.value)).or_default();
        *entry = (entry.0.saturating_add(1), entry.1 | breaks_off);
    }

    /// Whether a mail failed too often; and whether it would cost a connection to ask for it again.
    fn is_broken(&self, cursor: &Cursor) -> (bool, bool) {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = failed.get(&format!("{} {}", cursor.key, cursor.value));
        entry.map_or((false, false), |(times, breaks_off)| (*times >= BROKEN_MAX, *times >= BROKEN_MAX && *breaks_off))
    }

    /// Mails of a folder that the place has passed and that are not on disk.
    fn left(&self, folder: &str, validity: u32) -> Result<BTreeSet<u32>, Fault> {
        let kept = self.inbox.cursor(&self.left_key(folder)).map_err(|error| Fault::Store(error.to_string()))?;
        // Numbers from another life of the folder: everything is looked at again.
        let uids = kept.as_deref().and_then(|kept| kept.strip_prefix(&format!("{validity}:"))).unwrap_or_default();
        Ok(uids.split(',').filter_map(|uid| uid.parse().ok()).collect())
    }

    async fn keep_left(&self, folder: &str, validity: u32, left: &BTreeSet<u32>) -> Result<(), Fault> {
        let uids: Vec<String> = left.iter().map(u32::to_string).collect();
        let cursor = Cursor { key: self.left_key(folder), value: format!("{validity}:{}", uids.join(",")) };
        self.inbox.keep_cursor(cursor).await.map_err(|error| Fault::Store(error.to_string()))
    }

    /// Kept before the place passes the mail.
    async fn leave(&self, folder: &str, validity: u32, uid: u32) -> Result<(), Fault> {
        let mut left = self.left(folder, validity)?;
        left.insert(uid);
        self.keep_left(folder, validity, &left).await
    }

    /// Asks again for what was left: a server that refuses for an hour costs no mail, and a limit may have been raised.
    async fn take_left(&self, session: &mut Session<Wire>, can: Can, validity: u32) -> Result<(), Fault> {
        let left = self.left(&self.folder, validity)?;
        if left.is_empty() {
            return Ok(());
        }
        session.fresh();
        let listed: Vec<u32> = left.iter().copied().collect();
        let query = format!("UID {} UNDELETED", uid_set(&listed));
        let there = timeout(COMMAND, answer::search(session, &query)).await??;
        let sizes = self.sizes(session, there.intersection(&left).copied().collect()).await?;
        let (mut still, mut done) = (BTreeSet::new(), Vec::new());
        for (uid, size) in sizes {
            let place = Cursor { key: self.cursor_key(&self.folder), value: format!("{validity}:{uid}") };
            let answer = match size.filter(|size| *size <= self.limits.mail_size_max) {
                Some(size) if !self.is_broken(&place).1 => self.fetch(session, &place, uid, size).await?,
                _ => Answer::Nothing,
            };
            let Answer::Whole(raw) = answer else {
                still.insert(uid);
                continue;
            };
            // The place reached lies behind it already.
            let mail = Incoming { raw, envelope: Envelope::default(), source: self.source.clone(), cursor: None };
            match self.inbox.receive(mail).await {
                Ok(_) => done.push(uid),
                Err(ReceiveError::TooLarge { .. }) => drop(still.insert(uid)),
                Err(error) => return Err(Fault::Store(error.to_string())),
            }
        }
        if still != left {
            self.keep_left(&self.folder, validity, &still).await?;
        }
        self.put_away(session, can, &done).await
    }

    /// `\Seen`, and to the processed folder. A refusal is no harm: the cursor knows better.
    async fn put_away(&self, session: &mut Session<Wire>, can: Can, uids: &[u32]) -> Result<(), Fault> {
        if uids.is_empty() {
            return Ok(());
        }
        session.fresh();
        let set = uid_set(uids);
        let refused = |what: &str, error: async_imap::error::Error| match error {
            async_imap::error::Error::No(why) | async_imap::error::Error::Bad(why) => {
                tracing::warn!(source = self.source, what, why, "the server refused; the mail is stored all the same");
                Ok(())
            }
            other => Err(Fault::from(other)),
        };
        let flagged = timeout(COMMAND, async {
            session.uid_store(&set, "+FLAGS.SILENT (\\Seen)").await?.try_collect::<Vec<_>>().await
        })
        .await?;
        if let Err(error) = flagged {
            refused("STORE \\Seen", error)?;
        }
        if self.processed.is_empty() {
            return Ok(());
        }
        let target = mailbox_name::encode(&self.processed);
        if can.mv {
            if let Err(error) = timeout(COMMAND, session.uid_mv(&set, &target)).await? {
                refused("MOVE", error)?;
            }
            return Ok(());
        }
        match timeout(COMMAND, session.uid_copy(&set, &target)).await? {
            Err(error) => refused("COPY", error),
            Ok(()) => self.delete(session, can, &set).await,
        }
    }

    /// Removes mails of the selected folder. Without UIDPLUS they are only marked: EXPUNGE would remove what others
    /// marked.
    async fn delete(&self, session: &mut Session<Wire>, can: Can, set: &str) -> Result<(), Fault> {
        session.fresh();
        timeout(COMMAND, async {
            session.uid_store(set, "+FLAGS.SILENT (\\Deleted)").await?.try_collect::<Vec<_>>().await
        })
        .await??;
        if can.uidplus {
            timeout(COMMAND, async { session.uid_expunge(set).await?.try_collect::<Vec<_>>().await }).await??;
        }
        Ok(())
    }

    /// Mail that was stored before a crash and not put away.
    async fn finish_earlier(&self, session: &mut Session<Wire>, can: Can, validity: u32) -> Result<(), Fault> {
        let Place::After(last) = self.last_uid(&self.folder, validity)? else { return Ok(()) };
        if last == 0 {
            return Ok(());
        }
        session.fresh();
        let found = timeout(COMMAND, answer::search(session, &format!("UID 1:{last} UNSEEN UNDELETED"))).await??;
        let left = self.left(&self.folder, validity)?;
        let uids = found.into_iter().filter(|uid| *uid <= last && !left.contains(uid)).collect();
        let sizes = self.sizes(session, uids).await?;
        let fits = |size: &Option<usize>| size.is_some_and(|size| size <= self.limits.mail_size_max);
        let stored: Vec<u32> = sizes.into_iter().filter(|(_, size)| fits(size)).map(|(uid, _)| uid).collect();
        self.put_away(session, can, &stored).await
    }

    /// Mail in Junk that answers a letter of ours is read like any other; who wrote it must still be proven (O46).
    /// Tells whether another folder was selected.
    async fn look_through_junk(&self, session: &mut Session<Wire>, junk: &[String]) -> Result<bool, Fault> {
        for folder in junk {
            session.fresh();
            let examined = match timeout(COMMAND, session.examine(folder)).await? {
                Ok(examined) => examined,
                Err(async_imap::error::Error::No(_)) => continue,
                Err(error) => return Err(error.into()),
            };
            let Some(validity) = examined.uid_validity else { continue };
            let sizes = self.waiting(session, folder, validity).await?;
            let uids: Vec<u32> = sizes.keys().copied().collect();
            let mut ours = Vec::new();
            for part in uids.chunks(100) {
                session.fresh();
                let head = "(UID BODY.PEEK[HEADER.FIELDS (IN-REPLY-TO REFERENCES)])";
                let set = uid_set(part);
                let asked = answer::fetch(session, &set, head, |said| {
                    let head = said.head.or(said.body).unwrap_or_default();
                    if let Some(uid) = said.uid
                        && message_ids(head).any(|id| self.inbox.is_our_letter(&id))
                    {
                        ours.push(uid);
                    }
                });
                timeout(COMMAND, asked).await??;
            }
            for (uid, size) in &sizes {
                if ours.contains(uid) {
                    self.take(session, folder, validity, *uid, *size).await?;
                }
            }
            if let Some(last) = uids.last() {
                let cursor = Cursor { key: self.cursor_key(folder), value: format!("{validity}:{last}") };
                self.inbox.keep_cursor(cursor).await.map_err(|error| Fault::Store(error.to_string()))?;
            }
        }
        Ok(!junk.is_empty())
    }

    /// Processed mail older than `keep_processed_days` leaves the server.
    /// Tells whether another folder was selected.
    async fn remove_processed(&self, session: &mut Session<Wire>, can: Can) -> Result<bool, Fault> {
        // Never the folder that is read, whatever the configuration says.
        if self.keep_processed_days == 0 || self.processed.is_empty() || self.processed == self.folder {
            return Ok(false);
        }
        let Some(now) = chrono::DateTime::from_timestamp_millis((self.now)()) else { return Ok(false) };
        let before = now - chrono::Duration::days(i64::from(self.keep_processed_days));
        session.fresh();
        match timeout(COMMAND, session.select(mailbox_name::encode(&self.processed))).await? {
            Ok(_) => {}
            Err(async_imap::error::Error::No(_)) => return Ok(true),
            Err(error) => return Err(error.into()),
        }
        let query = format!("BEFORE {} UNDELETED", before.format("%d-%b-%Y"));
        let mut old: Vec<u32> = timeout(COMMAND, session.uid_search(query)).await??.into_iter().collect();
        old.sort_unstable();
        for part in old.chunks(500) {
            self.delete(session, can, &uid_set(part)).await?;
        }
        Ok(true)
    }
}

/// By UID; none where the server told none.
type Sizes = BTreeMap<u32, Option<usize>>;

/// Where reading begins.
enum Place {
    /// Never been here.
    Unknown,
    /// Been here, but the numbers have changed.
    Again,
    After(u32),
}

/// The greeting; PREAUTH ends the connection: nobody has proven who the server is to whom (TRUST P17).
async fn greeting(client: &mut Client<Wire>) -> Result<(), Fault> {
    let response = timeout(COMMAND, client.read_response()).await??;
    let response = response.ok_or_else(|| Fault::Connection("the server hung up".into()))?;
    match response.parsed() {
        async_imap::imap_proto::Response::Data { status: async_imap::imap_proto::Status::Ok, .. } => Ok(()),
        async_imap::imap_proto::Response::Data { status: async_imap::imap_proto::Status::PreAuth, .. } => {
            Err(Fault::Connection("PREAUTH: the server thinks it knows us already".into()))
        }
        _ => Err(Fault::Connection("the server does not greet".into())),
    }
}

/// `1,5,7:9`.
fn uid_set(uids: &[u32]) -> String {
    let mut set = String::new();
    let mut uids = uids.iter().copied().peekable();
    while let Some(first) = uids.next() {
        let mut last = first;
        while let Some(next) = uids.next_if(|next| last.checked_add(1) == Some(*next)) {
            last = next;
        }
        if !set.is_empty() {
            set.push(',');
        }
        set.push_str(&if first == last { first.to_string() } else { format!("{first}:{last}") });
    }
    set
}

/// Everything between angle brackets.
fn message_ids(head: &[u8]) -> impl Iterator<Item = String> + '_ {
    head.split(|byte| *byte == b'<').skip(1).filter_map(|part| {
        let id = part.split(|byte| *byte == b'>').next()?;
        (id.len() < part.len()).then(|| String::from_utf8_lossy(id).trim().to_string())
    })
}

/// Between three quarters and five quarters, so that many clients do not come back at once.
fn jitter(pause: Duration) -> Duration {
    use std::hash::{BuildHasher, Hasher};
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish() % 512;
    pause.mul_f64(0.75 + random as f64 / 1024.0)
}

/// Answers once, then with nothing: a refusal comes as a challenge.
struct XOauth2 {
    answer: Option<String>,
}

impl async_imap::Authenticator for XOauth2 {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        self.answer.take().unwrap_or_default()
    }
}

/// What the parser is given of these octets of a server, if anything; for fuzzing what passes.
pub fn parsable(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = bytes.to_vec();
    Watch::default().take(&mut bytes).is_ok().then_some(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn sets_are_short() {
        assert_eq!(uid_set(&[1, 2, 3, 7, 9, 10]), "1:3,7,9:10");
        assert_eq!(uid_set(&[u32::MAX]), u32::MAX.to_string());
        assert_eq!(uid_set(&[]), "");
    }

    #[test]
    fn a_refusal_is_told_in_the_servers_words() {
        assert_eq!(
            said("code: None, info: Some(\"Login fail. Service is not open\")"),
            "Login fail. Service is not open"
        );
        assert_eq!(said("LOGIN failed"), "LOGIN failed");
    }

    #[test]
    fn ids_in_a_head() {
        let head = b"In-Reply-To: <a@b>\r\nReferences: <c@d>\r\n <e@f> <broken\r\n";
        assert_eq!(message_ids(head).collect::<Vec<_>>(), ["a@b", "c@d", "e@f"]);
    }

    #[test]
    fn jitter_stays_near() {
        for _ in 0..20 {
            let pause = jitter(Duration::from_secs(100));
            assert!((75..=125).contains(&pause.as_secs()), "{pause:?}");
        }
    }
}
