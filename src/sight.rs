//! What a style keeps from every reader's eyes (TRUST P8): letters of no size, of no ink, of the colour of their ground,
//! far off the page; and what it strikes out, which its writer does not say any more. One judgement for the bodies of mails and for attached pages; how it is inherited is theirs.

use std::borrow::Cow;

/// Red, green, blue.
pub type Rgb = [u8; 3];
pub const WHITE: Rgb = [255; 3];

/// Channels of two colours differ by less: nobody tells them apart.
const TELLS_APART: u8 = 6;
/// CSS counts screens from about this width on; a rule for all wider ones is a rule for all.
const SCREEN_PIXELS_MIN: u32 = 400;

/// A style with its escapes (`d\69splay`) read and its comments gone.
pub fn plain(style: &str) -> Cow<'_, str> {
    if !style.contains('\\') && !style.contains("/*") {
        return Cow::Borrowed(style);
    }
    let mut out = String::with_capacity(style.len());
    let mut rest = style;
    while let Some(at) = rest.find(['\\', '/']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        if let Some(comment) = tail.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
        } else if let Some(escaped) = tail.strip_prefix('\\') {
            let digits = escaped.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
            let (code, after) = escaped.split_at(digits);
            match u32::from_str_radix(code, 16) {
                Ok(code) => {
                    out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                    rest = after.strip_prefix([' ', '\t', '\n']).unwrap_or(after);
                }
                // An escaped letter is that letter.
                Err(_) => rest = after,
            }
        } else {
            out.push('/');
            rest = tail.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Elements whose words were struck out: seen, and said no more.
pub fn strikes_out(element: &str) -> bool {
    ["del", "s", "strike"].iter().any(|name| element.eq_ignore_ascii_case(name))
}

/// Whether this declaration alone leaves nothing to see, or to read. Name and value in lower case and without white space. Size,
/// colours and the box are not looked at here: what they hide depends on what is around.
pub fn hides(name: &str, value: &str) -> bool {
    let value = value.trim_end_matches("!important");
    match name {
        "display" => value == "none",
        "visibility" => matches!(value, "hidden" | "collapse"),
        "content-visibility" => value == "hidden",
        "mso-hide" => value == "all",
        "text-decoration" | "text-decoration-line" => value.contains("line-through"),
        "opacity" => share(value).is_some_and(|share| share < 0.05),
        "zoom" => share(value).is_some_and(|share| share < 0.05),
        "filter" | "-webkit-filter" => {
            value.split_once("opacity(").and_then(|(_, rest)| share(rest)).is_some_and(|share| share < 0.05)
        }
        "transform" | "-webkit-transform" | "-ms-transform" | "scale" => {
            let of = match name {
                "scale" => Some(value),
                _ => ["scale(", "scalex(", "scaley(", "scale3d("]
                    .iter()
                    .find_map(|word| value.split_once(word).map(|(_, rest)| rest)),
            };
            of.and_then(share).is_some_and(|share| share < 0.05)
        }
        "clip" => value.starts_with("rect(0") || value.starts_with("rect(1px,1px,1px,1px"),
        "clip-path" | "-webkit-clip-path" => {
            ["inset(50%", "inset(100%", "circle(0", "polygon(00)"].iter().any(|word| value.starts_with(word))
        }
        "text-indent" | "left" | "right" | "top" | "margin-left" | "margin-top" => is_far(value),
        _ => false,
    }
}

/// `0.5`, `.5`, `50%` at the head of a value.
fn share(value: &str) -> Option<f32> {
    let number: String = value.chars().take_while(|c| c.is_ascii_digit() || *c == '.').take(12).collect();
    let share: f32 = number.parse().ok()?;
    Some(if value.get(number.len()..).is_some_and(|unit| unit.starts_with('%')) { share / 100.0 } else { share })
}

fn is_far(value: &str) -> bool {
    value.strip_prefix('-').is_some_and(|v| {
        let digits: String = v.chars().take_while(char::is_ascii_digit).collect();
        // Many digits are farther still.
        digits.parse::<u32>().map_or(!digits.is_empty(), |n| n >= 500)
    })
}

/// What a font size does to the letters: none to see, some, or as it is around (`1.2em`, `120%`).
pub fn letters_seen(size: &str) -> Option<bool> {
    let size = size.trim().trim_end_matches("!important").trim_end();
    let digits: String = size.chars().take_while(|c| c.is_ascii_digit() || *c == '.').take(12).collect();
    let number: f32 = digits.parse().ok()?;
    let unit = size.get(digits.len()..).unwrap_or_default().trim();
    match unit {
        _ if number == 0.0 => Some(false),
        "em" | "%" | "ex" => None,
        "px" | "pt" | "" => Some(number > 1.0),
        _ => Some(true),
    }
}

/// The size in `font: italic 400 12px/1.5 Arial`, where it stands before the family.
pub fn size_in_font(font: &str) -> Option<&str> {
    let is_size = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    font.split_whitespace().rfind(is_size).and_then(|word| word.split('/').next())
}

/// A length of nothing: 0, 0px, 1px.
pub fn is_tiny(length: &str) -> bool {
    let digits: String = length.chars().take_while(|c| c.is_ascii_digit() || *c == '.').take(12).collect();
    let unit = length.get(digits.len()..).unwrap_or_default();
    digits.parse::<f32>().is_ok_and(|n| n == 0.0 || matches!(unit, "px" | "pt" | "" | "%") && n <= 1.0)
}

/// A colour that is none: `transparent`, or with no opacity.
pub fn has_no_ink(color: &str) -> bool {
    let color = flat(color);
    if let Some(hex) = color.strip_prefix('#') {
        return hex.len() == 4 && hex.ends_with('0') || hex.len() == 8 && hex.ends_with("00");
    }
    let Some((function, rest)) = color.split_once('(') else { return color == "transparent" };
    let parts: Vec<&str> = rest.trim_end_matches(')').split([',', '/']).collect();
    let alpha = match (function, parts.len()) {
        ("rgba" | "hsla" | "rgb" | "hsl", 4) => parts.last(),
        // rgb(0 0 0 / 0) without white space
        ("rgba" | "hsla" | "rgb" | "hsl", 2) => parts.last(),
        _ => None,
    };
    alpha.and_then(|alpha| share(alpha)).is_some_and(|share| share < 0.05)
}

/// A colour as it is written; `None` where it is no plain colour.
pub fn rgb(color: &str) -> Option<Rgb> {
    let color = flat(color);
    if let Some(hex) = color.strip_prefix('#') {
        let digits: Vec<u8> = hex.chars().map_while(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
        return match digits[..] {
            [r, g, b] | [r, g, b, _] => Some([r * 17, g * 17, b * 17]),
            [r, s, g, h, b, c] | [r, s, g, h, b, c, _, _] => Some([r * 16 + s, g * 16 + h, b * 16 + c]),
            _ => None,
        };
    }
    if let Some((function, rest)) = color.split_once('(') {
        let parts: Vec<&str> = rest.trim_end_matches(')').split([',', '/']).collect();
        let channel = |part: &&str| {
            let number: f32 = part.trim_end_matches('%').parse().ok()?;
            let scaled = if part.ends_with('%') { number * 2.55 } else { number };
            Some(scaled.clamp(0.0, 255.0) as u8)
        };
        return match (function, &parts[..]) {
            ("rgb" | "rgba", [r, g, b] | [r, g, b, _]) => Some([channel(r)?, channel(g)?, channel(b)?]),
            // Only what has no hue: white, black, greys.
            ("hsl" | "hsla", [_, s, l] | [_, s, l, _]) => {
                let light = channel(l)?;
                (channel(s)? == 0 || light == 0 || light == 255).then_some([light; 3])
            }
            _ => None,
        };
    }
    match &*color {
        "white" | "window" | "snow" | "ivory" | "ghostwhite" | "whitesmoke" | "windowtext1" => Some(WHITE),
        "black" | "windowtext" => Some([0; 3]),
        "red" => Some([255, 0, 0]),
        "green" => Some([0, 128, 0]),
        "blue" => Some([0, 0, 255]),
        "yellow" => Some([255, 255, 0]),
        "gray" | "grey" => Some([128; 3]),
        "silver" => Some([192; 3]),
        "lightgray" | "lightgrey" => Some([211; 3]),
        _ => None,
    }
}

/// What lies under letters after a background was given: `Some(None)` where nobody can tell (pictures), `None` where it
/// stays as it was.
pub fn ground(value: &str) -> Option<Option<Rgb>> {
    let first = flat(value);
    if first.is_empty() || ["transparent", "none", "inherit", "initial", "unset"].iter().any(|w| first.starts_with(w)) {
        return None;
    }
    if first.contains("gradient") {
        return Some(None);
    }
    // Pictures from outside are not shown before somebody asks for them: then the colour beside them is what is seen.
    if first.contains("url(") {
        return Some(value.split_whitespace().filter(|word| !word.contains(['(', ')'])).find_map(rgb));
    }
    // `background: #fff center`
    let color = if first.starts_with(['#', 'r', 'h']) && value.contains(['(', '#']) {
        let value = value.trim();
        let end = value.find(')').map_or_else(|| value.find(char::is_whitespace).unwrap_or(value.len()), |at| at + 1);
        value.get(..end).unwrap_or(value)
    } else {
        value.split_whitespace().next().unwrap_or_default()
    };
    Some(rgb(color))
}

/// Letters of this colour on this ground.
pub fn is_unseen(ink: Rgb, ground: Rgb) -> bool {
    ink.iter().zip(ground).all(|(a, b)| a.abs_diff(b) < TELLS_APART)
}

fn flat(color: &str) -> String {
    let color = color.trim();
    let color = color.get(..color.len().min(64)).unwrap_or_default();
    let flat: String = color.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    flat.trim_end_matches("!important").to_owned()
}

/// Whether rules below `@media …` hold for every screen: no condition, or only that it has some width.
pub fn holds_everywhere(prelude: &str) -> bool {
    let Some(query) = prelude.trim().strip_prefix("@media") else { return false };
    query.split(',').any(|query| {
        query.split("and").all(|condition| {
            let condition = condition.trim().trim_start_matches("only ").trim();
            let width = condition.strip_prefix("(min-width:").or_else(|| condition.strip_prefix("(min-device-width:"));
            match width {
                Some(width) => {
                    let digits: String = width.trim_start().chars().take_while(char::is_ascii_digit).collect();
                    digits.parse::<u32>().is_ok_and(|width| width <= SCREEN_PIXELS_MIN)
                }
                None => matches!(condition, "" | "all" | "screen"),
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_comments() {
        assert_eq!(plain("d\\69splay:n\\6f ne"), "display:none");
        assert_eq!(plain("display:/* x */none/*"), "display:none");
        assert_eq!(plain("a:b/c\\"), "a:b/c");
        assert!(matches!(plain("color:#333"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_is_gone() {
        for (name, value) in [
            ("opacity", "0%"),
            ("opacity", ".0"),
            ("zoom", "0"),
            ("transform", "rotate(3deg)scale(0)"),
            ("transform", "scalex(.01)"),
            ("filter", "blur(2px)opacity(0%)"),
            ("left", "-99999999999px"),
            ("clip", "rect(0,0,0,0)"),
            ("text-decoration", "underlineline-through"),
        ] {
            assert!(hides(name, value), "{name}:{value}");
        }
        for (name, value) in
            [("opacity", "0.9"), ("transform", "scale(1.2)"), ("left", "-20px"), ("zoom", "100%"), ("filter", "none")]
        {
            assert!(!hides(name, value), "{name}:{value}");
        }
    }

    #[test]
    fn colours() {
        assert_eq!(rgb("#FFF"), Some(WHITE));
        assert_eq!(rgb("rgb( 255, 254 ,255 ) !important"), Some([255, 254, 255]));
        assert_eq!(rgb("hsl(120, 100%, 100%)"), Some(WHITE));
        assert_eq!(rgb("hsl(120, 100%, 50%)"), None);
        assert_eq!(rgb("#12345"), None);
        assert!(has_no_ink("rgba(0,0,0,0)") && has_no_ink("#0000") && has_no_ink("transparent"));
        assert!(!has_no_ink("rgba(0,0,0,0.87)") && !has_no_ink("#000") && !has_no_ink("rgb(0,0,0)"));
        assert_eq!(ground("#fff url(x.png)"), Some(Some(WHITE)));
        assert_eq!(ground("url(x.png) no-repeat"), Some(None));
        assert_eq!(ground("rgb(30, 30, 30) center"), Some(Some([30; 3])));
        assert_eq!(ground("white"), Some(Some(WHITE)));
        assert_eq!(ground("transparent"), None);
        assert!(is_unseen([254; 3], WHITE) && !is_unseen([0; 3], WHITE));
    }

    #[test]
    fn sizes_and_screens() {
        assert_eq!(letters_seen("0.01px"), Some(false));
        assert_eq!(letters_seen("0em"), Some(false));
        assert_eq!(letters_seen("10.5pt"), Some(true));
        assert_eq!(letters_seen("1.2em"), None);
        assert_eq!(letters_seen("small"), None);
        assert_eq!(size_in_font("0/0 a"), Some("0"));
        assert_eq!(size_in_font("bold 400 10.5pt/1.2 宋体, Arial"), Some("10.5pt"));
        assert_eq!(size_in_font("caption"), None);
        assert!(strikes_out("DEL") && !strikes_out("span"));
        assert!(holds_everywhere("@media screen") && holds_everywhere("@media only screen and (min-width:1px)"));
        assert!(!holds_everywhere("@media (max-width:600px)") && !holds_everywhere("@media print"));
        assert!(!holds_everywhere("@font-face"));
    }
}
