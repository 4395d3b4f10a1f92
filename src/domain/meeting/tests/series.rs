//! Recurring meetings, one test a rule (SPEC 3.3, O31).

use super::*;

fn weekly(house: &mut House) {
    called(house, |_, reading| {
        reading.title = Some("周例会".into());
        reading.recurrence = Some(RecurrenceReading { freq: "WEEKLY".into(), until: None });
        reading.materials.clear();
    });
}

fn minuted(house: &mut House, id: &str) {
    let mut meeting = house.meeting(id);
    meeting.state = MeetingState::Minuted;
    meeting.minutes_record = Some(MinutesRecord { sent: true, ..MinutesRecord::default() });
    house.keep(Record::Meeting(Box::new(meeting)));
}

#[test]
fn the_next_occurrence_brings_what_was_left_open() {
    let mut house = House::new(NOW);
    let mut letters = Vec::new();
    weekly(&mut house);
    letters.extend(house.take());
    pass(&mut house, "2026-03-16T16:00:00+08:00");
    let item = ActionItem {
        id: "A-1".into(),
        task: "归档合同".into(),
        owner: Some("李雷".into()),
        owner_address: Some("lilei@example.com".into()),
        state: State::Confirmed,
        source: ItemSource { kind: "meeting".into(), id: Some("M-1".into()), ..ItemSource::default() },
        ..ActionItem::default()
    };
    house.keep(Record::Action(Box::new(item)));
    minuted(&mut house, "M-1");
    house.pass("2026-03-19T12:00:00+08:00", tick);
    let letters = house.take();
    let lilei = House::to(&letters, LetterName::MeetingNotice, "lilei");
    assert_eq!(lilei.objects, ["M-2"]);
    assert_eq!(
        (lilei.data["carried"][0]["id"].as_str(), lilei.data["carried"][0]["carries"].as_u64()),
        (Some("A-1"), Some(1))
    );
    assert_eq!(lilei.lines[0].id, "A-1");
    // It stands in the calendar by the rule of the first invite.
    assert!(lilei.invite.is_none());
    assert_eq!(lilei.data["unreached"].as_array().unwrap().len(), 3);
    assert_eq!(house.meeting("M-2").start, start("2026-03-23T14:00:00+08:00"));
}

#[test]
fn the_first_invite_has_the_rule_and_a_moved_occurrence_its_id() {
    let mut house = House::new(NOW);
    let letters = called(&mut house, |_, reading| {
        reading.recurrence = Some(RecurrenceReading { freq: "WEEKLY".into(), until: None });
    });
    assert_eq!(
        House::to(&letters, LetterName::MeetingNotice, "lilei").invite.as_ref().unwrap().rrule.as_deref(),
        Some("FREQ=WEEKLY")
    );
    pass(&mut house, "2026-03-16T16:00:00+08:00");
    minuted(&mut house, "M-1");
    pass(&mut house, "2026-03-19T12:00:00+08:00");
    let time = Command { start: start("2026-03-24T10:00:00+08:00"), ..Command::new(Verb::Reschedule) };
    let (_, letters) = say(&mut house, "zhangsan", "M-2", time);
    let invite = House::to(&letters, LetterName::MeetingUpdate, "lilei").invite.clone().unwrap();
    assert_eq!(
        (invite.recurrence_id, invite.rrule, invite.uid),
        (start("2026-03-23T14:00:00+08:00"), None, house.meeting("M-1").uid)
    );
    // The beat stays Monday.
    assert_eq!(house.meeting("M-2").next.map(|next| next.start), start("2026-03-30T14:00:00+08:00"));
}

#[test]
fn an_occurrence_on_a_day_off_is_asked_about_and_left_out() {
    let mut house = House::new("2026-04-20T10:00:00+08:00");
    called(&mut house, |_, reading| {
        reading.start = start("2026-04-24T14:00:00+08:00");
        reading.recurrence = Some(RecurrenceReading { freq: "WEEKLY".into(), until: None });
    });
    pass(&mut house, "2026-04-24T16:00:00+08:00");
    minuted(&mut house, "M-1");
    // Friday 1 May 2026 is Labour Day.
    house.pass("2026-04-28T12:00:00+08:00", tick);
    let letters = house.take();
    assert_eq!(House::names(&letters), ["organizer_note zhangsan"]);
    assert_eq!(
        (letters[0].data["kind"].as_str(), letters[0].data["day"].as_str()),
        (Some("day_off"), Some("2026-05-01"))
    );
    house.pass("2026-04-30T12:00:00+08:00", tick);
    let letters = house.take();
    assert_eq!(letters.len(), 5);
    let cancel = House::to(&letters, LetterName::MeetingCancelled, "lilei").invite.clone().unwrap();
    assert_eq!(cancel.recurrence_id, start("2026-05-01T14:00:00+08:00"));
    assert_eq!(house.meeting("M-1").next.map(|next| next.start), start("2026-05-08T14:00:00+08:00"));
}

#[test]
fn an_occurrence_on_a_day_off_may_move_or_stand() {
    let ask = || {
        let mut house = House::new("2026-04-20T10:00:00+08:00");
        called(&mut house, |_, reading| {
            reading.start = start("2026-04-24T14:00:00+08:00");
            reading.recurrence = Some(RecurrenceReading { freq: "WEEKLY".into(), until: None });
        });
        pass(&mut house, "2026-04-24T16:00:00+08:00");
        minuted(&mut house, "M-1");
        pass(&mut house, "2026-04-28T12:00:00+08:00");
        house
    };
    let mut house = ask();
    say(&mut house, "zhangsan", "M-1", Command::new(Verb::Postpone));
    assert_eq!(house.meeting("M-1").next.map(|next| next.start), start("2026-05-06T14:00:00+08:00"));
    let mut house = ask();
    say(&mut house, "zhangsan", "M-1", Command::new(Verb::Proceed));
    house.pass("2026-04-29T12:00:00+08:00", tick);
    assert_eq!(house.meeting("M-2").start, start("2026-05-01T14:00:00+08:00"));
}

#[test]
fn after_two_without_minutes_the_organizer_is_asked() {
    let mut house = House::new(NOW);
    weekly(&mut house);
    house.take();
    let letters = pass(&mut house, "2026-03-26T12:00:00+08:00");
    assert!(letters.iter().any(|(_, l)| l == "organizer_note zhangsan"), "{letters:?}");
    assert_eq!(house.meeting("M-3").state, MeetingState::Draft);
    assert!(!letters.iter().any(|(at, l)| at.starts_with("03-26") && l.starts_with("meeting_notice")));
    // O8: it stands in all calendars, and nothing in it is new.
    let (_, letters) = say(&mut house, "zhangsan", "M-3", Command::new(Verb::Proceed));
    assert_eq!(letters.len(), 0, "{letters:?}");
    assert_eq!(house.meeting("M-3").state, MeetingState::Announced);
}

// ---- the contract with the templates
