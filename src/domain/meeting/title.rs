//! When two calls name the same meeting (O15): titles without dates, versions and words of correction.

/// Words that say "this replaces the earlier one".
const CORRECTIONS: [&str; 22] = [
    "以此为准",
    "以本邮件为准",
    "更正",
    "更新",
    "修订",
    "修正",
    "变更",
    "改期",
    "最新",
    "最终版",
    "终版",
    "重发",
    "新版",
    "updated",
    "update",
    "corrected",
    "correction",
    "revised",
    "final",
    "rescheduled",
    "changed",
    "new time",
];

/// Words before and after a title that do not belong to it.
const AROUND: [&str; 8] = ["会议通知", "通知", "会议邀请", "邀请", "关于", "meeting:", "invitation", "notice"];

/// Whether the title (or subject) itself says that it corrects an earlier call.
pub fn is_correction(title: &str) -> bool {
    let lower = title.to_lowercase();
    CORRECTIONS.iter().any(|word| lower.contains(word)) || has_version(&lower)
}

/// The title without dates, versions, brackets and words of correction; for comparing only.
pub fn base_title(title: &str) -> String {
    let mut text = title.to_lowercase();
    for word in CORRECTIONS.iter().chain(&AROUND) {
        text = text.replace(word, " ");
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if word.is_empty() || is_version(word) {
            continue;
        }
        push_undated(word, &mut out);
    }
    out
}

/// Whether two titles mean one meeting; empty ones never do.
pub fn same_title(one: &str, other: &str) -> bool {
    let (one, other) = (base_title(one), base_title(other));
    !one.is_empty() && one == other
}

/// One title stands whole within the other, and is long enough to mean something.
pub fn near_title(one: &str, other: &str) -> bool {
    let (one, other) = (base_title(one), base_title(other));
    let short = one.chars().count().min(other.chars().count());
    short >= 4 && (one.contains(&other) || other.contains(&one))
}

fn is_version(word: &str) -> bool {
    let digits = word.strip_prefix('v').or_else(|| word.strip_suffix('版'));
    digits.is_some_and(|digits| {
        let digits = digits.trim_start_matches('第');
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
    })
}

fn has_version(lower: &str) -> bool {
    lower.split(|c: char| !c.is_ascii_alphanumeric()).any(is_version)
}

/// Copies a word without its dates: `7月15日`, `周三`, `20260715`, `第28周`.
fn push_undated(word: &str, out: &mut String) {
    let chars: Vec<char> = word.chars().collect();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if c == '第' && chars.get(at + 1).is_some_and(char::is_ascii_digit) {
            at += 1;
            continue;
        }
        if c.is_ascii_digit() {
            let end = at + chars.iter().skip(at).take_while(|c| c.is_ascii_digit()).count();
            let digits = end - at;
            match chars.get(end) {
                Some('年' | '月' | '日' | '号' | '周' | '点' | '时' | '分') => at = end + 1,
                // A bare number of four or more digits, or the rest of 7-15, is a date; 2.0 or 301 stays.
                None | Some(_) if digits >= 4 => at = end,
                _ if digits == chars.len() => at = end,
                _ => {
                    out.extend(chars.iter().skip(at).take(digits));
                    at = end;
                }
            }
            continue;
        }
        let weekday =
            matches!(c, '周' | '期') && chars.get(at + 1).is_some_and(|next| "一二三四五六日天".contains(*next));
        if weekday {
            if c == '期' && out.ends_with('星') {
                out.pop();
            }
            at += 2;
            continue;
        }
        out.push(c);
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_corrected_title_is_the_same_title() {
        let check = |one: &str, other: &str, same: bool| assert_eq!(same_title(one, other), same, "{one:?} {other:?}");
        check("新品启动会", "【更正】新品启动会", true);
        check("新品启动会", "新品启动会(V2)", true);
        check("新品启动会", "新品启动会 7月15日", true);
        check("新品启动会(最新,以此为准)", "会议通知：新品启动会", true);
        check("周例会 2026-07-15", "周例会 2026-07-22", true);
        check("周例会(周三)", "周例会（星期四）", true);
        check("Budget review", "UPDATED: Budget review", true);
        check("Budget review v3", "Budget Review", true);
        check("新品启动会", "新品复盘会", false);
        check("一期验收会", "二期验收会", false);
        check("", "", false);
        check("2026-07-15", "2026-07-15", false);
    }

    #[test]
    fn a_correction_says_so() {
        assert!(is_correction("新品启动会V2"));
        assert!(is_correction("[Updated] kickoff"));
        assert!(!is_correction("新品启动会"));
    }
}
