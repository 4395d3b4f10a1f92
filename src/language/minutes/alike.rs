//! Two entries that say the same: one of them goes.

use super::Found;
use crate::language::scan::Scan;

/// The same action twice in one mail is one item: same owner, same day, nearly the same words. The fuller one stays.
pub(super) fn dedupe(found: &mut Vec<Found>) {
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    let mut prints: Vec<Vec<(char, char)>> = Vec::with_capacity(found.len());
    for entry in found.drain(..) {
        let print = pairs(&entry.draft.task);
        let twin = kept.iter().zip(&prints).position(|(other, other_print)| {
            let owners = match (&other.draft.owner, &entry.draft.owner) {
                (Some(a), Some(b)) => a.names == b.names,
                (None, None) => true,
                _ => false,
            };
            let days = match (&other.draft.due, &entry.draft.due) {
                (Some(a), Some(b)) => a.due.date() == b.due.date(),
                _ => true,
            };
            let both_dated = other.draft.due.is_some() && entry.draft.due.is_some() && other.draft.owner.is_some();
            owners && days && (alike(&print, other_print) || both_dated && within(&print, other_print))
        });
        match twin.and_then(|at| kept.get_mut(at)) {
            Some(other) => {
                let draft = entry.draft;
                other.draft.due = other.draft.due.take().or(draft.due);
                other.draft.deliverable = other.draft.deliverable.take().or(draft.deliverable);
                other.draft.status = other.draft.status.or(draft.status);
                if other.draft.helpers.is_empty() {
                    other.draft.helpers = draft.helpers;
                }
            }
            None => {
                kept.push(entry);
                prints.push(print);
            }
        }
    }
    *found = kept;
}

/// Neighbouring characters of a text, little words left out, sorted.
pub(super) fn pairs(text: &str) -> Vec<(char, char)> {
    let scan = Scan::new(text);
    let chars: Vec<char> = (0..scan.len()).map(|i| scan.at(i)).filter(|c| c.is_alphanumeric() && *c != '的').collect();
    let mut pairs: Vec<(char, char)> = chars.iter().copied().zip(chars.iter().copied().skip(1)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// One text says nearly all of what the other says.
fn within(a: &[(char, char)], b: &[(char, char)]) -> bool {
    let least = a.len().min(b.len());
    let common = a.iter().filter(|pair| b.binary_search(pair).is_ok()).count();
    least >= 4 && common * 100 >= least * 90
}

pub(super) fn alike(a: &[(char, char)], b: &[(char, char)]) -> bool {
    if a.is_empty() || b.is_empty() {
        return a == b;
    }
    let common = a.iter().filter(|pair| b.binary_search(pair).is_ok()).count();
    let all = a.len() + b.len() - common;
    common * 100 >= all * 82
}
