//! 有异议 (O29): recorder and chair say 采纳 or 不采纳; until then nobody chases the item.

use super::command::Word;
use super::request::approval_request;
use super::{ActionItem, Objection, save};
use crate::domain::clock::Clock;
use crate::domain::receipt::{self, Entry};
use crate::domain::view::{Handled, View};
use crate::domain::{digest, minutes, passed_on};

/// Working days after the question within which an objection is taken.
const OBJECTION_WINDOW: u32 = 2;

pub(super) fn object(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>) -> Handled {
    if item.state.is_closed() {
        return Handled::NotMine;
    }
    let clock = Clock::of_item(&item, view.rules);
    let late = item.asked_at.is_some_and(|asked| word.now > clock.end_after(asked, OBJECTION_WINDOW));
    // What was accepted by silence is open to a word as long as nobody has said yes to it (O24).
    if late && !item.by_default {
        // Too late for the minutes; the words still reach a human (O11), and the writer knows they did.
        let entry = Entry { state: Some("too_late".into()), ..Entry::of(&item, "unchanged") };
        passed_on::say(view, word.mail, &word.cmd.line, Some(item.id.clone()), word.now);
        receipt::unchanged(view, word.mail, entry.text(Some(&word.cmd.line)), word.now);
        return Handled::Yes;
    }
    let mut asked: Vec<String> = Vec::new();
    let meeting = item.source.id.as_deref().and_then(|id| view.meeting(id));
    let of_meeting = meeting.iter().flat_map(|meeting| {
        let chair = meeting.chair_address.clone().or(meeting.organizer_address.clone());
        [meeting.recorder_address.clone(), chair]
    });
    for address in of_meeting.flatten().chain(super::organizer_of(view, &item).filter(|_| meeting.is_none())) {
        if address != word.actor && !asked.contains(&address) {
            asked.push(address);
        }
    }
    if asked.is_empty() {
        return Handled::NotMine;
    }
    let text = word.reason().unwrap_or_else(|| word.cmd.line.clone());
    let owner = word.cmd.to.clone();
    item.objection = Some(Objection {
        text: text.clone(),
        by: word.actor.clone(),
        at: Some(word.now),
        asked: asked.clone(),
        due: word.cmd.due,
        owner,
    });
    let why = word.why(view, &item, "有异议");
    let entry = Entry::of(&item, "object").by(&word.name(view)).text(Some(&text));
    save(view, item, &why, word.now);
    let id = entry.id.clone().unwrap_or_default();
    receipt::changed(view, word.mail, entry, false, word.now);
    let Some(item) = view.action(&id) else { return Handled::Yes };
    super::request::mark_asked_alone(view, &item.id, word.now);
    for reader in asked {
        let shown = super::request::asked(view, &item, Some(1), word.now);
        approval_request(view, &reader, std::slice::from_ref(&item), vec![shown], word.now);
    }
    Handled::Yes
}

/// 采纳 or 不采纳; what is adopted goes out as one correction of the minutes.
pub(super) fn decide(view: &mut View<'_>, mut item: ActionItem, word: &Word<'_>, adopted: bool) -> Handled {
    let Some(mut objection) = item.objection.take() else { return Handled::NotMine };
    let by = word.name(view);
    let verb = if adopted { "adopt" } else { "not_adopt" };
    let entry = Entry::of(&item, verb).by(&by).text(Some(&objection.text));
    if !adopted {
        super::stands(view.rules, &mut item, word.now);
        let why = word.why(view, &item, "不采纳");
        save(view, item, &why, word.now);
        receipt::changed(view, word.mail, entry.clone(), false, word.now);
        digest::note(view, &objection.by, Entry { text: word.reason().or(entry.text.clone()), ..entry }, word.now);
        return Handled::Yes;
    }
    objection.due = word.cmd.due.or(objection.due);
    objection.owner = word.cmd.to.clone().or(objection.owner);
    let why = word.why(view, &item, "采纳异议");
    minutes::adopted(view, item, &objection, &why, word.now);
    receipt::changed(view, word.mail, entry, false, word.now);
    Handled::Yes
}
