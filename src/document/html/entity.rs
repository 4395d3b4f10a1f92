//! Character references.

use std::borrow::Cow;

// ---------------------------------------------------------------- entities

/// Character references resolved.
pub fn entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let tail = rest.get(at + 1..).unwrap_or_default();
        let end = tail.bytes().take(12).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
        let name = tail.get(..end).unwrap_or_default();
        match entity(name) {
            Some(c) => {
                out.push_str(&c);
                rest = tail.get(end..).unwrap_or_default();
                rest = rest.strip_prefix(';').unwrap_or(rest);
            }
            None => {
                out.push('&');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(name: &str) -> Option<Cow<'static, str>> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        // HTML reads 128–159 as Windows-1252.
        if (128..160).contains(&code) {
            let byte = [u8::try_from(code).ok()?];
            return Some(encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0.into_owned().into());
        }
        return char::from_u32(code).filter(|c| *c != '\0').map(|c| c.to_string().into());
    }
    Some(Cow::Borrowed(match name {
        "nbsp" => "\u{a0}",
        "amp" | "AMP" => "&",
        "lt" | "LT" => "<",
        "gt" | "GT" => ">",
        "quot" | "QUOT" => "\"",
        "apos" => "'",
        "ensp" | "emsp" | "thinsp" => " ",
        "middot" => "·",
        "bull" => "•",
        "hellip" => "…",
        "mdash" => "—",
        "ndash" => "–",
        "minus" => "−",
        "ldquo" => "“",
        "rdquo" => "”",
        "lsquo" => "‘",
        "rsquo" => "’",
        "laquo" => "«",
        "raquo" => "»",
        "copy" => "©",
        "reg" => "®",
        "trade" => "™",
        "times" => "×",
        "divide" => "÷",
        "deg" => "°",
        "plusmn" => "±",
        "para" => "¶",
        "sect" => "§",
        "euro" => "€",
        "pound" => "£",
        "yen" => "¥",
        "cent" => "¢",
        "larr" => "←",
        "rarr" => "→",
        "harr" => "↔",
        "rArr" => "⇒",
        "check" => "✓",
        "radic" => "√",
        "frac12" => "½",
        "eacute" => "é",
        "egrave" => "è",
        "aacute" => "á",
        "agrave" => "à",
        "auml" => "ä",
        "ouml" => "ö",
        "uuml" => "ü",
        "Auml" => "Ä",
        "Ouml" => "Ö",
        "Uuml" => "Ü",
        "szlig" => "ß",
        "ccedil" => "ç",
        "ntilde" => "ñ",
        "oacute" => "ó",
        "iacute" => "í",
        "uacute" => "ú",
        "zwj" | "zwnj" | "shy" | "lrm" | "rlm" => "",
        _ => return None,
    }))
}
