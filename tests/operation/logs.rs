//! Logs hold no content, whatever the level (TRUST R6).

use crate::house::{House, minutes};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

/// An IMAP server that refuses every login and repeats what it was told.
fn rude_imap_server() -> u16 {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in server.incoming().flatten() {
            let mut out = stream.try_clone().unwrap();
            let _ = out.write_all(b"* OK ready\r\n");
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let tag = line.split(' ').next().unwrap_or_default();
                let _ = write!(out, "{tag} NO [AUTHENTICATIONFAILED] you said {line} as zebra.login@example.com\r\n");
            }
        }
    });
    port
}

#[test]
fn logs_hold_no_words_of_anybody() {
    let imap = rude_imap_server();
    let more = format!(
        "[[intake]]\nkind = \"imap\"\nserver = \"127.0.0.1\"\nport = {imap}\ntls = \"none\"\nuser = \"mailbox\"\n\
         password_file = \"zebra-password\"\n"
    );
    let mut house = House::new(&more);
    let config = std::fs::read_to_string(house.path("duban.toml")).unwrap();
    let config = config.replace("language = \"en\"", "language = \"en\"\nreply_addressing = \"plus\"");
    std::fs::write(house.path("duban.toml"), config).unwrap();
    std::fs::write(house.path("zebra-password"), "ZEBRAPASSWORD\n").unwrap();
    let people = "name,address,time_zone\nZebra Name,zebra.person@example.com,Zebra/Zone\nBob Li,bob@example.com,\nAlice Wang,alice@example.com,\nDan Zhao,dan@example.com,\n,zebra.nameless@example.com,\nTwin,zebra.person@example.com,\n";
    std::fs::write(house.path("people.csv"), people).unwrap();
    for level in ["trace", "debug", "info"] {
        house.level = level;
        house.start();
        let mail = |id: &str| {
            minutes(&format!("{level}{id}"), "ZEBRATASK")
                .replace("Launch weekly", "ZEBRASUBJECT")
                .replace("Launch on June 18", "ZEBRABODY")
                .replace("bob@example.com", "zebra.person@example.com")
                .replace("Bob Li", "Zebra Name")
        };
        // Understood, not understood, from a stranger, damaged, refused.
        assert!(house.deliver("dan@example.com", &mail("a")).unwrap().starts_with("250"));
        let odd = format!(
            "From: zebra.stranger@elsewhere.test\nTo: duban@example.com\nSubject: ZEBRASUBJECT\nMessage-ID: <{level}s@x>\n\nZEBRABODY\n"
        );
        assert!(house.deliver("zebra.stranger@elsewhere.test", &odd).unwrap().starts_with("250"));
        let broken = format!(
            "Subject: ZEBRASUBJECT\nFrom: a@b, zebra.person@example.com\nMessage-ID: <{level}x@x>\nContent-Type: multipart/mixed\n\nZEBRABODY\n"
        );
        assert!(house.deliver("", &broken).unwrap().starts_with("250"));
        house.wait_for("the mails", |house| !duban_waits(house));
        let to_zebra = |letter: &&String| {
            letter.lines().any(|line| line.starts_with("To: ") && line.contains("zebra.person@example.com"))
                && letter.contains("Reply-To: ")
                && letter.contains("duban+")
        };
        house.wait_for("a letter", |house| house.letters().iter().any(|letter| to_zebra(&letter)));
        let answer = {
            let letters = house.letters();
            let letter = letters.iter().find(to_zebra).unwrap();
            let field =
                |name: &str| letter.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_string();
            let reply_to = letter.split("duban+").nth(1).unwrap_or_default().to_string();
            let token = Some(reply_to.as_str()).and_then(|rest| rest.split('@').next()).unwrap_or_default().to_string();
            assert!(token.len() > 20, "{reply_to}");
            (field("Message-ID: "), token)
        };
        let reply = format!(
            "From: Zebra Name <zebra.person@example.com>\nTo: duban+{}@example.com\nSubject: Re: ZEBRASUBJECT\n\
             Message-ID: <{level}r@example.com>\nIn-Reply-To: {}\n\n1 ZEBRABODY confirm 1 postpone to nonsense\n",
            answer.1, answer.0
        );
        assert!(house.deliver("zebra.person@example.com", &reply).unwrap().starts_with("250"));
        house.wait_for("the answer", |house| !duban_waits(house));
        house.wait_for("the login", |house| house.log().contains("login"));
        house.signal("-HUP");
        house.ok(&["compact"]);
        house.stop();
        let log = house.log();
        assert!(log.lines().count() > 10);
        for marker in [
            "ZEBRASUBJECT",
            "ZEBRABODY",
            "ZEBRATASK",
            "ZEBRAPASSWORD",
            "zebra.person",
            "zebra.stranger",
            "zebra.nameless",
            "zebra.login",
            "Zebra Name",
            answer.1.as_str(),
        ] {
            let hits: Vec<&str> =
                log.lines().filter(|line| line.to_lowercase().contains(&marker.to_lowercase())).take(3).collect();
            assert!(hits.is_empty(), "{level}: {marker} stands in the log: {hits:#?}");
        }
    }
}

fn duban_waits(house: &House) -> bool {
    house.get("/metrics").1.contains("duban_queue_length{queue=\"inbox\"}") && {
        let metrics = house.get("/metrics").1;
        !metrics.contains("duban_queue_length{queue=\"inbox\"} 0")
    }
}
