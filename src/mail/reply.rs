//! The sender's own words: without quotes, history, signature, banners and device lines (SPEC 4).
//!
//! A body is a list of lines with a depth of quotation. One walk from top to bottom finds where history begins; a
//! second one looks at each stretch of unquoted lines and takes signatures, notices and device lines from its ends.
//! Nothing is lost: what is set aside is kept beside the words, since it still helps to find the thread, the item
//! that was answered, and the text that was forwarded. Every line is looked at a bounded number of times.

mod earlier;
mod marks;
mod page;
mod sorter;
#[cfg(test)]
mod tests;

use earlier::earlier;
pub use earlier::{Earlier, read_date};
pub use page::{Mark, bounded, hidden_classes, is_set_aside, lines_of, mark};
use sorter::Sorter;

/// Lines above this count are read as history: nobody types them by hand.
const LINE_COUNT_MAX: usize = 60_000;

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
