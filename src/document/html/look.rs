//! Attributes, and how a piece looks: hidden, white on white, of no size.

use crate::sight::{self, Rgb};
use std::collections::HashSet;

/// Bytes of one element's attributes that are looked at.
pub(super) const ATTRIBUTE_BYTES_MAX: usize = 8192;

// ---------------------------------------------------------------- attributes and looks

#[derive(Default)]
pub(super) struct Attributes {
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) start: Option<u32>,
    pub(super) value: Option<u32>,
    pub(super) checkbox: bool,
    pub(super) checked: bool,
    pub(super) layout: bool,
}

impl Attributes {
    pub(super) fn take(&mut self, key: &str, value: &str, look: &mut Look, hidden_names: &HashSet<String>) {
        let mut lower = [0u8; 12];
        let Some(slot) = lower.get_mut(..key.len()) else { return };
        slot.copy_from_slice(key.as_bytes());
        slot.make_ascii_lowercase();
        match &*slot {
            b"style" => look.read(value),
            b"class" if !hidden_names.is_empty() => {
                if value
                    .split_ascii_whitespace()
                    .take(20)
                    .any(|c| hidden_names.contains(&format!(".{}", c.to_lowercase())))
                {
                    look.hidden = true;
                }
            }
            b"id" if !hidden_names.is_empty() && hidden_names.contains(&format!("#{}", value.to_lowercase())) => {
                look.hidden = true;
            }
            b"hidden" => look.hidden = true,
            b"color" => look.color(value),
            b"bgcolor" => look.ground = sight::ground(value).unwrap_or(look.ground),
            b"size" if value.trim() == "0" => look.hidden = true,
            b"colspan" => self.columns = value.trim().parse().unwrap_or(1),
            b"rowspan" => self.rows = value.trim().parse().unwrap_or(1),
            b"start" => self.start = value.trim().parse().ok(),
            b"value" => self.value = value.trim().parse().ok(),
            b"type" => self.checkbox |= value.eq_ignore_ascii_case("checkbox") || value.eq_ignore_ascii_case("radio"),
            b"checked" => self.checked = true,
            b"role" => self.layout = value.eq_ignore_ascii_case("presentation"),
            _ => {}
        }
    }
}

/// Properties of which some values leave nothing to see.
const MAY_HIDE: &[&str] = &[
    "display",
    "visibility",
    "text-decoration",
    "text-decoration-line",
    "content-visibility",
    "mso-hide",
    "opacity",
    "zoom",
    "filter",
    "-webkit-filter",
    "transform",
    "-webkit-transform",
    "-ms-transform",
    "scale",
    "clip",
    "clip-path",
    "-webkit-clip-path",
    "text-indent",
    "left",
    "right",
    "top",
    "margin-left",
    "margin-top",
];

/// What a style does to whether and how words are seen.
#[derive(Default)]
pub(super) struct Look {
    pub(super) hidden: bool,
    /// The letters have no size until somebody gives them one.
    pub(super) tiny: bool,
    /// Colours of the letters and of what is under them, where they can be told.
    pub(super) ink: Option<Rgb>,
    pub(super) ground: Option<Rgb>,
    pub(super) bold: bool,
    pub(super) plain: bool,
    /// Outlook's list level, from 1; 0 where there is none.
    pub(super) level: usize,
}

impl Look {
    pub(super) fn read(&mut self, style: &str) {
        let style = sight::plain(style);
        let mut flat = String::new();
        for declaration in style.split(';') {
            let Some((key, value)) = declaration.split_once(':') else { continue };
            let key = key.trim();
            let value = value.trim();
            let is = |name: &str| key.eq_ignore_ascii_case(name);
            if is("color") {
                self.color(value);
            } else if is("background") || is("background-color") {
                self.ground = sight::ground(value).unwrap_or(self.ground);
            } else if is("font-weight") {
                let bold = value.eq_ignore_ascii_case("bold") || value.parse::<u32>().is_ok_and(|n| n >= 600);
                self.bold |= bold;
                self.plain |= value.eq_ignore_ascii_case("normal");
            } else if is("font-size") {
                self.tiny = sight::letters_seen(value).map_or(self.tiny, |seen| !seen);
            } else if is("font") {
                self.tiny = sight::size_in_font(value).and_then(sight::letters_seen).map_or(self.tiny, |seen| !seen);
            } else if is("max-height") || is("max-width") {
                self.hidden |= sight::is_tiny(value.trim_end_matches("!important").trim_end());
            } else if is("mso-list") {
                let digit = value.find("level").and_then(|at| value.get(at + 5..)).and_then(|v| v.chars().next());
                self.level = digit.and_then(|d| d.to_digit(10)).map_or(0, |n| n as usize);
            } else if MAY_HIDE.iter().any(|name| is(name)) {
                flat.clear();
                flat.extend(value.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).take(200));
                let mut name = String::with_capacity(key.len());
                name.push_str(key);
                name.make_ascii_lowercase();
                self.hidden |= sight::hides(&name, &flat);
            }
        }
    }

    fn color(&mut self, value: &str) {
        self.hidden |= sight::has_no_ink(value);
        self.ink = sight::rgb(value);
    }

    /// Whether letters here are of no size, or of the colour of their ground.
    pub(super) fn is_unseen(&self) -> bool {
        self.hidden || self.tiny || self.ink.zip(self.ground).is_some_and(|(ink, ground)| sight::is_unseen(ink, ground))
    }
}
