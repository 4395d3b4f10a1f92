//! The answers to FETCH and SEARCH. async-imap takes one that was refused for one that found nothing; here it counts only
//! when the server ends it with OK.

use super::wire::{Allowance, Wire};
use async_imap::Session;
use async_imap::error::{Error, Result};
use async_imap::imap_proto::{AttributeValue, MailboxDatum, MessageSection, Response, SectionPath, Status};
use std::collections::BTreeSet;

/// What is said of a mail.
#[derive(Debug, Default)]
pub(super) struct Said<'a> {
    pub(super) uid: Option<u32>,
    pub(super) size: Option<u32>,
    pub(super) body: Option<&'a [u8]>,
    pub(super) head: Option<&'a [u8]>,
}

/// Says a command and hears its whole answer.
async fn ask(session: &mut Session<Wire>, command: &str, mut hear: impl FnMut(&Response<'_>) + Send) -> Result<()> {
    let tag = session.run_command(command).await?;
    loop {
        let response = session.read_response().await?.ok_or(Error::ConnectionLost)?;
        match response.parsed() {
            Response::Done { tag: of, status, outcome } if *of == tag => {
                let words = outcome.information.as_deref().unwrap_or_default().to_string();
                return match status {
                    Status::Ok => Ok(()),
                    Status::Bad => Err(Error::Bad(words)),
                    _ => Err(Error::No(words)),
                };
            }
            Response::MailboxData(MailboxDatum::Exists(_)) => session.more_came(true),
            other => hear(other),
        }
    }
}

pub(super) async fn fetch(
    session: &mut Session<Wire>,
    set: &str,
    items: &str,
    mut hear: impl FnMut(Said<'_>) + Send,
) -> Result<()> {
    ask(session, &format!("UID FETCH {set} {items}"), |response| {
        let Response::Fetch(_, attributes) = response else { return };
        let mut said = Said::default();
        for attribute in attributes {
            match attribute {
                AttributeValue::Uid(uid) => said.uid = Some(*uid),
                AttributeValue::Rfc822Size(size) => said.size = Some(*size),
                AttributeValue::BodySection { section: None, data: Some(data), .. }
                | AttributeValue::Rfc822(Some(data)) => said.body = said.body.or(Some(data)),
                AttributeValue::BodySection {
                    section: Some(SectionPath::Full(MessageSection::Header)),
                    data: Some(data),
                    ..
                }
                | AttributeValue::Rfc822Header(Some(data)) => said.head = said.head.or(Some(data)),
                _ => {}
            }
        }
        hear(said);
    })
    .await
}

pub(super) async fn search(session: &mut Session<Wire>, query: &str) -> Result<BTreeSet<u32>> {
    let mut uids = BTreeSet::new();
    ask(session, &format!("UID SEARCH {query}"), |response| {
        if let Response::MailboxData(MailboxDatum::Search(found)) = response {
            uids.extend(found);
        }
    })
    .await?;
    Ok(uids)
}
