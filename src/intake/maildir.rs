//! A Maildir that others deliver to: `new` is read, and a mail moves to `cur` once it is on our disk.
//!
//! `tmp` is never looked at. A crash between storing and moving is harmless: the mail is found again and recognised. A
//! file that cannot be read stays in `new` and is told of; it holds up no other.

use super::{Envelope, Incoming, ReceiveError, Report, SharedInbox, State, Stop};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often `new` is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Pause after the store or the folder failed.
const RETRY: Duration = Duration::from_secs(10);
/// Mails stored at once: they share one sync.
const BATCH: usize = 64;
/// And their size together, but for the last.
const BATCH_OCTETS: usize = 8 << 20;
/// A file that cannot be read is told of again after this.
const TELL_AGAIN: Duration = Duration::from_secs(24 * 3600);

/// How a file looked (its ctime, where that much can be seen), and when it was told of.
type Told = (Option<(i64, i64)>, Instant);

pub struct Maildir {
    pub folder: PathBuf,
    /// [`crate::config::Intake::source`].
    pub source: String,
    /// Larger files are moved to `cur` unread, with a warning.
    pub mail_size_max: usize,
    pub inbox: SharedInbox,
    pub report: Report,
    /// Files that could not be read: how they looked then, and when that was told.
    pub left: Mutex<BTreeMap<PathBuf, Told>>,
}

impl Maildir {
    /// Reads until the daemon ends.
    pub async fn run(self, mut stop: Stop) {
        let mut was_up = false;
        loop {
            let pause = match self.look().await {
                Ok(_) => {
                    if !std::mem::replace(&mut was_up, true) {
                        (self.report)(&self.source, State::Up);
                    }
                    LOOK
                }
                Err(error) => {
                    was_up = false;
                    (self.report)(&self.source, State::Down(error.to_string()));
                    RETRY
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.stopped() => return,
            }
        }
    }

    /// Takes what is in `new` now; tells how many mails that were.
    pub async fn look(&self) -> io::Result<usize> {
        let folder = self.folder.clone();
        let mut names: Vec<PathBuf> = tokio::task::spawn_blocking(move || list(&folder.join("new"))).await??;
        // Names begin with the second of delivery.
        names.sort();
        self.left.lock().unwrap_or_else(PoisonError::into_inner).retain(|path, _| names.contains(path));
        let mut taken = 0;
        let mut names = names.into_iter().peekable();
        while names.peek().is_some() {
            let (mut paths, mut mails, mut octets) = (Vec::new(), Vec::new(), 0);
            while mails.len() < BATCH && octets < BATCH_OCTETS {
                let Some(path) = names.next() else { break };
                let read = self.read(&path).await.unwrap_or_else(|error| {
                    self.leave(&path, &error);
                    None
                });
                if let Some(raw) = read {
                    octets += raw.len();
                    let source = self.source.clone();
                    mails.push(Incoming { raw, envelope: Envelope::default(), source, cursor: None });
                    paths.push(path);
                }
            }
            // Handed over in the order of delivery; waited for together.
            let results = futures::future::join_all(mails.into_iter().map(|mail| self.inbox.receive(mail))).await;
            for (path, result) in paths.iter().zip(results) {
                match result {
                    Ok(_) => taken += 1,
                    Err(ReceiveError::TooLarge { .. }) => {}
                    Err(error) => return Err(io::Error::other(error)),
                }
                self.put_away(path)?;
            }
        }
        Ok(taken)
    }

    /// A mail's bytes; none where it is gone, no file, or too large (then it is put away).
    async fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        let wrong = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let size = match fs::symlink_metadata(path) {
            Ok(meta) if meta.is_file() => meta.len(),
            // A folder, or a link to who knows what.
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(wrong(error)),
        };
        if size > self.mail_size_max as u64 {
            tracing::warn!(source = self.source, size, "a mail is too large and is not read");
            return self.put_away(path).map(|()| None).map_err(wrong);
        }
        tokio::fs::read(path).await.map(Some).map_err(wrong)
    }

    /// Tells of a file that cannot be read: when it is first seen so, when it has changed, and once a day.
    fn leave(&self, path: &Path, error: &io::Error) {
        // The moment of the last change to the file or to who may read it, where that much can be seen.
        let looks = fs::symlink_metadata(path).ok().map(|meta| (meta.ctime(), meta.ctime_nsec()));
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if left.get(path).is_some_and(|(then, told)| *then == looks && told.elapsed() < TELL_AGAIN) {
            return;
        }
        left.insert(path.to_path_buf(), (looks, Instant::now()));
        (self.report)(&self.source, State::Left(format!("a mail cannot be read and stays where it is: {error}")));
    }

    /// `new/name` → `cur/name:2,S`.
    fn put_away(&self, path: &Path) -> io::Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let base = name.split(":2,").next().unwrap_or_default();
        match fs::rename(path, self.folder.join("cur").join(format!("{base}:2,S"))) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.exists() => Ok(()),
            done => done,
        }
    }
}

fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let wrong = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", folder.display()));
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            names.push(entry.path());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::intake::MemoryInbox;
    use std::sync::Arc;

    fn maildir(folder: &Path, inbox: Arc<MemoryInbox>) -> Maildir {
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(folder.join(part)).unwrap();
        }
        Maildir {
            folder: folder.to_path_buf(),
            source: "maildir:x".into(),
            mail_size_max: 100,
            inbox,
            report: Arc::new(|_, _| {}),
            left: Mutex::default(),
        }
    }

    #[tokio::test]
    async fn mail_moves_to_cur_once_it_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = Arc::new(MemoryInbox::default());
        let maildir = maildir(folder.path(), inbox.clone());
        fs::write(folder.path().join("new/2.b"), "two").unwrap();
        fs::write(folder.path().join("new/1.a"), "one").unwrap();
        fs::write(folder.path().join("new/3.big"), [b'x'; 101]).unwrap();
        fs::write(folder.path().join("tmp/4.c"), "half").unwrap();
        assert_eq!(maildir.look().await.unwrap(), 2);
        let kept: Vec<_> = inbox.kept().into_iter().map(|mail| mail.raw).collect();
        assert_eq!(kept, [b"one", b"two"]);
        assert!(folder.path().join("cur/1.a:2,S").exists() && folder.path().join("cur/3.big:2,S").exists());
        assert!(folder.path().join("tmp/4.c").exists());
        assert_eq!(maildir.look().await.unwrap(), 0);
    }

    /// A file that cannot be read (another's umask, a bad block) holds up nobody else's mail, and is told of once.
    #[tokio::test]
    async fn what_cannot_be_read_stays_and_the_rest_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = Arc::new(MemoryInbox::default());
        let mut maildir = maildir(folder.path(), inbox.clone());
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = told.clone();
        maildir.report = Arc::new(move |_, state| heard.lock().unwrap().push(state));
        for (name, text) in [("1.a", "one"), ("3.c", "three")] {
            fs::write(folder.path().join("new").join(name), text).unwrap();
        }
        // Too large to be read, and not to be put away: in `cur` a folder has its name. Root may read all there is.
        fs::write(folder.path().join("new/2.b"), [b'x'; 101]).unwrap();
        fs::create_dir(folder.path().join("cur/2.b:2,S")).unwrap();
        assert_eq!(maildir.look().await.unwrap(), 2);
        assert_eq!(inbox.kept().len(), 2);
        assert!(folder.path().join("new/2.b").exists());
        assert_eq!(maildir.look().await.unwrap(), 0);
        assert!(matches!(told.lock().unwrap().as_slice(), [State::Left(_)]));
        // As soon as it can be put away, it is.
        fs::remove_dir(folder.path().join("cur/2.b:2,S")).unwrap();
        assert_eq!(maildir.look().await.unwrap(), 0);
        assert!(folder.path().join("cur/2.b:2,S").is_file());
    }

    #[tokio::test]
    async fn a_full_disk_leaves_the_mail_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = Arc::new(MemoryInbox::default());
        *inbox.fault.lock().unwrap() = Some(ReceiveError::Full);
        let maildir = maildir(folder.path(), inbox.clone());
        fs::write(folder.path().join("new/1.a"), "one").unwrap();
        assert!(maildir.look().await.is_err());
        assert!(folder.path().join("new/1.a").exists());
        *inbox.fault.lock().unwrap() = None;
        assert_eq!(maildir.look().await.unwrap(), 1);
    }
}
