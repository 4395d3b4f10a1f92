//! Office files are read in a process of their own (TRUST P5, P6): this very program, started again as `read-office`.
//!
//! What parses a stranger's .docx can be made to eat memory, to run for ever, to overflow its stack. In the daemon that
//! would be everybody's fault; here it is the fault of one file, which is then told of as "could not be read" (O36). The
//! child limits itself before it looks at a byte: memory, time, no file, no socket, nothing written, no core; where the
//! kernel has Landlock, it is shut in by that as well, files, connections and signals alike. A child that answered a small
//! file at once reads the next one, too: its start costs more than the reading. Its limits are of its whole life, so it is
//! let go long before it comes near them, and after anything else. Once one was needed, the next one stands ready, so that
//! nobody waits for a start.
//!
//! Over its pipes go length u32 and name, length u32 and bytes (numbers little-endian); back comes length u32 and the
//! [`Document`] as JSON.

pub mod convert;

use crate::document::Document;
use convert::Converters;
use landlock::{ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, Scope};
use std::fmt;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

/// Memory that reading may take beside the program itself.
const MEMORY_BYTES_MAX: u64 = 256 << 20;
/// Processor time for one file.
const CPU_SECONDS_MAX: u64 = 2;
/// How long the daemon waits for one: on a busy machine two seconds of work take longer.
const PATIENCE: Duration = Duration::from_secs(20);
/// A child that read so many files, so much, or for so long is let go: what it has left of its limits is the next file's.
const FILES_MAX: u32 = 16;
const FILES_BYTES_MAX: usize = 4 << 20;
const FILES_TIME_MAX: Duration = Duration::from_millis(100);
/// An answer beyond this is no document of ours.
const ANSWER_BYTES_MAX: usize = 256 << 20;

/// How attached files are read.
#[derive(Clone, Default)]
pub struct FileReader {
    apart: Option<Arc<Apart>>,
    /// What turns files of other kinds into text (O36).
    converters: Converters,
}

impl fmt::Debug for FileReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.apart.is_some() { "FileReader(apart)" } else { "FileReader(here)" })
    }
}

impl FileReader {
    /// In this process, with the same limits of content: for looking at a file, and for simulations.
    pub fn here() -> FileReader {
        FileReader::default()
    }

    /// In a process of its own. `program` is this program.
    pub fn apart(program: PathBuf) -> FileReader {
        if let Some(why) = no_landlock() {
            tracing::warn!(why, "office files are read under resource limits alone");
        }
        FileReader::apart_within(program, PATIENCE)
    }

    /// The same with less patience, for tests of exactly that.
    pub fn apart_within(program: PathBuf, patience: Duration) -> FileReader {
        FileReader {
            apart: Some(Arc::new(Apart { program, ready: Mutex::default(), patience })),
            ..FileReader::default()
        }
    }

    /// The same, with office files read in a process of their own.
    #[must_use]
    pub fn kept_apart(self, program: PathBuf) -> FileReader {
        FileReader { apart: FileReader::apart(program).apart, ..self }
    }

    /// The same with programs for .doc, .pdf, .rtf.
    #[must_use]
    pub fn converting(self, converters: Converters) -> FileReader {
        FileReader { converters, ..self }
    }

    /// Whether files of this name are turned into text by a program.
    pub fn converts(&self, name: &str) -> bool {
        self.converters.of(name).is_some()
    }

    pub fn read(&self, name: &str, bytes: &[u8]) -> Document {
        if let Some(command) = self.converters.of(name) {
            return convert::read(name, bytes, command);
        }
        match &self.apart {
            Some(apart) if is_office(name, bytes) => apart.read(name, bytes),
            _ => Document::from_file(name, bytes),
        }
    }
}

/// Whether a file is read by the parsers that are kept apart.
fn is_office(name: &str, bytes: &[u8]) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    matches!(ending.as_str(), "docx" | "docm" | "xlsx" | "xlsm" | "xls" | "zip")
        || bytes.starts_with(b"PK\x03\x04")
        || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0])
}

struct Apart {
    program: PathBuf,
    /// One that was started ahead.
    ready: Mutex<Option<Reader>>,
    patience: Duration,
}

/// A child that waits for its file. It is gone when this is dropped.
struct Reader {
    child: Child,
    /// What it has read: files, their bytes, and how long that took.
    files: u32,
    bytes: usize,
    time: Duration,
}

impl Reader {
    /// Whether it has enough of its limits left for any file.
    fn is_fresh(&self) -> bool {
        self.files < FILES_MAX && self.bytes < FILES_BYTES_MAX && self.time < FILES_TIME_MAX
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Apart {
    fn start(&self) -> io::Result<Reader> {
        Command::new(&self.program)
            .arg("read-office")
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map(|child| Reader { child, files: 0, bytes: 0, time: Duration::ZERO })
    }

    fn ready(&self) -> std::sync::MutexGuard<'_, Option<Reader>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, name: &str, bytes: &[u8]) -> Document {
        let waiting = self.ready().take();
        // One that died while it waited is no file's fault.
        let alive = waiting.and_then(|mut reader| matches!(reader.child.try_wait(), Ok(None)).then_some(reader));
        let read = alive.map_or_else(|| self.start(), Ok).and_then(|reader| self.ask(reader, name, bytes));
        let (read, next) = match read {
            Ok((document, next)) => (Ok(document), next),
            Err(error) => (Err(error), None),
        };
        match next.map_or_else(|| self.start(), Ok) {
            Ok(next) => *self.ready() = Some(next),
            Err(error) => tracing::warn!(%error, "no reader of office files stands ready"),
        }
        match read {
            Ok(document) => document,
            Err(error) => {
                tracing::warn!(%error, "an office file could not be read");
                Document::unreadable(name)
            }
        }
    }

    /// What a child makes of a file; and the child, where it may read another.
    fn ask(&self, mut reader: Reader, name: &str, bytes: &[u8]) -> io::Result<(Document, Option<Reader>)> {
        let (Some(mut input), Some(mut output)) = (reader.child.stdin.take(), reader.child.stdout.take()) else {
            return Err(io::Error::other("it has no pipes"));
        };
        let began = Instant::now();
        let (tell, told) = mpsc::channel();
        std::thread::Builder::new().name("office".into()).spawn(move || {
            // Who waits may have given up.
            let _ = tell.send(read_block(&mut output, ANSWER_BYTES_MAX).map(|answer| (answer, output)));
        })?;
        let request = [name.as_bytes(), bytes];
        let (wrote, written) = mpsc::channel();
        let (answer, kept) = std::thread::scope(|scope| {
            // A child that does not read must not hold us: its death ends this write.
            let writing = std::thread::Builder::new().spawn_scoped(scope, || {
                let all = request.iter().try_for_each(|block| write_block(&mut input, block));
                // Who waits may have given up here as well.
                let _ = wrote.send(all.and_then(|()| input.flush()));
            });
            let answer = told.recv_timeout(self.patience);
            // One that answered has read the whole file. Whatever another is doing: it is over.
            let whole = writing.is_ok()
                && matches!(answer, Ok(Ok(_)))
                && matches!(written.recv_timeout(self.patience), Ok(Ok(())));
            (answer, whole.then_some(reader))
        });
        let (answer, output) = match answer {
            Err(_) => return Err(io::ErrorKind::TimedOut.into()),
            Ok(read) => read?,
        };
        let document = serde_json::from_slice(&answer).map_err(io::Error::other)?;
        let next = kept.map(|mut reader| {
            (reader.child.stdin, reader.child.stdout) = (Some(input), Some(output));
            reader.files += 1;
            reader.bytes = reader.bytes.saturating_add(bytes.len());
            reader.time = reader.time.saturating_add(began.elapsed());
            reader
        });
        Ok((document, next.filter(Reader::is_fresh)))
    }
}

fn write_block(out: &mut impl Write, block: &[u8]) -> io::Result<()> {
    let length = u32::try_from(block.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(block)
}

fn read_block(from: &mut impl Read, max: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > max {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the block is too long"));
    }
    let mut block = Vec::new();
    from.take(length as u64).read_to_end(&mut block)?;
    if block.len() < length { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(block) }
}

/// The child's side: limits itself, reads files from standard input, prints their documents.
pub fn serve_files() -> io::Result<()> {
    limit_itself()?;
    // A ruleset is a descriptor while it is made: no new ones only after it.
    shut_itself_in()?;
    open_nothing_more()?;
    let mut input = io::stdin().lock();
    let mut out = io::stdout().lock();
    // Who asks ends it.
    loop {
        let name = read_block(&mut input, 4 << 10)?;
        let bytes = read_block(&mut input, MEMORY_BYTES_MAX as usize)?;
        let document = Document::from_file(&String::from_utf8_lossy(&name), &bytes);
        drop(bytes);
        let answer = serde_json::to_vec(&document).map_err(io::Error::other)?;
        drop(document);
        write_block(&mut out, &answer)?;
        out.flush()?;
    }
}

/// Memory, time, nothing written, no core.
fn limit_itself() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let set = |resource, value: u64| {
        setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) }).map_err(io::Error::from)
    };
    // What the program itself has mapped, in pages.
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split(' ').next()?.parse::<u64>().ok()).unwrap_or(0);
    set(Resource::As, pages * 4096 + MEMORY_BYTES_MAX)?;
    set(Resource::Cpu, CPU_SECONDS_MAX)?;
    set(Resource::Core, 0)?;
    set(Resource::Fsize, 0)
}

/// Standard input, output and error are open already.
fn open_nothing_more() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(Resource::Nofile, Rlimit { current: Some(3), maximum: Some(3) }).map_err(io::Error::from)
}

/// Why this kernel cannot shut a process in; `None` where it can.
fn no_landlock() -> Option<String> {
    let least = AccessFs::from_all(ABI::V1);
    let rules = Ruleset::default().set_compatibility(CompatLevel::HardRequirement).handle_access(least);
    rules.and_then(|rules| rules.create()).err().map(|error| error.to_string())
}

/// No path, no connection, no signal to another process: as much of it as the kernel knows, for good.
fn shut_itself_in() -> io::Result<()> {
    let all = ABI::V6;
    Ruleset::default()
        .handle_access(AccessFs::from_all(all))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(all)))
        .and_then(|rules| rules.scope(Scope::from_all(all)))
        .and_then(|rules| rules.create())
        .and_then(|rules| rules.restrict_self())
        .map(drop)
        .map_err(io::Error::other)
}
