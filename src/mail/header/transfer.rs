//! Base64 and quoted-printable (RFC 2045), as broken as they come.

/// A line of base64 (RFC 2045 §6.8).
const LINE_OCTETS: usize = 76;

/// Base64 that forgives everything: foreign characters skipped, padding anywhere.
pub fn base64(bytes: &[u8]) -> Vec<u8> {
    const FOREIGN: u8 = 0xff;
    const VALUES: [u8; 256] = {
        let mut values = [FOREIGN; 256];
        let mut i = 0;
        while i < 26 {
            values[b'A' as usize + i] = i as u8;
            values[b'a' as usize + i] = i as u8 + 26;
            i += 1;
        }
        i = 0;
        while i < 10 {
            values[b'0' as usize + i] = i as u8 + 52;
            i += 1;
        }
        (values[b'+' as usize], values[b'-' as usize]) = (62, 62);
        (values[b'/' as usize], values[b'_' as usize]) = (63, 63);
        values
    };
    /// The values at each of the four places of a quantum; a foreign character has bits above all of them.
    static PLACED: [[u32; 256]; 4] = {
        let mut placed = [[u32::MAX; 256]; 4];
        let mut c = 0;
        while c < 256 {
            if VALUES[c] != FOREIGN {
                let value = VALUES[c] as u32;
                (placed[0][c], placed[1][c], placed[2][c], placed[3][c]) =
                    (value << 18, value << 12, value << 6, value);
            }
            c += 1;
        }
        placed
    };
    let value_of = |c: u8| VALUES[usize::from(c)];
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut held, mut count) = (0u32, 0);
    let mut rest = bytes;
    while let Some((c, behind)) = rest.split_first() {
        // Whole quanta, as nearly all of a part is; a line of them at once.
        if count == 0 {
            let (quanta, _) = rest.get(..rest.len().min(LINE_OCTETS)).unwrap_or_default().as_chunks::<4>();
            let before = out.len();
            out.resize(before + quanta.len() * 3, 0);
            let (places, _) = out.get_mut(before..).unwrap_or_default().as_chunks_mut::<3>();
            let mut read = 0;
            for ([a, b, c, d], place) in quanta.iter().zip(places) {
                let of = |place: usize, c: u8| PLACED.get(place).map_or(u32::MAX, |values| values[usize::from(c)]);
                let held = of(0, *a) | of(1, *b) | of(2, *c) | of(3, *d);
                if held > 0xff_ffff {
                    break;
                }
                let [_, octets @ ..] = held.to_be_bytes();
                *place = octets;
                read += 1;
            }
            out.truncate(before + read * 3);
            if read > 0 {
                rest = rest.get(read * 4..).unwrap_or_default();
                continue;
            }
        }
        rest = behind;
        let value = match c {
            b'=' => {
                // the rest of this quantum is padding; another stream may follow
                match count {
                    2 => out.push((held >> 4) as u8),
                    3 => out.extend([(held >> 10) as u8, (held >> 2) as u8]),
                    _ => {}
                }
                (held, count) = (0, 0);
                continue;
            }
            c => match value_of(*c) {
                FOREIGN => continue,
                value => value,
            },
        };
        held = held << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            out.extend([(held >> 16) as u8, (held >> 8) as u8, held as u8]);
            (held, count) = (0, 0);
        }
    }
    match count {
        2 => out.push((held >> 4) as u8),
        3 => out.extend([(held >> 10) as u8, (held >> 2) as u8]),
        _ => {}
    }
    out
}

/// Quoted-printable (RFC 2045 §6.7); `_` is a space in encoded words only. What is not an escape stands for itself.
pub fn quoted_printable(bytes: &[u8], word: bool) -> Vec<u8> {
    /// The value of a digit; what is none has bits above.
    static DIGITS: [u8; 256] = {
        let mut digits = [0xff; 256];
        let mut value = 0;
        while value < 16 {
            digits[b"0123456789ABCDEF"[value] as usize] = value as u8;
            digits[b"0123456789abcdef"[value] as usize] = value as u8;
            value += 1;
        }
        digits
    };
    let digit = |c: u8| DIGITS.get(usize::from(c)).copied().unwrap_or(0xff);
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(c) = bytes.get(i) {
        match c {
            b'=' => {
                let escape = bytes.get(i + 1..).and_then(|rest| rest.first_chunk::<2>());
                match escape.map(|[a, b]| (digit(*a), digit(*b))) {
                    Some((a @ 0..=15, b @ 0..=15)) => {
                        out.push(a << 4 | b);
                        i += 3;
                        continue;
                    }
                    _ => {
                        // soft line break: = and blanks up to the line's end
                        let mut j = i + 1;
                        while matches!(bytes.get(j), Some(b' ' | b'\t')) {
                            j += 1;
                        }
                        if bytes.get(j) == Some(&b'\r') && bytes.get(j + 1) == Some(&b'\n') {
                            i = j + 2;
                            continue;
                        }
                        if bytes.get(j) == Some(&b'\n') || j >= bytes.len() {
                            i = j + 1;
                            continue;
                        }
                        out.push(b'=');
                    }
                }
            }
            b'_' if word => out.push(b' '),
            // What stands for itself, up to the next escape at once.
            _ => {
                let rest = bytes.get(i..).unwrap_or_default();
                let run = rest.iter().position(|c| *c == b'=' || word && *c == b'_').unwrap_or(rest.len());
                out.extend_from_slice(rest.get(..run).unwrap_or_default());
                i += run;
                continue;
            }
        }
        i += 1;
    }
    out
}
