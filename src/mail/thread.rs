//! Message-ID, References, base subject (Re: 回复： 答复： 转发：), ids of objects in subjects.

use super::header;

/// A subject without what clients and gateways put in front of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BaseSubject {
    pub text: String,
    pub reply: bool,
    pub forward: bool,
}

#[rustfmt::skip]
const REPLIES: &[&str] = &[
    "re", "aw", "sv", "antw", "antwort", "vs", "ref", "rif", "res", "odp", "ynt", "回复", "答复", "回覆", "答覆",
    "回復", "答復", "回信", "返信", "답장", "回复全部", "全部回复", "reply",
];
const FORWARDS: &[&str] = &[
    "fw", "fwd", "wg", "tr", "rv", "enc", "vl", "doorst", "转发", "轉寄", "轉發", "转寄", "転送", "전달", "forward",
    "i",
];
/// What calendars put before the title of a meeting they answer.
#[rustfmt::skip]
const ANSWERS: &[&str] = &[
    "accepted", "declined", "tentative", "tentatively accepted", "已接受", "接受", "已拒绝", "拒绝", "谢绝", "已谢绝",
    "暂定", "暂时接受", "暫定", "已接受邀请", "已拒絕", "new time proposed", "建议新时间", "已提议新时间",
];
/// Gateways' marks (OFFICE O46).
#[rustfmt::skip]
const GATEWAYS: &[&str] = &[
    "[外部邮件]", "【外部邮件】", "[外部]", "【外部】", "[外部郵件]", "【外部郵件】", "[外来邮件]", "【外来邮件】",
    "[外网]", "[外网邮件]", "【外网邮件】", "(外部邮件)", "（外部邮件）", "[external]", "[external email]",
    "[external mail]", "[external sender]", "[ext]", "(external)", "[extern]", "*external*", "[suspected spam]",
    "[spam]", "[spam?]", "***spam***", "[垃圾邮件]", "【垃圾邮件】", "[疑似垃圾邮件]", "【疑似垃圾邮件】",
    "[互联网邮件]", "【互联网邮件】", "[caution]",
];

/// How many prefixes are taken off; mail that went to and fro for years has dozens.
const PREFIX_COUNT_MAX: usize = 100;

/// Takes a gateway's mark off the beginning.
pub fn without_gateway(subject: &str) -> &str {
    let mut rest = subject.trim();
    for _ in 0..PREFIX_COUNT_MAX {
        match gateway(rest) {
            Some(next) => rest = next,
            None => break,
        }
    }
    rest
}

fn gateway(text: &str) -> Option<&str> {
    if !text.starts_with(['[', '【', '(', '（', '*']) {
        return None;
    }
    GATEWAYS.iter().find_map(|mark| {
        let head = text.get(..mark.len())?;
        (head.to_lowercase() == *mark).then(|| text.get(mark.len()..).unwrap_or_default().trim_start())
    })
}

/// One prefix of a list, counted or not: `Re:`, `Re[2]:`, `RE(3)：`, `【转发】`.
fn prefix<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    let colon = text.char_indices().take(32).find(|(_, c)| matches!(c, ':' | '：' | '﹕')).map(|(i, _)| i);
    if let Some(colon) = colon {
        let head = text.get(..colon)?.trim();
        let bare = head.trim_end_matches(|c: char| {
            c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '^' | '*' | ' ' | '（' | '）')
        });
        if words.contains(&bare.to_lowercase().as_str()) {
            let wide = text.get(colon..)?.chars().next().map_or(1, char::len_utf8);
            return text.get(colon + wide..).map(str::trim_start);
        }
    }
    for (open, close) in [('【', '】'), ('[', ']')] {
        if let Some(rest) = text.strip_prefix(open)
            && let Some((head, rest)) = rest.split_once(close)
            && words.contains(&head.trim().to_lowercase().as_str())
            && head.trim() != "i"
        {
            return Some(rest.trim_start());
        }
    }
    None
}

/// `Re: 回复： Fwd: [外部邮件] 周会` → 周会, and what was said about it on the way.
pub fn base_subject(subject: &str) -> BaseSubject {
    let mut out = BaseSubject::default();
    let mut rest = subject.trim();
    for _ in 0..PREFIX_COUNT_MAX {
        if let Some(next) = gateway(rest) {
            rest = next;
        } else if let Some(next) = prefix(rest, REPLIES) {
            out.reply = true;
            rest = next;
        } else if let Some(next) = prefix(rest, FORWARDS) {
            out.forward = true;
            rest = next;
        } else if let Some(next) = prefix(rest, ANSWERS) {
            rest = next;
        } else {
            break;
        }
    }
    let end = rest.trim_end();
    let lower = end.to_ascii_lowercase();
    let end = if lower.ends_with("(fwd)") {
        out.forward = true;
        end.get(..end.len() - 5).unwrap_or(end).trim_end()
    } else {
        end
    };
    out.text = end.to_owned();
    out
}

/// Public ids in a text, in order, each once: `[M-12]`, `A-107`, `ａ－１０７`. The letters are those of SPEC 3.
pub fn ids(text: &str) -> Vec<String> {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '–' | '—' | '‐' | '‑' | '−' => '-',
        c => c,
    };
    let chars: Vec<char> = text.chars().map(narrow).collect();
    let mut out: Vec<String> = Vec::new();
    let mut i = 0;
    while let Some(c) = chars.get(i) {
        let letter = c.to_ascii_uppercase();
        let alone = i == 0
            || !chars.get(i - 1).is_some_and(|p| p.is_ascii_alphanumeric() || matches!(p, '-' | '_' | '@' | '/'));
        if matches!(letter, 'M' | 'A' | 'Q' | 'P') && alone && chars.get(i + 1) == Some(&'-') {
            let digits: String = chars.iter().skip(i + 2).take_while(|d| d.is_ascii_digit()).take(10).collect();
            let behind = chars.get(i + 2 + digits.len());
            let joined = behind.is_some_and(|b| b.is_ascii_alphanumeric() || *b == '-' || *b == '_' || *b == '@');
            if (1..=8).contains(&digits.len()) && !joined && !digits.starts_with('0') {
                let id = format!("{letter}-{digits}");
                if !out.contains(&id) {
                    out.push(id);
                }
                i += 2 + digits.len();
                continue;
            }
        }
        i += 1;
    }
    out
}

/// The ids a mail answers, nearest first: In-Reply-To, then References from the end. At most `max` are kept; of a
/// longer chain the first (the root) and the last ones.
pub fn references(raw: &[u8], max: usize) -> Vec<String> {
    let mut all = header::message_ids(raw);
    if all.len() > max && max > 0 {
        let tail = all.split_off(all.len() - (max - 1));
        all.truncate(1);
        all.extend(tail);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects() {
        let check = |raw: &str, text: &str, reply: bool, forward: bool| {
            assert_eq!(base_subject(raw), BaseSubject { text: text.to_owned(), reply, forward }, "{raw}");
        };
        check("产品发布周会", "产品发布周会", false, false);
        check("Re: 产品发布周会", "产品发布周会", true, false);
        check("RE: Re[2]: 回复：答复: 周会 [M-12]", "周会 [M-12]", true, false);
        check("转发：[外部邮件] 周会", "周会", false, true);
        check("[EXTERNAL] Fwd: Re: plan", "plan", true, true);
        check("AW: WG: Plan", "Plan", true, true);
        check("【转发】会议纪要", "会议纪要", false, true);
        check("回覆: 轉寄: 會議", "會議", true, true);
        check("Accepted: 周会", "周会", false, false);
        check("Reply needed: budget", "Reply needed: budget", false, false);
        check("Review: budget", "Review: budget", false, false);
        check("plan (fwd)", "plan", false, true);
        check("[issue] 打印机", "[issue] 打印机", false, false);
        check("Re:", "", true, false);
        check("时间:周三", "时间:周三", false, false);
    }

    #[test]
    fn public_ids() {
        let check = |raw: &str, expected: &[&str]| assert_eq!(ids(raw), expected, "{raw}");
        check("请确认 2 项:新品启动会 [M-12]", &["M-12"]);
        check("A-107 完成,a-108 延期,Ａ－１０９", &["A-107", "A-108", "A-109"]);
        check("A-107完成", &["A-107"]);
        check("GPA-4, A-4b, DATA-12, A-12-3, X-A-1", &[]);
        check("A-012", &[]);
        check("M-12 M-12", &["M-12"]);
    }

    #[test]
    fn long_chains_keep_root_and_tail() {
        let raw: String = (0..50).map(|n| format!("<{n}@x> ")).collect();
        let kept = references(raw.as_bytes(), 20);
        assert_eq!(
            (kept.len(), kept.first().map(String::as_str), kept.last().map(String::as_str)),
            (20, Some("0@x"), Some("49@x"))
        );
    }
}
