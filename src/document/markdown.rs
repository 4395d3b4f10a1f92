//! Markdown's inline habits: emphasis, code, links. Its blocks are read by [`super::text`], which knows them as one
//! of the ways people write plain text.

/// Takes emphasis and link syntax away and keeps the words: `**Rosa**: see [the plan](http://…)` → `Rosa: see the plan`.
/// Linear: each delimiter is looked at once, a closing one is searched only forwards from an opening one.
pub fn plain(text: &str) -> String {
    if !text.bytes().any(|byte| matches!(byte, b'*' | b'`' | b'_' | b'[' | b'~' | b'\\')) {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    // How many single stars are left, so that an unclosed one is not searched to the end again and again.
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut open_star = false;
    let mut i = 0;
    while i < chars.len() {
        let c = at(i);
        match c {
            '*' if at(i + 1) == '*' => i += 2,
            '_' if at(i + 1) == '_' && (at(i + 2).is_alphanumeric() || i > 0 && at(i - 1).is_alphanumeric()) => i += 2,
            '~' if at(i + 1) == '~' => i += 2,
            '`' => i += 1,
            '*' => {
                // A star is emphasis when it hugs a word on one side only: `*done*`, not `3 * 4`, not `a*b`.
                let before = if i == 0 { ' ' } else { at(i - 1) };
                let opens = !open_star && !is_word(before) && is_word(at(i + 1)) && closes_soon(&chars, i + 1);
                let closes = open_star && !before.is_whitespace() && !is_word(at(i + 1));
                if opens {
                    open_star = true;
                } else if closes {
                    open_star = false;
                } else {
                    out.push('*');
                }
                i += 1;
            }
            '[' => match link(&chars, i) {
                Some((words, next)) => {
                    out.extend(words);
                    i = next;
                }
                None => {
                    out.push('[');
                    i += 1;
                }
            },
            '\\' if matches!(at(i + 1), '*' | '_' | '[' | ']' | '#' | '|' | '`' | '-' | '.' | '(' | ')') => {
                out.push(at(i + 1));
                i += 2;
            }
            _ => {
                out.push(c);
                i += 1;
            }
        }
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Whether a closing star stands within the next 120 characters.
fn closes_soon(chars: &[char], from: usize) -> bool {
    chars.iter().skip(from).take(120).any(|c| *c == '*')
}

/// `[words](target)` at `i`: the words and where it ends. Words and target are at most 200 and 600 characters long.
fn link(chars: &[char], i: usize) -> Option<(&[char], usize)> {
    let close = chars.iter().skip(i + 1).take(200).position(|c| *c == ']')? + i + 1;
    if chars.get(close + 1) != Some(&'(') || close == i + 1 {
        return None;
    }
    let end = chars.iter().skip(close + 2).take(600).position(|c| *c == ')')? + close + 2;
    let target: String = chars.get(close + 2..end)?.iter().take(12).collect();
    let is_link = ["http", "mailto:", "/", "#", "www."].iter().any(|start| target.starts_with(start));
    is_link.then(|| (chars.get(i + 1..close).unwrap_or_default(), end + 1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::plain;

    #[test]
    fn emphasis_goes_and_words_stay() {
        let check = |input: &str, expected: &str| assert_eq!(plain(input), expected, "{input}");
        check("**Rosa**: compress the images", "Rosa: compress the images");
        check("*Owen* to call", "Owen to call");
        check("3 * 4 * 5", "3 * 4 * 5");
        check("see [the plan](https://x.example/p) today", "see the plan today");
        check("[ ] send it (soon)", "[ ] send it (soon)");
        check("[外部] 文件(内部)", "[外部] 文件(内部)");
        check("`code` and snake_case_name", "code and snake_case_name");
        check("~~old~~ new", "old new");
    }
}
