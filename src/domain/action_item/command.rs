//! What can be said about an item (SPEC 3.2, 4.4): the table of states and who may change them.

use super::standing::{Part, StandIn, actor, speaks_for, written_by};
use super::{ActionItem, State, acceptance, confirmation, handover, objection, progress, request};
use crate::domain::event::MailRead;
use crate::domain::reading::{Command, Doubt, Verb};
use crate::domain::receipt::{self, Entry};
use crate::domain::view::{Handled, View};
use crate::domain::{escalation, rights, undo};
use chrono::{DateTime, Utc};

/// A person says something about an item.
pub(super) struct Word<'a> {
    pub mail: &'a MailRead,
    pub cmd: &'a Command,
    /// Primary address of the writer.
    pub actor: String,
    pub part: Part,
    /// Who wrote it in the actor's name (Sender).
    pub by: Option<StandIn>,
    pub now: DateTime<Utc>,
}

impl Word<'_> {
    /// For the item's history: `完成: 李雷`, `完成: 李秘书代王总` (O5).
    pub fn why(&self, view: &View<'_>, item: &ActionItem, what: &str) -> String {
        let name = view.name_of(&self.actor);
        if let Some(by) = &self.by {
            return format!("{what}: {}代{name}", view.name_of(&by.address));
        }
        let meeting = item.source.id.as_deref().and_then(|id| view.meeting(id));
        let leaders = [super::organizer_of(view, item), meeting.and_then(|meeting| meeting.chair_address)];
        let own = item.owner_address.iter().filter(|_| self.part.owner);
        let led = leaders.iter().flatten().chain(&item.supervisor_address).filter(|_| !self.part.owner);
        let mut principals = own.chain(led);
        let is_own_word = principals.clone().any(|address| *address == self.actor);
        match principals.find(|address| speaks_for(view, &self.actor, address, !self.part.owner, self.now)) {
            Some(principal) if !is_own_word => format!("{what}: {name}代{}", view.name_of(principal)),
            _ => format!("{what}: {name}"),
        }
    }

    pub fn name(&self, view: &View<'_>) -> String {
        view.name_of(&self.actor)
    }

    /// Something in the words is missing or unclear: it is asked back with the words.
    pub fn doubt(&self, view: &mut View<'_>, item: &ActionItem, kind: &str) -> Handled {
        let doubt = Doubt { kind: kind.to_string(), line: self.cmd.line.clone(), n: self.cmd.item };
        receipt::doubted(view, self.mail, &doubt, Some(item), self.now);
        Handled::Yes
    }

    pub fn reason(&self) -> Option<String> {
        self.cmd.reason.clone().filter(|reason| !reason.trim().is_empty())
    }
}

/// One command about one item. `NotAllowed`: the writer is nothing to the item, or not what the verb needs. `NotMine`: the
/// verb means nothing in its state.
pub fn command(view: &mut View<'_>, mail: &MailRead, id: &str, cmd: &Command, now: DateTime<Utc>) -> Handled {
    match cmd.verb {
        Verb::Undo => return undo::undo(view, mail, now),
        Verb::Handover => return handover::handover(view, mail, cmd, now),
        Verb::Deputy => return handover::deputy(view, mail, cmd, now),
        Verb::StopEscalation | Verb::PostponeEscalation => {
            return escalation::command(view, mail, Some(id), cmd, now);
        }
        _ => {}
    }
    let Some(mut item) = view.action(id) else { return Handled::NotMine };
    let Some(actor) = actor(view, mail) else { return Handled::NotAllowed };
    let by = written_by(view, mail, now);
    let part = Part::of(view, &item, &actor, now);
    let part = if by.as_ref().is_some_and(|by| !by.may_approve) { part.reporting() } else { part };
    if !part.any() || item.held {
        return Handled::NotAllowed;
    }
    if part.works() {
        item.last_word_at = Some(now);
        // Any word ends what time was about to do (O26, O27).
        item.parked = false;
    }
    let is_dated = cmd.due.is_some() || cmd.shift_workdays.is_some();
    let verb = meaning(&item, part, cmd.verb, is_dated);
    if !rights::may(&rights::of_item(view, part, &actor), verb, rights::Object::Item) {
        return Handled::NotAllowed;
    }
    // O26: what a superior was asked to decide is decided as if by who gave it out.
    let part = Part { leads: part.leads || part.above, ..part };
    let word = Word { mail, cmd, actor, part, by, now };
    let of_item = Entry::of(&item, "unchanged").text(Some(&cmd.line));
    let without_effect = without_effect(&item, verb);
    let handled = match verb {
        Verb::Confirm => confirmation::confirm(view, item, &word),
        Verb::Ack => confirmation::ack(view, item, &word),
        Verb::Decline => request::decline(view, item, &word),
        Verb::Done => progress::done(view, item, &word),
        Verb::Progress => progress::progress(view, item, &word),
        Verb::Behind => progress::behind(view, item, &word),
        Verb::Block => progress::block(view, item, &word),
        Verb::Snooze => progress::snooze(view, item, &word),
        Verb::Postpone => request::postpone(view, item, &word),
        Verb::Delegate => request::delegate(view, item, &word),
        Verb::Cancel => request::cancel(view, item, &word),
        Verb::Approve => request::approve(view, item, &word),
        Verb::Refuse => request::refuse(view, item, &word),
        Verb::Accept => acceptance::accept(view, item, &word),
        Verb::Reject => acceptance::reject(view, item, &word),
        Verb::Object => objection::object(view, item, &word),
        Verb::Convene => super::convene(view, mail, &[item.id], cmd, now),
        Verb::Comment => comment(view, item, &word),
        _ => Handled::NotMine,
    };
    if handled == Handled::Yes {
        // A word that means nothing here is nothing to take back (O28).
        undo::remember(view, mail, id, now);
    }
    if let Some(state) = without_effect.filter(|_| handled == Handled::NotMine) {
        // O1: it is not met with silence either.
        receipt::unchanged(view, mail, Entry { state: Some(state.into()), ..of_item }, now);
    }
    handled
}

/// Why a verb may mean nothing to an item as it stands.
fn without_effect(item: &ActionItem, verb: Verb) -> Option<&'static str> {
    use Verb::*;
    let of_work = matches!(verb, Confirm | Decline | Done | Progress | Behind | Block | Snooze | Postpone | Delegate);
    let of_decision = matches!(verb, Approve | Refuse | Accept | Reject | Cancel);
    match item.state {
        _ if !of_work && !of_decision => None,
        State::Cancelled => Some("cancelled"),
        State::Declined => Some("declined"),
        State::Accepted => Some("accepted"),
        State::Done if of_work => Some("done"),
        _ if matches!(verb, Approve | Refuse) => Some("no_request"),
        _ if matches!(verb, Accept | Reject) => Some("not_done"),
        _ => None,
    }
}

/// The same short words mean different things to different people: 同意 of the organizer approves, of the owner of a new
/// item confirms; 通过 accepts work that is done and nothing else.
fn meaning(item: &ActionItem, part: Part, verb: Verb, is_dated: bool) -> Verb {
    let decides = item.request.is_some() && (part.leads || part.above || part.asked);
    let objected = item.objection.is_some() && (part.leads || part.records);
    let tests = item.state == State::Done && part.accepts();
    let own = part.works() && item.state == State::Proposed;
    match verb {
        // 同意延期到8月1日 names a date: no work is accepted and no task taken on by it.
        Verb::Approve if is_dated && (part.leads || part.above) => verb,
        Verb::Confirm | Verb::Approve | Verb::Accept => {
            if objected || (decides && !(part.owner && verb == Verb::Confirm)) {
                Verb::Approve
            } else if tests {
                Verb::Accept
            } else if own || (part.works() && item.by_default) {
                Verb::Confirm
            } else {
                verb
            }
        }
        Verb::Refuse | Verb::Reject | Verb::Decline => {
            if objected || (decides && !(part.owner && verb == Verb::Decline)) {
                Verb::Refuse
            } else if tests && verb != Verb::Decline {
                Verb::Reject
            } else if own && verb == Verb::Refuse {
                Verb::Decline
            } else {
                verb
            }
        }
        verb => verb,
    }
}

/// A sentence changes no state, but it is a word; it reaches a human by another way (O11).
fn comment(view: &mut View<'_>, item: ActionItem, word: &Word<'_>) -> Handled {
    if word.part.works() {
        super::save(view, item, "", word.now);
    }
    Handled::NotMine
}

/// Sentences that are no command still are words of the owner: they stop what time was about to do (O26, O27). They concern
/// the items they name, or all own ones of the letter they answer.
pub fn heard(view: &mut View<'_>, mail: &MailRead, now: DateTime<Utc>) {
    let Some(letter) = &mail.answers else { return };
    let Some(actor) = actor(view, mail) else { return };
    let of_line = |n: u32| letter.lines.iter().find(|line| line.n == n).map(|line| line.id.clone());
    let comments = mail.reply.commands.iter().filter(|cmd| cmd.verb == Verb::Comment);
    let mut ids: Vec<String> =
        comments.filter_map(|cmd| cmd.id.clone().or_else(|| cmd.item.and_then(of_line))).collect();
    let named_none = ids.is_empty() && mail.reply.commands.iter().all(|cmd| cmd.verb == Verb::Comment);
    if named_none && !mail.reply.remarks.is_empty() {
        ids = letter.lines.iter().map(|line| line.id.clone()).collect();
    }
    for id in ids {
        let Some(mut item) = view.action(&id).filter(|item| item.state.is_open() && !item.held && !view.touched(&id))
        else {
            continue;
        };
        if Part::of(view, &item, &actor, now).works() {
            item.last_word_at = Some(now);
            item.parked = false;
            super::save(view, item, "", now);
        }
    }
}
