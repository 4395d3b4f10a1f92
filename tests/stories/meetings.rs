//! Meetings, from the call to the chase for minutes.

use crate::story::{self, Story};
use duban::config::Config;
use duban::simulate::mails::MailLine;
use serde_json::{Value, json};

/// The office with one more colleague, told with the moment first.
struct Office(Story);

impl Office {
    fn new() -> Office {
        Office::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Config)) -> Office {
        let mut story = Story::office().with(change);
        story.person(json!({"name": "孙鹏", "address": "sunpeng@example.com", "department": "研发部"}));
        Office(story)
    }

    fn mail(&mut self, at: &str, from: &str, subject: &str, text: &str) {
        self.0.at(at).mail(from, &[], subject, text);
    }

    fn reply(&mut self, at: &str, from: &str, letter: &str, text: &str) {
        self.0.at(at).reply(from, letter, text);
    }

    fn calendar(&mut self, at: &str, from: &str, partstat: &str) {
        self.0.at(at).calendar_answer(from, partstat);
    }

    fn until(mut self, at: &str) -> Told {
        self.0.at(at);
        Told(self.0)
    }
}

/// What came of it.
struct Told(Story);

impl Told {
    /// Letters as `03-13 09:00 rsvp_chase wangfang`, sorted.
    fn letters(&self) -> Vec<String> {
        let letters = self.0.out.iter().filter(|line| line["message_id"].is_string() && line["letter"].is_string());
        let mut all: Vec<String> = letters
            .map(|line| {
                let at = line["at"].as_str().unwrap();
                let to = line["to"].as_str().unwrap().trim_end_matches("@example.com");
                format!("{} {} {} {to}", &at[5..10], &at[11..16], line["letter"].as_str().unwrap())
            })
            .collect();
        all.sort();
        all
    }

    fn since(&self, at: &str) -> Vec<String> {
        self.letters().into_iter().filter(|line| line.as_str() >= at).collect()
    }

    /// The last letter of a name to somebody, as `simulate` prints it.
    fn letter(&self, name: &str, to: &str) -> &Value {
        let to = story::address(to);
        let mut letters = self.0.out.iter().filter(|line| line["message_id"].is_string());
        let last = letters.rfind(|line| line["letter"] == name && line["to"] == to.as_str());
        last.unwrap_or_else(|| panic!("no {name} to {to}:\n{}", self.0.told()))
    }

    fn text(&self, name: &str, to: &str) -> &str {
        self.letter(name, to)["text"].as_str().unwrap()
    }

    fn meeting(&self, id: &str) -> Value {
        self.0.object(id)
    }

    fn rsvp(&self, id: &str, name: &str) -> String {
        self.0.rsvp(id, name)
    }
}

const CALL: &str = "会议主题：新品启动会
会议目标：确定上市时间和各部门分工
时间：2026年3月16日（周一）14:00-15:00
地点：3号会议室
主持人：张三
记录人：王芳
参会人：郭亮（决策人）、王芳（执行人）、李雷（执行人）、赵强（知会人）

议程：
1. 目标对齐（10分钟，主讲：张三，必达结论：确认首月目标）
2. 测试资源协调（15分钟，主讲：李雷，必达结论：确认到位时间）
3. 关键里程碑（15分钟，主讲：王芳，必达结论：确定日期）

会前材料：
- 李雷：《测试方案》，3月13日前
";

/// An invite of 张三's own calendar program, with us among the attendees.
fn invite(method: &str, sequence: u32, start: &str) -> String {
    format!(
        "From: =?utf-8?B?5byg5LiJ?= <zhangsan@example.com>
To: duban@example.com, lilei@example.com, wangfang@example.com
Subject: =?utf-8?B?6aKE566X5rKf6YCa?=
Date: Wed, 11 Mar 2026 10:00:00 +0800
Message-ID: <invite-{method}-{sequence}@example.com>
MIME-Version: 1.0
Content-Type: text/calendar; charset=utf-8; method={method}

BEGIN:VCALENDAR
PRODID:-//Example//EN
VERSION:2.0
METHOD:{method}
BEGIN:VEVENT
UID:foreign-77@example.com
SEQUENCE:{sequence}
DTSTAMP:20260311T02000{sequence}Z
DTSTART:{start}
DURATION:PT30M
SUMMARY:预算沟通
LOCATION:2号会议室
ORGANIZER;CN=张三:mailto:zhangsan@example.com
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION:mailto:duban@example.com
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;CN=李雷:mailto:lilei@example.com
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;CN=王芳:mailto:wangfang@example.com
END:VEVENT
END:VCALENDAR
"
    )
}

#[test]
fn a_calendar_invite_is_accepted_followed_and_never_repeated() {
    let mut story = Office::new();
    story.0.at("03-11 10:00").raw(&invite("REQUEST", 0, "20260316T060000Z"), true);
    story.0.at("03-12 10:00").raw(&invite("REQUEST", 1, "20260317T060000Z"), true);
    // An older version that was slow changes nothing.
    story.0.at("03-12 11:00").raw(&invite("REQUEST", 0, "20260316T060000Z").replace("invite-", "slow-"), true);
    let told = story.until("03-17 13:00");
    assert_eq!(told.since("03-11 00:00")[0], "03-11 10:00 organizer_note zhangsan");
    assert_eq!(told.letter("organizer_note", "zhangsan")["ics"]["method"], "REPLY");
    let meeting = told.meeting("M-1");
    assert_eq!(
        (meeting["title"].as_str(), meeting["start"].as_str()),
        (Some("预算沟通"), Some("2026-03-17T14:00:00+08:00"))
    );
    let others: Vec<String> =
        told.letters().into_iter().filter(|line| line.ends_with("lilei") || line.ends_with("wangfang")).collect();
    assert!(others.is_empty(), "the organizer's own invite says it all: {others:?}");
}

#[test]
fn a_calendar_invite_is_withdrawn_by_its_organizer_alone() {
    let mut story = Office::new();
    story.0.at("03-11 10:00").raw(&invite("REQUEST", 0, "20260316T060000Z"), true);
    let forged = invite("CANCEL", 1, "20260316T060000Z")
        .replacen("<zhangsan@example.com>", "<lilei@example.com>", 1)
        .replacen("=?utf-8?B?5byg5LiJ?=", "lilei", 1);
    story.0.at("03-11 11:00").raw(&forged.replace("invite-", "forged-"), true);
    assert_eq!(story.0.object("M-1")["state"], "announced");
    story.0.at("03-11 12:00").raw(&invite("CANCEL", 1, "20260316T060000Z"), true);
    let told = story.until("03-17 13:00");
    assert_eq!(told.meeting("M-1")["state"], "cancelled");
    assert_eq!(told.since("03-11 10:01"), Vec::<String>::new());
}

#[test]
fn a_meeting_that_was_there_before_has_its_days_before_and_after() {
    let mut story = Office::new();
    story.0.meeting(json!({"id": "M-7", "title": "新品启动会", "kind": "kickoff", "start": "2026-03-16T14:00:00+08:00", "minutes": 60,
        "organizer": "张三", "organizer_address": "zhangsan@example.com", "recorder": "王芳", "state": "announced",
        "attendees": [{"name": "李雷", "address": "lilei@example.com", "role": "decider", "rsvp": "none"},
                      {"name": "王芳", "address": "wangfang@example.com", "role": "doer", "rsvp": "accepted"}],
        "materials": [{"owner": "研发部", "name": "可行性评估", "due": "2026-03-13"}]}));
    story.mail("03-11 10:00", "alice", "Hello", "");
    let told = story.until("03-17 12:00");
    let want = [
        "03-13 09:00 materials_chase wangfang",
        "03-13 09:00 rsvp_chase lilei",
        "03-13 14:00 readiness zhangsan",
        "03-16 12:00 run_sheet zhangsan",
        "03-17 10:00 minutes_chase wangfang",
    ];
    assert_eq!(told.since("03-12 00:00"), want);
}

#[test]
fn a_stranger_calls_nothing() {
    let mut story = Office::new();
    story.mail("03-11 10:00", "eve@elsewhere.example.net", "新品启动会", CALL);
    let told = story.until("03-16 15:00");
    assert!(told.letters().is_empty(), "{:?}", told.letters());
}
