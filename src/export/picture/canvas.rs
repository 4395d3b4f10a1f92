//! A sheet of pixels with bars, lines and words, and its PNG (RFC 2083).

use super::letters;
use std::io::Write;

/// Red, green, blue.
pub type Colour = [u8; 3];

pub struct Canvas {
    pub width: usize,
    pub height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    pub fn new(width: usize, height: usize) -> Canvas {
        Canvas { width, height, pixels: vec![255; width * height * 3] }
    }

    /// Lays a colour over a pixel; `part` of 1 covers it.
    fn blend(&mut self, x: i64, y: i64, colour: Colour, part: f32) {
        let inside = |v: i64, max: usize| usize::try_from(v).ok().filter(|v| *v < max);
        let (Some(x), Some(y)) = (inside(x, self.width), inside(y, self.height)) else { return };
        let at = (y * self.width + x) * 3;
        for (pixel, new) in self.pixels.iter_mut().skip(at).take(3).zip(colour) {
            let mixed = f32::from(*pixel) + (f32::from(new) - f32::from(*pixel)) * part.clamp(0.0, 1.0);
            *pixel = mixed.round() as u8;
        }
    }

    pub fn bar(&mut self, x: usize, y: usize, width: usize, height: usize, colour: Colour) {
        for row in y..y.saturating_add(height).min(self.height) {
            for column in x..x.saturating_add(width).min(self.width) {
                self.blend(column as i64, row as i64, colour, 1.0);
            }
        }
    }

    /// A line of a thickness, its edges softened; dashes of `dash` pixels where that is not 0.
    pub fn line(&mut self, from: (f32, f32), to: (f32, f32), thick: f32, colour: Colour, dash: f32) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy);
        if length < 0.01 {
            return;
        }
        let half = thick / 2.0;
        let margin = half + 1.0;
        let columns = (from.0.min(to.0) - margin) as i64..=(from.0.max(to.0) + margin) as i64;
        for x in columns {
            for y in (from.1.min(to.1) - margin) as i64..=(from.1.max(to.1) + margin) as i64 {
                let (px, py) = (x as f32 + 0.5 - from.0, y as f32 + 0.5 - from.1);
                let along = (px * dx + py * dy) / length;
                if dash > 0.0 && (along / dash) as i64 % 2 == 1 {
                    continue;
                }
                let near = along.clamp(0.0, length);
                let away = (px - dx / length * near).hypot(py - dy / length * near);
                let part = half + 0.5 - away;
                if part > 0.0 {
                    self.blend(x, y, colour, part);
                }
            }
        }
    }

    pub fn dot(&mut self, at: (f32, f32), radius: f32, colour: Colour) {
        for x in (at.0 - radius - 1.0) as i64..=(at.0 + radius + 1.0) as i64 {
            for y in (at.1 - radius - 1.0) as i64..=(at.1 + radius + 1.0) as i64 {
                let away = (x as f32 + 0.5 - at.0).hypot(y as f32 + 0.5 - at.1);
                self.blend(x, y, colour, radius + 0.5 - away);
            }
        }
    }

    /// Words with their top left corner at (x, y).
    pub fn words(&mut self, x: usize, y: usize, text: &str, colour: Colour) {
        let mut left = x;
        for glyph in text.chars().filter_map(letters::glyph) {
            for row in 0..letters::SIZE {
                let bits = glyph.line(row);
                for column in (0..letters::SIZE).filter(|column| bits >> (letters::SIZE - 1 - column) & 1 == 1) {
                    self.blend((left + column) as i64, (y + row) as i64, colour, 1.0);
                }
            }
            left += glyph.advance;
        }
    }

    /// Words that end at `right`.
    pub fn words_before(&mut self, right: usize, y: usize, text: &str, colour: Colour) {
        self.words(right.saturating_sub(letters::width(text)), y, text, colour);
    }

    /// Words with their middle at `middle`.
    pub fn words_around(&mut self, middle: usize, y: usize, text: &str, colour: Colour) {
        let left = middle.saturating_sub(letters::width(text) / 2);
        let last = self.width.saturating_sub(letters::width(text));
        self.words(left.min(last), y, text, colour);
    }

    #[cfg(test)]
    pub fn pixel(&self, x: usize, y: usize) -> Colour {
        let at = (y * self.width + x) * 3;
        [self.pixels[at], self.pixels[at + 1], self.pixels[at + 2]]
    }

    /// Truecolour, eight bits a channel, each line with the filter that serves flat colours.
    pub fn png(&self) -> Vec<u8> {
        const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
        let mut head = Vec::with_capacity(13);
        head.extend_from_slice(&u32::try_from(self.width).unwrap_or(0).to_be_bytes());
        head.extend_from_slice(&u32::try_from(self.height).unwrap_or(0).to_be_bytes());
        // Eight bits, truecolour, deflate, the five filters, not interlaced.
        head.extend_from_slice(&[8, 2, 0, 0, 0]);
        let mut lines = Vec::with_capacity(self.pixels.len() + self.height);
        let stride = self.width * 3;
        let mut above = vec![0_u8; stride];
        for line in self.pixels.chunks(stride.max(1)) {
            // Filter 2, Up (RFC 2083 §6.4): equal lines become zeros.
            lines.push(2);
            lines.extend(line.iter().zip(&above).map(|(now, up)| now.wrapping_sub(*up)));
            above.copy_from_slice(line);
        }
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
        // Writing to memory does not fail.
        let _ = packed.write_all(&lines);
        let data = packed.finish().unwrap_or_default();
        let mut out = SIGNATURE.to_vec();
        chunk(&mut out, b"IHDR", &head);
        chunk(&mut out, b"IDAT", &data);
        chunk(&mut out, b"IEND", &[]);
        out
    }
}

/// RFC 2083 §3.2: length, type, data, CRC-32 of type and data.
fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend_from_slice(&u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    out.extend_from_slice(kind);
    out.extend_from_slice(data);
    let mut sum = crc32fast::Hasher::new();
    sum.update(kind);
    sum.update(data);
    out.extend_from_slice(&sum.finalize().to_be_bytes());
}
