//! What a template may not be: too deep, or part of itself.

use super::TEMPLATE_BYTES_MAX;
use std::collections::{BTreeMap, BTreeSet};

/// Deepest nesting of blocks; Handlebars overflows the stack at some hundreds.
const BLOCK_DEPTH_MAX: usize = 32;

/// Handlebars aborts the process on deep nesting, so depth and size are checked before it sees a template.
pub(super) fn check_shape(contents: &str) -> Result<(), String> {
    if contents.len() > TEMPLATE_BYTES_MAX {
        return Err(format!("expected at most {TEMPLATE_BYTES_MAX} bytes, found {}", contents.len()));
    }
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in contents.split("{{").skip(1) {
        let tag = tag.trim_start_matches(['~', '{']);
        if tag.starts_with('#') {
            depth += 1;
            deepest = deepest.max(depth);
        } else if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        }
    }
    if deepest > BLOCK_DEPTH_MAX {
        return Err(format!("expected blocks nested at most {BLOCK_DEPTH_MAX} deep, found {deepest}"));
    }
    Ok(())
}

/// Whether a part is the same for every letter: words on one line without a tag.
pub(super) fn is_fixed(contents: &str) -> bool {
    !contents.contains(['{', '}', '\\', '\n', '\r']) && !contents.trim().is_empty()
}

/// A template with fixed parts written in the places of their includes. One that stands alone on its line stays an include:
/// Handlebars takes that line's blanks and its end away.
pub(super) fn with_fixed(contents: &str, fixed: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(contents.len() * 2);
    for line in contents.split_inclusive('\n') {
        let mut rest = line;
        while let Some((before, tag)) = rest.split_once("{{> ") {
            out.push_str(before);
            let part = tag.split_once("}}").and_then(|(name, after)| Some((fixed.get(name)?, name, after)));
            match part.filter(|(_, name, _)| line.trim().len() > name.len() + "{{> }}".len()) {
                Some((words, _, after)) => {
                    out.push_str(words);
                    rest = after;
                }
                None => {
                    out.push_str("{{> ");
                    rest = tag;
                }
            }
        }
        out.push_str(rest);
    }
    out
}

pub(super) fn partials_of(contents: &str) -> BTreeSet<String> {
    contents
        .split("{{")
        .skip(1)
        .filter_map(|tag| tag.trim_start_matches('~').trim_start_matches('#').strip_prefix('>'))
        .filter_map(|tag| tag.split_whitespace().next())
        .map(|name| name.trim_end_matches("}}").trim_end_matches('~').to_string())
        .collect()
}

/// A part that reaches itself over its includes, if there is one.
pub(super) fn cycle(includes: &BTreeMap<String, BTreeSet<String>>) -> Option<&str> {
    let base = |name: &str| -> String {
        name.trim_start_matches("parts/").trim_end_matches(".html").trim_end_matches(".text").to_string()
    };
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, parts) in includes {
        graph.entry(base(name)).or_default().extend(parts.iter().cloned());
    }
    includes.keys().map(String::as_str).find(|name| {
        let start = base(name);
        let mut seen = BTreeSet::new();
        let mut open: Vec<String> = graph.get(&start).into_iter().flatten().cloned().collect();
        while let Some(next) = open.pop() {
            if next == start {
                return true;
            }
            if seen.insert(next.clone()) {
                open.extend(graph.get(&next).into_iter().flatten().cloned());
            }
        }
        false
    })
}
