//! Attributions: “On … wrote:”, 于…写道：.

use crate::mail::lower_case::lower_case;

/// `8:12`, `20:05`
pub(in crate::mail::reply) fn has_clock(s: &str) -> bool {
    let b = s.as_bytes();
    b.windows(3).enumerate().any(|(i, w)| {
        w[0] == b':'
            && w[1].is_ascii_digit()
            && w[2].is_ascii_digit()
            && i > 0
            && b.get(i - 1).is_some_and(u8::is_ascii_digit)
    })
}

/// A day with its year, or 7月9日.
pub(in crate::mail::reply) fn has_day(s: &str) -> bool {
    let b = s.as_bytes();
    let year = b.windows(4).enumerate().any(|(i, w)| {
        (w.starts_with(b"20") || w.starts_with(b"19"))
            && w.iter().all(u8::is_ascii_digit)
            && !(i > 0 && b[i - 1].is_ascii_digit())
            && !b.get(i + 4).is_some_and(u8::is_ascii_digit)
    });
    let digits = b.iter().filter(|c| c.is_ascii_digit()).count();
    let chinese = s.contains('月') && s.contains('日') && digits >= 2;
    // 7/9/26, 09.07.26
    let slashed = b
        .split(|c| !(c.is_ascii_digit() || *c == b'/' || *c == b'.'))
        .any(|w| w.len() >= 6 && w.iter().filter(|c| **c == b'/' || **c == b'.').count() == 2 && w[0].is_ascii_digit());
    (year && digits >= 5) || chinese || slashed
}

/// Something like an address stands in it.
pub(in crate::mail::reply) fn has_address(s: &str) -> bool {
    let b = s.as_bytes();
    b.iter().enumerate().any(|(i, c)| {
        *c == b'@'
            && i > 0
            && b.get(i - 1).is_some_and(|p| {
                p.is_ascii_alphanumeric() || matches!(p, b'.' | b'_' | b'-' | b'+' | b'"') || *p >= 0x80
            })
            && b.get(i + 1).is_some_and(|n| n.is_ascii_alphanumeric() || *n >= 0x80)
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail::reply) enum Tail {
    /// … wrote: / …写道：
    Verb,
    /// the verb stands before the name: Am … schrieb Helen:
    MidVerb,
    /// no verb: 2026年7月9日(木) 8:12 Helen <helen@…>:
    Address,
    /// Quoting Helen:
    Quoting,
}

#[rustfmt::skip]
const VERBS: &[&str] = &[
    "wrote", "writes", "written", "写道", "寫道", "写到", "寫到", "写", "a écrit", "écrit", "schrieb", "geschrieben",
    "escribió", "ha scritto", "scrisse", "escreveu", "schreef", "skrev", "kirjoitti", "napisał", "napisał(a)",
    "написал", "написал(а)", "написала", "пишет", "님이 작성", "님이 작성함", "さんは書きました", "さんが書きました",
    "書きました", "のメール", "viết", "yazdı",
];
const MID_VERBS: &[&str] = &[" schrieb ", " schreef ", " skrev ", " wrote ", " escribió ", " escreveu "];

/// An attribution with the quoted text on the same line: `On …, Helen wrote:   Was it sent?` (Yahoo on phones).
pub(in crate::mail::reply) fn attribution_with_text(core: &str) -> bool {
    if !attribution_start(core) {
        return false;
    }
    let Some(at) = [" wrote:", "写道:", "寫道:"].iter().filter_map(|verb| core.find(verb)).min() else {
        return false;
    };
    let head = core.get(..at).unwrap_or_default();
    head.len() <= 300 && balanced(head) && has_clock(head) && (has_day(head) || has_address(head))
}

/// Whether an attribution could end with this line.
pub(in crate::mail::reply) fn attribution_tail(core: &str) -> Option<Tail> {
    if core.len() > 700 {
        return None;
    }
    // Zoho: ---- On … wrote ----
    let bare = core.trim_end_matches([' ', '-', '=']);
    let ruled = core.len() - bare.len() >= 3;
    let colon = bare.ends_with(':');
    let said = bare.trim_end_matches([':', ' ', ',', '，']);
    if !colon && !ruled && !said.ends_with("写道") && !said.ends_with("寫道") {
        return None;
    }
    let lower = lower_case(said);
    if VERBS.iter().any(|v| lower.ends_with(v))
        && (colon || ruled || lower.ends_with("写道") || lower.ends_with("寫道"))
    {
        // "copywrote" is no verb of ours
        return Some(Tail::Verb);
    }
    if !colon {
        return None;
    }
    if lower.starts_with("quoting ") || lower.starts_with("zitat von ") || lower.starts_with("引用 ") {
        return Some(Tail::Quoting);
    }
    if MID_VERBS.iter().any(|v| lower.contains(v)) {
        return Some(Tail::MidVerb);
    }
    if said.ends_with('>') || said.ends_with(']') || said.ends_with(')') {
        return Some(Tail::Address);
    }
    None
}

const MONTHS_AND_DAYS: &[&str] = &[
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
    "oct", "nov", "dec", "lun", "mer", "jeu", "ven", "sam", "dim", "mié", "jue", "vie", "sáb", "dom", "gio", "seg",
    "ter", "qua", "qui", "sex", "mo", "di", "mi", "do", "fr", "sa", "so", "lör", "sön", "tor", "tis", "ons", "man",
    "tir", "ma", "wo", "vr", "za", "zo",
];

/// The line opens an attribution: On Thu…, 在 2026年…, At 2026-…, Am Do., Le jeu. …
pub(in crate::mail::reply) fn attribution_start(core: &str) -> bool {
    let core = core.trim_start_matches(['-', ' ', '*']);
    if let Some(rest) = core.strip_prefix('在').or_else(|| core.strip_prefix('于')).or_else(|| core.strip_prefix('於'))
    {
        let rest = rest.trim_start();
        return rest.starts_with(|c: char| c.is_ascii_digit())
            || rest.starts_with('周')
            || rest.starts_with('星')
            || rest.starts_with('週');
    }
    let mut words = core.split(' ').filter(|w| !w.is_empty());
    let (Some(first), Some(second)) = (words.next(), words.next()) else { return false };
    if !["On", "At", "Am", "Le", "El", "Il", "Em", "Op", "Den", "Il giorno", "Dnia", "Em", "Vào", "Pada"]
        .contains(&first)
    {
        return false;
    }
    let second = if second == "giorno" || second == "día" { words.next().unwrap_or_default() } else { second };
    let second = lower_case(second);
    second.starts_with(|c: char| c.is_ascii_digit()) || MONTHS_AND_DAYS.iter().any(|m| second.starts_with(m))
}

/// Angle brackets close: a line that ends within an address is only half of an attribution.
pub(in crate::mail::reply) fn balanced(s: &str) -> bool {
    s.matches('<').count() == s.matches('>').count() && !s.starts_with('<')
}

/// Whether the joined lines are an attribution for certain, whatever follows.
pub(in crate::mail::reply) fn attribution_proven(joined: &str, tail: Tail) -> bool {
    if !balanced(joined) {
        return false;
    }
    let (clock, day, address) = (has_clock(joined), has_day(joined), has_address(joined));
    match tail {
        Tail::Verb => address || (clock && (day || attribution_start(joined))) || (day && attribution_start(joined)),
        Tail::MidVerb => {
            (attribution_start(joined) && (clock || day || address)) || (joined.contains(" wrote on ") && clock && day)
        }
        Tail::Address => day && clock && address,
        Tail::Quoting => address,
    }
}
