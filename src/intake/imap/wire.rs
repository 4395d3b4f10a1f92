//! The bytes below a session: how much of an answer is taken at once.

use crate::intake::imap_depth::Watch;
use async_imap::Session;
use async_imap::types::UnsolicitedResponse;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Octets that one command may bring beside a mail: lines, EXISTS floods, endless literals.
const CAP: usize = 8 << 20;

/// Any socket under the cap.
pub(super) trait Socket: AsyncRead + AsyncWrite + Send + Unpin + fmt::Debug {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + fmt::Debug> Socket for S {}

pub(super) type Wire = Capped<Box<dyn Socket>>;

/// Counts what comes in for one command and breaks off when it is too much, or too deep for the parser ([`Watch`]).
#[derive(Debug)]
pub(super) struct Capped<S> {
    pub(super) stream: S,
    left: usize,
    watch: Watch,
    /// Told since the last look that the folder has grown.
    more: bool,
}

impl<S> Capped<S> {
    pub(super) fn new(stream: S) -> Self {
        Capped { stream, left: CAP, watch: Watch::default(), more: false }
    }
}

/// Sets what the next command may bring, and keeps in mind what came unasked.
pub(super) trait Allowance {
    fn allow(&mut self, more: usize);
    fn fresh(&mut self) {
        self.allow(0);
    }
    /// The server told of mail that came.
    fn more_came(&mut self, more: bool);
    /// Whether it did, here or in an answer that async-imap read, since this was asked last.
    fn has_more(&mut self) -> bool;
}

impl Allowance for Session<Wire> {
    fn allow(&mut self, more: usize) {
        let wire: &mut Wire = self.as_mut();
        wire.left = CAP.saturating_add(more);
    }

    fn more_came(&mut self, more: bool) {
        let wire: &mut Wire = self.as_mut();
        wire.more = more;
    }

    fn has_more(&mut self) -> bool {
        let told = self.unsolicited_responses.clone();
        // A full channel has lost some.
        let mut more = told.is_full();
        while let Ok(one) = told.try_recv() {
            more |= matches!(one, UnsolicitedResponse::Exists(_));
        }
        let wire: &mut Wire = self.as_mut();
        more | std::mem::take(&mut wire.more)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Capped<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let poll = Pin::new(&mut self.stream).poll_read(cx, buf);
        let came = buf.filled().len() - before;
        if let Err(why) = self.watch.take(buf.filled_mut().get_mut(before..).unwrap_or_default()) {
            return Poll::Ready(Err(io::Error::other(why)));
        }
        match self.left.checked_sub(came) {
            Some(left) => {
                self.left = left;
                poll
            }
            None => Poll::Ready(Err(io::Error::other("the server sends more than it was asked for"))),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Capped<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
