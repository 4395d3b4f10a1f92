//! DKIM signatures on our own letters (RFC 6376, RFC 8463), made before the final bytes are stored: a retry sends the
//! same signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_auth::common::crypto::{Ed25519Key, RsaKey, Sha256};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::{DkimSigner, Done};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// What a signature covers where the letter has it. From stands twice: a second From would break the signature.
const FIELDS: [&str; 14] = [
    "From",
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Auto-Submitted",
    "List-Unsubscribe",
    "X-Duban",
];

enum Key {
    Rsa(Box<DkimSigner<RsaKey<Sha256>, Done>>),
    Ed25519(Box<DkimSigner<Ed25519Key, Done>>),
}

/// Signs letters for one domain. Cheap to clone.
#[derive(Clone)]
pub struct Signer {
    key: Arc<Key>,
    /// `selector._domainkey.domain`.
    name: String,
    record: String,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.name)
    }
}

impl Signer {
    /// With a private key in PEM: RSA (PKCS#1 or PKCS#8) or Ed25519 (PKCS#8).
    pub fn new(domain: &str, selector: &str, pem: &[u8]) -> Result<Signer, String> {
        let der = PrivateKeyDer::from_pem_slice(pem).map_err(|e| format!("expected a private key in PEM: {e}"))?;
        let published = |kind: &str, key: &[u8]| format!("v=DKIM1; k={kind}; p={}", STANDARD.encode(key));
        let record;
        let key = match (RsaKey::<Sha256>::from_key_der(der.clone_key()), der) {
            (Ok(key), _) => {
                record = published("rsa", &spki(&key.public_key()));
                Key::Rsa(Box::new(DkimSigner::from_key(key).domain(domain).selector(selector).headers(FIELDS)))
            }
            (Err(_), PrivateKeyDer::Pkcs8(der)) => {
                let key = Ed25519Key::from_pkcs8_maybe_unchecked_der(der.secret_pkcs8_der())
                    .map_err(|_| "expected an RSA key of 2048 bits or more, or an Ed25519 key".to_string())?;
                record = published("ed25519", &key.public_key());
                Key::Ed25519(Box::new(DkimSigner::from_key(key).domain(domain).selector(selector).headers(FIELDS)))
            }
            (Err(error), _) => return Err(format!("the RSA key is of no use: {error}")),
        };
        Ok(Signer { key: Arc::new(key), name: format!("{selector}._domainkey.{domain}"), record })
    }

    /// Where the public key stands in the DNS, and what has to stand there (RFC 6376 §3.6.1).
    pub fn record(&self) -> (&str, &str) {
        (&self.name, &self.record)
    }

    /// The same from a file.
    pub fn of_file(domain: &str, selector: &str, path: &Path) -> Result<Signer, String> {
        let pem = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Signer::new(domain, selector, &pem).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The letter with its signature on top.
    pub fn sign(&self, letter: &[u8]) -> Result<Vec<u8>, String> {
        let signature = match &*self.key {
            Key::Rsa(signer) => signer.sign(letter),
            Key::Ed25519(signer) => signer.sign(letter),
        };
        let mut signed = signature.map_err(|error| error.to_string())?.to_header().into_bytes();
        signed.extend_from_slice(letter);
        Ok(signed)
    }
}

/// An RSA public key (PKCS#1) within the SubjectPublicKeyInfo that a DKIM record holds (RFC 5280 §4.1).
fn spki(pkcs1: &[u8]) -> Vec<u8> {
    const RSA_ENCRYPTION: [u8; 15] =
        [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let tagged = |tag: u8, inner: &[u8]| -> Vec<u8> {
        let length = u16::try_from(inner.len()).unwrap_or(u16::MAX).to_be_bytes();
        [&[tag, 0x82], &length[..], inner].concat()
    };
    let bits = tagged(0x03, &[&[0], pkcs1].concat());
    tagged(0x30, &[&RSA_ENCRYPTION[..], &bits].concat())
}
