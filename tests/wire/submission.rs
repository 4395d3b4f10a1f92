//! Our courier against written SMTP servers.

use crate::dialogue::{self, Dialogue};
use duban::config::{Config, Tls};
use duban::courier::smtp::Smtp;
use duban::courier::{Courier, Delivery, Parcel};
use std::time::Duration;
use tokio::net::TcpListener;

async fn check(dialogue: Dialogue) {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut config = Config::default();
    config.delivery.server = Some("127.0.0.1".into());
    config.delivery.port = Some(server.local_addr().unwrap().port());
    config.delivery.timeout_seconds = dialogue.number("timeout_seconds").unwrap_or(8);
    config.delivery.tls = match dialogue.setting("tls") {
        Some("starttls") => Tls::Starttls,
        _ => Tls::None,
    };
    if let Some(user) = dialogue.setting("user") {
        config.delivery.user = Some(user.to_string());
        config.delivery.password = Some(duban::config::Secret::new("secret"));
    }
    if let Some(command) = dialogue.setting("token_command") {
        config.delivery.token_command = Some(command.to_string());
    }
    let mut courier = Smtp::of_config(&config).unwrap();
    let verdict = dialogue.number("verdict_seconds").unwrap_or(config.delivery.timeout_seconds);
    courier.verdict = Duration::from_secs(verdict);
    let rcpts: Vec<String> =
        dialogue.setting("to").unwrap_or("wangfang@example.com").split(',').map(str::to_string).collect();
    let text = dialogue.setting("text").unwrap_or("Subject: x\\r\\n\\r\\ny\\r\\n");
    let parcel = Parcel {
        id: "1".into(),
        mail_from: dialogue.setting("from").unwrap_or("duban@example.com").into(),
        rcpts,
        bytes: dialogue::octets(text, "").into(),
    };
    let name = dialogue.name.clone();
    let letters = dialogue.number("letters").unwrap_or(1);
    let connections = dialogue.connections;
    let peer = tokio::spawn(async move {
        for turns in &connections {
            let (stream, _) = server.accept().await.unwrap();
            dialogue::play(&name, stream, turns).await;
        }
        // Nobody may come who is not in the dialogue.
        tokio::time::timeout(Duration::from_millis(200), server.accept()).await.is_err()
    });
    let mut results = Vec::new();
    for _ in 0..letters {
        results.extend(courier.deliver(parcel.clone()).await);
    }
    courier.close().await;
    let found: Vec<String> = results
        .iter()
        .map(|delivery| match delivery {
            Delivery::Taken(_) => "taken".to_string(),
            Delivery::Later(reply) => format!("later {:?}", reply.cause),
            Delivery::Refused(reply) => format!("refused {:?}", reply.cause),
        })
        .collect();
    assert_eq!(found, dialogue.claims, "{}: {results:?}", dialogue.name);
    assert!(peer.await.unwrap(), "{}: one connection too many", dialogue.name);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dialogues() {
    dialogue::play_all("submission", 'S', check).await;
}

/// Nobody listens: told at once, and the next letter does not try again at once.
#[tokio::test]
async fn nobody_there() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let mut config = Config::default();
    config.delivery.server = Some("127.0.0.1".into());
    config.delivery.port = Some(port);
    config.delivery.tls = Tls::None;
    let courier = Smtp::of_config(&config).unwrap();
    let parcel = Parcel { id: "1".into(), mail_from: String::new(), rcpts: vec!["a@b.test".into()], bytes: [].into() };
    for _ in 0..2 {
        let results = courier.deliver(parcel.clone()).await;
        assert!(matches!(&results[..], [Delivery::Later(_)]), "{results:?}");
    }
    // Somebody listens now, but not yet asked again.
    let server = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    assert!(matches!(&courier.deliver(parcel).await[..], [Delivery::Later(_)]));
    assert!(tokio::time::timeout(Duration::from_millis(100), server.accept()).await.is_err());
}
