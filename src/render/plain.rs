//! Text of a letter: tidied, without tags, in the reader's script.

use super::words::BRACKETED_MAX;
use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use std::sync::LazyLock;

/// Where a template stops being one, without the grammar's names.
pub(super) fn plain_template_error(error: &handlebars::TemplateError) -> String {
    let at = error.pos().map(|(line, column)| format!("line {line}, column {column}: ")).unwrap_or_default();
    let reason = error.reason().to_string();
    let grammar = reason.starts_with("invalid handlebars syntax");
    let what =
        if grammar { "a {{…}} that is not closed, or not written as Handlebars expects it".into() } else { reason };
    format!("{at}{what}")
}

/// What Handlebars says, without the template's inner address.
pub(super) fn plain_error(error: &handlebars::RenderError) -> String {
    let at = match (error.template_name.as_deref(), error.line_no) {
        (Some(name), Some(line)) => format!("{name}.hbs line {line}: "),
        _ => String::new(),
    };
    let reason = error.reason().to_string();
    let missing = reason.strip_prefix("Failed to access variable in strict mode Some(\"");
    match missing.and_then(|rest| rest.strip_suffix("\")")) {
        Some(name) => format!("{at}there is no `{name}` in this letter; its sample shows what there is"),
        None => format!("{at}{reason}"),
    }
}

/// Lines without trailing blanks, at most one empty line in a row.
pub(super) fn tidy_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            if !empty {
                out.push('\n');
            }
            empty = true;
        } else {
            out.push_str(line);
            out.push('\n');
            empty = false;
        }
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

static TRADITIONAL: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::from_config(BuiltinConfig::S2twp).ok());

pub(super) fn to_traditional(text: &str) -> String {
    match &*TRADITIONAL {
        Some(converter) => converter.convert(text),
        None => text.to_string(),
    }
}

/// `<b>` becomes `＜b>`; `a < b`, `<zhangsan@example.com>` and `<https://…>` stay.
pub(super) fn without_tags(data: &str) -> String {
    let mut out = String::with_capacity(data.len());
    for (at, c) in data.char_indices() {
        let rest = data.get(at + c.len_utf8()..).unwrap_or_default();
        let opens = c == '<' && rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if !opens {
            out.push(c);
            continue;
        }
        let inner: String = rest.chars().take(BRACKETED_MAX).take_while(|c| *c != '>' && !c.is_whitespace()).collect();
        let named = inner.contains('@') || inner.contains("://");
        out.push(if named && rest.get(inner.len()..).is_some_and(|end| end.starts_with('>')) { '<' } else { '＜' });
    }
    out
}
