//! Bounces, vacation notes, lists, receipts: what must never be answered (TRUST 3.1).
//!
//! Headers are believed first; where a provider writes none, the words decide, and then strictly: a person who writes
//! about automatic replies, or that they are away and cannot come, is a person. A bounce is read down to the address,
//! whether it is for good, and the mail it is about; whether it counts is decided by whoever knows what was sent (L14).

use super::header::Fields;
use super::inbound::{Inbound, ReportKind};
use super::thread;

pub use crate::class::Class;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// bad address or domain: nothing will ever arrive
    Hard,
    /// full, slow, refused for policy, pace or content
    Soft,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Failed,
    Delayed,
    Delivered,
    Relayed,
    Expanded,
}

/// What a delivery report says about one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounced {
    /// lower case
    pub address: String,
    pub action: Action,
    /// `5.1.1`
    pub status: Option<String>,
    pub diagnostic: String,
    /// only for `Failed`
    pub severity: Option<Severity>,
}

/// Which addresses and mails are our own.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    /// plain addresses, lower case; plus forms are understood
    pub addresses: Vec<String>,
    /// the value of our `X-Duban` header
    pub instance: String,
}

impl Identity {
    /// One of our own addresses, in any case or plus form.
    pub fn owns(&self, address: &str) -> bool {
        let plain = without_plus(address);
        self.addresses.iter().any(|own| without_plus(own) == plain)
    }
}

fn without_plus(address: &str) -> String {
    let address = address.trim().to_lowercase();
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or(local)),
        None => address,
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub class: Class,
    pub reason: &'static str,
    /// no person typed this
    pub automatic: bool,
    /// an answer in words may be sent (all else allowing)
    pub answerable: bool,
    pub bounced: Vec<Bounced>,
    /// Message-IDs of the mail that a report is about, without brackets
    pub original_ids: Vec<String>,
    /// abuse report: this person wants no more mail
    pub complaint: Option<String>,
}

/// Tells what kind of mail this is. `envelope_from`: `Some("")` is the null sender, `None` not known.
pub fn classify(mail: &Inbound, envelope_from: Option<&str>, own: &Identity) -> Verdict {
    let mut out = Verdict {
        class: Class::Person,
        reason: "a person wrote it",
        automatic: false,
        answerable: true,
        bounced: Vec::new(),
        original_ids: Vec::new(),
        complaint: None,
    };
    let settle = |mut verdict: Verdict, class: Class, reason: &'static str| {
        verdict.class = class;
        verdict.reason = reason;
        verdict.automatic = !matches!(class, Class::Person | Class::Calendar);
        verdict.answerable = verdict.answerable && class == Class::Person;
        verdict
    };
    let sender = envelope_from
        .map(|e| e.trim_matches(['<', '>', ' ']).to_lowercase())
        .or_else(|| mail.header("return-path").map(|r| r.trim_matches(['<', '>', ' ']).to_lowercase()));
    let null_sender = sender.as_deref() == Some("");
    // L3: asks for silence, says nothing about who wrote
    let suppressed = mail.headers_named("x-auto-response-suppress").any(|v| {
        v.split(',').any(|word| {
            matches!(word.trim().to_ascii_lowercase().as_str(), "all" | "autoreply" | "oof" | "none,autoreply")
        })
    });
    let delivered_to_us =
        mail.headers_named("delivered-to").filter(|v| own.owns(v.trim_matches(['<', '>', ' ']))).count();
    out.answerable = !suppressed && !null_sender && delivered_to_us < 2;

    let author = mail
        .author
        .as_ref()
        .map(|a| a.address.as_str())
        .or_else(|| first_from(mail))
        .unwrap_or_default()
        .to_lowercase();

    // L7: our own mail returns; another Duban is a machine like us (L10)
    if let Some(instance) = mail.header("x-duban") {
        return if instance.trim() == own.instance || own.instance.is_empty() {
            settle(out, Class::Own, "it carries our own header")
        } else {
            settle(out, Class::AutoReply, "another Duban sent it")
        };
    }
    if let Some(report) = &mail.report {
        out.original_ids = returned_ids(report.returned.as_deref(), mail);
        match report.kind {
            ReportKind::Disposition => return settle(out, Class::Receipt, "a read receipt (RFC 8098)"),
            ReportKind::Feedback => {
                out.complaint = fields_of(&report.machine)
                    .iter()
                    .find(|(n, _)| n == "original-rcpt-to" || n == "removal-recipient")
                    .map(|(_, v)| bare_address(v));
                return settle(out, Class::Receipt, "an abuse report (RFC 5965)");
            }
            ReportKind::Delivery => {
                out.bounced = delivery_status(&report.machine);
                if !out.bounced.is_empty() || !report.machine.is_empty() {
                    let good = !out.bounced.is_empty()
                        && out
                            .bounced
                            .iter()
                            .all(|b| matches!(b.action, Action::Delivered | Action::Relayed | Action::Expanded));
                    return if good {
                        settle(out, Class::Receipt, "a delivery report: it arrived (RFC 3464)")
                    } else {
                        settle(out, Class::Bounce, "a delivery report (RFC 3464)")
                    };
                }
            }
        }
    }
    let words = mail.own().text.as_str();
    if let Some(bounced) = bounce_in_words(mail, &author, null_sender, own) {
        out.bounced = bounced;
        out.original_ids = returned_ids(mail.report.as_ref().and_then(|r| r.returned.as_deref()), mail);
        return settle(out, Class::Bounce, "a bounce in words");
    }
    if !author.is_empty() && own.owns(&author) {
        return settle(out, Class::Own, "our own address wrote it");
    }
    if receipt_in_words(&mail.subject, mail.text.as_deref().unwrap_or(words)) {
        return settle(out, Class::Receipt, "a read receipt in words");
    }
    let calendar = mail.calendar.iter().any(|c| {
        matches!(
            c.method.as_deref(),
            Some("REQUEST" | "REPLY" | "CANCEL" | "COUNTER" | "DECLINECOUNTER" | "ADD" | "REFRESH" | "PUBLISH")
        )
    });
    let own_calendar =
        calendar && (mail.content_type == "text/calendar" || mail.content_type.starts_with("multipart/"));
    // L1: the keyword before ; and comments, in any case
    let submitted = mail.header("auto-submitted").map(keyword);
    let declared = submitted.as_deref().is_some_and(|k| k != "no");
    if own_calendar
        && mail.calendar.iter().any(|c| c.text.contains("BEGIN:VEVENT") || c.text.contains("begin:vevent"))
        && submitted.as_deref() != Some("auto-replied")
    {
        out.automatic = declared;
        let automatic = declared;
        let mut verdict = settle(out, Class::Calendar, "a calendar message (RFC 6047)");
        verdict.automatic = automatic;
        return verdict;
    }
    if declared {
        return settle(out, Class::AutoReply, "Auto-Submitted (RFC 3834)");
    }
    for header in &mail.headers {
        if answering_machine(&header.name, &header.value) {
            return settle(out, Class::AutoReply, "its headers say that a machine answered");
        }
    }
    if vacation_subject(&mail.subject) {
        return settle(out, Class::AutoReply, "the subject of an automatic reply");
    }
    if ["list-id", "list-post", "list-help", "list-unsubscribe", "list-subscribe", "mailing-list", "x-mailing-list"]
        .iter()
        .any(|h| mail.header(h).is_some())
    {
        return settle(out, Class::List, "it came through a list (RFC 2919)");
    }
    if let Some(precedence) = mail.header("precedence").map(keyword)
        && matches!(precedence.as_str(), "bulk" | "list" | "junk" | "auto_reply" | "auto-reply")
    {
        let class = if precedence.starts_with("auto") { Class::AutoReply } else { Class::List };
        return settle(out, class, "its Precedence");
    }
    let person = sender.as_deref().filter(|s| !s.is_empty()).unwrap_or(&author);
    if role_address(&author) || role_address(person) {
        return settle(out, Class::AutoReply, "a role address, nobody reads answers there");
    }
    if vacation_text(words) {
        return settle(out, Class::AutoReply, "the words of an automatic reply");
    }
    if null_sender {
        return settle(out, Class::AutoReply, "the null sender (RFC 5321 §4.5.5)");
    }
    out
}

fn first_from(mail: &Inbound) -> Option<&str> {
    let from = mail.header("from")?;
    let inner = from.rsplit('<').next()?;
    Some(inner.trim_end_matches(['>', ' ']))
}

/// The keyword of a header: comments, parameters and case aside.
fn keyword(value: &str) -> String {
    let mut out = String::new();
    let mut depth = 0usize;
    for c in value.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => break,
            c if depth == 0 && !c.is_whitespace() => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
    out
}

/// Headers by which answering machines tell on themselves.
fn answering_machine(name: &str, value: &str) -> bool {
    let value = value.trim().to_ascii_lowercase();
    if name == "x-auto-response-suppress"
        || name == "accept-auto-response"
        || matches!(value.as_str(), "no" | "false" | "0" | "none")
    {
        return false;
    }
    if [
        "autoreply",
        "auto-reply",
        "autorespond",
        "auto-respond",
        "autoresponse",
        "auto-response",
        "autogenerated",
        "auto-generated",
        "x-vacation",
    ]
    .iter()
    .any(|w| name.contains(w))
    {
        return true;
    }
    match name {
        "x-ms-exchange-generated-message-source" => {
            value.contains("rules agent") || value.contains("oof") || value.contains("assistant")
        }
        "x-fc-machinegenerated" | "x-cron-env" | "x-mailer-daemon" => true,
        "x-mailer" | "user-agent" => {
            ["vacation", "autoresponder", "auto responder", "auto-reply", "autoreply"].iter().any(|w| value.contains(w))
        }
        _ => false,
    }
}

/// Mailboxes of mail servers: what they send is about delivery.
fn daemon_address(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    matches!(
        local,
        "mailer-daemon"
            | "mailerdaemon"
            | "mail-daemon"
            | "mdaemon"
            | "daemon"
            | "bounce"
            | "bounces"
            | "returnmail"
            | "mailer"
            | "mailadmin"
            | "mailsystem"
    ) || local.starts_with("postmaster")
        || local.starts_with("microsoftexchange")
}

/// Mailboxes that machines send from: those of mail servers and others that nobody reads.
fn role_address(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    if daemon_address(address) {
        return true;
    }
    matches!(
        local,
        "root"
            | "cron"
            | "noreply"
            | "no-reply"
            | "no_reply"
            | "donotreply"
            | "do-not-reply"
            | "do_not_reply"
            | "nobody"
            | "listserv"
            | "majordomo"
            | "mailman"
            | "autoreply"
            | "auto-reply"
            | "robot"
    ) || local.starts_with("owner-")
        || local.starts_with("noreply-")
            | local.starts_with("noreply+")
            | local.starts_with("no-reply-")
            | local.starts_with("no-reply+")
        || local.ends_with("-noreply")
            | local.ends_with("-bounces")
            | local.ends_with("-owner")
            | local.ends_with("-request")
        || local.starts_with("bounce-") | local.starts_with("bounces+") | local.starts_with("prvs=bounce")
}

/// 自动回复：…, Automatic reply: … at the head of a subject, or in brackets of its own. A reply to such a mail
/// (`Re: 自动回复: …`) was written by a person.
fn vacation_subject(subject: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "自动回复", "自动答复", "自動回覆", "自動回復", "自動答覆", "自动应答", "自動應答", "自动回信",
        "休假自动回复", "假期自动回复", "系统自动回复", "自動返信", "自動応答", "不在通知", "外出自动回复",
        "离职自动回复", "automatic reply", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response",
        "autoresponse", "automatic response", "automated reply", "automated response", "automatic answer",
        "auto responder", "autoresponder", "out of office", "out of the office", "out-of-office",
        "out of office autoreply", "out of office reply", "out of office notification", "ooo", "oof",
        "away from office", "away notice", "vacation", "vacation reply", "vacation notice", "vacation response",
        "vacation autoreply", "on vacation", "on leave", "i am out of the office", "abwesenheitsnotiz",
        "automatische antwort", "réponse automatique", "absence du bureau", "respuesta automática",
        "fuera de la oficina", "risposta automatica", "resposta automática", "automatisch antwoord", "автоответ",
        "автоматический ответ", "autosvar", "자동 회신", "자동 응답", "부재중",
        "부재중 자동 회신", "부재중 자동 응답",
    ];
    let text = thread::without_gateway(subject).to_lowercase();
    let text = text.trim();
    for (open, close) in [('[', ']'), ('【', '】'), ('(', ')'), ('（', '）'), ('<', '>'), ('「', '」')] {
        // 【自动回复】周会, Re: 周会 [自动回复]
        if let Some(rest) = text.strip_prefix(open)
            && let Some((head, _)) = rest.split_once(close)
            && WORDS.contains(&head.trim())
        {
            return true;
        }
        if let Some(rest) = text.strip_suffix(close)
            && let Some((_, tail)) = rest.rsplit_once(open)
            && WORDS.contains(&tail.trim())
        {
            return true;
        }
    }
    WORDS.iter().any(|word| {
        let Some(rest) = text.strip_prefix(word) else { return false };
        let rest = rest.trim_start();
        // "out of office policy for 2027" is a subject like another
        rest.is_empty()
            || rest.starts_with([':', '：', '-', '—', '–', '|', '!', '！'])
            || rest.starts_with("re:")
            || rest.starts_with("until")
            || rest.starts_with("autoreply")
            || (word.starts_with("out of") || word.starts_with("i am out") || word.starts_with("ooo"))
                && (rest.starts_with("(")
                    || rest.starts_with("from ")
                    || rest.starts_with("till ")
                    || rest.starts_with("thru "))
    })
}

/// The text of a vacation note that no header announces.
fn vacation_text(words: &str) -> bool {
    let is_letter = |c: &char| matches!(c, 'a'..='z' | '0'..='9' | '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric();
    let letters = words.chars().take(1500).filter(is_letter).take(701).count();
    if letters == 0 || letters > 700 {
        return false;
    }
    let text: String = words
        .chars()
        .take(1500)
        .flat_map(char::to_lowercase)
        .filter(|c| !matches!(c, '\r'))
        .map(|c| if c == '\n' || c == '’' { if c == '’' { '\'' } else { ' ' } } else { c })
        .collect();
    // who names an item answers it
    if !thread::ids(&text).is_empty() {
        return false;
    }
    let dense: String = text.chars().filter(|c| *c != ' ').collect();
    let has = |words: &[&str]| words.iter().any(|w| if w.is_ascii() { text.contains(w) } else { dense.contains(w) });
    #[rustfmt::skip]
    let sure = has(&[
        "这是来自qq邮箱的假期自动回复", "假期自动回复邮件", "这是一封自动回复", "这是自动回复", "此为自动回复",
        "本邮件为自动回复", "本邮件为系统自动", "此邮件为自动回复", "此邮件为系统自动", "此邮件由系统自动",
        "本邮件由系统自动", "以下为自动回复", "系统自动回复,请勿", "系统自动回复，请勿", "這是自動回覆",
        "這是一封自動回覆", "此為自動回覆", "此為系統自動", "该邮件为自动回复", "自动回复邮件,请勿",
        "自动回复邮件，请勿", "自动回复，请勿", "自动回复,请勿", "this is an automatic reply",
        "this is an automated reply", "this is an auto-reply", "this is an auto reply",
        "this is an automatic response", "this is an automated response", "this is an automatically generated",
        "this is an automated message", "this is an auto-generated", "this is an autoreply",
        "this is an autoresponse", "this email is auto", "i am sending this automatically",
    ]);
    // 「自动回复」 as a topic: the sentence speaks of its text, rule or letter
    #[rustfmt::skip]
    let topic = has(&[
        "自动回复的文", "自动回复模板", "自动回复功能", "自动回复设置", "写自动回复", "改自动回复", "自动回复怎么",
        "设置自动回复", "自动回复邮件的",
    ]);
    if sure && !topic {
        return true;
    }
    #[rustfmt::skip]
    let absent = has(&[
        "休假", "年假", "产假", "陪产假", "婚假", "病假中", "出差中", "正在出差", "目前出差", "在外出差",
        "不在办公室", "不在公司", "外出中", "离职", "離職", "正在度假", "放假", "出国", "國外出差", "不在辦公室",
        "休假中", "请假中", "公出", "正在开会无法", "驾车中", "out of office", "out of the office", "on vacation",
        "on leave", "annual leave", "maternity leave", "paternity leave", "parental leave", "sick leave",
        "on holiday", "away from my desk", "away from the office", "i am away", "i'm away", "i will be away",
        "i'll be away", "currently away", "currently travelling", "currently traveling", "no longer with",
        "no longer work", "left the company", "i am travelling", "i am traveling", "i'm travelling",
    ]);
    #[rustfmt::skip]
    let slow = has(&[
        "无法及时回复", "不能及时回复", "无法亲自回复", "无法回复您", "无法及时查看", "不能及时查看", "无法及时处理",
        "无法及时查收", "不便回复", "不便查收", "回复可能会有延迟", "回复可能会延迟", "回复可能延迟", "邮件回复可能", "可能无法及时", "恐无法及时", "可能不能及时",
        "回复会有延迟", "回复延迟", "尽快给您回复", "尽快回复您", "尽快与您联系", "会尽快回复", "将尽快回复",
        "回来后回复", "回来后会", "返回后回复", "返回后会", "返岗后", "假期结束后", "会在回来后", "稍后回复您",
        "第一时间回复", "無法及時回覆", "儘快回覆", "盡快回覆", "無法立即回覆", "回來後", "limited access to", "when i return", "when i get back", "when i am back", "when i'm back", "upon my return", "on my return",
        "no access to email", "no access to my email", "without access to email", "delayed response",
        "response may be delayed", "reply may be delayed", "will not be able to respond", "not be able to reply",
        "unable to respond", "unable to reply", "will respond when", "will reply when", "respond upon my return",
        "reply upon my return", "respond to your email when", "respond to your message when", "get back to you when",
        "get back to you upon", "get back to you as soon as", "get back to you on my return", "respond as soon as",
        "reply as soon as", "reply to your email as soon", "will respond to your", "will be returning",
        "i will return", "i'll be back", "i will be back", "checking email", "not be checking", "intermittent access",
        "emails will not be",
    ]);
    #[rustfmt::skip]
    let turn_to = has(&[
        "如有急事", "如有紧急", "若有急事", "若有紧急", "紧急事项", "紧急事务", "紧急事宜", "紧急情况请", "急事请",
        "请致电", "请拨打", "请联系我的同事", "请联系同事", "期间请联系", "工作请联系", "工作事宜请联系", "如有要事",
        "有事请联系", "有事请电", "如需帮助请联系", "緊急事項", "如有急事請", "若有緊急", "请与我的同事",
        "in my absence", "during my absence", "for urgent", "if urgent", "if it is urgent", "if this is urgent",
        "if your matter is urgent", "urgent matters", "urgent issues", "for immediate assistance", "need immediate",
        "in case of emergency", "please contact my colleague", "please reach out to my", "please contact",
        "my backup", "is covering for me",
    ]);
    #[rustfmt::skip]
    let thanks = has(&[
        "您的邮件已收到", "您的来信已收到", "已收到您的邮件", "已收到您的来信", "已经收到您的邮件", "我已收到您",
        "您发的邮件已收到", "感谢您的来信", "感谢您的邮件", "谢谢您的来信", "谢谢您的邮件", "來信已收到",
        "您的郵件已收到", "感謝您的來信", "邮件已收到", "来信收到", "来信已收到", "thank you for your email",
        "thank you for your e-mail", "thanks for your email", "thank you for your message", "thanks for your message",
        "thank you for contacting", "thank you for getting in touch", "your email has been received",
        "your message has been received", "we received your message", "we have received your",
    ]);
    // who speaks of the matter itself is a person, away or not
    #[rustfmt::skip]
    let matter = has(&[
        "参加", "出席", "参会", "会议", "周会", "例会", "开会", "完成", "延期", "顺延", "改期", "参與", "會議",
        "出席", "进度", "任务", "这项", "该项", "纪要", "议题", "attend", "the meeting", "postpone", "finished",
        "deadline", "move it", "reschedule", "action item", "the task", "join", "done", "the item",
    ]);
    let score = usize::from(slow) + usize::from(turn_to) + usize::from(thanks);
    if matter { absent && slow && turn_to } else { absent && score >= 1 || slow && thanks && letters < 160 }
}

fn receipt_in_words(subject: &str, text: &str) -> bool {
    let lower = thread::without_gateway(subject).to_lowercase();
    let head = [
        "已读:",
        "已读：",
        "已讀:",
        "已讀：",
        "已读回执",
        "阅读回执",
        "已阅读:",
        "已阅读：",
        "读取回执",
        "回执:",
        "未读:",
        "未读：",
        "已删除:",
        "read:",
        "not read:",
        "read receipt",
        "return receipt",
        "gelesen:",
        "lu :",
        "leído:",
        "letto:",
        "开封通知",
        "開封済み:",
        "读:",
        "已送达:",
        "送达回执",
        "delivered:",
        "relayed:",
    ]
    .iter()
    .any(|h| lower.starts_with(h));
    if !head {
        return false;
    }
    let body = text.to_lowercase();
    let letters = body.chars().filter(|c| c.is_alphanumeric()).count();
    letters == 0
        || [
            "被阅读",
            "已阅读",
            "已被收件人",
            "阅读时间",
            "已读回执",
            "收件人已",
            "已於",
            "閱讀",
            "was read",
            "was displayed",
            "has been read",
            "this is a receipt",
            "return receipt",
            "was deleted without",
            "读取时间",
            "有下列收件人",
            "delivery to these recipients",
            "已送达",
            "delivered to",
            "即被删除",
        ]
        .iter()
        .any(|w| body.contains(w))
        // Exchange: 已于 2026年10月12日 10:29 阅读。
        || body.contains("已于") && (body.contains("阅读") || body.contains("读取") || body.contains("删除"))
}

fn bare_address(value: &str) -> String {
    let value = value.rsplit(';').next().unwrap_or(value).trim();
    let value = value.rsplit('<').next().unwrap_or(value).trim_end_matches('>').trim();
    unescape(value).to_lowercase()
}

/// RFC 6533 §3: `\x{E5}` in utf-8-addr-xtext, plus xtext `+2B` (RFC 3461).
fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find("\\x{") {
        out.push_str(&rest[..at]);
        let inner = &rest[at + 3..];
        match inner
            .split_once('}')
            .and_then(|(hex, after)| Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, after)))
        {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push_str("\\x{");
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Unfolded `name: value` lines, names in lower case; an empty name marks a blank line.
fn fields_of(text: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for line in text.lines().take(5000) {
        if line.trim().is_empty() {
            out.push((String::new(), String::new()));
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = out.last_mut()
                && value.len() < 4000
            {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            out.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    out
}

/// The per-recipient groups of message/delivery-status (RFC 3464 §2.3).
fn delivery_status(machine: &str) -> Vec<Bounced> {
    let mut out: Vec<Bounced> = Vec::new();
    let fields = fields_of(machine);
    for group in fields.split(|(name, _)| name.is_empty()).take(500) {
        let get = |name: &str| group.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        // the original address is the one we wrote to; a forward may have made another of it
        let Some(address) =
            get("original-recipient").or(get("final-recipient")).map(bare_address).filter(|a| a.contains('@'))
        else {
            continue;
        };
        let status = get("status")
            .map(|s| s.split([' ', '(']).next().unwrap_or_default().to_owned())
            .filter(|s| s.split('.').count() == 3);
        let diagnostic = get("diagnostic-code").unwrap_or_default().to_owned();
        let action = match get("action").map(keyword).as_deref() {
            Some("failed" | "failure") => Action::Failed,
            Some("delayed") => Action::Delayed,
            Some("delivered") => Action::Delivered,
            Some("relayed") => Action::Relayed,
            Some("expanded") => Action::Expanded,
            // without an action the class of the status tells
            _ => match status.as_deref().and_then(|s| s.chars().next()) {
                Some('2') => Action::Delivered,
                Some('4') => Action::Delayed,
                _ => Action::Failed,
            },
        };
        let severity = (action == Action::Failed).then(|| severity(status.as_deref(), &diagnostic));
        if !out.iter().any(|b| b.address == address && b.action == action) {
            out.push(Bounced { address, action, status, diagnostic, severity });
        }
    }
    out
}

#[rustfmt::skip]
const BAD_ADDRESS: &[&str] = &[
    "user unknown", "unknown user", "no such user", "user not found", "user doesn't exist", "user does not exist",
    "does not exist", "doesn't exist", "not exist", "no such recipient", "invalid recipient", "unknown recipient",
    "recipient not found", "recipient unknown", "recipientnotfound", "recipient address rejected: access denied",
    "no mailbox", "mailbox not found", "no such mailbox", "mailbox unavailable", "address not found",
    "address unknown", "unknown address", "invalid address", "invalid mailbox", "address rejected: undeliverable",
    "account is disabled", "account disabled", "account has been disabled", "mailbox disabled",
    "account that you tried to reach", "inactive user", "no longer valid", "no longer active",
    "undeliverable address", "unrouteable address", "unroutable", "host unknown", "host not found",
    "domain not found", "no such domain", "name or service not known", "nxdomain", "bad destination",
    "domain name not found", "unknown local part", "not a valid mailbox", "not found in", "not our customer",
    "unknown or illegal alias", "recipient rejected", "no user", "is not a known user", "not listed in", "no account",
    "couldn't be found", "could not be found", "wasn't found", "invalid user", "domain does not accept mail",
    "null mx", "不存在", "无此用户", "没有此用户", "查无此", "用户未找到", "找不到", "地址错误", "地址有误",
    "地址无效", "无效的", "域名错误", "域名不存在", "帐号被停用", "账号被停用", "已停用", "已注销", "被禁用",
    "無此用戶", "找不到收件", "无法找到", "尚未注册", "未注册",
];
#[rustfmt::skip]
const PASSING: &[&str] = &[
    "mailbox full", "mailbox is full", "over quota", "quota exceeded", "exceeded storage", "insufficient storage",
    "out of storage", "not enough space", "full mailbox", "quota", "too large", "size limit", "message size",
    "exceeds", "spam", "blocked", "block list", "blocklist", "blacklist", "black list", "denied by policy", "policy",
    "rate limit", "too many", "throttl", "greylist", "graylist", "dkim", "spf", "dmarc", "reputation", "unsolicited",
    "content rejected", "virus", "authentication", "not authorized", "unauthenticated", "try again", "temporar",
    "timed out", "timeout", "deferred", "expired", "connection refused", "not permitted", "relay", "suspicious",
    "banned", "listed by", "rbl", "frequency", "已满", "满了", "容量", "空间不足", "超出", "过大", "太大", "垃圾",
    "拒收", "拒绝", "黑名单", "频率", "频繁", "限制", "策略", "认证", "稍后", "超时", "病毒", "暂时", "反垃圾",
    "被拦截", "超限", "信誉", "at a rate", "too quickly", "too fast",
];

/// Hard only for a bad address or domain (TRUST L12).
fn severity(status: Option<&str>, text: &str) -> Severity {
    let lower = text.to_lowercase();
    let bad = BAD_ADDRESS.iter().any(|w| lower.contains(w));
    let passing = PASSING.iter().any(|w| lower.contains(w));
    let written = enhanced_code(&lower);
    let status = match status {
        Some(s) if !s.ends_with(".0.0") => Some(s.to_owned()),
        other => written.or(other.map(str::to_owned)),
    };
    let parts: Vec<u32> = status.as_deref().unwrap_or_default().split('.').filter_map(|p| p.parse().ok()).collect();
    match parts.as_slice() {
        [4, ..] => Severity::Soft,
        // a bad mailbox, domain or syntax of the recipient; 5.1.7 and 5.1.8 blame the sender
        [5, 1, 1..=4 | 6 | 10] => {
            if passing && !bad {
                Severity::Soft
            } else {
                Severity::Hard
            }
        }
        [5, 1, 7..=9] => Severity::Soft,
        [5, 2, 1] => {
            if passing && !bad {
                Severity::Soft
            } else {
                Severity::Hard
            }
        }
        [5, 4, 4] | [5, 1, 0] if !passing => Severity::Hard,
        [5, 2, 2..=4] | [5, 3, _] => Severity::Soft,
        _ => {
            if bad && (!passing || strongly_bad(&lower)) {
                Severity::Hard
            } else {
                Severity::Soft
            }
        }
    }
}

/// "blocked" and "no such user" in one line: the address is what matters.
fn strongly_bad(lower: &str) -> bool {
    [
        "user unknown",
        "no such user",
        "unknown user",
        "user not found",
        "不存在",
        "does not exist",
        "mailbox not found",
        "invalid recipient",
        "recipient address rejected: access denied",
        "nxdomain",
        "无此用户",
    ]
    .iter()
    .any(|w| lower.contains(w))
}

/// `5.1.1` anywhere in a text.
fn enhanced_code(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i + 4 < bytes.len() {
        if matches!(bytes.get(i), Some(b'4' | b'5'))
            && bytes.get(i + 1) == Some(&b'.')
            && (i == 0 || !bytes.get(i - 1).is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'.'))
        {
            let code: String = text
                .get(i..)
                .unwrap_or_default()
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == '.')
                .take(9)
                .collect();
            let code = code.trim_end_matches('.');
            if code.split('.').count() == 3 && code.split('.').all(|p| !p.is_empty() && p.len() <= 3) {
                return Some(code.to_owned());
            }
        }
        i += 1;
    }
    None
}

/// Bounces without RFC 3464 parts: qmail, Exim, Exchange, QQ, NetEase, Coremail.
fn bounce_in_words(mail: &Inbound, author: &str, null_sender: bool, own: &Identity) -> Option<Vec<Bounced>> {
    let failed = mail.header("x-failed-recipients");
    let local = author.split('@').next().unwrap_or_default();
    // Two names that people have as well: they make no bounce of a mail, but may send one.
    let daemon = daemon_address(author) || matches!(local, "admin" | "system");
    if failed.is_none() && !daemon && !null_sender && !author.is_empty() {
        return None;
    }
    let subject = mail.subject.to_lowercase();
    let subject_says = [
        "undeliver",
        "delivery status",
        "delivery failure",
        "delivery fail",
        "delivery report",
        "delivery problem",
        "delivery notification",
        "returned mail",
        "returned to sender",
        "failure notice",
        "mail delivery",
        "message delivery",
        "could not send",
        "mail failure",
        "non-delivery",
        "nondeliver",
        "退信",
        "未送达",
        "无法送达",
        "无法投递",
        "投递失败",
        "退件",
        "退回",
        "无法传递",
        "传送失败",
        "傳遞失敗",
        "未传递",
        "未傳遞",
        "无法递送",
        "发送失败",
        "寄信失败",
        "寄送失敗",
        "無法傳送",
        "delayed",
        "延迟",
    ]
    .iter()
    .any(|w| subject.contains(w));
    // Whatever the text says, it takes one of these to make it a bounce.
    if failed.is_none() && !subject_says && !daemon {
        return None;
    }
    let text = mail.text.clone().filter(|t| !t.trim().is_empty()).unwrap_or_else(|| {
        super::reply::lines_of(mail.html.as_deref().unwrap_or_default())
            .into_iter()
            .map(|l| l.text)
            .collect::<Vec<_>>()
            .join("\n")
    });
    // the returned mail below is not part of what is said
    let lower = text.to_lowercase();
    let end = [
        "--- below this line is a copy",
        "------ this is a copy of",
        "----- original message",
        "-----original message",
        "original message headers",
        "--- the message cannot be",
        "reporting-mta:",
        "----- 原始邮件",
        "原始邮件头",
        "原邮件内容",
        "diagnostic information for administrators",
        "诊断信息",
        "return-path:",
        "\nreceived: ",
    ]
    .iter()
    .filter_map(|mark| lower.find(mark))
    .min()
    .unwrap_or(lower.len());
    let said: String = lower.get(..end).unwrap_or(&lower).chars().take(6000).collect();
    let text_says = [
        "could not be delivered",
        "couldn't be delivered",
        "wasn't able to deliver",
        "was not able to deliver",
        "unable to deliver",
        "delivery has failed",
        "delivery to the following",
        "undeliverable",
        "this is the qmail-send program",
        "permanent error",
        "permanent fatal errors",
        "message wasn't delivered",
        "message was not delivered",
        "failed to deliver",
        "not been delivered",
        "has not been delivered",
        "cannot be delivered",
        "can't be delivered",
        "returned to you",
        "delivery incomplete",
        "returned to sender",
        "被退回",
        "退信",
        "无法送达",
        "未能送达",
        "无法投递",
        "投递失败",
        "无法传递",
        "未送达",
        "无法发送到",
        "发送失败",
        "未能投递",
        "無法傳遞",
        "無法送達",
        "退回来",
        "不能送达",
        "无法将邮件",
        "寄送失敗",
    ]
    .iter()
    .any(|w| said.contains(w));
    let arrived = ["successfully delivered", "was delivered", "has been delivered", "成功投递", "投递成功", "发送成功"]
        .iter()
        .any(|w| said.contains(w));
    // A server that calls its mail a bounce and names an address says so in whatever words it likes.
    let declared = subject_says && daemon_address(author) && said.contains('@') && !arrived;
    if failed.is_none() && !declared && !(text_says && (subject_says || daemon)) {
        return None;
    }
    let mut addresses: Vec<String> =
        failed.map(|f| f.split(',').map(bare_address).filter(|a| a.contains('@')).collect()).unwrap_or_default();
    if addresses.is_empty() {
        addresses = addresses_in(&said)
            .into_iter()
            .filter(|a| !own.owns(a) && a != author && !role_address(a))
            .take(10)
            .collect();
        // lines that name the recipient are worth more than any other address
        let named: Vec<String> = said
            .lines()
            .filter(|l| {
                let l = l.trim_start();
                l.starts_with('<')
                    || ["收件人", "收信人", "收件地址", "recipient", "to:", "无法发送到", "failed"]
                        .iter()
                        .any(|w| l.contains(w))
            })
            .flat_map(addresses_in)
            .filter(|a| addresses.contains(a))
            .collect();
        if !named.is_empty() {
            addresses = named;
        }
        addresses.sort();
        addresses.dedup();
    }
    let delayed = [
        "delayed",
        "will be retried",
        "will keep trying",
        "no action is required",
        "尚未送达",
        "延迟",
        "仍在尝试",
        "继续尝试",
        "will continue to try",
        "warning message only",
    ]
    .iter()
    .any(|w| said.contains(w) || subject.contains(w))
        && !said.contains("permanent");
    let status = enhanced_code(&said);
    let action = if delayed { Action::Delayed } else { Action::Failed };
    let severity = (!delayed).then(|| severity(status.as_deref(), &said));
    let diagnostic: String = said
        .lines()
        .map(str::trim)
        .find(|l| l.contains("550") || l.contains("55") && l.contains('.') || l.contains("原因"))
        .unwrap_or_default()
        .chars()
        .take(300)
        .collect();
    Some(
        addresses
            .into_iter()
            .map(|address| Bounced {
                address,
                action,
                status: status.clone(),
                diagnostic: diagnostic.clone(),
                severity,
            })
            .collect(),
    )
}

fn addresses_in(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '=' | '%' | '&');
    for (at, _) in text.match_indices('@').take(200) {
        let start =
            text[..at].char_indices().rev().take(80).take_while(|(_, c)| part(*c)).last().map_or(at, |(i, _)| i);
        let domain: String = text[at + 1..]
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
            .take(200)
            .collect();
        let domain = domain.trim_end_matches(['.', '-']);
        if start < at && domain.contains('.') {
            let address = format!("{}@{domain}", &text[start..at]).to_lowercase();
            if !out.contains(&address) {
                out.push(address);
            }
        }
    }
    out
}

/// Message-IDs of the returned mail: from its headers, from the text of the report, from what the report answers.
fn returned_ids(returned: Option<&str>, mail: &Inbound) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut add = |ids: Vec<String>| {
        for id in ids {
            if !out.contains(&id) && out.len() < 20 {
                out.push(id);
            }
        }
    };
    if let Some(section) = returned {
        let fields = Fields::cut(section.as_bytes());
        add(fields.all("message-id").flat_map(super::header::message_ids).collect());
    }
    for attachment in mail.attachments.iter().filter(|a| a.is_message).take(3) {
        add(Fields::cut(&attachment.bytes).all("message-id").flat_map(super::header::message_ids).collect());
    }
    if let Some(text) = mail.text.as_deref() {
        for line in text.lines().take(2000) {
            let line = line.trim_start_matches(['>', ' ', '\t']);
            if line.get(..11).is_some_and(|h| h.eq_ignore_ascii_case("message-id:")) {
                add(super::header::message_ids(line.get(11..).unwrap_or_default().as_bytes()));
            }
        }
    }
    add(mail.in_reply_to.clone());
    add(mail.references.clone());
    out
}

#[cfg(test)]
mod tests;
