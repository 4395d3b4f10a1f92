//! One sentence of a reply, piece by piece.

use super::acts::{Act, Say, Scope, reasoned};
use super::attach::agenda_title;
use super::fold::Folded;
use super::piece::{Piece, Reader, Sentence};
use super::refs::{Mark, Target};
use super::words::W;
use super::{Field, Reading, acts, piece, times};
use crate::domain::due::Due;
use crate::domain::reading::{Command, Context, Verb};

impl<'r, 'a> Reading<'r, 'a> {
    pub(super) fn sentence(&mut self, f: &Folded, sentence: Sentence, tie: &[Target]) {
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
        // 2要等供应商: what is waited for holds up that line alone.
        let mut held: Option<Vec<Target>> = None;
        let mut field: Option<Field> = None;
        let either = sentence.asks
            && (f.text(sentence.a, sentence.b).contains("还是") || f.text(sentence.a, sentence.b).contains(" or "));
        for (at, (a, b)) in ranges.into_iter().enumerate() {
            let last = at + 1 == count;
            let mut p = piece::read(f, a, b, (sentence.asks && last) || either, reader);
            let own_targets = p.targets();
            // 2 由孙鹏负责,月底前: in answers to gaps what follows is still about the line.
            if own_targets.is_empty()
                && !segment_targets.is_empty()
                && matches!(reader.known.context, Context::MinutesGaps | Context::MinutesReview)
            {
                p.marks.push(Mark { a: p.a, b: p.a, targets: segment_targets.clone(), explicit: false });
            }
            if !own_targets.is_empty() {
                if at > 0 && segment_targets != own_targets {
                    self.segment += 1;
                    field = None;
                }
                segment_targets = own_targets.clone();
            }
            if held.as_ref().is_some_and(|held| !own_targets.is_empty() && *held != own_targets) {
                conditional = false;
                held = None;
            }
            p.conditional |= conditional;
            p.asks |= asking;
            p.hearsay |= hearsay;
            let tag_only = p.has(W::Tag)
                && own_targets.is_empty()
                && !p.toks.iter().any(|tok| piece::is_predicate(tok.w))
                && p.time.is_none();
            let mut said = acts::say(f, &p, sentence.b, reader);
            // Below a quoted line, and behind what was said of one, a date alone is about it: `not yet, tomorrow`.
            let about: &[Target] = if segment_targets.is_empty() { tie } else { &segment_targets };
            if let (Say::Text(_), [target], Some(_), true) = (&said, about, p.time, own_targets.is_empty()) {
                p.marks.push(Mark { a: p.a, b: p.a, targets: vec![target.clone()], explicit: false });
                let again = acts::say(f, &p, sentence.b, reader);
                if matches!(&again, Say::Acts(acts) if acts.iter().all(|act| act.command.rule == "progress.date")) {
                    said = again;
                }
                p.marks.pop();
            }
            // 3 已解决：重启后恢复: what stands behind the colon tells how, unless it takes something back.
            let detail = a > 0
                && f.get(a - 1) == Some(':')
                && own_targets.is_empty()
                && matches!(said, Say::Text("conditional" | "hearsay" | "not_understood"))
                && !p.asks
                && !p.but
                && !p.any(&[W::Not, W::NotYet, W::Need, W::Maybe, W::Future])
                && self
                    .entries
                    .iter()
                    .any(|entry| entry.segment == self.segment && !entry.gone && entry.command.verb == Verb::Done);
            if detail {
                self.note("not_understood", f.written(p.a, p.b), Vec::new(), false);
                continue;
            }
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
                // 阻塞,等法务回复 says why, not when; 原因：等待评审 has its label.
                let label = p.find(W::Because).filter(|tok| f.text(p.a, tok.a).trim().is_empty());
                let from = label.map_or(p.a, |tok| tok.b);
                self.attach(Field::Reason, acts::trimmed(f.written(from, p.b)), None, self.segment);
                field = Some(Field::Reason);
                continue;
            }
            if !benign && field.is_none() {
                if p.conditional && !matches!(said, Say::Acts(_) | Say::Reason(_) | Say::Measure(..)) {
                    // 同意,如果预算能批: what was said before hangs on it.
                    if !conditional {
                        self.take_back("conditional");
                        let first = p.find(W::Cond).map_or(p.a, |tok| tok.a);
                        held = (waits && p.marks.iter().any(|mark| mark.b <= first)).then(|| own_targets.clone());
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
    pub(super) fn take_back(&mut self, kind: &'static str) {
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
                        Verb::Block | Verb::Behind if self.reason.is_some()
                    ) || matches!(
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
                // 开会，周五下午两点: the time is that of the meeting.
                if let [act] = acts.as_slice()
                    && let Some(Due::Moment(start)) = act.command.due
                    && matches!(act.command.rule.as_str(), "progress.date" | "postpone.date")
                    && !own
                    && let Some(last) = self.entries.last_mut()
                    && !last.gone
                    && last.segment == segment
                    && last.command.verb == Verb::Convene
                {
                    last.command.start.get_or_insert(start);
                    return;
                }
                // 改派给李雷，8月1日前: the date is that of the work he is given.
                if let [act] = acts.as_slice()
                    && act.command.due.is_some()
                    && act.command.verb == Verb::Postpone
                    && self.reader.known.context == Context::Escalation
                    && !own
                    && let Some(last) = self.entries.last_mut()
                    && !last.gone
                    && last.segment == segment
                    && last.command.verb == Verb::Delegate
                {
                    last.command.due = last.command.due.or(act.command.due);
                    return;
                }
                let line = f.written(sentence.a, sentence.b).trim().to_string();
                for act in acts {
                    let open = (act.command.rule == "except.open").then(|| act.targets.clone());
                    if matches!(act.command.verb, Verb::Behind | Verb::Block) && act.command.measure.is_some() {
                        *field = Some(Field::Measure);
                    } else if p.has(W::Because) && reasoned(act.command.verb) {
                        *field = Some(Field::Reason);
                    }
                    self.act(act, p, &line, segment_targets, tie);
                    self.except.extend(open.into_iter().flatten());
                }
            }
            Say::Text(kind) => {
                // Everything is done, but 2 needs a signature: that one is not.
                if own && p.but {
                    let targets = p.targets();
                    for entry in self.entries.iter_mut().filter(|entry| {
                        entry.of_all
                            && segment.saturating_sub(entry.segment) <= 1
                            && entry.target.as_ref().is_some_and(|target| targets.contains(target))
                    }) {
                        entry.gone = true;
                    }
                }
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
                // `sounds good, but I have a clash`: who comes with a but has not said that he comes.
                let half_said = said_here
                    .iter()
                    .filter_map(|at| self.entries.get(*at))
                    .any(|entry| entry.command.rule == "rsvp.ack" && p.but);
                if half_said {
                    self.take_back("not_understood");
                } else if !said_here.is_empty()
                    && p.but
                    && p.any(&[
                        W::Not,
                        W::NotYet,
                        W::Need,
                        W::Future,
                        W::Maybe,
                        W::Because,
                        W::Cond,
                        W::Except,
                        W::Outside,
                    ])
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

    pub(super) fn take_say(&mut self, f: &Folded, sentence: Sentence, said: Say, tie: &[Target]) {
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
        // 1没意见,2有异议:…: the clause of the word, where it names its own line.
        let clause = (s.a..tok.a).rev().find(|i| f.get(*i) == Some(',')).map(|comma| comma + 1);
        if let Some(from) = clause.filter(|from| p.marks.iter().any(|mark| mark.a >= *from && mark.b <= tok.a))
            && p.marks.iter().any(|mark| mark.b < from)
            && let Some((inner, said)) = whole_sentence(f, Sentence { a: from, ..s }, reader)
        {
            return Some((inner, said));
        }
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
            if lines.is_empty() && begins_with_no_line(&f.text(tok.b, s.b)) {
                // 有异议 2 应为… of a letter without a line 2 is not about the only line there is: a human reads it.
                return Some((s.a, Say::Text("not_understood")));
            }
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

/// A bare number that is no date and no amount before what should stand there: `2 应为3月25日`, `2 should be Friday`.
fn begins_with_no_line(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', ':', ',']);
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let says = ["应", "改", "负责", "截止", "should", "is ", "must", "ought"];
    (1..=3).contains(&(rest.len() - after.len())) && says.iter().any(|word| after.trim_start().starts_with(word))
}
