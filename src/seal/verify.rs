//! DKIM, SPF, DMARC and ARC of one mail.
//!
//! What counts is the author of From: a signature or an SPF pass of another domain says nothing about it (RFC 7489 §3.1,
//! RFC 9989). A domain with a DMARC record says itself how strict alignment is; for others relaxed alignment holds. Where
//! the DNS does not answer, nothing is found and nothing is refused: the mail is looked at again later (TRUST S3).

use crate::mail::sender::{self, Proof};
use mail_auth::hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{
    AuthenticatedMessage, DkimResult, DmarcResult, MessageAuthenticator, SpfOutput, SpfResult,
    dmarc::verify::DmarcParameters,
};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Signatures of one mail that are looked at; more are bait to make us ask.
const SIGNATURES_MAX: usize = 10;
/// For all lookups of one mail.
const TIME_MAX: Duration = Duration::from_secs(30);

/// Where a mail came from, as far as the intake saw it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    pub mail_from: Option<&'a str>,
    /// The peer of a listener that strangers reach; SPF says nothing without it.
    pub client: Option<IpAddr>,
    pub helo: Option<&'a str>,
}

/// What verifying came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Settled(Proof),
    /// The DNS did not answer; try again.
    Later(String),
}

/// Asks one resolver; knows whose ARC seals are believed.
pub struct Verifier {
    dns: MessageAuthenticator,
    /// Domains, lower case (TRUST S4).
    sealers: Vec<String>,
    host: String,
}

impl Verifier {
    /// `servers` empty: those of the system. `timeout` holds for one question.
    pub fn new(servers: &[SocketAddr], sealers: &[String], host: &str, timeout: Duration) -> Result<Verifier, String> {
        let dns = if servers.is_empty() {
            MessageAuthenticator::new_system_conf().map_err(|error| format!("no resolver: {error}"))?
        } else {
            let servers = servers.iter().map(|server| {
                let (mut udp, mut tcp) = (ConnectionConfig::udp(), ConnectionConfig::tcp());
                (udp.port, tcp.port) = (server.port(), server.port());
                NameServerConfig::new(server.ip(), true, vec![udp, tcp])
            });
            let mut options = ResolverOpts::default();
            options.timeout = timeout;
            options.attempts = 1;
            MessageAuthenticator::new(ResolverConfig::from_name_servers(servers.collect()), options)
                .map_err(|error| format!("no resolver: {error}"))?
        };
        let sealers = sealers.iter().map(|domain| domain.trim_end_matches('.').to_lowercase()).collect();
        Ok(Verifier { dns, sealers, host: host.to_string() })
    }

    /// The resolver, for tests that play others' servers.
    #[cfg(test)]
    pub fn dns(&self) -> &MessageAuthenticator {
        &self.dns
    }

    /// Looks at a mail. `author`: the one address of From by our own reading (TRUST S1).
    pub async fn look(&self, raw: &[u8], author: &str, origin: Origin<'_>) -> Found {
        match tokio::time::timeout(TIME_MAX, self.examine(raw, author, origin)).await {
            Ok(found) => found,
            Err(_) => Found::Later(format!("the DNS took more than {} s", TIME_MAX.as_secs())),
        }
    }

    async fn examine(&self, raw: &[u8], author: &str, origin: Origin<'_>) -> Found {
        let none = |why: &str| Found::Settled(Proof::None(why.to_string()));
        let Some(mut message) = AuthenticatedMessage::parse(raw) else { return none("no header to verify") };
        // The third reader of From must see what the other two saw (TRUST S1).
        let [from] = message.from.as_slice() else { return none("the verifier reads From in another way") };
        if !from.eq_ignore_ascii_case(author) {
            return none("the verifier reads From in another way");
        }
        message.dkim_headers.truncate(SIGNATURES_MAX);
        let domain = author.rsplit('@').next().unwrap_or_default().to_lowercase();

        let dkim = self.dns.verify_dkim(&message).await;
        let helo = origin.helo.unwrap_or_default();
        let spf = match (origin.client, origin.mail_from) {
            (Some(ip), Some("")) => self.dns.verify_spf(SpfParameters::verify_ehlo(ip, helo, &self.host)).await,
            (Some(ip), Some(sender)) => {
                self.dns.verify_spf(SpfParameters::verify_mail_from(ip, helo, &self.host, sender)).await
            }
            _ => SpfOutput::default(),
        };
        let envelope = match origin.mail_from {
            Some(sender) if sender.contains('@') => sender.rsplit('@').next().unwrap_or_default().to_lowercase(),
            _ => helo.to_lowercase(),
        };
        let dmarc = self.dns.verify_dmarc(DmarcParameters::new(&message, &dkim, &envelope, &spf)).await;

        let mut seen: Vec<String> = Vec::new();
        let mut silent: Option<String> = None;
        let mut aligned = None;
        for output in &dkim {
            let by = output.signature().map(|signature| signature.d.to_lowercase()).unwrap_or_default();
            match output.result() {
                DkimResult::Pass if sender::aligned(&by, &domain) => {
                    aligned.get_or_insert(format!("dkim=pass by {by}, verified here"));
                }
                DkimResult::TempError(error) => silent = Some(format!("dkim by {by}: {error}")),
                _ => {}
            }
            seen.push(format!("dkim={} by {by}", word(output.result())));
        }
        match spf.result() {
            SpfResult::Pass if sender::aligned(&envelope, &domain) => {
                aligned.get_or_insert(format!("spf=pass for {envelope}, verified here"));
            }
            SpfResult::TempError => silent = Some(format!("spf of {envelope}: no answer")),
            _ => {}
        }
        if spf.result() != SpfResult::None {
            seen.push(format!("spf={} for {envelope}", spf.result().to_string().to_lowercase()));
        }
        let verdict = dmarc.result();
        match &verdict {
            DmarcResult::Pass => {
                return Found::Settled(Proof::Pass(format!(
                    "dmarc=pass, verified here: {}",
                    aligned.unwrap_or_else(|| seen.join(", "))
                )));
            }
            DmarcResult::TempError(error) => silent = Some(format!("dmarc of {domain}: {error}")),
            _ => {}
        }
        // A domain without a record has said nothing of alignment: the relaxed one holds.
        let recorded = dmarc.dmarc_record().is_some();
        if let (false, DmarcResult::None | DmarcResult::Fail(_), Some(how)) = (recorded, &verdict, aligned) {
            return Found::Settled(Proof::Pass(how));
        }
        match self.sealed(&message, author, &domain).await {
            Ok(Some(how)) => return Found::Settled(Proof::Pass(how)),
            Ok(None) => {}
            Err(why) => silent = Some(why),
        }
        if let Some(why) = silent {
            return Found::Later(why);
        }
        let seen = if seen.is_empty() { "nothing is signed".to_string() } else { seen.join(", ") };
        Found::Settled(match recorded {
            true => Proof::Fail(format!("dmarc=fail, verified here: {seen}")),
            false => Proof::None(format!("no aligned pass, verified here: {seen}")),
        })
    }

    /// RFC 8617: an unbroken chain whose newest seals are all of sealers we believe; the results that one of those wrote
    /// down count as our own. The first seal of anybody else ends the walk: what stands before it may be invented.
    async fn sealed(
        &self,
        message: &AuthenticatedMessage<'_>,
        author: &str,
        domain: &str,
    ) -> Result<Option<String>, String> {
        if self.sealers.is_empty() || message.as_headers.is_empty() {
            return Ok(None);
        }
        let chain = self.dns.verify_arc(message).await;
        match chain.result() {
            DkimResult::Pass => {}
            DkimResult::TempError(error) => return Err(format!("arc: {error}")),
            _ => return Ok(None),
        }
        for set in chain.sets().iter().rev() {
            let by = set.seal.header.d.to_lowercase();
            if !self.sealers.contains(&by) || !set.signature.header.d.eq_ignore_ascii_case(&by) {
                break;
            }
            let written = String::from_utf8_lossy(set.results.value);
            if let Some(reason) = sender::sealed_results(&written, author, domain) {
                return Ok(Some(format!("sealed by {by}: {reason}")));
            }
        }
        Ok(None)
    }
}

fn word(result: &DkimResult) -> &'static str {
    match result {
        DkimResult::Pass => "pass",
        DkimResult::Neutral(_) => "neutral",
        DkimResult::Fail(_) => "fail",
        DkimResult::PermError(_) => "permerror",
        DkimResult::TempError(_) => "temperror",
        DkimResult::None => "none",
    }
}
