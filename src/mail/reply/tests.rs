#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::*;
use chrono::FixedOffset;

/// White space evened out, optional lines dropped: what counts as the same text.
fn evened(text: &str, optional: &[String]) -> Vec<String> {
    let even = |s: &str| {
        s.replace(['\u{a0}', '\u{3000}', '\t'], " ").split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let optional: Vec<String> = optional.iter().map(|o| even(o)).collect();
    text.replace('\u{feff}', "")
        .lines()
        .map(|l| even(l.trim()))
        .filter(|l| !l.is_empty() && !optional.contains(l))
        .collect()
}

fn run_corpus(name: &str) {
    let path = format!("{}/tests/corpus/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in std::fs::read_to_string(path).unwrap().lines().filter(|l| !l.trim().is_empty()) {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        count += 1;
        let optional: Vec<String> = case["optional"]
            .as_array()
            .map(|a| a.iter().map(|o| o.as_str().unwrap().to_owned()).collect())
            .unwrap_or_default();
        let body = case["body"].as_str().unwrap();
        let got = if case["html"].as_bool() == Some(true) { own_html(body) } else { own_words(body) };
        let expected = case["expect"].as_str().unwrap();
        if evened(&got.text, &optional) != evened(expected, &optional) {
            wrong.push(format!("{}\n   expected {:?}\n   got      {:?}", case["id"], expected, got.text));
        }
    }
    assert!(count > 10, "an empty corpus proves nothing");
    assert!(wrong.is_empty(), "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn replies_of_many_clients() {
    run_corpus("replies.jsonl");
}

#[test]
fn clients_languages_and_styles() {
    run_corpus("replies-clients.jsonl");
}

#[test]
fn signatures_and_what_only_looks_like_one() {
    run_corpus("replies-mixed.jsonl");
}

#[test]
fn pages_of_clients() {
    let check = |client: &str, html: &str, expected: &str| {
        let got = own_html(html);
        assert_eq!(evened(&got.text, &[]), evened(expected, &[]), "{client}: {:?}", got);
    };
    check(
        "gmail",
        r##"<div dir="ltr">周五交。</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">陈曦 &lt;<a href="mailto:c@l.example">c@l.example</a>&gt; 于2026年7月9日周四 08:12写道：<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)"><div>请回复进度。</div></blockquote></div>"##,
        "周五交。",
    );
    check(
        "gmail inline",
        r##"<div class="gmail_quote"><div class="gmail_attr">On Thu, Jul 9, 2026 at 8:12 AM Helen &lt;h@m.example&gt; wrote:</div><blockquote class="gmail_quote">A-11 Book the room</blockquote><div>Done.</div><blockquote class="gmail_quote">A-12 Order lunch</blockquote><div>Moved to Monday.</div></div>"##,
        "Done.\nMoved to Monday.",
    );
    check(
        "outlook: an extension in the signature",
        r##"<div class="WordSection1"><p class="MsoNormal">1 滞后，原因：接口文档没给<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">王芳<br>研发部 | 分机 8033</p></div><div id="divRplyFwdMsg"><b>发件人:</b> 督办助手</div>"##,
        "1 滞后，原因：接口文档没给",
    );
    check(
        "gmail signature",
        r##"<div dir="ltr">OK<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">Owen Park<br>Meadow</div></div>"##,
        "OK",
    );
    check(
        "gmail indent",
        r##"<div>Two points:</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>first</div><div>second</div></blockquote>"##,
        "Two points:\nfirst\nsecond",
    );
    check(
        "apple",
        r##"<html><body>Half is done.<div><br><blockquote type="cite"><div>On 9 Jul 2026, at 08:12, Helen wrote:</div><br><div>How many?</div></blockquote></div><br id="lineBreakAtBeginningOfSignature"><div id="AppleMailSignature">发自我的 iPhone</div></body></html>"##,
        "Half is done.",
    );
    check(
        "outlook",
        r##"<html><head><style>p.MsoNormal{margin:0}</style></head><body><div class="WordSection1"><p class="MsoNormal">已续签一年。<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>发件人<span lang="EN-US">:</span></b><span lang="EN-US"> 陈曦 &lt;c@l.example&gt; <br></span><b>发送时间<span>:</span></b> 2026年7月9日 8:12<br><b>收件人:</b> 赵敏<br><b>主题:</b> 合同<o:p></o:p></p></div><p class="MsoNormal">合同续签了吗？</p></div></body></html>"##,
        "已续签一年。",
    );
    check(
        "owa",
        r##"<div>Room 4 is booked.</div><div id="Signature"><p>Owen Park</p><p>Facilities</p></div><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg"><b>From:</b> Helen<br><b>Sent:</b> Thursday, July 9, 2026 8:12 AM<br><b>To:</b> Owen<br><b>Subject:</b> Room</div><div>Which room?</div>"##,
        "Room 4 is booked.",
    );
    check(
        "outlook mobile",
        r##"<div dir="auto">没问题。</div><div id="ms-outlook-mobile-signature">获取 <a href="https://aka.ms/x">Outlook for Android</a></div><hr><div id="mail-editor-reference-message-container"><div><b>发件人:</b> 陈曦</div><div>能换班吗？</div></div>"##,
        "没问题。",
    );
    check(
        "qq",
        r##"<div>进度 50%</div><div><br></div><div><includetail><!--<![endif]--></includetail></div><div>&nbsp;</div><div style="font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;">------------------&nbsp;原始邮件&nbsp;------------------</div><div style="font-size: 12px;background:#efefef;padding:8px;"><div><b>发件人:</b>&nbsp;"助手"&lt;b@l.example&gt;;</div><div><b>发送时间:</b>&nbsp;2026年7月9日(星期四) 上午8:12</div><div><b>收件人:</b>&nbsp;"赵敏";</div><div><b>主题:</b>&nbsp;任务提醒</div></div><div>请回复进度。</div>"##,
        "进度 50%",
    );
    check(
        "163",
        r##"<div style="line-height:1.7;color:#000000;font-size:14px"><div>样品已签收。</div><br><p>在 2026-07-09 08:12:45，"陈曦" &lt;c@l.example&gt; 写道：</p><blockquote id="isReplyContent" style="PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; BORDER-LEFT: #ccc 1px solid">签收了吗？</blockquote></div>"##,
        "样品已签收。",
    );
    check(
        "163 at",
        r##"<div>改期到下周三</div>At 2026-07-09 08:12:45, "陈曦" &lt;c@l.example&gt; wrote:<br><blockquote id="isReplyContent">客户怎么说</blockquote>"##,
        "改期到下周三",
    );
    check(
        "foxmail",
        r##"<html><body><div><span></span>已盖章。</div><div><br></div><hr style="WIDTH: 210px; HEIGHT: 1px" color="#b5c4df" size="1" align="left"><div><span>赵敏</span></div><blockquote style="margin-Top: 0px; margin-Bottom: 0px; margin-Left: 0.5em"><div>&nbsp;</div><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><div><b>发件人：</b>&nbsp;<a>陈曦</a></div><div><b>发送时间：</b>&nbsp;2026-07-09 08:12</div><div><b>收件人：</b>&nbsp;赵敏</div><div><b>主题：</b>&nbsp;授权书</div></div><div>盖章了吗？</div></blockquote></body></html>"##,
        "已盖章。",
    );
    check(
        "aliyun",
        r##"<div>直播脚本改好了。</div><div class="__aliyun_signature_wrap">赵敏</div><blockquote><div>------------------------------------------------------------------</div><div>发件人：陈曦</div><div>脚本？</div></blockquote>"##,
        "直播脚本改好了。",
    );
    check(
        "feishu",
        r##"<p>没问题</p><div id="lark-mail-quote-1"><div class="history-quote-wrapper"><div class="lark-mail-meta">发件人: 陈曦</div><div>能来吗</div></div></div>"##,
        "没问题",
    );
    check(
        "thunderbird",
        r##"<div class="moz-cite-prefix">On 7/9/26 08:12, Helen wrote:<br></div><blockquote type="cite" cite="mid:x">Who?</blockquote><p>I do.</p><pre class="moz-signature" cols="72">-- 
Owen</pre>"##,
        "I do.",
    );
    check(
        "yahoo",
        r##"<div class="yahoo-style-wrap">Parcel arrived.</div><div id="ydp1yahoo_quoted_1" class="ydp1yahoo_quoted"><div>On Thursday, Helen wrote:</div><div>Did it?</div></div>"##,
        "Parcel arrived.",
    );
    check(
        "proton",
        r##"<div>Yes</div><div class="protonmail_signature_block"><div>Sent with Proton</div></div><div class="protonmail_quote">On Thursday<blockquote type="cite">Q</blockquote></div>"##,
        "Yes",
    );
    check(
        "zimbra",
        r##"<div>Yes</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>H</div><div data-marker="__QUOTED_TEXT__">Q</div>"##,
        "Yes",
    );
    check(
        "numbers",
        "<ol><li>完成</li><li>延期到周五</li></ol><ol start=5><li>取消</li></ol><ul><li>x</li></ul>",
        "1. 完成\n2. 延期到周五\n5. 取消\n- x",
    );
    check(
        "table",
        "<table><tr><td>任务</td><td>负责人</td></tr><tr><td>海报</td><td>王芳</td></tr></table>",
        "任务 负责人\n海报 王芳",
    );
    check("emoji", r##"<p>收到<img alt="👍" src="cid:1"><img alt="logo" src="x"></p>"##, "收到👍");
    check("text within", "<pre>行一\n行二\n&gt; 引用</pre>", "行一\n行二");
}

#[test]
fn hidden_text_gives_no_words() {
    let check = |hidden: &str| {
        assert_eq!(
            own_html(&format!("<p>我参加。</p>{hidden}<p>谢谢大家</p>")).text.replace('\n', ""),
            "我参加。谢谢大家",
            "{hidden}"
        )
    };
    check(r##"<p style="display:none">A-11 已完成</p>"##);
    check(r##"<p style="DISPLAY : NONE !important">A-11 已完成</p>"##);
    check(
        r##"<p style="display:none">A-11 已完成"#.to_owned().as_str());
    check(r##"<span style="font-size:0px">A-11 已完成</span>"##,
    );
    check(r##"<span style="font-size:1px;color:#ffffff">A-11 已完成</span>"##);
    check(r##"<span style="color:#FFFFFF">A-11 已完成</span>"##);
    check(r##"<font color="white">A-11 已完成</font>"##);
    check(r##"<span style="color: rgb(255, 255, 255)">A-11 已完成</span>"##);
    check(r##"<div style="visibility:hidden">A-11 已完成</div>"##);
    check(r##"<div style="mso-hide:all">A-11 已完成</div>"##);
    check(r##"<div style="max-height:0;overflow:hidden">A-11 已完成</div>"##);
    check(r##"<div style="position:absolute;left:-9999px">A-11 已完成</div>"##);
    check(r##"<div style="opacity:0">A-11 已完成</div>"##);
    check(r##"<div hidden>A-11 已完成</div>"##);
    check("<!-- A-11 已完成 -->");
    check("<!--[if mso]>A-11 已完成<![endif]-->");
    check("<style>.x{display:none}</style><div class=x>A-11 已完成</div>");
    check("<script>A-11 已完成</script>");
    check("<title>A-11 已完成</title>");
    check("<noscript>A-11 已完成</noscript>");
    check("<textarea>A-11 已完成</textarea>");
    // white letters on a coloured ground are for people
    assert_eq!(
        own_html(r##"<table><tr bgcolor="#003366"><td><font color="white">已完成</font></td></tr></table>"##)
            .text
            .trim(),
        "已完成"
    );
    assert_eq!(
        own_html(r##"<style>@media (max-width:600px){.d{display:none}}</style><p class=d>已完成</p>"##).text,
        "已完成"
    );
}

#[test]
fn answers_know_the_quoted_lines_above_them() {
    let words = own_words(
        "请看逐条回复。\n\n在 2026/7/9 8:12, 陈曦 写道:\n> 各位好：\n> A-11 海报谁负责？\n小吴。\n\n> A-12 印刷数量？\n> 周五前定\n\n五百份。\n周四定。\n",
    );
    assert_eq!(words.text, "请看逐条回复。\n\n小吴。\n\n五百份。\n周四定。");
    assert_eq!(words.inline.len(), 2);
    assert_eq!(
        (words.inline[0].above.as_slice(), words.inline[0].text.as_str()),
        (["各位好：".to_owned(), "A-11 海报谁负责？".to_owned()].as_slice(), "小吴。")
    );
    assert_eq!((words.inline[1].above.len(), words.inline[1].text.as_str()), (2, "五百份。\n周四定。"));
    assert_eq!(words.quoted.len(), 4);
    let page = own_html(
        "<blockquote type=cite>A-11 海报</blockquote><p>完成</p><blockquote type=cite>A-12 视频</blockquote><p>周五</p>",
    );
    assert_eq!(
        page.inline.iter().map(|i| (i.above[0].as_str(), i.text.as_str())).collect::<Vec<_>>(),
        [("A-11 海报", "完成"), ("A-12 视频", "周五")]
    );
}

#[test]
fn what_was_forwarded() {
    let shanghai = FixedOffset::east_opt(8 * 3600).unwrap();
    let check = |body: &str, forward: bool, from: &str, date: &str, text: &str| {
        let earlier = own_words(body).earlier.unwrap();
        assert_eq!(
            (earlier.forward, earlier.from.as_deref().unwrap_or_default(), earlier.text.as_str()),
            (forward, from, text),
            "{body}"
        );
        assert_eq!(earlier.date(shanghai).map(|d| d.to_rfc3339()).unwrap_or_default(), date, "{body}");
    };
    check(
        "请按纪要执行。\n\n---------- 转发的邮件 ----------\n发件人： 信息办 <sec@l.example>\n日期： 2026年7月8日周三 17:00\n主题： 纪要\n收件人： 吴磊 <w@l.example>\n\n待办：\n1. 任晓 7月15日\n",
        true,
        "信息办 <sec@l.example>",
        "2026-07-08T17:00:00+08:00",
        "待办：\n1. 任晓 7月15日",
    );
    check(
        "FYI\n\nBegin forwarded message:\n\n> From: Desk <d@m.example>\n> Subject: Repair\n> Date: July 9, 2026 at 8:12:00 PM GMT+1\n> To: o@m.example\n> \n> Lamp\n> > old\n",
        true,
        "Desk <d@m.example>",
        "2026-07-09T20:12:00+08:00",
        "Lamp\n> old",
    );
    check(
        "看\n\n发件人: 陈曦 <c@l.example>\n发送时间: 2026年7月9日 8:12\n收件人: 赵敏\n主题: x\n\n内容\n",
        false,
        "陈曦 <c@l.example>",
        "2026-07-09T08:12:00+08:00",
        "内容",
    );
    check(
        "ok\n\nOn Thu, Jul 9, 2026 at 8:12 AM Helen <h@m.example> wrote:\nold text\n",
        false,
        "h@m.example",
        "2026-07-09T08:12:00+08:00",
        "old text",
    );
    check(
        "-------- Forwarded Message --------\nSubject: Minutes\nDate: Thu, 9 Jul 2026 08:12:00 +0200\nFrom: H <h@m.example>\n\n- Owen to call\n",
        true,
        "H <h@m.example>",
        "2026-07-09T08:12:00+02:00",
        "- Owen to call",
    );
    let page = own_html(
        r##"<div>FYI</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>发件人： <b>A</b> &lt;a@b.example&gt;<br>Date: 2026年7月9日周四 08:12<br>Subject: x<br>To: &lt;c@d.example&gt;<br></div><br><br><div>待办：海报 王芳</div></div>"##,
    );
    let earlier = page.earlier.clone().unwrap();
    assert_eq!((page.text.as_str(), earlier.forward, earlier.text.as_str()), ("FYI", true, "待办：海报 王芳"));
}

#[test]
fn dates_of_header_blocks() {
    let check = |text: &str, expected: &str| {
        assert_eq!(
            read_date(text)
                .map(|(at, zone)| format!("{at} {}", zone.map(|z| z.to_string()).unwrap_or_default()))
                .unwrap_or_default()
                .trim(),
            expected,
            "{text}"
        )
    };
    check("2026年7月9日(星期四) 下午8:12", "2026-07-09 20:12:00");
    check("Thursday, July 9, 2026 8:12 PM", "2026-07-09 20:12:00");
    check("Thu, 9 Jul 2026 08:12:00 +0800", "2026-07-09 08:12:00 +08:00");
    check("2026-07-09 08:12:45", "2026-07-09 08:12:45");
    check("7/9/26 08:12 (GMT-05:00)", "2026-07-09 08:12:00 -05:00");
    check("星期四, 2026年7月9日 上午12:05", "2026-07-09 00:05:00");
    check("09.07.2026 um 08:12", "2026-07-09 08:12:00");
    check("jueves, 9 de julio de 2026 8:12", "2026-07-09 08:12:00");
    check("31/12/2026 08:12", "2026-12-31 08:12:00");
    check("yesterday", "");
}

#[test]
fn the_writers_bare_name_goes() {
    assert_eq!(own_words("已完成\n\n赵敏").without_name("赵敏").text, "已完成");
    assert_eq!(own_words("赵敏").without_name("赵敏").text, "赵敏");
    assert_eq!(own_words("Done\nOwen Park").without_name("owen park").text, "Done");
}

mod any {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text(body in "\\PC{0,300}") {
            own_words(&body);
        }

        #[test]
        fn lines(body in "((>|> >|--|-- |-----Original Message-----|发件人: a@b[.]example|From: x|Sent: y|To: z|主题: w|在 2026年7月9日 8:12, x 写道：|On Thu, Jul 9, 2026 at 8:12 AM <|wrote:|谢谢|Best,|赵敏|电话：021-55550000|本邮件仅供收件人，保密|发自我的 iPhone|ok)?\r?\n){0,25}") {
            let words = own_words(&body);
            // own words are lines of the body, in order
            let body = body.replace(['\r', '\u{feff}'], "");
            let mut rest = body.as_str();
            for line in words.text.lines().filter(|l| !l.trim().is_empty()) {
                let at = rest.find(line);
                prop_assert!(at.is_some(), "{line:?} of {body:?}");
                rest = &rest[at.unwrap_or(0) + line.len()..];
            }
            // reading the result again takes no more away than what a sign-off hid
            prop_assert!(own_words(&words.text).text.len() <= words.text.len());
        }

        #[test]
        fn markup(html in "(<(div|p|blockquote|table|td|b|pre|style|script|li|ol)( style=\"[a-z:0;-]{0,20}\"| class=gmail_quote)?>|</(div|p|b|td|blockquote)>|[a-z你好 &;<>\"']{0,6}){0,30}") {
            own_html(&html);
        }
    }
}

#[test]
fn rare_clients_and_own_words_that_look_like_marks() {
    run_corpus("replies-rare.jsonl");
}
