#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::*;
use encoding_rs::{BIG5, GB18030};
use proptest::prelude::*;

#[test]
fn encoded_words() {
    let check = |raw: &str, expected: &str| assert_eq!(decode(raw.as_bytes(), None), expected, "{raw}");
    check("=?utf-8?B?5Lya6K6u57qq6KaB?=", "会议纪要");
    check("=?utf-8?B?5Lya6K6?=\r\n =?utf-8?B?u57qq6KaB?=", "会议纪要"); // base64 cut within a quantum
    check("=?utf-8?B?5Lya?= =?utf-8?B?6K4=?=\r\n =?utf-8?B?rg==?=", "会议"); // cut within a character
    check("=?gb2312?B?u+HS6Q==?=", "会议");
    check("=?GB2312?Q?=BB=E1=D2=E9?= 7/9", "会议 7/9");
    check("Re: =?gbk?Q?=BB?= =?gbk?Q?=E1=D2=E9?=", "Re: 会议");
    check("=?utf-8?Q?a_b?= =?iso-8859-1?Q?=E9?=", "a bé");
    check("plain text", "plain text");
    check("=?utf-8?Q?not closed", "=?utf-8?Q?not closed");
    check("=?utf-8*zh?B?5Lya?=x", "会x");
    check("=?utf-8?B?5Lya?=-=?utf-8?B?6K6u?=", "会-议");
    check("=?utf-8?B?5ZGo5LyaDQpCY2M6IGV2ZUBzdHJhbmdlci5leGFtcGxl?=", "周会 Bcc: eve@stranger.example");
    check("=?unknown-8bit?Q?=E4=BC=9A?=", "会");
    check("=?utf-7?Q?+AGE-?=", "+AGE-");
    check("=?big5?B?t3zEsw==?=", "會議");
    check("=?utf-8?Q?=3D=3F=3D?=", "=?=");
}

#[test]
fn raw_bytes_are_guessed() {
    let (gbk, ..) = GB18030.encode("产品发布周会的通知");
    assert_eq!(decode(&gbk, None), "产品发布周会的通知");
    let (big5, ..) = BIG5.encode("會議時間已經確認");
    assert_eq!(decode(&big5, None), "會議時間已經確認");
    assert_eq!(decode("会议 raw".as_bytes(), None), "会议 raw");
    assert_eq!(decode_charset(Some("gb2312"), &GB18030.encode("我参加。𠀀𠮷").0), "我参加。𠀀𠮷");
    assert_eq!(decode_charset(Some("iso-8859-1"), "会议".as_bytes()), "会议");
    assert_eq!(decode_charset(Some("utf-8"), &GB18030.encode("这个会议的时间已经确定").0), "这个会议的时间已经确定");
    assert_eq!(decode_charset(Some("utf-7"), b"+ADw-"), "+ADw-");
}

#[test]
fn names_of_files() {
    let get = |raw: &str| parameters(raw.as_bytes(), None).get("filename").map(str::to_owned).unwrap_or_default();
    let check = |raw: &str, expected: &str| assert_eq!(get(raw), expected, "{raw}");
    check("attachment; filename=\"a b.docx\"", "a b.docx");
    check("attachment; filename*=UTF-8''%E4%BC%9A%E8%AE%AE.docx; filename=x.docx", "会议.docx");
    check("attachment; filename=x.docx; filename*=UTF-8''%E4%BC%9A.docx", "会.docx");
    check("attachment; filename*0*=UTF-8''%E4%BC%9A%E8; filename*1*=%AE%AE; filename*2=.docx", "会议.docx");
    check("attachment; filename*1=b.txt; filename*0=a", "ab.txt");
    check("attachment; filename=\"=?utf-8?B?5Lya6K6u?=.docx\"", "会议.docx");
    check("attachment; filename==?gb2312?B?u+HS6Q==?=.doc", "会议.doc");
    check("attachment; filename=\"a;b.txt\"", "a;b.txt");
    let mut raw = b"attachment; filename=\"".to_vec();
    raw.extend_from_slice(&GB18030.encode("会议纪要的附件.doc").0);
    raw.push(b'"');
    assert_eq!(parameters(&raw, None).get("filename"), Some("会议纪要的附件.doc"));
    assert_eq!(parameters(b"text/plain; charset=\"GB2312\"; format=flowed", None).get("charset"), Some("GB2312"));
    let commented = parameters(b"text/plain (as (it) is); charset=(x) utf-8 ; name=a(1).txt", None);
    assert_eq!(commented.value, "text/plain");
    assert_eq!((commented.get("charset"), commented.get("name")), (Some("utf-8"), Some("a(1).txt")));
}

#[test]
fn names_are_made_safe() {
    let check = |name: &str, expected: &str| assert_eq!(file_name(name), expected, "{name}");
    check("../../outside-canary.txt", "outside-canary.txt");
    check("C:\\temp\\a.doc", "a.doc");
    check("..\\..", "");
    check("会议纪要.docx", "会议纪要.docx");
    check("a\u{202e}cod.exe", "acod.exe");
    check("con.txt", "_con.txt");
    check("a..b.txt", "a.b.txt");
    check("x\r\ny.txt", "xy.txt");
    let long = format!("{}.docx", "纪".repeat(100));
    assert!(file_name(&long).len() <= NAME_OCTETS_MAX && file_name(&long).ends_with("纪.docx"));
}

#[test]
fn address_lists() {
    let check = |raw: &str, expected: &[(&str, &str)], strict: bool| {
        let got = addresses(raw.as_bytes());
        let list: Vec<(&str, &str)> = got.list.iter().map(|a| (a.name.as_str(), a.address.as_str())).collect();
        assert_eq!(list, expected, "{raw}");
        assert_eq!(got.strict, strict, "strict: {raw}");
    };
    check("a@b.example", &[("", "a@b.example")], true);
    check("Owen Park <Owen@Meadow.example>", &[("Owen Park", "owen@meadow.example")], true);
    check("\"Park, Owen\" <o@m.example>, x@y.example", &[("Park, Owen", "o@m.example"), ("", "x@y.example")], true);
    check("=?utf-8?b?6LW156OK?= <zl@n.example>", &[("赵磊", "zl@n.example")], true);
    check("o@m.example (Owen Park)", &[("Owen Park", "o@m.example")], true);
    check("\"a@b.example\" <c@d.example>", &[("a@b.example", "c@d.example")], true);
    check("a@b.example <a@b.example>", &[("", "a@b.example")], true);
    check("a@b.example <c@d.example>", &[("a@b.example", "c@d.example")], false);
    check("<a@b.example> c@d.example", &[("c@d.example", "a@b.example")], false);
    check("<a@b.example><c@d.example>", &[("", "a@b.example")], false);
    check("<@x,@y:c@d.example>", &[("", "c@d.example")], false);
    check("friends: a@b.example, c@d.example;", &[("", "a@b.example"), ("", "c@d.example")], false);
    check("a@b.example@c.example", &[("", "a@b.example@c.example")], false);
    check("undisclosed-recipients:;", &[], false);
    check("\"Zhao\" <z@n.example>; \"Sun\" <s@n.example>;", &[("Zhao", "z@n.example"), ("Sun", "s@n.example")], true);
}

#[test]
fn from_fields_are_counted_on_raw_bytes() {
    let check = |raw: &str, expected: usize| assert_eq!(Fields::cut(raw.as_bytes()).from_count, expected, "{raw:?}");
    check("From: a@b\r\n\r\nFrom: x", 1);
    check("From: a@b\r\nfrom : c@d\r\n\r\n", 2);
    check(" From: a@b\r\nFrom: c@d\r\n\r\n", 2);
    check("From:\r\n a@b\r\n\r\n", 1);
    check("X: y\rFrom: c@d\r\nFrom: a@b\r\n\r\n", 2);
    check("Fr\0om: c@d\r\nFROM: a@b\r\n\r\n", 2);
    check("X-From: c@d\r\n\r\n", 0);
    check("From zhao Mon Oct 12\nFrom: a@b\n\n", 1);
}

#[test]
fn ids() {
    assert_eq!(message_ids(b" <a@b>\r\n <c@d>"), ["a@b", "c@d"]);
    assert_eq!(message_ids(b"a@b"), ["a@b"]);
    assert_eq!(message_ids(b"<a @b>"), ["a@b"]);
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let text = decode(&bytes, None);
        prop_assert!(!text.contains(['\r', '\n', '\0']));
        addresses(&bytes);
        parameters(&bytes, Some("gbk"));
        Fields::cut(&bytes);
        let name = file_name(&text);
        prop_assert!(name.len() <= NAME_OCTETS_MAX && !name.contains(['/', '\\']) && !name.contains(".."));
    }

    #[test]
    fn words_like(text in "(=\\?(utf-8|gbk)\\?[bq]\\?[a-zA-Z0-9=_?]{0,12}\\?= ?){0,4}") {
        decode(text.as_bytes(), None);
    }
}
