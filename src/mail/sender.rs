//! Who wrote a mail and how far to believe it (TRUST S1, S2, S5).
//!
//! A function of the headers, the envelope and the settings; it asks nobody, no DNS either. The author is the one
//! From address of [`Inbound::author`]; this module says whether our own mail server, or the way the mail came in,
//! vouches for it. Display names prove nothing, results of other servers prove nothing, and a result that an attacker
//! wrote into the mail stands below our own server's `Received` field.

use super::inbound::Inbound;

/// Whom to believe about a sender.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustSettings {
    /// the authserv-id of our own mail server; without one no result is believed
    pub authserv_id: Option<String>,
    /// hosts that add a `Received` field above our server's results (a Dovecot that delivers, a scanner behind the MX)
    pub received_by: Vec<String>,
    /// results stand directly below our server's own top `Received` field. Safe only where the MX removes foreign
    /// fields of its own id
    pub results_below_received: bool,
    /// every mail of this intake is vouched for by whoever hands it in
    pub trusted_intake: bool,
    /// mail fetched from an Exchange of our own: `X-MS-Exchange-Organization-AuthAs: Internal` counts (OFFICE O1)
    pub exchange_internal: bool,
    /// mail fetched from a hosted mailbox: an author of `internal_domains` counts when no `Received` field names a host
    /// outside (OFFICE O1)
    pub hosted: Option<Hosted>,
}

/// A provider whose inside writes no results.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosted {
    pub internal_domains: Vec<String>,
    /// domains of the provider's own hosts
    pub provider: Vec<String>,
}

/// Whether somebody vouches for the author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    Pass(String),
    /// checked, and not from there
    Fail(String),
    /// nobody knows
    None(String),
}

impl Proof {
    /// The word of `inspect mail` (SPEC 9.2).
    pub fn word(&self) -> &'static str {
        match self {
            Proof::Pass(_) => "pass",
            Proof::Fail(_) => "fail",
            Proof::None(_) => "none",
        }
    }

    pub fn passed(&self) -> bool {
        matches!(self, Proof::Pass(_))
    }

    pub fn reason(&self) -> &str {
        match self {
            Proof::Pass(reason) | Proof::Fail(reason) | Proof::None(reason) => reason,
        }
    }
}

/// How many results of one field are read.
const RESULT_COUNT_MAX: usize = 50;

/// Is the author who the mail says?
pub fn prove(mail: &Inbound, settings: &TrustSettings) -> Proof {
    let Some(author) = &mail.author else {
        return Proof::None(mail.author_reason.unwrap_or("no author").to_owned());
    };
    let domain = author.address.rsplit('@').next().unwrap_or_default();
    let results: Vec<AuthResult> = match &settings.authserv_id {
        Some(id) => trusted_fields(mail, settings, id).filter_map(|value| parse_results(value, id)).flatten().collect(),
        None => Vec::new(),
    };
    let verdict = weigh(&results, &author.address, domain);
    match verdict {
        // a failed check of our own server outweighs the way the mail came in
        Some(Proof::Fail(reason)) => return Proof::Fail(reason),
        Some(Proof::Pass(reason)) => return Proof::Pass(reason),
        _ => {}
    }
    if settings.trusted_intake {
        return Proof::Pass("the intake is trusted".to_owned());
    }
    if let Some(id) = &settings.authserv_id
        && is_submitted_by(mail, settings, id, &author.address)
    {
        return Proof::Pass(format!("handed to {id} with the author's own login"));
    }
    if settings.exchange_internal
        && mail.headers_named("x-ms-exchange-organization-authas").count() == 1
        && mail.header("x-ms-exchange-organization-authas").is_some_and(|v| v.trim().eq_ignore_ascii_case("internal"))
    {
        return Proof::Pass("Exchange says that the sender is internal".to_owned());
    }
    if let Some(hosted) = &settings.hosted
        && hosted.internal_domains.iter().any(|inside| inside.eq_ignore_ascii_case(domain))
        && mail.headers_named("received").all(|value| hosted.is_inside(value))
    {
        return Proof::Pass("the mail never left the provider".to_owned());
    }
    verdict.unwrap_or_else(|| {
        Proof::None(match &settings.authserv_id {
            Some(id) => format!("no Authentication-Results of {id} in the trusted zone"),
            None => "no authserv_id is configured".to_owned(),
        })
    })
}

impl Hosted {
    /// A `Received` field of a hop inside: no public address anywhere in it (a name a stranger can choose, the address is
    /// written by who saw it), and every host after `from` is the provider's, internal, or no full name at all.
    fn is_inside(&self, received: &str) -> bool {
        let is_public = |word: &str| match word.parse::<std::net::IpAddr>() {
            Ok(std::net::IpAddr::V4(ip)) => !(ip.is_private() || ip.is_loopback() || ip.is_link_local()),
            Ok(std::net::IpAddr::V6(ip)) => !(ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()),
            Err(_) => false,
        };
        let addresses = received.split(|c: char| !(c.is_ascii_hexdigit() || c == '.' || c == ':'));
        if addresses.map(|word| word.trim_matches(['.', ':'])).any(is_public) {
            return false;
        }
        let within = |host: &str| {
            let host = host.trim_end_matches('.').to_ascii_lowercase();
            let mut domains = self.provider.iter().chain(&self.internal_domains);
            domains.any(|domain| host == *domain || host.ends_with(&format!(".{domain}")))
        };
        let mut words = received.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ';' | '[' | ']'));
        while let Some(word) = words.next() {
            if word.eq_ignore_ascii_case("from")
                && let Some(host) = words.find(|word| !word.is_empty())
                && host.contains('.')
                && host.parse::<std::net::IpAddr>().is_err()
                && !within(host)
            {
                return false;
            }
        }
        true
    }
}

/// One `method=result` with its properties, lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct AuthResult {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

impl AuthResult {
    fn get(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

fn weigh(results: &[AuthResult], author: &str, domain: &str) -> Option<Proof> {
    if results.is_empty() {
        return None;
    }
    let mut passed: Option<String> = None;
    let mut seen: Vec<String> = Vec::new();
    for result in results {
        seen.push(format!("{}={}", result.method, result.result));
        let good = result.result == "pass";
        match result.method.as_str() {
            "dmarc" => {
                let about = result.get("header.from").map(domain_of);
                if about.as_deref().is_some_and(|d| d != domain) {
                    // about another author: two readers saw two From fields
                    return Some(Proof::Fail(format!(
                        "dmarc is about {}, not about {domain}",
                        about.unwrap_or_default()
                    )));
                }
                match result.result.as_str() {
                    "fail" => return Some(Proof::Fail("dmarc=fail".to_owned())),
                    "pass" if about.is_some() => passed = Some("dmarc=pass".to_owned()),
                    _ => {}
                }
            }
            "dkim" if good => {
                let signer = result.get("header.d").map(domain_of).or_else(|| result.get("header.i").map(domain_of));
                if signer.is_some_and(|d| aligned(&d, domain)) {
                    passed.get_or_insert_with(|| "dkim=pass, aligned".to_owned());
                }
            }
            "spf" if good => {
                let envelope = result.get("smtp.mailfrom").or_else(|| result.get("envelope-from")).map(domain_of);
                if envelope.is_some_and(|d| aligned(&d, domain)) {
                    passed.get_or_insert_with(|| "spf=pass, aligned".to_owned());
                }
            }
            // the sender logged in to our own server (RFC 8601 §2.7.4)
            "auth" if good => {
                let login = result.get("smtp.auth").or_else(|| result.get("smtp.mailfrom")).unwrap_or_default();
                if login == author {
                    passed.get_or_insert_with(|| "the sender logged in".to_owned());
                }
            }
            _ => {}
        }
    }
    Some(match passed {
        Some(reason) => Proof::Pass(reason),
        None => Proof::None(format!("no aligned pass: {}", seen.join(", "))),
    })
}

/// The domain of an address, or the value itself; a leading `@` and a trailing dot aside.
fn domain_of(value: &str) -> String {
    let value = value.trim_matches(['<', '>', '"', ' ']);
    value.rsplit('@').next().unwrap_or(value).to_ascii_lowercase()
}

/// Relaxed alignment (RFC 7489 §3.1) without a list of public suffixes: the same domain, or one within the other where
/// the outer one is certainly an organisation's.
pub fn aligned(checked: &str, author: &str) -> bool {
    if checked.is_empty() || author.is_empty() {
        return false;
    }
    if checked == author {
        return true;
    }
    let within = |inner: &str, outer: &str| {
        inner.strip_suffix(outer).is_some_and(|rest| rest.ends_with('.')) && organisation(outer)
    };
    within(checked, author) || within(author, checked)
}

/// A domain that one organisation holds: two labels below a top-level domain of one word, three below `com.cn` and its like.
fn organisation(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    match labels.as_slice() {
        [] | [_] => false,
        [second, top] => {
            // com.cn, co.uk, gov.cn, bj.cn, github.io
            let suffix = top.len() == 2 && (second.len() <= 3 || matches!(*second, "info" | "gouv" | "asso"))
                || matches!(*top, "io" | "app" | "dev")
                    && matches!(*second, "github" | "vercel" | "netlify" | "pages" | "web");
            !suffix
        }
        _ => true,
    }
}

/// Whether our own server took the mail from its author after a login (O1): the first hop into the house is ours, says
/// ESMTPA or ESMTPSA (RFC 3848), and names the login, as Postfix does with `smtpd_sasl_authenticated_header = yes`. Who is
/// logged in as somebody else than From proves nothing.
fn is_submitted_by(mail: &Inbound, settings: &TrustSettings, id: &str, author: &str) -> bool {
    let inner = |by: &str, with: &str| {
        settings.received_by.iter().any(|host| host.eq_ignore_ascii_case(by))
            || by.eq_ignore_ascii_case(id) && (with.starts_with("lmtp") || with == "local")
    };
    let hops = mail.headers_named("received").map(|value| (value, received_clauses(value)));
    let Some((value, (by, with))) = hops.into_iter().find(|(_, (by, with))| !inner(by, with)) else { return false };
    let with_login = matches!(with.as_str(), "esmtpa" | "esmtpsa" | "utf8smtpa" | "utf8smtpsa" | "smtpa");
    if !by.eq_ignore_ascii_case(id) || !with_login {
        return false;
    }
    let mut logins = comments(value).into_iter().filter_map(|comment| {
        let name = comment.get(..20).filter(|head| head.eq_ignore_ascii_case("Authenticated sender"))?;
        comment.get(name.len()..)?.trim_start().strip_prefix(':').map(|login| login.trim().to_lowercase())
    });
    let (Some(login), None) = (logins.next(), logins.next()) else { return false };
    let (local, domain) = author.rsplit_once('@').unwrap_or((author, ""));
    let own_domain = id.eq_ignore_ascii_case(domain)
        || id.to_lowercase().strip_suffix(domain).is_some_and(|host| !domain.is_empty() && host.ends_with('.'));
    login == author || own_domain && login == local
}

/// Comments (RFC 5322 §3.2.2) of the outermost level, before the `by` clause: what follows it repeats what the sender said.
fn comments(value: &str) -> Vec<&str> {
    let (mut all, mut depth, mut begins, mut quoted, mut escaped) = (Vec::new(), 0usize, 0, false, false);
    for (at, c) in value.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match c {
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' => {
                depth += 1;
                if depth == 1 {
                    begins = at + 1;
                }
            }
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    all.extend(value.get(begins..at));
                }
            }
            'b' | 'B' if depth == 0 => {
                let word = value.get(at..at + 3).is_some_and(|word| word.to_ascii_lowercase().starts_with("by"));
                let ends = value.get(at + 2..).is_some_and(|rest| rest.starts_with(char::is_whitespace));
                if word && ends && value.get(..at).is_some_and(|head| head.ends_with([' ', '\t', '\n', ')'])) {
                    return all;
                }
            }
            _ => {}
        }
    }
    all
}

/// The values of Authentication-Results fields that our own server wrote, top first.
///
/// Zone: from the top down to the first `Received` field that is not one of `received_by`. A `Received` of the
/// authserv-id that says LMTP is the last hop on our own machine and does not end it: what an attacker sends arrives by
/// SMTP and has our server's SMTP `Received` above it.
fn trusted_fields<'a>(mail: &'a Inbound, settings: &'a TrustSettings, id: &'a str) -> impl Iterator<Item = &'a str> {
    let mut border = mail.headers.len();
    for (i, header) in mail.headers.iter().enumerate() {
        if header.name != "received" {
            continue;
        }
        let (by, with) = received_clauses(&header.value);
        let inner = settings.received_by.iter().any(|host| host.eq_ignore_ascii_case(&by))
            || by.eq_ignore_ascii_case(id) && (with.starts_with("lmtp") || with == "local");
        if !inner {
            border = i;
            if settings.results_below_received && by.eq_ignore_ascii_case(id) {
                // what stands directly below our own field, up to anything that is no trace of a filter
                border = mail
                    .headers
                    .iter()
                    .enumerate()
                    .skip(i + 1)
                    .find(|(_, h)| {
                        !matches!(
                            h.name.as_str(),
                            "authentication-results"
                                | "dkim-filter"
                                | "received-spf"
                                | "arc-authentication-results"
                                | "dmarc-filter"
                                | "x-dkim"
                                | "arc-seal"
                                | "arc-message-signature"
                        )
                    })
                    .map_or(mail.headers.len(), |(j, _)| j);
            }
            break;
        }
    }
    mail.headers.iter().take(border).filter(|h| h.name == "authentication-results").map(|h| h.value.as_str())
}

/// The host of the `by` clause and the word of the `with` clause of a Received field, comments aside.
fn received_clauses(value: &str) -> (String, String) {
    let plain = without_comments(value);
    let (mut by, mut with) = (String::new(), String::new());
    let mut words = plain.split([' ', ';', '\t']).filter(|w| !w.is_empty());
    while let Some(word) = words.next() {
        if word.eq_ignore_ascii_case("by") && by.is_empty() {
            by = words.next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
        } else if word.eq_ignore_ascii_case("with") && with.is_empty() {
            with = words.next().unwrap_or_default().to_ascii_lowercase();
        }
    }
    (by, with)
}

/// Text with comments (RFC 5322 §3.2.2) replaced by a space; quoted strings stay as they are.
fn without_comments(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for c in value.chars() {
        if escaped {
            escaped = false;
            if depth == 0 {
                out.push(c);
            }
            continue;
        }
        match c {
            '\\' if quoted || depth > 0 => {
                escaped = true;
                if depth == 0 {
                    out.push(c);
                }
            }
            '"' if depth == 0 => {
                quoted = !quoted;
                out.push(c);
            }
            '(' if !quoted => {
                depth += 1;
                out.push(' ');
            }
            ')' if !quoted && depth > 0 => depth -= 1,
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// The results of one field, if its authserv-id is exactly ours (RFC 8601 §2.2). Quoted strings are values, never results.
fn parse_results(value: &str, id: &str) -> Option<Vec<AuthResult>> {
    let plain = without_comments(value);
    let mut statements = split_unquoted(&plain, ';').into_iter();
    let head = statements.next()?;
    let mut head_words = head.split_whitespace();
    let name = head_words.next()?.trim_matches('"');
    // the id may be followed by a version, and by nothing else
    let version = head_words.next();
    if !name.eq_ignore_ascii_case(id) || version.is_some_and(|v| v != "1") || head_words.next().is_some() {
        return None;
    }
    let mut out = Vec::new();
    for statement in statements.take(RESULT_COUNT_MAX) {
        let mut words = words_of(&statement).into_iter();
        let Some((method, result)) =
            words.next().and_then(|w| w.split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned())))
        else {
            continue;
        };
        let method = method.trim().split('/').next().unwrap_or_default().to_ascii_lowercase();
        if method.is_empty() || method.contains('"') {
            continue;
        }
        let mut parsed = AuthResult { method, result: result.trim().to_ascii_lowercase(), properties: Vec::new() };
        for word in words {
            if let Some((name, value)) = word.split_once('=') {
                parsed.properties.push((name.to_ascii_lowercase(), value.trim_matches('"').to_lowercase()));
            }
        }
        out.push(parsed);
    }
    Some(out)
}

/// What the results of an ARC set say of the author, in the words of who sealed them; only of a sealer that is believed
/// (RFC 8617 §4.1.1: `i=1; mx.example.com; dmarc=pass header.from=…`).
pub fn sealed_results(value: &str, author: &str, domain: &str) -> Option<String> {
    let plain = without_comments(value);
    let (instance, rest) = plain.split_once(';')?;
    let digits = instance.trim().strip_prefix("i=")?;
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let id = rest.split([';', ' ', '\t', '\r', '\n']).find(|word| !word.is_empty())?;
    match weigh(&parse_results(rest, id)?, author, domain) {
        Some(Proof::Pass(reason)) => Some(reason),
        _ => None,
    }
}

fn split_unquoted(text: &str, by: char) -> Vec<String> {
    let mut out = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        if escaped {
            escaped = false;
        } else {
            match c {
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                c if c == by && !quoted => {
                    out.push(String::new());
                    continue;
                }
                _ => {}
            }
        }
        if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out
}

/// Words of a statement; white space around `=` belongs to no word, quoted strings are kept whole.
fn words_of(statement: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let (mut quoted, mut escaped, mut gap, mut joined) = (false, false, true, false);
    for c in statement.chars() {
        if quoted {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == '"' {
                quoted = false;
            }
            if let Some(last) = out.last_mut() {
                last.push(c);
            }
            continue;
        }
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if c == '=' {
            match out.last_mut() {
                Some(last) => last.push('='),
                None => out.push("=".to_owned()),
            }
            (gap, joined) = (false, true);
            continue;
        }
        if (gap && !joined) || out.is_empty() {
            out.push(String::new());
        }
        (gap, joined) = (false, false);
        quoted = c == '"';
        if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::inbound::{Limits, parse};
    use super::*;
    use proptest::prelude::*;

    fn settings() -> TrustSettings {
        TrustSettings { authserv_id: Some("in.meet.example".to_owned()), ..TrustSettings::default() }
    }

    fn proof(head: &str, settings: &TrustSettings) -> Proof {
        let raw = format!("{head}From: 赵磊 <zhaolei@nanshan.example>\nSubject: x\n\ny\n").replace('\n', "\r\n");
        prove(&parse(raw.as_bytes(), &Limits::default()).unwrap(), settings)
    }

    const BORDER: &str =
        "Received: from mx.nanshan.example by in.meet.example with ESMTPS id 1; Mon, 12 Oct 2026 10:30:00 +0800\n";

    #[test]
    fn results_of_our_own_server() {
        let check = |results: &str, word: &str| {
            let got = proof(&format!("Authentication-Results: {results}\n{BORDER}"), &settings());
            assert_eq!(got.word(), word, "{results}: {}", got.reason());
        };
        check(
            "in.meet.example; dmarc=pass header.from=nanshan.example; spf=pass smtp.mailfrom=nanshan.example",
            "pass",
        );
        check("IN.MEET.EXAMPLE 1; dmarc=pass (p=none dis=none) header.from=nanshan.example", "pass");
        check(
            "in.meet.example; dmarc=fail header.from=nanshan.example; spf=pass smtp.mailfrom=nanshan.example",
            "fail",
        );
        check("in.meet.example; dmarc=pass header.from=stranger.example", "fail");
        check("in.meet.example; dmarc=none header.from=nanshan.example", "none");
        check("in.meet.example; dmarc=temperror header.from=nanshan.example", "none");
        check("in.meet.example; dmarc=pass", "none");
        check("in.meet.example; dkim=pass header.d=nanshan.example", "pass");
        check("in.meet.example; dkim=pass header.i=@mail.nanshan.example", "pass");
        check("in.meet.example; dkim=pass header.d=stranger.example", "none");
        check("in.meet.example; dkim=pass header.d=example", "none");
        check("in.meet.example; dkim=fail header.d=nanshan.example", "none");
        check("in.meet.example; spf=pass smtp.mailfrom=bounce@nanshan.example", "pass");
        check("in.meet.example; spf=pass smtp.mailfrom=stranger.example", "none");
        check("in.meet.example; spf=pass smtp.helo=nanshan.example", "none");
        check("in.meet.example; auth=pass smtp.auth=zhaolei@nanshan.example", "pass");
        check("in.meet.example; auth=pass smtp.auth=eve@nanshan.example", "none");
        check("in.meet.example; none", "none");
        // somebody else's, or made to look like ours
        check("mx.stranger.example; dmarc=pass header.from=nanshan.example", "none");
        check("in.meet.example.stranger.example; dmarc=pass header.from=nanshan.example", "none");
        check("xin.meet.example; dmarc=pass header.from=nanshan.example", "none");
        check("mx.stranger.example (in.meet.example); dmarc=pass header.from=nanshan.example", "none");
        check("mx.stranger.example in.meet.example; dmarc=pass header.from=nanshan.example", "none");
        check(
            "in.meet.example; dmarc=none reason=\"; dmarc=pass header.from=nanshan.example\" header.from=nanshan.example",
            "none",
        );
        check("in.meet.example; spf=none (dmarc=pass header.from=nanshan.example) smtp.mailfrom=x", "none");
        check("in.meet.example; spf=none (; dmarc=pass header.from=nanshan.example", "none");
        check("in.meet.example; dkim = pass header.d = nanshan.example", "pass");
    }

    /// O1: what Postfix writes of a login; every piece a stranger could choose is tried.
    #[test]
    fn a_login_proves_its_own_address() {
        let received = |comment: &str, by: &str| {
            format!(
                "Received: from pc (localhost [127.0.0.1])\n\t(using TLSv1.3)\n\t{comment}\n\tby {by} id 1\n\tfor <duban@meet.example>; x\n"
            )
        };
        let check = |head: String, word: &str| assert_eq!(proof(&head, &settings()).word(), word, "{head}");
        let own = "in.meet.example (Postfix) with ESMTPSA";
        let author = "zhaolei@nanshan.example";
        let login = format!("(Authenticated sender: {author})");
        check(received(&login, own), "pass");
        check(format!("{}{BORDER}", received(&login, own)), "pass");
        check(received("(Authenticated sender: somebody@nanshan.example)", own), "none");
        check(received("(Authenticated sender: zhaolei)", own), "none");
        check(received("", own), "none");
        // no login; another server; not the first hop
        check(received(&login, "in.meet.example (Postfix) with ESMTPS"), "none");
        check(received(&login, "mx.stranger.example (Postfix) with ESMTPSA"), "none");
        check(format!("{BORDER}{}", received(&login, own)), "none");
        // a name of a certificate, a quoted word, a recipient, two of them
        check(received(&format!("(Client CN \"x\" {login} none)"), own), "none");
        check(received(&format!("\"{login}\""), own), "none");
        check(received("", &format!("in.meet.example (Postfix) with ESMTPSA {login}")), "none");
        check(received(&format!("{login} {login}"), own), "none");
    }

    #[test]
    fn the_trusted_zone() {
        let own = "Authentication-Results: in.meet.example; dmarc=pass header.from=nanshan.example\n";
        let lmtp = "Received: from in.meet.example by in.meet.example with LMTP id 2 for <a@b>; x\n";
        let scanner = "Received: from in.meet.example by scan.meet.example with ESMTP id 3; x\n";
        let check = |head: String, settings: &TrustSettings, word: &str| {
            assert_eq!(proof(&head, settings).word(), word, "{head}")
        };
        let plain = settings();
        check(format!("{own}{BORDER}"), &plain, "pass");
        // written by the sender: below the field that our server put on top
        check(format!("{BORDER}{own}"), &plain, "none");
        check(format!("{BORDER}{own}{BORDER}"), &plain, "none");
        check(format!("{BORDER}Received: by in.meet.example with LMTP; x\n{own}"), &plain, "none");
        check(format!("{lmtp}{own}{BORDER}"), &plain, "pass");
        check(format!("{lmtp}{BORDER}{own}"), &plain, "none");
        check(format!("{scanner}{own}{BORDER}"), &plain, "none");
        let hops = TrustSettings { received_by: vec!["scan.meet.example".to_owned()], ..settings() };
        check(format!("{scanner}{own}{BORDER}"), &hops, "pass");
        check(format!("{scanner}{BORDER}{own}"), &hops, "none");
        let below = TrustSettings { results_below_received: true, ..settings() };
        check(format!("{BORDER}{own}"), &below, "pass");
        check(format!("{BORDER}X-Other: y\n{own}"), &below, "none");
        check(format!("Received: by mx.stranger.example; x\n{own}"), &below, "none");
        let nobody = TrustSettings::default();
        check(format!("{own}{BORDER}"), &nobody, "none");
        let trusted = TrustSettings { trusted_intake: true, ..settings() };
        check(BORDER.to_owned(), &trusted, "pass");
        check(format!("{}{BORDER}", own.replace("pass", "fail")), &trusted, "fail");
        let exchange = TrustSettings { exchange_internal: true, ..TrustSettings::default() };
        check("X-MS-Exchange-Organization-AuthAs: Internal\n".to_owned(), &exchange, "pass");
        check("X-MS-Exchange-Organization-AuthAs: Anonymous\n".to_owned(), &exchange, "none");
        check(
            "X-MS-Exchange-Organization-AuthAs: Internal\nX-MS-Exchange-Organization-AuthAs: Internal\n".to_owned(),
            &exchange,
            "none",
        );
    }

    /// OFFICE O1: a mailbox at a provider whose inside writes no results.
    #[test]
    fn mail_that_never_left_the_provider() {
        let hosted = Hosted { internal_domains: vec!["nanshan.example".into()], provider: vec!["exmail.test".into()] };
        let settings = TrustSettings { hosted: Some(hosted), ..TrustSettings::default() };
        let check = |head: &str, word: &str| assert_eq!(proof(head, &settings).word(), word, "{head}");
        check("", "pass");
        check(
            "Received: from web7.exmail.test (unknown [10.1.2.3]) by mx1.exmail.test with SMTP id 9; Mon, 13 Jul 2026 10:00:00 +0800\n",
            "pass",
        );
        check("Received: from DESKTOP (localhost [127.0.0.1]) by mx1.exmail.test\n", "pass");
        check(
            "Received: from mail.stranger.example (mail.stranger.example [198.51.100.9]) by mx1.exmail.test\n",
            "none",
        );
        check("Received: from mail.stranger.example by mx1.exmail.test\n", "none");
        // The name is the stranger's choice; the address is what our side saw.
        check("Received: from web7.exmail.test (unknown [198.51.100.9]) by mx1.exmail.test\n", "none");
        check("Received: from by ([198.51.100.9]) by mx1.exmail.test\n", "none");
        check("Received: from x ([IPv6:2001:db8::9]) by mx1.exmail.test\n", "none");
        check("Received: from web7.exmail.test.stranger.example by mx1.exmail.test\n", "none");
        // What an inside hop stands above does not matter: every hop is looked at.
        check(
            "Received: from web7.exmail.test by mx1.exmail.test\nReceived: from a.stranger.example by b.example\n",
            "none",
        );
    }

    #[test]
    fn two_fields_that_contradict_each_other_fail() {
        let head = format!(
            "Authentication-Results: in.meet.example; dmarc=pass header.from=nanshan.example\nAuthentication-Results: in.meet.example; dmarc=fail header.from=nanshan.example\n{BORDER}"
        );
        assert_eq!(proof(&head, &settings()).word(), "fail");
    }

    #[test]
    fn alignment() {
        let check = |a: &str, b: &str, expected: bool| assert_eq!(aligned(a, b), expected, "{a} {b}");
        check("a.example", "a.example", true);
        check("mail.a.example", "a.example", true);
        check("a.example", "mail.a.example", true);
        check("b.example", "a.example", false);
        check("com.cn", "firm.com.cn", false);
        check("mail.firm.com.cn", "firm.com.cn", true);
        check("xa.example", "a.example", false);
        check("", "a.example", false);
    }

    proptest! {
        #[test]
        fn any_value(value in "\\PC{0,120}") {
            parse_results(&value, "in.meet.example");
            received_clauses(&value);
        }

        #[test]
        fn foreign_results_never_pass(value in "[a-z.;=()\" ]{0,80}") {
            let head = format!("Authentication-Results: mx.stranger.example {value}; dmarc=pass header.from=nanshan.example\n{BORDER}");
            prop_assert!(!proof(&head, &settings()).passed());
        }
    }
}
