//! SMTP submission over lettre, with a deadline for each operation (RFC 6409, RFC 8314).
//!
//! lettre's own transport bounds only connecting and writes without NODELAY, so it speaks over [`Timed`] here. A few
//! connections are kept; one that was idle is asked (RSET) before it is used again. TLS never falls back (TRUST P17).
//! To a server that says PIPELINING (RFC 2920) all that stands before the letter is said at once: two round trips a letter
//! and not four.

use super::{Cause, Courier, Delivery, Parcel, Reply, Stage, classify};
use crate::config::preset::app_password_page;
use crate::config::{Config, Tls, is_loopback};
use crate::intake::oauth::Trouble;
use crate::intake::tls::{self, Login, LoginSource};
use futures::future::BoxFuture;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use std::borrow::Cow;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep};
use tokio_rustls::TlsConnector;

/// A connection used this short a time ago is used again without asking.
const FRESH: Duration = Duration::from_secs(1);
/// After a failed connection nobody tries for this long: a dead server must not cost each letter a time-out.
const DOWN: Duration = Duration::from_secs(5);
/// After a refused login (O47: retries slowly; providers lock accounts that hammer).
const LOCKED_OUT: Duration = Duration::from_secs(120);
/// How long the server may look at a letter that it has whole (RFC 5321 §4.5.3.2.6): who hangs up earlier has it taken
/// twice (RFC 1047).
const VERDICT: Duration = Duration::from_secs(600);
/// Octets of a line that answers EHLO which are looked at.
const EHLO_OCTETS_MAX: usize = 64;
/// Octets of one reply while we speak plainly before STARTTLS.
const GREETING_MAX: usize = 16 << 10;

/// Where to submit, and how.
pub struct Smtp {
    server: String,
    port: u16,
    security: Tls,
    connector: TlsConnector,
    login: Option<LoginSource>,
    hello: ClientId,
    limit: Duration,
    /// How long the answer to a letter's end may take.
    pub verdict: Duration,
    idle: Duration,
    sessions: usize,
    seats: Semaphore,
    kept: Mutex<Vec<(Line, Instant)>>,
    down: Mutex<Option<(Instant, Reply)>>,
}

/// A connection to the server.
struct Line {
    connection: AsyncSmtpConnection,
    /// Several commands may be said before the first is answered.
    pipelines: bool,
    /// The server has a letter whole and owes us its verdict.
    handed_over: Arc<AtomicBool>,
}

impl Smtp {
    pub fn of_config(config: &Config) -> io::Result<Self> {
        let delivery = &config.delivery;
        let server = delivery.server.clone().ok_or_else(|| io::Error::other("[delivery] has no server"))?;
        if delivery.tls == Tls::None && !is_loopback(&server) {
            return Err(io::Error::other("tls = \"none\" is for loopback servers only"));
        }
        let port = delivery.port.unwrap_or(match delivery.tls {
            Tls::Implicit => 465,
            Tls::Starttls => 587,
            Tls::None => 25,
        });
        Ok(Smtp {
            port,
            security: delivery.tls,
            connector: tls::connector(delivery.ca_file.as_deref())?,
            login: LoginSource::of_delivery(delivery),
            hello: ClientId::Domain(config.host().to_string()),
            limit: Duration::from_secs(delivery.timeout_seconds.max(1)),
            verdict: VERDICT.max(Duration::from_secs(delivery.timeout_seconds)),
            idle: Duration::from_secs(delivery.idle_seconds),
            sessions: delivery.sessions.max(1),
            seats: Semaphore::new(delivery.sessions.max(1)),
            kept: Mutex::new(Vec::new()),
            down: Mutex::new(None),
            server,
        })
    }

    /// Connects and logs in; for `doctor`.
    pub async fn probe(&self) -> Result<(), Reply> {
        let mut line = self.connect().await?;
        // The answer to QUIT changes nothing.
        let _ = line.connection.quit().await;
        Ok(())
    }

    async fn connect(&self) -> Result<Line, Reply> {
        let broken = |error: &dyn std::fmt::Display| Reply {
            text: format!("{}:{}: {error}", self.server, self.port),
            cause: Cause::Unreachable,
        };
        let (pipelines, handed_over) = <(Arc<AtomicBool>, Arc<AtomicBool>)>::default();
        let stream = tokio::time::timeout(self.limit, self.open(&pipelines, &handed_over)).await;
        let stream = stream.map_err(|_| broken(&"no answer in time"))?.map_err(|error| broken(&error))?;
        let mut connection =
            AsyncSmtpConnection::connect_with_transport(stream, &self.hello).await.map_err(|error| broken(&error))?;
        if let Some(login) = &self.login {
            self.log_in(&mut connection, login).await?;
        }
        Ok(Line { connection, pipelines: pipelines.load(Ordering::Relaxed), handed_over })
    }

    async fn log_in(&self, connection: &mut AsyncSmtpConnection, login: &LoginSource) -> Result<(), Reply> {
        let refused = |what: String| Reply {
            text: format!("login at {}: {what}{}", self.server, app_password_page(&self.server)),
            cause: Cause::Login,
        };
        let (credentials, mechanisms): (Credentials, &[Mechanism]) = match login.login().await.map_err(|trouble| {
            match trouble {
                Trouble::Unreachable(text) => Reply { text, cause: Cause::Unreachable },
                Trouble::Refused(why) => refused(why),
            }
        })? {
            Login::Password { user, password } => {
                (Credentials::new(user, password.reveal().to_string()), &[Mechanism::Plain, Mechanism::Login])
            }
            Login::Token { user, token } => (Credentials::new(user, token.reveal().to_string()), &[Mechanism::Xoauth2]),
        };
        let answer = connection.auth(mechanisms, &credentials).await;
        if answer.is_err() {
            login.refused().await;
        }
        answer.map(|_| ()).map_err(|error| {
            // 454 is the server's trouble, a lost connection the network's.
            if error.is_transient() || (!error.is_permanent() && !error.is_client()) {
                Reply { text: error.to_string(), cause: Cause::Unreachable }
            } else {
                refused(error.to_string())
            }
        })
    }

    /// A stream on which the server's 220 is the next thing to read. What it says to EHLO tells whether it `pipelines`.
    async fn open(
        &self,
        pipelines: &Arc<AtomicBool>,
        handed_over: &Arc<AtomicBool>,
    ) -> io::Result<Box<dyn AsyncTokioStream>> {
        let greeting = Greeting { line: Vec::new(), pipelines: pipelines.clone() };
        let tcp = TcpStream::connect((self.server.as_str(), self.port)).await?;
        tcp.set_nodelay(true)?;
        let peer = tcp.peer_addr()?;
        let limits = Limits { step: self.limit, verdict: self.verdict, handed_over: handed_over.clone() };
        match self.security {
            Tls::None => Ok(Box::new(Timed::new(tcp, peer, limits, b"", greeting))),
            Tls::Implicit => {
                let stream = self.connector.connect(tls::server_name(&self.server)?, tcp).await?;
                Ok(Box::new(Timed::new(stream, peer, limits, b"", greeting)))
            }
            Tls::Starttls => {
                let tcp = starttls(tcp, &self.hello.to_string()).await?;
                let stream = self.connector.connect(tls::server_name(&self.server)?, tcp).await?;
                // lettre waits for a greeting; there is none after STARTTLS.
                Ok(Box::new(Timed::new(stream, peer, limits, b"220 TLS\r\n", greeting)))
            }
        }
    }

    /// A kept connection that still answers, or a new one. The flag tells which.
    async fn connection(&self) -> Result<(Line, bool), Reply> {
        while let Some((mut line, since)) = self.pop() {
            if since.elapsed() < FRESH || line.connection.command(Rset).await.is_ok() {
                return Ok((line, true));
            }
        }
        Ok((self.new_connection().await?, false))
    }

    async fn new_connection(&self) -> Result<Line, Reply> {
        if let Some((until, reply)) = &*self.down.lock().unwrap_or_else(PoisonError::into_inner)
            && Instant::now() < *until
        {
            return Err(reply.clone());
        }
        let connected = self.connect().await;
        let mut down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        *down = match &connected {
            Ok(_) => None,
            Err(reply) => {
                let pause = if reply.cause == Cause::Login { LOCKED_OUT } else { DOWN };
                Some((Instant::now() + pause, reply.clone()))
            }
        };
        connected
    }

    fn pop(&self) -> Option<(Line, Instant)> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, since)| since.elapsed() < self.idle);
        kept.pop()
    }

    fn keep(&self, line: Line) {
        if !line.connection.has_broken() && !self.idle.is_zero() {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.push((line, Instant::now()));
        }
    }

    async fn try_once(&self, parcel: &Parcel) -> Vec<Delivery> {
        let all = |delivery: Delivery| vec![delivery; parcel.rcpts.len()];
        let Ok(_seat) = self.seats.acquire().await else {
            return all(Delivery::Later(Reply { text: "sending has ended".into(), cause: Cause::Connection }));
        };
        let (mut line, mut reused) = match self.connection().await {
            Ok(found) => found,
            Err(reply) => return all(Delivery::Later(reply)),
        };
        loop {
            match send(&mut line, parcel).await {
                Ok(results) => {
                    self.keep(line);
                    return results;
                }
                // A kept connection that had died before anything was said: once more on a new one.
                Err(Broken { before_mail: true, .. }) if reused => {
                    line = match self.new_connection().await {
                        Ok(line) => line,
                        Err(reply) => return all(Delivery::Later(reply)),
                    };
                    reused = false;
                }
                Err(broken) => return broken.results,
            }
        }
    }
}

impl Courier for Smtp {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'_, Vec<Delivery>> {
        Box::pin(async move { self.try_once(&parcel).await })
    }

    fn sessions(&self) -> usize {
        self.sessions
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let kept = std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner));
            for (mut line, _) in kept {
                // Politeness with a short deadline; the connection is dropped in any case.
                let _ = tokio::time::timeout(Duration::from_secs(1), line.connection.quit()).await;
            }
        })
    }
}

/// The connection is of no more use.
struct Broken {
    results: Vec<Delivery>,
    /// Not even MAIL was answered: nothing has happened.
    before_mail: bool,
}

type SmtpError = lettre::transport::smtp::Error;

/// What a failed command means: a reply of the server, or a broken connection.
fn said(error: &SmtpError, stage: Stage) -> Result<Delivery, Reply> {
    match error.status() {
        Some(code) => {
            let code = u16::from(code);
            let text = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
            let text = format!("{code} {text}");
            if code == 421 { Err(reply_421(&text)) } else { Ok(classify(code, &text, stage)) }
        }
        None => Err(Reply { text: error.to_string(), cause: Cause::Connection }),
    }
}

/// 421 closes the connection (RFC 5321 §3.8).
fn reply_421(text: &str) -> Reply {
    classify(421, text, Stage::Mail).reply().clone()
}

/// The connection broke after DATA, where nobody knows what the server has.
fn after_data(reply: Reply, silent: bool) -> Reply {
    match reply.cause {
        Cause::Connection => Reply { cause: if silent { Cause::Silence } else { Cause::Unconfirmed }, ..reply },
        _ => reply,
    }
}

/// One mail transaction; one result for each recipient.
async fn send(
    Line { connection, pipelines, handed_over }: &mut Line,
    parcel: &Parcel,
) -> Result<Vec<Delivery>, Broken> {
    let all = |delivery: Delivery| vec![delivery; parcel.rcpts.len()];
    let nobody = |text: String| Delivery::Refused(Reply { text, cause: Cause::Address });
    let sender = match parcel.mail_from.as_str() {
        "" => None,
        address => match address.parse::<Address>() {
            Ok(address) => Some(address),
            Err(error) => {
                let reply = Reply { text: format!("envelope sender {address}: {error}"), cause: Cause::Policy };
                return Ok(all(Delivery::Later(reply)));
            }
        },
    };
    let recipients: Vec<Result<Address, String>> = parcel
        .rcpts
        .iter()
        .map(|address| address.parse::<Address>().map_err(|error| format!("{address}: {error}")))
        .collect();
    let mut options = Vec::new();
    let plain = recipients.iter().flatten().chain(sender.as_ref()).all(|a| AsRef::<str>::as_ref(a).is_ascii());
    if !plain {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Ok(all(nobody("the server takes no addresses outside ASCII".into())));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !parcel.bytes.is_ascii() && connection.server_info().supports_feature(Extension::EightBitMime) {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let mail = Mail::new(sender, options).to_string();
    let lines = |address: &Address| Rcpt::new(address.clone(), Vec::new()).to_string();
    let recipients: Vec<Result<String, String>> =
        recipients.into_iter().map(|recipient| recipient.map(|address| lines(&address))).collect();
    // Nobody to name is a letter without a recipient to the server, which is told of it one by one.
    let addressed = recipients.iter().flatten().count();
    let at_once = *pipelines && addressed > 0;
    let opening = match at_once {
        true => recipients.iter().flatten().fold(mail, |said, line| said + line) + &Data.to_string(),
        false => mail,
    };
    if let Err(error) = connection.command(opening).await {
        return match said(&error, Stage::Mail) {
            // What was said behind it is answered, too.
            Ok(delivery) if at_once && !refuses(connection, addressed + 1).await => {
                Err(Broken { results: all(delivery), before_mail: false })
            }
            Ok(delivery) => Ok(all(delivery)),
            Err(reply) => Err(Broken { results: all(Delivery::Later(reply)), before_mail: true }),
        };
    }
    let mut results: Vec<Option<Delivery>> = Vec::with_capacity(recipients.len());
    for recipient in recipients {
        let answer = match (recipient, at_once) {
            (Err(why), _) => Err(why),
            (Ok(_), true) => Ok(connection.read_response().await),
            (Ok(line), false) => Ok(connection.command(line).await),
        };
        let result = match answer {
            Err(why) => Some(nobody(why)),
            Ok(answer) => match answer {
                Ok(_) => None,
                Err(error) => match said(&error, Stage::Rcpt) {
                    Ok(delivery) => Some(delivery),
                    Err(reply) => {
                        return Err(Broken { results: all(Delivery::Later(reply)), before_mail: false });
                    }
                },
            },
        };
        results.push(result);
    }
    let fill = |results: Vec<Option<Delivery>>, delivery: Delivery| -> Vec<Delivery> {
        results.into_iter().map(|result| result.unwrap_or_else(|| delivery.clone())).collect()
    };
    if results.iter().all(Option::is_some) {
        // Nobody is left; the transaction is forgotten before the next MAIL. A server that wants the letter all the same
        // gets none.
        let clean = (!at_once || refuses(connection, 1).await) && connection.command(Rset).await.is_ok();
        let results = fill(results, nobody(String::new()));
        return if clean { Ok(results) } else { Err(Broken { results, before_mail: false }) };
    }
    let asked = if at_once { connection.read_response().await } else { connection.command(Data).await };
    match asked {
        // Anything but 354, and the server would take the lines of the letter for commands.
        Ok(response) if u16::from(response.code()) != 354 => {
            let text = format!("{} in answer to DATA", response.code());
            let reply = Reply { text, cause: Cause::Connection };
            return Err(Broken { results: fill(results, Delivery::Later(reply)), before_mail: false });
        }
        Ok(_) => {}
        Err(error) => {
            return match said(&error, Stage::Data) {
                Ok(delivery) => Ok(fill(results, delivery)),
                Err(reply) => Err(Broken { results: fill(results, Delivery::Later(reply)), before_mail: false }),
            };
        }
    }
    let bytes = on_the_wire(&parcel.bytes);
    handed_over.store(true, Ordering::Relaxed);
    let taken = match std::str::from_utf8(&bytes) {
        // In one piece.
        Ok(text) => connection.command(stuffed(text)).await,
        // lettre adds a line end of its own before the last dot.
        Err(_) => connection.message(bytes.strip_suffix(b"\r\n").unwrap_or(&bytes)).await,
    };
    handed_over.store(false, Ordering::Relaxed);
    match taken {
        Ok(response) => {
            let text = response.message().collect::<Vec<_>>().join(" ");
            Ok(fill(
                results,
                Delivery::Taken(Reply { text: format!("{} {text}", response.code()), cause: Cause::None }),
            ))
        }
        Err(error) => match said(&error, Stage::Data) {
            Ok(delivery) => Ok(fill(results, delivery)),
            Err(reply) => {
                let reply = after_data(reply, error.is_timeout());
                Err(Broken { results: fill(results, Delivery::Later(reply)), before_mail: false })
            }
        },
    }
}

/// Whether the next commands are all answered, and none with 354: then the server waits for no letter.
async fn refuses(connection: &mut AsyncSmtpConnection, count: usize) -> bool {
    for _ in 0..count {
        match connection.read_response().await {
            Ok(response) if u16::from(response.code()) != 354 => {}
            Err(error) if error.status().is_some_and(|code| u16::from(code) != 421) => {}
            _ => return false,
        }
    }
    true
}

/// A letter with the dots at the heads of its lines doubled, and its end (RFC 5321 §4.5.2). Its lines end in CRLF.
fn stuffed(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    for line in text.split_inclusive('\n') {
        if line.starts_with('.') {
            out.push('.');
        }
        out.push_str(line);
    }
    out.push_str(if text.ends_with("\r\n") { ".\r\n" } else { "\r\n.\r\n" });
    out
}

/// Speaks plainly up to TLS; anything sent along with the 220 is an attack (CVE-2011-0411, RFC 3207 §6).
async fn starttls(mut tcp: TcpStream, hello: &str) -> io::Result<TcpStream> {
    let wrong = |what: String| io::Error::other(format!("STARTTLS: {what}"));
    let greeting = plain_reply(&mut tcp).await?;
    if !greeting.starts_with("220") {
        return Err(wrong(greeting.trim().to_string()));
    }
    tcp.write_all(format!("EHLO {hello}\r\n").as_bytes()).await?;
    let extensions = plain_reply(&mut tcp).await?;
    if !extensions.lines().any(|line| line.get(4..).is_some_and(|word| word.trim().eq_ignore_ascii_case("STARTTLS"))) {
        return Err(wrong("the server does not offer it, and we do not go on without".into()));
    }
    tcp.write_all(b"STARTTLS\r\n").await?;
    let ready = plain_reply(&mut tcp).await?;
    if !ready.starts_with("220") {
        return Err(wrong(ready.trim().to_string()));
    }
    Ok(tcp)
}

/// One reply of possibly several lines, and nothing after it.
async fn plain_reply(tcp: &mut TcpStream) -> io::Result<String> {
    let mut reply: Vec<u8> = Vec::new();
    loop {
        if tcp.read_buf(&mut reply).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if reply.len() > GREETING_MAX {
            return Err(io::Error::other("the server's reply has no end"));
        }
        let mut lines = reply.split_inclusive(|byte| *byte == b'\n').peekable();
        while let Some(line) = lines.next() {
            let last = line.ends_with(b"\n") && line.get(3) != Some(&b'-');
            if last && lines.peek().is_none() {
                return String::from_utf8(reply).map_err(io::Error::other);
            }
            if last {
                return Err(io::Error::other("the server sent more than its reply before TLS"));
            }
        }
    }
}

/// A stream whose every read and write has a deadline, and which may begin with words of our own.
#[derive(Debug)]
pub struct Timed<S> {
    stream: S,
    peer: SocketAddr,
    limits: Limits,
    preface: &'static [u8],
    /// Until the server has answered EHLO.
    greeting: Option<Greeting>,
    deadline: Option<Pin<Box<Sleep>>>,
}

/// How long a stream waits.
#[derive(Debug)]
struct Limits {
    step: Duration,
    verdict: Duration,
    handed_over: Arc<AtomicBool>,
}

/// What a server says first: lettre keeps of it only what lettre uses.
#[derive(Debug)]
struct Greeting {
    /// The line that is being read, as far as it is looked at.
    line: Vec<u8>,
    pipelines: Arc<AtomicBool>,
}

impl Greeting {
    /// `false`: EHLO is answered.
    fn goes_on(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            if *byte != b'\n' {
                if self.line.len() < EHLO_OCTETS_MAX {
                    self.line.push(*byte);
                }
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let Some(word) = line.strip_prefix(b"250") else { continue };
            if word.get(1..).is_some_and(|word| word.trim_ascii().eq_ignore_ascii_case(b"PIPELINING")) {
                self.pipelines.store(true, Ordering::Relaxed);
            }
            if word.first() != Some(&b'-') {
                return false;
            }
        }
        true
    }
}

impl<S> Timed<S> {
    fn new(stream: S, peer: SocketAddr, limits: Limits, preface: &'static [u8], greeting: Greeting) -> Self {
        Timed { stream, peer, limits, preface, greeting: Some(greeting), deadline: None }
    }

    /// Armed when an operation has to wait, disarmed when it is ready.
    fn bounded<T>(&mut self, cx: &mut Context<'_>, limit: Duration, poll: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.deadline = None;
            return poll;
        }
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        ready!(deadline.as_mut().poll(cx));
        self.deadline = None;
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.preface.is_empty() {
            let (now, rest) = self.preface.split_at(self.preface.len().min(buf.remaining()));
            buf.put_slice(now);
            self.preface = rest;
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        let poll = Pin::new(&mut self.stream).poll_read(cx, buf);
        let read = buf.filled().get(before..).unwrap_or_default();
        self.greeting = self.greeting.take().and_then(|mut greeting| greeting.goes_on(read).then_some(greeting));
        let owed = self.limits.handed_over.load(Ordering::Relaxed);
        let limit = if owed { self.limits.verdict } else { self.limits.step };
        self.bounded(cx, limit, poll)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(cx, buf);
        let limit = self.limits.step;
        self.bounded(cx, limit, poll)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_flush(cx);
        let limit = self.limits.step;
        self.bounded(cx, limit, poll)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_shutdown(cx);
        let limit = self.limits.step;
        self.bounded(cx, limit, poll)
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug> AsyncTokioStream for Timed<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

/// Lines end in CRLF on the wire, whatever the letter holds: a server that takes a bare LF for a line end must not see
/// two letters in one (TRUST P16). Ours have no other ends, so this is almost always the very bytes.
fn on_the_wire(bytes: &[u8]) -> Cow<'_, [u8]> {
    let bare = |at: usize| match bytes.get(at) {
        Some(b'\n') => at.checked_sub(1).and_then(|before| bytes.get(before)) != Some(&b'\r'),
        Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    if !(0..bytes.len()).any(bare) {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len() + 64);
    for (at, byte) in bytes.iter().enumerate() {
        if bare(at) {
            out.extend_from_slice(b"\r\n");
        } else {
            out.push(*byte);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// RFC 5321 §4.5.3.2.6: ten minutes, whatever a step may take.
    #[test]
    fn a_letter_may_be_looked_at_for_ten_minutes() {
        let mut config = Config::default();
        config.delivery.server = Some("127.0.0.1".into());
        for (step, verdict) in [(60, 600), (1, 600), (900, 900)] {
            config.delivery.timeout_seconds = step;
            let courier = Smtp::of_config(&config).unwrap();
            assert_eq!((courier.limit, courier.verdict), (Duration::from_secs(step), Duration::from_secs(verdict)));
        }
    }
}
