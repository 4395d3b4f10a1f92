//! Letters handed to a sendmail program.

use super::{Cause, Courier, Delivery, Parcel, Reply};
use futures::future::BoxFuture;
use std::io;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

/// `program -f sender -- recipients`, the letter on standard input with LF line ends.
#[derive(Clone, Debug)]
pub struct Sendmail {
    program: Vec<String>,
    limit: Duration,
}

impl Sendmail {
    pub fn new(program: Vec<String>, limit: Duration) -> Self {
        Sendmail { program, limit }
    }

    async fn run(&self, parcel: &Parcel) -> io::Result<std::process::Output> {
        let (program, arguments) =
            self.program.split_first().ok_or_else(|| io::Error::other("there is no sendmail program"))?;
        let mut child = tokio::process::Command::new(program)
            .args(arguments)
            .args(["-f", &parcel.mail_from, "--"])
            .args(&parcel.rcpts)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| io::Error::new(error.kind(), format!("{program}: {error}")))?;
        if let Some(mut input) = child.stdin.take() {
            let mut text = Vec::with_capacity(parcel.bytes.len());
            for line in parcel.bytes.split_inclusive(|byte| *byte == b'\n') {
                match line.strip_suffix(b"\r\n") {
                    Some(line) => {
                        text.extend_from_slice(line);
                        text.push(b'\n');
                    }
                    None => text.extend_from_slice(line),
                }
            }
            // A program that ends before it has read everything tells why by its exit code.
            let _ = input.write_all(&text).await;
            drop(input);
        }
        child.wait_with_output().await
    }
}

/// sysexits.h, as sendmail programs use it.
fn of_exit(code: Option<i32>, words: String) -> Delivery {
    let reply = |cause| Reply { text: if words.is_empty() { format!("exit {code:?}") } else { words.clone() }, cause };
    match code {
        Some(0) => Delivery::Taken(reply(Cause::None)),
        // EX_NOUSER, EX_NOHOST
        Some(67 | 68) => Delivery::Refused(reply(Cause::Address)),
        // EX_TEMPFAIL
        Some(75) => Delivery::Later(reply(Cause::Busy)),
        // EX_USAGE, EX_NOPERM, EX_CONFIG …: it would meet every letter.
        Some(64 | 77 | 78) => Delivery::Later(reply(Cause::Policy)),
        // It broke down, and nobody knows at what point.
        _ => Delivery::Later(reply(Cause::Unconfirmed)),
    }
}

impl Courier for Sendmail {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'_, Vec<Delivery>> {
        Box::pin(async move {
            let delivery = match tokio::time::timeout(self.limit, self.run(&parcel)).await {
                Ok(Ok(output)) => {
                    let words = String::from_utf8_lossy(&output.stderr);
                    of_exit(output.status.code(), words.trim().chars().take(400).collect())
                }
                Ok(Err(error)) => Delivery::Later(Reply { text: error.to_string(), cause: Cause::Connection }),
                Err(_) => Delivery::Later(Reply { text: "sendmail did not end in time".into(), cause: Cause::Silence }),
            };
            vec![delivery; parcel.rcpts.len()]
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    /// What a shell in sendmail's place makes of a letter.
    async fn check(script: &str, expected: fn(&Delivery) -> bool) {
        let courier = Sendmail::new(
            vec!["/bin/sh".into(), "-c".into(), script.into(), "sendmail".into()],
            Duration::from_millis(500),
        );
        let parcel = Parcel {
            id: "1".into(),
            mail_from: "duban@example.com".into(),
            rcpts: vec!["-x@example.com".into()],
            bytes: b"Subject: x\r\n\r\n.\r\n".as_slice().into(),
        };
        let results = courier.deliver(parcel).await;
        assert!(results.len() == 1 && expected(&results[0]), "{script}: {results:?}");
    }

    #[tokio::test]
    async fn exit_codes_are_read() {
        check("test \"$*\" = '-f duban@example.com -- -x@example.com' || exit 70; cat | od -c | grep -q '\\\\r' && exit 70; exit 0", Delivery::is_taken).await;
        check(
            "echo no such user >&2; exit 67",
            |d| matches!(d, Delivery::Refused(r) if r.cause.is_hard() && r.text.contains("no such")),
        )
        .await;
        check("exit 75", |d| matches!(d, Delivery::Later(r) if r.cause == Cause::Busy)).await;
        check("exit 77", |d| matches!(d, Delivery::Later(r) if r.cause.pauses_sending())).await;
        check("sleep 60", |d| matches!(d, Delivery::Later(r) if r.text.contains("in time"))).await;
    }
}
