//! What can be said about a problem in one of the verbs of SPEC 4.4, and what it means from whom.

use super::letters::Change;
use super::standing::Part;
use super::{Issue, State, closing, convene, letters, log, progress, proposal, resolution, routing, save};
use crate::domain::action_item::actor;
use crate::domain::event::MailRead;
use crate::domain::reading::{Command, Doubt, Verb};
use crate::domain::receipt::{self, Entry};
use crate::domain::view::{Handled, View};
use crate::domain::{questions, undo};
use chrono::{DateTime, Utc};

/// A person says something about a problem.
pub(super) struct Word<'a> {
    pub mail: &'a MailRead,
    /// Primary address of the writer.
    pub actor: String,
    pub part: Part,
    pub now: DateTime<Utc>,
}

impl Word<'_> {
    pub fn name(&self, view: &View<'_>) -> String {
        view.name_of(&self.actor)
    }

    /// For the history: `确认: 王芳`.
    pub fn why(&self, view: &View<'_>, what: &str) -> String {
        format!("{what}: {}", self.name(view))
    }

    /// What was recorded, for the writer's own digest or receipt (O9).
    pub fn receipt(&self, view: &mut View<'_>, issue: &Issue, verb: &str, at_once: bool, more: Entry) {
        let entry = Entry {
            id: Some(issue.id.clone()),
            task: Some(issue.subject_title().to_string()),
            verb: Some(verb.to_string()),
            by: Some(self.name(view)),
            ..more
        };
        receipt::changed(view, self.mail, entry, at_once, self.now);
    }

    /// Something in the words is missing: it is asked back with the words.
    pub fn doubt(&self, view: &mut View<'_>, kind: &str, line: &str) -> Handled {
        let doubt = Doubt { kind: kind.to_string(), line: line.to_string(), n: None };
        receipt::doubted(view, self.mail, &doubt, None, self.now);
        Handled::Yes
    }
}

/// One command about one problem.
pub fn command(view: &mut View<'_>, mail: &MailRead, id: &str, cmd: &Command, now: DateTime<Utc>) -> Handled {
    let Some(issue) = view.issue(id) else { return Handled::NotMine };
    let Some(actor) = actor(view, mail) else { return Handled::NotAllowed };
    let part = Part::of(view, &issue, &actor, now);
    if !part.any() && view.touched(id) {
        // 不是我们负责 was carried out a moment ago: with it the writer's part in it ended.
        return Handled::Yes;
    }
    if !part.any() {
        // Whether it exists is not for others to learn: the same words as for an id that nobody has.
        view.audit(format!("not allowed for this writer: {:?}", cmd.line));
        questions::error(view, mail, "unknown_object", id, now);
        return Handled::Yes;
    }
    let words = mail.reads.issue_words.as_deref();
    let said = words.is_some_and(|words| {
        let whole = words.done
            || words.not_ours
            || words.reopen
            || words.refuses
            || words.withdraws
            || words.score.is_some() && part.initiator && !issue.state.is_open()
            || words.no_meeting
            || words.moves.is_some();
        let line = cmd.line.trim();
        whole
            && !line.is_empty()
            && words.taken.iter().any(|taken| taken.contains(line) || line.contains(taken.as_str()))
    });
    let answers = words.is_some_and(|words| words.answers != Default::default());
    if (said || answers) && cmd.verb != Verb::Undo && !super::words::of_digest(mail) {
        // The line was understood as a whole already.
        return Handled::Yes;
    }
    undo::remember(view, mail, id, now);
    let word = Word { mail, actor, part, now };
    carry_out(view, issue, cmd, &word)
}

fn carry_out(view: &mut View<'_>, issue: Issue, cmd: &Command, word: &Word<'_>) -> Handled {
    let (solves, initiator) = (word.part.solves(), word.part.initiator);
    let open = issue.state.is_open();
    match cmd.verb {
        Verb::SignOff => closing::sign(view, issue, word),
        // 同意, 确认 and 通过 of somebody who is asked to sign are a signature.
        Verb::Confirm | Verb::Approve | Verb::Accept if issue.state == State::Rated && !word.part.signs.is_empty() => {
            closing::sign(view, issue, word)
        }
        // OK to extend to 1 August, of a superior who was asked to see to it: the date of who decides, asked for or not.
        Verb::Approve if open && cmd.due.is_some() && (word.part.decides() || word.part.head) => match cmd.due {
            Some(due) => proposal::set_date(view, issue, due, word),
            None => Handled::NotMine,
        },
        Verb::Confirm | Verb::Approve | Verb::Accept if word.part.decides() && issue.proposal.is_some() => {
            match (&cmd.due, &issue.proposal) {
                // 同意延期到下周五: the date of who decides.
                (Some(due), Some(_)) => proposal::set_date(view, issue, *due, word),
                _ => proposal::grant(view, issue, Some(word), word.now),
            }
        }
        Verb::Refuse | Verb::Reject | Verb::Decline if word.part.decides() && issue.proposal.is_some() => {
            proposal::refuse(view, issue, cmd.reason.as_deref(), word)
        }
        Verb::Refuse | Verb::Reject | Verb::Decline if issue.state == State::Rated && !word.part.signs.is_empty() => {
            closing::refuse(view, issue, cmd.reason.as_deref(), word)
        }
        Verb::Rate if initiator => {
            let Some(score) = cmd.score else { return Handled::NotMine };
            resolution::rate(view, issue, score, cmd.reason.as_deref(), word)
        }
        Verb::Rate => Handled::NotAllowed,
        Verb::Reject | Verb::Refuse if initiator && !open => {
            resolution::reopen(view, issue, cmd.reason.as_deref(), word)
        }
        // 没解决 of the one who has the problem.
        Verb::Progress if initiator && !solves && !open && cmd.percent.is_none() && cmd.due.is_none() => {
            resolution::reopen(view, issue, cmd.reason.as_deref(), word)
        }
        Verb::Confirm | Verb::Approve | Verb::Accept
            if word.part.decides() && issue.meeting_asked_at.is_some() && issue.meeting.is_none() && open =>
        {
            convene::convene(view, issue, cmd.start, word)
        }
        Verb::Refuse | Verb::Decline
            if word.part.decides() && issue.meeting_asked_at.is_some() && issue.meeting.is_none() && !solves =>
        {
            convene::dropped(view, issue, Some(word))
        }
        Verb::Convene => convene::convene(view, issue, cmd.start, word),
        Verb::Ack if solves => progress::acknowledged(view, issue, word),
        Verb::Ack => Handled::Yes,
        Verb::Confirm | Verb::Approve | Verb::Accept if solves => progress::understood(view, issue, None, word),
        Verb::Progress if solves => progress::progress(view, issue, cmd, word),
        Verb::Behind if solves => progress::behind(view, issue, cmd, word),
        Verb::Block if solves => progress::blocked(view, issue, cmd, word),
        Verb::Done if solves || initiator => {
            let report = resolution::Report { solution: how(&cmd.line), ..resolution::Report::default() };
            resolution::done(view, issue, &report, word)
        }
        Verb::Postpone => {
            let due = cmd.due.or_else(|| {
                let n = cmd.shift_workdays?;
                let old = issue.wanted_by.as_ref()?;
                Some(crate::domain::clock::Clock::house(view.rules).shifted(old, n))
            });
            let Some(due) = due else { return word.doubt(view, "no_due", &cmd.line) };
            if word.part.decides() && !solves {
                proposal::set_date(view, issue, due, word)
            } else if solves {
                proposal::propose(view, issue, due, cmd.reason.clone(), word)
            } else {
                Handled::NotAllowed
            }
        }
        Verb::Delegate => {
            let Some(to) = cmd.to.as_deref() else { return word.doubt(view, "no_owner", &cmd.line) };
            let at = word.part.parties.first().copied().or_else(|| issue.lead().map(|(at, _)| at));
            let Some(at) = at.filter(|_| solves || word.part.decides()) else { return Handled::NotAllowed };
            if routing::delegate(view, issue, at, to, word.mail, &word.actor, word.now) {
                Handled::Yes
            } else {
                word.doubt(view, "unknown_person", &cmd.line)
            }
        }
        Verb::Decline if solves && open => {
            let words = word.mail.reads.issue_words.as_deref().and_then(|words| words.route.clone());
            let route = cmd.to.clone().or(words);
            routing::not_ours(view, issue, &word.part.parties, route.as_deref(), word.mail, &word.actor, word.now);
            Handled::Yes
        }
        Verb::Object if word.part.any() && open => {
            convene::disagreement(view, issue, cmd.reason.as_deref().unwrap_or(&cmd.line), word)
        }
        Verb::Cancel if initiator => closing::withdraw(view, issue, cmd.reason.as_deref(), word),
        Verb::StopEscalation | Verb::PostponeEscalation if word.part.decides() => hold(view, issue, cmd, word),
        Verb::Comment => Handled::NotMine,
        _ if word.part.any() => Handled::NotMine,
        _ => Handled::NotAllowed,
    }
}

/// What a line of a digest says beside 已解决: `9 已解决，方案：数据已放到共享盘`. Nothing where it says too little to be one.
fn how(line: &str) -> Option<String> {
    let at = line.find([',', '，', ':', '：', ';', '；', '。'])?;
    let mut rest = line.get(at..)?.trim_start_matches([',', '，', ':', '：', ';', '；', '。', ' ']);
    for label in ["解决方案", "处理方案", "处理结果", "方案", "solution", "Solution"] {
        if let Some(tail) = rest.strip_prefix(label) {
            rest = tail.trim_start_matches([':', '：', ' ']);
            break;
        }
    }
    let rest = rest.trim().trim_end_matches(['。', '.']);
    (rest.chars().count() >= 4).then(|| rest.to_string())
}

/// `不升级`, `暂缓`: those above hear nothing, for good or until a day.
fn hold(view: &mut View<'_>, mut issue: Issue, cmd: &Command, word: &Word<'_>) -> Handled {
    let verb = if cmd.verb == Verb::StopEscalation {
        issue.marks.insert("no_escalation".into());
        "stop_escalation"
    } else {
        let clock = crate::domain::clock::Clock::house(view.rules);
        let until = cmd.until.as_ref().or(cmd.due.as_ref()).map(|due| due.date());
        issue.held_until = Some(until.unwrap_or_else(|| clock.add(clock.today(word.now), 3)));
        "postpone_escalation"
    };
    let why = word.why(view, verb);
    word.receipt(view, &issue, verb, false, Entry::default());
    log::note(view, &mut issue, word.mail, None, word.now);
    save(view, issue, &why);
    Handled::Yes
}

/// `暂缓` as a sentence of its own.
pub(super) fn hold_off(view: &mut View<'_>, issue: Issue, word: &Word<'_>) -> Handled {
    hold(view, issue, &Command::new(Verb::PostponeEscalation), word)
}

/// Tells the other side what one side said.
pub(super) fn tell_parties(view: &mut View<'_>, issue: &Issue, change: &Change<'_>, word: &Word<'_>) {
    let to: Vec<String> = issue.live().map(|(_, party)| party.address.clone()).filter(|to| *to != word.actor).collect();
    for to in to {
        letters::update(view, issue, &to, change, word.now);
    }
}
