//! Where the listener stands.

use super::{DRAIN, Seat, Service, Session, Stream};
use crate::config::Listen;
use crate::intake::Stop;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, UnixListener};
use tokio::task::JoinSet;

/// A socket that is bound and not yet served.
pub enum Bound {
    Tcp(TcpListener),
    Unix(UnixListener, PathBuf),
}

impl Bound {
    /// Binds; a unix socket that nobody serves any more is replaced.
    pub async fn bind(listen: &Listen) -> io::Result<Bound> {
        match listen {
            Listen::Tcp(address) => TcpListener::bind(address)
                .await
                .map(Bound::Tcp)
                .map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}"))),
            Listen::Unix(path) => {
                let wrong = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
                if path.exists() && tokio::net::UnixStream::connect(path).await.is_err() {
                    std::fs::remove_file(path).map_err(wrong)?;
                }
                let listener = UnixListener::bind(path).map_err(wrong)?;
                // The mail server runs as somebody else; who may come here is decided by the folder's mode.
                std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o666)).map_err(wrong)?;
                Ok(Bound::Unix(listener, path.clone()))
            }
        }
    }

    /// The port that was found for `:0`.
    pub fn local_addr(&self) -> Option<std::net::SocketAddr> {
        match self {
            Bound::Tcp(listener) => listener.local_addr().ok(),
            Bound::Unix(..) => None,
        }
    }

    /// Gives the address back without serving it; for `doctor`.
    pub fn release(self) {
        if let Bound::Unix(listener, path) = self {
            drop(listener);
            remove_socket(&path);
        }
    }

    async fn accept(&self) -> io::Result<(Box<dyn Stream>, Option<IpAddr>)> {
        match self {
            Bound::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok((Box::new(stream), Some(peer.ip())))
            }
            Bound::Unix(listener, _) => {
                let (stream, _) = listener.accept().await?;
                Ok((Box::new(stream), None))
            }
        }
    }

    /// Serves until the daemon ends; then open sessions finish the mail they are in.
    pub async fn serve(self, service: Arc<Service>, mut stop: Stop) {
        let mut sessions = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = self.accept() => accepted,
                () = stop.stopped() => break,
            };
            while sessions.try_join_next().is_some() {}
            match accepted {
                Ok((stream, peer)) => match Seat::take(&service, peer) {
                    Some(seat) => {
                        let (service, stop) = (service.clone(), stop.clone());
                        sessions.spawn(async move {
                            let _seat = seat;
                            Session::new(&service, stream, stop).of(peer).run().await;
                        });
                    }
                    None => {
                        sessions.spawn(async move {
                            let mut stream = stream;
                            let busy = b"421 4.3.2 too many connections, try again later\r\n";
                            // A peer that does not read this has nothing to learn from it.
                            let _ = tokio::time::timeout(Duration::from_secs(5), stream.write_all(busy)).await;
                        });
                    }
                },
                Err(error) => {
                    // Mostly: no file descriptors left. They come back when sessions end.
                    tracing::warn!(source = service.source, %error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        let path = match self {
            Bound::Unix(listener, path) => {
                drop(listener);
                Some(path)
            }
            Bound::Tcp(_) => None,
        };
        if let Some(path) = path {
            remove_socket(&path);
        }
        let drained = tokio::time::timeout(DRAIN, async { while sessions.join_next().await.is_some() {} }).await;
        if drained.is_err() {
            // Nothing of theirs was acknowledged: the peers still have it.
            sessions.abort_all();
        }
    }
}

fn remove_socket(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::debug!(path = %path.display(), %error, "the socket was gone");
    }
}
