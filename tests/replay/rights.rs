//! The table of rights, cell by cell, each by a mail through the engine (TRUST R1, R2).

use super::{House, text};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use duban::domain::Due;
use duban::domain::action_item::{Objection, Request, State};
use duban::domain::reading::Verb;
use duban::domain::rights::{Object, Right, Role, TABLE};
use duban::domain::view::{Record, Verdict};
use duban::engine::AuditRow;
use duban::simulate::script;
use duban::store::{Store, keys};
use serde_json::{Value, json};
use std::path::Path;

/// Everybody is one thing to M-1 and A-1 and nothing else.
fn world() -> Value {
    json!({
        "assistant": "mishu@meet.example", "authserv_id": "in.meet.example", "timezone": "Asia/Shanghai",
        "now": "2026-10-12T10:00:00+08:00",
        "people": {
            "zhaolei": {"name": "赵磊", "addr": "zhaolei@nanshan.example"}, "linyu": {"name": "林雨", "addr": "linyu@nanshan.example"},
            "gaoming": {"name": "高明", "addr": "gaoming@nanshan.example"}, "zhouqiang": {"name": "周强", "addr": "zhouqiang@nanshan.example"},
            "sunyue": {"name": "孙悦", "addr": "sunyue@nanshan.example"}, "tom": {"name": "Tom Reed", "addr": "tom@vendor.example"},
            "heping": {"name": "何平", "addr": "heping@nanshan.example"},
            "wangzong": {"name": "汪总", "addr": "wangzong@nanshan.example"},
        },
    })
}

fn who(role: Role) -> &'static str {
    match role {
        Role::Organizer => "zhaolei@nanshan.example",
        Role::Recorder => "linyu@nanshan.example",
        Role::Supervisor => "gaoming@nanshan.example",
        Role::Superior => "wangzong@nanshan.example",
        Role::Owner => "zhouqiang@nanshan.example",
        Role::Participant => "sunyue@nanshan.example",
        Role::Outsider => "tom@vendor.example",
        Role::Colleague => "heping@nanshan.example",
        Role::Stranger => "eve@stranger.example",
    }
}

/// How the object must stand for the words to mean something.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Standing {
    Open,
    Proposed,
    Done,
    Closed,
    /// The owner asked for another date.
    Requested,
    Objected,
    /// So late that the organizer is asked what becomes of it.
    TooLate,
    Announced,
    Held,
}

/// What is written, and how the object stands.
fn words(object: Object, verb: Verb, role: Role) -> Option<(&'static str, Standing)> {
    use Standing::*;
    let decides = if role == Role::Recorder { Objected } else { Requested };
    Some(match (object, verb) {
        (Object::Item, Verb::Confirm) => ("A-1 确认", Proposed),
        (Object::Item, Verb::Ack) => ("A-1 收到", Proposed),
        (Object::Item, Verb::Decline) => ("A-1 不是我负责", Proposed),
        (Object::Item, Verb::Done) => ("A-1 完成", if role == Role::Organizer { TooLate } else { Open }),
        (Object::Item, Verb::Progress) => ("A-1 进行中", if role == Role::Organizer { Closed } else { Open }),
        (Object::Item, Verb::Behind) => ("A-1 滞后，原因：缺人，措施：加班", Open),
        (Object::Item, Verb::Block) => ("A-1 卡住了，等权限", Open),
        (Object::Item, Verb::Snooze) => ("A-1 10月20日再提醒我", Open),
        (Object::Item, Verb::Postpone) => ("A-1 延期到10月28日，因为缺人", Open),
        (Object::Item, Verb::Delegate) => ("A-1 转给何平", Open),
        (Object::Item, Verb::Cancel) => ("A-1 取消", Open),
        (Object::Item, Verb::Approve) => ("A-1 同意", decides),
        (Object::Item, Verb::Refuse) => ("A-1 不同意：太晚了", decides),
        (Object::Item, Verb::Accept) => ("A-1 通过", Done),
        (Object::Item, Verb::Reject) => ("/reject A-1 缺数据", Done),
        (Object::Item, Verb::Object) => ("A-1 有异议，截止应为10月30日", Proposed),
        (Object::Item, Verb::StopEscalation) => ("A-1 不升级", Open),
        (Object::Item, Verb::PostponeEscalation) => ("A-1 暂缓升级", Open),
        (Object::Item, Verb::Convene) => ("/convene A-1", Open),
        (Object::Item, Verb::Status) => ("状态 A-1", Open),
        (Object::Item, Verb::Files) => ("附件 A-1", Open),
        (Object::Meeting, Verb::Rsvp) => ("参加", Announced),
        (Object::Meeting, Verb::AgendaAdd) => ("/agenda_add 预算", Announced),
        (Object::Meeting, Verb::ProposeTime) => ("/propose_time 10月16日15点", Announced),
        (Object::Meeting, Verb::Reschedule) => ("会议改到10月16日15点", Announced),
        (Object::Meeting, Verb::CallOff) => ("取消会议", Announced),
        (Object::Meeting, Verb::Proceed) => ("照开", Announced),
        (Object::Meeting, Verb::NoMinutes) => ("不用纪要", Held),
        (Object::Meeting, Verb::NotHeld) => ("会议没开", Held),
        (Object::Meeting, Verb::Status) => ("状态 M-1", Announced),
        (Object::Meeting, Verb::Files) => ("材料 M-1", Announced),
        _ => return None,
    })
}

/// Said with other words that stand in the table beside them, or only to a letter that asked: tried in the stories.
const BESIDE: &[(Object, Verb)] = &[
    (Object::Meeting, Verb::Ack),
    (Object::Meeting, Verb::Confirm),
    (Object::Meeting, Verb::Decline),
    (Object::Meeting, Verb::Delegate),
    (Object::Meeting, Verb::Cancel),
    (Object::Meeting, Verb::Approve),
    (Object::Meeting, Verb::Refuse),
    (Object::Meeting, Verb::Reject),
    (Object::Meeting, Verb::Send),
    (Object::Meeting, Verb::Convene),
    (Object::Meeting, Verb::Snooze),
    (Object::Meeting, Verb::Why),
    (Object::Meeting, Verb::Decisions),
    (Object::Item, Verb::Why),
];

fn house(standing: Standing) -> House {
    let world = world();
    let mut house = House::empty(&world, Path::new(".").into());
    let start = if standing == Standing::Held { "2026-10-12T09:00:00+08:00" } else { "2026-10-15T10:00:00+08:00" };
    let attendee = |key: &str| {
        let person = &world["people"][key];
        json!({"name": person["name"], "address": person["addr"], "role": "doer"})
    };
    let lines = [
        json!({"meeting": {
            "id": "M-1", "title": "产品发布周会", "start": start, "minutes": 60,
            "state": if standing == Standing::Held { "held" } else { "announced" },
            "organizer_address": who(Role::Organizer), "recorder_address": who(Role::Recorder),
            "attendees": [attendee("sunyue"), attendee("tom")],
        }}),
        json!({"action": {
            "id": "A-1", "task": "交付绝密样机", "owner_address": who(Role::Owner), "supervisor": "高明", "due": "2026-10-23",
            "state": "confirmed", "source": {"kind": "meeting", "id": "M-1"},
        }}),
    ];
    for line in lines {
        for line in script::read(&line.to_string(), Path::new(".")).unwrap() {
            let script::What::Record(mut record) = line.what else { panic!("no object") };
            script::complete(&mut record, house.engine.directory());
            if let Record::Action(item) = &mut *record {
                item.escalated_to = vec![who(Role::Superior).to_string()];
                match standing {
                    Standing::Proposed => {
                        item.state = State::Proposed;
                        item.asked_at = Some(house.now);
                    }
                    Standing::Done => item.state = State::Done,
                    Standing::Closed => item.state = State::Accepted,
                    Standing::TooLate => {
                        item.marks.insert("late_choice".into());
                    }
                    Standing::Requested => {
                        let due = "2026-10-28".parse::<NaiveDate>().ok().map(Due::Date);
                        item.request = Some(Request { due, asked_at: Some(house.now), ..Request::default() });
                    }
                    Standing::Objected => {
                        let asked = vec![who(Role::Recorder).to_string(), who(Role::Organizer).to_string()];
                        let by = who(Role::Participant).to_string();
                        item.objection = Some(Objection {
                            text: "10月30日".into(),
                            by,
                            at: Some(house.now),
                            asked,
                            due: None,
                            owner: None,
                        });
                    }
                    Standing::Open | Standing::Announced | Standing::Held => {}
                }
            }
            house.engine.load(*record, house.now).unwrap();
        }
    }
    house
}

/// What one mail came to: its audit row, and the letters to its writer as text.
fn written(house: &mut House, from: &str, subject: &str, words: &str) -> (AuditRow, Verdict, Vec<(String, String)>) {
    house.number += 1;
    let domain = from.split('@').nth(1).unwrap();
    let raw = format!(
        "Authentication-Results: in.meet.example; dmarc=pass header.from={domain}\r\nReceived: from mx by in.meet.example\r\n\
         From: {from}\r\nTo: mishu@meet.example\r\nSubject: {subject}\r\nMessage-ID: <{}@{domain}>\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n",
        house.number
    );
    let (row, outcome) = house.deliver(raw.as_bytes(), Some(from), "mishu@meet.example").unwrap();
    let audit = house.store.get(&keys::mail(row.number)).unwrap().expect("the log accounts for every mail");
    let read = |row: &duban::outbox::LetterRow| {
        let bytes = house.store.blob(&row.place).unwrap();
        let left = duban::simulate::mails::read_back(row.sent.clone(), house.now, bytes.clone());
        let page = duban::simulate::mails::html_of(&bytes).unwrap_or_default();
        (row.sent.to.clone(), format!("{}\n{}\n{page}", row.sent.subject, left.text))
    };
    let letters = outcome.letters.iter().map(read).collect();
    (serde_json::from_slice(&audit).unwrap(), outcome.verdict, letters)
}

/// What is wrong with a cell, if anything.
fn cell(right: &Right, verb: Verb, role: Role) -> Option<String> {
    let (words, standing) = words(right.object, verb, role)?;
    let mut house = house(standing);
    let (id, subject) = match right.object {
        Object::Meeting => ("M-1", "[M-1]"),
        Object::Item => ("A-1", "[A-1]"),
    };
    let (audit, verdict, letters) = written(&mut house, who(role), subject, words);
    let told = |what: &str| Some(format!("{role:?} says {words:?} ({standing:?}): {what}\n{audit:#?}\n{letters:?}"));
    let word = serde_json::to_value(verb).unwrap();
    let understood = audit.understood.iter().any(|line| line.starts_with(word.as_str().unwrap()));
    let refused = audit.said.iter().any(|line| line.contains("not allowed"));
    let changed = audit.changed.iter().any(|one| one == id);
    let asks = matches!(verb, Verb::Status | Verb::Files);
    let shows = letters.iter().any(|(to, text)| to == who(role) && text.contains("绝密样机"));
    if role == Role::Stranger {
        if verdict != Verdict::Quarantine || !letters.is_empty() || changed || !audit.acts.is_empty() {
            return told("a stranger learned or changed something");
        }
        return None;
    }
    if !understood {
        return told("the words were not understood: the cell is not tried");
    }
    if right.may.contains(&role) {
        if refused {
            return told("refused");
        }
        // Who is not asked has nothing to answer: the words are heard, and change nothing.
        let heard = verb == Verb::Ack && role != Role::Owner || verb == Verb::Rsvp && role == Role::Organizer;
        if !asks && !changed && !heard {
            return told("nothing changed");
        }
        if asks && !letters.iter().any(|(to, _)| to == who(role)) {
            return told("not answered");
        }
        // TRUST R2: from outside one sees the agenda and one's own.
        if role == Role::Outsider && shows {
            return told("an outsider saw another's item");
        }
        return None;
    }
    if changed || !audit.acts.is_empty() {
        return told("changed what is not theirs");
    }
    // What stands on one's own desk is shown beside every error.
    if asks && shows && role != Role::Owner {
        return told("saw what is not theirs");
    }
    None
}

#[test]
fn every_cell_of_the_table_by_mail() {
    let only = std::env::var("DUBAN_CELL").unwrap_or_default();
    let (mut cells, mut wrong) = (0, Vec::new());
    for right in TABLE {
        for verb in right.verbs {
            if words(right.object, *verb, Role::Owner).is_none() {
                assert!(BESIDE.contains(&(right.object, *verb)), "{verb:?} about {:?} is not tried", right.object);
                continue;
            }
            for role in Role::ALL {
                if !format!("{:?} {verb:?} {role:?}", right.object).starts_with(&only) {
                    continue;
                }
                cells += 1;
                wrong.extend(cell(right, *verb, role));
            }
        }
    }
    println!("rights: {} of {cells} cells right", cells - wrong.len());
    assert!(wrong.is_empty(), "{} of {cells} cells wrong\n{}", wrong.len(), wrong.join("\n\n"));
}

/// TRUST R2, S6: an unknown id and one that may not be seen are answered alike, in words and in size.
#[test]
fn an_answer_does_not_tell_what_exists() {
    let mut house = house(Standing::Open);
    let mut answers = Vec::new();
    // The first letter to anybody says more.
    written(&mut house, who(Role::Colleague), "x", "状态 A-8");
    for id in ["A-1", "A-9"] {
        let (.., letters) = written(&mut house, who(Role::Colleague), "x", &format!("状态 {id}"));
        let [(to, text)] = letters.as_slice() else { panic!("{letters:?}") };
        assert_eq!(to, who(Role::Colleague));
        answers.push(text.replace(id, "ID"));
    }
    assert_eq!(answers[0], answers[1]);
}

/// TRUST S9: a token ends with its meeting; the same token a month earlier works.
#[test]
fn a_reply_address_ends_with_its_meeting() {
    for (days, works) in [(20, true), (31, false)] {
        let mut house = house(Standing::Announced);
        let (.., letters) = written(&mut house, who(Role::Organizer), "[M-1]", "会议改到10月16日15点");
        assert!(!letters.is_empty(), "the others hear of it");
        house.pass(Duration::minutes(30));
        let token =
            house.letters().into_iter().find(|row| row.sent.to == who(Role::Participant)).unwrap().sent.reply_to;
        assert!(token.starts_with("mishu+") && token.len() < 64 + 14, "{token}");
        written(&mut house, who(Role::Organizer), "[M-1]", "取消会议");
        let start: DateTime<Utc> = "2026-10-16T07:00:00Z".parse().unwrap();
        house.now = start + Duration::days(days);
        let raw = format!(
            "Authentication-Results: in.meet.example; dmarc=pass header.from=nanshan.example\r\n\
             Received: from mx by in.meet.example\r\nFrom: {}\r\nTo: {token}\r\nSubject: x\r\nMessage-ID: <t@nanshan.example>\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n好\r\n",
            who(Role::Participant)
        );
        let (.., outcome) = house.deliver(raw.as_bytes(), None, &token).unwrap();
        assert_eq!(outcome.mail.unwrap().answers.is_some(), works, "after {days} days");
    }
}

/// `trust.unauthenticated = "attendance"`: a token of that very person's letter, nothing failed, and only who comes.
#[test]
fn an_unproven_mail_may_say_who_comes_and_nothing_else() {
    let tried = |unauthenticated: bool, results: &str, by_token: bool, from: &str, words: &str| -> Vec<Value> {
        let mut world = world();
        world["unauthenticated"] = json!(if unauthenticated { "attendance" } else { "nothing" });
        let mut house = House::empty(&world, Path::new(".").into());
        house.load_lines(&lines_of_m1());
        written(&mut house, who(Role::Organizer), "[M-1]", "会议改到10月16日15点");
        house.pass(Duration::minutes(30));
        let row = house.letters().into_iter().find(|row| row.sent.to == who(Role::Participant)).unwrap();
        let (token, id) = (row.sent.reply_to, row.sent.message_id);
        let to = if by_token { token } else { "mishu@meet.example".into() };
        let raw = format!(
            "{results}Received: from mx by in.meet.example\r\nFrom: {from}\r\nTo: {to}\r\nSubject: Re: x\r\n\
             In-Reply-To: <{id}>\r\nMessage-ID: <u@nanshan.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
        );
        house.deliver(raw.as_bytes(), Some(from), &to).unwrap().1.acts
    };
    let own = who(Role::Participant);
    let yes = vec![json!({"attendance": {own: "accepted"}})];
    assert_eq!(tried(true, "", true, own, "参加"), yes);
    assert_eq!(tried(false, "", true, own, "参加"), Vec::<Value>::new(), "the default is nothing");
    assert_eq!(tried(true, "", false, own, "参加"), Vec::<Value>::new(), "a thread is no token");
    let failed = "Authentication-Results: in.meet.example; dmarc=fail header.from=nanshan.example\r\n";
    assert_eq!(tried(true, failed, true, own, "参加"), Vec::<Value>::new(), "a check failed");
    assert_eq!(tried(true, "", true, who(Role::Owner), "参加"), Vec::<Value>::new(), "another's token");
    assert_eq!(tried(true, "", true, own, "A-1 完成"), Vec::<Value>::new(), "attendance only");
    assert_eq!(tried(true, "", true, own, "取消会议"), Vec::<Value>::new(), "attendance only");
    assert_eq!(tried(true, "", true, own, "参加\r\n取消会议"), yes, "attendance only");
}

fn lines_of_m1() -> Vec<Value> {
    let world = world();
    let attendee = |key: &str| json!({"name": world["people"][key]["name"], "address": text(&world, &format!("/people/{key}/addr")), "role": "doer"});
    vec![json!({"meeting": {
        "id": "M-1", "title": "产品发布周会", "start": "2026-10-15T10:00:00+08:00", "minutes": 60, "state": "announced",
        "organizer_address": who(Role::Organizer), "attendees": [attendee("sunyue"), attendee("zhouqiang")],
    }})]
}
