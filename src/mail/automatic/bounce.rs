//! Delivery reports (RFC 3464) and bounces in words: the address, whether it is for good, the mail it is about.

use super::{Identity, daemon_address, keyword, role_address};
use crate::mail::header::Fields;
use crate::mail::inbound::Inbound;

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

pub(super) fn bare_address(value: &str) -> String {
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
pub(super) fn fields_of(text: &str) -> Vec<(String, String)> {
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
pub(super) fn delivery_status(machine: &str) -> Vec<Bounced> {
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
    "no such person", "no such account", "no mailbox", "mailbox not found", "no such mailbox", "mailbox unavailable", "address not found",
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

/// A refusal of us: our address, our host, how we greet. Most servers say it only when they hear the recipient.
const OF_THE_SENDER: &[&str] = &[
    "sender address rejected",
    "sender rejected",
    "sender verify failed",
    "sender address has null mx",
    "client host rejected",
    "helo command rejected",
    "ehlo command rejected",
];

/// Whether a refusal is about who writes and not about who is written to: by its words, or by its status
/// (RFC 3463 §3.2, §3.8, RFC 7372, RFC 7505).
pub fn blames_the_sender(status: Option<&str>, text: &str) -> bool {
    let lower = text.to_lowercase();
    let parts: Vec<u32> = status.unwrap_or_default().split('.').filter_map(|part| part.parse().ok()).collect();
    matches!(parts.as_slice(), [_, 1, 7 | 8] | [_, 7, 20..=27]) || OF_THE_SENDER.iter().any(|w| lower.contains(w))
}

/// How bad a refusal is, in a delivery report or at the server's door: hard only for a bad address or domain (TRUST L12).
pub fn severity(status: Option<&str>, text: &str) -> Severity {
    let lower = text.to_lowercase();
    let bad = BAD_ADDRESS.iter().any(|w| lower.contains(w));
    let passing = PASSING.iter().any(|w| lower.contains(w));
    let written = enhanced_code(&lower);
    let status = match status {
        Some(s) if !s.ends_with(".0.0") => Some(s.to_owned()),
        other => written.or(other.map(str::to_owned)),
    };
    if blames_the_sender(status.as_deref(), &lower) {
        return Severity::Soft;
    }
    let parts: Vec<u32> = status.as_deref().unwrap_or_default().split('.').filter_map(|p| p.parse().ok()).collect();
    match parts.as_slice() {
        [4, ..] => Severity::Soft,
        // a bad mailbox, domain or syntax of the recipient
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
pub(super) fn bounce_in_words(mail: &Inbound, author: &str, null_sender: bool, own: &Identity) -> Option<Vec<Bounced>> {
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
        crate::mail::reply::lines_of(mail.html.as_deref().unwrap_or_default())
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
pub(super) fn returned_ids(returned: Option<&str>, mail: &Inbound) -> Vec<String> {
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
        add(fields.all("message-id").flat_map(crate::mail::header::message_ids).collect());
    }
    for attachment in mail.attachments.iter().filter(|a| a.is_message).take(3) {
        add(Fields::cut(&attachment.bytes).all("message-id").flat_map(crate::mail::header::message_ids).collect());
    }
    if let Some(text) = mail.text.as_deref() {
        for line in text.lines().take(2000) {
            let line = line.trim_start_matches(['>', ' ', '\t']);
            if line.get(..11).is_some_and(|h| h.eq_ignore_ascii_case("message-id:")) {
                add(crate::mail::header::message_ids(line.get(11..).unwrap_or_default().as_bytes()));
            }
        }
    }
    add(mail.in_reply_to.clone());
    add(mail.references.clone());
    out
}
