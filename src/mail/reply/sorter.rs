//! Which part of a mail each line belongs to: one walk finds where history begins, a second one takes signatures,
//! notices and device lines from the ends of each unquoted stretch.

use super::marks::Label;
use super::{Line, Part, marks};
use crate::mail::lower_case::lower_case;

/// A wrapped attribution has at most this many lines.
pub(super) const ATTRIBUTION_LINES_MAX: usize = 4;
/// A header block longer than this is none.
pub(super) const HEADER_LINES_MAX: usize = 40;

pub(super) struct Sorter<'a> {
    lines: &'a [Line],
    cores: Vec<String>,
    pub(super) parts: Vec<Part>,
    /// where the separator or header block of the history begins, and whether it says "forwarded"
    pub(super) history: Option<(usize, bool)>,
}

impl<'a> Sorter<'a> {
    pub(super) fn new(lines: &'a [Line]) -> Sorter<'a> {
        let cores: Vec<String> = lines.iter().map(|l| marks::plain(&l.text)).collect();
        let parts = lines
            .iter()
            .zip(&cores)
            .map(|(line, core)| match (line.mark, core.is_empty()) {
                (Some(Part::History), _) => Part::History,
                (_, true) => Part::Blank,
                (Some(part), _) => part,
                _ if line.depth > 0 => Part::Quote,
                _ => Part::Own,
            })
            .collect();
        Sorter { lines, cores, parts, history: None }
    }

    pub(super) fn core(&self, i: usize) -> &str {
        self.cores.get(i).map_or("", String::as_str)
    }

    fn set(&mut self, range: std::ops::Range<usize>, part: Part) {
        for i in range {
            if let Some(slot) = self.parts.get_mut(i)
                && *slot != Part::Blank
            {
                *slot = part;
            }
        }
    }

    fn next_filled(&self, from: usize) -> usize {
        (from..self.cores.len()).find(|i| !self.core(*i).is_empty()).unwrap_or(self.cores.len())
    }

    /// A quoted line, or one that the markup set aside.
    fn quoted(&self, i: usize) -> bool {
        self.lines.get(i).is_some_and(|l| l.depth > 0)
    }

    pub(super) fn sort(mut self) -> Sorter<'a> {
        self.find_history();
        self.find_edges();
        self
    }

    fn find_history(&mut self) {
        let count = self.lines.len();
        let mut i = 0;
        while i < count {
            let mark = self.lines.get(i).and_then(|l| l.mark);
            if mark == Some(Part::History) {
                self.history = Some((i, false));
                self.set(i..count, Part::History);
                return;
            }
            if self.core(i).is_empty() || self.quoted(i) || mark.is_some_and(|m| m != Part::Attribution) {
                i += 1;
                continue;
            }
            if let Some(separator) = marks::separator(self.core(i)) {
                let next = self.next_filled(i + 1);
                let headed = self.header_block(next).is_some() || marks::header_in_one_line(self.core(next));
                if !separator.bare || headed {
                    match self.below(i, i + 1, separator.forward) {
                        Some(at) => i = at,
                        None => return,
                    }
                    continue;
                }
            }
            if let Some(end) = self.header_block(i).or_else(|| marks::header_in_one_line(self.core(i)).then_some(i + 1))
            {
                match self.below(i, end, false) {
                    Some(at) => i = at,
                    None => return,
                }
                continue;
            }
            if let Some((start, proven)) = self.attribution(i) {
                let next = self.next_filled(i + 1);
                let quote_follows = self.quoted(next);
                if quote_follows || mark == Some(Part::Attribution) {
                    self.set(start..i + 1, Part::Attribution);
                } else if proven {
                    self.set(start..i + 1, Part::Attribution);
                    self.history = Some((start, false));
                    self.set(i + 1..count, Part::History);
                    return;
                }
            }
            i += 1;
        }
    }

    /// What stands below a separator or header block: quoted lines go on line by line (answers may stand between
    /// them), anything else is history to the end. `end`: the first line behind what is already understood.
    fn below(&mut self, start: usize, end: usize, forward: bool) -> Option<usize> {
        let mut at = self.next_filled(end);
        for _ in 0..3 {
            if self.quoted(at) {
                break;
            }
            if let Some(end) = self.header_block(at) {
                at = self.next_filled(end);
            } else if let Some(end) =
                (at..(at + ATTRIBUTION_LINES_MAX).min(self.lines.len())).find(|i| self.attribution(*i).is_some())
            {
                at = self.next_filled(end + 1);
            } else {
                break;
            }
        }
        if self.quoted(at) && !forward {
            self.set(start..at, Part::Attribution);
            return Some(at);
        }
        self.history = Some((start, forward));
        self.set(start..self.lines.len(), Part::History);
        None
    }

    /// The end of the header block that begins with line `start`.
    pub(super) fn header_block(&self, start: usize) -> Option<usize> {
        let (first, _) = marks::label(self.core(start))?;
        if !matches!(first, Label::From | Label::Date | Label::Sent | Label::To | Label::Subject) {
            return None;
        }
        let (mut from, mut date, mut sent, mut to, mut subject, mut address) =
            (false, false, false, false, false, false);
        let mut end = start;
        let mut last = first;
        let mut at = start;
        let depth = self.lines.get(start).map_or(0, |l| l.depth);
        while at < self.lines.len() && at < start + HEADER_LINES_MAX {
            let core = self.core(at);
            if core.is_empty() {
                // converters leave one blank line between the labels
                if marks::label(self.core(at + 1)).is_none() || (from && subject) {
                    break;
                }
                at += 1;
                continue;
            }
            if self.lines.get(at).map_or(0, |l| l.depth) != depth {
                break;
            }
            match marks::label(core) {
                Some((label, value)) => {
                    match label {
                        Label::From if from => break,
                        Label::From => {
                            from = true;
                            address |= marks::has_address(value);
                        }
                        // a date label of one's own words has words behind it, not a date
                        Label::Date => date |= marks::has_day(value) || marks::has_clock(value) || value.is_empty(),
                        Label::Sent => {
                            date = true;
                            sent = true;
                        }
                        Label::To | Label::Cc => {
                            to = true;
                            address |= marks::has_address(value);
                        }
                        Label::Subject => subject = true,
                        Label::Other => {}
                    }
                    last = label;
                }
                // a long list of recipients goes on; an address alone under its label, too
                None if matches!(last, Label::To | Label::Cc | Label::From)
                    && (marks::has_address(core) || core.ends_with(';')) =>
                {
                    address |= marks::has_address(core);
                }
                None => break,
            }
            end = at + 1;
            at += 1;
        }
        let kinds = usize::from(date) + usize::from(to) + usize::from(subject);
        let sure = from && kinds >= 2 && (subject || sent || address)
            || from && kinds == 1 && (address && (date || subject) || sent);
        sure.then_some(end)
    }

    /// Line `end` ends an attribution. Where it begins, and whether it needs no quote below to be believed.
    pub(super) fn attribution(&self, end: usize) -> Option<(usize, bool)> {
        let core = self.core(end);
        if marks::attribution_with_text(core) {
            return Some((end, true));
        }
        let tail = marks::attribution_tail(core)?;
        // up to three lines above, none of them blank or quoted
        let mut first = end;
        while end - first < ATTRIBUTION_LINES_MAX - 1
            && first > 0
            && !self.core(first - 1).is_empty()
            && !self.quoted(first - 1)
        {
            first -= 1;
        }
        let joined = |start: usize| (start..=end).map(|i| self.core(i)).collect::<Vec<_>>().join(" ");
        let opening = (first..=end).rev().find(|i| marks::attribution_start(self.core(*i)));
        if let Some(start) = opening {
            let text = joined(start);
            if marks::attribution_proven(&text, tail) {
                return Some((start, true));
            }
        }
        for start in (first..=end).rev() {
            let text = joined(start);
            if text.len() <= 700 && marks::attribution_proven(&text, tail) {
                return Some((start, true));
            }
        }
        let short = core.chars().count() <= 80 && marks::balanced(core);
        (short && tail != marks::Tail::Address).then_some((end, false))
    }

    /// Signatures, notices, device lines and banners within the stretches of unquoted lines.
    fn find_edges(&mut self) {
        let mut regions: Vec<std::ops::Range<usize>> = Vec::new();
        let mut start = None;
        for i in 0..=self.parts.len() {
            let own = matches!(self.parts.get(i), Some(Part::Own | Part::Blank | Part::Signature));
            match (start, own) {
                (None, true) => start = Some(i),
                (Some(from), false) => {
                    if self.parts[from..i].contains(&Part::Own) {
                        regions.push(from..i);
                    }
                    start = None;
                }
                _ => {}
            }
        }
        for region in regions.clone() {
            self.lines_of_no_one(region);
        }
        for region in &regions {
            self.trim_rulers(region.clone());
        }
        let count = regions.len();
        let mut with_words: usize = regions.iter().filter(|r| self.parts[(*r).clone()].contains(&Part::Own)).count();
        for (n, region) in regions.iter().enumerate() {
            let has_words = self.parts[region.clone()].contains(&Part::Own);
            let elsewhere = with_words > usize::from(has_words);
            // between two quotes nobody signs, apart from an explicit delimiter
            self.cut_delimiter(region.clone(), elsewhere);
            if n == 0 || n + 1 == count {
                self.cut_signature(region.clone(), elsewhere);
            }
            self.trim_rulers(region.clone());
            if has_words && !self.parts[region.clone()].contains(&Part::Own) {
                with_words -= 1;
            }
        }
    }

    fn own_lines(&self, region: std::ops::Range<usize>) -> Vec<usize> {
        region.filter(|i| self.parts.get(*i) == Some(&Part::Own)).collect()
    }

    /// Banners, device lines, disclaimers, list footers.
    fn lines_of_no_one(&mut self, region: std::ops::Range<usize>) {
        let first_region = !self.parts[..region.start].iter().any(|p| !matches!(p, Part::Blank));
        let mut i = region.start;
        let mut filled = 0;
        let mut in_notice = false;
        let mut paragraph_end = 0;
        while i < region.end {
            if self.parts[i] != Part::Own {
                i += 1;
                continue;
            }
            filled += 1;
            let core = self.core(i);
            if first_region && filled <= 8 && marks::banner(core).is_some_and(|rest| rest.is_empty()) {
                // the rest of the banner's paragraph, as long as it warns
                self.set(i..i + 1, Part::Banner);
                i += 1;
                while i < region.end
                    && self.parts[i] == Part::Own
                    && (marks::banner(self.core(i)).is_some_and(|rest| rest.is_empty())
                        || banner_continues(self.core(i)))
                {
                    self.set(i..i + 1, Part::Banner);
                    i += 1;
                }
                continue;
            }
            if marks::device(core) {
                self.set(i..i + 1, Part::Device);
                i += 1;
                continue;
            }
            if marks::list_footer(core) {
                // a footer and all that hangs below it
                self.set(i..region.end, Part::Footer);
                return;
            }
            if i >= paragraph_end {
                paragraph_end = (i..region.end).find(|j| self.parts[*j] != Part::Own).unwrap_or(region.end);
            }
            let begins_paragraph =
                i == region.start || self.parts[i - 1] != Part::Own || marks::ruler(self.core(i - 1));
            let paragraph = || self.cores[i..paragraph_end.min(i + 24)].join(" ");
            // in the middle of a paragraph only a line that is a notice by itself counts
            let candidate = (begins_paragraph || in_notice || core.len() > 24) && marks::disclaimer_begins(core);
            if candidate && marks::disclaimer(&paragraph())
                || in_notice && begins_paragraph && marks::disclaimer_goes_on(&paragraph())
            {
                self.set(i..paragraph_end, Part::Disclaimer);
                in_notice = true;
                i = paragraph_end;
                continue;
            }
            if begins_paragraph {
                in_notice = false;
            }
            i += 1;
        }
    }

    /// A drawn line at either end of a stretch belongs to what was set aside there.
    fn trim_rulers(&mut self, region: std::ops::Range<usize>) {
        let own = self.own_lines(region.clone());
        for i in own.iter().rev() {
            let core = self.core(*i);
            // "---" alone, dots that lead on to the quote, and a client's "[cid:…]" stand-ins
            if marks::ruler(core) || core.starts_with("[cid:") && core.ends_with(']') {
                self.set(*i..*i + 1, Part::Attribution);
            } else {
                break;
            }
        }
        let above = self.parts[..region.start].iter().any(|p| !matches!(p, Part::Blank));
        let own = self.own_lines(region.clone());
        for i in own {
            let banner_above = self.parts[region.start..i].iter().any(|p| matches!(p, Part::Banner | Part::Disclaimer));
            if (above || banner_above) && marks::ruler(self.core(i)) {
                self.set(i..i + 1, Part::Attribution);
            } else {
                break;
            }
        }
    }

    /// `-- ` and what hangs below it (RFC 3676 §4.3).
    fn cut_delimiter(&mut self, region: std::ops::Range<usize>, elsewhere: bool) {
        let own = self.own_lines(region.clone());
        for (n, i) in own.iter().enumerate() {
            let core = self.core(*i);
            let raw = self.lines.get(*i).map_or("", |l| l.text.as_str());
            let below = &own[n + 1..];
            let exact = raw.trim_start() == "--" || core == "—" || core == "――" || core == "- -";
            let ruled = marks::ruler(core) && core.chars().count() <= 80;
            if !exact && !ruled {
                continue;
            }
            let above = n > 0 || elsewhere;
            // the thin line that Foxmail draws above a name
            let name_alone = raw.trim() == "________"
                && below.len() == 1
                && below.first().is_some_and(|j| marks::name_like(self.core(*j)));
            let signed = if exact || name_alone {
                below.len() <= 14 || core == "--" && below.len() <= 30
            } else {
                // a ruler of one's own divides text; one above contact lines is a signature's
                !below.is_empty()
                    && below.len() <= 14
                    && below.iter().all(|j| !marks::says_something(self.core(*j)))
                    && below.iter().any(|j| marks::contact_like(self.core(*j)) || marks::title_like(self.core(*j)))
                    && below.first().is_some_and(|j| {
                        let core = self.core(*j);
                        marks::name_like(core) || marks::contact_like(core) || marks::title_like(core)
                    })
            };
            let numbered = exact && core != "--" && below.iter().any(|j| marks::says_something(self.core(*j)));
            if signed && !numbered && (above || exact) {
                self.set(*i..region.end, Part::Signature);
                return;
            }
        }
    }

    /// Sign-off, name, title, phone at the end of a stretch.
    fn cut_signature(&mut self, region: std::ops::Range<usize>, elsewhere: bool) {
        let own = self.own_lines(region.clone());
        let window = own.len().saturating_sub(18);
        let core_at = |n: usize| own.get(n).map_or("", |i| self.core(*i));
        // the lowest line that certainly says something; nothing above it is a signature
        let floor = (window..own.len()).rev().find(|n| marks::says_something(core_at(*n)) && !post_script(core_at(*n)));
        let lowest = floor.map_or(window, |n| n + 1);
        let post = (lowest..own.len()).find(|n| post_script(core_at(*n)));
        let end = post.unwrap_or(own.len());
        let mut cut = None;
        for n in lowest..end {
            let Some(strong) = marks::closing(core_at(n)) else { continue };
            if n == 0 && !elsewhere {
                continue;
            }
            let named = n + 1 < end
                && (marks::name_like(core_at(n + 1))
                    || marks::contact_like(core_at(n + 1))
                    || marks::title_like(core_at(n + 1))
                    || marks::closing(core_at(n + 1)) == Some(true));
            // below a true sign-off every short line goes; below 谢谢 only what looks like a name
            let tail_short = (n + 1..end).all(|m| core_at(m).chars().count() <= 90);
            let closes = named || (strong && (n + 1 == end || end - n <= 10));
            if tail_short && closes {
                cut = Some(n);
                break;
            }
        }
        if cut.is_none() {
            cut = self.unsigned_block(&own, lowest, end, elsewhere);
        }
        if let Some(n) = cut {
            let last = if end < own.len() { own.get(end).copied() } else { Some(region.end) };
            if let (Some(from), Some(to)) = (own.get(n), last) {
                self.set(*from..to, Part::Signature);
            }
        }
    }

    /// A block of name, title and contact lines that no sign-off announces.
    fn unsigned_block(&self, own: &[usize], lowest: usize, end: usize, elsewhere: bool) -> Option<usize> {
        let core_at = |n: usize| own.get(n).map_or("", |i| self.core(*i));
        let (mut contacts, mut titles) = (0, 0);
        let mut first = end;
        for n in (lowest..end).rev() {
            let core = core_at(n);
            let contact = marks::contact_like(core);
            let title = !contact && marks::title_like(core);
            if !(contact
                || title
                || marks::name_like(core)
                || marks::place_like(core)
                || marks::link_like(core)
                || marks::ruler(core))
            {
                break;
            }
            contacts += usize::from(contact);
            titles += usize::from(title);
            first = n;
            // the name opens the block: what stands above it with a blank line between is another paragraph
            let i = *own.get(n)?;
            let after_blank = i == 0 || self.parts.get(i - 1).is_some_and(|p| *p != Part::Own);
            if after_blank && (contacts + titles > 0) && marks::name_like(core) {
                break;
            }
        }
        if first >= end || (first == 0 && !elsewhere) {
            return None;
        }
        let i = *own.get(first)?;
        let after_blank = i == 0 || self.parts.get(i - 1).is_some_and(|p| *p != Part::Own);
        let before = if first > 0 { core_at(first - 1) } else { "" };
        // 「联系方式如下：」 announces content
        if before.ends_with(':')
            || before.contains("联系")
            || before.contains("如下")
            || lower_case(before).contains("contact")
        {
            return None;
        }
        let lines = end - first;
        let named = marks::name_like(core_at(first));
        let firm = (first..end).any(|n| names_firm(core_at(n)));
        // below it stands what was set aside: nobody ends an answer with a bare address of their own
        let below = own.last().map_or(0, |i| i + 1);
        let history_below = self
            .parts
            .get(below..)
            .is_some_and(|rest| rest.iter().any(|p| matches!(p, Part::Attribution | Part::History | Part::Quote)));
        let bare = lines == 1
            && after_blank
            && history_below
            && marks::has_address(core_at(first))
            && !core_at(first).contains([' ', ':']);
        let two_words = |n: usize| core_at(n).is_ascii() && core_at(n).split(' ').count() >= 2;
        // a name and a firm that says no more of itself, above the history
        let name_and_firm =
            lines == 2 && after_blank && history_below && named && two_words(first) && two_words(first + 1);
        let firm_line =
            after_blank && contacts + titles >= 1 && core_at(first).contains('|') && names_firm(core_at(first));
        let complete = bare
            || name_and_firm
            || firm_line
            || named && contacts > 0
            || named && titles > 0 && lines <= 5 && (after_blank || firm && lines <= 3)
            || after_blank
                && contacts >= 2
                && (marks::title_like(core_at(first)) || marks::contact_like(core_at(first)))
            || contacts + titles >= 2 && core_at(first).contains('|') && marks::title_like(core_at(first));
        complete.then_some(first)
    }
}

fn banner_continues(core: &str) -> bool {
    let lower = lower_case(core);
    [
        "click",
        "links",
        "attachment",
        "sender",
        "链接",
        "附件",
        "谨慎",
        "了解为什么",
        "learn why",
        "recognize",
        "safe",
        "附件和",
        "連結",
        "核实",
    ]
    .iter()
    .filter(|w| lower.contains(**w))
    .count()
        >= 2
        || lower.starts_with("do not click")
        || lower.starts_with("了解")
}

/// A firm's own name, which nobody writes into an answer by chance.
fn names_firm(core: &str) -> bool {
    ["有限公司", "集团", "集團", " Ltd", " Inc", " GmbH", " LLC", " Corp"].iter().any(|w| core.contains(w))
}

fn post_script(core: &str) -> bool {
    let lower = lower_case(core);
    ["p.s", "ps:", "ps ", "ps.", "ps,", "又及", "另:", "另,", "附:", "补充:"]
        .iter()
        .any(|start| lower.starts_with(start))
}
