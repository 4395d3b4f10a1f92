//! What follows from an event: one way for a mail, one for a moment.
//!
//! A mail goes through four doors, in this order, and each may end its way: *is it automatic* (nothing is ever answered),
//! *who wrote it* (nothing is believed before that), *what does it answer* (a letter of ours, an object named by id), and
//! *what does it say* (calendar part, minutes, calls, commands, questions, human sentences).

use super::action_item::{self, ActionItem, State, speaks_for};
use super::copies;
use super::crowd;
use super::digest;
use super::escalation;
use super::event::{Class, Event, MailRead, Operator, Proof, Tick, TickKind, Undelivered};
use super::held;
use super::issue;
use super::letter::{Letter, LetterName, SentLetter};
use super::meeting;
use super::minutes;
use super::outside;
use super::passed_on;
use super::person::Person;
use super::post;
use super::project;
use super::questions;
use super::reading::{Command, Context, Verb};
use super::recall;
use super::report;
use super::sender;
use super::undo;
use super::view::{Decision, Handled, Record, Verdict, View};
use chrono::{DateTime, Days, Utc};
use serde_json::json;

/// Commands of one mail that are carried out; more is a mistake or an attack (TRUST P21).
const COMMANDS_MAX: usize = 60;

/// Characters beside a 收到 in a mail of its own that are a greeting or a name.
const ASIDE_MAX: usize = 20;

/// Lines that one mail may speak of: a plan of a few hundred tasks is confirmed by one word.
const TARGETS_MAX: usize = 600;

/// Characters of an alert that stand in its subject.
const ALERT_TITLE_MAX: usize = 40;

/// The heart: a pure function of what is stored, what happened, when, and the rules (in the view).
pub fn decide(mut view: View<'_>, event: &Event, now: DateTime<Utc>) -> Decision {
    let before = view.anew();
    match event {
        Event::Mail(mail) => mail_came(&mut view, mail, now),
        Event::Tick(tick) => moment_came(&mut view, tick, now),
        Event::Undelivered(fate) => undelivered(&mut view, fate, now),
        Event::Operator(Operator::Load(record)) => match (**record).clone() {
            Record::Meeting(mut meeting) => {
                meeting::settle(&view, &mut meeting);
                view.put(Record::Meeting(meeting.clone()), "loaded");
                meeting::announced_before(&mut view, &meeting, now);
                // What went out before is neither held nor stopped now.
                return view.finish();
            }
            Record::Action(item) => action_item::loaded(&mut view, *item, now),
            Record::Project(project) => project::loaded(&mut view, *project, now),
            Record::Issue(issue) => {
                issue::loaded(&mut view, *issue, now);
                // What went out before is neither held nor stopped now.
                return view.finish();
            }
            record => view.put(record, "loaded"),
        },
        Event::Operator(Operator::Alert { kind, text }) => alert(&mut view, kind, text),
        Event::Operator(Operator::Listed(people)) => action_item::listed(&mut view, people, now),
    }
    issue::minuted(&mut view, now);
    if let Event::Mail(mail) = event {
        undo::remember_all(&mut view, mail, now);
    }
    let mail = match event {
        Event::Mail(mail) => Some(&**mail),
        _ => None,
    };
    action_item::collect(&mut view);
    if let Some(mail) = mail {
        view = crowd::question(view, before, mail, now);
    }
    recall::recall(&mut view, now);
    copies::add(&mut view, now);
    report::expect(&mut view, now);
    post::stop_at_dead_addresses(&mut view, now);
    let author = mail.and_then(|mail| mail.author.as_ref()).map(|author| author.address.clone());
    outside::keep_back(&mut view, author.as_deref(), now);
    let kept = held::hold(&mut view, mail, now);
    if let Some(mail) = mail {
        undo::remember_held(&mut view, mail, kept, now);
    }
    view.finish()
}

/// To the administrator, also at night: nobody else can help.
fn alert(view: &mut View<'_>, kind: &str, text: &str) {
    let Some(admin) = view.rules.admin.clone() else { return };
    let mut letter = Letter::new(LetterName::AdminAlert, &admin, format!("alert: {kind}"));
    let title: String = text.chars().take(ALERT_TITLE_MAX).collect();
    for (key, value) in
        [("kind", json!(kind)), ("title", json!(title)), ("text", json!(text)), ("hint", json!("duban doctor"))]
    {
        letter.data.insert(key.into(), value);
    }
    letter.urgent = true;
    view.send(letter);
}

fn mail_came(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    match mail.class {
        Class::Own => return view.withhold(Verdict::Ignore, "own mail that came back"),
        Class::Bounce => return bounced(view, mail, now),
        Class::AutoReply => return automatic(view, mail, now),
        Class::Receipt => return view.withhold(Verdict::Ignore, "a receipt, not an answer"),
        Class::List if mail.proof != Proof::Pass => {
            return view.withhold(Verdict::Ignore, "came through a list without a proven author");
        }
        Class::List | Class::Calendar | Class::Person => {}
    }
    if mail.for_postmaster {
        return sender::to_postmaster(view, mail, now);
    }
    let Some(author) = &mail.author else {
        return view.withhold(Verdict::Quarantine, "expected one From field with one mailbox");
    };
    let known = view.person(&author.address).is_some();
    if !known && !view.is_internal(&author.address) {
        return sender::stranger(view, mail, now);
    }
    match mail.proof {
        Proof::Pass => {}
        Proof::Fail => return view.withhold(Verdict::Quarantine, "the author could not be proven: a check failed"),
        Proof::None => return sender::unproven(view, mail, now),
    }
    let Some(author) = sender::admit(view, mail, now) else { return };
    // Who writes from an address is reached there again.
    for fact in ["paused", "bounced-told", "bounces", "takeover"] {
        let key = format!("{fact}/{}", author.address);
        if view.note(&key).is_some() {
            view.clear_note(&key);
        }
    }
    understood(view, mail, &author, now);
}

/// A proven author wrote this; what does it say?
fn understood(view: &mut View<'_>, mail: &MailRead, author: &Person, now: DateTime<Utc>) {
    if sender::opened(view, mail, author, now) || sender::in_secret(view, mail, author, now) {
        return;
    }
    if let Some(letter) = &mail.answers {
        if letter.context == Context::Verify {
            return sender::answered(view, mail, letter, now);
        }
        if letter.to != author.address && !view.is_internal(&author.address) {
            // TRUST S8: a reply address that leaked gives an outsider nothing.
            return view.withhold(Verdict::Quarantine, "answers a letter that was not written to this person");
        }
    }
    if mail.two_minds {
        view.audit("text and HTML give different orders: neither is carried out (TRUST P8)");
        return questions::two_minds(view, mail, now);
    }
    if let Some(event) = &mail.calendar {
        let handled = meeting::calendar(view, mail, event, now);
        if handled == Handled::Yes {
            return;
        }
        if event.method == "REPLY" {
            view.audit("a calendar answer that does not speak for its sender, or is older than what is known");
        }
    }
    let meeting_id = meeting_of(view, mail);
    if mail.empty_reply && mail.attachments.is_empty() {
        return questions::words_for(view, mail, now);
    }
    if meeting::choice(view, mail, now) || action_item::taken_over(view, mail, now) {
        return;
    }
    // Forms, tables and labelled lines of a project; what else stands beside them is read on.
    let of_project = project::received(view, mail, now);
    if of_project == project::Received::Whole && mail.reply.remarks.is_empty() {
        return action_item::heard(view, mail, now);
    }
    let mut done = of_project != project::Received::Nothing;
    // A problem's people answer about it in their own words, a form among them.
    done |= issue::answered(view, mail, now);
    let about_issue = mail.reads.issue_words.is_some();
    // 开会 周五14:00 in answer to a problem's letter is its special meeting, no call of another.
    let of_problem = about_issue && mail.answers.as_ref().is_some_and(|letter| letter.letter != LetterName::Digest)
        || mail.answers.as_ref().is_some_and(|letter| letter.context == Context::Escalation);

    // Whole documents first: what reads as minutes or as a call is not also a list of commands.
    let answers_questions = mail.answers.as_ref().is_some_and(|letter| {
        matches!(letter.context, Context::MinutesGaps | Context::MinutesReview | Context::Preview)
            && letter.letter != LetterName::MinutesChase
            // A table to fill in has no numbers yet: what comes back are minutes (O36).
            && !(letter.letter == LetterName::MinutesGaps && letter.lines.is_empty())
    });
    if of_project == project::Received::Whole {
        // Nothing else is in it but a sentence for somebody.
    } else if !mail.reads.import.is_empty() {
        if meeting::may_call(view, &author.address) {
            action_item::import_read(view, mail, &mail.reads.import, now);
        } else {
            view.audit("this sender may not give work to others (policy.callers)");
            questions::may_not_call(view, mail, now);
        }
        done = true;
    } else if let Some(reading) = mail.reads.minutes.as_ref().filter(|_| !answers_questions) {
        minutes::received(view, mail, reading, meeting_id.clone(), now);
        done = true;
    } else if !mail.reads.tasks.is_empty() && !of_problem {
        action_item::assigned(view, mail, &mail.reads.tasks, now);
        done = true;
    } else if let Some(reading) = mail.reads.issue.as_ref().filter(|_| !about_issue) {
        issue::opened(view, mail, reading, now);
        done = true;
    } else if let Some(call) = mail.reads.meeting.as_ref().filter(|_| !of_problem) {
        if meeting::may_call(view, &author.address) {
            let several = if mail.calls.len() > 1 { mail.calls.as_slice() } else { std::slice::from_ref(call) };
            let several: Vec<_> = several.iter().map(|call| project::kickoff_agenda(view, mail, call)).collect();
            meeting::call(view, mail, &several, now);
            project::link_meetings(view, mail, &several);
        } else {
            // O1: a colleague is never left without a word.
            view.audit("this sender may not call meetings (policy.callers)");
            questions::may_not_call(view, mail, now);
        }
        done = true;
    }
    let amended = !done && meeting::amended(view, mail, now);
    done |= amended;
    if !done || amended && !mail.reply.commands.is_empty() || about_issue || of_project == project::Received::Lines {
        done |= commands(view, mail, author, meeting_id.as_deref(), now);
    }
    let of_issue = issue::heard(view, mail, now);
    done |= of_issue;
    let mut brought = false;
    if let Some(id) = meeting_id.as_deref().filter(|_| !mail.attachments.is_empty() || mail.text.contains("http")) {
        brought = meeting::materials(view, mail, id, now) == Handled::Yes;
        done |= brought;
    }
    // A line that only brings a link is the material, not a sentence for the organizer.
    let only_links = brought && mail.reply.remarks.iter().all(|remark| remark.contains("://"));
    // O11: what is no command reaches a human; O10: in Cc we only listen.
    if passed_on::says_something(mail)
        && !only_links
        && mail.reads.minutes.is_none()
        && mail.reads.meeting.is_none()
        && mail.reads.issue.is_none()
        && !of_issue
        && !mail.listening
        && !(mail.in_bcc && !sender::is_public(view, mail))
    {
        done |= passed_on::pass(view, mail, meeting_id.as_deref(), now);
    }
    // O26: any word of an owner about an item is a word.
    action_item::heard(view, mail, now);
    action_item::gather(view, mail);
    if !done && view.is_silent() {
        not_understood(view, mail, now);
    }
}

/// The meeting a mail is about: of the letter it answers, or named in its subject, or the one its thread called.
fn meeting_of(view: &View<'_>, mail: &MailRead) -> Option<String> {
    let of_letter = mail.answers.iter().flat_map(|letter| letter.objects.iter());
    let named = of_letter.chain(&mail.subject_ids).find(|id| id.starts_with("M-"));
    if let Some(id) = named.filter(|id| view.meeting(id).is_some()) {
        return Some(id.clone());
    }
    let of_item = mail.answers.iter().flat_map(|letter| letter.objects.iter()).chain(&mail.subject_ids);
    let of_item = of_item.filter(|id| id.starts_with("A-")).find_map(|id| view.action(id)?.source.id);
    if let Some(id) = of_item.filter(|id| id.starts_with("M-")) {
        return Some(id);
    }
    mail.references.iter().find_map(|id| view.ids("call", id).into_iter().next())
}

/// Carries out what the mail tells us to do; true if any of it was ours to do.
fn commands(
    view: &mut View<'_>,
    mail: &MailRead,
    author: &Person,
    meeting_id: Option<&str>,
    now: DateTime<Utc>,
) -> bool {
    let mut any = false;
    let bare_allowed = !mail.listening;
    // 全部确认 is one thing said, however many lines it is about.
    let (mut said, mut last) = (0, "");
    for command in mail.reply.commands.iter().take(TARGETS_MAX) {
        said += usize::from(command.line != last);
        last = &command.line;
        if said > COMMANDS_MAX {
            view.audit(format!("only the first {COMMANDS_MAX} commands were carried out"));
            break;
        }
        if command.verb == Verb::Comment {
            continue;
        }
        // The head and the rows of a table are no sentences: 滞后原因 over a column says of nothing that it is late.
        if mail.reads.progress.is_some() && is_row(command) {
            view.audit(format!("a row of a table of no known project was not carried out: {:?}", command.line));
            continue;
        }
        // O10: in Cc only a line that names its object is meant for us.
        if !bare_allowed && command.item.is_none() && command.id.is_none() && command.object.is_none() {
            view.audit(format!("listening only: {:?} without a number or id was not carried out", command.line));
            continue;
        }
        let handled = one_command(view, mail, author, meeting_id, command, now);
        match handled {
            Handled::Yes => any = true,
            Handled::NotAllowed => {
                view.audit(format!("not allowed for this writer: {:?}", command.line));
                if target_of(mail, command).is_none() && meeting_id.is_none() && !mail.listening {
                    // About nothing that has somebody to tell: the writer hears it (O1).
                    questions::error(view, mail, "not_yours", &command.line, now);
                }
                passed_on::say(
                    view,
                    mail,
                    &command.line,
                    target_of(mail, command).or(meeting_id.map(String::from)),
                    now,
                );
                any = true;
            }
            Handled::NotMine => {
                view.audit(format!("no object to carry out {:?} on", command.line));
                // The same words whether it never was or is nobody's business: an answer must not tell which.
                if let Some(id) = command.id.clone().filter(|id| !exists(view, id) && !mail.listening) {
                    questions::error(view, mail, "unknown_object", &id, now);
                    any = true;
                }
            }
        }
    }
    if mail.reply.commands.len() > TARGETS_MAX {
        view.audit(format!("only the first {TARGETS_MAX} lines of {} were changed", mail.reply.commands.len()));
    }
    any
}

/// Cells side by side that do not name the item by its id.
fn is_row(command: &Command) -> bool {
    let cells = command.line.matches(['\t', '|']).count() > 1;
    cells && !command.id.as_deref().is_some_and(|id| command.line.contains(id))
}

/// Whether this person decides about an item: its organizer, its supervisor, who leads the meeting it comes from.
fn decides(view: &View<'_>, item: &ActionItem, address: &str, now: DateTime<Utc>) -> bool {
    let is = |who: &Option<String>| who.as_ref().is_some_and(|who| speaks_for(view, address, who, true, now));
    is(&item.organizer_address)
        || is(&item.supervisor_address)
        || item
            .source
            .id
            .as_deref()
            .and_then(|id| view.meeting(id))
            .is_some_and(|meeting| is(&meeting.organizer_address) || is(&meeting.chair_address))
}

/// Whether this person, or somebody this person stands in for (O5), owns an item.
fn owns(view: &View<'_>, item: &ActionItem, address: &str, now: DateTime<Utc>) -> bool {
    item.owner_address.as_ref().is_some_and(|owner| speaks_for(view, address, owner, false, now))
}

/// A digest asks several things in one letter, so a word means what its line asked of its writer: 同意, 确认 and 通过 of
/// somebody who decides about the item grant an open request, or accept done work; their opposites refuse or return it.
fn settled(view: &View<'_>, author: &Person, target: Option<&str>, command: &Command, now: DateTime<Utc>) -> Command {
    use Verb::*;
    let mut settled = command.clone();
    let Some(item) = target.and_then(|id| view.action(id)) else { return settled };
    let own = owns(view, &item, &author.address, now);
    // 同意延期到8月1日 names a date of its own: it accepts nothing.
    if command.verb == Approve && (command.due.is_some() || command.shift_workdays.is_some()) {
        return settled;
    }
    if own && item.request.is_none() || !decides(view, &item, &author.address, now) {
        return settled;
    }
    let yes = matches!(command.verb, Confirm | Approve | Accept);
    let no = matches!(command.verb, Decline | Refuse | Reject);
    if item.request.is_some() && !(own && item.state == State::Proposed) {
        settled.verb = if yes {
            Approve
        } else if no {
            Refuse
        } else {
            command.verb
        };
    } else if item.state == State::Done {
        settled.verb = if yes {
            Accept
        } else if no {
            Reject
        } else {
            command.verb
        };
    }
    settled
}

/// A bare 同意 or 通过 to a letter of several lines: the only line that asks for it.
fn only_fit(
    view: &View<'_>,
    mail: &MailRead,
    author: &Person,
    command: &Command,
    now: DateTime<Utc>,
) -> Option<String> {
    use Verb::*;
    if !matches!(command.verb, Confirm | Approve | Accept | Decline | Refuse | Reject) || command.item.is_some() {
        return None;
    }
    let letter = mail.answers.as_ref()?;
    let asks = |id: &String| {
        let Some(item) = view.action(id) else { return false };
        let own = owns(view, &item, &author.address, now);
        own && item.state == State::Proposed
            || !own
                && decides(view, &item, &author.address, now)
                && (item.request.is_some() || item.state == State::Done)
    };
    let fits: Vec<String> =
        letter.lines.iter().map(|line| line.id.clone()).filter(|id| id.starts_with("A-") && asks(id)).collect();
    match fits.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// The object a command names: by id, by the number of a line of the letter answered, or the letter's only object.
fn target_of(mail: &MailRead, command: &Command) -> Option<String> {
    if command.id.is_some() {
        return command.id.clone();
    }
    let lines = mail.answers.as_ref().map(|letter| letter.lines.as_slice()).unwrap_or_default();
    match command.item {
        Some(n) => lines.iter().find(|line| line.n == n).map(|line| line.id.clone()),
        None => match lines {
            [only] => Some(only.id.clone()),
            _ => None,
        },
    }
}

/// The problem a command is about: its target; where it names none, the one its letter or its subject is about.
fn issue_of(mail: &MailRead, target: Option<&str>, command: &Command) -> Option<String> {
    if let Some(id) = target {
        return id.starts_with("Q-").then(|| id.to_string());
    }
    let of_letter = mail.answers.as_ref().filter(|letter| letter.letter != LetterName::Digest);
    let ids = of_letter.iter().flat_map(|letter| letter.objects.iter()).chain(&mail.subject_ids);
    let first = ids.clone().next().filter(|id| id.starts_with("Q-"))?;
    (command.item.is_none() || ids.count() == 1).then(|| first.clone())
}

fn one_command(
    view: &mut View<'_>,
    mail: &MailRead,
    author: &Person,
    meeting_id: Option<&str>,
    command: &Command,
    now: DateTime<Utc>,
) -> Handled {
    use Verb::*;
    let context = mail.answers.as_ref().map(|letter| letter.context).unwrap_or_default();
    if let Some(letter) = mail.answers.as_ref().filter(|letter| action_item::is_takeover(letter)) {
        let handled = action_item::take_over(view, mail, letter, command, now);
        if handled != Handled::NotMine {
            return handled;
        }
    }
    let target = target_of(mail, command).or_else(|| only_fit(view, mail, author, command, now));
    let settled = settled(view, author, target.as_deref(), command, now);
    let command = &settled;
    match command.verb {
        Import => return action_item::import_confirmed(view, mail, command, now),
        List | Status | Report | Decisions | Files | Export | Why | Frequency | Unsubscribe | Help => {
            return questions::asked(view, mail, command, meeting_id, now);
        }
        Undo | Handover | Deputy => return action_item::command(view, mail, "", command, now),
        _ => {}
    }
    // A problem, by its id, its line, or as the only thing the letter is about.
    let free = target.is_none() && command.item.is_none();
    let lines = mail.answers.as_ref().map(|letter| letter.lines.as_slice()).unwrap_or_default();
    let asked = || issue::only_ask(view, lines, &author.address, command.verb, now).filter(|_| free);
    if let Some(id) = issue_of(mail, target.as_deref(), command).or_else(asked) {
        return issue::command(view, mail, &id, command, now);
    }
    // A word about a project's own line, or in answer to a letter about nothing but a project.
    let of_project = target.clone().filter(|id| id.starts_with("P-")).or_else(|| {
        let letter = mail.answers.as_ref()?;
        let first = letter.objects.first().filter(|id| id.starts_with("P-"))?;
        (target.is_none() && command.item.is_none()).then(|| first.clone())
    });
    let of_project = of_project.or_else(|| {
        let free = target.is_none() && command.item.is_none() && context != Context::Meeting;
        free.then(|| project::only_ask(view, &author.address, command.verb)).flatten()
    });
    if let Some(id) = of_project {
        let handled = project::command(view, mail, &id, command, now);
        if handled != Handled::NotMine {
            return handled;
        }
    }
    // Gaps and reviews of minutes, and objections to them, belong to the minutes.
    if let (Context::MinutesGaps | Context::MinutesReview, Some(letter), Some(id)) =
        (context, &mail.answers, meeting_id)
    {
        let handled = minutes::command(view, mail, id, letter, command, now);
        if handled != Handled::NotMine {
            return handled;
        }
    }
    if let (Context::MinutesGaps, Some(letter), None) = (context, &mail.answers, meeting_id) {
        let handled = minutes::task_command(view, mail, letter, command, now);
        if handled != Handled::NotMine {
            return handled;
        }
    }
    if let (Object, Some(id)) = (command.verb, meeting_id) {
        let letter = mail.answers.clone();
        if let Some(letter) = &letter {
            let handled = minutes::command(view, mail, id, letter, command, now);
            if handled != Handled::NotMine {
                return handled;
            }
        }
    }
    if matches!(command.verb, StopEscalation | PostponeEscalation) {
        return escalation::command(view, mail, target.as_deref(), command, now);
    }
    // 开会 under an escalation is about what is late, not the meeting it comes from.
    let names_item = target.as_deref().is_some_and(|id| id.starts_with("A-"));
    if command.verb == Convene && (context == Context::Escalation || names_item) {
        let handled = escalation::convene(view, mail, target.as_deref(), command, now);
        if handled != Handled::NotMine {
            return handled;
        }
    }
    let of_meeting = matches!(
        command.verb,
        Rsvp | AgendaAdd | ProposeTime | Reschedule | CallOff | Proceed | Convene | NoMinutes | NotHeld | Send
    );
    // O25: 收到, 不参加 or 取消 without a number, in answer to a letter about a meeting, is about the meeting itself.
    let bare_answer = context == Context::Meeting
        && command.item.is_none()
        && command.id.is_none()
        && matches!(command.verb, Ack | Confirm | Decline | Cancel | Delegate | Approve | Refuse);
    // 还没结束, in answer to a letter about a meeting, is said of the meeting (O17); 周一再提醒我 names a day.
    let runs_on = context == Context::Meeting
        && command.verb == Snooze
        && command.until.is_none()
        && command.item.is_none()
        && command.id.as_ref().is_none_or(|id| id.starts_with("M-"));
    let of_meeting = of_meeting || bare_answer || runs_on;
    let meeting_target = target.as_deref().filter(|id| id.starts_with("M-")).or(meeting_id);
    if of_meeting
        || target.as_deref().is_some_and(|id| id.starts_with("M-"))
        || matches!(context, Context::Preview | Context::Readiness)
    {
        if let Some(id) = meeting_target {
            let handled = meeting::command(view, mail, id, command, now);
            if handled != Handled::NotMine {
                return handled;
            }
        } else if command.verb == Rsvp && context == Context::None {
            // An answer without its notice: the only meeting the writer still has to answer, if there is just one.
            let open: Vec<String> = view.ids("meetings_of", &author.address);
            if let [only] = open.as_slice() {
                return meeting::command(view, mail, only, command, now);
            }
        }
    }
    match target.filter(|id| id.starts_with("A-")) {
        Some(id) if view.action(&id).is_some() => action_item::command(view, mail, &id, command, now),
        Some(_) => Handled::NotMine,
        None => without_target(view, mail, author, command, now),
    }
}

/// A command that names no object: the acknowledgement of a whole letter (O25), or the writer's only open item.
fn without_target(
    view: &mut View<'_>,
    mail: &MailRead,
    author: &Person,
    command: &Command,
    now: DateTime<Utc>,
) -> Handled {
    let lines = mail.answers.as_ref().map(|letter| letter.lines.clone()).unwrap_or_default();
    if command.verb == Verb::Ack {
        let own: Vec<String> = lines
            .iter()
            .filter(|line| view.action(&line.id).is_some_and(|item| owns(view, &item, &author.address, now)))
            .map(|line| line.id.clone())
            .collect();
        let confirms = match view.rules.policy.ack_confirms.as_str() {
            "all" => true,
            "one" => own.len() == 1,
            _ => false,
        };
        if confirms {
            let mut handled = Handled::NotMine;
            for id in own {
                if action_item::command(view, mail, &id, command, now) == Handled::Yes {
                    handled = Handled::Yes;
                }
            }
            return handled;
        }
        // A fresh mail that says much more than 收到 is not just that: it is read on, or told that nobody understood it.
        let more = mail.text.trim().chars().count() > command.line.trim().chars().count() + ASIDE_MAX;
        if mail.answers.is_none() && more {
            return Handled::NotMine;
        }
        view.audit("已阅: an acknowledgement of several items confirms none of them (ack_confirms)");
        return Handled::Yes;
    }
    if command.verb == Verb::Confirm {
        // 确认 in answer to a digest: what it showed as waiting for this.
        let waits = |line: &&super::reading::Line| {
            view.action(&line.id)
                .is_some_and(|item| item.state == State::Proposed && owns(view, &item, &author.address, now))
        };
        let ids: Vec<String> = lines.iter().filter(waits).map(|line| line.id.clone()).collect();
        let mut handled = Handled::NotMine;
        for id in ids {
            if action_item::command(view, mail, &id, command, now) == Handled::Yes {
                handled = Handled::Yes;
            }
        }
        if handled == Handled::Yes {
            return handled;
        }
    }
    if mail.answers.is_none() && mail.to_us_alone {
        let open = view.open_of(&author.address);
        if let [only] = open.as_slice() {
            return action_item::command(view, mail, &only.id.clone(), command, now);
        }
    }
    if !mail.listening {
        // 参加 under the subject [M-99]: there is no M-99, and that is what the writer has to know.
        let unknown = mail.subject_ids.first().filter(|id| mail.answers.is_none() && !exists(view, id)).cloned();
        match unknown {
            Some(id) => questions::error(view, mail, "unknown_object", &id, now),
            None => questions::which_item(view, mail, command, now),
        }
        return Handled::Yes;
    }
    Handled::NotMine
}

/// Nothing in it was for us, as far as we can tell.
fn not_understood(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    if mail.listening || mail.in_bcc {
        return view.withhold(Verdict::Accept, "filed: nothing in it was addressed to us");
    }
    view.set_note(
        &format!("not-understood/{}/{}", now.format("%Y%m%d%H%M%S"), mail.message_id),
        json!({"message_id": mail.message_id, "subject": mail.subject, "at": now}),
    );
    if mail.reply.commands.iter().all(|c| c.verb == Verb::Comment)
        && mail.text.trim().is_empty()
        && !mail.attachments.is_empty()
    {
        return view.withhold(Verdict::Accept, "filed: attachments without a word");
    }
    let courtesy = mail.reply.commands.is_empty() && mail.reply.remarks.is_empty() && mail.answers.is_some();
    if courtesy {
        return view.withhold(Verdict::Accept, "a courtesy: nothing to do");
    }
    questions::not_understood(view, mail, now);
}

// ---- automatic mail

/// The longest absence that a vacation note is believed; then reminders begin again, and a new note may say more.
const AWAY_DAYS_MAX: u64 = 180;
/// The same where nothing proves the note, but it answers a letter to that very person.
const AWAY_DAYS_UNPROVEN_MAX: u64 = 14;

fn automatic(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    let from_reader = match (&mail.author, &mail.answers) {
        (Some(author), Some(letter)) => letter.to == author.address,
        _ => false,
    };
    // Nothing proves most vacation notes of other servers; who forges one shall not silence a person for long.
    let days = match mail.proof {
        Proof::Pass => AWAY_DAYS_MAX,
        Proof::None if from_reader => AWAY_DAYS_UNPROVEN_MAX,
        _ => 0,
    };
    if let (Some(until), Some(author), true) = (mail.away_until, &mail.author, days > 0)
        && view.person(&author.address).is_some()
    {
        let latest = now.with_timezone(&view.rules.time_zone).date_naive() + Days::new(days);
        action_item::away(view, mail, until.min(latest), now);
    }
    view.withhold(Verdict::Ignore, &format!("automatic: {}", mail.class_reason));
}

/// Soft failures of one address within two weeks that make it a dead one (TRUST L12).
const SOFT_MAX: u64 = 5;

fn bounced(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    let mut tied = false;
    for bounce in &mail.bounces {
        let Some(letter) = &bounce.letter else { continue };
        // TRUST L14: only a report on a letter of ours, about that letter's reader, counts.
        if !letter.to.eq_ignore_ascii_case(&bounce.address) {
            continue;
        }
        tied = true;
        let key = format!("bounces/{}", letter.to);
        let since = view.note(&key).and_then(|n| n.get("since").and_then(|s| s.as_str().map(String::from)));
        let since: Option<DateTime<Utc>> = since.and_then(|s| s.parse().ok());
        let fresh = since.is_none_or(|since| now - since > chrono::Duration::days(14));
        let soft = if fresh { 0 } else { view.note(&key).and_then(|n| n.get("soft")?.as_u64()).unwrap_or(0) };
        let soft = soft + u64::from(!bounce.hard);
        let start = if fresh { now } else { since.unwrap_or(now) };
        view.set_note(&key, json!({"since": start, "soft": soft, "hard": bounce.hard, "status": bounce.status}));
        view.act(json!({"bounce": {letter.to.clone(): if bounce.hard { "hard" } else { "soft" }}}));
        if bounce.hard || soft >= SOFT_MAX {
            let fate = Undelivered { letter: letter.clone(), hard: true, reply: bounce.status.clone() };
            undelivered(view, &fate, now);
        }
    }
    if tied {
        view.audit("a bounce of our own letter");
    } else {
        view.withhold(Verdict::Ignore, "a bounce that is not of a letter of ours, or tells of no failure");
    }
}

fn undelivered(view: &mut View<'_>, fate: &Undelivered, now: DateTime<Utc>) {
    view.audit(format!("{} to {} was not delivered: {}", fate.letter.letter, fate.letter.to, fate.reply));
    // Only a bad address is paused (TRUST L12): two days without our own server would silence everybody.
    if fate.hard {
        view.set_note(&format!("paused/{}", fate.letter.to), json!({"since": now, "reply": fate.reply}));
    }
    if is_about_meeting(view, &fate.letter) {
        if fate.hard {
            // Whoever cannot be called to a meeting does not hear of the own work either (O7).
            action_item::unreachable(view, fate, now);
        }
        meeting::unreachable(view, fate);
    } else if !issue::unreachable(view, fate, now) {
        action_item::undelivered(view, fate, now);
    }
}

fn is_about_meeting(view: &View<'_>, letter: &SentLetter) -> bool {
    letter.context == Context::Meeting && letter.objects.first().is_some_and(|id| view.meeting(id).is_some())
}

// ---- moments

fn moment_came(view: &mut View<'_>, tick: &Tick, now: DateTime<Utc>) {
    use TickKind::*;
    match tick.kind {
        MeetingChase | MaterialsPack | Readiness | RunSheet | Held | MinutesChase | Occurrence | DayOff
        | CallTimeout | Close => meeting::tick(view, tick, now),
        ReviewTimeout | GapsTimeout => minutes::tick(view, tick, now),
        Digest => digest::tick(view, tick, now),
        Escalate | EscalatePreview => escalation::tick(view, tick, now),
        ConfirmTimeout | ApproveTimeout | AcceptTimeout | Late | LateChoice | Park | Urgent | Receipt | AbsenceEnd => {
            action_item::tick(view, tick, now)
        }
        PassedOn => passed_on::tick(view, tick, now),
        Wake => held::wake(view, &tick.object, now),
        Report => report::tick(view, tick, now),
        IssueResponse | IssueChase | IssueTimeout => issue::tick(view, tick, now),
        ProjectTimeout => project::tick(view, tick, now),
    }
}

/// Whether a record with this id exists.
pub fn exists(view: &View<'_>, id: &str) -> bool {
    match id.chars().next() {
        Some('M') => view.meeting(id).is_some(),
        Some('A') => view.action(id).is_some(),
        Some('Q') => view.issue(id).is_some(),
        Some('P') => view.project(id).is_some(),
        _ => false,
    }
}

/// The record under an id.
pub fn record(view: &View<'_>, id: &str) -> Option<Record> {
    match id.chars().next()? {
        'M' => view.meeting(id).map(|m| Record::Meeting(Box::new(m))),
        'A' => view.action(id).map(|a| Record::Action(Box::new(a))),
        'Q' => view.issue(id).map(|i| Record::Issue(Box::new(i))),
        'P' => view.project(id).map(|p| Record::Project(Box::new(p))),
        _ => None,
    }
}
