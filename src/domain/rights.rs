//! Who may say what (SPEC 7, TRUST R1): one table of roles, commands and objects. The rules ask it, the documents are
//! printed from it, and every cell of it is tried by mail in the tests.
//!
//! The table is the upper bound: what somebody may say can still mean nothing in an object's state. Whoever is in no
//! column that has a mark gets nothing done; a colleague's words are passed on to a human (O11), a stranger's are not even
//! answered. What a role may *see* stands in the rows of the questions: an answer to anybody else is the same as if the
//! object did not exist.

use super::action_item::Part;
use super::outside;
use super::reading::Verb;
use super::view::View;

/// What somebody is to an object. One person can be several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Organizer or chair of the meeting, who gave the item out, manager of its project; their deputy with `may_approve`.
    Organizer,
    Recorder,
    Supervisor,
    /// An open item was escalated to this person (O26).
    Superior,
    /// Owner of the item, or asked for a department; their secretary or deputy.
    Owner,
    /// Attendee or helper, of our own house.
    Participant,
    /// Attendee or helper from outside (O39).
    Outsider,
    /// Of our own house, and nothing to the object.
    Colleague,
    /// From outside, and nothing to the object.
    Stranger,
}

impl Role {
    pub const ALL: [Role; 9] = [
        Role::Organizer,
        Role::Recorder,
        Role::Supervisor,
        Role::Superior,
        Role::Owner,
        Role::Participant,
        Role::Outsider,
        Role::Colleague,
        Role::Stranger,
    ];

    /// The head of its column: (English, Chinese).
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Role::Organizer => ("organizer, chair", "发起人、主持人"),
            Role::Recorder => ("recorder", "记录人"),
            Role::Supervisor => ("supervisor", "监督人"),
            Role::Superior => ("superior it was escalated to", "升级到的上级"),
            Role::Owner => ("owner", "负责人"),
            Role::Participant => ("participant, helper", "参会人、配合人"),
            Role::Outsider => ("the same from outside", "外部参会人"),
            Role::Colleague => ("any colleague", "其他同事"),
            Role::Stranger => ("stranger", "外人"),
        }
    }
}

/// What a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    Meeting,
    Item,
}

impl Object {
    pub const ALL: [Object; 2] = [Object::Meeting, Object::Item];

    /// (English, Chinese).
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Object::Meeting => ("a meeting", "会议"),
            Object::Item => ("an action item", "待办"),
        }
    }
}

/// A row: these commands about this object may be said by these roles.
#[derive(Clone, Copy, Debug)]
pub struct Right {
    pub object: Object,
    pub verbs: &'static [Verb],
    pub may: &'static [Role],
    /// What is left out of the cells: (English, Chinese).
    pub note: (&'static str, &'static str),
}

use Role::{Organizer, Outsider, Owner, Participant, Recorder, Superior, Supervisor};

const fn row(
    object: Object,
    verbs: &'static [Verb],
    may: &'static [Role],
    note: (&'static str, &'static str),
) -> Right {
    Right { object, verbs, may, note }
}

/// The table.
pub const TABLE: &[Right] = &[
    row(
        Object::Meeting,
        &[Verb::Rsvp, Verb::Ack, Verb::Confirm, Verb::Decline, Verb::Delegate],
        &[Organizer, Recorder, Participant, Outsider],
        ("for themselves; a colleague, where a list was called", "只代表本人；邀请了邮件列表时同事也可以"),
    ),
    row(
        Object::Meeting,
        &[Verb::AgendaAdd, Verb::ProposeTime, Verb::Reschedule],
        &[Organizer, Recorder, Participant, Outsider],
        ("the organizer's counts, others' is a proposal", "发起人的直接生效，其他人的是建议"),
    ),
    row(
        Object::Meeting,
        &[
            Verb::CallOff,
            Verb::Cancel,
            Verb::Proceed,
            Verb::Approve,
            Verb::Refuse,
            Verb::Reject,
            Verb::Send,
            Verb::Convene,
        ],
        &[Organizer],
        ("", ""),
    ),
    row(Object::Meeting, &[Verb::NoMinutes, Verb::NotHeld, Verb::Snooze], &[Organizer, Recorder], ("", "")),
    row(
        Object::Meeting,
        &[Verb::Status, Verb::Why],
        &[Organizer, Recorder, Participant, Outsider],
        ("outsiders: the agenda and own items", "外部只看议程和自己的待办"),
    ),
    row(Object::Meeting, &[Verb::Files], &[Organizer, Recorder, Participant, Outsider], ("", "")),
    row(Object::Meeting, &[Verb::Decisions], &[Organizer, Recorder, Participant], ("", "")),
    row(Object::Item, &[Verb::Confirm, Verb::Decline, Verb::Behind, Verb::Block, Verb::Snooze], &[Owner], ("", "")),
    row(
        Object::Item,
        &[Verb::Done, Verb::Progress],
        &[Organizer, Owner],
        ("the organizer: closes what is late, reopens what is closed", "发起人：关闭逾期项、重新打开已关闭项"),
    ),
    row(
        Object::Item,
        &[Verb::Postpone, Verb::Delegate],
        &[Organizer, Superior, Owner],
        ("the owner asks, the organizer or the superior decides", "负责人提出，发起人或上级决定"),
    ),
    row(
        Object::Item,
        &[Verb::Cancel],
        &[Organizer, Owner],
        ("the owner asks, the organizer decides", "负责人提出，发起人决定"),
    ),
    row(
        Object::Item,
        &[Verb::Approve, Verb::Refuse],
        &[Organizer, Recorder, Superior],
        ("the recorder: objections to the minutes only", "记录人：只处理对纪要的异议"),
    ),
    row(Object::Item, &[Verb::Accept, Verb::Reject], &[Organizer, Supervisor], ("", "")),
    row(
        Object::Item,
        &[Verb::Ack, Verb::Object],
        &[Organizer, Recorder, Supervisor, Superior, Owner, Participant, Outsider],
        ("changes nothing but the owner's own", "除负责人外不改变状态"),
    ),
    row(
        Object::Item,
        &[Verb::StopEscalation, Verb::PostponeEscalation, Verb::Convene],
        &[Organizer, Superior],
        ("", ""),
    ),
    row(
        Object::Item,
        &[Verb::Status, Verb::Why, Verb::Files],
        &[Organizer, Recorder, Supervisor, Superior, Owner, Participant],
        ("", ""),
    ),
];

/// Whether any of these roles may say this about such an object. What the table does not name is nobody's command.
pub fn may(roles: &[Role], verb: Verb, object: Object) -> bool {
    match TABLE.iter().find(|right| right.object == object && right.verbs.contains(&verb)) {
        Some(right) => right.may.iter().any(|role| roles.contains(role)),
        None => true,
    }
}

/// Participant, colleague or their likes outside.
fn by_house(view: &View<'_>, address: &str, concerned: bool) -> Role {
    match (outside::is_outside(view, address), concerned) {
        (false, true) => Role::Participant,
        (true, true) => Role::Outsider,
        (false, false) => Role::Colleague,
        (true, false) => Role::Stranger,
    }
}

/// What somebody is to an item.
pub fn of_item(view: &View<'_>, part: Part, actor: &str) -> Vec<Role> {
    let parts = [
        (part.leads, Role::Organizer),
        (part.records, Role::Recorder),
        (part.supervises, Role::Supervisor),
        (part.above, Role::Superior),
        (part.works(), Role::Owner),
    ];
    let mut roles: Vec<Role> = parts.into_iter().filter(|(is, _)| *is).map(|(_, role)| role).collect();
    if part.concerned || roles.is_empty() {
        roles.push(by_house(view, actor, part.concerned));
    }
    roles
}

/// What somebody is to a meeting: who leads it, who may report about it (recorder, or a secretary of those who lead), who
/// is concerned or stands in for one who is.
pub fn of_meeting(view: &View<'_>, actor: &str, leads: bool, reports: bool, concerned: bool) -> Vec<Role> {
    let mut roles = Vec::new();
    if leads {
        roles.push(Role::Organizer);
    }
    if reports {
        roles.push(Role::Recorder);
    }
    if concerned || roles.is_empty() {
        roles.push(by_house(view, actor, concerned));
    }
    roles
}

/// The table as Markdown, for the documents.
pub fn markdown(chinese: bool) -> String {
    let say = |words: (&'static str, &'static str)| if chinese { words.1 } else { words.0 };
    let usage = |verb: &Verb| -> String {
        let word = serde_json::to_value(verb).ok();
        word.and_then(|word| word.as_str().map(|word| format!("`{word}`"))).unwrap_or_default()
    };
    let mut out = String::new();
    let heads: Vec<&str> = Role::ALL.iter().map(|role| say(role.words())).collect();
    let first = if chinese { ["对象", "指令"] } else { ["about", "command"] };
    out.push_str(&format!("| {} | {} | {} | |\n", first[0], first[1], heads.join(" | ")));
    out.push_str(&format!("|---|---|{}---|\n", ":-:|".repeat(Role::ALL.len())));
    for right in TABLE {
        let verbs: Vec<String> = right.verbs.iter().map(usage).collect();
        let cells: Vec<&str> = Role::ALL.iter().map(|role| if right.may.contains(role) { "✓" } else { "–" }).collect();
        out.push_str(&format!(
            "| {} | {} | {} | {} |\n",
            say(right.object.words()),
            verbs.join(", "),
            cells.join(" | "),
            say(right.note)
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn every_command_stands_once_for_an_object() {
        for object in Object::ALL {
            let mut seen = Vec::new();
            for verb in TABLE.iter().filter(|right| right.object == object).flat_map(|right| right.verbs) {
                assert!(!seen.contains(verb), "{verb:?} stands twice for {object:?}");
                seen.push(*verb);
            }
        }
    }

    /// Strangers have no mark anywhere, and outsiders none by which they would learn what is not theirs (TRUST R2).
    #[test]
    fn strangers_may_nothing() {
        for right in TABLE {
            assert!(!right.may.contains(&Role::Stranger), "{right:?}");
            let of_item = right.object == Object::Item && right.verbs.contains(&Verb::Status);
            assert!(!of_item || !right.may.contains(&Role::Outsider));
        }
    }

    /// The documents show the table. `UPDATE_EXPECT=1` writes them.
    #[test]
    fn the_documents_show_the_table() {
        for (file, chinese) in [("docs/administrators.md", false), ("docs/administrators.zh-CN.md", true)] {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
            let text = std::fs::read_to_string(&path).unwrap();
            let (head, rest) = text.split_once("<!-- rights:begin").expect("the place of the table");
            let (mark, rest) = rest.split_once("-->\n").unwrap();
            let (_, tail) = rest.split_once("<!-- rights:end -->").unwrap();
            let whole = format!("{head}<!-- rights:begin{mark}-->\n{}<!-- rights:end -->{tail}", markdown(chinese));
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                std::fs::write(&path, &whole).unwrap();
            } else {
                assert!(text == whole, "{file} is out of step: run this test with UPDATE_EXPECT=1");
            }
        }
    }
}
