//! Bounces, vacation notes, lists, receipts: what must never be answered (TRUST 3.1).
//!
//! Headers are believed first; where a provider writes none, the words decide, and then strictly: a person who writes
//! about automatic replies, or that they are away and cannot come, is a person. A bounce is read down to the address,
//! whether it is for good, and the mail it is about; whether it counts is decided by whoever knows what was sent (L14).

mod bounce;
#[cfg(test)]
mod tests;
mod vacation;

use super::inbound::{Inbound, ReportKind};
pub use crate::class::Class;
pub use bounce::{Action, Bounced, Severity, blames_the_sender, severity};
use bounce::{bare_address, bounce_in_words, delivery_status, fields_of, returned_ids};
use vacation::{receipt_in_words, vacation_subject, vacation_text};

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
    // Of several fields the one counts that a machine wrote about itself.
    let said: Vec<String> = mail.headers_named("auto-submitted").take(10).map(keyword).collect();
    let submitted = said.iter().find(|k| *k != "no").or(said.first()).cloned();
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
