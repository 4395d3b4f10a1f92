//! Meetings, from the call to the chase for minutes.

use crate::story::{self, Story};
use duban::config::Config;
use duban::simulate::mails::{Choice, MailLine};
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

fn called() -> Office {
    let mut story = Office::new();
    story.mail("03-11 10:00", "zhangsan", "新品启动会", CALL);
    story
}

fn to_all(letter: &str, at: &str) -> Vec<String> {
    ["guoliang", "lilei", "wangfang", "zhangsan", "zhaoqiang"].iter().map(|to| format!("{at} {letter} {to}")).collect()
}

#[test]
fn a_call_becomes_a_meeting_and_runs_its_course() {
    let mut story = called();
    story.reply("03-11 11:00", "guoliang", "meeting_notice", "准时参加");
    story.reply("03-11 11:05", "zhaoqiang", "meeting_notice", "收到");
    let told = story.until("03-18 20:00");
    let mut want = to_all("meeting_notice", "03-11 10:00");
    want.extend([
        // 郭亮 answered; 李雷 owes the plan and an answer, in one letter; 王芳 presents; 赵强 is only informed.
        "03-13 09:00 materials_chase lilei".to_string(),
        "03-13 09:00 rsvp_chase wangfang".to_string(),
        "03-13 14:00 readiness zhangsan".to_string(),
        "03-16 12:00 run_sheet zhangsan".to_string(),
        "03-17 10:00 minutes_chase wangfang".to_string(),
        "03-17 18:00 minutes_chase zhangsan".to_string(),
    ]);
    assert_eq!(told.letters(), want);
    let meeting = told.meeting("M-1");
    assert_eq!((meeting["state"].as_str(), meeting["kind"].as_str()), (Some("held"), Some("kickoff")));
    assert_eq!(
        [told.rsvp("M-1", "guoliang"), told.rsvp("M-1", "lilei"), told.rsvp("M-1", "zhaoqiang")],
        ["accepted", "default", "accepted"]
    );
    let notice = told.letter("meeting_notice", "lilei");
    assert_eq!((notice["ics"]["method"].as_str(), notice["ics"]["sequence"].as_i64()), (Some("REQUEST"), Some(0)));
    let text = told.text("meeting_notice", "lilei");
    assert!(text.contains("测试方案") && text.contains("14:10"), "{text}");
    assert!(notice["subject"].as_str().unwrap().ends_with("[M-1]"));
}

#[test]
fn an_english_call_in_a_sentence() {
    let mut story = Office::new();
    let text = "Hi all,\n\nLet's meet this Friday at 3pm for 45 minutes in Room Everest to decide who tests what.\n\nObjective: agree on test resources for release 2.0\nAgenda:\n  1) Current load per team - 10 min - 李雷\n  2) Gaps and options - 15 min - 王芳 (outcome: one option chosen)\n  3) Next steps - 5 min\n\nAlice\n";
    story.0.at("03-11 10:00").mail_line(MailLine {
        from: Some("alice@example.com".into()),
        to: Some(vec!["duban@example.com".into(), "lilei@example.com".into()]),
        cc: vec!["wangfang@example.com".into()],
        subject: Some("Resource review on Friday".into()),
        text: Some(text.into()),
        authenticated: true,
        ..MailLine::default()
    });
    let told = story.until("03-11 12:00");
    assert_eq!(
        told.letters(),
        ["03-11 10:00 meeting_notice alice", "03-11 10:00 meeting_notice lilei", "03-11 10:00 meeting_notice wangfang"]
    );
    let meeting = told.meeting("M-1");
    assert_eq!((meeting["start"].as_str(), meeting["minutes"].as_u64()), (Some("2026-03-13T15:00:00+08:00"), Some(45)));
    assert_eq!(meeting["place"], "Room Everest");
    // 李雷 stood in To: the notice is an answer in the thread he has (O8).
    assert!(told.letter("meeting_notice", "lilei")["in_reply_to"].is_string());
}

#[test]
fn words_and_calendars_make_one_record() {
    let mut story = called();
    story.calendar("03-11 11:00", "lilei", "ACCEPTED");
    story.reply("03-11 11:30", "lilei", "meeting_notice", "请假，不参加了");
    story.calendar("03-11 12:00", "wangfang", "TENTATIVE");
    let told = story.until("03-11 13:00");
    assert_eq!([told.rsvp("M-1", "lilei"), told.rsvp("M-1", "wangfang")], ["declined", "tentative"]);
    assert_eq!(told.letters().len(), 5, "answers get no receipt: {:?}", told.letters());
}

#[test]
fn somebody_comes_in_my_place() {
    let mut story = called();
    story.reply("03-11 11:00", "lilei", "meeting_notice", "由孙鹏代我参加");
    let told = story.until("03-11 13:00");
    assert_eq!(told.since("03-11 10:30"), ["03-11 11:00 meeting_notice sunpeng"]);
    assert!(told.text("meeting_notice", "sunpeng").contains("李雷"));
    assert_eq!(told.rsvp("M-1", "lilei"), "delegated");
}

#[test]
fn the_organizer_moves_it_by_a_reply() {
    let mut story = called();
    story.reply("03-11 11:00", "lilei", "meeting_notice", "参加");
    story.reply("03-12 10:00", "zhangsan", "meeting_notice", "改到3月17日10:00");
    let told = story.until("03-12 11:00");
    assert_eq!(told.since("03-12 00:00"), to_all("meeting_update", "03-12 10:00"));
    assert_eq!(told.letter("meeting_update", "lilei")["ics"]["sequence"], 1);
    assert_eq!(told.meeting("M-1")["start"], "2026-03-17T10:00:00+08:00");
    assert_eq!(told.rsvp("M-1", "lilei"), "none");
}

#[test]
fn called_off_in_english() {
    let mut story = called();
    story.reply("03-12 10:00", "zhangsan", "meeting_notice", "cancel the meeting");
    let told = story.until("03-18 10:00");
    assert_eq!(told.since("03-12 00:00"), to_all("meeting_cancelled", "03-12 10:00"));
    assert_eq!(told.letter("meeting_cancelled", "lilei")["ics"]["method"], "CANCEL");
    assert_eq!(told.meeting("M-1")["state"], "cancelled");
}

#[test]
fn nobody_else_calls_it_off() {
    let mut story = called();
    story.reply("03-12 10:00", "lilei", "meeting_notice", "取消会议");
    let told = story.until("03-12 11:00");
    assert_eq!(told.meeting("M-1")["state"], "announced");
    assert!(told.since("03-12 00:00").iter().all(|line| !line.contains("meeting_cancelled")));
}

#[test]
fn another_time_is_asked_of_the_organizer() {
    let mut story = called();
    story.reply("03-12 10:00", "lilei", "meeting_notice", "改到3点行吗");
    story.reply("03-12 11:00", "zhangsan", "organizer_note", "同意");
    let told = story.until("03-12 12:00");
    assert_eq!(told.since("03-12 00:00")[0], "03-12 10:00 organizer_note zhangsan");
    assert_eq!(told.meeting("M-1")["start"], "2026-03-16T15:00:00+08:00");
}

#[test]
fn what_is_missing_is_asked_back_once() {
    let mut story = Office::new();
    story.mail(
        "03-11 10:00",
        "zhangsan",
        "新品启动会",
        "主题：新品启动会\n目标：确定分工\n参会人：李雷、王芳\n议程：\n1. 目标对齐（10分钟）\n",
    );
    story.reply("03-11 10:30", "zhangsan", "call_gaps", "时间：3月16日 14:00-15:00");
    let told = story.until("03-11 12:00");
    let want = [
        "03-11 10:00 call_gaps zhangsan",
        "03-11 10:30 meeting_notice lilei",
        "03-11 10:30 meeting_notice wangfang",
        "03-11 10:30 meeting_notice zhangsan",
    ];
    assert_eq!(told.letters(), want);
}

#[test]
fn a_first_call_is_shown_first() {
    let mut story = Office::with(|config| config.policy.preview = "doubt".into());
    story.mail("03-11 10:00", "zhangsan", "新品启动会", CALL);
    story.reply("03-11 10:10", "zhangsan", "call_preview", "发送");
    let told = story.until("03-11 12:00");
    let mut want = vec!["03-11 10:00 call_preview zhangsan".to_string()];
    want.extend(to_all("meeting_notice", "03-11 10:10"));
    assert_eq!(told.letters(), want);
}

#[test]
fn a_preview_is_corrected_in_words() {
    let mut story = Office::with(|config| config.policy.preview = "always".into());
    story.mail("03-11 10:00", "zhangsan", "新品启动会", CALL);
    story.reply("03-11 10:10", "zhangsan", "call_preview", "改到3月17日下午3点");
    story.reply("03-11 10:20", "zhangsan", "call_preview", "发送");
    let told = story.until("03-11 12:00");
    assert_eq!(told.since("03-11 10:05")[0], "03-11 10:10 call_preview zhangsan");
    assert_eq!(told.meeting("M-1")["start"], "2026-03-17T15:00:00+08:00");
    assert_eq!(told.meeting("M-1")["state"], "announced");
}

#[test]
fn a_corrected_call_is_an_update() {
    let mut story = called();
    story.mail("03-11 15:00", "zhangsan", "【更正】新品启动会", &CALL.replace("14:00-15:00", "15:00-16:00"));
    let told = story.until("03-11 16:00");
    assert_eq!(told.since("03-11 12:00"), to_all("meeting_update", "03-11 15:00"));
    assert_eq!(told.meeting("M-1")["start"], "2026-03-16T15:00:00+08:00");
}

#[test]
fn unsure_whether_it_is_a_change_it_asks() {
    let mut story = called();
    story.mail("03-11 15:00", "zhangsan", "新品启动会", &CALL.replace("3月16日（周一）", "3月24日（周二）"));
    story.reply("03-11 15:10", "zhangsan", "call_preview", "2");
    let told = story.until("03-11 16:00");
    let mut want = vec!["03-11 15:00 call_preview zhangsan".to_string()];
    want.extend(to_all("meeting_notice", "03-11 15:10"));
    assert_eq!(told.since("03-11 12:00"), want);
    assert_eq!(told.meeting("M-1")["start"], "2026-03-16T14:00:00+08:00");
}

#[test]
fn under_a_working_day_only_notice_and_run_sheet() {
    let mut story = Office::new();
    story.mail("03-16 09:00", "zhangsan", "新品启动会", CALL);
    let told = story.until("03-16 15:00");
    let mut want = to_all("meeting_notice", "03-16 09:00");
    want.push("03-16 12:00 run_sheet zhangsan".into());
    assert_eq!(told.letters(), want);
}

#[test]
fn at_night_notices_wait_for_the_morning() {
    let mut story = Office::new();
    story.mail("03-11 22:00", "zhangsan", "新品启动会", CALL);
    let told = story.until("03-12 10:00");
    let mut want = vec!["03-11 22:00 meeting_notice zhangsan".to_string()];
    want.extend(to_all("meeting_notice", "03-12 08:00").into_iter().filter(|line| !line.contains("zhangsan")));
    assert_eq!(told.letters(), want);
}

#[test]
fn what_was_not_held_is_not_chased() {
    for words in ["没开", "不用纪要", "The meeting did not take place"] {
        let mut story = called();
        story.reply("03-16 17:00", "zhangsan", "run_sheet", words);
        let told = story.until("03-20 18:00");
        assert!(told.since("03-16 15:00").is_empty(), "{words}: {:?}", told.since("03-16 15:00"));
    }
}

#[test]
fn a_dead_address_is_told_to_the_organizer_once() {
    let mut story = called();
    story.0.script(json!({"at": "2026-03-11T10:05:00+08:00", "bounce": {"letter": "meeting_notice", "to": "zhaoqiang@example.com", "status": "5.1.1"}}));
    let told = story.until("03-11 12:00");
    assert_eq!(told.since("03-11 10:01"), ["03-11 10:05 organizer_note zhangsan"]);
    assert!(told.text("organizer_note", "zhangsan").contains("赵强"));
}

#[test]
fn a_topic_is_proposed_by_a_reply() {
    let mut story = called();
    story.reply("03-12 10:00", "lilei", "meeting_notice", "补充议题：预算调整（10分钟）");
    let told = story.until("03-12 12:00");
    assert_eq!(told.since("03-12 00:00"), ["03-12 10:00 organizer_note zhangsan"]);
    let meeting = told.meeting("M-1");
    let agenda = meeting["agenda"].as_array().unwrap();
    assert_eq!(agenda.last().unwrap()["title"], "预算调整");
}

fn weekly() -> Office {
    let mut story = Office::new();
    let call = CALL
        .replace("新品启动会", "产品周例会")
        .replace("时间：2026年3月16日（周一）14:00-15:00", "时间：2026年3月16日（周一）14:00-15:00\n周期：每周一");
    story.mail("03-11 10:00", "zhangsan", "产品周例会", &call);
    story
}

#[test]
fn a_series_makes_its_next_occurrence() {
    let told = weekly().until("03-19 18:00");
    let notices: Vec<String> =
        told.since("03-18 00:00").into_iter().filter(|line| line.contains("meeting_notice")).collect();
    // O8: it stands in everybody's calendar; only who owes material anew has something to read.
    assert_eq!(notices, ["03-19 10:00 meeting_notice lilei"]);
    assert_eq!(told.meeting("M-2")["start"], "2026-03-23T14:00:00+08:00");
    // The first invite carries the rule; the occurrence needs none.
    assert!(told.letter("meeting_notice", "lilei")["ics"].is_null());
}

#[test]
fn materials_reach_everybody_the_day_before() {
    let mut story = called();
    story.0.at("03-12 10:00").mail_line(MailLine {
        from: Some("lilei@example.com".into()),
        text: Some("测试方案请查收，谢谢。".into()),
        attach: vec![("测试方案V2.docx".into(), b"not really a document".to_vec())],
        ..answer("lilei", "meeting_notice")
    });
    let told = story.until("03-13 16:00");
    let packs: Vec<String> = told.since("03-13 14:30");
    let want = ["guoliang", "wangfang", "zhangsan", "zhaoqiang"].map(|to| format!("03-13 15:00 materials_pack {to}"));
    assert_eq!(packs, want);
    assert_eq!(told.letter("materials_pack", "wangfang")["attachments"], json!(["测试方案V2.docx"]));
    assert_eq!(told.meeting("M-1")["materials"][0]["received"], true);
    // Who has delivered is not chased for it.
    assert!(told.letters().iter().all(|line| !line.contains("materials_chase")));
}

/// A reply as a client writes it, to be filled in.
fn answer(from: &str, letter: &str) -> MailLine {
    MailLine {
        from: Some(story::address(from)),
        reply_to: Some(Choice { letters: vec![letter.into()], to: story::address(from), object: None, nth: -1 }),
        quote: true,
        authenticated: true,
        ..MailLine::default()
    }
}

#[test]
fn a_link_counts_as_the_material() {
    let mut story = called();
    story.reply(
        "03-12 10:00",
        "lilei",
        "meeting_notice",
        "测试方案放在这里了：https://docs.qq.com/doc/DTkx 请大家先看",
    );
    let told = story.until("03-13 16:00");
    assert_eq!(told.meeting("M-1")["materials"][0]["received"], true);
    assert!(told.text("materials_pack", "wangfang").contains("https://docs.qq.com/doc/DTkx"));
}

#[test]
fn a_taken_room_is_told_at_once() {
    let mut story = Office::new();
    story.0.person(json!({"name": "3号会议室", "address": "room3@example.com", "kind": "room"}));
    story.mail("03-11 10:00", "zhangsan", "新品启动会", CALL);
    story.calendar("03-11 10:01", "room3", "DECLINED");
    let told = story.until("03-11 12:00");
    assert_eq!(told.since("03-11 10:01"), ["03-11 10:01 organizer_note zhangsan"]);
    assert!(told.text("organizer_note", "zhangsan").contains("3号会议室"));
    assert_eq!(told.letter("meeting_notice", "room3")["ics"]["method"], "REQUEST");
}

#[test]
fn a_confidential_title_is_in_no_subject() {
    let mut story = Office::new();
    story.mail("03-11 10:00", "zhangsan", "【机密】新品启动会", CALL);
    let told = story.until("03-18 20:00");
    let subjects: Vec<&str> = told.0.out.iter().filter_map(|line| line["subject"].as_str()).collect();
    assert!(subjects.len() > 5 && subjects.iter().all(|subject| !subject.contains("新品启动会")), "{subjects:?}");
    assert_eq!(told.meeting("M-1")["confidential"], true);
}

#[test]
fn english_words_do_the_same() {
    let mut story = called();
    story.reply("03-11 11:00", "lilei", "meeting_notice", "I'll attend, but 10 minutes late.");
    story.reply("03-11 11:01", "wangfang", "meeting_notice", "Sorry, can't make it.");
    story.reply("03-11 11:02", "guoliang", "meeting_notice", "Maybe, I'll confirm tomorrow");
    story.reply("03-11 11:03", "zhangsan", "meeting_notice", "Move to Tuesday March 17 at 10:00");
    let told = story.until("03-11 12:00");
    assert_eq!(told.meeting("M-1")["start"], "2026-03-17T10:00:00+08:00");
    assert_eq!(told.since("03-11 11:03"), to_all("meeting_update", "03-11 11:03"));
}

#[test]
fn a_series_on_a_holiday_is_asked_about() {
    let mut story = Office::new();
    let call = CALL
        .replace("新品启动会", "产品周例会")
        .replace("时间：2026年3月16日（周一）14:00-15:00", "时间：2026年4月24日（周五）14:00-15:00\n周期：每周五")
        .replace("，3月13日前", "");
    story.mail("04-20 10:00", "zhangsan", "产品周例会", &call);
    story.reply("04-24 16:00", "zhangsan", "meeting_notice", "不用纪要");
    story.reply("04-28 11:00", "zhangsan", "organizer_note", "顺延");
    let told = story.until("05-06 12:00");
    // 1 May is a holiday; the first working day after it is the 6th.
    assert_eq!(told.since("04-28 00:00")[0], "04-28 10:00 organizer_note zhangsan");
    assert_eq!(told.meeting("M-2")["start"], "2026-05-06T14:00:00+08:00");
    assert_eq!(told.letter("meeting_notice", "lilei")["ics"]["sequence"], 0);
}

#[test]
fn two_without_minutes_and_the_organizer_is_asked() {
    let told = weekly().until("03-27 12:00");
    let asked: Vec<String> = told
        .since("03-26 00:00")
        .into_iter()
        .filter(|line| line.contains("organizer_note") || line.contains("meeting_notice"))
        .collect();
    assert_eq!(asked, ["03-26 10:00 organizer_note zhangsan"]);
    assert_eq!(told.meeting("M-3")["state"], "draft");
}

#[test]
fn several_meetings_in_one_mail() {
    let mut story = Office::new();
    let text = "请安排以下会议：\n\n| 会议主题 | 时间 | 地点 | 参会人 |\n|---|---|---|---|\n| 需求评审会 | 2026-03-16 10:00 | 2号会议室 | 李雷、王芳 |\n| 预算沟通会 | 2026-03-17 15:00 | 3号会议室 | 赵强、李雷 |\n";
    story.mail("03-11 10:00", "zhangsan", "会议安排表", text);
    let told = story.until("03-11 12:00");
    assert_eq!(told.meeting("M-1")["title"], "需求评审会");
    assert_eq!(told.meeting("M-2")["start"], "2026-03-17T15:00:00+08:00");
    assert_eq!(told.letters().iter().filter(|line| line.ends_with("meeting_notice lilei")).count(), 2);
}

#[test]
fn minutes_end_the_chase() {
    let mut story = called();
    story.reply(
        "03-16 16:00",
        "wangfang",
        "meeting_notice",
        "会议纪要\n\n决议：\n1. 新品9月1日上市\n\n待办事项：\n1. 李雷 3月20日前提交测试报告\n",
    );
    let told = story.until("03-18 20:00");
    assert!(told.letters().iter().all(|line| !line.contains("minutes_chase")), "{:?}", told.letters());
    assert_eq!(told.meeting("M-1")["state"], "minuted");
}

#[test]
fn somebody_on_the_phone_calls_it_off_after_the_start() {
    let mut story = called();
    story.reply("03-16 14:30", "zhangsan", "run_sheet", "取消了");
    let told = story.until("03-20 18:00");
    assert_eq!(told.meeting("M-1")["state"], "cancelled");
    assert!(told.letters().iter().all(|line| !line.contains("minutes_chase")));
}

#[test]
fn in_bcc_the_sender_alone_hears_of_it() {
    let mut story = Office::new();
    story.0.at("03-11 10:00").mail_line(MailLine {
        from: Some("zhangsan@example.com".into()),
        to: Some(vec!["lilei@example.com".into(), "wangfang@example.com".into()]),
        subject: Some("新品启动会".into()),
        text: Some(CALL.into()),
        headers: vec![("X-Bcc".into(), "duban@example.com".into())],
        authenticated: true,
        ..MailLine::default()
    });
    let told = story.until("03-11 12:00");
    assert!(told.letters().iter().all(|line| line.ends_with("call_preview zhangsan")), "{:?}", told.letters());
}

#[test]
fn a_routine_begins_where_its_words_say() {
    for (when, start) in [
        ("每周一14:00-15:00，从2026年3月23日开始", "2026-03-23T14:00:00+08:00"),
        ("每周一14:00-15:00", "2026-03-16T14:00:00+08:00"),
        ("every Monday 14:00-15:00, starting 2026-03-23", "2026-03-23T14:00:00+08:00"),
        ("每两周周三下午2点", "2026-03-11T14:00:00+08:00"),
    ] {
        let mut story = Office::new();
        story.mail("03-11 10:00", "zhangsan", "产品周例会", &CALL.replace("2026年3月16日（周一）14:00-15:00", when));
        let told = story.until("03-11 12:00");
        assert_eq!(told.meeting("M-1")["start"], start, "{when}");
        assert!(told.meeting("M-1")["recurrence"].is_object(), "{when}");
    }
}

#[test]
fn a_call_in_a_sentence_asks_for_material_and_moves_by_the_clock_alone() {
    let mut story = Office::new();
    let text = "大家好，\n\n我们周五下午3点在2号会议室开会讨论Q2预算，大概一小时。王芳请准备预算明细。\n\n李雷";
    story.0.at("03-11 10:00").mail("lilei", &["wangfang", "guoliang"], "讨论Q2预算", text);
    story.reply("03-12 08:30", "lilei", "meeting_notice", "改到下午4点");
    let told = story.until("03-12 15:00");
    let meeting = told.meeting("M-1");
    assert_eq!(meeting["start"], "2026-03-13T16:00:00+08:00");
    assert_eq!(
        (meeting["materials"][0]["owner"].as_str(), meeting["materials"][0]["name"].as_str()),
        (Some("王芳"), Some("预算明细"))
    );
    assert!(told.text("meeting_notice", "lilei").contains("没有议程"));
    assert!(told.letters().contains(&"03-12 09:00 materials_chase wangfang".to_string()), "{:?}", told.letters());
}
