#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::super::inbound::{Limits, parse};
use super::*;

fn own() -> Identity {
    Identity { addresses: vec!["duban@example.com".to_owned()], instance: "example.com".to_owned() }
}

fn read(raw: &str, envelope: Option<&str>) -> Verdict {
    let mail = parse(raw.replace('\n', "\r\n").as_bytes(), &Limits::default()).unwrap();
    classify(&mail, envelope, &own())
}

fn written(head: &str, subject: &str, text: &str) -> Verdict {
    read(
        &format!(
            "From: 孙悦 <sunyue@nanshan.example>\nTo: duban@example.com\nSubject: {subject}\n{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        ),
        Some("sunyue@nanshan.example"),
    )
}

#[test]
fn headers_decide_first() {
    let check = |head: &str, class: Class, answerable: bool| {
        let got = written(head, "Re: 周会", "我参加。");
        assert_eq!((got.class, got.answerable), (class, answerable), "{head:?}: {}", got.reason);
    };
    check("", Class::Person, true);
    check("Auto-Submitted: no\n", Class::Person, true);
    check("Auto-Submitted: No (really)\n", Class::Person, true);
    check("Auto-Submitted: auto-replied\n", Class::AutoReply, false);
    check("Auto-Submitted: (x) AUTO-REPLIED; owner=x\n", Class::AutoReply, false);
    check("Auto-Submitted: something-new\n", Class::AutoReply, false);
    check("X-Auto-Response-Suppress: All\n", Class::Person, false);
    check("X-Auto-Response-Suppress: DR, AutoReply\n", Class::Person, false);
    check("X-Auto-Response-Suppress: DR\n", Class::Person, true);
    check("X-Autoreply: yes\n", Class::AutoReply, false);
    check("X-Autoreply: no\n", Class::Person, true);
    check("List-Id: <l.example>\n", Class::List, false);
    check("Precedence: bulk\n", Class::List, false);
    check("Precedence: auto_reply\n", Class::AutoReply, false);
    check("Precedence: first-class\n", Class::Person, true);
    check("X-Duban: example.com\n", Class::Own, false);
    check("X-Duban: other.example\n", Class::AutoReply, false);
    check("Delivered-To: duban@example.com\nDelivered-To: Duban+x@example.com\n", Class::Person, false);
}

#[test]
fn senders_that_nobody_reads() {
    let from = |from: &str, envelope: &str| read(&format!("From: {from}\nSubject: x\n\n好的\n"), Some(envelope));
    assert_eq!(from("no-reply@shop.example", "x@shop.example").class, Class::AutoReply);
    assert_eq!(from("Duban@Example.com", "a@b.example").class, Class::Own);
    assert_eq!(from("duban+abc@example.com", "a@b.example").class, Class::Own);
    let null = from("sunyue@nanshan.example", "");
    assert_eq!((null.class, null.answerable), (Class::AutoReply, false));
}

#[test]
fn vacation_notes_without_headers() {
    let check = |subject: &str, text: &str| {
        let got = written("", subject, text);
        assert_eq!(got.class, Class::AutoReply, "{subject} / {text}: {}", got.reason);
    };
    check("自动回复: 产品发布周会", "您好，我正在休假，10 月 20 日返回。参加会议的事请找周强。");
    check("自动回复：Re: 周会", "x");
    check("自动答复: 周会", "x");
    check("自動回覆: 週會", "x");
    check("【自动回复】周会", "x");
    check("Re: 周会 [自动回复]", "x");
    check("[外部邮件] 自动回复: 周会", "x");
    check("Automatic reply: Weekly", "x");
    check("Out of Office: Weekly", "x");
    check("Out of office until 20 October", "x");
    check("Auto-Reply: Weekly", "x");
    check("Abwesenheitsnotiz: Weekly", "x");
    check(
        "Re: 周会",
        "这是来自QQ邮箱的假期自动回复邮件。\n\n您好，我最近正在休假中，无法亲自回复您的邮件。我将在假期结束后，尽快给您回复。",
    );
    check("Re: 周会", "您好！您的邮件已收到，我会尽快给您回复。");
    check("Re: 周会", "您好，本人正在出差，可能无法及时回复邮件，如有急事请拨打 13800000000。");
    check("Re: 周会", "您好，我正在休年假（10月1日-10月8日），期间不便查收邮件，紧急事务请联系李雷。");
    check(
        "Re: weekly",
        "Hi,\n\nI am out of the office until 20 October with limited access to email. For urgent matters please contact Bob.\n\nBest regards",
    );
    check("Re: weekly", "Thank you for your email. I am currently on annual leave and will respond when I return.");
    check("Re: weekly", "This is an automated response. Your ticket was created.");
}

#[test]
fn people_who_write_about_absence_or_robots() {
    let check = |subject: &str, text: &str| {
        let got = written("", subject, text);
        assert_eq!(got.class, Class::Person, "{subject} / {text}: {}", got.reason);
    };
    check("Re: 产品发布周会（自动回复的文案我来写）", "我参加。");
    check("自动回复文案 修改稿", "请看附件");
    check("Re: 自动回复: 周会", "那我改找周强，周三可以吗？");
    check("Re: 周会", "我下周休假，由李四代我参加。");
    check("Re: 周会", "我在出差，无法参加会议，如有急事请联系李四。");
    check("Re: 任务提醒", "休假中，10月20日回来后完成 A-11。");
    check("Re: 任务提醒", "收到，尽快回复您具体时间。");
    check("Re: 任务提醒", "自动回复模板已经改好，这是自动回复的最终文案，请审阅。");
    check("Out of office policy for 2027", "Please review the draft.");
    check("Vacation planning", "Please send your dates.");
    check("Re: weekly", "I will be on leave on Friday, can we move it to Monday?");
    check("Re: weekly", "Done. I will be back with the figures tomorrow.");
    check("Re: weekly", "Please contact Bob about the stand, I have no access to the booking site.");
    check("Re: 退信问题", "客户邮箱退信，收件人地址不存在，我换一个再发。");
    check("已读", "已读，没问题。");
    check("Re: 周会", "谢谢您的邮件，我参加。");
}

fn report(groups: &str) -> Verdict {
    read(
        &format!(
            "From: MAILER-DAEMON@in.example\nTo: duban@example.com\nSubject: Delivery report\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=rr\n\n--rr\nContent-Type: text/plain\n\nreport\n--rr\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; in.example\n\n{groups}\n--rr\nContent-Type: text/rfc822-headers\n\nMessage-ID: <n.1@example.com>\nTo: tom@vendor.example\n\n--rr--\n"
        ),
        Some(""),
    )
}

#[test]
fn delivery_reports() {
    let check = |groups: &str, expected: &[(&str, Action, Option<Severity>)], class: Class| {
        let got = report(groups);
        let list: Vec<(&str, Action, Option<Severity>)> =
            got.bounced.iter().map(|b| (b.address.as_str(), b.action, b.severity)).collect();
        assert_eq!(list, expected, "{groups}");
        assert_eq!((got.class, got.answerable, got.automatic), (class, false, true), "{groups}");
        assert_eq!(got.original_ids, ["n.1@example.com"]);
    };
    let one = |action: &str, status: &str, code: &str| {
        format!(
            "Final-Recipient: rfc822; Tom@vendor.example\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {code}\n"
        )
    };
    let (hard, soft) = (Some(Severity::Hard), Some(Severity::Soft));
    check(&one("failed", "5.1.1", "550 user unknown"), &[("tom@vendor.example", Action::Failed, hard)], Class::Bounce);
    check(&one("failed", "4.2.2", "mailbox full"), &[("tom@vendor.example", Action::Failed, soft)], Class::Bounce);
    check(&one("failed", "5.2.2", "552 over quota"), &[("tom@vendor.example", Action::Failed, soft)], Class::Bounce);
    check(
        &one("failed", "5.7.1", "550 5.7.1 rejected as spam"),
        &[("tom@vendor.example", Action::Failed, soft)],
        Class::Bounce,
    );
    check(
        &one("failed", "5.0.0", "550 5.1.1 no such user"),
        &[("tom@vendor.example", Action::Failed, hard)],
        Class::Bounce,
    );
    check(
        &one("failed", "5.0.0", "550 Mail content denied"),
        &[("tom@vendor.example", Action::Failed, soft)],
        Class::Bounce,
    );
    check(
        &one("failed", "5.4.4", "unable to route: NXDOMAIN"),
        &[("tom@vendor.example", Action::Failed, hard)],
        Class::Bounce,
    );
    check(
        &one("failed", "5.4.1", "550 5.4.1 Recipient address rejected: Access denied"),
        &[("tom@vendor.example", Action::Failed, hard)],
        Class::Bounce,
    );
    check(&one("failed", "4.4.7", "message expired"), &[("tom@vendor.example", Action::Failed, soft)], Class::Bounce);
    check(&one("delayed", "4.4.1", "timeout"), &[("tom@vendor.example", Action::Delayed, None)], Class::Bounce);
    check(&one("relayed", "2.0.0", "ok"), &[("tom@vendor.example", Action::Relayed, None)], Class::Receipt);
    check(&one("delivered", "2.0.0", "ok"), &[("tom@vendor.example", Action::Delivered, None)], Class::Receipt);
    check(
        &format!(
            "{}\n{}",
            one("failed", "5.1.1", "x").replace("Tom", "a"),
            one("delayed", "4.4.1", "x").replace("Tom", "b")
        ),
        &[("a@vendor.example", Action::Failed, hard), ("b@vendor.example", Action::Delayed, None)],
        Class::Bounce,
    );
    check(
        "Final-Recipient: utf-8; \\x{5F20}@vendor.example\nAction: failed\nStatus: 5.1.1\n",
        &[("张@vendor.example", Action::Failed, hard)],
        Class::Bounce,
    );
}

#[test]
fn bounces_in_words() {
    let check = |from: &str, subject: &str, text: &str, expected: &[(&str, Option<Severity>)]| {
        let got = read(
            &format!(
                "From: {from}\nTo: duban@example.com\nSubject: {subject}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
            ),
            Some(""),
        );
        let list: Vec<(&str, Option<Severity>)> =
            got.bounced.iter().map(|b| (b.address.as_str(), b.severity)).collect();
        assert_eq!((got.class, list.as_slice()), (Class::Bounce, expected), "{subject}: {}", got.reason);
    };
    let (hard, soft) = (Some(Severity::Hard), Some(Severity::Soft));
    check(
        "MAILER-DAEMON@mx.example",
        "failure notice",
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<tom@vendor.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 User unknown\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <n.1@example.com>\nFrom: duban@example.com\nTo: other@x.example\n",
        &[("tom@vendor.example", hard)],
    );
    check(
        "PostMaster@qq.com",
        "系统退信",
        "抱歉，您的邮件被退回来了……\n\n原邮件信息：\n时间 2026-10-12\n主题 周会\n收件人：12345@qq.com\n退信原因：收件人邮箱不存在。",
        &[("12345@qq.com", hard)],
    );
    check(
        "Postmaster@163.com",
        "系统退信",
        "您的邮件被退回。\n收件人 tom@163.com 的邮箱空间已满，无法接收新邮件。",
        &[("tom@163.com", soft)],
    );
    check(
        "postmaster@corp.example",
        "未送达: 周会",
        "无法将邮件传递到以下收件人或组:\n\n汤姆 (tom@corp.example)\n你输入的电子邮件地址找不到。请检查收件人的电子邮件地址。",
        &[("tom@corp.example", hard)],
    );
    check(
        "microsoftexchange329e@corp.example",
        "Undeliverable: Weekly",
        "Delivery has failed to these recipients or groups:\n\ntom@corp.example\nThe recipient's mailbox is full and can't accept messages now.",
        &[("tom@corp.example", soft)],
    );
    let exim = read(
        "From: Mailer-Daemon@mx.example\nTo: duban@example.com\nSubject: Mail delivery failed: returning message to sender\nX-Failed-Recipients: tom@vendor.example\n\nA message that you sent could not be delivered. This is a permanent error. The following address(es) failed:\n\n  tom@vendor.example\n    host mx said: 550 5.1.1 User unknown\n",
        Some(""),
    );
    assert_eq!((exim.class, exim.bounced[0].severity), (Class::Bounce, hard));
    let qmail = read(
        "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHi. This is the qmail-send program at mx.example. permanent error\n<tom@vendor.example>: no mailbox\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <n.7@example.com>\n",
        Some(""),
    );
    assert_eq!(qmail.original_ids, ["n.7@example.com"]);
}

#[test]
fn receipts_and_calendars() {
    let mdn = read(
        "From: a@b.example\nSubject: 已读: 周会\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification; boundary=r\n\n--r\nContent-Type: text/plain\n\nread\n--r\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;a@b.example\nOriginal-Message-ID: <n.1@example.com>\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--r--\n",
        Some(""),
    );
    assert_eq!((mdn.class, mdn.answerable), (Class::Receipt, false));
    assert_eq!(written("", "已读: 周会", "您的邮件\n  主题: 周会\n已于 2026年10月12日 被阅读。").class, Class::Receipt);
    let arf = read(
        "From: fbl@isp.example\nSubject: complaint\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=r\n\n--r\nContent-Type: text/plain\n\nspam\n--r\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: <tom@isp.example>\n\n--r--\n",
        Some("x@isp.example"),
    );
    assert_eq!((arf.class, arf.complaint.as_deref()), (Class::Receipt, Some("tom@isp.example")));
    let reply = read(
        "From: a@b.example\nSubject: Accepted: 周会\nMIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR\n",
        Some("a@b.example"),
    );
    assert_eq!((reply.class, reply.automatic, reply.answerable), (Class::Calendar, false, false));
}

/// Notes as providers' defaults and colleagues word them, under an ordinary subject and without any header.
#[test]
fn more_vacation_notes_in_words() {
    let mut missed = Vec::new();
    for text in [
        "您好，您的邮件已收到，我正在外出差，稍后回复您。",
        "您好！来信已收到，我会尽快回复您。谢谢！",
        "您好，我目前休假，7月1日至7月10日，期间无法及时回复邮件，敬请谅解。如有紧急事宜请联系王芳 13800000000。",
        "尊敬的客户：您好！感谢您的来信，我们已收到您的邮件，将尽快与您联系。",
        "我现在正在休假，有事请电话联系。",
        "本人已离职，相关工作请联系李雷 lilei@nanshan.example。",
        "您好，本人已从公司离职，此邮箱不再使用，后续工作请联系张三。",
        "出差中，邮件回复可能会延迟，急事请致电。",
        "产假中，工作事宜请联系同事赵敏。",
        "您好，我正在参加培训，不在办公室，无法及时回复您的邮件，急事请打手机。",
        "國慶連假期間不在辦公室，無法即時回覆，緊急事項請聯絡黃淑芬。",
        "您好，我於7/1至7/5休假，期間無法立即回覆郵件，請見諒。",
        "春节放假期间（2月10日-2月17日），邮件回复会有延迟，节后第一时间回复您。",
        "I'm on vacation from July 1 to July 10 and will reply to your email when I return.",
        "Hello, I am currently out of the office and will be back on Monday. If urgent, please call my mobile.",
        "I am away from my desk until Thursday. For urgent issues contact support@meadow.example.",
        "Thanks for your message. I'm out of office with no access to email until 12 July.",
        "I am on maternity leave. Please contact Rosa Diaz in my absence.",
        "I no longer work at Meadow Ltd. Please contact Helen Brook.",
        "Thank you for contacting Meadow. Your message has been received and we will get back to you as soon as possible.",
        "Hi, I'm travelling this week and will have intermittent access to email. Expect delays.",
        "Ich bin bis zum 20. Juli nicht im Büro. This is an automatic reply.",
        "I will be out of the office starting 07/01/2026 and will not return until 07/10/2026. I will respond to your message when I return.",
        "此邮件为系统自动发送，您的邮件我们已经收到。",
        "您好，收到您的邮件了，现因休年假，回复会有延迟，望谅解！",
    ] {
        if written("", "Re: 周会", text).class != Class::AutoReply {
            missed.push(text);
        }
    }
    assert!(missed.is_empty(), "taken for persons:\n{}", missed.join("\n"));
}

#[test]
fn more_ordinary_replies() {
    let mut wrong = Vec::new();
    for text in [
        "收到，谢谢。",
        "好的",
        "已完成，见附件。",
        "60%，预计周五完成",
        "延期到7月20日，原因：供应商放假",
        "转给李四，我下周出差",
        "我休假到周五，A-11 由王芳跟进",
        "周三不行，我在外地出差，周四可以",
        "请联系王芳确认场地。",
        "客户还在放假，回复可能会晚几天，先挂起",
        "谢谢您的邮件，附件已审阅，第三条需要修改。",
        "邮件已收到，尽快处理。",
        "供应商的自动回复说下周一上班，我周一再催。",
        "已收到您的邮件，报价单今天下班前发您。",
        "我已请假，由李雷代我参加，谢谢。",
        "卡住了：财务休假，付款审批没人签",
        "离职交接清单已提交",
        "出差申请已批，机票已订",
        "年假安排表已汇总，请查收",
        "如有急事请直接打我电话，方案初稿已发群里",
        "Thanks for your email. I'll take item 3.",
        "I'm out on Friday, so Thursday works better.",
        "Done. Please contact Bob for the invoice.",
        "I will return the damaged pallets by Monday.",
        "Sorry for the delayed response, the report is attached.",
        "The supplier is on holiday until Monday, so I need three more days.",
        "Can you get back to me when the room is free?",
        "I'm travelling next week but will join by phone.",
        "Vacation plan for the team attached.",
        "For urgent orders we need a second supplier.",
        "Will respond to the client today.",
        "I'll be back with numbers tomorrow.",
        "Ken left the company, reassign to Rosa.",
        "No access to the drive, please share again.",
        "The auto-reply text is ready for review.",
    ] {
        let got = written("", "Re: 周会", text);
        if got.class != Class::Person {
            wrong.push(format!("{text} ({})", got.reason));
        }
    }
    assert!(wrong.is_empty(), "taken for machines:\n{}", wrong.join("\n"));
}
