//! Answers and invites by calendar, one test a rule (SPEC 4.2, O32, O33).

use super::*;

fn event(method: &str, who: &str, partstat: &str) -> CalendarEvent {
    CalendarEvent {
        method: method.into(),
        dtstamp: Some(at("2026-03-11T10:30:00+08:00")),
        attendees: vec![CalendarAttendee {
            mailbox: Mailbox { name: String::new(), address: format!("{who}@example.com") },
            partstat: partstat.into(),
            ..CalendarAttendee::default()
        }],
        ..CalendarEvent::default()
    }
}

pub(super) fn by_calendar(house: &mut House, from: &str, event: &CalendarEvent) -> (Handled, Vec<Letter>) {
    let mail = house.mail(&format!("{from}@example.com"));
    let mut handled = Handled::NotMine;
    house.decide(|view, now| handled = calendar(view, &mail, event, now));
    (handled, house.take())
}

#[test]
fn a_calendar_answer_speaks_for_its_sender_alone_and_old_ones_change_nothing() {
    let mut house = announced();
    house.now = at("2026-03-11T11:00:00+08:00");
    let uid = house.meeting("M-1").uid;
    let reply = |who: &str, partstat: &str, minute: u32| CalendarEvent {
        uid: uid.clone(),
        dtstamp: Some(at(&format!("2026-03-11T10:{minute}:00+08:00"))),
        ..event("REPLY", who, partstat)
    };
    let of = |house: &House| house.meeting("M-1").attendee("lilei@example.com").unwrap().rsvp;
    assert_eq!(by_calendar(&mut house, "wangfang", &reply("lilei", "DECLINED", 30)).0, Handled::NotAllowed);
    assert_eq!(of(&house), Rsvp::None);
    by_calendar(&mut house, "lilei", &reply("lilei", "ACCEPTED", 40));
    assert_eq!(of(&house), Rsvp::Accepted);
    by_calendar(&mut house, "lilei", &reply("lilei", "DECLINED", 35));
    assert_eq!(of(&house), Rsvp::Accepted);
    // An answer to the time before the last move is not about this time.
    let time = Command { start: start("2026-03-17T14:00:00+08:00"), ..Command::new(Verb::Reschedule) };
    say(&mut house, "zhangsan", "M-1", time);
    by_calendar(&mut house, "lilei", &reply("lilei", "ACCEPTED", 55));
    assert_eq!(of(&house), Rsvp::None);
    by_calendar(&mut house, "lilei", &CalendarEvent { sequence: 1, ..reply("lilei", "ACCEPTED", 56) });
    assert_eq!(of(&house), Rsvp::Accepted);
}

#[test]
fn nobody_else_cancels_or_changes_our_event() {
    let mut house = announced();
    let uid = house.meeting("M-1").uid;
    for method in ["CANCEL", "REQUEST"] {
        let forged = CalendarEvent {
            uid: uid.clone(),
            sequence: 9,
            organizer: Some(Mailbox { name: String::new(), address: "lilei@example.com".into() }),
            start: start("2026-03-20T14:00:00+08:00"),
            ..event(method, "duban", "NEEDS-ACTION")
        };
        assert_ne!(by_calendar(&mut house, "lilei", &forged).0, Handled::Yes);
    }
    let meeting = house.meeting("M-1");
    assert_eq!((meeting.state, meeting.start), (MeetingState::Announced, start("2026-03-16T14:00:00+08:00")));
}

pub(super) fn foreign(sequence: i64) -> CalendarEvent {
    let attendee = |who: &str| CalendarAttendee {
        mailbox: Mailbox { name: String::new(), address: format!("{who}@example.com") },
        partstat: "NEEDS-ACTION".into(),
        role: "REQ-PARTICIPANT".into(),
        ..CalendarAttendee::default()
    };
    CalendarEvent {
        method: "REQUEST".into(),
        uid: "foreign-1".into(),
        sequence,
        dtstamp: Some(at(NOW)),
        start: start("2026-03-16T14:00:00+08:00"),
        minutes: Some(30),
        summary: "预算沟通".into(),
        organizer: Some(Mailbox { name: "张三".into(), address: "zhangsan@example.com".into() }),
        attendees: vec![attendee("duban"), attendee("lilei"), attendee("wangfang")],
        ..CalendarEvent::default()
    }
}

#[test]
fn somebody_elses_invite_is_accepted_and_nobody_is_invited_twice() {
    let mut house = House::new(NOW);
    let (handled, letters) = by_calendar(&mut house, "zhangsan", &foreign(0));
    assert_eq!(handled, Handled::Yes);
    let reply = House::to(&letters, LetterName::OrganizerNote, "zhangsan").invite.clone().unwrap();
    assert_eq!((reply.method.as_str(), reply.organizer_address.as_str()), ("REPLY", "zhangsan@example.com"));
    assert!(letters.iter().all(|l| l.invite.as_ref().is_none_or(|i| i.method == "REPLY")));
    let meeting = house.meeting("M-1");
    assert_eq!((meeting.title.as_str(), meeting.attendees.len(), meeting.foreign_invite), ("预算沟通", 2, true));
    // No chase for answers that go elsewhere.
    let later = pass(&mut house, "2026-03-16T13:00:00+08:00");
    assert!(later.iter().all(|(_, letter)| !letter.starts_with("rsvp_chase")), "{later:?}");
}

#[test]
fn somebody_elses_invite_follows_sequence_and_organizer() {
    let mut house = House::new(NOW);
    by_calendar(&mut house, "zhangsan", &foreign(1));
    let moved = CalendarEvent { start: start("2026-03-17T14:00:00+08:00"), ..foreign(2) };
    by_calendar(&mut house, "zhangsan", &moved);
    assert_eq!(house.meeting("M-1").start, start("2026-03-17T14:00:00+08:00"));
    by_calendar(&mut house, "zhangsan", &foreign(1));
    assert_eq!(house.meeting("M-1").start, start("2026-03-17T14:00:00+08:00"));
    let cancel = CalendarEvent { method: "CANCEL".into(), ..foreign(3) };
    assert_eq!(by_calendar(&mut house, "lilei", &cancel).0, Handled::NotAllowed);
    assert_eq!(house.meeting("M-1").state, MeetingState::Announced);
    let (_, letters) = by_calendar(&mut house, "zhangsan", &cancel);
    assert_eq!(house.meeting("M-1").state, MeetingState::Cancelled);
    assert!(letters.is_empty());
}

#[test]
fn a_room_gets_an_invite_and_its_refusal_is_told_at_once() {
    let mut house = House::new(NOW);
    house.add(Person {
        name: "3号会议室".into(),
        address: "room3@example.com".into(),
        kind: "room".into(),
        ..Person::default()
    });
    let letters = called(&mut house, |_, _| {});
    let room = House::to(&letters, LetterName::MeetingNotice, "room3");
    assert!(room.invite.as_ref().unwrap().attendees.iter().any(|a| a.room && a.address == "room3@example.com"));
    let uid = house.meeting("M-1").uid;
    let declined = CalendarEvent { uid, ..event("REPLY", "room3", "DECLINED") };
    let (_, letters) = by_calendar(&mut house, "room3", &declined);
    assert_eq!(letters[0].data["kind"], "room_declined");
}
