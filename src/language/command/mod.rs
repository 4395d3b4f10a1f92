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

use super::names::Lexicon;
use super::when::Anchor;
use crate::domain::reading::{Command, Context, Doubt, Line, ReplyReading, Verb};

mod acts;
pub mod fold;
mod piece;
mod query;
mod refs;
mod slash;
mod table;
mod times;
pub(crate) mod words;

pub use table::{Usage, table};

use acts::{Act, Say, Scope, reasoned};
use fold::Folded;
use piece::{Piece, Reader, Sentence};
use refs::{Known, Target};
use words::W;

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
    // 1 to a notice is 参加 (O25).
    let all = own.trim();
    if context == Context::Meeting && matches!(all, "1" | "+1" | "1。" | "1." | "１") {
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
                    tied(above, &reader)
                }
                _ => Vec::new(),
            };
            reading.line(line, tie);
        }
    }
    let mut result = reading.finish();
    result.text = own.to_string();
    result
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
        if piece::is_name_line(&f, self.reader) {
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
                if matches!(self.reader.known.context, Context::Reminder) && self.reader.known.items.len() == 1 {
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

    fn sentence(&mut self, f: &Folded, sentence: Sentence, tie: &[Target]) {
        let reader = self.reader;
        if let Some((from, said)) = whole_sentence(f, sentence, reader) {
            if from > sentence.a {
                self.sentence(f, Sentence { a: sentence.a, b: from, asks: false }, tie);
            }
            let sentence = Sentence { a: from, ..sentence };
            self.segment += 1;
            self.take_say(f, sentence, said, tie);
            return;
        }
        let ranges = piece::cut(f, sentence, reader);
        let count = ranges.len();
        self.segment += 1;
        let mut segment_targets: Vec<Target> = Vec::new();
        let (mut conditional, mut asking, mut hearsay) = (false, false, false);
        let mut field: Option<Field> = None;
        let either = sentence.asks
            && (f.text(sentence.a, sentence.b).contains("还是") || f.text(sentence.a, sentence.b).contains(" or "));
        for (at, (a, b)) in ranges.into_iter().enumerate() {
            let last = at + 1 == count;
            let mut p = piece::read(f, a, b, (sentence.asks && last) || either, reader);
            let own_targets = p.targets();
            if !own_targets.is_empty() {
                if at > 0 && segment_targets != own_targets {
                    self.segment += 1;
                    field = None;
                }
                segment_targets = own_targets.clone();
            }
            p.conditional |= conditional;
            p.asks |= asking;
            p.hearsay |= hearsay;
            let tag_only = p.has(W::Tag)
                && own_targets.is_empty()
                && !p.toks.iter().any(|tok| piece::is_predicate(tok.w))
                && p.time.is_none();
            let said = acts::say(f, &p, sentence.b, reader);
            let benign = p.has(W::Benign);
            let waits = p.conditional
                && p.toks
                    .iter()
                    .filter(|tok| tok.w == W::Cond)
                    .all(|tok| f.get(tok.a) == Some('等') || f.get(tok.a) == Some('待'))
                && !f.text(p.a, p.b).contains(['再', '才', '就', '后']);
            // 已完成,待验收: what others do with it afterwards does not hang on us.
            let handed_in = waits
                && ["验收", "审核", "审批", "复核", "评审", "批准", "批复"]
                    .iter()
                    .any(|end| f.text(p.a, p.b).trim().ends_with(end))
                && f.text(p.a, p.b).trim().chars().count() <= 6
                && self.entries.iter().any(|entry| {
                    entry.segment == self.segment && matches!(entry.command.verb, Verb::Done | Verb::Progress)
                });
            if handed_in && own_targets.is_empty() {
                continue;
            }
            let stopped = self
                .entries
                .iter()
                .any(|entry| entry.segment == self.segment && !entry.gone && reasoned(entry.command.verb));
            if waits && stopped && own_targets.is_empty() {
                // 阻塞,等法务回复 says why, not when.
                self.attach(Field::Reason, acts::trimmed(f.written(p.a, p.b)), None, self.segment);
                field = Some(Field::Reason);
                continue;
            }
            if !benign && field.is_none() {
                if p.conditional && !matches!(said, Say::Acts(_) | Say::Reason(_) | Say::Measure(..)) {
                    // 同意,如果预算能批: what was said before hangs on it.
                    if !conditional {
                        self.take_back("conditional");
                    }
                    conditional = true;
                }
                if p.asks && !matches!(said, Say::Acts(_)) && !last {
                    asking = true;
                }
                hearsay |= matches!(said, Say::Text("hearsay")) && p.any(&[W::Says, W::Hearsay]);
            }
            // 来不及了,能延两天吗: what is asked for stands in for what was complained of.
            let complained = p.asks
                && matches!(said, Say::Text("question"))
                && self.entries.iter().any(|entry| {
                    entry.segment == self.segment
                        && !entry.gone
                        && entry.command.verb == Verb::Behind
                        && entry.command.reason.is_none()
                });
            if tag_only && p.asks || complained {
                self.take_back("question");
            }
            self.piece(f, sentence, &p, said, &segment_targets, tie, &mut field);
        }
    }

    /// Turns what the current clause group said into a note.
    fn take_back(&mut self, kind: &'static str) {
        let segment = self.segment;
        let mut taken: Vec<(String, Option<Target>)> = Vec::new();
        for entry in self.entries.iter_mut().filter(|entry| entry.segment == segment && !entry.gone) {
            entry.gone = true;
            taken.push((entry.command.line.clone(), entry.target.clone()));
        }
        if let Some((line, _)) = taken.first().cloned() {
            let targets = taken.into_iter().filter_map(|(_, target)| target).collect();
            self.note(kind, &line, targets, true);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one caller; the state of one sentence")]
    fn piece(
        &mut self,
        f: &Folded,
        sentence: Sentence,
        p: &Piece,
        said: Say,
        segment_targets: &[Target],
        tie: &[Target],
        field: &mut Option<Field>,
    ) {
        let segment = self.segment;
        let own = !p.marks.is_empty();
        // Within a reason or a measure only what has its own line, or is plainly another request, is a command.
        if let Some(in_field) = *field
            && !own
        {
            let request = match &said {
                Say::Acts(acts) => acts.iter().all(|act| {
                    matches!(
                        act.command.verb,
                        Verb::Postpone
                            | Verb::Delegate
                            | Verb::Decline
                            | Verb::Rsvp
                            | Verb::Cancel
                            | Verb::ProposeTime
                            | Verb::Snooze
                    )
                }),
                Say::Reason(_) | Say::Measure(..) => true,
                _ => false,
            };
            if !request {
                self.extend_field(in_field, f.written(p.a, p.b), p.time.map(|(.., due)| due));
                return;
            }
        }
        match said {
            Say::Nothing => {}
            Say::Pending => {
                if own {
                    self.pending = p.targets();
                }
            }
            Say::Except(targets) => {
                let mut of_all = false;
                for entry in self
                    .entries
                    .iter_mut()
                    .filter(|entry| entry.of_all && !entry.gone && segment.saturating_sub(entry.segment) <= 1)
                {
                    of_all = true;
                    entry.gone |= entry.target.as_ref().is_some_and(|target| targets.contains(target));
                }
                if !of_all {
                    self.except = targets;
                }
            }
            Say::Reason(text) => {
                *field = Some(Field::Reason);
                if own && !self.entries.iter().any(|entry| entry.segment == segment && !entry.gone) {
                    self.pending = p.targets();
                }
                self.attach(Field::Reason, &text, None, segment);
            }
            Say::Measure(text, due) => {
                *field = Some(Field::Measure);
                if own && !self.entries.iter().any(|entry| entry.segment == segment && !entry.gone) {
                    self.pending = p.targets();
                }
                self.attach(Field::Measure, &text, due, segment);
            }
            Say::Acts(acts) => {
                // … behind because …; fix: …; new date March 24: the date is when it will be caught up with.
                if let [act] = acts.as_slice()
                    && act.command.verb == Verb::Postpone
                    && act.command.due.is_some()
                    && !own
                    && p.has(W::KeyDue)
                    && let Some(last) = self.entries.last_mut()
                    && !last.gone
                    && last.command.verb == Verb::Behind
                    && last.command.due.is_none()
                {
                    last.command.due = act.command.due;
                    return;
                }
                let line = f.written(sentence.a, sentence.b).trim().to_string();
                for act in acts {
                    if matches!(act.command.verb, Verb::Behind | Verb::Block) && act.command.measure.is_some() {
                        *field = Some(Field::Measure);
                    } else if p.has(W::Because) && reasoned(act.command.verb) {
                        *field = Some(Field::Reason);
                    }
                    self.act(act, p, &line, segment_targets, tie);
                }
            }
            Say::Text(kind) => {
                let said_here: Vec<usize> = (0..self.entries.len())
                    .filter(|at| self.entries.get(*at).is_some_and(|entry| entry.segment == segment && !entry.gone))
                    .collect();
                let takes_reason = said_here.iter().filter_map(|at| self.entries.get(*at)).any(|entry| {
                    reasoned(entry.command.verb)
                        && (entry.command.verb != Verb::Rsvp || entry.command.answer.as_deref() == Some("declined"))
                });
                if !own && takes_reason && !matches!(kind, "question" | "conditional") {
                    let text = f.written(p.a, p.b);
                    self.attach(
                        Field::Reason,
                        acts::trimmed(text),
                        p.time.filter(|_| p.has(W::Future)).map(|(.., due)| due),
                        segment,
                    );
                    return;
                }
                if !said_here.is_empty()
                    && p.but
                    && p.any(&[W::Not, W::NotYet, W::Need, W::Future, W::Maybe, W::Because, W::Cond])
                {
                    // 完成了,但还没测试
                    self.take_back("not_understood");
                }
                let line = if said_here.is_empty() { f.written(sentence.a, sentence.b) } else { f.written(p.a, p.b) };
                let targets = if own {
                    p.targets()
                } else if !segment_targets.is_empty() {
                    segment_targets.to_vec()
                } else {
                    tie.to_vec()
                };
                let heart = p.toks.iter().any(|tok| piece::is_predicate(tok.w));
                if self.notes.last().is_some_and(|note| note.segment == segment && note.line == acts::trimmed(line)) {
                    if let Some(note) = self.notes.last_mut() {
                        for target in targets {
                            if !note.targets.contains(&target) {
                                note.targets.push(target);
                            }
                        }
                        if note.kind == "not_understood" {
                            note.kind = kind;
                        }
                    }
                    return;
                }
                self.note(kind, line, targets, heart);
            }
        }
    }

    fn take_say(&mut self, f: &Folded, sentence: Sentence, said: Say, tie: &[Target]) {
        let p = piece::read(f, sentence.a, sentence.b, sentence.asks, self.reader);
        let targets = p.targets();
        match said {
            Say::Acts(acts) => {
                let line = f.written(sentence.a, sentence.b).trim().to_string();
                for act in acts {
                    self.act(act, &p, &line, &targets, tie);
                }
            }
            Say::Text(kind) => self.note(kind, f.written(sentence.a, sentence.b), targets, true),
            _ => {}
        }
    }

    fn extend_field(&mut self, field: Field, text: &str, due: Option<crate::domain::due::Due>) {
        let text = acts::trimmed(text);
        let segment = self.segment;
        if let Some(held) = match field {
            Field::Reason => self.reason.as_mut(),
            Field::Measure => self.measure.as_mut().map(|(text, _)| text),
        } {
            held.push(',');
            held.push_str(text);
            if let (Field::Measure, Some((_, held))) = (field, self.measure.as_mut()) {
                *held = due.or(*held);
            }
            return;
        }
        let from = self
            .entries
            .iter()
            .rposition(|entry| !entry.gone)
            .map_or(segment, |at| self.entries.get(at).map_or(segment, |entry| entry.segment));
        for entry in self.entries.iter_mut().filter(|entry| entry.segment == from && !entry.gone) {
            let slot = match field {
                Field::Reason => &mut entry.command.reason,
                Field::Measure => &mut entry.command.measure,
            };
            match slot {
                Some(held) => {
                    held.push(',');
                    held.push_str(text);
                }
                None => *slot = Some(text.to_string()),
            }
            if entry.command.verb == Verb::Behind && entry.command.due.is_none() {
                entry.command.due = due;
            }
        }
    }

    /// Gives a reason or a measure to what was said just before, else keeps it for what follows.
    fn attach(&mut self, field: Field, text: &str, due: Option<crate::domain::due::Due>, segment: usize) {
        if text.is_empty() {
            return;
        }
        let fits = |entry: &Entry| {
            !entry.gone
                && (reasoned(entry.command.verb) || (entry.command.verb == Verb::Progress && entry.segment == segment))
        };
        let Some(from) = self
            .entries
            .iter()
            .rev()
            .find(|entry| fits(entry) && segment.saturating_sub(entry.segment) <= 3)
            .map(|entry| entry.segment)
        else {
            match field {
                Field::Reason => {
                    if let Some(held) = self.reason.as_mut() {
                        held.push(',');
                        held.push_str(text);
                    } else {
                        self.reason = Some(text.to_string());
                    }
                }
                Field::Measure => self.measure = Some((text.to_string(), due)),
            }
            return;
        };
        // Nothing else may have been said in between.
        let newest = self.entries.iter().rev().find(|entry| !entry.gone).map(|entry| entry.segment);
        if newest != Some(from) && segment != from {
            match field {
                Field::Reason => self.reason = Some(text.to_string()),
                Field::Measure => self.measure = Some((text.to_string(), due)),
            }
            return;
        }
        for entry in self.entries.iter_mut().filter(|entry| entry.segment == from && !entry.gone) {
            let slot = match field {
                Field::Reason => &mut entry.command.reason,
                Field::Measure => &mut entry.command.measure,
            };
            match slot {
                Some(held) if !held.contains(text) => {
                    held.push(',');
                    held.push_str(text);
                }
                Some(_) => {}
                None => *slot = Some(text.to_string()),
            }
            if entry.command.verb == Verb::Behind && entry.command.due.is_none() {
                entry.command.due = due;
            }
        }
    }

    /// Finds whom an act is about and keeps it.
    fn act(&mut self, act: Act, p: &Piece, line: &str, segment_targets: &[Target], tie: &[Target]) {
        let known = &self.reader.known;
        let segment = self.segment;
        let mut command = act.command;
        command.line = line.to_string();
        let deed = act.deed.clone();
        let mut targets: Vec<Option<Target>> = Vec::new();
        let explicit: Vec<Target> = if !act.targets.is_empty() {
            act.targets.clone()
        } else if !segment_targets.is_empty() {
            segment_targets.to_vec()
        } else if !self.pending.is_empty() {
            std::mem::take(&mut self.pending)
        } else if !tie.is_empty() {
            tie.to_vec()
        } else {
            Vec::new()
        };
        let numbers = |but: &[Target]| -> Vec<Option<Target>> {
            known
                .items
                .iter()
                .map(|item| Target::Number(item.n))
                .filter(|target| !but.contains(target))
                .map(Some)
                .collect()
        };
        let begun: Vec<Option<Target>> = self
            .entries
            .iter()
            .filter(|entry| entry.segment == segment && !entry.gone && entry.command.verb == Verb::Progress)
            .map(|entry| entry.target.clone())
            .collect();
        let excepted = std::mem::take(&mut self.except);
        let of_all =
            matches!(act.scope, Scope::All | Scope::AllBut(_)) || (act.scope == Scope::Rest && !excepted.is_empty());
        match &act.scope {
            Scope::All | Scope::Rest if !excepted.is_empty() => targets = numbers(&excepted),
            _ if !excepted.is_empty() => {
                // 除了2,1完成: what the exception is taken from was not said.
                self.note("not_understood", line, excepted, true);
                return;
            }
            Scope::Whole => targets.push(None),
            Scope::AllBut(but) => targets = numbers(but),
            // 完成一半,剩下的周五前完成: the rest of this work, not the other lines.
            Scope::Rest if p.rest_of_work && !begun.is_empty() => targets = begun,
            Scope::Rest => {
                let mut mentioned: Vec<Target> =
                    self.entries.iter().filter(|entry| !entry.gone).filter_map(|entry| entry.target.clone()).collect();
                mentioned.extend(self.notes.iter().flat_map(|note| note.targets.iter().cloned()));
                mentioned.extend(segment_targets.iter().cloned());
                mentioned.extend(act.targets.iter().cloned());
                if !mentioned.is_empty() {
                    targets = numbers(&mentioned);
                }
            }
            Scope::All if explicit.is_empty() => {
                targets = numbers(&[]);
                if targets.is_empty() && known.context != Context::None {
                    targets.push(None);
                }
            }
            Scope::All | Scope::Lines if !explicit.is_empty() => targets = explicit.into_iter().map(Some).collect(),
            Scope::All | Scope::Lines => {
                if let [one] = known.items {
                    targets.push(Some(Target::Number(one.n)));
                } else if known.items.is_empty() && known.context != Context::None {
                    targets.push(None);
                } else if !self.subject.is_empty() {
                    targets = self.subject.iter().cloned().map(Some).collect();
                } else if !known.items.is_empty()
                    && matches!(
                        (command.verb, known.context),
                        (Verb::Confirm, Context::Action) | (Verb::SignOff, Context::SignOff)
                    )
                {
                    // The letter asked to confirm them all, and this is the word for it.
                    targets = numbers(&[]);
                }
            }
        }
        let unknown = targets.iter().flatten().any(|target| matches!(target, Target::Unknown(_)));
        if targets.is_empty() || unknown {
            let named: Vec<Target> =
                targets.into_iter().flatten().filter(|target| !matches!(target, Target::Unknown(_))).collect();
            self.note("which_item", line, named, true);
            return;
        }
        if let Some(deed) = deed {
            // 已联系 of a task that asks for a report does not finish it.
            let fits = targets.iter().all(|target| match target {
                Some(Target::Number(n)) => known
                    .tasks
                    .iter()
                    .find(|task| task.n == *n)
                    .is_some_and(|task| words::same_deed(&deed, task.text())),
                _ => words::same_deed(&deed, ""),
            });
            if !fits {
                if p.but {
                    self.take_back("not_understood");
                }
                let named = targets.into_iter().flatten().collect();
                self.note("not_understood", line, named, true);
                return;
            }
        }
        if matches!(command.verb, Verb::Postpone) && command.due.is_none() && command.shift_workdays.is_none() {
            let n = targets
                .iter()
                .flatten()
                .find_map(|target| if let Target::Number(n) = target { Some(*n) } else { None });
            self.doubts.push(Doubt { kind: "no_due".into(), line: line.into(), n });
        }
        if command.rule == "progress.promise" && command.due.is_none() && p.toks.iter().any(|tok| tok.w == W::Future) {
            let n = targets
                .iter()
                .flatten()
                .find_map(|target| if let Target::Number(n) = target { Some(*n) } else { None });
            self.doubts.push(Doubt { kind: "vague_due".into(), line: line.into(), n });
        }
        if let Some(reason) = self.reason.take() {
            if reasoned(command.verb) && command.reason.is_none() {
                command.reason = Some(reason);
            } else {
                self.reason = None;
                self.note("not_understood", &reason, Vec::new(), false);
            }
        }
        if let Some((measure, due)) = self.measure.take()
            && command.verb == Verb::Behind
        {
            command.measure = command.measure.or(Some(measure));
            command.due = command.due.or(due);
        }
        self.pending.clear();
        for target in targets {
            self.push(command.clone(), target, act.soft, segment);
            if let Some(entry) = self.entries.last_mut() {
                entry.of_all |= of_all;
            }
        }
    }

    /// Brings together what was said of one line, and makes the result.
    fn finish(mut self) -> ReplyReading {
        if self.reason.is_some() || self.measure.is_some() {
            let context_text = self.reason.clone().or(self.measure.clone().map(|(text, _)| text)).unwrap_or_default();
            self.reason = None;
            self.measure = None;
            self.note("not_understood", &context_text, Vec::new(), false);
        }
        self.settle();
        let known = &self.reader.known;
        let mut commands: Vec<Command> = Vec::new();
        for entry in self.entries.iter().filter(|entry| !entry.gone) {
            let mut command = entry.command.clone();
            fill_target(&mut command, entry.target.as_ref(), known);
            if !commands.contains(&command) {
                commands.push(command);
            }
        }
        let mut doubts = std::mem::take(&mut self.doubts);
        let mut remarks: Vec<String> = Vec::new();
        let mut prose: Vec<String> = Vec::new();
        let nothing_else = commands.is_empty();
        for note in &self.notes {
            let first =
                note.targets.iter().find_map(|target| if let Target::Number(n) = target { Some(*n) } else { None });
            if note.kind != "not_understood" || note.heart || nothing_else {
                doubts.push(Doubt { kind: note.kind.into(), line: note.line.clone(), n: first });
            }
            let named: Vec<&Target> =
                note.targets.iter().filter(|target| !matches!(target, Target::Unknown(_))).collect();
            if named.is_empty() {
                if nothing_else {
                    prose.push(note.line.clone());
                } else {
                    remarks.push(note.line.clone());
                }
                continue;
            }
            for target in named {
                let mut command = Command::new(Verb::Comment);
                command.line = note.line.clone();
                command.rule = format!("comment.{}", note.kind);
                fill_target(&mut command, Some(target), known);
                if !commands.contains(&command) {
                    commands.push(command);
                }
            }
        }
        if !prose.is_empty() {
            let mut command = Command::new(Verb::Comment);
            command.line = prose.join("\n");
            command.rule = "comment".into();
            if let [one] = known.items {
                fill_target(&mut command, Some(&Target::Number(one.n)), known);
            }
            commands.push(command);
        }
        ReplyReading { text: String::new(), commands, doubts, remarks }
    }

    fn settle(&mut self) {
        let mut keys: Vec<Option<Target>> = Vec::new();
        for entry in &self.entries {
            if !keys.contains(&entry.target) {
                keys.push(entry.target.clone());
            }
        }
        for key in keys {
            self.settle_target(&key);
        }
        // 好的 and 收到 give way to anything clearer.
        let vague = |entry: &Entry| entry.command.rule == "progress.promise" && entry.command.due.is_none();
        let said = self.entries.iter().any(|entry| !entry.gone && entry.soft);
        let clearer = self.entries.iter().any(|entry| !entry.gone && !entry.soft && !vague(entry));
        if said && !clearer {
            // 明白,会按时提交 says no more than 明白.
            for entry in self.entries.iter_mut().filter(|entry| vague(entry)) {
                entry.gone = true;
            }
        }
        if clearer {
            for entry in self.entries.iter_mut().filter(|entry| entry.soft) {
                entry.gone = true;
            }
        }
    }

    fn settle_target(&mut self, key: &Option<Target>) {
        let live: Vec<usize> = (0..self.entries.len())
            .filter(|at| self.entries.get(*at).is_some_and(|entry| !entry.gone && entry.target == *key))
            .collect();
        if live.len() < 2 {
            return;
        }
        // The same verb twice: the fields come together.
        for (at, index) in live.iter().enumerate() {
            let Some(first) = self.entries.get(*index).filter(|entry| !entry.gone).map(|entry| entry.command.clone())
            else {
                continue;
            };
            for later in live.iter().skip(at + 1) {
                let Some(second) =
                    self.entries.get(*later).filter(|entry| !entry.gone && entry.command.verb == first.verb)
                else {
                    continue;
                };
                if !mergeable(&first, &second.command) {
                    continue;
                }
                let second = second.command.clone();
                let soft = self.entries.get(*later).is_some_and(|entry| entry.soft);
                if let Some(entry) = self.entries.get_mut(*index) {
                    merge(&mut entry.command, second);
                    entry.soft &= soft;
                }
                if let Some(entry) = self.entries.get_mut(*later) {
                    entry.gone = true;
                }
            }
        }
        let verbs = |me: &Self| -> Vec<(usize, Verb)> {
            live.iter()
                .filter_map(|at| me.entries.get(*at).filter(|entry| !entry.gone).map(|entry| (*at, entry.command.verb)))
                .collect()
        };
        let has = |me: &Self, verb: Verb| verbs(me).iter().any(|(_, v)| *v == verb);
        let drop_verb = |me: &mut Self, verb: Verb| {
            for (at, v) in verbs(me) {
                if v == verb
                    && let Some(entry) = me.entries.get_mut(at)
                {
                    entry.gone = true;
                }
            }
        };
        let plain_progress = |me: &Self| {
            verbs(me).iter().all(|(at, v)| {
                *v != Verb::Progress
                    || me
                        .entries
                        .get(*at)
                        .is_some_and(|entry| entry.command.due.is_none() && entry.command.percent.is_none())
            })
        };
        use Verb::*;
        if has(self, Done) && has(self, Progress) {
            let all_of_it = verbs(self).iter().all(|(at, v)| {
                *v != Progress || self.entries.get(*at).is_some_and(|entry| entry.command.percent == Some(100))
            });
            // Half of it is done: never the whole.
            drop_verb(self, if all_of_it { Progress } else { Done });
        }
        if has(self, Done) {
            drop_verb(self, Confirm);
            drop_verb(self, Ack);
        }
        if has(self, Confirm) {
            drop_verb(self, Ack);
        }
        if has(self, Progress)
            && plain_progress(self)
            && [Block, Behind, Postpone, Delegate, Confirm, Decline, Cancel, Snooze].iter().any(|verb| has(self, *verb))
        {
            drop_verb(self, Progress);
        }
        if has(self, Behind) && has(self, Progress) {
            let due = verbs(self)
                .iter()
                .filter(|(_, v)| *v == Progress)
                .find_map(|(at, _)| self.entries.get(*at).and_then(|entry| entry.command.due));
            let percent = verbs(self)
                .iter()
                .filter(|(_, v)| *v == Progress)
                .find_map(|(at, _)| self.entries.get(*at).and_then(|entry| entry.command.percent));
            for (at, v) in verbs(self) {
                if v == Behind
                    && let Some(entry) = self.entries.get_mut(at)
                {
                    entry.command.due = entry.command.due.or(due);
                    entry.command.percent = entry.command.percent.or(percent);
                }
            }
            drop_verb(self, Progress);
        }
        if has(self, Delegate) {
            if has(self, Decline) {
                let reason = verbs(self)
                    .iter()
                    .filter(|(_, v)| *v == Decline)
                    .find_map(|(at, _)| self.entries.get(*at).and_then(|entry| entry.command.reason.clone()));
                for (at, v) in verbs(self) {
                    if v == Delegate
                        && let Some(entry) = self.entries.get_mut(at)
                    {
                        entry.command.reason = entry.command.reason.clone().or(reason.clone());
                    }
                }
                drop_verb(self, Decline);
            }
            drop_verb(self, Confirm);
        }
        if has(self, Rsvp) {
            self.settle_rsvp(&live);
        }
        const CLASHES: &[(Verb, Verb)] = &[
            (Done, Block),
            (Done, Behind),
            (Done, Decline),
            (Done, Cancel),
            (Done, Postpone),
            (Done, Delegate),
            (Confirm, Decline),
            (Confirm, Cancel),
            (Approve, Refuse),
            (Accept, Reject),
            (Decline, Postpone),
            (Decline, Cancel),
            (CallOff, Proceed),
            (CallOff, Reschedule),
            (Cancel, Postpone),
            (Cancel, Delegate),
            (NotHeld, Proceed),
        ];
        for (a, b) in CLASHES {
            if has(self, *a) && has(self, *b) {
                let lines: Vec<String> = verbs(self)
                    .iter()
                    .filter(|(_, v)| v == a || v == b)
                    .filter_map(|(at, _)| self.entries.get(*at).map(|entry| entry.command.line.clone()))
                    .collect();
                drop_verb(self, *a);
                drop_verb(self, *b);
                let mut seen: Vec<String> = Vec::new();
                for line in lines {
                    if !seen.contains(&line) {
                        self.note("not_understood", &line, key.iter().cloned().collect(), true);
                        seen.push(line);
                    }
                }
            }
        }
    }

    fn settle_rsvp(&mut self, live: &[usize]) {
        let answers: Vec<(usize, String, bool)> = live
            .iter()
            .filter_map(|at| {
                self.entries
                    .get(*at)
                    .filter(|entry| !entry.gone && entry.command.verb == Verb::Rsvp)
                    .map(|entry| (*at, entry.command.answer.clone().unwrap_or_default(), entry.soft))
            })
            .collect();
        let proposes = live.iter().any(|at| {
            self.entries.get(*at).is_some_and(|entry| !entry.gone && entry.command.verb == Verb::ProposeTime)
        });
        let keep: Option<&str> = if answers.iter().any(|(_, answer, _)| answer == "delegated") {
            Some("delegated")
        } else {
            let hard: Vec<&str> =
                answers.iter().filter(|(_, _, soft)| !soft).map(|(_, answer, _)| answer.as_str()).collect();
            match hard.as_slice() {
                [] if proposes => None,
                [] => return,
                [first, rest @ ..] if rest.iter().all(|answer| answer == first) => Some(*first),
                _ => {
                    // 参加 and 请假 in one mail: ask.
                    let lines: Vec<String> = answers
                        .iter()
                        .filter_map(|(at, ..)| self.entries.get(*at).map(|entry| entry.command.line.clone()))
                        .collect();
                    for (at, ..) in &answers {
                        if let Some(entry) = self.entries.get_mut(*at) {
                            entry.gone = true;
                        }
                    }
                    if let Some(line) = lines.first() {
                        self.note("not_understood", &line.clone(), Vec::new(), true);
                    }
                    return;
                }
            }
        };
        let keep = keep.map(str::to_string);
        for (at, answer, _) in &answers {
            if keep.as_deref() != Some(answer.as_str())
                && let Some(entry) = self.entries.get_mut(*at)
            {
                entry.gone = true;
            }
        }
    }
}

fn mergeable(a: &Command, b: &Command) -> bool {
    match a.verb {
        Verb::Rsvp => a.answer == b.answer,
        Verb::AgendaAdd
        | Verb::Decisions
        | Verb::Status
        | Verb::Files
        | Verb::Export
        | Verb::Report
        | Verb::Handover
        | Verb::Comment
        | Verb::Object => false,
        // Two owners, two dates: the first stays, the second is a doubt of its own.
        Verb::Delegate => a.to == b.to,
        _ => true,
    }
}

fn merge(into: &mut Command, from: Command) {
    into.due = into.due.or(from.due);
    into.until = into.until.or(from.until);
    into.shift_workdays = into.shift_workdays.or(from.shift_workdays);
    into.percent = into.percent.or(from.percent);
    into.to = into.to.take().or(from.to);
    into.measure = into.measure.take().or(from.measure);
    into.score = into.score.or(from.score);
    into.minutes = into.minutes.or(from.minutes);
    into.start = into.start.or(from.start);
    into.place = into.place.take().or(from.place);
    into.title = into.title.take().or(from.title);
    into.reason = match (into.reason.take(), from.reason) {
        (Some(a), Some(b)) if a != b => Some(format!("{a},{b}")),
        (a, b) => a.or(b),
    };
}

fn fill_target(command: &mut Command, target: Option<&Target>, known: &Known) {
    match target {
        Some(Target::Number(n)) => {
            command.item = Some(*n);
            command.id =
                known.items.iter().find(|line| line.n == *n).map(|line| line.id.clone()).filter(|id| !id.is_empty());
        }
        Some(Target::Id(id)) => command.id = Some(id.clone()),
        Some(Target::Unknown(_)) | None => {}
    }
}

/// Sentences whose rest is a title, an objection or a remark, commas and all.
fn whole_sentence(f: &Folded, s: Sentence, reader: &Reader) -> Option<(usize, Say)> {
    let p = piece::read(f, s.a, s.b, s.asks, reader);
    // 补充议题:预算调整(15分钟)
    if let Some(tok) = p.find(W::Agenda) {
        let text = f.text(tok.a, tok.b);
        let add = p.first(&[W::Add, W::Suggest]);
        let added = add.is_some()
            || text.starts_with("additional")
            || text.starts_with("new")
            || text.starts_with("another")
            || text.starts_with("extra")
            || text.starts_with("one more")
            || text.starts_with("临时")
            || text.starts_with('新')
            || text == "agenda item"
            || text == "proposed topic";
        let colon = p.toks.iter().find(|t| t.a >= tok.b && t.w == W::Colon && f.text(tok.b, t.a).chars().count() <= 6);
        let home = matches!(reader.known.context, Context::Meeting | Context::Readiness | Context::Preview)
            || (reader.known.context == Context::None && added);
        if home
            && (added || colon.is_some())
            && !p.any(&[W::Not, W::NotYet, W::Cancel])
            && !(p.asks && !text.contains("to the agenda") && add.is_none())
        {
            // 参加,补充议题:…: what stands before the comma is a sentence of its own.
            let begin = add.map_or(tok.a, |add| add.a.min(tok.a));
            let from = (s.a..begin).rev().find(|i| f.get(*i) == Some(',')).map_or(s.a, |comma| comma + 1);
            if let Some(title) = agenda_title(f, Sentence { a: from, ..s }, tok, add) {
                let minutes = times::minutes_span(f, s.a, s.b);
                let mut command = Command::new(Verb::AgendaAdd);
                command.rule = "agenda_add".into();
                command.title = Some(title);
                command.minutes = minutes.map(|(.., minutes)| minutes);
                return Some((
                    from,
                    Say::Acts(vec![Act { command, scope: Scope::Whole, soft: false, deed: None, targets: Vec::new() }]),
                ));
            }
        }
    }
    // 有异议 3 …, 第3条应为…; 第3条应该是… where nothing is said to be done
    let should_be = || {
        p.find(W::Maybe).filter(|tok| {
            f.text(tok.a, tok.b) == "应该是"
                && f.text(s.a, tok.a).contains('条')
                && !p.any(&[W::Done, W::Progress, W::DoneV])
        })
    };
    if let Some(tok) = p.first(&[W::Object, W::ShouldRead]).or_else(should_be) {
        let context = reader.known.context;
        let negated = p.before(tok.a, &[W::Not, W::NotYet])
            || f.text(s.a, tok.a).ends_with('无')
            || f.text(s.a, tok.a).trim_end().ends_with("no");
        let own_word = f.text(tok.a, tok.b);
        let strong = own_word.contains("异议")
            || own_word.contains("object")
            || own_word.contains("不同意见")
            || own_word.contains("dispute");
        let record = f.text(s.a, s.b).contains("纪要") || f.text(s.a, s.b).contains("minutes");
        let lines: Vec<Target> = p.targets();
        let named = p.marks.iter().any(|mark| mark.explicit) || (!lines.is_empty() && strong);
        if !negated
            && !s.asks
            && !p.asks
            && !p.conditional
            && (strong || named || record)
            && !p.any(&[W::Says, W::Hearsay])
            && (strong || context != Context::Preview)
        {
            let mut command = Command::new(Verb::Object);
            command.rule = "object".into();
            let rest = acts::trimmed(f.written(tok.b, s.b));
            let rest_start = p.marks.iter().filter(|mark| mark.a >= tok.b).map(|mark| mark.b).next();
            let rest = rest_start.map_or(rest, |at| acts::trimmed(f.written(at, s.b)));
            let reason = if tok.w == W::ShouldRead || rest.is_empty() {
                acts::trimmed(f.written(if p.body > s.a { p.body } else { s.a }, s.b)).to_string()
            } else {
                rest.to_string()
            };
            command.reason = Some(reason).filter(|reason| !reason.is_empty());
            let scope = if lines.is_empty() && reader.known.items.len() != 1 { Scope::Whole } else { Scope::Lines };
            return Some((s.a, Say::Acts(vec![Act { command, scope, soft: false, deed: None, targets: lines }])));
        }
    }
    // 备注:…
    if let Some(tok) = p.find(W::Note)
        && p.toks.iter().any(|t| t.w == W::Colon && t.a >= tok.b && t.a <= tok.b + 1)
        && p.toks.first().is_some_and(|first| first.a == tok.a)
    {
        return Some((s.a, Say::Text("note")));
    }
    None
}

fn agenda_title(f: &Folded, s: Sentence, agenda: words::Tok, add: Option<words::Tok>) -> Option<String> {
    let minutes = times::minutes_span(f, s.a, s.b);
    let (from, to) =
        if f.text(agenda.a, agenda.b).starts_with("to the") || f.text(agenda.a, agenda.b).starts_with("on the") {
            (add?.b, agenda.a)
        } else {
            (agenda.b, s.b)
        };
    // 把预算调整加入议程, 预算调整加到议题里
    // `add to the agenda: hiring plan`
    let colon = (agenda.b..s.b.min(agenda.b + 3)).find(|at| f.get(*at) == Some(':'));
    let (from, to) = colon.map_or((from, to), |colon| (colon + 1, s.b));
    let (mut from, mut to) =
        if from >= to || f.text(from, to).trim_matches(|c: char| " :,。.里中吧吗?".contains(c)).is_empty() {
            let add = add?;
            if add.b < agenda.a { (add.b, agenda.a) } else { (s.a, add.a) }
        } else {
            (from, to)
        };
    while from < to
        && f.get(from)
            .is_some_and(|c| matches!(c, ' ' | ':' | ',' | '-' | '"' | '、' | '(' | '为' | '是' | '把' | '将' | '请'))
    {
        if f.get(from) == Some('(') && minutes.is_none_or(|(x, ..)| x > from + 1) {
            break;
        }
        // `(15 min): budget`
        from += 1;
    }
    for article in ["on ", "about ", "a ", "the ", "item ", "topic ", "is ", "for "] {
        if f.text(from, (from + article.len()).min(to)) == *article {
            from += article.len();
        }
    }
    if let Some((x, y, _)) = minutes {
        if x >= from {
            to = to.min(x);
        } else if y > from {
            from = y;
        }
    }
    let cut = (from..to).find(|i| matches!(f.get(*i), Some('(' | ';' | '|')));
    to = cut.unwrap_or(to);
    let title = acts::trimmed(f.written(from, to));
    // 招聘 约15分钟; a title of its own may end in 约.
    let title =
        if minutes.is_some_and(|(x, ..)| x == to) { title.trim_end_matches(['约', '需', '要']) } else { title };
    let title = acts::trimmed(
        title
            .trim_end_matches("时长")
            .trim_end_matches("需要")
            .trim_end_matches("大约")
            .trim_end_matches("预计")
            .trim_end_matches(" to")
            .trim_end_matches(" on")
            .trim_end_matches(" for")
            .trim_end_matches(" about")
            .trim_end_matches(" please")
            .trim_end_matches(",please")
            .trim_end_matches("吗")
            .trim_end_matches("吧"),
    );
    let count = title.chars().count();
    (1..=80).contains(&count).then(|| title.to_string())
}

#[cfg(test)]
mod tests;
