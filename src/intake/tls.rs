//! TLS for every connection of ours, one provider (ring), certificates always checked (TRUST P17).

use super::oauth::{self, Trouble};
use crate::config::Secret;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// What checks a server: the system's certificates and, if given, those of `ca_file`.
pub fn connector(ca_file: Option<&Path>) -> std::io::Result<TlsConnector> {
    let mut roots = system_roots().clone();
    if let Some(path) = ca_file {
        let wrong = |error: &dyn std::fmt::Display| std::io::Error::other(format!("{}: {error}", path.display()));
        let mut any = false;
        for certificate in CertificateDer::pem_file_iter(path).map_err(|e| wrong(&e))? {
            roots.add(certificate.map_err(|e| wrong(&e))?).map_err(|e| wrong(&e))?;
            any = true;
        }
        if !any {
            return Err(wrong(&"there is no certificate in it"));
        }
    }
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(std::io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Read once: it costs some milliseconds.
fn system_roots() -> &'static rustls::RootCertStore {
    static ROOTS: OnceLock<rustls::RootCertStore> = OnceLock::new();
    ROOTS.get_or_init(|| {
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots
    })
}

/// The listener's side.
pub fn acceptor(certificate: &Path, key: &Path) -> std::io::Result<TlsAcceptor> {
    let wrong =
        |path: &Path, error: &dyn std::fmt::Display| std::io::Error::other(format!("{}: {error}", path.display()));
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .map_err(|e| wrong(certificate, &e))?
        .collect::<Result<_, _>>()
        .map_err(|e| wrong(certificate, &e))?;
    let key_der = PrivateKeyDer::from_pem_file(key).map_err(|e| wrong(key, &e))?;
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(std::io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(chain, key_der)
        .map_err(|e| wrong(key, &e))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The name that a certificate must be for.
pub fn server_name(server: &str) -> std::io::Result<ServerName<'static>> {
    ServerName::try_from(server.to_string()).map_err(std::io::Error::other)
}

/// How a login proves itself.
#[derive(Clone, Debug)]
pub enum Login {
    Password {
        user: String,
        password: Secret,
    },
    /// XOAUTH2 (O47).
    Token {
        user: String,
        token: Secret,
    },
}

/// Where the secret of a login is kept: `password`, `password_file`, `credential`, `token_command` or
/// `oauth_file`.
#[derive(Clone, Debug, Default)]
pub struct LoginSource {
    pub user: String,
    pub password: Option<Secret>,
    pub password_file: Option<std::path::PathBuf>,
    pub credential: Option<String>,
    pub token_command: Option<String>,
    pub oauth_file: Option<std::path::PathBuf>,
}

const NO_SECRET: &str = "there is no password: give password_file, credential, oauth_file or token_command";

/// How long a `token_command` may take.
const TOKEN_COMMAND_SECONDS: u64 = 30;

impl LoginSource {
    pub fn of_intake(intake: &crate::config::Intake) -> Self {
        LoginSource {
            user: intake.user.clone().unwrap_or_default(),
            password: intake.password.clone(),
            password_file: intake.password_file.clone(),
            credential: intake.credential.clone(),
            token_command: intake.token_command.clone(),
            oauth_file: intake.oauth_file.clone(),
        }
    }

    /// None where there is no login at all.
    pub fn of_delivery(delivery: &crate::config::Delivery) -> Option<Self> {
        Some(LoginSource {
            user: delivery.user.clone()?,
            password: delivery.password.clone(),
            password_file: delivery.password_file.clone(),
            credential: delivery.credential.clone(),
            token_command: delivery.token_command.clone(),
            oauth_file: delivery.oauth_file.clone(),
        })
    }

    /// Every login of the configuration, with the section it stands in.
    pub fn all(config: &crate::config::Config) -> Vec<(&'static str, LoginSource)> {
        let imap = config.intake.iter().filter(|intake| intake.kind == crate::config::IntakeKind::Imap);
        let mut all: Vec<_> = imap.map(|intake| ("[[intake]]", LoginSource::of_intake(intake))).collect();
        if config.delivery.kind == crate::config::DeliveryKind::Smtp {
            all.extend(LoginSource::of_delivery(&config.delivery).map(|login| ("[delivery]", login)));
        }
        all
    }

    /// Whether the secret is where the configuration says, as far as that can be told without asking anybody.
    pub fn look(&self) -> Result<(), String> {
        if let (None, Some(path)) = (&self.token_command, &self.oauth_file) {
            return oauth::SignIn::read(path).map(drop).map_err(|why| format!("oauth_file: {why}"));
        }
        match (&self.token_command, &self.password, &self.password_file) {
            (None, None, Some(path)) => read_secret(path).map(drop).map_err(|why| format!("password_file: {why}")),
            (None, None, None) if self.credential.is_none() => Err(NO_SECRET.into()),
            _ => Ok(()),
        }
    }

    /// Fetches the secret now: files and tokens change while the daemon runs.
    pub async fn login(&self) -> Result<Login, Trouble> {
        if let (None, Some(path)) = (&self.token_command, &self.oauth_file) {
            let token = oauth::token(path).await?;
            return Ok(Login::Token { user: self.user.clone(), token: Secret::new(token) });
        }
        self.kept().await.map_err(Trouble::Refused)
    }

    /// The server refused what [`LoginSource::login`] gave.
    pub async fn refused(&self) {
        if let Some(path) = &self.oauth_file {
            oauth::forget(path).await;
        }
    }

    /// What is kept here, or printed by the command.
    async fn kept(&self) -> Result<Login, String> {
        let user = self.user.clone();
        if let Some(command) = &self.token_command {
            let run = tokio::process::Command::new("/bin/sh").arg("-c").arg(command).kill_on_drop(true).output();
            let output = tokio::time::timeout(std::time::Duration::from_secs(TOKEN_COMMAND_SECONDS), run)
                .await
                .map_err(|_| format!("token_command gave no token within {TOKEN_COMMAND_SECONDS} s"))?
                .map_err(|error| format!("token_command: {error}"))?;
            if !output.status.success() {
                return Err(format!("token_command ended with {}", output.status));
            }
            let token = String::from_utf8_lossy(&output.stdout).trim().to_string();
            if token.is_empty() || token.contains(char::is_whitespace) {
                return Err("token_command printed no token".into());
            }
            return Ok(Login::Token { user, token: Secret::new(token) });
        }
        let password = match (&self.password, &self.password_file, &self.credential) {
            (Some(password), _, _) => password.clone(),
            (None, Some(path), _) => read_secret(path)?,
            (None, None, Some(name)) => {
                let folder = std::env::var_os("CREDENTIALS_DIRECTORY")
                    .ok_or_else(|| format!("credential {name}: systemd gave none (LoadCredential={name}:…)"))?;
                read_secret(&Path::new(&folder).join(name))?
            }
            (None, None, None) => {
                return Err(NO_SECRET.into());
            }
        };
        Ok(Login::Password { user, password })
    }
}

fn read_secret(path: &Path) -> Result<Secret, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let line = text.lines().next().unwrap_or_default().trim_end();
    if line.is_empty() {
        return Err(format!("{}: there is no password in it", path.display()));
    }
    Ok(Secret::new(line))
}

/// XOAUTH2's initial answer, before base64.
pub fn xoauth2(user: &str, token: &str) -> String {
    format!("user={user}\x01auth=Bearer {token}\x01\x01")
}
