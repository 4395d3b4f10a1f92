//! What an answer says beside commands: understanding, findings, solution, answers to questions; and the sentences that are
//! nothing of that, which reach the other side (O11).

use super::command::{Word, hold_off, tell_parties};
use super::letters::Change;
use super::standing::Part;
use super::{Issue, State, closing, convene, gaps, log, progress, resolution, routing, save};
use crate::domain::action_item::actor;
use crate::domain::event::MailRead;
use crate::domain::letter::LetterName;
use crate::domain::passed_on;
use crate::domain::reading::{IssueReading, Verb};
use crate::domain::undo;
use crate::domain::view::View;
use chrono::{DateTime, Utc};

/// The problem a mail is about: of the letter it answers, named in its subject, or by an id in its words.
fn about(view: &View<'_>, mail: &MailRead) -> Option<Issue> {
    let letter = mail.answers.as_ref();
    let of_letter = letter.iter().flat_map(|letter| letter.objects.iter()).collect::<Vec<_>>();
    let of_words = mail.reply.commands.iter().filter_map(|command| command.id.as_ref());
    let id = of_letter.into_iter().chain(&mail.subject_ids).chain(of_words).find(|id| id.starts_with("Q-"))?;
    view.issue(id)
}

/// A digest asks several things at once: its numbered lines are answered, and what else is said is for no problem in
/// particular.
pub(super) fn of_digest(mail: &MailRead) -> bool {
    mail.answers.as_ref().is_some_and(|letter| letter.letter == LetterName::Digest)
}

/// 撤销 speaks of an earlier mail, not of the problem.
fn takes_back(mail: &MailRead) -> bool {
    mail.reply.commands.iter().any(|command| command.verb == Verb::Undo)
}

/// Carries out what a mail about a problem says in its own words. True if any of it was for us.
pub fn answered(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) -> bool {
    let Some(words) = mail.reads.issue_words.clone() else { return false };
    let Some(issue) = about(view, mail) else { return false };
    let Some(actor) = actor(view, mail) else { return false };
    // O10: in Cc only a line that names its object is meant for us.
    if mail.listening || takes_back(mail) || of_digest(mail) {
        return false;
    }
    let part = Part::of(view, &issue, &actor, now);
    if !part.any() {
        return false;
    }
    let id = issue.id.clone();
    undo::remember(view, mail, &id, now);
    let word = Word { mail, actor, part, now };
    let fresh = |view: &View<'_>| view.issue(&id);
    let mut any = false;

    let asked = issue.gaps.as_ref().is_some_and(|gaps| gaps.to == word.actor);
    let form = mail.reads.issue.clone().unwrap_or_default();
    if asked {
        let answers = if words.answers == IssueReading::default() { form } else { words.answers.clone() };
        if let Some(issue) = fresh(view) {
            any |= gaps::answered(view, issue, mail, &answers, now);
        }
        if any {
            return true;
        }
    }
    let Some(issue) = fresh(view) else { return any };
    let open = issue.state.is_open();
    if word.part.initiator && words.withdraws {
        closing::withdraw(view, issue, words.reason.as_deref(), &word);
        return true;
    }
    if word.part.initiator && !open {
        if let Some((score, reason)) = &words.score {
            resolution::rate(view, issue, *score, Some(reason), &word);
            return true;
        }
        if words.reopen {
            resolution::reopen(view, issue, words.reason.as_deref(), &word);
            return true;
        }
        if issue.marks.contains("why_asked")
            && !mail.reply.commands.iter().any(|c| c.verb == Verb::Rate)
            && !mail.text.trim().is_empty()
        {
            resolution::why(view, issue, mail.text.trim(), &word);
            return true;
        }
    }
    if words.refuses && issue.state == State::Rated && !word.part.signs.is_empty() {
        closing::refuse(view, issue, words.reason.as_deref(), &word);
        return true;
    }
    if words.refuses && word.part.decides() && issue.proposal.is_some() {
        super::proposal::refuse(view, issue, words.reason.as_deref(), &word);
        return true;
    }
    if words.no_meeting && word.part.decides() && issue.meeting_asked_at.is_some() {
        convene::dropped(view, issue, Some(&word));
        return true;
    }
    if words.refuses && open {
        // One side does not see it as the other does.
        let line = words.reason.clone().unwrap_or_else(|| mail.text.trim().to_string());
        convene::disagreement(view, issue, &line, &word);
        return true;
    }
    if let Some(due) = words.moves.filter(|_| open && (word.part.decides() || word.part.head)) {
        super::proposal::set_date(view, issue, due, &word);
        return true;
    }
    if words.holds && word.part.decides() {
        hold_off(view, issue, &word);
        return true;
    }
    if words.level.as_deref() == Some("key") && open {
        convene::key(view, issue, "said", &word);
        any = true;
    } else if words.level.as_deref() == Some("general") && issue.level == "key" && word.part.decides() {
        let mut issue = issue;
        issue.level = "general".into();
        issue.meeting_asked_at = None;
        log::note(view, &mut issue, mail, None, now);
        save(view, issue, &word.why(view, "一般"));
        any = true;
    }
    if word.part.solves() {
        any |= of_party(view, &id, &words, &word);
    } else if word.part.initiator && words.done && open {
        if let Some(issue) = view.issue(&id) {
            resolution::done(view, issue, &report(&words), &word);
            any = true;
        }
    }
    any
}

fn report(words: &crate::domain::reading::IssueWords) -> resolution::Report {
    resolution::Report { solution: words.solution.clone(), finished: words.finished, owner: words.owner.clone() }
}

/// Words of those who shall solve it.
fn of_party(view: &mut View<'_>, id: &str, words: &crate::domain::reading::IssueWords, word: &Word<'_>) -> bool {
    let mut any = false;
    let current = |view: &View<'_>| view.issue(id);
    if let Some(issue) = current(view).filter(|issue| issue.state.is_open()) {
        if words.not_ours {
            routing::not_ours(
                view,
                issue,
                &word.part.parties,
                words.route.as_deref(),
                word.mail,
                &word.actor,
                word.now,
            );
            return true;
        }
        if words.done {
            resolution::done(view, issue, &report(words), word);
            any = true;
        }
    } else if let Some(mut issue) =
        current(view).filter(|issue| issue.state == State::Resolved && words.solution.is_some())
    {
        // The solution in a mail after the word that it is done.
        if let Some(resolution) = issue.resolution.as_mut() {
            resolution.solution = words.solution.clone().unwrap_or_default();
        }
        log::note(view, &mut issue, word.mail, Some("completed"), word.now);
        save(view, issue, &word.why(view, "方案"));
        return true;
    }
    if let (Some(text), Some(issue)) = (&words.understanding, current(view).filter(|issue| issue.state.is_open())) {
        progress::understood(view, issue, Some(text), word);
        any = true;
    }
    if let (Some(plan), Some(issue), false) =
        (&words.plan, current(view).filter(|issue| issue.state.is_open()), words.done)
    {
        progress::planned(view, issue, plan, word);
        any = true;
    }
    if let Some(issue) = current(view).filter(|_| !words.findings.is_empty()) {
        found(view, issue, &words.findings.join("\n"), word);
        any = true;
    }
    any
}

/// New findings are told to all departments involved.
fn found(view: &mut View<'_>, mut issue: Issue, text: &str, word: &Word<'_>) {
    progress::spoke(&mut issue, word);
    let by = word.name(view);
    let department =
        word.part.parties.first().and_then(|at| issue.parties.get(*at)).map(|party| party.department.clone());
    log::note(view, &mut issue, word.mail, Some("finding"), word.now);
    let change =
        Change { kind: "finding", by: Some(by), department, text: Some(text.to_string()), ..Change::default() };
    tell_parties(view, &issue, &change, word);
    if let Some(to) = issue.initiator_address.clone().filter(|to| *to != word.actor) {
        super::letters::update(view, &issue, &to, &change, word.now);
    }
    save(view, issue, &word.why(view, "发现"));
}

/// What is left of a mail about a problem: a word that stops the clock of the first answer, an entry of the log, and a
/// sentence for the other side (O11). True where the mail was about a problem of its writer.
pub fn heard(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) -> bool {
    if mail.reads.issue_words.is_none() || mail.listening || takes_back(mail) || of_digest(mail) {
        return false;
    }
    let Some(mut issue) = about(view, mail) else { return false };
    let Some(actor) = actor(view, mail) else { return false };
    let part = Part::of(view, &issue, &actor, now);
    if !part.any() {
        return false;
    }
    let taken = mail.reads.issue_words.as_deref().map(|words| words.taken.clone()).unwrap_or_default();
    let answered = mail.reads.issue_words.as_deref().is_some_and(|words| words.answers != IssueReading::default());
    let known = issue.log.iter().any(|entry| entry.message_id == mail.message_id && !mail.message_id.is_empty());
    let lines = mail.reply.remarks.iter().flat_map(|remark| remark.lines());
    let left: Vec<&str> = lines
        .map(str::trim)
        .filter(|line| !line.is_empty() && !taken.iter().any(|one| one.contains(line) || line.contains(one.as_str())))
        .collect();
    if left.is_empty() || answered && known || issue.state == State::Closed && known {
        return true;
    }
    let word = Word { mail, actor, part, now };
    let id = issue.id.clone();
    if word.part.solves() && issue.state.is_open() {
        progress::spoke(&mut issue, &word);
    }
    log::note(view, &mut issue, mail, None, now);
    save(view, issue, "");
    // The letter that says what changed does not repeat what it quotes.
    let quoted = view
        .letters()
        .iter()
        .any(|letter| letter.objects.first() == Some(&id) && letter.name == LetterName::IssueUpdate);
    if !quoted {
        passed_on::say(view, mail, &left.join("\n"), Some(id), now);
    }
    true
}
