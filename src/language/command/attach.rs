//! What an act is about, and what stands beside it: reasons, measures, dates, people.

use super::acts::{Act, Scope, reasoned};
use super::fold::Folded;
use super::piece::{Piece, Sentence};
use super::refs::{Known, Target};
use super::words::W;
use super::{Entry, Field, Reading, acts, times, words};
use crate::domain::reading::{Command, Context, Doubt, Verb};

impl<'r, 'a> Reading<'r, 'a> {
    pub(super) fn extend_field(&mut self, field: Field, text: &str, due: Option<crate::domain::due::Due>) {
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
            // 周五前恢复环境,3月17日提交: the last day of a measure is the day of the work.
            if entry.command.verb == Verb::Behind && (entry.command.due.is_none() || field == Field::Measure) {
                entry.command.due = due.or(entry.command.due);
            }
        }
    }

    /// Gives a reason or a measure to what was said just before, else keeps it for what follows.
    pub(super) fn attach(&mut self, field: Field, text: &str, due: Option<crate::domain::due::Due>, segment: usize) {
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
            // 周五前恢复环境,3月17日提交: the last day of a measure is the day of the work.
            if entry.command.verb == Verb::Behind && (entry.command.due.is_none() || field == Field::Measure) {
                entry.command.due = due.or(entry.command.due);
            }
        }
    }

    /// Finds whom an act is about and keeps it.
    pub(super) fn act(&mut self, act: Act, p: &Piece, line: &str, segment_targets: &[Target], tie: &[Target]) {
        let known = &self.reader.known;
        let segment = self.segment;
        let mut command = act.command;
        command.line = line.to_string();
        let deed = act.deed.clone();
        let mut soft = act.soft;
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
        let mut of_all =
            matches!(act.scope, Scope::All | Scope::AllBut(_)) || (act.scope == Scope::Rest && !excepted.is_empty());
        match &act.scope {
            Scope::All | Scope::Rest if !excepted.is_empty() => targets = numbers(&excepted),
            _ if !excepted.is_empty() => {
                // 除了2,1完成: what the exception is taken from was not said.
                self.note("not_understood", line, excepted, true);
                return;
            }
            // 收到 below one quoted line, where others have their own answers, is about that line.
            Scope::Whole if self.inline && command.verb == Verb::Ack && !tie.is_empty() => {
                soft = false;
                targets = tie.iter().cloned().map(Some).collect();
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
            // Below several quoted lines 都确认 is said of them all.
            Scope::All if self.quoted.len() > 1 && explicit == tie => {
                targets = self.quoted.iter().cloned().map(Some).collect();
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
                    // The letter asked to confirm them all, and this is the word for it; 不过3… may take one out.
                    targets = numbers(&[]);
                    of_all = true;
                } else if (command.verb, known.context) == (Verb::Confirm, Context::Reminder) {
                    // Of a digest's lines it means those that wait to be confirmed; the records know which.
                    targets.push(None);
                }
            }
        }
        if targets.is_empty()
            && act.scope == Scope::Rest
            && known.items.len() > 1
            && self.entries.is_empty()
            && self.rest.is_none()
        {
            self.rest = Some(command);
            return;
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
        // 原因:…;措施:…;3月18日完成: that answers the question a late item asks.
        if matches!(command.verb, Verb::Progress | Verb::Postpone)
            && command.due.is_some()
            && self.reason.is_some()
            && self.measure.is_some()
        {
            command.verb = Verb::Behind;
            command.rule = "behind.reason_and_measure".into();
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
        // `Looks good, accept all`: which ones is said after all.
        if of_all {
            self.notes.retain(|note| note.kind != "which_item" || note.segment != segment);
        }
        self.pending.clear();
        for target in targets {
            self.push(command.clone(), target, soft, segment);
            if let Some(entry) = self.entries.last_mut() {
                entry.of_all |= of_all;
            }
        }
    }
}

pub(super) fn fill_target(command: &mut Command, target: Option<&Target>, known: &Known) {
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

pub(super) fn agenda_title(f: &Folded, s: Sentence, agenda: words::Tok, add: Option<words::Tok>) -> Option<String> {
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
