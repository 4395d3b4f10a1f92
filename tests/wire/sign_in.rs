//! Signing in with a device code (O47, RFC 8628) against a loopback server that plays the provider.

use duban::intake::oauth::{self, SignIn, Trouble};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers one question after the other with (status, JSON), and keeps what was asked.
async fn provider(answers: Vec<(u16, &'static str)>) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = asked.clone();
    tokio::spawn(async move {
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (mut raw, mut piece) = (Vec::new(), [0; 1024]);
            loop {
                let text = String::from_utf8_lossy(&raw).into_owned();
                let length =
                    text.lines().find_map(|line| line.strip_prefix("Content-Length: ")).and_then(|n| n.parse().ok());
                let whole = text.split_once("\r\n\r\n").is_some_and(|(_, form)| Some(form.len()) == length);
                if whole {
                    heard.lock().unwrap().push(text);
                    break;
                }
                let got = stream.read(&mut piece).await.unwrap();
                raw.extend_from_slice(&piece[..got]);
            }
            let head = format!(
                "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(body.as_bytes()).await.unwrap();
        }
    });
    (port, asked)
}

fn sign_in(port: u16) -> SignIn {
    SignIn {
        device_url: format!("http://127.0.0.1:{port}/device"),
        token_url: format!("http://127.0.0.1:{port}/token"),
        client_id: "app & co".into(),
        client_secret: None,
        scope: "mail offline_access".into(),
        refresh_token: String::new(),
    }
}

fn is_private(path: &Path) -> bool {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777 == 0o600
}

const CODE: &str = r#"{"user_code":"ABCD-EFGH","device_code":"d/1","verification_uri":"https://login.example/device","interval":1,"expires_in":60}"#;

/// Typed in late: the provider is asked again, the refresh token is kept for its owner alone; access tokens are got for it,
/// shared, and a new refresh token replaces the old one.
#[tokio::test]
async fn a_code_is_typed_in_and_tokens_follow() {
    let (port, asked) = provider(vec![
        (200, CODE),
        (400, r#"{"error":"authorization_pending"}"#),
        (200, r#"{"access_token":"a0","refresh_token":"r1","expires_in":3600}"#),
        (200, r#"{"access_token":"a1","refresh_token":"r2","expires_in":3600}"#),
        (200, r#"{"access_token":"a2","expires_in":3600}"#),
    ])
    .await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sign-in.json");
    let mut one = sign_in(port);
    one.keep(&path).unwrap();
    assert!(matches!(oauth::token(&path).await, Err(Trouble::Refused(why)) if why.contains("duban init --sign-in")));

    let code = one.begin().await.unwrap();
    assert_eq!((code.user_code.as_str(), code.page.as_str()), ("ABCD-EFGH", "https://login.example/device"));
    one.wait(&code).await.unwrap();
    one.keep(&path).unwrap();
    assert!(is_private(&path));
    assert_eq!(SignIn::read(&path).unwrap().refresh_token, "r1");

    assert_eq!(oauth::token(&path).await.unwrap(), "a1");
    assert_eq!(oauth::token(&path).await.unwrap(), "a1");
    assert!(is_private(&path));
    assert_eq!(SignIn::read(&path).unwrap().refresh_token, "r2");
    // The mail server refused it: it is not shown again.
    oauth::forget(&path).await;
    assert_eq!(oauth::token(&path).await.unwrap(), "a2");

    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 5);
    assert!(
        asked[0].starts_with("POST /device HTTP/1.1\r\n") && asked[0].contains("client_id=app%20%26%20co"),
        "{}",
        asked[0]
    );
    assert!(asked[2].contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"), "{}", asked[2]);
    assert!(asked[2].contains("device_code=d%2F1"), "{}", asked[2]);
    assert!(asked[3].contains("refresh_token=r1") && asked[4].contains("refresh_token=r2"), "{asked:?}");
}

/// A withdrawn sign-in is a refused login that says what to do; a provider in trouble is nobody's fault and is asked again.
#[tokio::test]
async fn no_is_told_from_not_now() {
    let (port, _) = provider(vec![
        (503, "busy"),
        (400, r#"{"error":"invalid_grant","error_description":"The token was revoked.\r\nTrace 7"}"#),
        (200, CODE),
        (400, r#"{"error":"access_denied"}"#),
    ])
    .await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sign-in.json");
    SignIn { refresh_token: "r".into(), ..sign_in(port) }.keep(&path).unwrap();
    assert!(matches!(oauth::token(&path).await, Err(Trouble::Unreachable(why)) if why.contains("503")));
    match oauth::token(&path).await {
        Err(Trouble::Refused(why)) => {
            assert_eq!(
                why,
                "the provider says invalid_grant: The token was revoked.; sign in again: duban init --sign-in"
            );
        }
        other => panic!("{other:?}"),
    }
    let mut one = sign_in(port);
    let code = one.begin().await.unwrap();
    assert!(matches!(one.wait(&code).await, Err(Trouble::Refused(why)) if why.contains("access_denied")));
    // Nobody listens any more.
    assert!(matches!(one.begin().await, Err(Trouble::Unreachable(_))));
}
