//! Columns that line up, Chinese or not.

use std::io::{self, Write};

/// A column never takes more than this; what is longer is cut with an ellipsis.
const COLUMN_WIDTH_MAX: usize = 48;

/// Columns that a terminal gives a character: two for East Asian wide ones (UAX 11, the blocks our texts use), none for
/// what joins the one before.
fn width_of(c: char) -> usize {
    match c {
        '\u{0300}'..='\u{036f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

/// What others wrote, for a terminal: controls, which move its cursor or speak to it, become a mark; lines stay lines.
pub fn tame(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\t' => c,
        c if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => '\u{fffd}',
        c => c,
    };
    text.chars().filter(|c| *c != '\r').map(shown).collect()
}

/// Without line breaks and control characters (a subject must not move the cursor, TRUST P15), cut to fit.
fn cell(text: &str) -> String {
    let mut out = String::new();
    let mut used = 0;
    let whole = width(text) <= COLUMN_WIDTH_MAX;
    for c in text.chars() {
        let c = if c.is_whitespace() { ' ' } else { c };
        if c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            continue;
        }
        if !whole && used + width_of(c) > COLUMN_WIDTH_MAX - 1 {
            out.push('…');
            break;
        }
        used += width_of(c);
        out.push(c);
    }
    out
}

/// Prints rows under their heads; nothing at all where there are none.
pub fn print(out: &mut impl Write, heads: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|text| cell(text)).collect()).collect();
    let mut widths: Vec<usize> = heads.iter().map(|head| width(head)).collect();
    for row in &rows {
        for (widest, text) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width(text));
        }
    }
    let heads: Vec<String> = heads.iter().map(|head| head.to_string()).collect();
    for row in std::iter::once(&heads).chain(&rows) {
        let mut line = String::new();
        for (text, widest) in row.iter().zip(&widths) {
            line.push_str(text);
            line.push_str(&" ".repeat(widest - width(text) + 2));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn controls_of_others_are_marks() {
        assert_eq!(tame("a\r\n\u{1b}[2J\u{202e}b\tc\u{9b}"), "a\n\u{fffd}[2J\u{fffd}b\tc\u{fffd}");
    }

    #[test]
    fn columns_line_up_and_hold_no_controls() {
        let mut out = Vec::new();
        let rows = [
            vec!["A-1".into(), "提交测试报告".into(), "李雷".into()],
            vec!["A-10".into(), "a\tb\u{1b}[2J\n".into(), "Bob".into()],
        ];
        print(&mut out, &["id", "task", "owner"], &rows).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "id    task          owner\nA-1   提交测试报告  李雷\nA-10  a b[2J        Bob\n"
        );
        assert_eq!(width(&cell(&"长".repeat(100))), 47);
    }
}
