#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::*;
use encoding_rs::{BIG5, GB18030};
use proptest::prelude::*;

fn read(raw: &str) -> Inbound {
    parse(raw.replace('\n', "\r\n").as_bytes(), &Limits::default()).unwrap()
}

const HEAD: &str = "From: =?utf-8?b?6LW156OK?= <ZhaoLei@nanshan.example>\nTo: duban@example.com, \"Sun, Yue\" <sunyue@nanshan.example>\nSubject: Re: [=?utf-8?b?5aSW6YOo6YKu5Lu2?=] =?utf-8?b?5ZGo5Lya?=\nDate: Mon, 12 Oct 2026 10:30:00 +0800\nMessage-ID: <1.a@nanshan.example>\nIn-Reply-To: <n.1@example.com>\nReferences: <r@x> <n.1@example.com>\n";

#[test]
fn a_plain_reply() {
    let mail = read(&format!("{HEAD}\n我参加。\n\n> 请回复\n"));
    assert_eq!(
        mail.author.as_ref().map(|a| (a.name.as_str(), a.address.as_str())),
        Some(("赵磊", "zhaolei@nanshan.example"))
    );
    assert_eq!(mail.message_id.as_deref(), Some("1.a@nanshan.example"));
    assert_eq!(mail.date.map(|d| d.to_rfc3339()).as_deref(), Some("2026-10-12T10:30:00+08:00"));
    assert_eq!(mail.base_subject, thread::BaseSubject { text: "周会".to_owned(), reply: true, forward: false });
    assert_eq!(mail.in_reply_to, ["n.1@example.com"]);
    assert_eq!(mail.references, ["r@x", "n.1@example.com"]);
    assert_eq!(mail.to.len(), 2);
    assert_eq!(mail.own().text, "我参加。");
}

#[test]
fn one_author_or_none() {
    let check = |head: &str, expected: Option<&str>| {
        let raw = format!("{head}\r\nSubject: x\r\n\r\ny\r\n");
        let mail = parse(raw.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(mail.author.as_ref().map(|a| a.address.as_str()), expected, "{head:?} {:?}", mail.author_reason);
        assert_eq!(mail.author_reason.is_some(), expected.is_none(), "{head:?}");
    };
    check("From: a@b.example", Some("a@b.example"));
    check("From: A <A@B.example>", Some("a@b.example"));
    check("From: \"v@victim.example\" <a@b.example>", Some("a@b.example"));
    check("From:\r\n a@b.example", Some("a@b.example"));
    check("From: a@b.example\r\nFrom: v@victim.example", None);
    check("From: a@b.example\r\nfrom : v@victim.example", None);
    check(" From: v@victim.example\r\nFrom: a@b.example", None);
    check("From: a@b.example, v@victim.example", None);
    check("From: <v@victim.example>, <a@b.example>", None);
    check("From: v@victim.example <a@b.example>", None);
    check("From: <v@victim.example> <a@b.example>", None);
    check("From: <@a.example:v@victim.example>", None);
    check("From: v@victim.example\\,a@b.example", None);
    check("From: v@victim.example(x),a@b.example", None);
    check("From: <v@victim.example\0@b.example>", None);
    check("From: v@victim.example\rX: <a@b.example>", None);
    check("From: group: v@victim.example;", None);
    check("From: Nobody", None);
    check("X: y", None);
    check("From: <v@victim.example.>", None);
    check("From: <>", None);
}

#[test]
fn bodies_and_charsets() {
    let check = |kind: &str, body: &[u8], expected: &str| {
        let mut raw = format!("From: a@b.example\r\nMIME-Version: 1.0\r\n{kind}\r\n\r\n").into_bytes();
        raw.extend_from_slice(body);
        let mail = parse(&raw, &Limits::default()).unwrap();
        assert_eq!(mail.text.as_deref().map(str::trim_end), Some(expected), "{kind}");
    };
    check("Content-Type: text/plain; charset=gb2312", &GB18030.encode("我参加。𠀀𠮷").0, "我参加。𠀀𠮷");
    check("Content-Type: text/plain; charset=big5", &BIG5.encode("參加會議").0, "參加會議");
    check("Content-Type: text/plain", &GB18030.encode("这个会议我参加").0, "这个会议我参加");
    check("Content-Type: text/plain; charset=us-ascii", "我参加".as_bytes(), "我参加");
    check("Content-Type: text/plain; charset=utf-7", b"+ZhE-", "+ZhE-");
    check(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64",
        b"5oiR5Y+C5Yqg\r\n",
        "我参加",
    );
    check(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
        b"=E6=88=91=E5=\r\n=8F=82=E5=8A=A0",
        "我参加",
    );
    check("X-No: mime", "我参加\0。".as_bytes(), "我参加。");
    check(
        "Content-Type: text/plain; format=flowed",
        b"one \r\ntwo\r\n> a \r\n> b\r\n\r\n-- \r\nme",
        "one two\n> a b\n\n-- \nme",
    );
    check("Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8", "我参 \r\n加".as_bytes(), "我参加");
    check("Content-Type: text", b"odd type", "odd type");
}

#[test]
fn parts_go_where_they_belong() {
    let mail = read(
        "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\npreamble\n--m\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain; charset=utf-8\n\n纪要见附件\n--a\nContent-Type: text/html; charset=utf-8\n\n<p>纪要见附件</p>\n--a\nContent-Type: text/calendar; method=reply; charset=utf-8\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--a--\n--m\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename*=UTF-8''%E4%BC%9A%E8%AE%AE.docx\n\nAAEC\n--m\nContent-Type: text/plain; name=notes.txt\nContent-Disposition: attachment\n\nA-11 完成\n--m\nContent-Type: message/rfc822\n\nFrom: x@y.example\nSubject: old\n\nA-12 完成\n--m--\nepilogue\n",
    );
    assert_eq!(mail.text.as_deref().map(str::trim), Some("纪要见附件"));
    assert_eq!(mail.html.as_deref().map(str::trim), Some("<p>纪要见附件</p>"));
    assert_eq!(mail.calendar.len(), 1);
    assert_eq!(mail.calendar[0].method.as_deref(), Some("REPLY"));
    let names: Vec<(&str, bool, usize)> =
        mail.attachments.iter().map(|a| (a.name.as_str(), a.is_message, a.size)).collect();
    assert_eq!(names[0], ("会议.docx", false, 3));
    assert_eq!(names[1].0, "notes.txt");
    assert_eq!((names[2].0, names[2].1), ("old.eml", true));
    assert_eq!(mail.attachments[0].bytes, [0, 1, 2]);
    assert!(parse(&mail.attachments[2].bytes, &Limits::default()).unwrap().text.unwrap().contains("A-12"));
}

#[test]
fn a_stub_gives_way_to_the_page() {
    let with = |text: &str, html: &str| {
        read(&format!(
            "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--a\nContent-Type: text/html; charset=utf-8\n\n{html}\n--a--\n"
        ))
    };
    let long = "<p>各部门分工如下，预算已获批准。市场部负责推广方案执行，七月十日前完成；产品部负责培训。</p>";
    assert!(with("本邮件包含表格，请查看HTML版本。", long).prefers_html());
    assert!(with("", long).prefers_html());
    assert!(!with("我参加", "<p>我参加</p>").prefers_html());
    assert!(!with("请查看附件", "<p>请查看附件</p>").prefers_html());
}

#[test]
fn limits_at_and_above() {
    let limits = Limits {
        size_max: 100_000,
        depth_max: 4,
        part_count_max: 5,
        header_count_max: 6,
        header_octets_max: 200,
        received_count_max: 3,
        reference_count_max: 3,
        attachment_count_max: 2,
    };
    let ok = |raw: String| parse(raw.as_bytes(), &limits).is_ok();
    let sized = |n: usize| {
        let head = "From: a@b.example\n\n";
        format!("{head}{}", "x".repeat(n - head.len()))
    };
    assert!(ok(sized(100_000)) && !ok(sized(100_001)));
    let fields = |n: usize| format!("{}\n\nx", (0..n).map(|i| format!("X-{i}: y")).collect::<Vec<_>>().join("\n"));
    assert!(ok(fields(6)) && !ok(fields(7)));
    let field = |n: usize| format!("X: {}\n\nx", "y".repeat(n - 3));
    assert!(ok(field(200)) && !ok(field(201)));
    let received = |n: usize| format!("{}From: a@b\n\nx", "Received: by x\n".repeat(n));
    assert!(ok(received(3)) && !ok(received(4)));
    let parts =
        |n: usize| format!("From: a@b\nContent-Type: multipart/mixed; boundary=k\n\n{}--k--\n", "--k\n\n.\n".repeat(n));
    assert!(ok(parts(4)) && !ok(parts(5)));
    let nested = |n: usize| {
        let mut raw = "From: a@b\n".to_owned();
        for i in 1..n {
            raw.push_str(&format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"));
        }
        raw + "Content-Type: text/plain\n\nx\n"
    };
    assert!(ok(nested(4)) && !ok(nested(5)));
    let chain = |n: usize| {
        parse(
            format!("From: a@b\nReferences: {}\n\nx", (0..n).map(|i| format!("<{i}@x>")).collect::<Vec<_>>().join(" "))
                .as_bytes(),
            &limits,
        )
        .unwrap()
    };
    assert_eq!((chain(3).cut.len(), chain(4).cut.len(), chain(4).references.len()), (0, 1, 3));
    let files = |n: usize| {
        parse(
            format!(
                "From: a@b\nContent-Type: multipart/mixed; boundary=k\n\n{}--k--\n",
                "--k\nContent-Disposition: attachment; filename=a.txt\n\nx\n".repeat(n)
            )
            .as_bytes(),
            &limits,
        )
        .unwrap()
    };
    assert_eq!(files(2).cut.len(), 0);
    assert_eq!((files(3).cut.len(), files(3).attachments.len(), files(3).attachments[2].bytes.len()), (1, 3, 0));
}

#[test]
fn what_is_hardly_a_mail() {
    let refused = |raw: &[u8]| parse(raw, &Limits::default()).err();
    assert_eq!(refused(b""), Some(Refusal::Empty));
    assert_eq!(refused(b"\r\n\r\n"), Some(Refusal::Empty));
    assert_eq!(refused(b"just some words"), Some(Refusal::NoHeader));
    let cr = parse(b"From: a@b.example\rSubject: x\r\rhello\r", &Limits::default()).unwrap();
    assert_eq!((cr.subject.as_str(), cr.text.as_deref().map(str::trim)), ("x", Some("hello")));
    let bodyless = parse(b"From: a@b.example\r\nSubject: x\r\n", &Limits::default()).unwrap();
    assert_eq!(bodyless.own().text, "");
}

#[test]
fn an_encoded_mail_within_a_mail_counts_its_parts() {
    let parts = "--i\r\n\r\n.\r\n".repeat(300);
    let inner = format!("From: c@d\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n{parts}--i--\r\n");
    use base64::Engine;
    let coded = base64::engine::general_purpose::STANDARD.encode(inner);
    let mail = format!(
        "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{coded}\r\n--o--\r\n"
    );
    assert!(matches!(parse(mail.as_bytes(), &Limits::default()), Err(Refusal::TooManyParts { .. })));
}

#[test]
fn deep_and_wide_mail_is_refused_quickly() {
    let mut deep = "From: a@b.example\r\n".to_owned();
    for i in 0..5000 {
        deep.push_str(&format!("Content-Type: multipart/mixed; boundary=\"b{i}\"\r\n\r\n--b{i}\r\n"));
    }
    assert!(matches!(
        parse(deep.as_bytes(), &Limits::default()),
        Err(Refusal::TooDeep { .. } | Refusal::TooManyParts { .. })
    ));
    let wide = format!(
        "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=\"k\"\r\n\r\n{}--k--\r\n",
        "--k\r\n\r\n.\r\n".repeat(20_000)
    );
    assert!(matches!(parse(wide.as_bytes(), &Limits::default()), Err(Refusal::TooManyParts { .. })));
}

#[test]
fn outlooks_wrapper_is_taken_off() {
    let stream = winmail::tests::sample();
    use base64::Engine;
    let coded = base64::engine::general_purpose::STANDARD.encode(stream);
    let mail = read(&format!(
        "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\n\n--m\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=winmail.dat\n\n{coded}\n--m--\n"
    ));
    assert_eq!(mail.text.as_deref(), Some("会议纪要见附件"));
    assert_eq!(mail.attachments.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["会议纪要.docx"]);
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(mail) = parse(&bytes, &Limits::default()) {
            mail.own();
        }
    }

    #[test]
    fn almost_mail(head in "(From|Content-Type|Content-Transfer-Encoding|Subject): [ -~]{0,40}\r\n", kind in "(multipart/mixed; boundary=k|text/html|text/plain; format=flowed|message/rfc822|multipart/report; boundary=k)", body in "(--k|--k--|>|\r\n|<p>|<blockquote>|Content-Type: text/html|在 2026年7月9日 8:12, x 写道：|[a-z ]{0,9}|-- ){0,30}") {
        let raw = format!("{head}MIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n{body}");
        if let Ok(mail) = parse(raw.as_bytes(), &Limits::default()) {
            mail.own();
        }
    }
}
