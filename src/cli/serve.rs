//! `duban serve`: the daemon in the foreground, ended by SIGTERM or SIGINT; SIGHUP reads people.csv again.

use super::{EX_CONFIG, EX_TEMPFAIL, EX_UNAVAILABLE, Exit, Globals, configuration};
use crate::daemon::{self, DaemonError, Signals};
use crate::intake::Stop;
use crate::store::StoreError;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

#[derive(clap::Args, Debug)]
pub struct Args {}

pub fn run(_args: Args, globals: &Globals) -> anyhow::Result<ExitCode> {
    let config = configuration(globals)?;
    if config.intake.is_empty() && config.file.is_none() {
        let text = "there is no configuration: no --config, no ./duban.toml, no /etc/duban/duban.toml; `duban init` writes one";
        return Err(Exit::new(EX_CONFIG, text).into());
    }
    daemon::log::start(&config, globals.json);
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let (switch, stop) = Stop::new();
        let signals = Signals::default();
        let reload = signals.reload.clone();
        let mut term = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut hangup = signal(SignalKind::hangup())?;
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = term.recv() => break,
                    _ = interrupt.recv() => break,
                    _ = hangup.recv() => reload.notify_one(),
                }
            }
            // The daemon holds the other end until it has ended.
            let _ = switch.send(true);
            // A second request is impatience.
            tokio::select! {
                _ = term.recv() => {}
                _ = interrupt.recv() => {}
            }
            std::process::exit(i32::from(EX_TEMPFAIL));
        });
        Ok::<_, std::io::Error>(daemon::run(config, stop, signals).await)
    })?;
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match result {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) => {
            let code = match &error {
                DaemonError::Config(_) => EX_CONFIG,
                DaemonError::Store(StoreError::Locked(_) | StoreError::Full { .. }) => EX_TEMPFAIL,
                DaemonError::Store(_) | DaemonError::Unavailable(_) => EX_UNAVAILABLE,
            };
            Err(Exit::new(code, error.to_string()).into())
        }
    }
}
