//! The parts of a mail as mail-parser tells them. A mail may hold a mail that holds a mail, as deep as its octets reach, and
//! letting such a tree go the usual way costs stack for every level: here it is taken apart first (TRUST P3, P4).

use mail_parser::{Message, MessageParser, PartType};
use std::ops::Deref;
use std::sync::LazyLock;

/// Content-Type fields of a mail that is taken apart at all, those of the mails in it counted: every level of parts has
/// one. What has more is no mail that somebody wrote.
const CONTENT_TYPES_MAX: usize = 20_000;

/// A mail with its parts.
#[derive(Debug, Default)]
pub struct Tree<'a>(Message<'a>);

impl<'a> Tree<'a> {
    /// All that mail-parser tells; nothing where there is no mail in the bytes, or one of absurd depth.
    pub fn parse(raw: &'a [u8]) -> Option<Tree<'a>> {
        static WHOLE: LazyLock<MessageParser> = LazyLock::new(MessageParser::default);
        Tree::parse_with(&WHOLE, raw)
    }

    pub fn parse_with(parser: &MessageParser, raw: &'a [u8]) -> Option<Tree<'a>> {
        if is_absurd(raw) {
            return None;
        }
        parser.parse(raw).map(Tree)
    }
}

impl<'a> Deref for Tree<'a> {
    type Target = Message<'a>;

    fn deref(&self) -> &Message<'a> {
        &self.0
    }
}

impl Drop for Tree<'_> {
    fn drop(&mut self) {
        let mut parts = std::mem::take(&mut self.0.parts);
        while let Some(part) = parts.pop() {
            if let PartType::Message(mut inner) = part.body {
                parts.append(&mut inner.parts);
            }
        }
    }
}

/// Whether parts may lie in parts beyond all measure. A small mail cannot hold so many.
pub fn is_absurd(raw: &[u8]) -> bool {
    const NAME: &[u8] = b"content-type";
    let begins = |line: &&[u8]| line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME));
    raw.len() > CONTENT_TYPES_MAX * NAME.len()
        && raw.split(|byte| *byte == b'\n').filter(begins).nth(CONTENT_TYPES_MAX).is_some()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// On a stack that a level of recursion each would not fit into.
    #[test]
    fn mails_in_mails_cost_no_stack() {
        let within = |levels: usize| {
            let level = b"Content-Type: message/rfc822\r\n\r\n".repeat(levels);
            [b"From: a@example.com\r\n", level.as_slice(), b"Subject: x\r\n\r\nhello\r\n"].concat()
        };
        let small = std::thread::Builder::new().stack_size(256 << 10);
        let looked = small.spawn(move || {
            assert_eq!(Tree::parse(&within(3)).unwrap().parts.len(), 1);
            assert!(Tree::parse(&within(19_000)).is_some());
            assert!(Tree::parse(&within(700_000)).is_none());
        });
        looked.unwrap().join().unwrap();
    }
}
