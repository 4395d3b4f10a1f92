//! Lists that are taken over (O37), and what cannot be read (O36).

use crate::story::{Story, address};
use base64::Engine as _;
use duban::simulate::mails::MailLine;
use serde_json::json;

const LIST: &str = "完成时间,序号,事项,责任人,进度\n2026-03-05,1,提交测试报告,李雷,进行中\n2026-03-20,2,更新合同,王芳,未开始\n\
    2026-02-20,3,整理预算,赵强,已完成\n,4,联系物流,,未开始\n";

fn with_file(from: &str, subject: &str, text: &str, name: &str, bytes: &[u8]) -> MailLine {
    MailLine {
        from: Some(address(from)),
        subject: Some(subject.into()),
        text: Some(text.into()),
        attach: vec![(name.into(), bytes.to_vec())],
        authenticated: true,
        ..MailLine::default()
    }
}

/// Nothing is in force before 确认导入; then one letter an owner, silence about what is done, and five working days of
/// grace for what is overdue.
#[test]
fn a_list_is_taken_over() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail_line(with_file(
        "zhangsan",
        "导入台账",
        "附件是待办台账，请导入。",
        "台账.csv",
        LIST.as_bytes(),
    ));
    let read = &story.letter("answer", "zhangsan").text;
    for said in ["4 条", "1 条已完成", "1 条已过期", "1 条缺负责人"] {
        assert!(read.contains(said), "{said}: {read}");
    }
    assert!(story.actions().is_empty(), "not in force yet");
    story.reply("zhangsan", "answer", "确认导入");
    story.at("03-11 12:00");
    assert_eq!(
        (story.count("confirmation", "lilei"), story.count("confirmation", "wangfang")),
        (1, 1),
        "{}",
        story.told()
    );
    assert_eq!(story.letters_to("zhaoqiang").len(), 0, "done rows are silent");
    assert_eq!(story.item("整理预算")["state"], "accepted");
    story.at("03-18 18:00");
    assert_eq!(story.letters("escalation").len(), 0, "{}", story.told());
    assert!(!story.letters_to("lilei").iter().any(|l| l.text.contains("已逾期 — 请说明")), "grace: {}", story.told());
    story.at("03-20 12:00");
    assert!(story.letter("digest", "lilei").text.contains("提交测试报告"));
    let told = &story.letter("escalation", "zhangsan").text;
    assert!(told.contains("提醒过 2 次"), "only what was really said is counted: {told}");
}

/// The same in English; without a list there is nothing to confirm.
#[test]
fn an_english_list() {
    let mut story = Story::office();
    story.at("03-11 10:00").mail("alice", &[], "confirm import", "confirm import");
    assert!(story.letter("error", "alice").text.contains("no list to import"), "{}", story.told());
    story.mail(
        "alice",
        &[],
        "import our task register",
        "| Task | Owner | Due | Status |\n|---|---|---|---|\n| send the contract | Bob Li | 2026-03-20 | open |\n| book the venue | Bob Li | 2026-03-24 | open |\n",
    );
    assert!(story.letter("answer", "alice").text.contains("2 rows"), "{}", story.told());
    story.reply("alice", "answer", "confirm import");
    story.at("03-11 12:00");
    assert_eq!(story.count("confirmation", "bob"), 1, "{}", story.told());
    assert_eq!(story.item("book the venue")["due"], "2026-03-24");
}

/// Minutes that name a day gone by are not late before anybody knew of them.
#[test]
fn late_counts_from_the_day_it_is_known() {
    let mut story = Story::office();
    story.at("03-11 16:00").mail(
        "zhangsan",
        &["lilei"],
        "周会纪要",
        "会议纪要\n待办事项：\n1. 负责人：李雷；任务：提交测试报告；截止时间：3月5日\n",
    );
    story.at("03-12 18:00");
    assert_eq!(story.letters("escalation").len(), 0, "{}", story.told());
}

/// A photo of the minutes is minutes: filed, sent on as it is, and asked back as a table with the attendees in it.
#[test]
fn a_scan_is_asked_back_as_a_table() {
    let mut story = Story::office();
    story.meeting(json!({"id": "M-1", "title": "评审会", "organizer": "张三", "recorder": "王芳", "state": "held",
        "start": "2026-03-11T09:00:00+08:00", "minutes": 60, "attendees": [{"name": "李雷"}, {"name": "王芳"}]}));
    story.at("03-11 11:00");
    story.mail_line(with_file("wangfang", "评审会 会议纪要", "会议纪要见附件", "纪要.pdf", b"%PDF-1.4 scan"));
    let asked = &story.letter("minutes_gaps", "wangfang").text;
    assert!(asked.contains("纪要.pdf") && asked.contains("负责人：李雷；任务："), "{asked}");
    story.at("03-11 11:30").reply(
        "wangfang",
        "minutes_gaps",
        "负责人：李雷；任务：提交测试报告；交付物：；截止时间：3月18日",
    );
    story.at("03-11 13:00");
    let summary = story.letter("summary", "lilei");
    assert!(summary.text.contains("提交测试报告") && summary.attachments == ["纪要.pdf"], "{:?}", summary.attachments);
    assert_eq!(story.object("M-1")["state"], "minuted");
}

/// A property of MAPI with a name: (set, number, type, value).
fn named(set: &[u8; 16], number: u32, kind: u16, value: &[u8]) -> Vec<u8> {
    let mut out = (0x8001_u32 << 16 | u32::from(kind)).to_le_bytes().to_vec();
    out.extend(set);
    out.extend([0; 4]);
    out.extend(number.to_le_bytes());
    if kind == 0x0102 {
        out.extend(1u32.to_le_bytes());
        out.extend((value.len() as u32).to_le_bytes());
    }
    out.extend(value);
    out.resize(out.len().div_ceil(4) * 4, 0);
    out
}

/// Outlook wraps an invitation in winmail.dat: it is an invitation all the same.
#[test]
fn an_invitation_in_winmail_dat() {
    let filetime = |text: &str| {
        let begins = chrono::DateTime::parse_from_rfc3339("1601-01-01T00:00:00Z").unwrap();
        let at = chrono::DateTime::parse_from_rfc3339(text).unwrap();
        ((at - begins).num_seconds() as u64 * 10_000_000).to_le_bytes()
    };
    let appointment = [0x02, 0x20, 0x06, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
    let meeting = [0x90, 0xda, 0xd8, 0x6e, 0x0b, 0x45, 0x1b, 0x10, 0x98, 0xda, 0, 0xaa, 0, 0x3f, 0x13, 0x05];
    let mut properties = 3u32.to_le_bytes().to_vec();
    properties.extend(named(&appointment, 0x820d, 0x0040, &filetime("2026-03-13T14:00:00+08:00")));
    properties.extend(named(&appointment, 0x820e, 0x0040, &filetime("2026-03-13T15:00:00+08:00")));
    properties.extend(named(&meeting, 0x0023, 0x0102, b"some-global-object-id-of-forty-bytes-or-more"));
    let mut tnef = 0x223e_9f78_u32.to_le_bytes().to_vec();
    tnef.extend([1, 0]);
    for (id, data) in [(0x0007_8008_u32, b"IPM.Microsoft Schedule.MtgReq\0".to_vec()), (0x0006_9003, properties)] {
        tnef.push(1);
        tnef.extend(id.to_le_bytes());
        tnef.extend((data.len() as u32).to_le_bytes());
        tnef.extend(&data);
        tnef.extend([0, 0]);
    }
    let coded = base64::engine::general_purpose::STANDARD.encode(tnef);
    let mut story = Story::office();
    story.at("03-11 10:00").raw(
        &format!(
            "From: <zhangsan@example.com>\nTo: <duban@example.com>, <lilei@example.com>\nSubject: =?utf-8?B?6K+E5a6h5Lya?=\n\
             Message-ID: <tnef@example.com>\nDate: Wed, 11 Mar 2026 10:00:00 +0800\nMIME-Version: 1.0\n\
             Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\n\n--m\n\
             Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{coded}\n--m--\n"
        ),
        true,
    );
    let meeting = story.object("M-1");
    assert_eq!(
        (meeting["title"].as_str(), meeting["start"].as_str()),
        (Some("评审会"), Some("2026-03-13T14:00:00+08:00"))
    );
    assert_eq!(story.rsvp("M-1", "lilei"), "none");
    assert_eq!(story.letters_to("lilei").len(), 0, "Outlook's own invitation is enough (O33): {}", story.told());
    assert_eq!(story.letter("organizer_note", "zhangsan").ics.as_ref().unwrap()["method"], "REPLY");
}
