//! The end of a reply: what was said becomes commands, each on its object; what is said twice is one.

use super::attach::fill_target;
use super::refs::Target;
use super::{Entry, Reading};
use crate::domain::reading::{Command, Context, Doubt, ReplyReading, Verb};

impl<'r, 'a> Reading<'r, 'a> {
    /// Brings together what was said of one line, and makes the result.
    pub(super) fn finish(mut self) -> ReplyReading {
        if self.reason.is_some() || self.measure.is_some() {
            let context_text = self.reason.clone().or(self.measure.clone().map(|(text, _)| text)).unwrap_or_default();
            self.reason = None;
            self.measure = None;
            self.note("not_understood", &context_text, Vec::new(), false);
        }
        self.told_of_rest();
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

    /// 其余都完成,2延期到周五: what was said of the rest goes to the lines that nothing else was said of.
    fn told_of_rest(&mut self) {
        let Some(command) = self.rest.take() else { return };
        let mut named: Vec<Target> =
            self.entries.iter().filter(|entry| !entry.gone).filter_map(|entry| entry.target.clone()).collect();
        named.extend(self.notes.iter().flat_map(|note| note.targets.iter().cloned()));
        let rest: Vec<Target> = self
            .reader
            .known
            .items
            .iter()
            .map(|item| Target::Number(item.n))
            .filter(|target| !named.contains(target))
            .collect();
        if named.is_empty() || rest.is_empty() {
            self.note("which_item", &command.line, Vec::new(), true);
            return;
        }
        self.segment += 1;
        let segment = self.segment;
        for target in rest {
            self.push(command.clone(), Some(target), false, segment);
        }
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
        self.take_back_reflex();
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

    /// 收到 beside a question, a condition or an obstacle is no yes.
    fn take_back_reflex(&mut self) {
        /// Why one may not come after all.
        const AWAY: &[&str] = &[
            "有会",
            "出差",
            "请假",
            "請假",
            "冲突",
            "衝突",
            "有课",
            "休假",
            "外出",
            "on leave",
            "travel",
            "conflict",
            "not available",
            "another meeting",
        ];
        let known = &self.reader.known;
        let takes_back = match known.context {
            Context::Action if known.items.len() == 1 => {
                self.notes.iter().any(|note| matches!(note.kind, "question" | "conditional"))
            }
            Context::Acceptance | Context::Approval => {
                // 内容没问题,格式再调整一下 is no approval yet.
                let wishes: Vec<usize> = self.notes.iter().map(|note| note.segment).collect();
                for entry in self.entries.iter_mut().filter(|entry| {
                    matches!(entry.command.rule.as_str(), "acceptance.yes" | "approval.yes")
                        && wishes.contains(&entry.segment)
                }) {
                    entry.gone = true;
                }
                !self.notes.is_empty()
            }
            Context::Meeting => self
                .notes
                .iter()
                .any(|note| note.kind == "conditional" || AWAY.iter().any(|word| note.line.contains(word))),
            _ => false,
        };
        if !takes_back {
            return;
        }
        for entry in self.entries.iter_mut().filter(|entry| entry.soft) {
            entry.gone |= match entry.command.verb {
                Verb::Ack => true,
                Verb::Rsvp => entry.command.answer.as_deref() == Some("accepted"),
                _ => false,
            };
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
        // 已解决,5分: who rates says by the way that it is over.
        if has(self, Rate) {
            drop_verb(self, Done);
        }
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
        // 来不及了,改到周五吧: the request is what counts.
        if has(self, Postpone) {
            for (at, _) in verbs(self) {
                if let Some(entry) = self.entries.get_mut(at)
                    && entry.command.rule == "behind.complaint"
                    && entry.command.measure.is_none()
                {
                    entry.gone = true;
                }
            }
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
