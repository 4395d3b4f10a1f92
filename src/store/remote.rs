//! The rows of a running daemon, lent to the command line over a Unix socket in the data folder.
//!
//! Only one process may hold a data folder. Where the daemon holds it, `duban list`, `ingest`, `outbox release` and their
//! like ask it through `control`, a socket that only its own user can open. A frame is a length u32 and a body; a request
//! begins with a letter for what is asked, an answer with `+` (done), `!` (conflict) or `-` (a sentence why not). Rows go
//! as in the journal's payload. A commit is answered when it is durable.

use super::group::{DiskStore, Options};
use super::journal::{decode_changes, encode_changes};
use super::{Batch, Change, Key, Place, Result, Store, StoreError, Ticket, Value, Waiter};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const SOCKET: &str = "control";
/// A frame holds at most a mail and its rows.
const FRAME_BYTES_MAX: usize = 96 << 20;
/// Conversations at once; the command line is not a crowd.
const CONVERSATIONS_MAX: usize = 16;
/// Rows asked for at once; longer walks come in steps.
const SCAN_ROWS_MAX: usize = 10_000;
/// How long a daemon that is just starting is waited for.
const CONNECT_TRIES: u32 = 20;
const CONNECT_PAUSE: Duration = Duration::from_millis(50);

/// A socket's path may have 107 bytes; a folder's handle makes any path short enough.
fn socket_path(dir: &Path) -> io::Result<(PathBuf, Option<File>)> {
    let path = dir.join(SOCKET);
    if path.as_os_str().len() < 100 {
        return Ok((path, None));
    }
    let handle = File::open(dir)?;
    Ok((PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", handle.as_raw_fd())), Some(handle)))
}

fn write_frame(stream: &mut UnixStream, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len()).map_err(io::Error::other)?;
    let mut frame = Vec::with_capacity(body.len() + 4);
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(body);
    stream.write_all(&frame)
}

/// `None`: the other side has hung up.
fn read_frame(stream: &mut UnixStream) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0u8; 4];
    match stream.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > FRAME_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the frame is too long"));
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Some(body))
}

fn rows_of(rows: Vec<(Key, Value)>) -> Vec<u8> {
    let changes: Vec<Change> =
        rows.into_iter().map(|(key, value)| Change { key, value: Some(value.to_vec()) }).collect();
    encode_changes(&changes)
}

/// Carries out what only the daemon may do while it holds the store: a request and its answer, JSON.
pub type Upkeeper = Arc<dyn Fn(&[u8]) -> Result<Vec<u8>> + Send + Sync>;

/// The daemon's side: answers until it is dropped.
pub struct Counter {
    dir: PathBuf,
    stop: Arc<AtomicBool>,
}

impl Counter {
    /// Opens the socket. `committed` is called after each commit of a visitor: there may be mail to read or to send.
    pub fn open(
        dir: &Path,
        store: Arc<dyn Store>,
        committed: Arc<dyn Fn() + Send + Sync>,
        upkeep: Upkeeper,
    ) -> Result<Counter> {
        let doing = || format!("opening {}", dir.join(SOCKET).display());
        let (path, handle) = socket_path(dir).map_err(|e| StoreError::io(doing(), e))?;
        // The folder is ours (locked), so a socket that is there already is of a daemon that is gone.
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path).map_err(|e| StoreError::io(doing(), e))?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
            .map_err(|e| StoreError::io(doing(), e))?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        std::thread::Builder::new()
            .name("control".into())
            .stack_size(256 << 10)
            .spawn(move || {
                let _handle = handle;
                let talking = Arc::new(AtomicUsize::new(0));
                for stream in listener.incoming() {
                    if stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    let Ok(stream) = stream else { continue };
                    if talking.fetch_add(1, Ordering::Relaxed) >= CONVERSATIONS_MAX {
                        talking.fetch_sub(1, Ordering::Relaxed);
                        continue;
                    }
                    let (store, committed, count) = (store.clone(), committed.clone(), talking.clone());
                    let upkeep = upkeep.clone();
                    let spawned = std::thread::Builder::new().name("visitor".into()).spawn(move || {
                        if let Err(error) = converse(stream, &*store, &*committed, &upkeep) {
                            tracing::debug!(%error, "a visitor of the control socket went away");
                        }
                        count.fetch_sub(1, Ordering::Relaxed);
                    });
                    if spawned.is_err() {
                        talking.fetch_sub(1, Ordering::Relaxed);
                    }
                }
            })
            .map_err(|e| StoreError::io(doing(), e))?;
        Ok(Counter { dir: dir.to_path_buf(), stop })
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Ok((path, _handle)) = socket_path(&self.dir) {
            // Wakes the thread that waits for a visitor.
            let _ = UnixStream::connect(&path);
            let _ = std::fs::remove_file(&path);
        }
    }
}

fn converse(mut stream: UnixStream, store: &dyn Store, committed: &dyn Fn(), upkeep: &Upkeeper) -> io::Result<()> {
    while let Some(request) = read_frame(&mut stream)? {
        let answered = match request.split_first() {
            Some((b'u', rest)) => upkeep(rest),
            _ => answer(&request, store, committed),
        };
        let answer = match answered {
            Ok(body) => [b"+".as_slice(), &body].concat(),
            Err(StoreError::Conflict) => b"!".to_vec(),
            Err(error) => [b"-".as_slice(), error.to_string().as_bytes()].concat(),
        };
        write_frame(&mut stream, &answer)?;
    }
    Ok(())
}

fn malformed() -> StoreError {
    StoreError::io(
        "answering on the control socket",
        io::Error::new(io::ErrorKind::InvalidData, "not a request of ours"),
    )
}

fn u64_of(bytes: &[u8], at: usize) -> Result<u64> {
    let found = bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
    found.ok_or_else(malformed)
}

fn answer(request: &[u8], store: &dyn Store, committed: &dyn Fn()) -> Result<Vec<u8>> {
    let (what, rest) = request.split_first().ok_or_else(malformed)?;
    match what {
        b'g' => Ok(match store.get(rest)? {
            Some(value) => [b"1".as_slice(), &value].concat(),
            None => b"0".to_vec(),
        }),
        b's' | b'z' => {
            let limit = usize::try_from(u64_of(rest, 0)?).unwrap_or(SCAN_ROWS_MAX).min(SCAN_ROWS_MAX);
            let ends = rest.get(8..).and_then(decode_changes).ok_or_else(malformed)?;
            let [from, to] = ends.as_slice() else { return Err(malformed()) };
            let rows = match what {
                b's' => store.scan(&from.key, &to.key, limit)?,
                _ => store.scan_back(&from.key, &to.key, limit)?,
            };
            Ok(rows_of(rows))
        }
        b'b' => {
            let place = std::str::from_utf8(rest).ok().and_then(Place::parse).ok_or_else(malformed)?;
            Ok(store.blob(&place)?.to_vec())
        }
        b'p' => Ok(store.put_blob(rest)?.to_string().into_bytes()),
        b'e' => Ok(store.epoch().to_le_bytes().to_vec()),
        b'c' => {
            let moment = u64_of(rest, 0)?.cast_signed();
            let epoch = u64_of(rest, 8)?;
            let cause = rest.get(16..48).and_then(|b| b.try_into().ok()).ok_or_else(malformed)?;
            let split = 56 + usize::try_from(u64_of(rest, 48)?).map_err(|_| malformed())?;
            let changes = rest.get(56..split).and_then(decode_changes).ok_or_else(malformed)?;
            let expects = rest.get(split..).and_then(decode_changes).ok_or_else(malformed)?;
            let expects = expects.into_iter().map(|row| (row.key, row.value)).collect();
            let ticket = store.commit(Batch { moment, cause, epoch, changes, expects })?;
            store.sync(ticket)?;
            committed();
            Ok([ticket.sequence.to_le_bytes(), ticket.epoch.to_le_bytes()].concat())
        }
        _ => Err(malformed()),
    }
}

/// The visitor's side.
pub struct RemoteStore {
    stream: Mutex<UnixStream>,
    last: Mutex<Ticket>,
}

impl RemoteStore {
    /// Connects to the daemon that holds `dir`.
    pub fn connect(dir: &Path) -> Result<RemoteStore> {
        let (path, _handle) = socket_path(dir).map_err(|e| StoreError::io("finding the control socket", e))?;
        let stream = UnixStream::connect(&path).map_err(|_| StoreError::Locked(dir.to_path_buf()))?;
        Ok(RemoteStore { stream: Mutex::new(stream), last: Mutex::new(Ticket { sequence: 0, epoch: 0 }) })
    }

    fn ask(&self, what: u8, rest: &[u8]) -> Result<Vec<u8>> {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let mut body = Vec::with_capacity(rest.len() + 1);
        body.push(what);
        body.extend_from_slice(rest);
        let answer = write_frame(&mut stream, &body).and_then(|()| read_frame(&mut stream));
        let answer = answer.map_err(|e| StoreError::io("asking the daemon", e))?;
        match answer.as_deref().and_then(<[u8]>::split_first) {
            Some((b'+', rest)) => Ok(rest.to_vec()),
            Some((b'!', _)) => Err(StoreError::Conflict),
            Some((b'-', why)) => Err(StoreError::Closed(String::from_utf8_lossy(why).into_owned())),
            _ => Err(StoreError::Closed("the daemon has ended".into())),
        }
    }

    /// Asks the daemon for what only it may do; see [`Upkeeper`].
    pub fn upkeep(&self, request: &[u8]) -> Result<Vec<u8>> {
        self.ask(b'u', request)
    }

    fn walk(&self, what: u8, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>> {
        let mut rows: Vec<(Key, Value)> = Vec::new();
        let (mut from, mut to) = (from.to_vec(), to.to_vec());
        while rows.len() < limit {
            let step = (limit - rows.len()).min(SCAN_ROWS_MAX);
            let mut request = (step as u64).to_le_bytes().to_vec();
            let end = |key: &Key| Change { key: key.clone(), value: None };
            request.extend_from_slice(&encode_changes(&[end(&from), end(&to)]));
            let found = decode_changes(&self.ask(what, &request)?).ok_or_else(malformed)?;
            let full = found.len() == step;
            rows.extend(found.into_iter().map(|row| (row.key, row.value.unwrap_or_default().into())));
            match rows.last() {
                Some((key, _)) if full && what == b's' => {
                    from.clone_from(key);
                    from.push(0);
                }
                Some((key, _)) if full => to.clone_from(key),
                _ => break,
            }
        }
        Ok(rows)
    }
}

impl Store for RemoteStore {
    fn get(&self, key: &[u8]) -> Result<Option<Value>> {
        let answer = self.ask(b'g', key)?;
        match answer.split_first() {
            Some((b'1', value)) => Ok(Some(value.into())),
            Some(_) => Ok(None),
            None => Err(malformed()),
        }
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>> {
        self.walk(b's', from, to, limit)
    }

    fn scan_back(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Key, Value)>> {
        self.walk(b'z', from, to, limit)
    }

    fn put_blob(&self, bytes: &[u8]) -> Result<Place> {
        let text = self.ask(b'p', bytes)?;
        std::str::from_utf8(&text).ok().and_then(Place::parse).ok_or_else(malformed)
    }

    fn blob(&self, place: &Place) -> Result<Value> {
        Ok(self.ask(b'b', place.to_string().as_bytes())?.into())
    }

    fn epoch(&self) -> u64 {
        // A daemon that does not answer refuses the commit as well.
        self.ask(b'e', b"").ok().and_then(|bytes| u64_of(&bytes, 0).ok()).unwrap_or_default()
    }

    fn commit(&self, batch: Batch) -> Result<Ticket> {
        let changes = encode_changes(&batch.changes);
        let expects: Vec<Change> = batch.expects.into_iter().map(|(key, value)| Change { key, value }).collect();
        let mut request = batch.moment.to_le_bytes().to_vec();
        request.extend_from_slice(&batch.epoch.to_le_bytes());
        request.extend_from_slice(&batch.cause);
        request.extend_from_slice(&(changes.len() as u64).to_le_bytes());
        request.extend_from_slice(&changes);
        request.extend_from_slice(&encode_changes(&expects));
        let answer = self.ask(b'c', &request)?;
        let ticket = Ticket { sequence: u64_of(&answer, 0)?, epoch: u64_of(&answer, 8)? };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = ticket;
        Ok(ticket)
    }

    fn tip(&self) -> Ticket {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A commit is answered when it is durable.
    fn sync(&self, _ticket: Ticket) -> Result<()> {
        Ok(())
    }

    fn when_durable(&self, _ticket: Ticket, waiter: Waiter) {
        waiter(Ok(()));
    }
}

/// Opens the store in `dir`, or speaks to the daemon that has it open.
pub fn attach(dir: &Path, options: Options) -> Result<Arc<dyn Store>> {
    let mut tries = 0;
    loop {
        match DiskStore::open(dir, options.clone()) {
            Ok(store) => return Ok(Arc::new(store)),
            Err(StoreError::Locked(_)) => {}
            Err(error) => return Err(error),
        }
        match RemoteStore::connect(dir) {
            Ok(store) => return Ok(Arc::new(store)),
            // It is just starting, or just ending.
            Err(_) if tries < CONNECT_TRIES => {
                tries += 1;
                std::thread::sleep(CONNECT_PAUSE);
            }
            Err(error) => return Err(error),
        }
    }
}
