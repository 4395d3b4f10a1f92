//! From minutes to the summary, and second minutes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::domain::due::Due;
use crate::domain::letter::{LetterName as L, Thread};
use crate::domain::reading::{AttendedReading, Command, LineText, OutcomeReading, Owner, Verb};
use crate::domain::testing::{House, at};
use crate::domain::view::{Handled, Record};

fn read(owner: &str, task: &str, due: Option<&str>) -> ItemReading {
    ItemReading {
        owner: (!owner.is_empty()).then(|| Owner::One(owner.into())),
        task: task.into(),
        deliverable: None,
        deadline: due.and_then(Due::parse),
        status: None,
        helpers: Vec::new(),
        confidence: 0.9,
        line: format!("{owner} {task}"),
        due_phrase: due.map(str::to_string),
        due_why: None,
        criterion: None,
        supervisor: None,
        start: None,
        urgency: None,
        depends_on: Vec::new(),
    }
}

fn minutes(items: &[ItemReading]) -> MinutesReading {
    MinutesReading {
        items: items.to_vec(),
        decisions: vec![LineText { text: "新品于9月1日上市".into(), line: "1. 新品于9月1日上市".into() }],
        ..MinutesReading::default()
    }
}

/// 张三's kickoff with 李雷, 王芳, 孙鹏; 赵强 takes the minutes. It was held this morning.
fn house() -> House {
    let mut house = House::new("2026-07-08T14:00:00+08:00");
    let person = |name: &str, address: &str, role: &str| Attendee {
        name: name.into(),
        address: Some(format!("{address}@example.com")),
        role: role.into(),
        ..Attendee::default()
    };
    house.keep(Record::Meeting(Box::new(Meeting {
        id: "M-1".into(),
        title: "新品启动会".into(),
        kind: "kickoff".into(),
        start: Some("2026-07-08T10:00:00+08:00".parse().unwrap()),
        minutes: Some(60),
        time_zone: "Asia/Shanghai".into(),
        organizer: Some("张三".into()),
        organizer_address: Some("zhangsan@example.com".into()),
        chair: Some("张三".into()),
        chair_address: Some("zhangsan@example.com".into()),
        recorder: Some("赵强".into()),
        recorder_address: Some("zhaoqiang@example.com".into()),
        attendees: vec![
            person("李雷", "lilei", "doer"),
            person("王芳", "wangfang", "doer"),
            person("孙鹏", "sunpeng", "decider"),
        ],
        agenda: vec![AgendaItem {
            title: "测试资源协调".into(),
            required_outcome: Some("确认到位时间".into()),
            ..AgendaItem::default()
        }],
        state: MeetingState::Held,
        version: 1,
        ..Meeting::default()
    })));
    house
}

fn receive(house: &mut House, from: &str, reading: &MinutesReading) -> MailRead {
    let mail = house.mail_answering(from, None);
    receive_mail(house, &mail, reading);
    mail
}

fn receive_mail(house: &mut House, mail: &MailRead, reading: &MinutesReading) {
    house.decide(|view, now| received(view, mail, reading, Some("M-1".into()), now));
}

fn command(verb: Verb, item: Option<u32>) -> Command {
    Command { item, line: "原话".into(), ..Command::new(verb) }
}

#[test]
fn clean_minutes_go_out_after_ten_minutes_own_items_on_top() {
    let mut house = house();
    receive(
        &mut house,
        "zhangsan",
        &minutes(&[read("李雷", "提交测试报告", Some("2026-07-16")), read("王芳", "更新推广计划", Some("2026-07-20"))]),
    );
    assert_eq!(house.take().len(), 0);
    assert!(house.item("A-1").held);
    house.run("2026-07-08T14:11:00+08:00");
    let letters = house.take();
    // The sender has read them.
    assert_eq!(House::names(&letters), ["summary lilei", "summary sunpeng", "summary wangfang", "summary zhaoqiang"]);
    let own = House::to(&letters, L::Summary, "lilei");
    assert_eq!(own.data["own"].as_array().unwrap().len(), 1);
    assert_eq!(own.data["own"][0]["id"], "A-1");
    assert_eq!(own.lines.len(), 1);
    assert_eq!(own.data["items"].as_array().unwrap().len(), 2);
    assert_eq!(own.data["decisions"][0]["text"], "新品于9月1日上市");
    assert_eq!(own.data["outcomes"][0]["outcome"], serde_json::Value::Null, "未讨论");
    assert_eq!(own.data["carried"][0], "确认到位时间");
    assert_eq!(house.meeting("M-1").state, MeetingState::Minuted);
    assert!(house.item("A-1").asked_at.is_some());
}

#[test]
fn who_stood_in_the_minutes_gets_only_own_items_in_that_thread() {
    let mut house = house();
    let mut mail = house.mail_answering("zhangsan", None);
    for address in ["lilei@example.com", "wangfang@example.com"] {
        mail.to.push(Mailbox { name: String::new(), address: address.into() });
    }
    receive_mail(&mut house, &mail, &minutes(&[read("李雷", "提交测试报告", Some("2026-07-16"))]));
    house.run("2026-07-08T14:11:00+08:00");
    let letters = house.take();
    assert_eq!(House::names(&letters), ["confirmation lilei", "summary sunpeng", "summary zhaoqiang"]);
    let reply = &House::to(&letters, L::Confirmation, "lilei").thread;
    assert!(matches!(reply, Thread::Reply { message_id, .. } if *message_id == mail.message_id));
}

#[test]
fn full_delivery_and_none_are_said_by_the_sender() {
    let deliver = |how: &str| {
        let mut house = house();
        let mut mail = house.mail_answering("zhangsan", None);
        mail.to.push(Mailbox { name: String::new(), address: "wangfang@example.com".into() });
        let mut reading = minutes(&[read("李雷", "提交测试报告", Some("2026-07-16"))]);
        reading.delivery = Some(how.into());
        receive_mail(&mut house, &mail, &reading);
        house.run("2026-07-08T14:11:00+08:00");
        House::names(&house.take())
    };
    assert_eq!(
        deliver("full"),
        ["summary lilei", "summary sunpeng", "summary wangfang", "summary zhangsan", "summary zhaoqiang"]
    );
    assert_eq!(deliver("none"), ["confirmation lilei"]);
}

#[test]
fn gaps_are_asked_of_the_sender_worst_first_and_answered_in_a_line() {
    let mut house = house();
    let mut vague = read("李雷", "确认供应商报价", None);
    vague.due_phrase = Some("尽快".into());
    let items = [vague, read("", "整理竞品清单", Some("2026-07-20")), read("市场部", "联系场地", Some("2026-07-15"))];
    receive(&mut house, "zhangsan", &minutes(&items));
    let letters = house.take();
    assert_eq!(House::names(&letters), ["minutes_gaps zhangsan"]);
    let kinds: Vec<&str> =
        letters[0].data["gaps"].as_array().unwrap().iter().map(|gap| gap["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["no_owner", "department_owner", "vague_due"]);
    assert_eq!(letters[0].data["gaps"][1]["candidates"][0], "王芳");

    let mail = house.mail_answering("zhangsan", Some(L::MinutesGaps));
    let mut owner = command(Verb::Delegate, Some(1));
    owner.to = Some("孙鹏".into());
    assert_eq!(house.says_in(&mail, "M-1", &owner), Handled::Yes);
    let mut contact = command(Verb::Delegate, Some(2));
    contact.to = Some("王芳".into());
    house.says_in(&mail, "M-1", &contact);
    let mut date = command(Verb::Postpone, Some(3));
    date.due = Due::parse("2026-07-17");
    house.says_in(&mail, "M-1", &date);
    assert_eq!(house.meeting("M-1").minutes_record.unwrap().gaps, Vec::<String>::new());
    house.run("2026-07-08T14:15:00+08:00");
    let letters = house.take();
    assert_eq!(House::to(&letters, L::Summary, "sunpeng").data["own"][0]["task"], "整理竞品清单");
    assert_eq!(House::to(&letters, L::Summary, "lilei").data["own"][0]["due"], "2026-07-17");
    assert_eq!(House::to(&letters, L::Summary, "wangfang").data["own"][0]["task"], "联系场地");
}

#[test]
fn at_most_seven_gaps_a_letter() {
    let mut house = house();
    let items: Vec<ItemReading> =
        (0..9).map(|n| read("", &format!("任务编号{n}要做的事"), Some("2026-07-20"))).collect();
    receive(&mut house, "zhangsan", &minutes(&items));
    let letters = house.take();
    assert_eq!(letters[0].lines.len(), 7);
    assert_eq!(letters[0].data["more"], 2);
}

#[test]
fn unanswered_gaps_are_asked_of_the_chair_then_go_out_open() {
    let mut house = house();
    receive(
        &mut house,
        "zhaoqiang",
        &minutes(&[read("", "整理竞品清单", Some("2026-07-20")), read("市场部", "联系场地", None)]),
    );
    house.run("2026-07-08T16:01:00+08:00");
    let letters = house.take();
    assert_eq!(House::names(&letters), ["minutes_gaps zhangsan", "minutes_gaps zhaoqiang"]);
    assert_eq!(House::to(&letters, L::MinutesGaps, "zhangsan").data["for_chair"], true);
    // Four working hours after receipt.
    house.run("2026-07-08T18:01:00+08:00");
    let letters = house.take();
    assert!(House::names(&letters).contains(&"summary lilei".to_string()), "{:?}", House::names(&letters));
    // The department's contact is asked for an owner and a date.
    let asked = House::to(&letters, L::Summary, "wangfang");
    assert_eq!(asked.data["own"][0]["asks"], serde_json::json!(["owner", "due"]));
    // Nobody to ask: the organizer names somebody, from the digest, with the words of any owner.
    house.run("2026-07-09T09:10:00+08:00");
    let letters = house.take();
    let digest = House::to(&letters, L::Digest, "zhangsan");
    assert_eq!(digest.data["unanswered"][0]["task"], "整理竞品清单");
    let mut owner = command(Verb::Delegate, None);
    owner.to = Some("孙鹏".into());
    house.says("zhangsan", Some(L::Digest), "A-1", &owner);
    assert_eq!(house.item("A-1").owner.as_deref(), Some("孙鹏"));
}

#[test]
fn the_contact_of_a_department_names_an_owner() {
    let mut house = house();
    receive(&mut house, "zhangsan", &minutes(&[read("市场部", "联系场地", Some("2026-07-15"))]));
    house.run("2026-07-08T18:01:00+08:00");
    let mut owner = command(Verb::Delegate, Some(1));
    owner.to = Some("赵强".into());
    assert_eq!(house.says("wangfang", Some(L::Summary), "A-1", &owner), Handled::Yes);
    assert_eq!(house.item("A-1").owner.as_deref(), Some("赵强"));
    assert_eq!(house.item("A-1").state, State::Proposed);
}

#[test]
fn the_chair_sees_them_first_and_time_sends_them_marked() {
    let mut house = house();
    house.rules.policy.minutes_review = "chair".into();
    receive(&mut house, "zhaoqiang", &minutes(&[read("李雷", "提交测试报告", Some("2026-07-16"))]));
    let letters = house.take();
    assert_eq!(House::names(&letters), ["minutes_review zhangsan"]);
    house.run("2026-07-08T17:59:00+08:00");
    assert_eq!(house.take().len(), 0);
    house.run("2026-07-08T18:01:00+08:00");
    let letters = house.take();
    assert_eq!(House::to(&letters, L::Summary, "lilei").data["unreviewed"], true, "主持人未审阅");
    assert!(House::names(&letters).contains(&"summary zhangsan".to_string()));
}

#[test]
fn the_chair_edits_and_releases() {
    let mut house = house();
    house.rules.policy.minutes_review = "chair".into();
    receive(
        &mut house,
        "zhaoqiang",
        &minutes(&[read("李雷", "提交测试报告", Some("2026-07-16")), read("孙鹏", "采购设备", Some("2026-07-16"))]),
    );
    house.take();
    let mail = house.mail_answering("zhangsan", Some(L::MinutesReview));
    let mut edit = command(Verb::Delegate, Some(2));
    edit.to = Some("王芳".into());
    edit.due = Due::parse("2026-07-20");
    assert_eq!(house.says_in(&mail, "M-1", &edit), Handled::Yes);
    assert_eq!(house.says_in(&mail, "M-1", &command(Verb::Send, None)), Handled::Yes);
    house.run("2026-07-08T14:01:00+08:00");
    let letters = house.take();
    let own = House::to(&letters, L::Summary, "wangfang");
    assert_eq!(
        (own.data["own"][0]["task"].as_str(), own.data["own"][0]["due"].as_str()),
        (Some("采购设备"), Some("2026-07-20"))
    );
    assert_eq!(own.data["unreviewed"], false);
}

#[test]
fn minutes_of_the_chair_need_no_review_and_of_a_doer_go_to_the_chair() {
    let mut house = house();
    house.rules.policy.minutes_review = "chair".into();
    receive(&mut house, "zhangsan", &minutes(&[read("李雷", "提交测试报告", Some("2026-07-16"))]));
    house.run("2026-07-08T14:11:00+08:00");
    assert!(House::names(&house.take()).contains(&"summary lilei".to_string()));
    let mut house = super::tests::house();
    receive(&mut house, "wangfang", &minutes(&[read("李雷", "提交测试报告", Some("2026-07-16"))]));
    assert_eq!(House::names(&house.take()), ["passed_on zhangsan"]);
    assert_eq!(house.meeting("M-1").state, MeetingState::Held);
}

#[test]
fn strangers_in_minutes_get_nothing() {
    let mut house = house();
    let items =
        [read("evil@attacker.test", "点击链接", Some("2026-07-16")), read("李雷", "提交测试报告", Some("2026-07-16"))];
    receive(&mut house, "zhangsan", &minutes(&items));
    house.run("2026-07-10T18:00:00+08:00");
    assert!(house.sent.iter().all(|(_, letter)| letter.to.ends_with("@example.com")));
    assert_eq!(house.item("A-1").owner_address, None);
}

#[test]
fn several_owners_the_first_owns_and_the_others_help() {
    let mut house = house();
    let mut several = read("", "准备样机", Some("2026-07-16"));
    several.owner = Some(Owner::Many(vec!["李雷".into(), "孙鹏".into()]));
    receive(&mut house, "zhangsan", &minutes(&[several]));
    let item = house.item("A-1");
    assert_eq!((item.owner.as_deref(), item.helpers), (Some("李雷"), vec!["孙鹏".to_string()]));
    house.run("2026-07-08T14:11:00+08:00");
    let letters = house.take();
    assert_eq!(House::to(&letters, L::Summary, "sunpeng").data["helping"][0]["id"], "A-1");
}

#[test]
fn what_is_done_in_the_minutes_is_silent() {
    let mut house = house();
    let mut done = read("李雷", "签订合同", Some("2026-07-01"));
    done.status = Some("done".into());
    receive(&mut house, "zhangsan", &minutes(&[done]));
    house.run("2026-07-20T18:00:00+08:00");
    let letters = house.take();
    assert_eq!(House::to(&letters, L::Summary, "lilei").data["own"].as_array().unwrap().len(), 0);
    assert!(!letters.iter().any(|letter| letter.name == L::Digest));
    assert_eq!(house.item("A-1").state, State::Accepted);
}

#[test]
fn outcomes_and_absence_are_kept() {
    let mut house = house();
    let mut reading = minutes(&[read("孙鹏", "采购设备", Some("2026-07-16"))]);
    reading.outcomes.push(OutcomeReading {
        title: "确认到位时间".into(),
        outcome: "reached".into(),
        line: String::new(),
    });
    reading.attended = vec![
        AttendedReading { name: "李雷".into(), attended: true },
        AttendedReading { name: "孙鹏".into(), attended: false },
    ];
    receive(&mut house, "zhangsan", &reading);
    house.run("2026-07-08T14:11:00+08:00");
    let letters = house.take();
    let absent = House::to(&letters, L::Summary, "sunpeng");
    assert_eq!(absent.data["you_absent"], true);
    assert_eq!(absent.data["outcomes"][0]["outcome"], "reached");
    assert_eq!(absent.data["decisions"][0]["to_ratify"], true, "the decider was not there");
    assert_eq!(absent.data["silence_by"], serde_json::Value::Null, "never accepted by silence of an absentee");
    house.run("2026-07-13T18:01:00+08:00");
    assert_eq!(house.item("A-1").state, State::Proposed);
}

#[test]
fn minutes_of_an_uncalled_meeting_make_it() {
    let mut house = House::new("2026-07-08T14:00:00+08:00");
    let mut mail = house.mail("zhangsan@example.com");
    mail.base_subject = "周例会纪要".into();
    mail.cc.push(Mailbox { name: "李雷".into(), address: "lilei@example.com".into() });
    mail.cc.push(Mailbox { name: String::new(), address: "someone@attacker.test".into() });
    let mut reading =
        minutes(&[read("李雷", "提交测试报告", Some("2026-07-16")), read("王芳", "更新推广计划", Some("2026-07-20"))]);
    reading.attended.push(AttendedReading { name: "孙鹏".into(), attended: true });
    house.decide(|view, now| received(view, &mail, &reading, None, now));
    let meeting = house.meeting("M-1");
    assert_eq!((meeting.state, meeting.organizer.as_deref()), (MeetingState::Minuted, Some("张三")));
    house.run("2026-07-08T14:11:00+08:00");
    // 李雷 stood in Cc; 王芳 was not there; 孙鹏 was.
    assert_eq!(House::names(&house.take()), ["confirmation lilei", "confirmation wangfang", "summary sunpeng"]);
}

#[test]
fn a_new_mail_that_names_the_meeting_is_about_it() {
    let mut house = house();
    let mut mail = house.mail("zhangsan@example.com");
    mail.base_subject = "新品启动会 会议纪要".into();
    house.decide(|view, now| {
        received(view, &mail, &minutes(&[read("李雷", "提交测试报告", Some("2026-07-16"))]), None, now)
    });
    assert_eq!(house.meeting("M-1").state, MeetingState::Minuted);
    assert_eq!(house.item("A-1").source.id.as_deref(), Some("M-1"));
}

#[test]
fn second_minutes_send_the_difference_and_keep_ids() {
    let mut house = house();
    let first =
        minutes(&[read("李雷", "提交测试报告", Some("2026-07-16")), read("王芳", "更新推广计划", Some("2026-07-20"))]);
    receive(&mut house, "zhangsan", &first);
    house.run("2026-07-08T15:00:00+08:00");
    house.says("lilei", Some(L::Summary), "A-1", &command(Verb::Confirm, None));
    house.says("wangfang", Some(L::Summary), "A-2", &command(Verb::Confirm, None));
    house.run("2026-07-08T15:30:00+08:00");
    house.take();
    let mut second = minutes(&[
        read("李雷", "提交测试报告", Some("2026-07-16")),
        read("王芳", "更新推广计划书", Some("2026-07-24")),
        read("孙鹏", "预订发布会场地", Some("2026-08-07")),
    ]);
    second.decisions.push(LineText { text: "发布会定在8月28日".into(), line: String::new() });
    receive(&mut house, "zhangsan", &second);
    house.run("2026-07-08T16:00:00+08:00");
    let letters = house.take();
    assert_eq!(
        House::names(&letters),
        [
            "summary_correction lilei",
            "summary_correction sunpeng",
            "summary_correction wangfang",
            "summary_correction zhaoqiang"
        ]
    );
    assert_eq!(house.item("A-1").state, State::Confirmed, "unchanged: not asked again");
    assert_eq!((house.item("A-2").state, house.item("A-2").due), (State::Proposed, Due::parse("2026-07-24")));
    assert_eq!(house.item("A-3").owner.as_deref(), Some("孙鹏"));
    let wang = House::to(&letters, L::SummaryCorrection, "wangfang");
    assert_eq!(wang.data["own"][0]["id"], "A-2");
    assert_eq!(wang.data["changes"].as_array().unwrap().len(), 2);
    assert_eq!(wang.data["decisions"].as_array().unwrap().len(), 1, "only the new one");
    assert_eq!(House::to(&letters, L::SummaryCorrection, "lilei").data["own"].as_array().unwrap().len(), 0);
}

#[test]
fn the_same_minutes_again_say_nothing() {
    let mut house = house();
    let reading = minutes(&[read("李雷", "提交测试报告", Some("2026-07-16"))]);
    receive(&mut house, "zhangsan", &reading);
    house.run("2026-07-08T15:00:00+08:00");
    house.take();
    receive(&mut house, "zhangsan", &reading);
    house.run("2026-07-08T16:00:00+08:00");
    assert_eq!(House::names(&house.take()), Vec::<String>::new());
}

#[test]
fn an_objection_is_decided_and_corrects_the_minutes_once() {
    let mut house = house();
    receive(&mut house, "zhaoqiang", &minutes(&[read("李雷", "提交测试报告", Some("2026-07-16"))]));
    house.run("2026-07-08T15:00:00+08:00");
    house.take();
    let mut object = command(Verb::Object, Some(1));
    object.reason = Some("应为7月20日".into());
    object.due = Due::parse("2026-07-20");
    let mail = house.mail_answering("lilei", Some(L::Summary));
    assert_eq!(house.says_in(&mail, "M-1", &object), Handled::Yes);
    let letters = house.take();
    assert_eq!(House::names(&letters), ["approval_request zhangsan", "approval_request zhaoqiang"]);
    assert_eq!(letters[0].data["requests"][0]["objection"], "应为7月20日");
    assert_eq!(house.item("A-1").due, Due::parse("2026-07-16"));
    // Not chased while it is open: silence does not accept it.
    house.run("2026-07-10T18:01:00+08:00");
    assert_eq!(house.item("A-1").state, State::Proposed);
    house.take();
    assert_eq!(house.says("zhaoqiang", Some(L::ApprovalRequest), "A-1", &command(Verb::Approve, None)), Handled::Yes);
    assert_eq!((house.item("A-1").due, house.item("A-1").state), (Due::parse("2026-07-20"), State::Confirmed));
    let letters = house.take();
    assert_eq!(letters.iter().filter(|l| l.name == L::SummaryCorrection).count(), 5, "{:?}", House::names(&letters));
    assert_eq!(letters.iter().find(|l| l.name == L::SummaryCorrection).unwrap().data["objection_by"], "李雷");
}

#[test]
fn the_meeting_closes_with_its_last_item() {
    let mut house = house();
    receive(&mut house, "zhangsan", &minutes(&[read("李雷", "提交测试报告", Some("2026-07-16"))]));
    house.run("2026-07-08T15:00:00+08:00");
    house.says("lilei", Some(L::Summary), "A-1", &command(Verb::Done, None));
    assert_eq!(house.meeting("M-1").state, MeetingState::Minuted);
    house.says("zhangsan", None, "A-1", &command(Verb::Accept, None));
    assert_eq!(house.meeting("M-1").state, MeetingState::Closed);
}

/// Every letter has exactly the keys of its sample: templates are strict.
#[test]
fn letters_carry_the_keys_of_their_samples() {
    let mut house = house();
    house.rules.policy.minutes_review = "chair".into();
    house.rules.policy.escalation = "manager".into();
    let mut several = read("李雷", "准备样机", Some("2026-07-10"));
    several.depends_on = vec!["提交测试报告".into()];
    let items = [read("王芳", "提交测试报告", Some("2026-07-09")), several, read("", "整理竞品清单", None)];
    receive(&mut house, "zhaoqiang", &minutes(&items));
    house.run("2026-07-08T18:30:00+08:00");
    let mut postpone = command(Verb::Postpone, Some(1));
    postpone.due = Due::parse("2026-07-13");
    house.now = at("2026-07-09T09:30:00+08:00");
    house.says("wangfang", Some(L::Summary), "A-1", &postpone);
    house.says("zhangsan", None, "A-1", &command(Verb::Refuse, None));
    house.says("wangfang", None, "A-1", &command(Verb::Done, None));
    let mut second = minutes(&items);
    second.items.push(read("孙鹏", "预订发布会场地", Some("2026-08-07")));
    receive(&mut house, "zhangsan", &second);
    house.run("2026-09-30T18:00:00+08:00");
    let mut seen = std::collections::BTreeSet::new();
    for (_, letter) in &house.sent {
        let path = format!("{}/templates/samples/{}.json", env!("CARGO_MANIFEST_DIR"), letter.name);
        let sample: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let wanted: Vec<&String> = sample.keys().filter(|key| !ENGINE_KEYS.contains(&key.as_str())).collect();
        let mut given: Vec<&String> = letter.data.keys().collect();
        let mut wanted = wanted;
        wanted.sort();
        given.sort();
        assert_eq!(given, wanted, "{}", letter.name);
        seen.insert(letter.name);
    }
    for name in [
        L::MinutesReview,
        L::MinutesGaps,
        L::Summary,
        L::SummaryCorrection,
        L::Digest,
        L::Receipt,
        L::ApprovalRequest,
        L::ApprovalOutcome,
        L::AcceptanceRequest,
        L::Dependency,
        L::EscalationPreview,
        L::Escalation,
    ] {
        assert!(seen.contains(&name), "{name} was not sent: {seen:?}");
    }
}

/// What the engine adds to every letter.
const ENGINE_KEYS: [&str; 8] = ["you", "assistant", "letter", "first", "time_zone", "now", "language", "subject_ids"];
