//! Letters as files in a Maildir: `tmp`, synced, then `new`.

use super::{Cause, Courier, Delivery, Parcel, Reply};
use futures::future::BoxFuture;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A folder with `new`, `cur` and `tmp`; made when absent.
#[derive(Clone, Debug)]
pub struct Maildir {
    folder: PathBuf,
}

impl Maildir {
    pub fn new(folder: &Path) -> io::Result<Self> {
        for part in ["tmp", "new", "cur"] {
            let path = folder.join(part);
            fs::create_dir_all(&path)
                .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
        }
        Ok(Maildir { folder: folder.to_path_buf() })
    }

    /// The name comes from the letter alone, so that a second try writes the same file.
    fn write(&self, parcel: &Parcel) -> io::Result<()> {
        let safe = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '_' };
        let name: String = parcel.id.chars().map(safe).collect();
        let name = format!("{}.duban", name.trim_start_matches('.'));
        let (tmp, new) = (self.folder.join("tmp").join(&name), self.folder.join("new").join(&name));
        let mut file = fs::File::create(&tmp)?;
        file.write_all(&parcel.bytes)?;
        file.sync_all()?;
        fs::rename(&tmp, &new)?;
        fs::File::open(self.folder.join("new"))?.sync_all()
    }
}

impl Courier for Maildir {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'_, Vec<Delivery>> {
        let maildir = self.clone();
        Box::pin(async move {
            let count = parcel.rcpts.len();
            let written = tokio::task::spawn_blocking(move || maildir.write(&parcel)).await;
            let delivery = match written.unwrap_or_else(|error| Err(io::Error::other(error))) {
                Ok(()) => Delivery::Taken(Reply { text: "written".into(), cause: Cause::None }),
                Err(error) => Delivery::Later(Reply { text: error.to_string(), cause: Cause::Connection }),
            };
            vec![delivery; count]
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[tokio::test]
    async fn a_second_try_is_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let maildir = Maildir::new(folder.path()).unwrap();
        let parcel = Parcel {
            id: "../7-1".into(),
            mail_from: String::new(),
            rcpts: vec!["a@b".into(), "c@d".into()],
            bytes: b"Subject: x\r\n\r\ny\r\n".as_slice().into(),
        };
        for _ in 0..2 {
            let results = maildir.deliver(parcel.clone()).await;
            assert!(results.len() == 2 && results.iter().all(Delivery::is_taken));
        }
        let files: Vec<_> = fs::read_dir(folder.path().join("new")).unwrap().collect();
        assert_eq!(files.len(), 1);
        assert_eq!(fs::read(files[0].as_ref().unwrap().path()).unwrap(), &*parcel.bytes);
    }
}
