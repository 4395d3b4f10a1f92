//! Files that only another program can read: .doc, .pdf, .rtf (O36). The administrator names a command that takes the file
//! on standard input and gives text on standard output: `pdftotext -layout - -`, `antiword -`, `catdoc`.
//!
//! It runs with bounds that it cannot lift: memory, processor time, files it may write, processes' descriptors; by the clock
//! it has some seconds; its answer is cut. It starts in an empty folder, with no environment but a PATH; where the kernel
//! has Landlock it can read programs and their libraries, write into that folder, and reach nothing else: no data of ours,
//! no network.
//!
//! Without a command such a file is kept, sent on and asked back, as a scan is.

use crate::document::Document;
use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, Scope, path_beneath_rules,
};
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

/// Memory the program may map.
const MEMORY_BYTES_MAX: u64 = 1 << 30;
/// Processor time for one file.
const CPU_SECONDS_MAX: u64 = 10;
/// By the clock.
const PATIENCE: Duration = Duration::from_secs(20);
/// What it may write to one file of its own.
const FILE_BYTES_MAX: u64 = 32 << 20;
/// Text beyond this is no minutes.
const TEXT_BYTES_MAX: usize = 4 << 20;
/// Files it may have open.
const OPEN_MAX: u64 = 64;

/// Commands by the kind of file; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Converters {
    pub doc: Vec<String>,
    pub pdf: Vec<String>,
    pub rtf: Vec<String>,
    /// This program, started again to limit itself before it becomes the command.
    pub program: PathBuf,
}

impl Converters {
    /// The program and its arguments for a file of this name.
    pub fn of(&self, name: &str) -> Option<(&PathBuf, &[String])> {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
        let command = match ending.as_str() {
            "doc" => &self.doc,
            "pdf" => &self.pdf,
            "rtf" => &self.rtf,
            _ => return None,
        };
        (!command.is_empty()).then_some((&self.program, command.as_slice()))
    }
}

/// The text of a file, or why there is none.
pub(super) fn read(name: &str, bytes: &[u8], (program, command): (&PathBuf, &[String])) -> Document {
    match run(program, command, bytes, PATIENCE) {
        // A scan in a .pdf has pages and no words.
        Ok(text) if text.trim().is_empty() => Document::unreadable(name),
        Ok(text) => Document::from_text(&text),
        Err(error) => {
            tracing::warn!(%error, program = command.first(), "a file could not be turned into text");
            Document::unreadable(name)
        }
    }
}

fn run(program: &PathBuf, command: &[String], bytes: &[u8], patience: Duration) -> io::Result<String> {
    let folder = Folder::new()?;
    let mut child = Command::new(program)
        .arg("run-converter")
        .args(command)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", &folder.0)
        .env("LC_ALL", "C.UTF-8")
        .current_dir(&folder.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    let group = rustix::process::Pid::from_child(&child);
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::Error::other("it has no pipes"));
    };
    let (tell, told) = mpsc::channel();
    let bytes = bytes.to_vec();
    // These threads are not waited for: whatever the program leaves behind holds their pipes, and nobody else.
    let threads = std::thread::Builder::new()
        .name("convert".into())
        // A program that does not read all of it is no fault: its end breaks this pipe.
        .spawn(move || drop(input.write_all(&bytes)))
        .and_then(|_| {
            std::thread::Builder::new().name("convert".into()).spawn(move || {
                let mut text = Vec::new();
                let read = output.take(TEXT_BYTES_MAX as u64).read_to_end(&mut text).map(|_| text);
                // Who waits may have given up.
                let _ = tell.send(read);
            })
        });
    let text = threads.map(|_| told.recv_timeout(patience));
    // What it has started ends with it, whatever it was doing.
    let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    let ended = (text?, child.wait());
    match ended {
        (Err(_), _) => Err(io::ErrorKind::TimedOut.into()),
        (Ok(Err(error)), _) => Err(error),
        (Ok(Ok(text)), status) => {
            // Killed after its answer, it has no status of its own; text it gave up on is no text.
            let failed = status.is_ok_and(|status: ExitStatus| status.code().is_some_and(|code| code != 0));
            if failed && text.is_empty() {
                return Err(io::Error::other("it ended with an error"));
            }
            Ok(String::from_utf8_lossy(&text).into_owned())
        }
    }
}

/// An empty folder that is gone with its contents.
struct Folder(PathBuf);

impl Folder {
    fn new() -> io::Result<Folder> {
        use std::os::unix::fs::DirBuilderExt;
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("duban-convert-{}-{number}", std::process::id()));
        // It must not be there: somebody else's folder is no place for a file of ours.
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::debug!(%error, "a folder of a converter is left over");
        }
    }
}

/// The child's side: limits itself and becomes the command. Comes back only where that fails.
pub fn become_command(command: &[String]) -> io::Error {
    let Some((program, arguments)) = command.split_first() else { return io::ErrorKind::InvalidInput.into() };
    match limit_itself() {
        Ok(()) => Command::new(program).args(arguments).exec(),
        Err(error) => error,
    }
}

fn limit_itself() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limits = [
        (Resource::As, MEMORY_BYTES_MAX),
        (Resource::Cpu, CPU_SECONDS_MAX),
        (Resource::Core, 0),
        (Resource::Fsize, FILE_BYTES_MAX),
        (Resource::Nofile, OPEN_MAX),
    ];
    limits.into_iter().try_for_each(|(resource, value)| {
        setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) }).map_err(io::Error::from)
    })?;
    shut_itself_in().map_err(io::Error::other)
}

/// Programs, libraries, fonts to read; devices that hold nothing; the folder it stands in to write. As much of it as the
/// kernel knows.
fn shut_itself_in() -> Result<(), RulesetError> {
    const READ: [&str; 8] = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/opt"];
    const DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"];
    let all = ABI::V6;
    let access = AccessFs::from_all(all);
    Ruleset::default()
        .handle_access(access)?
        .handle_access(AccessNet::from_all(all))?
        .scope(Scope::from_all(all))?
        .create()?
        .add_rules(path_beneath_rules(READ, AccessFs::from_read(all)))?
        .add_rules(path_beneath_rules(DEVICES, AccessFs::from_file(all)))?
        .add_rules(path_beneath_rules(["."], access))?
        .restrict_self()
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_file_has_its_command() {
        let converters = Converters { pdf: vec!["pdftotext".into(), "-".into()], ..Converters::default() };
        assert_eq!(converters.of("周会纪要.PDF").map(|(_, command)| command.len()), Some(2));
        assert!(converters.of("纪要.doc").is_none() && converters.of("纪要").is_none());
    }
}
