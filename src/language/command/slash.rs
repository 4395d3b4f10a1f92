//! `/done 2`, `!postpone 2 to Friday`: a command said as one. The verb is certain; only its fields are read.

use super::acts::{self, Act, Say, Scope, trimmed};
use super::fold::Folded;
use super::piece::{Reader, take_name};
use super::{refs, times};
use crate::domain::reading::{Command, Verb};

const VERBS: &[(&str, Verb)] = &[
    ("confirm", Verb::Confirm),
    ("ack", Verb::Ack),
    ("decline", Verb::Decline),
    ("done", Verb::Done),
    ("progress", Verb::Progress),
    ("behind", Verb::Behind),
    ("block", Verb::Block),
    ("blocked", Verb::Block),
    ("postpone", Verb::Postpone),
    ("extend", Verb::Postpone),
    ("delegate", Verb::Delegate),
    ("assign", Verb::Delegate),
    ("cancel", Verb::Cancel),
    ("accept", Verb::Accept),
    ("reject", Verb::Reject),
    ("approve", Verb::Approve),
    ("refuse", Verb::Refuse),
    ("rate", Verb::Rate),
    ("sign_off", Verb::SignOff),
    ("signoff", Verb::SignOff),
    ("sign-off", Verb::SignOff),
    ("snooze", Verb::Snooze),
    ("undo", Verb::Undo),
    ("comment", Verb::Comment),
    ("object", Verb::Object),
    ("agenda_add", Verb::AgendaAdd),
    ("propose_time", Verb::ProposeTime),
    ("send", Verb::Send),
    ("reschedule", Verb::Reschedule),
    ("call_off", Verb::CallOff),
    ("proceed", Verb::Proceed),
    ("convene", Verb::Convene),
    ("no_minutes", Verb::NoMinutes),
    ("not_held", Verb::NotHeld),
    ("stop_escalation", Verb::StopEscalation),
    ("postpone_escalation", Verb::PostponeEscalation),
    ("list", Verb::List),
    ("status", Verb::Status),
    ("report", Verb::Report),
    ("decisions", Verb::Decisions),
    ("files", Verb::Files),
    ("export", Verb::Export),
    ("why", Verb::Why),
    ("import", Verb::Import),
    ("unsubscribe", Verb::Unsubscribe),
    ("help", Verb::Help),
    ("handover", Verb::Handover),
    ("complete", Verb::Done),
    ("completed", Verb::Done),
    ("finish", Verb::Done),
    ("finished", Verb::Done),
    ("完成", Verb::Done),
    ("确认", Verb::Confirm),
    ("收到", Verb::Ack),
    ("拒绝", Verb::Decline),
    ("进度", Verb::Progress),
    ("进行中", Verb::Progress),
    ("滞后", Verb::Behind),
    ("阻塞", Verb::Block),
    ("延期", Verb::Postpone),
    ("转交", Verb::Delegate),
    ("转给", Verb::Delegate),
    ("取消", Verb::Cancel),
    ("通过", Verb::Accept),
    ("退回", Verb::Reject),
    ("同意", Verb::Approve),
    ("不同意", Verb::Refuse),
    ("评分", Verb::Rate),
    ("签字", Verb::SignOff),
    ("提醒", Verb::Snooze),
    ("撤销", Verb::Undo),
    ("备注", Verb::Comment),
    ("异议", Verb::Object),
    ("待办", Verb::List),
    ("状态", Verb::Status),
    ("周报", Verb::Report),
    ("决议", Verb::Decisions),
    ("附件", Verb::Files),
    ("材料", Verb::Files),
    ("导出", Verb::Export),
    ("帮助", Verb::Help),
    ("发送", Verb::Send),
    ("退订", Verb::Unsubscribe),
];

/// Reads a line that begins with `/` or `!` and a verb.
pub fn read(f: &Folded, reader: &Reader) -> Option<Say> {
    if !matches!(f.get(0), Some('/' | '!')) {
        return None;
    }
    let mut end = 1;
    while f.get(end).is_some_and(|c| c.is_alphabetic() || c == '_' || c == '-') {
        end += 1;
    }
    let word = f.text(1, end);
    let (verb, end) = VERBS.iter().find(|(name, _)| *name == word).map(|(_, verb)| (*verb, end)).or_else(|| {
        // /完成2 has no blank between.
        VERBS
            .iter()
            .filter(|(name, _)| !name.is_ascii() && word.starts_with(name))
            .max_by_key(|(name, _)| name.len())
            .map(|(name, verb)| (*verb, 1 + name.chars().count()))
    })?;
    let mark = refs::leading(f, end, f.len(), &reader.known);
    let body = mark.as_ref().map_or(end, |mark| mark.b);
    let rest = trimmed(f.written(body, f.len())).to_string();
    let mut command = Command::new(verb);
    command.rule = "slash".into();
    let targets = mark.map(|mark| mark.targets).unwrap_or_default();
    let whole = |verb: Verb| {
        matches!(
            verb,
            Verb::Undo
                | Verb::Send
                | Verb::Reschedule
                | Verb::CallOff
                | Verb::Proceed
                | Verb::Convene
                | Verb::NoMinutes
                | Verb::NotHeld
                | Verb::List
                | Verb::Status
                | Verb::Report
                | Verb::Decisions
                | Verb::Files
                | Verb::Export
                | Verb::Why
                | Verb::Import
                | Verb::Unsubscribe
                | Verb::Help
                | Verb::AgendaAdd
                | Verb::ProposeTime
                | Verb::Rate
                | Verb::Ack
                | Verb::StopEscalation
                | Verb::PostponeEscalation
                | Verb::Handover
        )
    };
    let time = || times::find(f.written(body, f.len()), reader.anchor).map(|(.., due)| due);
    let said = (!rest.is_empty()).then(|| rest.clone());
    match verb {
        Verb::Decline | Verb::Reject | Verb::Refuse | Verb::Block | Verb::Cancel | Verb::Object => {
            command.reason = said
        }
        Verb::Behind => {
            command.reason = said;
            command.due = time();
        }
        Verb::Progress => {
            command.due = time();
            let p = super::piece::read(f, body, f.len(), false, reader);
            command.percent =
                p.percent.or_else(|| refs::arabic(f, body).map(|(n, _)| n).filter(|n| *n <= 100).map(|n| n as u8));
        }
        Verb::Postpone => {
            command.due = time();
            if command.due.is_none() {
                command.shift_workdays = times::shift(f.written(body, f.len()));
            }
        }
        Verb::Snooze => command.until = time(),
        Verb::Delegate | Verb::Handover => {
            let mut at = body;
            for lead in ["to ", "给 ", "给"] {
                if f.text(at, (at + lead.chars().count()).min(f.len())) == lead {
                    at += lead.chars().count();
                    break;
                }
            }
            let Some((name, _)) = take_name(f, at, f.len(), reader.names) else {
                return Some(Say::Text("unknown_person"));
            };
            command.to = Some(name.to_string());
        }
        Verb::Rate => {
            let score = (end..f.len()).find_map(|i| refs::arabic(f, i)).map(|(n, _)| n).filter(|n| (1..=5).contains(n));
            let Some(score) = score else { return Some(Say::Text("not_understood")) };
            command.score = Some(score as u8);
        }
        Verb::Reschedule | Verb::ProposeTime => {
            command.start = times::start(f.written(end, f.len()), reader.anchor);
            if command.start.is_none() {
                return Some(Say::Text("not_understood"));
            }
        }
        Verb::AgendaAdd => {
            command.minutes = times::minutes(&rest);
            let stop = times::minutes_span(f, body, f.len()).map_or(f.len(), |(x, ..)| x);
            let title = acts::trimmed(f.written(end, stop)).to_string();
            if title.is_empty() {
                return Some(Say::Text("not_understood"));
            }
            command.title = Some(title);
        }
        Verb::Status | Verb::Files | Verb::Export | Verb::Report => {
            command.object = (end..f.len()).find_map(|i| refs::id_at(f, i)).map(|(id, _)| id);
            command.id = command.object.clone();
        }
        Verb::Decisions => {
            command.query =
                (!trimmed(f.written(end, f.len())).is_empty()).then(|| trimmed(f.written(end, f.len())).to_string())
        }
        Verb::Comment => command.line = rest,
        _ => {}
    }
    let scope = if whole(verb) && (targets.is_empty() || verb == Verb::Rate) { Scope::Whole } else { Scope::Lines };
    let all = matches!(f.text(body, f.len()).trim(), "all" | "全部" | "都" | "everything" | "所有");
    let scope = if all && targets.is_empty() && scope == Scope::Lines { Scope::All } else { scope };
    Some(Say::Acts(vec![Act { command, scope, soft: false, deed: None, targets }]))
}
