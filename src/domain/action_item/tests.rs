//! The table of SPEC 3.2 cell by cell, and what silence does.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::domain::letter::LetterName as L;
use crate::domain::reading::{Command, Verb};
use crate::domain::testing::{House, at};
use crate::domain::view::{Handled, Record};
use serde_json::json;

const ORGANIZER: &str = "zhangsan";
const OWNER: &str = "lilei";
const SUPERVISOR: &str = "hanmeimei";
const STRANGER: &str = "wangfang";

fn cmd(verb: Verb) -> Command {
    Command { line: "原话".into(), ..Command::new(verb) }
}

fn due(day: &str) -> Option<Due> {
    Due::parse(day)
}

/// A Monday at ten; A-1 of 李雷, asked by 张三, supervised by 韩梅梅, due on Friday.
fn house(state: State) -> House {
    let mut house = House::new("2026-07-06T10:00:00+08:00");
    house.keep(Record::Action(Box::new(item("A-1", state, "2026-07-10"))));
    house
}

fn item(id: &str, state: State, day: &str) -> ActionItem {
    ActionItem {
        id: id.into(),
        task: "提交测试报告".into(),
        owner: Some("李雷".into()),
        owner_address: Some("lilei@example.com".into()),
        supervisor: Some("韩梅梅".into()),
        supervisor_address: Some("hanmeimei@example.com".into()),
        organizer_address: Some("zhangsan@example.com".into()),
        due: due(day),
        urgency: "normal".into(),
        state,
        asked_at: Some(at("2026-07-06T09:30:00+08:00")),
        touched_at: Some(at("2026-07-06T09:30:00+08:00")),
        done_at: (state == State::Done).then(|| at("2026-07-06T09:30:00+08:00")),
        waits_on: if state == State::Done {
            vec!["zhangsan@example.com".into(), "hanmeimei@example.com".into()]
        } else {
            Vec::new()
        },
        source: ItemSource { kind: "mail".into(), ..ItemSource::default() },
        version: 1,
        ..ActionItem::default()
    }
}

use State::*;

/// Who says what to an item in a state, and the state after it; None: it is not theirs to say, or means nothing there.
#[test]
fn the_table_of_states() {
    let open = [Proposed, Confirmed, InProgress, Blocked];
    let closed = [Accepted, Declined, Cancelled];
    let check = |from: State, who: &str, verb: Verb, expected: Option<State>| {
        let mut house = house(from);
        let mut command = cmd(verb);
        command.reason = Some("理由".into());
        let handled = house.says(who, None, "A-1", &command);
        let after = house.item("A-1").state;
        match expected {
            Some(state) => {
                assert_eq!(handled, Handled::Yes, "{from:?} {verb:?} by {who}");
                assert_eq!(after, state, "{from:?} {verb:?} by {who}");
            }
            None => {
                assert_ne!(handled, Handled::Yes, "{from:?} {verb:?} by {who}");
                assert_eq!(after, from, "{from:?} {verb:?} by {who} changed it");
            }
        }
    };
    for from in open {
        let confirmed = if from == Proposed { Confirmed } else { from };
        check(from, OWNER, Verb::Confirm, Some(confirmed));
        check(from, OWNER, Verb::Progress, Some(InProgress));
        check(from, OWNER, Verb::Behind, Some(if from == Blocked { Blocked } else { InProgress }));
        check(from, OWNER, Verb::Block, Some(Blocked));
        check(from, OWNER, Verb::Done, Some(Done));
        check(from, OWNER, Verb::Accept, if from == Proposed { Some(Confirmed) } else { None });
        // A new item is declined; out of a confirmed one the organizer lets the owner.
        check(from, OWNER, Verb::Decline, Some(if from == Proposed { Declined } else { from }));
        check(from, OWNER, Verb::Cancel, Some(from));
        check(from, ORGANIZER, Verb::Cancel, Some(Cancelled));
        for verb in [Verb::Confirm, Verb::Progress, Verb::Behind, Verb::Block, Verb::Done, Verb::Decline, Verb::Snooze]
        {
            check(from, ORGANIZER, verb, None);
            check(from, SUPERVISOR, verb, None);
        }
        for verb in [Verb::Accept, Verb::Reject, Verb::Approve, Verb::Refuse] {
            check(from, ORGANIZER, verb, None);
            check(from, SUPERVISOR, verb, None);
        }
        check(from, SUPERVISOR, Verb::Cancel, None);
    }
    check(Done, OWNER, Verb::Accept, None);
    check(Done, OWNER, Verb::Reject, None);
    check(Done, OWNER, Verb::Progress, None);
    check(Done, OWNER, Verb::Done, Some(Done));
    check(Done, OWNER, Verb::Cancel, None);
    for who in [ORGANIZER, SUPERVISOR] {
        check(Done, who, Verb::Accept, Some(Accepted));
        check(Done, who, Verb::Confirm, Some(Accepted));
        check(Done, who, Verb::Reject, Some(InProgress));
    }
    check(Done, ORGANIZER, Verb::Cancel, Some(Cancelled));
    for from in closed {
        for verb in [Verb::Confirm, Verb::Progress, Verb::Done, Verb::Behind, Verb::Block, Verb::Decline] {
            check(from, OWNER, verb, None);
        }
        check(from, ORGANIZER, Verb::Progress, Some(InProgress));
        check(from, ORGANIZER, Verb::Reject, Some(InProgress));
        check(from, SUPERVISOR, Verb::Reject, None);
    }
    for from in open.into_iter().chain([Done]).chain(closed) {
        for verb in
            [Verb::Confirm, Verb::Done, Verb::Cancel, Verb::Accept, Verb::Approve, Verb::Delegate, Verb::Postpone]
        {
            check(from, STRANGER, verb, None);
        }
    }
}

#[test]
fn what_is_done_needs_nobody_where_acceptance_is_off() {
    let mut house = house(Confirmed);
    house.rules.policy.acceptance = false;
    house.says(OWNER, None, "A-1", &cmd(Verb::Done));
    assert_eq!(house.item("A-1").state, Accepted);
    assert_eq!(house.item("A-1").percent, Some(100));
}

#[test]
fn a_new_date_is_a_request_until_the_organizer_agrees() {
    let mut house = house(Confirmed);
    let mut postpone = cmd(Verb::Postpone);
    postpone.due = due("2026-07-20");
    assert_eq!(house.says(OWNER, None, "A-1", &postpone), Handled::Yes);
    let item = house.item("A-1");
    assert_eq!(item.due, due("2026-07-10"));
    assert_eq!(item.request.as_ref().unwrap().due, due("2026-07-20"));
    assert_eq!(item.slips, 0);

    // Not due before the organizer's next digest: a line of it, no letter of its own.
    assert_eq!(House::names(&house.take()), Vec::<String>::new());
    house.run("2026-07-07T09:30:00+08:00");
    let letters = house.take();
    let digest = House::to(&letters, L::Digest, ORGANIZER);
    assert_eq!(digest.data["approvals"][0]["new_due"], "2026-07-20");
    assert_eq!(digest.data["approvals"][0]["reason"], serde_json::Value::Null, "未说明原因");
    assert_eq!(digest.lines.len(), 1);

    assert_eq!(house.says(ORGANIZER, Some(L::Digest), "A-1", &cmd(Verb::Confirm)), Handled::Yes);
    let item = house.item("A-1");
    assert_eq!((item.due, item.slips, item.request), (due("2026-07-20"), 1, None));
    let letters = house.take();
    let outcome = House::to(&letters, L::ApprovalOutcome, OWNER);
    assert_eq!(outcome.data["outcomes"][0]["old_due"], "2026-07-10");
    assert_eq!(outcome.data["outcomes"][0]["approved"], true);
}

#[test]
fn what_is_due_before_the_next_digest_is_asked_at_once() {
    let mut house = house(Confirmed);
    house.now = at("2026-07-09T16:00:00+08:00");
    let mut postpone = cmd(Verb::Postpone);
    postpone.shift_workdays = Some(2);
    postpone.reason = Some("供应商延迟".into());
    house.says(OWNER, None, "A-1", &postpone);
    // Due on Friday evening, the next digest is on Friday morning.
    assert_eq!(house.take().len(), 0);
    let mut house = super::tests::house(Confirmed);
    house.now = at("2026-07-10T09:10:00+08:00");
    house.says(OWNER, None, "A-1", &postpone);
    let letters = house.take();
    let request = House::to(&letters, L::ApprovalRequest, ORGANIZER);
    assert_eq!(request.data["requests"][0]["new_due"], "2026-07-14", "two working days over the week-end");
    assert_eq!(request.data["requests"][0]["reason"], "供应商延迟");
    assert_eq!(request.data["requests"][0]["workdays"], 2);
}

#[test]
fn silence_grants_a_first_short_postponement_and_asks_the_chair_for_a_longer_one() {
    let mut house = house(Confirmed);
    let mut postpone = cmd(Verb::Postpone);
    postpone.due = due("2026-07-15");
    house.says(OWNER, None, "A-1", &postpone);
    house.run("2026-07-07T18:30:00+08:00");
    assert_eq!(house.item("A-1").due, due("2026-07-15"), "three working days, one of silence");
    let letters = house.take();
    assert_eq!(House::to(&letters, L::ApprovalOutcome, OWNER).data["outcomes"][0]["by_default"], true);

    // The second one is not granted by silence, and lapses in the end.
    postpone.due = due("2026-07-16");
    house.says(OWNER, None, "A-1", &postpone);
    house.run("2026-07-08T18:30:00+08:00");
    assert!(house.item("A-1").request.is_some());
    house.run("2026-07-17T18:30:00+08:00");
    assert_eq!(house.item("A-1").request, None);
    assert_eq!(house.item("A-1").due, due("2026-07-15"));
    let letters = house.take();
    assert!(letters.iter().any(|l| l.name == L::ApprovalOutcome && l.data["outcomes"][0]["what"] == "lapsed"));
    assert!(!letters.iter().any(|l| l.name == L::Escalation && l.data["items"][0]["due"] == "2026-07-10"));
}

#[test]
fn the_organizer_changes_date_and_owner_at_once() {
    let mut house = house(InProgress);
    let mut postpone = cmd(Verb::Postpone);
    postpone.due = due("2026-07-13");
    house.says(ORGANIZER, None, "A-1", &postpone);
    assert_eq!(house.item("A-1").due, due("2026-07-13"));
    assert_eq!(house.item("A-1").state, InProgress);
    let mut delegate = cmd(Verb::Delegate);
    delegate.to = Some("孙鹏".into());
    house.says(ORGANIZER, None, "A-1", &delegate);
    let item = house.item("A-1");
    assert_eq!((item.owner.as_deref(), item.state), (Some("孙鹏"), Proposed));
    let letters = house.take();
    assert_eq!(House::names(&letters), ["approval_outcome lilei", "approval_outcome lilei", "confirmation sunpeng"]);
    let confirmation = House::to(&letters, L::Confirmation, "sunpeng");
    assert_eq!(confirmation.data["from"], "李雷");
    assert!(confirmation.not_before.unwrap() > house.now, "it starts somebody's work: it waits (O28)");
}

#[test]
fn the_owner_asks_to_hand_it_on() {
    let mut house = house(Confirmed);
    let mut delegate = cmd(Verb::Delegate);
    delegate.to = Some("孙鹏".into());
    house.says(OWNER, None, "A-1", &delegate);
    assert_eq!(house.item("A-1").owner.as_deref(), Some("李雷"));
    house.says(ORGANIZER, None, "A-1", &cmd(Verb::Approve));
    assert_eq!(house.item("A-1").owner.as_deref(), Some("孙鹏"));
    let letters = house.take();
    assert_eq!(House::names(&letters), ["approval_outcome lilei", "confirmation sunpeng"]);
}

#[test]
fn an_unknown_name_is_asked_back_not_guessed() {
    let mut house = house(Confirmed);
    let mut delegate = cmd(Verb::Delegate);
    delegate.to = Some("老王".into());
    house.says(ORGANIZER, None, "A-1", &delegate);
    assert_eq!(house.item("A-1").owner.as_deref(), Some("李雷"));
    house.run("2026-07-06T10:11:00+08:00");
    let letters = house.take();
    assert_eq!(House::to(&letters, L::Receipt, ORGANIZER).data["doubts"][0]["kind"], "unknown_person");
}

#[test]
fn a_declined_item_is_the_organizers_to_settle() {
    let mut house = house(Proposed);
    let mut decline = cmd(Verb::Decline);
    decline.reason = Some("不是我负责".into());
    house.says(OWNER, None, "A-1", &decline);
    assert_eq!(house.item("A-1").state, Declined);
    house.run("2026-07-07T09:10:00+08:00");
    let letters = house.take();
    let digest = House::to(&letters, L::Digest, ORGANIZER);
    assert_eq!(digest.data["approvals"][0]["decline"], true);
    let mut delegate = cmd(Verb::Delegate);
    delegate.to = Some("孙鹏".into());
    house.says(ORGANIZER, Some(L::Digest), "A-1", &delegate);
    assert_eq!((house.item("A-1").state, house.item("A-1").owner.as_deref()), (Proposed, Some("孙鹏")));
}

#[test]
fn confirmed_owners_are_let_out_by_the_organizer_alone() {
    let mut house = house(Confirmed);
    house.says(OWNER, None, "A-1", &cmd(Verb::Decline));
    assert_eq!(house.item("A-1").state, Confirmed);
    let mut refuse = cmd(Verb::Refuse);
    refuse.reason = Some("没有别人".into());
    house.says(ORGANIZER, None, "A-1", &refuse);
    assert_eq!((house.item("A-1").state, house.item("A-1").request), (Confirmed, None));
    house.says(OWNER, None, "A-1", &cmd(Verb::Decline));
    house.says(ORGANIZER, None, "A-1", &cmd(Verb::Approve));
    assert_eq!(house.item("A-1").state, Declined);
}

#[test]
fn two_working_days_of_silence_accept_by_default() {
    let mut house = house(Proposed);
    house.run("2026-07-08T17:59:00+08:00");
    assert_eq!(house.item("A-1").state, Proposed);
    house.run("2026-07-08T18:01:00+08:00");
    let item = house.item("A-1");
    assert_eq!((item.state, item.by_default), (Confirmed, true));
    // 不是我 takes it back as if it had never been accepted.
    house.says(OWNER, None, "A-1", &cmd(Verb::Decline));
    assert_eq!((house.item("A-1").state, house.item("A-1").by_default), (Declined, false));
}

#[test]
fn a_yes_after_silence_is_a_real_one() {
    let mut house = house(Proposed);
    house.run("2026-07-09T08:00:00+08:00");
    house.says(OWNER, None, "A-1", &cmd(Verb::Confirm));
    assert!(!house.item("A-1").by_default);
}

#[test]
fn silence_never_accepts_what_is_doubted_critical_or_outside() {
    let check = |change: fn(&mut ActionItem)| {
        let mut house = house(Proposed);
        let mut item = item("A-1", Proposed, "2026-07-20");
        change(&mut item);
        house.keep(Record::Action(Box::new(item)));
        house.run("2026-07-10T20:00:00+08:00");
        let item = house.item("A-1");
        assert_eq!((item.state, item.by_default), (Proposed, false));
        let letters = house.take();
        assert!(
            letters.iter().any(|l| l.name == L::Digest && l.to == "zhangsan@example.com"),
            "the organizer is asked: {:?}",
            House::names(&letters)
        );
    };
    check(|item| item.doubted = true);
    check(|item| item.urgency = "critical".into());
    check(|item| item.owner_address = Some("partner@supplier.test".into()));
}

#[test]
fn silence_does_not_count_while_away() {
    let mut house = house(Proposed);
    let mail = house.mail_answering(OWNER, None);
    house.decide(|view, now| away(view, &mail, "2026-07-13".parse().unwrap(), now));
    house.run("2026-07-10T20:00:00+08:00");
    assert_eq!(house.item("A-1").state, Proposed);
    let letters = house.take();
    assert!(!letters.iter().any(|letter| letter.to == "lilei@example.com"), "nothing to somebody away");
    assert_eq!(letters.iter().filter(|l| l.to == "zhangsan@example.com").count(), 1, "the organizer learns it once");
    // Back on Monday; two working days from there.
    house.run("2026-07-14T20:00:00+08:00");
    assert_eq!(house.item("A-1").state, Proposed);
    house.run("2026-07-15T20:00:00+08:00");
    assert!(house.item("A-1").by_default);
}

#[test]
fn ack_confirms_one_clear_item_and_reads_several() {
    let asked = |items: &[&str]| {
        let mut house = house(Proposed);
        for id in items.iter().skip(1) {
            house.keep(Record::Action(Box::new(item(id, Proposed, "2026-07-20"))));
        }
        let ids: Vec<String> = items.iter().map(|id| (*id).to_string()).collect();
        house.decide(|view, now| {
            let items: Vec<ActionItem> = ids.iter().map(|id| view.action(id).unwrap()).collect();
            ask_owner(view, "lilei@example.com", &items, &[], &Asked { why: "minutes", ..Asked::default() }, now);
        });
        house
    };
    let mut house = asked(&["A-1"]);
    house.says(OWNER, Some(L::Confirmation), "A-1", &cmd(Verb::Ack));
    assert_eq!(house.item("A-1").state, Confirmed);
    let mut house = asked(&["A-1", "A-2"]);
    let mail = house.mail_answering(OWNER, Some(L::Confirmation));
    house.says_in(&mail, "A-1", &cmd(Verb::Ack));
    house.says_in(&mail, "A-2", &cmd(Verb::Ack));
    assert_eq!((house.item("A-1").state, house.item("A-2").state), (Proposed, Proposed));
    let mut house = asked(&["A-1", "A-2"]);
    house.rules.policy.ack_confirms = "all".into();
    let mail = house.mail_answering(OWNER, Some(L::Confirmation));
    house.says_in(&mail, "A-1", &cmd(Verb::Ack));
    house.says_in(&mail, "A-2", &cmd(Verb::Ack));
    assert_eq!((house.item("A-1").state, house.item("A-2").state), (Confirmed, Confirmed));
    // To a reminder it means read.
    let mut house = asked(&["A-1"]);
    house.run("2026-07-07T09:10:00+08:00");
    house.says(OWNER, Some(L::Digest), "A-1", &cmd(Verb::Ack));
    assert_eq!(house.item("A-1").state, Proposed);
}

#[test]
fn done_work_is_accepted_by_silence_after_five_working_days() {
    let mut house = house(Done);
    house.run("2026-07-13T17:00:00+08:00");
    assert_eq!(house.item("A-1").state, Done);
    let digests = house.take();
    assert_eq!(digests.iter().filter(|l| l.to == "zhangsan@example.com").count(), 3, "asked three times at most");
    house.run("2026-07-13T18:01:00+08:00");
    assert_eq!(house.item("A-1").state, Accepted);
}

#[test]
fn a_receipt_comes_at_once_to_the_first_words_and_is_shared() {
    let mut house = house(Proposed);
    house.keep(Record::Action(Box::new(item("A-2", Proposed, "2026-07-20"))));
    house.says(OWNER, None, "A-1", &cmd(Verb::Confirm));
    house.now = at("2026-07-06T10:05:00+08:00");
    house.says(OWNER, None, "A-2", &cmd(Verb::Confirm));
    assert_eq!(house.take().len(), 0);
    house.run("2026-07-06T10:11:00+08:00");
    let letters = house.take();
    assert_eq!(House::names(&letters), ["receipt lilei"]);
    assert_eq!(letters[0].data["changes"].as_array().unwrap().len(), 2);
    // Later a clean answer stands in the next digest, as recorded.
    house.now = at("2026-07-06T15:00:00+08:00");
    house.says(OWNER, None, "A-1", &cmd(Verb::Done));
    house.run("2026-07-06T18:00:00+08:00");
    assert_eq!(house.take().len(), 0);
    house.run("2026-07-07T09:10:00+08:00");
    let letters = house.take();
    assert_eq!(House::to(&letters, L::Digest, OWNER).data["recorded"][0]["verb"], "done");
}

#[test]
fn undo_puts_the_item_and_what_has_not_left_back() {
    let mut house = house(Confirmed);
    let mut delegate = cmd(Verb::Delegate);
    delegate.to = Some("孙鹏".into());
    house.says(ORGANIZER, None, "A-1", &delegate);
    assert_eq!(house.item("A-1").owner.as_deref(), Some("孙鹏"));
    house.now = at("2026-07-06T10:04:00+08:00");
    assert_eq!(house.says(ORGANIZER, None, "", &cmd(Verb::Undo)), Handled::Yes);
    assert_eq!((house.item("A-1").owner.as_deref(), house.item("A-1").state), (Some("李雷"), Confirmed));
    let letters = house.take();
    assert!(!letters.iter().any(|l| l.name == L::Confirmation), "the letter that waited is taken back");
    // 李雷 had been told at once: one line of correction.
    house.run("2026-07-07T09:10:00+08:00");
    let letters = house.take();
    let digest = House::to(&letters, L::Digest, OWNER);
    assert_eq!(digest.data["notes"][0]["verb"], "undo");
    assert!(!letters.iter().any(|l| l.to == "sunpeng@example.com"), "who heard nothing hears nothing");
}

#[test]
fn undo_ends_with_the_next_working_day_and_leaves_what_others_decided() {
    let mut house = house(Confirmed);
    house.says(OWNER, None, "A-1", &cmd(Verb::Done));
    house.now = at("2026-07-07T18:30:00+08:00");
    assert_eq!(house.says(OWNER, None, "", &cmd(Verb::Undo)), Handled::NotMine);
    let mut house = super::tests::house(Confirmed);
    house.says(OWNER, None, "A-1", &cmd(Verb::Done));
    house.says(ORGANIZER, None, "A-1", &cmd(Verb::Accept));
    house.says(OWNER, None, "", &cmd(Verb::Undo));
    assert_eq!(house.item("A-1").state, Accepted);
}

#[test]
fn a_handover_moves_everything_and_only_some_may() {
    let mut house = house(InProgress);
    house.keep(Record::Action(Box::new(item("A-2", Proposed, "2026-07-20"))));
    let mut handover = cmd(Verb::Handover);
    handover.from = Some("李雷".into());
    handover.to = Some("孙鹏".into());
    assert_eq!(house.says(STRANGER, None, "", &handover), Handled::NotAllowed);
    // 韩梅梅 is the head of 研发部.
    assert_eq!(house.says("hanmeimei", None, "", &handover), Handled::Yes);
    for id in ["A-1", "A-2"] {
        assert_eq!((house.item(id).owner.as_deref(), house.item(id).state), (Some("孙鹏"), Proposed));
    }
    let letters = house.take();
    assert_eq!(House::to(&letters, L::Confirmation, "sunpeng").lines.len(), 2, "one letter");
}

#[test]
fn an_assistant_reports_for_the_principal_and_approves_nothing() {
    let mut house = house(Confirmed);
    let mut boss = (*house.directory.by_address("zhangsan@example.com").unwrap().as_ref()).clone();
    boss.assistant = "王芳".into();
    house.add(boss);
    let mut owner = (*house.directory.by_address("lilei@example.com").unwrap().as_ref()).clone();
    owner.assistant = "王芳".into();
    house.add(owner);
    let mut postpone = cmd(Verb::Postpone);
    postpone.due = due("2026-07-20");
    assert_eq!(house.says("wangfang", None, "A-1", &postpone), Handled::Yes);
    assert_eq!(house.says("wangfang", None, "A-1", &cmd(Verb::Approve)), Handled::NotAllowed);
    assert!(house.item("A-1").request.is_some());
}

#[test]
fn those_who_wait_for_it_hear_that_it_is_finished_or_later() {
    let mut house = house(Confirmed);
    let mut later = item("A-2", Confirmed, "2026-07-20");
    later.owner = Some("王芳".into());
    later.owner_address = Some("wangfang@example.com".into());
    later.depends_on = vec!["A-1".into()];
    house.keep(Record::Action(Box::new(later)));
    let mut postpone = cmd(Verb::Postpone);
    postpone.due = due("2026-07-14");
    house.says(ORGANIZER, None, "A-1", &postpone);
    assert!(!House::names(&house.take()).contains(&"dependency wangfang".to_string()), "it does not press");
    assert_eq!(house.note("recorded/wangfang@example.com").unwrap()[0]["verb"], "upstream_slipped");
    postpone.due = due("2026-07-24");
    house.says(ORGANIZER, None, "A-1", &postpone);
    let letters = house.take();
    let warned = House::to(&letters, L::Dependency, "wangfang");
    assert_eq!((&warned.data["what"], &warned.data["own"][0]["light"]), (&json!("slipped"), &json!("red")));
    house.says(OWNER, None, "A-1", &cmd(Verb::Done));
    let letters = house.take();
    assert_eq!(House::to(&letters, L::Dependency, "wangfang").data["what"], "finished");
}

#[test]
fn urgent_items_have_their_own_clock() {
    let mut house = House::new("2026-07-10T09:05:00+08:00");
    let mut urgent = item("A-1", Confirmed, "2026-07-10");
    urgent.urgency = "urgent".into();
    house.keep(Record::Action(Box::new(urgent)));
    house.run("2026-07-10T14:30:00+08:00");
    let letters = house.take();
    assert_eq!(
        House::names(&letters),
        ["digest lilei", "reminder_urgent lilei"],
        "four hours before the end of the day"
    );
    assert!(!letters[1].urgent, "only the critical goes at night");
}

#[test]
fn tasks_of_a_mail_belong_to_its_sender() {
    use crate::domain::reading::{ItemReading, Owner};
    let mut house = House::new("2026-07-06T10:00:00+08:00");
    let reading = |owner: Option<&str>, task: &str| ItemReading {
        owner: owner.map(|name| Owner::One(name.into())),
        task: task.into(),
        deliverable: None,
        deadline: due("2026-07-10"),
        status: None,
        helpers: Vec::new(),
        confidence: 0.9,
        line: task.into(),
        due_phrase: Some("周五".into()),
        due_why: None,
        criterion: None,
        supervisor: None,
        start: None,
        urgency: None,
        depends_on: Vec::new(),
    };
    let mut mail = house.mail("zhangsan@example.com");
    mail.to.push(crate::domain::event::Mailbox { name: "李雷".into(), address: "lilei@example.com".into() });
    mail.to_us_alone = false;
    house.decide(|view, now| {
        assigned(view, &mail, &[reading(None, "整理竞品清单"), reading(Some("王芳"), "联系场地")], now)
    });
    assert_eq!(house.item("A-1").owner.as_deref(), Some("李雷"), "whom the mail is to");
    assert_eq!(house.item("A-2").owner.as_deref(), Some("王芳"));
    let letters = house.take();
    assert_eq!(House::names(&letters), ["confirmation lilei", "confirmation wangfang"]);
    assert!(matches!(House::to(&letters, L::Confirmation, OWNER).thread, crate::domain::letter::Thread::Reply { .. }));
    // 提醒我: an own item is nobody's question.
    let mut house = House::new("2026-07-06T10:00:00+08:00");
    let mail = house.mail("zhangsan@example.com");
    house.decide(|view, now| assigned(view, &mail, &[reading(None, "交电费")], now));
    assert_eq!(house.item("A-1").state, Confirmed);
    assert_eq!(house.take().len(), 0);
}

#[test]
fn silence_counts_from_delivery_not_from_the_night() {
    let mut house = House::new("2026-07-10T22:00:00+08:00");
    let mut unowned = item("A-1", Confirmed, "2026-07-20");
    unowned.asked_at = None;
    house.keep(Record::Action(Box::new(unowned)));
    let mut delegate = cmd(Verb::Delegate);
    delegate.to = Some("孙鹏".into());
    house.says(ORGANIZER, None, "A-1", &delegate);
    // Friday night: the letter reaches him on Monday; two working days from there.
    house.run("2026-07-14T20:00:00+08:00");
    assert_eq!(house.item("A-1").state, Proposed);
    house.run("2026-07-15T18:01:00+08:00");
    assert!(house.item("A-1").by_default);
}
