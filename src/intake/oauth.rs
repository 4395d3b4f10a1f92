//! Signing in where a provider wants OAuth 2 instead of a password (O47): once by a code that a person types in (device
//! code, RFC 8628), then by access tokens that are got for the refresh token (RFC 6749 §6) and used as XOAUTH2.
//!
//! The sign-in is a file of its own, readable by Duban alone: a provider may hand out a new refresh token with each access
//! token, and it must be kept. Access tokens stay in memory.
//!
//! The few lines of HTTP/1.1 that this needs are here, over the TLS that IMAP uses; a client crate would bring more than
//! the rest of this module.

use super::tls;
use crate::config::is_loopback;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Mutex;

/// For one question to the provider.
const QUESTION: Duration = Duration::from_secs(30);
/// Octets of an answer; tokens are a few thousand.
const ANSWER_MAX: usize = 256 * 1024;
/// An access token is renewed so long before it ends.
const EARLY: Duration = Duration::from_secs(120);
/// RFC 8628 §3.2: where the provider names no pause.
const PAUSE: u64 = 5;

/// Who signs in where; the file that `oauth_file` names, as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Where a device code is asked for.
    pub device_url: String,
    pub token_url: String,
    pub client_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    pub scope: String,
    /// Empty until somebody has signed in.
    #[serde(default)]
    pub refresh_token: String,
}

/// What a person types in, and where.
#[derive(Clone, Debug)]
pub struct Code {
    pub user_code: String,
    pub page: String,
    device_code: String,
    pause: Duration,
    ends: Instant,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The provider could not be asked: nothing is wrong with the sign-in.
    Unreachable(String),
    /// The provider says no, or there is no sign-in.
    Refused(String),
}

impl Trouble {
    /// What happened, in one sentence.
    pub fn text(&self) -> &str {
        match self {
            Trouble::Unreachable(why) | Trouble::Refused(why) => why,
        }
    }
}

fn refused(why: impl std::fmt::Display) -> Trouble {
    Trouble::Refused(why.to_string())
}

impl SignIn {
    /// Microsoft 365 and Outlook.com; `tenant` is the organization's, or `common`.
    pub fn microsoft(tenant: &str, client_id: &str) -> SignIn {
        let base = format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0");
        SignIn {
            device_url: format!("{base}/devicecode"),
            token_url: format!("{base}/token"),
            client_id: client_id.into(),
            client_secret: None,
            scope:
                "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"
                    .into(),
            refresh_token: String::new(),
        }
    }

    pub fn read(path: &Path) -> Result<SignIn, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Replaces the file as a whole; readable by its owner from its first moment on.
    pub fn keep(&self, path: &Path) -> io::Result<()> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let fresh = path.with_extension("new");
        // A leftover of an earlier try may have other rights.
        match std::fs::remove_file(&fresh) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        file.write_all(serde_json::to_string_pretty(self).map_err(io::Error::other)?.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::rename(&fresh, path)
    }

    fn with_client<'a>(&'a self, mut form: Vec<(&'a str, &'a str)>) -> Vec<(&'a str, &'a str)> {
        form.push(("client_id", &self.client_id));
        form.extend(self.client_secret.as_deref().map(|secret| ("client_secret", secret)));
        form
    }

    /// Asks for a code (RFC 8628 §3.1).
    pub async fn begin(&self) -> Result<Code, Trouble> {
        let answer = ask(&self.device_url, &self.with_client(vec![("scope", &self.scope)])).await?;
        let text = |key: &str| answer.get(key).and_then(Value::as_str).map(str::to_string);
        let number = |key: &str| answer.get(key).and_then(Value::as_u64);
        let (Some(user_code), Some(device_code)) = (text("user_code"), text("device_code")) else {
            return Err(refused(said(&answer)));
        };
        // Google wrote verification_url before there was an RFC.
        let page = text("verification_uri").or_else(|| text("verification_url"));
        Ok(Code {
            user_code,
            device_code,
            page: page.ok_or_else(|| refused("the provider names no page to type the code in"))?,
            pause: Duration::from_secs(number("interval").unwrap_or(PAUSE).max(1)),
            ends: Instant::now() + Duration::from_secs(number("expires_in").unwrap_or(900)),
        })
    }

    /// Asks until the person has signed in, has refused, or the code is over (§3.4, §3.5).
    pub async fn wait(&mut self, code: &Code) -> Result<(), Trouble> {
        let mut pause = code.pause;
        while Instant::now() < code.ends {
            tokio::time::sleep(pause).await;
            let form = vec![
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", code.device_code.as_str()),
            ];
            let answer = match ask(&self.token_url, &self.with_client(form)).await {
                Ok(answer) => answer,
                // §3.5: on a lost connection the pause doubles.
                Err(Trouble::Unreachable(_)) => {
                    pause = (pause * 2).min(Duration::from_secs(60));
                    continue;
                }
                Err(trouble) => return Err(trouble),
            };
            match answer.get("error").and_then(Value::as_str) {
                Some("authorization_pending") => {}
                Some("slow_down") => pause += Duration::from_secs(PAUSE),
                Some(_) => return Err(refused(said(&answer))),
                None => {
                    let token = answer.get("refresh_token").and_then(Value::as_str).filter(|token| !token.is_empty());
                    let Some(token) = token else {
                        return Err(refused("the provider gave no refresh token; ask for offline access in the scope"));
                    };
                    self.refresh_token = token.to_string();
                    return Ok(());
                }
            }
        }
        Err(refused("nobody typed the code in before it ended"))
    }

    /// An access token for the refresh token, and how long it holds. A new refresh token is taken over.
    async fn renew(&mut self) -> Result<(String, Duration), Trouble> {
        if self.refresh_token.is_empty() {
            return Err(refused(format!("nobody has signed in yet; {AGAIN}")));
        }
        let refresh = self.refresh_token.clone();
        let form =
            vec![("grant_type", "refresh_token"), ("refresh_token", refresh.as_str()), ("scope", self.scope.as_str())];
        let answer = ask(&self.token_url, &self.with_client(form)).await?;
        let Some(token) = answer.get("access_token").and_then(Value::as_str) else {
            return Err(refused(format!("{}; {AGAIN}", said(&answer))));
        };
        let token = token.to_string();
        if let Some(fresh) = answer.get("refresh_token").and_then(Value::as_str).filter(|fresh| !fresh.is_empty()) {
            self.refresh_token = fresh.to_string();
        }
        let holds = answer.get("expires_in").and_then(Value::as_u64).unwrap_or(3600);
        Ok((token, Duration::from_secs(holds)))
    }
}

/// What to do about a sign-in that does not hold any more.
const AGAIN: &str = "sign in again: duban init --sign-in";

/// What the provider said of an error (RFC 6749 §5.2).
fn said(answer: &Value) -> String {
    let text = |key: &str| answer.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    match (text("error"), text("error_description")) {
        (Some(error), Some(why)) => {
            let why: String = why.lines().next().unwrap_or_default().chars().take(200).collect();
            format!("the provider says {error}: {why}")
        }
        (Some(error), None) => format!("the provider says {error}"),
        _ => "the provider's answer holds no token".into(),
    }
}

/// Access tokens that hold, by the file of their sign-in: IMAP and SMTP share one.
static TOKENS: LazyLock<Mutex<HashMap<PathBuf, (String, Instant)>>> = LazyLock::new(Mutex::default);

/// An access token of this sign-in; renewed when it is about to end.
pub async fn token(path: &Path) -> Result<String, Trouble> {
    // Held while the provider is asked: who comes second finds the token.
    let mut tokens = TOKENS.lock().await;
    if let Some((token, _)) = tokens.get(path).filter(|(_, ends)| Instant::now() + EARLY < *ends) {
        return Ok(token.clone());
    }
    let mut sign_in = SignIn::read(path).map_err(Trouble::Refused)?;
    let before = sign_in.refresh_token.clone();
    let (token, holds) = sign_in.renew().await?;
    if sign_in.refresh_token != before
        && let Err(error) = sign_in.keep(path)
    {
        // The old one mostly still holds; if not, the administrator hears of a refused login.
        tracing::error!(file = %path.display(), %error, "the new refresh token could not be kept");
    }
    tokens.insert(path.to_path_buf(), (token.clone(), Instant::now() + holds));
    Ok(token)
}

/// A token that the server refused is not shown again.
pub async fn forget(path: &Path) {
    TOKENS.lock().await.remove(path);
}

// ---- HTTP/1.1, one question a connection

/// Host, port, path, whether TLS.
fn parts(url: &str) -> Result<(String, u16, String, bool), String> {
    let wrong = || format!("{url:?}: expected an address like https://host/path");
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        _ => return Err(wrong()),
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| wrong())?),
        None => (authority, if secure { 443 } else { 80 }),
    };
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if host.is_empty() || host.contains('@') || !plain(host) || !plain(path) {
        return Err(wrong());
    }
    if !secure && !is_loopback(host) {
        return Err(format!("{url:?}: tokens go over https only"));
    }
    Ok((host.to_string(), port, format!("/{path}"), secure))
}

/// application/x-www-form-urlencoded.
fn encoded(form: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        let mut out = String::with_capacity(text.len());
        for byte in text.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
                _ => out.push_str(&format!("%{byte:02X}")),
            }
        }
        out
    };
    form.iter().map(|(key, value)| format!("{}={}", escape(key), escape(value))).collect::<Vec<_>>().join("&")
}

/// Posts a form and reads the JSON of the answer, whatever its status: errors are JSON as well.
async fn ask(url: &str, form: &[(&str, &str)]) -> Result<Value, Trouble> {
    let (host, port, path, secure) = parts(url).map_err(Trouble::Refused)?;
    let at = |why: &dyn std::fmt::Display| Trouble::Unreachable(format!("{host}:{port}: {why}"));
    let body = encoded(form);
    let question = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Accept: application/json\r\nUser-Agent: duban\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let whole = async {
        let tcp = TcpStream::connect((host.as_str(), port)).await?;
        if secure {
            let stream = tls::connector(None)?.connect(tls::server_name(&host)?, tcp).await?;
            exchange(stream, question.as_bytes()).await
        } else {
            exchange(tcp, question.as_bytes()).await
        }
    };
    let (status, answer) = tokio::time::timeout(QUESTION, whole)
        .await
        .map_err(|_| at(&"no answer in time"))?
        .map_err(|error| at(&error))?;
    match serde_json::from_slice(&answer) {
        Ok(value @ Value::Object(_)) if status < 500 => Ok(value),
        // 5xx, a captive portal, a proxy's page: none of them is the provider's word about the sign-in.
        _ => Err(at(&format!("it answered {status} without a word about the token"))),
    }
}

async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, question: &[u8]) -> io::Result<(u16, Vec<u8>)> {
    stream.write_all(question).await?;
    stream.flush().await?;
    let mut raw = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(answer) = complete(&raw, false) {
            return Ok(answer);
        }
        let got = match stream.read(&mut piece).await {
            Ok(got) => got,
            // Some servers end TLS without saying so; what is there may be whole all the same.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
            Err(error) => return Err(error),
        };
        if got == 0 {
            return complete(&raw, true).ok_or_else(|| io::Error::other("the answer broke off"));
        }
        raw.extend_from_slice(piece.get(..got).unwrap_or_default());
        if raw.len() > ANSWER_MAX {
            return Err(io::Error::other("the answer is too long"));
        }
    }
}

/// Status and body, when all of it is there; `ended`: nothing more comes.
fn complete(raw: &[u8], ended: bool) -> Option<(u16, Vec<u8>)> {
    let head_end = raw.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(raw.get(..head_end)?).to_lowercase();
    let body = raw.get(head_end + 4..)?;
    let mut lines = head.split("\r\n");
    let status: u16 = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut fields = lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.trim(), value.trim()));
    let (mut length, mut chunked) = (None, false);
    for (name, value) in &mut fields {
        match name {
            "content-length" => length = value.parse::<usize>().ok(),
            "transfer-encoding" => chunked = value.ends_with("chunked"),
            _ => {}
        }
    }
    if chunked {
        return unchunked(body).map(|body| (status, body));
    }
    match length {
        Some(length) => body.get(..length).map(|body| (status, body.to_vec())),
        None => ended.then(|| (status, body.to_vec())),
    }
}

/// A chunked body (RFC 9112 §7.1), when its end is there.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(rest.get(..end)?).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        let from = end + 2;
        if size == 0 {
            return Some(out);
        }
        let to = from.checked_add(size)?;
        out.extend_from_slice(rest.get(from..to)?);
        rest = rest.get(to + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        assert_eq!(
            parts("https://login.example/common/token").unwrap(),
            ("login.example".into(), 443, "/common/token".into(), true)
        );
        assert_eq!(parts("http://127.0.0.1:8080").unwrap(), ("127.0.0.1".into(), 8080, "/".into(), false));
        for bad in
            ["http://login.example/token", "ftp://x/", "https:///x", "https://a@b/", "https://h/a b", "https://h:x/"]
        {
            assert!(parts(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn answers_are_whole_or_not() {
        let check = |raw: &str, ended: bool, body: Option<&str>| {
            let found = complete(raw.as_bytes(), ended).map(|(_, body)| String::from_utf8(body).unwrap());
            assert_eq!(found.as_deref(), body, "{raw}");
        };
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false, Some("{}"));
        check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", true, None);
        check("HTTP/1.1 200 OK\r\n\r\n{}", false, None);
        check("HTTP/1.1 200 OK\r\n\r\n{}", true, Some("{}"));
        check(
            "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n",
            false,
            Some("{}"),
        );
        check("HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{", true, None);
        check("HTTP/1.1", true, None);
        check("\r\n\r\n", true, None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            complete(&bytes, true);
            let mut chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
            chunked.extend(bytes);
            complete(&chunked, true);
        }
    }
}
