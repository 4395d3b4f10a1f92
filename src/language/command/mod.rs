//! How a reply is read: from own words to commands (SPEC 4.4), and the table of what can be said.
//!
//! A line is cut into sentences, a sentence into pieces ([`piece`]); each piece is read by rules over the words in it
//! ([`acts`]); then the lines meant are found, pieces that speak of the same line are brought together, and what
//! contradicts itself is given to a human. Negated, hoped, heard, asked or conditional words change nothing.
//!
//! Invariant: what is not wholly understood is a comment or a remark, never a change. A sentence is in `commands` (as
//! [`Verb::Comment`], when it speaks of a line, or when nothing else was said) or in `remarks`, never in both; both are
//! for people (O11). Courtesies are in neither.
//!
//! Deliberately absent: who may say it, and what follows. `改期到周四` of an attendee is read like that of the organizer.

mod acts;
mod attach;
pub mod fold;
mod piece;
mod query;
mod refs;
mod sentence;
mod settle;
mod slash;
mod table;
#[cfg(test)]
mod tests;
mod times;
pub(crate) mod words;

use super::fields::label_of_exactly;
use super::names::Lexicon;
use super::when::Anchor;
use crate::domain::reading::{Command, Context, Doubt, Line, ReplyReading, Verb};
use fold::Folded;
use piece::{Reader, Sentence};
use refs::{Known, Target};
pub use table::Usage;
pub use table::table;

/// Lines beyond this count are not read for commands: nobody answers a letter with so many.
pub const LINES_MAX: usize = 2_000;
/// A longer line is prose.
pub const LINE_CHARS_MAX: usize = 1_200;
/// More commands in one mail are not carried out.
pub const COMMANDS_MAX: usize = 300;
/// Lines of a letter that can be referred to.
const ITEMS_MAX: usize = 200;

/// Words under a quoted line.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The quoted lines above it, first to last.
    pub above: &'a [String],
    pub text: &'a str,
}

/// Reads what a reply says.
///
/// `own`: own words, inline answers included in their order. `inline`: those answers again, with the quoted lines above
/// them. `subject`: for the id in it, where the words name none. `items`: the numbered lines of the letter answered.
pub fn read(
    own: &str,
    inline: &[Answer],
    subject: Option<&str>,
    context: Context,
    items: &[Line],
    anchor: &Anchor,
    lexicon: &Lexicon,
) -> ReplyReading {
    let items = items.get(..items.len().min(ITEMS_MAX)).unwrap_or(items);
    let reader = Reader { known: Known::new(items, context), anchor, names: lexicon };
    let mut reading = Reading::new(&reader, subject);
    reading.inline = inline.len() > 1;
    // 1 to a notice is 参加 (O25); so are 来 and 去, where nothing else is said.
    let all = own.trim();
    if context == Context::Meeting
        && matches!(all.trim_end_matches(['。', '.', '!', '！']), "1" | "+1" | "１" | "来" | "來" | "去" | "到")
    {
        let mut command = Command::new(Verb::Rsvp);
        command.answer = Some("accepted".into());
        command.rule = "rsvp.one".into();
        command.line = all.into();
        reading.push(command, None, false, 0);
    } else {
        let mut answers =
            inline.iter().flat_map(|answer| answer.text.lines().map(move |line| (line, answer.above))).peekable();
        for line in own.lines().take(LINES_MAX) {
            let tie = match answers.peek() {
                Some((text, above)) if text.trim() == line.trim() => {
                    let above = *above;
                    answers.next();
                    reading.quoted = above.iter().flat_map(|line| tied(std::slice::from_ref(line), &reader)).fold(
                        Vec::new(),
                        |mut all, target| {
                            if !all.contains(&target) {
                                all.push(target);
                            }
                            all
                        },
                    );
                    tied(above, &reader)
                }
                _ => {
                    reading.quoted.clear();
                    Vec::new()
                }
            };
            reading.line(line, tie);
        }
    }
    let mut result = reading.finish();
    result.text = own.to_string();
    result
}

/// 负责人 任务 滞后原因 解决措施: the head of a table without its rows says nothing.
fn is_table_head(line: &str) -> bool {
    let cells: Vec<&str> = if line.contains(['\t', '|', '｜']) {
        line.split(['\t', '|', '｜']).map(str::trim).filter(|cell| !cell.is_empty()).collect()
    } else {
        // `no minutes needed`: English words with blanks between are a sentence.
        line.split_whitespace().filter(|_| line.chars().any(fold::is_cjk)).collect()
    };
    // `no minutes needed` is made of words that stand over columns, too: English heads have their capitals.
    let spoken = line.is_ascii() && !line.contains(['\t', '|']);
    let titled = |cell: &&str| !spoken || cell.starts_with(|c: char| c.is_ascii_uppercase());
    cells.len() >= 3
        && cells.len() <= 20
        && cells.iter().all(|cell| label_of_exactly(cell).is_some())
        && cells.iter().all(titled)
}

/// `When: Friday 2pm`, with the label by the word that is no question.
fn form_label(line: &str) -> Option<String> {
    let at = line.find([':', '：'])?;
    let (head, rest) = line.split_at(at);
    match head.trim().to_ascii_lowercase().as_str() {
        "when" => Some(format!("time{rest}")),
        "where" => Some(format!("place{rest}")),
        _ => None,
    }
}

/// The line of the letter that the quoted lines above an answer show.
fn tied(above: &[String], reader: &Reader) -> Vec<Target> {
    for line in above.iter().rev().filter(|line| !line.trim().is_empty()).take(3) {
        let f = Folded::new(line);
        let whole = refs::whole_tasks(&f, 0, f.len(), &reader.known);
        if let [one] = whole.as_slice() {
            return one.targets.clone();
        }
        if let Some(mark) = refs::leading(&f, 0, f.len(), &reader.known)
            && mark.targets.len() == 1
            && mark.targets.iter().all(|target| matches!(target, Target::Number(_) | Target::Id(_)))
        {
            return mark.targets;
        }
        let ids = refs::scan(&f, 0, f.len(), &[], &reader.known);
        if let [one] = ids.iter().filter(|mark| mark.explicit).collect::<Vec<_>>().as_slice()
            && one.targets.len() == 1
        {
            return one.targets.clone();
        }
    }
    Vec::new()
}

struct Entry {
    command: Command,
    target: Option<Target>,
    soft: bool,
    /// Pieces of one clause group share it: what follows may complete or take back what was said.
    segment: usize,
    /// It was said of all lines, so that a later 除了2 takes one out.
    of_all: bool,
    gone: bool,
}

struct Note {
    kind: &'static str,
    line: String,
    targets: Vec<Target>,
    /// It holds words that could have been a command.
    heart: bool,
    segment: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Reason,
    Measure,
}

struct Reading<'r, 'a> {
    reader: &'r Reader<'a>,
    subject: Vec<Target>,
    entries: Vec<Entry>,
    notes: Vec<Note>,
    doubts: Vec<Doubt>,
    segment: usize,
    /// Several quoted lines have an answer below them.
    inline: bool,
    /// 其余都完成,2延期: said of the rest before it is known of what.
    rest: Option<Command>,
    /// The lines quoted above what is being read, where they are several.
    quoted: Vec<Target>,
    /// Named without a verb so far: `第3项` on a line of its own.
    pending: Vec<Target>,
    /// 除2以外, before what is said of all.
    except: Vec<Target>,
    reason: Option<String>,
    measure: Option<(String, Option<crate::domain::due::Due>)>,
}

impl<'r, 'a> Reading<'r, 'a> {
    fn new(reader: &'r Reader<'a>, subject: Option<&str>) -> Self {
        let mut ids = Vec::new();
        if let Some(subject) = subject {
            let f = Folded::new(subject);
            let mut i = 0;
            while i < f.len() {
                if let Some((id, end)) = refs::id_at(&f, i) {
                    if id.starts_with('A') {
                        ids.push(reader.known.target_of(&id));
                    }
                    i = end;
                } else {
                    i += 1;
                }
            }
            ids.dedup();
        }
        Reading {
            reader,
            subject: if ids.len() == 1 { ids } else { Vec::new() },
            entries: Vec::new(),
            notes: Vec::new(),
            doubts: Vec::new(),
            segment: 0,
            inline: false,
            rest: None,
            quoted: Vec::new(),
            pending: Vec::new(),
            except: Vec::new(),
            reason: None,
            measure: None,
        }
    }

    fn push(&mut self, command: Command, target: Option<Target>, soft: bool, segment: usize) {
        if self.entries.len() < COMMANDS_MAX {
            self.entries.push(Entry { command, target, soft, segment, of_all: false, gone: false });
        }
    }

    fn line(&mut self, line: &str, tie: Vec<Target>) {
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        // `When:` and `Where:` of the form are no conditions and no questions.
        let labelled = acts::meeting_context(self.reader.known.context).then(|| form_label(line)).flatten();
        let line = labelled.as_deref().unwrap_or(line);
        let f = Folded::new(line);
        if f.len() > LINE_CHARS_MAX {
            self.segment += 1;
            let segment = self.segment;
            self.notes.push(Note {
                kind: "not_understood",
                line: line.into(),
                targets: Vec::new(),
                heart: false,
                segment,
            });
            return;
        }
        if piece::is_name_line(&f, self.reader) || is_table_head(line) {
            return;
        }
        if let Some(said) = slash::read(&f, self.reader) {
            self.segment += 1;
            self.take_say(&f, Sentence { a: 0, b: f.len(), asks: false }, said, &tie);
            return;
        }
        if let Some(mut command) = query::read(&f, self.reader.known.context) {
            command.line = line.into();
            self.segment += 1;
            let segment = self.segment;
            self.push(command, None, false, segment);
            return;
        }
        for sentence in piece::sentences(&f) {
            self.sentence(&f, sentence, &tie);
        }
        // A reason that found nothing to explain stays a sentence.
        self.loose_reason();
    }

    fn loose_reason(&mut self) {
        let reason = self.reason.take();
        let measure = self.measure.take();
        match (reason, measure) {
            (Some(reason), Some((measure, due))) => {
                // 原因…;措施… alone answers the question a late item asks.
                let targets = self.default_targets();
                if !targets.is_empty() && matches!(self.reader.known.context, Context::Reminder | Context::Action) {
                    let mut command = Command::new(Verb::Behind);
                    command.reason = Some(reason);
                    command.measure = Some(measure);
                    command.due = due;
                    command.rule = "behind.reason_and_measure".into();
                    let segment = self.segment;
                    for target in targets {
                        self.push(command.clone(), Some(target), false, segment);
                    }
                } else {
                    self.note("not_understood", &format!("{reason};{measure}"), Vec::new(), false);
                }
            }
            (Some(text), None) => {
                // The measure may come on the next line.
                if matches!(self.reader.known.context, Context::Reminder | Context::Action)
                    && self.reader.known.items.len() == 1
                {
                    self.reason = Some(text);
                } else {
                    self.note("not_understood", &text, Vec::new(), false);
                }
            }
            (None, Some((text, _))) => self.note("not_understood", &text, Vec::new(), false),
            (None, None) => {}
        }
    }

    fn default_targets(&self) -> Vec<Target> {
        if !self.pending.is_empty() {
            return self.pending.clone();
        }
        match self.reader.known.items {
            [one] => vec![Target::Number(one.n)],
            _ => Vec::new(),
        }
    }

    fn note(&mut self, kind: &'static str, line: &str, targets: Vec<Target>, heart: bool) {
        let line = acts::trimmed(line);
        if line.is_empty() {
            return;
        }
        let segment = self.segment;
        self.notes.push(Note { kind, line: line.to_string(), targets, heart, segment });
    }
}
