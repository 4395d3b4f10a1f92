//! A copy of a store that is being written to, and the way back.
//!
//! `journal/head` names the last durable entry and the ends of its files. What lies before those ends never changes but
//! by [`crate::store::journal::strip`] and the removal of segments, which a lock on the journal's folder keeps away. So
//! the files are copied up to those ends, with a head of their own: the store as it was at that entry. sled is left out;
//! the rows are made again from the journal.
//!
//! A backup is a folder, or one file in the ustar format (POSIX.1-1988) that `tar` lists and unpacks. Its last member
//! `BACKUP` names every other with its length and SHA-256; a backup without it was never finished.

use super::journal::{self, Head, sync_dir};
use super::{Result, StoreError, checkpoint, hex, segment};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The newest format this program writes and reads.
pub const FORMAT: u32 = 1;
const MANIFEST: &str = "BACKUP";
/// One block of a ustar file.
const BLOCK: usize = 512;
/// The manifest of a store with a hundred thousand files is smaller.
const MANIFEST_BYTES_MAX: u64 = 64 << 20;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The last entry in it.
    pub sequence: u64,
    /// Hash of its header, hexadecimal.
    pub head: String,
    /// When it was made, milliseconds since 1970 UTC.
    pub at: i64,
    pub files: Vec<Member>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Below the data folder, `/` between the parts.
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

fn io(doing: &str, path: &Path) -> impl Fn(std::io::Error) -> StoreError {
    let doing = format!("{doing} {}", path.display());
    move |error| StoreError::io(doing.clone(), error)
}

/// Where a backup is written to.
enum Sink {
    Folder(PathBuf),
    Tar(BufWriter<File>),
}

impl Sink {
    /// Writes `length` bytes of a member and gives their hash.
    fn put(&mut self, name: &str, from: &mut dyn Read, length: u64, at: i64) -> std::io::Result<String> {
        let mut hash = Sha256::new();
        let mut left = length;
        let mut buffer = vec![0u8; 256 << 10];
        let mut file;
        let out: &mut dyn Write = match self {
            Sink::Folder(folder) => {
                let path = folder.join(name);
                if let Some(parent) = path.parent() {
                    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
                }
                file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
                &mut file
            }
            Sink::Tar(out) => {
                out.write_all(&tar_header(name, length, at)?)?;
                out
            }
        };
        while left > 0 {
            let want = left.min(buffer.len() as u64) as usize;
            let piece = buffer.get_mut(..want).unwrap_or_default();
            from.read_exact(piece)?;
            hash.update(&*piece);
            out.write_all(piece)?;
            left -= want as u64;
        }
        match self {
            Sink::Folder(folder) => File::open(folder.join(name))?.sync_all()?,
            Sink::Tar(out) => out.write_all(&vec![0; padding(length)])?,
        }
        Ok(hex(&<[u8; 32]>::from(hash.finalize())))
    }
}

fn padding(length: u64) -> usize {
    (BLOCK as u64 - length % BLOCK as u64) as usize % BLOCK
}

fn tar_header(name: &str, length: u64, at: i64) -> std::io::Result<[u8; BLOCK]> {
    let mut out = [0u8; BLOCK];
    // Eleven octal digits: 8 GiB, far above any file of ours.
    if name.len() >= 100 || length >= 1 << 33 {
        return Err(std::io::Error::other("a member that ustar cannot name"));
    }
    let mut put = |at: usize, text: &str| {
        if let Some(place) = out.get_mut(at..at + text.len()) {
            place.copy_from_slice(text.as_bytes());
        }
    };
    put(0, name);
    put(100, "0000600\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{length:011o}\0"));
    put(136, &format!("{:011o}\0", (at / 1000).max(0)));
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    let sum: u32 = out.iter().map(|byte| u32::from(*byte)).sum();
    let text = format!("{sum:06o}\0 ");
    if let Some(place) = out.get_mut(148..156) {
        place.copy_from_slice(text.as_bytes());
    }
    Ok(out)
}

/// Copies the store of `data` to `target`, a folder or a file ending in `.tar`, neither of which may exist. `secret` goes
/// along, as `secret`. The daemon may run.
pub fn backup(data: &Path, secret: &Path, target: &Path, at: i64) -> Result<Manifest> {
    if target.exists() {
        let taken = std::io::Error::new(std::io::ErrorKind::AlreadyExists, "it exists already");
        return Err(io("writing", target)(taken));
    }
    let journal = data.join("journal");
    let guard = File::open(&journal).map_err(io("opening", &journal))?;
    guard.lock_shared().map_err(io("locking", &journal))?;
    let head = at_the_beginning(journal::head(&journal)?, &journal)?;
    let partial = target.with_extension("partial");
    let _ = std::fs::remove_dir_all(&partial);
    let mut sink = match target.extension().is_some_and(|end| end == "tar") {
        true => {
            let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&partial);
            Sink::Tar(BufWriter::with_capacity(256 << 10, file.map_err(io("writing", &partial))?))
        }
        false => {
            std::fs::DirBuilder::new().mode(0o700).create(&partial).map_err(io("making", &partial))?;
            Sink::Folder(partial.clone())
        }
    };
    let outcome = copy(data, secret, &head, at, &mut sink).and_then(|manifest| {
        finish(sink, &partial, target)?;
        Ok(manifest)
    });
    if outcome.is_err() {
        // Half a backup must not look like one.
        let _ = std::fs::remove_file(&partial);
        let _ = std::fs::remove_dir_all(&partial);
    }
    outcome
}

/// A file that was closed behind the last entry may have lost its payloads since, and is shorter than the head says: the
/// end is then the beginning of the next file.
fn at_the_beginning(mut head: Head, journal: &Path) -> Result<Head> {
    let next = head.tip.sequence + 1;
    if next > head.file && journal::list_files(journal)?.contains(&next) {
        let path = journal.join(journal::file_name(next));
        let begun = std::fs::metadata(&path).map_err(io("reading", &path))?.len() >= journal::FILE_HEADER_LEN as u64;
        if begun {
            (head.file, head.offset) = (next, journal::FILE_HEADER_LEN as u64);
        }
    }
    Ok(head)
}

fn finish(sink: Sink, partial: &Path, target: &Path) -> Result<()> {
    let done = match sink {
        Sink::Tar(mut out) => out
            .write_all(&[0; 2 * BLOCK])
            .and_then(|()| out.into_inner().map_err(|e| e.into_error()))
            .and_then(|file| file.sync_all()),
        Sink::Folder(folder) => File::open(&folder).and_then(|folder| folder.sync_all()),
    };
    done.and_then(|()| std::fs::rename(partial, target)).map_err(io("writing", target))?;
    match target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => sync_dir(parent),
        None => sync_dir(Path::new(".")),
    }
}

fn copy(data: &Path, secret: &Path, head: &Head, at: i64, sink: &mut Sink) -> Result<Manifest> {
    let mut files = Vec::new();
    let mut put = |name: String, from: &mut dyn Read, length: u64, path: &Path| -> Result<()> {
        let sha256 = sink.put(&name, from, length, at).map_err(io("copying", path))?;
        files.push(Member { name, bytes: length, sha256 });
        Ok(())
    };
    let mut file = |name: String, length: Option<u64>| -> Result<()> {
        let path = data.join(&name);
        let mut from = File::open(&path).map_err(io("reading", &path))?;
        let whole = from.metadata().map_err(io("reading", &path))?.len();
        let length = length.unwrap_or(whole);
        put(name, &mut from, length, &path)
    };
    for first in journal::list_files(&data.join("journal"))? {
        if first < head.file {
            file(format!("journal/{}", journal::file_name(first)), None)?;
        } else if first == head.file {
            // Of a journal that has just begun, its own head alone: entries are being written behind it.
            let length = head.offset.max(journal::FILE_HEADER_LEN as u64);
            file(format!("journal/{}", journal::file_name(first)), Some(length))?;
        }
    }
    for number in segment::list(&data.join("mail"))? {
        match number.cmp(&head.segment) {
            std::cmp::Ordering::Less => file(format!("mail/{}", segment::file_name(number)), None)?,
            std::cmp::Ordering::Equal => {
                file(format!("mail/{}", segment::file_name(number)), Some(head.segment_offset))?;
            }
            std::cmp::Ordering::Greater => {}
        }
    }
    for sequence in checkpoint::list(data)?.into_iter().filter(|sequence| *sequence <= head.tip.sequence) {
        file(format!("checkpoint/{}", checkpoint::file_name(sequence)), None)?;
    }
    let bytes = journal::head_file(head);
    put("journal/head".into(), &mut bytes.as_slice(), bytes.len() as u64, &data.join("journal/head"))?;
    match std::fs::read(secret) {
        Ok(bytes) => put("secret".into(), &mut bytes.as_slice(), bytes.len() as u64, secret)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(io("reading", secret)(error)),
    }
    let manifest = Manifest { format: FORMAT, sequence: head.tip.sequence, head: hex(&head.tip.hash), at, files };
    let text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    sink.put(MANIFEST, &mut text.as_slice(), text.len() as u64, at).map_err(io("writing", Path::new(MANIFEST)))?;
    Ok(manifest)
}

/// Puts a backup into `data`, which must not hold anything, and `secret` where the configuration wants it. Every byte is
/// compared with the manifest before the folder gets its name.
pub fn restore(source: &Path, data: &Path, secret: &Path) -> Result<Manifest> {
    let occupied = match std::fs::read_dir(data) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => return Err(io("reading", data)(error)),
    };
    if occupied {
        let taken = std::io::Error::new(std::io::ErrorKind::DirectoryNotEmpty, "move what is there aside first");
        return Err(io("restoring into", data)(taken));
    }
    let partial = data.with_extension("restoring");
    let _ = std::fs::remove_dir_all(&partial);
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&partial).map_err(io("making", &partial))?;
    let outcome = unpack(source, &partial).and_then(|manifest| {
        let kept = partial.join("secret");
        if kept.exists() && secret != data.join("secret") {
            match secret.exists() {
                true => tracing::warn!(path = %secret.display(), "the secret that is there stays"),
                false => drop(std::fs::copy(&kept, secret).map_err(io("writing", secret))?),
            }
            std::fs::remove_file(&kept).map_err(io("removing", &kept))?;
        }
        if data.exists() {
            std::fs::remove_dir(data).map_err(io("replacing", data))?;
        }
        std::fs::rename(&partial, data).map_err(io("writing", data))?;
        Ok(manifest)
    });
    if outcome.is_err() {
        let _ = std::fs::remove_dir_all(&partial);
    }
    outcome
}

fn unpack(source: &Path, into: &Path) -> Result<Manifest> {
    let found = match source.is_dir() {
        true => unpack_folder(source, into)?,
        false => unpack_tar(source, into)?,
    };
    let unfinished = || StoreError::Damaged {
        what: format!("{} holds no whole {MANIFEST}", source.display()),
        remedy: "it was never finished; take another backup",
    };
    let (text, members) = found;
    let manifest: Manifest = serde_json::from_slice(&text.ok_or_else(unfinished)?).map_err(|_| unfinished())?;
    if manifest.format > FORMAT {
        let found = u8::try_from(manifest.format).unwrap_or(u8::MAX);
        return Err(StoreError::Newer { what: source.display().to_string(), found, known: FORMAT as u8 });
    }
    for member in &manifest.files {
        if !members.contains(member) {
            return Err(StoreError::Damaged {
                what: format!("{} in {} is not what was backed up", member.name, source.display()),
                remedy: "take another backup",
            });
        }
    }
    Ok(manifest)
}

/// The text of the manifest, and what was copied.
type Unpacked = (Option<Vec<u8>>, Vec<Member>);

/// Names that a backup of ours has; nothing leaves the folder (P14).
fn is_ours(name: &str) -> bool {
    name == "secret"
        || name
            .split_once('/')
            .is_some_and(|(folder, file)| matches!(folder, "journal" | "mail" | "checkpoint") && is_plain(file))
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') && !name.contains("..")
}

fn unpack_folder(source: &Path, into: &Path) -> Result<Unpacked> {
    let path = source.join(MANIFEST);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((None, Vec::new())),
        Err(error) => return Err(io("reading", &path)(error)),
    };
    let Ok(manifest) = serde_json::from_slice::<Manifest>(&text) else { return Ok((None, Vec::new())) };
    let mut sink = Sink::Folder(into.to_path_buf());
    let mut members = Vec::new();
    for member in manifest.files.iter().filter(|member| is_ours(&member.name)) {
        let path = source.join(&member.name);
        let mut from = File::open(&path).map_err(io("reading", &path))?;
        let bytes = from.metadata().map_err(io("reading", &path))?.len();
        let sha256 = sink.put(&member.name, &mut from, bytes, 0).map_err(io("copying", &path))?;
        members.push(Member { name: member.name.clone(), bytes, sha256 });
    }
    Ok((Some(text), members))
}

fn unpack_tar(source: &Path, into: &Path) -> Result<Unpacked> {
    let reading = io("reading", source);
    let mut from = BufReader::with_capacity(256 << 10, File::open(source).map_err(&reading)?);
    let mut sink = Sink::Folder(into.to_path_buf());
    let (mut text, mut members) = (None, Vec::new());
    loop {
        let mut header = [0u8; BLOCK];
        match from.read_exact(&mut header) {
            Ok(()) => {}
            // Cut short: the manifest is missing, and that is told.
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok((text, members)),
            Err(error) => return Err(reading(error)),
        }
        if header.iter().all(|byte| *byte == 0) {
            return Ok((text, members));
        }
        let field = |at: usize, length: usize| -> String {
            let bytes = header.get(at..at + length).unwrap_or_default();
            String::from_utf8_lossy(bytes.split(|byte| *byte == 0).next().unwrap_or_default()).trim().to_string()
        };
        let name = field(0, 100);
        let Ok(bytes) = u64::from_str_radix(&field(124, 12), 8) else { return Ok((None, members)) };
        if name == MANIFEST && bytes <= MANIFEST_BYTES_MAX {
            let mut whole = vec![0; bytes as usize];
            from.read_exact(&mut whole).map_err(&reading)?;
            text = Some(whole);
        } else if is_ours(&name) {
            match sink.put(&name, &mut from, bytes, 0) {
                Ok(sha256) => members.push(Member { name, bytes, sha256 }),
                Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok((None, members)),
                Err(error) => return Err(reading(error)),
            }
        } else {
            return Err(StoreError::Damaged {
                what: format!("{} holds {name:?}, which no backup has", source.display()),
                remedy: "take another backup",
            });
        }
        let skip = padding(bytes) as u64;
        std::io::copy(&mut (&mut from).take(skip), &mut std::io::sink()).map_err(&reading)?;
    }
}
