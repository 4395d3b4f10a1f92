//! Lines that are headings.

/// A line of at least two dashes, stars, equals signs.
pub(super) fn is_rule(text: &str) -> bool {
    let text = text.trim();
    let mut count = 0;
    let mut first = None;
    for c in text.chars() {
        match c {
            ' ' => {}
            '-' | '=' | '_' | '*' | '~' | '—' | '–' | '─' | '━' | '═' | '·' | '#' | '＝' | '－' | '…' | '+' =>
            {
                if *first.get_or_insert(c) != c {
                    return false;
                }
                count += 1;
            }
            _ => return false,
        }
    }
    count >= 2
}

/// Headings that the writing itself shows: `# …`, `== … ==`, `【…】` or `**…**` alone on the line.
pub(super) fn heading_of(text: &str) -> Option<(u8, &str)> {
    let text = text.trim();
    let hashes = text.chars().take_while(|c| *c == '#').count();
    if (1..=6).contains(&hashes) {
        let rest = text.get(hashes..)?;
        // `#action bob …` is a word of MeetBot, `#3` a number: a heading has a space.
        if rest.starts_with(' ') {
            let title = rest.trim().trim_end_matches('#').trim();
            return (!title.is_empty()).then_some((u8::try_from(hashes).unwrap_or(6), title));
        }
        return None;
    }
    let inner = text.trim_matches('=');
    if inner.len() + 4 <= text.len() && text.starts_with("==") && text.ends_with("==") && !inner.trim().is_empty() {
        return Some((2, inner.trim()));
    }
    let inner = text.trim_matches(['-', '—', '─', '━', '*']);
    if text.starts_with("**") && text.ends_with("**") && text.len() > 4 {
        let bold = text.get(2..text.len() - 2)?;
        if !bold.contains("**") && bold.chars().count() <= 40 {
            return Some((7, bold.trim()));
        }
    }
    if inner.len() + 4 <= text.len() && text.starts_with("--") && text.ends_with("--") {
        let title = inner.trim();
        // `----- 转发的邮件 -----` stays a paragraph for those who look for it; short titles in dashes are headings.
        if (1..=12).contains(&title.chars().count())
            && !title.contains("邮件")
            && !title.contains("郵件")
            && !is_mail_word(title)
        {
            return Some((3, title));
        }
        return None;
    }
    bracket_title(text).map(|title| (7, title))
}

fn is_mail_word(title: &str) -> bool {
    let title = title.to_lowercase();
    title.contains("message") || title.contains("mail")
}

/// `【待办事项】` alone on a line.
pub(super) fn bracket_title(text: &str) -> Option<&str> {
    let text = text.trim().trim_end_matches([':', '：']);
    let title = text.strip_prefix('【')?.strip_suffix('】')?;
    (!title.contains('【') && !title.trim().is_empty()).then_some(title.trim())
}
