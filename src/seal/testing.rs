//! A name server on loopback that says what a test wants, silence and failures included.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::Verifier;
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::UdpSocket;

/// Public halves of `tests/keys`.
pub const RSA: &str = "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAjiAjQEzKIX0vJvk3oksh1rqlJrIlTWTi3guhXKl2fMCJ79lQQrKSgjAonR4dXYnGpblQptkwwPvSpD8tOw9tPE9R+tVyZwqPniYh8jAQywwzNxSN6H6ffYJM+UJdqcQSwgzZFj+7EuGmKZ1GQj5IdcDibyNhAYHeWnIOmgn5xRnYTB/uSx7MONl15AiLW/2QwgPKjUQhKFp5B9qwk9N2j1Zfoxn1sa0W15LN3Iope60NNV5y4Raueuw1uFxStBkqJuA4HbI85fkrUNyEZ0qLiogguXH6hsAl0QbSg0yrm7jq3r7d8xOKh/8J8gZFuQCtCRvo6G0U/gF+uHS9Svm3NwIDAQAB";
pub const ED25519: &str = "v=DKIM1; k=ed25519; p=4Xa31HoLXnEkM6xSScelWM/Wms5bYTDp9tQx8dmZPPI=";

#[derive(Clone, Debug)]
pub enum Say {
    Txt(String),
    A(Ipv4Addr),
    /// SERVFAIL.
    Failure,
    /// No answer at all.
    Nothing,
}

/// Names in lower case without the last dot; what is not there does not exist.
#[derive(Clone)]
pub struct Names {
    said: Arc<Mutex<HashMap<String, Say>>>,
    pub address: SocketAddr,
    asked: Arc<Mutex<usize>>,
}

impl Names {
    pub async fn serve() -> Names {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let names = Names { said: Arc::default(), address: socket.local_addr().unwrap(), asked: Arc::default() };
        let own = names.clone();
        tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
                if let Some(answer) = own.answer(&buffer[..length]) {
                    socket.send_to(&answer, peer).await.unwrap();
                }
            }
        });
        names
    }

    pub fn say(&self, name: &str, what: Say) -> &Names {
        self.said.lock().unwrap().insert(name.to_lowercase(), what);
        self
    }

    pub fn txt(&self, name: &str, text: &str) -> &Names {
        self.say(name, Say::Txt(text.into()))
    }

    pub fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }

    /// A verifier that asks here and waits a blink.
    pub fn verifier(&self, sealers: &[&str]) -> Verifier {
        let sealers: Vec<String> = sealers.iter().map(|s| s.to_string()).collect();
        Verifier::new(&[self.address], &sealers, "meet.example", Duration::from_millis(300)).unwrap()
    }

    fn answer(&self, query: &[u8]) -> Option<Vec<u8>> {
        *self.asked.lock().unwrap() += 1;
        let (mut at, mut labels) = (12, Vec::new());
        while query[at] != 0 {
            let end = at + 1 + usize::from(query[at]);
            labels.push(String::from_utf8_lossy(&query[at + 1..end]).to_lowercase());
            at = end;
        }
        let question = &query[12..at + 5];
        let kind = u16::from_be_bytes([query[at + 1], query[at + 2]]);
        let said = self.said.lock().unwrap().get(&labels.join(".")).cloned();
        let (code, data) = match (said, kind) {
            (Some(Say::Nothing), _) => return None,
            (Some(Say::Failure), _) => (2, None),
            (Some(Say::Txt(text)), 16) => {
                let strings = text.as_bytes().chunks(255).flat_map(|c| [&[c.len() as u8], c].concat());
                (0, Some(strings.collect::<Vec<u8>>()))
            }
            (Some(Say::A(ip)), 1) => (0, Some(ip.octets().to_vec())),
            (Some(_), _) => (0, None),
            (None, _) => (3, None),
        };
        let mut out = query[..2].to_vec();
        out.extend([0x81, 0x80 | code, 0, 1, 0, u8::from(data.is_some()), 0, 0, 0, 0]);
        out.extend(question);
        if let Some(data) = data {
            out.extend([0xc0, 12]);
            out.extend(kind.to_be_bytes());
            out.extend([0, 1, 0, 0, 0, 0]);
            out.extend((data.len() as u16).to_be_bytes());
            out.extend(data);
        }
        Some(out)
    }
}
