//! Characters as bitmaps: ASCII and GB 2312, drawn once and carried in the program (`glyphs.md`), because servers have no
//! fonts. A picture is shown at half its size, so 24 pixels become the 12 that text in a mail has.

use std::io::Read;
use std::sync::LazyLock;

/// Height and greatest width of a character, in pixels.
pub const SIZE: usize = 24;
const PER_ROW: usize = 94;
const GLYPH: usize = SIZE * 3;
/// Advance of a blank.
const BLANK: usize = 7;

static GLYPHS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut bytes = Vec::new();
    let packed = flate2::read::ZlibDecoder::new(&include_bytes!("glyphs.bin")[..]);
    // What is in the program cannot be torn; an empty table would only draw blanks.
    let _ = packed.take(1 << 20).read_to_end(&mut bytes);
    bytes
});

/// One character: its advance and its 24 lines, the left pixel the highest of 24 bits.
pub struct Glyph {
    pub advance: usize,
    lines: Option<usize>,
}

impl Glyph {
    /// The bits of a line.
    pub fn line(&self, y: usize) -> u32 {
        let bytes = self.lines.and_then(|at| GLYPHS.get(at + y * 3..at + y * 3 + 3));
        bytes.map_or(0, |bytes| bytes.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)))
    }
}

/// The glyph of a character; none where there is no picture of it.
pub fn glyph(c: char) -> Option<Glyph> {
    let at = |row: usize, column: usize| PER_ROW + (row * PER_ROW + column) * GLYPH;
    match c {
        ' ' | '\u{a0}' => Some(Glyph { advance: BLANK, lines: None }),
        '!'..='~' => {
            let column = c as usize - 33;
            let advance = GLYPHS.get(column).copied().map_or(BLANK, usize::from);
            Some(Glyph { advance, lines: Some(at(0, column)) })
        }
        _ => {
            let mut buffer = [0; 4];
            let (bytes, _, lost) = encoding_rs::GBK.encode(c.encode_utf8(&mut buffer));
            let [high, low] = *bytes else { return None };
            let (row, column) = (usize::from(high.checked_sub(0xa0)?), usize::from(low.checked_sub(0xa1)?));
            let row = match row {
                1..=9 => row,
                16..=87 => row - 6,
                _ => return None,
            };
            let glyph = Glyph { advance: SIZE, lines: Some(at(row, column)) };
            let drawn = (0..SIZE).any(|y| glyph.line(y) != 0);
            (!lost && column < PER_ROW && drawn).then_some(glyph)
        }
    }
}

/// Whether every character of it can be drawn.
pub fn can_draw(text: &str) -> bool {
    text.chars().all(|c| glyph(c).is_some())
}

/// In pixels.
pub fn width(text: &str) -> usize {
    text.chars().filter_map(glyph).map(|glyph| glyph.advance).sum()
}

/// Cut to a width, with an ellipsis where something is gone.
pub fn fitted(text: &str, pixels: usize) -> String {
    if width(text) <= pixels {
        return text.to_string();
    }
    let room = pixels.saturating_sub(SIZE);
    let mut used = 0;
    let kept = text.chars().take_while(|c| {
        used += glyph(*c).map_or(0, |glyph| glyph.advance);
        used <= room
    });
    format!("{}…", kept.collect::<String>().trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_can_be_drawn() {
        for text in ["张三丰", "欧阳娜娜", "王婷婷", "Li Lei (QA) 60%", "按时率:9月", "剩余“项”、…"]
        {
            assert!(can_draw(text), "{text}");
        }
        // Outside of GB 2312: named by a number instead.
        for text in ["張三", "喆", "Łukasz", "😀"] {
            assert!(!can_draw(text), "{text}");
        }
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(fitted("李雷", 100), "李雷");
        let cut = fitted("信息安全与合规管理部", 120);
        assert_eq!(cut, "信息安全…");
        assert!(width(&cut) <= 120);
    }
}
