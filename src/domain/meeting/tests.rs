//! The rules of a meeting's life, one test a rule.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod calendar;
mod series;

use super::*;
use crate::domain::action_item::{ActionItem, ItemSource, State};
use crate::domain::event::{Attachment, CalendarAttendee, CalendarEvent, MailRead, Undelivered};
use crate::domain::letter::{Letter, LetterName, SentLetter, Thread};
use crate::domain::person::Person;
use crate::domain::reading::{AgendaReading, AttendeeReading, CallReading, Command, MaterialReading, Verb};
use crate::domain::testing::{House, at};
use crate::domain::view::{Handled, Record};
use calendar::{by_calendar, foreign};
use serde_json::Value;

/// Wednesday; the meeting of the tests is on the Monday after.
const NOW: &str = "2026-03-11T10:00:00+08:00";

fn start(text: &str) -> Option<DateTime<FixedOffset>> {
    Some(DateTime::parse_from_rfc3339(text).unwrap())
}

/// Monday 14:00, 韩梅梅 decides, 王芳 does and records, 赵强 is informed; 李雷 presents and owes material.
fn reading() -> CallReading {
    let attendee =
        |name: &str, role: &str| AttendeeReading { name: name.into(), address: None, role: Some(role.into()) };
    let topic = |title: &str, minutes: u32, presenter: Option<&str>, outcome: Option<&str>| AgendaReading {
        title: title.into(),
        minutes: Some(minutes),
        presenter: presenter.map(String::from),
        required_outcome: outcome.map(String::from),
    };
    CallReading {
        title: Some("新品启动会".into()),
        kind: Some("kickoff".into()),
        objective: Some("确定分工".into()),
        start: start("2026-03-16T14:00:00+08:00"),
        minutes: Some(60),
        place: Some("3号会议室".into()),
        recorder: Some("王芳".into()),
        attendees: vec![
            attendee("韩梅梅", "decider"),
            attendee("王芳", "doer"),
            attendee("李雷", "doer"),
            attendee("赵强", "informed"),
        ],
        agenda: vec![
            topic("目标对齐", 10, Some("张三"), Some("确认目标")),
            topic("测试资源", 15, Some("李雷"), Some("到位时间")),
            topic("里程碑", 15, Some("王芳"), Some("日期")),
        ],
        materials: vec![MaterialReading { owner: Some("李雷".into()), name: "测试方案".into(), due: None }],
        ..CallReading::default()
    }
}

fn called(house: &mut House, change: impl FnOnce(&mut MailRead, &mut CallReading)) -> Vec<Letter> {
    let mut mail = house.mail("zhangsan@example.com");
    let mut reading = reading();
    change(&mut mail, &mut reading);
    house.decide(|view, now| call(view, &mail, std::slice::from_ref(&reading), now));
    house.take()
}

fn announced() -> House {
    let mut house = House::new(NOW);
    called(&mut house, |_, _| {});
    house
}

fn say(house: &mut House, from: &str, id: &str, words: Command) -> (Handled, Vec<Letter>) {
    let mail = house.mail(&format!("{from}@example.com"));
    let mut handled = Handled::NotMine;
    house.decide(|view, now| handled = command(view, &mail, id, &words, now));
    (handled, house.take())
}

fn rsvp(answer: &str) -> Command {
    Command { answer: Some(answer.into()), ..Command::new(Verb::Rsvp) }
}

fn pass(house: &mut House, until: &str) -> Vec<(String, String)> {
    house.pass(until, tick);
    let letters = std::mem::take(&mut house.sent);
    letters
        .into_iter()
        .map(|(at, letter)| {
            let local = at.with_timezone(&chrono_tz::Asia::Shanghai);
            (local.format("%m-%d %H:%M").to_string(), House::names(&[letter])[0].clone())
        })
        .collect()
}

fn kinds(letter: &Letter, key: &str) -> Vec<String> {
    let list = letter.data.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    list.iter()
        .filter_map(|row| row.get("kind").or(row.get("field")).and_then(Value::as_str).map(String::from))
        .collect()
}

#[test]
fn a_call_is_announced_to_everybody_with_invite_role_and_times() {
    let mut house = House::new(NOW);
    let letters = called(&mut house, |_, _| {});
    let want = [
        "meeting_notice hanmeimei",
        "meeting_notice lilei",
        "meeting_notice wangfang",
        "meeting_notice zhangsan",
        "meeting_notice zhaoqiang",
    ];
    assert_eq!(House::names(&letters), want);
    let lilei = House::to(&letters, LetterName::MeetingNotice, "lilei");
    assert_eq!(lilei.data["role"], "doer");
    assert_eq!(lilei.data["materials"][0]["name"], "测试方案");
    assert_eq!(lilei.data["topics"][0]["start"], "2026-03-16T14:10:00+08:00");
    assert_eq!(lilei.data["shared_with"], 5);
    let invite = lilei.invite.as_ref().unwrap();
    assert_eq!((invite.method.as_str(), invite.organizer_address.as_str()), ("REQUEST", "duban@example.com"));
    assert_eq!(invite.organizer_name, "张三(督办助手代发)");
    let chair = &invite.attendees[0];
    assert_eq!(
        (chair.address.as_str(), chair.role.as_str(), chair.partstat.as_str()),
        ("zhangsan@example.com", "CHAIR", "ACCEPTED")
    );
    assert_eq!(house.meeting("M-1").state, MeetingState::Announced);
}

#[test]
fn who_read_the_call_gets_an_answer_in_that_thread() {
    let mut house = House::new(NOW);
    let letters = called(&mut house, |mail, _| {
        mail.cc.push(Mailbox { name: "李雷".into(), address: "lilei@example.com".into() });
    });
    let lilei = House::to(&letters, LetterName::MeetingNotice, "lilei");
    assert!(matches!(&lilei.thread, Thread::Reply { message_id, .. } if message_id == "mail1@example.com"));
    assert_eq!(lilei.data["in_thread"], true);
    assert_eq!(House::to(&letters, LetterName::MeetingNotice, "wangfang").data["in_thread"], false);
}

#[test]
fn nobody_is_written_to_when_the_organizer_says_so() {
    let mut house = House::new(NOW);
    let letters = called(&mut house, |_, reading| reading.delivery = Some("none".into()));
    assert!(letters.is_empty());
    assert_eq!(house.meeting("M-1").state, MeetingState::Announced);
}

#[test]
fn what_is_missing_is_asked_back_and_the_reply_completes_it() {
    let mut house = House::new(NOW);
    let letters = called(&mut house, |_, reading| {
        reading.start = None;
        reading.start_phrase = Some("下周找个下午".into());
    });
    assert_eq!(House::names(&letters), ["call_gaps zhangsan"]);
    assert_eq!(letters[0].data["missing"], serde_json::json!(["start"]));
    assert_eq!(letters[0].data["form"]["start_phrase"], "下周找个下午");
    assert_eq!(house.meeting("M-1").state, MeetingState::Draft);
    let mut mail = house.mail("zhangsan@example.com");
    mail.subject_ids = vec!["M-1".into()];
    let filled = CallReading { start: start("2026-03-16T14:00:00+08:00"), ..CallReading::default() };
    house.decide(|view, now| call(view, &mail, &[filled], now));
    assert_eq!(house.take().len(), 5);
    assert_eq!(house.meeting("M-1").attendees.len(), 4);
}

#[test]
fn a_start_that_is_over_is_asked_back() {
    let mut house = House::new(NOW);
    let letters = called(&mut house, |_, reading| reading.start = start("2026-03-10T14:00:00+08:00"));
    assert_eq!(House::names(&letters), ["call_gaps zhangsan"]);
    assert!(kinds(&letters[0], "hints").contains(&"past_start".to_string()));
}

#[test]
fn hints_stand_in_the_organizers_notice_and_refuse_nothing() {
    let mut house = House::new(NOW);
    let letters = called(&mut house, |_, reading| {
        reading.objective = None;
        reading.start = start("2026-03-14T21:00:00+08:00");
        reading.agenda.truncate(1);
        reading.agenda[0].minutes = Some(90);
        reading.agenda[0].required_outcome = None;
        for attendee in &mut reading.attendees {
            attendee.role = None;
        }
    });
    let own = House::to(&letters, LetterName::MeetingNotice, "zhangsan");
    let found = kinds(own, "hints");
    for kind in
        ["no_objective", "few_topics", "no_outcome", "long_topic", "agenda_too_long", "no_decider", "day_off", "night"]
    {
        assert!(found.contains(&kind.to_string()), "{kind} in {found:?}");
    }
    assert!(kinds(House::to(&letters, LetterName::MeetingNotice, "lilei"), "hints").is_empty());
}

#[test]
fn somebody_unknown_stands_in_the_list_until_an_address_comes() {
    let mut house = House::new(NOW);
    let letters = called(&mut house, |_, reading| {
        reading.attendees.push(AttendeeReading { name: "王五".into(), ..AttendeeReading::default() });
    });
    assert!(
        kinds(House::to(&letters, LetterName::MeetingNotice, "zhangsan"), "hints").contains(&"unknown_person".into())
    );
    let unknown = house.meeting("M-1").attendees.iter().find(|a| a.name == "王五").cloned().unwrap();
    assert_eq!(unknown.address, None);
    house.add(Person { name: "王五".into(), address: "wangwu@example.com".into(), ..Person::default() });
    let letters = called(&mut house, |_, reading| {
        reading.attendees.push(AttendeeReading { name: "王五".into(), ..AttendeeReading::default() });
    });
    assert_eq!(
        House::names(&letters).iter().filter(|l| l.ends_with("wangwu")).collect::<Vec<_>>(),
        ["meeting_notice wangwu"]
    );
    assert_eq!(house.meeting("M-1").attendees.len(), 5);
}

#[test]
fn one_or_two_says_whether_it_is_a_change() {
    for (word, id) in [("1 更新 M-1", "M-1"), ("２", "M-2"), ("2 新会议", "M-2")] {
        let mut house = announced();
        let letters = called(&mut house, |_, reading| reading.start = start("2026-03-23T14:00:00+08:00"));
        let mut mail = house.mail("zhangsan@example.com");
        mail.text = word.into();
        mail.answers = Some(sent(&letters[0]));
        house.decide(|view, now| assert!(choice(view, &mail, now), "{word}"));
        assert_eq!(house.meeting(id).start, start("2026-03-23T14:00:00+08:00"), "{word}");
        assert_eq!(house.take().len(), 5);
    }
}

/// A letter as it went.
fn sent(letter: &Letter) -> SentLetter {
    SentLetter {
        id: "1.0".into(),
        letter: letter.name,
        to: letter.to.clone(),
        message_id: "letter@example.com".into(),
        in_reply_to: None,
        references: Vec::new(),
        reply_to: String::new(),
        subject: String::new(),
        at: at(NOW),
        lines: letter.lines.clone(),
        context: letter.context,
        objects: letter.objects.clone(),
        cause: String::new(),
        why: String::new(),
        behalf: None,
        left_out: Vec::new(),
    }
}

#[test]
fn a_clash_of_the_same_people_is_a_hint_without_the_other_title() {
    let mut house = announced();
    let mut mail = house.mail("hanmeimei@example.com");
    mail.base_subject = "预算会".into();
    let other = CallReading {
        start: start("2026-03-16T14:30:00+08:00"),
        attendees: vec![AttendeeReading { name: "李雷".into(), ..AttendeeReading::default() }],
        ..CallReading::default()
    };
    house.decide(|view, now| call(view, &mail, &[other], now));
    let letters = house.take();
    let own = House::to(&letters, LetterName::MeetingNotice, "hanmeimei");
    assert!(kinds(own, "hints").contains(&"clash".to_string()));
    assert!(!serde_json::to_string(&own.data["hints"]).unwrap().contains("新品启动会"));
}

#[test]
fn a_first_call_a_doubt_and_many_are_shown_first() {
    let preview = |change: fn(&mut CallReading), called_before: bool| {
        let mut house = House::new(NOW);
        house.rules.policy.preview = "doubt".into();
        if called_before {
            house.decide(|view, _| view.set_note("called/zhangsan@example.com", serde_json::json!("M-0")));
        }
        let letters = called(&mut house, |_, reading| change(reading));
        letters
            .first()
            .filter(|l| l.name == LetterName::CallPreview)
            .map(|l| l.data["reason"].as_str().unwrap().to_string())
    };
    assert_eq!(preview(|_| {}, false).as_deref(), Some("first_call"));
    assert_eq!(preview(|_| {}, true), None);
    assert_eq!(preview(|r| r.attendees[0].name = "王五".into(), true).as_deref(), Some("doubt"));
    assert_eq!(preview(|r| r.draft = true, true).as_deref(), Some("draft"));
    let many = |r: &mut CallReading| {
        r.attendees = (0..11)
            .map(|n| AttendeeReading { name: String::new(), address: Some(format!("p{n}@example.com")), role: None })
            .collect();
    };
    assert_eq!(preview(many, true).as_deref(), Some("many"));
}

#[test]
fn in_bcc_only_the_sender_hears_of_it() {
    let mut house = House::new(NOW);
    let letters = called(&mut house, |mail, _| mail.in_bcc = true);
    assert_eq!(House::names(&letters), ["call_preview zhangsan"]);
    assert_eq!(say(&mut house, "zhangsan", "M-1", Command::new(Verb::Send)).1.len(), 5);
    let letters = called(&mut house, |mail, reading| {
        mail.in_bcc = true;
        reading.start = start("2026-03-16T15:00:00+08:00");
    });
    assert_eq!(House::names(&letters), ["call_preview zhangsan"]);
}

#[test]
fn a_preview_is_sent_by_a_word_and_never_by_silence() {
    let mut house = House::new(NOW);
    called(&mut house, |_, reading| reading.draft = true);
    let (handled, letters) = say(&mut house, "lilei", "M-1", Command::new(Verb::Send));
    assert_eq!((handled, letters.len()), (Handled::NotAllowed, 0));
    let (handled, _) = say(&mut house, "zhangsan", "M-1", Command::new(Verb::Ack));
    assert_eq!(handled, Handled::NotMine);
    let (handled, letters) = say(&mut house, "zhangsan", "M-1", Command::new(Verb::Send));
    assert_eq!((handled, letters.len()), (Handled::Yes, 5));

    let mut house = House::new(NOW);
    called(&mut house, |_, reading| reading.draft = true);
    let letters = pass(&mut house, "2026-03-20T10:00:00+08:00");
    assert_eq!(
        letters,
        [
            ("03-11 14:00".into(), "call_preview zhangsan".into()),
            ("03-16 09:00".into(), "organizer_note zhangsan".to_string())
        ]
    );
    assert_eq!(house.meeting("M-1").state, MeetingState::Cancelled);
}

#[test]
fn above_sixty_the_number_is_the_confirmation() {
    let mut house = House::new(NOW);
    let letters = called(&mut house, |_, reading| {
        reading.attendees = (0..61)
            .map(|n| AttendeeReading { name: String::new(), address: Some(format!("p{n}@example.com")), role: None })
            .collect();
    });
    // 王芳 records and comes too.
    assert_eq!(letters[0].data["confirm_count"], 62);
    let send = |line: &str| Command { line: line.into(), ..Command::new(Verb::Send) };
    assert_eq!(say(&mut house, "zhangsan", "M-1", send("发送")).1.len(), 1);
    assert_eq!(say(&mut house, "zhangsan", "M-1", send("确认发送给 62 人")).1.len(), 63);
}

#[test]
fn the_same_title_again_is_a_change_of_the_meeting() {
    let mut house = announced();
    let letters = called(&mut house, |_, reading| {
        reading.title = Some("新品启动会(更正)".into());
        reading.start = start("2026-03-17T10:00:00+08:00");
        reading.attendees.retain(|a| a.name != "赵强");
        reading.attendees.push(AttendeeReading { name: "孙鹏".into(), ..AttendeeReading::default() });
    });
    let want = [
        "meeting_cancelled zhaoqiang",
        "meeting_notice sunpeng",
        "meeting_update hanmeimei",
        "meeting_update lilei",
        "meeting_update wangfang",
        "meeting_update zhangsan",
    ];
    assert_eq!(House::names(&letters), want);
    assert!(house.shelf_has_only("M-1"));
    let update = House::to(&letters, LetterName::MeetingUpdate, "lilei");
    assert_eq!(update.invite.as_ref().unwrap().sequence, 1);
    assert_eq!(kinds(update, "changes"), ["start", "attendees"]);
    let cancel = House::to(&letters, LetterName::MeetingCancelled, "zhaoqiang").invite.as_ref().unwrap();
    assert_eq!((cancel.method.as_str(), cancel.attendees.len()), ("CANCEL", 1));
    assert_eq!(house.meeting("M-1").title, "新品启动会");
}

#[test]
fn the_next_of_its_kind_is_asked_about() {
    let mut house = announced();
    let letters = called(&mut house, |_, reading| reading.start = start("2026-03-23T14:00:00+08:00"));
    assert_eq!(House::names(&letters), ["call_preview zhangsan"]);
    assert_eq!(letters[0].data["similar"]["id"], "M-1");
    let one = Command { item: Some(1), ..Command::new(Verb::Send) };
    let (_, letters) = say(&mut house, "zhangsan", "M-2", one);
    assert!(House::names(&letters).contains(&"meeting_update lilei".to_string()));
    assert_eq!(house.meeting("M-1").start, start("2026-03-23T14:00:00+08:00"));
    assert_eq!(house.meeting("M-2").state, MeetingState::Cancelled);
}

#[test]
fn a_new_topic_alone_writes_only_to_whom_it_concerns() {
    let mut house = announced();
    let letters = called(&mut house, |_, reading| {
        reading.agenda.push(AgendaReading {
            title: "预算".into(),
            minutes: Some(5),
            presenter: Some("韩梅梅".into()),
            required_outcome: None,
        });
    });
    assert_eq!(House::names(&letters), ["meeting_update hanmeimei", "meeting_update zhangsan"]);
}

#[test]
fn answers_make_one_record() {
    let mut house = announced();
    say(&mut house, "lilei", "M-1", rsvp("declined"));
    assert_eq!(house.meeting("M-1").attendee("lilei@example.com").unwrap().rsvp, Rsvp::Declined);
    // 收到 afterwards is no change of mind; 参加 is.
    say(&mut house, "lilei", "M-1", Command::new(Verb::Ack));
    assert_eq!(house.meeting("M-1").attendee("lilei@example.com").unwrap().rsvp, Rsvp::Declined);
    say(&mut house, "lilei", "M-1", rsvp("accepted"));
    assert_eq!(house.meeting("M-1").attendee("lilei@example.com").unwrap().rsvp, Rsvp::Accepted);
    let (handled, letters) = say(&mut house, "sunpeng", "M-1", rsvp("accepted"));
    assert_eq!((handled, letters.len()), (Handled::NotAllowed, 0));
}

#[test]
fn a_delegate_is_invited() {
    let mut house = announced();
    let words = Command { to: Some("孙鹏".into()), ..rsvp("delegated") };
    let (handled, letters) = say(&mut house, "lilei", "M-1", words);
    assert_eq!(handled, Handled::Yes);
    assert_eq!(House::names(&letters), ["meeting_notice sunpeng"]);
    assert_eq!(letters[0].data["delegate_of"], "李雷");
    let lilei = house.meeting("M-1").attendee("lilei@example.com").unwrap().clone();
    assert_eq!((lilei.rsvp, lilei.delegate.as_deref()), (Rsvp::Delegated, Some("孙鹏")));
}

#[test]
fn another_time_is_the_organizers_to_decide() {
    let mut house = announced();
    let words = Command { start: start("2026-03-16T15:00:00+08:00"), ..Command::new(Verb::ProposeTime) };
    let (_, letters) = say(&mut house, "lilei", "M-1", words);
    assert_eq!(House::names(&letters), ["organizer_note zhangsan"]);
    assert_eq!(house.meeting("M-1").start, start("2026-03-16T14:00:00+08:00"));
    let (_, letters) = say(&mut house, "zhangsan", "M-1", Command::new(Verb::Approve));
    assert_eq!(letters.len(), 5);
    assert_eq!(house.meeting("M-1").start, start("2026-03-16T15:00:00+08:00"));
}

#[test]
fn a_proposed_topic_stands_unless_it_is_refused() {
    let mut house = announced();
    let topic = Command { title: Some("预算".into()), minutes: Some(10), ..Command::new(Verb::AgendaAdd) };
    let (_, letters) = say(&mut house, "lilei", "M-1", topic);
    assert_eq!(House::names(&letters), ["organizer_note zhangsan"]);
    let added = house.meeting("M-1").agenda.last().unwrap().clone();
    assert_eq!((added.title.as_str(), added.start), ("预算", start("2026-03-16T14:40:00+08:00")));
    let (_, letters) = say(&mut house, "zhangsan", "M-1", Command::new(Verb::Refuse));
    assert_eq!(House::names(&letters), ["organizer_note lilei"]);
    assert_eq!(house.meeting("M-1").agenda.len(), 3);
}

#[test]
fn what_was_given_up_is_sent_by_a_late_word() {
    let mut house = House::new(NOW);
    called(&mut house, |_, reading| {
        reading.draft = true;
        reading.start = start("2026-03-30T14:00:00+08:00");
    });
    let letters = pass(&mut house, "2026-03-20T10:00:00+08:00");
    assert_eq!(letters.last().unwrap().1, "organizer_note zhangsan");
    let (_, letters) = say(&mut house, "zhangsan", "M-1", Command::new(Verb::Send));
    assert_eq!(letters.len(), 5);
}

#[test]
fn a_moved_meeting_asks_again_and_a_new_room_does_not() {
    let mut house = announced();
    say(&mut house, "lilei", "M-1", rsvp("accepted"));
    let room = Command { place: Some("5号会议室".into()), ..Command::new(Verb::Reschedule) };
    say(&mut house, "zhangsan", "M-1", room);
    assert_eq!(house.meeting("M-1").attendee("lilei@example.com").unwrap().rsvp, Rsvp::Accepted);
    let time = Command { start: start("2026-03-17T14:00:00+08:00"), ..Command::new(Verb::Reschedule) };
    let (_, letters) = say(&mut house, "zhangsan", "M-1", time);
    assert_eq!(House::to(&letters, LetterName::MeetingUpdate, "lilei").data["asks_answer"], true);
    let meeting = house.meeting("M-1");
    assert_eq!(meeting.attendee("lilei@example.com").unwrap().rsvp, Rsvp::None);
    assert_eq!(meeting.sequence, 2);
}

#[test]
fn only_organizer_and_chair_call_it_off() {
    let mut house = announced();
    assert_eq!(say(&mut house, "lilei", "M-1", Command::new(Verb::CallOff)).0, Handled::NotAllowed);
    let (_, letters) = say(&mut house, "zhangsan", "M-1", Command::new(Verb::CallOff));
    assert!(
        letters.iter().all(|l| l.name == LetterName::MeetingCancelled && l.invite.as_ref().unwrap().method == "CANCEL")
    );
    assert_eq!(letters.len(), 5);
    assert_eq!(pass(&mut house, "2026-03-20T10:00:00+08:00"), []);
}

#[test]
fn the_days_before_and_after_in_order() {
    let mut house = announced();
    say(&mut house, "hanmeimei", "M-1", rsvp("accepted"));
    let letters = pass(&mut house, "2026-03-18T18:00:00+08:00");
    let line = |at: &str, letter: &str| (at.to_string(), letter.to_string());
    let want = [
        // 韩梅梅 answered; 李雷 owes material; 王芳 presents; 赵强's silence is fine.
        line("03-13 09:00", "materials_chase lilei"),
        line("03-13 09:00", "rsvp_chase wangfang"),
        line("03-13 14:00", "readiness zhangsan"),
        line("03-16 12:00", "run_sheet zhangsan"),
        // Four working hours after 15:00, then twelve.
        line("03-17 10:00", "minutes_chase wangfang"),
        line("03-17 18:00", "minutes_chase zhangsan"),
    ];
    assert_eq!(letters, want);
    let meeting = house.meeting("M-1");
    assert_eq!(meeting.state, MeetingState::Held);
    assert_eq!(meeting.attendee("lilei@example.com").unwrap().rsvp, Rsvp::Default);
    assert_eq!(meeting.attendee("hanmeimei@example.com").unwrap().rsvp, Rsvp::Accepted);
    assert_eq!(pass(&mut house, "2026-03-25T18:00:00+08:00"), []);
    assert!(house.note("recorded/zhangsan@example.com").is_some_and(|lines| lines[0]["verb"] == "no_minutes"));
}

#[test]
fn short_notice_drops_what_would_have_been_due() {
    let mut house = House::new("2026-03-16T09:00:00+08:00");
    let letters = called(&mut house, |_, _| {});
    assert!(
        kinds(House::to(&letters, LetterName::MeetingNotice, "zhangsan"), "hints").contains(&"short_notice".into())
    );
    let letters = pass(&mut house, "2026-03-16T14:30:00+08:00");
    assert_eq!(letters, [("03-16 12:00".to_string(), "run_sheet zhangsan".to_string())]);

    let mut house = House::new("2026-03-16T13:40:00+08:00");
    let letters = called(&mut house, |_, _| {});
    assert!(kinds(House::to(&letters, LetterName::MeetingNotice, "zhangsan"), "hints").contains(&"no_notice".into()));
    assert_eq!(pass(&mut house, "2026-03-16T14:30:00+08:00"), []);
}

#[test]
fn a_notice_waits_for_the_morning_and_is_as_of_then() {
    let mut house = House::new("2026-03-11T22:00:00+08:00");
    let letters = called(&mut house, |_, _| {});
    assert_eq!(House::names(&letters), ["meeting_notice zhangsan"]);
    let room = Command { place: Some("5号会议室".into()), ..Command::new(Verb::Reschedule) };
    let (_, letters) = say(&mut house, "zhangsan", "M-1", room);
    assert_eq!(House::names(&letters), ["meeting_update zhangsan"]);
    house.pass("2026-03-12T08:30:00+08:00", tick);
    let letters = house.take();
    assert_eq!(letters.len(), 4);
    assert!(letters.iter().all(|l| l.name == LetterName::MeetingNotice && l.data["meeting"]["place"] == "5号会议室"));
}

#[test]
fn a_notice_for_tonight_does_not_wait() {
    let mut house = House::new("2026-03-11T20:30:00+08:00");
    let letters = called(&mut house, |_, reading| reading.start = start("2026-03-12T09:00:00+08:00"));
    assert_eq!(letters.len(), 5);
}

fn file(name: &str) -> Attachment {
    Attachment {
        name: name.into(),
        mime: "application/pdf".into(),
        size: 100_000,
        message_id: name.into(),
        ..Attachment::default()
    }
}

#[test]
fn materials_are_matched_and_reach_everybody() {
    let mut house = announced();
    let mut mail = house.mail("lilei@example.com");
    mail.attachments = vec![file("测试方案V2.pdf")];
    let mut handled = Handled::NotMine;
    house.decide(|view, now| handled = materials(view, &mail, "M-1", now));
    assert_eq!(handled, Handled::Yes);
    assert!(house.meeting("M-1").materials[0].received);
    house.decide(|view, now| handled = materials(view, &mail, "M-1", now));
    assert_eq!(handled, Handled::NotMine);
    house.pass("2026-03-13T15:00:00+08:00", tick);
    let letters = house.take();
    let packs: Vec<&Letter> = letters.iter().filter(|l| l.name == LetterName::MaterialsPack).collect();
    // Not to 李雷, whose file it is.
    assert_eq!(
        packs.iter().map(|l| l.to.as_str()).collect::<Vec<_>>(),
        ["zhangsan@example.com", "wangfang@example.com", "hanmeimei@example.com", "zhaoqiang@example.com"]
    );
    assert_eq!(packs[0].attachments.len(), 1);
}

#[test]
fn a_link_is_a_material_when_it_was_asked_for() {
    let mut house = announced();
    let mut mail = house.mail("lilei@example.com");
    mail.text = "测试方案见 https://docs.qq.com/doc/abc".into();
    house.decide(|view, now| assert_eq!(materials(view, &mail, "M-1", now), Handled::Yes));
    assert_eq!(house.meeting("M-1").materials[0].link.as_deref(), Some("https://docs.qq.com/doc/abc"));
    let mut other = house.mail("wangfang@example.com");
    other.text = "https://www.example.com".into();
    let mut handled = Handled::Yes;
    house.decide(|view, now| handled = materials(view, &other, "M-1", now));
    assert_eq!(handled, Handled::NotMine);
}

#[test]
fn a_material_asked_of_a_department_is_asked_of_its_contact() {
    let mut house = House::new(NOW);
    called(&mut house, |_, reading| reading.materials[0].owner = Some("市场部".into()));
    assert_eq!(house.meeting("M-1").materials[0].owner_address.as_deref(), Some("wangfang@example.com"));
}

#[test]
fn a_dead_address_is_told_once() {
    let mut house = announced();
    let letter: SentLetter = serde_json::from_value(serde_json::json!({
        "id": "1.0", "letter": "meeting_notice", "to": "lilei@example.com", "message_id": "x@y", "in_reply_to": null,
        "reply_to": "", "subject": "", "at": "2026-03-11T02:00:00Z", "lines": [], "context": "meeting", "objects": ["M-1"]
    }))
    .unwrap();
    let fate = Undelivered { letter, hard: true, reply: "550 5.1.1".into() };
    house.decide(|view, _| unreachable(view, &fate));
    assert_eq!(House::names(&house.take()), ["organizer_note zhangsan"]);
    house.decide(|view, _| unreachable(view, &fate));
    assert!(house.take().is_empty());
}

#[test]
fn minutes_are_not_chased_when_not_wanted_or_not_held() {
    for verb in [Verb::NoMinutes, Verb::NotHeld] {
        let mut house = announced();
        pass(&mut house, "2026-03-16T16:00:00+08:00");
        assert_eq!(say(&mut house, "lilei", "M-1", Command::new(verb)).0, Handled::NotAllowed);
        assert_eq!(say(&mut house, "wangfang", "M-1", Command::new(verb)).0, Handled::Yes);
        assert_eq!(pass(&mut house, "2026-03-25T16:00:00+08:00"), []);
    }
}

#[test]
fn it_may_be_moved_after_the_start() {
    let mut house = announced();
    pass(&mut house, "2026-03-16T16:00:00+08:00");
    let time = Command { start: start("2026-03-19T14:00:00+08:00"), ..Command::new(Verb::Reschedule) };
    say(&mut house, "zhangsan", "M-1", time);
    assert_eq!(house.meeting("M-1").state, MeetingState::Announced);
    let letters = pass(&mut house, "2026-03-19T13:00:00+08:00");
    assert!(letters.contains(&("03-18 14:00".into(), "readiness zhangsan".into())), "{letters:?}");
}

#[test]
fn a_missing_decider_is_told_at_once_after_the_readiness_letter() {
    let mut house = announced();
    assert!(say(&mut house, "hanmeimei", "M-1", rsvp("tentative")).1.is_empty());
    pass(&mut house, "2026-03-13T16:00:00+08:00");
    let (_, letters) = say(&mut house, "hanmeimei", "M-1", rsvp("declined"));
    assert_eq!(House::names(&letters), ["organizer_note zhangsan"]);
    assert_eq!(letters[0].data["kind"], "decider_out");
}

// ---- calendars

#[test]
fn a_group_becomes_its_members_and_the_organizer_sees_it() {
    let mut house = House::new(NOW);
    house.add(Person {
        name: "研发部全体".into(),
        address: "rd@example.com".into(),
        kind: "group".into(),
        members: vec!["lilei@example.com".into(), "sunpeng@example.com".into()],
        ..Person::default()
    });
    let letters = called(&mut house, |mail, reading| {
        reading.attendees.clear();
        mail.to.push(Mailbox { name: String::new(), address: "rd@example.com".into() });
    });
    assert!(House::names(&letters).contains(&"meeting_notice sunpeng".to_string()));
    let own = House::to(&letters, LetterName::MeetingNotice, "zhangsan");
    assert_eq!(own.data["expanded"][0]["names"], serde_json::json!(["李雷", "孙鹏"]));
}

// ---- confidential, outsiders, unclear people

#[test]
fn a_confidential_title_stands_in_no_subject() {
    let mut house = House::new(NOW);
    let letters = called(&mut house, |_, reading| reading.confidential = true);
    assert!(letters.iter().all(|l| l.data["subject_title"].is_null() && l.invite.as_ref().unwrap().private));
}

#[test]
fn an_outsider_sees_no_list_of_people() {
    let mut house = House::new(NOW);
    let letters = called(&mut house, |mail, _| {
        mail.cc.push(Mailbox { name: "Tom".into(), address: "tom@supplier.example.net".into() });
    });
    let tom = House::to(&letters, LetterName::MeetingNotice, "tom@supplier.example.net");
    let text = serde_json::to_string(&tom.data).unwrap();
    assert!(!text.contains("lilei@example.com") && !text.contains("韩梅梅"), "{text}");
    assert!(tom.invite.as_ref().unwrap().attendees.iter().all(|a| a.address != "lilei@example.com"));
}

#[test]
fn the_public_form_has_no_inner_keys() {
    let house = announced();
    let text = serde_json::to_string(&public(&house.meeting("M-1"))).unwrap();
    assert!(!text.contains("\"_"), "{text}");
    assert!(text.contains("\"required_outcome\":\"确认目标\""));
}

#[test]
fn a_loaded_meeting_knows_its_people_and_its_times() {
    let mut house = House::new(NOW);
    let mut meeting: Meeting = serde_json::from_value(serde_json::json!({
        "id": "M-7", "title": "新品启动会", "start": "2026-03-16T14:00:00+08:00", "minutes": 60, "state": "announced",
        "organizer": "张三", "organizer_address": "zhangsan@example.com",
        "attendees": [{"name": "李雷", "address": "lilei@example.com", "role": "doer"}],
        "agenda": [{"title": "测试资源", "minutes": 15, "presenter": "李雷"}],
        "materials": [{"owner": "市场部", "name": "调研报告"}]
    }))
    .unwrap();
    house.decide(|view, _| {
        settle(view, &mut meeting);
        view.put_meeting(meeting.clone(), "loaded");
    });
    assert_eq!(house.meeting("M-7").chair_address.as_deref(), Some("zhangsan@example.com"));
    let letters = pass(&mut house, "2026-03-13T10:00:00+08:00");
    let line = |letter: &str| ("03-13 09:00".to_string(), letter.to_string());
    assert_eq!(letters, [line("rsvp_chase lilei"), line("materials_chase wangfang")]);
}

// ---- series

/// Every key of the sample is given, and no key that templates cannot know. Null fits everything.
fn same_shape(sample: &Value, given: &Value, path: &str) {
    match (sample, given) {
        (Value::Object(sample), Value::Object(given)) => {
            for (key, value) in sample {
                let found = given.get(key).unwrap_or_else(|| panic!("{path}.{key} is in the sample and not given"));
                same_shape(value, found, &format!("{path}.{key}"));
            }
            for key in given.keys() {
                assert!(sample.contains_key(key), "{path}.{key} is given and not in the sample");
            }
        }
        (Value::Array(sample), Value::Array(given)) => {
            for (at, row) in given.iter().enumerate() {
                if let Some(model) = sample.first() {
                    same_shape(model, row, &format!("{path}[{at}]"));
                }
            }
        }
        _ => {}
    }
}

#[test]
fn letters_carry_what_their_samples_show() {
    let mut letters = Vec::new();
    let mut house = House::new(NOW);
    house.add(Person {
        name: "3号会议室".into(),
        address: "room3@example.com".into(),
        kind: "room".into(),
        ..Person::default()
    });
    letters.extend(called(&mut house, |_, reading| reading.start = None));
    letters.extend(called(&mut house, |_, reading| {
        reading.draft = true;
        reading.title = Some("预算会".into());
        reading.attendees.push(AttendeeReading { name: "王五".into(), ..AttendeeReading::default() });
    }));
    letters.extend(called(&mut house, |_, reading| {
        reading.title = Some("周例会".into());
        reading.start = start("2026-03-16T10:00:00+08:00");
        reading.recurrence = Some(RecurrenceReading { freq: "WEEKLY".into(), until: None });
    }));
    letters.extend(called(&mut house, |_, reading| {
        reading.title = Some("周例会".into());
        reading.start = start("2026-03-30T14:00:00+08:00");
    }));
    let mut mail = house.mail("lilei@example.com");
    mail.attachments = vec![file("测试方案V2.pdf"), file("数据.xlsx")];
    house.decide(|view, now| assert_eq!(materials(view, &mail, "M-3", now), Handled::Yes));
    let time = Command { start: start("2026-03-17T10:00:00+08:00"), ..Command::new(Verb::ProposeTime) };
    letters.extend(say(&mut house, "lilei", "M-3", time).1);
    let topic = Command { title: Some("预算".into()), ..Command::new(Verb::AgendaAdd) };
    letters.extend(say(&mut house, "lilei", "M-3", topic).1);
    let room = Command { place: Some("5号会议室".into()), ..Command::new(Verb::Reschedule) };
    letters.extend(say(&mut house, "zhangsan", "M-3", room).1);
    house.pass("2026-03-16T18:00:00+08:00", tick);
    letters.extend(house.take());
    let item = ActionItem {
        id: "A-1".into(),
        task: "归档合同".into(),
        owner_address: Some("lilei@example.com".into()),
        source: ItemSource { kind: "meeting".into(), id: Some("M-3".into()), ..ItemSource::default() },
        ..ActionItem::default()
    };
    house.keep(Record::Action(Box::new(item)));
    house.pass("2026-03-31T18:00:00+08:00", tick);
    letters.extend(house.take());
    let mut house = announced();
    letters.extend(say(&mut house, "zhangsan", "M-1", Command::new(Verb::CallOff)).1);
    let mut house = House::new(NOW);
    letters.extend(by_calendar(&mut house, "zhangsan", &foreign(0)).1);

    let mut seen = std::collections::BTreeSet::new();
    for letter in &letters {
        seen.insert(letter.name);
        let path = format!("{}/templates/samples/{}.json", env!("CARGO_MANIFEST_DIR"), letter.name);
        let sample: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        same_shape(&sample, &Value::Object(letter.data.clone()), letter.name.as_str());
    }
    use LetterName as L;
    let all = [
        L::CallPreview,
        L::CallGaps,
        L::MeetingNotice,
        L::MeetingUpdate,
        L::MeetingCancelled,
        L::MaterialsChase,
        L::RsvpChase,
        L::MaterialsPack,
        L::Readiness,
        L::RunSheet,
        L::MinutesChase,
        L::OrganizerNote,
    ];
    let missing: Vec<&L> = all.iter().filter(|name| !seen.contains(name)).collect();
    assert!(missing.is_empty(), "not sent in this test: {missing:?}");
}
