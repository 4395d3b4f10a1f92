//! The archive folder (O43): with each summary, and when a project closes, its files are written beside the store.
//!
//! It is done in a thread of its own, one at a time, from what is durable: nobody waits for it, and a failure is an alert,
//! never a lost mail. `duban export P-3 -o P-3.zip` makes the same files at any time.

use super::Alerts;
use crate::domain::letter::LetterName;
use crate::domain::person::Directory;
use crate::domain::view::Rules;
use crate::engine::archive::Archivist;
use crate::outbox::LetterRow;
use crate::store::Store;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

/// Writes archives in the background.
pub struct Archives {
    orders: Option<Sender<Order>>,
}

struct Order {
    id: String,
    directory: Arc<Directory>,
    now: DateTime<Utc>,
}

impl Archives {
    /// Without a folder nothing is ever written.
    pub fn new(folder: Option<PathBuf>, store: Arc<dyn Store>, rules: Rules, alerts: Arc<Alerts>) -> Archives {
        let Some(folder) = folder else { return Archives { orders: None } };
        let (orders, inbox) = channel::<Order>();
        let writer = move || {
            while let Ok(order) = inbox.recv() {
                if let Err(error) = write(&folder, &*store, &rules, &order) {
                    tracing::error!(%error, object = order.id, "an archive could not be written");
                    alerts.tell("archive", &format!("the archive of {} could not be written: {error}", order.id));
                }
            }
        };
        let made = std::thread::Builder::new().name("archive".into()).stack_size(16 << 20).spawn(writer);
        Archives { orders: made.is_ok().then_some(orders) }
    }

    /// Letters that went into the outbox: summaries, closing reports and the end of a project say what is to be kept.
    pub fn follow(&self, letters: &[LetterRow], directory: &Arc<Directory>, now: DateTime<Utc>) {
        let Some(orders) = &self.orders else { return };
        let worth = |row: &&LetterRow| match row.sent.letter {
            LetterName::Summary | LetterName::SummaryCorrection | LetterName::ClosingReport => true,
            LetterName::ProjectUpdate => row.sent.why == "project: cancelled",
            // A letter that names the folder instead of carrying a file.
            _ => !row.sent.left_out.is_empty(),
        };
        let ids: BTreeSet<&String> = letters.iter().filter(worth).filter_map(|row| row.sent.objects.first()).collect();
        for id in ids {
            // The thread ends only with the process.
            let _ = orders.send(Order { id: id.clone(), directory: directory.clone(), now });
        }
    }
}

fn write(folder: &Path, store: &dyn Store, rules: &Rules, order: &Order) -> Result<(), Box<dyn std::error::Error>> {
    let archivist =
        Archivist { store, rules, directory: order.directory.clone(), language: &rules.language, now: order.now };
    let (Some(name), Some(files)) = (archivist.name(&order.id), archivist.files(&order.id)?) else { return Ok(()) };
    let own = folder.join(name);
    for (path, bytes) in files {
        let path = own.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, bytes)?;
    }
    Ok(())
}
