//! Plays one side of a dialogue written as text against the program.
//!
//! `C:` is the client's line, `S:` the server's; the side that is played is sent, the other is expected. A sent line ends
//! in CRLF unless it is written `C=` or `S=`. `\r \n \0 \\ \xNN` are octets, `{x*4096}` repeats, `{tag}` is the first
//! word of the last line received that has more than one. In an expected line `*` stands for anything. `<closed>` expects the end,
//! `<connection>` begins the next one, `<tls>` starts TLS (server side). `#` begins a comment.

use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// How long the program may take to say its next line.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Clone, Debug)]
pub enum Turn {
    Send(String),
    Expect(String),
    Closed,
}

/// A file: settings above the first turn (`name: value`), then connections.
#[derive(Debug, Default)]
pub struct Dialogue {
    pub name: String,
    pub settings: Vec<(String, String)>,
    pub connections: Vec<Vec<Turn>>,
    /// Lines beginning with `=`: what must hold afterwards.
    pub claims: Vec<String>,
}

impl Dialogue {
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        self.setting(name).map(|value| value.parse().expect("a number"))
    }
}

/// Every dialogue of a folder below `tests/wire/`.
pub fn all(folder: &str, me: char) -> Vec<Dialogue> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire").join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    paths.iter().map(|path| parse(path, me)).collect()
}

/// Plays every dialogue of a folder at once; all that fail are named.
pub async fn play_all<F: Future<Output = ()>>(folder: &str, me: char, check: impl Fn(Dialogue) -> F) {
    use futures::FutureExt;
    let plays = all(folder, me).into_iter().map(|dialogue| {
        let name = dialogue.name.clone();
        std::panic::AssertUnwindSafe(check(dialogue)).catch_unwind().map(move |played| (name, played.is_ok()))
    });
    let played = futures::future::join_all(plays).await;
    let failed: Vec<&str> = played.iter().filter(|(_, well)| !well).map(|(name, _)| name.as_str()).collect();
    println!("{folder}: {} dialogues", played.len());
    assert!(failed.is_empty(), "{failed:?}");
}

fn parse(path: &Path, me: char) -> Dialogue {
    let text = std::fs::read_to_string(path).unwrap();
    let mut dialogue = Dialogue {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        connections: vec![Vec::new()],
        ..Dialogue::default()
    };
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let turns = dialogue.connections.last_mut().unwrap();
        match (line.get(..2), line.get(3..).unwrap_or_default()) {
            (Some("C:" | "S:"), rest) if line.starts_with(me) => turns.push(Turn::Send(format!("{rest}\\r\\n"))),
            (Some("C=" | "S="), rest) if line.starts_with(me) => turns.push(Turn::Send(rest.to_string())),
            (Some("C:" | "S:"), "<closed>") => turns.push(Turn::Closed),
            (Some("C:" | "S:"), rest) => turns.push(Turn::Expect(rest.to_string())),
            (Some("= "), _) => dialogue.claims.push(line[2..].to_string()),
            _ if line == "<connection>" => dialogue.connections.push(Vec::new()),
            _ => {
                let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("{}: {line}", dialogue.name));
                dialogue.settings.push((name.trim().to_string(), value.trim().to_string()));
            }
        }
    }
    dialogue
}

/// Octets of a sent line.
pub fn octets(text: &str, tag: &str) -> Vec<u8> {
    let text = text.replace("{tag}", tag);
    let mut out = Vec::new();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let (piece, used): (Vec<u8>, usize) = match (c, rest.as_bytes().get(1)) {
            ('\\', Some(b'r')) => (b"\r".to_vec(), 2),
            ('\\', Some(b'n')) => (b"\n".to_vec(), 2),
            ('\\', Some(b'0')) => (b"\0".to_vec(), 2),
            ('\\', Some(b'\\')) => (b"\\".to_vec(), 2),
            ('\\', Some(b'x')) => (vec![u8::from_str_radix(&rest[2..4], 16).unwrap()], 4),
            ('{', _) if rest.split('}').next().is_some_and(|inner| inner.contains('*')) => {
                let inner = &rest[1..rest.find('}').unwrap()];
                let (what, times) = inner.rsplit_once('*').unwrap();
                (octets(what, tag).repeat(times.parse().unwrap()), inner.len() + 2)
            }
            _ => (c.to_string().into_bytes(), c.len_utf8()),
        };
        out.extend(piece);
        rest = &rest[used..];
    }
    out
}

/// `*` stands for anything.
pub fn matches(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        last = Some(part);
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    match last {
        None => rest.is_empty(),
        Some(part) => line.ends_with(part),
    }
}

/// Plays the turns over a stream; panics at the first surprise.
pub async fn play<S: AsyncRead + AsyncWrite + Unpin>(name: &str, mut stream: S, turns: &[Turn]) {
    let mut buffer: Vec<u8> = Vec::new();
    let mut tag = String::new();
    for turn in turns {
        match turn {
            Turn::Send(text) => {
                // The program may have hung up already; the next expectation will tell.
                let _ = stream.write_all(&octets(text, &tag)).await;
                let _ = stream.flush().await;
            }
            Turn::Expect(pattern) => {
                let line = line(name, &mut stream, &mut buffer, pattern).await;
                if let Some((first, _)) = line.split_once(' ') {
                    tag = first.to_string();
                }
                assert!(matches(pattern, &line), "{name}: expected {pattern:?}, found {line:?}");
            }
            Turn::Closed => {
                let mut more = Vec::new();
                let end = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut more)).await;
                assert!(end.is_ok(), "{name}: the connection stayed open");
                let more = [buffer.as_slice(), &more].concat();
                assert!(more.is_empty(), "{name}: before the end came {:?}", String::from_utf8_lossy(&more));
            }
        }
    }
}

async fn line<S: AsyncRead + Unpin>(name: &str, stream: &mut S, buffer: &mut Vec<u8>, pattern: &str) -> String {
    loop {
        if let Some(at) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=at).collect();
            return String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_string();
        }
        let read = tokio::time::timeout(PATIENCE, stream.read_buf(buffer)).await;
        let read = read.unwrap_or_else(|_| panic!("{name}: nothing came, expected {pattern:?}"));
        assert!(
            matches!(read, Ok(1..)),
            "{name}: the connection ended, expected {pattern:?}, have {:?}",
            String::from_utf8_lossy(buffer)
        );
    }
}
