#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::testing::{ED25519, Names, RSA, Say};
use super::{Found, Origin, Signer};
use crate::mail::sender::Proof;
use mail_auth::arc::ArcSealer;
use mail_auth::common::crypto::{RsaKey, Sha256};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::{AuthenticatedMessage, AuthenticationResults};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

const AUTHOR: &str = "zhaolei@nanshan.example";
const MAIL: &str = "From: =?utf-8?B?6LW156OK?= <zhaolei@nanshan.example>\r\nTo: mishu@meet.example\r\nSubject: M-7\r\n\
                    Date: Mon, 12 Oct 2026 10:30:00 +0800\r\nMessage-ID: <1@nanshan.example>\r\n\r\nA-11 done\r\n";

fn key(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys").join(name)).unwrap()
}

fn signed(domain: &str, mail: &str) -> Vec<u8> {
    Signer::new(domain, "s1", &key("dkim-rsa.pem")).unwrap().sign(mail.as_bytes()).unwrap()
}

/// `nanshan.example` with its key and DMARC record.
async fn house() -> Names {
    let names = Names::serve().await;
    names.txt("s1._domainkey.nanshan.example", RSA).txt("_dmarc.nanshan.example", "v=DMARC1; p=reject");
    names
}

async fn look(names: &Names, raw: &[u8]) -> Found {
    names.verifier(&[]).look(raw, AUTHOR, Origin::default()).await
}

fn word(found: &Found) -> &'static str {
    match found {
        Found::Settled(proof) => proof.word(),
        Found::Later(_) => "later",
    }
}

/// What we sign, we verify: RSA and Ed25519, every field that is signed, and the body.
#[tokio::test]
async fn our_own_signature_holds_and_nothing_else_does() {
    let names = house().await;
    names.txt("e1._domainkey.nanshan.example", ED25519);
    for (selector, file) in [("s1", "dkim-rsa.pem"), ("e1", "dkim-ed25519.pem")] {
        let signer = Signer::new("nanshan.example", selector, &key(file)).unwrap();
        let published = if selector == "s1" { RSA } else { ED25519 };
        assert_eq!(signer.record(), (format!("{selector}._domainkey.nanshan.example").as_str(), published));
        let raw = signer.sign(MAIL.as_bytes()).unwrap();
        let found = look(&names, &raw).await;
        assert_eq!(word(&found), "pass", "{file}: {found:?}");
        let text = String::from_utf8(raw).unwrap();
        for (old, new) in [
            ("A-11 done", "A-12 done"),
            ("Subject: M-7", "Subject: M-8"),
            ("mishu@meet.example", "eve@stranger.example"),
            ("<1@nanshan.example>", "<2@nanshan.example>"),
        ] {
            let found = look(&names, text.replacen(old, new, 1).as_bytes()).await;
            assert_eq!(word(&found), "fail", "{old} changed: {found:?}");
        }
        let twice = text.replacen("From: ", "From: eve@stranger.example\r\nFrom: ", 1);
        assert_ne!(word(&look(&names, twice.as_bytes()).await), "pass");
    }
    assert!(Signer::new("a.example", "s", b"no key").is_err());
    assert!(Signer::new("a.example", "s", RSA.as_bytes()).is_err());
}

/// TRUST S3: a signature of somebody else says nothing of the author.
#[tokio::test]
async fn alignment_is_dmarcs() {
    let names = house().await;
    names.txt("s1._domainkey.stranger.example", RSA).txt("s1._domainkey.mail.nanshan.example", RSA);
    assert_eq!(word(&look(&names, &signed("stranger.example", MAIL)).await), "fail");
    assert_eq!(word(&look(&names, MAIL.as_bytes()).await), "fail", "nothing signed, and the domain says reject");
    assert_eq!(word(&look(&names, &signed("mail.nanshan.example", MAIL)).await), "pass", "relaxed");
    names.txt("_dmarc.nanshan.example", "v=DMARC1; p=none; adkim=s");
    assert_eq!(word(&look(&names, &signed("mail.nanshan.example", MAIL)).await), "fail", "strict");
    assert_eq!(word(&look(&names, &signed("nanshan.example", MAIL)).await), "pass");
    // Without a record nothing is said of alignment: an aligned signature proves, its absence proves nothing.
    let plain = Names::serve().await;
    plain.txt("s1._domainkey.nanshan.example", RSA).txt("s1._domainkey.stranger.example", RSA);
    assert_eq!(word(&look(&plain, &signed("nanshan.example", MAIL)).await), "pass");
    assert_eq!(word(&look(&plain, &signed("stranger.example", MAIL)).await), "none");
    assert_eq!(word(&look(&plain, MAIL.as_bytes()).await), "none");
}

#[tokio::test]
async fn a_key_that_is_gone_signs_nothing() {
    let names = house().await;
    let raw = signed("nanshan.example", MAIL);
    for gone in ["v=DKIM1; k=rsa; p=", "v=DKIM1; k=rsa; p=nonsense", "hello"] {
        names.txt("s1._domainkey.nanshan.example", gone);
        assert_eq!(word(&look(&names, &raw).await), "fail", "{gone}");
    }
    names.say("s1._domainkey.nanshan.example", Say::A([127, 0, 0, 1].into()));
    assert_eq!(word(&look(&names, &raw).await), "fail");
}

/// TRUST S3: silence and failures of the DNS are neither a pass nor a failure.
#[tokio::test]
async fn a_silent_dns_is_asked_again() {
    for what in [Say::Failure, Say::Nothing] {
        let raw = signed("nanshan.example", MAIL);
        for name in ["s1._domainkey.nanshan.example", "_dmarc.nanshan.example"] {
            let names = house().await;
            names.say(name, what.clone());
            let found = look(&names, &raw).await;
            assert_eq!(word(&found), "later", "{name} {what:?}: {found:?}");
        }
        let names = Names::serve().await;
        names.say("_dmarc.nanshan.example", what.clone());
        assert_eq!(word(&look(&names, MAIL.as_bytes()).await), "later", "{what:?}: perhaps it says reject");
        // An answer that is there is enough.
        let names = house().await;
        names.say("s1._domainkey.other.example", what);
        let both = [signed("other.example", MAIL), Vec::new()].concat();
        let both = Signer::new("nanshan.example", "s1", &key("dkim-rsa.pem")).unwrap().sign(&both).unwrap();
        assert_eq!(word(&look(&names, &both).await), "pass");
    }
}

async fn from(names: &Names, client: [u8; 4], mail_from: &str) -> Found {
    let origin = Origin { mail_from: Some(mail_from), client: Some(client.into()), helo: Some("mx.nanshan.example") };
    names.verifier(&[]).look(MAIL.as_bytes(), AUTHOR, origin).await
}

#[tokio::test]
async fn spf_speaks_of_the_envelope_and_counts_only_where_it_is_aligned() {
    let names = house().await;
    names.txt("nanshan.example", "v=spf1 ip4:192.0.2.1 -all").txt("stranger.example", "v=spf1 ip4:192.0.2.9 -all");
    names.txt("mx.nanshan.example", "v=spf1 ip4:192.0.2.1 -all");
    assert_eq!(word(&from(&names, [192, 0, 2, 1], AUTHOR).await), "pass");
    assert_eq!(word(&from(&names, [192, 0, 2, 2], AUTHOR).await), "fail");
    assert_eq!(word(&from(&names, [192, 0, 2, 9], "eve@stranger.example").await), "fail", "a pass of another domain");
    assert_eq!(word(&from(&names, [192, 0, 2, 1], "").await), "pass", "the null sender: by the name it greets with");
    // Without the peer there is no SPF, whatever the envelope says.
    let origin = Origin { mail_from: Some(AUTHOR), client: None, helo: None };
    let found = names.verifier(&[]).look(MAIL.as_bytes(), AUTHOR, origin).await;
    assert_eq!(word(&found), "fail");
}

/// RFC 7208 §4.6.4: more than ten lookups is an error for good, and never a pass.
#[tokio::test]
async fn a_record_that_never_ends_passes_nobody() {
    let names = Names::serve().await;
    names.txt("nanshan.example", "v=spf1 include:s0.nanshan.example -all");
    for n in 0..40 {
        names.txt(&format!("s{n}.nanshan.example"), &format!("v=spf1 include:s{}.nanshan.example -all", n + 1));
    }
    names.txt("s40.nanshan.example", "v=spf1 +all");
    assert_eq!(word(&from(&names, [192, 0, 2, 1], AUTHOR).await), "none");
    assert!(names.asked() < 30, "{} questions", names.asked());
    names.txt("nanshan.example", "v=spf1 include:nanshan.example ip4:192.0.2.1 -all");
    assert_ne!(word(&from(&names, [192, 0, 2, 1], AUTHOR).await), "pass", "a record within itself");
    names.say("nanshan.example", Say::Failure);
    assert_eq!(word(&from(&names, [192, 0, 2, 1], AUTHOR).await), "later");
}

/// A thousand signatures do not make us ask a thousand questions.
#[tokio::test]
async fn signatures_are_bait_no_more() {
    let names = house().await;
    let mut raw = MAIL.as_bytes().to_vec();
    for n in 0..60 {
        raw = signed(&format!("d{n}.stranger.example"), &String::from_utf8(raw).unwrap());
    }
    assert_eq!(word(&look(&names, &raw).await), "fail");
    assert!(names.asked() < 60, "{} questions", names.asked());
}

/// TRUST S4: a list that is believed changed the mail and sealed what it had seen; others' seals and broken ones say nothing.
#[tokio::test]
async fn arc_is_believed_of_configured_sealers() {
    let names = house().await;
    names.txt("s1._domainkey.lists.example", RSA);
    let before = signed("nanshan.example", MAIL);
    let list = names.verifier(&[]);
    let message = AuthenticatedMessage::parse(&before).unwrap();
    let dkim = list.dns().verify_dkim(&message).await;
    let results = AuthenticationResults::new("mx.lists.example").with_dkim_results(&dkim, AUTHOR);
    let changed = [&before[..], b"-- \r\nthe team's list\r\n"].concat();
    let message = AuthenticatedMessage::parse(&changed).unwrap();
    let chain = list.dns().verify_arc(&message).await;
    let pem = PrivateKeyDer::from_pem_slice(&key("dkim-rsa.pem")).unwrap();
    let sealer = ArcSealer::from_key(RsaKey::<Sha256>::from_key_der(pem).unwrap());
    let sealer =
        sealer.domain("lists.example").selector("s1").headers(["From", "To", "Subject", "Date", "DKIM-Signature"]);
    let header = sealer.seal(&message, &results, &chain).unwrap().to_header();
    let sealed = [header.as_bytes(), &changed].concat();

    let by = |sealers: &'static [&'static str], raw: Vec<u8>| {
        let verifier = names.verifier(sealers);
        async move { word(&verifier.look(&raw, AUTHOR, Origin::default()).await) }
    };
    assert_eq!(by(&["lists.example"], sealed.clone()).await, "pass");
    assert_eq!(by(&[], sealed.clone()).await, "fail", "nobody is configured");
    assert_eq!(by(&["other.example"], sealed.clone()).await, "fail", "another sealer is");
    let text = String::from_utf8(sealed).unwrap();
    let broken = [
        ("A-11 done", "A-12 done"),
        ("mx.lists.example", "mx.listz.example"),
        ("the team", "the crew"),
        ("cv=none", "cv=pass"),
    ];
    for (old, new) in broken {
        let raw = text.replacen(old, new, 1);
        assert_ne!(raw, text, "{old}");
        assert_eq!(by(&["lists.example"], raw.into_bytes()).await, "fail", "{old} changed");
    }
    names.say("s1._domainkey.lists.example", Say::Failure);
    assert_eq!(by(&["lists.example"], text.into_bytes()).await, "later");
}

/// TRUST S1: three readers of From, and one answer.
#[tokio::test]
async fn an_author_that_the_verifier_reads_otherwise_is_nobody() {
    let names = house().await;
    let raw = signed("nanshan.example", MAIL);
    let found = names.verifier(&[]).look(&raw, "sunyue@nanshan.example", Origin::default()).await;
    assert!(matches!(&found, Found::Settled(Proof::None(why)) if why.contains("reads From")), "{found:?}");
}
