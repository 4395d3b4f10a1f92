//! `/healthz` and `/metrics` over HTTP/1.1 on a loopback address (SPEC 9.4).
//!
//! Two pages, GET and HEAD, one request a connection: as much of RFC 9112 as a monitor speaks. A request that is long,
//! slow or anything else is answered and hung up on; nothing a visitor says changes anything.

use super::counts::Page;
use crate::intake::Stop;
use crate::store::receive::Now;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// A request head beyond this is none of a monitor's.
const HEAD_BYTES_MAX: usize = 8 << 10;
/// How long a whole request may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Visitors at once.
const VISITORS_MAX: usize = 16;

pub async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

/// Answers until the daemon ends.
pub async fn serve(listener: TcpListener, page: Arc<Page>, now: Now, mut stop: Stop) {
    let seats = Arc::new(Semaphore::new(VISITORS_MAX));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.stopped() => return,
        };
        let (stream, _) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Mostly: no file descriptors left.
                tracing::warn!(%error, "a monitor could not be let in");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // One visitor more than there are seats is hung up on.
        let Ok(seat) = seats.clone().try_acquire_owned() else { continue };
        let (page, now) = (page.clone(), now.clone());
        tokio::spawn(async move {
            let _seat = seat;
            if let Ok(Err(error)) = tokio::time::timeout(PATIENCE, converse(stream, page, now)).await {
                tracing::debug!(%error, "a monitor went away");
            }
        });
    }
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, page: Arc<Page>, now: Now) -> io::Result<()> {
    let mut head = Vec::new();
    let whole = loop {
        if head.windows(4).any(|end| end == b"\r\n\r\n") {
            break true;
        }
        if head.len() > HEAD_BYTES_MAX || stream.read_buf(&mut head).await? == 0 {
            break false;
        }
    };
    let (status, body, with_body) = match asked(&head).filter(|_| whole) {
        None => ("400 Bad Request", "not a request\n".to_string(), true),
        Some((Method::Other, _)) => ("405 Method Not Allowed", "only GET and HEAD\n".to_string(), true),
        Some((method, path)) => {
            let made = match path {
                "/healthz" => {
                    let ailing = tokio::task::spawn_blocking(move || page.ailing()).await.unwrap_or_default();
                    match ailing.is_empty() {
                        true => ("200 OK", "ok\n".to_string()),
                        false => ("503 Service Unavailable", format!("{}\n", ailing.join("\n"))),
                    }
                }
                "/metrics" => {
                    let text = tokio::task::spawn_blocking(move || page.metrics(now())).await;
                    match text {
                        Ok(Ok(text)) => ("200 OK", text),
                        _ => ("503 Service Unavailable", "the store cannot be read now\n".to_string()),
                    }
                }
                _ => ("404 Not Found", "there is /healthz and /metrics\n".to_string()),
            };
            (made.0, made.1, method == Method::Get)
        }
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    if with_body {
        stream.write_all(body.as_bytes()).await?;
    }
    stream.shutdown().await
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Get,
    Head,
    Other,
}

/// Method and path of a request line, `None` where it is none.
fn asked(head: &[u8]) -> Option<(Method, &str)> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || !version.starts_with("HTTP/1.") || !target.starts_with('/') {
        return None;
    }
    let method = match method {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        _ => Method::Other,
    };
    Some((method, target.split('?').next().unwrap_or(target)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn request_lines() {
        assert_eq!(asked(b"GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\n\r\n"), Some((Method::Get, "/metrics")));
        assert_eq!(asked(b"HEAD /healthz HTTP/1.0\r\n\r\n"), Some((Method::Head, "/healthz")));
        assert_eq!(asked(b"POST / HTTP/1.1\r\n\r\n"), Some((Method::Other, "/")));
        for none in
            ["", "GET", "GET /", "GET http://x/ HTTP/1.1", "GET / HTTP/1.1 x", "\x16\x03\x01", "GET /\nHTTP/1.1"]
        {
            assert_eq!(asked(none.as_bytes()), None, "{none:?}");
        }
    }
}
