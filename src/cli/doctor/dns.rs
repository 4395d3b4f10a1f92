//! A DNS question and its answer (RFC 1035), as much as `doctor` needs: TXT and MX of one name.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(2);
/// Pointers in one name; more is a circle.
const POINTERS_MAX: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Mx = 15,
    Txt = 16,
}

/// The servers of /etc/resolv.conf.
pub fn servers() -> Vec<SocketAddr> {
    let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("nameserver"))
        .filter_map(|address| address.trim().split('%').next()?.parse::<IpAddr>().ok())
        .map(|ip| SocketAddr::new(ip, 53))
        .collect()
}

/// The records of a name as text; none is an empty list, no answer an error.
pub fn ask(name: &str, kind: Kind, servers: &[SocketAddr]) -> io::Result<Vec<String>> {
    let mut last = io::Error::other("there is no name server in /etc/resolv.conf");
    for server in servers {
        match ask_one(name, kind, *server) {
            Ok(records) => return Ok(records),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn ask_one(name: &str, kind: Kind, server: SocketAddr) -> io::Result<Vec<String>> {
    let question = question(name, kind)?;
    let socket = UdpSocket::bind(if server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" })?;
    socket.connect(server)?;
    socket.set_read_timeout(Some(TIMEOUT))?;
    socket.send(&question)?;
    let mut buffer = vec![0; 4096];
    let length = socket.recv(&mut buffer)?;
    buffer.truncate(length);
    // TC: the answer is too long for UDP.
    if buffer.get(2).is_some_and(|flags| flags & 2 != 0) {
        buffer = over_tcp(&question, server)?;
    }
    if buffer.get(..2) != question.get(..2) {
        return Err(io::Error::other("an answer to another question came"));
    }
    records(&buffer, kind).ok_or_else(|| io::Error::other("the name server's answer is malformed"))?
}

fn over_tcp(question: &[u8], server: SocketAddr) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&server, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.write_all(&u16::try_from(question.len()).map_err(io::Error::other)?.to_be_bytes())?;
    stream.write_all(question)?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

fn question(name: &str, kind: Kind) -> io::Result<Vec<u8>> {
    use std::hash::{BuildHasher, Hasher};
    let id = std::collections::hash_map::RandomState::new().build_hasher().finish() as u16;
    let mut out = id.to_be_bytes().to_vec();
    // Recursion desired; one question.
    out.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.trim_end_matches('.').split('.') {
        let length = u8::try_from(label.len()).ok().filter(|length| (1..64).contains(length));
        out.push(length.ok_or_else(|| io::Error::other(format!("{name:?} is no host name")))?);
        out.extend(label.as_bytes());
    }
    out.extend([0, 0, kind as u8, 0, 1]);
    Ok(out)
}

/// None where the message is malformed; an error where the server says that it failed.
fn records(message: &[u8], kind: Kind) -> Option<io::Result<Vec<String>>> {
    let u16_at = |at: usize| Some(u16::from_be_bytes([*message.get(at)?, *message.get(at + 1)?]));
    match message.get(3)? & 15 {
        0 => {}
        // NXDOMAIN: there is nothing.
        3 => return Some(Ok(Vec::new())),
        code => return Some(Err(io::Error::other(format!("the name server failed (code {code})")))),
    }
    let mut at = 12;
    for _ in 0..u16_at(4)? {
        at = read_name(message, at)?.1 + 4;
    }
    let mut found = Vec::new();
    for _ in 0..u16_at(6)? {
        at = read_name(message, at)?.1;
        let (record_kind, length) = (u16_at(at)?, usize::from(u16_at(at + 8)?));
        let data = at + 10;
        let bytes = message.get(data..data + length)?;
        if record_kind == kind as u16 {
            found.push(match kind {
                Kind::Mx => read_name(message, data + 2)?.0,
                Kind::Txt => {
                    let mut text = Vec::new();
                    let mut rest = bytes;
                    while let Some((length, after)) = rest.split_first() {
                        let (part, after) = after.split_at_checked(usize::from(*length))?;
                        text.extend_from_slice(part);
                        rest = after;
                    }
                    String::from_utf8_lossy(&text).into_owned()
                }
            });
        }
        at = data + length;
    }
    Some(Ok(found))
}

/// A name, possibly compressed (§4.1.4), and where it ends.
fn read_name(message: &[u8], start: usize) -> Option<(String, usize)> {
    let (mut name, mut at, mut end, mut pointers) = (String::new(), start, None, 0);
    loop {
        let length = *message.get(at)?;
        match length {
            0 => return Some((name, end.unwrap_or(at + 1))),
            192.. => {
                pointers += 1;
                if pointers > POINTERS_MAX {
                    return None;
                }
                end.get_or_insert(at + 2);
                at = usize::from(u16::from_be_bytes([length & 63, *message.get(at + 1)?]));
            }
            64.. => return None,
            _ => {
                let label = message.get(at + 1..at + 1 + usize::from(length))?;
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(&String::from_utf8_lossy(label));
                at += 1 + usize::from(length);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    /// Header, one question for `a.b`, then the given answer records, whose names point to the question.
    fn answer(kind: Kind, data: &[&[u8]]) -> Vec<u8> {
        let mut message = vec![1, 2, 0x81, 0x80, 0, 1, 0, data.len() as u8, 0, 0, 0, 0];
        message.extend([1, b'a', 1, b'b', 0, 0, kind as u8, 0, 1]);
        for data in data {
            message.extend([0xc0, 12, 0, kind as u8, 0, 1, 0, 0, 0, 60, 0, data.len() as u8]);
            message.extend_from_slice(data);
        }
        message
    }

    #[test]
    fn answers_are_read() {
        let txt = answer(Kind::Txt, &[b"\x06v=spf1\x05 -all", b"\x01x"]);
        assert_eq!(records(&txt, Kind::Txt).unwrap().unwrap(), ["v=spf1 -all", "x"]);
        let mx = answer(Kind::Mx, &[b"\x00\x0a\x02mx\xc0\x0c"]);
        assert_eq!(records(&mx, Kind::Mx).unwrap().unwrap(), ["mx.a.b"]);
        let mut nobody = answer(Kind::Txt, &[]);
        nobody[3] = 0x83;
        assert!(records(&nobody, Kind::Txt).unwrap().unwrap().is_empty());
        nobody[3] = 0x82;
        assert!(records(&nobody, Kind::Txt).unwrap().is_err());
    }

    #[test]
    fn circles_and_cuts_end() {
        let mut circle = answer(Kind::Mx, &[b"\x00\x0a\xc0\x21"]);
        let at = circle.len() - 2;
        circle[at + 1] = at as u8;
        assert!(records(&circle, Kind::Mx).is_none());
        let whole = answer(Kind::Txt, &[b"\x06v=spf1"]);
        for cut in 0..whole.len() {
            records(&whole[..cut], Kind::Txt);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..120)) {
            let mut message = answer(Kind::Txt, &[]);
            message[7] = 3;
            message.extend(bytes);
            records(&message, Kind::Txt);
            records(&message, Kind::Mx);
        }
    }
}
