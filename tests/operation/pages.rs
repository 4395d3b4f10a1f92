//! `/healthz` and `/metrics` (SPEC 9.4).

use crate::house::{House, free_port, minutes};
use std::io::{Read, Write};
use std::net::TcpStream;

fn value(metrics: &str, name: &str) -> f64 {
    let line = metrics.lines().find(|line| line.split(' ').next() == Some(name));
    line.unwrap_or_else(|| panic!("{name} is missing in\n{metrics}")).rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn a_monitor_sees_numbers_and_no_words() {
    let mut house = House::new("");
    house.start();
    assert_eq!(house.get("/healthz"), (200, "ok\n".into()));
    assert!(house.deliver("dan@example.com", &minutes("m1", "submit the campaign plan")).unwrap().starts_with("250"));
    house.wait_for("letters", |house| house.letters().len() >= 2);
    // A file is there a moment before it is counted.
    house.wait_for("the count", |house| {
        let metrics = house.get("/metrics").1;
        metrics.contains("{outcome=\"sent\"}") && value(&metrics, "duban_letters_total{outcome=\"sent\"}") >= 2.0
    });
    let (status, metrics) = house.get("/metrics");
    assert_eq!(status, 200);
    assert_eq!(value(&metrics, "duban_up"), 1.0);
    assert_eq!(value(&metrics, "duban_mails_total{verdict=\"accept\"}"), 1.0);
    assert_eq!(value(&metrics, "duban_intake_up{intake=\"0\",kind=\"lmtp\"}"), 1.0);
    assert_eq!(value(&metrics, "duban_delivery_up"), 1.0);
    assert!(value(&metrics, "duban_journal_entry") > 2.0);
    assert_eq!(value(&metrics, "duban_queue_length{queue=\"inbox\"}"), 0.0);
    assert_eq!(value(&metrics, "duban_queue_length{queue=\"held\"}"), 0.0);
    for word in ["example.com", "@", "campaign", "Bob", "Launch"] {
        assert!(!metrics.contains(word), "{word} in {metrics}");
    }
    // Every line is a comment or a number with a name (Prometheus text format 0.0.4).
    for line in metrics.lines().filter(|line| !line.starts_with("# ")) {
        let (name, number) = line.rsplit_once(' ').unwrap();
        assert!(name.starts_with("duban_") && number.parse::<f64>().is_ok(), "{line}");
    }
    assert_eq!(house.get("/").0, 404);
}

/// Requests that are none, slow visitors, and more of them than there are seats: nobody else waits.
#[test]
fn rude_visitors_are_sent_away() {
    let mut house = House::new("");
    house.start();
    let ask = |text: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", house.web)).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    };
    assert!(ask("POST /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
    assert!(ask("nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
    assert!(ask(&format!("GET /{} HTTP/1.1\r\n", "x".repeat(9000))).starts_with("HTTP/1.1 400 "));
    let head = ask("HEAD /healthz HTTP/1.1\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200 ") && head.ends_with("\r\n\r\n"), "{head}");
    let slow: Vec<TcpStream> = (0..40).map(|_| TcpStream::connect(("127.0.0.1", house.web)).unwrap()).collect();
    drop(slow);
    house.wait_for("a seat", |house| {
        let mut stream = TcpStream::connect(("127.0.0.1", house.web)).unwrap();
        let mut answer = String::new();
        stream.write_all(b"GET /healthz HTTP/1.1\r\n\r\n").is_ok()
            && stream.read_to_string(&mut answer).is_ok()
            && answer.starts_with("HTTP/1.1 200 ")
    });
    // Mail goes on meanwhile.
    assert!(house.deliver("dan@example.com", &minutes("m1", "x")).unwrap().starts_with("250"));
}

/// Only on loopback, whatever somebody writes into the configuration.
#[test]
fn strangers_cannot_reach_it() {
    let house = House::new("");
    let config = std::fs::read_to_string(house.path("duban.toml")).unwrap();
    let open = config
        .replace(&format!("listen = \"127.0.0.1:{}\"\n[[intake]]", house.web), "listen = \"0.0.0.0:2480\"\n[[intake]]");
    assert_ne!(config, open);
    std::fs::write(house.path("duban.toml"), open).unwrap();
    let output = house.run(&["serve"]);
    assert_eq!(output.status.code(), Some(78));
    assert!(String::from_utf8_lossy(&output.stderr).contains("loopback"));
}

/// A server that cannot be reached shows at once.
#[test]
fn a_dead_server_is_seen() {
    let more = format!("[delivery]\nkind = \"smtp\"\nserver = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", free_port());
    let mut house = House::new(&more);
    house.start();
    assert!(house.deliver("dan@example.com", &minutes("m1", "submit the campaign plan")).unwrap().starts_with("250"));
    house.wait_for("a try", |house| house.get("/metrics").1.contains("duban_delivery_up 0"));
    let metrics = house.get("/metrics").1;
    assert!(value(&metrics, "duban_queue_length{queue=\"outbox\"}") >= 1.0);
    // Not dead yet: that takes a quarter of an hour.
    assert_eq!(house.get("/healthz").0, 200);
}
