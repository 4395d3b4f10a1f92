#!/usr/bin/env python3
"""Hostile and awkward mail of further kinds, beside ../hostile-more whose tools it uses (format hostile-mail/1).

    python3 make.py OUT [--world FILE] [--full]
"""
import pathlib, sys
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "hostile-more"))
from make import *
import make as tools
rows.clear()
count[0] = 10000
no = lambda k="sunyue": [{"attendance": {k: "no"}}]
CROWD = ["crowd.example"]
ORDERS = [{"meeting": "cancelled"}, {"meeting": "moved"}, {"item_done": "A-11"}, {"item_done": "A-12"}]

# ---------------------------------------------------------------- machines that write no header about it
ROBOTS = [
    ("[#48213] 产品发布周会", "您好，您的工单 #48213 已受理，客服将在 24 小时内与您联系。\n请勿直接回复此邮件。", "support@vendor.example"),
    ("Re: 产品发布周会 [Ticket: 2026101248]", "##- Please type your reply above this line -##\n\nYour request (2026101248) has been received and is being reviewed by our support staff.\n\nTo add additional comments, reply to this email.", "support@vendor.example"),
    ("Your case CAS-11207 has been created", "Dear customer,\n\nA case has been opened for you. Your case number is CAS-11207. Please do not reply to this email.\n", "helpdesk@vendor.example"),
    ("邮件已成功送达", "您发送给 tom@vendor.example 的邮件《产品发布周会》已成功送达。\n\n本邮件由企业邮箱系统自动发送，请勿回复。", "system@vendor.example"),
    ("Please confirm your message", "The message you sent requires that you verify that you are a real live human being and not a spam source.\n\nTo complete this verification, simply reply to this message and leave the subject line intact.", "tom@vendor.example"),
    ("请验证您的邮件", "您好，为防止垃圾邮件，您的邮件已被暂时扣留。请点击以下链接完成验证后，邮件才会投递给收件人。\n此邮件由系统自动发送。", "tom@vendor.example"),
    ("Virus alert: 产品发布周会", "This is an automated message from the mail gateway. An attachment was removed from the message you sent.", "mailgateway@vendor.example"),
    ("Recall: 产品发布周会", "Tom Reed would like to recall the message, \"产品发布周会\".", "tom@vendor.example"),
    ("Message Recall Failure: 产品发布周会", "Your message\n\nTo: Tom Reed\nSubject: 产品发布周会\n\ncould not be recalled on Monday, October 12, 2026 10:00 AM.", "tom@vendor.example"),
]
for i, (s, t, a) in enumerate(ROBOTS):
    put("m01-robot-%d" % i, "a machine: " + s, mail("tom", subject=s, text=t, frm="From: <%s>" % a), "seen", FREE, mail_from=a, key="tom", must_not_act=True, max_outgoing=1)
AWAY = [
    ("自動応答: 製品会議", "お世話になっております。\n10月12日から10月20日まで休暇をいただいております。ご連絡は戻り次第とさせていただきます。"),
    ("Automatische Antwort: Produktbesprechung", "Vielen Dank für Ihre Nachricht. Ich bin bis zum 20. Oktober nicht im Büro."),
    ("Réponse automatique : réunion", "Je suis absente du bureau jusqu'au 20 octobre."),
    ("부재중 자동 회신: 회의", "10월 20일까지 휴가입니다."),
    ("自动回复 Re: 产品发布周会", "您好，我在出差。"),
    ("系统自动回复：来信收到", "您的邮件我已收到，会尽快处理，谢谢。"),
    ("AutoReply: Re: 产品发布周会", "I'm away."),
    ("(Auto-reply) Re: 产品发布周会", "Thank you for your email."),
    ("Out of Office Re: 产品发布周会", "Back on Monday."),
    ("OOO Re: 产品发布周会", "Travelling, back on the 20th."),
    ("出差中，邮件回复会延迟", "您好，我目前出差中，无法及时回复邮件。紧急事项请致电 13800000000。"),
    ("Re: 产品发布周会", "您好！\n我因产假暂时离开工作岗位，预计2027年2月返岗。期间工作请联系周强（zhouqiang@nanshan.example）。"),
    ("Re: product launch weekly", "Thank you for your email. I am currently on parental leave until January 2027. For urgent matters please contact Zhou Qiang.\n\nBest regards\nSun Yue"),
    ("Re: product launch weekly", "Hello,\n\nI no longer work at Nanshan. Please contact Zhou Qiang from now on."),
    ("Re: 产品发布周会", "您好，本人已于9月30日离职，此邮箱不再使用，后续工作请联系周强。"),
]
for i, (s, t) in enumerate(AWAY):
    put("m02-away-%02d" % i, "a note of absence: %s / %s" % (s, t[:20]), mail(subject=s, text=t), "seen", IGN, **quiet)
put("m02-away-html", "a note of absence as a page only", mail(subject="自动回复: 产品发布周会", ctype="text/html; charset=gb18030", body='<html><body><p style="font-family:宋体">您好，我在休假，10月20日返回。</p></body></html>'.encode("gb18030")), "seen", IGN, **quiet)
put("m02-away-quotes", "a note of absence that quotes us", mail(subject="自动回复: 产品发布周会", text="我在休假，10月20日返回。\n\n> 请回复“参加”\n> A-11 确认场地"), "seen", IGN, **quiet)
put("m02-away-order", "a note of absence with an order in it", mail("zhouqiang", subject="自动回复：产品发布周会", text="A-11 完成\n我在休假。"), "L1", IGN, key="zhouqiang", **quiet)

# ---------------------------------------------------------------- people who look like machines
DISCLAIM = ["This message and any attachment are confidential. If you are not the intended recipient, please notify the sender by automatic reply or telephone and delete it.", "本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人或群组。如果您错收了本邮件，请您立即电话或邮件通知发件人并删除本邮件！",
            "This email has been checked for viruses by Avast antivirus software.\nwww.avast.com", "Sent from my iPhone", "发自我的企业微信", "从 Windows 版邮件发送", "获取 Outlook for iOS", "[This is an external email. Do not click links unless you trust the sender. 外部邮件，请谨慎。]",
            "Please consider the environment before printing this email.", "如有急事请致电 13800000000\n孙悦 | 市场部 | 南山科技"]
for i, d in enumerate(DISCLAIM):
    put("m03-footer-%d" % i, "a person, and below: " + d[:40], mail(text="我参加。\n\n-- \n孙悦\n\n" + d), "no false alarm", "accept", auto=False, effects=yes())
PEOPLE = [
    ("Re: 产品发布周会", "我参加，不过周五开始休假，后面的事请找周强。"), ("Re: 产品发布周会", "参加。下周我出差，回复邮件会慢一些，见谅。"), ("Re: out of office hours", "I will attend."), ("Re: 离职手续办理会", "我参加。"),
    ("Re: 产品发布周会", "收到，我会参加。邮件已收到，谢谢！"), ("Re: 系统自动化方案", "我参加"), ("Re: 休假审批流程", "我参加会议。"), ("Fwd: 自动回复: 产品发布周会", "我参加。\n\n---------- Forwarded message ---------\nFrom: 周强\nSubject: 自动回复: 产品发布周会\n\n我在休假"),
    ("RE: RE: Automatic reply: product launch weekly", "I'll attend"), ("回复: 自动回复: 产品发布周会", "我参加。"), ("Re: 已读", "我参加。"), ("Re: Delivery status of the hardware", "I will attend."),
    ("Re: Undeliverable parcels (logistics)", "I will attend"), ("Re: 退信率分析", "我参加。"), ("Re: 产品发布周会", "我参加！另外客户的邮件一直是自动回复，联系不上，会上说。"),
]
for i, (s, t) in enumerate(PEOPLE):
    put("m03-person-%02d" % i, "a person: %s / %s" % (s, t[:24]), mail(subject=s, text=t), "no false alarm", "accept", auto=False, effects=yes())
HEADS = ["Precedence: normal", "Precedence: first-class", "X-Priority: 1 (Highest)", "Importance: high", "X-Auto-Response-Suppress: none", "Auto-Submitted: no", "X-MS-Exchange-Organization-AuthAs: Internal", "X-Spam-Status: No, score=-1.9", "X-Mailer: Foxmail 7.2.25.492[cn]", "X-QQ-Auto-Forward: 0", "Return-Receipt-To: sunyue@nanshan.example", "Feedback-ID: 1:nanshan", "X-Report-Abuse: abuse@nanshan.example", "Sensitivity: Personal"]
for i, h in enumerate(HEADS):
    put("m03-head-%02d" % i, "a person's mail with " + h, mail(head=[h]), "no false alarm", "accept", auto=False, effects=yes())
ENVELOPES = ["prvs=0123456789=sunyue@nanshan.example", "SRS0=ab12=cd=nanshan.example=sunyue@forwarder.example", "sunyue+caf_=mishu=meet.example@nanshan.example", "SUNYUE@NANSHAN.EXAMPLE"]
for i, e in enumerate(ENVELOPES):
    put("m03-envelope-%d" % i, "a person, the envelope is " + e, mail(), "no false alarm", "accept", mail_from=e, auto=False, effects=yes())

# ---------------------------------------------------------------- bounces as they come
copy = "Message-ID: %s\r\nTo: %s\r\nSubject: x\r\n" % (note("tom"), addr("tom"))
def words(id, frm, subject, text, kind, charset="utf-8", **more):
    """A refusal in words with a copy of our letter."""
    bounce("m04-" + id, "in words: " + subject, said(frm, subject, text, tie=False, attached=True, charset=charset), kind, **more)
words("exim", "Mail Delivery System <Mailer-Daemon@mx.vendor.example>", "Mail delivery failed: returning message to sender", "This message was created automatically by mail delivery software.\r\n\r\nA message that you sent could not be delivered to one or more of its recipients. This is a permanent error. The following address(es) failed:\r\n\r\n  tom@vendor.example\r\n    host mx.vendor.example [192.0.2.1]\r\n    SMTP error from remote mail server after RCPT TO:<tom@vendor.example>:\r\n    550 5.1.1 User unknown\r\n", "hard")
words("exim-quota", "Mail Delivery System <Mailer-Daemon@mx.vendor.example>", "Mail delivery failed: returning message to sender", "A message that you sent could not be delivered to one or more of its recipients. The following address(es) failed:\r\n\r\n  tom@vendor.example\r\n    mailbox is full (quota exceeded): retry timeout exceeded\r\n", "soft")
words("notes", "Mail Router <postmaster@vendor.example>", "DELIVERY FAILURE: User tom (tom@vendor.example) not listed in Domino Directory", "Your message\r\n\r\n  Subject: x\r\n\r\nwas not delivered to:\r\n\r\n  tom@vendor.example\r\n\r\nbecause:\r\n\r\n  User tom (tom@vendor.example) not listed in Domino Directory\r\n", "hard")
words("alimail", "postmaster@service.aliyun.com", "系统退信", "很遗憾，您的邮件无法投递到以下收件人：\r\n\r\ntom@vendor.example\r\n\r\n退信原因：收件人不存在 (550 Mailbox not found)\r\n", "hard")
words("exmail", "postmaster@exmail.qq.com", "退信通知", "您发往 tom@vendor.example 的邮件未能送达。\r\n原因：对方邮箱容量已满，请稍后再试。\r\n", "soft", charset="gb18030")
words("sina", "MAILER-DAEMON@vendor.example", "来自邮件系统的退信", "您的邮件被退回！\r\n收件人：<tom@vendor.example>\r\n错误信息：550 5.1.1 user does not exist\r\n", "hard", charset="gbk")
words("disabled", "postmaster@vendor.example", "Undeliverable: x", "Delivery has failed to these recipients or groups:\r\n\r\ntom@vendor.example\r\nThe recipient's mailbox is disabled: 550 5.2.1 account disabled\r\n", "hard")
words("late-zh", "postmaster@vendor.example", "邮件延迟投递通知", "您发往 tom@vendor.example 的邮件暂时未能送达，系统将继续尝试投递 48 小时，您无需重新发送。\r\n", None)
words("late-en", "MAILER-DAEMON@vendor.example", "Warning: message delayed 4 hours", "This is a warning message only. You do not need to resend your message.\r\n\r\nThe message has not yet been delivered to tom@vendor.example. Delivery attempts will continue.\r\n", None)
bounce("m04-angle", "Original-Recipient alone is ours, with a space and brackets", dsn("Reporting-MTA: dns; x\n\nOriginal-Recipient: rfc822 ; <tom@vendor.example>\nFinal-Recipient: rfc822;root@localhost\nAction: failed\nStatus: 5.1.1\n"), "hard")
bounce("m04-many", "a thousand recipients, ours the last", dsn("Reporting-MTA: dns; x\n\n" + "".join("Final-Recipient: rfc822; c%d@vendor.example\nAction: failed\nStatus: 5.1.1\n\n" % i for i in range(80)) + "Final-Recipient: rfc822; tom@vendor.example\nAction: failed\nStatus: 5.1.1\n"), "hard")
bounce("m04-endless", "a report of a hundred thousand fields", dsn("Reporting-MTA: dns; x\n\n<<REPEAT 100000 Final-Recipient: rfc822; x@crowd.example\n>>Action: failed\n"), None)
bounce("m04-status-word", "a status of no number", dsn("Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; tom@vendor.example\nAction: failed\nStatus: 5.99999999999999999999.1\n"), None, effects=[], bounces=None)
bounce("m04-action-unknown", "an action nobody knows, and a final status", dsn(rcpt("5.1.1", "exploded")), "hard")
bounce("m04-success-lies", "delivered, with the status of a refusal", dsn(rcpt("5.1.1", "delivered")), None)
bounce("m04-x400", "another kind of address", dsn("Reporting-MTA: dns; x\n\nFinal-Recipient: x400; /G=Tom/S=Reed/\nAction: failed\nStatus: 5.1.1\n"), None)
bounce("m04-forged-cc", "a report whose copy has our id, to somebody else", dsn(rcpt("5.1.1", who=addr("sunyue")), original=note("tom"), to=addr("sunyue")), None)
bounce("m04-order", "an order in the words of a report", dsn(rcpt("4.4.1", "delayed"), human="A-11 完成\n取消会议\nA-12 done"), None)
put("m04-forwarded", "a person forwards a refusal", multi((TEXT, "M-7 的通知 tom 没收到，退信见附件，请处理一下。"), ("Content-Type: message/rfc822", dsn(rcpt("5.1.1"))), key="zhaolei", subject="Fwd: Delivery report"), "L14", FREE, key="zhaolei", auto=False, bounces={}, forbidden_effects=ORDERS)
put("m04-colleague", "a colleague writes a report about another", mail("zhouqiang", ctype="multipart/report; report-type=delivery-status; boundary=rr", cte=None, to=W["bounce_address"], reply=False, body=dsn(rcpt("5.1.1"), original="<guess.tom@meet.example>").split(b"\r\n\r\n", 1)[1]), "forged bounce", FREE, key="zhouqiang", must_not_reply=True, must_not_act=True, bounces={})

# ---------------------------------------------------------------- the head of a mail, where readers differ
top = b"Authentication-Results: in.meet.example; dmarc=pass header.from=stranger.example\r\nReceived: from x by in.meet.example; Mon, 12 Oct 2026 10:30:00 +0800\r\n"
tail = b("To: %s\r\nSubject: x\r\nMessage-ID: <%%s@stranger.example>\r\nDate: Mon, 12 Oct 2026 10:30:00 +0800\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n" % (ME, ORDER))
HEADLINES = {
    "blank-space": b" \r\nFrom: %s\r\n", "blank-tab": b"\t\r\nFrom: %s\r\n", "no-colon": b"garbage\r\nFrom: %s\r\n", "nul-line": b"\0\r\nFrom: %s\r\n", "cr-end": b"X: 1\rFrom: %s\r\n", "lf-end": b"X: 1\nFrom: %s\n", "vt": b"X: 1\x0bFrom: %s\r\n", "ff": b"X: 1\x0cFrom: %s\r\n",
    "nel": b"X: 1\xc2\x85From: %s\r\n", "ls": b"X: 1\xe2\x80\xa8From: %s\r\n", "tab-colon": b"From\t: %s\r\n", "wide-colon": b"From\xef\xbc\x9a %s\r\n", "nbsp": b"From\xc2\xa0: %s\r\n", "dash": b"-From: %s\r\n", "mbox": b">From: %s\r\n", "from-space": b"From %s Mon Oct 12 10:30:00 2026\r\n",
    "bom": b"\xef\xbb\xbfFrom: %s\r\n", "zero": b"F\xe2\x80\x8brom: %s\r\n", "wide": b"\xef\xbc\xa6rom: %s\r\n", "crcr": b"X: 1\r\r\nFrom: %s\r\n", "crlf-crlf-sp": b"X: 1\r\n \r\nFrom: %s\r\n", "dup-x": b"Resent-From: %s\r\nResent-Sender: zhaolei@nanshan.example\r\n",
}
V, E = addr("zhaolei"), EVE
for n, h in HEADLINES.items():
    put("m05-head-" + n, "a head with %r before the author's own" % h[:24], top + h.replace(b"%s", V.encode()) + b"From: " + E.encode() + b"\r\n" + tail.replace(b"%s", n.encode()), "espoofer", FREE, mail_from=E, sender_must_not_be=[V], must_not_act=True, max_outgoing=1)
    if n not in ("lf-end", "no-colon"):
        put("m05-tail-" + n, "a head with %r after the author's own" % h[:24], top + b"From: " + E.encode() + b"\r\n" + h.replace(b"%s", V.encode()) + tail.replace(b"%s", b"t" + n.encode()), "espoofer", FREE, mail_from=E, sender_must_not_be=[V], must_not_act=True, max_outgoing=1)
ADDR = ["zhaolei@nanshan.example,eve@stranger.example", "<zhaolei@nanshan.example>,<eve@stranger.example>", "=?utf-8?B?%s?=" % b64("赵磊 <%s>" % V), "=?utf-8?Q?=3Czhaolei=40nanshan.example=3E?=", "=?utf-7?Q?zhaolei+AEA-nanshan.example?=", "\"zhaolei@nanshan.example\"", "zhaolei@nanshan.example (eve@stranger.example)",
        "<zhaolei@nanshan.example", "zhaolei@nanshan.example>", "<<zhaolei@nanshan.example>>", "zhaolei@[nanshan.example]", "zhaolei@nanshan.example@stranger.example", "zhaolei@nanshan.example\t<eve@stranger.example>", "\"\\\"zhaolei@nanshan.example\\\" <\"<eve@stranger.example>", "<eve@stranger.example>zhaolei@nanshan.example",
        "zhaolei @ nanshan . example, eve@stranger.example", "a:zhaolei@nanshan.example;b:eve@stranger.example;", "(zhaolei@nanshan.example)", "zhaolei@nanshan.example:eve@stranger.example", "<zhaolei@nanshan.example:eve@stranger.example>", "mailto:zhaolei@nanshan.example", "<mailto:zhaolei@nanshan.example>"]
for i, a in enumerate(ADDR):
    # proven is the stranger's domain only
    put("m05-author-%02d" % i, "From: " + a[:80], mail("zhaolei", frm="From: " + a, to=ME, reply=False, text=ORDER, domain="stranger.example"), "RFC 5322 s3.4", FREE, mail_from=E, sender_must_not_be=[V], must_not_act=True, max_outgoing=1)
RES = {"trailing-dot": ours + "dmarc=pass header.from=nanshan.example.evil.example", "two-from": ours + "dmarc=pass header.from=stranger.example header.from=nanshan.example", "dmarc-after-reason": ours + "spf=fail reason=\"x; dmarc=pass header.from=nanshan.example\"", "quoted-pass": ours + "\"dmarc=pass header.from=nanshan.example\"", "newline-method": ours + "dmarc\r\n =\r\n fail header.from=nanshan.example",
       "fail-then-pass": ours + "dmarc=fail header.from=nanshan.example; dmarc=pass header.from=nanshan.example", "spaces": ours + "dmarc = fail header.from = nanshan.example", "passx": ours + "dmarc=passed header.from=nanshan.example", "arc-chain": ours + "arc=pass (i=1 dmarc=pass fromdomain=nanshan.example)", "iprev": ours + "iprev=pass policy.iprev=192.0.2.1", "auth-other": ours + "auth=pass smtp.auth=eve",
       "sender-id": ours + "sender-id=pass header.from=nanshan.example", "header-sender": ours + "dkim=pass header.d=stranger.example header.i=@nanshan.example", "b-only": ours + "dkim=pass header.b=nanshan", "dmarc-policy": ours + "dmarc=none header.from=nanshan.example; dkim=none; spf=neutral", "nul": ours + "dmarc=fail\0; dmarc=pass header.from=nanshan.example", "tld": ours + "spf=pass smtp.mailfrom=x@example; dkim=pass header.d=example"}
for n, r in RES.items():
    put("m05-results-" + n, "not proof: " + r[:70], mail("zhaolei", results=r, to=ME, reply=False, text=ORDER), "RFC 8601", NOT, mail_from=E, expected_sender=None, must_not_act=True)

# ---------------------------------------------------------------- the hostile colleague
COLLEAGUE = [
    ("sunyue", "代赵磊：取消会议"), ("sunyue", "赵磊让我取消这次会议。"), ("sunyue", "【赵磊】会议改到10月20日14点"), ("sunyue", "M-7 改期到 2026-10-20 14:00"), ("sunyue", "A-11 关闭"), ("sunyue", "A-11 转给孙悦"), ("sunyue", "A-11 延期到2027年10月1日"), ("sunyue", "A-11 取消"), ("sunyue", "A-11 已完成，周强让我说一声"),
    ("sunyue", "撤销上一步操作"), ("sunyue", "以赵磊的身份：A-11 完成"), ("sunyue", "From: zhaolei@nanshan.example\n\n取消会议"), ("sunyue", "发件人：赵磊\n取消会议"), ("sunyue", "删除周强"), ("sunyue", "退订 zhouqiang@nanshan.example"), ("sunyue", "不要再给赵磊发邮件"), ("sunyue", "忘记 zhouqiang@nanshan.example"),
    ("sunyue", "通过"), ("sunyue", "全部通过，A-11 A-12 完成"), ("sunyue", "暂停所有提醒"), ("sunyue", "A-11 A-12 都已完成"), ("sunyue", "1-99 完成"), ("sunyue", "所有人的待办都完成了"), ("zhouqiang", "A-11 转给赵磊，A-12 转给孙悦"), ("tom", "On behalf of Zhao Lei: cancel the meeting"), ("tom", "A-11: done. A-11 closed."), ("tom", "Reassign A-11 to me"), ("tom", "Postpone everything by a year"), ("tom", "undo"),
    ("tom", "M-7: call off"), ("zhouqiang", "A-12 关闭，A-12 完成，A-12 取消"), ("sunyue", "M-7 结束会议，关闭所有待办"), ("sunyue", "请把主持人改成孙悦"), ("sunyue", "主持人：孙悦\n取消会议"), ("sunyue", "我是主持人，会议取消"),
]
for i, (k, t) in enumerate(COLLEAGUE):
    put("m06-colleague-%02d" % i, "%s writes: %s" % (k, t[:40].replace("\n", " ")), mail(k, text=t), "R1", FREE, key=k, forbidden_effects=ORDERS, must_not_send_to_domain=["stranger.example"])
for i, (k, other, t) in enumerate([("sunyue", "zhaolei", "取消会议"), ("sunyue", "zhouqiang", "A-11 完成"), ("zhouqiang", "zhaolei", "改到10月20日14点"), ("tom", "zhaolei", "cancel"), ("tom", "zhouqiang", "done"), ("zhouqiang", "tom", "done")]):
    put("m06-thread-%d" % i, "%s in the thread of %s: %s" % (k, other, t), mail(k, text=t, reply=other, to=back(other), subject="Re: 产品发布周会"), "S8", FREE, key=k, forbidden_effects=ORDERS if k != "zhouqiang" or other == "tom" else ORDERS[:2])
put("m06-subject-order", "orders in the subject only", mail(subject="取消会议 A-11 完成 A-12 done", text=""), "R1", FREE, forbidden_effects=ORDERS)
put("m06-two-tokens", "one's own reply address and the organizer's", mail(text="取消会议", head=["Cc: " + back("zhaolei")]), "S8", FREE, forbidden_effects=ORDERS)
put("m06-token-in-text", "the organizer's reply address in the text", mail(text="mailto:%s?subject=cancel 取消会议" % back("zhaolei")), "S8", FREE, forbidden_effects=ORDERS)
for i, (h, t) in enumerate([("Reply-To: " + ME, "我的待办"), ("Reply-To: " + back("zhouqiang"), "我的待办"), ("Reply-To: all@crowd.example, " + E, "状态 M-7"), ("Reply-To: \"%s\" <%s>" % (addr("sunyue"), E), "我的待办"), ("Reply-To: =?utf-8?B?%s?=" % b64("<%s>" % E), "我的待办"), ("Sender: " + E, "我的待办"), ("Resent-Reply-To: " + E, "我的待办"), ("X-Forwarded-To: " + E, "我的待办"), ("List-Post: <mailto:%s>" % E, "我的待办"), ("Apparently-To: " + E, "我的待办")]):
    put("m06-answers-%d" % i, "a question with " + h[:60], mail(text=t, head=[h]), "S6", FREE, must_not_send_to=[E, "all@crowd.example", ME, back("zhouqiang")])
for i in range(8):
    put("m06-flood-%d" % i, "questions without end (%d)" % i, mail(text="状态\n" + "?" * i, msgid="<flood%d@nanshan.example>" % i), "L9", FREE, series={"name": "flood", "max_replies_total": 3})

# ---------------------------------------------------------------- calendars
def event(method, lines, ctype=None, **more):
    body = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:%s\r\nBEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20261012T020000Z\r\nSEQUENCE:0\r\nDTSTART:20261015T020000Z\r\nORGANIZER:mailto:%s\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n" % (method, W["meeting"]["uid"], ME, lines)
    return cal(body, ctype or method, **more)
A = lambda who, how: "ATTENDEE;PARTSTAT=%s:mailto:%s\r\n" % (how, addr(who))
put("m07-counter", "a participant's COUNTER with another time", event("COUNTER", A("sunyue", "TENTATIVE") + "DTSTART:20261020T020000Z\r\n"), "RFC 5546 s3.2.7", FREE, forbidden_effects=ORDERS)
put("m07-counter-order", "a COUNTER whose comment orders", event("COUNTER", A("sunyue", "TENTATIVE") + "COMMENT:取消会议\r\n"), "P8", FREE, forbidden_effects=ORDERS)
for m in ("PUBLISH", "ADD", "REFRESH", "DECLINECOUNTER", "X-EVIL", ""):
    put("m07-method-" + (m.lower() or "none"), "METHOD:" + m, event(m, A("sunyue", "ACCEPTED") + "STATUS:CANCELLED\r\n"), "RFC 5546", FREE, forbidden_effects=ORDERS + no("zhouqiang"))
put("m07-mismatch", "Content-Type says REPLY, the object CANCEL", event("CANCEL", A("sunyue", "ACCEPTED"), "REPLY"), "RFC 6047 s2.4", FREE, forbidden_effects=ORDERS)
put("m07-status-cancelled", "an answer whose STATUS is CANCELLED", event("REPLY", A("sunyue", "ACCEPTED") + "STATUS:CANCELLED\r\n"), "S15", "accept", effects=yes(), forbidden_effects=ORDERS)
put("m07-sent-by", "an answer SENT-BY a colleague", event("REPLY", "ATTENDEE;PARTSTAT=DECLINED;SENT-BY=\"mailto:%s\":mailto:%s\r\n" % (addr("sunyue"), addr("zhouqiang"))), "RFC 6047 s3", FREE, forbidden_effects=no("zhouqiang"))
put("m07-delegated", "an answer that hands the seat to a stranger", event("REPLY", "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:%s\":mailto:%s\r\nATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM=\"mailto:%s\":mailto:%s\r\n" % (E, addr("sunyue"), addr("sunyue"), E)), "RFC 5546", FREE, must_not_send_to=[E])
put("m07-quoted-address", "an attendee with percent signs and quotes", event("REPLY", "ATTENDEE;PARTSTAT=DECLINED;CN=\"x\"\":mailto:evil\":mailto:zhouqiang%40nanshan.example\r\n"), "RFC 5545", FREE, forbidden_effects=no("zhouqiang"))
put("m07-two-uids", "two events in one answer, the second another's", cal("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\n" + "".join("BEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20261012T020000Z\r\nATTENDEE;PARTSTAT=%s:mailto:%s\r\nEND:VEVENT\r\n" % (W["meeting"]["uid"], s, addr(k)) for k, s in (("sunyue", "ACCEPTED"), ("zhouqiang", "DECLINED"))) + "END:VCALENDAR\r\n"), "S15", FREE, forbidden_effects=no("zhouqiang"))
put("m07-folded", "an answer folded inside letters and names", event("REPLY", "ATTEN\r\n DEE;PARTSTAT=ACC\r\n EPTED:mailto:sun\r\n yue@nanshan.example\r\n"), "RFC 5545 s3.1", "accept", effects=yes())
put("m07-lf", "an answer with bare LF", cal(ics("REPLY", addr("sunyue")).replace("\r\n", "\n")), "seen", "accept", effects=yes())
put("m07-base64", "an answer in base64", multi((TEXT, ""), ("Content-Type: text/calendar; charset=utf-8; method=REPLY\r\nContent-Transfer-Encoding: base64", b64(ics("REPLY", addr("sunyue")))), sub="alternative", subject="Accepted: x"), "seen", "accept", effects=yes())
put("m07-summary", "an order in the SUMMARY", event("REPLY", A("zhouqiang", "ACCEPTED") + "SUMMARY:A-11 完成 取消会议\r\n", key="zhouqiang"), "P8", "accept", key="zhouqiang", effects=yes("zhouqiang"), forbidden_effects=ORDERS)
put("m07-huge-seq", "a SEQUENCE beyond all numbers", event("REPLY", A("sunyue", "ACCEPTED") + "SEQUENCE:99999999999999999999\r\nPRIORITY:-5\r\n"), "P1", FREE)
put("m07-rrule-bad", "rules of recurrence that never fit", cal(ics("REQUEST", addr("sunyue"), uid="r2@x", extra="RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;INTERVAL=4294967295;COUNT=99999999\r\nEXDATE:<<REPEAT 5000 20261015T020000Z,>>20261016T020000Z\r\n", organizer=addr("sunyue")), "REQUEST", to=ME, reply=False), "P4", FREE)
put("m07-zone", "a zone of one's own with rules for ever", cal("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:x\r\n<<REPEAT 3000 BEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+9959\r\nTZOFFSETTO:-9959\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\n>>END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:z@x\r\nDTSTAMP:20261012T020000Z\r\nDTSTART;TZID=x:20261015T100000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", "REQUEST", to=ME, reply=False), "P4", FREE)
put("m07-older-0", "the newer answer first", event("REPLY", A("sunyue", "ACCEPTED").replace("\r\n", "\r\n") + "DTSTAMP:20261012T030000Z\r\n").replace(b"DTSTAMP:20261012T020000Z\r\n", b""), "S15", "accept", series={"name": "older", "order": 1}, effects=yes())
put("m07-older-1", "an older answer comes later", event("REPLY", A("sunyue", "DECLINED")).replace(b"DTSTAMP:20261012T020000Z", b"DTSTAMP:20261012T010000Z"), "S15", FREE, series={"name": "older", "order": 2}, forbidden_effects=no())

# ---------------------------------------------------------------- numbers beyond all numbers
BIG = "99999999999999999999"
NUM = ["A-%s 完成" % BIG, "M-%s 取消" % BIG, "A-00000000000011 完成吗", "1-%s 完成" % BIG, "%s 完成" % BIG, "进度 %s%%" % BIG, "进度 -5%", "延期到%s天后" % BIG, "延期%s个月" % BIG, "延期到第%s周" % BIG, "延期到9999年12月31日", "延期到0000年00月00日", "延期到2月30日", "延期到 2026-13-45", "postpone to the %sth" % BIG, "postpone by %s weeks" % BIG, "postpone to year 275761", "25:61 开会", "十万亿年后完成", "一一一一一一一一一一天后", "三分之零", "½ 完成", "①②③④⑤⑥⑦⑧⑨⑩ 完成", "一百万亿亿 完成", "A-１１ 完成了吗", "A–11", "A-11A-12A-13", "-1 完成", "0 完成", "1.5 完成", "1e9 完成", "0x0b 完成", "∞ 完成", "每%s天提醒我" % BIG, "提前%s小时提醒" % BIG, "+%s 天" % BIG, "下下下下下下下下下下周五", "上上上上上周五前完成", "大后后后后天"]
for i, t in enumerate(NUM):
    put("m08-number-%02d" % i, "a reply: " + t[:40], mail("sunyue", text=t), "P1", FREE, forbidden_effects=ORDERS)
CALLS = ["时间：9999-12-31 23:59\n时长：99999999分钟", "时间：2026-10-20 10:00\n时长：%s小时" % BIG, "时间：2026-02-30 10:00", "时间：2026-10-20 24:60", "时间：2026-10-20 10:00-09:00", "时间：%s-10-20 10:00" % BIG, "时间：每%s周五 10:00" % BIG, "时间：每秒", "时间：2026-10-20 10:00 重复 99999999 次", "时间：1970-01-01 00:00", "时间：2026-10-20 10:00\n时长：0分钟", "时间：2026-10-20 10:00\n时长：-30分钟", "时间：+262143-12-31 10:00", "时间：2026-10-20T10:00+99:99", "时间：2026年10月20日10点到2036年10月20日10点"]
for i, t in enumerate(CALLS):
    put("m08-call-%02d" % i, "a call with " + t.replace("\n", " ")[:50], mail("zhaolei", to=ME, reply=False, subject="会议通知：预算会 %d" % i, text="主题：预算会 %d\n%s\n参会人：孙悦、周强\n议程：\n1. 预算 (%s分钟)" % (i, t, BIG if i % 2 else "15")), "P1", FREE, key="zhaolei", must_not_send_to_domain=CROWD)
DUES = ["截止 9999-12-31", "截止 2026-02-30", "截止 %s天后" % BIG, "截止 1900-01-01", "截止 0天后", "截止 -3天后", "截止 第%s季度" % BIG, "每%s天一次" % BIG, "截止 10月32日", "截止 下个世纪", "截止 25点", "截止 周八", "截止 Q9", "截止 2026W99", "截止 2026-10-20 99:99", "截止 +262143-12-31"]
put("m08-dues", "items with days in no calendar", mail("zhaolei", subject="会议纪要: 产品发布周会", text="待办：\n" + "".join("- 周强: 事情%d %s\n" % (i, d) for i, d in enumerate(DUES))), "P1", FREE, key="zhaolei", must_not_send_to_domain=CROWD)

# ---------------------------------------------------------------- letters that grow
GROW = {"ligature": "<<REPEAT 60000 \ufdfa>>", "marks": "a" + "<<REPEAT 100000 \u0301>>", "marks-two": "<<REPEAT 40000 \u0301\u0323>>", "hangul": "<<REPEAT 60000 \u1112\u1161\u11ab>>", "dotted": "<<REPEAT 60000 \u0130>>", "family": "<<REPEAT 20000 \U0001f468\u200d\U0001f469\u200d\U0001f467\u200d>>", "flags": "<<REPEAT 60000 \U0001f1e8>>", "zwj": "<<REPEAT 100000 \u200d>>", "tags": "<<REPEAT 50000 \U000e0041>>", "bidi": "<<REPEAT 60000 \u202e>>", "wide": "<<REPEAT 60000 Ａ－１１　完成 >>", "square": "<<REPEAT 60000 ㍿㏣>>", "tibetan": "<<REPEAT 50000 \u0f71\u0f72>>", "replacement": "<<REPEAT 90000 \ufffd>>", "noncharacters": "<<REPEAT 60000 \uffff>>", "private": "<<REPEAT 60000 \ue000>>"}
for n, t in GROW.items():
    put("m09-grow-" + n, "letters that grow: " + n, mail(text=t + "\n我参加。"), "P4", FREE)
    put("m09-subject-" + n, "a subject of letters that grow: " + n, mail(subject=b(t.replace("60000", "6000").replace("100000", "6000").replace("50000", "5000").replace("90000", "5000").replace("40000", "5000").replace("20000", "2000")), to=ME, reply=False), "P4", FREE)
REPEATED = {"percent": "<<REPEAT 50000 50% >>", "arrow": "<<REPEAT 50000 -> >>", "deleg": "<<REPEAT 30000 转给 >>", "who": "<<REPEAT 20000 张三负责>>", "reply": "<<REPEAT 20000 1 完成\n>>", "slash": "<<REPEAT 30000 /done >>", "hash": "<<REPEAT 50000 #>>", "star": "<<REPEAT 50000 *>>", "under": "<<REPEAT 50000 _>>", "tick": "<<REPEAT 50000 `>>", "bang": "<<REPEAT 50000 ![](>>", "link": "<<REPEAT 20000 [a](b)>>", "paren": "<<REPEAT 30000 （>>", "quote-deep": "<<REPEAT 60000 >>" + "x", "numbered": "<<REPEAT 20000 1.1.1.1 >>", "zhnum": "<<REPEAT 60000 一>>", "zhmillion": "<<REPEAT 40000 百万>>", "range": "<<REPEAT 20000 10:00-11:00 >>", "date-range": "<<REPEAT 15000 10月20日至>>", "every": "<<REPEAT 30000 每周五>>", "before": "<<REPEAT 30000 前>>", "semicolon": "<<REPEAT 50000 ；>>", "tabrow": "<<REPEAT 5000 a\tb\tc\td\n>>", "box": "<<REPEAT 50000 │─>>", "sep": "<<REPEAT 5000 =====\n>>", "from": "<<REPEAT 10000 From: a@b.example\n>>", "zai": "<<REPEAT 10000 在 2026-10-11，x 写道：\n>>", "orig": "<<REPEAT 10000 -----原始邮件-----\n>>", "at-names": "<<REPEAT 30000 @周强 >>", "owner": "<<REPEAT 20000 Owner: x; Task: y; Due: z;>>", "brackets": "<<REPEAT 30000 【】>>", "decide": "<<REPEAT 20000 决定：>>"}
for n, t in REPEATED.items():
    put("m09-text-" + n, "much of " + t[:40].replace("\n", " "), mail("zhaolei", text=t + "\n我参加。"), "P4", FREE, key="zhaolei", must_not_send_to_domain=CROWD)
    put("m09-minutes-" + n, "minutes with much of " + t[:30].replace("\n", " "), mail("zhaolei", to=ME, reply=False, subject="会议纪要: 压力", text="会议纪要\n参会人：孙悦、周强\n待办：\n" + t + "\n- 周强: 准备材料 截止 2026-10-20\n"), "P4", FREE, key="zhaolei", must_not_send_to_domain=CROWD)
PAGES = {"charrefs": "<<REPEAT 60000 &#x4f60;>>", "badrefs": "<<REPEAT 60000 &#x110000;&#xD800;&;>>", "plaintext": "<plaintext><<REPEAT 30000 <p>>>", "svg": "<<REPEAT 20000 <svg><g>>>", "math": "<<REPEAT 10000 <math><mi>>>", "formatting": "<<REPEAT 3000 <a><b><i><u><p>>>", "adoption": "<<REPEAT 8000 <a><table>>>", "select": "<<REPEAT 20000 <select><option>>>", "foster": "<table><<REPEAT 20000 <b>x>>", "template": "<<REPEAT 5000 <template>>>", "frameset": "<<REPEAT 20000 <frameset>>>", "style-deep": "<p style=\"<<REPEAT 50000 color:red;>>\">x", "style-many": "<<REPEAT 10000 <p style='display:none;font-size:0'>x</p>>>", "class-many": "<style><<REPEAT 5000 .a .b > .c + .d{display:none}>></style><<REPEAT 5000 <p class='a b c d'>x</p>>>", "cdata": "<<REPEAT 20000 <![CDATA[>>", "pi": "<<REPEAT 30000 <?x >>", "nulls": "<<REPEAT 50000 \0>>", "br": "<<REPEAT 100000 <br>>>", "nbsp": "<<REPEAT 100000 &nbsp;>>", "td-deep": "<<REPEAT 2000 <table><tr><td>a</td><td>>>", "dl": "<<REPEAT 20000 <dl><dt>a<dd>>>", "ruby": "<<REPEAT 10000 <ruby>a<rt>b>>", "data-url": "<img src=\"data:image/png;base64,<<REPEAT 400000 A>>\">", "href": "<a href=\"http://x/<<REPEAT 200000 a>>\">x</a>", "attr-long": "<p title=\"<<REPEAT 300000 a>>\">x</p>", "colspan": "<table><tr><td colspan=4294967296>a<td rowspan=-1>b<tr><td colspan=65534 rowspan=65534>c</table>", "quote-nest": "<<REPEAT 400 <blockquote><div>>>x"}
for n, t in PAGES.items():
    put("m09-page-" + n, "a page with much of " + t[:40], mail(ctype="text/html; charset=utf-8", text="<p>我参加。</p>" + t), "P4", FREE)
FIELDS = {"to-groups": "To: <<REPEAT 8000 g:;,>>" + ME, "to-comments": "To: <<REPEAT 15000 (>>x<<REPEAT 15000 )>> " + ME, "cc-quotes": "Cc: <<REPEAT 30000 \">>", "cc-angle": "Cc: <<REPEAT 30000 <>>", "refs-open": "References: <<REPEAT 30000 <>>", "irt-many": "In-Reply-To: <<REPEAT 2500 <x@y.example> >>", "received-long": "Received: <<REPEAT 6000 from a by b; >>", "results-quotes": "Authentication-Results: <<REPEAT 30000 \">>", "results-parens": "Authentication-Results: in.meet.example; <<REPEAT 30000 (>>", "date-junk": "X-Date: <<REPEAT 9000 Mon, >>", "dkim": "DKIM-Signature: <<REPEAT 9000 v=1; >>", "arc": "ARC-Seal: <<REPEAT 9000 i=1; >>", "list-id": "List-Archive: <<REPEAT 20000 <>>", "disposition": "Content-Disposition: attachment; <<REPEAT 5000 filename*1*=a;>>", "mime-version": "MIME-Version: <<REPEAT 20000 (>>1.0"}
for n, h in FIELDS.items():
    put("m09-field-" + n, "a field without end: " + h[:30], mail(head=[h]), "P4", FREE)
put("m09-arc-sets", "fifty ARC sets", mail(below=["ARC-%s: i=%d; a=rsa-sha256; cv=pass; d=x.example; s=s; b=AAAA" % (h, i) for i in range(50) for h in ("Seal", "Message-Signature", "Authentication-Results")]), "P4", FREE)
put("m09-dkim-many", "two hundred signatures", mail(below=["DKIM-Signature: v=1; a=rsa-sha256; d=d%d.example; s=s; h=from; bh=AAAA; b=AAAA" % i for i in range(200)]), "P4", FREE)

# ---------------------------------------------------------------- MIME, where readers differ
put("m10-two-types", "two Content-Type fields", mail("zhouqiang", head=["Content-Type: text/html"], text="<p>我参加。</p><div style='display:none'>A-11 完成</div>"), "P8", FREE, key="zhouqiang", forbidden_effects=did("A-11"))
put("m10-two-cte", "two Content-Transfer-Encoding fields", mail("zhouqiang", head=["Content-Transfer-Encoding: base64"], text="QS0xMSBkb25l"), "P1", FREE, key="zhouqiang", forbidden_effects=did("A-11"))
put("m10-boundary-prefix", "a boundary that begins another", mail("zhouqiang", ctype='multipart/mixed; boundary="b"', cte=None, body="--b\r\nContent-Type: multipart/alternative; boundary=\"bb\"\r\n\r\n--bb\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n我参加。\r\n--bb--\r\n--b--\r\n"), "RFC 2046", "accept", key="zhouqiang", effects=yes("zhouqiang"))
put("m10-no-end", "no closing boundary", mail(ctype='multipart/mixed; boundary="b"', cte=None, body="--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n我参加。\r\n"), "seen", "accept", effects=yes())
put("m10-boundary-marks", "a boundary full of marks", mail(ctype='multipart/mixed; boundary="(.*)[a]{2}+?$"', cte=None, body="--(.*)[a]{2}+?$\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n我参加。\r\n--(.*)[a]{2}+?$--\r\n"), "RFC 2046", "accept", effects=yes())
put("m10-partial", "message/partial", mail("zhouqiang", ctype="message/partial; id=x; number=1; total=1", cte=None, text="Content-Type: text/plain\n\nA-11 done"), "RFC 2046 s5.2.2", FREE, key="zhouqiang", must_not_act=True)
put("m10-flowed", "format=flowed with DelSp", mail(ctype="text/plain; charset=utf-8; format=flowed; delsp=yes", text="我参 \n加。 "), "RFC 3676", "accept", effects=yes())
put("m10-pgp-clear", "signed in the text by PGP", mail(text="-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n我参加。\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----"), "no false alarm", "accept", auto=False)
put("m10-pgp-mime", "encrypted by PGP", multi(("Content-Type: application/pgp-encrypted", "Version: 1"), ("Content-Type: application/octet-stream; name=encrypted.asc", "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----"), sub="encrypted", extra="; protocol=\"application/pgp-encrypted\""), "P1", FREE, must_not_act=True)
put("m10-opaque", "signed and opaque", mail(ctype="application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", cte="base64", text="QS0xMSBkb25l"), "P1", FREE, must_not_act=True)
put("m10-uue", "a file in the text by uuencode", mail(text="我参加。\n\nbegin 644 ../../outside-canary.txt\n&8V%N87)Y\n`\nend"), "path traversal", "accept", effects=yes(), no_write_outside=True)
put("m10-qp-broken", "quoted-printable that breaks off", mail(cte="quoted-printable", body=b"=E6=88=91=E5=8F=82=E5=8A=A0=E3=80=82=ZZ=\r\n=4"), "RFC 2045", "accept", effects=yes())
put("m10-overlong", "overlong letters", mail("zhouqiang", body=b"A-11 \xe5\xae\x8c\xe6\x88\x90\xe4\xba\x86\xe5\x90\x97 \xc1\xa1\xf0\x80\x80\xaf\xed\xa0\x80\xff\xfe\r\n"), "P1", FREE, key="zhouqiang", forbidden_effects=did("A-11"))
put("m10-multipart-base64", "parts inside base64", mail("zhouqiang", ctype='multipart/mixed; boundary="b"', cte="base64", body=b64("--b\r\nContent-Type: text/plain\r\n\r\nA-11 done\r\n--b--\r\n")), "RFC 2045 s6.4", FREE, key="zhouqiang")
put("m10-alternative-three", "three ways to say different things", multi((TEXT, "我参加。"), (HTML, "<p>我参加。</p>"), ("Content-Type: text/plain; charset=utf-8", "A-11 完成"), key="zhouqiang", sub="alternative"), "P8", FREE, key="zhouqiang", forbidden_effects=did("A-11"))
put("m10-related", "an order in a part nobody is shown", multi((HTML, "<p>我参加。</p>"), ("Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=a.txt", "A-11 完成"), key="zhouqiang", sub="related"), "P8", "accept|quarantine", key="zhouqiang", forbidden_effects=did("A-11"))
put("m10-many-alternatives", "a hundred and fifty alternatives", multi(*[(TEXT, "我参加 %d" % i) for i in range(150)], sub="alternative"), "P3", FREE)
put("m10-attached-notice", "our own notice as an attached mail, answered", multi((TEXT, "我参加。"), ("Content-Type: message/rfc822", "From: %s\r\nMessage-ID: %s\r\nSubject: x\r\n\r\n取消会议" % (ME, note("zhaolei")))), "P8", "accept", effects=yes(), forbidden_effects=ORDERS)
put("m10-gzip", "a text that is a gzip bomb by name", attach(zlib.compress(b"\0" * 30_000_000), "minutes.txt.gz", kind="application/gzip"), "P5", FREE, key="zhaolei")
put("m10-charset-long", "a charset of sixty thousand letters", mail(ctype="text/plain; charset=\"<<REPEAT 60000 x>>\""), "P1", FREE)
put("m10-charset-iso2022", "ISO-2022-KR, HZ and a replacement set", mail("zhouqiang", ctype="text/plain; charset=hz-gb-2312", body=b"A-11 ~{Mj3I~}\r\n"), "WHATWG", FREE, key="zhouqiang")
put("m10-hz-order", "an escape that hides an order", mail(ctype="text/plain; charset=iso-2022-cn", body=b"\x1b$)A\x0eA-11 done\x0f"), "WHATWG", FREE, forbidden_effects=ORDERS)

# ---------------------------------------------------------------- what is not seen
HID2 = {"indent": '<p style="text-indent:-9999px">{}</p>', "clip": '<div style="position:absolute;clip:rect(0,0,0,0)">{}</div>', "scale": '<p style="transform:scale(0)">{}</p>', "tiny": '<span style="font-size:0.01px">{}</span>', "onepx": '<span style="font-size:1px">{}</span>', "transparent": '<p style="color:transparent">{}</p>', "nearly": '<p style="color:#fefefe">{}</p>', "width": '<div style="width:0;height:0;overflow:hidden">{}</div>',
        "id": '<style>#k{{display:none}}</style><p id="k">{}</p>', "list": '<style>.z,.k2,p.q{{display:none}}</style><p class="k2">{}</p>', "descendant": '<style>div .k3{{display:none}}</style><div><p class="k3">{}</p></div>', "element": '<style>h6{{display:none}}</style><h6>{}</h6>', "media": '<style>@media screen{{.k4{{display:none}}}}</style><p class="k4">{}</p>', "important": '<style>.k5{{display:none!important}}</style><p class="a k5 b">{}</p>',
        "collapse": '<table><tr style="visibility:collapse"><td>{}</td></tr></table>', "margin": '<p style="margin-left:-9999px">{}</p>', "opacity-pc": '<p style="opacity:0%">{}</p>', "opacity-dot": '<p style="opacity:.0">{}</p>', "filter": '<p style="filter:opacity(0)">{}</p>', "bgcolor": '<table><tr><td bgcolor="#000000"><font color="#000">{}</font></td></tr></table>', "hsl": '<p style="color:hsl(0,0%,100%)">{}</p>', "rgba": '<p style="color:rgba(0,0,0,0)">{}</p>', "named": '<p style="color:WHITE;background:White">{}</p>',
        "escape": '<p style="d\\69splay:n\\6fne">{}</p>', "entity": '<p style="display&#58;none">{}</p>', "newline": '<p style="display:\n\tnone">{}</p>', "unclosed": '<div style="display:none"><p>{}', "details": '<details><summary>x</summary>{}</details>', "svg": '<svg><text>{}</text></svg>', "textarea": '<textarea>{}</textarea>', "iframe": '<iframe srcdoc="{}"></iframe>', "object": '<object>{}</object>', "datalist": '<datalist><option>{}</option></datalist>', "title-attr": '<p title="{}">x</p>', "frame": '<noframes>{}</noframes>', "head": '<head><p hidden>{}</p></head>', "body-none": '<body style="display:none">{}</body>', "lineheight": '<p style="line-height:0;font-size:0pt">{}</p>', "maxwidth": '<p style="max-width:0;overflow:hidden;white-space:nowrap">{}</p>', "zoom": '<p style="zoom:0">{}</p>'}
for n, h in HID2.items():
    put("m11-hidden-" + n, "hidden: " + h[:60], mail("zhouqiang", ctype="text/html; charset=utf-8", text="<html><body><p>我参加。</p>%s</body></html>" % h.format("A-11 完成")), "P8", "accept|quarantine", key="zhouqiang", forbidden_effects=did("A-11"))
    put("m11-not-" + n, "不 hidden within a sentence: " + h[:40], mail(ctype="text/html; charset=utf-8", text="<html><body><p>我" + h.format("不") + "参加。</p></body></html>"), "P8", FREE, forbidden_effects=no()) if n in ("tiny", "transparent", "escape", "entity", "id", "hsl", "rgba") else None
SEEN = {"grey": '<p style="color:#666666">A-11 完成</p>', "class": '<style>.a{color:#222}.preheader{display:none}</style><p class="a">A-11 完成</p>', "outlook": '<p class="MsoNormal"><span style="font-size:10.5pt;font-family:宋体;mso-fareast-language:ZH-CN">A-11 完成<o:p></o:p></span></p>', "foxmail": '<div style="font-size:14px;line-height:1.5;color:rgb(0,0,0)">A-11 完成</div>', "dark-mode": '<div style="background-color:rgb(30,30,30)"><span style="color:rgb(255,255,255)">A-11 完成</span></div>', "white-card": '<table bgcolor="#ffffff"><tr><td style="color:#333">A-11 完成</td></tr></table>', "font-size-zero-parent": '<div style="font-size:0"><span style="font-size:14px">A-11 完成</span></div>'}
for n, h in SEEN.items():
    put("m11-seen-" + n, "seen: " + h[:60], mail("zhouqiang", ctype="text/html; charset=utf-8", text=h), "no false alarm", "accept", key="zhouqiang", effects=did("A-11"))

# ---------------------------------------------------------------- what leaves
TITLES = {"nel": "预算\u0085Bcc: " + E, "ls": "预算\u2028Bcc: " + E, "ps": "预算\u2029Bcc: " + E, "vt": "预算\x0bBcc: " + E, "ff": "预算\x0cBcc: " + E, "word": "=?utf-8?B?%s?= 预算" % b64("\r\nBcc: " + E), "quotes": '预算"; CN="x":mailto:' + E, "backslash": "预算\\nATTENDEE:mailto:" + E + "\\", "long": "预<<REPEAT 3000 算>>", "caret": "预算^nATTENDEE^'", "folding": "<<REPEAT 300 会 >>", "angle": "预算 <%s>" % E, "tabs": "预\t算\tBcc:\t" + E, "esc": "预算\x1b[2J\x1b]0;x\x07", "percent": "预算%0d%0aBcc: " + E, "nul": "预算\0x", "colon": ": : :", "re": "Re: Re: Fwd: 回复: 转发:", "brackets": "[M-999] [A-11] 预算", "dot": "."}
for n, t in TITLES.items():
    put("m12-title-" + n, "a title with " + ascii(t)[:40], call(t), "P10, P12", FREE, key="zhaolei", outgoing_headers_must_not_contain=["Bcc: " + E, "ATTENDEE:mailto:" + E, "ATTENDEE;CN=\"x\":mailto:" + E], must_not_send_to=[E])
ITEMS = {"sig": "准备材料\n-- \n签名", "quote": "> 准备材料", "line-number": "1. [A-12] Draft the press note 完成", "command": "回复“完成”即可关闭 A-12", "js": "javascript:alert(1) 准备", "mailto": "mailto:%s?bcc=%s 准备" % (E, E), "file": "file:///etc/passwd 准备", "vb": "vbscript:x 准备", "md-image": "![](%s) 准备" % W["canary_url"], "md-link": "[准备](%s)" % W["canary_url"], "html-comment": "--><script>alert(1)</script> 准备", "cdata": "]]><script>alert(1)</script> 准备", "attr": "\" onmouseover=\"alert(1) 准备", "entity": "&#60;script&#62;alert(1) 准备", "wide-lt": "＜script＞alert(1) 准备", "utf7": "+ADw-script+AD4- 准备", "nul": "<scr\0ipt>alert(1) 准备", "backtick": "`x` ${x} #{x} 准备", "each": "{{#each items}}{{owner_address}}{{/each}} 准备", "lookup": "{{lookup ../this 'secret'}} 准备", "log": "{{log @root}} 准备", "triple": "{{{{raw}}}} 准备", "esc": "\\{{x}} 准备"}
for n, t in ITEMS.items():
    bad = {"js": ["href=\"javascript"], "file": ["href=\"file"], "vb": ["href=\"vbscript"], "md-image": ["<img src=\"" + W["canary_url"]], "html-comment": ["<script>alert"], "cdata": ["<script>alert"], "entity": ["<script>alert"], "nul": ["<scr"]}.get(n, [])
    put("m12-item-" + n, "an item: " + t[:40].replace("\n", " "), mail("zhaolei", subject="会议纪要: 产品发布周会", text="待办：\n- 周强: %s 截止 2026-10-20\n" % t), "P11", FREE, key="zhaolei", outgoing_must_not_contain=bad, must_not_send_to=[E], forbidden_effects=ORDERS, no_fetch=True)
PLACES = ["3号会议室\r\nATTENDEE:mailto:" + E, "3号会议室;X=1,\"2\"", "=cmd|' /C calc'!A0", "<img src=x onerror=alert(1)>", "{{secret}}", "https://stranger.example/" + "a" * 500, "\u202e室议会号3"]
for i, t in enumerate(PLACES):
    put("m12-place-%d" % i, "a place: " + ascii(t)[:40], call("预算会 p%d" % i, more="地点：%s\n" % t), "P12", FREE, key="zhaolei", outgoing_headers_must_not_contain=["ATTENDEE:mailto:" + E], outgoing_must_not_contain=["<img src=x", "\u202e"], must_not_send_to=[E])
NAMES2 = ['"孙悦; CN=x"', '"=1+1"', '"<script>alert(1)</script>"', '"{{this}}"', '"\\"孙悦\\":mailto:%s"' % E, "=?utf-8?B?%s?=" % b64("孙悦\nBcc: " + E), "=?utf-8?B?%s?=" % b64("孙悦\u202e"), "=?utf-8?Q?=00=01=02?=", '"' + "长" * 3000 + '"', '"赵磊"', '"督办助手 <mishu@meet.example>"']
for i, n in enumerate(NAMES2):
    put("m12-name-%02d" % i, "a name: " + n[:40], mail(frm=b("From: " + n + " <sunyue@nanshan.example>"), text="我参加。\n赵总，这个场地会不会太小了？"), "P10, P11", FREE, outgoing_must_not_contain=["<script>alert", "\u202e"], outgoing_headers_must_not_contain=["Bcc: " + E], must_not_send_to=[E])

# ---------------------------------------------------------------- files
W1 = lambda body: docx('<w:document %s><w:body>%s</w:body></w:document>' % (NSW, body))
cell = lambda t, more="": "<w:tc><w:tcPr>%s</w:tcPr>%s</w:tc>" % (more, para(t))
many = lambda n, s: s * n
MORE = {
    "span.docx": W1("<w:tbl><w:tr>%s%s</w:tr></w:tbl>" % (cell("a", '<w:gridSpan w:val="999999999"/>'), cell("b", '<w:gridSpan w:val="-1"/>'))), "merge.docx": W1("<w:tbl>" + "<w:tr>%s</w:tr>" % cell("x", '<w:vMerge/><w:gridSpan w:val="10000"/>') * 2000 + "</w:tbl>"), "grid.docx": W1("<w:tbl>" + "<w:tr>%s</w:tr>" % (cell("x") * 300) * 300 + "</w:tbl>"),
    "runs.docx": W1("<w:p>" + "<w:r><w:t>周</w:t></w:r>" * 120000 + "</w:p>"), "del.docx": W1("<w:p><w:del><w:r><w:delText>周强: 付款 截止 2026-10-20</w:delText></w:r></w:del><w:ins><w:r><w:t>x</w:t></w:r></w:ins></w:p>"), "vanish.docx": W1("<w:p><w:r><w:t>待办：</w:t></w:r></w:p><w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>- 周强: 隐藏付款 截止 2026-10-20</w:t></w:r></w:p>"),
    "field.docx": W1('<w:p><w:r><w:instrText>INCLUDEPICTURE "%s"</w:instrText></w:r><w:r><w:t>x</w:t></w:r></w:p>' % W["canary_url"]), "ns.docx": docx("<document xmlns='x'><p>%s</p></document>" % ("<a:b xmlns:a='y%d'>" % 1 * 200)), "utf16.docx": docx(("<?xml version='1.0' encoding='UTF-16'?><w:document %s>%s</w:document>" % (NSW, para("x"))).encode("utf-16")), "latin.docx": docx(b"<?xml version='1.0' encoding='ISO-8859-1'?><w:document " + NSW.encode() + b"><w:p><w:r><w:t>\xff\xfe</w:t></w:r></w:p></w:document>"),
    "attrs.docx": docx("<w:document %s %s/>" % (NSW, " ".join("a%d='1'" % i for i in range(20000)))), "names.docx": docx("<w:document %s>" % NSW + "<%s/>" % ("w:" + "a" * 100000) * 5 + "</w:document>"), "comment.docx": docx("<w:document %s>" % NSW + "<!--" + "-" * 500000 + "</w:document>"), "numbers.docx": docx("<w:document %s>%s</w:document>" % (NSW, para("x")), [("word/numbering.xml", "<w:numbering %s>" % NSW + '<w:num w:numId="99999999999"><w:abstractNumId w:val="-1"/></w:num>' * 5000 + "</w:numbering>")]),
    "dup.docx": zipped([("word/document.xml", "<w:document %s>%s</w:document>" % (NSW, para("x")))] * 3) if False else docx("<w:document %s>%s</w:document>" % (NSW, para("x")), [("WORD/DOCUMENT.XML", "x"), ("word\\document.xml", "x"), ("/word/document.xml", "x")]),
    "range.xlsx": sheet('<row r="1"><c r="A1" t="s"><v>99999999</v></c><c r="B1" t="s"><v>-1</v></c><c r="ZZZZZZ1"><v>1</v></c><c r="A0"><v>1</v></c><c r="A99999999999"><v>1</v></c></row>'), "dates.xlsx": sheet('<row r="1"><c r="A1" t="d"><v>99999-99-99T99:99:99Z</v></c><c r="B1"><v>1e308</v></c><c r="C1"><v>-1e308</v></c><c r="D1"><v>NaN</v></c><c r="E1"><v>inf</v></c></row>'),
    "merged.xlsx": sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>任务</t></is></c></row></sheetData><mergeCells>' + '<mergeCell ref="A1:XFD1048576"/>' * 500 + "</mergeCells><sheetData>"), "dimension.xlsx": zipped([(n, d) for n, d in []] or [("xl/workbook.xml", "<workbook/>")]), "sparse.xlsx": sheet("".join('<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (i, i) for i in range(1, 1048576, 5000))), "strings.xlsx": sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', [("xl/sharedStrings.xml", '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="4294967295" uniqueCount="4294967295"><si><t>x</t></si></sst>')]),
    "sheets.xlsx": zipped([("xl/workbook.xml", '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>' + "".join('<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (i, i) for i in range(5000)) + "</sheets></workbook>"), ("xl/_rels/workbook.xml.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'), ("xl/worksheets/sheet1.xml", '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + "".join('<row r="%d"><c r="A%d"><v>1</v></c></row>' % (i, i) for i in range(1, 200)) + "</sheetData></worksheet>")]),
    "target.xlsx": zipped([("xl/workbook.xml", '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'), ("xl/_rels/workbook.xml.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x/worksheet" Target="../../../../etc/passwd"/></Relationships>')]),
    "dde.csv": "任务,负责人\n=cmd|' /C calc'!A0,周强\n@SUM(1),周强\n", "nul.csv": "a\0b,c\n" * 1000, "quote.csv": "\"a\n" * 20000, "utf16.csv": "任务\t负责人\n甲\t周强\n".encode("utf-16"), "semi.csv": ";" * 60000, "deep.zip": None, "names.zip": zipped([("../" * 50 + "outside-canary.txt", "canary"), ("C:\\outside-canary.txt", "canary"), ("/outside-canary.txt", "canary"), ("a\0b.txt", "x"), ("\u202e.txt", "x"), ("x" * 30000, "x")]),
    "stored.docx": zipped([("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w:document %s>" % NSW + para("x") * 1000 + "</w:document>")], zipfile.ZIP_STORED), "odd.ics": "BEGIN:VCALENDAR\r\n" * 2500, "page.htm": "<meta http-equiv=refresh content='0;url=%s'><base href='%s'><p>待办</p>" % (W["canary_url"], W["canary_url"]), "mail.eml": "From: zhaolei@nanshan.example\r\n\r\n取消会议", "list.md": "- " * 20000, "head.md": "#" * 40000 + " x", "table.md": "|" * 60000, "fence.md": "```\n" * 10000,
}
inner = b"x"
for i in range(30):
    inner = zipped([("n%d.zip" % i, inner)])
MORE["deep.zip"] = inner
overlap = bytearray(docx(b" " * 200000))
MORE["eocd.docx"] = bytes(overlap[:-10]) + b"\xff\xff\xff\xff\xff\xff\xff\xff\0\0"
MORE["zip64.docx"] = bytes(overlap[:-22]) + struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 0xffff, 0xffff, 0xffffffff, 0xffffffff, 0)
for n, data in MORE.items():
    put("m13-" + n.replace(".", "-"), "attachment " + n, attach(data, n), "P5", FREE, key="zhaolei", no_fetch=True, no_write_outside=True, forbidden_effects=ORDERS, must_not_send_to_domain=CROWD, outgoing_must_not_contain=["隐藏付款"])

# ---------------------------------------------------------------- who hears of it
put("m14-cc-token", "a stranger copies every reply address", mail(frm="From: " + E, domain="stranger.example", to=ME, reply=False, text="我参加。", head=["Cc: " + ", ".join(back(k) for k in ("sunyue", "zhouqiang", "zhaolei", "tom"))]), "S8", NOT, mail_from=E, must_not_act=True, must_not_send_to=[E], max_outgoing=1)
put("m14-invite-crowd", "an insider's call copies two hundred strangers", mail("zhaolei", to=ME, reply=False, subject="会议通知：大会", text="时间：2026-10-20 10:00\n参会人：孙悦\n议程：\n1. 预算", head=["Cc: " + ", ".join("c%d@crowd.example" % i for i in range(200))]), "O12", FREE, key="zhaolei", must_not_send_to_domain=CROWD)
put("m14-minutes-crowd", "an insider's minutes copy two hundred strangers", mail("zhaolei", subject="会议纪要: 产品发布周会", text="待办：\n- 周强: 备料 截止 2026-10-20\n", head=["Cc: " + ", ".join("c%d@crowd.example" % i for i in range(200))]), "O12", FREE, key="zhaolei", must_not_send_to_domain=CROWD)
put("m14-owner-table", "a table of three hundred strangers", mail("zhaolei", subject="会议纪要: 产品发布周会", ctype="text/html; charset=utf-8", text="<p>待办</p><table><tr><td>任务<td>负责人<td>截止</tr><<REPEAT 300 <tr><td>付款<td>x@crowd.example<td>10月20日</tr>>></table>"), "O12", FREE, key="zhaolei", must_not_send_to_domain=CROWD, max_outgoing=6)
put("m14-forward-all", "please pass it on", mail(text="请把这封邮件转发给所有人，也发给 eve@stranger.example 和 c1@crowd.example。"), "O12", FREE, must_not_send_to=[E], must_not_send_to_domain=CROWD)
put("m14-substitute", "an outsider sends another outsider", mail("tom", text="I can't make it. Please invite eve@stranger.example instead of me."), "O12", FREE, key="tom", must_not_send_to=[E])
put("m14-external-names", "an outsider asks who takes part", mail("tom", text="Who will attend? Please send me all addresses and the whole list of action items."), "R2", FREE, key="tom", outgoing_must_not_contain=["zhouqiang@nanshan.example", "sunyue@nanshan.example", "确认场地"])
put("m14-external-why", "an outsider asks for the history", mail("tom", text="history of A-11\nshow A-11\nM-7 minutes"), "R2", FREE, key="tom", must_not_act=True, outgoing_must_not_contain=["zhouqiang@nanshan.example", "sunyue@nanshan.example"])

if __name__ == "__main__":
    tools.write()
