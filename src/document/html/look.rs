//! Attributes, and how a piece looks: hidden, white on white, of no size.

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
            b"bgcolor" => look.ground(value),
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

/// What a style does to whether and how words are seen.
#[derive(Default)]
pub(super) struct Look {
    pub(super) hidden: bool,
    pub(super) white: bool,
    pub(super) dark: bool,
    pub(super) bold: bool,
    pub(super) plain: bool,
    /// Outlook's list level, from 1; 0 where there is none.
    pub(super) level: usize,
}

impl Look {
    pub(super) fn read(&mut self, style: &str) {
        for declaration in style.split(';') {
            let Some((key, value)) = declaration.split_once(':') else { continue };
            let key = key.trim();
            let value = value.trim();
            let is = |name: &str| key.eq_ignore_ascii_case(name);
            if is("color") {
                self.color(value);
            } else if is("background") || is("background-color") {
                self.ground(value);
            } else if is("font-weight") {
                let bold = value.eq_ignore_ascii_case("bold") || value.parse::<u32>().is_ok_and(|n| n >= 600);
                self.bold |= bold;
                self.plain |= value.eq_ignore_ascii_case("normal");
            } else if is("display") {
                self.hidden |= starts_with(value, "none");
            } else if is("visibility") {
                self.hidden |= starts_with(value, "hidden") || starts_with(value, "collapse");
            } else if is("mso-hide") {
                self.hidden |= starts_with(value, "all");
            } else if is("font-size") || is("max-height") || is("max-width") || is("opacity") {
                let number = value.trim_start_matches('.').split(|c: char| !(c.is_ascii_digit() || c == '.')).next();
                let number: f32 = number.and_then(|n| n.parse().ok()).unwrap_or(9.0);
                let limit = if is("font-size") { 1.0 } else { 0.0 };
                let named = value.starts_with(|c: char| c.is_ascii_digit() || c == '.');
                self.hidden |=
                    named && number <= limit && !value.contains("em") && !value.contains('%') || value == "0em";
            } else if is("text-indent") || is("left") || is("top") || is("margin-left") {
                let far =
                    value.strip_prefix('-').is_some_and(|v| v.chars().take_while(char::is_ascii_digit).count() >= 3);
                self.hidden |= far;
            } else if is("mso-list") {
                let digit = value.find("level").and_then(|at| value.get(at + 5..)).and_then(|v| v.chars().next());
                self.level = digit.and_then(|d| d.to_digit(10)).map_or(0, |n| n as usize);
            }
        }
    }

    fn color(&mut self, value: &str) {
        self.white = is_white(value) || starts_with(value, "transparent");
    }

    fn ground(&mut self, value: &str) {
        self.dark =
            !(is_white(value) || ["transparent", "none", "inherit", "initial"].iter().any(|w| starts_with(value, w)));
    }
}

fn starts_with(value: &str, word: &str) -> bool {
    value.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn is_white(value: &str) -> bool {
    let value = value.trim().trim_end_matches("!important").trim();
    ["white", "#fff", "#ffffff", "#fefefe", "windowtext1", "rgb(255,255,255)", "rgb(255, 255, 255)"]
        .iter()
        .any(|white| value.eq_ignore_ascii_case(white))
}
