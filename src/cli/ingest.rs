//! `duban ingest`: one mail on standard input, for .forward, procmail and sieve.
//!
//! The mail is on disk when the command ends well. A running daemon takes it through its control socket; without one it
//! waits in the store for the next start.

use super::{EX_DATAERR, EX_NOINPUT, EX_TEMPFAIL, Exit, Globals, configuration};
use crate::intake::ReceiveError;
use crate::intake::stdin::{self, StdinError};
use crate::store::group::Options;
use crate::store::receive::Receiver;
use crate::store::{StoreError, remote};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(clap::Args, Debug)]
pub struct Args {
    /// Envelope sender; else SENDER in the environment. Empty is the null sender
    #[arg(long, value_name = "ADDRESS")]
    sender: Option<String>,
    /// Envelope recipient; else ORIGINAL_RECIPIENT or RECIPIENT in the environment
    #[arg(long, value_name = "ADDRESS")]
    recipient: Vec<String>,
    /// The sender is proven by who calls this; never for .forward of mail from outside
    #[arg(long)]
    trusted: bool,
}

pub fn run(args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = configuration(globals)?;
    let limit = config.limits.mail_size_max;
    let raw = stdin::read(std::io::stdin().lock(), limit).map_err(|error| {
        let code = match error {
            StdinError::Io(_) => EX_NOINPUT,
            StdinError::Empty | StdinError::TooLarge(_) => EX_DATAERR,
        };
        Exit::new(code, error.to_string())
    })?;
    let mut envelope = stdin::envelope(|name| std::env::var(name).ok());
    if args.sender.is_some() {
        envelope.mail_from = args.sender;
    }
    if !args.recipient.is_empty() {
        envelope.rcpts = args.recipient;
    }
    // Whatever goes wrong with the store, the delivery agent shall keep the mail and come again.
    let later = |error: StoreError| Exit::new(EX_TEMPFAIL, error.to_string());
    let store = remote::attach(&config.data_dir, Options::of_config(&config)).map_err(later)?;
    let receiver = Receiver::new(store, crate::daemon::clock(), limit, Arc::new(|| {})).map_err(later)?;
    match receiver.receive_blocking(&stdin::incoming(raw, envelope, args.trusted)) {
        Ok(ack) => {
            if globals.json {
                println!("{}", serde_json::json!({"id": ack.id, "duplicate": ack.duplicate}));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(error @ ReceiveError::TooLarge { .. }) => Err(Exit::new(EX_DATAERR, error.to_string()).into()),
        Err(error) => Err(Exit::new(EX_TEMPFAIL, error.to_string()).into()),
    }
}
