//! The sender's own words: without quotes, history, signature, banners and device lines (SPEC 4).
//!
//! A body is a list of lines with a depth of quotation. One walk from top to bottom finds where history begins; a
//! second one looks at each stretch of unquoted lines and takes signatures, notices and device lines from its ends.
//! Nothing is lost: what is set aside is kept beside the words, since it still helps to find the thread, the item
//! that was answered, and the text that was forwarded. Every line is looked at a bounded number of times.

mod marks;
mod page;

use super::lower_case::lower_case;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use marks::Label;
pub use page::{Mark, bounded, hidden_classes, is_set_aside, lines_of, mark};
use regex::Regex;
use std::sync::LazyLock;

/// Lines above this count are read as history: nobody types them by hand.
const LINE_COUNT_MAX: usize = 60_000;
/// A wrapped attribution has at most this many lines.
const ATTRIBUTION_LINES_MAX: usize = 4;
/// A header block longer than this is none.
const HEADER_LINES_MAX: usize = 40;

/// One line of a body with its depth of quotation (0: unquoted).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    pub depth: u8,
    /// without quote marks, right end trimmed
    pub text: String,
    /// what the markup says about it, where there is any
    pub mark: Option<Part>,
}

/// What a line of a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    Own,
    Blank,
    Quote,
    /// "On … wrote:", header block, separator
    Attribution,
    /// everything below a separator or a header block
    History,
    Signature,
    Device,
    Disclaimer,
    Footer,
    Banner,
}

/// Own words between or below quoted lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inline {
    /// the quoted lines that stand between these words and the own words above them, first to last
    pub above: Vec<String>,
    pub text: String,
}

/// What a mail was sent on top of: a forwarded mail, or the history below a header block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// its text, header block removed, one level of quote marks removed
    pub text: String,
    pub from: Option<String>,
    pub subject: Option<String>,
    /// the words that give its date, as they stand
    pub date_text: Option<String>,
    /// the separator said that it is forwarded; a bare header block (Outlook) does not tell
    pub forward: bool,
}

impl Earlier {
    /// The moment it was sent; `offset` fills in for clients that write no zone.
    pub fn date(&self, offset: FixedOffset) -> Option<DateTime<FixedOffset>> {
        let (at, zone) = read_date(self.date_text.as_deref()?)?;
        zone.unwrap_or(offset).from_local_datetime(&at).single()
    }
}

/// A text with what its writer added told apart from all else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnWords {
    /// what the writer added, inline answers in order
    pub text: String,
    /// all quoted lines, marks removed
    pub quoted: Vec<String>,
    /// own words that have quoted lines above them
    pub inline: Vec<Inline>,
    pub earlier: Option<Earlier>,
    /// signatures, notices, banners: a run of lines each
    pub set_aside: Vec<(Part, String)>,
}

impl OwnWords {
    /// The forwarded mail: said so by a separator, or by the subject of the whole mail (`Fwd:`, 转发：).
    pub fn forwarded(&self, subject_says_forward: bool) -> Option<&Earlier> {
        self.earlier.as_ref().filter(|earlier| earlier.forward || subject_says_forward)
    }

    /// Takes a last line away that is nothing but the writer's own name.
    pub fn without_name(mut self, name: &str) -> OwnWords {
        let squeeze =
            |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        let name = squeeze(name);
        if name.is_empty() {
            return self;
        }
        if let Some((rest, last)) = self.text.trim_end().rsplit_once('\n')
            && squeeze(last) == name
            && !rest.trim().is_empty()
        {
            self.set_aside.push((Part::Signature, last.to_owned()));
            self.text = rest.trim_end().to_owned();
        }
        self
    }
}

/// The own words of a plain-text body.
pub fn own_words(body: &str) -> OwnWords {
    gather(&split_lines(body))
}

/// The own words of an HTML body: structural quotes and hidden text first, words second.
pub fn own_html(html: &str) -> OwnWords {
    gather(&lines_of(html))
}

/// Plain text to lines with depth. `\r\n`, `\n` and lone `\r` all end a line.
pub fn split_lines(body: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let (line, after) = match rest.bytes().position(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(at) => {
                let wide = if rest[at..].starts_with("\r\n") { 2 } else { 1 };
                (&rest[..at], &rest[at + wide..])
            }
            None => (rest, ""),
        };
        rest = after;
        let (depth, text) = quote_depth(line);
        let text = text.trim_end();
        let text = if text.contains('\u{feff}') { text.replace('\u{feff}', "") } else { text.to_owned() };
        lines.push(Line { depth, text, mark: None });
        if lines.len() >= LINE_COUNT_MAX {
            break;
        }
    }
    mend_broken_quotes(&mut lines);
    lines
}

/// `>`, `> >`, `>>` at the beginning of a line, at most four spaces before the first.
fn quote_depth(line: &str) -> (u8, &str) {
    let start = line.trim_start_matches([' ', '\t', '\u{feff}', '\u{a0}']);
    if line.len() - start.len() > 8 {
        return (0, line);
    }
    let literal = start.starts_with("&gt;");
    if !(start.starts_with('>') || literal)
        || start.starts_with(">=")
        || matches!(start.trim_end(), ">_<" | ">.<" | "><" | ">o<" | ">_>" | ">3<")
    {
        return (0, line);
    }
    let (mut depth, mut rest) = (0u8, start);
    loop {
        let inner = rest.strip_prefix(' ').unwrap_or(rest);
        if let Some(next) = inner.strip_prefix('>') {
            (depth, rest) = (depth.saturating_add(1), next);
        } else if let Some(next) = inner.strip_prefix("&gt;") {
            (depth, rest) = (depth.saturating_add(1), next);
        } else {
            break;
        }
    }
    (depth, rest.strip_prefix(' ').unwrap_or(rest))
}

/// Two repairs: the tail of a quoted line that a relay wrapped without a mark, and a lone `> 200` within own words.
fn mend_broken_quotes(lines: &mut [Line]) {
    let quoted = lines.iter().filter(|l| l.depth > 0).count();
    if quoted == 0 {
        return;
    }
    for i in 1..lines.len() {
        let (before, after) = lines.split_at(i);
        let (Some(previous), Some(this)) = (before.last(), after.first()) else { continue };
        let next_depth = after.get(1).map_or(0, |l| l.depth);
        let wrapped = previous.depth > 0
            && this.depth == 0
            && next_depth > 0
            && (66..=80).contains(&previous.text.len().saturating_add(usize::from(previous.depth) + 1))
            && this.text.len() <= 24
            && this.text.starts_with(|c: char| c.is_ascii_lowercase())
            && !previous.text.ends_with(['.', '?', '!', ':']);
        if wrapped {
            let depth = previous.depth;
            if let Some(this) = lines.get_mut(i) {
                this.depth = depth;
            }
        }
    }
    if quoted == 1 {
        let Some(at) = lines.iter().position(|l| l.depth > 0) else { return };
        let alone = lines.iter().filter(|l| !l.text.trim().is_empty()).count() == 1;
        let above = alone
            || at.checked_sub(1).and_then(|a| lines.get(a)).is_some_and(|l| {
                let core = marks::plain(&l.text);
                !core.is_empty() && marks::attribution_tail(&core).is_none()
            });
        if let Some(line) = lines.get_mut(at)
            && above
            && line.depth == 1
            && line.text.starts_with(|c: char| c.is_ascii_digit())
        {
            line.depth = 0;
            line.text = format!("> {}", line.text);
        }
    }
}

/// What each line is. Callers that hold other shapes (blocks of a document) flatten them to lines and keep what is `Own`.
pub fn parts_of(lines: &[Line]) -> Vec<Part> {
    Sorter::new(lines).sort().parts
}

struct Sorter<'a> {
    lines: &'a [Line],
    cores: Vec<String>,
    parts: Vec<Part>,
    /// where the separator or header block of the history begins, and whether it says "forwarded"
    history: Option<(usize, bool)>,
}

impl<'a> Sorter<'a> {
    fn new(lines: &'a [Line]) -> Sorter<'a> {
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

    fn core(&self, i: usize) -> &str {
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

    fn sort(mut self) -> Sorter<'a> {
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
    fn header_block(&self, start: usize) -> Option<usize> {
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
    fn attribution(&self, end: usize) -> Option<(usize, bool)> {
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

/// The parts of a mail, gathered from its lines.
pub fn gather(lines: &[Line]) -> OwnWords {
    let sorted = Sorter::new(lines).sort();
    let mut out = OwnWords::default();
    let mut text = Words::default();
    let mut block = Words::default();
    let mut above: Vec<String> = Vec::new();
    let mut aside: Option<(Part, String)> = None;
    let mut leading = true;
    for (i, line) in lines.iter().enumerate() {
        let part = sorted.parts.get(i).copied().unwrap_or(Part::Own);
        if let Some((kind, run)) = &mut aside {
            if *kind == part {
                run.push('\n');
                run.push_str(line.text.trim());
                continue;
            }
            if part != Part::Blank {
                out.set_aside.extend(aside.take());
            }
        }
        match part {
            Part::Own => {
                // the first own line may carry a gateway's bracket
                let own = if leading { strip_banner(&line.text) } else { line.text.clone() };
                leading = false;
                text.push(&own);
                block.push(&own);
            }
            Part::Blank => {
                text.blank();
                block.blank();
            }
            Part::Quote | Part::Attribution | Part::History => {
                text.blank();
                if !block.is_empty() {
                    let words = std::mem::take(&mut block).text;
                    if !above.is_empty() {
                        out.inline.push(Inline { above: std::mem::take(&mut above), text: words });
                    }
                }
                if part == Part::Quote {
                    let quoted = line.text.trim().to_owned();
                    above.push(quoted.clone());
                    out.quoted.push(quoted);
                }
            }
            Part::Signature | Part::Device | Part::Disclaimer | Part::Footer | Part::Banner => {
                aside = Some((part, line.text.trim().to_owned()));
            }
        }
    }
    out.set_aside.extend(aside);
    if !block.is_empty() && !above.is_empty() {
        out.inline.push(Inline { above, text: block.text });
    }
    out.text = text.text;
    out.earlier = earlier(lines, &sorted);
    out
}

fn strip_banner(text: &str) -> String {
    let core = marks::plain(text);
    match marks::banner(&core) {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => text.to_owned(),
    }
}

/// Lines put together again; blank lines only between them, one at a time.
#[derive(Default)]
struct Words {
    text: String,
    gap: bool,
}

impl Words {
    fn push(&mut self, line: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
            if self.gap {
                self.text.push('\n');
            }
        }
        self.gap = false;
        self.text.push_str(line);
    }
    fn blank(&mut self) {
        self.gap = true;
    }
    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// The mail below: from where the history begins, else from a header block within the quoted lines.
fn earlier(lines: &[Line], sorted: &Sorter<'_>) -> Option<Earlier> {
    let (start, forward) = match sorted.history {
        Some(found) => found,
        None => {
            let mut found = None;
            for i in 0..lines.len() {
                if sorted.parts.get(i) != Some(&Part::Quote) {
                    continue;
                }
                if let Some(separator) = marks::separator(sorted.core(i)).filter(|s| !s.bare) {
                    found = Some((i, separator.forward));
                    break;
                }
                if sorted.header_block(i).is_some() {
                    found = Some((i, false));
                    break;
                }
            }
            found?
        }
    };
    let mut out = Earlier { text: String::new(), from: None, subject: None, date_text: None, forward };
    let mut at = start;
    // separator, header block or attribution: at most a few lines before the text
    let mut headed = false;
    while at < lines.len() && at < start + HEADER_LINES_MAX {
        let core = sorted.core(at);
        if core.is_empty() {
            at += 1;
            continue;
        }
        if let Some(separator) = marks::separator(core) {
            out.forward |= separator.forward;
            at += 1;
        } else if !headed && let Some(end) = sorted.header_block(at) {
            for i in at..end {
                if let Some((label, value)) = marks::label(sorted.core(i)) {
                    let slot = match label {
                        Label::From => &mut out.from,
                        Label::Subject => &mut out.subject,
                        Label::Date | Label::Sent => &mut out.date_text,
                        _ => continue,
                    };
                    slot.get_or_insert_with(|| value.trim_end_matches(';').trim().to_owned());
                }
            }
            headed = true;
            at = end;
        } else if !headed
            && let Some(end) = (at..(at + ATTRIBUTION_LINES_MAX).min(lines.len()))
                .find(|i| matches!(sorted.attribution(*i), Some((_, true))))
        {
            let joined = (at..=end).map(|i| sorted.core(i)).collect::<Vec<_>>().join(" ");
            out.from = address_in(&joined);
            out.date_text = Some(joined);
            headed = true;
            at = end + 1;
        } else if !headed && marks::ruler(core) {
            at += 1;
        } else {
            break;
        }
    }
    let base = lines.get(at).map_or(0, |l| l.depth);
    let mut text = Words::default();
    for line in lines.iter().skip(at) {
        if line.text.trim().is_empty() {
            text.blank();
        } else {
            let deeper = usize::from(line.depth.saturating_sub(base));
            text.push(&format!("{}{}", "> ".repeat(deeper.min(8)), line.text));
        }
    }
    out.text = text.text;
    Some(out)
}

fn address_in(text: &str) -> Option<String> {
    let at = text.find('@')?;
    let edge = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"' | ':');
    let start = text[..at].rfind(edge).map_or(0, |i| i + text[i..].chars().next().map_or(1, char::len_utf8));
    let end = text[at..].find(edge).map_or(text.len(), |i| at + i);
    Some(text[start..end].to_owned())
}

#[expect(clippy::expect_used, reason = "a pattern of our own that does not compile is a mistake a test finds")]
fn re(pattern: &str) -> Regex {
    Regex::new(pattern).expect("pattern of our own")
}

/// The moment in the date line of a header block or an attribution, with its zone where one is written.
pub fn read_date(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    static BIG_FIRST: LazyLock<Regex> =
        LazyLock::new(|| re(r"((?:19|20)\d{2})\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})"));
    static MONTH_FIRST: LazyLock<Regex> = LazyLock::new(|| {
        re(r"(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
    });
    static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
        re(
            r"(?i)\b(\d{1,2})\.?(?:\s+de)?\s+(jan|feb|mar|mär|apr|may|mai|jun|jui|jul|aug|ago|aoû|sep|oct|okt|out|nov|dec|dez|déc|dic)[a-zéèû]*\.?,?(?:\s+de)?\s+(\d{4})",
        )
    });
    static SLASHED: LazyLock<Regex> = LazyLock::new(|| re(r"\b(\d{1,2})([/.])(\d{1,2})[/.](\d{4}|\d{2})\b"));
    static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
        re(
            r"(?i)(上午|下午|晚上|中午|凌晨|早上|午後|午前)?\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(am\b|pm\b|a\.m\.|p\.m\.)?",
        )
    });
    static ZONE: LazyLock<Regex> = LazyLock::new(|| re(r"(?:GMT|UTC)?\s*([+-])(\d{2}):?(\d{2})\b"));
    let month = |name: &str| -> Option<u32> {
        let lower = name.to_lowercase();
        let n = match lower.as_str() {
            "jan" => 1,
            "feb" => 2,
            "mar" | "mär" => 3,
            "apr" => 4,
            "may" | "mai" => 5,
            "jun" => 6,
            "jul" => 7,
            "jui" => 7,
            "aug" | "ago" | "aoû" => 8,
            "sep" => 9,
            "oct" | "okt" | "out" => 10,
            "nov" => 11,
            "dec" | "dez" | "déc" | "dic" => 12,
            _ => return None,
        };
        Some(n)
    };
    let text = marks::plain(text);
    let number = |s: &str| s.parse::<u32>().ok();
    let (day, behind) = if let Some(c) = BIG_FIRST.captures(&text) {
        (NaiveDate::from_ymd_opt(c[1].parse().ok()?, number(&c[2])?, number(&c[3])?)?, c.get(0)?.end())
    } else if let Some(c) = MONTH_FIRST.captures(&text) {
        (NaiveDate::from_ymd_opt(c[3].parse().ok()?, month(&c[1])?, number(&c[2])?)?, c.get(0)?.end())
    } else if let Some(c) = DAY_FIRST.captures(&text) {
        (NaiveDate::from_ymd_opt(c[3].parse().ok()?, month(&c[2])?, number(&c[1])?)?, c.get(0)?.end())
    } else {
        let c = SLASHED.captures(&text)?;
        let (a, b) = (number(&c[1])?, number(&c[3])?);
        let year: i32 = c[4].parse().ok()?;
        let year = if year < 100 { 2000 + year } else { year };
        // 9.7.26 is day first, 7/9/26 month first, unless that cannot be
        let (m, d) = if &c[2] == "." || a > 12 { (b, a) } else { (a, b) };
        (NaiveDate::from_ymd_opt(year, m, d)?, c.get(0)?.end())
    };
    // the clock behind the day; some clients put it before
    let found = CLOCK.captures(text.get(behind..).unwrap_or_default()).or_else(|| CLOCK.captures(&text));
    let time = match &found {
        Some(c) => {
            let (mut hour, minute) = (number(&c[2])?, number(&c[3])?);
            let second = c.get(4).and_then(|s| number(s.as_str())).unwrap_or(0);
            let half = c.get(1).or(c.get(5)).map(|m| m.as_str().to_lowercase()).unwrap_or_default();
            let afternoon = matches!(half.as_str(), "下午" | "晚上" | "pm" | "p.m." | "午後");
            let morning = matches!(half.as_str(), "上午" | "凌晨" | "am" | "a.m." | "午前");
            if afternoon && hour < 12 {
                hour += 12;
            } else if morning && hour == 12 {
                hour = 0;
            }
            NaiveTime::from_hms_opt(hour, minute, second)?
        }
        None => NaiveTime::MIN,
    };
    let zone = found
        .as_ref()
        .and_then(|c| c.get(0))
        .and_then(|m| ZONE.captures(text.get(behind..).unwrap_or_default().get(m.end()..).unwrap_or_default()))
        .and_then(|c| {
            let seconds = (c[2].parse::<i32>().ok()? * 60 + c[3].parse::<i32>().ok()?) * 60;
            FixedOffset::east_opt(if &c[1] == "-" { -seconds } else { seconds })
        });
    Some((day.and_time(time), zone))
}

#[cfg(test)]
mod tests;
